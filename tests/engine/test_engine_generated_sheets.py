"""Made-up sheets: every way of working them gives the same figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from devomodel.engine import Sheet, Worker, Worksheet, projection, worked_out, working
from devomodel.engine.expressions import Constant, leaves
from devomodel.engine.years import year_label
from tests.engine.generated import sheets
from tests.engine.naive import Naive, evaluated
from tests.spreadsheets import worked_by_formualizer

calmly = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
LARGEST = 1e11
"""Beyond a hundred thousand million pounds a double no longer holds a millionth of a penny."""


def slow_figures(sheet: Sheet, **options) -> dict[str, list[float]]:
    naive = Naive(sheet, **options)
    return {line.name: [float(naive.figure(line.name, at)) for at in range(sheet.count)] for line in sheet}


def of_usual_size(figures: dict[str, list[float]]) -> bool:
    return all(math.isnan(value) or abs(value) < LARGEST for values in figures.values() for value in values)


@given(sheet=sheets())
@settings(calmly, max_examples=400)
def test_the_program_gives_what_working_each_figure_by_itself_gives(sheet):
    assume(sheet is not None)
    slow = slow_figures(sheet)
    assume(of_usual_size(slow))
    quick = worked_out(sheet)
    for name, values in slow.items():
        np.testing.assert_array_equal(quick[name][:, 0].astype(float), values, err_msg=f"{name}: {sheet[name]!r}")


@given(sheet=sheets())
@settings(calmly, max_examples=400)
def test_the_worksheet_gives_the_same_figures_and_an_error_where_there_is_none(sheet):
    assume(sheet is not None)
    slow = slow_figures(sheet, as_worksheet=True)
    assume(of_usual_size(slow))
    worksheet = Worksheet(sheet)
    cells = worked_by_formualizer(worksheet.cells())
    for line in sheet:
        for at, value in enumerate(slow[line.name]):
            cell = cells[worksheet.address(line, at)]
            where = f"{line.name} {sheet.years[at]}: {worksheet.cells()[worksheet.address(line, at)]}"
            if math.isnan(value):
                assert cell is None, where
            else:
                assert cell is not None and cell == pytest.approx(value, rel=1e-12, abs=1e-9), where


@given(sheet=sheets(), seed=st.integers(0, 2**32 - 1), draws=st.integers(2, 7), at_once=st.integers(1, 4), data=st.data())
@settings(calmly, max_examples=200)
def test_each_draw_is_the_single_run_with_its_inputs(sheet, seed, draws, at_once, data):
    assume(sheet is not None)
    inputs = [line for line in sheet if line.is_input]
    uncertain = data.draw(st.lists(st.sampled_from(inputs), min_size=1, unique=True))
    random = np.random.default_rng(seed)
    rows = {line.name: data.draw(st.sampled_from([1, sheet.count])) for line in uncertain}
    changed = {name: np.round(random.uniform(-500, 500, (count, draws)), 2) for name, count in rows.items()}
    wanted = data.draw(st.lists(st.sampled_from([line.name for line in sheet]), min_size=1, unique=True))

    worker = Worker(sheet)
    together = worker.work(changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projection, "DRAWS_AT_ONCE", at_once)
        in_blocks, kept = worker.work(changed), worker.work(changed, keep=wanted)
    assert set(kept.arrays) == set(wanted)
    for draw in range(draws):
        alone = worker.work({name: values[:, draw : draw + 1] for name, values in changed.items()})
        for line in sheet:
            expected = alone[line.name][:, 0]
            for many in (together, in_blocks, kept):
                if line.name in many.arrays:
                    np.testing.assert_array_equal(column(many[line.name], draw), expected, err_msg=line.name)


def column(array: np.ndarray, draw: int) -> np.ndarray:
    """One draw of a line; a line that no draw moves has one column for all."""
    return array[:, draw if array.shape[1] > 1 else 0]


@given(sheet=sheets(), data=st.data())
@settings(calmly, max_examples=200)
def test_a_working_ends_in_given_figures_and_each_step_follows_from_its_parts(sheet, data):
    assume(sheet is not None)
    line = data.draw(st.sampled_from(sheet.lines))
    at = data.draw(st.integers(0, sheet.count - 1))
    top = working(worked_out(sheet), line.name, sheet.years[at])
    shown = set()
    for _, step in top.walk():
        position = int(step.year[:4]) - int(sheet.years[0][:4])
        if step.repeated:
            assert (step.line.name, step.year) in shown, "A figure said to be worked above is not above"
            continue
        shown.add((step.line.name, step.year))
        if step.opening:
            formula, from_year = sheet.openings[step.line.name].cells[-position - 1], 0
        else:
            formula, from_year = step.line.formula, position
        if formula is None:
            assert step.parts == () and step.formula == "", "An input has no parts"
            continue
        assert step.parts or all(isinstance(leaf, Constant) for leaf in leaves(formula))
        parts = {(part.line.name, part.year): part.value for part in step.parts}

        def part(name, back, parts=parts, from_year=from_year):
            return parts[name, year_label(int(sheet.years[0][:4]) + from_year - back)]

        np.testing.assert_equal(float(evaluated(formula, part)), step.value)
