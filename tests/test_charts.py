"""Charts say what the projection says, and refuse in plain words what they cannot draw."""

from __future__ import annotations

import pytest

import devomodel as dm
from devomodel.charts.words import money
from tests.chart_cases import HOMES, every_option, projected

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
    town = projected(before=False)
    chart = dm.charts.bill_by_band(town, "town", "2026-27")
    assert chart.title == f"Band D is {money(town.value('town.bands.D', '2026-27'))} in 2026 to 2027"
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
    (_, level), *steps, _ = chart.table.rows
    moves = []
    for _, amount in steps:
        moves.append((round(level, 2), round(level + amount, 2)))
        level += amount
    drawn = [(round(bar.get_x(), 2), round(bar.get_x() + bar.get_width(), 2)) for bar in chart.figure.axes[0].patches]
    assert drawn == [move for move in moves if move in drawn]
    assert all(abs(end - start) < 0.15 for start, end in moves if (start, end) not in drawn), "only a step of pence is a line"


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


def test_a_charge_is_told_from_the_year_before_the_first_as_the_change_since_the_start_is():
    town = projected()
    chart = dm.charts.by_year(town, line="town.band_d")
    start, last = town.value("town.band_d_at_start", "2026-27"), town.value("town.band_d", "2029-30")
    since = money(town.value("town.band_d_change_since_start", "2029-30"))
    assert chart.title == f"Band D charge: up {since} to {money(last)} by 2029 to 2030, from {money(start)} in 2025 to 2026"
    assert f"{money(start)} in 2025 to 2026, the year before" in chart.alt


def test_a_charge_without_a_year_before_is_told_from_the_first_year():
    town = projected(before=False)
    first, last = (town.value("town.band_d", year) for year in ("2026-27", "2029-30"))
    title = dm.charts.by_year(town, line="town.band_d").title
    assert (
        title == f"Band D charge: up {money(last - first)} to {money(last)} by 2029 to 2030, from {money(first)} in 2026 to 2027"
    )


def test_a_line_that_ends_as_it_began_tells_the_year_that_stands_out():
    hub = dm.project(dm.load("scenarios/castle-donington-hub.yaml"), "hub_with_a_loan")
    title = dm.charts.by_year(hub, line="hub.renewal_cost").title
    assert title == "Hub: capital cost of renewals: reaches £22,082 in 2025 to 2026, and is £0 otherwise"


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
        (lambda town: dm.charts.precept_walk(town, "town", "2036-37"), "'2036-37' is not a year of the case, which runs"),
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
    with pytest.raises(dm.DevomodelError) as refused:
        ask(projected())
    assert words in str(refused.value)


def test_a_walk_into_a_first_year_without_history_is_refused():
    with pytest.raises(dm.DevomodelError, match="the charge before it is not given"):
        dm.charts.precept_walk(projected(before=False), "town", "2026-27")


def test_many_runs_side_by_side_are_not_drawn_as_if_they_were_one():
    case = projected().case
    with pytest.raises(dm.DevomodelError, match="holds 2 runs side by side"):
        dm.charts.by_year(dm.project(case, lanes={"budget.spending.grounds": [[1.0, 2.0]]}))
