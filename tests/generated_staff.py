"""Posts and shared officers, made up at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year

EMPLOYERS = ("town", "village", "district")
SHARERS = ("town", "village", "hamlet", "county", "friends")


def figure(value: float) -> dict[str, Any]:
    return {"value": value, **BASIS}


def share_of(draw: Any, most: int = 100) -> dict[str, Any]:
    return figure(draw(st.integers(0, most)) / 100)


@st.composite
def posts(draw: Any, years: int, council: str) -> dict[str, Any]:
    """One post, paid by point, by the year or by the hour, with whatever else a post may have."""
    found: dict[str, Any] = {"hours": figure(draw(st.integers(1, 37))), "pension_rate": share_of(draw, 35)}
    pay = draw(st.sampled_from(["point", "salary", "hourly_pay", "line of its own"]))
    if pay == "point":
        found["point"] = draw(st.integers(3, 13))
    elif pay == "salary":
        found["salary"] = figure(draw(st.integers(15_000, 60_000)))
        if draw(st.booleans()):
            found["pay_of"] = year(draw(st.sampled_from([-1, 0])))
    elif pay == "hourly_pay":
        found |= {
            "hourly_pay": figure(draw(st.integers(1_200, 3_000)) / 100),
            "weeks": draw(st.sampled_from(["52 weeks", "52.143 weeks"])),
        }
    else:
        found["salary"] = figure(draw(st.integers(15_000, 60_000))) | {"grows": draw(st.integers(-20, 60)) / 1000}
    found["award"] = draw(st.sampled_from(["rate", "flat"]))
    if draw(st.booleans()):
        found["number"] = figure(draw(st.integers(0, 3)))
    begins = draw(st.integers(0, years - 1))
    if draw(st.integers(0, 2)) == 0:
        found |= {"start": year(begins), "ends": year(draw(st.integers(begins, years)))}
    if draw(st.integers(0, 2)) == 0:
        found["filled"] = share_of(draw)
    if draw(st.booleans()):
        found["allowances"] = {"on_call": figure(draw(pounds(2_000)))}
    for key in ("cover", "overhead"):
        way = draw(st.sampled_from(["none", "sum", "share"]))
        if way == "sum":
            found[key] = figure(draw(pounds(1_000)))
        if way == "share":
            found[f"{key}_rate"] = share_of(draw, 20)
    if draw(st.booleans()):
        found["other_costs"] = {"training": draw(amounts(years, 1_000))}
    if draw(st.integers(0, 2)) == 0:
        days = {key: figure(draw(st.integers(0, most))) for key, most in
                (("leave", 30), ("bank_holidays", 8), ("training", 10), ("sickness", 20))}  # fmt: skip
        found["productive_time"] = {"paid_weeks": figure(52), "days_a_week": figure(5), **days}
    if "start" not in found and draw(st.integers(0, 2)) == 0:
        found["transfer"] = draw(transfers(years, council))
    return found


@st.composite
def transfers(draw: Any, years: int, council: str) -> dict[str, Any]:
    """Where a post comes from, and who pays what the pension fund asks for."""
    former = draw(st.sampled_from([one for one in ("district", "county") if one != council]))
    first = draw(st.integers(0, years - 1))
    found = {"former_employer": former, "first_year": year(first), "pension_rate_before": share_of(draw, 35),
             "pension_shortfall": figure(draw(pounds(9_000))) | {"once": year(first)},
             "shortfall_paid_by": draw(st.sampled_from([former, council]))}  # fmt: skip
    if draw(st.booleans()):
        found["protected_pay"] = figure(draw(st.integers(15_000, 60_000)))
    if draw(st.booleans()):
        found |= {"pension_strain": figure(draw(pounds(5_000))) | {"once": year(first)},
                  "strain_paid_by": draw(st.sampled_from([former, council]))}  # fmt: skip
    if draw(st.booleans()):
        found |= {"guaranteed_pension_rate": share_of(draw, 25),
                  "guaranteed_until": draw(st.sampled_from(["not agreed", year(draw(st.integers(first, years)))]))}  # fmt: skip
    return found


@st.composite
def staff(draw: Any, years: int) -> dict[str, Any]:
    """One to three posts of a council, and an award that is a rate, a flat sum and a rate, or both."""
    council = draw(st.sampled_from(EMPLOYERS))
    award = {"rate": figure(draw(st.integers(0, 60)) / 1000), "flat": draw(amounts(years, 2_000, steady=True)),
             "flat_to_point": draw(st.integers(3, 13))}  # fmt: skip
    return {"use": "staff", "council": council, "full_time_hours": figure(37), "pay_award": award,
            "posts": {f"post_{at}": draw(posts(years, council)) for at in range(draw(st.integers(1, 3)))}}  # fmt: skip


@st.composite
def shared_officers(draw: Any, years: int) -> dict[str, Any]:
    """An officer shared in one of the four ways, by the full cost or at a price, with an end or without."""
    employer = draw(st.sampled_from(EMPLOYERS))
    parties = draw(st.permutations([one for one in SHARERS if one != employer]))[: draw(st.integers(1, 3))]
    found: dict[str, Any] = {"use": "shared_officer", "employer": employer, "cost": draw(amounts(years, 40_000))}
    if draw(st.booleans()):
        found |= {"overhead_rate": share_of(draw, 25), "overhead_is": draw(st.sampled_from(["in_the_budget", "paid_here"]))}
    if draw(st.booleans()):
        found |= {
            "sickness_cover": figure(draw(pounds(3_000))),
            "cover_borne_by": draw(st.sampled_from(["everyone", "employer"])),
        }
    way = draw(st.sampled_from(["days", "hours", "shares", "sums"]))
    everyone = [*parties, *([employer] if draw(st.booleans()) else [])]
    most = {"days": 50, "hours": 350, "shares": 25, "sums": 5_000}[way]
    found[way] = {one: share_of(draw, most) if way == "shares" else figure(draw(st.integers(0, most))) for one in everyone}
    priced = way == "sums" or (way != "shares" and draw(st.booleans()))
    in_hours = way == "hours" or (way == "sums" and draw(st.booleans()))
    if priced:
        found["hour_rate" if in_hours else "day_rate"] = figure(draw(st.integers(10, 30)) * (1 if in_hours else 10))
    if way == "shares":
        found["idle_time"] = draw(st.sampled_from([employer, *parties]))
    elif not priced or draw(st.booleans()):
        there = 2_000 if in_hours else 200  # enough for four at the most each may take
        found |= {
            "available_hours" if in_hours else "available_days": figure(there),
            "idle_time": draw(st.sampled_from([employer, *parties])),
        }
    if draw(st.integers(0, 2)) == 0:
        found["ending"] = {"year": year(draw(st.integers(0, years))), "notice": figure(draw(pounds(3_000))),
                           "redundancy": figure(draw(pounds(9_000))), "shares": {one: share_of(draw, 25) for one in everyone}}  # fmt: skip
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {"staff": staff, "shared_officer": shared_officers}
"""Mechanism → a valid block of it for so many years."""
