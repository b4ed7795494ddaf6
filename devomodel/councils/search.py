"""Finding a council by a name typed in a hurry.

Words are compared one by one. A word counts in full when some council spells it so, for somewhat less when it begins
one ("don" for Donington). Only when that finds nothing are wrong letters allowed: one in a word of four to seven
letters, two in eight to eleven, three beyond. The longer the word, the more it counts.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from devomodel.councils.files import rows
from devomodel.councils.records import (
    BillingAuthority,
    Parish,
    WelshAuthority,
    billing_authorities,
    parish_at,
    welsh_authorities,
)

LONGEST_TEXT = 200
MOST_WORDS = 12

# Scores out of 100. Found by trying names: below the first, the answers stop looking like the question.
LEAST_SCORE = 60
WITHIN_BEST = 22
LEAST_SHARE_OF_WORDS = 0.72
LEAST_SHARE_OF_WHOLE_NAME = 0.4
DISTRICT_WORD = 0.95

SMALL_WORDS = frozenset(
    {"a", "and", "at", "by", "cum", "de", "en", "for", "in", "la", "le", "near"}
    | {"next", "of", "on", "st", "the", "to", "under", "upon", "with"}
)
SAME_WORDS = {"saint": "st", "saints": "sts", "gt": "great", "lt": "little", "ltl": "little"}
ENDINGS = frozenset(
    {"authority", "borough", "city", "community", "corporation", "county"}
    | {"district", "metropolitan", "parish", "rural", "town", "unitary"}
)
SHORT_ENDINGS = frozenset(["bc", "cc", "cp", "dc", "mbc", "parish", "pc", "tc", "ua"])
BEGINNINGS = ("london borough of", "royal borough of", "metropolitan borough of", "borough of", "city of", "county of")
_TO_SPACE = str.maketrans(dict.fromkeys('-,.;:/()[]_"', " "))
_OTHER_MARKS = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "–": " ", "—": " ", "‐": " ", "‑": " ", "“": " ", "”": " "})


@dataclass(frozen=True)
class Match:
    """One council that a search found.

    kind     "parish", "billing authority" or "Welsh authority"
    name     as published
    place    the district of 2019 for a parish; "England" or "Wales" for an authority
    score    100 when every word agrees; 60 is the least that is shown
    """

    kind: str
    name: str
    place: str
    score: float
    number: int

    @property
    def record(self) -> Parish | BillingAuthority | WelshAuthority:
        """What the tables say of it."""
        if self.kind == "parish":
            return parish_at(self.number)
        return (billing_authorities() if self.kind == "billing authority" else welsh_authorities())[self.number]

    def __str__(self) -> str:
        return f"{self.name} ({self.place})" if self.kind == "parish" else f"{self.name} ({self.kind})"


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_OTHER_MARKS))
        text = "".join(mark for mark in text if not unicodedata.combining(mark))
    return text.casefold().translate(_TO_SPACE).replace("'", "").replace("&", " and ")


def words_of(name: str) -> tuple[str, ...]:
    """A name as the words that are compared: no capitals, accents, marks, or "Town Council".

    >>> words_of("King's Lynn & St. Mary-le-Bow Parish Council")
    ('kings', 'lynn', 'and', 'st', 'mary', 'le', 'bow')
    """
    return _told_apart(_plain(name))


def _told_apart(plain: str) -> tuple[str, ...]:
    words = [SAME_WORDS.get(word, word) for word in plain.split()]
    if "of" in words:
        for beginning in map(str.split, BEGINNINGS):
            if words[: len(beginning)] == beginning and len(words) > len(beginning):
                words = words[len(beginning) :]
                break
    if "council" in words and len(words) > 1:
        end = words.index("council")
        start = end - 1 if end > 1 and words[end - 1] in ENDINGS else end
        if start > 1 and words[start] in {"borough", "district"} and words[start - 1] in ENDINGS:
            start -= 1
        del words[start : end + 1]
    elif len(words) > 1 and words[-1] in SHORT_ENDINGS:
        words.pop()
    return tuple(words)


def find(text: str, limit: int = 8) -> list[Match]:
    """Councils whose names look like `text`, best first; an empty list when nothing comes near.

    text     a name or the beginning of one; the district may follow it ("Milton, Cherwell")
    limit    how many to show. Where the best name occurs in several districts every one is given, even past the limit.

    >>> [str(match) for match in find("castle don")]
    ['Castle Donington (North West Leicestershire)']
    """
    text = str(text)[:LONGEST_TEXT]
    asked = words_of(text)[:MOST_WORDS]
    if not asked or limit < 1:
        return []
    index = _index()
    scores = index.as_spelt(asked) or index.with_wrong_letters(asked) or index.within(asked)
    if not scores:
        before_comma = text.partition(",")[0]
        return find(before_comma, limit) if before_comma != text else []
    best = max(scores.values())
    ranked = sorted(
        (
            Match(kind, name, place, round(score, 1), number)
            for (kind, name, place, number), score in ((index.entries[entry], score) for entry, score in scores.items())
            if score >= best - WITHIN_BEST
        ),
        key=lambda match: (-match.score, _KINDS.index(match.kind), match.name, match.place),
    )
    first = words_of(ranked[0].name)
    shown = limit
    while shown < len(ranked) and words_of(ranked[shown].name) == first:
        shown += 1
    return ranked[:shown]


_KINDS = ("parish", "billing authority", "Welsh authority")


class _Index:
    """Which councils hold each word, worked out once in a process."""

    def __init__(self) -> None:
        parish_rows = rows("parish_precepts")
        self.entries = [("parish", row[0], row[1], number) for number, row in enumerate(parish_rows)]
        for kind, place, names in (
            ("billing authority", "England", [row[2] for row in rows("billing_authorities")]),
            ("Welsh authority", "Wales", [authority.name for authority in welsh_authorities()]),
        ):
            self.entries += [(kind, name, place, number) for number, name in enumerate(names)]
        # Marks and capitals are taken out of all the names at once: doing it name by name takes three times as long.
        plain = _plain("\n".join(entry[1] for entry in self.entries)).split("\n")
        self.words = [_told_apart(name) for name in plain]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for entry, words in enumerate(self.words):
            for word in words:
                self.holding[word].append(entry)
        self.district_words = {district: frozenset(words_of(district)) for district in {row[1] for row in parish_rows}}
        self.in_order = sorted(self.holding)

    def as_spelt(self, asked: tuple[str, ...]) -> dict[int, float]:
        """Scores of councils that hold every word asked, whole or begun; a word may be one of the district's."""
        shortest = 1 if len(asked) > 1 else 3
        return self._scores(asked, lambda word: self._begun(word, shortest), least_share=0.999, need_all=True)

    def with_wrong_letters(self, asked: tuple[str, ...]) -> dict[int, float]:
        """Scores of councils that hold most of what was asked, some letters being wrong or the words run together."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        def near(word: str) -> dict[str, float]:
            likeness = self._begun(word, 3)
            wrong = _wrong_letters(len(word))
            if wrong:
                for other, edits, _ in extract(word, self.in_order, scorer=OSA.distance, score_cutoff=wrong, limit=60):
                    likeness[other] = max(likeness.get(other, 0), 1 - edits / max(len(word), len(other)))
            return likeness

        scores = self._scores(asked, near, least_share=LEAST_SHARE_OF_WORDS)
        together = "".join(asked)
        wrong = _wrong_letters(len(together))
        for other, edits, entry in extract(
            together, ["".join(words) for words in self.words], scorer=OSA.distance, score_cutoff=wrong, limit=60
        ):
            likeness = 1 - edits / max(len(together), len(other))
            if wrong:
                scores[entry] = max(scores.get(entry, 0), 100 * likeness - 1)
        return scores

    def within(self, asked: tuple[str, ...]) -> dict[int, float]:
        """Scores of councils whose whole name stands, rightly spelt, among the words asked."""
        whole = sum(map(_weight, asked))
        scores = {}
        for word in set(asked):
            for entry in self.holding.get(word, ()):
                words = self.words[entry]
                share = sum(map(_weight, words)) / whole
                if share >= LEAST_SHARE_OF_WHOLE_NAME and set(words) <= set(asked):
                    scores[entry] = LEAST_SCORE + 20 * share
        return scores

    def _begun(self, word: str, shortest: int) -> dict[str, float]:
        """Words of councils that are `word` (1) or begin with it (less, the more is missing)."""
        if word in SMALL_WORDS or len(word) < shortest:
            return {word: 1.0} if word in self.holding else {}
        likeness = {}
        for other in self.in_order[bisect_left(self.in_order, word) :]:
            if not other.startswith(word):
                break
            likeness[other] = 1.0 if other == word else 0.7 + 0.3 * len(word) / len(other)
        return likeness

    def _scores(
        self,
        asked: tuple[str, ...],
        like: Callable[[str], dict[str, float]],
        least_share: float,
        need_all: bool = False,
    ) -> dict[int, float]:
        found: list[dict[int, float]] = []
        told: dict[int, set[str]] = {}
        for word in asked:
            best: dict[int, float] = {}
            for other, likeness in like(word).items():
                for entry in self.holding[other]:
                    best[entry] = max(best.get(entry, 0), likeness)
                    told.setdefault(entry, set()).add(other)
            found.append(best)
        whole = sum(map(_weight, asked))
        main_words = [word not in SMALL_WORDS or len(asked) == 1 for word in asked]
        scores = {}
        for entry, matched in told.items():
            by_name = [best.get(entry, 0) for best in found]
            if not any(likeness and main for likeness, main in zip(by_name, main_words, strict=True)):
                continue
            in_name = sum(map(_weight, matched)) / sum(map(_weight, self.words[entry]))
            by_either = by_name
            if in_name > 0.99 and 0 in by_name:
                district = self.district_words.get(self.entries[entry][2], ())
                by_either = [
                    likeness or (DISTRICT_WORD if word in district else 0) for word, likeness in zip(asked, by_name, strict=True)
                ]
            held = sum(_weight(word) for word, likeness in zip(asked, by_either, strict=True) if likeness)
            if held / whole < least_share and not (
                need_all and all(by for by, main in zip(by_either, main_words, strict=True) if main)
            ):
                continue
            share = sum(_weight(word) * likeness for word, likeness in zip(asked, by_either, strict=True)) / whole
            score = 100 * share * (0.75 + 0.25 * min(in_name, 1))
            if score >= LEAST_SCORE:
                scores[entry] = score
        return scores


def _weight(word: str) -> float:
    return 0.5 if word in SMALL_WORDS else float(len(word))


def _wrong_letters(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 12 else 3


@cache
def _index() -> _Index:
    return _Index()
