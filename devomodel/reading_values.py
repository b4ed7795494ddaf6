"""Plain values built from the parser's events one by one, with the line of each and every problem met on the way.

Working on the flat run of events, and not on the tree or the objects a parser would make of it, is what lets shorthand
(anchors, aliases, tags) be refused where it stands: nothing is ever expanded, and nothing but plain values is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any

from devomodel import reading_words as words
from devomodel.problems import Problem

DEEPEST = 20
MOST_VALUES = 20_000
MOST_PROBLEMS = 50  # more than anyone reads at once
LONGEST_AMOUNT = 20  # characters
LONGEST_WHOLE_NUMBER = 15  # digits: beyond these a float no longer holds every pound

PathTo = tuple[str | int, ...]

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_TAB_INDENT = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)
_WHOLE = re.compile(r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+)")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,3}(?:_[0-9]{3})+\.[0-9]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None,
              "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # fmt: skip
_FRONT_OF_AMOUNT = re.compile(r"[-+−(]?£?[-−]?[0-9]{1,3}(?:,[0-9]{3})*")
_REST_OF_AMOUNT = re.compile(r"[0-9]{3}(?:\.[0-9]+)?\)?")
_COLON_FOLLOWS = re.compile(r"\s*:")


class _UnreadableError(Exception):
    """Nothing after this point can be read with any sense; the problem is already noted."""


@dataclass
class _Open:
    """A mapping or list being filled. `path` is None inside something already refused."""

    value: Any  # a dict or a list
    path: PathTo | None
    braces: bool  # written inside { } or [ ], where a comma divides
    waiting_for_value: bool = False  # a mapping takes a name and a value in turn
    key: str | None = None  # None when the name was refused
    named: str | None = None  # the last name that had a colon after it
    end: int = 0  # where in the text the last value ended
    amount: str | None = None  # the last unquoted value, while it could be the front of an amount split by a comma
    split: Problem | None = None  # the problem noted for that amount


class Builder:
    """Takes the parser's events in turn and builds the value, the lines and the problems."""

    def __init__(self, text: str, name: str):
        self.text = text
        self.name = name
        self.problems: list[Problem] = []
        self.lines: dict[PathTo, int] = {}
        self.value: Any = None
        self.open: list[_Open] = []
        self.documents = 0
        self.count = 0

    def read(self) -> None:
        """Fill `value` and `lines`, or `problems`."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        self._note_hidden()
        if self._note_tabs():
            return
        text = _HIDDEN.sub("_", self.text)  # so that the reading goes on and finds the rest
        line = 1
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                line = event.start_mark.line + 1
                self._take(event, type(event).__name__, line)
        except _UnreadableError:
            return
        except YAMLError as error:
            where, what, do = words.syntax(error, text.split("\n"))
            problem = Problem("", what, do=do, line=where, file=self.name)
            if (problem.line, problem.do) not in {(noted.line, noted.do) for noted in self.problems}:
                self.problems.append(problem)
        except Exception:  # the parser slips on odd text, as on an impossible \U code; no traceback for that
            self.problems.append(
                Problem(
                    "",
                    "Something on this line, or just after it, cannot be read",
                    do=words.CHECK,
                    line=line,
                    file=self.name,
                )
            )
        else:
            if self.value is None and not self.problems:
                self._note(1, "There is nothing in the file but blank lines and notes", words.NAME_AND_VALUE)

    def _note_hidden(self) -> None:
        seen = set()
        for found in _HIDDEN.finditer(self.text):
            line = self.text.count("\n", 0, found.start()) + 1
            if line not in seen:
                column = found.start() - self.text.rfind("\n", 0, found.start())
                self._note(
                    line,
                    f"A hidden character (U+{ord(found[0]):04X}) stands at column {column}",
                    "Delete it, or type the line again",
                )
            seen.add(line)
            if len(seen) == 10:
                return

    def _note_tabs(self) -> bool:
        lines = [self.text.count("\n", 0, tab.start()) + 1 for tab in islice(_TAB_INDENT.finditer(self.text), 10)]
        for line in lines:
            self._note(line, "The line is indented with a tab", "Use spaces, two for each step")
        return bool(lines)

    def _take(self, event: Any, kind: str, line: int) -> None:
        if kind == "DocumentStartEvent":
            if self.documents:
                self._stop(
                    line,
                    "A second case begins here, after a line of dashes or dots",
                    "Keep one case in each file: take that line out, or split the file",
                )
            if re.search(r"^%", self.text[: event.start_mark.index], re.MULTILINE):
                self._note(1, *words.DIRECTIVE)
            self.documents += 1
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
            if self.open:
                self.open[-1].end = event.end_mark.index
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            self.count += 1
            if self.count > MOST_VALUES:
                self._stop(line, f"The file holds more than {MOST_VALUES:,} names and values", words.RIGHT_FILE)
            self._note_shorthand(event, kind, line)
            if kind == "ScalarEvent":
                self._scalar(event, line)
            elif kind == "AliasEvent":
                self._put(None, event, line)
            else:
                self._begin({} if kind == "MappingStartEvent" else [], event, line)

    def _note_shorthand(self, event: Any, kind: str, line: int) -> None:
        if event.anchor is not None:
            sign = "*" if kind == "AliasEvent" else "&"
            what = f"'{sign}{event.anchor}' is shorthand for repeating a value, which is not used here"
            if (what, line) not in {(noted.what, noted.line) for noted in self.problems}:
                self._note(line, what, "Write the value out in full; if it is text, put it in quotes")
        if getattr(event, "ctag", None) is not None:
            self._note(
                line,
                "A word beginning with ! gives a value a special kind, which is not used here",
                "Take the word out; if it is text, put it in quotes",
            )

    def _begin(self, value: dict[str, Any] | list[Any], event: Any, line: int) -> None:
        if not self.open and isinstance(value, list):
            self._stop(line, "The file begins with a list", words.NAME_AND_VALUE)
        if len(self.open) == DEEPEST:
            self._stop(line, f"Values stand inside one another more than {DEEPEST} deep", "Write this part more flatly")
        path = self._put(value, event, line)
        self.open.append(_Open(value, path, bool(event.flow_style)))

    def _scalar(self, event: Any, line: int) -> None:
        plain, text, start = event.style is None, event.value, event.start_mark.index
        if not self.open:
            if not (plain and text == ""):
                self._stop(
                    line,
                    "The file must be made of names and values; this is text on its own",
                    words.space_after_colon(self._rest_of_line(start)) or words.NAME_AND_VALUE,
                )
            return
        if _HIDDEN.search(text):
            self._note(line, "A backslash here stands for a hidden character", "Take it out")
        parent = self.open[-1]
        in_list = isinstance(parent.value, list)
        if not in_list and not parent.waiting_for_value:
            self._name(parent, event, line)
            return
        between = self.text[parent.end : start]
        joined = plain and parent.braces and in_list and between == "," and self._joins_amount(parent, text, line)
        if plain and not (parent.braces or in_list) and "\n" in between:
            hint = words.space_after_colon(self._rest_of_line(start))
            if hint:
                self._note(line, words.GLUED_COLON, hint)
        if not joined and not (text == "" and parent.split):
            parent.amount = text if plain and _FRONT_OF_AMOUNT.fullmatch(text) else None
            parent.split = None
        self._put(self._plain(text, line) if plain else text, event, line)

    def _rest_of_line(self, start: int) -> str:
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)]

    def _name(self, parent: _Open, event: Any, line: int) -> None:
        """Take the name of the value to come, unless something is wrong with it."""
        plain, text = event.style is None, event.value
        if parent.braces and not _COLON_FOLLOWS.match(self.text, event.end_mark.index):
            if not (plain and self._joins_amount(parent, text, line)):
                self._note(
                    line,
                    f"'{text}' has no colon and value after it",
                    words.space_after_colon(text) or words.COMMA_IN_BRACES,
                )
            self._wait(parent, None, event)
            return
        parent.named = text
        name: Any = self._plain(text, line) if plain else text
        key = None
        if plain and text == "<<":
            self._note(line, "'<<' copies another part of the file, which is not used here", "Write the lines out in full")
        elif name is None or name == "":
            self._note(line, "A value stands here without a name", words.NAME_AND_VALUE)
        elif not isinstance(name, str):
            self._note(line, f"'{text}' is not text, and a name must be", words.name_for_number(text))
        elif name in parent.value:
            first = f" on line {self.lines[*parent.path, name]}" if parent.path is not None else ""
            self._note(line, f"'{name}' is given twice: it stands{first} already", "Keep one of them")
        else:
            key = name
        self._wait(parent, key, event)
        if key is not None:
            parent.value[key] = None
            if parent.path is not None:
                self.lines[*parent.path, key] = line

    def _wait(self, parent: _Open, key: str | None, event: Any) -> None:
        parent.key, parent.waiting_for_value, parent.end = key, True, event.end_mark.index

    def _put(self, value: Any, event: Any, line: int) -> PathTo | None:
        """Put a value where it belongs, and say at which path; None when its place was refused."""
        if not self.open:
            self.value = value
            return ()
        parent = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
            step: str | int | None = len(parent.value) - 1
        elif not parent.waiting_for_value:
            if not isinstance(value, str):
                self._note(line, "A name must be plain text", words.NAME_AND_VALUE)
            self._wait(parent, None, event)
            return None
        else:
            parent.waiting_for_value = False
            step = parent.key
            if step is not None:
                parent.value[step] = value
        parent.end = event.end_mark.index
        if step is None or parent.path is None:
            return None
        path = (*parent.path, step)
        self.lines.setdefault(path, line)
        return path

    def _joins_amount(self, parent: _Open, text: str, line: int) -> bool:
        """Note an amount such as 16,900 whose comma has divided it, and say whether this was one."""
        if parent.amount is None or len(parent.amount) > LONGEST_AMOUNT or not _REST_OF_AMOUNT.fullmatch(text):
            return False
        if parent.split in self.problems:
            self.problems.remove(parent.split)
        parent.amount += f",{text}"
        in_list = isinstance(parent.value, list)
        self._note(line, *words.split_amount(parent.amount, in_list), step=None if in_list else parent.named)
        parent.split = self.problems[-1]
        return True

    def _plain(self, text: str, line: int) -> Any:
        """The value of unquoted text, by the core rules of YAML 1.2."""
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _WHOLE.fullmatch(text):
            digits = text.replace("_", "")
            if len(digits.lstrip("+-0")) <= LONGEST_WHOLE_NUMBER:
                return int(digits)
            self._note(
                line,
                f"'{words.shortened(text)}' has too many digits to be an amount",
                "If it is a reference number, put it in quotes",
            )
        elif _DECIMAL.fullmatch(text):
            number = float(text.replace("_", ""))
            if isfinite(number):
                return number
            self._note(line, f"'{words.shortened(text)}' is too large a number", "If it is text, put it in quotes")
        elif _NOT_FINITE.fullmatch(text):
            self._note(
                line,
                f"'{text}' is not a number that can be reckoned with",
                "Give a figure; if it is text, put it in quotes",
            )
        return text

    def _note(self, line: int, what: str, do: str, step: str | int | None = None) -> None:
        """Note a problem at the place being read, or at the `step` given within it."""
        where: PathTo = ()
        inner = self.open[-1] if self.open else None
        if inner and inner.path is not None:
            if step is None:
                step = len(inner.value) if isinstance(inner.value, list) else inner.key if inner.waiting_for_value else None
            where = inner.path if step is None else (*inner.path, step)
        self.problems.append(Problem(words.place_in_words(where), what, do=do, line=line, file=self.name))
        if len(self.problems) == MOST_PROBLEMS:
            raise _UnreadableError

    def _stop(self, line: int, what: str, do: str) -> None:
        self._note(line, what, do)
        raise _UnreadableError
