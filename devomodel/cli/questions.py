"""The questions of `devomodel new`, in order: each with an example, and what is allowed as an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from devomodel.cli.guard import clean
from devomodel.engine.years import first_calendar_year, is_year, year_label
from devomodel.written import money, number, share

if TYPE_CHECKING:
    from devomodel.councils import Match, Parish

NOT_LISTED = "0"
MOST_HEADINGS = 40
MOST_YEARS_ASKED = 30
BANDS = "ABCDEFGH"


@dataclass(frozen=True)
class Question:
    """One question.

    key      where its answer is kept
    text     what is asked
    example  an answer that would do
    read     answer as typed → value; raises ValueError saying what is allowed
    default  taken when nothing is typed; None where an answer is needed
    """

    key: str
    text: str
    example: str
    read: Callable[[str], Any]
    default: str | None = None


class Answers(dict[str, str]):
    """What was typed, by the key of its question, in the order asked."""

    def value(self, question: Question) -> Any:
        """The value of an answer that is there. Raises ValueError where it no longer does."""
        return question.read(self[question.key])


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
    yield Question("precept_before", f"How much was the precept of {before}, in £ a year?", "£20,000", above_nought(money))
    yield Question("tax_base_before", f"What was the tax base of {before}, in Band D homes?", "606.88", above_nought(number))
    yield Question(
        "before_source",
        "Where are those two figures from? Press Enter if it is only your own note.",
        "Letter of the district council, 12 January 2026",
        words_or_none,
        "",
    )
    yield Question(
        "tax_base",
        f"What is the tax base for {first}, draft or final? Press Enter if it is not known yet: the one of {before} is taken.",
        "611.20",
        above_nought(number),
        typed["tax_base_before"],
    )
    yield Question(
        "tax_base_source",
        "Where is that figure from? Press Enter if it is your own guess.",
        "E-mail of the district council, 3 December 2026",
        words_or_none,
        "",
    )
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
        not_below_nought(money),
    )
    in_hand = money(typed["reserve"])
    yield Question(
        "reserve_source",
        "Where is that figure from? Press Enter if it is your own forecast.",
        "Bank reconciliation put to the council in October",
        words_or_none,
        "",
    )
    yield Question(
        "reserve_used", f"How much of it does the budget of {first} use? Press Enter for none.", "£500", at_most(in_hand), "0"
    )
    yield Question(
        "rise",
        f"What rise in the precept is thought of for {first}? Press Enter for none: the precept then follows the budget.",
        "5%, or £1,000",
        rise,
        "",
    )
    yield Question(
        "owner",
        "Who answers for these figures, by office?",
        "Clerk and Responsible Financial Officer",
        words,
        "Clerk and Responsible Financial Officer",
    )


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
        yield Question(f"{key}.sum", f"How much is {typed[key]} in {year}, in £ a year?", sum_example, not_below_nought(money))


def words(text: str) -> str:
    """Some words."""
    if not text:
        raise ValueError("Some words are needed here")
    return text


def words_or_none(text: str) -> str:
    return text


def one_of(text: str, choices: list[str]) -> str:
    if text not in choices:
        raise ValueError(f"'{text}' is not one of the answers. Allowed: {', '.join(choices)}")
    return text


def year(text: str) -> str:
    if not is_year(text):
        raise ValueError(f"'{text}' is not a financial year. Write it like 2027-28 (1 April 2027 to 31 March 2028)")
    return text


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_YEARS_ASKED):
        raise ValueError(f"'{text}' is not a number of years. Allowed: a whole number from 1 to {MOST_YEARS_ASKED}")
    return int(text)


def rate(text: str) -> float:
    found = share(text, allow_negative=True)
    if not -0.5 <= found <= 1:
        raise ValueError(f"'{text}' a year is more than this is meant for. Allowed: from -50% to 100%, such as 2.5%")
    return found


def above_nought(read: Callable[[str], float]) -> Callable[[str], float]:
    def reading(text: str) -> float:
        if read(text) <= 0:
            raise ValueError("It must be more than nought")
        return read(text)

    return reading


def not_below_nought(read: Callable[[str], float]) -> Callable[[str], float]:
    def reading(text: str) -> float:
        if read(text) < 0:
            raise ValueError("It cannot be below nought; income has its own questions")
        return read(text)

    return reading


def at_most(most: float) -> Callable[[str], float]:
    from devomodel.written import money_text

    def reading(text: str) -> float:
        if not 0 <= money(text) <= most:
            raise ValueError(f"It must be between nought and what is in hand, {money_text(most)}")
        return money(text)

    return reading


def homes(text: str) -> list[int] | None:
    if not text:
        return None
    parts = re.split(r"[\s;]+", text.strip())
    if len(parts) != len(BANDS) or not all(part.replace(",", "").isdigit() for part in parts):
        raise ValueError("Eight whole numbers are needed, for bands A to H, with spaces between: 40 75 120 110 60 25 12 1")
    return [int(part.replace(",", "")) for part in parts]


def rise(text: str) -> tuple[str, float] | None:
    """A rise in the precept: ("share", 0.05) or ("£", 1000.0); None where none is thought of."""
    if not text:
        return None
    try:
        return ("share", rate(text)) if "%" in text else ("£", money(text))
    except ValueError as error:
        raise ValueError(f"{error} Here: a percentage such as 5%, or a sum such as £1,000") from None


def new_heading(taken: tuple[str, ...], needed: bool) -> Callable[[str], str]:
    def reading(text: str) -> str:
        if not text and needed:
            raise ValueError("At least one heading is needed, if only 'All services'")
        if text and slug(text) in taken:
            raise ValueError(f"There is a heading like '{text}' already. Use other words")
        return text

    return reading


def slug(text: str) -> str:
    """Words as the name of a line.

    >>> slug("Clerk's pay & pension"), slug("2nd café")
    ('clerks_pay_and_pension', 'item_2nd_cafe')
    """
    plain = (
        unicodedata.normalize("NFKD", clean(text))
        .encode("ascii", "ignore")
        .decode()
        .lower()
        .replace("&", " and ")
        .replace("'", "")
    )
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or "item"
    return name if name[0].isalpha() else f"item_{name}"


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
