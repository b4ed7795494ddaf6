"""A page without a browser shows everything at once, because no loop runs; a browser that another test left open runs one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_loop_of_another_test() -> Iterator[None]:
    """Hide the loop of a browser that is open in this thread, so that a page does not wait on it for what comes later."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)
