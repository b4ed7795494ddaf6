"""What a case has to show, for the first page: its finding in one line, and the pages that have something for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    from devomodel.case import Case
    from devomodel.model import Projection

NEEDS = {
    "cost-share": ("cost_share",),
    "funding-and-match": ("match_funding", "grant"),
    "capital-and-revenue": ("capital_scheme", "borrowing"),
}
"""The mechanisms that give a page something to show; the pages not named here need none."""


def pages_of(case: Case) -> tuple[str, ...]:
    """The slugs of the pages a case has something for, in the order of the pages."""
    from devomodel.dashboards.pages import PAGES
    from devomodel.mechanisms.precept import Precept

    used = {_use(one) for variant in case.variants.values() for one in variant.mechanisms}
    precepting = any(isinstance(one, Precept) for variant in case.variants.values() for one in variant.mechanisms)
    found = [one.slug for one in PAGES if one.slug not in NEEDS or used.intersection(NEEDS[one.slug])]
    if not precepting:
        found = [one for one in found if one not in ("precept-tester", "options-night")]
    return (*found, *(("residents",) if precepting else ()))


def finding_of(case: Case) -> str:
    """One line: what the preferred option does to the first council's charge, or else the first thing that a chart finds."""
    from devomodel import charts
    from devomodel.charts import words
    from devomodel.dashboards.shown import year_words
    from devomodel.model import project
    from devomodel.statements import has_precept

    projection = project(case)
    for key in case.councils:
        if has_precept(projection.sheet, key) and len(projection.years) > 1:
            return charts.by_year(projection, line=f"{key}.band_d").title + "."
    for table in projection.bills:
        whole = next((row for row in table if row.label == "Band D" and row.values), None)
        if whole is not None:
            return f"The whole bill of a Band D home is {words.money(whole.values[-1])} a year in {year_words(table.years[-1])}."
    return next((f"{chart.title}." for chart in charts.main_charts(projection).values()), "")


def failing(projection: Projection) -> list[str]:
    """The checks that do not hold, in words, without the master check."""
    return [f"{one.label}: not so in {', '.join(one.years)}." if one.years else f"{one.label}: not so." for one in projection.checks[1:]
            if not one.passed]  # fmt: skip


def _use(mechanism: object) -> str:
    return type(mechanism).__module__.rpartition(".")[2]


__all__ = ["DevomodelError", "failing", "finding_of", "pages_of"]
