"""Cases made up at random that mix the mechanisms: budgets, payments, time, grants, shared costs, schemes, loans, precepts.

Beside them what a few of them come to, worked by hand in whole pence, and every sum of money of a case doubled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from devomodel import mechanisms
from devomodel.engine import unit
from devomodel.fields import specs
from devomodel.parameters import Parameter
from tests import generated_funding
from tests.generated_cases import (
    BASIS,
    COUNCILS,
    PRECEPTING,
    Scenario,
    amounts,
    budgets,
    payments,
    pounds,
    precepts,
    tax_bases,
    year,
)
from tests.test_cost_share import rules

PARTIES = COUNCILS | generated_funding.COUNCILS | {"hamlet": {"name": "Hamlet council", "kind": "parish"}}
SHAPES = ("annuity", "equal_instalments", "maturity")


@st.composite
def grants(draw: Any, years: int) -> dict[str, Any]:
    """Money for a time: a yearly sum, a taper that may have begun already, or a single sum in a pot."""
    payer, payee = draw(st.permutations(["town", "village", "district", "county", "fund"]))[:2]
    found = {"use": "grant", "payer": payer, "payee": payee, "status": draw(st.sampled_from(["secured", "assumed"]))}
    way = draw(st.sampled_from(["yearly", "taper", "taper", "pot"]))
    if way == "yearly":
        return found | {"kind": "grant", "amount": {"value": draw(pounds(20_000)), **BASIS}, "then": payee,
                        "ends": draw(st.sampled_from(["not agreed", year(draw(st.integers(0, years - 1)))]))}  # fmt: skip
    if way == "pot":
        return found | {"kind": "dowry", "amount": {"value": draw(pounds(20_000)), "once": year(0), **BASIS},
                        "pot": {"years": draw(st.integers(1, 6)), "interest_rate": draw(st.integers(0, 50)) / 1000}}  # fmt: skip
    taper = {"total": {"value": draw(pounds(300_000)), **BASIS}, "years": draw(st.integers(1, 6)),
             "first_year": year(draw(st.integers(-3, years - 1))), "shape": draw(st.sampled_from(["straight_line", "level"]))}  # fmt: skip
    return found | {"kind": "contribution", "account": draw(st.sampled_from(["revenue", "revenue", "capital"])), "taper": taper}


@st.composite
def loans(draw: Any, years: int) -> dict[str, Any]:
    """One loan of any shape, drawn before the case or in it."""
    shape, drawn, term = draw(st.sampled_from(SHAPES)), draw(st.integers(-4, years - 1)), draw(st.integers(1, 7))
    rate = {"value": draw(st.integers(0, 900)) / 10_000, "basis": "assumption", "note": "made up in 2026"}
    found: dict[str, Any] = {"principal": {"value": draw(st.integers(1, 100_000_000)) / 100, **BASIS}, "rate": rate,
                             "shape": shape, "term_years": term, "drawn": year(drawn),
                             "drawn_half": draw(st.sampled_from(["first", "second"]))}  # fmt: skip
    if draw(st.booleans()):
        found["fee"] = {"value": draw(pounds(500)), **BASIS}
    if shape == "maturity" and draw(st.booleans()):
        found["sinking_fund"] = {"earns": draw(st.integers(0, 40)) / 1000}
    if term > 1 and draw(st.integers(0, 3)) == 0 and (early := drawn + draw(st.integers(1, term - 1))) >= 0:
        found["repaid_early"] = {"year": year(early), "half": "first", "rate": rate, "days": draw(st.integers(0, 182))}
    return found


@st.composite
def shared_costs(draw: Any, years: int) -> dict[str, Any]:
    """A running cost shared by fixed shares, one of them perhaps the rest, by a measure, or part by each."""
    found = {
        "use": "cost_share",
        "manager": draw(st.sampled_from(["town", "district", "county"])),
        "gross_running_cost": draw(amounts(years)),
        "income": draw(amounts(years, 20_000)),
        "surplus": draw(st.sampled_from(["kept", "shared"])),
        **draw(rules()),
    }
    if draw(st.integers(0, 3)) == 0:
        found["true_up"] = {"actual_cost": draw(amounts(years))}
    return found


@st.composite
def mixes(draw: Any, account: str | None = None) -> Scenario:
    """A whole case. Sums of money are figures, so that `doubled` can find them."""
    scheme = generated_funding.scaled(draw(generated_funding.schemes(account)))
    years, found = scheme["years"], dict(scheme["mechanisms"])
    for council in PRECEPTING:
        found[f"{council}_homes"] = draw(tax_bases(council, years))
        found[f"{council}_precept"] = draw(precepts(council, years))
        found[f"{council}_budget"] = draw(budgets(council, years, "revenue"))
    found["county_works"] = draw(budgets("county", years, "capital"))
    for at in range(draw(st.integers(0, 2))):
        found[f"payment_{at}"] = draw(payments(years))
    for at in range(draw(st.integers(1, 2))):
        found[f"grant_{at}"] = draw(grants(years))
    found["hall"] = draw(shared_costs(years))
    found["debt"] = {"use": "borrowing", "council": draw(st.sampled_from(["town", "village", "district"])),
                     "lender": "lender", "repayments_from": "revenue",
                     "loans": {f"loan_{at}": draw(loans(years)) for at in range(draw(st.integers(1, 2)))}}  # fmt: skip
    parties = PARTIES | {"lender": {"name": "Lender", "kind": "funder"}}
    return {"case": "Mixed at random", "nation": draw(st.sampled_from(["england", "wales"])), "first_year": year(0),
            "years": years, "councils": parties, "mechanisms": found}  # fmt: skip


# The same by hand, in whole pence


def half_up(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)


def pence(value: float) -> int:
    return round(value * 100)


def owed_at_31_march(loan: Mapping[str, Any], years: int) -> list[int]:
    """What is owed on a loan at the end of each year of the case, in pence."""
    rate, count = Fraction(str(loan["rate"]["value"])) / 2, 2 * loan["term_years"]
    borrowed = pence(loan["principal"]["value"])
    first = 2 * _years_on(loan["drawn"]) + (loan["drawn_half"] == "second")
    early = loan.get("repaid_early")
    repaid_at = 2 * _years_on(early["year"]) if early else None
    factor = (1 - (1 + rate) ** -count) / rate if rate else Fraction(count)
    level = half_up(borrowed / factor)
    owed, found = 0, []
    for at in range(min(first, 0), 2 * years):
        number = at - first
        if number == 0:
            owed = borrowed
        elif number == count or at == repaid_at:
            owed = 0
        elif 0 < number < count and owed:
            parts = {
                "annuity": level - half_up(owed * rate),
                "equal_instalments": half_up(Fraction(borrowed, count)),
                "maturity": 0,
            }
            owed -= min(parts[loan["shape"]], owed)
        if at >= 0 and at % 2:
            found.append(owed)
    return found


def taper_by_hand(taper: Mapping[str, Any]) -> dict[str, int]:
    """What a taper pays in each of its years, in pence: each to the penny, never more than is left, the last all of it."""
    count, total = taper["years"], pence(taper["total"]["value"])
    weights = range(count, 0, -1) if taper["shape"] == "straight_line" else [1] * count
    first, left, found = _years_on(taper["first_year"]), total, {}
    for at, weight in enumerate(weights):
        due = left if at == count - 1 else min(half_up(Fraction(total * weight, sum(weights))), left)
        found[year(first + at)] = due
        left -= due
    return found


def _years_on(label: str) -> int:
    return int(label[:4]) - int(year(0)[:4])


# Twice the money


def doubled(case: Scenario) -> Scenario:
    """The case with every sum of money twice as large, whatever the mechanism: its fields say which are money."""
    return case | {"mechanisms": {name: _doubled(mechanisms.find(one["use"]), one) for name, one in case["mechanisms"].items()}}


def _doubled(of: type, block: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_each_doubled(of, block))


def _each_doubled(of: type, block: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    known = specs(of)
    for key, value in block.items():
        spec = known.get(key)
        if spec is not None and spec.kind == "block":
            yield key, _doubled(spec.of, value)
        elif spec is not None and spec.kind == "blocks":
            yield key, {name: _doubled(spec.of, one) for name, one in value.items()}
        else:
            yield key, _twice(value) if spec is not None and spec.unit and unit(spec.unit).is_money else value


def _twice(value: Any) -> Any:
    """An amount, or amounts by name or year, twice as large; a line taken from elsewhere is doubled where it is written."""
    if isinstance(value, Mapping):
        if "value" in value:
            return {**value, "value": 2 * value["value"]}
        if "by_year" in value:
            return {**value, "by_year": {key: 2 * one for key, one in value["by_year"].items()}}
        return value if "line" in value else {key: _twice(one) for key, one in value.items()}
    return 2 * value


POUNDS_BESIDE_SHARES = ("pounds", "most_grant", "precept_at_least", "band_d_above")
"""Which figures of a parameter that holds both are pounds."""


def parameter_doubled(parameter: Parameter) -> Parameter:
    """A dated figure in pounds twice as large; any other as it is."""
    mixed = "£" in parameter.unit and "share" in parameter.unit
    if not (mixed or parameter.unit.startswith("£")):
        return parameter
    return replace(parameter, values=tuple(replace(one, value=_figures_doubled(one.value, mixed)) for one in parameter.values))


def _figures_doubled(value: Any, mixed: bool) -> Any:
    if isinstance(value, Mapping):
        return {
            key: one if mixed and key not in POUNDS_BESIDE_SHARES else _figures_doubled(one, mixed) for key, one in value.items()
        }
    return 2 * value if isinstance(value, (int, float)) and not isinstance(value, bool) else value
