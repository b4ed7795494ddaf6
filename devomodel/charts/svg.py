"""A page written as SVG: words stay words, nothing is fetched, every name in it begins with the chart's own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite

from devomodel.charts.letters import ASCENT, DESCENT, breadth
from devomodel.charts.marks import (
    GREY,
    HATCH_WIDTH,
    MARKER_EDGE,
    PAPER,
    POINTS_A_PIXEL,
    Bar,
    Line,
    Plot,
    Words,
)
from devomodel.charts.page import Page

FAMILY = "'DejaVu Sans', 'Arial', 'Helvetica', 'Liberation Sans', sans-serif"
"""The first of these is the widest, so that whatever a reader's machine has instead takes no more room than was measured."""

ANCHORS = {"left": "start", "center": "middle", "right": "end"}

ROUND = ("M0 3.25C0.86191 3.25 1.688635 2.907559 2.298097 2.298097C2.907559 1.688635 3.25 0.86191 3.25 0"
         "C3.25 -0.86191 2.907559 -1.688635 2.298097 -2.298097C1.688635 -2.907559 0.86191 -3.25 0 -3.25"
         "C-0.86191 -3.25 -1.688635 -2.907559 -2.298097 -2.298097C-2.907559 -1.688635 -3.25 -0.86191 -3.25 0"
         "C-3.25 0.86191 -2.907559 1.688635 -2.298097 2.298097C-1.688635 2.907559 -0.86191 3.25 0 3.25z")  # fmt: skip
MARKERS = {"o": ROUND, "s": "M-3.25 3.25H3.25V-3.25H-3.25z", "^": "M0 -3.25L-3.25 3.25H3.25z",
           "D": "M0 4.596194L4.596194 0L0 -4.596194L-4.596194 0z"}  # fmt: skip
"""The outline of each marker around its point, in points: as matplotlib draws them at MARKER_SIZE."""

TILE, LINES = 72, 24
"""A pattern repeats every inch and has this many lines in it."""


def written(page: Page, name: str, title: str, alt: str) -> str:
    """The page as an SVG element, named and described for a screen reader, as wide as there is room.

    name  what every name inside begins with, so that none stands twice on a page of charts
    """
    return _Writer(page, name).text(title, alt)


class _Writer:
    """Lines of SVG, in points: an inch of a page has 72 of them, as in the letters' own sizes."""

    def __init__(self, page: Page, name: str):
        self.page, self.name = page, name
        self.found: list[str] = []
        self.patterns: dict[tuple[str, str, str], str] = {}
        self.markers = 0

    def text(self, title: str, alt: str) -> str:
        page, name, found = self.page, self.name, self.found
        wide, high = _points(page.width), _points(page.height)
        found.append(f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                     f'viewBox="0 0 {wide} {high}" width="{page.width:g}" height="{page.height:g}" '
                     'style="max-width:100%;height:auto;stroke-linejoin:round" role="img" '
                     f'aria-labelledby="{name}-title {name}-desc">')  # fmt: skip
        found.append(f' <title id="{name}-title">{escape(title)}</title>')
        found.append(f' <desc id="{name}-desc">{escape(alt)}</desc>')
        found.append(f' <path d="M0 0H{wide}V{high}H0z" style="fill: {PAPER.lower()}"/>')
        for place, plot in enumerate(page.plots):
            self.plot(plot, f"{name}-plot-{place}")
        for mark in sorted(page.marks, key=lambda one: one.level):
            self.mark(mark)
        for words in page.words:
            self.words(words)
        if self.patterns:
            drawn = "".join(f"\n  {_pattern(*looks, name)}" for looks, name in self.patterns.items())
            found.append(f" <defs>{drawn}\n </defs>")
        found.append("</svg>")
        return "\n".join(found)

    def plot(self, plot: Plot, edge: str) -> None:
        """The marks of a plot, the higher over the lower; what lies beyond it is cut off where the mark says so."""
        self.found.append(f' <clipPath id="{edge}"><rect x="{_points(plot.left)}" y="{_points(plot.top)}" '
                          f'width="{_points(plot.width)}" height="{_points(plot.height)}"/></clipPath>')  # fmt: skip
        for mark in sorted(plot.marks, key=lambda one: one.level):
            clipped = not isinstance(mark, Line) or mark.clipped
            self.mark(mark, plot, f' clip-path="url(#{edge})"' if clipped else "")

    def mark(self, mark: Line | Bar, plot: Plot | None = None, clip: str = "") -> None:
        if isinstance(mark, Line):
            self.line(mark, plot, clip)
        else:
            self.bar(mark, plot, clip)

    def line(self, mark: Line, plot: Plot | None, clip: str) -> None:
        points = [_place(x, y, plot) if isfinite(x) and isfinite(y) else None for x, y in zip(mark.xs, mark.ys, strict=True)]
        colour = mark.colour.lower()
        dashes = f"stroke-dasharray: {_dashes(mark.dashes, mark.width)}; " if mark.dashes else ""
        opacity = "" if mark.opacity == 1.0 else f"; stroke-opacity: {_short(mark.opacity)}"
        end = "; stroke-linecap: round" if mark.rounded and not mark.dashes else ""
        self.found.append(f' <path d="{_through(points)}"{clip} style="fill: none; {dashes}stroke: {colour}{opacity}; '
                          f'stroke-width: {_short(mark.width)}{end}"/>')  # fmt: skip
        if not mark.marker:
            return
        name, self.markers = f"{self.name}-marker-{self.markers}", self.markers + 1
        joined = "" if mark.marker == "o" else "; stroke-linejoin: miter"
        look = f"fill: {colour}; stroke: {PAPER.lower()}; stroke-width: {_short(MARKER_EDGE)}{joined}"
        self.found.append(f' <defs><path id="{name}" d="{MARKERS[mark.marker]}"/></defs>')
        for place in range(len(points)) if mark.marked is None else mark.marked:
            point = points[place]
            if point:
                self.found.append(f' <use xlink:href="#{name}" x="{_short(point[0])}" y="{_short(point[1])}" style="{look}"/>')

    def bar(self, mark: Bar, plot: Plot | None, clip: str) -> None:
        left, top = _place(mark.x, mark.y, plot)
        right, foot = _place(mark.x + mark.width, mark.y + mark.height, plot)
        fill, edge = mark.fill.lower(), mark.edge.lower()
        if mark.hatch:
            name = f"{self.name}-hatch-{len(self.patterns)}"
            fill = f"url(#{self.patterns.setdefault((mark.hatch[0], fill, edge), name)})"
        dashes = f"stroke-dasharray: {_dashes(mark.dashes, mark.edge_width)}; " if mark.dashes else ""
        self.found.append(f' <path d="M{_short(left)} {_short(top)}H{_short(right)}V{_short(foot)}H{_short(left)}z"{clip} '
                          f'style="fill: {fill}; {dashes}stroke: {edge}; stroke-width: {_short(mark.edge_width)}; '
                          'stroke-linejoin: miter"/>')  # fmt: skip

    def words(self, words: Words) -> None:
        if words.backed:
            self.found.append(_backing(words))
        bold = "font-weight: 700; " if words.bold else ""
        self.found.append(f' <text style="{bold}font-size: {_points(words.size)}px; font-family: {FAMILY}; '
                          f'text-anchor: {ANCHORS[words.align]}; fill: {GREY.lower()}" x="{_points(words.x)}" '
                          f'y="{_points(words.y)}">{escape(words.text, quote=False)}</text>')  # fmt: skip


