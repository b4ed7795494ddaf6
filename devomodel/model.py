"""From a case to a sheet to figures: the one way in for the command line, the notebooks and the papers."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from devomodel import checks, funding, limits, plausible, statements
from devomodel.build import build_sheet, input_of, moved_input
from devomodel.case import Case
from devomodel.checks import CheckResult
from devomodel.draws import drawn
from devomodel.engine import Figures, Line, SheetError, Step, Worker, in_words, working
from devomodel.engine.expressions import Constant, LookBack, leaves
from devomodel.mechanisms.base import CaseSheet, Mechanism
from devomodel.problems import DevomodelError, suggestion
from devomodel.statements import Statement

if TYPE_CHECKING:
    import pandas


class Projection:
    """One option of a case worked out.

    case, option  what was worked
    sheet         every line, in order
    figures       the figures: years × draws
    """

    def __init__(self, case: Case, option: str, sheet: CaseSheet, worker: Worker, figures: Figures,
                 amounts: Mapping[str, float] | None = None):  # fmt: skip
        self.case, self.option, self.sheet, self.worker, self.figures = case, option, sheet, worker, figures
        self.amounts = dict(amounts or {})

    def with_amounts(self, amounts: Mapping[str, float]) -> Projection:
        """The same option with some amounts at other figures, worked at once: only a slider waits for it.

        amounts  path under `mechanisms` ("budget.spending.staff") → figure in the amount's unit; a path may end in @ and a year,
                 for one figure of an amount that is given by year
        The sheet keeps the origins of the figures as the file gives them: a figure that was moved is named in `amounts`, and
        `project` of the changed case says it is an assumption. Raises SheetError for a path that leads to no amount.
        """
        whole = {**self.amounts, **amounts}
        given: dict[str, Any] = {}
        for path, figure in whole.items():
            line, values = moved_input(self.sheet, path, figure, given)
            given[line] = values
        return Projection(self.case, self.option, self.sheet, self.worker, self.worker.work(given), whole)

    @property
    def years(self) -> tuple[str, ...]:
        """The financial years, such as 2026-27."""
        return self.sheet.years

    def value(self, line: str, year: str) -> float:
        """One figure, unrounded, in the unit of its line. Raises SheetError with the nearest name for one that is not there."""
        return self.figures.value(line, year)

    def by_year(self, line: str) -> list[float]:
        """A line's figures in the order of the years, unrounded."""
        return self.figures.by_year(line)

    def explain(self, line: str, year: str) -> Step:
        """How one figure was worked out, down to what was given and where that is from."""
        return working(self.figures, self.full_name(line), year)

    def full_name(self, line: str) -> str:
        """A line's whole name: from that, from its last part ("band_d_charge"), or from what it is called ("Band D charge").

        A council's own line goes before another with the same ending: town.band_d_charge before precept.band_d_charge.
        """
        if line in self.sheet:
            return line
        for wanted in (line, _as_name(line)):
            ending = [
                one.name for one in self.sheet if one.name.endswith(f".{wanted}") and one.name.count(".") == wanted.count(".") + 1
            ]
            of_parties = [name for name in ending if name.partition(".")[0] in self.case.councils]
            if ending:
                return _only(line, of_parties or ending)
        said = _spoken(line)
        called = [one.name for one in self.sheet if said in (_spoken(one.label), _spoken(one.label.partition(": ")[2]))]
        if called:
            return _only(line, called)
        known = [*(one.name for one in self.sheet), *(one.name.rpartition(".")[2] for one in self.sheet)]
        raise SheetError(f"There is no line '{line}'. {suggestion(line, known)} `devomodel run FILE --format json` names every line."
                         .replace("  ", " "))  # fmt: skip

    @cached_property
    def checks(self) -> list[CheckResult]:
        """Every check, the master check first."""
        return checks.check_results(self.figures, _may_be_blank(self.sheet))

    @cached_property
    def advice(self) -> list[CheckResult]:
        """The usual limits that do not hold: they warn and do not fail the case."""
        return checks.advice_results(self.figures, _may_be_blank(self.sheet))

    @property
    def passed(self) -> bool:
        """Whether the master check holds."""
        return self.checks[0].passed

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader must be told beside the figures: figures not verified or stale, and given figures without a basis."""
        option = self.case.options.get(self.option)
        found = [*(option.slips if option is not None else ()), *plausible.unusual_changes(self.figures), *self.sheet.cautions,
                 *(f"{one.label}: not so in {', '.join(one.years)}. {one.detail}." for one in self.advice)]  # fmt: skip
        bare = [line.origin.place for line in self.inputs if line.origin is not None and line.origin.basis == "not stated"]
        if bare:
            found.append(f"No basis is given for {len(bare)} figure{'s' if len(bare) > 1 else ''}: {', '.join(bare[:3])}"
                         + (" and others." if len(bare) > 3 else "."))  # fmt: skip
        if self.case.illustrative:
            found.append("The figures of this case are made up to show the tool.")
        return found

    @property
    def inputs(self) -> list[Line]:
        """The given lines of the sheet."""
        return [line for line in self.sheet if line.is_input]

    @property
    def assumptions(self) -> pandas.DataFrame:
        """Every given figure with how firm it is: columns line, label, unit, figure, basis, source, note, caution, place."""
        import pandas

        rows = []
        for line in self.inputs:
            origin = line.origin
            if origin is None or not origin.is_given:
                continue
            values = line.values if isinstance(line.values, float) else ", ".join(f"{one:g}" for one in line.values)
            rows.append({"line": line.name, "label": line.label, "unit": str(line.unit), "figure": values, "basis": origin.basis,
                         "source": origin.source, "note": origin.note, "caution": origin.caution, "place": origin.place})  # fmt: skip
        return pandas.DataFrame(rows, columns=["line", "label", "unit", "figure", "basis", "source", "note", "caution", "place"])

    @property
    def lines(self) -> pandas.DataFrame:
        """Every line: index name; columns label, unit, formula, and one for each year with unrounded figures."""
        import pandas

        rows = {line.name: {"label": line.label, "unit": str(line.unit), "formula": "" if line.is_input else in_words(line),
                            **dict(zip(self.years, self.by_year(line.name), strict=True))} for line in self.sheet}  # fmt: skip
        return pandas.DataFrame.from_dict(rows, orient="index")

    def statements(self, council: str) -> list[Statement]:
        """Every statement of one party, as plain rows."""
        party = self._party(council)
        return [*statements.statements_of(self.figures, party), *funding.funding_statements(self.figures, party),
                *limits.limit_statements(self.figures, party, self._mechanisms)]  # fmt: skip

    @property
    def bills(self) -> list[Statement]:
        """Each whole council tax bill of the case: by authority at Band D, and by band."""
        return limits.bill_statements(self.figures, self._mechanisms)

    @property
    def arrangements(self) -> list[Statement]:
        """What each arrangement itself comes to, beside the accounts of its parties: the lines that its mechanism tells of."""
        found = (statements.arrangement(self.figures, one) for one in self._mechanisms)
        return [one for one in found if one is not None]

    @property
    def _mechanisms(self) -> tuple[Mechanism, ...]:
        return self.case.variant(self.option).mechanisms

    def statement(self, council: str) -> pandas.DataFrame:
        """A party's statements as one table: index (statement, section, row); columns unit and one for each year, unrounded.

        section  the heading or the figure that a row stands under, so that no two rows have the same index
        """
        import pandas

        rows, index = [], []
        for table in self.statements(council):
            title, section = table.title.split(": ", 1)[1], ""
            for row in table:
                if row.kind == "heading":
                    section = row.label
                if row.values and row.kind != "rounding":
                    if row.kind == "balance":
                        section = row.label
                    index.append((title, section, row.label))
                    rows.append([row.unit, *row.values])
        names = pandas.MultiIndex.from_tuples(index, names=["statement", "section", "row"]) if index else None
        return pandas.DataFrame(rows, index=names, columns=["unit", *self.years])

    def bands(self, council: str) -> pandas.DataFrame:
        """What a home in each band pays a council: index band; columns the years, £ a year to the penny."""
        return self._table(statements.bands(self.figures, f"{self._with_precept(council)}.bands", "bands"))

    def walk(self, council: str) -> pandas.DataFrame:
        """Why the Band D charge moves: index step; columns the years, £ a year at Band D; the last row is the whole change."""
        return self._table(statements.walk(self.figures, self._with_precept(council)))

    def council_tax(self, council: str) -> pandas.DataFrame:
        """From budget to precept to Band D, each change in £ and %: index row; columns the years."""
        return self._table(statements.council_tax(self.figures, self._with_precept(council)))

    @property
    def case_id(self) -> str:
        """A short hash of the inputs and the parameter values used: the same case gives the same id on any machine, in any year."""
        return _case_id(self.case, self.option, self.sheet, self.amounts)

    @property
    def run_id(self) -> str:
        """The case id and the program's version, as printed in every footer."""
        from devomodel import __version__

        return f"{self.case_id}-{__version__}"

    def as_dict(self) -> dict[str, Any]:
        """The projection as plain data, with unrounded figures; a figure there is none of is null."""
        return {
            "case": self.case.title,
            "option": self.option,
            "run_id": self.run_id,
            "years": list(self.years),
            "lines": {line.name: {"label": line.label, "unit": str(line.unit), "values": self._plain(line), "tags": dict(line.tags)}
                      for line in self.sheet},
            "arrangements": [{"title": one.title, "rows": [{"label": row.label, "line": row.line, "unit": row.unit,
                                                           "values": self._plain(self.sheet[row.line])} for row in one]}
                             for one in self.arrangements],
            "checks": [{"name": one.name, "passed": one.passed, "detail": f"{one.label}. {one.detail}"
                        + (f" Fails in {', '.join(one.years)}." if one.years else "")} for one in self.checks],
            "warnings": self.warnings,
        }  # fmt: skip

    def _plain(self, line: Line) -> list[Any]:
        values = self.by_year(line.name)
        if str(line.unit) == "yes or no":
            return [bool(value) for value in values]
        return [value if np.isfinite(value) else None for value in values]

    def _party(self, council: str) -> str:
        if council not in self.case.councils:
            raise DevomodelError(f"'{council}' is not a party of the case. {suggestion(council, self.case.councils)} "
                                 f"The parties are {', '.join(self.case.councils)}.".replace("  ", " "))  # fmt: skip
        return council

    def _with_precept(self, council: str) -> str:
        if not statements.has_precept(self.sheet, self._party(council)):
            raise DevomodelError(f"'{council}' sets no precept in this case.")
        return council

    def _table(self, table: Statement) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame([row.values for row in table], index=[row.label for row in table], columns=list(table.years))


