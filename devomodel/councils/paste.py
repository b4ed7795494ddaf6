"""A parish's published figures as a small scenario that loads and runs, to start from."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise

from devomodel.councils.nearby import age_warning
from devomodel.councils.records import Parish
from devomodel.problems import DevomodelError

SOURCE = "mhclg_parishes"
KINDS = {"E06": "unitary", "E07": "district", "E08": "metropolitan"}
"""What the beginning of an ONS code says of a billing authority."""

HOME_PLACES = 3
"""Decimals of an implied tax base; with fewer, the published Band D of some hamlets would not come back to the penny."""


def scenario_block(parish: Parish, today: date | None = None) -> str:
    """A whole scenario for a parish: its precept as published in the newest usable year, on the tax base that implies.

    Nothing is carried forward: the year is the year published, and the year before stands beside it where it is usable.
    What the statistics do not say (the budget, the reserves) is marked as an assumption to replace. Names are quoted by
    a YAML writer, whatever marks they hold.

    parish     from `find(...)[0].record` or `parishes()`
    today      the day the age of the figures is counted from
    returns    YAML text, beginning with a comment
    Raises DevomodelError where neither year's figures imply a tax base.
    """
    if not parish.usable_years:
        reasons = "; ".join(parish.unusable.values())
        raise DevomodelError(f"{parish}: no scenario can be written from these figures. {reasons}. Ask the billing authority "
                             "for the tax base, and start with: devomodel new")  # fmt: skip
    comment = f"Published history of {parish}. {age_warning(today)}"
    return f"# {_one_line(comment)}\n{written(_case(parish))}"


def written(block: object) -> str:
    """Anything made of dictionaries, lists, numbers and text, as YAML; `quoted` text keeps its quotes."""
    from ruamel.yaml import YAML

    writer = YAML()
    writer.width = 10_000
    body = io.StringIO()
    writer.dump(block, body)
    return body.getvalue()


def quoted(text: str) -> str:
    """Text from outside, to be written in double quotes, so that no mark in it means anything to YAML."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return DoubleQuotedScalarString(text)


def _case(parish: Parish) -> dict[str, object]:
    year = parish.usable_years[-1]
    before = next((early for early, late in pairwise(parish.usable_years) if late == year), None)
    town: dict[str, object] = {"name": quoted(parish.name), "kind": "parish"}
    if parish.code:
        town["code"] = parish.code
    town["billing_authority"] = quoted(parish.billing_authority)
    district: dict[str, object] = {
        "name": quoted(parish.billing_authority),
        "kind": KINDS.get(parish.district_code[:3], "public body"),
    }
    if parish.district_code:
        district["code"] = parish.district_code
    precept: dict[str, object] = {
        "use": "precept",
        "council": "town",
        "billing_authority": "district",
        "precept": {"by_year": {year: parish.precept[year]}, "basis": "published", "source": SOURCE},
        "general_reserve": {"opening": {"value": 0, "basis": "assumption",
                                        "note": "not in the statistics; replace with the balance in the council's accounts"}},
    }  # fmt: skip
    if before:
        precept["year_before"] = {
            "precept": {"value": parish.precept[before], "basis": "published", "source": SOURCE},
            "tax_base": _implied(parish, before),
        }
    services = {"value": parish.precept[year], "basis": "assumption",
                "note": "taken as equal to the published precept; replace with the council's budget by heading"}  # fmt: skip
    return {
        "case": quoted(f"{parish.name}: the precept of {year} as published"),
        "nation": "england",
        "first_year": year,
        "years": 1,
        "councils": {"town": town, "district": district},
        "sources": {
            SOURCE: {
                "title": "MHCLG council tax statistics for town and parish councils 2018-19 and 2019-20",
                "date": "2019-06-19",
                "licence": "OGL v3.0",
            }
        },
        "mechanisms": {
            "tax_base": {"use": "tax_base", "council": "town", "status": "implied", "homes": _implied(parish, year)},
            "services": {"use": "budget", "council": "town", "spending": {"services_less_their_income": services}},
            "precept": precept,
        },
    }


def _implied(parish: Parish, year: str) -> dict[str, object]:
    """A tax base worked back from what was published, and how far it can be out."""
    base = parish.implied_tax_base(year)
    unusable = "".join(f"; {reason}" for reason in parish.unusable.values())
    note = (f"implied: published precept divided by published Band D (within {_out(base.error)}, from rounding){unusable}; "
            "for a later year ask the billing authority")  # fmt: skip
    return {"value": round(base.value, HOME_PLACES), "basis": "estimate", "source": SOURCE, "note": quoted(note)}


def _out(error: float) -> str:
    return f"{error:.1f} homes" if round(error, 1) > 0 else "a tenth of a home"


def _one_line(text: str) -> str:
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
