"""What holds in every mix of the mechanisms: paid is received, costs have funders or a gap, balances roll, loans clear.

The cases are made up at random (`tests/generated_mixes.py`), the same ones on every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import devomodel as dm
from devomodel import parameters
from devomodel.engine import operations, rounding
from devomodel.mechanisms.base import is_flow
from devomodel.mechanisms.loan_schedule import _whole_life
from devomodel.model import Projection
from devomodel.statements import HALF_A_PENNY
from tests import generated_cases
from tests.generated_cases import PRECEPTING, Scenario, by_year, of_use, projected, year
from tests.generated_funding import owed_by_hand
from tests.generated_mixes import doubled, mixes, owed_at_31_march, parameter_doubled, pence, taper_by_hand
from tests.test_identities import DUST, accounts_of, assert_totals_sum, close, paid_and_received

COUNT = 70
SCALED = 30
printed_accounts = cache(accounts_of)
Made = list[tuple[Scenario, Projection]]
ACCOUNTS = ("revenue", "capital", "in_kind")


@pytest.fixture(scope="module")
def made() -> Made:
    """The cases, each worked once for all the tests."""
    cases: list[Scenario] = []

    @settings(max_examples=COUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(mixes())
    def gather(case: Scenario) -> None:
        cases.append(case)

    gather()
    assert len(cases) >= COUNT
    return [(case, projected(case)) for case in cases]


def test_the_cases_mix_every_mechanism_rule_and_shape(made: Made):
    blocks = [one for case, _ in made for one in case["mechanisms"].values()]
    assert {one["use"] for one in blocks} == {
        "borrowing", "budget", "capital_scheme", "cost_share", "grant", "match_funding", "payment", "precept", "tax_base",
        "volunteer_time",
    }  # fmt: skip
    loans = [loan for one in blocks for loan in one.get("loans", {}).values()]
    assert {loan["shape"] for loan in loans} == {"annuity", "equal_instalments", "maturity"}
    assert any("repaid_early" in loan for loan in loans) and any("sinking_fund" in loan for loan in loans)
    shared = [one for one in blocks if one["use"] == "cost_share"]
    for key in ("shares", "by", "fixed_part", "true_up"):
        assert any(key in one for one in shared)
    assert any("rest" in one["shares"].values() for one in shared if "shares" in one)
    assert any("taper" in one for one in blocks) and any("interest_rate" in one for one in blocks if one["use"] == "precept")
    gaps = [max(projection.by_year("match.gap")) for _, projection in made]
    assert any(gap > 1 for gap in gaps) and any(gap < DUST for gap in gaps)


def flows(projection: Projection) -> Iterator[tuple[str, dict[str, Any], list[float]]]:
    for line in projection.sheet:
        if is_flow(line):
            yield line.name, dict(line.tags), projection.by_year(line.name)


def net_by_party(projection: Projection, leave_out: tuple[str, ...] = ()) -> dict[tuple[str, str], list[float]]:
    """What each party receives less what it pays, by account and year, added up in plain Python."""
    found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(projection.years))
    for name, tags, values in flows(projection):
        if name.partition(".")[0] not in leave_out:
            for side, sign in (("payer", -1), ("payee", 1)):
                if tags.get(side):
                    had = found[tags[side], tags["account"]]
                    found[tags[side], tags["account"]] = [one + sign * more for one, more in zip(had, values, strict=True)]
    return found


# Between parties


def test_what_one_party_pays_another_the_other_receives_in_every_account_and_year(made: Made):
    """From the printed accounts: each flow with two ends stands once on either side, with the same figures."""
    for case, projection in made:
        paid, received = defaultdict(list), defaultdict(list)
        for (party, account), table in printed_accounts(projection).items():
            for found, side, other, lines in zip((paid, received), ("payer", "payee"), ("payee", "payer"),
                                                 paid_and_received(table), strict=True):  # fmt: skip
                for name, values in lines.items():
                    tags = projection.sheet[name].tags
                    assert tags[side] == party and tags["account"] == account
                    if tags.get(other):
                        found[account].append((name, tuple(values)))
        for account in ACCOUNTS:
            assert sorted(paid[account]) == sorted(received[account])
            for at in range(case["years"]):
                assert close(*(sum(values[at] for _, values in side[account]) for side in (paid, received)))


def test_every_printed_account_is_the_flows_added_up_in_plain_python_and_its_totals_are_its_lines(made: Made):
    for _, projection in made:
        net, printed = net_by_party(projection), printed_accounts(projection)
        for key, table in printed.items():
            balance = next(row for row in table if row.kind == "balance")
            assert close(balance.values, net[key]), key
        assert all(not any(values) for key, values in net.items() if key not in printed)
        for party in (*PRECEPTING, "district"):
            for table in projection.statements(party):
                # What is carried between years, and a gap, are rows of their own only from half a penny.
                assert_totals_sum(table, within=2 * HALF_A_PENNY if ": who " in table.title else DUST)


# Costs and who pays them


def test_funding_and_gap_come_to_the_cost_and_each_funder_owes_what_the_order_leaves_it(made: Made):
    for case, projection in made:
        cost = np.array(projection.by_year("match.cost"))
        in_kind = projection.by_year("volunteers.cost") if "in_kind" in case["mechanisms"]["match"] else [0.0] * case["years"]
        owed, gaps = owed_by_hand(case, list(cost), in_kind)
        earned = [projection.by_year(f"match.{key}.earned") for key in owed]
        for ours, theirs in zip(earned, owed.values(), strict=True):
            assert close(ours, theirs)
        gap = np.array(projection.by_year("match.gap"))
        assert close(gap, gaps) and (gap >= -DUST).all()
        assert close(np.sum(earned, axis=0) + np.diff(gap, prepend=0.0), cost)


def test_the_parts_of_a_shared_cost_sum_to_it_to_the_penny_and_the_shares_to_the_whole(made: Made):
    for _, projection in made:
        names = [line.name for line in projection.sheet]
        for ending, whole in (("part", "shared_cost"), ("actual_part", "actual_shared_cost")):
            parts = [projection.by_year(name) for name in names if name.startswith("hall.") and name.endswith(f".{ending}")]
            if parts:
                for at, cost in enumerate(projection.by_year(f"hall.{whole}")):
                    assert sum(pence(one[at]) for one in parts) == pence(cost)
                    assert all(abs(one[at] * 100 - pence(one[at])) < DUST for one in parts), "a part is in whole pence"
        shares = [projection.by_year(name) for name in names if name.startswith("hall.") and name.endswith(".share")]
        assert close(np.sum(shares, axis=0), 1.0, within=1e-9)


def test_a_taper_pays_its_total_to_the_penny_in_the_sums_worked_by_hand(made: Made):
    for case, projection in made:
        for name, one in case["mechanisms"].items():
            if "taper" in one:
                due = taper_by_hand(one["taper"])
                assert sum(due.values()) == pence(one["taper"]["total"]["value"])
                paid = projection.by_year(f"{name}.paid")
                assert [pence(sum_paid) for sum_paid in paid] == [due.get(year(at), 0) for at in range(case["years"])]


# Balances


def test_reserves_roll_as_in_books_kept_by_hand(made: Made):
    """Everything but the precept is taken as it flows; precepts, interest and each reserve are worked in plain Python."""
    for case, projection in made:
        for one in of_use(case, "precept"):
            council = one["council"]
            bases = {base["council"]: by_year(base["homes"], case["years"]) for base in of_use(case, "tax_base")}
            hand = SimpleNamespace(opening={}, precept={}, closing={})
            before = net_by_party(projection, leave_out=tuple(case["councils"]))
            generated_cases._roll(one, case["years"], bases[council], before, lambda *_: None, hand)
            assert close(projection.by_year(f"{council}.precept"), hand.precept[council])
            for (_, reserve), closing in hand.closing.items():
                prefix = f"{council}.reserves.{reserve}"
                assert close(projection.by_year(f"{prefix}.closing"), closing)
                assert projection.by_year(f"{prefix}.opening")[1:] == projection.by_year(f"{prefix}.closing")[:-1]
            whole = net_by_party(projection)[council, "revenue"]
            assert close(projection.by_year(f"{council}.reserves.closing"), hand.opening[council] + np.cumsum(whole))


def test_loans_are_owed_to_the_penny_as_worked_by_hand_and_clear_to_nought(made: Made):
    for case, projection in made:
        for key, loan in case["mechanisms"]["debt"]["loans"].items():
            owed = owed_at_31_march(loan, case["years"])
            assert [pence(one) for one in projection.by_year(f"debt.{key}.balance")] == owed
            assert projection.by_year(f"debt.{key}.whole_life.closing") == [0.0] * case["years"]
            last = int(loan["drawn"][:4]) + loan["term_years"] + (loan["drawn_half"] == "second")
            for at in range(max(last - 2026, 0), case["years"]):
                assert projection.value(f"debt.{key}.balance", year(at)) == 0.0
        owed_in_all = np.sum([projection.by_year(f"debt.{key}.balance") for key in case["mechanisms"]["debt"]["loans"]], axis=0)
        assert close(projection.by_year("debt.owed"), owed_in_all)


# Capital stays on capital


def test_capital_money_never_reaches_a_revenue_account(made: Made):
    """What comes in on capital is paid out on capital or still in hand; a loan, an asset and their grants are on capital."""
    for case, projection in made:
        net = net_by_party(projection)
        for party in case["councils"]:
            if f"{party}.capital.balance" in projection.sheet:
                assert close(projection.by_year(f"{party}.capital.balance"), np.cumsum(net[party, "capital"]))
        for name, tags, _ in flows(projection):
            if tags.get("loan_drawn") or (tags.get("kind") == "spending" and name.startswith("works.") and tags.get("why_account") ==
                                          "it passes the tests of capital"):  # fmt: skip
                assert tags["account"] == "capital", name
        outside = defaultdict(float)
        for _, tags, values in flows(projection):
            if not (tags.get("payer") and tags.get("payee")):
                outside[tags["account"]] += sum(values) * (1 if tags.get("payee") else -1)
        for account in ACCOUNTS:
            assert close(sum(sum(values) for (_, on), values in net.items() if on == account), outside[account])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mixes("capital"))
def test_capital_cost_put_to_revenue_money_is_refused_and_running_costs_put_to_capital_money_too(case: Scenario):
    match = case["mechanisms"]["match"]
    wrong = {**case, "mechanisms": {**case["mechanisms"], "match": {**match, "account": "revenue"}}}
    with pytest.raises(dm.InputError, match="is capital, and this scheme is revenue") as caught:
        projected(wrong)
    assert all(one.line and "match" in one.where for one in caught.value.problems)
    budget = {"use": "budget", "council": "town", "spending": {"caretaker": {"value": 1, "basis": "assumption", "note": "x"}}}
    running = {**match, "cost": {"line": "staff.spending.caretaker"}}
    with pytest.raises(dm.InputError, match="is revenue, and this scheme is capital"):
        projected({**case, "mechanisms": {"staff": budget, **case["mechanisms"], "match": running}})


# Scale


def clear() -> None:
    for cached in (operations.array_names, operations.scalar_names, operations._function, _whole_life):
        cached.cache_clear()


@pytest.fixture
def twice_the_unit():
    """A switch: while it is on, a penny is two pence, a pound two pounds, and every parameter in pounds twice as large."""
    with pytest.MonkeyPatch.context() as patch:

        def turn_on() -> None:
            for name in ("round_to_pence", "round_to_pounds", "largest_pence_below"):
                once = getattr(rounding, name)
                patch.setattr(operations, name, lambda value, once=once: 2 * once(value / 2))
            split = rounding.split_to_the_penny
            patch.setattr(operations, "split_to_the_penny",
                          lambda total, weights, part: 2 * split(total / 2, weights, part))  # fmt: skip
            find = parameters.find
            patch.setattr(parameters, "find", lambda name: parameter_doubled(find(name)))
            clear()

        def turn_off() -> None:
            patch.undo()
            clear()

        yield turn_on, turn_off
    clear()


def test_twice_the_pounds_and_twice_the_unit_of_rounding_is_twice_every_pound_and_no_other_figure(twice_the_unit):
    turn_on, turn_off = twice_the_unit
    kinds: set[str] = set()
    names: set[str] = set()

    @settings(max_examples=SCALED, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(mixes())
    def hold(case: Scenario) -> None:
        once = projected(case)
        turn_on()
        try:
            twice = projected(doubled(case))
        finally:
            turn_off()
        assert [line.name for line in once.sheet] == [line.name for line in twice.sheet]
        for line in once.sheet:
            ours, theirs = np.array(once.by_year(line.name)), np.array(twice.by_year(line.name))
            if str(line.unit) == "yes or no":
                continue
            times = 2 if line.unit.is_money else 1
            kinds.add(str(line.unit))
            names.add(line.name.rpartition(".")[2])
            assert np.allclose(theirs, times * ours, rtol=1e-9, atol=1e-9, equal_nan=True), (line.name, ours, theirs)

    hold()
    assert kinds >= {"£", "share", "number", "Band D home", "£/Band D home", "£/dwelling"}
    assert "borrowing_normal_ceiling" in names, "a parameter in pounds"
