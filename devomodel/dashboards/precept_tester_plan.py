"""What the precept tester asks of the engine: a precept that is held in pounds, by its rise, by the Band D charge, or at what the
budget needs, and a tax base as notified. Every figure is read back from a projection.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import Amount, Growth
from devomodel.case import Case
from devomodel.case.case import Edit
from devomodel.dashboards.live import Live
from devomodel.engine import to_pence, to_pounds
from devomodel.mechanisms.precept import Precept, precept_for_charge
from devomodel.mechanisms.tax_base import TaxBase
from devomodel.mechanisms.tax_base_from_dwellings import TaxBaseFromDwellings
from devomodel.model import Projection
from devomodel.problems import DevomodelError

PLAN, PRECEPT, RISE, BAND_D, BUDGET = "plan", "precept", "rise", "band_d", "budget"
AS_CASE, NEEDS, SAME_RISE, SAME_CHARGE = "case", "needs", "same-rise", "same-charge"
"""What later years do: as the case has it, what the budget then needs, the same rise each year, the same Band D charge."""

NOTE = "put in on the precept tester; say what it rests on"
MOST_BUILT = 24
"""Sheets kept at once: one for each option, year and way that was looked at."""

PUT_IN = {
    "contingency": "Contingency",
    "general_reserve.used": "General reserve used",
    "general_reserve.added": "General reserve added",
}
"""Amounts of a precept that a case may leave out and a clerk may want, with their labels."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the engine.

    option, council, year   what is tested
    way                     what is held: plan, precept, rise, band_d or budget
    figure                  £ of precept, a share, or £ at Band D; not used for plan and budget
    tax_base                Band D homes in the year, where another than the case's
    amounts                 path → figure, for what else was moved
    later                   what later years do: case, needs, same-rise or same-charge
    """

    option: str
    council: str
    year: str
    way: str = PLAN
    figure: float = 0.0
    tax_base: float | None = None
    amounts: Mapping[str, float] | None = None
    later: str = AS_CASE


@dataclass(frozen=True)
class Answer:
    """What the engine gives: the projection, and how to have it built anew, extended or written as a file.

    live, amounts   as `Live` takes them
    plan            the same without the precept that is asked: what the case itself plans
    later           how the years after it go on, in words; nothing where there are none or the case itself is shown
    needs           whether they take what the budget then needs
    """

    projection: Projection
    live: Live
    amounts: Mapping[str, float]
    plan: Projection
    later: str
    needs: bool = False

    @property
    def run_id(self) -> str:
        """The run id of the case as it stands, built anew."""
        return self.live.whole(self.amounts).run_id


class Engine:
    """A case whose precept is tested. Sheets are built once and kept."""

    def __init__(self, case: Case):
        self.case = case
        self.kept: dict[str, Live] = {}
        self.councils = {key: one.name for key, one in case.councils.items() if any(True for _ in self._precepts(key))}
        if not self.councils:
            raise DevomodelError(
                f"{case.title}: no council sets a precept in this case, so there is none to test.\n"
                "Try Netherwick’s consultation (precept-consultation), or begin with your own figures (blank)."
            )

    def _precepts(self, council: str) -> Iterator[Precept]:
        for variant in self.case.variants.values():
            yield from (one for one in variant.mechanisms if isinstance(one, Precept) and one.council == council)

    def precept(self, option: str, council: str) -> Precept:
        """The precept of a council in an option. Raises DevomodelError when it sets none there."""
        for one in self.case.variant(option).mechanisms:
            if isinstance(one, Precept) and one.council == council:
                return one
        raise DevomodelError(
            f"{self.case.councils[council].name} sets no precept in this option. Choose another option or council."
        )

    @property
    def always_from_budget(self) -> bool:
        """Whether the precept follows the budget in every option, so that the plan and the budget are one way."""
        return all(one.precept is None and one.band_d_charge is None for key in self.councils for one in self._precepts(key))

    def sets(self, option: str, council: str) -> bool:
        """Whether a council sets a precept in an option."""
        return any(isinstance(one, Precept) and one.council == council for one in self.case.variant(option).mechanisms)

    def live(self, option: str, *edits: Edit) -> Live:
        """An option with changes of structure, built once."""
        key = repr((option, edits))
        if key in self.kept:
            self.kept[key] = self.kept.pop(key)
        else:
            self.kept[key] = Live(self.case, option, edits)
            while len(self.kept) > MOST_BUILT:
                del self.kept[next(iter(self.kept))]
        return self.kept[key]

    def tax_base(self, option: str, council: str, year: str) -> float:
        """The tax base that the case has."""
        return self.live(option).base.value(f"{council}.tax_base", year)

    def work(self, asked: Asked) -> Answer:
        """The case with what is asked of it. Raises InputError or DevomodelError for what cannot be worked."""
        amounts = dict(asked.amounts or {})
        edits = self._edits_before(asked, amounts)
        live = self.live(asked.option, *edits)
        plan = live.quick(amounts)
        precept = self.precept(asked.option, asked.council)
        follows = precept.precept is None and precept.band_d_charge is None
        as_case = asked.later == AS_CASE or (follows and asked.later == NEEDS) or asked.year == plan.years[-1]
        if as_case and (asked.way == PLAN or (asked.way == BUDGET and follows)):
            return Answer(plan, live, amounts, plan, "", follows)
        target = self._target(asked, plan, edits, amounts, precept)
        return self._fixed(asked, plan, edits, amounts, precept, target)

    def before(self, projection: Projection, council: str, year: str) -> dict[str, float]:
        """The precept, tax base and Band D charge of the year before; not a number where the case does not say."""
        place = projection.years.index(year)
        if place:
            last = projection.years[place - 1]
            return {one: projection.value(f"{council}.{one}", last) for one in ("precept", "tax_base", "band_d")}
        names = {"precept": "year_before.precept", "tax_base": "year_before.tax_base", "band_d": "band_d_at_start"}
        return {key: projection.value(f"{council}.{name}", year) if f"{council}.{name}" in projection.sheet else math.nan
                for key, name in names.items()}  # fmt: skip

    def _edits_before(self, asked: Asked, amounts: dict[str, float]) -> list[Edit]:
        """What is put in that the case leaves out, and the tax base in the place of the case's own."""
        edits: list[Edit] = []
        there = {one.path for one in self.live(asked.option).movable}
        for path in amounts:
            name, _, key = path.partition(".")
            if path not in there and key in PUT_IN:
                edits.append(("set", f"{name}.{key}", {"value": 0.0, "basis": "assumption", "note": NOTE}))
        if asked.tax_base is not None:
            name, made = self._notified(asked)
            edits += made
            amounts[f"{name}.homes@{asked.year}"] = asked.tax_base
        return edits

    def _notified(self, asked: Asked) -> tuple[str, list[Edit]]:
        """The tax base up to the year as figures by year; later years go on from it as the case has them grow."""
        base = self.live(asked.option).base
        of = f"{asked.council}.tax_base"
        for one in self.case.variant(asked.option).mechanisms:
            if isinstance(one, TaxBase) and one.council == asked.council:
                return one.name, [("set", f"{one.name}.homes", _up_to(one.homes, base, of, asked.year))]
            if isinstance(one, TaxBaseFromDwellings) and one.council == asked.council:
                homes = {"by_year": dict(zip(base.years, base.by_year(of), strict=True)), "basis": "assumption", "note": NOTE}
                block = {"use": "tax_base", "council": asked.council, "status": "draft", "homes": homes}
                return one.name, [("drop", one.name, None), ("add", one.name, block)]
        raise DevomodelError("The tax base of this case is worked in a way that this page cannot replace. Change it in the file.")

    def _target(self, asked: Asked, plan: Projection, edits: list[Edit], amounts: Mapping[str, float], precept: Precept) -> float:
        """The precept of the year that what is held comes to."""
        council, year = asked.council, asked.year
        if asked.way == PRECEPT:
            return asked.figure
        if asked.way == PLAN:
            return plan.value(f"{council}.precept", year)
        if asked.way == BUDGET:
            return plan.value(f"{council}.council_tax_requirement", year)
        if asked.way == RISE:
            before = self.before(plan, council, year)["precept"]
            if not before > 0:
                raise DevomodelError(
                    "There is no precept in the year before to count a percentage from. Give the precept in £, or the Band D charge."
                )
            return float(to_pence(before * (1 + asked.figure)))
        years = plan.years[: plan.years.index(year) + 1]
        charge = {"by_year": dict.fromkeys(years, 0.0), "grows": 0.0, "basis": "assumption", "note": NOTE}
        drop: list[Edit] = [("drop", f"{precept.name}.precept", None)] if precept.precept is not None else []
        fixed = self.live(asked.option, *edits, *drop, ("set", f"{precept.name}.band_d_charge", charge))
        return fixed.quick({**amounts, f"{precept.name}.band_d_charge@{year}": asked.figure}).value(f"{council}.precept", year)

    def _fixed(self, asked: Asked, plan: Projection, edits: list[Edit], amounts: Mapping[str, float], precept: Precept,
               target: float) -> Answer:  # fmt: skip
        """The precept of the year at a figure. Years before stay; years after go on as the case plans them, or as is asked.

        Where the precept follows the budget, later years take what the budget then needs, interest on the reserves included.
        """
        council, years, at = asked.council, plan.years, plan.years.index(asked.year)
        of, path = f"{council}.precept", f"{precept.name}.precept"
        own = precept.precept
        grows_on = own is not None and not (own.line or own.parameter or own.start or own.until or own.once)
        planned = dict(zip(years, plan.by_year(of), strict=True))
        if grows_on and asked.later == AS_CASE:
            assert own is not None
            block = _up_to(own, self.live(asked.option).base, of, asked.year)
            given = {year: planned[year] for year in years[:at]}
            later = "the precept goes on from this one, as the case has it grow"
        else:
            block = {"by_year": dict.fromkeys(years, 0.0), "basis": "assumption", "note": NOTE}
            given = dict(planned)
            later = "the precept is what the case plans"
        given[asked.year] = target
        drop: list[Edit] = [("drop", f"{precept.name}.band_d_charge", None)] if precept.band_d_charge is not None else []
        live = self.live(asked.option, *edits, *drop, ("set", path, block))

        def moved() -> dict[str, float]:
            return {**amounts, **{f"{path}@{year}": figure for year, figure in given.items()}}

        projection = live.quick(moved())
        needs = asked.later == NEEDS or (asked.later == AS_CASE and own is None and precept.band_d_charge is None)
        rounded = to_pounds if precept.precept_to == "pound" else to_pence
        if needs:
            later = "the precept is what the budget then needs"
        elif asked.later == SAME_RISE:
            rate = asked.figure if asked.way == RISE else projection.value(f"{council}.precept_change_rate", asked.year)
            later = "the precept moves by the same percentage each year"
            if not math.isfinite(rate):
                raise DevomodelError(
                    "There is no precept in the year before, so there is no rise for later years to repeat. "
                    "Choose something else under ‘In later years’."
                )
        elif asked.later == SAME_CHARGE:
            charge = projection.value(f"{council}.band_d", asked.year)
            later = "the Band D charge stays the same, and the precept moves with the tax base"
        last = projection.value(of, asked.year)
        for year in years[at + 1 :] if needs or asked.later in (SAME_RISE, SAME_CHARGE) else ():
            if needs:
                wanted = projection.value(f"{council}.council_tax_requirement", year)
            elif asked.later == SAME_RISE:
                wanted = last * (1 + rate)
            else:
                wanted = precept_for_charge(charge, projection.value(f"{council}.tax_base", year))
            last = float(rounded(wanted))
            if last != given.get(year):
                given[year] = last
                projection = live.quick(moved())
        return Answer(projection, live, moved(), plan, later if at + 1 < len(years) else "", needs)


def _up_to(amount: Amount, base: Projection, line: str, year: str) -> dict[str, Any]:
    """An amount as a table up to a year with the case's figures, going on after it as before."""
    years = base.years[: base.years.index(year) + 1]
    table = {one: base.value(line, one) for one in years}
    if amount.by_year is not None:
        table |= {one: figure for one, figure in amount.by_year.items() if one not in base.years[: len(years)]}
    grows = written_growth(amount.grows) if amount.grows else 0.0
    return {"by_year": dict(sorted(table.items())), "grows": grows, "basis": "assumption", "note": NOTE}


def written_growth(grows: Growth) -> Any:
    """Growth as a scenario writes it.

    >>> written_growth(Growth(rate=0.03)), written_growth(Growth(series="cpi", plus=0.01))
    ({'rate': 0.03}, {'index': 'cpi', 'plus': 0.01})
    """
    way: dict[str, Any] = (
        {"index": grows.series} if grows.series else {"rates": list(grows.rates)} if grows.rates else {"rate": grows.rate}
    )
    more = {"plus": grows.plus, "basis": grows.basis, "source": grows.source, "note": grows.note}
    return way | {key: one for key, one in more.items() if one}
