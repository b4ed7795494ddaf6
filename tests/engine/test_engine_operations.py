"""Every row of the table of operations: one meaning, whoever reads it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from devomodel.engine import Sheet, Worksheet, worked_out
from devomodel.engine.expressions import in_words, node
from devomodel.engine.operations import TABLE, scalar_names, worked
from tests.benchmark_case import hall_sheet
from tests.engine.trials import ANSWER, MONEY, NUMBER, Trial, trials
from tests.spreadsheets import worked_by_formualizer, worked_by_libreoffice

TRIALS = trials()
TO_THE_PENNY = {"to_pence", "to_pounds", "pence_below", "allocate", "whole_part"}
FIFTEEN_FIGURES = 1e-14
"""LibreOffice writes a figure with fifteen digits."""

WORDS = {
    "add": ((MONEY, MONEY, MONEY), (), "a + b + c"),
    "subtract": ((MONEY, MONEY), (), "a − b"),
    "multiply": ((MONEY, NUMBER), (), "a × b"),
    "divide": ((MONEY, NUMBER), (), "a ÷ b"),
    "negate": ((MONEY,), (), "−a"),
    "power": ((NUMBER, NUMBER), (), "a to the power b"),
    "total": ((MONEY, MONEY, MONEY), (), "a + b + c"),
    "smaller_of": ((MONEY, MONEY), (), "the smaller of a and b"),
    "larger_of": ((MONEY, MONEY), (), "the larger of a and b"),
    "absolute": ((MONEY,), (), "the size of a"),
    "whole_part": ((NUMBER,), (), "a rounded down"),
    "when": ((ANSWER, MONEY, MONEY), (), "b when a, otherwise c"),
    "less": ((MONEY, MONEY), (), "a is below b"),
    "at_most": ((MONEY, MONEY), (), "a is at most b"),
    "more": ((MONEY, MONEY), (), "a is above b"),
    "at_least": ((MONEY, MONEY), (), "a is at least b"),
    "same": ((MONEY, MONEY), (), "a equals b"),
    "unlike": ((MONEY, MONEY), (), "a differs from b"),
    "agrees": ((MONEY, MONEY), (0.005,), "a agrees with b to 0.005"),
    "both": ((ANSWER, ANSWER), (), "a and b"),
    "either": ((ANSWER, ANSWER), (), "a or b"),
    "opposite": ((ANSWER,), (), "not (a)"),
    "to_pence": ((MONEY,), (), "a, to the penny"),
    "to_pounds": ((MONEY,), (), "a, to the pound"),
    "pence_below": ((MONEY,), (), "the largest sum in pence below a"),
    "allocate": ((MONEY, NUMBER, NUMBER), (1,), "part 2 of a split to the penny by b, c"),
}


def named(trial: Trial) -> str:
    return "-".join([trial.operation, str(len(trial.units)), *map(str, trial.parameters)])


def agreed(trial: Trial, row: tuple[float, ...], ours: float, theirs: float | bool | None, slack: float) -> bool:
    """Whether a cell holds our figure: to the last bit where money is rounded, else to `slack` of the figures' size."""
    if math.isnan(ours):
        return theirs is None
    if theirs is None:
        return False
    if trial.operation in TO_THE_PENNY or isinstance(theirs, bool):
        return float(theirs) == ours
    sums = trial.operation in ("add", "subtract", "total")
    size = max(map(abs, row)) if sums else abs(ours)
    return abs(float(theirs) - ours) <= slack * size


def test_every_operation_is_tried_and_has_its_words():
    assert {trial.operation for trial in TRIALS} == set(TABLE), "Give a new operation a trial in tests/engine/trials.py"
    assert set(WORDS) == set(TABLE)


def test_there_are_a_few_thousand_trials():
    assert sum(len(trial.rows) for trial in TRIALS) > 4_000


