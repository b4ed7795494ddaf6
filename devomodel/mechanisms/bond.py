"""A council's own bond beside a loan of the Public Works Loan Board: what each costs in all, and the flows of the one taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, larger_of, quantity, to_pence, total, when
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import amount, block, choice, party, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.loan_cost import is_local, write_loan_cost
from devomodel.mechanisms.loan_schedule import HALVES, Dates, Loan, write_schedule
from devomodel.mechanisms.loan_terms import LoanTerms, SinkingFund, is_plain, problems_of
from devomodel.mechanisms.loans import annuity_factor, level_payment

STEPS = 8
"""Steps of the search for the all-in rate; each about doubles the figures that are right."""
LEAST_RATE = 1e-6
"""A half-year: the search does not go below it, because it divides by the rate."""
FOUND_WITHIN = 1e-9
WORTH_WITHIN = 1e-6
"""Of what was received."""
LOAN_SHAPES = ("maturity", "annuity")


def value_of_payments(rate: Any, payment: Any, repaid: Any, half_years: Any) -> Any:
    """What level half-yearly payments and a sum at the end are worth today.

        value = payment × (1 − v^n) ÷ i + repaid × v^n, where v = 1 ÷ (1 + i)

    rate        i, interest for a half-year, as a decimal
    payment     £ each half-year
    repaid      £ with the last payment
    half_years  n
    returns     £

    >>> round(value_of_payments(0.05, 5, 100, 2), 9)
    100.0
    """
    return payment * annuity_factor(rate, half_years) + repaid * (1 + rate) ** -half_years


def next_half_year_rate(rate: Any, payment: Any, repaid: Any, received: Any, half_years: Any) -> Any:
    """One step of Newton's method towards the rate at which what is paid is worth what was received.

    rate      the step before, for a half-year, as a decimal
    received  £ that the council had in hand from it at the start
    returns   a rate for a half-year that is nearer; never below a millionth

    >>> round(next_half_year_rate(0.055, 5, 100, 98.1666073, 2), 4)
    0.06
    """
    factor, last = annuity_factor(rate, half_years), (1 + rate) ** (-half_years - 1)
    slope = payment * (half_years * last - factor) / rate - half_years * repaid * last
    return larger_of(rate - (value_of_payments(rate, payment, repaid, half_years) - received) / slope, LEAST_RATE)


@dataclass(frozen=True)
class OwnBond:
    """The terms of the bond, and what issuing and keeping it costs."""

    coupon: Amount = amount("share", "Interest a year on the principal, with its date in the note or source")
    issue_price: Amount = amount("share", "Price at issue, as a share of the principal")
    issue_costs: Amount = amount("£", "Arrangement, legal and first rating costs, paid at issue")
    yearly_costs: Amount = amount("£", "Cost of the rating and of paying agents in a year")


@dataclass(frozen=True)
class BoardLoan:
    """The loan it is set beside."""

    rate: Amount = amount("share", "Interest a year, with its date in the note or source")
    shape: str = choice("How it is repaid", LOAN_SHAPES)
    fee: Amount | None = amount("£", "Fee for drawing it", None)


@dataclass(frozen=True)
class Bond(Mechanism):
    """Writes both schedules, the all-in rate of each, and the flows of the one that is taken."""

    stage: ClassVar[str] = "borrowing"
    tells: ClassVar[tuple[str, ...]] = ("*.all_in.rate", "bond_dearer_by", "year_cost", "balance")
    council: str = party("Council that borrows")
    lender: str = party("Who lends, where it is a party of the case", "")
    taken: str = choice("Which of the two is taken", ("bond", "loan"))
    principal: Amount = amount("£", "Sum to be repaid, the same for both", above=0)
    term_years: int = whole("Years over which it is owed")
    drawn: str = year("Year it is issued or drawn in, between April and September")
    bond: OwnBond = block(OwnBond, "The bond")
    loan: BoardLoan = block(BoardLoan, "The loan")
    sinking_fund: SinkingFund | None = block(SinkingFund, "Fund that repays what is owed in one sum at the end", None)
    repayments_from: str = choice("Account that repayment is charged to", ("revenue", "capital"), "")
    status: str = choice("How sure it is", STATUSES)

    def write(self, sheet: CaseSheet) -> None:
        """Both schedules and all-in rates, then the flows of the one taken."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        name, words = self.name, label_of(self.name)
        bond, loan = self.bond, self.loan
        principal = sheet.given(f"{name}.principal", self.principal, f"{words}: sum to be repaid")
        given = {**{f"bond.{key}": one for key, one in sheet.givens(f"{name}.bond", bond, f"{words}, bond: ").items()},
                 **{f"loan.{key}": one for key, one in sheet.givens(f"{name}.loan", loan, f"{words}, loan: ").items()}}  # fmt: skip
        flag = self._row(sheet, "is_drawn", [one == self.drawn for one in sheet.years], f"{words}: 1 in the year it is drawn")
        price, fee = given["bond.issue_price"], given["loan.fee"]
        received = {"bond": to_pence(flag * principal * price), "loan": to_pence(flag * principal)}
        at_issue = {"bond": to_pence(flag * given["bond.issue_costs"]), "loan": 0 if fee is None else to_pence(flag * fee)}
        rates = {"bond": given["bond.coupon"], "loan": given["loan.rate"]}
        for kind in ("bond", "loan"):
            self._write_one(sheet, kind, f"{words}, {kind}", principal, rates[kind], flag, received[kind], at_issue[kind], given)
        paid = principal * price - given["bond.issue_costs"], principal if fee is None else principal - fee
        half = total(principal * rates["bond"], given["bond.yearly_costs"]) / 2
        n = 2 * self.term_years
        all_in = [
            self._all_in(sheet, "bond", f"{words}, bond", rates["bond"], half, principal, paid[0]),
            self._all_in(sheet, "loan", f"{words}, loan", rates["loan"], principal * rates["loan"] / 2, principal, paid[1])
            if loan.shape == "maturity" else
            self._all_in(sheet, "loan", f"{words}, loan", rates["loan"], level_payment(principal, rates["loan"], n),
                         quantity(0, "£"), paid[1]),
        ]  # fmt: skip
        difference = sheet.line(f"{name}.bond_dearer_by", all_in[0] - all_in[1], "share",
                                f"{words}: all-in rate of the bond above that of the loan (− below)")  # fmt: skip
        cheaper = difference <= FOUND_WITHIN if self.taken == "bond" else difference >= -FOUND_WITHIN
        sheet.advise(f"{name}.cheaper_is_taken", cheaper, f"{words}: the one with the lower all-in rate is taken",
                     "The other costs less in all over its life", council=self.council)  # fmt: skip
        self._write_flows(sheet, words)

    def test(self, sheet: CaseSheet) -> None:
        """The cost beside the precept, and that nothing is owed in the end."""
        write_loan_cost(sheet, self.council)
        self._caution_about_provision(sheet)
        name, dates = self.name, self._dates(sheet)
        to_come = self._row(sheet, "instalments_left", [max(0, dates.last_at - 2 * at - 1) for at in range(sheet.count)],
                            f"{label_of(name)}: half-years still to come at 31 March")  # fmt: skip
        sheet.check(f"{name}.clears", either(to_come > 0, agrees(sheet[f"{name}.balance"], 0, within=HALF_A_PENNY)),
                    f"{label_of(name)}: nothing is owed after the last payment", "The last payment is all that is left",
                    council=self.council)  # fmt: skip
        fund = f"{name}.{self.taken}.fund.released"
        if fund in sheet:
            sheet.check(f"{name}.fund.meets_it", sheet[fund] >= sheet[f"{name}.principal_repaid"] - quantity(HALF_A_PENNY, "£"),
                        f"{label_of(name)}: its sinking fund repays it", "What the fund releases covers what is repaid",
                        council=self.council)  # fmt: skip

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not fit, with its place within the mechanism."""
        if self.lender == self.council:
            yield "lender", f"'{self.council}' cannot lend to itself. Name another party, or leave the lender out."
        for kind, shape, key, one in (
            ("bond", "maturity", "coupon", self.bond.coupon),
            ("loan", self.loan.shape, "rate", self.loan.rate),
        ):
            fund = self.sinking_fund if shape == "maturity" else None
            terms = LoanTerms(principal=self.principal, rate=one, term_years=self.term_years, shape=shape, drawn=self.drawn,
                              sinking_fund=fund)  # fmt: skip
            for where, what in problems_of(terms):
                if where == "rate":
                    yield f"{kind} › {key}", what
                elif kind == "bond":
                    yield where, what
        plain = {"principal": self.principal, "bond › issue_price": self.bond.issue_price, "bond › issue_costs": self.bond.issue_costs,
                 "bond › yearly_costs": self.bond.yearly_costs} | ({"loan › fee": self.loan.fee} if self.loan.fee else {})  # fmt: skip
        for where, one in plain.items():
            if not is_plain(one):
                yield where, "the all-in rate rests on one figure for the whole term. Give one, that does not grow or end."
        if is_year(self.drawn) and self.drawn not in sheet.years:
            yield "drawn", (f"{self.drawn} is not a year of the case, {sheet.years[0]} to {sheet.years[-1]}. A bond issued before it "
                            "is a maturity loan of the mechanism borrowing.")  # fmt: skip

    def _account(self, sheet: CaseSheet) -> str:
        """A local council charges repayment to revenue; one that makes minimum revenue provision, to capital."""
        return self.repayments_from or ("revenue" if is_local(sheet, self.council) else "capital")

    def _caution_about_provision(self, sheet: CaseSheet) -> None:
        """Say when repayment is charged to revenue twice over, or never."""
        who, where = sheet.parties[self.council], f"mechanisms › {self.name}"
        provided, on_capital = bool(sheet.tagged(payer=self.council, provision=True)), self._account(sheet) == "capital"
        if provided and not on_capital:
            sheet.cautions[f"{who} charges both repayment and minimum revenue provision to revenue. Add repayments_from: capital to "
                           f"{where}, or take the provision out."] = None  # fmt: skip
        if on_capital and not provided and self.sinking_fund is None:
            sheet.cautions[f"{who} repays {where} from capital, and nothing is charged to revenue for it. Add a mechanism with use: "
                           "minimum_revenue_provision, or a sinking_fund."] = None  # fmt: skip

    def _dates(self, sheet: CaseSheet) -> Dates:
        return Dates(2 * (first_calendar_year(self.drawn) - first_calendar_year(sheet.first_year)), 2 * self.term_years)

    def _row(self, sheet: CaseSheet, key: str, values: list[Any], label: str) -> Line:
        origin = Origin(BY_RULE, note=f"{self.term_years} years from {self.drawn}", place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{key}", [float(one) for one in values], "number", label, origin=origin, kind="working")

    def _write_one(self, sheet: CaseSheet, kind: str, words: str, principal: Line, rate: Any, flag: Line, received: Any,
                   at_issue: Any, given: dict[str, Any]) -> None:  # fmt: skip
        """One of the two by half-years, and what it costs in each year."""
        prefix, shape = f"{self.name}.{kind}", "maturity" if kind == "bond" else self.loan.shape
        owed = sheet.line(f"{prefix}.owed_from", to_pence(flag * principal), "£", f"{words}: owed from", kind="working")
        borrowed = sheet.line(f"{prefix}.borrowed", sheet.last_year(f"{prefix}.borrowed", first=0.0, unit_of="£") + owed, "£",
                              f"{words}: owed so far", kind="working")  # fmt: skip
        earns = None
        if self.sinking_fund is not None and shape == "maturity":
            earns = sheet.given(f"{prefix}.fund.earns", self.sinking_fund.earns, f"{words}: interest on its sinking fund")
        write_schedule(sheet, Loan(prefix, words, shape, self._dates(sheet), borrowed, rate, owed, earns,
                                   place=f"mechanisms › {self.name} › {kind}"))  # fmt: skip
        sheet.line(f"{prefix}.received", received, "£", f"{words}: received at issue", kind="working")
        cost = [sheet.line(f"{prefix}.at_issue", at_issue, "£", f"{words}: costs at issue", kind="working")]
        for what, label in (("interest", "interest"), ("principal", "repaid")):
            cost.append(sheet.line(f"{prefix}.year_{what}", total(*(sheet[f"{prefix}.{half}.{what}"] for half in HALVES)), "£",
                                   f"{words}: {label} in the year", kind="working"))  # fmt: skip
        if kind == "bond":
            times = total(*(when(sheet[f"{prefix}.{half}.number"] > 0, 1, 0) for half in HALVES))
            cost.append(sheet.line(f"{prefix}.kept", to_pence(given["bond.yearly_costs"] / 2 * times), "£",
                                   f"{words}: rating and agents, half with each coupon", kind="working"))  # fmt: skip
        fund = [] if earns is None else [sheet[f"{prefix}.fund.contribution"]]
        back = 0 if earns is None else sheet[f"{prefix}.fund.released"]
        sheet.line(f"{prefix}.year_cost", total(*cost, *fund) - back, "£", f"{words}: cost of the year", kind="working")

    def _all_in(self, sheet: CaseSheet, kind: str, words: str, rate: Any, payment: Any, repaid: Any, received: Any) -> Line:
        """The rate a year, twice that of a half-year, at which all that is paid is worth what was received."""
        prefix = f"{self.name}.{kind}.all_in"
        parts = {key: sheet.line(f"{prefix}.{key}", one, "£", f"{words}: {label}", kind="working") for key, one, label in (
            ("payment", payment, "paid each half-year"), ("repaid", repaid, "repaid in one sum at the end"),
            ("received", received, "received, less costs at issue"))}  # fmt: skip
        steps: list[Any] = [larger_of(rate / 2, LEAST_RATE)]
        for at in range(1, STEPS + 1):
            step = next_half_year_rate(steps[-1], **parts, half_years=2 * self.term_years)
            steps.append(sheet.line(f"{prefix}.step_{at}", step, "share", f"{words}: half-year rate, step {at} of the search",
                                    kind="working"))  # fmt: skip
        worth = value_of_payments(steps[-1], parts["payment"], parts["repaid"], 2 * self.term_years)
        sheet.line(f"{prefix}.worth", worth, "£", f"{words}: what is paid is worth at the rate found", kind="working")
        sheet.check(f"{prefix}.found", abs(sheet[f"{prefix}.worth"] - parts["received"]) <= parts["received"] * WORTH_WITHIN,
                    f"{words}: the all-in rate is found",
                    "What is paid is worth what was received; where more is received than is ever paid, there is no such rate",
                    council=self.council)  # fmt: skip
        return sheet.line(
            f"{prefix}.rate", 2 * steps[-1], "share", f"{words}: all-in rate a year, costs at issue and after included"
        )

    def _write_flows(self, sheet: CaseSheet, words: str) -> None:
        """The one that is taken, as money."""
        name, of = self.name, f"{self.name}.{self.taken}"
        account = self._account(sheet)
        lender = {"payee": self.lender} if self.lender else {}
        debt: dict[str, Any] = {"payer": self.council, "account": "revenue", "debt_charge": True}
        sheet.line(f"{name}.drawn", sheet[f"{of}.received"], "£", f"{words}: received", payee=self.council, account="capital",
                   kind="loan", status=self.status, loan_drawn=True, phasing="one month",
                   **({"payer": self.lender} if self.lender else {}))  # fmt: skip
        sheet.line(f"{name}.costs_at_issue", sheet[f"{of}.at_issue"], "£", f"{words}: costs at issue", kind="fee",
                   phasing="one month", **debt)  # fmt: skip
        if self.taken == "bond":
            sheet.line(f"{name}.costs_of_keeping", sheet[f"{of}.kept"], "£", f"{words}: rating and agents", kind="fee",
                       phasing="half-years", **debt)  # fmt: skip
        sheet.line(f"{name}.interest", sheet[f"{of}.year_interest"], "£", f"{words}: interest", kind="interest", phasing="half-years",
                   **debt, **lender)  # fmt: skip
        charged: dict[str, Any] = {"account": account} | ({"debt_charge": True} if account == "revenue" else {})
        sheet.line(f"{name}.principal_repaid", sheet[f"{of}.year_principal"], "£", f"{words}: repaid", kind="loan", repayment=True,
                   payer=self.council, phasing="half-years", **charged, **lender)  # fmt: skip
        if f"{of}.fund.contribution" in sheet:
            sheet.line(f"{name}.fund_paid_in", sheet[f"{of}.fund.contribution"], "£", f"{words}: paid into its sinking fund",
                       kind="reserve", phasing="one month", **debt)  # fmt: skip
            sheet.line(f"{name}.fund_paid_out", sheet[f"{of}.fund.released"], "£", f"{words}: taken from its sinking fund",
                       payee=self.council, kind="reserve", phasing="one month", **charged)  # fmt: skip
        sheet.line(f"{name}.year_cost", sheet[f"{of}.year_cost"], "£", f"{words}: cost of the year", kind="working")
        sheet.line(f"{name}.balance", sheet[f"{of}.h2.closing"], "£", f"{words}: owed at 31 March", kind="working")
