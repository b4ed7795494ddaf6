"""Reads a scenario file into a Case, or raises one InputError with every problem found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from devomodel import mechanisms, parameters
from devomodel.amounts import BASES, Origin
from devomodel.case.case import (
    DO_NOTHING,
    MOST_YEARS,
    Approved,
    Case,
    CaseWords,
    Ceiling,
    Council,
    Edit,
    Option,
    OptionWords,
    Rejected,
    Source,
    Variant,
)
from devomodel.case.changes import Changed
from devomodel.case.uncertain import read_uncertain
from devomodel.engine.years import first_calendar_year, is_year, year_label
from devomodel.fields import NAMES_ALLOWED, Path, Reader, is_name, specs
from devomodel.mechanisms.base import Held
from devomodel.problems import InputError, Problem, listed, suggestion
from devomodel.reading import Document, read_yaml, read_yaml_text

BLOCKS = (
    "approved",
    "councils",
    "sources",
    "indices",
    "parameters",
    "mechanisms",
    "options",
    "rejected",
    "uncertain",
    "checks",
)
FORECASTS = ("cpi", "cpih", "rpi", "average_earnings", "gdp_deflator")


def load(path: str | FilePath, changes: Mapping[str, Any] | None = None) -> Case:
    """A scenario file as a case.

    path     the file
    changes  path → value, made to the base and so to every option, as `--set` does
    Raises InputError with every problem of the file, each with its line.
    """
    return _Loader(read_yaml(path)).case(changes or {})


def load_text(text: str, name: str = "scenario", changes: Mapping[str, Any] | None = None) -> Case:
    """A scenario given as text. See `load`."""
    return _Loader(read_yaml_text(text, name)).case(changes or {})


class _Loader:
    def __init__(self, document: Document):
        self.document = document
        self.top: Mapping[str, Any] = document.value
        self.reader = Reader(document.name, document.line)

    def case(self, changes: Mapping[str, Any]) -> Case:
        reader, top = self.reader, self.top
        words = reader.read(CaseWords, top, (), "a scenario", extra=BLOCKS)
        years_read = self._years(words)
        councils = self._named(Council, "councils")
        sources = self._sources()
        reader.councils, reader.sources = tuple(councils), tuple(sources)
        indices = self._indices(sources)
        reader.indices = (*FORECASTS, *indices)
        held = self._held()
        base = Changed(top.get("mechanisms"), reader)
        if not base.mechanisms:
            reader.problem(("mechanisms",), "a scenario needs at least one mechanism under 'mechanisms'",
                           do=f"Begin with use: {listed(('tax_base', 'budget', 'precept'), 'and')}")  # fmt: skip
        for path, value in changes.items():
            base.set(path, value, ("--set " + path,))
        options, variants, preferred, do_nothing = self._options(base)
        rejected = self._rejected()
        approved = reader.read(Approved, top["approved"], ("approved",), "approved") if "approved" in top else None
        ceilings = self._ceilings()
        uncertain = read_uncertain(reader, top.get("uncertain"))
        if reader.problems or words is None or not years_read:
            raise InputError(_in_order(reader.problems))
        return Case(
            title=words.case, nation=words.nation, first_year=words.first_year, count=words.years, councils=councils,
            sources=sources, indices=indices, held=held, options=options, preferred=preferred, do_nothing=do_nothing,
            variants=variants, rejected=rejected, ceilings=ceilings, uncertain=uncertain, owner=words.owner, note=words.note,
            illustrative=words.illustrative, approved=approved, file=self.document.name, document=self.document, rebuild=lambda edits: self._rebuilt(base, edits),
        )  # fmt: skip

    def _years(self, words: CaseWords | None) -> bool:
        if words is None:
            return False
        before = len(self.reader.problems)
        if not is_year(words.first_year):
            self.reader.problem(("first_year",), f"'{words.first_year}' is not a financial year", do="Write it like 2026-27")
        if not 1 <= words.years <= MOST_YEARS:
            self.reader.problem(("years",), f"a case cannot run for {words.years} years", f"1 to {MOST_YEARS}")
        return len(self.reader.problems) == before

    def _mapping(self, key: str) -> Mapping[str, Any]:
        value = self.top.get(key)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.reader.problem((key,), f"'{key}' must be a block of names")
        return {}

    def _named(self, of: type, key: str) -> dict[str, Any]:
        found = {}
        for name, value in self._mapping(key).items():
            if not (is_name(name) and str(name).islower()):
                self.reader.problem((key, name), f"'{name}' cannot be a key here", NAMES_ALLOWED)
                continue
            found[name] = self.reader.read(of, value, (key, name), f"'{name}'")
        if key == "councils" and not found:
            self.reader.problem((key,), "a scenario names at least one council under 'councils'",
                                do="councils: {town: {name: Castle Donington Parish Council, kind: parish}}")  # fmt: skip
        return found

    def _sources(self) -> dict[str, Source]:
        found = {}
        for name, value in self._mapping("sources").items():
            if isinstance(value, str) and value.strip():
                found[name] = Source(title=value)
            else:
                found[name] = self.reader.read(Source, value, ("sources", name), f"'{name}'")
        return found

    def _indices(self, sources: Mapping[str, Source | None]) -> dict[str, tuple[dict[str, float], Origin]]:
        """The case's own lists of growth: energy, building costs, pay awards."""
        found: dict[str, tuple[dict[str, float], Origin]] = {}
        for name, value in self._mapping("indices").items():
            path: Path = ("indices", name)
            if name in FORECASTS:
                self.reader.problem(path, f"'{name}' is the shipped forecast; give the case's own list another name")
                continue
            if not isinstance(value, Mapping) or not isinstance(value.get("rates"), Mapping):
                self.reader.problem(path, "an index gives rates by year, a basis and a source or note",
                                    "{rates: {2027-28: 4%, 2028-29: 3%}, basis: assumption, note: …}")  # fmt: skip
                continue
            for key in value:
                if key not in ("rates", "basis", "source", "note"):
                    self.reader.unknown(path, key, "an index", ("rates", "basis", "source", "note"))
            rates = {}
            for year, rate in value["rates"].items():
                label = self.reader.year(year, (*path, "rates", year))
                read = self.reader._growth_rate(rate, (*path, "rates", year))
                if label and read is not None:
                    rates[label] = read
            said = self.reader._basis(value, path)
            source = sources.get(said.get("source", ""))
            found[name] = (rates, Origin(said.get("basis", "not stated"), source.title if source else "",
                                         str(value.get("note", "")), f"indices › {name}"))  # fmt: skip
        return found

    def _held(self) -> dict[str, Held]:
        """What the case says of dated figures past their last year."""
        found = {}
        for name, value in self._mapping("parameters").items():
            path: Path = ("parameters", name)
            if name not in parameters.names():
                self.reader.problem(path, f"'{name}' is not a parameter", do=suggestion(name, parameters.names())
                                    or "See them all with: devomodel parameters")  # fmt: skip
                continue
            if not isinstance(value, Mapping):
                self.reader.problem(path, "say how the figure goes on", "{after_last: hold, basis: assumption}")
                continue
            for key in value:
                if key not in ("after_last", "basis", "note"):
                    self.reader.unknown(path, key, "a parameter", ("after_last", "basis", "note"))
            after = value.get("after_last")
            if (
                isinstance(after, list)
                and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in after)
                and after
            ):
                after = tuple(float(one) for one in after)
            elif after not in ("hold", "cpi", "rpi", "average_earnings"):
                self.reader.problem((*path, "after_last"), f"'{after}' does not say how the figure goes on",
                                    "hold, cpi, rpi, average_earnings, or a list of figures, one a year")  # fmt: skip
                continue
            basis = value.get("basis")
            if basis not in BASES or basis == "law":
                self.reader.problem((*path, "basis"), "a figure carried past its last year says on what basis",
                                    listed([one for one in BASES if one != "law"]))  # fmt: skip
                continue
            found[name] = Held(after, basis, str(value.get("note", "")))
        return found

    def _options(self, base: Changed) -> tuple[dict[str, Option], dict[str, Variant], str, str]:
        options = {DO_NOTHING: Option(DO_NOTHING, "Without a decision")}
        variants = {DO_NOTHING: self._variant(DO_NOTHING, base)}
        preferred, do_nothing = [], DO_NOTHING
        for name, value in self._mapping("options").items():
            path: Path = ("options", name)
            if name == DO_NOTHING or not is_name(name):
                self.reader.problem(path, f"'{name}' cannot be the name of an option",
                                    "do_nothing is always there: it is the case as 'mechanisms' writes it" if name == DO_NOTHING
                                    else NAMES_ALLOWED)  # fmt: skip
                continue
            words = self.reader.read(OptionWords, value, path, "an option", extra=("set", "add", "drop"))
            changed = Changed(base.mechanisms, self.reader)
            changed.written = dict(base.written)
            self._change(changed, value if isinstance(value, Mapping) else {}, path)
            variants[name] = self._variant(name, changed)
            if words is None:
                continue
            options[name] = Option(
                name, words.label or name.replace("_", " "), words.note, tuple(changed.words), tuple(changed.edits)
            )
            if words.preferred:
                preferred.append(name)
            if words.do_nothing:
                do_nothing = name
        if len(preferred) > 1:
            self.reader.problem(("options",), f"{listed(preferred, 'and')} are both marked preferred", do="Mark one only")
        return options, variants, preferred[0] if preferred else do_nothing, do_nothing

    def _change(self, changed: Changed, value: Mapping[str, Any], path: Path) -> None:
        for key, what in (("set", Mapping), ("add", Mapping), ("drop", list)):
            if key in value and not isinstance(value[key], what):
                form = "a block of paths and values" if key != "drop" else "a list of paths"
                self.reader.problem((*path, key), f"'{key}' must be {form}")
                return
        for position, one in enumerate(value.get("drop", ())):
            changed.drop(one, (*path, "drop", position))
        for name, block in value.get("add", {}).items():
            changed.add(str(name), block, (*path, "add", name))
        for one, new in value.get("set", {}).items():
            changed.set(str(one), new, (*path, "set", one))

    def _rebuilt(self, base: Changed, edits: tuple[Edit, ...]) -> Variant:
        """The base with some edits made; problems are raised at once, for the file itself has been read without any."""
        changed = Changed(base.mechanisms, self.reader)
        changed.written = dict(base.written)
        for what, path, value in edits:
            at: Path = ("options", what, path)
            if what == "drop":
                changed.drop(path, at)
            elif what == "add":
                changed.add(path, value, at)
            else:
                changed.set(path, value, at)
        variant = self._variant("", changed)
        problems, self.reader.problems = self.reader.problems, []
        if problems:
            raise InputError(problems)
        return variant

    def _variant(self, option: str, changed: Changed) -> Variant:
        """Every mechanism of an option; problems of the base are told once."""
        reader = Reader(self.document.name, lambda path: self.document.line(changed.place_of(path) or path))
        reader.councils, reader.sources, reader.indices = self.reader.councils, self.reader.sources, self.reader.indices
        found, lines = [], {}
        for name, value in changed.mechanisms.items():
            path: Path = ("mechanisms", name)
            lines[name] = reader.line_of(path)
            if not (is_name(name) and str(name).islower()):
                reader.problem(path, f"'{name}' cannot be the name of a mechanism", NAMES_ALLOWED)
                continue
            if name in self.reader.councils:
                reader.problem(path, f"'{name}' is the key of a council too", do="Give the mechanism another name")
                continue
            use = value.get("use") if isinstance(value, Mapping) else None
            if use not in mechanisms.names():
                what = "the mechanism does not say which rule it uses" if use is None else f"'{use}' is not a mechanism"
                reader.problem((*path, "use") if use is not None else path, what, listed(mechanisms.names()),
                               suggestion(use, mechanisms.names()) if use is not None else "Add 'use:'")  # fmt: skip
                continue
            read = reader.read(mechanisms.find(use), value, path, f"a {use.replace('_', ' ')}", extra=("use", "note"), name=name)
            if read is not None:
                found.append(read)
        known = {str(problem) for problem in self.reader.problems}
        self.reader.problems.extend(problem for problem in reader.problems if str(problem) not in known)
        return Variant(option, tuple(found), lines)

    def _rejected(self) -> tuple[Rejected, ...]:
        value = self.top.get("rejected")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.reader.problem(("rejected",), "'rejected' must be a list of alternatives, each with its reason",
                                "- {option: …, reason: …}")  # fmt: skip
            return ()
        read = [
            self.reader.read(Rejected, one, ("rejected", position), "a rejected option") for position, one in enumerate(value)
        ]
        return tuple(one for one in read if one is not None)

    def _ceilings(self) -> tuple[Ceiling, ...]:
        """Bounds the case sets on its own lines."""
        found = []
        for name, value in self._mapping("checks").items():
            path: Path = ("checks", name)
            if not isinstance(value, Mapping) or "line" not in value or not ({"at_most", "at_least"} & set(value)):
                self.reader.problem(path, "a check names a line and a bound", '{line: town.band_d, at_most: "£75"}')
                continue
            for key in value:
                if key not in ("line", "at_most", "at_least", "label"):
                    self.reader.unknown(path, key, "a check", ("line", "at_most", "at_least", "label"))
            found.append(Ceiling(str(value["line"]), value.get("at_most"), value.get("at_least"),
                                 str(value.get("label") or name.replace("_", " "))))  # fmt: skip
        return tuple(found)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line or 0)


def known_keys() -> dict[str, Any]:
    """The keys of the top of a scenario, for the schema and the documentation."""
    return {**specs(CaseWords), **dict.fromkeys(BLOCKS)}


def years_from(first: str, count: int) -> list[str]:
    """The years of a case that is being asked for, before it is written."""
    start = first_calendar_year(first)
    return [year_label(start + step) for step in range(count)]
