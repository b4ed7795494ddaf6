"""`devomodel check`: reads a file strictly, works every option, and lists what a reader should ask about."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from devomodel.cli.common import Changes, File, Format, FormatOption, Years, opened
from devomodel.cli.guard import FAILED_CHECK, guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devomodel.case import Case
    from devomodel.cli.page import Page
    from devomodel.engine import Line
    from devomodel.model import Projection

GROUPS = (
    ("not stated", "No basis is stated"),
    ("unsourced", "Said to be published, agreed or quoted, and no source is named"),
    ("assumption", "Assumed"),
    ("estimate", "Estimated"),
)

MOST_TURNS = 3
"""Rates that are told in turn; of more the lowest and the highest are."""

OF_THE_AMOUNT = "growth of the amount"
"""How the origin of a rate says that the amount gives it itself."""


@guarded
def check(file: File, changes: Changes = None, years: Years = None, format: FormatOption = Format.table) -> int:
    """Read a scenario strictly, run the checks of every option, and say what is assumed, unsourced or stale.

    Ends with 0 when all checks of all options hold, 1 when one fails, 2 when the file cannot be used.

    Example: devomodel check scenarios/castle-donington.yaml
    """
    from devomodel.model import project

    case = opened(file, changes, years)
    projections = [project(case, option) for option in case.choices]
    figures = _figures(case, projections)
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(
            {
                "case": case.title,
                "options": [_option(one) for one in projections],
                "figures": figures,
                "cautions": _cautions(projections),
                "unusual": list(_unusual(projections)),
                "warnings": list(_advice(projections)),
                "sources": _sources(case, figures),
            }
        )
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(list(figures[0]) if figures else [], ([_cell(one) for one in row.values()] for row in figures))
    else:
        from devomodel.cli.page import Page

        print_check(Page(), case, projections, figures)
    return 0 if all(one.passed for one in projections) else FAILED_CHECK


def _option(projection: Projection) -> dict[str, Any]:
    failed = [
        {"name": one.name, "label": one.label, "detail": one.detail, "years": list(one.years)}
        for one in projection.checks[1:]
        if not one.passed
    ]
    return {
        "option": projection.option,
        "passed": projection.passed,
        "checks": len(projection.checks) - 1,
        "failed": failed,
        "run_id": projection.run_id,
    }


def _figures(case: Case, projections: list[Projection]) -> list[dict[str, Any]]:
    """Every given figure of every option once: how firm it is, and where it stands in the file."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for projection in projections:
        for line in projection.inputs:
            origin = line.origin
            if origin is None or not origin.is_given or not origin.place:
                continue
            if line.name.endswith(".growth") and origin.note.startswith(OF_THE_AMOUNT):
                continue  # said beside the amount itself
            listed = origin.place.startswith("indices › ")
            key = (origin.place, "" if listed else line.name, origin.basis, origin.source, "" if listed else str(line.values))
            row = found.setdefault(
                key,
                {
                    "place": origin.place,
                    "line_of_file": _line_of_file(case, projection.option, origin.place),
                    "label": "rates of growth" if listed else line.label.removesuffix(", before growth"),
                    "basis": "unsourced" if origin.unsourced and origin.basis != "not stated" else origin.basis,
                    "figure": _figure(projection, line),
                    "source": origin.source,
                    "note": origin.note,
                    "caution": origin.caution,
                    "options": [],
                },
            )
            row["options"].append(projection.option)
    return list(found.values())


def _line_of_file(case: Case, option: str, place: str) -> int | None:
    """Where a figure is written: in the option that changes it, or in the base. None for a change made by --set."""
    document = case.document
    if document is None:
        return None
    path = tuple(place.split(" › "))
    dotted = ".".join(path[1:])
    changes = ((document.value.get("options") or {}).get(option) or {}) if path[0] == "mechanisms" else {}
    for what in ("set", "add"):
        for one in changes.get(what) or {}:
            own = str(one).removeprefix("mechanisms.")
            if dotted == own or dotted.startswith(f"{own}."):
                rest = tuple(dotted[len(own) :].strip(".").split(".")) if dotted != own else ()
                return document.line(("options", option, what, one, *rest))
    return document.line(path)


