"""Cliffs: money that stops inside a case, what goes on without it, and what that does to the Band D charge.

And the mirror: a loan or a cost that falls away, and what that frees. Both read only the tags and the figures of the
lines, so money that any mechanism writes is found. The effect is not a division: the case is worked a second time with
the payment going on at its last figure, and the difference is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from devomodel.engine import Figures, Line, Worker
from devomodel.engine.years import first_calendar_year, is_year, year_label
from devomodel.mechanisms.bands import band_label
from devomodel.mechanisms.base import is_flow
from devomodel.model import Projection
from devomodel.written import money_text

NOT_AGREED = "not agreed"
INCOME = ("income", "grant", "contribution", "dowry", "contract", "fee", "rent", "loan")
"""Kinds of money that a council comes to rest on."""

NO_PROMISE = ("settles", "held_in", "internal")
"""Tags of money that nobody rests on: a true-up, a sum put by, a council's own money moved from one account to the other."""

OUTGOINGS = ("spending", "grant", "contribution", "dowry", "contract", "fee", "rent", "loan", "interest")
"""Kinds of cost whose end frees money."""

OF_ONE_DEBT = ("loan", "interest")
"""Kinds that are looked at together where one mechanism writes them: a loan's interest and its principal end as one."""

PART_YEAR = 0.6
"""A loan whose last year costs less than this share of the year before has one instalment of two in it; what its end frees
is measured from the year before."""

HALF_A_PENNY = 0.005 + 1e-9


@dataclass(frozen=True)
class Effect:
    """What a change in one payment does to a council that sets a precept, in one year.

    band_d    £ a year at Band D, to the penny; above nought is a higher charge
    bands     £ a year by band, the same way
    reserves  £ in all its reserves at 31 March; below nought is less in hand
    """

    council: str
    name: str
    band_d: float
    bands: Mapping[str, float] = field(default_factory=dict)
    reserves: float = 0.0

    def by_band(self) -> dict[str, str]:
        """The effect on each band, as printed."""
        return {band_label(band): money_text(value) for band, value in self.bands.items()}


@dataclass(frozen=True)
class Ending:
    """Money that ends: what it is, when, and what difference that makes.

    lines                the lines it is written in; one, but for a loan's interest and principal
    payer, payee         keys of the parties; empty for one outside the case
    paid                 £ in each year of the case
    last_year            the last year in which it is paid; empty where no end is agreed
    first_year_without   the year after it; empty where no end is agreed
    in_last_year         £ paid in the last year, or in the last year of the case where it goes on to its end
    inside               whether the first year without it is a year of the case
    once                 whether it is paid in one year only
    pays_for             what it pays for, where that is said
    spending_left        £ that goes on in the first year without it; None where that is not said
    picked_up_by         the party that picks it up, by name, or "not agreed"
    effects              for each council with a precept, without it less with it going on, in `effect_year`
    """

    lines: tuple[str, ...]
    label: str
    kind: str
    account: str
    status: str
    payer: str
    payee: str
    payer_name: str
    payee_name: str
    paid: tuple[float, ...]
    last_year: str
    first_year_without: str
    in_last_year: float
    inside: bool
    once: bool
    effect_year: str
    effects: tuple[Effect, ...] = ()
    pays_for: str = ""
    spending_left: float | None = None
    picked_up_by: str = NOT_AGREED

    @property
    def agreed(self) -> bool:
        """Whether a party is named that picks it up."""
        return self.picked_up_by != NOT_AGREED

    def effect(self, council: str) -> Effect | None:
        """The effect on one council, by key; None where it feels none."""
        return next((one for one in self.effects if one.council == council), None)

    def _when(self, verb: str) -> str:
        if not self.last_year:
            return f"{self.label}: {money_text(self.in_last_year)} in {self.effect_year}, and no end is agreed."
        if not self.inside:
            return (
                f"{self.label}: {money_text(self.in_last_year)} in {self.effect_year}; its last year, {self.last_year}, "
                f"is {'the last' if self.last_year == self.effect_year else 'after the end'} of this case."
            )
        if self.once:
            return f"{self.label}: {money_text(self.in_last_year)} is {verb} once, in {self.last_year}."
        return (
            f"{self.label}: {money_text(self.in_last_year)} is {verb} in {self.last_year}, the last year, and nothing from "
            f"{self.first_year_without}."
        )


