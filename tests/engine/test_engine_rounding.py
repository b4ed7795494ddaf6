"""Rounding and splitting to the penny, held against exact fractions of the figures as they are typed."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devomodel.engine import allocate, pence_below, per_period, to_pence, to_pounds, whole_part
from tests.engine.trials import HALF_PENNIES

steadily = settings(derandomize=True, deadline=None, database=None, max_examples=300)


def typed(number: float) -> Fraction:
    """The figure a person typed: the shortest text that gives this number."""
    return Fraction(repr(number))


def half_away(exact: Fraction) -> int:
    """The nearest whole number, half away from zero, without a float in sight."""
    size = math.floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def in_pence(pounds: float) -> int:
    """A sum already in pounds and pence, as pence; fails when it is not exactly that sum."""
    pence = round(pounds * 100)
    assert pounds == pence / 100
    return pence


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("pounds", [
    1.005, 2.675, 1.115, 0.285, 0.005, 0.015, 0.025, 8.165, 33.335, 1234.565, 262143.485, 99999.995, 8589934.585,
    0.004, 0.0049999, 0.0050001, 1.00499999, 1.0050001, 0.01, 57.75, 0.0,
])  # fmt: skip
def test_a_typed_figure_rounds_to_the_penny_half_away_from_zero(pounds, sign):
    exact = Decimal(repr(sign * pounds)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert to_pence(sign * pounds) == float(exact)


@given(pence=st.integers(-5_000_000_000, 5_000_000_000))
@steadily
def test_every_typed_half_penny_goes_away_from_zero(pence):
    typed_half = float(f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}5")
    assert in_pence(to_pence(typed_half)) == half_away(typed(typed_half) * 100)


@given(pence=st.integers(-10_000_000, 10_000_000), thousandths=st.integers(0, 3_000))
@steadily
def test_a_sum_times_a_rate_rounds_as_the_exact_product_does(pence, thousandths):
    exact = Fraction(pence, 100) * Fraction(thousandths, 1000)
    assert in_pence(to_pence(pence / 100 * (thousandths / 1000))) == half_away(exact * 100)


@given(pence=st.integers(0, 100_000_000), tenths=st.integers(1, 200_000))
@steadily
def test_a_precept_over_a_tax_base_rounds_as_the_exact_quotient_does(pence, tenths):
    exact = Fraction(pence, 100) / Fraction(tenths, 10)
    assert in_pence(to_pence(pence / 100 / (tenths / 10))) == half_away(exact * 100)


@given(halves=st.integers(-20_000_000, 20_000_000))
@steadily
def test_half_pounds_go_away_from_zero(halves):
    assert to_pounds(halves / 2) == half_away(Fraction(halves, 2))


def test_a_half_pound_that_arithmetic_has_moved_by_a_hair_is_a_half():
    assert 1.005 * 100 < 100.5 and to_pounds(1.005 * 100) == 101
    assert to_pounds(100.4999) == 100


def test_rounding_leaves_no_negative_nought_and_no_figure_where_there_was_none():
    for value in (-0.001, -0.0):
        assert math.copysign(1, to_pence(value)) == 1
    assert math.copysign(1, to_pence(np.array([-0.001]))[0]) == 1
    assert math.isnan(to_pence(math.nan)) and math.isnan(to_pounds(math.inf))


def test_arrays_of_every_shape_round_as_numbers_do():
    column = np.array(HALF_PENNIES)
    expected = [to_pence(value) for value in HALF_PENNIES]
    assert to_pence(column).tolist() == expected
    assert to_pence(np.stack([column, -column]))[1].tolist() == [-value for value in expected]
    assert to_pence(np.array(1.005)) == 1.01 and to_pence(np.int64(3)) == 3.0 and to_pence(np.float64(2.675)) == 2.68


@pytest.mark.parametrize(("value", "whole"), [(2.9999, 2), (2.9999999999, 3), (0.1 * 30, 3), (-0.5, -1), (-2.0, -2), (5, 5)])
def test_whole_part_goes_down_and_forgives_a_billionth(value, whole):
    assert whole_part(value) == whole


@given(pence=st.integers(1, 500_000), thousandths=st.integers(0, 200))
@steadily
def test_the_largest_sum_in_pence_below_a_limit(pence, thousandths):
    """The limit is last year's charge and a rate, as a referendum limit is: strictly below it, and a penny more is not."""
    limit = Fraction(pence, 100) * (1 + Fraction(thousandths, 1000))
    below = Fraction(in_pence(pence_below(pence / 100 * (1 + thousandths / 1000))), 100)
    assert below < limit <= below + Fraction(1, 100)


