"""Time given in kind: it counts as cost and as match, both sides at once, and never as cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import SheetError
from devomodel.fields import amount, choice, party, text
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of

PAIRS = (("days", "day_rate"), ("hours", "hour_rate"))
PAIR_NEEDED = "Give days with day_rate, or hours with hour_rate, as the funder's rate card counts them"


def value_of_time(time: Any, rate: Any) -> Any:
    """What volunteers' time is worth at a rate card.

    time     days or hours given in the year
    rate     £ for a day or for an hour, as the time is counted
    returns  £ a year, in kind

    >>> value_of_time(10, 50), value_of_time(50, 11.09)
    (500, 554.5)
    """
    return time * rate


@dataclass(frozen=True)
class VolunteerTime(Mechanism):
    """Writes the value of the time twice: as a cost borne in kind, and as match given in kind."""

    stage: ClassVar[str] = "costs"
    council: str = party("Whose scheme the time is given to")
    giver: str = party("Who gives the time", "")
    days: Amount | None = amount("day", "Days given in the year", None)
    day_rate: Amount | None = amount("£/day", "Rate for a day, from the funder's rate card", None)
    hours: Amount | None = amount("hour", "Hours given in the year", None)
    hour_rate: Amount | None = amount("£/hour", "Rate for an hour, from the funder's rate card", None)
    status: str = choice("How sure it is", STATUSES)
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The time, its rate, the cost in kind and the equal match in kind."""
        label = self.label or label_of(self.name)
        time, rate = self._pair()
        given = sheet.givens(self.name, self, f"{label}: ")
        cost = sheet.line(f"{self.name}.cost", value_of_time(given[time], given[rate]), "£", f"{label}: cost in kind",
                          payer=self.council, account="in_kind", kind="volunteer time")  # fmt: skip
        tags = {"payer": self.giver} if self.giver else {}
        sheet.line(f"{self.name}.match", cost, "£", f"{label}: match in kind", payee=self.council, account="in_kind",
                   kind="volunteer time", status=self.status, **tags)  # fmt: skip

    def _pair(self) -> tuple[str, str]:
        """The time and the rate that are given: exactly one pair, whole."""
        begun = [pair for pair in PAIRS if any(getattr(self, key) is not None for key in pair)]
        where = f"mechanisms › {self.name}"
        if not begun:
            raise SheetError(f"{where}: nothing says how much time is given. {PAIR_NEEDED}.")
        if len(begun) > 1:
            raise SheetError(f"{where}: the time is counted in days and in hours. {PAIR_NEEDED}, and not both.")
        [pair] = begun
        missing = [key for key in pair if getattr(self, key) is None]
        if missing:
            there = next(key for key in pair if key not in missing)
            raise SheetError(f"{where} › {there}: '{missing[0]}' is missing beside it. {PAIR_NEEDED}.")
        return pair
