"""Options, or two cases, side by side: what differs between them, and what moved the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from devomodel import statements
from devomodel.build import build_sheet
from devomodel.case import Case, Variant
from devomodel.engine import Worker
from devomodel.model import Projection, project
from devomodel.problems import DevomodelError
from devomodel.statements import Row, Statement

if TYPE_CHECKING:
    import pandas

KEY_LINES = (("band_d", "Band D charge"), ("precept", "precept"), ("reserves.closing", "reserves at 31 March"))
"""What is set side by side for a council that sets a precept."""

KEY_LINES_OF_OTHERS = (("revenue.net", "revenue received less paid"), ("capital.net", "capital received less paid"))
"""The same for any other party."""

SMALL = 1e-9


@dataclass(frozen=True)
class Moved:
    """A line that is not the same in both.

    first, second  figures by year; noughts where the line is absent
    absent         "", "first" or "second": where there is no such line
    """

    name: str
    label: str
    unit: str
    first: tuple[float, ...]
    second: tuple[float, ...]
    absent: str = ""

    @property
    def difference(self) -> tuple[float, ...]:
        return tuple(after - before for before, after in zip(self.first, self.second, strict=True))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Projections side by side; the first is what the others are compared with.

    tables   for each key line, a statement with a row for each projection
    causes   for each projection after the first and each council that sets a precept, a statement of what moved the
             Band D charge, whose rows sum exactly to the difference
    """

    projections: tuple[Projection, ...]
    names: tuple[str, ...]
    years: tuple[str, ...]
    tables: tuple[Statement, ...]
    causes: tuple[Statement, ...]
    changes: dict[str, tuple[str, ...]]

    def moved(self, position: int = 1) -> list[Moved]:
        """Every line whose figures differ between the first projection and another, in the order of the sheet."""
        return _moved(self.projections[0], self.projections[position], self.years)

    @property
    def table(self) -> pandas.DataFrame:
        """The key lines: index (line, projection); columns unit and the years."""
        import pandas

        index = [(table.title, row.label) for table in self.tables for row in table]
        names = pandas.MultiIndex.from_tuples(index, names=["line", "projection"])
        rows = [[row.unit, *row.values] for table in self.tables for row in table]
        return pandas.DataFrame(rows, index=names, columns=["unit", *self.years])

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data, with unrounded figures."""
        return {
            "projections": [{"name": name, "case": one.case.title, "option": one.option, "run_id": one.run_id, "passed": one.passed,
                             "changes": list(self.changes[name]), "warnings": one.warnings}
                            for name, one in zip(self.names, self.projections, strict=True)],
            "years": list(self.years),
            "tables": [_plain(table) for table in self.tables],
            "causes": [_plain(table) for table in self.causes],
            "moved": {name: [{"line": one.name, "label": one.label, "unit": one.unit, "first": _numbers(one.first),
                              "second": _numbers(one.second), "absent": one.absent} for one in self.moved(position)]
                      for position, name in enumerate(self.names) if position},
        }  # fmt: skip


def compare(case: Case, other: Case | None = None, options: Sequence[str] | None = None, option: str | None = None, *,
            today: date | None = None) -> Comparison:  # fmt: skip
    """Set the options of a case side by side, do-nothing first; or two cases, each with its preferred option.

    other    a second case; only the years that both have are compared
    options  which options, the first being what the others are compared with; none means all
    option   with a second case, the option to take of both
    Raises DevomodelError when the two cases have no year in common.
    """
    if other is None:
        chosen = list(options) if options else list(case.choices)
        projections = [project(case, one, today=today) for one in chosen]
        names = [case.options[one.option].label for one in projections]
        causes = [table for one, name in zip(projections[1:], names[1:], strict=True)
                  for table in _causes_of_option(case, projections[0], one, name, today)]  # fmt: skip
        changes = {name: case.options[one.option].changes for name, one in zip(names, projections, strict=True)}
        return _comparison(projections, names, case.years, causes, changes)
    first, second = project(case, option, today=today), project(other, option, today=today)
    years = tuple(year for year in first.years if year in second.years)
    if not years:
        raise DevomodelError(f"{case.file} and {other.file} have no year in common.")
    names = _two_names(first, second)
    inputs = [f"{one.label}: {_range(one.first)} became {_range(one.second)}" if not one.absent
              else f"{one.label}: only in {names[1 if one.absent == 'first' else 0]}"
              for one in _moved(first, second, years) if _is_input(first, second, one.name)]  # fmt: skip
    causes = _causes_of_inputs(first, second, names[1], years)
    return _comparison([first, second], names, years, causes, {names[0]: (), names[1]: tuple(inputs)})


def _comparison(projections: list[Projection], names: list[str], years: tuple[str, ...], causes: list[Statement],
                changes: dict[str, tuple[str, ...]]) -> Comparison:  # fmt: skip
    tables = []
    for party in dict.fromkeys(key for one in projections for key in one.case.councils):
        title = next(one.case.councils[party].name for one in projections if party in one.case.councils)
        own = any(statements.has_precept(one.sheet, party) for one in projections)
        for line, words in KEY_LINES if own else KEY_LINES_OF_OTHERS:
            rows = [_row(one, name, f"{party}.{line}", years) for one, name in zip(projections, names, strict=True)]
            if any(row.values and any(row.values) for row in rows):
                tables.append(Statement(f"{title}: {words}", years, tuple(rows)))
    return Comparison(tuple(projections), tuple(names), years, tuple(tables), tuple(causes), changes)


def _row(projection: Projection, name: str, line: str, years: tuple[str, ...]) -> Row:
    if line not in projection.sheet:
        return Row(f"{name} (absent)", (0.0,) * len(years), line=line)
    return Row(name, _years(projection, line, years), str(projection.sheet[line].unit), line=line)


def _years(projection: Projection, line: str, years: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(projection.value(line, year) for year in years)


def _moved(first: Projection, second: Projection, years: tuple[str, ...]) -> list[Moved]:
    found = []
    none = (0.0,) * len(years)
    for line in [*first.sheet, *(one for one in second.sheet if one.name not in first.sheet)]:
        absent = "second" if line.name not in second.sheet else "first" if line.name not in first.sheet else ""
        before = none if absent == "first" else _years(first, line.name, years)
        after = none if absent == "second" else _years(second, line.name, years)
        if absent or not np.allclose(before, after, rtol=1e-12, atol=SMALL, equal_nan=True):
            found.append(Moved(line.name, line.label, str(line.unit), before, after, absent))
    return found


def _is_input(first: Projection, second: Projection, name: str) -> bool:
    return any(name in one.sheet and one.sheet[name].is_input for one in (first, second))


def _precepting(*projections: Projection) -> list[str]:
    """The councils whose Band D charge can be compared: those that set a precept in all of these."""
    return [key for key in projections[0].case.councils if all(f"{key}.band_d" in one.sheet for one in projections)]


def _causes_of_option(case: Case, base: Projection, option: Projection, name: str, today: date | None) -> list[Statement]:
    """The option's edits made one after another, from the base; each row is what one edit moved."""
    edits, words = case.options[option.option].edits, case.options[option.option].changes
    if base.option != case.do_nothing or case.options[case.do_nothing].edits:
        return []
    reached, waiting = [base], []
    labels: list[str] = []
    for position, label in enumerate(words):
        waiting.append(label)
        try:
            variant = case.with_edits(edits[: position + 1])
            step = _worked(case, variant, today)
        except DevomodelError:
            continue  # This edit makes sense only together with the next ones.
        reached.append(step)
        labels.append(" and ".join(waiting))
        waiting = []
    return [_cause(case, party, name, base.years, labels, [_years(one, f"{party}.band_d", base.years) for one in reached])
            for party in _precepting(*reached, option)]  # fmt: skip


