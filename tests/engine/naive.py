"""The slow way to work a sheet, to hold the quick way against: one figure at a time, each from the figures it names.

Only the rounding functions are shared with the engine; they have tests of their own.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from devomodel.engine import Expression, Line, Sheet
from devomodel.engine.expressions import Constant, LookBack, Node
from devomodel.engine.rounding import largest_pence_below, round_half_away, round_to_pounds, split_to_the_penny

MISSING = math.nan

COMPARISONS = {
    "less": operator.lt, "at_most": operator.le, "more": operator.gt, "at_least": operator.ge, "same": operator.eq,
    "unlike": operator.ne,
}  # fmt: skip


def missing(value: Any) -> bool:
    """Whether there is no figure."""
    return value != value


class Naive:
    """A sheet worked figure by figure.

    as_worksheet   a comparison with a missing figure is itself missing, as an error is in a worksheet. Without it such
                   a comparison does not hold, as in numpy. It is the one place where the two readings differ.
    """

    def __init__(self, sheet: Sheet, changed: Mapping[str, Any] | None = None, *, as_worksheet: bool = False):
        self.sheet, self.changed, self.as_worksheet = sheet, changed or {}, as_worksheet
        self.known: dict[tuple[str, int], Any] = {}

    def figure(self, name: str, at: int) -> Any:
        """The figure of a line in a year by position; before the first year, its opening figure."""
        if (name, at) not in self.known:
            line = self.sheet[name]
            if at < 0:
                self.known[name, at] = self.value(self.sheet.openings[name].cells[-at - 1], 0)
            elif line.formula is None:
                values = self.changed.get(name, line.values)
                self.known[name, at] = values if isinstance(values, float) else values[at]
            else:
                self.known[name, at] = self.value(line.formula, at)
        return self.known[name, at]

    def value(self, expression: Expression, at: int) -> Any:
        """An expression in a year."""
        return evaluated(expression, lambda name, back: self.figure(name, at - back), self.as_worksheet)


def evaluated(expression: Expression, figure: Callable[[str, int], Any], as_worksheet: bool = False) -> Any:
    """An expression from the figures of lines: `figure(name, years back)` gives them."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Line):
        return figure(expression.name, 0)
    if isinstance(expression, LookBack):
        return figure(expression.line_name, expression.steps)
    assert isinstance(expression, Node)
    operands = [evaluated(one, figure, as_worksheet) for one in expression.operands]
    return _operation(expression.operation, operands, expression.parameters, as_worksheet)


def _operation(name: str, operands: list[Any], parameters: tuple[Any, ...], as_worksheet: bool) -> Any:
    spoilt = any(missing(one) for one in operands)
    if name in COMPARISONS or name in ("agrees", "both", "either", "opposite"):
        if spoilt and as_worksheet:
            return MISSING
        return _answer(name, operands, parameters)
    if name == "when":
        if missing(operands[0]):
            return MISSING if as_worksheet else operands[1]
        return operands[1] if operands[0] else operands[2]
    return MISSING if spoilt else _arithmetic(name, operands, parameters)


def _answer(name: str, operands: list[Any], parameters: tuple[Any, ...]) -> bool:
    if name in COMPARISONS:
        return COMPARISONS[name](*operands)
    if name == "agrees":
        return abs(operands[0] - operands[1]) <= parameters[0]
    return {"both": all, "either": any, "opposite": lambda one: not one[0]}[name](operands)


def _arithmetic(name: str, operands: list[Any], parameters: tuple[Any, ...]) -> float:
    first = operands[0]
    match name:
        case "add" | "total":
            for other in operands[1:]:
                first = first + other
            return first
        case "subtract":
            return first - operands[1]
        case "multiply":
            return first * operands[1]
        case "divide":
            return first / operands[1] if operands[1] else MISSING
        case "negate":
            return -first
        case "absolute":
            return abs(first)
        case "smaller_of":
            return min(operands)
        case "larger_of":
            return max(operands)
        case "to_pence":
            return round_half_away(first, 2)
        case "to_pounds":
            return round_to_pounds(first)
        case "whole_part":
            return float(math.floor(round_half_away(first, 9)))
        case "pence_below":
            return largest_pence_below(first)
        case "allocate":
            return split_to_the_penny(first, operands[1:], parameters[0])
    raise AssertionError(f"'{name}' is not among the operations that made-up sheets use")
