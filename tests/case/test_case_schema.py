"""The JSON Schema knows what a scenario may look like: an editor with it shows a slip while it is made."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.cli.schema import schema_text
from devomodel.reading import read_yaml

ROOT = Path(__file__).resolve().parents[2]
WRONG = ROOT / "tests" / "wrong"
SCENARIOS = sorted([*ROOT.glob("scenarios/*.yaml"), *WRONG.glob("right/*.yaml"), *ROOT.glob("tests/cli/*.yaml")])

KNOWN_ONLY_BY_WORKING = {
    "a_bound_in_the_wrong_unit",
    "a_check_on_a_line_that_is_not_there",
    "a_council_that_is_not_named",
    "a_file_for_a_source",
    "a_line_in_another_unit",
    "a_line_of_a_council_comes_later",
    "a_line_of_a_later_stage",
    "a_line_that_is_not_there",
    "a_mechanism_named_as_a_council",
    "a_parameter_in_another_unit",
    "a_parameter_of_another_kind",
    "a_parameter_of_several_figures",
    "a_payment_to_itself",
    "a_source_that_is_not_named",
    "an_english_limit_in_wales",
    "an_index_stops_short",
    "an_option_adds_what_is_there",
    "an_option_drops_what_is_needed",
    "an_option_drops_what_is_not_there",
    "an_option_sets_what_is_not_there",
    "an_option_sets_within_a_figure",
    "an_option_with_a_wrong_figure",
    "charge_and_precept_both_fixed",
    "ends_before_it_begins",
    "figures_by_year_stop_short",
    "grows_by_inflation",
    "growth_list_too_short",
    "low_above_high",
    "new_homes_without_the_part_of_a_year",
    "no_tax_base",
    "the_forecast_ends",
    "too_many_noughts",
    "two_preferred_options",
    "two_tax_bases",
    "uncertain_about_nothing",
}
"""Slips of meaning, which no picture of the file alone can show."""


@cache
def schema() -> jsonschema.protocols.Validator:
    return jsonschema.Draft202012Validator(dm.json_schema())


def can_be_read(path: Path) -> bool:
    try:
        read_yaml(path)
    except dm.InputError:
        return False
    return True


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(dm.json_schema())


def test_the_command_prints_it():
    assert json.loads(schema_text()) == dm.json_schema()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_is_as_it_says(path):
    assert [f"{error.json_path}: {error.message}" for error in schema().iter_errors(read_yaml(path).value)] == []


@pytest.mark.parametrize("path", [path for path in sorted(WRONG.glob("*.yaml")) if can_be_read(path)], ids=lambda path: path.stem)
def test_a_slip_in_the_form_of_a_scenario_is_seen_by_it_and_one_of_meaning_is_not(path):
    assert schema().is_valid(read_yaml(path).value) == (path.stem in KNOWN_ONLY_BY_WORKING)


def test_every_mechanism_is_offered_with_a_description_of_each_key():
    offered = dm.json_schema()["$defs"]["mechanism"]
    assert offered["properties"]["use"]["enum"] == list(mechanisms.names())
    for rule in offered["allOf"]:
        keys = rule["then"]["properties"]
        assert all(of.get("description") for key, of in keys.items() if key not in ("use", "note")), rule["if"]
