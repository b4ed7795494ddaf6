"""`devomodel compare`: options, or two files, side by side, and what moved the difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from devomodel.cli.common import Changes, File, Format, FormatOption, Years, opened
from devomodel.cli.guard import FAILED_CHECK, guarded

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.compare import Comparison

OPTION_HELP = (
    "An option to compare, more than once for several; the first is what the others are compared with. With two files: "
    "the option to take of both."
)


@guarded
def compare(
    file: File,
    other: Annotated[Path | None, typer.Argument(metavar="OTHER", help="A second file to compare the first with.")] = None,
    option: Annotated[list[str] | None, typer.Option("--option", metavar="NAME", help=OPTION_HELP)] = None,
    changes: Changes = None,
    years: Years = None,
    format: FormatOption = Format.table,
) -> int:
    """Set the options of a case, or two files, side by side, and say what moves the Band D charge between them.

    --set and --years are made to both files.

    Example: devomodel compare scenarios/castle-donington.yaml
    """
    from devomodel.compare import compare as compared
    from devomodel.problems import DevomodelError

    case = opened(file, changes, years)
    if other is None:
        comparison = compared(case, options=option or None)
    else:
        if option and len(option) > 1:
            raise DevomodelError("With two files, give --option once: it is taken of both.")
        comparison = compared(case, opened(other, changes, years), option=option[0] if option else None)
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(comparison.as_dict())
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(
            ["table", "row", "unit", "line", *comparison.years],
            (
                [table.title, row.label, row.unit, row.line, *row.values]
                for table in (*comparison.tables, *comparison.causes)
                for row in table
            ),
        )
    else:
        from devomodel.cli.page import Page

        print_comparison(Page(), comparison)
    return 0 if all(one.passed for one in comparison.projections) else FAILED_CHECK


def print_comparison(page: Page, comparison: Comparison) -> None:
    """What each does, the key lines side by side, and the causes."""
    from devomodel.cli.words import counted

    first = comparison.projections[0]
    page.title(first.case.title)
    for name, one in zip(comparison.names, comparison.projections, strict=True):
        page.item(name)
        page.say(f"{_what(one)}; {'all checks hold' if one.passed else 'CHECKS FAIL'}; run {one.run_id}", style="dim", indent=2)
    for name in comparison.names:
        if comparison.changes.get(name):
            page.heading(f"{name}: {counted(len(comparison.changes[name]), 'change')}")
            for change in comparison.changes[name]:
                page.item(change)
    for table in (*comparison.tables, *comparison.causes):
        page.heading(f"{table.title}{_unit(table)}")
        page.statement(table, signed=table in comparison.causes)
        if table in comparison.causes:
            page.say("The rows add up to the difference, in the order in which the changes are made.", style="dim")
    found: dict[str, list[str]] = {}
    for name, one in zip(comparison.names, comparison.projections, strict=True):
        for said in one.warnings:
            found.setdefault(said, []).append(name)
    page.of_options("Read with care", found, len(comparison.names))
    if len(comparison.projections) == 1:
        page.say("The case has one option only, so there is nothing to set beside it.")


def _what(projection: object) -> str:
    from devomodel.model import Projection

    assert isinstance(projection, Projection)
    preferred = ", preferred" if projection.option == projection.case.preferred and len(projection.case.options) > 1 else ""
    return f"option {projection.option}{preferred}"


def _unit(table: object) -> str:
    from devomodel.statements import Statement

    assert isinstance(table, Statement)
    units = {row.unit for row in table if row.values}
    return {"£": ", £", "£/Band D home": ", £ a year"}.get(units.pop(), "") if len(units) == 1 else ""
