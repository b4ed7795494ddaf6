"""What homes pay in one year: by band, with the change, by month, week and instalment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from devomodel.cli.words import figure, fixed, in_plain_words, money
from devomodel.statements import HALF_A_PENNY

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.model import Projection


def print_charges(page: Page, projection: Projection, council: str, year: str | None = None) -> None:
    """The table of bands for a year, every figure of it a line of the sheet or the engine's own splitting of one."""
    from devomodel.engine import per_period
    from devomodel.mechanisms.bands import bands_of

    asked = year is not None
    year, why = (year, "") if year is not None else year_shown(projection, council)
    sheet = projection.sheet

    def of(line: str) -> float:
        return projection.value(line, year)

    bands = [band for band in bands_of(projection.case.nation) if f"{council}.bands.{band}" in sheet]
    homes = any(f"{council}.homes.{band}" in sheet for band in bands)
    heads = ["Band", "Ninths", *(["Homes"] if homes else []), "Year", "Change", "Month", "Week", "Ten instalments"]
    rows, instalments = [], []
    for band in bands:
        periods = per_period(of(f"{council}.bands.{band}"))
        instalments.append(periods["instalments"])
        count = f"{council}.homes.{band}"
        change = f"{council}.band_changes.{band}"
        rows.append([
            "A disabled" if band == "A_disabled" else band, fixed(of(f"bands.ninths.{band}"), 0),
            *([figure(of(count), "dwelling") if count in sheet else "–"] if homes else []),
            fixed(periods["year"], 2), fixed(of(change), 2, sign=True) if change in sheet else "–",
            fixed(periods["month"], 2), fixed(periods["week"], 2), _instalments(periods["instalments"]),
        ])  # fmt: skip
    page.heading(f"What a home pays in {year}, £")
    if not asked:
        page.say(f"Shown for {year}: {why}. Another year: --year.", style="dim")
    page.say(_sentence(projection, council, year))
    page.table(heads, rows)
    page.say("Month and week are a twelfth and a fifty-second of the year, each to the penny. The ten instalments add up to the "
             f"year exactly{_which_are_higher(instalments)}.", style="dim")  # fmt: skip
    share = f"{council}.homes.share_below_band_d"
    if share in sheet:
        said = in_plain_words(of(share))
        page.say(f"{said[:1].upper()}{said[1:]} of the homes ({figure(of(share), 'share')}) pay less than Band D.")


def year_shown(projection: Projection, council: str) -> tuple[str, str]:
    """The year that the table of charges is of when none is asked for, and why, in words.

    It is the first in which the option's Band D charge is another than without a decision; where there is none, the first
    year that is not history: not a year whose precept or charge the case gives as published.
    """
    from devomodel.model import project

    case, line = projection.case, f"{council}.band_d"
    if projection.option != case.do_nothing:
        base = project(case, case.do_nothing)
        if line in base.sheet:
            moved = zip(projection.years, projection.by_year(line), base.by_year(line), strict=True)
            differs = next((year for year, now, without in moved if abs(now - without) >= HALF_A_PENNY), None)
            if differs:
                return differs, f"the first year in which this option's Band D is another than in '{case.do_nothing}'"
    published = _published_years(projection, council)
    later = next((year for year in projection.years if year not in published), None)
    if published and later:
        return later, "the first year after those published"
    return projection.years[0], "the first year of the case"


def _published_years(projection: Projection, council: str) -> set[str]:
    """The years whose precept or Band D charge the case gives as published, in any of its options."""
    found: set[str] = set()
    for variant in projection.case.variants.values():
        for one in variant.mechanisms:
            if getattr(one, "council", "") == council:
                for given in (getattr(one, "precept", None), getattr(one, "band_d_charge", None)):
                    if given is not None and given.basis == "published" and given.by_year:
                        found |= set(given.by_year)
    return found


def _instalments(amounts: Sequence[float]) -> str:
    """Ten instalments in words: 10 × 7.62, or 4 × 7.63, 6 × 7.62 with the first of them first."""
    counts: dict[float, int] = {}
    for one in amounts:
        counts[one] = counts.get(one, 0) + 1
    return ", ".join(f"{count} × {fixed(one, 2)}" for one, count in counts.items())


def _which_are_higher(instalments: Sequence[Sequence[float]]) -> str:
    """An example, from the table itself, of how its instalments are to be read; nothing where all are equal."""
    for amounts in instalments:
        first, *others = dict.fromkeys(amounts)
        if others:
            count = list(amounts).count(first)
            return (f": {_instalments(amounts)} means that the first {count} are {money(first, pence=True)} and the others "
                    f"{money(others[0], pence=True)}")  # fmt: skip
    return ""


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
