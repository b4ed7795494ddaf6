"""Time given in kind: it counts as cost and as match, both sides at once, and never as cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.fields import amount, choice, party, text
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of


def value_of_time(days: Any, day_rate: Any) -> Any:
    """What volunteers' time is worth at a rate card.

    days      days given in the year; hours ÷ 7 where the funder counts in hours
    day_rate  £ a day
    returns   £ a year, in kind

    >>> value_of_time(10, 50)
    500
    """
    return days * day_rate


@dataclass(frozen=True)
class VolunteerTime(Mechanism):
    """Writes the value of the time twice: as a cost borne in kind, and as match given in kind."""

    stage: ClassVar[str] = "costs"
    council: str = party("Whose scheme the time is given to")
    giver: str = party("Who gives the time", "")
    days: Amount = amount("day", "Days given in the year")
    day_rate: Amount = amount("£/day", "Rate for a day, from the funder's rate card")
    status: str = choice("How sure it is", STATUSES)
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """Days, rate, the cost in kind and the equal match in kind."""
        label = self.label or label_of(self.name)
        given = sheet.givens(self.name, self, f"{label}: ")
        cost = sheet.line(f"{self.name}.cost", value_of_time(given["days"], given["day_rate"]), "£", f"{label}: cost in kind",
                          payer=self.council, account="in_kind", kind="volunteer time")  # fmt: skip
        tags = {"payer": self.giver} if self.giver else {}
        sheet.line(f"{self.name}.match", cost, "£", f"{label}: match in kind", payee=self.council, account="in_kind",
                   kind="volunteer time", status=self.status, **tags)  # fmt: skip
