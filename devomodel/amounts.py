"""An amount: a number with its unit, how firm it is, where it came from, and how it moves with the years.

Basis is how firm a figure is. The first four name a source (law through its dated parameter); an estimate or an
assumption says in its note what it rests on. An amount that says nothing has the basis "not stated" and is listed so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devomodel.engine.years import first_calendar_year, year_label
from devomodel.problems import DevomodelError

BASES = ("law", "published", "agreement", "quote", "estimate", "assumption")
SOURCED_BASES = ("law", "published", "agreement", "quote")
NOT_STATED = "not stated"
NOT_USED = "not used"
"""A row of noughts that stands for something the scenario leaves out."""
BY_RULE = "set by the rule"
"""A row that follows from the rule or from dates and choices in the scenario, such as which year is the third."""


@dataclass(frozen=True)
class Growth:
    """How an amount grows from year to year.

    rate    one rate for every year, as a decimal
    rates   a list of rates, the first for the year after the one it is priced in
    series  the name of a forecast or of one of the case's own indices
    plus    added to each rate of the series, as a decimal
    basis, source, note   how firm the rates are, where that is said apart from the amount
    """

    rate: float | None = None
    rates: tuple[float, ...] = ()
    series: str = ""
    plus: float = 0.0
    basis: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a figure on the sheet came from; the working of a figure ends in these.

    basis    how firm it is: one of BASES, or NOT_STATED
    source   the title of the source, where there is one
    note     what else the reader should know
    place    where it stands in the scenario
    caution  a sentence to print beside it: not verified, stale, held past its last year
    by_year  the years of a row whose origin is another one
    """

    basis: str = NOT_STATED
    source: str = ""
    note: str = ""
    place: str = ""
    caution: str = ""
    by_year: Mapping[str, Origin] = field(default_factory=dict)

    def of_year(self, year: str) -> Origin:
        """Where the figure of one year came from."""
        return self.by_year.get(year, self)

    @property
    def is_given(self) -> bool:
        """Whether a person gave the figure, rather than the rule setting it."""
        return self.basis not in (NOT_USED, BY_RULE)

    @property
    def unsourced(self) -> bool:
        """Whether a reader could not find out where the figure is from."""
        return self.basis == NOT_STATED or (self.basis in SOURCED_BASES and not self.source)

    def __str__(self) -> str:
        return "; ".join(part for part in (self.basis, self.source, self.note, self.caution) if part)


@dataclass(frozen=True)
class Amount:
    """A figure as a scenario gives it. Exactly one of `value`, `by_year`, `line` and `parameter` is set.

    unit        as `devomodel.engine.unit` reads it
    value       one figure, at the prices of `prices`
    by_year     figures by financial year; after the last it grows, or is an error
    line        the name of a line on the sheet to take instead of a figure
    parameter   the name of a dated statutory parameter
    basis, source, note   how firm it is; `source` is a key of the scenario's sources
    grows       how it moves after the year it is priced in
    prices      the year it is priced in; none means the first year of the case
    start, until, once    the years it runs in; outside them it is nought
    place       where it stands in the scenario: ("mechanisms", "hall", "rent")
    """

    unit: str
    value: float | None = None
    by_year: Mapping[str, float] | None = None
    line: str = ""
    parameter: str = ""
    basis: str = NOT_STATED
    source: str = ""
    note: str = ""
    grows: Growth | None = None
    prices: str = ""
    start: str = ""
    until: str = ""
    once: str = ""
    place: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return " › ".join(self.place)

    def given(self, years: Sequence[str]) -> tuple[float, ...]:
        """The figures before growth, one for each year; nought outside the years the amount runs in.

        Raises DevomodelError when the figures by year do not reach every year and nothing says how they go on.
        """
        if self.by_year is None:
            assert self.value is not None
            figures = [self.value] * len(years)
        else:
            figures = [self._of_year(year) for year in years]
        return tuple(figure if self._runs(year) else 0.0 for year, figure in zip(years, figures, strict=True))

    def priced_in(self, first_year: str) -> str:
        """The year after which growth begins."""
        if self.by_year is not None:
            return max(self.by_year, key=first_calendar_year)
        return self.prices or first_year

    def _runs(self, year: str) -> bool:
        at = first_calendar_year(year)
        if self.once:
            return year == self.once
        return not (self.start and at < first_calendar_year(self.start)) and not (
            self.until and at > first_calendar_year(self.until)
        )

    def _of_year(self, year: str) -> float:
        assert self.by_year is not None
        if year in self.by_year:
            return self.by_year[year]
        last = max(self.by_year, key=first_calendar_year)
        if first_calendar_year(year) > first_calendar_year(last) and (self.grows or not self._runs(year)):
            return self.by_year[last]
        if not self._runs(year):
            return 0.0
        raise DevomodelError(
            f"{self.where}: there is no figure for {year}. Give one under by_year, or say how it goes on after {last} with "
            "'grows' (0% to hold it), or when it ends with 'until'."
        )


def index_factors(rates: Mapping[str, float], priced_in: str, years: Sequence[str]) -> tuple[float, ...]:
    """How much each year's index grows on the year before; the first says how far it has come since `priced_in`.

    rates      growth into each financial year, as decimals
    priced_in  the year in which the index is 1
    returns    rates of growth, one for each year; compounding them from 1 gives the index

    >>> index_factors({"2026-27": 0.02, "2027-28": 0.10}, "2025-26", ["2026-27", "2027-28"])
    (0.02, 0.1)
    """
    base, first = first_calendar_year(priced_in), first_calendar_year(years[0])
    start = 1.0
    for at in range(min(base, first) + 1, max(base, first) + 1):
        start *= 1 + _rate(rates, year_label(at))
    opening = (start if first >= base else 1 / start) - 1
    if abs(opening) < 1e-15:
        opening = 0.0
    return (_tidy(opening, rates, priced_in, years), *(_rate(rates, year) for year in years[1:]))


def _tidy(opening: float, rates: Mapping[str, float], priced_in: str, years: Sequence[str]) -> float:
    """The one rate itself where only one year has passed, without the dust of adding and taking away 1."""
    if first_calendar_year(years[0]) - first_calendar_year(priced_in) == 1:
        return _rate(rates, years[0])
    return opening


def _rate(rates: Mapping[str, float], year: str) -> float:
    if year not in rates:
        raise DevomodelError(
            f"there is no rate of growth for {year}; the rates given are for {min(rates)} to {max(rates)}. "
            "Give one for every year of the case, or fewer years."
        )
    return rates[year]
