"""Pay and what an employer pays on top of it: plain arithmetic, and the pay of a full-time post by year on the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from devomodel import parameters
from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, larger_of, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, whole
from devomodel.mechanisms.base import CaseSheet
from devomodel.mechanisms.dated import last_known, parameter_by_year
from devomodel.problems import DevomodelError, listed

SPINE, WEEKS_DIVISOR = "njc.spine_annual", "pay.weeks_divisor"
WEEKS = ("52 weeks", "52.143 weeks")
"""The two conventions for the weeks in a year of pay; the figures themselves are values of the parameter."""

WEEKS_OF_A_TAX_YEAR = 52
"""A weekly threshold times this is the year's: £175 × 52 is the £9,100 printed, £96 × 52 is £4,992, printed as £5,000."""

BY_RATE, BY_FLAT_SUM = "rate", "flat"


def full_time_pay_by_the_hour(hourly_pay: Any, full_time_hours: Any, weeks: Any) -> Any:
    """A year's full-time pay, where pay is set by the hour.

        pay = pay for an hour × hours in a full-time week × weeks in a year

    hourly_pay       £ an hour
    full_time_hours  hours in a full-time week
    weeks            52, or 52.143 by the National Joint Council
    returns          £ a year, paid by the employer

    Source: NALC, pay notice of 2014; £6.50 an hour is £12,506 or £12,540.

    >>> full_time_pay_by_the_hour(6.5, 37, 52), round(full_time_pay_by_the_hour(6.5, 37, 52.143))
    (12506.0, 12540)
    """
    return hourly_pay * full_time_hours * weeks


def hourly_rate(full_time_pay: Any, full_time_hours: Any, weeks: Any) -> Any:
    """What an hour comes to, where pay is set by the year: the year ÷ weeks ÷ hours in a full-time week.

    >>> hourly_rate(12_506, 37, 52)
    6.5
    """
    return full_time_pay / weeks / full_time_hours


def pay_for_hours(full_time_pay: Any, hours: Any, full_time_hours: Any) -> Any:
    """A part-time post's pay: the full-time pay in proportion to the hours a week.

    >>> pay_for_hours(37_000, hours=18.5, full_time_hours=37)
    18500.0
    """
    return full_time_pay * (hours / full_time_hours)


def pay_after_award(pay: Any, rate: Any = 0.0, flat: Any = 0.0) -> Any:
    """Full-time pay after a year's award, which is a rate, or one sum for everybody.

        pay = pay of the year before × (1 + rate) + flat sum

    pay      £ a year, of the year before
    rate     rise as a decimal; nought where the award is a flat sum
    flat     £ a year for a full-time post; nought where the award is a rate
    returns  £ a year

    Source: the National Joint Council's awards; that of 2024-25 was £1,290 to point 43 and 2.5% above.

    >>> pay_after_award(26_421, flat=1_290), pay_after_award(40_000, rate=0.025)
    (27711.0, 41000.0)
    """
    return pay * (1 + rate) + flat


def employers_national_insurance(pay: Any, weekly_threshold: Any, rate: Any) -> Any:
    """What the employer pays to HM Revenue and Customs on one employment in a year.

        national insurance = (pay − 52 × weekly threshold, not below nought) × rate

    pay               £ a year, allowances paid as wages with it
    weekly_threshold  £ a week, the secondary threshold
    rate              share of pay above it
    returns           £ a year, paid by the employer. The employment allowance is not taken off: no council may claim it

    Law: Social Security Contributions and Benefits Act 1992, s.9.

    >>> employers_national_insurance(24_992, weekly_threshold=96, rate=0.15), employers_national_insurance(4_000, 96, 0.15)
    (3000.0, 0.0)
    """
    return larger_of(pay - WEEKS_OF_A_TAX_YEAR * weekly_threshold, 0) * rate


def productive_hours(paid_weeks: Any, days_away: Any, days_a_week: Any, hours: Any) -> Any:
    """Hours of work that a year of a post gives, once those paid for and not worked are off.

        hours = (paid weeks − days away ÷ days a week) × hours a week

    days_away  leave, bank holidays, training and sickness together, in working days
    returns    hours a year of one post

    >>> productive_hours(52, days_away=50, days_a_week=5, hours=37)
    1554.0
    """
    return (paid_weeks - days_away / days_a_week) * hours


@dataclass(frozen=True)
class Award:
    """The yearly rise in pay."""

    rate: Amount | None = amount("share", "Rise in pay on the year before", None)
    flat: Amount | None = amount("£", "Flat rise in the yearly pay of a full-time post", None)
    flat_to_point: int = whole("Last point of the spine that has the flat rise; points above it have the rate", 0)

    def way(self, point: int, said: str, where: str) -> str:
        """Whether a post has the rate or the flat sum."""
        given = [way for way, one in ((BY_RATE, self.rate), (BY_FLAT_SUM, self.flat)) if one is not None]
        if said and said not in given:
            raise SheetError(f"{where} › award: the pay award has no '{said}'. Allowed: {listed(given)}.")
        if said or len(given) == 1:
            return said or given[0]
        if point and self.flat_to_point:
            return BY_FLAT_SUM if point <= self.flat_to_point else BY_RATE
        missing = "flat_to_point with the award" if point else "award: rate or award: flat to the post"
        raise SheetError(f"{where}: the pay award is a rate and a flat sum, and nothing says which this post has. Add {missing}.")


