"""A payment from one party to another: a grant, a contribution, a fee, a rent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from devomodel.amounts import Amount
from devomodel.engine import SheetError
from devomodel.fields import amount, choice, party, text
from devomodel.mechanisms.base import PHASINGS, STATUSES, CaseSheet, Mechanism, label_of


@dataclass(frozen=True)
class Payment(Mechanism):
    """One line with two ends, so that what one party pays is what the other receives."""

    stage: ClassVar[str] = "income"
    payer: str = party("Who pays")
    payee: str = party("Who receives")
    amount: Amount = amount("£", "Sum paid in the year")
    kind: str = choice("What it is", ("grant", "contribution", "fee", "rent"))
    account: str = choice("Account", ("revenue", "capital"), "revenue")
    status: str = choice("How sure it is", STATUSES)
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The payment, tagged with both ends."""
        if self.payer == self.payee:
            raise SheetError(f"mechanisms › {self.name}: '{self.payer}' cannot pay itself. Name two parties.")
        sheet.given(f"{self.name}.paid", self.amount, self.label or label_of(self.name), payer=self.payer, payee=self.payee,
                    account=self.account, kind=self.kind, status=self.status, phasing=self.phasing)  # fmt: skip
