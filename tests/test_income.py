"""Income of every kind: what the page says, what published cases come to, what is refused, and what holds whatever is made up."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.mechanisms.base import is_flow
from devomodel.model import Projection
from devomodel.reading import read_yaml_text
from tests.generated_cases import PRECEPTING, Scenario, budgets, by_year, precepts, projected, tax_bases, year
from tests.generated_income import STRATEGIES, levies
from tests.generated_mixes import PARTIES
from tests.test_identities import accounts_of, paid_and_received
from tests.test_mechanism_pages import COUNCILS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "income.md"
DUST = 1e-6
MAY_FAIL = ("not_negative", "funded")
"""What a case made up at random may fail: a reserve overdrawn, and capital that nobody pays for."""


def project(mechanisms: dict[str, Any], **case: Any) -> Projection:
    whole = {"case": "Income", "nation": "england", "first_year": "2026-27", "years": 1, "councils": COUNCILS} | case
    return dm.project(dm.load_text(json.dumps(whole | {"mechanisms": mechanisms}), "income.yaml"))


def refusal(mechanisms: dict[str, Any], **case: Any) -> str:
    with pytest.raises(dm.InputError) as caught:
        project(mechanisms, **case)
    return str(caught.value)


# The page


EXAMPLES = [read_yaml_text(block, "income.md").value for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.S)]


@pytest.mark.parametrize(("at", "figures"), list(enumerate((
    {"town.precept": [80_000, 85_000, 90_000, 95_000, 100_000], "town.band_d": [80, 85, 90, 95, 100],
     "district.revenue.net": [-20_000, -15_000, -10_000, -5_000, 0]},
    {"town.precept": [8_000, 8_000, 12_000], "town.band_d": [4, 4, 6]},
    {"tickets.income": [4_000], "town.precept": [0]},
))))  # fmt: skip
def test_each_example_of_the_page_comes_to_what_it_says(at: int, figures: dict[str, list[float]]):
    projection = project(**EXAMPLES[at])
    assert [one.name for one in projection.checks if not one.passed] == []
    for line, expected in figures.items():
        assert projection.by_year(line) == pytest.approx(expected, abs=0.005), line


def test_a_tapering_grant_and_a_support_grant_that_falls_alike_give_the_same_precepts():
    written = EXAMPLES[0]
    with_support = project(**written).by_year("town.precept")
    block = {key: value for key, value in written["mechanisms"]["precept"].items() if key != "support_grant"}
    taper = {"schedule": {"2026-27": "£20,000", "2027-28": "£15,000", "2028-29": "£10,000", "2029-30": "£5,000"}}
    grant = {"use": "grant", "payer": "district", "payee": "town", "kind": "grant", "status": "assumed", "taper": taper}
    other = written | {"mechanisms": written["mechanisms"] | {"precept": block, "support": grant}}
    assert project(**other).by_year("town.precept") == pytest.approx(with_support, abs=DUST)


# Published


def test_pennington_charges_on_its_precept_and_its_grant_together_and_on_the_precept_alone_less():
    """Penningtonpc.co.uk: £14,494.36 and a grant of £183.64 over 764.4 homes are printed as £19.20, which holds the grant."""
    block = {"use": "precept", "council": "town", "general_reserve": {"opening": 0}}
    mechanisms = {"homes": {"use": "tax_base", "council": "town", "homes": 764.4},
                  "all": {"use": "budget", "council": "town", "spending": {"all": 14_678}}}  # fmt: skip
    together = project(mechanisms | {"precept": block}, first_year="2024-25")
    alone = project(mechanisms | {"precept": block | {"support_grant": 183.64}}, first_year="2024-25")
    assert together.value("town.band_d", "2024-25") == pytest.approx(19.20)
    assert alone.value("town.precept", "2024-25") == pytest.approx(14_494.36)
    assert alone.value("town.band_d", "2024-25") == pytest.approx(18.96)


def test_wye_finds_289_343_of_290_000_and_657_is_a_gap():
    """docslib.org/doc/4203844: £80,649 in hand, £100,000 asked of the parish and £108,694 to find, for a stage of £290,000."""
    parts = {"in_hand": ("friends", 80_649, "charity"), "loan": ("town", 100_000, "own"), "to_find": ("fund", 108_694, "charity")}
    funders = {
        key: {"funder": funder, "award": award, "money": money, "pays_for": "capital", "status": "assumed"}
        for key, (funder, award, money) in parts.items()
    }
    scheme = {"use": "match_funding", "council": "town", "account": "capital", "cost": 290_000, "funders": funders}
    projection = project({"hall": scheme}, councils=COUNCILS | PARTIES)
    assert sum(projection.by_year(f"hall.{key}.earned")[0] for key in parts) == pytest.approx(289_343)
    assert projection.by_year("hall.gap") == pytest.approx([657])


def test_mint_lane_comes_to_273_000():
    """involvelincoln.org.uk: shares £62,000 of 98 people, equity £50,000, a lottery's £105,000, and £56,000 of grant and loan."""
    offer = {"use": "community_shares", "issuer": "friends", "closes": "2026-27", "minimum": 1, "most": 100_000, "applied_for": 62_000,
             "number_of_investors": 98, "lock_in_years": 3, "status": "secured",
             "matches": {"equity": {"funder": "fund", "for_each_pound": 1, "most": 50_000}}}  # fmt: skip
    projection = project({"shares": offer}, councils=COUNCILS | PARTIES)
    assert projection.value("shares.share_capital", "2026-27") + 105_000 + 56_000 == 273_000
    assert projection.value("shares.equity.issued", "2026-27") < projection.value("shares.members.issued", "2026-27")


