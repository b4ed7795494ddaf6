"""Changes to a scenario: what `options` and `--set` do to the base before it is read.

A path names a place under `mechanisms` ("town_hall.shares.town"). Changing an amount that is a block changes its value
and says so; everything else about it stays unless the change is itself a block.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from devomodel import mechanisms
from devomodel.case.amount_reader import said, short
from devomodel.case.reader import Reader
from devomodel.fields import AMOUNT_KEYS, Path, specs
from devomodel.problems import listed, suggestion

BY_NAME = ("amounts", "blocks", "shares")
"""Kinds of block whose keys are names that the scenario gives."""

NAMED_AT = 3
"""Steps of a path to such a name: the mechanism, the block, the name."""

FIGURE_KEYS = ("value", "by_year", "line", "parameter")


class Changed:
    """The `mechanisms` of a scenario with changes made, and where each change was written."""

    def __init__(self, mechanisms: Any, reader: Reader):
        self.mechanisms: dict[str, Any] = copy.deepcopy(dict(mechanisms)) if isinstance(mechanisms, Mapping) else {}
        self.reader = reader
        self.written: dict[Path, Path] = {}
        self.words: list[str] = []
        self.edits: list[tuple[str, str, Any]] = []
        self.slips: list[str] = []

    def _note(self, words: str, what: str, path: str, value: Any = None) -> None:
        self.words.append(words)
        self.edits.append((what, path, value))

    def set(self, path: str, value: Any, at: Path) -> None:
        """Put a value at a path that is there, or at a new key of a block that is there."""
        parts = steps_of(path)
        where = self._parent(parts, at, path)
        if where is None:
            return
        key = parts[-1]
        old = where.get(key)
        self._look_for_a_slip(parts, where)
        if key in FIGURE_KEYS and _is_amount(where):
            for name in (*FIGURE_KEYS, "basis", "source"):
                where.pop(name, None)
            where |= {key: copy.deepcopy(value), "basis": "assumption"}
            if key == "line":
                del where["basis"]
        elif isinstance(old, Mapping) and not isinstance(value, Mapping) and _is_amount(old):
            kept = {name: one for name, one in old.items() if name not in (*FIGURE_KEYS, "basis", "source")}
            where[key] = {**kept, "value": value, "basis": "assumption",
                          "note": "changed in this option" + (f"; {old['note']}" if old.get("note") else "")}  # fmt: skip
        else:
            where[key] = copy.deepcopy(value)
        self.written[("mechanisms", *parts)] = at
        self._note(f"{path} is {_said(value)}" + (f" (was {_said(old)})" if old is not None else ""), "set", path, value)

    def _look_for_a_slip(self, parts: tuple[str, ...], where: Mapping[str, Any]) -> None:
        """A new heading that is nearly one that is there adds a sum in silence, where the other was most likely meant."""
        named = len(parts) == NAMED_AT and parts[-1] not in where
        use = self.mechanisms[parts[0]].get("use") if named else None
        if use not in mechanisms.names():
            return
        spec = specs(mechanisms.find(use)).get(parts[1])
        near = suggestion(parts[-1], where)
        if near and spec is not None and spec.kind in BY_NAME:
            self.slips.append(f"{'.'.join(parts)} adds '{parts[-1]}', which is not there before. {near}")

    def add(self, name: str, block: Any, at: Path) -> None:
        """Add a mechanism."""
        if name in self.mechanisms:
            self.reader.problem(at, f"there is a mechanism '{short(name)}' already",
                                do="Use 'set' to change it, or give this one another name")  # fmt: skip
            return
        self.mechanisms[name] = copy.deepcopy(block)
        self.written[("mechanisms", name)] = at
        self._note(f"{name} is added", "add", name, block)

    def drop(self, path: Any, at: Path) -> None:
        """Take out a mechanism, or a key of one."""
        parts = steps_of(str(path))
        where = self._parent(parts, at, str(path))
        if where is None:
            return
        if parts[-1] not in where:
            self._missing(parts[-1], where, at, str(path))
            return
        del where[parts[-1]]
        self._note(f"{path} is taken out", "drop", str(path))

    def respell(self, misspelt: Mapping[Path, str]) -> bool:
        """Put right the keys that were misspelt, so that what an option says of them is understood; whether there were any."""
        found = False
        for path, meant in misspelt.items():
            where: Any = {"mechanisms": self.mechanisms}
            for step in path[:-1]:
                where = where.get(step) if isinstance(where, Mapping) else None
            if isinstance(where, dict) and path[-1] in where:
                where[meant] = where.pop(path[-1])
                self.written[*path[:-1], meant] = path
                found = True
        return found

    def place_of(self, path: Path) -> Path | None:
        """Where the change that put this path there was written; None for what the base holds."""
        for length in range(len(path), 1, -1):
            if path[:length] in self.written:
                return (*self.written[path[:length]], *path[length:])
        return None

    def _parent(self, parts: tuple[str, ...], at: Path, path: str) -> Any:
        where: Any = self.mechanisms
        for step in parts[:-1]:
            if not isinstance(where, Mapping) or step not in where:
                self._missing(step, where, at, path)
                return None
            where = where[step]
            if not isinstance(where, dict):
                inside = f"'{step}' is written as {said(where)}, with nothing inside it"
                self.reader.problem(at, f"'{short(path)}' leads nowhere: {inside}", do=f"Change '{step}' as a whole")
                return None
        if len(parts) == 1 and parts[0] not in where:
            self._missing(parts[0], where, at, path)
            return None
        return where

    def _missing(self, step: str, where: Any, at: Path, path: str) -> None:
        keys = [short(key) for key in where]
        near = suggestion(step, keys)
        if where is self.mechanisms:
            what, do = f"there is no mechanism '{short(step)}'", "A new mechanism goes under 'add'"
        else:
            what, do = f"there is no '{short(step)}' to change", "To put it in, set the block it stands in"
        self.reader.problem(at, f"'{short(path)}' leads nowhere: {what}", "" if near else listed(keys, "and"), near or do)


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a path, a leading "mechanisms" left out.

    >>> steps_of("mechanisms.town_hall.shares.town")
    ('town_hall', 'shares', 'town')
    """
    parts = tuple(part.strip() for part in path.split("."))
    return parts[1:] if parts[0] == "mechanisms" and len(parts) > 1 else parts


def _is_amount(block: Mapping[str, Any]) -> bool:
    """Whether a block is an amount, and not a block that has a key called "value" beside keys of its own.

    >>> _is_amount({"value": "£500", "basis": "quote"}), _is_amount({"value": {"value": "£500"}, "years": 10})
    (True, False)
    """
    return (
        any(one in block for one in FIGURE_KEYS)
        and not set(block).difference(AMOUNT_KEYS)
        and not isinstance(block.get("value"), Mapping)
    )


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        by_year = value.get("by_year")
        if isinstance(by_year, Mapping) and by_year:
            grows = f", growing {_said(value['grows'])}" if "grows" in value else ""
            return ", ".join(f"{one} in {year}" for year, one in by_year.items()) + grows
        figures = [str(value[key]) for key in FIGURE_KEYS if key in value]
        return figures[0] if figures else "a block"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return str(value)
