"""What is owed on a loan, from the day it is drawn to the day it is repaid, also where the case ends before."""

from __future__ import annotations

from devomodel.charts.asked import single_run
from devomodel.charts.lines import Series, draw_lines
from devomodel.charts.page import Heading
from devomodel.charts.result import Chart, Table
from devomodel.charts.words import axis_words, said
from devomodel.engine.years import first_calendar_year, in_words
from devomodel.mechanisms.borrowing import Borrowing
from devomodel.mechanisms.loan_schedule import Dates, WholeLife, whole_life
from devomodel.mechanisms.loan_terms import LoanTerms, loan_label
from devomodel.model import Projection
from devomodel.problems import DevomodelError, listed, suggestion

POUNDS = "£"


def loans_of(projection: Projection) -> dict[str, tuple[Borrowing, LoanTerms]]:
    """Every loan of the option, by the beginning of its lines' names: `loans.hall`."""
    found = projection.case.variant(projection.option).mechanisms
    return {f"{one.name}.{key}": (one, terms) for one in found if isinstance(one, Borrowing) for key, terms in one.loans.items()}


def loan_balance(projection: Projection, loan: str = "") -> Chart:
    """What is owed on one loan at each 31 March of its whole life, in £.

    loan  its name, or the name of its mechanism and its own: `hall` or `loans.hall`; not needed where there is only one
    Raises DevomodelError where there is no loan, or it is not said which.
    """
    prefix, borrowing, terms = _asked(single_run(projection), loan)
    key, first = prefix.split(".")[1], first_calendar_year(terms.drawn)
    life = _life(projection, prefix, terms)
    owed = _at_each_31_march(life, terms.drawn_half)
    borrowed = life.balances[0]
    ends = [first + 1 + step for step in range(len(owed))]
    who, label = projection.sheet.parties[borrowing.council], loan_label(key)
    early = " early" if terms.repaid_early is not None else ""
    title = f"{label}: {said(borrowed, POUNDS)} is repaid{early} by 31 March {ends[-1]}, with {said(life.interest, POUNDS)} of interest"
    half = next((end for end, value in zip(ends, owed, strict=True) if value <= borrowed / 2), ends[-1])
    alt = (f"Line chart of what {who} owes on the {label[:1].lower()}{label[1:]}: {said(borrowed, POUNDS)} drawn in "
           f"{in_words(terms.drawn)}, half of it repaid by 31 March {half}, and {said(owed[-1], POUNDS)} at 31 March {ends[-1]}. "
           f"Interest over its life comes to {said(life.interest, POUNDS)}.")  # fmt: skip
    drawn = f"{'April' if terms.drawn_half == 'first' else 'October'}"
    last = first_calendar_year(projection.years[-1]) + 1
    notes = (f"The case ends on 31 March {last}; from then on the loan runs by its own terms.",) if last < ends[-1] else ()
    heading = Heading(
        title, f"{who}: owed on the {label[:1].lower()}{label[1:]}", f"{axis_words(POUNDS)} when drawn, and at 31 March", notes
    )
    rows = [(f"{drawn} {first}, drawn", borrowed), *((f"31 March {end}", value) for end, value in zip(ends, owed, strict=True))]
    table = Table(heading.subtitle, ("Date", "Owed"), tuple(rows), (POUNDS,))
    series, points = Series("Owed", (borrowed, *owed)), [f"{drawn}\n{first}", *(f"March\n{end}" for end in ends)]
    return Chart(title, alt, table, lambda width: draw_lines([series], points, heading, POUNDS, width))


def loan_life(projection: Projection, loan: str = "") -> WholeLife:
    """One loan from its drawing to its end, at the sum that the case comes to; asked for as `loan_balance` is."""
    prefix, _, terms = _asked(single_run(projection), loan)
    return _life(projection, prefix, terms)


def _asked(projection: Projection, loan: str) -> tuple[str, Borrowing, LoanTerms]:
    found = loans_of(projection)
    if not found:
        raise DevomodelError("There is no loan in this option. Add a mechanism with use: borrowing.")
    named = [prefix for prefix in found if loan in ("", prefix, prefix.split(".")[1])]
    if len(named) != 1:
        near = "" if named else suggestion(loan, found)
        what = "Say which loan" if named else f"'{loan}' is not a loan of this option. {near}".strip()
        raise DevomodelError(
            f"{what}{'' if what.endswith('?') else '.' if named else ''} The loans are {listed(list(found), 'and')}."
        )
    return named[0], *found[named[0]]


def _life(projection: Projection, prefix: str, terms: LoanTerms) -> WholeLife:
    """The loan worked from its drawing to its end, by the lines that the sheet has for the years of the case."""
    last = projection.years[-1]
    early = terms.repaid_early
    repaid = None
    if early is not None:
        repaid = 2 * (first_calendar_year(early.year) - first_calendar_year(terms.drawn)) + (early.half == "second")
    earns = projection.value(f"{prefix}.fund.earns", last) if terms.sinking_fund is not None else None
    dates = Dates(int(terms.drawn_half == "second"), 2 * terms.term_years, repaid)
    return whole_life(
        terms.shape, projection.value(f"{prefix}.borrowed", last), projection.value(f"{prefix}.rate", last), dates, earns
    )


def _at_each_31_march(life: WholeLife, drawn_half: str) -> list[float]:
    """What is owed at the end of each financial year, from that in which the loan is drawn to that in which it is repaid."""
    balances = life.balances[drawn_half == "first" :: 2]
    return [*balances, 0.0] if balances[-1] > 0 else list(balances)
