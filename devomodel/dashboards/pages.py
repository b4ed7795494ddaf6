"""The pages of the dashboards, by their address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One page.

    slug       its address
    function   the function of this package that makes it
    short      its name in the row of pages
    title      its name in full
    words      what it is for, in a sentence
    """

    slug: str
    function: str
    short: str
    title: str
    words: str


PAGES = (
    Known("precept-tester", "precept_tester", "Precept", "Test a precept",
          "Type a precept, a percentage or a Band D charge, and see every band’s bill, the reserves and the years ahead."),
    Known("cost-share", "cost_share", "Cost share", "Share a cost",
          "Who pays which part of a running cost, by which rule, and what it does to both councils’ budgets."),
    Known("funding-and-match", "funding_and_match", "Funding", "Stack funders and match",
          "Which funder may pay for what, how it is matched, what nobody pays, and the year the money ends."),
    Known("capital-and-revenue", "capital_and_revenue", "Capital", "Buy, borrow and run",
          "What a scheme costs to build, to borrow for, to renew and to run, over its whole life."),
    Known("options-night", "options_night", "Options night", "Options night",
          "For the projector: the options side by side, what each gives and costs, and what was rejected and why."),
    Known("case-explorer", "case_explorer", "Explore", "Explore a case",
          "Any amount of a case as a control, any line as a chart, and how each figure was worked out."),
)  # fmt: skip


def page_at(slug: str) -> Known | None:
    """The page at an address; none when there is none."""
    return next((one for one in PAGES if one.slug == slug), None)
