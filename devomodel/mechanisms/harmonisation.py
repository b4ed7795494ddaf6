"""Council tax of merged areas brought to one Band D charge: the path of each area, the referendum limit, what is forgone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, both, either, larger_of, pence_below, quantity, smaller_of, to_pence, total, when
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, blocks, choice, party, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of

PER_HOME = "£/Band D home"
LONGEST = 30
"""Years; far beyond the law, so that a plan that breaks it can be shown to."""
METHODS = ("lowest", "highest", "weighted_average", "given")
RULES = ("social_care_authority", "shire_district", "bespoke", "none")
WRITTEN = ("written_here", "left_to_a_precept")
CORE, SOCIAL_CARE = "referendum.social_care_authority.core", "referendum.social_care_authority.asc_precept"
DISTRICT = "referendum.shire_district"
ONE_CHARGE_BY = "harmonisation.single_charge_by_year"
ONLY_WITH = {
    "average_rise": ("method", "weighted_average"),
    "target": ("method", "given"),
    "limit_share": ("referendum_rule", "bespoke"),
    "limit_pounds": ("referendum_rule", "bespoke"),
}
"""Keys that go with one choice alone."""


def harmonised_charge(own_path: Any, target: Any, moved: Any) -> Any:
    """An area's charge on its way from its own path to the one charge.

        charge = target − (1 − part moved) × (target − own path)

    own_path  £ at Band D that the area would have charged by itself
    target    £ at Band D that all areas come to
    moved     part of the way that is done: year ÷ years, as a decimal; 1 when it is over
    returns   £ at Band D, in whole pence

    Law: Local Government (Structural Changes) (Finance) Regulations 2008, SI 2008/3022.

    >>> harmonised_charge(1_000, 1_080, 0.25), harmonised_charge(1_200, 1_080, 1)
    (1020.0, 1080.0)
    """
    return to_pence(target - (1 - moved) * (target - own_path))


def target_for_average(average: Any, own_average: Any, moved: Any) -> Any:
    """The one charge to aim at so that the weighted average of all areas comes out as planned.

        target = (planned average − (1 − part moved) × average of the own paths) ÷ part moved

    average      £ at Band D planned for the year, weighted by tax base
    own_average  £ at Band D, the same average of the areas' own paths
    moved        part of the way that is done, above nought
    returns      £ at Band D, not rounded

    >>> target_for_average(1_100, 1_100, 0.25), target_for_average(1_110, 1_100, 0.5)
    (1100.0, 1120.0)
    """
    return (average - (1 - moved) * own_average) / moved


@dataclass(frozen=True)
class Area:
    """The area of a council that was merged."""

    tax_base: Amount = amount("Band D home", "Tax base", above=0)
    band_d_before: Amount = amount(PER_HOME, "Band D charge in the year before the first, parishes left out")
    own_rise: Amount = amount("share", "Rise in its charge each year had it gone on by itself")


@dataclass(frozen=True)
class Harmonisation(Mechanism):
    """Writes each area's own path and harmonised charge, the average that the referendum test sees, and the difference."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("areas.*.band_d", "areas.*.own_path", "average_band_d", "headroom", "gap",
                                        "against_own_path", "against_own_path_to_date")  # fmt: skip
    council: str = party("New council")
    areas: Mapping[str, Area] = blocks(Area, "Areas by name")
    first_year: str = year("First year of the new council")
    years: int = whole("Years over which the charges become one")
    method: str = choice("What they come to", METHODS)
    average_rise: Amount | None = amount("share", "Rise planned in the weighted average each year", None)
    target: Amount | None = amount(PER_HOME, "The one charge, where it is given", None)
    referendum_rule: str = choice("Referendum rule of the new council", RULES)
    limit_share: Amount | None = amount("share", "Its own percentage: a rise that reaches it is excessive", None)
    limit_pounds: Amount | None = amount(PER_HOME, "Its own sum at Band D: a rise of more than it is excessive", None)
    alternative_notional_amount: Amount | None = amount(
        PER_HOME, "Alternative notional amount, in place of last year's average; nought where there is none", None
    )
    council_tax: str = choice("Where the council tax is written as income of the new council", WRITTEN)

    def write(self, sheet: CaseSheet) -> None:
        """The way, the own paths, the charges, the average and its limit, the gap and its rule, and the difference."""
        self._refuse(sheet)
        name, who = self.name, sheet.parties[self.council]
        start = first_calendar_year(self.first_year) - first_calendar_year(sheet.first_year)
        number = self._row(sheet, "year_number", [max(at - start + 1, 0) for at in range(sheet.count)],
                           f"{who}: year of the new council")  # fmt: skip
        over = self._row(sheet, "years", [self.years] * sheet.count, f"{who}: years over which the charges become one")
        moved = sheet.line(f"{name}.moved_share", smaller_of(number / over, 1), "share",
                           f"{who}: part of the way to one charge that is done")  # fmt: skip
        bases, before, own = self._own_paths(sheet)
        homes = sheet.line(f"{name}.tax_base", total(*bases.values()), "Band D home", f"{who}: tax base of all areas")
        target = self._target(sheet, who, moved, homes, bases, before, own)
        charges = {
            area: sheet.line(f"{name}.areas.{area}.band_d", harmonised_charge(path, target, moved), PER_HOME,
                             f"{label_of(area)}: Band D charge", kind="council tax")
            for area, path in own.items()
        }  # fmt: skip
        self._write_average(sheet, who, homes, bases, charges)
        self._write_gap(sheet, who, number, over, before, charges)
        self._write_difference(sheet, who, bases, before, own, charges)

    def test(self, sheet: CaseSheet) -> None:
        """The council tax is not written twice."""
        if self.council_tax == "written_here" and f"{self.council}.precept" in sheet:
            raise SheetError(
                f"mechanisms › {self.name} › council_tax: '{self.council}' also has a precept, so its council tax would be "
                f"counted twice. Write council_tax: left_to_a_precept, and band_d_charge: {{line: {self.name}.average_band_d}} there."
            )

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        if len(self.areas) < 2:
            raise SheetError(f"{where} › areas: there is nothing to bring together. Name at least two areas.")
        if not 1 <= self.years <= LONGEST:
            raise SheetError(f"{where} › years: charges cannot become one over {self.years} years. Allowed: 1 to {LONGEST}.")
        if self.first_year < sheet.first_year:
            raise SheetError(f"{where} › first_year: the new council began in {self.first_year}, before the case. Begin the case in "
                             "that year or earlier, so that the charges before it are known.")  # fmt: skip
        for key, (other, wanted) in ONLY_WITH.items():
            if getattr(self, key) is not None and getattr(self, other) != wanted:
                raise SheetError(f"{where} › {key}: '{key}' goes with {other}: {wanted}, and {other} here is {getattr(self, other)}. "
                                 f"Take it out, or write {other}: {wanted}.")  # fmt: skip
        for key in ("average_rise", "target"):
            other, wanted = ONLY_WITH[key]
            if getattr(self, other) == wanted and getattr(self, key) is None:
                raise SheetError(f"{where}: '{key}' is missing, and method: {wanted} needs it. Add {key}.")
        if self.referendum_rule == "bespoke" and self.limit_share is None and self.limit_pounds is None:
            raise SheetError(f"{where}: a bespoke limit needs its figure. Add limit_share, or limit_pounds, or both.")

    def _row(self, sheet: CaseSheet, key: str, values: list[int], label: str) -> Line:
        origin = Origin(BY_RULE, note=f"{self.years} years from {self.first_year}", place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{key}", [float(one) for one in values], "number", label, origin=origin, kind="working")

    def _own_paths(self, sheet: CaseSheet) -> tuple[dict[str, Line], dict[str, Line], dict[str, Line]]:
        """Each area's tax base, its charge before, and what it would have charged by itself."""
        bases, before, own = {}, {}, {}
        for area, one in self.areas.items():
            prefix, label = f"{self.name}.areas.{area}", label_of(area)
            bases[area] = sheet.given(f"{prefix}.tax_base", one.tax_base, f"{label}: tax base")
            before[area] = sheet.given(
                f"{prefix}.band_d_before", one.band_d_before, f"{label}: Band D charge before the first year"
            )
            rise = sheet.given(f"{prefix}.own_rise", one.own_rise, f"{label}: rise had it gone on by itself")
            own[area] = sheet.line(f"{prefix}.own_path", sheet.last_year(f"{prefix}.own_path", first=before[area]) * (1 + rise),
                                   PER_HOME, f"{label}: Band D charge had it gone on by itself", kind="working")  # fmt: skip
        return bases, before, own

    def _target(self, sheet: CaseSheet, who: str, moved: Line, homes: Line, bases: Mapping[str, Line],
                before: Mapping[str, Line], own: Mapping[str, Line]) -> Line:  # fmt: skip
        """The one charge that all areas move to, in each year."""
        name = self.name
        averages = {
            what: sheet.line(f"{name}.{what}", total(*(path[area] * bases[area] for area in path)) / homes, PER_HOME,
                             f"{who}: {words}", kind="working")
            for what, path, words in (
                ("average_before", before, "average charge before the first year, on this year's tax bases"),
                ("own_average", own, "average charge had each area gone on by itself"))
        }  # fmt: skip
        if self.method == "weighted_average":
            assert self.average_rise is not None
            rise = sheet.given(f"{name}.average_rise", self.average_rise, f"{who}: rise planned in the average charge")
            last = sheet.last_year(f"{name}.planned_average", first=averages["average_before"])
            planned = sheet.line(f"{name}.planned_average", when(moved > 0, last * (1 + rise), averages["own_average"]), PER_HOME,
                                 f"{who}: average charge planned", kind="working")  # fmt: skip
            way = when(moved > 0, moved, 1)  # before the new council there is no target, and nothing is divided by nought
            found: Any = when(moved > 0, target_for_average(planned, averages["own_average"], way), averages["own_average"])
        elif self.method == "given":
            assert self.target is not None
            found = sheet.given(f"{name}.target_given", self.target, f"{who}: the one charge, as given")
        else:
            found = (smaller_of if self.method == "lowest" else larger_of)(*own.values())
        return sheet.line(f"{name}.target", found, PER_HOME, f"{who}: the one charge that all areas move to")

    def _write_average(
        self, sheet: CaseSheet, who: str, homes: Line, bases: Mapping[str, Line], charges: Mapping[str, Line]
    ) -> None:
        """The average Band D charge, and the most it may be without a referendum."""
        name = self.name
        average = sheet.line(f"{name}.average_band_d", to_pence(total(*(charges[area] * bases[area] for area in charges)) / homes),
                             PER_HOME, f"{who}: average Band D charge, parishes left out")  # fmt: skip
        last: Any = sheet.last_year(average, first=to_pence(sheet[f"{name}.average_before"]))
        sheet.line(f"{name}.average_change_rate", average / last - 1, "share", f"{who}: change in the average charge, %",
                   may_be_blank=True)  # fmt: skip
        if self.alternative_notional_amount is not None:
            notional = sheet.given(f"{name}.alternative_notional_amount", self.alternative_notional_amount,
                                   f"{who}: alternative notional amount for the year before")  # fmt: skip
            last = sheet.line(f"{name}.compared_with", when(notional > 0, notional, last), PER_HOME,
                              f"{who}: charge that the rise is counted from")  # fmt: skip
        if self.referendum_rule == "none":
            return
        share, pounds = self._limit(sheet, who)
        limit = sheet.line(f"{name}.limit", larger_of(pence_below(last * (1 + share)), to_pence(last + pounds)), PER_HOME,
                           f"{who}: largest average charge without a referendum")  # fmt: skip
        sheet.line(f"{name}.headroom", limit - average, PER_HOME, f"{who}: room left under the referendum limit")
        exists = sheet[f"{name}.moved_share"]
        sheet.check(f"{name}.within_limit", either(exists <= 0, average <= limit),
                    f"{who}: the average charge is within the referendum limit",
                    "Local Government Finance Act 1992, s.52ZB and s.52ZC: the test is on the average of the whole council",
                    council=self.council)  # fmt: skip

    def _limit(self, sheet: CaseSheet, who: str) -> tuple[Any, Any]:
        """The percentage and the pounds at which a rise in the average is excessive."""
        name, place = self.name, f"mechanisms › {self.name}"
        if self.referendum_rule == "social_care_authority":
            core, care = (sheet.parameter(f"{name}.{key}", parameter, f"Referendum limit: {words}", "share", place=place)
                          for key, parameter, words in (("core_share", CORE, "general percentage"),
                                                        ("social_care_share", SOCIAL_CARE, "adult social care addition")))  # fmt: skip
            return core + care, 0
        if self.referendum_rule == "shire_district":
            found = [sheet.parameter(f"{name}.limit_{key}", DISTRICT, f"Referendum limit, shire districts: {words}", of, key=key,
                                     written="share and £", place=place)
                     for key, words, of in (("share", "percentage", "share"), ("pounds", "pounds at Band D", PER_HOME))]  # fmt: skip
            return found[0], found[1]
        own = [0 if one is None else sheet.given(f"{name}.{key}", one, f"{who}: its own referendum limit, {words}")
               for key, one, words in (("limit_share", self.limit_share, "percentage"),
                                       ("limit_pounds", self.limit_pounds, "pounds at Band D"))]  # fmt: skip
        return own[0], own[1]

    def _write_gap(self, sheet: CaseSheet, who: str, number: Line, over: Line, before: Mapping[str, Line],
                   charges: Mapping[str, Line]) -> None:  # fmt: skip
        """The gap between the highest and the lowest charge, which must narrow every year and close in time."""
        name = self.name
        gap = sheet.line(f"{name}.gap", larger_of(*charges.values()) - smaller_of(*charges.values()), PER_HOME,
                         f"{who}: gap between the highest and the lowest charge")  # fmt: skip
        last = sheet.last_year(gap, first=larger_of(*before.values()) - smaller_of(*before.values()))
        closed = quantity(HALF_A_PENNY, PER_HOME)
        sheet.check(f"{name}.gap_narrows", either(number <= 0, last <= closed, gap < last),
                    f"{who}: the gap between the areas narrows every year", "SI 2008/3022: no step is laid down, and it may not widen",
                    council=self.council)  # fmt: skip
        self._check_highest(sheet, who, number, gap, before, charges)
        by = sheet.parameter(f"{name}.one_charge_by", ONE_CHARGE_BY, "Year of a new council by whose start there is one charge",
                             "number", place=f"mechanisms › {name}")  # fmt: skip
        sheet.check(f"{name}.one_charge_in_time", either(number < by, gap <= closed), f"{who}: there is one charge in time",
                    "SI 2008/3022: one Band D charge by the start of the eighth year (of the sixth, before SI 2018/1296)",
                    council=self.council)  # fmt: skip
        sheet.check(f"{name}.plan_ends_in_time", over <= by, f"{who}: the plan brings the charges together in time",
                    "Plan for no more years than SI 2008/3022 allows", council=self.council)  # fmt: skip

    def _check_highest(self, sheet: CaseSheet, who: str, number: Line, gap: Line, before: Mapping[str, Line],
                       charges: Mapping[str, Line]) -> None:  # fmt: skip
        """While charges differ, the area that charged most before the new council still charges more than the average of all."""
        name, penny = self.name, quantity(HALF_A_PENNY, PER_HOME)
        last = {area: sheet.last_year(charge, first=to_pence(before[area])) for area, charge in charges.items()}
        most = sheet.line(f"{name}.highest_before", larger_of(*last.values()), PER_HOME,
                          f"{who}: highest charge of the year before", kind="working")  # fmt: skip
        above = []
        for area, charge in charges.items():
            line = f"{name}.areas.{area}.charged_most"
            kept = sheet.last_year(line, first=0.0, unit_of="number")
            was = sheet.line(line, when(number <= 1, when(last[area] >= most - penny, 1, 0), kept), "number",
                             f"{label_of(area)}: 1 where it charged most before the new council", kind="working")  # fmt: skip
            above.append(either(was < 1, charge > sheet[f"{name}.average_band_d"]))
        sheet.check(f"{name}.highest_stays_above_average", either(number <= 0, gap <= penny, both(*above)),
                    f"{who}: the area that charged most is above the average until there is one charge",
                    "SI 2008/3022, regs. 12 and 17: the charge of that area is more than the uniform amount",
                    council=self.council)  # fmt: skip

    def _write_difference(self, sheet: CaseSheet, who: str, bases: Mapping[str, Line], before: Mapping[str, Line],
                          own: Mapping[str, Line], charges: Mapping[str, Line]) -> None:  # fmt: skip
        """What is raised, and what is gained or forgone against the areas' own paths."""
        name, raised, moved = self.name, [], []
        exists = sheet[f"{name}.moved_share"]
        tags = {"payee": self.council, "account": "revenue", "kind": "council tax", "phasing": "precept instalments"}
        for area, charge in charges.items():
            prefix, label = f"{name}.areas.{area}", label_of(area)
            sheet.line(f"{prefix}.change", charge - sheet.last_year(charge, first=to_pence(before[area])), PER_HOME,
                       f"{label}: change in the Band D charge")  # fmt: skip
            raised.append(sheet.line(f"{prefix}.council_tax", when(exists > 0, to_pence(charge * bases[area]), 0), "£",
                                     f"{label}: council tax of the new council",
                                     **(tags if self.council_tax == "written_here" else {"kind": "working"})))  # fmt: skip
            moved.append(sheet.line(f"{prefix}.against_own_path", (charge - own[area]) * bases[area], "£",
                                    f"{label}: council tax gained against its own path (− forgone)", kind="working"))  # fmt: skip
        sheet.line(f"{name}.yield", sheet.total(raised), "£", f"{who}: council tax of all areas", kind="working")
        against = sheet.line(f"{name}.against_own_path", sheet.total(moved), "£",
                             f"{who}: council tax gained against the areas' own paths (− forgone)", kind="working")  # fmt: skip
        sheet.line(f"{name}.against_own_path_to_date", sheet.last_year(f"{name}.against_own_path_to_date", first=0.0, unit_of="£")
                   + against, "£", f"{who}: council tax gained to date (− forgone)", kind="working")  # fmt: skip
        homes, average = sheet[f"{name}.tax_base"], sheet[f"{name}.average_band_d"]
        tolerance = quantity(HALF_A_PENNY, PER_HOME) * homes + quantity(len(raised) * HALF_A_PENNY, "£")
        sheet.check(f"{name}.average_raises_the_yield", either(exists <= 0, abs(average * homes - sheet[f"{name}.yield"]) <= tolerance),
                    f"{who}: the average charge on every home comes to the council tax of all areas",
                    "Average × tax base = sum of the areas, but for rounding to the penny", council=self.council)  # fmt: skip
        sheet.advise(f"{name}.forgoes_nothing", against >= 0 - tolerance,
                     f"{who}: no council tax is forgone against the areas' own paths",
                     "A lower charge is a lower base for every later rise, so what is forgone grows and does not come back",
                     council=self.council)  # fmt: skip
