"""VAT on exempt activities, such as letting rooms: recovered while it is small, and a cost when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, either, total, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, amounts, block, choice, flag, party, schedule
from devomodel.mechanisms.base import ACCOUNTS, CaseSheet, Mechanism, label_of

POUNDS, FRACTION = "vat.exempt_input_tax_insignificant", "vat.exempt_input_tax_fraction"
YEARS_BEFORE = 4
YEARS_AVERAGED = 7
"""The year itself, four before it and two after: HMRC manual VATGPB4570."""


def is_insignificant(exempt_vat: Any, all_vat: Any, pounds: Any, share: Any) -> Any:
    """Whether the VAT on exempt activities is small enough to be recovered.

    It is when it is no more than the pounds, or less than the share of all VAT: the greater of the two is the limit.

    exempt_vat  £ of VAT in the year on what is bought for exempt activities, overheads shared
    all_vat     £ of all VAT in the year, on non-business activities too
    pounds      £ a year
    share       a share, as a decimal

    Law: Value Added Tax Act 1994, s.33(2). Source: HMRC manual VATGPB4510.

    >>> is_insignificant(7_500, 10_000, 7_500, 0.05), is_insignificant(8_000, 160_000, 7_500, 0.05)
    (True, False)
    """
    return either(exempt_vat <= pounds, exempt_vat < share * all_vat)


@dataclass(frozen=True)
class SevenYears:
    """The years round those of the case, for the average that excuses a single large year."""

    before: Amount = schedule("£", "VAT on exempt activities in each of the four years before the first")
    next_year: Amount = amount("£", "VAT on exempt activities forecast for the year after, said for each year")
    year_after_next: Amount = amount("£", "VAT on exempt activities forecast for the year after that, said for each year")


@dataclass(frozen=True)
class VatPartialExemption(Mechanism):
    """Writes the VAT that cannot be recovered as spending of the council, so that its precept pays for it.

    For bodies under section 33 of the Act: parish, town and principal councils. A charity or a hall committee is not one.
    """

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("share_of_all", "room", "insignificant", "not_recovered", "average",
                                        "average_within_limit")  # fmt: skip
    council: str = party("Council that recovers VAT under section 33")
    exempt_vat: Amount | None = amount("£", "VAT on what is bought for exempt activities", None)
    exempt_vat_of: Mapping[str, Amount] = amounts("£", "VAT on what is bought for each exempt activity, in place of one sum", {})
    all_vat: Amount = amount("£", "All VAT the council pays in the year")
    account: str = choice("Account that bears what is not recovered", ACCOUNTS[:2], "revenue")
    seven_years: SevenYears | None = block(SevenYears, "Figures for the average of seven years", None)
    average_accepted: bool = flag("HMRC accepts the average of seven years, so that a year within it is recovered", False)

    def write(self, sheet: CaseSheet) -> None:
        """Both limits, the VAT that is lost, and what the average of seven years says of it."""
        who, name, place = sheet.parties[self.council], self.name, f"mechanisms › {self.name}"
        if self.average_accepted and self.seven_years is None:
            raise SheetError(
                f"{place} › average_accepted: the average needs its figures. Give seven_years, or take average_accepted out."
            )
        self._refuse_second(sheet)
        exempt = self._exempt(sheet, who)
        every = sheet.given(f"{name}.all_vat", self.all_vat, f"{who}: all VAT paid")
        pounds = sheet.parameter(
            f"{name}.pounds_limit", POUNDS, "VAT on exempt activities that is small enough to recover", "£", place=place
        )
        share = sheet.parameter(
            f"{name}.share_limit",
            FRACTION,
            "VAT on exempt activities, as a share of all VAT, to stay below",
            "share",
            place=place,
        )
        sheet.line(
            f"{name}.share_of_all",
            when(every > 0, exempt / every, 0.0),
            "share",
            f"{who}: VAT on exempt activities as a share of all VAT",
        )
        sheet.line(f"{name}.room", pounds - exempt, "£", f"{who}: room left under the limit in pounds")
        small = sheet.line(
            f"{name}.insignificant",
            is_insignificant(exempt, every, pounds, share),
            "yes or no",
            f"{who}: VAT on exempt activities is small enough to recover",
            exempt_vat_of_all=self.council,
        )
        recovered: Any = small
        if self.seven_years is not None:
            average = self._average(sheet, who, self.seven_years, exempt)
            excused = sheet.line(
                f"{name}.average_within_limit",
                average <= pounds,
                "yes or no",
                f"{who}: the average of seven years is within the limit",
            )
            recovered = either(small, excused) if self.average_accepted else small
            sheet.advise(
                f"{name}.no_average_to_ask_for",
                either(recovered, average > pounds),
                f"{who}: no VAT is lost that the average of seven years might excuse",
                "The average is within the limit: ask HMRC before the cost is budgeted, and set average_accepted when it agrees",
                council=self.council,
            )
        sheet.line(
            f"{name}.not_recovered",
            when(recovered, 0.0, exempt),
            "£",
            f"{who}: VAT that cannot be recovered",
            payer=self.council,
            account=self.account,
            kind="spending",
        )
        sheet.advise(
            f"{name}.all_recovered",
            recovered,
            f"{who}: all VAT is recovered",
            "Above both limits the whole of the VAT on exempt activities is a cost, not only what is over",
            council=self.council,
        )
        sheet.check(
            f"{name}.part_of_all",
            exempt <= every,
            f"{who}: the VAT on exempt activities is part of all VAT",
            "All VAT includes it",
            council=self.council,
        )

    def _refuse_second(self, sheet: CaseSheet) -> None:
        """Refuse a second test of one council: each would look at a part of the VAT, and find it small."""
        other = next(iter(sheet.tagged(exempt_vat_of_all=self.council)), None)
        if other is not None:
            first = other.name.removesuffix(".insignificant")
            raise SheetError(
                f"mechanisms › {self.name} › council: the VAT of '{self.council}' is tested by '{first}' already, and both limits are "
                f"for all of its exempt activities together. Take this one out, and write its VAT under exempt_vat_of of '{first}'."
            )

    def _exempt(self, sheet: CaseSheet, who: str) -> Line:
        """The VAT on all exempt activities: one sum, or one for each of them."""
        name, label = f"{self.name}.exempt_vat", f"{who}: VAT on exempt activities"
        if (self.exempt_vat is None) == (not self.exempt_vat_of):
            raise SheetError(
                f"mechanisms › {self.name} › exempt_vat: give the VAT on all exempt activities in one sum, or exempt_vat_of with a "
                "sum for each of them. Not both, and not neither."
            )
        if self.exempt_vat is not None:
            return sheet.given(name, self.exempt_vat, label)
        parts = [
            sheet.given(f"{name}_of.{activity}", one, f"{label}, {label_of(activity).lower()}", kind="working")
            for activity, one in self.exempt_vat_of.items()
        ]
        return sheet.line(name, sheet.total(parts), "£", label)

    def _average(self, sheet: CaseSheet, who: str, years: SevenYears, exempt: Line) -> Line:
        """The mean of the year, the four before it and the two after."""
        before = self._before(sheet, who, years)
        after = [
            sheet.given(f"{self.name}.{key}", getattr(years, key), f"{who}: VAT on exempt activities, forecast {words}")
            for key, words in (("next_year", "a year on"), ("year_after_next", "two years on"))
        ]
        past = [sheet.years_ago(exempt, back, before[:back]) for back in range(1, YEARS_BEFORE + 1)]
        return sheet.line(
            f"{self.name}.average",
            total(exempt, *past, *after) / YEARS_AVERAGED,
            "£",
            f"{who}: VAT on exempt activities, average of seven years",
        )

    def _before(self, sheet: CaseSheet, who: str, years: SevenYears) -> list[Line]:
        """The four years before the first, the latest first, each a line."""
        start = first_calendar_year(sheet.first_year)
        wanted = [year_label(start - back) for back in range(1, YEARS_BEFORE + 1)]
        given = years.before.by_year or {}
        if set(given) != set(wanted):
            raise SheetError(
                f"mechanisms › {self.name} › seven_years › before: the four years before {sheet.first_year} are needed, and no "
                f"others: {wanted[-1]} to {wanted[0]}. Give a figure for each, nought where there was none."
            )
        return [
            sheet.input(
                f"{self.name}.{back}_before",
                given[year],
                "£",
                f"{who}: VAT on exempt activities in {year}",
                origin=sheet.origin(years.before),
                kind="working",
            )
            for back, year in zip(("one", "two", "three", "four"), wanted, strict=True)
        ]
