"""The parish share of the community infrastructure levy: its part of the receipts, the cap, the dates it is paid, the reserve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, larger_of, quantity, smaller_of
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, blocks, choice, party, schedule, text, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.restricted_money import drawn_for, write_opening, write_put_by, write_spending
from devomodel.problems import DevomodelError

SHARE, CAP, INDEX, RECOVERY = "cil.neighbourhood_share", "cil.no_plan_cap", "cil.rics_index", "cil.recovery_years"
MADE, NONE = "made", "none"
NOT_AGREED = "not agreed"


def index_ratio(index_now: Any, index_base: Any) -> Any:
    """How far an index has moved since its base.

    >>> round(index_ratio(381, 334), 4)
    1.1407
    """
    return index_now / index_base


def cap_without_plan(sum_per_dwelling: Any, dwellings: Any, index: Any = 1) -> Any:
    """The most that is passed to a parish in a financial year for development outside a neighbourhood plan.

        cap = £ for each dwelling × dwellings × index

    dwellings  council tax dwellings in the whole parish, in and out of the area of a plan
    index      a ratio; 1 where the sum is taken as it stands
    returns    £ in the year

    Law: SI 2010/948, reg.59A(7).

    >>> cap_without_plan(100, 300)
    30000
    """
    return sum_per_dwelling * dwellings * index


def passed_to_parish(without_plan: Any, with_plan: Any, cap: Any) -> Any:
    """What is passed over in a year: the share with a plan, and the share without one up to the cap.

    >>> passed_to_parish(without_plan=45_000, with_plan=20_000, cap=30_000)
    50000
    """
    return with_plan + smaller_of(without_plan, cap)


def at_risk(received_long_ago: Any, spent_to_date: Any) -> Any:
    """What is still unspent of the money received long ago, the oldest being spent first.

    received_long_ago  £, all that was received up to so many years ago
    spent_to_date      £, all that was spent up to now
    returns            £ that may be asked back, never below nought

    >>> at_risk(received_long_ago=10_000, spent_to_date=7_000)
    3000
    """
    return larger_of(received_long_ago - spent_to_date, 0)


@dataclass(frozen=True)
class Area:
    """A part of the parish, and what developers there pay the charging authority."""

    plan: str = year("Neighbourhood plan: made, none, or the first year with one", words=(MADE, NONE))
    april_to_september: Amount = amount("£", "Levy received in April to September")
    october_to_march: Amount = amount("£", "Levy received in October to March")
    october_to_march_before: Amount = amount("£", "Levy received in the half-year before the first year")


@dataclass(frozen=True)
class CilNeighbourhoodShare(Mechanism):
    """Writes what is passed to the parish in the year it is paid, and keeps it in a restricted reserve until it is spent."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("received", "over_the_cap, if any", "due_in_april", "reserve.closing",
                                        "reserve.at_risk", "not_met, if any")  # fmt: skip
    council: str = party("Parish, town or community council")
    charging_authority: str = party("Council that charges the levy and passes the share over")
    areas: Mapping[str, Area] = blocks(Area, "Parts of the parish, by name")
    status: str = choice("How sure it is", STATUSES)
    dwellings: Amount | None = amount("dwelling", "Council tax dwellings in the whole parish", None)
    cap_index: str = choice("Whether the cap is indexed", ("none", "indexed"), "")
    index_base: Amount | None = amount("number", "Index figure that the cap starts from", None, above=0)
    index_now: Amount | None = amount("number", "Index figure of each year", None)
    unspent_at_start: Amount | None = schedule("£", "Unspent before the first year, by the year it was received", None)
    spending: Amount | None = amount("£", "What the reserve is to pay for", None)
    account: str = choice("Account of what it pays for", ("capital", "revenue"), "")
    asked_back: Amount | None = amount("£", "Asked back by the charging authority in the year", None)
    pays_for: str = text("What it pays for", "")
    then: str = party("Who pays for it when there is no more", NOT_AGREED, words=(NOT_AGREED,))

    def write(self, sheet: CaseSheet) -> None:
        """The shares, the cap, what is paid over, the reserve and what may be asked back."""
        first = first_calendar_year(sheet.first_year)
        areas = {
            key: replace(area, plan=MADE) if area.plan not in (MADE, NONE) and first_calendar_year(area.plan) < first else area
            for key, area in self.areas.items()
        }
        replace(self, areas=areas)._write(sheet)

    def _write(self, sheet: CaseSheet) -> None:
        """The same, where a plan of a year before the case is one that is made."""
        wrong = self._problem(sheet)
        if wrong:
            raise SheetError(f"mechanisms › {self.name} › {wrong}")
        words = label_of(self.name)
        shares = {key: sheet.parameter(f"{self.name}.share_{key}", SHARE, f"{words}: parish share, {key.replace('_', ' ')}",
                                       "share", key=key, place=f"mechanisms › {self.name}", kind="working")
                  for key in ("without_plan", "with_plan") if self._needs(key)}  # fmt: skip
        paid: dict[str, list[Line]] = {"without_plan": [], "with_plan": []}
        for key, area in self.areas.items():
            for sort, lines in self._area(sheet, key, area, shares).items():
                paid[sort] += lines
        before_cap, with_plan = (sheet.line(f"{self.name}.{sort}", sheet.total(paid[sort]), "£", f"{words}: share {label}",
                                            kind="working")
                                 for sort, label in (("without_plan", "without a plan, before the cap"), ("with_plan", "with a plan"))
                                 )  # fmt: skip
        passed: Any = with_plan
        if self.dwellings is not None:
            cap = self._cap(sheet, self.dwellings, words)
            if paid["without_plan"]:
                passed = passed_to_parish(before_cap, with_plan, cap)
        received = sheet.line(f"{self.name}.received", passed, "£", f"{words}: share of the levy", payer=self.charging_authority,
                              payee=self.council, account="revenue", kind="contribution", status=self.status, phasing="half-years",
                              held_in=f"{self.name}.reserve.closing")  # fmt: skip
        sheet.line(f"{self.name}.from_the_levy", received, "£", f"{words}: levy that the share is paid from",
                   payee=self.charging_authority, account="revenue", kind="income", settles=self.name)  # fmt: skip
        sheet.line(f"{self.name}.over_the_cap", before_cap + with_plan - received, "£",
                   f"{words}: share above the cap, kept by the charging authority")  # fmt: skip
        sheet.line(f"{self.name}.due_in_april", sheet.total([sheet[f"{self.name}.{key}.october_share"] for key in self.areas]), "£",
                   f"{words}: share of October to March, before the cap, paid in the next year")  # fmt: skip
        self._reserve(sheet, received, f"{words}, restricted reserve")

    def _needs(self, key: str) -> bool:
        plans = {area.plan for area in self.areas.values()}
        return bool(plans - {NONE if key == "with_plan" else MADE})

    def _problem(self, sheet: CaseSheet) -> str:
        """What does not go together, with its place under the mechanism and what to do."""
        if self.charging_authority == self.council:
            return f"charging_authority: '{self.council}' cannot pay itself. Name the council that charges the levy."
        if not self.areas:
            return "areas: there is none. Add one, such as parish: {plan: none, april_to_september: £40,000, …}."
        planned = next((key for key, area in self.areas.items() if area.plan != NONE), "")
        if sheet.nation == "wales" and planned:
            return f"areas › {planned} › plan: a neighbourhood plan is made in England only. Write none."
        if self._needs("without_plan"):
            if self.dwellings is None:
                return "dwellings: without a plan the share is capped by the dwellings of the whole parish. Give their number."
            if not self.cap_index:
                return ("cap_index: say whether the cap is indexed. The regulation says so, and many councils leave it out: write "
                        "indexed with index_base, or none.")  # fmt: skip
        if self.dwellings is not None and self.cap_index == "indexed" and self.index_base is None:
            return "index_base: an indexed cap needs the index figure of 2013, on the same footing as index_now. Give it with its source."
        if self.cap_index != "indexed" and (self.index_base is not None or self.index_now is not None):
            given = "index_base" if self.index_base is not None else "index_now"
            return f"{given}: the cap is not indexed. Write cap_index: indexed, or take it out."
        if (self.spending is None) != (not self.account):
            return "account: what the reserve pays for, and its account, go together. Give spending and account, or neither."
        held = self.unspent_at_start
        if held is not None and held.by_year is not None:
            late = [label for label in held.by_year if first_calendar_year(label) >= first_calendar_year(sheet.first_year)]
            if late:
                return f"unspent_at_start: {late[0]} is a year of the case. Give the years of receipt before {sheet.first_year}."
        return ""

    def _area(self, sheet: CaseSheet, key: str, area: Area, shares: Mapping[str, Line]) -> dict[str, list[Line]]:
        """An area's share of each half-year, in the year it is paid: by sort, with a plan or without."""
        prefix, label = f"{self.name}.{key}", f"{label_of(self.name)}, {label_of(key).lower()}"
        given = sheet.givens(prefix, area, f"{label}: ")
        starts = 0 if area.plan in (MADE, NONE) else first_calendar_year(area.plan)
        calendar = [first_calendar_year(one) for one in sheet.years]
        fixed = {MADE: "with_plan", NONE: "without_plan"}.get(area.plan, "")
        share: Any = shares[fixed] if fixed else None
        if not fixed:
            planned, planned_before = (
                self._flag(
                    sheet, f"{key}.{name}", [at - back >= starts for at in calendar], f"{label}: 1 where {words}", area.plan
                )
                for name, back, words in (
                    ("planned", 0, "there is a plan"),
                    ("planned_before", 1, "there was a plan the year before"),
                )
            )
            share = sheet.line(f"{prefix}.share", planned * shares["with_plan"] + (1 - planned) * shares["without_plan"], "share",
                               f"{label}: parish share", kind="working")  # fmt: skip
        april_share: Any = shares[fixed or ("with_plan" if starts < calendar[0] else "without_plan")]
        owed = sheet.line(f"{prefix}.owed_at_start", april_share * given["october_to_march_before"], "£",
                          f"{label}: share owed at the start", kind="working")  # fmt: skip
        first_half = sheet.line(f"{prefix}.april_share", share * given["april_to_september"], "£",
                                f"{label}: share of April to September, paid by 28 October", kind="working")  # fmt: skip
        second_half = sheet.line(f"{prefix}.october_share", share * given["october_to_march"], "£",
                                 f"{label}: share of October to March, paid by 28 April after it", kind="working")  # fmt: skip
        from_before = sheet.line(f"{prefix}.paid_in_april", sheet.last_year(second_half, first=owed), "£",
                                 f"{label}: share of the half-year before, paid by 28 April", kind="working")  # fmt: skip
        if fixed:
            return {fixed: [first_half, from_before]}
        found = {}
        for sort, formula in (
            ("with_plan", planned * first_half + planned_before * from_before),
            ("without_plan", (1 - planned) * first_half + (1 - planned_before) * from_before),
        ):
            words = sort.replace("_", " ")
            found[sort] = [
                sheet.line(f"{prefix}.paid_{sort}", formula, "£", f"{label}: paid in the year, {words}", kind="working")
            ]
        return found

    def _flag(self, sheet: CaseSheet, name: str, holds: list[bool], label: str, why: str) -> Line:
        return sheet.input(f"{self.name}.{name}", [float(one) for one in holds], "number", label, kind="working",
                           origin=Origin(BY_RULE, note=f"plan from {why}", place=f"mechanisms › {self.name}"))  # fmt: skip

    def _cap(self, sheet: CaseSheet, dwellings: Amount, words: str) -> Line:
        """The most that is passed over in a year without a plan."""
        homes = sheet.given(f"{self.name}.dwellings", dwellings, f"{words}: dwellings in the whole parish")
        each = sheet.parameter(f"{self.name}.cap_per_dwelling", CAP, f"{words}: cap for each dwelling", "£/dwelling",
                               place=f"mechanisms › {self.name}", kind="working")  # fmt: skip
        index: Any = 1
        if self.cap_index == "indexed":
            assert self.index_base is not None
            base = sheet.given(f"{self.name}.index_base", self.index_base, f"{words}: index at its base")
            now = self._index_now(sheet, words)
            index = sheet.line(
                f"{self.name}.index_ratio", index_ratio(now, base), "number", f"{words}: index ratio", kind="working"
            )
        return sheet.line(f"{self.name}.cap", cap_without_plan(each, homes, index), "£", f"{words}: cap without a plan")

    def _index_now(self, sheet: CaseSheet, words: str) -> Line:
        """The index of each year as given, or the published one of the calendar year in which both payments fall."""
        label = f"{words}: index of the year"
        if self.index_now is not None:
            return sheet.given(f"{self.name}.index_now", self.index_now, label)
        found = parameters.find(INDEX)
        try:
            dated = [found.on(date(first_calendar_year(one), 12, 31)) for one in sheet.years]
        except DevomodelError:
            known = [str(one.start.year) for one in found.values if one.value is not None and one.start]
            raise SheetError(
                f"mechanisms › {self.name} › index_now: {INDEX} has figures for {known[0]} to {known[-1]}, and the case runs from "
                f"{sheet.years[0]} to {sheet.years[-1]}. Give the figure of each year, with its source."
            ) from None
        for one, of in zip(sheet.years, dated, strict=True):
            sheet.parameters_used.setdefault(INDEX, {})[one] = of.value
        origin = Origin("published", dated[-1].source, f"parameter {INDEX}", f"mechanisms › {self.name}")
        sheet.cautions[f"{self.name}: whether the cap goes by {INDEX} was not seen in the regulation."] = None
        return sheet.input(f"{self.name}.index_now", [float(str(of.value)) for of in dated], "number", label, origin=origin)

    def _reserve(self, sheet: CaseSheet, received: Line, label: str) -> None:
        """Put by, drawn for what it pays for, and what is left of money received too long ago."""
        prefix = f"{self.name}.reserve"
        held_before = dict(self.unspent_at_start.by_year or {}) if self.unspent_at_start is not None else {}
        origin = (
            sheet.origin(self.unspent_at_start) if self.unspent_at_start is not None else Origin(BY_RULE, note="none in hand")
        )
        before = sheet.input(f"{prefix}.at_start", sum(held_before.values()), "£", f"{label} before the first year", origin=origin,
                             kind="working")  # fmt: skip
        opening = write_opening(sheet, prefix, label, before)
        put_by = write_put_by(sheet, prefix, label, received, self.council, "revenue")
        drawn: Any = 0.0
        held = sheet.line(f"{prefix}.held", opening + put_by, "£", f"{label}: to draw on in the year", kind="working")
        if self.spending is not None:
            spending = write_spending(sheet, f"{self.name}.spending", self.spending, f"{label}: {self.pays_for or 'spending'}",
                                      self.council, self.account)  # fmt: skip
            told = {"ends": NOT_AGREED, "then": self.then, "pays_for": self.pays_for} if self.account == "revenue" else {}
            drawn = sheet.line(f"{prefix}.drawn", drawn_for(spending, held), "£", f"{label}: drawn", payee=self.council,
                               account=self.account, kind="reserve", **told)  # fmt: skip
            sheet.line(f"{self.name}.not_met", spending - drawn, "£", f"{label}: spending that it does not meet")
            if self.account == "revenue":
                sheet.advise(f"{self.name}.is_not_recurring", drawn <= quantity(HALF_A_PENNY, "£"),
                             f"{label}: no running cost rests on the levy",
                             "It comes with building and stops with it: decide who pays when it does",
                             council=self.council)  # fmt: skip
        back: Any = 0.0
        if self.asked_back is not None:
            asked = sheet.given(f"{self.name}.asked_back", self.asked_back, f"{label}: asked back", kind="working")
            back = sheet.line(f"{prefix}.released", drawn_for(asked, held - drawn), "£", f"{label}: taken out to be given back",
                              payee=self.council, account="revenue", kind="reserve")  # fmt: skip
            sheet.line(f"{self.name}.given_back", back, "£", f"{label}: given back", payer=self.council, account="revenue",
                       payee=self.charging_authority, kind="contribution", settles=self.name, repayment=True)  # fmt: skip
        closing = sheet.line(f"{prefix}.closing", held - drawn - back, "£", f"{label} at 31 March")
        years = int(str(parameters.find(RECOVERY).in_force(sheet.nation).in_year(sheet.first_year).value))
        sheet.parameters_used.setdefault(RECOVERY, {})[sheet.first_year] = years
        in_to_date, out_to_date = (
            sheet.line(f"{prefix}.{what}_to_date", sheet.last_year(f"{prefix}.{what}_to_date", first=0.0, unit_of="£") + one, "£",
                       f"{label}: {what.replace('_', ' ')}, to date", kind="working")
            for what, one in (("put_by", put_by), ("drawn", drawn + back))
        )  # fmt: skip
        calendar = [first_calendar_year(one) for one in sheet.years]
        old = sheet.input(f"{prefix}.old_at_start",
                          [float(sum(one for label, one in held_before.items() if first_calendar_year(label) <= at - years))
                           for at in calendar], "£", f"{label}: in hand at the start, and {years} years old or more",
                          origin=origin, kind="working")  # fmt: skip
        long_ago = old + sheet.years_ago(in_to_date, years, 0.0)
        risk = sheet.line(f"{prefix}.at_risk", at_risk(long_ago, out_to_date), "£",
                          f"{label}: unspent after {years} years, may be asked back")  # fmt: skip
        if self.asked_back is not None:
            sheet.advise(f"{prefix}.may_be_asked_back", asked <= at_risk(long_ago, out_to_date - back) + quantity(HALF_A_PENNY, "£"),
                         f"{label}: no more is asked back than may be",
                         f"SI 2010/948, reg.59E: what is unspent after {years} years may be, and what was not spent as it should be",
                         council=self.council)  # fmt: skip
        sheet.check(f"{prefix}.not_more_than_held", risk <= closing + quantity(HALF_A_PENNY, "£"),
                    f"{label}: no more is at risk than is in it", "The oldest money is spent first",
                    council=self.council)  # fmt: skip
        sheet.advise(f"{prefix}.spent_in_time", risk <= quantity(HALF_A_PENNY, "£"),
                     f"{label}: each year's money is spent within {years} years",
                     f"SI 2010/948, reg.59E: what is unspent after {years} years may be asked back", council=self.council)  # fmt: skip
