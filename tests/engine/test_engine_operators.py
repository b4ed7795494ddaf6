"""What Python's own signs and words do with a line."""

from __future__ import annotations

import math

import numpy as np
import pytest

from devomodel.engine import Expression, Sheet, SheetError, Worker, Worksheet, smaller_of, total, when, worked_out, working
from devomodel.engine.expressions import in_words
from tests.spreadsheets import worked_by_formualizer


@pytest.fixture
def sheet() -> Sheet:
    sheet = Sheet("2026-27", 2)
    for name, value in (("a", 6.0), ("b", 4.0), ("c", 3.0)):
        sheet.input(name, value, "share", name.upper())
    return sheet


def words(expression: Expression) -> str:
    return in_words(expression)


def worked(sheet: Sheet, formula: Expression) -> float:
    sheet.line("result", formula, formula.unit, "Result")
    return worked_out(sheet).value("result", "2026-27")


def test_a_chain_of_comparisons_is_refused(sheet):
    with pytest.raises(SheetError, match="'and'"):
        assert sheet["c"] < sheet["b"] < sheet["a"]


def test_two_equals_signs_compare_year_by_year(sheet):
    assert words(sheet["a"] == sheet["b"]) == "a equals b"
    assert words(sheet["a"] != 6) == "a differs from 6"
    assert worked(sheet, sheet["a"] == 6) == 1.0


def test_in_is_refused_on_a_line_and_does_not_guess_in_a_list(sheet):
    with pytest.raises(SheetError, match="one by one"):
        assert 6.0 in sheet["a"]
    with pytest.raises(SheetError, match="'if'"):
        assert sheet["a"] in [sheet["b"], sheet["a"]]


def test_a_line_is_not_one_number_and_cannot_be_gone_through(sheet):
    for attempt in (float, math.floor, math.sqrt, lambda line: f"{float(line):.2f}"):
        with pytest.raises(SheetError, match="not one number"):
            attempt(sheet["a"])
    for attempt in (list, sum, max, lambda line: next(iter(line))):
        with pytest.raises(SheetError, match="one by one"):
            attempt(sheet["a"])


def test_the_larger_of_two_lines_by_python_is_refused(sheet):
    with pytest.raises(SheetError, match="larger_of"):
        max(sheet["a"], sheet["b"])


def test_an_array_and_a_line_do_not_mix_either_way_round(sheet):
    for attempt in (lambda: np.ones(2) + sheet["a"], lambda: sheet["a"] * np.ones(2)):
        with pytest.raises(SheetError, match="cannot stand in a formula"):
            attempt()
    with pytest.raises(TypeError):
        np.maximum(sheet["a"], 0)


def test_numbers_stand_on_either_side_whatever_python_calls_them(sheet):
    assert words(2 * sheet["a"]) == "2 × a" and words(sheet["a"] * 2.5) == "a × 2.5"
    assert words(1 / sheet["a"]) == "1 ÷ a" and words(1 - sheet["a"]) == "1 − a" and words(2 ** sheet["a"]) == "2 to the power a"
    assert words(np.float64(2) * sheet["a"]) == "2 × a" and words(sheet["a"] + np.int64(2)) == "a + 2"
    assert words(np.float64(5) > sheet["a"]) == "a is below 5"


