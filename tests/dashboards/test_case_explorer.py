"""The case explorer without a browser: amounts as controls, lines, workings, options side by side, and what is handed out."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest

import devomodel as dm
from devomodel.case import Case
from devomodel.cli.explain import print_working
from devomodel.dashboards import case_explorer_views as views
from devomodel.dashboards.case_explorer import Explorer
from devomodel.dashboards.entry import page as entry_page
from devomodel.dashboards.page import Page
from devomodel.dashboards.pages import page_at
from devomodel.dashboards.shelf import Shelf
from devomodel.problems import InputError

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
EVERY = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def case(key: str) -> Case:
    return dm.load(SCENARIOS / f"{key}.yaml")


def opened(key: str, query: str = "") -> Explorer:
    page = Page("case-explorer", "Explore a case", query=query)
    explorer = Explorer(page, page.open(case(key), key))
    assert page.errors.value == ""
    return explorer


def added(explorer: Explorer, path: str) -> None:
    explorer.add.value = path
    explorer._add()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("key", EVERY)
def test_every_scenario_opens_and_every_option_of_it_shows_its_lines_statements_and_checks(key: str):
    explorer = opened(key)
    for name in case(key).options:
        explorer.option.value = name
        assert explorer.page.errors.value == ""
        projection = dm.project(case(key), name)
        with_figures = {line.name for line in projection.sheet if str(line.unit) != "yes or no"}
        assert {line for _, line in explorer.line.options} == with_figures
        assert len({label for label, _ in explorer.line.options}) == len(with_figures)
        assert "<table>" in explorer.given.value
        assert ("checks hold" in explorer.checked.value) == projection.passed
        assert explorer.comes_to.value.count("<table>") == len(projection.arrangements)


def test_the_lines_of_each_council_come_before_those_of_rules_and_the_workings_come_last():
    labels = [label for label, _ in opened("castle-donington-hub").line.options]
    first = [label.startswith("Working: ") for label in labels]
    assert first == sorted(first)
    assert (
        labels.index("Precept, as issued") < labels.index("Hub: capital cost, renewals apart")
        if "Precept, as issued" in labels
        else True
    )
    assert "Band D charge, to the penny" in labels[:60]


def test_a_control_is_added_moved_and_taken_away_and_the_address_follows():
    explorer = opened("castle-donington-hub")
    path = "hub.running_costs.hub_staff"
    added(explorer, path)
    assert explorer.page.query == f"{path}=98000"  # that it is there is a choice, though nothing is moved
    control = explorer.page.controls[path]
    assert (control.min, control.max, control.hint[:10]) == (88_000, 118_000, "Assumption")  # the case's own range
    control.type("£110,000")
    assert explorer.page.query == f"{path}=110000"
    assert path not in [value for _, value in explorer.add.options]
    explorer._take(path)
    assert explorer.page.query == ""
    assert explorer.page.what_changed() == []
    assert explorer.projection.by_year("town.loan_cost") == dm.project(case("castle-donington-hub")).by_year("town.loan_cost")
    explorer.page.undo()
    assert explorer.page.query == f"{path}=110000"
    assert len(explorer.box.children) == 1


def test_an_address_opens_its_controls_where_they_stood():
    first = opened("castle-donington-hub")
    for path, typed in (
        ("hub.parts.works.cost", "£150,000"),
        ("loan.loans.hub.rate", "4.25"),
        ("precept.general_reserve.opening", ""),
    ):
        added(first, path)
        if typed:
            first.page.controls[path].type(typed)
    first.line.value, first.looks.value, first.explained.value = "loan.hub.balance", "table", True
    second = opened("castle-donington-hub", first.page.query)
    assert second.page.choices == first.page.choices
    assert len(second.box.children) == 3
    assert (second.main.value, second.working.value) == (first.main.value, first.working.value)


def test_an_address_with_an_amount_that_is_not_in_the_case_says_so_and_opens_the_rest():
    explorer = opened("castle-donington-hub", "hub.parts.works.cost=130000&hub.parts.tower.cost=1&line=town.nothing")
    assert "hub.parts.tower.cost" in explorer.page.notes.value
    assert "town.nothing" in explorer.page.notes.value
    assert explorer.amounts.moved == {"hub.parts.works.cost": 130_000}


def test_what_is_moved_in_one_option_goes_along_to_another_that_has_it():
    explorer = opened("castle-donington-hub", "hub.parts.works.cost=150000&loan.loans.hub.rate=0.04")
    explorer.option.value = "save_first"  # it has the works, at a price of its own, and no loan
    assert explorer.amounts.moved == {"hub.parts.works.cost": 150_000}
    assert explorer.page.controls["hub.parts.works.cost"].start == 127_000
    assert "Hub loan: interest a year is not in this option." in words(explorer.page.notes.value)
    explorer.page.undo()
    assert explorer.amounts.moved == {"hub.parts.works.cost": 150_000, "loan.loans.hub.rate": 0.04}


def test_the_table_of_a_line_shows_the_case_the_move_and_the_change_to_the_penny():
    explorer = opened("cowfold-pavilion", "look=table&line=town.loan_cost&loan.loans.pavilion.rate=0.03")
    given = dm.project(case("cowfold-pavilion"))
    row = re.search(r'<th scope="row">2019 to 2020</th>(.*?)</tr>', explorer.main.value)
    assert row is not None
    assert re.findall(r"<td>(.*?)</td>", row[1]) == ["£18,786.56", "£19,370.58", "+£584.02"]
    assert given.value("town.loan_cost", "2019-20") == pytest.approx(18_786.56)


class Printed:
    """What `devomodel explain` prints, as lines of words."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def title(self, text: str) -> None:
        self.lines.append(text)

    def pairs(self, pairs: object) -> None: ...

    def blank(self) -> None: ...

    def item(self, text: str, mark: str = "", indent: int = 0) -> None:
        self.lines.append(text)

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        self.lines.append(text)


