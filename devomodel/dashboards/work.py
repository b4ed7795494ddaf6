"""Work that somebody saved: each a small file of its own, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from devomodel.dashboards.pages import page_at
from devomodel.problems import DevomodelError

NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
MOST_LISTED = 20


@dataclass(frozen=True)
class Saved:
    """A piece of saved work.

    name    its name in addresses
    title   what it was called
    page    the slug of its page
    query   the choices, as they stand in the address after the case
    when    when it was saved, in words
    """

    name: str
    title: str
    page: str
    query: str
    when: str


class Work:
    """A folder of saved work. It is made when something is first kept in it.

    folder   where; every piece is a file NAME.json with the scenario's text in it, so that it opens again by itself
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.opened = folder / "opened"

    def save(self, title: str, page: str, query: str, scenario: str) -> str:
        """Keep a piece of work, and give its name. Raises DevomodelError with the reason when it cannot be written."""
        stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "work"
        name = f"{stem}-{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        content = {
            "title": title,
            "page": page,
            "query": query,
            "when": datetime.now().isoformat(timespec="seconds"),
            "scenario": scenario,
        }
        self._write(self.folder / f"{name}.json", json.dumps(content, ensure_ascii=False, indent=1).encode())
        return name

    def saved(self) -> list[Saved]:
        """The newest pieces first; what cannot be read is left out."""
        found: list[tuple[datetime, Saved]] = []
        try:
            paths = list(self.folder.glob("*.json"))
        except OSError:
            return []
        for path in paths:
            try:
                read = json.loads(path.read_text(encoding="utf-8"))
                when = datetime.fromisoformat(read["when"])
                query = urlencode(parse_qsl(str(read["query"]), max_num_fields=500))
                if page_at(str(read["page"])) is None or not NAME.fullmatch(path.stem):
                    continue
                day = f"{when.day} {when:%B %Y at %H:%M}"
                found.append((when, Saved(path.stem, str(read["title"]), str(read["page"]), query, day)))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
        return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)[:MOST_LISTED]]

    def scenario(self, name: str) -> str:
        """The scenario text of a piece of work. Raises DevomodelError when there is none of that name."""
        return str(self._content(name)["scenario"])

    def forget(self, name: str) -> None:
        """Take a piece away. Raises DevomodelError when it cannot be."""
        self._content(name)
        try:
            (self.folder / f"{name}.json").unlink()
        except OSError as error:
            raise DevomodelError(f"The saved work could not be taken away: {error.strerror}.") from None

    def keep_opened(self, name: str, content: bytes) -> None:
        """Keep a file that was opened through a page."""
        self._write(self.opened / f"{name}.yaml", content)

    def _content(self, name: str) -> dict[str, Any]:
        if not NAME.fullmatch(name):
            raise DevomodelError("There is no saved work of that name.")
        try:
            read = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            return {"scenario": "", **read}
        except (OSError, ValueError, TypeError, RecursionError):
            raise DevomodelError("The saved work is not on this computer any more. Choose another from the first page.") from None

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file beside its place and move it there, so that a full disk leaves nothing half written and nothing lost."""
        beside = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            why = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error)).lower()
            raise DevomodelError(
                f"It could not be saved in {path.parent.name}: {why}. Nothing is lost: your choices are in the address of this page, "
                "and what was saved before is still there. Download the scenario instead, or make room and save again."
            ) from None
