"""`devomodel run`: what a clerk sees, and what a program gets."""

import csv
import io
import json
import re

import pytest

import devomodel as dm
from tests.cli.commands import PARISH, ROOT, run


def words_of(text):
    return " ".join(text.split())


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
    ended = run("run", PARISH, "--option", "overspend", "--set", "precept.precept=£9")
    assert "the option 'overspend' sets precept.precept itself" in ended.err


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("budget.spending.clerk_pay", "there is no 'clerk_pay' here to change. Did you mean 'clerk'?"),
        ("budget.spending.roof", "Allowed: clerk and grounds. To add something, write it in the file."),
        ("budget.spending.hall", "only the option 'hall' has it"),
        ("precept.earmarked_reserves.roof.added", "there is no 'roof' here to change"),
        ("base.homes_by_band.G", "Allowed: A, B, C, D and E"),
    ],
)
def test_a_change_by_set_never_adds_a_name_in_silence(path, said):
    ended = run("run", PARISH, "--set", f"{path}=£9")
    assert (ended.status, ended.out) == (2, "") and said in ended.err, ended.err


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


def test_the_charges_table_is_of_the_first_year_in_which_the_option_differs_and_says_so():
    out = words_of(run("run", PARISH).out)
    assert "What a home pays in 2027-28" in out
    assert "Shown for 2027-28: the first year in which this option's Band D is another than in 'do_nothing'." in out
    out = words_of(run("run", PARISH, "--option", "do_nothing").out)
    assert "Shown for 2026-27: the first year of the case." in out
    assert "Shown for" not in run("run", PARISH, "--year", "2028-29").out


def test_the_charges_table_passes_over_the_years_that_are_published():
    out = words_of(run("run", ROOT / "scenarios" / "castle-donington.yaml", "--option", "do_nothing").out)
    assert "Shown for 2020-21: the first year after those published." in out


def test_the_charges_table_says_which_instalments_are_the_higher():
    out = words_of(run("run", PARISH, "--year", "2026-27").out)
    # Band A pays £22.67: seven of £2.27 and three of £2.26.
    assert "7 × 2.27, 3 × 2.26" in out
    assert "the first 9 are £1.89 and the others £1.88" in out


def test_the_charges_table_splits_the_year_exactly():
    out = run("run", PARISH, "--year", "2026-27").out
    assert "What a home pays in 2026-27" in out
    row = next(line for line in out.splitlines() if line.startswith("D ")).split()
    # £20,400 over 600 homes is £34.00; before, £18,000 over 606.88 was £29.66.
    assert row[:7] == ["D", "9", "30", "34.00", "+4.34", "2.83", "0.65"]
    assert row[7:] == ["10", "×", "3.40"]
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


# What is printed twice is printed the same


ODD = """
case: Pence everywhere
nation: england
first_year: 2026-27
years: 3
councils:
  town: {name: Odd Town Council, kind: town, electors: 1000}
  district: {name: Odd District Council, kind: district}
mechanisms:
  base: {use: tax_base, council: town, homes: {value: 1000, basis: assumption}}
  budget:
    use: budget
    council: town
    spending:
      one: {value: "£100.40", grows: 3.33%, basis: assumption}
      two: {value: "£200.40", grows: 3.33%, basis: assumption}
      three: {value: "£300.40", grows: 3.33%, basis: assumption}
    income:
      rents: {value: "£50.50", grows: 3.33%, basis: assumption}
  precept:
    use: precept
    council: town
    billing_authority: district
    general_reserve: {opening: {value: "£5,000", basis: assumption}}
    year_before: {precept: {value: "£500", basis: assumption}, tax_base: {value: 1000, basis: assumption}}
  grants_137:
    use: section_137
    council: town
    electors: {value: 1000, basis: assumption}
    spending: {value: "£100", basis: assumption}
    sum_per_elector: {value: "£10", basis: assumption}
  parks:
    use: special_expenses
    council: district
    requirement: {value: "£1,000,000", basis: assumption}
    tax_base: {value: 10000, basis: assumption}
    areas:
      old_town: {cost: {value: "£50,000", basis: assumption}, tax_base: {value: 2500, basis: assumption}}
"""


