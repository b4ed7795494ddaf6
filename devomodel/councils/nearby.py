"""A parish beside its neighbours, its district today, and the homes of an area by band."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from devomodel.councils.files import records, rows
from devomodel.councils.records import (
    PARISH_YEARS,
    BillingAuthority,
    ImpliedTaxBase,
    Parish,
    billing_authorities,
    parish_at,
)
from devomodel.councils.search import find, words_of
from devomodel.problems import DevomodelError

DWELLINGS_COUNTED_ON = date(2025, 3, 31)
_BAND_COLUMNS = {band: f"band_{band.lower()}" for band in "ABCDEFGHI"}


@dataclass(frozen=True)
class Neighbour:
    """Another parish of the same billing authority: implied Band D homes, and £ for a Band D home."""

    parish: Parish
    tax_base: ImpliedTaxBase
    band_d: float


@dataclass(frozen=True)
class Neighbourhood:
    """Where a parish stands among those of its billing authority in one year.

    others              the nearest in implied tax base, nearest first
    number_compared     parishes of the district whose figures can be used, this one included
    rank_by_tax_base    1 = the largest; parishes that tie share the better place
    rank_by_band_d      1 = the highest charge
    """

    parish: Parish
    year: str
    others: tuple[Neighbour, ...]
    number_compared: int
    rank_by_tax_base: int
    rank_by_band_d: int

    def __str__(self) -> str:
        return (
            f"Of {self.number_compared} parishes in {self.parish.billing_authority} in {self.year}, {self.parish.name} "
            f"ranks {self.rank_by_tax_base} by implied tax base (1 = largest) "
            f"and {self.rank_by_band_d} by Band D charge (1 = highest)."
        )


def neighbours(parish: Parish, limit: int = 8) -> Neighbourhood:
    """Parishes of the same billing authority nearest in size, and where this one ranks among them all.

    Size is the implied tax base in the parish's newest usable year, compared in homes. Parishes that charged nothing
    are not in the table, so they are not ranked.

    parish    from `find(...)[0].record` or `parishes()`
    limit     how many neighbours to give
    Raises DevomodelError where neither year's figures imply a tax base.
    """
    if not parish.usable_years:
        raise DevomodelError(f"{parish}: no neighbours can be found. " + "; ".join(parish.unusable.values()) + ".")
    year = parish.usable_years[-1]
    own = parish.implied_tax_base(year).value
    district = [parish_at(number) for number, row in enumerate(rows("parish_precepts")) if row[1] == parish.billing_authority]
    compared = [Neighbour(p, p.implied_tax_base(year), p.band_d[year]) for p in district if year in p.usable_years]
    others = [other for other in compared if other.parish != parish]
    others.sort(key=lambda other: (abs(other.tax_base.value - own), other.parish.name))
    return Neighbourhood(
        parish=parish,
        year=year,
        others=tuple(others[: max(limit, 0)]),
        number_compared=len(compared),
        rank_by_tax_base=1 + sum(other.tax_base.value > own for other in others),
        rank_by_band_d=1 + sum(other.band_d > parish.band_d[year] for other in others),
    )


@dataclass(frozen=True)
class DistrictNow:
    """The billing authority of 2026-27 with the parish's district code or name, if there is one, and how we know."""

    authority: BillingAuthority | None
    sentence: str


def district_of(parish: Parish) -> DistrictNow:
    """The billing authority that a parish of 2019 was in, if the 2026-27 table still has it.

    Only an equal code or an equal name counts. Many districts of 2019 have since joined a unitary authority; which one
    is not in the data, so it is not guessed.
    """
    old_name, old_code = parish.billing_authority, parish.district_code
    for authority in billing_authorities():
        if authority.ons_code == old_code:
            if words_of(authority.name) == words_of(old_name):
                return DistrictNow(authority, f"{authority.name} is in the 2026-27 table under the same name and code.")
            return DistrictNow(
                authority, f"{old_name} is in the 2026-27 table as {authority.name}, under the same code {old_code}."
            )
    for authority in billing_authorities():
        if words_of(authority.name) == words_of(old_name):
            return DistrictNow(
                authority,
                f"{authority.name} is in the 2026-27 table under the same name, but its code has changed "
                f"from {old_code} to {authority.ons_code}: its boundary may have moved.",
            )
    return DistrictNow(
        None,
        f"{old_name}, the district of 2019, is not in the 2026-27 table. "
        "Look for the billing authority on a council tax bill and search for it by name.",
    )


