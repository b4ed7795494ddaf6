"""Real councils, from the tables shipped in `devomodel/data`: search, compare, and start a scenario from one.

The newest parish figures are for 2019-20. They are history; `age_warning` says so in a sentence.
"""

from devomodel.councils.arrays import all_parishes_arrays
from devomodel.councils.files import TABLES, records
from devomodel.councils.nearby import (
    DistrictNow,
    DwellingsByBand,
    Neighbour,
    Neighbourhood,
    RegisteredParish,
    age_warning,
    district_of,
    dwellings_by_band,
    neighbours,
    registered,
)
from devomodel.councils.paste import scenario_block
from devomodel.councils.records import (
    BillingAuthority,
    ImpliedTaxBase,
    Parish,
    WelshAuthority,
    billing_authorities,
    england_totals,
    parishes,
    welsh_authorities,
)
from devomodel.councils.search import Match, find

__all__ = [
    "TABLES",
    "BillingAuthority",
    "DistrictNow",
    "DwellingsByBand",
    "ImpliedTaxBase",
    "Match",
    "Neighbour",
    "Neighbourhood",
    "Parish",
    "RegisteredParish",
    "WelshAuthority",
    "age_warning",
    "all_parishes_arrays",
    "billing_authorities",
    "district_of",
    "dwellings_by_band",
    "england_totals",
    "find",
    "neighbours",
    "parishes",
    "records",
    "registered",
    "scenario_block",
    "welsh_authorities",
]
