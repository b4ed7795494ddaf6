"""The half-years of a loan as lines: April to September, and October to March, each with its opening and closing balance.

The same lines are written on a case's sheet for the years of the case, and on a small sheet of their own for the whole
life of the loan, which shows that it ends at £0.00 however short the case is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from devomodel.amounts import BY_RULE, Origin
from devomodel.engine import Line, Sheet, larger_of, quantity, smaller_of, to_pence, total, when, worked_out
from devomodel.engine.years import first_calendar_year
from devomodel.mechanisms.loans import (
    annuity_factor,
    half_year_interest,
    principal_repaid,
    sinking_fund_contribution,
)

HALVES = {"h1": "April to September", "h2": "October to March"}
DAYS = ("1 April", "1 October")


@dataclass(frozen=True)
class Dates:
    """When a loan is drawn and paid, counted in half-years from 1 April of the first year: 0 is April to September of it.

    drawn_at     the half-year it is drawn in; below nought for a loan drawn before the first year
    instalments  how many there are, one in each half-year after that
    repaid_at    the half-year it is repaid early in, after that half-year's instalment; none when it runs to its end
    """

    drawn_at: int
    instalments: int
    repaid_at: int | None = None

    @property
    def last_at(self) -> int:
        """The half-year of the last payment."""
        return self.drawn_at + self.instalments if self.repaid_at is None else self.repaid_at

    def number(self, at: int) -> int:
        """Which instalment falls in a half-year; 0 for none.

        >>> [Dates(drawn_at=1, instalments=2).number(at) for at in range(5)]
        [0, 0, 1, 2, 0]
        """
        return at - self.drawn_at if self.drawn_at < at <= self.last_at else 0

    def fund_number(self, year: int) -> int:
        """Which contribution to a sinking fund is paid in a year, counted from 0; none from the year it is repaid early."""
        first, years = self.drawn_at // 2, self.instalments // 2
        stopped = self.repaid_at is not None and year >= self.repaid_at // 2
        return year - first + 1 if first <= year < first + years and not stopped else 0

    def shifted(self, by: int) -> Dates:
        """The same dates counted from another half-year."""
        return Dates(self.drawn_at + by, self.instalments, None if self.repaid_at is None else self.repaid_at + by)

    def day(self, at: int, first_year: str) -> str:
        """The day a half-year begins, on which its instalment is paid.

        >>> Dates(0, 40).day(3, "2026-27")
        '1 October 2027'
        """
        return f"{DAYS[at % 2]} {first_calendar_year(first_year) + at // 2}"


@dataclass(frozen=True, eq=False)
class Loan:
    """One loan as it is put on a sheet.

    prefix, label   what its lines are called
    borrowed, rate  £ and interest a year, as lines
    drawn           £ drawn in each year, as a line; none for a loan drawn before the first year
    earns           interest a year on a sinking fund, as a line; none where there is no fund
    openings        balance and fund in hand before the first year, as lines or figures
    place           where it stands in the scenario
    """

    prefix: str
    label: str
    shape: str
    dates: Dates
    borrowed: Any
    rate: Any
    drawn: Any = None
    earns: Any = None
    openings: tuple[Any, Any] = (0.0, 0.0)
    place: str = ""


def write_schedule(sheet: Sheet, loan: Loan) -> None:
    """Two sets of lines a year: opening, instalment number, interest, principal, instalment, closing; then the sinking fund.

    Interest is on what is owed when the half-year begins, so a loan drawn in one half-year pays its first instalment in
    the next. `closing` is worked to the penny because opening and principal are in whole pence already; only the dust
    of binary arithmetic goes.
    """
    prefix, label, dates = loan.prefix, loan.label, loan.dates
    instalments = _told(sheet, f"{prefix}.instalments", [float(dates.instalments)], f"{label}: number of instalments",
                        f"{dates.instalments / 2:g} years, two instalments a year", loan)  # fmt: skip
    due = _due(sheet, loan, instalments)
    closing: Any = None
    for half, (key, months) in enumerate(HALVES.items()):
        start, words = f"{prefix}.{key}", f"{label}, {months}"
        number = _told(sheet, f"{start}.number", [float(dates.number(2 * year + half)) for year in range(sheet.count)],
                       f"{words}: which instalment is paid (0 for none)", _when_paid(dates, sheet.first_year), loan)  # fmt: skip
        before = closing if half else sheet.last_year(f"{prefix}.h2.closing", first=loan.openings[0], unit_of="£")
        opening = sheet.line(f"{start}.opening", before, "£", f"{words}: owed at the start", kind="working")
        interest = sheet.line(
            f"{start}.interest", half_year_interest(opening, loan.rate), "£", f"{words}: interest", kind="working"
        )
        part = due - interest if loan.shape == "annuity" else due
        principal = sheet.line(f"{start}.principal", principal_repaid(number, instalments, opening, part), "£",
                               f"{words}: repaid", kind="working")  # fmt: skip
        sheet.line(f"{start}.instalment", interest + principal, "£", f"{words}: instalment", kind="working")
        left: Any = opening - principal
        if dates.repaid_at is not None and dates.repaid_at % 2 == half:
            flag = _flag(sheet, f"{start}.is_repaid_early", dates.repaid_at, "it is repaid early", loan)
            early = sheet.line(f"{start}.repaid_early", when(flag > 0, left, 0), "£", f"{words}: repaid early", kind="working")
            left = left - early
        if loan.drawn is not None and dates.drawn_at % 2 == half:
            left = left + loan.drawn
        closing = sheet.line(f"{start}.closing", to_pence(left), "£", f"{words}: owed at the end", kind="working")
    if loan.earns is not None:
        _write_fund(sheet, loan)


def _due(sheet: Sheet, loan: Loan, instalments: Line) -> Any:
    """What an instalment is worked from: the level payment, the equal part, or nothing before the end."""
    if loan.shape == "maturity":
        return quantity(0, "£")
    if loan.shape == "equal_instalments":
        return sheet.line(f"{loan.prefix}.equal_principal", to_pence(loan.borrowed / instalments), "£",
                          f"{loan.label}: repaid with each instalment", kind="working")  # fmt: skip
    factor = sheet.line(f"{loan.prefix}.annuity_factor", annuity_factor(loan.rate / 2, instalments), "number",
                        f"{loan.label}: what £1 with each instalment is worth at the start", kind="working")  # fmt: skip
    return sheet.line(f"{loan.prefix}.level_payment", to_pence(loan.borrowed / factor), "£",
                      f"{loan.label}: level half-yearly payment", kind="working")  # fmt: skip


def _write_fund(sheet: Sheet, loan: Loan) -> None:
    """A fund for the repayment of a maturity loan: paid into at each 31 March, released when the loan is repaid.

    The last contribution makes up exactly what the loan needs.
    """
    prefix, label, dates = f"{loan.prefix}.fund", f"{loan.label}, sinking fund", loan.dates
    years = dates.instalments // 2
    count = _told(sheet, f"{prefix}.contributions", [float(years)], f"{label}: number of contributions",
                  "one at each 31 March of the term", loan)  # fmt: skip
    number = _told(sheet, f"{prefix}.number", [float(dates.fund_number(year)) for year in range(sheet.count)],
                   f"{label}: which contribution is paid (0 for none)",
                   "the first on the 31 March after the loan is drawn, one a year", loan)  # fmt: skip
    level = sheet.line(f"{prefix}.level_contribution", to_pence(sinking_fund_contribution(loan.borrowed, loan.earns, count)), "£",
                       f"{label}: level yearly contribution", kind="working")  # fmt: skip
    opening = sheet.line(f"{prefix}.opening", sheet.last_year(f"{prefix}.closing", first=loan.openings[1], unit_of="£"), "£",
                         f"{label}: in hand at 1 April", kind="working")  # fmt: skip
    earned = sheet.line(f"{prefix}.earned", to_pence(when(number > 0, opening * loan.earns, 0)), "£", f"{label}: interest earned",
                        kind="working")  # fmt: skip
    missing = larger_of(loan.borrowed - opening - earned, 0)
    contribution = sheet.line(f"{prefix}.contribution",
                              to_pence(when(number == count, missing, when(number > 0, smaller_of(level, missing), 0))), "£",
                              f"{label}: contribution", kind="working")  # fmt: skip
    flag = _flag(sheet, f"{prefix}.is_released", dates.last_at, "the loan is repaid", loan)
    released = sheet.line(f"{prefix}.released", when(flag > 0, opening, 0), "£", f"{label}: released", kind="working")
    sheet.line(f"{prefix}.closing", to_pence(total(opening, earned, contribution) - released), "£",
               f"{label}: in hand at 31 March", kind="working")  # fmt: skip


@dataclass(frozen=True)
class WholeLife:
    """A loan worked alone from the day it is drawn to the day it ends, in £.

    balances  owed at the end of each half-year, the first being that in which it is drawn
    funds     in the sinking fund at each 31 March
    interest  all the interest of its life
    repaid    all that comes off it
    payments  what is paid to the lender in each half-year after that in which it is drawn: interest, repayment, early repayment
    """

    balances: tuple[float, ...]
    funds: tuple[float, ...]
    interest: float
    repaid: float
    payments: tuple[float, ...] = ()

    @property
    def first_year(self) -> float:
        """£ of the first two payments."""
        return float(to_pence(math.fsum(self.payments[:2])))

    @property
    def last_year(self) -> float:
        """£ of the last two payments; of a maturity loan the sum borrowed is among them."""
        return float(to_pence(math.fsum(self.payments[-2:])))

    def balance_after(self, half_years: int) -> float:
        return self.balances[min(half_years, len(self.balances) - 1)]

    def fund_after(self, years: int) -> float:
        return self.funds[min(years, len(self.funds) - 1)]


def whole_life(shape: str, principal: float, rate: float, dates: Dates, earns: float | None = None) -> WholeLife:
    """A loan by the lines of `write_schedule`, over its whole life.

    >>> life = whole_life("annuity", 90_000, 0.0229, Dates(drawn_at=0, instalments=40))
    >>> life.balances[-1], life.repaid, life.interest
    (0.0, 90000.0, 22683.17)
    >>> life.first_year, life.last_year, round(sum(life.payments), 2)
    (5634.16, 5634.13, 112683.17)
    """
    return _whole_life(shape, principal, rate, dates.shifted(-2 * (dates.drawn_at // 2)), earns)


@lru_cache(maxsize=256)
def _whole_life(shape: str, principal: float, rate: float, dates: Dates, earns: float | None) -> WholeLife:
    sheet = Sheet("2001-02", dates.last_at // 2 + 1)
    lines: Mapping[str, Line] = {
        "borrowed": sheet.input("loan.borrowed", to_pence(principal), "£", "Sum borrowed"),
        "rate": sheet.input("loan.rate", rate, "share", "Interest a year"),
    }
    drawn = sheet.input("loan.drawn", [to_pence(principal), *[0.0] * (sheet.count - 1)], "£", "Drawn")
    fund = None if earns is None else sheet.input("loan.earns", earns, "share", "Interest on the fund")
    write_schedule(sheet, Loan("loan", "Loan", shape, dates, lines["borrowed"], lines["rate"], drawn, fund))
    figures = worked_out(sheet)
    pairs = zip(figures.by_year("loan.h1.closing"), figures.by_year("loan.h2.closing"), strict=True)
    balances = [one for pair in pairs for one in pair][dates.drawn_at : dates.last_at + 1]

    def paid(half: str) -> list[float]:
        parts = [figures.by_year(name) for what in ("instalment", "repaid_early") if (name := f"loan.{half}.{what}") in sheet]
        return [float(to_pence(math.fsum(together))) for together in zip(*parts, strict=True)]

    payments = [one for pair in zip(*(paid(half) for half in HALVES), strict=True) for one in pair]

    def added_up(what: str) -> float:
        found = [f"loan.{half}.{what}" for half in HALVES if f"loan.{half}.{what}" in sheet]
        return float(to_pence(math.fsum(one for name in found for one in figures.by_year(name))))

    return WholeLife(tuple(balances), tuple(figures.by_year("loan.fund.closing")) if fund is not None else (0.0,),
                     added_up("interest"), float(to_pence(added_up("principal") + added_up("repaid_early"))),
                     tuple(payments[dates.drawn_at + 1 : dates.last_at + 1]))  # fmt: skip


def _told(sheet: Sheet, name: str, values: list[float], label: str, why: str, loan: Loan) -> Line:
    """A row of numbers that is known when the sheet is built, and why it is so."""
    given = values[0] if len(set(values)) == 1 else values
    return sheet.input(name, given, "number", label, origin=Origin(BY_RULE, note=why, place=loan.place), kind="working")


def _flag(sheet: Sheet, name: str, at: int, what: str, loan: Loan) -> Line:
    values = [1.0 if year == at // 2 else 0.0 for year in range(sheet.count)]
    return _told(sheet, name, values, f"{loan.label}: 1 in the year in which {what}",
                 f"{what} on or after {loan.dates.day(at, sheet.first_year)}", loan)  # fmt: skip


def _when_paid(dates: Dates, first_year: str) -> str:
    drawn, first, last = (dates.day(at, first_year) for at in (dates.drawn_at, dates.drawn_at + 1, dates.last_at))
    return f"drawn in the half-year from {drawn}; the first instalment falls in that from {first}, the last in that from {last}"
