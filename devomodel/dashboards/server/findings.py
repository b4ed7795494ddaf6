"""The one-line finding of each case on the first page, worked out in the background so that the page never waits."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devomodel.dashboards.shelf import Shelf, Shown

PATIENCE = 0.6
"""Seconds the first page waits for findings that are nearly there."""


class Findings:
    """What each case on the shelf shows, as far as it has been worked out; worked again when its file changes."""

    def __init__(self, shelf: Shelf):
        self.shelf = shelf
        self.worker = ThreadPoolExecutor(1, "findings")
        self.found: dict[str, tuple[float, Shown]] = {}
        self.working: Any = None

    async def begin(self) -> None:
        """Work out what is missing or out of date."""
        loop = asyncio.get_running_loop()
        for key in list(self.shelf.cases):
            age = self.shelf.age(key)
            if self.found.get(key, (None,))[0] != age:
                self.found[key] = (age, await loop.run_in_executor(self.worker, self.shelf.shown, key))

    async def __call__(self) -> list[Shown]:
        """The cases in the order of the shelf; those not worked out yet by their name alone."""
        if self.working is None or self.working.done():
            self.working = asyncio.ensure_future(self.begin())
        await asyncio.wait({self.working}, timeout=PATIENCE)
        return [self.found[key][1] if key in self.found else self.shelf.named(key) for key in self.shelf.cases]

    def end(self) -> None:
        """Stop working."""
        self.worker.shutdown(wait=False, cancel_futures=True)