@pytest.mark.parametrize(("formula", "text", "figure"), [
    (lambda a, b, c: a - (b - c), "a − (b − c)", 5.0),
    (lambda a, b, c: a - b - c, "a − b − c", -1.0),
    (lambda a, b, c: a + (b + c), "a + (b + c)", 13.0),
    (lambda a, b, c: (a + b) * c, "(a + b) × c", 30.0),
    (lambda a, b, c: a / (b / c), "a ÷ (b ÷ c)", 4.5),
    (lambda a, b, c: a * (b / c), "a × (b ÷ c)", 8.0),
    (lambda a, b, c: -(a + b) ** 2, "−((a + b) to the power 2)", -100.0),
    (lambda a, b, c: (-a) ** 2, "(−a) to the power 2", 36.0),
    (lambda a, b, c: a ** (0 - b) * 1296, "a to the power (0 − b) × 1296", 1.0),
    (lambda a, b, c: a * -2, "a × (-2)", -12.0),
    (lambda a, b, c: abs(b - a) * c, "(the size of b − a) × c", 6.0),
    (lambda a, b, c: smaller_of(a, b) - c, "(the smaller of a and b) − c", 1.0),
    (lambda a, b, c: total(when(a > b, a, b), c), "(a when a is above b, otherwise b) + c", 9.0),
])  # fmt: skip
def test_brackets_stand_where_they_matter_in_words_in_numpy_and_in_a_worksheet(sheet, formula, text, figure):
    expression = formula(sheet["a"], sheet["b"], sheet["c"])
    assert words(expression) == text
    assert worked(sheet, expression) == pytest.approx(figure, rel=1e-15)
    worksheet = Worksheet(sheet)
    assert worked_by_formualizer(worksheet.cells())[worksheet.address(sheet["result"], 0)] == pytest.approx(figure, rel=1e-15)


def test_a_look_back_in_words(sheet):
    assert words(sheet.last_year("a", first=1.0) * 2) == "last year's a × 2"
    assert words(sheet.years_ago("b", 3, 1.0) + sheet["a"]) == "b 3 years ago + a"


def test_a_line_may_repeat_another_figure_or_answer(sheet):
    answer = sheet.line("answer", sheet["a"] > sheet["b"], "yes or no", "Answer")
    sheet.line("same_answer", answer, "yes or no", "The same answer")
    sheet.line("same_figure", sheet["a"], "share", "The same figure")
    worksheet = Worksheet(sheet)
    cells = worksheet.cells()
    assert [cells[worksheet.address(sheet[name], 0)] for name in ("same_answer", "same_figure")] == ["=D5", "=D2"]
    figures = worked_out(sheet)
    assert figures.by_year("same_answer") == [1.0, 1.0] and figures.by_year("same_figure") == [6.0, 6.0]


def test_a_sum_of_hundreds_of_lines_and_a_chain_through_every_year():
    """Neither a long sum nor a long history may run out of Python's depth."""
    sheet = Sheet("2026-27", 40)
    lines = [sheet.input(f"x{number}", 1.0, "£", "One") for number in range(1_500)]
    carried = sheet.line("carried", sheet.last_year("step29", first=0.0, unit_of="£") + sum(lines), "£", "Carried")
    for number in range(30):
        carried = sheet.line(f"step{number}", carried + lines[0], "£", "Step")
    figures = worked_out(sheet)
    assert figures.value("step29", "2065-66") == 40 * 1_530
    steps = list(working(figures, "step29", "2065-66").walk())
    assert max(depth for depth, _ in steps) > 1_000


def test_given_figures_and_missing_ones_as_they_stand_in_a_worksheet():
    sheet = Sheet("2026-27", 2)
    known = sheet.input("known", (1.0, math.nan), "£", "Known in the first year only")
    sheet.line("before", sheet.years_ago(known, 2, [7.5, None]), "£", "Two years ago")
    worksheet = Worksheet(sheet)
    cells = worksheet.cells()
    assert [cells[worksheet.address(known, at)] for at in (-2, -1, 0, 1)] == ["=NA()", 7.5, 1.0, "=NA()"]
    assert [cells[worksheet.address(sheet["before"], at)] for at in (0, 1)] == ["=D2", "=E2"]


def test_runs_share_given_figures_and_none_can_spoil_them(sheet):
    worker = Worker(sheet)
    with pytest.raises(ValueError, match="read-only"):
        worker.work()["a"][0, 0] = 99.0
    assert worker.work().by_year("a") == [6.0, 6.0]


def test_a_failed_check_is_named_with_its_years():
    sheet = Sheet("2026-27", 3)
    reserves = sheet.input("reserves", (5.0, -1.0, -2.0), "£", "Reserves")
    sheet.check("never_overdrawn", reserves >= 0, "Reserves are never overdrawn", "The council would owe money")
    sheet.check("itself", reserves == reserves, "Reserves are what they are", "")
    assert worked_out(sheet).failed_checks() == [("never_overdrawn", ["2027-28", "2028-29"])]
