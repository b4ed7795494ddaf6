"""What the lead of a cluster holds for its members: the joint reserve, and the things bought once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from devomodel.amounts import BY_RULE, Origin
from devomodel.engine import Line, SheetError, agrees, allocate, either, larger_of, quantity, to_pence, total
from devomodel.engine.years import first_calendar_year
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, label_of
from devomodel.mechanisms.cluster_terms import Item, JointReserve, Terms, reserve_at_31_march, years_of
from devomodel.mechanisms.share_rules import Rule
from devomodel.mechanisms.taken import flow_or_taken, is_taken


@dataclass(frozen=True)
class Held:
    """For whom the lead holds it.

    name   of the mechanism
    words  what the service is called
    flow   the tags of what passes between the members and the lead
    """

    name: str
    words: str
    lead: str
    members: Sequence[str]
    terms: Mapping[str, Terms]
    flow: Mapping[str, Any]

    def write_reserve(self, sheet: CaseSheet, reserve: JointReserve, shares: Mapping[str, Line], surplus: Line) -> None:
        """The reserve: paid out to leavers, brought to its target by calls and returns, then moved by the year's surplus."""
        prefix, label, where = f"{self.name}.reserve", f"{self.words}: joint reserve", f"mechanisms › {self.name} › reserve"
        for way, word in (("above_target", "returned, or kept"), ("below_target", "called, or left")):
            if (reserve.target is not None) != bool(getattr(reserve, way)):
                raise SheetError(
                    f"{where} › {way}: with a target, say whether the difference is {word}; without one, leave it out."
                )
        given = sheet.givens(prefix, reserve, f"{label}: ", kind="working")
        at_start = sheet.line(
            f"{prefix}.at_1_april",
            sheet.last_year(f"{prefix}.closing", first=given["opening"], unit_of="£"),
            "£",
            f"{label} at 1 April",
            kind="working",
        )
        paid_out = self._paid_out(sheet, at_start)
        bought_in = self._bought_in(sheet)
        called: Any = quantity(0.0, "£")
        returned: Any = quantity(0.0, "£")
        if given["target"] is not None:
            short = given["target"] - (at_start - paid_out)
            if reserve.below_target == "called":
                called = sheet.line(f"{prefix}.called", to_pence(larger_of(short, 0)), "£", f"{label}: called from all members",
                                    kind="working")  # fmt: skip
                self._between(sheet, "called", called, shares, f"{self.words}: called for the reserve from")
            if reserve.above_target == "returned":
                returned = sheet.line(f"{prefix}.returned", to_pence(larger_of(-short, 0)), "£", f"{label}: returned to all members",
                                      kind="working")  # fmt: skip
                self._between(sheet, "returned", returned, shares, f"{self.words}: returned from the reserve to")
        closing = sheet.line(
            f"{prefix}.closing",
            reserve_at_31_march(at_start, paid_out, called, returned, surplus, bought_in),
            "£",
            f"{label} at 31 March",
        )
        moved = closing - at_start
        own: dict[str, Any] = {"account": "revenue", "kind": "reserve"}
        sheet.line(f"{prefix}.put_by", larger_of(moved, 0), "£", f"{label}: put by", payer=self.lead, of_receipts=True, **own)
        sheet.line(f"{prefix}.drawn", larger_of(-moved, 0), "£", f"{label}: drawn on", payee=self.lead, **own)
        sheet.advise(
            f"{prefix}.not_overdrawn",
            closing >= quantity(-HALF_A_PENNY, "£"),
            f"{self.words}: the joint reserve is not overdrawn",
            "Below nought it is the lead's own money; call on the members, or raise the budget",
            council=self.lead,
        )

    def _paid_out(self, sheet: CaseSheet, at_start: Line) -> Any:
        """What each leaver is paid of what was in the reserve, in the year after its last payment."""
        found = []
        for one, terms in self.terms.items():
            if terms.reserve_share is None:
                continue
            who, due = sheet.parties[one], years_of(terms, sheet.years)[2]
            share = sheet.given(
                f"{self.name}.{one}.reserve_share", terms.reserve_share, f"{self.words}: share of the reserve due to {who}",
                kind="working",
            )  # fmt: skip
            sheet.check_parts(
                f"{self.name}.{one}.part_of_the_reserve", [share], f"{self.words}: what is due to {who} is a part of the reserve",
                council=self.lead,
            )  # fmt: skip
            flag = sheet.input(
                f"{self.name}.{one}.is_paid_out",
                [float(label == due) for label in sheet.years],
                "number",
                f"{self.words}: 1 in the year {who} is paid out",
                kind="working",
                origin=Origin(BY_RULE, note=f"the year after its last payment: {due}", place=f"mechanisms › {self.name} › terms"),
            )
            found.append(
                sheet.line(
                    f"{self.name}.{one}.paid_out",
                    to_pence(larger_of(at_start, 0) * share * flag),
                    "£",
                    f"{self.words}: share of the reserve paid to {who} on leaving",
                    payer=self.lead,
                    payee=one,
                    settles=self.name,
                    **self.flow,
                )
            )
        return total(*found) if found else quantity(0.0, "£")

    def _bought_in(self, sheet: CaseSheet) -> Any:
        """What each joiner pays into the reserve, in the year it joins."""
        found = []
        for one, terms in self.terms.items():
            if terms.buying_in is not None:
                label = f"{self.words}: buying-in sum of {sheet.parties[one]}"
                found.append(
                    sheet.given(
                        f"{self.name}.{one}.buying_in", replace(terms.buying_in, once=terms.joins), label, payer=one,
                        payee=self.lead, held_in=f"{self.name}.reserve.closing", **self.flow,
                    )
                )  # fmt: skip
        return total(*found) if found else quantity(0.0, "£")

    def _between(self, sheet: CaseSheet, ending: str, whole: Line, shares: Mapping[str, Line], label: str) -> None:
        """A call or a return, by the shares of the year; the lead's own part moves no money."""
        parts = dict(zip(shares, allocate(whole, list(shares.values())), strict=True))
        found = []
        for one, part in parts.items():
            ends = {"payer": one, "payee": self.lead} if ending == "called" else {"payer": self.lead, "payee": one}
            tags: dict[str, Any] = {"kind": "working"} if one == self.lead else {**ends, "settles": self.name, **self.flow}
            found.append(sheet.line(f"{self.name}.{one}.{ending}", part, "£", f"{label} {sheet.parties[one]}", **tags))
        sheet.check(
            f"{self.name}.{ending}_is_whole",
            agrees(total(*found), whole, within=HALF_A_PENNY),
            f"{label} the members comes to the whole",
            "By the shares of the year, to the penny",
        )

    def write_item(self, sheet: CaseSheet, key: str, item: Item) -> None:
        """A thing bought once: its cost, its grant, and each member's part of what is left."""
        prefix, where = f"{self.name}.items.{key}", f"mechanisms › {self.name} › items › {key}"
        words = f"{self.words}: {(item.label or label_of(key)).lower()}"
        self._refuse_item(sheet, item, where)
        capital = {"account": "capital"}
        cost = flow_or_taken(
            sheet,
            f"{prefix}.cost",
            item.cost,
            f"{words}, cost",
            side="payer",
            role="lead",
            payer=self.lead,
            kind="spending",
            **capital,
        )
        grant: Any = quantity(0.0, "£")
        if item.grant is not None:
            end = item.grant.once or (max(item.grant.by_year, key=first_calendar_year) if item.grant.by_year else "")
            tags = {"payee": self.lead, "kind": "grant", "status": item.status, "ends": end, "pays_for": words}
            tags |= {"payer": item.funder} if item.funder else {}
            grant = flow_or_taken(
                sheet, f"{prefix}.grant", item.grant, f"{words}, grant", side="payee", role="lead", **tags, **capital
            )
            sheet.check(
                f"{prefix}.grant_within_cost",
                grant <= cost,
                f"{words}: the grant is not more than the cost",
                "A funder pays at most what it costs",
                council=self.lead,
            )
        shared = sheet.line(
            f"{prefix}.shared_cost", to_pence(larger_of(cost - grant, 0)), "£", f"{words}, shared by the members", kind="working"
        )
        split = Rule(shares=item.shares).put_on(sheet, prefix, self.lead, where, words)
        # Paid once for a thing bought once: nobody rests on it, so its end is no cliff.
        flow = {**self.flow, "account": item.paid_from, "settles": f"{prefix}.cost"}
        parts = []
        for one, part in split.of(shared).items():
            who = sheet.parties[one]
            self._advise_if_out(sheet, prefix, one, part, words)
            if one == self.lead:
                parts.append(sheet.line(f"{prefix}.{one}.part", part, "£", f"{words}, borne by {who}", kind="working"))
                continue
            label = f"{words}, contribution of {who}"
            parts.append(sheet.line(f"{prefix}.{one}.contribution", part, "£", label, payer=one, payee=self.lead, **flow))
        sheet.check(
            f"{prefix}.parts_are_whole",
            agrees(total(*parts), shared, within=HALF_A_PENNY),
            f"{words}: the members' parts come to what the grant leaves",
            "By the shares of the thing itself, to the penny",
        )
        if item.paid_from == "revenue":
            own: dict[str, Any] = {"kind": "contribution", "internal": True}
            moved = sheet.line(f"{prefix}.to_capital", shared, "£", f"{words}, from revenue to capital", payee=self.lead,
                               **own, **capital)  # fmt: skip
            sheet.line(f"{prefix}.from_revenue", moved, "£", f"{words}, taken from revenue", payer=self.lead, account="revenue",
                       **own)  # fmt: skip

    def _advise_if_out(self, sheet: CaseSheet, prefix: str, one: str, part: Any, words: str) -> None:
        """A member that joins later or has left is not asked for a part, unless all agreed to that."""
        terms = self.terms.get(one)
        if terms is None or not (terms.joins or terms.leaves):
            return
        who, place = sheet.parties[one], f"mechanisms › {self.name} › terms"
        is_in = sheet.input(
            f"{prefix}.{one}.is_in",
            [float(each) for each in years_of(terms, sheet.years)[1]],
            "number",
            f"{words}: 1 while {who} is in",
            kind="working",
            origin=Origin(BY_RULE, note="the years under terms", place=place),
        )
        sheet.advise(
            f"{prefix}.{one}.pays_while_in",
            either(is_in > 0, part <= quantity(HALF_A_PENNY, "£")),
            f"{words}: {who} pays its part while it is in the cluster",
            "It has not joined, or has left: give the part to those who are in, and it a buying-in sum",
            council=one,
        )

    def _refuse_item(self, sheet: CaseSheet, item: Item, where: str) -> None:
        for member in item.shares:
            if member not in self.members:
                raise SheetError(f"{where} › shares › {member}: '{member}' is not a member of the cluster. Take it out.")
        for key, given in (("cost", item.cost), ("grant", item.grant)):
            if given is None:
                continue
            if given.line and given.line in sheet:
                line = sheet[given.line]
                account = line.tags.get("account", line.tags.get("of_account", ""))
                if not is_taken(sheet, given) or account != "capital":
                    raise SheetError(
                        f"{where} › {key}: the line '{given.line}' is not capital money paid already. Take one that is, or give "
                        "a figure."
                    )
            elif not given.once and not (given.by_year and not given.grows):
                raise SheetError(
                    f"{where} › {key}: it is paid once. Say the year with once: 2026-27, or each year under by_year."
                )
        if item.grant is None and item.funder:
            raise SheetError(f"{where} › funder: a funder is named and no grant is given. Add grant, or take the funder out.")
        if item.funder == self.lead:
            raise SheetError(f"{where} › funder: '{self.lead}' leads the cluster and cannot give it a grant. Name another.")
