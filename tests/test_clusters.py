"""Clusters, shared equipment and buying together: their pages, the odd penny, and members that come and go."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.base import is_flow
from devomodel.model import Projection
from devomodel.reading import read_yaml_text
from tests import generated_clusters
from tests.generated_cases import PRECEPTING, budgets, precepts, tax_bases, year
from tests.generated_cases import by_year as figures
from tests.generated_mixes import PARTIES, pence
from tests.test_mechanism_pages import BLOCK, COUNCILS, page

NAMES = tuple(generated_clusters.STRATEGIES)


def projected(blocks: dict[str, Any], years: int = 1, councils: dict[str, Any] | None = None) -> Projection:
    case = {"case": "Made up", "nation": "england", "first_year": "2026-27", "years": years,
            "councils": councils or COUNCILS, "mechanisms": blocks}  # fmt: skip
    return dm.project(dm.load_text(json.dumps(case), "case.yaml"))


PRINTED = {
    "cluster": {"caretaker.shared_cost": 15_000, "caretaker.town.part": 9_000, "caretaker.district.contribution": 6_000,
                "caretaker.district.returned": 200, "caretaker.town.returned": 300, "caretaker.reserve.closing": 1_000,
                "caretaker.items.trailer.district.contribution": 500},
    "shared_equipment": {"mower.yearly_cost": 1_500, "mower.charge": 30, "mower.district.paid": 360,
                         "mower.district.hire_cost": 720, "mower.town.own_use": 600, "mower.idle_cost": 540},
    "bulk_purchase": {"bins.goods": 8_080, "bins.saving": 1_802, "bins.town.pays": 4_900, "bins.district.pays": 3_300,
                      "bins.county.pays": 180, "bins.county.saving": -98},
}  # fmt: skip
"""What each page says comes out of its example."""


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_page_runs_passes_its_checks_and_comes_to_what_the_page_prints(name: str):
    [block] = BLOCK.findall(page(name))
    projection = projected(read_yaml_text(block, f"{name}.md").value["mechanisms"])
    assert [one for one in projection.checks if not one.passed] == []
    text = page(name).replace(block, "")
    for line, figure in PRINTED[name].items():
        assert f"{abs(figure):,.0f}" in text, line
        assert projection.by_year(line) == pytest.approx([figure], abs=0.005), line


def test_the_jointly_funded_team_of_the_page_comes_to_what_it_prints():
    [block] = re.findall(r"```yaml\n(team:\n.*?)```", page("cluster"), re.S)
    team = read_yaml_text(block, "cluster.md").value["team"]
    at_once = projected({"team": team})
    for line, figure in {"vacancy_credit": 20_000, "paid": 64_000}.items():
        assert at_once.by_year(f"team.posts.officers.{line}") == [figure]
    assert at_once.by_year("team.shared_cost") == pytest.approx([70_400])
    for party, paid in {"county": 21_120, "town": 14_080}.items():
        assert at_once.by_year(f"team.{party}.contribution") == [paid] and f"£{paid:,}" in page("cluster")
    assert at_once.by_year("team.district.part") == [35_200]
    later = projected({"team": {**team, "contributions_on": "budget", "reserve": {"opening": 0}}})
    assert later.by_year("team.shared_cost") == [88_000] and later.by_year("team.reserve.closing") == [16_000]


def test_a_grant_of_a_cluster_that_ends_is_found_as_a_cliff_with_its_effect_on_band_d():
    blocks = {
        "homes": {"use": "tax_base", "council": "town", "homes": 500},
        "caretaker": {
            "use": "cluster", "lead": "town", "members": ["town", "district"], "shares": {"town": "50%", "district": "50%"},
            "cost": 10_000, "grants": {"kent": {"funder": "county", "amount": 4_000, "ends": "2026-27", "then": "town"}},
        },
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": 0}},
    }  # fmt: skip
    [cliff] = [one for one in find_cliffs(projected(blocks, years=2)) if one.lines == ("caretaker.grants.kent",)]
    assert (cliff.last_year, cliff.first_year_without, cliff.picked_up_by) == ("2026-27", "2027-28", "Town council")
    assert cliff.effect("town").band_d == pytest.approx(4_000 / 2 / 500)


def test_a_year_in_which_nobody_with_a_share_is_in_is_refused_with_its_year():
    block = {"use": "cluster", "lead": "county", "members": ["town", "district"], "shares": {"town": "50%", "district": "50%"},
             "cost": 1_000, "terms": {"town": {"leaves": "2026-27"}, "district": {"joins": "2028-29"}}}  # fmt: skip
    with pytest.raises(dm.InputError, match="in 2027-28 no member with a share is in"):
        projected({"caretaker": block}, years=3)


# Members that come and go, at random


@st.composite
def cases(draw: Any, name: str) -> dict[str, Any]:
    """One of the mechanisms beside a tax base, a budget and a precept of two councils."""
    years = draw(st.integers(1, 5))
    found = {"one": draw(generated_clusters.STRATEGIES[name](years)), "two": draw(generated_clusters.STRATEGIES[name](years))}
    other = draw(st.sampled_from(NAMES))
    found["three"] = draw(generated_clusters.STRATEGIES[other](years))
    for council in PRECEPTING:
        found[f"{council}_homes"] = draw(tax_bases(council, years))
        found[f"{council}_budget"] = draw(budgets(council, years, "revenue"))
        found[f"{council}_precept"] = draw(precepts(council, years))
    return {"case": "At random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": found}  # fmt: skip


def net_of(projection: Projection, name: str, party: str, at: int, account: str = "revenue") -> float:
    """What a party receives less what it pays under one mechanism."""
    found = 0.0
    for line in projection.sheet:
        if is_flow(line) and line.name.startswith(f"{name}.") and line.tags.get("account") == account:
            value = projection.by_year(line.name)[at]
            found += value * ((line.tags.get("payee") == party) - (line.tags.get("payer") == party))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_in_any_mix_its_own_checks_hold_and_it_comes_to_what_plain_python_works_out(name: str):
    follow = {"cluster": follow_cluster, "shared_equipment": follow_equipment, "bulk_purchase": follow_purchase}[name]

    @settings(max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases(name))
    def hold(case: dict[str, Any]) -> None:
        projection = dm.project(dm.load_text(json.dumps(case), "random.yaml"))
        own = [one for one in projection.checks if one.name.startswith(("one.", "two.", "three."))]
        assert own and [one.name for one in own if not one.passed] == []
        assert next(one for one in projection.checks if one.name == "every_figure_is_a_number").passed
        for key in ("one", "two"):
            for at in range(case["years"]):
                follow(projection, key, case["mechanisms"][key], at)
            if name == "cluster":
                follow_reserve(projection, key, case["mechanisms"][key], case["years"])

    hold()


def by_year(given: dict[str, Any], at: int) -> float:
    return given["by_year"][year(at)] if "by_year" in given else given["value"]


def to_the_penny(value: float) -> float:
    return math.floor(abs(value) * 100 + 0.5 + 1e-7) / 100 * (1 if value >= 0 else -1)


def follow_equipment(projection: Projection, name: str, block: dict[str, Any], at: int) -> None:
    """The charge from the price, the life and the running costs; what each user pays; what is left with the owner."""
    bought, life = int(block["bought"][:4]), block["life_years"]
    in_use = bought <= 2026 + at < bought + life
    running = sum(projection.by_year(f"{name}.{key}")[at] for key in ("maintenance", "storage", "insurance") if key in block)
    grant = block.get("grant", {"value": 0})["value"]
    cost = ((block["price"]["value"] - grant) / life + running) * in_use
    charge = to_the_penny(block["charge"]["value"] * in_use if "charge" in block else cost / block["available"]["value"])
    paid = {one: to_the_penny(time["value"] * charge) for one, time in block["used"].items()}
    for one, due in paid.items():
        net = net_of(projection, name, one, at)
        if one == block["owner"]:
            spent = running * in_use + (block["price"]["value"] - grant) * (bought == 2026 + at)
            assert net == pytest.approx(sum(paid.values()) - due - spent, abs=1e-6)
        else:
            assert net == pytest.approx(-due, abs=1e-6)
    assert projection.by_year(f"{name}.idle_cost")[at] == pytest.approx(cost - sum(paid.values()), abs=1e-6)


def follow_purchase(projection: Projection, name: str, block: dict[str, Any], at: int) -> None:
    """The joint price at the quantity of all, the saving of all, and that each party is out of pocket by what it pays."""
    counts = {one: by_year(given, at) for one, given in block["quantities"].items()}
    bought, classes = sum(counts.values()), block["joint_prices"]
    price = classes["few" if bought <= classes["few"]["up_to"] else "many"]["price"]["value"]
    admin = to_the_penny(block.get("admin", {"value": 0})["value"])
    goods = to_the_penny(bought * price)
    alone = {one: to_the_penny(count * block["own_prices"][one]["value"]) for one, count in counts.items()}
    assert projection.by_year(f"{name}.saving")[at] == pytest.approx(sum(alone.values()) - goods - admin, abs=1e-6)
    pays = {one: projection.by_year(f"{name}.{one}.pays")[at] for one in counts}
    assert sum(pence(one) for one in pays.values()) == pence(goods + admin)
    weights = {one: 1 if not bought or (block["shared"] == "equally" and count) else count for one, count in counts.items()}
    for one, due in pays.items():
        part = weights[one] / sum(weights.values())
        if block["each_pays"] == "joint_price":
            fair = counts[one] * price + admin * part
        else:
            fair = alone[one] - (sum(alone.values()) - goods - admin) * part
        assert due == pytest.approx(fair, abs=0.0201), "each of two sums is split to the penny"
        if one != block["buyer"]:
            assert net_of(projection, name, one, at) == pytest.approx(-due, abs=1e-6)
    spent = goods + (admin if block.get("admin_is") == "spent" else 0)
    everyone = {*counts, block["buyer"]}
    assert sum(net_of(projection, name, one, at) for one in everyone) == pytest.approx(-spent, abs=1e-6)


def follow_cluster(projection: Projection, name: str, block: dict[str, Any], at: int) -> None:
    """Who pays in the year and in what shares, the parts to the penny, and the lead left with no more than its own part."""
    members, lead = block["members"], block["lead"]
    weight = {
        one: given["value"] for one, given in {**block.get("measures", {}), **block.get("shares", {})}.items() if given != "rest"
    }
    weight |= {one: 1 - sum(weight.values()) for one, given in block.get("shares", {}).items() if given == "rest"}
    for one, terms in block.get("terms", {}).items():
        first = int(terms.get("joins", "1000-01")[:4])
        last = int(terms.get("leaves", "3000-01")[:4]) + terms.get("notice_years", 0)
        weight[one] = weight.get(one, 0) * (first <= 2026 + at <= last)
    shared = projection.by_year(f"{name}.shared_cost")[at]
    parts = {one: projection.by_year(f"{name}.{one}.part")[at] for one in members}
    assert sum(pence(one) for one in parts.values()) == pence(shared)
    for one in members:
        assert parts[one] == pytest.approx(shared * weight.get(one, 0) / sum(weight.values()), abs=0.01)
    paid = dict.fromkeys(members, 0.0)
    own = parts[lead]
    for one in members:
        for ending, sign in {"contribution": 1, "called": 1, "buying_in": 1, "returned": -1, "paid_out": -1}.items():
            if f"{name}.{one}.{ending}" in projection.sheet:
                value = sign * projection.by_year(f"{name}.{one}.{ending}")[at]
                paid[one] += value
                own += value if one == lead else 0.0
        for key in block.get("items", {}):
            of_item = f"{name}.items.{key}.{one}"
            own += projection.by_year(f"{of_item}.part")[at] if one == lead and f"{of_item}.part" in projection.sheet else 0.0
            if f"{of_item}.contribution" in projection.sheet:
                paid[one] += projection.by_year(f"{of_item}.contribution")[at]
        if one != lead:
            assert net_of(projection, name, one, at) == pytest.approx(-paid[one], abs=1e-6)
    if block.get("overheads_are") == "in_budget":
        own -= projection.by_year(f"{name}.overheads")[at]
    if "reserve" not in block:
        own -= projection.by_year(f"{name}.surplus")[at]
    assert net_of(projection, name, lead, at) == pytest.approx(-own, abs=1e-6)
    assert net_of(projection, name, lead, at, "capital") == pytest.approx(0.0, abs=1e-6)


def follow_reserve(projection: Projection, name: str, block: dict[str, Any], years: int) -> None:
    """What is shared, from the figures as given, and the joint reserve from year to year with those who come and go."""
    posts = [{key: one["value"] for key, one in post.items()} for post in block.get("posts", {}).values()]
    full = sum(post["cost"] * post["number"] for post in posts)
    paid = sum(post["cost"] * post["number"] * (1 - post["vacant"]) + post["sickness_cover"] for post in posts)
    reserve = block.get("reserve", {})
    held = reserve["opening"]["value"] if reserve else 0.0
    for at in range(years):
        cost = figures(block["cost"], years)[at]
        actual = cost + paid
        basis = actual
        if block.get("contributions_on") == "budget":
            basis = (figures(block["budgeted_cost"], years)[at] if "budgeted_cost" in block else cost) + full
        overheads = basis * block.get("overhead_share", {"value": 0})["value"]
        grants = sum(
            one["amount"]["value"] for one in block.get("grants", {}).values()
            if one["ends"] == "not agreed" or year(at) <= one["ends"]
        )  # fmt: skip
        shared = to_the_penny(max(basis + overheads - grants, 0.0))
        assert projection.by_year(f"{name}.shared_cost")[at] == pytest.approx(shared, abs=0.0101)
        if not reserve:
            continue
        leaving = bought_in = 0.0
        for terms in block.get("terms", {}).values():
            if "reserve_share" in terms and 2026 + at == int(terms["leaves"][:4]) + terms["notice_years"] + 1:
                leaving = to_the_penny(max(held, 0.0) * terms["reserve_share"]["value"])
            if terms.get("joins") == year(at) and "buying_in" in terms:
                bought_in = terms["buying_in"]["value"]
        held -= leaving
        if "target" in reserve:
            over = held - reserve["target"]["value"]
            if (over > 0 and reserve["above_target"] == "returned") or (over < 0 and reserve["below_target"] == "called"):
                held = reserve["target"]["value"]
        held += bought_in + shared + grants - actual - overheads
        assert projection.by_year(f"{name}.reserve.closing")[at] == pytest.approx(held, abs=0.0301), (
            "a few roundings to the penny"
        )
        held = projection.by_year(f"{name}.reserve.closing")[at]


def test_a_share_of_nought_by_the_rest_does_not_keep_a_cluster_going_when_the_payer_has_left():
    block = {"use": "cluster", "lead": "county", "members": ["town", "district"], "shares": {"town": "100%", "district": "rest"},
             "cost": 1_000, "terms": {"town": {"leaves": "2026-27"}}}  # fmt: skip
    with pytest.raises(dm.InputError, match="in 2027-28 no member with a share is in"):
        projected({"caretaker": block}, years=2)
    half = block | {"shares": {"town": "50%", "district": "rest"}}
    assert projected({"caretaker": half}, years=2).by_year("caretaker.district.contribution") == [500, 1_000]


def test_a_capital_line_is_not_shared_as_a_running_cost():
    works = {"use": "budget", "council": "town", "account": "capital", "spending": {"path": 5_000}}
    line = {"line": "works.spending.path"}
    shared = {"shares": {"town": "50%", "district": "rest"}}
    for block in (
        {"use": "cluster", "lead": "town", "members": ["town", "district"], "cost": line, **shared},
        {"use": "cost_share", "manager": "town", "gross_running_cost": line, **shared},
    ):
        with pytest.raises(dm.InputError, match="is capital, and what is needed here is on revenue") as caught:
            projected({"works": works, "shared": block})
        assert "Take a line of that account" in str(caught.value)


def test_a_member_that_has_not_joined_is_not_asked_for_a_part_of_a_thing_without_a_remark():
    item = {"cost": {"value": 3_000, "once": "2026-27"}, "shares": {"town": "50%", "county": "rest"}, "paid_from": "revenue"}
    block = {"use": "cluster", "lead": "town", "members": ["town", "district", "county"], "cost": 1_000,
             "shares": {"town": "50%", "district": "30%", "county": "rest"}, "items": {"trailer": item}}  # fmt: skip

    def remarks(terms: dict[str, Any]) -> set[str]:
        return {one.name for one in projected({"one": block | {"terms": terms}}, years=3).advice}

    asked = "one.items.trailer.county.pays_while_in"
    assert asked in remarks({"county": {"joins": "2027-28"}}) and asked in remarks({"county": {"leaves": "2025-26"}})
    assert asked not in remarks({"county": {"joins": "2026-27"}}) | remarks({"county": {"leaves": "2026-27"}})


def test_a_grant_towards_a_thing_bought_once_from_revenue_is_no_cliff():
    mower = {"use": "shared_equipment", "owner": "town", "price": 9_000, "grant": 3_000, "bought": "2026-27", "life_years": 9,
             "account": "revenue", "counted_in": "days", "available": 50, "used": {"town": 20}}  # fmt: skip
    homes = {"use": "tax_base", "council": "town", "homes": 500}
    precept = {"use": "precept", "council": "town", "general_reserve": {"opening": 0}}
    assert find_cliffs(projected({"mower": mower, "homes": homes, "precept": precept}, years=3)) == []


def test_the_three_parishes_of_the_caretaker_share_by_tax_base_what_was_worked_by_hand():
    """£14,000 at 2.5% a year for two years and a twentieth on top is £15,444.19; less £8,000 it is £7,444.19."""
    projection = dm.project(dm.load("scenarios/wittersham-caretaker.yaml"))
    parts = {"wittersham": 4_501.03, "stone": 1_680.14, "warehorne": 1_263.02}
    for parish, part in parts.items():
        assert projection.value(f"caretaker.{parish}.part", "2021-22") == pytest.approx(part, abs=0.005)
    assert sum(parts.values()) == pytest.approx(7_444.19)
    assert projection.by_year("caretaker.kenardington.contribution") == [0.0] * 6
    assert projection.by_year("caretaker.members_served") == [4] * 6 and projection.by_year("caretaker.members_paying") == [3] * 6
