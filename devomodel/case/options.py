"""Reads the mechanisms of a scenario and what each option makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from devomodel import mechanisms
from devomodel.amounts import Amount
from devomodel.case.amount_reader import said, short
from devomodel.case.case import DO_NOTHING, Edit, Option, OptionWords, Variant
from devomodel.case.changes import Changed
from devomodel.case.reader import Reader
from devomodel.fields import NAMES_ALLOWED, Path, is_name
from devomodel.problems import InputError, listed, suggestion, with_article

CHANGES = {"drop": (list, "a list of paths, such as [hall, budget.income.rent]"),
           "add": (Mapping, "mechanisms by name, written as under 'mechanisms'"),
           "set": (Mapping, 'paths and what each becomes, such as budget.spending.staff: "£30,000"')}  # fmt: skip

RULES = "the name of a rule, such as budget, precept or asset_transfer; devomodel mechanisms lists them all, with what each does"


class OptionReader:
    """Reads the options of one scenario.

    reader      the reader of the whole file: what can be named, and where problems go
    base        the mechanisms as written
    try_amount  what is wrong with an amount in the years of the case; nothing when it is well, or when they are not known
    amounts     option → path → amount as read
    refused     mechanisms that could not be read
    """

    def __init__(self, reader: Reader, base: Changed, try_amount: Callable[[Amount], str]):
        self.reader, self.base, self.try_amount = reader, base, try_amount
        self.options = {DO_NOTHING: Option(DO_NOTHING, "Without a decision")}
        self.amounts: dict[str, Mapping[Path, Amount]] = {}
        self.refused: set[str] = set()
        self.misspelt: dict[Path, str] = {}
        self.variants = {DO_NOTHING: self.variant(DO_NOTHING, base)}
        if base.respell(self.misspelt):
            self.variants[DO_NOTHING] = self.variant(DO_NOTHING, base)
        self.preferred = self.do_nothing = DO_NOTHING

    def read(self, block: Mapping[str, Any]) -> None:
        """Every option of the scenario."""
        marked: dict[str, list[str]] = {"preferred": [], "do_nothing": []}
        for name, value in block.items():
            path: Path = ("options", name)
            if name == DO_NOTHING:
                self.reader.problem(path, "do_nothing is always there: it is the case as 'mechanisms' writes it",
                                    do="Give the option another name; if it is what happens without a decision, write in it "
                                    "do_nothing: true")  # fmt: skip
                continue
            if not is_name(name):
                self.reader.problem(path, f"'{short(name)}' cannot be the name of an option", NAMES_ALLOWED)
                continue
            words = self.reader.read(OptionWords, value, path, "an option", extra=tuple(CHANGES))
            changed = Changed(self.base.mechanisms, self.reader)
            changed.written = dict(self.base.written)
            if self._change(changed, value if isinstance(value, Mapping) else {}, path):
                self.variants[name] = self.variant(name, changed)
            if words is None:
                continue
            label = words.label or name.replace("_", " ")
            self.options[name] = Option(name, label, words.note, tuple(changed.words), tuple(changed.edits), tuple(changed.slips))
            for mark, names in marked.items():
                if getattr(words, mark):
                    names.append(name)
        for mark, names in marked.items():
            for name in names[1:]:
                several = (
                    f"{listed([f'{one!r}' for one in names], 'and')} are {'both' if len(names) == 2 else 'all'} marked {mark}"
                )
                self.reader.problem(("options", name, mark), several, do="Mark one of them only")
        self.do_nothing = (*marked["do_nothing"], DO_NOTHING)[0]
        if self.do_nothing != DO_NOTHING:
            self.options[DO_NOTHING] = Option(DO_NOTHING, "As written, before any option")
        self.preferred = (*marked["preferred"], self.do_nothing)[0]

    def _change(self, changed: Changed, value: Mapping[str, Any], path: Path) -> bool:
        """Make an option's changes, and say whether all of them could be made."""
        before = len(self.reader.problems)
        blocks = {}
        for key, (kind, words) in CHANGES.items():
            blocks[key] = value.get(key, kind() if kind is list else {})
            if not isinstance(blocks[key], kind):
                self.reader.problem((*path, key), f"{said(blocks[key])} stands here", words)
                blocks[key] = kind() if kind is list else {}
        for position, one in enumerate(blocks["drop"]):
            changed.drop(one, (*path, "drop", position))
        for name, block in blocks["add"].items():
            changed.add(name, block, (*path, "add", name))
        for one, new in blocks["set"].items():
            changed.set(one, new, (*path, "set", one))
        return len(self.reader.problems) == before

    def rebuilt(self, edits: tuple[Edit, ...]) -> Variant:
        """The base with some edits made; problems are raised at once, for the file itself has been read without any."""
        changed = Changed(self.base.mechanisms, self.reader)
        changed.written = dict(self.base.written)
        for what, path, value in edits:
            at: Path = ("options", what, path)
            if what == "drop":
                changed.drop(path, at)
            elif what == "add":
                changed.add(path, value, at)
            else:
                changed.set(path, value, at)
        variant = self.variant("", changed)
        problems, self.reader.problems = self.reader.problems, []
        if problems:
            raise InputError(problems)
        return variant

    def variant(self, option: str, changed: Changed) -> Variant:
        """Every mechanism of an option. What is wrong with the base is told once, and not again for each option."""
        own = self.reader
        reader = Reader(own.file, own.line_of, lambda path: changed.place_of(path) or own.place_of(path))
        reader.councils, reader.sources, reader.indices = own.councils, own.sources, own.indices
        found = []
        for name, value in changed.mechanisms.items():
            mechanism = self._mechanism(reader, name, value)
            if mechanism is not None:
                found.append(mechanism)
            else:
                self.refused.add(name)
        before = self.amounts.get(DO_NOTHING, {})
        for path, one in reader.amounts.items():
            wrong = "" if before.get(path) == one else self.try_amount(one)
            if wrong:
                reader.problem((*path, *_key_of(one, wrong)), wrong)
        self.misspelt |= reader.misspelt
        self.amounts[option] = reader.amounts
        known = {(problem.what, problem.line) for problem in own.problems}
        for problem in reader.problems:
            if (problem.what, problem.line) not in known:
                if option not in ("", DO_NOTHING) and problem.where.startswith("mechanisms"):
                    problem = dataclasses.replace(
                        problem, where=f"option {option}, {problem.where}", line=own.line_of(("options", option))
                    )
                own.problems.append(problem)
        return Variant(option, tuple(found), reader.place_of, reader.line_of)

    def _mechanism(self, reader: Reader, name: str, value: Any) -> Any:
        path: Path = ("mechanisms", name)
        if not (is_name(name) and name.islower()):
            reader.problem(path, f"'{short(name)}' cannot be the name of a mechanism", NAMES_ALLOWED)
            return None
        if name in self.reader.councils:
            reader.problem(
                path, f"'{name}' is the name of a council too", do=f"Give the mechanism another name, such as {name}_budget"
            )
            return None
        if not isinstance(value, Mapping):
            reader.problem(path, f"a mechanism has lines of its own, and {said(value)} stands here instead",
                           do=f"Begin it with 'use:' and {RULES}")  # fmt: skip
            return None
        if "use" not in value:
            near = next((key for key in value if key in ("uses", "used", "usage", "type", "mechanism", "rule")), "")
            reader.problem(path, "the mechanism does not say which rule it uses", RULES,
                           f"Write 'use' in place of '{near}'" if near else "Add to it: use: and the rule's name")  # fmt: skip
            return None
        use = value["use"]
        if use not in mechanisms.names():
            near = suggestion(use, mechanisms.names()) if use else ""
            reader.problem((*path, "use"), f"there is no mechanism {said(use)}" if use else "nothing is written after 'use:'",
                           "" if near else RULES, near)  # fmt: skip
            return None
        if "note" in value:
            reader.words("'note'", value["note"], (*path, "note"))
        return reader.read(
            mechanisms.find(use), value, path, with_article(use.replace("_", " ")), extra=("use", "note"), name=name
        )


def _key_of(amount: Amount, wrong: str) -> Path:
    """The key of an amount that a trial found wrong."""
    if amount.parameter:
        return ("parameter",)
    if "by_year" in wrong:
        return ("by_year",)
    return ("grows",) if amount.grows is not None else ()
