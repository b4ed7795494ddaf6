"""What each funder of a scheme asks and gives, as a scenario writes it, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devomodel.amounts import Amount
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, choice, party, schedule, text, whole, year
from devomodel.mechanisms.base import STATUSES, label_of
from devomodel.written import share_text

if TYPE_CHECKING:
    from devomodel.mechanisms.base import CaseSheet

MONEY = ("public", "lottery", "developer", "private", "charity", "own")
DRAWDOWNS = ("as_spent", "in_arrears", "in_advance", "by_profile")
PUBLIC_BODIES = ("parish", "town", "community", "district", "county", "unitary", "metropolitan", "london borough", "police",
                 "fire", "combined authority", "public body")  # fmt: skip
"""Kinds of body whose own money is public money."""

LONGEST = 60
"""Years; a promise or a clawback longer than this is a slip."""


@dataclass(frozen=True)
class Funder:
    """One source of money, in its place in the order."""

    funder: str = party("Who pays; the council itself for its own money")
    award: Amount = amount("£", "Most it pays in all")
    intervention_rate: Amount | None = amount("share", "Most of the eligible cost that it pays", None)
    eligible_cost: Amount | None = amount("£", "Cost that it counts, where that is not the whole scheme", None,
                                          help="What is due from another funder makes it pound for pound with it")  # fmt: skip
    counts_from: str = year("First year whose cost it counts; nothing spent before is paid for", "")
    money: str = choice("Kind of money", MONEY)
    pays_for: str = choice("What its money may pay for", ("capital", "revenue", "either"))
    status: str = choice("How sure it is", STATUSES)
    drawdown: str = choice("When it is paid", DRAWDOWNS, "as_spent")
    profile: Amount | None = schedule("share", "Share of the award paid in each year, when paid by profile", None)
    own_money_from: str = choice("Account that the council's own money comes from", ("revenue", "capital"), "",
                                 help="capital where a loan, a receipt or capital in hand pays; revenue otherwise")  # fmt: skip
    public_at_most: Amount | None = amount("share", "Most of the cost that public money may pay", None)
    lottery_at_most: Amount | None = amount("share", "Most of the cost that lottery money may pay", None)
    match_in_cash: Amount | None = amount("share", "Least of the match that must be cash", None)
    clawback_years: int = whole("Years for which what it paid can be asked back", 0)
    label: str = text("What to call it", "")


def called(key: str, funder: Funder) -> str:
    """What a funder is called in labels."""
    return funder.label or label_of(key)


def problems_of(key: str, funder: Funder, council: str, account: str, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
    """What does not go together in one funder, with its place under the mechanism and what to do."""
    who, own, place = called(key, funder), funder.funder == council, f"funders › {key}"
    other = f"'{funder.funder}' is another party"
    if funder.pays_for not in ("either", account):
        why = "capital money must not pay for running costs" if account == "revenue" else "its money is for running costs"
        yield (f"{place} › pays_for",
               f"{who} pays for {funder.pays_for} only, and this scheme is {account}: {why}. Take it out here and find other "
               f"money for the {account} cost, or put the cost it may pay for in a scheme of its own.")  # fmt: skip
    award = funder.award
    if award.by_year or award.grows or award.start or award.until or award.once:
        yield f"{place} › award", "an award is one sum for all the years. Write it as a value alone, or take a line."
    if funder.money == "own" and not own:
        yield (f"{place} › money", f"'own' is the council's own money, and {other}. Say which kind of money it gives, such as "
               "public or charity.")  # fmt: skip
    if own and funder.drawdown != "as_spent":
        yield f"{place} › drawdown", "the council's own money is there as it is spent. Take 'drawdown' out."
    if funder.own_money_from and not own:
        yield f"{place} › own_money_from", f"this is for the council's own money, and {other}. Take it out."
    if own and funder.own_money_from == "capital" and account == "revenue":
        yield (f"{place} › own_money_from", "capital money (a loan, a receipt, a capital grant) must not pay for running costs. "
               "Take it out, and the cost falls on revenue.")  # fmt: skip
    if funder.clawback_years > LONGEST:
        yield f"{place} › clawback_years", f"nothing is asked back after {funder.clawback_years:,} years. Give at most {LONGEST}."
    yield from ((f"{place} › profile", what) for what in _problems_of_profile(funder, sheet))


def _problems_of_profile(funder: Funder, sheet: CaseSheet) -> Iterator[str]:
    if funder.drawdown != "by_profile":
        if funder.profile is not None:
            yield "a profile goes with drawdown: by_profile, and this is paid otherwise. Keep one of the two."
        return
    if funder.profile is None or funder.profile.by_year is None:
        yield "it is paid by profile, and none is given. Add profile: {2026-27: 50%, 2027-28: 30%, 2028-29: 20%}."
        return
    if funder.profile.grows:
        yield "a profile is a share for each year, without growth. Take 'grows' out."
    paid = sum(funder.profile.by_year.values())
    if abs(paid - 1) > 1e-9:
        yield f"the shares come to {share_text(paid)} and must come to 100%. Check each share; thirds are written 1/3."
    first = sheet.first_year
    early = [one for one in funder.profile.by_year if first_calendar_year(one) < first_calendar_year(first)]
    if early:
        yield f"{early[0]} comes before the first year of the case, {first}. Begin the case earlier, or the profile later."
