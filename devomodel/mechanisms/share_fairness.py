"""Rules for sharing one cost, side by side: what each party would pay under each, and what it would pay alone.

No rule is "the answer". The Shapley value is one row among the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial
from typing import Any, Protocol

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, allocate, smaller_of, to_pence, total
from devomodel.fields import blocks, coalitions
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, label_of
from devomodel.mechanisms.share_rules import BY_COST_ALONE, SHAPLEY, STAND_ALONE, Rule, Split
from devomodel.problems import DevomodelError, listed, suggestion

MOST_PARTIES = 8
"""Beyond it the coalitions are too many to look through: 255 for eight parties, twice as many for each one more."""

AGREED, EQUAL = "agreed", "equal"
LABELS = {AGREED: "As agreed", EQUAL: "Equal shares", STAND_ALONE: "In proportion to the cost alone", SHAPLEY: "Shapley value"}

Members = frozenset[str]


@dataclass(frozen=True)
class SideBySide:
    """What the rules are compared with, and which others to set beside the one agreed and equal shares."""

    rules: Mapping[str, Rule] = blocks(Rule, "Other rules, by name", {})
    alone: Mapping[str, Amount] = coalitions("£", "What it would cost each party alone, and some together (town+district)", {})


def every_coalition(costs: Mapping[Members, Any], parties: Sequence[str]) -> dict[Members, Any]:
    """The cost of every set of parties.

    One that is not given costs the cheapest way of making it up from sets that are: joining saves nothing until it is
    said to.

    costs    £ a year, by set; each party alone is among them
    returns  £ a year for every set but the empty one, the smallest sets first
    """
    found: dict[Members, Any] = {}
    for size in range(1, len(parties) + 1):
        for members in combinations(parties, size):
            whole = frozenset(members)
            if whole in costs:
                found[whole] = costs[whole]
                continue
            first, others = members[0], members[1:]
            inside = [frozenset((first, *some)) for count in range(size - 1) for some in combinations(others, count)]
            found[whole] = smaller_of(*(found[part] + found[whole - part] for part in inside))
    return found


def shapley_value(costs: Mapping[Members, Any], parties: Sequence[str]) -> dict[str, Any]:
    """What each party adds to the cost by joining, averaged over every order in which the parties could join.

    costs    £ a year for every set of parties, that of all of them included (`every_coalition`)
    returns  £ a year for each party; together they are the cost of all

    Source: L. S. Shapley, "A value for n-person games", 1953.

    >>> alone = {frozenset({"a"}): 100_000.0, frozenset({"b"}): 60_000.0, frozenset({"a", "b"}): 130_000.0}
    >>> shapley_value(alone, ["a", "b"])
    {'a': 85000.0, 'b': 45000.0}
    """
    count = len(parties)
    found = {}
    for party in parties:
        others = [one for one in parties if one != party]
        added = []
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for some in combinations(others, size):
                before = costs[frozenset(some)] if some else None
                after = costs[frozenset((*some, party))]
                added.append(weight * (after if before is None else after - before))
        found[party] = total(*added)
    return found


def pays_under_rules(
    joint_cost: Any,
    parties: Sequence[str],
    alone: Mapping[Members, Any] | None = None,
    proportions: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, dict[str, Any]]:
    """What each party pays of a joint cost under each rule, to the penny; under every rule the parts sum to the cost.

    joint_cost   £ a year, in whole pence
    alone        £ a year by set of parties; with it come the stand-alone and Shapley rules
    proportions  rule → party → share, measure or any other weight
    returns      rule → party → £ a year

    >>> alone = {frozenset({"large"}): 100_000.0, frozenset({"small"}): 60_000.0}
    >>> rows = pays_under_rules(130_000.0, ["large", "small"], alone, {"fixed": {"large": 0.7, "small": 0.3}})
    >>> rows["fixed"], rows["equal"], rows["shapley"]
    ({'large': 91000.0, 'small': 39000.0}, {'large': 65000.0, 'small': 65000.0}, {'large': 85000.0, 'small': 45000.0})
    """
    found = {}
    for rule, weights in {**(proportions or {}), EQUAL: dict.fromkeys(parties, 1.0)}.items():
        found[rule] = dict(zip(weights, allocate(joint_cost, list(weights.values())), strict=True))
    if alone:
        each = [alone[frozenset({party})] for party in parties]
        found[STAND_ALONE] = dict(zip(parties, allocate(joint_cost, each), strict=True))
        costs = every_coalition({**alone, frozenset(parties): joint_cost}, parties)
        value = shapley_value(costs, parties)
        parts = {party: to_pence(value[party]) for party in parties[:-1]}
        found[SHAPLEY] = parts | {parties[-1]: joint_cost - total(*parts.values()) if parts else joint_cost}
    return found


@dataclass(frozen=True)
class SplitByCostAlone(Split):
    """The rule agreed, where it is one that rests on what each party would pay alone.

    rule   in proportion to it, or the Shapley value
    alone  £ a year by set of parties
    """

    rule: str = STAND_ALONE
    alone: Mapping[Members, Line] = field(default_factory=dict)

    def of(self, cost: Any) -> dict[str, Any]:
        """What each party pays of a cost in whole pence, to the penny; the parts sum exactly to it."""
        return pays_under_rules(cost, self.parties, self.alone)[self.rule]


def split_by_cost_alone(sheet: CaseSheet, name: str, rule: Rule, block: SideBySide | None, manager: str, words: str) -> Split:
    """Write what each party would pay alone, and give the rule that rests on it.

    Raises SheetError where the case does not say what each would pay alone, or gives what belongs to another rule.
    """
    where = f"mechanisms › {name}"
    extras = [key for key in ("shares", "sums", "measures", "between", "fixed_part", "fixed_shares", "size_classes")
              if getattr(rule, key)]  # fmt: skip
    if extras:
        raise SheetError(f"{where} › {extras[0]}: it goes with another rule, and the cost is shared by {rule.by}. Take it out.")
    alone = {} if block is None else block.alone
    parties = tuple(key for key in alone if "+" not in key)
    if len(parties) < 2:
        raise SheetError(
            f"{where} › by: '{rule.by}' rests on what each party would pay alone. Give it under side_by_side › alone."
        )
    if len(parties) > MOST_PARTIES:
        raise SheetError(f"{where} › by: '{rule.by}' can be worked for at most {MOST_PARTIES} parties, not {len(parties)}.")
    assert block is not None and rule.by in BY_COST_ALONE
    found = _alone_on(sheet, name, block, parties, f"{where} › side_by_side", words)
    return SplitByCostAlone(parties, {}, {}, manager, rule.by, found)


@dataclass(frozen=True)
class RuleRow:
    """What one party would pay under one rule.

    rule, party      keys; `label` and `party_name` as printed
    pays             £ by year
    alone            £ by year if it went alone; empty where the case does not say
    more_than_alone  by year, whether it would be better off alone
    """

    rule: str
    label: str
    party: str
    party_name: str
    pays: tuple[float, ...]
    alone: tuple[float, ...] = ()
    more_than_alone: tuple[bool, ...] = field(default=())

    @property
    def warning(self) -> str:
        """A sentence where the party would be better off alone in some year; nothing where it would not."""
        if not any(self.more_than_alone):
            return ""
        return f"{self.label}: {self.party_name} would be better off alone."


def write_side_by_side(
    sheet: CaseSheet, name: str, block: SideBySide, split: Split, parts: Mapping[str, Line], cost: Line, words: str, manager: str
) -> None:
    """Lines for each rule and party, with what each would pay alone where the case says so.

    parts    what each party pays under the rule agreed
    cost     the cost shared, £ in whole pence
    manager  who bears what is left under a rule of fixed sums
    Raises SheetError for too many parties, or where the cost alone is given for some only.
    """
    where = f"mechanisms › {name} › side_by_side"
    parties = list(split.parties)
    if len(parties) > MOST_PARTIES:
        raise SheetError(
            f"{where}: rules can be set side by side for at most {MOST_PARTIES} parties, and there are {len(parties)}."
        )
    taken = [rule for rule in block.rules if rule in LABELS]
    if taken:
        raise SheetError(f"{where} › rules › {taken[0]}: '{taken[0]}' is worked in any case. Give the rule another name.")
    alone = split.alone if isinstance(split, SplitByCostAlone) else _alone_on(sheet, name, block, parties, where, words)
    _write_rule(sheet, name, AGREED, LABELS[AGREED], parts, alone)
    for rule, one in block.rules.items():
        other = one.put_on(
            sheet, f"{name}.side_by_side.{rule}", manager, f"{where} › rules › {rule}", f"{words}, {label_of(rule).lower()}"
        )
        strangers = [party for party in other.parties if party not in parties]
        if strangers:
            raise SheetError(
                f"{where} › rules › {rule}: {listed([f'{one!r}' for one in strangers], 'and')} has no part in the rule agreed. "
                "Set side by side rules for the same parties."
            )
        _write_rule(sheet, name, rule, label_of(rule), other.of(cost), alone)
    for rule, pays in pays_under_rules(cost, parties, alone).items():
        _write_rule(sheet, name, rule, LABELS[rule], pays, alone)
    for party in parties if alone else ():
        who = sheet.parties[party]
        sheet.advise(
            f"{name}.{party}.not_better_alone",
            parts[party] <= alone[frozenset({party})],
            f"{words}: {who} pays no more than it would alone",
            f"{who} would be better off alone under the rule agreed",
            council=party,
        )


def _alone_on(
    sheet: CaseSheet, name: str, block: SideBySide, parties: Sequence[str], where: str, words: str
) -> dict[Members, Line]:
    """A line for the cost of each set of parties but the whole; none where the case does not say."""
    if not block.alone:
        return {}
    given = {frozenset(key.split("+")): one for key, one in block.alone.items()}
    for members, key in zip(given, block.alone, strict=True):
        if not members <= set(parties):
            raise SheetError(f"{where} › alone › {key}: not all of them share the cost; {listed(parties, 'and')} do.")
        if members == set(parties):
            raise SheetError(f"{where} › alone › {key}: the cost of all together is the shared cost itself. Take it out.")
    missing = [party for party in parties if frozenset({party}) not in given]
    if missing:
        raise SheetError(
            f"{where} › alone: what it would cost {listed(missing, 'and')} alone is missing. Give it for every party."
        )
    found: dict[Members, Line] = {}
    for members in _subsets(parties):
        ordered = [party for party in parties if party in members]
        line = f"{name}.alone.{'_and_'.join(ordered)}"
        label = f"{words}: cost of {listed([sheet.parties[party] for party in ordered], 'and')} alone"
        if members in given:
            found[members] = sheet.given(line, given[members], label, kind="working")
        else:
            formula = every_coalition(found, ordered)[members]
            found[members] = sheet.line(
                line,
                formula,
                "£",
                label,
                kind="working",
                note="Not given: the cheapest way of making it up from the sets that are",
            )
    return found


def _subsets(parties: Sequence[str]) -> Iterable[Members]:
    return (frozenset(some) for size in range(1, len(parties)) for some in combinations(parties, size))


def _write_rule(
    sheet: CaseSheet, name: str, rule: str, label: str, pays: Mapping[str, Any], alone: Mapping[Members, Line]
) -> None:
    prefix = f"{name}.side_by_side.{rule}"
    lines = []
    for party, part in pays.items():
        who = sheet.parties[party]
        lines.append(
            sheet.line(
                f"{prefix}.{party}.pays",
                part,
                "£",
                f"{label}: {who}",
                kind="working",
                side_by_side=name,
                rule=rule,
                rule_label=label,
                party=party,
            )
        )
        if alone:
            sheet.line(
                f"{prefix}.{party}.more_than_alone",
                lines[-1] > alone[frozenset({party})],
                "yes or no",
                f"{label}: {who} would be better off alone",
                kind="working",
            )
    sheet.check(
        f"{prefix}.is_whole",
        agrees(total(*lines), sheet[f"{name}.shared_cost"], within=HALF_A_PENNY),
        f"{label}: the parts come to the shared cost",
        "To the penny",
    )


class Worked(Protocol):
    """A projection, or anything with a sheet and its figures."""

    sheet: Any

    def by_year(self, line: str) -> list[float]:
        """A line's figures by year."""


