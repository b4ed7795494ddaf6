"""Reading the tables in `devomodel/data`: compressed CSV, kept as text until somebody asks for a figure."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from pathlib import Path

from devomodel.problems import DevomodelError, listed, suggestion

DATA = Path(__file__).resolve().parent.parent / "data"

TABLES = {
    "parish_precepts": "parish_precepts_england_2018_19_2019_20",
    "billing_authorities": "billing_authorities_england_2026_27",
    "england_and_class_totals": "england_and_class_totals_2026_27",
    "dwellings_by_band": "dwellings_by_band_2025",
    "wales": "council_tax_wales_2026_27",
    "parish_figures": "parish_figures_from_published_pages",
    "national_series": "parish_national_series_england",
    "section_137_limits": "section_137_limits_england",
    "ons_parishes": "ons_parishes_december_2019",
}


def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """Every row of a shipped table as text, without its heading.

    table    a key of `TABLES`
    Raises DevomodelError for another name, or where the file is missing or damaged.
    """
    return _read(table)[1]


def heading(table: str) -> tuple[str, ...]:
    """The column names of a shipped table, in order."""
    return _read(table)[0]


def records(table: str) -> list[dict[str, str]]:
    """Every row of a shipped table as a dictionary of text; a blank cell is an empty string.

    The tables are listed in docs/councils.md, with their columns and units.

    >>> records("section_137_limits")[0]["limit_gbp_per_elector"]
    '7.2'
    """
    names = heading(table)
    return [dict(zip(names, row, strict=True)) for row in rows(table)]


@cache
def _read(table: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if table not in TABLES:
        hint = suggestion(table, TABLES)
        raise DevomodelError(f"No table called '{table}'. Allowed: {listed(TABLES)}. {hint}".strip())
    path = DATA / f"{TABLES[table]}.csv.gz"
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        what = f"{path.name}: the shipped table cannot be read ({error}). Install devomodel again."
        raise DevomodelError(what) from None
    lines = csv.reader(io.StringIO(text, newline=""))
    return tuple(next(lines)), tuple(map(tuple, lines))
