"""The page of a scheme and its loan, without a browser: set a control, read what is shown, and compare it with the case changed by hand."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

import devomodel as dm
from devomodel.case import Case
from devomodel.charts.words import money
from devomodel.dashboards.capital_and_revenue import Scheme, capital_and_revenue
from devomodel.dashboards.page import Page
from devomodel.model import Projection
from devomodel.problems import DevomodelError

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
WITH_LOANS = ("alderbury-hall", "castle-donington-hub", "cowfold-pavilion", "peppard-pavilion", "tibberton-hall")


def case(key: str) -> Case:
    return dm.load(SCENARIOS / f"{key}.yaml")


def opened(key: str, query: str = "") -> Scheme:
    page = Page("capital-and-revenue", "Buy, borrow and run", query=query)
    scheme = Scheme(page, page.open(case(key), key))
    assert page.errors.value == ""
    return scheme


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(html: str) -> dict[str, list[str]]:
    """Each row of a page's tables: its name, and its cells."""
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', html)
    return {unescape(name): [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for name, cells in found}


def changed(key: str, option: str, *edits: tuple[str, str, object]) -> Projection:
    """The case with an option of its own that makes these changes after those of the option."""
    text = (SCENARIOS / f"{key}.yaml").read_text(encoding="utf-8")
    loaded = dm.load_text(text, f"{key}.yaml")
    from dataclasses import replace

    variant = replace(loaded.with_edits((*loaded.options[option].edits, *edits)), option=option)
    return dm.project(replace(loaded, variants={**loaded.variants, option: variant}), option)


@pytest.mark.parametrize(
    ("key", "cost", "band_d", "week"),
    [
        ("alderbury-hall", "£5,634", "£5.88", "11p"),
        ("cowfold-pavilion", "£18,787", "£22.28", "43p"),
        ("tibberton-hall", "£10,966", "£33.50", "64p"),
    ],
)
def test_a_year_of_a_published_loan_costs_what_its_council_printed(key: str, cost: str, band_d: str, week: str):
    scheme = opened(key)
    assert f"loans cost {cost}: {band_d} for a Band D home, {week} a week" in words(scheme.page.says.value)
    assert cost in words(scheme.boxes.value)
    assert band_d in words(scheme.boxes.value)


@pytest.mark.parametrize("key", WITH_LOANS)
def test_every_option_with_a_scheme_or_a_loan_opens_and_shows_the_lines_of_its_own_projection(key: str):
    scheme = opened(key)
    for _, option in scheme.option.options:
        scheme.option.value = option
        assert scheme.page.errors.value == ""
        projection = dm.project(case(key), option)
        costs = rows(scheme.costs.value)
        assert costs["Precept"] == [money(value, pence=False) for value in projection.by_year("town.precept")]
        if "town.loan_cost" in projection.sheet:
            assert costs["at Band D"] == [f"£{value:.2f}" for value in projection.by_year("town.loan_cost_band_d")]
            year = scheme._year
            for band in "ABCDEFGH":
                cells = rows(scheme.bands.value)[f"Band {band}"]
                assert cells[0] == f"£{projection.value(f'town.loan_cost_bands.{band}', year):.2f}"


def test_moving_the_rate_the_term_and_the_shape_gives_the_case_written_that_way():
    scheme = opened("cowfold-pavilion")
    start = "loan.loans.pavilion"
    scheme.page.controls[f"{start}.shape"].value = "equal_instalments"
    scheme.page.controls[f"{start}.term_years"].type("30")
    scheme.page.controls[f"{start}.rate"].type("3.5")
    rate = {"value": "3.5%", "basis": "assumption", "note": "tried in 2026"}
    by_hand = changed("cowfold-pavilion", "pavilion", ("set", f"{start}.shape", "equal_instalments"), ("set", f"{start}.term_years", 30),
                      ("set", f"{start}.rate", rate))  # fmt: skip
    assert scheme.projection.by_year("town.loan_cost") == by_hand.by_year("town.loan_cost")
    assert scheme.projection.by_year("town.loan_cost_band_d") == by_hand.by_year("town.loan_cost_band_d")
    life = dm.charts.loan_life(by_hand)
    assert rows(scheme.shapes.value)["Equal instalments of principal (EIP), as shown"][:3] == [
        f"£{life.first_year:,.2f}", f"£{life.last_year:,.2f}", f"£{life.interest:,.2f}",
    ]  # fmt: skip
    assert dm.charts.loan_balance(by_hand).title.replace("’", "'") in unescape(scheme.balance.value)


def test_the_three_shapes_side_by_side_are_the_case_repaid_in_each_way():
    scheme = opened("tibberton-hall")
    found = rows(scheme.shapes.value)
    assert [name.split(" (")[0] for name in found] == [
        "Level payments", "Equal instalments of principal", "Interest only, all repaid at the end",
    ]  # fmt: skip
    for shape, cells in zip(("annuity", "equal_instalments", "maturity"), found.values(), strict=True):
        by_hand = changed("tibberton-hall", "as_borrowed", ("set", "loan.loans.village_hall.shape", shape))
        life = dm.charts.loan_life(by_hand)
        pounds = [f"£{value:,.2f}".removesuffix(".00") for value in (life.first_year, life.last_year, life.interest)]
        assert cells[:3] == pounds
        assert cells[3] == f"£{by_hand.value('town.loan_cost_band_d', '2020-21'):.2f}"
    maturity = list(found.values())[2]
    assert maturity[1] == "£307,992.16"  # a year of interest, 2.7% of £299,895, and all that was borrowed


def test_the_rate_stays_as_the_case_has_it_when_the_term_or_the_shape_moves():
    scheme = opened("cowfold-pavilion")
    scheme.page.controls["loan.loans.pavilion.term_years"].type("25")
    assert scheme.page.controls["loan.loans.pavilion.rate"].value == 0.0284
    assert scheme.projection.value("loan.pavilion.rate", "2020-21") == 0.0284
    assert "The rate does not follow the term" in scheme.page.controls["loan.loans.pavilion.term_years"].hint


def test_a_dearer_building_of_which_nobody_pays_the_rest_fails_the_check_on_capital():
    scheme = opened("castle-donington-hub")
    assert "checks hold" in scheme.checked.value
    scheme.page.controls["hub.parts.building.cost"].type("£300,000")
    assert "capital spending is funded in every year" in words(scheme.checked.value)
    assert scheme.projection.value("hub.capital_cost", "2020-21") == 440_000


def test_running_costs_move_the_revenue_and_not_the_capital():
    scheme = opened("castle-donington-hub")
    before = scheme.projection
    scheme.page.controls["hub.running_costs.hub_staff"].type("£118,000")
    after = scheme.projection
    assert after.value("hub.revenue_cost", "2020-21") - before.value("hub.revenue_cost", "2020-21") == pytest.approx(20_000)
    assert after.by_year("hub.capital_cost") == before.by_year("hub.capital_cost")


def test_a_shorter_life_brings_the_renewal_forward():
    scheme = opened("castle-donington-hub")
    scheme.page.controls["hub.parts.furniture_and_computers.life_years"].type("4")
    renewed = scheme.projection.by_year("hub.renewal_cost")
    assert [year for year, cost in zip(scheme.projection.years, renewed, strict=True) if cost] == ["2024-25"]
    assert renewed[5] == pytest.approx(20_000 * 1.02**4)
    scheme.page.controls["hub.parts.furniture_and_computers.life_years"].type("4.5")
    assert "whole years" in words(scheme.page.errors.value)


def test_the_limits_of_an_approval_carry_their_source_and_whether_it_was_seen():
    limits = rows(opened("cowfold-pavilion").limits.value)
    ceiling = limits["Most a parish usually borrows in a year"]
    assert ceiling[:3] == ["£500,000", "Pavilion loan £500,000 in 2018 to 2019", "yes"]
    assert ceiling[3].startswith("Verified, in force when checked: GAPTC")
    assert limits["Smallest loan for each elector"][:3] == [
        "£5 an elector", "The case does not say how many electors there are", "not tested",
    ]  # fmt: skip


def test_more_than_the_usual_ceiling_is_told_in_the_year_it_is_drawn():
    scheme = opened("cowfold-pavilion")
    scheme.page.controls["loan.loans.pavilion.principal"].type("£500,001")
    assert rows(scheme.limits.value)["Most a parish usually borrows in a year"][2] == "no, in 2018 to 2019"


def test_a_parish_makes_no_minimum_revenue_provision_and_the_page_says_so():
    assert "makes no minimum revenue provision" in words(opened("cowfold-pavilion").provided.value)


def test_another_option_keeps_what_was_moved_and_takes_the_rest_as_it_has_it():
    scheme = opened("cowfold-pavilion")
    scheme.page.controls["loan.loans.pavilion.rate"].type("3.5")
    scheme.option.value = "pavilion_over_25_years"
    assert scheme.page.controls["loan.loans.pavilion.rate"].value == 0.035
    assert scheme.page.controls["loan.loans.pavilion.term_years"].value == 25
    scheme.page.undo()
    assert (scheme.option.value, scheme.page.controls["loan.loans.pavilion.term_years"].value) == ("pavilion", 50)
    assert scheme.page.controls["loan.loans.pavilion.rate"].value == 0.035
    scheme.page.redo()
    scheme.page.reset()
    assert scheme.option.value == "pavilion"
    assert scheme.page.controls["loan.loans.pavilion.rate"].value == 0.0284
    assert scheme.page.query == ""


def test_an_address_opens_what_it_was_copied_from():
    first = opened("castle-donington-hub")
    for path, typed in (("loan.loans.hub.term_years", "20"), ("loan.loans.hub.rate", "4"), ("hub.parts.works.cost", "£140,000")):
        first.page.controls[path].type(typed)
    first.page.controls["loan.loans.hub.shape"].value = "maturity"
    first.year.value = "2023-24"
    second = opened("castle-donington-hub", first.page.query)
    assert second.page.choices == first.page.choices
    assert second.boxes.value == first.boxes.value
    assert second.shapes.value == first.shapes.value


def test_the_scenario_file_of_the_page_gives_its_figures_again():
    scheme = opened("castle-donington-hub")
    scheme.page.controls["loan.loans.hub.term_years"].type("20")
    scheme.page.controls["purchase.funders.parish.award"].type("£200,000")
    again = dm.load_text(scheme._scenario(), "hub.yaml")
    kept = dm.project(again, "from_the_dashboard")
    assert kept.by_year("town.loan_cost") == scheme.projection.by_year("town.loan_cost")
    assert "hub.capital_cost" in scheme._csv()


def test_a_loan_allowed_for_that_is_larger_than_what_is_left_to_pay_says_why_nothing_moves():
    scheme = opened("castle-donington-hub")
    assert scheme.funded.value == ""
    before = scheme.projection.by_year("town.loan_cost")
    scheme.page.controls["purchase.funders.parish.award"].type("£300,000")
    assert scheme.projection.by_year("town.loan_cost") == before
    assert words(scheme.funded.value) == (
        "The parish, by a loan: £220,000 is borrowed, and not the whole £300,000 allowed for, because the cost is £420,000, "
        "and the others pay £200,000."
    )


def test_a_gap_is_told_above_the_figures_and_in_the_sentence():
    scheme = opened("castle-donington-hub")
    scheme.page.controls["purchase.funders.parish.award"].type("£150,000")
    assert scheme.projection.value("purchase.gap", "2026-27") == 70_000
    assert words(scheme.funded.value).startswith(
        "£70,000 has no funder. The cost is £420,000. Paid: Community fund grant £100,000;"
    )
    assert words(scheme.page.says.value).endswith("£70,000 of the cost has no funder.")


def test_what_the_chart_calls_running_costs_and_sums_set_aside_is_all_that_is_charged_to_revenue():
    scheme = opened("castle-donington-hub")
    charged, running = (sum(scheme.projection.by_year(f"hub.{line}")) for line in ("revenue_cost", "running_cost"))
    assert (round(charged), round(running)) == (1_122_690, 1_095_732)
    chart = scheme.main.value
    assert (
        f"sums set aside, less income: £{round(charged):,}" in words(chart) and "Revenue, running costs less income" not in chart
    )


def test_an_option_that_borrows_nothing_says_so_and_still_shows_what_it_builds():
    scheme = opened("castle-donington-hub", "option=save_first")
    assert "borrows nothing" in words(scheme.page.says.value)
    assert "£444,989" not in scheme.page.errors.value
    assert rows(scheme.costs.value)["Hub: built or bought"][3] == "£445,000"


def test_a_case_without_a_scheme_or_a_loan_names_one_to_try():
    with pytest.raises(DevomodelError, match="Castle Donington hub or Cowfold pavilion"):
        capital_and_revenue(case("bletchingdon"))


DISTRICT = """
case: A pool of a district council
nation: england
first_year: 2026-27
years: 6
councils:
  district: {name: Anydale District Council, kind: district}
  bank: {name: A lender, kind: public body}
mechanisms:
  pool:
    use: capital_scheme
    council: district
    parts:
      hall: {cost: {value: "£1,000,000", once: 2026-27, basis: assumption, note: n}, work: construction, life_years: 40}
  loans:
    use: borrowing
    council: district
    lender: bank
    loans:
      old: {principal: {value: "£400,000", basis: assumption, note: of 2016},
            rate: {value: 3%, basis: assumption, note: of 2016}, term_years: 15, shape: equal_instalments, drawn: 2016-17}
      new: {principal: {value: "£1,000,000", basis: assumption, note: n},
            rate: {value: 5%, basis: estimate, note: March 2026}, term_years: 20, shape: maturity, drawn: 2026-27,
            sinking_fund: {earns: {value: 3%, basis: assumption, note: n}}}
  provision:
    use: minimum_revenue_provision
    council: district
    unfinanced_capital: {line: pool.capital_cost}
    asset_life: {value: 40, basis: assumption, note: n}
"""


def district() -> Scheme:
    return Scheme(Page("capital-and-revenue", "Buy, borrow and run"), dm.load_text(DISTRICT, "pool.yaml"))


def test_a_district_council_makes_provision_and_is_bound_by_no_parish_limit():
    scheme = district()
    assert "makes minimum revenue provision" in words(scheme.provided.value)
    assert rows(scheme.costs.value)["Minimum revenue provision"] == ["£0", *["£25,000"] * 5]
    assert "do not apply here" in words(scheme.limits.value)
    assert "no charge by band" in words(scheme.bands.value)


def test_a_loan_drawn_before_the_case_is_a_fact_and_has_no_control():
    scheme = district()
    assert [path for path in scheme.page.controls if path.startswith("loans.loans.old.")] == []
    assert "Old loan" in words(scheme.balance.value)
    scheme.loan.value = "loans.new"
    assert "New loan" in words(scheme.balance.value)
    assert scheme.page.query == "loan=loans.new"


def test_a_loan_with_a_sinking_fund_repaid_in_another_way_loses_the_fund():
    scheme = district()
    scheme.loan.value = "loans.new"
    assert "loans.new.fund.paid_in" in scheme.projection.sheet
    scheme.page.controls["loans.loans.new.shape"].value = "annuity"
    assert scheme.page.errors.value == ""
    assert "loans.new.fund.paid_in" not in scheme.projection.sheet
    kept = dm.project(dm.load_text(scheme._scenario(), "pool.yaml"), "from_the_dashboard")
    assert kept.by_year("district.loan_cost") == scheme.projection.by_year("district.loan_cost")


def test_the_share_of_income_counts_the_precept_and_every_other_receipt_but_no_transfer_from_reserves():
    projection = dm.project(case("castle-donington-hub"))
    cost, precept, hire = (projection.value(line, "2021-22")
                           for line in ("town.loan_cost", "town.precept", "hub.income.room_hire_and_fees"))  # fmt: skip
    assert projection.value("town.loan_cost_share_of_income", "2021-22") == pytest.approx(cost / (precept + hire))


def test_the_chart_of_costs_keeps_capital_and_revenue_apart():
    chart = dm.charts.scheme_costs(dm.project(case("castle-donington-hub")))
    assert chart.title == "Over 8 years: £442,082 of capital, and £1,204,405 to find from revenue"
    assert chart.table.rows[1][1:] == pytest.approx((420_000, 0, 143_000, 6_285.77))
    with pytest.raises(DevomodelError, match="no capital scheme and no loan"):
        dm.charts.scheme_costs(dm.project(case("castle-donington-hub"), "do_nothing"))