def test_billericay_saves_its_rent_and_takes_13_300_more_at_most():
    """billericaytowncouncil.gov.uk: offices £36,000, hall income £11,700, and £25,000 budgeted for the new building."""
    hall = {"units": 1_000, "price": 25, "vat": "none", "take_up": {"by_year": {"2026-27": "46.8%", "2027-28": "100%"}}}
    rent = {"by_year": {"2026-27": 36_000, "2027-28": 0}}
    projection = project({"hire": {"use": "fees", "council": "town", "tariffs": {"hall": hall}},
                          "offices": {"use": "budget", "council": "town", "spending": {"rent": rent}}}, years=2)  # fmt: skip
    before, after = projection.by_year("town.revenue.net")
    assert after - before == pytest.approx(36_000 + 13_300)


# Refused, in words that say what to do


LEVY = {"use": "cil_neighbourhood_share", "council": "town", "charging_authority": "district", "status": "assumed",
        "areas": {"parish": {"plan": "none", "april_to_september": 1, "october_to_march": 1, "october_to_march_before": 1}}}  # fmt: skip
TARIFF = {"units": 1, "price": 1, "vat": "none"}
SUM = {"site": "A", "purpose": "b", "sum": 1, "trigger_year": "2026-27", "spend_by": "no limit", "account": "revenue"}
OFFER = {"use": "community_shares", "issuer": "town", "closes": "2026-27", "minimum": 1, "most": 2, "applied_for": 1, "lock_in_years": 0,
         "status": "secured"}  # fmt: skip
APPEAL = {"use": "crowdfunding", "payee": "town", "closes": "2026-27", "target": 1, "pledged": 1, "method": "all or nothing",
          "counted": "by its chance", "account": "revenue", "status": "assumed"}  # fmt: skip


def obligation(**changed: Any) -> dict[str, Any]:
    return {"use": "section_106", "council": "town", "developer": "county", "status": "assumed", "sums": {"play": SUM | changed}}


def planned(plan: str) -> dict[str, Any]:
    return LEVY | {"areas": {"parish": LEVY["areas"]["parish"] | {"plan": plan}}}


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "without a plan the share is capped by the dwellings": (LEVY, {}),
    "say whether the cap is indexed": (LEVY | {"dwellings": 10}, {}),
    "an indexed cap needs the index figure of 2013": (LEVY | {"dwellings": 10, "cap_index": "indexed"}, {}),
    "cil.rics_index has figures for 2020 to 2024": (LEVY | {"dwellings": 10, "cap_index": "indexed", "index_base": 200}, {}),
    "a neighbourhood plan is made in England only": (planned("made"), {"nation": "wales"}),
    "what the reserve pays for, and its account, go together": (planned("made") | {"spending": 1}, {}),
    "is a year of the case": (planned("made") | {"unspent_at_start": {"2026-27": 5}}, {}),
    "The VAT is 'in the price'": ({"use": "fees", "council": "town", "tariffs": {"hire": TARIFF | {"vat": "in the price"}}}, {}),
    "a cost and what the charge is to do go together": ({"use": "fees", "council": "town", "tariffs": {"h": TARIFF}, "full_cost": 1}, {}),
    "say how much is in hand at the start with 'held'": (obligation(trigger_year="2024-25"), {}),
    "2025-26 is before 2026-27, when it is paid": (obligation(spend_by="2025-26"), {}),
    "it has gone back": (obligation(trigger_year="2020-21", spend_by="2024-25", held=1), {}),
    "Keep one of the two": (obligation(spending=1, years=3), {}),
    "it was to be drawn by the end of 2019-20, before the case begins": (
        obligation(trigger_year="2015-16", held=1, years=5), {}),
    "holds this interest itself": ({"use": "investment_income", "council": "town",
                                    "balances": {"own": {"average": {"line": "town.reserves.closing"}, "rate": "3%"}}}, {}),
    "'town' cannot pay itself": ({"use": "fees", "council": "town", "payer": "town", "tariffs": {"hire": TARIFF}}, {}),
    "it is counted by its chance, and none is given": (APPEAL, {}),
    "cannot match what it raises itself": (APPEAL | {"chance": 1, "matches": {"own": {"funder": "town", "for_each_pound": 1, "most": 1}}}, {}),
    "interest is paid on capital at 1 April, so from 2027-28": (OFFER | {"interest_rate": "2%", "interest_from": "2026-27"}, {}),
    "what is withdrawn, and the account that pays it": (OFFER | {"withdrawal_share": "5%"}, {}),
    "so no shares are held at the start": (OFFER | {"at_start": 5}, {}),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_does_not_go_together_is_refused_in_words_that_say_what_to_do(why: str):
    block, case = REFUSED[why]
    told = refusal({"income": block}, **case)
    assert why.lower() in told.lower() and "line" in told


