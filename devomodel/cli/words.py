"""Figures and shares as people read them. The figures come worked out; here they are only written down."""

from __future__ import annotations

from math import isfinite

from devomodel.engine.rounding import round_half_away
from devomodel.written import MINUS

NO_FIGURE = "–"

COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PARTS = ((1, 10), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (9, 10))
EXACTLY, ABOUT, HARDLY = 0.0005, 0.0201, 0.05
"""How far a share may be from the words for it: said plainly, said with "about"; and how near to none or all."""


def fixed(value: float, places: int, sign: bool = False) -> str:
    """A figure with commas and so many decimals; a half goes away from nought.

    sign  whether a rise carries a plus

    >>> fixed(-1234.5, 0), fixed(0.125, 2, sign=True), fixed(-0.001, 2)
    ('−1,235', '+0.13', '0.00')
    """
    if not isfinite(value):
        return NO_FIGURE
    rounded = float(round_half_away(value, places))
    if rounded == 0:
        return f"{0:.{places}f}"
    return ("+" if sign and rounded > 0 else MINUS if rounded < 0 else "") + f"{abs(rounded):,.{places}f}"


def figure(value: float, unit: str, *, sign: bool = False, places: int | None = None) -> str:
    """A figure as a table prints it, by its unit: pounds whole, charges in pence, shares in per cent.

    >>> figure(1234.5, "£"), figure(75.5, "£/Band D home"), figure(0.0325, "share"), figure(606.88, "Band D home")
    ('1,235', '75.50', '3.3%', '606.88')
    """
    if unit == "share":
        written = fixed(value * 100, 1 if places is None else places, sign)
        return written if written == NO_FIGURE else f"{written}%"
    if unit == "yes or no":
        return "yes" if value else "no"
    return fixed(value, _places(value, unit) if places is None else places, sign)


def money(value: float, sign: bool = False, pence: bool = False) -> str:
    """A sum of money in a sentence, with its pence unless it is whole pounds.

    pence  whether the pence are shown in any case, as for a charge

    >>> money(407714.85), money(20000.0), money(-3.5), money(34.0, pence=True)
    ('£407,714.85', '£20,000', '−£3.50', '£34.00')
    """
    written = fixed(value, 0 if value == round(value, 0) and not pence else 2, sign)
    if written == NO_FIGURE:
        return written
    return f"{written[0]}£{written[1:]}" if written[0] in f"+{MINUS}" else f"£{written}"


def in_plain_words(share: float) -> str:
    """A share as people say it, honest about how near the words are.

    >>> in_plain_words(0.75), in_plain_words(0.748), in_plain_words(0.85), in_plain_words(0.98), in_plain_words(1.0)
    ('three in four', 'about three in four', 'more than four in five', 'nearly all', 'all')
    """
    if share <= 0 or share >= 1:
        return "all" if share >= 1 else "none"
    if share < HARDLY or share > 1 - HARDLY:
        return "nearly all" if share > 0.5 else "hardly any"
    for within, said in ((EXACTLY, ""), (ABOUT, "about ")):
        part, of = min(PARTS, key=lambda one: abs(share - one[0] / one[1]))
        if abs(share - part / of) <= within:
            return said + ("half" if of == 2 else f"{COUNTS[part]} in {COUNTS[of]}")
    below = [one for one in PARTS if one[0] / one[1] < share]
    if not below:
        return "fewer than one in ten"
    part, of = below[-1]
    return "more than half" if of == 2 else f"more than {COUNTS[part]} in {COUNTS[of]}"


def counted(number: int, one: str, many: str = "") -> str:
    """
    >>> counted(1, "check"), counted(3, "check")
    ('1 check', '3 checks')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


INDEX = 10
"""Below this a plain number may be an index or a rate, whose later places matter; from here on it is a count."""


def _places(value: float, unit: str) -> int:
    if unit == "£" or (unit.startswith("real £") and "/" not in unit):
        return 0
    if "£" in unit:
        return 2
    if unit == "number":
        return 0 if value == round(value, 0) else 4 if abs(value) < INDEX else 2
    return 0 if unit in ("dwelling", "elector", "person", "hour", "visit") and value == round(value, 0) else 2
