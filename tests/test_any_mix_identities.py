"""What holds in every mix of any mechanisms: paid is received, statements sum, balances roll, costs have funders or a gap.

The cases are made up at random (`tests/generated_any.py`), the same ones on every run. A mechanism whose strategies are in a
`tests/generated_*.py` is among them by itself.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import defaultdict
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.funding import SPENDING, funding
from devomodel.mechanisms.base import is_flow
from devomodel.model import Projection, _may_be_blank
from tests.generated_any import CORE, JOINS, STRATEGIES, lines_taken, mixes
from tests.generated_cases import Scenario, of_use, projected
from tests.generated_mixes import doubled
from tests.test_identities import DUST, accounts_of, assert_totals_sum, close, paid_and_received
from tests.test_mixed_identities import ACCOUNTS, net_by_party, twice_the_unit  # noqa: F401

COUNT = 60
TRIED = 2
"""How many are made up for each case: the first is always the simplest there is, with noughts for every sum."""
SCALED = 25
MOVED = 2
"""How many amounts of each case are moved."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MAY_FAIL = (".not_negative", ".capital.funded")
"""Endings of checks that a council fails whose figures at random leave it overdrawn, or with capital that nobody pays for."""
FROM_NOUGHT = (".change_identity",)
"""Checks of a percentage, which a charge of nought has not."""
OF_ONE_POUND = "yield_"
"""Figures of tax_base_capacity that say what one pound or one penny raises, which stays one pound and one penny."""
OF_ONE_PENNY = ".in_ninths"
"""A check of a precept that allows for a whole penny, which stays one penny. No mechanism is left out."""
TAKEN = {
    ("cost_share", "staff"), ("shared_officer", "staff"), ("audit_thresholds", "staff"), ("exit_cost", "borrowing"),
    ("exit_cost", "bond"), ("exit_cost", "grant"), ("exit_cost", "asset_transfer"), ("leaseback", "asset_transfer"),
    ("vat_partial_exemption", "leaseback"), ("investment_income", "cil_neighbourhood_share"), ("cil_neighbourhood_share", "budget"),
    ("cost_share", "fees"), ("fees", "budget"), ("shared_local_income", "budget"), ("precept", "apportionment"),
    ("shared_equipment", "budget"), ("cluster", "budget"), ("cluster", "grant"), ("business_rates_growth", "borrowing"),
    ("reorganisation", "harmonisation"), ("gainshare", "budget"), ("tax_base_capacity", "town"),
}  # fmt: skip
"""Which mechanism takes a line of which other in some case."""

Made = list[tuple[Scenario, Projection]]
printed_accounts = cache(accounts_of)


def gathered(count: int) -> list[Scenario]:
    """Cases in which every mechanism has its turn, and every way in which one takes the line of another."""
    uses, joins = list(STRATEGIES), [join.__name__ for _, join in JOINS]
    turns = [(uses[number % len(uses)], joins[number % len(joins)]) for number in range(count)]
    return [one_case(number, mixes(*turn)) for number, turn in enumerate(turns)]


def one_case(number: int, strategy: st.SearchStrategy[Scenario]) -> Scenario:
    """One case at random, the same for a number on every run."""
    cases: list[Scenario] = []

    @seed(number)
    @settings(max_examples=TRIED, deadline=None, suppress_health_check=SLOW, phases=[Phase.generate], database=None)
    @given(strategy)
    def gather(case: Scenario) -> None:
        cases.append(json.loads(json.dumps(case)))  # each figure its own, so that one can be moved by itself

    gather()
    return cases[-1]


@pytest.fixture(scope="module")
def made() -> Made:
    """The cases, each worked once for all the tests."""
    return [(case, projected(case)) for case in gathered(COUNT)]


def test_every_mechanism_and_every_line_taken_from_another_is_in_a_case(made: Made):
    used = {one["use"] for case, _ in made for one in case["mechanisms"].values()}
    assert used >= {*STRATEGIES, *CORE}
    assert set().union(*(lines_taken(case) for case, _ in made)) >= TAKEN
    assert any(of_use(case, "precept")[-1]["council"] == "district" for case, _ in made)
    assert any(of_use(case, "precept")[0]["council"] == "district" for case, _ in made)


# Between parties


def test_what_one_party_pays_another_the_other_receives_in_every_account_and_year(made: Made):
    """From the printed accounts: each flow with two ends stands once on either side, with the same figures."""
    for _, projection in made:
        paid, received = defaultdict(list), defaultdict(list)
        for (party, account), table in printed_accounts(projection).items():
            for found, side, other, lines in zip((paid, received), ("payer", "payee"), ("payee", "payer"),
                                                 paid_and_received(table), strict=True):  # fmt: skip
                for name, values in lines.items():
                    tags = projection.sheet[name].tags
                    assert tags[side] == party and tags["account"] == account
                    if tags.get(other):
                        found[account].append((name, tuple(values)))
        for account in ACCOUNTS:
            assert sorted(paid[account]) == sorted(received[account])
        both = {line.name for line in projection.sheet if is_flow(line) and line.tags.get("payer") and line.tags.get("payee")}
        assert {name for lines in paid.values() for name, _ in lines} == both, "no flow is left out of print"


