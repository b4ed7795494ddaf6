"""A post that is to bring in more than it costs: grants bid for, the chance of each, and the chance at which it breaks even."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, either, when
from devomodel.fields import amount, amounts, blocks, choice, party, text
from devomodel.mechanisms.asset_terms import counted_or_paid, flag_row
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of

NEW_SPENDING, PRESENT_BUDGET = "new_spending", "present_budget"


def break_even_probability(cost: Any, bid_for: Any) -> Any:
    """The chance that every bid must have for the grants expected to come to the cost; above 1 it cannot break even.

    cost     £ to date
    bid_for  £ to date
    returns  a share; nought where nothing has been bid for

    >>> break_even_probability(30_000.0, 120_000)
    0.25
    """
    return when(bid_for > 0, cost / bid_for, 0)


@dataclass(frozen=True)
class Bid:
    """A grant that is bid for."""

    sum: Amount = amount("£", "Sum bid for, in the years it would be paid")
    probability: Amount = amount("share", "Chance that it is given")
    funder: str = party("Who would pay it; outside the case unless it is named", "")
    account: str = choice("Account", ("revenue", "capital"))
    spent_on: str = choice("What it would pay for", (NEW_SPENDING, PRESENT_BUDGET), "")


@dataclass(frozen=True)
class InvestToSave(Mechanism):
    """Writes the cost, the grants expected, and the chance at which they come to the cost."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("total_cost", "bid_for", "expected", "net_expected", "break_even_probability",
                                        "average_probability")  # fmt: skip
    council: str = party("Council that pays for the post")
    cost: Mapping[str, Amount] = amounts("£", "Cost of the post and what goes with it, by heading")
    bids: Mapping[str, Bid] = blocks(Bid, "Grants bid for")
    budget_for: str = choice("What the budget counts on: the grants expected, or none of them", ("expected", "none"))
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The cost as a flow; each grant times its chance; the sums to date and the chance that breaks even."""
        name, words = self.name, self.label or label_of(self.name)
        if not self.cost or not self.bids:
            raise SheetError(
                f"mechanisms › {name} › {'bids' if self.cost else 'cost'}: nothing is given. There must be at least one."
            )
        paid = [counted_or_paid(sheet, f"{name}.cost.{heading}", one, f"{words}: {label_of(heading).lower()}", "payer", self.council,
                                account="revenue", kind="spending", phasing="even") for heading, one in self.cost.items()]  # fmt: skip
        cost = sheet.line(f"{name}.total_cost", sheet.total(paid), "£", f"{words}: cost", kind="working")
        sums, expected = [], []
        for key, bid in self.bids.items():
            label = f"{words}: {label_of(key).lower()}"
            asked = sheet.given(f"{name}.{key}.bid_for", bid.sum, f"{label}, bid for", kind="working")
            chance = sheet.given(f"{name}.{key}.probability", bid.probability, f"{label}, chance that it is given")
            likely = asked * chance
            ends = {"payee": self.council, "status": "assumed", "kind": "grant", "account": bid.account, "then": self.council,
                    "pays_for": "what was bid for", **({"payer": bid.funder} if bid.funder else {})}  # fmt: skip
            if bid.funder == self.council:
                raise SheetError(
                    f"mechanisms › {name} › bids › {key} › funder: '{bid.funder}' cannot pay itself. Name another party."
                )
            counts = self.budget_for == "expected"
            if counts and not bid.spent_on:
                raise SheetError(f"mechanisms › {name} › bids › {key} › spent_on: the budget counts on the grant, and nothing says what it "
                                 f"is spent on. Write {NEW_SPENDING}, and as much goes out as comes in, or {PRESENT_BUDGET}, for what "
                                 "the budget holds already.")  # fmt: skip
            sums.append(asked)
            expected.append(
                sheet.line(
                    f"{name}.{key}.expected", likely, "£", f"{label}, expected", **(ends if counts else {"kind": "working"})
                )
            )
            if counts and bid.spent_on == NEW_SPENDING:
                sheet.line(f"{name}.{key}.spent", expected[-1], "£", f"{label}, spent on what was bid for", payer=self.council,
                           account=bid.account, kind="spending")  # fmt: skip
            sheet.check(f"{name}.{key}.probability_is_a_chance", chance <= 1, f"{label}: the chance is no more than 100%",
                        "A chance is between nought and one")  # fmt: skip
        asked_for = sheet.line(f"{name}.bid_for", sheet.total(sums), "£", f"{words}: grants bid for", kind="working")
        hoped = sheet.line(f"{name}.expected", sheet.total(expected), "£", f"{words}: grants expected", kind="working")
        sheet.line(f"{name}.net_expected", hoped - cost, "£", f"{words}: grants expected less the cost", kind="working")
        cost_so_far = self._to_date(sheet, "cost", cost, f"{words}: cost")
        bid_so_far = self._to_date(sheet, "bid_for", asked_for, f"{words}: bid for")
        hoped_so_far = self._to_date(sheet, "expected", hoped, f"{words}: expected")
        sheet.line(f"{name}.break_even_probability", break_even_probability(cost_so_far, bid_so_far), "share",
                   f"{words}: chance of every bid at which it breaks even to date", kind="working")  # fmt: skip
        sheet.line(f"{name}.average_probability", when(bid_so_far > 0, hoped_so_far / bid_so_far, 0), "share",
                   f"{words}: chance of the bids taken together, to date", kind="working")  # fmt: skip
        last = flag_row(sheet, f"{name}.is_last_year", [one == sheet.years[-1] for one in sheet.years], f"{words}: 1 in the last year",
                        "the whole of the case is tested", f"mechanisms › {name}")  # fmt: skip
        sheet.advise(f"{name}.expected_to_pay", either(last < 1, hoped_so_far >= cost_so_far),
                     f"{words}: the grants expected come to its cost over the case",
                     "At these chances it costs more than it brings in; what else it does must justify it", council=self.council)  # fmt: skip

    def _to_date(self, sheet: CaseSheet, key: str, one: Any, label: str) -> Line:
        name = f"{self.name}.{key}_to_date"
        return sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + one, "£", f"{label}, to date", kind="working")
