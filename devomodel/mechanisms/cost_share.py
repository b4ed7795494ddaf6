"""A running cost shared between parties: one pays the bills and collects the income, the others pay it their part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, larger_of, to_pence, total
from devomodel.fields import amount, amounts, block, blocks, choice, party, text
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.share_fairness import SideBySide, split_by_cost_alone, write_side_by_side
from devomodel.mechanisms.share_rules import BY_COST_ALONE, SHAPLEY, Rule, Split, within_limits
from devomodel.mechanisms.taken import flow_or_taken

WITHIN = ("included", "not_included")


def net_running_cost(gross_running_cost: Any, income: Any = 0, overheads: Any = 0, capital_charges: Any = 0) -> Any:
    """What a service costs to run after what it earns; below nought where it earns more than it costs.

        net = gross running cost + overheads + capital charges − income

    All in £ a year. Overheads and capital charges are those that the agreement takes in.

    >>> net_running_cost(420_000, income=150_000)
    270000
    """
    return gross_running_cost + overheads + capital_charges - income


@dataclass(frozen=True)
class Limits:
    """A floor and a cap on what one party pays."""

    at_least: Amount | None = amount("£", "Least it pays in the year", None)
    at_most: Amount | None = amount("£", "Most it pays in the year", None)


@dataclass(frozen=True)
class TrueUp:
    """Contributions are paid on the estimate, and the difference from the actual cost a year later."""

    actual_cost: Amount = amount("£", "Shared cost as it turned out, before any floor of nought")
    brought_forward: Mapping[str, Amount] = amounts(
        "£", "What each party still owes for the year before the first (− is due back)", {}, by_party=True
    )


@dataclass(frozen=True)
class CostShare(Rule, Mechanism):
    """Writes the cost, each party's share of it in £ to the penny, and the contributions that pass between the parties."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("net_running_cost", "*.share", "*.part", "*.owed, if any", "side_by_side.*.*.pays")
    manager: str = party("Who pays the bills and collects the income; the party with the rest unless it says otherwise", "")
    gross_running_cost: Amount = amount("£", "Gross running cost")
    income: Amount | None = amount("£", "Income", None)
    overheads: Amount | None = amount("£", "Overheads of the manager", None)
    capital_charges: Amount | None = amount("£", "Capital charges: loan payments, renewals", None)
    basis_of_cost: str = choice("Whether the cost is shared net or gross of income", ("net", "gross"), "net")
    overheads_are: str = choice("Whether overheads are in the cost that is shared", WITHIN, "")
    capital_charges_are: str = choice("Whether capital charges are in the cost that is shared", WITHIN, "")
    surplus: str = choice("In a year with a surplus, whether the manager keeps it or it is shared", ("kept", "shared"), "kept")
    limits: Mapping[str, Limits] = blocks(Limits, "Floors and caps by party", {}, by_party=True)
    bearer: str = party("Who bears what the floors and caps leave", "")
    true_up: TrueUp | None = block(TrueUp, "Settling of the difference a year later", None)
    side_by_side: SideBySide | None = block(SideBySide, "Rules to set side by side", None)
    status: str = choice("How sure the contributions are", STATUSES, "assumed")
    phasing: str = choice("When in the year contributions are paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The cost, the rule, the parts, the flows, the true-up and the checks."""
        name, manager, words = self.name, self._manager(), self.label or label_of(self.name)
        basis = self._cost(sheet, manager, words)
        shared = to_pence(basis if self.surplus == "shared" else larger_of(basis, 0))
        cost = sheet.line(f"{name}.shared_cost", shared, "£", f"{words}: cost shared, {self._said()}", kind="working")
        if self.by in BY_COST_ALONE:
            split = split_by_cost_alone(sheet, name, self, self.side_by_side, manager, words)
        else:
            split = self.put_on(sheet, name, manager, f"mechanisms › {name}", words)
        self._refuse_limits(split)
        floors = self._limits_on(sheet, words)
        parts = self._parts(sheet, split, floors, cost, "part", f"{words}: part of the cost borne by")
        for party_key in parts:
            if party_key != manager:
                self._contribution(sheet, parts[party_key], party_key, manager, words)
        if self.true_up is not None:
            self._true_up(sheet, split, floors, parts, basis, manager, words)
        if self.side_by_side is not None:
            write_side_by_side(sheet, name, self.side_by_side, split, parts, cost, words, manager)

    def _manager(self) -> str:
        found = self.manager or self.taker_of_rest
        if not found:
            raise SheetError(
                f"mechanisms › {self.name}: nothing says who pays the bills and collects the income, and no party takes "
                "the rest. Add manager: with one of the parties."
            )
        return found

    def _said(self) -> str:
        """What is in the cost that is shared, in words."""
        return (
            f"{self.basis_of_cost} of income, {'with' if self.overheads_are == 'included' else 'without'} overheads, "
            f"{'with' if self.capital_charges_are == 'included' else 'without'} capital charges"
        )

    def _cost(self, sheet: CaseSheet, manager: str, words: str) -> Line:
        """The manager's costs and income as flows, and the cost on the basis agreed."""
        found: dict[str, Any] = {
            "gross_running_cost": self._flow(sheet, "gross_running_cost", words, payer=manager, kind="spending")
        }
        for key in ("overheads", "capital_charges"):
            given, said = getattr(self, key), getattr(self, f"{key}_are")
            where, noun = f"mechanisms › {self.name} › {key}", key.replace("_", " ")
            if given is not None and not said:
                raise SheetError(
                    f"{where}: say whether {noun} are in the cost that is shared. Add {key}_are: included or not_included."
                )
            if given is None and said == "included":
                raise SheetError(f"{where}_are: {noun} are said to be included, and none are given. Add {key}.")
            if given is not None:
                line = self._flow(sheet, key, words, payer=manager, kind="spending")
                found |= {key: line} if said == "included" else {}
        income = self._flow(sheet, "income", words, payee=manager, kind="income") if self.income else None
        net = sheet.line(
            f"{self.name}.net_running_cost",
            net_running_cost(**found, income=0 if income is None else income),
            "£",
            f"{words}: net running cost",
            kind="working",
        )
        if self.basis_of_cost == "net" or income is None:
            return net
        return sheet.line(
            f"{self.name}.gross_cost", net_running_cost(**found), "£", f"{words}: cost before income", kind="working"
        )

    def _flow(self, sheet: CaseSheet, key: str, words: str, **tags: Any) -> Line:
        """One of the manager's costs, or its income; one that another mechanism has written is not paid a second time."""
        [side] = [one for one in ("payer", "payee") if one in tags]
        label = f"{words}: {key.replace('_', ' ')}"
        return flow_or_taken(
            sheet, f"{self.name}.{key}", getattr(self, key), label, side=side, role="manager", account="revenue", **tags
        )

    def _refuse_limits(self, split: Split) -> None:
        where = f"mechanisms › {self.name}"
        for one in self.limits:
            if one not in split.parties:
                raise SheetError(
                    f"{where} › limits › {one}: '{one}' has no part in the cost, so it has no floor or cap. Take it out."
                )
        if bool(self.limits) != bool(self.bearer):
            raise SheetError(
                f"{where} › bearer: floors and caps leave something over, and a named party bears it. Give both limits and "
                "bearer, or neither."
            )
        if self.bearer and (self.bearer in self.limits or self.bearer not in split.parties):
            why = "has a floor or a cap of its own" if self.bearer in self.limits else "has no part in the cost"
            raise SheetError(
                f"{where} › bearer: '{self.bearer}' {why}, so it cannot bear what the limits leave. Name another party."
            )

    def _limits_on(self, sheet: CaseSheet, words: str) -> dict[str, dict[str, Line]]:
        """The floors and caps in whole pence, by party."""
        found: dict[str, dict[str, Line]] = {}
        for one, limits in self.limits.items():
            given = sheet.givens(f"{self.name}.{one}", limits, f"{words}, {sheet.parties[one]}: ", kind="working")
            found[one] = {key: to_pence(line) for key, line in given.items() if line is not None}
            if not found[one]:
                raise SheetError(f"mechanisms › {self.name} › limits › {one}: give at_least, at_most or both.")
            if len(found[one]) > 1:
                sheet.check(
                    f"{self.name}.{one}.limits_go_up",
                    found[one]["at_least"] <= found[one]["at_most"],
                    f"{words}: the floor of {sheet.parties[one]} is not above its cap",
                    "The cap would win",
                    council=one,
                )
        return found

    def _parts(
        self, sheet: CaseSheet, split: Split, floors: Mapping[str, Mapping[str, Any]], cost: Line, ending: str, label: str
    ) -> dict[str, Line]:
        """What each party bears of a cost, after floors and caps; together they are the cost, to the penny."""
        prefix, parts = self.name, split.of(cost)
        if floors:
            before = {
                one: sheet.line(
                    f"{prefix}.{one}.{ending}_before_limits",
                    part,
                    "£",
                    f"{label} {sheet.parties[one]}, before limits",
                    kind="working",
                )
                for one, part in parts.items()
            }
            parts = {one: within_limits(line, **floors[one]) if one in floors else line for one, line in before.items()}
            held = [one for one in parts if one != self.bearer]
            parts[self.bearer] = cost - total(*(parts[one] for one in held))
        found = {
            one: sheet.line(f"{prefix}.{one}.{ending}", part, "£", f"{label} {sheet.parties[one]}", kind="working", party=one)
            for one, part in parts.items()
        }
        sheet.check(
            f"{prefix}.{ending}s_are_whole",
            agrees(total(*found.values()), cost, within=HALF_A_PENNY),
            f"{label} each party comes to the whole",
            "Contributions and what the manager bears itself are the shared cost",
        )
        return found

    def _contribution(self, sheet: CaseSheet, part: Line, payer: str, manager: str, words: str) -> None:
        """What a party pays the manager; where its part may be below nought, what the manager pays it on a line of its own."""
        tags = {"account": "revenue", "kind": "contribution", "status": self.status, "phasing": self.phasing}
        label, prefix = f"{words}: contribution of {sheet.parties[payer]}", f"{self.name}.{payer}"
        both_ways = self.surplus == "shared" or self.bearer not in ("", manager) or self.by == SHAPLEY
        sheet.line(
            f"{prefix}.contribution", larger_of(part, 0) if both_ways else part, "£", label, payer=payer, payee=manager, **tags
        )
        if both_ways:
            sheet.line(
                f"{prefix}.passed_on",
                larger_of(-part, 0),
                "£",
                f"{words}: surplus passed on to {sheet.parties[payer]}",
                payer=manager,
                payee=payer,
                settles=self.name,
                **tags,
            )

    def _true_up(
        self,
        sheet: CaseSheet,
        split: Split,
        floors: Mapping[str, Mapping[str, Any]],
        parts: Mapping[str, Line],
        basis: Line,
        manager: str,
        words: str,
    ) -> None:
        """The parts of the actual cost, what each party owes at the year's end, and its payment in the year after."""
        assert self.true_up is not None
        name = self.name
        actual = sheet.given(
            f"{name}.actual_cost", self.true_up.actual_cost, f"{words}: shared cost as it turned out", kind="working"
        )
        sheet.line(
            f"{name}.cost_above_estimate",
            actual - basis,
            "£",
            f"{words}: cost above the estimate (− below it)",
            payer=manager,
            account="revenue",
            kind="spending",
        )
        shared = to_pence(actual if self.surplus == "shared" else larger_of(actual, 0))
        cost = sheet.line(f"{name}.actual_shared_cost", shared, "£", f"{words}: actual cost shared", kind="working")
        actual_parts = self._parts(sheet, split, floors, cost, "actual_part", f"{words}: part of the actual cost borne by")
        for one in self.true_up.brought_forward:
            if one not in parts or one == manager:
                raise SheetError(
                    f"mechanisms › {name} › true_up › brought_forward › {one}: '{one}' pays no contribution. Take it out."
                )
        tags = {"account": "revenue", "kind": "contribution", "status": self.status, "settles": name}
        for one in parts:
            if one == manager:
                continue
            who, prefix = sheet.parties[one], f"{name}.{one}"
            first: Any = 0.0
            if one in self.true_up.brought_forward:
                first = sheet.given(
                    f"{prefix}.brought_forward",
                    self.true_up.brought_forward[one],
                    f"{words}: owed by {who} for the year before the first",
                    kind="working",
                )
            owed = sheet.line(
                f"{prefix}.owed",
                actual_parts[one] - parts[one],
                "£",
                f"{words}: balance owed by {who} at 31 March (− due back)",
                kind="working",
            )
            before = sheet.last_year(owed, first=first)
            sheet.line(
                f"{prefix}.true_up",
                larger_of(before, 0),
                "£",
                f"{words}: true-up of the year before, paid by {who}",
                payer=one,
                payee=manager,
                **tags,
            )
            sheet.line(
                f"{prefix}.true_up_back",
                larger_of(-before, 0),
                "£",
                f"{words}: true-up of the year before, paid back to {who}",
                payer=manager,
                payee=one,
                **tags,
            )
