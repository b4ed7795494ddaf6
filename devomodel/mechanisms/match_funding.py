"""Match funding: who pays for a scheme, in what order, up to what share and what sum, and what is left unfunded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount, Origin
from devomodel.engine import Line, SheetError, either, larger_of, quantity, smaller_of, when
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, block, blocks, choice, party, schedule, text, whole, year
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of

MONEY = ("public", "lottery", "developer", "private", "charity", "own")
DRAWDOWNS = ("as_spent", "in_arrears", "by_profile")
HALF_A_PENNY = 0.005 + 1e-9


def entitlement(eligible_cost: Any, intervention_rate: Any, award: Any, still_to_find: Any) -> Any:
    """What a funder will have paid by the end of a year, all its conditions met.

        entitlement = the smallest of rate × eligible cost, the award, and what earlier funders leave to find

    eligible_cost      £ to date, of the cost that this funder counts
    intervention_rate  the most of the eligible cost that it pays, as a share
    award              £, the most it pays in all
    still_to_find      £ to date, after the funders listed before it
    returns            £ to date, never below nought

    >>> entitlement(eligible_cost=1_900_000, intervention_rate=0.8, award=1_400_000, still_to_find=1_900_000)
    1400000.0
    """
    return larger_of(smaller_of(intervention_rate * eligible_cost, award, still_to_find), 0)


def intervention_rate(grant: Any, cost: Any) -> Any:
    """The share of a cost that a grant pays.

    >>> round(intervention_rate(1_400_000, 1_900_000), 3)
    0.737
    """
    return grant / cost


@dataclass(frozen=True)
class Funder:
    """One source of money, in its place in the order."""

    funder: str = party("Who pays; the council itself for its own money")
    award: Amount = amount("£", "Most it pays in all")
    intervention_rate: Amount | None = amount("share", "Most of the eligible cost that it pays", None)
    eligible_cost: Amount | None = amount("£", "Cost that it counts, where that is not the whole scheme", None,
                                          help="Another funder's line makes it pound for pound with that funder")  # fmt: skip
    money: str = choice("Kind of money", MONEY)
    pays_for: str = choice("What its money may pay for", ("capital", "revenue", "either"))
    status: str = choice("How sure it is", STATUSES)
    drawdown: str = choice("When it is paid", DRAWDOWNS, "as_spent")
    profile: Amount | None = schedule("share", "Share of the award paid in each year, when paid by profile", None)
    public_at_most: Amount | None = amount("share", "Most of the cost that public money may pay", None)
    lottery_at_most: Amount | None = amount("share", "Most of the cost that lottery money may pay", None)
    match_in_cash: Amount | None = amount("share", "Least of the match that must be cash", None)
    clawback_years: int | None = whole("Years for which it can be asked back", None)
    label: str = text("What to call it", "")


@dataclass(frozen=True)
class RevenueCommitment:
    """A promise to go on paying running costs for some years, asked for by a funder."""

    years: int = whole("How many years")
    start: str = year("First financial year of the promise")
    spending: Amount = amount("£", "The running cost that keeps the promise")


@dataclass(frozen=True)
class MatchFunding(Mechanism):
    """Works down an ordered list of funders. What nobody pays is a gap: shown, tested, never filled in."""

    stage: ClassVar[str] = "funding"
    council: str = party("Council whose scheme it is")
    cost: Amount = amount("£", "Cost of the scheme in cash")
    in_kind: Amount | None = amount("£", "Cost borne in kind, which counts as cost and as match", None)
    account: str = choice("What the money may be spent on", ("capital", "revenue"))
    funders: Mapping[str, Funder] = blocks(Funder, "Funders in order")
    revenue_commitment: RevenueCommitment | None = block(RevenueCommitment, "Promise of running costs", None)

    def write(self, sheet: CaseSheet) -> None:
        """Costs to date, each funder's entitlement, payment and conditions, and the gap."""
        label = label_of(self.name)
        cost = sheet.given(f"{self.name}.cost", self.cost, f"{label}: cost in cash")
        cash = self._to_date(sheet, "cost", cost, f"{label}: cost in cash to date")
        kind: Any = 0
        if self.in_kind:
            given = sheet.given(f"{self.name}.in_kind", self.in_kind, f"{label}: borne in kind")
            kind = self._to_date(sheet, "in_kind", given, f"{label}: borne in kind to date")
        whole_cost = sheet.line(
            f"{self.name}.whole_cost_to_date", cash + kind, "£", f"{label}: whole cost to date, kind included"
        )
        to_find: Any = cash
        entitled: dict[str, Line] = {}
        self._refuse_wrong_account()
        for key, funder in self.funders.items():
            entitled[key] = self._funder(sheet, key, funder, whole_cost, to_find)
            to_find = sheet.line(f"{self.name}.{key}.left_to_find", to_find - entitled[key], "£",
                                 f"{label}: left to find after {self._called(key, funder)}", kind="working")  # fmt: skip
        gap = sheet.line(f"{self.name}.gap", to_find, "£", f"{label}: gap, not funded, to date")
        sheet.check(f"{self.name}.no_gap", gap <= quantity(HALF_A_PENNY, "£"), f"{label}: every pound of cost has a funder",
                    "A gap stays a gap until a funder is named for it", council=self.council)  # fmt: skip
        for key, funder in self.funders.items():
            self._conditions(sheet, key, funder, entitled, whole_cost, kind)
        if self.revenue_commitment:
            self._promise(sheet, self.revenue_commitment, label)

    def _refuse_wrong_account(self) -> None:
        for key, funder in self.funders.items():
            if funder.pays_for not in ("either", self.account):
                raise SheetError(
                    f"mechanisms › {self.name} › funders › {key}: {self._called(key, funder)} pays for {funder.pays_for} only, and this "
                    f"scheme is {self.account}. Take it out here and find other money for the {self.account} cost (capital money must "
                    "not pay for running costs), or put the cost it may pay for in a scheme of its own."
                )

    def _called(self, key: str, funder: Funder) -> str:
        return funder.label or label_of(key)

    def _to_date(self, sheet: CaseSheet, key: str, line: Line, label: str) -> Line:
        """A running total from the first year of the case."""
        name = f"{self.name}.{key}_to_date"
        return sheet.line(name, sheet.last_year(name, first=0.0, unit_of="£") + line, "£", label, kind="working")

    def _funder(self, sheet: CaseSheet, key: str, funder: Funder, whole_cost: Line, to_find: Any) -> Line:
        prefix, called = f"{self.name}.{key}", self._called(key, funder)
        award = sheet.given(f"{prefix}.award", funder.award, f"{called}: award")
        eligible: Any = whole_cost
        if funder.eligible_cost:
            given = sheet.given(f"{prefix}.eligible_cost", funder.eligible_cost, f"{called}: eligible cost")
            eligible = self._to_date(sheet, f"{key}.eligible_cost", given, f"{called}: eligible cost to date")
        rate: Any = 1.0
        if funder.intervention_rate:
            rate = sheet.given(f"{prefix}.intervention_rate", funder.intervention_rate, f"{called}: intervention rate")
        earned = sheet.line(f"{prefix}.entitlement", entitlement(eligible, rate, award, to_find), "£",
                            f"{called}: earned to date", kind="working")  # fmt: skip
        due = sheet.line(f"{prefix}.due", earned - sheet.last_year(earned, first=0.0), "£", f"{called}: earned in the year",
                         kind="working")  # fmt: skip
        paid, terms = self._paid(sheet, prefix, funder, award, due, called)
        self._flows(sheet, prefix, funder, paid, called)
        received = self._to_date(sheet, f"{key}.received", sheet[f"{prefix}.received"], f"{called}: received to date")
        sheet.line(f"{prefix}.owed", earned - received, "£", f"{called}: earned and not yet paid (− held in advance), {terms}",
                   owed_to=self.council, of_account=self.account)  # fmt: skip
        if funder.clawback_years:
            recent = sheet.total([sheet[f"{prefix}.received"]])
            for back in range(1, funder.clawback_years):
                recent = recent + sheet.years_ago(sheet[f"{prefix}.received"], back, 0.0)
            sheet.line(f"{prefix}.could_be_asked_back", recent, "£", f"{called}: could be asked back at 31 March")
        return earned

    def _paid(self, sheet: CaseSheet, prefix: str, funder: Funder, award: Line, due: Line, called: str) -> tuple[Any, str]:
        if funder.drawdown == "in_arrears":
            return sheet.last_year(due, first=0.0), "paid a year in arrears"
        if funder.drawdown == "by_profile":
            if not funder.profile:
                raise SheetError(f"mechanisms › {self.name} › funders: '{called}' is paid by profile and none is given. Add profile: "
                                 "{2027-28: 50%, 2028-29: 30%, 2029-30: 20%}.")  # fmt: skip
            paid = sum((funder.profile.by_year or {}).values())
            if abs(paid - 1) > 1e-9:
                raise SheetError(f"{funder.profile.where}: the shares come to {paid:.4g} and must come to 100%.")
            shares = sheet.given(f"{prefix}.profile", funder.profile, f"{called}: share of the award paid in the year")
            return award * shares, "paid by profile"
        return due, "paid as it is spent"

    def _flows(self, sheet: CaseSheet, prefix: str, funder: Funder, paid: Any, called: str) -> None:
        """The money moving. The council's own money leaves its revenue account and enters its capital account; its own
        money for a running cost does not move at all, for the precept or the income beside it pays the cost."""
        if funder.funder != self.council:
            sheet.line(f"{prefix}.received", paid, "£", called, payer=funder.funder, payee=self.council, account=self.account,
                       kind="grant", status=funder.status)  # fmt: skip
        elif self.account == "revenue":
            sheet.line(f"{prefix}.received", paid, "£", f"{called}: found within revenue", kind="working")
        else:
            received = sheet.line(f"{prefix}.received", paid, "£", called, payee=self.council, account="capital",
                                  kind="contribution", status=funder.status)  # fmt: skip
            sheet.line(f"{prefix}.from_revenue", received, "£", f"{called}: from revenue to capital", payer=self.council,
                       account="revenue", kind="contribution")  # fmt: skip

    def _conditions(
        self, sheet: CaseSheet, key: str, funder: Funder, entitled: Mapping[str, Line], cost: Line, kind: Any
    ) -> None:
        """What the funder asks of the other money, tested on the figures to date once anything has been spent."""
        prefix, called = f"{self.name}.{key}", self._called(key, funder)
        nothing_spent = cost <= quantity(HALF_A_PENNY, "£")
        for limit, sorts in (("public_at_most", ("public",)), ("lottery_at_most", ("lottery",))):
            given = getattr(funder, limit)
            if given:
                most = sheet.given(f"{prefix}.{limit}", given, f"{called}: {sorts[0]} money at most")
                lines = [line for other, line in entitled.items() if self.funders[other].money in sorts]
                sheet.check(f"{prefix}.{limit}.kept", either(nothing_spent, sheet.total(lines) <= most * cost + quantity(HALF_A_PENNY, "£")),
                            f"{called}: {sorts[0]} money stays within its share", "A condition of the award", council=self.council)  # fmt: skip
        share = sheet.line(f"{prefix}.share_of_cost", when(nothing_spent, 0, intervention_rate(entitled[key], cost)), "share",
                           f"{called}: share of the whole cost to date")  # fmt: skip
        if funder.intervention_rate and not funder.eligible_cost:
            sheet.check(f"{prefix}.match_met", either(nothing_spent, share <= sheet[f"{prefix}.intervention_rate"] + 1e-9),
                        f"{called}: the match is met", "The others pay at least what its intervention rate leaves",
                        council=self.council)  # fmt: skip
        if funder.match_in_cash:
            least = sheet.given(f"{prefix}.match_in_cash", funder.match_in_cash, f"{called}: least of the match in cash")
            cash = sheet.total([line for other, line in entitled.items() if other != key])
            sheet.check(f"{prefix}.match_in_cash.kept",
                        either(nothing_spent, cash + quantity(HALF_A_PENNY, "£") >= least * (cash + kind)),
                        f"{called}: enough of the match is cash", "Volunteers' time is match, never cash", council=self.council)  # fmt: skip

    def _promise(self, sheet: CaseSheet, promise: RevenueCommitment, label: str) -> None:
        start = first_calendar_year(promise.start)
        kept = [start <= first_calendar_year(year) < start + promise.years for year in sheet.years]
        spending = sheet.given(
            f"{self.name}.promised_spending", promise.spending, f"{label}: running cost promised to the funder"
        )
        due = sheet.input(f"{self.name}.promised", [1.0 if one else 0.0 for one in kept], "number",
                          f"{label}: 1 in the years promised", kind="working",
                          origin=Origin("agreement", "the promise given in the scenario", place=f"mechanisms › {self.name}"))  # fmt: skip
        sheet.check(f"{self.name}.promise_kept", either(due < 1, spending > 0), f"{label}: the running cost promised is in every year",
                    f"Promised for {promise.years} years from {promise.start}", council=self.council)  # fmt: skip
