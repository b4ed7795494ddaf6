"""The questions of `devomodel new`, in order: each with an example, and what is allowed as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from devomodel.cli.answers import (
    KINDS_OF_SOURCE,
    above_nought,
    at_most,
    basis,
    count,
    count_of_homes,
    homes,
    new_heading,
    not_below_nought,
    one_of,
    pounds,
    rate,
    slug,
    source_date,
    sure,
    words,
    words_or_none,
    year,
)
from devomodel.cli.decision import decision, moved_by
from devomodel.cli.guard import clean
from devomodel.cli.question import Question
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.mechanisms.precept import change_rate
from devomodel.plausible import is_unusual

if TYPE_CHECKING:
    from devomodel.councils import Match, Parish

NOT_LISTED = "0"
MOST_HEADINGS = 40


def questions(typed: Mapping[str, str], today: date) -> Iterator[Question]:
    """Every question in order; what is asked later may depend on what was answered before."""
    yield Question("council", "What is the council called?", "Castle Donington Parish Council", words)
    matches = found(typed["council"])
    if matches:
        yield Question(
            "match",
            "Which of these is it?\n" + listed(matches),
            "1, or 0 when it is none of them",
            lambda text: one_of(text, [str(place) for place in range(len(matches) + 1)]),
            "1" if len(matches) == 1 or matches[1].score < matches[0].score else None,
        )
    parish = chosen(typed)
    name = (
        typed["council"]
        if "council" in typed["council"].lower()
        else f"{parish.name if parish else typed['council']} Parish Council"
    )
    yield Question("name", "How should its name be printed?", name, words, name)
    if parish is None:
        yield Question(
            "nation",
            "Is it in England or in Wales?",
            "england",
            lambda text: one_of(text.lower(), ["england", "wales"]),
            "england",
        )
    yield Question(
        "district",
        "Which council sends out the council tax bills?",
        "North West Leicestershire District Council",
        words,
        district(parish),
    )
    coming = year_label(today.year if today < date(today.year, 4, 1) else today.year + 1)
    yield Question("first_year", "Which financial year is the budget for?", coming, year, coming)
    first = typed["first_year"]
    before = year_label(first_calendar_year(first) - 1)
    yield Question("years", "How many years should be worked out, that one included?", "3", count, "3")
    yield Question("precept_before", f"How much was the precept of {before}, in £ a year?", "£20,000", above_nought(pounds))
    yield Question(
        "tax_base_before", f"What was the tax base of {before}, in Band D homes?", "606.88", above_nought(count_of_homes)
    )
    yield from source("before", "Where are those two figures from? Press Enter if it is only your own note.",
                      "Letter of the district council", typed)  # fmt: skip
    yield from last_budget(before, typed)
    yield Question(
        "tax_base",
        f"What is the tax base for {first}, draft or final? Press Enter if it is not known yet: the one of {before} is taken.",
        "611.20",
        above_nought(count_of_homes),
        typed["tax_base_before"],
    )
    moved = change_rate(count_of_homes(typed["tax_base"]), count_of_homes(typed["tax_base_before"]))
    if is_unusual("tax_base", moved):
        said = f"That is {moved_by(moved)} than {typed['tax_base_before']}, which is unusual. Is that right?"
        yield Question("tax_base_sure", said, "yes, or no to give it again", sure, again="tax_base")
    yield from source("tax_base", "Where is that figure from? Press Enter if it is your own guess.",
                      "E-mail of the district council", typed)  # fmt: skip
    yield Question("tax_base_growth", f"By how much should the tax base grow each year after {first}?", "0.5%", rate, "0%")
    yield Question(
        "homes",
        "How many homes are in each band, A to H? Eight figures with spaces between. Press Enter to leave it out.",
        "40 75 120 110 60 25 12 1",
        homes,
        "",
    )
    yield from headings(
        "spending", f"What does the council spend money on in {first}?", "Clerk's pay", "£12,000", first, typed, needed=True
    )
    yield from headings(
        "income", f"What income has it in {first}, other than the precept?", "Allotment rents", "£600", first, typed, needed=False
    )
    yield Question("growth", f"By how much should costs and income rise each year after {first}?", "3%", rate, "3%")
    yield Question(
        "reserve",
        f"How much will be in the general reserve on 1 April {first_calendar_year(first)}?",
        "£8,000",
        not_below_nought(pounds),
    )
    in_hand = pounds(typed["reserve"])
    yield from source("reserve", "Where is that figure from? Press Enter if it is your own forecast.",
                      "Bank reconciliation put to the council in October", typed)  # fmt: skip
    yield Question(
        "reserve_used", f"How much of it does the budget of {first} use? Press Enter for none.", "£500", at_most(in_hand), "0"
    )
    yield from decision(typed, first, before)
    yield Question(
        "owner",
        "Who answers for these figures, by office?",
        "Clerk and Responsible Financial Officer",
        words,
        "Clerk and Responsible Financial Officer",
    )


def source(key: str, text: str, example: str, typed: Mapping[str, str]) -> Iterator[Question]:
    """Where a figure is from, and then what kind of paper that is and of what date; nothing is taken for granted."""
    yield Question(f"{key}_source", text, example, words_or_none, "")
    if not typed[f"{key}_source"]:
        return
    kinds = ("published: anyone can read it; agreement: a letter or minute that settles it; quotation: a price offered; "
             "estimate: your own working")  # fmt: skip
    yield Question(f"{key}_basis", f"What is that? {kinds}.", ", ".join(KINDS_OF_SOURCE), basis)
    yield Question(f"{key}_date", "Of what date is it? Press Enter if it has none.", "12 January 2026, or January 2026",
                   source_date, "")  # fmt: skip


def last_budget(before: str, typed: Mapping[str, str]) -> Iterator[Question]:
    """The budget behind the precept of the year before, so that the first change can be told by its parts."""
    yield Question("last_spending", f"How much did the council budget to spend in {before}? Press Enter to leave it out: the reasons "
                   f"for the change from {before} are then not told apart.", "£24,000", not_below_nought_or_none, "")  # fmt: skip
    if typed["last_spending"]:
        yield Question(
            "last_income", f"And what income, other than the precept, in {before}?", "£3,000", not_below_nought(pounds), "0"
        )
        yield Question("last_used", f"And how much from its reserves in {before}?", "£1,000", not_below_nought(pounds), "0")


def not_below_nought_or_none(text: str) -> float | None:
    return not_below_nought(pounds)(text) if text else None


def headings(
    side: str, text: str, example: str, sum_example: str, year: str, typed: Mapping[str, str], needed: bool
) -> Iterator[Question]:
    """A heading and its sum, again and again, until nothing is typed for a heading."""
    taken: list[str] = []
    for place in range(1, MOST_HEADINGS + 1):
        first = place == 1
        ask = (
            f"{text} Give one heading; each is asked for in turn."
            if first
            else "Another heading? Press Enter when there are no more."
        )
        key = f"{side}.{place}"
        yield Question(key, ask, example, new_heading(tuple(taken), first and needed), None if first and needed else "")
        if not typed[key]:
            return
        taken.append(slug(typed[key]))
        yield Question(f"{key}.sum", f"How much is {typed[key]} in {year}, in £ a year?", sum_example, not_below_nought(pounds))


@cache
def found(text: str) -> tuple[Match, ...]:
    """The parishes that a name may mean."""
    from devomodel import councils

    return tuple(one for one in councils.find(text, 6) if one.kind == "parish")[:6]


def listed(matches: tuple[Match, ...]) -> str:
    lines = [f"  {place}  {clean(match)}" for place, match in enumerate(matches, start=1)]
    return "\n".join([*lines, f"  {NOT_LISTED}  none of these"])


def chosen(typed: Mapping[str, str]) -> Parish | None:
    """The parish chosen from those found."""
    if typed.get("match", NOT_LISTED) == NOT_LISTED:
        return None
    return found(typed["council"])[int(typed["match"]) - 1].record  # type: ignore[return-value]


def district(parish: Parish | None) -> str | None:
    """The billing authority to offer: today's where the tables know it."""
    if parish is None:
        return None
    from devomodel.councils import district_of

    today = district_of(parish).authority
    return today.name if today else parish.billing_authority
