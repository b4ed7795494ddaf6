"""The precept walk drawn: last year's Band D charge, the steps that moved it, this year's."""

from __future__ import annotations

from itertools import accumulate
from math import isfinite

from devomodel.charts.asked import council_with_precept, place_of_year, single_run, year_before
from devomodel.charts.page import BLUE, GREY, ORANGE, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Piece, Row, draw_rows
from devomodel.charts.words import axis_words, inside, printed, rises, said, signed, ticks_of
from devomodel.engine.years import in_words
from devomodel.model import Projection
from devomodel.problems import DevomodelError
from devomodel.statements import HALF_A_PENNY, walk

CHARGE = "£/Band D home"


def precept_walk(projection: Projection, council: str, year: str) -> Chart:
    """Why the Band D charge moves: from last year's to this year's in steps that sum to the penny, in £ a year at Band D.

    Raises DevomodelError for a council that sets no precept, a year that is not in the case, and a first year without one before.
    """
    who, place = council_with_precept(single_run(projection), council), place_of_year(projection, year)
    last = projection.years[place - 1] if place else ""
    before = (projection.value(f"{council}.band_d", last) if last
              else projection.value(f"{council}.band_d_at_start", year) if f"{council}.band_d_at_start" in projection.sheet
              else float("nan"))  # fmt: skip
    if not isfinite(before):
        raise DevomodelError(f"There is no walk to {year}, the first year of the case: the charge before it is not given. "
                             f"Ask for a later year, or give {council}'s precept and tax base under year_before.")  # fmt: skip
    after = projection.value(f"{council}.band_d", year)
    steps = [(row.label, printed(row.values[place], CHARGE)) for row in walk(projection.figures, council)
             if row.adds and abs(row.values[place]) >= HALF_A_PENNY]  # fmt: skip
    this, earlier = in_words(year), in_words(year_before(year))
    title = f"Band D {rises(before, after, CHARGE)} in {this}"
    if steps:
        largest = max(steps, key=lambda step: step[1] if after >= before else -step[1])
        title += f", with {signed(largest[1], CHARGE)} from {_inside(largest[0])}"
    levels = [printed(level, CHARGE) for level in accumulate((amount for _, amount in steps), initial=before)]
    rows = [Row(earlier, (Piece(before, before, GREY, "mark"),), said(before, CHARGE))]
    for (label, amount), start, end in zip(steps, levels, levels[1:], strict=False):
        rows.append(Row(label, (Piece(start, end, ORANGE if amount > 0 else BLUE),), signed(amount, CHARGE)))
    rows.append(Row(this, (Piece(after, after, GREY, "mark"),), said(after, CHARGE)))
    low = _low(levels)
    notes = (f"The axis starts at {said(low, CHARGE)}, not at £0, so that small steps can be seen.",) if low else ()
    told = ", ".join(f"{_inside(label)} {signed(amount, CHARGE)}" for label, amount in steps) or "nothing moves it"
    alt = (f"Waterfall chart of the Band D charge of {who}, from {said(before, CHARGE)} in {earlier} to {said(after, CHARGE)} "
           f"in {this}. The steps are: {told}.")  # fmt: skip
    heading = Heading(title, f"{who}: why the Band D charge moves", axis_words(CHARGE), notes)
    table = Table(heading.subtitle, ("Step", "Amount"), ((earlier, before), *steps, (this, after)), (CHARGE,))
    return Chart(title, alt, table, lambda width: draw_rows(rows, heading, CHARGE, width, low=low, joins=levels))


def _inside(label: str) -> str:
    """The name of a step inside a sentence, without its remark in brackets."""
    return inside(label.split(" (")[0])


def _low(levels: list[float]) -> float:
    """A round figure under the lowest level; nought when the steps are no small part of the charge."""
    low, high = min(levels), max(levels)
    span = high - low
    if span <= 0 or low - span * 0.3 <= high * 0.2:
        return min(0.0, low)
    step = 10.0 ** len(str(int(span))) / 10
    return ticks_of(0.0, low - span * 0.1, step)[-1]
