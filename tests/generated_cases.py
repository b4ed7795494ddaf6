"""Cases made up at random for the identities, and the same cases worked by hand in plain Python.

A case is a scenario as a dictionary. `by_hand` works it from the dictionary alone, without a sheet, a mechanism or an
array, so that the project's figures are judged by something that shares nothing with them but the rules.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

import devomodel as dm
from devomodel.model import Projection

Scenario = dict[str, Any]
COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "village": {"name": "Village council", "kind": "parish"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
    "friends": {"name": "Friends of the park", "kind": "community group"},
}
PRECEPTING = ("town", "village")
FIRST_YEAR = 2026
BASIS = {"basis": "assumption", "note": "made up"}


def year(at: int) -> str:
    return f"{FIRST_YEAR + at}-{(FIRST_YEAR + at + 1) % 100:02d}"


def pounds(most: int) -> st.SearchStrategy[float]:
    """Sums in pence, whole pounds among them."""
    return st.one_of(st.integers(0, most).map(float), st.integers(0, most * 100).map(lambda pence: pence / 100))


@st.composite
def amounts(draw: Any, years: int, most: int = 100_000, steady: bool = False) -> dict[str, Any]:
    """An amount that stands still, grows, is given by year, or runs in some years only."""
    ways = ["still", "still"] if steady else ["still", "grows", "rates", "by_year", "once", "runs"]
    way = draw(st.sampled_from(ways))
    if way == "by_year":
        return {"by_year": {year(at): draw(pounds(most)) for at in range(years)}, **BASIS}
    found = {"value": draw(pounds(most)), **BASIS}
    if way == "grows":
        found["grows"] = draw(st.integers(-50, 100)) / 1000
    if way == "rates":
        found["grows"] = [draw(st.integers(-50, 100)) / 1000 for _ in range(years)]
    if way == "once":
        found["once"] = year(draw(st.integers(0, years - 1)))
    if way == "runs":
        first = draw(st.integers(0, years - 1))
        found |= {"from": year(first), "until": year(draw(st.integers(first, years - 1)))}
    return found


@st.composite
def budgets(draw: Any, council: str, years: int, account: str) -> dict[str, Any]:
    sides = {side: {f"{side}_{number}": draw(amounts(years)) for number in range(draw(st.integers(0, most)))}
             for side, most in (("spending", 4), ("income", 2))}  # fmt: skip
    return {"use": "budget", "council": council, "account": account, **sides}


@st.composite
def payments(draw: Any, years: int) -> dict[str, Any]:
    payer, payee = draw(st.permutations(list(COUNCILS)))[:2]
    account = draw(st.sampled_from(["revenue", "revenue", "capital"]))
    kinds = ["grant", "contribution", "fee", *(["rent"] if account == "revenue" else [])]  # capital money pays no rent
    return {
        "use": "payment", "payer": payer, "payee": payee, "amount": draw(amounts(years, 20_000)),
        "kind": draw(st.sampled_from(kinds)), "account": account, "status": "assumed",
    }  # fmt: skip


@st.composite
def reserves(draw: Any, years: int) -> dict[str, Any]:
    found = {"opening": {"value": draw(pounds(50_000)), **BASIS}}
    for side in ("used", "added"):
        if draw(st.booleans()):
            found[side] = draw(amounts(years, 5_000))
    return found


@st.composite
def precepts(draw: Any, council: str, years: int, rule: str | None = None) -> dict[str, Any]:
    """A precept by one of the three rules, with whatever else a council may have."""
    found: dict[str, Any] = {"use": "precept", "council": council, "general_reserve": draw(reserves(years))}
    rule = rule or draw(st.sampled_from(["budget", "budget", "band_d_charge", "precept"]))
    if rule != "budget":
        found[rule] = draw(amounts(years, 300 if rule == "band_d_charge" else 300_000))
    for key, most in (("contingency", 5_000), ("support_grant", 5_000)):
        if draw(st.booleans()):
            found[key] = draw(amounts(years, most))
    if draw(st.booleans()):
        found["earmarked_reserves"] = {name: draw(reserves(years)) for name in ("elections", "roof")[: draw(st.integers(1, 2))]}
    if draw(st.booleans()):
        found["interest_rate"] = {"value": draw(st.integers(0, 50)) / 1000, **BASIS}
    if draw(st.booleans()):
        found["billing_authority"] = "district"
    found["precept_to"] = draw(st.sampled_from(["penny", "penny", "pound"]))
    found["rounding"] = draw(st.sampled_from(["component_half_up", "unrounded_band_d"]))
    known = draw(st.sampled_from(["nothing", "precept", "parts"]))
    if known != "nothing":
        before = {"precept": draw(st.integers(1, 300_000)), "tax_base": draw(st.integers(50, 20_000))}
        if known == "parts":
            before |= {"spending": draw(pounds(300_000)), "other_income": draw(pounds(50_000)),
                       "reserves_used": draw(pounds(5_000)), "support_grant": draw(pounds(5_000))}  # fmt: skip
        found["year_before"] = {key: {"value": value, **BASIS} for key, value in before.items()}
    return found


@st.composite
def tax_bases(draw: Any, council: str, years: int) -> dict[str, Any]:
    homes: dict[str, Any] = {"value": draw(st.integers(5_000, 2_000_000)) / 100, **BASIS}
    if draw(st.booleans()):
        homes["grows"] = draw(st.integers(-30, 30)) / 1000
    return {"use": "tax_base", "council": council, "homes": homes}


@st.composite
def cases(draw: Any, rule: str | None = None) -> Scenario:
    """A whole case: one or two precepting councils, their budgets, and payments and time between five parties."""
    years = draw(st.integers(1, 4))
    councils = PRECEPTING[: draw(st.integers(1, 2))]
    mechanisms: dict[str, Any] = {}
    for council in councils:
        mechanisms[f"{council}_homes"] = draw(tax_bases(council, years))
        mechanisms[f"{council}_precept"] = draw(precepts(council, years, rule))
    for number in range(draw(st.integers(0, 3))):
        mechanisms[f"budget_{number}"] = draw(budgets(draw(st.sampled_from(list(COUNCILS))), years,
                                                      draw(st.sampled_from(["revenue", "revenue", "capital"]))))  # fmt: skip
    mechanisms["own_budget"] = draw(budgets("town", years, "revenue"))
    for number in range(draw(st.integers(0, 3))):
        mechanisms[f"payment_{number}"] = draw(payments(years))
    if draw(st.booleans()):
        mechanisms["time"] = {"use": "volunteer_time", "council": draw(st.sampled_from(["town", "county"])), "giver": "friends",
                              "days": {"value": draw(st.integers(0, 200)), **BASIS},
                              "day_rate": {"value": draw(pounds(300)), **BASIS}, "status": "assumed"}  # fmt: skip
    return {"case": "Made up at random", "nation": draw(st.sampled_from(["england", "wales"])), "first_year": year(0),
            "years": years, "councils": COUNCILS, "mechanisms": mechanisms}  # fmt: skip


def projected(case: Scenario, **lanes: Any) -> Projection:
    """The case through the project, from its text."""
    return dm.project(dm.load_text(json.dumps(case), "made_up"), lanes=lanes or None)


def of_use(case: Scenario, use: str) -> list[dict[str, Any]]:
    return [one for one in case["mechanisms"].values() if one["use"] == use]


# The same by hand


def rounded(value: float, places: int) -> float:
    """Half up, after the dust of binary arithmetic is off."""
    step = Decimal(1).scaleb(-places)
    return float(Decimal(repr(round(value, 7))).quantize(step, ROUND_HALF_UP))


def by_year(given: Any, years: int) -> list[float]:
    """An amount in each year."""
    if given is None:
        return [0.0] * years
    if "by_year" in given:
        return [given["by_year"][year(at)] for at in range(years)]
    found, level = [], given["value"]
    grows = given.get("grows", 0.0)
    for at in range(years):
        if at:
            level *= 1 + (grows[at - 1] if isinstance(grows, list) else grows)
        outside = (given.get("once", year(at)) != year(at) or given.get("from", year(at)) > year(at)
                   or given.get("until", year(at)) < year(at))  # fmt: skip
        found.append(0.0 if outside else level)
    return found


@dataclass
class ByHand:
    """What each party receives less what it pays, by account and year; each precept, and reserves at the year's end."""

    net: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    precept: dict[str, list[float]] = field(default_factory=dict)
    closing: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    opening: dict[str, float] = field(default_factory=dict)


