"""Every parish at once, for work over thousands of them."""

from __future__ import annotations

from typing import Any

from devomodel.councils.records import PARISH_YEARS, parishes


def all_parishes_arrays() -> dict[str, Any]:
    """The parish table as numpy arrays, one place for each parish, in the table's order.

    names, billing_authorities, codes, district_codes    text
    band_d_2018_19, band_d_2019_20                       £
    precept_2018_19, precept_2019_20                     £
    implied_tax_base_2018_19, …_2019_20                  precept ÷ Band D, not rounded; NaN where not usable
    usable_2018_19, usable_2019_20                       True where the year's figures imply a tax base
    unusable                                             the others by name: ((parish, district, year, reason), …)
    """
    import numpy as np

    everyone = parishes()
    arrays: dict[str, Any] = {
        "names": np.array([parish.name for parish in everyone]),
        "billing_authorities": np.array([parish.billing_authority for parish in everyone]),
        "codes": np.array([parish.code for parish in everyone]),
        "district_codes": np.array([parish.district_code for parish in everyone]),
    }
    for year in PARISH_YEARS:
        ending = year.replace("-", "_")
        charge = np.array([parish.band_d[year] for parish in everyone])
        precept = np.array([parish.precept[year] for parish in everyone], dtype=float)
        usable = charge > 0
        arrays[f"band_d_{ending}"] = charge
        arrays[f"precept_{ending}"] = precept
        arrays[f"usable_{ending}"] = usable
        unknown = np.full(len(charge), np.nan)
        arrays[f"implied_tax_base_{ending}"] = np.divide(precept, charge, out=unknown, where=usable)
    arrays["unusable"] = tuple(
        (parish.name, parish.billing_authority, year, reason) for parish in everyone for year, reason in parish.unusable.items()
    )
    return arrays
