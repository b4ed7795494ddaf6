"""The precept tester walked in a browser: by slider, by box and by keyboard alone, on a desktop and on a phone; stories S2 and S3."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

import devomodel as dm
from devomodel.charts import words
from devomodel.dashboards import shown
from devomodel.dashboards.precept_tester_plan import PRECEPT, RISE, Asked, Engine
from devomodel.engine import per_period
from tests.browser.conftest import PHONE

ROOT = Path(__file__).resolve().parents[2]
BLANK = ROOT / "devomodel" / "dashboards" / "blank.yaml"
SAID = ".dm-says p"


def open_page(dashboard, visitor, query: str, size: tuple[int, int] = (1280, 900)):
    one = visitor(size)
    one.page.goto(f"{dashboard.address}/precept-tester?{query}")
    one.page.locator(SAID).wait_for()
    one.page.locator(".dm-run").wait_for()
    return one


def run_id(page: Page) -> str:
    return re.search(r"[0-9a-f]{10}-[\d.]+", page.locator(".dm-run").inner_text())[0]


def settled(page: Page, wanted: str) -> None:
    """Wait until the page says what it should, and until the run id below is that of a projection."""
    expect(page.locator(".dm-run strong")).to_have_text(wanted)


def table(page: Page, caption: str) -> list[list[str]]:
    found = page.locator("table").filter(has=page.locator("caption", has_text=caption)).first
    return found.evaluate("one => [...one.rows].map(row => [...row.cells].map(cell => cell.textContent.trim()))")[1:]


def figures_agree(page: Page, p, council: str, year: str) -> int:
    """Compare every figure of the five numbers, the bands, the walk and the years with the projection; how many there are."""
    compared = 0
    for row in table(page, "what a home in each band pays"):
        key = "A_disabled" if "disabled" in row[0] else row[0].removeprefix("Band ")
        charge, moved = p.value(f"{council}.bands.{key}", year), p.value(f"{council}.band_changes.{key}", year)
        periods, week = per_period(charge), round(per_period(moved)["week"] * 100)
        assert row[1:] == [shown.charge(charge), shown.charge(periods["week"]), shown.charge(moved, signed=True),
                           f"{'+' if week > 0 else '−' if week < 0 else ''}{abs(week)}p", shown.charge(periods["month"])]  # fmt: skip
        compared += 5
    for row, at in zip(table(page, "every year of the case"), p.years, strict=True):

        def value(line: str, at: str = at) -> float:
            return p.value(f"{council}.{line}", at)

        assert row[1:] == [shown.said(value("precept"), "£", pence=True), shown.rate(value("precept_change_rate")),
                           words.number(value("tax_base"), 2), shown.charge(value("band_d")),
                           shown.charge(value("band_d_change"), signed=True), shown.rate(value("band_d_change_rate")),
                           shown.said(value("reserves.general.closing"), "£", pence=True)]  # fmt: skip
        compared += 7
    five = page.locator(".dm-figures dd").evaluate_all("all => all.map(one => one.firstChild.textContent)")
    assert five == [shown.said(p.value(f"{council}.precept", year), "£", pence=True),
                    *(shown.rate(p.value(f"{council}.{line}_change_rate", year)) for line in ("precept", "tax_base")),
                    shown.charge(p.value(f"{council}.band_d", year)), shown.rate(p.value(f"{council}.band_d_change_rate", year))]  # fmt: skip
    steps = table(page, "Why Band D moves")
    assert steps[-1][1] == shown.charge(p.value(f"{council}.band_d_change", year), signed=True)
    pence = [round(float(row[1].replace("£", "").replace("−", "-").replace(",", "")) * 100) for row in steps]
    assert sum(pence[:-1]) == pence[-1]
    return compared + 5 + len(steps)


def tab_to(page: Page, label: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.labels?.[0]?.textContent")
            == label
        ):
            return
    raise AssertionError(f"No number of Tabs leads to {label}")


def test_slider_box_and_keyboard_set_the_same_precept_and_band_table(dashboard, visitor):
    """Story S2: £9,000 is £14.83 at Band D, £20,000 is £32.96: 23, 35 and 70 pence a week at A, D and H."""
    engine = Engine(dm.load(BLANK))
    ids = {
        pounds: engine.work(Asked("do_nothing", "parish", "2027-28", PRECEPT, pounds)).run_id for pounds in (9_000.0, 20_000.0)
    }
    p = engine.work(Asked("do_nothing", "parish", "2027-28", PRECEPT, 20_000.0)).projection
    one = open_page(dashboard, visitor, "case=blank")
    page = one.page
    box, slider = (
        page.get_by_label("Precept", exact=True).and_(page.locator("input[type=text]")),
        page.get_by_label("Precept, slider"),
    )
    base = page.get_by_label("Tax base", exact=True).and_(page.locator("input[type=text]"))
    base.fill("606.88")
    base.press("Enter")
    box.fill("£9,000")
    box.press("Enter")
    expect(page.locator(SAID)).to_contain_text("Band D stays at £14.83")
    compared, found = 0, []
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(SAID)).to_contain_text("£32.96 a year, +35p a week")
    settled(page, ids[20_000.0])
    compared += figures_agree(page, p, "parish", "2027-28")
    found.append(run_id(page))
    assert {row[0]: row[4] for row in table(page, "each band") if row[0] in ("Band A", "Band D", "Band H")} == {
        "Band A": "+23p", "Band D": "+35p", "Band H": "+70p"}  # fmt: skip
    box.fill("9000")
    box.press("Enter")
    expect(page.locator(SAID)).to_contain_text("£14.83")
    box.fill("20,000")
    box.press("Enter")
    settled(page, ids[20_000.0])
    found.append(run_id(page))
    page.reload()
    page.locator(".dm-run").wait_for()
    settled(page, ids[20_000.0])
    expect(box).to_have_value("20,000")
    compared += figures_agree(page, p, "parish", "2027-28")
    page.get_by_role("button", name="Back to the start").click()
    expect(page.locator(SAID)).to_contain_text("£14.83")
    page.get_by_role("button", name="Undo").click()
    settled(page, ids[20_000.0])
    page.get_by_role("button", name="Band table (CSV)").click()
    with page.expect_download() as download:
        page.locator("a.dm-file").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert download.value.suggested_filename == "your-parish-council-2027-28-bands.csv"
    assert rows[5] == [
        "Your parish council",
        "2027 to 2028",
        "20000.00",
        "606.88",
        "32.96",
        "Band D",
        "32.96",
        "2.75",
        "0.63",
        "18.13",
        "35",
    ]
    other = open_page(dashboard, visitor, "case=blank", PHONE)
    keys = other.page
    tab_to(keys, "Precept")
    keys.keyboard.press("Control+a")
    keys.keyboard.type("20000")
    keys.keyboard.press("Enter")
    settled(keys, ids[20_000.0])
    found.append(run_id(keys))
    compared += figures_agree(keys, p, "parish", "2027-28")
    assert len(set(found)) == 1 and compared > 200
    assert one.accessibility() == [] and one.overflow() == [] and other.accessibility() == [] and other.overflow() == []


def test_you_said_2_per_cent_is_answered_with_both_rates_and_the_larger_cause(dashboard, visitor):
    """Story S3, by the other two ways and the keyboard: +2.00% of precept on −3.00% of tax base is +5.15% at Band D."""
    engine = Engine(dm.load(ROOT / "scenarios" / "castle-donington.yaml"))
    worked = engine.work(Asked("do_nothing", "town", "2019-20", RISE, 0.02, 2342.55))
    one = open_page(dashboard, visitor, "case=castle-donington&option=do_nothing&tax_base=2342.55", PHONE)
    page = one.page
    tab_to(page, "Change in the precept on the year before")
    page.keyboard.press("Control+a")
    page.keyboard.type("2%")
    page.keyboard.press("Enter")
    settled(page, worked.run_id)
    compared = figures_agree(page, worked.projection, "town", "2019-20")
    said = page.locator(SAID).inner_text()
    assert "The larger cause is the tax base (−3.00%)" in said and "2.00%" in said and "5.15%" in said
    for rate in ("+2.00%", "−3.00%", "+5.15%"):
        expect(page.locator(".dm-figures")).to_contain_text(rate)
    walk = page.locator("figure svg").first
    assert "from the tax base" in walk.locator("title").text_content() or "tax base" in walk.locator("desc").text_content()
    assert "£127.86" in walk.locator("desc").text_content() and "£134.45" in walk.locator("desc").text_content()
    assert page.get_by_label("What is held").locator("option:checked").inner_text() == "The percentage"
    again = open_page(dashboard, visitor, page.url.partition("?")[2])
    settled(again.page, worked.run_id)
    assert again.page.locator(SAID).inner_text() == said
    compared += figures_agree(again.page, worked.projection, "town", "2019-20")
    again.page.get_by_label("What each band pays").check()
    expect(again.page.locator("figure svg").first.locator("title")).to_contain_text("Band D rises £6.59")
    for summary in again.page.locator("summary").all():
        summary.click()
    assert compared > 150
    assert one.accessibility() == [] and one.overflow() == [] and again.accessibility() == [] and again.overflow() == []


def test_a_parish_opens_as_history_and_leads_to_a_year_of_ones_own(dashboard, visitor):
    from devomodel import councils

    number = next(at for at, one in enumerate(councils.parishes()) if one.name.startswith("Tilsworth"))
    one = open_page(dashboard, visitor, f"case=parish-{number}", PHONE)
    page = one.page
    expect(page.locator(".dm-caution").first).to_contain_text("are those of 2019 to 2020")
    assert one.accessibility() == [] and one.overflow() == []
    page.locator(".dm-caution a").last.click()
    expect(page.locator(".dm-caution").first).to_contain_text("until you type that year’s precept and tax base")
    page.locator(".dm-run").wait_for()
    for label, figure in (("Tax base", "200"), ("Band D charge", "75.50")):
        box = page.get_by_label(label, exact=True).and_(page.locator("input[type=text]"))
        box.fill(figure)
        box.press("Enter")
    expect(page.locator(SAID)).to_contain_text("to £15,100")
    box.fill("lots")
    box.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator(SAID)).to_contain_text("to £15,100")
    assert one.accessibility() == [] and one.overflow() == []
