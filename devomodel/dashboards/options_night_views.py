"""What the hall sees: the options side by side with those rejected, each heading with what it does, what is fixed and why, the balance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from devomodel.charts import words
from devomodel.dashboards.options_night_moves import Balance, Heading, Mix, counts, cut_short
from devomodel.dashboards.shown import charge, said, year_words
from devomodel.engine import per_week, to_pence
from devomodel.mechanisms.bands import band_label
from devomodel.model import Projection
from devomodel.reports.residents_words import changes_of, failing

if TYPE_CHECKING:
    from devomodel.reports.residents_figures import CouncilFigures, Residents


def difference(now: float, before: float) -> tuple[float, float]:
    """What a home pays more than before: £ a year and £ a week, to the penny, each charge rounded first as it is shown."""
    more = float(to_pence(to_pence(now) - to_pence(before)))
    return more, float(per_week(more))


def by_week(value: float, signed: bool = False) -> str:
    """A charge by the week: pence below £1, and pounds with pence from there.

    >>> by_week(0.06, signed=True), by_week(-0.5), by_week(1.0)
    ('+6p', '−50p', '£1.00')
    """
    if not math.isfinite(value) or abs(to_pence(value)) >= 1:
        return charge(value, signed)
    pence = round(abs(float(to_pence(value))) * 100)
    return f"{'' if not pence else '−' if value < 0 else '+' if signed else ''}{pence}p"


def more_or_less(more: float, week: float, none: str) -> tuple[str, str]:
    """A difference as a figure with its sign, and the line below it; `none` where there is no difference."""
    if not more:
        return none, ""
    return charge(more, signed=True), f"a year, {by_week(week, signed=True)} a week"


def in_words(more: float, week: float, than: str) -> str:
    """A difference as a sentence has it."""
    if not more:
        return f"the same as {than}"
    return f"{charge(abs(more))} a year, {by_week(abs(week))} a week, {'more' if more > 0 else 'less'} than {than}"


def capital(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def number_of(told: Residents, option: str) -> int:
    """The number an option is called by, its place in the file."""
    return list(told.case.options).index(option) + 1


def in_order(told: Residents) -> list[str]:
    """The options, with what happens without a decision first."""
    nothing = told.case.do_nothing
    return [nothing, *(one for one in told.case.options if one != nothing)]


def label_of(told: Residents, option: str) -> str:
    """What an option is called in the hall."""
    return told.case.options[option].label


def base_of(told: Residents | Mix) -> str:
    """The option that the others are compared with, as a sentence names it."""
    return f"“{told.case.options[told.case.do_nothing].label}”"


def changes(told: Residents, option: str, council: str) -> list[str]:
    """What an option changes, in plain words: headings by their labels, and the rule for the charge where it has one of its own."""
    found = list(changes_of(told, option, council))
    for _, path, value in told.case.options[option].edits:
        steps = path.split(".")
        if len(steps) > 1 and steps[1] in ("precept", "band_d_charge"):
            what = "precept" if steps[1] == "precept" else "Band D charge"
            grows = value.get("grows") if isinstance(value, dict) else value if steps[-1] == "grows" else None
            origin = told.case.indices[grows][1] if isinstance(grows, str) and grows in told.case.indices else None
            found.append(
                f"The {what} moves by a rule of this option{f': {origin.note}' if origin is not None and origin.note else ''}"
            )
    return found


class Figure:
    """The figures of one option, or of the hall's own mix, in a year, for one band.

    change, change_week  what a home pays more than in the year before, £ a year and a week; not a number where that is not known
    more, week           what it pays more than in the option that is compared with, which `base` names
    is_base              whether this is that option itself
    """

    def __init__(self, projection: Projection, nothing: Projection, council: str, year: str, band: str):
        self.band_d = projection.value(f"{council}.band_d", year)
        home, before = (one.value(f"{council}.bands.{band}", year) for one in (projection, nothing))
        self.home = home
        self.more, self.week = difference(home, before)
        self.change, self.change_week = difference(home, home - projection.value(f"{council}.band_changes.{band}", year))
        self.is_base = projection is nothing
        self.base = f"“{projection.case.options[projection.case.do_nothing].label}”"
        self.precept = projection.value(f"{council}.precept", year)
        self.reserves = projection.value(f"{council}.reserves.closing", projection.years[-1])
        self.last = projection.years[-1]

    def pairs(self, band: str, year: str) -> list[tuple[str, str, str]]:
        """As (what, figure, the line below)."""
        return [(f"Band D charge, {year_words(year)}", charge(self.band_d), ""),
                *((f"{band_label(band)} home, {what}", figure, below) for what, figure, below in self.moves() if figure),
                (f"Reserves, end of {year_words(self.last)}", said(self.reserves, "£"), ""),
                ("Precept", said(self.precept, "£"), "")]  # fmt: skip

    def moves(self) -> list[tuple[str, str, str]]:
        """The change on the year before and the difference from the base, as `pairs`; no figure for the base itself."""
        known = math.isfinite(self.change)
        change = more_or_less(self.change, self.change_week, "No change") if known else ("Not known", "")
        against = ("", "") if self.is_base else more_or_less(self.more, self.week, "No difference")
        return [("change on the year before", *change), (f"difference from {self.base}", *against)]

    def told(self) -> str:
        """Both as a sentence has them, after what the home pays."""
        against = in_words(self.more, self.week, f"with {self.base}")
        if not math.isfinite(self.change):
            return against
        return f"{against}, and {in_words(self.change, self.change_week, 'in the year before')}"


def card(number: str, label: str, figures: Sequence[tuple[str, str, str]], note: str, lists: Sequence[tuple[str, Sequence[str], str]],
         tag: str = "", kind: str = "") -> str:  # fmt: skip
    """One option as a column: its name, its figures, then what it is and does."""
    rows = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(figure)}{f'<small>{escape(below)}</small>' if below else ''}</dd></div>"
                   for what, figure, below in figures)  # fmt: skip
    told = "".join(f'<p class="dm-on-what">{escape(title)}</p><ul>{"".join(f"<li>{escape(one)}</li>" for one in ones)}</ul>'
                   if ones else f"<p>{escape(otherwise)}</p>" for title, ones, otherwise in lists)  # fmt: skip
    return (f'<article class="dm-on-card{f" {kind}" if kind else ""}"><div><p class="dm-on-number">{escape(number)}'
            f"{f' <span class=dm-tag>{escape(tag)}</span>' if tag else ''}</p><h3>{escape(label)}</h3></div>"
            f"{f'<dl>{rows}</dl>' if rows else ''}<div>{f'<p>{escape(note)}</p>' if note else ''}{told}</div></article>")  # fmt: skip


def option_cards(told: Residents, council: CouncilFigures, year: str, band: str, preferred: bool) -> str:
    """Every option of the case, do-nothing first, in neutral order."""
    case, made = told.case, ""
    nothing = told.projections[case.do_nothing]
    for option in in_order(told):
        projection, number = told.projections[option], f"Option {number_of(told, option)}"
        if option not in council.views or case.do_nothing not in council.views:
            made += card(
                number, label_of(told, option), [], f"{council.name} sets no precept in it, so there is no charge to show.", []
            )
            continue
        tag = "preferred in the case" if preferred and option == case.preferred and option != case.do_nothing else ""
        lists = [] if option == case.do_nothing else [
            ("What changes", changes(told, option, council.key), "No heading of the council’s budget changes.")]  # fmt: skip
        fails = failing(projection)
        lists.append(("Checks that do not hold", fails, "Every check holds."))
        made += card(number, label_of(told, option), Figure(projection, nothing, council.key, year, band).pairs(band, year),
                     case.options[option].note, lists, tag, "fails" if fails else "")  # fmt: skip
    return made


def rejected_cards(told: Residents) -> str:
    """What was looked at and not taken, with the reason."""
    if not told.case.rejected:
        return card(
            "Looked at and not taken", "None is named", [], "The case names no alternative that was rejected.", [], "", "rejected"
        )
    made = ""
    for one in told.case.rejected:
        by = ", ".join(part for part in (one.by, one.date) if part)
        made += card(
            "Looked at and not taken", one.option, [], f"Why not: {one.reason}{f' ({by})' if by else ''}", [], "", "rejected"
        )
    return made


def mix_card(mix: Mix, found: Balance, year: str, band: str) -> str:
    """The hall's own mix, beside the options."""
    figures = Figure(found.shown, mix.nothing, mix.council, year, band).pairs(band, year)
    fails = failing(found.shown)
    lists = [("Checks that do not hold", fails, "Every check holds.")]
    state = balanced_words(mix, found, year) if found.balanced else " ".join(found.missing)
    return card("The hall’s own choices", "What the hall has chosen so far", figures, state, lists, "", "mix")


