"""The pages of docs/mechanisms: each names all that its mechanism takes, and its example is a case that runs."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.fields import specs
from devomodel.reading import read_yaml_text

PAGES = Path(__file__).resolve().parent.parent / "docs" / "mechanisms"
COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
}
OTHERS = {"fund": {"name": "Heritage fund", "kind": "funder"}, "pwlb": {"name": "Public Works Loan Board", "kind": "public body"}}
BLOCK = re.compile(r"```yaml\n(mechanisms:\n.*?)```", re.S)
ANY_BLOCK = re.compile(r"```yaml\n(.*?)```", re.S)
SOURCE = re.compile(r"source: (\w+)")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in mechanisms.names() if (PAGES / f"{name}.md").is_file()])
def test_a_page_names_everything_its_mechanism_takes(name: str):
    text, of = page(name), mechanisms.find(name)
    known = specs(of)
    inner = {key for spec in known.values() if spec.of for key in specs(spec.of)}
    assert {one.name for one in fields(of)} >= set(known)
    assert [key for key in (*known, *sorted(inner)) if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", text)] == []


@pytest.mark.parametrize("name", mechanisms.names())
def test_every_example_of_a_page_is_a_case_that_runs_and_passes_its_checks(name: str):
    used = set()
    for text in ANY_BLOCK.findall(page(name)):
        block = read_yaml_text(text, f"{name}.md").value
        written = block if "mechanisms" in block else {"mechanisms": block}
        used |= {one["use"] for one in written["mechanisms"].values()}
        case = {"case": name, "nation": "england", "first_year": "2026-27", "years": 1 if "mechanisms" in block else 5,
                "councils": COUNCILS | OTHERS,
                "sources": {one: f"Source of the example, {one}, 2026" for one in SOURCE.findall(text)}} | written  # fmt: skip
        projection = dm.project(dm.load_text(json.dumps(case), f"{name}.md"))
        assert [one for one in projection.checks if not one.passed] == []
    assert name in used


PRINTED = {
    "tax_base": {"town.band_d": [50.00, 51.02]},
    "tax_base_from_dwellings": {"town.tax_base": [980, 1_029]},
    "budget": {"town.precept": [75_000], "town.band_d": [50]},
    "payment": {"town.precept": [40_000, 40_000, 50_000], "county.revenue.net": [-10_000, -10_000, 0]},
    "volunteer_time": {"pond.cost": [500], "pond.match": [500]},
    "precept": {"town.precept": [110_000], "town.band_d": [88], "town.walk.spending": [12.50], "town.walk.other_income": [-2],
                "town.walk.contingency": [1], "town.walk.reserves": [-2.50], "town.walk.support_grant": [1],
                "town.walk.tax_base": [-22], "town.band_d_change": [-12]},
    "special_expenses": {"special.riverside.band_d": [20], "special.general_band_d": [95], "special.average_band_d": [100]},
    "bill": {"bill.total.D": [2_214.68], "bill.total.B": [1_722.54], "bill.total.C": [1_968.61],
             "bill.county_council.B": [1_196.94], "bill.district_council.B": [189.23], "bill.police.B": [215.83],
             "bill.fire.B": [75.62], "bill.parish.B": [44.92]},
    "section_137": {"grants_to_groups.limit": [2_929.35], "grants_to_groups.room": [429.35]},
}  # fmt: skip
"""What each page says comes out of its example."""


@pytest.mark.parametrize("name", PRINTED)
def test_a_page_prints_what_its_example_comes_to(name: str):
    [block] = BLOCK.findall(page(name))
    case = {"case": name, "nation": "england", "first_year": "2026-27", "years": 1, "councils": COUNCILS}
    projection = dm.project(dm.load_text(json.dumps(case | read_yaml_text(block).value), f"{name}.md"))
    text = page(name).replace(block, "")
    for line, figures in PRINTED[name].items():
        assert all(f"{abs(one):,.2f}" in text or f"{abs(one):,.0f}" in text for one in figures), f"{line} is not on the page"
        assert projection.by_year(line) == pytest.approx(figures, abs=1e-6 if "137" in name else 0.005), line
