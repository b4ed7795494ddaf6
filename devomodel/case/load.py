"""Reads a scenario file into a Case, or raises one InputError with every problem found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from typing import Any

from devomodel.amounts import Amount
from devomodel.case.amount_reader import LATEST, said, short, year_hint
from devomodel.case.case import MOST_YEARS, Approved, Case, CaseWords, Ceiling, Council, Rejected
from devomodel.case.changes import Changed
from devomodel.case.options import OptionReader
from devomodel.case.reader import Reader
from devomodel.case.tables import FORECASTS, read_held, read_indices, read_sources
from devomodel.case.trial import Trial
from devomodel.case.uncertain import check_uncertain, read_uncertain
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import NAMES_ALLOWED, Path, is_name, specs
from devomodel.problems import InputError, Problem, listed
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
CHECK_KEYS = ("line", "at_most", "at_least", "label")
CHECK_EXAMPLE = '{line: town.band_d, at_most: "£75"}'


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
        self.reader = Reader(document.name, self._line, self._place)
        self.written = self.reader.spelling(document.value, (), "a scenario", (*BLOCKS, *specs(CaseWords)))

    def _place(self, path: Path) -> Path:
        """A path as the file writes it, where its first step is misspelt."""
        return (self.written.get(path[0], path[0]), *path[1:]) if path and hasattr(self, "written") else path

    def _line(self, path: Path) -> int | None:
        """The line of a place; none for a change that is not written in the file."""
        return None if path and str(path[0]).startswith("--set ") else self.document.line(path)

    def case(self, changes: Mapping[str, Any]) -> Case:
        reader = self.reader
        words = reader.read(CaseWords, self.document.value, (), "a scenario", written=self.written)
        years_read = self._years(words)
        councils = self._councils()
        sources = read_sources(reader, self._block("sources"))
        reader.councils, reader.sources = tuple(councils), tuple(sources)
        indices = read_indices(reader, self._block("indices"), sources)
        reader.indices = (*FORECASTS, *indices)
        held = read_held(reader, self._block("parameters"))
        base = Changed(self._block("mechanisms"), reader)
        if not base.mechanisms:
            reader.problem(("mechanisms",), "the scenario has no mechanism under 'mechanisms'",
                           do=f"Begin with those that use {listed(('tax_base', 'budget', 'precept'), 'and')}")  # fmt: skip
        for path, value in changes.items():
            base.set(path, value, ("--set " + path,))
        try_amount: Callable[[Amount], str] = lambda _: ""  # noqa: E731
        if words is not None and years_read:
            try_amount = Trial(words.first_year, words.years, words.nation, indices, held)
        options = OptionReader(reader, base, try_amount)
        options.read(self._block("options"))
        rejected = self._rejected()
        approved = (
            reader.read(Approved, self._value("approved"), ("approved",), "approved") if "approved" in self.written else None
        )
        ceilings = self._ceilings()
        uncertain = read_uncertain(reader, self._block("uncertain"))
        check_uncertain(reader, uncertain, options.amounts, options.refused)
        if reader.problems or words is None:
            raise InputError(_in_order(reader.problems))
        return Case(
            title=words.case, nation=words.nation, first_year=words.first_year, count=words.years, councils=councils,
            sources=sources, indices=indices, held=held, options=options.options, preferred=options.preferred,
            do_nothing=options.do_nothing, variants=options.variants, rejected=rejected, ceilings=ceilings, uncertain=uncertain,
            owner=words.owner, note=words.note, illustrative=words.illustrative, approved=approved, file=self.document.name,
            document=self.document, rebuild=options.rebuilt,
        )  # fmt: skip

    def _years(self, words: CaseWords | None) -> bool:
        """Whether the years of the case are years, told even where other words of it are wrong."""
        before = len(self.reader.problems)
        first = self._value("first_year")
        count = words.years if words is not None else self._value("years")
        if words is not None or isinstance(first, (str, int)):
            if not is_year(first):
                self.reader.problem(("first_year",), f"{said(first)} is not a financial year", do=year_hint(first))
            elif not 1900 <= first_calendar_year(first) <= LATEST:
                self.reader.problem(("first_year",), f"'{first}' is too far off", "1900-01 to 2200-01")
        if isinstance(count, int) and not isinstance(count, bool) and not 1 <= count <= MOST_YEARS:
            self.reader.problem(("years",), f"a case cannot run for {count:,} years", f"1 to {MOST_YEARS}",
                                "Write how many years it runs for; the year it begins in is 'first_year'")  # fmt: skip
        return len(self.reader.problems) == before

    def _value(self, key: str) -> Any:
        return self.document.value.get(self.written.get(key, ""))

    def _block(self, key: str) -> Mapping[str, Any]:
        """What stands under a key of the top, where it is names with something under each; nothing when it is left empty."""
        value = self._value(key)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.reader.problem((key,), f"'{key}' has names with lines of their own, and {said(value)} stands here instead",
                            do="Write each name below it, two spaces further in, with a colon after it")  # fmt: skip
        return {}

    def _councils(self) -> dict[str, Any]:
        found = {}
        for name, value in self._block("councils").items():
            if not (is_name(name) and name.islower()):
                self.reader.problem(("councils", name), f"'{short(name)}' cannot be the short name of a council",
                                    NAMES_ALLOWED.replace("grounds_maintenance", "castle_donington"))  # fmt: skip
                continue
            found[name] = self.reader.read(Council, value, ("councils", name), f"'{name}'")
        if not found:
            self.reader.problem(("councils",), "the scenario names no council under 'councils'",
                                do="Write for example councils: {town: {name: Brook Town Council, kind: town}}")  # fmt: skip
        return found

    def _rejected(self) -> tuple[Rejected, ...]:
        value = self._value("rejected")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.reader.problem(("rejected",), f"this is a list of what was not chosen, and {said(value)} stands here instead",
                                do="Begin each with a dash: - {option: …, reason: …}")  # fmt: skip
            return ()
        read = [
            self.reader.read(Rejected, one, ("rejected", position), "a rejected option") for position, one in enumerate(value)
        ]
        return tuple(one for one in read if one is not None)

    def _ceilings(self) -> tuple[Ceiling, ...]:
        """Bounds the case sets on its own lines."""
        found = []
        for name, value in self._block("checks").items():
            path: Path = ("checks", name)
            if not is_name(name):
                self.reader.problem(path, f"'{short(name)}' cannot be the name of a check", NAMES_ALLOWED)
                continue
            written = self.reader.spelling(value, path, "a check", CHECK_KEYS) if isinstance(value, Mapping) else {}
            if "line" not in written or not {"at_most", "at_least"} & set(written):
                self.reader.problem(path, "a check names a line and gives it a bound, at_most or at_least",
                                    do=f"Write for example {CHECK_EXAMPLE}")  # fmt: skip
                continue
            given = {key: value[as_written] for key, as_written in written.items()}
            for key in ("at_most", "at_least"):
                if key in given and given[key] is None:
                    self.reader.nothing((*path, written[key]), "Write the bound")
            line = self.reader.words("'line'", given["line"], (*path, "line"))
            label = self.reader.words("'label'", given["label"], (*path, "label"), 200) if "label" in given else None
            found.append(Ceiling(line or "", given.get("at_most"), given.get("at_least"), label or name.replace("_", " ")))
        return tuple(found)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line or 0)
