"""The funding page without a browser: gaps are shown and never filled, refusals give their reason, and cliffs name who pays."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import devomodel as dm
from devomodel.dashboards import funding_and_match as page_function
from devomodel.dashboards.funding_and_match import Stacking
from devomodel.dashboards.page import Page
from devomodel.model import Projection
from devomodel.problems import DevomodelError
from tests.dashboards.funding_figures import expected
from tests.dashboards.tables import differing, tables

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
HUB, RANGER, HALL = "castle-donington-hub", "dunstable-ranger", "kidderminster-town-hall"
EVERY = (HUB, RANGER, "mid-devon-toilets", "padiham", "peppard-pavilion", HALL)


def opened(key: str, query: str = "") -> Stacking:
    page = Page("funding-and-match", "Stack funders and match", query=f"case={key}&{query}")
    case = page.open(None, usual=key)
    return Stacking(page, case, [one for one, variant in case.variants.items() if any(
        type(mechanism).__name__ in ("MatchFunding", "Grant") for mechanism in variant.mechanisms)])  # fmt: skip


def everything(of: Stacking) -> str:
    return "".join(view.value for view in of.view.values())


def says(of: Stacking) -> str:
    return of.page.says.value


def by_hand(key: str, option: str) -> Projection:
    return dm.project(dm.load(SCENARIOS / f"{key}.yaml"), option)


@pytest.mark.parametrize("key", EVERY)
def test_every_figure_of_every_option_is_the_projection_s(key):
    of = opened(key)
    for option in of.options:
        of.option.value = option
        assert of.page.errors.value == of.view["refused"].value == ""
        count, wrong = differing(tables(everything(of)), expected(by_hand(key, option)))
        assert wrong == [] and count >= 10


def test_capital_money_that_no_budget_rests_on_is_not_said_to_want_a_payer_anywhere():
    ending = opened("padiham").view["cliffs"].value
    assert "No yearly budget rests on it" in ending and "who pays is not agreed" not in ending


# Gaps


def test_when_the_developer_pulls_out_its_match_goes_too_and_the_gap_is_not_filled():
    of = opened(HUB)
    assert "Every condition holds" in says(of)
    of.page.controls["purchase.funders.developer_grant.pays"].set(False)
    assert "Without Community fund grant: £200,000 of £442,082" in says(of) and "2 conditions are not met" in says(of)
    assert of.projection.value("purchase.gap", "2020-21") == 200_000
    assert of.projection.value("purchase.district_match.earned", "2020-21") == 0
    assert of.projection.value("loan.hub.drawn", "2020-21") == 220_000, "the loan does not grow by itself"
    assert "every pound of cost has a funder: not so in 2020 to 2021" in of.view["conditions"].value
    stack = tables(of.view["stack"].value)["Purchase: who pays, in the order they are asked (capital)"]
    assert stack["Gap, not funded"][5] == "£200,000"


def test_if_one_pulls_out_is_told_for_each_and_is_what_its_switch_then_shows():
    of = opened("peppard-pavilion")
    told = tables(of.view["out"].value)["What if one pulls out?"]
    for payer in of.terms.payers["loan_in_full"]:
        payer.pays.set(False)
        gap = of.projection.value("funding.gap", of.projection.years[-1])
        assert told[payer.label] == [f"£{gap:,.0f}", str(sum(not one.passed for one in of.projection.checks[1:]))]
        payer.pays.set(True)
    assert told["District grant"] == ["£156,500", "2"]
    assert told["Parish's own money"] == ["£6,500", "2"], "the district pays no more than its £170,000"


def test_a_larger_loan_closes_the_gap_and_breaks_its_approval_and_a_status_moves_no_pound():
    of = opened(HUB, "purchase.funders.developer_grant.pays=no")
    of.page.controls["purchase.funders.parish.award"].set(420_000)
    assert of.projection.value("purchase.gap", "2020-21") == 0
    assert "no more is drawn than was approved: not so in 2020 to 2021" in of.view["conditions"].value
    before = of.projection.by_year("town.band_d")
    of.page.controls["purchase.funders.parish.status"].set("secured")
    assert of.projection.by_year("town.band_d") == before
    assert of.projection.value("purchase.not_secured", "2026-27") == 0


# Story S7: a capital grant and a salary


def test_a_salary_is_refused_from_a_capital_grant_with_a_plain_reason_and_the_figures_stay():
    of = opened(RANGER)
    before = of.view["stack"].value
    of.page.controls["kit_funding.cost"].set("ranger.running.ranger_post")
    assert "Refused" in says(of)
    refused = of.view["refused"].value
    assert "‘Ranger: ranger post’ is revenue, and this scheme is capital" in refused
    assert "must not pay for it" in refused and ".yaml" not in refused and "kit_funding.cost" not in refused
    assert of.view["stack"].value == before
    of.page.undo()
    assert of.view["refused"].value == "" and "Every condition holds" in says(of)


def test_money_for_running_costs_only_is_refused_for_a_capital_scheme():
    of = opened(RANGER)
    of.page.controls["kit_funding.funders.market_town_fund.pays_for"].set("revenue")
    assert "its money is for running costs" in of.view["refused"].value
    assert of.page.query == f"case={RANGER}&kit_funding.funders.market_town_fund.pays_for=revenue"
    assert opened(RANGER, of.page.query.partition("&")[2]).view["refused"].value == of.view["refused"].value


def test_the_match_is_shown_each_year_and_in_total_and_the_sixth_year_is_flagged():
    of = opened(RANGER, "option=ranger_kept")
    years = tables(of.view["years"].value)["Kit funding: who pays for each year’s spending"]
    assert years["£ of running cost for each £1 of grant"] == ["–", "1.21 to 1", "–", "–", "–", "–", "–", "–", "6.35 to 1"]
    assert years["Goes on after the promise, and no funder asks for it"][6] == "£32,810.84"
    assert "2025 to 2026" not in of.view["warnings"].value or "decide who pays" in of.view["warnings"].value
    assert "decide who pays" in of.view["warnings"].value
    ends = opened(RANGER)
    assert (
        "nothing from 2025 to 2026. That done, the Band D charge of Dunstable Town Council is £2.41 lower"
        in ends.view["cliffs"].value
    )


# Cliffs


def test_the_town_hall_grant_ends_in_the_sixth_year_and_nobody_is_named_until_somebody_is():
    of = opened(HALL)
    cliffs = tables(of.view["cliffs"].value)["Money that ends"]["Town hall grant from the district"]
    assert cliffs == [
        "2023 to 2024",
        "£18,190.67",
        "£155,609.15",
        "Not agreed",
        "Kidderminster Town Council +£1.03 in 2024 to 2025",
    ]
    assert "Who pays then is not agreed" in of.view["cliffs"].value and "<svg" in of.view["cliffs"].value
    of.page.controls["hall_grant.then"].set("town")
    assert "Kidderminster Town Council picks it up" in of.view["cliffs"].value
    assert "not agreed" not in of.view["cliffs"].value


def test_each_step_of_mid_devon_ends_and_says_who_picks_it_up():
    of = opened("mid-devon-toilets")
    found = tables(of.view["cliffs"].value)["Money that ends"]
    assert found["District's part in Crediton"][3:] == ["Crediton Town Council", "Crediton Town Council +£3.09 in 2016 to 2017"]
    assert len(found) == 6, "a heading and five payments"


# Time and cash, files


def test_what_is_borne_in_kind_stands_apart_from_cash():
    helpers = """      helpers:
        use: volunteer_time
        council: district
        giver: owners
        hours: {value: 1000, once: 2020-21, basis: assumption, note: made up}
        hour_rate: {value: "£10", basis: assumption, note: made up}
        status: assumed
      crafting:
