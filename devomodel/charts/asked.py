"""What a chart was asked for, found in the projection or refused in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from devomodel.engine import Line
from devomodel.engine.years import in_words, year_label
from devomodel.mechanisms.bands import bands_of, rounded_bands
from devomodel.mechanisms.precept import Precept
from devomodel.model import Projection
from devomodel.problems import DevomodelError, listed, suggestion
from devomodel.statements import has_precept


def single_run(projection: Projection) -> Projection:
    """A projection with one figure for each year. Raises DevomodelError for one worked over draws or lanes."""
    if projection.figures.draws > 1:
        raise DevomodelError(f"This projection holds {projection.figures.draws:,} runs side by side, and a chart shows one. "
                             "Project the case without draws or lanes.")  # fmt: skip
    return projection


def council_with_precept(projection: Projection, council: str) -> str:
    """The name of a council as printed. Raises DevomodelError when it is not a party, or sets no precept in the case."""
    parties = projection.sheet.parties
    if council not in parties:
        raise DevomodelError(f"'{council}' is not a party of the case. {suggestion(council, parties)} "
                             f"The parties are {listed(parties, 'and')}.".replace("  ", " "))  # fmt: skip
    if not has_precept(projection.sheet, council):
        able = [one for one in parties if has_precept(projection.sheet, one)]
        raise DevomodelError(f"'{council}' sets no precept in this case"
                             + (f"; {listed(able, 'and')} {'do' if len(able) > 1 else 'does'}." if able else "."))  # fmt: skip
    return parties[council]


def place_of_year(projection: Projection, year: str) -> int:
    """Where a year stands in the case. Raises DevomodelError, with the years there are, when it is not one of them."""
    if year not in projection.years:
        near = suggestion(year, projection.years)
        runs = f"which runs from {projection.years[0]} to {projection.years[-1]}"
        raise DevomodelError(f"'{year}' is not a year of the case, {runs}. {near}".strip())
    return projection.years.index(year)


def line_of(projection: Projection, line: str) -> Line:
    """A line of figures by its name or the last part of it. Raises DevomodelError when there is none, or it holds yes and no."""
    found = projection.sheet[projection.full_name(line)]
    if str(found.unit) == "yes or no":
        raise DevomodelError(f"'{found.name}' holds yes or no, and a chart needs figures.")
    return found


def label_of(projection: Projection, line: Line) -> tuple[str, str]:
    """What a line is, with a capital, and whose it is when its label begins with the name of a party."""
    whose = next((name for name in projection.sheet.parties.values() if line.label.startswith(f"{name}: ")), "")
    what = line.label.removeprefix(f"{whose}: ").removesuffix(", to the penny")
    return what[:1].upper() + what[1:], whose


def option_label(projection: Projection) -> str:
    """The option's own words for itself, or its name."""
    option = projection.case.options.get(projection.option)
    return option.label if option and option.label else projection.option.replace("_", " ").capitalize()


def figure_names(projections: Sequence[Projection]) -> list[str]:
    """A name for each projection: its option, its case too where two options are called the same, a number where both are."""
    names = [option_label(one) for one in projections]
    if len(set(names)) < len(names):
        names = [f"{one.case.title}: {name}" for one, name in zip(projections, names, strict=True)]
    return [name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})" for place, name in enumerate(names)]


def year_before(year: str) -> str:
    """
    >>> year_before("2026-27")
    '2025-26'
    """
    return year_label(int(year[:4]) - 1)


def missing_note(years: Sequence[str], of: str = "") -> tuple[str, ...]:
    """A note that says which years have no figure; none when there are none."""
    if not years:
        return ()
    words = listed([in_words(year) for year in years], "and") if len(years) < 4 else (
        f"{len(years)} years, the first {in_words(years[0])}")  # fmt: skip
    return (f"There is no figure{f' for {of}' if of else ''} in {words}.",)


def charges_before(projection: Projection, council: str, place: int) -> dict[str, float]:
    """What each band paid in the year before, empty when that is not known.

    Before the first year only the Band D charge is on the sheet; the bands follow from it by the council's own rounding.
    """
    bands = bands_of(projection.sheet.nation)
    if place:
        before = projection.years[place - 1]
        return {band: projection.value(f"{council}.bands.{band}", before) for band in bands}
    at_start = f"{council}.band_d_at_start"
    if at_start not in projection.sheet:
        return {}
    first = projection.years[0]
    ninths = {band: projection.value(f"bands.ninths.{band}", first) for band in bands}
    precept = next(one for one in projection.case.variant(projection.option).mechanisms
                   if isinstance(one, Precept) and one.council == council)  # fmt: skip
    charge = projection.value(f"{council}.year_before.precept", first) / projection.value(
        f"{council}.year_before.tax_base", first
    )
    if not isfinite(charge):
        return {}
    return {band: float(amount) for band, amount in rounded_bands(charge, ninths, precept.rounding).items()}
