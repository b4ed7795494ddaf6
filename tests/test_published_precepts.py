"""Published precepts, rises and bills of single councils, worked through the project's own sheet.

Each figure stands with its page. Where a page contradicts itself, or another publication, the test says so. What the worked
examples hold already (West Norfolk, Hereford, Pennington, Melton, Brindley Heath, Chippenham …) is not repeated here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

import devomodel as dm
from devomodel import councils, parameters
from devomodel.engine import per_period, to_pounds
from devomodel.mechanisms.bands import rounded_bands
from devomodel.mechanisms.precept import change_rate
from devomodel.model import Projection
from tests.test_published_figures import HALF_A_PENNY, figures, side_by_side

MHCLG = "MHCLG council tax statistics for town and parish councils, 2018-19 and 2019-20; the tax base is implied"


def worked(first_year: str, years: int = 1, **mechanisms: dict[str, Any]) -> Projection:
    """A case of one town and its district."""
    return dm.project(dm.load_text(json.dumps({
        "case": "A published figure", "nation": "england", "first_year": first_year, "years": years,
        "councils": {"town": {"name": "Town council", "kind": "town"}, "district": {"name": "District council", "kind": "district"}},
        "mechanisms": mechanisms,
    })))  # fmt: skip


@dataclass(frozen=True)
class Rise:
    """A precept, its tax base and those of the year before, with what a page prints of them.

    printed  line → figure and how far out its printed rounding may put it
    week     £ a week, as printed to the penny, of the rise at Band D
    """

    name: str
    source: str
    before: tuple[float, float]
    now: tuple[float, float]
    printed: dict[str, tuple[float, float]]
    week: float | None = None


PENNY, TENTH = HALF_A_PENNY, 0.0005 + 1e-9
RISES = [
    Rise("Castle Donington 2014, half as much again is £35 where the charge was near £70", "Castle Donington PC, the development of the hub",
         (70_000, 1_000), (105_000, 1_000), {"precept_change_rate": (0.5, 1e-9), "band_d_change": (35, PENNY)}, week=0.67),
    Rise("Padiham 2019-20, a precept that doubles is £14.89", MHCLG, (38_364, 38_364 / 14.59), (77_041, 77_041 / 29.48),
         {"precept_change_rate": (1.008, TENTH), "band_d_change": (14.89, PENNY)}, week=0.29),
    Rise("Kidderminster 2019-20, £5.00 on a base that grew by 1.1%", MHCLG, (528_488, 528_488 / 31), (620_676, 620_676 / 36),
         {"tax_base_change_rate": (0.011, TENTH), "band_d_change": (5.00, PENNY), "band_d_change_rate": (0.1613, 0.00005)}, week=0.10),
    Rise("Geddington 2018-19, the £20,000 consulted on as about £33 came out at £32.41 on a base 1.7% larger",
         "Geddington PC, December 2016; " + MHCLG, (20_000, 9_000 / 14.83), (20_000, 20_000 / 32.41),
         {"band_d_at_start": (33, 0.05), "band_d": (32.41, PENNY), "tax_base_change_rate": (0.017, TENTH)}),
    Rise("Salisbury 2025-26, £5.94m at £382.15 is £18.15 up on £364.00", "dywpk.org.uk, Salisbury City Council budget proposals",
         (5.94e6 / 382.15 * 364, 5.94e6 / 382.15), (5.94e6, 5.94e6 / 382.15),
         {"band_d_at_start": (364.00, PENNY), "band_d_change": (18.15, PENNY), "bands.A": (254.77, PENNY), "bands.H": (764.30, PENNY)},
         week=0.35),
    Rise("Taunton 2024/25, £3.65 a week on the £109.67 that its draft rose from", "Somerset County Gazette 24097018 and 23996740",
         (109.67 * 19_716.9, 19_716.9), (5_904_630, 19_716.9), {"band_d_change": (189.80, 0.26)}, week=3.65),
    Rise("Beckington, £2.71 a year", "Beckington PC, news 6; " + MHCLG, (27_155, 27_155 / 56.11), (27_155 / 56.11 * 58.82, 27_155 / 56.11),
         {"band_d_change": (2.71, PENNY)}, week=0.05),
    Rise("Nutfield, 7% and about £3.00 fit its charge of 2018-19, £43.11", "Nutfield PC, parish precept 2021-2022; " + MHCLG,
         (52_363, 52_363 / 43.11), (52_363 / 43.11 * 46.11, 52_363 / 43.11),
         {"band_d_change_rate": (0.07, 0.005), "band_d_change": (3.00, PENNY)}),
    Rise("Pool in Wharfedale, £1.88 on the £44.96 of 2019-20 is 4%", "Pool PC, news 47922; " + MHCLG, (43_176, 43_176 / 44.96),
         (43_176 / 44.96 * 46.84, 43_176 / 44.96), {"band_d_change_rate": (0.04, 0.005), "band_d_change": (1.88, PENNY)}),
    Rise("Souldern 2021, £9 on the £27.98 of 2019-20 is about a third", "Souldern PC, precept 2021; " + MHCLG, (5_700, 5_700 / 27.98),
         (5_700 / 27.98 * 36.98, 5_700 / 27.98), {"band_d_change": (9.00, PENNY), "band_d_change_rate": (0.322, TENTH)}),
    Rise("Knowsley Town, 0.9% on £104.78", "Knowsley Town Council, council sets precept", (104_780, 1_000), (104_780 * 1.009, 1_000),
         {"band_d_change": (0.94, PENNY)}, week=0.02),
    Rise("Papplewick 2022-23, up by 55% to £19,905, 52p a week", "Hucknall Dispatch 3570699; the base is implied by the three",
         (12_841.94, 261.21), (19_905, 261.21), {"precept_change_rate": (0.55, TENTH), "band_d_change": (27.04, 0.01)}, week=0.52),
]  # fmt: skip


@pytest.mark.parametrize("rise", RISES, ids=lambda one: one.name)
def test_a_published_rise_follows_from_its_precepts_and_tax_bases(rise: Rise):
    projection = side_by_side([rise.now[0]], [rise.now[1]], ([rise.before[0]], [rise.before[1]]))
    for line, (printed, within) in rise.printed.items():
        assert figures(projection, line)[0] == pytest.approx(printed, abs=within), line
    if rise.week is not None:
        assert per_period(float(figures(projection, "band_d_change")[0]))["week"] == pytest.approx(rise.week, abs=1e-9)


# Pages that contradict themselves, or another publication


def test_papplewick_s_2_2_per_cent_of_the_bill_is_not_its_share_after_the_rise():
    """Hucknall Dispatch 3570699 prints 52p a week, 55% and 2.2% of the bill for 2022-23. The first two make £76.20 at Band D, from
    £49.16: beside others at the national average of £1,966 that is 3.7% of the bill, from 2.4%."""
    shares = []
    for precept in (12_841.94, 19_905):
        projection = worked(
            "2022-23",
            homes={"use": "tax_base", "council": "town", "homes": 261.21},
            budget={"use": "budget", "council": "town", "spending": {"all": precept}},
            precept={"use": "precept", "council": "town", "general_reserve": {"opening": 0}},
            bill={"use": "bill", "council": "town",
                  "parts": {"others": {"band_d": parameters.find("council_tax.average_band_d_all_authorities").on(date(2022, 4, 1)).value}}},
        )  # fmt: skip
        shares.append(round(projection.value("bill.town.share", "2022-23"), 3))
    assert shares == [0.024, 0.037]


def test_anderby_s_old_precept_is_worth_5405_after_11_per_cent_inflation_and_the_page_says_about_5500():
    """Anderby PC, news article 29, 2023-24. £5,500 is what it is worth after 9%."""
    projection = worked("2022-23", 2, budget={"use": "budget", "council": "town", "spending": {
        "worth": {"value": 5_405.41, "grows": "11%"}, "printed": {"value": 5_500, "grows": "11%"}}})  # fmt: skip
    assert projection.value("budget.spending.worth", "2023-24") == pytest.approx(6_000, abs=0.01)
    assert projection.value("budget.spending.printed", "2023-24") == pytest.approx(6_105, abs=0.01)
    assert change_rate(6_000, 5_500) == pytest.approx(0.0909, abs=0.00005)


def test_broadclyst_s_printed_charge_of_233_83_is_ten_pounds_from_the_national_table():
    """Midweek Herald 6318881 (2019) prints £233.83; MHCLG has £223.83 for 2018-19 and £244.51 for 2019-20: a digit is wrong."""
    [parish] = [one for one in councils.parishes() if one.name == "Broad Clyst"]
    ours = figures(side_by_side([parish.precept["2018-19"]], [parish.implied_tax_base("2018-19").value]), "band_d")[0]
    assert ours == pytest.approx(223.83, abs=PENNY)
    assert 233.83 - ours == pytest.approx(10, abs=PENNY)


DEVON = ("East Devon", "Exeter", "Mid Devon", "North Devon", "South Hams", "Teignbridge", "Torridge", "West Devon")


@pytest.mark.parametrize(
    ("area", "year", "printed", "by_home"), [(DEVON, "2019-20", 42.20, 66.64), (DEVON[:1], "2018-19", 46.55, 65.23)]
)
def test_the_devon_averages_printed_beside_broadclyst_are_of_parishes_and_not_of_homes(area, year, printed, by_home):
    """Midweek Herald 6318881: £42.20 in Devon and £46.55 in East Devon. A home there pays about £20 more than that on average."""
    every = [one for one in councils.parishes() if one.billing_authority in area]
    charges = figures(
        side_by_side([one.precept[year] for one in every], [one.implied_tax_base(year).value for one in every]), "band_d"
    )
    whole = side_by_side([sum(one.precept[year] for one in every)], [sum(one.implied_tax_base(year).value for one in every)])
    assert float(np.mean(charges)) == pytest.approx(printed, rel=0.02)
    assert figures(whole, "band_d")[0] == pytest.approx(by_home, abs=PENNY)
    assert by_home - printed > 18


def test_salisbury_s_printed_band_c_of_184_91_is_of_208_02_and_the_national_table_has_208_00():
    """Salisbury Journal 17375933; MHCLG 2018-19 and 2019-20."""
    [city] = [one for one in councils.parishes() if one.name.startswith("Salisbury City")]
    projection = side_by_side([city.precept["2019-20"]], [city.implied_tax_base("2019-20").value],
                              ([city.precept["2018-19"]], [city.implied_tax_base("2018-19").value]))  # fmt: skip
    assert figures(projection, "band_d_change")[0] == pytest.approx(0, abs=PENNY)
    assert figures(projection, "bands.C")[0] == pytest.approx(184.89, abs=PENNY)
    assert rounded_bands(208.02, {"C": 8}, "component_half_up")["C"] == pytest.approx(184.91, abs=1e-9)


def test_taunton_s_final_and_draft_precepts_were_not_on_the_same_tax_base():
    """Somerset County Gazette: £4,497,296 at £233.31, then £5,904,630 at £3.65 a week: no week that prints £3.65 fits the draft's base."""
    draft = 4_497_296 / 233.31
    final = side_by_side([5_904_630], [draft], ([109.67 * draft], [draft]))
    assert per_period(float(figures(final, "band_d_change")[0]))["week"] == pytest.approx(3.78, abs=1e-9)


