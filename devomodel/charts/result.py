"""What a chart function gives: the figure, its title, its words for those who cannot see it, and the figures behind it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devomodel.charts import svg
from devomodel.charts.page import Page
from devomodel.charts.painted import house_style, painted
from devomodel.charts.words import said
from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

USUAL_WIDTH = 720
LEAST_WIDTH, MOST_WIDTH = 300, 2000
KINDS = (".svg", ".png", ".csv")


@dataclass(frozen=True)
class Table:
    """The figures behind a chart, unrounded.

    caption  what the table shows
    columns  headings; the first is that of the row names
    rows     each a name and its figures, None where there is none
    units    one for each column of figures, as the sheet has them
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    units: tuple[str, ...]

    def frame(self) -> pandas.DataFrame:
        """The table as pandas has it: the row names as the index, a column for each year or figure."""
        import pandas

        index = pandas.Index([row[0] for row in self.rows], name=self.columns[0])
        return pandas.DataFrame([row[1:] for row in self.rows], index=index, columns=list(self.columns[1:]), dtype=float)

    def csv(self) -> str:
        """The table as comma-separated text, unrounded, one heading row."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([_safe(one) for one in self.columns])
        writer.writerows([("" if one is None else _safe(one) for one in row) for row in self.rows])
        return text.getvalue()

    def html(self) -> str:
        """The table for a page, with a caption and scoped headings; figures as the chart writes them."""
        head = "".join(f'<th scope="col">{escape(one)}</th>' for one in self.columns)
        body = "".join(
            f'<tr><th scope="row">{escape(str(row[0]))}</th>' + "".join(
                f'<td style="text-align:right">{"no figure" if one is None else escape(said(one, of))}</td>'
                for one, of in zip(row[1:], self.units, strict=True)) + "</tr>"
            for row in self.rows)  # fmt: skip
        return f"<table><caption>{escape(self.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart. In a notebook it shows itself; `save` writes it to a file.

    title  the finding in words
    alt    one or two sentences that say what the picture shows, made from the same figures
    table  the figures behind it
    width  in pixels; the words keep their size and are laid out again for another width with `at`
    """

    title: str
    alt: str
    table: Table
    draw: Callable[[float], Page]
    width: float = USUAL_WIDTH

    @cached_property
    def page(self) -> Page:
        """The chart laid out: its words, lines and bars in their places."""
        return self.draw(self.width)

    @cached_property
    def figure(self) -> Figure:
        """The chart as a figure of matplotlib."""
        return painted(self.page)

    def at(self, width: float) -> Chart:
        """The same chart laid out for another width in pixels: 360 suits a phone. Raises DevomodelError when out of bounds."""
        if not LEAST_WIDTH <= width <= MOST_WIDTH:
            raise DevomodelError(f"A chart can be {LEAST_WIDTH} to {MOST_WIDTH:,} pixels wide, not {width}.")
        return Chart(self.title, self.alt, self.table, self.draw, width)

    def svg(self) -> str:
        """The chart as an SVG element: words stay words, nothing is fetched, and the same chart gives the same text."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        name = "chart-" + hashlib.sha256(repr((self.title, self.alt, self.width, self.table)).encode()).hexdigest()[:12]
        return svg.written(self.page, name, self.title, self.alt)

    def png(self, dpi: float = 192) -> bytes:
        """The chart as a PNG: at 96 dots an inch as many dots wide as the chart has pixels; 192 suits print and slides."""
        if not 24 <= dpi <= 960:
            raise DevomodelError(f"A picture can have 24 to 960 dots an inch, not {dpi}.")
        written = io.BytesIO()
        with house_style():
            self.figure.savefig(written, format="png", dpi=dpi,
                                metadata={"Software": None, "Title": self.title, "Description": self.alt})  # fmt: skip
        return written.getvalue()

    def save(self, path: str | Path, dpi: float = 192) -> Path:
        """Write the chart as .svg or .png, or the figures behind it as .csv. Raises DevomodelError for another kind of file."""
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in KINDS:
            raise DevomodelError(
                f"A chart cannot be saved as '{path.name}'. Give a name that ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}."
            )
        try:
            if kind == ".png":
                path.write_bytes(self.png(dpi))
            else:
                path.write_text(self.svg() + "\n" if kind == ".svg" else self.table.csv(), encoding="utf-8", newline="\n")
        except OSError as error:
            raise DevomodelError(f"'{path}' cannot be written: {error.strerror}.") from None
        return path

    def as_figure(self) -> str:
        """The chart for a page: the picture, and the figures behind it as a table that opens."""
        return (f'<figure style="margin:0">{self.svg()}<figcaption><details><summary>The figures behind this chart</summary>'
                f"{self.table.html()}</details></figcaption></figure>")  # fmt: skip

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.as_figure(), "image/svg+xml": self.svg(), "text/plain": f"{self.title}. {self.alt}"}

    def __repr__(self) -> str:
        return f"<Chart: {self.title}>"


def _safe(cell: Any) -> Any:
    """A name that a spreadsheet would take for a formula is led by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
