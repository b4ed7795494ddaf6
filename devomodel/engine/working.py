"""The working of a figure: how it was reached, down to what was given and where that came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from devomodel.engine.expressions import Constant, Expression, Line, LookBack, Node, in_words, leaves
from devomodel.engine.operations import worked
from devomodel.engine.projection import Figures
from devomodel.engine.years import year_label


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        return f"Step({self.line.name!r}, {self.year!r}, {self.value!r})"

    def __str__(self) -> str:
        """The working as text: each figure with how it was worked or where it is from, and under it the figures it used."""
        return "\n".join("  " * deep + step.said for deep, step in self.walk())

    @property
    def said(self) -> str:
        """This figure in one line, unrounded, without those below it."""
        if self.repeated:
            how = "worked above"
        elif self.formula:
            how = f"= {self.formula}"
        else:
            told = (getattr(self.origin, part, "") for part in ("basis", "source", "note"))
            how = "; ".join(one for one in told if one) or "given"
        brought = ", brought forward" if self.opening else ""
        unit = str(self.line.unit)
        of = f" a {unit[2:]}" if unit.startswith("£/") else "" if unit in ("£", "number") else f" {unit}"
        figure = f"{'£' if unit.startswith('£') else ''}{self.value:,.10g}{of}"
        return f"{self.line.label}, {self.year}{brought}: {figure} [{self.line.name}] {how}"

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """This step and all below it, with how deep each stands."""
        waiting = [(depth, self)]
        while waiting:
            deep, step = waiting.pop()
            yield deep, step
            waiting.extend((deep + 1, part) for part in reversed(step.parts))


def working(figures: Figures, name: str, year: str) -> Step:
    """How one figure was worked out, down to given figures only.

    Raises SheetError for a line or year that is not there, with the nearest name that is.
    """
    figures[name]
    return _Tracer(figures).step(figures.sheet[name], figures.position(year))


@dataclass
class _Begun:
    """A step some of whose parts are still to be worked."""

    line: Line
    year: str
    value: float
    formula: str
    waiting: list[tuple[Line, int]]
    origin: Any = None
    repeated: bool = False
    opening: bool = False
    parts: list[Step] = field(default_factory=list)

    def finished(self) -> Step:
        return Step(self.line, self.year, self.value, self.formula, tuple(self.parts), self.origin, self.repeated, self.opening)


class _Tracer:
    def __init__(self, figures: Figures):
        self.figures, self.sheet = figures, figures.sheet
        self.seen: set[tuple[str, int]] = set()

    def step(self, line: Line, at: int) -> Step:
        """A figure with all below it; a stack rather than recursion, for a chain runs through every line of every year."""
        stack = [self._begun(line, at)]
        while True:
            if stack[-1].waiting:
                stack.append(self._begun(*stack[-1].waiting.pop(0)))
                continue
            done = stack.pop().finished()
            if not stack:
                return done
            stack[-1].parts.append(done)

    def _begun(self, line: Line, at: int) -> _Begun:
        if at < 0:
            return self._opening(line, at)
        year = self.sheet.years[at]
        value = self.figures.value(line.name, year)
        if line.formula is None:
            return _Begun(line, year, value, "", [], _of_year(line.origin, year))
        formula = in_words(line.formula)
        if (line.name, at) in self.seen:
            return _Begun(line, year, value, formula, [], repeated=True)
        self.seen.add((line.name, at))
        return _Begun(line, year, value, formula, self._parts(line.formula, at))

    def _parts(self, formula: Expression, at: int) -> list[tuple[Line, int]]:
        """The figures a formula uses, each once, in the order it names them."""
        found: dict[tuple[int, int], tuple[Line, int]] = {}
        for leaf in leaves(formula):
            if isinstance(leaf, Line):
                found.setdefault((leaf.index, at), (leaf, at))
            elif isinstance(leaf, LookBack):
                line = self.sheet[leaf.line_name]
                found.setdefault((line.index, at - leaf.steps), (line, at - leaf.steps))
        return list(found.values())

    def _opening(self, line: Line, at: int) -> _Begun:
        opening = self.sheet.openings[line.name]
        cell = opening.cells[-at - 1]
        year = year_label(int(self.sheet.years[0][:4]) + at)
        formula = "" if isinstance(cell, Constant) else cell.name if isinstance(cell, Line) else in_words(cell)
        return _Begun(line, year, self._value(cell), formula, self._parts(cell, 0), opening.origin, opening=True)

    def _value(self, cell: Expression) -> float:
        if isinstance(cell, Constant):
            return cell.value
        if isinstance(cell, Line):
            return self.figures.value(cell.name, self.sheet.years[0])
        assert isinstance(cell, Node)
        return float(worked(cell.operation, [self._value(operand) for operand in cell.operands], cell.parameters))


def _of_year(origin: Any, year: str) -> Any:
    """The origin of one year's figure, where a row's origin tells its years apart."""
    return origin.of_year(year) if hasattr(origin, "of_year") else origin
