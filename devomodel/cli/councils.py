"""`devomodel councils`: find a real council in the shipped figures, as a starting point for a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from devomodel.cli.common import Format, FormatOption
from devomodel.cli.guard import guarded, say
from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    from devomodel.councils import Match

EXACT = 100


@guarded
def councils(
    name: Annotated[list[str], typer.Argument(metavar="NAME…", help="A name or the beginning of one; the district may follow.")],
    as_yaml: Annotated[bool, typer.Option("--as-yaml", help="Print a small scenario of the best match, to start from.")] = False,
    pick: Annotated[int, typer.Option("--pick", metavar="N", min=1, help="Take this one of the matches listed.")] = 1,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100, help="How many matches to list.")] = 8,
    format: FormatOption = Format.table,
) -> int:
    """Find a parish, a billing authority or a Welsh authority: precept, Band D, tax base, neighbours, homes by band.

    Example: devomodel councils "castle don" --as-yaml > castle-donington.yaml
    """
    from devomodel import councils as shelf

    wanted = " ".join(name)
    matches = shelf.find(wanted, limit)
    if not matches:
        raise _not_found(wanted)
    if pick > len(matches):
        raise DevomodelError(f"--pick {pick}: only {len(matches)} were found for '{wanted}'.")
    best = matches[pick - 1]
    if as_yaml:
        _as_yaml(best, matches)
    elif format is Format.json:
        from devomodel.cli.council_facts import facts
        from devomodel.cli.run import print_json

        print_json({"query": wanted, "matches": [_plain(one) for one in matches], "best": facts(best)})
    elif format is Format.csv:
        from devomodel.cli.spreadsheet import print_rows

        print_rows(["name", "place", "kind", "match"], ([one.name, one.place, one.kind, one.score] for one in matches))
    else:
        from devomodel.cli.council_facts import print_council
        from devomodel.cli.page import Page

        page = Page()
        if len(matches) > 1:
            rows = [
                [str(place), one.name, one.place, one.kind, f"{min(one.score, EXACT):.0f}"]
                for place, one in enumerate(matches, start=1)
            ]
            page.table(["", "Council", "District or nation", "Kind", "Match"], rows, text_columns=(1, 2, 3), wrapping=(1, 2))
            page.say(
                f"Shown below: {pick}. Another: add its district to the name, or --pick 2. A match of 100 means that every "
                "word agrees.",
                style="dim",
            )
            page.blank()
        print_council(page, best)
    return 0


def _as_yaml(best: Match, matches: list[Match]) -> None:
    """A small scenario of a match; which one was taken is said where there were several."""
    from devomodel.councils import Parish, scenario_block

    record = best.record
    if not isinstance(record, Parish):
        raise DevomodelError(f"{best} is a {best.kind}; --as-yaml starts a scenario from a parish or town council.")
    if len(matches) > 1:
        others = ", ".join(str(one) for one in matches if one != best)
        say(f"Taken: {best}. Also found: {others}.")
    print(scenario_block(record), end="")


def _plain(match: Match) -> dict[str, Any]:
    return {"name": match.name, "place": match.place, "kind": match.kind, "match": match.score}


def _not_found(wanted: str) -> Exception:
    """What to say when nothing comes near: a parish without a precept, a nearest name, or how to search."""
    from devomodel import councils as shelf
    from devomodel.problems import suggestion

    listed = shelf.registered(wanted)
    if listed:
        one = listed[0]
        return DevomodelError(
            f"{one.name} ({one.district}, code {one.code}) was on the list of parishes in December 2019, but published "
            "no precept for 2018-19 or 2019-20, so there are no figures here. Start with: devomodel new"
        )
    names = [one.name for one in shelf.parishes()]
    names += [one.name for one in shelf.billing_authorities()] + [one.name for one in shelf.welsh_authorities()]
    near = suggestion(wanted, names)
    return DevomodelError(
        f"No council's name looks like '{wanted}'."
        + (f" {near}" if near else "")
        + " Try one distinctive word of the name, such as: devomodel councils donington"
    )
