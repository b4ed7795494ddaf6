"""Draws of amounts that are not known exactly: repeatable, shared where a group says so, and of the shape they claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

import devomodel as dm
from tests.case.towns import problems, read

SPENDING = "energy: {value: 1000, basis: assumption}\nfuel: {value: 500, basis: assumption}\nstaff: {value: 900, grows: 10%}"
DRAWS = 40_000


def drawn(
    uncertain: str, line: str = "budget.spending.energy", *, seed: int = 7, draws: int = 200, option=None, after: str = ""
) -> np.ndarray:
    """The draws of a line in every year: years × draws."""
    block = "uncertain:\n" + "".join(f"  {one}\n" for one in uncertain.splitlines())
    case = read(spending=SPENDING, after=after + block)
    figures = dm.project(case, option, draws=draws, seed=seed).figures[line]
    return np.broadcast_to(figures, (case.count, draws))


BOTH = "budget.spending.energy: {low: 800, high: 1400}\nbudget.spending.fuel: {low: 400, high: 700}"


class TestRepeating:
    def test_the_same_seed_gives_the_same_draws(self):
        assert np.array_equal(drawn(BOTH), drawn(BOTH))

    def test_another_seed_gives_others(self):
        assert not np.array_equal(drawn(BOTH), drawn(BOTH, seed=8))

    def test_what_else_is_uncertain_does_not_move_them(self):
        alone = "budget.spending.energy: {low: 800, high: 1400}"
        assert np.array_equal(drawn(BOTH), drawn(alone))

    def test_options_share_the_same_draws(self):
        after = "options:\n  more: {set: {budget.spending.staff: 2000}}\n"
        assert np.array_equal(drawn(BOTH, after=after, option="more"), drawn(BOTH, after=after, option="do_nothing"))

    def test_draws_need_a_seed_and_a_sensible_number(self):
        case = read(spending=SPENDING, after="uncertain:\n  budget.spending.energy: {low: 1, high: 2000}\n")
        with pytest.raises(dm.DevomodelError, match="Draws need a seed"):
            dm.project(case, draws=10)
        with pytest.raises(dm.DevomodelError, match="between 1 and 1,000,000"):
            dm.project(case, draws=0, seed=1)


class TestGroups:
    def test_amounts_of_one_group_move_together(self):
        grouped = (
            "budget.spending.energy: {low: 0, high: 1, shape: uniform, group: g}\n"
            "budget.spending.fuel: {low: 10, high: 20, shape: uniform, group: g}"
        )
        energy, fuel = drawn(grouped), drawn(grouped, "budget.spending.fuel")
        assert fuel == pytest.approx(10 + 10 * energy, rel=1e-12)

    def test_amounts_of_no_group_move_apart(self):
        apart = (
            "budget.spending.energy: {low: 0, high: 1, shape: uniform}\nbudget.spending.fuel: {low: 0, high: 1, shape: uniform}"
        )
        together = np.corrcoef(drawn(apart, draws=DRAWS)[0], drawn(apart, "budget.spending.fuel", draws=DRAWS)[0])[0, 1]
        assert abs(together) < 5 / math.sqrt(DRAWS)


class TestShapes:
    """The mean of so many draws lies within five of its own standard errors of the exact mean of the shape."""

    @staticmethod
    def assert_mean_and_spread(draws: np.ndarray, mean: float, variance: float) -> None:
        assert abs(draws.mean() - mean) < 5 * math.sqrt(variance / draws.size)
        assert draws.var() == pytest.approx(variance, rel=0.05)

    def test_uniform(self):
        draws = drawn("budget.spending.energy: {low: 800, high: 1400, shape: uniform}", draws=DRAWS)[0]
        self.assert_mean_and_spread(draws, mean=1100, variance=600**2 / 12)
        assert draws.min() >= 800 and draws.max() <= 1400

    @pytest.mark.parametrize(
        ("likely", "peak"), [("", 1000), (", likely: 1300", 1300), (", likely: 800", 800), (", likely: 1400", 1400)]
    )
    def test_triangular_with_its_peak_at_the_likely_figure_or_else_the_one_given(self, likely, peak):
        draws = drawn(f"budget.spending.energy: {{low: 800, high: 1400{likely}}}", draws=DRAWS)[0]
        low, high = 800, 1400
        spread = (low**2 + high**2 + peak**2 - low * high - low * peak - high * peak) / 18
        self.assert_mean_and_spread(draws, mean=(low + high + peak) / 3, variance=spread)
        assert draws.min() >= 800 and draws.max() <= 1400

    def test_a_share_of_the_draws_lies_below_the_peak_as_the_shape_says(self):
        draws = drawn("budget.spending.energy: {low: 800, high: 1400, likely: 950}", draws=DRAWS)[0]
        below = (950 - 800) / (1400 - 800)
        assert abs((draws < 950).mean() - below) < 5 * math.sqrt(below * (1 - below) / DRAWS)

    def test_low_and_high_alike_is_no_doubt_at_all(self):
        assert set(drawn("budget.spending.energy: {low: 900, high: 900}").ravel()) == {900}


class TestYears:
    def test_one_draw_serves_every_year(self):
        draws = drawn("budget.spending.energy: {low: 800, high: 1400}")
        assert np.array_equal(draws[0], draws[3])

    def test_growth_works_on_the_draw(self):
        draws = drawn("budget.spending.staff: {low: 800, high: 1000}", "budget.spending.staff")
        assert draws[2] == pytest.approx(draws[0] * 1.21, rel=1e-12)

    def test_an_amount_that_only_an_option_has_is_left_out_of_the_others(self):
        after = "options:\n  hub: {set: {budget.spending.hub: {value: 10, basis: assumption}}}\n"
        uncertain = "budget.spending.hub: {low: 5, high: 15}"
        assert drawn(uncertain, "budget.spending.hub", after=after, option="hub").std() > 0
        assert drawn(uncertain, after=after, option="do_nothing").std() == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("uncertain", "said"),
        [
            ("budget.spending.energy: {low: 800}", "'high' is missing"),
            ("budget.spending.energy: 800", "an uncertain amount gives low and high, and '800' stands here instead"),
            ("budget.spending.energy: {low: 9, high: 1}", "low (9) is above high (1). Write the smaller as low."),
            ("budget.spending.energy: {low: 1, high: 9, likely: 10}", "likely (10) is not between low (1) and high (9)"),
            ("budget.spending.energy: {low: 5%, high: 9%}", "'5%' is a percentage, not an amount of money"),
            (
                "budget.spending.energy: {low: 1, high: 9, shape: normal}",
                "'normal' is not a shape. Allowed: uniform or triangular",
            ),
            ("budget.spending.energy: {low: 1, high: 9, likly: 5}", "Did you mean 'likely'?"),
            ("budget.spending.energy: {low: 1, high: 9, basis: published}", "says its source"),
            ("budget.spending.enrgy: {low: 1, high: 9}", "Did you mean 'budget.spending.energy'?"),
            ("energy: {low: 1, high: 9}", "this path leads to no amount of the scenario."),
        ],
    )
    def test_at_once_when_the_file_is_read(self, uncertain, said):
        told = problems(spending=SPENDING, after=f"uncertain:\n  {uncertain}\n")
        assert told[0].startswith("town.yaml, line 26, uncertain › ")
        assert said in told[0]

    def test_an_amount_with_a_figure_for_each_year(self):
        spending = "hall: {by_year: {2026-27: 1, 2027-28: 2}, grows: 0%}"
        [said] = problems(spending=spending, after="uncertain:\n  budget.spending.hall: {low: 1, high: 9}\n")
        assert "this amount has different figures by year, and only one figure can be uncertain" in said

    def test_an_amount_that_is_another_line(self):
        after = ("  grant: {use: payment, payer: district, payee: town, kind: grant, status: assumed,"
                 " amount: {line: budget.spending.hall}}\n"
                 "uncertain:\n  grant.amount: {low: 1, high: 9}\n")  # fmt: skip
        [said] = problems(after=after)
        assert "this amount takes the figures of the line 'budget.spending.hall'" in said