@dataclass(frozen=True)
class Cliff(Ending):
    """Money received that ends."""

    @property
    def sentence(self) -> str:
        """One plain statement: what ends, what goes on, who pays, and the effect."""
        said = [self._when("paid")]
        what = f" for {self.pays_for}" if self.pays_for else ""
        if self.spending_left is not None:
            said.append(f"Spending of {money_text(self.spending_left)}{what} goes on in {self.effect_year}.")
        elif what:
            said.append(f"It pays{what}.")
        if self.agreed:
            said.append(f"{self.picked_up_by} picks it up.")
        elif self.account == "capital" and self.spending_left is None and not self.effects:
            said.append("It is capital money, and no yearly budget rests on it.")
        else:
            said.append("Who pays then is not agreed.")
        return " ".join([*said, *(f"Without it {_effect_in_words(one, self.effect_year)}" for one in self.effects)])


@dataclass(frozen=True)
class Relief(Ending):
    """A cost that falls away. The effects are what its end frees: below nought at Band D is a lower charge."""

    @property
    def sentence(self) -> str:
        """One plain statement: what stops, when, and what it frees."""
        return " ".join([self._when("paid"), *(f"That done, {_effect_in_words(one, self.effect_year)}" for one in self.effects)])


def find_cliffs(projection: Projection) -> list[Cliff]:
    """Every payment to a party of the case that ends: grants, tapers, contracts, rents, loans drawn, pots run dry.

    A payment is found by its figures (nought from some year of the case on), or by its tag `ends`, whoever wrote it.
    Where no end is agreed, or the end lies beyond the case, the effect is that of losing it in the last year.
    returns  in the order of the year they end; those whose end is not agreed, or beyond the case, last
    """
    found = [line for line in projection.sheet if _is_income(line) and line.tags.get("payee") in projection.case.councils]
    return _in_order(_endings(projection, [[line] for line in found], Cliff))


def when_does_it_stop(projection: Projection, council: str = "") -> list[Relief]:
    """Every cost of a council with a precept that falls away, and what that frees: a loan paid off, a post that ends.

    council  a key; empty means every council that sets a precept in the case
    """
    councils = [key for key in _with_precept(projection) if council in ("", key)]
    single: list[list[Line]] = []
    debts: dict[tuple[str, str], list[Line]] = {}
    for line in projection.sheet:
        if not is_flow(line) or line.tags.get("payer") not in councils or "settles" in line.tags:
            continue
        if line.tags.get("account") != "revenue" or line.tags.get("kind") not in OUTGOINGS:
            continue
        if line.tags["kind"] in OF_ONE_DEBT:
            debts.setdefault((line.tags["payer"], line.name.rpartition(".")[0]), []).append(line)
        else:
            single.append([line])
    return _in_order(_endings(projection, [*debts.values(), *single], Relief))


def _is_income(line: Line) -> bool:
    if not is_flow(line) or any(tag in line.tags for tag in NO_PROMISE):
        return False
    return line.tags.get("kind") in INCOME or "ends" in line.tags


def _with_precept(projection: Projection) -> list[str]:
    return [key for key in projection.case.councils if f"{key}.band_d" in projection.sheet]


def _endings(projection: Projection, groups: Iterable[Sequence[Line]], of: Any) -> list[Any]:
    found = []
    for lines in groups:
        payer, payee = (lines[0].tags.get(side, "") for side in ("payer", "payee"))
        paid = np.sum([projection.by_year(line.name) for line in lines], axis=0)
        end = _end(projection.years, paid, str(lines[0].tags.get("ends", "")))
        if end is None:
            continue
        last_year, without, inside, year, last_paid = end
        tags = lines[0].tags
        left = str(tags.get("spending_left", ""))
        names = projection.sheet.parties
        at = projection.years.index(last_paid)
        whole = at - 1 if tags["kind"] in OF_ONE_DEBT and at and paid[at] < PART_YEAR * paid[at - 1] else at
        once = bool((np.abs(paid) >= HALF_A_PENNY).sum() == 1 and inside)
        held = {line.name: _held(projection, line, at, whole, inside) for line in lines}
        single_sum = once and tags["account"] == "capital"  # nobody expects a building to be bought again the year after
        found.append(
            of(
                tuple(line.name for line in lines),
                _label(lines),
                tags["kind"],
                tags["account"],
                tags.get("status", ""),
                payer,
                payee,
                names.get(payer, ""),
                names.get(payee, ""),
                tuple(float(one) for one in paid),
                last_year,
                without,
                float(paid[at]),
                inside,
                once,
                year,
                () if single_sum else _effects(projection, held, year, inside),
                tags.get("pays_for", ""),
                projection.value(left, year) if left in projection.sheet else None,
                names.get(tags.get("then", ""), NOT_AGREED),
            )
        )
    return found


