"""What holds of every baseline, devolved budget, payment by results and pooled budget, and what their pages say."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel import councils
from devomodel.cliffs import find_cliffs
from devomodel.model import Projection
from devomodel.reading import read_yaml_text
from tests.findings import ROOT
from tests.generated_cases import BASIS, Scenario, by_year, projected, tax_bases, year
from tests.generated_devolved import STRATEGIES
from tests.generated_mixes import PARTIES, doubled
from tests.test_identities import close
from tests.test_mechanism_pages import BLOCK, COUNCILS, page
from tests.test_mixed_identities import net_by_party

NAMES = tuple(STRATEGIES)
MAY_FAIL = (".not_negative", ".capital.funded")
"""Endings of checks that a council fails whose figures at random leave it overdrawn."""

BASE = {"homes": {"use": "tax_base", "council": "town", "homes": 1_000},
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": 0}}}  # fmt: skip
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def with_a_precept(draw: Any, years: int) -> dict[str, Any]:
    """What a town needs to pay its part from its precept."""
    return {
        "homes": draw(tax_bases("town", years)),
        "costs": {"use": "budget", "council": "town", "spending": {"services": {"value": 50_000, **BASIS}}},
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": {"value": 1_000, **BASIS}}},
    }


@st.composite
def mixes(draw: Any, uses: tuple[str, ...] = ()) -> Scenario:
    """Two or three of the mechanisms, with a town that pays its part from its precept, or those named alone."""
    years = draw(st.integers(1, 4))
    chosen = uses or tuple(draw(st.permutations(NAMES))[: draw(st.integers(2, 3))])
    found: dict[str, Any] = {name: draw(STRATEGIES[name](years)) for name in chosen}
    if not uses:
        found |= draw(with_a_precept(years))
    return {"case": "Mixed at random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": found}  # fmt: skip


@slow
@given(mixes())
def test_what_is_paid_is_received_and_every_check_of_a_sum_holds(case: Scenario):
    projection = projected(case)
    failing = [one.name for one in projection.checks if not one.passed and one.name != "master"]
    assert [name for name in failing if not name.endswith(MAY_FAIL)] == []
    assert not [name for name in failing if name.startswith("pooled_budget")], "these pools are filled before they are spent"
    outside = [0.0] * case["years"]
    for line in projection.sheet:
        payer, payee = line.tags.get("payer"), line.tags.get("payee")
        if (payer or payee) and not (payer and payee) and line.tags.get("kind") not in ("total", "check"):
            outside = [had + (one if payee else -one) for had, one in zip(outside, projection.by_year(line.name), strict=True)]
    parties = [values for (_, account), values in net_by_party(projection).items() if account == "revenue"]
    assert close([sum(values) for values in zip(*parties, strict=True)], outside)


@slow
@given(mixes())
def test_twice_the_money_is_twice_every_pound_but_for_a_penny_of_rounding(case: Scenario):
    once, twice = projected(case), projected(doubled(case))
    for line in once.sheet:
        if line.unit.is_money and not line.name.startswith(("town.", "precept.", "devolved_budget.")):
            assert close([2 * one for one in once.by_year(line.name)], twice.by_year(line.name), within=0.02), line.name


# Each by hand, in plain Python


@slow
@given(mixes(("baseline_and_enhancement",)))
def test_every_unit_is_paid_for_by_the_one_who_should(case: Scenario):
    projection, one, years = projected(case), case["mechanisms"]["baseline_and_enhancement"], case["years"]
    last = one.get("ends", "not agreed")
    offered = by_year(one["baseline"], years)
    base = [value if last == "not agreed" or year(at) <= last else 0 for at, value in enumerate(offered)]
    wanted = by_year(one["standard"], years) if "standard" in one else base
    agreed = one["written_down"]["value"] if "written_down" in one else base[0]
    cost = one["unit_cost"]["value"]
    more = one["enhancement_unit_cost"]["value"] if "enhancement_unit_cost" in one else cost
    for at in range(years):
        used_to_be_paid = [unit for unit in range(int(base[at]), int(max(wanted[at], base[at]))) if unit < agreed]
        added = max(wanted[at] - base[at], 0)

        def figure(line: str, at: int = at) -> float:
            return projection.value(f"baseline_and_enhancement.{line}", year(at))

        assert close([figure("shifted_cost")], [len(used_to_be_paid) * cost])
        assert close([figure("chosen_cost")], [(added - len(used_to_be_paid)) * more])
        assert close([figure("baseline_cost")], [base[at] * cost])
        assert figure("lost") == max(agreed - max(base[at], wanted[at]), 0)


@slow
@given(mixes(("devolved_budget",)))
def test_awards_follow_the_votes_until_the_money_is_gone(case: Scenario):
    projection, one, years = projected(case), case["mechanisms"]["devolved_budget"], case["years"]
    if "requests" not in one:
        assert close(projection.by_year("devolved_budget.awarded"),
                     [fund * one["take_up"]["value"] for fund in projection.by_year("devolved_budget.fund")])  # fmt: skip
        return
    rate = one["match_rate"]["value"] if "match_rate" in one else None
    smallest, largest = (
        one[key]["value"] if key in one else none for key, none in (("smallest_award", 0.0), ("largest_award", 1e12))
    )
    asked = {key: by_year(request["asked"], years) for key, request in one["requests"].items()}
    for at in range(years):
        left = projection.value("devolved_budget.fund", year(at))
        for key in sorted(asked, key=lambda key: (-one["requests"][key]["votes"], list(asked).index(key))):
            most = min(asked[key][at], largest, one["requests"][key]["match_found"]["value"] / rate if rate else 1e12)
            if one["when_short"] == "part":
                got = min(most, left)
            else:
                got = most if most <= left + 0.006 else 0.0
            if got < smallest - 0.006:
                got = 0.0
            ours = projection.value(f"devolved_budget.{key}.award", year(at))
            # A sum within a penny of a bound may fall on either side of it by the rounding of the one before.
            near = abs(most - left) <= 0.011 or abs(min(most, left) - smallest) <= 0.011
            assert near or abs(ours - got) <= 0.0051, key
            left -= ours


@slow
@given(mixes(("payment_by_results",)))
def test_all_that_is_earned_is_paid_later_or_owed(case: Scenario):
    projection, one, years = projected(case), case["mechanisms"]["payment_by_results"], case["years"]

    def of(line: str) -> list[float]:
        return projection.by_year(f"payment_by_results.{line}")

    running = [one["ends"] == "not agreed" or year(at) <= one["ends"] for at in range(years)]
    due = []
    for at in range(years):
        results = sum(outcome["price"]["value"] * outcome.get("attribution", {"value": 1})["value"]
                      * max(by_year(outcome["achieved"], years)[at] - by_year(outcome["baseline"], years)[at], 0)
                      for outcome in one["outcomes"].values())  # fmt: skip
        base = one["base"]["value"] if "base" in one else 0.0
        earned = (base + results) * running[at]
        due.append(min(earned, one["cap"]["value"]) if "cap" in one else earned)
    assert close(of("earned_in_all"), due)
    base_paid = of("base_paid") if "base" in one else [0.0] * years
    wait = one["paid_after_years"]
    for_results = [all_of - base for all_of, base in zip(due, base_paid, strict=True)]
    assert close(of("results_paid"), [for_results[at - wait] if at >= wait else 0.0 for at in range(years)])
    assert close(of("owed"), [a - b for a, b in zip(accumulate(for_results), accumulate(of("results_paid")), strict=True)])
    assert of("peak_to_date") == list(accumulate(of("working_capital"), max))
    rate = one["financing_rate"]["value"] if "financing_rate" in one else 0.0
    cash, laid_out = 0.0, []
    for at, cost in enumerate(by_year(one["delivery_cost"], years)):
        received = base_paid[at] + (for_results[at - wait] if at >= wait else 0.0)
        after = cash + received - cost * running[at]
        cash = after - rate * (max(-cash, 0.0) + max(-after, 0.0)) / 2
        laid_out.append(max(-cash, 0.0))
    assert close(of("working_capital"), laid_out)


@slow
@given(mixes(("pooled_budget",)))
def test_what_agencies_gain_is_what_is_saved_less_what_is_spent_and_kept(case: Scenario):
    projection, one, years = projected(case), case["mechanisms"]["pooled_budget"], case["years"]
    parties = dict.fromkeys((*one["contributions"], *one.get("savings", {})))
    saved = [0.0] * years
    for saving in one.get("savings", {}).values():
        gross, lag = by_year(saving["gross"], years), saving["lag_years"]
        for done in range(years):
            if one["ends"] == "not agreed" or year(done) <= one["ends"]:
                for at in range(done + lag, min(done + lag + saving["lasts_years"], years)):
                    saved[at] += gross[done] * (1 - saving["haircut"]["value"]) * saving["cashable"]["value"]
    spent = projection.by_year("pooled_budget.spending")
    closing = projection.by_year("pooled_budget.pool.closing")
    kept = closing[-1] - (one["opening"]["value"] if "opening" in one else 0.0)
    gained = sum(sum(projection.by_year(f"pooled_budget.{party}.net")) for party in parties)
    assert close([gained], [sum(saved) - sum(spent) - kept])
    share = one["reinvested"]["value"] if "reinvested" in one else 0.0
    held = one["opening"]["value"] if "opening" in one else 0.0
    for at in range(years):
        runs = one["ends"] == "not agreed" or year(at) <= one["ends"]
        put_in = sum(by_year(given, years)[at] for given in one["contributions"].values())
        held += runs * (put_in + share * saved[at] - by_year(one["spending"], years)[at])
        assert close([closing[at]], [held])


# What does not go together

BLOCKS: dict[str, dict[str, Any]] = {
    "baseline": {"use": "baseline_and_enhancement", "principal": "county", "council": "town", "done_by": "council", "baseline": 3,
                 "unit_cost": 1_000},
    "fund": {"use": "devolved_budget", "council": "town", "members": 2, "sum_each": 500, "unspent": "returned", "take_up": 1,
             "average_award": 100, "cost_per_award": 0},
    "listed": {"use": "devolved_budget", "council": "town", "members": 2, "sum_each": 500, "unspent": "returned",
               "when_short": "part", "requests": {"pond": {"asked": 100, "votes": 1}}, "cost_per_award": 0},
    "results": {"use": "payment_by_results", "commissioner": "county", "provider": "town", "delivery_cost": 0,
                "outcomes": {"jobs": {"price": 10, "achieved": 9, "baseline": 0}}, "paid_after_years": 1, "ends": "not agreed"},
    "pool": {"use": "pooled_budget", "host": "town", "contributions": {"county": 900}, "spending": 900, "ends": "not agreed",
             "savings": {"county": {"gross": 100, "cashable": "50%", "lag_years": 1}}, "reinvested": "0%"},
}  # fmt: skip
AGENCY = {"fee_per_unit": 1}
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "cannot be its own principal": ("baseline", {"principal": "town"}),
    "nobody is its agent": ("baseline", {"done_by": "principal", "agency": AGENCY}),
    "cannot give itself the fund": ("fund", {"funder": "town"}),
    "give either sum_each": ("fund", {"total": 1_000}),
    "nothing is in the fund from the year before": ("fund", {"opening": 100}),
    "it is about requests, and none is listed": ("fund", {"when_short": "part"}),
    "give both take_up and average_award": ("fund", {"take_up": None}),
    "it stands in for requests": ("listed", {"take_up": 1}),
    "say what a request gets that is more than is left": ("listed", {"when_short": None}),
    "nothing says what this one has found": ("listed", {"match_rate": "100%"}),
    "no match is asked of groups": ("listed", {"requests": {"pond": {"asked": 100, "votes": 1, "match_found": 5}}}),
    "gives the awards and cannot have one": ("listed", {"requests": {"pond": {"asked": 100, "votes": 1, "to": "town"}}}),
    "cannot pay itself for results": ("results", {"provider": "county"}),
    "no outcome is paid for": ("results", {"outcomes": {}}),
    "nobody waits 21 years": ("results", {"paid_after_years": 21}),
    "nobody puts anything in": ("pool", {"contributions": {}}),
    "belong together": ("pool", {"reinvested": None}),
    "a saving cannot last 0 years": (
        "pool",
        {"savings": {"county": {"gross": 1, "cashable": 1, "lag_years": 1, "lasts_years": 0}}},
    ),
    "no saving comes after 41 years": ("pool", {"savings": {"county": {"gross": 1, "cashable": 1, "lag_years": 41}}}),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_does_not_go_together_is_refused_with_its_place(why: str):
    name, changed = REFUSED[why]
    block = {key: one for key, one in (BLOCKS[name] | changed).items() if one is not None}
    case = {"case": "Refused", "nation": "england", "first_year": "2026-27", "years": 1, "councils": COUNCILS}
    dm.project(dm.load_text(json.dumps(case | {"mechanisms": {"deal": BLOCKS[name]}}), "good"))
    with pytest.raises(dm.InputError, match=why) as caught:
        dm.project(dm.load_text(json.dumps(case | {"mechanisms": {"deal": block}}), "refused"))
    assert "mechanisms › deal" in str(caught.value)


# Published figures of the scenarios


def test_the_scenarios_open_with_what_was_published():
    parish = dm.project(dm.load(ROOT / "scenarios" / "choppington.yaml"), "do_nothing")
    [published] = [one for one in councils.parishes() if one.code == "E04010842"]
    assert parish.value("town.precept", "2019-20") == 395_342 == published.precept["2019-20"]
    assert parish.value("town.year_before.precept", "2019-20") == 383_084 == published.precept["2018-19"]
    assert parish.value("town.band_d", "2019-20") == 153.52
    assert parish.value("town.band_d_at_start", "2019-20") == 150.16
    funds = dm.project(dm.load(ROOT / "scenarios" / "gloucestershire-member-funds.yaml"), "one_sum_over_four_years")
    assert funds.value("community_fund.new_money", "2021-22") == 53 * 40_000
    assert funds.value("local_roads.new_money", "2021-22") == 53 * 20_000 + 530_000


# Cliffs


def cliffs_of(block: dict[str, Any], years: int = 3) -> dict[str, tuple[str, str]]:
    """Line → the last year of each payment that ends, and who picks it up."""
    case = {"case": "Cliffs", "nation": "england", "first_year": "2026-27", "years": years, "councils": COUNCILS,
            "mechanisms": {"deal": block} | BASE}  # fmt: skip
    found = find_cliffs(dm.project(dm.load_text(json.dumps(case), "cliffs")))
    return {line: (one.last_year, one.picked_up_by) for one in found for line in one.lines}


def test_money_that_ends_is_found_as_a_cliff_with_who_picks_it_up():
    baseline = {"use": "baseline_and_enhancement", "principal": "county", "council": "town", "done_by": "council", "baseline": 3,
                "standard": 6, "unit_cost": 1_000, "ends": "2027-28"}  # fmt: skip
    assert cliffs_of(baseline)["deal.paid_by_principal"] == ("2027-28", "Town council")
    fund = {"use": "devolved_budget", "council": "town", "funder": "county", "members": 2, "sum_each": 500, "unspent": "returned",
            "take_up": 1, "average_award": 100, "cost_per_award": 0, "ends": "2027-28"}  # fmt: skip
    assert cliffs_of(fund) == {"deal.new_money": ("2027-28", "not agreed")}
    work = {"use": "payment_by_results", "commissioner": "county", "provider": "town", "base": 100, "delivery_cost": 0,
            "outcomes": {"jobs": {"price": 10, "achieved": 9, "baseline": 0}}, "paid_after_years": 1, "ends": "2026-27",
            "then": "district"}  # fmt: skip
    assert cliffs_of(work) == {"deal.base_paid": ("2026-27", "District council"),
                               "deal.results_paid": ("2027-28", "District council")}  # fmt: skip
    pool = {"use": "pooled_budget", "host": "town", "contributions": {"county": 900}, "spending": 900, "ends": "2027-28"}
    assert cliffs_of(pool) == {"deal.county.contribution": ("2027-28", "not agreed")}


# Pages

PRINTED = {
    "baseline_and_enhancement": {"verges.shifted_cost": 3_000, "verges.chosen_cost": 2_000, "verges.paid_by_principal": 5_000,
                                 "town.precept": 5_000},
    "devolved_budget": {"residents_fund.playground.award": 6_000, "residents_fund.festival.award": 1_000,
                        "residents_fund.administration": 300, "town.precept": 10_300},
    "payment_by_results": {"into_work.earned_in_all": 30_000, "into_work.working_capital": 15_000, "into_work.gain_to_date": 5_000},
    "pooled_budget": {"early_help.county.net": 18_000, "early_help.district.net": -8_000, "early_help.pool.closing": 15_000},
}  # fmt: skip


def of_page(name: str) -> Projection:
    [block] = BLOCK.findall(page(name))
    case = {"case": name, "nation": "england", "first_year": "2026-27", "years": 1, "councils": COUNCILS}
    return dm.project(dm.load_text(json.dumps(case | read_yaml_text(block, f"{name}.md").value), f"{name}.md"))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_page_runs_passes_its_checks_and_prints_its_figures(name: str):
    projection = of_page(name)
    assert [one for one in projection.checks if not one.passed] == []
    for line, figure in PRINTED[name].items():
        assert projection.by_year(line) == [pytest.approx(figure, abs=0.005)], line
        assert re.search(f"£{abs(figure):,}", page(name)), f"{line} is not on the page"


def test_the_levy_allocated_to_an_area_comes_to_what_the_page_says():
    [block] = re.findall(r"```yaml\n(north:\n.*?)```", page("devolved_budget"), re.S)
    mechanisms = read_yaml_text(block, "devolved_budget.md").value | BASE
    case = {"case": "Levy", "nation": "england", "first_year": "2026-27", "years": 1, "councils": COUNCILS}
    projection = dm.project(dm.load_text(json.dumps(case | {"mechanisms": mechanisms}), "levy"))
    assert [one for one in projection.checks if not one.passed] == []
    for line, figure in {
        "levy.received": 10_000,
        "north.awarded": 4_500,
        "levy.reserve.closing": 5_500,
        "town.precept": 100,
    }.items():
        assert projection.by_year(line) == [pytest.approx(figure)] and f"£{figure:,}" in page("devolved_budget"), line
