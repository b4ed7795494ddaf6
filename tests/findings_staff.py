"""What the scenarios of posts and shared officers show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "southern-parishes": southern_parishes(figures("southern-parishes")),
        "alcester": alcester(figures("alcester")),
    }


def southern_parishes(of: Figures) -> str:
    time, price, year = "full_cost_by_time", "price_of_a_day", "2025-26"
    recharge = of(time, "lengthsman.durley.recharge", year)
    third = of(time, "safety_officer.swanmore.recharge", year)
    more = {
        council: of(time, f"{council}.band_d", year) - of("do_nothing", f"{council}.band_d", year)
        for council in ("durley", "upham", "swanmore", "bishops_waltham")
    }
    insurance = [of(time, "staff.lengthsman.national_insurance", at) for at in ("2024-25", year)]
    short = of(price, "bishops_waltham.precept", year) - of(time, "bishops_waltham.precept", year)
    return (
        f"On these figures half a day a week of the lengthsman is £{recharge:,.2f} in 2025-26, £{more['durley']:.2f} at Band D in "
        f"Durley and £{more['upham']:.2f} in Upham, which has fewer homes. A third of the safety officer's time is "
        f"£{third:,.2f}, £{more['swanmore']:.2f} at Band D in Swanmore. Bishop's Waltham is £{-more['bishops_waltham']:.2f} better "
        f"off at Band D than with both posts to itself. The lengthsman's national insurance goes from £{insurance[0]:,.2f} in "
        f"2024-25 to £{insurance[1]:,.2f}. At a price for a day that has risen by 2% a year since 2019-20, £{short:,.2f} of the "
        f"neighbours' time falls on Bishop's Waltham in 2025-26."
    )


def alcester(of: Figures) -> str:
    until, kept = "until_groups_stand_alone", "posts_kept"
    years = ("2020-21", "2021-22", "2022-23", "2023-24")
    grant, groups, cost = (
        sum(of(until, line, year) for year in years)
        for line in ("county_grant.paid", "groups_pay.paid", "co_ordinators.total_cost")
    )
    highest = of(until, "town.band_d", "2023-24") - of("do_nothing", "town.band_d", "2023-24")
    goes_on = of(kept, "co_ordinators.total_cost", "2024-25")
    then = of(kept, "town.band_d", "2024-25") - of("do_nothing", "town.band_d", "2024-25")
    return (
        f"Four years of two half-time posts cost £{cost:,.0f} on these figures. The county's grant of £{grant:,.0f} falls to "
        f"nothing, the groups find £{groups:,.0f} and the town £{cost - grant - groups:,.0f}, at most £{highest:.2f} at Band D. The "
        f"posts end with the grant and the charge goes back to what it would have been. Kept on, they cost £{goes_on:,.0f} in the "
        f"fifth year, £{then:.2f} at Band D, although the groups go on paying as much as in the fourth."
    )
