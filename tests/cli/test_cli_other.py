"""`check`, `explain`, `compare`, `councils`, `parameters` and `schema`."""

import csv
import io
import json

import pytest

import devomodel as dm
from devomodel import councils
from devomodel.case import json_schema, load_text
from devomodel.cli.words import in_plain_words
from tests.cli.commands import PARISH, ROOT, run


def words_of(text):
    return " ".join(text.split())


# check


def test_check_ends_with_1_when_any_option_fails_and_names_it():
    ended = run("check", PARISH)
    assert ended.status == 1
    assert "overspend: 1 check FAILS" in ended.out and "hall (preferred): all" in ended.out


def test_check_lists_what_is_assumed_and_what_has_no_basis_with_its_line():
    out = words_of(run("check", PARISH).out)
    at = 1 + PARISH.read_text(encoding="utf-8").splitlines().index('      grounds: "£9,000"')
    assert "No basis is stated (1)" in out
    assert f"line {at}, mechanisms › budget › spending › grounds: Grounds, £9,000" in out
    assert "Clerk, £12,000 in 2026-27 to £12,731 in 2028-29, growing 3.0% a year: two days a week" in out
    assert "The oldest is of 2019 (An old page), the newest of 2026 (Letter of the district council)." in out
    assert "old_page: no figure rests on it" in out


def test_check_finds_the_line_of_a_figure_that_an_option_gives():
    rows = json.loads(run("check", PARISH, "--format", "json").out)["figures"]
    hall = next(row for row in rows if row["place"].endswith("spending › hall"))
    lines = PARISH.read_text(encoding="utf-8").splitlines()
    assert "budget.spending.hall" in lines[hall["line_of_file"] - 1]
    assert hall["options"] == ["hall"]


def test_check_tells_all_problems_of_a_file_together(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        PARISH.read_text(encoding="utf-8").replace("clerk:", "cl erk:").replace("grounds:", "gro unds:"), encoding="utf-8"
    )
    ended = run("check", wrong)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.count("wrong.yaml, line") == 2


THIN = """
case: A parish with little in hand
nation: england
first_year: 2026-27
years: 2
councils: {parish: {name: Parish Council, kind: parish}, county: {name: County Council, kind: county}}
mechanisms:
  homes: {use: tax_base, council: parish, homes: 1_000}
  budget: {use: budget, council: parish, spending: {grounds: "£12,000"}}
  precept: {use: precept, council: parish, general_reserve: {opening: "£2,000"}}
  policy: {use: reserves_policy, council: parish}
options:
  more: {preferred: true, set: {budget.spending.groundz: "£100"}}
  nothing: {do_nothing: true, drop: [policy]}
"""


def test_check_run_and_compare_give_the_same_warnings_and_list_the_same_options(tmp_path):
    case = tmp_path / "thin.yaml"
    case.write_text(THIN, encoding="utf-8")
    floor, slip = "the general reserve is at or above its floor: not so in 2026-27", "Did you mean 'grounds'?"
    for command in ("check", "run", "compare"):
        ended = run(command, case)
        out = words_of(ended.out)
        assert ended.status == 0 and "Read with care" in out and floor in out and slip in out, command
        assert "Without a decision" not in out and "As written" not in out, command
    assert "nothing: all" in run("check", case).out and "do_nothing" not in run("check", case).out
    assert words_of(run("check", case).out).count(f"{slip} (only in more)") == 1
    assert "Other options nothing" in words_of(run("run", case).out)
    assert words_of(run("compare", case).out).index("• nothing") < words_of(run("compare", case).out).index("• more")
    assert any(slip in one for one in json.loads(run("check", case, "--format", "json").out)["warnings"])


@pytest.mark.parametrize("use", ["asset_transfer", "cost_share", "vat_partial_exemption"])
def test_a_mechanism_is_named_with_its_article_and_a_label_in_capitals_stays_so(use, tmp_path):
    case = tmp_path / "wrong.yaml"
    case.write_text(THIN.replace("policy: {use: reserves_policy,", f"policy: {{use: {use}, wrong: 1,"), encoding="utf-8")
    article = {
        "asset_transfer": "an asset transfer",
        "cost_share": "a cost share",
        "vat_partial_exemption": "a VAT partial exemption",
    }
    said = run("check", case).err
    assert f"'wrong' is not something {article[use]} takes" in said and "vAT" not in said


def test_a_missing_key_whose_label_is_its_name_is_not_said_twice(tmp_path):
    case = tmp_path / "hire.yaml"
    hire = "policy: {use: fees, council: parish, tariffs: {room: {units: 1, price: 5}}}"
    case.write_text(THIN.replace("policy: {use: reserves_policy, council: parish}", hire), encoding="utf-8")
    assert "'vat' is missing" in run("check", case).err


@pytest.mark.parametrize("written", ["01/02/26", "1.2.2026", "last winter", "2026-13", "31 June 2026"])
def test_a_date_of_a_source_that_is_not_clear_is_refused(written, tmp_path):
    case = tmp_path / "dated.yaml"
    case.write_text(PARISH.read_text(encoding="utf-8").replace("2019-02-01", written), encoding="utf-8")
    ended = run("check", case)
    assert ended.status == 2 and "dated.yaml, line 12, sources › old_page › date" in ended.err
    assert "Write it like 2026-04-01 or 1 April 2026, or April 2026" in ended.err


