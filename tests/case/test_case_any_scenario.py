"""A good scenario with any one thing in it spoilt is either read and worked, or refused with every problem placed."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.reading import read_yaml, read_yaml_text

RIGHT = sorted((Path(__file__).parents[1] / "wrong" / "right").glob("*.yaml"))
FIX = re.compile(r"\b(Did you mean|[Ww]rite|Add|Give|Name|Say|Take|Put|Keep|lists)\b")
Place = tuple[Any, ...]


@cache
def schema() -> jsonschema.protocols.Validator:
    return jsonschema.Draft202012Validator(dm.json_schema())


@cache
def good(name: str) -> Any:
    return read_yaml(next(path for path in RIGHT if path.stem == name)).value


def places(value: Any, at: Place = ()) -> list[Place]:
    """Every key and item of a scenario."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inner for place in ((*at, key), *places(one, (*at, key)))]


ALL = [(path.stem, place) for path in RIGHT for place in places(good(path.stem))]
WORDS = st.sampled_from([
    "", "rest", "town", "2026-27", "2019-20", "2026/27", "9999-00", "1900-01", "cpi", "inflation", "30%", "-100%", "1000%",
    "£1", "-£5", "0", "hold", "published", "mhclg", "precept.precept", "town.precept", "town.band_d", "budget.spending.staff",
    "../x", "<b>", "yes", "forecast.cpi", "section137.sum_per_elector", "cil.neighbourhood_share/none",
    "business_rates.multiplier/small", "a" * 300, "é", "1/0",
])  # fmt: skip
NUMBERS = st.one_of(st.integers(-3, 130), st.sampled_from([0, -1, 1e-9, 0.5, 1e11, 1e13, 10**14, 2026]))
KEYS = st.sampled_from([
    "value", "by_year", "line", "parameter", "basis", "source", "grows", "prices", "from", "until", "once", "note",
    "use", "council", "town", "spending", "general", "opening", "A", "I", "2026-27", "set", "drop", "low",
])  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)


def spoilt(name: str, place: Place, how: str, value: Any) -> Any:
    """A good scenario with one place taken out, changed, renamed, or written again under another name."""
    scenario = copy.deepcopy(good(name))
    parent = scenario
    for step in place[:-1]:
        parent = parent[step]
    key = place[-1]
    if how == "take out":
        del parent[key]
    elif how == "change" or isinstance(parent, list):
        parent[key] = value
    else:
        again = str(value)[:80] if how == "rename" else f"{key}_again"
        parent[again] = parent.pop(key) if how == "rename" else copy.deepcopy(parent[key])
    return scenario


def outcome(scenario: Any) -> tuple[dm.problems.Problem, ...]:
    """What is said of a scenario; nothing when it can be read, and every option worked and shown."""
    try:
        case = dm.load_text(json.dumps(scenario, ensure_ascii=False, indent=1), "spoilt.yaml")
        for option in case.options:
            projection = dm.project(case, option)
            json.dumps(projection.as_dict())
            assert len(projection.case_id) == 10
        if case.uncertain:
            dm.project(case, draws=3, seed=1)
    except dm.InputError as refused:
        return refused.problems
    return ()


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_good_scenario_is_good_in_whatever_layout_it_is_written(path):
    assert outcome(good(path.stem)) == ()


@pytest.mark.parametrize("name", [path.stem for path in RIGHT])
def test_each_key_taken_out_in_turn_is_either_not_needed_or_missed_by_name(name):
    for place in places(good(name)):
        for problem in outcome(spoilt(name, place, "take out", None)):
            assert problem.what and problem.file == "spoilt.yaml"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ALL), st.sampled_from(["change", "rename", "repeat"]), VALUES)
def test_any_one_thing_spoilt_is_read_or_refused_in_words_and_the_schema_agrees(where, how, value):
    name, place = where
    scenario = spoilt(name, place, how, value)
    problems = outcome(scenario)
    for problem in problems:
        assert problem.what and problem.file == "spoilt.yaml"
        assert problem.allowed or problem.do or FIX.search(problem.what), str(problem)
    if not problems:
        assert [error.message for error in schema().iter_errors(scenario)] == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(RIGHT), st.data())
@example(RIGHT[0], None)
def test_any_cut_or_paste_in_the_text_is_read_or_refused(path, data):
    text = path.read_text(encoding="utf-8")
    if data is not None:
        at, until = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        until = min(until, at + data.draw(st.integers(0, 40)))
        pasted = data.draw(st.sampled_from(["", ":", "{", "}", '"', "\n", "  ", "- ", ",", "&a ", "£", "%", "0"]))
        text = text[:at] + pasted + text[until:]
    try:
        scenario = read_yaml_text(text, "cut.yaml").value
    except dm.InputError:
        return
    outcome(scenario)
