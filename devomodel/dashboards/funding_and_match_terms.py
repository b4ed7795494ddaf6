"""What the funding page changes of a case: who pays at all, how sure it is, what its money may pay for, what cost it is put to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devomodel.case.case import Edit
from devomodel.dashboards.controls import Choice, Menu, Switch
from devomodel.dashboards.page import Page
from devomodel.dashboards.steering import Lives, in_full
from devomodel.mechanisms.base import STATUSES, label_of
from devomodel.mechanisms.funder_terms import called
from devomodel.mechanisms.grant import NOT_AGREED, Grant
from devomodel.mechanisms.match_funding import MatchFunding
from devomodel.statements import flows

PAYS_FOR = [("Capital only", "capital"), ("Running costs only", "revenue"), ("Either", "either")]
NOT_A_COST = ("precept", "council tax", "reserve", "interest", "loan", "share capital", "contingency", "grant", "contribution", "dowry",
              "volunteer time")  # fmt: skip
"""Kinds of payment that a scheme's money is not put to."""

Setting = Choice | Menu | Switch
Given = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Payer:
    """One funder of a scheme, or one grant, as the page steers it.

    path     under `mechanisms`: "purchase.funders.parish" or "hall_grant"
    label    as printed
    pays     whether it pays at all
    status   how sure it is
    others   path of a key → the control of it: what its money may pay for, who picks it up
    figures  the paths of what it pays, which are nought when it pulls out
    """

    path: str
    label: str
    pays: Switch
    status: Menu
    others: dict[str, Menu]
    figures: tuple[str, ...]


class Terms:
    """The controls of structure of some options of a case; those that are the same in several options are one control."""

    def __init__(self, page: Page, lives: Lives):
        self.page, self.lives = page, lives
        self._made: dict[Given, Any] = {}
        self.payers: dict[str, list[Payer]] = {}
        self.costs: dict[str, dict[str, Menu]] = {}
        for option in lives.options:
            mechanisms = lives.case.variant(option).mechanisms
            schemes = [one for one in mechanisms if isinstance(one, MatchFunding)]
            self.payers[option] = [payer for one in schemes for payer in self._funders(option, one)]
            self.payers[option] += [self._grant(option, one) for one in mechanisms if isinstance(one, Grant)]
            self.costs[option] = {one.name: self._cost(option, one) for one in schemes if one.cost.line}

    def _one(self, option: str, key: str, start: str, options: list[tuple[str, str]], make: Callable[[str], Any]) -> Any:
        given: Given = (key, start, tuple(options))
        if given not in self._made:
            self._made[given] = make(key if key not in self.page.controls else f"{option}--{key}")
        return self._made[given]

    def _menu(self, option: str, key: str, label: str, options: list[tuple[str, str]], start: str, hint: str = "") -> Menu:
        return self._one(option, key, start, options, lambda name: self.page.menu(name, label, options, start, hint))

    def _funders(self, option: str, scheme: MatchFunding) -> list[Payer]:
        found = []
        for key, funder in scheme.funders.items():
            path, label = f"{scheme.name}.funders.{key}", called(key, funder)
            pays_for = self._menu(option, f"{path}.pays_for", f"{label}: what its money may pay for", PAYS_FOR, funder.pays_for)
            found.append(self._payer(option, path, label, funder.status, {f"{path}.pays_for": pays_for}, (f"{path}.award",)))
        return found

    def _grant(self, option: str, grant: Grant) -> Payer:
        parties = self.lives.plain[option].base.sheet.parties
        label, who = (
            grant.label or label_of(grant.name),
            [("Not agreed", NOT_AGREED), *((name, key) for key, name in parties.items())],
        )
        then = self._menu(option, f"{grant.name}.then", f"{label}: who pays when it ends", who, grant.then)
        inside = "taper.schedule" if grant.taper and grant.taper.schedule else "taper.total" if grant.taper else "amount"
        return self._payer(option, grant.name, label, grant.status, {f"{grant.name}.then": then}, (f"{grant.name}.{inside}",))

    def _payer(self, option: str, path: str, label: str, status: str, others: dict[str, Menu], starts: tuple[str, ...]) -> Payer:
        pays = self._one(option, f"{path}.pays", "yes", [], lambda name: self.page.switch(name, label, True))
        sure = [(one.capitalize(), one) for one in STATUSES]
        how = self._menu(option, f"{path}.status", f"{label}: how sure it is", sure, status)
        figures = tuple(one.path for one in self.lives.plain[option].movable if one.path.partition("@")[0] in starts)
        return Payer(path, label, pays, how, others, figures or starts)

    def _cost(self, option: str, scheme: MatchFunding) -> Menu:
        """The lines of cost that a scheme's money could be put to; one it may not pay for is refused with the reason."""
        sheet = self.lives.plain[option].base.sheet
        lines = [(in_full(sheet[scheme.cost.line].label), scheme.cost.line)]
        for line in flows(sheet, payer=scheme.council):
            if (
                line.tags["kind"] not in NOT_A_COST
                and line.name != scheme.cost.line
                and line.name.partition(".")[0] != scheme.name
            ):
                lines.append((in_full(line.label), line.name))
        return self._menu(option, f"{scheme.name}.cost", f"{label_of(scheme.name)}: the cost it is put to", lines, scheme.cost.line,
                          "Try another: what the money may not pay for is refused, with the reason.")  # fmt: skip

    def edits(self, option: str) -> tuple[Edit, ...]:
        """The changes of structure of an option, beside who pulls out."""
        found: list[Edit] = []
        for payer in self.payers[option]:
            if payer.status.value != payer.status.start:
                found.append(("set", f"{payer.path}.status", payer.status.value))
            found += [("set", path, one.value) for path, one in payer.others.items() if one.value != one.start]
        found += [
            ("set", f"{name}.cost", {"line": one.value}) for name, one in self.costs[option].items() if one.value != one.start
        ]
        return tuple(found)

    def out(self, option: str) -> list[Payer]:
        """Who has pulled out."""
        return [one for one in self.payers[option] if not one.pays.value]

    def without(self, option: str, gone: list[Payer]) -> tuple[dict[str, float], tuple[Edit, ...]]:
        """What is nought when some pull out: amounts that can be moved, and edits for sums that are another line's."""
        known = {one.path for one in self.lives.plain[option].movable}
        paths = [path for one in gone for path in one.figures]
        return ({path: 0.0 for path in paths if path in known},
                tuple(("set", f"{path}.value", 0.0) for path in paths if path not in known))  # fmt: skip
