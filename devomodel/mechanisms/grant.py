"""Money promised for a time: grants, tapers, dowries and contracts, each with the year it ends and what goes on without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, smaller_of, to_pence, total, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, block, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.grant_terms import (
    LONGEST,
    Pot,
    Taper,
    commuted_sum,
    last_year_of,
    still_repayable,
    taper_payment,
    taper_shares,
)

NOT_AGREED = "not agreed"


@dataclass(frozen=True)
class Grant(Mechanism):
    """Writes what is paid, its end, and what is left to be met; the cliff finder reads the rest from its tags."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("paid", "paid_to_date", "spending_left, if any", "pot.closing", "pot.short, if any",
                                        "pot.sum_needed, if any", "repayable, if any")  # fmt: skip
    payer: str = party("Who pays")
    payee: str = party("Who receives")
    kind: str = choice("What it is", ("grant", "contribution", "dowry", "contract", "fee"))
    account: str = choice("Account", ("revenue", "capital"), "revenue")
    status: str = choice("How sure it is", STATUSES)
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")
    taper: Taper | None = block(Taper, "A total paid over some years", None)
    pot: Pot | None = block(Pot, "Where a single sum is put by and drawn down", None)
    ends: str = year("Last year in which it is paid", "", words=(NOT_AGREED,))
    pays_for: str = text("What it pays for", "")
    then: str = party("Who picks it up when it ends", NOT_AGREED, words=(NOT_AGREED,))
    spending_left: Amount | None = amount("£", "Spending that goes on when it ends", None)
    amount: Amount | None = amount("£", "Sum paid in the year, or once", None)
    clawback_years: int = whole("Years in which it must be paid back if the scheme stops", 0)
    clawback: str = choice("How much must be paid back", ("whole", "falling"), "whole")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """What is paid, what can be called back, and the pot where there is one."""
        where, words = f"mechanisms › {self.name}", self.label or label_of(self.name)
        if self.payer == self.payee:
            raise SheetError(f"{where} › payee: '{self.payer}' cannot pay itself. Name two parties.")
        if (self.amount is None) == (self.taper is None):
            raise SheetError(f"{where}: give either an amount, with the year it ends, or a taper.")
        if self.clawback_years > LONGEST:
            raise SheetError(
                f"{where} › clawback_years: nothing is called back after {self.clawback_years} years. At most {LONGEST}."
            )
        ends = self._ends(where)
        flow = {
            "payer": self.payer,
            "payee": self.payee,
            "account": self.account,
            "kind": self.kind,
            "status": self.status,
            "phasing": self.phasing,
        }
        told = {"ends": ends, "then": self.then, "pays_for": self.pays_for}
        if self.spending_left is not None:
            told["spending_left"] = f"{self.name}.spending_left"
        if self.taper is not None:
            paid = self._tapered(sheet, words, where, **flow, **told)
        elif self.pot is None:
            paid = self._paid(sheet, words, ends, **flow, **told)
        else:
            paid = self._paid(sheet, words, "", **flow, held_in=f"{self.name}.pot.closing")
            self._drawn_down(sheet, paid, words, told)
        if self.clawback_years:
            payments = [paid, *(sheet.years_ago(paid, age, 0.0) for age in range(1, self.clawback_years))]
            sheet.line(
                f"{self.name}.repayable",
                still_repayable(payments, self.clawback_years, self.clawback),
                "£",
                f"{words}: to be paid back if the scheme stopped at 31 March",
                kind="working",
            )

    def test(self, sheet: CaseSheet) -> None:
        """The spending that goes on, which may be a line of any stage."""
        if self.spending_left is not None:
            words = self.label or label_of(self.name)
            sheet.given(f"{self.name}.spending_left", self.spending_left, f"{words}: spending that goes on", kind="working")

    def _ends(self, where: str) -> str:
        """The last year, from wherever it is said; two that differ are refused."""
        said = {"ends": self.ends} if self.ends else {}
        if self.taper is not None:
            said["the taper"] = last_year_of(self.taper, f"{where} › taper")
        elif self.pot is not None:
            said["the pot"] = self._pot_ends(where)
        else:
            assert self.amount is not None
            said |= {key: end for key, end in (("until", self.amount.until), ("once", self.amount.once)) if end}
        if not said:
            raise SheetError(
                f"{where} › ends: nothing says when it ends. Add ends: with the last year it is paid, or ends: not agreed."
            )
        ends = next(reversed(said.values()))
        if any(one != ends for one in said.values()):
            found = ", ".join(f"{key} says {one}" for key, one in said.items())
            raise SheetError(f"{where} › ends: it ends in two years at once: {found}. Keep one.")
        start = self.amount.start if self.amount is not None else ""
        if start and ends != NOT_AGREED and first_calendar_year(start) > first_calendar_year(ends):
            raise SheetError(f"{where} › ends: it ends ({ends}) before it begins ({start}). Check both years.")
        return ends

    def _pot_ends(self, where: str) -> str:
        assert self.pot is not None and self.amount is not None
        if not self.amount.once:
            raise SheetError(f"{where} › amount: a pot holds a single sum. Say the year it is paid with once.")
        if not 1 <= self.pot.years <= LONGEST:
            raise SheetError(
                f"{where} › pot › years: a pot cannot be drawn over {self.pot.years} years. Allowed: 1 to {LONGEST}."
            )
        if (self.pot.cost_growth is not None and self.pot.yearly_cost is None) or (
            self.pot.yearly_cost and self.pot.yearly_cost.grows
        ):
            raise SheetError(
                f"{where} › pot › yearly_cost: give the cost of the year the sum is paid, and its growth as cost_growth."
            )
        return year_label(first_calendar_year(self.amount.once) + self.pot.years - 1)

    def _paid(self, sheet: CaseSheet, words: str, until: str, **tags: Any) -> Line:
        """An amount each year, to the year it ends."""
        assert self.amount is not None
        one = self.amount
        if until in ("", NOT_AGREED) or one.once:
            return sheet.given(f"{self.name}.paid", one, words, **tags)
        if one.line or one.parameter:
            yearly = sheet.given(f"{self.name}.yearly", one, f"{words}: sum for a year", kind="working")
            runs = self._flags(
                sheet, "runs", [label <= until for label in sheet.years], f"{words}: 1 while it is paid", f"until {until}"
            )
            return sheet.line(f"{self.name}.paid", yearly * runs, "£", words, **tags)
        return sheet.given(f"{self.name}.paid", replace(one, until=until), words, **tags)

    def _tapered(self, sheet: CaseSheet, words: str, where: str, **tags: Any) -> Line:
        """The sums of a taper, each to the penny, that come to the total exactly."""
        taper, name = self.taper, self.name
        assert taper is not None
        if taper.schedule is not None:
            return sheet.given(f"{name}.paid", taper.schedule, words, **tags)
        assert taper.total is not None
        whole_sum = sheet.given(f"{name}.total", taper.total, f"{words}: total over all years", kind="working")
        start = first_calendar_year(taper.first_year)
        by_year = {year_label(start + at): share for at, share in enumerate(taper_shares(taper.years, taper.shape))}
        told = f"{taper.shape.replace('_', ' ')} over {taper.years} years from {taper.first_year}"
        share = sheet.input(
            f"{name}.share_of_total",
            [by_year.get(one, 0.0) for one in sheet.years],
            "share",
            f"{words}: share of the total paid in the year",
            kind="working",
            origin=Origin("assumption", note=f"profile: {told}", place=f"{where} › taper › shape"),
        )
        last = self._flags(
            sheet, "is_last", [one == list(by_year)[-1] for one in sheet.years], f"{words}: 1 in the last year", told
        )
        earlier = [to_pence(whole_sum * one) for label, one in by_year.items() if label < sheet.years[0]]
        before: Any = 0.0
        if earlier:
            begun = whole_sum if len(earlier) == len(by_year) else smaller_of(total(*earlier), whole_sum)
            before = sheet.line(
                f"{name}.paid_before_first_year", begun, "£", f"{words}: paid before the first year", kind="working"
            )
        paid_before = sheet.line(
            f"{name}.paid_before",
            sheet.last_year(f"{name}.paid_to_date", first=before, unit_of="£"),
            "£",
            f"{words}: paid in the years before",
            kind="working",
        )
        paid = sheet.line(f"{name}.paid", taper_payment(whole_sum, share, paid_before, last), "£", words, **tags)
        so_far = sheet.line(f"{name}.paid_to_date", paid_before + paid, "£", f"{words}: paid to date", kind="working")
        sheet.check(
            f"{name}.total_is_paid",
            either(last <= 0, agrees(so_far, whole_sum, within=HALF_A_PENNY)),
            f"{words}: the years come to the total",
            "The last year pays all that is left of it",
        )
        return paid

    def _drawn_down(self, sheet: CaseSheet, paid: Line, words: str, told: dict[str, str]) -> None:
        """The single sum put in a pot with its interest, and drawn evenly or as the cost needs it until nothing is left."""
        pot, prefix, label = self.pot, f"{self.name}.pot", f"{words}, in the pot"
        assert pot is not None and self.amount is not None
        account, start = {"account": self.account}, first_calendar_year(self.amount.once)
        given = sheet.givens(prefix, pot, f"{words}: ", kind="working")
        first = given["opening"] if given["opening"] is not None else 0.0
        opening = sheet.line(
            f"{prefix}.at_1_april",
            sheet.last_year(f"{prefix}.closing", first=first, unit_of="£"),
            "£",
            f"{label} at 1 April",
            kind="working",
        )
        added: list[Line] = [paid]
        rate = given["interest_rate"]
        if rate is not None:
            added.append(
                sheet.line(
                    f"{prefix}.interest",
                    to_pence(opening * rate),
                    "£",
                    f"{label}: interest",
                    payee=self.payee,
                    kind="interest",
                    **account,
                )
            )
        put_by = sheet.line(
            f"{prefix}.put_by",
            total(*added),
            "£",
            f"{label}: put by",
            payer=self.payee,
            kind="reserve",
            of_receipts=True,
            **account,
        )
        held = sheet.line(f"{prefix}.held", opening + put_by, "£", f"{label}: to draw on in the year", kind="working")
        at = [first_calendar_year(one) - start for one in sheet.years]
        left = self._flags(
            sheet,
            "pot.years_left",
            [pot.years - one if 0 <= one < pot.years else 0 for one in at],
            f"{words}: years left to draw over",
            f"{pot.years} years from {self.amount.once}",
        )
        if given["yearly_cost"] is None:
            drawn = when(left > 0, to_pence(held / left), 0)
        else:
            drawn = smaller_of(self._wanted(sheet, given, paid, left, at, words), held)
        drawn = sheet.line(
            f"{prefix}.drawn", drawn, "£", f"{words}: drawn from the pot", payee=self.payee, kind="reserve", **account, **told
        )
        sheet.line(f"{prefix}.closing", held - drawn, "£", f"{label} at 31 March", kind="working")
        if given["yearly_cost"] is not None:
            sheet.line(
                f"{prefix}.short",
                sheet[f"{prefix}.wanted"] - drawn,
                "£",
                f"{words}: cost that the pot does not meet",
                kind="working",
            )

    def _wanted(self, sheet: CaseSheet, given: dict[str, Line | None], paid: Line, left: Line, at: list[int], words: str) -> Line:
        """The cost that the pot is to meet in each year, and the sum that would have been enough."""
        assert self.pot is not None and self.amount is not None
        prefix, cost = f"{self.name}.pot", given["yearly_cost"]
        growth: Any = 0.0 if given["cost_growth"] is None else given["cost_growth"]
        rate: Any = 0.0 if given["interest_rate"] is None else given["interest_rate"]
        since = self._flags(
            sheet, "pot.years_since", [max(one, 0) for one in at], f"{words}: years since it was paid", f"from {self.amount.once}"
        )
        wanted = sheet.line(
            f"{prefix}.wanted",
            when(left > 0, to_pence(cost * (1 + growth) ** since), 0),
            "£",
            f"{words}: cost the pot is to meet",
            kind="working",
        )
        needed = sheet.line(
            f"{prefix}.sum_needed",
            commuted_sum(cost, self.pot.years, growth, rate),
            "£",
            f"{words}: single sum that would meet the cost for {self.pot.years} years",
            kind="working",
        )
        sheet.advise(
            f"{prefix}.is_enough",
            either(paid <= 0, paid >= needed),
            f"{words}: the single sum lasts {self.pot.years} years",
            "The pot runs out before the years do",
            council=self.payee,
        )
        return wanted

    def _flags(self, sheet: CaseSheet, name: str, values: list[Any], label: str, why: str) -> Line:
        origin = Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{name}", [float(one) for one in values], "number", label, origin=origin, kind="working")
