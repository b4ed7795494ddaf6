"""Charts that everyone can read: contrast, room for the words, and pictures that stand by themselves."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import devomodel as dm
from devomodel.charts import PALETTE, Chart
from devomodel.charts.page import STYLE_FILE
from tests import pictures as documentation
from tests.chart_cases import every_option, gallery, projected

ROOT = Path(__file__).resolve().parent.parent
WHITE = "#ffffff"
WIDTHS = (300, 360, 720, 1280)


@cache
def pictures() -> dict[str, Chart]:
    return gallery()


def every_picture():
    return pytest.mark.parametrize("name", list(pictures()))


# Everyone can read it


def contrast(colour: str, other: str = WHITE) -> float:
    """The contrast of two colours as the Web Content Accessibility Guidelines 2.2 define it."""
    shades = []
    for one in (colour, other):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(one)]
        shades.append(sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)))
    return (max(shades) + 0.05) / (min(shades) + 0.05)


def texts_of(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


@every_picture()
def test_words_have_enough_contrast_and_marks_are_of_the_palette(name):
    figure, palette = pictures()[name].figure, {colour.lower() for colour in PALETTE}
    assert {to_hex(text.get_color()) for text in texts_of(figure)} <= {colour for colour in palette if contrast(colour) >= 4.5}
    marks = {to_hex(line.get_color()) for line in figure.findobj(Line2D) if line.get_visible()}
    marks |= {to_hex(patch.get_facecolor()) for patch in figure.findobj(Rectangle) if patch.get_visible()}
    assert marks <= palette | {WHITE}


def test_every_mark_stands_out_from_the_paper():
    assert min(contrast(colour) for colour in PALETTE) >= 3


@every_picture()
@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_overlap_or_leave_the_page(name, width):
    figure = pictures()[name].at(width).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = {text: text.get_window_extent(canvas.get_renderer()) for text in texts_of(figure)}
    for text, box in boxes.items():
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
        assert inside, f"'{text.get_text()}' is cut off"
    bars = [bar.get_window_extent() for axes in figure.axes for bar in axes.patches]
    for (first, one), (second, other) in combinations(boxes.items(), 2):
        assert not meet(one, other), f"'{first.get_text()}' and '{second.get_text()}' overlap"
    for text, box in boxes.items():
        assert not any(meet(box, bar) for bar in bars), f"'{text.get_text()}' is on a bar"


def meet(one, other, allowance: float = 1.0) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    return across > allowance and min(one.y1, other.y1) - max(one.y0, other.y0) > allowance


def test_lines_differ_by_more_than_colour():
    chart = dm.charts.options(every_option(3), "town.precept")
    looks = [
        (line.get_marker(), str(line._unscaled_dash_pattern))
        for line in chart.figure.axes[0].lines
        if line.get_marker() != "None"
    ]
    assert len(looks) == 4 and len({marker for marker, _ in looks}) == 4 and len({dashes for _, dashes in looks}) == 4


def test_no_year_is_written_as_an_abbreviation():
    for name, chart in pictures().items():
        written = " ".join([chart.title, chart.alt, *(text.get_text() for text in texts_of(chart.figure))])
        assert not any(year in written for year in ("2026-27", "2027-28", "2055-56")), name


@every_picture()
def test_the_alternative_is_one_or_two_sentences_with_the_notes_after(name):
    alt = pictures()[name].alt
    assert alt.endswith(".") and 1 <= alt.count(". ") + 1 <= 3
    assert " -" not in alt and "nan" not in alt and "  " not in alt


# The picture stands by itself


@every_picture()
def test_the_svg_is_whole_named_described_and_fetches_nothing(name):
    chart = pictures()[name]
    text = chart.svg()
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    title, described = root.find(f"{space}title"), root.find(f"{space}desc")
    assert root.get("role") == "img" and root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert (title.text, described.text) == (chart.title, chart.alt)
    addresses = {part.split('"')[0] for part in text.split('="')[1:] if "://" in part.split('"')[0]}
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    for forbidden in ("url(http", "@import", "@font-face", "<image", "<script", "<style", "<metadata", "DOCTYPE"):
        assert forbidden not in text
    assert all(one.startswith("url(#") or "url(" not in one for one in text.split('clip-path="')[1:])
    words = "".join(one.text or "" for one in root.iter(f"{space}text"))
    assert "".join(chart.title.split()) in "".join(words.split()), "the words of the picture are words"


def test_two_charts_on_a_page_share_no_names():
    both = [ElementTree.fromstring(dm.charts.by_year(projected(years)).svg()) for years in (3, 4)]
    names = [[one.get("id") for one in root.iter() if one.get("id")] for root in both]
    assert len(names[0]) == len(set(names[0])) and not set(names[0]) & set(names[1])


def test_markup_in_a_name_is_only_words():
    names = {"<script>alert(1)</script> & $x^2$": projected(), '"Lease" <b>it</b>': projected(staff_grows="5%")}
    for chart in (
        dm.charts.options(names, "town.precept"),
        dm.charts.options({**names, **dict.fromkeys("1234", projected())}, "precept"),
    ):
        words = "".join(one.text or "" for one in ElementTree.fromstring(chart.svg()).iter() if one.tag.endswith("}text"))
        assert "<script>alert(1)</script>" in words and "$x^2$" in words
        for written in (chart.svg(), chart.as_figure()):
            assert "<script" not in written and "<b>" not in written and "&lt;script&gt;" in written


SAME = """
from tests import pictures as documentation
from tests.chart_cases import projected
import devomodel as dm, hashlib, sys
chart = dm.charts.bill_by_band(projected(), "town", "2027-28")
lines = dm.charts.reserves(projected(), "town", floor=50_000)
print(*(hashlib.sha256(part).hexdigest() for part in (chart.svg().encode(), chart.png(), lines.svg().encode(), lines.png())))
print("matplotlib.pyplot" in sys.modules, "pandas" in sys.modules)
"""


def test_the_same_chart_gives_the_same_bytes_without_pyplot_or_pandas():
    runs = [subprocess.run([sys.executable, "-c", SAME], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "TZ": zone},
                           capture_output=True, text=True, check=True).stdout.splitlines()
            for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))]  # fmt: skip
    assert runs[0] == runs[1]
    assert runs[0][1] == "False False"


def test_the_reader_s_own_settings_neither_change_a_chart_nor_are_changed():
    import matplotlib

    plain = dm.charts.by_year(projected()).svg()
    with matplotlib.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "svg.fonttype": "path", "savefig.dpi": 30}):
        assert dm.charts.by_year(projected()).svg() == plain
        assert matplotlib.rcParams["axes.facecolor"] == "black" and matplotlib.rcParams["lines.linewidth"] == 9


def test_a_chart_shows_itself_in_a_notebook_with_its_words_and_its_figures():
    chart = dm.charts.bill_by_band(projected(), "town", "2027-28")
    shown = chart._repr_mimebundle_()
    assert shown["image/svg+xml"] == chart.svg() and chart.alt in shown["text/plain"]
    assert '<th scope="row">Band D</th>' in shown["text/html"] and "<caption>" in shown["text/html"]
    assert isinstance(chart.figure, Figure)


def test_a_chart_is_saved_as_picture_or_as_figures(tmp_path):
    chart = dm.charts.bill_by_band(projected(), "town", "2027-28")
    assert chart.save(tmp_path / "bill.svg").read_text(encoding="utf-8").strip() == chart.svg()
    assert chart.save(tmp_path / "bill.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    saved = chart.save(tmp_path / "bill.csv").read_text(encoding="utf-8").splitlines()
    assert saved[0] == "Band,2026 to 2027,2027 to 2028,Change" and len(saved) == 10
    assert list(chart.table.frame().columns) == ["2026 to 2027", "2027 to 2028", "Change"]
    with pytest.raises(dm.DevomodelError, match="cannot be written"):
        chart.save(tmp_path / "missing" / "bill.svg")


def test_a_name_cannot_become_a_formula_in_the_saved_figures():
    chart = dm.charts.options({"=1+1": projected(), "Lease": projected(staff_grows="5%")}, "town.precept")
    assert "'=1+1" in chart.table.csv().splitlines()[0]


def test_the_style_file_ships_with_the_package():
    assert STYLE_FILE.is_file() and STYLE_FILE.parent.name == "charts"


def test_the_pictures_of_the_documentation_say_today_s_figures_and_fetch_nothing():
    drawn = {f"{name}.svg": chart for name, chart in documentation.charts().items()}
    stored = {path.name: path.read_text(encoding="utf-8") for path in documentation.PICTURES.glob("*.svg")}
    assert set(stored) == {*drawn, "run.svg"}
    for name, text in stored.items():
        root = ElementTree.fromstring(text)
        words = [one.text for one in root if one.tag.endswith(("}title", "}desc"))]
        if name in drawn:
            assert words == [drawn[name].title, drawn[name].alt], "Renew the pictures: python -m tests.pictures"
        assert len(words) == 2 and root.get("role") == "img"
        assert len(text.encode()) < 150_000 and not re.search(r"url\((?!#)|@import|@font-face|<image|<script|href=\"(?!#)", text)


def test_the_picture_of_the_terminal_can_be_read():
    text = (documentation.PICTURES / "run.svg").read_text(encoding="utf-8")
    paper = to_hex([part / 255 for part in documentation.PAPER])
    assert paper in text and min(contrast(ink, paper) for ink in re.findall(r"\.terminal-r\d+ \{ fill: (#\w{6})", text)) >= 4.5
