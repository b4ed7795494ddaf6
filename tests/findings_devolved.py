"""What the scenarios of shared standards, members' funds, payment by results and pooled budgets show, from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "choppington": choppington(figures("choppington")),
        "gloucestershire-member-funds": member_funds(figures("gloucestershire-member-funds")),
        "payment-by-results": by_results(figures("payment-by-results")),
        "whole-place-budget": whole_place(figures("whole-place-budget")),
    }


def choppington(of: Figures) -> str:
    year = "2023-24"
    written, units = of("do_nothing", "cuts.written_down", year), of("do_nothing", "cuts.shifted", year)
    shifted, chosen = (of("do_nothing", f"cuts.{line}_cost", year) for line in ("shifted", "chosen"))
    charge, kept = (of(option, "town.band_d", year) for option in ("do_nothing", "write_the_baseline_down"))
    done, wanted = of("keep_to_four_more", "cuts.done", year), of("do_nothing", "cuts.done", year)
    awards, cost, share = (of("do_nothing", f"residents_panel.{line}", "2019-20")
                           for line in ("awards", "administration", "administration_share"))  # fmt: skip
    return (
        f"On these figures a baseline of {written:.0f} cuts that falls by {units:.0f} puts £{shifted:,.0f} on the parish in {year}, "
        f"beside the £{chosen:,.0f} it chose to add. Band D is £{charge:.2f}, and £{kept:.2f} had the baseline been written down and "
        f"kept. To pay no more the parish would have {done:.0f} cuts in place of {wanted:.0f}. The panel's {awards:.0f} awards cost "
        f"£{cost:,.0f} to give, {share:.0%} of them."
    )


def member_funds(of: Figures) -> str:
    first, last = "2021-22", "2024-25"
    years = (first, "2022-23", "2023-24", last)
    total = of("one_sum_over_four_years", "community_fund.new_money", first)
    counts, costs, shares = (
        [sum(of(option, f"community_fund.{line}", year) for year in years)
         for option in ("one_sum_over_four_years", "the_same_in_awards_of_500")]
        for line in ("awards", "administration", "awarded")
    )  # fmt: skip
    left = of("one_sum_over_four_years", "community_fund.returned", last)
    yearly = total - sum(of("a_sum_each_year", "community_fund.awarded", year) for year in years)
    return (
        f"£40,000 for each of 53 councillors is £{total:,.0f}. In awards of £2,500 on average, at an assumed £150 to give one, about "
        f"{counts[0]:,.0f} awards cost £{costs[0]:,.0f} to give, {costs[0] / shares[0]:.0%} of them. In awards of £500 about "
        f"{counts[1]:,.0f} cost £{costs[1]:,.0f}, {costs[1] / shares[1]:.0%}. Carried forward, £{left:,.0f} is left at the end; in four "
        f"yearly sums of which a fifth is not asked for in time, £{yearly:,.0f} never reaches a group."
    )


def by_results(of: Figures) -> str:
    last = "2031-32"
    options = ("do_nothing", "half_as_a_fee", "paid_in_the_year", "half_is_attributed")
    peak = {option: of(option, "into_work.peak_to_date", last) for option in options}
    lost = {option: -of(option, "into_work.gain_to_date", last) for option in options}
    return (
        f"The results earn £360,000, which is what the work costs, and the charity still loses £{lost['do_nothing']:,.0f}: it lays out "
        f"up to £{peak['do_nothing']:,.0f} and pays 6% on it while it waits. With half as a fee it lays out £{peak['half_as_a_fee']:,.0f} "
        f"and loses £{lost['half_as_a_fee']:,.0f}; paid in the year, £{peak['paid_in_the_year']:,.0f} and "
        f"£{lost['paid_in_the_year']:,.0f}. If half of the results are not put down to it, it loses £{lost['half_is_attributed']:,.0f}."
    )


def whole_place(of: Figures) -> str:
    last, years = "2032-33", ("2027-28", "2028-29", "2029-30")
    whole, money = of("as_first_put", "deal.net_to_date", last), of("as_first_put", "deal.saved_to_date", last)
    gainer, fair = (of(option, "deal.benefits.net_to_date", last) for option in ("as_first_put", "those_who_gain_pay"))
    share = of("as_first_put", "deal.benefits.share_gained", last)
    losers = [-of("as_first_put", f"deal.{one}.net_to_date", last) for one in ("district", "health", "police")]
    county = [of(option, "deal.county.net_to_date", last) for option in ("as_first_put", "those_who_gain_pay")]
    asked = [sum(of(option, "deal.contributed", year) for year in years) for option in ("as_first_put", "those_who_gain_pay")]
    still = -of("those_who_gain_pay", "deal.district.net_to_date", last)
    return (
        f"Work that costs £900,000 saves £{money:,.0f} in money, so the place gains £{whole:,.0f}. As first put, the agency that pays "
        f"nothing has {share:.0%} of the savings and gains £{gainer:,.0f}, the county gains £{county[0]:,.0f}, and the other three lose "
        f"£{losers[0]:,.0f}, £{losers[1]:,.0f} and £{losers[2]:,.0f}. When it pays half, and half of what is saved meanwhile comes back, "
        f"£{asked[1]:,.0f} has to be put in in place of £{asked[0]:,.0f}, it still gains £{fair:,.0f}, the county £{county[1]:,.0f}, and "
        f"the district alone is out of pocket, by £{still:,.0f}."
    )
