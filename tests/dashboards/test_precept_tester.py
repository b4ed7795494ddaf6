"""The precept tester without a browser: every figure it shows is the projection's, and the ways of driving a precept agree."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest

import devomodel as dm
from devomodel import councils
from devomodel.charts import words as chart_words
from devomodel.dashboards import shown
from devomodel.dashboards.page import Page
from devomodel.dashboards.precept_tester import PreceptPage, TesterPage
from devomodel.dashboards.precept_tester_parish import notice
from devomodel.dashboards.precept_tester_plan import BAND_D, BUDGET, PLAN, PRECEPT, RISE, Asked, Engine
from devomodel.dashboards.shelf import Shelf
from devomodel.engine import per_period, to_pence, to_pounds
from devomodel.model import project
from devomodel.problems import DevomodelError, InputError

ROOT = Path(__file__).resolve().parents[2]
BLANK = ROOT / "devomodel" / "dashboards" / "blank.yaml"
CASES = [
    path.stem for path in sorted((ROOT / "scenarios").glob("*.yaml")) if "use: precept\n" in path.read_text(encoding="utf-8")
]


def opened(case, query: str = "") -> PreceptPage:
    page = TesterPage("precept-tester", "Test a precept", query=query)
    case_read = page.open(dm.load(case) if isinstance(case, Path) else case, usual="blank")
    return PreceptPage(page, case_read, Engine(case_read))


def scenario(name: str) -> Path:
    return ROOT / "scenarios" / f"{name}.yaml"


def cells(view) -> list[list[str]]:
    """The rows of the first table of a view, with their headings."""
    table = re.search(r"<table>.*?</table>", view.value, re.S)[0]
    return [
        [unescape(re.sub("<[^>]+>", "", one)) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)
    ]


def words(view) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", re.sub("<svg.*?</svg>", "", view.value, flags=re.S))).split())


def run_id(one: PreceptPage) -> str:
    return re.search(r"[0-9a-f]{10}-[\d.]+", one.view["foot"].value)[0]


def figures_agree(one: PreceptPage) -> int:
    """Compare every figure of the band table and the years ahead with the projection; how many there are."""
    p = one.answer.projection
    _, council, year = one.chosen
    compared = 0
    for row, band in zip(cells(one.view["bands"])[1:], dm.charts.bill_by_band(p, council, year).table.rows, strict=True):
        key = "A_disabled" if "disabled" in band[0] else band[0].removeprefix("Band ")
        charge, moved = p.value(f"{council}.bands.{key}", year), p.value(f"{council}.band_changes.{key}", year)
        month, week = per_period(charge)["month"], per_period(charge)["week"]
        pence = (
            "–"
            if math.isnan(moved)
            else f"{to_pence(moved / 52) * 100:+,.0f}p".replace("-", "−").replace("+0p", "0p").replace("−0p", "0p")
        )
        assert row == [
            band[0],
            shown.charge(charge),
            shown.charge(week),
            shown.charge(moved, signed=True),
            pence,
            shown.charge(month),
        ]
        compared += 5
    for row, at in zip(cells(one.view["ahead"])[1:], p.years, strict=True):
        assert row == [
            shown.year_words(at),
            shown.said(p.value(f"{council}.precept", at), "£", pence=True),
            shown.rate(p.value(f"{council}.precept_change_rate", at)),
            chart_words.number(p.value(f"{council}.tax_base", at), 2),
            shown.charge(p.value(f"{council}.band_d", at)),
            shown.charge(p.value(f"{council}.band_d_change", at), signed=True),
            shown.rate(p.value(f"{council}.band_d_change_rate", at)),
            "not known"
            if not one.headings.known(one.chosen[0], council)
            else shown.said(p.value(f"{council}.reserves.general.closing", at), "£", pence=True),
        ]
        compared += 7
    five = re.findall(r"<dd>(.*?)(?:<small>|</dd>)", one.view["numbers"].value)
    assert five == [
        shown.said(p.value(f"{council}.precept", year), "£", pence=True),
        *(shown.rate(p.value(f"{council}.{line}_change_rate", year)) for line in ("precept", "tax_base")),
        shown.charge(p.value(f"{council}.band_d", year)),
        shown.rate(p.value(f"{council}.band_d_change_rate", year)),
    ]
    return compared + 5


def test_a_precept_of_9000_is_14_83_and_one_of_20000_is_32_96_at_band_d():
    """Story S2: the clerk's band table, with 23, 35 and 70 pence a week more at A, D and H."""
    one = opened(BLANK)
    assert "£14.83" in one.page.says.value and one.base.value == 606.88
    one.precept.type("£20,000")
    assert "£32.96" in one.page.says.value and "+35p a week" in one.page.says.value
    weeks = {row[0]: row[4] for row in cells(one.view["bands"])[1:]}
    assert (weeks["Band A"], weeks["Band D"], weeks["Band H"]) == ("+23p", "+35p", "+70p")
    ninths = {"A": 6, "B": 7, "C": 8, "D": 9, "E": 11, "F": 13, "G": 15, "H": 18}
    for row in cells(one.view["bands"])[2:]:
        band = row[0].removeprefix("Band ")
        assert row[1] == shown.charge(to_pence(32.96 * ninths[band] / 9))


