"""Posts and shared officers: worked again by hand, sums to the penny, what is refused, and the scenarios' published figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel import councils, parameters
from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.base import is_flow
from devomodel.model import Projection
from devomodel.reading import read_yaml_text
from tests import generated_staff
from tests.generated_cases import PRECEPTING, budgets, by_year, precepts, tax_bases, year
from tests.generated_mixes import PARTIES, pence
from tests.test_identities import accounts_of, paid_and_received
from tests.test_mechanism_pages import BLOCK, COUNCILS, page

NAMES = tuple(generated_staff.STRATEGIES)
SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
COUNT = 25
Made = list[tuple[dict[str, Any], Projection]]


def projected(blocks: dict[str, Any], years: int = 1, first_year: str = "2026-27") -> Projection:
    case = {"case": "Made up", "nation": "england", "first_year": first_year, "years": years, "councils": COUNCILS,
            "mechanisms": blocks}  # fmt: skip
    return dm.project(dm.load_text(json.dumps(case), "case.yaml"))


PRINTED = {
    "staff": {"staff.clerk.full_time_pay": 29_541.73, "staff.clerk.pay": 14_770.87, "staff.clerk.national_insurance": 1_466.83,
              "staff.clerk.pension": 3_692.72, "staff.clerk.total_cost": 20_230.41, "staff.warden.pay": 27_010.07,
              "staff.warden.national_insurance": 3_302.71, "staff.warden.total_cost": 30_312.79,
              "staff.warden.cost_per_productive_hour": 18.62},
    "shared_officer": {"lengthsman.whole_cost": 33_000, "lengthsman.district.recharge": 3_300,
                       "lengthsman.employer_bears": 26_400, "lengthsman.overhead": 3_000},
}  # fmt: skip
"""What each page says comes out of its example."""


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_page_runs_passes_its_checks_and_comes_to_what_the_page_prints(name: str):
    [block] = BLOCK.findall(page(name))
    projection = projected(read_yaml_text(block, f"{name}.md").value["mechanisms"])
    assert [one for one in projection.checks if not one.passed] == []
    text = page(name).replace(block, "")
    for line, figure in PRINTED[name].items():
        assert (f"{figure:,.2f}" if figure % 1 else f"{figure:,}") in text, line
        assert projection.by_year(line) == pytest.approx([figure], abs=0.005), line


# At random, and the same by hand


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    """Posts of two employers and two shared officers, beside a tax base, a budget and a precept of two councils."""
    years = draw(st.integers(1, 5))
    found = {f"{name}_{at}": draw(generated_staff.STRATEGIES[name](years)) for name in NAMES for at in range(2)}
    for council in PRECEPTING:
        found[f"{council}_homes"] = draw(tax_bases(council, years))
        found[f"{council}_budget"] = draw(budgets(council, years, "revenue"))
        found[f"{council}_precept"] = draw(precepts(council, years))
    return {"case": "At random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": found}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Made:
    """The cases, each worked once for all the tests."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=COUNT, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(cases())
    def gather(case: dict[str, Any]) -> None:
        found.append(case)

    gather()
    assert len(found) >= COUNT
    return [(case, dm.project(dm.load_text(json.dumps(case), "random.yaml"))) for case in found]


def each(test: Callable[[dict[str, Any], Projection], None]) -> Callable[[Made], None]:
    """The test, of every case made."""

    def of_all(made: Made) -> None:
        for case, projection in made:
            test(case, projection)

    of_all.__name__ = test.__name__
    return of_all


@each
def test_in_any_mix_sums_hold_and_money_paid_is_money_received(case: dict[str, Any], projection: Projection):
    shortages = (".capital.funded", ".not_negative", "master")  # a made-up precept may be too small
    failed = [one.name for one in projection.checks if not one.passed and not one.name.endswith(shortages)]
    assert failed == []
    paid, received = [], []
    for (party, account), table in accounts_of(projection).items():
        for found, side, other, lines in zip((paid, received), ("payer", "payee"), ("payee", "payer"), paid_and_received(table),
                                             strict=True):  # fmt: skip
            for name, values in lines.items():
                tags = projection.sheet[name].tags
                assert tags[side] == party and tags["account"] == account
                if tags.get(other):
                    found.append((name, tuple(values)))
    assert sorted(paid) == sorted(received)


