"""A page to draw on: measured in pixels from its top left corner, with words that wrap and stay inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE_FILE = Path(__file__).with_name("accessible.mplstyle")

BLUE, TEAL, PLUM, ORANGE, GREY, LILAC = PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""The colours of marks, in the order categories take them. Words are always GREY, which is dark enough to read."""

PAIR = (BLUE, ORANGE)
MOST_BY_COLOUR = 4
"""More categories than this cannot be told apart by colour."""

PIXELS_AN_INCH = 96
POINTS_A_PIXEL = 72 / PIXELS_AN_INCH
NARROW = 480
"""Below this width, in pixels, a page is laid out for a phone."""

SIZES = {"title": 19.0, "narrow title": 16.5, "body": 14.0, "small": 12.5}
"""Heights of letters in pixels."""

LINE_HEIGHT = 1.32

AS_DRAWN = 1.03
"""How much wider a long line may come out than it measures, once its letters are fitted to the dots of a screen."""

DRAWING = ("axes.", "figure.", "font.", "grid.", "hatch.", "lines.", "patch.", "path.", "savefig.", "svg.", "text.", "xtick.",
           "ytick.")  # fmt: skip
"""The settings of matplotlib that change how a chart looks."""


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


@contextmanager
def house_style() -> Iterator[None]:
    """The style file over matplotlib's own defaults, whatever the caller has set; the caller's settings come back after."""
    import matplotlib

    with matplotlib.rc_context():
        settings = cast(dict[str, Any], matplotlib.rcParams)
        for name, value in _settings().items():
            if settings[name] != value:
                settings[name] = value
        yield


@cache
def _settings() -> dict[str, Any]:
    import matplotlib

    defaults = cast(dict[str, Any], matplotlib.rcParamsDefault)
    ours = cast(dict[str, Any], matplotlib.rc_params_from_file(STYLE_FILE, use_default_template=False))
    return {name: value for name, value in defaults.items() if name.startswith(DRAWING)} | ours


def breadth(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of words is, in pixels."""
    return _breadth(text, size, bold)


@cache
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", size=size * POINTS_A_PIXEL, weight="bold" if bold else "normal")


@cache
def _breadth(text: str, size: float, bold: bool) -> float:
    from matplotlib.textpath import text_to_path

    return float(text_to_path.get_text_width_height_descent(text, _font(size, bold), ismath=False)[0]) / POINTS_A_PIXEL


def wrapped(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Words broken into lines no wider than `width` pixels; a single word that is wider is broken too."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in re.findall(r"Bands? [A-I]\b\S*|\S+", paragraph):  # "Band D" stays on one line
            joined = f"{line} {word}" if line else word
            if breadth(joined, size, bold) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            while breadth(word, size, bold) > width and len(word) > 1:
                cut = next((at for at in range(len(word) - 1, 1, -1) if breadth(word[:at], size, bold) <= width), 1)
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        if line:
            lines.append(line)
    return lines


class Page:
    """A figure with its heading and notes written, and a clear space between `left`, `right`, `top` and `bottom`.

    width   of the whole page in pixels
    height  of the clear space; the page is as high as that, the heading and the notes need
    """

    def __init__(self, width: float, height: float, heading: Heading):
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.width, self.narrow = width, width < NARROW
        margin = 10.0 if self.narrow else 16.0
        self.left, self.right = margin, width - margin
        written = []
        at = margin
        for text, size, bold, gap in (
            (heading.title, SIZES["narrow title" if self.narrow else "title"], True, 4.0),
            (heading.subtitle, SIZES["body"], False, 12.0),
        ):
            lines = wrapped(text, (self.right - self.left) / AS_DRAWN, size, bold)
            written.append((lines, at, size, bold))
            at += len(lines) * size * LINE_HEIGHT + gap
        self.top, self.bottom = at, at + height
        at = self.bottom + 8.0
        for note in heading.notes:
            lines = wrapped(note, (self.right - self.left) / AS_DRAWN, SIZES["small"])
            written.append((lines, at, SIZES["small"], False))
            at += len(lines) * SIZES["small"] * LINE_HEIGHT + 3.0
        self.height = at + margin - 4.0
        self.figure: Figure = Figure(figsize=(width / PIXELS_AN_INCH, self.height / PIXELS_AN_INCH), dpi=PIXELS_AN_INCH)
        to_inches = Affine2D().scale(1, -1).translate(0, self.height).scale(1 / PIXELS_AN_INCH)
        self.pixels = to_inches + self.figure.dpi_scale_trans
        for lines, start, size, bold in written:
            self.write(lines, self.left, start, size=size, bold=bold)

    def write(self, lines: str | Sequence[str], x: float, y: float, *, size: float = SIZES["body"], bold: bool = False,
              align: str = "left", middle: bool = False, backed: bool = False) -> None:  # fmt: skip
        """Write lines of words from `y` down, each placed by itself so that it stays put in whatever font it is shown.

        x, y    in pixels from the top left corner; with `middle` y is the middle of the lines, not their top
        align   what x is: the left, center or right of the words
        backed  whether the words hide the grid behind them
        """
        lines = [lines] if isinstance(lines, str) else lines
        box = {"facecolor": "#FFFFFF", "edgecolor": "none", "pad": 1.0} if backed else None
        step = size * LINE_HEIGHT
        start = y - step * len(lines) / 2 if middle else y
        for place, line in enumerate(lines):
            # The baseline is set, not the top, so that lines with and without tails stand level.
            self.figure.text(x, start + step * place + size * 1.02, line, ha=align, va="baseline", transform=self.pixels,
                             fontproperties=_font(size, bold).copy(), color=GREY, family="sans-serif", bbox=box)  # fmt: skip

    def rule(self, xs: Sequence[float], ys: Sequence[float], width: float = 1.0, dashes: Any = "-", colour: str = GREY) -> None:
        """A line across the page, in pixels."""
        from matplotlib.lines import Line2D

        line = Line2D(xs, ys, transform=self.pixels, color=colour, linewidth=width * POINTS_A_PIXEL, linestyle=dashes)
        self.figure.add_artist(line)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Empty axes at a place given in pixels; their words are written with `write`."""
        return self.figure.add_axes(
            (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        )
