"""What holds in every case, whatever is in it: money received is money paid, balances roll forward, parts sum.

The cases are made up at random (`tests/generated_cases.py`), the same ones on every run.
"""

from __future__ import annotations

import copy
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devomodel.engine import Worksheet
from devomodel.model import Projection
from devomodel.statements import Statement
from tests.generated_cases import BASIS, COUNCILS, Scenario, amounts, by_hand, by_year, cases, of_use, projected, rounded, year
from tests.spreadsheets import Worked, worked_by_formualizer, worked_by_libreoffice

FEW = settings(max_examples=25)
MANY = settings(max_examples=60)
DUST = 1e-6
"""What a few dozen sums of hundreds of thousands of pounds may leave of binary arithmetic, in £."""
ACCOUNTS = {"revenue": "revenue account", "capital": "capital account", "in_kind": "given and borne in kind"}
NINTHS = {"A_disabled": 5, "A": 6, "B": 7, "C": 8, "D": 9, "E": 11, "F": 13, "G": 15, "H": 18, "I": 21}


def close(ours: Any, theirs: Any, within: float = DUST) -> bool:
    return bool(np.allclose(ours, theirs, rtol=0, atol=within, equal_nan=True))


def precepting(case: Scenario) -> list[str]:
    return [one["council"] for one in of_use(case, "precept")]


def accounts_of(projection: Projection) -> dict[tuple[str, str], Statement]:
    """The accounts of every party, as printed."""
    found = {}
    for party in projection.case.councils:
        for table in projection.statements(party):
            for account, words in ACCOUNTS.items():
                if table.title.endswith(f": {words}"):
                    found[party, account] = table
    return found


def paid_and_received(table: Statement) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """The lines of an account by the side they stand on."""
    sides: list[dict[str, list[float]]] = []
    for row in table:
        if row.kind == "heading":
            sides.append({})
        elif row.kind == "line":
            sides[-1][row.line] = list(row.values)
    paid, received = sides
    return paid, received


# Between parties


@MANY
@given(cases())
def test_what_one_party_pays_another_the_other_receives(case: Scenario):
    """Per account and year, from the printed accounts: the sums agree, and each flow stands once on either side."""
    projection = projected(case)
    paid, received = defaultdict(list), defaultdict(list)
    for (party, account), table in accounts_of(projection).items():
        out, into = paid_and_received(table)
        for found, side, other, lines in ((paid, "payer", "payee", out), (received, "payee", "payer", into)):
            for name, values in lines.items():
                tags = projection.sheet[name].tags
                assert tags[side] == party and tags["account"] == account
                if tags.get(other):
                    found[account].append((name, tuple(values)))
    for account in ACCOUNTS:
        assert sorted(paid[account]) == sorted(received[account])
        totals = [np.sum([values for _, values in side[account]], axis=0) for side in (paid, received)]
        assert close(*totals)


@MANY
@given(cases())
def test_each_party_s_net_flow_is_what_its_own_books_kept_by_hand_say(case: Scenario):
    projection, hand = projected(case), by_hand(case)
    printed = accounts_of(projection)
    for (party, account), net in hand.net.items():
        if (party, account) not in printed:
            assert not any(net)
            continue
        balance = next(row for row in printed[party, account] if row.kind == "balance")
        assert close(balance.values, net), (party, account)
    assert set(printed) <= set(hand.net)


@MANY
@given(cases())
def test_reserves_and_precepts_are_those_of_books_kept_by_hand(case: Scenario):
    projection, hand = projected(case), by_hand(case)
    for council in precepting(case):
        assert close(projection.by_year(f"{council}.precept"), hand.precept[council])
    for (council, reserve), closing in hand.closing.items():
        assert close(projection.by_year(f"{council}.reserves.{reserve}.closing"), closing)


@MANY
@given(cases())
def test_reserves_roll_forward_by_the_net_flow_of_the_revenue_account(case: Scenario):
    """Opening, and what comes in less what goes out, is closing; this year's closing is next year's opening."""
    projection, hand = projected(case), by_hand(case)
    for council in precepting(case):
        net = np.array(hand.net[council, "revenue"])
        assert close(projection.by_year(f"{council}.reserves.closing"), hand.opening[council] + np.cumsum(net))
        for reserve in (pot for owner, pot in hand.closing if owner == council):
            prefix = f"{council}.reserves.{reserve}"
            assert projection.by_year(f"{prefix}.opening")[1:] == projection.by_year(f"{prefix}.closing")[:-1]


# From budget to bill


@MANY
@given(cases())
def test_the_parts_of_a_precept_sum_to_it(case: Scenario):
    projection = projected(case)
    for council in precepting(case):
        figure = {part: np.array(projection.by_year(f"{council}.{part}")) for part in (
            "spending", "contingency", "reserves_added", "other_income", "reserves_used", "support_grant",
            "difference_to_reserves", "precept")}  # fmt: skip
        more = figure["spending"] + figure["contingency"] + figure["reserves_added"] + figure["difference_to_reserves"]
        less = figure["other_income"] + figure["reserves_used"] + figure["support_grant"]
        assert close(more - less, figure["precept"])


