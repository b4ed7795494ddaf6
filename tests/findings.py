"""What each scenario shows, in a sentence or two written from its figures, so that the page about them cannot drift."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

import devomodel as dm
from devomodel.engine import per_period

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "scenarios.md"
BANDS = "ABCDEFGH"
READ: dict[str, dict[str, dict[str, None]]] = {}


def findings() -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "castle-donington": castle_donington(),
        "kidderminster": kidderminster(),
        "kidderminster-bill-2024-25": kidderminster_bill(),
        "bletchingdon": bletchingdon(),
        "precept-consultation": precept_consultation(),
        **{name: words for findings in _of_other_files() for name, words in findings(_figures).items()},
    }


def _of_other_files() -> list[Callable[..., dict[str, str]]]:
    """The function `findings` of each file of findings beside this one."""
    files = sorted(Path(__file__).parent.glob("findings_*.py"))
    return [import_module(f"tests.{file.stem}").findings for file in files]


def with_findings(page: str) -> str:
    """A page with the words between each pair of finding marks written anew. Raises ValueError where marks are missing."""
    for name, words in findings().items():
        mark = re.compile(rf"(<!-- finding: {re.escape(name)} -->\n)[^<]*(<!-- end -->)")
        if not mark.search(page):
            raise ValueError(f"{PAGE.name} has no marks for the finding of {name}")
        page = mark.sub(lambda found, words=words: f"{found[1]}{words}\n{found[2]}", page)
    return page


def castle_donington() -> str:
    of = _figures("castle-donington")
    was, now = of("staffed_hub", "town.precept", "2019-20"), of("staffed_hub", "town.precept", "2020-21")
    charge_was, charge = of("staffed_hub", "town.band_d", "2019-20"), of("staffed_hub", "town.band_d", "2020-21")
    rate, base = (
        of("staffed_hub", "town.band_d_change_rate", "2020-21"),
        of("staffed_hub", "town.tax_base_change_rate", "2020-21"),
    )
    hub, rooms, none = (
        of(option, "town.band_d_change", "2020-21") for option in ("staffed_hub", "volunteer_library", "do_nothing")
    )
    return (
        f"Raising the published precept by one half, from £{was:,.0f} to £{now:,.0f}, adds £{hub:.2f} a year to a Band D "
        f"home, £{per_period(hub)['week']:.2f} a week: from £{charge_was:.2f} to £{charge:.2f}. That is {rate:.2%} on the "
        f"charge and not 50%, because the tax base is assumed to grow by {base:.0%}. A rise of one fifth adds £{rooms:.2f}, "
        f"and going on as now £{none:.2f}."
    )


def kidderminster() -> str:
    of = _figures("kidderminster")
    years = ("2019-20", "2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
    precept = of("do_nothing", "town.precept_change_rate", "2019-20")
    rates = [of("do_nothing", "town.band_d_change_rate", year) for year in years]
    grants = [of("do_nothing", "town_hall_grant.paid", year) for year in years]
    lost = grants[0] / of("do_nothing", "town.tax_base", "2024-25")
    start = of("even_rise", "town.reserves.general.at_start", "2019-20")
    even, held = (min(of(option, "town.reserves.closing", year) for year in years) for option in ("even_rise", "hold_one_year"))
    return (
        f"As published, the precept rose by {precept:.2%} in 2019-20 and the Band D charge by {rates[0]:.2%}. If the grant of "
        f"£{sum(grants):,.0f} falls in even steps, the £{grants[0]:,.0f} of its first year comes to £{lost:.2f} at Band D "
        f"once it has gone. Without a decision the charge rises by {rates[1]:.2%}, falling to {rates[5]:.2%}, in each year "
        f"that the grant falls, and by {rates[6]:.2%} after. A rise of 4.5% every year takes the reserve from £{start:,.0f} "
        f"to £{even:,.0f} at its lowest; a year without a rise takes it to £{held:,.0f}."
    )


def kidderminster_bill() -> str:
    of = _figures("kidderminster-bill-2024-25")
    pence = {}
    for band in BANDS:
        worked, published = (of("do_nothing", f"bill.{line}.{band}", "2024-25") for line in ("total", "published_total"))
        pence[band] = round(100 * (worked - published))
    [(band, more)] = [(band, penny) for band, penny in pence.items() if penny]
    town, share, whole, county = (of("do_nothing", f"bill.{line}", "2024-25")
                                  for line in ("town.charge", "town.share", "total.D", "county.change_rate"))  # fmt: skip
    exact = sum(not penny for band, penny in pence.items() if band != "D")
    return (
        f"Adding the five authorities' band amounts gives the district's published table to the penny in {exact} of the eight "
        f"bands, and Band {band} is {more}p more. Band D agrees by construction, because the town's charge is what is left of "
        f"its published total. The town's £{town:.2f} is {share:.1%} of a Band D bill of £{whole:,.2f}, and "
        f"the county's part rose by {county:.2%}."
    )


def bletchingdon() -> str:
    of = _figures("bletchingdon")
    lines = ("town.precept_change_rate", "town.tax_base_change_rate", "town.band_d_change_rate")
    precept, base, charge = (of("do_nothing", line, "2019-20") for line in lines)
    precept_next, base_next, charge_next = (of("do_nothing", line, "2020-21") for line in lines)
    reserve = -of("spread_the_fall", "town.difference_to_reserves", "2020-21")
    cut = -of("trim_spending", "town.precept_change_rate", "2020-21")
    return (
        f"As published, the precept rose by {precept:.2%} in 2019-20, the tax base behind it fell by {-base:.2%}, and the "
        f"bill rose by {charge:.2%}. If the base fell by another {-base_next:.0%}, a precept {precept_next:.0%} higher would "
        f"be a bill {charge_next:.2%} higher. To keep the bill to about 2% more the council would take £{reserve:,.0f} from "
        f"its reserve, or spend {cut:.0%} less."
    )


def precept_consultation() -> str:
    of = _figures("precept-consultation")
    options = ("do_nothing", "weekend_ranger", "ranger_and_youth_work")
    charges = [of(option, "town.band_d", "2027-28") for option in options]
    lowest = [of(option, "town.bands.A", "2027-28") for option in options]
    more, precept, rate, below = (of("do_nothing", f"town.{line}", "2027-28") for line in (
        "band_d_change", "precept_change_rate", "band_d_change_rate", "homes.share_below_band_d"))  # fmt: skip
    return (
        f"Staying as we are costs a Band D home £{charges[0]:.2f} a year, £{more:.2f} more than the year before: "
        f"{precept:.2%} on the precept and {rate:.2%} on the charge. With a weekend ranger it is £{charges[1]:.2f}, and with "
        f"youth work and a play fund as well £{charges[2]:.2f}. A Band A home pays £{lowest[0]:.2f}, £{lowest[1]:.2f} or "
        f"£{lowest[2]:.2f}, and {below:.1%} of homes pay less than Band D."
    )


def _figures(name: str) -> Callable[[str, str, str], float]:
    """One figure of a scenario, by option, line and year."""
    case = dm.load(ROOT / "scenarios" / f"{name}.yaml")
    projections = {option: dm.project(case, option) for option in case.options}

    def of(option: str, line: str, year: str) -> float:
        READ.setdefault(name, {}).setdefault(option, {})[line] = None
        return projections[option].value(line, year)

    return of


@cache
def rests_on() -> dict[str, dict[str, dict[str, None]]]:
    """File name of a scenario → option → the lines that its finding is written from."""
    findings()
    return READ
