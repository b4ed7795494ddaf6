"""Interest on money in hand: an average balance over the year, at the rate of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of
from devomodel.fields import amount, blocks, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of


def average_balance(at_1_april: Any, at_31_march: Any) -> Any:
    """What is in hand over a year, taken as half way between its two ends.

    >>> average_balance(at_1_april=80_000, at_31_march=120_000)
    100000.0
    """
    return (at_1_april + at_31_march) / 2


def interest_earned(balance: Any, rate: Any) -> Any:
    """Interest for a year on an average balance; a balance below nought earns nothing.

        interest = balance × rate

    balance  £, the average over the year
    rate     share a year
    returns  £ in the year, received by the council

    >>> interest_earned(100_000, 0.04), interest_earned(-5_000, 0.04)
    (4000.0, 0.0)
    """
    return larger_of(balance, 0) * rate


@dataclass(frozen=True)
class Balance:
    """Money in hand, and what it earns."""

    rate: Amount = amount("share", "Rate of interest for the year")
    average: Amount | None = amount("£", "Average in hand over the year", None)
    at_1_april: Amount | None = amount("£", "In hand at 1 April", None)
    at_31_march: Amount | None = amount("£", "In hand at 31 March", None)


@dataclass(frozen=True)
class InvestmentIncome(Mechanism):
    """Writes the interest on each balance. One that holds the interest itself is refused: it would be worked on itself."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("*.balance", "income")
    council: str = party("Council that has the money")
    payer: str = party("Who pays the interest, where that is a party of the case", "")
    balances: Mapping[str, Balance] = blocks(Balance, "Balances by name")

    def write(self, sheet: CaseSheet) -> None:
        """Each balance and its interest, and what they come to."""
        where = f"mechanisms › {self.name} › balances"
        if self.payer == self.council:
            raise SheetError(f"mechanisms › {self.name} › payer: '{self.council}' cannot pay itself. Name another party.")
        if not self.balances:
            raise SheetError(f"{where}: there is none. Add one, such as deposit: {{average: £50,000, rate: 3%}}.")
        earned = [self._interest(sheet, key, one, f"{where} › {key}") for key, one in self.balances.items()]
        sheet.line(f"{self.name}.income", sheet.total(earned), "£", f"{label_of(self.name)}: interest on all balances", kind="working",
                   total_of="received", party=self.council, of_account="revenue")  # fmt: skip

    def _interest(self, sheet: CaseSheet, key: str, one: Balance, where: str) -> Line:
        prefix, label = f"{self.name}.{key}", f"{label_of(self.name)}, {label_of(key).lower()}"
        if (one.average is None) != (one.at_1_april is not None and one.at_31_march is not None) or (
            one.average is not None and (one.at_1_april is not None or one.at_31_march is not None)
        ):
            raise SheetError(f"{where} › average: give the average in hand, or what is in hand at_1_april and at_31_march.")
        for given in (one.average, one.at_1_april, one.at_31_march):
            if given is not None:
                self._refuse_circular(sheet, given)
        given_lines = sheet.givens(prefix, one, f"{label}: ", kind="working")
        balance: Any = given_lines["average"]
        if balance is None:
            balance = average_balance(given_lines["at_1_april"], given_lines["at_31_march"])
        balance = sheet.line(f"{prefix}.balance", balance, "£", f"{label}: average in hand", kind="working")
        payer = {"payer": self.payer} if self.payer else {}
        return sheet.line(f"{prefix}.interest", interest_earned(balance, given_lines["rate"]), "£", f"{label}: interest",
                          payee=self.council, account="revenue", kind="interest", **payer)  # fmt: skip

    def _refuse_circular(self, sheet: CaseSheet, given: Amount) -> None:
        """Reserves are written after the precept, and hold this interest: they cannot say what it is worked on."""
        owner, _, rest = given.line.partition(".")
        if owner in sheet.parties and rest.split(".")[0] in ("reserves", "precept", "difference_to_reserves"):
            raise SheetError(
                f"{given.where}: '{given.line}' holds this interest itself, so the one would be worked on the other. For reserves at "
                "1 April write interest_rate in the precept; otherwise give the average in hand as a figure."
            )
