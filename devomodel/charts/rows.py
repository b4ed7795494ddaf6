"""Charts of bars laid in rows: the name on the left, the bar, and its figure written at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devomodel.charts.marks import PAPER, POINTS_A_PIXEL, Bar, Line, Plot
from devomodel.charts.page import AS_DRAWN, BLUE, NARROW, SIZES, Heading, Page, breadth, wrapped
from devomodel.charts.words import tick_words, ticks

BODY, SMALL = SIZES["body"], SIZES["small"]
GAP = 8.0
BAR = 20.0
SWATCH = 26.0
MOST_NAME_LINES = 3
SLIVER = 2.0
"""A piece narrower than this, in pixels, is drawn as a line of this width, so that it is seen."""


@dataclass(frozen=True)
class Piece:
    """A part of a row.

    start, end  in the unit of the axis
    look        "bar", "outline" for a part that is no more, or "mark" for a level reached, drawn at `end`
    hatch       lines or dots over a bar, so that bars in a row are told apart without their colours
    """

    start: float
    end: float
    colour: str = BLUE
    look: str = "bar"
    hatch: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a chart; one without pieces is a heading over the rows that follow.

    text   written at the end of its bars
    under  words written below single pieces, each at the start of the one it explains
    """

    name: str
    pieces: tuple[Piece, ...] = ()
    text: str = ""
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Key:
    """What a kind of piece stands for, as written above the rows."""

    name: str
    piece: Piece


@dataclass(frozen=True)
class _Placed:
    row: Row
    lines: list[str]
    top: float
    middle: float
    span: tuple[float, float] = (0.0, 0.0)


