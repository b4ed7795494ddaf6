"""`devomodel run`: one option of a case worked out, as statements, charges, checks and warnings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from devomodel.cli.common import Changes, File, Format, FormatOption, OptionName, Years, worked
from devomodel.cli.guard import FAILED_CHECK, guarded, say

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.model import Projection
    from devomodel.statements import Statement

BILLS, ARRANGEMENTS = "", "*"
PARTS = {BILLS: "Whole council tax bill", ARRANGEMENTS: "What each arrangement comes to"}
"""What is of no one party, and its heading."""
IN_POUNDS = "Statements are to the pound, and each total adds up the rounded lines above it, so that what is printed sums."


@guarded
def run(
    file: File,
    option: OptionName = None,
    changes: Changes = None,
    years: Years = None,
    year: Annotated[str | None, typer.Option("--year", metavar="YEAR", help="The year of the charges table, as 2026-27.")] = None,
    council: Annotated[str | None, typer.Option("--council", metavar="KEY", help="Show one party only, by its key.")] = None,
    statement: Annotated[str | None, typer.Option("--statement", metavar="NAME", help="Show one statement only.")] = None,
    checks: Annotated[bool, typer.Option("--checks", help="List every check, also those that hold.")] = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="DIR", help="Write the main charts into this folder, as SVG.")
    ] = None,
    format: FormatOption = Format.table,
) -> int:
    """Work out a case: statements, precept, bands, reserves, what ends, and checks.

    Ends with 0 when all is well, 1 when a check fails, 2 when the file cannot be used. --council, --statement, --year
    and --checks choose what the table shows; json always gives everything, unrounded.

    Example: devomodel run scenarios/castle-donington.yaml --set precept.contingency=£5,000 --years 3
    """
    projection = worked(file, option, changes, years)
    if year is not None:
        projection.figures.position(year)
    shown = chosen(projection, council, statement)
    if format is Format.json:
        print_json(projection.as_dict())
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_statements

        print_statements(projection, shown)
        for warning in projection.warnings:
            say(warning)
    else:
        from devomodel.cli.page import Page

        print_run(Page(), projection, shown, year, charges=not statement, all_checks=checks)
    if picture is not None:
        from devomodel.cli.pictures import write_pictures

        write_pictures(projection, picture, year)
    return 0 if projection.passed else FAILED_CHECK


def print_json(content: object) -> None:
    """Plain data as JSON on standard output, in marks that any console can show; no figure is null, never NaN."""
    import sys

    utf = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(content, ensure_ascii=not utf, allow_nan=False, indent=1))


def chosen(projection: Projection, council: str | None, statement: str | None) -> dict[str, list[Statement]]:
    """Party key → its statements, councils that set a precept first; then the whole bills of the case, and what each arrangement
    comes to, under keys that no party has.

    Raises DevomodelError for a name not there.
    """
    from devomodel import statements
    from devomodel.problems import DevomodelError, listed, suggestion

    moving = statements.parties_with_flows(projection.sheet)
    parties = [key for key in projection.case.councils if key in moving or projection.statements(key)]
    parties.sort(key=lambda key: not statements.has_precept(projection.sheet, key))
    if council is not None:
        found = {council: projection.statements(council)}
        if not found[council]:
            raise DevomodelError(f"'{council}' neither pays nor receives anything in the option '{projection.option}'.")
    else:
        found = {key: projection.statements(key) for key in parties}
        found |= {key: tables for key, tables in ((BILLS, projection.bills), (ARRANGEMENTS, projection.arrangements)) if tables}
    if statement is None:
        return found
    wanted = SHORT_NAMES.get(statement.strip().lower(), statement.strip().lower())
    kept = {key: [table for table in tables if wanted in name_of(table).lower()] for key, tables in found.items()}
    if not any(kept.values()):
        names = list(dict.fromkeys(name_of(table).lower() for tables in found.values() for table in tables))
        raise DevomodelError(f"There is no statement '{statement}'. {suggestion(wanted, names)} "
                             f"The statements are: {listed(names, 'and')}.".replace("  ", " "))  # fmt: skip
    return {key: tables for key, tables in kept.items() if tables}


SHORT_NAMES = {"bands": "by band", "limits": "tests and limits", "walk": "why the band d charge moves", "revenue": "revenue account",
               "capital": "capital account", "in kind": "given and borne in kind", "precept": "council tax"}  # fmt: skip
"""What people call a statement, and its name in lower case."""


def name_of(statement: Statement) -> str:
    """A statement's name without its council: "Revenue account"."""
    name = statement.title.rsplit(": ", 1)[-1]
    return name[:1].upper() + name[1:]


