"""The cost share page without a browser: what it says is what the projection says, for every rule, cap and option."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import devomodel as dm
from devomodel.dashboards import cost_share as page_function
from devomodel.dashboards.cost_share import Sharing
from devomodel.dashboards.page import Page
from devomodel.model import Projection
from devomodel.problems import DevomodelError
from tests.dashboards.cost_share_figures import expected
from tests.dashboards.tables import differing, tables

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
HALL, BILL = "kidderminster-town-hall", "two-councils-one-bill"


def opened(key: str, query: str = "") -> Sharing:
    page = Page("cost-share", "Share a cost", query=f"case={key}&{query}")
    return Sharing(page, page.open(None, usual=key))


def everything(of: Sharing) -> str:
    return "".join(view.value for view in of.view.values())


def says(of: Sharing) -> str:
    return of.page.says.value


def by_hand(key: str, option: str, changes: dict[str, object] | None = None) -> Projection:
    return dm.project(dm.load(SCENARIOS / f"{key}.yaml", changes=changes), option)


# Story S8: two councils, one bill


def test_thirty_to_seventy_is_39_000_and_91_000_and_every_rule_comes_to_the_joint_cost():
    of = opened(BILL)
    assert "Of £130,000" in says(of) and "£91,000" in says(of) and "£39,000" in says(of)
    rules = tables(of.view["rules"].value)["Rules side by side, 2027 to 2028"]
    sums = {rule: sum(int(cell.split()[0].strip("£").replace(",", "")) for cell in cells) for rule, cells in rules.items()
            if rule not in ("Rule", "Each alone")}  # fmt: skip
    assert sums == dict.fromkeys(["As agreed: fixed shares", "By tax base", "By visits", "Equal shares", "In proportion to the cost alone",
                                  "Shapley value"], 130_000)  # fmt: skip
    assert rules["Shapley value"] == ["£85,000", "£45,000"]
    assert rules["Equal shares"] == ["£65,000", "£65,000 more than alone"] and rules["Each alone"] == ["£100,000", "£60,000"]
    assert [rule for rule, cells in rules.items() if "more than alone" in " ".join(cells)] == ["Equal shares"]


@pytest.mark.parametrize(("rule", "town", "parish"), [
    ("equal", 65_000, 65_000), ("by_tax_base", 97_500, 32_500), ("by_visits", 78_000, 52_000), ("stand_alone", 81_250, 48_750),
    ("shapley", 85_000, 45_000),
])  # fmt: skip
def test_each_rule_can_be_agreed_and_goes_through_both_budgets(rule, town, parish):
    of = opened(BILL, f"rule={rule}")
    assert (of.projection.value("pool.harrowmere.part", "2027-28"), of.projection.value("pool.thornbeck.part", "2027-28")) == (
        town,
        parish,
    )
    assert of.projection.value("thornbeck.precept", "2027-28") == 140_000 + parish
    assert of.projection.value("harrowmere.precept", "2027-28") == 500_000 + town
    assert ("would pay £60,000 alone" in says(of)) == (rule == "equal")
    # The case's own bound is that Thornbeck pays no more than with a pool of its own.
    assert ("checks hold" in of.view["checks"].value) == (rule != "equal")
    words, nothing = of.shared["share_one_pool", "pool"].rules[rule], by_hand(BILL, "do_nothing")
    count, wrong = differing(tables(everything(of)), expected(of.projection, nothing, "pool", "Swimming pool", "2027-28", words))
    assert wrong == [] and count > 120


def test_heads_of_terms_export_with_the_review_date_that_was_stated():
    of = opened(BILL)
    assert "Not stated" in of.view["terms"].value
    of.review.value = "1 April 2030"
    of.rule.value = "shapley"
    of.cap.value = "cap"
    of.cap_at.set(44_000)
    table = dict(list(csv.reader(io.StringIO(of._terms_csv().lstrip("\ufeff"))))[1:])
    assert table["Review date"] == "1 April 2030"
    assert table["Rule"] == "Shapley value"
    assert table["Who manages"] == "Harrowmere Town Council pays the bills and collects the income"
    assert table["Cap"] == "Thornbeck Parish Council pays no more than £44,000 in 2027 to 2028"
    assert table["What a cap or floor leaves"] == "Borne by Harrowmere Town Council"
    assert table["Share of each, 2027 to 2028"] == "Harrowmere Town Council £86,000; Thornbeck Parish Council £44,000"
    assert "income, taken off the cost" in table["In the cost"] and "overheads" in table["Not in the cost"]
    assert tables(of.view["terms"].value)["Heads of terms, for both councils to agree"]["Review date"] == ["1 April 2030"]


def test_a_review_date_that_looks_like_a_formula_is_words_in_the_file_and_on_the_page():
    of = opened(BILL)
    of.review.value = "=1+1<script>"
    assert "'=1+1<script>" in of._terms_csv()
    assert "<script>" not in of.view["terms"].value and "=1+1&lt;script&gt;" in of.view["terms"].value


# The town hall


def test_every_figure_of_the_town_hall_is_that_of_the_file_changed_by_hand():
    of = opened(HALL, "hall_cost.shares.town=0.4&hall.spending.town_hall_staff=160000&growth-energy=0.08")
    changes: dict[str, object] = {"hall_cost.shares.town": "40%", "hall.spending.town_hall_staff": "£160,000",
                                  "hall.spending.town_hall_energy.grows": "8%"}  # fmt: skip
    hand = by_hand(HALL, "do_nothing", changes)
    before = by_hand(HALL, "do_nothing")
    count, wrong = differing(tables(everything(of)), expected(hand, before, "hall_cost", "Town hall", "2019-20", "fixed shares"))
    assert wrong == [] and count > 40
    assert of.page.refused == [] and of.page.errors.value == ""


def test_a_share_moved_without_a_decision_is_compared_with_the_case_as_it_is_given():
    of = opened(HALL, "hall_cost.shares.town=0.4&hall.spending.town_hall_staff=160000")
    budgets = of.view["budgets"].value
    assert "Nothing moves" not in budgets and "Compared with the case as it is given." in budgets
    changes: dict[str, object] = {"hall_cost.shares.town": "40%", "hall.spending.town_hall_staff": "£160,000"}
    given, hand = by_hand(HALL, "do_nothing"), by_hand(HALL, "do_nothing", changes)
    assert (round(given.value("town.precept", "2019-20")), round(hand.value("town.precept", "2019-20"))) == (605_629, 622_629)
    for figure in ("£605,629", "£622,629", "+£17,000"):
        assert figure in budgets
    assert opened(HALL).view["budgets"].value.count("Nothing moves in the budget") == 2


def test_an_option_is_compared_with_no_decision_at_the_same_costs_and_the_terms_of_the_case():
    of = opened(HALL, "option=formula_with_a_cap&hall_cost.shares.town=0.25&hall.spending.town_hall_staff=160000")
    before = by_hand(HALL, "do_nothing", {"hall.spending.town_hall_staff": "£160,000"})
    assert of.before.by_year("town.precept") == before.by_year("town.precept")
    assert "Compared with no decision, with the same costs." in of.view["budgets"].value


def test_the_cap_of_an_option_can_be_moved_taken_away_or_set_by_others():
    of = opened(HALL, "option=formula_with_a_cap")
    assert max(of.projection.by_year("hall_cost.town.part")) == 41_000
    of.page.controls["hall_cost.limits.town.at_most"].set(42_000)
    assert max(of.projection.by_year("hall_cost.town.part")) == 42_000
    of.cap.value = "none"
    assert of.projection.by_year("hall_cost.town.part") == by_hand(HALL, "do_nothing").by_year("hall_cost.town.part")
    of.cap.value = "cap"
    of.cap_at.set(20_000)
    assert set(of.projection.by_year("hall_cost.town.part")) == {20_000}
    assert of.projection.value("hall_cost.district.part", "2019-20") == 110_000


def test_gross_of_income_and_overheads_in_the_cost_raise_what_is_shared():
    of = opened(HALL)
    of.net.value = "gross"
    assert of.projection.value("hall_cost.shared_cost", "2019-20") == 240_000
    of.overheads.value = "included"
    assert of.projection.value("hall_cost.shared_cost", "2019-20") == 260_000
    assert of.projection.value("hall_cost.town.contribution", "2019-20") == 78_000
    assert "£78,000" in says(of)


def test_taking_the_hall_over_saves_the_district_the_cost_less_the_grant_less_the_overheads_that_stay():
    of = opened(HALL, "option=take_over")
    assert "No cost is shared" in says(of) and of.of_rules.children == () == of.of_terms.children
    shown = tables(everything(of))
    district = shown["Wyre Forest District Council: what moves in its budget (+ is less to find, − is more to find)"]
    assert district["Town hall grant from the district"][0] == "−£90,953"
    assert district["Overheads no longer used by the hall"][0] == "−£20,000"
    assert district["Town hall staff"][0] == "£150,000"
    hand, before = by_hand(HALL, "take_over"), by_hand(HALL, "do_nothing")
    saved = [
        after - without for after, without in zip(*(one.by_year("district.revenue.net") for one in (hand, before)), strict=True)
    ]
    assert [abs(int(cell.replace("£", "").replace(",", "").replace("−", "-")) - one) < 5
            for cell, one in zip(district["Better off (− worse off)"], saved, strict=True)] == [True] * 8  # fmt: skip
    assert "Who pays then is not agreed" in of.view["between"].value and "2024 to 2025" in of.view["between"].value


def test_the_grant_of_the_option_is_moved_on_this_page_and_comes_to_its_new_total():
    of = opened(HALL, "option=take_over")
    of.page.controls["hall_grant.taper.total"].set(300_000)
    assert sum(of.projection.by_year("hall_grant.paid")) == pytest.approx(300_000, abs=1e-6)
    hand = by_hand(HALL, "take_over").with_amounts({"hall_grant.taper.total": 300_000})
    assert of.projection.by_year("town.band_d") == hand.by_year("town.band_d")


# The page itself


def test_what_is_handed_out_as_a_file_opens_with_the_same_figures():
    for key, option, name in ((HALL, "formula_with_a_cap", "hall_cost"), (BILL, "share_by_visits", "pool")):
        for cap in ("case", "none", "cap"):
            for rule in ("case", "equal", "shapley"):
                of = opened(key, f"option={option}&rule={rule}&cap={cap}")
                text = of.live.scenario_text(of.amounts)
                again = dm.project(dm.load_text(text), "from_the_dashboard" if of.live.edits else option)
                parts = [line.name for line in again.sheet if line.name.startswith(f"{name}.") and line.name.endswith(".part")]
                assert [again.by_year(one) for one in parts] == [of.projection.by_year(one) for one in parts], (key, cap, rule)


def test_the_address_holds_the_choices_and_undo_goes_back_to_them():
    of = opened(BILL)
    of.rule.value = "shapley"
    of.page.controls["pool.income"].set(40_000)
    assert of.page.query == f"case={BILL}&rule=shapley&pool.income=40000"
    again = opened(BILL, of.page.query.partition("&")[2])
    assert says(again) == says(of) and again.page.refused == []
    of.page.undo()
    of.page.undo()
    assert "£39,000" in says(of) and of.page.query == f"case={BILL}"
    of.page.redo()
    assert "£45,000" in says(of)
    of.page.reset()
    assert "£39,000" in says(of)


def test_a_case_that_shares_no_cost_says_which_one_does():
    with pytest.raises(DevomodelError, match="kidderminster-town-hall"):
        page_function(dm.load(SCENARIOS / "padiham.yaml"))


def test_a_cost_shared_by_nine_parties_is_refused_with_the_number_that_can_be_compared():
    villages = [f"village_{place}" for place in range(8)]
    parties = "".join(f"  {one}: {{name: Village {one[-1]}, kind: parish}}\n" for one in villages)
    shares = ", ".join(f"{one}: {{value: 10%, basis: assumption, note: made up}}" for one in villages)
    text = ("case: A hall shared by nine\nnation: england\nfirst_year: 2027-28\nyears: 2\nillustrative: true\ncouncils:\n"
            f"  town: {{name: Town council, kind: town}}\n{parties}mechanisms:\n  hall:\n    use: cost_share\n    label: Hall\n"
            f"    shares: {{{shares}, town: rest}}\n"
            "    gross_running_cost: {value: \"£90,000\", basis: assumption, note: made up}\n")  # fmt: skip
    with pytest.raises(DevomodelError, match="Hall is shared by 9 parties, and this page sets rules side by side for at most 8"):
        page_function(dm.load_text(text))


def test_three_parties_pay_equal_shares_to_the_penny():
    text = ("case: A hall shared by three\nnation: england\nfirst_year: 2027-28\nyears: 2\nillustrative: true\ncouncils:\n"
            "  town: {name: Town council, kind: town}\n  near: {name: Near parish, kind: parish}\n  far: {name: Far parish, kind: parish}\n"
            "mechanisms:\n  hall:\n    use: cost_share\n    label: Hall\n    manager: town\n"
            "    sums: {near: {value: \"£20,000\", basis: assumption, note: made up},\n"
            "           far: {value: \"£1,000\", basis: assumption, note: made up}}\n"
            "    gross_running_cost: {value: \"£100,000\", basis: assumption, note: made up}\n")  # fmt: skip
    page = Page("cost-share", "Share a cost")
    of = Sharing(page, page.open(dm.load_text(text), usual=HALL))
    parts = [f"hall.{party}.part" for party in ("near", "far", "town")]
    assert [of.projection.value(one, "2027-28") for one in parts] == [20_000, 1_000, 79_000]
    of.rule.value = "equal"
    assert sorted(of.projection.value(one, "2027-28") for one in parts) == [33_333.33, 33_333.33, 33_333.34]
    of.rule.value = "fixed"
    of.fixed["near"].set(0.5)
    of.fixed["far"].set(0.25)
    assert [of.projection.value(one, "2027-28") for one in parts] == [50_000, 25_000, 25_000]
    assert "Town council bears £25,000" in says(of)


def test_a_page_opens_on_a_case_in_hand_and_on_the_usual_one():
    root = page_function(dm.load(SCENARIOS / f"{BILL}.yaml"))
    assert "dm-cost-share" in root._dom_classes
    assert "dm-page" in page_function()._dom_classes
