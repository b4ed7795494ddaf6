"""Reorganisation of councils: savings as they build up, what splitting and merging cost, and when it has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import (
    Line,
    SheetError,
    agrees,
    both,
    either,
    larger_of,
    quantity,
    smaller_of,
    to_pence,
    total,
    when,
    whole_part,
)
from devomodel.fields import amount, amounts, blocks, party, shares, whole, year
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.share_rules import REST

HAIR = 1e-6
"""Of a month: what binary arithmetic may leave short of a whole one."""


def net_of_year(savings: Any, disaggregation: Any, harmonisation: Any, transition: Any, contingency: Any) -> Any:
    """What reorganisation brings in a year.

        net = savings − disaggregation − harmonisation − transition − contingency

    savings         £ a year saved by doing once what was done several times
    disaggregation  £ a year that splitting the county's services costs
    harmonisation   £ a year that bringing pay and contracts to one level costs
    transition      £ of the change itself, paid once
    contingency     £ allowed on top of the transition
    returns         £; below nought it costs more than it saves

    >>> net_of_year(100, 10, 5, 60, 6)
    19
    """
    return savings - disaggregation - harmonisation - transition - contingency


def months_to_payback(years_before: Any, owed: Any, recurring: Any) -> Any:
    """How many months it takes to pay back, in the year in which it does.

        months = 12 × (whole years before + still to be paid back ÷ yearly net)

    What is paid once in the year is counted at its start, and the yearly net comes evenly over it.

    years_before  years that are over when the year begins
    owed          £ still to be paid back when the year begins, with what is paid once in it; above nought
    recurring     £ a year, savings less yearly costs; above nought
    returns       months

    >>> months_to_payback(3, 12, 18), months_to_payback(0, 330, 500)
    (44.0, 7.92)
    """
    return 12 * (years_before + owed / recurring)


def average_for_each(whole_sum: Any, councils: Any) -> Any:
    """A national figure spread over the councils it is for.

    >>> round(average_for_each(2_860, 27))
    106
    """
    return whole_sum / councils


@dataclass(frozen=True)
class Scale:
    """What a number of new councils does to each side, as a share of the figures given."""

    councils: int = whole("How many new councils")
    savings: Amount = amount("share", "Savings, as a share of those given")
    disaggregation: Amount = amount("share", "Cost of splitting services, as a share of that given")
    transition: Amount = amount("share", "Transition costs, as a share of those given")


@dataclass(frozen=True)
class Reorganisation(Mechanism):
    """Writes savings and costs by head, recurring apart from one-off, net and payback, and the same for every number of councils."""

    stage: ClassVar[str] = "costs"
    tells: ClassVar[tuple[str, ...]] = ("recurring_net", "one_off", "net", "cumulative", "payback_months",
                                        "by_number.*.cumulative", "by_number.*.payback_months",
                                        "net_with_council_tax", "net_with_council_tax_to_date")  # fmt: skip
    council: str = party("New council, or the new councils together")
    new_councils: int = whole("How many new councils")
    by_number: Mapping[str, Scale] = blocks(Scale, "What each number of councils does to savings and costs, by name")
    savings: Mapping[str, Amount] = amounts("£", "Yearly savings in full, by head")
    ramp: Amount = amount("share", "Part of the full savings made in the year")
    disaggregation: Mapping[str, Amount] = amounts("£", "Yearly cost of splitting services, by head", {})
    harmonisation: Mapping[str, Amount] = amounts("£", "Yearly cost of bringing pay and contracts to one level, by head", {})
    transition: Mapping[str, Amount] = amounts("£", "Costs of the change, paid once, by head")
    contingency: Amount = amount("share", "Contingency, as a share of the transition costs")
    counted_from: str = year("Year from whose start payback is counted")
    council_tax: Amount | None = amount("£", "Council tax gained by harmonising it (− forgone)", None)
    predecessors: Mapping[str, Amount | str] = shares("Share of the net of each council that is replaced", {})

    def write(self, sheet: CaseSheet) -> None:
        """The flows of the number of councils chosen, and the net of every number."""
        chosen = self._chosen(sheet)
        who, name = sheet.parties[self.council], self.name
        heads = {side: self._heads(sheet, side, words) for side, words in (
            ("savings", "in full"), ("disaggregation", "cost of splitting it"), ("harmonisation", "cost of bringing it to one level"),
            ("transition", "cost of the change"))}  # fmt: skip
        ramp = sheet.given(f"{name}.ramp", self.ramp, f"{who}: part of the full savings made in the year")
        share = sheet.given(f"{name}.contingency_share", self.contingency, f"{who}: contingency on the transition costs")
        scales = {key: sheet.givens(f"{name}.by_number.{key}", one, f"{label_of(key)}: ") for key, one in self.by_number.items()}
        net = self._write_flows(sheet, who, heads, ramp, share, scales[chosen])
        self._write_payback(sheet, name, who, net, sheet[f"{name}.one_off"])
        self._write_each_number(sheet, who, chosen, scales, heads, ramp, share)
        self._write_predecessors(sheet, net)

    def _write_flows(self, sheet: CaseSheet, who: str, heads: Mapping[str, Mapping[str, Line]], ramp: Line, share: Line,
                     of: Mapping[str, Any]) -> Line:  # fmt: skip
        """What is saved and paid under each head, what recurs apart from what is paid once, and the net."""
        name, flow = self.name, {"account": "revenue", "phasing": "even"}
        saved = [sheet.line(f"{name}.saved.{head}", one * ramp * of["savings"], "£", f"Saved: {label_of(head).lower()}",
                            payee=self.council, kind="income", **flow) for head, one in heads["savings"].items()]  # fmt: skip

        def paid(side: str, words: str, scale: Any) -> Line:
            lines = [sheet.line(f"{name}.{side}.{head}.paid", one * scale, "£", f"{words}: {label_of(head).lower()}",
                                payer=self.council, kind="spending", **flow) for head, one in heads[side].items()]  # fmt: skip
            return sheet.line(f"{name}.{side}_paid", sheet.total(lines), "£", f"{who}: {words.lower()}", kind="working")

        savings = sheet.line(f"{name}.savings_made", sheet.total(saved), "£", f"{who}: savings made", kind="working")
        splitting = paid("disaggregation", "Splitting services", of["disaggregation"])
        levelling = paid("harmonisation", "Bringing to one level", 1)
        change = paid("transition", "Transition", of["transition"])
        allowed = sheet.line(f"{name}.contingency", to_pence(change * share), "£", f"{who}: contingency on the transition costs",
                             payer=self.council, kind="contingency", **flow)  # fmt: skip
        recurring = sheet.line(f"{name}.recurring_net", savings - splitting - levelling, "£",
                               f"{who}: yearly savings less yearly costs", kind="working")  # fmt: skip
        one_off = sheet.line(f"{name}.one_off", change + allowed, "£", f"{who}: costs paid once", kind="working")
        net = sheet.line(f"{name}.net", net_of_year(savings, splitting, levelling, change, allowed), "£",
                         f"{who}: net of reorganisation", kind="working")  # fmt: skip
        to_date = sheet.line(f"{name}.one_off_to_date", sheet.last_year(f"{name}.one_off_to_date", first=0.0, unit_of="£") + one_off,
                             "£", f"{who}: costs paid once, to date", kind="working")  # fmt: skip
        enough = recurring > quantity(HALF_A_PENNY, "£")
        sheet.line(f"{name}.one_off_to_recurring", when(enough, to_date / when(enough, recurring, quantity(1, "£")), 0), "number",
                   f"{who}: costs paid once, as years of the yearly net (nought where there is none)")  # fmt: skip
        sheet.check(f"{name}.one_off_apart_from_recurring", agrees(recurring - one_off, net, within=HALF_A_PENNY),
                    f"{who}: the yearly net less the costs paid once is the net", "Nothing is counted as both",
                    council=self.council)  # fmt: skip
        return net

    def test(self, sheet: CaseSheet) -> None:
        """The net with the council tax beside it, which may be a line of any stage."""
        if self.council_tax is None:
            return
        name, who = self.name, sheet.parties[self.council]
        tax = sheet.given(f"{name}.council_tax", self.council_tax, f"{who}: council tax gained by harmonising it (− forgone)",
                          kind="working")  # fmt: skip
        both_ = sheet.line(f"{name}.net_with_council_tax", sheet[f"{name}.net"] + tax, "£",
                           f"{who}: net of reorganisation, and council tax gained (− forgone)", kind="working")  # fmt: skip
        sheet.line(f"{name}.net_with_council_tax_to_date",
                   sheet.last_year(f"{name}.net_with_council_tax_to_date", first=0.0, unit_of="£") + both_, "£",
                   f"{who}: the same, to date", kind="working")  # fmt: skip

    def _chosen(self, sheet: CaseSheet) -> str:
        """The name in the table of the number of councils chosen; a table that cannot be used is refused."""
        where = f"mechanisms › {self.name}"
        if not self.savings:
            raise SheetError(f"{where} › savings: nothing is saved. Name at least one head, with its yearly sum.")
        if self.counted_from not in sheet.years:
            raise SheetError(f"{where} › counted_from: {self.counted_from} is not a year of the case. Allowed: {sheet.years[0]} to "
                             f"{sheet.years[-1]}.")  # fmt: skip
        numbers = [one.councils for one in self.by_number.values()]
        for key, one in self.by_number.items():
            if one.councils < 1 or numbers.count(one.councils) > 1:
                raise SheetError(f"{where} › by_number › {key} › councils: {one.councils} cannot be used. Give each number of councils "
                                 "once, from 1 up.")  # fmt: skip
        if self.new_councils not in numbers:
            raise SheetError(f"{where} › new_councils: the table by_number says nothing of {self.new_councils}. Add a row for it: "
                             f"{{councils: {self.new_councils}, savings: 100%, disaggregation: 100%, transition: 100%}}.")  # fmt: skip
        if len(numbers) == 1:
            sheet.cautions[f"{where}: by_number has one number of councils only. Add others: in the national studies nothing "
                           "moves the result as far as the number of councils, so it is the first thing to try."] = None  # fmt: skip
        return next(key for key, one in self.by_number.items() if one.councils == self.new_councils)

    def _heads(self, sheet: CaseSheet, side: str, words: str) -> dict[str, Line]:
        return {head: sheet.given(f"{self.name}.{side}.{head}", one, f"{label_of(head)}: {words}", kind="working")
                for head, one in getattr(self, side).items()}  # fmt: skip

    def _write_payback(self, sheet: CaseSheet, prefix: str, who: str, net: Line, one_off: Any) -> Line:
        """The net to date, and once it is no longer below nought the months and the whole years that took."""
        began = sheet.years.index(self.counted_from)
        if f"{self.name}.years_before" not in sheet:
            sheet.input(f"{self.name}.years_before", [float(at - began) for at in range(sheet.count)], "number",
                        "Years that are over when the year begins", kind="working",
                        origin=Origin(BY_RULE, note=f"counted from {self.counted_from}",
                                      place=f"mechanisms › {self.name} › counted_from"))  # fmt: skip
        before = sheet.last_year(f"{prefix}.cumulative", first=0.0, unit_of="£")
        so_far = sheet.line(f"{prefix}.cumulative", before + net, "£", f"{who}: net to date", kind="working")
        owed = sheet.line(f"{prefix}.to_pay_back", larger_of(one_off - before, 0), "£",
                          f"{who}: still to be paid back when the year begins, with what is paid once in it", kind="working")  # fmt: skip
        penny = quantity(HALF_A_PENNY, "£")
        known = sheet.last_year(f"{prefix}.payback_months", first=0.0, unit_of="number")
        pays = sheet.line(f"{prefix}.pays_back", both(known <= 0, both(owed > penny, so_far >= -penny)), "yes or no",
                          f"{who}: the year in which it has paid for itself")  # fmt: skip
        divisor = when(pays, net + one_off, quantity(1, "£"))
        months = sheet.line(f"{prefix}.payback_months",
                            when(pays, months_to_payback(sheet[f"{self.name}.years_before"], owed, divisor), known), "number",
                            f"{who}: months it took to pay back (nought while it has not)")  # fmt: skip
        sheet.line(f"{prefix}.payback_years", 0 - whole_part((HAIR - months) / 12), "number",
                   f"{who}: the same in years, rounded up (nought while it has not)")  # fmt: skip
        return so_far

    def _write_each_number(self, sheet: CaseSheet, who: str, chosen: str, scales: Mapping[str, Mapping[str, Any]],
                           heads: Mapping[str, Mapping[str, Line]], ramp: Line, share: Line) -> None:  # fmt: skip
        """The net of every number of councils in the table: the first thing to try."""
        sums = {side: sheet.line(f"{self.name}.{side}_given", sheet.total(lines.values()), "£", f"{who}: {side} given, all heads",
                                 kind="working") for side, lines in heads.items()}  # fmt: skip
        ends = []
        for key, one in self.by_number.items():
            prefix, label, of = f"{self.name}.by_number.{key}", f"{who}, {one.councils} in number", scales[key]
            transition = sums["transition"] * of["transition"]
            allowed = to_pence(transition * share)
            net = sheet.line(f"{prefix}.net",
                             net_of_year(sums["savings"] * ramp * of["savings"],
                                         sums["disaggregation"] * of["disaggregation"], sums["harmonisation"],
                                         transition, allowed),
                             "£", f"{label}: net of reorganisation", kind="working")  # fmt: skip
            ends.append(self._write_payback(sheet, prefix, label, net, transition + allowed))
        self._write_spread(sheet, who, ends)
        sheet.check(f"{self.name}.table_agrees",
                    agrees(sheet[f"{self.name}.by_number.{chosen}.net"], sheet[f"{self.name}.net"], within=0.01 + HALF_A_PENNY),
                    f"{who}: the net of the number chosen is its net in the table", "Both are worked from the same heads",
                    council=self.council)  # fmt: skip

    def _write_spread(self, sheet: CaseSheet, who: str, ends: list[Line]) -> None:
        """How far the number of councils alone moves the result, and whether each number has paid for itself in the end."""
        best, worst = (pick(*ends) if len(ends) > 1 else ends[0] for pick in (larger_of, smaller_of))
        sheet.line(f"{self.name}.moved_by_number", best - worst, "£",
                   f"{who}: net to date, from the best number of councils in the table to the worst", kind="working")  # fmt: skip
        last = sheet.input(f"{self.name}.is_last", [float(at == sheet.count - 1) for at in range(sheet.count)], "number",
                           f"{who}: 1 in the last year of the case", kind="working",
                           origin=Origin(BY_RULE, note="the number of councils is tried on the whole case",
                                         place=f"mechanisms › {self.name} › by_number"))  # fmt: skip
        sheet.advise(f"{self.name}.any_number_pays_back", either(last <= 0, worst >= quantity(-HALF_A_PENNY, "£")),
                     f"{who}: every number of councils in the table has paid for itself by the last year",
                     "In the national studies nothing moves the result as far as the number of councils: look at every row of by_number first",
                     council=self.council)  # fmt: skip

    def _write_predecessors(self, sheet: CaseSheet, net: Line) -> None:
        """The net by the council it replaces."""
        if not self.predecessors:
            return
        label = "part of the net of reorganisation"
        given = {key: sheet.given(f"{self.name}.predecessors.{key}.share", one, f"{sheet.parties[key]}: {label}, share")
                 for key, one in self.predecessors.items() if isinstance(one, Amount)}  # fmt: skip
        rest = [key for key, one in self.predecessors.items() if one == REST]
        found: dict[str, Any] = dict(given)
        for key in rest:
            left = 1 - total(*given.values()) if given else quantity(1, "share")
            found[key] = sheet.line(
                f"{self.name}.predecessors.{key}.share", left, "share", f"{sheet.parties[key]}: {label}, share"
            )
        for key in self.predecessors:
            sheet.line(
                f"{self.name}.predecessors.{key}.net", net * found[key], "£", f"{sheet.parties[key]}: {label}", kind="working"
            )
        sheet.check(f"{self.name}.predecessors_share_it_all", agrees(total(*found.values()), 1, within=1e-9),
                    "The councils replaced share the whole of the net", "The shares come to 100%", council=self.council)  # fmt: skip
