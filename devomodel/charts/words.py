"""Figures as public text writes them: £75 but £75.50, a real minus sign, "2026 to 2027"."""

from __future__ import annotations

import math
from collections.abc import Sequence

from devomodel.engine import Unit, unit
from devomodel.engine.rounding import round_half_away
from devomodel.written import MINUS

AXES = {
    "£": "£",
    "£/Band D home": "£ a year for a Band D home",
    "£/dwelling": "£ a year for each home",
    "Band D home": "Band D equivalent homes",
    "dwelling": "homes",
    "elector": "electors",
    "person": "people",
    "post": "full-time equivalent posts",
    "hour": "hours",
    "day": "days",
    "visit": "visits",
    "share": "%",
}
"""What an axis says of a unit; one not here is printed as the sheet has it."""


def money(pounds: float, pence: bool = True) -> str:
    """A sum in pounds; whole pounds show no pence.

    pence  whether pence are shown at all; without them the sum is rounded to the pound, half away from zero

    >>> money(75), money(75.5), money(-1_234.56), money(1_234.56, pence=False)
    ('£75', '£75.50', '−£1,234.56', '£1,235')
    """
    rounded = round_half_away(float(pounds), 2 if pence else 0)
    places = 0 if rounded == int(rounded) else 2
    return f"{MINUS if rounded < 0 else ''}£{abs(rounded):,.{places}f}"


def number(value: float, places: int = 1) -> str:
    """A plain number, with commas and a real minus sign, and no nought after the point.

    >>> number(2460.94), number(-3.0), number(12.0)
    ('2,460.9', '−3', '12')
    """
    rounded = round_half_away(float(value), places)
    text = f"{abs(rounded):,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS if rounded < 0 else ''}{text}"


def percent(share: float) -> str:
    """
    >>> percent(0.123401), percent(-0.5)
    ('12.3%', '−50%')
    """
    return f"{number(share * 100)}%"


def said(value: float, of: str | Unit) -> str:
    """A figure with its unit. A sum for a home is in pence; one for a council in pounds.

    >>> said(164.04, "£/Band D home"), said(346_886.4, "£"), said(0.3, "share"), said(2460.9, "Band D home")
    ('£164.04', '£346,886', '30%', '2,460.9')
    """
    of = unit(of)
    if of.is_money:
        return money(value, pence=of.powers != unit("£").powers)
    return percent(value) if str(of) == "share" else number(value)


def signed(value: float, of: str | Unit) -> str:
    """A change with its sign, which stands in for colour.

    >>> signed(23.08, "£/Band D home"), signed(-2.68, "£/Band D home"), signed(0.0, "£")
    ('+£23.08', '−£2.68', '£0')
    """
    text = said(value, of)
    return text if text.startswith(MINUS) or said(0.0, of) == text else f"+{text}"


def axis_words(of: str | Unit) -> str:
    """What the axis says of a unit.

    >>> axis_words("£/Band D home"), axis_words("£/elector")
    ('£ a year for a Band D home', '£/elector')
    """
    return AXES.get(str(of), str(of))


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round figures for an axis from `low` to `high`, in steps of 1, 2 or 5; at least two, and about `most` at most.

    >>> ticks(0, 355, 5), ticks(-12, 30, 4)
    ([0.0, 100.0, 200.0, 300.0], [0.0, 20.0])
    """
    span = high - low
    if not span > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / max(most, 1)))
    step = next(power * one for one in (1, 2, 5, 10, 20, 50) if span / (power * one) <= most)
    found = ticks_of(low, high, step)
    while len(found) < 2:
        step /= 2
        found = ticks_of(low, high, step)
    return found


def ticks_of(low: float, high: float, step: float) -> list[float]:
    """The whole multiples of a step within a range."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * one, 10) + 0.0 for one in range(first, last + 1)]


def tick_words(values: Sequence[float], of: str | Unit) -> list[str]:
    """The words of an axis's figures, all with the same number of decimal places; millions as £1.5m.

    >>> tick_words([0, 0.5, 1], "£/Band D home"), tick_words([0, 500_000, 1_000_000], "£"), tick_words([0, 0.05], "share")
    (['£0', '£0.50', '£1'], ['£0', '£0.5m', '£1m'], ['0%', '5%'])
    """
    of = unit(of)
    if not of.is_money:
        return [percent(value) if str(of) == "share" else number(value, 4) for value in values]
    if max(abs(value) for value in values) < 1_000_000:
        return [money(value) for value in values]
    return [money(0.0) if not value else f"{MINUS if value < 0 else ''}£{number(abs(value) / 1e6, 6)}m" for value in values]


def printed(value: float, of: str | Unit) -> float:
    """A figure as `said` rounds it, so that a change is the difference of the two figures a reader sees.

    >>> printed(140.9568, "£/Band D home"), printed(0.12341, "share")
    (140.96, 0.123)
    """
    of = unit(of)
    if of.is_money:
        return round_half_away(float(value), 2 if of.powers != unit("£").powers else 0)
    return round_half_away(float(value), 3 if str(of) == "share" else 1)


def size(change: float, of: str | Unit) -> str:
    """How large a change is, without its sign; of a share, in percentage points.

    >>> size(-23.08, "£/Band D home"), size(0.021, "share")
    ('£23.08', '2.1 percentage points')
    """
    return f"{number(abs(change) * 100)} percentage points" if str(unit(of)) == "share" else said(abs(change), of)


def moved(before: float, after: float, of: str | Unit) -> float:
    """The change between two figures as they are printed."""
    return printed(printed(after, of) - printed(before, of), of)


def rises(before: float, after: float, of: str | Unit) -> str:
    """What a figure does: the verb, the size, and what it comes to.

    >>> rises(140.96, 164.04, "£/Band D home"), rises(5.0, 5.0, "£/Band D home")
    ('rises £23.08 to £164.04', 'stays at £5')
    """
    change = moved(before, after, of)
    if not change:
        return f"stays at {said(after, of)}"
    return f"{'rises' if change > 0 else 'falls'} {size(change, of)} to {said(after, of)}"


def up(before: float, after: float, of: str | Unit) -> str:
    """The same without a verb, for a name that may be one thing or many: "up £23.08 to £164.04"."""
    change = moved(before, after, of)
    return f"{'up' if change > 0 else 'down'} {size(change, of)} to {said(after, of)}" if change else f"still {said(after, of)}"


def apart(before: float, after: float, of: str | Unit) -> str:
    """How far one figure is from another.

    >>> apart(154.0, 177.5, "£/Band D home"), apart(5_000, 0, "£"), apart(1, 1, "£")
    ('£23.50 more than', '£5,000 less than', 'the same as')
    """
    change = moved(before, after, of)
    return f"{size(change, of)} {'more' if change > 0 else 'less'} than" if change else "the same as"


def inside(label: str) -> str:
    """A label as it stands inside a sentence: its first letter small, unless the word has capitals of its own.

    >>> inside("Reserves used"), inside("VAT not recovered"), inside("Band D charge")
    ('reserves used', 'VAT not recovered', 'Band D charge')
    """
    first, *others = label.split(" ")
    keeps = first[1:] != first[1:].lower() or (first == "Band" and others[:1] != [] and len(others[0]) == 1)
    return label if keeps else label[:1].lower() + label[1:]
