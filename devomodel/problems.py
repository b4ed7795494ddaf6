"""What went wrong, said so that the reader can put it right.

Every error raised on purpose is a `DevomodelError`. Errors in something a person wrote are gathered
as `Problem`s and raised together as one `InputError`: where, what, what is allowed, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class DevomodelError(Exception):
    """Raised on purpose, with a message in plain words; a command prints it without a traceback."""


@dataclass(frozen=True)
class Problem:
    """One thing to put right in a file or a command.

    where    the place, as the writer knows it: "mechanisms › town_hall › shares"
    what     what is wrong there
    allowed  what would be accepted
    do       what to do about it
    line     line of the file, counted from 1, where there is one
    file     name of the file, where there is one
    """

    where: str
    what: str
    allowed: str = ""
    do: str = ""
    line: int | None = None
    file: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"line {self.line}" if self.line else "", self.where) if part)
        sentences = [_sentence(self.what)]
        if self.allowed:
            sentences.append(_sentence(f"Allowed: {self.allowed}"))
        if self.do:
            sentences.append(_sentence(self.do))
        return (f"{place}: " if place else "") + " ".join(sentences)


class InputError(DevomodelError):
    """What a person gave cannot be used; `problems` holds everything found, in reading order."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


INITIALS = ("cil", "vat")
"""Words that are written in capitals."""


def suggestion(word: object, options: Iterable[str]) -> str:
    """The nearest of `options` to a misspelt `word`, as a question; nothing when none is near.

    >>> suggestion("shars", ["shares", "income"])
    "Did you mean 'shares'?"
    >>> suggestion("zzz", ["shares"])
    ''
    """
    near = difflib.get_close_matches(str(word), [str(option) for option in options], n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""


def with_article(words: str) -> str:
    """Words with "a" or "an" before them, initials in capitals.

    >>> with_article("asset transfer"), with_article("grant"), with_article("vat partial exemption")
    ('an asset transfer', 'a grant', 'a VAT partial exemption')
    """
    first, _, rest = words.partition(" ")
    said = f"{first.upper() if first in INITIALS else first} {rest}".strip()
    return f"{'an' if said[:1].lower() in 'aeiou' else 'a'} {said}"


def listed(words: Iterable[object], joiner: str = "or") -> str:
    """Words in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    parts = [str(word) for word in words]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joiner} {parts[-1]}" if parts else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
