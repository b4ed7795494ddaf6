"""Assets that pass between councils: published figures, both sides of every sum, and the results against plain Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devomodel import parameters
from devomodel.cliffs import find_cliffs
from devomodel.engine import per_period
from devomodel.mechanisms.asset_dowry import implied_annual_rate, yearly_equivalent
from devomodel.mechanisms.asset_terms import business_rates_bill
from devomodel.mechanisms.base import is_flow
from devomodel.mechanisms.grant_terms import commuted_sum
from devomodel.problems import DevomodelError
from tests.generated_assets import STRATEGIES
from tests.generated_cases import BASIS, projected, year
from tests.generated_mixes import PARTIES
from tests.test_identities import close

ADVICE = ("principal_gains", "insured", "meets_the_cost", "break_is_shown", "reserves_would_bear_it", "receipt_pays_for_the_move",
          "pays_back", "expected_to_pay")  # fmt: skip
"""What the mechanisms of assets warn of, and what may fail in a case made up at random."""
HYPOTHESIS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    """Two or three of the mechanisms beside a town with a tax base, a budget and a precept."""
    years = draw(st.integers(1, 6))
    chosen = draw(st.lists(st.sampled_from(sorted(STRATEGIES)), min_size=2, max_size=3))
    mechanisms: dict[str, Any] = {
        "homes": {"use": "tax_base", "council": "town", "homes": {"value": 1_000, **BASIS}},
        "services": {"use": "budget", "council": "town", "spending": {"services": {"value": 50_000, **BASIS}}},
        **{f"{use}_{at}": draw(STRATEGIES[use](years)) for at, use in enumerate(chosen)},
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": {"value": 20_000, **BASIS}}},
    }
    return {"case": "Assets at random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": mechanisms}  # fmt: skip


@HYPOTHESIS
@given(cases())
def test_every_sum_that_must_hold_holds_and_what_is_paid_between_parties_is_received(case: dict[str, Any]):
    projection = projected(case)
    failing = {one.name.rpartition(".")[2] for one in projection.checks if not one.passed}
    assert failing <= {"master", "funded", *ADVICE}
    for at in range(case["years"]):
        by_party = dict.fromkeys(PARTIES, 0.0)
        outside = 0.0
        for line in projection.sheet:
            if is_flow(line):
                value = projection.by_year(line.name)[at]
                payer, payee = line.tags.get("payer"), line.tags.get("payee")
                if payer:
                    by_party[payer] -= value
                if payee:
                    by_party[payee] += value
                outside += value * (bool(payee) - bool(payer))
        assert close(sum(by_party.values()), outside)


@HYPOTHESIS
@given(STRATEGIES["asset_transfer"](4))
def test_the_principals_saving_is_its_budget_less_all_that_leaves_its_accounts(block: dict[str, Any]):
    """From the flows alone: what it would have paid, less what it pays, with what it receives."""
    case = {
        "case": "One transfer",
        "nation": "england",
        "first_year": year(0),
        "years": 4,
        "councils": PARTIES,
        "mechanisms": {"hall": block},
    }
    projection, principal = projected(case), block["principal"]
    for at in range(4):
        paid = sum(
            projection.by_year(line.name)[at]
            for line in projection.sheet
            if is_flow(line) and line.tags.get("payer") == principal
        )
        got = sum(
            projection.by_year(line.name)[at]
            for line in projection.sheet
            if is_flow(line) and line.tags.get("payee") == principal
        )
        assert close(projection.by_year("hall.principal_saving")[at], projection.by_year("hall.gross_budget")[at] - paid + got)
        local = block["local"]
        found = sum(projection.by_year(line.name)[at] * ((line.tags.get("payer") == local) - (line.tags.get("payee") == local))
                    for line in projection.sheet if is_flow(line))  # fmt: skip
        assert close(projection.by_year("hall.local_to_find")[at], found)


# What ends


def leaseback_case(**changed: Any) -> Any:
    """A town that lets part of a hall back to the district, in a case of four years."""
    block = {"use": "leaseback", "landlord": "town", "tenant": "district", "first_year": year(0), "term_years": 10, "break_from": "no break",
             "rent": {"value": 9_000, **BASIS}, "void_costs": {"value": 1_000, **BASIS}, "label": "Counter"} | changed  # fmt: skip
    mechanisms = {
        "homes": {"use": "tax_base", "council": "town", "homes": {"value": 1_000, **BASIS}},
        "hall": {"use": "budget", "council": "town", "spending": {"running": {"value": 50_000, **BASIS}}},
        "counter": block,
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": {"value": 20_000, **BASIS}}},
    }
    return projected({"case": "A counter let back", "nation": "england", "first_year": year(0), "years": 4, "councils": PARTIES,
                      "mechanisms": mechanisms})  # fmt: skip


def test_the_year_a_tenant_goes_is_a_cliff_and_the_empty_space_is_paid_for_besides():
    stays, goes = leaseback_case(), leaseback_case(break_from=year(2), tenant_leaves=year(2))
    [cliff] = find_cliffs(goes)
    assert (cliff.last_year, cliff.first_year_without, cliff.in_last_year) == (year(1), year(2), 9_000)
    assert cliff.effect("town").band_d == 9.0  # type: ignore[union-attr]
    assert [goes.by_year("town.band_d")[at] - stays.by_year("town.band_d")[at] for at in range(4)] == pytest.approx(
        [0, 0, 10, 10]
    )
    assert stays.by_year("counter.lost_if_tenant_leaves") == pytest.approx([10_000] * 4)
    [cliff] = find_cliffs(stays)
    assert (cliff.inside, cliff.last_year) == (False, year(9))


def test_income_that_passes_with_an_asset_is_no_cliff_and_its_dowry_is_one():
    block = {"use": "asset_transfer", "principal": "district", "local": "town", "tenure": "freehold", "transfer_year": year(1),
             "running_costs": {"hall": {"value": 9_000, **BASIS}}, "income": {"hire": {"value": 4_000, **BASIS}},
             "insurance": {"value": 500, **BASIS}, "dowry": {"sum": {"value": 6_000, **BASIS}, "years": 3}}  # fmt: skip
    projection = projected({"case": "A hall that passes", "nation": "england", "first_year": year(0), "years": 3, "councils": PARTIES,
                            "mechanisms": {"hall": block}})  # fmt: skip
    assert [(one.lines, one.once, one.picked_up_by) for one in find_cliffs(projection)] == [
        (("hall.dowry.paid",), True, "Town council")
    ]


# Published figures


def test_brentwoods_commuted_sums_are_a_fifth_of_the_cost_to_build_and_under_one_per_cent_a_year():
    prices = parameters.find("commuted_sum.examples").labelled("Brentwood draft 2022").value
    for price, build_cost in ((prices["outdoor_sport"], 72), (prices["children_play"], 220)):
        assert price / build_cost == pytest.approx(0.20)
        assert implied_annual_rate(price, build_cost, 25) == pytest.approx(0.008)
        assert yearly_equivalent(price, 25) / build_cost == pytest.approx(0.008)


@pytest.mark.parametrize(("kind", "price"), [("parks_gardens", 43), ("natural", 21), ("amenity", 20), ("allotments", 6)])
def test_warwicks_prices_over_twenty_years_are_a_twentieth_a_year(kind: str, price: float):
    assert parameters.find("commuted_sum.examples").labelled("Warwick 2018").value[kind] == price
    assert yearly_equivalent(price, 20) == pytest.approx(price / 20)


@pytest.mark.parametrize(("property_kind", "pence"), [("small_retail_hospitality_leisure", 38.2), ("standard_retail_hospitality_leisure", 43.0),
                                                      ("small", 43.2), ("standard", 48.0), ("high_value", 50.8)])  # fmt: skip
def test_the_five_multipliers_of_2026(property_kind: str, pence: float):
    multiplier = parameters.find("business_rates.multiplier").in_year("2026-27").value[property_kind]
    assert multiplier == pence
    assert business_rates_bill(10_000, multiplier) == pytest.approx(100 * pence)


def test_cornwalls_devolution_fund_over_nineteen_panels_and_what_bude_was_asked_for():
    assert 608_000 / 19 == 32_000
    assert pytest.approx(19.76) == 52 * 0.38
    assert round(19.76 * 3_638.8, -2) == 71_900
    assert 82_360 > 71_900


def test_tauntons_rise_of_a_draft_is_a_penny_a_week_more_than_it_was_published():
    assert pytest.approx(19_276, abs=0.5) == 4_497_296 / 233.31
    assert per_period(123.64)["week"] == 2.38 != 2.37


def test_wiltshires_service_transfers():
    assert pytest.approx(65.41) == 239.61 - 174.20
    assert pytest.approx(0.3755, abs=0.00005) == 239.61 / 174.20 - 1
    assert pytest.approx(0.40, abs=0.00005) == 2_948_550 / 2_106_118 - 1
    assert pytest.approx(15.22) == 168.74 - 153.52
    assert pytest.approx(254.77, abs=0.005) == 382.15 * 6 / 9
    assert pytest.approx(764.30) == 382.15 * 2
    assert per_period(18.15)["week"] == 0.35
    assert pytest.approx(184.91, abs=0.05) == 208 * 8 / 9


@given(st.integers(1, 40), st.integers(0, 80), st.integers(0, 80), st.integers(1, 1_000_000))
def test_a_commuted_sum_turned_round_is_the_cost_it_was_worked_from(years: int, growth: int, interest: int, cost: int):
    paid = commuted_sum(cost, years, growth / 1000, interest / 1000)
    assert yearly_equivalent(paid, years, growth / 1000, interest / 1000) == pytest.approx(cost, rel=1e-9)


# What is refused


def test_a_grant_counted_as_dowry_and_as_support_is_refused_and_so_is_one_counted_under_two_headings():
    block = {"use": "asset_transfer", "principal": "district", "local": "town", "tenure": "freehold", "transfer_year": year(0),
             "running_costs": {"hall": {"value": 9_000, **BASIS}}, "insurance": {"value": 500, **BASIS}}  # fmt: skip
    gift = {"use": "grant", "payer": "district", "payee": "town", "kind": "dowry", "status": "secured",
            "amount": {"value": 6_000, "once": year(0), **BASIS}}  # fmt: skip

    def refused(**more: Any) -> str:
        with pytest.raises(DevomodelError) as told:
            projected({"case": "A hall", "nation": "england", "first_year": year(0), "years": 3, "councils": PARTIES,
                       "mechanisms": {"hall": block | more, "gift": gift}})  # fmt: skip
        return str(told.value)

    twice = {"gift": {"line": "gift.paid"}}
    assert "support › gift: the line 'gift.paid' is counted already, under dowry" in refused(
        dowry={"sum": {"line": "gift.paid"}, "years": 3}, support=twice
    )
    assert "under support › gift" in refused(support=twice | {"once_more": {"line": "gift.paid"}})
    own = {"dowry": {"sum": {"value": 6_000, **BASIS}, "years": 3}, "support": {"sum": {"line": "hall.dowry.paid"}}}
    assert "under dowry" in refused(**own)


def test_what_is_left_of_a_councils_own_payments_is_refused_as_a_cost_that_would_be_paid_again():
    roof = {"cost": {"value": 60_000, "once": year(0), **BASIS}, "work": "replacement", "life_years": 30, "treat_as": "revenue"}
    mechanisms = {
        "fabric": {"use": "capital_scheme", "council": "town", "parts": {"roof": roof}},
        "hall": {"use": "asset_transfer", "principal": "district", "local": "town", "tenure": "freehold", "transfer_year": year(0),
                 "running_costs": {"hall": {"value": 9_000, **BASIS}}, "insurance": {"value": 500, **BASIS},
                 "local_costs": {"fabric": {"line": "fabric.revenue_cost"}}},
    }  # fmt: skip
    case = {
        "case": "A hall",
        "nation": "england",
        "first_year": year(0),
        "years": 3,
        "councils": PARTIES,
        "mechanisms": mechanisms,
    }
    with pytest.raises(DevomodelError, match="adds up what 'town' pays and receives already"):
        projected(case)
    mechanisms["hall"]["local_costs"] = {"fabric": {"line": "fabric.parts.roof.cost"}}
    assert projected(case).by_year("town.revenue.net") == pytest.approx([-69_500, -9_500, -9_500])
