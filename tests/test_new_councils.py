"""Councils newly made and areas divided: what is refused, and that every part sums to its whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import devomodel as dm
from devomodel.mechanisms.apportionment import parts_by_population
from devomodel.mechanisms.new_council import recovered

COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "village": {"name": "Village council", "kind": "parish"},
    "district": {"name": "District council", "kind": "district"},
}
NEW = {"use": "new_council", "council": "town", "billing_authority": "district", "first_year": "2026-27",
       "anticipated_precept": 10_000, "first_precept": "anticipated"}  # fmt: skip
ELECTION = {"cost": 900, "paid_by": "district", "borne_by": "town"}
DIVIDED = {"use": "apportionment", "tax_base": 1_000, "tax_bases": {"town": 400}, "rest": "village"}
MONEY = {"amount": 100, "held_by": "district", "account": "revenue"}
BASE = {"use": "tax_base", "council": "town", "homes": 100}
PRECEPT = {"use": "precept", "council": "town", "general_reserve": {"opening": 0}}


def projected(**blocks: dict[str, Any]) -> dm.Projection:
    return dm.project(dm.load_text(json.dumps({"case": "Made up", "nation": "england", "first_year": "2026-27", "years": 2,
                                               "councils": COUNCILS, "mechanisms": blocks}, indent=1)))  # fmt: skip


@pytest.mark.parametrize(("changed", "where", "told"), [
    ({"billing_authority": "town"}, "billing_authority", "'town' cannot be the new council and the one that makes it"),
    ({"first_year": "2028-29"}, "first_year", "after the last year of the case, 2027-28"),
    ({"issued_precept": 9_000}, "issued_precept", "is given, and first_precept is not as_issued"),
    ({"first_precept": "as_issued"}, "issued_precept", "is missing, and first_precept is as_issued"),
    ({"set_up": {"election": ELECTION | {"borne_by": "district"}}}, "set_up › election › borne_by", "pays the bill and bears it"),
    ({"set_up": {"election": {"cost": 1, "paid_by": "town", "recovered_over": 2}}}, "recovered_over", "nobody is named who pays it back"),
    ({"set_up": {"election": ELECTION | {"recovered_over": 61}}}, "recovered_over", "At most 60"),
])  # fmt: skip
def test_what_a_new_council_cannot_be_is_refused_with_its_place(changed: dict[str, Any], where: str, told: str):
    with pytest.raises(dm.InputError, match=told) as caught:
        projected(homes=BASE, precept=PRECEPT, new={**NEW, **changed})
    assert all(one.line and where in str(one) for one in caught.value.problems)


def test_a_new_council_without_a_precept_is_told_to_add_one():
    with pytest.raises(dm.InputError, match="there is no precept for 'town'"):
        projected(homes=BASE, new=NEW)


def test_the_council_that_bills_is_the_same_in_the_order_and_in_the_precept():
    with pytest.raises(dm.InputError, match=r"its precept is paid by 'village'\. Name the same council in both") as caught:
        projected(homes=BASE, precept=PRECEPT | {"billing_authority": "village"}, new=NEW)
    assert all("billing_authority" in str(one) for one in caught.value.problems)


def test_a_cost_that_the_case_pays_already_is_not_paid_twice():
    budget = {"use": "budget", "council": "district", "spending": {"election": 900, "parks": 800}}
    for one in (
        {"set_up": {"election": ELECTION | {"cost": {"line": "costs.spending.election"}}}},
        {"special_expenses": {"parks": {"cost": {"line": "costs.spending.parks"}}}},
    ):
        with pytest.raises(dm.InputError, match="is paid already, and would be counted twice"):
            projected(costs=budget, homes=BASE, precept=PRECEPT, new=NEW | one)


def test_the_rules_are_those_of_england_and_a_welsh_case_is_told():
    case = {"case": "Made up", "nation": "wales", "first_year": "2026-27", "years": 1, "councils": COUNCILS,
            "mechanisms": {"homes": BASE, "precept": PRECEPT, "new": NEW}}  # fmt: skip
    warnings = " ".join(dm.project(dm.load_text(json.dumps(case))).warnings)
    assert "the rules for the first precept of a new parish are those of England" in warnings


def test_money_spent_before_the_council_is_made_fails_a_check_and_has_no_precept():
    budget = {"use": "budget", "council": "town", "spending": {"clerk": 5_000}}
    projection = projected(costs=budget, homes=BASE, precept=PRECEPT, new=NEW | {"first_year": "2027-28"})
    assert projection.by_year("town.precept") == [0, 10_000]
    assert {one.name for one in projection.checks if not one.passed} == {"master", "new.nothing_before_it_is_made",
                                                                        "town.reserves.general.not_negative"}  # fmt: skip


@pytest.mark.parametrize("fixed", [{"precept": 12_000}, {"band_d_charge": 120}])
def test_a_precept_that_is_fixed_is_bounded_in_the_first_year_alone(fixed: dict[str, Any]):
    projection = projected(homes=BASE, precept=PRECEPT | fixed, new=NEW | {"first_precept": "as_budgeted"})
    assert projection.by_year("town.precept") == [10_000, 12_000]


@pytest.mark.parametrize(("block", "told"), [
    ({"use": "apportionment"}, "nothing is divided"),
    ({"use": "apportionment", "tax_base": 10}, "Give tax_bases too"),
    ({"use": "apportionment", "tax_bases": {"town": 10}}, "Give tax_base too"),
    (DIVIDED | {"rest": "town"}, "its tax base is given"),
    ({"use": "apportionment", "rest": "town", "sums": {"a": MONEY}, "population": {"town": 1}}, "no tax base is divided"),
    ({"use": "apportionment", "sums": {"reserves": MONEY}}, "money and property are divided by it"),
    (DIVIDED | {"population": {"town": 1}}, "Give it with sums or property"),
    ({"use": "apportionment", "sums": {"a": MONEY}, "population": {"town": 10, "village": -5}}, "-5 people have no part"),
    ({"use": "apportionment", "sums": {"a": MONEY}, "population": {"town": 0, "village": 0}}, "0 people have no part"),
    ({"use": "apportionment", "property": {"hall": {"value": 1, "goes_to": "village"}}, "population": {"town": 1}}, "takes no part"),
])  # fmt: skip
def test_what_cannot_be_divided_is_refused(block: dict[str, Any], told: str):
    with pytest.raises(dm.InputError, match=told) as caught:
        projected(divided=block)
    assert all(one.line for one in caught.value.problems)


def test_an_area_is_needed_before_its_base_can_bear_anything():
    with pytest.raises(dm.InputError, match="no area is named"):
        projected(capacity={"use": "tax_base_capacity", "sum_per_head": 1, "areas": {}})


# In whole pence


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_parts_by_population_are_whole_pence_within_a_penny_of_their_share_and_sum_to_the_whole(pence: int, people: list[int]):
    parts = parts_by_population(pence / 100, {str(at): one for at, one in enumerate(people)})
    in_pence = [one * 100 for one in parts.values()]
    assert all(abs(one - round(one)) < 1e-4 for one in in_pence) and sum(round(one) for one in in_pence) == pence
    assert all(abs(one - pence * count / sum(people)) < 1 + 1e-4 for one, count in zip(in_pence, people, strict=True))


@given(st.integers(0, 10**8), st.integers(1, 60))
def test_what_is_recovered_over_some_years_is_level_in_whole_pence_and_comes_to_the_cost(pence: int, years: int):
    paid = [recovered([0.0] * at + [pence / 100] + [0.0] * (years - at - 1), years) for at in range(years)]
    in_pence = [round(one * 100) for one in paid]
    assert sum(in_pence) == pence and all(abs(one * 100 - whole) < 1e-4 for one, whole in zip(paid, in_pence, strict=True))
    assert len(set(in_pence[:-1])) <= 1
