"""A case that a page moves: quickly while a slider is dragged, and in full when somebody asks where a figure is from or keeps it."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any

from devomodel.case import Case, load_text
from devomodel.case.case import Edit, Option
from devomodel.fields import specs
from devomodel.mechanisms.base import Mechanism
from devomodel.mechanisms.borrowing import Borrowing
from devomodel.model import Projection, project
from devomodel.problems import DevomodelError
from devomodel.written import share_text

if TYPE_CHECKING:
    from devomodel.amounts import Amount

FROM_THE_PAGE = "from_the_dashboard"


@dataclass(frozen=True)
class Movable:
    """An amount that a control can move.

    path    under `mechanisms`; with @ and a year where it is given by year
    label   as printed
    value   as the case gives it, in the unit
    amount  the amount itself: its unit, basis, source and note
    above   what a figure of it must be above; none where it may be anything
    """

    path: str
    label: str
    value: float
    amount: Amount
    above: float | None = None


class Live:
    """One option of a case, with edits.

    case     as read
    option   the option's name
    edits    changes of structure beyond the option's own, as (what, path, value): they build the sheet anew
    """

    def __init__(self, case: Case, option: str | None = None, edits: tuple[Edit, ...] = ()):
        self.case, self.edits = case, edits
        self.option = case.variant(option).option

    @cached_property
    def base(self) -> Projection:
        """The option as the case has it, with the edits of structure."""
        return project(self.case, self.option) if not self.edits else _project(self.case, self.option, self.edits)

    def quick(self, amounts: Mapping[str, float] | None = None) -> Projection:
        """The option with some amounts at other figures: about 2 ms, or as long as `whole` where the sheet rests on one of them."""
        if not amounts:
            return self.base
        if any(self._is_built_with(path) for path in amounts):
            return self.whole(amounts)
        return self.base.with_amounts(amounts)

    @cached_property
    def _mechanisms(self) -> dict[str, Mechanism]:
        return {one.name: one for one in self.base.case.variant(self.option).mechanisms}

    def _is_built_with(self, path: str) -> bool:
        """Whether a mechanism reads the figure of an amount while the sheet is built."""
        name, _, rest = path.partition("@")[0].partition(".")
        return name in self._mechanisms and any(fnmatchcase(rest, one) for one in self._mechanisms[name].built_with)

    def whole(self, amounts: Mapping[str, float] | None = None) -> Projection:
        """The same, built anew, so that every moved amount carries the origin "assumption" and what it was before: about 40 ms."""
        edits = (*self.edits, *(("set", path, figure) for path, figure in self._as_written(amounts or {}).items()))
        return _project(self.case, self.option, edits) if edits else self.base

    def with_edits(self, *edits: Edit) -> Live:
        """The same option with more changes of structure. Raises InputError, when it is worked, for ones that make no sense."""
        return Live(self.case, self.option, (*self.edits, *edits))

    @cached_property
    def written(self) -> dict[str, Any]:
        """The mechanisms of the option as a file would write them, with every change made."""
        from devomodel.case.changes import Changed
        from devomodel.case.reader import Reader

        changed = Changed(self.case.document.value["mechanisms"], Reader(self.case.file, lambda _: None))
        for what, path, value in (*self.case.options[self.option].edits, *self.edits):
            if what == "drop":
                changed.drop(path, ())
            else:
                (changed.add if what == "add" else changed.set)(path, value, ())
        return changed.mechanisms

    @cached_property
    def movable(self) -> list[Movable]:
        """Every amount of the option that has a figure of its own, in the order of the sheet; one for each year that is given."""
        found = []
        for name, amount in self.base.sheet.amounts.items():
            if not amount.place or amount.place[0] != "mechanisms" or amount.line or amount.parameter:
                continue
            path = ".".join(str(step) for step in amount.place[1:])
            label, above = self.base.sheet[name].label, self._above(path)
            if amount.by_year is not None and len(amount.by_year) > 1:
                found += [
                    Movable(f"{path}@{year}", f"{label}, {year}", figure, amount, above)
                    for year, figure in amount.by_year.items()
                ]
            elif amount.by_year is not None:
                found += [Movable(path, label, figure, amount, above) for figure in amount.by_year.values()]
            elif amount.value is not None:
                found.append(Movable(path, label, amount.value, amount, above))
        return found

    def _above(self, path: str) -> float | None:
        """What the mechanism says that the figures of an amount must be above."""
        name, *steps = path.split(".")
        of: Any = type(self._mechanisms[name]) if name in self._mechanisms else None
        while of is not None and steps:
            spec = specs(of).get(steps[0])
            if spec is None or spec.kind not in ("block", "blocks"):
                return spec.above if spec is not None else None
            of, steps = spec.of, steps[1 if spec.kind == "block" else 2 :]
        return None

    def scenario_text(self, amounts: Mapping[str, float] | None = None, label: str = "", note: str = "") -> str:
        """The case's own file with one more option in it: this one with what was moved. Comments stay where they are.

        Raises DevomodelError when the case was not read from text.
        """
        from ruamel.yaml import YAML

        if self.case.document is None or not getattr(self.case.document, "text", ""):
            raise DevomodelError("This case was not read from a file, so there is no file to give back.")
        if not amounts and not self.edits:
            return str(self.case.document.text)
        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 120
        read = yaml.load(self.case.document.text)
        own = self.case.options[self.option].edits
        block: dict[str, Any] = {
            "label": label or "As moved on the dashboard",
            "note": note or "Written by the dashboard. Say what each figure rests on.",
        }
        for what, path, value in (
            *own,
            *self.edits,
            *(("set", path, one) for path, one in self._as_written(amounts or {}).items()),
        ):
            if what == "drop":
                _drop(block, path, read["mechanisms"])
            else:
                block.setdefault(what, {})[path] = value
        options = read.get("options") or {}
        read["options"] = options
        for one in options.values():
            one.pop("preferred", None)  # the file shows what was chosen on the page
        name, count = FROM_THE_PAGE, 2
        while name in options:
            name, count = f"{FROM_THE_PAGE}_{count}", count + 1
        options[name] = {**block, "preferred": True}
        written = io.StringIO()
        yaml.dump(read, written)
        text = written.getvalue()
        load_text(text, self.case.file)  # what is handed out can be read again
        return text

    def _as_written(self, amounts: Mapping[str, float]) -> dict[str, Any]:
        """Amounts as a scenario writes them: one for a year is the whole table by year with that year changed."""
        from devomodel.build import amount_at

        found: dict[str, Any] = {}
        for path, figure in amounts.items():
            plain, _, year = path.partition("@")
            amount = amount_at(self.base.sheet, plain)
            if amount.by_year is None:
                of_a_loan = self._is_rate_of_a_loan(plain)
                found[plain] = self._rate_of_a_loan(amount, figure) if of_a_loan else _written(figure, amount.unit)
                continue
            table = found.get(f"{plain}.by_year", {one: _written(value, amount.unit) for one, value in amount.by_year.items()})
            found[f"{plain}.by_year"] = {**table, year or next(iter(amount.by_year)): _written(figure, amount.unit)}
        return found

    def _is_rate_of_a_loan(self, path: str) -> bool:
        return path.endswith(".rate") and isinstance(self._mechanisms.get(path.partition(".")[0]), Borrowing)

    def _rate_of_a_loan(self, amount: Amount, figure: float) -> dict[str, Any]:
        """A loan's rate says its date wherever it stands, so that one that is moved names the rate that it was moved from."""
        source = self.case.sources.get(amount.source)
        rests_on = (amount.basis, source.title if source else "", source.date if source else "", amount.note)
        told = (
            f"moved from {share_text(amount.value or 0.0, 4)}, which rests on: {', '.join(str(one) for one in rests_on if one)}"
        )
        told = told[:1_500]
        dated = re.search(r"\b(19|20|21)\d\d\b", told)
        return {
            "value": _written(figure, amount.unit),
            "basis": "assumption",
            **({} if dated or not source else {"source": amount.source}),
            "note": told,
        }