def _backing(words: Words) -> str:
    """A piece of paper larger than the words on every side by a point, which matplotlib takes to a hundredth of a letter."""
    wide = breadth(words.text, words.size, words.bold)
    more = round(1 / (words.size * POINTS_A_PIXEL), 2) * words.size
    left = words.x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[words.align]
    top, foot = words.y - ASCENT * words.size, words.y + DESCENT * words.size
    return (f' <path d="M{_points(left - more)} {_points(foot + more)}H{_points(left + wide + more)}V{_points(top - more)}'
            f'H{_points(left - more)}z" style="fill: {PAPER.lower()}"/>')  # fmt: skip


def _pattern(hatch: str, fill: str, stroke: str, name: str) -> str:
    """Lines over a colour, as wide apart in every direction; those across run on over the edge of the tile, so that they meet."""
    step = TILE / LINES
    starts = [_short(step * (one + 0.5)) for one in range(LINES)]
    slants = [(_short(step * one - TILE / 2), _short(step * one + TILE / 2)) for one in range(LINES + 1)]
    down, up = f"l{TILE} {TILE}", f"l{TILE} -{TILE}"
    falling, rising = ([f"M{across} {_short(TILE / 2 - step * one)}{down}" for one, (across, _) in enumerate(slants)],
                       [f"M{across} {high}{up}" for across, high in slants])  # fmt: skip
    lines = {"-": [f"M0 {one}H{TILE}" for one in starts], "|": [f"M{one} {TILE}V0" for one in starts],
             "/": rising, "\\": falling, "x": rising + falling}[hatch]  # fmt: skip
    return (f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{TILE}" height="{TILE}">'
            f'<rect width="{TILE + 1}" height="{TILE + 1}" fill="{fill}"/>'
            f'<path d="{"".join(lines)}" style="fill: none; stroke: {stroke}; stroke-width: {_short(HATCH_WIDTH)}; '
            'stroke-linejoin: miter"/></pattern>')  # fmt: skip


def _place(x: float, y: float, plot: Plot | None) -> tuple[float, float]:
    """A point in points of the page, from the units of its plot or from pixels."""
    if plot is not None:
        x, y = plot.across(x), plot.down(y)
    return x * POINTS_A_PIXEL, y * POINTS_A_PIXEL


def _through(points: Sequence[tuple[float, float] | None]) -> str:
    """A path through points, begun anew after each that is not there."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{_short(point[0])} {_short(point[1])}")
        pen = "L"
    return "".join(path)


def _dashes(dashes: Sequence[float], width: float) -> str:
    return ",".join(_short(one * width) for one in dashes)


def _points(pixels: float) -> str:
    return _short(pixels * POINTS_A_PIXEL)


def _short(value: float) -> str:
    """A number to a millionth, without noughts at its end and without a nought that is less than nought."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
