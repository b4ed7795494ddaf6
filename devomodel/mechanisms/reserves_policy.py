"""How many months of spending the general reserve holds, against a floor and a ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of, when
from devomodel.fields import amount, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, is_transfer

MONTHS = "reserves.general_months"
MONTHS_IN_A_YEAR = 12
BREAKDOWN = "audit.reserves_to_precept"
SIDES = {"floor": ("at_least", "least"), "ceiling": ("at_most", "most")}
"""Side → the key of the guidance, and the word for it."""


def net_revenue_expenditure(spending: Any, other_income: Any, from_earmarked: Any, to_capital: Any, to_funds: Any) -> Any:
    """What a council's services cost in a year beyond what they earn: the measure that the guidance counts months of.

    All in £ a year on the revenue account:

    spending        all of it; sums added to reserves are not spending
    other_income    all but the precept; sums taken back from funds are part of it
    from_earmarked  spending that earmarked reserves pay for
    to_capital      spending that is moved to the capital account; earmarked reserves are taken to pay for this first
    to_funds        spending that is put by out of the council's own money, as into a sinking fund. Money received and put by
                    stands under income as well, so that one takes the other out, and is no part of this

    Source: Joint Panel on Accountability and Governance, practitioners' guide.

    >>> net_revenue_expenditure(150_000, other_income=20_000, from_earmarked=10_000.0, to_capital=0.0, to_funds=0)
    120000.0
    """
    return spending - other_income - larger_of(from_earmarked, to_capital) - to_funds


def months_in_hand(general_reserve: Any, net_expenditure: Any) -> Any:
    """How long the general reserve would last.

    general_reserve  £ at 31 March
    net_expenditure  £ of net revenue expenditure in the year, above nought
    returns          months

    >>> months_in_hand(30_000, 120_000)
    3.0
    """
    return general_reserve / (net_expenditure / MONTHS_IN_A_YEAR)


@dataclass(frozen=True)
class ReservesPolicy(Mechanism):
    """Tests the general reserve at the end of every year, after the precept.

    A floor or a ceiling that is the council's own policy is a check. A side that it says nothing about is tested against the
    guidance, and warns.
    """

    stage: ClassVar[str] = "tests"
    council: str = party("Council whose reserves they are")
    floor: Amount | None = amount("£", "Least in the general reserve, by the council's policy", None)
    floor_months: Amount | None = amount("number", "Least in the general reserve, by the council's policy, in months", None)
    ceiling: Amount | None = amount("£", "Most in the general reserve, by the council's policy", None)
    ceiling_months: Amount | None = amount("number", "Most in the general reserve, by the council's policy, in months", None)

    def write(self, sheet: CaseSheet) -> None:
        """Months in hand, the floor and the ceiling in £, the room to each, and the checks."""
        who, key = sheet.parties[self.council], self.council
        if f"{key}.reserves.general.closing" not in sheet:
            raise SheetError(
                f"mechanisms › {self.name}: the case has no reserves of '{key}'. Add a mechanism with use: precept for "
                "it, with its general_reserve."
            )
        reserve = sheet[f"{key}.reserves.general.closing"]
        needed = self._net_expenditure(sheet, who)
        sheet.line(
            f"{self.name}.months_in_hand",
            when(needed > 0, months_in_hand(reserve, needed), 0.0),
            "number",
            f"{who}: months of net revenue expenditure in the general reserve; nought where there is none to cover",
        )
        floor = self._bound(sheet, who, "floor", needed)
        ceiling = self._bound(sheet, who, "ceiling", needed)
        sheet.line(f"{self.name}.above_floor", reserve - floor, "£", f"{who}: general reserve above its floor (− short of it)")
        sheet.line(f"{self.name}.below_ceiling", ceiling - reserve, "£", f"{who}: room up to the ceiling (− over it)")
        self._tell(sheet, who, "floor", reserve >= floor)
        self._tell(sheet, who, "ceiling", reserve <= ceiling)
        self._breakdown(sheet, who)

    def _net_expenditure(self, sheet: CaseSheet, who: str) -> Line:
        key, name = self.council, self.name
        reserves = dict.fromkeys(line.tags.get("reserve") for line in sheet.tagged(kind="reserve", council=key))
        used = [f"{key}.reserves.{reserve}.used" for reserve in reserves if reserve not in (None, "general")]
        earmarked = sheet.line(
            f"{name}.from_earmarked",
            sheet.total(sheet[one] for one in used if one in sheet),
            "£",
            f"{who}: paid from earmarked reserves",
            kind="working",
        )
        moved = [line for line in sheet.tagged(payer=key, account="revenue") if is_transfer(line)]
        to_capital = sheet.line(
            f"{name}.to_capital",
            sheet.total(line for line in moved if line.tags.get("internal")),
            "£",
            f"{who}: moved from revenue to capital",
            kind="working",
        )
        to_funds = sheet.line(
            f"{name}.to_funds",
            sheet.total(line for line in moved if not line.tags.get("internal") and not line.tags.get("of_receipts")),
            "£",
            f"{who}: put into funds out of its own money",
            kind="working",
        )
        spending = sheet[f"{key}.spending"] + sheet[f"{key}.contingency"]
        income = sheet[f"{key}.other_income"] + sheet[f"{key}.support_grant"]
        return sheet.line(
            f"{name}.net_revenue_expenditure",
            net_revenue_expenditure(spending, income, earmarked, to_capital, to_funds),
            "£",
            f"{who}: net revenue expenditure",
        )

    def _bound(self, sheet: CaseSheet, who: str, side: str, needed: Line) -> Line:
        """A floor or a ceiling in £: the council's own sum, its own months, or the months of the guidance."""
        key, word = SIDES[side]
        sum_given, months_given = getattr(self, side), getattr(self, f"{side}_months")
        if sum_given is not None and months_given is not None:
            raise SheetError(
                f"mechanisms › {self.name} › {side}_months: the {side} is given in pounds and in months. Keep one of them."
            )
        if sum_given is not None:
            return sheet.given(f"{self.name}.{side}", sum_given, f"{who}: {word} in the general reserve, by its own policy")
        if months_given is not None:
            months = sheet.given(
                f"{self.name}.{side}_months", months_given, f"{who}: {side} of the general reserve in months, by its own policy"
            )
        else:
            months = sheet.parameter(
                f"{self.name}.{side}_months",
                MONTHS,
                f"General reserve, months advised, at {word}",
                "number",
                key=key,
                written="months",
                place=f"mechanisms › {self.name}",
            )
        return sheet.line(
            f"{self.name}.{side}", larger_of(needed, 0) * months / MONTHS_IN_A_YEAR, "£", f"{who}: {side} of the general reserve"
        )

    def _tell(self, sheet: CaseSheet, who: str, side: str, holds: Any) -> None:
        """A check of the council's own policy, advice where it is the guidance."""
        own = getattr(self, side) is not None or getattr(self, f"{side}_months") is not None
        words = "at or above its floor" if side == "floor" else "at or below its ceiling"
        if own:
            sheet.check(
                f"{self.name}.{side}_held",
                holds,
                f"{who}: the general reserve is {words}",
                "The council's own policy on reserves",
                council=self.council,
            )
            return
        advice = {
            "floor": "The guidance advises a least number of months of net revenue expenditure",
            "ceiling": "The guidance advises a most, and there is no right to build up reserves through the precept",
        }
        sheet.advise(
            f"{self.name}.{side}_held", holds, f"{who}: the general reserve is {words}", advice[side], council=self.council
        )

    def _breakdown(self, sheet: CaseSheet, who: str) -> None:
        """Reserves so large beside the precept that the annual return asks for a breakdown."""
        times = sheet.parameter(
            f"{self.name}.times_precept",
            BREAKDOWN,
            "Reserves for which a breakdown is asked, as times the precept",
            "number",
            written="times the precept",
            place=f"mechanisms › {self.name}",
        )
        limit = sheet.line(
            f"{self.name}.breakdown_above",
            times * sheet[f"{self.council}.precept"],
            "£",
            f"{who}: reserves above which the annual return asks a breakdown",
        )
        sheet.advise(
            f"{self.name}.no_breakdown_needed",
            sheet[f"{self.council}.reserves.closing"] <= limit,
            f"{who}: all reserves together are small enough to need no breakdown",
            "The annual return asks for one: what each reserve is for",
            council=self.council,
        )
