"""Money that may be spent on one thing only: what it is to pay for, and the fund it is kept in until then."""

from __future__ import annotations

from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of, smaller_of
from devomodel.engine.expressions import leaves
from devomodel.mechanisms.base import CaseSheet, is_flow


def drawn_for(spending: Any, held: Any) -> Any:
    """What a fund pays of a cost: all of it, or what is in the fund.

    spending  £ in the year; a cost below nought draws nothing
    held      £ in the fund to draw on
    returns   £ in the year

    >>> drawn_for(spending=8_000, held=5_000)
    5000
    """
    return smaller_of(larger_of(spending, 0), held)


def write_spending(sheet: CaseSheet, name: str, given: Amount, label: str, council: str, account: str) -> Line:
    """What the money is to pay for. A figure is spent here; a line is spent by whoever writes it, on the same account."""
    if given.line and given.line in sheet:
        tags = sheet[given.line].tags
        if tags.get("payee") == council and not tags.get("payer"):
            raise SheetError(f"{given.where}: the line '{given.line}' is received by '{council}', and this money is for what it "
                             "spends. Take a line of spending.")  # fmt: skip
        on = str(tags.get("account") or tags.get("of_account") or "")
        if on not in ("", account):
            raise SheetError(f"{given.where}: the line '{given.line}' is charged to {on.replace('_', ' ')}, and this money is "
                             f"spent on {account}. Write account: {on}, or take another line." if on != "in_kind" else
                             f"{given.where}: the line '{given.line}' is borne in kind, and nobody pays it. Take a line of "
                             "spending.")  # fmt: skip
        by = str(tags.get("payer") or tags.get("party") or council)
        if by != council:
            raise SheetError(f"{given.where}: the line '{given.line}' is paid by '{by}', and this money is held by '{council}'. "
                             "Take what its holder spends, or write what it pays over as a payment.")  # fmt: skip
        _refuse_met_already(sheet, given)
    spent: dict[str, str] = {"meets": given.line} if given.line else {"payer": council, "account": account}
    return sheet.given(name, given, label, kind="working" if given.line else "spending", **spent)


def _refuse_met_already(sheet: CaseSheet, given: Amount) -> None:
    """Refuse a cost that another fund pays for, in whole or in part: one bill would be met twice."""
    wanted = _payments_in(sheet[given.line])
    for other in sheet:
        theirs = str(other.tags.get("meets", ""))
        if theirs and wanted & _payments_in(sheet[theirs]):
            left = f"{other.name.removesuffix('.spending')}.not_met"
            raise SheetError(f"{given.where}: the line '{given.line}' has in it what '{other.name}' pays for already, and one bill "
                             f"would be met twice. Take what that leaves, {{line: {left}}}, or another line.")  # fmt: skip


def _payments_in(line: Line) -> set[str]:
    """The payments that a line is, or is a sum of; none for what another fund leaves."""
    if is_flow(line):
        return {line.name}
    if "of_account" not in line.tags:
        return set()
    return {name for leaf in leaves(line.formula) if isinstance(leaf, Line) for name in _payments_in(leaf)}


def write_opening(sheet: CaseSheet, prefix: str, label: str, before: Any) -> Line:
    """What is in the fund at 1 April: what it closed with, or what was in it before the first year."""
    return sheet.line(f"{prefix}.opening", sheet.last_year(f"{prefix}.closing", first=before, unit_of="£"), "£",
                      f"{label} at 1 April", kind="working")  # fmt: skip


def write_put_by(sheet: CaseSheet, prefix: str, label: str, received: Any, council: str, account: str) -> Line:
    """What is received, put in the fund, so that it lowers no precept in the year it comes."""
    return sheet.line(f"{prefix}.put_by", received, "£", f"{label}: put by", payer=council, account=account, kind="reserve",
                      of_receipts=True)  # fmt: skip