def test_every_printed_account_is_the_flows_added_up_in_plain_python(made: Made):
    for _, projection in made:
        net, printed = net_by_party(projection), printed_accounts(projection)
        for key, table in printed.items():
            balance = next(row for row in table if row.kind == "balance")
            assert close(balance.values, net[key]), key
        assert all(not any(values) for key, values in net.items() if key not in printed)


def test_every_printed_total_is_the_sum_of_its_lines_in_pence_and_in_whole_pounds(made: Made):
    for case, projection in made:
        for party in case["councils"]:
            for table in projection.statements(party):
                # What is carried between years, and a gap, are rows of their own only from half a penny.
                within = 0.011 if ": who " in table.title else DUST
                assert_totals_sum(table, within=within)
                if ": who " not in table.title:
                    assert_totals_sum(table.in_pounds(), within=DUST if table.title.endswith("moves") else 0.0)


# Costs and who pays them


def test_every_cost_of_every_party_has_funders_or_a_gap(made: Made):
    """The spending is the flows that leave the account, whatever it is of; a capital gap is what is paid beyond what came in."""
    for case, projection in made:
        keys = [(party, account) for party in case["councils"] for account in ACCOUNTS]
        spent, got = ({key: np.zeros(case["years"]) for key in keys} for _ in range(2))
        for line in projection.sheet:
            if is_flow(line):
                values, kind, account = np.array(projection.by_year(line.name)), line.tags["kind"], line.tags["account"]
                for found, side, through in ((spent, "payer", "precept"), (got, "payee", "council tax")):
                    if line.tags.get(side) and kind != through:
                        found[line.tags[side], account] += values
        for party in case["councils"]:
            for account, title in SPENDING.items():
                table = funding(projection.figures, party, account)
                assert_totals_sum(table, within=0.011)
                [total] = [row for row in table if row.kind == "total"]
                assert total.label == title and close(total.values, spent[party, account]), (party, account)
            gaps = [row.values for row in funding(projection.figures, party, "capital") if row.label.startswith("Gap")]
            owed = any(line.tags.get("owed_to") == party for line in projection.sheet)
            if not owed:
                to_date = np.cumsum(spent[party, "capital"] - got[party, "capital"])
                assert close(np.cumsum(gaps[0]) if gaps else 0.0, np.maximum(to_date, 0.0), within=0.011), party


# Balances


def test_what_a_council_has_in_reserve_moves_by_all_that_comes_in_less_all_that_goes_out(made: Made):
    """Opening, and the net of every flow of the revenue account, is closing; this year's closing is next year's opening."""
    for case, projection in made:
        net = net_by_party(projection)
        for one in of_use(case, "precept"):
            council = one["council"]
            pots = {"general": one["general_reserve"], **one.get("earmarked_reserves", {})}
            start = sum(pot["opening"]["value"] for pot in pots.values())
            assert close(projection.by_year(f"{council}.reserves.closing"), start + np.cumsum(net[council, "revenue"])), council
            figure = {part: np.array(projection.by_year(f"{council}.{part}")) for part in (
                "spending", "contingency", "reserves_added", "other_income", "reserves_used", "support_grant",
                "difference_to_reserves", "precept")}  # fmt: skip
            more = figure["spending"] + figure["contingency"] + figure["reserves_added"] + figure["difference_to_reserves"]
            less = figure["other_income"] + figure["reserves_used"] + figure["support_grant"]
            assert close(more - less, figure["precept"])


def test_every_opening_figure_is_the_closing_figure_of_the_year_before(made: Made):
    held: set[str] = set()
    for case, projection in made:
        uses = {name: one["use"] for name, one in case["mechanisms"].items()}
        for line in projection.sheet:
            prefix, _, ending = line.name.rpartition(".")
            half_year = prefix.endswith((".h1", ".h2"))
            given_before_the_case = ending == "opening" and f"{prefix}.at_1_april" in projection.sheet
            rolls = ending in ("opening", "at_1_april") and f"{prefix}.closing" in projection.sheet
            if rolls and not (half_year or given_before_the_case):
                assert close(projection.by_year(line.name)[1:], projection.by_year(f"{prefix}.closing")[:-1]), line.name
                held.add(uses.get(prefix.partition(".")[0], "precept"))
        for party in case["councils"]:
            if f"{party}.capital.balance" in projection.sheet:
                assert close(
                    projection.by_year(f"{party}.capital.balance"), np.cumsum(net_by_party(projection)[party, "capital"])
                )
    assert held >= {"precept", "grant", "cluster", "pooled_budget", "section_106", "cil_neighbourhood_share", "community_shares"}