def _only(asked: str, names: list[str]) -> str:
    if len(names) > 1:
        raise SheetError(f"'{asked}' could be {', '.join(names)}. Say which.")
    return names[0]


def _spoken(words: str) -> str:
    return " ".join(words.lower().split())


def _as_name(words: str) -> str:
    """Words as the end of a line's name: "Band D charge" is band_d_charge."""
    return _spoken(words).replace(" ", "_").replace("'", "")


def project(case: Case, option: str | None = None, draws: int | None = None, seed: int | None = None, *,
            lanes: Mapping[str, Any] | None = None, today: date | None = None) -> Projection:  # fmt: skip
    """Work out one option of a case.

    option  the name of an option; none means the preferred one
    draws   how many draws of the uncertain amounts; none means a single run with the amounts as given
    seed    a whole number that fixes the draws; needed with `draws`
    lanes   amount path → array of (years or 1, lanes): many councils or many values worked side by side in one call
    Raises InputError for what the scenario gets wrong, SheetError for a path or line that is not there.
    """
    variant = case.variant(option)
    sheet = build_sheet(case, variant, today)
    worker = Worker(sheet)
    changed: dict[str, Any] = {input_of(sheet, path).name: values for path, values in (lanes or {}).items()}
    if draws is not None:
        changed |= drawn(case, sheet, draws, seed)
    return Projection(case, variant.option, sheet, worker, worker.work(changed))


