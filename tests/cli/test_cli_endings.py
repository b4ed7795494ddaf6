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


LOAN_AND_LEASE = """
case: A loan with a fee, and a lease
nation: england
first_year: 2026-27
years: 3
councils: {parish: {name: Parish Council, kind: parish}, county: {name: County Council, kind: county}, board: {name: Loans board, kind: funder}}
mechanisms:
  homes: {use: tax_base, council: parish, homes: 1_000}
  works: {use: budget, council: parish, account: capital, spending: {roof: {value: "£50,000", once: 2026-27}}}
  debt:
    use: borrowing
    council: parish
    lender: board
    electors: 2_000
    loans:
      roof: {principal: "£50,000", rate: {value: 5%, basis: estimate, note: "board, 1 April 2026"}, term_years: 20, shape: annuity,
             drawn: 2026-27, drawn_half: second, fee: "£84"}
  park: {use: asset_transfer, principal: county, local: parish, tenure: lease, lease: {term_years: 99, rent: "£1"}, transfer_year: 2026-27,
         running_costs: {grounds: "£500"}, insurance: "£100"}
  precept: {use: precept, council: parish, general_reserve: {opening: "£2,000"}}
"""


def test_a_fee_paid_once_and_a_rent_of_a_pound_are_nothing_that_a_budget_rests_on(tmp_path):
    case = tmp_path / "lease.yaml"
    case.write_text(LOAN_AND_LEASE, encoding="utf-8")
    assert "Who pays then" not in run("run", case).out and "£84 is paid" not in run("run", case).out
    case.write_text(LOAN_AND_LEASE.replace('rent: "£1"', 'rent: "£2,000"'), encoding="utf-8")
    assert "Park: rent to County Council: £2,000" in " ".join(run("run", case).out.split())


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
