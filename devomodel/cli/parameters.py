"""`devomodel parameters`: the dated figures that others set, with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from devomodel.cli.common import Format, FormatOption
from devomodel.cli.guard import guarded

if TYPE_CHECKING:
    from datetime import date

    from devomodel.cli.page import Page
    from devomodel.parameters import Dated, Parameter


@guarded
def parameters(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A parameter, or the beginning of several names.")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The figure in force on a day: 2026-04-01.")] = None,
    nation: Annotated[str | None, typer.Option("--nation", metavar="NATION", help="england, wales, scotland…")] = None,
    format: FormatOption = Format.table,
) -> int:
    """List the figures set by law or published by others, or show one in full with its sources.

    Example: devomodel parameters section137.sum_per_elector --on 2023-06-01
    """
    from devomodel import parameters as shelf
    from devomodel.problems import DevomodelError
    from devomodel.written import date_of

    try:
        day = date_of(on) if on else None
    except ValueError as error:
        raise DevomodelError(f"--on: {error}") from None
    if name is not None and name not in shelf.names() and not any(one.startswith(name) for one in shelf.names()):
        shelf.find(name)
    if name in shelf.names():
        found = shelf.find(name)
        if nation:
            found.in_force(nation)
        _one(found, day, format)
        return 0
    rows = [row for row in shelf.as_table(day, nation) if str(row["name"]).startswith(name or "")]
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(rows)
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(list(rows[0]) if rows else [], ([_cell(one) for one in row.values()] for row in rows))
    else:
        from devomodel.cli.page import Page

        _list(Page(), rows)
    return 0


def _list(page: Page, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        care = [*(["NOT VERIFIED"] if not row["verified"] else []), *(["STALE"] if row["stale"] else [])]
        value = f"{short(row['value'], row['unit'])} ({row['unit']})" if row["value"] is not None else "no single value"
        page.say(row["name"], style="bold")
        page.say("; ".join([value, row["from"], f"checked {row['checked']}", *care]), indent=4)
    page.blank()
    page.say(f"{len(rows)} parameters. One in full, with its sources: devomodel parameters NAME", style="dim")


def _one(parameter: Parameter, day: date | None, format: Format) -> None:
    from datetime import date

    from devomodel.parameters.table import plain

    values = [parameter.on(day)] if day else list(parameter.values)
    stale = parameter.stale(date.today())
    rows = [
        {
            "from": one.start.isoformat() if one.start else None,
            "until": one.end.isoformat() if one.end else None,
            "period": one.period,
            "value": plain(one.value),
            "verified": one.verified,
            "source": one.source,
            "url": one.url,
            "note": one.note,
            "status": one.status,
        }
        for one in values
    ]
    facts = {
        "name": parameter.name,
        "title": parameter.title,
        "unit": parameter.unit,
        "what": parameter.what,
        "law": parameter.law,
        "nations": list(parameter.nations),
        "checked": parameter.checked.isoformat(),
        "stale": stale,
        "note": parameter.note,
        "values": rows,
    }
    if format is Format.json:
        from devomodel.cli.run import print_json

        print_json(facts)
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(
            ["name", "unit", *rows[0]],
            ([parameter.name, parameter.unit, *map(_cell, one.values())] for one in rows),
        )
    else:
        from devomodel.cli.page import Page

        _full(Page(), parameter, values, stale)


def _full(page: Page, parameter: Parameter, values: list[Dated], stale: str) -> None:
    page.title(parameter.title or parameter.name)
    checked = parameter.checked.isoformat() + (f" – may be out of date: {stale}" if stale else "")
    page.pairs(
        [
            (head, text)
            for head, text in (
                ("Name", parameter.name),
                ("What", parameter.what),
                ("Unit", parameter.unit),
                ("Law", parameter.law),
                ("Nations", ", ".join(parameter.nations)),
                ("Checked", checked),
                ("Note", parameter.note),
            )
            if text
        ]
    )
    for one in values:
        page.heading(f"{one.period}: {short(one.value, parameter.unit, most=400)}")
        page.say(
            ("" if one.verified else "NOT VERIFIED: nobody saw this figure on the page named. ") + f"Source: {one.source}",
            indent=2,
        )
        for text in (one.url, one.note, one.status):
            if text:
                page.say(text, style="dim", indent=2)


KEYED_UNITS = {"share": "share", "pounds": "£"}
"""Where a parameter holds a share and a sum, its keys say which is which."""


def short(value: Any, unit: str, most: int = 60) -> str:
    """A parameter's value in words, cut where it is a long list."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, unit)
    if hasattr(value, "items"):
        words = ", ".join(f"{key} {short(one, KEYED_UNITS.get(key, unit))}" for key, one in value.items())
    elif isinstance(value, (list, tuple)):
        words = ", ".join(short(one, unit) for one in value)
    else:
        words = str(value)
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _number(value: float, unit: str) -> str:
    from devomodel.written import money_text, number_text, share_text

    if unit.startswith("£"):
        return money_text(value, 4)
    return share_text(value, 4) if unit.startswith("share") else number_text(value, 6)


def _cell(value: Any) -> Any:
    """A value that is itself a list or a block, as JSON in one cell."""
    import json

    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
