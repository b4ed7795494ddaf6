"""Take the pictures of the dashboard's pages for the documentation anew: python -m tests.pictures_of_pages [NAME…]

Look at every one of them afterwards, at both widths: nothing may overlap, be cut off or run out of the window.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.serving import ROOT, Served, Stranger, serve

PICTURES = ROOT / "docs" / "pictures"
WIDTHS = {1280: 1600, 360: 2400}
"""The width of the window, and how far down the picture goes at most."""

COLOURS = 64


def result(page: Page) -> None:
    """The page shows its result, and what is slower to make."""
    expect(page.locator(".dm-says p")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1_500)


def message(page: Page) -> None:
    """The page shows why it cannot be shown."""
    expect(page.locator(".dm-error-summary")).to_be_visible(timeout=60_000)


def heading(page: Page) -> None:
    """The page has its heading; every finding is there."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("The figures are being worked out.")).to_have_count(0, timeout=60_000)


SHOTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "dashboard-home": ("/", heading),
    "dashboard-precept-tester": ("/precept-tester?case=castle-donington", result),
    "dashboard-cost-share": ("/cost-share?case=kidderminster-town-hall", result),
    "dashboard-funding-and-match": ("/funding-and-match?case=castle-donington-hub", result),
    "dashboard-capital-and-revenue": ("/capital-and-revenue?case=cowfold-pavilion", result),
    "dashboard-options-night": ("/options-night?case=precept-consultation", result),
    "dashboard-case-explorer": ("/case-explorer?case=castle-donington", result),
    "dashboard-wrong-file": ("/case-explorer?case=with-mistakes", message),
    "dashboard-nothing-here": ("/precept-tester?case=nothing", message),
    "dashboard-room-full": ("/precept-tester?case=castle-donington", heading),
}


def take(page: Page, path: Path, tallest: int) -> None:
    """One picture, in few colours, so that it stays small."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), tallest)
    taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height})  # type: ignore[index]
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main(wanted: list[str]) -> None:
    """Every picture, or those named."""
    folder = Path(tempfile.mkdtemp())
    wrong = folder / "with-mistakes.yaml"
    text = (ROOT / "scenarios" / "castle-donington.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("nation: england", "nation: mars").replace("use: budget", "use: bugdet", 1), encoding="utf-8")
    served = serve(
        folder / "work", *(str(path) for path in sorted((ROOT / "scenarios").glob("*.yaml"))), str(wrong), "--ready", "2"
    )
    full = serve(folder / "full", "--ready", "0", "--visitors", "1")
    first = Stranger(full.address)
    first.channel(first.page("/precept-tester"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (path, ready) in SHOTS.items():
            if wanted and name not in wanted:
                continue
            of: Served = full if name == "dashboard-room-full" else served
            for width, tallest in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.goto(of.address + path)
                ready(page)
                take(page, PICTURES / f"{name}-{width}.png", tallest)
                page.close()
                print(f"{name}-{width}.png", (PICTURES / f"{name}-{width}.png").stat().st_size // 1024, "KB")
        browser.close()
    served.stop()
    full.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
