"""One small town, to put a case together from the part that a test is about."""

from __future__ import annotations

from textwrap import indent

import devomodel as dm
from devomodel.case import Case
from devomodel.model import Projection

TOP = """\
case: A small town
nation: {nation}
first_year: 2026-27
years: {years}
councils:
  town: {{name: Town Council, kind: town}}
  district: {{name: District Council, kind: district}}
sources:
  notice: Notice of tax bases
{more}mechanisms:
  homes: {{use: tax_base, council: town, homes: "1,000"}}
  budget:
    use: budget
    council: town
    spending:
{spending}
    income:
      rents: 500
  precept:
    use: precept
    council: town
    general_reserve: {{opening: 20000}}
{after}"""


def town(spending: str = "hall: 1000", after: str = "", more: str = "", years: int = 4, nation: str = "england") -> str:
    """The scenario as text.

    spending  the headings of its budget
    after     what stands after its mechanisms, or more of them, indented as there
    more      what stands before them
    """
    return TOP.format(spending=indent(spending, "      "), after=after, more=more, years=years, nation=nation)


def read(**parts: object) -> Case:
    return dm.load_text(town(**parts), "town.yaml")  # type: ignore[arg-type]


def worked(option: str | None = None, **parts: object) -> Projection:
    return dm.project(read(**parts), option)


def hall(amount: str, **parts: object) -> list[float]:
    """What one heading comes to in each year, for an amount as it is written."""
    return worked(spending=f"hall: {amount}", **parts).by_year("budget.spending.hall")


def problems(**parts: object) -> list[str]:
    """All that is said of a scenario that cannot be used."""
    try:
        worked(**parts)
    except dm.InputError as refused:
        return [str(problem) for problem in refused.problems]
    return []
