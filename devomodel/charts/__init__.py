"""Charts of a projection: each states its finding, says the same in words, and holds the figures behind it.

>>> from devomodel import charts
>>> charts.reserves.__name__
'reserves'

A chart is drawn when its figure is first looked at, and matplotlib is loaded then. See docs/charts.md.
"""

from devomodel.charts.balances import reserves
from devomodel.charts.bands import bill_by_band, homes_by_band
from devomodel.charts.cliff import cliff
from devomodel.charts.funding import funding
from devomodel.charts.loans import loan_balance, loan_life
from devomodel.charts.main import main_charts
from devomodel.charts.page import PALETTE
from devomodel.charts.result import Chart, Table
from devomodel.charts.scheme import scheme_costs
from devomodel.charts.shares import shares
from devomodel.charts.walk import precept_walk
from devomodel.charts.years import by_year, options

__all__ = [
    "PALETTE",
    "Chart",
    "Table",
    "bill_by_band",
    "by_year",
    "cliff",
    "funding",
    "homes_by_band",
    "loan_balance",
    "loan_life",
    "main_charts",
    "options",
    "precept_walk",
    "reserves",
    "scheme_costs",
    "shares",
]
