"""Statements for each party: totals over tags, and nothing a mechanism has to say twice.

A new mechanism appears here without an edit, because only the tags of its lines are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from devomodel.engine import Figures, Line, Sheet
from devomodel.engine.rounding import round_to_pounds
from devomodel.mechanisms.bands import band_label, bands_of
from devomodel.mechanisms.base import CaseSheet, Mechanism, is_flow, label_of
from devomodel.mechanisms.precept_walk import STEPS

ACCOUNT_TITLES = {"revenue": "Revenue account", "capital": "Capital account", "in_kind": "Given and borne in kind"}
HALF_A_PENNY = 0.005 + 1e-9
IF_ANY = ", if any"
"""After a line that a mechanism tells of: not where it is nought in every year."""
LETTERS = {"cil": "CIL", "vat": "VAT"}


@dataclass(frozen=True)
class Row:
    """One row of a statement.

    label   as printed
    values  one for each year, unrounded, in the unit
    unit    as the sheet has it
    kind    "line", "total", "heading", "balance", "opening" for what a total is carried forward to, or "rounding" for what
            stands in whole pounds only
    line    the name of the line it shows; empty for a total over tags or a heading
    adds    +1 or −1 for a line that the next total takes in with that sign, or a total that the next balance does;
            for a balance 1 when it is those totals, and 0 wherever nothing is taken in
    pounds  the figures in whole pounds, where they are those of another statement and not the values rounded
    unknown the places of years in which no figure is known, and a dash is printed
    """

    label: str
    values: tuple[float, ...] = ()
    unit: str = "£"
    kind: str = "line"
    line: str = ""
    adds: int = 0
    pounds: tuple[float, ...] = ()
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A table of rows over the years of a case."""

    title: str
    years: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, label: str) -> Row:
        """The first row with a label. Raises KeyError."""
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(label)

    def in_pounds(self) -> Statement:
        """The statement as published: every line to the pound, each total the sum of its rounded lines, and the balance
        of two totals what is left between them as printed.

        Rounded lines rarely add up to the rounded total; a reader adds up what is printed. A reserve opens a year with
        what it is printed to have closed the last one with.
        """
        rows: list[Row] = []
        running, left = np.zeros(len(self.years)), np.zeros(len(self.years))
        opening: int | None = None
        for row in self.rows:
            if row.unit != "£" or not row.values:
                rows.append(row)
                continue
            if row.kind == "total":
                if opening is not None:
                    start = rows[opening].values[0]
                    running = start + np.cumsum(running)
                    rows[opening] = replace(rows[opening], values=(start, *(float(one) for one in running[:-1])))
                    opening = None
                values = running
                left = left + row.adds * running
                running = np.zeros(len(self.years))
            elif row.kind == "balance" and row.adds:
                values, left = left, np.zeros(len(self.years))
            else:
                values = np.array(row.pounds) if row.pounds else _pounds(row.values)
                if row.kind == "opening":
                    opening = len(rows)
                else:
                    running = running + row.adds * values
            rows.append(replace(row, values=tuple(float(one) for one in values)))
        return Statement(self.title, self.years, tuple(rows), self.note)


def _pounds(values: Sequence[float]) -> np.ndarray:
    return np.asarray(round_to_pounds(np.array(values)))


@dataclass
class _Builder:
    figures: Figures
    rows: list[Row] = field(default_factory=list)

    def heading(self, label: str) -> None:
        self.rows.append(Row(label, kind="heading"))

    def lines(self, lines: Iterable[Line], adds: int = 1) -> np.ndarray:
        """A row for each line, and their sum by year."""
        added = np.zeros(self.figures.sheet.count)
        for line in lines:
            values = np.array(self.figures.by_year(line.name))
            added += values
            self.rows.append(Row(line.label, tuple(values.tolist()), str(line.unit), "line", line.name, adds))
        return added

    def total(self, label: str, values: np.ndarray, adds: int = 0) -> None:
        self.rows.append(Row(label, tuple(float(one) for one in values), kind="total", adds=adds))

    def balance(self, label: str, values: Sequence[float], line: str = "", unit: str = "£", adds: int = 0) -> None:
        self.rows.append(Row(label, tuple(float(one) for one in values), unit, "balance", line, adds))


