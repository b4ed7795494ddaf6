"""What the scenarios of limits, of harmonised charges, of growth in rates and of a divided parish show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "north-yorkshire-harmonisation": harmonised(figures("north-yorkshire-harmonisation")),
        "station-quarter-rates": station_quarter(figures("station-quarter-rates")),
        "one-parish-becomes-two": two_parishes(figures("one-parish-becomes-two")),
        "village-hall-within-limits": hall(figures("village-hall-within-limits")),
    }


PUBLISHED_2023_24 = {
    "craven": 1_749.00,
    "hambleton": 1_715.13,
    "harrogate": 1_783.17,
    "richmondshire": 1_767.89,
    "ryedale": 1_756.81,
    "scarborough": 1_777.23,
    "selby": 1_747.00,
}
"""Band D charges of 2023-24 without special expenses, as the council gives them on its page about council tax."""


def harmonised(of: Figures) -> str:
    first, years = "2023-24", [f"{year}-{year - 1999}" for year in range(2023, 2031)]
    out = {
        area: abs(of("over_two_years", f"merged.areas.{area}.band_d", first) - said) for area, said in PUBLISHED_2023_24.items()
    }
    near = [one for one in out.values() if one < 0.095]
    rises = [of(option, "merged.areas.hambleton.change", first) for option in ("at_once", "over_two_years", "do_nothing")]
    later = {
        area: sum(of("over_two_years", f"merged.areas.{area}.band_d", year) - of("do_nothing", f"merged.areas.{area}.band_d", year)
                  for year in years)
        for area in ("hambleton", "harrogate")
    }  # fmt: skip
    forgone = (
        -of("to_the_lowest", "merged.against_own_path", "2024-25"),
        -of("to_the_lowest", "merged.against_own_path_to_date", "2030-31"),
    )
    room = of("over_two_years", "limit.headroom", first)
    return (
        f"Two years from the charges of 2022-23 give those published for 2023-24 to within {100 * max(near):.0f}p in {len(near)} of "
        f"the 7 areas, and to within £{max(out.values()):.2f} in all; what was printed leaves special expenses out. Hambleton's £89.49 "
        f"comes on top of the rise: its charge goes up by £{rises[0]:.2f} in the first year if all comes at once, £{rises[1]:.2f} over two "
        f"years and £{rises[2]:.2f} over eight. Over the eight years a Band D home there pays £{later['hambleton']:,.0f} more by the quick "
        f"way than by the slow one, and one in Harrogate £{-later['harrogate']:,.0f} less; the council's income is all but the same. The "
        f"limit is on the average, which has {100 * room:.0f}p of room. Going down to the lowest forgoes £{forgone[0] / 1e6:.1f}m in "
        f"2024-25 and £{forgone[1] / 1e6:.0f}m by 2030-31, on tax bases that are assumed."
    )


def station_quarter(of: Figures) -> str:
    years = [f"{year}-{year - 1999}" for year in range(2026, 2047)]
    limit, unwiped = (of(option, "growth.borrowing.limit_to_date", "2045-46") for option in ("boards_loan", "loan_and_no_reset"))
    bond, board = (of("own_bond", f"bond.{kind}.all_in.rate", "2026-27") for kind in ("bond", "loan"))
    worse = sum(of("boards_loan", "district.revenue.net", year) - of("own_bond", "district.revenue.net", year) for year in years)
    short = [-of("boards_loan", "district.revenue.net", year) for year in ("2026-27", "2027-28")]
    counted, cost = (of("boards_loan", f"growth.borrowing.{line}", "2037-38") for line in ("counted_on", "debt_service"))
    shares = [of("boards_loan", "deal.paid", year) for year in ("2035-36", "2036-37")]
    charges = [of("boards_loan", "town.band_d", year) for year in ("2035-36", "2036-37", "2037-38")]
    return (
        f"The growth counted on can repay £{limit / 1e6:.1f}m, and £{unwiped / 1e6:.1f}m if no reset came. £4m is borrowed, because after "
        f"the reset £{counted:,.0f} a year is counted on and interest and provision are £{cost:,.0f}. The first two years are "
        f"£{short[0]:,.0f} and £{short[1]:,.0f} short: the loan begins before the growth. A bond with a coupon of 4.8% costs {bond:.2%} "
        f"all in, against the Board's {board:.2%}, and at these rates leaves the district £{worse / 1e6:.2f}m worse off over the 21 years. "
        f"The town's share is £{shares[0]:,.0f} until the reset, £{shares[1]:,.0f} in its year and nothing after, and keeping the square "
        f"takes Band D from £{charges[0]:.2f} to £{charges[1]:.2f} and £{charges[2]:.2f}."
    )


def two_parishes(of: Figures) -> str:
    first, year = "2027-28", "2028-29"
    now = of("do_nothing", "over.band_d", first)
    special = of("do_nothing", "district_charge.netherbridge.band_d", first)
    village = [of(option, "over.band_d", year) for option in ("two_councils", "one_parish_takes_over")]
    bill, billed, kept = (of("two_councils", f"new.{line}", first) for line in ("area_band_d", "billed_band_d", "special_band_d"))
    across, last = (of("two_councils", "nether.band_d", one) for one in (year, "2030-31"))
    shared = of("one_parish_takes_over", "over.band_d", "2030-31")
    twice, grass, litter = (of("two_councils", f"twice.{line}", year) for line in (
        "now.grass.twice", "after.grass.twice", "after.litter.twice_in_all"))  # fmt: skip
    reserve = of("two_councils", "divided.reserve.nether.paid", first)
    above = of("two_councils", "divided.over.property_above_share", first)
    return (
        f"A home in Netherbridge pays £{now:.2f} to the parish and £{special:.2f} in special expenses. In the first year of its own council "
        f"it is billed £{billed:.2f} and £{kept:.2f}, £{bill:.2f} in all, and in the second £{across:.2f}. The village goes from £{now:.2f} to "
        f"£{village[0]:.2f}, for its hall and its clerk are on 1,200 homes and not on 2,000. Had the one parish taken over the services "
        f"instead, both would pay £{village[1]:.2f} in the second year; by 2030-31, with the new homes, £{shared:.2f}, and Netherbridge by "
        f"itself £{last:.2f}. Of the charges for grass £{twice:.2f} is paid twice in the parish as it was, and "
        f"{'nothing' if grass < 0.005 else f'£{grass:.2f}'} after; of those for litter £{litter:,.0f} in all, which the "
        f"district can be asked for. £{reserve:,.0f} of the reserve goes with the people, and the village keeps £{above:,.0f} more of the "
        f"property than its share."
    )


def hall(of: Figures) -> str:
    year = "2028-29"
    options = ("over_two_years", "in_one_year", "in_one_year_with_the_average")
    charges = [of(option, "parish.band_d", year) for option in options]
    second = of("over_two_years", "parish.band_d", "2029-30")
    lost, room = of("in_one_year", "vat.not_recovered", year), of("over_two_years", "vat.room", year)
    average = of("in_one_year", "vat.average", year)
    months = [of(option, "policy.months_in_hand", year) for option in options]
    turnover = [of(option, "audit.turnover", year) for option in ("do_nothing", "over_two_years", "in_one_year")]
    stress = [-of(option, "stress.headroom", year) for option in ("over_two_years", "in_one_year")]
    groups, net = of("over_two_years", "groups.room", year), of("over_two_years", "appeal.net", year)
    caught = of("in_one_year", "stress.applies", year)
    return (
        f"All at once the repair costs £{lost:,.0f} of VAT that cannot be recovered, and Band D is £{charges[1]:.2f}. Over two years none is "
        f"lost, with £{room:,.0f} of room in each, and it is £{charges[0]:.2f} and then £{second:.2f}. If HMRC accepts the average of seven "
        f"years, £{average:,.2f}, the one year costs £{charges[2]:.2f}. In the year of the work the general reserve is {months[0]:.1f}, "
        f"{months[1]:.1f} or {months[2]:.1f} months of net spending, against the three that are advised; turnover goes from £{turnover[0]:,.0f} "
        f"to £{turnover[1]:,.0f} or £{turnover[2]:,.0f}, so the council cannot certify itself exempt; and section 137 has £{groups:,.0f} of "
        f"room that may not be used for the hall. A limit of 2% or £5 would be passed by £{stress[0]:.2f} or £{stress[1]:.2f}; parishes have "
        f"none{', and the proposal of 2016 would not have caught one so small' if not caught else ''}. The appeal leaves £{net:,.0f} after "
        "the platform's fee, or nothing."
    )