def _worked(case: Case, variant: Variant, today: date | None) -> Projection:
    sheet = build_sheet(case, variant, today)
    worker = Worker(sheet)
    return Projection(case, "", sheet, worker, worker.work())


def _causes_of_inputs(first: Projection, second: Projection, name: str, years: tuple[str, ...]) -> list[Statement]:
    """Given figures of the first case changed to those of the second one after another; what is left is lines and rules."""
    if first.years != second.years:
        return []
    reached = [first.figures]
    labels, changed = [], {}
    for line in first.inputs:
        if line.name in second.sheet and second.sheet[line.name].is_input and second.sheet[line.name].values != line.values:
            changed[line.name] = second.sheet[line.name].values
            reached.append(first.worker.work(changed))
            labels.append(line.label)
    found = []
    for party in _precepting(first, second):
        steps = [tuple(one.by_year(f"{party}.band_d")) for one in reached] + [_years(second, f"{party}.band_d", years)]
        found.append(_cause(first.case, party, name, years, [*labels, "Lines and rules that only one of them has"], steps))
    return found


def _cause(
    case: Case, party: str, name: str, years: tuple[str, ...], labels: list[str], reached: list[tuple[float, ...]]
) -> Statement:
    """A statement of steps that sum to the last less the first; steps that move nothing are left out."""
    rows = []
    for label, before, after in zip(labels, reached[:-1], reached[1:], strict=True):
        moved = tuple(late - early for early, late in zip(before, after, strict=True))
        if any(abs(one) > SMALL for one in moved):
            rows.append(Row(label, moved, "£/Band D home", adds=1))
    whole = tuple(late - early for early, late in zip(reached[0], reached[-1], strict=True))
    rows.append(Row("Difference in the Band D charge", whole, "£/Band D home", "total"))
    return Statement(f"{case.councils[party].name}: what moves Band D in {name}", years, tuple(rows), "£ a year at Band D")