"""
    text = (SCENARIOS / "padiham.yaml").read_text(encoding="utf-8").replace("      crafting:\n", helpers, 1)
    text = text.replace("        account: capital\n", "        account: capital\n        in_kind: {line: helpers.cost}\n", 1)
    case = dm.load_text(text)
    page = Page("funding-and-match", "Stack funders and match")
    of = Stacking(page, page.open(case, usual=HUB), ["as_the_guide_has_it"])
    shown = tables(of.view["kind"].value)["In cash and in kind"]
    assert shown["Crafting: paid in cash"][1] == "£380,000"
    assert shown["Crafting: borne in kind"][1] == "£10,000"


def test_the_files_that_are_handed_out_hold_the_figures_and_the_choices():
    of = opened(
        HUB,
        "purchase.funders.developer_grant.pays=no&purchase.funders.parish.award=300000&purchase.funders.district_match.status=secured",
    )
    rows = list(csv.DictReader(io.StringIO(of._csv().lstrip("\ufeff"))))
    of_2020 = {row["funder"]: float(row["pays_pounds"]) for row in rows if row["year"] == "2020-21"}
    assert of_2020 == {"Community fund grant": 0, "Match of the district": 0, "The parish, by a loan": 300_000,
                       "Gap at 31 March, not funded": 120_000}  # fmt: skip
    again = dm.project(dm.load_text(of.live.scenario_text(of.amounts)), "from_the_dashboard")
    for line in ("purchase.gap", "purchase.parish.earned", "town.band_d", "town.reserves.closing"):
        assert again.by_year(line) == pytest.approx(of.projection.by_year(line)), line


def test_a_case_without_funders_says_which_one_has_them():
    with pytest.raises(DevomodelError, match="castle-donington-hub"):
        page_function(dm.load(SCENARIOS / "precept-consultation.yaml"))
    assert "dm-funding-and-match" in page_function()._dom_classes