def _may_be_blank(sheet: CaseSheet) -> frozenset[str]:
    """Lines that may have no figure: those that look back at a year before that is not given, and a percentage of nought."""
    blank = {line.name for line in sheet if line.tags.get("may_be_blank")}
    grown = True
    while grown:
        grown = False
        for line in sheet:
            if line.name in blank or line.formula is None:
                continue
            for leaf in leaves(line.formula):
                if (isinstance(leaf, Line) and leaf.name in blank) or (
                    isinstance(leaf, LookBack)
                    and any(
                        isinstance(cell, Constant) and cell.value != cell.value for cell in sheet.openings[leaf.line_name].cells
                    )
                ):
                    blank.add(line.name)
            grown = grown or line.name in blank
    return frozenset(blank)


def _case_id(case: Case, option: str, sheet: CaseSheet, amounts: Mapping[str, float]) -> str:
    mechanisms = [_said(one) for one in case.variants[option].mechanisms]
    given = [[line.name, line.values, str(line.unit)] for line in sheet
             if line.is_input and line.origin is not None and line.origin.is_given]  # fmt: skip
    content: list[Any] = [case.title, case.nation, case.first_year, case.count, mechanisms, given]
    if amounts:
        content.append(sorted(amounts.items()))
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:10]


def _said(value: Any) -> Any:
    """What a block of the case says, without what it leaves unsaid: a key added to a mechanism later moves no case's id."""
    if dataclasses.is_dataclass(value):
        said = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        unsaid = {one.name: one.default_factory() if callable(one.default_factory) else one.default
                  for one in dataclasses.fields(value)}  # fmt: skip
        kept = {name: _said(given) for name, given in said.items() if given != unsaid[name]}
        return {"is": type(value).__name__, **kept}
    if isinstance(value, Mapping):
        return {str(key): _said(one) for key, one in value.items()}
    return [_said(one) for one in value] if isinstance(value, (list, tuple)) else value
