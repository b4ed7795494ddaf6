"""Who pays for what: the sources of an account's money stacked by year, up to what is spent."""

from __future__ import annotations

from collections.abc import Sequence

from devomodel import funding as sources_of_money
from devomodel.charts.asked import single_run
from devomodel.charts.page import BLUE, GREY, LILAC, ORANGE, PLUM, TEAL, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Key, Piece, Row, draw_rows
from devomodel.charts.words import axis_words, inside, percent, said
from devomodel.engine.years import in_words
from devomodel.model import Projection
from devomodel.problems import DevomodelError, listed, suggestion
from devomodel.statements import HALF_A_PENNY

LOOKS = ((BLUE, ""), (ORANGE, "////"), (TEAL, "||||"), (PLUM, "\\\\\\\\"), (LILAC, "xxxx"), (GREY, "----"))
"""Colour and hatching of each source in turn: no two are told apart by colour alone."""

GAP = "Gap, not funded"
SHORT = {
    "Gap, not funded (− made good)": GAP,
    "In hand from other years (− kept for later)": "In hand from other years, or left of nought kept for later",
    "Taken from reserves (− put to them)": "Taken from reserves, or left of nought put to them",
    "Own budget, outside this case (− left for it)": "Own budget outside this case, or left of nought left for it",
}
"""Rows that make the sources sum to the spending, as the key of a chart names them."""

POUNDS = "£"


def funding(projection: Projection, council: str, account: str = "capital") -> Chart:
    """Who pays for an account of a council, by party, year and how sure it is, in £ for the spending of each year.

    account  capital, revenue or in_kind
    Raises DevomodelError for a party or an account that is not there, and where nothing is spent on it.
    """
    parties = single_run(projection).sheet.parties
    if council not in parties:
        raise DevomodelError(f"'{council}' is not a party of the case. {suggestion(council, parties)}".strip())
    if account not in sources_of_money.TITLES:
        raise DevomodelError(f"'{account}' is not an account. Write {listed(sources_of_money.TITLES)}.")
    table = sources_of_money.funding(projection.figures, council, account)
    spending = next(row for row in table if row.kind == "total").values
    whole, who = sum(spending), parties[council]
    what = inside(sources_of_money.SPENDING[account])
    if whole < HALF_A_PENNY:
        raise DevomodelError(f"{who} has no {what} in this option, so there is nothing to pay for.")
    parts = _parts([(SHORT.get(row.label, row.label), row.values) for row in table if row.adds])
    looks = {name: _look(name, place) for place, name in enumerate(parts)}
    years = [place for place, amount in enumerate(spending)
             if abs(amount) >= HALF_A_PENNY or any(abs(values[place]) >= HALF_A_PENNY for values in parts.values())]  # fmt: skip
    title = _title(parts, whole, what)
    span = in_words(projection.years[years[0]]), in_words(projection.years[years[-1]])
    told = "; ".join(f"{name} {said(sum(values), POUNDS)}, {percent(sum(values) / whole)}" for name, values in parts.items()
                     if abs(sum(values)) >= HALF_A_PENNY)  # fmt: skip
    over = f"in {span[0]}" if span[0] == span[1] else f"from {span[0]} to the end of {span[1]}"
    alt = f"Stacked bar chart of who pays for {who}: {what} of {said(whole, POUNDS)} {over}. In all: {told}."
    idle = len(projection.years) - len(years)
    notes = (
        (f"{idle} year{'s' if idle > 1 else ''} with nothing to pay for {'are' if idle > 1 else 'is'} left out.",) if idle else ()
    )
    heading = Heading(title, f"{who}: {sources_of_money.TITLES[account]}", f"{axis_words(POUNDS)}, for the spending of each year",
                      (*notes, *((table.note,) if table.note else ())))  # fmt: skip
    rows = [Row(in_words(projection.years[place]), _stacked({name: values[place] for name, values in parts.items()}, looks),
                said(spending[place], POUNDS)) for place in years]  # fmt: skip
    keys = [Key(f"{name}: {said(sum(values), POUNDS)}", looks[name]) for name, values in parts.items()]
    figures = Table(heading.subtitle, ("Year", *parts, sources_of_money.SPENDING[account]),
                    tuple((in_words(year), *(values[place] for values in parts.values()), spending[place])
                          for place, year in enumerate(projection.years)), (POUNDS,) * (len(parts) + 1))  # fmt: skip
    return Chart(title, alt, figures, lambda width: draw_rows(rows, heading, POUNDS, width, keys=keys))


def _parts(rows: Sequence[tuple[str, Sequence[float]]]) -> dict[str, tuple[float, ...]]:
    """Sources with the same name together, those without a figure left out, and the smallest of too many as one."""
    found: dict[str, tuple[float, ...]] = {}
    for name, values in rows:
        before = found.get(name, (0.0,) * len(values))
        found[name] = tuple(one + other for one, other in zip(before, values, strict=True))
    found = {name: values for name, values in found.items() if max(map(abs, values)) >= HALF_A_PENNY}
    gap = found.pop(GAP, None)
    if len(found) > len(LOOKS):
        largest = sorted(found, key=lambda name: -sum(map(abs, found[name])))[: len(LOOKS) - 1]
        others = [values for name, values in found.items() if name not in largest]
        found = {name: values for name, values in found.items() if name in largest}
        found["Other sources"] = tuple(sum(together) for together in zip(*others, strict=True))
    return found if gap is None else {**found, GAP: gap}


def _look(name: str, place: int) -> Piece:
    if name == GAP:
        return Piece(0.0, 0.0, GREY, "outline")
    colour, hatch = LOOKS[place]
    return Piece(0.0, 0.0, colour, hatch=hatch)


def _stacked(amounts: dict[str, float], looks: dict[str, Piece]) -> tuple[Piece, ...]:
    """The pieces of one year: what adds to the right of nought, what is put by to its left."""
    pieces, ends = [], {True: 0.0, False: 0.0}
    for name, amount in amounts.items():
        if abs(amount) >= HALF_A_PENNY:
            side, look = amount > 0, looks[name]
            pieces.append(Piece(ends[side], ends[side] + amount, look.colour, look.look, look.hatch))
            ends[side] += amount
    return tuple(pieces) or (Piece(0.0, 0.0, GREY, "mark"),)


def _title(parts: dict[str, tuple[float, ...]], whole: float, what: str) -> str:
    """The finding: a gap before anything else, then who pays most."""
    gap = sum(parts.get(GAP, ()))
    if gap >= HALF_A_PENNY:
        return f"{said(gap, POUNDS)} of {said(whole, POUNDS)} of {what} has no funder"
    largest = max(parts, key=lambda name: sum(parts[name]))
    share = sum(parts[largest]) / whole
    return f"{largest} pays {'all' if percent(share) == '100%' else percent(share)} of {said(whole, POUNDS)} of {what}"
