"""Charts of funding, cliffs, shares and loans say what the projection says, and can be read by everyone."""

from __future__ import annotations

import pytest

import devomodel as dm
from devomodel.charts.words import money
from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.loans import level_payment
from devomodel.mechanisms.share_fairness import rules_side_by_side
from tests import test_charts_drawn as drawn
from tests.chart_cases_more import HALL, LOANS, MANY, NO_END, SHARED, TAPER, gallery, made_up, shipped

NAMES = list(gallery())
every_picture = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def these_pictures(monkeypatch):
    found = gallery()
    monkeypatch.setattr(drawn, "pictures", lambda: found)


# Everyone can read them: the same tests as for the other charts


@every_picture
@pytest.mark.parametrize("width", drawn.WIDTHS)
def test_no_words_overlap_or_leave_the_page(name, width):
    drawn.test_no_words_overlap_or_leave_the_page(name, width)


@every_picture
def test_words_marks_and_the_svg_keep_the_rules_of_every_chart(name):
    drawn.test_words_have_enough_contrast_and_marks_are_of_the_palette(name)
    drawn.test_the_alternative_is_one_or_two_sentences_with_the_notes_after(name)
    drawn.test_the_svg_is_whole_named_described_and_fetches_nothing(name)


def test_no_year_is_written_as_an_abbreviation():
    drawn.test_no_year_is_written_as_an_abbreviation()


def test_sources_differ_by_more_than_colour():
    chart = dm.charts.funding(made_up(MANY), "town")
    bars = [bar for bar in chart.figure.axes[0].patches if bar.get_width()]
    assert len({(bar.get_hatch(), bar.get_linestyle()) for bar in bars}) == len({bar.get_facecolor() for bar in bars}) >= 6


# Who pays


def test_funding_stacks_every_source_up_to_what_is_spent():
    hub = shipped("castle-donington-hub")
    chart = dm.charts.funding(hub, "town")
    for row in chart.table.rows:
        assert sum(row[1:-1]) == pytest.approx(row[-1])
    year = next(row for row in chart.table.rows if row[0] == "2020 to 2021")
    assert dict(zip(chart.table.columns[1:], year[1:], strict=True)) == {
        "Funds set aside": 0, "Roxhill (assumed)": 100_000, "North West Leicestershire District Council (assumed)": 100_000,
        "Public Works Loan Board (assumed)": 220_000, "Capital spending": 420_000,
    }  # fmt: skip
    lengths = [bar.get_width() for bar in chart.figure.axes[0].patches if bar.get_width()]
    assert lengths[:3] == [100_000, 100_000, 220_000]


def test_a_gap_is_the_headline_and_is_drawn_as_an_outline():
    chart = dm.charts.funding(made_up(HALL), "town")
    assert chart.title == "£120,000 of £450,000 of capital spending has no funder"
    assert "Gap, not funded £120,000, 26.7%" in chart.alt
    outlines = [bar.get_width() for bar in chart.figure.axes[0].patches if bar.get_linestyle() == "--" or not bar.get_hatch()]
    assert 120_000 in outlines


def test_many_sources_are_drawn_as_six_and_nothing_is_lost():
    chart = dm.charts.funding(made_up(MANY), "town")
    assert len(chart.table.columns) == 2 + 6 and "Other sources" in chart.table.columns
    assert sum(sum(row[1:-1]) for row in chart.table.rows) == pytest.approx(450_000)


# What ends


def test_the_cliff_marks_the_first_year_without_and_carries_the_sentence():
    town = shipped("kidderminster-town-hall")
    [one] = find_cliffs(town)
    chart = dm.charts.cliff(town)
    written = [text.get_text() for text in chart.figure.texts]
    assert "nothing from 2024 to 2025" in written
    assert "Who pays then is not agreed." in " ".join(written) and "who pays then is not agreed" in chart.alt
    assert chart.title.startswith(f"{one.label} ends in 2023 to 2024: {money(one.effects[0].band_d)} more at Band D")
    assert [row[1] for row in chart.table.rows] == town.by_year("hall_grant.paid")
    assert [row[2] for row in chart.table.rows] == town.by_year("hall.net_cost")


def test_a_cliff_that_somebody_picks_up_says_who():
    chart = dm.charts.cliff(made_up(TAPER.replace("THEN", "town")), "support")
    assert chart.title.endswith("Ashby Town Council picks it up") and "Ashby Town Council picks it up" in chart.alt


def test_a_payment_whose_end_is_not_agreed_is_drawn_without_a_mark():
    chart = dm.charts.cliff(made_up(NO_END))
    assert "has no agreed end" in chart.title
    assert not any(text.get_text().startswith("nothing from") for text in chart.figure.texts)


# Side by side


