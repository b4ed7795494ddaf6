"""Harmonised charges and their limit, borrowing against growth, mergers and deals: blocks at random, worked a second time without the engine."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_combined import projected, year

PENNY = Decimal("0.01")
YEARS = 6
rates = st.integers(0, 1_000).map(lambda one: one / 10_000)
shares = st.integers(0, 20).map(lambda one: one / 20)


def pence(figure: float) -> float:
    """Half up to the penny, of a figure that is not below nought; a hair of binary arithmetic is no half-penny."""
    return float(Decimal(repr(round(figure, 8))).quantize(PENNY, ROUND_HALF_UP))


def below(figure: float) -> float:
    """The last penny below a figure."""
    found = Decimal(repr(round(figure, 8))).quantize(PENNY, ROUND_FLOOR)
    return float(found if found < Decimal(repr(round(figure, 8))) else found - PENNY)


def of_year(figures: list[float]) -> dict[str, Any]:
    return {"by_year": {year(at): one for at, one in enumerate(figures)}}


# Council tax of merged areas

area = st.fixed_dictionaries({
    "base": st.lists(st.integers(10_000, 500_000).map(lambda one: one / 10), min_size=YEARS, max_size=YEARS),
    "before": st.integers(100_00, 2_500_00).map(lambda one: one / 100), "rise": rates})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(area, min_size=2, max_size=4), st.sampled_from(["lowest", "highest", "weighted_average", "given"]), st.integers(1, 8),
       st.integers(0, 2), rates, st.integers(100, 2_500), rates, st.integers(0, 30))  # fmt: skip
def test_charges_average_limit_and_gap_of_merged_areas(areas: list[dict[str, Any]], method: str, over: int, start: int, rise: float,
                                                       target: int, share: float, pounds: int):  # fmt: skip
    extra = {"weighted_average": {"average_rise": rise}, "given": {"target": target}}.get(method, {})
    projection = projected(YEARS, merged={
        "use": "harmonisation", "council": "district", "first_year": year(start), "years": over, "method": method,
        "areas": {f"area_{at}": {"tax_base": of_year(one["base"]), "band_d_before": one["before"], "own_rise": one["rise"]}
                  for at, one in enumerate(areas)},
        "referendum_rule": "bespoke", "limit_share": share, "limit_pounds": pounds, "council_tax": "written_here", **extra,
    })  # fmt: skip

    def weighted(charges: list[float], at: int) -> float:
        return sum(charge * one["base"][at] for charge, one in zip(charges, areas, strict=True)) / sum(
            one["base"][at] for one in areas
        )

    charges = [one["before"] for one in areas]
    planned = weighted(charges, 0)
    last, last_gap, to_date, dearest = pence(planned), max(charges) - min(charges), 0.0, max(charges)
    for at in range(YEARS):
        own = [one["before"] * (1 + one["rise"]) ** (at + 1) for one in areas]
        if at == start:
            dearest = max(charges)
            principal = [index for index, charge in enumerate(charges) if charge >= dearest - 0.005]
        if at < start:
            charges, planned = [pence(one) for one in own], weighted(own, at)
        else:
            left = max(0.0, 1 - (at - start + 1) / over)
            planned *= 1 + rise
            middle = weighted(own, at)
            if method == "weighted_average":  # every area keeps its distance from the average, by what is left of the way
                charges = [pence(planned + left * (one - middle)) for one in own]
            else:
                aim = {"lowest": min(own), "highest": max(own), "given": float(target)}[method]
                charges = [pence(aim + left * (one - aim)) for one in own]
        found = [projection.value(f"merged.areas.area_{index}.band_d", year(at)) for index in range(len(areas))]
        assert found == pytest.approx(charges, abs=0.010001)  # a half-penny may fall either way
        charges = found
        average, gap = pence(weighted(charges, at)), max(charges) - min(charges)
        limit = max(below(last * (1 + share)), pence(last + pounds))
        says = {key: projection.value(f"merged.{key}", year(at)) for key in
                ("average_band_d", "limit", "gap", "within_limit", "gap_narrows", "highest_stays_above_average")}  # fmt: skip
        assert says["average_band_d"] == pytest.approx(average, abs=0.010001)
        assert says["limit"] == pytest.approx(limit, abs=0.010001)
        assert says["gap"] == pytest.approx(gap, abs=1e-6)
        exists, average = at >= start, says["average_band_d"]
        assert bool(says["within_limit"]) == (not exists or average <= says["limit"] + 1e-9)
        assert bool(says["gap_narrows"]) == (not exists or last_gap <= 0.005 or gap < last_gap - 1e-9)
        assert bool(says["highest_stays_above_average"]) == (
            not exists or gap <= 0.005 or all(charges[index] > average + 1e-9 for index in principal))  # fmt: skip
        tax = [pence(charge * one["base"][at]) if exists else 0 for charge, one in zip(charges, areas, strict=True)]
        assert projection.value("district.revenue.net", year(at)) == pytest.approx(sum(tax), abs=0.02)
        to_date += sum((charge - path) * one["base"][at] for charge, path, one in zip(charges, own, areas, strict=True))
        assert projection.value("merged.against_own_path_to_date", year(at)) == pytest.approx(to_date, abs=0.02)
        last, last_gap = average, gap


# Borrowing against growth


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(500, 3_000), min_size=YEARS, max_size=YEARS), shares, shares, shares, shares, st.integers(0, 200), shares, rates,
       st.integers(1, YEARS), st.lists(st.integers(0, 500), min_size=YEARS, max_size=YEARS), st.integers(1, YEARS - 1),
       st.one_of(st.none(), st.integers(0, YEARS - 1)))  # fmt: skip
def test_what_growth_can_repay(due: list[int], local: float, displaced: float, levy: float, wiped: float, tariff: int, haircut: float,
                               rate: float, counted: int, drawn: list[int], reset: int, fenced: int | None):  # fmt: skip
    fence = {} if fenced is None else {"ring_fence": {"until": year(fenced), "fund": "town"}}
    projection = projected(YEARS, growth={
        "use": "business_rates_growth", "council": "district", "rates": of_year([float(one) for one in due]), "baseline": 1_000,
        "local_share": local, "displaced_share": displaced, "levy_rate": levy, "tariff": tariff, "status": "assumed",
        "resets": {"one": {"year": year(reset), "wiped_share": wiped}}, **fence,
        "borrowing": {"haircut": haircut, "discount_rate": rate, "years": counted, "borrowed": of_year([float(one) for one in drawn]),
                      "debt_service": 25},
    })  # fmt: skip
    baseline, before, limit, owed, whole_limit = 1_000.0, 0.0, 0.0, 0.0, None
    for at in range(YEARS):
        inside = fenced is not None and at <= fenced
        if at == reset and not inside:
            baseline += wiped * before
        before = max(0.0, due[at] - baseline)
        kept = pence(before * (1 - displaced) * local)
        out = 0.0 if inside else pence(kept * levy)
        fixed = 0.0 if inside else float(tariff)
        sure = (kept - out) * (1 - haircut) - fixed
        limit += sure / (1 + rate) ** (at + 1) if at < counted else 0
        owed += drawn[at]
        assert projection.value("growth.after_levy_and_tariff", year(at)) == pytest.approx(kept - out - fixed, abs=0.02)
        assert projection.value("growth.borrowing.limit_to_date", year(at)) == pytest.approx(limit, abs=0.05 * YEARS)
        assert bool(projection.value("growth.borrowing.is_covered", year(at))) == (sure >= 25 - 0.005) or abs(sure - 25) < 0.05
        if at == counted - 1:
            whole_limit = limit
        within = bool(projection.value("growth.borrowing.within_limit", year(at)))
        assert within == (whole_limit is None or owed <= whole_limit) or abs(owed - limit) < 0.5


# Mergers


@settings(max_examples=60, deadline=None)
@given(st.lists(shares, min_size=YEARS, max_size=YEARS), st.lists(st.integers(0, 900), min_size=2, max_size=2), st.integers(0, 300),
       st.integers(0, 200), st.lists(st.integers(0, 1_500), min_size=YEARS, max_size=YEARS), rates,
       st.lists(st.tuples(shares, shares, shares), min_size=3, max_size=3), st.integers(0, 2))  # fmt: skip
def test_every_number_of_councils_by_year_with_its_ramp_and_payback(ramp: list[float], saved: list[int], split: int, level: int,
                                                                    change: list[int], contingency: float,
                                                                    rows: list[tuple[float, float, float]], chosen: int):  # fmt: skip
    projection = projected(YEARS, merger={
        "use": "reorganisation", "council": "county", "new_councils": chosen + 1, "counted_from": year(0), "ramp": of_year(ramp),
        "by_number": {f"row_{at}": {"councils": at + 1, "savings": one, "disaggregation": two, "transition": three}
                      for at, (one, two, three) in enumerate(rows)},
        "savings": {"staff": saved[0], "members": saved[1]}, "disaggregation": {"care": split}, "harmonisation": {"pay": level},
        "transition": {"all": of_year([float(one) for one in change])}, "contingency": contingency,
    })  # fmt: skip
    ends = []
    for at, (of_savings, of_split, of_change) in enumerate(rows):
        total, months = 0.0, 0.0
        for now in range(YEARS):
            once = change[now] * of_change * (1 + contingency)
            recurring = sum(saved) * ramp[now] * of_savings - split * of_split - level
            owed = once - total
            if not months and owed > 0.1 and recurring >= owed:
                months = 12 * (now + owed / recurring)
            total += recurring - once
            prefix = f"merger.by_number.row_{at}"
            assert projection.value(f"{prefix}.cumulative", year(now)) == pytest.approx(total, abs=0.05)
            if not math.isclose(recurring, owed, abs_tol=0.1):
                assert projection.value(f"{prefix}.payback_months", year(now)) == pytest.approx(months, abs=0.05)
                assert projection.value(f"{prefix}.payback_years", year(now)) == pytest.approx(
                    math.ceil(months / 12 - 1e-6), abs=1e-6
                )
            else:
                months = projection.value(f"{prefix}.payback_months", year(now))
            if at == chosen:
                assert projection.value("county.revenue.net", year(now)) == pytest.approx(recurring - once, abs=0.05)
        ends.append(total)
    assert projection.value("merger.moved_by_number", year(YEARS - 1)) == pytest.approx(max(ends) - min(ends), abs=0.1)


# Deals


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**9).map(lambda one: one / 100), shares, st.integers(1, 12), st.integers(1, 3), st.lists(st.tuples(shares, shares),
       min_size=12, max_size=12), rates)  # fmt: skip
def test_each_year_of_a_deal_after_its_gateways_and_at_first_year_prices(sum_a_year: float, capital: float, length: int, every: int,
                                                                        odds: list[tuple[float, float]], prices: float):  # fmt: skip
    due = [at for at in range(every, length, every) if at < YEARS]
    projection = projected(YEARS, deal={
        "use": "gainshare", "payer": "county", "payee": "mayor", "amount": sum_a_year, "years": length, "first_year": year(0),
        "capital_share": capital, "gateway_every": every, "inflation": prices, "status": "secured",
        "gateways": {f"gateway_{at}": {"payments_from": year(at), "chance": odds[at][0], "lost_share": odds[at][1]} for at in due},
    })  # fmt: skip
    for at in range(YEARS):
        left = math.prod(1 - (1 - odds[one][0]) * odds[one][1] for one in due if one <= at)
        paid = pence(sum_a_year * left) if at < length else 0
        flows = [projection.value(f"deal.{account}", year(at)) for account in ("capital", "revenue")]
        assert sum(flows) == pytest.approx(paid, abs=0.010001)
        assert flows[0] == pytest.approx(sum(flows) * capital, abs=0.005001)
        assert projection.value("deal.real_value", year(at)) == pytest.approx(sum(flows) / (1 + prices) ** at, rel=1e-9, abs=1e-6)
        assert projection.value("mayor.revenue.net", year(at)) == pytest.approx(flows[1], abs=1e-6)