@given(pence=st.integers(-100_000, 100_000))
@steadily
def test_a_limit_in_whole_pence_is_itself_too_much(pence):
    assert in_pence(pence_below(pence / 100)) == pence - 1


def shares_by_largest_remainder(pence: int, weights: list[Fraction]) -> list[int]:
    """The rule in exact fractions: round each share down, then a penny each to the largest remainders, first written first."""
    exact = [pence * weight / sum(weights) for weight in weights]
    parts = [math.floor(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: pence - sum(parts)]:
        parts[place] += 1
    return parts


some_weights = st.lists(st.integers(0, 300), min_size=1, max_size=8).filter(any)


@given(pence=st.integers(0, 5_000_000_000), weights=some_weights)
@steadily
def test_a_bill_is_split_by_largest_remainder(pence, weights):
    parts = [in_pence(part) for part in allocate(pence / 100, weights)]
    assert parts == shares_by_largest_remainder(pence, [Fraction(weight) for weight in weights])


@given(
    pence=st.integers(0, 5_000_000_000), weights=st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda w: sum(w) > 1)
)
@steadily
def test_whatever_the_weights_the_parts_make_the_sum_and_none_is_a_penny_out(pence, weights):
    parts = [in_pence(part) for part in allocate(pence / 100, weights)]
    assert sum(parts) == pence
    whole = sum(map(Fraction, weights))
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - pence * Fraction(weight) / whole) < 1 + Fraction(1, 1_000_000)
        assert weight or not part, "A weight of nought takes nothing"


@given(pence=st.integers(0, 100_000_000), weights=some_weights)
@steadily
def test_a_negative_sum_is_split_as_its_opposite(pence, weights):
    assert allocate(-pence / 100, weights) == tuple(-part + 0.0 for part in allocate(pence / 100, weights))


def test_equal_remainders_go_to_the_part_written_first():
    assert allocate(0.05, [1, 1, 1]) == (0.02, 0.02, 0.01)
    assert allocate(-0.05, [1, 1, 1]) == (-0.02, -0.02, -0.01)
    assert allocate(100.0, [0.1, 0.1, 0.1]) == (33.34, 33.33, 33.33)
    assert allocate(10.0, [1, 0, 2]) == (3.33, 0.0, 6.67)


def test_the_sum_is_rounded_to_the_penny_before_it_is_split():
    assert sum(allocate(1.005, [1, 1])) == 1.01
    assert sum(allocate(2.675, [1])) == 2.68


def test_weights_that_sum_to_nought_give_no_figure():
    assert all(math.isnan(part) for part in allocate(100.0, [0, 0]))


@given(pence=st.integers(0, 1_000_000), instalments=st.integers(1, 12))
@steadily
def test_instalments_sum_to_the_year_and_the_larger_come_first(pence, instalments):
    paid = [in_pence(part) for part in per_period(pence / 100, instalments)["instalments"]]
    assert sum(paid) == pence and len(paid) == instalments
    assert paid == sorted(paid, reverse=True) and paid[0] - paid[-1] <= 1


def test_a_yearly_charge_by_the_month_and_the_week():
    assert per_period(57.75) == {"year": 57.75, "month": 4.81, "week": 1.11, "instalments": (5.78,) * 5 + (5.77,) * 5}
