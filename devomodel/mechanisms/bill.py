"""The whole council tax bill of an area: every authority's part, in every band, rounded as published tables are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, to_pence
from devomodel.fields import amount, blocks, choice, party, table_by_year, text
from devomodel.mechanisms.bands import (
    DISABLED,
    ENGLISH_BANDS,
    ROUNDINGS,
    band_label,
    ninths_of,
    published_origin,
    rounded_bands,
    with_published,
)
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of

ALL_BANDS = (DISABLED, *ENGLISH_BANDS, "I")


@dataclass(frozen=True)
class Part:
    """One authority's part of the bill."""

    label: str = text("Authority, as the bill names it", "")
    band_d: Amount = amount("£/Band D home", "Band D charge of the authority")
    band_d_before: Amount | None = amount("£/Band D home", "Band D charge in the year before the first", None)
    published_bands: Mapping[str, Mapping[str, float]] = table_by_year(
        "£/dwelling", "Band amounts as published, by year", {}, keys=ALL_BANDS)  # fmt: skip


@dataclass(frozen=True)
class Bill(Mechanism):
    """Adds up the parts of the bill band by band and says how much each moves."""

    stage: ClassVar[str] = "bills"
    council: str = party("Council whose residents pay the bill; its own charge is taken from its precept", "")
    parts: Mapping[str, Part] = blocks(Part, "The other authorities' parts")
    rounding: str = choice("How published tables round", ROUNDINGS, "component_half_up")
    published_source: str = text("Source of the published amounts, by its key under sources", "")
    published_totals: Mapping[str, Mapping[str, float]] = table_by_year(
        "£/dwelling", "Whole bills as published, to be compared with", {}, keys=ALL_BANDS)  # fmt: skip

    def write(self, sheet: CaseSheet) -> None:
        """Every authority's bands, the totals, the changes, and the share of the bill that is the council's own."""
        ninths = ninths_of(sheet)
        columns: dict[str, dict[str, Any]] = {}
        charges: dict[str, Line] = {}
        if self.council:
            columns[self.council], charges[self.council] = self._own(sheet, ninths)
        for part, given in self.parts.items():
            if part in columns:
                raise SheetError(f"mechanisms › {self.name} › parts › {part}: the council's own part comes from its precept; "
                                 "take it out of parts or use another name.")  # fmt: skip
            columns[part], charges[part] = self._other(sheet, part, given, ninths)
        totals = {}
        for band in ninths:
            added = sheet.total([column[band] for column in columns.values()], "£/dwelling")
            figure = to_pence(added) if self.rounding == "total_then_round" else added
            totals[band] = sheet.line(f"{self.name}.total.{band}", figure, "£/dwelling", f"Whole bill, {band_label(band)}",
                                      kind="council tax", band=band)  # fmt: skip
        self._changes(sheet, totals["D"], charges)
        self._against_published(sheet, totals)

    def _own(self, sheet: CaseSheet, ninths: Mapping[str, Line]) -> tuple[dict[str, Line], Line]:
        key = self.council
        if f"{key}.band_d_charge" not in sheet:
            raise SheetError(f"mechanisms › {self.name}: '{key}' has no precept in the case. Add a mechanism with use: precept, or "
                             "take 'council' out.")  # fmt: skip
        charge = sheet[f"{key}.band_d_charge"]
        if self.rounding != "total_then_round":
            return {band: sheet[f"{key}.bands.{band}"] for band in ninths}, charge
        worked = rounded_bands(charge, ninths, self.rounding)
        return {band: sheet.line(f"{self.name}.{key}.{band}", worked[band], "£/dwelling",
                                 f"{sheet.parties[key]}, {band_label(band)}, not rounded") for band in ninths}, charge  # fmt: skip

    def _other(self, sheet: CaseSheet, part: str, given: Part, ninths: Mapping[str, Line]) -> tuple[dict[str, Line], Line]:
        label, prefix = given.label or label_of(part), f"{self.name}.{part}"
        charge = sheet.given(f"{prefix}.band_d", given.band_d, f"{label}: Band D charge")
        worked = rounded_bands(charge, ninths, self.rounding)
        origin = published_origin(sheet, self.published_source, f"mechanisms › {self.name}")
        column = {}
        for band in ninths:
            figure = with_published(
                sheet, prefix, worked[band], given.published_bands, band, f"{label}, {band_label(band)}", origin
            )
            column[band] = sheet.line(f"{prefix}.{band}", figure, "£/dwelling", f"{label}, {band_label(band)}", kind="council tax",
                                      band=band)  # fmt: skip
            if figure is not worked[band]:
                sheet.check(f"{prefix}.{band}.in_ninths", agrees(column[band], charge * ninths[band] / 9, within=0.01 + 0.005 + 1e-9),
                            f"{label}: published {band_label(band)} follows the statutory ninths",
                            "Within a penny of its ninths of Band D")  # fmt: skip
        return column, charge

    def _changes(self, sheet: CaseSheet, total_d: Line, charges: Mapping[str, Line]) -> None:
        before = self._before(sheet)
        own_at_start = f"{self.council}.band_d_at_start"
        whole_before = None
        if set(before) == set(self.parts) and (not self.council or own_at_start in sheet):
            parts = [before[part] for part in self.parts]
            if self.council:
                parts.append(sheet[own_at_start])
            whole_before = sheet.line(f"{self.name}.total_at_start", sheet.total(parts, "£/Band D home"), "£/Band D home",
                                      "Whole bill at Band D in the year before the first", kind="working")  # fmt: skip
        per_home = sheet.line(f"{self.name}.band_d", total_d * 9 / sheet["bands.ninths.D"], "£/Band D home",
                              "Whole bill at Band D")  # fmt: skip
        last = sheet.last_year(per_home, first=whole_before)
        sheet.line(f"{self.name}.change", per_home - last, "£/Band D home", "Change in the whole bill at Band D")
        sheet.line(
            f"{self.name}.change_rate",
            (per_home - last) / last,
            "share",
            "Change in the whole bill at Band D, %",
            may_be_blank=True,
        )
        for part, charge in charges.items():
            label = sheet.parties.get(part) or (self.parts[part].label if part in self.parts else "") or label_of(part)
            rounded = sheet.line(f"{self.name}.{part}.charge", to_pence(charge), "£/Band D home", f"{label}: Band D, to the penny",
                                 kind="working")  # fmt: skip
            first = before.get(part) if part in self.parts else sheet[own_at_start] if own_at_start in sheet else None  # noqa: SIM401
            earlier = sheet.last_year(rounded, first=first)
            sheet.line(f"{self.name}.{part}.change", rounded - earlier, "£/Band D home", f"{label}: change at Band D")
            sheet.line(
                f"{self.name}.{part}.change_rate",
                (rounded - earlier) / earlier,
                "share",
                f"{label}: change at Band D, %",
            )
            sheet.line(f"{self.name}.{part}.share", rounded / per_home, "share", f"{label}: share of the whole bill at Band D")

    def _before(self, sheet: CaseSheet) -> dict[str, Line]:
        return {part: sheet.given(f"{self.name}.{part}.band_d_before", given.band_d_before,
                                  f"{given.label or label_of(part)}: Band D in the year before the first")
                for part, given in self.parts.items() if given.band_d_before}  # fmt: skip

    def _against_published(self, sheet: CaseSheet, totals: Mapping[str, Line]) -> None:
        """Each published whole bill beside ours: a penny either way counts as agreement and is said."""
        origin = published_origin(sheet, self.published_source, f"mechanisms › {self.name}")
        for band, line in totals.items():
            figures = [self.published_totals.get(year, {}).get(band) for year in sheet.years]
            if all(figure is None for figure in figures):
                continue
            given = sheet.input(f"{self.name}.published_total.{band}", [figure or 0.0 for figure in figures], "£/dwelling",
                                f"Whole bill as published, {band_label(band)}", origin=origin)  # fmt: skip
            told = sheet.input(f"{self.name}.published_total.{band}.given", [0.0 if figure is None else 1.0 for figure in figures],
                               "number", f"1 in the years the {band_label(band)} bill is published", origin=origin, kind="working")  # fmt: skip
            sheet.check(f"{self.name}.total.{band}.as_published", agrees(told * line, told * given, within=0.01 + 1e-9),
                        f"Whole bill in {band_label(band)} agrees with the published table to a penny",
                        "Published tables differ by a penny where an authority worked from an unrounded charge")  # fmt: skip