def _figure(projection: Projection, line: Line) -> str:
    """A given figure as a person reads it: what it comes to in the first and the last year it runs in, and how it grows."""
    from devomodel.cli.words import figure

    unit, name = str(line.unit), line.name.removesuffix(".before_growth")
    values = projection.by_year(name)
    runs = [at for at, value in enumerate(values) if value] or list(range(len(values)))
    if unit == "share":
        growth = name.endswith(".growth") and values[0] == 0  # the first year is the one it is priced in
        runs = list(range(len(values)))[1 if growth else 0 :] or [0]
    first, last = runs[0], runs[-1]
    years = projection.years
    ends = [_with_sign(figure(values[at], unit), unit) for at in (first, last)]
    whole = last == len(values) - 1 and first <= name.endswith(".growth")
    if len({values[at] for at in runs}) == 1 or first == last:
        said = ends[0] + ("" if whole else f" in {years[first]}" if first == last else f" in {years[first]} to {years[last]}")
    else:
        said = f"{ends[0]} in {years[first]} to {ends[1]} in {years[last]}"
    return said + (_growing(projection, name, first, last) if line.name != name else "")


def _growing(projection: Projection, name: str, first: int, last: int) -> str:
    """How an amount grows between two years: its rates in turn, and whose they are where they are not its own."""
    from devomodel.cli.words import figure

    if f"{name}.growth" not in projection.sheet or first == last:
        return ""
    rate = projection.sheet[f"{name}.growth"]
    rates = list(zip(projection.years, projection.by_year(rate.name), strict=True))[first + 1 : last + 1]
    turns = [rates[0], *(now for before, now in pairwise(rates) if now[1] != before[1])]
    written = [figure(one, "share") for _, one in turns]
    if len(turns) == 1:
        said = f"{written[0]} a year"
    elif len(turns) <= MOST_TURNS:
        said = ", ".join(f"{one} from {year}" for one, (year, _) in zip(written, turns, strict=True))
    else:
        ends = [figure(one, "share") for one in (min(one for _, one in rates), max(one for _, one in rates))]
        said = f"between {ends[0]} and {ends[1]} a year"
    origin = rate.origin
    by = re.search(r"^indices › \w+|parameter [\w.]+", f"{origin.place}\n{origin.note}") if origin is not None else None
    return f", growing {said}" + (f" ({by[0]})" if by else "")


def _with_sign(written: str, unit: str) -> str:
    return f"£{written}" if unit.startswith("£") and written[:1].isdigit() else written


def _cautions(projections: list[Projection]) -> list[str]:
    return list(dict.fromkeys(caution for one in projections for caution in one.sheet.cautions))


