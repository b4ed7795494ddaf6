"""What capital schemes and their loans cost by year: what is bought, what is renewed, and what revenue bears."""

from __future__ import annotations

from collections.abc import Sequence

from devomodel.charts.asked import single_run
from devomodel.charts.page import BLUE, GREY, ORANGE, PLUM, TEAL, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Key, Piece, Row, draw_rows
from devomodel.charts.words import axis_words, said
from devomodel.engine.years import in_words
from devomodel.mechanisms.borrowing import Borrowing
from devomodel.mechanisms.capital_scheme import CapitalScheme
from devomodel.model import Projection
from devomodel.problems import DevomodelError, suggestion
from devomodel.statements import HALF_A_PENNY

POUNDS = "£"
PARTS = (
    ("Capital, built or bought", "capital_cost", BLUE, ""), ("Capital, renewals", "renewal_cost", TEAL, "||||"),
    ("Revenue, running costs and sums set aside, less income", "revenue_cost", ORANGE, "////"),
)  # fmt: skip
"""What a scheme writes that is told apart, with its colour and hatching."""

LOANS = "Revenue, cost of loans"

WHOLE = (
    "Capital is shown whole, whoever pays for it. What revenue sets aside for renewals, and repays of loans, pays for part of it, so "
    "the two do not add up to one cost."
)


def scheme_costs(projection: Projection, council: str = "") -> Chart:
    """What a council's capital schemes and loans cost in each year, in £: capital against revenue.

    council  its key; not needed where only one has a scheme or a loan
    Raises DevomodelError where nobody has one, and for a party that has none.
    """
    parties = single_run(projection).sheet.parties
    found = projection.case.variant(projection.option).mechanisms
    owners = list(dict.fromkeys(one.council for one in found if isinstance(one, CapitalScheme | Borrowing)))
    if not owners or (council and council not in owners):
        near = suggestion(council, owners) if owners else "Add a mechanism with use: capital_scheme."
        who = f"'{council}' has" if council else "This option has"
        raise DevomodelError(f"{who} no capital scheme and no loan. {near}".strip())
    council = council or owners[0]
    parts = _parts(projection, council, [one.name for one in found if isinstance(one, CapitalScheme) and one.council == council])
    capital, revenue = (
        sum(sum(values) for name, (values, _) in parts.items() if name.startswith(side)) for side in ("Capital", "Revenue")
    )
    count = len(projection.years)
    title = f"Over {count} years: {said(capital, POUNDS)} of capital, and {said(revenue, POUNDS)} to find from revenue"
    told = "; ".join(f"{name} {said(sum(values), POUNDS)}" for name, (values, _) in parts.items())
    span = f"from {in_words(projection.years[0])} to the end of {in_words(projection.years[-1])}"
    alt = f"Stacked bar chart of what {parties[council]} spends on its schemes and loans {span}. In all: {told}."
    both = ": capital + revenue" if capital and revenue else ""
    heading = Heading(title, f"{parties[council]}: cost of schemes and loans by year", f"{axis_words(POUNDS)} in each year{both}",
                      (WHOLE,))  # fmt: skip
    sides = {side: [sum(values[place] for name, (values, _) in parts.items() if name.startswith(side)) for place in range(count)]
             for side in ("Capital", "Revenue")}  # fmt: skip
    rows = [Row(in_words(year), _stacked([(values[place], look) for values, look in parts.values()]),
                " + ".join(said(one[place], POUNDS) for one in sides.values() if any(one)))
            for place, year in enumerate(projection.years)]  # fmt: skip
    keys = [Key(f"{name}: {said(sum(values), POUNDS)}", look) for name, (values, look) in parts.items()]
    figures = Table(heading.subtitle, ("Year", *parts),
                    tuple((in_words(year), *(values[place] for values, _ in parts.values()))
                          for place, year in enumerate(projection.years)), (POUNDS,) * len(parts))  # fmt: skip
    return Chart(title, alt, figures, lambda width: draw_rows(rows, heading, POUNDS, width, keys=keys))


def _parts(projection: Projection, council: str, schemes: Sequence[str]) -> dict[str, tuple[tuple[float, ...], Piece]]:
    """Each kind of cost that there is, by year, with how it is drawn."""
    found: dict[str, tuple[tuple[float, ...], Piece]] = {}
    for name, line, colour, hatch in PARTS:
        of_each = [projection.by_year(f"{scheme}.{line}") for scheme in schemes]
        found[name] = (tuple(sum(one) for one in zip(*of_each, strict=True)), Piece(0.0, 0.0, colour, hatch=hatch))
    if f"{council}.loan_cost" in projection.sheet:
        found[LOANS] = (tuple(projection.by_year(f"{council}.loan_cost")), Piece(0.0, 0.0, PLUM, hatch="\\\\\\\\"))
    return {name: (values, look) for name, (values, look) in found.items() if any(abs(one) >= HALF_A_PENNY for one in values)}


def _stacked(amounts: Sequence[tuple[float, Piece]]) -> tuple[Piece, ...]:
    """The pieces of one year: costs to the right of nought, more income than cost to its left."""
    pieces, ends = [], {True: 0.0, False: 0.0}
    for amount, look in amounts:
        if abs(amount) >= HALF_A_PENNY:
            side = amount > 0
            pieces.append(Piece(ends[side], ends[side] + amount, look.colour, look.look, look.hatch))
            ends[side] += amount
    return tuple(pieces) or (Piece(0.0, 0.0, GREY, "mark"),)