def test_the_downloaded_band_table_holds_the_figures_of_the_page_as_plain_numbers():
    one = opened(BLANK)
    one.precept.type("20000")
    rows = list(csv.reader(io.StringIO(one._csv().removeprefix("\ufeff"))))
    assert rows[0] == [
        "Council",
        "Year",
        "Precept in pounds",
        "Tax base in Band D homes",
        "Band D in pounds a year",
        "Band",
        "Pounds a year",
        "Pounds a month",
        "Pounds a week",
        "Change in pounds a year",
        "Change in pence a week",
    ]
    same = ["Your parish council", "2027 to 2028", "20000.00", "606.88", "32.96"]
    assert rows[5] == [*same, "Band D", "32.96", "2.75", "0.63", "18.13", "35"]
    assert len(rows) == 10 and all(row[:5] == same for row in rows[1:])
    assert all(float(cell) == float(cell) for row in rows[1:] for cell in [*row[2:5], *row[6:]])
    one.precept.type("4500")
    assert [row[9:] for row in csv.reader(io.StringIO(one._csv()))][5] == ["-7.42", "-14"]


def test_pounds_percentage_and_band_d_drive_each_other_and_give_one_run_id():
    pounds, percent, charge = opened(BLANK), opened(BLANK), opened(BLANK)
    pounds.precept.type("9180")
    percent.rise.type("2%")
    assert (percent.precept.value, percent.band_d.value, pounds.rise.value) == (9180.0, 15.13, pytest.approx(0.02, abs=1e-12))
    assert run_id(pounds) == run_id(percent)
    charge.band_d.type("15.13")
    assert charge.precept.value == to_pence(15.13 * 606.88) == 9182.09
    pounds.precept.type("9182.09")
    assert run_id(pounds) == run_id(charge) != run_id(percent)


def test_the_same_precept_by_slider_box_and_buttons_is_the_same_run():
    slider, box, keys = opened(BLANK), opened(BLANK), opened(BLANK)
    slider.precept.value = 9_500.0
    box.precept.type("£9,500.00")
    for _ in range(10):
        keys.precept.move(1)
    assert keys.precept.value == 9_500.0
    assert run_id(slider) == run_id(box) == run_id(keys)


def test_a_precept_that_nobody_moved_is_the_run_that_the_command_line_prints():
    for name in CASES:
        one = opened(scenario(name))
        assert run_id(one) == project(one.case, one.chosen[0]).run_id


