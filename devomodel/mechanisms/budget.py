"""A council's own budget by heading: what it spends and what it earns, before any precept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from devomodel.amounts import Amount
from devomodel.fields import amounts, choice, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of


@dataclass(frozen=True)
class Budget(Mechanism):
    """Each heading becomes a line that the council pays or receives."""

    stage: ClassVar[str] = "costs"
    council: str = party("Council whose budget it is")
    spending: Mapping[str, Amount] = amounts("£", "Spending by heading", {})
    income: Mapping[str, Amount] = amounts("£", "Income by heading, other than the precept", {})
    account: str = choice("Account", ("revenue", "capital"), "revenue")

    def write(self, sheet: CaseSheet) -> None:
        """A line for each heading, paid or received by the council, and what they come to."""
        paid = [sheet.given(f"{self.name}.spending.{heading}", one, label_of(heading), payer=self.council, account=self.account,
                            kind="spending", phasing="even") for heading, one in self.spending.items()]  # fmt: skip
        received = [sheet.given(f"{self.name}.income.{heading}", one, label_of(heading), payee=self.council,
                                account=self.account, kind="income", phasing="even")
                    for heading, one in self.income.items()]  # fmt: skip
        words, whose = label_of(self.name), {"kind": "working", "party": self.council, "of_account": self.account}
        spent = sheet.line(f"{self.name}.total_spending", sheet.total(paid), "£", f"{words}: spending under all headings",
                           total_of="paid", **whose)  # fmt: skip
        income = sheet.line(f"{self.name}.total_income", sheet.total(received), "£", f"{words}: income under all headings",
                            total_of="received", **whose)  # fmt: skip
        sheet.line(f"{self.name}.net_cost", spent - income, "£", f"{words}: spending less income", **whose)
