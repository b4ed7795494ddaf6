"""Financial years: 1 April to 31 March, written `2026-27` in files and "2026 to 2027" in public text."""

from __future__ import annotations

import re
from datetime import date

from devomodel.problems import DevomodelError

_LABEL = re.compile(r"^(\d{4})-(\d{2})$")


def first_calendar_year(label: str) -> int:
    """The calendar year in which a financial year begins.

    >>> first_calendar_year("2026-27")
    2026

    Raises DevomodelError when the label is not two neighbouring years.
    """
    match = _LABEL.match(str(label))
    if not match or int(match[2]) != (int(match[1]) + 1) % 100:
        raise DevomodelError(f"'{label}' is not a financial year. Write it like 2026-27 (1 April 2026 to 31 March 2027).")
    return int(match[1])


def is_year(label: object) -> bool:
    """Whether the label is a financial year such as 2026-27."""
    match = _LABEL.match(str(label))
    return match is not None and int(match[2]) == (int(match[1]) + 1) % 100


def year_label(first: int) -> str:
    """
    >>> year_label(1999)
    '1999-00'
    """
    return f"{first}-{(first + 1) % 100:02d}"


def year_labels(first_year: str, count: int) -> tuple[str, ...]:
    """The labels of `count` years from `first_year` on.

    >>> year_labels("2026-27", 3)
    ('2026-27', '2027-28', '2028-29')
    """
    start = first_calendar_year(first_year)
    return tuple(year_label(start + step) for step in range(count))


def start_of(label: str) -> date:
    """The first day of a financial year: 1 April."""
    return date(first_calendar_year(label), 4, 1)


def in_words(label: str) -> str:
    """The year as public text writes it.

    >>> in_words("2026-27")
    '2026 to 2027'
    """
    first = first_calendar_year(label)
    return f"{first} to {first + 1}"
