"""A parish or town council newly made by a community governance review: the precept of its first year, what setting it up
costs and who pays, and the special expenses that its own precept takes the place of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import SheetError, agrees, either, larger_of, quantity, smaller_of, to_pence, total, when
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.fields import amount, blocks, choice, party, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, is_flow, label_of

PER_HOME = "£/Band D home"
LONGEST = 60
"""The most years over which a cost is recovered."""

ANTICIPATED, AS_BUDGETED, AS_ISSUED = "anticipated", "as_budgeted", "as_issued"


def first_precept(anticipated: Any, asked: Any) -> Any:
    """The precept of a new council's first year: what it asks, and no more than the order that made it anticipated.

        first precept = the smaller of what it asks and the anticipated precept

    anticipated  £, the precept that the principal council wrote into the order
    asked        £, what the new council's own budget needs, or the precept it issues
    returns      £, paid to the new council by the billing authority

    Law: Local Government Finance (New Parishes) (England) Regulations 2008, SI 2008/626, for the amount in the order. That no
    more than it is paid over is a rule of this model: the words of the Regulations on a precept above it were not seen.

    >>> first_precept(anticipated=90_000.0, asked=105_000.0)
    90000.0
    """
    return smaller_of(asked, anticipated)


def billed_over(anticipated: Any, precept: Any) -> Any:
    """What bills have raised above the precept that is paid over: they went out in March on the anticipated precept.

    anticipated  £, on which the bills of the first year were worked
    precept      £, as issued by October of that year
    returns      £, held by the billing authority

    >>> billed_over(90_000.0, 80_000.0)
    10000.0
    """
    return anticipated - precept


def recovered(costs: Sequence[Any], years: int) -> Any:
    """What comes back in a year of costs that are recovered in equal parts over some years, each to the penny, the last the rest.

    costs    £, the cost of one year ago, of two years ago, and so on to as many as the years
    years    over how many years each is recovered, from the year after it; at least 1
    returns  £, paid by who bears the cost to who paid the bill

    >>> recovered([100.0], years=1), recovered([0.0, 0.0, 100.0], years=3), recovered([100.0, 0.0, 0.0], years=3)
    (100.0, 33.34, 33.33)
    """
    last = costs[years - 1]
    rest = last - (years - 1) * to_pence(last / years)
    return total(*(to_pence(one / years) for one in costs[: years - 1]), rest) if years > 1 else rest


@dataclass(frozen=True)
class SetUp:
    """A cost of making the council: the first election, the review, a seal and a website."""

    cost: Amount = amount("£", "What it costs")
    paid_by: str = party("Who pays the bill")
    borne_by: str = party("Who bears it in the end, where that is another", "")
    recovered_over: int = whole("Years over which it is recovered, from the year after the bill; 0 is in the same year", 0)


@dataclass(frozen=True)
class Replaced:
    """A special expense of the billing authority that stops when the new council takes the service on."""

    cost: Amount = amount("£", "What the billing authority spends on it in the area and charges to the area")
    last_year: str = year("Last year in which it does, where that is not the year before the council's first", "")


@dataclass(frozen=True)
class NewCouncil(Mechanism):
    """Tells the council's `precept` what its first year allows, moves the set-up costs, and sets old and new charges together."""

    stage: ClassVar[str] = "costs"
    tells: ClassVar[tuple[str, ...]] = ("billed_band_d", "special_band_d", "area_band_d", "change_for_a_home",
                                        "short, if any", "held, if any", "set_up.*.to_recover, if any")  # fmt: skip
    council: str = party("Council that is newly made")
    billing_authority: str = party("Council that makes it, bills for it and pays it the precept")
    first_year: str = year("First financial year of the new council")
    anticipated_precept: Amount = amount("£", "Precept of the first year, as the order anticipates it")
    first_precept: str = choice("What precept it issues in its first year", (ANTICIPATED, AS_BUDGETED, AS_ISSUED),
                                help="anticipated: all of it; as_budgeted: what it needs, up to that; as_issued: a sum given")  # fmt: skip
    issued_precept: Amount | None = amount("£", "Precept it issues in its first year", None)
    set_up: Mapping[str, SetUp] = blocks(SetUp, "Costs of setting it up, by name", {})
    special_expenses: Mapping[str, Replaced] = blocks(Replaced, "Special expenses that its precept replaces, by service", {})
    parish_charge_left: Amount | None = amount(
        "£/Band D home", "Band D charge of the parish that these homes leave, had they stayed", None
    )

    def write(self, sheet: CaseSheet) -> None:
        """What the order says, the set-up costs, and the special expenses while they last."""
        self._refuse(sheet)
        who, order = sheet.parties[self.council], f"{self.council}.order"
        start = first_calendar_year(self.first_year)
        sheet.input(f"{order}.year_in_being",
                    [float(max(first_calendar_year(one) - start + 1, 0)) for one in sheet.years], "number",
                    f"{who}: which of its years this is, 0 before it is made", kind="working",
                    origin=Origin(BY_RULE, note=f"first year {self.first_year}", place=f"mechanisms › {self.name} › first_year"))  # fmt: skip
        most = sheet.given(f"{order}.anticipated_precept", self.anticipated_precept, f"{who}: anticipated precept, as in the order",
                           kind="working")  # fmt: skip
        if self.first_precept == ANTICIPATED:
            sheet.line(f"{order}.issued", most, "£", f"{who}: precept issued in its first year", kind="working")
        elif self.issued_precept is not None:
            given = sheet.given(f"{self.name}.issued_precept", self.issued_precept, f"{who}: precept it issues in its first year",
                                kind="working")  # fmt: skip
            sheet.line(f"{order}.issued", first_precept(most, given), "£",
                       f"{who}: precept issued in its first year, no more than the order has", kind="working")  # fmt: skip
        for name, one in self.set_up.items():
            self._set_up(sheet, name, one)
        self._special(sheet)

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        if self.council == self.billing_authority:
            raise SheetError(f"{where} › billing_authority: '{self.council}' cannot be the new council and the one that makes it. "
                             "Name two councils.")  # fmt: skip
        if self.first_year > sheet.years[-1]:
            raise SheetError(f"{where} › first_year: the council is made in {self.first_year}, after the last year of the case, "
                             f"{sheet.years[-1]}. Name an earlier year, or add years to the case.")  # fmt: skip
        if (self.first_precept == AS_ISSUED) != (self.issued_precept is not None):
            does = (
                "is given, and first_precept is not as_issued"
                if self.issued_precept
                else "is missing, and first_precept is as_issued"
            )
            raise SheetError(f"{where} › issued_precept: it {does}. Give both or neither.")
        if sheet.nation != "england":
            sheet.cautions[f"{label_of(self.name)}: the rules for the first precept of a new parish are those of England."] = None
        for name, one in self.set_up.items():
            at = f"{where} › set_up › {name}"
            _refuse_paid(sheet, one.cost, f"{at} › cost")
            if one.borne_by == one.paid_by:
                raise SheetError(f"{at} › borne_by: '{one.paid_by}' pays the bill and bears it. Leave borne_by out.")
            if one.recovered_over and not one.borne_by:
                raise SheetError(f"{at} › recovered_over: nobody is named who pays it back. Add borne_by, or take it out.")
            if one.recovered_over > LONGEST:
                raise SheetError(
                    f"{at} › recovered_over: nothing is recovered over {one.recovered_over} years. At most {LONGEST}."
                )
        for name, given in self.special_expenses.items():
            _refuse_paid(sheet, given.cost, f"{where} › special_expenses › {name} › cost")

    def _set_up(self, sheet: CaseSheet, name: str, one: SetUp) -> None:
        """The bill, what comes back of it from who bears it, and what is still to come back."""
        prefix, label, tags = f"{self.name}.set_up.{name}", label_of(name), {"account": "revenue"}
        cost = sheet.given(f"{prefix}.cost", one.cost, f"Setting up, {label.lower()}", payer=one.paid_by, kind="spending",
                           phasing="even", **tags)  # fmt: skip
        if not one.borne_by:
            return
        over = one.recovered_over
        back = recovered([sheet.years_ago(cost, age, 0.0) for age in range(1, over + 1)], over) if over else to_pence(cost)
        paid = sheet.line(f"{prefix}.recovered", back, "£", f"Setting up, {label.lower()}: recovered from {sheet.parties[one.borne_by]}",
                          payer=one.borne_by, payee=one.paid_by, kind="contribution", settles=self.name, phasing="even", **tags)  # fmt: skip
        if over:
            before = sheet.last_year(f"{prefix}.to_recover", first=0.0, unit_of="£")
            sheet.line(f"{prefix}.to_recover", total(before, cost) - paid, "£", f"Setting up, {label.lower()}: to be recovered at 31 March",
                       kind="working")  # fmt: skip

    def _special(self, sheet: CaseSheet) -> None:
        """Each special expense as it would go on, and what is spent and charged until it stops."""
        who, spent = sheet.parties[self.billing_authority], []
        for name, one in self.special_expenses.items():
            prefix, label = f"{self.name}.special.{name}", label_of(name)
            last = one.last_year or year_label(first_calendar_year(self.first_year) - 1)
            yearly = sheet.given(
                f"{prefix}.yearly", one.cost, f"{label}: special expense of a year, as it would go on", kind="working"
            )
            runs = sheet.input(f"{prefix}.runs", [float(at <= last) for at in sheet.years], "number",
                               f"{label}: 1 while {who} charges it", kind="working",
                               origin=Origin(BY_RULE, note=f"until {last}", place=f"mechanisms › {self.name} › special_expenses"))  # fmt: skip
            spent.append(sheet.line(f"{prefix}.cost", yearly * runs, "£", f"{label}: spent by {who} in the area",
                                    payer=self.billing_authority, account="revenue", kind="spending", phasing="even"))  # fmt: skip
        if spent:
            sheet.line(f"{self.name}.special_collected", sheet.total(spent), "£", f"{who}: council tax for special expenses of the area",
                       payee=self.billing_authority, account="revenue", kind="council tax")  # fmt: skip

    def test(self, sheet: CaseSheet) -> None:
        """What a Band D home of the area pays, old charge and new, and whether the anticipated precept was enough."""
        key, who, order = self.council, sheet.parties[self.council], f"{self.council}.order"
        if f"{key}.precept" not in sheet:
            raise SheetError(f"mechanisms › {self.name}: there is no precept for '{key}'. Add a mechanism with use: precept, which "
                             "takes its first year from here.")  # fmt: skip
        at, most, base = sheet[f"{order}.year_in_being"], sheet[f"{order}.anticipated_precept"], sheet[f"{key}.tax_base"]
        precept, need = sheet[f"{key}.precept"], sheet[f"{key}.requirement_before_floor"]
        nothing, pays = quantity(0.0, "£"), precept.tags.get("payer", self.billing_authority)
        if pays != self.billing_authority:
            raise SheetError(f"mechanisms › {self.name} › billing_authority: '{self.billing_authority}' bills for '{key}' here, and its "
                             f"precept is paid by '{pays}'. Name the same council in both.")  # fmt: skip

        def in_first(figure: Any, otherwise: Any) -> Any:
            return when(at <= 0, 0, when(at <= 1, figure, otherwise))

        self._held(sheet, in_first(billed_over(most, precept), 0))
        billed = sheet.line(f"{self.name}.billed_band_d", in_first(most / base, sheet[f"{key}.band_d_charge"]), PER_HOME,
                            f"{who}: Band D charge on the bills, in the first year of the anticipated precept")  # fmt: skip
        prefix = f"{self.name}.special"
        now = sheet.total([sheet[f"{prefix}.{name}.cost"] for name in self.special_expenses])
        kept = sheet.total([sheet[f"{prefix}.{name}.yearly"] for name in self.special_expenses])
        special = sheet.line(f"{self.name}.special_band_d", now / base, PER_HOME, "Special expenses of the area at Band D")
        gone_on = sheet.line(f"{self.name}.special_band_d_kept", kept / base, PER_HOME,
                             "Special expenses of the area at Band D, had they gone on")  # fmt: skip
        both = sheet.line(f"{self.name}.area_band_d", total(billed, special), PER_HOME,
                          f"{who} and special expenses together at Band D")  # fmt: skip
        change, told = both - gone_on, "What the new council adds to a Band D home's bill, less the special expenses that stop"
        if self.parish_charge_left is not None:
            left = sheet.given(f"{self.name}.parish_charge_left", self.parish_charge_left,
                               "Band D charge of the parish that these homes leave, had they stayed")  # fmt: skip
            change, told = change - when(at <= 0, 0, left), f"{told} and the charge of the parish they leave"
        sheet.line(f"{self.name}.change_for_a_home", change, PER_HOME, told)
        sheet.line(f"{self.name}.short", in_first(larger_of(need - most, 0), 0), "£",
                   f"{who}: what its first budget needs above the anticipated precept", kind="working")  # fmt: skip
        sheet.advise(f"{self.name}.anticipated_is_enough", sheet[f"{self.name}.short"] <= quantity(HALF_A_PENNY, "£"),
                     f"{who}: the anticipated precept pays for its first year",
                     "Set too low it leaves the council short, and the charge jumps in the second year", council=key)  # fmt: skip
        sheet.check(f"{self.name}.nothing_before_it_is_made", either(at > 0, agrees(need, nothing, within=HALF_A_PENNY)),
                    f"{who}: spends and receives nothing before it is made", "There is no council yet, and no precept", council=key)  # fmt: skip
        if self.issued_precept is not None:
            sheet.check(f"{self.name}.issued_is_within_the_order", sheet[f"{self.name}.issued_precept"] <= most + quantity(HALF_A_PENNY, "£"),
                        f"{who}: its first precept is not above the anticipated one",
                        "Bills went out on the anticipated precept, and no more is paid over here; ask the monitoring officer what the "
                        "Regulations of 2008 allow", council=key)  # fmt: skip

    def _held(self, sheet: CaseSheet, over: Any) -> None:
        """What bills raised above the precept: it comes in, is put by, and neither costs nor earns the billing authority anything."""
        who, payer = sheet.parties[self.billing_authority], self.billing_authority
        billed = sheet.line(f"{self.name}.billed_over_precept", over, "£", f"{who}: council tax billed above the first precept",
                            payee=payer, account="revenue", kind="council tax")  # fmt: skip
        put_by = sheet.line(f"{self.name}.put_by", billed, "£", f"{who}: put by, billed above the first precept",
                            payer=payer, account="revenue", kind="reserve", of_receipts=True)  # fmt: skip
        before = sheet.last_year(f"{self.name}.held", first=0.0, unit_of="£")
        sheet.line(f"{self.name}.held", total(before, put_by), "£", f"{who}: held at 31 March, billed above the first precept",
                   kind="working")  # fmt: skip


def _refuse_paid(sheet: CaseSheet, given: Amount, where: str) -> None:
    """A cost taken from a line that is paid already would be paid twice."""
    if given.line and given.line in sheet and (is_flow(sheet[given.line]) or "total_of" in sheet[given.line].tags):
        raise SheetError(f"{where}: the line '{given.line}' is paid already, and would be counted twice. Give the figure here, and take "
                         "it out there.")  # fmt: skip
