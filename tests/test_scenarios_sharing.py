"""The scenarios of shared costs, tapers and loans: what was published is in them to the penny, and their reasons hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import devomodel as dm
from devomodel import councils
from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.loans import first_year_cost, implied_rate, level_payment
from devomodel.mechanisms.share_fairness import rules_side_by_side
from devomodel.model import Projection

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


@cache
def worked(name: str, option: str) -> Projection:
    return dm.project(dm.load(SCENARIOS / f"{name}.yaml"), option)


def parish(name: str, code: str) -> councils.Parish:
    [found] = [one for one in councils.parishes() if one.code == code]
    assert found.name == name
    return found


# Kidderminster town hall


def test_the_preferred_option_opens_with_the_published_precept_and_charge():
    published = parish("Kidderminster Town Council", "E04012638")
    town = worked("kidderminster-town-hall", "take_over")
    assert town.value("town.precept", "2019-20") == published.precept["2019-20"] == 620_676
    assert town.value("town.band_d", "2019-20") == published.band_d["2019-20"] == 36.00


def test_the_taper_is_five_fifteenths_to_one_and_comes_to_the_published_total():
    town = worked("kidderminster-town-hall", "take_over")
    paid = town.by_year("hall_grant.paid")
    assert sum(paid) == pytest.approx(272_860, abs=1e-9)
    assert [round(one) for one in paid] == [90_953, 72_763, 54_572, 36_381, 18_191, 0, 0, 0]
    assert paid[0] == pytest.approx(272_860 * 5 / 15, abs=0.005)
    profile = town.assumptions.set_index("line").loc["hall_grant.share_of_total"]
    assert profile["basis"] == "assumption" and "straight line over 5 years" in profile["note"]


def test_the_cliff_is_in_the_sixth_year_and_nobody_is_named_for_it():
    [cliff] = find_cliffs(worked("kidderminster-town-hall", "take_over"))
    assert (cliff.last_year, cliff.first_year_without, cliff.picked_up_by) == ("2023-24", "2024-25", "not agreed")
    assert cliff.effect("town").band_d == pytest.approx(1.03)


def test_thirty_per_cent_and_the_first_year_of_the_grant_leave_the_town_about_the_same_to_pay():
    shared, taken = worked("kidderminster-town-hall", "do_nothing"), worked("kidderminster-town-hall", "take_over")
    share = shared.value("hall_cost.town.contribution", "2019-20")
    left = taken.value("hall.net_cost", "2019-20") - taken.value("hall_grant.paid", "2019-20")
    assert share == 39_000 and abs(left - share) < 50


def test_the_hall_costs_the_same_whoever_runs_it_and_both_councils_are_shown():
    for year in ("2019-20", "2026-27"):
        costs = {worked("kidderminster-town-hall", one).value("hall.net_cost", year) for one in ("do_nothing", "take_over")}
        assert len(costs) == 1
    shared, taken = worked("kidderminster-town-hall", "do_nothing"), worked("kidderminster-town-hall", "take_over")
    assert taken.statements("district")[0].title.lower() == "wyre forest district council: revenue account"
    # What the two pay between them: the hall and the overheads; rent, grant and contribution only pass between them.
    for one in (shared, taken):
        town = one.value("town.precept", "2024-25") - one.value("services.net_cost", "2024-25")
        assert town - one.value("district.revenue.net", "2024-25") == pytest.approx(155_609.15 + 20_000 * 1.03**5, abs=0.02)


def test_the_cap_is_borne_by_the_district():
    capped = worked("kidderminster-town-hall", "formula_with_a_cap")
    assert max(capped.by_year("hall_cost.town.contribution")) == 41_000
    for cost, town, district in zip(*(capped.by_year(f"hall_cost.{line}") for line in (
            "shared_cost", "town.part", "district.part")), strict=True):  # fmt: skip
        assert town + district == pytest.approx(cost)


def test_the_reasons_for_setting_the_other_ways_aside_are_the_case_s_own_figures():
    rows = {(row.rule, row.party): row for row in rules_side_by_side(worked("kidderminster-town-hall", "do_nothing"))}
    equal = rows["equal", "town"]
    assert equal.pays[0] == 65_000 == 39_000 + 26_000 and equal.more_than_alone[0] and equal.alone[0] == 60_000
    assert rows["shapley", "town"].pays[0] == 45_000 and rows["shapley", "district"].pays[0] == 85_000
    town = worked("kidderminster-town-hall", "take_over")
    assert town.value("hall.net_cost", "2019-20") / town.value("town.tax_base", "2019-20") == pytest.approx(7.54, abs=0.005)


# Castle Donington hub


def test_the_hub_raises_the_published_precept_by_exactly_one_half_and_has_no_gap():
    hub = worked("castle-donington-hub", "hub_with_a_loan")
    assert hub.value("town.precept", "2019-20") == parish("Castle Donington", "E04005547").precept["2019-20"] == 337_886
    assert hub.value("town.precept", "2020-21") == 1.5 * 337_886
    assert max(hub.by_year("purchase.gap")) == 0


def test_the_district_matches_the_developer_pound_for_pound():
    for option in ("hub_with_a_loan", "save_first"):
        hub = worked("castle-donington-hub", option)
        assert hub.by_year("purchase.developer_grant.received") == hub.by_year("purchase.district_match.received")


def test_the_reasons_of_the_hub_are_its_own_figures():
    hub = worked("castle-donington-hub", "hub_with_a_loan")
    loan, reserve = hub.value("loan.hub.drawn", "2020-21"), hub.value("town.reserves.general.at_start", "2019-20")
    assert (loan, reserve) == (220_000, 150_000)
    without_loan = hub.value("town.reserves.closing", "2020-21") + hub.value("loan.hub.year_cost", "2020-21") - loan
    assert without_loan < -50_000
    whole, part = (2 * round(level_payment(one, 0.03, 50), 2) for one in (420_000, 220_000))
    assert round(whole - part) == 11_429
    assert (whole - part) / hub.value("town.tax_base", "2021-22") == pytest.approx(4.55, abs=0.005)


def test_saving_first_buys_the_same_hub_two_years_later_at_the_same_running_cost():
    loan, saved = worked("castle-donington-hub", "hub_with_a_loan"), worked("castle-donington-hub", "save_first")
    assert saved.value("hub.running_cost", "2022-23") == pytest.approx(loan.value("hub.running_cost", "2022-23"), abs=2)
    assert saved.value("hub.capital_cost", "2022-23") == pytest.approx(420_000 * 1.03**2, rel=0.01)


# Loans


@pytest.mark.parametrize(
    ("name", "option", "loan", "sum_borrowed", "years", "printed", "rate"),
    [
        ("alderbury-hall", "loan_without_a_rise", "village_hall", 90_000, 20, 5_634, 0.0229),
        ("cowfold-pavilion", "pavilion", "pavilion", 500_000, 50, 18_786, 0.0284),
    ],
)
def test_the_rate_given_is_that_which_the_printed_cost_implies_and_is_called_an_estimate(
    name, option, loan, sum_borrowed, years, printed, rate
):
    projection = worked(name, option)
    assert round(implied_rate(printed, sum_borrowed, years), 4) == rate
    assert projection.value(f"loan.{loan}.rate", projection.years[0]) == rate
    amount = projection.sheet.amounts[f"loan.{loan}.rate"]
    assert amount.basis == "estimate" and "implied" in amount.note
    assert projection.value(f"loan.{loan}.year_cost", projection.years[2]) == pytest.approx(printed, abs=0.6)
    assert projection.sheet.amounts[f"loan.{loan}.principal"].basis == "published"


def test_tibberton_costs_what_level_payments_at_its_published_rate_come_to():
    hall = worked("tibberton-hall", "as_borrowed")
    assert hall.value("loan.village_hall.year_cost", "2020-21") == pytest.approx(10_965.71, abs=0.02)
    assert hall.sheet.amounts["loan.village_hall.rate"].basis == "published"
    assert hall.value("loan.village_hall.borrowed", "2020-21") <= hall.value("loan.village_hall.approved", "2020-21") == 466_000
    maturity = first_year_cost("maturity", 299_895, 0.027, 100)
    assert round(maturity) == 8_097 and round(2 * round(level_payment(299_895, 0.027, 100), 2) - maturity) == 2_869
    assert round(2 * round(level_payment(299_895, 0.027, 50), 2)) == 16_574


@pytest.mark.parametrize(
    ("name", "code", "parish_name", "option", "year"),
    [
        ("alderbury-hall", "E04011618", "Alderbury", "loan_without_a_rise", "2019-20"),
        ("cowfold-pavilion", "E04009955", "Cowfold", "pavilion", "2018-19"),
        ("cowfold-pavilion", "E04009955", "Cowfold", "pavilion", "2019-20"),
        ("tibberton-hall", "E04010437", "Tibberton", "as_borrowed", "2019-20"),
    ],
)
def test_loans_stand_beside_the_published_precept_and_charge(name, code, parish_name, option, year):
    published, projection = parish(parish_name, code), worked(name, option)
    assert projection.value("town.precept", year) == published.precept[year]
    assert projection.value("town.band_d", year) == published.band_d[year]
    assert projection.case.councils["town"].code == code


def test_alderbury_without_a_rise_pays_from_its_reserve_and_its_reasons_hold():
    kept, raised = (worked("alderbury-hall", one) for one in ("loan_without_a_rise", "loan_with_a_rise"))
    assert kept.by_year("town.precept") == worked("alderbury-hall", "do_nothing").by_year("town.precept")
    paid = sum(kept.by_year("loan.village_hall.year_cost"))
    assert 60_000 - kept.value("town.reserves.closing", "2026-27") == pytest.approx(paid, abs=0.05)
    assert raised.value("town.reserves.closing", "2026-27") == pytest.approx(60_000, abs=0.05)
    assert 2 * round(level_payment(90_000, 0.0229, 20), 2) == 10_121
    assert 10_121 / kept.value("town.precept", "2020-21") == pytest.approx(0.2, abs=0.02)


def test_the_printed_rise_at_cowfold_cannot_be_the_charge_and_fits_as_the_rise():
    published = parish("Cowfold", "E04009955")
    before = 25.99 / 0.536
    assert before == pytest.approx(48.49, abs=0.005)
    assert before + 25.99 == pytest.approx(74.48, abs=0.005) and abs(74.48 - published.band_d["2018-19"]) < 0.20
    assert abs(25.99 - published.band_d["2018-19"]) > 48  # the sentence as printed
    assert worked("cowfold-pavilion", "pavilion").value("town.band_d_at_start", "2018-19") == 48.49
    assert round(500_000 / published.implied_tax_base("2018-19").value) == 603


# Two councils, one bill


def test_two_councils_share_the_joint_cost_by_every_rule_and_only_the_equal_split_is_dearer_than_alone():
    shared = worked("two-councils-one-bill", "share_one_pool")
    rows = rules_side_by_side(shared)
    pays = {(row.rule, row.party): row.pays[0] for row in rows}
    assert {party: pays["agreed", party] for party in ("thornbeck", "harrowmere")} == {"thornbeck": 39_000, "harrowmere": 91_000}
    assert {party: pays["shapley", party] for party in ("thornbeck", "harrowmere")} == {"thornbeck": 45_000, "harrowmere": 85_000}
    for rule in {row.rule for row in rows}:
        assert pays[rule, "thornbeck"] + pays[rule, "harrowmere"] == shared.value("pool.shared_cost", "2027-28") == 130_000
    assert [(row.rule, row.party) for row in rows if any(row.more_than_alone)] == [("equal", "thornbeck")]
    assert pays["equal", "thornbeck"] == 65_000 > 60_000 == next(row.alone[0] for row in rows if row.party == "thornbeck")


# Mid Devon


def test_each_place_pays_what_was_recommended_in_2015_16():
    steps = worked("mid-devon-toilets", "by_steps")
    bears = {name: steps.value(f"{name}_toilets.net_cost", "2015-16") - steps.value(f"{name}_taper.paid", "2015-16")
             for name in ("crediton", "cullompton", "bampton", "hemyock")}  # fmt: skip
    assert bears["crediton"] == 5_000
    assert bears["cullompton"] == pytest.approx(1_000 + 6_500 / 2 * 7 / 12, abs=0.01)
    assert bears["bampton"] == bears["hemyock"] == pytest.approx(6_500 / 3, abs=0.01)
    assert steps.value("sampford_peverell_sum.paid", "2015-16") == 500


@pytest.mark.parametrize(("name", "whole_from"), [("crediton", "2016-17"), ("cullompton", "2016-17"), ("bampton", "2017-18"),
                                                  ("hemyock", "2017-18")])  # fmt: skip
def test_each_taper_ends_when_the_whole_cost_was_to_pass_and_the_cliff_names_who_pays(name, whole_from):
    steps = worked("mid-devon-toilets", "by_steps")
    [cliff] = [one for one in find_cliffs(steps) if one.lines == (f"{name}_taper.paid",)]
    assert cliff.first_year_without == whole_from and cliff.agreed
    assert cliff.picked_up_by == steps.case.councils[name].name
    assert steps.value(f"{name}.precept", "2018-19") == pytest.approx(parish(
        {"crediton": "Crediton", "cullompton": "Cullompton", "bampton": "Bampton", "hemyock": "Hemyock"}[name],
        steps.case.councils[name].code).precept["2018-19"])  # fmt: skip