def test_you_said_2_per_cent_shows_both_rates_and_names_the_tax_base():
    """Story S3: precept +2%, tax base −3%: Band D +5.15%, and the walk sums to the penny."""
    one = opened(scenario("castle-donington"))
    one.base.type("2342.55")
    one.rise.type("2")
    assert "+2.00%" in one.view["numbers"].value and "+5.15%" in one.view["numbers"].value
    said = words(one.page.says)
    assert "rises 2.00% to £314,957.64" in said and "rises 5.15%, from £127.86 to £134.45" in said
    assert "The larger cause is the tax base (−3.00%), with £4.03 of the change; the precept (+2.00%) makes £2.56." in said
    rows = [row[1] for row in cells(one.view["walk"])[1:]]
    pence = [round(float(one.replace("£", "").replace("−", "-")) * 100) for one in rows]
    assert sum(pence[:-1]) == pence[-1] == 659
    alt = re.search(r"<desc[^>]*>(.*?)</desc>", one.view["chart"].value, re.S)
    assert alt and "tax base +£4.03" in unescape(alt[1]) and "£134.45" in unescape(alt[1])


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_the_projections_in_every_option_year_and_way(name):
    one = opened(scenario(name))
    compared = 0
    for option in one.options:
        if one.option:
            one.option.value = option
        for council in one.engine.councils:
            if one.council:
                one.council.value = council
            if not one.engine.sets(option, council):
                assert "sets no precept in this option. Choose another option or council." in one.page.errors.value
                continue
            for year in (one.case.years[0], one.case.years[-1]):
                one.year.value = year
                for move in (
                    lambda: None,
                    lambda: one.rise.disabled or one.rise.type("3.5"),
                    lambda: one.band_d.type("61.20"),
                    lambda: one.precept.type("12,345.67"),
                ):
                    move()
                    assert one.page.errors.value == ""
                    compared += figures_agree(one)
    assert compared > 500


@pytest.mark.parametrize("name", ["castle-donington", "kidderminster", "bletchingdon", "precept-consultation", "tibberton-hall"])
def test_a_precept_that_is_held_leaves_the_years_before_as_they_were(name):
    case = dm.load(scenario(name))
    engine = Engine(case)
    council = next(iter(engine.councils))
    for option in case.options:
        planned = project(case, option).by_year(f"{council}.precept")
        asked = Asked(option, council, case.years[1], PRECEPT, 20_000.0)
        found = engine.work(asked).projection.by_year(f"{council}.precept")
        assert found[:2] == [planned[0], 20_000.0]
        same = engine.work(Asked(option, council, case.years[1], PRECEPT, planned[1])).projection
        assert same.by_year(f"{council}.precept") == pytest.approx(planned, abs=0.011)


def test_later_years_of_a_budget_take_what_it_needs_with_the_interest_that_reserves_then_earn():
    engine = Engine(dm.load(scenario("precept-consultation")))
    p = engine.work(Asked("do_nothing", "town", "2027-28", PRECEPT, 400_000.0)).projection
    for year in p.years[1:]:
        assert p.value("town.precept", year) == to_pence(p.value("town.council_tax_requirement", year))


def test_a_way_gives_what_the_file_gives_when_it_is_written_there_by_hand():
    text = scenario("tibberton-hall").read_text(encoding="utf-8")
    engine = Engine(dm.load_text(text, "case.yaml"))
    by_hand = dm.load_text(text.replace("    general_reserve:\n", '    band_d_charge: {value: 120, basis: assumption, note: by hand}\n'
                                        "    general_reserve:\n", 1), "case.yaml")  # fmt: skip
    charge = project(by_hand, "do_nothing").value("town.precept", "2019-20")
    assert (
        engine.work(Asked("do_nothing", "town", "2019-20", BAND_D, 120.0)).projection.value("town.precept", "2019-20") == charge
    )
    rise = engine.work(Asked("do_nothing", "town", "2019-20", RISE, 0.05)).projection
    assert rise.value("town.precept", "2019-20") == to_pence(36_509 * 1.05)
    assert rise.passed or all("change_identity" not in one.name for one in rise.checks if not one.passed)


def test_what_the_budget_needs_is_the_requirement_even_where_the_case_fixes_the_precept():
    engine = Engine(dm.load(scenario("castle-donington")))
    for option in engine.case.options:
        for year in engine.case.years:
            p = engine.work(Asked(option, "town", year, BUDGET)).projection
            plan = engine.work(Asked(option, "town", year, PLAN)).projection
            assert p.value("town.precept", year) == to_pence(plan.value("town.council_tax_requirement", year))


