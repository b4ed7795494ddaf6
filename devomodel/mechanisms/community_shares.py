"""Community shares: an offer to many investors, what others match, the interest it costs, and what members take out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, larger_of, smaller_of, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, blocks, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of

LONGEST = 60
"""Years; a lock-in longer than this is a slip."""


def shares_issued(applied_for: Any, minimum: Any, most: Any) -> Any:
    """What an offer raises: nothing below its minimum, and no more than is on offer.

    >>> shares_issued(62_000, 50_000, 100_000), shares_issued(40_000, 50_000, 100_000), shares_issued(120_000, 50_000, 100_000)
    (62000, 0, 100000)
    """
    return when(applied_for >= minimum, smaller_of(applied_for, most), 0)


def equity_match(issued: Any, for_each_pound: Any, most: Any) -> Any:
    """What a funder puts in as shares of its own: so much for each £1 issued to members, up to a sum.

    >>> equity_match(issued=62_000, for_each_pound=1, most=50_000)
    50000
    """
    return smaller_of(issued * for_each_pound, most)


def withdrawn_from(at_1_april: Any, share: Any) -> Any:
    """What members take out in a year: a share of what stands at 1 April, never more than all of it.

    >>> withdrawn_from(at_1_april=62_000, share=0.05)
    3100.0
    """
    return smaller_of(at_1_april * share, larger_of(at_1_april, 0))


@dataclass(frozen=True)
class EquityMatch:
    """A funder that buys shares beside the members, on the same terms."""

    funder: str = party("Who buys them")
    for_each_pound: Amount = amount("number", "Pounds of shares bought for each £1 of members' shares")
    most: Amount = amount("£", "Most that it buys")
    at_start: Amount | None = amount("£", "Its shares before the first year, where the offer closed before then", None)


@dataclass(frozen=True)
class CommunityShares(Mechanism):
    """Writes the issue, the interest and the withdrawals of each holder. Share capital is withdrawable, and is no income."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("raised", "average_holding", "issued_in_year", "withdrawn_in_year", "share_capital")
    issuer: str = party("Society that issues the shares")
    investors: str = party("Members who buy them, where they are a party of the case", "")
    closes: str = year("Year in which the offer closes")
    minimum: Amount = amount("£", "Least that must be applied for")
    most: Amount = amount("£", "Most that is on offer")
    applied_for: Amount = amount("£", "Sum that investors apply for")
    number_of_investors: Amount | None = amount("person", "Investors", None, above=0)
    at_start: Amount | None = amount("£", "Members' shares before the first year, where the offer closed before then", None)
    matches: Mapping[str, EquityMatch] = blocks(EquityMatch, "Funders that buy shares beside them, by name", {})
    interest_rate: Amount | None = amount("share", "Interest paid on share capital at 1 April", None)
    interest_from: str = year("First year in which interest is paid", "")
    lock_in_years: int = whole("Years before shares may be withdrawn")
    withdrawal_share: Amount | None = amount("share", "Share of the capital at 1 April that is withdrawn in a year", None)
    withdrawals_from: str = choice("Account that withdrawals are paid from", ("revenue", "capital"), "")
    status: str = choice("How sure it is", STATUSES)
    pays_for: str = text("What it pays for", "")

    def write(self, sheet: CaseSheet) -> None:
        """The offer, and each holder's capital from year to year."""
        wrong = self._problem(sheet)
        if wrong:
            raise SheetError(f"mechanisms › {self.name} › {wrong}")
        words, name = label_of(self.name), self.name
        given = {key: sheet.given(f"{name}.{key}", getattr(self, key), f"{words}: {label}", kind="working")
                 for key, label in (("minimum", "least that must be applied for"), ("most", "most that is on offer"),
                                    ("applied_for", "applied for"))}  # fmt: skip
        closes = first_calendar_year(self.closes)
        flag = self._flags(sheet, words, closes)
        issued = sheet.line(f"{name}.raised", shares_issued(given["applied_for"], given["minimum"], given["most"]) * flag["closes"],
                            "£", f"{words}: raised from members", kind="working")  # fmt: skip
        rate = {key: sheet.given(f"{name}.{key}", getattr(self, key), f"{words}: {label}") if getattr(self, key) else None
                for key, label in (("interest_rate", "interest"), ("withdrawal_share", "share withdrawn in a year"))}  # fmt: skip
        if rate["withdrawal_share"] is not None:
            sheet.check_parts(f"{name}.part_of_the_capital", [rate["withdrawal_share"]],
                              f"{words}: what is withdrawn in a year is a part of the capital", council=self.issuer)  # fmt: skip
        closing = [self._holder(sheet, "members", self.investors, "members", issued, self.at_start, flag, rate)]
        for key, match in self.matches.items():
            terms = sheet.givens(f"{name}.{key}", match, f"{words}, {label_of(key).lower()}: ", kind="working")
            bought = sheet.line(f"{name}.{key}.bought", equity_match(issued, terms["for_each_pound"], terms["most"]), "£",
                                f"{words}, {label_of(key).lower()}: shares bought beside members", kind="working")  # fmt: skip
            closing.append(self._holder(sheet, key, match.funder, label_of(key).lower(), bought, match.at_start, flag, rate))
        capital = sheet.line(
            f"{name}.share_capital", sheet.total(closing), "£", f"{words}: share capital at 31 March, all holders"
        )
        bought_in_year, taken = (
            sheet.line(f"{name}.{what}_in_year", sheet.total([sheet[f"{name}.{key}.{what}"] for key in ("members", *self.matches)]),
                       "£", f"{words}: {what} in the year, all holders", kind="working")
            for what in ("issued", "withdrawn")
        )  # fmt: skip
        starts: Any = sheet.total(
            [sheet[one] for key in ("members", *self.matches) if (one := f"{name}.{key}.at_start") in sheet]
        )
        sheet.check(f"{name}.capital_rolls_forward",
                    agrees(sheet.last_year(capital, first=starts) + bought_in_year - taken, capital, within=HALF_A_PENNY),
                    f"{words}: share capital moves by what is issued less what is withdrawn",
                    "It is neither income nor spending of the society", council=self.issuer)  # fmt: skip
        if self.number_of_investors is not None:
            people = sheet.given(f"{name}.number_of_investors", self.number_of_investors, f"{words}: investors")
            sheet.line(f"{name}.average_holding", issued / people, "£/person", f"{words}: raised from each member, on average")
        sheet.advise(f"{name}.reaches_its_minimum", given["applied_for"] >= given["minimum"],
                     f"{words}: what is applied for reaches the minimum", "Below it the offer fails and the money goes back",
                     council=self.issuer)  # fmt: skip

    def _problem(self, sheet: CaseSheet) -> str:
        """What does not go together, with its place under the mechanism and what to do."""
        buyers = {"investors": self.investors} | {f"matches › {key} › funder": one.funder for key, one in self.matches.items()}
        for place, buyer in buyers.items():
            if buyer == self.issuer:
                return f"{place}: '{buyer}' cannot buy its own shares. Name another party."
        if "members" in self.matches:
            return "matches › members: that is what the lines of the investors are called. Use another name."
        if self.lock_in_years > LONGEST:
            return f"lock_in_years: nobody buys shares locked in for {self.lock_in_years:,} years. Give at most {LONGEST}."
        if (self.interest_rate is None) != (not self.interest_from):
            return "interest_from: a rate of interest and the first year it is paid go together. Give both or neither."
        if self.interest_from and first_calendar_year(self.interest_from) <= first_calendar_year(self.closes):
            earliest = year_label(first_calendar_year(self.closes) + 1)
            return f"interest_from: interest is paid on capital at 1 April, so from {earliest} at the earliest."
        if (self.withdrawal_share is None) != (not self.withdrawals_from):
            return "withdrawals_from: what is withdrawn, and the account that pays it, go together. Give both or neither."
        before = first_calendar_year(self.closes) < first_calendar_year(sheet.first_year)
        held = {"at_start": self.at_start} | {f"matches › {key} › at_start": one.at_start for key, one in self.matches.items()}
        for place, given in held.items():
            if before != (given is not None):
                do = ("say what shares are held at the start" if before else
                      f"the offer closes in {self.closes}, so no shares are held at the start. Take it out")  # fmt: skip
                return f"{place}: {do}."
        return ""

    def _flags(self, sheet: CaseSheet, words: str, closes: int) -> dict[str, Line]:
        """1 in the year the offer closes, in the years with interest, and in the years after the lock-in."""
        calendar = [first_calendar_year(one) for one in sheet.years]
        interest_from = first_calendar_year(self.interest_from) if self.interest_from else None
        free = closes + self.lock_in_years
        holds = {
            "closes": ([at == closes for at in calendar], "in the year the offer closes", f"closes in {self.closes}"),
            "pays_interest": ([interest_from is not None and at >= interest_from for at in calendar], "while interest is paid",
                              f"from {self.interest_from}" if self.interest_from else "no interest is paid"),
            "may_be_withdrawn": ([at >= max(free, closes + 1) for at in calendar], "after the lock-in",
                                 f"{self.lock_in_years} years from {self.closes}"),
        }  # fmt: skip
        return {
            key: sheet.input(f"{self.name}.{key}", [float(one) for one in values], "number", f"{words}: 1 {label}", kind="working",
                             origin=Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}"))
            for key, (values, label, why) in holds.items()
        }  # fmt: skip

    def _holder(self, sheet: CaseSheet, key: str, holder: str, called: str, bought: Line, at_start: Amount | None,
                flag: Mapping[str, Line], rate: Mapping[str, Line | None]) -> Line:  # fmt: skip
        """One holder's capital: opening + issued − withdrawn = closing, and the interest on it."""
        prefix, label = f"{self.name}.{key}", f"{label_of(self.name)}, {called}"
        first: Any = 0.0
        if at_start is not None:
            # A funder's terms are written before its capital, its opening among them.
            name = f"{prefix}.at_start"
            first = (
                sheet[name]
                if name in sheet
                else sheet.given(name, at_start, f"{label}: shares before the first year", kind="working")
            )
        opening = sheet.line(f"{prefix}.opening", sheet.last_year(f"{prefix}.closing", first=first, unit_of="£"), "£",
                             f"{label}: share capital at 1 April", kind="working")  # fmt: skip
        buys, gets = ({"payer": holder}, {"payee": holder}) if holder else ({}, {})
        issued = sheet.line(f"{prefix}.issued", bought, "£", f"{label}: shares issued", payee=self.issuer, account="capital",
                            kind="share capital", status=self.status, pays_for=self.pays_for, **buys)  # fmt: skip
        if rate["interest_rate"] is not None:
            sheet.line(f"{prefix}.interest", opening * rate["interest_rate"] * flag["pays_interest"], "£", f"{label}: interest on shares",
                       payer=self.issuer, account="revenue", kind="interest", **gets)  # fmt: skip
        taken: Any = 0.0
        if rate["withdrawal_share"] is not None:
            taken = withdrawn_from(opening, rate["withdrawal_share"]) * flag["may_be_withdrawn"]
            withdrawn = sheet.line(f"{prefix}.withdrawn", taken, "£", f"{label}: shares withdrawn", payer=self.issuer,
                                   account=self.withdrawals_from, kind="share capital", repayment=True, **gets)  # fmt: skip
        else:
            withdrawn = sheet.nought(
                f"{prefix}.withdrawn", "£", f"{label}: shares withdrawn", "none in the scenario", kind="working"
            )
        return sheet.line(f"{prefix}.closing", opening + issued - withdrawn, "£", f"{label}: share capital at 31 March")
