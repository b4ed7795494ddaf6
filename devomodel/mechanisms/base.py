"""What every mechanism shares: the stages they run in, the sheet they write on, and the tags that place a line.

A mechanism is a frozen dataclass whose fields say what it takes and whose `write` puts lines on the sheet. Tags on a
line (payer, payee, account, kind, status) put it in the statements; names never do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from devomodel import parameters
from devomodel.amounts import NOT_USED, Amount, Origin
from devomodel.engine import Line, Sheet, SheetError, Unit, both, unit
from devomodel.engine.expressions import Constant
from devomodel.fields import Spec, specs
from devomodel.mechanisms.dated import Held, OfYear, growth_by_year, measures, parameter_by_year
from devomodel.problems import DevomodelError, listed, suggestion

STAGES = ("tax base", "costs", "capital", "income", "funding", "borrowing", "shares", "precept", "bills", "tests")
"""The order in which mechanisms write. At the end of each the flows of every party are totalled, for later stages to use."""

ACCOUNTS = ("revenue", "capital", "in_kind")
KINDS = ("spending", "income", "grant", "contribution", "dowry", "contract", "fee", "rent", "interest", "volunteer time", "loan", "contingency",
         "precept", "reserve", "share capital", "council tax", "total", "check", "growth", "working")  # fmt: skip
STATUSES = ("secured", "applied for", "assumed")
PHASINGS = ("even", "precept instalments", "half-years", "one month")

HALF_A_PENNY = 0.005 + 1e-9
"""£; sums that print the same differ by no more. The hair is for what binary fractions cannot hold."""

FLOW_TAGS = ("payer", "payee", "account", "kind", "status", "phasing")


class AbsentLineError(SheetError):
    """An amount takes a line that no mechanism of an earlier stage has written in this option.

    where  the amount
    line   the line it takes
    near   a suggestion, where a line with a like name is there
    """

    def __init__(self, where: str, line: str, near: str = ""):
        self.line, self.near = line, near
        said = f"{where}: the line '{line}' is not written by any mechanism of an earlier stage in this option."
        super().__init__(f"{said} {near}".strip())


@dataclass(eq=False)
class CaseSheet(Sheet):
    """A sheet that knows the parties of a case, its sources, its indices and the dated parameters.

    parties   key → name as printed
    kinds     key → kind of body: parish, district, funder …
    sources   key → title as printed
    indices   name → (growth into each year, origin); the case's own lists of rates
    held      parameter name → what the case says of it past its last year
    """

    nation: str = "england"
    parties: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    indices: Mapping[str, tuple[Mapping[str, float], Origin]] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    today: date = field(default_factory=date.today)
    cautions: dict[str, None] = field(default_factory=dict)
    amounts: dict[str, Amount] = field(default_factory=dict)
    parameters_used: dict[str, Any] = field(default_factory=dict)

    def given(self, name: str, amount: Amount, label: str, **tags: Any) -> Line:
        """An amount of the scenario as a line: given figures, the growth on them, or another line's figures.

        An amount that grows takes four rows: what was given, the rate of growth, the index, and the amount itself.
        Raises SheetError when it names a line or a year that is not there.
        """
        if amount.line:
            if amount.line not in self:
                raise AbsentLineError(amount.where, amount.line, suggestion(amount.line, (line.name for line in self)))
            if not self[amount.line].unit.like(unit(amount.unit)):
                raise SheetError(f"{amount.where}: the line '{amount.line}' is in '{self[amount.line].unit}', and "
                                 f"'{amount.unit}' is needed here. Take a line in that unit, or give a figure.")  # fmt: skip
            return self.line(name, self[amount.line], amount.unit, label, **tags)
        self.amounts[name] = amount
        if amount.parameter:
            parameter, _, key = amount.parameter.partition("/")
            return self.parameter(name, parameter, label, amount.unit, key=key, place=amount.where, **tags)
        origin = self.origin(amount)
        try:
            values = _one_or_many(amount.given(self.years))
            if amount.grows is None:
                return self.input(name, values, amount.unit, label, origin=origin, **tags)
            growth = growth_by_year(self, amount)
        except SheetError:
            raise
        except DevomodelError as error:
            raise SheetError(str(error) if amount.where in str(error) else f"{amount.where}: {error}") from None
        before = self.input(
            f"{name}.before_growth", values, amount.unit, f"{label}, before growth", origin=origin, kind="working"
        )
        rate = self.input(f"{name}.growth", _one_or_many([one.value for one in growth]), "share",
                          f"{label}: growth on the year before", origin=_origin_of(growth, self.years), kind="growth")  # fmt: skip
        index = self.line(f"{name}.index", self.last_year(f"{name}.index", first=1.0, unit_of="number") * (1 + rate), "number",
                          f"{label}: index", kind="growth")  # fmt: skip
        return self.line(name, before * index, amount.unit, label, **tags)

    def givens(self, prefix: str, block: Any, labels: str = "", **tags: Any) -> dict[str, Line | None]:
        """A line for every single amount of a block, named after its key; None for one that is not given."""
        found: dict[str, Line | None] = {}
        for key, spec in specs(type(block)).items():
            if spec.kind == "amount":
                one = getattr(block, key)
                label = f"{labels}{spec.label}"
                found[key] = self.given(f"{prefix}.{key}", one, label, **tags) if one is not None else None
        return found

    def nought(self, name: str, of: str | Unit, label: str, why: str, **tags: Any) -> Line:
        """A line of noughts, where the scenario gives nothing and nought is what that means."""
        return self.input(name, 0.0, of, label, origin=Origin(basis=NOT_USED, note=why), **tags)

    def parameter(self, name: str, parameter: str, label: str, of: str, *, key: str = "", written: str = "", place: str = "",
                  absent: float | None = None, **tags: Any) -> Line:  # fmt: skip
        """A dated statutory figure as a line, each year with the figure of its own first day.

        key     which figure, for a parameter that holds several
        written the parameter's unit as its file writes it, where that is not a unit of the sheet
        absent  what stands in a year whose value holds no figure under the key; none means that this is refused
        Raises SheetError when it is not in force in the nation, or has no figure for a year and the case does not say how it goes on.
        """
        try:
            found = parameters.find(parameter)
            found.in_force(self.nation)
            if found.unit != written and not measures(found.unit, of):
                raise DevomodelError(f"the parameter {parameter} is in '{found.unit}', and '{of}' is needed here. "
                                     "Name another, or give a figure.")  # fmt: skip
            figures = parameter_by_year(self, found, self.years, key, place, absent)
        except DevomodelError as error:
            raise SheetError(f"{place}: {error}" if place else str(error)) from None
        return self.input(name, _one_or_many([one.value for one in figures]), of, label, origin=_origin_of(figures, self.years),
                          **tags)  # fmt: skip

    def origin(self, amount: Amount) -> Origin:
        """Where an amount came from, with the title of its source."""
        source = self.sources.get(amount.source, amount.source)
        return Origin(amount.basis, source, amount.note, amount.where)

    def advise(self, name: str, holds: Any, label: str, detail: str, **tags: Any) -> Line:
        """A check that warns and does not fail: a limit that is usual but not law, a thing to explain."""
        return self.check(name, holds, label, detail, advice=True, **tags)

    def check_parts(self, name: str, shares: Sequence[Any], label: str, **tags: Any) -> Line:
        """A check that shares are parts of a whole: a figure of 150%, or one below nought, is a slip."""
        return self.check(
            name, both(*(one >= 0 for one in shares), *(one <= 1 for one in shares)), label, "From 0% to 100%", **tags
        )

    def paid(self, party: str, account: str) -> Line | Any:
        """All a party has paid out of an account in the stages so far, as a formula over their totals."""
        return self.total(self.tagged(kind="total", total_of="paid", party=party, account=account))

    def received(self, party: str, account: str) -> Line | Any:
        """All a party has received into an account in the stages so far, as a formula over their totals."""
        return self.total(self.tagged(kind="total", total_of="received", party=party, account=account))

    def end_stage(self, stage: str, written_from: int) -> None:
        """Total what each party paid and received in a stage, by account, as lines that later stages may use."""
        flows = [line for line in self.lines[written_from:] if is_flow(line)]
        short = stage.replace(" ", "_")
        for key, name in self.parties.items():
            for account in ACCOUNTS:
                for side, total_of in (("payer", "paid"), ("payee", "received")):
                    lines = [line for line in flows if line.tags.get(side) == key and line.tags.get("account") == account]
                    if lines:
                        words = account.replace("_", "-")
                        self.line(f"{key}.{short}.{account}_{total_of}", self.total(lines), "£",
                                  f"{name}: {words} {total_of}, {stage} stage", kind="total", total_of=total_of, party=key,
                                  of_account=account, account=account, stage=stage)  # fmt: skip

    def _add(self, name: str, label: str, of: Unit, **parts: Any) -> Line:
        self._refuse_unknown_tags(name, parts.get("tags") or {})
        formula = parts.get("formula")
        if isinstance(formula, Constant) and formula.value == 0:
            # A sum over nothing ends a working as a nought that says so, not as a formula without parts.
            parts |= {"formula": None, "values": 0.0, "origin": Origin(NOT_USED, note="nothing of the kind in the case")}
        return super()._add(name, label, of, **parts)

    def _refuse_unknown_tags(self, name: str, tags: Mapping[str, Any]) -> None:
        for tag, known in (("account", ACCOUNTS), ("kind", KINDS), ("status", STATUSES), ("phasing", PHASINGS)):
            if tags.get(tag) is not None and tags[tag] not in known:
                raise SheetError(f"'{name}' has the {tag} '{tags[tag]}'; it must be {listed(known)}.")
        for tag in ("payer", "payee"):
            if tags.get(tag) is not None and tags[tag] not in self.parties:
                raise SheetError(f"'{name}' has the {tag} '{tags[tag]}', which is not a party of the case.")
        if (tags.get("payer") or tags.get("payee")) and not tags.get("account"):
            raise SheetError(f"'{name}' moves money and does not say the account: {listed(ACCOUNTS)}.")


@dataclass(frozen=True)
class Mechanism:
    """A rule that moves money. `use` in a scenario is the name of its file."""

    stage: ClassVar[str] = ""
    built_with: ClassVar[tuple[str, ...]] = ()
    """Amounts whose figures are read while the sheet is built, as paths under the mechanism with * for any name: a sheet is built
    anew when one of them moves. None is best: an amount that is only on lines moves at once."""
    tells: ClassVar[tuple[str, ...]] = ()
    """What a reader asks of the arrangement, as lines under the mechanism's own name in the order they are printed, with * for any
    one name: "principal_saving", "*.recharge". With ", if any" a line that is nought in every year is left out."""

    name: str

    def prepare(self, sheet: CaseSheet) -> None:
        """Put lines on the sheet that others of the same stage need: called for all of a stage before any of them writes."""

    def write(self, sheet: CaseSheet) -> None:
        """Put the rule's lines on the sheet, in the mechanism's own stage."""
        raise DevomodelError(f"{type(self).__name__} does not say what it writes.")

    def test(self, sheet: CaseSheet) -> None:
        """Put lines and checks on the sheet that need every precept: written in the stage "tests", after all others."""


def is_flow(line: Line) -> bool:
    """Whether a line moves money or time between parties, or in or out of the case."""
    return bool(line.tags.get("payer") or line.tags.get("payee")) and line.tags.get("kind") not in ("total", "check")


def is_transfer(line: Line) -> bool:
    """Whether a flow only moves a council's own money between its accounts and funds, and is no receipt or payment."""
    return line.tags.get("kind") == "reserve" or bool(line.tags.get("internal"))


def label_of(key: str) -> str:
    """A heading's key as words.

    >>> label_of("grounds_maintenance")
    'Grounds maintenance'
    """
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def spec_of(mechanism: type[Mechanism], key: str) -> Spec:
    """What one key of a mechanism holds."""
    return specs(mechanism)[key]


def _one_or_many(values: Sequence[float]) -> float | tuple[float, ...]:
    return values[0] if len(set(values)) == 1 else tuple(values)


def _origin_of(figures: Sequence[OfYear], years: Sequence[str]) -> Origin:
    """The origin of a row: the last year's, with each year that differs from it beside it."""
    last = figures[-1].origin
    return dataclasses.replace(
        last, by_year={year: one.origin for year, one in zip(years, figures, strict=True) if one.origin != last}
    )