def test_the_address_holds_what_is_held_and_opens_the_same_figures():
    one = opened(scenario("castle-donington"))
    one.year.value = "2020-21"
    one.rise.type("2%")
    one.base.type("2400")
    one.headings.controls["hub.spending.hub_staff"].type("90,000")
    query = one.page.query
    assert parse_qs(query) == {"year": ["2020-21"], "way": ["rise"], "rise": ["0.02"], "tax_base": ["2400"],
                               "hub.spending.hub_staff": ["90000"]}  # fmt: skip
    again = opened(scenario("castle-donington"), query)
    assert again.page.says.value == one.page.says.value and run_id(again) == run_id(one) and again.page.query == query
    assert opened(BLANK, "precept=20000").page.says.value == opened(BLANK, "way=precept&precept=20000").page.says.value


def test_undo_and_reset_bring_back_each_figure_and_what_was_held():
    one = opened(BLANK)
    seen = [(one.page.query, run_id(one))]
    for move in (lambda: one.precept.type("20000"), lambda: one.base.type("600"), lambda: one.rise.type("2"), lambda: one.band_d.type("20"),
                 lambda: setattr(one.year, "value", "2028-29"), lambda: one.rise.type("-4")):  # fmt: skip
        move()
        seen.append((one.page.query, run_id(one)))
    for before in reversed(seen[:-1]):
        one.page.undo()
        assert (one.page.query, run_id(one)) == before
    for after in seen[1:]:
        one.page.redo()
        assert (one.page.query, run_id(one)) == after
    one.page.reset()
    assert (one.page.query, run_id(one)) == seen[0]


def test_a_new_year_begins_as_the_case_plans_it():
    one = opened(BLANK)
    one.precept.type("20000")
    one.base.type("500")
    one.year.value = "2028-29"
    assert one.way.value == BUDGET and one.base.value == 606.88 and one.precept.value == 9_261.0
    assert "The year before: £9,000." in one.precept.hint


def test_a_heading_of_the_budget_moves_the_precept_or_the_reserves():
    one = opened(BLANK)
    one.headings.controls["budget.spending.clerk"].type("5000")
    assert one.precept.value == 10_000.0
    one.precept.type("9000")
    rows = dict(row[:2] for row in cells(one.view["reserves"])[1:])
    assert rows["General reserve"] == "£3,500"
    one.headings.controls["precept.general_reserve.used"].type("1000")
    one.way.value = BUDGET
    assert one.precept.value == 9_000.0


def test_what_a_case_leaves_out_can_be_put_in():
    one = opened(scenario("padiham"))
    before = one.precept.value
    one.headings.controls["precept.contingency"].type("500")
    assert one.precept.value == pytest.approx(before + 500) and one.page.errors.value == ""
    assert "precept.contingency" in one.page.query


def test_the_scenario_file_that_is_given_back_runs_to_the_same_figures():
    for name in ("precept-consultation", "castle-donington", "bletchingdon"):
        one = opened(scenario(name))
        one.base.type(str(one.base.value * 0.97))
        one.band_d.type("99.99")
        p = one.answer.projection
        again = project(dm.load_text(one._scenario(), "again.yaml"), "from_the_dashboard")
        assert again.by_year("town.band_d") == p.by_year("town.band_d") and again.by_year("town.precept") == p.by_year(
            "town.precept"
        )


def test_the_reserves_are_put_to_the_advice_with_its_source():
    one = opened(BLANK)
    assert "within the advice" in words(one.view["reserves"])
    rows = dict(row[:2] for row in cells(one.view["reserves"])[1:])
    assert rows["Months of it in the general reserve"] == "6" and rows["Floor"] == "£2,250" and rows["Ceiling"] == "£9,000"
    assert "reserves.general_months" in words(one.view["reserves"]) and "seen on the page named" in words(one.view["reserves"])
    one.headings.controls["precept.general_reserve.opening"].type("18,000.01")
    assert "more than twice the precept" in words(one.view["reserves"]) and "above the ceiling" in words(one.view["reserves"])
    one.headings.controls["precept.general_reserve.opening"].type("18,000")
    assert "no breakdown" in words(one.view["reserves"])
    one.headings.controls["precept.general_reserve.opening"].type("0")
    one.precept.type("8,000")
    assert "overdrawn" in words(one.view["reserves"])


