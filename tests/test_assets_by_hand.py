"""The mechanisms of assets worked again month by month in plain Python, on blocks made up at random."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generated_assets import STRATEGIES
from tests.generated_cases import by_year, projected, year
from tests.generated_mixes import PARTIES

MONTHS = (
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "january",
    "february",
    "march",
)
HYPOTHESIS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def blocks(draw: Any, use: str) -> tuple[int, dict[str, Any]]:
    """A number of years, and one block for a case of them."""
    years = draw(st.integers(1, 7))
    return years, draw(STRATEGIES[use](years))


def alone(years: int, block: dict[str, Any]) -> Any:
    """The projection of a case that holds the block and nothing else, under the name `it`."""
    return projected({"case": "One block", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
                      "mechanisms": {"it": block}})  # fmt: skip


def value(block: dict[str, Any], key: str) -> float:
    return float(block[key]["value"]) if key in block else 0.0


def months_from_the_first(label: str) -> int:
    """Months from April of the case's first year to April of another."""
    return 12 * (int(label[:4]) - int(year(0)[:4]))


def same(projection: Any, line: str, ours: list[float]) -> None:
    assert projection.by_year(f"it.{line}") == pytest.approx(ours, abs=1e-6), line


@HYPOTHESIS
@given(blocks("leaseback"))
def test_a_lease_month_by_month(made: tuple[int, dict[str, Any]]):
    """Each month is let, empty or before the lease; a review changes the rent from its own month on."""
    years, block = made
    starts = months_from_the_first(block["first_year"]) + MONTHS.index(block["month"])
    ends = starts + 12 * block["term_years"]
    gone = months_from_the_first(block["tenant_leaves"]) if "tenant_leaves" in block else ends
    charge = by_year(block["service_charge"], years) if "service_charge" in block else [
        value(block, "share_of_costs") * one for one in by_year(block["running_costs"], years)]  # fmt: skip
    empty, reviews, passing = value(block, "void_allowance"), block.get("reviews"), value(block, "rent")
    rent, service, void = [0.0] * years, [0.0] * years, [0.0] * years
    for month in range(12 * years):
        at, since = month // 12, month - starts
        if reviews and since > 0 and since % (12 * reviews["every"]) == 0 and month < ends:
            market = value(reviews, "market_rent")
            passing = max(passing, market) if reviews["upward_only"] else market
        let = starts <= month < min(ends, gone)
        rent[at] += let * passing * (1 - empty) / 12
        service[at] += let * charge[at] * (1 - empty) / 12
        void[at] += (since >= 0) * (empty if let else 1) * value(block, "void_costs") / 12
    projection = alone(years, block)
    same(projection, "rent", rent)
    same(projection, "service_charge", service)
    same(projection, "void_costs", void)
    same(projection, "landlord_net", [one + two - three for one, two, three in zip(rent, service, void, strict=True)])
    same(projection, "exempt_vat", [value(block, "exempt_purchases") * value(block, "vat_rate")] * years)


@HYPOTHESIS
@given(blocks("asset_transfer"))
def test_a_transfer_month_by_month(made: tuple[int, dict[str, Any]]):
    """Who has it is counted by months; the dowry's yearly worth is what empties the sum on the last day."""
    years, block = made
    starts = months_from_the_first(block["transfer_year"]) + MONTHS.index(block["month"])
    ends = starts + 12 * block["lease"]["term_years"] if "lease" in block else None
    has = [sum(starts <= month and (ends is None or month < ends) for month in range(12 * at, 12 * at + 12)) / 12
           for at in range(years)]  # fmt: skip
    once = [float(year(at) == block["transfer_year"]) for at in range(years)]
    costs = {key: by_year(one, years) for key, one in block["running_costs"].items()}
    theirs = costs | {key: by_year(one, years) for key, one in block.get("local_costs", {}).items()}
    income = {key: by_year(one, years) for key, one in block["income"].items()}
    earned = income | {key: by_year(one, years) for key, one in block.get("local_income", {}).items()}
    rates = 0.0
    if "business_rates" in block:
        of = block["business_rates"]
        rates = max(0.0, value(of, "rateable_value") * value(of, "multiplier") / 100 - value(of, "reliefs"))
    net, local = [], []
    for at in range(years):
        net.append(sum(one[at] for one in costs.values()) - sum(one[at] for one in income.values()) + rates)
        mine = (
            sum(one[at] for one in theirs.values()) - sum(one[at] for one in earned.values()) + rates + value(block, "insurance")
        )
        local.append(mine * has[at])
    closed = block.get("otherwise_closed_from", "9999-00")
    repairs = [sum(by_year(one["cost"], years)[at] for one in block.get("backlog", {}).values() if one["paid_by"] == block["principal"])
               for at in range(years)]  # fmt: skip
    dowry = value(block["dowry"], "sum") if "dowry" in block else 0.0
    gives = dowry if block.get("dowry", {}).get("paid_by") == block["principal"] else 0.0
    rent = value(block.get("lease", {}), "rent")
    saved = [net[at] * (year(at) < closed) - net[at] * (1 - has[at]) + rent * has[at] - repairs[at]
             + once[at] * (value(block, "premium") - value(block["principal_one_off"], "legal") - gives) for at in range(years)]  # fmt: skip
    projection = alone(years, block)
    assert projection.by_year("it.local_net_cost") == pytest.approx(local, abs=0.01)  # the rates are billed to the penny
    assert projection.by_year("it.principal_saving") == pytest.approx(saved, abs=0.01)
    if "dowry" in block and block["transfer_year"] in [year(at) for at in range(years)]:
        of, at = block["dowry"], once.index(1)
        cost, left = projection.by_year("it.dowry.yearly_equivalent")[at], dowry
        for after in range(of["years"]):
            left = (left - cost * (1 + value(of, "cost_growth")) ** after) * (1 + value(of, "interest_rate"))
        assert left == pytest.approx(0, abs=1e-3)


