"""Blocks made up at random: areas and what their bases bear, a council newly made, and what it takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year


@st.composite
def capacities(draw: Any, years: int) -> dict[str, Any]:
    """Two or three areas, one of which may take the town's own base."""
    areas: dict[str, Any] = {}
    for at in range(draw(st.integers(2, 3))):
        area = {"tax_base": {"value": draw(st.integers(100, 2_000_000)) / 100, **BASIS},
                "population": {"value": draw(st.integers(1, 90_000)), **BASIS}}  # fmt: skip
        if draw(st.booleans()):
            area["support"] = {"value": draw(st.integers(0, 500_000)) / 100, **BASIS}
        if draw(st.booleans()):
            area["daytime_population"] = {"value": draw(st.integers(1, 300_000)), **BASIS}
        areas[f"area_{at}"] = area
    if draw(st.booleans()):
        areas["area_0"]["tax_base"] = {"line": "town.tax_base"}
    return {"use": "tax_base_capacity", "sum_per_head": {"value": draw(pounds(50)), **BASIS}, "areas": areas}


@st.composite
def new_councils(draw: Any, years: int) -> dict[str, Any]:
    """The town, newly made in the first year or the one before, with costs to recover and a special expense that stops."""
    found: dict[str, Any] = {
        "use": "new_council", "council": "town", "billing_authority": "district", "first_year": year(draw(st.integers(-1, 0))),
        "anticipated_precept": {"value": draw(pounds(200_000)), **BASIS},
        "first_precept": draw(st.sampled_from(["anticipated", "as_budgeted", "as_issued"])),
    }  # fmt: skip
    if found["first_precept"] == "as_issued":
        part = draw(st.integers(0, 100)) / 100
        found["issued_precept"] = {"value": int(found["anticipated_precept"]["value"] * part), **BASIS}
    if draw(st.booleans()):
        cost = {"value": draw(pounds(30_000)), **BASIS} | draw(st.sampled_from([{}, {"once": year(0)}]))
        found["set_up"] = {"election": {"cost": cost, "paid_by": "district", "borne_by": draw(st.sampled_from(["town", "county"])),
                                        "recovered_over": draw(st.integers(0, 4))},
                           "review": {"cost": {"value": draw(pounds(5_000)), **BASIS}, "paid_by": "county"}}  # fmt: skip
    if draw(st.booleans()):
        found["special_expenses"] = {"parks": {"cost": draw(amounts(years, 50_000)), "last_year": year(draw(st.integers(0, years - 1)))},
                                     "allotments": {"cost": draw(amounts(years, 9_000))}}  # fmt: skip
    return found


@st.composite
def apportionments(draw: Any, years: int) -> dict[str, Any]:
    """Bases of councils that have none otherwise, a sum that one pays to the others, and a building or two."""
    whole = draw(st.integers(100_000, 2_000_000))
    found: dict[str, Any] = {"use": "apportionment"}
    if draw(st.booleans()):
        found |= {"tax_base": {"value": whole / 100, **BASIS}, "rest": "county",
                  "tax_bases": {"hamlet": {"value": draw(st.integers(1, whole)) / 100, **BASIS}}}  # fmt: skip
    people = {key: {"value": draw(st.integers(1, 20_000)), **BASIS} for key in ("town", "village", "hamlet")}
    sums = {
        "balances": {"amount": draw(amounts(years)), "held_by": draw(st.sampled_from(["county", "hamlet"])), "account": "revenue"}
    }
    found |= {"population": people, "sums": sums}
    if draw(st.booleans()):
        found["property"] = {"hall": {"value": {"value": draw(pounds(500_000)), **BASIS}, "goes_to": "village"},
                             "field": {"value": {"value": draw(pounds(50_000)), **BASIS}, "goes_to": "hamlet"}}  # fmt: skip
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "tax_base_capacity": capacities,
    "new_council": new_councils,
    "apportionment": apportionments,
}
