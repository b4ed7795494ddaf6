"""Any one field of any mechanism taken out or spoilt: it still works, or it is refused in plain words with its place.

The worked examples are the good cases. Each is spoilt in one place at a time, at any depth.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import devomodel as dm
from devomodel import mechanisms
from tests.test_worked_examples import OF_MECHANISMS, Example

Place = tuple[Any, ...]
TAKEN_OUT = object()
WORDS_OF_PROGRAMS = re.compile(
    r"NoneType|\bNone\b|\bdict|\bfloat\b|\bint\b|\bstr\b|Traceback|KeyError|TypeError|object at|\bnan\b|Decimal|<class"
)
PLACED = re.compile(r"mechanisms › |councils › |sources › ")


def spoilt_values(key: Any, value: Any) -> list[Any]:
    """What a slip could leave in place of a value: another type, another unit, a word, nothing, a misspelling."""
    found: list[Any] = [TAKEN_OUT, None, "", [1, 2], {"wrong": 1}, True, "a word", "12%", "£12", -1, 1e12, "2019-20"]
    if isinstance(value, str):
        found += [f"{value}x", value[1:], value.upper(), "nobody"]
    return found


def places(value: Any, at: Place) -> Iterator[Place]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from places(one, (*at, key))


def cases_spoilt(example: Example) -> Iterator[tuple[str, dict[str, Any]]]:
    """The example's case with one place of its own mechanism spoilt, in every way."""
    good, use = json.loads(example.scenario()), example.written["use"]
    for place in list(places(good["mechanisms"][use], ("mechanisms", use))):
        if place[-1] == "use":
            continue
        parent, key = good, place[-1]
        for step in place[:-1]:
            parent = parent[step]
        was = parent[key]
        for one in spoilt_values(key, was):
            if one is TAKEN_OUT:
                del parent[key]
            else:
                parent[key] = one
            yield f"{' › '.join(map(str, place))} = {'taken out' if one is TAKEN_OUT else one!r}", good
            restored(parent, key, was, one is TAKEN_OUT)
        if isinstance(key, str):
            for misspelt in (key + key[-1], key[1:], "2 words"):
                changed = {misspelt if name == key else name: one for name, one in parent.items()}
                kept = dict(parent)
                parent.clear()
                parent.update(changed)
                yield f"{' › '.join(map(str, place))} misspelt as {misspelt!r}", good
                parent.clear()
                parent.update(kept)


def restored(parent: Any, key: Any, was: Any, taken_out: bool) -> None:
    if taken_out and isinstance(parent, list):
        parent.insert(key, was)
    elif taken_out:
        rest = dict(parent)
        parent.clear()
        parent.update({key: was} | rest)
    else:
        parent[key] = was


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
