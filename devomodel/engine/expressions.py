"""Expressions: what a formula becomes when its operands are lines of a sheet.

A formula is an ordinary function. Given floats it gives a float, given arrays an array, given lines it gives an
`Expression`, which numpy, a worksheet and a reader each read in their own way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from devomodel.engine.operations import ATOM, TABLE, worked, worksheet_level, worksheet_operand_level
from devomodel.engine.units import Unit, UnitError, unit
from devomodel.problems import DevomodelError


class SheetError(DevomodelError):
    """A sheet was built wrongly: a name twice, unlike units, a reference that cannot be met, an `if` on a line."""


class Expression:
    """A formula over lines. Arithmetic and comparison give further expressions; `if` does not work on it."""

    __slots__ = ("unit",)
    __array_ufunc__ = None  # numpy leaves arithmetic with an expression to the expression
    unit: Unit

    def __add__(self, other: Any) -> Expression:
        if isinstance(self, Node) and self.operation == "add":
            return node("add", *self.operands, other)  # one flat sum, so that sum() over hundreds of lines stays shallow
        return node("add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return self if type(other) is int and other == 0 else node("add", other, self)

    def __sub__(self, other: Any) -> Expression:
        return node("subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return node("subtract", other, self)

    def __mul__(self, other: Any) -> Expression:
        return node("multiply", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return node("multiply", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return node("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return node("divide", other, self)

    def __pow__(self, other: Any) -> Expression:
        return node("power", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return node("power", other, self)

    def __neg__(self) -> Expression:
        return node("negate", self)

    def __abs__(self) -> Expression:
        return node("absolute", self)

    def __lt__(self, other: Any) -> Expression:
        return node("less", self, other)

    def __le__(self, other: Any) -> Expression:
        return node("at_most", self, other)

    def __gt__(self, other: Any) -> Expression:
        return node("more", self, other)

    def __ge__(self, other: Any) -> Expression:
        return node("at_least", self, other)

    def __eq__(self, other: Any) -> Expression:  # type: ignore[override]
        return node("same", self, other)

    def __ne__(self, other: Any) -> Expression:  # type: ignore[override]
        return node("unlike", self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise SheetError(
            f"An 'if', 'and', 'or' or 'not' was used on a line ({in_words(self)}). A line holds a figure for every year, so "
            "use when(condition, then, otherwise), smaller_of, larger_of, both, either or opposite."
        )

    def __float__(self) -> float:
        raise SheetError(f"A line ({in_words(self)}) is not one number: it holds a figure for every year.")

    def __iter__(self) -> Iterator[Any]:
        raise SheetError(f"A line ({in_words(self)}) cannot be gone through one by one. Write it as one formula for every year.")

    def __repr__(self) -> str:
        return f"<{in_words(self)}>"


class Constant(Expression):
    """A plain number in a formula, such as the 9 of ninths. A plain nought suits any unit."""

    __slots__ = ("value",)

    def __init__(self, value: float, of: Unit | None = None):
        self.value = float(value)
        self.unit = of or unit("number")

    @property
    def suits_any_unit(self) -> bool:
        return self.value == 0 and self.unit.dimensionless


def quantity(value: float, of: str | Unit) -> Constant:
    """A fixed figure with a unit, for a tolerance or a bound in a formula: quantity(0.005, "£")."""
    return Constant(value, unit(of))


class Node(Expression):
    """An operation on expressions."""

    __slots__ = ("operands", "operation", "parameters")

    def __init__(self, operation: str, operands: tuple[Expression, ...], parameters: tuple[Any, ...], result: Unit):
        self.operation, self.operands, self.parameters, self.unit = operation, operands, parameters, result


class LookBack(Expression):
    """The figure of a line some years ago. The line may stand further down: it is named, and met at sealing."""

    __slots__ = ("line_name", "steps")

    def __init__(self, line_name: str, steps: int, of: Unit):
        self.line_name, self.steps, self.unit = line_name, steps, of


class Line(Expression):
    """A named row of a sheet. As an operand it stands for its own figure in the same year."""

    __slots__ = ("formula", "index", "label", "name", "note", "origin", "tags", "values")

    def __init__(self, index: int, name: str, label: str, of: Unit, *, formula: Expression | None = None,
                 values: Any = None, origin: Any = None, tags: dict[str, Any] | None = None, note: str = ""):  # fmt: skip
        self.index, self.name, self.label, self.unit = index, name, label, of
        self.formula, self.values, self.origin, self.tags, self.note = formula, values, origin, tags or {}, note

    @property
    def is_input(self) -> bool:
        """Whether the row holds given figures rather than a formula."""
        return self.formula is None


def as_expression(value: Any) -> Expression:
    """A number becomes a constant; anything else that is not an expression is refused in plain words."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise SheetError(f"{value!r} cannot stand in a formula beside a line. Use a line or a plain number.")
    if math.isinf(value):
        raise SheetError("An infinite number cannot stand in a formula. Use when(condition, then, otherwise).")
    return Constant(float(value))


