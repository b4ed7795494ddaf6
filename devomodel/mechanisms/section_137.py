"""Spending under section 137: no more than so much for each elector, unless the council has the general power of competence."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, both, either, opposite
from devomodel.fields import amount, block, flag, party
from devomodel.mechanisms.base import CaseSheet, Mechanism

SUM_PER_ELECTOR = "section137.sum_per_elector"
ELECTED_FRACTION = "gpc.elected_fraction"


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


def enough_elected(elected: Any, seats: Any, above: int, below: int) -> Any:
    """Whether enough councillors were elected for the general power of competence.

    elected       councillors elected, at an ordinary election or a by-election, and not co-opted
    seats         members that the council has in all
    above, below  the fraction: 2 and 3 for two thirds

    Law: Localism Act 2011, s.8; SI 2012/965.

    >>> enough_elected(6, 9, 2, 3), enough_elected(6, 10, 2, 3)
    (True, False)
    """
    return elected * below >= seats * above


@dataclass(frozen=True)
class GeneralPower:
    """What a council needs to hold the general power of competence. It is checked each year; a resolution confers it."""

    elected: Amount = amount("person", "Councillors elected, not co-opted")
    seats: Amount = amount("person", "Councillors the council has in all", above=0)
    qualified_clerk: bool = flag("The clerk holds a qualification that counts")
    resolved: bool = flag("The council has resolved that it meets the conditions")


@dataclass(frozen=True)
class Section137(Mechanism):
    """Compares what a council spends under section 137 with the limit. A council with the general power does not need it."""

    stage: ClassVar[str] = "tests"
    council: str = party("Parish or town council")
    electors: Amount = amount("elector", "Electors on the register")
    spending: Amount = amount("£", "Spending under section 137(1) and (3)")
    sum_per_elector: Amount | None = amount("£/elector", "Sum for each elector, in place of the statutory figure", None)
    general_power: GeneralPower | None = block(GeneralPower, "The general power of competence, where the council claims it", None)

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
        within: Any = spending <= limit
        if self.general_power is not None:
            holds = self._holds_general_power(sheet, who, self.general_power)
            within = either(holds, within)
            sheet.advise(f"{self.name}.one_power_alone", either(opposite(holds), spending <= 0),
                         f"{who}: nothing is put under section 137 while it holds the general power of competence",
                         "Section 137 is for what no other power covers: spend under the general power instead",
                         council=self.council)  # fmt: skip
        sheet.check(f"{self.name}.within_limit", within, f"{who}: spending under section 137 is within the limit",
                    "Local Government Act 1972, s.137(4): the sum for each elector times the electors",
                    council=self.council)  # fmt: skip

    def _holds_general_power(self, sheet: CaseSheet, who: str, power: GeneralPower) -> Line:
        """Whether it holds the general power in each year: a resolution, a qualified clerk and enough elected councillors."""
        given = sheet.givens(f"{self.name}.general_power", power, f"{who}: ", kind="working")
        found = parameters.find(ELECTED_FRACTION).in_force(sheet.nation).in_year(sheet.first_year)
        fraction = Fraction(str(found.value))
        sheet.parameters_used.setdefault(ELECTED_FRACTION, {})[sheet.first_year] = found.value
        elected = sheet.line(f"{self.name}.general_power.enough_elected",
                             enough_elected(given["elected"], given["seats"], fraction.numerator, fraction.denominator),
                             "yes or no", f"{who}: {found.value} of its councillors or more were elected")  # fmt: skip
        told = Origin(BY_RULE, note="said in the case", place=f"mechanisms › {self.name} › general_power")
        ready = sheet.input(f"{self.name}.general_power.clerk_and_resolution", float(power.qualified_clerk and power.resolved),
                            "number", f"{who}: 1 with a qualified clerk and a resolution", origin=told,
                            kind="working")  # fmt: skip
        holds = sheet.line(f"{self.name}.general_power.held", both(ready > 0, elected), "yes or no",
                           f"{who}: it holds the general power of competence")  # fmt: skip
        sheet.advise(f"{self.name}.general_power.may_be_claimed", holds, f"{who}: it may use the general power of competence",
                     "It needs a resolution, a qualified clerk and enough elected councillors", council=self.council)  # fmt: skip
        return holds
