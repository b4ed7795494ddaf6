"""The precept of a combined authority: one charge at Band D over the tax bases of all the councils that bill for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, to_pence
from devomodel.fields import amount, amounts, choice, party
from devomodel.mechanisms.bands import band_label, ninths_of, rounded_bands
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism

PER_HOME = "£/Band D home"
FUNCTIONS = ("mayoral functions", "mayoral functions and fire")


def raised_charge(last_year: Any, rise: Any = 0, pounds: Any = 0) -> Any:
    """Last year's charge with a rise in per cent, in pounds, or both.

        charge = last year's charge × (1 + rise) + pounds

    last_year  £ at Band D in the year before
    rise       share of it, as a decimal
    pounds     £ at Band D
    returns    £ at Band D, in whole pence

    >>> raised_charge(36, rise=0.0499), raised_charge(36, pounds=2)
    (37.8, 38.0)
    """
    return to_pence(last_year * (1 + rise) + pounds)


def district_precept(charge: Any, tax_base: Any) -> Any:
    """What the homes of one billing authority pay.

        precept = Band D charge × tax base

    charge    £ at Band D, the same in every constituent council
    tax_base  Band D equivalent homes of the billing authority
    returns   £ a year to the penny, paid by the billing authority to the combined authority

    Law: Local Government Finance Act 1992, ss.39, 40 and 42A; English Devolution and Community Empowerment Act 2026, s.12.

    >>> district_precept(19, 100_000)
    1900000.0
    """
    return to_pence(charge * tax_base)


@dataclass(frozen=True)
class MayoralPrecept(Mechanism):
    """One charge, a precept on each billing authority, and the council tax that each collects for it."""

    stage: ClassVar[str] = "precept"
    tells: ClassVar[tuple[str, ...]] = ("precept", "band_d", "band_d_change", "band_d_change_rate", "*.share")
    council: str = party("Combined authority that issues the precept")
    pays_for: str = choice("What the charge pays for", FUNCTIONS)
    tax_bases: Mapping[str, Amount] = amounts("Band D home", "Tax base of each billing authority", by_party=True)
    charge: Amount | None = amount(PER_HOME, "Band D charge, where it is given", None)
    charge_before: Amount | None = amount(PER_HOME, "Band D charge of the year before the first", None)
    rise: Amount | None = amount("share", "Rise in the charge on the year before", None)
    rise_in_pounds: Amount | None = amount(PER_HOME, "Rise in the charge on the year before, in pounds", None)

    def write(self, sheet: CaseSheet) -> None:
        """The charge by band and its change, each council's precept with what it collects, and the total."""
        self._refuse_two_rules()
        who, name = sheet.parties[self.council], self.name
        before = None if self.charge_before is None else sheet.given(
            f"{name}.charge_before", self.charge_before, f"{who}: Band D charge before the first year")  # fmt: skip
        charge = sheet.line(f"{name}.band_d", self._charge(sheet, who, before), PER_HOME,
                            f"{who}: Band D charge for {self.pays_for}")  # fmt: skip
        last = sheet.last_year(charge, first=None if before is None else to_pence(before))
        change = sheet.line(
            f"{name}.band_d_change", charge - last, PER_HOME, f"{who}: change in the Band D charge", may_be_blank=True
        )
        sheet.line(f"{name}.band_d_change_rate", change / last, "share", f"{who}: change in the Band D charge, %",
                   may_be_blank=True)  # fmt: skip
        for band, figure in rounded_bands(charge, ninths_of(sheet), "component_half_up").items():
            sheet.line(f"{name}.bands.{band}", figure, "£/dwelling", f"{who}: {band_label(band)}", kind="council tax",
                       council=self.council, band=band)  # fmt: skip
        self._write_precepts(sheet, who, charge)

    def test(self, sheet: CaseSheet) -> None:
        """The council tax of the combined authority is not written twice."""
        if f"{self.council}.precept" in sheet:
            raise SheetError(f"mechanisms › {self.name} › council: '{self.council}' also has a mechanism with use: precept, so its "
                             "council tax would be counted twice. Keep one of them.")  # fmt: skip

    def _refuse_two_rules(self) -> None:
        where = f"mechanisms › {self.name}"
        rises = [key for key in ("rise", "rise_in_pounds") if getattr(self, key) is not None]
        if self.charge is not None and rises:
            raise SheetError(f"{where} › {rises[0]}: the charge is given, so it cannot also be raised. Keep one of them.")
        if self.charge is None and not (rises and self.charge_before is not None):
            raise SheetError(f"{where}: nothing says what the charge is. Give charge, or charge_before with rise (0% to hold it) "
                             "or rise_in_pounds.")  # fmt: skip
        if not self.tax_bases:
            raise SheetError(f"{where} › tax_bases: no council bills for it. Name at least one, with its tax base.")
        if self.council in self.tax_bases:
            raise SheetError(f"{where} › tax_bases › {self.council}: it cannot precept on itself. Name the councils that bill.")

    def _charge(self, sheet: CaseSheet, who: str, before: Line | None) -> Any:
        if self.charge is not None:
            return to_pence(sheet.given(f"{self.name}.charge", self.charge, f"{who}: Band D charge, as given"))
        assert before is not None
        moves: list[Any] = [
            0 if one is None else sheet.given(f"{self.name}.{key}", one, f"{who}: {words}")
            for key, one, words in (("rise", self.rise, "rise in the charge"),
                                    ("rise_in_pounds", self.rise_in_pounds, "rise in the charge, in pounds"))
        ]  # fmt: skip
        return raised_charge(sheet.last_year(f"{self.name}.band_d", first=to_pence(before), unit_of=PER_HOME), *moves)

    def _write_precepts(self, sheet: CaseSheet, who: str, charge: Line) -> None:
        """Each billing authority pays its precept in full, and collects as much council tax for it."""
        name, bases, precepts = self.name, [], []
        for key, one in self.tax_bases.items():
            council = sheet.parties[key]
            bases.append(sheet.given(f"{name}.{key}.tax_base", one, f"{council}: tax base"))
            precept = sheet.line(f"{name}.{key}.precept", district_precept(charge, bases[-1]), "£", f"{who}: precept on {council}",
                                 payer=key, payee=self.council, account="revenue", kind="precept",
                                 phasing="precept instalments")  # fmt: skip
            precepts.append(precept)
            sheet.line(f"{name}.{key}.council_tax_collected", precept, "£", f"{council}: council tax collected for {who}",
                       payee=key, account="revenue", kind="council tax",
                       note="The billing authority pays the precept in full and bears the risk of collection")  # fmt: skip
        homes = sheet.line(
            f"{name}.tax_base", sheet.total(bases, "Band D home"), "Band D home", f"{who}: tax base of all councils"
        )
        raised = sheet.line(f"{name}.precept", sheet.total(precepts), "£", f"{who}: precept on all councils", kind="working")
        for key in self.tax_bases:
            sheet.line(f"{name}.{key}.share", sheet[f"{name}.{key}.tax_base"] / homes, "share",
                       f"{sheet.parties[key]}: share of the tax base, and so of the precept")  # fmt: skip
        sheet.check(f"{name}.precepts_raise_the_charge",
                    agrees(raised, charge * homes, within=len(precepts) * HALF_A_PENNY),
                    f"{who}: the precepts come to the charge on every home",
                    "Sum of the precepts = Band D charge × tax base of all councils, but for the rounding of each",
                    council=self.council)  # fmt: skip