def _end(years: Sequence[str], paid: np.ndarray, said: str) -> tuple[str, str, bool, str, str] | None:
    """The last year, the first without it, whether that is inside, the year its effect is worked in, the last year paid.

    None where nothing is paid, or where it is paid to the end of the case and nothing says that it ends.
    """
    runs = np.flatnonzero(np.abs(paid) >= HALF_A_PENNY)
    if not runs.size:
        return None
    last = years[int(runs[-1])]
    if last != years[-1]:
        without = years[int(runs[-1]) + 1]
        return last, without, True, without, last
    if is_year(said):
        return said, year_label(first_calendar_year(said) + 1), False, last, last
    return ("", "", False, last, last) if said else None


def _held(projection: Projection, line: Line, last: int, whole: int, inside: bool) -> np.ndarray:
    """The figures with the payment going on at its last; or, where it goes on to the end of the case, lost in the last year."""
    values = np.array(projection.by_year(line.name))
    if inside:
        values[last + 1 :] = values[whole]
    else:
        values[-1] = 0.0
    return values


def _effects(projection: Projection, held: Mapping[str, np.ndarray], year: str, inside: bool) -> tuple[Effect, ...]:
    """Without the payment less with it, for each council that feels it."""
    felt = {key: _felt_by(projection, key) for key in _with_precept(projection)}
    other = _worked_with(projection, held, [name for names in felt.values() for name in names.values()])
    found = []
    for key, names in felt.items():
        moved = {}
        for what, name in names.items():
            difference = projection.figures.value(name, year) - other.value(name, year)
            moved[what] = round(difference if inside else -difference, 6) + 0.0
        band_d, in_hand = moved.pop("band_d"), moved.pop("reserves")
        if abs(band_d) >= HALF_A_PENNY or abs(in_hand) >= HALF_A_PENNY:
            found.append(Effect(key, projection.sheet.parties[key], band_d, moved, in_hand))
    return tuple(found)


def _felt_by(projection: Projection, council: str) -> dict[str, str]:
    """The lines in which a council feels a change: its Band D charge, its reserves, and the charge of each band."""
    bands = {
        line.tags["band"]: line.name
        for line in projection.sheet
        if "band" in line.tags and line.name == f"{council}.bands.{line.tags['band']}"
    }
    return {"band_d": f"{council}.band_d", "reserves": f"{council}.reserves.closing", **bands}


def _worked_with(projection: Projection, held: Mapping[str, np.ndarray], keep: Sequence[str]) -> Figures:
    """The sheet worked again with some lines held at given figures, formula or not; every given figure as it was."""
    given = {line.name: projection.by_year(line.name) for line in projection.inputs if line.name not in held}
    return Worker(projection.sheet.holding({name: values.tolist() for name, values in held.items()})).work(given, keep)


def _label(lines: Sequence[Line]) -> str:
    if len(lines) == 1:
        return lines[0].label
    shared = lines[0].label.rpartition(":")[0]
    return (
        shared
        if shared and all(line.label.startswith(f"{shared}:") for line in lines)
        else " and ".join(line.label for line in lines)
    )


def _effect_in_words(one: Effect, year: str) -> str:
    if abs(one.band_d) >= HALF_A_PENNY:
        move = "higher" if one.band_d > 0 else "lower"
        return f"the Band D charge of {one.name} is {money_text(abs(one.band_d))} {move} in {year}."
    move = "less" if one.reserves < 0 else "more"
    return f"{one.name} has {money_text(abs(one.reserves))} {move} in reserves at the end of {year}; its charge is fixed."


def _in_order(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda one: (not one.inside, one.first_year_without or "9999"))
