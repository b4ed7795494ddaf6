"""The page of published cases: each case has its row, and each test it names is there to be run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.test_worked_examples import EXAMPLES

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "published-cases.md"
HEADINGS = ["Case", "Published", "Source", "devomodel gives", "Tests"]

CASES = [
    "A", *(f"A{number}" for number in range(1, 9)),
    *(f"B{number}" for number in range(1, 12)),
    *(f"C {place}" for place in ("Alderbury", "Woodhall Spa", "Cowfold", "Tibberton", "Clipstone", "Naunton", "Parracombe",
                                 "Kings Hill")),
    *(f"C{number}" for number in range(1, 8)),
    *(f"D{number}" for number in range(1, 10)),
    *(f"E{number}" for number in range(1, 7)),
    *(f"Figure E{number}" for number in range(1, 29)),
]  # fmt: skip
NAMED = re.compile(r"`(?P<file>[^` ]+\.(?:yaml|py)) › (?P<name>[^`]+)`")
LINK = re.compile(r"\[[^\]]+\]\(https?://[^ )]+(?:\([^ )]*\)[^ )]*)*\)")
LEAST_OF_A_REASON = 8
"""Words: why no test can hold a figure is a sentence, not a mark."""


class Row(NamedTuple):
    case: str
    published: str
    source: str
    gives: str
    tests: str


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows_of(page: str) -> list[Row]:
    """The rows of every table of the page."""
    lines = [line for line in page.splitlines() if line.startswith("|") and not line.startswith("|---")]
    found = [cells(line) for line in lines]
    assert all(len(one) == len(HEADINGS) for one in found), "a row has a cell too many or too few"
    return [Row(*one) for one in found if one != HEADINGS]


ROWS = rows_of(PAGE.read_text(encoding="utf-8"))
NAMES = [(row.case, one["file"], one["name"]) for row in ROWS for one in NAMED.finditer(row.tests)]
EXAMPLES_OF = {(f"{one.file}.yaml", str(one)) for one in EXAMPLES}


def unheld(row: Row) -> str:
    """What is missing from a row that names no test, or nothing."""
    if NAMED.search(row.tests):
        return ""
    if row.tests.startswith("None: ") and len(row.tests.split()) >= LEAST_OF_A_REASON:
        return ""
    return f"{row.case} names no test, and does not say why there can be none"


def test_every_case_and_figure_has_one_row_and_in_order():
    assert [row.case for row in ROWS] == CASES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.case)
def test_a_row_says_what_was_published_where_and_what_is_made_of_it(row: Row):
    assert len(row.published) > 10 and LINK.search(row.source), f"{row.case} has no address of its source"
    assert unheld(row) == ""
    assert not NAMED.search(row.tests) or len(row.gives) > 3, f"{row.case} does not say what devomodel gives"
    left = NAMED.sub("", row.tests).replace("<br>", "").strip()
    assert not NAMED.search(row.tests) or left == "" or len(left.split()) >= LEAST_OF_A_REASON, f"{row.case}: {left}"


@pytest.mark.parametrize(("case", "file", "name"), NAMES, ids=lambda value: str(value)[:40])
def test_a_test_that_the_page_names_is_there(case: str, file: str, name: str):
    if file.endswith(".yaml"):
        assert (file, name) in EXAMPLES_OF, f"{case}: worked_examples/{file} has no '{name}'"
    else:
        function, _, parameter = name.removesuffix("]").partition("[")
        code = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {re.escape(function)}\(", code, re.M), f"{case}: {file} has no {function}"
        assert parameter in code, f"{case}: {file} has no '{parameter}'"


def test_a_statement_of_the_page_names_its_source_where_it_is_worked():
    unsourced = [name for _, file, name in NAMES if file.endswith(".yaml")
                 if not next(one for one in EXAMPLES if (f"{one.file}.yaml", str(one)) == (file, name)).written.get("source")]  # fmt: skip
    assert unsourced == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row("A1", "£35 a year", "somewhere", "67p", "`formulas.yaml › No such statement`"), ""),
        (Row("A1", "£35 a year", "somewhere", "67p", ""), "names no test"),
        (Row("A1", "£35 a year", "somewhere", "—", "None."), "names no test"),
        (
            Row("A1", "£35 a year", "somewhere", "—", "None yet: it waits for the mechanism that somebody is to write."),
            "names no",
        ),
        (Row("A1", "£35 a year", "somewhere", "—", "None: the page gives no sum that the mechanism could be put to."), ""),
    ],
)
def test_a_row_without_a_test_must_say_why(row: Row, wrong: str):
    assert (wrong in unheld(row)) if wrong else unheld(row) == ""
