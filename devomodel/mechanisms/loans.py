"""Loan arithmetic: interest, level payments, what comes off, early repayment, and the rate that a published cost implies.

Fixed-rate loans of the Public Works Loan Board, paid half-yearly in arrears. The half-year rate is the yearly rate
halved, not its root: the lender's own formulas say so.
"""

from __future__ import annotations

from typing import Any

from devomodel.engine import smaller_of, to_pence, when
from devomodel.problems import DevomodelError, listed, suggestion

SHAPES = ("annuity", "equal_instalments", "maturity")
"""annuity: level payments. equal_instalments: an equal part of the loan each time, and interest on the rest.
maturity: interest alone, and the whole loan at the end."""

NO_RATE = 1e-9
"""A rate no higher than this is none: binary arithmetic cannot tell 1 + rate from 1 well enough to divide by it."""

DAYS_IN_HALF_A_YEAR = 182.5
"""Half of 365, as the lender's early repayment formulas count."""


def half_year_interest(balance: Any, rate: Any) -> Any:
    """Interest for a half-year on what is owed at its start, to the penny.

    balance  £ owed at the start of the half-year
    rate     interest a year, as a decimal
    returns  £, paid by the borrower

    >>> half_year_interest(90_000, 0.0229)
    1030.5
    """
    return to_pence(balance * rate / 2)


def annuity_factor(rate: Any, payments: Any) -> Any:
    """What £1 at the end of each period is worth today: (1 − (1 + rate)^−payments) ÷ rate; the payments where there is no rate.

    rate      interest for one period, as a decimal; half the yearly rate where payments are half-yearly
    payments  how many

    >>> round(1 / annuity_factor(0.0575, 6), 10)
    0.2017680253
    """
    divisor = when(rate > NO_RATE, rate, 1)  # the branch that is not taken must not divide by nought either
    return when(rate > NO_RATE, (1 - (1 + divisor) ** -payments) / divisor, payments)


def level_payment(principal: Any, rate: Any, half_years: Any) -> Any:
    """The level half-yearly payment that repays an annuity loan, not rounded.

        payment = principal × i ÷ (1 − (1 + i)^−n), where i is half the yearly rate

    principal   £ borrowed
    rate        interest a year, as a decimal
    half_years  n, the number of payments
    returns     £ each half-year, interest and repayment together

    >>> round(2 * level_payment(90_000, 0.0229, 40))
    5634
    """
    return principal / annuity_factor(rate / 2, half_years)


def principal_repaid(number: Any, instalments: Any, balance: Any, due: Any) -> Any:
    """What an instalment takes off the loan: what is due, never more than is owed, and with the last one all that is left.

    number       which instalment falls in the half-year, counted from 1; 0 when none does
    instalments  how many there are
    balance      £ owed before it
    due          £ of the loan due with it: the level payment less interest, an equal part, or nothing
    returns      £ to the penny

    >>> principal_repaid(1, 40, 90_000, 2_250), principal_repaid(40, 40, 2_250.40, 2_250), principal_repaid(0, 40, 90_000, 2_250)
    (2250.0, 2250.4, 0.0)
    """
    return to_pence(when(number == instalments, balance, when(number > 0, smaller_of(due, balance), 0)))


def first_year_cost(shape: str, principal: Any, rate: Any, half_years: Any) -> Any:
    """The first two payments of a loan together, not rounded: the yearly cost that a report prints.

    Level for an annuity; the highest year of equal instalments; interest alone for a maturity loan, whose repayment
    at the end comes on top.

    >>> round(first_year_cost("annuity", 90_000, 0.0229, 40)), first_year_cost("maturity", 90_000, 0.02, 40)
    (5634, 1800.0)
    >>> first_year_cost("equal_instalments", 90_000, 0.02, 40)
    6277.5
    """
    _known(shape)
    if shape == "maturity":
        return principal * rate
    if shape == "annuity":
        return level_payment(principal, rate, half_years) * 2
    each = principal / half_years
    return each * 2 + principal * rate / 2 + (principal - each) * rate / 2


