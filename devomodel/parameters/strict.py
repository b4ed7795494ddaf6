"""Reading one parameter file strictly: every problem in it is found and shown together."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from devomodel.parameters.figures import IN_FORCE_WHEN_CHECKED, NATIONS, Dated, Parameter
from devomodel.problems import InputError, Problem, listed, suggestion
from devomodel.reading import Document, read_yaml

REQUIRED = ("name", "title", "unit", "what", "nations", "checked", "values")
OPTIONAL = ("law", "note", "kind", "yearly", "calendar_years", "review_after")
VALUE_REQUIRED = ("value", "verified", "source")
VALUE_OPTIONAL = ("from", "until", "label", "status", "url", "note")
KINDS = ("examples",)
STATUSES = ("outturn", "forecast")
START_NOT_FOUND = "start not found"


def read_parameter(path: Path | str) -> Parameter:
    """The parameter in a file.

    Raises InputError naming every misspelt, missing or misplaced key, every value without a source or a
    `verified`, dates out of order, and a name that is not the file's.
    """
    path = Path(path)
    return _Reader(read_yaml(path), path.name).parameter()


class _Reader:
    """Gathers problems while it reads, so that one pass shows them all."""

    def __init__(self, document: Document, file: str):
        self.document, self.file = document, file
        self.problems: list[Problem] = []
        self.yearly = self.calendar_years = False

    def parameter(self) -> Parameter:
        content = self.document.value
        if not isinstance(content, dict):
            self.wrong((), "the file is not a parameter", allowed=f"a mapping with {listed(REQUIRED, 'and')}")
            raise InputError(self.problems)
        self.keys((), content, REQUIRED, OPTIONAL)
        words = ("name", "title", "unit", "what", "law", "note")
        texts = {key: self.text((key,), content.get(key, "")) for key in words}
        if texts["name"] and f"{texts['name']}.yaml" != self.file:
            self.wrong(("name",), f"'{texts['name']}' is not the file's name", do=f"Name the file {texts['name']}.yaml")
        kind = self.one_of(("kind",), content.get("kind", ""), KINDS)
        self.yearly = self.truth(("yearly",), content.get("yearly", False))
        self.calendar_years = self.truth(("calendar_years",), content.get("calendar_years", False))
        if self.yearly and self.calendar_years:
            self.wrong(("yearly",), "a figure goes by financial years or by calendar years", do="Keep one of the two")
        nations = self.nations(content.get("nations"))
        checked = self.day(("checked",), content.get("checked")) if "checked" in content else None
        look_again = self.day(("review_after",), content["review_after"]) if "review_after" in content else None
        values = self.values(content.get("values"), kind)
        if self.problems or checked is None:
            raise InputError(sorted(self.problems, key=lambda problem: problem.line or 0))
        return Parameter(**texts, nations=nations, checked=checked, values=values, kind=kind, yearly=self.yearly,
                         calendar_years=self.calendar_years, look_again=look_again)  # fmt: skip

    def values(self, items: object, kind: str) -> tuple[Dated, ...]:
        if not isinstance(items, list) or not items:
            if items is not None:
                self.wrong(("values",), "no values", allowed="a list with at least one value")
            return ()
        usable = [index for index, item in enumerate(items) if self.mapping(index, item)]
        dated = tuple(self.dated(("values", index), items[index]) for index in usable)
        if len(dated) == len(items):
            self.order(dated, kind)
        return dated

    def mapping(self, index: int, item: object) -> bool:
        if not isinstance(item, dict):
            self.wrong(("values", index), "the value has no keys", listed(VALUE_REQUIRED + VALUE_OPTIONAL, "and"))
        return isinstance(item, dict)

    def dated(self, place: tuple, item: dict) -> Dated:
        self.keys(place, item, VALUE_REQUIRED, VALUE_OPTIONAL)
        recorded = "from" not in item
        label = self.text((*place, "label"), item.get("label", ""))
        if recorded and not label:
            self.wrong(place, "neither from nor label", do="Say from which day it holds, or label it as a record")
        if recorded and "until" in item:
            self.wrong((*place, "until"), "until without from", do="Say from which day it holds as well")
        start = None if recorded else self.start((*place, "from"), item["from"])
        end = self.day((*place, "until"), item["until"]) if "until" in item else self.end_of_year(start)
        if item.get("from") == START_NOT_FOUND and end is None:
            self.wrong((*place, "from"), "an unknown start needs an until", do=f"Or write '{IN_FORCE_WHEN_CHECKED}'")
        if start and end and end < start:
            self.wrong((*place, "until"), "until is before from")
        value, note = item.get("value"), self.text((*place, "note"), item.get("note", ""))
        verified = self.truth((*place, "verified"), item.get("verified", False))
        if "value" in item and value is None and (verified or not note):
            self.wrong(place, "a value not found is unverified and has a note", do="Write verified: false and a note")
        source, url = (self.text((*place, key), item.get(key, "")) for key in ("source", "url"))
        status = self.one_of((*place, "status"), item.get("status", ""), STATUSES)
        return Dated(start, _fixed(value), source, url, verified, note, end, label, status, recorded)

    def start(self, place: tuple, given: object) -> date | None:
        if given in (IN_FORCE_WHEN_CHECKED, START_NOT_FOUND):
            if self.yearly or self.calendar_years:
                self.wrong(place, "a figure set every year needs its year", do="Write the day the year begins")
            return None
        if isinstance(given, int) and not isinstance(given, bool) and 1900 <= given <= 2200:
            if self.yearly:
                self.wrong(place, "a financial year begins on 1 April", do=f"Write {given}-04-01")
            return date(given, 1, 1)
        start = self.day(place, given, also=f", a year, '{IN_FORCE_WHEN_CHECKED}' or '{START_NOT_FOUND}'")
        if start and self.yearly and (start.month, start.day) != (4, 1):
            self.wrong(place, "a financial year begins on 1 April", do=f"Write {start.year}-04-01, or leave out yearly")
        if start and self.calendar_years:
            self.wrong(place, "a calendar year is written as a year", do=f"Write {start.year}")
        return start

    def end_of_year(self, start: date | None) -> date | None:
        """The last day of a value that holds for its own year only."""
        if start and self.yearly:
            return date(start.year + 1, 3, 31)
        return date(start.year, 12, 31) if start and self.calendar_years else None

    def order(self, dated: tuple[Dated, ...], kind: str) -> None:
        labels = [each.label for each in dated if each.label]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self.wrong(("values",), f"two values are labelled '{label}'")
        in_force = [index for index, each in enumerate(dated) if not each.recorded]
        if kind == "examples" and in_force:
            self.wrong(("values", in_force[0], "from"), "examples have labels, not dates", do="Leave out from, or kind")
        if kind != "examples" and not in_force:
            self.wrong(("values",), "no value has a from", do="Date one, or write kind: examples")
        if in_force and in_force != list(range(in_force[0], len(dated))):
            self.wrong(("values",), "records without dates come before dated values")
        for before, after in pairwise(in_force):
            earlier, later = dated[before], dated[after]
            if later.start is None or (earlier.start and later.start <= earlier.start):
                self.wrong(("values", after, "from"), "values are not in date order", do="Put the earliest first")
            elif earlier.end and later.start <= earlier.end:
                ends = (later.start - timedelta(days=1)).isoformat()
                self.wrong(("values", after, "from"), "begins before the value above it ends", do=f"End that on {ends}")

    def nations(self, given: object) -> tuple[str, ...]:
        allowed = listed(NATIONS, "and")
        if given is None:
            return ()
        if not isinstance(given, list) or not given:
            self.wrong(("nations",), "nations is not a list", allowed=f"a list of {allowed}")
            return ()
        for index, nation in enumerate(given):
            if nation not in NATIONS:
                self.wrong(("nations", index), f"'{nation}' is not a nation", allowed, suggestion(nation, NATIONS))
        return tuple(str(nation) for nation in given)

    def keys(self, place: tuple, content: dict, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        allowed = required + optional
        for key in content:
            if key not in allowed:
                near = suggestion(key, allowed)
                options = "" if near else listed(allowed, "and")
                self.wrong((*place, key), f"'{key}' is not something a parameter takes", options, near)
        for key in required:
            if key not in content:
                self.wrong(place, f"{key} is missing", do=f"Add {key}")

    def text(self, place: tuple, given: object) -> str:
        if not isinstance(given, str):
            self.wrong(place, f"{place[-1]} is not text", do="Write words")
            return ""
        if not given.strip() and self.given(place):
            self.wrong(place, f"{place[-1]} is empty", do="Fill it in, or leave it out where it is optional")
        return given

    def truth(self, place: tuple, given: object) -> bool:
        if not isinstance(given, bool):
            self.wrong(place, f"{place[-1]} is neither true nor false", allowed="true or false")
        return given is True

    def one_of(self, place: tuple, given: object, options: tuple[str, ...]) -> str:
        if given and given not in options:
            self.wrong(place, f"'{given}' is not a {place[-1]}", listed(options), suggestion(given, options))
        return str(given)

    def day(self, place: tuple, given: object, also: str = "") -> date | None:
        try:
            if isinstance(given, str) and len(given) == len("2025-04-01"):
                return date.fromisoformat(given)
        except ValueError:
            pass
        self.wrong(place, f"'{given}' is not a date", allowed=f"a day such as 2025-04-01{also}")
        return None

    def given(self, place: tuple) -> bool:
        content = self.document.value
        for step in place[:-1]:
            content = content[step]
        return place[-1] in content

    def wrong(self, place: tuple, what: str, allowed: str = "", do: str = "") -> None:
        where, line = self.document.place(place), self.document.line(place)
        self.problems.append(Problem(where, what, allowed, do, line, self.file))


def _fixed(value: object) -> object:
    """A value nobody can change by accident: the same file is shared by every case in a run."""
    if isinstance(value, dict):
        return MappingProxyType({key: _fixed(inner) for key, inner in value.items()})
    return tuple(_fixed(inner) for inner in value) if isinstance(value, list) else value