@pytest.fixture
def odd(tmp_path):
    file = tmp_path / "odd.yaml"
    file.write_text(ODD, encoding="utf-8")
    return file


def row_of(out, label):
    line = next(line for line in out.splitlines() if line.strip().startswith(label))
    return re.findall(r"[+−]?[\d,.]+|–", line.replace(label, "", 1))


def test_the_council_tax_statement_prints_the_totals_of_the_revenue_account(odd):
    account = run("run", odd, "--council", "town", "--statement", "revenue").out
    council_tax = run("run", odd, "--council", "town", "--statement", "council tax").out
    assert row_of(account, "Total spending")[0] == "600" == row_of(council_tax, "Spending")[0]
    assert row_of(council_tax, "less other income")[0] == "51" == row_of(account, "Rents")[0]
    # 601.20 − 50.50 is 550.70, issued as 551 to the pound; the printed parts come to 549.
    assert row_of(council_tax, "To be raised from council tax")[0] == "549"
    assert row_of(council_tax, "rounding to the pound")[0] == "+2"
    assert row_of(council_tax, "Precept")[0] == "551" == row_of(account, "Precept")[0]


def test_the_rounding_is_in_no_unrounded_table(odd):
    assert "rounding" not in run("run", odd, "--format", "csv").out
    assert "rounding" not in str(dm.project(dm.load(odd)).statement("town").index.tolist())


def test_a_step_whose_parts_are_not_known_is_a_dash_and_not_nought(odd):
    walk = run("run", odd, "--council", "town", "--statement", "walk").out
    assert row_of(walk, "Spending")[0] == "–" and row_of(walk, "Spending")[1] != "–"
    assert row_of(walk, "Budget as a whole")[-2:] == ["–", "–"]


def test_tests_limits_special_expenses_and_the_parts_of_a_bill_are_shown(odd):
    out = run("run", odd, "--statement", "tests and limits").out
    assert row_of(out, "Section 137 limit")[0] == "10,000" and row_of(out, "Room left under section 137")[0] == "9,900"
    assert "Spending under section 137 is within the limit yes yes yes" in words_of(out)
    out = run("run", odd, "--statement", "special expenses").out
    assert "Odd District Council" in out and "95.00" in out and "20.00" in out
    out = run("run", ROOT / "scenarios" / "kidderminster-bill-2024-25.yaml").out
    assert "Bill by authority (£ a year at Band D)" in out
    assert row_of(out, "Worcestershire County Council") == ["1,538.92"] and "69.5%" in out


def test_every_row_of_a_statement_table_has_an_index_of_its_own(odd):
    for case in (odd, PARISH, ROOT / "scenarios" / "precept-consultation.yaml"):
        projection = dm.project(dm.load(case))
        for council in projection.case.councils:
            table = projection.statement(council)
            assert table.index.is_unique and (table.empty or table.index.names == ["statement", "section", "row"])


# What is unlikely


def test_unusual_changes_are_read_with_care_and_fail_nothing(odd):
    far = run("run", odd, "--set", "precept.year_before.precept=£100", "--set", "precept.year_before.tax_base=850")
    assert far.status == 0
    said = words_of(far.out).partition("Read with care")[2]
    assert "the precept moves by +450.7% in 2026-27, more than 25%" in said
    assert "the tax base moves by +17.6% in 2026-27, more than 10%" in said
    assert "the Band D charge moves by +358.3% in 2026-27, more than 25%" in said
    assert "moves by" not in run("run", odd).out
    checked = run("check", odd, "--set", "precept.year_before.precept=£100")
    assert "Unusual changes: read with care" in checked.out and checked.status == 0
