"""Figures that differ by year, each year with where it came from: dated parameters, and growth by rate or index.

A figure of law past its last year is the case's own, not the law's, and carries the caution of the figure it rests on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devomodel import parameters
from devomodel.amounts import BY_RULE, NOT_STATED, SOURCED_BASES, Amount, Growth, Origin, index_factors
from devomodel.engine import UnitError, unit
from devomodel.engine.years import first_calendar_year, start_of, year_label
from devomodel.problems import DevomodelError, listed

if TYPE_CHECKING:
    from devomodel.mechanisms.base import CaseSheet


@dataclass(frozen=True)
class Held:
    """What a case says of a dated figure past its last year: hold it, let it follow an index, or a list."""

    after_last: str | tuple[float, ...]
    basis: str
    note: str = ""


@dataclass(frozen=True)
class OfYear:
    """One year's figure, and where it came from."""

    value: float
    origin: Origin


def parameter_by_year(sheet: CaseSheet, found: Any, labels: Sequence[str], key: str = "", place: str = "",
                      absent: float | None = None) -> list[OfYear]:  # fmt: skip
    """A parameter's figures for some years, those past its last year as the case says.

    key     which figure, for a parameter that holds several
    absent  what stands in a year whose value holds no figure under the key; none means that this is refused
    Raises DevomodelError where there is no figure and the case does not say how it goes on.
    """
    figures = []
    for label in labels:
        last = last_known(found, sheet.years[-1])
        if found.yearly and label > last:
            one = _after_last(sheet, found, key, label, last, place, absent)
        else:
            dated = found.in_year(label)
            caution = parameters.caution(found.name, dated, sheet.today)
            source = f"{found.law}; {dated.source}" if found.law else dated.source
            basis = "law" if found.law else "published"
            one = OfYear(
                _one_of(found, dated.value, key, absent), Origin(basis, source, f"parameter {found.name}", place, caution)
            )
            sheet.parameters_used.setdefault(found.name, {})[label] = dated.value
        for caution in filter(None, one.origin.caution.split("\n")):
            sheet.cautions[caution] = None
        figures.append(one)
    return figures


def last_known(found: Any, otherwise: str) -> str:
    """The last financial year that a yearly figure is known for; for one that holds until changed, `otherwise`."""
    if not found.yearly or found.newest is None:
        return otherwise
    start = found.newest.start
    return year_label(start.year if start >= start_of(year_label(start.year)) else start.year - 1)


def measures(written: str, of: str) -> bool:
    """Whether a parameter's unit, as its file writes it, is the unit needed."""
    try:
        return unit(written).like(unit(of))
    except UnitError:
        return False


def growth_by_year(sheet: CaseSheet, amount: Amount) -> list[OfYear]:
    """How much an amount's index grows in each year of the case, with the origin of each year's rate.

    In the first year it is how far prices have come since the year the amount is priced in. In years that are given
    as figures there is no growth.
    Raises DevomodelError where a rate is missing.
    """
    assert amount.grows is not None
    rates = _rates(sheet, amount.grows, amount)
    priced = first_calendar_year(amount.priced_in(sheet.first_year))
    if amount.by_year is not None:
        given = [year_label(at) for at in range(first_calendar_year(sheet.first_year) + 1, priced + 1)]
        rates |= {label: OfYear(0.0, _as_given(amount)) for label in (*rates, *given) if first_calendar_year(label) <= priced}
    plain = {label: one.value for label, one in rates.items()}
    factors = index_factors(plain, amount.priced_in(sheet.first_year), sheet.years)
    figures = []
    for position, (label, factor) in enumerate(zip(sheet.years, factors, strict=True)):
        at = first_calendar_year(label)
        if at == priced or (position == 0 and factor == 0.0) or (amount.by_year is not None and at < priced):
            figures.append(OfYear(factor, _as_given(amount)))
        elif position == 0 and abs(at - priced) > 1:
            rate = rates[label if label in rates else max(rates)]
            note = f"prices from {amount.priced_in(sheet.first_year)} to {label}, compounded; {rate.origin.note}"
            figures.append(OfYear(factor, dataclasses.replace(rate.origin, note=note)))
        else:
            figures.append(OfYear(factor, rates[label].origin if label in rates else _as_given(amount)))
    return figures


def _as_given(amount: Amount) -> Origin:
    return Origin(BY_RULE, note="no growth: in this year the amount is as given", place=amount.where)


