"""What stands in the tables of a page, and how a test writes a figure by itself, without the words of the package."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser

MINUS = "−"
Table = dict[str, list[str]]


def _plain(value: float) -> Decimal:
    """A figure without the dust of binary fractions, so that half a penny is half a penny."""
    return Decimal(f"{float(value):.9f}")


def pounds(value: float, places: int = 0, sign: bool = False) -> str:
    """£1,235, and −£1,235; with its sign where asked."""
    found = _plain(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{MINUS if found < 0 else '+' if sign and found > 0 else ''}£{abs(found):,.{places}f}"


def pence(value: float, sign: bool = False) -> str:
    """£75, but £75.50."""
    found = _plain(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return pounds(value, 0 if found == int(found) else 2, sign)


def year(label: str) -> str:
    """2026-27 as public text has it."""
    return f"{label[:4]} to {int(label[:4]) + 1}"


def percent(share: float) -> str:
    """30%, and 73.7%."""
    found = _plain(share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{found.normalize():f}%" if found else "0%"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, Table] = {}
        self.caption, self.row, self.cell, self.inside, self.heading = "", [], "", "", ""
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure":
            self.unseen += 1
        if tag == "table":
            self.caption, self.heading = "", ""
        if tag in ("caption", "th", "td", "dt", "dd"):
            self.inside, self.cell = tag, ""
        if tag == "tr":
            self.row = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "figure":
            self.unseen -= 1
        if self.unseen:
            return
        if tag == "caption":
            self.caption = " ".join(self.cell.split())
            self.tables[self.caption] = {}
        elif tag in ("th", "td") and self.inside:
            self.row.append(" ".join(self.cell.split()))
        elif tag == "tr" and self.caption:
            name, *cells = self.row
            if not cells:
                self.heading = name
            table = self.tables[self.caption]
            table[name if name not in table else f"{self.heading} › {name}"] = cells

    def handle_data(self, data: str) -> None:
        self.cell += f" {data}" if self.cell else data


def tables(html: str) -> dict[str, Table]:
    """Caption → row → cells, for every table outside a chart; a row's name that stands twice has its heading before it."""
    reader = _Reader()
    reader.feed(html)
    return reader.tables


def differing(shown: dict[str, Table], expected: dict[str, Table]) -> tuple[int, list[str]]:
    """How many figures were compared, and each that is not as expected."""
    count, wrong = 0, []
    for caption, rows in expected.items():
        for row, cells in rows.items():
            there = shown.get(caption, {}).get(row)
            count += len(cells)
            if there != cells:
                wrong.append(f"{caption} › {row}: {there} and not {cells}")
    return count, wrong
