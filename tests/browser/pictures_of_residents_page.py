"""Take the pictures of the residents' page anew: python -m tests.browser.pictures_of_residents_page

Look at them afterwards. They show the shipped case of Castle Donington as a desktop and a telephone open it.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import devomodel as dm
from devomodel.reports.residents import publish
from tests.browser.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
CASE = ROOT / "scenarios" / "castle-donington.yaml"
CHOICE = "#council=town&band=C&discount=one&option=staffed_hub&year=2020-21"
SIZES = {1280: 1500, 360: 2600}
"""Width → how much of the page's height is shown, from the top."""

COLOURS = 64
MADE_ON = date(2026, 11, 25)


def take(folder: Path = PICTURES) -> list[Path]:
    """A picture for each width, of Band C with one adult."""
    taken = []
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        page = publish(dm.load(CASE), Path(made), today=MADE_ON)[0].as_uri() + CHOICE
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in SIZES.items():
            window = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
            window.goto(page)
            path = folder / f"residents-page-{width}.png"
            window.screenshot(path=path)
            # A page of few colours: a palette of them is a third of the size.
            with Image.open(path) as picture:
                few = picture.convert("RGB").quantize(COLOURS)
            few.save(path, optimize=True)
            taken.append(path)
        browser.close()
    return taken


if __name__ == "__main__":
    for path in take():
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} KB")
