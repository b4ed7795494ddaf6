"""Figures as comma-separated values, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from devomodel.cli.guard import clean

if TYPE_CHECKING:
    from devomodel.model import Projection
    from devomodel.statements import Statement

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def print_rows(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows on standard output: figures unrounded, an empty cell where there is none."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([cell(one) for one in row])


def print_statements(projection: Projection, shown: dict[str, list[Statement]]) -> None:
    """Every row of the statements: council, statement, row, unit, line, and a column for each year."""
    rows = ([key if key in projection.case.councils else "", table.title.rsplit(": ", 1)[-1], row.label, row.unit, row.line, *row.values]
            for key, tables in shown.items() for table in tables for row in table if row.values and row.kind != "rounding")  # fmt: skip
    print_rows(["council", "statement", "row", "unit", "line", *projection.years], rows)


def cell(value: Any) -> Any:
    """One cell. Text that a spreadsheet would take for a formula is given an apostrophe, which it does not print.

    >>> cell("=1+1"), cell(float("nan")), cell(0.1)
    ("'=1+1", '', 0.1)
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return value if isfinite(value) else ""
    text = clean("" if value is None else value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
