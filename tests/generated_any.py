"""Cases made up at random that mix blocks of any mechanisms with the core ones, and blocks that take the lines of others.

The blocks are those of every `tests/generated_*.py` that has STRATEGIES: a new file joins by being there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests import generated_mixes
from tests.generated_cases import BASIS, PRECEPTING, Scenario, amounts, budgets, pounds, precepts, tax_bases, year

Block = dict[str, Any]
Strategy = Callable[[int], st.SearchStrategy[Block]]
Join = Callable[[Any, int, str, Block, dict[str, Block]], dict[str, Block] | None]

PARTIES = generated_mixes.PARTIES | {"lender": {"name": "Lender", "kind": "funder"}}
CORE = ("tax_base", "budget", "precept", "grant", "borrowing", "cost_share", "payment")
ONCE = frozenset({"new_council", "apportionment", "harmonisation", "mayoral_precept"})
"""Mechanisms that write for one council what may be written but once: its tax base, its order, its council tax."""
TAXED = frozenset({"harmonisation", "mayoral_precept"})
"""Mechanisms that write the council tax of their council, which then sets no precept."""


def strategies() -> dict[str, tuple[Strategy, ...]]:
    """Mechanism → the ways to make a block of it up, from every file of this folder that has some."""
    found: dict[str, tuple[Strategy, ...]] = {}
    for path in sorted(Path(__file__).parent.glob("generated_*.py")):
        if path.stem != "generated_any":
            for use, one in getattr(importlib.import_module(f"tests.{path.stem}"), "STRATEGIES", {}).items():
                found[use] = (*found.get(use, ()), one)
    return found


STRATEGIES = strategies()


# Blocks that take the lines of others


def line(name: str) -> Block:
    return {"line": name}


def a_sum(draw: Any, most: int) -> Block:
    return {"value": draw(pounds(most)), **BASIS}


def staff_shared(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """The posts of a council, paid there, shared with another."""
    other = draw(st.sampled_from([one for one in ("village", "hamlet", "county") if one != block["council"]]))
    return {f"{name}_shared": {"use": "cost_share", "manager": block["council"], "gross_running_cost": line(f"{name}.total_cost"),
                               "shares": {other: {"value": draw(st.integers(0, 100)) / 100, **BASIS}, block["council"]: "rest"}}}  # fmt: skip


def officer_shared(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """One of the posts shared by days."""
    other = draw(st.sampled_from([one for one in ("village", "hamlet", "county") if one != block["council"]]))
    days = {"value": draw(st.integers(0, 90)), **BASIS}
    return {f"{name}_officer": {"use": "shared_officer", "employer": block["council"], "cost": line(f"{name}.post_0.total_cost"),
                                "days": {other: days}, "available_days": {"value": 200, **BASIS}, "idle_time": block["council"]}}  # fmt: skip


def staff_in_the_return(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block] | None:
    """The staff costs of the annual return."""
    if block["council"] not in PRECEPTING:
        return None
    return {f"{name}_return": {"use": "audit_thresholds", "council": block["council"], "staff_costs": line(f"{name}.total_cost")}}


def loan_of_a_service(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What is owed on loans in the cost of stopping."""
    return {f"{name}_exit": {"use": "exit_cost", "council": block["council"], "loan_balance": line(f"{name}.owed"), "loan_is": "kept_on",
                             "redundancy": draw(amounts(years, 9_000))} | leaving(draw, years)}  # fmt: skip