# Checks and figures


def from_nought(case: Scenario, projection: Projection) -> bool:
    """Whether a charge is nought in some year, so that no percentage follows from it."""
    return any(
        value == 0
        for line in projection.sheet
        if line.name.rpartition(".")[2] in ("band_d", "band_d_at_start", "band_d_charge", "precept")
        for value in projection.by_year(line.name)
    )


def test_every_check_of_a_sum_holds(made: Made):
    for case, projection in made:
        failing = {one.name for one in projection.checks if not one.passed} - {"master"}
        failing = {name for name in failing if not name.endswith(MAY_FAIL)}
        if from_nought(case, projection):
            failing = {name for name in failing if name != "every_figure_is_a_number" and not name.endswith(FROM_NOUGHT)}
        assert not failing, [(one.name, one.detail, one.years) for one in projection.checks if one.name in failing]


def test_every_figure_is_a_number_but_a_percentage_of_nought_and_a_change_on_a_year_that_is_not_given(made: Made):
    for _, projection in made:
        blank = _may_be_blank(projection.sheet)
        for line in projection.sheet:
            values = np.array(projection.by_year(line.name), dtype=float)
            assert np.isfinite(values).all() or line.name in blank, (line.name, values)


def test_the_same_case_built_twice_gives_the_same_figures_to_the_last_digit(made: Made):
    for case, projection in made:
        again = projected(copy.deepcopy(case))
        assert again.case_id == projection.case_id
        assert [line.name for line in again.sheet] == [line.name for line in projection.sheet]
        for line in projection.sheet:
            assert np.array_equal(again.by_year(line.name), projection.by_year(line.name), equal_nan=True), line.name


# An amount that is moved


def amount_in(case: Scenario, place: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """Where a case says the figure of an amount."""
    block: Any = case
    for key in place[:-1]:
        block = block[key]
    if isinstance(block[place[-1]], dict):
        return block[place[-1]], "value"
    return block, place[-1]


def test_an_amount_that_is_moved_gives_the_figures_of_the_case_built_anew_with_it(made: Made):
    moved: set[str] = set()
    for number, (case, projection) in enumerate(made):
        places = [one.place for one in projection.sheet.amounts.values() if one.place and one.value]
        for place in Random(number).sample(places, min(MOVED, len(places))):
            anew = copy.deepcopy(case)
            holder, key = amount_in(anew, place)
            share = str(holder[key]).endswith("%")
            figure = 0.75 * (float(holder[key][:-1]) / 100 if share else holder[key])
            holder[key] = figure
            try:
                slow = projected(anew)
            except dm.InputError:
                continue  # shares that come to less than the whole, three quarters of a post
            quick = projection.with_amounts({".".join(place[1:]): figure})
            moved.add(case["mechanisms"][place[1]]["use"])
            for line in slow.sheet:
                if ".whole_life." in line.name:
                    continue  # said of the loan as the file gives it, and worked when the case is built
                ours, theirs = np.array(quick.by_year(line.name)), np.array(slow.by_year(line.name))
                assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-9, equal_nan=True), (place, line.name, ours, theirs)
    assert len(moved) >= 20


# Scale


@pytest.fixture
def twice_the_penny(twice_the_unit):  # noqa: F811
    """The same switch, with which the half penny that checks allow for is a penny too."""
    turn_on, turn_off = twice_the_unit
    with pytest.MonkeyPatch.context() as patch:

        def on() -> None:
            turn_on()
            for name, module in sys.modules.items():
                if name.startswith("devomodel.") and hasattr(module, "HALF_A_PENNY"):
                    patch.setattr(module, "HALF_A_PENNY", 2 * module.HALF_A_PENNY)

        def off() -> None:
            patch.undo()
            turn_off()

        yield on, off


def test_twice_the_pounds_and_twice_the_unit_of_rounding_is_twice_every_pound_and_no_other_figure(twice_the_penny):
    turn_on, turn_off = twice_the_penny
    cases = gathered(SCALED)
    assert {one["use"] for case in cases for one in case["mechanisms"].values()} >= {*STRATEGIES, *CORE}
    for case in cases:
        once = projected(case)
        turn_on()
        try:
            twice = projected(doubled(case))
        finally:
            turn_off()
        assert [line.name for line in once.sheet] == [line.name for line in twice.sheet]
        for line in once.sheet:
            if not line.name.endswith(OF_ONE_PENNY):
                ours, theirs = np.array(once.by_year(line.name)), np.array(twice.by_year(line.name))
                times = 2 if line.unit.is_money and not line.name.rpartition(".")[2].startswith(OF_ONE_POUND) else 1
                assert np.allclose(theirs, times * ours, rtol=1e-9, atol=1e-9, equal_nan=True), (line.name, ours, theirs)
