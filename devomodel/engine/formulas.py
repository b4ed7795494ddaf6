"""What a formula may use beside plain arithmetic. Each works on floats, on arrays and on lines alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devomodel.engine.expressions import apply


def total(*values: Any) -> Any:
    """Figures added up.

    >>> total(1.5, 2, 3)
    6.5
    """
    return apply("total", *values) if values else 0.0


def smaller_of(*values: Any) -> Any:
    """The smallest of the figures.

    >>> smaller_of(3.0, 5.0)
    3.0
    """
    return apply("smaller_of", *values)


def larger_of(*values: Any) -> Any:
    """The largest of the figures.

    >>> larger_of(-3.0, 0)
    0.0
    """
    return apply("larger_of", *values)


def when(condition: Any, then: Any, otherwise: Any) -> Any:
    """One figure where the condition holds, the other where it does not.

    >>> when(2 > 1, 10.0, 20.0)
    10.0
    """
    return apply("when", condition, then, otherwise)


def both(*conditions: Any) -> Any:
    """Whether every condition holds."""
    return apply("both", *conditions)


def either(*conditions: Any) -> Any:
    """Whether any condition holds."""
    return apply("either", *conditions)


def opposite(condition: Any) -> Any:
    """Whether the condition does not hold."""
    return apply("opposite", condition)


def whole_part(value: Any) -> Any:
    """A figure rounded down to a whole number; a hair below one (a billionth) counts as it.

    >>> whole_part(2.9999), whole_part(2.9999999999)
    (2.0, 3.0)
    """
    return apply("whole_part", value)


def agrees(left: Any, right: Any, within: float) -> Any:
    """Whether two figures are no further apart than `within`, which is in their own unit.

    >>> agrees(1.0, 1.004, within=0.005)
    True
    """
    return apply("agrees", left, right, parameters=(float(within),))


def to_pence(value: Any) -> Any:
    """Pounds to the penny, half away from zero: for bills, bands, precepts and instalments only.

    >>> to_pence(1.005), to_pence(-2.675)
    (1.01, -2.68)
    """
    return apply("to_pence", value)


def to_pounds(value: Any) -> Any:
    """Pounds to the pound, half away from zero.

    >>> to_pounds(2.5)
    3.0
    """
    return apply("to_pounds", value)


def pence_below(limit: Any) -> Any:
    """The largest sum in pounds and pence strictly below a limit: the most a charge may be under "x% or more".

    >>> pence_below(1.05), pence_below(1.056)
    (1.04, 1.05)
    """
    return apply("pence_below", limit)


def allocate(amount: Any, weights: Sequence[Any]) -> tuple[Any, ...]:
    """A sum split in proportion to weights, each part in pence, the parts summing exactly to the sum.

    >>> allocate(100.0, [1, 1, 1])
    (33.34, 33.33, 33.33)
    """
    return tuple(apply("allocate", amount, *weights, parameters=(part,)) for part in range(len(weights)))


def per_month(annual: Any) -> Any:
    """A yearly charge as a twelfth of it, in £ to the penny.

    >>> per_month(57.75)
    4.81
    """
    return to_pence(annual / 12)


def per_week(annual: Any) -> Any:
    """A yearly charge as a fifty-second of it, in £ to the penny.

    >>> per_week(57.75)
    1.11
    """
    return to_pence(annual / 52)


def per_period(annual: Any, instalments: int = 10) -> dict[str, Any]:
    """A yearly charge by the year, month and week, and in instalments that sum to it.

    annual       £ a year, in whole pence
    instalments  how many; a council tax bill is usually paid in ten
    returns      {"year", "month", "week"} in £ to the penny, and "instalments", the payments in order, in £.
                 A month is a twelfth and a week one fifty-second, each rounded, so twelve months need not make the year.

    >>> per_period(57.75)["week"], per_period(57.75)["instalments"][:6]
    (1.11, (5.78, 5.78, 5.78, 5.78, 5.78, 5.77))
    """
    return {
        "year": annual,
        "month": per_month(annual),
        "week": per_week(annual),
        "instalments": allocate(annual, [1.0] * instalments),
    }