@MANY
@given(cases())
def test_the_steps_of_the_walk_sum_to_the_change_in_the_published_charge(case: Scenario):
    projection = projected(case)
    for council in precepting(case):
        names = [line.name for line in projection.sheet if line.name.startswith(f"{council}.walk.")]
        steps = [name for name in names if not name.rsplit(".", 1)[1].startswith(("after_", "parts_known", "sums"))]
        assert len(steps) == 8
        each = np.array([projection.by_year(name) for name in steps])
        charges = np.array(projection.by_year(f"{council}.band_d"))
        assert close(each * 100, np.round(each * 100)), "a step is in whole pence"
        assert close(each.sum(axis=0)[1:], np.diff(charges))
        assert close(each.sum(axis=0), projection.by_year(f"{council}.band_d_change"))


@MANY
@given(cases())
def test_bands_follow_their_ninths_to_the_penny(case: Scenario):
    projection = projected(case)
    for one in of_use(case, "precept"):
        council = one["council"]
        bands = NINTHS if case["nation"] == "wales" else {band: of for band, of in NINTHS.items() if band != "I"}
        assert {line.name for line in projection.sheet.tagged(council=council, kind="council tax")} == {
            f"{council}.bands.{band}" for band in bands}  # fmt: skip
        for at, precept in enumerate(projection.by_year(f"{council}.precept")):
            charge = precept / projection.by_year(f"{council}.tax_base")[at]
            start = rounded(charge, 2) if one["rounding"] == "component_half_up" else charge
            for band, ninths in bands.items():
                assert projection.value(f"{council}.bands.{band}", year(at)) == rounded(start * ninths / 9, 2)


@FEW
@given(cases(rule="budget"), st.sampled_from(["penny", "pound"]))
def test_a_pound_more_on_one_heading_is_a_pound_more_of_precept(case: Scenario, to: str):
    case = copy.deepcopy(case)
    for one in of_use(case, "precept"):
        one |= {"precept_to": to}
    case["mechanisms"]["extra"] = {"use": "budget", "council": "town", "spending": {"bench": {"value": 400, **BASIS}}}
    projection = projected(case, **{"extra.spending.bench": np.array([[400.0, 401.0]])})
    precept = projection.figures["town.precept"]
    # A pound spent out of a surplus is a pound less in reserve, and its interest with it: years before the first surplus.
    needed = np.logical_and.accumulate(projection.figures["town.requirement_before_floor"][:, 0] >= 0)
    assume(needed.any())
    # Interest on the half pennies that earlier roundings left in the reserve may turn a rounding.
    assert np.abs(precept[:, 1] - precept[:, 0] - 1)[needed].max() <= (0.01 if to == "penny" else 1.0) + DUST
    assert precept[0, 1] - precept[0, 0] == pytest.approx(1, abs=DUST)


MONEY = {"spending", "income", "amount", "opening", "used", "added", "contingency", "support_grant", "band_d_charge",
         "precept", "day_rate", "other_income", "reserves_used"}  # fmt: skip


def doubled(block: Any, money: bool = False) -> Any:
    """A block with every sum of money twice as large, and homes, days and rates as they were."""
    if isinstance(block, Mapping):
        return {key: value if key in ("grows", "note") else doubled(value, money or key in MONEY) for key, value in block.items()}
    return block * 2 if money and isinstance(block, (int, float)) else block


@FEW
@given(cases())
def test_twice_the_money_is_twice_the_precept(case: Scenario):
    twice = copy.deepcopy(case)
    twice["mechanisms"] = {name: doubled(one) for name, one in case["mechanisms"].items()}
    once, double = projected(case), projected(twice)
    for one in of_use(case, "precept"):
        step = 1.0 if one["precept_to"] == "pound" else 0.01
        ours, theirs = (np.array(each.by_year(f"{one['council']}.precept")) for each in (once, double))
        assert np.abs(theirs - 2 * ours).max() <= 2 * step + DUST


@FEW
@given(cases(rule="band_d_charge"), st.integers(1, 50_000))
def test_a_frozen_charge_stays_where_it_is_whatever_the_budget_does(case: Scenario, pence: int):
    case = copy.deepcopy(case)
    for one in of_use(case, "precept"):
        one |= {"band_d_charge": {"value": pence / 100, **BASIS}, "precept_to": "penny"}
    projection = projected(case)
    for council in precepting(case):
        assert set(projection.by_year(f"{council}.band_d")) == {pence / 100}


# What is printed


@MANY
@given(cases())
def test_every_printed_total_is_the_sum_of_its_lines(case: Scenario):
    projection = projected(case)
    for party in projection.case.councils:
        for table in projection.statements(party):
            assert_totals_sum(table, within=DUST)


