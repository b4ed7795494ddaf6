"""The picture for a page, which the package writes itself, shows what matplotlib draws of the same chart: mark for mark."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cache

import pytest

import devomodel as dm
from devomodel.charts import Chart
from devomodel.charts.painted import house_style
from tests.chart_cases import gallery, projected
from tests.chart_cases_more import gallery as more

A_THOUSANDTH_OF_A_POINT = 0.001
BY_DEFAULT = {"stroke-width": "1", "stroke-linecap": "butt", "stroke-dashoffset": "0"}


@cache
def pictures() -> dict[str, Chart]:
    return gallery() | {f"{name}, more": chart for name, chart in more().items()}


def every_picture():
    return pytest.mark.parametrize("name", list(pictures()))


@dataclass(frozen=True)
class Mark:
    """Something drawn: what it is, how it looks, and where it is."""

    kind: str
    words: str
    looks: tuple[tuple[str, str], ...]
    at: tuple[float, ...]


def inside(one: ElementTree.Element) -> str:
    return one.tag.rpartition("}")[2]


def drawn(text: str) -> list[Mark]:
    """All that an SVG draws, in order, with each pattern, marker and edge in the place that asks for it."""
    root = ElementTree.fromstring(text)
    named = {one.get("id"): one for one in root.iter() if one.get("id")}
    found: list[Mark] = []

    def asked(value: str) -> str:
        """What a name stands for: the outline of a marker, the lines of a pattern in any order, the edges of a plot."""
        one = named[re.search(r"#([^)]+)", value)[1]]
        shapes = [place(part) for part in one.iter() if inside(part) in ("path", "rect")]
        if inside(one) == "pattern":
            paper, lines = shapes
            fill = next(part.get("fill") for part in one if part.get("fill"))
            return f"{fill} {paper[2:]} {sorted(lines[at : at + 4] for at in range(0, len(lines), 4))}"
        return " ".join(f"{number + 0.0:.3f}" for shape in shapes for number in shape)

    def place(one: ElementTree.Element) -> tuple[float, ...]:
        if inside(one) == "path":
            return corners(one.get("d"))
        return tuple(float(one.get(side, "0")) for side in ("x", "y", "width", "height") if one.get(side) or side in "xy")

    def walk(one: ElementTree.Element) -> None:
        if inside(one) in ("defs", "clipPath"):
            return
        if inside(one) in ("text", "path", "use"):
            looks = BY_DEFAULT | dict(part.strip().split(": ") for part in one.get("style").split(";"))
            for key in ("fill", "stroke"):
                if looks.get(key, "").startswith("url("):
                    looks[key] = asked(looks[key])
            reference = one.get("{http://www.w3.org/1999/xlink}href") or one.get("clip-path")
            found.append(Mark(inside(one), (one.text or "").strip() + (asked(reference) if reference else ""),
                              tuple(sorted(looks.items())), place(one)))  # fmt: skip
        for part in one:
            walk(part)

    walk(root)
    return found


def corners(path: str) -> tuple[float, ...]:
    """Every point of a path, whether it is written in full or from the one before."""
    found: list[float] = []
    for letter, written in re.findall(r"([MLHVCl])([^MLHVClz]*)", path):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", written)]
        if letter == "l":
            numbers = [found[-2] + numbers[0], found[-1] + numbers[1]]
        elif letter == "H":
            numbers = [numbers[0], found[-1]]
        elif letter == "V":
            numbers = [found[-2], numbers[0]]
        found += numbers
    return tuple(found)


def of_matplotlib(chart: Chart) -> list[Mark]:
    """The same chart saved by matplotlib, without the paper of the page and of the plot, which are white on white."""
    written = io.StringIO()
    with house_style():
        chart.figure.savefig(written, format="svg")
    return drawn(written.getvalue())[1 + len(chart.page.plots) :]


@every_picture()
@pytest.mark.parametrize("width", [360, 720])
def test_words_lines_bars_hatches_and_dashes_are_those_that_matplotlib_draws(name, width):
    chart = pictures()[name].at(width)
    ours, theirs = drawn(chart.svg())[1:], of_matplotlib(chart)
    assert [(one.kind, one.words, one.looks) for one in ours] == [(one.kind, one.words, one.looks) for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one.at == pytest.approx(other.at, abs=A_THOUSANDTH_OF_A_POINT)


@every_picture()
def test_all_that_a_picture_refers_to_is_in_it_under_the_chart_s_own_name(name):
    text = pictures()[name].svg()
    names = re.findall(r' id="([^"]+)"', text)
    own = names[0].removesuffix("-title")
    assert len(names) == len(set(names)) and all(one.startswith(f"{own}-") for one in names)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text)) <= set(names)


def test_a_page_of_all_the_charts_of_a_council_repeats_no_name():
    charts = dm.charts.main_charts(projected())
    names = [name for chart in charts.values() for name in re.findall(r' id="([^"]+)"', chart.as_figure())]
    assert len(charts) > 3 and len(names) == len(set(names))


def test_a_year_without_a_figure_breaks_the_line_and_has_no_marker():
    chart = dm.charts.by_year(projected(6, before=False), line="town.band_d_change")
    assert chart.table.rows[0][1] is None
    assert chart.svg().count("<use ") == 5 and "nan" not in chart.svg()
