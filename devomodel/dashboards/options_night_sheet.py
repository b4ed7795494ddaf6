"""The results sheet of an options night: one or two pages to print, to keep as a file, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from devomodel.dashboards.options_night_moves import Balance, Heading, Mix, cut_short
from devomodel.dashboards.options_night_views import (
    Figure,
    base_of,
    budget_rows,
    capital,
    changes,
    in_order,
    label_of,
    number_of,
    standing,
)
from devomodel.dashboards.shown import NONE, charge, csv_text, said, to_penny, year_words
from devomodel.mechanisms.bands import band_label
from devomodel.model import Projection
from devomodel.reports.residents_words import failing, rests_on

if TYPE_CHECKING:
    from devomodel.reports.residents_figures import CouncilFigures, Residents

MOST_ASSUMED = 18
"""Assumptions that are printed; the files that can be downloaded hold all of them."""

MOST_CHANGES = 5
ADVISES = "This advises. The council decides."
SHEET_STYLE = """body{font:1rem/1.4 system-ui,"Segoe UI",Roboto,Arial,sans-serif;color:#0b0c0c;max-width:60rem;margin:0 auto;padding:1rem}
h1,h2{line-height:1.2}table{border-collapse:collapse;width:100%;margin:0 0 1rem}caption{text-align:left;font-weight:700;padding:.4rem 0}
th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .6rem .3rem 0;text-align:right;vertical-align:top}
th[scope=row],thead th:first-child,.words{text-align:left}ul{padding-left:1.2rem}
.blank{display:inline-block;min-width:14rem;border-bottom:1px solid #0b0c0c}
.made-up{border:2px solid #594d00;background:#fff7bf;padding:.3rem .6rem;font-weight:700}
@media print{body{font-size:9pt;max-width:none;padding:0}table{break-inside:avoid}}@page{size:A4;margin:12mm}"""


@dataclass(frozen=True)
class Choice:
    """One choice of the hall that is not where it started."""

    label: str
    before: str
    after: str
    figure_before: float
    figure: float
    more: float


@dataclass(frozen=True)
class Night:
    """All that the results sheet says.

    begins   the starting position, in words
    hands    label → hands counted
    open_, fixed   headings that the hall could move, and those it could not, with the reason
    status   whether the result is recorded, in words
    """

    told: Residents
    council: CouncilFigures
    mix: Mix
    found: Balance
    whole: Projection
    year: str
    band: str
    begins: str
    rule: str
    status: str
    choices: Sequence[Choice]
    hands: Sequence[tuple[str, int]]
    open_: Sequence[Heading]
    fixed: Sequence[tuple[Heading, str]]
    meeting: str = ""
    use: str = ""
    figures: dict[str, Figure] = field(default_factory=dict)

    def __post_init__(self) -> None:
        nothing = self.told.projections[self.told.case.do_nothing]
        for option in in_order(self.told):
            if option in self.council.views:
                self.figures[option] = Figure(self.told.projections[option], nothing, self.council.key, self.year, self.band)

    @property
    def own(self) -> Figure:
        return Figure(self.found.shown, self.mix.nothing, self.council.key, self.year, self.band)


def _rows(night: Night) -> list[tuple[str, Figure | None, Projection, int | None]]:
    """Each option and then the hall's own choices: what it is called, its figures, its projection, the hands for it."""
    counted = dict(night.hands) if any(one for _, one in night.hands) else {}
    made: list[tuple[str, Figure | None, Projection, int | None]] = []
    for option in in_order(night.told):
        label = f"Option {number_of(night.told, option)}. {label_of(night.told, option)}"
        made.append((label, night.figures.get(option), night.told.projections[option], counted.get(option)))
    return [*made, ("The hall’s own choices", night.own, night.whole, counted.get("mix"))]


def sheet(night: Night, whole: bool = False) -> str:
    """The results sheet as HTML, without a page around it. `whole` prints every assumption and change."""
    case = night.told.case
    made_up = '<p class="made-up">Made-up figures, to show the tool</p>' if case.illustrative else ""
    when = escape(night.meeting) if night.meeting else '<span class="blank"></span>'
    parts = [f"<h2>Results of the options night</h2>{made_up}<p><strong>{escape(case.title)}</strong><br>{escape(night.council.name)}</p>"
             f"<p>Date of the meeting: {when}</p><p><strong>Starting position: {escape(night.begins)}</strong><br>{escape(night.rule)}</p>",
             _options_table(night), _changes(night, whole), _choices(night), _hands_left(night), _rejected(night), _open(night),
             _assumed(night, whole)]  # fmt: skip
    parts.append(f"<p><strong>{ADVISES}</strong> {escape(night.use)}</p>")
    ids = "; ".join(f"{name.partition('.')[0]} {one.run_id}" for name, _, one, _ in _rows(night))
    parts.append(
        f'<p class="small">Run ids: {escape(ids)}.{f" Answers for the case: {escape(case.owner)}." if case.owner else ""}</p>'
    )
    return "".join(parts)


def _options_table(night: Night) -> str:
    head = ["", f"Band D, {year_words(night.year)}", f"{band_label(night.band)} home: change on the year before",
            f"{band_label(night.band)} home: difference from {base_of(night.told)}", "Precept",
            f"Reserves, end of {year_words(night.told.years[-1])}", "Hands"]  # fmt: skip
    body = ""
    for label, figure, _, hands in _rows(night):
        if figure is None:
            cells = ["no charge", "", "", "", "", "" if hands is None else f"{hands:,}"]
        else:
            moves = [f"{more} {below}".strip() or NONE for _, more, below in figure.moves()]
            cells = [charge(figure.band_d), *moves, said(figure.precept, "£"), said(figure.reserves, "£"),
                     "" if hands is None else f"{hands:,}"]  # fmt: skip
        written = "".join(f"<td>{escape(one).replace(' a year, ', ' a year<br>')}</td>" for one in cells)
        body += f"<tr><th scope=row>{escape(label)}</th>{written}</tr>"
    columns = "".join(f"<th scope=col>{escape(one)}</th>" for one in head)
    return _scrolled("The options", f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody>")


def _scrolled(caption: str, rows: str) -> str:
    """A table in a box that scrolls by itself on a phone."""
    return (f'<div class="dm-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption>'
            f"{rows}</table></div>")  # fmt: skip


def _changes(night: Night, whole: bool) -> str:
    items = ""
    for option in in_order(night.told):
        name = f"Option {number_of(night.told, option)}"
        said_of = changes(night.told, option, night.council.key) if option in night.council.views else []
        if len(said_of) > MOST_CHANGES and not whole:
            said_of = [*said_of[:MOST_CHANGES], f"and {len(said_of) - MOST_CHANGES} more, in the file download"]
        fails = failing(night.told.projections[option])
        told = "; ".join(said_of) or (
            "The option that the others are compared with" if option == night.told.case.do_nothing else "No heading changes"
        )
        failed = f" Fails: {escape(' '.join(fails))}" if fails else ""
        items += f"<li>{name}: {escape(told)}.{failed}</li>"
    return f"<h3>What each option changes</h3><ul>{items}</ul>"


def _choices(night: Night) -> str:
    rows = "".join(f"<tr><th scope=row>{escape(one.label)}</th><td class=words>{escape(one.before)} → {escape(one.after)}</td>"
                   f"<td>{escape(said(one.figure_before, '£'))} → {escape(said(one.figure, '£'))}</td>"
                   f"<td>{escape(charge(one.more, signed=True))}</td></tr>" for one in night.choices)  # fmt: skip
    head = ("<thead><tr><th scope=col>Heading</th><th scope=col class=words>From and to</th>"
            f"<th scope=col>In {year_words(night.year)}</th><th scope=col>At Band D, by itself</th></tr></thead>")  # fmt: skip
    none = "<p>The hall made no choice of its own.</p>"
    table = _scrolled("Choices the hall made", f"{head}<tbody>{rows}</tbody>") if rows else none
    sums = "; ".join(f"{what.lower()} {figure}{f' ({below})' if below else ''}"
                     for what, figure, below in budget_rows(night.found, night.council.key, night.year))  # fmt: skip
    sums = f"{sums[:1].upper()}{sums[1:]}. At the target: {standing(night.found)}."
    return (f"<h3>The hall’s own choices</h3>{table}<p>{escape(sums)}</p>"
            f"<p><strong>{escape(night.status)}</strong></p>")  # fmt: skip


def _hands_left(night: Night) -> str:
    counted = dict(night.hands)
    total = sum(counted.values())
    if not total:
        return "<p>Hands were not counted.</p>"
    return f"<p>Undecided: {counted.get('undecided', 0):,}. All hands: {total:,}. Hands are counts only; no names are kept.</p>"


def _rejected(night: Night) -> str:
    rows = "".join(f"<li><strong>{escape(one.option)}</strong>: {escape(one.reason)}</li>" for one in night.told.case.rejected)
    return f"<h3>Looked at and not taken</h3>{f'<ul>{rows}</ul>' if rows else '<p>The case names none.</p>'}"


def _open(night: Night) -> str:
    open_ = ", ".join(one.label for one in night.open_) or "nothing"
    fixed = "".join(
        f"<li>{escape(one.label)}: {escape(f'{why} {capital(cut_short(one.note)[0])}'.strip())}</li>" for one, why in night.fixed
    )
    return (f"<h3>What was open, and what was not</h3><p>Open: {escape(open_)}.</p>"
            f"{f'<p>Not open:</p><ul class=cols>{fixed}</ul>' if fixed else '<p>Nothing was kept back.</p>'}")  # fmt: skip


def _assumed(night: Night, whole: bool) -> str:
    """The figures it rests on, the least firm first, for those are the ones to ask about; homes by band come last."""
    every = [(basis, one) for basis, _, ones in reversed(rests_on(night.told)) for one in ones]
    every.sort(key=lambda one: "Band " in one[1].label)  # homes by band are many, and seldom in dispute
    shown = every if whole else every[:MOST_ASSUMED]
    items = "".join(f"<li>{escape(capital(one.label))}: {escape(one.figure)}{f' ({escape(one.note)})' if one.note and whole else ''}"
                    f"{f'. Source: {escape(one.source)}' if one.source and whole else ''} <em>{escape(basis.lower())}</em></li>"
                    for basis, one in shown)  # fmt: skip
    left = len(every) - len(shown)
    more = f"<p>And {left} more, each with its basis and note, in the HTML file of these results.</p>" if left else ""
    return f"<h3>What the figures rest on</h3><ul class=cols>{items}</ul>{more}"


def stand_alone(night: Night) -> str:
    """The results as a page of their own, which needs nothing else."""
    title = f"Results of the options night: {night.council.name}"
    content = sheet(night, whole=True).replace("<h2>", "<h1>", 1).replace("</h2>", "</h1>", 1)
    content = content.replace("<h3>", "<h2>").replace("</h3>", "</h2>")
    return ('<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(title)}</title><style>{SHEET_STYLE}</style></head><body><main>"
            f"{content}</main></body></html>\n")  # fmt: skip


def as_rows(night: Night) -> str:
    """The results for a spreadsheet: one thing in a row, money to the penny."""
    rows: list[tuple[str, str, str, Any, str]] = [
        ("meeting", night.told.case.title, "council", night.council.name, ""), ("meeting", "", "date", night.meeting, ""),
        ("meeting", "", "starting position", night.begins, ""), ("meeting", "", "charge", night.rule, ""),
        ("meeting", "", "year", night.year, ""), ("meeting", "", "band", night.band, ""),
        ("meeting", "", "result", night.status, "")]  # fmt: skip
    home = f"{band_label(night.band)} home"
    for label, figure, projection, hands in _rows(night):
        if figure is not None:
            rows += [("option", label, "Band D charge", to_penny(figure.band_d), "£/Band D home"),
                     ("option", label, f"{home}, charge", to_penny(figure.home), "£ a year"),
                     ("option", label, f"{home}, change on the year before", to_penny(figure.change), "£ a year"),
                     ("option", label, f"{home}, change on the year before, by the week", to_penny(figure.change_week), "£ a week"),
                     ("option", label, f"{home}, difference from {figure.base}", to_penny(figure.more), "£ a year"),
                     ("option", label, f"{home}, difference from {figure.base}, by the week", to_penny(figure.week), "£ a week"),
                     ("option", label, "precept", to_penny(figure.precept), "£"),
                     ("option", label, f"reserves at the end of {figure.last}", to_penny(figure.reserves), "£")]  # fmt: skip
        rows += [("option", label, "run id", projection.run_id, ""), ("option", label, "hands", hands, "hands")]
        rows += [("option", label, "check that does not hold", one, "") for one in failing(projection)]
    for one in night.choices:
        rows += [("choice", one.label, f"{one.before} became {one.after}", to_penny(one.figure), "£"),
                 ("choice", one.label, "by itself at Band D", to_penny(one.more), "£/Band D home")]  # fmt: skip
    rows.append(("hands", "", "undecided", dict(night.hands).get("undecided", 0), "hands"))
    rows += [("rejected", one.option, "why", one.reason, "") for one in night.told.case.rejected]
    rows += [("open", one.label, "", "", "") for one in night.open_] + [
        ("not open", one.label, "why", why, "") for one, why in night.fixed
    ]
    rows += [("rests on", one.label, basis, one.figure, one.note) for basis, _, ones in rests_on(night.told) for one in ones]
    rows.append(("note", "", "", f"{ADVISES} {night.use}", ""))
    return csv_text(["part", "name", "what", "value", "unit or note"], rows)
