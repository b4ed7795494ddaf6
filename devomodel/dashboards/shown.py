"""How figures stand on a page: tables that a screen reader can walk, numbers in boxes, statements, and text that names its council.

Every function gives HTML, and escapes whatever comes from a case.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from devomodel.charts import words

if TYPE_CHECKING:
    from devomodel.charts import Chart
    from devomodel.checks import CheckResult
    from devomodel.model import Projection
    from devomodel.statements import Statement

PHONE = 330
"""How wide a chart is on a phone, in pixels."""

NONE = "–"
"""What stands where there is no figure."""


def year_words(year: str) -> str:
    """A financial year as public text writes it.

    >>> year_words("2026-27"), year_words("1999-00")
    ('2026 to 2027', '1999 to 2000')
    """
    return f"{year[:4]} to {int(year[:4]) + 1}"


def said(value: float, unit: str, signed: bool = False, pence: bool = False) -> str:
    """A figure with its unit, as `devomodel.charts.words` writes it; a dash where there is none.

    pence  whether a sum of a council is shown to the penny too, as a precept is

    >>> said(9000.0, "£"), said(14.83, "£/Band D home"), said(float("nan"), "share"), said(0.052, "share", signed=True)
    ('£9,000', '£14.83', '–', '+5.2%')
    """
    if not math.isfinite(value):
        return NONE
    if pence and unit.startswith("£"):
        written = words.money(value)
        return f"+{written}" if signed and value >= 0.005 else written
    return words.signed(value, unit) if signed else words.said(value, unit)


def charge(value: float, signed: bool = False) -> str:
    """A charge always with its pence, so that a column of them lines up.

    >>> charge(50.0), charge(-1.5, signed=True), charge(33.0, signed=True)
    ('£50.00', '−£1.50', '+£33.00')
    """
    if not math.isfinite(value):
        return NONE
    from devomodel.engine.rounding import round_half_away

    rounded = float(round_half_away(value, 2))
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}£{abs(rounded):,.2f}"


def rate(value: float, signed: bool = True) -> str:
    """A percentage with two decimals, as a precept's rise is told.

    >>> rate(0.0515), rate(-0.02), rate(float("nan"))
    ('+5.15%', '−2.00%', '–')
    """
    if not math.isfinite(value):
        return NONE
    from devomodel.engine.rounding import round_half_away

    rounded = float(round_half_away(value * 100, 2))
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.2f}%"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], text: Sequence[int] = (), kinds: Sequence[str] = (),
          unseen_caption: bool = False) -> str:  # fmt: skip
    """A table in a box that scrolls by itself on a phone.

    columns  headings; the first is that of the row names
    rows     each a name and its cells, as text
    text     the places of columns that hold words, which stand to the left
    kinds    one for each row: "", "total" or "heading"
    """
    head = "".join(f'<th scope="col"{_text(place, text)}>{escape(one)}</th>' for place, one in enumerate(columns))
    body = []
    for number, row in enumerate(rows):
        kind = kinds[number] if number < len(kinds) else ""
        cells = "".join(f"<td{_text(place, text)}>{escape(one)}</td>" for place, one in enumerate(row[1:], start=1))
        if kind == "heading":
            body.append(f'<tr class="heading"><th scope="rowgroup" colspan="{len(columns)}">{escape(row[0])}</th></tr>')
        else:
            body.append(f'<tr{f" class={kind}" if kind else ""}><th scope="row">{escape(row[0])}</th>{cells}</tr>')
    hidden = ' class="unseen"' if unseen_caption else ""
    return (f'<div class="dm-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
            f"<caption{hidden}>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table></div>")  # fmt: skip


def _text(place: int, text: Sequence[int]) -> str:
    return ' class="text"' if place in text else ""


def figures(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Numbers side by side in boxes: what each is, the number, and a line below it."""
    made = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(number)}{f'<small>{escape(below)}</small>' if below else ''}</dd></div>"
                   for label, number, below in pairs)  # fmt: skip
    return f'<dl class="dm-figures">{made}</dl>'


