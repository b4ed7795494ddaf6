"""The page of a scheme and its loan in a browser: walked as a person would, every figure compared with the projection."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

import devomodel as dm
from devomodel.charts.words import money, percent
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.serving import ROOT, Served

Open = Callable[..., Visitor]
RATE, TERM = "Pavilion loan: interest a year", "Pavilion loan: repaid over"


def cells(page: Page, caption: str) -> dict[str, list[str]]:
    """A table of the page by its caption: each row's name and cells."""
    table = page.get_by_role("table", name=caption, exact=True)
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()}


def boxes(page: Page) -> dict[str, str]:
    """The figures in boxes, without what stands below each."""
    found = page.locator(".dm-figures > div")
    return {one.locator("dt").inner_text(): one.locator("dd").inner_text().split("\n")[0] for one in found.all()}


def settled(page: Page) -> None:
    """Wait until the tables stand, which come a moment after the chart."""
    expect(page.get_by_role("table", name="Capital and revenue by year")).to_be_visible()


def told(value: float, unit: str) -> str:
    return f"£{value:,.2f}" if unit == "charge" else percent(value) if unit == "share" else money(value, pence=False)


def test_a_council_looks_at_a_loan_for_its_pavilion(dashboard: Served, visitor: Open):
    projection = dm.project(dm.load(ROOT / "scenarios" / "cowfold-pavilion.yaml"))
    one = visitor(DESKTOP)
    page = one.page
    page.goto(f"{dashboard.address}/capital-and-revenue?case=cowfold-pavilion")
    expect(page.locator(".dm-says p")).to_have_text(re.compile(r"loans cost £18,787: £22\.28 for a Band D home, 43p a week"))
    settled(page)

    life, year = dm.charts.loan_life(projection), "2019-20"
    assert boxes(page) == {
        "Loans cost in 2019 to 2020": told(projection.value("town.loan_cost", year), "£"),
        "That is at Band D": told(projection.value("town.loan_cost_band_d", year), "charge"),
        "As a share of the precept": told(projection.value("town.loan_cost_share_of_precept", year), "share"),
        "As a share of all income": told(projection.value("town.loan_cost_share_of_income", year), "share"),
        "Interest over the loan’s life": told(life.interest, "£"),
        "Pavilion: whole cost by 31 March 2024": told(projection.value("pavilion.whole_life_cost_to_date", "2023-24"), "£"),
    }
    rows = cells(page, "Capital and revenue by year")
    for name, line, unit in (
        ("Pavilion: built or bought", "pavilion.capital_cost", "£"), ("Pavilion loan: interest", "loan.pavilion.interest", "£"),
        ("Pavilion loan: repaid", "loan.pavilion.principal_repaid", "£"), ("Pavilion loan: owed at 31 March", "loan.pavilion.balance", "£"),
        ("Cost of loans to revenue", "town.loan_cost", "£"), ("at Band D", "town.loan_cost_band_d", "charge"),
        ("share of the precept", "town.loan_cost_share_of_precept", "share"), ("Precept", "town.precept", "£"),
        ("Band D charge", "town.band_d", "charge"),
    ):  # fmt: skip
        assert rows[name] == [told(value, unit) for value in projection.by_year(line)], name
    bands = cells(page, "What the loans cost each home in 2019 to 2020")
    assert {name[5:]: row[0] for name, row in bands.items() if len(name) == 6} == {
        band: told(projection.value(f"town.loan_cost_bands.{band}", year), "charge") for band in "ABCDEFGH"
    }
    shapes = cells(page, "The same sum, rate and term, repaid in three ways")
    assert shapes["Level payments (annuity), as shown"] == ["£18,786.56", "£18,785.92", "£439,327.36", "£22.28", "30%"]
    approval = cells(page, "What a borrowing approval asks")
    assert approval["Most a parish usually borrows in a year"][0] == "£500,000"
    assert approval["Most a parish usually borrows in a year"][3].startswith("Verified")
    assert one.accessibility() == []
    assert one.overflow() == []


def test_a_loan_is_moved_with_the_keyboard_alone_undone_and_opened_again_from_its_address(dashboard: Served, visitor: Open):
    one = visitor(DESKTOP)
    page = one.page
    page.goto(f"{dashboard.address}/capital-and-revenue?case=cowfold-pavilion")
    settled(page)
    page.get_by_label("Equal instalments of principal (EIP)").focus()
    page.keyboard.press("Space")
    expect(page.locator(".dm-says p")).to_contain_text("£23,987")
    page.get_by_role("textbox", name=RATE).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3.5")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=TERM).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list").filter(has_text="repaid over: 50 years became 25 years")).to_be_visible()
    page.wait_for_url("**term_years=25*")
    said = page.locator(".dm-says p").inner_text()
    assert one.accessibility() == []
    assert one.overflow() == []

    other = visitor(PHONE)
    other.page.goto(page.url)
    expect(other.page.locator(".dm-says p")).to_have_text(said)
    settled(other.page)
    assert boxes(other.page) == boxes(page)
    assert other.accessibility() == []
    assert other.overflow() == []

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("textbox", name=TERM)).to_have_value("50")
    page.get_by_role("button", name="Back to the start").press("Enter")
    expect(page.locator(".dm-says p")).to_contain_text("£18,787")
    expect(page.get_by_role("textbox", name=RATE)).to_have_value("2.84")
    page.get_by_role("textbox", name=RATE).fill("a lot")
    page.get_by_role("textbox", name=RATE).press("Enter")
    expect(page.locator(".amount .error").filter(visible=True)).to_have_count(1)
    assert one.accessibility() == []


def test_another_option_brings_its_own_controls_and_the_file_it_gives_opens_again(dashboard: Served, visitor: Open):
    one = visitor(DESKTOP)
    page = one.page
    page.goto(f"{dashboard.address}/capital-and-revenue?case=castle-donington-hub")
    settled(page)
    page.get_by_text("Running costs and income", exact=True).click()
    page.get_by_role("textbox", name="Hub: hub staff").fill("£110,000")
    page.get_by_role("textbox", name="Hub: hub staff").press("Enter")
    expect(page.get_by_text("Hub: hub staff: £98,000 became £110,000")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Scenario file").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    kept = dm.project(dm.load_text(text, "hub.yaml"), "from_the_dashboard")
    assert boxes(page)["Hub: whole cost by 31 March 2027"] == told(kept.value("hub.whole_life_cost_to_date", "2026-27"), "£")
    page.get_by_label("Option", exact=True).select_option(
        label="Raise the precept by one half, save for two years and buy without a loan"
    )
    expect(page.locator(".dm-says p")).to_contain_text("borrows nothing")
    expect(page.get_by_role("textbox", name="Hub loan: interest a year")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Hub: building (acquisition)")).to_have_value("297,000")
    assert one.accessibility() == []
    assert one.overflow() == []
    page.reload()
    expect(page.locator(".dm-says p")).to_contain_text("borrows nothing")
    expect(page.get_by_role("textbox", name="Hub: building (acquisition)")).to_have_value("297,000")
