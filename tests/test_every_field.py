"""Any one field of any mechanism taken out or spoilt: it still works, or it is refused in plain words with its place.

The worked examples are the good cases. Each is spoilt in one place at a time, at any depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.fields import AMOUNT_KEYS, Spec, specs
from tests.test_worked_examples import OF_MECHANISMS, Example

Place = tuple[Any, ...]
TAKEN_OUT, MISSPELT = "(taken out)", "(misspelt)"
KEY_MISSPELT = {
    "(last letter of the key twice)": lambda key: key + key[-1],
    "(first letter of the key left out)": lambda key: key[1:],
    "(the key as two words)": lambda _: "2 words",
}
WORDS_OF_PROGRAMS = re.compile(
    r"NoneType|\bNone\b|\bdict|\bfloat\b|\bint\b|\bstr\b|Traceback|KeyError|TypeError|object at|\bnan\b|Decimal|<class"
)
SPOILT: tuple[Any, ...] = (
    TAKEN_OUT, MISSPELT, None, "", [1, 2], {"wrong": 1}, True, "a word", "nobody", "12%", "£12", -1, 1e12, "2019-20",
)  # fmt: skip
"""What a slip could leave in place of a value: nothing, another type, another unit, a word, an absent party, another year."""
SLIPS = (*SPOILT, *KEY_MISSPELT)


@cache
def known_keys() -> frozenset[str]:
    """Every word that a mechanism knows; any other key is a name that the case gives."""

    def inner(of: type) -> Iterator[str]:
        for key, spec in specs(of).items():
            yield key
            yield from inner(spec.of) if spec.of else ()

    return frozenset({*AMOUNT_KEYS, *(key for name in mechanisms.names() for key in inner(mechanisms.find(name)))})


def places(value: Any, at: Place) -> Iterator[Place]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from places(one, (*at, key))


def spoilings(example: Example) -> Iterator[tuple[tuple[Any, ...], Place, Any]]:
    """Each place of the example's own mechanism with each slip, and of what sort it is: the same place under any name."""
    use = example.written["use"]
    good = json.loads(example.scenario())
    for place in places(good["mechanisms"][use], ("mechanisms", use)):
        if place[-1] == "use":
            continue
        *above, last = (step if step in known_keys() else "*" for step in place[2:])
        for slip in SLIPS if isinstance(place[-1], str) else SPOILT:
            yield (*above, last, repr(slip)), place, slip


def _at(case: Any, place: Place) -> Any:
    for step in place:
        case = case[step]
    return case


def spoilt(example: Example, place: Place, slip: Any) -> dict[str, Any]:
    """The example's case with one slip in it."""
    case = json.loads(example.scenario())
    parent, key = _at(case, place[:-1]), place[-1]
    if slip == TAKEN_OUT:
        del parent[key]
    elif slip == MISSPELT:
        parent[key] = f"{parent[key]}x"
    elif isinstance(slip, str) and slip in KEY_MISSPELT:
        renamed = {KEY_MISSPELT[slip](name) if name == key else name: one for name, one in parent.items()}
        parent.clear()
        parent.update(renamed)
    else:
        parent[key] = slip
    return case


def fault(case: dict[str, Any]) -> str:
    """What is wrong with how a spoilt case is taken; nothing when it works, or is refused as it should be."""
    text = json.dumps(case, ensure_ascii=False, indent=1)
    try:
        projection = dm.project(dm.load_text(text, "spoilt.yaml"))
        json.dumps(projection.as_dict())
        for party in projection.case.councils:
            projection.statements(party)
    except dm.InputError as refused:
        for one in refused.problems:
            if not (one.file == "spoilt.yaml" and one.line and one.where):
                return f"a problem without its place: {one}"
            if WORDS_OF_PROGRAMS.search(str(one)):
                return f"not in plain words: {one}"
    except dm.DevomodelError as refused:
        return f"refused without a line: {refused}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("use", mechanisms.names())
def test_any_one_field_spoilt_still_works_or_is_refused_in_plain_words_with_its_line(use: str):
    seen: set[tuple[Any, ...]] = set()
    wrong = []
    for example in OF_MECHANISMS:
        if example.written["use"] == use:
            for sort, place, slip in spoilings(example):
                if sort not in seen:
                    seen.add(sort)
                    told = fault(spoilt(example, place, slip))
                    wrong += [f"{example}, {place} {slip!r}: {told}"] if told else []
    assert wrong == []
    assert len(seen) > 3 * len(SPOILT)


def good_block(use: str, key: str) -> dict[str, Any] | None:
    """The case of an example that gives a key."""
    for example in OF_MECHANISMS:
        case = json.loads(example.scenario())
        if example.written["use"] == use and key in case["mechanisms"][use]:
            return case
    return None


EVERY_KEY = [(use, key, spec) for use in mechanisms.names() for key, spec in specs(mechanisms.find(use)).items()]


def refusal(case: dict[str, Any]) -> str:
    with pytest.raises(dm.InputError) as caught:
        dm.project(dm.load_text(json.dumps(case, ensure_ascii=False, indent=1), "spoilt.yaml"))
    return str(caught.value)


@pytest.mark.parametrize(("use", "key", "spec"), EVERY_KEY, ids=lambda one: one if isinstance(one, str) else "")
def test_a_key_misspelt_is_named_with_the_one_that_was_meant_and_a_required_one_is_missed(use: str, key: str, spec: Spec):
    case = good_block(use, key)
    assert case is not None, f"no worked example of {use} gives {key}"
    block = case["mechanisms"][use]
    value = block.pop(key)
    if spec.required:
        assert f"'{key}'" in refusal(case) and "is missing" in refusal(case)
    told = refusal(case | {"mechanisms": case["mechanisms"] | {use: block | {f"{key}{key[-1]}": value}}})
    assert f"'{key}{key[-1]}'" in told and f"Did you mean '{key}'?" in told
    if spec.kind == "choice":
        told = refusal(case | {"mechanisms": case["mechanisms"] | {use: block | {key: f"{value}x"}}})
        assert f"Did you mean '{value}'?" in told and all(one in told for one in spec.choices)
    if spec.kind == "party" and not spec.choices:
        assert "'nobody'" in refusal(case | {"mechanisms": case["mechanisms"] | {use: block | {key: "nobody"}}})
    if spec.kind == "amount":
        for slip in ("a word", ""):
            told = refusal(case | {"mechanisms": case["mechanisms"] | {use: block | {key: slip}}})
            assert f"{use} › {key}" in told, told
    if spec.kind == "amount" and spec.unit == "£":
        assert "12%" in refusal(case | {"mechanisms": case["mechanisms"] | {use: block | {key: "12%"}}})
