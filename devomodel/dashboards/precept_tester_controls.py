"""The controls of the precept tester for what a case gives: each heading of the budget, the reserves, and the year before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from traitlets import Bunch

from devomodel.amounts import Amount as Given
from devomodel.case import Case
from devomodel.dashboards import shown
from devomodel.dashboards.controls import Amount, figure_text
from devomodel.dashboards.page import Page
from devomodel.dashboards.precept_tester_plan import PUT_IN, Engine
from devomodel.mechanisms.base import label_of
from devomodel.mechanisms.budget import Budget
from devomodel.mechanisms.precept import Precept

LONGEST_HINT = 120
MOST = 1e9
SPENDING, INCOME, RESERVES, BEFORE = "Spending", "Other income", "Reserves and contingency", "The year before"
UNITS = {"Band D home": "homes"}
SLIDER_STEPS = 500
ROUND = (1, 2, 2.5, 5, 10)


def tidy_top(figure: float) -> float:
    """A round figure at least twice another, for the end of a slider.

    >>> tidy_top(9_000), tidy_top(14.83), tidy_top(0), tidy_top(456_000)
    (20000.0, 50.0, 1000.0, 1000000.0)
    """
    if not figure > 0:
        return 1_000.0
    power = 10.0 ** math.floor(math.log10(2 * figure))
    return float(next(one * power for one in ROUND if one * power >= 2 * figure * (1 - 1e-12)))


def tidy_step(top: float) -> float:
    """A round step that takes a few hundred presses from nought to the end of a slider.

    >>> tidy_step(20_000), tidy_step(50), tidy_step(1_000_000)
    (50.0, 0.1, 2000.0)
    """
    wanted = top / SLIDER_STEPS
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(f"{next(one * power for one in (1, 2, 5, 10) if one * power >= wanted * (1 - 1e-9)):.6g}")


def fit(control: Amount, figure: float, low: float) -> None:
    """Let a slider span from `low` to about twice a figure, and hold what it stands at."""
    top = tidy_top(figure)
    with control.hold_trait_notifications():
        control.max = max(top, control.value)
        control.min = min(low, control.value)
        control.step = tidy_step(top)


NOT_KNOWN = "not known"
SAYS_NOTHING = "not in the statistics"
"""How the note of an amount begins that stands in a case begun from published figures, and that nobody published."""


def is_unknown(given: Given | None) -> bool:
    """Whether a figure of nought stands for one that nobody knows, by its own note."""
    return given is not None and given.value == 0 and given.basis == "assumption" and given.note.startswith(SAYS_NOTHING)


class Unknown(Amount):
    """An amount that is not known until somebody types it: its box is empty, and nought that is typed is a figure."""

    known = False

    def __init__(self, *given: Any, **more: Any):
        super().__init__(*given, **more)
        self.start = math.nan
        self._forget()

    def _forget(self) -> None:
        self.known, self.said = False, ""

    def _told(self, change: Any) -> None:
        super()._told(change)
        self.known = True

    def type(self, text: str) -> None:
        super().type(text)
        if not self.error and not self.known:  # nought was typed, so the value has not moved, and yet it is known now
            self.notify_change(Bunch(name="value", old=self.value, new=self.value, owner=self, type="change"))
            self.send_state(["said", "value"])

    def _read(self, text: str) -> float:
        if not text.strip():
            raise ValueError(f"{self.description} is {NOT_KNOWN}: type what is in hand, or 0 if it is nothing.")
        return super()._read(text)

    def in_words(self, value: float) -> str:
        return NOT_KNOWN if math.isnan(value) else super().in_words(value)

    def as_text(self) -> str:
        return super().as_text() if self.known else "nan"

    def from_text(self, text: str) -> None:
        if text == "nan":
            self.set(0.0)
            self._forget()
            return
        super().from_text(text)
        self.known, self.said = True, figure_text(self.value, self.unit)


@dataclass(frozen=True)
class Heading:
    """One amount of a case that has a control.

    path, year  as `Live` takes it; the year where the amount is given by year
    council     whose it is
    block       under which heading it stands on the page
    label       as printed
    value       the case's figure
    """

    path: str
    year: str
    council: str
    block: str
    label: str
    value: float
    given: Given | None

    @property
    def key(self) -> str:
        return f"{self.path}@{self.year}" if self.year else self.path


class Headings:
    """Every heading of every option, one control for each, so that the address, undo and reset know them all."""

    def __init__(self, page: Page, engine: Engine, options: Sequence[str]):
        self.page, self.case = page, engine.case
        self.of = {option: {one.key: one for one in _headings(engine, option)} for option in options}
        self.controls: dict[str, Amount] = {}
        for found in self.of.values():
            for key, one in found.items():
                if key not in self.controls:
                    self.controls[key] = self._control(one)

    def _control(self, one: Heading) -> Amount:
        unit = UNITS.get(one.given.unit, one.given.unit) if one.given else "£"
        top = 0.1 if unit == "share" else tidy_top(abs(one.value))
        least = 0.01 if unit == "homes" else min(0.0, one.value)
        low = 0.01 if unit == "homes" else min(0.0, one.value)
        most = 10.0 if unit == "share" else MOST
        step = 0.0025 if unit == "share" else tidy_step(top)
        made = (one.label, one.value, low, max(top, one.value), step, unit, _hint(self.case, one), least, most)
        return self.page._add(one.key, Unknown(*made)) if is_unknown(one.given) else self.page.amount(one.key, *made)

    def known(self, option: str, council: str) -> bool:
        """Whether what is in hand in a council's reserves is known."""
        return all(control.known for key, one in self.of[option].items()
                   for control in [self.controls[key]] if one.council == council and isinstance(control, Unknown))  # fmt: skip

    def begin(self, option: str) -> None:
        """Start from the figures of an option; what was moved stays."""
        for key, one in self.of[option].items():
            control = self.controls[key]
            if isinstance(control, Unknown):
                continue
            if control.value == control.start:
                self.page.set({key: one.value})
            control.start = one.value

    def moved(self, option: str) -> dict[str, float]:
        """What is not as the option has it."""
        return {
            key: float(self.controls[key].value)
            for key in self.of[option]
            if self.controls[key].value != (0.0 if isinstance(self.controls[key], Unknown) else self.controls[key].start)
        }

    def blocks(self, option: str, council: str, first: bool) -> list[tuple[str, list[Amount]]]:
        """The controls of a council in an option under their headings; those of the year before where it is before the first year."""
        found: dict[str, list[Amount]] = {BEFORE: [], SPENDING: [], INCOME: [], RESERVES: []}
        for key, one in self.of[option].items():
            if one.council == council and (first or one.block != BEFORE):
                found[one.block].append(self.controls[key])
        return list(found.items())