def heading_figures(heading: Heading, effect: dict[str, tuple[float, float]], year: str) -> str:
    """What each level of a heading costs, and what it alone does to Band D."""
    rows = ""
    for label, level in heading.levels:
        figure, more = effect[level]
        band_d = "same" if not to_pence(more) else charge(more, signed=True)
        rows += f"<tr><th scope=row>{escape(label)}</th><td>{escape(said(figure, '£'))}</td><td>{escape(band_d)}</td></tr>"
    caption = f"{heading.label}: what each choice comes to in {year_words(year)}, and what it alone puts on a Band D home’s year"
    head = "<tr><td></td><th scope=col>The year</th><th scope=col>Band D</th></tr>"
    return (f'<table class="dm-on-levels"><caption class=unseen>{escape(caption)}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'
            f"{more_about(heading)}")  # fmt: skip


def more_about(heading: Heading) -> str:
    """The rest of a consequence, and how firm the figure is."""
    _, whole = cut_short(heading.note)
    basis = f"Basis: {heading.basis}{f'. Source: {heading.source}' if heading.source else ''}."
    rest = "".join(f"<p>{escape(capital(one))}</p>" for one in (whole, basis) if one)
    return f"<details><summary>More about {escape(heading.label[:1].lower() + heading.label[1:])}</summary>{rest}</details>"


