"""What each arrangement comes to: the lines that its mechanism tells of, in a table of `devomodel run` and wherever else it is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import devomodel as dm
from devomodel import mechanisms, statements
from devomodel.cli.words import figure
from devomodel.model import Projection
from devomodel.statements import IF_ANY, arrangement
from tests.cli.commands import run
from tests.test_worked_examples import OF_MECHANISMS, projected

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
HEADING = "What each arrangement comes to"
SHOWN_ELSEWHERE = {
    "tax_base": "its homes and tax base are rows of the council tax statement of a council with a precept",
    "tax_base_from_dwellings": "its tax base is a row of the council tax statement, and its homes are those of the bands",
}
"""Mechanisms whose own lines are in no statement of their examples, and why a reader misses nothing."""


def names_written(name: str) -> set[str]:
    """The lines that a mechanism's worked examples write, after its own name."""
    sheets = [projected(one.scenario()).sheet for one in OF_MECHANISMS if one.written["use"] == name]
    return {line.name.partition(".")[2] for sheet in sheets for line in sheet if line.name.startswith(f"{name}.")}


@cache
def projection_of(key: str) -> Projection:
    return dm.project(dm.load(SCENARIOS / f"{key}.yaml"))


@pytest.mark.parametrize("name", mechanisms.names())
def test_what_a_mechanism_tells_of_it_writes_in_one_of_its_examples(name: str):
    written = names_written(name)
    tells = mechanisms.find(name).tells
    assert len(set(tells)) == len(tells)
    patterns = {told: re.escape(told.removesuffix(IF_ANY)).replace(r"\*", r"[^.]+") for told in tells}
    assert [told for told, pattern in patterns.items() if not any(re.fullmatch(pattern, one) for one in written)] == []


def test_what_every_mechanism_comes_to_is_in_some_table():
    shown = {name for name in mechanisms.names() if mechanisms.find(name).tells}
    for example in OF_MECHANISMS:
        use = example.written["use"]
        if use in shown:
            continue
        projection = projected(example.scenario())
        tables = [*projection.bills, *(one for key in projection.case.councils for one in projection.statements(key))]
        council = example.written["given"].get("council", "town") if use == "precept" else use
        if any(row.line.startswith(f"{council}.") for table in tables for row in table):
            shown.add(use)
    assert set(mechanisms.names()) - shown == set(SHOWN_ELSEWHERE)


