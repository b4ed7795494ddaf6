"""What a hall can move: the headings of a council's budget, those that options would add, and those that cannot move and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from devomodel.case import Case
from devomodel.case.case import Edit
from devomodel.case.changes import steps_of
from devomodel.dashboards.controls import nearest
from devomodel.dashboards.live import Live, Movable
from devomodel.mechanisms.base import HALF_A_PENNY
from devomodel.mechanisms.precept import Precept
from devomodel.model import Projection
from devomodel.problems import DevomodelError
from devomodel.reports.residents_figures import own_label

OUT, IN, LESS, SAME, MORE, FLIP = "out", "in", "less", "same", "more", "flip"
SHORT = 140
"""Letters of a consequence before the rest goes under "more"."""

RARELY_OPEN = re.compile(
    r"\b(insur|audit|contract|staff|salar|wages|pension|loan|election|energy|licen[cs]|statut)", re.IGNORECASE
)
"""Words of a heading that a meeting can seldom move from one year to the next. The presenter may open any of them."""

FIRM = {"law": "The law sets it.", "agreement": "It is agreed, and the agreement fixes it."}


@dataclass(frozen=True)
class Heading:
    """One heading of the budget that a hall may ask about.

    path     under `mechanisms`, and the key of its control
    line     its line on the sheet
    side     "spending", "income" or "reserve": which way it moves the precept
    new      whether only an option of the case brings it in
    figures  path of each of its amounts → what the case gives
    reason   why it cannot move, unless the presenter opens it; nothing for one that is open
    """

    path: str
    label: str
    line: str
    side: str
    new: bool
    figures: Mapping[str, float]
    reason: str
    note: str
    basis: str
    source: str

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """What the hall can do with it, as (label, key)."""
        if self.new:
            return (("Leave out", OUT), ("Put in", IN))
        names = ("Lower", "Keep", "Raise") if self.side == "income" else ("Cut", "Keep", "Add")
        return tuple(zip(names, (LESS, SAME, MORE), strict=True))

    def at(self, level: str, step: float) -> dict[str, float]:
        """Its amounts at a level; a step is a share of the figure, to the whole pound."""
        by = {OUT: 0.0, IN: 1.0, SAME: 1.0, LESS: 1.0 - step, MORE: 1.0 + step}[level]
        return {path: figure if by == 1.0 else nearest(figure * by, 1.0) for path, figure in self.figures.items()}


def cut_short(text: str, most: int = SHORT) -> tuple[str, str]:
    """A text of at most so many letters, ending at a word, and the whole of it where something was left out.

    >>> cut_short("Two evenings a week", 13), cut_short("Two evenings", 12)
    (('Two evenings…', 'Two evenings a week'), ('Two evenings', ''))
    """
    if len(text) <= most:
        return text, ""
    words = text[:most].rpartition(" ")[0].rstrip(",;: ")
    return f"{words or text[: most - 1]}…", text


@dataclass(eq=False)
class Mix:
    """A budget that begins as one option of a case and that a hall moves, with what the other options would add ready to be put in.

    case, option, council  where it begins, and whose budget it is
    start, nothing         that option as the case has it, and what happens without a decision
    """

    case: Case
    option: str
    council: str
    start: Projection
    nothing: Projection
    effects: dict[tuple[str, float], dict[str, dict[str, tuple[float, float]]]] = field(default_factory=dict)

    @cached_property
    def rule(self) -> Precept:
        return next(
            one for one in self.case.variant(self.option).mechanisms if isinstance(one, Precept) and one.council == self.council
        )

    @cached_property
    def fixes_charge(self) -> bool:
        """Whether the case fixes the charge or the precept, so that reserves take the difference."""
        return self.rule.precept is not None or self.rule.band_d_charge is not None

    @cached_property
    def _drops(self) -> tuple[Edit, ...]:
        return tuple(
            ("drop", f"{self.rule.name}.{one}", None)
            for one in ("precept", "band_d_charge")
            if getattr(self.rule, one) is not None
        )

    @cached_property
    def added(self) -> tuple[Edit, ...]:
        """The changes of the other options that bring a heading into this council's budget, each as that option writes it."""
        wanted, taken = [], set(self._paths(self.start))
        for other in self.case.options.values():
            for edit in other.edits if other.name != self.option else ():
                place = steps_of(edit[1])
                if _brings_heading(edit, self.council) and not any(one[: len(place)] == place for one in taken):
                    wanted.append(edit)
                    taken.add(place)
        if self._works(wanted):
            return tuple(wanted)
        kept: list[Edit] = []
        for edit in wanted:  # one of them makes sense only with the rest of its own option
            if self._works([*kept, edit]):
                kept.append(edit)
        return tuple(kept)

    def _works(self, edits: Iterable[Edit]) -> bool:
        try:
            return bool(Live(self.case, self.option, tuple(edits)).base.years)
        except DevomodelError:
            return False

    @staticmethod
    def _paths(projection: Projection) -> set[tuple[str, ...]]:
        return {amount.place[1:] for amount in projection.sheet.amounts.values() if amount.place[:1] == ("mechanisms",)}

    @cached_property
    def needs(self) -> Live:
        """The budget with a charge that pays for it, whatever it comes to."""
        return Live(self.case, self.option, (*self.added, *self._drops))

    @cached_property
    def held(self) -> Live:
        """The budget with the charge held, so that reserves take the difference. It begins with the charges of the start."""
        fixed = {"by_year": self.charges, "basis": "assumption", "note": "the charge that the meeting aims at"}
        return Live(self.case, self.option, (*self.added, *self._drops, ("set", f"{self.rule.name}.band_d_charge", fixed)))

    @cached_property
    def charges(self) -> dict[str, float]:
        return {year: max(self.start.value(f"{self.council}.band_d_charge", year), 0.0) for year in self.case.years}

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Every heading of the council's revenue budget that has a figure of its own, those that options bring in first."""
        base = self.needs.base.sheet
        lines = {id(amount): name for name, amount in base.amounts.items()}
        found: dict[str, list[Movable]] = {}
        for one in self.needs.movable:
            if _side(base[lines[id(one.amount)]].tags, self.council, base[lines[id(one.amount)]].name):
                found.setdefault(one.path.partition("@")[0], []).append(one)
        made = [self._heading(path, lines[id(ones[0].amount)], ones) for path, ones in found.items()]
        return (*(one for one in made if one.new), *(one for one in made if not one.new))

    def _heading(self, path: str, line: str, ones: list[Movable]) -> Heading:
        sheet, amount = self.needs.base.sheet, ones[0].amount
        tags, label = sheet[line].tags, own_label(sheet[line].label, sheet.parties[self.council])
        if label.endswith(" reserve added"):
            label = f"Set aside for {label.removesuffix(' reserve added').lower()}"
        other = str(tags.get("payee" if tags.get("payer") == self.council else "payer", ""))
        new = steps_of(path) not in self._paths(self.nothing)
        reason = ""
        if other in sheet.parties and other != self.council:
            reason = f"It is settled with {sheet.parties[other]}, and this meeting cannot move it alone."
        elif not new and not self._moved_by_an_option(path):
            reason = FIRM.get(amount.basis, "")
            if not reason and (RARELY_OPEN.search(label) or "contract" in amount.note.lower()):
                reason = "It is the same in every option."
        return Heading(path, label, line, _side(tags, self.council, line), new, {one.path: one.value for one in ones}, reason, amount.note,
                       amount.basis, self.case.sources[amount.source].title if amount.source in self.case.sources else "")  # fmt: skip

    def _moved_by_an_option(self, path: str) -> bool:
        return any(edit[0] == "set" and steps_of(path)[: len(steps_of(edit[1]))] == steps_of(edit[1])
                   for option in self.case.options.values() for edit in option.edits)  # fmt: skip

    @cached_property
    def in_start(self) -> frozenset[str]:
        """The paths of the new headings that the start holds already."""
        there = self._paths(self.start)
        return frozenset(one.path for one in self.headings if one.new and steps_of(one.path) in there)

    def usual(self, heading: Heading) -> str:
        """Where a heading stands at the start."""
        return SAME if not heading.new else IN if heading.path in self.in_start else OUT

    def choices(self, heading: Heading) -> list[tuple[str, str]]:
        """What the hall can choose, as (label, what its control holds): a control says how a heading differs from the start."""
        return [(label, self.held_as(heading, level)) for label, level in heading.levels]

    def held_as(self, heading: Heading, level: str) -> str:
        """A level as a control holds it."""
        return level if not heading.new else SAME if level == self.usual(heading) else FLIP

    def level(self, heading: Heading, held: str) -> str:
        """What a control holds as a level."""
        return next((one for _, one in heading.levels if self.held_as(heading, one) == held), self.usual(heading))

    def amounts(self, levels: Mapping[str, str], step: float) -> dict[str, float]:
        """The amounts that are other than in the file, for headings at these levels; one not named stands where the start has it."""
        found: dict[str, float] = {}
        for one in self.headings:
            moved = one.at(levels.get(one.path, self.usual(one)), step)
            found |= {path: figure for path, figure in moved.items() if figure != one.figures[path]}
        return found

    def target(self, charge: float, year: str) -> dict[str, float]:
        """The charge of a year as an amount; in later years it stays as far above or below the start as in that one."""
        more = charge - self.start.value(f"{self.council}.band_d", year)
        return {f"{self.rule.name}.band_d_charge@{one}": max(known + more, 0.0) if one >= year else known
                for one, known in self.charges.items()}  # fmt: skip

    def effect(self, year: str, step: float) -> dict[str, dict[str, tuple[float, float]]]:
        """Each heading → each level → its figure in the year, and what it alone puts on Band D when the charge pays for it."""
        if (year, step) not in self.effects:
            charge = f"{self.council}.band_d"
            before = self.needs.quick(self.amounts({}, step)).value(charge, year)
            made: dict[str, dict[str, tuple[float, float]]] = {}
            for one in self.headings:
                for _, level in one.levels:
                    now = self.needs.quick(self.amounts({one.path: level}, step))
                    made.setdefault(one.path, {})[level] = (now.value(one.line, year), now.value(charge, year) - before)
            self.effects[year, step] = made
        return self.effects[year, step]

    def year_before(self, year: str) -> float | None:
        """The Band D charge of the year before, as the start has it; none where it is not known."""
        at = self.case.years.index(year)
        if at:
            return self.start.value(f"{self.council}.band_d", self.case.years[at - 1])
        name = f"{self.council}.band_d_at_start"
        return self.start.value(name, year) if name in self.start.sheet else None