def weeks_in_a_year(sheet: CaseSheet, name: str, said: str, label: str, place: str) -> Line:
    """The weeks by the convention said, from the parameter, with its source."""
    found = parameters.find(WEEKS_DIVISOR)
    [dated] = [one for one in found.values if f"{one.value} weeks" == said]
    sheet.parameters_used.setdefault(WEEKS_DIVISOR, {})[dated.label] = dated.value
    origin = Origin("published", dated.source, f"parameter {WEEKS_DIVISOR}, {dated.label}", place)
    return sheet.input(name, float(str(dated.value)), "number", label, origin=origin, kind="working")


def spine_pay(sheet: CaseSheet, name: str, point: int, award: Award | None, label: str, place: str) -> tuple[Line, list[bool]]:
    """Pay of a point of the national spine by year, and the years in which the award is put on top of the year before.

    Past the last year of the parameter the figure stands still, for the award to be put on.
    """
    found = parameters.find(SPINE)
    last = last_known(found, sheet.years[-1])
    awarded = [one > last for one in sheet.years]
    if not any(awarded) or (award is None and SPINE in sheet.held):
        line = sheet.parameter(name, SPINE, label, "£", key=str(point), written=found.unit, place=place, kind="working")
        return line, [False] * sheet.count
    if award is None:
        raise SheetError(f"{place}: the national spine is known to {last}, and the case goes on. Add pay_award with a rate or a "
                         "flat sum for each year after it.")  # fmt: skip
    if all(awarded) and sheet.years[0] != year_label(first_calendar_year(last) + 1):
        raise SheetError(f"{place}: the national spine is known to {last}, and the case begins in {sheet.years[0]}. Give salary "
                         "with the pay of the first year.")  # fmt: skip
    try:
        found.in_force(sheet.nation)
        figures = parameter_by_year(sheet, found, [one for one in sheet.years if one <= last] or [last], str(point), place)
    except DevomodelError as error:
        raise SheetError(f"{place}: {error} Or give salary with the pay of the point.") from None
    values = [one.value for one in figures] + [figures[-1].value] * sheet.count
    stands = Origin(BY_RULE, note=f"pay of {last}, for the pay award to be put on", place=place)
    by_year = {year: stands for year, after in zip(sheet.years, awarded, strict=True) if after}
    origin = replace(figures[-1].origin, by_year=by_year)
    return sheet.input(name, values[: sheet.count], "£", label, origin=origin, kind="working"), awarded


def given_pay(sheet: CaseSheet, name: str, pay: Amount, pay_of: str, award: Award | None, label: str) -> tuple[Line, list[bool]]:
    """Pay as the case gives it, by the year or the hour, and the years in which the award is put on the year before.

    pay_of  the year whose pay is given: the first of the case, or the one before it
    Pay by year, pay that grows by itself and pay that is a line or a parameter are as they are: the award is not put on.
    """
    if pay.start or pay.until or pay.once:
        raise SheetError(
            f"{pay.where}: the years of a post are said with start and ends beside it. Take from, until and once out."
        )
    if pay.grows or pay.by_year or pay.line or pay.parameter:
        if pay_of:
            raise SheetError(f"{pay.where}: pay_of goes with one figure that the pay award is put on. Take pay_of out.")
        return sheet.given(name, pay, label, kind="working"), [False] * sheet.count
    first = sheet.years[0]
    allowed = (year_label(first_calendar_year(first) - 1), first)
    if pay_of and pay_of not in allowed:
        raise SheetError(
            f"{pay.where}: pay of {pay_of} is no start for a case of {first}. Allowed for pay_of: {listed(allowed)}."
        )
    awarded = [one > (pay_of or first) for one in sheet.years]
    if any(awarded) and award is None:
        raise SheetError(f"{pay.where}: nothing says how pay goes on after {pay_of or first}. Add pay_award, or grows to the pay "
                         "(0% to hold it).")  # fmt: skip
    return sheet.given(name, pay, label, kind="working"), awarded


def with_awards(sheet: CaseSheet, name: str, pay: Any, awarded: Sequence[bool], rise: dict[str, Any], label: str,
                place: str) -> Line:  # fmt: skip
    """Full-time pay: as given, and after that the pay of the year before with the award put on."""
    if not any(awarded):
        return sheet.line(name, pay, "£", label, kind="working")
    origin = Origin(BY_RULE, note="the years after the last whose pay is given", place=place)
    flags = sheet.input(f"{name}_awarded", [float(one) for one in awarded], "number", f"{label}: 1 where the award is put on",
                        kind="working", origin=origin)  # fmt: skip
    before = sheet.last_year(name, first=pay, unit_of="£")
    return sheet.line(name, when(flags > 0, pay_after_award(before, **rise), pay), "£", label, kind="working")