def _rates(sheet: CaseSheet, growth: Growth, amount: Amount) -> dict[str, OfYear]:
    """Growth into every year from the one the amount is priced in, or the first of the case, to the last."""
    base = first_calendar_year(amount.priced_in(sheet.first_year))
    first, last = first_calendar_year(sheet.years[0]), first_calendar_year(sheet.years[-1])
    labels = [year_label(at) for at in range(min(base, first) + 1, max(base, last) + 1)]
    own = _own_origin(sheet, growth, amount)
    if growth.rate is not None:
        return {label: OfYear(growth.rate, own) for label in labels}
    if growth.rates:
        return {year_label(base + step + 1): OfYear(rate, own) for step, rate in enumerate(growth.rates)}
    if growth.series in sheet.indices:
        listed_rates, origin = sheet.indices[growth.series]
        rates = {label: OfYear(rate, origin) for label, rate in listed_rates.items()}
    else:
        found = parameters.find(f"forecast.{growth.series}")
        needed = [label for label in labels if not (amount.by_year is not None and first_calendar_year(label) <= base)]
        figures = parameter_by_year(sheet, found, needed, place=amount.where)
        rates = dict.fromkeys(labels, OfYear(0.0, own)) | dict(zip(needed, figures, strict=True))
    if not growth.plus:
        return rates
    return {label: OfYear(one.value + growth.plus, _more(one.origin, growth.plus)) for label, one in rates.items()}


def _own_origin(sheet: CaseSheet, growth: Growth, amount: Amount) -> Origin:
    """How firm a rate written beside an amount is. A published amount does not make its growth published."""
    basis = growth.basis or ("assumption" if amount.basis in SOURCED_BASES else amount.basis or NOT_STATED)
    note = growth.note or f"growth of the amount{f'; {amount.note}' if amount.note and not growth.basis else ''}"
    return Origin(basis, sheet.sources.get(growth.source, growth.source), note, f"{amount.where} › grows")


def _more(origin: Origin, plus: float) -> Origin:
    """An index with something added by the case is the case's own."""
    return dataclasses.replace(origin, basis="assumption", note=f"{origin.note} plus {plus:.2%} of the case's own".strip())


def _after_last(sheet: CaseSheet, found: Any, key: str, label: str, last: str, place: str, absent: float | None) -> OfYear:
    if found.name not in sheet.held:
        raise DevomodelError(
            f"{found.name} has no figure for {label}; the last is for {last}. Say how it goes on in the case: "
            f"parameters: {{{found.name}: {{after_last: hold, basis: assumption}}}} (or cpi, rpi, or a list of figures)."
        )
    held = sheet.held[found.name]
    [base] = parameter_by_year(sheet, found, [last], key, place, absent)
    sheet.parameters_used[found.name]["after_last"] = held.after_last
    value, steps = base.value, first_calendar_year(label) - first_calendar_year(last)
    if isinstance(held.after_last, tuple):
        if steps > len(held.after_last):
            raise DevomodelError(f"{found.name}: the list under after_last ends before {label}. Add a figure for each year.")
        value = held.after_last[steps - 1]
    elif held.after_last != "hold":
        index = parameters.find(f"forecast.{held.after_last}")
        years = [year_label(first_calendar_year(last) + step) for step in range(1, steps + 1)]
        for rate in parameter_by_year(sheet, index, years, place=place):
            value *= 1 + rate.value
    way = (
        "held"
        if held.after_last == "hold"
        else "as the case lists"
        if isinstance(held.after_last, tuple)
        else f"raised by {held.after_last}"
    )
    own = (
        f"{found.name}: from {year_label(first_calendar_year(last) + 1)} the figure is the case's own {held.basis}, not the law."
    )
    caution = "\n".join(dict.fromkeys(filter(None, [base.origin.caution, own])))
    note = "; ".join(filter(None, [f"parameter {found.name}, {way} after {last}", held.note]))
    return OfYear(value, Origin(held.basis, base.origin.source, note, place, caution))


def _one_of(found: Any, value: Any, key: str, absent: float | None = None) -> float:
    """One figure of a parameter's value: the value itself, or the figure under a key, or what stands where there is none."""
    if isinstance(value, Mapping):
        keys = {str(one): figure for one, figure in value.items()}
        if key not in keys and absent is not None:
            return absent
        if key not in keys:
            raise DevomodelError(f"the parameter {found.name} holds several figures. Write which one after a slash, such as "
                                 f"{found.name}/{next(iter(keys))}; they are {listed(keys, 'and')}.")  # fmt: skip
        value = keys[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DevomodelError(f"the parameter {found.name} is '{value}', which is not a figure to calculate with.")
    return float(value)
