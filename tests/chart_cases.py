"""Small cases for the tests of charts: short and long names, one year and thirty, rises and falls, with and without history."""

from __future__ import annotations

import devomodel as dm
from devomodel.charts import Chart
from devomodel.model import Projection

LONG_NAME = "Upper and Lower Netherwold with Saint Wulfstan's Magna Joint Burial and Recreation Ground Parish Council"
OPTION_NAMES = (
    "Keep the hall and share its running costs with the district council for five years", "Lease it", "Sell it",
    "Pass it to a charity that does not exist yet", "Close it", "Give it back",
)  # fmt: skip

HOMES = {"A": 402, "B": 611, "C": 588, "D": 320, "E": 190, "F": 88, "G": 31, "H": 3}


def projected(years: int = 4, name: str = "Ashby Town Council", *, staff_grows: str = "3%", homes_grow: str = "1%",
              before: bool = True, charge: str = "", bands: bool = False, options: int = 0, option: str | None = None,
              earmarked: bool = False, reserve: str = "£100,000") -> Projection:  # fmt: skip
    """A made-up council worked out.

    before     whether the year before the first is given
    charge     a Band D charge that is fixed, so that the reserve takes what is left
    bands      whether the tax base is built from homes in each band
    options    how many options, each dearer than the one before
    """
    homes = ", ".join(f"{band}: {count}" for band, count in HOMES.items())
    base = (f"{{use: tax_base_from_dwellings, council: town, dwellings: {{{homes}}}, collection_rate: 98%}}" if bands
            else f"{{use: tax_base, council: town, homes: {{value: 2400, grows: {homes_grow}}}}}")  # fmt: skip
    text = f"""
case: Made up to try charts
illustrative: true
nation: england
first_year: 2026-27
years: {years}
councils:
  town: {{name: "{name}", kind: town}}
  district: {{name: District Council, kind: district}}
mechanisms:
  base: {base}
  budget:
    use: budget
    council: town
    spending:
      staff: {{value: "£250,000", grows: {staff_grows}}}
      grounds: "£120,000"
    income:
      fees: {{value: 20000, grows: 2%}}
  precept:
    use: precept
    council: town
    billing_authority: district
    general_reserve: {{opening: "{reserve}", used: {{value: "£17,114", once: 2026-27}}}}
"""
    if earmarked:
        text += '    earmarked_reserves: {elections: {opening: "£5,000", added: "£2,500"}}\n'
    if charge:
        text += f'    band_d_charge: {{value: "{charge}", grows: -4%}}\n'
    if before:
        text += '    year_before: {precept: "£308,782", tax_base: 2415}\n'
    if options:
        text += "options:\n"
    for place in range(options):
        text += (
            f'  option_{place}: {{label: "{OPTION_NAMES[place]}", set: {{budget.spending.staff: "£{255 + place * 7},000"}}}}\n'
        )
    return dm.project(dm.load_text(text), option)


def every_option(options: int, **given: object) -> list[Projection]:
    """What happens without a decision, and each option of the made-up council."""
    first = projected(options=options, option="do_nothing", **given)  # type: ignore[arg-type]
    return [first, *(dm.project(first.case, name) for name in first.case.options if name != "do_nothing")]


def gallery() -> dict[str, Chart]:
    """Every chart in the cases that are hardest to lay out."""
    charts = dm.charts
    usual, falling = projected(), projected(5, staff_grows="-12%", homes_grow="-3%", before=False, charge="£140")
    long = every_option(3, years=30, name=LONG_NAME, earmarked=True)
    one_year = projected(1, bands=True)
    overdrawn = projected(6, charge="£120", reserve="£30,000")
    return {
        "bill": charts.bill_by_band(usual, "town", "2027-28"),
        "bill, first year": charts.bill_by_band(usual, "town", "2026-27"),
        "bill falls": charts.bill_by_band(falling, "town", "2028-29"),
        "bill without history": charts.bill_by_band(falling, "town", "2026-27"),
        "bill, long name": charts.bill_by_band(long[0], "town", "2055-56"),
        "walk": charts.precept_walk(usual, "town", "2027-28"),
        "walk, first year": charts.precept_walk(usual, "town", "2026-27"),
        "walk falls": charts.precept_walk(falling, "town", "2027-28"),
        "walk, long name": charts.precept_walk(long[1], "town", "2040-41"),
        "one line": charts.by_year(usual),
        "thirty years": charts.by_year(long[0], long[1]),
        "one year": charts.by_year(one_year, line="town.precept"),
        "below nought": charts.by_year(falling, line="town.band_d_change"),
        "tax base": charts.by_year(usual, line="town.tax_base"),
        "shares": charts.by_year(falling, line="town.band_d_change_rate"),
        "four options": charts.options(long, "band_d_charge"),
        "seven options": charts.options(every_option(6), "town.precept"),
        "reserves": charts.reserves(usual, "town", floor=50_000),
        "reserves, thirty years": charts.reserves(long[0], "town", floor=90_000),
        "reserves overdrawn": charts.reserves(overdrawn, "town"),
        "homes": charts.homes_by_band(one_year, "town"),
    }
