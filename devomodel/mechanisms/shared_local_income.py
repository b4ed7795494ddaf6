"""A share of a principal council's own receipts passed to a parish or town: a local deal, with the year it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, larger_of, smaller_of
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, choice, party, text, year
from devomodel.mechanisms.base import PHASINGS, STATUSES, CaseSheet, Mechanism, label_of

NOT_AGREED = "not agreed"


def share_of_receipt(receipt: Any, share: Any, above: Any = 0) -> Any:
    """The part of a receipt that is passed on.

        passed on = share × what the receipt is above a sum that the principal keeps whole, not below nought

    receipt  £ a year, of the principal
    share    of it, by the deal
    above    £ a year that is not shared, such as a baseline; 0 where all of it is
    returns  £ a year, paid by the principal

    >>> share_of_receipt(receipt=150_000, share=0.2), share_of_receipt(150_000, 0.2, above=100_000)
    (30000.0, 10000.0)
    """
    return share * larger_of(receipt - above, 0)


@dataclass(frozen=True)
class SharedLocalIncome(Mechanism):
    """Writes what the principal passes on, to the year the deal ends."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("kept", "spending_left, if any")
    payer: str = party("Principal council whose receipt it is")
    payee: str = party("Council that has a share")
    receipt: Amount = amount("£", "Receipt of the principal in the year")
    share: Amount = amount("share", "Share that is passed on")
    above: Amount | None = amount("£", "Sum of the receipt that is not shared", None)
    at_most: Amount | None = amount("£", "Most that is passed on in a year", None)
    start: str = year("First year of the deal", "")
    ends: str = year("Last year of the deal", words=(NOT_AGREED,))
    status: str = choice("How sure it is", STATUSES)
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")
    pays_for: str = text("What it pays for", "")
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    spending_left: Amount | None = amount("£", "Spending that goes on when it ends", None)
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The receipt of the principal, and the share of it that the other council gets."""
        where, words = f"mechanisms › {self.name}", self.label or label_of(self.name)
        if self.payer == self.payee:
            raise SheetError(f"{where} › payee: '{self.payer}' cannot pay itself. Name two parties.")
        if self.start and self.ends != NOT_AGREED and first_calendar_year(self.start) > first_calendar_year(self.ends):
            raise SheetError(f"{where} › ends: it ends ({self.ends}) before it begins ({self.start}). Check both years.")
        receipt = self._receipt(sheet, words)
        share = sheet.given(f"{self.name}.share", self.share, f"{words}: share passed on")
        sheet.check_parts(f"{self.name}.part_of_a_whole", [share], f"{words}: the share passed on is a part of the receipt",
                          council=self.payer)  # fmt: skip
        above: Any = 0
        if self.above is not None:
            above = sheet.given(f"{self.name}.above", self.above, f"{words}: sum not shared")
        passed: Any = share_of_receipt(receipt, share, above)
        if self.at_most is not None:
            passed = smaller_of(passed, sheet.given(f"{self.name}.at_most", self.at_most, f"{words}: most that is passed on"))
        told = {"ends": self.ends, "then": self.then, "pays_for": self.pays_for}
        if self.spending_left is not None:
            told["spending_left"] = f"{self.name}.spending_left"
        runs = sheet.input(f"{self.name}.runs", [float(self._runs(one)) for one in sheet.years], "number",
                           f"{words}: 1 while the deal runs", kind="working",
                           origin=Origin(BY_RULE, note=self._told(), place=where))  # fmt: skip
        paid = sheet.line(f"{self.name}.paid", passed * runs, "£", words, payer=self.payer, payee=self.payee, account="revenue",
                          kind="contribution", status=self.status, phasing=self.phasing, **told)  # fmt: skip
        sheet.line(f"{self.name}.kept", receipt - paid, "£", f"{words}: kept by the principal", kind="working")

    def test(self, sheet: CaseSheet) -> None:
        """The spending that goes on, which may be a line of any stage."""
        if self.spending_left is not None:
            words = self.label or label_of(self.name)
            sheet.given(f"{self.name}.spending_left", self.spending_left, f"{words}: spending that goes on", kind="working")

    def _receipt(self, sheet: CaseSheet, words: str) -> Line:
        """A figure is received here by the principal; a line is received where it is written."""
        label = f"{words}: receipt of the principal"
        if not self.receipt.line:
            return sheet.given(f"{self.name}.receipt", self.receipt, label, payee=self.payer, account="revenue", kind="income")
        if self.receipt.line in sheet:
            tags = sheet[self.receipt.line].tags
            by = tags.get("payee") or (tags.get("party") if tags.get("total_of") == "received" else "")
            if by != self.payer:
                raise SheetError(f"{self.receipt.where}: the line '{self.receipt.line}' is received by '{by or 'nobody'}', and the "
                                 f"principal is '{self.payer}'. Take a line that it receives, or give a figure.")  # fmt: skip
        return sheet.given(f"{self.name}.receipt", self.receipt, label, kind="working")

    def _runs(self, label: str) -> bool:
        at = first_calendar_year(label)
        begun = not self.start or at >= first_calendar_year(self.start)
        return begun and (self.ends == NOT_AGREED or at <= first_calendar_year(self.ends))

    def _told(self) -> str:
        return f"{f'from {self.start}, ' if self.start else ''}{'no end agreed' if self.ends == NOT_AGREED else f'until {self.ends}'}"
