"""The cost share page walked in a browser: story S8 with the keyboard alone, and the town hall on a phone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import expect

import devomodel as dm
from tests.browser.conftest import PHONE
from tests.browser.walking import SAID, agree, download, open_page, sound, tab_to
from tests.dashboards.cost_share_figures import expected

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FIXED = """        shares:
          harrowmere: rest
          thornbeck: {value: 30%, basis: assumption, note: the share that is being tested}
"""
BILL = (SCENARIOS / "two-councils-one-bill.yaml").read_text(encoding="utf-8")


def one_bill(text: str = BILL, option: str = "share_one_pool"):
    return dm.project(dm.load_text(text), option)


def hall(option: str, changes: dict[str, object] | None = None):
    return dm.project(dm.load(SCENARIOS / "kidderminster-town-hall.yaml", changes=changes), option)


def test_two_finance_officers_agree_a_rule_with_the_keyboard_alone_and_take_the_terms_away(dashboard, visitor):
    """Story S8: £39,000 and £91,000, Shapley £45,000 and £85,000, an equal split that is marked, and a stated review date."""
    one = open_page(dashboard, visitor, "cost-share?case=two-councils-one-bill")
    page = one.page
    expect(page.locator(SAID)).to_contain_text("Harrowmere Town Council bears £91,000 and Thornbeck Parish Council bears £39,000")
    nothing, at = one_bill(option="do_nothing"), "2027-28"
    compared = agree(page, expected(one_bill(), nothing, "pool", "Swimming pool", at, "fixed shares"))
    marked = page.get_by_role("row").filter(has_text="more than alone")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("Equal shares")
    expect(page.get_by_text("Made-up figures, to show the tool")).to_be_visible()
    sound(one)

    tab_to(page, "Rule")
    page.keyboard.type("Shap")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text("Thornbeck Parish Council bears £45,000")
    before = "          rules:\n            by_tax_base"
    shapley = BILL.replace(FIXED, "        by: shapley\n", 1)
    old = f"          rules:\n            as_the_case_has_it:\n{FIXED.replace('        ', '                ')}"
    other = shapley.replace(before, f"{old}            by_tax_base", 1)
    wanted = expected(one_bill(other), nothing, "pool", "Swimming pool", at, "Shapley value")
    compared += agree(page, wanted)
    assert "rule=shapley" in page.url
    sound(one)

    tab_to(page, "Review date")
    page.keyboard.type("1 April 2030")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("row").filter(has_text="Review date")).to_contain_text("1 April 2030")
    terms = dict(csv.reader(io.StringIO(download(page, "Heads of terms (CSV)"))))
    assert terms["Review date"] == "1 April 2030" and terms["Rule"] == "Shapley value"
    assert terms["Share of each, 2027 to 2028"] == "Harrowmere Town Council £85,000; Thornbeck Parish Council £45,000"
    rows = list(csv.DictReader(io.StringIO(download(page, "Rules side by side (CSV)"))))
    first = [row for row in rows if row["year"] == at]
    assert [(row["rule"], row["party"]) for row in first if row["more_than_alone"] == "yes"] == [
        ("Equal shares", "Thornbeck Parish Council")
    ]
    again = dm.project(dm.load_text(download(page, "Scenario file")), "from_the_dashboard")
    assert again.value("pool.thornbeck.part", at) == 45_000

    page.reload()
    expect(page.locator(SAID)).to_contain_text("Thornbeck Parish Council bears £45,000")
    compared += agree(page, wanted)
    expect(page.get_by_label("Review date")).to_have_value("1 April 2030")
    page.get_by_label("Rule", exact=True).select_option("Equal shares")
    expect(page.locator(SAID)).to_contain_text("would pay £60,000 alone, which is less")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(SAID)).to_contain_text("£45,000")
    page.get_by_role("button", name="Back to the start").click()
    expect(page.locator(SAID)).to_contain_text("£39,000")
    expect(page.get_by_label("Review date")).to_have_value("")
    assert compared > 350


def test_the_town_hall_on_a_phone_with_a_share_a_cap_and_then_a_grant_that_falls(dashboard, visitor):
    one = open_page(dashboard, visitor, "cost-share", PHONE)
    page, given = one.page, hall("do_nothing")
    compared = agree(page, expected(given, given, "hall_cost", "Town hall", "2019-20", "fixed shares"))
    sound(one)
    group = page.get_by_role("group").filter(has=page.get_by_text("Town hall: share of Kidderminster Town Council", exact=True))
    group.get_by_role("button").last.click()
    expect(page.locator(SAID)).to_contain_text("Kidderminster Town Council bears £40,300")
    changed = hall("do_nothing", {"hall_cost.shares.town": "31%"})
    compared += agree(page, expected(changed, given, "hall_cost", "Town hall", "2019-20", "fixed shares"))
    page.get_by_label("A cap put in here").check()
    cap = page.get_by_label("Most it pays in a year", exact=True).and_(page.locator("input[type=text]"))
    cap.fill("£35,000")
    cap.press("Enter")
    expect(page.locator(SAID)).to_contain_text("Kidderminster Town Council bears £35,000")
    cap_of_town = {"town": {"at_most": {"value": "£35,000", "basis": "assumption", "note": "tried"}}}
    tried = {"hall_cost.shares.town": "31%", "hall_cost.bearer": "district", "hall_cost.limits": cap_of_town}
    capped = hall("do_nothing", tried)
    compared += agree(page, expected(capped, given, "hall_cost", "Town hall", "2019-20", "fixed shares"))
    cap.fill("a lot")
    cap.press("Enter")
    expect(cap).to_have_attribute("aria-invalid", "true")
    sound(one)

    page.get_by_label("Option of the case").select_option("Take the hall over with a grant that falls for five years")
    expect(page.locator(SAID)).to_contain_text("No cost is shared in this option")
    compared += agree(page, expected(hall("take_over"), given, "hall_cost", "Town hall", "2019-20", ""))
    expect(page.get_by_text("Who pays then is not agreed")).to_be_visible()
    sound(one)
    assert compared > 500
