"""Baseline and enhancement: one council pays for a standard, another for what it adds, and for what the first stops paying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, larger_of, quantity, smaller_of
from devomodel.fields import amount, block, choice, party, text, year
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of

DUST = 1e-9
"""Units, such as cuts; less than this is the dust of decimals."""

NOT_AGREED = "not agreed"


def enhancement(standard: Any, baseline: Any) -> Any:
    """What a council adds to the standard that another pays for.

        enhancement = standard − baseline, and nought where the baseline is as high

    standard  units a year that the local council wants: cuts, visits, hours
    baseline  units a year that the principal pays for
    returns   units a year

    >>> enhancement(standard=6, baseline=3)
    3
    """
    return larger_of(standard - baseline, 0)


def shifted(added: Any, written_down: Any, baseline: Any) -> Any:
    """The part of the enhancement that the principal used to pay for: what a falling baseline puts on the local council.

        shifted = the smaller of the enhancement and the fall from the baseline as written down

    added         units a year of the enhancement
    written_down  units a year of the baseline as first agreed
    baseline      units a year that the principal pays for now
    returns       units a year, no more than the local council takes up

    >>> shifted(added=4, written_down=5, baseline=2), shifted(added=1, written_down=5, baseline=2)
    (3, 1)
    """
    return smaller_of(added, larger_of(written_down - baseline, 0))


def lost(written_down: Any, standard: Any, baseline: Any) -> Any:
    """What was in the baseline as written down and nobody pays for now.

    >>> lost(written_down=8, standard=6, baseline=5)
    2
    """
    return larger_of(written_down - larger_of(standard, baseline), 0)


def agency_fee(units: Any, fee_per_unit: Any, management_fee: Any = 0) -> Any:
    """What a principal pays a council that does its work as its agent.

        fee = units × fee per unit + management fee

    units           units a year done for the principal
    fee_per_unit    £
    management_fee  £ a year
    returns         £ a year, from the principal to the council

    Law: Local Government Act 1972, s.101 (one authority may discharge a function for another).

    >>> agency_fee(units=50, fee_per_unit=20, management_fee=100)
    1100
    """
    return units * fee_per_unit + management_fee


@dataclass(frozen=True)
class Agency:
    """Terms on which the local council does the principal's work as its agent."""

    fee_per_unit: Amount = amount("£", "Fee for one unit of the baseline")
    management_fee: Amount | None = amount("£", "Management fee for the year", None)
    management_cost: Amount | None = amount("£", "What managing the work costs the council in the year", None)