@pytest.mark.parametrize("operation", WORDS)
def test_words_of_an_operation(operation):
    units, parameters, words = WORDS[operation]
    sheet = Sheet("2026-27", 1)
    operands = [sheet.input("abc"[place], 1.0, of, "Operand") for place, of in enumerate(units)]
    assert in_words(node(operation, *operands, parameters=parameters)) == words


@pytest.mark.parametrize("trial", TRIALS, ids=named)
def test_arrays_and_plain_numbers_and_a_sheet_give_the_same_figures(trial):
    columns = [np.array(column) for column in zip(*trial.rows, strict=True)]
    by_sheet = worked_out(trial.sheet())["result"][:, 0].astype(float)
    by_array = np.asarray(worked(trial.operation, columns, trial.parameters), dtype=float)
    operands = [f"x{place}" for place in range(len(columns))]
    source = TABLE[trial.operation].filled("numpy", operands, trial.parameters)
    plain = eval(f"lambda {', '.join(operands)}: {source}", dict(scalar_names()))
    by_number = np.array([float(plain(*row)) for row in trial.rows])
    np.testing.assert_array_equal(by_array, by_sheet)
    slack = 1e-15 if trial.operation == "power" else 0.0  # numpy raises to a power by a method of its own
    np.testing.assert_allclose(by_number, by_sheet, rtol=slack, atol=0.0)
    one_by_one = [float(worked(trial.operation, row, trial.parameters)) for row in trial.rows]
    np.testing.assert_allclose(one_by_one, by_sheet, rtol=slack, atol=0.0)


def unlike(trial: Trial, cells: dict[str, float | bool | None], slack: float) -> list[str]:
    """The rows for which a worksheet's cell does not hold our figure."""
    sheet = trial.sheet()
    worksheet, ours = Worksheet(sheet), worked_out(sheet)["result"][:, 0].astype(float)
    written = worksheet.cells()
    found = []
    for at, row in enumerate(trial.rows):
        address = worksheet.address(sheet["result"], at)
        if not agreed(trial, row, ours[at], cells[address], slack):
            found.append(f"{trial.operation}{row}: {ours[at]!r} here, {cells[address]!r} from {written[address]:.80}")
    return found


@pytest.mark.parametrize("trial", TRIALS, ids=named)
def test_the_worksheet_formula_gives_the_same_in_formualizer(trial):
    assert unlike(trial, worked_by_formualizer(Worksheet(trial.sheet()).cells()), slack=1e-15) == []


def test_the_worksheet_formulas_give_the_same_in_libreoffice():
    hall = hall_sheet()
    worksheet, ours = Worksheet(hall), worked_out(hall)
    *cells, whole_case = worked_by_libreoffice([Worksheet(trial.sheet()).cells() for trial in TRIALS] + [worksheet.cells()])
    found = [line for trial, worked in zip(TRIALS, cells, strict=True) for line in unlike(trial, worked, FIFTEEN_FIGURES)]
    assert found == []
    for line in hall:
        theirs = [whole_case[worksheet.address(line, at)] for at in range(hall.count)]
        assert theirs == pytest.approx(ours.by_year(line.name), rel=1e-12, abs=1e-9), line.name


def test_figures_a_hair_apart_are_equal_to_libreoffice_and_not_to_numpy():
    """Why a rule that turns on a limit compares figures rounded to the penny, or uses `agrees`."""
    sheet = Sheet("2026-27", 1)
    left, right = sheet.input("left", 0.1 + 0.2, "£", "Left"), sheet.input("right", 0.3, "£", "Right")
    above = sheet.line("above", left > right, "yes or no", "Above")
    close = sheet.line("close", node("agrees", left, right, parameters=(0.005,)), "yes or no", "Agrees")
    worksheet, ours = Worksheet(sheet), worked_out(sheet)
    [cells] = worked_by_libreoffice([worksheet.cells()])
    assert (ours.by_year("above"), cells[worksheet.address(above, 0)]) == ([1.0], False)
    assert (ours.by_year("close"), cells[worksheet.address(close, 0)]) == ([1.0], True)
