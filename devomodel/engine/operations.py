"""One table of operations: each is written once and read three ways.

An operation is a row: how numpy works it, the live worksheet formula, the words, and what it does to units.
Adding an operation is adding a row here and a function in `formulas.py`; nothing else knows them by name.

The numpy reading is Python source over the names of `array_names()`; the same source works on plain floats with
`scalar_names()`. In the templates of the worksheet and the words, `{0:3}` is the first operand, in brackets when it
binds less tightly than level 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from devomodel.engine.rounding import (
    largest_pence_below,
    round_half_away,
    round_to_pence,
    round_to_pounds,
    split_to_the_penny,
)
from devomodel.engine.units import TRUTH, Unit, UnitError, unit

ATOM = 9
"""The level of a name, a number or a function call: it never needs brackets."""

Template = str | Callable[[Sequence[str], tuple[Any, ...]], str]


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    numpy       Python source, operands as {0}, {1} …; or a function of the operand sources and the parameters
    worksheet   spreadsheet formula in the same manner, operands as cell addresses or formulas
    words       the same for a reader
    units       from operand units (and the parameters) to the unit of the result; raises UnitError
    level       how tightly the result binds, 1 (comparison) to 9 (name, call)
    operand_levels   the least level at which each operand needs no brackets (the last repeats)
    """

    name: str
    numpy: Template
    worksheet: Template
    words: Template
    units: Callable[[Sequence[Unit | None], tuple[Any, ...]], Unit]
    level: int = ATOM
    operand_levels: tuple[int, ...] = (0,)

    def operand_level(self, position: int) -> int:
        return self.operand_levels[min(position, len(self.operand_levels) - 1)]

    def filled(self, reading: str, operands: Sequence[str], parameters: tuple[Any, ...] = ()) -> str:
        """The text of one reading with its operands put in."""
        template: Template = getattr(self, reading)
        return template(operands, parameters) if callable(template) else template.format(*operands)