def fixed_items(
    mix: Mix, headings: Sequence[tuple[Heading, str]], year: str, effects: dict[str, dict[str, tuple[float, float]]]
) -> str:
    """What cannot move tonight, with the reason, and no control."""
    if not headings:
        return "<p>Every heading is open.</p>"
    rows = ""
    for one, reason in headings:
        figure = effects[one.path][mix.usual(one)][0]
        note = one.note or "The case says no more about it."
        rows += (f"<div><dt>{escape(one.label)} <strong>{escape(said(figure, '£'))}</strong></dt>"
                 f"<dd>{escape(reason)} {escape(capital(note))}{'' if note.endswith('.') else '.'}</dd></div>")  # fmt: skip
    return f'<dl class="dm-on-fixed">{rows}</dl>'


def balance_words(found: Balance, allowed: float, reserves: Sequence[str]) -> tuple[str, ...]:
    """What is missing before the result can be recorded, each in a sentence; nothing when it balances."""
    missing = []
    target, short = charge(found.target), max(found.short, 0.0)
    if found.held and counts(short - allowed):
        missing.append(f"{words.money(short - allowed)} short: at {target} the choices would take {words.money(short)} from reserves, "
                       f"and {words.money(allowed)} is allowed.")  # fmt: skip
    elif not found.held and to_pence(found.needed) > to_pence(found.target):
        missing.append(f"{words.money(short)} short of the target: the choices need {charge(found.needed)} at Band D, "
                       f"{charge(found.needed - found.target)} more than {target}.")  # fmt: skip
    missing += [f"A check on reserves does not hold: {one}." for one in reserves]
    return tuple(missing)


