"""`devomodel dashboard`: the pages for a meeting, an office and a clerk, served from this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from devomodel.cli.guard import guarded
from devomodel.problems import DevomodelError

SHORTEST_TOKEN = 12


@guarded
def dashboard(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Scenario files to offer; without any, those that ship.")
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="The port to use; the next free one when it is taken.")] = 8866,
    share: Annotated[bool, typer.Option("--share", help="Let others on this network open it, with a token.")] = False,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Listen on one address of this computer only.")
    ] = None,
    token: Annotated[str, typer.Option("--token", metavar="WORDS", help="The token others need; made up without it.")] = "",
    hall: Annotated[
        bool, typer.Option("--hall", help="A meeting: share it, 12 places, and the residents' page for everyone else.")
    ] = False,
    visitors: Annotated[
        int | None, typer.Option("--visitors", metavar="N", min=1, max=500, help="How many pages at once.")
    ] = None,
    ready: Annotated[
        int,
        typer.Option(
            "--ready", metavar="N", min=0, max=20, help="Pages kept ready, about 90 MB each, so that they open at once."
        ),
    ] = 2,
    idle: Annotated[
        float, typer.Option("--idle", metavar="MINUTES", min=1, help="Close a page that nobody touches after so long.")
    ] = 60,
    work: Annotated[
        Path | None,
        typer.Option("--work", metavar="DIR", help="The folder for saved work; without it, devomodel in your own folder."),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the first page here.")] = True,
) -> int:
    """Open the pages for testing a precept, sharing a cost, funding, capital, an options night and exploring a case.

    Only this computer can reach them, unless you say --share or --hall. Nothing is asked of the internet.

    Example: devomodel dashboard scenarios/castle-donington.yaml
    """
    from devomodel.dashboards.server import Settings, serve

    if host and (share or hall):
        raise DevomodelError("--host says which address to listen on, and --share and --hall mean every one. Give one of them.")
    if token and len(token) < SHORTEST_TOKEN:
        raise DevomodelError(f"--token needs {SHORTEST_TOKEN} letters at least, so that nobody finds it by trying. "
                             "Leave it out, and a good one is made up.")  # fmt: skip
    serve(Settings(
        files=tuple(files or ()), work=work, host=host or ("0.0.0.0" if share or hall else "127.0.0.1"), port=port, hall=hall,
        visitors=visitors, preheated=ready, token=token, idle=idle * 60, browser=browser,
    ))  # fmt: skip
    return 0