def by_hand(case: Scenario) -> ByHand:
    years, hand = case["years"], ByHand()
    net: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * years)

    def move(payer: str | None, payee: str | None, account: str, values: list[float]) -> None:
        for party, sign in ((payer, -1), (payee, 1)):
            if party:
                net[party, account] = [had + sign * one for had, one in zip(net[party, account], values, strict=True)]

    for one in of_use(case, "budget"):
        for given in one["spending"].values():
            move(one["council"], None, one["account"], by_year(given, years))
        for given in one["income"].values():
            move(None, one["council"], one["account"], by_year(given, years))
    for one in of_use(case, "payment"):
        move(one["payer"], one["payee"], one["account"], by_year(one["amount"], years))
    for one in of_use(case, "volunteer_time"):
        worth = [one["days"]["value"] * one["day_rate"]["value"]] * years
        move(one["council"], None, "in_kind", worth)
        move(one["giver"], one["council"], "in_kind", worth)
    bases = {one["council"]: by_year(one["homes"], years) for one in of_use(case, "tax_base")}
    for one in of_use(case, "precept"):
        _roll(one, years, bases[one["council"]], net, move, hand)
    hand.net = dict(net)
    return hand


def _roll(one: dict[str, Any], years: int, base: list[float], net: Any, move: Any, hand: ByHand) -> None:
    """A council's precept and reserves, a year at a time."""
    council = one["council"]
    pots = {"general": one["general_reserve"], **one.get("earmarked_reserves", {})}
    left = {pot: given["opening"]["value"] for pot, given in pots.items()}
    hand.opening[council] = sum(left.values())
    moves = {side: {pot: by_year(given.get(side), years) for pot, given in pots.items()} for side in ("used", "added")}
    contingency, grant = by_year(one.get("contingency"), years), by_year(one.get("support_grant"), years)
    rate = one.get("interest_rate", {"value": 0})["value"]
    fixed = {rule: by_year(one.get(rule), years) for rule in ("band_d_charge", "precept")}
    places = 0 if one["precept_to"] == "pound" else 2
    before = list(net[council, "revenue"])
    precepts, interests = [], []
    for at in range(years):
        interest = sum(left.values()) * rate
        used, added = (sum(moves[side][pot][at] for pot in pots) for side in ("used", "added"))
        needed = -before[at] - interest + contingency[at] + added - used - grant[at]
        wanted = fixed["band_d_charge"][at] * base[at] if "band_d_charge" in one else fixed["precept"][at]
        precepts.append(rounded(wanted if "band_d_charge" in one or "precept" in one else max(needed, 0.0), places))
        interests.append(interest)
        for pot in pots:
            left[pot] += moves["added"][pot][at] - moves["used"][pot][at] + (precepts[-1] - needed if pot == "general" else 0.0)
            hand.closing.setdefault((council, pot), []).append(left[pot])
    hand.precept[council] = precepts
    authority = one.get("billing_authority")
    move(None, council, "revenue", interests)
    move(council, None, "revenue", contingency)
    move(authority, council, "revenue", grant)
    move(authority, council, "revenue", precepts)
    move(None, authority, "revenue", precepts)