def budget_rows(found: Balance, council: str, year: str) -> list[tuple[str, str, str]]:
    """What is spent, what comes in, and what the precept must be, as (what, figure, the line below)."""
    shown = found.shown
    parts = [("Spending", "spending"), ("Contingency", "contingency"), ("Put into reserves", "reserves_added"),
             ("Income besides the precept", "other_income"), ("Grant for council tax support", "support_grant"),
             ("Taken from reserves by the budget", "reserves_used")]  # fmt: skip
    rows = [(what, shown.value(f"{council}.{line}", year), "") for what, line in parts]
    return [*((what, said(value, "£"), below) for what, value, below in rows if counts(abs(value)) or what == "Spending"),
            ("The precept must be", said(found.needed_precept, "£"), f"{charge(found.needed)} at Band D"),
            ("The target raises", said(found.target_precept, "£"), f"{charge(found.target)} at Band D")]  # fmt: skip


def standing(found: Balance) -> str:
    """How far the choices are from the target, in a few words."""
    if counts(found.short):
        return f"{words.money(found.short)} short"
    return f"{words.money(-found.short)} over" if counts(-found.short) else "Nothing short, nothing over"


def reserves_apart(mix: Mix, found: Balance) -> str:
    """How reserves at the end differ from the option that the hall began with."""
    line, last = f"{mix.council}.reserves.closing", mix.start.years[-1]
    apart = float(to_pence(found.shown.value(line, last) - mix.start.value(line, last)))
    start = f"“{mix.case.options[mix.option].label}”, where it began"
    return f"{words.money(abs(apart))} {'more' if apart > 0 else 'less'} than in {start}" if apart else f"as in {start}"


def balanced_words(mix: Mix, found: Balance, year: str) -> str:
    """That a result balances, in which year, and what it leaves in reserves at the end."""
    return f"It balances in {year_words(year)}. Reserves, end of {year_words(mix.start.years[-1])}: {reserves_apart(mix, found)}."


def lock_words(found: Balance, allowed: float, year: str) -> str:
    """What a result may still do that can be recorded."""
    when = year_words(year)
    first = (f"no more than {words.money(allowed)} comes from reserves in {when}" if found.held
             else f"the charge that the choices need in {when} is not above the target")  # fmt: skip
    return (f"“It balances” means that {first}, and that no check on reserves fails in any year. It allows reserves to end lower than "
            "where the hall began.")  # fmt: skip


def balance_panel(mix: Mix, found: Balance, year: str, figures: Figure, band: str) -> str:
    """The hall's budget, how far it is from the target, and what stands against recording it."""
    rows = [*budget_rows(found, mix.council, year), ("At the target", standing(found), ""),
            (f"Reserves, end of {year_words(figures.last)}", said(figures.reserves, "£"), reserves_apart(mix, found))]  # fmt: skip
    made = "".join(f"<div{' class=state' if what == 'At the target' else ''}><dt>{escape(what)}</dt>"
                   f"<dd>{escape(one)}{f'<small>{escape(below)}</small>' if below else ''}</dd></div>"
                   for what, one, below in rows)  # fmt: skip
    home = (f"<p>A {escape(band_label(band))} home pays <strong>{escape(charge(figures.home))}</strong> a year: "
            f"{escape(figures.told())}.</p>")  # fmt: skip
    lock = (f'<p class="dm-bad">Not yet. {escape(" ".join(found.missing))}</p>' if found.missing
            else f'<p class="dm-good">It balances in {year_words(year)}, and can be recorded.</p>')  # fmt: skip
    # A region that can be reached with the keyboard, since it scrolls by itself in a low window.
    return f'<div tabindex="0" role="region" aria-label="The balance"><dl class="dm-on-balance">{made}</dl>{home}{lock}</div>'
