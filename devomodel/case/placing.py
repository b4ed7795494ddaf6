"""Places what a mechanism refuses: the line of the amount or key it is about, and what to do in this option."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from devomodel.case.case import DO_NOTHING, Case, Variant
from devomodel.fields import Path
from devomodel.mechanisms.base import STAGES, AbsentLineError
from devomodel.problems import Problem, listed
from devomodel.reading_words import place_in_words

if TYPE_CHECKING:
    from devomodel.engine import SheetError
    from devomodel.mechanisms.base import Mechanism

ALMOST = 0.9
"""How like a line of a council's must be to be what was meant: most of them stand side by side and end alike."""

_TWICE = re.compile(r"The name '(?P<line>[^']+)' is used twice")


def located(case: Case, variant: Variant, mechanism: Mechanism, error: SheetError) -> Problem:
    """A problem with its place and line, for an error raised while a mechanism was writing.

    A mechanism that begins its words with the place ("mechanisms › precept › interest_rate: …") has that place's line;
    one that does not has its own.
    """
    own: Path = ("mechanisms", mechanism.name)
    words, do, path = str(error), "", own
    if words.startswith("mechanisms › "):
        place, _, rest = words.partition(": ")
        steps = tuple(place.split(" › "))
        if steps[:2] == own:
            path, words = steps, rest
    if isinstance(error, AbsentLineError):
        words, do = f"no mechanism of an earlier stage writes the line '{error.line}'", _advice(case, variant, mechanism, error)
    elif twice := _TWICE.search(words):
        words, do = _twice(variant, mechanism, twice["line"])
    written = variant.place_of(path)
    where = place_in_words(written)
    if variant.option not in ("", DO_NOTHING) and written == path:
        where = f"option {variant.option}, {where}"
    return Problem(where, words, do=do, line=variant.line_of(written), file=case.file)


def _advice(case: Case, variant: Variant, mechanism: Mechanism, error: AbsentLineError) -> str:
    owner = error.line.partition(".")[0]
    writer = next((one for one in variant.mechanisms if one.name == owner), None)
    stage = STAGES.index(mechanism.stage)
    if writer is None and owner in (one.name for one in case.variants[DO_NOTHING].mechanisms):
        return f"This option takes '{owner}' out: take out what uses it as well, or give it a figure of its own"
    if writer is not None and STAGES.index(writer.stage) > stage:
        return (f"'{owner}' writes in the stage {_quoted([writer.stage])}, after {_quoted([mechanism.stage])}: "
                "take a line that is written before, or give a figure")  # fmt: skip
    if writer is not None and STAGES.index(writer.stage) == stage and _follows(variant, writer, mechanism):
        return f"Move '{owner}' above '{mechanism.name}' in the file"
    near = error.near.split("'")[1] if error.near else ""
    if near and SequenceMatcher(None, near, error.line).ratio() > (ALMOST if owner in case.councils else 0):
        return error.near
    if owner in case.councils:
        return (f"Lines of a council, such as its precept, come after the stage {_quoted([mechanism.stage])}: "
                "take a line that is written before, or give a figure")  # fmt: skip
    return f"Name a line of one of the mechanisms {listed([one.name for one in variant.mechanisms], 'and')}"


def _follows(variant: Variant, writer: Mechanism, mechanism: Mechanism) -> bool:
    order = [one.name for one in variant.mechanisms]
    return order.index(writer.name) >= order.index(mechanism.name)


def _twice(variant: Variant, mechanism: Mechanism, line: str) -> tuple[str, str]:
    """Who else writes a line, as far as the parties they name tell."""
    owner = line.partition(".")[0]
    others = [one.name for one in variant.mechanisms if one.name != mechanism.name and one.stage == mechanism.stage
              and owner in (getattr(one, "council", ""), one.name)]  # fmt: skip
    first = f"{_quoted(others)} writes" if others else "something above it writes"
    return f"{first} the line '{line}', and this writes it again", "Keep one of them, or name another council in one"


def _quoted(words: Iterable[str]) -> str:
    return listed([f"'{word}'" for word in words], "and")
