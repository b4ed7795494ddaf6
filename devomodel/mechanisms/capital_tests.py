"""What may be called capital: the tests that a cost passes in turn, and the reason where one fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devomodel.amounts import Amount
from devomodel.written import money_text

CAPITAL_WORKS = ("acquisition", "reclamation", "construction", "preparation", "enhancement", "replacement", "equipment")
REVENUE_WORKS = ("repair", "maintenance", "study", "training")
WORKS = CAPITAL_WORKS + REVENUE_WORKS
PASSES = "it passes the tests of capital"
CHOSEN = "it could be capital, and the council charges it to revenue"


def spent_in_all(one: Amount, years: Sequence[str]) -> float | None:
    """£ over the years of a case, before growth; None where another line or a parameter gives the figures."""
    return None if one.line or one.parameter else sum(one.given(years))


def why_revenue(
    work: str, own_asset: bool, life_years: int, improves: bool | None, spent: float | None, de_minimis: float | None
) -> str:
    """The first test that a cost fails, so that it must be charged to revenue; nothing where it may be capital.

    The tests in order: a kind of work that makes or betters an asset; the council's own asset; a life of more than a
    year; for an enhancement, a longer life, a higher value or more use; not below the council's own de minimis.

    work        one of WORKS
    improves    of an enhancement, whether it lengthens life, raises value or raises use
    spent       £ in all, where it is known before the case is worked
    de_minimis  £, the sum below which the council's policy charges to revenue; none where it has none

    Law: Local Government Act 2003, s.16, and proper practices.

    >>> why_revenue("repair", own_asset=True, life_years=10, improves=None, spent=None, de_minimis=None)
    'repair keeps an asset as it is and does not make or better one'
    """
    if work in ("repair", "maintenance"):
        return f"{work} keeps an asset as it is and does not make or better one"
    if work not in CAPITAL_WORKS:
        return f"{work} does not make or better an asset"
    if not own_asset:
        return "the asset is not the council's own"
    if life_years <= 1:
        return "it lasts no more than a year"
    if work == "enhancement" and not improves:
        return "it does not lengthen the asset's life, raise its value or raise its use ('improves: true' says that it does)"
    if spent is not None and de_minimis is not None and spent < de_minimis:
        return f"{money_text(spent)} is below the council's de minimis of {money_text(de_minimis)}"
    return ""


def account_and_why(treat_as: str, failed: str) -> tuple[str, str]:
    """The account a cost is charged to, and the reason as printed. `failed` is what `why_revenue` says."""
    if failed:
        return "revenue", failed
    return ("revenue", CHOSEN) if treat_as == "revenue" else ("capital", PASSES)


def says_when(one: Amount, years: Sequence[str]) -> bool:
    """Whether an amount says in which years it is spent, and so is not spent anew in every year of a case."""
    return bool(one.value is None or one.once or one.start or one.until or len(years) == 1)


def is_spent_in_one_year(one: Amount, years: Sequence[str]) -> Any:
    """Whether the figures of an amount are known, and stand in one year at most."""
    return not (one.line or one.parameter) and sum(bool(figure) for figure in one.given(years)) <= 1
