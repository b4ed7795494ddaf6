"""What a scenario file holds, once read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from devomodel.amounts import Origin
from devomodel.engine.years import year_labels
from devomodel.fields import LONGEST_NOTE, Path, address, choice, flag, text, whole
from devomodel.mechanisms.base import Mechanism
from devomodel.mechanisms.dated import Held
from devomodel.problems import DevomodelError, listed, suggestion

NATIONS = ("england", "wales")
PARTY_KINDS = ("parish", "town", "community", "district", "county", "unitary", "metropolitan", "london borough", "police", "fire",
               "combined authority", "public body", "charity", "community group", "funder", "developer", "company")  # fmt: skip
DO_NOTHING = "do_nothing"
MOST_YEARS = 100


@dataclass(frozen=True)
class Council:
    """A party of the case: a council, another public body, a funder, a community group."""

    name: str = text("Name as printed")
    kind: str = choice("Kind of body", PARTY_KINDS)
    code: str = text("Code of the Office for National Statistics", "")
    billing_authority: str = text("Billing authority, by name", "")
    electors: int | None = whole("Electors", None)
    note: str = text("Note", "", longest=LONGEST_NOTE)


@dataclass(frozen=True)
class Source:
    """Where figures came from."""

    title: str = text("Title", longest=LONGEST_NOTE)
    url: str = address("Address", "")
    date: str = text("Date of the source, or of looking", "")
    licence: str = text("Licence", "")
    note: str = text("Note", "", longest=LONGEST_NOTE)


@dataclass(frozen=True)
class Approved:
    """Who agreed to the case, and where that is minuted."""

    by: str = text("Who approved it, by office")
    minute: str = text("Minute reference")
    date: str = text("Date")


@dataclass(frozen=True)
class Rejected:
    """An alternative not taken, and why."""

    option: str = text("What was considered")
    reason: str = text("Why it was not taken", longest=LONGEST_NOTE)
    by: str = text("Who decided, by office", "")
    date: str = text("When", "")


@dataclass(frozen=True)
class OptionWords:
    """The words of an option, beside its changes."""

    label: str = text("What to call it", "")
    note: str = text("Note", "", longest=LONGEST_NOTE)
    preferred: bool = flag("Whether it is the preferred option", False)
    do_nothing: bool = flag("Whether it is what happens without a decision", False)


@dataclass(frozen=True)
class CaseWords:
    """The top of a scenario file, without its blocks."""

    case: str = text("Title")
    nation: str = choice("Nation, whose law applies", NATIONS, help="The law of the other nations is not in the model")
    first_year: str = text("First financial year, such as 2026-27")
    years: int = whole("How many years")
    owner: str = text("Who answers for the case, by office", "")
    note: str = text("Note", "", longest=LONGEST_NOTE)
    illustrative: bool = flag("Whether figures are made up to show the tool", False)


@dataclass(frozen=True)
class Ceiling:
    """A line that must stay within a bound the case sets: the rise residents were promised, the floor of reserves."""

    line: str
    at_most: Any = None
    at_least: Any = None
    label: str = ""


@dataclass(frozen=True)
class Variant:
    """One option of a case, ready to be put on a sheet: its mechanisms in the order written.

    place_of  a path under the scenario → where that is written: itself, or the change of the option that put it there
    line_of   such a place → line of the file, where there is one
    """

    option: str
    mechanisms: tuple[Mechanism, ...]
    place_of: Callable[[Path], Path] = field(default=lambda path: path, repr=False, compare=False)
    line_of: Callable[[Path], int | None] = field(default=lambda _: None, repr=False, compare=False)


Edit = tuple[str, str, Any]


@dataclass(frozen=True)
class Option:
    """A named set of changes against the base.

    changes  what it does, in plain words, one for each edit
    edits    the same as (what, path, value): "drop", "add" or "set"
    slips    headings that it adds and that are most likely misspelt, each as a sentence
    """

    name: str
    label: str
    note: str = ""
    changes: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    slips: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario file as read.

    councils   key → party
    options    name → option; do_nothing is always there and comes first
    preferred  the option that `run` shows
    variants   option name → its mechanisms
    """

    title: str
    nation: str
    first_year: str
    count: int
    councils: Mapping[str, Council]
    sources: Mapping[str, Source]
    indices: Mapping[str, tuple[Mapping[str, float], Origin]]
    held: Mapping[str, Held]
    options: Mapping[str, Option]
    preferred: str
    do_nothing: str
    variants: Mapping[str, Variant]
    rejected: tuple[Rejected, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    uncertain: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""
    note: str = ""
    illustrative: bool = False
    approved: Approved | None = None
    file: str = ""
    document: Any = None
    rebuild: Callable[[tuple[Edit, ...]], Variant] | None = field(default=None, repr=False)

    def with_edits(self, edits: tuple[Edit, ...]) -> Variant:
        """The base with some edits made, as an option would make them. Raises InputError where they do not make sense."""
        assert self.rebuild is not None
        return self.rebuild(edits)

    @property
    def years(self) -> tuple[str, ...]:
        return year_labels(self.first_year, self.count)

    @property
    def choices(self) -> tuple[str, ...]:
        """The options to choose from, what happens without a decision first. Where an option is marked as that, the file as
        written is none of them."""
        others = [one for one in self.options if one not in (self.do_nothing, DO_NOTHING)]
        return (self.do_nothing, *others)

    def variant(self, option: str | None = None) -> Variant:
        """One option's mechanisms; none named means the preferred one. Raises DevomodelError for an option not there."""
        name = option or self.preferred
        if name not in self.variants:
            raise DevomodelError(
                f"{self.file}: there is no option '{name}'. {suggestion(name, self.options)} "
                f"The options are {listed(self.options, 'and')}.".replace("  ", " ")
            )
        return self.variants[name]
