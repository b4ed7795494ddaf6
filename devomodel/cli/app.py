"""The command line: each command in its own file, named here."""

from __future__ import annotations

from typing import Annotated

import typer

from devomodel.cli.check import check
from devomodel.cli.compare import compare
from devomodel.cli.councils import councils
from devomodel.cli.dashboard import dashboard
from devomodel.cli.explain import explain
from devomodel.cli.mechanisms import mechanisms
from devomodel.cli.new import new
from devomodel.cli.parameters import parameters
from devomodel.cli.publish import publish
from devomodel.cli.run import run
from devomodel.cli.schema import schema

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The money side of devolution to town and parish councils: precept, Band D, reserves, with sources.",
)  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        from devomodel import __version__

        print(f"devomodel {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


for command, words in (
    (new, "Ask a few questions and write a scenario file that runs."),
    (check, "Read a file strictly; say what fails, is assumed or is stale."),
    (run, "Work out a case: statements, precept, bands, checks."),
    (explain, "Show how one figure was worked out."),
    (compare, "Set options, or two files, side by side."),
    (councils, "Find a real council in the shipped figures."),
    (parameters, "List the figures that law and others set."),
    (mechanisms, "List the rules that move money, and what each takes."),
    (dashboard, "Open the pages for an office and a meeting."),
    (publish, "Write the page that shows residents what they would pay."),
    (schema, "Print the JSON Schema of a scenario file."),
):
    app.command(short_help=words)(command)
