"""Figures that the funding page shows, worked out from a projection by the test itself."""

from __future__ import annotations

from devomodel.cliffs import find_cliffs
from devomodel.mechanisms.grant import Grant
from devomodel.mechanisms.match_funding import MatchFunding
from devomodel.model import Projection
from tests.dashboards.tables import Table, pence, percent, pounds, year

PAYS_FOR = {"capital": "Capital only", "revenue": "Running costs only", "either": "Either"}


def name_of(key: str) -> str:
    return key.replace("_", " ").capitalize()


def expected(projection: Projection) -> dict[str, Table]:
    """Caption → row → cells of the page: the stack, each year, grants, and money that ends."""
    found: dict[str, Table] = {}
    mechanisms = projection.case.variant(projection.option).mechanisms
    for one in mechanisms:
        if isinstance(one, MatchFunding):
            what = "capital" if one.account == "capital" else "running costs"
            found[f"{name_of(one.name)}: who pays, in the order they are asked ({what})"] = stack(projection, one)
            found[f"{name_of(one.name)}: who pays for each year’s spending"] = by_year(projection, one)
    grants = [one for one in mechanisms if isinstance(one, Grant)]
    if grants:
        found["Grants and other promises, by year"] = {grant_row(projection, one): [
            *(pence(value) for value in projection.by_year(f"{one.name}.paid")),
            "Not agreed" if one.then == "not agreed" else projection.sheet.parties[one.then]] for one in grants}  # fmt: skip
    cliffs = find_cliffs(projection)
    if cliffs:
        found["Money that ends"] = {
            one.label: [
                year(one.last_year), pence(one.in_last_year), "–" if one.spending_left is None else pence(one.spending_left),
            ] for one in cliffs}  # fmt: skip
        found["Money that ends"] = {label: cells + ends(projection, label) for label, cells in found["Money that ends"].items()}
    return found


def ends(projection: Projection, label: str) -> list[str]:
    one = next(one for one in find_cliffs(projection) if one.label == label)
    moved = [
        f"{effect.name} {pounds(effect.band_d, 2, sign=True)} in {year(one.effect_year)}"
        for effect in one.effects
        if effect.band_d
    ]
    if one.account == "capital" and not one.effects and one.spending_left is None and one.picked_up_by == "not agreed":
        return ["No yearly budget rests on it", "None"]
    return ["Not agreed" if one.picked_up_by == "not agreed" else one.picked_up_by, ", ".join(moved) or "None"]


def stack(projection: Projection, scheme: MatchFunding) -> Table:
    last, found = projection.years[-1], {}
    for place, (key, funder) in enumerate(scheme.funders.items(), start=1):
        line = f"{scheme.name}.{key}"
        asks = f"{line}.match_required" in projection.sheet
        found[f"{place}. {funder.label or name_of(key)}"] = [
            projection.sheet.parties[funder.funder], PAYS_FOR[funder.pays_for], funder.status.capitalize(),
            pence(projection.value(f"{line}.award", last)),
            percent(projection.value(f"{line}.intervention_rate", last)) if funder.intervention_rate else "All that is left",
            pence(projection.value(f"{line}.earned_to_date", last)), percent(projection.value(f"{line}.share_of_cost", last)),
            pence(projection.value(f"{line}.match_required", last)) if asks else "None",
            pence(projection.value(f"{line}.match_found", last)) if asks else "–",
        ]  # fmt: skip
    found["Gap, not funded"] = ["Nobody", "", "", "", "", pence(projection.value(f"{scheme.name}.gap", last)), "", "", ""]
    found["Whole cost"] = ["", "", "", "", "", pence(projection.value(f"{scheme.name}.whole_cost_to_date", last)), "", "", ""]
    return found


def by_year(projection: Projection, scheme: MatchFunding) -> Table:
    last, found = projection.years[-1], {}
    for key, funder in scheme.funders.items():
        line, label = f"{scheme.name}.{key}", funder.label or name_of(key)
        found[label] = [
            *(pence(one) for one in projection.by_year(f"{line}.earned")),
            pence(sum(projection.by_year(f"{line}.earned"))),
        ]
        shares = projection.by_year(f"{line}.share_of_cost")
        found[f"Share of the whole cost so far › {label}"] = [percent(one) for one in [*shares, shares[-1]]]
    gap, cost = projection.by_year(f"{scheme.name}.gap"), projection.by_year(f"{scheme.name}.whole_cost")
    found["Gap at 31 March, not funded"] = [pence(one) for one in [*gap, gap[-1]]]
    found["Cost of the year, in cash and in kind"] = [pence(one) for one in [*cost, sum(cost)]]
    if scheme.revenue_commitment:
        match = projection.by_year(f"{scheme.name}.revenue_match")
        granted = projection.by_year(f"{scheme.name}.granted")
        found["Running cost that keeps the promise"] = [pence(one) for one in [*match, sum(match)]]
        found["Due from other parties"] = [pence(one) for one in [*granted, sum(granted)]]
        ratios = [f"{one / other:.2f} to 1" if one and other else "–" for one, other in zip(
            [*match, sum(match)], [*granted, sum(granted)], strict=True)]  # fmt: skip
        found["£ of running cost for each £1 of grant"] = ratios
        found["Goes on after the promise, and no funder asks for it"] = [
            *(pence(one) for one in projection.by_year(f"{scheme.name}.after_promise")), ""]  # fmt: skip
    assert last == projection.years[-1]
    return found


def grant_row(projection: Projection, one: Grant) -> str:
    parties = projection.sheet.parties
    return f"{one.label or name_of(one.name)} ({parties[one.payer]} to {parties[one.payee]}, {one.account}, {one.status})"
