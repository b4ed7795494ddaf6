"""Reads the answers of `devomodel new`: what was typed, as a value, or a ValueError that says what is allowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from devomodel.cli.guard import clean
from devomodel.engine.years import is_year
from devomodel.written import money, money_text, number, share, when_dated

MOST_YEARS_ASKED = 30
BANDS = "ABCDEFGH"
KINDS_OF_SOURCE = {"published": "published", "agreement": "agreement", "quotation": "quote", "estimate": "estimate"}
"""What a source may be, in words, and the basis that a scenario gives for it."""


def words(text: str) -> str:
    """Some words."""
    if not text:
        raise ValueError("Some words are needed here")
    return text


def words_or_none(text: str) -> str:
    return text


def one_of(text: str, choices: list[str]) -> str:
    if text not in choices:
        raise ValueError(f"'{text}' is not one of the answers. Allowed: {', '.join(choices)}")
    return text


def year(text: str) -> str:
    if not is_year(text):
        raise ValueError(f"'{text}' is not a financial year. Write it like 2027-28 (1 April 2027 to 31 March 2028)")
    return text


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_YEARS_ASKED):
        raise ValueError(f"'{text}' is not a number of years. Allowed: a whole number from 1 to {MOST_YEARS_ASKED}")
    return int(text)


def rate(text: str) -> float:
    found = share(text, allow_negative=True)
    if not -0.5 <= found <= 1:
        raise ValueError(f"'{text}' a year is more than this is meant for. Allowed: from -50% to 100%, such as 2.5%")
    return found


def pounds(text: str) -> float:
    """A sum of money as typed. 1.900 is refused: it may be nineteen hundred or one pound ninety."""
    _refuse_dots(text)
    return money(text)


def count_of_homes(text: str) -> float:
    """A tax base as typed. 1.900 is refused."""
    _refuse_dots(text)
    return number(text)


def _refuse_dots(text: str) -> None:
    if re.fullmatch(r"£? ?[0-9]{1,3}(?:\.[0-9]{3})+", text.strip()):
        bare = text.strip().lstrip("£ ")
        large, small = bare.replace(".", ","), (f" or {float(bare):.2f}" if bare.count(".") == 1 else "")
        raise ValueError(f"'{text}' has a dot where thousands take a comma. Write {large}{small}")


def above_nought(read: Callable[[str], float]) -> Callable[[str], float]:
    def reading(text: str) -> float:
        if read(text) <= 0:
            raise ValueError("It must be more than nought")
        return read(text)

    return reading


def not_below_nought(read: Callable[[str], float]) -> Callable[[str], float]:
    def reading(text: str) -> float:
        if read(text) < 0:
            raise ValueError("It cannot be below nought; income has its own questions")
        return read(text)

    return reading


def at_most(most: float) -> Callable[[str], float]:
    def reading(text: str) -> float:
        if not 0 <= pounds(text) <= most:
            raise ValueError(f"It must be between nought and what is in hand, {money_text(most)}")
        return pounds(text)

    return reading


def sure(text: str) -> bool:
    """Yes or no."""
    if text.lower() not in ("yes", "y", "no", "n"):
        raise ValueError(f"'{text}' is neither yes nor no")
    return text.lower() in ("yes", "y")


def source_date(text: str) -> str:
    """A date as exact as it is known, or nothing."""
    return when_dated(text) if text else ""


def basis(text: str) -> str:
    """How firm a figure with a source is, as a scenario says it."""
    one_of(text.lower(), list(KINDS_OF_SOURCE))
    return KINDS_OF_SOURCE[text.lower()]


def homes(text: str) -> list[int] | None:
    if not text:
        return None
    parts = re.split(r"[\s;]+", text.strip())
    if len(parts) != len(BANDS) or not all(part.replace(",", "").isdigit() for part in parts):
        raise ValueError("Eight whole numbers are needed, for bands A to H, with spaces between: 40 75 120 110 60 25 12 1")
    return [int(part.replace(",", "")) for part in parts]


def new_heading(taken: tuple[str, ...], needed: bool) -> Callable[[str], str]:
    def reading(text: str) -> str:
        if not text and needed:
            raise ValueError("At least one heading is needed, if only 'All services'")
        if _holds_a_sum(text):
            raise ValueError(f"'{text}' holds a sum. Give the heading alone, such as Clerk's pay; its sum is asked for next")
        if text and slug(text) in taken:
            raise ValueError(f"There is a heading like '{text}' already. Use other words")
        return text

    return reading


def _holds_a_sum(text: str) -> bool:
    """Whether a heading was typed with its sum, or is one: "Clerk's pay: £18,000", "£1000"."""
    return "£" in text or bool(re.search(r"[:=]\s*[0-9]", text)) or bool(text and re.fullmatch(r"[0-9.,%\s]+", text))


def slug(text: str) -> str:
    """Words as the name of a line.

    >>> slug("Clerk's pay & pension"), slug("2nd café")
    ('clerks_pay_and_pension', 'item_2nd_cafe')
    """
    plain = (
        unicodedata.normalize("NFKD", clean(text))
        .encode("ascii", "ignore")
        .decode()
        .lower()
        .replace("&", " and ")
        .replace("'", "")
    )
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or "item"
    return name if name[0].isalpha() else f"item_{name}"
