"""Special expenses: a cost that a billing authority charges only to the part of its area it is spent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import agrees
from devomodel.fields import amount, blocks, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of


def special_band_d(special_cost: Any, area_tax_base: Any) -> Any:
    """The special expense spread over the tax base of its own area.

    special_cost   £ a year spent in the area on a function that parishes perform elsewhere
    area_tax_base  Band D homes of the area
    returns        £ a year for a Band D home of the area

    Law: Local Government Finance Act 1992, ss.34(3) and 35.

    >>> special_band_d(50_000, 2_500)
    20.0
    """
    return special_cost / area_tax_base


def general_band_d(requirement: Any, special_costs: Any, tax_base: Any) -> Any:
    """What every home of the authority pays, once the special expenses are charged to their own areas.

    >>> general_band_d(1_000_000, 50_000, 10_000)
    95.0
    """
    return (requirement - special_costs) / tax_base


@dataclass(frozen=True)
class Area:
    """A part of the authority's area with special expenses."""

    cost: Amount = amount("£", "Special expenses of the area")
    tax_base: Amount = amount("Band D home", "Tax base of the area", above=0)


@dataclass(frozen=True)
class SpecialExpenses(Mechanism):
    """Splits a billing authority's requirement between a general charge and charges on areas; the average is unchanged."""

    stage: ClassVar[str] = "precept"
    council: str = party("Billing authority")
    requirement: Amount = amount("£", "Council tax requirement, special expenses included")
    tax_base: Amount = amount("Band D home", "Tax base of the whole authority", above=0)
    areas: Mapping[str, Area] = blocks(Area, "Areas with special expenses")

    def write(self, sheet: CaseSheet) -> None:
        """The general charge, each area's charge on top of it, and the check on the average."""
        who, prefix = sheet.parties[self.council], self.name
        requirement = sheet.given(f"{prefix}.requirement", self.requirement, f"{who}: council tax requirement")
        tax_base = sheet.given(f"{prefix}.tax_base", self.tax_base, f"{who}: tax base")
        costs, raised = [], []
        for area, given in self.areas.items():
            label = f"{who}, {label_of(area)}"
            cost = sheet.given(f"{prefix}.{area}.cost", given.cost, f"{label}: special expenses")
            base = sheet.given(f"{prefix}.{area}.tax_base", given.tax_base, f"{label}: tax base")
            charge = sheet.line(f"{prefix}.{area}.band_d", special_band_d(cost, base), "£/Band D home",
                                f"{label}: special expenses at Band D")  # fmt: skip
            costs.append(cost)
            raised.append(charge * base)
        general = sheet.line(f"{prefix}.general_band_d", general_band_d(requirement, sheet.total(costs), tax_base), "£/Band D home",
                             f"{who}: general charge at Band D, paid everywhere")  # fmt: skip
        average = sheet.line(f"{prefix}.average_band_d", requirement / tax_base, "£/Band D home", f"{who}: average Band D charge")
        collected = sheet.line(f"{prefix}.collected", sheet.total([sheet.line(f"{prefix}.{area}.collected", one, "£",
                               f"{who}, {label_of(area)}: raised by special expenses", kind="working")
                               for area, one in zip(self.areas, raised, strict=True)]) + general * tax_base, "£",
                               f"{who}: raised by the general and the special charges")  # fmt: skip
        sheet.check(f"{prefix}.average_unchanged", agrees(collected / tax_base, average, within=1e-6),
                    f"{who}: special expenses move the charge between areas and leave the average as it was",
                    "General and special charges together raise the requirement", council=self.council)  # fmt: skip
