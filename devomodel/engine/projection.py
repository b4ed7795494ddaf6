"""A sheet worked out: years first, draws last.

One path serves a single run, ten thousand draws and eight thousand councils side by side: an input may be given as an
array with a column for each draw, and only the lines that depend on it get columns too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from devomodel.engine.expressions import Line, SheetError
from devomodel.engine.program import Program, compiled
from devomodel.engine.sheet import Sheet
from devomodel.engine.units import TRUTH
from devomodel.problems import suggestion

DRAWS_AT_ONCE = 2_000
"""Draws worked together, so that a block of figures stays in the processor's cache."""

MOST_FIGURES_KEPT = 60_000_000
"""About half a gigabyte of figures; beyond it the lines to keep must be named."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The worked figures of a sheet: for each line an array of (years, draws), with one column where draws do not matter."""

    sheet: Sheet
    draws: int
    arrays: Mapping[str, np.ndarray] = field(repr=False)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.arrays:
            raise SheetError(f"There is no line '{name}'. {suggestion(name, self.arrays)}".strip())
        return self.arrays[name]

    def value(self, name: str, year: str) -> float:
        """One figure of a single run, or the first draw's: £ or as the line's unit says, unrounded."""
        return float(self[name][self.position(year), 0])

    def by_year(self, name: str) -> list[float]:
        """The figures of a line in the order of the years, of a single run or the first draw."""
        return [float(value) for value in self[name][:, 0]]

    def position(self, year: str) -> int:
        if year not in self.sheet.years:
            raise SheetError(
                f"'{year}' is not a year of this case, which runs from {self.sheet.years[0]} to {self.sheet.years[-1]}."
            )
        return self.sheet.years.index(year)

    def failed_checks(self) -> list[tuple[str, list[str]]]:
        """The checks that fail in some draw, with the years in which they do."""
        found = []
        for check in self.sheet.checks:
            if check.line.name in self.arrays:
                held = np.all(self[check.line.name].astype(bool), axis=1)
                if not held.all():
                    found.append(
                        (
                            check.line.name,
                            [year for year, holds in zip(self.sheet.years, held, strict=True) if not holds],
                        )
                    )
        return found


class Worker:
    """Works a sheet again and again with some inputs changed; the program is compiled once for each set of them."""

    def __init__(self, sheet: Sheet):
        self.sheet = sheet if sheet.sealed else sheet.seal()
        self._programs: dict[Any, Program] = {}
        self._given = {line.index: _column(line, sheet.count) for line in sheet.lines if line.is_input}

    def work(self, changed: Mapping[str, Any] | None = None, keep: Iterable[str] | None = None) -> Figures:
        """The figures of the sheet, with some inputs changed.

        changed   input line name → a number, one figure for each year, or an array of (years or 1, draws)
        keep      names of the lines wanted; None keeps all
        Raises SheetError for a name that is not an input, arrays with unlike numbers of draws, or too many figures to keep.
        """
        given = dict(self._given)
        draws = 1
        uncertain = set()
        for name, values in (changed or {}).items():
            line = self.sheet[name]
            if not line.is_input:
                raise SheetError(f"'{name}' is worked by a formula and cannot be set. Set the inputs it depends on.")
            array = self._shaped(name, values)
            given[line.index] = array
            if array.shape[1] > 1:
                if draws not in (1, array.shape[1]):
                    raise SheetError(f"'{name}' has {array.shape[1]} draws and another input has {draws}.")
                draws = array.shape[1]
                uncertain.add(line.index)
        wanted = None if keep is None else tuple(sorted(self.sheet[name].index for name in keep))
        program = self._program(frozenset(uncertain), wanted)
        self._refuse_too_many(program, draws, wanted)
        kept = range(len(self.sheet.lines)) if wanted is None else wanted
        if draws <= DRAWS_AT_ONCE:
            worked = program.run(given, draws)
            return self._figures(worked, kept, draws)
        whole = {index: np.empty((self.sheet.count, draws if index in program.varies else 1)) for index in kept}
        for start in range(0, draws, DRAWS_AT_ONCE):
            stop = min(start + DRAWS_AT_ONCE, draws)
            block = {index: array[:, start:stop] if array.shape[1] > 1 else array for index, array in given.items()}
            worked = program.run(block, stop - start)
            for index in kept:
                whole[index][:, start : stop if index in program.varies else None] = worked[index]
        return self._figures(whole, kept, draws)

    def _figures(self, worked: Mapping[int, np.ndarray], kept: Iterable[int], draws: int) -> Figures:
        return Figures(self.sheet, draws, {self.sheet.lines[index].name: worked[index] for index in kept})

    def _program(self, uncertain: frozenset[int], wanted: tuple[int, ...] | None) -> Program:
        key = (uncertain, wanted)
        if key not in self._programs:
            self._programs[key] = compiled(self.sheet, uncertain, wanted)
        return self._programs[key]

    def _shaped(self, name: str, values: Any) -> np.ndarray:
        array = np.asarray(values, dtype=float)
        if array.ndim == 0:
            array = np.full((self.sheet.count, 1), float(array))
        elif array.ndim == 1:
            array = array[:, None]
        if array.ndim == 2 and array.shape[0] == 1:
            array = np.broadcast_to(array, (self.sheet.count, array.shape[1]))
        if array.ndim != 2 or array.shape[0] != self.sheet.count:
            raise SheetError(f"'{name}' needs a figure for each of {self.sheet.count} years, and has the shape {array.shape}.")
        return array

    def _refuse_too_many(self, program: Program, draws: int, wanted: tuple[int, ...] | None) -> None:
        kept = len(program.varies if wanted is None else program.varies.intersection(wanted))
        if kept * self.sheet.count * draws > MOST_FIGURES_KEPT:
            raise SheetError(
                f"Keeping {kept} lines × {self.sheet.count} years × {draws:,} draws needs too much memory. "
                "Name the lines to keep."
            )


def worked_out(sheet: Sheet, changed: Mapping[str, Any] | None = None, keep: Iterable[str] | None = None) -> Figures:
    """The figures of a sheet, worked once. See `Worker.work`.

    >>> sheet = Sheet("2026-27", 3)
    >>> added = sheet.input("added", 10.0, "£", "Added to reserves")
    >>> closing = sheet.line("closing", sheet.last_year("closing", first=100.0, unit_of="£") + added, "£", "Reserves at 31 March")
    >>> worked_out(sheet).by_year("closing")
    [110.0, 120.0, 130.0]
    """
    return Worker(sheet).work(changed, keep)


def _column(line: Line, count: int) -> np.ndarray:
    values = line.values
    column = np.full((count, 1), values) if isinstance(values, float) else np.array(values, dtype=float)[:, None]
    column.setflags(write=False)  # every run shares it
    return column


def is_truth(line: Line) -> bool:
    """Whether a line holds yes and no rather than figures."""
    return line.unit == TRUTH