def node(operation: str, *operands: Any, parameters: tuple[Any, ...] = ()) -> Expression:
    """An operation on lines and numbers, its units checked at once."""
    expressions = tuple(as_expression(operand) for operand in operands)
    units = [None if isinstance(one, Constant) and one.suits_any_unit else one.unit for one in expressions]
    try:
        result = TABLE[operation].units(units, parameters)
    except UnitError as error:
        written = words_of_node(operation, expressions, parameters, lambda line: line.name)
        raise SheetError(f"{error} The formula is: {written}.") from None
    return Node(operation, expressions, parameters, result)


def apply(operation: str, *operands: Any, parameters: tuple[Any, ...] = ()) -> Any:
    """An operation on whatever kind of number the operands are: floats, arrays or lines."""
    if any(isinstance(operand, Expression) for operand in operands):
        return node(operation, *operands, parameters=parameters)
    return worked(operation, operands, parameters)


def leaves(expression: Expression | None) -> Iterator[Expression]:
    """The lines, look-backs and constants of an expression, left to right; none for an input, which has no formula."""
    if expression is None:
        return
    if isinstance(expression, Node):
        for operand in expression.operands:
            yield from leaves(operand)
    else:
        yield expression


def number_text(value: float) -> str:
    """A number in a formula as a person writes it: whole numbers without a point."""
    if value != value:
        return "no figure"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def in_words(expression: Expression, name_of: Callable[[Line], str] = lambda line: line.name) -> str:
    """The stable text of an expression. `name_of` says what a line is called: its name, or its label."""
    return _words(expression, name_of, at_top=True)[0]


def words_of_node(operation: str, operands: Sequence[Expression], parameters: tuple[Any, ...],
                  name_of: Callable[[Line], str]) -> str:  # fmt: skip
    """The words of one operation."""
    row = TABLE[operation]
    texts = []
    for position, operand in enumerate(operands):
        text, level = _words(operand, name_of)
        texts.append(text if level >= row.operand_level(position) else f"({text})")
    return row.filled("words", texts, parameters)


def _words(expression: Expression, name_of: Callable[[Line], str], at_top: bool = False) -> tuple[str, int]:
    if isinstance(expression, Line):
        if at_top and expression.formula is not None:
            return in_words(expression.formula, name_of), ATOM
        return name_of(expression), ATOM
    if isinstance(expression, Constant):
        return number_text(expression.value), ATOM if expression.value >= 0 else 0
    if isinstance(expression, LookBack):
        name = expression.line_name
        return f"last year's {name}" if expression.steps == 1 else f"{name} {expression.steps} years ago", ATOM
    assert isinstance(expression, Node)
    words = words_of_node(expression.operation, expression.operands, expression.parameters, name_of)
    return words, TABLE[expression.operation].level


def worksheet_text(expression: Expression, address: Callable[[Expression], str]) -> str:
    """The spreadsheet formula of an expression; `address` gives the cell of a line or a look-back."""
    return _worksheet(expression, address)[0]


def _worksheet(expression: Expression, address: Callable[[Expression], str]) -> tuple[str, int]:
    if isinstance(expression, Constant):
        if expression.value != expression.value:
            return "NA()", ATOM
        return number_text(expression.value), ATOM if expression.value >= 0 else 0
    if isinstance(expression, Node):
        row = TABLE[expression.operation]
        texts = []
        for position, operand in enumerate(expression.operands):
            text, level = _worksheet(operand, address)
            texts.append(text if level >= worksheet_operand_level(row, position) else f"({text})")
        return row.filled("worksheet", texts, expression.parameters), worksheet_level(row)
    return address(expression), ATOM