@dataclass(frozen=True)
class BaselineAndEnhancement(Mechanism):
    """Writes who pays for which units, with what a falling baseline shifts as a line of its own."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("baseline", "shifted, if any", "lost, if any", "cost_to_council",
                                        "chosen_cost, if any", "shifted_cost, if any", "gap, if any")  # fmt: skip
    principal: str = party("Who pays for the baseline")
    council: str = party("Local council that adds to it")
    done_by: str = choice("Who does the work", ("council", "principal"))
    baseline: Amount = amount("number", "Units that the principal pays for in the year")
    standard: Amount | None = amount("number", "Units that the local council wants in the year", None)
    written_down: Amount | None = amount("number", "Baseline as written down, where that is not the first year's", None)
    unit_cost: Amount = amount("£", "Cost of one unit")
    enhancement_unit_cost: Amount | None = amount("£", "Cost of one more unit, where it differs", None)
    agency: Agency | None = block(Agency, "Terms of the agency", None)
    ends: str = year("Last year of the agreement", "", words=(NOT_AGREED,))
    pays_for: str = text("What it pays for", "")
    status: str = choice("How sure the payments are", STATUSES, "assumed")
    phasing: str = choice("When in the year they are paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The units, who pays for them, and the checks."""
        where, name, words = f"mechanisms › {self.name}", self.name, self.label or label_of(self.name)
        if self.principal == self.council:
            raise SheetError(f"{where} › principal: '{self.council}' cannot be its own principal. Name two parties.")
        if self.agency is not None and self.done_by == "principal":
            raise SheetError(
                f"{where} › agency: the principal does the work itself, so nobody is its agent. Write done_by: council, or "
                "take agency out."
            )
        runs = self._runs(sheet, words)
        baseline, standard = self._units(sheet, words, runs)
        first = baseline
        if self.written_down is not None:
            first = sheet.given(f"{name}.baseline_agreed", self.written_down, f"{words}: baseline as agreed", kind="working")
        written = sheet.line(f"{name}.written_down", sheet.last_year(f"{name}.written_down", first=first), "number",
                             f"{words}: units in the baseline as written down")  # fmt: skip
        added = sheet.line(f"{name}.enhancement", enhancement(standard, baseline), "number",
                           f"{words}: units that the local council adds")  # fmt: skip
        moved = sheet.line(f"{name}.shifted", shifted(added, written, baseline), "number",
                           f"{words}: of them, units that were in the baseline as written down")  # fmt: skip
        chosen = sheet.line(
            f"{name}.chosen", added - moved, "number", f"{words}: of them, units above the baseline as written down"
        )
        gone = sheet.line(f"{name}.lost", lost(written, standard, baseline), "number",
                          f"{words}: units of the baseline as written down that nobody pays for")  # fmt: skip
        done = sheet.line(f"{name}.done", larger_of(standard, baseline), "number", f"{words}: units done in the year")
        self._pay(sheet, words, runs, baseline, chosen, moved)
        sheet.check(f"{name}.every_unit_is_paid_for", agrees(baseline + moved + chosen, done, within=DUST),
                    f"{words}: every unit done is paid for once", "Baseline, shifted and chosen units are the units done",
                    council=self.council)  # fmt: skip
        sheet.advise(f"{name}.baseline_is_kept", written - baseline <= DUST, f"{words}: the baseline is not below the one written down",
                     "What the principal no longer pays for falls on the local council, or is lost", council=self.council)  # fmt: skip
        sheet.advise(f"{name}.nothing_is_lost", gone <= DUST, f"{words}: somebody pays for all that was in the baseline",
                     "Residents see less than they did", council=self.council)  # fmt: skip

    def _runs(self, sheet: CaseSheet, words: str) -> Line | None:
        """1 in each year of an agreement that ends, and nothing where no end is given."""
        if self.ends in ("", NOT_AGREED):
            return None
        origin = Origin(BY_RULE, note=f"until {self.ends}", place=f"mechanisms › {self.name} › ends")
        return sheet.input(f"{self.name}.runs", [float(one <= self.ends) for one in sheet.years], "number",
                           f"{words}: 1 while the agreement runs", origin=origin, kind="working")  # fmt: skip

    def _units(self, sheet: CaseSheet, words: str, runs: Line | None) -> tuple[Line, Line]:
        """The baseline while the agreement runs, and the standard; without a standard the council adds nothing."""
        name = self.name
        offered = sheet.given(f"{name}.baseline_offered", self.baseline, f"{words}: units the principal offers", kind="working")
        baseline = sheet.line(f"{name}.baseline", _while(runs, offered), "number", f"{words}: units that the principal pays for")
        if self.standard is None:
            return baseline, baseline
        return baseline, sheet.given(f"{name}.standard", self.standard, f"{words}: units that the local council wants")

    def _pay(self, sheet: CaseSheet, words: str, runs: Line | None, baseline: Line, chosen: Line, moved: Line) -> None:
        """What the work costs whoever does it, and what the other pays."""
        name, does_it = self.name, self.principal if self.done_by == "principal" else self.council
        unit_cost = sheet.given(f"{name}.unit_cost", self.unit_cost, f"{words}: cost of one unit", kind="working")
        more_cost = unit_cost
        if self.enhancement_unit_cost is not None:
            more_cost = sheet.given(f"{name}.enhancement_unit_cost", self.enhancement_unit_cost, f"{words}: cost of one more unit",
                                    kind="working")  # fmt: skip
        spent = {"account": "revenue", "kind": "spending"}
        paid = {"account": "revenue", "status": self.status, "phasing": self.phasing}
        cost = sheet.line(f"{name}.baseline_cost", baseline * unit_cost, "£", f"{words}: cost of the baseline", payer=does_it,
                          **spent)  # fmt: skip
        by_council: dict[str, Any] = {"payer": self.council, **spent}
        if self.done_by == "principal":
            sheet.line(f"{name}.added_cost", chosen * more_cost + moved * unit_cost, "£", f"{words}: cost of what the local council adds",
                       payer=self.principal, **spent)  # fmt: skip
            by_council = {"payer": self.council, "payee": self.principal, "kind": "contribution", **paid}
        of_choice = sheet.line(f"{name}.chosen_cost", chosen * more_cost, "£", f"{words}: enhancement that the local council chose",
                               **by_council)  # fmt: skip
        # A unit that was in the baseline costs what it did: who pays for it does not make the same work cheaper.
        of_shift = sheet.line(f"{name}.shifted_cost", moved * unit_cost, "£",
                              f"{words}: shifted to the local council by a falling baseline", **by_council)  # fmt: skip
        net: Any = of_choice + of_shift
        if self.done_by == "council":
            net = net + self._reimburse(sheet, words, runs, baseline, cost, paid)
        sheet.line(f"{name}.cost_to_council", net, "£", f"{words}: what it costs the local council, after what it is paid",
                   kind="working")  # fmt: skip

    def _reimburse(
        self, sheet: CaseSheet, words: str, runs: Line | None, baseline: Line, cost: Line, paid: dict[str, Any]
    ) -> Line:
        """What the principal pays the council for the baseline, and the gap between that and what it costs."""
        name, terms = self.name, self.agency
        told: dict[str, Any] = {"kind": "fee" if terms else "contribution", "pays_for": self.pays_for or "the baseline"}
        if self.ends:
            told |= {"ends": self.ends, "then": self.council, "spending_left": f"{name}.cost_to_council"}
        due: Any = cost
        whole: Any = cost
        if terms is not None:
            given = sheet.givens(f"{name}.agency", terms, f"{words}: ", kind="working")
            management = given["management_fee"]
            due = agency_fee(baseline, given["fee_per_unit"], 0 if management is None else _while(runs, management))
            if given["management_cost"] is not None:
                whole = cost + sheet.line(f"{name}.managing", _while(runs, given["management_cost"]), "£",
                                          f"{words}: managing the work", payer=self.council, account="revenue",
                                          kind="spending")  # fmt: skip
        received = sheet.line(f"{name}.paid_by_principal", due, "£", f"{words}: paid by the principal", payer=self.principal,
                              payee=self.council, **paid, **told)  # fmt: skip
        gap = sheet.line(f"{name}.gap", whole - received, "£", f"{words}: cost of the baseline above what is paid (− below it)",
                         kind="working")  # fmt: skip
        sheet.advise(f"{name}.fee_meets_the_cost", gap <= quantity(HALF_A_PENNY, "£"), f"{words}: what the principal pays meets the cost",
                     "The local council finds the gap between cost and fee", council=self.council)  # fmt: skip
        return gap


def _while(runs: Line | None, figure: Line) -> Any:
    """A figure in the years that the agreement runs."""
    return figure if runs is None else figure * runs
