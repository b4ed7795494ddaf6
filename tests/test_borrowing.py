"""Loans in a case: printed ones checked, the precept following them, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest

import devomodel as dm
from devomodel.engine import Worksheet
from devomodel.mechanisms.bands import ENGLISH_BANDS
from devomodel.mechanisms.loans import (
    SHAPES,
    first_year_cost,
    implied_rate,
    level_payment,
)
from devomodel.problems import DevomodelError, InputError
from tests.spreadsheets import worked_by_formualizer

NINTHS = dict(zip(ENGLISH_BANDS, (6, 7, 8, 9, 11, 13, 15, 18), strict=True))
RATE = "{value: 4%, basis: estimate, note: March 2026}"

CASE = """
case: Loans
nation: {nation}
first_year: {first_year}
years: {years}
councils:
  town: {{name: Alderbury Parish Council, kind: parish}}
  district: {{name: District council, kind: district}}
  lender: {{name: Public Works Loan Board, kind: public body}}
mechanisms:
  homes: {{use: tax_base, council: town, homes: 1000}}
  budget: {{use: budget, council: town, spending: {{staff: "£40,000"}}}}
  precept: {{use: precept, council: town, general_reserve: {{opening: "£10,000"}}}}
  loans:
    use: borrowing
    council: town
    lender: lender
    loans:
      hall: {hall}
{more}
"""


def hall(**changed: str) -> str:
    terms = {"principal": '"£90,000"', "rate": RATE, "term_years": "20", "shape": "annuity", "drawn": "2026-27"} | changed
    return "{" + ", ".join(f"{key}: {value}" for key, value in terms.items() if value) + "}"


def case(loan: str = "", years: int = 5, first_year: str = "2026-27", nation: str = "england", more: str = "") -> dm.Projection:
    text = CASE.format(hall=loan or hall(), years=years, first_year=first_year, nation=nation, more=more)
    return dm.project(dm.load_text(text, "loans"))


def refused(loan: str, **case_of: Any) -> str:
    with pytest.raises(InputError) as told:
        case(loan, **case_of)
    return str(told.value)


def pence(pounds: float) -> int:
    """Whole pence; a sum that is not in whole pence fails the test."""
    found = round(pounds * 100)
    assert math.isclose(pounds * 100, found, abs_tol=1e-5), f"£{pounds!r} is not in whole pence"
    return found


# Published loans


def test_the_cost_printed_for_a_loan_implies_its_rate():
    printed = {"Alderbury": (5_634, 90_000, 20, 0.0229), "Woodhall Spa": (21_000, 350_000, 20, 0.0184),
               "Cowfold": (18_786, 500_000, 50, 0.0284), "Tibberton": (10_965.71, 299_895, 50, 0.027),
               "Filton over 25 years": (220_000, 4_450_000, 25, 0.0173),
               "Filton over 40 years": (220_000, 4_450_000, 40, 0.0388)}  # fmt: skip
    found = {place: implied_rate(*loan[:3]) for place, loan in printed.items()}
    assert {place: round(rate, 4) for place, rate in found.items()} == {place: loan[3] for place, loan in printed.items()}


def test_clipstones_printed_cost_is_suspect_for_no_lender_asked_so_little():
    rate = implied_rate(13_049, 125_000, 10)
    assert round(rate, 4) == 0.0083
    # 15p a week is £7.80 a year, and the tax base is then 1,673: those two agree. At 2% the loan would cost £800 more.
    assert round(0.15 * 52, 2) == 7.80 and round(13_049 / 7.80) == 1_673
    assert first_year_cost("annuity", 125_000, 0.02, 20) - 13_049 > 800


def test_cowfolds_25_99_is_the_rise_and_not_the_charge():
    before = 25.99 / 0.536
    assert round(before, 2) == 48.49 and before + 25.99 == pytest.approx(74.67, abs=0.25)  # £74.67 in 2018-19


def test_a_repayment_that_does_not_repay_the_loan_is_told_so():
    with pytest.raises(DevomodelError, match=r"£2,500 a year for 15 years does not repay £50,000 even with no interest"):
        implied_rate(2_500, 50_000, 15)  # Peppard: £2,500 to £3,500 over 15 to 20 years on £50,000
    assert implied_rate(2_500, 50_000, 20) == pytest.approx(0, abs=1e-9)


def test_congresburys_rises_by_band_are_not_in_ninths():
    monthly = {"A": 1.25, "B": 1.42, "C": 1.58, "D": 1.96, "E": 2.25, "F": 2.66, "G": 3.00, "H": 3.66}
    loan = hall(principal="100000", shape="equal_instalments", rate="{value: 0%, basis: assumption, note: 2026}")
    found = case(loan, years=2)  # £5,000 a year over 1,000 homes: £5 at Band D
    ours = {band: found.value(f"town.loan_cost_bands.{band}", "2027-28") for band in ENGLISH_BANDS}
    assert ours == {"A": 3.33, "B": 3.89, "C": 4.44, "D": 5.0, "E": 6.11, "F": 7.22, "G": 8.33, "H": 10.0}
    in_ninths = {band: round(1.96 * ninths / 9, 2) for band, ninths in NINTHS.items()}
    assert in_ninths == {"A": 1.31, "B": 1.52, "C": 1.74, "D": 1.96, "E": 2.40, "F": 2.83, "G": 3.27, "H": 3.92}
    # It is Band D that is out: from H the ninths give D £1.83, and the weekly ends "29p to 85p" are those of A and H.
    assert [band for band in ENGLISH_BANDS if abs(monthly[band] - in_ninths[band]) > 0.02] == list("ABCEFGH")
    assert round(monthly["H"] / 2, 2) == 1.83
    assert abs(monthly["A"] * 12 / 52 - 0.29) < 0.005 and abs(monthly["H"] * 12 / 52 - 0.85) < 0.006


def test_alderburys_application_holds_together():
    """£90,000 over 20 years at 2.29%: £5,634 a year, in both budgets, and nothing owed 20 years after it is drawn."""
    found = case(hall(rate="{value: 2.29%, basis: estimate, note: May 2020}", approved='"£90,000"'), years=21)
    assert round(found.value("loans.hall.year_cost", "2027-28")) == 5_634
    assert found.value("town.precept", "2027-28") == pytest.approx(40_000 + 5_634.16)
    assert found.value("town.loan_cost_share_of_precept", "2027-28") == pytest.approx(5_634.16 / 45_634.16)
    assert found.value("loans.hall.h2.number", "2045-46") == 39
    assert found.value("loans.hall.h1.number", "2046-47") == 40  # 1 April 2046, 20 years to the day
    assert found.value("loans.hall.h1.closing", "2046-47") == 0.0
    assert found.passed and not any("£500,000" in told for told in found.warnings)


# Cases


def test_a_case_shorter_than_the_loan_still_tests_it_to_its_end():
    found = case(years=2)
    assert found.value("loans.hall.balance", "2027-28") > 80_000
    assert found.by_year("loans.hall.whole_life.closing") == [0.0, 0.0]
    checks = {one.name: one for one in found.checks}
    assert checks["loans.hall.clears_in_the_end"].passed and found.passed
    assert "1 April 2046" in found.sheet["loans.hall.whole_life.closing"].origin.note


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("half", ["first", "second"])
def test_it_does_not_matter_in_which_year_the_case_begins(shape, half):
    fund = "{earns: 2%}" if shape == "maturity" else ""
    loan = hall(shape=shape, drawn_half=half, term_years="6", sinking_fund=fund)
    whole = case(loan, years=8)
    later = case(loan, years=5, first_year="2029-30")
    for line in ("balance", "interest", "principal_repaid", "year_cost", "h1.number", *(("fund.closing",) if fund else ())):
        assert later.by_year(f"loans.hall.{line}") == whole.by_year(f"loans.hall.{line}")[3:], line
    assert later.passed and whole.passed


def test_what_the_council_pays_the_lender_receives_and_capital_holds_nothing_but_capital():
    works = '  works: {use: budget, council: town, account: capital, spending: {hall: {value: "£90,000", once: 2026-27}}}'
    found = case(hall(fee='"£31.50"'), more=works)
    town, lender = found.statement("town"), found.statement("lender")
    for row in ("Hall loan: interest", "Hall loan: repaid", "Hall loan: fee paid"):
        paid, received = town.loc[("revenue account", "Spending", row)], lender.loc[("revenue account", "Income", row)]
        assert paid.equals(received)
    assert lender.loc[("capital account", "Spending", "Hall loan: drawn")].tolist()[1:] == [90_000, 0, 0, 0, 0]
    assert found.by_year("town.capital.balance") == [0.0] * 5
    assert found.passed


def test_the_precept_follows_the_instalments_to_the_penny():
    found = case(years=21)
    cost = found.by_year("loans.hall.year_cost")
    assert [pence(one) for one in found.by_year("town.precept")] == [4_000_000 + pence(one) for one in cost]
    assert pence(sum(cost)) == 9_000_000 + pence(found.value("loans.hall.whole_life.interest", "2026-27"))


def test_a_loan_for_the_rest_of_a_cost_takes_the_line_of_that_cost():
    works = '  works: {use: budget, council: town, account: capital, spending: {hall: {value: "£75,000", once: 2027-28}}}'
    found = case(hall(principal="{line: works.spending.hall}", drawn="2027-28"), more=works)
    assert found.by_year("loans.hall.drawn") == [0, 75_000, 0, 0, 0]
    assert found.value("loans.hall.balance", "2027-28") == pytest.approx(
        75_000 - (level_payment(75_000, 0.04, 40) - 1_500), abs=0.01
    )
    assert "£100,000" in found.sheet["loans.hall.whole_life.closing"].origin.note and found.passed


def test_a_rate_that_is_uncertain_moves_the_cost_and_every_draw_still_clears():
    text = CASE.format(hall=hall(term_years="3"), years=4, first_year="2026-27", nation="england", more="")
    rates = np.array([[0.0, 0.02, 0.04, 0.06]])
    found = dm.project(dm.load_text(text, "loans"), lanes={"loans.loans.hall.rate": rates})
    cost = found.figures["loans.hall.year_cost"][1]
    assert (np.diff(cost) > 0).all() and cost[0] == 30_000
    assert (found.figures["loans.hall.balance"][-1] == 0).all()


def test_the_worksheet_agrees_with_every_figure_of_three_loans():
    field = hall(
        principal="40000", term_years="4", shape="maturity", drawn="2027-28", drawn_half="second", sinking_fund="{earns: 2%}"
    )
    early = f"{{year: 2028-29, half: second, rate: {RATE}, days: 20}}"
    old = hall(principal="60000", rate="{value: 0%, basis: estimate, note: 2019}", term_years="10", shape="equal_instalments",
               drawn="2019-20", repaid_early=early)  # fmt: skip
    more = f"      field: {field}\n      old: {old}"
    found = case(years=7, more=more)
    layout = Worksheet(found.sheet)
    worked = worked_by_formualizer(layout.cells())
    for line in found.sheet:
        for at, ours in enumerate(found.by_year(line.name)):
            theirs = worked[layout.address(line, at)]
            assert (theirs is None and math.isnan(ours)) or float(theirs) == pytest.approx(ours, abs=1e-6), line.name
    assert found.passed


def test_the_working_of_an_instalment_ends_in_the_sum_the_rate_and_the_reason_for_its_date():
    steps = [step for _, step in case().explain("loans.hall.h1.principal", "2028-29").walk()]
    told = " ".join(f"{step.line.label} {step.origin or ''}" for step in steps)
    assert "Hall loan: sum borrowed" in told and "March 2026" in told
    assert "the first instalment falls in that from 1 October 2026, the last in that from 1 April 2046" in told


def test_the_english_criteria_for_approval_are_not_put_to_a_community_council_in_wales():
    found = case(hall(principal='"£900,000"'), nation="wales")
    assert "town.borrowing_within_normal_ceiling" not in found.sheet and found.passed
    assert "town.borrowing_within_normal_ceiling" in case(hall(principal='"£900,000"')).sheet


def test_interest_and_repayment_of_each_half_year_agree_with_another_program_to_a_penny():
    found = case(years=10)
    for number in (1, 2, 7, 18):
        year, key = f"{2026 + number // 2}-{27 + number // 2}", "h1" if number % 2 == 0 else "h2"
        assert found.value(f"loans.hall.{key}.number", year) == number
        assert found.value(f"loans.hall.{key}.interest", year) == pytest.approx(
            -float(npf.ipmt(0.02, number, 40, 90_000)), abs=0.02
        )
        assert found.value(f"loans.hall.{key}.principal", year) == pytest.approx(
            -float(npf.ppmt(0.02, number, 40, 90_000)), abs=0.02
        )


# Refusals


WRONG = {
    'hall › rate: rates move twice a day, so a rate says its date': {"rate": "4%"},
    "hall › rate: rates move twice a day": {"rate": "{value: 4%, basis: estimate, note: as the adviser said}"},
    "a fixed-rate loan has one rate": {"rate": "{value: 4%, grows: 1%, basis: estimate, note: March 2026}"},
    "hall › term_years: a loan cannot run for 0 years. Allowed: 1 to 100": {"term_years": "0"},
    "a loan cannot run for 5000 years": {"term_years": "5000"},
    "hall › drawn: '2026' is not a financial year. Write it like 2026-27": {"drawn": "2026"},
    "it is drawn in 2040-41, after the last year of the case, 2030-31": {"drawn": "2040-41"},
    "it was drawn in 2020-21, before the case begins, so its sum is known": {
        "drawn": "2020-21",
        "principal": "{line: budget.spending.staff}",
    },
    "a loan cannot be below nought": {"principal": "-1"},
    "only a maturity loan is repaid from a sinking fund": {"sinking_fund": "{earns: 3%}"},
    "is not one of": {"shape": "interest_only"},
    "the next instalment is due before 183 days are over": {"repaid_early": f"{{year: 2028-29, rate: {RATE}, days: 183}}"},
    "repaid_early › year: '2028' is not a financial year": {"repaid_early": f"{{year: 2028, rate: {RATE}}}"},
    "early repayment comes after the first instalment and before the last": {"repaid_early": f"{{year: 2046-47, rate: {RATE}}}"},
    "repaid_early › rate: rates move twice a day": {"repaid_early": "{year: 2028-29, rate: 4%}"},
    "'principle' is not something 'hall' takes": {"principle": "90000"},
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_loan_that_does_not_make_sense_is_refused_with_its_place(words):
    told = refused(hall(**WRONG[words]))
    assert words in told.replace("“", "'") or words in told
    assert "loans" in told and "Traceback" not in told


def test_all_that_is_wrong_with_the_loans_is_told_at_once():
    told = refused(hall(rate="4%", term_years="0", sinking_fund="{earns: 3%}"))
    assert all(f"mechanisms › loans › loans › hall › {key}" in told for key in ("rate", "term_years", "sinking_fund"))


@pytest.mark.parametrize("key", ["principal", "rate", "term_years", "shape", "drawn"])
def test_a_loan_without_one_of_its_terms_is_refused_by_name(key):
    assert f"'{key}'" in refused(hall(**{key: ""}))


def test_a_council_cannot_lend_to_itself():
    text = CASE.format(hall=hall(), years=2, first_year="2026-27", nation="england", more="").replace(
        "lender: lender", "lender: town"
    )
    with pytest.raises(InputError, match="'town' cannot lend to itself"):
        dm.project(dm.load_text(text, "loans"))
