"""From a case to a sheet: every mechanism of an option in the order of its stage, and the checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from devomodel import funding
from devomodel.amounts import Amount
from devomodel.case import Case, Variant
from devomodel.case.placing import located
from devomodel.case.reader import Reader
from devomodel.checks import write_accounts
from devomodel.engine import Line, SheetError
from devomodel.mechanisms.base import STAGES, AbsentLineError, CaseSheet, Mechanism
from devomodel.problems import InputError, Problem, suggestion

FLOW_STAGES = STAGES[: STAGES.index("precept")]
"""The stages whose flows are totalled for the precept to use."""


def build_sheet(case: Case, variant: Variant, today: date | None = None) -> CaseSheet:
    """The sheet of one option: every mechanism in the order of its stage, the totals of each stage, and the checks."""
    sheet = CaseSheet(
        case.first_year, case.count, nation=case.nation, parties={key: one.name for key, one in case.councils.items()},
        kinds={key: one.kind for key, one in case.councils.items()},
        sources={key: one.title for key, one in case.sources.items()}, indices=case.indices, held=case.held,
        today=today or date.today(),
    )  # fmt: skip
    for stage in STAGES:
        start = len(sheet.lines)
        for step in (Mechanism.prepare, Mechanism.write):
            problems: list[tuple[Mechanism, SheetError]] = []
            for mechanism in variant.mechanisms:
                try:
                    if mechanism.stage == stage:
                        getattr(mechanism, step.__name__)(sheet)
                    if stage == "tests" and step is Mechanism.write:
                        mechanism.test(sheet)
                except SheetError as error:
                    problems.append((mechanism, error))
            if problems:
                raise InputError([located(case, variant, *one) for one in _first_causes(problems)])
        if stage in FLOW_STAGES:
            sheet.end_stage(stage, start)
    write_accounts(sheet)
    funding.write_funding_checks(sheet)
    _write_ceilings(case, sheet)
    try:
        return sheet.seal()  # type: ignore[return-value]
    except SheetError as error:
        raise InputError([Problem("", str(error), file=case.file)]) from None


def _first_causes(problems: list[tuple[Mechanism, SheetError]]) -> list[tuple[Mechanism, SheetError]]:
    """The errors without those that only say that a line is not there of a mechanism that is itself in error."""
    wrong = {mechanism.name for mechanism, _ in problems}

    def follows(mechanism: Mechanism, error: SheetError) -> bool:
        return isinstance(error, AbsentLineError) and error.line.partition(".")[0] in wrong - {mechanism.name}

    return [one for one in problems if not follows(*one)] or problems


def input_of(sheet: CaseSheet, path: str) -> Line:
    """The given line of an amount, from its path under `mechanisms` ("budget.spending.energy") or its line name.

    Raises SheetError when there is none, or when the amount takes another line's figures.
    """
    place = ("mechanisms", *path.removeprefix("mechanisms.").split("."))
    for name, amount in sheet.amounts.items():
        if amount.place == place or name == path:
            return sheet[f"{name}.before_growth"] if f"{name}.before_growth" in sheet else sheet[name]
    if path in sheet and sheet[path].is_input:
        return sheet[path]
    known = [".".join(amount.place[1:]) for amount in sheet.amounts.values()]
    raise SheetError(f"There is no given amount at '{path}'. {suggestion(path, known)}".strip())


def amount_at(sheet: CaseSheet, path: str) -> Amount:
    """The amount that a scenario gives at a path under `mechanisms`. Raises SheetError when there is none."""
    place = ("mechanisms", *path.removeprefix("mechanisms.").split("."))
    for amount in sheet.amounts.values():
        if amount.place == place:
            return amount
    known = [".".join(amount.place[1:]) for amount in sheet.amounts.values()]
    raise SheetError(f"There is no given amount at '{path}'. {suggestion(path, known)}".strip())


def moved_input(sheet: CaseSheet, path: str, figure: float, given: Mapping[str, Any]) -> tuple[str, Any]:
    """The given line behind an amount, and its values by year when the amount is another figure.

    path    as `input_of` takes it, or the same with @ and a year for one figure of an amount that is given by year
    given   line → values that are moved already, which a further figure of the same amount builds on
    The years an amount runs in, and how it grows, stay as they are.
    """
    path, _, year = path.partition("@")
    amount, line = amount_at(sheet, path), input_of(sheet, path)
    if not year:
        if amount.by_year is not None and len(amount.by_year) == 1:
            year = next(iter(amount.by_year))
        elif amount.by_year is not None:
            raise SheetError(f"'{path}' has a figure for each year. Name one of them: {path}@{next(iter(amount.by_year))}")
        elif amount.value is None:
            raise SheetError(f"'{path}' is set by law or by another line, and no figure of it is given here.")
    if not year:
        return line.name, dataclasses.replace(amount, value=figure).given(sheet.years)
    if amount.by_year is None or year not in amount.by_year:
        raise SheetError(f"'{path}' gives no figure for {year}.")
    moved = dict(zip(sheet.years, given[line.name], strict=True)) if line.name in given else {}
    whole = dataclasses.replace(amount, by_year={**amount.by_year, year: figure}).given(sheet.years)
    mine = dataclasses.replace(amount, by_year={one: (1.0 if one == year else 0.0) for one in amount.by_year}).given(sheet.years)
    return line.name, tuple(new if share else moved.get(at, new) for at, new, share in zip(sheet.years, whole, mine, strict=True))


def _write_ceilings(case: Case, sheet: CaseSheet) -> None:
    """The bounds that the case sets on its own lines, as checks."""
    line_of = case.document.line if case.document else lambda _: None
    reader = Reader(case.file, line_of)
    for position, ceiling in enumerate(case.ceilings):
        path = ("checks", list(case.document.value["checks"])[position]) if case.document else ("checks", str(position))
        if ceiling.line not in sheet:
            reader.problem((*path, "line"), f"there is no line '{ceiling.line}'",
                           do=suggestion(ceiling.line, (line.name for line in sheet))
                           or "`devomodel run FILE --format json` names every line of a case that runs")  # fmt: skip
            continue
        line = sheet[ceiling.line]
        if str(line.unit) == "yes or no":
            reader.problem((*path, "line"), f"'{ceiling.line}' is yes or no in each year, and has no bound",
                           do="Name a line of figures; that one is a check already")  # fmt: skip
            continue
        for key, holds in (("at_most", lambda one, bound: one <= bound), ("at_least", lambda one, bound: one >= bound)):
            given = getattr(ceiling, key)
            if given is None:
                continue
            bound = reader.figure(str(line.unit), given, (*path, key))
            if bound is not None:
                limit = sheet.input(f"checks.{path[1]}.{key}", bound, line.unit, f"{ceiling.label}: bound")
                sheet.check(
                    f"checks.{path[1]}.{key}.holds",
                    holds(line, limit),
                    ceiling.label,
                    f"{line.label} {key.replace('_', ' ')} {given}",
                )
    if reader.problems:
        raise InputError(reader.problems)
