"""Grants, tapers and pots: what is refused, and what is true of every one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import devomodel as dm
from tests.test_cliffs import BASIS, DUST, SOME, grant, projected, spending

# Refusals


REFUSED: dict[str, dict[str, Any]] = {
    "nothing says when it ends": {"amount": 100},
    "it ends in two years at once: ends says 2027-28, until says 2028-29": {
        "amount": {"value": 1, "until": "2028-29"},
        "ends": "2027-28",
    },
    "it ends in two years at once: ends says 2027-28, the taper says 2028-29": {
        "taper": {"total": 9, "years": 3, "first_year": "2026-27"},
        "ends": "2027-28",
    },
    "it ends (2026-27) before it begins (2027-28)": {"amount": {"value": 1, "from": "2027-28"}, "ends": "2026-27"},
    "give either an amount, with the year it ends, or a taper": {"ends": "2027-28"},
    "a year such as 2030-31, or the words not agreed": {"amount": 100, "ends": "never"},
    "'soon' is not named under 'councils'": {"amount": 100, "ends": "2027-28", "then": "soon"},
    "cannot pay itself": {"amount": 100, "ends": "2027-28", "payer": "town"},
    "a taper needs its total, its years and its first_year": {"taper": {"total": 100, "years": 3}},
    "a taper cannot run for 99 years": {"taper": {"total": 100, "years": 99, "first_year": "2026-27"}},
    "the total is one sum for all the years": {
        "taper": {"total": {"value": 9, "grows": "2%"}, "years": 3, "first_year": "2026-27"}
    },
    "the years come to £1,100, and the total is £1,000": {
        "taper": {"total": 1_000, "schedule": {"2026-27": 600, "2027-28": 500}}
    },
    "a schedule says its own years": {"taper": {"years": 2, "schedule": {"2026-27": 600}}},
    "a sum for each year belongs here": {"taper": {"schedule": 600}},
    "without growth": {"taper": {"schedule": {"by_year": {"2026-27": 600}, "grows": "2%"}}},
    "a pot holds a single sum": {"amount": 100, "pot": {"years": 3}},
    "a pot cannot be drawn over 0 years": {"amount": {"value": 1, "once": "2026-27"}, "pot": {"years": 0}},
    "give the cost of the year the sum is paid": {
        "amount": {"value": 1, "once": "2026-27"},
        "pot": {"years": 2, "yearly_cost": {"value": 1, "grows": "2%"}},
    },
    "nothing is called back after 99 years": {"amount": 100, "ends": "2027-28", "clawback_years": 99},
}


@pytest.mark.parametrize("words", REFUSED)
def test_a_grant_that_cannot_be_meant_is_refused_with_its_place(words: str):
    with pytest.raises(dm.DevomodelError) as caught:
        projected(3, {"hall": grant(**REFUSED[words])})
    told = str(caught.value)
    assert words in told and "hall.yaml, line" in told and "mechanisms › hall" in told


@SOME
@given(st.integers(0, 100_000_000), st.integers(1, 60), st.integers(-30, 5), st.sampled_from(["straight_line", "level"]))
def test_a_taper_pays_its_total_to_the_penny_wherever_the_case_begins(pence: int, years: int, start: int, shape: str):
    first = f"{2026 + start}-{(2027 + start) % 100:02d}"
    taper = {"total": {"value": pence / 100, **BASIS}, "years": years, "first_year": first, "shape": shape}
    projection = projected(40, {"grant": grant(taper=taper), "costs": spending(0)})
    assert projection.passed
    paid = projection.by_year("grant.paid")
    assert all(abs(one * 100 - round(one * 100)) < DUST and one >= 0 for one in paid)
    before = projection.by_year("grant.paid_before")[0]
    assert start + years > 40 or abs(before + sum(paid) - pence / 100) < DUST


@SOME
@given(st.integers(1, 10_000_000), st.integers(1, 20), st.integers(0, 100))
def test_a_pot_drawn_evenly_is_empty_at_the_end_and_pays_out_all_that_went_in(pence: int, years: int, thousandths: int):
    pot = {"years": years, "interest_rate": {"value": thousandths / 1_000, **BASIS}}
    dowry = grant(kind="dowry", amount={"value": pence / 100, "once": "2026-27", **BASIS}, pot=pot)
    projection = projected(21, {"dowry": dowry, "costs": spending(0)})
    put_by, drawn, closing = (projection.by_year(f"dowry.pot.{one}") for one in ("put_by", "drawn", "closing"))
    assert abs(sum(put_by) - sum(drawn)) < DUST and all(one >= -DUST for one in closing)
    assert all(abs(one) < DUST for one in closing[years - 1 :])
