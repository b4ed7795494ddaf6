"""What the shipped tables say of one parish, one billing authority or one Welsh authority."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from devomodel.councils.files import heading, records, rows
from devomodel.problems import DevomodelError, listed

PARISH_YEARS = ("2018-19", "2019-20")
AUTHORITY_YEARS = ("2025-26", "2026-27")

# As printed in the tables: charges to the penny, precepts to the pound.
HALF_A_PENNY = 0.005
HALF_A_POUND = 0.5

CLASSES = {
    "SD": "shire district",
    "UA": "unitary authority",
    "MD": "metropolitan district",
    "ILB": "inner London borough",
    "OLB": "outer London borough",
    "Eng": "England",
}


@dataclass(frozen=True)
class ImpliedTaxBase:
    """A tax base worked back from a precept and a charge; nobody published it.

    value      Band D equivalent homes, not rounded
    lowest     the least it can have been, given how the precept and the charge were rounded
    highest    the most it can have been
    """

    value: float
    lowest: float
    highest: float

    @property
    def error(self) -> float:
        """The most by which `value` can be out, in homes, because the figures behind it were rounded."""
        return max(self.highest - self.value, self.value - self.lowest)


@dataclass(frozen=True)
class Parish:
    """A parish or town in England as the council tax statistics of 2018-19 and 2019-20 give it.

    name                 as published, unfinished where the statistics are: "Kidderminster Town Council", "Falmouth"
    billing_authority    the district or unitary of 2019
    code                 ONS parish code of December 2019; blank for 256 that could not be matched
    district_code        ONS code of the district of 2019
    band_d               {year: £ for a Band D home}
    precept              {year: £ a year, in whole pounds}
    """

    name: str
    billing_authority: str
    code: str
    district_code: str
    band_d: dict[str, float] = field(hash=False)
    precept: dict[str, int] = field(hash=False)

    @property
    def unusable(self) -> dict[str, str]:
        """{year: why no tax base follows from that year's figures}; empty for all but two parishes."""
        return {
            year: f"Band D is nought or negative in {year}: the tax base cannot be implied"
            for year, charge in self.band_d.items()
            if charge <= 0
        }

    @property
    def usable_years(self) -> tuple[str, ...]:
        """The years whose figures imply a tax base, earliest first."""
        return tuple(year for year in self.band_d if year not in self.unusable)

    def implied_tax_base(self, year: str) -> ImpliedTaxBase:
        """The tax base that the precept and the Band D charge imply.

            tax base = precept ÷ Band D charge

        The charge is printed to the penny, so it may be half a penny out; the precept to the pound, so it may be
        half a pound out. The first matters in a town, the second in a hamlet charging a pound or two.

        year       "2018-19" or "2019-20"
        returns    Band D equivalent homes, not rounded, with the lowest and highest it can have been
        Raises DevomodelError for another year, or where the charge is nought or negative.
        Law: Local Government Finance Act 1992, s.34, read backwards.
        """
        if year not in self.band_d:
            raise DevomodelError(f"{self.name}: no figures for {year}. Allowed: {listed(self.band_d)}.")
        if year in self.unusable:
            raise DevomodelError(f"{self.name}, {self.billing_authority}: {self.unusable[year]}.")
        precept, charge = self.precept[year], self.band_d[year]
        return ImpliedTaxBase(
            value=precept / charge,
            lowest=max(precept - HALF_A_POUND, 0) / (charge + HALF_A_PENNY),
            highest=(precept + HALF_A_POUND) / (charge - HALF_A_PENNY),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.billing_authority})"


def parish_at(number: int) -> Parish:
    """The parish in row `number` of the precept table, counted from 0."""
    name, authority, code, district, band_d_1, band_d_2, precept_1, precept_2, _, _ = rows("parish_precepts")[number]
    return Parish(
        name=name,
        billing_authority=authority,
        code=code,
        district_code=district,
        band_d=dict(zip(PARISH_YEARS, (float(band_d_1), float(band_d_2)), strict=True)),
        precept=dict(zip(PARISH_YEARS, (int(precept_1), int(precept_2)), strict=True)),
    )


def parishes() -> list[Parish]:
    """All 8,559 parishes of the precept table, by district and name."""
    return [parish_at(number) for number in range(len(rows("parish_precepts")))]


