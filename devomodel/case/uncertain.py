"""Amounts that are not known exactly: a low, a high and a shape for each, and groups that move together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import Amount
from devomodel.case.amount_reader import said
from devomodel.case.changes import steps_of
from devomodel.case.reader import Reader
from devomodel.fields import LONGEST_NAME, Path
from devomodel.problems import listed, suggestion

SHAPES = ("uniform", "triangular")
KEYS = ("low", "high", "likely", "shape", "group", "basis", "source", "note")
EXAMPLE = '{low: "£8,000", high: "£15,000"}'


@dataclass(frozen=True)
class Uncertain:
    """How far an amount may lie from what is given.

    path    the amount, under mechanisms
    low, high, likely   as written; read in the unit of the amount when it is known
    shape   uniform between low and high, or triangular with its peak at the likely figure
    group   amounts of one group move together: one draw serves them all
    name    the path as the scenario writes it
    """

    path: tuple[str, ...]
    low: Any
    high: Any
    likely: Any = None
    shape: str = "triangular"
    group: str = ""
    name: str = ""

    def bounds(self, of: str, reader: Reader) -> tuple[float, float, float | None] | None:
        """Low, high and likely in the amount's unit; None when one of them cannot be read."""
        path: Path = ("uncertain", self.name or ".".join(self.path))
        low, high = reader.figure(of, self.low, (*path, "low")), reader.figure(of, self.high, (*path, "high"))
        likely = None if self.likely is None else reader.figure(of, self.likely, (*path, "likely"))
        if low is None or high is None or (self.likely is not None and likely is None):
            return None
        if low > high:
            reader.problem((*path, "low"), f"low ({self.low}) is above high ({self.high})", do="Write the smaller as low")
            return None
        if likely is not None and not low <= likely <= high:
            reader.problem((*path, "likely"), f"likely ({self.likely}) is not between low ({self.low}) and high ({self.high})",
                           do="Check the three figures")  # fmt: skip
            return None
        return low, high, likely


def read_uncertain(reader: Reader, block: Mapping[str, Any]) -> dict[str, Uncertain]:
    """The `uncertain` block of a scenario."""
    found: dict[str, Uncertain] = {}
    for name, value in block.items():
        path: Path = ("uncertain", name)
        if not isinstance(value, Mapping):
            reader.problem(path, f"an uncertain amount gives low and high, and {said(value)} stands here instead",
                           do=f"Write for example {EXAMPLE}")  # fmt: skip
            continue
        before = len(reader.problems)
        written = reader.spelling(value, path, "an uncertain amount", KEYS)
        given = {key: value[as_written] for key, as_written in written.items()}
        for key in ("low", "high"):
            if key not in given:
                reader.problem(path, f"'{key}' is missing", do=f"Write for example {EXAMPLE}")
        if "likely" in given and given["likely"] is None:
            reader.nothing((*path, "likely"), "Write the likely figure")
        shape = given.get("shape", "triangular")
        if shape not in SHAPES:
            reader.problem((*path, "shape"), f"{said(shape)} is not a shape", listed(SHAPES))
        group = reader.words("'group'", given["group"], (*path, "group"), LONGEST_NAME) if "group" in given else ""
        if "note" in given:
            reader.words("'note'", given["note"], (*path, "note"))
        reader.basis({key: given[key] for key in ("basis", "source") if key in given}, path)
        if len(reader.problems) == before:
            found[name] = Uncertain(steps_of(name), given["low"], given["high"], given.get("likely"), shape, group or "", name)
    return found


def check_uncertain(reader: Reader, found: Mapping[str, Uncertain], amounts: Mapping[str, Mapping[Path, Amount]],
                    refused: Collection[str]) -> None:  # fmt: skip
    """Note each that leads to no amount of any option, to one that cannot be drawn, or that has no sensible bounds.

    amounts  option → path → amount as read
    refused  mechanisms that could not be read, of whose amounts nothing can be said
    """
    for name, one in found.items():
        place = ("mechanisms", *one.path)
        amount = next((known[place] for known in amounts.values() if place in known), None)
        if amount is None and one.path[0] in refused:
            continue
        if amount is None:
            paths = [".".join(map(str, path[1:])) for known in amounts.values() for path in known]
            reader.problem(("uncertain", name), "this path leads to no amount of the scenario",
                           do=suggestion(".".join(one.path), paths) or "Write it like budget.spending.energy")  # fmt: skip
        elif amount.line:
            reader.problem(("uncertain", name), f"this amount takes the figures of the line '{amount.line}'",
                           do="Make the amount behind that line uncertain instead")  # fmt: skip
        elif amount.by_year is not None and len(set(amount.by_year.values()) - {0.0}) > 1:
            reader.problem(("uncertain", name), "this amount has different figures by year, and only one figure can be uncertain",
                           do="Give it one value with 'grows', or leave it out of 'uncertain'")  # fmt: skip
        else:
            one.bounds(amount.unit, reader)