def flows(sheet: Sheet, **tags: str) -> list[Line]:
    """The lines that move money or time and carry these tags."""
    return [line for line in sheet.tagged(**tags) if is_flow(line)]


def parties_with_flows(sheet: CaseSheet) -> list[str]:
    """The parties that pay or receive anything, in the order of the case."""
    return [key for key in sheet.parties if flows(sheet, payer=key) or flows(sheet, payee=key)]


def has_precept(sheet: Sheet, party: str) -> bool:
    """Whether a party sets a precept in this case."""
    return f"{party}.precept" in sheet


def account(figures: Figures, party: str, of: str) -> Statement:
    """One account of one party: what it pays, what it receives, and what is left over or short."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    build = _Builder(figures)
    paid = flows(sheet, payer=party, account=of)
    received = flows(sheet, payee=party, account=of)
    precept = [line for line in received if line.tags.get("kind") == "precept"]
    other = [line for line in received if line.tags.get("kind") != "precept"]
    words = {"in_kind": ("Borne in kind", "Received in kind")}.get(of, ("Spending", "Income"))
    build.heading(words[0])
    out = build.lines(paid)
    build.total(f"Total {words[0].lower()}", out, adds=-1)
    build.heading(words[1])
    into = build.lines(other) + build.lines(precept)
    build.total(f"Total {words[1].lower()}", into, adds=1)
    own = "Income less spending, put to reserves (− taken from them)"
    left = {
        "revenue": own if has_precept(sheet, party) else "Received less paid (− what the case costs it)",
        "capital": "Capital income less spending",
        "in_kind": "Received less borne",
    }[of]
    build.balance(left, into - out, adds=1)
    if of == "capital" and f"{party}.capital.balance" in sheet and funds_its_capital(sheet, party):
        build.balance(
            "Capital money in hand at 31 March", figures.by_year(f"{party}.capital.balance"), f"{party}.capital.balance"
        )
    return Statement(f"{sheet.parties[party]}: {ACCOUNT_TITLES[of].lower()}", sheet.years, tuple(build.rows),
                     "A precept is income of the council that issues it." if precept else "")  # fmt: skip


def reserves(figures: Figures, party: str) -> Statement:
    """Each reserve of a council that sets a precept: opening, added, used, difference from the budget, closing."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    build = _Builder(figures)
    names = dict.fromkeys(line.tags["reserve"] for line in sheet.tagged(council=party, kind="reserve") if "reserve" in line.tags)
    for reserve in names:
        prefix = f"{party}.reserves.{reserve}"
        build.heading(f"{reserve.replace('_', ' ').capitalize()} reserve")
        for end, words, adds in (("opening", "In hand at 1 April", 1), ("added", "Added", 1), ("used", "Used", -1)):
            if f"{prefix}.{end}" in sheet:
                kind = "opening" if end == "opening" else "line"
                line = f"{prefix}.{end}"
                build.rows.append(Row(words, tuple(figures.by_year(line)), kind=kind, line=line, adds=adds))
        if reserve == "general":
            name = f"{party}.difference_to_reserves"
            build.rows.append(Row("Difference between precept and budget", tuple(figures.by_year(name)), line=name, adds=1))
        build.rows.append(Row("In hand at 31 March", tuple(figures.by_year(f"{prefix}.closing")), kind="total",
                              line=f"{prefix}.closing"))  # fmt: skip
    return Statement(f"{sheet.parties[party]}: reserves", sheet.years, tuple(build.rows))


PRECEPT_ROWS = (
    ("Precept", "precept"), ("change, £", "precept_change"), ("change, %", "precept_change_rate"),
    ("Tax base, Band D homes", "tax_base"), ("change, %", "tax_base_change_rate"),
    ("Band D charge, £ a year", "band_d"), ("change, £", "band_d_change"), ("change, %", "band_d_change_rate"),
    ("change since the start, £", "band_d_change_since_start"), ("change since the start, %", "band_d_change_rate_since_start"),
)  # fmt: skip
"""The numbers that are always shown together: a precept's rise is not the household's."""


