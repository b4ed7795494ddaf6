"""A capital scheme: what may be called capital, what it costs, when its parts wear out, and what it costs to run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, agrees, either, larger_of, quantity, smaller_of, when
from devomodel.fields import amount, amounts, block, blocks, choice, flag, party, whole
from devomodel.mechanisms.base import HALF_A_PENNY, CaseSheet, Mechanism, is_flow, label_of
from devomodel.mechanisms.capital_tests import (
    WORKS,
    account_and_why,
    is_spent_in_one_year,
    says_when,
    spent_in_all,
    why_revenue,
)

NO_RATE = 1e-12
LONGEST_LIFE = 150
"""Years; a part that is said to be renewed after longer is a slip."""


def yearly_provision(cost: Any, inflation_rate: Any, in_fund: Any, earning_rate: Any, years: Any) -> Any:
    """What to set aside each year so that a renewal can be paid for when it falls due.

        provision = (C × (1+f)^N − fund × (1+e)^N) × e ÷ ((1+e)^N − 1), and ÷ N where the fund earns nothing

    cost            C, £ at today's prices
    inflation_rate  f, yearly rise in the cost
    in_fund         £ in the fund now
    earning_rate    e, what the fund earns in a year
    years           N, years until the renewal
    returns         £ at the end of each year

    >>> round(yearly_provision(100_000, 0, 0, 0.03, 20), 2)
    3721.57
    """
    growth = (1 + earning_rate) ** years
    earns = when(earning_rate > NO_RATE, earning_rate, 1)  # the branch that is not taken must not divide by nought either
    each = when(earning_rate > NO_RATE, earns / ((1 + earns) ** years - 1), 1 / years)
    return (cost * (1 + inflation_rate) ** years - in_fund * growth) * each


def renewal_cost(cost: Any, inflation_rate: Any, life_years: Any) -> Any:
    """What a part costs again when its life ends.

    >>> round(renewal_cost(10_000, 0.02, 10), 2)
    12189.94
    """
    return cost * (1 + inflation_rate) ** life_years


@dataclass(frozen=True)
class SinkingFund:
    """Money set aside each year from revenue for the renewal of a part."""

    in_fund: Amount | None = amount("£", "In the fund before the first year", None)
    earning_rate: Amount = amount("share", "What the fund earns in a year")


@dataclass(frozen=True)
class Part:
    """One part of a scheme: what is bought or done, for how much, and how long it lasts."""

    cost: Amount = amount("£", "Cost, in the years it is spent")
    work: str = choice("What is done", WORKS)
    own_asset: bool = flag("Whether the council owns what is worked on, or has a long lease of it", True)
    improves: bool | None = flag("For an enhancement: whether it lengthens life, raises value or raises use", None)
    life_years: int = whole("Years it lasts")
    treat_as: str = choice("How the council wants to treat it", ("capital", "revenue", "by_the_tests"), "by_the_tests")
    renewed: bool = flag("Whether it is bought again when its life ends", False)
    renewal_inflation: Amount | None = amount("share", "Yearly rise in its cost until it is renewed", None)
    sinking_fund: SinkingFund | None = block(SinkingFund, "Fund for its renewal", None)


@dataclass(frozen=True)
class CapitalScheme(Mechanism):
    """Writes what a scheme costs, as capital or revenue by the tests, its renewals and funds, and its running costs."""

    stage: ClassVar[str] = "capital"
    built_with: ClassVar[tuple[str, ...]] = ("parts.*.cost", "de_minimis")
    tells: ClassVar[tuple[str, ...]] = ("capital_cost, if any", "revenue_cost, if any", "running_cost, if any",
                                        "whole_life_cost_to_date", "renewals_to_find, if any", "parts.*.fund.closing")  # fmt: skip
    council: str = party("Council whose scheme it is")
    parts: Mapping[str, Part] = blocks(Part, "Parts of the scheme")
    de_minimis: Amount | None = amount("£", "Sum below which the council's policy charges to revenue", None)
    backlog: Mapping[str, Amount] = amounts("£", "Repairs found wanting at the start, by heading", {})
    running_costs: Mapping[str, Amount] = amounts("£", "Running costs that follow from the scheme, by heading", {})
    running_income: Mapping[str, Amount] = amounts("£", "Income that follows from the scheme, by heading", {})

    def write(self, sheet: CaseSheet) -> None:
        """Every part, the totals by account, and the cost to date over the whole life."""
        wrong = [f"mechanisms › {self.name} › {where}: {what}" for where, what in self._problems(sheet)]
        if wrong:
            raise SheetError(" ".join(wrong))
        found: dict[str, list[Line]] = defaultdict(list)
        for key, part in self.parts.items():
            self._part(sheet, key, part, found)
        for kind, headings in (("backlog", self.backlog), ("running", self.running_costs)):
            words = "backlog, " if kind == "backlog" else ""
            for heading, one in headings.items():
                label = f"{self._label}: {words}{label_of(heading).lower()}"
                found[kind].append(sheet.given(f"{self.name}.{kind}.{heading}", one, label, payer=self.council, account="revenue",
                                               kind="spending"))  # fmt: skip
        for heading, one in self.running_income.items():
            label = f"{self._label}: {label_of(heading).lower()}"
            found["income"].append(sheet.given(f"{self.name}.income.{heading}", one, label, payee=self.council, account="revenue",
                                               kind="income"))  # fmt: skip
        self._totals(sheet, found)

    @property
    def _label(self) -> str:
        return label_of(self.name)

    def _problems(self, sheet: CaseSheet) -> Iterator[tuple[str, str]]:
        """What does not go together, with its place under the mechanism."""
        once = "Say in which year it is spent, with once: 2026-27, or by_year and until; otherwise it is spent anew every year."
        least = self.de_minimis
        if least is not None and (least.value is None or least.grows or least.start or least.until or least.once):
            yield (
                "de_minimis",
                'a de minimis is one sum, known before the case is worked. Write it as a value, such as "£10,000".',
            )
        for key, part in self.parts.items():
            yield from ((f"parts › {key} › {where}", what) for where, what in self._problems_of(sheet, part, once))
        for heading, one in self.backlog.items():
            if not says_when(one, sheet.years):
                yield f"backlog › {heading}", f"a backlog is put right at some time. {once}"
        paid = {f"parts › {key} › cost": part.cost for key, part in self.parts.items()}
        for block_name in ("backlog", "running_costs"):
            paid |= {f"{block_name} › {heading}": one for heading, one in getattr(self, block_name).items()}
        for where, one in paid.items():
            line = sheet[one.line] if one.line and one.line in sheet else None
            if line is not None and is_flow(line) and line.tags.get("payer") == self.council:
                yield (
                    where,
                    f"'{one.line}' is paid by the council already, and would be paid twice. Take it out of one of the two.",
                )

    def _problems_of(self, sheet: CaseSheet, part: Part, once: str) -> Iterator[tuple[str, str]]:
        failed = self._failed(sheet, part)
        if part.treat_as == "capital" and failed:
            yield ("treat_as", f"it cannot be capital: {failed}. Capital money (borrowing, receipts, capital grant, CIL) must "
                   "not pay for it. Write treat_as: revenue.")  # fmt: skip
        if not says_when(part.cost, sheet.years):
            yield "cost", f"a part is bought or done at some time. {once} What is spent every year goes under running_costs."
        if part.improves is not None and part.work != "enhancement":
            yield "improves", f"this is asked of an enhancement, and the work is {part.work}. Take it out."
        if part.renewed and part.renewal_inflation is None:
            yield "renewed", "say how its cost rises until it is renewed. Add renewal_inflation: 2.5%."
        if part.renewed and not 1 <= part.life_years <= LONGEST_LIFE:
            yield "life_years", f"what is renewed lasts 1 to {LONGEST_LIFE} years, and not {part.life_years:,}. Check the figure."
        for key in ("renewal_inflation", "sinking_fund"):
            if not part.renewed and getattr(part, key) is not None:
                yield key, "this is for a renewal, and the part is not renewed. Add renewed: true, or take it out."
        fund = part.sinking_fund
        if fund is not None and fund.in_fund is not None and not is_spent_in_one_year(part.cost, sheet.years):
            yield ("sinking_fund › in_fund", "what is in the fund already can be set against a part bought in one year. Write "
                   "the cost with once, or divide the part.")  # fmt: skip

    def _failed(self, sheet: CaseSheet, part: Part) -> str:
        """The test that a part fails; nothing where it may be capital."""
        return why_revenue(part.work, part.own_asset, part.life_years, part.improves, spent_in_all(part.cost, sheet.years),
                           self.de_minimis.value if self.de_minimis else None)  # fmt: skip

    def _part(self, sheet: CaseSheet, key: str, part: Part, found: dict[str, list[Line]]) -> None:
        """The lines of a part, put with the totals they belong to: its cost, its renewals, and its fund."""
        label, prefix = f"{self._label}: {label_of(key).lower()}", f"{self.name}.parts.{key}"
        account, why = account_and_why(part.treat_as, self._failed(sheet, part))
        cost = sheet.given(f"{prefix}.cost", part.cost, f"{label} ({part.work})", payer=self.council, account=account,
                           kind="spending", why_account=why)  # fmt: skip
        found[account].append(cost)
        if account == "capital" and self.de_minimis and spent_in_all(part.cost, sheet.years) is None:
            self._test_de_minimis(sheet, prefix, label, cost, self.de_minimis)
        if part.renewed:
            found[f"{account} renewed"].append(self._renewal(sheet, prefix, label, part, cost, account))
            if part.sinking_fund:
                self._fund(sheet, prefix, label, part, part.sinking_fund, cost, account)
                found["set aside"].append(sheet[f"{prefix}.fund.provision"])
                found[f"{account} from funds"].append(sheet[f"{prefix}.fund.used"])

    def _test_de_minimis(self, sheet: CaseSheet, prefix: str, label: str, cost: Line, de_minimis: Amount) -> None:
        """The last test, where the cost is only known once the case is worked."""
        name = f"{self.name}.de_minimis"
        least = sheet[name] if name in sheet else sheet.given(name, de_minimis, f"{self._label}: council's de minimis")
        flags = [float(year == sheet.years[-1]) for year in sheet.years]
        why = Origin(BY_RULE, note="the whole cost is tested", place=f"mechanisms › {self.name}")
        last = sheet.input(f"{prefix}.is_last_year", flags, "number", f"{label}: 1 in the last year", kind="working", origin=why)
        before = sheet.last_year(f"{prefix}.cost_to_date", first=0.0, unit_of="£")
        so_far = sheet.line(f"{prefix}.cost_to_date", before + cost, "£", f"{label}: cost to date", kind="working")
        sheet.check(f"{prefix}.above_de_minimis", either(last < 1, so_far >= least),
                    f"{label}: not below the council's de minimis",
                    "A smaller sum is charged to revenue: write treat_as: revenue", council=self.council)  # fmt: skip

    def _renewal(self, sheet: CaseSheet, prefix: str, label: str, part: Part, cost: Line, account: str) -> Line:
        """The part bought again every time its life ends, at the price of that year."""
        assert part.renewal_inflation is not None
        inflation = sheet.given(f"{prefix}.renewal_inflation", part.renewal_inflation, f"{label}: yearly rise in its cost")
        name = f"{prefix}.renewal"
        earlier = sheet.years_ago(cost, part.life_years, 0.0) + sheet.years_ago(name, part.life_years, 0.0, unit_of="£")
        again = renewal_cost(earlier, inflation, float(part.life_years))
        return sheet.line(name, again, "£", f"{label}: renewed", payer=self.council, account=account, kind="spending")

    def _fund(self, sheet: CaseSheet, prefix: str, label: str, part: Part, fund: SinkingFund, cost: Line, account: str) -> None:
        """Equal yearly sums from revenue, from the year after the part is bought, into a fund that pays when it is renewed."""
        earns = sheet.given(f"{prefix}.fund.earning_rate", fund.earning_rate, f"{label}: what its fund earns")
        renewal, life = sheet[f"{prefix}.renewal"], part.life_years
        bought = sheet.line(f"{prefix}.spent", sheet.total([cost, renewal]), "£", f"{label}: bought or renewed", kind="working")
        before = sheet.last_year(f"{prefix}.in_use", first=0.0, unit_of="£")
        worn_out = sheet.years_ago(bought, life, 0.0)
        sheet.line(f"{prefix}.in_use", before + bought - worn_out, "£", f"{label}: cost of what is in use", kind="working")
        opening: Any = 0.0
        in_hand: Any = quantity(0.0, "£")
        if fund.in_fund:
            opening = sheet.given(f"{prefix}.fund.at_start", fund.in_fund, f"{label}: in its fund before the first year")
            in_hand = sheet.last_year(f"{prefix}.fund.when_bought", first=0.0, unit_of="£")
        needed = yearly_provision(before, sheet[f"{prefix}.renewal_inflation"], in_hand, earns, float(life))
        provision = sheet.line(f"{prefix}.fund.provision", larger_of(needed, 0), "£", f"{label}: set aside for its renewal",
                               payer=self.council, account="revenue", kind="reserve")  # fmt: skip
        held = sheet.last_year(f"{prefix}.fund.closing", first=opening, unit_of="£")
        grown = sheet.line(f"{prefix}.fund.before_use", held * (1 + earns) + provision, "£", f"{label}: fund before it is used",
                           kind="working")  # fmt: skip
        used = sheet.line(f"{prefix}.fund.used", smaller_of(grown, renewal), "£", f"{label}: fund used for its renewal",
                          payee=self.council, account=account, kind="reserve")  # fmt: skip
        closing = sheet.line(f"{prefix}.fund.closing", grown - used, "£", f"{label}: fund at 31 March")
        if fund.in_fund:
            sheet.line(f"{prefix}.fund.when_bought", when(bought > 0, closing, in_hand), "£",
                       f"{label}: in its fund when it was last bought", kind="working")  # fmt: skip
        sheet.check(f"{prefix}.fund.enough", agrees(used, renewal, within=HALF_A_PENNY),
                    f"{label}: its fund pays for its renewal", "The yearly sum is worked to meet the cost when the life ends",
                    council=self.council)  # fmt: skip

    def _totals(self, sheet: CaseSheet, found: Mapping[str, list[Line]]) -> None:
        """What the scheme costs by account, and in all."""

        def all_of(*kinds: str) -> Any:
            return sheet.total([line for kind in kinds for line in found.get(kind, [])])

        def line(name: str, formula: Any, words: str, account: str = "") -> Line:
            return sheet.line(
                f"{self.name}.{name}",
                formula,
                "£",
                f"{self._label}: {words}",
                **({"of_account": account, "party": self.council} if account else {}),
            )

        spent = line("capital_cost", all_of("capital"), "capital cost, renewals apart", "capital")
        renewed = line("renewal_cost", all_of("capital renewed"), "capital cost of renewals", "capital")
        line(
            "renewals_to_find",
            renewed - all_of("capital from funds"),
            "capital cost of renewals that no fund pays for",
            "capital",
        )
        line("backlog_cost", all_of("backlog"), "backlog put right", "revenue")
        running = line("running_cost", all_of("running") - all_of("income"), "running costs, less income that follows", "revenue")
        charged = all_of("revenue", "revenue renewed", "backlog") + running
        line("revenue_cost", charged + all_of("set aside") - all_of("revenue from funds"),
             "charged to revenue, less income that follows from it", "revenue")  # fmt: skip
        name = "whole_life_cost_to_date"
        before = sheet.last_year(f"{self.name}.{name}", first=0.0, unit_of="£")
        line(name, before + spent + renewed + charged, "whole cost to date, capital and revenue, in cash")