def test_a_council_with_its_own_policy_is_put_to_that_policy():
    text = BLANK.read_text(encoding="utf-8") + (
        "  policy:\n    use: reserves_policy\n    council: parish\n    floor: {value: 5000, basis: assumption, note: made up}\n")  # fmt: skip
    one = opened(dm.load_text(text, "own.yaml"))
    assert "below the floor of the council’s own policy" in words(one.view["reserves"])


def test_no_principle_binds_parishes_and_a_district_rule_is_only_a_stress():
    one = opened(BLANK)
    told = words(one.view["referendum"])
    assert "No referendum principle applies to parish and town councils in 2027 to 2028 and 2028 to 2029" in told
    assert "For 2029 to 2030 and 2030 to 2031 nothing is on file" in told
    assert "stays within the rule in every year" in told
    one.year.value = "2028-29"
    one.precept.type("20000")
    told = words(one.view["referendum"])
    assert "the first year it breaks is 2028 to 2029" in told and "not above both in any year" in told
    assert "the newest one is held" in told and "not verified" in told


def test_the_proposal_of_2016_catches_a_large_town_that_rises_by_more_than_both_its_figures():
    text = (
        BLANK.read_text(encoding="utf-8")
        .replace('precept: {value: "£9,000"', 'precept: {value: "£600,000"')
        .replace("606.88", "6000")
    )
    one = opened(dm.load_text(text, "large.yaml"))
    one.precept.type("630,000")
    assert one.band_d.value == 105.0 and "would need no vote" in words(one.view["referendum"]), "£5 is allowed"
    one.precept.type("630,060")
    assert "Under the proposal of 2016 this plan would need a vote: the first year it breaks is 2027 to 2028" in words(
        one.view["referendum"]
    )


AWKWARD = [
    "St. Mary",
    "O'",
    "All Saints",
    "Town Council (",
    "&",
    "/",
    "Abbots",
    "Llan",
    "Ash",
    "Up Hatherley",
    "Zeal",
    "Kidderminster",
]


def parish_numbers() -> list[int]:
    """A dozen parishes, among them names with marks in them, the shortest, the longest, the dearest and the cheapest."""
    every = councils.parishes()
    usable = [at for at, one in enumerate(every) if len(one.usable_years) == 2]
    found = {
        next(at for at in usable if mark in every[at].name) for mark in AWKWARD if any(mark in every[at].name for at in usable)
    }
    for key in (lambda at: len(every[at].name), lambda at: every[at].band_d["2019-20"]):
        found |= {min(usable, key=key), max(usable, key=key)}
    return sorted(found | {at for at, one in enumerate(every) if one.usable_years and len(one.usable_years) == 1})


@pytest.mark.parametrize("number", parish_numbers())
def test_a_parish_opens_as_history_and_for_a_year_of_the_clerks_own(number):
    parish = councils.parishes()[number]
    shelf = Shelf.of()
    page = Page("precept-tester", "Test a precept", query=f"case=parish-{number}")
    case = page.open(None, usual="blank")
    one = PreceptPage(page, case, Engine(case))
    newest = parish.usable_years[-1]
    assert page.errors.value == "" and one.precept.value == parish.precept[newest]
    assert one.band_d.value == pytest.approx(parish.band_d[newest], abs=0.001)
    told = words(one.view["notice"])
    assert (
        f"the newest figures held for {parish.name} ({parish.billing_authority}) are those of {shown.year_words(newest)}" in told
    )
    offered = re.findall(r"case=parish-\d+-(\d{4})", notice(case, date(2026, 11, 25)))
    assert offered == ["2020" if newest == "2019-20" else "2019", "2026", "2027"]
    own = opened(shelf.case(f"parish-{number}-2027"))
    assert own.case.years[0] == "2027-28" and own.page.errors.value == ""
    first = own.answer.projection
    assert first.value("town.year_before.precept", "2027-28") == parish.precept[newest]
    given = {line.origin.basis for line in first.inputs if line.origin.is_given and not line.name.startswith("bands.ninths")}
    assert given == {"assumption"}, "A figure carried to a year of one's own is not a published one"
    own.base.type("250")
    own.headings.controls["services.spending.services_less_their_income"].type("12,500")
    own.precept.type("12,500")
    assert own.band_d.value == 50.0 and own.answer.projection.passed
    figures_agree(own)


