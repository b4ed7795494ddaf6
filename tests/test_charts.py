"""Charts say what the projection says, in words and in pictures that everyone can read."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import devomodel as dm
from devomodel.charts import PALETTE, Chart
from devomodel.charts.page import STYLE_FILE
from devomodel.charts.words import money
from tests.chart_cases import HOMES, every_option, gallery, projected

ROOT = Path(__file__).resolve().parent.parent
WHITE = "#ffffff"
WIDTHS = (300, 360, 720, 1280)


@cache
def pictures() -> dict[str, Chart]:
    return gallery()


def every_picture():
    return pytest.mark.parametrize("name", list(pictures()))


# What a chart says is what the projection says


def test_the_bill_names_the_rise_of_band_d_and_what_it_comes_to():
    town = projected()
    chart = dm.charts.bill_by_band(town, "town", "2027-28")
    before, now = (town.value("town.bands.D", year) for year in ("2026-27", "2027-28"))
    assert chart.title == f"Band D rises {money(now - before)} to {money(now)} in 2027 to 2028"
    assert f"Band D was {money(before)} in 2026 to 2027 and is {money(now)} in 2027 to 2028." in chart.alt
    assert f"{money(town.value('town.bands.H', '2027-28'))} in Band H" in chart.alt


def test_the_bill_shows_every_band_to_the_penny_beside_its_bar():
    town = projected()
    chart = dm.charts.bill_by_band(town, "town", "2027-28")
    written = [text.get_text() for text in chart.figure.texts]
    for (label, before, now, change), band in zip(chart.table.rows, town.bands("town").index, strict=True):
        assert label == band
        assert [before, now] == list(town.bands("town").loc[band, ["2026-27", "2027-28"]])
        assert change == pytest.approx(now - before, abs=1e-9)
        assert f"{money(now)} (+{money(change)})" in written


def test_before_the_first_year_the_bands_follow_from_the_published_charge():
    town = projected()
    rows = {row[0]: row for row in dm.charts.bill_by_band(town, "town", "2026-27").table.rows}
    assert rows["Band D"][1] == town.value("town.band_d_at_start", "2026-27") == 127.86  # £308,782 ÷ 2,415
    assert rows["Band A"][1] == 85.24 and rows["Band H"][1] == 255.72
    assert rows["Band D"][3] == pytest.approx(town.value("town.band_d_change", "2026-27"), abs=1e-9)


def test_a_bill_without_a_year_before_says_that_no_change_is_shown():
    chart = dm.charts.bill_by_band(projected(before=False), "town", "2026-27")
    assert chart.title == "Band D is £139.74 in 2026 to 2027"
    assert "No change is shown: the charge in 2025 to 2026 is not in the case." in chart.alt
    assert chart.table.columns == ("Band", "2026 to 2027")


def test_a_fall_is_written_with_a_real_minus_sign_and_said_to_be_a_fall():
    falling = projected(staff_grows="-12%", before=False, charge="£140")
    chart = dm.charts.bill_by_band(falling, "town", "2027-28")
    assert chart.title == "Band D falls £5.60 to £134.40 in 2027 to 2028"
    assert "£134.40 (−£5.60)" in [text.get_text() for text in chart.figure.texts]


@pytest.mark.parametrize("year", ["2026-27", "2027-28", "2029-30"])
def test_the_steps_of_the_walk_lead_from_one_charge_to_the_next_to_the_penny(year):
    town = projected()
    chart = dm.charts.precept_walk(town, "town", year)
    (_, start), *steps, (_, end) = chart.table.rows
    assert round(start + sum(amount for _, amount in steps), 2) == round(end, 2) == town.value("town.band_d", year)
    assert round(end - start, 2) == round(town.value("town.band_d_change", year), 2)
    walked = town.walk("town")[year].drop("Change in the Band D charge")
    assert dict(steps) == {label: round(amount, 2) for label, amount in walked.items() if abs(amount) >= 0.005}


def test_each_bar_of_the_walk_begins_where_the_one_above_ends():
    chart = dm.charts.precept_walk(projected(), "town", "2027-28")
    _, *steps, _ = chart.table.rows
    bars = [bar for bar in chart.figure.axes[0].patches if isinstance(bar, Rectangle)]
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    assert len(bars) == len([amount for _, amount in steps if abs(amount) > 0.2])
    assert [round(end - start, 2) for start, end in ends] == [amount for _, amount in steps if abs(amount) > 0.2]
    for (_, end), (start, _) in pairwise(ends):
        assert abs(end - start) < 0.2  # a step of pence between two bars is a line, not a bar


def test_the_walk_names_its_largest_step():
    town = projected()
    chart = dm.charts.precept_walk(town, "town", "2027-28")
    steps = dict(chart.table.rows[1:-1])
    largest = max(steps, key=steps.get)
    assert chart.title.endswith(f"with +{money(steps[largest])} from {largest.lower()}")
    assert all(f"{money(abs(amount))}" in chart.alt for amount in steps.values())


def test_a_line_over_the_years_is_the_projection_unrounded():
    town = projected()
    chart = dm.charts.by_year(town)
    assert [row[1] for row in chart.table.rows] == town.by_year("town.band_d_charge")
    [drawn] = [line for line in chart.figure.axes[0].lines if len(line.get_xdata()) == 4]
    assert list(drawn.get_ydata()) == town.by_year("town.band_d_charge")
    first, last = (money(town.value("town.band_d", year)) for year in ("2026-27", "2029-30"))
    assert first in chart.alt and chart.title.startswith("Band D charge: up ") and f" to {last} by 2029 to 2030" in chart.title


def test_two_lines_say_how_far_apart_they_end():
    without, keep = every_option(1, years=3)
    chart = dm.charts.by_year(without, keep, "town.precept")
    ends = [round(one.value("town.precept", "2028-29")) for one in (without, keep)]
    assert f"£{ends[1]:,} in 2028 to 2029, £{ends[1] - ends[0]:,} more than without a decision" in chart.title
    assert chart.table.columns[1:] == ("Without a decision", keep.case.options["option_0"].label)


def test_the_same_option_twice_is_before_and_after():
    chart = dm.charts.by_year(projected(), projected(staff_grows="4%"))
    assert chart.table.columns[1:] == ("Before the change", "After the change")


def test_years_without_a_figure_are_left_out_and_said():
    chart = dm.charts.by_year(projected(before=False), line="town.band_d_change")
    assert chart.table.rows[0] == ("2026 to 2027", None) and None not in {row[1] for row in chart.table.rows[1:]}
    assert "There is no figure in 2026 to 2027." in chart.alt
    assert "nan" not in chart.svg().lower()


def test_options_are_lines_up_to_four_and_bars_beyond():
    four, seven = every_option(3), every_option(6)
    assert "Line chart" in dm.charts.options(four, "town.precept").alt
    chart = dm.charts.options(seven, "town.precept")
    assert "Bar chart" in chart.alt
    lengths = [bar.get_width() for bar in chart.figure.axes[0].patches]
    assert lengths == [one.value("town.precept", one.years[-1]) for one in seven]


def test_a_line_that_an_option_lacks_counts_as_nought_and_is_said():
    with_reserve, without = projected(earmarked=True), projected()
    chart = dm.charts.options({"Kept apart": with_reserve, "Not": without}, "town.reserves.elections.closing")
    assert [row[1:] for row in chart.table.rows] == [
        (value, 0.0) for value in with_reserve.by_year("town.reserves.elections.closing")
    ]
    assert "Not has no such line, and counts as £0." in chart.alt


def test_reserves_begin_with_what_was_in_hand_and_name_the_first_year_below_the_floor():
    town = projected()
    chart = dm.charts.reserves(town, "town", floor=90_000)
    closing = town.by_year("town.reserves.general.closing")
    assert [row[1] for row in chart.table.rows] == [100_000, *closing]
    assert [row[0] for row in chart.table.rows][:2] == ["31 March 2026", "31 March 2027"]
    assert chart.title == "General reserve is £7,114 below its floor at 31 March 2027"
    assert "never below its floor" in dm.charts.reserves(town, "town", floor=50_000).title


def test_an_overdrawn_reserve_is_the_headline():
    town = projected(6, charge="£120", reserve="£30,000")
    closing = town.by_year("town.reserves.general.closing")
    first = next(value for value in closing if value < 0)
    assert dm.charts.reserves(town, "town").title.startswith(f"General reserve is overdrawn by £{-first:,.0f} at 31 March ")


def test_a_floor_may_be_a_line_of_the_case():
    town = projected()
    chart = dm.charts.reserves(town, "town", floor="town.other_income")
    assert [row[2] for row in chart.table.rows[1:]] == town.by_year("town.other_income")


def test_homes_by_band_say_what_share_pays_less_than_band_d():
    chart = dm.charts.homes_by_band(projected(bands=True), "town")
    below = HOMES["A"] + HOMES["B"] + HOMES["C"]
    assert chart.title == f"{100 * below / sum(HOMES.values()):.1f}% of homes pay less than Band D"
    assert f"{below:,} of {sum(HOMES.values()):,} homes" in chart.alt
    assert {row[0]: row[1] for row in chart.table.rows} == {f"Band {band}": count for band, count in HOMES.items()}


# What cannot be drawn is refused in plain words


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda town: dm.charts.bill_by_band(town, "twon", "2026-27"), "'twon' is not a party of the case. Did you mean 'town'?"),
        (lambda town: dm.charts.bill_by_band(town, "district", "2026-27"), "'district' sets no precept in this case; town does."),
        (lambda town: dm.charts.precept_walk(town, "town", "2036-37"), "'2036-37' is not a year of the case, which runs from 2026-27"),
        (lambda town: dm.charts.by_year(town, line="band_d_charg"), "There is no line 'band_d_charg'"),
        (lambda town: dm.charts.by_year(town, line="town.walk.sums"), "holds yes or no, and a chart needs figures"),
        (lambda town: dm.charts.options([], "town.precept"), "Give at least one projection"),
        (lambda town: dm.charts.homes_by_band(town, "town"), "The homes in each band of 'town' are not in the case."),
        (lambda town: dm.charts.reserves(town, "town", floor="town.tax_base"), "a floor for reserves is in £"),
        (lambda town: dm.charts.reserves(town, "town", floor=float("nan")), "must be a number of pounds"),
        (lambda town: dm.charts.by_year(town).at(100_000), "300 to 2,000 pixels wide"),
        (lambda town: dm.charts.by_year(town).png(5_000), "24 to 960 dots an inch"),
        (lambda town: dm.charts.by_year(town).save("chart.pdf"), "Give a name that ends in .svg, .png or .csv."),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_plain_words(ask, words):
    with pytest.raises(dm.DevomodelError, match=".") as refused:
        ask(projected())
    assert words in str(refused.value)


def test_a_walk_into_a_first_year_without_history_is_refused():
    with pytest.raises(dm.DevomodelError, match="the charge before it is not given"):
        dm.charts.precept_walk(projected(before=False), "town", "2026-27")


def test_many_runs_side_by_side_are_not_drawn_as_if_they_were_one():
    case = projected().case
    with pytest.raises(dm.DevomodelError, match="holds 2 runs side by side"):
        dm.charts.by_year(dm.project(case, lanes={"budget.spending.grounds": [[1.0, 2.0]]}))


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
    figure = pictures()[name].figure
    assert {to_hex(text.get_color()) for text in texts_of(figure)} <= {
        one for one in map(str.lower, PALETTE) if contrast(one) >= 4.5
    }
    allowed = {*map(str.lower, PALETTE), WHITE}
    used = {
        to_hex(line.get_color())
        for line in figure.findobj(lambda one: hasattr(one, "get_linestyle") and hasattr(one, "get_color"))
    }
    used |= {to_hex(patch.get_facecolor()) for patch in figure.findobj(Rectangle) if patch.get_visible()}
    assert used <= allowed


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


def test_markup_in_a_name_is_only_words(tmp_path):
    chart = dm.charts.bill_by_band(projected(name="Town <script>alert(1)</script> & $x^2$ Council"), "town", "2027-28")
    ElementTree.fromstring(chart.svg())
    for written in (chart.svg(), chart.as_figure()):
        assert "<script" not in written and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $x^2$" in written


SAME = """
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
