"""`devomodel new`: from plain answers to a file that runs."""

import json

import pytest

import devomodel as dm
from tests.cli.commands import run

ANSWERS = """Nowhere Magna
england
Wide District Council
2027-28
3
£1,200
57.2
Letter of the district council
agreement
January 2027

58

0.5%

Clerk's pay
£900
Grass & hedges
600

Allotments
£150

3%
£800

£100
rise
5%
yes

"""
"""In order: name, as printed, nation, district, year, years, precept and tax base before with source, its kind and date, the
budget before, tax base, its source and growth, homes, spending, income, growth, reserve, its source, what is used, how the
precept is thought of, the rise, whether that is right, the owner."""


def changed(*pairs):
    """The answers with some lines put in place of others."""
    text = answers()
    for old, new in pairs:
        assert f"\n{old}\n" in text, old
        text = text.replace(f"\n{old}\n", f"\n{new}\n", 1)
    return text


def answers():
    lines = ANSWERS.splitlines()
    return "\n".join([lines[0], "", *lines[1:]]) + "\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "nowhere.yaml"


def test_answers_become_a_file_that_loads_runs_and_passes_its_checks(file):
    ended = run("new", file, answers=answers())
    assert (ended.status, ended.out) == (0, ""), ended.err
    assert run("run", file).status == 0 and run("check", file).status == 0
    case = dm.load(file)
    base = dm.project(case, "do_nothing")
    # 900 + 600 − 150 − 100 of reserves.
    assert base.value("town.precept", "2027-28") == 1_250
    assert dm.project(case).value("town.precept", "2027-28") == 1_260  # £1,200 and 5%
    assert base.value("town.band_d", "2027-28") == 21.55  # 1,250 ÷ 58
    assert not file.with_name("nowhere.yaml.answers.json").exists()


def test_the_file_is_honest_about_what_each_figure_rests_on(file):
    run("new", file, answers=answers())
    figures = json.loads(run("check", file, "--format", "json").out)["figures"]
    basis = {row["place"]: row["basis"] for row in figures}
    assert basis["mechanisms › precept › year_before › precept"] == "agreement"
    assert basis["mechanisms › budget › spending › clerks_pay"] == "assumption"
    assert set(basis.values()) == {"agreement", "assumption"}
    [source] = dm.load(file).sources.values()
    assert (source.title, source.date) == ("Letter of the district council", "January 2027")


def test_a_date_or_kind_of_source_is_asked_for_and_never_made_up(file):
    ended = run("new", file, answers=changed(("agreement", "letter\nestimate"), ("January 2027", "01/02/26\n")))
    assert ended.status == 0, ended.err
    assert "Allowed: published, agreement, quotation, estimate" in ended.err and "the day or the month first" in ended.err
    assert "date" not in file.read_text(encoding="utf-8").partition("sources:")[2].partition("mechanisms:")[0]
    assert dm.project(dm.load(file)).sheet.amounts["town.year_before.precept"].basis == "estimate"


def test_a_wrong_answer_is_asked_again_saying_what_is_allowed(file):
    lines = answers().splitlines()
    lines[6:6] = ["twelve", "-5", "50%"]
    ended = run("new", file, answers="\n".join(lines) + "\n")
    assert ended.status == 0
    assert "'twelve' is not an amount of money" in ended.err and "It must be more than nought" in ended.err
    assert "is a percentage, not an amount of money" in ended.err


def test_back_changes_the_answer_before(file):
    lines = answers().splitlines()
    lines[7:7] = ["back", "£1,300"]
    assert run("new", file, answers="\n".join(lines) + "\n").status == 0
    assert dm.project(dm.load(file)).value("town.year_before.precept", "2027-28") == 1_300


def test_a_session_that_stops_goes_on_where_it_was(file):
    lines = answers().splitlines()
    stopped = run("new", file, answers="\n".join(lines[:9]) + "\n")
    assert stopped.status == 2 and "(9 answers) is kept" in stopped.err and not file.exists()
    went_on = run("new", file, answers="\n".join(lines[9:]) + "\n")
    assert went_on.status == 0 and "Going on from 9 answers" in went_on.err
    assert dm.project(dm.load(file), "do_nothing").value("town.precept", "2027-28") == 1_250


def test_a_file_is_never_written_over_without_a_yes(file):
    file.write_text("precious\n", encoding="utf-8")
    assert run("new", file, answers="").status == 2
    other = file.with_name("other.yaml")
    assert run("new", file, answers=f"no\n{other}\n{answers()}").status == 0
    assert file.read_text(encoding="utf-8") == "precious\n" and dm.load(other)
    assert run("new", file, answers=f"yes\n{answers()}").status == 0
    assert dm.load(file)


def test_a_parish_found_in_the_shipped_figures_brings_its_code_and_district(file):
    lines = answers().splitlines()
    lines[:4] = ["castle don", "1", "", ""]
    ended = run("new", file, answers="\n".join(lines) + "\n")
    assert ended.status == 0, ended.err
    town = dm.load(file).councils["town"]
    assert (town.name, town.code) == ("Castle Donington Parish Council", "E04005547")


