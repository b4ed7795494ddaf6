"""An asset passes from a principal council to a local one: who bears what before and after, and what each side gains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, either, quantity
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, amounts, block, blocks, choice, party, text, year
from devomodel.mechanisms.asset_dowry import Dowry, drawn_of, problems_of_dowry, put_dowry, tell_dowry_twice
from devomodel.mechanisms.asset_dowry import implied_annual_rate as implied_annual_rate  # its formulas, for the worked examples
from devomodel.mechanisms.asset_terms import (
    LONGEST_LEASE,
    MONTHS,
    Backlog,
    Lease,
    Overage,
    Rates,
    Reverter,
    counted_or_paid,
    ends_in,
    flag_row,
    problems_of_terms,
    put_flags,
    put_going_back,
    put_rates,
    refuse_taken,
    refuse_unless_of,
    refuse_years,
    says_its_years,
)
from devomodel.mechanisms.asset_terms import business_rates_bill as business_rates_bill
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.taken import is_taken


def saving(would_pay: Any, still_pays: Any, support: Any, receipts: Any) -> Any:
    """What the principal council gains from a transfer in a year.

        saving = what it would have paid − what it still pays − support it gives + what it receives

    would_pay   £, its costs less income had the asset stayed, overheads with them
    still_pays  £, its costs less income after the transfer: overheads that stay
    support     £, grants, dowry, repairs and its own costs of the transfer
    receipts    £, rent and premium
    returns     £, below nought where the transfer costs it more

    >>> saving(would_pay=100_000, still_pays=15_000, support=30_000, receipts=0)
    55000
    """
    return would_pay - still_pays - support + receipts


@dataclass(frozen=True)
class AssetTransfer(Mechanism):
    """Writes the costs and income of an asset on the side that has it, the terms of its transfer, and both sides' results."""

    stage: ClassVar[str] = "capital"
    tells: ClassVar[tuple[str, ...]] = ("local_net_cost", "local_to_find", "cost_shed", "stranded, if any",
                                        "principal_gives, if any", "principal_saving", "principal_saving_to_date",
                                        "change_for_both", "reverter.repayable, if any")  # fmt: skip
    principal: str = party("Council that has the asset now")
    local: str = party("Council that takes it on")
    tenure: str = choice("How it passes", ("freehold", "lease"))
    transfer_year: str = year("Year in which it passes")
    month: str = choice("Month of that year on the first of which it passes", MONTHS, "april")
    running_costs: Mapping[str, Amount] = amounts("£", "Running costs of the principal council, by heading")
    income: Mapping[str, Amount] = amounts("£", "Income of the principal council from it, by heading", {})
    local_costs: Mapping[str, Amount] = amounts("£", "Running costs of the local council that differ, or are new, by heading", {})
    local_income: Mapping[str, Amount] = amounts("£", "Income of the local council that differs, or is new, by heading", {})
    overheads_that_stay: Mapping[str, Amount] = amounts(
        "£", "Overheads charged to it that the principal council goes on paying", {}
    )
    insurance: Amount | None = amount("£", "Insurance that the local council takes out", None)
    business_rates: Rates | None = block(Rates, "Business rates", None)
    otherwise_closed_from: str = year("Year from which it would have been closed if it had not passed", "")
    premium: Amount | None = amount("£", "Price of the freehold or premium of the lease", None)
    premium_account: str = choice("Account of the price or premium, on both sides", ("capital", "revenue"), "capital")
    lease: Lease | None = block(Lease, "Terms of a lease", None)
    backlog: Mapping[str, Backlog] = blocks(Backlog, "Repairs found wanting, by heading", {})
    dowry: Dowry | None = block(Dowry, "Single sum paid with it", None)
    support: Mapping[str, Amount] = amounts("£", "What the principal council pays for it by other mechanisms, as their lines", {})
    principal_one_off: Mapping[str, Amount] = amounts("£", "Costs of the transfer to the principal council, by heading", {})
    local_one_off: Mapping[str, Amount] = amounts("£", "Costs of the transfer to the local council, by heading", {})
    reverter: Reverter | None = block(Reverter, "What is paid back if it goes back", None)
    overage: Overage | None = block(Overage, "What is paid over if it is sold", None)
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """Costs and income by side, rates, the price or rent, repairs, the dowry, and the costs of the transfer itself."""
        self._refuse(sheet)
        put_flags(sheet, self.name, self._words, (self.principal, self.local), (self.transfer_year, self.month),
                  self.lease.term_years if self.lease else None, self.otherwise_closed_from)  # fmt: skip
        self._running(sheet)
        self._terms(sheet)
        self._one_off(sheet)
        put_going_back(sheet, self.name, self._words, self.transfer_year, self.reverter, self.overage)

    @property
    def _words(self) -> str:
        return self.label or label_of(self.name)

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        two = (self.principal, self.local)
        wrong = problems_of_terms(self.tenure, self.lease, self.business_rates, self.backlog, two) + problems_of_dowry(self.dowry)
        if self.principal == self.local:
            wrong.append(("local", f"'{self.local}' cannot take over from itself. Name two parties."))
        if first_calendar_year(self.transfer_year) > first_calendar_year(sheet.years[-1]):
            wrong.append(("transfer_year", f"{self.transfer_year} is after the last year of the case, {sheet.years[-1]}. Give an "
                          "earlier year, or the case more years."))  # fmt: skip
        closed = self.otherwise_closed_from
        if closed and first_calendar_year(closed) < first_calendar_year(self.transfer_year):
            wrong.append(("otherwise_closed_from", f"it would have been closed ({closed}) before it passes "
                          f"({self.transfer_year}). Give the transfer year or a later one."))  # fmt: skip
        if wrong:
            raise SheetError(" ".join(f"{where} › {key}: {what}" for key, what in wrong))
        if self.lease is not None:
            refuse_years(self.lease.term_years, f"{where} › lease › term_years", LONGEST_LEASE)
        for key in ("dowry", "reverter", "overage"):
            if getattr(self, key) is not None:
                refuse_years(getattr(self, key).years, f"{where} › {key} › years")

    def _running(self, sheet: CaseSheet) -> None:
        """Each heading as a flow of the side that has the asset, and what they come to on each side."""
        name = self.name
        was, now = sheet[f"{name}.with_principal"], sheet[f"{name}.with_local"]
        sums: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for key, others, side, kind in (("running_costs", "local_costs", "payer", "spending"),
                                        ("income", "local_income", "payee", "income")):  # fmt: skip
            given, theirs, part = getattr(self, key), getattr(self, others), "costs" if kind == "spending" else "income"
            tags = {"account": "revenue", "kind": kind, "phasing": "even"}
            if kind == "income":  # it passes with the costs it helps to pay, so its end is no cliff
                tags["settles"] = name
            for heading, one in given.items():
                words = f"{self._words}: {label_of(heading).lower()}"
                refuse_taken(sheet, one, "Give a figure, or a line that is no payment; the transfer writes who pays it.")
                self._refuse_post_paid_twice(sheet, key, heading, one, theirs)
                whole_sum = sheet.given(f"{name}.{key}.{heading}", one, f"{words}, before any transfer", kind="working")
                kept = sheet.line(f"{name}.principal.{part}.{heading}", whole_sum * was, "£", f"{words}, {sheet.parties[self.principal]}",
                                  **{side: self.principal}, **tags)  # fmt: skip
                sums["net_cost", part].append(whole_sum)
                sums["principal_net_cost", part].append(kept)
                if heading not in theirs:
                    flow = sheet.line(f"{name}.local.{part}.{heading}", whole_sum * now, "£", f"{words}, {sheet.parties[self.local]}",
                                      **{side: self.local}, **tags)  # fmt: skip
                    sums["local_net_cost", part].append(flow)
            for heading, one in theirs.items():
                words = f"{self._words}: {label_of(heading).lower()}, {sheet.parties[self.local]}"
                flow = counted_or_paid(sheet, f"{name}.local.{part}.{heading}", one, words, side, self.local, now, **tags)
                sums["local_net_cost", part].append(flow)
        if self.insurance is not None:
            label = f"{self._words}: insurance taken out by {sheet.parties[self.local]}"
            sums["local_net_cost", "costs"].append(counted_or_paid(
                sheet, f"{name}.local.insurance", self.insurance, label, "payer", self.local, now, account="revenue", kind="spending",
                phasing="even"))  # fmt: skip
        if self.business_rates is not None:
            bills = put_rates(sheet, name, self._words, self.business_rates, (self.principal, self.local))
            for whose, bill in zip(("net_cost", "principal_net_cost", "local_net_cost"), bills, strict=True):
                sums[whose, "costs"].append(bill)
        stays = [counted_or_paid(sheet, f"{name}.overheads.{heading}", one, f"{self._words}: {label_of(heading).lower()}, overhead "
                                 f"of {sheet.parties[self.principal]}", "payer", self.principal,
                                 account="revenue", kind="spending", phasing="even")
                 for heading, one in self.overheads_that_stay.items()]  # fmt: skip
        for key, label in (("net_cost", "net running cost had it not passed"),
                           ("principal_net_cost", f"net running cost of {sheet.parties[self.principal]}"),
                           ("local_net_cost", f"net running cost of {sheet.parties[self.local]}")):  # fmt: skip
            net = sheet.total(sums[key, "costs"])
            net = net - sheet.total(sums[key, "income"]) if sums[key, "income"] else net
            sheet.line(f"{name}.{key}", net, "£", f"{self._words}: {label}", kind="working")
        sheet.line(f"{name}.overheads", sheet.total(stays), "£", f"{self._words}: overheads that stay", kind="working")

    def _refuse_post_paid_twice(
        self, sheet: CaseSheet, key: str, heading: str, one: Amount, theirs: Mapping[str, Amount]
    ) -> None:
        """A post that passes with its holder is paid by the local council where the post is written, and from the same year."""
        tags = sheet[one.line].tags if one.line and one.line in sheet else {}
        paid_as, starts = tags.get("then_paid_as"), tags.get("then_from")
        if paid_as is None:
            return
        where = f"mechanisms › {self.name} › {key} › {heading}"
        if heading not in theirs or theirs[heading].line != paid_as:
            raise SheetError(f"{where}: once it has passed the post is paid as '{paid_as}', and would be paid here as well. Add "
                             f"local_costs: {{{heading}: {{line: {paid_as}}}}}.")  # fmt: skip
        if starts != self.transfer_year:
            raise SheetError(f"{where}: the asset passes in {self.transfer_year}, and the post in {starts}. Give both the same year: "
                             "transfer_year here, and first_year under transfer of the post.")  # fmt: skip

    def _terms(self, sheet: CaseSheet) -> None:
        """The premium and the rent, from the local council to the principal; and the dowry where it is paid here."""
        name, once = self.name, sheet[f"{self.name}.in_transfer_year"]
        if self.premium is not None:
            self._paid_once(sheet, "premium", self.premium, f"{self._words}: price or premium", payer=self.local,
                            payee=self.principal, account=self.premium_account, kind="spending")  # fmt: skip
        if self.lease is not None and self.lease.rent is not None:
            refuse_taken(sheet, self.lease.rent, "Give a figure.")
            rent = sheet.given(f"{name}.rent_for_a_year", self.lease.rent, f"{self._words}: rent for a year", kind="working")
            sheet.line(f"{name}.rent", rent * sheet[f"{name}.with_local"], "£", f"{self._words}: rent to {sheet.parties[self.principal]}",
                       payer=self.local, payee=self.principal, account="revenue", kind="rent", phasing="even", then="not agreed",
                       ends=ends_in(self.transfer_year, self.month, self.lease.term_years))  # fmt: skip
        if self.dowry is not None and (self.dowry.sum is None or not self.dowry.sum.line):
            tags = {"payer": self.dowry.paid_by or self.principal, "payee": self.local, "account": "revenue", "kind": "dowry",
                    "status": self.dowry.status, "ends": self.transfer_year, "then": self.local,
                    "pays_for": f"running {self._words[:1].lower()}{self._words[1:]}"}  # fmt: skip
            if tags["payer"] == self.local:
                raise SheetError(f"mechanisms › {name} › dowry › paid_by: '{self.local}' cannot pay itself. Name another party.")
            if self.dowry.sum is not None:
                self._paid_once(sheet, "dowry.paid", self.dowry.sum, f"{self._words}: dowry", **tags)
            else:
                assert self.dowry.area is not None and self.dowry.price is not None
                area = sheet.given(f"{name}.dowry.area", self.dowry.area, f"{self._words}: area", kind="working")
                price = sheet.given(f"{name}.dowry.price", self.dowry.price, f"{self._words}: price for each m²", kind="working")
                sheet.line(f"{name}.dowry.paid", area * price * once, "£", f"{self._words}: dowry by the square metre", **tags)

    def _paid_once(self, sheet: CaseSheet, key: str, one: Amount, label: str, **tags: Any) -> Line:
        """A sum in the transfer year, unless it says its own years."""
        refuse_taken(sheet, one, "Give a figure.")
        if says_its_years(one):
            return sheet.given(f"{self.name}.{key}", one, label, **tags)
        whole_sum = sheet.given(f"{self.name}.{key}_once", one, f"{label}, whenever it is paid", kind="working")
        return sheet.line(f"{self.name}.{key}", whole_sum * sheet[f"{self.name}.in_transfer_year"], "£", label, **tags)

    def _one_off(self, sheet: CaseSheet) -> None:
        """Repairs, surveys and legal costs, each on the side that pays them, and what they come to on each side."""
        found: dict[str, list[Line]] = {self.principal: [], self.local: []}
        for heading, repair in self.backlog.items():
            where = f"mechanisms › {self.name} › backlog › {heading} › cost"
            if not says_its_years(repair.cost) and sheet.count > 1:
                raise SheetError(f"{where}: a repair is done once, and nothing says when. Add once, from and until, or by_year.")
            found[repair.paid_by].append(counted_or_paid(
                sheet, f"{self.name}.backlog.{heading}", repair.cost, f"{self._words}: backlog, {label_of(heading).lower()}", "payer",
                repair.paid_by, account=repair.account, kind="spending"))  # fmt: skip
        for side, headings, who in (
            ("principal", self.principal_one_off, self.principal),
            ("local", self.local_one_off, self.local),
        ):
            for heading, one in headings.items():
                label = f"{self._words}: {label_of(heading).lower()}, {sheet.parties[who]}"
                tags = {"account": "revenue", "kind": "spending"}
                key = f"{side}_one_off.{heading}"
                if is_taken(sheet, one):  # such as a pension shortfall that is paid where the post is written
                    found[who].append(counted_or_paid(sheet, f"{self.name}.{key}", one, label, "payer", who, **tags))
                else:
                    found[who].append(self._paid_once(sheet, key, one, label, payer=who, **tags))
        for side, who in (("principal", self.principal), ("local", self.local)):
            sheet.line(f"{self.name}.{side}_once", sheet.total(found[who]), "£",
                       f"{self._words}: repairs and costs of the transfer, {sheet.parties[who]}", kind="working")  # fmt: skip

    def test(self, sheet: CaseSheet) -> None:
        """Both sides' results, which need the grants of later stages; and the dowry beside the cost it is to meet."""
        name, words = self.name, self._words
        support = self._support(sheet)
        dowry = by_principal = to_spend = None
        if self.dowry is not None:
            payer = self.dowry.paid_by or self.principal
            dowry = put_dowry(sheet, name, words, self.dowry, self.transfer_year, (payer, self.local))
            by_principal = dowry if payer == self.principal else None
            to_spend = drawn_of(sheet, self.dowry, dowry)
            tell_dowry_twice(sheet, name, words, self.dowry, (payer, self.local))
        self._tell_counted_twice(sheet)
        received = sheet.total([sheet[f"{name}.{key}"] for key in ("premium", "rent") if f"{name}.{key}" in sheet])
        principal, local = sheet.parties[self.principal], sheet.parties[self.local]

        def line(key: str, formula: Any, label: str) -> Line:
            return sheet.line(f"{name}.{key}", formula, "£", f"{words}: {label}", kind="working")

        gross = line("gross_budget", sheet[f"{name}.net_cost"] * sheet[f"{name}.otherwise_open"] + sheet[f"{name}.overheads"],
                     f"budget of {principal} had it not passed, overheads with it")  # fmt: skip
        shed = line("cost_shed", sheet[f"{name}.net_cost"] * sheet[f"{name}.otherwise_open"] - sheet[f"{name}.principal_net_cost"],
                    f"running cost that {principal} sheds")  # fmt: skip
        line("stranded", sheet[f"{name}.overheads"] * sheet[f"{name}.with_local"], f"overheads that stay with {principal}")
        given = line("principal_gives", support + (0 if by_principal is None else by_principal) + sheet[f"{name}.principal_once"],
                     f"grants, dowry, repairs and costs of the transfer, {principal}")  # fmt: skip
        got = line("principal_receives", received, f"rent and premium, {principal}")
        still = line("principal_still_pays", sheet[f"{name}.principal_net_cost"] + sheet[f"{name}.overheads"],
                     f"running cost and overheads still paid by {principal}")  # fmt: skip
        gain = line("principal_saving", saving(gross, still, given, got), f"saving of {principal} (− cost)")
        to_date = line("principal_saving_to_date", sheet.last_year(f"{name}.principal_saving_to_date", first=0.0, unit_of="£") + gain,
                       f"saving of {principal} to date (− cost)")  # fmt: skip
        line("local_to_find", sheet[f"{name}.local_net_cost"] + sheet[f"{name}.local_once"] + got - support
             - (to_spend if to_spend is not None else 0), f"for {local} to find, once grants and dowry are counted")  # fmt: skip
        line("change_for_both", sheet[f"{name}.local_net_cost"] - shed,
             f"running cost of {local} above what {principal} sheds (− below it)")  # fmt: skip
        sheet.check(f"{name}.saving_adds_up", agrees(gain, shed - given + got, within=HALF_A_PENNY),
                    f"{words}: the saving is what is shed, less what is given, with what is received",
                    f"Overheads that {principal} goes on paying are no saving")  # fmt: skip
        borne = sheet[f"{name}.principal_net_cost"] + sheet[f"{name}.net_cost"] * sheet[f"{name}.with_local"]
        sheet.check(f"{name}.one_side_bears_it", agrees(borne, sheet[f"{name}.net_cost"], within=HALF_A_PENNY),
                    f"{words}: in every year one council has it", f"What {principal} still pays, and what passes, is the whole")  # fmt: skip
        last = flag_row(sheet, f"{name}.is_last_year", [one == sheet.years[-1] for one in sheet.years], f"{words}: 1 in the last year",
                    "the sum of all years is tested", f"mechanisms › {name}")  # fmt: skip
        sheet.advise(f"{name}.principal_gains", either(last < 1, to_date >= 0),
                     f"{words}: {principal} saves over the years of the case",
                     "What it gives and its costs of the transfer come to more than what it sheds", council=self.principal)  # fmt: skip
        insured = sheet[f"{name}.local.insurance"] if self.insurance is not None else quantity(0.0, "£")
        sheet.advise(f"{name}.insured", either(sheet[f"{name}.with_local"] < 1, insured > 0),
                     f"{words}: {local} insures it", "Cover held by a principal council does not pass. Give insurance, with the "
                     "reinstatement value in mind", council=self.local)  # fmt: skip

    def _tell_counted_twice(self, sheet: CaseSheet) -> None:
        """A warning for a line, such as a post, that is in the cost of this asset and of one above it, or is in this one's twice."""
        seen: dict[str, str] = {}
        for line in sheet.lines:
            counts, owner = str(line.tags.get("counts", "")), line.name.partition(".")[0]
            if not counts or f"{owner}.with_local" not in sheet:
                continue
            if owner == self.name and counts in seen:
                heading = line.name.removeprefix(f"{self.name}.")
                sheet.advise(f"{self.name}.counted_once.{heading}", agrees(line, quantity(0.0, "£"), within=HALF_A_PENNY),
                             f"{self._words}: {sheet[counts].label} is in the cost of no other asset",
                             f"It is paid once and counted twice, here and as '{seen[counts]}', so that both cost too much. Keep it under one, "
                             "or write two posts", council=self.local)  # fmt: skip
            seen.setdefault(counts, line.name)

    def _support(self, sheet: CaseSheet) -> Any:
        """The grants and service charges that the principal pays the local council for the asset, written by other mechanisms."""
        found, counted = [], {f"{self.name}.dowry.paid": "dowry"}
        if self.dowry is not None and self.dowry.sum is not None and self.dowry.sum.line:
            counted[self.dowry.sum.line] = "dowry"
        for heading, one in self.support.items():
            where = f"mechanisms › {self.name} › support › {heading}"
            if one.line in counted:
                raise SheetError(
                    f"{where}: the line '{one.line}' is counted already, under {counted[one.line]}. Take one of the two out."
                )
            counted[one.line] = f"support › {heading}"
            if not one.line:
                raise SheetError(f"{where}: support is counted here and paid by another mechanism. Write a grant, and take its line: "
                                 "{line: a_grant.paid}.")  # fmt: skip
            found.append(sheet.given(f"{self.name}.support.{heading}", one, f"{self._words}: support, {label_of(heading).lower()}",
                                     kind="working"))  # fmt: skip
            self._refuse_unless_between(sheet[one.line], self.principal, where)
        return sheet.line(
            f"{self.name}.support",
            sheet.total(found),
            "£",
            f"{self._words}: paid for it by {sheet.parties[self.principal]} through other mechanisms",
            kind="working",
        )

    def _refuse_unless_between(self, taken: Line, payer: str, where: str) -> None:
        refuse_unless_of(taken, "payer", payer, where)
        refuse_unless_of(taken, "payee", self.local, where)
