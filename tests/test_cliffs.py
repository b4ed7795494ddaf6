"""Grants, tapers and loans that end: what is found, what it does to the Band D charge, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel.cliffs import Cliff, find_cliffs, when_does_it_stop
from devomodel.engine import Sheet, SheetError, worked_out
from devomodel.model import Projection

SOME = settings(max_examples=40, deadline=None)
BASIS = {"basis": "assumption", "note": "made up"}
COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "village": {"name": "Village council", "kind": "parish"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
}
DUST = 1e-6


def scenario(years: int, mechanisms: dict[str, Any], first_year: str = "2026-27", homes: float = 1_000, **precept: Any) -> str:
    town = {
        "homes": {"use": "tax_base", "council": "town", "homes": homes},
        "precept": {"use": "precept", "council": "town", "general_reserve": {"opening": 0}, **precept},
    }
    return json.dumps(
        {
            "case": "A hall",
            "nation": "england",
            "first_year": first_year,
            "years": years,
            "councils": COUNCILS,
            "mechanisms": {**mechanisms, **town},
        },
        ensure_ascii=False,
    )


def projected(years: int, mechanisms: dict[str, Any], **others: Any) -> Projection:
    return dm.project(dm.load_text(scenario(years, mechanisms, **others), "hall.yaml"))


def spending(sum_of: Any) -> dict[str, Any]:
    return {"use": "budget", "council": "town", "spending": {"all": sum_of}}


def grant(**block: Any) -> dict[str, Any]:
    return {"use": "grant", "payer": "district", "payee": "town", "kind": "grant", "status": "secured", **block}


def only(projection: Projection) -> Cliff:
    [found] = find_cliffs(projection)
    return found


# The town hall


def town_hall(**changes: Any) -> Projection:
    taper = {"total": "£272,860", "years": 5, "first_year": "2019-20"}
    hall = grant(
        label="Town hall grant",
        taper=taper,
        pays_for="running the town hall",
        spending_left={"line": "costs.spending.all"},
        **changes,
    )
    return projected(
        7, {"costs": spending({"value": "£150,000", "grows": "3%"}), "grant": hall}, first_year="2019-20", homes=17_241
    )


def test_the_town_hall_grant_ends_in_its_fifth_year_and_nobody_is_named_to_pay():
    cliff = only(town_hall())
    assert round(sum(cliff.paid), 2) == 272_860
    assert (cliff.last_year, cliff.first_year_without, round(cliff.in_last_year, 2)) == ("2023-24", "2024-25", 18_190.67)
    assert not cliff.agreed and cliff.picked_up_by == "not agreed"
    assert round(cliff.spending_left or 0, 2) == round(150_000 * 1.03**5, 2)
    effect = cliff.effect("town")
    assert effect is not None and effect.band_d == 1.06  # £18,190.67 over 17,241 homes, between two rounded charges
    assert effect.bands["A"] == pytest.approx(effect.band_d * 6 / 9, abs=0.011)
    assert set(effect.bands) >= set("ABCDEFGH")


def test_the_cliff_is_said_in_one_plain_statement():
    assert only(town_hall()).sentence == (
        "Town hall grant: £18,190.67 is paid in 2023-24, the last year, and nothing from 2024-25. "
        "Spending of £173,891.11 for running the town hall goes on in 2024-25. Who pays then is not agreed. "
        "Without it the Band D charge of Town council is £1.06 higher in 2024-25."
    )


def test_once_a_party_is_named_the_cliff_is_agreed():
    cliff = only(town_hall(then="district"))
    assert cliff.agreed and "District council picks it up." in cliff.sentence


def test_the_money_to_be_called_back_is_shown_for_each_year():
    projection = town_hall(clawback_years=5, clawback="falling")
    owed = projection.by_year("grant.repayable")
    assert owed[0] == pytest.approx(90_953.33) and owed[6] < owed[5] < owed[4] and owed[6] > 0


# Published patterns


def test_a_verge_grant_that_falls_and_goes_is_a_cliff_of_its_last_sum():
    """£120, then £30, then nothing a kilometre: 20 kilometres at £3,000 over a base of 100."""
    verges = {
        "cutting": spending("£3,000"),
        "grant": grant(payer="county", taper={"schedule": {"2026-27": 2_400, "2027-28": 600}}),
    }
    projection = projected(3, verges, homes=100)
    cliff = only(projection)
    assert projection.by_year("town.band_d") == [6, 24, 30]
    assert (cliff.first_year_without, cliff.in_last_year, cliff.effects[0].band_d) == ("2028-29", 600, 6)


def test_a_library_of_38p_a_week_is_what_the_charge_rises_by_when_the_county_stops():
    library = {"library": spending(71_902.69), "support": grant(payer="county", amount=71_902.69, ends="2026-27")}
    [effect] = only(projected(3, library, homes=3_638.8)).effects
    assert dm.per_period(effect.band_d)["week"] == 0.38


def test_a_district_that_hands_over_its_toilets_in_thirds_leaves_a_cliff_in_the_third_year():
    toilets = {
        "toilets": {
            "use": "cost_share",
            "manager": "town",
            "gross_running_cost": "£9,000",
            "shares": {"district": {"by_year": {"2026-27": "2/3", "2027-28": "1/3", "2028-29": "0%"}}, "town": "rest"},
        }
    }
    cliff = only(projected(3, toilets))
    assert (cliff.kind, cliff.last_year, cliff.in_last_year, cliff.effects[0].band_d) == ("contribution", "2027-28", 3_000, 3)


def test_two_things_that_end_at_once_are_two_cliffs():
    """A grant for double taxation and a parks grant both go, as when a hole of more than £100,000 opens."""
    both = {
        "parks": spending("£120,000"),
        "double": grant(amount="£60,000", ends="2026-27"),
        "trees": grant(amount="£45,000", ends="2026-27"),
    }
    found = find_cliffs(projected(2, both))
    assert [(cliff.first_year_without, cliff.effects[0].band_d) for cliff in found] == [("2027-28", 60), ("2027-28", 45)]


# Whoever wrote it


@pytest.mark.parametrize(
    "other",
    [
        {
            "use": "payment",
            "payer": "county",
            "payee": "town",
            "kind": "rent",
            "status": "assumed",
            "amount": {"value": 5_000, "until": "2027-28"},
        },
        {
            "use": "payment",
            "payer": "county",
            "payee": "town",
            "kind": "fee",
            "status": "assumed",
            "amount": {"value": 5_000 / 1.1, "until": "2027-28", "grows": "10%"},
        },
        {"use": "budget", "council": "town", "income": {"homes_bonus": {"value": 5_000, "until": "2027-28"}}},
        grant(amount={"line": "costs.spending.all"}, ends="2027-28"),
        grant(taper={"total": 10_000, "years": 2, "first_year": "2026-27", "shape": "level"}),
        grant(kind="dowry", amount={"value": 10_000, "once": "2026-27"}, pot={"years": 2}),
    ],
)
def test_money_that_any_mechanism_writes_is_found_by_its_figures(other: dict[str, Any]):
    projection = projected(4, {"costs": spending(5_000), "other": other})
    cliff = only(projection)
    assert (cliff.last_year, cliff.first_year_without, round(cliff.in_last_year, 2)) == ("2027-28", "2028-29", 5_000)
    assert cliff.effects[0].band_d == 5 and cliff.inside and not cliff.once


def test_money_that_goes_on_to_the_end_is_no_cliff():
    other = {"use": "payment", "payer": "county", "payee": "town", "kind": "rent", "status": "assumed", "amount": 5_000}
    assert find_cliffs(projected(3, {"costs": spending(5_000), "other": other})) == []


def test_a_grant_whose_end_is_not_agreed_says_what_losing_it_would_do():
    cliff = only(projected(3, {"costs": spending(9_000), "grant": grant(amount="£4,000", ends="not agreed")}))
    assert (cliff.last_year, cliff.first_year_without, cliff.inside) == ("", "", False)
    assert cliff.effects[0].band_d == 4 and "no end is agreed" in cliff.sentence and "£4 higher in 2028-29" in cliff.sentence


def test_a_grant_that_ends_after_the_case_is_told_and_not_lost():
    cliff = only(projected(3, {"costs": spending(9_000), "grant": grant(amount="£4,000", ends="2033-34")}))
    assert (cliff.last_year, cliff.first_year_without, cliff.inside) == ("2033-34", "2034-35", False)
    assert "is after the end of this case" in cliff.sentence


def test_a_capital_sum_paid_once_moves_no_charge():
    roof = {"use": "budget", "council": "town", "account": "capital", "spending": {"roof": {"value": 80_000, "once": "2026-27"}}}
    cliff = only(projected(2, {"roof": roof, "grant": grant(account="capital", amount={"value": 80_000, "once": "2026-27"})}))
    assert cliff.once and cliff.effects == () and "no yearly budget rests on it" in cliff.sentence


def test_where_the_charge_is_fixed_the_cliff_is_in_the_reserves():
    hall = {"costs": spending(9_000), "grant": grant(amount="£4,000", ends="2026-27")}
    cliff = only(projected(2, hall, band_d_charge=9, general_reserve={"opening": 50_000}))
    assert (cliff.effects[0].band_d, cliff.effects[0].reserves) == (0, -4_000)
    assert "£4,000 less in reserves at the end of 2027-28" in cliff.sentence


def test_a_true_up_is_not_a_promise_that_ends():
    share = {
        "use": "cost_share",
        "manager": "town",
        "gross_running_cost": 1_000,
        "shares": {"district": "50%", "town": "rest"},
        "true_up": {"actual_cost": {"by_year": {"2026-27": 1_200, "2027-28": 1_000, "2028-29": 1_000}}},
    }
    assert find_cliffs(projected(3, {"hall": share})) == []


def test_looking_for_cliffs_leaves_the_projection_as_it_was():
    projection = town_hall()
    before = projection.as_dict()
    find_cliffs(projection)
    when_does_it_stop(projection)
    assert projection.as_dict() == before


def test_cliffs_are_worked_from_changed_amounts_where_there_are_such():
    case = dm.load_text(scenario(2, {"costs": spending(9_000), "grant": grant(amount="£4,000", ends="2026-27")}), "hall.yaml")
    changed = dm.project(case, lanes={"grant.amount": np.array([[6_000.0], [0.0]])})
    assert only(changed).effects[0].band_d == 6


@SOME
@given(st.integers(1, 6), st.integers(0, 5_000_000), st.integers(100, 2_000_000), st.integers(1, 5))
def test_the_effect_is_that_of_a_second_case_in_which_the_grant_goes_on(paid_years: int, pence: int, homes: int, rise: int):
    years = 7
    last = f"{2025 + paid_years}-{26 + paid_years}"
    costs = {"costs": spending({"value": 100_000, "grows": f"{rise}%"})}
    first = projected(years, {**costs, "grant": grant(amount={"value": pence / 100, **BASIS}, ends=last)}, homes=homes / 100)
    second = projected(
        years, {**costs, "grant": grant(amount={"value": pence / 100, **BASIS}, ends="not agreed")}, homes=homes / 100
    )
    found = find_cliffs(first)
    if pence == 0:
        assert found == []
        return
    year = first.years[paid_years]
    expected = first.value("town.band_d", year) - second.value("town.band_d", year)
    effect = found[0].effect("town")
    assert found[0].effect_year == year
    assert abs((effect.band_d if effect else 0.0) - expected) < DUST
    for band, moved in (effect.bands if effect else {}).items():
        assert abs(moved - first.value(f"town.bands.{band}", year) + second.value(f"town.bands.{band}", year)) < DUST


# When does it stop?


def test_a_post_that_ends_frees_its_cost():
    post = {"use": "budget", "council": "town", "spending": {"ranger": {"value": "£25,000", "until": "2027-28"}, "all": 50_000}}
    [relief] = when_does_it_stop(projected(4, {"post": post}))
    assert (relief.first_year_without, relief.effects[0].band_d) == ("2028-29", -25)
    assert relief.sentence.endswith("That done, the Band D charge of Town council is £25 lower in 2028-29.")


def test_a_loan_paid_off_frees_its_interest_and_principal_together():
    loan = {
        "use": "borrowing",
        "council": "town",
        "loans": {
            "roof": {
                "principal": 10_000,
                "rate": {"value": "4%", "basis": "estimate", "note": "the lender, 3 March 2026"},
                "term_years": 3,
                "shape": "annuity",
                "drawn": "2026-27",
            }
        },
    }
    projection = projected(6, {"costs": spending(5_000), "loan": loan})
    [relief] = when_does_it_stop(projection)
    assert (
        len(relief.lines) == 2
        and relief.last_year == [year for year, sum_of in zip(projection.years, relief.paid, strict=True) if sum_of][-1]
    )
    freed = max(relief.paid) / 1_000
    assert relief.effects[0].band_d == pytest.approx(-freed, abs=0.011)


def test_what_the_town_stops_paying_the_district_stops_receiving():
    paid = {
        "use": "payment",
        "payer": "town",
        "payee": "district",
        "kind": "contribution",
        "status": "secured",
        "amount": {"value": 7_500, "until": "2026-27"},
    }
    projection = projected(2, {"costs": spending(9_000), "paid": paid})
    [relief], [cliff] = when_does_it_stop(projection, "town"), find_cliffs(projection)
    assert relief.lines == cliff.lines and relief.paid == cliff.paid and cliff.payee == "district"


# Every scenario that ships


@pytest.mark.parametrize("path", sorted(Path("scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_cliffs_of_every_scenario_are_said(path: Path):
    case = dm.load(path)
    for option in case.options:
        projection = dm.project(case, option)
        for ending in (*find_cliffs(projection), *when_does_it_stop(projection)):
            assert ending.sentence.endswith(".") and (ending.last_year or ending.effect_year) in ending.sentence
            assert "nan" not in ending.sentence


# Holding a line at given figures


def test_a_line_held_at_given_figures_moves_only_what_depends_on_it():
    sheet = Sheet("2026-27", 2)
    cost = sheet.input("cost", 10.0, "£", "Cost")
    half = sheet.line("half", cost / 2, "£", "Half")
    sheet.line("rest", cost - half, "£", "Rest")
    held = sheet.seal().holding({"half": [1.0, 2.0]})
    assert worked_out(held).by_year("rest") == [9, 8] and worked_out(sheet).by_year("rest") == [5, 5]
    with pytest.raises(SheetError, match="3 figures and the sheet has 2 years"):
        sheet.holding({"half": [1, 2, 3]})
    with pytest.raises(SheetError, match="sealed"):
        Sheet("2026-27", 2).holding({})
