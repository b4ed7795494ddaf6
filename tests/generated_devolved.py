"""Blocks made up at random: baselines with enhancements and agencies, devolved budgets, payment by results, pooled budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year

PARTIES = ("town", "village", "district", "county", "fund")
NOT_AGREED = "not agreed"


def money(most: int) -> st.SearchStrategy[dict[str, Any]]:
    return pounds(most).map(lambda value: {"value": value, **BASIS})


def share(least: int = 0, most: int = 100) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(least, most).map(lambda percent: {"value": percent / 100, **BASIS})


def ends(years: int) -> st.SearchStrategy[str]:
    return st.one_of(st.just(NOT_AGREED), st.integers(0, years).map(year))


def two_parties() -> st.SearchStrategy[tuple[str, str]]:
    return st.permutations(PARTIES).map(lambda found: (found[0], found[1]))


@st.composite
def numbers(draw: Any, years: int, most: int) -> dict[str, Any]:
    """A whole number that stands still, or one for each year."""
    if draw(st.booleans()):
        return {"value": draw(st.integers(0, most)), **BASIS}
    return {"by_year": {year(at): draw(st.integers(0, most)) for at in range(years)}, **BASIS}


@st.composite
def baselines(draw: Any, years: int) -> dict[str, Any]:
    """A baseline that may fall, rise or end, with the work done by either, as an agent or not."""
    principal, council = draw(two_parties())
    found: dict[str, Any] = {
        "use": "baseline_and_enhancement",
        "principal": principal,
        "council": council,
        "done_by": draw(st.sampled_from(["council", "principal"])),
        "baseline": draw(numbers(years, 10)),
        "unit_cost": draw(money(2_000)),
    }
    if draw(st.integers(0, 3)):
        found["standard"] = draw(numbers(years, 12))
    if draw(st.booleans()):
        found["written_down"] = {"value": draw(st.integers(0, 10)), **BASIS}
    if draw(st.booleans()):
        found["enhancement_unit_cost"] = draw(money(1_000))
    if draw(st.booleans()):
        found["ends"] = draw(ends(years))
    if found["done_by"] == "council" and draw(st.booleans()):
        found["agency"] = {
            "fee_per_unit": draw(money(2_000)),
            "management_fee": draw(money(500)),
            "management_cost": draw(money(500)),
        }
    return found


@st.composite
def devolved_budgets(draw: Any, years: int) -> dict[str, Any]:
    """A fund of its own or of another's, with requests in order of votes or awards on average."""
    funder, council = draw(two_parties())
    found: dict[str, Any] = {
        "use": "devolved_budget",
        "council": council,
        "members": {"value": draw(st.integers(1, 60)), **BASIS},
        draw(st.sampled_from(["sum_each", "total"])): draw(amounts(years, 5_000)),
        "unspent": draw(st.sampled_from(["carried_forward", "returned"])),
        "cost_per_award": draw(money(300)),
    }
    if draw(st.booleans()):
        found["funder"] = funder
    if draw(st.booleans()):
        found["ends"] = draw(ends(years))
    if found["unspent"] == "carried_forward" and draw(st.booleans()):
        found["opening"] = draw(money(5_000))
    if draw(st.integers(0, 2)) == 0:
        return found | {"take_up": draw(share()), "average_award": {"value": draw(st.integers(1, 5_000)), **BASIS}}
    matched = draw(st.booleans())
    requests = {}
    for at in range(draw(st.integers(1, 5))):
        request: dict[str, Any] = {"asked": draw(amounts(years, 20_000)), "votes": draw(st.integers(0, 9))}
        if matched:
            request["match_found"] = draw(money(10_000))
        if draw(st.booleans()):
            request["to"] = "friends"
        requests[f"request_{at}"] = request
    found |= {"requests": requests, "when_short": draw(st.sampled_from(["part", "pass_over"]))}
    if matched:
        found["match_rate"] = draw(share(10))
    for key, most in (("smallest_award", 500), ("largest_award", 10_000)):
        if draw(st.booleans()):
            found[key] = draw(money(most))
    return found


@st.composite
def results(draw: Any, years: int) -> dict[str, Any]:
    """A contract that pays for results at once or some years later, under a cap or without one."""
    commissioner, provider = draw(two_parties())
    outcomes = {}
    for at in range(draw(st.integers(1, 3))):
        outcomes[f"outcome_{at}"] = {
            "price": draw(money(2_000)),
            "achieved": draw(numbers(years, 100)),
            "baseline": draw(numbers(years, 80)),
        }
        if draw(st.booleans()):
            outcomes[f"outcome_{at}"]["attribution"] = draw(share())
    found: dict[str, Any] = {
        "use": "payment_by_results",
        "commissioner": commissioner,
        "provider": provider,
        "outcomes": outcomes,
        "paid_after_years": draw(st.integers(0, 3)),
        "delivery_cost": draw(amounts(years)),
        "ends": draw(ends(years)),
    }
    for key, most in (("base", 20_000), ("cap", 60_000)):
        if draw(st.booleans()):
            found[key] = draw(money(most))
    if draw(st.booleans()):
        found["financing_rate"] = draw(share(0, 12))
    return found


@st.composite
def pools(draw: Any, years: int) -> dict[str, Any]:
    """A pool that is never spent faster than it is filled, held by an agency or by another party."""
    agencies = list(draw(st.permutations(PARTIES)))[: draw(st.integers(1, 4))]
    put_in = {one: draw(pounds(50_000)) for one in agencies}
    spent = round(sum(put_in.values()) * draw(st.integers(0, 100)) / 100 - 0.005, 2)
    found: dict[str, Any] = {
        "use": "pooled_budget",
        "host": draw(st.sampled_from(PARTIES)),
        "contributions": {one: {"value": value, **BASIS} for one, value in put_in.items()},
        "spending": {"value": max(spent, 0.0), **BASIS},
        "ends": draw(ends(years)),
    }
    if draw(st.booleans()):
        found["opening"] = draw(money(5_000))
    if draw(st.integers(0, 3)):
        found["reinvested"] = draw(share())
        found["savings"] = {
            one: {
                "gross": draw(amounts(years)),
                "cashable": draw(share()),
                "lag_years": draw(st.integers(0, 3)),
                "lasts_years": draw(st.integers(1, 3)),
                "haircut": draw(share()),
            }
            for one in draw(st.lists(st.sampled_from(PARTIES), min_size=1, unique=True))
        }
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "baseline_and_enhancement": baselines,
    "devolved_budget": devolved_budgets,
    "payment_by_results": results,
    "pooled_budget": pools,
}
"""Mechanism → a valid block of it, for a case of so many years between the parties of tests.generated_mixes."""
