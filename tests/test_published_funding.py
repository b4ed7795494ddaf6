"""Published figures that stand in the parameters: discount factors, annuities that do not follow from them, clerks' ranges.

No mechanism appraises yet. A pound that grows at the discount rates, by a case's own index, is worth one over the factor,
so that the rates held and the factors published are checked against each other through the model.
"""

from __future__ import annotations

import json
from functools import cache

import pytest

import devomodel as dm
from devomodel import parameters
from devomodel.mechanisms.loans import annuity_factor

YEARS = 100
"""The longest a case may run: factors of year 100 and later cannot be worked this way."""
LAST_PLACE = 0.00005 + 1e-12
GUIDE = "Northern Ireland appraisal guide, annex, as at ppponline.affinitext.com 1664/449782"


def published_factors() -> dict[int, float]:
    [held] = parameters.find("green_book.discount_factor.standard.published").values
    return {int(year): factor for year, factor in held.value.items()}


def rate_by_year() -> dict[int, float]:
    """The rate of every year after the first, from the bands of years that the parameter holds."""
    [held] = parameters.find("green_book.discount_rate.standard").values
    bands = {tuple(int(one) for one in band.rstrip("+").split("-")): rate for band, rate in held.value.items()}
    return {year: rate for (first, *last), rate in bands.items() for year in range(max(first, 1), (last or [YEARS])[0] + 1)}


@cache
def grown_pound() -> tuple[float, ...]:
    """£1 grown at the discount rates over as many years as a case may run."""
    names = [f"{2026 + at}-{(2027 + at) % 100:02d}" for at in range(YEARS)]
    rates = rate_by_year()
    case = {
        "case": "A pound that grows at the discount rates", "nation": "england", "first_year": names[0], "years": YEARS,
        "councils": {"town": {"name": "Town council", "kind": "town"}},
        "sources": {"rates": "Department for Transport, TAG forthcoming change, Green Book updates, 16 April 2026"},
        "indices": {"discount": {"rates": {name: rates[at] for at, name in enumerate(names) if at}, "basis": "published",
                                 "source": "rates"}},
        "mechanisms": {"pound": {"use": "budget", "council": "town",
                                 "spending": {"pound": {"by_year": {names[0]: 1}, "grows": "discount"}}}},
    }  # fmt: skip
    return tuple(dm.project(dm.load_text(json.dumps(case), "a_pound")).by_year("pound.spending.pound"))


def test_the_guide_s_45_discount_factors_after_year_0_are_held():
    factors = published_factors()
    assert len(factors) == 1 + 45 and list(factors)[:31] == list(range(31))
    assert [year for year in factors if year > 30] == [40, 50, 60, 75, 80, 90, 100, 125, 150, 200, 250, 300, 350, 400, 500]


@pytest.mark.parametrize("year", [one for one in published_factors() if one < YEARS])
def test_a_pound_grown_at_the_rates_held_is_worth_one_over_the_published_factor(year: int):
    assert 1 / grown_pound()[year] == pytest.approx(published_factors()[year], abs=LAST_PLACE)


@pytest.mark.parametrize(("year", "rate"), [(30, 0.035), (31, 0.03), (75, 0.03), (76, 0.025)])
def test_the_rate_of_a_year_is_that_of_its_era(year: int, rate: float):
    """TAG forthcoming change, Green Book updates, 16 April 2026, gov.uk"""
    assert grown_pound()[year] / grown_pound()[year - 1] - 1 == pytest.approx(rate)


def test_the_later_eras_are_held_as_published():
    [held] = parameters.find("green_book.discount_rate.standard").values
    assert {era: held.value[era] for era in ("126-200", "201-300", "301+")} == {"126-200": 0.02, "201-300": 0.015, "301+": 0.01}


@pytest.mark.parametrize(("years", "printed"), [(20, 14.2339), (15, 11.5281)])
def test_the_annuities_that_the_guide_prints_are_not_the_sum_of_its_own_discount_factors(years: int, printed: float):
    factors = published_factors()
    summed, ours = sum(factors[year] for year in range(1, years + 1)), annuity_factor(0.035, years)
    assert ours == pytest.approx(summed, abs=years * LAST_PLACE)
    assert abs(printed - ours) > 5 * years * LAST_PLACE, f"{GUIDE}: {printed} is a slip"


def test_the_bounds_that_a_combined_building_s_optimism_bias_is_worked_from_are_held_as_published():
    """Mott MacDonald, Review of Large Public Procurement, 2002: 51% and 24% of cost, 39% and 4% of time. Nothing combines them."""
    [held] = parameters.find("green_book.optimism_bias").values
    rare, usual = held.value["non_standard_buildings"], held.value["standard_buildings"]
    assert (rare["capital_upper"], usual["capital_upper"]) == (0.51, 0.24)
    assert (rare["duration_upper"], usual["duration_upper"]) == (0.39, 0.04)


def test_the_clerks_ranges_are_held_as_published_and_follow_on_without_a_gap():
    """Clerks and Councils Direct, salaries, clerksandcouncilsdirect.co.uk: LC1 points 5-17 to LC4 46-62, substantive 7-12 to 50-54."""
    [held] = parameters.find("njc.clerk_scales").values
    parts = {scale: {part: tuple(map(int, points.split("-"))) for part, points in of.items()} for scale, of in held.value.items()}
    assert {scale: (of["below"][0], of["above"][1]) for scale, of in parts.items()} == {
        "LC1": (5, 17), "LC2": (18, 32), "LC3": (33, 45), "LC4": (46, 62)}  # fmt: skip
    assert {scale: of["substantive"] for scale, of in parts.items()} == {
        "LC1": (7, 12), "LC2": (24, 28), "LC3": (37, 41), "LC4": (50, 54)}  # fmt: skip
    points = [point for of in parts.values() for first, last in of.values() for point in range(first, last + 1)]
    assert points == list(range(5, 63))
