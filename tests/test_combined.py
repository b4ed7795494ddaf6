"""Bonds, mergers, their council tax and devolution deals, beside the same worked in plain Python, and what each refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.bond import STEPS, next_half_year_rate
from devomodel.mechanisms.loans import level_payment
from devomodel.model import Projection

COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
    "mayor": {"name": "Combined authority", "kind": "combined authority"},
}
FIRST = 2026
RATE = {"note": "made up in 2026"}
HALF_A_PENNY = 0.005 + 1e-9


def year(at: int) -> str:
    return f"{FIRST + at}-{(FIRST + at + 1) % 100:02d}"


def projected(years: int, **mechanisms: dict[str, Any]) -> Projection:
    case = {"case": "Made up", "nation": "england", "first_year": year(0), "years": years, "councils": COUNCILS,
            "mechanisms": mechanisms}  # fmt: skip
    return dm.project(dm.load_text(json.dumps(case), "made_up.yaml"))


# Bonds


def found_rate(start: float, payment: float, repaid: float, received: float, half_years: int) -> float:
    rate = max(start, 1e-6)
    for _ in range(STEPS):
        rate = next_half_year_rate(rate, payment, repaid, received, half_years)
    return rate


@settings(max_examples=200, deadline=None)
@given(st.integers(100, 1200), st.integers(850, 1060), st.integers(1, 50))
def test_the_all_in_rate_of_a_bond_is_its_internal_rate_of_return(coupon: int, price: int, years: int):
    payment, received = 1_000 * coupon / 20_000, float(price)
    ours = found_rate(coupon / 20_000, payment, 1_000, received, 2 * years)
    flows = [received, *[-payment] * (2 * years - 1), -payment - 1_000]
    theirs = pyxirr.irr(flows)
    assert theirs is not None
    assert ours == pytest.approx(max(theirs, 1e-6), abs=1e-8)


@settings(max_examples=100, deadline=None)
@given(st.integers(100, 1200), st.integers(0, 50), st.integers(1, 50))
def test_the_all_in_rate_of_an_annuity_with_a_fee_is_its_internal_rate_of_return(rate: int, fee: int, years: int):
    payment, received = level_payment(1_000, rate / 10_000, 2 * years), 1_000.0 - fee
    theirs = pyxirr.irr([received, *[-payment] * (2 * years)])
    assert found_rate(rate / 20_000, payment, 0, received, 2 * years) == pytest.approx(theirs, abs=1e-8)


def a_bond(**changes: Any) -> dict[str, Any]:
    return {
        "use": "bond", "council": "town", "taken": "bond", "principal": 100_000, "term_years": 2, "drawn": year(0),
        "bond": {"coupon": {"value": "5%", **RATE}, "issue_price": "99%", "issue_costs": 500, "yearly_costs": 100},
        "loan": {"rate": {"value": "5.2%", **RATE}, "shape": "annuity", "fee": 35}, "status": "assumed",
    } | changes  # fmt: skip


@pytest.mark.parametrize("taken", ["bond", "loan"])
def test_the_flows_of_the_one_taken_have_its_all_in_rate_as_their_internal_rate_of_return(taken: str):
    projection = projected(3, finance=a_bond(taken=taken))
    half = {key: [projection.by_year(f"finance.{taken}.{part}.instalment") for part in ("h1", "h2")] for key in ("paid",)}
    paid = [one for pair in zip(*half["paid"], strict=True) for one in pair][1:5]
    kept = 50.0 if taken == "bond" else 0.0
    start = projection.by_year("finance.drawn")[0] - projection.by_year("finance.costs_at_issue")[0]
    internal = pyxirr.irr([start, *(-one - kept for one in paid)])
    assert internal is not None
    assert 2 * internal == pytest.approx(projection.by_year(f"finance.{taken}.all_in.rate")[0], abs=1e-6)
    out = sum(sum(projection.by_year(f"finance.{line}")) for line in ("interest", "principal_repaid"))
    assert out == pytest.approx(sum(paid), abs=HALF_A_PENNY)


def test_a_principal_council_that_charges_nothing_to_revenue_for_its_bond_is_told():
    projection = projected(2, finance=a_bond(council="county"))
    assert "nothing is charged to revenue" in " ".join(projection.warnings)
    assert "nothing is charged" not in " ".join(projected(2, finance=a_bond()).warnings)


# Council tax of merged areas


AREAS = {"north": (30_000, 1_000.0), "south": (10_000, 1_200.0), "west": (20_000, 1_089.49)}


def merged(method: str, years: int, rise: float = 0.0499, **changes: Any) -> dict[str, Any]:
    areas = {
        area: {"tax_base": base, "band_d_before": charge, "own_rise": f"{rise:.2%}"} for area, (base, charge) in AREAS.items()
    }
    found = {"use": "harmonisation", "council": "district", "areas": areas, "first_year": year(0), "years": years, "method": method,
             "referendum_rule": "none", "council_tax": "written_here"}  # fmt: skip
    return found | ({"average_rise": f"{rise:.2%}"} if method == "weighted_average" else {}) | changes


@pytest.mark.parametrize("years", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("method", ["lowest", "highest", "weighted_average"])
def test_the_ways_that_north_yorkshire_modelled_narrow_every_year_and_end_as_one(method: str, years: int):
    """Straight lines over 1, 2, 3, 4 and 8 years, to the lowest, the highest and the average, worked again by hand."""
    projection = projected(9, merged=merged(method, years))
    assert [one.name for one in projection.checks if not one.passed] == []
    homes = sum(base for base, _ in AREAS.values())
    average = sum(base * charge for base, charge in AREAS.values()) / homes
    for at in range(9):
        grown, done = 1.0499 ** (at + 1), min(1.0, (at + 1) / years)
        own = {area: charge * grown for area, (_, charge) in AREAS.items()}
        target = {"lowest": min(own.values()), "highest": max(own.values()), "weighted_average": average * grown}[method]
        for area, charge in own.items():
            by_hand = target - (1 - done) * (target - charge)
            assert projection.value(f"merged.areas.{area}.band_d", year(at)) == pytest.approx(by_hand, abs=HALF_A_PENNY)
        if method == "weighted_average":
            assert projection.value("merged.average_band_d", year(at)) == pytest.approx(average * grown, abs=2 * HALF_A_PENNY)
            assert abs(projection.value("merged.against_own_path", year(at))) <= homes * HALF_A_PENNY
    gaps = projection.by_year("merged.gap")
    assert all(later < earlier or earlier == 0 for earlier, later in zip([200.0, *gaps], gaps, strict=False))


def test_the_average_stays_as_planned_where_the_mix_of_homes_moves():
    block = merged("weighted_average", 4)
    block["areas"]["north"]["tax_base"] = {"by_year": {year(at): 30_000 + 500 * at for at in range(5)}}
    projection = projected(5, merged=block)
    before = projection.by_year("merged.average_before")[0]
    for at in range(5):
        assert projection.value("merged.average_band_d", year(at)) == pytest.approx(
            before * 1.0499 ** (at + 1), abs=2 * HALF_A_PENNY
        )


# Deals and mergers


def a_deal(**changes: Any) -> dict[str, Any]:
    return {"use": "gainshare", "payer": "county", "payee": "mayor", "amount": 1_000, "years": 30, "first_year": year(0),
            "capital_share": "25%", "gateway_every": 5, "status": "secured"} | changes  # fmt: skip


def test_the_last_year_of_a_deal_and_a_failed_gateway_are_both_cliffs():
    [capital, revenue] = find_cliffs(projected(3, deal=a_deal(pays_for="skills")))
    assert (capital.last_year, revenue.last_year) == ("2055-56", "2055-56") and not revenue.inside
    failed = {"first": {"payments_from": year(5), "chance": "0%", "lost_share": "100%"}}
    cliffs = find_cliffs(
        projected(7, deal=a_deal(gateways=failed), costs={"use": "budget", "council": "mayor", "spending": {"all": 750}})
    )
    assert {one.first_year_without for one in cliffs} == {year(5)} and all(one.inside for one in cliffs)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-500, 1_000), min_size=2, max_size=8), st.integers(1, 2_000))
def test_payback_is_the_first_time_that_the_net_to_date_is_no_longer_below_nought(saved: list[int], cost: int):
    count = len(saved)
    row = {"savings": "100%", "disaggregation": "0%", "transition": "100%"}
    projection = projected(count, merger={
        "use": "reorganisation", "council": "county", "new_councils": 1, "by_number": {"one": {"councils": 1, **row}},
        "savings": {"all": {"by_year": {year(at): one for at, one in enumerate(saved)}}}, "ramp": "100%",
        "transition": {"all": {"value": cost, "once": year(0)}}, "contingency": "0%", "counted_from": year(0),
    })  # fmt: skip
    so_far, months = 0.0, 0.0
    for at, one in enumerate(saved):
        owed = (cost if at == 0 else 0) - so_far
        if not months and owed > 0 and one >= owed:
            months = 12 * (at + owed / one)
        so_far = one - owed
        assert projection.value("merger.cumulative", year(at)) == pytest.approx(so_far)
        assert projection.value("merger.payback_months", year(at)) == pytest.approx(months)


# What is refused


def slips() -> dict[str, tuple[dict[str, Any], str]]:
    """Each slip with words that its message must hold."""
    precept = {"use": "mayoral_precept", "council": "mayor", "pays_for": "mayoral functions", "tax_bases": {"district": 100}}
    row = {"savings": "100%", "disaggregation": "0%", "transition": "100%"}
    merger = {"use": "reorganisation", "council": "county", "new_councils": 2, "by_number": {"one": {"councils": 1, **row}},
              "savings": {"all": 1}, "ramp": "100%", "transition": {"all": 1}, "contingency": "0%", "counted_from": year(0)}  # fmt: skip
    growth = {
        "use": "business_rates_growth",
        "council": "district",
        "rates": 2,
        "baseline": 1,
        "local_share": "50%",
        "status": "assumed",
    }
    debt = {"haircut": "0%", "discount_rate": "0%", "years": 9, "borrowed": 0, "debt_service": 0}
    reset = {"year": year(0), "wiped_share": "100%"}
    gateway = {"payments_from": year(4), "chance": "50%", "lost_share": "100%"}
    return {
        "a charge given and raised": (precept | {"charge": 1, "rise": "1%"}, "cannot also be raised"),
        "no charge": (precept, "Give charge, or charge_before with rise"),
        "a precept on itself": (precept | {"charge": 1, "tax_bases": {"mayor": 1}}, "cannot precept on itself"),
        "a gateway left out": (a_deal(first_year="2021-22"), "payments from 2026-27 depend on a gateway"),
        "a gateway in a wrong year": (a_deal(gateways={"first": gateway}), "they fall in 2031-32"),
        "a deal that grows": (a_deal(amount={"value": 1, "grows": "2%"}), "the same cash sum in every year"),
        "a number not in the table": (merger, "by_number says nothing of 2"),
        "a number twice in it": (merger | {"by_number": {"a": {"councils": 2, **row}, "b": {"councils": 2, **row}}}, "once, from 1 up"),
        "payback from another year": (merger | {"new_councils": 1, "counted_from": "2035-36"}, "is not a year of the case"),
        "one area": (merged("lowest", 2, areas={"north": {"tax_base": 1, "band_d_before": 1, "own_rise": "0%"}}), "at least two areas"),
        "a target for the average": (merged("weighted_average", 2, target=1), "goes with method: given"),
        "no rise for the average": ({**merged("lowest", 2), "method": "weighted_average"}, "'average_rise' is missing"),
        "a limit without its figure": (merged("lowest", 2, referendum_rule="bespoke"), "needs its figure"),
        "a council older than the case": (merged("lowest", 2, first_year="2020-21"), "Begin the case in that year or earlier"),
        "a reset of growth not given": (growth | {"resets": {"first": reset}}, "Add growth_before"),
        "more years than the case has": (growth | {"borrowing": debt}, "give the case more years"),
        "a fund that is the council's own": (growth | {"ring_fence": {"until": year(1), "fund": "district"}}, "cannot pay itself"),
        "a bond of another year": (a_bond(drawn="2020-21"), "a maturity loan of the mechanism borrowing"),
        "a rate without its date": (a_bond(loan={"rate": "5%", "shape": "maturity"}), "a rate says its date"),
        "costs that grow": (a_bond(principal={"value": 1_000, "grows": "2%"}), "one figure for the whole term"),
    }  # fmt: skip


@pytest.mark.parametrize("slip", slips())
def test_what_does_not_go_together_is_refused_with_its_line_and_what_to_do(slip: str):
    block, words = slips()[slip]
    with pytest.raises(dm.InputError) as refused:
        projected(2, block=block)
    assert words in str(refused.value), str(refused.value)
    assert all(one.line and "block" in one.where for one in refused.value.problems)


def test_council_tax_that_would_be_counted_twice_is_refused():
    own = {
        "homes": {"use": "tax_base", "council": "district", "homes": 100},
        "own": {"use": "precept", "council": "district", "general_reserve": {"opening": 0}},
    }
    precept = {
        "use": "mayoral_precept",
        "council": "district",
        "pays_for": "mayoral functions",
        "charge": 1,
        "tax_bases": {"town": 1},
    }
    for block in (merged("lowest", 2), precept):
        with pytest.raises(dm.InputError, match="counted twice"):
            projected(2, **own, block=block)
