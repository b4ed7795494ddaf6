"""A promise that a funder asks for: running costs kept up for some years, beside the grant for the capital."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, either, quantity, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, label_of
from devomodel.mechanisms.funder_terms import LONGEST


@dataclass(frozen=True)
class RevenueCommitment:
    """A promise to go on paying running costs for some years, asked for by a funder."""

    years: int = whole("How many years")
    start: str = year("First financial year of the promise")
    spending: Amount = amount("£", "The running cost that keeps the promise")
    at_least: Amount | None = amount("£", "Least that the promise asks for in a year", None)


def problems_of_promise(promise: RevenueCommitment, account: str) -> Iterator[tuple[str, str]]:
    """What does not fit in a promise; `account` is that of the line its spending takes, where it takes one that says so."""
    if account not in ("", "revenue"):
        yield ("revenue_commitment › spending",
               f"the line '{promise.spending.line}' is not a running cost. Take one that is charged to revenue.")  # fmt: skip
    if not 1 <= promise.years <= LONGEST:
        yield "revenue_commitment › years", f"a promise cannot run for {promise.years:,} years. Give 1 to {LONGEST}."


def match_ratio(revenue_match: Any, grant: Any) -> Any:
    """The running cost promised for each £1 of grant.

    revenue_match  £ of running cost that keeps the promise
    grant          £ due from other parties over the same time

    >>> match_ratio(revenue_match=175_000, grant=25_000)
    7.0
    """
    return revenue_match / grant


def write_promise(sheet: CaseSheet, name: str, council: str, promise: RevenueCommitment, grant: Any) -> None:
    """The running cost promised, whether it is kept up, how it compares with the grants, and what goes on after it.

    name   the mechanism's
    grant  £ due from other parties in the year
    """
    label, start = label_of(name), first_calendar_year(promise.start)
    told = f"promised for {promise.years} years from {promise.start}"

    def flag(key: str, words: str, holds: list[bool]) -> Line:
        return sheet.input(f"{name}.{key}", [float(one) for one in holds], "number", f"{label}: 1 in the years {words}",
                           kind="working", origin=Origin(BY_RULE, note=told, place=f"mechanisms › {name}"))  # fmt: skip

    def to_date(key: str, in_year: Any, words: str) -> Line:
        before = sheet.last_year(f"{name}.{key}_to_date", first=0.0, unit_of="£")
        return sheet.line(f"{name}.{key}_to_date", before + in_year, "£", f"{label}: {words}, to date", kind="working")

    calendar = [first_calendar_year(one) for one in sheet.years]
    due = flag("promised", "promised", [start <= at < start + promise.years for at in calendar])
    over = flag("promise_over", "after the promise", [at >= start + promise.years for at in calendar])
    spending = sheet.given(f"{name}.promised_spending", promise.spending, f"{label}: running cost promised", kind="working")
    kept = spending > quantity(HALF_A_PENNY, "£")
    if promise.at_least:
        kept = spending >= sheet.given(f"{name}.promised_at_least", promise.at_least, f"{label}: least promised in a year")
    sheet.check(f"{name}.promise_kept", either(due < 1, kept), f"{label}: the running cost promised is in every year",
                f"It was {told}", council=council)  # fmt: skip
    words = "running cost that keeps the promise"
    match = sheet.line(f"{name}.revenue_match", spending * due, "£", f"{label}: {words}")
    grant = sheet.line(f"{name}.granted", grant, "£", f"{label}: due from other parties in the year", kind="working")
    for ending, part, whole_grant in (
        ("", match, grant),
        ("_to_date", to_date("revenue_match", match, words), to_date("granted", grant, "due from other parties")),
    ):
        none = whole_grant <= quantity(HALF_A_PENNY, "£")
        sheet.line(f"{name}.match_ratio{ending}", when(none, 0, match_ratio(part, whole_grant)), "number",
                   f"{label}: £ of running cost for each £1 of grant, {'to date' if ending else 'in the year'}")  # fmt: skip
    left = sheet.line(f"{name}.after_promise", spending * over, "£", f"{label}: running cost that goes on after the promise")
    sheet.advise(f"{name}.promise_ends", left <= quantity(HALF_A_PENNY, "£"), f"{label}: the running cost ends with the promise",
                 f"From {year_label(start + promise.years)} it goes on and no funder has asked for it: decide who pays",
                 council=council)  # fmt: skip
