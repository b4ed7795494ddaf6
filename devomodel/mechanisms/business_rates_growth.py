"""Growth in business rates that an area keeps: levy, tariff, resets, ring-fence, and what may be borrowed against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, larger_of, quantity, to_pence, when
from devomodel.fields import amount, block, blocks, choice, party, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of


def growth_over_baseline(rates: Any, baseline: Any, appeals: Any = 0) -> Any:
    """Business rates above the baseline, once the provision for appeals is taken off them; nought below it.

        growth = the larger of rates × (1 − provision for appeals) − baseline, and nought

    rates     £ a year due from the area, after reliefs
    baseline  £ a year, as last set or reset
    appeals   part of the rates put by for successful appeals, as a decimal
    returns   £ a year

    >>> growth_over_baseline(1_200_000, 1_000_000, 0.05), growth_over_baseline(900_000, 1_000_000)
    (140000.0, 0)
    """
    return larger_of(rates * (1 - appeals) - baseline, 0)


def growth_retained(growth: Any, local_share: Any, displaced: Any = 0) -> Any:
    """The part of the growth that is new to the area and stays with it.

        retained = growth × (1 − part displaced) × local share

    growth       £ a year over the baseline
    local_share  part that stays locally, as a decimal
    displaced    part that only moved from elsewhere in the area, and is lost to it there
    returns      £ a year to the penny, received by the council

    >>> growth_retained(140_000, 0.4, 0.25)
    42000.0
    """
    return to_pence(growth * (1 - displaced) * local_share)


def counted_on(kept: Any, levy: Any, tariff: Any, haircut: Any) -> Any:
    """What can be counted on of a year's growth: the haircut falls on the growth and its levy, and the tariff is owed in full.

        counted on = (retained − levy) × (1 − haircut) − tariff

    kept     £ of growth retained
    levy     £ paid out of it
    tariff   £ paid whatever the growth is
    haircut  part not counted on, as a decimal
    returns  £ a year; below nought the tariff takes more than is counted on

    >>> counted_on(kept=120, levy=20, tariff=40, haircut=0.5)
    10.0
    """
    return (kept - levy) * (1 - haircut) - tariff


def worth_today(counted: Any, rate: Any, years_on: Any) -> Any:
    """What a year's growth adds to the sum that can be borrowed against it.

        worth = growth counted on ÷ (1 + rate) ^ years on

    counted   £ of the year, received at its end
    rate      a year, as a decimal
    years_on  1 for the first year
    returns   £ at the start of the first year

    >>> worth_today(121, 0.1, 2)
    100.0
    """
    return to_pence(counted / (1 + rate) ** years_on)


@dataclass(frozen=True)
class Reset:
    """A year in which growth is taken into the baseline."""

    year: str = year("Year from which the higher baseline holds")
    wiped_share: Amount = amount("share", "Part of the growth of the year before that is taken into the baseline")


@dataclass(frozen=True)
class RingFence:
    """An enterprise zone or the like: growth that goes to a fund, outside levies and resets, for some years."""

    until: str = year("Last year of the ring-fence")
    fund: str = party("Who holds the fund")


@dataclass(frozen=True)
class AgainstGrowth:
    """What is borrowed against the growth to come."""

    haircut: Amount = amount("share", "Part of the growth that is not counted on")
    discount_rate: Amount = amount("share", "Rate a year at which later growth is worth less")
    years: int = whole("Years of growth that are counted, from the first year of the case")
    borrowed: Amount = amount("£", "Sum borrowed against it, in the year it is drawn")
    debt_service: Amount = amount("£", "Yearly cost of what is borrowed")


@dataclass(frozen=True)
class BusinessRatesGrowth(Mechanism):
    """Writes the growth, what is kept and what is passed on, and tests what is borrowed against it."""

    stage: ClassVar[str] = "income"
    tells: ClassVar[tuple[str, ...]] = ("growth", "retained", "free", "borrowing.limit_to_date",
                                        "borrowing.borrowed_to_date", "borrowing.surplus")  # fmt: skip
    council: str = party("Council that keeps the growth")
    ratepayers: str = party("Who pays the rates, where they are a party of the case", "")
    government: str = party("Who takes the levy and the tariff, where it is a party of the case", "")
    rates: Amount = amount("£", "Business rates due in the year, after reliefs")
    baseline: Amount = amount("£", "Business rates baseline, before any reset")
    local_share: Amount = amount("share", "Part of the growth that stays locally")
    appeals_share: Amount | None = amount("share", "Part of the rates put by for appeals", None)
    displaced_share: Amount | None = amount("share", "Part of the growth that only moved from elsewhere in the area", None)
    levy_rate: Amount | None = amount("share", "Levy on the growth retained", None)
    tariff: Amount | None = amount("£", "Tariff paid out of the growth", None)
    growth_before: Amount | None = amount("£", "Growth over the baseline in the year before the first", None)
    resets: Mapping[str, Reset] = blocks(Reset, "Resets of the baseline by name", {})
    ring_fence: RingFence | None = block(RingFence, "Ring-fence", None)
    borrowing: AgainstGrowth | None = block(AgainstGrowth, "What is borrowed against the growth", None)
    status: str = choice("How sure it is", STATUSES)

    def write(self, sheet: CaseSheet) -> None:
        """The growth, what is retained, the levy, tariff and ring-fence, and the limit of what it can carry."""
        self._refuse(sheet)
        name, words = self.name, label_of(self.name)
        given = sheet.givens(name, self, f"{words}: ")
        fenced = self._row(sheet, "fenced", [self.ring_fence is not None and one <= self.ring_fence.until for one in sheet.years],
                           f"{words}: 1 while it is ring-fenced", "until the year given; never where there is no ring-fence")  # fmt: skip
        baseline = self._baseline(sheet, words, given, fenced)
        growth = sheet.line(f"{name}.growth", growth_over_baseline(given["rates"], baseline, _or_nought(given["appeals_share"])), "£",
                            f"{words}: growth over the baseline", kind="working")  # fmt: skip
        tags = {"account": "revenue", "status": self.status, "phasing": "even"}
        kept = sheet.line(f"{name}.retained", growth_retained(growth, given["local_share"], _or_nought(given["displaced_share"])), "£",
                          f"{words}: growth retained", payee=self.council, kind="income", **_side("payer", self.ratepayers), **tags)  # fmt: skip
        to_government = {"payer": self.council, "kind": "contribution", **_side("payee", self.government), **tags}
        levy: Any = 0
        tariff: Any = 0
        if given["levy_rate"] is not None:
            levy = sheet.line(f"{name}.levy", to_pence(kept * given["levy_rate"] * (1 - fenced)), "£",
                              f"{words}: levy on the growth", **to_government)  # fmt: skip
        if given["tariff"] is not None:
            tariff = sheet.line(f"{name}.tariff_paid", given["tariff"] * (1 - fenced), "£", f"{words}: tariff paid",
                                **to_government)  # fmt: skip
        out = [one for one in (levy, tariff) if isinstance(one, Line)]
        pledged = sheet.line(f"{name}.after_levy_and_tariff", kept - sheet.total(out), "£",
                             f"{words}: growth after levy and tariff", kind="working")  # fmt: skip
        fund: Any = 0
        if self.ring_fence is not None:
            fund = sheet.line(f"{name}.ring_fenced", pledged * fenced, "£", f"{words}: put in the ring-fenced fund", payer=self.council,
                              payee=self.ring_fence.fund, kind="contribution", **tags)  # fmt: skip
        free = sheet.line(f"{name}.free", pledged - fund, "£", f"{words}: growth free for any purpose", kind="working")
        sheet.check(f"{name}.parts_add_up", agrees(free + fund + sheet.total(out), kept, within=HALF_A_PENNY),
                    f"{words}: what is free, fenced and paid over comes to the growth retained", "Nothing is spent twice",
                    council=self.council)  # fmt: skip
        if self.borrowing is not None:
            self._write_limit(sheet, words, kept, levy, tariff, self.borrowing)

    def test(self, sheet: CaseSheet) -> None:
        """What is borrowed beside its limit, and the cost of it beside the growth; a loan is written after the growth is."""
        if self.borrowing is None:
            return
        name, words = f"{self.name}.borrowing", label_of(self.name)
        borrowed = sheet.given(f"{name}.borrowed", self.borrowing.borrowed, f"{words}: borrowed against it", kind="working")
        cost = sheet.given(
            f"{name}.debt_service", self.borrowing.debt_service, f"{words}: cost of what is borrowed", kind="working"
        )
        to_date = sheet.line(f"{name}.borrowed_to_date", sheet.last_year(f"{name}.borrowed_to_date", first=0.0, unit_of="£") + borrowed,
                             "£", f"{words}: borrowed against it, to date", kind="working")  # fmt: skip
        pledged, limit, penny = (
            sheet[f"{self.name}.after_levy_and_tariff"],
            sheet[f"{name}.limit_to_date"],
            quantity(HALF_A_PENNY, "£"),
        )
        sheet.line(f"{name}.surplus", pledged - cost, "£", f"{words}: growth less the cost of what is borrowed (− short)",
                   kind="working")  # fmt: skip
        sheet.check(f"{name}.within_limit", either(sheet[f"{name}.all_counted"] <= 0, to_date <= limit + penny),
                    f"{words}: no more is borrowed than the growth counted on can repay",
                    "Growth counted on, each year discounted to the start of the first; what is borrowed later counts as well",
                    council=self.council)  # fmt: skip
        sheet.advise(f"{name}.is_covered", sheet[f"{name}.counted_on"] >= cost - penny,
                     f"{words}: the growth counted on covers the cost of what is borrowed",
                     "Growth can be wiped by a reset, an appeal or a closure, and the loan goes on", council=self.council)  # fmt: skip

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        for key, other in (("ratepayers", self.ratepayers), ("government", self.government),
                           ("ring_fence › fund", self.ring_fence.fund if self.ring_fence else "")):  # fmt: skip
            if other == self.council:
                raise SheetError(f"{where} › {key}: '{other}' cannot pay itself. Name another party, or leave it out.")
        years = [one.year for one in self.resets.values()]
        for key, one in self.resets.items():
            if years.count(one.year) > 1:
                raise SheetError(f"{where} › resets › {key} › year: two resets fall in {one.year}. Keep one.")
        if sheet.years[0] in years and self.growth_before is None:
            raise SheetError(
                f'{where}: a reset in the first year takes in the growth of the year before. Add growth_before: "£…".'
            )
        if self.borrowing is not None and not 1 <= self.borrowing.years <= sheet.count:
            raise SheetError(f"{where} › borrowing › years: {self.borrowing.years} years of growth cannot be counted in a case of "
                             f"{sheet.count}. Allowed: 1 to {sheet.count}; or give the case more years.")  # fmt: skip

    def _row(self, sheet: CaseSheet, key: str, holds: list[Any], label: str, why: str) -> Line:
        origin = Origin(BY_RULE, note=why, place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{key}", [float(one) for one in holds], "number", label, origin=origin, kind="working")

    def _baseline(self, sheet: CaseSheet, words: str, given: Mapping[str, Any], fenced: Line) -> Any:
        """The baseline given, and what resets have added to it."""
        if not self.resets:
            return given["baseline"]
        name, added = self.name, []
        for key, one in self.resets.items():
            share = sheet.given(
                f"{name}.resets.{key}.wiped_share", one.wiped_share, f"{words}, {label_of(key).lower()}: part wiped"
            )
            flag = self._row(sheet, f"resets.{key}.is_reset", [at == one.year for at in sheet.years],
                             f"{words}, {label_of(key).lower()}: 1 in the year of the reset", f"reset in {one.year}")  # fmt: skip
            added.append(share * flag)
        before = sheet.last_year(f"{name}.growth", first=_or_nought(given["growth_before"]), unit_of="£")
        so_far = sheet.last_year(f"{name}.baseline_raised", first=0.0, unit_of="£")
        wiped = added[0]
        for one_more in added[1:]:
            wiped = wiped + one_more
        raised = sheet.line(f"{name}.baseline_raised", so_far + before * wiped * (1 - fenced), "£",
                            f"{words}: added to the baseline by resets", kind="working")  # fmt: skip
        return given["baseline"] + raised

    def _write_limit(self, sheet: CaseSheet, words: str, kept: Line, levy: Any, tariff: Any, terms: AgainstGrowth) -> None:
        """The most that the growth counted on can repay, built up year by year; the last counted year has the whole."""
        name = f"{self.name}.borrowing"
        haircut = sheet.given(f"{name}.haircut", terms.haircut, f"{words}: part of the growth not counted on")
        rate = sheet.given(f"{name}.discount_rate", terms.discount_rate, f"{words}: rate at which later growth is worth less")
        why = f"{terms.years} years from {sheet.years[0]}"
        number = self._row(sheet, "borrowing.year_number", [at + 1 for at in range(sheet.count)], f"{words}: year, from 1", why)
        counted = self._row(sheet, "borrowing.is_counted", [at < terms.years for at in range(sheet.count)],
                            f"{words}: 1 in a year that is counted", why)  # fmt: skip
        self._row(sheet, "borrowing.all_counted", [at >= terms.years - 1 for at in range(sheet.count)],
                  f"{words}: 1 from the last year that is counted", why)  # fmt: skip
        sure = sheet.line(f"{name}.counted_on", counted_on(kept, levy, tariff, haircut), "£", f"{words}: growth counted on",
                          kind="working")  # fmt: skip
        worth = sheet.line(f"{name}.worth_today", when(counted > 0, worth_today(sure, rate, number), 0), "£",
                           f"{words}: what the year's growth is worth at the start of the first", kind="working")  # fmt: skip
        sheet.line(f"{name}.limit_to_date", sheet.last_year(f"{name}.limit_to_date", first=0.0, unit_of="£") + worth, "£",
                   f"{words}: what the growth so far can repay; in the last year counted, the limit", kind="working")  # fmt: skip


def _or_nought(line: Line | None) -> Any:
    """Nought where a share or a sum is not given, which is what leaving it out means."""
    return 0 if line is None else line


def _side(side: str, key: str) -> dict[str, str]:
    return {side: key} if key else {}