@pytest.mark.parametrize(
    "name", ['Quote " and \\ back', "colon: and # sign", "[bold]x[/bold]", "{a: b}", "Llanfair-yng-Nghornwy", "'"]
)
def test_any_name_can_be_typed(file, name):
    lines = answers().splitlines()
    lines[:1] = [name] if not run_finds(name) else [name, "0"]
    ended = run("new", file, answers="\n".join(lines) + "\n")
    assert ended.status == 0, ended.err
    assert dm.load(file).councils["town"].name == f"{name} Parish Council"


def run_finds(name):
    from devomodel.cli.questions import found

    return bool(found(name))


def test_an_option_that_fails_a_check_is_not_called_preferred(file):
    ended = run("new", file, answers=changed(("5%\nyes", "-50%\nyes")))
    assert ended.status == 0
    assert "general reserve is not overdrawn" in ended.err
    assert dm.load(file).preferred == "do_nothing" and run("run", file).status == 0


def test_a_folder_that_is_not_there_is_refused_before_anything_is_asked(tmp_path):
    ended = run("new", tmp_path / "nowhere" / "x.yaml", answers=answers())
    assert ended.status == 2 and "there is no folder" in ended.err


def test_a_bare_number_is_refused_for_what_is_thought_of_and_the_result_is_said_back(file):
    typed = changed(("£1,200", "£41,250"), ("57.2", "1,000"), ("58", "1,010"), ("rise\n5%\nyes", "precept\n44000\n£44,000\nyes"))
    ended = run("new", file, answers=typed)
    assert ended.status == 0, ended.err
    said = " ".join(ended.err.split())
    assert "'44000' has no £ sign. Write it like £21,000" in said
    assert (
        "That is a precept of £44,000, £2,750 or 6.67% more than £41,250, and £43.56 at Band D (+5.61%). Is that right?" in said
    )
    assert dm.project(dm.load(file)).value("town.precept", "2027-28") == 44_000


def test_a_rise_needs_its_percent_sign(file):
    ended = run("new", file, answers=changed(("5%", "6.67\n6.67%")))
    assert ended.status == 0 and "'6.67' has no % sign" in ended.err
    assert dm.project(dm.load(file)).value("town.precept", "2027-28") == pytest.approx(1_280.04)


def test_a_band_d_charge_may_be_what_is_thought_of(file):
    assert run("new", file, answers=changed(("rise\n5%", "charge\n£22.00"))).status == 0
    case = dm.load(file)
    assert dm.project(case).value("town.band_d", "2027-28") == 22.00
    assert dm.project(case).value("town.precept", "2027-28") == 1_276


def test_an_unusual_rise_or_tax_base_is_asked_about_and_no_asks_again(file):
    typed = changed(("58", "580\nno\n58"), ("5%\nyes", "26%\n\nno\n5%\nyes"))
    ended = run("new", file, answers=typed)
    assert ended.status == 0, ended.err
    said = " ".join(ended.err.split())
    assert "That is 913.99% more than 57.2, which is unusual. Is that right?" in said
    assert "That is an unusual change. Is that right?" in said and "This one needs an answer" in said
    assert dm.project(dm.load(file)).value("town.precept", "2027-28") == 1_260


def test_last_years_budget_gives_the_first_walk_its_parts(file):
    ended = run("new", file, answers=changed(("January 2027\n", "January 2027\n£1,400\n£150\n£50")))
    assert ended.status == 0, ended.err
    base = dm.project(dm.load(file), "do_nothing")
    # £100 more is spent, as much is earned, and £50 more of the reserve is used: over 57.2 homes.
    assert base.value("town.walk.spending", "2027-28") == pytest.approx(1.75)
    assert base.value("town.walk.budget", "2027-28") == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Clerk's pay: £18,000", "Give the heading alone"),
        ("£1000", "Give the heading alone"),
        ("1,000", "Give the heading alone"),
    ],
)
def test_a_heading_with_its_sum_is_asked_again(file, typed, said):
    ended = run("new", file, answers=changed(("Clerk's pay", f"{typed}\nClerk's pay")))
    assert ended.status == 0 and said in ended.err
    assert "clerks_pay" in file.read_text(encoding="utf-8")


def test_a_dot_between_thousands_is_refused(file):
    ended = run("new", file, answers=changed(("£900", "1.900\n£900")))
    assert ended.status == 0 and "Write 1,900 or 1.90" in ended.err


def test_homes_by_band_are_taken_and_said(file):
    lines = answers().splitlines()
    lines[15] = "10 20 30 10 5 5 0 0"
    assert run("new", file, answers="\n".join(lines) + "\n").status == 0
    assert "Three in four of the homes (75.0%) pay less than Band D." in run("run", file).out
