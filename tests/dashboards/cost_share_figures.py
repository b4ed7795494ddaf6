"""Every figure that the cost share page shows, worked out from projections by the test itself."""

from __future__ import annotations

from devomodel.mechanisms.share_fairness import rules_side_by_side
from devomodel.model import Projection
from devomodel.statements import flows
from tests.dashboards.tables import Table, pence, pounds, year

DECIDES = {"band_d": "Band D charge", "precept": "Precept", "reserves.closing": "Reserves at 31 March"}
DECIDES_OF_OTHERS = {"revenue.net": "Revenue received less paid"}
ROWS = ("With what is chosen here", "Without a decision", "Difference")
AGAINST_THE_CASE = ("With what is chosen here", "As the case gives it", "Difference")


def expected(projection: Projection, before: Projection, name: str, label: str, at: str, agreed: str) -> dict[str, Table]:
    """Caption → row → cells of the whole page, for a year and a cost share."""
    found = {"What passes between them": between(projection)}
    if f"{name}.shared_cost" in projection.sheet:
        found |= {
            f"Rules side by side, {year(at)}": rules(projection, name, at, agreed),
            f"{label}: who bears what of it": who(projection, name),
        }
    for party in projection.case.councils:
        own = projection.sheet.parties[party]
        moved = budget(projection, before, party)
        if len(moved) > 1:
            found[f"{own}: what moves in its budget (+ is less to find, − is more to find)"] = moved
            found[f"{own}: what it decides by"] = decides(projection, before, party)
    return found


def rules(projection: Projection, name: str, at: str, agreed: str) -> Table:
    place, found = projection.years.index(at), {}
    for row in rules_side_by_side(projection, name):
        label = f"{row.label}: {agreed}" if row.rule == "agreed" else row.label
        dear = bool(row.alone) and row.pays[place] > row.alone[place]
        found.setdefault(label, []).append(pence(row.pays[place]) + (" more than alone" if dear else ""))
        if row.alone and len(found.setdefault("Each alone", [])) < 2:
            found["Each alone"].append(pence(row.alone[place]))
    return found


def who(projection: Projection, name: str) -> Table:
    found = {}
    for line in projection.sheet:
        if line.name.startswith(f"{name}.") and line.name.endswith(".part"):
            party = line.tags["party"]
            values = projection.by_year(line.name)
            found[projection.sheet.parties[party]] = [pence(one) for one in values]
            if f"{party}.tax_base" in projection.sheet:
                homes = projection.by_year(f"{party}.tax_base")
                found[f"{projection.sheet.parties[party]}, at Band D"] = [
                    pounds(one / base, 2) for one, base in zip(values, homes, strict=True)
                ]
    found["Cost that is shared"] = [pence(one) for one in projection.by_year(f"{name}.shared_cost")]
    return found


def between(projection: Projection) -> Table:
    parties, found = projection.sheet.parties, {}
    for line in flows(projection.sheet):
        payer, payee = line.tags.get("payer"), line.tags.get("payee")
        if (
            payer in parties
            and payee in parties
            and line.tags["kind"] in ("contribution", "rent", "grant")
            and any(projection.by_year(line.name))
        ):
            found[line.label] = [parties[payer], parties[payee], *(pence(one) for one in projection.by_year(line.name))]
    return found


def budget(projection: Projection, before: Projection, party: str) -> Table:
    moved: dict[str, list[float]] = {}
    for one, sign in ((before, -1), (projection, 1)):
        for line in one.sheet:
            tags = line.tags
            if tags.get("account") == "revenue" and party in (tags.get("payer"), tags.get("payee")) and tags.get("kind") in (
                    "spending", "income", "contribution", "rent", "grant"):  # fmt: skip
                direction = sign if tags.get("payee") == party else -sign
                old = moved.setdefault(line.label, [0.0] * len(one.years))
                moved[line.label] = [was + direction * value for was, value in zip(old, one.by_year(line.name), strict=True)]
    kept = {label: values for label, values in moved.items() if max(map(abs, values)) >= 0.005}
    found = {label: [pounds(one) for one in values] for label, values in kept.items()}
    whole = [sum(rounded(one[place]) for one in kept.values()) for place in range(len(projection.years))]
    return {**found, "Better off (− worse off)": [pounds(one) for one in whole]}


def rounded(value: float) -> int:
    return int(pounds(value).replace("£", "").replace(",", "").replace("−", "-"))


def decides(projection: Projection, before: Projection, party: str) -> Table:
    """The rows stand under headings; the first set has no heading before its names."""
    found: Table = {}
    keys = DECIDES if f"{party}.precept" in projection.sheet else DECIDES_OF_OTHERS
    rows = AGAINST_THE_CASE if projection.option == before.option else ROWS
    for place, (key, heading) in enumerate(keys.items()):
        after, without = (one.by_year(f"{party}.{key}") for one in (projection, before))
        change = [late - early for late, early in zip(after, without, strict=True)]
        plain = key == "band_d"
        for row, values, sign in zip(rows, (after, without, change), (False, False, True), strict=True):
            name = row if not place else f"{heading} › {row}"
            found[name] = [pounds(one, 2, sign) if plain else pence(one, sign) for one in values]
    return found
