"""Loans: drawn, paid half-yearly in arrears until they are cleared, and what they cost the precept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, to_pence, total
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import amount, blocks, choice, party
from devomodel.mechanisms.base import CaseSheet, Mechanism
from devomodel.mechanisms.loan_checks import Checked, advise_smallest, write_loan_checks
from devomodel.mechanisms.loan_cost import (
    MINIMUM_PER_ELECTOR,
    advise_ceiling,
    is_local,
    write_loan_cost,
)
from devomodel.mechanisms.loan_schedule import HALVES, Dates, Loan, WholeLife, whole_life, write_schedule
from devomodel.mechanisms.loan_terms import EarlyRepayment, LoanTerms, is_plain, loan_label, problems_of
from devomodel.mechanisms.loans import (
    DAYS_IN_HALF_A_YEAR,
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

STAND_IN = 100_000.0
"""£: the sum a loan is tried on over its whole life where its own sum is only known once the case is worked."""


@dataclass(frozen=True)
class Borrowing(Mechanism):
    """Writes each loan's half-years, its flows by year, and tests it to its end."""

    stage: ClassVar[str] = "borrowing"
    built_with: ClassVar[tuple[str, ...]] = ("loans.*",)
    tells: ClassVar[tuple[str, ...]] = ("*.year_cost", "*.balance", "*.whole_life.interest", "owed")
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

    def test(self, sheet: CaseSheet) -> None:
        """The cost of loans beside the precept, and the tests that a borrowing approval asks for."""
        provided = bool(sheet.tagged(payer=self.council, provision=True))
        if provided != (self._account(sheet) == "capital"):
            sheet.cautions[self._about_provision(sheet, provided)] = None
        write_loan_cost(sheet, self.council)
        advise_ceiling(sheet, self.council)
        least = self._smallest(sheet)
        for key, terms in self.loans.items():
            loan = Checked(
                f"{self.name}.{key}", loan_label(key), terms, self._dates(sheet, terms), self.council, self._place(key)
            )
            write_loan_checks(sheet, loan)
            if least is not None:
                advise_smallest(sheet, loan, least)

    def _smallest(self, sheet: CaseSheet) -> Any:
        """The smallest loan that is usually worth an approval, where electors are given and the criteria apply."""
        if self.electors is None or sheet.nation != "england":
            return None
        where = f"mechanisms › {self.name}"
        electors = sheet.given(f"{self.name}.electors", self.electors, f"{self._who(sheet)}: electors")
        return electors * sheet.parameter(f"{self.name}.minimum_per_elector", MINIMUM_PER_ELECTOR,
                                          "Smallest loan for each elector", "£/elector", place=where)  # fmt: skip

    def _who(self, sheet: CaseSheet) -> str:
        return sheet.parties[self.council]

    def _account(self, sheet: CaseSheet) -> str:
        """A local council charges repayments to revenue; one that makes minimum revenue provision, to capital."""
        return self.repayments_from or ("revenue" if is_local(sheet, self.council) else "capital")

    def _about_provision(self, sheet: CaseSheet, provided: bool) -> str:
        """What is said when loans are charged to revenue twice over, or not at all."""
        if provided:
            return (f"{self._who(sheet)} charges both loan repayments and minimum revenue provision to revenue. "
                    f"Add repayments_from: capital to mechanisms › {self.name}, or take the provision out.")  # fmt: skip
        return (f"{self._who(sheet)} repays its loans from capital, and nothing is charged to revenue for them. "
                "Add a mechanism with use: minimum_revenue_provision.")  # fmt: skip

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
            for where, what in problems_of(terms):
                yield f"loans › {key} › {where}", what
            if is_year(terms.drawn) and terms.drawn > sheet.years[-1]:
                yield (f"loans › {key} › drawn", f"it is drawn in {terms.drawn}, after the last year of the case, "
                       f"{sheet.years[-1]}. Give the case more years, or take the loan out.")  # fmt: skip
            elif is_year(terms.drawn) and terms.drawn < sheet.first_year and not is_plain(terms.principal):
                yield (f"loans › {key} › principal", f"it was drawn in {terms.drawn}, before the case begins, so its sum "
                       'is known. Give it as one figure: {value: "£90,000", basis: agreement, source: …}.')  # fmt: skip

    def _write_loan(self, sheet: CaseSheet, key: str, terms: LoanTerms) -> None:
        prefix, label, dates = f"{self.name}.{key}", loan_label(key), self._dates(sheet, terms)
        life = self._whole_life(terms, dates)
        past = dates.drawn_at < 0
        principal = self._known(sheet, f"{prefix}.principal", terms.principal, f"{label}: sum borrowed", past)
        rate = self._known(sheet, f"{prefix}.rate", terms.rate, f"{label}: interest a year", past)
        drawn = None if past else self._write_drawing(sheet, prefix, label, terms, dates, principal)
        before = to_pence(principal) if past else 0.0
        borrowed: Any = sheet.last_year(f"{prefix}.borrowed", first=before, unit_of="£")
        borrowed = sheet.line(f"{prefix}.borrowed", borrowed if drawn is None else borrowed + drawn, "£",
                              f"{label}: borrowed so far", kind="working")  # fmt: skip
        fund = terms.sinking_fund
        earns = (
            self._known(sheet, f"{prefix}.fund.earns", fund.earns, f"{label}: interest on its sinking fund", past)
            if fund
            else None
        )
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
        principal = terms.principal.value if is_plain(terms.principal) else STAND_IN
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
                           origin=Origin(BY_RULE, note=f"drawn on or after {dates.day(dates.drawn_at, sheet.first_year)}",
                                         place=f"{terms.principal.where}"))  # fmt: skip
        drawn = sheet.line(f"{prefix}.drawn", to_pence(flag * principal), "£", f"{label}: drawn", payee=self.council,
                           account="capital", kind="loan", status=terms.status, loan_drawn=True, phasing="one month",
                           **self._lender("payer"))  # fmt: skip
        if terms.fee is not None:
            fee = sheet.given(f"{prefix}.fee", terms.fee, f"{label}: fee for drawing it", kind="working")
            sheet.line(f"{prefix}.fee_paid", to_pence(flag * fee), "£", f"{label}: fee paid", kind="fee",
                       phasing="one month", **self._charged())  # fmt: skip
        return drawn

    def _lender(self, side: str) -> dict[str, str]:
        return {side: self.lender} if self.lender else {}

    def _charged(self, account: str = "revenue") -> dict[str, Any]:
        """The tags of a payment by the council to the lender; one from revenue is part of what the loans cost in the year."""
        return {"payer": self.council, **self._lender("payee"), **_on(account)}

    def _write_flows(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms) -> None:
        """By year: interest, repayment, early repayment, the sinking fund, and what is owed at 31 March."""
        account = self._account(sheet)

        def both_halves(what: str) -> Any:
            return total(*(sheet[f"{prefix}.{half}.{what}"] for half in HALVES))

        cost = [
            sheet.line(f"{prefix}.interest", both_halves("interest"), "£", f"{label}: interest", kind="interest",
                       phasing="half-years", **self._charged()),
            sheet.line(f"{prefix}.principal_repaid", both_halves("principal"), "£", f"{label}: repaid", kind="loan",
                       phasing="half-years", repayment=True, **self._charged(account)),
        ]  # fmt: skip
        if terms.repaid_early is not None:
            self._write_early_repayment(sheet, prefix, label, terms, terms.repaid_early)
        if terms.sinking_fund is not None:
            cost.append(sheet.line(f"{prefix}.fund.paid_in", sheet[f"{prefix}.fund.contribution"], "£",
                                   f"{label}: paid into its sinking fund", payer=self.council, account="revenue",
                                   kind="reserve", phasing="one month", debt_charge=True))  # fmt: skip
            sheet.line(f"{prefix}.fund.paid_out", sheet[f"{prefix}.fund.released"], "£", f"{label}: taken from its sinking fund",
                       payee=self.council, kind="reserve", phasing="one month", **_on(account))  # fmt: skip
        back = sheet[f"{prefix}.fund.released"] if terms.sinking_fund is not None else 0
        sheet.line(f"{prefix}.year_cost", total(*cost) - back, "£", f"{label}: interest, repayment and sinking fund, in the year")
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
                           origin=Origin(BY_RULE, note="given with the early repayment", place=place))  # fmt: skip
        still = sheet.input(f"{prefix}.early.half_years_left", float(left), "number", f"{label}: instalments not yet due",
                            origin=Origin(BY_RULE, note="counted from the dates of the loan", place=place))  # fmt: skip
        sheet.line(f"{prefix}.early.repaid", sum_repaid, "£", f"{label}: repaid early", kind="loan", phasing="one month",
                   repayment=True, **self._charged(account))  # fmt: skip
        since = sum_repaid * sheet[f"{prefix}.rate"] / 2 * days / DAYS_IN_HALF_A_YEAR
        sheet.line(f"{prefix}.early.interest", to_pence(since), "£", f"{label}: interest since the last instalment",
                   kind="interest", phasing="one month", **self._charged())  # fmt: skip
        premium = early_repayment_premium(terms.shape, sum_repaid, sheet[f"{prefix}.rate"], rate, still, days)
        sheet.line(f"{prefix}.early.premium", to_pence(premium), "£", f"{label}: premium for early repayment (− discount)",
                   kind="fee", phasing="one month", **self._charged())  # fmt: skip

    def _write_whole_life(self, sheet: CaseSheet, prefix: str, label: str, terms: LoanTerms, dates: Dates, life: WholeLife,
                          key: str) -> None:  # fmt: skip
        """The loan to its end, whether or not the case lasts that long."""
        on = "" if is_plain(terms.principal) else f" on £{STAND_IN:,.0f}, since its own sum is worked in the case"
        end = dates.day(dates.last_at, sheet.first_year)
        told = Origin(BY_RULE, note=f"the same formulas worked from the day it is drawn to {end}{on}", place=self._place(key))
        for what, figure, words in (("closing", life.balances[-1], "owed at its end"),
                                    ("interest", life.interest, "interest over its whole life")):  # fmt: skip
            sheet.input(f"{prefix}.whole_life.{what}", figure, "£", f"{label}: {words}", origin=told, kind="working")


def _on(account: str) -> dict[str, Any]:
    """The tags of a flow on an account; one on revenue is part of what loans cost the precept."""
    return {"account": account} | ({"debt_charge": True} if account == "revenue" else {})
