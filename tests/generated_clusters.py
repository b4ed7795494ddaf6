"""Clusters, shared equipment and buying together, made up at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year

PARISHES = ("town", "village", "hamlet")


def sum_of(draw: Any, most: int) -> dict[str, Any]:
    return {"value": draw(pounds(most)), **BASIS}


def share_of(draw: Any, most: int = 100) -> dict[str, Any]:
    return {"value": draw(st.integers(0, most)) / 100, **BASIS}


@st.composite
def clusters(draw: Any, years: int) -> dict[str, Any]:
    """Three or four members, one of which may join, leave or pay nothing; a reserve, posts, grants and things bought once."""
    lead = draw(st.sampled_from(["town", "village", "district"]))
    members = [lead, *(one for one in (*PARISHES, "county") if one != lead)][: draw(st.integers(2, 4))]
    found: dict[str, Any] = {"use": "cluster", "lead": lead, "members": members}
    payers = list(members)
    if len(members) > 2 and draw(st.booleans()):
        found["pays_nothing"] = [payers.pop()]
    if draw(st.booleans()):
        weights = [draw(st.integers(1, 9)) for _ in payers]
        each = [round(one / sum(weights), 2) for one in weights]
        found["shares"] = {one: {"value": share, **BASIS} for one, share in zip(payers[1:], each[1:], strict=True)}
        found["shares"][payers[0]] = "rest"
    else:
        found |= {"by": draw(st.sampled_from(["elector", "dwelling", "use"])),
                  "measures": {one: {"value": draw(st.integers(1, 3_000)), **BASIS} for one in payers}}  # fmt: skip
    found["cost"] = draw(amounts(years, 50_000))
    if draw(st.booleans()):
        found["posts"] = {"warden": {"cost": sum_of(draw, 40_000), "number": {"value": draw(st.integers(1, 8)) / 2, **BASIS},
                                     "vacant": share_of(draw), "sickness_cover": sum_of(draw, 3_000)}}  # fmt: skip
        found["contributions_on"] = draw(st.sampled_from(["budget", "actual"]))
    if found.get("contributions_on") != "actual" and draw(st.booleans()):
        found |= {"budgeted_cost": draw(amounts(years, 50_000)), "contributions_on": "budget"}
    if draw(st.booleans()):
        found |= {"overhead_share": share_of(draw, 20), "overheads_are": draw(st.sampled_from(["spent", "in_budget"]))}
    if draw(st.booleans()):
        ends = draw(st.sampled_from(["not agreed", year(draw(st.integers(0, years - 1)))]))
        found["grants"] = {"fund": {"funder": "fund", "amount": sum_of(draw, 30_000), "ends": ends}}
    if found.get("contributions_on") == "budget" or draw(st.booleans()):
        found["reserve"] = {"opening": sum_of(draw, 9_000)}
        if draw(st.booleans()):
            found["reserve"] |= {"target": sum_of(draw, 5_000), "above_target": draw(st.sampled_from(["returned", "kept"])),
                                 "below_target": draw(st.sampled_from(["called", "left"]))}  # fmt: skip
    if draw(st.booleans()):
        found["terms"] = {members[-1]: draw(terms(years, "reserve" in found))}
    if draw(st.booleans()):
        cost = draw(st.integers(100, 9_000))
        found["items"] = {"trailer": {
            "cost": {"value": cost, "once": year(draw(st.integers(0, years - 1))), **BASIS},
            "shares": {members[0]: {"value": 0.5, **BASIS}, members[1]: "rest"}, "paid_from": "revenue",
        }}  # fmt: skip
        once = found["items"]["trailer"]["cost"]["once"]
        if draw(st.booleans()):
            grant = {"value": draw(st.integers(0, cost)), "once": once, **BASIS}
            found["items"]["trailer"] |= {"grant": grant, "funder": "developer"}
    return found


@st.composite
def terms(draw: Any, years: int, has_reserve: bool) -> dict[str, Any]:
    """A member that joins late, or leaves with notice."""
    if draw(st.booleans()):
        joins = {"joins": year(draw(st.integers(0, years)))}
        return joins | ({"buying_in": sum_of(draw, 2_000)} if has_reserve else {})
    leaves = {"leaves": year(draw(st.integers(0, years))), "notice_years": draw(st.integers(0, 2))}
    return leaves | ({"reserve_share": share_of(draw, 50)} if has_reserve else {})


@st.composite
def equipment(draw: Any, years: int) -> dict[str, Any]:
    """Bought by revenue before the case or in it, used by its owner and others for less time than there is."""
    owner = draw(st.sampled_from(["town", "village", "district"]))
    users = draw(st.permutations([one for one in (*PARISHES, "friends") if one != owner]))[: draw(st.integers(1, 3))]
    price = draw(st.integers(100, 50_000))
    found = {
        "use": "shared_equipment", "owner": owner, "price": {"value": price, **BASIS},
        "bought": year(draw(st.integers(-3, years - 1))), "life_years": draw(st.integers(1, 8)), "account": "revenue",
        "counted_in": draw(st.sampled_from(["days", "hours"])), "available": {"value": draw(st.integers(120, 400)), **BASIS},
        "used": {one: {"value": draw(st.integers(0, 120)) / 4, **BASIS} for one in (owner, *users)},
    }  # fmt: skip
    for key, most in (("maintenance", 2_000), ("storage", 500), ("insurance", 500)):
        if draw(st.booleans()):
            found[key] = draw(amounts(years, most))
    if draw(st.booleans()):
        found |= {"grant": {"value": draw(st.integers(0, price)), **BASIS}, "funder": "fund"}
    for key in ("charge", "hire_price"):
        if draw(st.booleans()):
            found[key] = {"value": draw(st.integers(1, 90)), **BASIS}
    return found


@st.composite
def purchases(draw: Any, years: int) -> dict[str, Any]:
    """Two to four parties, one of which may be the buyer, at prices by quantity; in some years some of them buy nothing."""
    buyer = draw(st.sampled_from(["town", "village", "county"]))
    parties = draw(st.permutations([*PARISHES, "district"]))[: draw(st.integers(2, 4))]
    counts = {one: {"by_year": {year(at): draw(st.integers(0, 60)) for at in range(years)}, **BASIS} for one in parties}
    found = {
        "use": "bulk_purchase", "buyer": buyer, "quantities": counts,
        "own_prices": {one: sum_of(draw, 200) for one in parties},
        "joint_prices": {"few": {"up_to": draw(st.integers(1, 90)), "price": sum_of(draw, 150)}, "many": {"price": sum_of(draw, 100)}},
        "each_pays": draw(st.sampled_from(["joint_price", "own_price_less_saving"])),
        "shared": draw(st.sampled_from(["by_quantity", "equally"])), "paid_to": draw(st.sampled_from(["buyer", "supplier"])),
    }  # fmt: skip
    if draw(st.booleans()):
        found |= {"admin": sum_of(draw, 2_000), "admin_is": draw(st.sampled_from(["spent", "in_budget"]))}
    if draw(st.booleans()):
        found["supplier"] = "developer"
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "cluster": clusters,
    "shared_equipment": equipment,
    "bulk_purchase": purchases,
}
"""Mechanism → valid blocks of it, for a case of so many years."""