def council_tax(figures: Figures, party: str) -> Statement:
    """From budget to precept to Band D, with every change in £ and %.

    In whole pounds its parts are the totals that the revenue account and the reserves print, and the precept is the one
    issued; where the two differ, the difference is a row called rounding.
    """
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    rows = []
    raised = np.zeros(sheet.count)
    for label, name, adds in (
        ("Spending", "spending", 1), ("Contingency", "contingency", 1), ("Reserves added", "reserves_added", 1),
        ("Other income", "other_income", -1), ("Reserves used", "reserves_used", -1),
        ("Council tax support grant", "support_grant", -1),
    ):  # fmt: skip
        line = f"{party}.{name}"
        if any(figures.by_year(line)):
            printed = _printed(figures, party, name)
            raised = raised + adds * printed
            rows.append(Row(label if adds > 0 else f"less {label.lower()}", tuple(figures.by_year(line)), line=line, adds=adds,
                            pounds=tuple(printed.tolist())))  # fmt: skip
    rows.append(Row("To be raised from council tax", tuple(figures.by_year(f"{party}.requirement_before_floor")), kind="total",
                    line=f"{party}.requirement_before_floor"))  # fmt: skip
    difference = figures.by_year(f"{party}.difference_to_reserves")
    if any(abs(one) >= HALF_A_PENNY for one in difference):
        name = f"{party}.difference_to_reserves"
        rows.append(Row("put to the general reserve (− taken from it)", tuple(difference), line=name))
    rounding = _pounds(figures.by_year(f"{party}.precept")) - raised - _pounds(difference)
    if any(rounding):
        rows.append(Row("rounding to the pound", (0.0,) * sheet.count, kind="rounding", pounds=tuple(rounding.tolist())))
    for label, name in PRECEPT_ROWS:
        line = f"{party}.{name}"
        if line in sheet:
            kind = "line" if label.startswith("change") else "balance"
            rows.append(Row(label, tuple(figures.by_year(line)), str(sheet[line].unit), kind, line))
    share = f"{party}.homes.share_below_band_d"
    if share in sheet:
        rows.append(Row("Share of homes that pay less than Band D", tuple(figures.by_year(share)), "share", "balance", share))
    return Statement(f"{sheet.parties[party]}: council tax", sheet.years, tuple(rows))


def _printed(figures: Figures, party: str, part: str) -> np.ndarray:
    """A part of the requirement in whole pounds, as the revenue account and the reserves print it: rounded line by line."""
    sheet = figures.sheet
    alone = f"{party}.{part}"
    if part == "spending":
        lines = [line for line in flows(sheet, payer=party, account="revenue") if line.name != f"{party}.contingency"]
    elif part == "other_income":
        lines = [line for line in flows(sheet, payee=party, account="revenue")
                 if line.tags.get("kind") != "precept" and line.name != f"{party}.support_grant"]  # fmt: skip
    elif part.startswith("reserves_"):
        side = part.removeprefix("reserves_")
        lines = [line for line in sheet.tagged(council=party, kind="reserve") if line.name.endswith(f".{side}")]
    else:
        lines = [sheet[alone]]
    found = np.zeros(sheet.count)
    for line in lines:
        found = found + _pounds(figures.by_year(line.name))
    return found


