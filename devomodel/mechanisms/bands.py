"""Council tax bands: their ninths of Band D, and the three ways in which published tables round them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from devomodel.amounts import NOT_STATED, Origin
from devomodel.engine import Line, SheetError, to_pence
from devomodel.mechanisms.base import CaseSheet
from devomodel.problems import suggestion

DISABLED = "A_disabled"
"""Band A with the disabled band reduction: 5 ninths of Band D."""

ENGLISH_BANDS = ("A", "B", "C", "D", "E", "F", "G", "H")
DISABLED_NINTHS = "council_tax.band_ninths.band_a_disabled"
NINTHS = {"england": "council_tax.band_ninths.england", "wales": "council_tax.band_ninths.wales"}

ROUNDINGS = ("component_half_up", "unrounded_band_d", "total_then_round")
"""component_half_up: each authority's Band D is rounded to the penny, then its other bands, then they are added.
unrounded_band_d: each authority's bands are worked from its unrounded Band D and rounded, then added.
total_then_round: the unrounded Band D charges are added and the bands of the total rounded."""


def bands_of(nation: str) -> tuple[str, ...]:
    """The bands of a nation, with the disabled band first.

    >>> bands_of("wales")[-1]
    'I'
    """
    return (DISABLED, *ENGLISH_BANDS, *(("I",) if nation == "wales" else ()))


def band_amount(band_d: Any, ninths: Any) -> Any:
    """What a home of a band pays: the Band D charge times the band's ninths, not rounded.

        band amount = Band D charge × ninths ÷ 9

    band_d   £ a year for a Band D home
    ninths   5 for Band A with the disabled reduction, 6 for A … 18 for H, 21 for I in Wales
    returns  £ a year for a home of the band

    Law: Local Government Finance Act 1992, s.5.

    >>> band_amount(9.0, 6), band_amount(9.0, 18)
    (6.0, 18.0)
    """
    return band_d * ninths / 9


def ninths_of(sheet: CaseSheet) -> dict[str, Line]:
    """The ninths of each band as lines of the sheet, written once for all mechanisms."""
    found = {}
    for band in bands_of(sheet.nation):
        name = f"bands.ninths.{band}"
        if name in sheet:
            found[band] = sheet[name]
            continue
        separate = band == DISABLED and sheet.nation == "england"
        parameter, key = (DISABLED_NINTHS, "") if separate else (NINTHS[sheet.nation], band)
        found[band] = sheet.parameter(name, parameter, f"{band_label(band)} as ninths of Band D", "Band D home/dwelling",
                                      key=key, written="ninths of Band D")  # fmt: skip
    return found


def band_label(band: str) -> str:
    """
    >>> band_label("A_disabled")
    'Band A (disabled reduction)'
    """
    return "Band A (disabled reduction)" if band == DISABLED else f"Band {band}"


def rounded_bands(band_d: Any, ninths: Mapping[str, Any], rounding: str) -> dict[str, Any]:
    """One authority's amount in every band under a rounding policy.

    band_d   £ a year for a Band D home, not rounded
    ninths   band → ninths of Band D
    returns  band → £ a year; not rounded when it is the total that is rounded

    >>> rounded_bands(172.61, {"B": 7, "E": 11}, "component_half_up")
    {'B': 134.25, 'E': 210.97}
    """
    if rounding == "total_then_round":
        return {band: band_amount(band_d, of) for band, of in ninths.items()}
    start = to_pence(band_d) if rounding == "component_half_up" else band_d
    return {band: to_pence(band_amount(start, of)) for band, of in ninths.items()}


def with_published(sheet: CaseSheet, prefix: str, worked: Any, published: Mapping[str, Mapping[str, float]], band: str,
                   label: str, origin: Any) -> Any:  # fmt: skip
    """The published amount of a band in the years it is given for, the worked one in the others."""
    years: Sequence[str] = sheet.years
    figures = [published.get(year, {}).get(band) for year in years]
    if all(figure is None for figure in figures):
        return worked
    given = sheet.input(f"{prefix}.published.{band}", [figure or 0.0 for figure in figures], "£/dwelling",
                        f"{label}, as published", origin=origin)  # fmt: skip
    told = sheet.input(f"{prefix}.is_published.{band}", [0.0 if figure is None else 1.0 for figure in figures], "number",
                       f"{label}: 1 in the years it is published", origin=origin, kind="working")  # fmt: skip
    # Published to the penny already; the worked figure stands in the other years.
    return told * given + (1 - told) * worked


def write_band_changes(sheet: CaseSheet, key: str, who: str, start_charge: Any, rounding: str) -> None:
    """Lines `<council>.band_changes.<band>`: how much more a home of the band pays than the year before, in £.

    start_charge  the Band D charge of the year before the first, not rounded; none means the first year has no change
    """
    ninths = ninths_of(sheet)
    before = rounded_bands(start_charge, ninths, rounding) if start_charge is not None else {}
    for band in ninths:
        now = sheet[f"{key}.bands.{band}"]
        last = sheet.last_year(now, first=before.get(band))
        sheet.line(f"{key}.band_changes.{band}", now - last, "£/dwelling", f"{who}: change in {band_label(band)}",
                   council=key, band=band)  # fmt: skip


def published_origin(sheet: CaseSheet, source: str, place: str) -> Origin:
    """Where published band amounts or bills came from; without a source they are given with no basis, and listed so.

    source  a key of the scenario's sources, or nothing
    Raises SheetError for a source that the scenario does not name.
    """
    if not source:
        return Origin(NOT_STATED, note="published figures given without published_source", place=place)
    if source not in sheet.sources:
        raise SheetError(f"{place} › published_source: '{source}' is not named under sources. "
                         f"{suggestion(source, sheet.sources) or 'Name it there, with its title and address.'}")  # fmt: skip
    return Origin("published", sheet.sources[source], place=place)
