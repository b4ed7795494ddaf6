"""Published figures reproduced: thousands of real councils put through the project's own sheet, not divided here.

A published charge is reproduced when ours is within half a penny of it, and within what the printed rounding of the
precept and of the tax base can make of the charge. Where a publication contradicts itself the test says so by name.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import devomodel as dm
from devomodel import councils
from devomodel.model import Projection
from devomodel.problems import DevomodelError

HALF_A_PENNY = 0.005 + 1e-9

ONE_PARISH: dict[str, Any] = {
    "case": "One parish, whose precept and tax base are given side by side for many",
    "nation": "england",
    "first_year": "2019-20",
    "years": 1,
    "councils": {"parish": {"name": "Parish council", "kind": "parish"}},
    "mechanisms": {
        "homes": {"use": "tax_base", "council": "parish", "homes": 1_000},
        "precept": {
            "use": "precept", "council": "parish", "precept": 10_000, "general_reserve": {"opening": 0},
            "year_before": {"precept": 10_000, "tax_base": 1_000},
        },
    },
}  # fmt: skip


def side_by_side(precepts: Any, tax_bases: Any, before: tuple[Any, Any] | None = None) -> Projection:
    """Many parishes in one call: this year's precepts and tax bases, and those of the year before where there are any."""
    lanes = {"precept.precept": [precepts], "homes.homes": [tax_bases]}
    if before is not None:
        lanes |= {"precept.year_before.precept": [before[0]], "precept.year_before.tax_base": [before[1]]}
    return dm.project(dm.load_text(json.dumps(ONE_PARISH)), lanes={path: np.array(rows, float) for path, rows in lanes.items()})


def figures(projection: Projection, line: str) -> np.ndarray:
    return projection.figures[f"parish.{line}"][0]


# Parishes whose tax base was published apart from their precept


def decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def printed_rounding(precept: str, tax_base: str) -> float:
    """How far out a charge may be because the precept and the tax base behind it were printed rounded."""
    half_a_home, half_a_pound = (0.5 * 10.0 ** -decimals(one) for one in (tax_base, precept))
    return (float(precept) / float(tax_base) * half_a_home + half_a_pound) / float(tax_base)


PAGES = [row for row in councils.records("parish_figures") if row["precept_gbp"] and row["tax_base_band_d"]]
SLIPS = {
    ("Bromyard and Winslow", "2022-23"): "printed £168.58, where £240,825 over 1,437 homes is £167.59",
    ("Pennington", "2024-25"): "printed £19.20, which counts a grant of £183.64 with the precept; the precept alone is £18.96",
}


def test_hereford_city_and_bromyard_are_there_in_every_year_from_2018_19_to_2024_25():
    years = {f"20{at}-{at + 1}" for at in range(18, 25)}
    for parish in ("Hereford City", "Bromyard and Winslow"):
        assert {row["financial_year"] for row in PAGES if row["parish"] == parish} == years


@pytest.mark.parametrize("row", PAGES, ids=lambda row: f"{row['parish']} {row['financial_year']}")
def test_a_published_precept_over_a_published_tax_base_is_the_published_charge(row: dict[str, str]):
    ours = figures(side_by_side([float(row["precept_gbp"])], [float(row["tax_base_band_d"])]), "band_d_charge")[0]
    apart = abs(ours - float(row["band_d_gbp"]))
    allowed = HALF_A_PENNY + printed_rounding(row["precept_gbp"], row["tax_base_band_d"])
    slip = SLIPS.get((row["parish"], row["financial_year"]))
    assert (apart > allowed) == bool(slip), slip or f"£{ours:.4f}, where £{row['band_d_gbp']} is published"


def test_a_tax_base_printed_to_the_whole_home_is_what_keeps_some_charges_from_the_penny():
    ours = figures(side_by_side([float(row["precept_gbp"]) for row in PAGES], [float(row["tax_base_band_d"]) for row in PAGES]),
                   "band_d_charge")  # fmt: skip
    off = {(row["parish"], row["financial_year"]) for row, charge in zip(PAGES, ours, strict=True)
           if abs(charge - float(row["band_d_gbp"])) > HALF_A_PENNY}  # fmt: skip
    assert off - set(SLIPS) == {("Hereford City", "2018-19")} | {
        ("Bromyard and Winslow", f"20{at}-{at + 1}") for at in (18, 19, 20, 21, 23, 24)}  # fmt: skip
    assert [row["tax_base_band_d"] for row in PAGES if decimals(row["tax_base_band_d"])] == ["764.4"] and len(PAGES) == 15


SOUTH_STAFFORDSHIRE = {
    row["parish"]: row["tax_base_band_d"] for row in councils.records("parish_figures")
    if row["billing_authority"] == "South Staffordshire" and row["tax_base_band_d"]
}  # fmt: skip


