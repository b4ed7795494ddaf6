"""A service that one council leads for a cluster of parishes: members' shares, outside grants, a joint reserve, things bought once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, allocate, both, quantity, to_pence, total, when
from devomodel.fields import amount, amounts, block, blocks, choice, parties, party, text
from devomodel.fields import shares as shares_by_party
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.cluster_holdings import Held
from devomodel.mechanisms.cluster_terms import (
    Item,
    JointReserve,
    OutsideGrant,
    Post,
    Terms,
    rebased_share,
    refuse_terms,
    shared_by_members,
    vacancy_credit,
    years_of,
)
from devomodel.mechanisms.share_rules import MEASURES, WHOLE_WITHIN, Rule
from devomodel.mechanisms.taken import flow_or_taken, is_taken

Lines = dict[str, Line]


@dataclass(frozen=True)
class Cluster(Mechanism):
    """Writes what the service costs, each member's share of what the grants leave, the reserve, and things bought once."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("shared_cost", "members_paying", "*.share", "*.part", "reserve.closing",
                                        "capital_to_date, if any")  # fmt: skip
    lead: str = party("Council that runs the service and holds the money")
    members: tuple[str, ...] = parties("Councils that have the service, the lead too where it is one of them")
    pays_nothing: tuple[str, ...] = parties("Members that have the service and pay nothing", ())
    terms: Mapping[str, Terms] = blocks(Terms, "How a member joins or leaves", {}, by_party=True)
    shares: Mapping[str, Amount | str] = shares_by_party(
        "Share of each member when all who pay are in; one may take the rest", {}
    )
    by: str = choice("What the cost is shared by, in place of shares", tuple(MEASURES), "")
    measures: Mapping[str, Amount] = amounts("number", "How much each member has of it", {}, by_party=True)
    fixed_part: Amount | None = amount("share", "Part of the cost that is shared in fixed shares", None)
    fixed_shares: Mapping[str, Amount | str] = shares_by_party("Fixed shares of that part", {})
    cost: Amount | None = amount("£", "Cost of the service as it turns out, posts apart", None)
    budgeted_cost: Amount | None = amount("£", "The same as budgeted", None)
    posts: Mapping[str, Post] = blocks(Post, "Posts of a jointly funded team", {})
    contributions_on: str = choice("Whether members pay on the budget or on the cost as it turns out", ("budget", "actual"), "")
    overhead_share: Amount | None = amount("share", "Overhead of the lead, as a share of the cost", None)
    overheads_are: str = choice("Whether that is spent besides, or is in a budget of the case", ("spent", "in_budget"), "")
    grants: Mapping[str, OutsideGrant] = blocks(OutsideGrant, "Grants from outside the membership", {})
    reserve: JointReserve | None = block(JointReserve, "Joint reserve, held by the lead", None)
    items: Mapping[str, Item] = blocks(Item, "Things bought once, with shares of their own", {})
    status: str = choice("How sure the contributions are", STATUSES, "assumed")
    phasing: str = choice("When in the year contributions are paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The cost, the shares of the year, the contributions, the reserve and the things bought once."""
        self._refuse()
        name, words = self.name, self._words
        actual, basis = self._costs(sheet)
        overheads = self._overheads(sheet, basis)
        grants = self._grants(sheet)
        part_of: Any = sheet[f"{name}.overhead_share"] if self.overhead_share is not None else quantity(0.0, "share")
        shared = sheet.line(
            f"{name}.shared_cost", to_pence(shared_by_members(basis, part_of, grants)), "£", f"{words}: shared by the members",
            kind="working",
        )  # fmt: skip
        shares = self._shares(sheet)
        parts = self._parts(sheet, "part", allocate(shared, list(shares.values())), f"{words}: part of the cost borne by")
        flow = {"account": "revenue", "kind": "contribution", "status": self.status, "phasing": self.phasing}
        for one in self.members:
            if one != self.lead:
                label = f"{words}: contribution of {sheet.parties[one]}"
                sheet.line(f"{name}.{one}.contribution", parts[one], "£", label, payer=one, payee=self.lead, **flow)
        self._count(sheet, parts)
        surplus = sheet.line(
            f"{name}.surplus", shared + grants - actual - overheads, "£", f"{words}: surplus of the year (− deficit)",
            kind="working",
        )  # fmt: skip
        held = Held(name, words, self.lead, tuple(self.members), self.terms, flow)
        if self.reserve is not None:
            held.write_reserve(sheet, self.reserve, {one: shares[one] for one in self._payers}, surplus)
        sheet.check(
            f"{name}.parts_are_whole",
            agrees(total(*parts.values()), shared, within=HALF_A_PENNY),
            f"{words}: the members' parts come to the shared cost",
            "Contributions and what the lead bears as a member, to the penny",
        )
        for key, item in self.items.items():
            held.write_item(sheet, key, item)
        if self.items:
            spent = sheet.total(sheet[f"{name}.items.{key}.cost"] for key in self.items)
            before = sheet.last_year(f"{name}.capital_to_date", first=0.0, unit_of="£")
            sheet.line(f"{name}.capital_to_date", before + spent, "£", f"{words}: spent on things bought once, to date")

    @property
    def _words(self) -> str:
        return self.label or label_of(self.name)

    @property
    def _where(self) -> str:
        return f"mechanisms › {self.name}"

    @property
    def _payers(self) -> list[str]:
        return [one for one in self.members if one not in self.pays_nothing]

    def _refuse(self) -> None:
        where = self._where
        if len(self.members) < 2:
            raise SheetError(f"{where} › members: a cluster has at least two members. Name another.")
        for key in self.pays_nothing:
            if key not in self.members:
                raise SheetError(
                    f"{where} › pays_nothing: '{key}' is not a member of the cluster. Add it to members, or take it out."
                )
        if not self._payers:
            raise SheetError(f"{where} › pays_nothing: no member is left to pay. Take one of them out.")
        for name, given in (("shares", self.shares), ("measures", self.measures), ("fixed_shares", self.fixed_shares)):
            for key in given:
                if key not in self._payers:
                    why = "pays nothing" if key in self.pays_nothing else "is not a member of the cluster"
                    raise SheetError(f"{where} › {name} › {key}: '{key}' {why}, so it has no share. Take it out.")
        if self.cost is None and not self.posts:
            raise SheetError(f"{where} › cost: nothing says what the service costs. Give cost, posts or both.")
        if self.budgeted_cost is not None and self.cost is None:
            raise SheetError(f"{where} › budgeted_cost: it is the budget for cost, which is not given. Add cost, or take it out.")
        differs = self.budgeted_cost is not None or any(one.vacant or one.sickness_cover for one in self.posts.values())
        if differs and not self.contributions_on:
            raise SheetError(
                f"{where} › contributions_on: the cost can turn out otherwise than budgeted. Say whether members pay on the "
                "budget, the difference going through the reserve, or on the actual cost."
            )
        if self.budgeted_cost is not None and self.contributions_on == "actual":
            raise SheetError(f"{where} › budgeted_cost: members pay on the actual cost, so a budget sets nothing. Take it out.")
        if differs and self.contributions_on == "budget" and self.reserve is None:
            raise SheetError(f"{where} › reserve: the difference from the budget goes through a joint reserve. Add reserve.")
        if (self.overhead_share is None) != (not self.overheads_are):
            raise SheetError(
                f"{where} › overhead_share: say what share the lead adds and whether that is spent besides (overheads_are: spent) "
                "or is pay and the like in a budget of the case (in_budget). Give both, or neither."
            )
        if bool(self.shares) == bool(self.by):
            raise SheetError(f"{where} › shares: a cluster shares its cost by shares, or by a measure (by). Give one of them.")
        refuse_terms(self.terms, self.members, self.lead, self.reserve is not None, where)

    def _costs(self, sheet: CaseSheet) -> tuple[Any, Any]:
        """The cost as it turns out, paid by the lead, and the cost on which members pay."""
        name, words = self.name, self._words
        actual: list[Any] = []
        budget: list[Any] = []
        if self.cost is not None:
            tags = {"payer": self.lead, "account": "revenue", "kind": "spending"}
            actual.append(flow_or_taken(sheet, f"{name}.cost", self.cost, f"{words}: cost", side="payer", role="lead", **tags))
            budget.append(actual[0])
        if self.budgeted_cost is not None:
            budget = [sheet.given(f"{name}.budgeted_cost", self.budgeted_cost, f"{words}: budgeted cost", kind="working")]
        for key, post in self.posts.items():
            prefix, label = f"{name}.posts.{key}", f"{words}: {label_of(key).lower()}"
            given = sheet.givens(prefix, post, f"{label}: ", kind="working")
            number: Any = quantity(1.0, "post") if given["number"] is None else given["number"]
            full = sheet.line(f"{prefix}.full_cost", given["cost"] * number, "£", f"{label}, filled all year", kind="working")
            budget.append(full)
            paid: Any = full
            if given["vacant"] is not None:
                credit = vacancy_credit(full, given["vacant"])
                paid = paid - sheet.line(
                    f"{prefix}.vacancy_credit", credit, "£", f"{label}: not paid while vacant", kind="working"
                )
                sheet.check(
                    f"{prefix}.vacant_part_of_a_year",
                    both(given["vacant"] >= 0, given["vacant"] <= 1),
                    f"{label}: vacant for part of a year, or the whole",
                    "From 0% to 100%",
                    council=self.lead,
                )
            if given["sickness_cover"] is not None:
                paid = paid + given["sickness_cover"]
            actual.append(sheet.line(f"{prefix}.paid", paid, "£", label, payer=self.lead, account="revenue", kind="spending"))
        as_paid = sheet.line(f"{name}.actual_cost", total(*actual), "£", f"{words}: cost as it turns out", kind="working")
        if self.contributions_on != "budget":
            return as_paid, as_paid
        return as_paid, sheet.line(f"{name}.cost_in_budget", total(*budget), "£", f"{words}: cost in the budget", kind="working")

    def _overheads(self, sheet: CaseSheet, basis: Any) -> Any:
        if self.overhead_share is None:
            return quantity(0.0, "£")
        share = sheet.given(
            f"{self.name}.overhead_share",
            self.overhead_share,
            f"{self._words}: lead's overhead, share of the cost",
            kind="working",
        )
        tags: dict[str, Any] = {"kind": "working"}
        if self.overheads_are == "spent":
            tags = {"payer": self.lead, "account": "revenue", "kind": "spending"}
        return sheet.line(f"{self.name}.overheads", basis * share, "£", f"{self._words}: overhead of the lead", **tags)

    def _grants(self, sheet: CaseSheet) -> Any:
        """Each grant as money to the lead, or as the line of a grant that another mechanism pays it."""
        found = []
        for key, one in self.grants.items():
            where, label = f"{self._where} › grants › {key}", f"{self._words}: {label_of(key).lower()}"
            given = one.amount
            end = given.until or given.once or one.ends
            if is_taken(sheet, given):
                loose = next((word for word in ("funder", "ends") if getattr(one, word)), "")
                if loose:
                    raise SheetError(f"{where} › {loose}: the line '{given.line}' says it already. Take it out.")
            elif not end:
                raise SheetError(
                    f"{where} › ends: nothing says when it ends. Add ends: with the last year it is paid, or ends: not agreed."
                )
            elif one.ends not in ("", end):
                raise SheetError(f"{where} › ends: it ends in two years at once: {end} and {one.ends}. Keep one.")
            elif one.funder == self.lead:
                raise SheetError(f"{where} › funder: '{self.lead}' leads the cluster and cannot give it a grant. Name another.")
            if one.ends and one.ends != "not agreed" and not given.once and not given.line:
                given = replace(given, until=one.ends)
            tags = {
                "payee": self.lead,
                "account": "revenue",
                "kind": "grant",
                "status": one.status,
                "phasing": self.phasing,
                "ends": end,
                "then": one.then,
                "pays_for": self._words,
            } | ({"payer": one.funder} if one.funder else {})
            found.append(flow_or_taken(sheet, f"{self.name}.grants.{key}", given, label, side="payee", role="lead", **tags))
        return sheet.line(
            f"{self.name}.grants_from_outside", sheet.total(found), "£", f"{self._words}: grants from outside", kind="working"
        )

    def _shares(self, sheet: CaseSheet) -> Lines:
        """Each member's share of the year's cost, re-based on those who pay in it."""
        name, words, where = self.name, self._words, self._where
        between = [one for one in self._payers if self.by == "tax_base" and one not in self.measures]
        lacking = [one for one in between if f"{one}.tax_base" not in sheet]
        lacking += [one for one in self._payers if self.by not in ("", "tax_base") and one not in self.measures]
        if lacking and not self.shares:
            raise SheetError(f"{where} › measures: nothing gives the {MEASURES[self.by][1]} of '{lacking[0]}'. Give it there.")
        for one in self._payers:
            if self.shares and one not in self.shares:
                raise SheetError(
                    f"{where} › shares: '{one}' has none. Give it one, 0% among them, or name it under pays_nothing."
                )
        rule = Rule(
            shares=self.shares,
            by=self.by,
            measures={one: self.measures[one] for one in self._payers if one in self.measures},
            between=tuple(between),
            fixed_part=self.fixed_part,
            fixed_shares=self.fixed_shares,
        )
        moves = any(one.joins or one.leaves for one in self.terms.values())
        prefix, told = (f"{name}.agreed", f"{words}, all members in") if moves else (name, words)
        agreed = dict(rule.put_on(sheet, prefix, self.lead, where, told).shares)
        pays = {one: years_of(self.terms.get(one, Terms()), sheet.years)[1] for one in self.members}
        self._refuse_years_without_payer(sheet, agreed, pays)
        found: Lines = {}
        if moves:
            flags = {
                one: self._flag(sheet, f"{one}.in", pays[one], f"{words}: 1 while {sheet.parties[one]} pays") for one in agreed
            }
            in_all = sheet.line(
                f"{name}.agreed_of_all",
                total(*(agreed[one] * flags[one] for one in agreed)),
                "share",
                f"{words}: agreed shares of those who pay",
                kind="working",
            )
        for one in self.members:
            label = f"{words}: share of {sheet.parties[one]}"
            if one in self.pays_nothing:
                found[one] = sheet.nought(
                    f"{name}.{one}.share", "share", label, "it has the service and pays nothing", kind="working"
                )
            elif moves:
                found[one] = sheet.line(
                    f"{name}.{one}.share",
                    rebased_share(agreed[one], flags[one], in_all),
                    "share",
                    label,
                    kind="working",
                    party=one,
                )
            else:
                found[one] = agreed[one]
        if moves:
            sheet.check(
                f"{name}.shares_of_the_year_are_whole",
                agrees(total(*found.values()), 1.0, within=WHOLE_WITHIN),
                f"{words}: the shares of those who pay come to 100%",
                "However many join or leave",
            )
        return found

    def _refuse_years_without_payer(self, sheet: CaseSheet, agreed: Mapping[str, Any], pays: Mapping[str, list[bool]]) -> None:
        """A year in which all who would pay are out, or have a share of nought."""
        known = {one: self._figures(sheet, one) for one in agreed}
        for at, label in enumerate(sheet.years):
            if not any(pays[one][at] and known[one][at] for one in agreed):
                raise SheetError(
                    f"{self._where} › members: in {label} no member with a share is in. Check the years under terms."
                )

    def _figures(self, sheet: CaseSheet, one: str) -> list[float]:
        """A member's share or measure in each year where it is a plain figure; otherwise something that is not nought."""
        given = self.shares.get(one, self.measures.get(one))
        others = [share for share in self.shares.values() if isinstance(share, Amount)]
        plain = [given] if isinstance(given, Amount) else others
        if given is None or self.fixed_shares or any(share.line or share.parameter for share in plain):
            return [1.0] * len(sheet.years)
        found = [share.given(sheet.years) for share in plain]
        if isinstance(given, Amount):
            return list(found[0])
        return [max(1 - sum(each), 0.0) if sum(each) < 1 - WHOLE_WITHIN else 0.0 for each in zip(*found, strict=True)]

    def _flag(self, sheet: CaseSheet, ending: str, holds: list[bool], label: str) -> Line:
        why = Origin(BY_RULE, note="the years under terms", place=f"{self._where} › terms")
        return sheet.input(f"{self.name}.{ending}", [float(one) for one in holds], "number", label, kind="working", origin=why)

    def _parts(self, sheet: CaseSheet, ending: str, parts: Any, label: str) -> Lines:
        return {
            one: sheet.line(f"{self.name}.{one}.{ending}", part, "£", f"{label} {sheet.parties[one]}", kind="working", party=one)
            for one, part in zip(self.members, parts, strict=True)
        }

    def _count(self, sheet: CaseSheet, parts: Mapping[str, Line]) -> None:
        """How many members have the service, and how many pay: they need not be the same."""
        served = [years_of(self.terms.get(one, Terms()), sheet.years)[0] for one in self.members]
        why = Origin(BY_RULE, note="members, and the years under terms", place=self._where)
        counts = [float(sum(each)) for each in zip(*served, strict=True)]
        sheet.input(f"{self.name}.members_served", counts, "number", f"{self._words}: members that have the service",
                    kind="working", origin=why)  # fmt: skip
        paying = total(*(when(part > 0, 1.0, 0.0) for part in parts.values()))
        sheet.line(f"{self.name}.members_paying", paying, "number", f"{self._words}: members that pay", kind="working")
