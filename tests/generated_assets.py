"""Blocks made up at random of the mechanisms of assets: transfers, leasebacks, costs of stopping, sites sold, posts that write bids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from devomodel.mechanisms.asset_terms import MONTHS
from tests.generated_cases import BASIS, amounts, pounds, year

COUNCILS_THAT_PASS = ("district", "county")
COUNCILS_THAT_TAKE = ("town", "village", "hamlet")


def sums(most: int) -> st.SearchStrategy[dict[str, Any]]:
    """A plain sum."""
    return pounds(most).map(lambda value: {"value": value, **BASIS})


def shares() -> st.SearchStrategy[dict[str, Any]]:
    """A share from nought to one."""
    return st.integers(0, 100).map(lambda percent: {"value": percent / 100, **BASIS})


def years_of_the_case(years: int) -> st.SearchStrategy[str]:
    return st.integers(0, years - 1).map(year)


@st.composite
def transfers(draw: Any, years: int) -> dict[str, Any]:
    """An asset that passes before the case or in it, on any terms."""
    principal, local = draw(st.sampled_from(COUNCILS_THAT_PASS)), draw(st.sampled_from(COUNCILS_THAT_TAKE))
    starts = draw(st.integers(-2, years - 1))
    found: dict[str, Any] = {
        "use": "asset_transfer", "principal": principal, "local": local, "tenure": "freehold", "transfer_year": year(starts),
        "month": draw(st.sampled_from(MONTHS)),
        "running_costs": {"cleaning": draw(amounts(years, 20_000)), "energy": draw(amounts(years, 20_000))},
        "income": {"lettings": draw(amounts(years, 20_000))},
        "overheads_that_stay": {"recharges": draw(amounts(years, 5_000))},
        "insurance": draw(sums(2_000)),
        "premium": draw(sums(1_000)), "premium_account": "revenue",
        "principal_one_off": {"legal": draw(sums(5_000))}, "local_one_off": {"survey": draw(sums(5_000))},
    }  # fmt: skip
    if draw(st.booleans()):
        found |= {"tenure": "lease", "lease": {"term_years": draw(st.integers(1, 99)), "rent": draw(sums(5_000))}}
    if draw(st.booleans()):
        found |= {
            "local_costs": {"cleaning": draw(sums(20_000)), "licences": draw(sums(500))},
            "local_income": {"cafe": draw(sums(3_000))},
        }
    if draw(st.booleans()):
        found["otherwise_closed_from"] = year(starts + draw(st.integers(0, 4)))
    if draw(st.booleans()):
        found["business_rates"] = {"rateable_value": draw(sums(60_000)), "reliefs": draw(sums(9_000)),
                                   "multiplier": {"value": draw(st.integers(300, 600)) / 10, **BASIS}}  # fmt: skip
    if draw(st.booleans()):
        found["backlog"] = {"roof": {"cost": {**draw(sums(9_000)), "once": draw(years_of_the_case(years))},
                                     "paid_by": draw(st.sampled_from([principal, local]))}}  # fmt: skip
    if draw(st.booleans()):
        found["dowry"] = {"sum": draw(sums(30_000)), "years": draw(st.integers(1, 30)), "build_cost": draw(sums(500_000)),
                          "paid_by": draw(st.sampled_from([principal, "developer"])),
                          "cost_growth": {"value": draw(st.integers(0, 50)) / 1000, **BASIS},
                          "interest_rate": {"value": draw(st.integers(0, 50)) / 1000, **BASIS}}  # fmt: skip
    if draw(st.booleans()):
        found["reverter"] = {
            "value": draw(sums(90_000)),
            "years": draw(st.integers(1, 10)),
            "shape": draw(st.sampled_from(["whole", "falling"])),
        }
        found["overage"] = {"share": draw(shares()), "sale_value": draw(sums(90_000)), "base_value": draw(sums(90_000)),
                            "years": draw(st.integers(1, 10))}  # fmt: skip
    return found


@st.composite
def leasebacks(draw: Any, years: int) -> dict[str, Any]:
    """A lease that may be reviewed, and that the tenant may leave."""
    starts = draw(st.integers(-2, years - 1))
    found: dict[str, Any] = {
        "use": "leaseback", "landlord": draw(st.sampled_from(COUNCILS_THAT_TAKE)), "tenant": draw(st.sampled_from(COUNCILS_THAT_PASS)),
        "first_year": year(starts), "month": draw(st.sampled_from(MONTHS)),
        "term_years": draw(st.integers(1, 125)), "rent": draw(sums(20_000)), "break_from": "no break",
        "void_costs": draw(sums(5_000)), "void_allowance": draw(shares()),
        "exempt_purchases": draw(sums(30_000)), "vat_rate": draw(shares()),
    }  # fmt: skip
    if draw(st.booleans()):
        found["service_charge"] = draw(amounts(years, 9_000))
    else:
        found |= {"share_of_costs": draw(shares()), "running_costs": draw(amounts(years, 50_000))}
    if draw(st.booleans()):
        found["reviews"] = {
            "every": draw(st.integers(1, 5)),
            "market_rent": draw(sums(20_000)),
            "upward_only": draw(st.booleans()),
        }
    if draw(st.booleans()):
        left = starts + draw(st.integers(0, 4))
        found |= {"break_from": year(left), "tenant_leaves": year(left + draw(st.integers(0, 2)))}
    return found


@st.composite
def exits(draw: Any, years: int) -> dict[str, Any]:
    """What stopping would cost; in some cases the council does stop."""
    found: dict[str, Any] = {
        "use": "exit_cost", "council": draw(st.sampled_from(COUNCILS_THAT_TAKE)), "redundancy": draw(amounts(years, 20_000)),
        "dilapidations": draw(sums(9_000)), "clawback": draw(amounts(years, 50_000)), "other": {"removal": draw(sums(900))},
    }  # fmt: skip
    if draw(st.booleans()):
        found |= {"loan_balance": draw(amounts(years, 90_000)), "loan_is": draw(st.sampled_from(["kept_on", "repaid_here"]))}
    if draw(st.booleans()):
        found["clawback_to"] = draw(st.sampled_from(["district", "county", "fund"]))
    if draw(st.booleans()):
        found["leaves"] = draw(years_of_the_case(years))
    return found


@st.composite
def releases(draw: Any, years: int) -> dict[str, Any]:
    """A site that is sold before the case or in it; what is spent on the new home is revenue, so that no case lacks its capital."""
    found: dict[str, Any] = {
        "use": "property_release", "seller": draw(st.sampled_from(COUNCILS_THAT_PASS)), "sale_year": year(draw(st.integers(-1, years - 1))),
        "receipt": draw(sums(30_000)), "running_costs": {"site": draw(amounts(years, 50_000))}, "income": {"car_park": draw(sums(5_000))},
        "new_running_costs": {"hub": draw(amounts(years, 30_000))}, "reprovision_revenue": {"removal": draw(amounts(years, 9_000))},
    }  # fmt: skip
    return found


@st.composite
def posts(draw: Any, years: int) -> dict[str, Any]:
    """A post and one or two bids, which the budget may count on."""
    bids = {
        f"bid_{at}": {"sum": draw(amounts(years, 90_000)), "probability": draw(shares()),
                      "account": draw(st.sampled_from(["revenue", "capital"])),
                      "spent_on": draw(st.sampled_from(["new_spending", "present_budget"])),
                      **({"funder": draw(st.sampled_from(["county", "fund"]))} if draw(st.booleans()) else {})}
        for at in range(draw(st.integers(1, 2)))
    }  # fmt: skip
    return {
        "use": "invest_to_save", "council": draw(st.sampled_from(COUNCILS_THAT_TAKE)), "cost": {"post": draw(amounts(years, 40_000))},
        "bids": bids, "budget_for": draw(st.sampled_from(["expected", "none"])),
    }  # fmt: skip


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "asset_transfer": transfers,
    "leaseback": leasebacks,
    "exit_cost": exits,
    "property_release": releases,
    "invest_to_save": posts,
}
"""Mechanism → a valid block of it, for a number of years from the first of the generated cases."""
