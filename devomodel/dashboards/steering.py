"""The amounts of a case as controls: one for each, shared by the options that give it the same figure, and one for each rate of growth.

A page makes all of them once and shows those of the option that is looked at, so that undoing a choice finds them all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from devomodel.case import Case
from devomodel.case.case import Edit
from devomodel.dashboards.live import Live, Movable
from devomodel.dashboards.shown import year_words
from devomodel.problems import DevomodelError, InputError, listed
from devomodel.written import share_text

if TYPE_CHECKING:
    from devomodel.amounts import Amount as Given
    from devomodel.amounts import Growth
    from devomodel.dashboards.controls import Amount
    from devomodel.dashboards.page import Page
    from devomodel.mechanisms.base import CaseSheet

LONGEST_HINT = 120
MOST_KEPT = 40
"""Sheets of one page that are kept; each takes about a megabyte."""

COUNTED = {"Band D home": "homes", "share": "share", "£": "£"}
"""Units of the sheet as a control has them; any other is printed after the box as it is, a count without one."""


class Lives:
    """Options of a case with changes of structure, each built once.

    case     as read
    options  names, in the order they are offered
    """

    def __init__(self, case: Case, options: Sequence[str]):
        self.case, self.options = case, tuple(options)
        self.plain = {one: Live(case, one) for one in options}
        self._built: dict[str, Live] = {}

    def of(self, option: str, edits: tuple[Edit, ...] = ()) -> Live:
        """An option with edits. Raises InputError, when it is worked, for edits that make no sense."""
        if not edits:
            return self.plain[option]
        key = repr((option, edits))
        found = self._built.pop(key, None) or self.plain[option].with_edits(*edits)
        self._built[key] = found
        if len(self._built) > MOST_KEPT:
            del self._built[next(iter(self._built))]
        return found


class Steering:
    """Controls for the amounts of some options of a case, and for how those amounts grow.

    wanted  whether an amount of an option is one to move
    """

    def __init__(self, page: Page, lives: Lives, wanted: Callable[[str, Movable], bool]):
        self.page, self.lives, self.case = page, lives, lives.case
        self.controls: dict[str, dict[str, Amount]] = {}
        self.growths: dict[str, tuple[Amount, dict[str, tuple[str, ...]]]] = {}
        found: dict[tuple[str, float], Amount] = {}
        for option, live in lives.plain.items():
            own = self.controls[option] = {}
            for one in live.movable:
                if wanted(option, one):
                    same = (one.path, one.value)
                    if same not in found:
                        found[same] = self._control(option, one, any(path == one.path for path, _ in found))
                    own[one.path] = found[same]
        self._grow()

    def _control(self, option: str, one: Movable, taken: bool) -> Amount:
        key = f"{option}--{one.path}" if taken else one.path
        unit = COUNTED.get(one.amount.unit, "number" if not one.amount.unit.startswith("£") else one.amount.unit)
        low, high, step, most = span(one.value, one.amount.unit)
        least = low if one.amount.unit in ("£", "share") or one.value <= 0 else min(1.0, one.value)
        return self.page.amount(
            key, in_full(one.label), one.value, low, high, step, unit, hint(self.case, one.amount), least, most
        )

    def _grow(self) -> None:
        """A control for every rate at which some of these amounts grow, where it is the same rate in each year."""
        rates: dict[str, tuple[float, dict[str, dict[str, None]], list[str]]] = {}
        for option, own in self.controls.items():
            for one in self.lives.plain[option].movable:
                if one.path in own and one.amount.grows is not None:
                    name, rate = growth_of(self.case, one.amount.grows)
                    if rate is not None:
                        _, paths, labels = rates.setdefault(name, (rate, {}, []))
                        paths.setdefault(option, {})[one.path.partition("@")[0]] = None
                        if in_full(one.label) not in labels:
                            labels.append(in_full(one.label))
        for name, (rate, by_option, labels) in rates.items():
            words = "Growth each year" if name[:1].isdigit() else f"Growth each year: {name.replace('_', ' ')}"
            told = listed(labels[:2], "and") if len(labels) < 3 else f"{labels[0]} and {len(labels) - 1} more"
            control = self.page.amount(f"growth-{name}", words, rate, 0.0, max(0.1, rate), 0.0025, "share",
                                       short(f"For {told}. {self._why(name)}"), -0.5, 1.0)  # fmt: skip
            self.growths[name] = control, {option: tuple(paths) for option, paths in by_option.items()}

    def _why(self, name: str) -> str:
        if name not in self.case.indices:
            return ""
        origin = self.case.indices[name][1]
        return f"{origin.basis.capitalize()}: {origin.note}" if origin.note else origin.basis.capitalize()

    def shown(self, option: str) -> tuple[list[Amount], list[Amount]]:
        """The controls of an option: its amounts, and its rates of growth."""
        return list(self.controls[option].values()), [one for one, paths in self.growths.values() if option in paths]

    def amounts(self, option: str) -> dict[str, float]:
        """The amounts of an option that are not at their start."""
        return {path: one.value for path, one in self.controls[option].items() if one.value != one.start}

    def edits(self, option: str) -> tuple[Edit, ...]:
        """The changes of growth of an option."""
        return tuple(("set", f"{path}.grows", f"{share_text(one.value, 4)}")
                     for one, paths in self.growths.values() if one.value != one.start for path in paths.get(option, ()))  # fmt: skip


def growth_of(case: Case, grows: Growth) -> tuple[str, float | None]:
    """What to call a growth, and its rate; none where it is not one rate for every year of the case."""
    if grows.rate is not None:
        return share_text(grows.rate, 4), grows.rate
    if grows.series in case.indices and not grows.plus:
        rates = {case.indices[grows.series][0].get(year) for year in case.years[1:]}
        if len(rates) == 1:
            return grows.series, rates.pop()
    return grows.series, None


def span(value: float, unit: str) -> tuple[float, float, float, float]:
    """Where a slider begins and ends, its step, and the most that may be typed.

    >>> span(150_000.0, "£"), span(0.3, "share"), span(0.0, "£")
    ((0.0, 300000.0, 1000.0, 15000000.0), (0.0, 1.0, 0.01, 1.0), (0.0, 100000.0, 1000.0, 5000000.0))
    """
    if unit == "share":
        return min(0.0, value), max(1.0, value), 0.01, max(1.0, value)
    size = abs(value) or (50_000.0 if unit.startswith("£") else 50.0)
    power = 10.0 ** (math.floor(math.log10(2 * size)) - 1)
    high = math.ceil(round(2 * size / power, 6)) * power
    least_step = 0.01 if unit.startswith("£") or size < 1 else 1.0
    return (-high if value < 0 else 0.0), high, max(power / 10, least_step), 50 * high


def hint(case: Case, amount: Given) -> str:
    """How firm a figure is and where it is from, in a line."""
    source = case.sources.get(amount.source)
    return short(": ".join(one for one in (amount.basis.capitalize(), amount.note or (source.title if source else "")) if one))


def short(text: str) -> str:
    """A line that is not too long to stand above a control, cut between words."""
    if len(text) <= LONGEST_HINT:
        return text
    return f"{text[: LONGEST_HINT - 1].rpartition(' ')[0].rstrip(',;:')} …"


def in_full(words: str) -> str:
    """Words with their years as the public reads them.

    >>> in_full("Cost, 2026-27")
    'Cost, 2026 to 2027'
    """
    return re.sub(r"\b\d{4}-\d{2}\b", lambda year: year_words(year[0]), words)


def plainly(error: InputError | DevomodelError, sheet: CaseSheet) -> list[str]:
    """Why something that was chosen on a page is refused: the reasons alone, with lines called what they are called in print."""
    problems = (
        [replace(one, where="", file="", line=None) for one in error.problems] if isinstance(error, InputError) else [error]
    )

    def called(found: re.Match[str]) -> str:
        return f"‘{sheet[found[1]].label}’" if found[1] in sheet else found[0]

    reasons = [re.sub(r"the line '([^']+)'", called, str(one)) for one in problems]
    return [in_full(one[:1].upper() + one[1:]) for one in dict.fromkeys(reasons)]


def mechanisms_used(lives: Lives, uses: Iterable[str]) -> dict[str, list[str]]:
    """Option → the names of its mechanisms of some kinds, in their order."""
    kinds = set(uses)
    return {
        option: [one.name for one in lives.case.variant(option).mechanisms if use_of(one) in kinds] for option in lives.options
    }


def use_of(mechanism: object) -> str:
    """What a scenario writes after `use:` for a mechanism."""
    return type(mechanism).__module__.rpartition(".")[2]


def relied_on(lives: Lives, names: Mapping[str, Sequence[str]]) -> set[str]:
    """Mechanisms whose lines some others take as amounts, and those that only some options have."""
    found: set[str] = set()
    everywhere: list[set[str]] = []
    for option in lives.options:
        own = {one.name for one in lives.case.variant(option).mechanisms}
        everywhere.append(own)
        for line in _lines_taken(lives.case.variant(option).mechanisms, names[option]):
            found.add(next((one for one in own if line.startswith(f"{one}.")), ""))
    some = set[str]().union(*everywhere) - set[str].intersection(*everywhere) if everywhere else set()
    return (found | some) - {""}


def _lines_taken(mechanisms: Iterable[object], names: Sequence[str]) -> Iterable[str]:
    """The lines that the amounts of some mechanisms take, at any depth."""
    from devomodel.amounts import Amount as Given

    def inside(value: object) -> Iterable[str]:
        if isinstance(value, Given):
            if value.line:
                yield value.line
        elif isinstance(value, Mapping):
            for one in value.values():
                yield from inside(one)
        elif hasattr(value, "__dataclass_fields__"):
            for key in value.__dataclass_fields__:
                yield from inside(getattr(value, key))

    for one in mechanisms:
        if getattr(one, "name", "") in names:
            yield from inside(one)
