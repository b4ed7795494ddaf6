"""The shipped tables say what their sources say, and their figures obey the identities they should."""

from __future__ import annotations

import gzip
import hashlib
import re

import numpy as np
import pytest

from devomodel import councils
from devomodel.councils.files import DATA, TABLES
from devomodel.problems import DevomodelError

HALF_A_PENNY = 0.005 + 1e-9


@pytest.fixture(scope="module")
def everyone():
    return councils.parishes()


@pytest.fixture(scope="module")
def arrays():
    return councils.all_parishes_arrays()


@pytest.fixture(scope="module")
def authorities():
    return councils.billing_authorities()


def parish(name, district=None):
    """The one parish of that name, found as a user would find it."""
    found = [match for match in councils.find(name) if match.kind == "parish"]
    found = [match for match in found if district in (None, match.place)]
    return found[0].record


# What ships


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("parish_precepts", 8_559),
        ("billing_authorities", 296),
        ("england_and_class_totals", 6),
        ("dwellings_by_band", 360),
        ("wales", 23),
        ("parish_figures", 177),
        ("national_series", 12),
        ("section_137_limits", 8),
        ("ons_parishes", 11_341),
    ],
)
def test_every_table_has_the_rows_its_source_has(table, count):
    assert len(councils.records(table)) == count


def test_every_shipped_file_is_attributed_with_the_hash_of_what_is_in_it():
    text = (DATA / "ATTRIBUTION.md").read_text(encoding="utf-8")
    files = {path.name: path for path in DATA.glob("*.csv.gz")}
    sections = {re.split(r"\s", part, maxsplit=1)[0]: part for part in text.split("\n## ")[1:]}
    assert set(sections) == set(files) == {f"{stem}.csv.gz" for stem in TABLES.values()}
    for name, section in sections.items():
        unpacked = gzip.decompress(files[name].read_bytes())
        assert f"`{hashlib.sha256(unpacked).hexdigest()}`" in section, name
        assert "**Attribution**" in section or "attribution**: as for" in section, name


def test_every_file_is_compressed_without_a_time_stamp_so_that_it_can_be_made_again():
    for path in DATA.glob("*.csv.gz"):
        assert path.read_bytes()[4:8] == b"\0\0\0\0", path.name


def test_a_table_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(DevomodelError, match="Did you mean 'wales'"):
        councils.records("whales")


# Sums and identities of the parish table


def test_precepts_add_up_to_the_totals_of_the_source(everyone):
    assert sum(p.precept["2018-19"] for p in everyone) == 512_662_474
    assert sum(p.precept["2019-20"] for p in everyone) == 544_996_814


def test_parishes_lie_in_234_billing_authorities_and_256_have_no_code(everyone):
    assert len({p.district_code for p in everyone}) == len({p.billing_authority for p in everyone}) == 234
    assert sum(not p.code for p in everyone) == 256


def test_average_band_d_of_the_table_is_the_sum_of_precepts_over_the_sum_of_bases(arrays):
    for ending, average in (("2018_19", 65.75), ("2019_20", 68.86)):
        usable = arrays[f"usable_{ending}"]
        precepts, bases = arrays[f"precept_{ending}"][usable], arrays[f"implied_tax_base_{ending}"][usable]
        assert abs(precepts.sum() / bases.sum() - average) <= HALF_A_PENNY


def test_three_row_years_cannot_be_used_and_they_are_named(arrays):
    assert [row[:3] for row in arrays["unusable"]] == [
        ("Beesby with Saleby", "East Lindsey", "2018-19"),
        ("Beesby with Saleby", "East Lindsey", "2019-20"),
        ("Fawley", "West Berkshire", "2019-20"),
    ]
    assert sum((~arrays[f"usable_{ending}"]).sum() for ending in ("2018_19", "2019_20")) == 3


def test_a_year_that_cannot_be_used_says_why_and_is_refused():
    fawley = parish("Fawley", "West Berkshire")
    reason = "Band D is nought or negative in 2019-20: the tax base cannot be implied"
    assert fawley.unusable == {"2019-20": reason}
    with pytest.raises(DevomodelError, match=re.escape(f"Fawley, West Berkshire: {reason}.")):
        fawley.implied_tax_base("2019-20")
    assert fawley.implied_tax_base("2018-19").value == 830 / 11.31


def test_a_year_outside_the_table_is_refused():
    with pytest.raises(DevomodelError, match=r"no figures for 2026-27\. Allowed: 2018-19 or 2019-20"):
        parish("Upham").implied_tax_base("2026-27")


