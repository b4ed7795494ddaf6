"""A page drawn by matplotlib: for pictures in dots, and for those who want to go on with the figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from devomodel.charts.letters import WIDEST
from devomodel.charts.marks import (
    GREY,
    MARKER_EDGE,
    MARKER_SIZE,
    PAPER,
    PIXELS_AN_INCH,
    POINTS_A_PIXEL,
    Bar,
    Line,
    Plot,
    Words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

    from devomodel.charts.page import Page

STYLE_FILE = Path(__file__).with_name("accessible.mplstyle")

DRAWING = ("axes.", "figure.", "font.", "grid.", "hatch.", "lines.", "patch.", "path.", "savefig.", "svg.", "text.", "xtick.",
           "ytick.")  # fmt: skip
"""The settings of matplotlib that change how a chart looks."""


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


def painted(page: Page) -> Figure:
    """The page as a figure of matplotlib: axes for each plot, in its units, and words placed in pixels."""
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    with house_style():
        figure = Figure(figsize=(page.width / PIXELS_AN_INCH, page.height / PIXELS_AN_INCH), dpi=PIXELS_AN_INCH)
        to_inches = Affine2D().scale(1, -1).translate(0, page.height).scale(1 / PIXELS_AN_INCH)
        pixels = to_inches + figure.dpi_scale_trans
        for plot in page.plots:
            _plot(figure, page, plot)
        for mark in page.marks:
            figure.add_artist(_line(mark, pixels) if isinstance(mark, Line) else _bar(mark, pixels))
        for words in page.words:
            _words(figure, words, pixels)
        return figure


def _plot(figure: Figure, page: Page, plot: Plot) -> None:
    axes = figure.add_axes((plot.left / page.width, 1 - (plot.top + plot.height) / page.height,
                            plot.width / page.width, plot.height / page.height))  # fmt: skip
    axes.set_xlim(*plot.xs)
    axes.set_ylim(*plot.ys)
    for mark in plot.marks:
        if isinstance(mark, Line):
            _add_line(axes, mark)
        else:
            axes.add_patch(_bar(mark, axes.transData))


def _add_line(axes: Axes, mark: Line) -> None:
    line = _line(mark, axes.transData)
    line.set_clip_on(mark.clipped)
    axes.add_line(line)


def _line(mark: Line, place: Transform) -> Any:
    from matplotlib.lines import Line2D

    looks: dict[str, Any] = {}
    if mark.marker:
        looks = {"marker": mark.marker, "markersize": MARKER_SIZE, "markeredgecolor": PAPER, "markeredgewidth": MARKER_EDGE,
                 "markevery": None if mark.marked is None else list(mark.marked)}  # fmt: skip
    return Line2D(mark.xs, mark.ys, transform=place, color=mark.colour, linewidth=mark.width, alpha=_opacity(mark),
                  linestyle=(0, mark.dashes) if mark.dashes else "-", zorder=mark.level,
                  solid_capstyle="round" if mark.rounded else "butt", **looks)  # fmt: skip


def _opacity(mark: Line) -> float | None:
    return None if mark.opacity == 1.0 else mark.opacity


def _bar(mark: Bar, place: Transform) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((mark.x, mark.y), mark.width, mark.height, transform=place, facecolor=mark.fill, edgecolor=mark.edge,
                     linewidth=mark.edge_width, linestyle=(0, mark.dashes) if mark.dashes else "-", hatch=mark.hatch,
                     zorder=mark.level)  # fmt: skip


def _words(figure: Figure, words: Words, place: Transform) -> None:
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0} if words.backed else None
    figure.text(words.x, words.y, words.text, ha=words.align, va="baseline", transform=place, color=GREY, bbox=box,
                fontproperties=_font(words.size, words.bold).copy(), family="sans-serif")  # fmt: skip


@cache
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=WIDEST, size=size * POINTS_A_PIXEL, weight="bold" if bold else "normal")