def full_time_pay_by_hand(post: dict[str, Any], award: dict[str, Any], years: int) -> list[float]:
    weeks = {"52 weeks": 52, "52.143 weeks": 52.143}
    if "point" in post:
        level, first = float(parameters.find("njc.spine_annual").in_year("2025-26").value[str(post["point"])]), -1
    else:
        level = post["salary"]["value"] if "salary" in post else post["hourly_pay"]["value"] * 37 * weeks[post["weeks"]]
        first = 0 if post.get("pay_of", year(0)) == year(0) else -1
    grows = post.get("salary", {}).get("grows")
    if grows is not None:
        return [level * (1 + grows) ** at for at in range(years)]
    found = []
    for at in range(years):
        if at > first:
            has_flat = post["award"] == "flat" and award["flat"]["value"] > 0
            level = level + award["flat"]["value"] if has_flat else level * (1 + award["rate"]["value"])
        found.append(level)
    return found


def insurance_by_hand(wages: float) -> float:
    return max(0.0, wages - 52 * 96) * 0.15


def cost_by_hand(post: dict[str, Any], award: dict[str, Any], years: int, council: str) -> tuple[list[float], list[float]]:
    """What a post costs the council, and what it costs a former employer before, in plain Python."""

    def value(key: str, otherwise: float = 0.0) -> float:
        return post[key]["value"] if key in post else otherwise

    moved = post.get("transfer", {})
    part, number = value("hours") / 37, value("number", 1.0)
    allowances = sum(one["value"] for one in post.get("allowances", {}).values())
    others = [by_year(one, years) for one in post.get("other_costs", {}).values()]
    costs, before = [], []
    for at, full in enumerate(full_time_pay_by_hand(post, award, years)):
        label = year(at)
        there = moved.get("first_year", post.get("start", label)) <= label <= post.get("ends", label)
        kept = moved.get("protected_pay", {}).get("value")
        wages = max(full, kept or 0.0) * part + allowances
        employment = (wages * (1 + value("pension_rate")) + insurance_by_hand(wages)) * number * value("filled", 1.0) * there
        cost = (
            employment + wages * number * value("filled", 1.0) * there * value("cover_rate") + employment * value("overhead_rate")
        )
        cost += (value("cover") + value("overhead") + sum(one[at] for one in others)) * number * there
        for key, payer in (("pension_shortfall", "shortfall_paid_by"), ("pension_strain", "strain_paid_by")):
            if moved.get(payer) == council and moved[key]["once"] == label:
                cost += moved[key]["value"]
        costs.append(cost)
        wages = (full if kept is None else kept) * part + allowances
        rate = moved.get("pension_rate_before", {}).get("value", 0.0)
        before.append((wages * (1 + rate) + insurance_by_hand(wages)) * number if moved and label < moved["first_year"] else 0.0)
    return costs, before


@each
def test_a_post_costs_what_it_costs_by_hand(case: dict[str, Any], projection: Projection):
    for name in ("staff_0", "staff_1"):
        block, everything = case["mechanisms"][name], [0.0] * case["years"]
        for key, post in block["posts"].items():
            costs, before = cost_by_hand(post, block["pay_award"], case["years"], block["council"])
            assert projection.by_year(f"{name}.{key}.total_cost") == pytest.approx(costs, abs=1e-6)
            if "transfer" in post:
                assert projection.by_year(f"{name}.{key}.before_transfer") == pytest.approx(before, abs=1e-6)
            everything = [had + one for had, one in zip(everything, costs, strict=True)]
        assert projection.by_year(f"{name}.total_cost") == pytest.approx(everything, abs=1e-6)


