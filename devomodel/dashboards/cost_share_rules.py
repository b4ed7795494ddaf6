"""What the cost share page changes of a cost share: the rule, net or gross, overheads, a cap. Each as edits of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from devomodel.case.case import Edit
from devomodel.dashboards.live import Live
from devomodel.engine import SheetError
from devomodel.mechanisms.base import label_of
from devomodel.mechanisms.cost_share import CostShare
from devomodel.mechanisms.share_fairness import EQUAL, LABELS
from devomodel.mechanisms.share_rules import MEASURES, SHAPLEY, STAND_ALONE

AS_IT_IS, FIXED, BY_TAX_BASE, NO_CAP, CAP = "case", "fixed", "by_tax_base", "none", "cap"
RULE_KEYS = ("shares", "by", "measures", "between", "fixed_part", "fixed_shares", "size_classes", "sums")
BEFORE = "as_the_case_has_it"
"""What the rule of the case is called beside another that is tried."""

NOTE = "put in on the cost share page; say what it rests on"


@dataclass(frozen=True)
class Terms:
    """What is asked of a cost share.

    rule       a key of `Shared.rules`
    shares     party → fixed share, where the rule is one of fixed shares that the case does not give
    net        "net" or "gross"; empty is as the option has it
    overheads  "included" or "not_included"; empty is as the option has it
    cap        "case", "none" or "cap"
    cap_of     the party that a new cap is for
    cap_at     £ a year
    """

    rule: str = AS_IT_IS
    shares: Mapping[str, float] = field(default_factory=dict)
    net: str = ""
    overheads: str = ""
    cap: str = AS_IT_IS
    cap_of: str = ""
    cap_at: float = 0.0


class Shared:
    """One cost share of one option, and what can be changed of it.

    live  the option, without changes
    name  the cost share's name
    """

    def __init__(self, live: Live, name: str):
        self.live, self.name = live, name
        found = next(one for one in live.case.variant(live.option).mechanisms if one.name == name)
        assert isinstance(found, CostShare)
        self.mechanism = found
        self.block: dict[str, Any] = live.written[name]
        sheet = live.base.sheet
        self.names = {line.tags["party"]: sheet.parties[line.tags["party"]] for line in sheet.lines
                      if line.name.startswith(f"{name}.") and line.name.endswith(".part") and "party" in line.tags}  # fmt: skip

    @property
    def parties(self) -> list[str]:
        """Who has a part in the cost, in the order of the rule."""
        return list(self.names)

    @property
    def manager(self) -> str:
        """Who pays the bills and collects the income."""
        return self.mechanism.manager or self.mechanism.taker_of_rest

    @property
    def label(self) -> str:
        """What the cost is called."""
        return self.mechanism.label or label_of(self.name)

    @cached_property
    def rules(self) -> dict[str, str]:
        """Key → name of each rule that can be agreed: the case's own first, then what can be worked from its figures."""
        side, sheet = self.mechanism.side_by_side, self.live.base.sheet
        found = {AS_IT_IS: f"As the case has it: {rule_in_words(self.mechanism)}"}
        others = dict(side.rules) if side else {}
        found |= {one: label_of(one) for one in others}
        if not self.mechanism.shares:
            found[FIXED] = "Fixed shares"
        found[EQUAL] = LABELS[EQUAL]
        by_base = [one for one in (self.mechanism, *others.values()) if one.by == "tax_base"]
        if not by_base and all(f"{one}.tax_base" in sheet for one in self.parties):
            found[BY_TAX_BASE] = "By tax base"
        if side and side.alone:
            found |= {one: LABELS[one] for one in (STAND_ALONE, SHAPLEY) if one != self.mechanism.by}
        return found

    def edits(self, terms: Terms) -> tuple[Edit, ...]:
        """The changes of the scenario that bring the terms about. Raises SheetError for a rule that it has no figures for."""
        return (*self._rule(terms), *self._basis(terms), *self._cap(terms))

    def _rule(self, terms: Terms) -> list[Edit]:
        side = self.block.get("side_by_side") or {}
        others = dict(side.get("rules") or {})
        if terms.rule == AS_IT_IS:
            return [] if "side_by_side" in self.block else [("set", f"{self.name}.side_by_side", {})]
        if terms.rule not in self.rules:
            raise SheetError(
                f"This option has no figures for the rule chosen. It can be shared: {', '.join(self.rules.values())}."
            )
        new = others.pop(terms.rule, None) or self._made(terms)
        old = {key: self.block[key] for key in RULE_KEYS if key in self.block}
        kept = {**others, BEFORE: old} if old.get("by") not in (STAND_ALONE, SHAPLEY) else others
        return [*(("drop", f"{self.name}.{key}", None) for key in old),
                *(("set", f"{self.name}.{key}", value) for key, value in new.items()),
                ("set", f"{self.name}.manager", self.manager),
                ("set", f"{self.name}.side_by_side", {**side, "rules": kept})]  # fmt: skip

    def _made(self, terms: Terms) -> dict[str, Any]:
        """The block of a rule that the case does not write."""
        *first, last = self.parties
        if terms.rule == EQUAL:
            share = {"value": f"1/{len(self.parties)}", "basis": "assumption", "note": NOTE}
            return {"shares": {**dict.fromkeys(first, share), last: "rest"}}
        if terms.rule == FIXED:
            return {
                "shares": {
                    **{one: {"value": terms.shares[one], "basis": "assumption", "note": NOTE} for one in first},
                    last: "rest",
                }
            }
        if terms.rule == BY_TAX_BASE:
            return {"by": "tax_base", "between": self.parties}
        return {"by": terms.rule}

    def _basis(self, terms: Terms) -> list[Edit]:
        found: list[Edit] = []
        if terms.net and self.mechanism.income is not None and terms.net != self.mechanism.basis_of_cost:
            found.append(("set", f"{self.name}.basis_of_cost", terms.net))
        if terms.overheads and self.mechanism.overheads is not None and terms.overheads != self.mechanism.overheads_are:
            found.append(("set", f"{self.name}.overheads_are", terms.overheads))
        return found

    def _cap(self, terms: Terms) -> list[Edit]:
        if terms.cap == AS_IT_IS or (terms.cap == NO_CAP and not self.mechanism.limits):
            return []
        if terms.cap == NO_CAP:
            return [("drop", f"{self.name}.limits", None), ("drop", f"{self.name}.bearer", None)]
        bearer = self.manager if self.manager in self.parties else next(one for one in self.parties if one != terms.cap_of)
        cap = {"at_most": {"value": terms.cap_at, "basis": "assumption", "note": NOTE}}
        return [("set", f"{self.name}.limits", {terms.cap_of: cap}), ("set", f"{self.name}.bearer", bearer)]

    def placed(self, amounts: Mapping[str, float], terms: Terms) -> dict[str, float]:
        """Amounts of the option at the places that they have under the terms; those of a cap that is gone are left out."""
        rules, found = f"{self.name}.side_by_side.rules.", {}
        for path, figure in amounts.items():
            step = path.removeprefix(f"{self.name}.").partition(".")[0] if path.startswith(f"{self.name}.") else ""
            if step == "limits" and terms.cap != AS_IT_IS:
                continue
            if terms.rule != AS_IT_IS and path.startswith(f"{rules}{terms.rule}."):
                path = f"{self.name}.{path.removeprefix(f'{rules}{terms.rule}.')}"
            elif terms.rule != AS_IT_IS and step in RULE_KEYS:
                path = f"{rules}{BEFORE}.{path.removeprefix(f'{self.name}.')}"
            found[path] = figure
        return found


def rule_in_words(rule: CostShare) -> str:
    """What a rule is, in a few words."""
    if rule.shares:
        return "fixed shares"
    if rule.sums:
        return "fixed sums"
    if rule.by in (STAND_ALONE, SHAPLEY):
        return LABELS[rule.by][:1].lower() + LABELS[rule.by][1:] if rule.by == STAND_ALONE else LABELS[rule.by]
    measure = MEASURES[rule.by][1]
    if rule.size_classes:
        return f"a price by size, in {measure}"
    return f"part in fixed shares, the rest by {measure}" if rule.fixed_part is not None else f"by {measure}"
