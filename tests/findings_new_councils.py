"""What the scenarios of councils newly made, and of areas that can bear more or less, show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "queens-park": queens_park(figures("queens-park")),
        "two-areas-one-service": two_areas(figures("two-areas-one-service")),
    }


def queens_park(of: Figures) -> str:
    first = "2018-19"
    low, high, charged = (
        of(option, "made.billed_band_d", first) for option in ("lower_campaign_sum", "upper_campaign_sum", "as_charged")
    )
    base, precept = of("as_charged", "town.tax_base", first), of("as_charged", "town.precept", first)
    raised = 12 * 3.30 * base
    borne = -of("as_charged", "district.revenue.net", first)
    return (
        f"The campaign's £181,000 for £3.30 a month and £207,000 for £3.70 are sums of 4,570 to 4,660 Band D homes. The tax base of "
        f"2018-19 had {base:,.0f}, on which the same sums are £{low:.2f} and £{high:.2f} a year, £{low / 12:.2f} and "
        f"£{high / 12:.2f} a month: a third dearer. That is not near double, of which Westminster warned, but its base at the time was "
        f"not seen. £3.30 a month would have raised £{raised:,.0f}. The charge published is £{charged:.2f}, which raises "
        f"£{precept:,.0f}. The £{borne:,.0f} of the referendum is no part of it."
    )


def two_areas(of: Figures) -> str:
    year = "2027-28"
    pays = {
        (option, area): of(option, f"{area}.band_d", year) - of("do_nothing", f"{area}.band_d", year)
        for option in ("by_tax_base", "by_residents", "by_day")
        for area in ("millside", "exchange")
    }
    pound, per_head, share, without = (
        of("do_nothing", f"capacity.millside.{line}", year)
        for line in ("yield_of_a_pound", "yield_per_head", "support_share", "charge_needed_without_support")
    )
    return (
        f"£1 at Band D raises £{pound:,.0f} in both areas: £{per_head:.2f} for each person in Millside, and "
        f"£{of('do_nothing', 'capacity.exchange.yield_per_head', year):.2f} in Exchange. The same team costs a Band D home "
        f"£{pays['by_residents', 'millside']:.2f} in Millside and £{pays['by_residents', 'exchange']:.2f} in Exchange if residents count, "
        f"£{pays['by_day', 'millside']:.2f} and £{pays['by_day', 'exchange']:.2f} if people by day do, and "
        f"£{pays['by_tax_base', 'millside']:.2f} in each by tax base. Support takes {share:.0%} of Millside's Band D homes out of its base; "
        f"without it the £{pays['by_residents', 'millside']:.2f} would be £{without:.2f}."
    )