def draw_rows(rows: Sequence[Row], heading: Heading, unit: str, width: float, *, low: float | None = None,
              joins: Sequence[float] = (), keys: Sequence[Key] = ()) -> Page:  # fmt: skip
    """The rows from the top down.

    low    where the axis begins; none means at nought, or at the lowest figure below it
    joins  levels at which each row is joined to the next
    keys   what the kinds of piece stand for, written above the rows
    """
    page_width = width - (20.0 if width < NARROW else 32.0)
    bars = [row for row in rows if row.pieces]
    names_above, name_width = _name_column(bars, width, page_width)
    plot_width = page_width - name_width
    placed, height = _stacked(rows, names_above, name_width, page_width)
    axis_lines = wrapped(heading.axis, plot_width, SMALL)
    key_lines = [wrapped(key.name, (page_width - SWATCH - GAP) / AS_DRAWN, BODY) for key in keys]
    key_height = sum(len(lines) * BODY * 1.32 + 4.0 for lines in key_lines) + (8.0 if keys else 0.0)
    page = Page(width, key_height + height + 26.0 + len(axis_lines) * SMALL * 1.32, heading)
    _keys(page, keys, key_lines)
    page.top += key_height
    left = page.left + name_width

    ends = [max(max(piece.start, piece.end) for piece in row.pieces) for row in bars]
    begins = min(min(min(piece.start, piece.end) for piece in row.pieces) for row in bars)
    low = min(0.0, begins) if low is None else low
    high = max(*ends, low)
    room = [(end - low, plot_width - GAP - 2 - breadth(row.text, BODY)) for row, end in zip(bars, ends, strict=True)]
    scale = min((pixels / span for span, pixels in room if span > 0), default=1.0)
    plot = page.plot(left, page.top, plot_width, height, (low, low + plot_width / scale), (height, 0.0))
    across = plot.across

    marks = _apart(ticks(low, high, max(2, int((high - low) * scale // 70))), unit, scale)
    _axis(page, plot, marks, tick_words(marks, unit), [across(one) for one in marks], page.top + height)
    page.write(axis_lines, left, page.top + height + 24.0, size=SMALL)
    for one in placed:
        _row(page, plot, one, names_above, name_width)
    _joins(plot, [one for one in placed if one.row.pieces], joins)
    return page


def _keys(page: Page, keys: Sequence[Key], names: Sequence[Sequence[str]]) -> None:
    """A sample of each kind of piece with its name beside it, one below the other."""
    y = page.top
    for key, lines in zip(keys, names, strict=True):
        page.marks.append(Bar(page.left, y + 3.0, SWATCH, BODY, **_drawn(key.piece)))
        page.write(lines, page.left + SWATCH + GAP, y)
        y += len(lines) * BODY * 1.32 + 4.0


def _drawn(piece: Piece) -> dict[str, Any]:
    """How a bar is painted: filled, or an outline of dashes."""
    if piece.look == "outline":
        return {"fill": PAPER, "edge": piece.colour, "edge_width": 1.25, "dashes": (3.0, 2.0)}
    return {"fill": piece.colour, "hatch": piece.hatch}


def _name_column(bars: Sequence[Row], width: float, page_width: float) -> tuple[bool, float]:
    """Whether names stand above their bars, as they must on a phone when they are long, and else how wide their column is."""
    most = page_width * 0.34
    if width < NARROW and any(len(wrapped(row.name, most, BODY)) > MOST_NAME_LINES for row in bars):
        return True, 0.0
    return False, max(breadth(line, BODY) for row in bars for line in wrapped(row.name, most, BODY)) + 12.0


def _stacked(rows: Sequence[Row], names_above: bool, name_width: float, page_width: float) -> tuple[list[_Placed], float]:
    """Each row with the lines of its name and its place, and how high they are together."""
    placed, at, step = [], 0.0, BODY * 1.32
    for row in rows:
        if not row.pieces:
            lines = wrapped(row.name, page_width, BODY, bold=True)
            placed.append(_Placed(row, lines, at + (10.0 if at else 0.0), 0.0))
            at += len(lines) * step + (14.0 if at else 4.0)
            continue
        lines = wrapped(row.name, page_width if names_above else name_width - 11.0, BODY)
        if names_above:
            middle = at + len(lines) * step + BAR / 2 + 2
            placed.append(_Placed(row, lines, at, middle, (middle - BAR / 2 - 3, middle + BAR / 2 + 3)))
            at += len(lines) * step + BAR + 12.0
        else:
            high = max(len(lines) * step, BAR) + 9.0
            placed.append(_Placed(row, lines, at + (high - len(lines) * step) / 2, at + high / 2, (at, at + high)))
            at += high
        if row.under:
            at += SMALL * 1.32 + 2.0
    return placed, at + 4.0


def _apart(marks: Sequence[float], unit: str, scale: float) -> Sequence[float]:
    """The figures of the axis, the first and the last alone where all of them would run into one another."""
    wide = max(breadth(word, SMALL) for word in tick_words(marks, unit)) + GAP
    return marks if len(marks) < 3 or (marks[1] - marks[0]) * scale >= wide else [marks[0], marks[-1]]


def _axis(page: Page, plot: Plot, marks: Sequence[float], words: Sequence[str], places: Sequence[float], y: float) -> None:
    for mark, word, x in zip(marks, words, places, strict=True):
        half = breadth(word, SMALL) / 2
        plot.upright_line(mark, 0.75, opacity=0.18)
        page.write(word, min(max(x, page.left + half), page.right - half), y + 5.0, size=SMALL, align="center")


def _row(page: Page, plot: Plot, placed: _Placed, names_above: bool, name_width: float) -> None:
    row, top, middle, across = placed.row, page.top + placed.top, placed.middle, plot.across
    if not row.pieces:
        page.write(placed.lines, page.left, top, bold=True, backed=True)
        return
    if names_above:
        page.write(placed.lines, page.left, top, backed=True)
    else:
        page.write(placed.lines, page.left + name_width - 11.0, top, align="right")
    if plot.xs[0] <= 0:
        plot.add(Line((0.0, 0.0), placed.span, width=1.5, rounded=False, clipped=False, level=3.0))
    for piece in row.pieces:
        if piece.look == "mark" or abs(across(piece.end) - across(piece.start)) < SLIVER:
            thick = 3.5 if piece.look == "mark" else SLIVER * POINTS_A_PIXEL
            plot.add(Line((piece.end,) * 2, (middle - BAR / 2, middle + BAR / 2), piece.colour, thick, rounded=False,
                          clipped=False, level=4.0))  # fmt: skip
        else:
            plot.add(Bar(piece.start, middle - BAR / 2, piece.end - piece.start, BAR, **_drawn(piece), level=2.0))
    free = 0.0
    for words, piece in zip(row.under, row.pieces, strict=False):
        x = max(across(min(piece.start, piece.end)) + 3.0, free)
        page.write(words, x, page.top + middle + BAR / 2 + 2, size=SMALL, backed=True)
        free = x + breadth(words, SMALL) + 10.0
    end = max(max(piece.start, piece.end) for piece in row.pieces)
    page.write(row.text, across(end) + GAP, page.top + middle, middle=True, backed=True)


def _joins(plot: Plot, placed: Sequence[_Placed], joins: Sequence[float]) -> None:
    for above, below, level in zip(placed, placed[1:], joins, strict=False):
        plot.add(Line((level, level), (above.middle + BAR / 2, below.middle - BAR / 2), width=1.0 * POINTS_A_PIXEL,
                      dashes=(2.0, 2.0), level=1.0))  # fmt: skip
