"""Reads figures, years, growth and amounts as a scenario writes them, gathering every problem on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from devomodel.amounts import BASES, SOURCED_BASES, Amount, Growth
from devomodel.engine.units import unit as parse_unit
from devomodel.engine.years import first_calendar_year, is_year, year_label
from devomodel.fields import AMOUNT_KEYS, LINE_NAME, LONGEST_NOTE, MARKUP, Path
from devomodel.problems import Problem, listed, suggestion
from devomodel.reading_words import place_in_words
from devomodel.written import money, number, share

GROWTH_KEYS = ("index", "plus", "rate", "rates", "basis", "source", "note")

EARLIEST, LATEST = 1900, 2200
LARGEST = 1e12
FASTEST = 10.0
"""The most an amount may grow in a year, as a share: anything faster is a slip, and would run out of figures."""

WAYS = ("value", "by_year", "line", "parameter")
AMOUNT_EXAMPLE = '{value: "£16,900", basis: assumption}'


class AmountReader:
    """What every part of a scenario is read with.

    place_of  a path under the scenario → where that is written: itself, or the change of an option that put it there
    line_of   path → line of the file, where there is one
    amounts   path → each amount read
    misspelt  path of each misspelt key → what it was meant for
    """

    def __init__(self, file: str, line_of: Callable[[Path], int | None], place_of: Callable[[Path], Path] | None = None):
        self.file, self.line_of, self.place_of = file, line_of, place_of or (lambda path: path)
        self.problems: list[Problem] = []
        self.councils: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        self.indices: tuple[str, ...] = ()
        self.amounts: dict[Path, Amount] = {}
        self.misspelt: dict[Path, str] = {}

    def problem(self, path: Path, what: str, allowed: str = "", do: str = "") -> None:
        """Note something to put right at a place."""
        path = self.place_of(path)
        where = place_in_words(tuple(step if isinstance(step, int) else short(step) for step in path))
        self.problems.append(Problem(where, what, allowed, do, self.line_of(path), self.file))

    def unknown(self, path: Path, key: Any, what: str, allowed: Iterable[str]) -> str:
        """Note a key that does not belong; the nearest that does, where there is one."""
        allowed = tuple(allowed)
        near = suggestion(key, allowed)
        self.problem((*path, key), f"'{short(key)}' is not something {what} takes", "" if near else listed(allowed, "and"), near)
        return near.split("'")[1] if near else ""

    def figure(self, of: str, value: Any, path: Path) -> float | None:
        """A number in a unit, as a person writes it."""
        if not self._single(value, path):
            return None
        try:
            read = money(value) if parse_unit(of).is_money else share(value) if of == "share" else number(value)
        except ValueError as error:
            self.problem(path, str(error))
            return None
        if abs(read) > LARGEST:
            self.problem(path, f"'{short(value)}' is too large a figure", "up to a million million", "Check the noughts")
            return None
        return read

    def rate(self, value: Any, path: Path) -> float | None:
        """A rate of growth for one year; it may be a fall."""
        if not self._single(value, path):
            return None
        try:
            read = share(value, allow_negative=True)
        except ValueError as error:
            self.problem(path, str(error))
            return None
        if not -1 < read <= FASTEST:
            self.problem(path, f"nothing can grow by {short(value)} in a year",
                         f"more than -100% and at most {FASTEST:.0%}".replace("1000%", "1,000%"))  # fmt: skip
            return None
        return read

    def _single(self, value: Any, path: Path) -> bool:
        """Whether one figure stands here, and not a block, a list, true, false or nothing."""
        if value is None:
            self.nothing(path, "Write the figure")
        elif isinstance(value, (Mapping, list, bool)):
            self.problem(path, f"one figure belongs here, and {said(value)} stands here instead",
                         do="Write one figure; figures that differ by year go under by_year, in an amount")  # fmt: skip
        else:
            return True
        return False

    def nothing(self, path: Path, do: str) -> None:
        """Note a key or an item with nothing after it."""
        after = "in this place of the list" if isinstance(path[-1], int) else f"after '{short(path[-1])}:'"
        self.problem(path, f"nothing is written {after}", do=f"{do}, or take the line out")

    def year(self, value: Any, path: Path) -> str:
        """A financial year, or nothing when it is not one."""
        if isinstance(value, str) and is_year(value) and EARLIEST <= first_calendar_year(value) <= LATEST:
            return value
        if value is None:
            self.nothing(path, "Write the financial year, such as 2026-27")
        elif isinstance(value, str) and is_year(value):
            self.problem(path, f"'{value}' is too far off", f"years from {year_label(EARLIEST)} to {year_label(LATEST)}")
        else:
            self.problem(path, f"{said(value)} is not a financial year", do=year_hint(value))
        return ""

    def words(self, label: str, value: Any, path: Path, longest: int = LONGEST_NOTE) -> str | None:
        """Words on one line, without web-page code; a number will do."""
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self.problem(path, f"{label} is put in words, and {said(value)} stands here instead",
                         do="Write the words, between quotes")  # fmt: skip
            return None
        written = " ".join(str(value).split())
        if not written:
            self.nothing(path, "Write the words")
        elif MARKUP.search(written):
            self.problem(path, f"'{short(MARKUP.search(written)[0])}' looks like the code of a web page",  # type: ignore[index]
                         do="Write the words alone; where < means less than, put a space after it")  # fmt: skip
        elif len(written) > longest:
            self.problem(path, f"there are {len(written):,} letters here", f"at most {longest:,}",
                         "Say it shorter" + ("; the rest can go in a note" if longest < LONGEST_NOTE else ""))  # fmt: skip
        else:
            return written
        return None

    def amount(self, of: str, value: Any, path: Path, above: float | None = None) -> Amount | None:
        """An amount: a bare figure, or a block that says how firm it is."""
        place = tuple(str(part) for part in path)
        before = len(self.problems)
        if value is None:
            self.nothing(path, f"Write the figure, or a block such as {AMOUNT_EXAMPLE}")
            return None
        if not isinstance(value, Mapping):
            figure = self.figure(of, value, path)
            self._above(above, {path: figure})
            found = Amount(of, value=figure, place=place)
        else:
            found = Amount(of, place=place, **self._parts(of, value, path, above))
        if len(self.problems) > before:
            return None
        self.amounts[path] = found
        return found

    def _parts(self, of: str, value: Mapping[str, Any], path: Path, above: float | None) -> dict[str, Any]:
        meant = {self.unknown(path, key, "an amount", AMOUNT_KEYS) for key in value if key not in AMOUNT_KEYS}
        ways = [key for key in WAYS if key in value]
        if not ways and not meant & set(WAYS):
            self.problem(path, "the amount has no figure", listed(WAYS), f"Write for example {AMOUNT_EXAMPLE}")
        if len(ways) > 1:
            self.problem(path, f"the amount is given in {len(ways)} ways, by {listed(ways, 'and')}", do="Keep one of them")
        parts: dict[str, Any] = {}
        if "value" in value:
            parts["value"] = self.figure(of, value["value"], (*path, "value"))
            self._above(above, {(*path, "value"): parts["value"]})
        if "by_year" in value:
            parts["by_year"] = self._by_year(of, value["by_year"], (*path, "by_year"))
            self._above(above, {(*path, "by_year", year): one for year, one in (parts["by_year"] or {}).items()})
        for key in ("line", "parameter", "note"):
            if key in value:
                parts[key] = self.words(f"'{key}'", value[key], (*path, key))
        if parts.get("line") and not LINE_NAME.fullmatch(parts["line"]):
            self.problem((*path, "line"), f"'{short(parts['line'])}' is not the name of a line",
                         do="Write the mechanism, a full stop, and what it writes, such as budget.spending.staff")  # fmt: skip
        parts |= self.basis(value, path)
        if "grows" in value:
            parts["grows"] = self.growth(value["grows"], (*path, "grows"))
        for key, name in (("prices", "prices"), ("from", "start"), ("until", "until"), ("once", "once")):
            if key in value:
                parts[name] = self.year(value[key], (*path, key))
        self._sensible(value, parts, path)
        return parts

    def _above(self, above: float | None, figures: Mapping[Path, float | None]) -> None:
        for path, figure in figures.items():
            if above is not None and figure is not None and figure <= above:
                least = "nought" if above == 0 else f"{above:,}"
                self.problem(path, f"the figure must be above {least}, and {figure:,g} is not",
                             do="Check the figure and its sign")  # fmt: skip

    def _by_year(self, of: str, value: Any, path: Path) -> dict[str, float] | None:
        if not isinstance(value, Mapping) or not value:
            self.problem(path, f"by_year gives a figure for each year, and {said(value)} stands here instead",
                         do='Write for example by_year: {2026-27: "£1,000", 2027-28: "£1,050"}')  # fmt: skip
            return None
        found = {}
        for year, one in value.items():
            label = self.year(year, (*path, year))
            figure = self.figure(of, one, (*path, year))
            if label and figure is not None:
                found[label] = figure
        return found

    def basis(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """How firm a figure is and where it is from: the keys basis and source of a block."""
        parts: dict[str, Any] = {}
        basis = value.get("basis", "law" if "parameter" in value else "")
        if basis in BASES:
            parts["basis"] = basis
        elif "basis" in value:
            self.problem((*path, "basis"), f"{said(basis)} is not a basis", listed(BASES), suggestion(basis, BASES))
        source = value.get("source")
        if "source" in value and source in self.sources:
            parts["source"] = source
        elif "source" in value:
            self.problem((*path, "source"), f"{said(source)} is not named under 'sources'",
                         listed(self.sources) or "no sources are named yet",
                         suggestion(source, self.sources) or "Name it under 'sources', with its title and date")  # fmt: skip
        elif basis in SOURCED_BASES and "parameter" not in value and "line" not in value:
            self.problem((*path, "basis"), f"a figure whose basis is '{basis}' says its source, and this one does not",
                         do="Add source: with a name from 'sources', or call the basis an estimate or an assumption")  # fmt: skip
        return parts

    def _sensible(self, value: Mapping[str, Any], parts: Mapping[str, Any], path: Path) -> None:
        """Keys that do not go together."""
        taken = "line" if "line" in value else "parameter" if "parameter" in value else ""
        alone = ("grows", "prices", "from", "until", "once", *(("basis", "source") if taken == "line" else ()))
        for key in alone if taken else ():
            if key in value:
                whose = "the line" if taken == "line" else "the parameter"
                self.problem((*path, key), f"'{key}' does not go with '{taken}': the figures are those of {whose}",
                             do=f"Take '{key}' out")  # fmt: skip
        if "once" in value and ("from" in value or "until" in value):
            self.problem((*path, "once"), "'once' is for a single year, and does not go with 'from' or 'until'",
                         do="Keep 'once', or keep 'from' and 'until'")  # fmt: skip
        start, until = parts.get("start"), parts.get("until")
        if start and until and first_calendar_year(start) > first_calendar_year(until):
            self.problem((*path, "until"), f"the amount ends ({until}) before it begins ({start})", do="Check both years")
        if "prices" in value and "grows" not in value:
            self.problem((*path, "prices"), "'prices' says the year it is priced in, and nothing says how it grows from there",
                         do="Add grows: with a rate or an index, or take 'prices' out")  # fmt: skip
        if "prices" in value and "by_year" in value:
            self.problem((*path, "prices"), "'prices' does not go with 'by_year': growth begins after the last year given",
                         do="Take 'prices' out")  # fmt: skip

    def growth(self, value: Any, path: Path) -> Growth | None:
        """How an amount grows: a rate, a list of rates, the name of an index, or an index and something more."""
        if isinstance(value, str) and value in self.indices:
            return Growth(series=value)
        if isinstance(value, Mapping):
            return self._growth_block(value, path)
        if isinstance(value, list) and value:
            rates = [self.rate(one, (*path, position)) for position, one in enumerate(value)]
            return None if None in rates else Growth(rates=tuple(rates))  # type: ignore[arg-type]
        if isinstance(value, (list, bool)) or (isinstance(value, str) and not any(letter.isdigit() for letter in value)):
            self._not_an_index(value, path)
            return None
        rate = self.rate(value, path)
        return None if rate is None else Growth(rate=rate)

    def _growth_block(self, value: Mapping[str, Any], path: Path) -> Growth | None:
        """Growth that says more: an index with something added, or how firm its rates are."""
        meant = {self.unknown(path, key, "growth", GROWTH_KEYS) for key in value if key not in GROWTH_KEYS}
        ways = [key for key in ("index", "rate", "rates") if key in value]
        if len(ways) != 1:
            if not meant & {"index", "rate", "rates"}:
                self.problem(path, "growth takes exactly one of index, rate and rates",
                             do="Write for example {index: cpi, plus: 1%} or {rate: 3%, basis: assumption, note: …}")  # fmt: skip
            return None
        [way] = ways
        if way == "index" and value["index"] not in self.indices:
            self._not_an_index(value["index"], (*path, "index"))
            return None
        if "plus" in value and way != "index":
            self.problem((*path, "plus"), "'plus' goes with an index only", do="Take it out, or put it into the rate")
            return None
        plain = Growth(series=value["index"]) if way == "index" else self.growth(value[way], (*path, way))
        plus = self.rate(value.get("plus", 0), (*path, "plus"))
        firm = self.basis(value, path) if {"basis", "source"} & set(value) else {}
        if plain is None or plus is None or (way != "index" and plain.series):
            return None
        return replace(plain, plus=plus, note=str(value.get("note", "")), **firm)

    def _not_an_index(self, value: Any, path: Path) -> None:
        near = suggestion(value, self.indices)
        own = "Write a list of your own under 'indices', and name it here" if isinstance(value, str) else ""
        self.problem(path, f"{said(value)} is not something to grow by",
                     f"a rate such as 3%, a list of rates, or an index: {listed(self.indices)}", near or own)  # fmt: skip


def short(value: Any, most: int = 40) -> str:
    """Text to quote in a message, on one line."""
    written = " ".join(str(value).split())
    return written if len(written) <= most else written[: most - 1] + "…"


def said(value: Any) -> str:
    """What stands in a place, in words a reader of the file would use.

    >>> said("thirty"), said(None), said({}), said(True)
    ("'thirty'", 'nothing', 'a block', "'true'")
    """
    if value is None or value == "":
        return "nothing"
    if isinstance(value, Mapping):
        return "a block"
    if isinstance(value, list):
        return "a list"
    return f"'{short(str(value).lower() if isinstance(value, bool) else value)}'"


def year_hint(value: Any) -> str:
    """What to write in place of something meant for a financial year.

    >>> year_hint("2026/27"), year_hint(2026), year_hint("2026-02-01"), year_hint("soon")
    ('Write 2026-27', 'Write 2026-27, for April 2026 to March 2027', 'Write 2025-26', 'Write it like 2026-27')
    """
    text = str(value).strip()
    if match := re.fullmatch(r"(?P<year>[0-9]{4})[-/](?P<month>0[1-9]|1[0-2])[-/][0-9]{1,2}", text):
        return f"Write {year_label(int(match['year']) - (int(match['month']) < 4))}"
    if match := re.fullmatch(r"(?:20)?(?P<year>[0-9]{2}) ?(?:[-/–—−_]|to) ?(?:20)?[0-9]{2}", text):
        return f"Write {year_label(2000 + int(match['year']))}"
    if re.fullmatch(r"20[0-9]{2}", text):
        return f"Write {year_label(int(text))}, for April {text} to March {int(text) + 1}"
    return "Write it like 2026-27"
