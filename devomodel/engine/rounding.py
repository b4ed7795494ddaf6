"""The only rounding there is: to the penny, to the pound, below a limit, and the split of a bill.

Half goes away from zero, as a bill rounds. A half that binary arithmetic has moved by a hair still counts as
a half: anything within 4 units in the last place of the scaled figure. Measured against a spreadsheet's ROUND,
this agrees where numpy's own rounding does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

TIE_UNITS_IN_LAST_PLACE = 4
POUND_PLACES = 6
REMAINDER_PLACES = 6
"""Remainders of a split are compared to a millionth of a penny."""


def round_half_away(value: Any, places: int) -> Any:
    """A figure rounded to so many decimal places, half away from zero.

    >>> round_half_away(2.675, 2), round_half_away(-0.5, 0)
    (2.68, -1.0)
    """
    scale = 10.0**places
    if isinstance(value, (int, float)) or np.ndim(value) == 0:
        return _number_rounded(float(value), scale)
    scaled = np.abs(value) * scale
    nudge = np.spacing(scaled)
    nudge *= TIE_UNITS_IN_LAST_PLACE
    scaled += nudge
    scaled += 0.5
    np.floor(scaled, out=scaled)
    scaled /= scale
    np.copysign(scaled, value, out=scaled)
    scaled += 0.0  # no negative nought
    return scaled


def _number_rounded(value: float, scale: float) -> float:
    """The same steps for one number, for which numpy's are slow."""
    scaled = abs(value) * scale
    if not math.isfinite(scaled):
        return math.nan
    rounded = math.floor(scaled + TIE_UNITS_IN_LAST_PLACE * math.ulp(scaled) + 0.5) / scale
    return math.copysign(rounded, value) + 0.0


def round_to_pence(value: Any) -> Any:
    """Pounds to the nearest penny, half away from zero."""
    return round_half_away(value, 2)


def round_to_pounds(value: Any) -> Any:
    """Pounds to the nearest pound, half away from zero; a millionth of a pound from a half counts as a half.

    Rounded twice because a spreadsheet's ROUND to no places takes a half that is a hair short as less than a half.
    """
    return round_half_away(round_half_away(value, POUND_PLACES), 0)


def largest_pence_below(limit: Any) -> Any:
    """The largest whole number of pence strictly below a limit in pounds.

    A limit that is a whole number of pence to within a millionth of a penny counts as that number.

    >>> largest_pence_below(105.0), largest_pence_below(105.004)
    (104.99, 105.0)
    """
    pence = -np.floor(-round_half_away(np.multiply(limit, 100.0), REMAINDER_PLACES)) - 1.0
    result = pence / 100.0
    return float(result) if np.ndim(result) == 0 else result


def split_to_the_penny(total: Any, weights: Sequence[Any], part: int) -> Any:
    """One part of a total split in proportion to weights, so that the parts sum exactly to the total in pence.

    Largest remainder: each part is rounded down to the penny and the pence left over go one each to the largest
    remainders; equal remainders go to the part written first. A negative total is split as its opposite.

    total     £; rounded to the penny before it is split
    weights   any figures not below zero, with a sum above zero; a sum of zero gives no figure
    part      which part, counted from 0
    returns   £
    """
    pence = round_half_away(np.multiply(total, 100.0), 0)
    size = np.abs(pence)
    whole = sum(weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = [round_half_away(np.divide(size * weight, whole), REMAINDER_PLACES) for weight in weights]
    down = [np.floor(value) for value in exact]
    left = size - sum(down)
    remainders = [round_half_away(value - floor, REMAINDER_PLACES) for value, floor in zip(exact, down, strict=True)]
    mine = remainders[part]
    ahead = sum(
        (np.greater_equal if other < part else np.greater)(remainder, mine) * 1.0
        for other, remainder in enumerate(remainders)
        if other != part
    )
    result = np.sign(pence) * (down[part] + (np.less(ahead, left) * 1.0)) / 100.0
    return float(result) if np.ndim(result) == 0 else result
