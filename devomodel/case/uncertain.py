"""Amounts that are not known exactly: a low, a high and a shape for each, and groups that move together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devomodel.case.changes import steps_of
from devomodel.engine.units import unit
from devomodel.fields import Path, Reader

SHAPES = ("uniform", "triangular")
KEYS = ("low", "high", "likely", "shape", "group", "basis", "source", "note")


@dataclass(frozen=True)
class Uncertain:
    """How far an amount may lie from what is given.

    path    the amount, under mechanisms
    low, high, likely   as written; read in the unit of the amount when it is known
    shape   uniform between low and high, or triangular with its peak at the likely figure
    group   amounts of one group move together: one draw serves them all
    """

    path: tuple[str, ...]
    low: Any
    high: Any
    likely: Any = None
    shape: str = "triangular"
    group: str = ""

    def bounds(self, of: str, reader: Reader) -> tuple[float, float, float | None] | None:
        """Low, high and likely in the amount's unit; None when one of them cannot be read."""
        path: Path = ("uncertain", ".".join(self.path))
        low, high = reader.figure(of, self.low, (*path, "low")), reader.figure(of, self.high, (*path, "high"))
        likely = None if self.likely is None else reader.figure(of, self.likely, (*path, "likely"))
        if low is None or high is None or (self.likely is not None and likely is None):
            return None
        if not low <= (likely if likely is not None else low) <= high:
            reader.problem(path, f"low, likely and high must go up: {self.low}, {self.likely}, {self.high}")
            return None
        assert unit(of)
        return low, high, likely


def read_uncertain(reader: Reader, value: Any) -> dict[str, Uncertain]:
    """The `uncertain` block of a scenario."""
    found: dict[str, Uncertain] = {}
    if value is None:
        return found
    if not isinstance(value, Mapping):
        reader.problem(
            ("uncertain",),
            "'uncertain' must be a block of paths",
            "budget.spending.energy: {low: £8,000, high: £15,000}",
        )
        return found
    for name, one in value.items():
        path: Path = ("uncertain", name)
        if not isinstance(one, Mapping) or "low" not in one or "high" not in one:
            reader.problem(path, "an uncertain amount gives at least low and high", '{low: "£8,000", high: "£15,000"}')
            continue
        for key in one:
            if key not in KEYS:
                reader.unknown(path, key, "an uncertain amount", KEYS)
        shape = one.get("shape", "triangular")
        if shape not in SHAPES:
            reader.problem((*path, "shape"), f"'{shape}' is not a shape", " or ".join(SHAPES))
            continue
        found[str(name)] = Uncertain(
            steps_of(str(name)), one["low"], one["high"], one.get("likely"), shape, str(one.get("group", ""))
        )
    return found
