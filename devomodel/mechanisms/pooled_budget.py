"""Pooled budget: what several agencies put in together, what it saves each of them, and what comes back to the pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, quantity, total, when
from devomodel.fields import amount, amounts, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of

LONGEST = 40
"""Years between the work and its saving; a longer wait is a slip."""

NOT_AGREED = "not agreed"


def cashable_saving(gross: Any, cashable: Any, haircut: Any = 0) -> Any:
    """The part of a saving that leaves an agency with money it can spend on something else.

        cashable saving = gross saving × (1 − haircut) × share that is cashable

    gross     £ a year of work that is not needed, at full cost
    cashable  share of it that can be taken out of the agency's budget: a post not filled, not a quieter ward
    haircut   share taken off for optimism
    returns   £ a year

    >>> cashable_saving(gross=100_000, cashable=0.5, haircut=0.2)
    40000.0
    """
    return gross * (1 - haircut) * cashable


def net_of_the_deal(saving: Any, contribution: Any, returned: Any) -> Any:
    """What a deal leaves an agency with.

        net = cashable saving − contribution − returned to the pool

    All in £ a year; below nought the agency pays.

    >>> net_of_the_deal(saving=40_000, contribution=30_000, returned=20_000)
    -10000
    """
    return saving - contribution - returned


@dataclass(frozen=True)
class Saving:
    """What the work of a year saves one agency, in each year that it lasts."""

    gross: Amount = amount("£", "Saving a year that the work of the year brings")
    cashable: Amount = amount("share", "Share of it that is cashable")
    lag_years: int = whole("Years from the work to its saving; 0 is the same year")
    lasts_years: int = whole("Years in which it comes", 1)
    haircut: Amount | None = amount("share", "Share taken off for optimism", None)


@dataclass(frozen=True)
class PooledBudget(Mechanism):
    """Writes the pool as one party holds it, and the deal as each agency sees it."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("contributed_to_date", "saved_to_date", "net_to_date", "*.share_paid",
                                        "*.share_gained", "*.net_to_date")  # fmt: skip
    host: str = party("Who holds the pool and pays for the work")
    contributions: Mapping[str, Amount] = amounts("£", "What each agency puts in", by_party=True)
    spending: Amount = amount("£", "What the work costs")
    savings: Mapping[str, Saving] = blocks(Saving, "What the work saves each agency", {}, by_party=True)
    reinvested: Amount | None = amount("share", "Share of the cashable savings that goes back to the pool", None)
    opening: Amount | None = amount("£", "In the pool before the first year of the case", None)
    ends: str = year("Last year of the deal", words=(NOT_AGREED,))
    then: str = party("Who picks the work up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    status: str = choice("How sure the contributions are", STATUSES, "assumed")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """Contributions, savings and what comes back of them, the pool rolled forward, and who gains and who pays."""
        self._refuse()
        name, words = self.name, self.label or label_of(self.name)
        runs = self._runs(sheet, words)
        put_in = {one: self._contribution(sheet, words, one, given, runs) for one, given in self.contributions.items()}
        saved = {one: self._saving(sheet, words, one, given, runs) for one, given in self.savings.items()}
        back = self._returned(sheet, words, saved, runs)
        opening, closing, spent = self._pool(sheet, words, runs, [*put_in.values(), *back.values()])
        all_in = sheet.line(
            f"{name}.contributed", sheet.total(put_in.values()), "£", f"{words}: contributions of all", kind="working"
        )
        all_saved = sheet.line(
            f"{name}.saved", sheet.total(saved.values()), "£", f"{words}: cashable savings of all", kind="working"
        )
        whole_in, whole_saved = (self._to_date(sheet, name, ending, one, f"{words}: {what} of all")
                                 for ending, one, what in (("contributed", all_in, "contributions"),
                                                           ("saved", all_saved, "cashable savings")))  # fmt: skip
        is_last = self._flags(sheet, "is_last_year", [one == sheet.years[-1] for one in sheet.years],
                              f"{words}: 1 in the last year of the case", "a deal is judged over the whole case")  # fmt: skip
        nets = [self._deal(sheet, words, one, put_in.get(one), saved.get(one), back.get(one), whole_in, whole_saved, is_last)
                for one in dict.fromkeys((*put_in, *saved))]  # fmt: skip
        net = sheet.line(f"{name}.net", sheet.total(nets), "£", f"{words}: net of all agencies (− they pay)", kind="working")
        self._to_date(sheet, name, "net", net, f"{words}: net of all agencies")
        sheet.check(f"{name}.gains_are_paid_for", agrees(net, all_saved - spent - (closing - opening), within=HALF_A_PENNY),
                    f"{words}: what all agencies gain is what is saved, less what is spent and what the pool keeps",
                    "No agency gains a pound that nobody saved")  # fmt: skip

    def _refuse(self) -> None:
        where = f"mechanisms › {self.name}"
        if not self.contributions:
            raise SheetError(f"{where} › contributions: nobody puts anything in. Name at least one agency with its sum.")
        if bool(self.savings) != (self.reinvested is not None):
            raise SheetError(
                f"{where} › reinvested: savings and the share of them that goes back to the pool belong together. Give both "
                "(0% where agencies keep all they save), or neither."
            )
        for one, saving in self.savings.items():
            if not 1 <= saving.lasts_years <= LONGEST:
                raise SheetError(f"{where} › savings › {one} › lasts_years: a saving cannot last {saving.lasts_years} years. "
                                 f"Allowed: 1 to {LONGEST}.")  # fmt: skip
            if saving.lag_years > LONGEST:
                raise SheetError(f"{where} › savings › {one} › lag_years: no saving comes after {saving.lag_years} years. "
                                 f"Allowed: 0 to {LONGEST}.")  # fmt: skip

    def _flags(self, sheet: CaseSheet, name: str, holds: list[bool], label: str, why: str) -> Line:
        origin = Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{name}", [float(one) for one in holds], "number", label, origin=origin, kind="working")

    def _runs(self, sheet: CaseSheet, words: str) -> Line | None:
        """1 in each year of a deal that ends."""
        if self.ends == NOT_AGREED:
            return None
        holds = [one <= self.ends for one in sheet.years]
        return self._flags(sheet, "runs", holds, f"{words}: 1 while the deal runs", f"until {self.ends}")

    def _to_date(self, sheet: CaseSheet, prefix: str, ending: str, in_year: Any, label: str) -> Line:
        name = f"{prefix}.{ending}_to_date"
        return sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + in_year, "£", f"{label}, to date", kind="working")

    def _between(self, one: str, kind: str) -> dict[str, Any]:
        """The tags of a payment into the pool; the host's own money is in its hands already, and is no payment."""
        if one == self.host:
            return {"kind": "working"}
        return {"payer": one, "payee": self.host, "account": "revenue", "kind": kind, "status": self.status}

    def _contribution(self, sheet: CaseSheet, words: str, one: str, given: Amount, runs: Line | None) -> Line:
        prefix, who = f"{self.name}.{one}", sheet.parties[one]
        offered = sheet.given(f"{prefix}.offered", given, f"{words}: sum offered by {who}", kind="working")
        told = {} if one == self.host else {"ends": self.ends, "then": self.then, "pays_for": "the work of the pool",
                                            "spending_left": f"{self.name}.spending"}  # fmt: skip
        return sheet.line(f"{prefix}.contribution", _while(runs, offered), "£", f"{words}: contribution of {who}",
                          **self._between(one, "contribution"), **told)  # fmt: skip

    def _saving(self, sheet: CaseSheet, words: str, one: str, saving: Saving, runs: Line | None) -> Line:
        """What an agency saves in the year, of work done some years before."""
        prefix, who = f"{self.name}.{one}", sheet.parties[one]
        given = sheet.givens(prefix, saving, f"{words}, {who}: ", kind="working")
        parts = [given[part] for part in ("cashable", "haircut") if given[part] is not None]
        sheet.check_parts(f"{prefix}.parts_of_a_whole", parts, f"{words}, {who}: what is cashable and the haircut are parts of a whole",
                          council=one)  # fmt: skip
        brought = sheet.line(f"{prefix}.brought_about", _while(runs, given["gross"]), "£",
                             f"{words}: gross saving of {who} that the year's work brings", kind="working")  # fmt: skip
        since = range(saving.lag_years, saving.lag_years + saving.lasts_years)
        comes: Any = total(*(sheet.years_ago(brought, age, 0.0) if age else brought for age in since))
        haircut: Any = 0 if given["haircut"] is None else given["haircut"]
        cash = sheet.line(f"{prefix}.cashable_saving", cashable_saving(comes, given["cashable"], haircut), "£",
                          f"{words}: cashable saving of {who}", payee=one, account="revenue", kind="income", status=self.status)  # fmt: skip
        sheet.line(f"{prefix}.not_cashable", comes * (1 - haircut) - cash, "£",
                   f"{words}: saving of {who} that is not cashable: work not needed, and no money freed", kind="working")  # fmt: skip
        return cash

    def _returned(self, sheet: CaseSheet, words: str, saved: Mapping[str, Line], runs: Line | None) -> dict[str, Line]:
        """What agencies give back of their savings while the deal runs."""
        if self.reinvested is None:
            return {}
        share = sheet.given(f"{self.name}.reinvested", self.reinvested, f"{words}: share of savings that goes back to the pool",
                            kind="working")  # fmt: skip
        sheet.check_parts(f"{self.name}.part_goes_back", [share], f"{words}: what goes back to the pool is a part of the savings",
                          council=self.host)  # fmt: skip
        return {one: sheet.line(f"{self.name}.{one}.returned", _while(runs, line * share), "£",
                                f"{words}: returned to the pool by {sheet.parties[one]} from its savings",
                                **self._between(one, "contribution"))
                for one, line in saved.items()}  # fmt: skip

    def _pool(self, sheet: CaseSheet, words: str, runs: Line | None, into: list[Line]) -> tuple[Line, Line, Line]:
        """Opening + what comes in − what the work costs = closing. The host holds it, apart from its other reserves."""
        name, held = self.name, {"account": "revenue", "kind": "reserve"}
        first: Any = 0.0
        if self.opening is not None:
            first = sheet.given(f"{name}.opening", self.opening, f"{words}: in the pool before the first year", kind="working")
        opening = sheet.line(f"{name}.pool.opening", sheet.last_year(f"{name}.pool.closing", first=first, unit_of="£"), "£",
                             f"{words}: in the pool at 1 April", payee=self.host, **held)  # fmt: skip
        planned = sheet.given(f"{name}.planned", self.spending, f"{words}: what the work costs", kind="working")
        spent = sheet.line(f"{name}.spending", _while(runs, planned), "£", f"{words}: spending from the pool", payer=self.host,
                           account="revenue", kind="spending")  # fmt: skip
        came = sheet.line(
            f"{name}.pool.received", sheet.total(into), "£", f"{words}: put into the pool in the year", kind="working"
        )
        closing = sheet.line(f"{name}.pool.closing", opening + came - spent, "£", f"{words}: in the pool at 31 March",
                             payer=self.host, of_receipts=True, **held)  # fmt: skip
        sheet.check(f"{name}.pool.not_negative", closing >= quantity(-HALF_A_PENNY, "£"), f"{words}: the pool is not overdrawn",
                    "Spending that no agency has agreed to pay for", council=self.host)  # fmt: skip
        return opening, closing, spent

    def _deal(self, sheet: CaseSheet, words: str, one: str, put_in: Line | None, saved: Line | None, back: Line | None,
              whole_in: Line, whole_saved: Line, is_last: Line) -> Line:  # fmt: skip
        """What an agency puts in and gets out, in the year and to date, and its parts of the whole."""
        prefix, who = f"{self.name}.{one}", sheet.parties[one]
        net = sheet.line(f"{prefix}.net", net_of_the_deal(*(0 if line is None else line for line in (saved, put_in, back))), "£",
                         f"{words}: net of {who} (− it pays)", kind="working")  # fmt: skip
        to_date = self._to_date(sheet, prefix, "net", net, f"{words}: net of {who}")
        for ending, line, of, what in (
            ("paid", put_in, whole_in, "contributions"),
            ("gained", saved, whole_saved, "cashable savings"),
        ):
            if line is not None:
                mine = self._to_date(sheet, prefix, ending, line, f"{words}: {what} of {who}")
                sheet.line(f"{prefix}.share_{ending}", when(of <= 0, 0, mine / of), "share",
                           f"{words}: share of all {what} to date, {who}")  # fmt: skip
        sheet.advise(f"{prefix}.does_not_lose", either(is_last < 1, to_date >= quantity(-HALF_A_PENNY, "£")),
                     f"{words}: by the end of the case {who} has saved what it paid",
                     "It pays for what others gain, or for what is not counted in money", council=one)  # fmt: skip
        return net


def _while(runs: Line | None, figure: Any) -> Any:
    """A figure in the years that the deal runs."""
    return figure if runs is None else figure * runs
