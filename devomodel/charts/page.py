"""A page to draw on: measured in pixels from its top left corner, with words that wrap and stay inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devomodel.charts.letters import breadth, wrapped
from devomodel.charts.marks import (
    BLUE,
    GREY,
    LILAC,
    ORANGE,
    PALETTE,
    PLUM,
    POINTS_A_PIXEL,
    TEAL,
    Bar,
    Line,
    Plot,
    Words,
)
from devomodel.charts.painted import STYLE_FILE

__all__ = ["BLUE", "GREY", "LILAC", "ORANGE", "PALETTE", "PLUM", "STYLE_FILE", "TEAL", "Heading", "Page", "breadth", "wrapped"]

PAIR = (BLUE, ORANGE)
MOST_BY_COLOUR = 4
"""More categories than this cannot be told apart by colour."""

NARROW = 480
"""Below this width, in pixels, a page is laid out for a phone."""

SIZES = {"title": 19.0, "narrow title": 16.5, "body": 14.0, "small": 12.5}
"""Heights of letters in pixels."""

LINE_HEIGHT = 1.32

AS_DRAWN = 1.03
"""How much wider a long line may come out than it measures, once its letters are fitted to the dots of a screen."""


@dataclass(frozen=True)
class Heading:
    """The words of a chart beside its marks.

    title     the finding, in a sentence without its full stop
    subtitle  whose figures they are, and of what
    axis      the unit of the axis
    notes     what is left out, and why
    """

    title: str
    subtitle: str
    axis: str
    notes: tuple[str, ...] = ()


class Page:
    """A page with its heading and notes written, and a clear space between `left`, `right`, `top` and `bottom`.

    width   of the whole page in pixels
    height  of the clear space; the page is as high as that, the heading and the notes need
    """

    def __init__(self, width: float, height: float, heading: Heading):
        self.width, self.narrow = width, width < NARROW
        margin = 10.0 if self.narrow else 16.0
        self.left, self.right = margin, width - margin
        self.words: list[Words] = []
        self.marks: list[Line | Bar] = []
        self.plots: list[Plot] = []
        at = margin
        for text, size, bold, gap in (
            (heading.title, SIZES["narrow title" if self.narrow else "title"], True, 4.0),
            (heading.subtitle, SIZES["body"], False, 12.0),
        ):
            lines = wrapped(text, (self.right - self.left) / AS_DRAWN, size, bold)
            self.write(lines, self.left, at, size=size, bold=bold)
            at += len(lines) * size * LINE_HEIGHT + gap
        self.top, self.bottom = at, at + height
        at = self.bottom + 8.0
        for note in heading.notes:
            lines = wrapped(note, (self.right - self.left) / AS_DRAWN, SIZES["small"])
            self.write(lines, self.left, at, size=SIZES["small"])
            at += len(lines) * SIZES["small"] * LINE_HEIGHT + 3.0
        self.height = at + margin - 4.0

    def write(self, lines: str | Sequence[str], x: float, y: float, *, size: float = SIZES["body"], bold: bool = False,
              align: str = "left", middle: bool = False, backed: bool = False) -> None:  # fmt: skip
        """Write lines of words from `y` down, each placed by itself so that it stays put in whatever font it is shown.

        x, y    in pixels from the top left corner; with `middle` y is the middle of the lines, not their top
        align   what x is: the left, center or right of the words
        backed  whether the words hide the grid behind them
        """
        lines = [lines] if isinstance(lines, str) else lines
        step = size * LINE_HEIGHT
        start = y - step * len(lines) / 2 if middle else y
        for place, line in enumerate(lines):
            # The baseline is set, not the top, so that lines with and without tails stand level.
            self.words.append(Words(x, start + step * place + size * 1.02, line, size, bold, align, backed))

    def rule(self, xs: Sequence[float], ys: Sequence[float], width: float = 1.0, dashes: tuple[float, ...] = (),
             colour: str = GREY) -> None:  # fmt: skip
        """A line across the page, in pixels."""
        self.marks.append(Line(tuple(xs), tuple(ys), colour, width * POINTS_A_PIXEL, dashes))

    def plot(self, left: float, top: float, width: float, height: float, xs: tuple[float, float],
             ys: tuple[float, float]) -> Plot:  # fmt: skip
        """A plot at a place given in pixels, with the figures at its edges; its words are written with `write`."""
        found = Plot(left, top, width, height, xs, ys)
        self.plots.append(found)
        return found
