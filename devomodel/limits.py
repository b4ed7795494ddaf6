"""Tables beside the accounts: tests and limits, special expenses, and each authority's part of a bill.

A test (a mechanism of the stage "tests") appears here without an edit: what it writes is shown, with what it checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from devomodel.engine import Figures, Line
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of
from devomodel.mechanisms.bill import Bill
from devomodel.mechanisms.special_expenses import SpecialExpenses
from devomodel.statements import Row, Statement, bands

BEHIND = ("working", "growth", "check", "total")
"""Kinds of line that stand behind a result and are not one."""


def limit_statements(figures: Figures, party: str, mechanisms: Sequence[Mechanism]) -> list[Statement]:
    """A party's special expenses, and its tests and limits with whether each holds in each year."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    own = [one for one in mechanisms if getattr(one, "council", "") == party]
    found = []
    for title, chosen in (
        ("special expenses", [one for one in own if isinstance(one, SpecialExpenses)]),
        ("tests and limits", [one for one in own if one.stage == "tests"]),
    ):
        rows: list[Row] = []
        for mechanism in chosen:
            shown = list(_results(figures, mechanism, party))
            if shown:
                rows += [Row(label_of(mechanism.name), kind="heading"), *shown]
        if rows:
            found.append(Statement(f"{sheet.parties[party]}: {title}", sheet.years, tuple(rows)))
    return found


def bill_statements(figures: Figures, mechanisms: Sequence[Mechanism]) -> list[Statement]:
    """Each whole bill of a case: at Band D by authority, with the change and the share of each, and by band."""
    found = []
    for one in mechanisms:
        if isinstance(one, Bill):
            found += [
                _by_authority(figures, one),
                bands(figures, f"{one.name}.total", f"{label_of(one.name)}: whole bill by band"),
            ]
    return found


def _by_authority(figures: Figures, bill: Bill) -> Statement:
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    name, rows = bill.name, []
    for part in (bill.council, *bill.parts) if bill.council else bill.parts:
        given = bill.parts.get(part)
        label = sheet.parties.get(part) or (given.label if given else "") or label_of(part)
        rows.append(_row(figures, f"{name}.{part}.charge", label, "balance"))
        rows += _changes(figures, f"{name}.{part}")
        rows.append(_row(figures, f"{name}.{part}.share", "share of the whole bill"))
    rows += [_row(figures, f"{name}.band_d", "Whole bill at Band D", "balance"), *_changes(figures, name)]
    return Statement(f"{label_of(name)}: bill by authority", sheet.years, tuple(rows), "£ a year at Band D")


def _changes(figures: Figures, prefix: str) -> Iterable[Row]:
    """The change in £ and in %, where the year before is known for some year."""
    for ending, label in (("change", "change, £"), ("change_rate", "change, %")):
        row = _row(figures, f"{prefix}.{ending}", label)
        if any(value == value for value in row.values):
            yield row


def _row(figures: Figures, line: str, label: str, kind: str = "line") -> Row:
    return Row(label, tuple(figures.by_year(line)), str(figures.sheet[line].unit), kind, line)


def _results(figures: Figures, mechanism: Mechanism, party: str) -> Iterable[Row]:
    """What a mechanism writes that is a result or a figure given for it, then each of its checks."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    own = [line for line in sheet if line.name.startswith(f"{mechanism.name}.")]
    checks = {check.line.name for check in sheet.checks}
    for line in own:
        if line.name not in checks and line.tags.get("kind") not in BEHIND and _is_told(line):
            yield _row(figures, line.name, _short(line, sheet.parties[party]))
    for line in own:
        if line.name in checks:
            yield _row(figures, line.name, _short(line, sheet.parties[party]))


def _is_told(line: Line) -> bool:
    """Whether a line is worked, or given by the case or the law; not a row of noughts that stands for nothing."""
    return not line.is_input or (line.origin is not None and line.origin.is_given)


def _short(line: Line, name: str) -> str:
    label = line.label.removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    return label[:1].upper() + label[1:]
