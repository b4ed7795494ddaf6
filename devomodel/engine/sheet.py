"""The sheet: an ordered list of named lines, each a given figure or a formula over the lines above it.

A line uses lines above it in the same year, or the figure of any line some years ago (`last_year`, `years_ago`).
Everything that can be wrong with a sheet is found while it is built or when it is sealed, before any figure is worked.
"""

from __future__ import annotations

import copy
import math
import numbers
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from devomodel.engine.expressions import (
    Constant,
    Expression,
    Line,
    LookBack,
    Node,
    SheetError,
    as_expression,
    in_words,
    leaves,
)
from devomodel.engine.order import refuse_openings_that_open_themselves
from devomodel.engine.units import TRUTH, Unit, UnitError, unit
from devomodel.engine.years import year_labels
from devomodel.problems import suggestion

_NAME = re.compile(r"^[a-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$")


@dataclass(frozen=True, eq=False)
class Check:
    """A statement that must hold in every year, as a row of yes and no on the sheet.

    detail  what it means when it does not hold
    """

    line: Line
    detail: str


@dataclass(frozen=True, eq=False)
class Opening:
    """The figures of a looked-back line in the years before the first: `cells[0]` is the year just before."""

    cells: tuple[Expression, ...]
    origin: Any = None


@dataclass(eq=False)
class Sheet:
    """Lines in order, over some financial years.

    >>> sheet = Sheet("2026-27", 3)
    >>> spending = sheet.input("spending", 90_000.0, "£", "Spending")
    >>> income = sheet.input("income", (10_000.0, 12_000.0, 14_000.0), "£", "Income")
    >>> net = sheet.line("net", spending - income, "£", "Net spending")
    >>> net
    <spending − income>
    """

    first_year: str
    count: int
    lines: list[Line] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    openings: dict[str, Opening] = field(default_factory=dict)
    sealed: bool = False
    _by_name: dict[str, Line] = field(default_factory=dict)
    _lookbacks: list[tuple[Line, LookBack]] = field(default_factory=list)
    _tagged: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The labels of the years, such as 2026-27."""
        return year_labels(self.first_year, self.count)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Line:
        if name not in self._by_name:
            raise SheetError(f"There is no line '{name}' on the sheet. {suggestion(name, self._by_name)}".strip())
        return self._by_name[name]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def input(self, name: str, values: float | Sequence[float], of: str | Unit, label: str, *, origin: Any = None,
              note: str = "", **tags: Any) -> Line:  # fmt: skip
        """A given line: one figure for every year, or one for each year.

        origin   whatever says how firm the figure is (basis, source, note); the sheet keeps it and does not read it
        Raises SheetError for a name used twice or a list of the wrong length.
        """
        if not isinstance(values, (int, float, numbers.Real)):
            values = tuple(float(value) for value in values)
            if len(values) != self.count:
                raise SheetError(f"'{name}' has {len(values)} figures and the sheet has {self.count} years.")
        return self._add(name, label, unit(of), values=values if isinstance(values, tuple) else float(values),
                         origin=origin, tags=tags, note=note)  # fmt: skip

    def line(self, name: str, formula: Any, of: str | Unit, label: str, *, note: str = "", **tags: Any) -> Line:
        """A line worked by a formula over lines above it.

        Raises SheetError when the name is used twice, the formula does not have the unit given, or it uses a
        line that is not on this sheet.
        """
        expression = as_expression(formula)
        expected = unit(of)
        self._refuse_strangers(expression, f"'{name}'")
        if not (isinstance(expression, Constant) and expression.suits_any_unit) and not expression.unit.like(expected):
            raise SheetError(
                f"'{name}' is said to be in '{expected}', but {in_words(expression)} comes out in '{expression.unit}'."
            )
        if isinstance(expression, Line):
            expression = Node("add", (expression,), (), expected)  # a sum of one: the cell reads =D4, of figures or answers
        line = self._add(name, label, expected, formula=expression, tags=tags, note=note)
        self._lookbacks.extend((line, leaf) for leaf in leaves(expression) if isinstance(leaf, LookBack))
        return line

    def last_year(self, of: Line | str, first: Any = None, *, unit_of: str | Unit | None = None, origin: Any = None) -> Any:
        """The figure of a line the year before; `first` fills the opening cell before the first year.

        of       a line, or the name of a line that is written further down
        first    the opening figure: a number, or a formula over lines above; None when there was none (a new parish),
                 which gives "no figure" in the first year
        unit_of  the unit, needed for a line further down when `first` does not carry one; checked at sealing
        """
        return self.years_ago(of, 1, [first], unit_of=unit_of, origin=origin)

    def years_ago(self, of: Line | str, steps: int, history: Sequence[Any] | Any = None, *,
                  unit_of: str | Unit | None = None, origin: Any = None) -> Any:  # fmt: skip
        """The figure of a line so many years ago.

        steps    how many years, a whole number of at least 1, fixed when the sheet is built
        history  the figures before the first year, the latest first: a list of `steps`, or one figure for all
        """
        if not isinstance(steps, int) or steps < 1:
            raise SheetError(f"Looking back takes a whole number of years, at least 1, not {steps!r}.")
        cells = list(history) if isinstance(history, (list, tuple)) else [history] * steps
        if len(cells) != steps:
            raise SheetError(f"Looking back {steps} years needs {steps} opening figures, and {len(cells)} are given.")
        expressions = tuple(Constant(math.nan) if cell is None else as_expression(cell) for cell in cells)
        if isinstance(of, Line):
            self._refuse_strangers(of, "A look back")
        name = of.name if isinstance(of, Line) else of
        for cell in expressions:
            self._refuse_strangers(cell, f"The opening figure of '{name}'")
            if any(isinstance(leaf, LookBack) for leaf in leaves(cell)):
                raise SheetError(
                    f"The opening figure of '{name}' looks back itself ({in_words(cell)}). Give more opening figures "
                    "with years_ago, or work the opening figure from lines of the first year."
                )
        told = [one.unit for one in expressions if not isinstance(one, Constant)]
        target = self._by_name.get(name)
        if target is not None:
            measured: Unit | None = target.unit
        else:
            measured = unit(unit_of) if unit_of else told[0] if told else None
        if measured is None:
            raise SheetError(f"Looking back at '{name}', which stands further down, needs its unit said.")
        for one in told:
            if not one.like(measured):
                raise SheetError(f"The opening figure of '{name}' is in '{one}', and the line in '{measured}'.")
        expressions = tuple(Constant(one.value, measured) if isinstance(one, Constant) else one for one in expressions)
        self._open(name, expressions, origin)
        return LookBack(name, steps, measured)

    def check(self, name: str, holds: Any, label: str, detail: str, **tags: Any) -> Line:
        """A statement that must hold in every year; it becomes a row of yes and no, and part of the master check."""
        expression = as_expression(holds)
        if expression.unit != TRUTH:
            raise SheetError(f"The check '{name}' must be a comparison, and {in_words(expression)} is in '{expression.unit}'.")
        line = self.line(name, expression, TRUTH, label, kind="check", **tags)
        self.checks.append(Check(line, detail))
        return line

    def total(self, lines: Iterable[Line], of: str | Unit = "£") -> Expression:
        """The sum of some lines, nought when there are none."""
        found = tuple(lines)
        if not found:
            return Constant(0.0, unit(of))
        try:
            for line in found:
                if not line.unit.like(unit(of)):
                    raise UnitError(f"'{line.name}' is in '{line.unit}', and the total in '{unit(of)}'.")
        except UnitError as error:
            raise SheetError(str(error)) from None
        return Node("total", found, (), unit(of))

    def tagged(self, **tags: Any) -> list[Line]:
        """The lines that carry all these tags. A tag may be given as a set of values, any of which will do."""
        few: Sequence[int] = range(len(self.lines))
        for tag, value in tags.items():
            if isinstance(value, str) and len(few) > len(carrying := self._tagged.get((tag, value), ())):
                few = carrying
        return [line for line in (self.lines[index] for index in few)
                if all(_matches(line.tags.get(tag), value) for tag, value in tags.items())]  # fmt: skip

    def holding(self, figures: Mapping[str, Sequence[float]]) -> Sheet:
        """A sealed sheet again, with some lines given instead of worked; every other line is worked as before.

        figures  line name → a figure for each year
        Raises SheetError for a name that is not on the sheet, a list of the wrong length, or a sheet that is not sealed.
        """
        if not self.sealed:
            raise SheetError("Lines can be held at given figures once the sheet is sealed.")
        other = copy.copy(self)
        other.lines, other._by_name = list(self.lines), dict(self._by_name)
        for name, given in figures.items():
            old = self[name]
            values = tuple(float(value) for value in given)
            if len(values) != self.count:
                raise SheetError(f"'{name}' has {len(values)} figures and the sheet has {self.count} years.")
            line = Line(old.index, name, old.label, old.unit, values=values, origin=old.origin, tags=old.tags, note=old.note)
            other.lines[old.index] = other._by_name[name] = line
        return other

    def seal(self) -> Sheet:
        """Meet every reference to a line further down and check its unit. After this nothing can be added.

        Raises SheetError for a look back at a line that never came or that has another unit, and for an opening
        figure that depends on what it opens.
        """
        for user, look in self._lookbacks:
            if look.line_name not in self._by_name:
                raise SheetError(
                    f"'{user.name}' looks back at '{look.line_name}', which is not on the sheet. "
                    f"{suggestion(look.line_name, self._by_name)}".strip()
                )
            target = self._by_name[look.line_name]
            if not target.unit.like(look.unit):
                raise SheetError(
                    f"'{user.name}' takes last year's '{target.name}' to be in '{look.unit}', and it is in '{target.unit}'."
                )
            if look.line_name not in self.openings:
                raise SheetError(f"'{user.name}' looks back at '{target.name}' of another sheet. Use this sheet's last_year.")
        for name in self.openings:
            if name not in self._by_name:
                raise SheetError(
                    f"Opening figures are given for '{name}', which is not on the sheet. "
                    f"{suggestion(name, self._by_name)}".strip()
                )
        refuse_openings_that_open_themselves(self)
        self.sealed = True
        return self

    def _refuse_strangers(self, expression: Expression, user: str) -> None:
        for leaf in leaves(expression):
            if isinstance(leaf, Line) and self._by_name.get(leaf.name) is not leaf:
                raise SheetError(f"{user} uses the line '{leaf.name}', which is not on this sheet.")

    def _open(self, name: str, cells: tuple[Expression, ...], origin: Any) -> None:
        known = self.openings.get(name)
        if known is None:
            self.openings[name] = Opening(cells, origin)
            return
        for old, new in zip(known.cells, cells, strict=False):
            if not _same_cell(old, new):
                raise SheetError(
                    f"'{name}' is looked back at with two different opening figures: {in_words(old)} and {in_words(new)}."
                )
        if len(cells) > len(known.cells):
            self.openings[name] = Opening(cells, known.origin or origin)

    def _add(self, name: str, label: str, of: Unit, **parts: Any) -> Line:
        if self.sealed:
            raise SheetError(f"'{name}' comes too late: the sheet is sealed.")
        if not _NAME.match(name):
            raise SheetError(f"'{name}' is not a line name. Use small letters, figures, underscores and points: town.precept.")
        if name in self._by_name:
            raise SheetError(f"The name '{name}' is used twice. Every line needs a name of its own.")
        line = Line(len(self.lines), name, label, of, **parts)
        self.lines.append(line)
        self._by_name[name] = line
        for tag, value in line.tags.items():
            if isinstance(value, str):
                self._tagged.setdefault((tag, value), []).append(line.index)
        return line


def _matches(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, (set, frozenset, tuple, list)) else value == wanted


def _same_cell(old: Expression, new: Expression) -> bool:
    if old is new:
        return True
    if isinstance(old, Constant) and isinstance(new, Constant):
        return old.value == new.value or (math.isnan(old.value) and math.isnan(new.value))
    return in_words(old) == in_words(new) and type(old) is type(new)
