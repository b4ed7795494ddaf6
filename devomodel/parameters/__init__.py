"""Figures set by law or published by others: each with its dates, its source and how far it was checked.

>>> from datetime import date
>>> find("ni.employer_rate").on(date(2025, 4, 6)).value
0.15
"""

from devomodel.parameters.figures import NATIONS, Dated, Parameter
from devomodel.parameters.shelf import find, names
from devomodel.parameters.strict import read_parameter
from devomodel.parameters.table import as_table, caution

__all__ = ["NATIONS", "Dated", "Parameter", "as_table", "caution", "find", "names", "read_parameter"]
