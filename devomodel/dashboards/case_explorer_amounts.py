"""Amounts of a case as controls: how far each may be moved, what it rests on, and how it goes along when another option is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from devomodel.case.reader import Reader
from devomodel.charts.words import axis_words
from devomodel.dashboards.controls import Amount, Control
from devomodel.dashboards.live import Live, Movable
from devomodel.dashboards.page import Page

if TYPE_CHECKING:
    from devomodel.case import Case

LONGEST_HINT = 120
PLENTY = 1_000_000_000.0
HOMES = ("Band D home", "dwelling")


@dataclass(frozen=True)
class Span:
    """How far an amount may go: what its slider spans, and what may be typed."""

    low: float
    high: float
    step: float
    least: float
    most: float


def round_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 5, 6, 8 and 10 with its noughts.

    >>> round_up(0.0458), round_up(673_772), round_up(1.0), round_up(0.07)
    (0.05, 800000.0, 1.0, 0.08)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return next(float(f"{one * power:.10g}") for one in (1, 2, 3, 4, 5, 6, 8, 10) if one * power >= value * (1 - 1e-9))


def round_step(span: float) -> float:
    """A hundredth of a span or a little less, as 1, 2 or 5 with noughts.

    >>> round_step(700_000), round_step(0.05), round_step(40)
    (5000.0, 0.0005, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(span / 100))
    return float(f"{max(one for one in (1, 2, 5) if one * power <= span / 100 * (1 + 1e-9)) * power:.10g}")


def span_of(one: Movable, case: Case) -> Span:
    """From the case's own `uncertain` block where it says how far the amount may lie; else from nought to about twice the figure."""
    unit, value = one.amount.unit, one.value
    least, most = (0.0 if value >= 0 else -PLENTY), PLENTY
    if unit == "share":
        least, most = (0.0 if value >= 0 else -1.0), (1.0 if value <= 1 else 10.0)
    elif unit in HOMES and value >= 1:
        least = 1.0  # nobody can pay a charge spread over no homes
    elif one.above is not None and value > one.above:
        least = one.above + round_step(value - one.above)  # what something is divided by is never nought
    given = case.uncertain.get(one.path)
    bounds = given.bounds(unit, Reader(case.file, lambda _: None)) if given is not None else None
    if bounds is not None and bounds[0] < bounds[1]:
        low, high = min(bounds[0], value), max(bounds[1], value)
        return Span(low, high, _step(one, high - low), min(least, low), max(most, high))
    reach = round_up(abs(value) * 2) if value else {"share": 0.05, "£": 10_000.0}.get(unit, 100.0)
    low, high = (max(least, 0.0), min(reach, most)) if value >= 0 else (max(-reach, least), 0.0)
    if unit == "share" and high == 1.0 and value > 0.5:
        low = 0.0
    return Span(low, high, _step(one, high - low), least, most)


def _step(one: Movable, span: float) -> float:
    step = round_step(span)
    whole = one.amount.unit not in ("share",) and not one.amount.unit.startswith("£/") and one.value == int(one.value)
    return max(step, 1.0) if whole and span > 2 else step


def hint_of(one: Movable, case: Case) -> str:
    """What an amount rests on, in one line: its basis, source and note."""
    amount = one.amount
    source = case.sources.get(amount.source)
    said = {"not stated": "No basis is stated"}.get(amount.basis, amount.basis.capitalize())
    text = "; ".join(part for part in (said, source.title if source else "", amount.note) if part)
    if len(text) <= LONGEST_HINT:
        return text
    return f"{text[: LONGEST_HINT - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def add_amount(page: Page, one: Movable, case: Case, label: str = "") -> Amount:
    """A control for an amount, by its path."""
    span, unit = span_of(one, case), one.amount.unit
    printed = unit if unit.startswith("£") or unit in ("share", "number") else "homes" if unit in HOMES else axis_words(unit)
    return page.amount(one.path, label or one.label, one.value, span.low, span.high, span.step, printed, hint_of(one, case),
                       span.least, span.most)  # fmt: skip


class Amounts:
    """The controls of a page that move amounts of the option shown.

    page, case  whose they are
    extra       makes further controls by path, for what is no amount, such as how a loan is repaid; gives none for another path
    """

    def __init__(self, page: Page, case: Case, extra: Callable[[Live, str], Control | None] = lambda live, path: None):
        self.page, self.case, self.extra = page, case, extra
        self.live: Live | None = None

    def fit(self, live: Live, paths: Iterable[str], labels: Mapping[str, str] | None = None) -> list[str]:
        """Have controls for these paths and no others, and give those of them that the option has.

        When the option is another one, what was moved stays moved, and the rest stands where that option has it.
        """
        there = {one.path: one for one in live.movable}
        before = {path: control for path, control in self.page.controls.items() if "." in path}
        moved = {path: control.as_text() for path, control in before.items() if control.value != control.start}
        another = live is not self.live
        self.live = live
        wanted = list(dict.fromkeys(paths))
        self.page.forget(*(path for path in before if another or path not in wanted))
        made: list[str] = []
        lost: list[str] = []
        for path in wanted:
            if path in self.page.controls:
                made.append(path)
                continue
            control = (
                add_amount(self.page, there[path], self.case, (labels or {}).get(path, ""))
                if path in there
                else self.extra(live, path)
            )
            if control is None:
                continue
            made.append(path)
            if path in moved:
                try:
                    control.from_text(moved[path])
                except ValueError:
                    lost.append(f"{control.description}: {before[path].in_words(before[path].value)} is out of bounds here.")
        if another:
            lost += [f"{before[path].description} is not in this option." for path in moved if path not in made]
            self._tell(lost)
        return made

    def _tell(self, lost: list[str]) -> None:
        """What was moved and does not go along to the option now shown."""
        rows = "".join(f"<li>{escape(one)}</li>" for one in lost)
        if self.page.ready:
            told = "<p>Not everything that you moved goes along to this option:</p>"
            self.page.notes.value = f'<div class="dm-inset">{told}<ul>{rows}</ul></div>' if rows else ""

    @property
    def moved(self) -> dict[str, float]:
        """Path → figure of every amount that does not stand where the option has it."""
        return {
            path: control.value
            for path, control in self.page.controls.items()
            if "." in path and isinstance(control, Amount) and path in self._paths and control.value != control.start
        }

    @property
    def _paths(self) -> set[str]:
        return {one.path for one in self.live.movable} if self.live is not None else set()
