"""The case explorer in a browser: controls added and taken away, workings, options side by side, files in and out."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

import devomodel as dm
from devomodel.charts.words import money
from devomodel.problems import InputError
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.serving import ROOT, Served

Open = Callable[..., Visitor]
STAFF = "Hub: hub staff"


def opened(one: Visitor, dashboard: Served, query: str) -> Page:
    one.page.goto(f"{dashboard.address}/case-explorer?{query}")
    expect(one.page.locator(".dm-says p")).to_be_visible()
    expect(one.page.get_by_text(re.compile(r"checks (hold|do|does)")).first).to_be_visible()
    return one.page


def test_amounts_become_controls_by_keyboard_and_an_address_opens_them_again(dashboard: Served, visitor: Open):
    one = visitor(DESKTOP)
    page = opened(one, dashboard, "case=castle-donington-hub")
    page.get_by_label("Line", exact=True).select_option(label="Hub: running costs, less income that follows")
    expect(page.locator(".dm-says p")).to_contain_text("Hub: running costs")
    page.get_by_label("Add a control for…").select_option(label=f"{STAFF}, £98,000")
    page.get_by_role("button", name="Add this control").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name=STAFF)
    expect(box).to_have_value("98,000")
    expect(page.get_by_text("Assumption; a manager, a library assistant and part-time caretaking, with on-costs")).to_be_visible()
    page.wait_for_url("**hub.running_costs.hub_staff=98000*")
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("£110,000")
    page.keyboard.press("Enter")
    expect(page.locator(".dm-says p")).to_contain_text("£14,329 more than before the change")
    page.get_by_label("A table").check()
    moved = dm.project(dm.load(ROOT / "scenarios" / "castle-donington-hub.yaml")).with_amounts(
        {"hub.running_costs.hub_staff": 110_000}
    )
    table = page.get_by_role("table", name="Hub: running costs, less income that follows")
    figures = [row.locator("td").nth(1).inner_text() for row in table.locator("tbody tr").all()]
    assert figures == [money(value) for value in moved.by_year("hub.running_cost")]
    page.wait_for_url("**look=table*")
    assert one.accessibility() == []
    assert one.overflow() == []

    other = visitor(PHONE)
    opened(other, dashboard, page.url.partition("?")[2])
    expect(other.page.get_by_role("textbox", name=STAFF)).to_have_value("110,000")
    expect(other.page.locator(".dm-says p")).to_have_text(page.locator(".dm-says p").inner_text())
    assert other.accessibility() == []
    assert other.overflow() == []

    page.get_by_role("button", name=f"Take away: {STAFF}").press("Enter")
    expect(box).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(box).to_have_value("110,000")


def test_a_figure_is_explained_options_are_compared_and_files_are_handed_out(dashboard: Served, visitor: Open):
    one = visitor(DESKTOP)
    page = opened(one, dashboard, "case=castle-donington&tax_base.homes=2600")
    page.get_by_label("Show how this figure was worked out").focus()
    page.keyboard.press("Space")
    working = page.locator(".dm-working")
    expect(working).to_be_visible()
    expect(working.get_by_text("2,600.00 Band D homes").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Every figure above ends in one of \d+ figures given"))).to_be_visible()
    page.get_by_label("Set the options side by side").check()
    expect(page.get_by_role("heading", name="What “As moved on the dashboard” changes")).to_be_visible(timeout=20_000)
    case = dm.load(ROOT / "scenarios" / "castle-donington.yaml")
    caption = "Castle Donington Parish Council: Band D charge"
    rows = {row.locator("th").inner_text(): row.locator("td").all_inner_texts()
            for row in page.get_by_role("table", name=caption, exact=True).locator("tbody tr").all()}  # fmt: skip
    for name, option in case.options.items():
        assert rows[option.label] == [f"£{value:.2f}" for value in dm.project(case, name).by_year("town.band_d")]
    page.locator("summary", has_text="Every figure that was given").click()
    expect(page.get_by_role("table", name="Every figure that was given")).to_be_visible()
    assert one.accessibility() == []
    assert one.overflow() == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert one.overflow() == []
    for button, ending in (
        ("Scenario file", "moved.yaml"),
        ("Every line (CSV)", "lines.csv"),
        ("Chart (SVG)", "town-band_d.svg"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        assert waiting.value.suggested_filename == f"castle-donington-{ending}"
        text = waiting.value.path().read_text(encoding="utf-8-sig")
        if ending.endswith("yaml"):
            kept = dm.project(dm.load_text(text, "moved.yaml"), "from_the_dashboard")
            assert kept.value("town.tax_base", "2019-20") == 2_600
        assert text.startswith(
            {"yaml": "case:", "csv": "Line,Label", "svg": "<svg"}[ending.rpartition(".")[2]]
        ) or ending.endswith("yaml")


def test_a_file_with_slips_is_opened_from_the_first_page_and_every_slip_is_told(dashboard: Served, visitor: Open):
    one = visitor(DESKTOP)
    page = one.page
    wrong = ROOT / "tests" / "wrong" / "slips_in_every_part.yaml"
    page.goto(f"{dashboard.address}/")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Open the file").click()
    expect(page.get_by_role("heading", name="This scenario file cannot be used yet")).to_be_visible()
    try:
        dm.load_text(wrong.read_text(encoding="utf-8"), "slips_in_every_part.yaml")
        problems = []
    except InputError as error:
        problems = [str(one) for one in error.problems]
    listed = page.locator(".dm-error-summary li").all_inner_texts()
    assert [" ".join(one.split()) for one in listed] == [" ".join(one.split()) for one in problems] != []
    assert all(re.search(r"line \d+", one) for one in listed)
    assert one.accessibility() == []
    assert one.overflow() == []
