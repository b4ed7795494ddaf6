"""What the scenarios of principal and combined authorities show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "devolution-deal": deal(figures("devolution-deal")),
        "two-tier-reorganisation": two_tiers(figures("two-tier-reorganisation")),
    }


def deal(of: Figures) -> str:
    first, last = "2026-27", "2035-36"
    capital, revenue, headline, real = (
        of("do_nothing", f"gainshare.{line}", year)
        for line, year in (("capital", first), ("revenue", first), ("headline", first), ("real_value", last))
    )
    raised, leeds = (of("precept_of_36_pounds", f"mayor.{line}", last) for line in ("precept", "leeds.precept"))
    short = of("gateway_failed", "authority.revenue.net", "2031-32")
    charge = of("gateway_failed_and_replaced", "mayor.band_d", "2031-32")
    return (
        f"£{(capital + revenue) / 1e6:,.0f}m a year is £{capital / 1e6:.1f}m of capital and £{revenue / 1e6:.1f}m of revenue, and "
        f"£{headline / 1e6:,.0f}m over thirty years. It is flat cash: in 2035-36 it buys what £{real / 1e6:.1f}m bought in 2026-27, on "
        f"the forecast of prices held after its last year. A mayoral precept of £36 would raise £{raised / 1e6:.1f}m, "
        f"£{leeds / 1e6:.1f}m of it from Leeds. A failed gateway leaves the programme £{-short / 1e6:.1f}m a year short from 2031-32, "
        f"and £{charge:.2f} at Band D would replace it."
    )


def two_tiers(of: Figures) -> str:
    year = "2014-15"
    net = {name: of("one_council", f"merger.by_number.{name}.cumulative", year) for name in ("one", "two", "three")}
    months = {name: of("one_council", f"merger.by_number.{name}.payback_months", year) for name in ("one", "two")}
    moved, change = of("one_council", "merger.moved_by_number", year), of("one_council", "merger.one_off_to_date", year)
    return (
        f"After five years one council is £{net['one'] / 1e6:.1f}m to the good, two are £{net['two'] / 1e6:.1f}m, and three, on "
        f"assumptions of ours, £{-net['three'] / 1e6:.1f}m short. The number of councils alone moves "
        f"the result by £{moved / 1e6:.1f}m, more than the whole £{change / 1e6:.1f}m of the change: it is the first thing to try. With "
        f"savings that come evenly one pays back after {months['one']:.1f} months and two after {months['two']:.1f}; 44 and 59 were printed."
    )
