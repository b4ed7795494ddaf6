"""What a council has in hand at the end of each year, against the least it should hold."""

from __future__ import annotations

from math import isfinite

from devomodel.charts.asked import council_with_precept, line_of, single_run
from devomodel.charts.lines import Series, draw_lines
from devomodel.charts.page import Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.words import axis_words, printed, rises, said, size
from devomodel.engine.years import first_calendar_year
from devomodel.model import Projection
from devomodel.problems import DevomodelError

HALF_A_PENNY = 0.005
POUNDS = "£"


def reserves(projection: Projection, council: str, floor: float | str | None = None) -> Chart:
    """A council's general reserve, and all its reserves where it has others, in £ in hand at 31 March of each year.

    floor  the least the general reserve should be: £, or the name of a line that holds it by year
    Raises DevomodelError for a council that sets no precept in the case, and for a floor that is neither.
    """
    who, years = council_with_precept(single_run(projection), council), projection.years
    prefix = f"{council}.reserves"
    names = dict.fromkeys(
        line.tags["reserve"] for line in projection.sheet.tagged(council=council, kind="reserve") if "reserve" in line.tags
    )
    balances = {name: _with_opening(projection, f"{prefix}.{name}") for name in names}
    general = balances["general"]
    series = [Series("General reserve", general)]
    if len(balances) > 1:
        opening = sum(one[0] for one in balances.values())
        series.append(Series("All reserves", (opening, *projection.by_year(f"{prefix}.closing"))))
    least = _floor(projection, floor)
    if least:
        series.append(Series("Floor", least, level=True))
    ends = [first_calendar_year(years[0]) + step for step in range(len(years) + 1)]
    title = _title(general, least, ends)
    opened = f"{said(general[0], POUNDS)} at 31 March {ends[0]}"
    lowest = min(range(len(general)), key=lambda at: printed(general[at], POUNDS))
    alt = (f"Line chart of the reserves of {who} at the end of each year. The general reserve is {opened} and "
           f"{said(general[-1], POUNDS)} at 31 March {ends[-1]}; its lowest is {said(general[lowest], POUNDS)}, in {ends[lowest]}"
           + (f", against a floor of {said(least[lowest], POUNDS)}." if least else "."))  # fmt: skip
    heading = Heading(title, f"{who}: reserves in hand", f"{axis_words(POUNDS)} at 31 March")
    columns = {f"{name.replace('_', ' ').capitalize()} reserve": values for name, values in balances.items()}
    columns |= {one.name: one.values for one in series[1:]}
    table = Table(heading.subtitle, ("Date", *columns), tuple((f"31 March {end}", *(values[at] for values in columns.values()))
                  for at, end in enumerate(ends)), (POUNDS,) * len(columns))  # fmt: skip
    points = [f"March\n{end}" for end in ends]
    return Chart(title, alt, table, lambda width: draw_lines(series, points, heading, POUNDS, width))


def _with_opening(projection: Projection, prefix: str) -> tuple[float, ...]:
    """What is in hand at the start of the case, and at the end of each of its years."""
    return (projection.value(f"{prefix}.opening", projection.years[0]), *projection.by_year(f"{prefix}.closing"))


def _floor(projection: Projection, floor: float | str | None) -> tuple[float, ...]:
    """The floor at each point; at the start of the case it is that of the first year."""
    if floor is None:
        return ()
    if isinstance(floor, str):
        line = line_of(projection, floor)
        if str(line.unit) != POUNDS:
            raise DevomodelError(f"'{line.name}' is in '{line.unit}', and a floor for reserves is in £.")
        values = projection.by_year(line.name)
        return (values[0], *values)
    if not isfinite(floor):
        raise DevomodelError("The floor of the reserves must be a number of pounds.")
    return (float(floor),) * (len(projection.years) + 1)


def _title(general: tuple[float, ...], least: tuple[float, ...], ends: list[int]) -> str:
    """The finding: overdrawn before anything else, then below the floor, then how far it moves."""
    overdrawn = [at for at, value in enumerate(general) if value < -HALF_A_PENNY]
    if overdrawn:
        return f"General reserve is overdrawn by {size(general[overdrawn[0]], POUNDS)} at 31 March {ends[overdrawn[0]]}"
    short = [at for at, value in enumerate(general) if least and value < least[at] - HALF_A_PENNY]
    if short:
        by = size(least[short[0]] - general[short[0]], POUNDS)
        return f"General reserve is {by} below its floor at 31 March {ends[short[0]]}"
    moves = f"General reserve {rises(general[0], general[-1], POUNDS)} by 31 March {ends[-1]}"
    return f"{moves}, never below its floor" if least else moves
