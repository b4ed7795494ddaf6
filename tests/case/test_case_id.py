"""The case id: the same for the same case however it is laid out, another for a penny."""

from __future__ import annotations

from datetime import date

import pytest

import devomodel as dm
from tests.case.towns import town

TEXT = town(spending='hall: {value: "£420,000", grows: 30%, basis: assumption, note: the ledger}', more="note: A note\n")


def id_of(text: str, name: str = "town.yaml", **changes) -> str:
    return dm.project(dm.load_text(text, name), **changes).case_id


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


@pytest.mark.parametrize(
    "same",
    [
        TEXT,
        "# Drafted in January\n\n" + TEXT,
        TEXT.replace("\n", "   # to be checked\n"),
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        changed('"£420,000"', "420000"),
        changed('"£420,000"', "420_000.00"),
        changed('"£420,000"', "£420k"),
        changed("30%", "0.3"),
        changed("A small town", "'A small  town'"),
        changed("basis: assumption, note: the ledger", "note: 'the ledger', basis: assumption"),
        changed("{name: Town Council, kind: town}", "\n    name: Town Council\n    kind: town"),
        changed("rents: 500", "rents: '£500.00'"),
    ],
)
def test_comments_layout_and_ways_of_writing_a_figure_do_not_change_it(same):
    assert id_of(same) == id_of(TEXT)


@pytest.mark.parametrize(
    "other",
    [
        changed("£420,000", "£420,000.01"),
        changed("30%", "30.01%"),
        changed("years: 4", "years: 5"),
        changed("first_year: 2026-27", "first_year: 2027-28"),
        changed("rents: 500", "rents: 501"),
        changed("opening: 20000", "opening: 20001"),
        changed("nation: england", "nation: wales"),
        changed("A small town", "Another town"),
    ],
)
def test_one_penny_or_one_year_changes_it(other):
    assert id_of(other) != id_of(TEXT)


def test_the_name_of_the_file_and_the_day_it_is_run_do_not_change_it():
    assert id_of(TEXT, "elsewhere.yaml", today=date(2030, 1, 1)) == id_of(TEXT, today=date(2026, 1, 1))


def test_each_option_has_its_own_and_an_option_that_changes_nothing_has_the_ids_of_the_base():
    after = "options:\n  same: {label: The same}\n  more: {set: {precept.contingency: 1}}\n"
    case = dm.load_text(TEXT + after)
    ids = {option: dm.project(case, option).case_id for option in case.options}
    assert ids["do_nothing"] == ids["same"] != ids["more"]


def test_the_run_id_is_the_case_id_and_the_version():
    projection = dm.project(dm.load_text(TEXT))
    assert projection.run_id == f"{projection.case_id}-{dm.__version__}"