@pytest.mark.parametrize("key", ["castle-donington-hub", "kidderminster-town-hall", "peppard-pavilion", "mid-devon-toilets"])
def test_the_working_of_a_figure_is_that_of_devomodel_explain_whole_and_well_nested(key: str):
    explorer = opened(key, "why=yes")
    projection = dm.project(case(key))
    printed = Printed()
    print_working(printed, projection, projection.explain(str(explorer.line.value), str(explorer.year.value)), None)  # type: ignore[arg-type]
    html = explorer.working.value
    shown = [unescape(one) for one in re.findall(r"<(?:h3|li|small|p)>([^<]*)", html)]
    assert shown == printed.lines
    assert html.count("<ul>") == html.count("</ul>")
    assert html.count("<li>") == html.count("</li>")


def test_the_working_of_a_moved_amount_names_it_as_an_assumption_and_keeps_what_it_rested_on():
    path = "services.spending.present_services_less_their_income"
    explorer = opened("castle-donington-hub", f"why=yes&line=services.net_cost&year=2019-20&{path}=350000")
    text = words(explorer.working.value)
    assert "£350,000" in text
    assert "assumption; changed in this option; taken as equal to the published precept of 2019-20" in text


def test_options_stand_side_by_side_with_what_was_moved_as_one_more():
    explorer = opened("castle-donington", "compare=yes")
    text = words(explorer.options.value)
    for option in list(case("castle-donington").options.values())[1:]:
        assert f"What “{option.label}” changes" in text
    assert "As moved on the dashboard" not in text
    added(explorer, "tax_base.homes")
    explorer.page.controls["tax_base.homes"].type("2,600")
    text = words(explorer.options.value)
    assert "What “As moved on the dashboard” changes" in text
    assert "Tax base (implied) is set" in text
    assert "tax_base.homes" not in text


def test_changes_of_options_are_told_by_labels_and_not_by_paths_in_the_file():
    projection = dm.project(case("kidderminster-town-hall"), "take_over")
    assert views.in_labels("leaseback.amount is £10,000 (was £25,000)", projection) == (
        "Rent for the district's counter is £10,000 (was £25,000)"
    )
    both = "hall_cost.limits is a block and precept.earmarked_reserves is a block"
    assert views.in_labels(both, projection) == "Hall cost: limits is set and Precept: earmarked reserves is set"