def key(name: str) -> str:
    """A name by its letters, for two publications that punctuate it differently."""
    return "".join(letter for letter in name.lower().replace("&", "and") if letter.isalpha()).replace("and", "")


def test_south_staffordshire_published_the_bases_that_the_national_table_implies_for_its_27_parishes():
    national = {key(one.name): one for one in councils.parishes() if one.billing_authority == "South Staffordshire"}
    found = [(national[key(name)], base) for name, base in SOUTH_STAFFORDSHIRE.items()]
    precepts, bases = [one.precept["2018-19"] for one, _ in found], [float(base) for _, base in found]
    ours = figures(side_by_side(precepts, bases), "band_d_charge")
    apart = {}
    for (one, base), charge in zip(found, ours, strict=True):
        precept, published = one.precept["2018-19"], one.band_d["2018-19"]
        if abs(charge - published) > HALF_A_PENNY + printed_rounding(str(precept), base):
            apart[one.name] = f"£{charge:.4f}, not £{published}"
    assert len(found) == 27 and apart == {}


# All billing authorities

AUTHORITIES = councils.billing_authorities()
CHARGES = {"including_parishes": "council_tax_requirement_including_parishes",
           "excluding_parishes": "council_tax_requirement_excluding_parishes"}  # fmt: skip


@pytest.mark.parametrize("year", ["2025-26", "2026-27"])
@pytest.mark.parametrize("column", CHARGES)
def test_every_billing_authority_s_published_band_d_follows_from_its_requirement_and_tax_base(column: str, year: str):
    every = [*AUTHORITIES, *councils.england_totals().values()]
    requirement = [one.figure(CHARGES[column])[year] for one in every]
    ours = figures(side_by_side(requirement, [one.tax_base[year] for one in every]), "band_d_charge")
    published = np.array([one.figure(f"band_d_{column}")[year] for one in every])
    assert len(AUTHORITIES) == 296 and len(every) == 302
    assert [str(one) for one, apart in zip(every, np.abs(ours - published), strict=True) if apart > HALF_A_PENNY] == []


def test_the_parts_of_all_296_bills_of_2026_27_add_up_to_the_published_bill():
    parts = {"authority": "band_d_including_parishes", "county": "county_or_gla_band_d", "police": "police_band_d",
             "fire": "fire_band_d", "combined_authority": "combined_authority_band_d"}  # fmt: skip
    case = ONE_PARISH | {"first_year": "2026-27", "mechanisms": {
        "bill": {"use": "bill", "parts": {part: {"band_d": 1} for part in parts}}}}  # fmt: skip
    lanes = {f"bill.parts.{part}.band_d": np.array([[one.figure(name)["2026-27"] or 0.0 for one in AUTHORITIES]])
             for part, name in parts.items()}  # fmt: skip
    ours = dm.project(dm.load_text(json.dumps(case)), lanes=lanes).figures["bill.total.D"][0]
    published = [one.figure("area_band_d")["2026-27"] for one in AUTHORITIES]
    assert np.abs(ours - published).max() <= HALF_A_PENNY


def test_the_parts_of_all_22_welsh_bills_of_2026_27_add_up_to_the_published_bill():
    every = councils.welsh_authorities()
    parts = ("county", "community_council", "police")
    case = ONE_PARISH | {"nation": "wales", "first_year": "2026-27", "mechanisms": {
        "bill": {"use": "bill", "rounding": "total_then_round", "parts": {part: {"band_d": 1} for part in parts}}}}  # fmt: skip
    lanes = {f"bill.parts.{part}.band_d": np.array([[getattr(one, f"{part}_band_d") for one in every]]) for part in parts}
    projection = dm.project(dm.load_text(json.dumps(case)), lanes=lanes)
    ours, published = projection.figures["bill.band_d"][0], np.array([one.band_d["2026-27"] for one in every])
    assert len(every) == 22 and np.abs(ours - published).max() <= HALF_A_PENNY
    assert np.allclose(projection.figures["bill.total.I"][0], published * 21 / 9, atol=HALF_A_PENNY)


# Every parish of the national table

PARISHES = councils.all_parishes_arrays()
BOTH = PARISHES["usable_2018_19"] & PARISHES["usable_2019_20"]


@pytest.fixture(scope="module")
def every_parish() -> Projection:
    """All 8,559 in one call; where a tax base cannot be implied there is no figure to give."""
    return side_by_side(PARISHES["precept_2019_20"], PARISHES["implied_tax_base_2019_20"],
                        (PARISHES["precept_2018_19"], PARISHES["implied_tax_base_2018_19"]))  # fmt: skip


