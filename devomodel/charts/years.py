"""Charts of one line over the years: before and after a change, and over options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from devomodel.charts.asked import figure_names, label_of, line_of, missing_note, option_label, single_run, year_before
from devomodel.charts.lines import Series, draw_lines
from devomodel.charts.page import MOST_BY_COLOUR, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Piece, Row, draw_rows
from devomodel.charts.words import apart, axis_words, inside, printed, said, up
from devomodel.engine import Line
from devomodel.engine.years import in_words
from devomodel.model import Projection
from devomodel.problems import DevomodelError, listed


def by_year(base: Projection, changed: Projection | None = None, line: str = "band_d_charge") -> Chart:
    """A line over the years, and the same line after a change beside it, in the line's unit.

    line  its whole name, or the last part where only one line has it
    Raises DevomodelError for a line that is not there, or is in another unit after the change.
    """
    if changed is None:
        return _drawn([base], [option_label(base)], line)
    names = [option_label(base), option_label(changed)]
    if names[0] == names[1]:
        names = ["Before the change", "After the change"]
    return _drawn([base, changed], names, line, changed=True)


def options(projections: Sequence[Projection] | Mapping[str, Projection], line: str) -> Chart:
    """The same line over options, in its unit: lines over the years, or bars for the last year when there are more than four.

    projections  in the order wanted; a mapping gives them other names than their options have
    Raises DevomodelError for no projection at all, and for a line that none of them has or that is not in the same unit in all.
    """
    runs = list(projections.values()) if isinstance(projections, Mapping) else list(projections)
    if not runs:
        raise DevomodelError("There is no option to draw. Give at least one projection.")
    names = [str(name) for name in projections] if isinstance(projections, Mapping) else figure_names(runs)
    return _drawn(runs, names, line)


def _drawn(runs: Sequence[Projection], names: Sequence[str], asked: str, changed: bool = False) -> Chart:
    owner, line = _line(runs, asked)
    of, (what, who) = str(line.unit), label_of(owner, line)
    years = sorted({year for run in runs for year in run.years})
    columns = [_column(run, line, name, years) for run, name in zip(runs, names, strict=True)]
    common = [place for place in range(len(years)) if all(isfinite(column[place]) for column in columns)]
    if not common:
        raise DevomodelError(f"'{line.name}' has no figure in any year that can be shown for {listed(names, 'and')} together.")
    ends = [column[common[-1]] for column in columns]
    year = in_words(years[common[-1]])
    start = _at_start(runs[0], line) if len(runs) == 1 else None
    if len(runs) == 1 and len(common) > 1:
        title = f"{what}: {_over_years(columns[0], years, of, start)}"
    else:
        title = _title(what, names, ends, of, year, changed)
    place = who or owner.case.title
    subtitle = f"{place}, {names[0]}" if len(runs) == 1 else place
    notes = tuple(f"{name} has no such line, and counts as {said(0.0, of)}." for run, name in zip(runs, names, strict=True)
                  if line.name not in run.sheet)  # fmt: skip
    for name, column in zip(names, columns, strict=True):
        blank = [one for one, value in zip(years, column, strict=True) if not isfinite(value)]
        notes += missing_note(blank, name if len(runs) > 1 else "")
    table = Table(f"{subtitle}: {what}", ("Year", *names),
                  tuple((in_words(one), *(column[at] if isfinite(column[at]) else None for column in columns))
                        for at, one in enumerate(years)), (of,) * len(names))  # fmt: skip
    heading = Heading(title, subtitle, axis_words(of), notes)
    if len(years) == 1 or len(runs) > MOST_BY_COLOUR:
        rows = [Row(name, (Piece(0.0, end),), said(end, of)) for name, end in zip(names, ends, strict=True)]
        told = "; ".join(f"{name} {said(end, of)}" for name, end in zip(names, ends, strict=True))
        alt = _spoken(f"Bar chart of {inside(what)}, {place}, in {year}: {told}.", notes)
        return Chart(title, alt, table, lambda width: draw_rows(rows, heading, of, width))
    series = [Series(name, tuple(column)) for name, column in zip(names, columns, strict=True)]
    before = f"; {said(start[1], of)} in {in_words(start[0])}, the year before" if start else ""
    alt = _spoken(f"Line chart of {inside(what)}, {place}: {'; '.join(_told(one, years, of) for one in series)}{before}.", notes)
    points = [in_words(one).replace(" to ", " to\n") for one in years]
    return Chart(title, alt, table, lambda width: draw_lines(series, points, heading, of, width))


def _line(runs: Sequence[Projection], asked: str) -> tuple[Projection, Line]:
    """The line asked for, from the first projection that has it: an option may add a line that the others lack."""
    refusal: DevomodelError | None = None
    for run in runs:
        try:
            return run, line_of(single_run(run), asked)
        except DevomodelError as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _column(run: Projection, line: Line, name: str, years: Sequence[str]) -> list[float]:
    """A projection's figures for the line in these years, not a number in a year it does not reach; noughts without the line."""
    if line.name not in single_run(run).sheet:
        return [0.0 if year in run.years else nan for year in years]
    found = run.sheet[line.name]
    if not found.unit.like(line.unit):
        raise DevomodelError(f"'{line.name}' is in '{found.unit}' in {name}, and in '{line.unit}' in another projection.")
    figures = dict(zip(run.years, run.by_year(line.name), strict=True))
    return [figures.get(year, nan) for year in years]