@MANY
@given(cases())
def test_in_whole_pounds_too_every_printed_total_is_the_sum_of_its_printed_lines(case: Scenario):
    projection = projected(case)
    for party in projection.case.councils:
        for table in projection.statements(party):
            printed = table.in_pounds()
            assert_totals_sum(printed, within=DUST if table.title.endswith("moves") else 0.0)
            for row in printed:
                if row.unit == "£":
                    assert all(math.isnan(one) or one == round(one) for one in row.values)
            for exact, shown in zip(table, printed, strict=True):
                # Half a pound for every line that a figure adds up; a balance carried forward adds up those of every year.
                lines = sum(row.kind == "line" for row in table)
                years = len(table.years) if any(row.kind == "opening" for row in table) else 1
                if exact.unit == "£" and exact.values:
                    assert close(exact.values, shown.values, within=0.5 * max(lines, 1) * years + 0.5 + DUST)


def assert_totals_sum(table: Statement, within: float) -> None:
    running: Any = 0.0
    for row in table:
        if row.kind == "total":
            # Without a year before there is no change in the first year, and no total of it.
            printed, added = np.array(row.values), np.broadcast_to(running, len(row.values))
            assert close(printed, np.where(np.isnan(printed), np.nan, added), within), (table.title, row.label)
            running = 0.0
        elif row.kind in ("line", "opening"):
            running = running + row.adds * np.array(row.values)
        elif row.kind == "heading":
            running = 0.0


@MANY
@given(cases())
def test_a_printed_account_closes_on_its_two_totals(case: Scenario):
    """Income less spending is the difference of the two totals above it, in pence and in whole pounds alike."""
    for table in accounts_of(projected(case)).values():
        for printed in (table, table.in_pounds()):
            out, into = (np.array(row.values) for row in printed if row.kind == "total")
            balance = next(row for row in printed if row.kind == "balance")
            assert close(balance.values, into - out, within=DUST if printed is table else 0.0)


# Where a figure comes from


@FEW
@given(cases())
def test_the_working_of_every_figure_ends_in_what_was_given(case: Scenario):
    projection = projected(case)
    for council in precepting(case):
        for line in ("band_d_charge", "band_d_change", "walk.spending", "reserves.general.closing", "bands.H"):
            for at in range(case["years"]):
                for _, step in projection.explain(f"{council}.{line}", year(at)).walk():
                    if not step.parts and not step.repeated:
                        said = step.line.is_input and step.origin is not None and step.origin.basis not in ("", "not stated")
                        assert said or step.opening, (step.line.name, step.year)


@FEW
@given(cases())
def test_every_check_of_a_case_holds_but_those_that_warn_of_a_shortfall(case: Scenario):
    projection = projected(case)
    failing = {one.name for one in projection.checks if not one.passed} - {"master"}
    excused = {name for name in failing if name.endswith((".not_negative", ".capital.funded"))}
    # From a charge of nought no percentage follows, and the check that every figure is one says so.
    from_nought = [council for council in precepting(case)
                   if any(one == 0 for figure in ("band_d", "band_d_at_start") if f"{council}.{figure}" in projection.sheet
                          for one in projection.by_year(f"{council}.{figure}"))]  # fmt: skip
    if from_nought:
        excused |= {"every_figure_is_a_number", *(f"{council}.change_identity" for council in from_nought)}
    assert failing <= excused


# The same case in a spreadsheet


def differences(projection: Projection, worked: Worked) -> list[str]:
    layout, found = Worksheet(projection.sheet), []
    for line in projection.sheet:
        for at, ours in enumerate(projection.by_year(line.name)):
            theirs = worked[layout.address(line, at)]
            number = math.nan if theirs is None else float(theirs)
            # A check over a figure that is missing does not hold here, and is an error in a spreadsheet.
            blank = math.isnan(number) and (math.isnan(ours) or (str(line.unit) == "yes or no" and not ours))
            if not blank and not abs(number - ours) <= 1e-9 * max(1.0, abs(ours)):
                found.append(f"{line.name} in {year(at)}: {ours} here, {theirs} there")
    return found


@settings(max_examples=15)
@given(cases())
def test_a_whole_case_worked_as_a_spreadsheet_is_the_case(case: Scenario):
    projection = projected(case)
    assert differences(projection, worked_by_formualizer(Worksheet(projection.sheet).cells())) == []


def test_libreoffice_works_whole_cases_to_the_same_figures():
    found: list[Projection] = []

    @settings(max_examples=12)
    @given(cases())
    def gather(case: Scenario) -> None:
        found.append(projected(case))

    gather()
    answers = worked_by_libreoffice([Worksheet(one.sheet).cells() for one in found])
    assert len(answers) >= 12
    assert [told for one, worked in zip(found, answers, strict=True) for told in differences(one, worked)] == []


@given(amounts(4))
def test_an_amount_in_each_year_is_what_it_is_by_hand(amount: dict[str, Any]):
    case = {"case": "One amount", "nation": "england", "first_year": year(0), "years": 4, "councils": COUNCILS,
            "mechanisms": {"one": {"use": "budget", "council": "town", "spending": {"heading": amount}}}}  # fmt: skip
    assert close(projected(case).by_year("one.spending.heading"), by_year(amount, 4))
