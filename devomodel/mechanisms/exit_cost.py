"""What it would cost to stop in each year: staff, repairs owed, loans, and grants that are called back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, either, quantity
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import amount, amounts, choice, party, text, year
from devomodel.mechanisms.asset_terms import flag_row, refuse_taken
from devomodel.mechanisms.base import CaseSheet, Mechanism, is_flow, is_transfer, label_of
from devomodel.problems import listed

HALF_A_PENNY = quantity(0.005, "£")
KEYS = ("redundancy", "dilapidations", "loan_balance", "clawback")
WRITTEN = ("cost_to_stop", "not_yet_left", "stops", "still_owed", "paid_in_all", "reserves_would_bear_it", "nothing_goes_on")
"""Lines of its own, whose names no other cost may have."""


@dataclass(frozen=True)
class ExitCost(Mechanism):
    """Writes what stopping would cost in each year, and pays it in the year the council leaves, where it does."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("cost_to_stop", "still_owed, if any", "paid_in_all, if any")
    council: str = party("Council that would stop")
    redundancy: Amount | None = amount("£", "Redundancy and notice of staff, if it stopped in the year", None)
    dilapidations: Amount | None = amount("£", "Repairs owed to a landlord or former owner, if it stopped in the year", None)
    loan_balance: Amount | None = amount("£", "Owed on loans at 31 March of the year", None)
    loan_is: str = choice("What becomes of the loan", ("kept_on", "repaid_here"), "")
    clawback: Amount | None = amount("£", "Grants and values to be paid back, if it stopped in the year", None)
    clawback_to: str = party("Who is paid back; outside the case unless it is named", "")
    clawback_account: str = choice("Account that pays it back", ("revenue", "capital"), "revenue")
    other: Mapping[str, Amount] = amounts("£", "Other costs of stopping, by heading", {})
    leaves: str = year("Year at the end of which it stops, in the option in which it does", "")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The parts and the sum by year, as workings; and the payments of the year in which the council leaves."""
        self._refuse(sheet)
        name, words, who = self.name, self.label or label_of(self.name), sheet.parties[self.council]
        open_still = [not self.leaves or one <= self.leaves for one in sheet.years]
        runs = flag_row(sheet, f"{name}.not_yet_left", open_still, f"{words}: 1 until it has stopped",
                        f"stops at the end of {self.leaves}" if self.leaves else "it does not stop",
                        f"mechanisms › {name} › leaves")  # fmt: skip
        parts: dict[str, Line] = {}
        given = {key: getattr(self, key) for key in KEYS if getattr(self, key) is not None}
        for key, one in (given | dict(self.other)).items():
            label = f"{words}: {label_of(key).lower()}, if it stopped in the year"
            if key != "loan_balance":
                refuse_taken(sheet, one, "Give a figure, or a line that is no payment.")
            figure = sheet.given(f"{name}.{key}_if_it_stops", one, label, kind="working")
            parts[key] = sheet.line(f"{name}.{key}", figure * runs, "£", f"{label}, until it has", kind="working")
        cost = sheet.line(f"{name}.cost_to_stop", sheet.total(parts.values()), "£", f"{words}: cost to {who} of stopping in the year",
                          kind="working", party=self.council)  # fmt: skip
        if self.leaves:
            self._pay(sheet, words, parts, cost)

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        wrong = []
        if not self.other and all(getattr(self, key) is None for key in KEYS):
            wrong.append(("redundancy", "nothing is said of what stopping costs. Give redundancy, dilapidations, loan_balance, "
                          "clawback or other."))  # fmt: skip
        if (self.loan_balance is None) != (not self.loan_is):
            wrong.append(
                ("loan_is", "a loan is kept_on and paid as before, or repaid_here. Give loan_balance and loan_is together.")
            )
        if self.loan_is == "repaid_here" and self.loan_balance is not None and self.loan_balance.line:
            wrong.append(("loan_is", "the mechanism that wrote the loan would go on paying it. Repay it there (borrowing takes "
                          "repaid_early), and write kept_on here."))  # fmt: skip
        if self.clawback is None and self.clawback_to:
            wrong.append(("clawback_to", "nothing is called back. Give clawback, or take clawback_to out."))
        if self.clawback_to == self.council:
            wrong.append(("clawback_to", f"'{self.council}' cannot pay itself back. Name another party."))
        taken = sorted(set(self.other) & {*KEYS, *WRITTEN})
        if taken:
            wrong.append((f"other › {taken[0]}", "this name is a key of its own. Use that, or another name."))
        if self.leaves and self.leaves not in sheet.years:
            wrong.append(("leaves", f"{self.leaves} is not a year of the case. Allowed: {sheet.years[0]} to {sheet.years[-1]}."))
        if wrong:
            raise SheetError(" ".join(f"{where} › {key}: {what}" for key, what in wrong))

    def _pay(self, sheet: CaseSheet, words: str, parts: Mapping[str, Line], cost: Line) -> None:
        """Each part paid in the year of leaving; a loan that is kept on is owed still, and paid where it is written."""
        name = self.name
        now = flag_row(sheet, f"{name}.stops", [one == self.leaves for one in sheet.years], f"{words}: 1 in the year it stops",
                       self.leaves, f"mechanisms › {name} › leaves")  # fmt: skip
        flows = []
        for key, one in parts.items():
            if key == "loan_balance" and self.loan_is == "kept_on":
                continue
            ends = {"payee": self.clawback_to} if key == "clawback" and self.clawback_to else {}
            account = self.clawback_account if key == "clawback" else "revenue"
            flows.append(sheet.line(f"{name}.paid.{key}", one * now, "£", f"{words}: {label_of(key).lower()}, paid on stopping",
                                    payer=self.council, account=account, kind="loan" if key == "loan_balance" else "spending",
                                    **({"settles": name} if ends else {}), **ends))  # fmt: skip
        owed = parts["loan_balance"] * now if self.loan_is == "kept_on" else cost * 0
        sheet.line(f"{name}.still_owed", owed, "£", f"{words}: owed on loans that are kept on", kind="working")
        sheet.line(f"{name}.paid_in_all", sheet.total(flows), "£", f"{words}: paid on stopping", kind="working")

    def test(self, sheet: CaseSheet) -> None:
        """Whether the reserves would bear it."""
        words, reserves = self.label or label_of(self.name), f"{self.council}.reserves.closing"
        if reserves in sheet:
            cost: Any = sheet[f"{self.name}.cost_to_stop"]
            if self.loan_is == "kept_on":  # it is paid as before, out of the budgets of the years to come
                cost = cost - sheet[f"{self.name}.loan_balance"]
            if self.leaves:  # what the year of leaving has paid is out of the reserves, or in the precept, already
                cost = cost - sheet[f"{self.name}.paid_in_all"]
            last = sheet[f"{self.name}.not_yet_left"]
            sheet.advise(f"{self.name}.reserves_would_bear_it", either(last < 1, sheet[reserves] >= cost),
                         f"{words}: the reserves at 31 March would bear the cost of stopping",
                         "Stopping would need a precept or a loan; see the years in which it does", council=self.council)  # fmt: skip
        if self.leaves:
            self._tell_what_goes_on(sheet, words)

    def _tell_what_goes_on(self, sheet: CaseSheet, words: str) -> None:
        """A warning where money that may rest on what is given up still comes in once the council has left."""
        last = first_calendar_year(self.leaves)

        def may_end_with_it(line: Line) -> bool:
            tags = line.tags
            if tags.get("payee") != self.council or tags.get("account") == "in_kind" or not is_flow(line) or is_transfer(line):
                return False
            if "settles" in tags or "held_in" in tags:
                return False
            ends = str(tags.get("ends", ""))
            return (bool(ends) or tags.get("kind") == "rent") and not (is_year(ends) and first_calendar_year(ends) <= last)

        found = [line for line in sheet if may_end_with_it(line)]
        if found:
            named = listed([f"{line.label} ({line.name})" for line in found], "and")
            sheet.advise(f"{self.name}.nothing_goes_on", either(sheet[f"{self.name}.not_yet_left"] > 0, sheet.total(found) <= HALF_A_PENNY),
                         f"{words}: no grant or rent that may end with it comes in once it has stopped",
                         f"Look at {named}: write until: {self.leaves} on what would end, in the option in which it stops",
                         council=self.council)  # fmt: skip