def test_shares_show_every_rule_for_every_party_and_mark_who_would_be_better_off_alone():
    town = shipped("kidderminster-town-hall", "do_nothing")
    chart = dm.charts.shares(town)
    *rules, alone = chart.table.rows
    assert all(row[1] + row[2] == 130_000 for row in rules) and alone == ("Alone", 60_000, 100_000)
    pays = {row[0]: row[1:] for row in rules}
    assert pays["As agreed"] == (39_000, 91_000) and pays["Shapley value"] == (45_000, 85_000)
    assert chart.title == "Kidderminster Town Council pays £39,000 as agreed, and £45,000 to £65,000 by other rules"
    assert "Under Equal shares Kidderminster Town Council would be better off alone." in chart.alt
    assert [text.get_text() for text in chart.figure.texts].count("better off alone") == 1


def test_a_party_better_off_alone_under_the_rule_agreed_is_the_headline_in_the_year_asked_for():
    town = made_up(SHARED)
    chart = dm.charts.shares(town, year="2028-29")
    assert chart.title == "As agreed, Ashby Town Council would be better off alone"
    [agreed] = [row for row in rules_side_by_side(town) if (row.rule, row.party) == ("agreed", "town")]
    assert chart.table.rows[0][1] == agreed.pays[2]


# Loans


@pytest.mark.parametrize("loan", ["hall", "field", "van"])
def test_the_balance_drawn_is_that_of_the_sheet_and_ends_at_nought(loan):
    town = made_up(LOANS)
    chart = dm.charts.loan_balance(town, loan)
    owed = {row[0]: row[1] for row in chart.table.rows}
    for year, balance in zip(town.years, town.by_year(f"loans.{loan}.balance"), strict=True):
        assert owed.get(f"31 March {int(year[:4]) + 1}", 0.0) == balance
    *before, last = owed.values()
    assert last == 0.0 and min(before) > 0


def test_a_loan_of_fifty_years_is_drawn_to_its_end_though_the_case_is_short():
    chart = dm.charts.loan_balance(shipped("cowfold-pavilion"))
    interest = 100 * round(level_payment(500_000, 0.0284, 100), 2) - 500_000
    assert chart.title.startswith("Pavilion loan: £500,000 is repaid by 31 March 2069, with £")
    assert f"{interest:,.0f}"[:4] in chart.title
    assert "The case ends on 31 March 2024" in " ".join(text.get_text() for text in chart.figure.texts)


# All the main charts of a case, and what is refused


def test_capital_money_that_no_yearly_budget_rests_on_is_not_said_to_want_a_payer():
    chart = dm.charts.cliff(shipped("padiham"))
    assert chart.title == "Townscape heritage grant ends in 2024 to 2025, and no yearly budget rests on it"
    assert "who pays" not in f"{chart.alt} {chart.svg()}"


def test_the_main_charts_of_a_case_are_those_it_has_figures_for():
    assert list(dm.charts.main_charts(shipped("kidderminster-town-hall"))) == [
        "town-bill-by-band", "town-precept-walk", "town-band-d", "town-reserves", "town-funding-revenue", "cliff-hall-grant",
    ]  # fmt: skip
    assert "shares-hall-cost" in dm.charts.main_charts(shipped("kidderminster-town-hall", "do_nothing"))
    hub = dm.charts.main_charts(shipped("castle-donington-hub"), "2020-21")
    assert {"town-funding-capital", "loan-loan-hub"} <= set(hub) and not any(name.startswith("cliff") for name in hub)
    assert hub["town-bill-by-band"].title == "Band D rises £66.61 to £203.91 in 2020 to 2021"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: dm.charts.funding(made_up(HALL), "twon"), "'twon' is not a party of the case. Did you mean 'town'?"),
        (lambda: dm.charts.funding(made_up(HALL), "town", "cash"), "'cash' is not an account. Write capital, revenue or in_kind."),
        (lambda: dm.charts.funding(made_up(TAPER.replace("THEN", "town")), "town"), "has no capital spending in this option"),
        (lambda: dm.charts.cliff(made_up(LOANS), "suport"), "'suport' is not a payment that ends."),
        (lambda: dm.charts.cliff(made_up("")), "Nothing that a party receives ends in this option"),
        (lambda: dm.charts.shares(made_up("")), "Add side_by_side to a cost_share."),
        (lambda: dm.charts.shares(made_up(SHARED), year="2036-37"), "'2036-37' is not a year of the case"),
        (lambda: dm.charts.loan_balance(made_up("")), "There is no loan in this option."),
        (lambda: dm.charts.loan_balance(made_up(LOANS)), "Say which loan. The loans are loans.hall, loans.field and loans.van."),
        (lambda: dm.charts.loan_balance(made_up(LOANS), "loans.hal"), "'loans.hal' is not a loan of this option. Did you mean"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_plain_words(ask, words):
    with pytest.raises(dm.DevomodelError) as refused:
        ask()
    assert words in str(refused.value) and ".." not in str(refused.value)