def early_repayment_premium(
    shape: str, balance: Any, loan_rate: Any, repayment_rate: Any, half_years_left: Any, days: Any
) -> Any:
    """What the lender charges, or gives back, when a loan is repaid early; not rounded.

    The payments still to come are valued at the rate for repayments that day, less what is owed with the interest since
    the last payment. So a loan dearer than today's rates costs a premium, and a cheaper one earns a discount.

    balance          £ owed after the last payment
    loan_rate        the loan's interest a year, as a decimal
    repayment_rate   the lender's rate a year for early repayment of what is left, as a decimal
    half_years_left  payments still to come
    days             days since the last payment
    returns          £: a premium the borrower pays where positive, a discount it is given where negative

    Source: Debt Management Office, formulas for premiums and discounts on half-yearly loans.

    >>> round(early_repayment_premium("maturity", 12_000_000, 0.08375, 0.115, 6, 14), 2)
    -919000.48
    """
    _known(shape)
    loan, market = loan_rate / 2, repayment_rate / 2
    since = days / DAYS_IN_HALF_A_YEAR
    factor = annuity_factor(market, half_years_left)
    if shape == "maturity":
        worth = loan * factor + (1 + market) ** -half_years_left
    elif shape == "annuity":
        worth = factor / annuity_factor(loan, half_years_left)
    else:
        divisor = when(market > NO_RATE, market, 1)
        unpaid = when(market > NO_RATE, (1 - factor / half_years_left) / divisor, (half_years_left + 1) / 2)
        worth = factor / half_years_left + loan * unpaid
    return balance * ((1 + market * since) * worth - (1 + loan * since))


def sinking_fund_contribution(sum_needed: Any, earns: Any, years: Any) -> Any:
    """The level yearly sum that grows into a sum needed, paid in at the end of each year; not rounded.

        contribution = sum needed × e ÷ ((1 + e)^years − 1)

    sum_needed  £ at the end
    earns       interest on the fund a year, as a decimal
    years       how many contributions
    returns     £ a year, paid in

    >>> sinking_fund_contribution(100_000, 0, 20), round(sinking_fund_contribution(100_000, 0.03, 20), 2)
    (5000.0, 3721.57)
    """
    return sum_needed / (annuity_factor(earns, years) * (1 + earns) ** years)


def implied_rate(yearly_cost: float, principal: float, term_years: int, shape: str = "annuity") -> float:
    """The yearly rate at which a loan costs what a publication says, to check the figure; found by halving.

    yearly_cost  £ of the first two payments together; for a maturity loan the interest of a year
    principal    £ borrowed
    term_years   years
    returns      interest a year, as a decimal; nought when the payments only just repay the loan

    Raises DevomodelError when the payments do not even repay the loan, or no rate below 100% explains them.

    >>> round(implied_rate(5_634, 90_000, 20), 4)
    0.0229
    """
    _known(shape)
    half_years = 2 * term_years

    def cost(rate: float) -> float:
        return float(first_year_cost(shape, principal, rate, half_years))

    if yearly_cost < cost(0.0) * (1 - 1e-12):
        raise DevomodelError(
            f"£{yearly_cost:,.0f} a year for {term_years} years does not repay £{principal:,.0f} even with no interest: "
            f"that alone takes £{cost(0.0):,.0f} a year. Is the term longer, or the figure interest alone?"
        )
    low, high = 0.0, 1.0
    if yearly_cost > cost(high):
        raise DevomodelError(
            f"£{yearly_cost:,.0f} a year is more than £{principal:,.0f} costs at 100% a year. Check both figures."
        )
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if cost(middle) < yearly_cost else (low, middle)
    return (low + high) / 2


def _known(shape: str) -> None:
    if shape not in SHAPES:
        raise DevomodelError(
            f"'{shape}' is not a kind of loan. {suggestion(shape, SHAPES)} Use {listed(SHAPES)}.".replace("  ", " ")
        )
