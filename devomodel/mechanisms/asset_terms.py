"""What the mechanisms of assets share: lines that are counted and not paid again, flags of years, and the arithmetic of a transfer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, larger_of, to_pence
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, choice, party, whole
from devomodel.mechanisms.base import CaseSheet, is_flow
from devomodel.mechanisms.grant_terms import LONGEST
from devomodel.mechanisms.taken import flow_or_taken, is_taken, refuse_net_of_paid

MULTIPLIER = "business_rates.multiplier"
SIZES = ("small_retail_hospitality_leisure", "standard_retail_hospitality_leisure", "small", "standard", "high_value")
MONTHS = (
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "january",
    "february",
    "march",
)
LONGEST_LEASE = 999
"""Years; a lease longer than this is a slip."""


def business_rates_bill(rateable_value: Any, multiplier: Any, reliefs: Any = 0) -> Any:
    """Business rates of a property for a year, to the penny and never below nought.

        bill = rateable value × multiplier ÷ 100 − reliefs

    rateable_value  £
    multiplier      pence for each pound of rateable value
    reliefs         £ a year
    returns         £ a year, paid by the occupier

    >>> business_rates_bill(10_000, 43.2, reliefs=1_000)
    3320.0
    """
    return to_pence(larger_of(rateable_value * multiplier / 100 - reliefs, 0))


def overage_due(sale_value: Any, base_value: Any, share: Any) -> Any:
    """What is due to the former owner when an asset is sold for more than a base value.

    >>> overage_due(150_000, 100_000, 0.5), overage_due(80_000, 100_000, 0.5)
    (25000.0, 0.0)
    """
    return share * larger_of(sale_value - base_value, 0)


@dataclass(frozen=True)
class Lease:
    """The terms of a lease from the principal council to the local one."""

    term_years: int = whole("Years of the lease, from the transfer")
    rent: Amount | None = amount("£", "Rent paid to the principal council in the year", None)


@dataclass(frozen=True)
class Rates:
    """Business rates: by the dated multiplier of the property's size and use, or by one that is given."""

    rateable_value: Amount = amount("£", "Rateable value")
    property: str = choice("Which dated multiplier applies", SIZES, "")
    multiplier: Amount | None = amount("number", "Pence for each pound of rateable value, where no dated one is used", None)
    reliefs: Amount | None = amount("£", "Reliefs in the year", None)


@dataclass(frozen=True)
class Backlog:
    """Repairs found wanting when the asset passes: what they cost, when, and who pays."""

    cost: Amount = amount("£", "Cost, in the years it is spent")
    paid_by: str = party("Which of the two councils pays")
    account: str = choice("Account", ("revenue", "capital"), "revenue")


@dataclass(frozen=True)
class Reverter:
    """What must be paid back if the asset goes back, or is no longer used as agreed."""

    value: Amount = amount("£", "Sum to be paid back at the start")
    years: int = whole("Years in which it can be asked for, from the transfer")
    shape: str = choice("How much must be paid back", ("whole", "falling"))


@dataclass(frozen=True)
class Overage:
    """The part of the gain that goes to the former owner if the asset is sold."""

    share: Amount = amount("share", "Share of the gain that is paid over")
    sale_value: Amount = amount("£", "What it would sell for in the year")
    base_value: Amount = amount("£", "Value above which the gain is counted")
    years: int = whole("Years in which it can be asked for, from the transfer")


def flag_row(sheet: CaseSheet, name: str, holds: Sequence[float], label: str, why: str, place: str, **tags: Any) -> Line:
    """A row of figures that follow from dates in the scenario, such as 1 in the years in which something runs."""
    origin = Origin(BY_RULE, note=why, place=place)
    return sheet.input(name, [float(one) for one in holds], "number", label, kind="working", origin=origin, **tags)


def since(sheet: CaseSheet, start: str) -> list[int]:
    """How many years each year of the case lies after a start; below nought before it."""
    return [first_calendar_year(one) - first_calendar_year(start) for one in sheet.years]


