"""Rules for sharing one cost, side by side: what each party pays under each, and what it would pay alone."""

from __future__ import annotations

from collections.abc import Sequence

from devomodel.charts.asked import place_of_year, single_run
from devomodel.charts.page import BLUE, GREY, ORANGE, Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.rows import Piece, Row, draw_rows
from devomodel.charts.words import axis_words, said
from devomodel.engine.years import in_words
from devomodel.mechanisms.share_fairness import RuleRow, rules_side_by_side
from devomodel.model import Projection

POUNDS = "£"


def shares(projection: Projection, mechanism: str = "", year: str | None = None) -> Chart:
    """What each party would pay under each rule, in £ for one year. No rule is the answer.

    mechanism  the name of the cost share; not needed where only one sets rules side by side
    year       none means the first year of the case
    Raises DevomodelError where no cost share sets rules side by side, and for a year that is not in the case.
    """
    year = year or single_run(projection).years[0]
    at, found = place_of_year(projection, year), rules_side_by_side(projection, mechanism)
    parties = list(dict.fromkeys(row.party_name for row in found))
    rules = list(dict.fromkeys(row.label for row in found))
    pays = {(row.label, row.party_name): row.pays[at] for row in found}
    dearer = [row for row in found if row.more_than_alone and row.more_than_alone[at]]
    alone = {row.party_name: row.alone[at] for row in found if row.alone}
    whole = sum(pays[rules[0], party] for party in parties)
    title = _title(rules, parties, pays, [row for row in dearer if row.label == rules[0]])
    warned = "".join(f" Under {', '.join(dict.fromkeys(row.label for row in dearer if row.party_name == party))} {party} would "
                     "be better off alone." for party in dict.fromkeys(row.party_name for row in dearer))  # fmt: skip
    told = "; ".join(f"{rule}: {', '.join(f'{party} {said(pays[rule, party], POUNDS)}' for party in parties)}" for rule in rules)
    alt = f"Bar chart of a cost of {said(whole, POUNDS)} in {in_words(year)} under {len(rules)} rules. {told}.{warned}"
    notes = ("A dark mark is what the party would pay alone.",) if alone else ()
    subtitle = f"Who pays what of {said(whole, POUNDS)} in {in_words(year)}, rule by rule"
    heading = Heading(title, subtitle, f"{axis_words(POUNDS)} in {in_words(year)}", notes)
    rows = []
    for rule in rules:
        rows.append(Row(rule))
        rows += [_row(row, at) for row in found if row.label == rule]
    lines = [(rule, *(pays[rule, party] for party in parties)) for rule in rules]
    if alone:
        lines.append(("Alone", *(alone[party] for party in parties)))
    table = Table(heading.subtitle, ("Rule", *parties), tuple(lines), (POUNDS,) * len(parties))
    return Chart(title, alt, table, lambda width: draw_rows(rows, heading, POUNDS, width))


def _row(row: RuleRow, at: int) -> Row:
    """A party's bar under one rule, with a mark at what it would pay alone."""
    more = bool(row.more_than_alone and row.more_than_alone[at])
    pieces = [Piece(0.0, row.pays[at], ORANGE if more else BLUE)]
    if row.alone:
        pieces.append(Piece(row.alone[at], row.alone[at], GREY, "mark"))
    return Row(row.party_name, tuple(pieces), said(row.pays[at], POUNDS), ("better off alone",) if more else ())


def _title(rules: Sequence[str], parties: Sequence[str], pays: dict[tuple[str, str], float], dearer: Sequence[RuleRow]) -> str:
    """The finding: who would be better off alone as agreed, or else what the first party pays as agreed and otherwise."""
    if dearer:
        return f"As agreed, {dearer[0].party_name} would be better off alone"
    first = parties[0]
    others = [pays[rule, first] for rule in rules[1:]]
    low, high = said(min(others), POUNDS), said(max(others), POUNDS)
    span = low if low == high else f"{low} to {high}"
    return f"{first} pays {said(pays[rules[0], first], POUNDS)} as agreed, and {span} by other rules"
