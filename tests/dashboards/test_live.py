"""What a page shows while a slider is dragged is what the case says when it is built anew, to the last penny, and as its file says it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.case import Case, load_text
from devomodel.dashboards.live import Live, Movable
from devomodel.fields import specs
from devomodel.model import Projection
from devomodel.problems import DevomodelError
from tests.test_worked_examples import OF_MECHANISMS

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
FACTORS = (0.9, 1.1, 1.0)


@cache
def case(key: str) -> Case:
    return dm.load(ROOT / "scenarios" / f"{key}.yaml")


@cache
def live(key: str, option: str) -> Live:
    return Live(case(key), option)


def mechanism_of(one: Live, path: str) -> str:
    name = path.partition(".")[0]
    used = next(mechanism for mechanism in one.case.variant(one.option).mechanisms if mechanism.name == name)
    return type(used).__module__.rpartition(".")[2]


def kind_of(one: Live, movable: Movable) -> tuple[str, str]:
    """The mechanism, and which of its amounts: the two things that decide how a figure is put on the sheet."""
    return mechanism_of(one, movable.path), "@" if "@" in movable.path else "growing" if movable.amount.grows else "plain"


def moved(movable: Movable, factor: float) -> float:
    """The figure a little higher or lower; a share stays at or below the whole."""
    figure = movable.value * factor if movable.value else factor - 0.9
    return min(figure, 1.0) if movable.amount.unit == "share" and movable.value <= 1 else figure


def differences(first: Projection, second: Projection) -> list[str]:
    """The lines that are not the same in both."""
    assert [line.name for line in first.sheet] == [line.name for line in second.sheet]
    return [line.name for line in first.sheet
            if not all(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (one != one and other != other)
                       for one, other in zip(first.by_year(line.name), second.by_year(line.name), strict=True))]  # fmt: skip


@cache
def in_scenarios() -> frozenset[str]:
    """The mechanisms that a scenario that ships uses."""
    return frozenset(type(one).__module__.rpartition(".")[2] for key in SCENARIOS for variant in case(key).variants.values()
                     for one in variant.mechanisms)  # fmt: skip


@cache
def chosen() -> tuple[tuple[str, str, str, float], ...]:
    return tuple(in_rotation())


def in_rotation() -> Iterator[tuple[str, str, str, float]]:
    """Amounts of the preferred option of each scenario in rotation, and of any option those of a kind that was not met before."""
    met, turn = set(), 0
    for key in SCENARIOS:
        for option in case(key).options:
            for place, movable in enumerate(live(key, option).movable):
                kind = kind_of(live(key, option), movable)
                new = (kind, movable.path.rpartition(".")[2].partition("@")[0]) not in met
                met.add((kind, movable.path.rpartition(".")[2].partition("@")[0]))
                if (option == case(key).preferred and place % 5 == turn % 5) or new:
                    turn += 1
                    yield key, option, movable.path, FACTORS[turn % 3]


@pytest.mark.parametrize("key", SCENARIOS)
def test_a_moved_amount_gives_the_same_figures_at_once_and_built_anew(key: str):
    tried = 0
    for _, option, path, factor in (one for one in chosen() if one[0] == key):
        one = live(key, option)
        movable = next(each for each in one.movable if each.path == path)
        figure = moved(movable, factor)
        assert differences(one.quick({path: figure}), one.whole({path: figure})) == [], (option, path, figure)
        tried += 1
    assert tried or len(live(key, case(key).preferred).movable) == 0


def test_every_mechanism_with_amounts_is_among_those_moved():
    met = {mechanism_of(live(key, option), path) for key, option, path, _ in chosen()}
    known = {name for name in in_scenarios() if any(mechanism_of(live(key, option), one.path) == name for key in SCENARIOS
                                          for option in case(key).options for one in live(key, option).movable)}  # fmt: skip
    assert met == known
    assert {"borrowing", "capital_scheme", "match_funding", "cost_share", "grant", "precept", "budget", "tax_base"} <= met


@pytest.mark.parametrize("use", sorted({"bond", "harmonisation", "leaseback"} | set(mechanisms.names()) - in_scenarios()))
def test_a_mechanism_gives_the_same_figures_at_once_and_built_anew_in_its_examples(use: str):
    """Three whose examples go further than any scenario does, and whichever no scenario uses."""
    met = set()
    for example in (one for one in OF_MECHANISMS if one.written["use"] == use):
        example_case = load_text(example.scenario(), "example.yaml")
        one = Live(example_case, example_case.preferred)
        for place, movable in enumerate(each for each in one.movable if mechanism_of(one, each.path) == use):
            kind = (*kind_of(one, movable), movable.path.rpartition(".")[2].partition("@")[0])
            if kind not in met:
                met.add(kind)
                figure = moved(movable, FACTORS[place % 2])
                assert differences(one.quick({movable.path: figure}), one.whole({movable.path: figure})) == [], (
                    str(example),
                    movable.path,
                )
    assert met or not any(spec.kind.startswith("amount") for spec in specs(mechanisms.find(use)).values())


def test_a_cost_that_passes_the_de_minimis_moves_to_the_capital_account_at_once():
    """Hand tools of £600 are below the council's de minimis and of £2,000 are not: that decides which account their line is on."""
    one = live("dunstable-ranger", "ranger_for_five_years")
    figures = one.quick({"ranger.parts.hand_tools.cost": 2_000.0})
    assert sum(figures.by_year("ranger.capital_cost")) == sum(one.base.by_year("ranger.capital_cost")) + 2_000
    assert differences(figures, one.whole({"ranger.parts.hand_tools.cost": 2_000.0})) == []


