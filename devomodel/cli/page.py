"""Printing on a terminal of any width: titles, sentences, and tables whose years go over several blocks when they must.

Text from files goes through `clean` and is printed as it stands: nothing in it is read as markup. A figure is never cut.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from rich.box import Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devomodel.cli.guard import clean
from devomodel.cli.words import NO_FIGURE, figure
from devomodel.statements import Row, Statement

LEAST_LABEL, WIDEST_LABEL = 24, 50
WIDEST = 132
NARROWEST = 40
BETWEEN = 2

LINED = Box("    \n    \n ── \n    \n ── \n ── \n    \n    \n")
"""A line under the heading and above each total; no sides."""


class Page:
    """Standard output, as wide as the terminal."""

    def __init__(self) -> None:
        self.console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        self.width = max(NARROWEST, min(self.console.width, WIDEST))
        self.console.width = self.width

    def title(self, text: str) -> None:
        """The title of all that follows."""
        self.say(text, style="bold")

    def part(self, text: str) -> None:
        """The heading of a part, with a line across the page."""
        self.heading(text)
        self._print(Text("─" * self.width, style="dim"))

    def heading(self, text: str) -> None:
        """The heading of one table."""
        self.blank()
        self.say(text, style="bold")

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        """A sentence or more, wrapped; a line break in it stays."""
        for line in clean(text, keep="\n").split("\n"):
            self._print(Text("\n".join(_wrapped(line, self.width - indent)), style=style), indent)

    def item(self, text: str, mark: str = "•", style: str = "", indent: int = 0) -> None:
        """One of several things, its later lines set in."""
        lines = _wrapped(clean(text), self.width - indent - len(mark) - 1)
        whole = Text(f"{mark} ", style=style).append(Text(lines[0], style="default"))
        for line in lines[1:]:
            whole.append(f"\n{' ' * (len(mark) + 1)}{line}", style="default")
        self._print(whole, indent)

    def of_options(self, title: str, found: Mapping[str, Sequence[str]], count: int) -> None:
        """What is said of options under a heading, once each; with the options it is said of, where they are not all of them."""
        if found:
            self.heading(f"{title} ({len(found)})")
            for said, options in found.items():
                self.item(said + (f" (only in {', '.join(options)})" if len(options) < count else ""))

    def blank(self) -> None:
        self._print(Text(""))

    def _print(self, what: Any, indent: int = 0) -> None:
        """Print with no spaces at the ends of lines, which a file or a mail would keep."""
        if isinstance(what, Text) and indent:
            what = Text("\n").join(Text(" " * indent).append(line) for line in what.split("\n"))
        if self.console.is_terminal:
            self.console.print(what)
            return
        with self.console.capture() as captured:
            self.console.print(what)
        sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names with what belongs to each."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True, style="dim")
        grid.add_column(overflow="fold")
        for name, text in rows:
            grid.add_row(Text(clean(name)), Text(clean(text, keep="\n")))
        self._print(grid)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        text_columns: Sequence[int] = (0,),
        totals: Sequence[int] = (),
        wrapping: Sequence[int] = (),
    ) -> None:
        """A table of ready words.

        text_columns  columns set to the left; the others are figures, set to the right and never cut
        totals        rows with a line above them
        wrapping      text columns that give way when the page is narrow; none means the first
        """
        table = self._empty()
        for position, head in enumerate(heads):
            text = position in text_columns
            gives_way = position in (wrapping or text_columns[:1])
            widest = _widest([head, *(row[position] for row in rows)])
            table.add_column(
                Text(clean(head)),
                justify="left" if text else "right",
                no_wrap=not gives_way,
                overflow="fold",
                min_width=None if gives_way else widest,
            )
        for position, row in enumerate(rows):
            if position in totals:
                table.add_section()
            table.add_row(*(Text(clean(cell)) for cell in row), style="bold" if position in totals else "")
        self._print(table)

    def statement(self, statement: Statement, own_name: str = "", signed: bool = False) -> None:
        """A statement over the years, in as many blocks as the width needs.

        own_name  the council whose statement it is, left out of the names of its own lines
        signed    whether every figure is a movement, whose rise carries a plus
        """
        cells = [[NO_FIGURE if at in row.unknown else figure(value, row.unit, sign=signed or _moves(row))
                  for at, value in enumerate(row.values)] for row in statement]  # fmt: skip
        column = max(_widest([*statement.years, *(cell for row in cells for cell in row)]), 7)
        blocks = _blocks(len(statement.years), (self.width - LEAST_LABEL) // (column + BETWEEN))
        width = min(self.width - max(map(len, blocks)) * (column + BETWEEN), WIDEST_LABEL)
        for block in blocks:
            table = self._empty()
            table.add_column("", width=width, no_wrap=True)
            for position in block:
                table.add_column(statement.years[position], justify="right", no_wrap=True, width=column)
            for row, written in zip(statement, cells, strict=True):
                if row.kind == "total":
                    table.add_section()
                elif row.kind == "heading" and row is not statement.rows[0]:
                    table.add_row("")
                table.add_row(
                    Text(_label(row, own_name, width)),
                    *(written[position] if written else "" for position in block),
                    style="bold" if row.kind in ("total", "heading") else "",
                )
            self._print(table)

    def _empty(self) -> Table:
        return Table(
            box=LINED,
            show_edge=False,
            pad_edge=False,
            padding=(0, BETWEEN - 1, 0, 0),
            header_style="bold",
            border_style="dim",
            collapse_padding=False,
        )


def _label(row: Row, own_name: str, width: int) -> str:
    """A row's label in lines no wider than `width`: the council's own name left out, movements set in."""
    label = clean(row.label).removeprefix(f"{clean(own_name)}: ") if own_name else clean(row.label)
    if own_name and not label.startswith(("change", "less ", "put to ", "rounding", "share of ")):
        label = label[:1].upper() + label[1:]
    indent = "  " if row.kind in ("line", "opening", "rounding") else ""
    return "\n".join(_wrapped(label, width, indent, f"{indent}  "))


def _wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Lines no wider than `width`; a word too long for one is broken rather than lost."""
    return textwrap.wrap(text, max(width, 8), initial_indent=first, subsequent_indent=later, break_on_hyphens=False) or [""]


def _moves(row: Row) -> bool:
    """Whether a row holds movements, whose rises carry a plus."""
    return (
        row.label.startswith(("change", "rounding"))
        or row.line.rsplit(".", 1)[-1].startswith("band_d_change")
        or ".walk." in row.line
    )


def _blocks(count: int, at_once: int) -> list[range]:
    """Years split evenly into blocks that fit.

    >>> [list(block) for block in _blocks(5, 3)]
    [[0, 1, 2], [3, 4]]
    """
    number = max(-(-count // max(at_once, 1)), 1)
    starts = [-(-part * count // number) for part in range(number + 1)]
    return [range(start, stop) for start, stop in pairwise(starts)]


def _widest(texts: Sequence[Any]) -> int:
    return max((len(str(text)) for text in texts), default=0)
