"""What the residents' page must show, worked out here from the Projection alone, in decimals and not by the page's own code."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import devomodel as dm
from devomodel.mechanisms.bands import band_label, bands_of
from devomodel.model import Projection
from devomodel.statements import Statement, has_precept

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"
PENNY = Decimal("0.01")
KEPT = {"none": Decimal(1), "one": Decimal("0.75"), "nobody": Decimal("0.5")}
"""What is left to pay: section 11 of the Local Government Finance Act 1992 takes a quarter off, or two quarters."""


@cache
def projections(name: str) -> dict[str, Projection]:
    """Each option of a shipped scenario, worked out."""
    case = dm.load(SCENARIOS / f"{name}.yaml")
    return {option: dm.project(case, option) for option in case.options}


def with_a_precept() -> list[str]:
    """The shipped scenarios in which a council sets a precept."""
    return [path.stem for path in sorted(SCENARIOS.glob("*.yaml")) if councils_of(path.stem)]


def councils_of(name: str) -> list[str]:
    """The councils of a scenario that set a precept in some option."""
    worked = projections(name)
    case = next(iter(worked.values())).case
    return [key for key in case.councils if any(has_precept(one.sheet, key) for one in worked.values())]


def to_penny(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, ROUND_HALF_UP)


def exact(amount: float) -> Decimal:
    """A charge of the sheet, which is in whole pence, as a decimal."""
    return to_penny(Decimal(repr(amount)))


def charge(worked: Projection, council: str, band: str, discount: str, year: str) -> Decimal:
    """What a home pays a council in a year, after its discount."""
    return to_penny(exact(worked.value(f"{council}.bands.{band}", year)) * KEPT[discount])


def before(worked: Projection, council: str, band: str, discount: str, year: str) -> Decimal | None:
    """What it paid in the year before; none where the case does not say."""
    change = worked.value(f"{council}.band_changes.{band}", year)
    if change != change:
        return None
    return to_penny((exact(worked.value(f"{council}.bands.{band}", year)) - exact(change)) * KEPT[discount])


def text(amount: Decimal, sign: bool = False) -> str:
    """A sum as public text writes it."""
    whole = f"£{abs(amount):,.2f}".removesuffix(".00")
    return ("−" if amount < 0 else "+" if sign and amount > 0 else "") + whole


def week(amount: Decimal) -> Decimal:
    return to_penny(amount / 52)


def month(amount: Decimal) -> Decimal:
    return to_penny(amount / 12)


def short(band: str) -> str:
    return {"A_disabled": "A (disabled)"}.get(band, band)


def money(written: str) -> Decimal:
    """A sum read off a page."""
    return Decimal(written.replace("−", "-").replace("+", "").replace("£", "").replace(",", ""))


def choices(name: str) -> list[dict[str, str]]:
    """Every choice that the page of a scenario offers."""
    worked = projections(name)
    case = next(iter(worked.values())).case
    return [{"council": council, "band": band, "discount": discount, "option": option, "year": year}
            for council in councils_of(name) for option in worked for year in case.years for band in bands_of(case.nation)
            for discount in KEPT]  # fmt: skip


def shown(name: str, chosen: dict[str, str]) -> dict[str, str]:
    """What the page must write for a choice, by the id of the element that holds it."""
    worked = projections(name)
    ours, case = worked[chosen["option"]], worked[chosen["option"]].case
    where = (chosen["council"], chosen["band"], chosen["discount"], chosen["year"])
    year, last = charge(ours, *where), before(ours, *where)
    against = year - charge(worked[case.do_nothing], *where)
    found = {
        "a-year": text(year), "a-month": text(month(year)), "a-week": text(week(year)), "receipt-total": text(year),
        "since-year": "not known" if last is None else text(year - last, sign=True),
        "since-week": "not known" if last is None else text(week(year - last), sign=True),
    }  # fmt: skip
    if chosen["option"] != case.do_nothing:
        found |= {"against-year": text(against, sign=True), "against-week": text(week(against), sign=True)}
    if "bill.total.D" in ours.sheet:
        whole = to_penny(exact(ours.value(f"bill.total.{chosen['band']}", chosen["year"])) * KEPT[chosen["discount"]])
        found |= {"bill-year": text(year), "bill-all": text(whole), "bill-others": text(whole - year)}
    return found


def sentence(name: str, chosen: dict[str, str]) -> list[str]:
    """What the sentence of a choice must hold."""
    figures = shown(name, chosen)
    return [
        band_label(chosen["band"]),
        f"{figures['a-year']} a year",
        f"{figures['a-month']} a month",
        f"{figures['a-week']} a week",
    ]


@cache
def accounts_of(worked: Projection, council: str) -> list[Statement]:
    return worked.statements(council)


def parts(worked: Projection, council: str, year: str) -> dict[str, float]:
    """The rows of the receipt as sums of the whole council, from its statements; they add up to the precept."""
    accounts = accounts_of(worked, council)
    at = worked.years.index(year)
    revenue = next(one for one in accounts if one.title.endswith("revenue account"))
    who = worked.case.councils[council].name
    found: dict[str, float] = {}
    spent = True
    income = put_by = drawn = 0.0
    for row in revenue:
        tags = worked.sheet[row.line].tags if row.line else {}
        of_a_fund = tags.get("kind") == "reserve" and "debt_charge" not in tags
        if row.kind == "total":
            spent = False
        elif row.kind == "line" and of_a_fund:
            put_by, drawn = put_by + spent * row.values[at], drawn + (not spent) * row.values[at]
        elif row.kind == "line" and spent:
            label = row.label.removeprefix(f"{who}: ").removesuffix(f", {who}")
            label = label[:1].upper() + label[1:]
            found[label] = found.get(label, 0.0) + row.values[at]
        elif row.kind == "line" and not row.line.endswith(".precept"):
            income += row.values[at]
    left = worked.value(f"{council}.difference_to_reserves", year)
    found["Less income other than council tax"] = -income
    found["Put into reserves"] = worked.value(f"{council}.reserves_added", year) + max(left, 0.0) + put_by
    found["Less what is taken from reserves"] = -worked.value(f"{council}.reserves_used", year) - max(-left, 0.0) - drawn
    return found
