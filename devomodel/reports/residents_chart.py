"""The small chart of the residents' page: what Band D pays in each year and option, drawn by hand so that it is a few hundred bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from devomodel.charts.words import tick_words, ticks
from devomodel.engine.years import in_words
from devomodel.reports.residents_figures import CouncilFigures, Residents, pounds_text

COLOURS = ("#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D", "#A285D1")
DASHES = ("", "7 4", "2 4", "12 4 2 4", "1 6", "9 3 3 3")
WIDTH, HEIGHT = 360.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 30.0, 12.0, 30.0
APART = 16.0
"""How far one number at the end of a line must stand from the next."""


def chart(page: Residents, council: CouncilFigures) -> str:
    """An SVG with a line for each option; nothing where there is one year or one option, and so nothing to compare."""
    options = [name for name in page.case.options if name in council.views]
    if len(options) < 2 or len(page.years) < 2:
        return ""
    rows = {name: [council.charge(name, year) or 0 for year in page.years] for name in options}
    top = max(max(row) for row in rows.values()) / 100 or 1.0
    marks = ticks(0.0, top * 1.1, 4)
    high = max(top * 1.05, marks[-1])
    across = [LEFT + (WIDTH - LEFT - RIGHT) * at / (len(page.years) - 1) for at in range(len(page.years))]

    def up(pence: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - pence / 100 / high)

    drawn = [
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(_said(page, council, rows))}">'
    ]
    for mark, words in zip(marks, tick_words(marks, "£"), strict=True):
        y = up(mark * 100)
        drawn.append(f'<path d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}" stroke="#b1b4b6"/>'
                     f'<text x="{LEFT - 6:g}" y="{y + 5:.1f}" text-anchor="end">{escape(words)}</text>')  # fmt: skip
    for at in _labelled(len(page.years)):
        anchor = "start" if at == 0 else "end" if at == len(page.years) - 1 else "middle"
        x = across[at] + (-14 if at == 0 else 14 if anchor == "end" else 0)
        drawn.append(f'<text x="{x:.1f}" y="{HEIGHT - 8:g}" text-anchor="{anchor}">{escape(page.years[at])}</text>')
    ends = _spread([up(rows[name][-1]) for name in options])
    for name, end in zip(options, ends, strict=True):
        number = list(page.case.options).index(name)
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        path = "L".join(f"{x:.1f} {up(pence):.1f}" for x, pence in zip(across, rows[name], strict=True))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        drawn.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="3"{dashed}/>'
                     f'<text class="end" x="{WIDTH - RIGHT + 7:g}" y="{end + 5:.1f}">{number + 1}</text>')  # fmt: skip
    return "".join((*drawn, "</svg>"))


def _said(page: Residents, council: CouncilFigures, rows: dict[str, list[int]]) -> str:
    first, last = in_words(page.years[0]), in_words(page.years[-1])
    each = "; ".join(f"option {list(page.case.options).index(name) + 1}, {pounds_text(row[0])} in {first} and {pounds_text(row[-1])} "
                     f"in {last}" for name, row in rows.items())  # fmt: skip
    return f"Line chart of what a Band D home pays {council.name} a year: {each}. The tables below give every year."


def _labelled(count: int) -> list[int]:
    """The years whose label has room on a phone: the first, the last, and one between where there are enough."""
    return [0, count - 1] if count < 5 else [0, (count - 1) // 2, count - 1]


def _spread(heights: Sequence[float]) -> list[float]:
    """The heights of the numbers at the ends of the lines, moved apart so that none covers another."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    placed = list(heights)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + APART)
    lowest = HEIGHT - BOTTOM
    for at in reversed(order):
        placed[at] = min(placed[at], lowest)
        lowest = placed[at] - APART
    return placed
