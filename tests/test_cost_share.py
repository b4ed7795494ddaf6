"""Sharing a cost: what is true of every share, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.model import Projection

MANY = settings(max_examples=100, deadline=None)
PARTIES = ("town", "village", "hamlet", "county", "district")
COUNCILS = {key: {"name": key.capitalize(), "kind": "parish"} for key in PARTIES}
BASIS = {"basis": "assumption", "note": "made up"}
A_PENNY = 0.01
DUST = 1e-6


def scenario(share: dict[str, Any], years: int = 1, **others: Any) -> str:
    blocks = {"hall": {"use": "cost_share", **share}, **others}
    return json.dumps(
        {
            "case": "A hall",
            "nation": "england",
            "first_year": "2026-27",
            "years": years,
            "councils": COUNCILS,
            "mechanisms": blocks,
        },
        ensure_ascii=False,
    )


def projected(share: dict[str, Any], years: int = 1, **others: Any) -> Projection:
    return dm.project(dm.load_text(scenario(share, years, **others), "hall.yaml"))


def refused(share: dict[str, Any]) -> str:
    with pytest.raises(dm.DevomodelError) as caught:
        projected(share)
    return str(caught.value)


@st.composite
def fixed_shares(draw: Any) -> dict[str, Any]:
    """Shares in hundredths of a per cent that come to 100%, one of them perhaps as the rest."""
    count = draw(st.integers(2, 5))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=count - 1, max_size=count - 1)))
    points = [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    found: dict[str, Any] = {party: f"{one / 100}%" for party, one in zip(PARTIES, points, strict=False)}
    if draw(st.booleans()):
        found[draw(st.sampled_from(sorted(found)))] = "rest"
    return found


@st.composite
def rules(draw: Any) -> dict[str, Any]:
    """One of the rules by shares, with what it needs."""
    way = draw(st.sampled_from(["shares", "by", "part fixed"]))
    if way == "shares":
        return {"shares": draw(fixed_shares())}
    measures = {party: draw(st.integers(1, 20_000)) for party in PARTIES[: draw(st.integers(1, 5))]}
    found = {"by": draw(st.sampled_from(["head", "elector", "dwelling", "tax_base", "use", "hours"])), "measures": measures}
    if way == "part fixed":
        found |= {"fixed_part": f"{draw(st.integers(0, 100))}%", "fixed_shares": draw(fixed_shares())}
    return found


@st.composite
def halls(draw: Any) -> dict[str, Any]:
    """A cost, an income and a rule."""
    pence = st.integers(0, 100_000_000).map(lambda one: one / 100)
    return {
        "manager": draw(st.sampled_from(PARTIES)),
        "gross_running_cost": {"value": draw(pence), **BASIS},
        "income": {"value": draw(pence), **BASIS},
        "surplus": draw(st.sampled_from(["kept", "shared"])),
        **draw(rules()),
    }


def flows(projection: Projection) -> dict[tuple[str, str], float]:
    """What passes from one party to another, in £."""
    found: dict[tuple[str, str], float] = {}
    for line in projection.sheet:
        ends = (line.tags.get("payer"), line.tags.get("payee"))
        if all(ends):
            found[ends] = found.get(ends, 0.0) + projection.by_year(line.name)[0]
    return found


# What is true of every share


@MANY
@given(halls())
def test_the_parts_sum_to_the_shared_cost_to_the_penny(share: dict[str, Any]):
    projection = projected(share)
    assert projection.passed, [one.label for one in projection.checks if not one.passed]
    [cost] = projection.by_year("hall.shared_cost")
    parts = {line.tags["party"]: projection.by_year(line.name)[0] for line in projection.sheet if line.name.endswith(".part")}
    shares = {party: projection.by_year(f"hall.{party}.share")[0] for party in parts}
    in_pence = {party: round(part * 100) for party, part in parts.items()}
    assert sum(in_pence.values()) == round(cost * 100)
    for party, part in parts.items():
        assert abs(part * 100 - in_pence[party]) < DUST, "a part is in whole pence"
        assert abs(part - shares[party] * cost) < A_PENNY + DUST, "a part is within a penny of its share"


@MANY
@given(halls())
def test_what_the_parties_pay_and_keep_is_the_net_cost(share: dict[str, Any]):
    """The manager's own cost is the net running cost less what the others pay it, and nobody else is touched."""
    projection = projected(share)
    manager = share["manager"]
    moved = flows(projection)
    paid_in = sum(value for (_, payee), value in moved.items() if payee == manager)
    passed_on = sum(value for (payer, _), value in moved.items() if payer == manager)
    [net] = projection.by_year("hall.net_running_cost")
    assert abs(projection.by_year(f"{manager}.revenue.net")[0] - (paid_in - passed_on - net)) < DUST
    for party in PARTIES:
        if party != manager and f"{party}.revenue.net" in projection.sheet:
            own = moved.get((manager, party), 0.0) - moved.get((party, manager), 0.0)
            assert abs(projection.by_year(f"{party}.revenue.net")[0] - own) < DUST
    assert all(value >= 0 and manager in ends for ends, value in moved.items())


