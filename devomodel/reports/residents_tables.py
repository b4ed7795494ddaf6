"""The tables of the residents' page, and the same figures packed small for its script: whole pence, each block written once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devomodel.engine.years import in_words
from devomodel.mechanisms.bands import DISABLED, band_label
from devomodel.reports.residents_chart import chart
from devomodel.reports.residents_figures import CouncilFigures, Residents, View, pounds_text
from devomodel.reports.residents_words import bill_rows, failing

COLUMNS = ("year", "month", "week", "change", "change_week", "against", "against_week", "bill", "others")
"""What stands before the receipt in each packed block."""

NONE = "–"


def council_tables(page: Residents, council: CouncilFigures) -> dict[str, Any]:
    """What the page holds of one council without any script."""
    from markupsafe import Markup

    year = page.shown_year
    options = [(number, name) for number, name in enumerate(page.case.options, 1) if name in council.views]
    found = {
        "key": council.key, "name": council.name, "chart": Markup(chart(page, council)), "bill": bill_rows(page, council),
        "numbers": [number for number, _ in options], "heads": ["Band", *(f"Option {number}" for number, _ in options)],
        "shown_number": list(page.case.options).index(page.shown_option(council)) + 1,
        "by_option": [[_short(band), *(pounds_text(council.views[name]["none", band, year].year) for _, name in options)]
                      for band in page.bands],
        "options": [{"number": number, "label": page.case.options[name].label, "periods": _periods(page, council, name),
                     "by_year": [[_short(band), *(pounds_text(council.views[name]["none", band, one].year) for one in page.years)]
                                 for band in page.bands]} for number, name in options],
    }  # fmt: skip
    return found | _receipts(page, council, options)


def _periods(page: Residents, council: CouncilFigures, option: str) -> list[list[str]]:
    rows = []
    for band in page.bands:
        views = [council.views[option][one.key, band, page.shown_year] for one in page.discounts]
        full = views[0]
        change = pounds_text(full.change, sign=True) if full.change is not None else "not known"
        rows.append([_short(band), *(pounds_text(one) for one in (full.year, full.month, full.week)), change,
                     *(pounds_text(one) for view in views[1:] for one in (view.year, view.week))])  # fmt: skip
    return rows


def _receipts(page: Residents, council: CouncilFigures, options: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """The receipt of a Band D home in the year the page opens with, the options side by side."""
    labels = dict.fromkeys(_label(part.label, part.detail) for _, name in options for part in council.parts[name])
    columns = []
    for _, name in options:
        view = council.views[name]["none", "D", page.shown_year]
        amounts: dict[str, int] = {}
        for part, pence in zip(council.parts[name], view.parts, strict=True):
            amounts[_label(part.label, part.detail)] = amounts.get(_label(part.label, part.detail), 0) + pence
        columns.append((amounts, view.year))
    rows = [[label, *(pounds_text(amounts[label]) if amounts.get(label) else NONE for amounts, _ in columns)] for label in labels]
    rows.append(["What a Band D home pays", *(pounds_text(total) for _, total in columns)])
    return {"receipt": rows, "receipt_heads": ["Part of the budget", *(f"Option {number}" for number, _ in options)]}


def figures_of(page: Residents) -> dict[str, Any]:
    """All that the page's script picks from.

    Each block names, by their place under "figures", those of every kind in COLUMNS and then of each row of its receipt.
    """
    case = page.case
    order = {(discount.key, band): at for at, (discount, band) in
             enumerate((discount, band) for discount in page.discounts for band in page.bands)}  # fmt: skip
    figures: dict[str | int | None, int] = {}
    return {
        "councils": [_packed(page, council, list(order), figures) for council in page.councils],
        "figures": list(figures),
        "bands": [{"key": band, "label": band_label(band)} for band in page.bands],
        "discounts": [{"key": one.key, "said": one.said} for one in page.discounts],
        "options": [{"key": name, "label": one.label, "number": number, "fails": _fails(page, name)}
                    for number, (name, one) in enumerate(case.options.items(), 1)],
        "years": [{"key": year, "words": in_words(year)} for year in page.years],
        "order": [[order[one.key, band] for band in page.bands] for one in page.discounts],
        "columns": COLUMNS,
        "nothing": list(case.options).index(case.do_nothing),
        "start": {"council": 0, "band": page.bands.index("D"), "discount": 0, "year": page.years.index(page.shown_year),
                  "option": list(case.options).index(page.shown_option(page.councils[0]))},
    }  # fmt: skip


def _packed(page: Residents, council: CouncilFigures, order: Sequence[tuple[str, str]],
            figures: dict[str | int | None, int]) -> dict[str, Any]:  # fmt: skip
    rows: dict[tuple[str, str], int] = {}
    blocks: dict[Any, int] = {}
    grid: list[list[int]] = []
    for option in page.case.options:
        line = []
        for year in page.years:
            if option not in council.views:
                line.append(-1)
                continue
            views = [council.views[option][discount, band, year] for discount, band in order]
            # A row of the receipt that is nought in every band of the year is left out.
            kept = [at for at in range(len(council.parts[option])) if any(view.parts[at] for view in views)]
            labels = tuple(rows.setdefault((part.label, part.detail), len(rows))
                           for part in (council.parts[option][at] for at in kept))  # fmt: skip
            columns = [packed(column) for column in zip(*(_row(view, kept) for view in views), strict=True)]
            block = (labels, tuple(figures.setdefault(column, len(figures)) for column in columns))
            line.append(blocks.setdefault(block, len(blocks)))
        grid.append(line)
    return {"key": council.key, "name": council.name, "grid": grid, "rows": [list(row) if row[1] else row[0] for row in rows],
            "blocks": [{"rows": labels, "figures": places} for labels, places in blocks]}  # fmt: skip


def packed(column: Sequence[int | None]) -> str | int | None:
    """Figures of one kind, one for each choice of discount and band: all alike as one, others as text to pick from by place.

    The text is how many letters a figure takes, then the figures, each to the base 36 and as wide as the widest; blanks are none.

    >>> packed((0, 0)), packed((None, None)), packed((1390, -35, 7, None))
    (0, None, '312m -z  7   ')
    """
    if len(set(column)) == 1:
        return column[0]
    written = ["" if one is None else _base_36(one) for one in column]
    width = max(len(one) for one in written)
    return f"{width}{''.join(one.rjust(width) for one in written)}"


def _base_36(number: int) -> str:
    digits, left = "", abs(number)
    while left or not digits:
        left, digit = divmod(left, 36)
        digits = f"{'0123456789abcdefghijklmnopqrstuvwxyz'[digit]}{digits}"
    return f"-{digits}" if number < 0 else digits


def _row(view: View, kept: Sequence[int]) -> tuple[int | None, ...]:
    return (*(getattr(view, name) for name in COLUMNS), *(view.parts[at] for at in kept))


def _fails(page: Residents, option: str) -> str:
    sentences = failing(page.projections[option])
    return f"This option does not pass every check of the model. {' '.join(sentences)}" if sentences else ""


def _short(band: str) -> str:
    return "A (disabled)" if band == DISABLED else band


def _label(label: str, detail: str) -> str:
    return f"{label}: {detail}" if detail else label
