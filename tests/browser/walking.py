"""Walking a page of the dashboards: opening it, reaching a control by keyboard alone, and comparing what its tables say."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP
from tests.dashboards.tables import Table, differing, tables

SAID = ".dm-says p"
PATIENCE = 15.0
"""Seconds that a page may take to say what it should; a test fails when it has not."""

WHAT_HAS_FOCUS = """(() => {
    const one = document.activeElement;
    return one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent;
})()"""


def open_page(dashboard: Any, visitor: Callable[..., Any], address: str, size: tuple[int, int] = DESKTOP) -> Any:
    """A window with a page that says its first sentence."""
    one = visitor(size)
    one.page.goto(f"{dashboard.address}/{address}")
    one.page.locator(SAID).wait_for()
    return one


def tab_to(page: Page, label: str, most: int = 120) -> None:
    """Press Tab until the thing with this label has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if (page.evaluate(WHAT_HAS_FOCUS) or "").strip() == label:
            return
    raise AssertionError(f"No number of Tabs leads to {label}")


def agree(page: Page, expected: dict[str, Table]) -> int:
    """Wait until every figure of the page's tables is the expected one, and give how many were compared."""
    end = time.monotonic() + PATIENCE
    while True:
        count, wrong = differing(tables(page.locator("main").inner_html()), expected)
        if not wrong:
            return count
        assert time.monotonic() < end, wrong[:6]
        page.wait_for_timeout(150)


def sound(one: Any) -> None:
    """Nothing serious for those who use a screen reader, and nothing out of the window."""
    assert one.accessibility() == []
    assert one.overflow() == []


def download(page: Page, label: str) -> str:
    """Ask for a file and give its text."""
    page.get_by_role("button", name=label).click()
    with page.expect_download() as found:
        page.locator(".dm-download").filter(has_text=label).locator("a.dm-file").click()
    return found.value.path().read_text(encoding="utf-8-sig")
