"""What the scenarios of match funding show, in a sentence or two written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Of = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Of]) -> dict[str, str]:
    """File name of a scenario → what it shows. `figures` gives one figure of a scenario by option, line and year."""
    return {
        "padiham": padiham(figures("padiham")),
        "dunstable-ranger": dunstable(figures("dunstable-ranger")),
        "peppard-pavilion": peppard(figures("peppard-pavilion")),
    }


def padiham(of: Of) -> str:
    shares, matches = ([of(f"as_the_{who}_has_it", f"crafting.lottery.{line}", "2025-26") for who in ("guide", "newspaper")]
                       for line in ("share_of_cost", "match_found"))  # fmt: skip
    return (
        f"By the guide the lottery pays {shares[0]:.1%} of the cost and £{matches[0]:,.0f} is left to the council and its "
        f"partners; by the newspaper it pays {shares[1]:.1%} and £{matches[1]:,.0f} is left. The award is the same, so the "
        f"£{matches[1] - matches[0]:,.0f} between them is all match."
    )


def dunstable(of: Of) -> str:
    def more(option: str, year: str) -> float:
        return of(option, "town.band_d", year) - of("do_nothing", "town.band_d", year)

    five, kept = "ranger_for_five_years", "ranger_kept"
    ratio, match, grant = (
        of(five, f"kit_funding.{line}_to_date", "2026-27") for line in ("match_ratio", "revenue_match", "granted")
    )
    goes_on = of(kept, "kit_funding.after_promise", "2025-26")
    ends = "as if there had been no ranger" if abs(more(five, "2025-26")) < 0.005 else f"£{more(five, '2025-26'):.2f} higher"
    return (
        f"A grant of £{grant:,.0f} for kit asks for £{match:,.0f} of wages over five years, £{ratio:.2f} for each £1. The ranger "
        f"adds £{more(five, '2020-21'):.2f} at Band D in the first year and £{more(five, '2024-25'):.2f} in the fifth. In the "
        f"sixth there is no promise and the kit is worn out: the charge is {ends} if the post ends, and "
        f"£{more(kept, '2025-26'):.2f} "
        f"higher if its £{goes_on:,.0f} and the next kit are paid for."
    )


def peppard(of: Of) -> str:
    keys = ("parish", "bonds", "club", "donation", "loan", "district")
    awards = sum(of("loan_in_full", f"funding.{key}.award", "2020-21") for key in keys)
    cost, district = (of("loan_in_full", f"funding.{line}", "2020-21") for line in ("cost", "district.earned"))
    loan = of("grant_in_full", "funding.loan.earned", "2020-21")
    yearly, less = (of(option, "borrowing.pavilion.year_cost", "2021-22") for option in ("loan_in_full", "grant_in_full"))
    return (
        f"The six sources come to £{awards:,.0f} and the work to £{cost:,.0f}, so £{awards - cost:,.0f} is not needed. If the "
        f"loan is drawn in full the district pays £{district:,.0f} and the loan costs £{yearly:,.0f} a year; if the district "
        f"pays in full the loan is £{loan:,.0f} and costs £{less:,.0f}. The £2,500 that was spoken of repays it only at no "
        "interest."
    )
