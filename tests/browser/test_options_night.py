"""Options night in a browser: a hall compares, moves one choice with the keyboard, counts hands, and prints the results (story S9)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

import devomodel as dm
from devomodel.dashboards.shown import charge, said
from tests.browser.conftest import PHONE, Visitor
from tests.serving import ROOT, Served, serve

HALL = (1280, 800)
RANGER = "Weekend ranger"
CASE = dm.load(ROOT / "scenarios/precept-consultation.yaml")
YEAR = "2027-28"


def open_hall(window: Visitor, dashboard: Served, query: str = "") -> Page:
    window.page.goto(f"{dashboard.address}/options-night?case=precept-consultation{query}")
    window.page.locator(".dm-says p").wait_for()
    expect(window.page.locator(".dm-on-sheet h2")).to_be_attached()
    return window.page


def cards(page: Page) -> list[str]:
    return page.locator(".dm-on-card").all_inner_texts()


def assert_options_are_the_projections(page: Page) -> None:
    """Every figure on every card of an option is the projection's, do-nothing first and the rejected ones with their reasons."""
    shown = cards(page)
    nothing = dm.project(CASE, "do_nothing")
    for card, option in zip(shown, CASE.options, strict=False):
        one = dm.project(CASE, option)
        more = round(one.value("town.bands.A", YEAR) - nothing.value("town.bands.A", YEAR), 2)
        figures = [charge(one.value("town.band_d", YEAR)), said(one.value("town.precept", YEAR), "£"),
                   said(one.value("town.reserves.closing", "2029-30"), "£")]  # fmt: skip
        change = charge(one.value("town.band_changes.A", YEAR), signed=True)
        told = [f"Band A home, change on the year before {change} a year"]
        if option != "do_nothing":
            told.append(f"Band A home, difference from “Without a decision” {charge(more, signed=True)} a year")
        card = " ".join(card.split())
        for figure in (*figures, *told):
            assert figure in card, (option, figure)
    assert "Without a decision" in shown[0]
    rejected = shown[len(CASE.options) + 1 :]
    for card, one in zip(rejected, CASE.rejected, strict=True):
        assert one.option in card and f"Why not: {one.reason}" in card


def small_figures(page: Page) -> list[str]:
    """Figures of the page that are smaller than 24 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.dm-on-card dd, .dm-on-card dd small, .dm-on-card li, .dm-on-panel dd, .dm-on-panel dd small,'
            + '.dm-on-panel p, .dm-on-levels td, .dm-on-fixed dt, .dm-on-hands input, .dm-says p, .dm-on-start input')]
            .filter(one => one.offsetParent && one.textContent + (one.value || '') && parseFloat(getComputedStyle(one).fontSize) < 24)
            .map(one => one.outerHTML.slice(0, 120))"""
    )


