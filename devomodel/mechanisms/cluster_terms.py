"""What an agreement of a cluster is made of: who joins and leaves, posts, outside grants, the joint reserve, things bought once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import SheetError, larger_of
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, choice, party, text, whole, year
from devomodel.fields import shares as shares_by_party
from devomodel.mechanisms.base import STATUSES

NOT_AGREED = "not agreed"
LONGEST_NOTICE = 10


def shared_by_members(cost: Any, overhead_share: Any, grants: Any) -> Any:
    """What the members of a cluster pay together.

        shared = cost + overhead share × cost − grants from outside, and never below nought

    cost            £ a year, of the service itself
    overhead_share  of the cost, for the lead's administration
    grants          £ a year
    returns         £ a year

    >>> shared_by_members(20_000, overhead_share=0.05, grants=11_000)
    10000.0
    """
    return larger_of(cost + overhead_share * cost - grants, 0)


def rebased_share(agreed_share: Any, pays: Any, agreed_of_all: Any) -> Any:
    """A member's share among those who pay in the year, so that they come to 100% however few they are.

        share = agreed share × (1 while it pays) ÷ Σ agreed shares of those who pay

    >>> rebased_share(0.25, pays=1, agreed_of_all=0.75), rebased_share(0.25, pays=0, agreed_of_all=0.75)
    (0.3333333333333333, 0.0)
    """
    return agreed_share * pays / agreed_of_all


def vacancy_credit(full_cost: Any, vacant_share: Any) -> Any:
    """What is not paid for a post while nobody is in it.

    full_cost     £ a year, with on-costs
    vacant_share  part of the year that the post is vacant, as a decimal
    returns       £ a year

    >>> vacancy_credit(32_000, vacant_share=0.25)
    8000.0
    """
    return full_cost * vacant_share


def reserve_at_31_march(opening: Any, paid_out: Any, called: Any, returned: Any, surplus: Any, bought_in: Any) -> Any:
    """The joint reserve rolled forward: opening − paid out to leavers + called − returned + surplus + buying-in sums.

    All in £; surplus is below nought in a year with a deficit.

    >>> reserve_at_31_march(2_000, paid_out=500, called=0, returned=300, surplus=-200, bought_in=100)
    1100
    """
    return opening - paid_out + called - returned + surplus + bought_in


@dataclass(frozen=True)
class Terms:
    """How one member comes into the cluster and goes out of it."""

    joins: str = year("First year as a member; without it, it is one from the start", "")
    buying_in: Amount | None = amount("£", "Paid into the joint reserve in the year it joins", None)
    leaves: str = year("Last year as a member", "")
    notice_years: int = whole("Years after that in which it still pays", 0)
    reserve_share: Amount | None = amount("share", "Share of the joint reserve paid to it once it has done paying", None)


@dataclass(frozen=True)
class Post:
    """A post of a jointly funded team."""

    cost: Amount = amount("£/post", "Cost of one post for a full year, with on-costs")
    number: Amount | None = amount("post", "Posts, full-time equivalent; one unless it says otherwise", None)
    vacant: Amount | None = amount("share", "Part of the year in which it is vacant", None)
    sickness_cover: Amount | None = amount("£", "Cover for sickness in the year", None)


@dataclass(frozen=True)
class OutsideGrant:
    """Money from outside the membership towards the service."""

    amount: Amount = amount("£", "Grant in the year")
    funder: str = party("Who pays it, where it is a party of the case", "")
    ends: str = year("Last year in which it is paid", "", words=(NOT_AGREED,))
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    status: str = choice("How sure it is", STATUSES, "assumed")


@dataclass(frozen=True)
class JointReserve:
    """What the members have over, held for them by the lead."""

    opening: Amount = amount("£", "In the reserve before the first year")
    target: Amount | None = amount("£", "What it should hold at 1 April", None)
    above_target: str = choice("What is done with more than that", ("returned", "kept"), "")
    below_target: str = choice("What is done about less than that", ("called", "left"), "")


@dataclass(frozen=True)
class Item:
    """A thing bought once, with shares of its own."""

    cost: Amount = amount("£", "Cost, in the year or years it is paid")
    grant: Amount | None = amount("£", "Grant towards it", None)
    funder: str = party("Who pays the grant, where it is a party of the case", "")
    shares: Mapping[str, Amount | str] = shares_by_party("Share of each member in what the grant leaves")
    paid_from: str = choice("Account the members' parts are paid from", ("revenue", "capital"))
    status: str = choice("How sure the grant is", STATUSES, "assumed")
    label: str = text("What to call it", "")


def years_of(one: Terms, years: Sequence[str]) -> tuple[list[bool], list[bool], str]:
    """The years of a case in which a party is a member, those in which it pays, and the year it is paid out in.

    >>> years_of(Terms(joins="2027-28", leaves="2028-29", notice_years=1), ["2026-27", "2027-28", "2028-29", "2029-30"])
    ([False, True, True, False], [False, True, True, True], '2030-31')
    """
    at = [first_calendar_year(label) for label in years]
    first = first_calendar_year(one.joins) if one.joins else at[0]
    if not one.leaves:
        return [year >= first for year in at], [year >= first for year in at], ""
    last = first_calendar_year(one.leaves)
    pays_to = last + one.notice_years
    return [first <= year <= last for year in at], [first <= year <= pays_to for year in at], year_label(pays_to + 1)


def refuse_terms(terms: Mapping[str, Terms], members: Sequence[str], lead: str, has_reserve: bool, where: str) -> None:
    """What does not go together in how members come and go."""
    for key, one in terms.items():
        place = f"{where} › terms › {key}"
        if key not in members:
            raise SheetError(f"{place}: '{key}' is not a member of the cluster. Add it to members, or take it out.")
        if key == lead and (one.joins or one.leaves):
            raise SheetError(
                f"{place}: '{key}' leads the cluster and holds its reserve, so it is in it in every year. Take it out."
            )
        if one.joins and one.leaves and first_calendar_year(one.joins) > first_calendar_year(one.leaves):
            raise SheetError(f"{place} › leaves: it leaves ({one.leaves}) before it joins ({one.joins}). Check both years.")
        if one.notice_years > LONGEST_NOTICE:
            raise SheetError(
                f"{place} › notice_years: nobody pays for {one.notice_years:,} years after leaving. At most {LONGEST_NOTICE}."
            )
        for needs, keys in (("joins", ("buying_in",)), ("leaves", ("notice_years", "reserve_share"))):
            for given in keys:
                if getattr(one, given) not in (None, 0) and not getattr(one, needs):
                    raise SheetError(f"{place} › {given}: it goes with {needs}. Add the year, or take it out.")
        for given in ("buying_in", "reserve_share"):
            if getattr(one, given) is not None and not has_reserve:
                raise SheetError(f"{place} › {given}: there is no joint reserve for it. Add reserve, or take it out.")
        sum_in = one.buying_in
        if sum_in is not None and (sum_in.value is None or sum_in.grows or sum_in.start or sum_in.until or sum_in.once):
            raise SheetError(f"{place} › buying_in: it is one sum, paid in the year it joins. Write it as a value alone.")
