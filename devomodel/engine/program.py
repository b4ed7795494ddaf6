"""A sheet turned into a short program: the numpy reading of every line, in an order that can be worked.

Lines that need each other across years (a balance and what is paid from it) are worked year by year together;
every other line is worked for all years at once. Lines that do not depend on an uncertain input are worked once,
not once a draw. The source comes from the table of operations alone and can be printed (`Program.source`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from devomodel.engine.expressions import Constant, Expression, Line, LookBack, Node, leaves
from devomodel.engine.operations import TABLE, array_names, scalar_names
from devomodel.engine.order import needs_of, ordered_groups
from devomodel.engine.sheet import Sheet


@dataclass(frozen=True)
class Program:
    """A compiled sheet.

    run      takes {input index: array of (years, draws or 1)} and the number of draws; gives {line index: array}
    source   the Python text, for whoever wants to read what is worked
    varies   the indexes of the lines that have a column for each draw
    """

    run: Callable[[dict[int, np.ndarray], int], dict[int, np.ndarray]]
    source: str
    varies: frozenset[int]


def compiled(sheet: Sheet, uncertain: frozenset[int] = frozenset(), keep: Iterable[int] | None = None) -> Program:
    """The program of a sealed sheet.

    uncertain  indexes of inputs that differ between draws
    keep       indexes of the lines wanted; lines that none of them needs are left out. None keeps all.
    """
    return _Compiler(sheet, uncertain, None if keep is None else frozenset(keep)).program()


class _Compiler:
    def __init__(self, sheet: Sheet, uncertain: frozenset[int], keep: frozenset[int] | None):
        self.sheet, self.uncertain, self.keep = sheet, uncertain, keep
        self.needs = needs_of(sheet)
        self.history = {sheet[name].index: len(opening.cells) for name, opening in sheet.openings.items()}
        self.groups = ordered_groups(self.needs)
        self.varies = self._varying()
        self.opened: set[int] = set()
        self.text: list[str] = []
        self.plain_text: list[str] = []

    def _varying(self) -> frozenset[int]:
        """Lines with a figure for each draw: whatever an uncertain input reaches, opening cells included."""
        reach = [set(need) for need in self.needs]
        for name, opening in self.sheet.openings.items():
            reach[self.sheet[name].index] |= {
                leaf.index for cell in opening.cells for leaf in leaves(cell) if isinstance(leaf, Line)
            }
        found: set[int] = set(self.uncertain)
        grown = bool(found)
        while grown:
            more = {index for index, need in enumerate(reach) if index not in found and need & found}
            found |= more
            grown = bool(more)
        for group in self.groups:
            if found & set(group):
                found |= set(group)
        return frozenset(found)

    def _wanted(self) -> set[int]:
        if self.keep is None:
            return set(range(len(self.sheet.lines)))
        wanted: set[int] = set()
        waiting = list(self.keep)
        while waiting:
            index = waiting.pop()
            if index not in wanted:
                wanted.add(index)
                waiting.extend(self.needs[index])
        return wanted

    def program(self) -> Program:
        wanted = self._wanted()
        self.text = ["def work(given, draws):", f"    years = {self.sheet.count}"]
        for group in self.groups:
            if group[0] not in wanted:
                continue
            self._open_for(group)
            if len(group) == 1 and group[0] not in self.needs[group[0]]:
                self._all_years(self.sheet.lines[group[0]])
            elif any(index in self.varies for index in group):
                self._year_by_year(group)
            else:
                self._year_by_year_plainly(group)
        kept = wanted if self.keep is None else self.keep
        self.text.append(f"    return {{{', '.join(f'{index}: v{index}' for index in sorted(kept))}}}")
        # Both sources hold only rows of TABLE, numbers and our own names.
        plain = dict(scalar_names()) | {"nan": math.nan}
        exec(compile("\n".join(self.plain_text), "<sheet, plain numbers>", "exec"), plain)
        names = dict(array_names()) | {"nan": np.nan, "empty": np.empty}
        names |= {name: value for name, value in plain.items() if name.startswith("plain_")}
        exec(compile("\n".join(self.text), "<sheet>", "exec"), names)
        return Program(_quietly(names["work"]), "\n".join([*self.plain_text, *self.text]), self.varies)

    def _width(self, index: int) -> str:
        return "draws" if index in self.varies else "1"

    def _store(self, index: int) -> str:
        """Where a line's figures are kept: with rows in front for the years before the first, when it is looked back at."""
        depth = self.history.get(index, 0)
        return f"empty(({f'years + {depth}' if depth else 'years'}, {self._width(index)}))"

    def _all_years(self, line: Line) -> None:
        index = line.index
        worked = f"given[{index}]" if line.is_input else self._source(line.formula, self._row_of_all_years)
        depth = self.history.get(index, 0)
        if depth or not (line.is_input or _is_whole(line.formula)):
            self.text += [f"    f{index} = {self._store(index)}", f"    v{index} = f{index}[{depth}:]",
                          f"    v{index}[:] = {worked}"]  # fmt: skip
        else:
            self.text.append(f"    v{index} = {worked}")

    def _year_by_year(self, group: list[int]) -> None:
        """A block with a figure for each draw: one year at a time, all draws at once."""
        self._make_room(group)
        self.text.append("    for t in range(years):")
        for index in group:
            self.text += [f"        x{need} = v{need}[t]" for need in self._first_used(index, group)]
            source = self._source(self.sheet.lines[index].formula, self._row_of_one_year("f"))
            self.text.append(f"        x{index} = v{index}[t] = {source}")

    def _year_by_year_plainly(self, group: list[int]) -> None:
        """A block that is the same in every draw: plain numbers, which are much quicker than arrays of one."""
        self._make_room(group)
        outside = sorted({need for index in group for need in self.needs[index]} - set(group))
        before = sorted({self.sheet[leaf.line_name].index for index in group
                         for leaf in leaves(self.sheet.lines[index].formula)
                         if isinstance(leaf, LookBack)} - set(group))  # fmt: skip
        takes = [f"g{index}" for index in (*group, *before)] + [f"s{index}" for index in outside]
        body = ["    for t in range(years):"]
        for index in group:
            body += [f"        x{need} = s{need}[t]" for need in self._first_used(index, group)]
            source = self._source(self.sheet.lines[index].formula, self._row_of_one_year("g"))
            body.append(f"        x{index} = g{index}[t + {self.history.get(index, 0)}] = {source}")
        self.plain_text += [f"def plain_{group[0]}(years, {', '.join(takes)}):", *body,
                            f"    return {', '.join(f'g{index}' for index in group)},"]  # fmt: skip
        given = [f"f{index}[:, 0].tolist()" for index in (*group, *before)] + [f"v{index}[:, 0].tolist()" for index in outside]
        self.text.append(f"    {', '.join(f'f{index}[:, 0]' for index in group)}, = plain_{group[0]}(years, {', '.join(given)})")

    def _make_room(self, group: list[int]) -> None:
        for index in group:
            if index not in self.opened:
                self.text.append(f"    f{index} = {self._store(index)}")
            self.text.append(f"    v{index} = f{index}[{self.history.get(index, 0)}:]")

    def _first_used(self, index: int, group: list[int]) -> list[int]:
        """Lines outside the group whose figure of the year is first met at this line."""
        before = {need for earlier in group[: group.index(index)] for need in self._same_year(earlier)}
        return sorted(self._same_year(index) - set(group) - before)

    def _same_year(self, index: int) -> set[int]:
        formula = self.sheet.lines[index].formula
        return {leaf.index for leaf in leaves(formula) if isinstance(leaf, Line)}

    def _open_for(self, group: list[int]) -> None:
        """Fill the opening cells that this group looks back at, before it is worked."""
        for index in group:
            formula = self.sheet.lines[index].formula
            for leaf in leaves(formula):
                if not isinstance(leaf, LookBack):
                    continue
                target = self.sheet[leaf.line_name].index
                if target in self.opened:
                    continue
                self.opened.add(target)
                if target in group:
                    self.text.append(f"    f{target} = {self._store(target)}")
                cells = self.sheet.openings[leaf.line_name].cells
                for step, cell in enumerate(cells):
                    source = self._source(cell, lambda one: f"v{one.index}[0]" if isinstance(one, Line) else "nan")
                    self.text.append(f"    f{target}[{len(cells) - 1 - step}] = {source}")

    def _row_of_all_years(self, leaf: Expression) -> str:
        if isinstance(leaf, Line):
            return f"v{leaf.index}"
        assert isinstance(leaf, LookBack)
        target = self.sheet[leaf.line_name].index
        start = self.history[target] - leaf.steps
        return f"f{target}[{start}:{start} + years]"

    def _row_of_one_year(self, store: str) -> Callable[[Expression], str]:
        def row(leaf: Expression) -> str:
            if isinstance(leaf, Line):
                return f"x{leaf.index}"
            assert isinstance(leaf, LookBack)
            target = self.sheet[leaf.line_name].index
            return f"{store}{target}[t + {self.history[target] - leaf.steps}]"

        return row

    def _source(self, expression: Expression | None, row: Callable[[Expression], str]) -> str:
        if isinstance(expression, Constant):
            return "nan" if expression.value != expression.value else repr(expression.value)
        if isinstance(expression, Node):
            operands = [self._source(operand, row) for operand in expression.operands]
            return TABLE[expression.operation].filled("numpy", operands, expression.parameters)
        assert expression is not None
        return row(expression)


def _is_whole(expression: Expression | None) -> bool:
    """Whether a formula holds a line or a look-back, and so comes out with a row for every year."""
    return any(not isinstance(leaf, Constant) for leaf in leaves(expression))


def _quietly(function: Callable[..., dict[int, np.ndarray]]) -> Callable[..., dict[int, np.ndarray]]:
    def run(given: dict[int, np.ndarray], draws: int) -> dict[int, np.ndarray]:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return function(given, draws)

    return run