def _at_start(run: Projection, line: Line) -> tuple[str, float] | None:
    """The year before the first and a council's charge in it, where the line is that charge and the case knows it."""
    council, _, own = line.name.rpartition(".")
    at_start = f"{council}.band_d_at_start"
    if own not in ("band_d", "band_d_charge") or at_start not in run.sheet:
        return None
    value = run.value(at_start, run.years[0])
    return (year_before(run.years[0]), value) if isfinite(value) else None


def _over_years(values: Sequence[float], years: Sequence[str], of: str, start: tuple[str, float] | None) -> str:
    """What one line does from its first figure, or from the year before the case, to its last: "up £10.35 to £105.35 by …, from £95 in …".

    Where it ends as it began, a year that stands out between is told.
    """
    there = [(years[at], value) for at, value in enumerate(values) if isfinite(value)]
    told = [start, *there] if start else there
    (first_year, first), (last_year, last) = told[0], told[-1]
    if printed(first, of) != printed(last, of):
        return f"{up(first, last, of)} by {in_words(last_year)}, from {said(first, of)} in {in_words(first_year)}"
    level = printed(first, of)
    others = [one for one in told if printed(one[1], of) != level]
    if not others:
        return f"still {said(last, of)} by {in_words(last_year)}"
    most_year, most = max(others, key=lambda one: abs(printed(one[1], of) - level))
    verb = "reaches" if most > first else "falls to"
    after = f"is {said(last, of)} otherwise" if len(others) == 1 else f"is {said(last, of)} in {in_words(last_year)}, as it began"
    return f"{verb} {said(most, of)} in {in_words(most_year)}, and {after}"


def _title(what: str, names: Sequence[str], ends: Sequence[float], of: str, year: str, changed: bool) -> str:
    if len(names) == 1:
        return f"{what}: {said(ends[0], of)} in {year}"
    if changed:
        return f"{names[1]}: {inside(what)} {said(ends[1], of)} in {year}, {apart(ends[0], ends[1], of)} {inside(names[0])}"
    if len({printed(end, of) for end in ends}) == 1:
        return f"{what}: {said(ends[0], of)} in {year} in every option"
    low, high = min(range(len(ends)), key=lambda at: ends[at]), max(range(len(ends)), key=lambda at: ends[at])
    return f"{what} in {year}: from {said(ends[low], of)} ({names[low]}) to {said(ends[high], of)} ({names[high]})"


def _told(series: Series, years: Sequence[str], of: str) -> str:
    """One line in words: where it begins and ends, and its highest and lowest where those lie between."""
    there = [place for place, value in enumerate(series.values) if isfinite(value)]
    first, last = there[0], there[-1]
    words = f"{series.name} {said(series.values[first], of)} in {in_words(years[first])}"
    if last != first:
        words += f" and {said(series.values[last], of)} in {in_words(years[last])}"
    ends = {printed(series.values[first], of), printed(series.values[last], of)}
    for place, name in (
        (max(there, key=lambda at: printed(series.values[at], of)), "highest"),
        (min(there, key=lambda at: printed(series.values[at], of)), "lowest"),
    ):
        if printed(series.values[place], of) not in ends:
            words += f", {name} {said(series.values[place], of)} in {in_words(years[place])}"
    return words


def _spoken(sentence: str, notes: Sequence[str]) -> str:
    return " ".join((sentence, *notes))
