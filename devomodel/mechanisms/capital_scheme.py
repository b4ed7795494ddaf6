"""A capital scheme: what may be called capital, what it costs, when its parts wear out, and what it costs to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, quantity, smaller_of
from devomodel.fields import amount, amounts, block, blocks, choice, flag, party, text, whole
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of

WORKS = ("acquisition", "construction", "enhancement", "replacement", "equipment", "repair", "maintenance", "study", "training")
CAPITAL_WORKS = ("acquisition", "construction", "enhancement", "replacement", "equipment")
HALF_A_PENNY = 0.005 + 1e-9


def yearly_provision(cost: Any, inflation_rate: Any, in_fund: Any, earning_rate: Any, years: Any) -> Any:
    """What to set aside each year so that a renewal can be paid for when it falls due.

        provision = (C × (1+f)^N − fund × (1+e)^N) × e ÷ ((1+e)^N − 1)

    cost            C, £ at today's prices
    inflation_rate  f, yearly rise in the cost
    in_fund         £ in the fund now
    earning_rate    e, what the fund earns in a year; above nought
    years           N, years until the renewal
    returns         £ at the end of each year

    >>> round(yearly_provision(100_000, 0, 0, 0.03, 20), 2)
    3721.57
    """
    growth = (1 + earning_rate) ** years
    return (cost * (1 + inflation_rate) ** years - in_fund * growth) * earning_rate / (growth - 1)


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
    note: str = text("Note", "")


def why_revenue(part: Part, sum_spent: float | None, de_minimis: float | None) -> str:
    """The test of domain law that a cost fails, so that it must be charged to revenue; nothing when it may be capital.

    The tests in order: a kind of work that makes or betters an asset; the council's own asset; a life of more than a
    year; for an enhancement, a longer life, a higher value or more use; not below the council's own de minimis.

    Law: Local Government Act 2003, s.16 and proper practices.
    """
    if part.work not in CAPITAL_WORKS:
        return f"{part.work} does not make or better an asset"
    if not part.own_asset:
        return "the asset is not the council's own"
    if part.life_years <= 1:
        return "it lasts no more than a year"
    if part.work == "enhancement" and not part.improves:
        return "it does not lengthen the asset's life, raise its value or raise its use ('improves: true' says that it does)"
    if sum_spent is not None and de_minimis is not None and sum_spent < de_minimis:
        return f"£{sum_spent:,.0f} is below the council's de minimis of £{de_minimis:,.0f}"
    return ""


@dataclass(frozen=True)
class CapitalScheme(Mechanism):
    """Writes what a scheme costs, as capital or revenue by the tests, its renewals and funds, and its running costs."""

    stage: ClassVar[str] = "capital"
    council: str = party("Council whose scheme it is")
    parts: Mapping[str, Part] = blocks(Part, "Parts of the scheme")
    de_minimis: Amount | None = amount("£", "Sum below which the council's policy charges to revenue", None)
    backlog: Mapping[str, Amount] = amounts("£", "Repairs found wanting at the start, by heading", {})
    running_costs: Mapping[str, Amount] = amounts("£", "Running costs that follow from the scheme, by heading", {})
    running_income: Mapping[str, Amount] = amounts("£", "Income that follows from the scheme, by heading", {})

    def write(self, sheet: CaseSheet) -> None:
        """Every part, the totals by account, and the cost to date over the whole life."""
        label = label_of(self.name)
        capital: list[Line] = []
        renewed: list[Line] = []
        revenue: list[Line] = []
        for key, part in self.parts.items():
            for lines, more in zip((capital, renewed, revenue), self._part(sheet, key, part), strict=True):
                lines += more
        for heading, one in self.backlog.items():
            revenue.append(sheet.given(f"{self.name}.backlog.{heading}", one, f"{label}: backlog, {label_of(heading).lower()}",
                                       payer=self.council, account="revenue", kind="spending"))  # fmt: skip
        for heading, one in self.running_costs.items():
            revenue.append(sheet.given(f"{self.name}.running.{heading}", one, f"{label}: {label_of(heading).lower()}",
                                       payer=self.council, account="revenue", kind="spending"))  # fmt: skip
        income = [sheet.given(f"{self.name}.income.{heading}", one, f"{label}: {label_of(heading).lower()}", payee=self.council,
                              account="revenue", kind="income") for heading, one in self.running_income.items()]  # fmt: skip
        spent = sheet.line(f"{self.name}.capital_cost", sheet.total(capital), "£", f"{label}: capital cost, renewals apart")
        again = sheet.line(f"{self.name}.renewal_cost", sheet.total(renewed), "£", f"{label}: capital cost of renewals")
        running = sheet.line(f"{self.name}.revenue_cost", sheet.total(revenue) - sheet.total(income), "£",
                             f"{label}: revenue cost, less income that follows from it")  # fmt: skip
        whole_life = f"{self.name}.whole_life_cost_to_date"
        sheet.line(whole_life, sheet.last_year(whole_life, first=0.0, unit_of="£") + spent + again + running, "£",
                   f"{label}: whole cost to date, capital and revenue, in cash")  # fmt: skip

    def _part(self, sheet: CaseSheet, key: str, part: Part) -> tuple[list[Line], list[Line], list[Line]]:
        """The lines of a part: its capital cost, its capital renewals, and what it costs revenue, its fund included."""
        label, prefix = f"{label_of(self.name)}: {label_of(key).lower()}", f"{self.name}.parts.{key}"
        account, why = self._account(sheet, key, part)
        cost = sheet.given(f"{prefix}.cost", part.cost, f"{label} ({part.work})", payer=self.council, account=account,
                           kind="spending", works=why)  # fmt: skip
        capital, renewed, revenue = [], [], []
        (capital if account == "capital" else revenue).append(cost)
        if part.renewed:
            again = self._renewal(sheet, prefix, label, part, cost, account)
            (renewed if account == "capital" else revenue).append(again)
            if part.sinking_fund:
                revenue.append(self._fund(sheet, prefix, label, part, part.sinking_fund, cost, account))
        elif part.sinking_fund:
            raise SheetError(f"mechanisms › {self.name} › parts › {key} › sinking_fund: a fund is for a renewal, and the part is not "
                             "renewed. Add 'renewed: true' and 'renewal_inflation', or take the fund out.")  # fmt: skip
        return capital, renewed, revenue

    def _account(self, sheet: CaseSheet, key: str, part: Part) -> tuple[str, str]:
        """Capital or revenue, by the tests; refused when the council asks for capital and a test fails."""
        spent = None if part.cost.line or part.cost.parameter else sum(part.cost.given(sheet.years))
        floor = self.de_minimis.value if self.de_minimis else None
        why = why_revenue(part, spent, floor)
        if part.treat_as == "capital" and why:
            raise SheetError(f"mechanisms › {self.name} › parts › {key}: it cannot be capital: {why}. Capital money (borrowing, "
                             "receipts, capital grant, CIL) must not pay for it. Use treat_as: revenue.")  # fmt: skip
        if part.treat_as == "revenue":
            return "revenue", "the council charges it to revenue"
        return ("revenue", why) if why else ("capital", "it passes the tests of capital")

    def _renewal(self, sheet: CaseSheet, prefix: str, label: str, part: Part, cost: Line, account: str) -> Line:
        """The part bought again every time its life ends, at the price of that year."""
        if part.renewal_inflation is None:
            raise SheetError(f"mechanisms › {self.name} › {prefix.rsplit('.', 1)[1]}: it is renewed, so say how its cost rises until "
                             "then: renewal_inflation: 2.5%.")  # fmt: skip
        if part.life_years < 1:
            raise SheetError(f"mechanisms › {self.name}: a part that is renewed lasts at least a year.")
        inflation = sheet.given(f"{prefix}.renewal_inflation", part.renewal_inflation, f"{label}: yearly rise in its cost")
        name = f"{prefix}.renewal"
        earlier = sheet.years_ago(cost, part.life_years, 0.0) + sheet.years_ago(name, part.life_years, 0.0, unit_of="£")
        return sheet.line(name, renewal_cost(earlier, inflation, float(part.life_years)), "£", f"{label}: renewed", payer=self.council,
                          account=account, kind="spending")  # fmt: skip

    def _fund(self, sheet: CaseSheet, prefix: str, label: str, part: Part, fund: SinkingFund, cost: Line, account: str) -> Line:
        """Equal yearly sums from revenue, from the year after the part is bought, into a fund that pays when it is renewed."""
        earns = sheet.given(f"{prefix}.fund.earning_rate", fund.earning_rate, f"{label}: what its fund earns")
        opening: Any = 0.0
        if fund.in_fund:
            opening = sheet.given(f"{prefix}.fund.at_start", fund.in_fund, f"{label}: in its fund before the first year")
        renewal, life = sheet[f"{prefix}.renewal"], part.life_years
        spent = sheet.line(f"{prefix}.spent", sheet.total([cost, renewal]), "£", f"{label}: bought or renewed", kind="working")
        in_use = f"{prefix}.in_use"
        before = sheet.last_year(in_use, first=0.0, unit_of="£")
        sheet.line(
            in_use, before + spent - sheet.years_ago(spent, life, 0.0), "£", f"{label}: cost of what is in use", kind="working"
        )
        provision = sheet.line(f"{prefix}.fund.provision",
                               yearly_provision(before, sheet[f"{prefix}.renewal_inflation"], quantity(0.0, "£"), earns, float(life)), "£",
                               f"{label}: set aside for its renewal", payer=self.council, account="revenue", kind="reserve")  # fmt: skip
        held = sheet.last_year(f"{prefix}.fund.closing", first=opening, unit_of="£")
        grown = sheet.line(f"{prefix}.fund.before_use", held * (1 + earns) + provision, "£", f"{label}: fund before it is used",
                           kind="working")  # fmt: skip
        used = sheet.line(f"{prefix}.fund.used", smaller_of(grown, renewal), "£", f"{label}: fund used for its renewal",
                          payee=self.council, account=account, kind="reserve")  # fmt: skip
        sheet.line(f"{prefix}.fund.closing", grown - used, "£", f"{label}: fund at 31 March")
        sheet.check(f"{prefix}.fund.enough", agrees(used, renewal, within=HALF_A_PENNY), f"{label}: its fund pays for its renewal",
                    "The yearly sum is worked so that the fund meets the cost when the life ends", council=self.council)  # fmt: skip
        return provision
