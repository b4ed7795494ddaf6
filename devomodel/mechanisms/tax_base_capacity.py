"""What a tax base can bear: what £1 on Band D raises in each area, for each head, and the charge that the same sum takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, larger_of, quantity, smaller_of
from devomodel.fields import amount, blocks
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of

PER_HOME = "£/Band D home"


def raised_by(charge: Any, tax_base: Any) -> Any:
    """What a charge at Band D raises in a year.

        raised = charge × tax base

    charge    £ a year for a Band D home: £1, a penny, or any other
    tax_base  Band D homes of the area, after support, discounts and non-collection
    returns   £ a year

    Law: Local Government Finance Act 1992, ss.31B and 35.

    >>> raised_by(charge=1, tax_base=3_000)
    3000
    """
    return charge * tax_base


def charge_needed(sum_per_head: Any, people: Any, tax_base: Any) -> Any:
    """The Band D charge that raises a sum for each person.

        charge = sum per head × people ÷ tax base

    sum_per_head  £ a year for each person
    people        those it is for: who live there, or who are there by day
    tax_base      Band D homes of the area
    returns       £ a year for a Band D home, not rounded

    >>> charge_needed(sum_per_head=10, people=9_000, tax_base=3_000)
    30.0
    """
    return sum_per_head * people / tax_base


def share_taken_out(support: Any, tax_base: Any) -> Any:
    """The share of an area's Band D homes that council tax support takes out of its base.

        share = support ÷ (tax base + support)

    support   Band D homes taken out by the local scheme, counted as the tax base is
    tax_base  Band D homes that are left

    Law: Local Government Finance Act 1992, s.13A (reductions); support has been a discount since 2013.

    >>> share_taken_out(support=1_000, tax_base=3_000)
    0.25
    """
    return support / (tax_base + support)


@dataclass(frozen=True)
class Area:
    """An area: the homes that can be charged, and the people."""

    tax_base: Amount = amount("Band D home", "Tax base", above=0)
    population: Amount = amount("person", "People who live there", above=0)
    daytime_population: Amount | None = amount("person", "People who are there on a working day", None, above=0)
    support: Amount | None = amount("Band D home", "Band D homes that council tax support takes out of the base", None)


@dataclass(frozen=True)
class TaxBaseCapacity(Mechanism):
    """Sets areas side by side: yield, yield for each head, the charge for the same sum a head, and one charge over all.

    It moves no money.
    """

    stage: ClassVar[str] = "tests"
    tells: ClassVar[tuple[str, ...]] = ("*.yield_of_a_pound", "*.yield_per_head", "*.charge_needed", "one_charge",
                                        "dearest_over_cheapest", "*.pays_for_others, if any")  # fmt: skip
    sum_per_head: Amount = amount("£/person", "Sum to be raised for each person in the year")
    areas: Mapping[str, Area] = blocks(Area, "Areas by name")

    def write(self, sheet: CaseSheet) -> None:
        """Each area by itself, then all of them together."""
        if not self.areas:
            raise SheetError(
                f"mechanisms › {self.name} › areas: no area is named. Name at least one, with its tax base and population."
            )
        per_head = sheet.given(f"{self.name}.sum_per_head", self.sum_per_head, "Sum to be raised for each person")
        needed = {name: self._area(sheet, name, area, per_head) for name, area in self.areas.items()}
        self._together(sheet, needed)

    def _area(self, sheet: CaseSheet, name: str, area: Area, per_head: Line) -> Line:
        """The yield of an area and the charge it needs; returns the sum it needs."""
        prefix, label = f"{self.name}.{name}", label_of(name)
        given = sheet.givens(prefix, area, f"{label}: ")
        base, people = given["tax_base"], given["population"]
        assert base is not None and people is not None
        pound = sheet.line(
            f"{prefix}.yield_of_a_pound", raised_by(quantity(1.0, PER_HOME), base), "£", f"{label}: raised by £1 at Band D"
        )
        sheet.line(
            f"{prefix}.yield_of_a_penny", raised_by(quantity(0.01, PER_HOME), base), "£", f"{label}: raised by 1p at Band D"
        )
        sheet.line(f"{prefix}.yield_per_head", pound / people, "£/person", f"{label}: raised by £1 at Band D, for each resident")
        needed = sheet.line(f"{prefix}.sum_needed", per_head * people, "£", f"{label}: the sum for all its residents")
        sheet.line(f"{prefix}.charge_needed", charge_needed(per_head, people, base), PER_HOME,
                   f"{label}: Band D charge that raises the sum for each resident")  # fmt: skip
        if given["support"] is not None:
            self._support(sheet, prefix, label, given, per_head)
        if given["daytime_population"] is not None:
            by_day = given["daytime_population"]
            sheet.line(
                f"{prefix}.by_day_for_each_resident", by_day / people, "number", f"{label}: people by day for each resident"
            )
            sheet.line(f"{prefix}.yield_per_head_by_day", pound / by_day, "£/person",
                       f"{label}: raised by £1 at Band D, for each person there by day")  # fmt: skip
            sheet.line(f"{prefix}.charge_needed_by_day", charge_needed(per_head, by_day, base), PER_HOME,
                       f"{label}: Band D charge that raises the sum for each person there by day")  # fmt: skip
        return needed

    def _support(self, sheet: CaseSheet, prefix: str, label: str, given: Mapping[str, Line | None], per_head: Line) -> None:
        support, base, people = given["support"], given["tax_base"], given["population"]
        assert support is not None and base is not None and people is not None
        sheet.line(f"{prefix}.support_share", share_taken_out(support, base), "share",
                   f"{label}: share of Band D homes that support takes out")  # fmt: skip
        sheet.line(f"{prefix}.yield_without_support", raised_by(quantity(1.0, PER_HOME), base + support), "£",
                   f"{label}: raised by £1 at Band D if no support were given")  # fmt: skip
        sheet.line(f"{prefix}.charge_needed_without_support", charge_needed(per_head, people, base + support), PER_HOME,
                   f"{label}: Band D charge that would raise the sum if no support were given")  # fmt: skip
        sheet.check(f"{prefix}.support_is_not_negative", support >= quantity(0.0, "Band D home"),
                    f"{label}: support takes homes out of the base", "Support is given as homes taken out, nought or more")  # fmt: skip

    def _together(self, sheet: CaseSheet, needed: Mapping[str, Line]) -> None:
        """One charge that raises the same for each head over all the areas, and who would then pay for whom."""
        bases = {name: sheet[f"{self.name}.{name}.tax_base"] for name in needed}
        charges = [sheet[f"{self.name}.{name}.charge_needed"] for name in needed]
        whole = sheet.line(f"{self.name}.sum_needed", sheet.total(needed.values()), "£", "The sum for the residents of all areas")
        one = sheet.line(f"{self.name}.one_charge", whole / sheet.total(bases.values(), "Band D home"), PER_HOME,
                         "One Band D charge over all areas that raises the sum for each resident")  # fmt: skip
        sheet.line(f"{self.name}.dearest_over_cheapest", larger_of(*charges) / smaller_of(*charges), "number",
                   "The highest charge needed over the lowest, each area by itself", may_be_blank=True)  # fmt: skip
        over = [
            sheet.line(f"{self.name}.{name}.pays_for_others", raised_by(one, bases[name]) - sum_needed, "£",
                       f"{label_of(name)}: raised by one charge over all, above its own sum (− below it)", kind="working")
            for name, sum_needed in needed.items()
        ]  # fmt: skip
        sheet.check(f"{self.name}.one_charge_raises_all", agrees(sheet.total(over), quantity(0.0, "£"), within=HALF_A_PENNY),
                    "One charge over all areas raises what they need together", "What some pay for others comes to nought")  # fmt: skip
