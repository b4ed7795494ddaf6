"""The main charts of a case: those that its option has figures for, each by a name for its file."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from devomodel import funding as sources_of_money
from devomodel.charts.balances import reserves
from devomodel.charts.bands import bill_by_band
from devomodel.charts.cliff import cliff, weight
from devomodel.charts.funding import funding
from devomodel.charts.loans import loan_balance, loans_of
from devomodel.charts.result import Chart
from devomodel.charts.shares import shares
from devomodel.charts.walk import precept_walk
from devomodel.charts.years import by_year
from devomodel.cliffs import find_cliffs
from devomodel.model import Projection
from devomodel.statements import HALF_A_PENNY, has_precept

MOST_CLIFFS = 4


def _year_of_change(projection: Projection, council: str) -> str:
    """The first year in which the precept moves; the first year of the case when it never does."""
    changes = projection.by_year(f"{council}.precept_change")
    moved = (year for year, change in zip(projection.years, changes, strict=True) if abs(change) >= HALF_A_PENNY)
    return next(moved, projection.years[0])


def main_charts(projection: Projection, year: str | Mapping[str, str] | None = None) -> dict[str, Chart]:
    """Name of a file, without its ending → chart: bills, walk, charge and reserves of each council with a precept, who pays
    for each account that others pay towards, what ends, rules side by side, and every loan.

    year  of the bills, the walk and the rules, or of each council by its key; none means the first in which its precept moves
    """
    years = year if isinstance(year, Mapping) else dict.fromkeys(projection.case.councils, year)
    sheet = projection.sheet
    found: dict[str, Chart] = {}
    for key in projection.case.councils:
        if not has_precept(sheet, key):
            continue
        of_bills = years.get(key) or _year_of_change(projection, key)
        found[f"{key}-bill-by-band"] = bill_by_band(projection, key, of_bills)
        if isfinite(projection.value(f"{key}.band_d_change", of_bills)):
            found[f"{key}-precept-walk"] = precept_walk(projection, key, of_bills)
        if len(projection.years) > 1:
            found[f"{key}-band-d"] = by_year(projection, line=f"{key}.band_d")
        found[f"{key}-reserves"] = reserves(projection, key)
    for key in projection.case.councils:
        titles = [one.title for one in sources_of_money.funding_statements(projection.figures, key)]
        for account, words in sources_of_money.TITLES.items():
            own = account != "revenue" or has_precept(sheet, key)  # another body's budget is not all in the case
            if own and any(title.endswith(words) for title in titles) and _spends(projection, key, account):
                found[f"{key}-funding-{account.replace('_', '-')}"] = funding(projection, key, account)
    ending = sorted((one for one in find_cliffs(projection) if weight(one)[0]), key=weight, reverse=True)
    for one in ending[:MOST_CLIFFS]:
        found[f"cliff-{one.lines[0].split('.')[0].replace('_', '-')}"] = cliff(projection, one.lines[0])
    for name in dict.fromkeys(line.tags["side_by_side"] for line in sheet if "side_by_side" in line.tags):
        found[f"shares-{name.replace('_', '-')}"] = shares(projection, name, year if isinstance(year, str) else None)
    for prefix in loans_of(projection):
        found[f"loan-{prefix.replace('.', '-').replace('_', '-')}"] = loan_balance(projection, prefix)
    return found


def _spends(projection: Projection, council: str, account: str) -> bool:
    """Whether anything is spent on an account in the years of the case."""
    table = sources_of_money.funding(projection.figures, council, account)
    return sum(next(row for row in table if row.kind == "total").values) >= HALF_A_PENNY