@pytest.mark.parametrize("written", ["2026", "January 2026", "2026-01", "5 January 2026", "seen in November 2026"])
def test_a_date_of_a_source_is_as_exact_as_it_is_known(written, tmp_path):
    case = tmp_path / "dated.yaml"
    case.write_text(PARISH.read_text(encoding="utf-8").replace("2019-02-01", f'"{written}"'), encoding="utf-8")
    assert run("check", case).status == 1


def test_curly_quotes_are_told_as_what_they_are(tmp_path):
    case = tmp_path / "curly.yaml"
    case.write_text(PARISH.read_text(encoding="utf-8").replace('"£12,000"', "“£12,000”"), encoding="utf-8")
    ended = run("check", case)
    assert ended.status == 2 and ended.err.count("curly.yaml") == 1
    assert "curly quotation mark" in ended.err and "Type straight quotes" in ended.err


# explain


def test_explain_ends_only_in_figures_with_a_basis_or_the_rule_itself():
    steps = json.loads(run("explain", PARISH, "band_d_charge", "2028-29", "--format", "json").out)["steps"]
    assert steps[0]["value"] == pytest.approx(25_130.80 / 600)
    for step in steps:
        assert step["kind"] != "given" or step["basis"], step
    assert {step["basis"] for step in steps if step["kind"] == "given"} >= {"published", "assumption", "quote", "not stated"}


def test_explain_uses_labels_and_names_the_source():
    out = words_of(run("explain", PARISH, "parish.band_d_charge", "2027-28").out)
    assert "= [precept] ÷ [tax base (draft)]" in out
    assert "quote; Letter of the district council" in out
    assert "NO BASIS STATED [mechanisms › budget › spending › grounds]" in out


@pytest.mark.parametrize(
    "words", ["band_d_charge", "Band D charge", "parish.band_d_charge", "Snug [bold]Parish[/bold] Council: Band D charge"]
)
def test_explain_takes_a_councils_own_line_and_what_it_is_called(words):
    changes = ["--set", "precept.band_d_charge={value: £30.00, basis: assumption}"]
    steps = json.loads(run("explain", PARISH, words, "2026-27", *changes, "--format", "json").out)["steps"]
    assert steps[0]["line"] == "parish.band_d_charge"


def test_explain_takes_band_d_as_people_say_it():
    steps = json.loads(run("explain", PARISH, "Band D", "2026-27", "--format", "json").out)["steps"]
    assert (steps[0]["line"], steps[0]["value"]) == ("parish.band_d", 34.00)


def test_explain_says_the_year_of_a_figure_of_the_year_before():
    out = words_of(run("explain", PARISH, "precept_change", "2026-27").out)
    assert "Precept, 2025-26, brought forward: £18,000.00" in out or "year before: Precept, 2025-26: £18,000.00" in out
    assert ", year before" not in out.replace("Council, year before", "")
    assert "year before: Precept, 2026-27" not in out


def test_explain_tells_an_index_that_has_not_moved_in_one_line():
    first, last = (run("explain", PARISH, "clerk", year).out for year in ("2026-27", "2028-29"))
    assert "no growth up to this year" in first and "growth on the year before" not in first
    assert "growth on the year before, 2028-29: 3.00%" in words_of(last)


def test_a_working_reads_as_text():
    working = dm.project(dm.load(PARISH)).explain("band_d_charge", "2026-27")
    lines = str(working).splitlines()
    assert "£34 a Band D home" in lines[0] and "= parish.precept ÷ parish.tax_base" in lines[0]
    assert len(lines) == len(list(working.walk())) and lines[1].startswith("  ")
    assert repr(working) == "Step('parish.band_d_charge', '2026-27', 34.0)"


def test_explain_says_an_elector():
    from devomodel.cli.explain import _figure

    class Line:
        unit = "£/elector"

    class Step:
        value, line = 11.5444, Line

    assert _figure(Step) == "£11.5444 an elector"


def test_explain_says_opening_figures_and_does_not_work_a_figure_twice():
    out = words_of(run("explain", PARISH, "parish.reserves.general.closing", "2027-28").out)
    assert "2025-26, brought forward: £5,000.00" in out
    assert "worked above" in out


def test_explain_cuts_at_a_depth_and_says_what_is_left():
    out = run("explain", PARISH, "band_d_charge", "2027-28", "--depth", "1").out
    assert "more figures stand below" in out and "Clerk" not in out


@pytest.mark.parametrize("line", ["band_d_charg", "homes"])
def test_explain_refuses_a_line_that_is_not_there_or_is_not_clear(line):
    ended = run("explain", PARISH, line, "2027-28")
    assert ended.status == 2 and ("Did you mean" in ended.err or "There is no line" in ended.err)


def test_a_deep_working_still_fits_the_page():
    out = run("explain", PARISH, "parish.reserves.general.closing", "2035-36", "--years", 12).out
    assert max(map(len, out.splitlines())) <= 80


