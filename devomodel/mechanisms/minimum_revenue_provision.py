"""Minimum revenue provision: what a principal council charges to revenue each year for capital spending not yet paid for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, quantity
from devomodel.fields import amount, choice, party
from devomodel.mechanisms.base import CaseSheet, Mechanism
from devomodel.mechanisms.loan_cost import HALF_A_PENNY, is_local, write_loan_cost
from devomodel.mechanisms.loan_terms import is_plain
from devomodel.mechanisms.loans import annuity_factor

LONGEST_LIFE = "mrp.longest_life"


def equal_charge(spending: Any, life: Any) -> Any:
    """The yearly charge by equal instalments over the life of what was bought.

        charge = spending not yet paid for ÷ life

    spending  £ of capital spending, not paid for by grant, receipts or revenue, whose charge has begun and not ended
    life      years
    returns   £ a year, charged to revenue; not rounded

    Law: Local Government Act 2003, s.21(1A); statutory guidance on minimum revenue provision, asset life method.

    >>> equal_charge(1_000_000, 40)
    25000.0
    """
    return spending / life


def annuity_charge(spending: Any, rate: Any, life: Any, opening_requirement: Any) -> Any:
    """The yearly charge by the annuity method: a level payment, less interest on what is not yet charged.

        charge = spending × level payment of £1 − rate × requirement at 1 April

    It begins low and rises, so that charge and interest together are level.

    spending             £ of capital spending whose charge has begun and not ended
    rate                 interest a year, as a decimal
    life                 years
    opening_requirement  £ not yet charged at 1 April
    returns              £ a year, charged to revenue; not rounded

    Law: as equal_charge; asset life method, annuity.

    >>> round(annuity_charge(1_000_000, 0.04, 40, 1_000_000), 2), round(annuity_charge(1_000_000, 0, 40, 1_000_000), 2)
    (10523.49, 25000.0)
    """
    return spending / annuity_factor(rate, life) - rate * opening_requirement


@dataclass(frozen=True)
class MinimumRevenueProvision(Mechanism):
    """Charges each year's unfinanced capital spending to revenue, from the year after, over the life of the asset."""

    stage: ClassVar[str] = "borrowing"
    council: str = party("Principal council")
    unfinanced_capital: Amount = amount("£", "Capital spending of the year that no grant, receipt or revenue pays for")
    asset_life: Amount = amount("number", "Years that what it buys will last")
    method: str = choice("Asset life method", ("equal", "annuity"), "equal")
    rate: Amount | None = amount("share", "Interest a year of the annuity method", None)

    def write(self, sheet: CaseSheet) -> None:
        """The capital financing requirement, the charge to revenue, and the same sum set aside in capital."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        who, prefix, years = sheet.parties[self.council], self.name, self._years
        spent = sheet.given(f"{prefix}.unfinanced", self.unfinanced_capital, f"{who}: capital spending not paid for")
        # The life fixes how far the rows look back, so it cannot be varied on a sheet that is built.
        life = sheet.input(f"{prefix}.asset_life", float(years), "number", f"{who}: years that it lasts",
                           origin=sheet.origin(self.asset_life))  # fmt: skip
        in_charge = self._in_charge(sheet, who, spent, years)
        opening = sheet.line(f"{prefix}.requirement.opening",
                             sheet.last_year(f"{prefix}.requirement.closing", first=0.0, unit_of="£"), "£",
                             f"{who}: capital financing requirement at 1 April", kind="working")  # fmt: skip
        charge = sheet.line(f"{prefix}.charge", self._charge(sheet, who, in_charge, life, opening), "£",
                            f"{who}: minimum revenue provision", payer=self.council, account="revenue", kind="reserve",
                            phasing="one month", debt_charge=True, provision=True)  # fmt: skip
        sheet.line(f"{prefix}.set_aside", charge, "£", f"{who}: revenue set aside for capital spending", payee=self.council,
                   account="capital", kind="reserve", phasing="one month")  # fmt: skip
        sheet.line(f"{prefix}.requirement.closing", opening + spent - charge, "£",
                   f"{who}: capital financing requirement at 31 March", kind="working")  # fmt: skip

    def test(self, sheet: CaseSheet) -> None:
        """No more is charged than was spent; and what capital costs the revenue account."""
        who = sheet.parties[self.council]
        sheet.check(f"{self.name}.not_overcharged", sheet[f"{self.name}.requirement.closing"] >= quantity(-HALF_A_PENNY, "£"),
                    f"{who}: no more is provided than was spent", "The capital financing requirement is never below nought",
                    council=self.council)  # fmt: skip
        write_loan_cost(sheet, self.council)

    @property
    def _years(self) -> int:
        assert self.asset_life.value is not None
        return int(self.asset_life.value)

    def _in_charge(self, sheet: CaseSheet, who: str, spent: Line, years: int) -> Line:
        """Spending whose charge has begun, the year after it, and not yet ended."""
        name = f"{self.name}.in_charge"
        moved: Any = sheet.last_year(name, first=0.0, unit_of="£") + sheet.last_year(spent, first=0.0)
        if years + 1 < sheet.count:
            moved = moved - sheet.years_ago(spent, years + 1, 0.0)
        return sheet.line(name, moved, "£", f"{who}: capital spending being charged", kind="working")

    def _charge(self, sheet: CaseSheet, who: str, in_charge: Line, life: Line, opening: Line) -> Any:
        if self.method == "equal":
            return equal_charge(in_charge, life)
        assert self.rate is not None
        rate = sheet.given(f"{self.name}.rate", self.rate, f"{who}: interest of the annuity method")
        return annuity_charge(in_charge, rate, life, opening)

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not fit, with its place within the mechanism."""
        if is_local(sheet, self.council):
            kind = sheet.kinds.get(self.council, "parish")
            yield "council", (f"{sheet.parties[self.council]} is a {kind} council, which makes no minimum revenue provision: it "
                              "charges its loan repayments to revenue. Use borrowing alone.")  # fmt: skip
        value, found = self.asset_life.value, parameters.find(LONGEST_LIFE)
        longest = found.in_year(sheet.first_year)
        if not is_plain(self.asset_life) or value is None or value < 1 or value != int(value):
            yield "asset_life", "the life is one whole number of years, at least 1, such as 40."
        elif sheet.nation in found.nations and value > float(str(longest.value)):
            yield "asset_life", f"{value:g} years is longer than any life used. Allowed: 1 to {longest.value}. {longest.source}."
        given = self.unfinanced_capital
        if any(one < 0 for one in (given.by_year or {"": given.value or 0.0}).values()):
            yield "unfinanced_capital", "spending cannot be below nought. What is paid off early is left out of it."
        if self.method == "annuity" and self.rate is None:
            yield "rate", "the annuity method needs a rate. Add one, with its source, or use method: equal."
        if self.method == "equal" and self.rate is not None:
            yield "rate", "equal instalments take no rate. Take it out, or use method: annuity."
        if self.rate is not None and not is_plain(self.rate):
            yield "rate", "the annuity method has one rate throughout. Give it as one figure, such as 4%."