@pytest.mark.parametrize("key", ["falmouth", "two-tier-reorganisation"])
@pytest.mark.parametrize("width", [80, 120])
def test_run_prints_the_figures_of_the_projection(key: str, width: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", str(width))
    projection = projection_of(key)
    out = run("run", SCENARIOS / f"{key}.yaml").out
    assert max(map(len, out.splitlines())) <= width and "…" not in out
    part = re.split(r"\n(?:What ends|Checks)", out.partition(f"\n{HEADING}\n")[2])[0]
    titles = [one.title for one in projection.arrangements]
    assert titles and all(part.count(f"\n{title}, £\n") == 1 for title in titles)
    for at, table in enumerate(projection.arrangements):
        after = part.partition(f"\n{table.title}, £\n")[2]
        own = after.partition(f"\n{titles[at + 1]}, £\n")[0] if at + 1 < len(titles) else after
        wanted = [[figure(value, row.unit) for value in projection.by_year(row.line)] for row in table]
        assert figures_in(own, len(projection.years)) == wanted


def figures_in(printed: str, years: int) -> list[list[str]]:
    """The figures of each row of a printed table, put together again from its blocks of years."""
    rows: list[list[str]] = []
    for block in re.split(r"(?m)^(?= +\d{4}-\d{2})", printed)[1:]:
        count = len(re.findall(r"\d{4}-\d{2}", block.splitlines()[0]))
        figured = re.compile(r"(?:  +(?:−?\d[\d,.]*%?|yes|no|–))" + f"{{{count}}}$")
        found = [line.split()[-count:] for line in block.splitlines()[2:] if figured.search(line)]
        rows = [before + more for before, more in zip(rows or [[]] * len(found), found, strict=True)]
    assert all(len(row) == years for row in rows)
    return rows


def test_a_transfer_shows_both_sides():
    tables = {one.title: one for one in projection_of("falmouth").arrangements}
    toilets = tables["Toilets and gardens (asset transfer)"]
    shed = toilets["Running cost that Cornwall Council sheds"].values
    gives = toilets["Grants, dowry, repairs and costs of the transfer, Cornwall Council"].values
    saves = toilets["Saving of Cornwall Council (− cost)"].values
    costs = toilets["Net running cost of Falmouth Town Council"].values
    finds = toilets["For Falmouth Town Council to find, once grants and dowry are counted"].values
    for year in range(3, 7):
        assert saves[year] == pytest.approx(shed[year] - gives[year]) and finds[year] == pytest.approx(costs[year] - gives[year])
    assert "Room left under the limit in pounds" in [
        row.label for row in tables["Room VAT (VAT partial exemption), Falmouth Town Council"]
    ]


def test_a_reorganisation_is_shown_for_every_number_of_councils():
    [table] = projection_of("two-tier-reorganisation").arrangements
    assert table.title == "Merger (reorganisation), New unitary councils of Devon"
    assert [table[f"{number} in number: net to date"].values[-1] > 0 for number in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("key", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_no_line_is_told_twice_and_a_row_of_noughts_is_left_out_only_where_the_mechanism_says_so(key: str):
    projection = projection_of(key)
    for mechanism in projection.case.variant(projection.option).mechanisms:
        table = arrangement(projection.figures, mechanism)
        told = [row.line for row in table] if table else []
        assert len(set(told)) == len(told) and all(line.startswith(f"{mechanism.name}.") for line in told)
        places = [_place(line, mechanism) for line in told]
        assert places == sorted(places)
        for line in (one.name for one in projection.sheet if one.name.startswith(f"{mechanism.name}.")):
            at = _place(line, mechanism)
            if at is not None and line not in told:
                assert mechanism.tells[at].endswith(IF_ANY) and not any(projection.by_year(line))


def _place(line: str, mechanism: object) -> int | None:
    """Which of the lines told of comes first for a line."""
    short = line.removeprefix(f"{mechanism.name}.").split(".")  # type: ignore[attr-defined]
    for at, told in enumerate(mechanism.tells):  # type: ignore[attr-defined]
        parts = told.removesuffix(IF_ANY).split(".")
        if len(parts) == len(short) and all(part in ("*", name) for part, name in zip(parts, short, strict=True)):
            return at
    return None


def test_a_mechanism_that_tells_nothing_has_no_table(monkeypatch: pytest.MonkeyPatch):
    projection = projection_of("falmouth")
    library = next(one for one in projection.case.variant(projection.option).mechanisms if one.name == "library_leaseback")
    assert arrangement(projection.figures, library) is not None
    monkeypatch.setattr(type(library), "tells", ("no_such_line",))
    assert arrangement(projection.figures, library) is None


def test_one_arrangement_can_be_asked_for_by_its_name_or_its_kind():
    case = SCENARIOS / "falmouth.yaml"
    library = run("run", case, "--statement", "library").out
    assert "Library (leaseback), £" in library and "Boiler" not in library
    transfers = run("run", case, "--statement", "asset transfer").out
    assert transfers.count("(asset transfer), £") == 2
    assert "library (leaseback)" in run("run", case, "--statement", "librery").err
    assert HEADING not in run("run", case, "--council", "town").out


def test_csv_and_json_hold_the_arrangements_unrounded():
    case, projection = SCENARIOS / "falmouth.yaml", projection_of("falmouth")
    rows = list(csv.reader(io.StringIO(run("run", case, "--statement", "leaseback", "--format", "csv").out)))
    [table] = [one for one in projection.arrangements if one.title == "Library (leaseback)"]
    assert [row[:5] for row in rows[1:]] == [["", table.title, row.label, row.unit, row.line] for row in table]
    assert [[float(one) for one in row[5:]] for row in rows[1:]] == [list(row.values) for row in table]
    found = json.loads(run("run", case, "--format", "json").out)["arrangements"]
    assert [one["title"] for one in found] == [one.title for one in projection.arrangements]
    shown = {row["line"]: row["values"] for one in found for row in one["rows"]}
    assert shown["library_leaseback.lost_if_tenant_leaves"] == projection.by_year("library_leaseback.lost_if_tenant_leaves")


def test_in_whole_pounds_a_share_stays_a_share_and_a_charge_keeps_its_pence():
    table = replace(projection_of("falmouth").arrangements[0], rows=(
        statements.Row("Saving", (10.5,) * 7), statements.Row("Part", (0.055,) * 7, "share"),
        statements.Row("Charge", (75.5,) * 7, "£/day"), statements.Row("At the prices of 2026-27", (10.6,) * 7, "real £ 2026-27")))  # fmt: skip
    printed = [figure(row.values[0], row.unit) for row in table.in_pounds()]
    assert printed == ["11", "5.5%", "75.50", "11"]
