"""Every figure of the residents' page, worked out here in whole pence, so that the page itself only picks and shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from devomodel import parameters
from devomodel.case import Case
from devomodel.engine import Line, allocate, per_month, per_week, to_pence
from devomodel.engine.rounding import round_half_away
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.mechanisms.bands import bands_of
from devomodel.mechanisms.bill import Bill
from devomodel.model import Projection, project
from devomodel.problems import DevomodelError
from devomodel.statements import HALF_A_PENNY, flows, has_precept

SINGLE_PERSON = "council_tax.single_person_discount"


@dataclass(frozen=True)
class Discount:
    """A part of the charge taken off for who lives in the home.

    key      as the address of the page has it
    label    as the page offers it
    said     as a sentence has it
    taken    share taken off in the year before the first and in each year of the case
    """

    key: str
    label: str
    said: str
    taken: tuple[float, ...]


@dataclass(frozen=True)
class Part:
    """One row of the receipt: a service, or what is taken off; `values` sum over the rows to the precept of each year."""

    label: str
    detail: str
    values: np.ndarray


@dataclass(frozen=True)
class View:
    """What one choice shows, in whole pence. None where a figure is not known.

    change, against   a year's charge less that of the year before, and less that without a decision
    bill, others      the whole bill where the case has one, and what of it goes to the other authorities
    parts             the receipt, in the order of the option's rows, which sum to the year's charge
    """

    year: int
    month: int
    week: int
    change: int | None
    change_week: int | None
    against: int | None
    against_week: int | None
    bill: int | None
    others: int | None
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CouncilFigures:
    """All that the page shows of one council.

    parts  option → the rows of its receipt
    views  option → (discount, band, year) → view; an option in which the council sets no precept is left out
    """

    key: str
    name: str
    parts: Mapping[str, tuple[Part, ...]]
    views: Mapping[str, Mapping[tuple[str, str, str], View]]

    def charge(self, option: str, year: str, band: str = "D", discount: str = "none") -> int | None:
        """A year's charge in pence; none where the council sets no precept in the option."""
        views = self.views.get(option)
        return views[discount, band, year].year if views else None


