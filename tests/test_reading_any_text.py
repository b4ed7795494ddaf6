"""Whatever text arrives, from a program, a cat on the keyboard or an enemy, is read rightly or refused with a line."""

from __future__ import annotations

import math
import time
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from devomodel.problems import InputError
from devomodel.reading import read_yaml_text

FLAT = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), max_size=20),
    st.sampled_from(["16,900", "£5", "no", "0x1F", "12:30", "2026-04-01", "a: b", "# c", "- d", "null", "1_000", " x"]),
)  # fmt: skip
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in ("null", "true", "false"))
TREES = st.recursive(FLAT, lambda kids: st.lists(kids, max_size=4) | st.dictionaries(NAMES, kids, max_size=4), max_leaves=15)


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=5), st.sampled_from([None, True, False]))
def test_what_another_program_writes_is_read_back_equal(value, in_braces):
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = in_braces
    stream = StringIO()
    writer.dump(value, stream)
    assert read_yaml_text(stream.getvalue()).value == value


PIECES = ["a: ", "b:", "- ", "\n", "\n  ", "{", "}", "[", "]", ", ", "16,900", "'", '"', "&x ", "*x", "!t ", "<<: ",
          "é", "---\n", "...\n", "? ", "| ", ">2\n", "# n", "%YAML 1.1\n", "\\U00110000"]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(
    st.text(max_size=300),
    st.text("ab:-{}[],&*!|>'\"%@#?~<=.\\ \n\t09£_", max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
))  # fmt: skip
@example('"\\U00110000": 1')
@example("a: !<%ZZ> b")
@example("%YAML 99999999999.1\n---\n")
def test_any_text_at_all_is_read_or_refused_with_a_line_in_the_text(text):
    text = text[:300]
    try:
        document = read_yaml_text(text)
    except InputError as refused:
        last = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        assert refused.problems
        assert all(1 <= problem.line <= last and problem.what and problem.do for problem in refused.problems)
    else:
        assert isinstance(document.value, dict)
        assert all_plain(document.value)


def all_plain(value):
    if isinstance(value, dict):
        return all(type(name) is str and all_plain(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(all_plain(inner) for inner in value)
    return value is None or type(value) in (str, int, bool) or (type(value) is float and math.isfinite(value))


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{a: ",
        "- ",
        "? ",
        "&a ",
        "!a ",
        "a: 1\n",
        "a,",
        "[123,",
        "123,",
        "---\n",
        "'",
        '"',
        "\x07\n",
        ": \n",
        "|\n",
        "\\x41",
    ],
)
def test_a_hostile_file_of_the_largest_size_is_dealt_with_in_seconds(piece):
    text = "a: [" * (piece == "123,") + piece * (300_000 // len(piece))
    started = time.perf_counter()
    with pytest.raises(InputError) as refused:
        read_yaml_text(text)
    assert time.perf_counter() - started < 10
    assert len(refused.value.problems) <= 51