# Councils newly made


def test_kidderminster_s_first_precept_is_the_rise_of_its_bills_over_the_rest_of_the_district():
    """Wyre Forest, February 2016: bills up by 4.7% in Kidderminster and 3.0 to 3.1% elsewhere; Kidderminster Shuttle 13494471: about
    £21 at Band B. The bill before is taken as the district's average, £1,562.76."""
    before = 1_562.76
    rises = []
    for elsewhere in (1.030, 1.031):
        projection = worked(
            "2016-17",
            homes={"use": "tax_base", "council": "town", "homes": 17_000},
            budget={"use": "budget", "council": "town", "spending": {"all": 27 * 17_000}},
            precept={"use": "precept", "council": "town", "billing_authority": "district", "general_reserve": {"opening": 0}},
            first={"use": "new_council", "council": "town", "billing_authority": "district", "first_year": "2016-17",
                   "anticipated_precept": 27 * 17_000, "first_precept": "anticipated"},
            bill={"use": "bill", "council": "town", "parts": {"others": {"band_d": round(before * elsewhere, 2)}}},
        )  # fmt: skip
        assert projection.value("first.billed_band_d", "2016-17") == pytest.approx(27, abs=1e-9)
        assert projection.value("town.bands.B", "2016-17") == pytest.approx(21, abs=PENNY)
        rises.append(change_rate(projection.value("bill.total.D", "2016-17"), before))
    assert [round(one, 3) for one in rises] == [0.047, 0.048]