@each
def test_recharges_are_in_whole_pence_and_with_what_the_employer_bears_are_the_cost(case: dict[str, Any], projection: Projection):
    for name in ("shared_officer_0", "shared_officer_1"):
        block = case["mechanisms"][name]
        recharges = [line for line in projection.sheet if is_flow(line) and line.name.startswith(f"{name}.")
                     and line.name.endswith("recharge")]  # fmt: skip
        assert all(line.tags["payee"] == block["employer"] != line.tags["payer"] for line in recharges)
        cover = block.get("sickness_cover", {}).get("value", 0.0)
        for at, cost in enumerate(by_year(block["cost"], case["years"])):
            label, sums = year(at), [projection.by_year(line.name)[at] for line in recharges]
            assert all(abs(one * 100 - pence(one)) < 1e-6 for one in sums)
            whole = cost * (1 + block.get("overhead_rate", {}).get("value", 0.0)) + cover
            if block.get("ending", {}).get("year") == label:
                whole += block["ending"]["notice"]["value"] + block["ending"]["redundancy"]["value"]
            bears = projection.by_year(f"{name}.employer_bears")[at]
            assert sum(sums) + bears == pytest.approx(whole, abs=1e-6)
            if not {"day_rate", "hour_rate", "ending"} & set(block):
                assert bears > -0.005 - 1e-9  # the full cost and not a penny more
            if label > block.get("ending", {}).get("year", label):
                assert sums == [0.0] * len(sums)


# What is refused, and what is found


MOVED = {"former_employer": "district", "first_year": "2026-27", "pension_rate_before": 0, "pension_shortfall": 0,
         "shortfall_paid_by": "district"}  # fmt: skip