def _written(figure: float, unit: str) -> float | str:
    """A figure as a scenario takes it: a share above the whole needs its % sign, and loses nothing by it.

    >>> _written(1.02961, "share"), _written(0.3, "share"), _written(250.0, "£")
    ('102.961%', 0.3, 250.0)
    """
    return f"{(Decimal(repr(figure)) * 100).normalize():f}%" if unit == "share" and abs(figure) > 1 else figure


def _drop(block: dict[str, Any], path: str, base: Mapping[str, Any]) -> None:
    """Take something out in an option's block: what the block itself sets or adds goes from it, for drops are made first."""
    put, added = block.get("set", {}), block.get("add", {})
    for one in [one for one in put if one == path or one.startswith(f"{path}.")]:
        del put[one]
    name, *steps = path.split(".")
    if name in added and not steps:
        del added[name]
    elif name in added:
        where = added[name] = copy.deepcopy(added[name])
        for step in steps[:-1]:
            where = where[step]
        where.pop(steps[-1], None)
    else:
        there: Any = base
        for step in (name, *steps):
            there = there.get(step) if isinstance(there, Mapping) else None
        if there is not None:
            block.setdefault("drop", []).append(path)


def _project(case: Case, option: str, edits: tuple[Edit, ...]) -> Projection:
    """An option of a case with more edits: the variant is built from the base with the option's own edits first."""
    own: Option = case.options[option]
    variant = case.with_edits((*own.edits, *edits))
    changed = replace(case, variants={**case.variants, option: replace(variant, option=option)},
                      options={**case.options, option: replace(own, edits=(*own.edits, *edits))})  # fmt: skip
    return project(changed, option)
