"""What a promise of money is made of: the shares of a taper, the single sum that lasts some years, what can be called back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import SheetError, smaller_of, to_pence, total, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, choice, schedule, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY
from devomodel.written import money_text

LONGEST = 60
"""Years; a promise longer than this is a slip."""


def taper_shares(years: int, shape: str) -> tuple[float, ...]:
    """The share of the total that each year of a taper pays; together they are the whole.

    shape  straight_line falls by the same sum each year (3/6, 2/6, 1/6); level pays the same sum each year

    >>> taper_shares(4, "straight_line")
    (0.4, 0.3, 0.2, 0.1)
    """
    weights = range(years, 0, -1) if shape == "straight_line" else [1] * years
    return tuple(weight / sum(weights) for weight in weights)


def taper_payment(total_sum: Any, share: Any, paid_before: Any, is_last: Any) -> Any:
    """What a taper pays in a year: its share to the penny, and in the last year all that is left of the total.

    No year pays more than is left: a few pence over many years would otherwise be paid out early by rounding.

    is_last  1 in the last year, 0 in the others

    >>> taper_payment(1_000.0, 1 / 3, paid_before=0.0, is_last=0), taper_payment(1_000.0, 1 / 3, paid_before=600.0, is_last=1)
    (333.33, 400.0)
    """
    left = to_pence(total_sum - paid_before)
    return when(is_last > 0, left, smaller_of(to_pence(total_sum * share), left))


def commuted_sum(yearly_cost: Any, years: int, cost_growth: Any, interest_rate: Any, first: int = 0) -> Any:
    """The single sum that pays a growing yearly cost for some years, the balance earning interest meanwhile.

        sum = Σ yearly cost × (1 + growth)^t ÷ (1 + interest)^t,  t = first … first + years − 1

    yearly_cost    £ a year, at the prices of the year the sum is paid
    cost_growth    share a year
    interest_rate  share a year, earned on the balance at the start of each year
    first          0 when the first cost is met in the year the sum is paid, 1 when it is met a year later
    returns        £

    >>> round(commuted_sum(1_000, 10, cost_growth=0.03, interest_rate=0.01), 2)
    10939.81
    """
    return total(*(yearly_cost * (1 + cost_growth) ** at / (1 + interest_rate) ** at for at in range(first, first + years)))


def still_repayable(payments: list[Any], years: int, shape: str) -> Any:
    """What must be paid back if the scheme stops at the end of a year.

    payments  £ paid in this year, the year before and so on, as many as `years`
    shape     whole: all that was paid in those years; falling: less by an equal part for each year since

    >>> still_repayable([1_000, 2_000], years=2, shape="falling")
    2000.0
    """
    return total(*(paid * ((years - age) / years if shape == "falling" else 1) for age, paid in enumerate(payments)))


@dataclass(frozen=True)
class Taper:
    """A total paid over some years, in equal or falling sums or by a schedule; the pennies left over go in the last year."""

    total: Amount | None = amount("£", "Total over all years", None)
    years: int = whole("Number of years", 0)
    first_year: str = year("First year", "")
    shape: str = choice("How it falls", ("straight_line", "level"), "straight_line")
    schedule: Amount | None = schedule("£", "Sum of each year, in place of years and shape", None)


@dataclass(frozen=True)
class Pot:
    """A single sum put by, and drawn down over some years."""

    years: int = whole("Years over which it is drawn, from the year it is paid")
    opening: Amount | None = amount("£", "In the pot before the first year of the case", None)
    interest_rate: Amount | None = amount("share", "Interest earned on the pot at the start of the year", None)
    yearly_cost: Amount | None = amount("£", "Cost it meets in the year it is paid; without it the pot is drawn evenly", None)
    cost_growth: Amount | None = amount("share", "Growth of that cost each year", None)


def last_year_of(taper: Taper, where: str) -> str:
    """The last year of a taper, once its parts are found to go together."""
    fixed = taper.total
    if fixed is not None and (fixed.value is None or fixed.grows or fixed.start or fixed.until or fixed.once):
        raise SheetError(f"{where} › total: the total is one sum for all the years. Write it as a value alone.")
    if taper.schedule is not None:
        if taper.years or taper.first_year:
            raise SheetError(f"{where} › schedule: a schedule says its own years. Take years and first_year out.")
        sums = taper.schedule.by_year
        if sums is None or taper.schedule.grows:
            raise SheetError(f"{where} › schedule: a schedule is a sum for each year, without growth.")
        if fixed is not None and fixed.value is not None and abs(sum(sums.values()) - fixed.value) > HALF_A_PENNY:
            raise SheetError(
                f"{where} › schedule: the years come to {money_text(sum(sums.values()))}, and the total is "
                f"{money_text(fixed.value)}. Check both."
            )
        return max(sums, key=first_calendar_year)
    missing = [key for key in ("total", "years", "first_year") if not getattr(taper, key)]
    if missing:
        raise SheetError(f"{where} › {missing[0]}: a taper needs its total, its years and its first_year, or a schedule.")
    if taper.years > LONGEST:
        raise SheetError(f"{where} › years: a taper cannot run for {taper.years} years. Allowed: 1 to {LONGEST}.")
    return year_label(first_calendar_year(taper.first_year) + taper.years - 1)
