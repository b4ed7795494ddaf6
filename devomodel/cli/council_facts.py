"""What the shipped tables say of one council, printed and as plain data."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any

from devomodel.cli.words import figure, fixed
from devomodel.problems import DevomodelError
from devomodel.statements import Row, Statement

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.councils import BillingAuthority, DwellingsByBand, Match, Parish, WelshAuthority

AUTHORITY_ROWS = (
    ("Tax base, Band D homes", "tax_base", "Band D home"),
    ("Collection rate", "collection_rate", "share"),
    ("Council tax requirement with parishes", "council_tax_requirement_including_parishes", "£"),
    ("Precepts of parishes", "parish_precepts", "£"),
    ("Band D of the authority itself", "band_d_excluding_parishes", "£/Band D home"),
    ("Band D with the average parish", "band_d_including_parishes", "£/Band D home"),
    ("Band D of the county or GLA", "county_or_gla_band_d", "£/Band D home"),
    ("Band D of the police", "police_band_d", "£/Band D home"),
    ("Band D of the fire authority", "fire_band_d", "£/Band D home"),
    ("Band D of the combined authority", "combined_authority_band_d", "£/Band D home"),
    ("Whole Band D bill, average of the area", "area_band_d", "£/Band D home"),
    ("Parishes", "number_of_parishes", "dwelling"),
    ("Tax base of all parishes, Band D homes", "tax_base_all_parishes", "Band D home"),
)


def print_council(page: Page, match: Match) -> None:
    """Everything the tables say of a match."""
    from devomodel.councils import BillingAuthority, Parish

    record = match.record
    page.title(str(match))
    if isinstance(record, Parish):
        _parish(page, record)
    elif isinstance(record, BillingAuthority):
        _authority(page, record)
    else:
        _welsh(page, record)


def facts(match: Match) -> dict[str, Any]:
    """The same as plain data."""
    from devomodel.councils import Parish, age_warning, neighbours

    record = match.record
    found = dataclasses.asdict(record)
    if isinstance(record, Parish):
        found["implied_tax_base"] = {year: dataclasses.asdict(record.implied_tax_base(year)) for year in record.usable_years}
        found["unusable"] = record.unusable
        found["warning"] = age_warning()
        if record.usable_years:
            near = neighbours(record)
            found["neighbours"] = {
                "year": near.year,
                "number_compared": near.number_compared,
                "rank_by_tax_base": near.rank_by_tax_base,
                "rank_by_band_d": near.rank_by_band_d,
                "others": [
                    {"name": one.parish.name, "tax_base": one.tax_base.value, "band_d": one.band_d} for one in near.others
                ],
            }
    return {"kind": match.kind, **found}


def _parish(page: Page, parish: Parish) -> None:
    from devomodel.councils import age_warning, district_of, neighbours

    page.say(age_warning(), style="bold")
    page.blank()
    page.statement(history(parish))
    for year, reason in parish.unusable.items():
        page.item(f"{year}: {reason}.")
    errors = [f"{_homes_out(parish.implied_tax_base(year).error)} in {year}" for year in parish.usable_years]
    if errors:
        page.say(
            f"The tax base is implied: published precept divided by published Band D, which are rounded, so it can be "
            "out by "
            f"{' and '.join(errors)}.",
            style="dim",
        )
        near = neighbours(parish)
        page.heading(f"Parishes of {parish.billing_authority} nearest in size, {near.year}")
        rows = [[one.parish.name, fixed(one.tax_base.value, 1), fixed(one.band_d, 2)] for one in near.others]
        page.table(["Parish", "Implied tax base", "Band D, £"], rows)
        page.say(str(near))
    today = district_of(parish)
    page.heading("The district")
    page.say(today.sentence)
    _homes(page, today.authority.ons_code if today.authority else parish.district_code)
    page.blank()
    page.say(
        f'A small scenario of these figures: devomodel councils "{parish.name}, {parish.billing_authority}" --as-yaml',
        style="dim",
    )


def _homes_out(error: float) -> str:
    """How far an implied tax base may be out, never "0.0 homes"."""
    return f"{error:,.1f} homes" if round(error, 1) > 0 else "less than a tenth of a home"


def history(parish: Parish) -> Statement:
    """The published years with the three changes that belong together: precept, tax base, Band D."""
    from devomodel.mechanisms.precept import change, change_rate

    years = tuple(parish.precept)
    precept = [float(parish.precept[year]) for year in years]
    band_d = [parish.band_d[year] for year in years]
    base = [parish.implied_tax_base(year).value if year in parish.usable_years else nan for year in years]

    def moved(rule: Any, values: list[float]) -> tuple[float, ...]:
        return (nan, *(rule(now, before) if before else nan for before, now in pairwise(values)))

    rows = (
        Row("Precept, £", tuple(precept), kind="balance"),
        Row("change, £", moved(change, precept)),
        Row("change, %", moved(change_rate, precept), "share"),
        Row("Implied tax base, Band D homes", tuple(base), "Band D home", "balance"),
        Row("change, %", moved(change_rate, base), "share"),
        Row("Band D charge, £ a year", tuple(band_d), "£/Band D home", "balance"),
        Row("change, £", moved(change, band_d), "£/Band D home"),
        Row("change, %", moved(change_rate, band_d), "share"),
    )
    return Statement(parish.name, years, rows)


def _authority(page: Page, authority: BillingAuthority) -> None:
    years = ("2025-26", "2026-27")
    rows = []
    for label, name, unit in AUTHORITY_ROWS:
        given = authority.figures.get(name, {})
        values = tuple(nan if given.get(year) is None else float(given[year] or 0) for year in years)
        if any(value == value for value in values):
            rows.append(Row(label, values, unit, "balance"))
    page.say(
        f"{authority.council_class.capitalize()}, {authority.region}, code {authority.ons_code}. "
        "Published figures of 2025-26 and 2026-27."
    )
    if authority.notes:
        page.say(authority.notes)
    page.blank()
    page.statement(Statement(authority.name, years, tuple(rows)))
    _homes(page, authority.ons_code)


def _welsh(page: Page, authority: WelshAuthority) -> None:
    page.say("Published figures of 2026-27, £ a year at Band D.")
    page.blank()
    rows = [
        ["Whole bill, 2025-26", fixed(authority.band_d["2025-26"], 2)],
        ["Whole bill, 2026-27", fixed(authority.band_d["2026-27"], 2)],
        ["County, 2026-27", fixed(authority.county_band_d, 2)],
        ["Police, 2026-27", fixed(authority.police_band_d, 2)],
        ["Community councils, average of the area, 2026-27", fixed(authority.community_council_band_d, 2)],
        ["Average for a dwelling, 2026-27", fixed(authority.average_per_dwelling, 2)],
    ]
    page.table(["", "£"], rows)
    page.say("The figure for community councils is an average over the county, not the charge of one community.")
    from devomodel.councils import records

    code = next((row["ons_code"] for row in records("dwellings_by_band") if row["area_name"] == authority.name), "")
    if code:
        _homes(page, code)


def _homes(page: Page, code: str) -> None:
    """Homes by band of an authority, where the table has it."""
    from devomodel.councils import dwellings_by_band

    try:
        homes: DwellingsByBand = dwellings_by_band(code)
    except DevomodelError:
        return
    bands = {band: count for band, count in homes.counts.items() if count is not None or band != "I"}
    page.heading(f"Homes by band, {homes.name}")
    page.table(
        [*bands, "All"],
        [
            [
                *("–" if count is None else figure(count, "dwelling") for count in bands.values()),
                figure(homes.all_properties, "dwelling"),
            ]
        ],
        text_columns=(),
    )
    page.say(homes.note, style="dim")
