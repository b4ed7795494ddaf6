"""The days by which a precept is made, for a financial year: from the dated figures, as days of the calendar."""

from __future__ import annotations

from datetime import date, datetime

from devomodel.engine.years import first_calendar_year
from devomodel.parameters.shelf import find

COUNTED, TOLD, ISSUED = (
    "council_tax.tax_base_relevant_day",
    "council_tax.tax_base_notification_window",
    "council_tax.parish_precept_issue_deadline",
)


def precept_dates(year: str, asked_for: str = "") -> dict[str, date]:
    """The days that lead to the precept of a year, in the order of the calendar.

    year       the financial year the precept is for
    asked_for  the day by which the billing authority asks for it, such as "31 January", where it does
    returns    tax_base_counted: dwellings are counted; tax_base_told_from and tax_base_told_by: the parish hears its tax base;
               precept_asked_for, where given; precept_before: the precept is issued before this day
    Raises DevomodelError for a year in which a date is not known, ValueError for an `asked_for` that is not a day and month.

    >>> {name: str(day) for name, day in precept_dates("2026-27", "20 January").items()}  # doctest: +NORMALIZE_WHITESPACE
    {'tax_base_counted': '2025-11-30', 'tax_base_told_from': '2025-12-01', 'precept_asked_for': '2026-01-20',
     'tax_base_told_by': '2026-01-31', 'precept_before': '2026-03-01'}
    """
    told_from, told_by = str(find(TOLD).in_year(year).value).split(" to ")
    written = {
        "tax_base_counted": str(find(COUNTED).in_year(year).value),
        "tax_base_told_from": told_from,
        "tax_base_told_by": told_by,
        "precept_asked_for": asked_for,
        "precept_before": str(find(ISSUED).in_year(year).value),
    }
    days = {name: _in_year_before(day, first_calendar_year(year)) for name, day in written.items() if day}
    return dict(sorted(days.items(), key=lambda item: item[1]))


def _in_year_before(day: str, starts: int) -> date:
    """A day of the financial year that ends on 31 March of the calendar year in which another starts."""
    found = datetime.strptime(f"{day} {starts}", "%d %B %Y").date()
    return found if found.month < 4 else found.replace(year=starts - 1)
