"""Equipment that one party buys and several use: a charge for each day or hour, and what the idle time costs its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, both, quantity, to_pence, total
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, amounts, choice, party, text, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.taken import flow_or_taken, is_taken

UNITS = {"days": "day", "hours": "hour"}
LONGEST_LIFE = 60
RUNNING = {"maintenance": "maintenance and fuel", "storage": "storage", "insurance": "insurance"}


def yearly_cost_of_equipment(price: Any, grant: Any, life_years: Any, running_costs: Any) -> Any:
    """What equipment costs in a year of its life.

        yearly cost = (price − grant towards it) ÷ years of life + maintenance + storage + insurance

    price, grant   £, once
    life_years     years
    running_costs  £ a year
    returns        £ a year

    >>> yearly_cost_of_equipment(price=10_000, grant=2_000, life_years=8, running_costs=500)
    1500.0
    """
    return (price - grant) / life_years + running_costs


def charge_per_use(yearly_cost: Any, available: Any) -> Any:
    """The charge for a day, or an hour, at which equipment would pay for itself if it were never idle.

        charge = yearly cost ÷ days that it could be used, to the penny

    >>> charge_per_use(1_500, available=60)
    25.0
    """
    return to_pence(yearly_cost / available)


def time_that_pays(yearly_cost: Any, hire_price: Any) -> Any:
    """The days, or hours, a year above which owning costs less than hiring.

    >>> time_that_pays(1_500, hire_price=60)
    25.0
    """
    return yearly_cost / hire_price


@dataclass(frozen=True)
class SharedEquipment(Mechanism):
    """Writes the purchase, the yearly cost, the charge, what each user pays and what idle time leaves with the owner."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("yearly_cost", "charge", "idle_cost", "time_that_pays", "*.saving", "saving")
    owner: str = party("Who buys and keeps it")
    price: Amount = amount("£", "Price, paid once")
    bought: str = year("Year in which it is bought")
    life_years: int = whole("Years it lasts, that of the purchase included")
    account: str = choice("Account the price is paid from", ("revenue", "capital"))
    grant: Amount | None = amount("£", "Grant towards the price, paid once", None)
    funder: str = party("Who pays the grant, where it is a party of the case", "")
    maintenance: Amount | None = amount("£", "Maintenance and fuel in the year", None)
    storage: Amount | None = amount("£", "Storage in the year", None)
    insurance: Amount | None = amount("£", "Insurance in the year", None)
    counted_in: str = choice("What use is counted in", tuple(UNITS))
    available: Amount = amount("number", "Days or hours in the year that it could be used", above=0)
    used: Mapping[str, Amount] = amounts("number", "Days or hours each party uses it in the year", by_party=True)
    charge: Amount | None = amount("£", "Charge agreed for a day or an hour, in place of one that is worked out", None)
    hire_price: Amount | None = amount("£", "What a day or an hour costs to hire elsewhere", None, above=0)
    status: str = choice("How sure the charges are", STATUSES, "assumed")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The purchase, the cost of a year, the charge, the use, the money, and the comparison with hiring."""
        self._refuse()
        name, words, one = self.name, self.label or label_of(self.name), UNITS[self.counted_in]
        a_time = "an hour" if one == "hour" else "a day"
        first = first_calendar_year(self.bought)
        life = [year_label(at) for at in range(first, first + self.life_years)]
        in_use = self._flags(sheet, "in_use", f"{words}: 1 in the years of its life", [label in life for label in sheet.years])
        price, grant = self._purchase(sheet, words)
        running = self._running(sheet, in_use, words)
        of_price = yearly_cost_of_equipment(price, grant, float(self.life_years), 0.0) * in_use
        cost = sheet.line(
            f"{name}.yearly_cost",
            of_price + running,
            "£",
            f"{words}: cost of the year, with its part of the price",
            kind="working",
        )
        available = sheet.given(
            f"{name}.available", replace(self.available, unit=one), f"{words}: {one}s it could be used", kind="working"
        )
        worked: Any = charge_per_use(cost, available)
        if self.charge is not None:
            agreed = replace(self.charge, unit=f"£/{one}")
            worked = to_pence(sheet.given(f"{name}.charge_agreed", agreed, f"{words}: charge agreed", kind="working") * in_use)
        charge = sheet.line(f"{name}.charge", worked, f"£/{one}", f"{words}: charge for {a_time}", kind="working")
        used = {
            key: sheet.given(
                f"{name}.{key}.used", replace(time, unit=one), f"{words}: {one}s used by {sheet.parties[key]}", kind="working"
            )
            for key, time in self.used.items()
        }
        paid = {key: self._charged(sheet, key, time, charge, words) for key, time in used.items()}
        sheet.line(
            f"{name}.idle_cost", cost - total(*paid.values()), "£", f"{words}: left with its owner for idle time (− a surplus)",
            kind="working",
        )  # fmt: skip
        sheet.check(
            f"{name}.within_its_time",
            both(total(*used.values()) <= available, *(time >= 0 for time in used.values())),
            f"{words}: no more time is used than there is",
            f"The {one}s of each user are nought or more, and of all together at most those it could be used",
            council=self.owner,
        )
        self._advise_on_the_next(sheet, life, words)
        if self.hire_price is not None:
            self._beside_hire(sheet, used, paid, cost, in_use, words, one)

    def _refuse(self) -> None:
        where = f"mechanisms › {self.name}"
        if not 1 <= self.life_years <= LONGEST_LIFE:
            raise SheetError(
                f"{where} › life_years: equipment does not last {self.life_years:,} years. Allowed: 1 to {LONGEST_LIFE}."
            )
        for key in ("price", "grant"):
            one: Amount | None = getattr(self, key)
            if one is not None and (one.value is None or one.grows or one.start or one.until or one.once):
                raise SheetError(f"{where} › {key}: it is one sum, paid in the year said by bought. Write it as a value alone.")
        if self.funder and self.grant is None:
            raise SheetError(f"{where} › funder: a funder is named and no grant is given. Add grant, or take the funder out.")
        if self.funder and self.funder == self.owner:
            raise SheetError(f"{where} › funder: '{self.owner}' cannot give a grant to itself. Name another party.")
        if not self.used:
            raise SheetError(f"{where} › used: nobody uses it. Give the {self.counted_in} of at least one party.")

    def _flags(self, sheet: CaseSheet, ending: str, label: str, holds: list[bool]) -> Line:
        why = Origin(BY_RULE, note=f"bought in {self.bought}, lasts {self.life_years} years", place=f"mechanisms › {self.name}")
        return sheet.input(f"{self.name}.{ending}", [float(one) for one in holds], "number", label, kind="working", origin=why)

    def _purchase(self, sheet: CaseSheet, words: str) -> tuple[Line, Any]:
        """The price and the grant as sums, and as money in the year of the purchase."""
        name = self.name
        price = sheet.given(f"{name}.price", self.price, f"{words}: price", kind="working")
        buys = self._flags(
            sheet, "is_bought", f"{words}: 1 in the year it is bought", [one == self.bought for one in sheet.years]
        )
        sheet.line(
            f"{name}.purchase", price * buys, "£", f"{words}: bought", payer=self.owner, account=self.account, kind="spending"
        )
        if self.grant is None:
            return price, quantity(0.0, "£")
        grant = sheet.given(f"{name}.grant", self.grant, f"{words}: grant towards the price", kind="working")
        flow: dict[str, Any] = {"payee": self.owner, "account": self.account, "kind": "grant", "status": self.status}
        if self.funder:
            flow["payer"] = self.funder
        told = {"ends": self.bought, "pays_for": words}
        if self.account == "revenue":
            told["settles"] = f"{name}.purchase"  # paid once for a thing bought once: nobody rests on it, so its end is no cliff
        sheet.line(f"{name}.grant_received", grant * buys, "£", f"{words}: grant received", **flow, **told)
        sheet.check(
            f"{name}.grant_within_price",
            grant <= price,
            f"{words}: the grant is not more than the price",
            "A funder pays at most what it costs",
            council=self.owner,
        )
        return price, grant

    def _running(self, sheet: CaseSheet, in_use: Line, words: str) -> Any:
        """What it costs to keep, in the years of its life; what another mechanism pays already is not paid again."""
        found = []
        for key, noun in RUNNING.items():
            given: Amount | None = getattr(self, key)
            if given is None:
                continue
            label = f"{words}: {noun}"
            if is_taken(sheet, given):
                taken = flow_or_taken(sheet, f"{self.name}.{key}", given, label, side="payer", role="owner", payer=self.owner,
                                      account="revenue")  # fmt: skip
                found.append(taken * in_use)
                continue
            a_year = sheet.given(f"{self.name}.{key}", given, f"{label}, in a year of its life", kind="working")
            tags = {"payer": self.owner, "account": "revenue", "kind": "spending"}
            found.append(sheet.line(f"{self.name}.{key}_paid", a_year * in_use, "£", label, **tags))
        return total(*found) if found else quantity(0.0, "£")

    def _charged(self, sheet: CaseSheet, key: str, time: Line, charge: Line, words: str) -> Line:
        """What a party pays for its use; the owner's own use is set against the cost and passes to nobody."""
        who, due = sheet.parties[key], to_pence(time * charge)
        if key == self.owner:
            return sheet.line(f"{self.name}.{key}.own_use", due, "£", f"{words}: own use of {who} at the charge", kind="working")
        tags = {"payee": self.owner, "account": "revenue", "kind": "fee", "status": self.status}
        return sheet.line(f"{self.name}.{key}.paid", due, "£", f"{words}: charge to {who}", payer=key, **tags)

    def _advise_on_the_next(self, sheet: CaseSheet, life: list[str], words: str) -> None:
        """Where the life ends inside the case, somebody must buy the next."""
        if life[-1] >= sheet.years[-1]:
            return
        worn = self._flags(sheet, "worn_out", f"{words}: 1 once its life is over", [one > life[-1] for one in sheet.years])
        sheet.advise(
            f"{self.name}.next_is_bought",
            worn < 1,
            f"{words}: nobody's budget buys the next when this one's life is over",
            "After its life nothing is charged or spent here; add the purchase of the next",
            council=self.owner,
        )

    def _beside_hire(
        self, sheet: CaseSheet, used: Mapping[str, Line], paid: Mapping[str, Line], cost: Line, in_use: Line, words: str, one: str
    ) -> None:
        """What each would pay to hire, and all of them together, the idle time counted."""
        assert self.hire_price is not None
        name = self.name
        price = sheet.given(
            f"{name}.hire_price", replace(self.hire_price, unit=f"£/{one}"), f"{words}: price of hiring", kind="working"
        )
        sheet.line(
            f"{name}.time_that_pays", time_that_pays(cost, price), one, f"{words}: {one}s above which owning costs less than hiring",
            kind="working",
        )  # fmt: skip
        hires = []
        for key, time in used.items():
            who = sheet.parties[key]
            hire = sheet.line(
                f"{name}.{key}.hire_cost", time * price * in_use, "£", f"{words}: cost of hiring to {who}", kind="working"
            )
            saved = sheet.line(f"{name}.{key}.saving", hire - paid[key], "£", f"{words}: saving of {who} on hiring (− loss)",
                               kind="working", party=key)  # fmt: skip
            hires.append(hire)
            if key != self.owner:
                sheet.advise(
                    f"{name}.{key}.not_cheaper_to_hire",
                    saved >= quantity(-HALF_A_PENNY, "£"),
                    f"{words}: {sheet.parties[key]} would not pay less by hiring",
                    "The charge is below the price of hiring",
                    council=key,
                )
        owned = sheet.line(
            f"{name}.saving", total(*hires) - cost, "£", f"{words}: saving of all on hiring, idle time counted (− loss)"
        )
        sheet.advise(
            f"{name}.not_cheaper_to_hire",
            owned >= quantity(-HALF_A_PENNY, "£"),
            f"{words}: owning costs no more than hiring for the same use",
            "The time that pays is in the line of that name",
            council=self.owner,
        )
