"""What must be true of a loan in every year, and what a borrowing approval usually asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devomodel.amounts import BY_RULE, Origin
from devomodel.engine import agrees, either, quantity, total
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet
from devomodel.mechanisms.loan_cost import APPROVAL
from devomodel.mechanisms.loan_schedule import HALVES, Dates
from devomodel.mechanisms.loan_terms import LoanTerms

DUST = quantity(HALF_A_PENNY, "£")


@dataclass(frozen=True)
class Checked:
    """One loan whose lines are on the sheet: what they are called, its terms and dates, and who borrows."""

    prefix: str
    label: str
    terms: LoanTerms
    dates: Dates
    council: str
    place: str


def write_loan_checks(sheet: CaseSheet, loan: Checked) -> None:
    """It clears, in the case and in the end; it is never overpaid; every budget has it; it fits life and approval."""
    prefix, label, dates = loan.prefix, loan.label, loan.dates
    to_come = [float(max(0, dates.last_at - 2 * year - 1)) for year in range(sheet.count)]
    left = sheet.input(f"{prefix}.instalments_left", to_come, "number", f"{label}: instalments still to come at 31 March",
                       origin=Origin(BY_RULE, note="counted from the dates of the loan", place=loan.place),
                       kind="working")  # fmt: skip
    _check(sheet, loan, "clears", either(left > 0, agrees(sheet[f"{prefix}.balance"], 0, within=HALF_A_PENNY)),
           "nothing is owed after the last instalment", "The last instalment is all that is left, with its interest")  # fmt: skip
    _check(sheet, loan, "clears_in_the_end", agrees(sheet[f"{prefix}.whole_life.closing"], 0, within=HALF_A_PENNY),
           "worked to its end it comes to £0.00", "Also where the case is shorter than the loan")  # fmt: skip
    for half, months in HALVES.items():
        _check(sheet, loan, f"{half}.not_negative", sheet[f"{prefix}.{half}.closing"] >= -DUST,
               f"no more is repaid than is owed, {months}", "The balance is never below nought")  # fmt: skip
    _check_budget(sheet, loan)
    if loan.terms.asset_life is not None:
        lasts = sheet.given(f"{prefix}.asset_life", loan.terms.asset_life, f"{label}: years that what it pays for lasts")
        _check(sheet, loan, "within_asset_life", sheet[f"{prefix}.instalments"] / 2 <= lasts,
               "it is repaid within the life of what it pays for", "Nobody should pay for what has worn out")  # fmt: skip
    if loan.terms.approved is not None:
        approved = sheet.given(f"{prefix}.approved", loan.terms.approved, f"{label}: sum approved")
        _check(sheet, loan, "within_approval", sheet[f"{prefix}.borrowed"] <= approved + DUST,
               "no more is drawn than was approved", "Local Government Act 2003, Schedule 1, paragraph 2")  # fmt: skip
    if loan.terms.sinking_fund is not None and dates.repaid_at is None:
        released, repaid = sheet[f"{prefix}.fund.released"], sheet[f"{prefix}.principal_repaid"]
        _check(sheet, loan, "fund.meets_loan", released >= repaid - DUST,
               "its sinking fund repays it", "What the fund releases covers what is repaid")  # fmt: skip


def advise_smallest(sheet: CaseSheet, loan: Checked, least: Any) -> None:
    """Warn of a loan smaller than is usually worth an approval; one drawn before the case has had its approval."""
    if f"{loan.prefix}.drawn" in sheet:
        drawn = sheet[f"{loan.prefix}.drawn"]
        sheet.advise(f"{loan.prefix}.worth_an_approval", either(drawn <= 0, drawn >= least - DUST),
                     f"{loan.label}: it is as large as a loan is expected to be for the electors", APPROVAL,
                     council=loan.council)  # fmt: skip


def _check_budget(sheet: CaseSheet, loan: Checked) -> None:
    """A repayment line in every year in which anything is owed; a maturity loan without interest has none until its end."""
    prefix, terms = loan.prefix, loan.terms
    owed = sheet[f"{prefix}.h1.opening"] + sheet[f"{prefix}.h2.opening"]
    parts = [f"{prefix}.{part}" for part in ("interest", "principal_repaid", "fund.paid_in")]
    paid = total(*(sheet[part] for part in parts if part in sheet))
    free = (sheet[f"{prefix}.rate"] <= 0,) if terms.shape == "maturity" and terms.sinking_fund is None else ()
    _check(sheet, loan, "in_every_budget", either(owed <= DUST, paid > 0, *free), "every year's budget has a line for it",
           "A borrowing approval asks for the repayment line in the budgets")  # fmt: skip


def _check(sheet: CaseSheet, loan: Checked, name: str, holds: Any, words: str, detail: str) -> None:
    sheet.check(f"{loan.prefix}.{name}", holds, f"{loan.label}: {words}", detail, council=loan.council)
