"""Minimum revenue provision: it charges what was spent and no more, in its years, for the councils that make it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.problems import InputError
from tests.test_borrowing import CASE, case, hall


def provided(council: str = "district", **given: str) -> dm.Projection:
    terms = {"council": council, "unfinanced_capital": '{value: "£100,000", once: 2026-27}', "asset_life": "40"} | given
    block = ", ".join(f"{key}: {value}" for key, value in terms.items())
    return case(years=6, more=f"  provision: {{use: minimum_revenue_provision, {block}}}")


def test_a_parish_makes_no_minimum_revenue_provision():
    with pytest.raises(
        InputError, match=r"provision › council: Alderbury Parish Council is a parish council, which makes no minimum"
    ):
        provided("town")


PROVISION_WRONG = {
    r"51 years is longer than any life used. Allowed: 1 to 50\. A council's policy statement": {"asset_life": "51"},
    "one whole number of years": {"asset_life": "12.5"},
    "the annuity method needs a rate": {"method": "annuity"},
    "equal instalments take no rate": {"rate": "4%"},
    "cannot be below nought": {"unfinanced_capital": "-5"},
    "it goes with opening_life": {"opening_requirement": "9000"},
}


@pytest.mark.parametrize("words", PROVISION_WRONG)
def test_a_provision_that_does_not_make_sense_is_refused(words):
    with pytest.raises(InputError, match=words):
        provided(**PROVISION_WRONG[words])


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 8), st.integers(0, 1_200), st.lists(st.integers(0, 1_000_000), min_size=4, max_size=4))
def test_a_provision_charges_exactly_what_was_spent_over_the_life_and_then_stops(life, basis_points, spending):
    years = ["2026-27", "2027-28", "2028-29", "2029-30"]
    by_year = ", ".join(f"{year}: {one}" for year, one in zip(years, spending, strict=True))
    block = (f"  provision: {{use: minimum_revenue_provision, council: district, asset_life: {life}, method: annuity, "
             f"rate: {basis_points / 100}%, unfinanced_capital: {{by_year: {{{by_year}}}, until: 2029-30}}}}")  # fmt: skip
    found = case(years=14, more=block)
    charges = found.by_year("provision.charge")
    assert sum(charges) == pytest.approx(sum(spending), abs=1e-4) and charges[0] == 0
    assert found.by_year("provision.requirement.closing")[3 + life :] == pytest.approx([0.0] * (11 - life), abs=1e-4)
    assert found.by_year("provision.set_aside") == charges
    assert found.by_year("district.own_cash.used")[-1] == pytest.approx(0, abs=1e-4)
    interest = [basis_points / 10_000 * one for one in found.by_year("provision.requirement.opening")]
    if spending[1:] == [0, 0, 0]:  # charge and interest together are level
        assert np.ptp([a + b for a, b in zip(charges[1 : life + 1], interest[1 : life + 1], strict=True)]) == pytest.approx(
            0, abs=1e-4
        )
    assert found.passed


def test_a_district_that_neither_charges_repayments_nor_provides_is_told():
    text = CASE.format(hall=hall(), years=2, first_year="2026-27", nation="england", more="").replace(
        "    council: town\n    lender", "    council: district\n    lender"
    )
    found = dm.project(dm.load_text(text, "loans"))
    assert any("nothing is charged to revenue for them" in told for told in found.warnings)
    both = text.replace("    lender: lender", "    lender: lender\n    repayments_from: revenue")
    both += '  provision: {use: minimum_revenue_provision, council: district, unfinanced_capital: "£0", asset_life: 9}\n'
    told = dm.project(dm.load_text(both, "loans")).warnings
    assert any("charges both loan repayments and minimum revenue provision" in one for one in told)


def test_own_cash_stands_in_for_loans_up_to_the_requirement_and_a_gap_beyond_it_stays_a_gap():
    """£120,000 is spent, £100,000 of it declared unfinanced, and a grant of £20,000 never comes."""
    spent = 'spending: {depot: {value: "£120,000", once: 2026-27}}'
    declared = 'unfinanced_capital: {value: "£100,000", once: 2026-27}, asset_life: 4'
    block = (
        f"  works: {{use: budget, council: district, account: capital, {spent}}}\n"
        f"  provision: {{use: minimum_revenue_provision, council: district, {declared}}}"
    )
    found = case(years=6, more=block)
    assert found.by_year("district.own_cash.used") == [100_000, 75_000, 50_000, 25_000, 0, 0]
    assert found.by_year("district.capital.balance") == [-20_000] * 6
    assert [one.name for one in found.checks if not one.passed] == ["master", "district.capital.funded"]
