"""Money that ends: what is paid year by year, a mark where it stops, and one sentence on who pays then."""

from __future__ import annotations

import re

from devomodel.charts.asked import single_run
from devomodel.charts.lines import Mark, Series, draw_lines
from devomodel.charts.page import Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.words import axis_words, inside, said
from devomodel.cliffs import HALF_A_PENNY, Cliff, find_cliffs
from devomodel.engine.years import in_words
from devomodel.model import Projection
from devomodel.problems import DevomodelError, listed, suggestion

POUNDS, CHARGE = "£", "£/Band D home"
OPENINGS = ("Spending ", "Who ", "Without ", "It ")
"""How sentences about a cliff begin, but for those that begin with a name."""


def cliff(projection: Projection, payment: str = "") -> Chart:
    """A payment over the years with the year in which it stops, and the spending that goes on where the case says it, in £ a year.

    payment  the name of its mechanism or of its line, or its label; none means the one whose end moves Band D most
    Raises DevomodelError where nothing that a party receives ends, or none is called that.
    """
    one = _asked(projection, find_cliffs(single_run(projection)), payment)
    years = projection.years
    spending = projection.sheet[one.lines[0]].tags.get("spending_left", "")
    series = [Series(one.label, one.paid)]
    if spending in projection.sheet:
        goes_on = f"Cost of {one.pays_for}" if one.pays_for else "Spending that goes on"
        series.append(Series(goes_on, tuple(projection.by_year(spending))))
    sentence = in_full(one.sentence)
    title = _title(one)
    heading = Heading(title, f"{one.payee_name}: {one.label}", f"{axis_words(POUNDS)} a year", (sentence,))
    start = next(at for at, value in enumerate(one.paid) if abs(value) >= HALF_A_PENNY)
    _, _, after = sentence.partition(". ")
    told = "; ".join(inside(part) if part.startswith(OPENINGS) else part for part in after.rstrip(".").split(". "))
    last = one.last_year if one.inside else one.effect_year
    ends = "" if years[start] == last else f", {said(one.in_last_year, POUNDS)} in {in_words(last)}"
    stops = f", and nothing from {in_words(one.first_year_without)}" if one.inside else ""
    alt = f"Line chart of {one.label}: {said(one.paid[start], POUNDS)} in {in_words(years[start])}{ends}{stops}; {told}."
    table = Table(heading.subtitle, ("Year", *(line.name for line in series)),
                  tuple((in_words(year), *(line.values[at] for line in series)) for at, year in enumerate(years)),
                  (POUNDS,) * len(series))  # fmt: skip
    mark = Mark(years.index(one.first_year_without), f"nothing from {in_words(one.first_year_without)}") if one.inside else None
    points = [in_words(year).replace(" to ", " to\n") for year in years]
    return Chart(title, alt, table, lambda width: draw_lines(series, points, heading, POUNDS, width, mark))


def in_full(sentence: str) -> str:
    """A sentence with its years as the public reads them.

    >>> in_full("Nothing from 2031-32.")
    'Nothing from 2031 to 2032.'
    """
    return re.sub(r"\b\d{4}-\d{2}\b", lambda year: in_words(year[0]), sentence)


def weight(one: Cliff) -> tuple[bool, float, float]:
    """What makes one cliff matter more than another: that a budget rests on it, then what it does to Band D, then its size."""
    rests_on_it = not (one.once and one.account == "capital")
    return rests_on_it, sum(abs(effect.band_d) for effect in one.effects), one.in_last_year


def _asked(projection: Projection, found: list[Cliff], payment: str) -> Cliff:
    if not found:
        raise DevomodelError("Nothing that a party receives ends in this option, so there is no cliff to draw.")
    if not payment:
        return max(found, key=weight)
    names = {name: one for one in found for name in (one.label, *one.lines, *(line.split(".")[0] for line in one.lines))}
    if payment not in names:
        ending = listed(sorted({one.lines[0].split(".")[0] for one in found}), "and")
        raise DevomodelError(
            f"'{payment}' is not a payment that ends. {suggestion(payment, names)} These end: {ending}.".replace("  ", " ")
        )
    return names[payment]


def _title(one: Cliff) -> str:
    """The finding: when it ends, what that does to Band D, and whether it is agreed who pays then."""
    when = f"ends in {in_words(one.last_year)}" if one.last_year else "has no agreed end"
    moved = [effect for effect in one.effects if abs(effect.band_d) >= HALF_A_PENNY]
    title = f"{one.label} {when}"
    if moved:
        largest = max(moved, key=lambda effect: abs(effect.band_d))
        move = f"{said(abs(largest.band_d), CHARGE)} {'more' if largest.band_d > 0 else 'less'} at Band D"
        title += f": {move} the year after" if one.inside else f": without it {move}"
    elif one.spending_left is not None:
        title += f", and {said(one.spending_left, POUNDS)} of spending goes on"
    if one.once and one.account == "capital":
        return title
    if one.account == "capital" and one.spending_left is None and not one.effects and not one.agreed:
        return f"{title}, and no yearly budget rests on it"
    return f"{title}; {one.picked_up_by} picks it up" if one.agreed else f"{title}, and who pays is not agreed"
