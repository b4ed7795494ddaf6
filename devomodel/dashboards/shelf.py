"""The cases that the dashboards offer, each by a key that stands in the address: no other file can be opened through a page."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devomodel.dashboards.work import Work
from devomodel.problems import DevomodelError, InputError

if TYPE_CHECKING:
    from devomodel.case import Case

LONGEST_FILE = 1_000_000
"""Bytes of a scenario file; the longest that ships has 20,000."""

MOST_READ = 8
"""Cases that are kept as they were read, so that the same text is not read twice."""

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SERVED = "DEVOMODEL_SERVED"
SAMPLE = "precept-consultation"
KEY = re.compile(r"[A-Za-z0-9_.-]{1,120}")
OPENED, SAVED, PARISH, BLANK = "opened-", "saved-", "parish-", "blank"


@dataclass(frozen=True)
class Shown:
    """A case as the first page lists it.

    finding   one line, from the same figures as the charts
    problem   why it cannot be opened; nothing when it can
    pages     the slugs of the pages it has something for
    """

    key: str
    title: str
    finding: str = ""
    illustrative: bool = False
    problem: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """What is offered.

    cases      key → file
    work       saved work and files that were opened
    published  keys of the files named by whoever started the dashboard: residents may see these
    """

    cases: Mapping[str, Path]
    work: Work
    published: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, files: Iterable[Path] = (), work: Path | None = None) -> Shelf:
        """The files asked for, or the scenarios that ship. Raises DevomodelError for one that is not there."""
        given = tuple(files)
        for one in given:
            if not one.is_file():
                raise DevomodelError(
                    f"{one}: there is no such file. Give a scenario file, such as scenarios/castle-donington.yaml"
                )
        found: dict[str, Path] = {}
        for one in given or sorted(SCENARIOS.glob("*.yaml")):
            key = re.sub(r"[^A-Za-z0-9_.-]+", "-", one.stem)[:80] or "case"
            while key in found:
                key = f"{key}-2"
            found[key] = one.resolve()
        return cls(found, Work(work or Path.home() / "devomodel"), tuple(found) if given else ())

    def as_text(self) -> str:
        """The shelf as a kernel is told of it."""
        return json.dumps({"cases": {key: str(path) for key, path in self.cases.items()}, "work": str(self.work.folder)})

    @classmethod
    def told(cls) -> Shelf:
        """The shelf that the server told this process of; outside a server, the scenarios that ship."""
        text = os.environ.get(SERVED)
        if not text:
            return cls.of()
        read = json.loads(text)
        return cls({key: Path(path) for key, path in read["cases"].items()}, Work(Path(read["work"])))

    def text(self, key: str) -> tuple[str, str]:
        """A case's text, and the name to call its file by. Raises DevomodelError for a key that is not on the shelf."""
        if not KEY.fullmatch(key):
            raise DevomodelError("The address names no case that is offered here. Choose one from the first page.")
        if key in self.cases:
            return _read(self.cases[key]), self.cases[key].name
        if key.startswith(OPENED):
            return _read(
                self.work.opened / f"{key.removeprefix(OPENED)}.yaml"
            ), f"{key.removeprefix(OPENED).rpartition('-')[0]}.yaml"
        if key.startswith(SAVED):
            return self.work.scenario(key.removeprefix(SAVED)), f"{key.removeprefix(SAVED)}.yaml"
        if key.startswith(PARISH):
            return _parish(key)
        if key == BLANK:
            return (Path(__file__).with_name("blank.yaml")).read_text(encoding="utf-8"), "blank.yaml"
        raise DevomodelError("The case in the address is not on this computer any more. Choose one from the first page.")

    def case(self, key: str) -> Case:
        """A case, read strictly. Raises InputError with every problem of its file, DevomodelError for a key not on the shelf."""
        return _case(*self.text(key))

    def take_in(self, name: str, content: bytes) -> str:
        """Keep a file that somebody opened, and give its key. Raises DevomodelError when it cannot be kept."""
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", Path(name.replace("\\", "/")).stem)[:60].strip(".-") or "case"
        kept = f"{stem}-{secrets.token_hex(4)}"
        self.work.keep_opened(kept, content)
        return OPENED + kept

    def find_council(self, wanted: str) -> list[dict[str, Any]]:
        """Parishes by name, with the key that opens a case from their published figures."""
        from devomodel import councils

        found = []
        for one in councils.find(wanted, 12):
            if one.kind == "parish":
                record = one.record
                newest = max(record.precept)  # type: ignore[union-attr]
                found.append({"key": f"{PARISH}{one.number}", "name": one.name, "place": one.place, "year": newest,
                              "precept": record.precept[newest], "band_d": record.band_d[newest],  # type: ignore[union-attr]
                              "usable": bool(record.usable_years)})  # type: ignore[union-attr]  # fmt: skip
        return found

    def age(self, key: str) -> float:
        """When a case's file last changed; nought for one that is not there any more."""
        try:
            return self.cases[key].stat().st_mtime
        except OSError:
            return 0.0

    def named(self, key: str) -> Shown:
        """A case by its file's name alone."""
        return Shown(key, key.replace("-", " ").capitalize())

    def shown(self, key: str) -> Shown:
        """A case as the first page lists it; what is wrong with it in place of its finding, if it cannot be worked."""
        from devomodel.dashboards.found import finding_of, pages_of

        try:
            case = self.case(key)
            return Shown(key, case.title, finding_of(case), case.illustrative, "", pages_of(case))
        except InputError as error:
            count = len(error.problems)
            return Shown(
                key, self.named(key).title, problem=f"{count} thing{'s' if count > 1 else ''} in this file must be put right."
            )
        except DevomodelError as error:
            return Shown(key, self.named(key).title, problem=str(error).splitlines()[0])

    def residents_page(self, key: str) -> str:
        """The residents' page of a case on the shelf. Raises DevomodelError when it has none."""
        return _residents_page(self.cases[key], self.age(key))


@lru_cache(maxsize=MOST_READ)
def _case(text: str, name: str) -> Case:
    from devomodel.case import load_text

    return load_text(text, name)


@lru_cache(maxsize=32)
def _residents_page(path: Path, _age: float) -> str:
    from devomodel.case import load
    from devomodel.reports.residents import residents_page

    return residents_page(load(path))


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        raise DevomodelError(
            "The file of this case is not on this computer any more. Choose a case from the first page."
        ) from None
    if len(content) > LONGEST_FILE:
        raise DevomodelError(
            f"{path.name} is longer than 1 MB. A scenario file is text and much shorter; check that it is the right file."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DevomodelError(f"{path.name} is not text in UTF-8. Save the scenario as UTF-8 text, and open it again.") from None


def _parish(key: str) -> tuple[str, str]:
    """The published figures of a parish, or a year of one's own that begins from them."""
    from devomodel.dashboards.precept_tester_parish import parish_text

    return parish_text(key)
