"""`devomodel run`: what a clerk sees, and what a program gets."""

import csv
import io
import json
import re

import pytest

import devomodel as dm
from tests.cli.commands import PARISH, run


def test_all_well_ends_with_0_and_a_failing_check_with_1():
    assert run("run", PARISH).status == 0
    failed = run("run", PARISH, "--option", "overspend")
    assert failed.status == 1
    assert "FAILS" in failed.out and "2027-28" in failed.out.split("FAILS", 1)[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--option", "hal"], "Did you mean 'hall'?"),
        (["--council", "parsh"], "Did you mean 'parish'?"),
        (["--statement", "reserve account"], "The statements are:"),
        (["--year", "2031-32"], "runs from 2026-27 to 2028-29"),
        (["--years", "0"], "1 to 100 years"),
        (["--set", "precept.contingency=lots"], "'lots' is not an amount of money"),
        (["--set", "precept.contingencie=5"], "Did you mean 'contingency'?"),
        (["--set", "precept.contingency"], "--set precept.contingency=5000"),
        (["--set", "precept.contingency=["], "--set precept.contingency"),
        (["--set", "base.homes=1", "--set", "base.homes=2"], "given twice"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_says_what_to_do(words, said):
    ended = run("run", PARISH, *words)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err and "Traceback" not in ended.err


def test_a_change_by_set_names_no_line_of_the_file():
    assert "line " not in run("run", PARISH, "--set", "precept.contingency=lots").err


def test_json_is_the_projection_and_nothing_else():
    ended = run("run", PARISH, "--format", "json")
    assert json.loads(ended.out) == dm.project(dm.load(PARISH)).as_dict()
    assert ended.err == ""


def test_json_has_null_and_never_nan_where_there_is_no_figure(tmp_path):
    text = PARISH.read_text(encoding="utf-8")
    case = tmp_path / "no-year-before.yaml"
    case.write_text(text[: text.index("    year_before:")], encoding="utf-8")
    ended = run("run", case, "--format", "json")
    changes = json.loads(ended.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))["lines"][
        "parish.precept_change"
    ]
    assert changes["values"][0] is None and changes["values"][1] is not None
    assert not re.search(r"\bnan\b", run("run", case).out.lower())


def test_csv_has_a_row_for_each_row_with_unrounded_figures():
    rows = list(csv.reader(io.StringIO(run("run", PARISH, "--format", "csv").out)))
    assert rows[0] == ["council", "statement", "row", "unit", "line", "2026-27", "2027-28", "2028-29"]
    clerk = next(row for row in rows if row[2] == "Clerk")
    assert [float(value) for value in clerk[5:]] == pytest.approx([12_000, 12_360, 12_730.8], abs=1e-9)


def test_a_change_by_set_moves_the_charge_and_the_run_id():
    before = json.loads(run("run", PARISH, "--format", "json").out)
    after = json.loads(run("run", PARISH, "--set", "precept.contingency=£600", "--format", "json").out)
    moved = after["lines"]["parish.precept"]["values"][0] - before["lines"]["parish.precept"]["values"][0]
    assert moved == pytest.approx(600)
    assert after["run_id"] != before["run_id"]


def test_a_change_that_the_option_makes_itself_is_not_lost_in_silence():
    ended = run("run", PARISH, "--set", "budget.spending.hall=£9")
    assert "the option 'hall' sets budget.spending.hall itself" in ended.err


def test_years_can_be_fewer_than_the_file_says():
    assert json.loads(run("run", PARISH, "--years", "1", "--format", "json").out)["years"] == ["2026-27"]


@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("years", [1, 3, 12, 40])
def test_tables_fit_the_terminal_and_no_figure_is_cut(width, years, monkeypatch):
    from devomodel.cli import page

    wide = page.Page
    monkeypatch.setattr(page, "Page", lambda: _at(wide(), width))
    out = run("run", PARISH, "--years", years).out
    assert max(map(len, out.splitlines())) <= width
    assert "…" not in out
    headed = [year for line in out.splitlines() if re.fullmatch(r"( +\d{4}-\d{2})+", line) for year in line.split()]
    assert len(headed) == years * len(dm.project(dm.load(PARISH)).statements("parish")) + years


def _at(page, width):
    page.width = page.console.width = width
    return page


def test_a_name_with_markup_is_printed_as_it_stands_and_cannot_colour_the_screen():
    out = run("run", PARISH).out
    assert "Snug [bold]Parish[/bold] Council" in out
    assert "\x1b" not in out


def test_printed_totals_add_up_to_the_pound():
    out = run("run", PARISH, "--council", "parish", "--statement", "revenue").out
    figured = [line for line in out.splitlines() if re.search(r"\d$", line)]
    numbers = {line[:40].strip(): [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", line[40:])] for line in figured}
    parts = zip(numbers["Clerk"], numbers["Grounds"], numbers["Hall"], strict=True)
    assert [sum(one) for one in parts] == numbers["Total spending"]
    assert "each total adds up the rounded lines" in " ".join(out.split())


def test_the_charges_table_is_of_the_first_year_that_changes_and_splits_the_year_exactly():
    out = run("run", PARISH).out
    assert "What a home pays in 2026-27" in out
    row = next(line for line in out.splitlines() if line.startswith("D ")).split()
    # £20,400 over 600 homes is £34.00; before, £18,000 over 606.88 was £29.66.
    assert row[:7] == ["D", "9", "30", "34.00", "+4.34", "2.83", "0.65"]
    assert row[7:] == ["3.40"]
    assert "Precept £20,400 (+£2,400, +13.33%); tax base 600.00 homes (−1.13%); Band D £34.00 (+£4.34, +14.63%)." in " ".join(
        out.split()
    )


def test_three_in_four_homes_is_said_in_words_and_figures():
    assert "Three in four of the homes (75.0%) pay less than Band D." in run("run", PARISH).out


def test_the_heading_says_option_owner_and_approval():
    out = " ".join(run("run", PARISH).out.split())
    assert "Take on the hall (hall, the preferred option)" in out
    assert "Clerk and Responsible Financial Officer" in out
    assert "Full council, 2026-01-12 (minute 26/14)" in out


def test_checks_are_counted_and_listed_when_asked_for():
    count = len(dm.project(dm.load(PARISH)).checks) - 1
    assert f"All {count} checks hold." in run("run", PARISH).out
    assert run("run", PARISH, "--checks").out.count("\nholds ") == count


def test_one_council_and_one_statement_can_be_shown():
    out = run("run", PARISH, "--council", "district").out
    assert "Wide District Council" in out and "Charge by band" not in out
    out = run("run", PARISH, "--statement", "bands").out
    assert "Charge by band" in out and "Revenue account" not in out