def _sources(case: Case, figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each source with its year as far as its date tells, and how many figures rest on it; the oldest first."""
    found = []
    for key, source in case.sources.items():
        year = re.findall(r"\b(?:19|20)\d\d\b", source.date)
        line = case.document.line(("sources", key)) if case.document else None
        found.append(
            {
                "source": key,
                "title": source.title,
                "date": source.date,
                "year": int(year[-1]) if year else None,
                "line_of_file": line,
                "figures": sum(row["source"] == source.title for row in figures),
            }
        )
    return sorted(found, key=lambda one: one["year"] or 9999)


def print_check(page: Page, case: Case, projections: list[Projection], figures: list[dict[str, Any]]) -> None:
    """The report: options, figures by how firm they are, parameters, sources."""
    from devomodel.cli.words import counted

    page.title(case.title)
    page.say(
        f"{case.file} reads well: {counted(len(case.choices), 'option')}, {counted(case.count, 'year')}, "
        f"{counted(len(figures), 'given figure')}."
    )
    page.part("Checks")
    for projection in projections:
        failed = [one for one in projection.checks[1:] if not one.passed]
        said = f"all {counted(len(projection.checks) - 1, 'check')} hold"
        if failed:
            said = f"{counted(len(failed), 'check')} FAIL{'S' if len(failed) == 1 else ''}"
        preferred = " (preferred)" if projection.option == case.preferred and len(case.choices) > 1 else ""
        page.item(f"{projection.option}{preferred}: {said}")
        for one in failed:
            page.item(
                f"{one.label}. {one.detail}." + (f" Fails in {', '.join(one.years)}." if one.years else ""),
                mark="FAILS",
                style="bold red",
                indent=2,
            )
    page.part("How firm the figures are")
    counts: dict[str, int] = {}
    for row in figures:
        counts[row["basis"]] = counts.get(row["basis"], 0) + 1
    page.say("; ".join(f"{basis}: {count}" for basis, count in sorted(counts.items(), key=lambda one: -one[1])) + ".")
    for basis, words in GROUPS:
        rows = [row for row in figures if row["basis"] == basis]
        if rows:
            page.heading(f"{words} ({len(rows)})")
            for row in rows:
                page.item(_row(row, case))
    page.of_options("Unusual changes: read with care", _unusual(projections), len(projections))
    page.of_options("Read with care", _advice(projections), len(projections))
    _print_cautions(page, _cautions(projections))
    _print_sources(page, _sources(case, figures))


def _row(row: Mapping[str, Any], case: Case) -> str:
    at = f"line {row['line_of_file']}, " if row["line_of_file"] else ""
    only = f" (only in {', '.join(row['options'])})" if len(row["options"]) < len(case.choices) else ""
    note = f": {row['note']}" if row["note"] else ""
    return f"{at}{row['place']}: {row['label']}, {row['figure']}{note}{only}"


def _advice(projections: list[Projection]) -> dict[str, list[str]]:
    """What else `run` warns of in each option, and headings of an option that are most likely misspelt."""
    found: dict[str, list[str]] = {}
    for one in projections:
        for said in (*one.case.options[one.option].slips, *(f"{check.label}: not so in {', '.join(check.years)}. {check.detail}."
                                                            for check in one.advice)):  # fmt: skip
            found.setdefault(said, []).append(one.option)
    return found


def _unusual(projections: list[Projection]) -> dict[str, list[str]]:
    """What moves further from one year to the next than is usual, with the options it does so in."""
    from devomodel.plausible import unusual_changes

    found: dict[str, list[str]] = {}
    for one in projections:
        for said in unusual_changes(one.figures):
            found.setdefault(said, []).append(one.option)
    return found


def _print_cautions(page: Page, cautions: list[str]) -> None:
    carried = [one for one in cautions if "is the case's own" in one]
    others = [one for one in cautions if one not in carried]
    for title, group in (
        ("Statutory or published figures that are stale or not verified", others),
        ("Figures carried on past their last year, by the case's own choice", carried),
    ):
        if group:
            page.heading(f"{title} ({len(group)})")
            for one in group:
                page.item(one)


def _print_sources(page: Page, sources: list[dict[str, Any]]) -> None:
    if not sources:
        return
    page.part("Sources")
    dated = [one for one in sources if one["year"]]
    if dated:
        page.say(
            f"All are of {dated[0]['year']}."
            if dated[0]["year"] == dated[-1]["year"]
            else f"The oldest is of {dated[0]['year']} ({dated[0]['title']}), "
            f"the newest of {dated[-1]['year']} ({dated[-1]['title']})."
        )
    for one in sources:
        if not one["year"]:
            page.item(f"line {one['line_of_file']}, {one['source']}: no date is given ({one['title']})")
        if not one["figures"]:
            page.item(f"line {one['line_of_file']}, {one['source']}: no figure rests on it ({one['title']})")


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