def test_wyre_forest_s_average_bill_of_2016_17_rose_by_3_9_per_cent():
    """Wyre Forest, February 2016: £1,562.76 to £1,623.25."""
    projection = worked("2016-17", bill={"use": "bill", "parts": {"average": {"band_d": 1_623.25, "band_d_before": 1_562.76}}})
    assert projection.value("bill.change", "2016-17") == pytest.approx(60.49, abs=PENNY)
    assert projection.value("bill.change_rate", "2016-17") == pytest.approx(0.039, abs=TENTH)


def test_queens_park_s_campaign_counted_on_about_a_third_more_homes_than_its_tax_base_had():
    """Local Government Lawyer 10083: £3.30 to £3.70 a month for £181,000 to £207,000. MHCLG: £162,149 at £46.38 in 2019-20."""
    months, sums = (3.30, 3.70), (181_000, 207_000)
    [parish] = [
        one for one in councils.parishes() if one.name.startswith("Queen's Park") and one.billing_authority == "Westminster"
    ]
    real = parish.implied_tax_base("2019-20").value
    counted = [wanted / (12 * month) for wanted, month in zip(sums, months, strict=True)]
    asked = side_by_side(list(sums), counted)
    assert [per_period(float(one))["month"] for one in figures(asked, "band_d")] == pytest.approx(months, abs=1e-9)
    assert [float(to_pounds(one / 10)) * 10 for one in counted] == [4_570, 4_660]
    assert round(real) == 3_496 and counted[0] / real == pytest.approx(1.307, abs=TENTH)
    charges = figures(side_by_side(list(sums), [real, real]), "band_d")
    assert charges == pytest.approx([51.77, 59.21], abs=PENNY)
    nearly_doubled = charges[0] / 39.60
    assert nearly_doubled == pytest.approx(1.31, abs=0.005), (
        "Westminster's warning that the charge nearly doubles did not come about"
    )


# Sums printed to the penny


def test_the_precepts_that_bromsgrove_collects_in_2025_26_come_to_the_printed_total_to_the_penny():
    """Bromsgrove District Council, council tax resolutions 2025-26, mgAi 39665."""
    precepts = {
        "county": 61_978_474.00,
        "police": 11_181_910.85,
        "fire": 3_921_149.04,
        "district": 9_876_907.05,
        "parishes": 1_373_801.44,
    }
    projection = worked("2025-26", budget={"use": "budget", "council": "district", "spending": precepts})
    assert round(projection.value("budget.total_spending", "2025-26") * 100) == 8_833_224_238
