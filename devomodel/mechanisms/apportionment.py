"""A tax base, reserves and property divided between the councils that an area passes to, in parts that sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, allocate, both, quantity, total
from devomodel.fields import amount, amounts, blocks, choice, party
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of

HOMES_WITHIN = 0.05
"""Bases are notified to a tenth of a home or finer: parts and whole may differ by half a tenth."""


def left_over(whole: Any, parts: Any) -> Any:
    """The tax base of what no other council has: the unparished remainder, or the parish that is left.

        left = tax base of the whole area − the tax bases of the parts that are known

    >>> left_over(82_717.0, 2_153.0)
    80564.0
    """
    return whole - parts


def parts_by_population(sum_divided: Any, populations: Mapping[str, Any]) -> dict[str, Any]:
    """A sum divided by the people of each council's area, each part in whole pence, all parts together the sum.

        part = sum × population of the area ÷ population of all of them

    Law: regulations under the Local Government and Public Involvement in Health Act 2007, s.97, as Torbay and East Devon quote
    them: an apportionment uses the population of the area. The regulations themselves were not seen.

    >>> parts_by_population(100.0, {"north": 1_000, "south": 1_000, "west": 1_000})
    {'north': 33.34, 'south': 33.33, 'west': 33.33}
    """
    return dict(zip(populations, allocate(sum_divided, list(populations.values())), strict=True))


def above_its_share(held: Any, all_held: Any, population: Any, all_population: Any) -> Any:
    """What one council has of the property above its share by population; below nought where it has less.

        above = value that passes to it − value of all × its population ÷ population of all

    >>> above_its_share(300_000, 400_000, population=2_500, all_population=5_000)
    100000.0
    """
    return held - all_held * population / all_population


@dataclass(frozen=True)
class Sum:
    """Money that is divided."""

    amount: Amount = amount("£", "Sum that is divided")
    held_by: str = party("Who holds it and pays it over")
    account: str = choice("Account", ("revenue", "capital"))


@dataclass(frozen=True)
class Property:
    """Something that cannot be divided: it passes to one council."""

    value: Amount = amount("£", "What it is worth")
    goes_to: str = party("Council that it passes to")


@dataclass(frozen=True)
class Apportionment(Mechanism):
    """Writes the tax base of each part of an area, and divides money between them by population."""

    stage: ClassVar[str] = "tax base"
    tells: ClassVar[tuple[str, ...]] = ("*.*.part", "*.property", "*.property_above_share")
    tax_base: Amount | None = amount("Band D home", "Tax base of the whole area", None, above=0)
    tax_bases: Mapping[str, Amount] = amounts("Band D home", "Tax base of each part that is known, by council", {}, by_party=True)
    rest: str = party("Council whose part of the tax base is all that is left", "")
    population: Mapping[str, Amount] = amounts("person", "People of each part, by council", {}, by_party=True)
    sums: Mapping[str, Sum] = blocks(Sum, "Money divided by population, by name", {})
    property: Mapping[str, Property] = blocks(Property, "Property that passes whole, by name", {})

    def write(self, sheet: CaseSheet) -> None:
        """The bases, then the money and the property by population."""
        self._refuse()
        if self.tax_base is not None:
            self._bases(sheet)
        if self.sums or self.property:
            people = {
                key: sheet.given(f"{self.name}.population.{key}", one, f"{sheet.parties[key]}: population")
                for key, one in self.population.items()
            }
            for name, one in self.sums.items():
                self._sum(sheet, name, one, people)
            if self.property:
                self._property(sheet, people)

    def _refuse(self) -> None:
        where = f"mechanisms › {self.name}"
        if self.tax_base is None and not (self.tax_bases or self.sums or self.property):
            raise SheetError(f"{where}: nothing is divided. Give tax_base, sums or property.")
        if (self.tax_base is None) != (not self.tax_bases):
            missing = "tax_base" if self.tax_base is None else "tax_bases"
            raise SheetError(f"{where} › {missing}: the parts and the whole go together. Give {missing} too, or neither.")
        if self.rest and (self.tax_base is None or self.rest in self.tax_bases):
            why = "its tax base is given" if self.rest in self.tax_bases else "no tax base is divided"
            raise SheetError(f"{where} › rest: '{self.rest}' cannot take what is left, for {why}. Take one of the two out.")
        if bool(self.population) != bool(self.sums or self.property):
            raise SheetError(
                f"{where} › population: money and property are divided by it. Give it with sums or property, or none."
            )
        for key, people in self.population.items():
            given = people.by_year.values() if people.by_year is not None else () if people.value is None else (people.value,)
            if any(count <= 0 for count in given):
                raise SheetError(
                    f"{where} › population › {key}: {min(given):,g} people have no part. Give how many live there, above 0."
                )
        for name, one in self.property.items():
            if one.goes_to not in self.population:
                raise SheetError(f"{where} › property › {name} › goes_to: '{one.goes_to}' takes no part. Add its population.")

    def _bases(self, sheet: CaseSheet) -> None:
        assert self.tax_base is not None
        label, nothing = label_of(self.name), quantity(0.0, "Band D home")
        whole = sheet.given(f"{self.name}.tax_base", self.tax_base, f"{label}: tax base of the whole area")
        parts = [
            sheet.given(f"{key}.tax_base", one, f"{sheet.parties[key]}: tax base, part of the whole")
            for key, one in self.tax_bases.items()
        ]
        for line in parts:
            sheet.check(f"{line.name}.is_a_part", both(line >= nothing, line <= whole),
                        f"{line.label}: between nought and the whole", "A part is not larger than the whole")  # fmt: skip
        if self.rest:
            who = sheet.parties[self.rest]
            left = sheet.line(
                f"{self.rest}.tax_base", left_over(whole, total(*parts)), "Band D home", f"{who}: tax base, all that is left"
            )
            sheet.check(f"{self.name}.something_is_left", left >= nothing, f"{label}: the parts come to no more than the whole",
                        "What is left is not below nought")  # fmt: skip
            parts.append(left)
        sheet.check(f"{self.name}.tax_bases_are_whole", agrees(sheet.total(parts, "Band D home"), whole, within=HOMES_WITHIN),
                    f"{label}: the tax bases of the parts come to the whole", "Parishes and the unparished remainder are the area")  # fmt: skip

    def _sum(self, sheet: CaseSheet, name: str, one: Sum, people: Mapping[str, Line]) -> None:
        """Each council's part, and its payment by the one that holds the money."""
        prefix, label = f"{self.name}.{name}", label_of(name)
        divided = sheet.given(f"{prefix}.divided", one.amount, f"{label}: divided", kind="working")
        parts = {
            key: sheet.line(f"{prefix}.{key}.part", part, "£", f"{label}: part of {sheet.parties[key]}", kind="working")
            for key, part in parts_by_population(divided, people).items()
        }
        for key, part in parts.items():
            if key != one.held_by:
                ends = {"ends": one.amount.once} if one.amount.once else {}
                sheet.line(f"{prefix}.{key}.paid", part, "£", f"{label}: part paid to {sheet.parties[key]}", payer=one.held_by, payee=key,
                           account=one.account, kind="contribution", pays_for=f"its part of {label.lower()}", **ends)  # fmt: skip
        sheet.check(f"{prefix}.parts_are_whole", agrees(total(*parts.values()), divided, within=HALF_A_PENNY),
                    f"{label}: the parts come to the whole", "Each part is in whole pence")  # fmt: skip

    def _property(self, sheet: CaseSheet, people: Mapping[str, Line]) -> None:
        """What each council is left holding, beside its share by population. No money moves."""
        values = {
            name: sheet.given(f"{self.name}.property.{name}", one.value, f"{label_of(name)}: value, to {sheet.parties[one.goes_to]}",
                              kind="working")
            for name, one in self.property.items()
        }  # fmt: skip
        every, everyone = sheet.total(values.values()), sheet.total(people.values(), "person")
        above = []
        for key, count in people.items():
            mine = sheet.total([value for name, value in values.items() if self.property[name].goes_to == key])
            held = sheet.line(
                f"{self.name}.{key}.property", mine, "£", f"{sheet.parties[key]}: property that passes to it", kind="working"
            )
            above.append(sheet.line(f"{self.name}.{key}.property_above_share", above_its_share(held, every, count, everyone), "£",
                                    f"{sheet.parties[key]}: property above its share by population (− below)", kind="working"))  # fmt: skip
        sheet.check(f"{self.name}.property_shares_balance", agrees(total(*above), quantity(0.0, "£"), within=HALF_A_PENNY),
                    "Property above and below the shares by population comes to nought", "What one has above its share others lack")  # fmt: skip