@MANY
@given(halls())
def test_twice_the_pounds_are_twice_the_costs_and_leave_the_shares_alone(share: dict[str, Any]):
    twice = {**share, **{key: {**share[key], "value": 2 * share[key]["value"]} for key in ("gross_running_cost", "income")}}
    one, two = projected(share), projected(twice)
    for line in one.sheet:
        before, after = one.by_year(line.name)[0], two.by_year(line.name)[0]
        if str(line.unit) != "£":
            assert before == after, line.name
        else:  # a part may be a penny above or below its share in either case
            rounding = 0 if line.name in ("hall.net_running_cost", "hall.shared_cost") else len(PARTIES) * 3 * A_PENNY
            assert abs(after - 2 * before) <= rounding + DUST, line.name


@MANY
@given(halls(), st.integers(0, 200_000), st.integers(0, 200_000))
def test_floors_and_caps_move_pounds_between_parties_and_lose_none(share: dict[str, Any], floor: int, more: int):
    parties = list(share.get("shares") or {**share["measures"], **share.get("fixed_shares", {})})
    if len(parties) < 2:
        return
    limited, bearer = parties[:2]
    share = {**share, "limits": {limited: {"at_least": floor, "at_most": floor + more}}, "bearer": bearer}
    projection = projected(share)
    assert projection.passed
    assert floor - DUST <= projection.by_year(f"hall.{limited}.part")[0] <= floor + more + DUST
    for party in parties[2:]:
        assert projection.by_year(f"hall.{party}.part") == projection.by_year(f"hall.{party}.part_before_limits")


@MANY
@given(st.lists(st.integers(0, 50_000_000), min_size=2, max_size=6), st.integers(0, 50_000_000))
def test_over_the_years_each_party_pays_its_part_of_the_actual_cost(actual: list[int], estimate: int):
    """What has been paid to the end of the case and what is still owed is the part of what it all cost."""
    years = [f"{2026 + at}-{27 + at}" for at in range(len(actual))]
    costs = {"by_year": {year: pence / 100 for year, pence in zip(years, actual, strict=True)}, **BASIS}
    projection = projected(
        {
            "gross_running_cost": estimate / 100,
            "shares": {"town": "30%", "village": "20%", "district": "rest"},
            "true_up": {"actual_cost": costs},
        },
        len(actual),
    )
    for party in ("town", "village"):
        paid = -sum(projection.by_year(f"{party}.revenue.net"))
        still_owed = projection.by_year(f"hall.{party}.owed")[-1]
        assert abs(paid + still_owed - sum(projection.by_year(f"hall.{party}.actual_part"))) < DUST
    whole = sum(sum(projection.by_year(f"{party}.revenue.net")) for party in ("town", "village", "district"))
    assert abs(whole + sum(actual) / 100) < DUST


# The town hall


HALL = {
    "gross_running_cost": {"value": "£420,000", "grows": "3%", **BASIS},
    "income": {"value": "£150,000", "grows": "2%", **BASIS},
    "shares": {"town": {"value": "30%", **BASIS}, "district": "rest"},
}


def test_a_share_moved_on_its_own_moves_the_rest_with_it():
    case = dm.load_text(scenario(HALL), "hall.yaml")
    moved = dm.project(case, lanes={"hall.shares.town": np.array([[0.3, 0.4, 1.0]])})
    assert moved.figures["hall.district.share"][0].round(9).tolist() == [0.7, 0.6, 0.0]
    assert moved.figures["hall.town.contribution"][0].tolist() == [81_000, 108_000, 270_000]


def test_a_share_of_99_per_cent_in_all_turns_the_master_check_red():
    share = {**HALL, "manager": "district", "shares": {"town": "30%", "district": "70%"}}
    case = dm.load_text(scenario(share), "hall.yaml")
    short = dm.project(case, lanes={"hall.shares.town": np.array([[0.29]])})
    assert not short.passed and "hall.shares_are_whole" in {one.name for one in short.checks if not one.passed}


def test_an_option_changes_a_share_by_its_path():
    written = json.loads(scenario(HALL))
    written["options"] = {"less": {"label": "A fifth", "set": {"hall.shares.town": "20%"}}}
    case = dm.load_text(json.dumps(written), "hall.yaml")
    assert dm.project(case, "less").by_year("hall.town.contribution") == [54_000]


def test_what_is_shared_is_said_in_words():
    label = projected(HALL).sheet["hall.shared_cost"].label
    assert label == "Hall: cost shared, net of income, without overheads, without capital charges"


def test_a_contribution_is_explained_down_to_the_share_and_the_bills():
    projection = projected(HALL, years=2)
    found = {step.line.name for _, step in projection.explain("hall.town.contribution", "2027-28").walk()}
    assert {"hall.town.share", "hall.gross_running_cost.before_growth", "hall.income.growth"} <= found


# Refusals


