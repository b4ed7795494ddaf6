"""Payment by results: a price for each result above a baseline, paid later, and the working capital that the wait asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, larger_of, quantity, smaller_of
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of

LONGEST = 20
"""Years between a result and its payment; a longer wait is a slip."""

NOT_AGREED = "not agreed"


def credited(achieved: Any, baseline: Any, attribution: Any = 1) -> Any:
    """The results that are paid for: those above the baseline, and of them the share put down to the service.

        credited = attribution × the larger of (achieved − baseline) and nought

    achieved     results in the year
    baseline     results that there would have been anyway
    attribution  share of those above it that the service is held to have brought about
    returns      results; never below nought, so a bad year is not taken from a good one

    >>> credited(achieved=130, baseline=100, attribution=0.5), credited(achieved=90, baseline=100)
    (15.0, 0)
    """
    return larger_of(achieved - baseline, 0) * attribution


def earned(base: Any, results: Any, cap: Any = None) -> Any:
    """What the provider earns for a year.

        earned = base + Σ price × results credited, and no more than the cap

    base     £ a year, paid whatever the results
    results  £ a year, the sum over the outcomes of price × results credited
    cap      £ a year, the most that is paid for a year's work; None where there is none
    returns  £ a year

    >>> earned(base=10_000, results=30_000, cap=35_000)
    35000
    """
    return base + results if cap is None else smaller_of(base + results, cap)


def cost_of_waiting(needed_before: Any, needed_after: Any, rate: Any) -> Any:
    """Interest for a year on the money a provider has laid out: on the mean of what is needed at its start and its end.

        interest = rate × (working capital at 1 April + working capital at 31 March) ÷ 2

    needed_before  £ at 1 April
    needed_after   £ at 31 March, before this interest
    rate           share a year
    returns        £ a year, paid by the provider

    >>> cost_of_waiting(needed_before=0, needed_after=10_000, rate=0.10)
    500.0
    """
    return (needed_before + needed_after) / 2 * rate


@dataclass(frozen=True)
class Outcome:
    """A result that is paid for."""

    price: Amount = amount("£", "Price of one result above the baseline")
    achieved: Amount = amount("number", "Results in the year")
    baseline: Amount = amount("number", "Results there would have been anyway")
    attribution: Amount | None = amount("share", "Share of those above it that is put down to the service", None)


@dataclass(frozen=True)
class PaymentByResults(Mechanism):
    """Writes what is earned and when it is paid, and what the provider has laid out meanwhile."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("earned_in_all", "above_cap, if any", "owed", "cash", "working_capital",
                                        "peak_to_date", "gain_to_date")  # fmt: skip
    commissioner: str = party("Who pays for results")
    provider: str = party("Who does the work")
    base: Amount | None = amount("£", "Sum for the year whatever the results", None)
    outcomes: Mapping[str, Outcome] = blocks(Outcome, "Outcomes that are paid for")
    cap: Amount | None = amount("£", "Most that is paid for a year's work", None)
    paid_after_years: int = whole("Years from a result to its payment; 0 is the same year")
    delivery_cost: Amount = amount("£", "What the work costs the provider in the year")
    financing_rate: Amount | None = amount("share", "Interest on what the provider has laid out", None)
    ends: str = year("Last year of the service", words=(NOT_AGREED,))
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    status: str = choice("How sure the contract is", STATUSES, "assumed")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """What is earned, what is paid, what is owed, and the provider's own money in it."""
        where, name, words = f"mechanisms › {self.name}", self.name, self.label or label_of(self.name)
        if self.commissioner == self.provider:
            raise SheetError(f"{where} › provider: '{self.provider}' cannot pay itself for results. Name two parties.")
        if not self.outcomes:
            raise SheetError(f"{where} › outcomes: no outcome is paid for. Add one with its price, achieved and baseline.")
        if self.paid_after_years > LONGEST:
            raise SheetError(f"{where} › paid_after_years: nobody waits {self.paid_after_years} years. Allowed: 0 to {LONGEST}.")
        runs = self._runs(sheet, words)
        results = sheet.line(f"{name}.results", sheet.total([self._outcome(sheet, words, key, one, runs)
                                                             for key, one in self.outcomes.items()]), "£",
                             f"{words}: for results, before any cap", kind="working")  # fmt: skip
        base, due = self._earned(sheet, words, runs, results)
        received = self._paid(sheet, words, base, due)
        given = sheet.given(f"{name}.cost", self.delivery_cost, f"{words}: cost of the work", kind="working")
        cost = sheet.line(f"{name}.delivery_cost", _while(runs, given), "£", f"{words}: cost of the work to the provider",
                          payer=self.provider, account="revenue", kind="spending")  # fmt: skip
        self._working_capital(sheet, words, received, cost)

    def _runs(self, sheet: CaseSheet, words: str) -> Line | None:
        """1 in each year of a service that ends."""
        if self.ends == NOT_AGREED:
            return None
        origin = Origin(BY_RULE, note=f"until {self.ends}", place=f"mechanisms › {self.name} › ends")
        return sheet.input(f"{self.name}.runs", [float(one <= self.ends) for one in sheet.years], "number",
                           f"{words}: 1 while the service runs", origin=origin, kind="working")  # fmt: skip

    def _outcome(self, sheet: CaseSheet, words: str, key: str, one: Outcome, runs: Line | None) -> Line:
        """One outcome: how many are credited, and what they earn."""
        prefix, what = f"{self.name}.{key}", f"{words}, {label_of(key).lower()}"
        given = sheet.givens(prefix, one, f"{what}: ", kind="working")
        share: Any = 1
        if given["attribution"] is not None:
            share = given["attribution"]
            sheet.check_parts(
                f"{prefix}.part_of_a_whole", [share], f"{what}: the share put down to the service is a part of a whole"
            )
        counted = credited(given["achieved"], given["baseline"], share)
        number = sheet.line(f"{prefix}.credited", _while(runs, counted), "number", f"{what}: results credited")
        return sheet.line(f"{prefix}.earned", number * given["price"], "£", f"{what}: earned, before any cap", kind="working")

    def _earned(self, sheet: CaseSheet, words: str, runs: Line | None, results: Line) -> tuple[Line | None, Line]:
        """What the year earns under the cap, in two parts: the base, paid at once, and what waits for results."""
        name = self.name
        base: Any = 0
        if self.base is not None:
            given = sheet.given(f"{name}.base", self.base, f"{words}: base", kind="working")
            base = sheet.line(f"{name}.base_due", _while(runs, given), "£", f"{words}: base for the year", kind="working")
        cap = None
        if self.cap is not None:
            cap = sheet.given(f"{name}.cap", self.cap, f"{words}: most for a year's work", kind="working")
        due = sheet.line(f"{name}.earned_in_all", earned(base, results, cap), "£", f"{words}: earned for the year's work",
                         kind="working")  # fmt: skip
        if cap is not None:
            sheet.line(
                f"{name}.above_cap", base + results - due, "£", f"{words}: earned above the cap and not paid", kind="working"
            )
        if self.base is None:
            return None, due
        now = sheet.line(f"{name}.base_paid", smaller_of(base, due), "£", f"{words}: base", **self._flow(0))
        return now, sheet.line(f"{name}.due_for_results", due - now, "£", f"{words}: due for results of the year", kind="working")

    def _flow(self, later: int) -> dict[str, Any]:
        """The tags of a payment, which ends so many years after the service."""
        ends = self.ends if self.ends == NOT_AGREED else year_label(first_calendar_year(self.ends) + later)
        return {"payer": self.commissioner, "payee": self.provider, "account": "revenue", "kind": "contract", "status": self.status,
                "ends": ends, "then": self.then, "pays_for": "the work of the provider"}  # fmt: skip

    def _paid(self, sheet: CaseSheet, words: str, base: Line | None, due: Line) -> Any:
        """What comes in during the year, and what is still owed at its end."""
        name, wait = self.name, self.paid_after_years
        paid = sheet.line(f"{name}.results_paid", sheet.years_ago(due, wait, 0.0) if wait else due, "£", f"{words}: for results",
                          **self._flow(wait))  # fmt: skip
        before = sheet.last_year(f"{name}.owed", first=0.0, unit_of="£")
        sheet.line(f"{name}.owed", before + due - paid, "£", f"{words}: earned and not yet paid, at 31 March", kind="working")
        return paid if base is None else base + paid

    def _working_capital(self, sheet: CaseSheet, words: str, received: Any, cost: Line) -> None:
        """The provider's own money in the work at each year's end, its peak, what it costs, and what the contract leaves it."""
        name = self.name
        before = sheet.last_year(f"{name}.cash", first=0.0, unit_of="£")
        cash = sheet.line(f"{name}.cash_before_interest", before + received - cost, "£",
                          f"{words}: the provider's cash from it to date, before interest", kind="working")  # fmt: skip
        interest: Any = 0
        if self.financing_rate is not None:
            rate = sheet.given(f"{name}.financing_rate", self.financing_rate, f"{words}: interest on what is laid out")
            interest = sheet.line(f"{name}.interest", cost_of_waiting(larger_of(-before, 0), larger_of(-cash, 0), rate), "£",
                                  f"{words}: interest on what the provider has laid out", payer=self.provider, account="revenue",
                                  kind="interest")  # fmt: skip
        cash = sheet.line(f"{name}.cash", cash - interest, "£", f"{words}: the provider's cash from it to date (− laid out)",
                          kind="working")  # fmt: skip
        needed = sheet.line(f"{name}.working_capital", larger_of(-cash, 0), "£", f"{words}: working capital at 31 March")
        peak = sheet.last_year(f"{name}.peak_to_date", first=0.0, unit_of="£")
        sheet.line(
            f"{name}.peak_to_date", larger_of(peak, needed), "£", f"{words}: most working capital to date, at any 31 March"
        )
        due = sheet[f"{name}.earned_in_all"]
        gain = sheet.line(f"{name}.gain_to_date",
                          sheet.last_year(f"{name}.gain_to_date", first=0.0, unit_of="£") + due - cost - interest, "£",
                          f"{words}: the provider's gain to date, on what is earned (− a loss)", kind="working")  # fmt: skip
        sheet.check(f"{name}.cash_and_owed_are_the_gain", agrees(cash + sheet[f"{name}.owed"], gain, within=HALF_A_PENNY),
                    f"{words}: cash to date and what is owed are the gain to date", "Earned is paid or owed, once")  # fmt: skip
        paid_up = "" if self.ends == NOT_AGREED else year_label(first_calendar_year(self.ends) + self.paid_after_years)
        last = [one == (paid_up if paid_up in sheet.years else sheet.years[-1]) for one in sheet.years]
        origin = Origin(
            BY_RULE, note="the year of the last payment, or the last of the case", place=f"mechanisms › {name} › ends"
        )
        is_last = sheet.input(f"{name}.is_last", [float(one) for one in last], "number", f"{words}: 1 in the year it is judged", origin=origin,
                              kind="working")  # fmt: skip
        sheet.advise(f"{name}.provider_breaks_even", either(is_last < 1, gain >= quantity(-HALF_A_PENNY, "£")),
                     f"{words}: what the provider earns meets its costs", "A provider that would lose does not bid")  # fmt: skip


def _while(runs: Line | None, figure: Any) -> Any:
    """A figure in the years that the service runs."""
    return figure if runs is None else figure * runs