def _headings(engine: Engine, option: str) -> Iterator[Heading]:
    for one in engine.case.variant(option).mechanisms:
        if isinstance(one, Budget) and one.council in engine.councils and one.account == "revenue":
            for block, amounts in ((SPENDING, one.spending), (INCOME, one.income)):
                side = "spending" if block == SPENDING else "income"
                for heading, given in amounts.items():
                    yield from _of(f"{one.name}.{side}.{heading}", one.council, block, label_of(heading), given)
        if isinstance(one, Precept):
            there = set()
            for path, label, given in _amounts(one, one.name, ""):
                key = path.removeprefix(f"{one.name}.")
                there.add(key)
                if key in ("precept", "band_d_charge"):
                    continue
                if key.startswith("year_before."):
                    if key in ("year_before.precept", "year_before.tax_base"):
                        yield from _of(path, one.council, BEFORE, f"{label} of the year before", given)
                    continue
                yield from _of(path, one.council, RESERVES, label, given)
            for key, label in PUT_IN.items():
                if key not in there:
                    yield Heading(f"{one.name}.{key}", "", one.council, RESERVES, label, 0.0, None)


def _of(path: str, council: str, block: str, label: str, given: Given) -> Iterator[Heading]:
    if given.by_year is not None:
        several = len(given.by_year) > 1
        for year, figure in given.by_year.items():
            yield Heading(path, year if several else "", council, block, f"{label}, {shown.year_words(year)}" if several else label, figure,
                          given)  # fmt: skip
    elif given.value is not None:
        yield Heading(path, "", council, block, label, given.value, given)


def _amounts(of: Any, path: str, label: str) -> Iterator[tuple[str, str, Given]]:
    """Every amount of a block and of the blocks in it, with its path and label."""
    for one in fields(of):
        value = getattr(of, one.name)
        named = one.name if not label else f"{label} {one.name}"
        if isinstance(value, Given):
            yield f"{path}.{one.name}", _label(named), value
        elif is_dataclass(value) and not isinstance(value, type):
            yield from _amounts(value, f"{path}.{one.name}", "" if one.name == "year_before" else one.name)
        elif one.name == "earmarked_reserves":
            for name, reserve in value.items():
                yield from _amounts(reserve, f"{path}.{one.name}.{name}", f"{name} reserve")


def _label(name: str) -> str:
    words = label_of(name)
    return words.replace(" opening", " in hand before the first year") if words.endswith(" opening") else words


def _hint(case: Case, one: Heading) -> str:
    """What the figure is and where it is from, in one line."""
    given = one.given
    years = f"Each year from {shown.year_words(case.first_year)} on"
    if given is None:
        return f"{years}. None in the case; what is put in here is an assumption."
    if is_unknown(given):
        return "Not known: type what is in hand. Until then every figure of the reserve is left out."
    told = []
    if one.block == RESERVES and given.unit == "£" and not one.path.endswith(".opening"):
        told.append(f"Only in {shown.year_words(given.once or one.year)}" if given.once or one.year else
                    f"Each year from {shown.year_words(given.start or case.first_year)}"
                    + (f", last in {shown.year_words(given.until)}" if given.until else " on"))  # fmt: skip
    if one.block in (SPENDING, INCOME):
        told.append(f"Only in {shown.year_words(given.once)}" if given.once else
                    f"Figure of {shown.year_words(one.year or given.priced_in(given.start or case.first_year))}"
                    + (", growing after it" if given.grows else ", level after it"))  # fmt: skip
    source = case.sources[given.source].title if given.source in case.sources else given.note
    told.append(f"{given.basis}: {source}" if source else given.basis)
    words = ". ".join(part[:1].upper() + part[1:] for part in told)
    return words if len(words) <= LONGEST_HINT else f"{words[: LONGEST_HINT - 1].rstrip()}…"
