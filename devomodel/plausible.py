"""What is possible and still unlikely: figures to look at twice. They are said beside the figures and never fail a case."""

from __future__ import annotations

from devomodel.engine import Figures
from devomodel.mechanisms.base import CaseSheet
from devomodel.statements import has_precept
from devomodel.written import share_text

UNUSUAL_PRECEPT_CHANGE = 0.25
UNUSUAL_TAX_BASE_CHANGE = 0.10
UNUSUAL_BAND_D_CHANGE = 0.25
UNUSUAL_PRECEPT_FALL = 0.10
"""Changes on the year before beyond which a figure is more often a slip than a decision. They are the project's own
rules of thumb and no law. `devomodel new` asks about a smaller fall, since a precept seldom falls."""

UNUSUAL = (
    ("precept", "the precept", UNUSUAL_PRECEPT_CHANGE, "A rise may have been typed for a precept, or a nought too many"),
    ("tax_base", "the tax base", UNUSUAL_TAX_BASE_CHANGE, "Tax bases seldom move so far; see that both are Band D homes"),
    ("band_d", "the Band D charge", UNUSUAL_BAND_D_CHANGE, "See that both the precept and the tax base are right"),
)  # fmt: skip
"""Part of a line's name, words, the most that is usual, and what to look at."""


def unusual_changes(figures: Figures) -> list[str]:
    """A sentence for each figure that moves further in some year than is usual, with the years and how far."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    found = []
    for key, name in sheet.parties.items():
        if not has_precept(sheet, key):
            continue
        for line, words, most, look in UNUSUAL:
            rates = figures.by_year(f"{key}.{line}_change_rate")
            far = [(year, rate) for year, rate in zip(sheet.years, rates, strict=True) if round(abs(rate), 9) > most]
            if far:
                said = ", ".join(f"by {_signed(rate)} in {year}" for year, rate in far)
                found.append(f"{name}: {words} moves {said}, more than {share_text(most)}. {look}.")
    return found


def is_unusual(line: str, rate: float) -> bool:
    """Whether a change in "precept", "tax_base" or "band_d" is beyond what is usual.

    >>> is_unusual("tax_base", 0.15), is_unusual("precept", 0.05)
    (True, False)
    """
    return any(one == line and round(abs(rate), 9) > most for one, _, most, _ in UNUSUAL)


def is_unusual_precept(rate: float) -> bool:
    """Whether a precept that is thought of should be asked about: a rise beyond what is usual, or a large fall.

    >>> is_unusual_precept(0.3), is_unusual_precept(-0.11), is_unusual_precept(0.0667)
    (True, True, False)
    """
    return rate > UNUSUAL_PRECEPT_CHANGE or rate < -UNUSUAL_PRECEPT_FALL


def _signed(rate: float) -> str:
    return ("+" if rate > 0 else "") + share_text(rate, 1)