def test_a_restricted_sum_takes_no_line_of_another_account_or_another_party():
    works = {"use": "budget", "council": "town", "account": "capital", "spending": {"path": 5}}
    line = {"line": "works.spending.path"}
    assert "is charged to capital, and this money is spent on revenue" in refusal(
        {"works": works, "own": obligation(spending=line)}
    )
    theirs = refusal({"works": works | {"council": "district"}, "own": obligation(spending=line, account="capital")})
    assert "is paid by 'district', and this money is held by 'town'" in theirs


def test_one_bill_is_not_met_by_two_funds_and_the_second_takes_what_the_first_leaves():
    works = {"use": "budget", "council": "town", "account": "capital", "spending": {"path": 5_000, "pond": 1_000}}
    levy = planned("made") | {"spending": {"line": "works.total_spending"}, "account": "capital"}
    levy = levy | {"areas": {"parish": levy["areas"]["parish"] | {"april_to_september": 16_000}}}
    for line in ("works.spending.path", "works.total_spending"):
        told = refusal({"works": works, "levy": levy, "own": obligation(spending={"line": line}, account="capital")})
        assert "one bill would be met twice" in told and "{line: levy.not_met}" in told
    rest = obligation(spending={"line": "levy.not_met"}, account="capital", sum=2_500)
    projection = project({"works": works, "levy": levy, "own": rest})
    assert projection.by_year("levy.reserve.drawn") == pytest.approx([4_000.25], abs=DUST)
    drawn = projection.by_year("levy.reserve.drawn")[0] + projection.by_year("own.play.drawn")[0]
    assert drawn == pytest.approx(6_000) and projection.by_year("town.capital.net") == pytest.approx([0.0], abs=DUST)


def test_a_fund_pays_for_spending_and_not_for_income():
    works = {"use": "budget", "council": "town", "account": "capital", "income": {"sale": 5_000}}
    own = obligation(spending={"line": "works.income.sale"}, account="capital")
    assert "is received by 'town', and this money is for what it spends" in refusal({"works": works, "own": own})


# Whatever is made up


@st.composite
def cases(draw: Any) -> Scenario:
    """Two or three mechanisms of income in a case with budgets and precepts of a town and a village."""
    years = draw(st.integers(1, 7))
    found: dict[str, Any] = {}
    for council in PRECEPTING:
        found[f"{council}_homes"] = draw(tax_bases(council, years))
        found[f"{council}_budget"] = draw(budgets(council, years, "revenue"))
        found[f"{council}_precept"] = draw(precepts(council, years))
    for name in draw(st.lists(st.sampled_from(sorted(STRATEGIES)), min_size=2, max_size=3, unique=True)):
        found[name] = draw(STRATEGIES[name](years))
    if draw(st.booleans()):
        found["levy"] = draw(levies(years, ("made", "none", year(0), year(1), year(3))))
    return {"case": "Income at random", "nation": "england", "first_year": year(0), "years": years, "councils": PARTIES,
            "mechanisms": found}  # fmt: skip


Made = list[tuple[Scenario, Projection]]


@pytest.fixture(scope="module")
def made() -> Made:
    kept: Made = []

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(cases())
    def gather(case: Scenario) -> None:
        kept.append((case, projected(case)))

    gather()
    assert {one["use"] for case, _ in kept for one in case["mechanisms"].values()} >= set(STRATEGIES)
    return kept


def test_every_check_that_must_hold_holds(made: Made):
    for case, projection in made:
        failing = {one.name for one in projection.checks if not one.passed} - {"master"}
        assert {one for one in failing if one.rpartition(".")[2] not in MAY_FAIL} == set(), case