@dataclass(frozen=True)
class BillingAuthority:
    """An authority that sends out council tax bills in England, 2025-26 and 2026-27; also the England and class totals.

    Dictionaries are {year: value}: both years where the table prints both, 2026-27 alone otherwise. None where the
    table prints "not applicable". Sums are £; tax bases are Band D equivalent homes; `collection_rate` is a share.
    `band_d_…_parishes` is the authority's own charge; `area_band_d` adds the county or Greater London Authority,
    police, fire and combined authority. Requirements of the England row include the major precepting authorities.
    """

    name: str
    ons_code: str
    local_code: str
    region: str
    class_code: str
    notes: str
    figures: dict[str, dict[str, float | None]] = field(hash=False, repr=False)

    @property
    def council_class(self) -> str:
        """The kind of authority in words."""
        return CLASSES.get(self.class_code, self.class_code)

    def figure(self, name: str) -> dict[str, float | None]:
        """One line of the table for each year it prints, by the name given in `FIGURES`.

        Raises DevomodelError for a name that is not in the table.
        """
        if name not in self.figures:
            raise DevomodelError(f"{self.name}: no figure called '{name}'. Allowed: {listed(self.figures)}.")
        return self.figures[name]

    @property
    def tax_base(self) -> dict[str, float | None]:
        """{year: Band D equivalent homes, after the collection rate}."""
        return self.figures["tax_base"]

    @property
    def collection_rate(self) -> dict[str, float | None]:
        """{year: share of the charge expected to be collected}."""
        return self.figures["collection_rate"]

    @property
    def council_tax_requirement(self) -> dict[str, float | None]:
        """{year: £, parish precepts included}."""
        return self.figures["council_tax_requirement_including_parishes"]

    @property
    def parish_precepts(self) -> dict[str, float | None]:
        """{year: £ of parish precepts in the area}."""
        return self.figures["parish_precepts"]

    @property
    def band_d_including_parishes(self) -> dict[str, float | None]:
        """{year: £, the authority's average charge with parish precepts in it}."""
        return self.figures["band_d_including_parishes"]

    @property
    def band_d_excluding_parishes(self) -> dict[str, float | None]:
        """{year: £, the authority's own charge alone}."""
        return self.figures["band_d_excluding_parishes"]

    def __str__(self) -> str:
        return f"{self.name} ({self.council_class})"


# The column of the table, without its unit and year, and the name it has here.
FIGURES = {
    "ctr_incl_parish": "council_tax_requirement_including_parishes",
    "special_expenses": "special_expenses",
    "parish_precepts": "parish_precepts",
    "ctr_excl_parish": "council_tax_requirement_excluding_parishes",
    "levies": "levies",
    "tax_base_before_collection": "tax_base_before_collection",
    "collection_rate": "collection_rate",
    "class_o_adjustment": "class_o_adjustment",
    "tax_base": "tax_base",
    "band_d_incl_parish": "band_d_including_parishes",
    "band_d_excl_parish": "band_d_excluding_parishes",
    "asc_precept_total": "adult_social_care_precept",
    "asc_precept_band_d": "adult_social_care_band_d",
    "county_or_gla_band_d": "county_or_gla_band_d",
    "police_band_d": "police_band_d",
    "fire_band_d": "fire_band_d",
    "combined_authority_band_d": "combined_authority_band_d",
    "area_band_d": "area_band_d",
    "n_parishes": "number_of_parishes",
    "tax_base_all_parishes": "tax_base_all_parishes",
    "n_charter_trustees": "number_of_charter_trustees",
    "tax_base_charter_trustees": "tax_base_charter_trustees",
    "n_precepting_local_bodies": "number_of_precepting_bodies",
    "tax_base_precepting_local_bodies": "tax_base_precepting_bodies",
}


def billing_authorities() -> list[BillingAuthority]:
    """The 296 billing authorities of England in 2026-27, by name."""
    return list(_authorities("billing_authorities"))


def england_totals() -> dict[str, BillingAuthority]:
    """England and the five classes of authority, as published: {"England": …, "Shire Districts": …}."""
    return {total.name: total for total in _authorities("england_and_class_totals")}


@cache
def _authorities(table: str) -> tuple[BillingAuthority, ...]:
    columns = [_figure_and_year(name) for name in heading(table)[6:]]
    found = []
    for local_code, ons_code, name, region, class_code, notes, *cells in rows(table):
        figures: dict[str, dict[str, float | None]] = {}
        for (figure, year), cell in zip(columns, cells, strict=True):
            figures.setdefault(figure, {})[year] = float(cell) if cell else None
        found.append(BillingAuthority(name, ons_code, local_code, region, class_code, notes, figures))
    return tuple(found)


def _figure_and_year(column: str) -> tuple[str, str]:
    stem, first, second = column.rsplit("_", 2)
    return FIGURES[stem.removesuffix("_gbp")], f"{first}-{second}"


@dataclass(frozen=True)
class WelshAuthority:
    """A county or county borough of Wales, 2026-27: £ for a Band D home.

    `community_council_band_d` is the average over the authority's area, not the charge of one community.
    """

    name: str
    band_d: dict[str, float] = field(hash=False)
    county_band_d: float
    community_council_band_d: float
    police_band_d: float
    average_per_dwelling: float

    def __str__(self) -> str:
        return f"{self.name} (Wales)"


def welsh_authorities() -> list[WelshAuthority]:
    """The 22 authorities of Wales; the Wales average is the last row of records("wales") and is left out here."""
    return [
        WelshAuthority(
            name=row["authority"],
            band_d={"2025-26": float(row["band_d_total_2025_26_gbp"]), "2026-27": float(row["band_d_total_gbp"])},
            county_band_d=float(row["county_gbp"]),
            community_council_band_d=float(row["community_council_gbp"]),
            police_band_d=float(row["police_gbp"]),
            average_per_dwelling=float(row["average_per_dwelling_gbp"]),
        )
        for row in records("wales")
        if row["authority"] != "Wales average"
    ]
