"""An officer whom one council employs and others share, by days, hours, a share of the time or a sum each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, allocate, either, larger_of, to_pence, total, when
from devomodel.fields import amount, amounts, block, choice, party, text, year
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.taken import flow_or_taken
from devomodel.problems import listed

WAYS = ("days", "hours", "shares", "sums")
UNITS = {"days": "day", "hours": "hour", "shares": "share"}
OVERHEAD = ("in_the_budget", "paid_here")
COVER = ("everyone", "employer")


def full_cost(cost: Any, overhead_rate: Any = 0.0, sickness_cover: Any = 0.0) -> Any:
    """What an officer costs the employer in a year, its own overhead with it.

        full cost = cost × (1 + overhead rate) + sickness cover

    cost            £ a year, pay with all that is paid on it
    overhead_rate   share of the cost, for managing, housing and paying the officer
    sickness_cover  £ a year
    returns         £ a year, borne by the employer before any recharge

    >>> full_cost(30_000, overhead_rate=0.1, sickness_cover=1_000)
    34000.0
    """
    return cost * (1 + overhead_rate) + sickness_cover


def recharges_of_full_cost(cost: Any, times: Sequence[Any], rest: Any) -> tuple[Any, ...]:
    """The parties' parts of the full cost, in proportion to the time each takes; in whole pence that never come to more than it.

        recharge = full cost × its time ÷ the time the officer has, to the penny, so that equal time is an equal recharge

    Only where the pence rounded up would come to more than the cost does one party pay a penny less than another.

    times    of the parties, all in days, all in hours, or as shares
    rest     time of the employer, with what is idle and borne by it
    returns  £ a year, from each party to the employer

    >>> recharges_of_full_cost(36_000.0, times=[1, 0.5], rest=1.5)
    (12000.0, 6000.0)
    """
    whole, time_in_all = to_pence(cost), total(rest, *times)
    each = [to_pence(cost * (time / time_in_all)) for time in times]
    come_to = total(*each)
    fit = either(come_to <= whole, agrees(come_to, whole, within=HALF_A_PENNY))
    return tuple(when(fit, one, less) for one, less in zip(each, allocate(whole, [rest, *times])[1:], strict=True))


def recharge_at_a_rate(time: Any, rate: Any) -> Any:
    """A party's recharge at a price agreed beforehand, whatever the officer costs; to the penny.

    time     days or hours
    rate     £ a day or an hour
    returns  £ a year, from the party to the employer

    >>> recharge_at_a_rate(50, 22)
    1100.0
    """
    return to_pence(time * rate)


def time_for_a_sum(paid: Any, rate: Any) -> Any:
    """The days or hours that a yearly sum buys.

    >>> round(time_for_a_sum(1_000, 22), 1)
    45.5
    """
    return paid / rate


@dataclass(frozen=True)
class Ending:
    """What it costs to end the arrangement, and whose that is."""

    year: str = year("Last year of the arrangement")
    notice: Amount = amount("£", "Pay in place of notice")
    redundancy: Amount = amount("£", "Redundancy")
    shares: Mapping[str, Amount] = amounts("share", "Share of both by party; the employer bears what is left", by_party=True)


@dataclass(frozen=True)
class SharedOfficer(Mechanism):
    """Writes each party's time and recharge, the idle time, and what the employer bears; together they are the cost."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("whole_cost", "*.time", "idle_time, if any", "recharged", "employer_bears")
    employer: str = party("Council that employs the officer")
    cost: Amount = amount("£", "Pay of the officer with all that is paid on it")
    overhead_rate: Amount | None = amount("share", "Overhead of the employer, share of the cost", None)
    overhead_is: str = choice("Whether the overhead is in the employer's budget or is paid here", OVERHEAD, "")
    sickness_cover: Amount | None = amount("£", "Cover for sickness", None)
    cover_borne_by: str = choice("Whether everyone bears the cover, by time, or the employer", COVER, "")
    days: Mapping[str, Amount] = amounts("day", "Days by party", {}, by_party=True)
    hours: Mapping[str, Amount] = amounts("hour", "Hours by party", {}, by_party=True)
    shares: Mapping[str, Amount] = amounts("share", "Share of the officer's time by party", {}, by_party=True)
    sums: Mapping[str, Amount] = amounts("£", "Sum by party, which buys time at the rate", {}, by_party=True)
    available_days: Amount | None = amount("day", "Days that the officer works in the year", None, above=0)
    available_hours: Amount | None = amount("hour", "Hours that the officer works in the year", None, above=0)
    day_rate: Amount | None = amount("£/day", "Price of a day", None, above=0)
    hour_rate: Amount | None = amount("£/hour", "Price of an hour", None, above=0)
    idle_time: str = party("Who bears the time that nobody takes", "")
    ending: Ending | None = block(Ending, "How the arrangement ends", None)
    status: str = choice("How sure the recharges are", STATUSES, "assumed")
    phasing: str = choice("When in the year they are paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The cost, everyone's time, the recharges, what ending costs, and what the employer bears."""
        name, words, where = self.name, self.label or label_of(self.name), f"mechanisms › {self.name}"
        way, of = self._way(where)
        runs = self._flags(sheet, "runs", False, f"{words}: 1 while it is shared")
        whole, shared = self._cost(sheet, words, where)
        rate, available = self._price(sheet, of, words)
        times = self._times(sheet, way, of, rate, runs, words)
        taken = sheet.line(
            f"{name}.time_taken", sheet.total(times.values(), UNITS[of]), UNITS[of], f"{words}: time taken by all", kind="working"
        )
        charged: dict[str, Any] = {one: line for one, line in times.items() if one != self.employer}
        if available is not None:
            there = available if runs is None else available * runs
            sheet.check(f"{name}.time_is_enough", taken <= there + 1e-9 * available, f"{words}: no more time is taken than there is",
                        "The officer cannot be in two places: agree less time", council=self.employer)  # fmt: skip
            idle = sheet.line(f"{name}.idle_time", larger_of(there - taken, 0), UNITS[of],
                              f"{words}: time nobody takes, borne by {sheet.parties[self.idle_time]}", kind="working")  # fmt: skip
            if self.idle_time != self.employer:
                charged[self.idle_time] = charged.get(self.idle_time, 0) + idle
        recharges = []
        sums: tuple[Any, ...] = ()
        if rate is not None:
            sums = tuple(recharge_at_a_rate(time, rate) for time in charged.values())
        elif charged:
            rest = larger_of(available - total(*charged.values()), 0)
            sums = recharges_of_full_cost(shared, list(charged.values()), rest)
        for one, sum_of in zip(charged, sums, strict=True):
            recharges.append(self._recharge(sheet, f"{name}.{one}.recharge", sum_of, one, f"{words}: recharge to {sheet.parties[one]}",
                                            **({"ends": self.ending.year, "pays_for": words} if self.ending else {})))  # fmt: skip
        if self.ending is not None:
            end = self._ending(sheet, self.ending, words, where)
            whole, recharges = whole + end[0], [*recharges, *end[1]]
            if runs is not None:
                sheet.advise(f"{name}.cost_stops", either(runs > 0, sheet[f"{name}.cost"] <= 0), f"{words}: the cost ends with the sharing",
                             "From then on the employer bears all of it", council=self.employer)  # fmt: skip
        full = sheet.line(f"{name}.whole_cost", whole, "£", f"{words}: whole cost", kind="working")
        back = sheet.line(f"{name}.recharged", sheet.total(recharges), "£", f"{words}: recharged to all", kind="working")
        bears = sheet.line(
            f"{name}.employer_bears", full - back, "£", f"{words}: borne by {sheet.parties[self.employer]}", kind="working"
        )
        sheet.check(f"{name}.parts_are_whole", agrees(bears + total(*recharges), full, within=HALF_A_PENNY) if recharges else bears >= full,
                    f"{words}: recharges and what the employer bears come to the cost",
                    "Nothing is charged twice, and nothing is left over", council=self.employer)  # fmt: skip
        not_above = either(back <= full, agrees(back, full, within=HALF_A_PENNY))
        sheet.advise(f"{name}.no_more_than_cost", not_above, f"{words}: no more is recharged than it costs",
                     "The rate is above the cost: the employer earns by it", council=self.employer)  # fmt: skip

    def _way(self, where: str) -> tuple[str, str]:
        """Which of the four ways is used, and what time is counted in; keys that do not go with it are refused."""
        ways = [one for one in WAYS if getattr(self, one)]
        if len(ways) != 1:
            told = f"the time is shared in {len(ways)} ways" if ways else "nothing says how the officer is shared"
            raise SheetError(f"{where}: {told}. Give exactly one of {listed(WAYS)}, by party.")
        [way] = ways
        rates = [one for one in ("day_rate", "hour_rate") if getattr(self, one) is not None]
        if way == "sums" and len(rates) != 1:
            raise SheetError(f"{where} › sums: a sum buys time at a rate. Give exactly one of day_rate and hour_rate.")
        of = {"sums": "hours" if rates == ["hour_rate"] else "days"}.get(way, way)
        goes = {"days": ("available_days", "day_rate"), "hours": ("available_hours", "hour_rate"), "shares": ()}[of]
        for key in ("available_days", "available_hours", "day_rate", "hour_rate"):
            if getattr(self, key) is not None and key not in goes:
                raise SheetError(
                    f"{where} › {key}: it does not go with {way}. Take it out" + (f", or give {listed(goes)}." if goes else ".")
                )
        there = of == "shares" or getattr(self, f"available_{of}") is not None
        if not there and not rates:
            raise SheetError(f"{where} › {way}: the full cost is shared by time, and nothing says how much time there is. Add "
                             f"{goes[0]}, or a price with {goes[1]}.")  # fmt: skip
        if there and not self.idle_time:
            raise SheetError(f"{where} › idle_time: nothing says who bears the time that nobody takes. Add idle_time: {self.employer}, "
                             "or another party.")  # fmt: skip
        if self.idle_time and not there:
            raise SheetError(f"{where} › idle_time: nothing says how much time there is, so none of it is known to be idle. Add "
                             f"{goes[0]}, or take idle_time out: the employer bears what the rate leaves.")  # fmt: skip
        return way, of

    def _cost(self, sheet: CaseSheet, words: str, where: str) -> tuple[Any, Any]:
        """The whole cost, and the part of it that is shared by time."""
        tags = {
            "payer": self.employer,
            "account": "revenue",
            "kind": "spending",
            "phasing": "even",
            "side": "payer",
            "role": "employer",
        }
        cost: Any = flow_or_taken(sheet, f"{self.name}.cost", self.cost, f"{words}: cost", **tags)
        for key, said, allowed in (("overhead_rate", "overhead_is", OVERHEAD), ("sickness_cover", "cover_borne_by", COVER)):
            if (getattr(self, key) is None) != (not getattr(self, said)):
                raise SheetError(f"{where}: give both {key} and {said} ({listed(allowed)}), or neither.")
        if self.overhead_rate is not None:
            rate = sheet.given(
                f"{self.name}.overhead_rate", self.overhead_rate, f"{words}: overhead, share of the cost", kind="working"
            )
            paid = {"payer": self.employer, "account": "revenue", "kind": "spending", "phasing": "even"}
            budget = {"kind": "working"}
            cost = cost + sheet.line(f"{self.name}.overhead", cost * rate, "£", f"{words}: overhead",
                                     **(paid if self.overhead_is == "paid_here" else budget))  # fmt: skip
        if self.sickness_cover is None:
            return cost, cost
        cover = flow_or_taken(sheet, f"{self.name}.sickness_cover", self.sickness_cover, f"{words}: cover for sickness", **tags)
        return cost + cover, cost + cover if self.cover_borne_by == "everyone" else cost

    def _price(self, sheet: CaseSheet, of: str, words: str) -> tuple[Line | None, Any]:
        """The rate where there is one, and the time there is where that is known."""
        if of == "shares":
            return None, 1.0
        rate, available = getattr(self, f"{of[:-1]}_rate"), getattr(self, f"available_{of}")
        price = sheet.given(f"{self.name}.rate", rate, f"{words}: price of a {UNITS[of]}", kind="working") if rate else None
        there = (
            sheet.given(f"{self.name}.available", available, f"{words}: {of} there are", kind="working") if available else None
        )
        return price, there

    def _times(self, sheet: CaseSheet, way: str, of: str, rate: Line | None, runs: Line | None, words: str) -> dict[str, Line]:
        """Everyone's time, nought once the arrangement is over."""
        found = {}
        for one, given in getattr(self, way).items():
            prefix, who = f"{self.name}.{one}", sheet.parties[one]
            first = sheet.given(f"{prefix}.agreed", given, f"{words}: agreed with {who}", kind="working")
            time: Any = time_for_a_sum(to_pence(first), rate) if way == "sums" else first
            counted = "share of the time" if of == "shares" else of
            found[one] = sheet.line(
                f"{prefix}.time", time if runs is None else time * runs, UNITS[of], f"{words}: {counted} of {who}", kind="working"
            )
        return found

    def _ending(self, sheet: CaseSheet, ending: Ending, words: str, where: str) -> tuple[Line, list[Line]]:
        """Notice and redundancy, paid by the employer in the last year, and each party's part of them."""
        last = self._flags(sheet, "is_last", True, f"{words}: 1 in the last year")
        paid = []
        for key, one in (("notice", ending.notice), ("redundancy", ending.redundancy)):
            each = sheet.given(f"{self.name}.ending.{key}_due", one, f"{words}: {key}, if it ends", kind="working")
            paid.append(sheet.line(f"{self.name}.ending.{key}", each * last, "£", f"{words}: {key}", payer=self.employer,
                                   account="revenue", kind="spending", phasing="even"))  # fmt: skip
        cost = sheet.line(f"{self.name}.ending.cost", total(*paid), "£", f"{words}: notice and redundancy", kind="working")
        shares = {one: sheet.given(f"{self.name}.{one}.ending_share", share, f"{words}: share of {sheet.parties[one]} in notice and redundancy",
                                   kind="working") for one, share in ending.shares.items()}  # fmt: skip
        if shares:
            sheet.check(f"{self.name}.ending.shares_are_no_more_than_whole", total(*shares.values()) <= 1 + 1e-9,
                        f"{words}: the shares in notice and redundancy are no more than the whole",
                        "Give less to one of them", council=self.employer)  # fmt: skip
        return cost, [self._recharge(sheet, f"{self.name}.{one}.ending_recharge", to_pence(cost * share), one,
                                     f"{words}: notice and redundancy, part of {sheet.parties[one]}", settles=self.name)
                      for one, share in shares.items() if one != self.employer]  # fmt: skip

    def _recharge(self, sheet: CaseSheet, name: str, formula: Any, payer: str, label: str, **tags: Any) -> Line:
        return sheet.line(name, formula, "£", label, payer=payer, payee=self.employer, account="revenue", kind="contribution",
                          status=self.status, phasing=self.phasing, **tags)  # fmt: skip

    def _flags(self, sheet: CaseSheet, name: str, only_last: bool, label: str) -> Any:
        """1 in the years to the last one, or in that one only; nothing where no end is agreed."""
        if self.ending is None:
            return None
        end = self.ending.year
        values = [float(one == end if only_last else one <= end) for one in sheet.years]
        origin = Origin(BY_RULE, note=f"the last year is {end}", place=f"mechanisms › {self.name} › ending")
        return sheet.input(f"{self.name}.{name}", values, "number", label, origin=origin, kind="working")