def test_a_charge_that_is_fixed_does_not_hide_that_the_reserves_fall():
    explorer = opened("castle-donington", "hub.spending.hub_staff=120000")
    given, now = dm.project(case("castle-donington")), explorer.projection
    line, year = "town.reserves.closing", "2024-25"
    before, after = (f"£{round(one.value(line, year)):,}" for one in (given, now))
    assert (before, after) == ("£207,373", "£90,572")
    said = words(explorer.page.says.value)
    assert "the same as" in said and f"from {before} to {after} in 2024 to 2025." in said
    explorer.line.value = line
    assert "What moves most" not in words(explorer.page.says.value)


def test_the_assumptions_are_those_of_the_projection_with_their_basis_source_note_and_caution():
    explorer = opened("kidderminster-town-hall")
    frame = dm.project(case("kidderminster-town-hall")).assumptions
    shown = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', explorer.given.value)
    assert [unescape(label) for label, _ in shown] == list(frame["label"])
    cells = [[unescape(one) for one in re.findall(r"<td[^>]*>(.*?)</td>", row)] for _, row in shown]
    for place, column in enumerate(("basis", "source", "note", "caution", "place"), start=1):
        assert [row[place] for row in cells] == list(frame[column])


def test_every_line_is_handed_out_unrounded():
    explorer = opened("padiham")
    read = list(csv.reader(io.StringIO(views.every_line(explorer.projection).removeprefix("\ufeff"))))
    frame = dm.project(case("padiham")).lines
    assert [row[0] for row in read[1:]] == list(frame.index)
    at = read[0].index(explorer.projection.years[-1])
    for row in read[1:]:
        value = explorer.projection.value(row[0], explorer.projection.years[-1])
        assert (float(row[at]) if row[at] else None) == (value if value == value else None)


def test_the_scenario_file_opens_with_the_moved_option_and_its_figures():
    explorer = opened("padiham")
    path = explorer.add.options[1][1]
    added(explorer, path)
    explorer.page.controls[path].move(3)
    again = dm.load_text(explorer._live().scenario_text(explorer.amounts.moved), "padiham.yaml")
    kept = dm.project(again, "from_the_dashboard")
    assert kept.by_year("town.band_d") == explorer.projection.by_year("town.band_d")


def test_a_label_with_the_marks_of_a_web_page_is_shown_as_it_was_written():
    written = (SCENARIOS / "padiham.yaml").read_text(encoding="utf-8")
    text = re.sub(r"label: .*", "label: 'Stay & pay < more \"now\"'", written, count=1)
    explorer = Explorer(Page("case-explorer", "Explore a case", query="compare=yes"), dm.load_text(text, "padiham.yaml"))
    assert "What “Stay &amp; pay &lt; more &quot;now&quot;” changes" in explorer.options.value
    assert "Stay & pay <" not in explorer.options.value


@pytest.mark.parametrize("name", ["three_slips_at_once", "slips_in_every_part", "the_year_has_a_slash"])
def test_every_problem_of_a_file_is_told_in_full_with_its_line(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    text = (ROOT / "tests" / "wrong" / f"{name}.yaml").read_text(encoding="utf-8")
    shelf = Shelf.of(work=tmp_path)
    key = shelf.take_in(f"{name}.yaml", text.encode())
    monkeypatch.setenv("DEVOMODEL_SERVED", shelf.as_text())
    known = page_at("case-explorer")
    assert known is not None
    told = entry_page(known, f"case={key}")
    with pytest.raises(InputError) as refused:
        dm.load_text(text, f"{name}.yaml")
    listed = [unescape(one) for one in re.findall(r"<li>(.*?)</li>", told.children[2].value, re.S)]
    assert listed == [str(one) for one in refused.value.problems]
    assert all(re.search(r"line \d+", one) for one in listed)


def test_the_page_can_be_made_twice_in_one_notebook():
    from devomodel import dashboards

    assert dashboards.case_explorer(case("padiham")) is not dashboards.case_explorer(case("padiham"))
