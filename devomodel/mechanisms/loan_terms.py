"""What a scenario says of one loan, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from devomodel.amounts import Amount
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import amount, block, choice, text, whole
from devomodel.mechanisms.base import STATUSES, label_of
from devomodel.mechanisms.loans import DAYS_IN_HALF_A_YEAR, SHAPES

LONGEST_TERM = 100
"""Years; no lender lends for longer, and a slip must not make a sheet without end."""

HALF_YEARS = ("first", "second")
WITH_DATE = (
    "Write it like {value: 4.76%, basis: published, source: …} or {value: 5%, basis: estimate, note: adviser, 3 March 2026}"
)


@dataclass(frozen=True)
class SinkingFund:
    """A fund built up to repay a maturity loan."""

    earns: Amount = amount("share", "Interest the fund earns a year")


@dataclass(frozen=True)
class EarlyRepayment:
    """The repayment of all that is left, some days after an instalment."""

    year: str = text("Year it is repaid in")
    half: str = choice("Half-year it is repaid in: first begins on 1 April, second on 1 October", HALF_YEARS, "first")
    rate: Amount = amount("share", "Lender's rate a year for early repayment, with its date in the note or source")
    days: int = whole("Days since the instalment of that half-year", 0)


@dataclass(frozen=True)
class LoanTerms:
    """One loan."""

    principal: Amount = amount("£", "Sum borrowed")
    rate: Amount = amount("share", "Interest a year, with its date in the note or source")
    term_years: int = whole("Years over which it is repaid")
    shape: str = choice("How it is repaid", SHAPES)
    drawn: str = text("Year it is drawn in")
    drawn_half: str = choice("Half-year it is drawn in: first begins on 1 April, second on 1 October", HALF_YEARS, "first")
    fee: Amount | None = amount("£", "Fee for drawing it", None)
    sinking_fund: SinkingFund | None = block(SinkingFund, "Fund that repays a maturity loan", None)
    asset_life: Amount | None = amount("number", "Years that what it pays for will last", None)
    approved: Amount | None = amount("£", "Sum approved", None)
    repaid_early: EarlyRepayment | None = block(EarlyRepayment, "Early repayment", None)
    status: str = choice("How sure it is", STATUSES, "assumed")


def loan_label(key: str) -> str:
    """
    >>> loan_label("village_hall"), loan_label("loan_of_2019")
    ('Village hall loan', 'Loan of 2019')
    """
    return label_of(key) if "loan" in key.lower() else f"{label_of(key)} loan"


def is_plain(one: Amount) -> bool:
    """Whether an amount is one figure, the same in every year."""
    return one.value is not None and not (one.grows or one.start or one.until or one.once)


def problems_of(terms: LoanTerms) -> Iterator[tuple[str, str]]:
    """What does not fit in one loan: the key, and what to do about it."""
    yield from _problems_of_rate("rate", terms.rate)
    if terms.principal.value is not None and terms.principal.value < 0:
        yield "principal", "a loan cannot be below nought."
    if not 1 <= terms.term_years <= LONGEST_TERM:
        yield "term_years", f"a loan cannot run for {terms.term_years} years. Allowed: 1 to {LONGEST_TERM}."
    if not is_year(terms.drawn):
        yield "drawn", f"'{terms.drawn}' is not a financial year. Write it like 2026-27."
    if terms.sinking_fund is not None:
        if terms.shape != "maturity":
            yield "sinking_fund", "only a maturity loan is repaid from a sinking fund; the others repay as they go. Take it out."
        if not is_plain(terms.sinking_fund.earns):
            yield "sinking_fund › earns", "the fund earns one rate throughout. Give it as one figure, such as 3%."
    if terms.repaid_early is not None:
        yield from _problems_of_early_repayment(terms, terms.repaid_early)


def _problems_of_rate(where: str, rate: Amount) -> Iterator[tuple[str, str]]:
    if not is_plain(rate):
        yield where, f"a fixed-rate loan has one rate, given here. {WITH_DATE}."
    elif not rate.source and not re.search(r"\b(19|20|21)\d\d\b", rate.note):
        yield where, f"rates move twice a day, so a rate says its date, in its note or by its source. {WITH_DATE}."


def _problems_of_early_repayment(terms: LoanTerms, early: EarlyRepayment) -> Iterator[tuple[str, str]]:
    yield from _problems_of_rate("repaid_early › rate", early.rate)
    if early.days > DAYS_IN_HALF_A_YEAR:
        yield "repaid_early › days", f"the next instalment is due before {early.days} days are over. Allowed: 0 to 182."
    if not is_year(early.year):
        yield "repaid_early › year", f"'{early.year}' is not a financial year. Write it like 2026-27."
    elif is_year(terms.drawn):
        half_years = 2 * (first_calendar_year(early.year) - first_calendar_year(terms.drawn))
        half_years += (early.half == "second") - (terms.drawn_half == "second")
        if not 1 <= half_years < 2 * terms.term_years:
            last = f"the first comes half a year after the loan is drawn, the last {terms.term_years} years after"
            yield "repaid_early › year", f"early repayment comes after the first instalment and before the last; {last}."
