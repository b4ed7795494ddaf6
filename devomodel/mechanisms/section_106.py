"""Sums that a developer pays under a planning obligation: for one site and one purpose, by a date, or they go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, quantity, to_pence, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.restricted_money import drawn_for, write_opening, write_put_by, write_spending

LONGEST = 60
"""Years; a sum drawn over more than this is a slip."""

NO_LIMIT, NOT_AGREED = "no limit", "not agreed"


def paid_at_trigger(sum_agreed: Any, is_trigger_year: Any) -> Any:
    """What the developer pays: the sum, to the penny, in the year its trigger is reached.

    >>> paid_at_trigger(40_000.0, 1), paid_at_trigger(40_000.0, 0)
    (40000.0, 0.0)
    """
    return to_pence(sum_agreed * is_trigger_year)


def drawn_evenly(held: Any, years_left: Any) -> Any:
    """An equal part of what is held for each year that is left; the last year takes all of it.

    held        £ to draw on in the year
    years_left  this year included; 0 outside them

    >>> drawn_evenly(1_000.0, 3), drawn_evenly(333.34, 1)
    (333.33, 333.34)
    """
    return when(years_left > 0, to_pence(held / years_left), 0)


def returned_to_developer(held: Any, drawn: Any, is_last_year: Any) -> Any:
    """What goes back: all that is left at the end of the last year in which it may be spent.

    >>> returned_to_developer(held=5_000.0, drawn=3_000.0, is_last_year=1)
    2000.0
    """
    return (held - drawn) * is_last_year


@dataclass(frozen=True)
class Sum:
    """One sum in the agreement."""

    site: str = text("The development it comes from")
    purpose: str = text("What it may be spent on")
    sum: Amount = amount("£", "Sum agreed")
    trigger_year: str = year("Year in which its trigger is reached and it is paid")
    spend_by: str = year("Last year in which it may be spent", words=(NO_LIMIT,))
    account: str = choice("What it may pay for", ("capital", "revenue"))
    held: Amount | None = amount("£", "In hand before the first year, where it was paid before then", None)
    spending: Amount | None = amount("£", "What it is to pay for", None)
    years: int = whole("Years over which a commuted sum is drawn evenly, from the year it is paid", 0)
    interest_rate: Amount | None = amount("share", "Interest earned on it at the start of the year", None)
    then: str = party("Who pays for it when there is no more", NOT_AGREED, words=(NOT_AGREED,))


@dataclass(frozen=True)
class Section106(Mechanism):
    """Writes each sum as it is paid, put by, spent and, where it is not spent in time, given back."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("*.closing", "*.not_met, if any", "held")
    council: str = party("Council that holds the money")
    developer: str = party("Developer who pays")
    status: str = choice("How sure it is", STATUSES)
    sums: Mapping[str, Sum] = blocks(Sum, "Sums by name")

    def write(self, sheet: CaseSheet) -> None:
        """Each sum with its own fund."""
        wrong = self._problem(sheet)
        if wrong:
            raise SheetError(f"mechanisms › {self.name} › {wrong}")
        closings = [self._sum(sheet, key, one) for key, one in self.sums.items()]
        sheet.line(f"{self.name}.held", sheet.total(closings), "£", f"{label_of(self.name)}: held at 31 March, all sums")

    def _problem(self, sheet: CaseSheet) -> str:
        """What does not go together, with its place under the mechanism and what to do."""
        if self.developer == self.council:
            return f"developer: '{self.council}' cannot pay itself. Name the developer as a party of the case."
        if not self.sums:
            return "sums: there is none. Add one by name, with its site, purpose, sum, trigger_year and spend_by."
        first = first_calendar_year(sheet.first_year)
        for key, one in self.sums.items():
            place, paid_before = f"sums › {key}", first_calendar_year(one.trigger_year) < first
            if one.spend_by != NO_LIMIT:
                last = first_calendar_year(one.spend_by)
                if last < first_calendar_year(one.trigger_year):
                    return f"{place} › spend_by: {one.spend_by} is before {one.trigger_year}, when it is paid. Check both years."
                if last < first:
                    return f"{place} › spend_by: {one.spend_by} is before the first year of the case, and it has gone back. Take it out."
            if paid_before != (one.held is not None):
                do = ("say how much is in hand at the start with 'held'" if paid_before else
                      f"it is paid in {one.trigger_year}, so nothing is in hand at the start. Take 'held' out")  # fmt: skip
                return f"{place} › held: {do}."
            if one.spending is not None and one.years:
                return f"{place} › years: it is drawn as its spending needs, or evenly over some years. Keep one of the two."
            if one.years > LONGEST:
                return f"{place} › years: a sum cannot be drawn over {one.years:,} years. Give at most {LONGEST}."
            if one.years and first_calendar_year(one.trigger_year) + one.years <= first:
                over = year_label(first_calendar_year(one.trigger_year) + one.years - 1)
                return (f"{place} › years: it was to be drawn by the end of {over}, before the case begins, and some is in hand. Give "
                        "more years, or say what it is to pay for with 'spending' in their place.")  # fmt: skip
        return ""

    def _flag(self, sheet: CaseSheet, name: str, values: list[Any], label: str, why: str) -> Line:
        return sheet.input(f"{self.name}.{name}", [float(one) for one in values], "number", label, kind="working",
                           origin=Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}"))  # fmt: skip

    def _sum(self, sheet: CaseSheet, key: str, one: Sum) -> Line:
        """One sum: paid, put by, drawn, given back, and what is held at 31 March."""
        prefix, label = f"{self.name}.{key}", f"{label_of(key)}, {one.site}"
        flow = {"account": one.account, "kind": "contribution", "status": self.status}
        agreed = sheet.given(f"{prefix}.sum", one.sum, f"{label}: sum agreed", kind="working")
        trigger = self._flag(sheet, f"{key}.triggered", [at == one.trigger_year for at in sheet.years],
                             f"{label}: 1 in the year it is paid", f"trigger reached in {one.trigger_year}")  # fmt: skip
        received = sheet.line(f"{prefix}.received", paid_at_trigger(agreed, trigger), "£", f"{label}: {one.purpose}",
                              payer=self.developer, payee=self.council, held_in=f"{prefix}.closing", **flow)  # fmt: skip
        before: Any = 0.0
        if one.held is not None:
            before = sheet.given(f"{prefix}.at_start", one.held, f"{label}: in hand before the first year", kind="working")
        opening = write_opening(sheet, prefix, label, before)
        added: Any = received
        if one.interest_rate is not None:
            rate = sheet.given(f"{prefix}.interest_rate", one.interest_rate, f"{label}: interest rate")
            added = received + sheet.line(f"{prefix}.interest", to_pence(opening * rate), "£", f"{label}: interest",
                                          payee=self.council, account=one.account, kind="interest")  # fmt: skip
        put_by = write_put_by(sheet, prefix, label, added, self.council, one.account)
        held = sheet.line(f"{prefix}.held", opening + put_by, "£", f"{label}: to draw on in the year", kind="working")
        drawn = self._drawn(sheet, key, one, held, label)
        left: Any = held if drawn is None else held - drawn
        if one.spend_by != NO_LIMIT:
            over = self._flag(sheet, f"{key}.last_year", [at == one.spend_by for at in sheet.years],
                              f"{label}: 1 in the last year to spend it", f"to be spent by the end of {one.spend_by}")  # fmt: skip
            back = returned_to_developer(held, 0 if drawn is None else drawn, over)
            released = sheet.line(f"{prefix}.released", back, "£", f"{label}: taken out to be given back", payee=self.council,
                                  account=one.account, kind="reserve")  # fmt: skip
            sheet.line(f"{prefix}.returned", released, "£", f"{label}: unspent, given back", payer=self.council,
                       payee=self.developer, settles=self.name, repayment=True, **flow)  # fmt: skip
            sheet.advise(f"{prefix}.spent_in_time", released <= quantity(HALF_A_PENNY, "£"),
                         f"{label}: it is spent by the end of {one.spend_by}", "What is not spent by then goes back to the developer",
                         council=self.council)  # fmt: skip
            left = left - released
        closing = sheet.line(f"{prefix}.closing", left, "£", f"{label}: held at 31 March")
        first = before if one.held is not None else 0.0
        out = self._to_date(sheet, prefix, "out", held - closing, label)
        sheet.check(f"{prefix}.all_accounted_for",
                    agrees(first + self._to_date(sheet, prefix, "in", put_by, label), out + closing, within=HALF_A_PENNY),
                    f"{label}: what came in was spent, given back or is held", "Opening + received = spent + given back + held",
                    council=self.council)  # fmt: skip
        return closing

    def _to_date(self, sheet: CaseSheet, prefix: str, way: str, in_year: Any, label: str) -> Line:
        name = f"{prefix}.{way}_to_date"
        return sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + in_year, "£", f"{label}: {way} to date",
                          kind="working")  # fmt: skip

    def _drawn(self, sheet: CaseSheet, key: str, one: Sum, held: Line, label: str) -> Line | None:
        """What is taken out for its purpose: as the spending needs, evenly over some years, or nothing."""
        prefix, told = f"{self.name}.{key}", {"pays_for": one.purpose, "then": one.then}
        ends = one.spend_by if one.spend_by != NO_LIMIT else NOT_AGREED
        spending = None
        if one.spending is not None:
            spending = write_spending(sheet, f"{prefix}.spending", one.spending, f"{label}: {one.purpose}", self.council,
                                      one.account)  # fmt: skip
            drawn: Any = drawn_for(spending, held)
        elif one.years:
            start = first_calendar_year(one.trigger_year)
            since = [first_calendar_year(at) - start for at in sheet.years]
            left = self._flag(sheet, f"{key}.years_left", [one.years - at if 0 <= at < one.years else 0 for at in since],
                              f"{label}: years left to draw over", f"{one.years} years from {one.trigger_year}")  # fmt: skip
            drawn = drawn_evenly(held, left)
            last = year_label(start + one.years - 1)
            ends = last if ends == NOT_AGREED else min(last, ends)
        else:
            return None
        if one.account == "revenue":
            told["ends"] = ends
        line = sheet.line(f"{prefix}.drawn", drawn, "£", f"{label}: drawn for {one.purpose}", payee=self.council,
                          account=one.account, kind="reserve", **told)  # fmt: skip
        if spending is not None:
            sheet.line(f"{prefix}.not_met", spending - line, "£", f"{label}: spending that it does not meet")
        return line
