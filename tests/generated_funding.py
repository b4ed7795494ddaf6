"""Schemes made up at random: parts, funders, volunteers and promises in one case, and who owes what worked by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

import devomodel as dm
from devomodel.model import Projection

COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "district": {"name": "District council", "kind": "district"},
    "fund": {"name": "Heritage fund", "kind": "funder"},
    "developer": {"name": "Developer", "kind": "developer"},
    "friends": {"name": "Friends of the hall", "kind": "community group"},
}
MONEY = {"fund": "lottery", "developer": "developer", "district": "public", "friends": "charity", "town": "own"}


class Pounds(int):
    """A sum of money in a made-up case, so that it can be told from a rate or a number of days."""


def year(at: int) -> str:
    return f"{2026 + at}-{(27 + at) % 100:02d}"


def pounds(most: int = 50_000) -> st.SearchStrategy[Pounds]:
    return st.one_of(st.integers(0, most // 1_000).map(lambda one: Pounds(one * 1_000)), st.integers(0, most).map(Pounds))


@st.composite
def spent(draw: Any, years: int) -> dict[str, Any]:
    """A cost in one year, or by year."""
    if draw(st.booleans()):
        return {"value": draw(pounds()), "once": year(draw(st.integers(0, years - 1)))}
    return {"by_year": {year(at): draw(pounds()) for at in range(years)}}


@st.composite
def parts(draw: Any, years: int) -> dict[str, Any]:
    work = draw(st.sampled_from(["equipment", "construction", "enhancement", "repair", "study"]))
    found: dict[str, Any] = {"cost": draw(spent(years)), "work": work, "life_years": draw(st.integers(1, 4))}
    if work == "enhancement":
        found["improves"] = draw(st.booleans())
    if draw(st.booleans()):
        found |= {"renewed": True, "renewal_inflation": draw(st.integers(0, 50)) / 1_000,
                  "sinking_fund": {"earning_rate": draw(st.sampled_from([0, 0.01, 0.04]))}}  # fmt: skip
        if "once" in found["cost"] and draw(st.booleans()):
            found["sinking_fund"]["in_fund"] = draw(pounds(5_000))
    return found


@st.composite
def funders(draw: Any, years: int) -> dict[str, Any]:
    """Up to four funders in some order, each party once."""
    found = {}
    for party in draw(st.lists(st.sampled_from(list(MONEY)), max_size=4, unique=True)):
        one: dict[str, Any] = {"funder": party, "award": draw(pounds(80_000)), "money": MONEY[party], "pays_for": "either",
                               "status": draw(st.sampled_from(["secured", "applied for", "assumed"]))}  # fmt: skip
        if draw(st.booleans()):
            one["intervention_rate"] = draw(st.integers(0, 20)) / 20
        if draw(st.integers(0, 3)) == 0:
            one["counts_from"] = year(draw(st.integers(0, years - 1)))
        if party != "town":
            one["drawdown"] = draw(st.sampled_from(["as_spent", "as_spent", "in_arrears", "in_advance", "by_profile"]))
            if one["drawdown"] == "by_profile":
                weights = [draw(st.integers(0, 4)) for _ in range(years)]
                whole = sum(weights) or 1
                one["profile"] = {year(at): weight / whole for at, weight in enumerate(weights if sum(weights) else [1])}
            one["clawback_years"] = draw(st.integers(0, 3))
        found[f"from_{party}"] = one
    return found


@st.composite
def schemes(draw: Any, account: str | None = None) -> dict[str, Any]:
    """A case with one scheme of each kind, for the town. Sums are Pounds."""
    years = draw(st.integers(1, 5))
    account = account or draw(st.sampled_from(["capital", "capital", "revenue"]))
    match: dict[str, Any] = {"use": "match_funding", "council": "town", "account": account, "funders": draw(funders(years))}
    mechanisms: dict[str, Any] = {}
    if draw(st.booleans()):
        mechanisms["volunteers"] = {"use": "volunteer_time", "council": "town", "giver": "friends", "status": "secured",
                                    "days": draw(st.integers(0, 300)), "day_rate": draw(pounds(150))}  # fmt: skip
        match["in_kind"] = {"line": "volunteers.cost"}
    if account == "capital":
        mechanisms["works"] = {"use": "capital_scheme", "council": "town", "de_minimis": draw(pounds(2_000)),
                               "parts": {f"part_{at}": draw(parts(years)) for at in range(draw(st.integers(1, 3)))},
                               "running_costs": {"energy": draw(pounds(3_000))}}  # fmt: skip
        match["cost"] = {"line": "works.capital_cost"}
    else:
        match["cost"] = draw(spent(years))
    if draw(st.booleans()):
        match["revenue_commitment"] = {"years": draw(st.integers(1, 3)), "start": year(draw(st.integers(0, years - 1))),
                                       "spending": draw(pounds(9_000))}  # fmt: skip
    return {"case": "Made up at random", "nation": "england", "first_year": year(0), "years": years, "councils": COUNCILS,
            "mechanisms": mechanisms | {"match": match}}  # fmt: skip


def scaled(block: Any, times: int = 1) -> Any:
    """The case with every sum of money so many times as large."""
    if isinstance(block, Mapping):
        return {key: scaled(one, times) for key, one in block.items()}
    return int(block) * times if isinstance(block, Pounds) else block


def projected(case: Mapping[str, Any], times: int = 1) -> Projection:
    return dm.project(dm.load_text(json.dumps(scaled(case, times)), "made_up"))


def owed_by_hand(case: Mapping[str, Any], cost: list[float], in_kind: list[float]) -> tuple[dict[str, list[float]], list[float]]:
    """What each funder owes for each year's spending, and the gap to date, a pound at a time down the list."""
    found: dict[str, list[float]] = {key: [] for key in case["mechanisms"]["match"]["funders"]}
    gap, gaps, eligible = 0.0, [], dict.fromkeys(found, 0.0)
    for at in range(case["years"]):
        left = cost[at] + gap
        for key, one in case["mechanisms"]["match"]["funders"].items():
            if one.get("counts_from", year(0)) <= year(at):
                eligible[key] += cost[at] + in_kind[at]
            room = min(one.get("intervention_rate", 1) * eligible[key], one["award"]) - sum(found[key])
            found[key].append(max(0.0, min(room, left)))
            left -= found[key][-1]
        gap = left
        gaps.append(gap)
    return found, gaps
