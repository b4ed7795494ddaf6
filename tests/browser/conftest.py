"""A real browser for the tests of pages: the system's Chromium, driven by Playwright, that notes every request it makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.serving import Served, serve

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SERIOUS = ("serious", "critical")
LOCAL = ("", "127.0.0.1", "localhost")
DESKTOP, PHONE = (1280, 900), (360, 740)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all the tests."""
    assert CHROMIUM, "These tests need Chromium. On Debian: apt-get install chromium; elsewhere set CHROMIUM to its path."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass
class Visitor:
    """One visitor's window, with a note of every address it asked for and every error its scripts made."""

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """Requests that would have left this machine."""
        return [url for url in self.requests
                if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).hostname not in LOCAL]  # fmt: skip

    def accessibility(self) -> list[str]:
        """What axe finds serious or critical on the page as it stands: rule, and the first element at fault."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}" for one in found["violations"]
                if one["impact"] in SERIOUS]  # fmt: skip

    def overflow(self) -> list[str]:
        """What sticks out of the window to the right: nothing may, down to 320 pixels, save in a box that scrolls by itself."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(one => {
                const box = one.getBoundingClientRect();
                if (!box.width || box.right <= innerWidth + 1 || getComputedStyle(one).visibility === 'hidden') return false;
                for (let up = one; up && up !== document.body; up = up.parentElement)
                    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return false;
                return true;
            }).map(one => one.outerHTML.slice(0, 160))"""
        )


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens windows: visitor(width=360, scripts=False). At the end none may have asked anything of another machine."""
    opened: list[Visitor] = []

    def open_window(size: tuple[int, int] = DESKTOP, scripts: bool = True, **more: Any) -> Visitor:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts,
                                      bypass_csp=False, locale="en-GB", **more)  # fmt: skip
        one = Visitor(context, context.new_page())
        context.on("request", lambda request: one.requests.append(request.url))
        one.page.on("websocket", lambda socket: one.requests.append(socket.url))
        one.page.on("pageerror", lambda error: one.errors.append(str(error)))
        one.page.set_default_timeout(20_000)
        opened.append(one)
        return one

    yield open_window
    for one in opened:
        foreign, errors = one.foreign, one.errors
        one.context.close()
        assert foreign == [], "A page asked something of another machine"
        assert errors == [], "A script on the page failed"


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One dashboard with the scenarios that ship, for all tests that do not break it."""
    started = serve(tmp_path_factory.mktemp("work"), "--ready", "1")
    yield started
    started.stop()
