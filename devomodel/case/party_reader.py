"""Reads what names parties or years: a party, a list of them, who pays which share, costs alone and together, a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devomodel.amounts import Amount
from devomodel.case.amount_reader import AmountReader, said, short
from devomodel.engine.years import first_calendar_year, is_year
from devomodel.fields import Path, Spec
from devomodel.mechanisms.share_rules import REST, wrong_sum
from devomodel.problems import listed, suggestion

EXAMPLES = {
    "year": "2030-31",
    "parties": "[town, district]",
    "shares": "{town: 30%, district: rest}",
    "coalitions": '{town: "£60,000", district: "£100,000"}',
    "schedule": '{2026-27: "£1,000", 2027-28: "£500"}',
}
"""What could be written for a key of each kind."""


class PartyReader(AmountReader):
    """Reads the kinds of field that name parties or years."""

    def _party(self, spec: Spec, value: Any, path: Path) -> Any:
        if value in self.councils:
            return value
        if _spoken(value) in spec.choices:
            return _spoken(value)
        if not self.councils:
            return None  # told once, at the top
        self.problem(
            path,
            f"{said(value)} is not named under 'councils'",
            listed((*self.councils, *spec.choices)),
            suggestion(value, (*self.councils, *spec.choices)) or "Name it under 'councils', or use one that is named there",
        )
        return None

    def _parties(self, spec: Spec, value: Any, path: Path) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            self.problem(
                path,
                f"a list of parties belongs here, and {said(value)} stands here instead",
                do=f"Write for example {short(path[-1])}: {EXAMPLES['parties']}",
            )
            return ()
        found = [self._party(spec, one, (*path, position)) for position, one in enumerate(value)]
        for position, one in enumerate(found):
            if one is not None and one in found[:position]:
                self.problem((*path, position), f"'{one}' is in the list twice", do="Take one out")
        return tuple(found)

    def _year(self, spec: Spec, value: Any, path: Path) -> str:
        if _spoken(value) in spec.choices:
            return _spoken(value)
        if spec.choices and isinstance(value, str) and not any(letter.isdigit() for letter in value):
            self.problem(
                path,
                f"{said(value)} is not a financial year",
                f"a year such as 2030-31, or the words {listed(spec.choices)}",
                suggestion(value, spec.choices),
            )
            return ""
        return self.year(value, path)

    def _shares(self, spec: Spec, value: Any, path: Path) -> dict[str, Amount | str]:
        """Shares by party. Shares that are one figure for every year must come to 100%; the others are tried year by year."""
        if not isinstance(value, Mapping) or not value:
            self.problem(
                path,
                f"who pays which share belongs here, and {said(value)} stands here instead",
                do=f"Write for example {short(path[-1])}: {EXAMPLES['shares']}",
            )
            return {}
        before = len(self.problems)
        found: dict[str, Amount | str] = {}
        for key, one in value.items():
            if self._party(Spec("party", ""), key, (*path, key)) is None:
                continue
            if one == REST:
                found[key] = REST
            elif isinstance(one, str) and suggestion(one, [REST]):
                self.problem((*path, key), f"{said(one)} is not a share", "a share such as 30%, or the word rest", "Write rest")
            else:
                read = self.amount("share", one, (*path, key))
                if read is not None:
                    found[key] = read
        if len(self.problems) == before:
            self._whole_shares(found, path)
        return found

    def _whole_shares(self, found: Mapping[str, Amount | str], path: Path) -> None:
        takes_rest = [key for key, one in found.items() if one == REST]
        if len(takes_rest) > 1:
            self.problem(
                path,
                f"{listed([f'{key!r}' for key in takes_rest], 'and')} cannot each take the rest",
                do="Let one take the rest, and give the others a share",
            )
            return
        given = [one for one in found.values() if isinstance(one, Amount)]
        if not all(_is_the_same_every_year(one) for one in given):
            return
        wrong = wrong_sum(sum(one.value or 0.0 for one in given), bool(takes_rest))
        if wrong:
            self.problem(path, wrong, do="Check each share, and let one party take the rest")

    def _coalitions(self, spec: Spec, value: Any, path: Path) -> dict[str, Amount]:
        """Amounts by party and by parties together, under keys in the order of the case: "town+district"."""
        found: dict[str, Amount] = {}
        if not isinstance(value, Mapping) or not value:
            self.problem(
                path,
                f"a sum for each party belongs here, and {said(value)} stands here instead",
                do=f"Write for example {short(path[-1])}: {EXAMPLES['coalitions']}",
            )
            return found
        for key, one in value.items():
            members = [part.strip() for part in str(key).split("+")]
            named = [self._party(spec, member, (*path, key)) for member in members]
            if None in named:
                continue
            name = "+".join(member for member in self.councils if member in named)
            if len(set(members)) < len(members) or name in found:
                self.problem((*path, key), f"'{short(key)}' names a party, or the same parties, twice", do="Keep one")
                continue
            read = self.amount(spec.unit, one, (*path, key))
            if read is not None:
                found[name] = read
        return found

    def _schedule(self, spec: Spec, value: Any, path: Path) -> Amount | None:
        """A sum for each year, as a list of years or as an amount that says `by_year`; nought before and after."""
        if isinstance(value, Mapping) and value and all(isinstance(key, str) and is_year(key) for key in value):
            block: Mapping[str, Any] = {"by_year": value}
        else:
            block = value
        figures = block.get("by_year") if isinstance(block, Mapping) else None
        if not isinstance(block, Mapping) or not isinstance(figures, Mapping) or not figures:
            self.problem(
                path,
                f"a sum for each year belongs here, and {said(value)} stands here instead",
                do=f"Write for example {short(path[-1])}: {EXAMPLES['schedule']}",
            )
            return None
        years = sorted((key for key in figures if isinstance(key, str) and is_year(key)), key=first_calendar_year)
        ends = {"from": years[0], "until": years[-1]} if years and not {"from", "until", "once", "grows"} & set(block) else {}
        return self.amount(spec.unit, {**block, **ends}, path)


def _is_the_same_every_year(one: Amount) -> bool:
    return one.value is not None and not (one.grows or one.start or one.until or one.once)


def _spoken(value: Any) -> Any:
    """Words as they are said: not_agreed is not agreed."""
    return " ".join(value.replace("_", " ").split()) if isinstance(value, str) else value
