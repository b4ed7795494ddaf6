"""`devomodel explain`: one figure worked out, down to the numbers given and where they are from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from devomodel.cli.common import Changes, File, Format, FormatOption, OptionName, Years, worked
from devomodel.cli.guard import guarded
from devomodel.engine.years import first_calendar_year, year_label

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.engine import Step
    from devomodel.model import Projection

DEEPEST_INDENT = 15
"""Steps deeper than this are not set in further, and say how deep they are."""


@guarded
def explain(
    file: File,
    line: Annotated[str, typer.Argument(metavar="LINE", help="A line's name, its last part, or what it is called: 'Band D'.")],
    year: Annotated[str, typer.Argument(metavar="YEAR", help="The financial year, such as 2027-28.")],
    option: OptionName = None,
    changes: Changes = None,
    years: Years = None,
    depth: Annotated[int | None, typer.Option("--depth", metavar="N", min=0, help="Show so many levels only.")] = None,
    format: FormatOption = Format.table,
) -> int:
    """Show how one figure was worked out, down to the figures given and their sources.

    The names of all lines are those of: devomodel run FILE --format json

    Example: devomodel explain scenarios/castle-donington.yaml band_d_charge 2027-28 --depth 3
    """
    projection = worked(file, option, changes, years)
    working = projection.explain(line, year)
    if format is Format.table:
        from devomodel.cli.page import Page

        print_working(Page(), projection, working, depth)
        return 0
    steps = [_plain(level, step) for level, step in working.walk() if depth is None or level <= depth]
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(
            {
                "case": projection.case.title,
                "option": projection.option,
                "run_id": projection.run_id,
                "line": working.line.name,
                "year": year,
                "steps": steps,
            }
        )
    else:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(list(steps[0]), (list(step.values()) for step in steps))
    return 0


def _plain(level: int, step: Step) -> dict[str, Any]:
    """One step as plain data; `depth` says how deep it stands under the figure asked for, which comes first."""
    origin = step.origin
    return {
        "depth": level,
        "line": step.line.name,
        "label": step.line.label,
        "year": step.year,
        "value": step.value if step.value == step.value else None,
        "unit": str(step.line.unit),
        "formula": step.formula,
        "kind": "opening" if step.opening else "worked above" if step.repeated else "worked" if step.formula else "given",
        "basis": origin.basis if origin is not None else "",
        "source": origin.source if origin is not None else "",
        "note": origin.note if origin is not None else "",
        "place": origin.place if origin is not None else "",
        "caution": origin.caution if origin is not None else "",
    }


def print_working(page: Page, projection: Projection, working: Step, depth: int | None) -> None:
    """The working as a tree: each figure, what it was worked from, and under it the figures it used."""
    case = projection.case
    page.title(f"{working.line.label}, {working.year}: {_figure(working)}")
    page.pairs([("Case", case.title), ("Option", case.options[projection.option].label), ("Line", working.line.name)])
    page.blank()
    name = _Names(projection, working)
    waiting = [(0, working)]
    given = hidden = 0
    while waiting:
        level, step = waiting.pop()
        passed_on: list[str] = []
        inner = step
        while _passes_on(inner):
            inner = inner.parts[0]
            passed_on.append(inner.line.name)
        level_prices = _never_grew(inner)
        print_step(page, name, level, step, inner, "no growth up to this year" if level_prices else "")
        if level_prices:
            continue
        given += not inner.parts and not inner.repeated
        if depth is not None and level >= depth:
            hidden += sum(1 for _ in inner.walk()) - 1
            continue
        waiting.extend((level + 1, part) for part in reversed(inner.parts))
    page.blank()
    if hidden:
        page.say(f"{hidden:,} more figures stand below. Leave --depth out to see them all.", style="dim")
    else:
        page.say(f"Every figure above ends in one of {given} figures given, with its basis beside it.", style="dim")
    page.say(f"Run {projection.run_id}.", style="dim")


def _never_grew(step: Step) -> bool:
    """Whether a figure is an index of growth that has not moved, of which nothing below it need be told."""
    if not (step.line.name.endswith(".index") and step.line.tags.get("kind") == "growth" and step.value == 1 and step.parts):
        return False
    return all(one.value == 0 for _, one in step.walk() if one.line.name.endswith(".growth"))


def print_step(page: Page, name: _Names, level: int, step: Step, inner: Step, instead: str = "") -> None:
    """One figure: what it is, how it was worked or where it is from.

    instead  said in place of how it was worked
    """
    deep = f"[level {level}] " if level > DEEPEST_INDENT else ""
    indent = 2 * min(level, DEEPEST_INDENT)
    year = f"{step.year}, brought forward" if step.opening else name.year(step)
    same = f", that is {name.of(inner)}" if inner is not step else ""
    page.item(
        f"{deep}{name.of(step)}{same}, {year}: {_figure(step)}",
        mark="•" if inner.parts else "▪" if inner.repeated else "–",
        indent=indent,
    )
    under = indent + 2
    if instead:
        page.say(instead, style="dim", indent=under)
    elif inner.repeated:
        page.say("worked above", style="dim", indent=under)
    elif inner.parts:
        page.say(f"= {name.formula(inner)}", style="dim", indent=under)
    elif inner.origin is not None:
        page.say(_origin(inner), style="dim", indent=under)
    elif inner.formula:
        page.say(f"= {name.formula(inner)}", style="dim", indent=under)
    elif inner.opening:
        page.say("opening figure, set by the rule itself", style="dim", indent=under)


class _Names:
    """What lines are called in a working: their labels, without the name of the council the working is of."""

    def __init__(self, projection: Projection, working: Step):
        self.sheet = projection.sheet
        self.party = working.line.name.split(".")[0]
        self.own = projection.sheet.parties.get(self.party, "")

    def label(self, line: Any) -> str:
        """A line's label, with the name of another party where it is only that one's and does not say so."""
        label = line.label
        for mark in (": ", ", ") if self.own else ():
            label = label.removeprefix(f"{self.own}{mark}")
        owners = [line.tags[side] for side in ("payer", "payee") if line.tags.get(side)]
        parties = self.sheet.parties
        if self.own and owners and self.party not in owners and not any(name in label for name in parties.values()):
            return f"{parties[owners[0]]}: {label}"
        return label

    def year(self, step: Step) -> str:
        """The year a figure is of: one given for the year before the first is of that year, wherever it is used."""
        name = step.line.name
        before = step.line.is_input and (".year_before." in name or name.endswith(("_before", "_at_start", ".at_start")))
        return year_label(first_calendar_year(self.sheet.years[0]) - 1) if before else step.year

    def of(self, step: Step) -> str:
        label = self.label(step.line)
        return label[:1].upper() + label[1:]

    def formula(self, step: Step) -> str:
        """The formula in labels; what it names of last year too."""
        from devomodel.engine import in_words

        if step.line.formula is None or step.opening:
            return re.sub(r"[A-Za-z_][\w.]*\.[\w.]+", self._label_of, step.formula)
        return re.sub(r"[A-Za-z_][\w]*(?:\.\w+)+", self._label_of, in_words(step.line.formula, lambda line: line.name))

    def _label_of(self, found: re.Match[str]) -> str:
        return f"[{self.label(self.sheet[found[0]])}]" if found[0] in self.sheet else found[0]


def _passes_on(step: Step) -> bool:
    """Whether a figure is simply that of another line in the same year, which need not be shown twice."""
    return (
        len(step.parts) == 1 and step.formula == step.parts[0].line.name and step.parts[0].year == step.year and not step.opening
    )


def _figure(step: Step) -> str:
    from devomodel.cli.words import figure, fixed

    unit = str(step.line.unit)
    if unit == "share":
        return figure(step.value, unit, places=2)
    if unit.startswith("£"):
        whole_pence = abs(step.value * 100 - round(step.value * 100)) < 1e-6 if step.value == step.value else True
        written = fixed(step.value, 2 if whole_pence else 4)
        money = f"−£{written[1:]}" if written.startswith("−") else f"£{written}" if written != "–" else written
        of = unit.removeprefix("£/")
        return money if unit == "£" else f"{money} {'an' if of[:1] in 'aeiou' else 'a'} {of}"
    if unit in ("number", "yes or no"):
        return figure(step.value, unit)
    return f"{fixed(step.value, 2)} {unit}{'' if '/' in unit or step.value == 1 else 's'}"


def _origin(step: Step) -> str:
    """Where a given figure is from, in one line."""
    origin = step.origin
    said = {"not stated": "NO BASIS STATED", "not used": "not used in this case"}.get(origin.basis, origin.basis)
    parts = [said, origin.source, origin.note, origin.caution]
    place = f" [{origin.place}]" if origin.place else ""
    return ("opening figure; " if step.opening else "") + "; ".join(part for part in parts if part) + place
