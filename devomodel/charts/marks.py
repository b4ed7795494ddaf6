"""What a chart is made of: lines, bars and words as plain data, written as SVG or drawn by matplotlib."""

from __future__ import annotations

from dataclasses import dataclass, field

BLUE, TEAL, PLUM, ORANGE, GREY, LILAC = PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""The colours of marks, in the order categories take them. Words are always GREY, which is dark enough to read."""

PAPER = "#FFFFFF"

PIXELS_AN_INCH = 96
POINTS_A_PIXEL = 72 / PIXELS_AN_INCH

LINE_WIDTH = 2.25
MARKER_SIZE = 6.5
MARKER_EDGE = 0.75
HATCH_WIDTH = 0.75
"""In points."""


@dataclass(frozen=True)
class Line:
    """A line through points, broken where a figure is not a number.

    width    in points
    dashes   how long each dash and each gap is, in widths of the line; none is a solid line
    rounded  whether a solid line ends round
    marker   "o", "s", "^" or "D" at the points; none has no markers
    marked   the places of the points that have a marker; none means every one
    clipped  whether what reaches beyond the plot is cut off
    level    what lies over what: higher over lower
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    colour: str = GREY
    width: float = LINE_WIDTH
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0
    rounded: bool = True
    marker: str = ""
    marked: tuple[int, ...] | None = None
    clipped: bool = True
    level: float = 2.0


@dataclass(frozen=True)
class Bar:
    """A rectangle from one corner: `x` and `y` are the ends nearest nought and the top.

    edge_width  in points
    dashes      of its edge, as those of a line
    hatch       "/", "|", "\\\\", "x" or "-", four times over: a pattern of lines in the colour of the edge; none is plain
    """

    x: float
    y: float
    width: float
    height: float
    fill: str = BLUE
    edge: str = PAPER
    edge_width: float = 0.75
    dashes: tuple[float, ...] = ()
    hatch: str = ""
    level: float = 1.0


@dataclass(frozen=True)
class Words:
    """One line of words.

    x, y    in pixels from the top left corner of the page; y is the line the letters stand on
    size    height of letters in pixels
    align   what x is: the left, center or right of the words
    backed  whether the words hide the grid behind them
    """

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    align: str = "left"
    backed: bool = False


@dataclass
class Plot:
    """A rectangle of the page, in pixels, whose marks are in the units of its two axes.

    xs  the figures at its left and its right edge
    ys  the figures at its foot and its top
    """

    left: float
    top: float
    width: float
    height: float
    xs: tuple[float, float]
    ys: tuple[float, float]
    marks: list[Line | Bar] = field(default_factory=list)

    def across(self, x: float) -> float:
        """Where a figure lies on the page, in pixels from its left."""
        return self.left + (x - self.xs[0]) / (self.xs[1] - self.xs[0]) * self.width

    def down(self, y: float) -> float:
        """Where a figure lies on the page, in pixels from its top."""
        return self.top + (self.ys[1] - y) / (self.ys[1] - self.ys[0]) * self.height

    def add(self, mark: Line | Bar) -> None:
        """Put a line or a bar on the plot."""
        self.marks.append(mark)

    def level_line(self, y: float, width: float, opacity: float = 1.0, level: float = 0.0) -> None:
        """A line from the left edge to the right."""
        self.add(Line(self.xs, (y, y), width=width, opacity=opacity, level=level))

    def upright_line(self, x: float, width: float, opacity: float = 1.0) -> None:
        """A line from the foot to the top."""
        self.add(Line((x, x), self.ys, width=width, opacity=opacity, level=0.0))