def test_growth_of_the_precept_is_growth_of_the_base_times_growth_of_band_d(arrays):
    usable = arrays["usable_2018_19"] & arrays["usable_2019_20"]
    assert usable.sum() == 8_557

    def growth(name):
        return arrays[f"{name}_2019_20"][usable] / arrays[f"{name}_2018_19"][usable] - 1

    precept, base, band_d = growth("precept"), growth("implied_tax_base"), growth("band_d")
    np.testing.assert_allclose(1 + precept, (1 + base) * (1 + band_d), rtol=1e-12)


def test_the_tax_base_worked_here_is_the_one_in_the_table_to_its_one_decimal(arrays):
    printed = councils.records("parish_precepts")
    for ending in ("2018_19", "2019_20"):
        cells = np.array([float(row[f"implied_tax_base_{ending}"] or "nan") for row in printed])
        usable = arrays[f"usable_{ending}"]
        assert np.isnan(cells[~usable]).all()
        assert np.abs(cells - arrays[f"implied_tax_base_{ending}"])[usable].max() <= 0.05 + 1e-9


def test_arrays_and_records_tell_the_same_story(arrays, everyone):
    for place in (0, 4_321, 8_558):
        one = everyone[place]
        assert (arrays["names"][place], arrays["district_codes"][place]) == (one.name, one.district_code)
        assert arrays["implied_tax_base_2019_20"][place] == one.implied_tax_base("2019-20").value


# Councils known from elsewhere

KNOWN = [
    ("Kidderminster", 31.00, 36.00, 528_488, 620_676),
    ("Falmouth", 253.68, 278.90, 1_762_398, 1_990_645),
    ("Dunstable", 175.21, 179.32, 2_219_034, 2_297_506),
    ("Castle Donington", 127.86, 137.30, 308_782, 337_886),
    ("Choppington", 150.16, 153.52, 383_084, 395_342),
    ("Alcester", 116.34, 118.64, 250_746, 259_832),
    ("Padiham", 14.59, 29.48, 38_364, 77_041),
    ("Wittersham", 46.61, 45.60, 24_515, 25_005),
    ("Stone-cum-Ebony", 27.24, 26.87, 5_500, 5_500),
    ("Warehorne", 26.17, 30.22, 4_500, 4_650),
    ("Kenardington", 44.54, 47.29, 4_830, 5_180),
    ("Bishops Waltham", 158.19, 167.42, 418_688, 446_475),
    ("Durley", 51.91, 55.65, 23_961, 26_000),
    ("Upham", 59.14, 68.94, 20_767, 25_000),
    ("Swanmore", 144.69, 144.34, 200_261, 207_640),
    ("Chippenham", 174.20, 239.61, 2_106_118, 2_948_550),
    ("Portland", 22.97, 99.29, 81_074, 362_600),
]


@pytest.mark.parametrize(("name", "charge_before", "charge", "precept_before", "precept"), KNOWN)
def test_councils_whose_figures_were_published_are_found_with_those_figures(name, charge_before, charge, precept_before, precept):
    found = parish(name, "Wiltshire UA" if name == "Chippenham" else None)
    assert found.name.removesuffix(" Town Council") == name
    assert found.band_d == {"2018-19": charge_before, "2019-20": charge}
    assert found.precept == {"2018-19": precept_before, "2019-20": precept}


@pytest.mark.parametrize(
    ("name", "year", "precept", "homes", "band_d"),
    [
        ("Hereford", "2018-19", 860_825, 16_140, 53.34),
        ("Hereford", "2019-20", 867_829, 16_270, 53.34),
        ("Bromyard and Winslow", "2018-19", 233_378, 1_395, 167.29),
        ("Bromyard and Winslow", "2019-20", 239_900, 1_403, 171.05),
    ],
)
def test_the_tax_base_that_herefordshire_printed_is_within_the_band_implied(name, year, precept, homes, band_d):
    found = parish(name, "Herefordshire")
    base = found.implied_tax_base(year)
    assert (found.precept[year], found.band_d[year]) == (precept, band_d)
    half_a_home = 0.5
    assert base.lowest - half_a_home <= homes <= base.highest + half_a_home


def test_the_27_tax_bases_that_south_staffordshire_printed_are_within_the_bands_implied():
    printed = [row for row in councils.records("parish_figures") if row["financial_year"] == "2018-19"]
    printed = [row for row in printed if row["billing_authority"] == "South Staffordshire" and row["tax_base_band_d"]]
    assert len(printed) == 27
    assert sum(float(row["tax_base_band_d"]) for row in printed) == pytest.approx(37_785.11)
    for row in printed:
        base = parish(row["parish"], "South Staffordshire").implied_tax_base("2018-19")
        assert base.lowest - HALF_A_PENNY <= float(row["tax_base_band_d"]) <= base.highest + HALF_A_PENNY, row["parish"]