def _alike(verb: str) -> Callable[[Sequence[Unit | None], tuple[Any, ...]], Unit]:
    """Operands must all have one unit; None stands for a plain nought, which suits any."""

    def rule(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
        given = [one for one in units if one is not None]
        for other in given[1:]:
            if not given[0].like(other):
                raise UnitError(f"{verb} needs figures of one unit, and these are '{given[0]}' and '{other}'.")
        if given and given[0] == TRUTH:
            raise UnitError(f"{verb} needs figures, not yes-or-no answers. Use when(condition, then, otherwise).")
        return next((one for one in given if one.kind != "share"), given[0]) if given else unit("number")

    return rule


def _compared(units: Sequence[Unit | None], parameters: tuple[Any, ...]) -> Unit:
    _alike("Comparing")(units, parameters)
    return TRUTH


def _logic(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    if any(one != TRUTH for one in units):
        raise UnitError("both, either and opposite join yes-or-no answers, such as a comparison.")
    return TRUTH


def _chosen(units: Sequence[Unit | None], parameters: tuple[Any, ...]) -> Unit:
    if units[0] != TRUTH:
        raise UnitError("The first operand of when() must be a yes-or-no answer, such as a comparison.")
    return _alike("Choosing with when()")(units[1:], parameters)


def _product(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    left, right = (one or unit("number") for one in units)
    return left * right


def _quotient(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    left, right = (one or unit("number") for one in units)
    return left / right


def _powered(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    if any(one is not None and not one.dimensionless for one in units):
        raise UnitError("Only plain numbers, shares and rates can be raised to a power.")
    return unit("number")


def _same(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    return units[0] or unit("number")


def _money(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    if units[0] is not None and not units[0].is_money:
        raise UnitError(f"Only money rounds to pence or pounds, and this is '{units[0]}'.")
    return units[0] or unit("£")


def _split(units: Sequence[Unit | None], _: tuple[Any, ...]) -> Unit:
    _alike("Splitting by weights")(units[1:], ())
    return _money(units[:1], ())


def _nested(name: str) -> Callable[[Sequence[str], tuple[Any, ...]], str]:
    """A chain of calls of a function of two: f(f(a, b), c)."""

    def source(operands: Sequence[str], _: tuple[Any, ...]) -> str:
        text = operands[0]
        for operand in operands[1:]:
            text = f"{name}({text}, {operand})"
        return text

    return source


def _listed(before: str, separator: str, after: str) -> Callable[[Sequence[str], tuple[Any, ...]], str]:
    return lambda operands, _: before + separator.join(operands) + after


def _split_worksheet(operands: Sequence[str], parameters: tuple[Any, ...]) -> str:
    total, weights = operands[0], operands[1:]
    part = parameters[0]
    pence = f"ABS(ROUND({total},2))*100"
    whole = "+".join(weights)
    exact = [f"ROUND({pence}*{weight}/({whole}),6)" for weight in weights]
    left = f"ROUND({pence},0)-" + "-".join(f"INT({value})" for value in exact)
    remainders = [f"ROUND(MOD({value},1),6)" for value in exact]
    ahead = "+".join(
        f"IF({remainder}{'>=' if other < part else '>'}{remainders[part]},1,0)"
        for other, remainder in enumerate(remainders)
        if other != part
    )
    return f"SIGN({total})*(INT({exact[part]})+IF({ahead or '0'}<{left},1,0))/100"


def _split_words(operands: Sequence[str], parameters: tuple[Any, ...]) -> str:
    return f"part {parameters[0] + 1} of {operands[0]} split to the penny by {', '.join(operands[1:])}"


def _operations() -> tuple[Operation, ...]:
    calls = (0,)
    return (
        Operation("add", _listed("(", " + ", ")"), _listed("", "+", ""), _listed("", " + ", ""), _alike("Adding"), 3, (3, 4)),
        Operation("subtract", "({0} - {1})", "{0}-{1}", "{0} − {1}", _alike("Subtracting"), 3, (3, 4)),
        Operation("multiply", "({0} * {1})", "{0}*{1}", "{0} × {1}", _product, 4, (4, 5)),
        Operation("divide", "divide({0}, {1})", "{0}/{1}", "{0} ÷ {1}", _quotient, 4, (4, 5)),
        Operation("negate", "(-{0})", "-{0}", "−{0}", _same, 5, (ATOM,)),
        Operation("power", "power({0}, {1})", "{0}^{1}", "{0} to the power {1}", _powered, 6, (ATOM, ATOM)),
        Operation("total", _listed("(", " + ", ")"), _listed("SUM(", ",", ")"), _listed("", " + ", ""),
                  _alike("Adding up"), 3, (3, 4)),
        Operation("smaller_of", _nested("minimum"), _listed("MIN(", ",", ")"), _listed("the smaller of ", " and ", ""),
                  _alike("Taking the smaller"), 2, (3,)),
        Operation("larger_of", _nested("maximum"), _listed("MAX(", ",", ")"), _listed("the larger of ", " and ", ""),
                  _alike("Taking the larger"), 2, (3,)),
        Operation("absolute", "abs({0})", "ABS({0})", "the size of {0}", _same, 2, (3,)),
        Operation("whole_part", "floor({0})", "INT(ROUND({0},9))", "{0} rounded down", _same, 2, (3,)),
        Operation("when", "where({0}, {1}, {2})", "IF({0},{1},{2})", "{1} when {0}, otherwise {2}", _chosen, 1, (2, 2, 2)),
        Operation("less", "({0} < {1})", "{0}<{1}", "{0} is below {1}", _compared, 2, (3,)),
        Operation("at_most", "({0} <= {1})", "{0}<={1}", "{0} is at most {1}", _compared, 2, (3,)),
        Operation("more", "({0} > {1})", "{0}>{1}", "{0} is above {1}", _compared, 2, (3,)),
        Operation("at_least", "({0} >= {1})", "{0}>={1}", "{0} is at least {1}", _compared, 2, (3,)),
        Operation("same", "({0} == {1})", "{0}={1}", "{0} equals {1}", _compared, 2, (3,)),
        Operation("unlike", "({0} != {1})", "{0}<>{1}", "{0} differs from {1}", _compared, 2, (3,)),
        Operation("agrees", lambda operands, parameters: f"(abs({operands[0]} - {operands[1]}) <= {parameters[0]!r})",
                  lambda operands, parameters: f"ABS({operands[0]}-{operands[1]})<={parameters[0]!r}",
                  lambda operands, parameters: f"{operands[0]} agrees with {operands[1]} to {parameters[0]}",
                  _compared, 2, (3, 4)),
        Operation("both", _nested("both"), _listed("AND(", ",", ")"), _listed("", " and ", ""), _logic, 1, (2,)),
        Operation("either", _nested("either"), _listed("OR(", ",", ")"), _listed("", " or ", ""), _logic, 1, (2,)),
        Operation("opposite", "opposite({0})", "NOT({0})", "not ({0})", _logic, ATOM, calls),
        Operation("to_pence", "to_pence({0})", "ROUND({0},2)", "{0}, to the penny", _money, 2, (3,)),
        Operation("to_pounds", "to_pounds({0})", "ROUND(ROUND({0},6),0)", "{0}, to the pound", _money, 2, (3,)),
        Operation("pence_below", "pence_below({0})", "(-INT(-ROUND({0}*100,6))-1)/100",
                  "the largest sum in pence below {0}", _money, 2, (3,)),
        Operation("allocate", lambda operands, parameters:
                  f"allocate({operands[0]}, ({', '.join(operands[1:])},), {parameters[0]})",
                  _split_worksheet, _split_words, _split, 2, (ATOM,)),
    )  # fmt: skip


TABLE: dict[str, Operation] = {operation.name: operation for operation in _operations()}
"""Every operation by name."""

_WORKSHEET_LEVELS = {"total": ATOM, "smaller_of": ATOM, "larger_of": ATOM, "absolute": ATOM, "whole_part": ATOM,
                     "when": ATOM, "both": ATOM, "either": ATOM, "to_pence": ATOM, "to_pounds": ATOM,
                     "pence_below": 4, "allocate": 4}  # fmt: skip
_WORKSHEET_OPERANDS = {"pence_below": (5,), "allocate": (5, 5), "opposite": (0,)}


def worksheet_level(operation: Operation) -> int:
    """How tightly a worksheet formula binds: there a call is an atom whatever its words are."""
    return _WORKSHEET_LEVELS.get(operation.name, operation.level)


def worksheet_operand_level(operation: Operation, position: int) -> int:
    """The least level at which an operand of a worksheet formula needs no brackets."""
    if operation.name in _WORKSHEET_OPERANDS:
        levels = _WORKSHEET_OPERANDS[operation.name]
        return levels[min(position, len(levels) - 1)]
    return 0 if operation.name in _WORKSHEET_LEVELS else operation.operand_level(position)


def _divide_arrays(left: Any, right: Any) -> Any:
    """A quotient; nothing divided by nought gives no figure, as in a worksheet, rather than infinity."""
    quotient = np.divide(left, right)
    return quotient if np.all(right) else np.where(np.equal(right, 0), np.nan, quotient)


def _divide_numbers(left: float, right: float) -> float:
    return left / right if right else math.nan


def _power_numbers(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except (ZeroDivisionError, OverflowError):
        return math.nan
    missing = isinstance(result, complex) or base != base or exponent != exponent
    return math.nan if missing else result


def _smaller_number(left: float, right: float) -> float:
    return left if left < right or left != left else right


def _larger_number(left: float, right: float) -> float:
    return left if left > right or left != left else right


def _power_arrays(base: Any, exponent: Any) -> Any:
    result = np.power(np.asarray(base, dtype=float), exponent)
    missing = np.isinf(result) | np.isnan(base) | np.isnan(exponent)  # for numpy 1 to any power is 1, even to a missing one
    return np.where(missing, np.nan, result)


@lru_cache(maxsize=1)
def array_names() -> dict[str, Any]:
    """What the names in the numpy source mean over arrays."""
    return {
        "divide": _divide_arrays, "power": _power_arrays, "minimum": np.minimum, "maximum": np.maximum, "abs": np.abs,
        "floor": lambda value: np.floor(round_half_away(value, 9)), "where": np.where, "both": np.logical_and,
        "either": np.logical_or, "opposite": np.logical_not, "to_pence": round_to_pence, "to_pounds": round_to_pounds,
        "pence_below": largest_pence_below, "allocate": split_to_the_penny,
    }  # fmt: skip


@lru_cache(maxsize=1)
def scalar_names() -> dict[str, Any]:
    """What the same names mean over plain floats; the results are the same, the work is less."""
    return {
        "divide": _divide_numbers, "power": _power_numbers, "minimum": _smaller_number, "maximum": _larger_number,
        "abs": abs, "floor": lambda value: float(np.floor(round_half_away(value, 9))),
        "where": lambda condition, then, otherwise: then if condition else otherwise,
        "both": lambda left, right: bool(left and right), "either": lambda left, right: bool(left or right),
        "opposite": lambda value: not value, "to_pence": round_to_pence, "to_pounds": round_to_pounds,
        "pence_below": largest_pence_below, "allocate": split_to_the_penny,
    }  # fmt: skip


def worked(name: str, operands: Sequence[Any], parameters: tuple[Any, ...] = ()) -> Any:
    """An operation worked at once on floats or arrays, by the same source that a sheet compiles."""
    function = _function(name, len(operands), parameters)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result = function(*operands)
    return result.item() if isinstance(result, (np.generic, np.ndarray)) and np.ndim(result) == 0 else result


@lru_cache(maxsize=512)
def _function(name: str, count: int, parameters: tuple[Any, ...]) -> Callable[..., Any]:
    operands = [f"x{position}" for position in range(count)]
    source = TABLE[name].filled("numpy", operands, parameters)
    function: Callable[..., Any] = eval(f"lambda {', '.join(operands)}: {source}", dict(array_names()))  # a row of TABLE
    return function
