"""What several commands take in the same way: the file, the option, changes, years, the format."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from devomodel.cli.guard import say
from devomodel.problems import DevomodelError, InputError, Problem, listed

if TYPE_CHECKING:
    from devomodel.case import Case
    from devomodel.model import Projection


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    json = "json"
    csv = "csv"


File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario file.", show_default=False)]
OptionName = Annotated[
    str | None, typer.Option("--option", metavar="NAME", help="The option to show; without it, the preferred one.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change an amount for this run only. May be given more than once."),
]
Years = Annotated[int | None, typer.Option("--years", metavar="N", help="Work out so many years, in place of the file's.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print: for people, programs or spreadsheets.")]


def opened(file: Path, changes: Sequence[str] | None = None, years: int | None = None) -> Case:
    """The case in a file, with the changes and the number of years asked for. Raises DevomodelError."""
    from devomodel.case import load
    from devomodel.case.case import MOST_YEARS

    made = changes_of(changes or ())
    if made:
        _refuse_new_names(load(file), made)
    case = load(file, made)
    if years is None:
        return case
    if not 1 <= years <= MOST_YEARS:
        raise DevomodelError(f"--years {years}: a case runs for 1 to {MOST_YEARS} years.")
    return dataclasses.replace(case, count=years)


def worked(file: Path, option: str | None, changes: Sequence[str] | None, years: int | None) -> Projection:
    """One option of a file, worked out. Raises DevomodelError."""
    from devomodel.model import project

    case = opened(file, changes, years)
    projection = project(case, option)
    for path in changes_of(changes or ()):
        _say_overridden(projection, path)
    return projection


def changes_of(written: Sequence[str]) -> dict[str, Any]:
    """`PATH=VALUE` as path → value, each value read as a scenario file would read it. Raises DevomodelError."""
    found: dict[str, Any] = {}
    for one in written:
        path, equals, text = one.partition("=")
        path, text = path.strip(), text.strip()
        if not (equals and path and text):
            raise DevomodelError(f"--set {one}: this is not a path and a value. Write it like --set precept.contingency=5000")
        if path in found:
            raise DevomodelError(f"--set {path} is given twice. Keep one of them.")
        found[path] = _value(path, text)
    return found


def _refuse_new_names(case: Case, changes: Mapping[str, Any]) -> None:
    """A path that leads to a name nobody has given would add a heading in silence, most often a misspelt one."""
    from devomodel.case.changes import steps_of
    from devomodel.problems import suggestion

    base = {one.name: one for one in case.variants[case.do_nothing].mechanisms}
    problems = []
    for path in changes:
        place: Any = base
        for step in steps_of(path):
            if isinstance(place, Mapping):
                if step not in place:
                    if place is not base:
                        near = suggestion(step, place)
                        only = [name for name, one in case.variants.items() if _leads(one.mechanisms, steps_of(path))]
                        where = f"; only the option '{only[0]}' has it" if only else ""
                        problems.append(Problem(f"--set {path}", f"there is no '{step}' here to change{where}",
                                                "" if near else listed(place, "and"),
                                                f"{near} To add something, write it in the file".strip()))  # fmt: skip
                    break
                place = place[step]
            else:
                place = getattr(place, step, None)
                if place is None:
                    break
    if problems:
        raise InputError(problems)


def _leads(mechanisms: Sequence[Any], steps: tuple[str, ...]) -> bool:
    """Whether a path leads to something that is given in these mechanisms."""
    place: Any = {one.name: one for one in mechanisms}
    for step in steps:
        place = place.get(step) if isinstance(place, Mapping) else getattr(place, step, None)
        if place is None:
            return False
    return True


def _value(path: str, text: str) -> Any:
    from devomodel.reading import read_yaml_text

    if "\n" in text or "\r" in text:
        raise DevomodelError(f"--set {path}: the value must stand on one line.")
    try:
        return read_yaml_text(f"value: {text}", f"--set {path}").value["value"]
    except InputError as error:
        raise InputError(dataclasses.replace(problem, line=None) for problem in error.problems) from None


def _say_overridden(projection: Projection, path: str) -> None:
    """An option that sets an amount itself wins over a change to the base, which a reader would not expect."""
    document = projection.case.document.value if projection.case.document else {}
    options = document.get("options") or {}
    sets = (options.get(projection.option) or {}).get("set") or {}
    wanted = path.removeprefix("mechanisms.")
    for one in sets:
        own = str(one).removeprefix("mechanisms.")
        if own == wanted or wanted.startswith(f"{own}.") or own.startswith(f"{wanted}."):
            say(f"Note: the option '{projection.option}' sets {own} itself, so --set {path} does not change it in this option.")
