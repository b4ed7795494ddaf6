"""Who pays for what: the sources of each account of a council, by party and status, against what it spends.

Only tags are read, so a new mechanism appears here without an edit. Money is shown in the year whose spending it pays
for: what a funder owes for it counts, and what it has paid ahead of spending is in hand for later years. What no source
pays for is a row of its own, so that the rows always sum to the spending.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from devomodel.engine import Figures, Line, quantity
from devomodel.mechanisms.base import STATUSES, CaseSheet
from devomodel.statements import HALF_A_PENNY, Row, Statement, flows, funds_its_capital, has_precept

TITLES = {"capital": "who pays for capital", "revenue": "who pays for running costs", "in_kind": "who gives what is in kind"}
SPENDING = {"capital": "Capital spending", "revenue": "Running costs", "in_kind": "Borne in kind"}
OWN_SOURCES = {"income": "Own income", "interest": "Interest", "reserve": "Funds set aside", "contribution": "Own revenue",
               "council tax": "Council tax collected", "loan": "Loans", "volunteer time": "Givers not named"}  # fmt: skip
"""What a source without a payer is called, by its kind."""

RUNNING_KINDS = ("rent", "interest", "contract")
"""Kinds of payment that are running costs whatever account they are put on."""


@dataclass(frozen=True)
class Source:
    """One source of an account's money.

    party   key of the party that pays; empty for the council's own
    name    as printed
    status  secured, applied for or assumed; empty where a source does not say, such as a precept
    values  £ in each year, for that year's spending
    """

    party: str
    name: str
    status: str
    values: tuple[float, ...]

    @property
    def label(self) -> str:
        """The name with the status."""
        return f"{self.name} ({self.status})" if self.status else self.name


def sources(figures: Figures, party: str, account: str) -> list[Source]:
    """Every source of a party's account: by party and status, what it paid and what it came to owe for the year's spending."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    found: dict[tuple[str, str, str], np.ndarray] = {}

    def add(payer: str, kind: str, status: str, values: np.ndarray) -> None:
        name = _name(sheet, payer, kind)
        found[payer, name, status] = found.get((payer, name, status), np.zeros(sheet.count)) + values

    for line in _own_flows(sheet, payee=party, account=account):
        payer = "" if line.tags["kind"] == "precept" else line.tags.get("payer", "")
        add(payer, line.tags["kind"], line.tags.get("status", ""), np.array(figures.by_year(line.name)))
    if account == "capital":
        for line in sheet.tagged(owed_to=party, of_account=account):
            owed = np.diff(np.array(figures.by_year(line.name)), prepend=0.0)
            add(line.tags["owed_by"], "grant", line.tags["status"], owed)
    return [Source(payer, name, status, tuple(float(one) for one in values)) for (payer, name, status), values in found.items()]


def _own_flows(sheet: CaseSheet, **tags: str) -> list[Line]:
    """A party's flows, without what only passes through it: a precept paid over, and the council tax collected for it."""
    through = {"payer": "precept", "payee": "council tax"}
    return [
        line
        for line in flows(sheet, **tags)
        if not any(side in tags and line.tags["kind"] == kind for side, kind in through.items())
    ]


def funding(figures: Figures, party: str, account: str) -> Statement:
    """The funding of one account: its sources, what is carried from year to year, the gap, and the spending they sum to."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    rows = [Row("Sources", kind="heading")]
    received, by_status = np.zeros(sheet.count), {status: np.zeros(sheet.count) for status in STATUSES}
    for source in sources(figures, party, account):
        values = np.array(source.values)
        received = received + values
        if source.status:
            by_status[source.status] = by_status[source.status] + values
        rows.append(Row(source.label, source.values, adds=1))
    paid = np.sum([figures.by_year(line.name) for line in _own_flows(sheet, payer=party, account=account)], axis=0)
    spending = np.zeros(sheet.count) + paid
    for label, values in _balancing(sheet, party, account, received, spending):
        if np.abs(values).max() >= HALF_A_PENNY:
            rows.append(Row(label, tuple(float(one) for one in values), adds=1))
    rows.append(Row(SPENDING[account], tuple(float(one) for one in spending), kind="total"))
    rows += [Row(f"of the sources, {status}", tuple(float(one) for one in values), kind="balance")
             for status, values in by_status.items() if np.abs(values).max() >= HALF_A_PENNY]  # fmt: skip
    note = "Money is shown in the year whose spending it pays for, not the year it is paid." if account == "capital" else ""
    return Statement(f"{sheet.parties[party]}: {TITLES[account]}", sheet.years, tuple(rows), note)


def funding_statements(figures: Figures, party: str) -> list[Statement]:
    """The funding of every account of a party that others pay towards, and what was found to be capital and why."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    found = [funding(figures, party, account) for account in TITLES if _is_funded(sheet, party, account)]
    tested = capital_or_revenue(figures, party)
    return [*found, tested] if tested else found


def capital_or_revenue(figures: Figures, party: str) -> Statement | None:
    """Each cost that was put to the tests of capital, the account it is charged to, and the reason; none where there is none."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    rows = []
    for account in ("capital", "revenue"):
        tested = [line for line in sheet.tagged(payer=party, account=account) if "why_account" in line.tags]
        rows += [Row(account.capitalize(), kind="heading")] if tested else []
        rows += [Row(f"{line.label}: {line.tags['why_account']}", tuple(figures.by_year(line.name)), line=line.name)
                 for line in tested]  # fmt: skip
    return Statement(f"{sheet.parties[party]}: what is capital, and why", sheet.years, tuple(rows)) if rows else None


def write_funding_checks(sheet: CaseSheet) -> None:
    """That capital money pays for no running cost, for every party whose capital is paid for in the case.

    Law: Local Government Act 2003, s.16, and proper practices.
    """
    for key, name in sheet.parties.items():
        if funds_its_capital(sheet, key):
            running = [line for line in flows(sheet, payer=key, account="capital") if line.tags["kind"] in RUNNING_KINDS]
            sheet.check(f"{key}.capital.only_on_capital", sheet.total(running) <= quantity(HALF_A_PENNY, "£"),
                        f"{name}: capital money pays for no running cost",
                        "Rent, interest and contracts are charged to revenue: write account: revenue", council=key)  # fmt: skip


def _balancing(sheet: CaseSheet, party: str, account: str, received: np.ndarray,
               spending: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:  # fmt: skip
    """What makes the sources sum to the spending: money carried between years, and what is not funded."""
    short = spending - received
    if account == "revenue":
        own = "Taken from reserves (− put to them)"
        if not has_precept(sheet, party):
            own = "Own budget, outside this case (− left for it)"
        yield own, short
        return
    carried = np.cumsum(-short)
    in_hand, gap = np.maximum(carried, 0.0), np.maximum(-carried, 0.0)
    yield "In hand from other years (− kept for later)", -np.diff(in_hand, prepend=0.0)
    yield "Gap, not funded (− made good)", np.diff(gap, prepend=0.0)


def _is_funded(sheet: CaseSheet, party: str, account: str) -> bool:
    """Whether a party's account has a source to show beside its own precept and income."""
    into = flows(sheet, payee=party, account=account)
    if account == "capital":
        return funds_its_capital(sheet, party)
    return any("status" in line.tags for line in into) and bool(flows(sheet, payer=party, account=account))


def _name(sheet: CaseSheet, payer: str, kind: str) -> str:
    if kind == "precept":
        return "Precept"
    return sheet.parties[payer] if payer else OWN_SOURCES.get(kind, kind.capitalize())