def print_run(page: Page, projection: Projection, shown: dict[str, list[Statement]], year: str | None, *, charges: bool,
              all_checks: bool) -> None:  # fmt: skip
    """The whole report of a run."""
    from devomodel import statements
    from devomodel.cli.charges import print_charges
    from devomodel.cli.endings import print_endings

    print_heading(page, projection)
    for key, tables in shown.items():
        name = PARTS.get(key) or projection.case.councils[key].name
        page.part(name)
        for table in tables:
            in_pounds = "account" in name_of(table) or "eserves" in name_of(table) or (key == ARRANGEMENTS and _of_money(table))
            page.heading(
                name_of(table) + (f" ({table.note})" if table.note and len(table.note) < 30 else ", £" if in_pounds else "")
            )
            page.statement(table.in_pounds(), name)
        if charges and key not in PARTS and statements.has_precept(projection.sheet, key):
            print_charges(page, projection, key, year)
    if charges:
        print_endings(page, projection)
    print_checks(page, projection, all_checks)
    print_warnings(page, projection)
    print_footer(page, projection)


def _of_money(table: Statement) -> bool:
    return any(row.unit.startswith("£") for row in table)


def print_heading(page: Page, projection: Projection) -> None:
    """What was worked, for whom, and who answers for it."""
    case = projection.case
    option = case.options[projection.option]
    status = ", the preferred option" if projection.option == case.preferred and len(case.options) > 1 else ""
    rows = [("Option", f"{option.label} ({option.name}{status})"), ("Nation", case.nation.capitalize()),
            ("Years", f"{projection.years[0]} to {projection.years[-1]}" if case.count > 1 else projection.years[0])]  # fmt: skip
    if case.owner:
        rows.append(("Owner", case.owner))
    if case.approved:
        rows.append(("Approved", f"{case.approved.by}, {case.approved.date} (minute {case.approved.minute})"))
    else:
        rows.append(("Approved", "not yet"))
    others = [name for name in case.choices if name != projection.option]
    if others:
        rows.append(("Other options", ", ".join(others)))
    page.title(case.title)
    page.pairs(rows)
    if case.illustrative:
        page.say("The figures of this case are made up to show the tool.", style="bold")


def print_checks(page: Page, projection: Projection, every: bool) -> None:
    """The checks that fail, with where and why; the others counted, or listed too."""
    from devomodel.cli.words import counted

    checks = projection.checks[1:]
    failed = [one for one in checks if not one.passed]
    page.part("Checks")
    if failed:
        page.say(f"{len(failed)} of {counted(len(checks), 'check')} {'fails' if len(failed) == 1 else 'fail'}.", style="bold")
    else:
        page.say(f"All {counted(len(checks), 'check')} hold.")
    for one in failed:
        when = f" Fails in {', '.join(one.years)}." if one.years else ""
        page.item(f"{one.label}. {one.detail}.{when}", mark="FAILS", style="bold red")
    if every:
        for one in checks:
            if one.passed:
                page.item(f"{one.label}. {one.detail}.", mark="holds", style="green")
    page.say(IN_POUNDS, style="dim")


def print_warnings(page: Page, projection: Projection) -> None:
    """What must be known beside the figures."""
    if projection.warnings:
        page.part("Read with care")
        for warning in projection.warnings:
            page.item(warning)


def print_footer(page: Page, projection: Projection) -> None:
    """What proves that two people have the same figures."""
    page.blank()
    page.say(f"Run {projection.run_id}. The same case and figures give the same number on any machine.", style="dim")
