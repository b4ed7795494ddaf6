"""What the case explorer shows: a line as a table, the working of a figure as nested lists, options side by side, assumptions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from devomodel.charts.words import money, printed
from devomodel.compare import KEY_LINES, KEY_LINES_OF_OTHERS
from devomodel.dashboards import shown
from devomodel.dashboards.shown import year_words
from devomodel.engine import in_words
from devomodel.statements import has_precept
from devomodel.written import number_text

if TYPE_CHECKING:
    from devomodel.case import Case
    from devomodel.compare import Comparison
    from devomodel.dashboards.live import Movable
    from devomodel.model import Projection

YES_OR_NO = "yes or no"
BEHIND = ("working", "growth", "total")
"""Kinds of line that stand behind others."""


def exact(value: float, unit: str) -> str:
    """A figure as closely as anyone reads it: money to the penny, a share to two decimals, a number to four.

    >>> exact(1234.5, "£"), exact(0.02836, "share"), exact(606.88, "Band D home"), exact(float("nan"), "£")
    ('£1,234.50', '2.84%', '606.88', '–')
    """
    if not math.isfinite(value):
        return shown.NONE
    if unit.startswith("£"):
        return money(value)
    return shown.rate(value, signed=False) if unit == "share" else number_text(value, 4)


def lines_of(projection: Projection) -> list[tuple[str, str]]:
    """Every line that holds figures, as (what it is called, name): each council's own first, then the rules', then workings."""
    sheet, councils = projection.sheet, projection.case.councils
    own, ranked = own_name(projection), []
    for place, line in enumerate(sheet):
        if str(line.unit) == YES_OR_NO:
            continue
        party = line.name.partition(".")[0]
        behind = line.tags.get("kind") in BEHIND
        rank = 2 if behind else 0 if party in councils else 1
        owner = list(councils).index(party) if party in councils else len(councils)
        label = line.label.removeprefix(own)
        ranked.append(
            (rank, owner if rank == 0 else 0, place, f"{'Working: ' if behind else ''}{label[:1].upper()}{label[1:]}", line.name)
        )
    ranked.sort()
    labels = [label for *_, label, _ in ranked]
    return [(f"{label} ({name})" if labels.count(label) > 1 else label, name) for *_, label, name in ranked]


def own_name(projection: Projection) -> str:
    """What labels of the only council with a precept begin with, which need not be read each time."""
    found = [key for key in projection.case.councils if has_precept(projection.sheet, key)]
    return f"{projection.sheet.parties[found[0]]}: " if len(found) == 1 else ""


def usual_line(projection: Projection) -> str:
    """The line that a case is first opened at: the Band D charge of the first council that sets one, or else the first line of all."""
    with_precept = next((key for key in projection.case.councils if has_precept(projection.sheet, key)), "")
    if with_precept:
        return f"{with_precept}.band_d"
    names = [name for _, name in lines_of(projection)]
    worked = [name for name in names if not projection.sheet[name].is_input and str(projection.sheet[name].unit).startswith("£")]
    return next(iter(worked or names))


def moves_most(given: Projection, now: Projection, line: str) -> str:
    """A sentence on what moves most where a line ends the same after a change as before; nothing where the line itself moves."""
    unit, last = str(now.sheet[line].unit), now.years[-1]
    if line not in given.sheet or printed(given.value(line, last), unit) != printed(now.value(line, last), unit):
        return ""
    keys = [f"{party}.{key}" for party in now.case.councils
            for key, _ in (KEY_LINES if has_precept(now.sheet, party) else KEY_LINES_OF_OTHERS)]  # fmt: skip
    others = [one.name for one in now.sheet if not one.is_input and one.tags.get("kind") not in BEHIND]
    for names, years in ((keys, (last,)), (keys, now.years), (others, now.years)):
        found = [(abs(now.value(name, year) - given.value(name, year)), name, year) for name in names for year in years
                 if name in now.sheet and name in given.sheet and str(now.sheet[name].unit) == "£"
                 and printed(given.value(name, year), "£") != printed(now.value(name, year), "£")]  # fmt: skip
        if found:
            _, name, year = max(found, key=lambda one: one[0])
            label = now.sheet[name].label.removeprefix(own_name(now))
            return (f"What moves most is “{label[:1].upper()}{label[1:]}”: from {shown.said(given.value(name, year), '£')} to "
                    f"{shown.said(now.value(name, year), '£')} in {year_words(year)}.")  # fmt: skip
    return "No sum of money that a council decides by moves either."


def offered(movable: Iterable[Movable], there: Iterable[str], own: str = "") -> list[tuple[str, str]]:
    """The amounts that have no control yet, as (label and figure, path)."""
    taken = set(there)
    left = [one for one in movable if one.path not in taken]
    labels = [one.label for one in left]
    found = []
    for one in left:
        short = one.label.removeprefix(own)
        twice = f" ({one.path})" if labels.count(one.label) > 1 else ""
        found.append((f"{short[:1].upper()}{short[1:]}{twice}, {exact(one.value, one.amount.unit)}", one.path))
    return found


def line_table(given: Projection, now: Projection, line: str) -> str:
    """A line by year; where something was moved, as the case gives it and the change beside it."""
    unit, label = str(now.sheet[line].unit), now.sheet[line].label
    caption = f"{label}{'' if unit.startswith('£') or unit == 'share' else f', {unit}'}"
    values = now.by_year(line)
    if given is now or line not in given.sheet:
        return shown.table(caption, ("Year", "Figure"), [[year_words(year), exact(value, unit)]
                                                         for year, value in zip(now.years, values, strict=True)])  # fmt: skip
    rows = []
    for year, before, after in zip(now.years, given.by_year(line), values, strict=True):
        rows.append([year_words(year), exact(before, unit), exact(after, unit), _change(before, after, unit)])
    return shown.table(caption, ("Year", "As the case gives it", "As moved", "Change"), rows)


def _change(before: float, after: float, unit: str) -> str:
    change = after - before
    written = exact(change, unit)
    return f"+{written}" if change > 0 and written not in (exact(0.0, unit), shown.NONE) else written


class _Tree:
    """Takes what `devomodel explain` prints, as nested lists."""

    def __init__(self) -> None:
        self.head, self.pair_list, self.steps, self.foot = "", [("", "")], [(0, "", [""])], [""]
        self.pair_list.clear()
        self.steps.clear()
        self.foot.clear()

    def title(self, text: str) -> None:
        self.head = text

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pair_list += pairs

    def blank(self) -> None:
        """Lists need no empty lines."""

    def item(self, text: str, mark: str = "", indent: int = 0) -> None:
        self.steps.append((indent // 2, text, []))

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        if indent:
            self.steps[-1][2].append(text)
        else:
            self.foot.append(text)

    def html(self) -> str:
        made, depth = [], -1
        for level, text, under in self.steps:
            level = min(level, depth + 1)
            made.append("<ul><li>" if level > depth else f"{'</li></ul>' * (depth - level)}</li><li>")
            depth = level
            made.append(f"{escape(text)}{''.join(f'<small>{escape(one)}</small>' for one in under)}")
        made.append("</li></ul>" * (depth + 1))
        feet = "".join(f"<p>{escape(one)}</p>" for one in self.foot)
        return f'<h3>{escape(self.head)}</h3><div class="dm-working">{"".join(made)}</div>{feet}'


def why(projection: Projection, line: str, year: str) -> str:
    """The whole working of a figure, down to what was given and where that is from, as `devomodel explain` words it."""
    from devomodel.cli.explain import print_working

    tree: Any = _Tree()
    print_working(tree, projection, projection.explain(line, year), None)
    return str(tree.html())


def comparison(found: Comparison) -> str:
    """Options side by side: the key figures of each council, what each option changes, and what moved the charge."""
    made = "".join(shown.statement(one) for one in found.tables)
    for name, projection in list(zip(found.names, found.projections, strict=True))[1:]:
        changes = "".join(f"<li>{escape(in_labels(one, projection))}</li>" for one in found.changes[name])
        made += f"<h3>What “{escape(name)}” changes</h3><ul>{changes}</ul>" if changes else ""
        for one in found.causes:
            if one.title.endswith(f" in {name}"):
                rows = tuple(replace(row, label=in_labels(row.label, projection)) for row in one.rows)
                made += shown.statement(replace(one, rows=rows))
    return made


def in_labels(change: str, projection: Projection) -> str:
    """A change of an option in the words of the page: what an amount is called, instead of its path in the file."""
    labels = {".".join(str(step) for step in amount.place[1:]): projection.sheet[name].label.removeprefix(own_name(projection))
              for name, amount in projection.sheet.amounts.items() if amount.place}  # fmt: skip

    def called(found: re.Match[str]) -> str:
        steps = found[1].split(".")
        for length in range(len(steps), 0, -1):
            label = labels.get(".".join(steps[:length]))
            if label:
                return ", ".join([f"{label[:1].upper()}{label[1:]}", *_plain(steps[length:])])
        return ": ".join(_plain(steps)).capitalize()

    told = re.sub(r"(?:^|(?<= and ))(\w+(?:\.[\w@-]+)*)(?= is )", called, change)
    return told.replace(" is a block", " is set").replace(" (was a block)", "")


def _plain(steps: Sequence[str]) -> list[str]:
    return [step.replace("_", " ") for step in steps if step != "by_year"]


def assumptions(projection: Projection) -> str:
    """Every given figure with how firm it is: the rows of Projection.assumptions."""
    rows = []
    for line in projection.inputs:
        origin = line.origin
        if origin is None or not origin.is_given:
            continue
        unit = str(line.unit)
        values = [line.values] if isinstance(line.values, float) else list(dict.fromkeys(line.values))
        figure = exact(values[0], unit) if len(values) == 1 else f"{exact(min(values), unit)} to {exact(max(values), unit)}"
        rows.append([line.label, figure, origin.basis, origin.source, origin.note, origin.caution, origin.place])
    return shown.table("Every figure that was given", ("What", "Figure", "Basis", "Source", "Note", "Caution", "Where it stands"), rows,
                       text=(2, 3, 4, 5, 6))  # fmt: skip


def every_line(projection: Projection) -> str:
    """Every line with unrounded figures, for a spreadsheet."""
    rows: list[Sequence[Any]] = [[line.name, line.label, str(line.unit), "" if line.is_input else in_words(line),
                                  *projection.by_year(line.name)] for line in projection.sheet]  # fmt: skip
    return shown.csv_text(("Line", "Label", "Unit", "Formula", *projection.years), rows)


def sources(case: Case) -> str:
    """The sources of a case, with their addresses."""
    rows = []
    for one in case.sources.values():
        title = escape(one.title)
        named = (
            f'<a href="{escape(one.url)}" rel="noreferrer">{title}</a>' if one.url.startswith(("https://", "http://")) else title
        )
        rows.append(
            f"<li>{named}{f', {escape(str(one.date))}' if one.date else ''}{f'. {escape(one.note)}' if one.note else ''}</li>"
        )
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>The case names no source.</p>"
