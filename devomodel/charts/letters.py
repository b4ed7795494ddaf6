"""How wide words are, and where a line of them breaks, by the widest of the fonts that a chart asks for."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from devomodel.charts import widths

WIDEST = "DejaVu Sans"

UNIT = 6400.0
"""The widths of the table are in this many parts of the height of the letters."""

ASCENT, DESCENT = 1556 / 2048, 492 / 2048
"""How far letters reach above the line they stand on, and below, for letters one pixel high."""

LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
"""Letters that are drawn as one, the longest first."""

KEPT = 20_000
"""How many measured pieces of words are kept: some hundred charts' worth."""


def breadth(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of words is, in pixels, with letters `size` pixels high."""
    return _breadth(text, bold) * size / UNIT


def wrapped(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Words broken into lines no wider than `width` pixels; a single word that is wider is broken too."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in re.findall(r"Bands? [A-I]\b\S*|\S+", paragraph):  # "Band D" stays on one line
            joined = f"{line} {word}" if line else word
            if breadth(joined, size, bold) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            while breadth(word, size, bold) > width and len(word) > 1:
                cut = next((at for at in range(len(word) - 1, 1, -1) if breadth(word[:at], size, bold) <= width), 1)
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        if line:
            lines.append(line)
    return lines


@cache
def _table(bold: bool) -> tuple[dict[str, int], dict[str, int]]:
    """The width of each letter, and what a pair adds to the widths of its two letters or takes from them."""
    letters, pairs = (widths.BOLD, widths.BOLD_PAIRS) if bold else (widths.REGULAR, widths.REGULAR_PAIRS)
    return ({letter: size for size, all_of_it in letters.items() for letter in all_of_it},
            {all_of_it[at : at + 2]: more for more, all_of_it in pairs.items() for at in range(0, len(all_of_it), 2)})  # fmt: skip


@lru_cache(KEPT)
def _breadth(text: str, bold: bool) -> float:
    letters, pairs = _table(bold)
    drawn = text
    if "f" in drawn:
        for several, one in LIGATURES.items():
            drawn = drawn.replace(several, one)
    try:
        wide = sum([letters[letter] for letter in drawn])
    except KeyError:
        return _of_other_letters(text, bold)
    return wide + sum([pairs.get(one + other, 0) for one, other in pairwise(drawn)])


def _of_other_letters(text: str, bold: bool) -> float:
    """The same for words in a script that the table lacks, by matplotlib's own search for its letters, which takes a second."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    letters = FontProperties(family=WIDEST, size=UNIT, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, letters, ismath=False)[0])
