"""A single sum that comes with an asset: what it is worth a year, and whether it meets the cost for the years it is meant to last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import Line, agrees, either, quantity, when
from devomodel.fields import amount, choice, party, whole
from devomodel.mechanisms.asset_terms import flag_row, refuse_unless_of, since
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet
from devomodel.mechanisms.grant_terms import commuted_sum


def yearly_equivalent(sum_paid: Any, years: int, cost_growth: Any = 0, interest_rate: Any = 0) -> Any:
    """The yearly cost that a single sum can meet for some years: the commuted sum turned round.

        sum = Σ cost × (1+f)^t ÷ (1+e)^t for t = 0 … N−1, so cost = sum ÷ Σ ((1+f) ÷ (1+e))^t

    sum_paid       £, paid once
    years          N, the years it is to last; the first is the year it is paid
    cost_growth    f, share a year
    interest_rate  e, share a year, earned on what is left
    returns        £ a year at the prices of the year it is paid

    >>> yearly_equivalent(20_950, 10)
    2095.0
    """
    return sum_paid / commuted_sum(1, years, cost_growth, interest_rate)


def implied_annual_rate(sum_paid: Any, capital_cost: Any, years: int) -> Any:
    """The share of what an asset cost to build that a single sum allows each year for keeping it.

    Source of the form: Brentwood draft open space guidance, 25 years' maintenance at 20% of the capital cost.

    >>> round(implied_annual_rate(14.40, 72, 25), 6)
    0.008
    """
    return sum_paid / capital_cost / years


@dataclass(frozen=True)
class Dowry:
    """A single sum paid with the asset, and the years it is meant to last."""

    sum: Amount | None = amount("£", "The sum; or the line of a grant that pays it", None)
    area: Amount | None = amount("m²", "Area, where the sum is so much for each square metre", None)
    price: Amount | None = amount("£/m²", "Price for each square metre", None)
    years: int = whole("Years it is meant to last")
    cost_growth: Amount | None = amount("share", "Yearly growth of the cost it is to meet", None)
    interest_rate: Amount | None = amount("share", "Interest earned on what is left of it", None)
    build_cost: Amount | None = amount("£", "What the asset cost, or would cost, to build", None)
    paid_by: str = party("Who pays it; the principal council unless it says otherwise", "")
    status: str = choice("How sure it is", STATUSES, "assumed")


def problems_of_dowry(dowry: Dowry | None) -> list[tuple[str, str]]:
    """Where the terms of a dowry do not go together, and what to do: the key, and the words."""
    if dowry is None:
        return []
    by_area = dowry.area is not None and dowry.price is not None
    part = (dowry.area is None) != (dowry.price is None)
    if part or (dowry.sum is None) != by_area:
        return [("dowry", "give either its sum, or area and price together in its place.")]
    return []


def put_dowry(sheet: CaseSheet, name: str, words: str, given: Dowry, start: str, two: tuple[str, str]) -> Line:
    """What the dowry comes to a year, beside the cost it is to meet; returns what is paid of it in each year.

    start  the transfer year
    two    who pays it, and the local council
    """
    if given.sum is not None and given.sum.line:
        paid = sheet.given(f"{name}.dowry.paid", given.sum, f"{words}: dowry", kind="working", counts=given.sum.line)
        for side, who in zip(("payer", "payee"), two, strict=True):
            refuse_unless_of(sheet[given.sum.line], side, who, f"mechanisms › {name} › dowry › sum")
    else:
        paid = sheet[f"{name}.dowry.paid"]
    rates = {key: sheet.given(f"{name}.dowry.{key}", one, f"{words}: {label}")
             for key, one, label in (("cost_growth", given.cost_growth, "growth of the cost the dowry is to meet"),
                                     ("interest_rate", given.interest_rate, "interest earned on the dowry")) if one is not None}  # fmt: skip
    growth = rates.get("cost_growth", 0)
    at, place = since(sheet, start), f"mechanisms › {name} › dowry"
    was_paid = f"{name}.dowry.paid_once"
    opening: Any = sheet[was_paid] if at[0] > 0 and was_paid in sheet else 0.0  # it passed, and was paid for, before the case
    before = sheet.last_year(f"{name}.dowry.paid_to_date", first=opening, unit_of="£")
    so_far = sheet.line(f"{name}.dowry.paid_to_date", before + paid, "£", f"{words}: dowry paid to date", kind="working")
    lasts = flag_row(sheet, f"{name}.dowry.lasts", [0 <= one < given.years for one in at], f"{words}: 1 while the dowry is meant to last",
                     f"{given.years} years from {start}", place)  # fmt: skip
    worth = yearly_equivalent(so_far, given.years, growth, rates.get("interest_rate", 0))
    if given.cost_growth is not None:
        years_on = flag_row(sheet, f"{name}.dowry.years_on", [max(one, 0) for one in at], f"{words}: years since the transfer",
                            f"from {start}", place)  # fmt: skip
        worth = worth * (1 + growth) ** years_on
    yearly = sheet.line(f"{name}.dowry.yearly_equivalent", worth * lasts, "£", f"{words}: yearly cost that the dowry can meet",
                        kind="working")  # fmt: skip
    cost = sheet[f"{name}.local_net_cost"]
    sheet.line(f"{name}.dowry.share_met", when(cost > 0, yearly / cost, 0), "share",
               f"{words}: part of the net running cost that the dowry meets", kind="working")  # fmt: skip
    if given.build_cost is not None:
        built = sheet.given(f"{name}.dowry.build_cost", given.build_cost, f"{words}: cost to build", kind="working")
        sheet.line(f"{name}.dowry.implied_annual_rate", when(built > 0, implied_annual_rate(so_far, built, given.years), 0), "share",
                   f"{words}: what the dowry allows a year, as a share of the cost to build", kind="working")  # fmt: skip
    sheet.advise(f"{name}.dowry.meets_the_cost", either(lasts < 1, cost <= yearly, agrees(cost, yearly, within=HALF_A_PENNY)),
                 f"{words}: the dowry meets the net running cost for the {given.years} years it is meant to last",
                 "The sum is finite and the duty is not: the precept meets the rest, and all of it afterwards", council=two[1])  # fmt: skip
    return paid


def drawn_of(sheet: CaseSheet, given: Dowry, paid: Line) -> Line:
    """What of the dowry there is to spend in each year: what is drawn from the pot in which a grant keeps it, or all when it is paid."""
    if given.sum is not None and given.sum.line:
        held_in = str(sheet[given.sum.line].tags.get("held_in", ""))
        drawn = f"{held_in.removesuffix('.closing')}.drawn"
        if held_in and drawn in sheet:
            return sheet[drawn]
    return paid


def tell_dowry_twice(sheet: CaseSheet, name: str, words: str, given: Dowry, two: tuple[str, str]) -> None:
    """A warning where the dowry is a figure here, and a grant pays a dowry between the same two parties as well."""
    if given.sum is not None and given.sum.line:
        return
    counted = {str(line.tags.get("counts", "")) for line in sheet}
    others = [line for line in sheet.tagged(payer=two[0], payee=two[1], kind="dowry")
              if not line.name.endswith(".dowry.paid") and line.name not in counted]  # fmt: skip
    if others:
        named = ", ".join(line.name for line in others)
        sheet.advise(f"{name}.dowry.paid_once_only", sheet.total(others) <= quantity(0.005, "£"),
                     f"{words}: no other dowry is paid between the same two",
                     f"Look at {named}: if it is the same sum it is paid twice. Write sum: {{line: {others[0].name}}} here, and it is "
                     "counted and not paid again", council=two[1])  # fmt: skip