def rules_side_by_side(projection: Worked, mechanism: str = "") -> tuple[RuleRow, ...]:
    """What each party would pay under each rule for which the case gives data.

    mechanism  the name of the cost share; not needed where only one sets rules side by side
    Raises DevomodelError when none does, or when it is not said which.
    """
    sheet = projection.sheet
    names = list(dict.fromkeys(line.tags["side_by_side"] for line in sheet if "side_by_side" in line.tags))
    if mechanism and mechanism not in names:
        raise DevomodelError(
            f"No rules are set side by side in '{mechanism}'. Add side_by_side to it, with what each party would pay alone. "
            f"{suggestion(mechanism, names)}".strip()
        )
    if not names or (len(names) > 1 and not mechanism):
        which = f"Say which: {listed(names)}." if names else "Add side_by_side to a cost_share."
        raise DevomodelError(f"It is not clear whose rules to set side by side. {which}")
    name = mechanism or names[0]
    rows = []
    for line in sheet:
        if line.tags.get("side_by_side") != name:
            continue
        party, beside = line.tags["party"], line.name.removesuffix(".pays")
        alone, more = f"{name}.alone.{party}", f"{beside}.more_than_alone"
        rows.append(
            RuleRow(
                line.tags["rule"],
                line.tags["rule_label"],
                party,
                sheet.parties[party],
                tuple(projection.by_year(line.name)),
                tuple(projection.by_year(alone)) if alone in sheet else (),
                tuple(bool(one) for one in projection.by_year(more)) if more in sheet else (),
            )
        )
    return tuple(rows)
