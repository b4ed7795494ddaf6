"""A sum that a mechanism pays or receives, or takes from a line that another mechanism has paid or received already."""

from __future__ import annotations

from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError
from devomodel.mechanisms.base import CaseSheet, is_flow


def is_paid(line: Line) -> bool:
    """Whether a line is money already paid or received: a flow, or the total of a party's flows in an earlier stage."""
    return is_flow(line) or "total_of" in line.tags


def is_taken(sheet: CaseSheet, given: Amount) -> bool:
    """Whether an amount is the line of money that another mechanism has paid or received."""
    return bool(given.line) and given.line in sheet and is_paid(sheet[given.line])


def refuse_net_of_paid(sheet: CaseSheet, given: Amount, who: str) -> None:
    """Refuse what is left of a party's own payments and receipts: each is paid already, and the net sum is no payment to look at."""
    line = sheet[given.line] if given.line and given.line in sheet else None
    if line is not None and not is_paid(line) and line.tags.get("of_account") and line.tags.get("party") == who:
        raise SheetError(f"{given.where}: the line '{given.line}' adds up what '{who}' pays and receives already, and would be paid a second "
                         "time. Take the lines that are paid, each under a heading of its own, or give a figure.")  # fmt: skip


def flow_or_taken(sheet: CaseSheet, name: str, given: Amount, label: str, *, side: str, role: str, **tags: Any) -> Line:
    """An amount as a flow; one that another mechanism has written is only looked at, and not paid a second time.

    side     payer or payee: the end at which the line taken must have the same party as the tags
    role     what that party is called in what is refused: manager, lead
    Raises SheetError where the line is paid, or received, by another party, or on another account.
    """
    if not is_taken(sheet, given):
        refuse_net_of_paid(sheet, given, tags[side])
        return sheet.given(name, given, label, **tags)
    taken = sheet[given.line]
    total_of = {"paid": "payer", "received": "payee"}.get(taken.tags.get("total_of", ""))
    by = taken.tags.get("party" if total_of == side else side)
    if by != tags[side]:
        does = "paid" if side == "payer" else "received"
        raise SheetError(
            f"{given.where}: the line '{given.line}' is {does} by '{by or 'nobody'}', and the {role} is '{tags[side]}'. "
            f"Name the {role} that pays the bills and collects the income, or another line."
        )
    on = str(taken.tags.get("account") or taken.tags.get("of_account"))
    if on != tags.get("account", on):
        raise SheetError(
            f"{given.where}: the line '{given.line}' is {on.replace('_', ' ')}, and what is needed here is on "
            f"{tags['account'].replace('_', ' ')}. Take a line of that account, or give a figure."
        )
    return sheet.given(name, given, label, kind="working", counts=given.line)
