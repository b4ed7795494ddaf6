"""The main charts of a case written to a folder as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from devomodel.cli.guard import say

if TYPE_CHECKING:
    from devomodel.model import Projection


def write_pictures(projection: Projection, folder: Path, year: str | None) -> None:
    """Draw the charts and say, on standard error, where each is and what it shows.

    Raises DevomodelError where the folder cannot be made or written to.
    """
    from devomodel import charts
    from devomodel.cli.charges import year_shown
    from devomodel.cli.words import counted
    from devomodel.problems import DevomodelError
    from devomodel.statements import has_precept

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DevomodelError(f"--picture {folder}: the folder cannot be made: {error.strerror}.") from None
    with_precept = [key for key in projection.case.councils if has_precept(projection.sheet, key)]
    drawn = charts.main_charts(projection, year or {key: year_shown(projection, key)[0] for key in with_precept})
    for name, chart in drawn.items():
        path = chart.save(folder / f"{name}.svg")
        say(f"{path}: {chart.title}")
    say(f"{counted(len(drawn), 'picture')} written to {folder}. Any web browser opens them.")
