"""From a budget to a precept, to the Band D charge, to what each band pays, in every year of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, larger_of, quantity, smaller_of, to_pence, to_pounds, total, when
from devomodel.fields import amount, block, blocks, choice, party, table_by_year, text
from devomodel.mechanisms.bands import (
    DISABLED,
    ENGLISH_BANDS,
    ROUNDINGS,
    band_label,
    ninths_of,
    published_origin,
    rounded_bands,
    with_published,
    write_band_changes,
)
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.precept_walk import Parts, write_walk


def council_tax_requirement(spending: Any, other_income: Any, contingency: Any = 0, reserves_added: Any = 0,
                            reserves_used: Any = 0, support_grant: Any = 0) -> Any:  # fmt: skip
    """What a council must raise from council tax.

        requirement = spending + contingency + reserves added − other income − reserves used − support grant

    All in £ a year, each positive in the direction its name says. The result may be below nought: the council then
    needs no precept.

    Law: Local Government Finance Act 1992, s.49A for parishes, s.31A for billing authorities.

    >>> council_tax_requirement(spending=100_000, other_income=0, support_grant=20_000)
    80000
    """
    return spending + contingency + reserves_added - other_income - reserves_used - support_grant


def band_d_charge(precept: Any, tax_base: Any) -> Any:
    """The precept spread over the area's Band D equivalent homes.

        Band D charge = precept ÷ tax base

    precept   £ a year, as issued to the billing authority
    tax_base  Band D equivalent homes, after allowance for non-collection
    returns   £ a year for a Band D home, not rounded

    Law: Local Government Finance Act 1992, ss.34 and 35.

    >>> band_d_charge(precept=15_000, tax_base=600)
    25.0
    """
    return precept / tax_base


def precept_for_charge(band_d: Any, tax_base: Any) -> Any:
    """The precept that a fixed Band D charge raises, to the penny.

    >>> precept_for_charge(30.0, 600.0)
    18000.0
    """
    return to_pence(band_d * tax_base)


def change(now: Any, before: Any) -> Any:
    """How much a figure has moved, in its own unit.

    >>> change(280, 271)
    9
    """
    return now - before


def change_rate(now: Any, before: Any) -> Any:
    """How much a figure has moved, as a share of what it was; no figure where it was nought.

    >>> round(change_rate(98_000, 84_200), 3)
    0.164
    """
    return (now - before) / before


@dataclass(frozen=True)
class Reserve:
    """A reserve: what is in it, and what the budget takes from it or puts in."""

    opening: Amount = amount("£", "In hand before the first year")
    used: Amount | None = amount("£", "Used in the year", None)
    added: Amount | None = amount("£", "Added in the year", None)


@dataclass(frozen=True)
class YearBefore:
    """The council's published figures for the year before the first, for the change in the first year."""

    precept: Amount = amount("£", "Precept")
    tax_base: Amount = amount("Band D home", "Tax base", above=0)
    spending: Amount | None = amount("£", "Spending", None)
    other_income: Amount | None = amount("£", "Other income", None)
    contingency: Amount | None = amount("£", "Contingency", None)
    reserves_used: Amount | None = amount("£", "Reserves used", None)
    reserves_added: Amount | None = amount("£", "Reserves added", None)
    support_grant: Amount | None = amount("£", "Council tax support grant", None)


