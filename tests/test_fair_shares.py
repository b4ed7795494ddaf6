"""The rules for sharing a cost set side by side, and the Shapley value as one of them."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import devomodel as dm
from devomodel.mechanisms.share_fairness import every_coalition, pays_under_rules, rules_side_by_side, shapley_value
from tests.test_cost_share import DUST, HALL, MANY, PARTIES, projected, scenario

JOINT = {
    "manager": "town",
    "gross_running_cost": "£130,000",
    "shares": {"town": "70%", "village": "30%"},
    "side_by_side": {
        "alone": {"town": "£100,000", "village": "£60,000"},
        "rules": {"by_use": {"by": "use", "measures": {"town": 1, "village": 1}}},
    },
}


def test_two_councils_see_every_rule_and_who_would_be_better_off_alone():
    rows = {(row.rule, row.party): row for row in rules_side_by_side(projected(JOINT))}
    pays = {rule: (rows[rule, "town"].pays[0], rows[rule, "village"].pays[0]) for rule, _ in rows}
    assert pays == {
        "agreed": (91_000, 39_000),
        "by_use": (65_000, 65_000),
        "equal": (65_000, 65_000),
        "stand_alone": (81_250, 48_750),
        "shapley": (85_000, 45_000),
    }
    assert {key for key, row in rows.items() if row.warning} == {("equal", "village"), ("by_use", "village")}
    assert rows["equal", "village"].warning == "Equal shares: Village would be better off alone."
    assert rows["equal", "village"].alone == (60_000,)


def test_every_rule_side_by_side_sums_to_the_joint_cost():
    totals: dict[str, float] = {}
    for row in rules_side_by_side(projected({**JOINT, "gross_running_cost": 100_000.01})):
        totals[row.rule] = totals.get(row.rule, 0.0) + row.pays[0]
    assert all(abs(one - 100_000.01) < DUST for one in totals.values()) and len(totals) == 5


def test_without_costs_alone_only_the_rules_that_need_none_are_shown():
    rows = rules_side_by_side(projected({**JOINT, "side_by_side": {}}))
    assert {row.rule for row in rows} == {"agreed", "equal"} and not any(row.alone for row in rows)


def test_asking_for_rules_that_no_mechanism_sets_side_by_side_says_what_to_do():
    with pytest.raises(dm.DevomodelError, match="Add side_by_side"):
        rules_side_by_side(projected(HALL))


COSTS = st.integers(2, 4).flatmap(
    lambda count: st.tuples(
        st.just(PARTIES[:count]), st.lists(st.integers(0, 1_000), min_size=2**count - 1, max_size=2**count - 1)
    )
)


def costs_of(parties: tuple[str, ...], figures: list[int]) -> dict[frozenset[str], float]:
    sets = [frozenset(party for at, party in enumerate(parties) if number >> at & 1) for number in range(1, 2 ** len(parties))]
    return {members: float(figure) for members, figure in zip(sets, figures, strict=True)}


@MANY
@given(COSTS)
def test_the_shapley_value_is_what_each_adds_on_average_over_all_orders_of_joining(drawn: Any):
    parties, figures = drawn
    costs = costs_of(parties, figures)
    orders = list(permutations(parties))
    added = dict.fromkeys(parties, 0.0)
    for order in orders:
        for at, party in enumerate(order):
            before = costs[frozenset(order[:at])] if at else 0.0
            added[party] += (costs[frozenset(order[: at + 1])] - before) / len(orders)
    value = shapley_value(costs, parties)
    assert all(abs(value[party] - added[party]) < DUST for party in parties)
    assert abs(sum(value.values()) - costs[frozenset(parties)]) < DUST


@MANY
@given(COSTS)
def test_a_party_that_adds_the_same_to_every_set_pays_just_that(drawn: Any):
    parties, figures = drawn
    costs = costs_of(parties, figures)
    stranger = {**costs, frozenset({"stranger"}): 50.0} | {members | {"stranger"}: cost + 50 for members, cost in costs.items()}
    assert abs(shapley_value(stranger, (*parties, "stranger"))["stranger"] - 50) < DUST


def test_a_set_whose_cost_is_not_given_costs_the_cheapest_way_of_making_it_up():
    costs = {frozenset("a"): 5.0, frozenset("b"): 6.0, frozenset("c"): 7.0, frozenset("ab"): 8.0}
    filled = every_coalition(costs, ["a", "b", "c"])
    assert (filled[frozenset("bc")], filled[frozenset("abc")]) == (13.0, 15.0)


def test_eight_parties_go_side_by_side_on_the_sheet_and_nine_do_not():
    names = [f"p{at}" for at in range(9)]
    for count in (8, 9):
        share = {
            "manager": "p0",
            "gross_running_cost": 800,
            "by": "head",
            "measures": dict.fromkeys(names[:count], 1),
            "side_by_side": {"alone": dict.fromkeys(names[:count], 200)},
        }
        written = json.loads(scenario(share)) | {"councils": {name: {"name": name, "kind": "parish"} for name in names}}
        case = dm.load_text(json.dumps(written), "hall.yaml")
        if count == 8:
            assert all(row.pays == (100,) for row in rules_side_by_side(dm.project(case)))
        else:
            with pytest.raises(dm.InputError, match="at most 8 parties"):
                dm.project(case)


def test_the_rules_work_on_plain_numbers_too():
    alone = {frozenset({"a"}): 10.0, frozenset({"b"}): 30.0}
    assert pays_under_rules(20.0, ["a", "b"], alone)["stand_alone"] == {"a": 5.0, "b": 15.0}
