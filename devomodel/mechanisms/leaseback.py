"""Part of a building let back to the council that passed it over: rent, service charge, reviews, and what a break would leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of, quantity, smaller_of, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, block, choice, flag, party, text, whole, year
from devomodel.mechanisms.asset_terms import (
    LONGEST_LEASE,
    MONTHS,
    ends_in,
    flag_row,
    part_of_year,
    refuse_taken,
    refuse_years,
    since,
)
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of
from devomodel.problems import listed, suggestion

NO_BREAK = "no break"
WITH_LANDLORD = ".with_local"
"""The line of an asset transfer that is 1 while the local council has the asset."""


def reviewed_rent(passing: Any, market_rent: Any, is_review: Any, upward_only: bool) -> Any:
    """The rent of a year: what was paid before, or at a review the rent of the market.

    passing      £ a year, in the year before
    market_rent  £ a year, what would be agreed in this year
    is_review    1 in a year of review, 0 in the others
    upward_only  whether a review can only raise it
    returns      £ a year, from the tenant to the landlord

    >>> reviewed_rent(1_000.0, 900.0, 1, upward_only=True), reviewed_rent(1_000.0, 900.0, 1, upward_only=False)
    (1000.0, 900.0)
    """
    return when(is_review > 0, larger_of(passing, market_rent) if upward_only else market_rent, passing)


@dataclass(frozen=True)
class Reviews:
    """When the rent is looked at again, and what it becomes."""

    every: int = whole("Years between reviews, from the first year of the lease")
    market_rent: Amount = amount("£", "Rent that would be agreed in the year")
    upward_only: bool = flag("Whether a review can only raise the rent", False)


@dataclass(frozen=True)
class Leaseback(Mechanism):
    """Writes the rent and service charge between the two, and the costs of empty space on the landlord."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("tenant_pays", "landlord_net", "lost_if_tenant_leaves", "exempt_vat, if any")
    landlord: str = party("Who lets")
    tenant: str = party("Who leases it back")
    first_year: str = year("Year in which the lease begins")
    month: str = choice("Month of that year on the first of which it begins", MONTHS, "april")
    of: str = text("Asset transfer whose building it is part of", "")
    term_years: int = whole("Years of the lease")
    rent: Amount = amount("£", "Rent for a year; it may be nominal or nought")
    reviews: Reviews | None = block(Reviews, "Rent reviews", None)
    service_charge: Amount | None = amount("£", "Service charge for a year", None)
    share_of_costs: Amount | None = amount("share", "Share of running costs paid as service charge", None)
    running_costs: Amount | None = amount("£", "Running costs that the share is of", None)
    break_from: str = year("First year in which the tenant may be gone under a break clause", words=(NO_BREAK,))
    tenant_leaves: str = year("First year in which the tenant is taken to be gone", "")
    break_shown_in: str = text("Option of the case in which the tenant leaves", "")
    void_allowance: Amount | None = amount("share", "Share of it taken to stand empty while it is let", None)
    void_costs: Amount | None = amount("£", "Costs of the landlord for a year when it stands empty", None)
    exempt_purchases: Amount | None = amount("£", "What the landlord buys for the letting in the year, before VAT", None)
    vat_rate: Amount | None = amount("share", "Rate of VAT on that", None)
    status: str = choice("How sure the rent and service charge are", STATUSES, "assumed")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The rent as reviewed, the service charge, the costs of empty space, and what would be lost if the tenant left."""
        self._refuse(sheet)
        name, words = self.name, self.label or label_of(self.name)
        let, void = self._flags(sheet, words)
        empty: Any = 0
        if self.void_allowance is not None:
            empty = sheet.given(f"{name}.void_allowance", self.void_allowance, f"{words}: share taken to stand empty")
        occupied = let * (1 - empty)
        tags: dict[str, Any] = {"payer": self.tenant, "payee": self.landlord, "account": "revenue", "status": self.status,
                                "phasing": "even", "ends": self._ends(), "then": "not agreed",
                                "pays_for": "the part of the building that is let back"}  # fmt: skip
        for_a_year = self._rent(sheet, words, tags["payee"])
        rent = sheet.line(f"{name}.rent", for_a_year * occupied, "£", f"{words}: rent", kind="rent", **tags)
        charge = self._service_charge(sheet, words)
        paid = sheet.line(f"{name}.service_charge", charge * self._of_costs(sheet, occupied), "£", f"{words}: service charge",
                          kind="contribution", **tags)  # fmt: skip
        costs: Any = quantity(0.0, "£")
        if self.void_costs is not None:
            refuse_taken(sheet, self.void_costs, "Give a figure.")
            costs = sheet.given(f"{name}.void_costs_for_a_year", self.void_costs, f"{words}: costs of it empty, for a whole year",
                                kind="working")  # fmt: skip
        borne = sheet.line(f"{name}.void_costs", costs * (void + let * empty), "£", f"{words}: costs of empty space",
                           payer=self.landlord, account="revenue", kind="spending")  # fmt: skip
        sheet.line(f"{name}.tenant_pays", rent + paid, "£", f"{words}: rent and service charge of {sheet.parties[self.tenant]}",
                   kind="working")  # fmt: skip
        sheet.line(f"{name}.landlord_net", rent + paid - borne, "£",
                   f"{words}: rent and service charge, less costs of empty space, {sheet.parties[self.landlord]}", kind="working")  # fmt: skip
        sheet.line(f"{name}.lost_if_tenant_leaves", rent + paid + costs * occupied, "£",
                   f"{words}: for {sheet.parties[self.landlord]} to find in the year if the tenant were gone", kind="working")  # fmt: skip
        if self.exempt_purchases is not None and self.vat_rate is not None:
            bought = sheet.given(f"{name}.exempt_purchases", self.exempt_purchases, f"{words}: bought for the letting, before VAT",
                                 kind="working")  # fmt: skip
            rate = sheet.given(f"{name}.vat_rate", self.vat_rate, f"{words}: rate of VAT")
            sheet.line(
                f"{name}.exempt_vat", bought * rate, "£", f"{words}: VAT on what is bought for the letting", kind="working"
            )

    def _refuse(self, sheet: CaseSheet) -> None:
        where, first = f"mechanisms › {self.name}", first_calendar_year(self.first_year)
        wrong = []
        passed = {
            line.name.removesuffix(WITH_LANDLORD): line for line in sheet.tagged(passed_to=self.landlord, passed_by=self.tenant)
        }
        if self.of and self.of not in passed:
            known = f" Allowed: {listed(passed)}." if passed else " There is none: take it out, or add one."
            wrong.append(("of", f"'{self.of}' is no asset_transfer from '{self.tenant}' to '{self.landlord}'."
                          f" {suggestion(self.of, passed)}".rstrip() + known))  # fmt: skip
        if self.landlord == self.tenant:
            wrong.append(("tenant", f"'{self.tenant}' cannot be its own tenant. Name two parties."))
        if (self.share_of_costs is None) != (self.running_costs is None):
            wrong.append(("share_of_costs", "a share is of something. Give share_of_costs and running_costs together."))
        if self.service_charge is not None and self.share_of_costs is not None:
            wrong.append(("service_charge", "give a sum, or share_of_costs with running_costs, and not both."))
        if (self.exempt_purchases is None) != (self.vat_rate is None):
            wrong.append(("vat_rate", "the VAT on what is bought needs both. Give exempt_purchases and vat_rate together."))
        if self.break_from != NO_BREAK and first_calendar_year(self.break_from) < first:
            wrong.append(("break_from", f"the tenant cannot be gone ({self.break_from}) before the lease begins ({self.first_year})."
                          " Check both years."))  # fmt: skip
        earliest = self.first_year if self.break_from == NO_BREAK else self.break_from
        if self.tenant_leaves and first_calendar_year(self.tenant_leaves) < first_calendar_year(earliest):
            wrong.append(("tenant_leaves", f"{self.tenant_leaves} is before {earliest}, the first year in which it could be gone. "
                          "Give that year or a later one."))  # fmt: skip
        if self.reviews is not None and (self.rent.value is None or self.rent.grows):
            wrong.append(
                ("rent", "a rent with reviews is the one sum that is paid until the first of them. Write it as a value.")
            )
        if wrong:
            raise SheetError(" ".join(f"{where} › {key}: {what}" for key, what in wrong))
        refuse_years(self.term_years, f"{where} › term_years", LONGEST_LEASE)
        if self.reviews is not None:
            refuse_years(self.reviews.every, f"{where} › reviews › every", LONGEST_LEASE)

    def _ends(self) -> str:
        """The last year in which it is paid: of the lease, or the one before the tenant is gone."""
        of_lease = ends_in(self.first_year, self.month, self.term_years)
        if not self.tenant_leaves:
            return of_lease
        return year_label(min(first_calendar_year(of_lease), first_calendar_year(self.tenant_leaves) - 1))

    def _flags(self, sheet: CaseSheet, words: str) -> tuple[Line, Line]:
        """1 while it is let, and once it stands empty; and a warning while the tenant may go and no option shows it."""
        name, at, place = self.name, since(sheet, self.first_year), f"mechanisms › {self.name}"
        gone = [bool(self.tenant_leaves) and one >= self.tenant_leaves for one in sheet.years]
        is_let = [0.0 if left else part_of_year(one, self.month, self.term_years) for one, left in zip(at, gone, strict=True)]
        why = f"{self.term_years} years from {self.first_year}" + (
            f", gone in {self.tenant_leaves}" if self.tenant_leaves else ""
        )
        said = f"{words}: 1 while it is let, and the part of a year in which it is"
        let = flag_row(sheet, f"{name}.let_by_its_dates" if self.of else f"{name}.let", is_let, said, why, place)
        is_void = [0.0 if one < 0 else part_of_year(one, self.month, None) - lets for one, lets in zip(at, is_let, strict=True)]
        why, empty = (
            "from the year the tenant is gone or the lease has ended",
            f"{words}: 1 once it stands empty, and the part of a year in which it does",
        )
        void = flag_row(sheet, f"{name}.void_by_its_dates" if self.of else f"{name}.void", is_void, empty, why, place)
        if self.of:
            owned = sheet[f"{self.of}{WITH_LANDLORD}"]
            let = sheet.line(f"{name}.let", smaller_of(let, owned), "number", said, kind="working")
            void = sheet.line(f"{name}.void", smaller_of(void, owned), "number", empty, kind="working")
        elif passed := sheet.tagged(passed_to=self.landlord, passed_by=self.tenant):
            sheet.advise(f"{name}.landlord_has_it", let <= larger_of(0, *passed),
                         f"{words}: {sheet.parties[self.landlord]} has the building while it lets part of it",
                         "The lease runs before the building passes, or in more of the year. "
                         f"Add of: {passed[0].name.removesuffix(WITH_LANDLORD)}, and it is let only while the landlord has it",
                         council=self.landlord)  # fmt: skip
        open_to_break = self.break_from != NO_BREAK and not self.tenant_leaves and not self.break_shown_in
        may = flag_row(sheet, f"{name}.may_break", [open_to_break and lets > 0 and one >= self.break_from
                                                    for one, lets in zip(sheet.years, is_let, strict=True)],
                       f"{words}: 1 when the tenant may be gone and no option shows it", f"break: {self.break_from}", place)  # fmt: skip
        sheet.advise(f"{name}.break_is_shown", may < 1, f"{words}: the tenant's break is shown in an option",
                     "The tenant may be gone, and the rent, the service charge and the empty space then fall on the landlord. Add an "
                     "option with tenant_leaves, and name it in break_shown_in", council=self.landlord)  # fmt: skip
        return let, void

    def _rent(self, sheet: CaseSheet, words: str, landlord: str) -> Line:
        """The rent for a whole year, as it stands after any review."""
        refuse_taken(sheet, self.rent, "Give a figure.")
        given = sheet.given(f"{self.name}.rent_at_start", self.rent, f"{words}: rent for a whole year", kind="working")
        if self.reviews is None:
            return given
        market = sheet.given(
            f"{self.name}.market_rent", self.reviews.market_rent, f"{words}: rent that would be agreed", kind="working"
        )
        every = self.reviews.every
        is_review = flag_row(sheet, f"{self.name}.is_review",
                             [0 < one < self.term_years and one % every == 0 for one in since(sheet, self.first_year)],
                             f"{words}: 1 in a year of review", f"every {every} years", f"mechanisms › {self.name} › reviews")  # fmt: skip
        before = sheet.last_year(f"{self.name}.rent_for_a_year", first=given)
        reviewed = sheet.line(f"{self.name}.rent_for_a_year", reviewed_rent(before, market, is_review, self.reviews.upward_only), "£",
                              f"{words}: rent for a whole year, as reviewed", kind="working")  # fmt: skip
        after_review = part_of_year(0, self.month, None)
        if after_review == 1:
            return reviewed
        return sheet.line(f"{self.name}.rent_in_the_year", before + (reviewed - before) * after_review, "£",
                          f"{words}: rent for a whole year, as it was until the month of the review", kind="working")  # fmt: skip

    def _of_costs(self, sheet: CaseSheet, occupied: Any) -> Any:
        """The part of a year's running costs that the share is of; what the landlord pays of them is for its own part of the year already."""
        if not self.of or self.running_costs is None or not self.running_costs.line.startswith(f"{self.of}.local"):
            return occupied
        owned = sheet[f"{self.of}{WITH_LANDLORD}"]
        return when(owned > 0, occupied / owned, 0)

    def _service_charge(self, sheet: CaseSheet, words: str) -> Line:
        """The service charge for a whole year: a sum, or a share of running costs; nought where none is given."""
        name = f"{self.name}.service_charge_for_a_year"
        label = f"{words}: service charge for a whole year"
        if self.share_of_costs is not None and self.running_costs is not None:
            share = sheet.given(f"{self.name}.share_of_costs", self.share_of_costs, f"{words}: share of running costs")
            costs = sheet.given(
                f"{self.name}.running_costs", self.running_costs, f"{words}: running costs shared", kind="working"
            )
            return sheet.line(name, costs * share, "£", label, kind="working")
        if self.service_charge is None:
            return sheet.nought(name, "£", label, "the lease asks for none", kind="working")
        refuse_taken(sheet, self.service_charge, "Give a figure, or share_of_costs.")
        return sheet.given(name, self.service_charge, label, kind="working")