@dataclass(frozen=True)
class Precept(Mechanism):
    """Writes a council's requirement, precept, charges by band, changes, reserves and the walk between years.

    With neither `band_d_charge` nor `precept` the precept follows the budget; with one of them it is fixed, and the
    difference from the budget goes to the general reserve or comes out of it.
    """

    stage: ClassVar[str] = "precept"
    council: str = party("Council that sets the precept")
    billing_authority: str = party("Council that collects it and pays it over", "")
    band_d_charge: Amount | None = amount("£/Band D home", "Band D charge, when it is the charge that is fixed", None)
    precept: Amount | None = amount("£", "Precept, when it is the precept that is fixed", None)
    contingency: Amount | None = amount("£", "Contingency, counted as spent", None)
    support_grant: Amount | None = amount("£", "Grant passed down for council tax support", None)
    general_reserve: Reserve = block(Reserve, "General reserve")
    earmarked_reserves: Mapping[str, Reserve] = blocks(Reserve, "Earmarked reserves by name", {})
    interest_rate: Amount | None = amount("share", "Interest earned on reserves at the start of the year", None)
    year_before: YearBefore | None = block(YearBefore, "The year before the first", None)
    precept_to: str = choice("Precept issued to the", ("penny", "pound"), "penny")
    rounding: str = choice("How the bands are rounded", ROUNDINGS[:2], "component_half_up")
    published_source: str = text("Source of the published amounts, by its key under sources", "")
    published_bands: Mapping[str, Mapping[str, float]] = table_by_year(
        "£/dwelling", "Band amounts as published, by year", {}, keys=(DISABLED, *ENGLISH_BANDS, "I"))  # fmt: skip

    def prepare(self, sheet: CaseSheet) -> None:
        """What the billing authority passes down, before its own precept is worked: it is spending of that authority."""
        if self.billing_authority and self.support_grant is not None:
            self._support_grant(sheet)

    def write(self, sheet: CaseSheet) -> None:
        """Every line from the budget to the bands."""
        who, key = sheet.parties[self.council], self.council
        tax_base = self._tax_base(sheet)
        opening, used, added = self._reserves(sheet)
        interest = self._interest(sheet, opening)
        received = sheet.received(key, "revenue")
        paid, passed_down = sheet.paid(key, "revenue"), sheet.tagged(payer=key, passed_down=True)
        spending = sheet.line(f"{key}.spending", total(paid, *passed_down) if passed_down else paid, "£", f"{who}: spending",
                              kind="working")  # fmt: skip
        income = sheet.line(f"{key}.other_income", total(received, *interest) if interest else received, "£",
                            f"{who}: income other than the precept", kind="working")  # fmt: skip
        contingency = self._optional(sheet, "contingency", "contingency", payer=key, account="revenue", kind="contingency")
        payer = {"payer": self.billing_authority} if self.billing_authority else {}
        written = f"{key}.support_grant"
        grant = sheet[written] if written in sheet else self._support_grant(sheet)
        before_floor = sheet.line(
            f"{key}.requirement_before_floor",
            council_tax_requirement(spending, income, contingency, added, used, grant), "£",
            f"{who}: to be raised from council tax, before the floor of nought", kind="working")  # fmt: skip
        requirement = sheet.line(f"{key}.council_tax_requirement", larger_of(before_floor, 0), "£",
                                 f"{who}: council tax requirement")  # fmt: skip
        precept = sheet.line(f"{key}.precept", self._precept(sheet, requirement, tax_base), "£", f"{who}: precept", payee=key,
                             account="revenue", kind="precept", phasing="precept instalments", **payer)  # fmt: skip
        if self.billing_authority:
            sheet.line(f"{key}.council_tax_collected", precept, "£", f"{who}: council tax collected for its precept",
                       payee=self.billing_authority, account="revenue", kind="council tax",
                       note="The billing authority pays the precept in full and bears the risk of collection")  # fmt: skip
        left = sheet.line(f"{key}.difference_to_reserves", precept - before_floor, "£",
                          f"{who}: difference between precept and budget, put to the general reserve", kind="working")  # fmt: skip
        self._close_reserves(sheet, left)
        charge = sheet.line(f"{key}.band_d_charge", band_d_charge(precept, tax_base), "£/Band D home", f"{who}: Band D charge")
        self._bands(sheet, charge)
        self._changes(sheet, precept, tax_base, charge)
        parts = self._parts(sheet, spending, income, contingency, added, used, grant, left)
        write_walk(sheet, key, who, parts, self._parts_known)
        self._checks(sheet)

    def _tax_base(self, sheet: CaseSheet) -> Line:
        name = f"{self.council}.tax_base"
        if name not in sheet:
            raise SheetError(
                f"mechanisms › {self.name}: there is no tax base for '{self.council}'. Add a mechanism with use: tax_base "
                "(as the billing authority notified it) or use: tax_base_from_dwellings."
            )
        return sheet[name]

    def _optional(self, sheet: CaseSheet, field: str, label: str, **tags: Any) -> Line:
        who, name, one = sheet.parties[self.council], f"{self.council}.{field}", getattr(self, field)
        if one is None:
            return sheet.nought(name, "£", f"{who}: {label}", "none in the scenario", kind="working")
        return sheet.given(name, one, f"{who}: {label}", **tags)

    def _support_grant(self, sheet: CaseSheet) -> Line:
        payer = {"payer": self.billing_authority, "passed_down": True} if self.billing_authority else {}
        return self._optional(sheet, "support_grant", "council tax support grant", payee=self.council, account="revenue",
                              kind="grant", **payer)  # fmt: skip

    def _all_reserves(self) -> dict[str, Reserve]:
        return {"general": self.general_reserve, **self.earmarked_reserves}

    def _reserves(self, sheet: CaseSheet) -> tuple[dict[str, Any], Line, Line]:
        """The opening figure of each reserve, and all that the budget uses and adds."""
        who, key = sheet.parties[self.council], self.council
        if "general" in self.earmarked_reserves:
            raise SheetError(
                f"mechanisms › {self.name} › earmarked_reserves: 'general' is the general reserve; use another name."
            )
        openings: dict[str, Any] = {}
        moved: dict[str, list[Line]] = {"used": [], "added": []}
        for reserve, given in self._all_reserves().items():
            label = f"{who}: {label_of(reserve).lower()} reserve"
            start = sheet.given(f"{key}.reserves.{reserve}.at_start", given.opening, f"{label} before the first year")
            openings[reserve] = sheet.last_year(f"{key}.reserves.{reserve}.closing", first=start)
            for side in ("used", "added"):
                one = getattr(given, side)
                if one is not None:
                    moved[side].append(sheet.given(f"{key}.reserves.{reserve}.{side}", one, f"{label} {side}", kind="reserve",
                                                   council=key, reserve=reserve))  # fmt: skip
        used, added = (sheet.line(f"{key}.reserves_{side}", sheet.total(moved[side]), "£", f"{who}: reserves {side}", kind="working")
                       for side in ("used", "added"))  # fmt: skip
        return openings, used, added

    def _interest(self, sheet: CaseSheet, openings: Mapping[str, Any]) -> list[Line]:
        if self.interest_rate is None:
            return []
        who, key = sheet.parties[self.council], self.council
        rate = sheet.given(f"{self.name}.interest_rate", self.interest_rate, "Interest on reserves")
        return [sheet.line(f"{key}.interest", total(*openings.values()) * rate, "£", f"{who}: interest on reserves", payee=key,
                           account="revenue", kind="interest")]  # fmt: skip

    def _precept(self, sheet: CaseSheet, requirement: Line, tax_base: Line) -> Any:
        if self.band_d_charge and self.precept:
            raise SheetError(
                f"mechanisms › {self.name} › band_d_charge: fix the charge or the precept, not both. Take one of them out."
            )
        rounded = to_pounds if self.precept_to == "pound" else to_pence
        if self.band_d_charge:
            fixed = sheet.given(f"{self.name}.band_d_charge", self.band_d_charge, "Band D charge, as fixed")
            return self._as_ordered(sheet, rounded(fixed * tax_base))
        if self.precept:
            return self._as_ordered(sheet, rounded(sheet.given(f"{self.name}.precept", self.precept, "Precept, as fixed")))
        return self._as_ordered(sheet, rounded(requirement))

    def _as_ordered(self, sheet: CaseSheet, asked: Any) -> Any:
        """For a council newly made, what the order allows in its first year, and nothing before it; for any other, what it asks."""
        order = f"{self.council}.order"
        if f"{order}.year_in_being" not in sheet:
            return asked
        at, most, issued = sheet[f"{order}.year_in_being"], sheet[f"{order}.anticipated_precept"], f"{order}.issued"
        first = sheet[issued] if issued in sheet else smaller_of(asked, most)
        return when(at <= 0, 0, when(at <= 1, first, asked))

    def _close_reserves(self, sheet: CaseSheet, left: Line) -> None:
        """Opening + added − used = closing, each a line; the general reserve also takes the difference from the budget."""
        who, key = sheet.parties[self.council], self.council
        closings = []
        for reserve, given in self._all_reserves().items():
            label, prefix = f"{who}: {label_of(reserve).lower()} reserve", f"{key}.reserves.{reserve}"
            opening = sheet.line(f"{prefix}.opening", sheet.last_year(f"{prefix}.closing", first=sheet[f"{prefix}.at_start"]), "£",
                                 f"{label} at 1 April", kind="reserve", council=key, reserve=reserve)  # fmt: skip
            closing: Any = opening
            if given.added is not None:
                closing = closing + sheet[f"{prefix}.added"]
            if given.used is not None:
                closing = closing - sheet[f"{prefix}.used"]
            if reserve == "general":
                closing = closing + left
            closings.append(sheet.line(f"{prefix}.closing", closing, "£", f"{label} at 31 March", kind="reserve", council=key,
                                       reserve=reserve))  # fmt: skip
            sheet.check(f"{prefix}.not_negative", closings[-1] >= quantity(-HALF_A_PENNY, "£"), f"{label} is not overdrawn",
                        "A reserve below nought is money the council does not have", council=key)  # fmt: skip
        sheet.line(f"{key}.reserves.closing", sheet.total(closings), "£", f"{who}: all reserves at 31 March")

    def _bands(self, sheet: CaseSheet, charge: Line) -> None:
        who, key, ninths = sheet.parties[self.council], self.council, ninths_of(sheet)
        worked = rounded_bands(charge, ninths, self.rounding)
        origin = published_origin(sheet, self.published_source, f"mechanisms › {self.name}")
        lines = {}
        for band, of in ninths.items():
            label = f"{who}: {band_label(band)}"
            figure = with_published(sheet, f"{key}.bands", worked[band], self.published_bands, band, label, origin)
            lines[band] = sheet.line(
                f"{key}.bands.{band}", figure, "£/dwelling", label, kind="council tax", council=key, band=band
            )
            sheet.check(f"{key}.bands.{band}.in_ninths", agrees(lines[band], charge * of / 9, within=0.01 + HALF_A_PENNY),
                        f"{label} follows the statutory ninths", "Within a penny of its ninths of Band D", council=key)  # fmt: skip
        self._homes(sheet)

    def _homes(self, sheet: CaseSheet) -> None:
        """How many homes there are, and what share of them pays less than Band D."""
        who, key = sheet.parties[self.council], self.council
        homes = {band: sheet[f"{key}.homes.{band}"] for band in ninths_of(sheet) if f"{key}.homes.{band}" in sheet}
        if not homes:
            return
        every = sheet.line(f"{key}.homes.all", sheet.total(homes.values(), "dwelling"), "dwelling", f"{who}: homes in all bands")
        lower = [line for band, line in homes.items() if band in (DISABLED, "A", "B", "C")]
        sheet.line(f"{key}.homes.share_below_band_d", sheet.total(lower, "dwelling") / every, "share",
                   f"{who}: share of homes that pay less than Band D")  # fmt: skip

    def _changes(self, sheet: CaseSheet, precept: Line, tax_base: Line, charge: Line) -> None:
        """Precept £ and %, tax base %, Band D £ and %, on the year before and since the start."""
        who, key, before = sheet.parties[self.council], self.council, self._before(sheet)
        published = sheet.line(f"{key}.band_d", to_pence(charge), "£/Band D home", f"{who}: Band D charge, to the penny")
        start_charge = before["precept"] / before["tax_base"] if before else None
        openings = {"precept": before.get("precept"), "tax_base": before.get("tax_base"),
                    "band_d": to_pence(start_charge) if before else None, "band_d_charge": start_charge}  # fmt: skip
        rates = {}
        for figure, line, label in (("precept", precept, "precept"), ("tax_base", tax_base, "tax base"),
                                    ("band_d", published, "Band D charge")):  # fmt: skip
            last = sheet.last_year(line, first=openings[figure])
            sheet.line(f"{key}.{figure}_change", change(line, last), line.unit, f"{who}: change in {label}")
            rates[figure] = sheet.line(f"{key}.{figure}_change_rate", change_rate(line, last), "share",
                                       f"{who}: change in {label}, %", may_be_blank=True)  # fmt: skip
        write_band_changes(sheet, key, who, start_charge, self.rounding)
        if before:
            first = sheet.line(f"{key}.band_d_at_start", to_pence(start_charge), "£/Band D home",
                               f"{who}: Band D charge before the first year", kind="working")  # fmt: skip
            sheet.line(f"{key}.band_d_change_since_start", change(published, first), "£/Band D home",
                       f"{who}: change in Band D charge since the year before the first")  # fmt: skip
            sheet.line(f"{key}.band_d_change_rate_since_start", change_rate(published, first), "share",
                       f"{who}: change in Band D charge since the year before the first, %", may_be_blank=True)  # fmt: skip
            last_charge = sheet.last_year(charge, first=openings["band_d_charge"])
            nothing_before = last_charge <= quantity(0, "£/Band D home")
            moved = {figure: when(nothing_before, 0, rate) for figure, rate in
                     {**rates, "charge": change_rate(charge, last_charge)}.items()}  # fmt: skip
            sheet.check(f"{key}.change_identity",
                        agrees(1 + moved["precept"], (1 + moved["tax_base"]) * (1 + moved["charge"]), 1e-9),
                        f"{who}: the changes in precept, tax base and Band D agree",
                        "(1 + precept) = (1 + tax base) × (1 + Band D), where there was a charge the year before", council=key)  # fmt: skip

    def _before(self, sheet: CaseSheet) -> dict[str, Line]:
        """The figures of the year before, written once."""
        if self.year_before is None:
            return {}
        who, prefix = sheet.parties[self.council], f"{self.council}.year_before"
        if f"{prefix}.precept" in sheet:
            return {line.name.rsplit(".", 1)[1]: line for line in sheet if line.name.startswith(f"{prefix}.")}
        given = sheet.givens(prefix, self.year_before, f"{who}, year before: ", kind="working")
        return {name: line for name, line in given.items() if line is not None}

    @property
    def _parts_known(self) -> bool:
        """Whether the budget of the year before is known by its parts, so that the first walk can go through them."""
        return bool(self.year_before and self.year_before.spending and self.year_before.other_income)

    def _parts(self, sheet: CaseSheet, spending: Line, income: Line, contingency: Line, added: Line, used: Line, grant: Line,
               left: Line) -> Parts:  # fmt: skip
        before = self._before(sheet)
        zero = 0.0
        openings: dict[str, Any] = {part: before.get(part, zero) for part in (
            "spending", "other_income", "contingency", "reserves_added", "reserves_used", "support_grant")}  # fmt: skip
        if before and self._parts_known:
            openings["difference_to_reserves"] = before["precept"] - council_tax_requirement(**openings)
        else:
            openings["difference_to_reserves"] = zero
        lines = {"spending": spending, "other_income": income, "contingency": contingency, "reserves_added": added,
                 "reserves_used": used, "support_grant": grant, "difference_to_reserves": left}  # fmt: skip
        return Parts(lines, openings, sheet[f"{self.council}.precept"], sheet[f"{self.council}.tax_base"],
                     before.get("precept"), before.get("tax_base"))  # fmt: skip

    def _checks(self, sheet: CaseSheet) -> None:
        who, key = sheet.parties[self.council], self.council
        sheet.check(f"{key}.tax_base_positive", sheet[f"{key}.tax_base"] > 0, f"{who}: the tax base is above nought",
                    "Without a tax base there is no charge", council=key)  # fmt: skip
        flows_in = sheet.total([line for line in sheet.tagged(payee=key, account="revenue") if line.tags.get("kind") != "total"])
        flows_out = sheet.total([line for line in sheet.tagged(payer=key, account="revenue") if line.tags.get("kind") != "total"])
        closing = sheet[f"{key}.reserves.closing"]
        start = sheet.total([sheet[f"{key}.reserves.{reserve}.at_start"] for reserve in self._all_reserves()])
        sheet.check(f"{key}.reserves.roll_forward",
                    agrees(sheet.last_year(closing, first=start) + flows_in - flows_out, closing, within=HALF_A_PENNY),
                    f"{who}: reserves move by exactly what comes in less what goes out",
                    "Opening reserves + revenue received − revenue paid = closing reserves", council=key)  # fmt: skip