def test_a_tax_base_is_less_sure_the_lower_the_charge():
    pusey, kidderminster = parish("Pusey"), parish("Kidderminster")
    for one in (pusey, kidderminster):
        base = one.implied_tax_base("2019-20")
        assert base.lowest < base.value < base.highest
    share = {
        one.name: one.implied_tax_base("2019-20").error / one.implied_tax_base("2019-20").value for one in (pusey, kidderminster)
    }
    assert share["Pusey"] > 0.01 > 0.0002 > share["Kidderminster Town Council"]


# Figures read from published pages


def test_precept_over_tax_base_is_the_charge_the_page_prints_but_for_two_named_rows():
    disagree, checked = {}, 0
    for row in councils.records("parish_figures"):
        if not (row["precept_gbp"] and row["tax_base_band_d"] and row["band_d_gbp"]):
            continue
        checked += 1
        homes, charge = float(row["tax_base_band_d"]), float(row["band_d_gbp"])
        decimals = len(row["tax_base_band_d"].partition(".")[2])
        half_the_last_figure = 0.5 * 10**-decimals
        gap = abs(float(row["precept_gbp"]) / homes - charge)
        if gap > half_the_last_figure * charge / homes + HALF_A_PENNY:
            disagree[row["parish"], row["financial_year"]] = row["note"]
    assert checked == 15
    assert disagree == {
        ("Bromyard and Winslow", "2022-23"): "published tax base does not reproduce the charge (gives 167.59)",
        ("Pennington", "2024-25"): "Band D is on precept plus 183.64 parish grant",
    }


def test_pennington_agrees_once_its_grant_is_added():
    assert abs((14_494.36 + 183.64) / 764.4 - 19.20) <= HALF_A_PENNY


# Billing authorities


def test_authorities_add_up_to_the_england_row(authorities):
    england = councils.england_totals()["England"]

    def total(name, year):
        return sum(authority.figure(name)[year] or 0 for authority in authorities)

    for name, year, published in (
        ("parish_precepts", "2025-26", 858_597_386.75),
        ("parish_precepts", "2026-27", 941_643_702.16),
        ("tax_base", "2026-27", 19_571_826.51),
        ("number_of_parishes", "2026-27", 10_228),
        ("number_of_precepting_bodies", "2026-27", 8_902),
        ("tax_base_precepting_bodies", "2026-27", 9_436_392.09),
    ):
        assert round(total(name, year), 2) == england.figure(name)[year] == published, name


def test_precepts_over_the_base_of_the_bodies_that_precept_is_the_published_average():
    england = councils.england_totals()["England"]
    average = england.parish_precepts["2026-27"] / england.figure("tax_base_precepting_bodies")["2026-27"]
    assert abs(average - 99.79) <= HALF_A_PENNY


@pytest.mark.parametrize("year", ["2025-26", "2026-27"])
@pytest.mark.parametrize("parishes", ["including", "excluding"])
def test_requirement_over_tax_base_is_the_band_d_of_all_296_authorities(authorities, year, parishes):
    assert len(authorities) == 296
    for authority in authorities:
        requirement = authority.figure(f"council_tax_requirement_{parishes}_parishes")[year]
        gap = abs(requirement / authority.tax_base[year] - authority.figure(f"band_d_{parishes}_parishes")[year])
        assert gap <= HALF_A_PENNY, authority.name


def test_the_two_requirements_differ_by_the_parish_precepts_but_for_pence_in_three_rows_of_2025_26(authorities):
    gaps = {}
    for authority in authorities:
        for year in ("2025-26", "2026-27"):
            without = authority.figure("council_tax_requirement_excluding_parishes")[year]
            precepts = authority.parish_precepts[year] or 0
            if gap := round(without + precepts - authority.council_tax_requirement[year], 2):
                gaps[authority.name, year] = gap
    assert gaps == {
        ("Cornwall", "2025-26"): 0.04,
        ("North Yorkshire", "2025-26"): -0.06,
        ("Solihull", "2025-26"): -0.01,
    }


def test_a_figure_that_does_not_apply_is_none_and_not_nought(authorities):
    adur = next(authority for authority in authorities if authority.name == "Adur")
    assert adur.figure("adult_social_care_precept") == {"2026-27": None}
    assert str(adur) == "Adur (shire district)"
    with pytest.raises(DevomodelError, match="no figure called 'precept'"):
        adur.figure("precept")


def test_welsh_parts_add_up_to_the_welsh_bill():
    wales = councils.welsh_authorities()
    assert len(wales) == 22
    for one in wales:
        parts = one.county_band_d + one.community_council_band_d + one.police_band_d
        assert abs(parts - one.band_d["2026-27"]) <= HALF_A_PENNY, one.name
