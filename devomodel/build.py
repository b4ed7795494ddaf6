"""From a case to a sheet: every mechanism of an option in the order of its stage, and the checks."""

from __future__ import annotations

from datetime import date

from devomodel import funding
from devomodel.case import Case, Variant
from devomodel.case.placing import located
from devomodel.case.reader import Reader
from devomodel.checks import write_accounts
from devomodel.engine import Line, SheetError
from devomodel.mechanisms.base import STAGES, CaseSheet
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
        problems = []
        for mechanism in variant.mechanisms:
            if mechanism.stage == stage or stage == "tests":
                try:
                    if mechanism.stage == stage:
                        mechanism.write(sheet)
                    if stage == "tests":
                        mechanism.test(sheet)
                except SheetError as error:
                    problems.append(located(case, variant, mechanism, error))
        if problems:
            raise InputError(problems)
        if stage in FLOW_STAGES:
            sheet.end_stage(stage, start)
    write_accounts(sheet)
    funding.write_funding_checks(sheet)
    _write_ceilings(case, sheet)
    try:
        return sheet.seal()  # type: ignore[return-value]
    except SheetError as error:
        raise InputError([Problem("", str(error), file=case.file)]) from None


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