@dataclass(frozen=True)
class Balance:
    """What a hall's budget comes to in one year.

    shown    the projection that is shown: with the charge that pays for it, or held at the target
    needed   the Band D charge that pays for it; needed_precept and target_precept are what each charge raises
    short    £ that are missing at the target; below nought when something is left over
    """

    shown: Projection
    needed: float
    needed_precept: float
    target: float
    target_precept: float
    short: float
    held: bool
    missing: tuple[str, ...] = ()

    @property
    def balanced(self) -> bool:
        return not self.missing


def balance(mix: Mix, amounts: Mapping[str, float], year: str, target: float, held: bool) -> Balance:
    """The hall's budget in a year, at the charge that pays for it and at the target."""
    key = mix.council
    pays, aims = mix.needs.quick(amounts), mix.held.quick({**amounts, **mix.target(target, year)})
    short = -aims.value(f"{key}.difference_to_reserves", year)
    return Balance(aims if held else pays, pays.value(f"{key}.band_d", year), pays.value(f"{key}.precept", year), target,
                   aims.value(f"{key}.precept", year), short, held)  # fmt: skip


def reserve_checks(mix: Mix, projection: Projection) -> list[str]:
    """The checks on reserves that do not hold: overdrawn in a year, or beyond a bound that the case sets."""
    of_reserves = f"{mix.council}.reserves"
    bounds = {one.label for one in mix.case.ceilings if one.line.startswith(of_reserves)}
    return [
        one.label for one in projection.checks[1:] if not one.passed and (one.name.startswith(of_reserves) or one.label in bounds)
    ]


def counts(pounds: float) -> bool:
    """Whether a sum is one, beyond what rounding to the penny leaves."""
    return pounds > HALF_A_PENNY


def _brings_heading(edit: Edit, council: str) -> bool:
    what, path, value = edit
    if not isinstance(value, Mapping):
        return False
    if what == "add":
        return value.get("use") == "budget" and value.get("council") == council and value.get("account", "revenue") == "revenue"
    return what == "set" and len(steps_of(path)) > 1 and steps_of(path)[1] in ("spending", "income", "earmarked_reserves")


def _side(tags: Mapping[str, Any], council: str, line: str) -> str:
    """Which way a line moves the council's precept; nothing for one that is none of its budget."""
    if tags.get("kind") == "reserve":
        return "reserve" if tags.get("council") == council and line.endswith(".added") else ""
    if tags.get("account") != "revenue":
        return ""
    if tags.get("payer") == council:
        return "spending"
    return "income" if tags.get("payee") == council and tags.get("kind") not in ("precept", "council tax") else ""