def test_a_share_above_the_whole_is_written_with_its_sign_and_loses_nothing():
    one = live("two-tier-reorganisation", "two_councils")
    path = "merger.by_number.two.transition"
    again = load_text(one.scenario_text({path: 1.132571}, label="Dearer"), "again.yaml")
    assert Live(again, "from_the_dashboard").base.by_year(path) == [1.132571] * 7


def test_a_sum_called_value_in_a_block_of_other_keys_is_an_amount_of_its_own():
    one = live("falmouth", "in_stages")
    assert max(one.whole({"building.reverter.value": 5_000.0}).by_year("building.reverter.repayable")) == 5_000


@pytest.mark.parametrize("key", SCENARIOS)
def test_the_scenario_file_with_what_was_moved_opens_with_the_same_figures_in_its_new_option(key: str):
    one = live(key, case(key).preferred)
    amounts = {each.path: moved(each, FACTORS[place % 2]) for place, each in enumerate(one.movable) if place % 4 == 0}
    text = one.scenario_text(amounts, label="After the meeting")
    again = load_text(text, f"{key}.yaml")
    new = next(name for name, option in again.options.items() if option.label == "After the meeting")
    assert differences(dm.project(again, new), one.whole(amounts)) == []
    assert set(again.options) - set(case(key).options) == {new}
    assert differences(dm.project(again, one.option), one.base) == []


@pytest.mark.parametrize("key", [key for key in SCENARIOS if any("borrowing" in str(one) for one in case(key).variants.values())])
def test_a_rate_that_is_moved_says_which_dated_rate_it_was_moved_from(key: str):
    one = live(key, case(key).preferred)
    path = next(each.path for each in one.movable if each.path.endswith(".rate") and mechanism_of(one, each.path) == "borrowing")
    before = next(each for each in one.movable if each.path == path).value
    line = next(each for each in one.whole({path: 0.05}).sheet if each.name.endswith(".rate") and each.values == 0.05)
    assert line.origin is not None
    assert line.origin.basis == "assumption"
    assert f"moved from {before * 100:g}%" in line.origin.note


def test_a_loan_in_another_shape_is_kept_in_the_file_as_it_was_shown():
    one = live("cowfold-pavilion", "pavilion").with_edits(("set", "loan.loans.pavilion.shape", "maturity"),
                                                          ("set", "loan.loans.pavilion.term_years", 40))  # fmt: skip
    again = load_text(one.scenario_text({"loan.loans.pavilion.rate": 0.03}), "cowfold.yaml")
    kept = dm.project(again, "from_the_dashboard")
    assert kept.by_year("town.loan_cost")[1] == pytest.approx(15_000)  # interest alone: 3% of £500,000
    assert differences(kept, one.whole({"loan.loans.pavilion.rate": 0.03})) == []


def test_an_amount_that_is_out_of_bounds_is_refused_in_words_and_not_worked():
    one = live("precept-consultation", case("precept-consultation").preferred)
    with pytest.raises(DevomodelError, match=r"'-0.1' is below nought, which this share cannot be"):
        one.whole({"tax_base.collection_rate": -0.1})
    with pytest.raises(DevomodelError, match=r"110% is more than is charged\. Allowed: up to 100%"):
        one.whole({"tax_base.collection_rate": 1.1})
