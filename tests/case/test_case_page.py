"""The page on the scenario file: its example runs, and it names all that a file may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import devomodel as dm
from devomodel.amounts import BASES
from devomodel.case.case import CaseWords, Council, Source
from devomodel.case.load import BLOCKS
from devomodel.case.tables import AFTER_LAST, FORECASTS
from devomodel.fields import AMOUNT_KEYS, specs
from devomodel.mechanisms.base import STAGES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scenario-format.md").read_text(encoding="utf-8")
EXAMPLE, PARAMETERS = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


def test_its_example_runs_and_all_checks_hold_in_every_option():
    case = dm.load_text(EXAMPLE, "brook-hall.yaml")
    assert list(case.options) == ["do_nothing", "evenings"]
    for option in case.options:
        projection = dm.project(case, option)
        assert [check.name for check in projection.checks if not check.passed] == []
        assert [warning for warning in projection.warnings if "No basis is given" in warning] == []


def test_its_example_is_uncertain_as_it_says():
    assert dm.project(dm.load_text(EXAMPLE), draws=50, seed=1).figures["town.precept"].std() > 0


def test_the_message_it_shows_is_the_one_that_is_given():
    [shown] = re.findall(r"```text\n(.*?)\n```", PAGE, re.S)
    with pytest.raises(dm.InputError) as refused:
        dm.load_text(EXAMPLE.replace("estimate, note: the broker", "guess, note: the broker"), "brook-hall.yaml")
    assert str(refused.value) == shown


def test_figures_go_on_as_its_second_example_says():
    case = dm.load_text(EXAMPLE.replace("mechanisms:", f"{PARAMETERS}mechanisms:"))
    assert set(case.held) == {"section137.sum_per_elector", "forecast.cpi"}


def test_it_names_every_key_and_word_of_the_format():
    words = {*specs(CaseWords), *BLOCKS, *AMOUNT_KEYS, *specs(Source), *specs(Council), *BASES, *FORECASTS, *AFTER_LAST}
    assert {word for word in words if not re.search(rf"\b{word}\b", PAGE)} == set()
    assert ", ".join(STAGES) in " ".join(PAGE.split())