def _two_names(first: Projection, second: Projection) -> list[str]:
    names = [one.case.file or one.case.title for one in (first, second)]
    return names if names[0] != names[1] else [f"{names[0]} (1)", f"{names[1]} (2)"]


def _range(values: tuple[float, ...]) -> str:
    return f"{values[0]:,.10g}" if len(set(values)) == 1 else f"{values[0]:,.10g} to {values[-1]:,.10g}"


def _numbers(values: tuple[float, ...]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values]


def _plain(table: Statement) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": [{"label": row.label, "unit": row.unit, "values": _numbers(row.values)} for row in table],
    }


def budget_change(before: Projection, after: Projection, party: str, account: str = "revenue") -> Statement:
    """What one option does to a party's account, against another: each cost that comes or goes, and what is left of it in all.

    A cost no longer paid and money received stand as gains, a cost taken on and money lost with a minus. A precept is left
    out, and council tax that passes through: they follow from the rest. Both projections are of the same years.
    """
    moved: dict[str, np.ndarray] = {}
    for projection, sign in ((before, -1), (after, 1)):
        for side, direction in (("payee", 1), ("payer", -1)):
            for line in statements.flows(projection.sheet, **{side: party, "account": account}):
                if line.tags["kind"] not in ("precept", "council tax"):
                    values = sign * direction * np.array(projection.by_year(line.name))
                    moved[line.label] = moved.get(line.label, np.zeros(len(projection.years))) + values
    rows = [Row(label, tuple(float(one) for one in values), adds=1) for label, values in moved.items()
            if np.abs(values).max() >= statements.HALF_A_PENNY]  # fmt: skip
    whole = sum((np.array(row.values) for row in rows), np.zeros(len(after.years)))
    rows.append(Row("Better off (− worse off)", tuple(float(one) for one in whole), kind="total"))
    return Statement(f"{after.sheet.parties[party]}: what moves in its budget", after.years, tuple(rows),
                     "+ is less to find, − is more to find")  # fmt: skip
