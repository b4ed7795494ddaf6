"""A strict reading of YAML: plain values, the line each was written on, and every problem said in plain words.

The text is read as a flat run of events and built into values one by one, so that shorthand (anchors, aliases, tags) is
refused where it stands and nothing is ever expanded or constructed. `docs/decisions/0002-reading-yaml.md` says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devomodel.problems import InputError, Problem
from devomodel.reading_values import Builder, PathTo
from devomodel.reading_words import CURLY, RIGHT_FILE, STRAIGHT, curly_quotes, place_in_words

LARGEST_BYTES = 1_000_000
NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet, a Word document or another packed file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or Word document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
"""How files that are not text begin."""
PLAIN_TEXT = "Give a scenario file, which is plain text; `devomodel new` writes one, and any text editor can change it"


@dataclass(frozen=True, eq=False)
class Document:
    """A file as read: `value` is made of dict, list, str, int, float, bool and None only; dates stay text."""

    value: dict[str, Any]
    name: str
    text: str = field(repr=False)
    _lines: dict[PathTo, int] = field(repr=False, compare=False, default_factory=dict)

    def line(self, path: PathTo = ()) -> int:
        """The line, counted from 1, of the name or list item at `path`; of its nearest parent when it is absent."""
        path = tuple(path)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def place(self, path: PathTo = ()) -> str:
        """A path as a person says it; list items count from 1.

        >>> read_yaml_text("a: {b: [1, 2]}").place(("a", "b", 1))
        'a › b › item 2'
        """
        return place_in_words(path)


def read_yaml(path: str | Path, *, largest_bytes: int = LARGEST_BYTES) -> Document:
    """Read one YAML file strictly.

    largest_bytes   a larger file is refused before it is opened

    Raises InputError naming every problem found, each with its line.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise _refused(path.name, "This is a folder, not a file", do="Give the name of a file inside it")
        if not path.exists():
            raise _refused(path.name, f"There is no file at {path}", do="Check the spelling and the folder")
        if not path.is_file():
            raise _refused(path.name, "This is not an ordinary file", do="Give the name of a text file")
        if path.stat().st_size > largest_bytes:
            raise _too_large(path.name, path.stat().st_size, largest_bytes)
        with path.open("rb") as file:
            raw = file.read(largest_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise _refused(
            path.name,
            f"The file cannot be opened: {reason.lower()}",
            do="Check that you may read it and that no other program holds it",
        ) from None
    if len(raw) > largest_bytes:
        raise _too_large(path.name, len(raw), largest_bytes)
    for beginning, kind in NOT_TEXT.items():
        if raw.startswith(beginning):
            raise _refused(path.name, f"This is {kind}, not a scenario", do=PLAIN_TEXT)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = None if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else raw.count(b"\n", 0, error.start) + 1
        raise _refused(
            path.name,
            "The file is not saved as UTF-8, so signs such as £ cannot be told apart",
            line=line,
            do="Save it as UTF-8: in most editors this is a choice under Save As",
        ) from None
    return read_yaml_text(text, path.name, largest_bytes=largest_bytes)


def read_yaml_text(text: str, name: str = "scenario", *, largest_bytes: int = LARGEST_BYTES) -> Document:
    """Read YAML from text, under the same rules as `read_yaml`; `name` stands for the file in messages.

    >>> read_yaml_text("clerk: yes\\nfrom: 2026-04-01\\nhours: 010").value
    {'clerk': 'yes', 'from': '2026-04-01', 'hours': 10}

    Raises InputError naming every problem found, each with its line.
    """
    if len(text) > largest_bytes:
        raise _too_large(name, len(text), largest_bytes)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if curly := curly_quotes(text):
        raise InputError(Problem("", CURLY, do=STRAIGHT, line=line, file=name) for line in curly)
    builder = Builder(text, name)
    builder.read()
    if builder.problems:
        raise InputError(sorted(builder.problems, key=lambda problem: problem.line or 0))
    return Document(builder.value, name, text, builder.lines)


def _refused(file: str, what: str, do: str, line: int | None = None) -> InputError:
    return InputError([Problem("", what, do=do, line=line, file=file)])


def _too_large(file: str, size: int, largest: int) -> InputError:
    return _refused(file, f"The file is too large: {size:,} bytes, where at most {largest:,} are read", do=RIGHT_FILE)
