"""The dashboard as a whole: the first page, a file of one's own, saved work, and what a visitor sees when something breaks."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.serving import ROOT, Served, serve

Open = Callable[..., Visitor]
CASE = "castle-donington"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A dashboard that the test may break."""
    started = serve(tmp_path / "work", "--ready", "1")
    yield started
    started.stop()


def ready(page: Page) -> None:
    """Wait until a page shows its result."""
    expect(page.locator(".dm-says p")).to_be_visible()


def first_amount(page: Page) -> tuple[str, str]:
    """The first amount of a page: its label, and the figure in its box."""
    group = page.locator(".amount").first
    return group.locator("label").inner_text(), group.locator("input[type=text]").input_value()


# The first page


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)], ids=["projector", "phone", "narrow phone"])
def test_the_first_page_has_three_doors_every_case_and_a_search(dashboard: Served, visitor: Open, size: tuple[int, int]) -> None:
    one = visitor(size)
    page = one.page
    page.goto(f"{dashboard.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("What would it cost, and who pays?")
    for door in ("I am a clerk", "I build business cases", "I run a meeting"):
        expect(page.get_by_role("heading", name=door)).to_be_visible()
    titles = [
        re.search(r"^case: (.*)$", path.read_text(encoding="utf-8"), re.M)[1] for path in (ROOT / "scenarios").glob("*.yaml")
    ]  # type: ignore[index]
    expect(page.locator(".cases h3").filter(has_text="Castle Donington, a precept")).to_have_count(1, timeout=30_000)
    expect(page.get_by_text("The figures are being worked out.")).to_have_count(0, timeout=30_000)
    shown = page.locator("#cases ~ .cases h3").all_inner_texts()
    assert sorted(shown) == sorted(title.strip("'\"") for title in titles)
    expect(page.get_by_text("Band D charge: up £92.69 to £220.55 by 2024 to 2025, from £127.86 in 2018 to 2019.")).to_be_visible()
    assert one.accessibility() == [] and one.overflow() == []
    page.get_by_label("Name of the parish or town council").fill("castle don")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="North West Leicestershire")).to_contain_text("£337,886")
    assert one.accessibility() == [] and one.overflow() == []
    page.get_by_label("Name of the parish or town council").fill("zzzzqqq")
    page.get_by_role("button", name="Find it").click()
    expect(page.get_by_role("status")).to_contain_text("No parish of that name")


def test_a_clerk_gets_from_her_councils_name_to_a_band_table_with_the_keyboard_only(dashboard: Served, visitor: Open) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{dashboard.address}/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("id") == "wanted":
            break
    page.keyboard.type("castle donington")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Castle Donington", exact=True)
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("rowheader", name="Band H").first).to_be_visible()
    assert one.accessibility() == []


# A file of one's own


