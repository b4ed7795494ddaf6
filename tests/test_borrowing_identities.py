"""What is true of every loan, whoever borrows: it clears, and other programs work out the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy_financial as npf
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from devomodel.engine import Sheet, worked_out
from devomodel.mechanisms.loan_schedule import HALVES, Dates, Loan, whole_life, write_schedule
from devomodel.mechanisms.loans import (
    SHAPES,
    early_repayment_premium,
    level_payment,
    sinking_fund_contribution,
)

LOANS = st.tuples(st.sampled_from(SHAPES), st.integers(1, 60), st.sampled_from([0, 1]), st.integers(0, 2**32 - 1))


@settings(deadline=None, max_examples=60)
@given(LOANS)
def test_thousands_of_loans_clear_to_nought_and_repay_exactly_what_was_borrowed(drawn):
    shape, years, half, seed = drawn
    many, dates = 60, Dates(half, 2 * years)
    chance = np.random.default_rng(seed)
    sums = np.round(chance.uniform(0.01, 5_000_000, (1, many)), 2)
    sums[0, :4] = (0.01, 1.0, 9.99, 100.0)
    rates = np.round(chance.uniform(0, 0.15, (1, many)), 4)
    rates[0, -2:] = (0.0, 0.15)
    sheet = Sheet("2026-27", dates.last_at // 2 + 2)
    borrowed, rate = sheet.input("borrowed", 1.0, "£", "Borrowed"), sheet.input("rate", 0.0, "share", "Rate")
    first = sheet.input("first", [1.0, *[0.0] * (sheet.count - 1)], "number", "First year")
    earns = sheet.input("earns", 0.03, "share", "Fund earns") if shape == "maturity" else None
    write_schedule(
        sheet, Loan("loan", "Loan", shape, dates, borrowed, rate, sheet.line("drawn", first * borrowed, "£", "Drawn"), earns)
    )
    figures = worked_out(sheet, {"borrowed": sums, "rate": rates})
    repaid = np.zeros(many, dtype=np.int64)
    for key in HALVES:
        closing, principal = figures[f"loan.{key}.closing"], figures[f"loan.{key}.principal"]
        assert (closing >= 0).all() and (principal >= 0).all()
        assert np.abs(principal * 100 - np.rint(principal * 100)).max() < 1e-3
        repaid += np.rint(principal * 100).astype(np.int64).sum(axis=0)
    assert (figures[f"loan.{'h2' if dates.last_at % 2 else 'h1'}.closing"][dates.last_at // 2] == 0.0).all()
    assert (figures["loan.h2.closing"][-1] == 0.0).all()
    assert (repaid == np.rint(sums[0] * 100).astype(np.int64)).all()
    if earns is not None:
        released = figures["loan.fund.released"].sum(axis=0)
        assert (released >= sums[0]).all() and (released == sums[0])[sums[0] >= 1_000].all()  # pennies of interest overfill £1
        assert (figures["loan.fund.closing"][-1] == 0.0).all()
        assert (figures["loan.fund.contribution"] >= 0).all()


@settings(deadline=None, max_examples=150)
@given(st.floats(1_000, 5_000_000), st.integers(1, 1_500), st.integers(1, 60))
def test_two_other_programs_work_out_the_same_level_payment(principal, basis_points, years):
    rate, payments = basis_points / 10_000, 2 * years
    ours = level_payment(principal, rate, payments)
    assert ours == pytest.approx(-npf.pmt(rate / 2, payments, principal), abs=0.005, rel=1e-9)
    assert ours == pytest.approx(-pyxirr.pmt(rate / 2, payments, principal), abs=0.005, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.floats(10_000, 5_000_000), st.integers(1, 1_000), st.integers(1, 30))
def test_the_payments_of_an_annuity_are_worth_the_loan_at_its_own_rate(principal, basis_points, years):
    rate = basis_points / 10_000
    life = whole_life("annuity", round(principal, 2), rate, Dates(0, 2 * years))
    owed = (round(principal, 2), *life.balances[1:])
    paid = [before * (1 + rate / 2) - after for before, after in pairwise(owed)]
    worth = pyxirr.npv(rate / 2, [0.0, *paid])
    assert worth == pytest.approx(principal, abs=0.05 * len(paid))  # half a penny of rounding with each payment and more
    assert life.interest == pytest.approx(-sum(pyxirr.ipmt(rate / 2, at, 2 * years, principal) for at in range(1, 2 * years + 1)),
                                          abs=0.02 * len(paid) * (1 + rate / 2) ** len(paid))  # fmt: skip


def test_the_fund_of_another_program_reaches_the_loan_too():
    level = sinking_fund_contribution(100_000, 0.03, 20)
    assert pyxirr.fv(0.03, 20, -level, 0) == pytest.approx(100_000)
    assert level == pytest.approx(-float(npf.pmt(0.03, 20, 0, 100_000)))


# Early repayment


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(SHAPES), st.integers(0, 1_500), st.integers(0, 1_500), st.integers(1, 100), st.integers(0, 182))
def test_early_repayment_costs_a_premium_when_rates_have_fallen_and_earns_a_discount_when_they_have_risen(
    shape, loan, market, left, days
):
    premium = early_repayment_premium(shape, 100_000, loan / 10_000, market / 10_000, left, days)
    if loan == market:
        assert premium == pytest.approx(0, abs=1e-6)
    elif left > 1 or days < 182:
        assert (premium > 0) == (loan > market)


@pytest.mark.parametrize("shape", SHAPES)
def test_on_the_day_of_an_instalment_the_premium_is_the_worth_of_what_is_to_come_less_what_is_owed(shape):
    balance, loan, market, left = 50_000.0, 0.04, 0.025, 8
    life = whole_life(shape, balance, loan, Dates(0, left))
    owed = (balance, *life.balances[1:])
    to_come = [before * (1 + loan / 2) - after for before, after in pairwise(owed)]
    worth = pyxirr.npv(market / 2, [0.0, *to_come])
    assert early_repayment_premium(shape, balance, loan, market, left, 0) == pytest.approx(worth - balance, abs=0.05)


def test_the_dates_of_a_loan_do_not_depend_on_where_they_are_counted_from():
    dates = Dates(3, 8, 7)
    moved = dates.shifted(-4)
    assert [dates.number(at) for at in range(3, 12)] == [moved.number(at) for at in range(-1, 8)]
    assert replace(dates, repaid_at=None).last_at == 11
