"""Charts by band: what a home in each band pays, and how many homes there are in each."""

from __future__ import annotations

from collections.abc import Mapping

from devomodel.charts.asked import charges_before, council_with_precept, place_of_year, single_run, year_before
from devomodel.charts.page import BLUE, GREY, ORANGE, TEAL, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Piece, Row, draw_rows
from devomodel.charts.words import axis_words, moved, number, percent, rises, said, signed
from devomodel.engine.years import in_words
from devomodel.mechanisms.bands import DISABLED, band_label, bands_of
from devomodel.model import Projection
from devomodel.problems import DevomodelError

CHARGE = "£/dwelling"
BELOW_D = (DISABLED, "A", "B", "C")


def bill_by_band(projection: Projection, council: str, year: str) -> Chart:
    """What a home in each band pays a council in a year, in £ a year to the penny, and how much that moves from the year before.

    Raises DevomodelError for a council that sets no precept in the case, and for a year that is not in it.
    """
    who, place = council_with_precept(single_run(projection), council), place_of_year(projection, year)
    bands = bands_of(projection.sheet.nation)
    now = {band: projection.value(f"{council}.bands.{band}", year) for band in bands}
    before = charges_before(projection, council, place)
    this, last = in_words(year), in_words(year_before(year))
    low, high = bands[0], bands[-1]
    span = f"from {said(now[low], CHARGE)} in {band_label(low)} to {said(now[high], CHARGE)} in {band_label(high)}"
    if before:
        title = f"Band D {rises(before['D'], now['D'], CHARGE)} in {this}"
        more = f" Band D was {said(before['D'], CHARGE)} in {last} and is {said(now['D'], CHARGE)} in {this}."
        notes: tuple[str, ...] = ()
    else:
        title, more = f"Band D is {said(now['D'], CHARGE)} in {this}", ""
        notes = (f"No change is shown: the charge in {last} is not in the case.",)
    alt = f"Bar chart of what a home in each band pays {who} in {this}, {span}.{more or ' ' + notes[0]}"
    rows = [_charge_row(band, now, before, (last, this) if band == high else ()) for band in bands]
    heading = Heading(title, f"{who}: what a home in each band pays in {this}", axis_words(CHARGE), notes)
    return Chart(title, alt, _charges_table(heading.subtitle, now, before, last, this),
                 lambda width: draw_rows(rows, heading, CHARGE, width))  # fmt: skip


def _charge_row(band: str, now: Mapping[str, float], before: Mapping[str, float], years: tuple[str, ...]) -> Row:
    amount = said(now[band], CHARGE)
    if not before:
        return Row(band_label(band), (Piece(0.0, now[band]),), amount)
    change = moved(before[band], now[band], CHARGE)
    words = f"{amount} ({signed(change, CHARGE) if change else 'no change'})"
    if not change:
        return Row(band_label(band), (Piece(0.0, now[band]),), words)
    last, this = years or ("", "")
    if change > 0:
        return Row(band_label(band), (Piece(0.0, before[band]), Piece(before[band], now[band], ORANGE)), words,
                   (last, "rise") if years else ())  # fmt: skip
    return Row(band_label(band), (Piece(0.0, now[band]), Piece(now[band], before[band], GREY, "outline")), words,
               (this, "fall") if years else ())  # fmt: skip


def _charges_table(caption: str, now: Mapping[str, float], before: Mapping[str, float], last: str, this: str) -> Table:
    if not before:
        return Table(caption, ("Band", this), tuple((band_label(band), amount) for band, amount in now.items()), (CHARGE,))
    rows = tuple((band_label(band), before[band], amount, moved(before[band], amount, CHARGE)) for band, amount in now.items())
    return Table(caption, ("Band", last, this, "Change"), rows, (CHARGE,) * 3)


def homes_by_band(projection: Projection, council: str, year: str | None = None) -> Chart:
    """How many homes there are in each band of a council's area, and what share of them pays less than Band D.

    year  none means the first year of the case
    Raises DevomodelError when the case does not hold the homes by band.
    """
    year = year or single_run(projection).years[0]
    who, _ = council_with_precept(single_run(projection), council), place_of_year(projection, year)
    every = f"{council}.homes.all"
    if every not in projection.sheet:
        raise DevomodelError(f"The homes in each band of '{council}' are not in the case. Give them as dwellings in a mechanism "
                             "with use: tax_base_from_dwellings.")  # fmt: skip
    homes = {band: projection.value(f"{council}.homes.{band}", year) for band in bands_of(projection.sheet.nation)
             if f"{council}.homes.{band}" in projection.sheet}  # fmt: skip
    share = projection.value(f"{council}.homes.share_below_band_d", year)
    below = sum(count for band, count in homes.items() if band in BELOW_D)
    above = sum(homes.values()) - below
    this = in_words(year)
    title = f"{percent(share)} of homes pay less than Band D"
    most = max(homes, key=lambda band: homes[band])
    alt = (f"Bar chart of the homes in each band of the area of {who} in {this}: {number(below)} of "
           f"{number(projection.value(every, year))} homes, {percent(share)}, pay less than Band D. "
           f"The band with most homes is {band_label(most)}, with {number(homes[most])}.")  # fmt: skip
    rows = []
    for words, group, colour in (("Pay less than Band D", [band for band in homes if band in BELOW_D], BLUE),
                                 ("Pay Band D or more", [band for band in homes if band not in BELOW_D], TEAL)):  # fmt: skip
        if group:
            rows.append(Row(f"{words}: {number(below if colour == BLUE else above)} homes"))
            rows += [Row(band_label(band), (Piece(0.0, homes[band], colour),), number(homes[band])) for band in group]
    heading = Heading(title, f"{who}: homes in each band in {this}", axis_words("dwelling"))
    table = Table(
        heading.subtitle, ("Band", "Homes"), tuple((band_label(band), count) for band, count in homes.items()), ("dwelling",)
    )
    return Chart(title, alt, table, lambda width: draw_rows(rows, heading, "dwelling", width))
