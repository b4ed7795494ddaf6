"""Blocks made up at random of what principal and combined authorities do: deals, growth, bonds, mergers and their council tax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, amounts, pounds, year

WITHOUT_PRECEPT = ("county", "district", "fund", "developer", "friends")
"""Parties that set no precept in the cases, and so can have their council tax written by another mechanism."""
RATE = {"basis": "assumption", "note": "made up in 2026"}


def share(most: int = 1000) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, most).map(lambda one: {"value": f"{one / 10}%", **BASIS})


def sums(most: int) -> st.SearchStrategy[dict[str, Any]]:
    return pounds(most).map(lambda one: {"value": one, **BASIS})


def homes() -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(100, 500_000).map(lambda one: {"value": one / 10, **BASIS})


@st.composite
def mayoral_precepts(draw: Any, years: int) -> dict[str, Any]:
    """A charge given, or raised from the year before, over up to three councils that bill."""
    council, *others = draw(st.permutations(WITHOUT_PRECEPT))
    billing = ["town", "village", *others][: draw(st.integers(1, 3))]
    found = {"use": "mayoral_precept", "council": council, "tax_bases": {key: draw(homes()) for key in billing},
             "pays_for": draw(st.sampled_from(["mayoral functions", "mayoral functions and fire"]))}  # fmt: skip
    if draw(st.booleans()):
        return found | {"charge": draw(sums(200))}
    return found | {"charge_before": draw(sums(200)), "rise": draw(share(100)), "rise_in_pounds": draw(sums(5))}


@st.composite
def gainshares(draw: Any, years: int) -> dict[str, Any]:
    """A deal that began before the case or in it, with every gateway of the case given."""
    payer, payee = draw(st.permutations(["county", "district", "fund", "town"]))[:2]
    length, began, every = draw(st.integers(1, 30)), draw(st.integers(-6, years - 1)), draw(st.sampled_from([0, 1, 2, 5]))
    due = [began + step for step in range(every, length, every)] if every else []
    return {
        "use": "gainshare", "payer": payer, "payee": payee, "amount": draw(sums(1_000_000)), "years": length,
        "first_year": year(began), "capital_share": draw(share()), "gateway_every": every,
        "gateways": {f"gateway_{at}": {"payments_from": year(one), "chance": draw(share()), "lost_share": draw(share())}
                     for at, one in enumerate(due) if 0 <= one < years},
        "inflation": draw(share(100)), "status": draw(st.sampled_from(["secured", "assumed"])),
    }  # fmt: skip


@st.composite
def business_rates(draw: Any, years: int) -> dict[str, Any]:
    """Growth with any of its deductions, and perhaps a ring-fence, resets, and a debt that rests on it."""
    council, fund, government = draw(st.permutations(["county", "district", "fund", "town"]))[:3]
    found: dict[str, Any] = {"use": "business_rates_growth", "council": council, "rates": draw(amounts(years, 200_000)),
                             "baseline": draw(sums(100_000)), "local_share": draw(share()), "status": "assumed",
                             "growth_before": draw(sums(20_000))}  # fmt: skip
    if draw(st.booleans()):
        found |= {"government": government, "levy_rate": draw(share(500)), "tariff": draw(sums(2_000))}
    if draw(st.booleans()):
        found |= {"appeals_share": draw(share(100)), "displaced_share": draw(share(500))}
    if draw(st.booleans()):
        found["resets"] = {"reset": {"year": year(draw(st.integers(0, years - 1))), "wiped_share": draw(share())}}
    if draw(st.booleans()):
        found["ring_fence"] = {"until": year(draw(st.integers(0, years))), "fund": fund}
    if draw(st.booleans()):
        # Nothing is borrowed, so that the limit, which is a check, holds whatever the growth comes to.
        found["borrowing"] = {"haircut": draw(share()), "discount_rate": draw(share(100)), "years": draw(st.integers(1, years)),
                              "borrowed": {"value": 0, **BASIS}, "debt_service": draw(sums(10_000))}  # fmt: skip
        found.pop("tariff", None)
    return found


@st.composite
def bonds(draw: Any, years: int) -> dict[str, Any]:
    """A bond and a loan of a parish, whose terms are near each other, and one of the two taken."""
    council, lender = draw(st.permutations(["town", "village", "fund"]))[:2]
    found: dict[str, Any] = {
        "use": "bond", "council": council, "lender": lender, "taken": draw(st.sampled_from(["bond", "loan"])),
        "principal": {"value": draw(st.integers(1_000, 1_000_000)), **BASIS}, "term_years": draw(st.integers(1, 40)),
        "drawn": year(draw(st.integers(0, years - 1))), "repayments_from": "revenue", "status": "assumed",
        "bond": {"coupon": {"value": draw(st.integers(0, 900)) / 10_000, **RATE},
                 "issue_price": {"value": f"{draw(st.integers(900, 1050)) / 10}%", **BASIS},
                 "issue_costs": {"value": draw(st.integers(0, 30)), **BASIS},
                 "yearly_costs": {"value": draw(st.integers(0, 10)), **BASIS}},
        "loan": {"rate": {"value": draw(st.integers(0, 900)) / 10_000, **RATE},
                 "shape": draw(st.sampled_from(["maturity", "annuity"])), "fee": {"value": draw(st.integers(0, 20)), **BASIS}},
    }  # fmt: skip
    if draw(st.booleans()):
        found["sinking_fund"] = {"earns": draw(share(40))}
    return found


@st.composite
def harmonisations(draw: Any, years: int) -> dict[str, Any]:
    """Two or three areas that would all rise alike, brought together by any method within the time allowed."""
    rise, method = draw(share(40)), draw(st.sampled_from(["lowest", "highest", "weighted_average", "given"]))
    count = draw(st.integers(2, 3))
    found = {
        "use": "harmonisation", "council": draw(st.sampled_from(WITHOUT_PRECEPT)), "first_year": year(draw(st.integers(0, 2))),
        "areas": {f"area_{at}": {"tax_base": draw(homes()), "own_rise": rise,
                                 "band_d_before": {"value": 1_000 + 200 * at + draw(st.integers(0, 15_000)) / 100, **BASIS}}
                  for at in range(count)},
        "years": draw(st.integers(1, 8)), "method": method, "referendum_rule": "none", "council_tax": "written_here",
    }  # fmt: skip
    if method == "weighted_average":
        found["average_rise"] = draw(share(50))
    if method == "given":
        found["target"] = {"value": draw(st.integers(900, 1_500)), **BASIS}
    return found


@st.composite
def reorganisations(draw: Any, years: int) -> dict[str, Any]:
    """Heads of savings and costs, and a table of one to three numbers of councils."""
    count = draw(st.integers(1, 3))
    found: dict[str, Any] = {
        "use": "reorganisation", "council": draw(st.sampled_from(["county", "district", "town"])),
        "new_councils": draw(st.integers(1, count)),
        "by_number": {f"number_{at}": {"councils": at, "savings": draw(share(1500)), "disaggregation": draw(share(1500)),
                                       "transition": draw(share(1500))} for at in range(1, count + 1)},
        "savings": {head: draw(amounts(years)) for head in ("staff", "members")[: draw(st.integers(1, 2))]},
        "ramp": draw(share()), "transition": {"programme": draw(amounts(years))}, "contingency": draw(share(300)),
        "counted_from": year(draw(st.integers(0, years - 1))),
    }  # fmt: skip
    if draw(st.booleans()):
        found |= {"disaggregation": {"social_care": draw(amounts(years))}, "harmonisation": {"pay": draw(amounts(years))},
                  "predecessors": {"county": draw(share()), "district": "rest"}, "council_tax": draw(sums(10_000))}  # fmt: skip
    return found


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "mayoral_precept": mayoral_precepts,
    "gainshare": gainshares,
    "business_rates_growth": business_rates,
    "bond": bonds,
    "harmonisation": harmonisations,
    "reorganisation": reorganisations,
}
"""Mechanism → a valid block of it for a case of so many years, to be mixed with any others."""