class Residents:
    """A case worked out in every option, as the page needs it. Raises DevomodelError where no council sets a precept."""

    def __init__(self, case: Case, today: date | None = None):
        self.case, self.years = case, case.years
        self.projections: dict[str, Projection] = {name: project(case, name, today=today) for name in case.options}
        self.bands = bands_of(case.nation)
        keys = [key for key in case.councils if any(has_precept(one.sheet, key) for one in self.projections.values())]
        if not keys:
            raise DevomodelError(
                f"{case.file or 'The case'}: no council of the case sets a precept, so there is nothing that a resident would pay. "
                "Add a mechanism with use: precept (`devomodel mechanisms precept` shows what it takes), or use `devomodel run` "
                "for a case without one."
            )
        self.councils = tuple(self._council(key) for key in keys)

    @cached_property
    def discounts(self) -> tuple[Discount, ...]:
        """No discount, and those that the law gives by who lives in the home, where their figure is verified."""
        before = year_label(first_calendar_year(self.years[0]) - 1)
        whole = Discount("none", "No discount: two or more adults count", "without a discount", (0.0,) * (len(self.years) + 1))
        try:
            found = parameters.find(SINGLE_PERSON).in_force(self.case.nation)
            dated = found.series((before, *self.years))
        except DevomodelError:
            return (whole,)
        if not all(one.verified for one in dated):
            return (whole,)
        single = tuple(float(str(one.value)) for one in dated)
        # Section 11 gives twice the single person's part where nobody who lives in the home counts.
        double = tuple(2 * one for one in single)
        return (
            whole,
            Discount(
                "one",
                f"One adult counts, single person discount: {_off(single)} off",
                f"with one adult ({_off(single)} off)",
                single,
            ),
            Discount("nobody", f"No adult counts: {_off(double)} off", f"where no adult counts ({_off(double)} off)", double),
        )

    @cached_property
    def shown_year(self) -> str:
        """The year the page opens with: the first in which the preferred option charges otherwise than without a decision.

        Where it never does, or none is preferred, the first in which any two options differ; where none do, the first of all.
        """
        for options in ((self.case.preferred, self.case.do_nothing), tuple(self.case.options)):
            for year in self.years:
                for council in self.councils:
                    if len({council.charge(option, year) for option in options if option in council.views}) > 1:
                        return year
        return self.years[0]

    def shown_option(self, council: CouncilFigures) -> str:
        """The option the page opens with: the preferred one, or the first in which the council sets a precept."""
        return self.case.preferred if self.case.preferred in council.views else next(iter(council.views))

    def _council(self, key: str) -> CouncilFigures:
        parts, views = {}, {}
        for option, projection in self.projections.items():
            if has_precept(projection.sheet, key):
                parts[option] = parts_of(projection, key)
                views[option] = self._views(projection, key, parts[option])
        return CouncilFigures(key, self.case.councils[key].name, parts, views)

    def _views(self, projection: Projection, key: str, parts: Sequence[Part]) -> dict[tuple[str, str, str], View]:
        """Worked as arrays of (discounts × bands, years), then handed out one by one."""
        now, before = self._charges(projection, key)
        # Rounded again, since the difference of two sums in pence is a hair off one and a half penny a week would go astray.
        change = to_pence(now - before)
        against = np.full_like(now, np.nan)
        base = self.projections[self.case.do_nothing]
        if has_precept(base.sheet, key):
            against = to_pence(now - self._charges(base, key)[0])
        bill = self._bill(projection, key)
        columns = [now, per_month(now), per_week(now), change, per_week(change), against,
                   per_week(against), bill, bill - now]  # fmt: skip
        pence = [_pence(one) for one in (*columns, *split(now, parts))]
        found = {}
        for at, (discount, band) in enumerate((one.key, band) for one in self.discounts for band in self.bands):
            for when, year in enumerate(self.years):
                given: list[Any] = [column[at][when] for column in pence]
                found[discount, band, year] = View(*given[:9], parts=tuple(given[9:]))  # type: ignore[misc]
        return found

    def _charges(self, projection: Projection, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Charges after discount to the penny: of each year, and of the year before it."""
        full = np.array([projection.by_year(f"{key}.bands.{band}") for band in self.bands])
        change = np.array([projection.by_year(f"{key}.band_changes.{band}") for band in self.bands])
        last = to_pence(full - change)
        now = np.concatenate([to_pence(full * (1 - np.array(one.taken[1:]))) for one in self.discounts])
        before = np.concatenate([to_pence(last * (1 - np.array(one.taken[:-1]))) for one in self.discounts])
        return now, before

    def _bill(self, projection: Projection, key: str) -> np.ndarray:
        """The whole bill of the council's residents after discount; no figure where the case has none."""
        name = bill_of(projection, key)
        if not name:
            return np.full((len(self.discounts) * len(self.bands), len(self.years)), np.nan)
        total = np.array([projection.by_year(f"{name}.total.{band}") for band in self.bands])
        return np.concatenate([to_pence(total * (1 - np.array(one.taken[1:]))) for one in self.discounts])


def parts_of(projection: Projection, key: str) -> tuple[Part, ...]:
    """The council's budget as rows that sum to its precept: each spending heading, other income, and reserves either way."""
    sheet = projection.sheet

    def figures(line: str) -> np.ndarray:
        return np.array(projection.by_year(line))

    def summed(lines: Sequence[Line]) -> np.ndarray:
        return sum((figures(line.name) for line in lines), np.zeros(len(projection.years)))

    out = flows(sheet, payer=key, account="revenue")
    into = [line for line in flows(sheet, payee=key, account="revenue") if line.tags.get("kind") != "precept"]
    put_by, drawn = ([line for line in lines if _is_of_a_fund(line)] for lines in (out, into))
    paid, received = ([line for line in lines if not _is_of_a_fund(line)] for lines in (out, into))
    rows = [Part(own_label(line.label, sheet.parties[key]), "", figures(line.name)) for line in paid]
    income = summed(received)
    left = figures(f"{key}.difference_to_reserves")
    names = "; ".join(own_label(line.label, sheet.parties[key]) for line in received)
    rows += [
        Part("Less income other than council tax", names, -income),
        Part("Put into reserves", "", figures(f"{key}.reserves_added") + np.maximum(left, 0.0) + summed(put_by)),
        Part("Less what is taken from reserves", "", -figures(f"{key}.reserves_used") - np.maximum(-left, 0.0) - summed(drawn)),
    ]
    precept = figures(f"{key}.precept")
    apart = np.abs(sum((row.values for row in rows), np.zeros(len(precept))) - precept)
    if not (apart < 2 * HALF_A_PENNY).all():
        raise DevomodelError(
            f"{projection.case.file}: the parts of the budget of {sheet.parties[key]} do not add up to its precept in the option "
            f"'{projection.option}', so no receipt can be shown. `devomodel run --option {projection.option}` shows which check fails."
        )
    return tuple(row for row in rows if np.abs(row.values).max() >= HALF_A_PENNY)


def _is_of_a_fund(line: Line) -> bool:
    """Whether a council puts money by for later, or draws on what it put by; what it charges for its debt is spent."""
    return line.tags.get("kind") == "reserve" and not line.tags.get("debt_charge")


def split(charges: np.ndarray, parts: Sequence[Part]) -> list[np.ndarray]:
    """Charges split over the rows of the receipt, in pounds to the penny, each split summing exactly to its charge.

    What is added and what is taken off are each split by largest remainder: `allocate` takes no weight below nought.
    """
    zero = np.zeros_like(charges)
    plus = [zero + np.maximum(part.values, 0.0) for part in parts]
    minus = [zero + np.maximum(-part.values, 0.0) for part in parts]
    added, taken = sum(plus, zero), sum(minus, zero)
    precept = added - taken
    some = precept > HALF_A_PENNY
    all_added = to_pence(np.where(some, charges * np.divide(added, precept, out=zero + 1.0, where=some), charges))
    all_taken = to_pence(all_added - charges)
    ups = allocate(all_added, plus) if parts else ()
    downs = allocate(all_taken, minus) if parts else ()
    # With nothing taken off there is nothing to split: the weights are all nought, and so is each part.
    return [np.where(added > 0, up, 0.0) - np.where(taken > 0, down, 0.0) for up, down in zip(ups, downs, strict=True)]


def bill_of(projection: Projection, key: str) -> str:
    """The name of the whole bill that the council's residents pay; nothing where the case has none."""
    mechanisms = projection.case.variant(projection.option).mechanisms
    return next((one.name for one in mechanisms if isinstance(one, Bill) and one.council == key), "")


def own_label(label: str, council: str) -> str:
    """A line's label without its council's name in front or behind.

    >>> own_label("Snug Parish Council: contingency", "Snug Parish Council"), own_label("Hall: cleaning, Snug Council", "Snug Council")
    ('Contingency', 'Hall: cleaning')
    """
    short = label.removeprefix(f"{council}: ").removesuffix(f", {council}")
    return short[:1].upper() + short[1:]


def pounds_text(pence: int, sign: bool = False) -> str:
    """Pence as public text writes a sum.

    sign  whether a rise carries a plus

    >>> pounds_text(7500), pounds_text(123456, sign=True), pounds_text(-5)
    ('£75', '+£1,234.56', '−£0.05')
    """
    whole, rest = divmod(abs(pence), 100)
    mark = "−" if pence < 0 else "+" if sign and pence else ""
    return f"{mark}£{whole:,}" + (f".{rest:02d}" if rest else "")


def _pence(pounds: Any) -> list[list[int | None]]:
    rows = round_half_away(np.multiply(pounds, 100.0), 0)
    return [[int(one) if np.isfinite(one) else None for one in row] for row in rows]


def _off(taken: Sequence[float]) -> str:
    from devomodel.written import share_text

    return " or ".join(dict.fromkeys(share_text(one) for one in taken[1:]))
