"""Reads the tables that stand beside the mechanisms: sources, the case's own indices, and dated figures carried on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devomodel import parameters
from devomodel.amounts import BASES, Origin
from devomodel.case.amount_reader import said, short
from devomodel.case.case import Source
from devomodel.case.reader import Reader
from devomodel.fields import NAMES_ALLOWED, SOURCE_NAME, Path, is_name
from devomodel.mechanisms.dated import Held
from devomodel.problems import DevomodelError, listed, suggestion
from devomodel.written import when_dated

FORECASTS = ("cpi", "cpih", "rpi", "average_earnings", "gdp_deflator")
AFTER_LAST = ("hold", "cpi", "rpi", "average_earnings")
INDEX_KEYS = ("rates", "basis", "source", "note")
INDEX_EXAMPLE = "{rates: {2027-28: 4%, 2028-29: 3%}, basis: assumption}"
HELD_KEYS = ("after_last", "basis", "note")
HELD_EXAMPLE = "{after_last: hold, basis: assumption}"

Indices = dict[str, tuple[dict[str, float], Origin]]


def read_sources(reader: Reader, block: Mapping[str, Any]) -> dict[str, Source]:
    """Where figures came from: a title alone, or a block."""
    found = {}
    for name, value in block.items():
        path: Path = ("sources", name)
        if not SOURCE_NAME.fullmatch(name):
            reader.problem(path, f"'{short(name)}' cannot be the name of a source", NAMES_ALLOWED)
        elif isinstance(value, (Mapping, list)) or value is None:
            found[name] = reader.read(Source, value, path, "a source")
            _refuse_unclear_date(reader, found[name], path)
        else:
            title = reader.words("a source", value, path)
            found[name] = Source(title=title or "")
    return found


def _refuse_unclear_date(reader: Reader, source: Source | None, path: Path) -> None:
    """A date that has the day or the month first by the reader, or is no date, cannot say how old a figure is."""
    if source is not None and source.date:
        try:
            when_dated(source.date)
        except ValueError as error:
            what, _, do = str(error).partition(". ")
            reader.problem((*path, "date"), what, do=do)


def read_indices(reader: Reader, block: Mapping[str, Any], sources: Mapping[str, Source | None]) -> Indices:
    """The case's own lists of growth: energy, building costs, pay awards."""
    found: Indices = {}
    for name, value in block.items():
        path: Path = ("indices", name)
        if name in FORECASTS:
            reader.problem(path, f"'{name}' is the name of the shipped forecast", do="Give the case's own list another name")
            continue
        if not is_name(name):
            reader.problem(path, f"'{short(name)}' cannot be the name of an index", NAMES_ALLOWED)
            continue
        if not isinstance(value, Mapping):
            reader.problem(path, f"an index gives a rate for each year, and {said(value)} stands here instead",
                           do=f"Write for example {INDEX_EXAMPLE}")  # fmt: skip
            continue
        written = reader.spelling(value, path, "an index", INDEX_KEYS)
        rates = _rates(reader, value.get(written.get("rates", "")), (*path, written.get("rates", "rates")))
        basis = reader.basis({key: value[key] for key in ("basis", "source") if key in value}, path)
        source = sources.get(basis.get("source", ""))
        note = reader.words("'note'", value["note"], (*path, "note")) if "note" in value else ""
        origin = Origin(basis.get("basis", "not stated"), source.title if source else "", note or "", f"indices › {name}")
        found[name] = (rates, origin)
    return found


def _rates(reader: Reader, value: Any, path: Path) -> dict[str, float]:
    """The rates of an index by year; none at all when one of them is wrong."""
    if not isinstance(value, Mapping) or not value:
        reader.problem(path, "an index gives a rate for each year under 'rates'", do=f"Write for example {INDEX_EXAMPLE}")
        return {}
    before, rates = len(reader.problems), {}
    for year, rate in value.items():
        label = reader.year(year, (*path, year))
        read = reader.rate(rate, (*path, year))
        if label and read is not None:
            rates[label] = read
    return rates if len(reader.problems) == before else {}


def read_held(reader: Reader, block: Mapping[str, Any]) -> dict[str, Held]:
    """What the case says of dated figures past their last year."""
    found = {}
    for name, value in block.items():
        path: Path = ("parameters", name)
        if name not in parameters.names():
            reader.problem(path, f"there is no parameter '{short(name)}'",
                           do=suggestion(name, parameters.names()) or "See them all with: devomodel parameters")  # fmt: skip
            continue
        if not isinstance(value, Mapping):
            reader.problem(path, f"this says how the figure goes on after its last year, and {said(value)} stands here instead",
                           do=f"Write for example {HELD_EXAMPLE}")  # fmt: skip
            continue
        before = len(reader.problems)
        written = reader.spelling(value, path, "a parameter", HELD_KEYS)
        as_written = written.get("after_last", "after_last")
        after = _after_last(reader, name, value.get(as_written), (*path, as_written))
        basis = value.get(written.get("basis", ""))
        allowed = [one for one in BASES if one != "law"]
        if basis not in allowed:
            why = "the law does not say it" if basis == "law" else f"{said(basis)} stands under 'basis'"
            reader.problem((*path, "basis"), f"a figure carried past its last year says on what basis, and {why}",
                           listed(allowed), suggestion(basis, allowed) or "Write basis: assumption")  # fmt: skip
        note = reader.words("'note'", value["note"], (*path, "note")) if "note" in value else ""
        if len(reader.problems) > before or after is None or basis is None:
            found[name] = Held("hold", "assumption")  # so that the slip is told once
        else:
            found[name] = Held(after, basis, note or "")
    return found


def _after_last(reader: Reader, name: str, value: Any, path: Path) -> str | tuple[float, ...] | None:
    if isinstance(value, list) and value:
        try:
            unit = parameters.find(name).unit
        except DevomodelError:
            unit = ""
        of = "£" if "£" in unit else "share" if unit == "share" else "number"
        figures = [reader.figure(of, one, (*path, position)) for position, one in enumerate(value)]
        return None if None in figures else tuple(figures)  # type: ignore[arg-type]
    if value in AFTER_LAST:
        return value
    reader.problem(path, f"{said(value)} does not say how the figure goes on",
                   f"{listed(AFTER_LAST)}, or a list of figures, one a year", suggestion(value, AFTER_LAST))  # fmt: skip
    return None
