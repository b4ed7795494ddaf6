"""Published loans, and projects that were to be paid for with one: what the project makes of the figures printed.

Loans whose figures are plain are statements in `worked_examples/borrowing.yaml`. Here are those that need more than one
case, or whose printed figures the project refuses.
"""

from __future__ import annotations

import pytest

import devomodel as dm
from devomodel import councils
from devomodel.mechanisms.loans import implied_rate
from devomodel.model import Projection
from devomodel.problems import DevomodelError, InputError
from devomodel.written import money, share, share_text

RATE = "{value: 4.75%, basis: published, source: council}"

CASE = """
case: A published loan
nation: england
first_year: 2026-27
years: 2
councils:
  town: {name: Town council, kind: town}
sources:
  council: {title: The council's own page, date: seen in November 2026}
mechanisms:
"""


def case(mechanisms: str) -> Projection:
    return dm.project(dm.load_text(CASE + mechanisms, "published_loan.yaml"))


# Billericay Town Council, funding of the Chantry centre, billericaytowncouncil.gov.uk/Funding_22379.aspx

CHANTRY = """
  before_and_after:
    use: budget
    council: town
    spending: {rented_offices: {value: "£36,000", once: 2026-27}, hall: "£13,000"}
    income: {hall: {value: "£11,700", once: 2026-27}, new_building: {value: "£25,000", once: 2027-28}}
  works: {use: budget, council: town, account: capital, spending: {centre: {value: "£1,900,000", once: 2026-27}}, income: {reserve: {value: "£500,000", once: 2026-27}}}
  borrowing:
    use: borrowing
    council: town
    loans: {centre: {principal: "£1,400,000", rate: {value: RATE_GIVEN, basis: assumption, note: "no rate was printed, 2018"}, term_years: 50, shape: annuity, drawn: 2026-27}}
  homes: {use: tax_base, council: town, homes: 12_228.8}
  precept: {use: precept, council: town, general_reserve: {opening: "£50,000"}}
"""  # noqa: E501


def chantry(rate: str = "2.5%") -> Projection:
    return case(CHANTRY.replace("RATE_GIVEN", rate))


def test_billericay_s_loan_and_reserve_are_its_budget_of_1_9m():
    centre = chantry()
    assert centre.value("works.spending.centre", "2026-27") == 1_900_000
    assert centre.value("town.capital.balance", "2026-27") == 0 and centre.value("town.capital.funded", "2026-27") == 1


def saved_by_the_centre() -> float:
    """£ a year: what the budget needs less when the offices are given up and the building earns what it is to earn."""
    centre = chantry()
    without_loan = [centre.value("town.council_tax_requirement", year) - centre.value("borrowing.centre.year_cost", year)
                    for year in centre.years]  # fmt: skip
    return without_loan[0] - without_loan[1]


def test_billericay_s_rent_saved_and_income_gained_are_at_most_49_300_a_year():
    assert saved_by_the_centre() == pytest.approx(36_000 + 13_300, abs=0.01)


def test_billericay_s_saving_carries_the_loan_over_50_years_only_at_about_2_5_per_cent_and_never_over_25():
    saved = saved_by_the_centre()
    rate = implied_rate(saved, 1_400_000, 50)
    assert 0.0245 < rate < 0.0255
    with pytest.raises(DevomodelError, match=r"does not repay £1,400,000 even with no interest: that alone takes £56,000"):
        implied_rate(saved, 1_400_000, 25)


@pytest.mark.parametrize(("rate", "dearer"), [("2.4%", False), ("2.6%", True)])
def test_billericay_s_precept_rises_for_the_centre_when_the_rate_is_above_that(rate: str, dearer: bool):
    centre = chantry(rate)
    charge = centre.value("borrowing.centre.year_cost", "2027-28")
    with_rent = centre.value("before_and_after.spending.rented_offices", "2026-27") + 13_000 - 11_700
    assert (centre.value("town.precept", "2027-28") > with_rent) is dearer
    assert (charge > 49_300) is dearer


# Printed sums that cannot be meant


@pytest.mark.parametrize("printed", ["£115,00", "£500,00"])
def test_a_sum_that_lost_a_digit_in_print_is_refused_and_not_guessed_at(printed: str):
    """Kings Hill Parish Council, leases and contracts, kingshillparish.gov.uk/Leases_and_Contracts_33545.aspx"""
    with pytest.raises(ValueError, match="is not an amount of money"):
        money(printed)
    loan = (f'  loans: {{use: borrowing, council: town, loans: {{hall: {{principal: "{printed}", rate: {RATE}, '
            "term_years: 25, shape: annuity, drawn: 2026-27}}}\n")  # fmt: skip
    with pytest.raises(InputError, match=r"hall › principal.*is not an amount of money"):
        case(loan)


def test_clipstone_s_loan_is_cheaper_than_half_of_any_other_published_here():
    """Its £13,049 is called suspect: Chad, chad.co.uk 1-8333364. The others are as their councils printed them."""
    others = {"Alderbury": (5_634, 90_000, 20), "Woodhall Spa": (21_000, 350_000, 20), "Cowfold": (18_786, 500_000, 50),
              "Filton": (220_000, 4_450_000, 25)}  # fmt: skip
    assert implied_rate(13_049, 125_000, 10) < min(implied_rate(*loan) for loan in others.values()) / 2


def test_clipstone_s_homes_are_a_fifth_fewer_than_its_15p_a_week_needs():
    [clipstone] = [one for one in councils.parishes() if one.name.startswith("Clipstone")]
    assert clipstone.implied_tax_base("2018-19").value == pytest.approx(1_673 * 0.79, abs=1)


# Support for a loan


def test_naunton_s_100_replies_to_180_letters_are_55_6_per_cent_and_76_of_them_in_favour():
    """Naunton Parish Council, village hall refurbishment, nauntonpc.org/village-hall-refurbishment2.html"""
    assert round(share("100/180"), 3) == 0.556 == share("55.6%")
    assert share("76/100") == share("76%") and share("76/100") + share("24/100") == 1
    assert share_text(share("76/100")) == "76%"
    assert round(share("76/180"), 3) == 0.422  # of all who were written to, which the page does not say
