"""Charts of lines over the years: each line named at its end, its last figure beside the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, isfinite, nan
from typing import Any

from devomodel.charts.marks import Line, Plot
from devomodel.charts.page import BLUE, NARROW, ORANGE, PLUM, SIZES, TEAL, Heading, Page, breadth, wrapped
from devomodel.charts.words import said, tick_words, ticks
from devomodel.engine import unit

BODY, SMALL = SIZES["body"], SIZES["small"]
STEP = BODY * 1.32
PLAIN_AXIS = 0.75
"""Where every figure is at least this share of the largest, and none is money, the axis need not begin at nought."""

LOOKS = ((BLUE, (), "o"), (ORANGE, (5.0, 1.6), "s"), (TEAL, (1.2, 1.2), "^"), (PLUM, (6.0, 1.5, 1.2, 1.5), "D"))
"""Colour, dashes and marker of each line in turn: no two are told apart by colour alone."""

MOST_MARKERS = 12
HEAD, FOOT = 36.0, 40.0
"""Room above lines, and below those that go under nought, in pixels, so that a figure can be written there."""


@dataclass(frozen=True)
class Series:
    """A line: its name as written at its end, a figure for each point (not a number where there is none).

    level  whether it is a level to compare with, such as a floor, drawn thin and without markers
    """

    name: str
    values: tuple[float, ...]
    level: bool = False

    @property
    def last(self) -> int:
        """The place of the last figure there is."""
        return max(place for place, value in enumerate(self.values) if isfinite(value))


@dataclass(frozen=True)
class Mark:
    """A point to look at: a line down the chart with words above it."""

    place: int
    words: str


def axis_begins(series: Sequence[Series], money: bool) -> float:
    """Where the axis of these lines begins: at nought, at the lowest figure below it, or near figures that hardly move."""
    found = [value for one in series for value in one.values if isfinite(value)]
    low, high = min(found), max(found)
    if money or low <= 0 or low < high * PLAIN_AXIS:
        return min(0.0, low)
    return low - max((high - low) * 0.25, high * 0.002)


def draw_lines(series: Sequence[Series], points: Sequence[str], heading: Heading, of: str, width: float,
               point_out: Mark | None = None) -> Page:  # fmt: skip
    """The lines over their points.

    points     the words under each point, at most two lines each
    of         the unit
    point_out  where the reader is to look
    """
    low = axis_begins(series, unit(of).is_money)
    if low > 0:
        note = f"The axis does not start at {said(0.0, of)}, so that small changes can be seen."
        heading = replace(heading, notes=(*heading.notes, note))
    narrow = width < NARROW
    page_width = width - (20.0 if narrow else 32.0)
    names_width = _names_width(series, of, page_width * (0.30 if narrow else 0.27))
    names = [[*wrapped(one.name, names_width, BODY), said(one.values[one.last], of)] for one in series]
    plot_height = max(210.0 if narrow else min(300.0, width * 0.4), sum(len(lines) * STEP + 6 for lines in names))
    found = [value for one in series for value in one.values if isfinite(value)]
    high = max(*found, 0.0 if low <= 0 else max(found))
    span = high - low or 1.0
    high += span * HEAD / plot_height
    bottom = low - span * FOOT / plot_height if low < 0 else low
    marks = ticks(bottom, high, int(plot_height // 52))
    words = tick_words(marks, of)
    ticks_width = max(breadth(word, SMALL) for word in words) + 8.0
    year_width = max(breadth(part, SMALL) for point in points for part in point.split("\n"))
    ticks_width = max(ticks_width, year_width / 2)

    axis_lines = wrapped(heading.axis, page_width, SMALL)
    year_lines = max(point.count("\n") + 1 for point in points)
    mark_lines = wrapped(point_out.words, page_width, SMALL) if point_out else []
    above = (len(axis_lines) + len(mark_lines)) * SMALL * 1.32 + (18.0 if point_out else 10.0)
    page = Page(width, above + plot_height + 10.0 + year_lines * SMALL * 1.32, heading)
    page.write(axis_lines, page.left, page.top, size=SMALL)
    left, top = page.left + ticks_width, page.top + above
    plot_width = page.right - left - names_width - 34.0
    plot = page.plot(left, top, plot_width, plot_height, (0.0, float(max(len(points) - 1, 1))), (bottom, high))
    across, down = plot.across, plot.down

    for mark, word in zip(marks, words, strict=True):
        plot.level_line(mark, 0.75, opacity=0.18)
        page.write(word, left - 8.0, down(mark), size=SMALL, align="right", middle=True)
    if low <= 0:
        plot.level_line(0.0, 1.0, level=1.0)
    each = ceil((year_width + 12.0) * max(len(points) - 1, 1) / plot_width)
    for place in _shown(len(points), each):
        for line, part in enumerate(points[place].split("\n")):
            page.write(part, across(place), top + plot_height + 9.0 + line * SMALL * 1.32, size=SMALL, align="center")
    if point_out:
        _mark(page, mark_lines, across(point_out.place), top, plot_height)
    _marks(plot, series)
    _names(page, series, names, across, down, (top - 10.0, top + plot_height), page.right - names_width)
    if len(series) == 1:
        _first_figure(page, series[0], of, across, down, top + plot_height)
    return page


def _mark(page: Page, lines: Sequence[str], x: float, top: float, plot_height: float) -> None:
    """A dashed line from the words above the plot to its foot; the words stay on the page."""
    half = max(breadth(line, SMALL) for line in lines) / 2
    middle = min(max(x, page.left + half), page.right - half)
    page.write(lines, middle, top - len(lines) * SMALL * 1.32 - 6.0, size=SMALL, align="center")
    page.rule([x, x], [top - 4.0, top + plot_height], 1.5, dashes=(4.0, 3.0), colour=ORANGE)


def _shown(count: int, each: int) -> list[int]:
    """The points whose words there is room for: the first, the last, and an even step between as far as it goes."""
    places = list(range(count - 1, -1, -max(each, 1)))
    if places[-1] and (len(places) > 1 or each < count):
        places[-1] = 0
    return places


def _names_width(series: Sequence[Series], of: str, most: float) -> float:
    """How wide the column of names is: what the names need, within a share of the page, and never less than a figure."""
    figures = max(breadth(said(one.values[one.last], of), BODY, bold=True) for one in series)
    return max(figures, min(most, max(breadth(one.name, BODY) for one in series)))


def _marks(plot: Plot, series: Sequence[Series]) -> None:
    look = 0
    for one in series:
        places = tuple(float(place) for place in range(len(one.values)))
        if one.level:
            plot.add(Line(places, one.values, width=1.5, dashes=(4.0, 3.0), level=1.5))
            continue
        colour, dashes, marker = LOOKS[look]
        look += 1
        marked = None if len(one.values) <= MOST_MARKERS else (one.last,)
        plot.add(Line(places, one.values, colour, dashes=dashes, marker=marker, marked=marked, clipped=False, level=3.0))


def _names(page: Page, series: Sequence[Series], names: Sequence[Sequence[str]], across: Any, down: Any,
           room: tuple[float, float], x: float) -> None:  # fmt: skip
    """Each name beside the end of its line, pushed apart where they would meet, with a hair line from the end to the name."""
    heights = [len(lines) * STEP + 6.0 for lines in names]
    ends = [down(one.values[one.last]) for one in series]
    middles = spread(ends, heights, *room)
    for one, lines, end, middle in zip(series, names, ends, middles, strict=True):
        start = across(one.last) + 8.0
        page.rule([start, x - 14.0, x - 5.0], [end, end if abs(end - middle) < 1 else middle, middle], 0.75)
        top = middle - len(lines) * STEP / 2
        page.write(lines[:-1], x, top)
        page.write(lines[-1], x, top + (len(lines) - 1) * STEP, bold=True)


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Where to put the middles of blocks so that none overlap, as near as can be to where they are wanted.

    >>> spread([50.0, 52.0], [20.0, 20.0], 0.0, 100.0)
    [41.0, 61.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    at = {place: min(max(wanted[place], top + heights[place] / 2), bottom - heights[place] / 2) for place in order}
    for _ in range(60):
        moved = False
        for upper, lower in pairwise(order):
            short = (heights[upper] + heights[lower]) / 2 - (at[lower] - at[upper])
            if short > 0.01:
                at[upper] -= short / 2
                at[lower] += short / 2
                moved = True
        floor = top
        for place in order:
            at[place] = max(at[place], floor + heights[place] / 2)
            floor = at[place] + heights[place] / 2
        ceiling = bottom
        for place in reversed(order):
            at[place] = min(at[place], ceiling - heights[place] / 2)
            ceiling = at[place] - heights[place] / 2
        if not moved:
            break
    return [at[place] for place in range(len(wanted))]


def _first_figure(page: Page, one: Series, of: str, across: Any, down: Any, floor: float) -> None:
    """The first figure of a single line, on the side that the line leaves free; left out where it would not fit."""
    first = next(place for place, value in enumerate(one.values) if isfinite(value))
    if first == one.last:
        return
    following = next((value for value in one.values[first + 1 :] if isfinite(value)), nan)
    rising = following > one.values[first]
    y = down(one.values[first]) + (9.0 if rising else -9.0 - STEP)
    if rising and y + STEP > floor - 2:
        return
    page.write(said(one.values[first], of), across(first) + 5.0, y)