@dataclass(frozen=True)
class RegisteredParish:
    """A parish or a Welsh community on the ONS list of December 2019, whether or not it charged anything."""

    name: str
    welsh_name: str
    code: str
    district: str


def registered(name: str) -> list[RegisteredParish]:
    """Parishes and communities of that very name, English or Welsh, on the ONS list of December 2019.

    For a name that `find` does not know: a parish with no precept in 2018-19 or 2019-20 has no row in the precept
    table, but is on this list.
    """
    asked = words_of(name)
    return [
        RegisteredParish(parish, welsh, code, district)
        for code, parish, welsh, _, district in rows("ons_parishes")
        if asked and asked in (words_of(parish), words_of(welsh))
    ]


@dataclass(frozen=True)
class DwellingsByBand:
    """Homes on the valuation list by council tax band.

    counts             {"A": … "I": …}, rounded to 10 at source; None where no figure is shown, which is not nought
    counted_on         the day of the count
    all_properties     the total as published; the bands may miss it by their rounding
    """

    name: str
    ons_code: str
    counted_on: date
    counts: dict[str, int | None] = field(hash=False)
    all_properties: int

    @property
    def note(self) -> str:
        """What to say beside the counts."""
        day = f"{self.counted_on.day} {self.counted_on:%B %Y}"
        return (
            f"{self.name}: dwellings on the valuation list at {day}, rounded to 10 at source; "
            "a blank is a figure not shown, not a nought. Before exemptions, discounts, premiums and support."
        )


def dwellings_by_band(ons_code: str) -> DwellingsByBand:
    """Homes in each band, A to H, and I in Wales, at 31 March 2025.

    ons_code    of an authority, a county, a region, England, Wales or both. Two districts have a newer code in the
                2026-27 council tax table (Barnsley and Sheffield); either code finds them.
    Raises DevomodelError for a code the table does not have.
    Source: Valuation Office Agency, Council Tax: stock of properties 2025, table CTSOP1.1.
    """
    wanted = str(ons_code).strip().upper()
    table = records("dwellings_by_band")
    row = next((row for row in table if row["ons_code"] == wanted), None)
    if row is None:
        name = next((authority.name for authority in billing_authorities() if authority.ons_code == wanted), None)
        row = next((row for row in table if row["area_name"] == name and row["geography"] == "LAUA"), None)
    if row is None:
        raise DevomodelError(f"No dwellings by band for '{ons_code}'. {_code_meant(str(ons_code))}")
    return DwellingsByBand(
        name=row["area_name"],
        ons_code=row["ons_code"],
        counted_on=DWELLINGS_COUNTED_ON,
        counts={band: int(row[column]) if row[column] else None for band, column in _BAND_COLUMNS.items()},
        all_properties=int(row["all_properties"]),
    )


def _code_meant(text: str) -> str:
    for match in find(text):
        authority = match.record
        if isinstance(authority, BillingAuthority):
            return f"Give the ONS code: {authority.name} is {authority.ons_code}."
    return "Give the nine-character ONS code of an authority, such as E07000239 for Wyre Forest. Parishes are not here."


def age_warning(today: date | None = None) -> str:
    """One sentence on how old the parish figures are, to print wherever one is shown.

    today    the day to count from; the day it is called if not given
    """
    # The engine brings numpy, which a search should not wait for.
    from devomodel.engine.years import first_calendar_year, start_of

    today = today or date.today()
    newest = PARISH_YEARS[-1]
    began = first_calendar_year(newest)
    this_year = today.year if today >= start_of(newest).replace(year=today.year) else today.year - 1
    age = max(this_year - began, 0)
    years = "1 year" if age == 1 else f"{age} years"
    return (
        f"The newest parish figures here are for {newest}, {years} old: use them as history only, "
        "and ask the billing authority for the current tax base."
    )