def test_the_year_after_the_published_one_rests_on_published_figures():
    number = next(at for at, one in enumerate(councils.parishes()) if one.name.startswith("Kidderminster"))
    p = project(Shelf.of().case(f"parish-{number}-2020"))
    before = [line for line in p.inputs if line.name == "town.year_before.precept"]
    assert before[0].origin.basis == "published" and before[0].values == councils.parishes()[number].precept["2019-20"]


@pytest.mark.parametrize("key", ["parish-99999", "parish-", "parish-1-2019", "parish-1-2099", "parish-x", "parish-1-20277"])
def test_a_parish_key_that_leads_nowhere_is_refused_in_plain_words(key):
    with pytest.raises(DevomodelError, match=r"usable figures of that parish|A year of your own begins"):
        Shelf.of().text(key)


def test_a_case_without_a_precept_says_so_and_names_another():
    case = dm.load(scenario("kidderminster-bill-2024-25"))
    with pytest.raises(DevomodelError, match="no council sets a precept in this case"):
        Engine(case)


def test_what_cannot_be_worked_leaves_no_figure_beside_it():
    text = BLANK.read_text(encoding="utf-8").replace('precept: {value: "£9,000"', "precept: {value: 0")
    one = opened(dm.load_text(text, "new.yaml"))
    assert one.rise.disabled and "where there was none" in one.page.says.value
    one.way.value = RISE
    assert (
        "no precept in the year before" in one.page.errors.value and one.view["bands"].value == "" and one.page.says.value == ""
    )
    one.precept.type("£500")
    assert one.page.errors.value == "" and figures_agree(one) > 50


def test_words_from_a_file_are_shown_as_words():
    hostile = "<img src=x onerror=alert(1)>"
    case = dm.load(BLANK)
    named = {**case.councils, "parish": dataclasses.replace(case.councils["parish"], name=hostile)}
    one = opened(dataclasses.replace(case, title=hostile, councils=named))
    assert all("<img" not in view.value for view in one.view.values())
    assert "&lt;img" in one.view["bands"].value and "&lt;img" in one.view["foot"].value


def test_a_precept_in_whole_pounds_says_what_is_issued():
    one = opened(scenario("bletchingdon"))
    one.option.value = "spread_the_fall"
    one.band_d.type("57.33")
    p = one.answer.projection
    assert p.value("town.precept", "2019-20") == int(p.value("town.precept", "2019-20"))
    assert "issued to the pound" in one.view["issued"].value or one.band_d.value == p.value("town.band_d", "2019-20")


def test_the_limits_of_what_may_be_typed_break_nothing():
    one = opened(BLANK)
    for control, typed in ((one.precept, "0"), (one.precept, "1,000,000,000"), (one.rise, "-100%"), (one.band_d, "0"), (one.base, "0.01"),
                           (one.precept, "0.01"), (one.base, "10,000,000")):  # fmt: skip
        control.type(typed)
        assert (control.error, one.page.errors.value) == ("", ""), typed
        assert one.answer.projection.checks[0].name
    one.base.type("0")
    assert "can be from" in one.base.error


def test_a_scenario_that_cannot_be_read_raises_its_problems():
    with pytest.raises(InputError):
        opened(dm.load_text(BLANK.read_text(encoding="utf-8").replace("use: tax_base", "use: tax_bas"), "wrong.yaml"))


