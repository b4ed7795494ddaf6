"""Parishes by their published figures: as history, or as the start of a year that a clerk chooses.

The newest figures published for every parish are those of 2019 to 2020. Opened as they are, they are history. For a year of
the clerk's own they stand in for the year before until she types over them, and everything else is an assumption.
"""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import Any

from devomodel import councils
from devomodel.case import Case
from devomodel.councils.paste import SOURCE, quoted, written
from devomodel.councils.records import Parish
from devomodel.engine.years import in_words, year_label
from devomodel.mechanisms.precept import Precept
from devomodel.problems import DevomodelError

PARISH = re.compile(r"parish-(\d{1,6})(?:-(\d{4}))?")
BEGUN = re.compile(r"The newest figures published for every parish are those of (\d{4}-\d{2})\.")
"""How the note of a case begins that stands on them for a year of one's own; `_own_year` writes it."""

YEARS_AHEAD = 4
LAST = 2098
"""The last year that a scenario may begin in."""


def parish_text(key: str) -> tuple[str, str]:
    """The scenario of a parish's key, and a name for its file. Raises DevomodelError for one that is not there or not usable.

    key  parish-N for the published figures; parish-N-2027 for a year of one's own that begins in April 2027
    """
    found = PARISH.fullmatch(key)
    parishes = councils.parishes()
    if found is None or int(found[1]) >= len(parishes) or not parishes[int(found[1])].usable_years:
        raise DevomodelError("There are no usable figures of that parish. Start with another, or with your own figures.")
    parish = parishes[int(found[1])]
    stem = re.sub(r"[^a-z0-9]+", "-", parish.name.lower()).strip("-") or "parish"
    if found[2] is None:
        return councils.scenario_block(parish), f"{stem}.yaml"
    start, newest = int(found[2]), int(parish.usable_years[-1][:4])
    if not newest < start <= LAST:
        raise DevomodelError(f"A year of your own begins after the published ones: from {newest + 1} to {LAST}.")
    return _own_year(parish, year_label(start)), f"{stem}-{year_label(start)}.yaml"


def _own_year(parish: Parish, year: str) -> str:
    """A scenario for a year that nobody has published: the newest published figures stand in until they are typed over."""
    from ruamel.yaml import YAML

    read: dict[str, Any] = YAML().load(councils.scenario_block(parish))
    newest, last = parish.usable_years[-1], year_label(int(year[:4]) - 1)
    true = last == newest
    base, precept = read["mechanisms"]["tax_base"]["homes"]["value"], parish.precept[newest]
    stands_in = f"the figure of {newest}, which stands in; replace with that of {last}"
    published = {"basis": "published", "source": SOURCE} if true else {"basis": "assumption", "note": stands_in}
    implied = ({"basis": "estimate", "source": SOURCE, "note": "implied: published precept divided by published Band D"} if true
               else {"basis": "assumption", "note": stands_in})  # fmt: skip
    # Last year's parts are not known, so the walk has one step for the whole budget.
    read["case"] = quoted(f"{parish.name}: a precept for {year}, begun from the figures of {newest}")
    read["first_year"], read["years"] = year, YEARS_AHEAD
    read["note"] = quoted(f"The newest figures published for every parish are those of {newest}. They stand in for {last}"
                          f"{'' if true else ' until the council’s own are typed over them'}; all else is an assumption.")  # fmt: skip
    mechanisms = read["mechanisms"]
    mechanisms["tax_base"] = {"use": "tax_base", "council": "town", "status": "draft",
                              "homes": {"value": base, "grows": 0, "basis": "assumption",
                                        "note": f"as in {newest}; replace with what the billing authority notifies for {year}"}}  # fmt: skip
    mechanisms["services"]["spending"] = {"services_less_their_income": {
        "value": precept, "grows": 0, "basis": "assumption",
        "note": f"taken as equal to the precept of {newest} and held level; replace with the budget by heading"}}  # fmt: skip
    mechanisms["precept"].pop("precept", None)
    mechanisms["precept"]["year_before"] = {"precept": {"value": precept, **published}, "tax_base": {"value": base, **implied}}
    return written(read)


def begun_from(case: Case) -> tuple[str, str] | None:
    """The council whose published figures a case was begun from, and their year; none for other cases.

    It is read from the case itself, so that saved work and files that were opened are known too.
    """
    own = BEGUN.search(case.note)
    for one in next(iter(case.variants.values())).mechanisms:
        if isinstance(one, Precept):
            given = one.precept
            if own:
                return one.council, own[1]
            if given is not None and given.by_year and given.source == SOURCE and given.basis == "published":
                return one.council, max(given.by_year)
    return None


def notice(case: Case, today: date, links: bool = True) -> str:
    """What a reader must be told of figures that were published years ago, with the way to a year of her own; nothing for other cases.

    links  whether there is a server to follow them on
    """
    found = begun_from(case)
    if found is None:
        return ""
    council, newest = case.councils[found[0]], found[1]
    authority = council.billing_authority
    name = f"{escape(council.name)} ({escape(authority)})" if authority else escape(council.name)
    number = next((at for at, one in enumerate(councils.parishes()) if (one.name, one.billing_authority) == (council.name, authority)
                   and newest in one.usable_years), None) if links else None  # fmt: skip
    if not BEGUN.search(case.note):
        items = "" if number is None else " ".join(
            f'<li><a href="precept-tester?case=parish-{number}-{start}">Set a precept for {in_words(year_label(start))}</a></li>'
            for start in _offered(int(newest[:4]), today)
        )  # fmt: skip
        offered = f"<ul>{items}</ul>" if items else ""
        return (f'<div class="dm-caution"><p><strong>This is history: the newest figures held for {name} are those of '
                f"{in_words(newest)}.</strong> {escape(councils.age_warning(today))}</p>{offered}</div>")  # fmt: skip
    year = case.first_year
    last = year_label(int(year[:4]) - 1)
    typed = ("The figures of the year before are the published ones." if last == newest else
             f"They stand in for {in_words(last)} until you type that year’s precept and tax base under ‘The year before’.")  # fmt: skip
    back = (
        ""
        if number is None
        else f'<p><a href="precept-tester?case=parish-{number}">See the published figures as they are</a></p>'
    )
    return (f'<div class="dm-caution"><p><strong>The newest figures held for {name} are those of {in_words(newest)}.</strong> {typed} '
            f"Type the tax base that the billing authority notifies for {in_words(year)}, and your budget; until then each is an assumption.</p>"
            f"{back}</div>")  # fmt: skip


def _offered(newest: int, today: date) -> list[int]:
    """The year after the published ones, this year and the next, by the calendar year they begin in."""
    now = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
    return sorted({newest + 1, max(now, newest + 1), max(now + 1, newest + 1)})
