"""What the scenarios of income show, in a sentence or two written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Of = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Of]) -> dict[str, str]:
    """File name of a scenario → what it shows. `figures` gives one figure of a scenario by option, line and year."""
    return {
        "mint-lane-community-shares": mint_lane(figures("mint-lane-community-shares")),
        "growing-parish-cil": growing_parish(figures("growing-parish-cil")),
    }


def mint_lane(of: Of) -> str:
    first, last = "2026-27", "2033-34"
    shares, each = of("shares", "shares.share_capital", first), of("shares", "shares.average_holding", first)
    parts = ("lottery_grant.paid", "blended_grant.paid", "blended_loan.blended.drawn")
    whole = shares + sum(of("shares", line, first) for line in parts)
    holders = ("members", "matching_equity")
    interest, most = (sum(of("shares", f"shares.{who}.{line}", year) for who in holders for line in lines)
                      for lines, year in ((("interest",), "2028-29"), (("interest", "withdrawn"), "2029-30")))  # fmt: skip
    loan = of("a_loan_in_place_of_shares", "blended_loan.in_place_of_shares.year_cost", "2028-29")
    left, owed = (
        of("shares", "shares.share_capital", last),
        of("a_loan_in_place_of_shares", "blended_loan.in_place_of_shares.balance", last),
    )
    return (
        f"The four sources come to £{whole:,.0f}, of which £{shares:,.0f} is share capital, £{each:,.0f} from each of the 98 people "
        f"on average. On made-up terms the shares cost £{interest:,.0f} in the third year and £{most:,.0f} in the fourth, when members "
        f"begin to take money out; a loan of the same sum costs £{loan:,.0f} in every full year. After eight years £{left:,.0f} of "
        f"shares is left, and £{owed:,.0f} of the loan."
    )


def growing_parish(of: Of) -> str:
    years = [f"{at}-{at - 1999}" for at in range(2026, 2034)]
    without, with_plan = (
        sum(of(option, "levy.received", year) for year in years) for option in ("do_nothing", "neighbourhood_plan")
    )
    capped = sum(of("do_nothing", "levy.over_the_cap", year) for year in years)
    cost = of("neighbourhood_plan", "services.spending.making_the_plan", "2026-27")
    risk = of("keep_it_for_later", "levy.reserve.at_risk", "2032-33")
    upkeep = of("do_nothing", "mill_lane.upkeep.drawn", "2032-33")
    return (
        f"From the same building the parish is passed £{without:,.0f} without a plan and £{with_plan:,.0f} with one; the cap of £100 a "
        f"home alone takes £{capped:,.0f}. To make the plan costs £{cost:,.0f}. If the pavilion is put off to "
        f"2033-34, £{risk:,.0f} of the levy is unspent after five years in 2032-33 and may be asked back. The commuted sum pays "
        f"£{upkeep:,.0f} a year for five years, and from then on the play area falls on the precept."
    )
