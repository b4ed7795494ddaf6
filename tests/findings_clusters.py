"""What the scenarios of clusters, shared equipment and buying together show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

from devomodel.engine import per_period

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "wittersham-caretaker": caretaker(figures("wittersham-caretaker")),
        "three-villages-mower": mower(figures("three-villages-mower")),
    }


def caretaker(of: Figures) -> str:
    chosen, before, after = "three_of_four_pay", "2021-22", "2022-23"
    shared = [of(chosen, "caretaker.shared_cost", year) for year in (before, after)]
    grant = of(chosen, "borough_budget.paid", before)
    paid = {
        (option, year): of(option, "caretaker.wittersham.part", year) / of(option, "wittersham.tax_base", year)
        for option in (chosen, "all_four_pay")
        for year in (before, after)
    }
    fourth = of("all_four_pay", "caretaker.kenardington.contribution", after)
    weekly = per_period(round(paid[chosen, after], 2))["week"]
    return (
        f"On these figures the three parishes share £{shared[0]:,.0f} in {before}, £{paid[chosen, before]:.2f} at Band D in each. The "
        f"borough's £{grant:,.0f} is paid for the last time in that year, and nobody is named who picks it up: in {after} they share "
        f"£{shared[1]:,.0f}, which is £{paid[chosen, after]:.2f}, {weekly * 100:.0f}p a week. Were Kenardington to pay as well, it would pay "
        f"£{fourth:,.0f} in {after}, and a Band D home in the others £{paid['all_four_pay', after]:.2f}."
    )


def mower(of: Figures) -> str:
    chosen, equal, year = "saving_by_quantity", "joint_price_and_equal_cost", "2027-28"
    charge, idle = of(chosen, "mower.charge", year), of(chosen, "mower.idle_cost", year)
    saved = of(chosen, "mower.saving", year)
    needed, most = of(chosen, "mower.time_that_pays", year), of(chosen, "mower.eastwold.used", year)
    bins = of(chosen, "bins.saving", year)
    alone = of(chosen, "bins.westwold.alone", year)
    pays = {option: of(option, "bins.westwold.pays", year) for option in (chosen, equal)}
    return (
        f"A mower costs less than hiring from {needed:.0f} days a year, and no village has more than {most:.0f}; together they use 48, at "
        f"£{charge:,.0f} a day in place of £60, and save £{saved:,.0f} a year after the £{idle:,.0f} of idle days that Eastwold bears. "
        f"Twenty bins bought together save £{bins:,.0f}. Westwold's one bin costs £{alone:,.0f} alone, £{pays[equal]:,.0f} with an equal "
        f"part of the clerk's time and £{pays[chosen]:,.0f} with a part of the saving by quantity, so how it is shared decides whether "
        "it joins, and without it the order is nineteen and the price £200 in place of £170."
    )
