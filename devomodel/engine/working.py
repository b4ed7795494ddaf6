"""The working of a figure: how it was reached, down to what was given and where that came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devomodel.engine.expressions import Constant, Expression, Line, LookBack, Node, in_words, leaves
from devomodel.engine.projection import Figures
from devomodel.engine.years import year_label


@dataclass(frozen=True, eq=False)
class Step:
    """One figure in a working.

    line      its row on the sheet
    year      the year it is of; a year before the first is an opening figure
    value     the figure, unrounded, in the line's unit
    formula   the formula in the names of lines; empty for a given figure
    parts     the figures it was worked from
    origin    for a given figure, what says how firm it is; for an opening figure, the origin of the opening
    repeated  the figure has been worked above and its parts are not shown again
    """

    line: Line
    year: str
    value: float
    formula: str
    parts: tuple[Step, ...]
    origin: Any = None
    repeated: bool = False
    opening: bool = False

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """This step and all below it, with how deep each stands."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)


def working(figures: Figures, name: str, year: str) -> Step:
    """How one figure was worked out, down to given figures only.

    Raises SheetError for a line or year that is not there, with the nearest name that is.
    """
    figures[name]
    return _Tracer(figures).step(figures.sheet[name], figures.position(year))


class _Tracer:
    def __init__(self, figures: Figures):
        self.figures, self.sheet = figures, figures.sheet
        self.seen: set[tuple[str, int]] = set()

    def step(self, line: Line, at: int) -> Step:
        if at < 0:
            return self._opening(line, at)
        year = self.sheet.years[at]
        value = self.figures.value(line.name, year)
        if line.is_input:
            return Step(line, year, value, "", (), line.origin)
        assert line.formula is not None
        formula = in_words(line.formula)
        if (line.name, at) in self.seen:
            return Step(line, year, value, formula, (), repeated=True)
        self.seen.add((line.name, at))
        return Step(line, year, value, formula, self._parts(line.formula, at))

    def _parts(self, formula: Expression, at: int) -> tuple[Step, ...]:
        found: dict[tuple[str, int], Step] = {}
        for leaf in leaves(formula):
            if isinstance(leaf, Line):
                key = (leaf.name, at)
            elif isinstance(leaf, LookBack):
                key = (leaf.line_name, at - leaf.steps)
            else:
                continue
            if key not in found:
                found[key] = self.step(self.sheet[key[0]], key[1])
        return tuple(found.values())

    def _opening(self, line: Line, at: int) -> Step:
        opening = self.sheet.openings[line.name]
        cell = opening.cells[-at - 1]
        year = year_label(int(self.sheet.years[0][:4]) + at)
        parts = self._parts(cell, 0)
        value = self._value(cell)
        formula = "" if isinstance(cell, Constant) else in_words(cell) if isinstance(cell, Node) else getattr(cell, "name", "")
        return Step(line, year, value, formula, parts, opening.origin, opening=True)

    def _value(self, cell: Expression) -> float:
        from devomodel.engine.operations import worked

        if isinstance(cell, Constant):
            return cell.value
        if isinstance(cell, Line):
            return self.figures.value(cell.name, self.sheet.years[0])
        assert isinstance(cell, Node)
        return float(worked(cell.operation, [self._value(operand) for operand in cell.operands], cell.parameters))
