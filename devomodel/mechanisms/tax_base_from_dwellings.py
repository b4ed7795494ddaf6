"""The tax base built up from homes, discounts, premiums, support and the rate of collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import SheetError
from devomodel.fields import amount, amounts, party
from devomodel.mechanisms.bands import DISABLED, ENGLISH_BANDS, band_amount, band_label, bands_of, ninths_of
from devomodel.mechanisms.base import CaseSheet, Mechanism
from devomodel.written import share_text

ALL_BANDS = (DISABLED, *ENGLISH_BANDS, "I")


def relevant_amount(dwellings: Any, discounts: Any, premiums: Any, expected_change: Any, support: Any, ninths: Any) -> Any:
    """A band's Band D equivalents before allowance for non-collection.

        relevant amount = ((H − Q + E + J) − Z) × F ÷ G

    dwellings        H, chargeable homes on 30 November, after moves for the disabled reduction
    discounts        Q, as homes: a 25% discount is 0.25 of a home
    premiums         E, as homes: a 100% premium is one more home
    expected_change  J, homes expected to come or go on average over the year
    support          Z, council tax support as homes
    ninths           F, the band's ninths of Band D; G is 9
    returns          Band D equivalent homes

    Law: Local Authorities (Calculation of Council Tax Base) (England) Regulations 2012, SI 2012/2914.

    >>> relevant_amount(643, 31, 7, 8, 2, 18)
    1250.0
    """
    return (dwellings - discounts + premiums + expected_change - support) * ninths / 9


def tax_base(relevant_amounts: Any, collection_rate: Any, contribution_in_lieu: Any = 0) -> Any:
    """T: the relevant amounts times the share expected to be collected, and the forces' contribution in lieu.

    Law: SI 2012/2914, regulation 3.

    >>> tax_base(1_000.0, 0.98, 5.0)
    985.0
    """
    return relevant_amounts * collection_rate + contribution_in_lieu


@dataclass(frozen=True)
class TaxBaseFromDwellings(Mechanism):
    """Builds `<council>.tax_base` from columns of figures by band; `<council>.homes.<band>` are the homes it counts."""

    stage: ClassVar[str] = "tax base"
    council: str = party("Council whose tax base it is")
    dwellings: Mapping[str, Amount] = amounts("dwelling", "Chargeable homes in each band on 30 November (H)", keys=ALL_BANDS)
    discounts: Mapping[str, Amount] = amounts("dwelling", "Discounts, as homes (Q)", {}, keys=ALL_BANDS)
    premiums: Mapping[str, Amount] = amounts("dwelling", "Premiums, as homes (E)", {}, keys=ALL_BANDS)
    expected_change: Mapping[str, Amount] = amounts("dwelling", "Expected change in the year, as homes (J)", {}, keys=ALL_BANDS)
    completions: Mapping[str, Amount] = amounts("dwelling", "New homes finished in each year", {}, keys=ALL_BANDS,
                                                help="Counted for part of the year they are finished in and in full from the next")  # fmt: skip
    part_of_year: Amount | None = amount("share", "Part of the year for which a new home pays, on average", None)
    support: Mapping[str, Amount] = amounts("dwelling", "Council tax support, as homes (Z)", {}, keys=ALL_BANDS)
    support_in_pounds: Mapping[str, Amount] = amounts("£", "Council tax support awarded in each band", {}, keys=ALL_BANDS,
                                                      help="Turned into homes with last year's whole charge")  # fmt: skip
    charge_last_year: Amount | None = amount("£/Band D home", "Whole Band D charge of the area in the year before", None)
    collection_rate: Amount = amount("share", "Share of the tax expected to be collected")
    contribution_in_lieu: Amount | None = amount("Band D home", "Contributions in lieu for forces homes (class O)", None)

    def write(self, sheet: CaseSheet) -> None:
        """Lines for each band, the tax base before collection, and the tax base."""
        self._refuse_half_given()
        who, ninths = sheet.parties[self.council], ninths_of(sheet)
        charge = sheet.given(f"{self.name}.charge_last_year", self.charge_last_year, "Whole Band D charge, year before") if (
            self.charge_last_year) else None  # fmt: skip
        part = sheet.given(f"{self.name}.part_of_year", self.part_of_year, "Part of the year a new home pays") if (
            self.part_of_year) else None  # fmt: skip
        bases = []
        for band in bands_of(sheet.nation):
            if band not in self.dwellings:
                continue
            columns = {key: self._column(sheet, key, band) for key in ("discounts", "premiums", "expected_change", "support")}
            homes = self._homes(sheet, band, who)
            if part is not None and band in self.completions:
                finished = sheet[f"{self.name}.completions.{band}"]
                columns["expected_change"] = columns["expected_change"] + finished * part
            if charge is not None and band in self.support_in_pounds:
                pounds = self._given(sheet, "support_in_pounds", band)
                columns["support"] = sheet.line(f"{self.name}.support_as_homes.{band}",
                                                columns["support"] + pounds / band_amount(charge, ninths[band]), "dwelling",
                                                f"Support as homes, {band_label(band)}")  # fmt: skip
            bases.append(sheet.line(f"{self.council}.relevant_amount.{band}",
                                    relevant_amount(homes, ninths=ninths[band], **columns), "Band D home",
                                    f"{who}: {band_label(band)}, Band D equivalents"))  # fmt: skip
        whole = sheet.line(f"{self.council}.tax_base_before_collection", sheet.total(bases, "Band D home"), "Band D home",
                           f"{who}: tax base before allowance for non-collection")  # fmt: skip
        highest = max([self.collection_rate.value or 0.0, *(self.collection_rate.by_year or {}).values()])
        if highest > 1:
            raise SheetError(f"{self.collection_rate.where}: {share_text(highest)} is more than is charged. Allowed: up to 100%. Give the "
                             "share that is expected to be collected, such as 98.5%.")  # fmt: skip
        rate = sheet.given(f"{self.name}.collection_rate", self.collection_rate, "Collection rate")
        lieu = sheet.given(f"{self.name}.contribution_in_lieu", self.contribution_in_lieu, "Contributions in lieu") if (
            self.contribution_in_lieu) else 0  # fmt: skip
        sheet.line(f"{self.council}.tax_base", tax_base(whole, rate, lieu), "Band D home", f"{who}: tax base")

    def _refuse_half_given(self) -> None:
        if self.support_in_pounds and self.charge_last_year is None:
            raise SheetError(
                f"mechanisms › {self.name} › support_in_pounds: support_in_pounds needs charge_last_year, to turn the pounds into homes."
            )
        if self.completions and self.part_of_year is None:
            raise SheetError(
                f"mechanisms › {self.name} › completions: completions need part_of_year, the part of the year a new home pays for. "
                "Add it, such as part_of_year: 50%."
            )
        for key in ("discounts", "premiums", "expected_change", "completions", "support", "support_in_pounds"):
            for band in getattr(self, key):
                if band not in self.dwellings:
                    raise SheetError(f"mechanisms › {self.name} › {key}: Band {band} has no figure under dwellings. "
                                     "Add it there, or take it out here.")  # fmt: skip

    def _given(self, sheet: CaseSheet, key: str, band: str) -> Any:
        label = {"discounts": "Discounts as homes", "premiums": "Premiums as homes", "expected_change": "Expected change",
                 "support": "Support as homes", "support_in_pounds": "Support in pounds", "completions": "New homes",
                 "dwellings": "Homes"}[key]  # fmt: skip
        return sheet.given(f"{self.name}.{key}.{band}", getattr(self, key)[band], f"{label}, {band_label(band)}")

    def _column(self, sheet: CaseSheet, key: str, band: str) -> Any:
        return self._given(sheet, key, band) if band in getattr(self, key) else 0

    def _homes(self, sheet: CaseSheet, band: str, who: str) -> Any:
        """Homes on the relevant day: those given, and those finished in the years before."""
        name, label = f"{self.council}.homes.{band}", f"{who}: homes in {band_label(band)}"
        given = self._given(sheet, "dwellings", band)
        if band not in self.completions:
            return sheet.line(name, given, "dwelling", label)
        finished = self._given(sheet, "completions", band)
        built = f"{self.name}.built_before.{band}"
        earlier = sheet.line(built, sheet.last_year(built, first=0.0, unit_of="dwelling") + sheet.last_year(finished, first=0.0),
                             "dwelling", f"New homes of earlier years, {band_label(band)}")  # fmt: skip
        return sheet.line(name, given + earlier, "dwelling", label)