def bands(figures: Figures, prefix: str, title: str) -> Statement:
    """What a home in each band pays in each year: `prefix` is "town.bands" or "bill.total"."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    rows = [Row(band_label(band), tuple(figures.by_year(f"{prefix}.{band}")), "£/dwelling", line=f"{prefix}.{band}")
            for band in bands_of(sheet.nation) if f"{prefix}.{band}" in sheet]  # fmt: skip
    return Statement(title, sheet.years, tuple(rows), "£ a year")


def walk(figures: Figures, party: str) -> Statement:
    """How each year's Band D charge came from the year before, in steps that sum to the penny."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    rows = []
    known = figures.by_year(f"{party}.walk.parts_known")
    words = {step: words for step, words, _ in STEPS} | {
        "budget": "budget as a whole (last year’s parts are not known)",
        "tax_base": "tax base",
    }
    for step, label in words.items():
        values = figures.by_year(f"{party}.walk.{step}")
        if any(value == value and abs(value) >= HALF_A_PENNY for value in values):
            unknown = () if step == "tax_base" else tuple(at for at, one in enumerate(known) if (one > 0) == (step == "budget"))
            rows.append(Row(label[:1].upper() + label[1:], tuple(values), "£/Band D home", line=f"{party}.walk.{step}", adds=1,
                            unknown=unknown))  # fmt: skip
    rows.append(Row("Change in the Band D charge", tuple(figures.by_year(f"{party}.band_d_change")), "£/Band D home", "total",
                    f"{party}.band_d_change"))  # fmt: skip
    return Statement(f"{sheet.parties[party]}: why the Band D charge moves", sheet.years, tuple(rows), "£ a year at Band D")


def statements_of(figures: Figures, party: str) -> list[Statement]:
    """Every statement a party has something in, in the order a finance officer expects."""
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    found = [account(figures, party, of) for of in ACCOUNT_TITLES
             if flows(sheet, payer=party, account=of) or flows(sheet, payee=party, account=of)]  # fmt: skip
    if has_precept(sheet, party):
        found += [reserves(figures, party), council_tax(figures, party), walk(figures, party),
                  bands(figures, f"{party}.bands", f"{sheet.parties[party]}: charge by band")]  # fmt: skip
    return found


def arrangement(figures: Figures, mechanism: Mechanism) -> Statement | None:
    """What a mechanism itself comes to: the lines it tells of, in its order; None where it has none of them in this case.

    The title says what the rows then leave out: what the mechanism is called, and a party whose name every line begins with.
    """
    sheet: CaseSheet = figures.sheet  # type: ignore[assignment]
    lines = list(_told(figures, mechanism))
    if not lines:
        return None
    label, use = getattr(mechanism, "label", "") or label_of(mechanism.name), type(mechanism).__module__.rpartition(".")[2]
    called, what = (" ".join(LETTERS.get(one.lower(), one) for one in words.split()) for words in (label, use.replace("_", " ")))
    title = called if called.lower() == what.lower() else f"{called} ({what})"
    starts = (f"{label}: ", f"{label}, ")
    for party in sheet.parties.values():
        if all(line.label.startswith((f"{party}: ", f"{party}, ")) for line in lines):
            title, starts = f"{title}, {party}", (f"{party}: ", f"{party}, ")
    rows = []
    for line in lines:
        words = line.label.removeprefix(next((one for one in starts if line.label.startswith(one)), ""))
        rows.append(Row(words[:1].upper() + words[1:], tuple(figures.by_year(line.name)), str(line.unit), line=line.name))
    return Statement(title, sheet.years, tuple(rows))


def _told(figures: Figures, mechanism: Mechanism) -> Iterator[Line]:
    """The lines that a mechanism tells of, each once."""
    own = {
        line.name.removeprefix(f"{mechanism.name}."): line for line in figures.sheet if line.name.startswith(f"{mechanism.name}.")
    }
    for told in mechanism.tells:
        pattern = re.compile(re.escape(told.removesuffix(IF_ANY)).replace(r"\*", r"[^.]+"))
        for name in [one for one in own if pattern.fullmatch(one)]:
            line = own.pop(name)
            if not told.endswith(IF_ANY) or any(figures.by_year(line.name)):
                yield line


def funds_its_capital(sheet: CaseSheet, party: str) -> bool:
    """Whether a party's capital is paid for in the case: not that of one that only gives it to others, or lends its own."""
    into, out = flows(sheet, payee=party, account="capital"), flows(sheet, payer=party, account="capital")
    spends = any(line.tags.get("kind") == "spending" for line in out) or bool(out and has_precept(sheet, party))
    return spends or any(not line.tags.get("repayment") for line in into)