@HYPOTHESIS
@given(blocks("exit_cost"))
def test_what_stopping_costs_is_paid_once_or_owed(made: tuple[int, dict[str, Any]]):
    years, block = made
    parts = {
        key: by_year(block[key], years) for key in ("redundancy", "dilapidations", "clawback", "loan_balance") if key in block
    }
    parts["other"] = by_year(block["other"]["removal"], years)
    leaves = block.get("leaves", "9999-00")
    stopping = [sum(one[at] for one in parts.values()) * (year(at) <= leaves) for at in range(years)]
    projection = alone(years, block)
    same(projection, "cost_to_stop", stopping)
    if "leaves" in block:
        kept = parts.get("loan_balance", [0.0] * years) if block.get("loan_is") == "kept_on" else [0.0] * years
        now = [float(year(at) == leaves) for at in range(years)]
        same(projection, "still_owed", [one * two for one, two in zip(kept, now, strict=True)])
        same(projection, "paid_in_all", [(one - two) * three for one, two, three in zip(stopping, kept, now, strict=True)])


@HYPOTHESIS
@given(blocks("property_release"))
def test_a_sale_gains_its_receipt_and_the_running_cost_it_ends(made: tuple[int, dict[str, Any]]):
    years, block = made
    old, new = by_year(block["running_costs"]["site"], years), by_year(block["new_running_costs"]["hub"], years)
    lost, removal = value(block["income"], "car_park"), block["reprovision_revenue"]["removal"]
    says_its_years = any(key in removal for key in ("once", "by_year", "from", "until"))
    so_far = 0.0
    to_date = []
    for at in range(years):
        sold, now = year(at) >= block["sale_year"], year(at) == block["sale_year"]
        move = by_year(removal, years)[at] * (1 if says_its_years else now)
        so_far += value(block, "receipt") * now - move + (old[at] - lost - new[at]) * sold
        to_date.append(so_far)
    projection = alone(years, block)
    same(projection, "gain_to_date", to_date)
    big = value(block, "receipt") > 10_000
    same(projection, "capital_receipt", [value(block, "receipt") * big * (year(at) == block["sale_year"]) for at in range(years)])


@HYPOTHESIS
@given(blocks("invest_to_save"))
def test_a_post_breaks_even_at_its_cost_over_what_it_bids_for(made: tuple[int, dict[str, Any]]):
    years, block = made
    cost = by_year(block["cost"]["post"], years)
    bids = [(by_year(one["sum"], years), value(one, "probability"), one) for one in block["bids"].values()]
    projection = alone(years, block)
    for at in range(years):
        spent, asked = sum(cost[: at + 1]), sum(sum(one[: at + 1]) for one, _, _ in bids)
        found = projection.by_year("it.break_even_probability")[at]
        assert found == pytest.approx(spent / asked if asked else 0)
        if asked:  # at that chance of every bid the grants come to the cost
            assert sum(found * sum(one[: at + 1]) for one, _, _ in bids) == pytest.approx(spent, abs=1e-6)
        hoped = sum(one[at] * chance for one, chance, _ in bids)
        assert projection.by_year("it.net_expected")[at] == pytest.approx(hoped - cost[at], abs=1e-6)
        counted = [(one[at] * chance, of) for one, chance, of in bids if block["budget_for"] == "expected"]
        for account in ("revenue", "capital"):
            net = sum(sum_of for sum_of, of in counted if of["account"] == account and of["spent_on"] == "present_budget")
            ours = net - cost[at] * (account == "revenue")
            paid, got = (sum(projection.by_year(line.name)[at] for line in projection.sheet
                             if line.tags.get(side) == block["council"] and line.tags.get("account") == account
                             and line.tags.get("kind") != "total") for side in ("payer", "payee"))  # fmt: skip
            assert got - paid == pytest.approx(ours, abs=1e-6)