def test_what_one_party_pays_another_stands_in_both_accounts_with_the_same_figures(made: Made):
    for _, projection in made:
        paid, received = defaultdict(list), defaultdict(list)
        for table in accounts_of(projection).values():
            for found, other, lines in zip((paid, received), ("payee", "payer"), paid_and_received(table), strict=True):
                for name, values in lines.items():
                    tags = projection.sheet[name].tags
                    if tags.get(other):
                        found[tags["account"]].append((name, tuple(values)))
        between = {line.name for line in projection.sheet if is_flow(line) and line.tags.get("payer") and line.tags.get("payee")}
        assert {name for side in paid.values() for name, _ in side} == between
        for account in {*paid, *received}:
            assert sorted(paid[account]) == sorted(received[account])


def test_a_fund_is_what_went_in_less_what_came_out_and_never_below_nought(made: Made):
    for case, projection in made:
        for name, block in case["mechanisms"].items():
            prefixes = {"cil_neighbourhood_share": [f"{name}.reserve"],
                        "section_106": [f"{name}.{key}" for key in block.get("sums", {})]}.get(block["use"], [])  # fmt: skip
            for prefix in prefixes:
                lines = {end: projection.by_year(f"{prefix}.{end}") if f"{prefix}.{end}" in projection.sheet else [0.0] * case["years"]
                         for end in ("opening", "put_by", "drawn", "released", "closing")}  # fmt: skip
                for at in range(case["years"]):
                    one = {end: values[at] for end, values in lines.items()}
                    assert one["closing"] == pytest.approx(
                        one["opening"] + one["put_by"] - one["drawn"] - one["released"], abs=DUST
                    )
                    assert one["closing"] >= -DUST and one["drawn"] >= 0


def tranches_at_risk(received: list[float], drawn: list[float], held: dict[int, float], years: int) -> list[float]:
    """The oldest spent first, kept as a list of what came in by year: what is left, so many years on."""
    left, found = sorted(held.items()), []
    for at, (more, less) in enumerate(zip(received, drawn, strict=True)):
        left.append((at, more))
        kept = []
        for when, sum_left in left:
            taken = min(sum_left, less)
            less -= taken
            kept.append((when, sum_left - taken))
        left = kept
        found.append(sum(one for when, one in left if when <= at - years))
    return found


def test_what_may_be_asked_back_is_the_same_by_a_list_of_what_came_in_each_year(made: Made):
    seen = False
    for case, projection in made:
        for name, block in case["mechanisms"].items():
            if block["use"] == "cil_neighbourhood_share":
                held = {int(label[:4]) - 2026: one for label, one in block.get("unspent_at_start", {}).get("by_year", {}).items()}
                ways = [way for end in ("drawn", "released") if (way := f"{name}.reserve.{end}") in projection.sheet]
                out = [sum(projection.by_year(way)[at] for way in ways) for at in range(case["years"])]
                expected = tranches_at_risk(projection.by_year(f"{name}.received"), out, held, years=5)
                assert projection.by_year(f"{name}.reserve.at_risk") == pytest.approx(expected, abs=1e-4)
                seen = seen or max(expected) > 1
    assert seen


def received_by_hand(block: dict[str, Any], years: int) -> tuple[list[float], list[float]]:
    """What a parish is passed and what the cap keeps from it, from each half-year's levy and the plan of that half-year."""

    def has_plan(area: dict[str, Any], at: int) -> bool:
        return area["plan"] == "made" or (area["plan"] != "none" and int(area["plan"][:4]) <= 2026 + at)

    passed, kept = [], []
    for at in range(years):
        with_plan = without = 0.0
        for area in block["areas"].values():
            winter, summer = by_year(area["october_to_march"], years), by_year(area["april_to_september"], years)
            before = winter[at - 1] if at else area["october_to_march_before"]["value"]
            for levy, when in ((before, at - 1), (summer[at], at)):
                with_plan += 0.25 * levy * has_plan(area, when)
                without += 0.15 * levy * (not has_plan(area, when))
        cap = 100 * block["dwellings"]["value"]
        if block["cap_index"] == "indexed":
            cap *= block["index_now"]["value"] / block["index_base"]["value"]
        passed.append(with_plan + min(without, cap))
        kept.append(max(without - cap, 0.0))
    return passed, kept


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_levy_is_passed_in_the_year_of_its_payment_by_the_plan_of_its_half_year_and_costs_the_district_nothing(data: Any):
    years = data.draw(st.integers(1, 5))
    block = data.draw(levies(years, ("made", "none", year(-3), year(0), year(1), year(3), year(9))))
    projection = project({"levy": block}, councils=PARTIES, years=years)
    passed, kept = received_by_hand(block, years)
    assert projection.by_year("levy.received") == pytest.approx(passed, abs=DUST)
    assert projection.by_year("levy.over_the_cap") == pytest.approx(kept, abs=DUST)
    back = projection.by_year("levy.given_back") if "asked_back" in block else [0.0] * years
    assert projection.by_year("district.revenue.net") == pytest.approx(back, abs=DUST)
