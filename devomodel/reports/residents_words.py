"""The sentences of the residents' page: the finding, what an option changes, what fails, and what the figures rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from devomodel.amounts import BASES, NOT_STATED
from devomodel.charts.words import money
from devomodel.engine import Line
from devomodel.engine.years import in_words
from devomodel.mechanisms.base import is_transfer
from devomodel.model import Projection
from devomodel.problems import listed
from devomodel.reports.residents_figures import CouncilFigures, Residents, bill_of, own_label, pounds_text
from devomodel.statements import HALF_A_PENNY, flows
from devomodel.written import money_text, number_text, share_text

BASIS_WORDS = {
    "law": ("Set by law", "Figures that an Act or a regulation sets"),
    "published": ("Published", "Figures that a public body has published"),
    "agreement": ("Agreed", "Figures that a contract, a resolution or a minute fixes"),
    "quote": ("Quoted", "Figures that a supplier has quoted"),
    "estimate": ("Estimates", "Figures worked out from something known"),
    "assumption": ("Assumptions", "Figures that somebody has supposed, to be replaced when more is known"),
    NOT_STATED: ("No basis given", "Figures for which nobody has said how firm they are"),
}
NAME_OF_PARAMETER = r"^parameter [a-z0-9_./]+(; )?"
"""What a note of a dated figure begins with; its source says more to a resident."""

MOST_RUNS = 8
"""Figures by year that are told one by one; beyond them the first and the last."""


@dataclass
class Rested:
    """One figure that the page rests on, and the numbers of the options that use it."""

    label: str
    figure: str
    note: str
    source: str
    caution: str
    options: list[int] = field(default_factory=list)


def finding(page: Residents, council: CouncilFigures) -> str:
    """What the case comes to for a Band D home, in a sentence or two: pounds a year and a week, and what they are measured against."""
    case, year = page.case, page.shown_year
    option = page.shown_option(council)
    view = council.views[option]["none", "D", year]
    when, who = in_words(year), council.name
    others = [name for name in council.views if name != option]
    if option == case.do_nothing and others:
        charges = {name: council.charge(name, year) or 0 for name in council.views}
        cheap, dear = min(charges, key=lambda name: charges[name]), max(charges, key=lambda name: charges[name])
        if charges[cheap] == charges[dear]:
            return f"In {when} a Band D home pays {who} {pounds_text(charges[dear])} a year in every option."
        low, high = (f"{pounds_text(charges[name])} a year (“{case.options[name].label}”)" for name in (cheap, dear))
        apart = f"{pounds_text(charges[dear] - charges[cheap])} a year{_week_between(page, council, cheap, dear)}"
        return f"In {when} a Band D home would pay {who} between {low} and {high}. The difference is {apart}."
    said = f"In {when} a Band D home would pay {who} {pounds_text(view.year)} a year, {pounds_text(view.week)} a week"
    said += f", with “{case.options[option].label}”. " if len(case.options) > 1 else ". "
    than = []
    if view.against is not None and option != case.do_nothing:
        than.append(f"{_moved(view.against, view.against_week)} under “{case.options[case.do_nothing].label}”")
    if view.change is not None:
        than.append(f"{_moved(view.change, view.change_week)} in the year before")
    return said + (f"That is {listed(than, 'and')}." if than else "")


def _week_between(page: Residents, council: CouncilFigures, cheap: str, dear: str) -> str:
    """The same by the week, where one of the two is what happens without a decision, so that the model has worked it."""
    nothing, year = page.case.do_nothing, page.shown_year
    if nothing not in (cheap, dear):
        return ""
    view = council.views[dear if cheap == nothing else cheap]["none", "D", year]
    return f", {pounds_text(abs(view.against_week))} a week" if view.against_week is not None else ""


def _moved(year: int, week: int | None) -> str:
    if not year or week is None:
        return "the same as"
    return f"{pounds_text(abs(year))} a year ({pounds_text(abs(week))} a week) {'more' if year > 0 else 'less'} than"


def changes_of(page: Residents, option: str, council: str) -> list[str]:
    """What an option does to a council's money, in plain words: each heading that is another than without a decision."""
    ours, base = page.projections[option], page.projections[page.case.do_nothing]
    now, before = _moving(ours, council), _moving(base, council)
    nothing = np.zeros(len(page.years))
    found = []
    for name in dict.fromkeys((*now, *before)):
        line, after = now.get(name, (None, nothing))
        old, earlier = before.get(name, (None, nothing))
        differs = np.abs(after - earlier) >= HALF_A_PENNY
        told = old if line is None else line
        if differs.any() and told is not None:
            at = int(differs.argmax())
            found.append(_change(page, told, council, at, float(after[at]), float(earlier[at])))
    return found


def _change(page: Residents, line: Line, council: str, at: int, now: float, before: float) -> str:
    label, year = own_label(line.label, page.case.councils[council].name), in_words(page.years[at])
    account = str(line.tags.get("account", ""))
    kind = ["capital"] if account == "capital" else []
    if line.tags.get("payee") == council and account != "in_kind":
        kind.append("income")
    said = f"{label}{f' ({listed(kind)})' if len(kind) == 1 else ' (capital income)' if kind else ''}: "
    said += f"{money(now, pence=False)} in {year}" if abs(now) >= HALF_A_PENNY else f"none in {year}"
    number = list(page.case.options).index(page.case.do_nothing) + 1
    return (
        f"{said}, {money(before, pence=False)} in option {number}"
        if abs(before) >= HALF_A_PENNY
        else f"{said}, none in option {number}"
    )