def test_a_file_with_mistakes_is_told_line_by_line_and_a_good_one_opens(own: Served, visitor: Open, tmp_path: Path) -> None:
    one = visitor()
    page = one.page
    text = (ROOT / "scenarios" / f"{CASE}.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "with mistakes.yaml"
    wrong.write_text(text.replace("nation: england", "nation: mars").replace("use: budget", "use: bugdet", 1), encoding="utf-8")
    page.goto(f"{own.address}/")
    page.get_by_label("Scenario file").set_input_files(wrong)
    page.get_by_role("button", name="Open the file").click()
    told = page.locator(".dm-error-summary")
    expect(told).to_contain_text("This scenario file cannot be used yet")
    expect(told).to_contain_text("line 2, nation: 'mars'")
    expect(told).to_contain_text("Did you mean 'budget'?")
    assert one.accessibility() == [] and "Traceback" not in page.content()
    page.get_by_role("link", name="Choose another case").click()
    good = tmp_path / "good.yaml"
    good.write_text(text, encoding="utf-8")
    page.get_by_label("Scenario file").set_input_files(good)
    page.get_by_role("button", name="Open the file").click()
    ready(page)
    assert "case=opened-good-" in page.url


# Choices, undo, saving


def test_choices_stay_in_the_address_through_a_reload_and_can_be_undone_and_saved(own: Served, visitor: Open) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{own.address}/precept-tester?case={CASE}")
    ready(page)
    label, before = first_amount(page)
    box = page.locator(".amount").first.locator("input[type=text]")
    page.get_by_role("button", name=f"More: {label}").first.click()
    expect(box).not_to_have_value(before)
    moved = box.input_value()
    expect(page.locator(".dm-changes")).to_contain_text(moved)
    chosen = page.url
    assert f"case={CASE}" in chosen and "&" in chosen
    page.reload()
    ready(page)
    assert first_amount(page) == (label, moved) and page.url == chosen
    page.get_by_role("button", name=f"More: {label}").first.click()
    expect(box).not_to_have_value(moved)
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+z")
    expect(box).to_have_value(moved)
    expect(page.get_by_role("button", name="Redo")).to_have_attribute("aria-disabled", "false")
    page.get_by_role("button", name="Redo").click()
    expect(box).not_to_have_value(moved)
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value(moved)
    page.get_by_label("Name for this work").fill("My <b>budget</b>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".dm-saved")).to_contain_text("Saved as ‘My <b>budget</b>’")
    page.get_by_role("button", name="Back to the start").click()
    expect(box).to_have_value(before)
    page.get_by_role("link", name="devomodel").click()
    page.get_by_role("link", name="My <b>budget</b>").click()
    ready(page)
    assert first_amount(page) == (label, moved)
    page.goto(f"{own.address}/")
    page.get_by_role("button", name="Delete the saved work").click()
    expect(page.get_by_text("Nothing has been saved yet.")).to_be_visible()


def test_what_was_typed_and_is_no_figure_stays_in_its_box_with_the_reason(dashboard: Served, visitor: Open) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{dashboard.address}/precept-tester?case={CASE}")
    ready(page)
    group = page.locator(".amount").first
    label, _ = first_amount(page)
    box = group.locator("input[type=text]")
    box.fill("ten thousand or so")
    box.press("Enter")
    expect(group.locator(".error")).to_be_visible()
    expect(box).to_have_value("ten thousand or so")
    assert box.get_attribute("aria-invalid") == "true" and group.locator(".error").get_attribute("id") in box.get_attribute(
        "aria-describedby"
    )  # type: ignore[operator]
    assert one.accessibility() == []
    box.press("Escape")
    page.get_by_role("button", name=f"More: {label}").first.click()
    expect(group.locator(".error")).to_be_hidden()


def test_a_link_with_choices_that_cannot_be_says_which_and_goes_on(dashboard: Served, visitor: Open) -> None:
    one = visitor()
    one.page.goto(f"{dashboard.address}/precept-tester?case={CASE}&no_such_choice=1&%3Cscript%3E=2")
    ready(one.page)
    expect(one.page.locator(".dm-notes")).to_contain_text("‘no_such_choice’ in the address is not a choice of this page.")
    expect(one.page.locator(".dm-notes")).to_contain_text("‘<script>’")


# When something breaks


def test_a_page_whose_kernel_dies_opens_again_with_its_choices_and_says_so(own: Served, visitor: Open) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{own.address}/precept-tester?case={CASE}")
    ready(page)
    label, before = first_amount(page)
    page.get_by_role("button", name=f"More: {label}").first.click()
    expect(page.locator(".dm-changes li").first).to_be_visible()
    moved = first_amount(page)
    assert moved[1] != before
    for kernel in own.kernels:
        kernel.send_signal(signal.SIGKILL)
    expect(page.locator("#notice")).to_contain_text("It was opened again with the choices you had.", timeout=60_000)
    ready(page)
    assert first_amount(page) == moved
    assert one.accessibility() == []


def test_a_page_whose_dashboard_stops_says_so_and_goes_on_when_it_is_back(own: Served, visitor: Open) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{own.address}/precept-tester?case={CASE}")
    ready(page)
    label, _ = first_amount(page)
    page.get_by_role("button", name=f"More: {label}").first.click()
    expect(page.locator(".dm-changes li").first).to_be_visible()
    moved = first_amount(page)
    own.stop(signal.SIGKILL)
    for kernel in own.kernels:
        kernel.kill()
    expect(page.locator("#notice")).to_contain_text("The dashboard cannot be reached. Your choices are kept")
    assert one.accessibility() == []
    again = serve(own.work, "--ready", "0", port=int(own.address.rpartition(":")[2]))
    try:
        expect(page.locator("#notice")).to_contain_text("It was opened again with the choices you had.", timeout=60_000)
        ready(page)
        assert first_amount(page) == moved
    finally:
        again.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 64 KB: a real one where this user may mount one, and otherwise a folder that cannot be written in."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = shutil.which("mount") is not None and os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True).returncode == 0  # fmt: skip
    if not mounted:
        (folder / "work").touch()  # a file where the folder for saved work should be
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_no_choice_and_nothing_that_was_saved(small_disk: Path, visitor: Open) -> None:
    served = serve(small_disk / "work", "--ready", "0")
    try:
        one = visitor()
        page = one.page
        page.goto(f"{served.address}/precept-tester?case={CASE}")
        ready(page)
        label, _ = first_amount(page)
        page.get_by_role("button", name=f"More: {label}").first.click()
        expect(page.locator(".dm-changes li").first).to_be_visible()
        moved = first_amount(page)
        for place in range(12):
            page.get_by_label("Name for this work").fill(f"Draft {place}")
            page.get_by_role("button", name="Save", exact=True).click()
            said = page.locator(".dm-error-summary").or_(page.locator(".dm-saved p").filter(has_text=f"Draft {place}’"))
            expect(said).to_be_visible()
            if page.locator(".dm-error-summary").count():
                break
        expect(page.locator(".dm-error-summary")).to_contain_text("Nothing is lost: your choices are in the address of this page")
        kept = sorted(small_disk.rglob("*.json"))
        assert [path.name for path in small_disk.rglob("*.part")] == []
        page.reload()
        ready(page)
        assert first_amount(page) == moved
        page.goto(f"{served.address}/")
        expect(page.get_by_role("button", name="Delete the saved work")).to_have_count(len(kept))
    finally:
        served.stop()


def test_closing_a_page_gives_its_place_back_at_once(own: Served, visitor: Open) -> None:
    own.wait_for_kernels(1)
    one, another = visitor(), visitor()
    for each in (one, another):
        each.page.goto(f"{own.address}/precept-tester?case={CASE}")
        ready(each.page)
    one.page.goto(f"{own.address}/")  # by going elsewhere
    another.page.close(run_before_unload=False)  # by closing the tab
    assert own.wait_for_kernels(1, 40) == 1


def test_thirty_tabs_in_a_room_of_eight_each_show_a_page_or_say_that_the_room_is_full(tmp_path: Path, visitor: Open) -> None:
    served = serve(tmp_path / "work", "--ready", "0", "--visitors", "8")
    try:
        one = visitor()
        pages = [one.page, *(one.context.new_page() for _ in range(29))]
        for page in pages:
            page.goto(f"{served.address}/precept-tester?case={CASE}", wait_until="commit")
        full = [page for page in pages if page.title().startswith("The room is full")]
        assert len(full) == 22
        for page in pages:
            if page not in full:
                expect(page.locator(".dm-says p")).to_be_visible(timeout=120_000)
        label, before = first_amount(pages[0])
        pages[0].get_by_role("button", name=f"More: {label}").first.click()
        expect(pages[0].locator(".amount").first.locator("input[type=text]")).not_to_have_value(before)
        pages[1].close()
        expect(full[0].get_by_role("link", name="Try again now")).to_be_visible()
        served.wait_for_kernels(7)
        full[0].get_by_role("link", name="Try again now").click()
        expect(full[0].locator(".dm-says p")).to_be_visible(timeout=120_000)
    finally:
        served.stop()
