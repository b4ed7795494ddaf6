"""`devomodel publish`: a case as one page for residents, with a QR code that leads to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from devomodel.cli.common import Changes, File, Years, opened
from devomodel.cli.guard import FAILED_CHECK, guarded, say

if TYPE_CHECKING:
    from devomodel.case import Case


@guarded
def publish(
    file: File,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write the page into.", show_default=False)
    ],
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where the page will stand; writes a QR code that leads there.")
    ] = "",
    changes: Changes = None,
    years: Years = None,
) -> int:
    """Write a page that shows residents what each option would cost them: one file, no server, no cookies.

    It opens from a memory stick, an e-mail or the council's website. Ends with 0 when all is well, 1 when the preferred
    option fails a check (the page is written and says so), 2 when there is nothing to write or nowhere to write it.

    Example: devomodel publish scenarios/castle-donington.yaml -o public --address https://www.example.org/precept.html
    """
    from devomodel.cli.words import counted
    from devomodel.reports.residents import publish as published

    case = opened(file, changes, years)
    say(f"Working out {counted(len(case.options), 'option')} over {counted(case.count, 'year')}.")
    for path in published(case, output, address):
        say(f"Wrote {path} ({path.stat().st_size / 1000:,.0f} KB).")
    if address:
        say(f"The QR code leads to {address.strip()}. Put the page there, and try the code with a phone before it is printed.")
    if changes:
        say("The page holds the changes made by --set, which the file does not: keep a note of them with the page.")
    return _say_failing(case)


def _say_failing(case: Case) -> int:
    """Each option that fails a check, and the status that the preferred one ends with."""
    from devomodel.model import project

    status = 0
    for name, option in case.options.items():
        projection = project(case, name)
        failed = [one.label for one in projection.checks[1:] if not one.passed]
        if failed:
            say(f"WARNING: the option '{name}' ({option.label}) fails: {'; '.join(failed)}. The page says so.")
            status = FAILED_CHECK if name == case.preferred else status
    return status
