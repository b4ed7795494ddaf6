"""What a block of a scenario may hold, said once: for reading it strictly, for the JSON Schema, and for labels.

A block is a frozen dataclass whose fields are made by the functions here. Reading gathers every problem; it never
stops at the first and never raises for what a person wrote.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from devomodel.amounts import BASES, SOURCED_BASES, Amount, Growth
from devomodel.engine.units import unit as parse_unit
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.problems import Problem, listed, suggestion
from devomodel.written import money, number, share

REQUIRED = object()
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


@dataclass(frozen=True)
class Spec:
    """What one key of a block holds.

    kind      "amount", "amounts", "choice", "party", "text", "flag", "whole", "year", "block", "blocks", "bands", "texts"
    unit      of an amount
    label     what it is called in tables and papers
    required  whether the block cannot do without it
    choices   what a choice may be
    of        the block that a "block" or each of the "blocks" holds
    keys      the keys that "amounts" may have; none means any name
    """

    kind: str
    label: str
    unit: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    of: type | None = None
    keys: tuple[str, ...] = ()
    help: str = ""


def _field(spec: Spec, default: Any) -> Any:
    spec = dataclasses.replace(spec, required=default is REQUIRED)
    if default is REQUIRED:
        return field(metadata={"spec": spec}, kw_only=True)
    if default == {}:
        return field(default_factory=dict, metadata={"spec": spec}, kw_only=True)
    return field(default=default, metadata={"spec": spec}, kw_only=True)


def amount(of: str, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """One amount, in a unit."""
    return _field(Spec("amount", label, unit=of, help=help), default)


def amounts(of: str, label: str, default: Any = REQUIRED, keys: tuple[str, ...] = (), help: str = "") -> Any:
    """Amounts by name, all in one unit: the headings of a budget, the bands of a table."""
    return _field(Spec("amounts", label, unit=of, keys=keys, help=help), default)


def choice(label: str, choices: tuple[str, ...], default: Any = REQUIRED, help: str = "") -> Any:
    """One of a few words."""
    return _field(Spec("choice", label, choices=choices, help=help), default)


def party(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """The key of a council or other body that the scenario names under `councils`."""
    return _field(Spec("party", label, help=help), default)


def text(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """Words."""
    return _field(Spec("text", label, help=help), default)


def flag(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """true or false."""
    return _field(Spec("flag", label, help=help), default)


def whole(label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A whole number."""
    return _field(Spec("whole", label, help=help), default)


