"""What the scenarios of shared costs, tapers and loans show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

from devomodel.engine import per_period
from devomodel.mechanisms.loans import implied_rate
from devomodel.problems import listed

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "kidderminster-town-hall": town_hall(figures("kidderminster-town-hall")),
        "mid-devon-toilets": toilets(figures("mid-devon-toilets")),
        "castle-donington-hub": hub(figures("castle-donington-hub")),
        "alderbury-hall": alderbury(figures("alderbury-hall")),
        "cowfold-pavilion": cowfold(figures("cowfold-pavilion")),
        "tibberton-hall": tibberton(figures("tibberton-hall")),
        "two-councils-one-bill": one_bill(figures("two-councils-one-bill")),
    }


def one_bill(of: Figures) -> str:
    year, chosen = "2027-28", "share_one_pool"
    cost = of(chosen, "pool.shared_cost", year)
    alone = [of(chosen, f"pool.alone.{council}", year) for council in ("harrowmere", "thornbeck")]
    pays = {
        (rule, council): of(chosen, f"pool.side_by_side.{rule}.{council}.pays", year)
        for rule in ("agreed", "equal", "shapley")
        for council in ("harrowmere", "thornbeck")
    }
    saved = [
        of("do_nothing", f"{council}.band_d", year) - of(chosen, f"{council}.band_d", year)
        for council in ("harrowmere", "thornbeck")
    ]
    return (
        f"One pool costs £{cost:,.0f} and two cost £{sum(alone):,.0f}, so there is £{sum(alone) - cost:,.0f} to share out. As agreed "
        f"Thornbeck pays £{pays['agreed', 'thornbeck']:,.0f} and Harrowmere £{pays['agreed', 'harrowmere']:,.0f}, which takes "
        f"£{saved[1]:.2f} and £{saved[0]:.2f} off a Band D home. By the Shapley value they pay £{pays['shapley', 'thornbeck']:,.0f} and "
        f"£{pays['shapley', 'harrowmere']:,.0f}. Half each is £{pays['equal', 'thornbeck']:,.0f}, more than the £{alone[1]:,.0f} that Thornbeck "
        "would pay alone."
    )


def town_hall(of: Figures) -> str:
    years = ("2019-20", "2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
    shared = of("do_nothing", "hall_cost.town.contribution", "2019-20")
    cost = of("do_nothing", "hall_cost.shared_cost", "2019-20")
    grants = [of("take_over", "hall_grant.paid", year) for year in years]
    later = of("take_over", "hall.net_cost", "2024-25")
    charges = {option: of(option, "town.band_d", "2024-25") for option in ("do_nothing", "formula_with_a_cap", "take_over")}
    saved = of("take_over", "district.revenue.net", "2024-25") - of("do_nothing", "district.revenue.net", "2024-25")
    return (
        f"On these figures the town's 30% of a hall that costs £{cost:,.0f} after its income is £{shared:,.0f}, and a grant of "
        f"£{sum(grants):,.0f} that falls by even steps leaves about the same to pay in its first year, when it is £{grants[0]:,.0f}. In "
        f"the sixth year it is £{grants[5]:,.0f}, the hall costs £{later:,.0f}, and nobody is named who pays. Band D in 2024-25 is "
        f"£{charges['take_over']:.2f}, against £{charges['do_nothing']:.2f} had the formula gone on and "
        f"£{charges['formula_with_a_cap']:.2f} with a cap on it. The district is £{saved:,.0f} better off in that year."
    )


def toilets(of: Figures) -> str:
    names = ("crediton", "cullompton", "bampton", "hemyock")
    by_the_end = {
        name: of("by_steps", f"{name}.band_d", "2019-20") - of("do_nothing", f"{name}.band_d", "2019-20") for name in names
    }
    before, after = (of(option, "district.revenue.net", "2019-20") for option in ("do_nothing", "by_steps"))
    told = listed([f"£{rise:.2f} in {name.capitalize()}" for name, rise in by_the_end.items()], "and")
    return (
        f"Once the whole cost has passed, a Band D home pays {told} for it. The same £6,500 a year is £{by_the_end['bampton']:.2f} in "
        f"Bampton and £{by_the_end['cullompton']:.2f} in Cullompton, because one has less than a quarter of the other's tax "
        f"base. The district pays £{after - before:,.0f} a year less."
    )


def hub(of: Figures) -> str:
    year = "2020-21"
    charge, rise = of("hub_with_a_loan", "town.band_d", year), of("hub_with_a_loan", "town.band_d_change", year)
    cost, loan = of("hub_with_a_loan", "hub.capital_cost", year), of("hub_with_a_loan", "loan.hub.drawn", year)
    each = of("hub_with_a_loan", "purchase.developer_grant.received", year)
    paid = of("hub_with_a_loan", "loan.hub.year_cost", "2021-22")
    at_band_d = of("hub_with_a_loan", "town.loan_cost_band_d", "2021-22")
    waiting = of("save_first", "town.reserves.closing", "2021-22") - of("save_first", "town.reserves.general.at_start", "2019-20")
    return (
        f"A precept half as high again puts Band D up by £{rise:.2f} to £{charge:.2f}. On round figures a building of "
        f"£{cost:,.0f} is bought with £{each:,.0f} from the developer, as much from the district and a loan of £{loan:,.0f}, which "
        f"costs £{paid:,.0f} in a full year, £{at_band_d:.2f} at Band D. Saving first needs no loan: £{waiting:,.0f} is put by in "
        f"two years in which people pay for a hub that is not yet there."
    )


def alderbury(of: Figures) -> str:
    cost, at_band_d, share = (
        of("loan_without_a_rise", line, "2021-22")
        for line in ("loan.village_hall.year_cost", "town.loan_cost_band_d", "town.loan_cost_share_of_precept")
    )
    start = of("loan_without_a_rise", "town.reserves.general.at_start", "2019-20")
    end = of("loan_without_a_rise", "town.reserves.closing", "2026-27")
    rises = [of(option, "town.band_d", "2021-22") for option in ("loan_without_a_rise", "loan_with_a_rise")]
    return (
        f"£90,000 over 20 years at around £5,634 a year implies a rate of {implied_rate(5_634, 90_000, 20):.2%}, and at that rate "
        f"it costs £{cost:,.2f} a year: £{at_band_d:.2f} at Band D, {share:.1%} of the precept. Not raising the precept for it does "
        f"not make it free: an assumed reserve of £{start:,.0f} is £{end:,.0f} after seven years. Raising the precept for it would "
        f"have made Band D £{rises[1]:.2f} in place of £{rises[0]:.2f} in 2021-22."
    )


def cowfold(of: Figures) -> str:
    cost, at_band_d = (of("pavilion", line, "2019-20") for line in ("loan.pavilion.year_cost", "town.loan_cost_band_d"))
    before, charge, rise = (of("pavilion", f"town.{line}", "2018-19") for line in ("band_d_at_start", "band_d", "band_d_change"))
    shorter = of("pavilion_over_25_years", "loan.pavilion.year_cost", "2019-20")
    return (
        f"£500,000 over 50 years at around £18,786 a year implies a rate of {implied_rate(18_786, 500_000, 50):.2%}, and at that "
        f"rate it costs £{cost:,.2f} a year: £{at_band_d:.2f} at Band D in 2019-20. The printed 53.6% and £25.99 fit a charge that "
        f"rose from £{before:.2f}; to the published £{charge:.2f} of 2018-19 that is £{rise:.2f}, "
        f"£{per_period(round(rise, 2))['week']:.2f} a week. Over 25 years at the same rate the loan would cost £{shorter:,.2f} a year."
    )


def tibberton(of: Figures) -> str:
    year = "2020-21"
    cost, at_band_d, share = (
        of("as_borrowed", line, year)
        for line in ("loan.village_hall.year_cost", "town.loan_cost_band_d", "town.loan_cost_share_of_precept")
    )
    equal = of("equal_instalments", "loan.village_hall.year_cost", year)
    whole = of("all_that_was_approved", "loan.village_hall.year_cost", year)
    whole_at_band_d = of("all_that_was_approved", "town.loan_cost_band_d", year)
    return (
        f"£299,895 over 50 years at 2.7% costs £{cost:,.2f} a year by level payments, £{at_band_d:.2f} at Band D, which is "
        f"{share:.1%} of the precept. By equal instalments it would cost £{equal:,.2f} in its first full year and less in each "
        f"year after. All of the £466,000 approved would have cost £{whole:,.2f} a year, £{whole_at_band_d:.2f} at Band D."
    )
