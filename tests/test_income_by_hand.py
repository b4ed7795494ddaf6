"""Fees, obligations, shared receipts, interest, appeals and shares, each worked a second time in plain Python."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devomodel.model import Projection
from tests.generated_cases import by_year, projected, year
from tests.generated_income import STRATEGIES
from tests.generated_mixes import PARTIES

quick = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def drawn(data: Any, use: str) -> tuple[Projection, dict[str, Any], int]:
    """A case with one block of the kind, named `one`."""
    years = data.draw(st.integers(1, 5))
    block = data.draw(STRATEGIES[use](years))
    case = {"case": "By hand", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": {"one": block}}  # fmt: skip
    return projected(case), block, years


def value(block: dict[str, Any], key: str, absent: float = 0.0) -> float:
    return block[key]["value"] if key in block else absent


def pence(sum_of_money: float) -> float:
    return math.floor(abs(sum_of_money) * 100 + 0.5 + 1e-7) / 100 * (1 if sum_of_money >= 0 else -1)


def assert_line(projection: Projection, line: str, expected: list[float], within: float = 1e-6) -> None:
    assert projection.by_year(line) == pytest.approx(expected, abs=within), line


@quick
@given(st.data())
def test_fees_are_the_units_that_find_room_at_the_price_without_vat_less_what_nobody_collects(data: Any):
    projection, block, years = drawn(data, "fees")
    wanted, price = {}, {}
    for key, one in block["tariffs"].items():
        use = one["units"]["value"] * value(one, "take_up", 1) * (1 - value(one, "void"))
        if "elasticity" in one:
            base = one["base_price"]["value"]
            use *= max(1 + one["elasticity"]["value"] * (one["price"]["value"] - base) / base, 0)
        wanted[key] = use
        price[key] = one["price"]["value"] / (1 + (one["vat_rate"]["value"] if one["vat"] == "in the price" else 0))
    most = value(block, "capacity", math.inf)
    room = min(most / sum(wanted.values()), 1) if sum(wanted.values()) > 0 else 1
    income = sum(wanted[key] * room * price[key] for key in wanted) * (1 - value(block, "collection_loss"))
    assert_line(projection, "one.income", [income] * years)
    assert_line(projection, f"{block['council']}.revenue.net", [income] * years)


@quick
@given(st.data())
def test_a_sum_of_an_obligation_is_paid_drawn_and_given_back_on_its_dates(data: Any):
    projection, block, years = drawn(data, "section_106")
    for key, one in block["sums"].items():
        held, trigger = value(one, "held"), int(one["trigger_year"][:4]) - 2026
        for at in range(years):
            interest = pence(held * value(one, "interest_rate"))
            held += interest + (pence(by_year(one["sum"], years)[at]) if at == trigger else 0)
            if "spending" in one:
                out = min(max(by_year(one["spending"], years)[at], 0), held)
            elif "years" in one and trigger <= at < trigger + one["years"]:
                out = pence(held / (one["years"] - (at - trigger)))
            else:
                out = 0.0
            held -= out
            back = held if one["spend_by"] == year(at) else 0.0
            held -= back
            for line, expected in {"closing": held, "drawn": out, "returned": back}.items():
                if f"one.{key}.{line}" in projection.sheet:
                    assert projection.by_year(f"one.{key}.{line}")[at] == pytest.approx(expected, abs=0.011), (key, line, at)
            held = projection.by_year(f"one.{key}.closing")[at]


@quick
@given(st.data())
def test_a_share_of_a_receipt_is_of_what_is_above_the_sum_not_shared_and_no_more_than_the_most(data: Any):
    projection, block, years = drawn(data, "shared_local_income")
    receipt, expected = by_year(block["receipt"], years), []
    for at in range(years):
        runs = block["ends"] == "not agreed" or year(at) <= block["ends"]
        passed = block["share"]["value"] * max(receipt[at] - value(block, "above"), 0)
        expected.append(runs * min(passed, value(block, "at_most", math.inf)))
    assert_line(projection, f"{block['payee']}.revenue.net", expected)
    assert_line(projection, f"{block['payer']}.revenue.net", [a - b for a, b in zip(receipt, expected, strict=True)])


@quick
@given(st.data())
def test_interest_is_the_mean_of_what_is_in_hand_at_the_rate(data: Any):
    projection, block, years = drawn(data, "investment_income")
    expected = [0.0] * years
    for one in block["balances"].values():
        ends = ("average",) if "average" in one else ("at_1_april", "at_31_march")
        for at in range(years):
            mean = sum(by_year(one[key], years)[at] for key in ends) / len(ends)
            expected[at] += max(mean, 0) * one["rate"]["value"]
    assert_line(projection, f"{block['council']}.revenue.net", expected)


@quick
@given(st.data())
def test_an_appeal_brings_in_what_is_pledged_and_matched_less_the_fee_as_it_is_counted(data: Any):
    projection, block, years = drawn(data, "crowdfunding")
    pledged, target = block["pledged"]["value"], block["target"]["value"]

    def match(raised: float) -> float:
        terms = block.get("matches", {}).get("district")
        return min(raised * terms["for_each_pound"]["value"], terms["most"]["value"]) if terms else 0.0

    raised = pledged if block["method"] == "keep what is raised" or pledged + match(pledged) >= target else 0.0
    weight = {"in full": 1.0, "by its chance": value(block, "chance"), "not until it closes": 0.0}[block["counted"]]
    left = (raised * (1 - value(block, "fee_rate")) + match(raised)) * weight
    expected = [left if year(at) == block["closes"] else 0.0 for at in range(years)]
    assert_line(projection, "one.net", expected)
    name = f"{block['payee']}.{block['account']}.net"
    assert name not in projection.sheet or projection.by_year(name) == pytest.approx(expected, abs=1e-6)
    to_find = [target - left if year(at) == block["closes"] else 0.0 for at in range(years)]
    assert_line(projection, "one.left_to_find", to_find)


@quick
@given(st.data())
def test_share_capital_is_what_was_issued_less_what_was_taken_out_after_the_lock_in(data: Any):
    projection, block, years = drawn(data, "community_shares")
    closes = int(block["closes"][:4]) - 2026
    applied, fund = block["applied_for"]["value"], block.get("matches", {}).get("fund")
    raised = min(applied, block["most"]["value"]) if applied >= block["minimum"]["value"] else 0.0
    issues = {"members": (value(block, "at_start"), raised)}
    if fund:
        issues["fund"] = (value(fund, "at_start"), min(raised * fund["for_each_pound"]["value"], fund["most"]["value"]))
    rate, first = value(block, "interest_rate"), int(block.get("interest_from", "9999")[:4]) - 2026
    for key, (held, bought) in issues.items():
        for at in range(years):
            if "interest_rate" in block:
                interest = held * rate if at >= first else 0.0
                assert projection.by_year(f"one.{key}.interest")[at] == pytest.approx(interest, abs=1e-6)
            free = at > closes and at >= closes + block["lock_in_years"]
            held += (bought if at == closes else 0.0) - held * value(block, "withdrawal_share") * free
            assert projection.by_year(f"one.{key}.closing")[at] == pytest.approx(held, abs=1e-6)
