"""Gainshare: a flat sum a year for decades, part capital and part revenue, with a gateway every few years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, both, either, quantity, to_pence, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of

LONGEST = 100
"""Years; no deal runs longer, and a slip must not make a promise without end."""
NOT_AGREED = "not agreed"


def left_after_gateway(left: Any, chance: Any, lost: Any) -> Any:
    """The part of the yearly sum that can be counted on after a gateway.

        left = left before × (1 − (1 − chance of passing) × part lost when it fails)

    left     part of the sum still there before it, as a decimal
    chance   of passing; 1 is a pass and 0 a fail
    lost     part of all later payments that a failed gateway costs
    returns  part of the sum, as a decimal

    >>> left_after_gateway(1, 0.75, 0.5), left_after_gateway(1, 0, 1), left_after_gateway(1, 1, 1)
    (0.875, 0, 1)
    """
    return left * (1 - (1 - chance) * lost)


def _is_plain(one: Amount) -> bool:
    return one.value is not None and not (one.grows or one.start or one.until or one.once)


@dataclass(frozen=True)
class Gateway:
    """A review that later payments depend on."""

    payments_from: str = year("First year whose payment depends on it")
    chance: Amount = amount("share", "Chance of passing it: 100% is a pass, 0% a fail")
    lost_share: Amount = amount("share", "Part of all later payments that is lost when it is failed")


@dataclass(frozen=True)
class Gainshare(Mechanism):
    """Writes what is promised, what the gateways leave of it, and its capital and revenue parts."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("headline", "promised", "expected", "lost, if any", "to_date", "real_value",
                                        "spending_left, if any")  # fmt: skip
    payer: str = party("Who pays: the government department")
    payee: str = party("Combined authority that receives it")
    years: int = whole("Years of the deal")
    first_year: str = year("First year of the deal; it may be before the case")
    capital_share: Amount = amount("share", "Part of each year's sum that is capital")
    gateway_every: int = whole("Years from one gateway to the next; 0 where the deal has none")
    gateways: Mapping[str, Gateway] = blocks(Gateway, "Gateways by name", {})
    inflation: Amount | None = amount("share", "Rise in prices on the year before, for the real value", None)
    spending_left: Amount | None = amount("£", "Revenue spending that goes on when it ends", None)
    amount: Amount = amount("£", "Sum for a year, in flat cash")
    status: str = choice("How sure it is", STATUSES)
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")
    pays_for: str = text("What it pays for", "")
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))

    def write(self, sheet: CaseSheet) -> None:
        """The promise, the gateways, the two payments, what is lost, and the real value."""
        self._refuse()
        self._refuse_gateways_not_given(sheet)
        name, words, last = self.name, label_of(self.name), self._last_year
        yearly = sheet.given(f"{name}.amount", self.amount, f"{words}: sum for a year", kind="working")
        runs = self._row(sheet, "runs", [self.first_year <= one <= last for one in sheet.years], f"{words}: 1 while the deal runs",
                         f"{self.years} years from {self.first_year}")  # fmt: skip
        sheet.line(f"{name}.headline", yearly * self.years, "£", f"{words}: all {self.years} years added up, in cash",
                   kind="working")  # fmt: skip
        promised = sheet.line(f"{name}.promised", yearly * runs, "£", f"{words}: promised, if every gateway is passed",
                              kind="working")  # fmt: skip
        expected = to_pence(promised * self._gateways(sheet, words) if self.gateways else promised)
        expected = sheet.line(f"{name}.expected", expected, "£", f"{words}: to be counted on", kind="working")
        share = sheet.given(f"{name}.capital_share", self.capital_share, f"{words}: part that is capital")
        flow = {"payer": self.payer, "payee": self.payee, "kind": "grant", "status": self.status, "phasing": self.phasing,
                "ends": last, "then": self.then, "pays_for": self.pays_for}  # fmt: skip
        capital = sheet.line(f"{name}.capital", to_pence(expected * share), "£", f"{words}: capital", account="capital", **flow)
        left = {} if self.spending_left is None else {"spending_left": f"{name}.spending_left"}
        revenue = sheet.line(f"{name}.revenue", expected - capital, "£", f"{words}: revenue", account="revenue", **flow, **left)
        sheet.line(f"{name}.lost", promised - expected, "£", f"{words}: promised and not to be counted on", kind="working")
        sheet.line(f"{name}.to_date", sheet.last_year(f"{name}.to_date", first=0.0, unit_of="£") + expected, "£",
                   f"{words}: received in the case so far", kind="working")  # fmt: skip
        sheet.check(f"{name}.split_adds_up", agrees(capital + revenue, expected, within=HALF_A_PENNY),
                    f"{words}: capital and revenue come to the year's sum", "The split moves money between accounts and loses none",
                    council=self.payee)  # fmt: skip
        sheet.check(f"{name}.share_is_a_part", either(runs <= 0, agrees(share, 0.5, within=0.5)),
                    f"{words}: the capital part is between nothing and the whole",
                    "A share below 0% or above 100% would take from one account to pay the other", council=self.payee)  # fmt: skip
        if self.inflation is not None:
            self._real_value(sheet, words, expected, self.inflation)

    def test(self, sheet: CaseSheet) -> None:
        """The spending that goes on, which may be a line of any stage."""
        if self.spending_left is not None:
            sheet.given(f"{self.name}.spending_left", self.spending_left, f"{label_of(self.name)}: revenue spending that goes on",
                        kind="working")  # fmt: skip

    @property
    def _last_year(self) -> str:
        return year_label(first_calendar_year(self.first_year) + self.years - 1)

    @property
    def _due(self) -> list[str]:
        """The first year that depends on each gateway of the deal."""
        start, every = first_calendar_year(self.first_year), self.gateway_every
        return [year_label(start + step) for step in range(every, self.years, every)] if every else []

    def _refuse(self) -> None:
        where = f"mechanisms › {self.name}"
        if self.payer == self.payee:
            raise SheetError(f"{where} › payee: '{self.payer}' cannot pay itself. Name two parties.")
        if not 1 <= self.years <= LONGEST:
            raise SheetError(f"{where} › years: a deal cannot run for {self.years} years. Allowed: 1 to {LONGEST}.")
        one = self.amount
        if not _is_plain(one):
            raise SheetError(f"{where} › amount: gainshare is the same cash sum in every year of the deal. Give one figure, such as "
                             '{value: "£38m", basis: published, source: …}, and the years beside it.')  # fmt: skip
        self._refuse_gateways(f"{where} › gateways")

    def _refuse_gateways(self, where: str) -> None:
        """What does not fit the years of the gateways; that each inside the case is given is seen to when it is written."""
        due, said = self._due, [one.payments_from for one in self.gateways.values()]
        for key, one in self.gateways.items():
            if one.payments_from not in due:
                raise SheetError(f"{where} › {key} › payments_from: no gateway falls in {one.payments_from}. By gateway_every they fall "
                                 f"in {', '.join(due) or 'no year of the deal'}.")  # fmt: skip
            if said.count(one.payments_from) > 1:
                raise SheetError(f"{where} › {key} › payments_from: two gateways fall in {one.payments_from}. Keep one.")
            for what in ("chance", "lost_share"):
                if not _is_plain(getattr(one, what)):
                    raise SheetError(f"{where} › {key} › {what}: a gateway is met once, so this is one figure, such as 80%.")

    def _gateways(self, sheet: CaseSheet, words: str) -> Line:
        """What the gateways so far leave of the yearly sum."""
        parts: list[Any] = []
        for key, one in self.gateways.items():
            prefix, label = f"{self.name}.gateways.{key}", f"{words}, {label_of(key).lower()} gateway"
            given = sheet.givens(prefix, one, f"{label}: ")
            chance, lost = given["chance"], given["lost_share"]
            assert chance is not None and lost is not None
            since = self._row(sheet, f"gateways.{key}.reached", [one.payments_from <= at for at in sheet.years],
                              f"{label}: 1 from the first year that depends on it", f"from {one.payments_from}")  # fmt: skip
            parts.append(sheet.line(f"{prefix}.left_share", when(since > 0, left_after_gateway(1, chance, lost), 1), "share",
                                    f"{label}: part of the yearly sum that it leaves", kind="working"))  # fmt: skip
            sheet.check(f"{prefix}.shares", both(agrees(chance, 0.5, within=0.5 + 1e-9), agrees(lost, 0.5, within=0.5 + 1e-9)),
                        f"{label}: chance and part lost are between 0% and 100%", "Each is a share", council=self.payee)  # fmt: skip
            sheet.advise(f"{prefix}.decided", either(since <= 0, chance <= 0, chance >= 1),
                         f"{label} is taken as passed or as failed",
                         "A sum times a chance is an average that no year will pay: run the case passed and failed as well",
                         council=self.payee)  # fmt: skip
        left = parts[0]
        for part in parts[1:]:
            left = left * part
        return sheet.line(f"{self.name}.left_share", left, "share", f"{words}: part of the yearly sum that the gateways leave",
                          kind="working")  # fmt: skip

    def _refuse_gateways_not_given(self, sheet: CaseSheet) -> None:
        given = {one.payments_from for one in self.gateways.values()}
        if missing := [one for one in self._due if one in sheet.years and one not in given]:
            raise SheetError(f"mechanisms › {self.name}: payments from {missing[0]} depend on a gateway, and 'gateways' does not have "
                             f"it. Add gateways: {{first: {{payments_from: {missing[0]}, chance: 100%, lost_share: 100%}}}}, "
                             "with a chance of 100% if it is taken as passed and 0% if as failed.")  # fmt: skip

    def _real_value(self, sheet: CaseSheet, words: str, expected: Line, given: Amount) -> None:
        """The sum at the prices of the first year of the case: flat cash buys less each year."""
        name, real = self.name, f"real £ {sheet.first_year}"
        rate = sheet.given(f"{name}.inflation", given, f"{words}: rise in prices on the year before")
        later = self._row(sheet, "after_first_year", [at > 0 for at in range(sheet.count)], f"{words}: 1 after the first year",
                          "values are at the prices of the first year of the case")  # fmt: skip
        before = sheet.last_year(f"{name}.price_index", first=1.0, unit_of="number")
        index = sheet.line(f"{name}.price_index", before * (1 + later * rate), "number",
                           f"{words}: prices, the first year of the case being 1", kind="working")  # fmt: skip
        sheet.line(f"{name}.real_value", expected / index * quantity(1, f"{real}/£"), real,
                   f"{words}: at the prices of {sheet.first_year}", kind="working")  # fmt: skip

    def _row(self, sheet: CaseSheet, key: str, holds: list[bool], label: str, why: str) -> Line:
        origin = Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{key}", [float(one) for one in holds], "number", label, origin=origin, kind="working")