REFUSED: dict[str, dict[str, Any]] = {
    "the shares come to 110%, which is more than the whole": {"shares": {"town": "60%", "district": "50%"}},
    "the shares come to 120%, which is more than the whole": {"shares": {"town": "120%", "district": "rest"}},
    "the shares come to 99.99%, and nobody takes the rest": {
        "shares": {"town": "33.33%", "village": "33.33%", "district": "33.33%"}
    },
    "'town' and 'district' cannot each take the rest": {"shares": {"town": "rest", "district": "rest"}},
    "30 is 3,000%: write 30% or 0.3": {"shares": {"town": 30, "district": "rest"}},
    "Write rest": {"shares": {"town": "30%", "district": "rset"}},
    "'towm' is not named under 'councils'": {"shares": {"towm": "30%", "district": "rest"}},
    "in 2026-27 the shares come to 90%, and nobody takes the rest": {
        "shares": {"town": {"by_year": {"2026-27": "40%"}}, "district": "50%"}
    },
    "who pays which share belongs here": {"shares": "30%"},
    "exactly one of shares, by and sums": {},
    "shares and by are given": {"shares": {"town": "30%", "district": "rest"}, "by": "head"},
    "needs the people of each party": {"by": "head"},
    "nothing gives the tax base of 'town'": {"by": "tax_base", "between": ["town"]},
    "nothing gives the electors of 'town'": {"by": "elector", "between": ["town"], "measures": {"village": 3}},
    "it goes with 'by'": {"shares": {"town": "30%", "district": "rest"}, "fixed_part": "10%"},
    "Give both, or neither": {"by": "head", "measures": {"town": 1}, "fixed_part": "10%"},
    "has no sum of its own": {"sums": {"district": 100}},
    "every class but the last says up_to": {
        "by": "head",
        "measures": {"town": 1},
        "size_classes": {"a": {"price": 1}, "b": {"price": 2}},
    },
    "so it is in no class": {"by": "head", "measures": {"district": 1}, "size_classes": {"a": {"price": 1}}},
    "Give both limits and bearer": {"shares": {"town": "30%", "district": "rest"}, "limits": {"town": {"at_most": 5}}},
    "'town' has a floor or a cap of its own": {
        "shares": {"town": "30%", "district": "rest"},
        "limits": {"town": {"at_most": 5}},
        "bearer": "town",
    },
    "give at_least, at_most or both": {
        "shares": {"town": "30%", "district": "rest"},
        "limits": {"town": {}},
        "bearer": "district",
    },
    "'county' has no part in the cost": {
        "shares": {"town": "30%", "district": "rest"},
        "limits": {"county": {"at_most": 5}},
        "bearer": "district",
    },
    "Add overheads_are": {"shares": {"town": "30%", "district": "rest"}, "overheads": 10},
    "Add capital_charges.": {"shares": {"town": "30%", "district": "rest"}, "capital_charges_are": "included"},
    "alone is missing": {"shares": {"town": "30%", "district": "rest"}, "side_by_side": {"alone": {"town": 5}}},
    "the cost of all together is the shared cost itself": {
        "shares": {"town": "30%", "district": "rest"},
        "side_by_side": {"alone": {"town+district": 5}},
    },
    "not all of them share the cost": {"shares": {"town": "30%", "district": "rest"}, "side_by_side": {"alone": {"county": 5}}},
    "twice": {"shares": {"town": "30%", "district": "rest"}, "side_by_side": {"alone": {"town+town": 5}}},
    "'equal' is worked in any case": {
        "shares": {"town": "30%", "district": "rest"},
        "side_by_side": {"rules": {"equal": {"shares": {"town": "1", "district": 0}}}},
    },
    "has no part in the rule agreed": {
        "shares": {"town": "30%", "district": "rest"},
        "side_by_side": {"rules": {"heads": {"by": "head", "measures": {"county": 1}}}},
    },
    "'district' pays no contribution": {
        "shares": {"town": "30%", "district": "rest"},
        "true_up": {"actual_cost": 5, "brought_forward": {"district": 5}},
    },
}


@pytest.mark.parametrize("words", REFUSED)
def test_a_share_that_cannot_be_meant_is_refused_with_its_place(words: str):
    told = refused({"manager": "district", "gross_running_cost": "£1,000", **REFUSED[words]})
    assert words in told and "hall.yaml, line" in told and "mechanisms › hall" in told


def test_somebody_must_pay_the_bills():
    told = refused({"gross_running_cost": 1, "shares": {"town": "50%", "district": "50%"}})
    assert "nothing says who pays the bills" in told and "Add manager" in told


def test_the_manager_cannot_share_a_cost_that_another_pays():
    budget = {"use": "budget", "council": "county", "spending": {"hall": 100}}
    share = {"shares": {"town": "30%", "district": "rest"}, "gross_running_cost": {"line": "bills.spending.hall"}}
    with pytest.raises(dm.InputError, match="is paid by 'county', and the manager is 'district'"):
        projected(share, bills=budget)
