"""Numbers as people write them: "£420,000", "£1.9m", "30%", "1 April 2026", and the way back into text.

A text is read only when it can mean one thing. `money`, `share`, `number` and `date_of` raise ValueError with a
sentence saying what may be written; the caller adds the place and the line.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Real
from typing import Any

from devomodel.engine.rounding import round_half_away

MINUS = "−"
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_MONEY_ALLOWED = 'Write it like 420000, 420_000 or "£420,000"; £1.9m, £12k and −£500 are understood as well'
_SHARE_ALLOWED = "Write it like 30%, 0.3 or 1/3"
_NUMBER_ALLOWED = 'Write it like 8200, 8_200 or "8,200"'
_DATE_ALLOWED = "Write it like 2026-04-01 or 1 April 2026"

_FIGURE = r"(?P<figure>[0-9]+(?:\.[0-9]+)?|[1-9][0-9]{0,2}(?P<mark>[,_ ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?:\.[0-9]+)?)"
_SCALES = {"": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6}
_MONEY = re.compile(rf"(?P<sign>[-+]?) ?(?P<pound>£?) ?(?P<sign_within>-?) ?{_FIGURE} ?(?P<scale>k|m|thousand|million|)", re.I)
_NUMBER = re.compile(rf"(?P<sign>[-+]?) ?{_FIGURE}")
_SHARE = re.compile(rf"(?P<sign>[-+]?) ?{_FIGURE} ?(?P<percent>%?)")
_FRACTION = re.compile(r"(?P<sign>[-+]?) ?(?P<top>[0-9]{1,9}) ?/ ?(?P<bottom>[0-9]{1,9})")
_ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LONG_DATE = re.compile(r"(?P<day>[0-9]{1,2}) (?P<month>[a-z]+) (?P<year>[0-9]{4})", re.I)
_SLASHED_DATE = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{2}|[0-9]{4})")
_LONGEST = 40


def money(given: Any) -> float:
    """An amount in pounds. Brackets or a minus sign make it negative; more than two decimals are kept, for unit prices.

    >>> money("£420,000"), money("£1.9m"), money("(£500)"), money(75.5)
    (420000.0, 1900000.0, -500.0, 75.5)

    Raises ValueError saying what may be written.
    """
    text = _text_of(given, "an amount of money", _MONEY_ALLOWED)
    if text is None:
        return float(given)
    if "%" in text:
        raise ValueError(f"{_shown(given)} is a percentage, not an amount of money. {_MONEY_ALLOWED}.")
    if re.search(r"[$€¥]", text):
        raise ValueError(f"{_shown(given)} is not in pounds. {_MONEY_ALLOWED}.")
    inside = re.fullmatch(r"\( ?(.*?) ?\)", text)
    match = _MONEY.fullmatch(inside[1] if inside else text)
    signs = match["sign"] + match["sign_within"] if match else ""
    if not match or len(signs) + bool(inside) > 1:
        raise ValueError(f"{_shown(given)} is not an amount of money. {_MONEY_ALLOWED}.")
    return _signed(_figure(match) * _SCALES[match["scale"].lower()], inside or signs == "-")


def share(given: Any, *, allow_negative: bool = False) -> float:
    """A share or a rate as a decimal: 0.3 for 30%. A figure above 1 must carry its % sign.

    allow_negative   for rates of growth, which may fall

    >>> share("30%"), share("1/4"), share(0.3), share("-2%", allow_negative=True)
    (0.3, 0.25, 0.3, -0.02)

    Raises ValueError saying what may be written.
    """
    text = _text_of(given, "a share", _SHARE_ALLOWED)
    percent = text is not None and text.endswith("%")
    if text is None:
        result = float(given)
    elif fraction := _FRACTION.fullmatch(text):
        if int(fraction["bottom"]) == 0:
            raise ValueError(f"{_shown(given)} divides by nought. {_SHARE_ALLOWED}.")
        result = _signed(Fraction(int(fraction["top"]), int(fraction["bottom"])), fraction["sign"] == "-")
    elif match := _SHARE.fullmatch(text):
        result = _signed(_figure(match) / (100 if percent else 1), match["sign"] == "-")
    else:
        raise ValueError(f"{_shown(given)} is not a share. {_SHARE_ALLOWED}.")
    if not percent and abs(result) > 1:
        raise ValueError(_percent_sign_needed(result))
    if result < 0 and not allow_negative:
        raise ValueError(f"{_shown(given)} is below nought, which this share cannot be. {_SHARE_ALLOWED}.")
    return result


def number(given: Any) -> float:
    """A count or a measure without a unit: "8,200" dwellings, 8_200, 3.5.

    >>> number("8,200"), number(8_200), number("-3.5")
    (8200.0, 8200.0, -3.5)

    Raises ValueError saying what may be written.
    """
    text = _text_of(given, "a number", _NUMBER_ALLOWED)
    if text is None:
        return float(given)
    match = _NUMBER.fullmatch(text)
    if not match:
        unit = " A number here has no £ or % sign." if re.search("[£%]", text) else ""
        raise ValueError(f"{_shown(given)} is not a plain number.{unit} {_NUMBER_ALLOWED}.")
    return _signed(_figure(match), match["sign"] == "-")


def date_of(given: Any) -> date:
    """A day, written 2026-04-01 or 1 April 2026.

    >>> date_of("1 April 2026")
    datetime.date(2026, 4, 1)

    Raises ValueError saying what may be written; 01/04/2026 is refused, since it is April or January by the reader.
    """
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    text = _tidy(given) if isinstance(given, str) else ""
    match = _ISO_DATE.fullmatch(text) or _LONG_DATE.fullmatch(text)
    if not match:
        why = " can be read with the day or the month first" if _SLASHED_DATE.fullmatch(text) else " is not a date"
        raise ValueError(f"{_shown(given)}{why}. {_DATE_ALLOWED}.")
    month = int(match["month"]) if match["month"].isdigit() else _month(match["month"])
    try:
        return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        raise ValueError(f"{_shown(given)} is not a day in the calendar. {_DATE_ALLOWED}.") from None


def when_dated(given: Any) -> str:
    """A date as exact as it is known: a day, a month or a year, also as the time of looking ("seen in November 2026").

    >>> when_dated("1 April 2026"), when_dated("November 2026"), when_dated("2026-04"), when_dated("seen in 2026")
    ('1 April 2026', 'November 2026', '2026-04', 'seen in 2026')

    Raises ValueError saying what may be written; 01/02/26 is refused, since it is January or February by the reader.
    """
    text = _tidy(str(given))
    bare = re.sub(r"^seen (?:(?:in|on) )?", "", text, flags=re.I)
    month = re.fullmatch(r"(?:(?P<word>[a-z]+)|(?P<year>[0-9]{4})-(?P<month>[0-9]{2}))(?(word) [0-9]{4})", bare, re.I)
    if re.fullmatch(r"[0-9]{4}", bare):
        return text
    if month and (_month(month["word"]) if month["word"] else 1 <= int(month["month"]) <= 12):
        return text
    try:
        date_of(bare)
    except ValueError as error:
        raise ValueError(f'{str(error).removesuffix(".")}, or April 2026 or "2026" where no more is known.') from None
    return text


def money_text(pounds: float, places: int = 2) -> str:
    """Pounds as public text writes them: whole pounds without pence, otherwise pence in two figures or more.

    places   the most decimal places shown; a half goes away from zero

    >>> money_text(420_000), money_text(75.5), money_text(-500), money_text(9.935, places=3)
    ('£420,000', '£75.50', '−£500', '£9.935')
    """
    sign, figure = _rounded(pounds, places)
    if "." in figure:
        whole, pence = figure.split(".")
        figure = f"{whole}.{pence:0<2}"
    return f"{sign}£{figure}"


def share_text(value: float, places: int = 2) -> str:
    """A share or rate as a percentage, with at most so many decimal places and no needless noughts.

    >>> share_text(0.3), share_text(0.0299), share_text(1 / 3, places=1), share_text(-0.02)
    ('30%', '2.99%', '33.3%', '−2%')
    """
    return "{}{}%".format(*_rounded(value, places, times=100))


def number_text(value: float, places: int = 2) -> str:
    """A plain number with commas between thousands, and at most so many decimal places.

    >>> number_text(8_200), number_text(-1234.5)
    ('8,200', '−1,234.5')
    """
    return "".join(_rounded(value, places))


def _text_of(given: Any, meaning: str, allowed: str) -> str | None:
    """Text made ready for matching; None when what was given is a number already."""
    if isinstance(given, str) and given.strip():
        return _tidy(given)
    if isinstance(given, Real) and not isinstance(given, bool):
        try:
            if isfinite(given):
                return None
        except OverflowError:
            pass
    if given is None or isinstance(given, str):
        raise ValueError(f"Nothing is written where {meaning} belongs. {allowed}.")
    raise ValueError(f"{_shown(given)} is not {meaning}. {allowed}.")


def _tidy(text: str) -> str:
    """Spaces of every width become one plain space, and the minus signs that word processors put become a hyphen."""
    if len(text) > 2 * _LONGEST:
        return ""
    return re.sub(r"[-−–](?=[ £0-9.])", "-", re.sub(r"\s+", " ", text.strip()))


def _figure(match: re.Match[str]) -> Decimal:
    return Decimal(match["figure"].replace(match["mark"] or ",", ""))


def _signed(figure: Decimal | Fraction, negative: Any) -> float:
    return float(-figure if negative and figure else figure)


def _shown(given: Any) -> str:
    text = str(given)
    return f"'{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}'"


def _percent_sign_needed(value: float) -> str:
    if abs(value) > 1_000_000:
        return f"{_shown(value)} is too large to be a share. {_SHARE_ALLOWED}."
    exact = Decimal(repr(value))
    times, hundredth = (f"{figure.normalize():f}" for figure in (exact, exact / 100))
    return f"{times} is {(exact * 100).normalize():,f}%: write {times}% or {hundredth}"


def _month(word: str) -> int:
    """The month named in full or by its first three letters; 0, which is no month, when there is none."""
    return next((at for at, name in enumerate(MONTHS, 1) if word.lower() in (name, name[:3])), 0)


def _rounded(value: float, places: int, times: int = 1) -> tuple[str, str]:
    """A sign and a figure with commas, rounded, with no noughts at the end of the decimals."""
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise ValueError(f"{_shown(value)} cannot be written as a figure.")
    rounded = round_half_away(float(value) * times, places)
    figure = f"{abs(rounded):,.{places}f}"
    return MINUS if rounded < 0 else "", figure.rstrip("0").rstrip(".") if "." in figure else figure