def statement(of: Statement, own_name: str = "", years: Sequence[str] = ()) -> str:
    """A statement in whole pounds, where each total adds up the rounded lines above it."""
    printed = of.in_pounds()
    shown = [printed.years.index(year) for year in years] if years else range(len(printed.years))
    rows, kinds = [], []
    for line in printed.rows:
        label = line.label.removeprefix(f"{own_name}: ")
        label = label[:1].upper() + label[1:]
        kinds.append({"heading": "heading", "total": "total", "balance": "total"}.get(line.kind, ""))
        if not line.values:
            rows.append([label])
            continue
        rows.append([label, *(NONE if at in line.unknown else _cell(line.values[at], line.unit) for at in shown)])
    caption = f"{of.title}{f' ({of.note})' if of.note else ''}"
    return table(caption, ["", *(year_words(printed.years[at]) for at in shown)], rows, kinds=kinds)


def _cell(value: float, unit: str) -> str:
    if unit == "£":
        return said(value, unit)
    if unit == "share":
        return rate(value, signed=False)
    return charge(value) if unit.startswith("£") else said(value, unit)


def chart(of: Chart) -> str:
    """A chart with its figures behind it, laid out twice: for a wide window, and for a phone, where its words keep their size."""
    return (f'<figure class="dm-chart"><div class="dm-wide">{of.svg()}</div><div class="dm-narrow">{of.at(PHONE).svg()}</div><figcaption>'
            f"<details><summary>The figures behind this chart</summary>{of.table.html()}</details></figcaption></figure>")  # fmt: skip


def checks(found: Sequence[CheckResult]) -> str:
    """The checks of a projection: those that fail in full, and how many hold. The first is the master check."""
    failing = [one for one in found[1:] if not one.passed]
    if not failing:
        return f'<p class="dm-good">All {len(found) - 1} checks hold.</p>'
    rows = "".join(f"<li><strong>{escape(one.label)}</strong>: not so{f' in {escape(_years(one.years))}' if one.years else ''}. "
                   f"{escape(one.detail)}</li>" for one in failing)  # fmt: skip
    return (f'<div class="dm-caution"><p class="dm-bad">{len(failing)} of {len(found) - 1} checks {"does" if len(failing) == 1 else "do"} '
            f"not hold.</p><ul>{rows}</ul></div>")  # fmt: skip


def warnings(projection: Projection) -> str:
    """What a reader must be told beside the figures; nothing when there is nothing."""
    made = ""
    if projection.case.illustrative:
        made += '<p class="dm-watermark">Made-up figures, to show the tool</p>'
    told = [one for one in projection.warnings if not one.startswith("The figures of this case are made up")]
    if told:
        rows = "".join(f"<li>{escape(one)}</li>" for one in told)
        things = f"{len(told)} thing{'s' if len(told) > 1 else ''}"
        made += f"<details><summary>{things} to know about these figures</summary><ul>{rows}</ul></details>"
    return made


def _years(years: Sequence[str]) -> str:
    named = [year_words(one) for one in years]
    return ", ".join(named[:4]) + (f" and {len(named) - 4} more years" if len(named) > 4 else "")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows for a spreadsheet: plain headings, one kind of thing in a column, and no name that a spreadsheet takes for a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_safe(one) for one in columns])
    writer.writerows(
        [
            ("" if one is None or (isinstance(one, float) and not math.isfinite(one)) else _safe(one) for one in row)
            for row in rows
        ]
    )
    return "\ufeff" + written.getvalue()


def to_penny(pounds: float) -> Decimal | None:
    """A sum for a spreadsheet: to the penny, half away from zero, with both decimals; none where there is no figure.

    >>> str(to_penny(-0.7099999999999937)), str(to_penny(162000)), to_penny(float("nan"))
    ('-0.71', '162000.00', None)
    """
    from devomodel.engine.rounding import round_half_away

    return Decimal(f"{round_half_away(pounds, 2):.2f}") if math.isfinite(pounds) else None


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