def test_what_you_changed_counts_from_what_the_page_opened_with_and_names_only_what_was_moved():
    one = opened(BLANK)
    spending = one.headings.controls["budget.spending.clerk"]
    spending.type("2,000")
    assert one.rise.value == pytest.approx(-0.2222, abs=1e-4)
    one.rise.type("5%")
    assert one.page.what_changed() == [
        ("Change in the precept on the year before", "0%", "5%"),
        ("Clerk", "£4,000", "£2,000"),
    ]
    one.way.value = BUDGET
    assert [label for label, *_ in one.page.what_changed()] == ["Clerk"]
    spending.type("4,000")
    assert one.page.what_changed() == []


def test_a_surplus_says_where_it_goes_and_what_the_year_after_does():
    text = re.sub("grows: costs", "grows: 0", BLANK.read_text(encoding="utf-8"))
    one = opened(dm.load_text(text, "level.yaml"))
    assert words(one.view["issued"]) == ""
    one.rise.type("5")
    told = words(one.view["issued"])
    assert ("The budget needs £9,000, so £450 goes to the general reserve this year; unless the budget grows, next year’s precept "
            "falls back by 4.76%, to £9,000.") in told  # fmt: skip
    assert "In later years the precept is what the budget then needs" in told
    one.headings.controls["precept.general_reserve.used"].type("450")
    assert "£900 goes to the general reserve" in words(one.view["issued"])
    assert "The budget takes £450 from that reserve: £450 of it only puts back what is taken." in words(one.view["issued"])
    one.headings.controls["precept.general_reserve.used"].type("0")
    one.rise.type("-5")
    assert "so £450 is taken from the general reserve this year" in words(one.view["issued"])
    assert "next year’s precept rises by 5.26%, to £9,000" in words(one.view["issued"])


@pytest.mark.parametrize("name", ["blank", "castle-donington", "bletchingdon"])
def test_later_years_can_repeat_the_rise_or_hold_the_charge_or_follow_the_budget(name):
    one = opened(BLANK if name == "blank" else scenario(name))
    council, years = one.chosen[1], one.case.years
    rounded = to_pounds if one.engine.precept(*one.chosen[:2]).precept_to == "pound" else to_pence
    one.rise.type("5")
    one.later_way.value = "same-rise"
    precepts = one.answer.projection.by_year(f"{council}.precept")
    assert [*precepts[1:]] == [rounded(early * 1.05) for early in precepts[:-1]]
    assert "falls back" not in words(one.view["issued"]) and "the same percentage each year" in words(one.view["issued"])
    assert (
        opened(BLANK if name == "blank" else scenario(name), one.page.query).answer.projection.by_year(f"{council}.precept")
        == precepts
    )
    one.later_way.value = "same-charge"
    p = one.answer.projection
    for at in years[1:]:
        assert p.value(f"{council}.band_d", at) == pytest.approx(p.value(f"{council}.band_d", years[0]), abs=0.011)
    one.later_way.value = "needs"
    p = one.answer.projection
    for at in years[1:]:
        assert p.value(f"{council}.precept", at) == rounded(p.value(f"{council}.council_tax_requirement", at))
    one.year.value = years[-1]
    assert one.later_way not in one.left.children, "after the last year there is none"


def test_the_rise_of_a_precept_from_nothing_cannot_be_repeated_and_the_page_says_so():
    text = BLANK.read_text(encoding="utf-8").replace('precept: {value: "£9,000"', "precept: {value: 0")
    one = opened(dm.load_text(text, "new.yaml"))
    one.later_way.value = "same-rise"
    assert "no rise for later years to repeat" in one.page.errors.value
    one.later_way.value = "needs"
    assert one.page.errors.value == "" and one.view["bands"].value