POST = {"salary": "£20,000", "hours": 37, "pension_rate": 0}
REFUSED = {
    "Give exactly one of point, salary and hourly_pay": {"point": 5},
    "how many weeks make a year is not said": {"hourly_pay": "£12", "salary": None},
    "Keep cover or cover_rate": {"cover": 1, "cover_rate": "1%"},
    "The years of a post are said with start and ends": None,
    "2025-26 is before 2026-27": {"start": "2026-27", "ends": "2025-26"},
    "the parameter njc.spine_annual holds several figures": {"point": 40, "salary": None},
    "nothing says how pay goes on after 2026-27": {},
    "Allowed for pay_of: 2025-26 or 2026-27": {"pay_of": "2020-21"},
    "number: it is no whole number of posts": {"number": 0.5},
    "pension_shortfall: nothing says when it is paid": {"transfer": MOVED | {"pension_shortfall": "£9,000"}},
    "pension_strain: nothing says when it is paid": {"transfer": MOVED | {"pension_strain": "£9,000", "strain_paid_by": "town"}},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_post_that_leaves_something_open_is_refused(why: str):
    change = REFUSED[why]
    if change is None:
        why, change = "Take from, until and once out", {"salary": {"value": "£20,000", "until": "2027-28"}}
    post = {key: one for key, one in (POST | change).items() if one is not None}
    award = {} if why.startswith("nothing says") else {"pay_award": {"rate": 0}}
    block = {"use": "staff", "council": "town", "full_time_hours": 37, "posts": {"clerk": post}, **award}
    with pytest.raises(dm.InputError, match=why):
        projected({"posts": block}, years=2)


def test_a_post_that_passes_with_an_asset_is_refused_where_it_would_be_paid_twice_or_from_another_year():
    posts = {"use": "staff", "council": "town", "full_time_hours": 37, "pay_award": {"rate": 0},
             "posts": {"warden": POST | {"transfer": MOVED | {"first_year": "2027-28", "before_is": "paid_elsewhere"}}}}  # fmt: skip
    hall = {"use": "asset_transfer", "principal": "district", "local": "town", "tenure": "freehold", "transfer_year": "2027-28",
            "running_costs": {"warden": {"line": "posts.warden.cost_had_it_stayed"}}, "insurance": "£500"}  # fmt: skip
    theirs = {"local_costs": {"warden": {"line": "posts.warden.total_cost"}}}
    with pytest.raises(dm.InputError, match="would be paid here as well"):
        projected({"posts": posts, "hall": hall}, years=3)
    with pytest.raises(dm.InputError, match="passes in 2026-27, and the post in 2027-28"):
        projected({"posts": posts, "hall": hall | theirs | {"transfer_year": "2026-27"}}, years=3)
    passed = projected({"posts": posts, "hall": hall | theirs}, years=3)
    by_hand = 20_000 + (20_000 - 52 * 96) * 0.15
    assert passed.by_year("district.revenue.net") == pytest.approx([-by_hand, 0, 0])
    assert passed.by_year("town.revenue.net") == pytest.approx([0, -by_hand - 500, -by_hand - 500])


def test_an_officer_whose_idle_time_is_nobodys_is_refused_and_so_is_one_shared_in_two_ways():
    block = {"use": "shared_officer", "employer": "town", "cost": 1_000, "shares": {"district": "50%"}}
    with pytest.raises(dm.InputError, match="nothing says who bears the time that nobody takes"):
        projected({"officer": block})
    with pytest.raises(dm.InputError, match="shared in 2 ways"):
        projected({"officer": block | {"days": {"county": 1}, "idle_time": "town"}})


def test_the_end_of_a_pension_guarantee_is_found_as_a_cliff_that_the_council_picks_up():
    moved = {"former_employer": "district", "first_year": "2026-27", "pension_rate_before": "20%", "pension_shortfall": 0,
             "shortfall_paid_by": "district", "guaranteed_pension_rate": "20%", "guaranteed_until": "2026-27"}  # fmt: skip
    post = {"salary": {"value": "£20,000", "grows": "0%"}, "hours": 37, "pension_rate": "25%", "transfer": moved}
    blocks = {
        "homes": {"use": "tax_base", "council": "town", "homes": 500},
        "posts": {"use": "staff", "council": "town", "full_time_hours": 37, "posts": {"ranger": post}},
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": 0}},
    }
    [cliff] = find_cliffs(projected(blocks, years=2))
    assert (cliff.last_year, cliff.picked_up_by, cliff.spending_left) == ("2026-27", "Town council", 5_000)
    assert cliff.effect("town").band_d == pytest.approx(1_000 / 500)


# Published figures


def test_the_employment_allowance_is_not_open_to_a_parish_so_no_key_of_a_post_takes_it():
    assert parameters.find("ni.employment_allowance_for_parishes").in_year("2026-27").value is False


PARISHES = {
    "southern-parishes": {"bishops_waltham": "Bishops Waltham", "durley": "Durley", "upham": "Upham", "swanmore": "Swanmore"},
    "alcester": {"town": "Alcester"},
}


@pytest.mark.parametrize("scenario", PARISHES)
def test_scenarios_open_with_the_published_precepts_and_charges(scenario: str):
    case = dm.load(SCENARIOS / f"{scenario}.yaml")
    for option in case.options:
        projection = dm.project(case, option)
        for key, name in PARISHES[scenario].items():
            [parish] = [one for one in councils.parishes() if one.name == name and one.code == case.councils[key].code]
            assert projection.value(f"{key}.year_before.precept", "2019-20") == parish.precept["2018-19"]
            assert projection.value(f"{key}.precept", "2019-20") == parish.precept["2019-20"]
            assert round(projection.value(f"{key}.band_d_at_start", "2019-20"), 2) == parish.band_d["2018-19"]
            assert round(projection.value(f"{key}.band_d", "2019-20"), 2) == parish.band_d["2019-20"]
            assert (case.councils[key].billing_authority, case.councils["district"].code) == (
                parish.billing_authority, parish.district_code)  # fmt: skip


def test_the_price_of_a_day_is_about_the_full_cost_of_one_in_the_first_year():
    projection = dm.project(dm.load(SCENARIOS / "southern-parishes.yaml"), "price_of_a_day")
    for officer, price in {"lengthsman": 133, "safety_officer": 149}.items():
        assert projection.value(f"{officer}.whole_cost", "2019-20") / 220 == pytest.approx(price, abs=0.5)


def test_alcester_is_asked_for_less_than_half_of_what_the_posts_cost():
    projection = dm.project(dm.load(SCENARIOS / "alcester.yaml"), "until_groups_stand_alone")
    assert sum(projection.by_year("co_ordinators.total_cost")) > 2 * sum(projection.by_year("county_grant.paid"))