def part_of_year(years_on: int, month: str, term: int | None) -> float:
    """The part of a year, counted from the one in which something begins, in which it runs.

    years_on  0 in the year it begins; below nought before
    month     on the first of which it begins, and on the eve of which it ends
    term      whole years it runs; none for ever

    >>> [part_of_year(at, "october", 2) for at in (-1, 0, 1, 2, 3)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    first = 1 - MONTHS.index(month) / len(MONTHS)
    if years_on < 0 or (term is not None and years_on > term):
        return 0.0
    return first if years_on == 0 else 1 - first if years_on == term else 1.0


def ends_in(start: str, month: str, years: int) -> str:
    """The last financial year, or part of one, of something that runs for some years.

    >>> ends_in("2026-27", "april", 5), ends_in("2026-27", "october", 5)
    ('2030-31', '2031-32')
    """
    return year_label(first_calendar_year(start) + years - (month == MONTHS[0]))


def says_its_years(one: Amount) -> bool:
    """Whether an amount says by itself in which years it falls."""
    return bool(one.by_year or one.line or one.once or one.start or one.until)


def counted_or_paid(sheet: CaseSheet, name: str, one: Amount, label: str, side: str, who: str, times: Any = None,
                    **tags: Any) -> Line:  # fmt: skip
    """An amount as a flow of one party; a line that is a flow of that party already is counted and not paid again.

    side   payer or payee
    times  what the amount is multiplied by, such as 1 in the years in which it is paid
    """
    if times is None or is_taken(sheet, one):
        return flow_or_taken(sheet, name, one, label, side=side, role="council", **{side: who}, **tags)
    refuse_net_of_paid(sheet, one, who)
    whole_sum = sheet.given(f"{name}_for_a_year", one, f"{label}, for a whole year", kind="working")
    return sheet.line(name, whole_sum * times, "£", label, **{side: who}, **tags)


def refuse_unless_of(taken: Line, side: str, who: str, where: str) -> None:
    """Refuse a line that is no payment, or is paid, or received, by somebody else."""
    if not is_flow(taken):
        raise SheetError(
            f"{where}: the line '{taken.name}' is no payment. Take the line that a grant pays: {{line: a_grant.paid}}."
        )
    if taken.tags.get(side) != who:
        does = "paid" if side == "payer" else "received"
        by = f"is {does} by '{taken.tags[side]}'" if taken.tags.get(side) else f"is {does} by no party of the case"
        raise SheetError(f"{where}: the line '{taken.name}' {by}, and one that is {does} by '{who}' is needed here. Take such a line, "
                         "or take this out.")  # fmt: skip


def refuse_taken(sheet: CaseSheet, one: Amount, instead: str) -> None:
    """Refuse a line that is money already paid, where it would be paid a second time."""
    if is_taken(sheet, one):
        raise SheetError(f"{one.where}: the line '{one.line}' is already paid or received by a council, and would be counted "
                         f"twice. {instead}")  # fmt: skip


def refuse_years(years: int, where: str, longest: int = LONGEST) -> None:
    """Refuse a number of years that is nought or a slip."""
    if not 1 <= years <= longest:
        raise SheetError(f"{where}: it cannot be {years:,} years. Allowed: 1 to {longest}.")


def problems_of_terms(tenure: str, lease: Lease | None, rates: Rates | None,
                      backlog: Mapping[str, Backlog], two: tuple[str, str]) -> list[tuple[str, str]]:  # fmt: skip
    """Where the terms of a transfer do not go together, and what to do: the key, and the words."""
    found = []
    if (tenure == "lease") != (lease is not None):
        found.append(("lease", "a lease needs its terms, and a freehold has none. Give tenure: lease and lease: together, "
                      "or neither."))  # fmt: skip
    if rates is not None and bool(rates.property) == (rates.multiplier is not None):
        found.append(("business_rates", "give either the property, whose multiplier is looked up by date, or a multiplier in "
                      "pence. Not both, and not neither."))  # fmt: skip
    found += [(f"backlog › {key} › paid_by", f"'{one.paid_by}' is neither of the two councils. Write {two[0]} or {two[1]}.")
              for key, one in backlog.items() if one.paid_by not in two]  # fmt: skip
    return found


def put_flags(sheet: CaseSheet, name: str, words: str, two: tuple[str, str], start: tuple[str, str], term: int | None,
              closed: str) -> None:  # fmt: skip
    """1 in the years in which each side has the asset, in the transfer year, and while it would have been open.

    start  the transfer year and its month
    """
    at, place = since(sheet, start[0]), f"mechanisms › {name} › transfer_year"
    principal, local = (sheet.parties[one] for one in two)
    has = [part_of_year(one, start[1], term) for one in at]
    why = f"from {start[1].capitalize()} of {start[0]}" + (f", for the {term} years of the lease" if term else "")
    flag_row(sheet, f"{name}.with_local", has, f"{words}: 1 while {local} has it, and the part of a year in which it has", why, place,
             passed_by=two[0], passed_to=two[1])  # fmt: skip
    flag_row(sheet, f"{name}.with_principal", [1 - one for one in has],
             f"{words}: 1 while {principal} has it, and the part of a year in which it has", f"otherwise than {why}", place)  # fmt: skip
    flag_row(sheet, f"{name}.in_transfer_year", [one == 0 for one in at], f"{words}: 1 in the transfer year", start[0], place)
    still = [not closed or first_calendar_year(one) < first_calendar_year(closed) for one in sheet.years]
    flag_row(sheet, f"{name}.otherwise_open", still, f"{words}: 1 while it would have been open without the transfer",
         f"closed from {closed}" if closed else "it would have stayed open", place)  # fmt: skip


def put_going_back(sheet: CaseSheet, name: str, words: str, start: str, back: Reverter | None, over: Overage | None) -> None:
    """What would be paid back in each year if the asset went back, and paid over if it were sold: said, and not paid."""
    at = since(sheet, start)
    if back is not None:
        left = [(back.years - one if back.shape == "falling" else back.years) / back.years if 0 <= one < back.years else 0
                for one in at]  # fmt: skip
        share = flag_row(sheet, f"{name}.reverter.share_left", left, f"{words}: part that could still be asked back",
                     f"{back.shape}, for {back.years} years", f"mechanisms › {name} › reverter")  # fmt: skip
        value = sheet.given(f"{name}.reverter.value", back.value, f"{words}: to be paid back at the start", kind="working")
        sheet.line(f"{name}.reverter.repayable", value * share, "£", f"{words}: to be paid back if it went back in the year",
                   kind="working")  # fmt: skip
    if over is not None:
        runs = flag_row(sheet, f"{name}.overage.runs", [0 <= one < over.years for one in at], f"{words}: 1 while a gain on sale is shared",
                    f"for {over.years} years", f"mechanisms › {name} › overage")  # fmt: skip
        given = {key: sheet.given(f"{name}.overage.{key}", getattr(over, key), f"{words}: overage, {key.replace('_', ' ')}",
                                  kind="working") for key in ("sale_value", "base_value", "share")}  # fmt: skip
        sheet.line(f"{name}.overage.payable", overage_due(**given) * runs, "£", f"{words}: to be paid over if it were sold in the year",
                   kind="working")  # fmt: skip


def put_rates(sheet: CaseSheet, name: str, words: str, rates: Rates, two: tuple[str, str]) -> tuple[Line, Line, Line]:
    """The rates bill, what the principal council pays of it, and what the local one does."""
    prefix, place, label = f"{name}.business_rates", f"mechanisms › {name} › business_rates", f"{words}: business rates"
    value = sheet.given(f"{prefix}.rateable_value", rates.rateable_value, f"{label}: rateable value", kind="working")
    if rates.multiplier is not None:
        pence = sheet.given(f"{prefix}.multiplier", rates.multiplier, f"{label}: pence in the pound", kind="working")
    else:
        pence = sheet.parameter(f"{prefix}.multiplier", MULTIPLIER, f"{label}: pence in the pound", "number", key=rates.property,
                                written="pence in the £", place=f"{place} › property", kind="working")  # fmt: skip
    reliefs: Any = 0
    if rates.reliefs is not None:
        reliefs = sheet.given(f"{prefix}.reliefs", rates.reliefs, f"{label}: reliefs", kind="working")
    bill = sheet.line(f"{prefix}.bill", business_rates_bill(value, pence, reliefs), "£", f"{label}: bill", kind="working")
    paid = [sheet.line(f"{prefix}.{side}", bill * sheet[f"{name}.with_{side}"], "£", f"{label}, {sheet.parties[who]}",
                       payer=who, account="revenue", kind="spending", phasing="even")
            for side, who in zip(("principal", "local"), two, strict=True)]  # fmt: skip
    return bill, paid[0], paid[1]
