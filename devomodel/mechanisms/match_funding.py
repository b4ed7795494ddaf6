"""Match funding: who pays for a scheme, in what order, up to what share and what sum, and what is left unfunded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, both, either, larger_of, opposite, quantity, smaller_of, when
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, block, blocks, choice, party
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.funder_promise import RevenueCommitment, problems_of_promise, write_promise
from devomodel.mechanisms.funder_terms import PUBLIC_BODIES, Funder, called, problems_of
from devomodel.problems import listed

_WRONG_COST = {
    "revenue": ("revenue", "capital money (borrowing, receipts, capital grant, CIL) must not pay for it. "
                "Write account: revenue, with funders that pay for running costs"),
    "capital": ("capital", "write account: capital, or take a line of running costs"),
    "in_kind": ("borne in kind", "nobody pays for it in cash. Put it under in_kind"),
}  # fmt: skip


def most_payable(eligible_cost: Any, intervention_rate: Any, award: Any) -> Any:
    """The most a funder pays by the end of a year.

        most payable = the smaller of rate × eligible cost and the award

    eligible_cost      £ to date, of the cost that this funder counts
    intervention_rate  the most of it that it pays, as a share
    award              £, the most it pays in all
    returns            £ to date

    >>> most_payable(eligible_cost=1_900_000, intervention_rate=0.8, award=1_400_000)
    1400000.0
    """
    return smaller_of(intervention_rate * eligible_cost, award)


def earned_in_year(most_to_date: Any, earned_before: Any, left_to_find: Any) -> Any:
    """What a funder owes for a year's spending: what it may still pay, and no more than is left to find.

    most_to_date   £ to date, the most it pays
    earned_before  £, what it was asked for in earlier years
    left_to_find   £ in the year, after the funders listed before it; a gap of earlier years is in it
    returns        £ in the year, never below nought

    >>> earned_in_year(most_to_date=300_000.0, earned_before=250_000.0, left_to_find=80_000.0)
    50000.0
    """
    return larger_of(smaller_of(most_to_date - earned_before, left_to_find), 0)


def match_required(eligible_cost: Any, grant: Any) -> Any:
    """What others must find for a grant to be paid: the eligible cost that it leaves.

    >>> match_required(eligible_cost=1_900_000, grant=1_400_000)
    500000
    """
    return eligible_cost - grant


def share_paid(grant: Any, cost: Any) -> Any:
    """The share of a cost that a grant pays.

    >>> round(share_paid(1_400_000, 1_900_000), 3)
    0.737
    """
    return grant / cost


@dataclass(frozen=True)
class MatchFunding(Mechanism):
    """Works down an ordered list of funders. What nobody pays is a gap: shown, tested, never filled in."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("whole_cost", "*.share_of_cost", "gap", "not_secured, if any",
                                        "*.owed, if any", "*.could_be_asked_back, if any", "match_ratio_to_date",
                                        "after_promise, if any")  # fmt: skip
    council: str = party("Council whose scheme it is")
    cost: Amount = amount("£", "Cost of the scheme in cash")
    in_kind: Amount | None = amount("£", "Cost borne in kind, which counts as cost and as match", None)
    account: str = choice("What the money may be spent on", ("capital", "revenue"))
    funders: Mapping[str, Funder] = blocks(Funder, "Funders in order")
    revenue_commitment: RevenueCommitment | None = block(RevenueCommitment, "Promise of running costs", None)

    def write(self, sheet: CaseSheet) -> None:
        """Costs to date, what each funder owes, pays and asks, and the gap."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        cost, whole = self._costs(sheet)
        earned: dict[str, Line] = {}
        before = sheet.last_year(f"{self.name}.gap", first=0.0, unit_of="£")
        left = sheet.line(f"{self.name}.to_find", cost + before, "£",
                          f"{self._label}: to find in the year, an earlier gap included", kind="working")  # fmt: skip
        for key, funder in self.funders.items():
            earned[key], left = self._funder(sheet, key, funder, whole, left)
        gap = sheet.line(f"{self.name}.gap", left, "£", f"{self._label}: gap, not funded, at 31 March")
        sheet.check(f"{self.name}.no_gap", gap <= quantity(HALF_A_PENNY, "£"), f"{self._label}: every pound of cost has a funder",
                    "A gap stays a gap until a funder is named for it", council=self.council)  # fmt: skip
        unsure = [earned[key] for key, funder in self.funders.items() if funder.status != "secured"]
        sheet.line(f"{self.name}.not_secured", sheet.total(unsure), "£", f"{self._label}: to date, from funders not yet secured")
        self._conditions(sheet, earned, gap)
        if self.revenue_commitment:
            others = [key for key, funder in self.funders.items() if funder.funder != self.council]
            grant = sheet.total([sheet[f"{self.name}.{key}.earned"] for key in others])
            write_promise(sheet, self.name, self.council, self.revenue_commitment, grant)

    def test(self, sheet: CaseSheet) -> None:
        """A pound of match counted twice: the same award, the same time or the same cost in two places."""
        nothing = quantity(HALF_A_PENNY, "£")
        for key, funder in self.funders.items():
            award = sheet[f"{self.name}.{key}.award"]
            for other in sheet.tagged(award_by=funder.funder):
                if other.index < award.index:
                    where = other.name.removesuffix(".award")
                    once = either(award <= nothing, opposite(agrees(award, other, within=HALF_A_PENNY)))
                    sheet.advise(f"{self.name}.{key}.not_as_{where.replace('.', '_')}", once,
                                 f"{called(key, funder)}: its award is counted in one place only",
                                 f"{sheet.parties[funder.funder]} gives the same sum in {where}; if it is the same money it can "
                                 "match only once", council=self.council)  # fmt: skip
        for what, given in (("cost", self.cost), ("in_kind", self.in_kind)):
            if given is not None and given.line:
                schemes = [line.name.partition(".")[0] for line in sheet.tagged(**{f"{what}_taken_from": given.line})]
                if len(schemes) > 1:
                    words = "cost is put to the funders of" if what == "cost" else "gift in kind is match in"
                    told = f"{sheet[given.line].label}: the same {words} {listed(schemes, 'and')}. Count it in one."
                    sheet.cautions[told] = None

    @property
    def _label(self) -> str:
        return label_of(self.name)

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not go together, with its place under the mechanism."""
        found = _account_of(sheet, self.cost)
        if found not in ("", self.account):
            why = sheet[self.cost.line].tags.get("why_account", "")
            words, do = _WRONG_COST[found]
            yield ("cost", f"the line '{self.cost.line}' is {words}{f' ({why})' if why else ''}, and this scheme is "
                   f"{self.account}: {do}.")  # fmt: skip
        kind = self.in_kind
        if kind is not None and (not kind.line or _account_of(sheet, kind) not in ("", "in_kind")):
            said = f"the line '{kind.line}' is paid in cash" if kind.line else "a sum alone does not say what is given"
            yield "in_kind", f"{said}. Take the cost of a volunteer_time: in_kind: {{line: volunteers.cost}}."
        for key, funder in self.funders.items():
            yield from problems_of(key, funder, self.council, self.account, sheet)
        if self.revenue_commitment is not None:
            promise = self.revenue_commitment
            yield from problems_of_promise(promise, _account_of(sheet, promise.spending))

    def _costs(self, sheet: CaseSheet) -> tuple[Line, Line]:
        """The cost in cash in the year, and the whole cost in the year, what is borne in kind included."""
        # A cost that is a line is spent by whoever writes the line; a figure given here is spent here.
        spent = {} if self.cost.line else {"payer": self.council, "account": self.account, "kind": "spending"}
        cost = sheet.given(
            f"{self.name}.cost", self.cost, f"{self._label}: cost in cash", cost_taken_from=self.cost.line, **spent
        )
        whole: Any = cost
        if self.in_kind:
            whole = cost + sheet.given(f"{self.name}.in_kind", self.in_kind, f"{self._label}: borne in kind",
                                       in_kind_taken_from=self.in_kind.line)  # fmt: skip
        whole = sheet.line(f"{self.name}.whole_cost", whole, "£", f"{self._label}: whole cost, in cash and in kind")
        self._to_date(sheet, "cost", cost, f"{self._label}: cost in cash")
        self._to_date(sheet, "whole_cost", whole, f"{self._label}: whole cost")
        return cost, whole

    def _to_date(self, sheet: CaseSheet, key: str, in_year: Any, label: str) -> Line:
        """A running total from the first year of the case."""
        name = f"{self.name}.{key}_to_date"
        return sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + in_year, "£", f"{label}, to date", kind="working")

    def _flag(self, sheet: CaseSheet, name: str, holds: list[bool], label: str, why: str) -> Line:
        return sheet.input(f"{self.name}.{name}", [float(one) for one in holds], "number", label, kind="working",
                           origin=Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}"))  # fmt: skip

    def _funder(self, sheet: CaseSheet, key: str, funder: Funder, whole: Line, left: Any) -> tuple[Line, Line]:
        """One funder: what it owes for the year, what it pays, and what is left to find after it."""
        prefix, who = f"{self.name}.{key}", called(key, funder)
        award = sheet.given(f"{prefix}.award", funder.award, f"{who}: award", award_by=funder.funder)
        eligible: Any = whole
        if funder.eligible_cost:
            eligible = sheet.given(f"{prefix}.eligible_cost", funder.eligible_cost, f"{who}: eligible cost")
        if funder.counts_from:
            counts = [first_calendar_year(year) >= first_calendar_year(funder.counts_from) for year in sheet.years]
            eligible = eligible * self._flag(sheet, f"{key}.counts", counts, f"{who}: 1 in the years whose cost counts",
                                             f"from {funder.counts_from}")  # fmt: skip
        eligible = self._to_date(sheet, f"{key}.eligible_cost", eligible, f"{who}: eligible cost")
        rate: Any = 1
        if funder.intervention_rate:
            rate = sheet.given(f"{prefix}.intervention_rate", funder.intervention_rate, f"{who}: intervention rate")
        most = sheet.line(f"{prefix}.most_payable", most_payable(eligible, rate, award), "£", f"{who}: most it pays, to date",
                          kind="working")  # fmt: skip
        before = sheet.last_year(f"{prefix}.earned_to_date", first=0.0, unit_of="£")
        earned = sheet.line(f"{prefix}.earned", earned_in_year(most, before, left), "£", f"{who}: due for the year's spending",
                            kind="working")  # fmt: skip
        earned_to_date = self._to_date(sheet, f"{key}.earned", earned, f"{who}: due for what is spent")
        self._received(sheet, key, funder, award, earned, whole)
        left = sheet.line(f"{prefix}.left_to_find", left - earned, "£", f"{self._label}: left to find after {who}",
                          kind="working")  # fmt: skip
        return earned_to_date, left

    def _received(self, sheet: CaseSheet, key: str, funder: Funder, award: Line, earned: Line, whole: Line) -> None:
        """The money as it is paid, what is still owed or held, and what could be asked back."""
        prefix, who = f"{self.name}.{key}", called(key, funder)
        if funder.funder == self.council:
            self._own_money(sheet, prefix, funder, earned, who)
            return
        paid = self._paid(sheet, prefix, who, funder, award, earned, whole)
        received = sheet.line(f"{prefix}.received", paid, "£", who, payer=funder.funder, payee=self.council, account=self.account,
                              kind="contribution" if funder.money in ("developer", "private") else "grant",
                              status=funder.status)  # fmt: skip
        so_far = self._to_date(sheet, f"{key}.received", received, f"{who}: received")
        if funder.drawdown != "as_spent":
            owed = sheet.line(f"{prefix}.owed", sheet[f"{prefix}.earned_to_date"] - so_far, "£",
                              f"{who}: due and not yet paid (− held ahead of spending), at 31 March", owed_to=self.council,
                              owed_by=funder.funder, of_account=self.account, status=funder.status)  # fmt: skip
            settled = agrees(owed, quantity(0.0, "£"), within=HALF_A_PENNY)
            sheet.advise(f"{prefix}.settled", either(self._is_last_year(sheet) < 1, settled),
                         f"{who}: by the end of the case it has paid what is due and no more",
                         "After the last year, claim what is owed or pay back what is held", council=self.council)  # fmt: skip
        if funder.clawback_years:
            recent = sheet.total([received])
            for back in range(1, min(funder.clawback_years, sheet.count)):
                recent = recent + sheet.years_ago(received, back, 0.0)
            sheet.line(f"{prefix}.could_be_asked_back", recent, "£",
                       f"{who}: paid in the {funder.clawback_years} years to 31 March, and could be asked back")  # fmt: skip

    def _paid(self, sheet: CaseSheet, prefix: str, who: str, funder: Funder, award: Line, earned: Line, whole: Line) -> Any:
        """The payments: as the money is spent, a year behind it, whole when spending begins, or by a profile of the award."""
        if funder.drawdown == "in_arrears":
            return sheet.last_year(earned, first=0.0)
        if funder.drawdown == "in_advance":
            before = sheet.last_year(sheet[f"{self.name}.whole_cost_to_date"], first=0.0)
            return when(both(whole > 0, before <= 0), award, 0)
        if funder.drawdown == "by_profile":
            assert funder.profile is not None
            return award * sheet.given(f"{prefix}.profile", funder.profile, f"{who}: share of the award paid in the year")
        return earned

    def _own_money(self, sheet: CaseSheet, prefix: str, funder: Funder, earned: Line, who: str) -> None:
        """The council's own money. From revenue to a capital scheme it moves between its accounts; in a revenue scheme it is
        found by the precept and the income beside it; from capital it is there already, and the account is tested for it."""
        if self.account == "revenue" or funder.own_money_from == "capital":
            sheet.line(f"{prefix}.found", earned, "£", f"{who}: found within {self.account}", kind="working")
            return
        moved = sheet.line(f"{prefix}.received", earned, "£", who, payee=self.council, account="capital", kind="contribution",
                           status=funder.status, internal=True)  # fmt: skip
        sheet.line(f"{prefix}.from_revenue", moved, "£", f"{who}: from revenue to capital", payer=self.council, account="revenue",
                   kind="contribution", internal=True)  # fmt: skip

    def _is_last_year(self, sheet: CaseSheet) -> Line:
        name = f"{self.name}.is_last_year"
        if name in sheet:
            return sheet[name]
        last = [year == sheet.years[-1] for year in sheet.years]
        return self._flag(sheet, "is_last_year", last, f"{self._label}: 1 in the last year", "conditions are of the whole scheme")

    def _conditions(self, sheet: CaseSheet, earned: Mapping[str, Line], gap: Line) -> None:
        """What each funder asks of the other money, tested on the whole of the scheme at the end of the case."""
        cost, in_cash = sheet[f"{self.name}.whole_cost_to_date"], sheet[f"{self.name}.cost_to_date"]
        slack = quantity(HALF_A_PENNY, "£")
        idle = cost <= slack
        waived = either(self._is_last_year(sheet) < 1, idle)
        is_public = sheet.kinds.get(self.council) in PUBLIC_BODIES
        for key, funder in self.funders.items():
            prefix, who = f"{self.name}.{key}", called(key, funder)

            def condition(what: str, holds: Any, words: str, detail: str, prefix: str = prefix, who: str = who) -> None:
                sheet.check(f"{prefix}.{what}", either(waived, holds), f"{who}: {words}", detail, council=self.council)

            sheet.line(f"{prefix}.share_of_cost", when(idle, 0, share_paid(earned[key], cost)), "share",
                       f"{who}: share of the whole cost to date")  # fmt: skip
            for sort in ("public", "lottery"):
                given = getattr(funder, f"{sort}_at_most")
                if given:
                    most = sheet.given(f"{prefix}.{sort}_at_most", given, f"{who}: most that {sort} money may pay")
                    counted = {sort, "own"} if sort == "public" and is_public else {sort}
                    lines = [line for other, line in earned.items() if self.funders[other].money in counted]
                    condition(f"{sort}_at_most.kept", sheet.total(lines) <= most * cost + slack,
                              f"{sort} money stays within its share", "A condition of the award, on the whole of it")  # fmt: skip
            found = cost - gap - earned[key]
            if funder.intervention_rate:
                eligible = sheet[f"{prefix}.eligible_cost_to_date"]
                required = sheet.line(f"{prefix}.match_required", match_required(eligible, earned[key]), "£",
                                      f"{who}: match it asks for, to date")  # fmt: skip
                match = sheet.line(f"{prefix}.match_found", found, "£", f"{who}: match found, in cash and in kind, to date")
                condition("match_met", either(earned[key] <= slack, match + slack >= required), "the match is met",
                          "Others pay all the eligible cost that this award leaves")  # fmt: skip
            if funder.match_in_cash:
                least = sheet.given(f"{prefix}.match_in_cash", funder.match_in_cash, f"{who}: least of the match in cash")
                condition("match_in_cash.kept", in_cash - gap - earned[key] + slack >= least * found,
                          "enough of the match is cash", "Volunteers' time is match, never cash")  # fmt: skip


def _account_of(sheet: CaseSheet, one: Amount) -> str:
    """The account that an amount's line is charged to, where it takes a line that says so."""
    if not one.line or one.line not in sheet:
        return ""
    tags = sheet[one.line].tags
    return str(tags.get("account") or tags.get("of_account") or "")