def printed(page: Page, path: Path) -> tuple[int, str]:
    page.pdf(path=path, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    words = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", told)[1]), " ".join(words.split())  # type: ignore[index]


def test_a_hall_compares_moves_one_choice_by_keyboard_counts_hands_and_prints(
    visitor: Callable[..., Visitor], dashboard: Served, tmp_path: Path
) -> None:
    window = visitor(HALL)
    page = open_hall(window, dashboard)
    expect(page.locator(".dm-watermark")).to_be_visible()
    assert_options_are_the_projections(page)
    first = page.locator(".dm-on-card dd").first.bounding_box()
    assert first and first["y"] + first["height"] < HALL[1], "The first figures are seen without scrolling"
    assert small_figures(page) == []
    expect(page.locator(".dm-on-fixed")).to_contain_text("Insurance audit and office £26,000")
    expect(page.locator(".dm-on-fixed")).to_contain_text("It is the same in every option. This year's cost and a small rise.")
    assert page.locator(".dm-on-fixed input, .dm-on-fixed button").count() == 0
    expect(page.get_by_label("Your own notes")).not_to_be_visible()
    assert window.accessibility() == [] and window.overflow() == []

    # One choice, by keyboard alone: all panels say the same.
    group = page.get_by_role("group", name=RANGER)
    group.get_by_label("Leave out").focus()
    page.keyboard.press("ArrowRight")
    ranger = dm.project(CASE, "weekend_ranger")
    band_d = charge(ranger.value("town.band_d", YEAR))
    expect(page.locator(".dm-says p")).to_contain_text(f"Band D at {band_d}")
    expect(page.locator(".dm-on-card.mix")).to_contain_text(said(ranger.value("town.precept", YEAR), "£"))
    expect(page.locator(".dm-on-panel")).to_contain_text("£24,500 short of the target")
    expect(page.locator(".dm-on-sheet")).to_contain_text("Leave out → Put in")
    expect(group.get_by_label("Put in")).to_be_focused()
    record = page.get_by_label("Record this as the hall’s result")
    expect(record).to_be_disabled()
    assert window.accessibility() == []

    # The target is typed, so that it balances; then the result is recorded and hands are counted.
    target = page.get_by_role("textbox", name="Target for Band D, £ a year")
    target.fill("105")
    target.press("Enter")
    expect(page.locator(".dm-on-panel")).to_contain_text("It balances in 2027 to 2028, and can be recorded.")
    expect(record).to_be_enabled()
    record.check()
    for label, count in (
        ("Option 1, Without a decision", "9"),
        ("Option 2, A weekend ranger in the parks", "31"),
        ("Undecided", "4"),
    ):
        box = page.get_by_role("textbox", name=label, exact=True)
        box.fill(count)
        box.press("Enter")
    expect(page.locator(".dm-on-total")).to_contain_text("44 hands counted")
    expect(page.locator(".dm-on-sheet")).to_contain_text("All hands: 44")
    page.get_by_text("For the presenter").click()
    page.get_by_label("Your own notes").fill("remember the tall story")
    page.get_by_label("Your own notes").press("Tab")
    assert window.accessibility() == [] and window.overflow() == []

    # Only the sheet is printed, on two pages at most, without the notes.
    page.emulate_media(media="print")
    expect(page.locator(".dm-on-sheet")).to_be_visible()
    for hidden in (".dm-on-cards", ".dm-says", ".dm-on-hands", ".dm-keep", ".top"):
        expect(page.locator(hidden).first).not_to_be_visible()
    pages, words = printed(page, tmp_path / "results.pdf")
    assert pages <= 2
    assert "Starting position: Option 1, Without a decision. Band D £100.00 in 2027 to 2028, in balance." in words
    assert "Recorded as the hall’s result. It balances in 2027 to 2028." in words and "Undecided: 4. All hands: 44." in words
    assert ranger.run_id in words and "This advises. The council decides." in words and "tall story" not in words
    for one in CASE.rejected:
        assert one.option in words and one.reason[:40] in words
    page.emulate_media(media="screen")

    # The address opens the same evening again; what a file holds is what the page shows.
    assert "tall" not in page.url
    with page.expect_download() as file:
        page.get_by_role("button", name="Results sheet, as a web page").click()
    kept = Path(file.value.path()).read_text(encoding="utf-8")
    assert file.value.suggested_filename == "options-night-results.html" and ranger.run_id in kept and "tall story" not in kept
    page.reload()
    expect(page.locator(".dm-on-sheet")).to_contain_text("All hands: 44")
    expect(page.get_by_label("Record this as the hall’s result")).to_be_checked()
    expect(page.get_by_role("group", name=RANGER).get_by_label("Put in")).to_be_checked()

    # Another start is chosen and taken back.
    page.get_by_label("Start from").select_option(label="In deficit: “Without a decision”, and last year’s charge")
    expect(page.locator(".dm-on-sheet")).to_contain_text(
        "In deficit: “Without a decision”, and last year’s charge. Band D £95.00"
    )
    expect(page.get_by_label("Record this as the hall’s result")).not_to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".dm-on-sheet")).to_contain_text("Recorded as the hall’s result. It balances in 2027 to 2028.")
    page.get_by_role("button", name="Back to the start").click()
    expect(page.locator(".dm-says p")).to_contain_text("£100.00 with “Without a decision” (£95.00 in the year before)")


def test_the_same_evening_works_on_a_phone_without_dragging(visitor: Callable[..., Visitor], dashboard: Served) -> None:
    window = visitor(PHONE, has_touch=True)
    page = open_hall(window, dashboard)
    assert_options_are_the_projections(page)
    assert window.accessibility() == [] and window.overflow() == []
    page.get_by_role("group", name="Town hall hire").get_by_label("Raise").tap()
    expect(page.locator(".dm-on-panel")).to_contain_text("£3,500 over")
    page.get_by_role("button", name="More: Undecided").tap()
    expect(page.locator(".dm-on-total")).to_contain_text("1 hand counted")
    page.get_by_role("button", name="More: Target for Band D, £ a year").tap()
    expect(page.locator(".dm-on-panel")).to_contain_text("£101.00 at Band D")
    assert window.accessibility() == [] and window.overflow() == []


def test_the_code_for_phones_leads_to_a_page_that_asks_for_no_token(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    """The presenter shows the code on the projector; a phone that never saw the token opens what it leads to."""
    hall = serve(tmp_path, "--hall", "scenarios/precept-consultation.yaml")
    try:
        word = re.search(r"\?token=[\w-]+", "".join(hall.told))
        window = visitor(HALL)
        if word:
            window.page.goto(f"{hall.address}/{word[0]}")
        page = open_hall(window, hall)
        code = page.locator(".dm-on-phones svg")
        expect(code).not_to_be_visible()
        page.get_by_text("Show the code for phones").click()
        expect(code).to_be_visible()
        size = code.bounding_box()
        assert size and size["width"] >= 256 and size["height"] >= 256, "At least 16rem"
        assert window.accessibility() == [] and window.overflow() == []
        address = page.locator(".dm-on-phones a").get_attribute("href")
        assert (
            address
            and urlsplit(address).path == "/residents/precept-consultation"
            and urlsplit(address).port == urlsplit(hall.address).port
        )
        phone = visitor(PHONE)
        phone.page.goto(f"{hall.address}/residents/precept-consultation")
        expect(phone.page.locator("h1")).to_contain_text("Netherwick")
    finally:
        hall.stop()
