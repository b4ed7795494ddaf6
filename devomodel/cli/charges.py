"""What homes pay in one year: by band, with the change, by month, week and instalment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devomodel.cli.words import figure, fixed, in_plain_words, money

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.model import Projection


def print_charges(page: Page, projection: Projection, council: str, year: str | None = None) -> None:
    """The table of bands for a year, every figure of it a line of the sheet or the engine's own splitting of one."""
    from devomodel.charts.main import year_of_change
    from devomodel.engine import per_period
    from devomodel.mechanisms.bands import bands_of

    year = year or year_of_change(projection, council)
    sheet = projection.sheet

    def of(line: str) -> float:
        return projection.value(line, year)

    bands = [band for band in bands_of(projection.case.nation) if f"{council}.bands.{band}" in sheet]
    homes = any(f"{council}.homes.{band}" in sheet for band in bands)
    heads = ["Band", "Ninths", *(["Homes"] if homes else []), "Year", "Change", "Month", "Week", "Each of ten"]
    rows = []
    for band in bands:
        periods = per_period(of(f"{council}.bands.{band}"))
        each = list(dict.fromkeys(periods["instalments"]))
        count = f"{council}.homes.{band}"
        change = f"{council}.band_changes.{band}"
        rows.append([
            "A disabled" if band == "A_disabled" else band, fixed(of(f"bands.ninths.{band}"), 0),
            *([figure(of(count), "dwelling") if count in sheet else "–"] if homes else []),
            fixed(periods["year"], 2), fixed(of(change), 2, sign=True) if change in sheet else "–",
            fixed(periods["month"], 2), fixed(periods["week"], 2), " or ".join(fixed(one, 2) for one in each),
        ])  # fmt: skip
    page.heading(f"What a home pays in {year}, £")
    page.say(_sentence(projection, council, year))
    page.table(heads, rows)
    page.say("Month and week are a twelfth and a fifty-second of the year, each to the penny. The ten instalments add up to the "
             "year exactly; where two amounts are shown, the earlier instalments are the higher.", style="dim")  # fmt: skip
    share = f"{council}.homes.share_below_band_d"
    if share in sheet:
        said = in_plain_words(of(share))
        page.say(f"{said[:1].upper()}{said[1:]} of the homes ({figure(of(share), 'share')}) pay less than Band D.")


def print_whole_bill(page: Page, projection: Projection) -> None:
    """The whole bill by band, where the case has the other authorities' parts."""
    from devomodel import statements

    for line in projection.sheet:
        if line.name.endswith(".total.D") and line.tags.get("band") == "D":
            prefix = line.name.removesuffix(".D")
            page.part("Whole council tax bill by band, £ a year")
            page.statement(statements.bands(projection.figures, prefix, "Whole bill"))


def _sentence(projection: Projection, council: str, year: str) -> str:
    """Precept, tax base and Band D, with their changes, always together."""

    def of(line: str) -> float:
        return projection.value(f"{council}.{line}", year)

    parts = []
    for words, line, unit in (("Precept", "precept", "£"), ("tax base", "tax_base", ""), ("Band D", "band_d", "£")):
        pence = line == "band_d"
        now = money(of(line), pence=pence) if unit else f"{fixed(of(line), 2)} homes"
        if of(f"{line}_change_rate") == of(f"{line}_change_rate"):
            moved = f"{money(of(f'{line}_change'), sign=True, pence=pence)}, " if unit else ""
            now += f" ({moved}{figure(of(f'{line}_change_rate'), 'share', sign=True, places=2)})"
        parts.append(f"{words} {now}")
    return "; ".join(parts) + "."