def block(of: type, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """A block inside the block."""
    return _field(Spec("block", label, of=of, help=help), default)


def blocks(of: type, label: str, default: Any = REQUIRED, help: str = "") -> Any:
    """Blocks by name."""
    return _field(Spec("blocks", label, of=of, help=help), default)


def table_by_year(of: str, label: str, default: Any = REQUIRED, keys: tuple[str, ...] = (), help: str = "") -> Any:
    """Figures by financial year and then by name, such as published band amounts."""
    return _field(Spec("table_by_year", label, unit=of, keys=keys, help=help), default)


def specs(of: type) -> dict[str, Spec]:
    """The keys of a block and what each holds, in the order of the class."""
    return {one.name: one.metadata["spec"] for one in dataclasses.fields(of) if "spec" in one.metadata}


class Reader:
    """Reads blocks of one scenario, gathering problems.

    councils, sources  the keys that may be named
    line_of            path → line of the file
    """

    def __init__(self, file: str, line_of: Callable[[Path], int | None]):
        self.file, self.line_of = file, line_of
        self.problems: list[Problem] = []
        self.councils: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        self.indices: tuple[str, ...] = ()

    def problem(self, path: Path, what: str, allowed: str = "", do: str = "") -> None:
        """Note something to put right at a place."""
        self.problems.append(Problem(" › ".join(str(part) for part in path), what, allowed, do, self.line_of(path), self.file))

    def read(self, of: type, value: Any, path: Path, what: str, extra: tuple[str, ...] = (), **fixed: Any) -> Any:
        """A block read into its dataclass; None when something in it is wrong.

        extra  further keys that are allowed here and read by the caller
        fixed  fields that the caller fills
        """
        before = len(self.problems)
        known = specs(of)
        if not isinstance(value, Mapping):
            self.problem(path, f"{what} must be a block of keys, and '{_short(value)}' is not",
                         f"the keys {listed(known, 'and')}")  # fmt: skip
            return None
        for key in value:
            if key not in known and key not in extra:
                self.unknown(path, key, what, (*extra, *known))
        found: dict[str, Any] = dict(fixed)
        for key, spec in known.items():
            if key in fixed:
                continue
            if key not in value:
                if spec.required:
                    self.problem(path, f"'{key}' ({spec.label.lower()}) is missing", do=f"Add a line '{key}:' to {what}")
                continue
            found[key] = self.one(spec, value[key], (*path, key))
        return of(**found) if len(self.problems) == before else None

    def unknown(self, path: Path, key: Any, what: str, allowed: tuple[str, ...]) -> None:
        near = suggestion(key, allowed)
        self.problem((*path, key), f"'{key}' is not something {what} takes",
                     do=near or f"The keys here are {listed(allowed, 'and')}")  # fmt: skip

    def one(self, spec: Spec, value: Any, path: Path) -> Any:
        """One key's value, by what the key holds."""
        return getattr(self, f"_{spec.kind}")(spec, value, path)

    def _amount(self, spec: Spec, value: Any, path: Path) -> Amount | None:
        return self.amount(spec.unit, value, path)

    def _amounts(self, spec: Spec, value: Any, path: Path) -> dict[str, Amount]:
        found: dict[str, Amount] = {}
        if not isinstance(value, Mapping):
            self.problem(path, f"{spec.label} must be a list of names with a figure each, and '{_short(value)}' is not",
                         do="Write each on a line of its own: name: £1,000")  # fmt: skip
            return found
        for key, one in value.items():
            if spec.keys and key not in spec.keys:
                self.unknown(path, key, spec.label.lower(), spec.keys)
            elif not is_name(key):
                self.problem((*path, key), f"'{key}' cannot be the name of a line", NAMES_ALLOWED)
            else:
                read = self.amount(spec.unit, one, (*path, key))
                if read is not None:
                    found[key] = read
        return found

    def _choice(self, spec: Spec, value: Any, path: Path) -> Any:
        if value in spec.choices:
            return value
        self.problem(path, f"'{_short(value)}' is not one of the choices", listed(spec.choices), suggestion(value, spec.choices))
        return None

    def _party(self, spec: Spec, value: Any, path: Path) -> Any:
        if value in self.councils:
            return value
        self.problem(path, f"'{_short(value)}' is not named under councils", listed(self.councils) or "nothing yet",
                     suggestion(value, self.councils) or "Name it under councils, or use one of those")  # fmt: skip
        return None

    def _text(self, spec: Spec, value: Any, path: Path) -> Any:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            return str(value)
        self.problem(path, f"{spec.label} must be some words, and '{_short(value)}' is not")
        return None

    def _flag(self, spec: Spec, value: Any, path: Path) -> Any:
        if isinstance(value, bool):
            return value
        self.problem(path, f"{spec.label} must be true or false, and '{_short(value)}' is neither", "true or false")
        return None

    def _whole(self, spec: Spec, value: Any, path: Path) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.problem(path, f"{spec.label} must be a whole number, and '{_short(value)}' is not")
        return None

    def _block(self, spec: Spec, value: Any, path: Path) -> Any:
        assert spec.of is not None
        return self.read(spec.of, value, path, f"'{path[-1]}'")

    def _blocks(self, spec: Spec, value: Any, path: Path) -> dict[str, Any]:
        assert spec.of is not None
        if not isinstance(value, Mapping):
            self.problem(path, f"{spec.label} must be a list of names, each with a block of keys")
            return {}
        found = {}
        for key, one in value.items():
            if not is_name(key):
                self.problem((*path, key), f"'{key}' cannot be the name of a line", NAMES_ALLOWED)
            else:
                found[key] = self.read(spec.of, one, (*path, key), f"'{key}'")
        return found

    def _table_by_year(self, spec: Spec, value: Any, path: Path) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        if not isinstance(value, Mapping):
            self.problem(path, f"{spec.label} must be given by year", "2026-27: {A: £57.33, B: £66.89, …}")
            return found
        for year, row in value.items():
            if not self.year(year, (*path, year)) or not isinstance(row, Mapping):
                self.problem((*path, year), "each year must have a list of figures", "{A: £57.33, B: £66.89, …}")
                continue
            found[year] = {}
            for key, one in row.items():
                if spec.keys and key not in spec.keys:
                    self.unknown((*path, year), key, spec.label.lower(), spec.keys)
                    continue
                figure = self.figure(spec.unit, one, (*path, year, key))
                if figure is not None:
                    found[year][key] = figure
        return found

    def figure(self, of: str, value: Any, path: Path) -> float | None:
        """A number in a unit, as a person writes it."""
        try:
            if parse_unit(of).is_money:
                return money(value)
            return share(value) if of == "share" else number(value)
        except ValueError as error:
            self.problem(path, str(error))
            return None

    def year(self, value: Any, path: Path) -> str:
        """A financial year, or nothing when it is not one."""
        if isinstance(value, str) and is_year(value):
            return value
        self.problem(path, f"'{_short(value)}' is not a financial year", do="Write it like 2026-27")
        return ""

    def amount(self, of: str, value: Any, path: Path) -> Amount | None:
        """An amount: a bare figure, or a block that says how firm it is."""
        place = tuple(str(part) for part in path)
        if not isinstance(value, Mapping):
            figure = self.figure(of, value, path)
            return None if figure is None else Amount(of, value=figure, place=place)
        before = len(self.problems)
        for key in value:
            if key not in AMOUNT_KEYS:
                self.unknown(path, key, "an amount", AMOUNT_KEYS)
        ways = [key for key in ("value", "by_year", "line", "parameter") if key in value]
        if len(ways) != 1:
            said = f"it has {listed(ways, 'and')}" if ways else "it has none of them"
            self.problem(path, f"an amount takes exactly one of value, by_year, line and parameter, and {said}",
                         do="Write for example {value: £16,900, basis: assumption}".replace("£16,900", '"£16,900"'))  # fmt: skip
        parts: dict[str, Any] = {}
        if "value" in value:
            parts["value"] = self.figure(of, value["value"], (*path, "value"))
        if "by_year" in value:
            parts["by_year"] = self._by_year(of, value["by_year"], (*path, "by_year"))
        for key in ("line", "parameter", "note"):
            if key in value:
                parts[key] = self._text(Spec("text", key), value[key], (*path, key))
        parts |= self._basis(value, path)
        if "grows" in value:
            parts["grows"] = self.growth(value["grows"], (*path, "grows"))
        for key, name in (("prices", "prices"), ("from", "start"), ("until", "until"), ("once", "once")):
            if key in value:
                parts[name] = self.year(value[key], (*path, key))
        self._sensible(value, parts, path)
        return Amount(of, place=place, **parts) if len(self.problems) == before else None

    def _by_year(self, of: str, value: Any, path: Path) -> dict[str, float] | None:
        if not isinstance(value, Mapping) or not value:
            self.problem(path, "by_year must give a figure for each year", "{2026-27: £1,000, 2027-28: £1,050}")
            return None
        found = {}
        for year, one in value.items():
            label = self.year(year, (*path, year))
            figure = self.figure(of, one, (*path, year))
            if label and figure is not None:
                found[label] = figure
        return found

    def _basis(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        basis = value.get("basis", "law" if "parameter" in value else None)
        if basis is not None:
            if basis in BASES:
                parts["basis"] = basis
            else:
                self.problem((*path, "basis"), f"'{_short(basis)}' is not a basis", listed(BASES), suggestion(basis, BASES))
        source = value.get("source")
        if source is not None:
            if source in self.sources:
                parts["source"] = source
            else:
                self.problem((*path, "source"), f"'{_short(source)}' is not named under sources",
                             listed(self.sources) or "no sources are named yet",
                             suggestion(source, self.sources) or "Name it under sources, with its title and address")  # fmt: skip
        elif basis in SOURCED_BASES and "parameter" not in value and "line" not in value:
            self.problem(path, f"the basis is '{basis}', so it must say its source",
                         do="Add 'source:' with a name that stands under sources, or call it an estimate or an assumption")  # fmt: skip
        return parts

    def _sensible(self, value: Mapping[str, Any], parts: Mapping[str, Any], path: Path) -> None:
        """Keys that do not go together."""
        if "line" in value:
            for key in ("grows", "prices", "from", "until", "once", "basis", "source"):
                if key in value:
                    self.problem((*path, key), f"'{key}' does not go with 'line': the figures are those of the line it names",
                                 do=f"Take '{key}' out")  # fmt: skip
        if "once" in value and ("from" in value or "until" in value):
            self.problem((*path, "once"), "'once' is for a single year and does not go with 'from' or 'until'")
        if (
            parts.get("start")
            and parts.get("until")
            and first_calendar_year(parts["start"]) > first_calendar_year(parts["until"])
        ):
            self.problem((*path, "until"), f"it ends ({parts['until']}) before it starts ({parts['start']})")
        if "prices" in value and "grows" not in value:
            self.problem((*path, "prices"), "'prices' says the year it is priced in, and nothing says how it 'grows' from there",
                         do="Add 'grows:', or take 'prices' out")  # fmt: skip
        if "prices" in value and "by_year" in value:
            self.problem((*path, "prices"), "'prices' does not go with 'by_year': growth starts after the last year given")

    def growth(self, value: Any, path: Path) -> Growth | None:
        """How an amount grows: a rate, a list of rates, the name of an index, or an index and something more."""
        if isinstance(value, str) and value in self.indices:
            return Growth(series=value)
        if isinstance(value, Mapping):
            for key in value:
                if key not in ("index", "plus"):
                    self.unknown(path, key, "growth", ("index", "plus"))
            if value.get("index") not in self.indices:
                self.problem((*path, "index"), f"'{_short(value.get('index'))}' is not an index", listed(self.indices),
                             suggestion(value.get("index"), self.indices))  # fmt: skip
                return None
            plus = self._growth_rate(value.get("plus", 0), (*path, "plus"))
            return None if plus is None else Growth(series=value["index"], plus=plus)
        if isinstance(value, list):
            rates = [self._growth_rate(one, (*path, position)) for position, one in enumerate(value)]
            return None if None in rates else Growth(rates=tuple(rates))  # type: ignore[arg-type]
        if isinstance(value, str) and not any(character.isdigit() for character in value):
            self.problem(path, f"'{_short(value)}' is not an index", f"a rate such as 3%, a list of rates, or {listed(self.indices)}",
                         suggestion(value, self.indices))  # fmt: skip
            return None
        rate = self._growth_rate(value, path)
        return None if rate is None else Growth(rate=rate)

    def _growth_rate(self, value: Any, path: Path) -> float | None:
        try:
            return share(value, allow_negative=True)
        except ValueError as error:
            self.problem(path, str(error))
            return None


NAMES_ALLOWED = "small letters, figures and underscores, beginning with a letter: grounds_maintenance"


def is_name(key: Any) -> bool:
    """Whether a key can be part of a line's name."""
    return isinstance(key, str) and key.isascii() and key.replace("_", "a").isalnum() and key[0].isalpha()


def _short(value: Any, most: int = 40) -> str:
    written = " ".join(str(value).split())
    return written if len(written) <= most else written[: most - 1] + "…"
