"""Made-up blocks of the mechanisms of income: fees, the levy, obligations, shared receipts, interest, appeals and shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year


def share(most: int = 1_000) -> st.SearchStrategy[dict[str, Any]]:
    """A share in tenths of one in a hundred."""
    return st.integers(0, most).map(lambda one: {"value": one / 1_000, **BASIS})


def sums(most: int = 100_000) -> st.SearchStrategy[dict[str, Any]]:
    """One figure for all the years."""
    return pounds(most).map(lambda one: {"value": one, **BASIS})


def numbers(most: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, most).map(lambda one: {"value": one, **BASIS})


@st.composite
def tariffs(draw: Any) -> dict[str, Any]:
    found = {
        "units": draw(numbers(1_000)),
        "price": draw(sums(50)),
        "vat": draw(st.sampled_from(["none", "in the price", "on top"])),
    }
    if found["vat"] != "none":
        found["vat_rate"] = draw(share(200))
    for key in ("take_up", "void"):
        if draw(st.booleans()):
            found[key] = draw(share())
    if draw(st.booleans()):
        found |= {"elasticity": {"value": draw(st.integers(-20, 5)) / 10, **BASIS},
                  "base_price": {"value": draw(st.integers(1, 50)), **BASIS}}  # fmt: skip
    return found


@st.composite
def fees(draw: Any, years: int) -> dict[str, Any]:
    """One or two tariffs, with or without a limit on use, bad debt and a cost to set them against."""
    found: dict[str, Any] = {"use": "fees", "council": draw(st.sampled_from(["town", "village", "district"])),
                             "tariffs": {f"tariff_{at}": draw(tariffs()) for at in range(draw(st.integers(1, 2)))}}  # fmt: skip
    if draw(st.booleans()):
        found["payer"] = "county"
    if draw(st.booleans()):
        found["capacity"] = draw(numbers(1_500))
    if draw(st.booleans()):
        found["collection_loss"] = draw(share(200))
    if draw(st.booleans()):
        found |= {
            "full_cost": draw(amounts(years, 20_000)),
            "aim": draw(st.sampled_from(["cover the cost", "not exceed the cost"])),
        }
    return found


@st.composite
def levies(draw: Any, years: int, plans: tuple[str, ...] = ("none",)) -> dict[str, Any]:
    """The share of the levy. Without a plan, so that the block is good in Wales as well, unless more plans are named."""
    areas = {f"area_{at}": {"plan": draw(st.sampled_from(plans)), "april_to_september": draw(amounts(years)),
                            "october_to_march": draw(amounts(years)), "october_to_march_before": draw(sums())}
             for at in range(draw(st.integers(1, 2)))}  # fmt: skip
    found = {"use": "cil_neighbourhood_share", "council": draw(st.sampled_from(["town", "village"])), "status": "assumed",
             "charging_authority": "district", "areas": areas, "dwellings": draw(numbers(500)),
             "cap_index": draw(st.sampled_from(["none", "indexed"]))}  # fmt: skip
    if found["cap_index"] == "indexed":
        found |= {
            "index_base": {"value": draw(st.integers(100, 300)), **BASIS},
            "index_now": {"value": draw(st.integers(300, 500)), **BASIS},
        }
    if draw(st.booleans()):
        found["unspent_at_start"] = {
            "by_year": {year(-at): draw(pounds(5_000)) for at in range(1, draw(st.integers(2, 7)))},
            **BASIS,
        }
    if draw(st.booleans()):
        found |= {"spending": draw(amounts(years, 20_000)), "account": draw(st.sampled_from(["capital", "revenue"]))}
    if draw(st.booleans()):
        found["asked_back"] = draw(amounts(years, 5_000))
    return found


@st.composite
def obligations(draw: Any, years: int) -> dict[str, Any]:
    """One or two sums paid before the case, in it or after it, drawn as needed, evenly, or not at all."""
    found: dict[str, Any] = {"use": "section_106", "council": draw(st.sampled_from(["town", "village", "district"])),
                             "developer": "developer", "status": "assumed", "sums": {}}  # fmt: skip
    for at in range(draw(st.integers(1, 2))):
        trigger = draw(st.integers(-2, years))
        one = {"site": "A field", "purpose": "a play area", "sum": draw(sums()), "trigger_year": year(trigger),
               "account": draw(st.sampled_from(["capital", "revenue"])),
               "spend_by": draw(st.sampled_from(["no limit", year(max(trigger, 0) + draw(st.integers(0, 3)))]))}  # fmt: skip
        if trigger < 0:
            one["held"] = draw(sums())
        if draw(st.booleans()):
            one["interest_rate"] = draw(share(50))
        way = draw(st.sampled_from(["as needed", "evenly", "not"]))
        if way == "as needed":
            one["spending"] = draw(amounts(years, 50_000))
        if way == "evenly":
            one["years"] = draw(st.integers(max(1, 1 - trigger), 6))
        found["sums"][f"sum_{at}"] = one
    return found


@st.composite
def shared_receipts(draw: Any, years: int) -> dict[str, Any]:
    payer, payee = draw(st.sampled_from([("district", "town"), ("county", "town"), ("district", "village")]))
    found = {"use": "shared_local_income", "payer": payer, "payee": payee, "receipt": draw(amounts(years)), "share": draw(share()),
             "ends": draw(st.sampled_from(["not agreed", year(draw(st.integers(-1, years)))])), "status": "assumed"}  # fmt: skip
    for key in ("above", "at_most"):
        if draw(st.booleans()):
            found[key] = draw(sums(50_000))
    return found


@st.composite
def deposits(draw: Any, years: int) -> dict[str, Any]:
    found: dict[str, Any] = {"use": "investment_income", "council": draw(st.sampled_from(["town", "village"])), "balances": {}}
    if draw(st.booleans()):
        found["payer"] = "fund"
    for at in range(draw(st.integers(1, 2))):
        one = {"rate": draw(share(60))}
        keys = ("average",) if draw(st.booleans()) else ("at_1_april", "at_31_march")
        found["balances"][f"deposit_{at}"] = one | {key: draw(amounts(years)) for key in keys}
    return found


@st.composite
def appeals(draw: Any, years: int) -> dict[str, Any]:
    counted = draw(st.sampled_from(["in full", "by its chance", "not until it closes"]))
    found = {"use": "crowdfunding", "payee": draw(st.sampled_from(["town", "village"])), "closes": year(draw(st.integers(0, years))),
             "target": draw(sums(20_000)), "pledged": draw(sums(20_000)), "counted": counted,
             "method": draw(st.sampled_from(["all or nothing", "keep what is raised"])),
             "account": draw(st.sampled_from(["revenue", "capital"])), "status": "assumed"}  # fmt: skip
    if counted == "by its chance" or draw(st.booleans()):
        found["chance"] = draw(share())
    if draw(st.booleans()):
        found |= {"payer": "friends", "platform": "fund", "fee_rate": draw(share(100))}
    if draw(st.booleans()):
        found["matches"] = {"district": {"funder": "district", "for_each_pound": {"value": draw(st.integers(0, 4)) / 2, **BASIS},
                                         "most": draw(sums(10_000))}}  # fmt: skip
    return found


@st.composite
def shares(draw: Any, years: int) -> dict[str, Any]:
    """An offer that closes before the case or in it."""
    closes = draw(st.integers(-2, years - 1))
    found: dict[str, Any] = {"use": "community_shares", "issuer": "friends", "closes": year(closes), "minimum": draw(sums(50_000)),
                             "most": draw(sums(90_000)), "applied_for": draw(sums(90_000)), "lock_in_years": draw(st.integers(0, 3)),
                             "status": "assumed"}  # fmt: skip
    started = {"at_start": draw(sums(50_000))} if closes < 0 else {}
    found |= started
    if draw(st.booleans()):
        found["investors"] = "village"
    if draw(st.booleans()):
        found |= {"interest_rate": draw(share(50)), "interest_from": year(closes + draw(st.integers(1, 3)))}
    if draw(st.booleans()):
        found |= {"withdrawal_share": draw(share()), "withdrawals_from": draw(st.sampled_from(["revenue", "capital"]))}
    if draw(st.booleans()):
        found["matches"] = {
            "fund": {"funder": "fund", "for_each_pound": {"value": 1, **BASIS}, "most": draw(sums(50_000)), **started}
        }
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "fees": fees,
    "cil_neighbourhood_share": levies,
    "section_106": obligations,
    "shared_local_income": shared_receipts,
    "investment_income": deposits,
    "crowdfunding": appeals,
    "community_shares": shares,
}
"""Mechanism → a good block of it, for so many years."""
