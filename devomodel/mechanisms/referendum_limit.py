"""Council tax referendums: the largest charge that may be set without a vote, and the year in which a plan goes above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import Amount, Origin
from devomodel.engine import Line, SheetError, both, either, larger_of, opposite, pence_below, smaller_of, to_pence, when
from devomodel.fields import amount, choice, party
from devomodel.mechanisms.base import CaseSheet, Mechanism

KINDS = ("social_care_authority", "shire_district", "police", "fire", "parish_2016_stress", "bespoke")
CORE, SOCIAL_CARE = "referendum.social_care_authority.core", "referendum.social_care_authority.asc_precept"
RULES = {"shire_district": ("referendum.shire_district", "share and £"), "fire": ("referendum.fire", "share or £")}
"""The parameters that hold a percentage, pounds or both, with their unit as the file writes it."""
POLICE = "referendum.police"
PROPOSAL, PROPOSED = "referendum.parish_2016_proposal", "consultation of 2016"
PER_HOME = "£/Band D home"
ONLY_FOR = {
    "share": "bespoke",
    "pounds": "bespoke",
    "social_care_share": "social_care_authority",
    "precept": "parish_2016_stress",
    "precept_before": "parish_2016_stress",
}
"""Keys that one kind alone takes."""
LAW = "Local Government Finance Act 1992, Chapter IVZA: a charge above this needs a referendum, so lower it or plan for the vote"


def largest_charge_without_a_vote(last_year: Any, share: Any = 0, pounds: Any = 0) -> Any:
    """The largest Band D charge that is not excessive.

    A rise is excessive when it reaches the percentage, and when it is more than the pounds. Where a rule has both, a rise
    must pass both to be excessive, so the higher applies. The same charge as last year is never excessive.

    last_year  £ at Band D in the year before, or the alternative notional amount set in its place
    share      the percentage, as a decimal; nought where the rule has none
    pounds     £ at Band D; nought where the rule has none
    returns    £ at Band D, in whole pence

    Law: Local Government Finance Act 1992, s.52ZC, and the principles set for each year.

    >>> largest_charge_without_a_vote(1_465.78, share=0.05)
    1539.06
    >>> largest_charge_without_a_vote(264.50, pounds=13), largest_charge_without_a_vote(100, share=0.03, pounds=5)
    (277.5, 105.0)
    """
    return larger_of(pence_below(last_year * (1 + share)), to_pence(last_year + pounds))


@dataclass(frozen=True)
class ReferendumLimit(Mechanism):
    """Compares a Band D charge with the most that may be set without a referendum, in every year.

    A limit in law is a check. Parishes have none: the rule proposed for the larger ones in 2016 is a stress test, and warns.
    """

    stage: ClassVar[str] = "tests"
    council: str = party("Council that sets the charge")
    kind: str = choice("Which rule it is under", KINDS)
    charge: Amount | None = amount(PER_HOME, "Band D charge, where the case does not work it", None)
    charge_before: Amount | None = amount(PER_HOME, "Band D charge of the year before the first", None, above=0)
    alternative_notional_amount: Amount | None = amount(
        PER_HOME, "Alternative notional amount, in place of last year's charge; nought where there is none", None
    )
    social_care_share: Amount | None = amount("share", "Rise taken for adult social care, where it is less than is allowed", None)
    share: Amount | None = amount("share", "Its own percentage: a rise that reaches it is excessive", None)
    pounds: Amount | None = amount(PER_HOME, "Its own sum at Band D: a rise of more than it is excessive", None)
    precept: Amount | None = amount("£", "Precept, where the case does not work it", None)
    precept_before: Amount | None = amount("£", "Precept of the year before the first", None)

    def write(self, sheet: CaseSheet) -> None:
        """Last year's charge, the limit, what is left under it, the first year above it, and the check."""
        self._refuse_keys_of_another_kind()
        who = sheet.parties[self.council]
        charge, last = self._charges(sheet, who)
        share, pounds = self._rule(sheet, who)
        limit = sheet.line(
            f"{self.name}.limit",
            largest_charge_without_a_vote(last, share, pounds),
            PER_HOME,
            f"{who}: largest Band D charge without a referendum",
        )
        sheet.line(f"{self.name}.headroom", limit - charge, PER_HOME, f"{who}: room left under the referendum limit at Band D")
        within: Any = charge <= limit
        label, detail = f"{who}: the Band D charge is within the referendum limit", LAW
        if self.kind == "parish_2016_stress":
            applies = self._applies(sheet, who, last)
            within = either(opposite(applies), within)
            label = f"{who}: the Band D charge would be within the limit proposed for larger parishes in 2016"
            detail = "A stress test of a proposal that was not enacted: parishes have no limit in law"
        held = (sheet.advise if self.kind == "parish_2016_stress" else sheet.check)(
            f"{self.name}.within_limit", within, label, detail, council=self.council
        )
        self._first_year_above(sheet, who, held)

    def _charges(self, sheet: CaseSheet, who: str) -> tuple[Line, Any]:
        """This year's charge and the one it is compared with, both to the penny."""
        given = self._given_or_worked(sheet, "charge", f"{self.council}.band_d", PER_HOME, f"{who}: Band D charge")
        charge = sheet.line(f"{self.name}.charge", to_pence(given), PER_HOME, f"{who}: Band D charge tested", kind="working")
        before = self._given_or_worked(
            sheet, "charge_before", f"{self.council}.band_d_at_start", PER_HOME, f"{who}: Band D charge before the first year"
        )
        last = sheet.line(
            f"{self.name}.charge_last_year",
            sheet.last_year(charge, first=to_pence(before)),
            PER_HOME,
            f"{who}: Band D charge of the year before",
        )
        if self.alternative_notional_amount is None:
            return charge, last
        notional = sheet.given(
            f"{self.name}.alternative_notional_amount",
            self.alternative_notional_amount,
            f"{who}: alternative notional amount for the year before",
        )
        return charge, sheet.line(
            f"{self.name}.compared_with",
            when(notional > 0, notional, last),
            PER_HOME,
            f"{who}: charge that the rise is counted from",
        )

    def _given_or_worked(self, sheet: CaseSheet, key: str, worked: str, of: str, label: str) -> Line:
        one = getattr(self, key)
        if one is not None:
            return sheet.given(f"{self.name}.{key}_given", one, label)
        if worked not in sheet:
            raise SheetError(
                f"mechanisms › {self.name}: '{key}' is missing, and the case does not work it. Give {key}, or the "
                f"precept of '{self.council}' with its year_before."
            )
        return sheet[worked]

    def _rule(self, sheet: CaseSheet, who: str) -> tuple[Any, Any]:
        """The percentage and the pounds of every year, as lines; nought for the one that the rule does not have."""
        name, place, zero = self.name, f"mechanisms › {self.name}", 0
        if self.kind == "bespoke":
            if self.share is None and self.pounds is None:
                raise SheetError(f"{place}: a bespoke limit needs its figure. Give share, or pounds, or both.")
            own = [
                sheet.given(f"{name}.{key}", one, f"{who}: {words}") if one is not None else zero
                for key, one, words in (
                    ("share", self.share, "its own percentage limit"),
                    ("pounds", self.pounds, "its own limit in pounds"),
                )
            ]
            return own[0], own[1]
        if self.kind == "social_care_authority":
            return self._with_social_care(sheet, who, place), zero
        if self.kind == "police":
            return zero, sheet.parameter(
                f"{name}.pounds", POLICE, "Referendum limit for police, at Band D", PER_HOME, written="£", place=place
            )
        if self.kind == "parish_2016_stress":
            return self._proposed(sheet, "share", "share"), self._proposed(sheet, "pounds", PER_HOME)
        parameter, written = RULES[self.kind]
        held = sheet.held.get(parameter)
        if held is not None and held.after_last != "hold":
            raise SheetError(
                f"{place}: {parameter} is a percentage in some years and pounds in others, so past its last year it "
                "can only be held. Write after_last: hold, or a bespoke limit."
            )
        label = f"Referendum limit, {self.kind.replace('_', ' ')}"
        found = [
            sheet.parameter(
                f"{name}.{key}", parameter, f"{label}: {words}", of, key=key, written=written, place=place, absent=0.0
            )
            for key, of, words in (("share", "share", "percentage"), ("pounds", PER_HOME, "pounds at Band D"))
        ]
        return found[0], found[1]

    def _with_social_care(self, sheet: CaseSheet, who: str, place: str) -> Line:
        """The general percentage and the addition for adult social care, both of the whole of last year's charge."""
        core = sheet.parameter(f"{self.name}.core_share", CORE, "Referendum limit: general percentage", "share", place=place)
        allowed: Any = sheet.parameter(
            f"{self.name}.social_care_allowed", SOCIAL_CARE, "Referendum limit: adult social care addition", "share", place=place
        )
        if self.social_care_share is not None:
            taken = sheet.given(
                f"{self.name}.social_care_share", self.social_care_share, f"{who}: rise taken for adult social care"
            )
            allowed = smaller_of(taken, allowed)
        return sheet.line(f"{self.name}.share", core + allowed, "share", f"{who}: percentage at which a rise is excessive")

    def _proposed(self, sheet: CaseSheet, key: str, of: str) -> Line:
        """A figure of the proposal of 2016, the same in every year: it was consulted on, and never in force."""
        found = parameters.find(PROPOSAL).in_force(sheet.nation).labelled(PROPOSED)
        assert isinstance(found.value, Mapping)
        sheet.parameters_used.setdefault(PROPOSAL, {})[PROPOSED] = found.value
        words = {
            "share": "percentage",
            "pounds": "pounds at Band D",
            "band_d_above": "for charges above",
            "precept_at_least": "and precepts of at least",
        }[key]
        return sheet.input(
            f"{self.name}.{key}",
            float(found.value[key]),
            of,
            f"Limit proposed for parishes in 2016: {words}",
            origin=Origin("published", found.source, f"parameter {PROPOSAL}; not enacted", f"mechanisms › {self.name}"),
        )

    def _applies(self, sheet: CaseSheet, who: str, last: Any) -> Line:
        """Whether the parish would have come under the proposal: by its charge and its precept of the year before."""
        precept = sheet.line(
            f"{self.name}.precept_tested",
            self._given_or_worked(sheet, "precept", f"{self.council}.precept", "£", f"{who}: precept"),
            "£",
            f"{who}: precept tested",
            kind="working",
        )
        before = self._given_or_worked(
            sheet, "precept_before", f"{self.council}.year_before.precept", "£", f"{who}: precept before the first year"
        )
        large = sheet.last_year(precept, first=before) >= self._proposed(sheet, "precept_at_least", "£")
        return sheet.line(
            f"{self.name}.applies",
            both(last > self._proposed(sheet, "band_d_above", PER_HOME), large),
            "yes or no",
            f"{who}: it would have come under the limit proposed in 2016",
        )

    def _first_year_above(self, sheet: CaseSheet, who: str, within: Line) -> None:
        """1 in the first year in which the plan goes above the limit."""
        so_far = sheet.last_year(f"{self.name}.above_so_far", first=0.0, unit_of="number")
        above = when(within, 0.0, 1.0)
        sheet.line(
            f"{self.name}.first_year_above",
            when(so_far > 0, 0.0, above),
            "number",
            f"{who}: 1 in the first year above the referendum limit",
        )
        sheet.line(
            f"{self.name}.above_so_far",
            larger_of(so_far, above),
            "number",
            f"{who}: 1 from the first year above the referendum limit",
            kind="working",
        )

    def _refuse_keys_of_another_kind(self) -> None:
        for key, kind in ONLY_FOR.items():
            if getattr(self, key) is not None and self.kind != kind:
                raise SheetError(
                    f"mechanisms › {self.name} › {key}: '{key}' goes with kind: {kind}, and the kind here is "
                    f"{self.kind}. Take it out, or write kind: {kind}."
                )
