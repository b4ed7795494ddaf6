"""A dated figure and the ways of asking for it.

A figure is never nought for want of one: a day before the first value, a year with none, a figure
that was not found and a nation the law does not reach are each refused in plain words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from devomodel.engine import years
from devomodel.problems import DevomodelError, listed, suggestion

IN_FORCE_WHEN_CHECKED = "in force when checked"
_GIVE_IT = "Give the figure and its source in the case."
NATIONS = {"england": "England", "wales": "Wales", "scotland": "Scotland", "northern_ireland": "Northern Ireland"}


@dataclass(frozen=True)
class Dated:
    """One value, the days on which it holds, and where it was seen.

    start     first day on which it holds; None means in force when checked, its first day unknown
    value     a number, text, true or false, a list or a mapping; None means it was looked for and not found
    source    title of the page or paper, and what it says
    url       its address; "" where none was recorded
    verified  whether the figure was seen on the page named
    note      what a reader should know before using it
    end       last day on which it holds; None while nothing has replaced it
    label     the place, case or edition a value belongs to, where dates do not tell
    status    "outturn" or "forecast", for economic series
    recorded  kept for the record under its label, and never in force
    """

    start: date | None
    value: object
    source: str
    url: str
    verified: bool
    note: str = ""
    end: date | None = None
    label: str = ""
    status: str = ""
    recorded: bool = False

    @property
    def period(self) -> str:
        """When the value holds, as a reader would write it: "2025-26", "2024", "from 6 April 2025"."""
        if self.recorded:
            return self.label
        if self.start is None:
            return f"until {in_words(self.end)}" if self.end else IN_FORCE_WHEN_CHECKED
        if self.end is None:
            return f"from {self.start.year if (self.start.month, self.start.day) == (1, 1) else in_words(self.start)}"
        if (self.start.month, self.start.day, self.end.month, self.end.day) == (4, 1, 3, 31):
            first, last = years.year_label(self.start.year), years.year_label(self.end.year - 1)
            return first if first == last else f"{first} to {last}"
        if (self.start.month, self.start.day) == (1, 1) and self.end == date(self.start.year, 12, 31):
            return str(self.start.year)
        return f"{in_words(self.start)} to {in_words(self.end)}"

    def holds_on(self, day: date) -> bool:
        """Whether the value is in force on a day, so far as its own dates tell."""
        return not self.recorded and (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Parameter:
    """A figure set or published by somebody else, with every value found for it.

    name            the name a case or mechanism uses; also the file's name
    unit            the unit of every value, in words
    what            what the figure is
    law             the provision, "" where it was not recorded
    nations         nations it applies in: england, wales, scotland, northern_ireland
    checked         the day someone last looked at the sources for something newer
    values          in date order; records without dates come first
    note            what a reader should know about the whole series
    title           its name in plain words
    kind            "" or "examples": what some councils did, or records, never figures in force
    yearly          each value holds for its own financial year only
    calendar_years  each value holds for its own calendar year only
    look_again      the day given in the file from which the figure is stale, where there is one
    """

    name: str
    unit: str
    what: str
    law: str
    nations: tuple[str, ...]
    checked: date
    values: tuple[Dated, ...]
    note: str = ""
    title: str = ""
    kind: str = ""
    yearly: bool = False
    calendar_years: bool = False
    look_again: date | None = field(default=None, repr=False)

    @property
    def verified(self) -> bool:
        """Whether every value was seen on the page it names. Look at the value you use as well."""
        return all(dated.verified for dated in self.values)

    def on(self, day: date) -> Dated:
        """The value in force on a day.

        Raises DevomodelError before the first value, in a year without one, after the last year of a
        yearly figure, where the value was not found, and for examples.
        """
        if self.kind == "examples":
            raise DevomodelError(self._says(f"holds examples, not a figure in force. {self._ask_by_label()}"))
        dated = self._covering(day)
        if dated is None:
            raise DevomodelError(self._no_value_on(day))
        return self._found(dated)

    def in_year(self, label: str) -> Dated:
        """The value for a financial year such as "2026-27".

        A figure that changes on 6 April, the first day of the tax year, counts for that whole year.
        Raises DevomodelError as `on` does, and where the figure changes later in the year.
        """
        first = years.start_of(label)
        if self.calendar_years:
            raise DevomodelError(self._says(f"goes by calendar year, so it has no value for {label}. Ask for a day."))
        if self.kind == "examples" or self.yearly:
            return self.on(first)
        early, close = first.replace(day=6), date(first.year + 1, 3, 31)
        if self._covering(early) is not self._covering(close):
            raise DevomodelError(self._says(f"changes during {label}. Ask for a day in that year: {self._dates()}."))
        return self.on(early)

    def series(self, labels: Iterable[str]) -> tuple[Dated, ...]:
        """The values for several financial years, in the order asked.

        Raises DevomodelError listing every year that has none, with the reason.
        """
        found, missing = [], []
        for label in labels:
            try:
                found.append(self.in_year(label))
            except DevomodelError as problem:
                missing.append((label, str(problem)))
        if missing:
            absent = listed([label for label, _ in missing], "and")
            reasons = "\n".join(dict.fromkeys(reason for _, reason in missing))
            raise DevomodelError(f"{self.name} has no value for {absent}.\n{reasons}")
        return tuple(found)

    def labelled(self, label: str) -> Dated:
        """An example or record by its label. Raises DevomodelError when there is none or it was not found."""
        for dated in self.values:
            if dated.label == label:
                return self._found(dated)
        options = [dated.label for dated in self.values if dated.label]
        near = suggestion(label, options) or (self._ask_by_label() if options else "Its values go by date.")
        raise DevomodelError(self._says(f"has nothing labelled '{label}'. {near}"))

    def in_force(self, nation: str) -> Parameter:
        """This parameter, once it is known to apply in a nation; so `find(name).in_force("wales").on(day)`.

        Raises DevomodelError where it does not apply, or for a nation that is not one of the four.
        """
        if nation not in NATIONS:
            raise DevomodelError(not_a_nation(nation))
        if nation not in self.nations:
            where = listed([NATIONS[each] for each in self.nations], "and")
            here = NATIONS[nation]
            refused = f"is a figure for {where} and cannot be used in {here}."
            raise DevomodelError(self._says(f"{refused} Give the figure for {here} and its source in the case."))
        return self

    @property
    def newest(self) -> Dated | None:
        """The last value in force that was found; None for examples."""
        found = [dated for dated in self.values if not dated.recorded and dated.value is not None]
        return found[-1] if found else None

    @property
    def review_after(self) -> date | None:
        """The last day on which the figure can be used without looking for a newer one; None for examples.

        The day given in the file if there is one. Otherwise 18 months after it was checked, or, for a
        figure set every year, the end of the last year that has a value if that is sooner.
        """
        if self.kind == "examples":
            return None
        if self.look_again:
            return self.look_again
        days = [_months_after(self.checked, 18)]
        if self._by_year and self.newest and self.newest.end:
            days.append(self.newest.end)
        return min(days)

    def stale(self, today: date) -> str:
        """Why a newer figure should be looked for, or "" while there is no need."""
        if self.review_after is None or today <= self.review_after:
            return ""
        if self._by_year and self.newest:
            return f"checked {self.checked.isoformat()}; newest figure is for {self.newest.period}"
        if self.look_again:
            return f"checked {self.checked.isoformat()}; a newer figure was due after {self.look_again.isoformat()}"
        return f"checked {self.checked.isoformat()}, more than 18 months ago"

    def _covering(self, day: date) -> Dated | None:
        """The latest value that holds on a day: one dated value gives way to the next."""
        return next((dated for dated in reversed(self.values) if dated.holds_on(day)), None)

    def _found(self, dated: Dated) -> Dated:
        if dated.value is None:
            reason = f" ({dated.note})" if dated.note != "not found" else ""
            said = self._says(f"for {dated.period} was not found{reason}; give the figure and its source in the case.")
            past_newest = self.newest is None or self.values.index(dated) > self.values.index(self.newest)
            raise DevomodelError(f"{said} {self._after_last()}" if self._by_year and past_newest else said)
        return dated

    def _no_value_on(self, day: date) -> str:
        dated = [each for each in self.values if not each.recorded]
        nothing = f"has no value for {self._asked(day)}:"
        first, last = dated[0], dated[-1]
        if first.start and day < first.start:
            return self._says(f"{nothing} the first is {self._beginning(first)}. {_GIVE_IT}")
        if last.end and day > last.end:
            if self._by_year:
                return self._says(f"{nothing[:-1]}. {self._after_last()}")
            return self._says(f"{nothing} the last ended on {in_words(last.end)}. {_GIVE_IT}")
        before = [each for each in dated if each.start is None or each.start <= day][-1]
        after = next(each for each in dated if each.start and each.start > day)
        return self._says(f"{nothing} none was found between {before.period} and {after.period}. {_GIVE_IT}")

    def _asked(self, day: date) -> str:
        """The period a person meant by a day: its financial or calendar year where the figure goes by those."""
        if self.yearly:
            return years.year_label(day.year if day >= date(day.year, 4, 1) else day.year - 1)
        return str(day.year) if self.calendar_years else in_words(day)

    def _after_last(self) -> str:
        last = f"The last year with a figure is {self.newest.period}" if self.newest else "No year has a figure"
        return (
            f"{last}. Say in the case what to do after it: "
            f"parameters: {{{self.name}: {{after_last: hold, basis: assumption}}}} "
            "(after_last is hold, cpi, rpi, average_earnings or a list of figures)."
        )

    def _beginning(self, dated: Dated) -> str:
        return f"from {in_words(dated.start)}" if dated.start and dated.end and not self._by_year else dated.period

    def _dates(self) -> str:
        return "; ".join(dated.period for dated in self.values if not dated.recorded)

    @property
    def _by_year(self) -> bool:
        return self.yearly or self.calendar_years

    def _ask_by_label(self) -> str:
        return f"Ask by label: {listed([repr(dated.label) for dated in self.values if dated.label])}."

    def _says(self, sentence: str) -> str:
        return f"{self.name} ({self.title}) {sentence}"


def not_a_nation(nation: str) -> str:
    """What to say of a nation that is not one of the four."""
    return f"'{nation}' is not a nation. {suggestion(nation, NATIONS) or f'Allowed: {listed(NATIONS)}.'}"


def in_words(day: date) -> str:
    """
    >>> in_words(date(2025, 4, 6))
    '6 April 2025'
    """
    return f"{day.day} {day:%B %Y}"


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    start_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), start_of_next - timedelta(days=1))
