"""Units of measure: they multiply and divide; adding unlike ones is an error when the sheet is built.

Cash and real terms are different units: `£` is money of the day, `real £ 2026-27` is money at the prices
of that year. Shares, rates and plain numbers are all dimensionless and differ only in how they print.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from devomodel.problems import DevomodelError, listed, suggestion

KNOWN = {
    "£": "pounds of the day (cash)",
    "Band D home": "Band D equivalent homes, as a tax base counts them",
    "dwelling": "homes on the valuation list",
    "elector": "people on the electoral register",
    "person": "people",
    "post": "full-time equivalent posts",
    "hour": "hours",
    "day": "days",
    "visit": "visits, bookings or uses",
    "m²": "square metres",
    "kWh": "kilowatt hours",
}
"""Symbols a unit may be made of, beside real pounds; `share` and `number` are dimensionless."""

DIMENSIONLESS = ("share", "number")
TRUTH_SYMBOL = "yes or no"

_REAL = re.compile(r"^real £ (\d{4}-\d{2})$")


class UnitError(DevomodelError):
    """Two figures of unlike units were put together, or a unit is not known."""


@dataclass(frozen=True)
class Unit:
    """A product of symbols with whole powers; `kind` says how a dimensionless figure prints."""

    powers: tuple[tuple[str, int], ...]
    kind: str = ""

    def __mul__(self, other: Unit) -> Unit:
        return _combined(self, other, +1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combined(self, other, -1)

    def __pow__(self, exponent: int) -> Unit:
        return Unit(tuple((symbol, power * exponent) for symbol, power in self.powers) if exponent else ())

    def like(self, other: Unit) -> bool:
        """Whether two figures may be added: the same symbols to the same powers."""
        return self.powers == other.powers

    @property
    def dimensionless(self) -> bool:
        return not self.powers

    @property
    def is_money(self) -> bool:
        """Whether the unit is pounds, cash or real, alone or per something."""
        return any(power == 1 and (symbol == "£" or symbol.startswith("real £")) for symbol, power in self.powers)

    def __str__(self) -> str:
        if self.dimensionless:
            return self.kind or "number"
        over = [symbol if power == 1 else f"{symbol}^{power}" for symbol, power in self.powers if power > 0]
        under = [symbol if power == -1 else f"{symbol}^{-power}" for symbol, power in self.powers if power < 0]
        return "/".join([" × ".join(over) or "1", *under])


TRUTH = Unit(((TRUTH_SYMBOL, 1),))
"""What a comparison gives. It can be tested with `when`, never added or multiplied."""


@cache
def unit(text: str | Unit) -> Unit:
    """The unit a text names.

    >>> str(unit("£/Band D home") * unit("Band D home"))
    '£'
    >>> unit("share").dimensionless
    True

    Raises UnitError for a symbol that is not known, with the nearest that is.
    """
    if isinstance(text, Unit):
        return text
    if text in DIMENSIONLESS:
        return Unit((), text)
    if text == TRUTH_SYMBOL:
        return TRUTH
    powers: dict[str, int] = {}
    for place, part in enumerate(str(text).split("/")):
        for symbol in part.split(" × "):
            if symbol == "1" and place == 0:
                continue
            if symbol not in KNOWN and not _REAL.match(symbol):
                known = [*KNOWN, *DIMENSIONLESS, "real £ 2026-27"]
                raise UnitError(
                    f"'{symbol}' is not a unit. {suggestion(symbol, known)} The units are {listed(known)}.".replace("  ", " ")
                )
            powers[symbol] = powers.get(symbol, 0) + (1 if place == 0 else -1)
    return _tidy(powers)


def _combined(left: Unit, right: Unit, sign: int) -> Unit:
    if TRUTH in (left, right):
        raise UnitError("A yes-or-no answer cannot be multiplied or divided. Use when(condition, then, otherwise).")
    powers = dict(left.powers)
    for symbol, power in right.powers:
        powers[symbol] = powers.get(symbol, 0) + sign * power
    result = _tidy(powers)
    if result.dimensionless and left.dimensionless and right.dimensionless:
        return Unit((), "number" if "number" in (left.kind, right.kind) else "share")
    return result


def _tidy(powers: dict[str, int]) -> Unit:
    kept = tuple(sorted(((symbol, power) for symbol, power in powers.items() if power), key=lambda item: (-item[1], item[0])))
    return Unit(kept, "" if kept else "share")
