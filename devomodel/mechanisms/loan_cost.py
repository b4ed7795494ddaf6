"""What a council's loans cost in a year, as a share of its precept, at Band D and by band; and which councils need approval."""

from __future__ import annotations

from devomodel.engine import quantity, when
from devomodel.mechanisms.bands import band_label, ninths_of, rounded_bands
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, is_flow, is_transfer

LOCAL_COUNCILS = ("parish", "town", "community")
"""Kinds that charge loan repayments to revenue, and need approval to borrow; others provide for repayment instead."""

MINIMUM_PER_ELECTOR = "borrowing.minimum_per_elector"
NORMAL_CEILING = "borrowing.normal_annual_ceiling"
APPROVAL = "Local Government Act 2003, Schedule 1, paragraph 2; the criteria are usual and not law"


def is_local(sheet: CaseSheet, council: str) -> bool:
    """Whether a party is a parish, town or community council; one whose kind is not said is taken for one."""
    return sheet.kinds.get(council, LOCAL_COUNCILS[0]) in LOCAL_COUNCILS


def write_loan_cost(sheet: CaseSheet, council: str) -> None:
    """`<council>.loan_cost` and what it is of the precept, of all income, at Band D and by band, written once for each council.

    It is every line that says `debt_charge`: interest, repayments charged to revenue, fees and premiums, contributions
    to sinking funds less what they release, and minimum revenue provision.
    """
    if f"{council}.loan_cost" in sheet:
        return
    who = sheet.parties[council]
    paid, back = (sheet.tagged(debt_charge=True, account="revenue", **{side: council}) for side in ("payer", "payee"))
    cost = sheet.line(f"{council}.loan_cost", sheet.total(paid) - sheet.total(back), "£",
                      f"{who}: cost of loans to the revenue account")  # fmt: skip
    if f"{council}.precept" not in sheet:
        return
    precept = sheet[f"{council}.precept"]
    sheet.line(f"{council}.loan_cost_share_of_precept", when(precept > 0, cost / precept, 0), "share",
               f"{who}: cost of loans as a share of the precept (nought where there is no precept)")  # fmt: skip
    received = sheet.total(
        line for line in sheet.tagged(account="revenue", payee=council) if is_flow(line) and not is_transfer(line)
    )
    sheet.line(f"{council}.loan_cost_share_of_income", when(received > quantity(0, "£"), cost / received, 0), "share",
               f"{who}: cost of loans as a share of all its revenue income, precept included (nought where there is none)")  # fmt: skip
    band_d = sheet.line(f"{council}.loan_cost_band_d", cost / sheet[f"{council}.tax_base"], "£/Band D home",
                        f"{who}: cost of loans at Band D")  # fmt: skip
    for band, figure in rounded_bands(band_d, ninths_of(sheet), "component_half_up").items():
        sheet.line(f"{council}.loan_cost_bands.{band}", figure, "£/dwelling", f"{who}: cost of loans, {band_label(band)}")


def advise_ceiling(sheet: CaseSheet, council: str) -> None:
    """Warn, once for each council, of a year in which it draws more than is usually approved."""
    name = f"{council}.borrowing_within_normal_ceiling"
    if name in sheet or sheet.nation != "england" or not is_local(sheet, council):
        return
    drawn = sheet.tagged(payee=council, account="capital", kind="loan", loan_drawn=True)
    if drawn:
        who = sheet.parties[council]
        ceiling = sheet.parameter(
            f"{council}.borrowing_normal_ceiling", NORMAL_CEILING, f"{who}: usual most borrowed in a year", "£"
        )
        sheet.advise(name, sheet.total(drawn) <= ceiling + quantity(HALF_A_PENNY, "£"),
                     f"{who}: no more is borrowed in a year than is usually approved",
                     f"Larger sums are approved in stages. {APPROVAL}", council=council)  # fmt: skip
