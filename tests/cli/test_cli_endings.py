"""`devomodel run`: what ends and who picks it up, and the charts of a case as files."""

from xml.etree import ElementTree

import devomodel as dm
from devomodel.cliffs import find_cliffs
from tests.cli.commands import PARISH, ROOT, run

TOWN_HALL = ROOT / "scenarios" / "kidderminster-town-hall.yaml"
HUB = ROOT / "scenarios" / "castle-donington-hub.yaml"


def test_a_case_with_a_cliff_says_what_ends_and_who_picks_it_up():
    out = " ".join(run("run", TOWN_HALL).out.split())
    [cliff] = find_cliffs(dm.project(dm.load(TOWN_HALL)))
    assert "What ends, and who picks it up" in out and f"• {cliff.sentence}" in out
    assert "Kidderminster Town Council" in out and "Wyre Forest District Council" in out


def test_a_case_in_which_nothing_ends_has_no_such_part():
    assert "What ends" not in run("run", PARISH).out


def test_a_capital_sum_paid_once_is_no_cliff_of_a_budget():
    assert "What ends" not in run("run", HUB).out


def test_a_single_statement_is_printed_without_what_ends():
    assert "What ends" not in run("run", TOWN_HALL, "--statement", "reserves").out


def test_a_cost_that_stops_says_what_that_frees():
    out = " ".join(run("run", HUB, "--option", "save_first").out.split())
    assert "What stops, and what that frees" in out and "£245,000 is paid once, in 2022-23." in out


def test_the_pictures_are_the_main_charts_and_standard_output_is_unchanged(tmp_path):
    folder = tmp_path / "new" / "pictures"
    ended = run("run", TOWN_HALL, "--picture", folder, "--year", "2024-25")
    charts = dm.charts.main_charts(dm.project(dm.load(TOWN_HALL)), "2024-25")
    assert {path.name for path in folder.iterdir()} == {f"{name}.svg" for name in charts}
    for name, chart in charts.items():
        title = ElementTree.fromstring((folder / f"{name}.svg").read_text(encoding="utf-8"))[0].text
        assert title == chart.title and chart.title in ended.err
    assert ended.out == run("run", TOWN_HALL, "--year", "2024-25").out
    assert f"{len(charts)} pictures written to {folder}" in ended.err


def test_a_folder_that_cannot_be_made_is_refused_in_plain_words(tmp_path):
    file = tmp_path / "taken"
    file.write_text("not a folder", encoding="utf-8")
    ended = run("run", TOWN_HALL, "--picture", file)
    assert ended.status == 2 and "the folder cannot be made" in ended.err and "Traceback" not in ended.err
