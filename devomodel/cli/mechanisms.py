"""`devomodel mechanisms`: the rules that move money, and what each of them takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from devomodel.cli.common import Format, FormatOption
from devomodel.cli.guard import guarded

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.fields import Spec
    from devomodel.mechanisms.base import Mechanism

HOLDS = {
    "amount": "an amount",
    "amounts": "amounts by name",
    "choice": "one of a few words",
    "party": "a council or other party",
    "parties": "a list of parties",
    "shares": "shares by party, or rest",
    "coalitions": "amounts by party, or by parties together (town+district)",
    "schedule": "a sum for each year",
    "year": "a financial year",
    "text": "words",
    "address": "the address of a web page",
    "flag": "true or false",
    "whole": "a whole number",
    "block": "a block",
    "blocks": "blocks by name",
    "table_by_year": "figures by year and name",
}
IN_UNIT = {"share": ": a share, such as 30% or 0.3", "number": ": a number", "": ""}
BY_PARTY = {"amounts": "amounts by party", "blocks": "blocks by party"}


@guarded
def mechanisms(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A mechanism, as a scenario writes it under use.")] = None,
    format: FormatOption = Format.table,
) -> int:
    """List the rules that move money, or show one with everything it takes.

    Example: devomodel mechanisms match_funding
    """
    from devomodel import mechanisms as shelf
    from devomodel.problems import DevomodelError, listed, suggestion

    if name is not None and name not in shelf.names():
        near = suggestion(name, shelf.names()) or f"There are {listed(shelf.names(), 'and')}."
        raise DevomodelError(f"There is no mechanism '{name}'. {near}")
    if name is None:
        _all([summary(one, shelf.find(one)) for one in shelf.names()], format)
    else:
        _one(summary(name, shelf.find(name)) | {"keys": keys_of(shelf.find(name))}, format)
    return 0


def summary(name: str, mechanism: type[Mechanism]) -> dict[str, Any]:
    """What a mechanism is, in the first sentence of its file, and the stage in which it writes."""
    written = sys.modules[mechanism.__module__].__doc__ or mechanism.__doc__ or ""
    return {"name": name, "what": " ".join(written.strip().partition("\n\n")[0].split()), "stage": mechanism.stage}


def keys_of(block: type) -> list[dict[str, Any]]:
    """What a block takes, each key with the keys of the block it holds."""
    from devomodel.fields import specs

    return [
        {
            "key": key,
            "label": spec.label,
            "holds": BY_PARTY.get(spec.kind, HOLDS[spec.kind]) if spec.by_party else HOLDS[spec.kind],
            "unit": spec.unit,
            "required": spec.required,
            "choices": list(spec.choices),
            "names": list(spec.keys),
            "help": spec.help,
            "keys": keys_of(spec.of) if spec.of else [],
        }
        for key, spec in _required_first(specs(block))
    ]


def _required_first(known: dict[str, Spec]) -> list[tuple[str, Spec]]:
    return sorted(known.items(), key=lambda one: not one[1].required)


def _all(rows: list[dict[str, Any]], format: Format) -> None:
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(rows)
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(list(rows[0]), (list(row.values()) for row in rows))
    else:
        from devomodel.cli.page import Page

        page = Page()
        for row in rows:
            page.say(row["name"], style="bold")
            page.say(row["what"], indent=4)
            page.say(f"stage: {row['stage']}", style="dim", indent=4)
        page.blank()
        page.say(f"{len(rows)} mechanisms. One in full, with what it takes: devomodel mechanisms NAME", style="dim")


def _one(facts: dict[str, Any], format: Format) -> None:
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(facts)
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        heads = ["key", "label", "holds", "unit", "required", "choices", "names", "help"]
        print_rows(heads, ([path, *(_cell(one[head]) for head in heads[1:])] for path, _, one in _walked(facts["keys"])))
    else:
        from devomodel.cli.page import Page

        _full(Page(), facts)


def _full(page: Page, facts: dict[str, Any]) -> None:
    page.title(facts["name"])
    page.pairs([("What", facts["what"]), ("Stage", facts["stage"]), ("In a file", f"use: {facts['name']}")])
    page.heading("What it takes")
    for _, depth, one in _walked(facts["keys"]):
        page.say(one["key"] + (" (required)" if one["required"] else ""), style="bold", indent=2 + 4 * depth)
        for text in _said(one):
            page.say(text, indent=6 + 4 * depth)


def _said(one: dict[str, Any]) -> Iterator[str]:
    """A key in words: what it is called, what may be written, what else there is to know."""
    yield one["label"] + IN_UNIT.get(one["unit"], f", in {one['unit']}")
    if one["choices"] and one["holds"] == HOLDS["choice"]:
        yield f"One of: {', '.join(one['choices'])}"
    elif one["choices"]:
        yield f"{one['holds'].capitalize()}, or: {', '.join(one['choices'])}"
    elif one["holds"] != HOLDS["amount"]:
        yield one["holds"].capitalize() + (f": {', '.join(one['names'])}" if one["names"] else "")
    if one["help"]:
        yield one["help"]


def _walked(keys: list[dict[str, Any]], path: str = "", depth: int = 0) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Every key with its path and depth, the keys of a block after it."""
    for one in keys:
        yield f"{path}{one['key']}", depth, one
        yield from _walked(one["keys"], f"{path}{one['key']} › ", depth + 1)


def _cell(value: Any) -> Any:
    """A list of words in one cell; yes and no for a spreadsheet."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else value