def _moving(projection: Projection, council: str) -> dict[str, tuple[Line, np.ndarray]]:
    """The lines that move a council's money, with their figures: what it pays and receives, and what its reserves take and give."""
    sheet = projection.sheet
    paid, received = flows(sheet, payer=council), [one for one in flows(sheet, payee=council) if not is_transfer(one)]
    reserves = [line for line in sheet.tagged(council=council, kind="reserve") if line.name.endswith((".used", ".added"))]
    return {line.name: (line, np.array(projection.by_year(line.name))) for line in (*paid, *received, *reserves)
            if line.tags.get("kind") != "precept" and str(line.unit) == "£"}  # fmt: skip


def failing(projection: Projection) -> list[str]:
    """The checks that an option fails, with the years."""
    return [_with_years(one.label, one.detail, one.years) for one in projection.checks[1:] if not one.passed]


def cautions(page: Residents) -> list[str]:
    """What must be known beside the figures of any option: not verified, stale, or outside what is usual."""
    found: dict[str, None] = {}
    for projection in page.projections.values():
        found |= dict.fromkeys(projection.sheet.cautions)
        found |= dict.fromkeys(_with_years(one.label, one.detail, one.years) for one in projection.advice)
    return list(found)


def _with_years(label: str, detail: str, years: Iterable[str]) -> str:
    when = [in_words(year) for year in years]
    return f"“{label}” does not hold{' in ' + listed(when, 'and') if when else ''}. {detail}."


def rests_on(page: Residents) -> list[tuple[str, str, list[Rested]]]:
    """Every given figure of the case by how firm it is: (heading, what that means, figures), the firmest first."""
    found: dict[str, dict[tuple[str, ...], Rested]] = {}
    for number, projection in enumerate(page.projections.values(), 1):
        for line in projection.inputs:
            origin = line.origin
            if origin is None or not origin.is_given:
                continue
            told = ". ".join(dict.fromkeys(one for one in (origin.caution, *(o.caution for o in origin.by_year.values())) if one))
            key = (
                line.label.removesuffix(", before growth"),
                figure_text(line, projection.years),
                re.sub(NAME_OF_PARAMETER, "", origin.note),
                origin.source,
                told,
            )
            rested = found.setdefault(origin.basis, {}).setdefault(key, Rested(*key))
            rested.options.append(number)
    return [(*BASIS_WORDS[basis], list(found[basis].values())) for basis in (*BASES, NOT_STATED) if basis in found]


def figure_text(line: Line, years: Sequence[str]) -> str:
    """A given figure with its unit; one that moves is told year by year, or by its first and last where there are many."""
    unit = str(line.unit)
    values = [line.values] * len(years) if isinstance(line.values, float) else list(line.values or ())
    runs = [(value, [years[at] for at, _ in group]) for value, group in groupby(enumerate(values), key=lambda one: one[1])]
    if len(runs) == 1:
        return _figure(runs[0][0], unit)
    if len(runs) > MOST_RUNS:
        ends = [f"{_figure(value, unit)} in {in_words(of[0])}" for value, of in (runs[0], runs[-1])]
        return f"from {ends[0]} to {ends[1]}"
    return "; ".join(f"{_figure(value, unit)} in {_span(of)}" for value, of in runs)


def _span(years: Sequence[str]) -> str:
    first, last = in_words(years[0]), in_words(years[-1])
    return first if len(years) == 1 else f"each year from {first} until {last}"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return share_text(value)
    if unit == "£":
        return money_text(value)
    if unit.startswith("£/"):
        return f"{money_text(value)} for each {unit.removeprefix('£/')}"
    if "/" in unit or unit == "number":
        return number_text(value, 4)
    return f"{number_text(value)} {unit}" + ("" if value == 1 else "s")


def bill_rows(page: Residents, council: CouncilFigures) -> list[tuple[str, str, str]]:
    """The whole bill at Band D in the year and option that the page opens with: authority, charge, change on the year before."""
    projection = page.projections[page.shown_option(council)]
    name = bill_of(projection, council.key)
    if not name:
        return []
    at = page.years.index(page.shown_year)
    table = next(one for one in projection.bills if one.title.endswith("bill by authority") and _is_of(one.rows[0].line, name))
    rows: list[tuple[str, str, str]] = []
    for row in table:
        value = row.values[at]
        if row.kind == "balance":
            rows.append((row.label, money_text(value), ""))
        elif row.label == "change, £":
            label, charge, _ = rows[-1]
            text = money_text(value) if value == value else "not known"
            rows[-1] = (label, charge, f"+{text}" if value >= HALF_A_PENNY else text)
    return rows


def _is_of(line: str, name: str) -> bool:
    return line.startswith(f"{name}.")


def cost_of(page: Residents, option: str, council: CouncilFigures) -> str:
    """What an option costs a Band D home of a council in the year the page opens with, beside what happens without a decision."""
    views, when = council.views.get(option), in_words(page.shown_year)
    who = f"{council.name}: " if len(page.councils) > 1 else ""
    if views is None:
        return f"{council.name} sets no charge of its own in this option."
    view = views["none", "D", page.shown_year]
    said = f"{who}Band D pays {pounds_text(view.year)} in {when}"
    if option == page.case.do_nothing or view.against is None:
        return f"{said}."
    number = list(page.case.options).index(page.case.do_nothing) + 1
    said += f", {_moved(view.against, view.against_week)} in option {number}."
    if not changes_of(page, option, council.key):
        moves = any(views["none", "D", year].against for year in page.years)
        said += (f" The services and the income are as in option {number}; what differs is the charge, and what is left in reserves."
                 if moves else " Nothing changes for this council.")  # fmt: skip
    return said
