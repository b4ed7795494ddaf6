"""The scenarios that ship: they run, their checks hold, their published figures are right, and they say how firm they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import devomodel as dm
from devomodel import councils
from devomodel.case import Case
from devomodel.model import Projection
from tests.expected import FOLDER, SCENARIOS, key_figures
from tests.findings import PAGE, with_findings

PUBLISHED = {
    "castle-donington": "Castle Donington",
    "kidderminster": "Kidderminster Town Council",
    "bletchingdon": "Bletchingdon",
    "padiham": "Padiham",
    "dunstable-ranger": "Dunstable",
    "peppard-pavilion": "Rotherfield Peppard",
}
"""The scenarios that open with the figures of a parish in the national file, and its name there."""

every_scenario = pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
every_parish = pytest.mark.parametrize("name", PUBLISHED)


def path_of(name: str) -> Path:
    return FOLDER.parent.parent / "scenarios" / f"{name}.yaml"


@cache
def case_of(path: Path) -> Case:
    return dm.load(path)


def projections(path: Path) -> list[Projection]:
    case = case_of(path)
    return [dm.project(case, option) for option in case.options]


def parish_of(name: str) -> councils.Parish:
    [found] = [parish for parish in councils.parishes() if parish.name == PUBLISHED[name]]
    return found


def first_below(projection: Projection, line: str, bound: float) -> str:
    """The first year in which a line is below a bound."""
    return next(year for year in projection.years if projection.value(line, year) < bound)


# Every scenario


@every_scenario
def test_every_option_runs_and_its_checks_hold(path):
    failing = {one.option: [check.label for check in one.checks if not check.passed] for one in projections(path)}
    assert failing == {option: [] for option in case_of(path).options}


@every_scenario
def test_key_figures_are_the_expected_ones(path):
    expected = (FOLDER / f"{path.stem}.txt").read_text(encoding="utf-8")
    assert key_figures(path) == expected, "If the new figures are right: python -m tests.expected, and say why in the change note"


def test_every_expected_text_has_its_scenario():
    assert [file.stem for file in sorted(FOLDER.glob("*.txt"))] == [path.stem for path in SCENARIOS]


def test_the_page_of_scenarios_names_each_and_states_what_it_finds_today():
    page = PAGE.read_text(encoding="utf-8")
    assert [path.name for path in SCENARIOS if f"devomodel run scenarios/{path.name}" not in page] == []
    assert with_findings(page) == page, "Write the findings anew: python -m tests.expected"


@every_scenario
def test_uncertain_amounts_can_be_drawn_in_every_option(path):
    case = case_of(path)
    for option in case.options:
        drawn = dm.project(case, option, draws=20, seed=1)
        lanes = {drawn.figures[line.name].shape[-1] for line in drawn.sheet}
        assert lanes == ({1, 20} if case.uncertain else {1})


@every_scenario
def test_every_amount_says_how_firm_it_is_and_what_it_rests_on(path):
    bare = set()
    for projection in projections(path):
        for amount in projection.sheet.amounts.values():
            sourced = amount.source or amount.parameter
            rests_on = sourced if amount.basis in ("published", "agreement", "quote", "law") else amount.note
            if amount.basis == "not stated" or not rests_on:
                bare.add(amount.where)
    for name, (_, origin) in case_of(path).indices.items():
        if origin.basis == "not stated" or not origin.note:
            bare.add(f"indices › {name}")
    assert bare == set()
    assert not [said for projection in projections(path) for said in projection.warnings if "No basis" in said]


@every_scenario
def test_every_source_named_is_used_and_can_be_found(path):
    case = case_of(path)
    used = {value for key, value in every_key(case.document.value) if key == "source"}
    assert used == set(case.sources), "A source that nothing uses"
    for name, source in case.sources.items():
        assert len(source.title.split()) > 4, f"{name}: a title in plain English"
        assert source.url.startswith("http") and source.date and source.licence, f"{name}: address, date and licence"


def every_key(block: Any) -> Iterator[tuple[str, Any]]:
    """Each key and value anywhere in a file."""
    if isinstance(block, dict):
        for key, value in block.items():
            yield key, value
            yield from every_key(value)
    elif isinstance(block, list):
        for one in block:
            yield from every_key(one)


@every_scenario
def test_no_person_is_named_and_no_real_council_is_said_to_have_approved(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Cllr|Councillor|Mayor)\.? [A-Z]\w+", text) == []
    case = case_of(path)
    assert re.search(r"Clerk and Responsible Financial Officer|The project", case.owner)
    assert case.illustrative or case.approved is None


@every_scenario
def test_options_are_weighed_against_others_that_were_set_aside(path):
    case = case_of(path)
    assert case.rejected and case.note
    assert case.ceilings, "A case states at least one bound of its own"
    if len(case.options) > 1:
        assert len(case.options) >= 3, "Do nothing and two more"


# Published figures


@every_parish
def test_precepts_and_charges_open_the_case_to_the_penny_as_published(name):
    parish = parish_of(name)
    for projection in projections(path_of(name)):
        year = projection.years[0]
        assert year == "2019-20"
        assert projection.value("town.year_before.precept", year) == parish.precept["2018-19"]
        assert projection.value("town.precept", year) == parish.precept["2019-20"]
        assert round(projection.value("town.band_d_at_start", year), 2) == parish.band_d["2018-19"]
        assert round(projection.value("town.band_d", year), 2) == parish.band_d["2019-20"]


@every_parish
def test_tax_bases_are_the_implied_ones_and_are_called_estimates(name):
    parish, projection = parish_of(name), projections(path_of(name))[0]
    given = {"2018-19": "town.year_before.tax_base", "2019-20": "town.tax_base"}
    for year, line in given.items():
        assert projection.value(line, "2019-20") == round(parish.implied_tax_base(year).value, 2)
        assert projection.sheet.amounts[line].basis == "estimate"
        assert projection.sheet.amounts[line].source == "mhclg"


@every_parish
def test_the_council_and_its_district_carry_their_official_codes(name):
    parish, case = parish_of(name), case_of(path_of(name))
    town = case.councils["town"]
    assert (town.code, town.billing_authority, case.councils["district"].code) == (
        parish.code, parish.billing_authority, parish.district_code)  # fmt: skip


@every_parish
def test_nothing_after_the_published_years_is_called_published(name):
    for projection in projections(path_of(name)):
        for line in projection.sheet:
            if line.tags.get("kind") == "growth" and line.is_input:
                assert line.origin.basis == "assumption", line.name
        for amount in projection.sheet.amounts.values():
            if amount.basis == "published" and amount.grows is None:
                assert amount.place[2] in ("year_before", "day_rate", "funders"), amount.where


# What each is for


def test_castle_donington_raises_its_published_precept_by_exactly_one_half():
    nothing, hub, rooms = projections(path_of("castle-donington"))
    assert hub.option == hub.case.preferred
    assert hub.value("town.precept", "2020-21") == 1.5 * 337_886
    assert rooms.value("town.precept", "2020-21") == pytest.approx(1.2 * 337_886)
    assert nothing.value("town.precept", "2020-21") < rooms.value("town.precept", "2020-21")


def test_castle_donington_reasons_for_setting_alternatives_aside_are_its_own_figures():
    hub = projections(path_of("castle-donington"))[1]
    year = "2020-21"
    spending = sum(hub.value(line.name, year) for line in hub.sheet if re.fullmatch(r"hub\.spending\.\w+", line.name))
    first_year = spending - hub.value("hub.income.room_hire_and_fees", year) + hub.value("town.reserves_added", year)
    assert first_year == 158_000 > hub.value("town.reserves.general.opening", year)
    assert 260 <= first_year / 12 / 50 < 265  # hours a week at £12, for 50 weeks


def test_kidderminster_grant_falls_each_year_and_adds_up_to_the_published_total():
    paid = projections(path_of("kidderminster"))[0].by_year("town_hall_grant.paid")
    assert sum(paid) == 272_860
    assert paid[:5] == sorted(paid[:5], reverse=True) and paid[5:] == [0, 0]


def test_kidderminster_held_charge_would_spend_the_reserve_as_its_reason_says():
    held = dm.load(path_of("kidderminster"), changes={"precept.band_d_charge": {"value": "£36.00", "basis": "assumption"}})
    projection = dm.project(held, "do_nothing")
    assert not projection.passed
    assert first_below(projection, "town.reserves.closing", 160_000) == "2021-22"
    assert first_below(projection, "town.reserves.closing", 0) == "2023-24"
    needed = projections(path_of("kidderminster"))[0].value("town.band_d", "2023-24")
    assert needed > 1.2 * 36.00


def test_kidderminster_bill_agrees_with_the_published_table_and_band_c_is_a_penny_more():
    [bill] = projections(path_of("kidderminster-bill-2024-25"))
    assert pence_out(bill) == {"A": 0, "B": 0, "C": 1, "D": 0, "E": 0, "F": 0, "G": 0, "H": 0}
    town = 2_214.68 - (1_538.92 + 243.29 + 277.50 + 97.22)
    assert bill.value("bill.town.charge", "2024-25") == pytest.approx(town)


def test_kidderminster_bill_rounded_once_is_a_penny_out_in_two_bands():
    case = dm.load(path_of("kidderminster-bill-2024-25"), changes={"bill.rounding": "total_then_round"})
    assert [band for band, pence in pence_out(dm.project(case)).items() if pence] == ["B", "E"]


def pence_out(bill: Projection) -> dict[str, int]:
    """Band → pence by which the worked bill is above the published one."""
    return {band: round(100 * (bill.by_year(f"bill.total.{band}")[0] - bill.by_year(f"bill.published_total.{band}")[0]))
            for band in "ABCDEFGH"}  # fmt: skip


def test_kidderminster_bill_moves_as_the_district_printed():
    [bill] = projections(path_of("kidderminster-bill-2024-25"))
    printed = {"county": 4.99, "district": 3.00, "police": 4.91, "fire": 2.99}
    assert {part: round(100 * bill.value(f"bill.{part}.change_rate", "2024-25"), 2) for part in printed} == printed


def test_bletchingdon_bill_rises_faster_than_its_precept():
    nothing = projections(path_of("bletchingdon"))[0]
    for year in ("2019-20", "2020-21"):
        precept, base, charge = (nothing.value(f"town.{line}_change_rate", year) for line in ("precept", "tax_base", "band_d"))
        assert base < 0 < precept < charge


def test_consultation_figures_can_be_checked_by_eye():
    nothing, ranger, both = projections(path_of("precept-consultation"))
    year = "2027-28"
    assert nothing.value("town.tax_base_before_collection", year) == pytest.approx(5_000)
    assert nothing.value("town.tax_base", year) == pytest.approx(4_900)
    assert [round(one.value("town.precept", year), 2) for one in (nothing, ranger, both)] == [490_000, 514_500, 539_000]
    assert [round(one.value("town.band_d", year), 2) for one in (nothing, ranger, both)] == [100, 105, 110]
    assert round(nothing.value("bill.total.D", year), 2) == 2_400
    assert nothing.value("town.homes.share_below_band_d", year) == pytest.approx(4_770 / 6_579)


def test_consultation_asks_before_an_option_is_preferred():
    case = case_of(path_of("precept-consultation"))
    assert case.illustrative and case.preferred == case.do_nothing


def test_consultation_held_precept_would_leave_the_reserve_that_its_reason_says():
    changes = {"precept.precept": {"value": "£456,000", "basis": "assumption"}}
    held = dm.project(dm.load(path_of("precept-consultation"), changes=changes), "do_nothing")
    assert held.value("town.difference_to_reserves", "2027-28") == pytest.approx(-34_000)
    assert held.value("town.reserves.general.closing", "2027-28") == pytest.approx(116_000)
    assert held.value("town.reserves.general.closing", "2027-28") < held.value("town.spending", "2027-28") / 4
