"""What the precept tester shows: the five numbers together, the bands, the walk, the years ahead, and the sentence that says it all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from html import escape

from devomodel import charts
from devomodel.charts import words
from devomodel.dashboards import shown
from devomodel.engine import per_month, per_week, to_pounds
from devomodel.mechanisms.precept import change
from devomodel.model import Projection
from devomodel.statements import bands, walk

HALF_A_PENNY = 0.005


def homes(value: float) -> str:
    """A tax base as a billing authority notifies it.

    >>> homes(606.88), homes(4900.0)
    ('606.88', '4,900')
    """
    return words.number(value, 2) if math.isfinite(value) else shown.NONE


def sum_of(value: float, signed: bool = False) -> str:
    """A sum of a council, with its pence where it has any."""
    return shown.said(value, "£", signed=signed, pence=True)


def week_pence(change_a_year: float) -> int | None:
    """A change in pounds a year as whole pence a week; none where there is no year before."""
    return int(to_pounds(per_week(change_a_year) * 100)) if math.isfinite(change_a_year) else None


def pence_words(pence: int | None) -> str:
    """
    >>> pence_words(35), pence_words(-4), pence_words(0), pence_words(None)
    ('+35p', '−4p', '0p', '–')
    """
    if pence is None:
        return shown.NONE
    return f"{'+' if pence > 0 else '−' if pence < 0 else ''}{abs(pence):,}p"


def five_numbers(p: Projection, council: str, year: str) -> str:
    """The numbers that belong together: a precept's rise is not a household's."""

    def value(line: str) -> float:
        return p.value(f"{council}.{line}", year)

    return shown.figures((
        ("Precept", sum_of(value("precept")), _moved(sum_of(value("precept_change"), signed=True), " on the year before")),
        ("Change in precept", shown.rate(value("precept_change_rate")), ""),
        ("Change in tax base", shown.rate(value("tax_base_change_rate")), f"now {homes(value('tax_base'))} homes"),
        ("Band D charge", shown.charge(value("band_d")), _moved(shown.charge(value("band_d_change"), signed=True), " a year")),
        ("Change in Band D", shown.rate(value("band_d_change_rate")), _moved(pence_words(week_pence(value("band_d_change"))), " a week")),
    ))  # fmt: skip


def _moved(words_of: str, after: str) -> str:
    return "" if words_of == shown.NONE else f"{words_of}{after}"


def causes(p: Projection, council: str, year: str, before: Mapping[str, float]) -> tuple[float, float] | None:
    """The change in Band D to the penny in two parts: from the precept, and from the tax base. None without a year before."""
    if not math.isfinite(before["band_d"]):
        return None
    from_precept = change(p.value(f"{council}.walk.after_budget", year), before["band_d"])
    return words.printed(from_precept, "£/Band D home"), words.printed(p.value(f"{council}.walk.tax_base", year), "£/Band D home")


def sentence(p: Projection, council: str, year: str, before: Mapping[str, float]) -> str:
    """The result: what the precept does, what the bill does, and which of the two causes is the larger."""
    charge, precept = p.value(f"{council}.band_d", year), p.value(f"{council}.precept", year)
    when = shown.year_words(year)
    parts = causes(p, council, year, before)
    if parts is None:
        return f"In {when} a precept of {sum_of(precept)} is {shown.charge(charge)} a year for a Band D home. No year before is given."
    rise, base = p.value(f"{council}.precept_change_rate", year), p.value(f"{council}.tax_base_change_rate", year)
    moved = p.value(f"{council}.band_d_change", year)
    by = p.value(f"{council}.band_d_change_rate", year)
    said = f"In {when} {_precept_does(precept, rise)} and {_charge_does(charge, moved, by, before['band_d'])}"
    pence = pence_words(week_pence(moved))
    if abs(moved) >= HALF_A_PENNY:
        said += f", {pence} a week" if pence != "0p" else ", less than a penny a week"
    return f"{said}. {_cause_words(*parts, rise, base)}".strip()


def _precept_does(precept: float, rate: float) -> str:
    if not math.isfinite(rate):
        return f"the precept is {sum_of(precept)}, where there was none,"
    told = shown.rate(rate, signed=False).removeprefix("−")
    return (
        f"the precept {_verb(rate)} {told} to {sum_of(precept)}" if told != "0.00%" else f"the precept stays at {sum_of(precept)}"
    )


def _charge_does(charge: float, moved: float, rate: float, before: float) -> str:
    if abs(moved) < HALF_A_PENNY:
        return f"Band D stays at {shown.charge(charge)} a year"
    told = shown.rate(rate, signed=False).removeprefix("−") if before > 0 else ""
    by = f" {told}, from {shown.charge(before)}" if told else f" from {shown.charge(before)}"
    return f"Band D {_verb(moved)}{by} to {shown.charge(charge)} a year"


def _verb(moved: float) -> str:
    return "rises" if moved > 0 else "falls"


def _cause_words(precept: float, base: float, precept_rate: float, base_rate: float) -> str:
    """Why, with the larger cause by name."""
    named = {"precept": f"the precept ({shown.rate(precept_rate)})", "base": f"the tax base ({shown.rate(base_rate)})"}
    size = {"precept": shown.charge(abs(precept)), "base": shown.charge(abs(base))}
    if not precept and not base:
        return ""
    if not precept or not base:
        return f"All of it comes from {named['precept' if precept else 'base']}."
    larger, smaller = ("precept", "base") if abs(precept) > abs(base) else ("base", "precept")
    if precept * base < 0:
        up, down = ("precept", "base") if precept > 0 else ("base", "precept")
        even = abs(precept) == abs(base)
        which = "they cancel out" if even else f"the larger cause is {named[larger].split(' (')[0]}"
        adds = named[up][0].upper() + named[up][1:]
        return f"{adds} adds {size[up]} and {named[down]} takes off {size[down]}: {which}."
    if abs(precept) == abs(base):
        return f"The precept and the tax base are equal causes, {size['base']} each."
    return f"The larger cause is {named[larger]}, with {size[larger]} of the change; {named[smaller]} makes {size[smaller]}."


BAND_COLUMNS = ("Band", "A year", "A week", "Change a year", "Change a week", "A month")


def band_rows(p: Projection, council: str, year: str) -> list[tuple[str, float, float, float, float, int | None]]:
    """Each band: the charge by year, month and week, and its change in £ a year and whole pence a week."""
    place = p.years.index(year)
    now = bands(p.figures, f"{council}.bands", "")
    moved = {row.label: row.values[place] for row in bands(p.figures, f"{council}.band_changes", "")}
    found = []
    for row in now:
        charge, change = row.values[place], moved[row.label]
        found.append((row.label, charge, per_month(charge), per_week(charge), change, week_pence(change)))
    return found


def band_table(p: Projection, council: str, year: str) -> str:
    """The band table: the one thing the clerk takes to the meeting."""
    rows = [(label, shown.charge(a_year), shown.charge(a_week), shown.charge(moved, signed=True), pence_words(pence), shown.charge(a_month))
            for label, a_year, a_month, a_week, moved, pence in band_rows(p, council, year)]  # fmt: skip
    kinds = ["total" if row[0] == "Band D" else "" for row in rows]
    name = p.case.councils[council].name
    return (shown.table(f"{name}: what a home in each band pays in {shown.year_words(year)}", BAND_COLUMNS, rows, kinds=kinds)
            + "<p class=hint>A month is a twelfth of the year and a week a fifty-second, each to the nearest penny. The change a week is the "
            "year’s change shared in the same way.</p>")  # fmt: skip


def band_csv(p: Projection, council: str, year: str) -> str:
    """The band table for a spreadsheet: one row a band, with the council, the year and what the charge comes from beside each."""
    columns = ("Council", "Year", "Precept in pounds", "Tax base in Band D homes", "Band D in pounds a year", "Band", "Pounds a year",
               "Pounds a month", "Pounds a week", "Change in pounds a year", "Change in pence a week")  # fmt: skip
    base = p.value(f"{council}.tax_base", year)
    same = (p.case.councils[council].name, shown.year_words(year), shown.to_penny(p.value(f"{council}.precept", year)),
            Decimal(f"{base:.4f}".rstrip("0").rstrip(".")), shown.to_penny(p.value(f"{council}.band_d", year)))  # fmt: skip
    return shown.csv_text(columns, [(*same, label, *(shown.to_penny(one) for one in (a_year, a_month, a_week, moved)), pence)
                                    for label, a_year, a_month, a_week, moved, pence in band_rows(p, council, year)])  # fmt: skip


def difference(p: Projection, council: str, year: str, needs: bool) -> str:
    """Where the precept is not what the budget needs: where the rest goes, and what that does to the year after. Plain text.

    needs  whether later years take what the budget then needs
    """

    def value(line: str, at: str = year) -> float:
        return p.value(f"{council}.{line}", at)

    left, needed = value("difference_to_reserves"), value("council_tax_requirement")
    if abs(left) < HALF_A_PENNY:
        return ""
    goes = "goes to" if left > 0 else "is taken from"
    told = f"The budget needs {sum_of(needed)}, so {sum_of(abs(left))} {goes} the general reserve this year"
    used = value("reserves.general.used") if f"{council}.reserves.general.used" in p.sheet else 0.0
    back = ""
    if left > 0 and used >= HALF_A_PENNY:
        part = "all of it" if left <= used + HALF_A_PENNY else f"{sum_of(used)} of it"
        back = f" The budget takes {sum_of(used)} from that reserve: {part} only puts back what is taken."
    place = p.years.index(year) + 1
    if not needs or place == len(p.years):
        return f"{told}.{back}"
    after = p.years[place]
    then, rise = value("precept", after), value("precept_change_rate", after)
    same = abs(value("council_tax_requirement", after) - needed) < HALF_A_PENNY
    unless = "unless the budget grows," if same else f"with the budget of {shown.year_words(after)} as it is here,"
    if not math.isfinite(rise) or abs(rise) < 0.00005:
        return f"{told}; {unless} next year’s precept is {sum_of(then)}.{back}"
    moves = "falls back" if rise < 0 else "rises"
    return f"{told}; {unless} next year’s precept {moves} by {shown.rate(abs(rise), signed=False)}, to {sum_of(then)}.{back}"


def walk_table(p: Projection, council: str, year: str) -> str:
    """The steps of the walk of one year, which sum to the change in the charge."""
    place = p.years.index(year)
    rows, kinds = [], []
    for row in walk(p.figures, council):
        if row.kind == "total" or (place not in row.unknown and abs(row.values[place]) >= HALF_A_PENNY):
            rows.append((row.label, shown.charge(row.values[place], signed=True)))
            kinds.append("total" if row.kind == "total" else "")
    return shown.table(f"Why Band D moves in {shown.year_words(year)}, £ a year", ("Step", "Change"), rows, kinds=kinds)


def agreement(p: Projection, council: str, year: str) -> str:
    """The identity of the three changes, and whether it holds."""
    rates = [p.value(f"{council}.{one}_change_rate", year) for one in ("precept", "tax_base", "band_d")]
    held = next((one.passed for one in p.checks if one.name == f"{council}.change_identity"), False)
    if not held or not all(math.isfinite(one) for one in rates):
        return ""
    precept, base, band_d = (shown.rate(one) for one in rates)
    return (f"<p>{precept} of precept on {base} of tax base makes {band_d} at Band D. Checked before the charge is rounded: "
            "(1 + precept) = (1 + tax base) × (1 + Band D).</p>")  # fmt: skip


def years_ahead(p: Projection, council: str, known: bool = True) -> str:
    """Precept, Band D and reserves in every year of the case.

    known  whether what is in hand is known; a reserve that starts from nothing known has no figure
    """
    lines = (
        "precept",
        "precept_change_rate",
        "tax_base",
        "band_d",
        "band_d_change",
        "band_d_change_rate",
        "reserves.general.closing",
    )
    figures = [p.by_year(f"{council}.{line}") for line in lines]
    columns = ("Year", "Precept", "Change", "Tax base", "Band D", "Change, £", "Change, %", "General reserve at 31 March")
    rows = [(shown.year_words(year), sum_of(precept), shown.rate(rise), homes(base), shown.charge(charge), shown.charge(moved, signed=True),
             shown.rate(by), sum_of(reserve) if known else "not known")
            for year, precept, rise, base, charge, moved, by, reserve in zip(p.years, *figures, strict=True)]  # fmt: skip
    return shown.table(f"{p.case.councils[council].name}: every year of the case", columns, rows)


def main_chart(p: Projection, council: str, year: str, which: str) -> charts.Chart:
    """The chart that moves with the sliders. Without a year before there is no walk, and the bands stand in its place."""
    if which == "walk" and math.isfinite(p.value(f"{council}.band_d_change", year)):
        return charts.precept_walk(p, council, year)
    return charts.bill_by_band(p, council, year)


def footer(p: Projection, run_id: str, option: str) -> str:
    """What a printed page is known by."""
    named = f", option ‘{escape(option)}’" if option else ""
    return f'<p class="dm-run">{escape(p.case.title)}{named}. Run id <strong>{escape(run_id)}</strong></p>'
