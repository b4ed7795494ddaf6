"""Fees and charges: what is used, at its price, less what nobody collects; and whether that meets the cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of, quantity, when
from devomodel.fields import amount, blocks, choice, party
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, CaseSheet, Mechanism, label_of

COVER, NOT_EXCEED = "cover the cost", "not exceed the cost"


def effect_of_price(price: Any, base_price: Any, elasticity: Any) -> Any:
    """How use moves with the price.

        effect = 1 + elasticity × (price − base price) ÷ base price, not below nought

    price, base_price  £ a unit, both with VAT or both without; at the base price use is what take-up says
    elasticity         below nought where a higher price loses use: −0.5 loses 5% of use for a price 10% higher
    returns            a factor on use

    >>> effect_of_price(price=11.0, base_price=10.0, elasticity=-0.5)
    0.95
    """
    return larger_of(1 + elasticity * (price - base_price) / base_price, 0)


def units_wanted(units: Any, take_up: Any, void: Any, effect: Any) -> Any:
    """What would be used if there were room for it.

        wanted = units × take-up × (1 − void) × effect of the price

    units    plots, hours or visits on offer in the year
    take_up  share of them taken once people know of it, by year
    void     share of those standing empty between users
    returns  units in the year

    >>> units_wanted(units=1_000, take_up=0.5, void=0.1, effect=1)
    450.0
    """
    return units * take_up * (1 - void) * effect


def price_without_vat(price: Any, vat_rate: Any) -> Any:
    """What a council keeps of a price with VAT in it.

        price ÷ (1 + rate)

    >>> price_without_vat(price=12.0, vat_rate=0.20)
    10.0
    """
    return price / (1 + vat_rate)


def share_recovered(income: Any, cost: Any) -> Any:
    """The share of a cost that its charges meet; nought where there is no cost.

    >>> share_recovered(income=9_000, cost=12_000)
    0.75
    """
    return when(cost > 0, income / cost, 0)


@dataclass(frozen=True)
class Tariff:
    """One price and those who pay it."""

    units: Amount = amount("number", "Units on offer in the year")
    price: Amount = amount("£", "Price of a unit")
    vat: str = choice("VAT", ("none", "in the price", "on top"))
    vat_rate: Amount | None = amount("share", "Rate of VAT", None)
    take_up: Amount | None = amount("share", "Share of the units taken up", None)
    void: Amount | None = amount("share", "Share of those standing empty", None)
    elasticity: Amount | None = amount("number", "How use moves with the price", None)
    base_price: Amount | None = amount("£", "Price at which use is what take-up says", None, above=0)


@dataclass(frozen=True)
class Fees(Mechanism):
    """Writes what each tariff brings in, and sets it against the cost where one is named."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("*.used", "income", "full_cost", "recovered", "left_to_meet")
    council: str = party("Council that charges")
    payer: str = party("Who pays, where that is a party of the case", "")
    tariffs: Mapping[str, Tariff] = blocks(Tariff, "Tariffs by name")
    capacity: Amount | None = amount("number", "Most units that can be used in the year, over all tariffs", None)
    collection_loss: Amount | None = amount("share", "Share of what is charged that is never collected", None)
    full_cost: Amount | None = amount("£", "Full cost of what is charged for", None)
    aim: str = choice("What the charge is to do", (COVER, NOT_EXCEED), "")
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")

    def write(self, sheet: CaseSheet) -> None:
        """Use, what is charged and what is received by tariff, and the test against the cost."""
        wrong = self._problem()
        if wrong:
            raise SheetError(f"mechanisms › {self.name} › {wrong}")
        words = label_of(self.name)
        wanted = {key: self._wanted(sheet, key, tariff) for key, tariff in self.tariffs.items()}
        room = self._room(sheet, wanted, words)
        loss = None
        if self.collection_loss is not None:
            loss = sheet.given(f"{self.name}.collection_loss", self.collection_loss, f"{words}: share never collected")
            sheet.check_parts(f"{self.name}.loss_is_part_of_a_whole", [loss], f"{words}: what is never collected is a part of a whole",
                              council=self.council)  # fmt: skip
        received = [self._received(sheet, key, tariff, wanted[key], room, loss) for key, tariff in self.tariffs.items()]
        income = sheet.line(f"{self.name}.income", sheet.total(received), "£", f"{words}: received, without VAT", kind="working",
                            total_of="received", party=self.council, of_account="revenue")  # fmt: skip
        vat = [sheet[f"{self.name}.{key}.vat"] for key, tariff in self.tariffs.items() if tariff.vat != "none"]
        if vat:
            sheet.line(f"{self.name}.vat", sheet.total(vat), "£", f"{words}: VAT charged and passed on", kind="working")
        if self.full_cost is not None:
            self._against_cost(sheet, self.full_cost, income, words)

    def _problem(self) -> str:
        """What does not go together, with its place under the mechanism and what to do."""
        if self.payer == self.council:
            return f"payer: '{self.payer}' cannot pay itself. Name another party, or leave it out."
        if not self.tariffs:
            return "tariffs: there is none. Add one, such as hire: {units: 500, price: £20, vat: none}."
        if (self.full_cost is None) != (not self.aim):
            return f"aim: a cost and what the charge is to do go together. Give full_cost and aim ({COVER}, {NOT_EXCEED}), or neither."
        for key, tariff in self.tariffs.items():
            if (tariff.vat == "none") != (tariff.vat_rate is None):
                do = "Give vat_rate, such as 20%." if tariff.vat_rate is None else "Take vat_rate out, or say where the VAT is."
                return f"tariffs › {key} › vat_rate: the VAT is '{tariff.vat}'. {do}"
            if (tariff.elasticity is None) != (tariff.base_price is None):
                return f"tariffs › {key} › base_price: elasticity and base_price go together. Give both or neither."
        return ""

    def _wanted(self, sheet: CaseSheet, key: str, tariff: Tariff) -> Line:
        """The units that would be used."""
        prefix, label = f"{self.name}.{key}", f"{label_of(self.name)}, {label_of(key).lower()}"
        given = sheet.givens(prefix, tariff, f"{label}: ")
        effect: Any = 1
        if given["elasticity"] is not None:
            effect = sheet.line(f"{prefix}.effect_of_price",
                                effect_of_price(given["price"], given["base_price"], given["elasticity"]), "number",
                                f"{label}: effect of the price on use", kind="working")  # fmt: skip
        parts = [given[part] for part in ("take_up", "void") if given[part] is not None]
        if parts:
            sheet.check_parts(f"{prefix}.parts_of_a_whole", parts, f"{label}: take-up and voids are parts of a whole",
                              council=self.council)  # fmt: skip
        take_up: Any = 1 if given["take_up"] is None else given["take_up"]
        void: Any = 0 if given["void"] is None else given["void"]
        return sheet.line(f"{prefix}.wanted", units_wanted(given["units"], take_up, void, effect), "number",
                          f"{label}: units wanted", kind="working")  # fmt: skip

    def _room(self, sheet: CaseSheet, wanted: Mapping[str, Line], words: str) -> Line | None:
        """The share of what is wanted that there is room for."""
        if self.capacity is None:
            return None
        most = sheet.given(f"{self.name}.capacity", self.capacity, f"{words}: most units that can be used")
        every = sheet.line(f"{self.name}.wanted", sheet.total(wanted.values(), "number"), "number",
                           f"{words}: units wanted, all tariffs", kind="working")  # fmt: skip
        room = sheet.line(f"{self.name}.room", when(every > most, most / every, 1), "share",
                          f"{words}: share of what is wanted that there is room for", kind="working")  # fmt: skip
        sheet.advise(f"{self.name}.has_room", every <= most, f"{words}: there is room for all that is wanted",
                     "Use is cut to what there is room for, by the same share in each tariff", council=self.council)  # fmt: skip
        return room

    def _received(self, sheet: CaseSheet, key: str, tariff: Tariff, wanted: Line, room: Line | None, loss: Line | None) -> Line:
        """What is used, charged and received of one tariff, without VAT."""
        prefix, label = f"{self.name}.{key}", f"{label_of(self.name)}, {label_of(key).lower()}"
        used = sheet.line(f"{prefix}.used", wanted if room is None else wanted * room, "number", f"{label}: units used")
        price: Any = sheet[f"{prefix}.price"]
        if tariff.vat == "in the price":
            price = sheet.line(f"{prefix}.price_without_vat", price_without_vat(price, sheet[f"{prefix}.vat_rate"]), "£",
                               f"{label}: price without VAT", kind="working")  # fmt: skip
        charged: Any = sheet.line(f"{prefix}.charged", used * price, "£", f"{label}: charged, without VAT", kind="working")
        if tariff.vat != "none":
            sheet.line(f"{prefix}.vat", charged * sheet[f"{prefix}.vat_rate"], "£", f"{label}: VAT charged and passed on",
                       kind="working")  # fmt: skip
        if loss is not None:
            charged = charged - sheet.line(f"{prefix}.lost", charged * loss, "£", f"{label}: never collected", kind="working")
        payer = {"payer": self.payer} if self.payer else {}
        return sheet.line(f"{prefix}.received", charged, "£", label, payee=self.council, account="revenue", kind="fee",
                          phasing=self.phasing, **payer)  # fmt: skip

    def _against_cost(self, sheet: CaseSheet, full_cost: Amount, income: Line, words: str) -> None:
        """The charge against the cost, in the year and taking one year with another."""
        cost = sheet.given(f"{self.name}.full_cost", full_cost, f"{words}: full cost", kind="working")
        sheet.line(
            f"{self.name}.recovered", share_recovered(income, cost), "share", f"{words}: share of the cost that charges meet"
        )
        sheet.line(f"{self.name}.left_to_meet", cost - income, "£", f"{words}: cost that charges leave (− more than the cost)")
        to_date = {}
        for what, line, label in (("income", income, "received"), ("cost", cost, "full cost")):
            name = f"{self.name}.{what}_to_date"
            to_date[what] = sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + line, "£",
                                       f"{words}: {label}, to date", kind="working")  # fmt: skip
        slack = quantity(HALF_A_PENNY, "£")
        if self.aim == COVER:
            sheet.advise(f"{self.name}.covers_its_cost", income + slack >= cost, f"{words}: charges cover the full cost",
                         "What they leave falls on the precept", council=self.council)  # fmt: skip
        else:
            sheet.advise(f"{self.name}.within_its_cost", to_date["income"] <= to_date["cost"] + slack,
                         f"{words}: charges do not exceed the cost, taking one year with another",
                         "Local Government Act 2003, s.93: a discretionary service may not be charged for above its cost",
                         council=self.council)  # fmt: skip