# compare


def test_compare_shows_options_and_causes_that_sum():
    ended = run("compare", PARISH)
    assert ended.status == 1  # one option fails a check
    lines = ended.out.splitlines()
    assert "• Spend the reserve twice" in lines
    assert lines[lines.index("• Spend the reserve twice") + 1].startswith("  option overspend; CHECKS FAIL; run ")
    plain = json.loads(run("compare", PARISH, "--format", "json").out)
    for table in plain["causes"]:
        *parts, whole = (row["values"] for row in table["rows"])
        assert [sum(one) for one in zip(*parts, strict=True)] == pytest.approx(whole, abs=1e-9)


def test_compare_of_two_files_names_the_changed_amount(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(PARISH.read_text(encoding="utf-8").replace("£12,000", "£13,000"), encoding="utf-8")
    out = words_of(run("compare", PARISH, other).out)
    assert "Clerk, before growth: 12,000 became 13,000" in out
    assert run("compare", PARISH, other, "--option", "hall", "--option", "overspend").status == 2


# councils


def test_councils_forgives_typing_errors_and_warns_of_age():
    out = words_of(run("councils", "castel donnington").out)
    assert "Castle Donington (North West Leicestershire)" in out and "years old: use them as history only" in out
    assert "337,886" in out and "137.30" in out and "2,460.93" in out and "+9.4%" in out and "+1.9%" in out and "+7.4%" in out


def test_councils_shows_authorities_of_england_and_wales():
    assert "Tax base, Band D homes" in run("councils", "dover", "--pick", 2).out
    assert "Community councils, average of the area" in run("councils", "cardiff").out


@pytest.mark.parametrize(
    ("name", "said"), [("qwxyz", "No council's name looks like"), ("Nether Exe", "published no precept"), ("dover, x", "")]
)
def test_councils_not_found(name, said):
    ended = run("councils", name)
    assert (ended.status == 2) == bool(said) and said in ended.err


def test_councils_json_and_csv_are_pure():
    found = json.loads(run("councils", "milton", "--format", "json").out)
    assert [one["place"] for one in found["matches"]][:3] == ["Cherwell", "South Cambridgeshire", "Vale of White Horse"]
    assert next(csv.reader(io.StringIO(run("councils", "milton", "--format", "csv").out))) == ["name", "place", "kind", "match"]


def test_as_yaml_loads_runs_and_gives_the_published_charge_back(tmp_path):
    ended = run("councils", "kidderminster", "--as-yaml")
    case = tmp_path / "case.yaml"
    case.write_text(ended.out, encoding="utf-8")
    assert run("run", case).status == 0
    assert dm.project(dm.load(case)).by_year("town.band_d") == [36.00]
    assert run("councils", "beesby saleby", "--as-yaml").status == 2
    assert run("councils", "cardiff", "--as-yaml").status == 2


def test_every_hundredth_parish_starts_a_case_that_passes_its_checks():
    for parish in councils.parishes()[::100]:
        projection = dm.project(load_text(councils.scenario_block(parish)))
        year = parish.usable_years[-1]
        assert projection.passed, parish
        assert projection.value("town.band_d", year) == pytest.approx(parish.band_d[year], abs=1e-9), parish


# parameters and schema


def test_parameters_lists_all_marks_what_is_doubtful_and_shows_one_in_full():
    from devomodel import parameters

    rows = json.loads(run("parameters", "--format", "json").out)
    assert [row["name"] for row in rows] == list(parameters.names())
    out = words_of(run("parameters", "section137.sum_per_elector", "--on", "2023-06-01").out)
    assert "2023-24: £9.93" in out and "Local Government Act 1972" in out and "8.82" not in out
    assert run("parameters").out.count("NOT VERIFIED") == sum(not row["verified"] for row in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["section137.sum_per_electr"], "Did you mean 'section137.sum_per_elector'?"),
        (["--on", "yesterday"], "Write it like 2026-04-01"),
        (["--nation", "walse"], "Did you mean 'wales'?"),
        (["section137.sum_per_elector", "--nation", "wales"], "cannot be used in Wales"),
        (["section137.sum_per_elector", "--on", "1066-10-14"], "the first is"),
    ],
)
def test_parameters_refuses_in_plain_words(words, said):
    ended = run("parameters", *words)
    assert (ended.status, ended.out) == (2, "") and said in ended.err


def test_the_schema_shipped_is_the_one_the_code_gives():
    shipped = json.loads((ROOT / "devomodel" / "data" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(json_schema())), "devomodel schema -o devomodel/data/scenario.schema.json"
    assert json.loads(run("schema").out) == shipped


# words


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "none"), (0.02, "hardly any"), (0.07, "fewer than one in ten"), (0.5, "half"), (0.62, "about three in five"),
        (2 / 3, "two in three"), (0.748, "about three in four"), (0.75, "three in four"), (0.85, "more than four in five"),
        (0.98, "nearly all"), (1, "all"),
    ],
)  # fmt: skip
def test_a_share_in_words_is_honest(share, said):
    assert in_plain_words(share) == said
