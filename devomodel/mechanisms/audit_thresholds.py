"""What a council's size asks of its accounts and its bills, and which lines of the annual return will need explaining."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, both, larger_of, opposite, smaller_of, total
from devomodel.fields import amount, block, choice, flag, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, is_flow, is_transfer

EXEMPT, SMALLER = "audit.exempt_ceiling", "audit.smaller_authority_ceiling"
ACCRUALS, VARIANCE = "audit.income_expenditure_basis_threshold", "audit.significant_variance"
LEAFLET = "council_tax.demand_notice_parish_detail_threshold"
BASES = ("receipts_and_payments", "income_and_expenditure")
DEBT = ("interest", "loan")
BOXES = {
    "precept": "precept",
    "other_receipts": "other receipts",
    "staff_costs": "staff costs",
    "loan_payments": "loan payments",
    "other_payments": "other payments",
}
"""The lines of section 2 of the annual return that a case works: boxes 2 to 6."""


def must_be_explained(now: Any, before: Any, share: Any, pounds: Any) -> Any:
    """Whether a line of the annual return has moved so far that the auditor asks why.

    It has when it moves by more than the share of last year's figure, either way, unless by less than the pounds.

    >>> must_be_explained(1_150, 1_000, 0.15, 100), must_be_explained(1_151, 1_000, 0.15, 100)
    (False, True)
    >>> must_be_explained(499, 0, 0.15, 500), must_be_explained(500, 0, 0.15, 500)
    (False, True)
    """
    moved = larger_of(now - before, before - now)
    return both(moved > share * before, moved >= pounds)


@dataclass(frozen=True)
class LastReturn:
    """The annual return of the year before the first, for the first comparison."""

    precept: Amount = amount("£", "Precept")
    other_receipts: Amount = amount("£", "Other receipts")
    staff_costs: Amount | None = amount("£", "Staff costs", None)
    loan_payments: Amount = amount("£", "Loan interest and repayments")
    other_payments: Amount = amount("£", "Other payments")


@dataclass(frozen=True)
class AuditThresholds(Mechanism):
    """Compares what a local council receives and pays with the thresholds for its accounts. It warns, and fails nothing."""

    stage: ClassVar[str] = "tests"
    council: str = party("Parish or town council")
    accounts: str = choice("How the accounts are kept", BASES, "receipts_and_payments")
    claims_exemption: bool = flag("The council certifies itself exempt from review", False)
    staff_costs: Amount | None = amount(
        "£", "Staff costs, or their line; they are in the other payments where this is not given", None
    )
    last_return: LastReturn | None = block(LastReturn, "The annual return of the year before the first", None)
    turnover_two_years_before: Amount | None = amount(
        "£", "The larger of receipts and payments, two years before the first", None
    )

    def write(self, sheet: CaseSheet) -> None:
        """The boxes of the return, turnover against each threshold, and the lines to explain."""
        who, key = sheet.parties[self.council], self.council
        if f"{key}.precept" not in sheet:
            raise SheetError(
                f"mechanisms › {self.name}: the case has no precept of '{key}'. Add a mechanism with use: precept for it."
            )
        boxes = self._boxes(sheet, who)
        before = (
            sheet.givens(f"{self.name}.last_return", self.last_return, f"{who}, year before: ", kind="working")
            if self.last_return
            else {}
        )
        turnover = sheet.line(
            f"{self.name}.turnover", _turnover(boxes), "£", f"{who}: turnover, the larger of receipts and payments"
        )
        self._size(sheet, who, turnover)
        self._accounts(sheet, who, turnover, before)
        self._leaflet(sheet, who)
        self._variances(sheet, who, boxes, before)

    def _boxes(self, sheet: CaseSheet, who: str) -> dict[str, Line]:
        """Boxes 2 to 6: money from and to others, on both accounts, without moves among the council's own accounts and funds."""
        key = self.council

        def flows(side: str, wanted: Callable[[Line], bool]) -> Any:
            return sheet.total(
                line
                for line in sheet.tagged(account=("revenue", "capital"), **{side: key})
                if is_flow(line) and not is_transfer(line) and wanted(line)
            )

        worked: dict[str, Any] = {
            "precept": sheet[f"{key}.precept"],
            "other_receipts": flows("payee", lambda line: line.tags.get("kind") != "precept"),
            "loan_payments": flows("payer", lambda line: line.tags.get("kind") in DEBT),
        }
        payments = flows("payer", lambda line: line.tags.get("kind") not in DEBT)
        if self.staff_costs is not None:
            worked["staff_costs"] = sheet.given(f"{self.name}.staff_costs_given", self.staff_costs, f"{who}: staff costs")
            payments = payments - worked["staff_costs"]
        worked["other_payments"] = payments
        return {
            box: sheet.line(f"{self.name}.{box}", worked[box], "£", f"{who}: annual return, {words}")
            for box, words in BOXES.items()
            if box in worked
        }

    def _size(self, sheet: CaseSheet, who: str, turnover: Line) -> None:
        """Exempt, smaller authority, or a full audit."""
        exempt, smaller = self._threshold(sheet, "exempt_ceiling", EXEMPT), self._threshold(sheet, "smaller_ceiling", SMALLER)
        may = sheet.line(
            f"{self.name}.may_be_exempt", turnover <= exempt, "yes or no", f"{who}: may certify itself exempt from review"
        )
        if self.claims_exemption:
            sheet.advise(
                f"{self.name}.exemption_holds",
                may,
                f"{who}: turnover is low enough to be exempt from review",
                "Above the ceiling the annual return goes to the external auditor",
                council=self.council,
            )
        sheet.advise(
            f"{self.name}.smaller_authority",
            turnover <= smaller,
            f"{who}: it is a smaller authority",
            "Above the ceiling a full audit takes the place of the limited review",
            council=self.council,
        )

    def _accounts(self, sheet: CaseSheet, who: str, turnover: Line, before: Mapping[str, Line | None]) -> None:
        """Income and expenditure accounts, once turnover has been above the threshold in three years running."""
        threshold = self._threshold(sheet, "accruals_threshold", ACCRUALS)
        last = _turnover(before) if before else 0.0
        second: Any = 0.0
        if self.turnover_two_years_before is not None:
            second = sheet.given(
                f"{self.name}.turnover_two_years_before",
                self.turnover_two_years_before,
                f"{who}: turnover two years before",
                kind="working",
            )
        least = smaller_of(turnover, sheet.last_year(turnover, first=last), sheet.years_ago(turnover, 2, [last, second]))
        required = sheet.line(
            f"{self.name}.accruals_required",
            least > threshold,
            "yes or no",
            f"{who}: income and expenditure accounts are required",
        )
        if self.accounts == "receipts_and_payments":
            sheet.advise(
                f"{self.name}.accounts_suit",
                opposite(required),
                f"{who}: receipts and payments accounts are enough",
                "Turnover above the threshold in three years running asks for income and expenditure accounts",
                council=self.council,
            )

    def _leaflet(self, sheet: CaseSheet, who: str) -> None:
        """Details of the budget that go out with the council tax bill."""
        threshold = self._threshold(sheet, "leaflet_threshold", LEAFLET)
        budget = sheet.line(
            f"{self.name}.budget",
            sheet[f"{self.council}.spending"] + sheet[f"{self.council}.contingency"],
            "£",
            f"{who}: budgeted spending",
            kind="working",
        )
        sheet.advise(
            f"{self.name}.no_leaflet",
            budget <= threshold,
            f"{who}: the budget is small enough to need no details with the bill",
            "Send the billing authority the details of spending when the precept is issued",
            council=self.council,
        )

    def _variances(self, sheet: CaseSheet, who: str, boxes: Mapping[str, Line], before: Mapping[str, Line | None]) -> None:
        """Each box against the year before; with no return of the year before, from the second year."""
        share, pounds = (
            sheet.parameter(
                f"{self.name}.variance_{key}",
                VARIANCE,
                f"Change in the annual return to explain: {words}",
                of,
                key=key,
                written="share and £",
                place=f"mechanisms › {self.name}",
            )
            for key, of, words in (("share", "share", "more than"), ("pounds", "£", "and at least"))
        )
        for box, now in boxes.items():
            first: Any = before.get(box)
            if (
                box == "other_payments"
                and first is not None
                and "staff_costs" not in boxes
                and before.get("staff_costs") is not None
            ):
                first = total(first, before["staff_costs"])
            # With nothing to compare the first year with, it is compared with itself and needs no explanation.
            last = sheet.line(
                f"{self.name}.{box}_last_year",
                sheet.last_year(now, first=now if first is None else first),
                "£",
                f"{who}: annual return, {BOXES[box]} of the year before, or of the first year itself",
                kind="working",
            )
            explain = must_be_explained(now, last, share, pounds)
            sheet.advise(
                f"{self.name}.{box}_steady",
                opposite(explain),
                f"{who}: explanation of {BOXES[box]} is not needed in the return",
                "They move by more than the auditor passes: write down why, with the amounts",
                council=self.council,
            )

    def _threshold(self, sheet: CaseSheet, name: str, parameter: str) -> Line:
        return sheet.parameter(
            f"{self.name}.{name}", parameter, parameters.find(parameter).title, "£", place=f"mechanisms › {self.name}"
        )


def _turnover(boxes: Mapping[str, Line | None]) -> Any:
    """The larger of all receipts and all payments."""
    received = [boxes[box] for box in ("precept", "other_receipts")]
    paid = [boxes[box] for box in ("staff_costs", "loan_payments", "other_payments") if boxes.get(box) is not None]
    return larger_of(total(*received), total(*paid))
