"""What a block of a scenario may hold, said once: for reading it strictly, for the JSON Schema, and for labels.

A block is a frozen dataclass whose fields are made by the functions here. `devomodel.case.reader` reads it.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any

REQUIRED = object()
LONGEST_NAME = 60
LONGEST_LABEL = 200
LONGEST_NOTE = 2_000
NAMES_ALLOWED = "small letters, figures and underscores, beginning with a letter: grounds_maintenance"
Path = tuple[Any, ...]

AMOUNT_KEYS = (
    "value",
    "by_year",
    "line",
    "parameter",
    "basis",
    "source",
    "note",
    "grows",
    "prices",
    "from",
    "until",
    "once",
)

NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")
SOURCE_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{LONGEST_NAME - 1}}}")
LINE_NAME = re.compile(r"[a-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+")
ADDRESS = re.compile(r"https?://[A-Za-z0-9][^\s<>\"'\\]*")
MARKUP = re.compile(r"<[A-Za-z/!?][^<>]{0,30}>?")


@dataclass(frozen=True)
class Spec:
    """What one key of a block holds.

    kind      "amount", "amounts", "choice", "party", "text", "address", "flag", "whole", "block", "blocks", "table_by_year",
              "year", "parties", "shares", "coalitions", "schedule"
    label     what it is called in tables and papers
    unit      of an amount
    required  whether the block cannot do without it
    choices   what a choice may be; the words that may stand in place of a party or a year
    of        the block that a "block" or each of the "blocks" holds
    keys      the keys that "amounts" may have; none means any name
    by_party  whether the keys of "amounts" or "blocks" are councils of the case
    longest   the most letters a text may have
    above     what an amount's own figures must be above; none means that they may be anything
    """

    kind: str
    label: str
    unit: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    of: type | None = None
    keys: tuple[str, ...] = ()
    help: str = ""
    longest: int = LONGEST_LABEL
    above: float | None = None
    by_party: bool = False


def _field(spec: Spec, default: Any) -> Any:
    spec = dataclasses.replace(spec, required=default is REQUIRED)
    if default is REQUIRED:
        return field(metadata={"spec": spec}, kw_only=True)
    if default == {}:
        return field(default_factory=dict, metadata={"spec": spec}, kw_only=True)
    return field(default=default, metadata={"spec": spec}, kw_only=True)


def amount(of: str, label: str, default: Any = REQUIRED, help: str = "", above: float | None = None) -> Any:
    """One amount, in a unit."""
    return _field(Spec("amount", label, unit=of, help=help, above=above), default)


def amounts(of: str, label: str, default: Any = REQUIRED, keys: tuple[str, ...] = (), help: str = "",
            by_party: bool = False) -> Any:  # fmt: skip
    """Amounts by name, all in one unit: the headings of a budget, the bands of a table, what each party has."""
    return _field(Spec("amounts", label, unit=of, keys=keys, help=help, by_party=by_party), default)


def choice(label: str, choices: tuple[str, ...], default: Any = REQUIRED, help: str = "") -> Any:
    """One of a few words."""
    return _field(Spec("choice", label, choices=choices, help=help), default)


def party(label: str, default: Any = REQUIRED, help: str = "", words: tuple[str, ...] = ()) -> Any:
    """The key of a council or other body that the scenario names under `councils`, or one of some words in its place."""
    return _field(Spec("party", label, help=help, choices=words), default)


def parties(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A list of keys that the scenario names under `councils`."""
    return _field(Spec("parties", label, help=help), default)


def shares(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """Who pays which share, by party; one of them may be the word rest, and without it they must come to 100%."""
    return _field(Spec("shares", label, unit="share", help=help), default)


def coalitions(of: str, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """Amounts by party, and by parties together: {town: £100,000, town+district: £130,000}."""
    return _field(Spec("coalitions", label, unit=of, help=help), default)


def year(label: str, default: Any = REQUIRED, help: str = "", words: tuple[str, ...] = ()) -> Any:
    """A financial year, or one of some words in its place."""
    return _field(Spec("year", label, help=help, choices=words), default)


def schedule(of: str, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A sum for each year, {2026-27: £1,000, 2027-28: £500}, and nought before and after."""
    return _field(Spec("schedule", label, unit=of, help=help), default)


def text(label: str, default: Any = REQUIRED, help: str = "", longest: int = LONGEST_LABEL) -> Any:
    """Words."""
    return _field(Spec("text", label, help=help, longest=longest), default)


def address(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """The address of a web page."""
    return _field(Spec("address", label, help=help, longest=LONGEST_NOTE), default)


def flag(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """true or false."""
    return _field(Spec("flag", label, help=help), default)


def whole(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A whole number, nought or more."""
    return _field(Spec("whole", label, help=help), default)


def block(of: type, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A block inside the block."""
    return _field(Spec("block", label, of=of, help=help), default)


def blocks(of: type, label: str, default: Any = REQUIRED, help: str = "", by_party: bool = False) -> Any:
    """Blocks by name, or by party."""
    return _field(Spec("blocks", label, of=of, help=help, by_party=by_party), default)


def table_by_year(of: str, label: str, default: Any = REQUIRED, keys: tuple[str, ...] = (), help: str = "") -> Any:
    """Figures by financial year and then by name, such as published band amounts."""
    return _field(Spec("table_by_year", label, unit=of, keys=keys, help=help), default)


def specs(of: type) -> dict[str, Spec]:
    """The keys of a block and what each holds, in the order of the class."""
    return {one.name: one.metadata["spec"] for one in dataclasses.fields(of) if "spec" in one.metadata}


def is_name(key: Any) -> bool:
    """Whether a key can be part of a line's name.

    >>> is_name("grounds_maintenance"), is_name("A"), is_name("2nd hall"), is_name("<b>")
    (True, True, False, False)
    """
    return isinstance(key, str) and NAME.fullmatch(key) is not None
