"""Devolved budget: a sum for each member or area, given to groups in order of votes, and what giving it out costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, quantity, smaller_of, to_pence, when, whole_part
from devomodel.fields import amount, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of

NOT_AGREED = "not agreed"


def sum_for_each(total_sum: Any, members: Any) -> Any:
    """A sum shared equally between members or areas.

        sum for each = total ÷ members

    >>> sum_for_each(608_000, 19)
    32000.0
    """
    return total_sum / members


def may_be_awarded(asked: Any, match_found: Any = None, match_rate: Any = None, at_most: Any = None) -> Any:
    """What a request may be awarded while money lasts: what it asks for, what its match bears, and the most for any.

        the smallest of: sum asked for; match found ÷ match rate; largest award

    asked        £
    match_found  £ that the group has from elsewhere; None where no match is asked of groups
    match_rate   £ of match for each £ of award: 1 is pound for pound
    at_most      £, the largest award; None where there is none
    returns      £ to the penny

    >>> may_be_awarded(asked=20_000, match_found=12_000, match_rate=1)
    12000.0
    """
    limits = [asked]
    if match_rate is not None:
        limits.append(match_found / match_rate)
    if at_most is not None:
        limits.append(at_most)
    return to_pence(smaller_of(*limits))


def award(may_be: Any, left: Any, when_short: str, at_least: Any = 0) -> Any:
    """What a request is given, once those with more votes have had theirs.

    may_be      £ that it may be awarded
    left        £ in the fund when its turn comes
    when_short  part: it has what is left; pass_over: it has nothing, and the next is looked at
    at_least    £, the smallest award; what would be less is not given
    returns     £ in whole pence, from the fund to the group

    >>> award(3_000.0, left=2_000.0, when_short="part"), award(3_000.0, left=2_000.0, when_short="pass_over")
    (2000.0, 0.0)
    """
    room = to_pence(left)
    given = smaller_of(may_be, room) if when_short == "part" else when(may_be <= room, may_be, 0)
    return when(given >= at_least, given, 0)


def number_of_awards(awarded: Any, average_award: Any) -> Any:
    """How many awards a sum makes, where only their average is known: a whole number, as there is no part of an award.

        awards = awarded ÷ average award, rounded up

    awarded        £ in the year
    average_award  £
    returns        awards; what is left over when the others are taken off is one more, which costs as much to give

    >>> number_of_awards(11_220, 400), number_of_awards(4_000, 500)
    (29.0, 8.0)
    """
    return -whole_part(-(awarded / average_award))


def administration_share(administration: Any, awarded: Any) -> Any:
    """What giving awards out costs, as a share of them.

    >>> administration_share(administration=2_000, awarded=10_000)
    0.2
    """
    return administration / awarded


@dataclass(frozen=True)
class Request:
    """What a group asks for, and how many voted for it."""

    asked: Amount = amount("£", "Sum asked for")
    votes: int = whole("Votes for it")
    match_found: Amount | None = amount("£", "Match that the group has found", None)
    to: str = party("Who gets it", "")


@dataclass(frozen=True)
class DevolvedBudget(Mechanism):
    """Writes the fund, each award, the cost of giving them out, and what becomes of what is left."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("fund", "awards", "awarded", "administration_share", "unspent", "match_asked, if any")
    council: str = party("Who holds the fund and gives the awards")
    funder: str = party("Who gives the council the fund; without one it is the council's own", "")
    members: Amount = amount("number", "Members or areas that each have a sum", above=0)
    sum_each: Amount | None = amount("£", "Sum for each in the year", None)
    total: Amount | None = amount("£", "Sum for all of them in the year, shared equally", None)
    unspent: str = choice("What becomes of what is not awarded", ("carried_forward", "returned"))
    opening: Amount | None = amount("£", "In the fund before the first year of the case", None)
    requests: Mapping[str, Request] = blocks(Request, "Requests by name", {})
    when_short: str = choice("When a request is more than is left", ("part", "pass_over"), "")
    smallest_award: Amount | None = amount("£", "Smallest award", None)
    largest_award: Amount | None = amount("£", "Largest award", None)
    match_rate: Amount | None = amount("share", "Match asked of groups for each pound of award", None, above=0)
    take_up: Amount | None = amount("share", "Share of the fund that is awarded, where requests are not listed", None)
    average_award: Amount | None = amount("£", "Average award, where requests are not listed", None, above=0)
    cost_per_award: Amount = amount("£", "What giving one award costs the council")
    administration_at_most: Amount | None = amount("share", "Most that administration should be of the awards", None)
    ends: str = year("Last year of the fund", "", words=(NOT_AGREED,))
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    account: str = choice("Account of the fund and its awards", ("revenue", "capital"), "revenue")
    status: str = choice("How sure the fund is", STATUSES, "assumed")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The money in the fund, the awards, administration and what is left."""
        self._refuse()
        name, words = self.name, self.label or label_of(self.name)
        new = self._new_money(sheet, words)
        pot: Any = new
        before: Line | None = None
        if self.unspent == "carried_forward":
            first: Any = 0.0
            if self.opening is not None:
                first = sheet.given(
                    f"{name}.opening", self.opening, f"{words}: in the fund before the first year", kind="working"
                )
            before = sheet.line(f"{name}.brought_forward",
                                sheet.last_year(f"{name}.carried_forward", first=first, unit_of="£"), "£",
                                f"{words}: brought forward from the year before", payee=self.council,
                                account=self.account, kind="reserve")  # fmt: skip
            pot = before + new
        pot = sheet.line(f"{name}.fund", pot, "£", f"{words}: to award in the year", kind="working")
        awarded, count = self._listed(sheet, words, pot) if self.requests else self._taken_up(sheet, words, pot)
        self._administer(sheet, words, awarded, count)
        self._close(sheet, words, pot, awarded)
        sheet.check(f"{name}.within_the_fund", awarded <= pot + quantity(HALF_A_PENNY, "£"),
                    f"{words}: no more is awarded than is in the fund", "Awards are given in order until the money is gone",
                    council=self.council)  # fmt: skip

    def _refuse(self) -> None:
        """What does not go together."""
        where = f"mechanisms › {self.name}"
        if self.funder == self.council:
            raise SheetError(
                f"{where} › funder: '{self.council}' cannot give itself the fund. Leave funder out if it is its own."
            )
        if (self.sum_each is None) == (self.total is None):
            raise SheetError(
                f"{where}: give either sum_each, the sum for each member or area, or total, the sum for all of them."
            )
        if self.opening is not None and self.unspent == "returned":
            raise SheetError(
                f"{where} › opening: what is not awarded is returned, so nothing is in the fund from the year before. Take it out, "
                "or write unspent: carried_forward."
            )
        listed_only = {"when_short": self.when_short, "smallest_award": self.smallest_award, "largest_award": self.largest_award,
                       "match_rate": self.match_rate}  # fmt: skip
        unlisted_only = {"take_up": self.take_up, "average_award": self.average_award}
        if self.requests:
            loose = [key for key, one in unlisted_only.items() if one is not None]
            if loose:
                raise SheetError(f"{where} › {loose[0]}: it stands in for requests, and they are listed. Keep one or the other.")
            if not self.when_short:
                raise SheetError(
                    f"{where}: say what a request gets that is more than is left. Add when_short: part, and it gets what is left, "
                    "or when_short: pass_over, and the next is looked at."
                )
        else:
            loose = [key for key, one in listed_only.items() if one]
            if loose:
                raise SheetError(f"{where} › {loose[0]}: it is about requests, and none is listed. Add requests, or take it out.")
            if None in unlisted_only.values():
                raise SheetError(f"{where}: list the requests, or give both take_up and average_award in their place.")
        for key, one in self.requests.items():
            if one.match_found is not None and self.match_rate is None:
                raise SheetError(
                    f"{where} › requests › {key} › match_found: no match is asked of groups. Add match_rate (100% is pound for "
                    "pound), or take it out."
                )
            if one.match_found is None and self.match_rate is not None:
                raise SheetError(
                    f"{where} › requests › {key}: match is asked of groups, and nothing says what this one has found. "
                    "Add match_found, 0 if it has none."
                )
            if one.to == self.council:
                raise SheetError(
                    f"{where} › requests › {key} › to: '{one.to}' gives the awards and cannot have one. Name another."
                )

    def _flags(self, sheet: CaseSheet, name: str, holds: list[bool], label: str) -> Line:
        origin = Origin(BY_RULE, note=f"until {self.ends}", place=f"mechanisms › {self.name} › ends")
        return sheet.input(f"{self.name}.{name}", [float(one) for one in holds], "number", label, origin=origin, kind="working")

    def _new_money(self, sheet: CaseSheet, words: str) -> Line:
        """The sum for each, and for all; from the funder where there is one."""
        name = self.name
        members = sheet.given(f"{name}.members", self.members, f"{words}: members or areas", kind="working")
        if self.sum_each is not None:
            each = sheet.given(f"{name}.sum_each", self.sum_each, f"{words}: sum for each", kind="working")
        else:
            assert self.total is not None
            whole_sum = sheet.given(f"{name}.total", self.total, f"{words}: sum for all", kind="working")
            each = sheet.line(f"{name}.sum_each", sum_for_each(whole_sum, members), "£", f"{words}: sum for each", kind="working")
        new: Any = each * members
        tags: dict[str, Any] = {"kind": "working"}
        if self.ends not in ("", NOT_AGREED):
            runs = [one <= self.ends for one in sheet.years]
            new = new * self._flags(sheet, "runs", runs, f"{words}: 1 while the fund runs")
        if self.funder:
            tags = {"payer": self.funder, "payee": self.council, "account": self.account, "kind": "grant", "status": self.status,
                    "pays_for": "awards to groups"}  # fmt: skip
            if self.ends:
                tags |= {"ends": self.ends, "then": self.then}
        return sheet.line(f"{name}.new_money", new, "£", f"{words}: new money for the year", **tags)

    def _award_tags(self, to: str = "") -> dict[str, Any]:
        tags = {"payer": self.council, "account": self.account, "kind": "grant", "status": self.status}
        return tags | {"payee": to} if to else tags

    def _taken_up(self, sheet: CaseSheet, words: str, pot: Line) -> tuple[Line, Line]:
        """Awards as a share of the fund, and how many there are at their average."""
        assert self.take_up is not None and self.average_award is not None
        share = sheet.given(f"{self.name}.take_up", self.take_up, f"{words}: share of the fund awarded", kind="working")
        each = sheet.given(f"{self.name}.average_award", self.average_award, f"{words}: average award", kind="working")
        awarded = sheet.line(f"{self.name}.awarded", pot * share, "£", f"{words}: awards", **self._award_tags())
        count = sheet.line(
            f"{self.name}.awards", number_of_awards(awarded, each), "number", f"{words}: number of awards, rounded up"
        )
        return awarded, count

    def _listed(self, sheet: CaseSheet, words: str, pot: Line) -> tuple[Line, Line]:
        """Each request in order of votes, those with as many in the order they are written."""
        name = self.name
        limits = {key: sheet.given(f"{name}.{key}", one, f"{words}: {label}", kind="working")
                  for key, one, label in (("smallest_award", self.smallest_award, "smallest award"),
                                          ("largest_award", self.largest_award, "largest award"),
                                          ("match_rate", self.match_rate, "match asked for each pound of award"))
                  if one is not None}  # fmt: skip
        left, given, counts, matched = pot, [], [], []
        for key, one in sorted(self.requests.items(), key=lambda item: -item[1].votes):
            prefix, who = f"{name}.{key}", f"{words}, {label_of(key).lower()}"
            found = sheet.givens(prefix, one, f"{who}: ", kind="working")
            may_be = sheet.line(f"{prefix}.may_be_awarded",
                                may_be_awarded(found["asked"], found["match_found"], limits.get("match_rate"),
                                               limits.get("largest_award")), "£",
                                f"{who}: what it may be awarded, with {one.votes:,} votes", kind="working")  # fmt: skip
            got = sheet.line(f"{prefix}.award", award(may_be, left, self.when_short, limits.get("smallest_award", quantity(0, "£"))),
                             "£", f"{who}: award", **self._award_tags(one.to))  # fmt: skip
            left = sheet.line(f"{prefix}.left", left - got, "£", f"{words}: left after {label_of(key).lower()}", kind="working")
            given.append(got)
            counts.append(sheet.line(f"{prefix}.is_given", when(got > quantity(HALF_A_PENNY, "£"), 1, 0), "number",
                                     f"{who}: 1 where it has an award", kind="working"))  # fmt: skip
            if "match_rate" in limits:
                matched.append(sheet.line(f"{prefix}.match_asked", got * limits["match_rate"], "£", f"{who}: match asked for",
                                          kind="working"))  # fmt: skip
        if matched:
            sheet.line(f"{name}.match_asked", sheet.total(matched), "£", f"{words}: match asked of groups", kind="working")
        awarded = sheet.line(f"{name}.awarded", sheet.total(given), "£", f"{words}: awards", kind="working", total_of="paid",
                             party=self.council, of_account=self.account)  # fmt: skip
        return awarded, sheet.line(f"{name}.awards", sheet.total(counts, "number"), "number", f"{words}: number of awards")

    def _administer(self, sheet: CaseSheet, words: str, awarded: Line, count: Line) -> None:
        """What giving the awards out costs, and what share of them that is."""
        name = self.name
        each = sheet.given(f"{name}.cost_per_award", self.cost_per_award, f"{words}: cost of giving one award", kind="working")
        cost = sheet.line(f"{name}.administration", each * count, "£", f"{words}: giving the awards out", payer=self.council,
                          account="revenue", kind="spending")  # fmt: skip
        ratio = sheet.line(f"{name}.administration_share", when(awarded <= 0, 0, administration_share(cost, awarded)), "share",
                           f"{words}: administration as a share of the awards")  # fmt: skip
        if self.administration_at_most is not None:
            most = sheet.given(f"{name}.administration_at_most", self.administration_at_most,
                               f"{words}: most that administration should be of the awards", kind="working")  # fmt: skip
            sheet.advise(f"{name}.administration_is_small", ratio <= most + 1e-9,
                         f"{words}: administration is no more of the awards than is wished",
                         "Fewer and larger awards cost less to give out", council=self.council)  # fmt: skip

    def _close(self, sheet: CaseSheet, words: str, pot: Line, awarded: Line) -> None:
        """What is not awarded: kept in the fund for next year, or given back."""
        name, account = self.name, {"account": self.account}
        unspent = sheet.line(f"{name}.unspent", pot - awarded, "£", f"{words}: not awarded at 31 March", kind="working")
        back: Any = unspent
        carried: Any = None
        if self.unspent == "carried_forward":
            carried = unspent
            if self.ends not in ("", NOT_AGREED):
                goes_on = [one < self.ends for one in sheet.years]
                carried = unspent * self._flags(sheet, "goes_on", goes_on, f"{words}: 1 in a year with another to come")
            carried = sheet.line(f"{name}.carried_forward", carried, "£", f"{words}: carried forward to the next year",
                                 payer=self.council, kind="reserve", of_receipts=True, **account)  # fmt: skip
            back = unspent - carried
        tags: dict[str, Any] = {"kind": "working"}
        if self.funder:
            tags = {"payer": self.council, "payee": self.funder, "kind": "grant", "settles": name, **account}
        to = sheet.parties[self.funder] if self.funder else "the council's own budget"
        returned = sheet.line(f"{name}.returned", back, "£", f"{words}: returned to {to}", **tags)
        kept: Any = returned if carried is None else returned + carried
        sheet.check(f"{name}.all_is_accounted_for", agrees(awarded + kept, pot, within=HALF_A_PENNY),
                    f"{words}: awards, what is carried forward and what is returned are the fund",
                    "Nothing is lost between the years", council=self.council)  # fmt: skip
