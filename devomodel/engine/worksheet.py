"""The worksheet reading: every line a row of live formulas, the same formula all along the row.

Columns: A name, B label, C unit, then the opening columns (the years before the first), then one column a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devomodel.engine.expressions import Constant, Expression, Line, LookBack, SheetError, worksheet_text
from devomodel.engine.sheet import Sheet

FIRST_ROW = 2
LEADING_COLUMNS = 3
LONGEST_FORMULA = 8_192
"""Characters that a spreadsheet takes in one formula."""


def column_letter(number: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number += 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@dataclass(frozen=True, eq=False)
class Worksheet:
    """Where each figure of a sheet stands in a worksheet, and what is written there."""

    sheet: Sheet

    @property
    def opening_columns(self) -> int:
        """How many years before the first any line looks back to."""
        return max((len(opening.cells) for opening in self.sheet.openings.values()), default=0)

    def row(self, line: Line) -> int:
        return FIRST_ROW + line.index

    def column(self, at: int) -> str:
        """The column of a year by its position; −1 is the year before the first."""
        return column_letter(LEADING_COLUMNS + self.opening_columns + at)

    def address(self, line: Line, at: int) -> str:
        """The cell of a line in a year.

        >>> sheet = Sheet("2026-27", 2)
        >>> line = sheet.input("x", 1.0, "£", "X")
        >>> Worksheet(sheet).address(line, 1)
        'E2'
        """
        return f"{self.column(at)}{self.row(line)}"

    def cells(self) -> Mapping[str, str | float]:
        """What stands in each cell of figures: a number given, or a formula that begins with '='.

        Raises SheetError when a formula is longer than a spreadsheet takes.
        """
        self.sheet.sealed or self.sheet.seal()
        found: dict[str, str | float] = {}
        for line in self.sheet:
            for step, cell in enumerate(self.sheet.openings[line.name].cells if line.name in self.sheet.openings else ()):
                found[self.address(line, -step - 1)] = self._written(cell, 0)
            for at in range(self.sheet.count):
                if line.formula is None:
                    found[self.address(line, at)] = _given(line.values if isinstance(line.values, float) else line.values[at])
                else:
                    found[self.address(line, at)] = self._written(line.formula, at)
                    self._refuse_too_long(line, found[self.address(line, at)])
        return found

    def _refuse_too_long(self, line: Line, written: str | float) -> None:
        if isinstance(written, str) and len(written) > LONGEST_FORMULA:
            raise SheetError(
                f"The formula of '{line.name}' takes {len(written):,} characters in a worksheet, which allows "
                f"{LONGEST_FORMULA:,}. Put parts of it on lines of their own."
            )

    def _written(self, formula: Expression, at: int) -> str | float:
        if isinstance(formula, Constant):
            return _given(formula.value)

        def address(leaf: Expression) -> str:
            if isinstance(leaf, Line):
                return self.address(leaf, at)
            assert isinstance(leaf, LookBack)
            return self.address(self.sheet[leaf.line_name], at - leaf.steps)

        return "=" + worksheet_text(formula, address)


def _given(value: float) -> str | float:
    """A given figure as a cell holds it; one that is missing is #N/A, which spreads as "no figure" does."""
    return value if value == value else "=NA()"
