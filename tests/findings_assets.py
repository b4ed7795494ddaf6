"""What the scenarios of assets that pass between councils show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

from devomodel.engine import per_period

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "falmouth": falmouth(figures("falmouth")),
        "bude-library": bude(figures("bude-library")),
        "chippenham-transfer": chippenham(figures("chippenham-transfer")),
        "kidderminster-paddling-pool": pool(figures("kidderminster-paddling-pool")),
        "west-suffolk-co-location": suffolk(figures("west-suffolk-co-location")),
    }


def falmouth(of: Figures) -> str:
    first = of("in_stages", "building.local_net_cost", "2019-20")
    share = of("in_stages", "library_leaseback.service_charge", "2019-20")
    rises = {
        (option, year): of(option, "town.band_d", year) - of("do_nothing", "town.band_d", year)
        for option in ("in_stages", "all_at_once", "county_leaves")
        for year in ("2019-20", "2022-23", "2024-25")
    }
    charge, lost = of("in_stages", "town.band_d", "2019-20"), of("county_leaves", "library_leaseback.void_costs", "2022-23")
    gross, saved = (of("in_stages", f"building.{key}", "2020-21") for key in ("gross_budget", "principal_saving"))
    alone = rises["county_leaves", "2022-23"] - rises["in_stages", "2022-23"]
    vat, room = (of("in_stages", f"room_vat.{key}", "2020-21") for key in ("exempt_vat", "room"))
    return (
        f"The building costs the town £{first:,.0f} after its income and the county pays £{share:,.0f} of it, so the first stage is "
        f"£{rises['in_stages', '2019-20']:.2f} of the £{charge:.2f} of 2019-20. With the second stage it is "
        f"£{rises['in_stages', '2024-25']:.2f} in 2024-25. Both at once would have been £{rises['all_at_once', '2019-20']:.2f} in 2019-20. If "
        f"the county gave the library up in 2022-23, its share would stop and £{lost:,.0f} of empty space be added: "
        f"£{alone:.2f} more at Band D. "
        "A long lease does not by itself keep the tenant. In 2020-21 the county's budget for the building would have been "
        f"£{gross:,.0f}; it saves £{saved:,.0f}. A lease with a share of the costs is exempt from VAT: in the year of the boiler the town "
        f"pays £{vat:,.0f} of VAT for it, £{room:,.0f} below the sum at which all of it would be lost."
    )


def bude(of: Figures) -> str:
    cost, saved = of("phased", "library.local_net_cost", "2019-20"), of("phased", "library.principal_saving", "2020-21")
    base, later = of("phased", "town.tax_base", "2018-19"), of("phased", "library.local_net_cost", "2020-21")
    rises = [
        of(option, "town.band_d", year) - of("do_nothing", "town.band_d", year)
        for option, year in (("phased", "2019-20"), ("phased", "2022-23"), ("at_once", "2019-20"))
    ]
    used = sum(of("phased", "town.reserves_used", year) for year in ("2019-20", "2020-21", "2021-22"))
    return (
        f"38p a week on a tax base of {base:,.2f} raises £{0.38 * 52 * base:,.0f}, and the library is taken to cost "
        f"£{cost:,.0f}. In 2020-21 it costs the town £{later:,.0f} and the county saves "
        f"£{saved:,.0f}. Phased, it is £{rises[0]:.2f} of the published Band D charge of 2019-20 and £{rises[1]:.2f} by 2022-23, "
        f"£{per_period(round(rises[1], 2))['week']:.2f} a week, and £{used:,.0f} of reserves are spent on the way. At once it would have been "
        f"£{rises[2]:.2f} in the first year. Phasing changes when people pay and not what the library costs."
    )


def chippenham(of: Figures) -> str:
    year = "2019-20"
    rise, was = of("take_over", "town.band_d_change", year), of("take_over", "town.band_d", "2018-19")
    precept, charge = (of("take_over", f"town.{key}_change_rate", year) for key in ("precept", "band_d"))
    services = of("take_over", "town.band_d", year) - of("do_nothing", "town.band_d", year)
    saved, gross = (
        of("take_over", "devolved_services.principal_saving", year),
        of("take_over", "devolved_services.gross_budget", year),
    )
    spread = saved / of("take_over", "county.tax_base", year)
    steps = [of("with_a_taper", "town.band_d", one) for one in ("2019-20", "2020-21", "2021-22", "2022-23", "2023-24")]
    return (
        f"The precept rises by {precept:.1%} and, because there are more homes, the charge by {charge:.1%}: from £{was:.2f} by £{rise:.2f}; "
        f"£{services:.2f} of it is for the services. On these figures Wiltshire's budget for them is £{gross:,.0f} and it "
        f"saves £{saved:,.0f}, "
        f"since its overheads stay. Taken off the charge in all of Wiltshire that would be £{spread:.2f} at Band D; in the town the "
        f"services are £{services:.2f}. With a contribution that falls over four years the charge goes to £{steps[0]:.2f}, then "
        f"£{steps[1]:.2f}, £{steps[2]:.2f}, £{steps[3]:.2f} and £{steps[4]:.2f}."
    )


def pool(of: Figures) -> str:
    year, last = "2021-22", "2024-25"
    cost, saved = of("pool_alone", "paddling_pool.local_net_cost", year), of("pool_alone", "paddling_pool.principal_saving", year)
    charge = {
        option: of(option, "town.band_d", year)
        for option in ("do_nothing", "pool_alone", "pool_and_officer", "counting_on_grants")
    }
    chance, needed = (of("pool_and_officer", f"project_officer.{key}_probability", last) for key in ("average", "break_even"))
    return (
        f"The pool costs the town £{cost:,.0f} in 2021-22, £{charge['pool_alone'] - charge['do_nothing']:.2f} at Band D, and "
        "saves the district "
        f"{f'£{saved:,.0f}' if saved >= 1 else 'nothing'}: it would have been closed anyway. The officer pays for the post "
        f"over five years if {needed:.0%} of what is bid for is given; at the chances "
        f"assumed it is {chance:.0%}. Band D is £{charge['pool_and_officer']:.2f} when none of the grants is counted on and "
        f"£{charge['counting_on_grants']:.2f} when all that is expected is, and pays for what the town buys anyway."
    )


def suffolk(of: Figures) -> str:
    year = "2028-29"
    net, saving = of("share_and_sell", "old_site.net_receipt", "2027-28"), of("share_and_sell", "old_site.running_saving", year)
    cost = {
        option: -of(option, "district.revenue.net", "2031-32")
        for option in ("do_nothing", "share_and_sell", "county_leaves", "sell_later")
    }
    return (
        f"Of a receipt of £900,000, £{net:,.0f} is left once selling and fitting out are paid, and it may only be spent on "
        f"capital. £{saving:,.0f} is saved "
        f"in 2028-29 before the county pays its part. In 2031-32 the offices cost £{cost['share_and_sell']:,.0f}, against "
        f"£{cost['do_nothing']:,.0f} where they are, "
        f"and £{cost['county_leaves']:,.0f} if the county has gone."
    )
