"""A parish's published figures as YAML, ready to paste into a scenario."""

from __future__ import annotations

import io
from datetime import date

from devomodel.councils.nearby import age_warning
from devomodel.councils.records import Parish

SOURCE = "mhclg_parishes"


def scenario_block(parish: Parish, today: date | None = None) -> str:
    """The beginning of a scenario for a parish: its source, its council, and its tax base as published history.

    Nothing is carried forward: the years in the block are the years published. A year whose tax base cannot be implied
    is left out, and the note or the comment says why. Names are quoted by a YAML writer, whatever marks they hold.

    parish     from `find(...)[0].record` or `parishes()`
    today      the day the age of the figures is counted from
    returns    YAML text, beginning with a comment
    """
    comment = f"Published history of {parish}. {age_warning(today)}"
    if not parish.usable_years:
        comment += " No tax base can be implied, so there are no homes below: give the billing authority's figure."
    return f"# {_one_line(comment)}\n{written(_block(parish))}"


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


def _block(parish: Parish) -> dict[str, object]:
    council: dict[str, object] = {"name": quoted(parish.name), "kind": "parish"}
    if parish.code:
        council["code"] = parish.code
    council["billing_authority"] = quoted(parish.billing_authority)
    tax_base: dict[str, object] = {"use": "tax_base", "council": "town"}
    homes = {year: round(parish.implied_tax_base(year).value, 2) for year in parish.usable_years}
    if homes:
        tax_base["homes"] = {"by_year": homes, "basis": "published", "source": SOURCE, "note": quoted(_note(parish))}
    tax_base["before"] = {
        "precept": {"by_year": dict(parish.precept), "basis": "published", "source": SOURCE},
        "band_d_charge": {"by_year": dict(parish.band_d), "basis": "published", "source": SOURCE},
    }
    return {
        "sources": {
            SOURCE: {
                "title": "MHCLG council tax statistics for town and parish councils 2018-19 and 2019-20",
                "licence": "OGL v3.0",
            }
        },
        "councils": {"town": council},
        "mechanisms": {"tax_base": tax_base},
    }


def _note(parish: Parish) -> str:
    bands = ", ".join(f"within {parish.implied_tax_base(year).error:.1f} in {year}" for year in parish.usable_years)
    implied = f"implied: published precept divided by published Band D ({bands}, from rounding)"
    sentences = [implied, *parish.unusable.values()]
    return "; ".join(sentences) + "; a later year is an assumption until the billing authority gives its own figure"


def _one_line(text: str) -> str:
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
