"""Minimum revenue provision: what a principal council charges to revenue each year for capital spending not yet paid for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, larger_of, quantity, smaller_of
from devomodel.fields import amount, choice, party
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, is_flow
from devomodel.mechanisms.loan_cost import is_local, write_loan_cost
from devomodel.mechanisms.loan_terms import is_plain
from devomodel.mechanisms.loans import annuity_factor

LONGEST_LIFE = "mrp.longest_life"


def equal_charge(spending: Any, life: Any) -> Any:
    """The yearly charge by equal instalments over the life of what was bought.

        charge = spending not yet paid for ÷ life

    spending  £ of capital spending, not paid for by grant, receipts or revenue, whose charge has begun and not ended
    life      years
    returns   £ a year, charged to revenue; not rounded

    Law: SI 2003/3146, regulations 27 and 28; guidance under the Local Government Act 2003, s.21(1A), asset life method.

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
    tells: ClassVar[tuple[str, ...]] = ("requirement.opening", "charge", "requirement.closing")
    council: str = party("Principal council")
    unfinanced_capital: Amount = amount("£", "Capital spending of the year that no grant, receipt or revenue pays for")
    asset_life: Amount = amount("number", "Years that what it buys will last")
    method: str = choice("Asset life method", ("equal", "annuity"), "equal")
    rate: Amount | None = amount("share", "Interest a year of the annuity method", None)
    opening_requirement: Amount | None = amount("£", "Capital financing requirement before the first year", None)
    opening_life: Amount | None = amount("number", "Years over which that is still charged", None)

    def write(self, sheet: CaseSheet) -> None:
        """The capital financing requirement, the charge to revenue, and the same sum set aside in capital."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        who, prefix = sheet.parties[self.council], self.name
        spent = sheet.given(f"{prefix}.unfinanced", self.unfinanced_capital, f"{who}: capital spending not paid for")
        before: Any = 0.0
        if self.opening_requirement is not None:
            before = sheet.given(f"{prefix}.requirement.at_start", self.opening_requirement,
                                 f"{who}: capital financing requirement before the first year")  # fmt: skip
        opening = sheet.line(f"{prefix}.requirement.opening",
                             sheet.last_year(f"{prefix}.requirement.closing", first=before, unit_of="£"), "£",
                             f"{who}: capital financing requirement at 1 April", kind="working")  # fmt: skip
        charge = sheet.line(f"{prefix}.charge", self._charge(sheet, who, spent, opening), "£",
                            f"{who}: minimum revenue provision", payer=self.council, account="revenue", kind="reserve",
                            phasing="one month", debt_charge=True, provision=True)  # fmt: skip
        sheet.line(f"{prefix}.set_aside", charge, "£", f"{who}: revenue set aside for capital spending", payee=self.council,
                   account="capital", kind="reserve", phasing="one month")  # fmt: skip
        sheet.line(f"{prefix}.requirement.closing", opening + spent - charge, "£",
                   f"{who}: capital financing requirement at 31 March", kind="working", requirement_of=self.council)  # fmt: skip

    def test(self, sheet: CaseSheet) -> None:
        """No more is charged than was spent; what own cash stands in for; and what capital costs the revenue account."""
        who = sheet.parties[self.council]
        sheet.check(f"{self.name}.not_overcharged", sheet[f"{self.name}.requirement.closing"] >= quantity(-HALF_A_PENNY, "£"),
                    f"{who}: no more is provided than was spent", "The capital financing requirement is never below nought",
                    council=self.council)  # fmt: skip
        self._write_own_cash(sheet, who)
        write_loan_cost(sheet, self.council)

    def _write_own_cash(self, sheet: CaseSheet, who: str) -> None:
        """The part of the requirement that no loan covers, which the council's own cash does; once for each council.

        It is what capital is short of, never more than the requirement: a gap beyond that stays a gap.
        """
        prefix = f"{self.council}.own_cash"
        if f"{prefix}.used" in sheet:
            return
        into, out = (sheet.total(line for line in sheet.tagged(account="capital", **{side: self.council}) if is_flow(line))
                     for side in ("payee", "payer"))  # fmt: skip
        without = sheet.last_year(f"{prefix}.capital_without", first=0.0, unit_of="£") + into - out
        without = sheet.line(
            f"{prefix}.capital_without", without, "£", f"{who}: capital in hand without own cash", kind="working"
        )
        requirement = sheet.total(sheet.tagged(requirement_of=self.council))
        used = sheet.line(f"{prefix}.used", smaller_of(larger_of(-without, 0), requirement), "£",
                          f"{who}: own cash used in place of loans at 31 March", kind="working")  # fmt: skip
        sheet.line(f"{prefix}.moved", used - sheet.last_year(used, first=0.0), "£",
                   f"{who}: own cash used in place of loans (− put back)", payee=self.council, account="capital", kind="reserve",
                   phasing="one month")  # fmt: skip

    def _years(self, sheet: CaseSheet, name: str, life: Amount, label: str) -> Line:
        """A life as a line. It fixes how far the rows look back, so it cannot be varied on a sheet that is built."""
        assert life.value is not None
        return sheet.input(f"{self.name}.{name}", life.value, "number", label, origin=sheet.origin(life))

    def _charge(self, sheet: CaseSheet, who: str, spent: Line, opening: Line) -> Any:
        life = self._years(sheet, "asset_life", self.asset_life, f"{who}: years that it lasts")
        in_charge = self._in_charge(sheet, who, spent)
        old, old_life = self._opening_in_charge(sheet, who)
        if self.method == "equal":
            return equal_charge(in_charge, life) + (equal_charge(old, old_life) if old is not None else 0)
        assert self.rate is not None
        rate = sheet.given(f"{self.name}.rate", self.rate, f"{who}: interest of the annuity method")
        return annuity_charge(in_charge, rate, life, opening) + (old / annuity_factor(rate, old_life) if old is not None else 0)

    def _in_charge(self, sheet: CaseSheet, who: str, spent: Line) -> Line:
        """Spending whose charge has begun, the year after it, and not yet ended."""
        assert self.asset_life.value is not None
        name, first_without = f"{self.name}.in_charge", int(self.asset_life.value) + 1
        moved: Any = sheet.last_year(name, first=0.0, unit_of="£") + sheet.last_year(spent, first=0.0)
        if first_without < sheet.count:
            moved = moved - sheet.years_ago(spent, first_without, 0.0)
        return sheet.line(name, moved, "£", f"{who}: capital spending being charged", kind="working")

    def _opening_in_charge(self, sheet: CaseSheet, who: str) -> tuple[Any, Any]:
        """The requirement of before the first year while it is charged, and the years that takes."""
        if self.opening_requirement is None or self.opening_life is None or self.opening_life.value is None:
            return None, None
        years = int(self.opening_life.value)
        life = self._years(
            sheet, "opening_life", self.opening_life, f"{who}: years over which the opening requirement is charged"
        )
        told = Origin(BY_RULE, note=f"the first {years} years", place=f"mechanisms › {self.name}")
        flags = [1.0 if at < years else 0.0 for at in range(sheet.count)]
        runs = sheet.input(f"{self.name}.opening_is_charged", flags, "number",
                           f"{who}: 1 in the years in which the opening requirement is charged", origin=told,
                           kind="working")  # fmt: skip
        first = sheet[f"{self.name}.requirement.at_start"]
        return sheet.line(f"{self.name}.opening_in_charge", runs * first, "£",
                          f"{who}: opening requirement being charged", kind="working"), life  # fmt: skip

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not fit, with its place within the mechanism."""
        if is_local(sheet, self.council):
            kind = sheet.kinds.get(self.council, "parish")
            yield "council", (f"{sheet.parties[self.council]} is a {kind} council, which makes no minimum revenue provision: it "
                              "charges its loan repayments to revenue. Use borrowing alone.")  # fmt: skip
        yield from _problems_of_life(sheet, "asset_life", self.asset_life)
        if self.opening_life is not None:
            yield from _problems_of_life(sheet, "opening_life", self.opening_life)
        if (self.opening_life is None) != (self.opening_requirement is None):
            yield (
                "opening_requirement",
                "it goes with opening_life, the years over which it is still charged. Give both, or neither.",
            )
        for key, given in (("unfinanced_capital", self.unfinanced_capital), ("opening_requirement", self.opening_requirement)):
            if given is not None and any(one < 0 for one in (given.by_year or {"": given.value or 0.0}).values()):
                yield key, "capital not yet paid for cannot be below nought. Leave out what is paid off early."
        if self.opening_requirement is not None and not is_plain(self.opening_requirement):
            yield "opening_requirement", "what stood before the first year is one figure, such as £900,000."
        if self.method == "annuity" and self.rate is None:
            yield "rate", "the annuity method needs a rate. Add one, with its source, or use method: equal."
        if self.method == "equal" and self.rate is not None:
            yield "rate", "equal instalments take no rate. Take it out, or use method: annuity."
        if self.rate is not None and not is_plain(self.rate):
            yield "rate", "the annuity method has one rate throughout. Give it as one figure, such as 4%."


def _problems_of_life(sheet: CaseSheet, key: str, life: Amount) -> Iterator[tuple[str, str]]:
    found = parameters.find(LONGEST_LIFE)
    longest = found.in_year(sheet.first_year)
    if not is_plain(life) or life.value is None or life.value < 1 or life.value != int(life.value):
        yield key, "the life is one whole number of years, at least 1, such as 40."
    elif sheet.nation in found.nations and life.value > float(str(longest.value)):
        yield key, f"{life.value:g} years is longer than any life used. Allowed: 1 to {longest.value}. {longest.source}."
