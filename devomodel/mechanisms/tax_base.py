"""The tax base given: the figure the billing authority notifies, draft or confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from devomodel.amounts import Amount
from devomodel.fields import amount, amounts, choice, party
from devomodel.mechanisms.bands import DISABLED, ENGLISH_BANDS, band_label, bands_of
from devomodel.mechanisms.base import CaseSheet, Mechanism


@dataclass(frozen=True)
class TaxBase(Mechanism):
    """Takes the tax base as notified; writes `<council>.tax_base` and, where they are given, the homes in each band."""

    stage: ClassVar[str] = "tax base"
    council: str = party("Council whose tax base it is")
    homes: Amount = amount("Band D home", "Tax base, in Band D equivalent homes", above=0)
    status: str = choice("Where it stands: a draft, confirmed by the billing authority, or implied", ("draft", "confirmed", "implied"), "draft",
                          help="implied: worked out from a published precept and charge")  # fmt: skip
    homes_by_band: Mapping[str, Amount] = amounts("dwelling", "Homes in each band", {}, keys=(DISABLED, *ENGLISH_BANDS, "I"),
                                                  help="Counts of homes, for saying how many pay what; not used for the charge")  # fmt: skip

    def write(self, sheet: CaseSheet) -> None:
        """The tax base, and the homes in each band when they are given."""
        name = sheet.parties[self.council]
        sheet.given(f"{self.council}.tax_base", self.homes, f"{name}: tax base ({self.status})")
        for band in bands_of(sheet.nation):
            if band in self.homes_by_band:
                sheet.given(f"{self.council}.homes.{band}", self.homes_by_band[band], f"{name}: homes in {band_label(band)}")
