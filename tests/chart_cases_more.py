"""Small cases for the charts of funding, cliffs, shares and loans: gaps, money kept for later, many sources, long names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import devomodel as dm
from devomodel.charts import Chart
from devomodel.model import Projection

ROOT = Path(__file__).resolve().parent.parent
LONG_NAME = "Upper and Lower Netherwold with Saint Wulfstan's Magna Joint Burial and Recreation Ground Parish Council"


@cache
def shipped(name: str, option: str | None = None) -> Projection:
    """A scenario that ships, worked out."""
    return dm.project(dm.load(ROOT / "scenarios" / f"{name}.yaml"), option)


@cache
def made_up(mechanisms: str, years: int = 6, name: str = "Ashby Town Council") -> Projection:
    """A made-up town of 1,000 Band D homes with some mechanisms, given as the block of a scenario."""
    text = f"""
case: Made up to try charts
illustrative: true
nation: england
first_year: 2026-27
years: {years}
councils:
  town: {{name: "{name}", kind: town}}
  district: {{name: Overmere District Council, kind: district}}
  fund: {{name: Overmere Community Fund, kind: funder}}
  lottery: {{name: Lottery fund, kind: funder}}
  builder: {{name: Overmere Homes, kind: developer}}
  friends: {{name: Friends of Ashby Hall, kind: charity}}
mechanisms:
  base: {{use: tax_base, council: town, homes: 1_000}}
  precept: {{use: precept, council: town, billing_authority: district, general_reserve: {{opening: "£50,000"}}}}
  services: {{use: budget, council: town, spending: {{services: "£60,000"}}}}
{mechanisms}
"""
    return dm.project(dm.load_text(text))


HALL = """
  hall:
    use: match_funding
    council: town
    account: capital
    cost: {by_year: {2026-27: "£300,000", 2027-28: "£150,000"}, until: 2027-28}
    funders:
      lottery: {funder: lottery, award: "£200,000", money: lottery, pays_for: capital, status: secured, drawdown: in_advance}
      fund: {funder: fund, award: "£80,000", money: public, pays_for: capital, status: applied for}
      builder: {funder: builder, award: "£50,000", money: developer, pays_for: capital, status: assumed}
"""

MANY = """
  hall:
    use: match_funding
    council: town
    account: capital
    cost: {by_year: {2026-27: "£300,000", 2027-28: "£150,000"}, until: 2027-28}
    funders:
      a: {funder: lottery, award: "£200,000", money: lottery, pays_for: capital, status: secured}
      b: {funder: fund, award: "£80,000", money: public, pays_for: capital, status: applied for}
      c: {funder: builder, award: "£50,000", money: developer, pays_for: capital, status: assumed}
      d: {funder: fund, award: "£40,000", money: public, pays_for: capital, status: secured}
      e: {funder: district, award: "£30,000", money: public, pays_for: capital, status: secured}
      f: {funder: friends, award: "£20,000", money: charity, pays_for: capital, status: secured}
      g: {funder: lottery, award: "£20,000", money: lottery, pays_for: capital, status: assumed}
      h: {funder: town, award: "£10,000", money: own, pays_for: capital, status: secured}
"""

TAPER = """
  club: {use: budget, council: town, spending: {running: "£30,000"}}
  support:
    use: grant
    payer: district
    payee: town
    kind: grant
    status: secured
    label: Support for the youth club
    taper: {total: "£60,000", years: 3, first_year: 2026-27}
    pays_for: the youth club
    spending_left: {line: club.net_cost}
    then: THEN
"""

NO_END = """
  club: {use: budget, council: town, spending: {running: "£30,000"}}
  support: {use: grant, payer: district, payee: town, kind: contract, status: assumed, amount: "£12,000", ends: not agreed}
"""

SHARED = """
  pool:
    use: cost_share
    manager: district
    shares: {town: 50%, district: rest}
    gross_running_cost: {value: "£130,000", grows: 2%}
    side_by_side: {alone: {town: "£60,000", district: "£100,000"}}
"""

LOANS = """
  loans:
    use: borrowing
    council: town
    loans:
      hall:
        {principal: "£90,000", rate: {value: 4%, note: made up in 2026}, term_years: 20, shape: annuity, drawn: 2026-27, drawn_half: second}
      field:
        principal: "£50,000"
        rate: {value: 3%, note: made up in 2020}
        term_years: 10
        shape: maturity
        drawn: 2022-23
        sinking_fund: {earns: 2%}
      van:
        principal: "£20,000"
        rate: {value: 5%, note: made up in 2026}
        term_years: 5
        shape: equal_instalments
        drawn: 2026-27
        repaid_early: {year: 2028-29, half: second, rate: {value: 4%, note: made up in 2028}}
"""


def gallery() -> dict[str, Chart]:
    """Every chart of this kind in the cases that are hardest to lay out."""
    charts = dm.charts
    agreed = TAPER.replace("THEN", "town")
    loans = made_up(LOANS)
    return {
        "funding with a gap": charts.funding(made_up(HALL), "town"),
        "funding, many sources": charts.funding(made_up(MANY, name=LONG_NAME), "town"),
        "funding of running costs": charts.funding(shipped("kidderminster-town-hall"), "town", "revenue"),
        "funding over thirty years": charts.funding(made_up(agreed, 30), "town", "revenue"),
        "cliff": charts.cliff(shipped("kidderminster-town-hall")),
        "cliff agreed": charts.cliff(made_up(agreed, name=LONG_NAME), "support"),
        "cliff without an end": charts.cliff(made_up(NO_END), "support"),
        "cliff over thirty years": charts.cliff(made_up(TAPER.replace("THEN", "not agreed"), 30)),
        "shares": charts.shares(shipped("kidderminster-town-hall", "do_nothing")),
        "shares, long name": charts.shares(made_up(SHARED, name=LONG_NAME), year="2028-29"),
        "loan": charts.loan_balance(loans, "hall"),
        "loan to its end": charts.loan_balance(loans, "field"),
        "loan repaid early": charts.loan_balance(loans, "loans.van"),
        "loan of fifty years": charts.loan_balance(shipped("cowfold-pavilion")),
    }