def test_all_8559_parishes_run_side_by_side(every_parish: Projection):
    assert every_parish.figures.draws == 8_559
    for line, year in (("band_d_at_start", "2018_19"), ("band_d", "2019_20")):
        usable = PARISHES[f"usable_{year}"]
        assert np.abs(figures(every_parish, line) - PARISHES[f"band_d_{year}"])[usable].max() < 1e-9


def test_the_changes_in_precept_tax_base_and_band_d_agree_in_each_parish(every_parish: Projection):
    """(1 + precept) = (1 + tax base) × (1 + Band D)."""
    band_d = PARISHES["band_d_2019_20"][BOTH] / PARISHES["band_d_2018_19"][BOTH]
    precept = 1 + figures(every_parish, "precept_change_rate")[BOTH]
    tax_base = 1 + figures(every_parish, "tax_base_change_rate")[BOTH]
    assert np.isfinite(precept).all() and np.allclose(precept, tax_base * band_d, rtol=1e-9)
    assert figures(every_parish, "change_identity").astype(bool)[BOTH].all()
    assert np.allclose(1 + figures(every_parish, "band_d_change_rate")[BOTH], band_d, rtol=1e-9)


def test_the_precept_and_the_bill_go_opposite_ways_in_hundreds_of_parishes(every_parish: Projection):
    """Why a precept's rise is never quoted as the household's: the tax base moves too."""
    precept, bill = (figures(every_parish, f"{line}_change")[BOTH] for line in ("precept", "band_d"))
    raised, lowered, still = precept > 0.5, precept < -0.5, np.abs(precept) < 0.5
    dearer, cheaper = bill > 0.005, bill < -0.005
    assert (raised & cheaper).sum() == 516
    assert (lowered & dearer).sum() == 55
    assert ((still & dearer).sum(), (still & cheaper).sum()) == (586, 1_109)


def test_the_three_years_of_parishes_that_cannot_be_used_are_refused_by_name(every_parish: Projection):
    refused = PARISHES["unusable"]
    assert len(refused) == 3
    named = {one.name: one for one in councils.parishes() if one.unusable}
    for name, _, year, reason in refused:
        assert "nought or negative" in reason
        with pytest.raises(DevomodelError, match=f"{name}.*{year}.*cannot be implied"):
            named[name].implied_tax_base(year)
    without = ~PARISHES["usable_2019_20"]
    assert np.isnan(figures(every_parish, "band_d")[without]).all()
    assert not figures(every_parish, "tax_base_positive").astype(bool)[without].any()


NAMED_IN_THE_GUIDE = [
    ("Castle Donington", "North West Leicestershire", 308_782, 127.86, 337_886, 137.30, 2_460.9),
    ("Kidderminster Town Council", "Wyre Forest", 528_488, 31.00, 620_676, 36.00, 17_241.0),
    ("Dunstable", "Central Bedfordshire", 2_219_034, 175.21, 2_297_506, 179.32, 12_812.3),
    ("Padiham", "Burnley", 38_364, 14.59, 77_041, 29.48, 2_613.3),
    ("Wittersham", "Ashford", 24_515, 46.61, 25_005, 45.60, 548.4),
    ("Bishops Waltham", "Winchester", 418_688, 158.19, 446_475, 167.42, 2_666.8),
    ("Choppington", "Northumberland", 383_084, 150.16, 395_342, 153.52, 2_575.2),
    ("Alcester", "Stratford-on-Avon", 250_746, 116.34, 259_832, 118.64, 2_190.1),
    ("Falmouth", "Cornwall", 1_762_398, 253.68, 1_990_645, 278.90, 7_137.5),
    ("Queen's Park", "Westminster", 157_999, 46.38, 162_149, 46.38, 3_496.1),
    ("Sutton Coldfield", "Birmingham", 1_850_868, 49.96, 1_851_318, 49.96, 37_056.0),
]  # fmt: skip


@pytest.mark.parametrize("row", NAMED_IN_THE_GUIDE, ids=lambda row: row[0])
def test_councils_named_in_the_guide_have_the_figures_printed_there(row: tuple[Any, ...]):
    name, authority, precept_before, charge_before, precept, charge, base = row
    [match] = [one for one in councils.parishes() if name in one.name and one.billing_authority.startswith(authority)]
    assert (match.precept, match.band_d) == ({"2018-19": precept_before, "2019-20": precept},
                                             {"2018-19": charge_before, "2019-20": charge})  # fmt: skip
    assert round(match.implied_tax_base("2019-20").value, 1) == base
    allowed = HALF_A_PENNY + printed_rounding(str(precept), str(base))
    assert figures(side_by_side([precept], [base]), "band_d_charge")[0] == pytest.approx(charge, abs=allowed)
