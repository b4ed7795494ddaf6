"""The funding page walked in a browser: a funder that pulls out, a salary that is refused, and cliffs, on a desktop and on a phone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import expect

import devomodel as dm
from tests.browser.conftest import PHONE
from tests.browser.walking import SAID, agree, download, open_page, sound, tab_to
from tests.dashboards.funding_figures import expected

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def worked(key: str, option: str):
    return dm.project(dm.load(SCENARIOS / f"{key}.yaml"), option)


def test_a_funder_pulls_out_with_the_keyboard_alone_and_the_gap_stays_a_gap(dashboard, visitor):
    one = open_page(dashboard, visitor, "funding-and-match")
    page = one.page
    hub = worked("castle-donington-hub", "hub_with_a_loan")
    compared = agree(page, expected(hub))
    expect(page.locator(SAID)).to_contain_text("Every condition holds")
    sound(one)
    tab_to(page, "Community fund grant")
    page.keyboard.press("Space")
    expect(page.locator(SAID)).to_contain_text(
        "Without Community fund grant: £200,000 of £442,082 of capital spending has no funder"
    )
    without = hub.with_amounts({"purchase.funders.developer_grant.award": 0})
    compared += agree(page, expected(without))
    assert without.value("purchase.gap", "2020-21") == 200_000
    expect(page.locator(".dm-figures")).to_contain_text("£200,000")
    sound(one)
    rows = list(csv.DictReader(io.StringIO(download(page, "Who pays by year (CSV)"))))
    [gap] = [row for row in rows if row["year"] == "2020-21" and row["funder"].startswith("Gap")]
    assert float(gap["pays_pounds"]) == 200_000
    again = dm.project(dm.load_text(download(page, "Scenario file")), "from_the_dashboard")
    assert again.value("purchase.gap", "2020-21") == 200_000

    page.reload()
    expect(page.get_by_label("Community fund grant", exact=True)).not_to_be_checked()
    compared += agree(page, expected(without))
    page.get_by_text("Terms: The parish, by a loan").click()
    award = page.get_by_label("The parish, by a loan: award", exact=True).and_(page.locator("input[type=text]"))
    award.fill("£250,000")
    award.press("Enter")
    more = without.with_amounts({"purchase.funders.parish.award": 250_000})
    compared += agree(page, expected(more))
    page.get_by_role("button", name="Undo").click()
    compared += agree(page, expected(without))
    page.get_by_role("button", name="Back to the start").click()
    compared += agree(page, expected(hub))
    assert compared > 400


def test_a_salary_is_refused_from_a_capital_grant_and_the_sixth_year_is_flagged(dashboard, visitor):
    """Story S7, its first half."""
    one = open_page(dashboard, visitor, "funding-and-match?case=dunstable-ranger")
    page = one.page
    compared = agree(page, expected(worked("dunstable-ranger", "ranger_for_five_years")))
    page.get_by_label("Kit funding: the cost it is put to").select_option("Ranger: ranger post")
    expect(page.locator(".dm-error-summary")).to_contain_text("‘Ranger: ranger post’ is revenue, and this scheme is capital")
    expect(page.locator(SAID)).to_contain_text("Refused")
    sound(one)
    page.reload()
    expect(page.locator(".dm-error-summary")).to_contain_text("must not pay for it")
    page.get_by_role("button", name="Back to the start").click()
    expect(page.locator(".dm-error-summary")).to_have_count(0)
    page.get_by_label("Option of the case").select_option(
        "The ranger is kept on after the promise, and money is put by for the next kit"
    )
    compared += agree(page, expected(worked("dunstable-ranger", "ranger_kept")))
    page.get_by_text("to know about these figures").click()
    expect(page.get_by_text("decide who pays")).to_be_visible()
    sound(one)
    assert compared > 180


def test_steps_lotteries_six_sources_and_a_taper_each_open_on_a_phone(dashboard, visitor):
    compared = 0
    for key, option, said in (
        ("mid-devon-toilets", "by_steps", "running costs"), ("padiham", "as_the_guide_has_it", "pays 73.7%"),
        ("peppard-pavilion", "loan_in_full", "pays 59.3%"), ("kidderminster-town-hall", "take_over", "running costs"),
    ):  # fmt: skip
        one = open_page(dashboard, visitor, f"funding-and-match?case={key}", PHONE)
        expect(one.page.locator(SAID)).to_contain_text(said)
        compared += agree(one.page, expected(worked(key, option)))
        sound(one)
    town = one.page
    expect(town.get_by_role("row").filter(has_text="Town hall grant from the district").last).to_contain_text("Not agreed")
    town.get_by_text("Terms: Town hall grant from the district").click()
    town.get_by_label("Town hall grant from the district: who pays when it ends").select_option("Kidderminster Town Council")
    expect(town.get_by_role("listitem").filter(has_text="Kidderminster Town Council picks it up")).to_be_visible()
    sound(one)
    assert compared > 400