def bond_of_a_service(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What is owed on a bond in the cost of stopping."""
    return {f"{name}_exit": {"use": "exit_cost", "council": block["council"], "loan_balance": line(f"{name}.balance"),
                             "loan_is": "kept_on"} | leaving(draw, years)}  # fmt: skip


def grant_called_back(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What may be called back of a grant in the cost of stopping."""
    stopping = {
        "use": "exit_cost",
        "council": block["payee"],
        "clawback": line(f"{name}.repayable"),
        "clawback_to": block["payer"],
    }
    return {name: block | {"clawback_years": draw(st.integers(1, 3))}, f"{name}_exit": stopping | leaving(draw, years)}


def asset_called_back(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What is repayable on an asset in the cost of stopping."""
    reverter = {"value": a_sum(draw, 90_000), "years": draw(st.integers(1, 10)), "shape": "falling"}
    stopping = {"use": "exit_cost", "council": block["local"], "clawback": line(f"{name}.reverter.repayable"),
                "clawback_to": block["principal"]}  # fmt: skip
    return {name: block | {"reverter": reverter}, f"{name}_exit": stopping | leaving(draw, years)}


def leaving(draw: Any, years: int) -> Block:
    return {"leaves": year(draw(st.integers(0, years - 1)))} if draw(st.booleans()) else {}


def asset_let_back(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """An asset that passed, part of which its former owner leases back for a share of what it costs."""
    return {f"{name}_lease": {"use": "leaseback", "landlord": block["local"], "tenant": block["principal"],
                              "first_year": block["transfer_year"], "term_years": draw(st.integers(1, 20)), "rent": a_sum(draw, 9_000),
                              "share_of_costs": {"value": draw(st.integers(0, 100)) / 100, **BASIS},
                              "running_costs": line(f"{name}.local_net_cost"), "break_from": "no break"}}  # fmt: skip


def vat_of_a_lease(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """The VAT of a letting put to the partial exemption test, among so much that it is a part of it; one test for a council."""
    if any(
        (one["use"], one["council"]) == ("vat_partial_exemption", block["landlord"]) for one in found.values() if "council" in one
    ):
        return {}
    return {f"{name}_vat": {"use": "vat_partial_exemption", "council": block["landlord"], "exempt_vat": line(f"{name}.exempt_vat"),
                            "all_vat": {"value": 1_000_000, **BASIS}}}  # fmt: skip


def interest_on_the_levy(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """Interest on the levy not yet spent."""
    held = {"rate": {"value": draw(st.integers(0, 60)) / 1_000, **BASIS}, "at_1_april": line(f"{name}.reserve.opening"),
            "at_31_march": line(f"{name}.reserve.closing")}  # fmt: skip
    return {f"{name}_interest": {"use": "investment_income", "council": block["council"], "balances": {"levy": held}}}


def levy_spent_on_a_budget(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """The levy pays for a heading of a budget."""
    works = {"use": "budget", "council": block["council"], "spending": {"play_area": draw(amounts(years, 20_000))}}
    return {f"{name}_works": works, name: block | {"spending": line(f"{name}_works.spending.play_area"), "account": "revenue"}}


def fees_of_a_shared_hall(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What is charged to users comes off the cost that is shared."""
    return {f"{name}_hall": {"use": "cost_share", "manager": block["council"], "gross_running_cost": draw(amounts(years, 50_000)),
                             "income": line(f"{name}.income"), "surplus": draw(st.sampled_from(["kept", "shared"])),
                             "shares": {"hamlet": {"value": draw(st.integers(0, 100)) / 100, **BASIS}, block["council"]: "rest"}}}  # fmt: skip


def fees_beside_their_cost(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """Charges set beside the net cost of a budget."""
    hall = {"use": "budget", "council": block["council"], "spending": {"hall": draw(amounts(years, 20_000))}}
    return {f"{name}_cost": hall, name: block | {"full_cost": line(f"{name}_cost.net_cost"), "aim": "cover the cost"}}


def receipt_of_a_budget(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """A share of what a principal council budgets to receive."""
    rates = {"use": "budget", "council": block["payer"], "income": {"growth": draw(amounts(years))}}
    return {f"{name}_rates": rates, name: block | {"receipt": line(f"{name}_rates.income.growth")}}


def balances_put_by(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What a council gets of divided balances goes to its reserve, and lowers no precept."""
    reserve = found["town_precept"]["general_reserve"] | {"added": line(f"{name}.balances.town.paid")}
    return {"town_precept": found["town_precept"] | {"general_reserve": reserve}}


def upkeep_of_a_budget(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """The upkeep of a machine that its owner's budget pays already."""
    yard = {"use": "budget", "council": block["owner"], "spending": {"upkeep": draw(amounts(years, 2_000))}}
    return {f"{name}_yard": yard, name: block | {"maintenance": line(f"{name}_yard.spending.upkeep")}}


def cluster_of_a_budget(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """A cost that the lead's budget pays already."""
    wages = {"use": "budget", "council": block["lead"], "spending": {"caretaker": draw(amounts(years, 50_000))}}
    return {f"{name}_wages": wages, name: block | {"cost": line(f"{name}_wages.spending.caretaker")}}


def cluster_with_a_grant(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """A grant of another mechanism to the lead."""
    paid = {"use": "grant", "payer": "fund", "payee": block["lead"], "kind": "grant", "status": "secured", "ends": "not agreed",
            "amount": a_sum(draw, 20_000)}  # fmt: skip
    return {f"{name}_grant": paid, name: block | {"grants": {"fund": {"amount": line(f"{name}_grant.paid")}}}}


def rates_and_their_debt(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """The cost of the loans that rest on growth."""
    debt = {"haircut": {"value": draw(st.integers(0, 100)) / 100, **BASIS}, "discount_rate": {"value": 0.03, **BASIS}, "years": years,
            "borrowed": {"value": 0, **BASIS}, "debt_service": line("debt.loan_0.year_cost")}  # fmt: skip
    return {name: {key: one for key, one in block.items() if key != "tariff"} | {"borrowing": debt}}


def merger_and_its_tax(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """A merger whose council tax is that of bringing the charges together."""
    [merger] = [draw(one(years)) for one in STRATEGIES["reorganisation"]]
    return {f"{name}_merger": merger | {"council_tax": line(f"{name}.against_own_path")}}


def deal_and_its_programme(draw: Any, years: int, name: str, block: Block, found: dict[str, Block]) -> dict[str, Block]:
    """What goes on when a deal ends."""
    spent = {"use": "budget", "council": block["payee"], "spending": {"programme": draw(amounts(years))}}
    return {f"{name}_programme": spent, name: block | {"spending_left": line(f"{name}_programme.total_spending")}}


JOINS: tuple[tuple[str, Join], ...] = (
    ("staff", staff_shared), ("staff", officer_shared), ("staff", staff_in_the_return), ("borrowing", loan_of_a_service),
    ("bond", bond_of_a_service), ("grant", grant_called_back), ("asset_transfer", asset_called_back), ("asset_transfer", asset_let_back),
    ("leaseback", vat_of_a_lease), ("cil_neighbourhood_share", interest_on_the_levy), ("cil_neighbourhood_share", levy_spent_on_a_budget),
    ("fees", fees_of_a_shared_hall), ("fees", fees_beside_their_cost), ("shared_local_income", receipt_of_a_budget),
    ("apportionment", balances_put_by), ("shared_equipment", upkeep_of_a_budget), ("cluster", cluster_of_a_budget),
    ("cluster", cluster_with_a_grant), ("business_rates_growth", rates_and_their_debt), ("harmonisation", merger_and_its_tax),
    ("gainshare", deal_and_its_programme),
)  # fmt: skip
"""Mechanism → a block that takes its lines, or a change of it that takes another's."""


# Whole cases


@st.composite
def core(draw: Any, years: int) -> dict[str, Block]:
    """Two councils with a tax base, a budget and a precept, a payment, a grant, loans and a cost that is shared."""
    found: dict[str, Block] = {}
    for council in PRECEPTING:
        found[f"{council}_homes"] = draw(tax_bases(council, years))
        found[f"{council}_precept"] = draw(precepts(council, years))
        found[f"{council}_budget"] = draw(budgets(council, years, "revenue"))
    found["payment"] = draw(generated_mixes.payments(years))
    found["support"] = draw(generated_mixes.grants(years))
    found["hall"] = draw(generated_mixes.shared_costs(years))
    found["debt"] = {"use": "borrowing", "council": draw(st.sampled_from(["town", "village", "district"])), "lender": "lender",
                     "repayments_from": "revenue",
                     "loans": {f"loan_{at}": draw(generated_mixes.loans(years)) for at in range(draw(st.integers(1, 2)))}}  # fmt: skip
    for loan in found["debt"]["loans"].values():
        loan["principal"]["value"] += 1_000  # the interest of a few pounds is no penny, and no budget has a line for it
    return found


@st.composite
def mixes(draw: Any, including: str = "", joining: str = "") -> Scenario:
    """Three to six blocks of any of the mechanisms beside the core ones, and up to three that take lines of others.

    including  a mechanism that is in the case
    joining    one of JOINS, by the name of its function, that is in the case
    """
    years = draw(st.integers(1, 4))
    wanted = [use for use, join in JOINS if join.__name__ == joining and use not in CORE]
    wanted += [including] if including else []
    chosen = [*wanted, *draw(st.lists(st.sampled_from(list(STRATEGIES)), min_size=3 - len(wanted), max_size=6 - len(wanted)))]
    found = draw(core(years))
    for at, use in enumerate(chosen):
        if use not in ONCE or use not in chosen[:at]:
            found[f"{use}_{at}"] = draw(draw(st.sampled_from(STRATEGIES[use]))(years))
    if draw(st.booleans()):
        found = draw(with_a_precept_of_the_district(found, years))
    possible = [(name, join) for name, one in found.items() for use, join in JOINS if one["use"] == use]
    first = [one for one in possible if one[1].__name__ == joining][:1]
    for name, join in [*first, *draw(st.lists(st.sampled_from(possible), max_size=2))]:
        found |= join(draw, years, name, found[name], found) or {}
    return {"case": "Any mechanisms at random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": found}  # fmt: skip


@st.composite
def with_a_precept_of_the_district(draw: Any, found: dict[str, Block], years: int) -> dict[str, Block]:
    """The district with a precept of its own, written before the parishes' or after, unless its council tax is written already."""
    if any(one["use"] in TAXED and one["council"] == "district" for one in found.values()):
        return found
    own = {"district_homes": draw(tax_bases("district", years)), "district_precept": draw(precepts("district", years))}
    own["district_precept"].pop("billing_authority", None)
    return own | found if draw(st.booleans()) else found | own


def lines_taken(case: Scenario) -> set[tuple[str, str]]:
    """Which mechanism takes a line of which other."""
    blocks = case["mechanisms"]
    return {
        (one["use"], blocks[name]["use"] if (name := taken.partition(".")[0]) in blocks else name)
        for one in blocks.values()
        for taken in _lines(one)
    }


def _lines(block: Any) -> Iterator[str]:
    if isinstance(block, dict):
        if set(block) == {"line"}:
            yield block["line"]
        for one in block.values():
            yield from _lines(one)
