"""Spending under section 137: no more than so much for each elector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.fields import amount, party
from devomodel.mechanisms.base import CaseSheet, Mechanism

SUM_PER_ELECTOR = "section137.sum_per_elector"


def section_137_limit(sum_per_elector: Any, electors: Any) -> Any:
    """The most a parish council may spend under section 137 in a year.

    sum_per_elector  £ an elector, set for each year
    electors         people on the register for the parish
    returns          £ a year

    Law: Local Government Act 1972, s.137(4)(a) and Schedule 12B.

    >>> round(section_137_limit(9.93, 295), 2)
    2929.35
    """
    return sum_per_elector * electors


@dataclass(frozen=True)
class Section137(Mechanism):
    """Compares what a council spends under section 137 with the limit. A council with the general power does not need it."""

    stage: ClassVar[str] = "tests"
    council: str = party("Parish or town council")
    electors: Amount = amount("elector", "Electors on the register")
    spending: Amount = amount("£", "Spending under section 137(1) and (3)")
    sum_per_elector: Amount | None = amount("£/elector", "Sum for each elector, in place of the statutory figure", None)

    def write(self, sheet: CaseSheet) -> None:
        """The limit, what is left under it, and the check."""
        who = sheet.parties[self.council]
        electors = sheet.given(f"{self.name}.electors", self.electors, "Electors")
        spending = sheet.given(f"{self.name}.spending", self.spending, "Spending under section 137")
        if self.sum_per_elector:
            per_elector = sheet.given(f"{self.name}.sum_per_elector", self.sum_per_elector, "Section 137 sum for each elector")
        else:
            per_elector = sheet.parameter(f"{self.name}.sum_per_elector", SUM_PER_ELECTOR, "Section 137 sum for each elector",
                                          "£/elector", place=f"mechanisms › {self.name}")  # fmt: skip
        limit = sheet.line(f"{self.name}.limit", section_137_limit(per_elector, electors), "£", f"{who}: section 137 limit")
        sheet.line(f"{self.name}.room", limit - spending, "£", f"{who}: room left under section 137")
        sheet.check(f"{self.name}.within_limit", spending <= limit, f"{who}: spending under section 137 is within the limit",
                    "Local Government Act 1972, s.137(4): the sum for each elector times the electors", council=self.council)  # fmt: skip
