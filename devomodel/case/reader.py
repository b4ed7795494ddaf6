"""Reads blocks of a scenario into their dataclasses, gathering problems: it never stops at the first and never raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devomodel.amounts import Amount
from devomodel.case.amount_reader import said, short
from devomodel.case.party_reader import EXAMPLES, PartyReader
from devomodel.engine.units import unit as parse_unit
from devomodel.fields import ADDRESS, NAMES_ALLOWED, Path, Spec, is_name, specs
from devomodel.problems import listed, suggestion
from devomodel.written import number

WORDS_FOR_FLAGS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class Reader(PartyReader):
    """Reads blocks of one scenario, gathering problems."""

    def read(self, of: type, value: Any, path: Path, what: str, extra: tuple[str, ...] = (), *,
             written: Mapping[str, str] | None = None, **fixed: Any) -> Any:  # fmt: skip
        """A block read into its dataclass; None when something in it is wrong.

        what     the block in a sentence: "a budget"
        extra    further keys that are allowed here and read by the caller
        written  each key as it is written, where the caller has looked at the spelling already
        fixed    fields that the caller fills
        """
        before = len(self.problems)
        known = specs(of)
        if not isinstance(value, Mapping):
            if value is None:
                self.problem(path, f"nothing is written under '{short(path[-1])}:'", do=f"Write for example {example(of)}")
            else:
                self.problem(path, f"{what} has lines of its own, and {said(value)} stands here instead", listed(known, "and"),
                             f"Write for example {example(of)}")  # fmt: skip
            return None
        if written is None:
            written = self.spelling(value, path, what, (*extra, *(key for key in known if key not in fixed)))
        found: dict[str, Any] = dict(fixed)
        for key, spec in known.items():
            if key in fixed:
                continue
            if key in written:
                found[key] = self.one(spec, value[written[key]], (*path, written[key]))
            elif spec.required:
                self._missing(spec, key, path, what)
        return of(**found) if len(self.problems) == before else None

    def spelling(self, value: Mapping[str, Any], path: Path, what: str, known: tuple[str, ...]) -> dict[str, str]:
        """Each key of a block as it is written. A misspelt one is noted, and read as the one it was meant for."""
        written = {key: key for key in value if key in known}
        for key in value:
            if key not in known:
                meant = self.unknown(path, key, what, known)
                if meant and meant not in written:
                    written[meant] = key
                    self.misspelt[*path, key] = meant
        return written

    def _missing(self, spec: Spec, key: str, path: Path, what: str) -> None:
        label = spec.label if spec.label[1:2].isupper() else spec.label[:1].lower() + spec.label[1:]
        meaning = "" if label.lower() == key.replace("_", " ") else f" ({label})"
        allowed = listed(spec.choices if spec.kind == "choice" else self.councils if spec.kind == "party" else ())
        self.problem(path, f"'{key}'{meaning} is missing", allowed, f"Add to {what}: {key}: {_example(spec)}")

    def one(self, spec: Spec, value: Any, path: Path) -> Any:
        """One key's value, by what the key holds."""
        if value is None and spec.kind not in ("amount", "block"):
            self.nothing(path, f"Write for example {short(path[-1])}: {_example(spec)}")
            return None
        return getattr(self, f"_{spec.kind}")(spec, value, path)

    def _amount(self, spec: Spec, value: Any, path: Path) -> Amount | None:
        return self.amount(spec.unit, value, path, spec.above)

    def _amounts(self, spec: Spec, value: Any, path: Path) -> dict[str, Amount]:
        found: dict[str, Amount] = {}
        for key, one in self._named(spec, value, path):
            read = self.amount(spec.unit, one, (*path, key))
            if read is not None:
                found[key] = read
        return found

    def _named(self, spec: Spec, value: Any, path: Path) -> list[tuple[str, Any]]:
        """The names of a block and what stands under each, without those that cannot be names here."""
        if not isinstance(value, Mapping):
            self.problem(path, f"each of these has a name and a line of its own, and {said(value)} stands here instead",
                         do=f"Write for example {short(path[-1])}: {_example(spec)}")  # fmt: skip
            return []
        found = []
        for key, one in value.items():
            if spec.by_party:
                if self._party(spec, key, (*path, key)) is not None:
                    found.append((key, one))
            elif spec.keys and key not in spec.keys:
                self.problem((*path, key), f"'{short(key)}' is not one of the names here", listed(spec.keys, "and"))
            elif not is_name(key):
                self.problem((*path, key), f"'{short(key)}' cannot be a name here", NAMES_ALLOWED)
            else:
                found.append((key, one))
        return found

    def _choice(self, spec: Spec, value: Any, path: Path) -> Any:
        if value in spec.choices:
            return value
        self.problem(path, f"{said(value)} is not one of the choices", listed(spec.choices),
                     suggestion(value, spec.choices) or spec.help)  # fmt: skip
        return None

    def _text(self, spec: Spec, value: Any, path: Path) -> Any:
        return self.words(f"'{short(path[-1])}'", value, path, spec.longest)

    def _address(self, spec: Spec, value: Any, path: Path) -> Any:
        written = self.words(f"'{short(path[-1])}'", value, path, spec.longest)
        if written is None or ADDRESS.fullmatch(written):
            return written
        self.problem(path, f"'{short(written)}' is not the address of a web page",
                     do="Write it in full, such as https://www.gov.uk/council-tax; a paper's place goes in 'title'")  # fmt: skip
        return None

    def _flag(self, spec: Spec, value: Any, path: Path) -> Any:
        if isinstance(value, bool):
            return value
        meant = WORDS_FOR_FLAGS.get(str(value).lower())
        self.problem(path, f"{said(value)} is neither true nor false", "true or false", f"Write {meant}" if meant else "")
        return None

    def _whole(self, spec: Spec, value: Any, path: Path) -> Any:
        try:
            read = -1.0 if isinstance(value, (Mapping, list, bool)) else number(value)
        except ValueError:
            read = -1.0
        if read >= 0 and read.is_integer() and read < 1e9:
            return int(read)
        self.problem(path, f"{said(value)} is not a whole number", "a whole number, nought or more, in figures")
        return None

    def _block(self, spec: Spec, value: Any, path: Path) -> Any:
        assert spec.of is not None
        return self.read(spec.of, value, path, f"'{path[-1]}'")

    def _blocks(self, spec: Spec, value: Any, path: Path) -> dict[str, Any]:
        assert spec.of is not None
        return {key: self.read(spec.of, one, (*path, key), f"'{key}'") for key, one in self._named(spec, value, path)}

    def _table_by_year(self, spec: Spec, value: Any, path: Path) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        if not isinstance(value, Mapping):
            self.problem(path, f"the figures are given by year, and {said(value)} stands here instead",
                         do=f"Write for example {short(path[-1])}: {_example(spec)}")  # fmt: skip
            return found
        for year, row in value.items():
            if not self.year(year, (*path, year)):
                continue
            found[year] = {}
            for key, one in self._named(spec, row, (*path, year)):
                figure = self.figure(spec.unit, one, (*path, year, key))
                if figure is not None:
                    found[year][key] = figure
        return found


def example(of: type) -> str:
    """A block with what it must have, as a person would write it on one line."""
    needed = {key: spec for key, spec in specs(of).items() if spec.required} or dict(list(specs(of).items())[:1])
    return "{" + ", ".join(f"{key}: {_example(spec)}" for key, spec in needed.items()) + "}"


def _example(spec: Spec) -> str:
    """Something that could be written for a key."""
    if spec.kind in ("amount", "amounts", "table_by_year"):
        figure = '"£16,900"' if parse_unit(spec.unit).is_money else "30%" if spec.unit == "share" else "8200"
        name = spec.keys[0] if spec.keys else "town" if spec.by_party else "name"
        named = f"{{{name}: {figure}}}"
        return {"amount": figure, "amounts": named, "table_by_year": f"{{2026-27: {named}}}"}[spec.kind]
    if spec.of is not None:
        return example(spec.of) if spec.kind == "block" else f"{{{'town' if spec.by_party else 'name'}: {example(spec.of)}}}"
    return {"choice": (*spec.choices, "…")[0], "flag": "true", "whole": "10", "address": "https://…"}.get(
        spec.kind, EXAMPLES.get(spec.kind, "…")
    )
