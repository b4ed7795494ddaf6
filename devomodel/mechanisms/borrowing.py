"""Loans: drawn, paid half-yearly in arrears until they are cleared, and what they cost the precept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, quantity, to_pence, total
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import amount, block, blocks, choice, party, text, whole
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.loan_cost import (
    APPROVAL,
    HALF_A_PENNY,
    MINIMUM_PER_ELECTOR,
    advise_ceiling,
    is_local,
    write_loan_cost,
)
from devomodel.mechanisms.loan_schedule import HALVES, Dates, Loan, WholeLife, whole_life, write_schedule
from devomodel.mechanisms.loans import (
    DAYS_IN_HALF_A_YEAR,
    SHAPES,
    annuity_factor,
    early_repayment_premium,
    first_year_cost,
    half_year_interest,
    implied_rate,
    level_payment,
    principal_repaid,
    sinking_fund_contribution,
)

__all__ = [
    "Borrowing",
    "annuity_factor",
    "early_repayment_premium",
    "first_year_cost",
    "half_year_interest",
    "implied_rate",
    "level_payment",
    "principal_repaid",
    "sinking_fund_contribution",
]

LONGEST_TERM = 100
"""Years; no lender lends for longer, and a slip must not make a sheet without end."""

STAND_IN = 100_000.0
"""£: the sum a loan is tried on over its whole life where its own sum is only known once the case is worked."""


@dataclass(frozen=True)
class SinkingFund:
    """A fund built up to repay a maturity loan."""

    earns: Amount = amount("share", "Interest the fund earns a year")


@dataclass(frozen=True)
class EarlyRepayment:
    """The repayment of all that is left, some days after an instalment."""

    year: str = text("Year it is repaid in")
    half: str = choice("Half-year: first is April to September", ("first", "second"), "first")
    rate: Amount = amount("share", "Lender's rate a year for early repayment, with its date in the note or source")
    days: int = whole("Days since the last instalment", 0)


@dataclass(frozen=True)
class LoanTerms:
    """One loan."""

    principal: Amount = amount("£", "Sum borrowed")
    rate: Amount = amount("share", "Interest a year, with its date in the note or source")
    term_years: int = whole("Years over which it is repaid")
    shape: str = choice("How it is repaid", SHAPES)
    drawn: str = text("Year it is drawn in")
    drawn_half: str = choice("Half-year it is drawn in: first begins on 1 April, second on 1 October", ("first", "second"), "first")
    fee: Amount | None = amount("£", "Fee for drawing it", None)
    sinking_fund: SinkingFund | None = block(SinkingFund, "Fund that repays a maturity loan", None)
    asset_life: int | None = whole("Years that what it pays for will last", None)
    approved: Amount | None = amount("£", "Sum approved", None)
    repaid_early: EarlyRepayment | None = block(EarlyRepayment, "Early repayment", None)
    status: str = choice("How sure it is", STATUSES, "assumed")


@dataclass(frozen=True)
class Borrowing(Mechanism):
    """Writes each loan's half-years, its flows by year, and tests it to its end."""

    stage: ClassVar[str] = "borrowing"
    council: str = party("Council that borrows")
    lender: str = party("Lender", "")
    electors: Amount | None = amount("elector", "Electors on the register, for the test of approval", None)
    repayments_from: str = choice("Account that repayments are charged to", ("revenue", "capital"), "")
    loans: Mapping[str, LoanTerms] = blocks(LoanTerms, "Loans by name")

    def write(self, sheet: CaseSheet) -> None:
        """Every loan, and what is owed on all of them."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        for key, terms in self.loans.items():
            self._write_loan(sheet, key, terms)
        balances = [sheet[f"{self.name}.{key}.balance"] for key in self.loans]
        sheet.line(f"{self.name}.owed", sheet.total(balances), "£", f"{self._who(sheet)}: owed on these loans at 31 March")
        provision = self._account(sheet) == "capital"
        sheet.cautions |= {self._unprovided(sheet): None} if provision and not self._is_provided(sheet) else {}

    def test(self, sheet: CaseSheet) -> None:
        """The cost of loans beside the precept, and the tests that a borrowing approval asks for."""
        write_loan_cost(sheet, self.council)
        advise_ceiling(sheet, self.council)
        for key, terms in self.loans.items():
            self._test_loan(sheet, key, terms)

    def _who(self, sheet: CaseSheet) -> str:
        return sheet.parties[self.council]

    def _account(self, sheet: CaseSheet) -> str:
        """A local council charges repayments to revenue; one that makes minimum revenue provision, to capital."""
        return self.repayments_from or ("revenue" if is_local(sheet, self.council) else "capital")

    def _dates(self, sheet: CaseSheet, terms: LoanTerms) -> Dates:
        first = first_calendar_year(sheet.first_year)

        def half_year(year: str, half: str) -> int:
            return 2 * (first_calendar_year(year) - first) + (half == "second")

        early = terms.repaid_early
        return Dates(half_year(terms.drawn, terms.drawn_half), 2 * terms.term_years,
                     half_year(early.year, early.half) if early else None)  # fmt: skip

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not fit, with its place within the mechanism."""
        if self.lender == self.council:
            yield "lender", f"'{self.council}' cannot lend to itself. Name another party, or leave the lender out."
        if not self.loans:
            yield "loans", "there is no loan. Name at least one, with its sum, rate, term, shape and the year it is drawn."
        for key, terms in self.loans.items():
            for where, what in _problems_of(terms):
                yield f"loans › {key} › {where}", what
            if is_year(terms.drawn) and first_calendar_year(terms.drawn) > first_calendar_year(sheet.years[-1]):
                yield (f"loans › {key} › drawn", f"it is drawn in {terms.drawn}, after the last year of the case, "
                       f"{sheet.years[-1]}. Give the case more years, or take the loan out.")  # fmt: skip
            elif is_year(terms.drawn) and first_calendar_year(terms.drawn) < first_calendar_year(sheet.first_year):
                if not _is_plain(terms.principal):
                    yield (f"loans › {key} › principal", f"it was drawn in {terms.drawn}, before the case begins, so its sum "
                           'is known. Give it as one figure: {value: "£90,000", basis: agreement, source: …}.')  # fmt: skip

    def _write_loan(self, sheet: CaseSheet, key: str, terms: LoanTerms) -> None:
        prefix, label, dates = f"{self.name}.{key}", _label(key), self._dates(sheet, terms)
        life = self._whole_life(terms, dates)
        past = dates.drawn_at < 0
        principal = self._known(sheet, f"{prefix}.principal", terms.principal, f"{label}: sum borrowed", past)
        rate = self._known(sheet, f"{prefix}.rate", terms.rate, f"{label}: interest a year", past)
        drawn = None if past else self._write_drawing(sheet, prefix, label, terms, dates, principal)
        before = principal if past else 0.0
        borrowed: Any = sheet.last_year(f"{prefix}.borrowed", first=before, unit_of="£")
        borrowed = sheet.line(f"{prefix}.borrowed", borrowed if drawn is None else borrowed + drawn, "£",
                              f"{label}: borrowed so far", kind="working")  # fmt: skip
        fund = terms.sinking_fund
        earns = sheet.given(f"{prefix}.fund.earns", fund.earns, f"{label}: interest on its sinking fund") if fund else None
        openings = self._openings(sheet, prefix, label, terms, dates, life) if past else (0.0, 0.0)
        write_schedule(sheet, Loan(prefix, label, terms.shape, dates, borrowed, rate, drawn, earns, openings, self._place(key)))
        self._write_flows(sheet, prefix, label, terms)
        self._write_whole_life(sheet, prefix, label, terms, dates, life, key)

    def _place(self, key: str) -> str:
        return f"mechanisms › {self.name} › loans › {key}"

    def _known(self, sheet: CaseSheet, name: str, one: Amount, label: str, past: bool) -> Line:
        """An amount as a line. That of a loan already drawn is a fact: it cannot be varied without its opening balance."""
        if past:
            assert one.value is not None
            return sheet.input(name, one.value, one.unit, label, origin=sheet.origin(one))
        return sheet.given(name, one, label)

    def _whole_life(self, terms: LoanTerms, dates: Dates) -> WholeLife:
        assert terms.rate.value is not None
        principal = terms.principal.value if _is_plain(terms.principal) else STAND_IN
        earns = terms.sinking_fund.earns.value if terms.sinking_fund else None
        assert principal is not None
        return whole_life(terms.shape, principal, terms.rate.value, dates, earns)

    def _openings(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms, dates: Dates,
                  life: WholeLife) -> tuple[Line, Any]:  # fmt: skip
        """What is owed, and in the fund, when the case begins, for a loan drawn before: worked from its own terms."""
        paid = min(-1 - dates.drawn_at, dates.last_at - dates.drawn_at)
        origin = Origin(terms.principal.basis, sheet.origin(terms.principal).source,
                        f"worked from the sum, rate and term of the loan: owed after {paid} of {dates.instalments} instalments",
                        terms.principal.where)  # fmt: skip
        balance = sheet.input(f"{prefix}.balance_at_start", life.balance_after(paid), "£",
                              f"{label}: owed before the first year", origin=origin)  # fmt: skip
        if terms.sinking_fund is None:
            return balance, 0.0
        years = -1 - dates.drawn_at // 2
        return balance, sheet.input(f"{prefix}.fund.at_start", life.fund_after(years), "£",
                                    f"{label}, sinking fund: in hand before the first year", origin=origin)  # fmt: skip

    def _write_drawing(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms, dates: Dates, principal: Line) -> Line:
        """The money received in the year the loan is drawn, and the fee for it."""
        flags = [1.0 if year == dates.drawn_at // 2 else 0.0 for year in range(sheet.count)]
        flag = sheet.input(f"{prefix}.is_drawn", flags, "number", f"{label}: 1 in the year it is drawn", kind="working",
                           origin=Origin("not used", note=f"drawn on or after {dates.day(dates.drawn_at, sheet.first_year)}",
                                         place=f"{terms.principal.where}"))  # fmt: skip
        drawn = sheet.line(f"{prefix}.drawn", to_pence(flag * principal), "£", f"{label}: drawn", payee=self.council,
                           account="capital", kind="loan", status=terms.status, loan_drawn=True, phasing="one month",
                           **self._lender("payer"))  # fmt: skip
        if terms.fee is not None:
            fee = sheet.given(f"{prefix}.fee", terms.fee, f"{label}: fee for drawing it", kind="working")
            sheet.line(f"{prefix}.fee_paid", to_pence(flag * fee), "£", f"{label}: fee paid", account="revenue", kind="fee",
                       phasing="one month", **self._charged())  # fmt: skip
        return drawn

    def _lender(self, side: str) -> dict[str, str]:
        return {side: self.lender} if self.lender else {}

    def _charged(self, debt_charge: bool = True) -> dict[str, Any]:
        """The tags of a payment by the council to the lender; a debt charge is part of what the loans cost in the year."""
        return {"payer": self.council, "debt_charge": debt_charge, **self._lender("payee")}

    def _write_flows(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms) -> None:
        """By year: interest, repayment, early repayment, the sinking fund, and what is owed at 31 March."""
        account = self._account(sheet)

        def both_halves(what: str) -> Any:
            return total(*(sheet[f"{prefix}.{half}.{what}"] for half in HALVES))

        cost = [
            sheet.line(f"{prefix}.interest", both_halves("interest"), "£", f"{label}: interest", account="revenue",
                       kind="interest", phasing="half-years", **self._charged()),
            sheet.line(f"{prefix}.principal_repaid", both_halves("principal"), "£", f"{label}: repaid", account=account,
                       kind="loan", phasing="half-years", **self._charged(account == "revenue")),
        ]  # fmt: skip
        if terms.repaid_early is not None:
            self._write_early_repayment(sheet, prefix, label, terms, terms.repaid_early)
        if terms.sinking_fund is not None:
            cost.append(sheet.line(f"{prefix}.fund.paid_in", sheet[f"{prefix}.fund.contribution"], "£",
                                   f"{label}: paid into its sinking fund", payer=self.council, account=account,
                                   kind="reserve", phasing="one month", debt_charge=account == "revenue"))  # fmt: skip
            sheet.line(f"{prefix}.fund.paid_out", sheet[f"{prefix}.fund.released"], "£", f"{label}: taken from its sinking fund",
                       payee=self.council, account=account, kind="reserve", phasing="one month",
                       debt_charge=account == "revenue")  # fmt: skip
        sheet.line(f"{prefix}.year_cost", total(*cost), "£", f"{label}: interest and repayment of the year")
        sheet.line(f"{prefix}.balance", sheet[f"{prefix}.h2.closing"], "£", f"{label}: owed at 31 March")

    def _write_early_repayment(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms, early: EarlyRepayment) -> None:
        """What is left, the interest since the last instalment, and the premium (− discount)."""
        dates, account = self._dates(sheet, terms), self._account(sheet)
        assert dates.repaid_at is not None
        start = f"{prefix}.{'h2' if early.half == 'second' else 'h1'}"
        left = dates.drawn_at + dates.instalments - dates.repaid_at
        sum_repaid = sheet[f"{start}.repaid_early"]
        rate = sheet.given(f"{prefix}.early.rate", early.rate, f"{label}: rate for early repayment")
        place = f"{self._place(prefix.rsplit('.', 1)[1])} › repaid_early"
        days = sheet.input(f"{prefix}.early.days", float(early.days), "number", f"{label}: days since the last instalment",
                           origin=Origin("not used", note="given with the early repayment", place=place))  # fmt: skip
        still = sheet.input(f"{prefix}.early.half_years_left", float(left), "number", f"{label}: instalments not yet due",
                            origin=Origin("not used", note="counted from the dates of the loan", place=place))  # fmt: skip
        sheet.line(f"{prefix}.early.repaid", sum_repaid, "£", f"{label}: repaid early", account=account, kind="loan",
                   phasing="one month", **self._charged(account == "revenue"))  # fmt: skip
        since = sum_repaid * sheet[f"{prefix}.rate"] / 2 * days / DAYS_IN_HALF_A_YEAR
        sheet.line(f"{prefix}.early.interest", to_pence(since), "£", f"{label}: interest since the last instalment",
                   account="revenue", kind="interest", phasing="one month", **self._charged())  # fmt: skip
        premium = early_repayment_premium(terms.shape, sum_repaid, sheet[f"{prefix}.rate"], rate, still, days)
        sheet.line(f"{prefix}.early.premium", to_pence(premium), "£", f"{label}: premium for early repayment (− discount)",
                   account="revenue", kind="fee", phasing="one month", **self._charged())  # fmt: skip

    def _write_whole_life(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms, dates: Dates, life: WholeLife,
                          key: str) -> None:  # fmt: skip
        """The loan to its end, whether or not the case lasts that long."""
        on = "" if _is_plain(terms.principal) else f" on £{STAND_IN:,.0f}, since its own sum is worked in the case"
        told = Origin("not used", note=f"the same formulas worked from the day it is drawn to {dates.day(dates.last_at, sheet.first_year)}{on}",
                      place=self._place(key))  # fmt: skip
        sheet.input(f"{prefix}.whole_life.closing", life.balances[-1], "£", f"{label}: owed at its end", origin=told, kind="working")
        sheet.input(f"{prefix}.whole_life.interest", life.interest, "£", f"{label}: interest over its whole life", origin=told,
                    kind="working")  # fmt: skip

    def _test_loan(self, sheet: CaseSheet, key: str, terms: LoanTerms) -> None:
        prefix, label, dates = f"{self.name}.{key}", _label(key), self._dates(sheet, terms)
        whose = {"council": self.council}
        nought, penny = quantity(HALF_A_PENNY, "£"), quantity(-HALF_A_PENNY, "£")
        balance = sheet[f"{prefix}.balance"]
        left = sheet.input(f"{prefix}.instalments_left", [float(_left(dates, year)) for year in range(sheet.count)], "number",
                           f"{label}: instalments still to come at 31 March", kind="working",
                           origin=Origin("not used", note="counted from the dates of the loan", place=self._place(key)))  # fmt: skip
        sheet.check(f"{prefix}.clears", either(left > 0, agrees(balance, 0, within=HALF_A_PENNY)),
                    f"{label}: nothing is owed after the last instalment", "The last instalment is all that is left, with its interest",
                    **whose)  # fmt: skip
        sheet.check(f"{prefix}.clears_in_the_end", agrees(sheet[f"{prefix}.whole_life.closing"], 0, within=HALF_A_PENNY),
                    f"{label}: worked to its end it comes to £0.00", "Also where the case is shorter than the loan", **whose)  # fmt: skip
        for half, months in HALVES.items():
            sheet.check(f"{prefix}.{half}.not_negative", sheet[f"{prefix}.{half}.closing"] >= penny,
                        f"{label}, {months}: no more is repaid than is owed", "The balance is never below nought", **whose)  # fmt: skip
        owed = sheet[f"{prefix}.h1.opening"] + sheet[f"{prefix}.h2.opening"]
        free = (sheet[f"{prefix}.rate"] <= 0,) if terms.shape == "maturity" and terms.sinking_fund is None else ()
        sheet.check(f"{prefix}.in_every_budget", either(owed <= nought, sheet[f"{prefix}.year_cost"] > 0, *free),
                    f"{label}: every year's budget has a line for it", "A borrowing approval asks for the repayment line", **whose)  # fmt: skip
        if terms.asset_life is not None:
            lasts = sheet.input(f"{prefix}.asset_life", float(terms.asset_life), "number", f"{label}: years that what it pays for lasts",
                                origin=Origin("not stated", place=f"{self._place(key)} › asset_life"))  # fmt: skip
            sheet.check(f"{prefix}.within_asset_life", sheet[f"{prefix}.instalments"] / 2 <= lasts,
                        f"{label}: it is repaid within the life of what it pays for",
                        "Nobody should pay for what has worn out", **whose)  # fmt: skip
        if terms.approved is not None:
            approved = sheet.given(f"{prefix}.approved", terms.approved, f"{label}: sum approved")
            sheet.check(f"{prefix}.within_approval", sheet[f"{prefix}.borrowed"] <= approved + nought,
                        f"{label}: no more is drawn than was approved", "Local Government Act 2003, Schedule 1, paragraph 2", **whose)  # fmt: skip
        if terms.sinking_fund is not None and dates.repaid_at is None:
            released, repaid = sheet[f"{prefix}.fund.released"], sheet[f"{prefix}.principal_repaid"]
            sheet.check(f"{prefix}.fund.meets_loan", agrees(released, repaid, within=HALF_A_PENNY),
                        f"{label}: its sinking fund repays it exactly", "What the fund releases is what is repaid", **whose)  # fmt: skip
        self._advise_minimum(sheet, prefix, label)

    def _advise_minimum(self, sheet: CaseSheet, prefix: str, label: str) -> None:
        """An approval is not usually asked for a loan so small that the council could do without."""
        if self.electors is None or f"{prefix}.drawn" not in sheet or sheet.nation != "england":
            return
        if f"{self.name}.electors" not in sheet:
            sheet.given(f"{self.name}.electors", self.electors, f"{self._who(sheet)}: electors")
            sheet.parameter(f"{self.name}.minimum_per_elector", MINIMUM_PER_ELECTOR, "Smallest loan for each elector", "£/elector",
                            place=f"mechanisms › {self.name}")  # fmt: skip
        least = sheet[f"{self.name}.electors"] * sheet[f"{self.name}.minimum_per_elector"]
        drawn = sheet[f"{prefix}.drawn"]
        sheet.advise(f"{prefix}.worth_an_approval", either(drawn <= 0, drawn >= least - quantity(HALF_A_PENNY, "£")),
                     f"{label}: it is as large as a loan is expected to be for the electors", APPROVAL, council=self.council)  # fmt: skip