def test_an_amount_that_runs_every_year_says_so_and_the_first_year_below_nought_is_named_first():
    one = opened(BLANK)
    used = one.headings.controls["precept.general_reserve.used"]
    assert used.hint.startswith("Each year from 2027 to 2028 on")
    assert "Each year" not in one.headings.controls["precept.general_reserve.opening"].hint
    used.type("1,500")
    p = one.answer.projection
    closing = p.by_year("parish.reserves.general.closing")
    assert closing[0] == 3_000 and closing[2:] == pytest.approx([0, -1_500], abs=0.02), "precepts are to the penny"
    told = words(one.view["reserves"])
    assert told.startswith("The general reserve falls below nought in 2030 to 2031 : −£1,500 at 31 March 2031.")
    assert "It is below the floor of the advice from 2028 to 2029 : £1,500" in told
    assert "The general reserve is within the advice at 31 March 2028." in told
    assert told.count("overdrawn") == 1


def parish_of_ones_own(start: int = 2027):
    number = next(at for at, one in enumerate(councils.parishes()) if one.name.startswith("Tilsworth"))
    return Shelf.of().case(f"parish-{number}-{start}"), number


def test_a_reserve_that_nobody_knows_is_not_counted_as_nothing():
    one = opened(parish_of_ones_own()[0])
    opening = one.headings.controls["precept.general_reserve.opening"]
    assert opening.said == "" and opening.hint.startswith("Not known: type what is in hand")
    assert "cannot be done yet" in words(one.view["reserves"]) and "below the floor" not in words(one.view["reserves"])
    assert {row[-1] for row in cells(one.view["ahead"])[1:]} == {"not known"} and "<svg" not in one.view["balance"].value
    assert one.page.what_changed() == [] and "opening" not in one.page.query
    opening.type("")
    assert "type what is in hand, or 0" in opening.error
    opening.type("0")
    assert opening.said == "0" and "below the floor" in words(one.view["reserves"])
    assert one.page.what_changed() == [("General reserve in hand before the first year", "not known", "£0")]
    assert "below the floor" in words(opened(one.case, one.page.query).view["reserves"])
    opening.type("5,000")
    assert "£5,000" in words(one.view["reserves"])
    one.page.undo()
    one.page.reset()
    assert opening.said == "" and "cannot be done yet" in words(one.view["reserves"])


def test_saved_work_keeps_the_warning_that_old_figures_stand_in():
    case, number = parish_of_ones_own()
    kept = dm.load_text(case.document.text, "saved.yaml")
    one = opened(kept)
    assert "are those of 2019 to 2020. They stand in for 2026 to 2027" in words(one.view["notice"])
    assert "href" not in one.view["notice"].value, "outside the server there is nowhere to go"
    assert f"case=parish-{number}" in notice(kept, date(2026, 11, 25))
    again = dm.load_text(one._scenario() if one.precept.type("13,000") is None else "", "again.yaml")
    assert "They stand in for 2026 to 2027" in notice(again, date(2026, 11, 25))
    assert notice(dm.load(scenario("castle-donington")), date(2026, 11, 25)) == ""


def test_the_page_says_whose_precept_and_which_case_it_is():
    one = opened(parish_of_ones_own()[0])
    assert (
        "<strong>Tilsworth</strong>: a precept for 2027 to 2028, begun from the figures of 2019 to 2020" in one.page.heading.value
    )
    one = opened(scenario("two-councils-one-bill"))
    for name, key in one.council.options:
        one.council.value = key
        assert f"<strong>{name}</strong>" in one.page.heading.value and one.case.title in unescape(one.page.heading.value)


def test_made_up_figures_lead_to_real_ones_where_there_is_a_server(monkeypatch):
    assert "made-up" not in opened(scenario("precept-consultation")).view["notice"].value
    monkeypatch.setenv("DEVOMODEL_SERVED", '{"cases": {}, "work": "."}')
    told = opened(scenario("precept-consultation")).view["notice"].value
    assert "These are made-up figures." in told and 'href="/#council"' in told and 'href="precept-tester?case=blank"' in told
    assert opened(scenario("castle-donington")).view["notice"].value == ""


def test_the_walk_says_plainly_that_last_years_parts_are_not_known():
    one = opened(BLANK)
    one.precept.type("20000")
    assert "Budget as a whole (last year’s parts are not known) +£18.13" in words(one.view["walk"])
