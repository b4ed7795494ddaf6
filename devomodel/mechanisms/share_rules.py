"""Rules for sharing a cost: fixed shares, by a measure, part fixed and part by use, by size, fixed sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, allocate, both, larger_of, smaller_of, to_pence, total, when
from devomodel.fields import amount, amounts, blocks, choice, parties
from devomodel.fields import shares as shares_by_party
from devomodel.mechanisms.base import CaseSheet
from devomodel.problems import listed
from devomodel.written import share_text

REST = "rest"
WHOLE_WITHIN = 1e-9
"""How far from 100% the shares may come out by the arithmetic of decimals."""

MEASURES = {
    "head": ("person", "people"),
    "elector": ("elector", "electors"),
    "dwelling": ("dwelling", "dwellings"),
    "tax_base": ("Band D home", "tax base"),
    "use": ("visit", "uses"),
    "hours": ("hour", "hours"),
}
"""What a cost may be shared by: the unit of each measure, and its words."""

STAND_ALONE, SHAPLEY = "stand_alone", "shapley"
BY_COST_ALONE = (STAND_ALONE, SHAPLEY)
"""What a cost may be shared by where the case says what each party would pay alone; `share_fairness` works them."""


def share_by_measure(measure: Any, all_measures: Any) -> Any:
    """One party's share where a cost is shared by what each has: people, electors, homes, tax base, uses or hours.

        share = own measure ÷ the sum of all parties' measures

    >>> share_by_measure(3_000, 12_000)
    0.25
    """
    return measure / all_measures


def part_fixed_share(fixed_part: Any, fixed_share: Any, measured_share: Any) -> Any:
    """One party's share where part of a cost is shared in fixed shares and the remainder by a measure.

        share = fixed part × fixed share + (1 − fixed part) × share by the measure

    >>> part_fixed_share(fixed_part=0.4, fixed_share=0.5, measured_share=0.25)
    0.35
    """
    return fixed_part * fixed_share + (1 - fixed_part) * measured_share


def price_by_size(measure: Any, up_to: Sequence[Any], prices: Sequence[Any]) -> Any:
    """The price of the size class that a measure falls in.

    up_to    the largest measure of each class but the last, going up; that measure itself is still in the class
    prices   £ a year for each class, one more than `up_to`

    >>> price_by_size(800, up_to=[500, 2_000], prices=[250, 600, 1_500])
    600
    """
    price = prices[-1]
    for limit, of_class in zip(reversed(up_to), reversed(prices[:-1]), strict=True):
        price = when(measure <= limit, of_class, price)
    return price


def within_limits(part: Any, at_least: Any = None, at_most: Any = None) -> Any:
    """A part of a cost held between a floor and a cap, where there are such.

        held = the smaller of (the larger of the part and the floor) and the cap

    >>> within_limits(900.0, at_least=1_000.0, at_most=5_000.0)
    1000.0
    """
    held = part if at_least is None else larger_of(part, at_least)
    return held if at_most is None else smaller_of(held, at_most)


def wrong_sum(added: float, has_rest: bool) -> str:
    """What is wrong with shares that come to so much; nothing when they are whole.

    >>> wrong_sum(0.3 + 0.7, False), wrong_sum(0.3, True)
    ('', '')
    >>> wrong_sum(1.1, True)
    'the shares come to 110%, which is more than the whole'
    """
    if added > 1 + WHOLE_WITHIN:
        return f"the shares come to {share_text(added, places=4)}, which is more than the whole"
    if not has_rest and added < 1 - WHOLE_WITHIN:
        return f"the shares come to {share_text(added, places=4)}, and nobody takes the rest"
    return ""


@dataclass(frozen=True)
class Split:
    """A rule put on the sheet.

    parties   who pays, in the order written
    shares    party → line with its share of the whole; empty where the rule sets sums
    sums      party → line with its sum, £ a year; the bearer of the rest is not among them
    bearer    who bears what the sums leave
    """

    parties: tuple[str, ...]
    shares: Mapping[str, Line]
    sums: Mapping[str, Line]
    bearer: str = ""

    def of(self, cost: Any) -> dict[str, Any]:
        """What each party pays of a cost in whole pence, to the penny; the parts sum exactly to it."""
        if self.shares:
            return dict(zip(self.parties, allocate(cost, list(self.shares.values())), strict=True))
        parts: dict[str, Any] = {party: to_pence(line) for party, line in self.sums.items()}
        return parts | {self.bearer: cost - total(*parts.values())}


@dataclass(frozen=True)
class SizeClass:
    """A class of a table of prices by size."""

    up_to: Amount | None = amount("number", "Largest measure of the class; none for the last class", None)
    price: Amount = amount("£", "Price for the year")


@dataclass(frozen=True)
class Rule:
    """One way of sharing a cost. One of `shares`, `by` and `sums` says which."""

    shares: Mapping[str, Amount | str] = shares_by_party("Share of each party; one may take the rest", {})
    by: str = choice("What the cost is shared by", (*MEASURES, *BY_COST_ALONE), "")
    measures: Mapping[str, Amount] = amounts("number", "How much each party has of it", {}, by_party=True)
    between: tuple[str, ...] = parties("Parties whose tax base is taken from the sheet", ())
    fixed_part: Amount | None = amount("share", "Part of the cost that is shared in fixed shares", None)
    fixed_shares: Mapping[str, Amount | str] = shares_by_party("Fixed shares of that part", {})
    size_classes: Mapping[str, SizeClass] = blocks(SizeClass, "Prices by size, the smallest class first", {})
    sums: Mapping[str, Amount] = amounts("£", "Fixed sum of each party", {}, by_party=True)

    @property
    def taker_of_rest(self) -> str:
        """The party whose share is the rest, if there is one."""
        return next((party for party, one in self.shares.items() if one == REST), "")

    def put_on(self, sheet: CaseSheet, prefix: str, manager: str, where: str, words: str) -> Split:
        """Write the rule's measures and shares as lines.

        prefix  of the lines' names
        where   the place in the scenario, for what is refused
        words   the rule's name, for labels
        Raises SheetError when it is not one rule, or lacks a figure.
        """
        said = [key for key in ("shares", "by", "sums") if getattr(self, key)]
        if len(said) != 1:
            raise SheetError(
                f"{where}: a cost is shared by exactly one of shares, by and sums, and "
                f"{listed(said, 'and') + ' are given. Keep one' if said else 'none of them is given. Give one'}."
            )
        extras = ("measures", "between", "fixed_part", "fixed_shares", "size_classes")
        loose = [key for key in extras if getattr(self, key)]
        if loose and not self.by:
            raise SheetError(f"{where} › {loose[0]}: it goes with 'by', and the cost is shared by {said[0]}. Take it out.")
        if self.by in BY_COST_ALONE:
            raise SheetError(
                f"{where} › by: '{self.by}' is set side by side in any case where the cost alone is given. Take this rule out."
            )
        if self.shares:
            found = _shares_on(sheet, self.shares, prefix, "share", f"{where} › shares", words)
            _check_whole(sheet, f"{prefix}.shares_are_whole", found, words)
            return Split(tuple(found), found, {})
        if self.sums:
            return self._sums_on(sheet, prefix, manager, where, words)
        return self._by_measure(sheet, prefix, manager, where, words)

    def _sums_on(self, sheet: CaseSheet, prefix: str, manager: str, where: str, words: str) -> Split:
        if manager in self.sums:
            raise SheetError(
                f"{where} › sums › {manager}: '{manager}' pays the bills and bears what the sums leave, so it has no "
                "sum of its own. Take it out."
            )
        found = {
            party: sheet.given(f"{prefix}.{party}.sum", one, f"{words}: fixed sum of {sheet.parties[party]}", kind="working")
            for party, one in self.sums.items()
        }
        return Split((*found, manager), {}, found, manager)

    def _by_measure(self, sheet: CaseSheet, prefix: str, manager: str, where: str, words: str) -> Split:
        measures = self._measures_on(sheet, prefix, where, words)
        if self.size_classes:
            return self._prices_on(sheet, measures, prefix, manager, where, words)
        all_of = sheet.line(
            f"{prefix}.all_measures",
            total(*measures.values()),
            MEASURES[self.by][0],
            f"{words}: {MEASURES[self.by][1]} of all parties",
            kind="working",
        )
        found: dict[str, Any] = {party: share_by_measure(line, all_of) for party, line in measures.items()}
        if (self.fixed_part is None) != (not self.fixed_shares):
            raise SheetError(
                f"{where}: fixed_part says how much of the cost is shared in fixed shares, and fixed_shares in which. "
                "Give both, or neither."
            )
        if self.fixed_part is not None:
            part = sheet.given(
                f"{prefix}.fixed_part", self.fixed_part, f"{words}: part of the cost in fixed shares", kind="working"
            )
            fixed = _shares_on(sheet, self.fixed_shares, prefix, "fixed_share", f"{where} › fixed_shares", words)
            _check_whole(sheet, f"{prefix}.fixed_shares_are_whole", fixed, f"{words}, fixed part")
            found = {party: part_fixed_share(part, fixed.get(party, 0.0), found.get(party, 0.0)) for party in {**found, **fixed}}
        lines = {
            party: sheet.line(
                f"{prefix}.{party}.share", one, "share", f"{words}: share of {sheet.parties[party]}", kind="working", party=party
            )
            for party, one in found.items()
        }
        _check_whole(sheet, f"{prefix}.shares_are_whole", lines, words)
        return Split(tuple(lines), lines, {})

    def _measures_on(self, sheet: CaseSheet, prefix: str, where: str, words: str) -> dict[str, Line]:
        of, noun = MEASURES[self.by]
        found: dict[str, Line] = {}
        for party in dict.fromkeys((*self.between, *self.measures)):
            label = f"{words}: {noun} of {sheet.parties[party]}"
            if party in self.measures:
                one = replace(self.measures[party], unit=of)
                found[party] = sheet.given(f"{prefix}.{party}.measure", one, label, kind="working")
            elif self.by == "tax_base" and f"{party}.tax_base" in sheet:
                found[party] = sheet[f"{party}.tax_base"]
            else:
                todo = "Add a mechanism with use: tax_base for it, or give it" if self.by == "tax_base" else "Give it"
                raise SheetError(f"{where} › between: nothing gives the {noun} of '{party}'. {todo} under measures.")
        if not found:
            raise SheetError(
                f"{where} › by: sharing by {noun} needs the {noun} of each party. Give them under measures"
                + (", or name the parties under between." if self.by == "tax_base" else ".")
            )
        return found

    def _prices_on(
        self, sheet: CaseSheet, measures: Mapping[str, Line], prefix: str, manager: str, where: str, words: str
    ) -> Split:
        place = f"{where} › size_classes"
        if self.fixed_part is not None or self.fixed_shares:
            raise SheetError(f"{place}: prices by size do not go with a fixed part. Keep one of them.")
        if manager in measures:
            raise SheetError(
                f"{where} › measures › {manager}: '{manager}' pays the bills and bears what the prices leave, so it "
                "is in no class. Take it out."
            )
        of, noun = MEASURES[self.by]
        limits, prices = classes_on(sheet, self.size_classes, f"{prefix}.size_classes", place, words, noun, of)
        found = {
            party: sheet.line(
                f"{prefix}.{party}.sum",
                price_by_size(line, limits, prices),
                "£",
                f"{words}: price for {sheet.parties[party]}",
                kind="working",
            )
            for party, line in measures.items()
        }
        return Split((*found, manager), {}, found, manager)


def classes_on(
    sheet: CaseSheet, classes: Mapping[str, SizeClass], prefix: str, place: str, words: str, noun: str, of: str
) -> tuple[list[Line], list[Line]]:
    """A table of prices by size as lines: the largest measure of each class but the last, and the price of each.

    noun, of  what is measured, and its unit
    Raises SheetError where a class but the last has no limit, or the last has one.
    """
    limits, prices = [], []
    last = list(classes)[-1]
    for name, one in classes.items():
        if (one.up_to is None) != (name == last):
            raise SheetError(f"{place} › {name}: every class but the last says up_to, and the last, '{last}', does not.")
        prices.append(sheet.given(f"{prefix}.{name}.price", one.price, f"{words}: price of the class {name}", kind="working"))
        if one.up_to is not None:
            label = f"{words}: largest {noun} of the class {name}"
            limits.append(sheet.given(f"{prefix}.{name}.up_to", replace(one.up_to, unit=of), label, kind="working"))
    for lower, upper in pairwise(limits):
        sheet.check(
            f"{upper.name}.goes_up",
            lower < upper,
            f"{words}: the classes go up in size",
            "Each class reaches further than the one before",
        )
    return limits, prices


def _shares_on(
    sheet: CaseSheet, given: Mapping[str, Amount | str], prefix: str, ending: str, where: str, words: str
) -> dict[str, Line]:
    """A line for each share, the rest as what the others leave."""
    _refuse_years_not_whole(sheet, given, where)
    label = f"{words}: {ending.replace('_', ' ')} of"
    known = {
        party: sheet.given(f"{prefix}.{party}.{ending}", one, f"{label} {sheet.parties[party]}", kind="working", party=party)
        for party, one in given.items()
        if isinstance(one, Amount)
    }
    found = {}
    for party, one in given.items():
        if isinstance(one, Amount):
            found[party] = known[party]
        else:
            rest = 1 - total(*known.values()) if known else 1.0
            found[party] = sheet.line(
                f"{prefix}.{party}.{ending}",
                rest,
                "share",
                f"{label} {sheet.parties[party]}, the rest",
                kind="working",
                party=party,
            )
    return found


def _refuse_years_not_whole(sheet: CaseSheet, given: Mapping[str, Amount | str], where: str) -> None:
    """Shares given by year must come to 100% in each; those that grow or come from elsewhere are left to the check."""
    known = [one for one in given.values() if isinstance(one, Amount)]
    if any(one.grows or one.line or one.parameter for one in known):
        return
    for year, figures in zip(sheet.years, zip(*(one.given(sheet.years) for one in known), strict=True), strict=False):
        wrong = wrong_sum(sum(figures), len(known) < len(given))
        if wrong:
            raise SheetError(f"{where}: in {year} {wrong}. Check each share, and let one party take the rest.")


def _check_whole(sheet: CaseSheet, name: str, found: Mapping[str, Line], words: str) -> None:
    holds = both(agrees(total(*found.values()), 1.0, within=WHOLE_WITHIN), *(line >= 0.0 for line in found.values()))
    sheet.check(name, holds, f"{words}: the shares come to 100%", "Each share is nought or more, and together they are the whole")
