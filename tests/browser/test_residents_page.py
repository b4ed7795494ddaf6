"""The residents' page in a real browser: every figure read off it, by keyboard, on a phone, on paper, without scripts."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pytest

import devomodel as dm
from devomodel.engine.years import in_words
from devomodel.mechanisms.bands import bands_of
from devomodel.reports.residents import publish, residents_page
from tests.browser.conftest import DESKTOP, PHONE
from tests.cli.commands import PARISH
from tests.residents_pages import (
    SCENARIOS,
    charge,
    choices,
    councils_of,
    exact,
    month,
    parts,
    projections,
    sentence,
    short,
    shown,
    text,
    week,
)
from tests.test_residents_page import without_a_precept

WALKED = ("castle-donington", "precept-consultation", "kidderminster")
SEVERAL_COUNCILS = "mid-devon-toilets"
NARROWEST = (320, 568)
ENLARGED = (640, 450)
"""A window of 1280 by 900 at 200%."""

TODAY = date(2026, 11, 25)
WATCHES = (
    "window.refused = []; document.addEventListener('securitypolicyviolation', one => window.refused.push(one.violatedDirective))"
)
READ_ALL = """async addresses => {
    const read = () => {
        const found = {receipt: [...document.querySelectorAll('#receipt tbody tr')].map(row =>
            [row.cells[0].firstChild.textContent, row.cells[1].textContent])};
        for (const one of document.querySelectorAll('#view [id]'))
            if (one.checkVisibility() && !one.children.length) found[one.id] = one.textContent;
        return found;
    };
    const all = [];
    for (const address of addresses) {
        if (location.hash !== address) {
            const moved = new Promise(done => addEventListener('hashchange', done, {once: true}));
            location.hash = address;
            await moved;
        }
        all.push(read());
    }
    return all;
}"""
TABLES = """() => [...document.querySelectorAll('.wide table')].map(table => ({
    caption: table.caption.textContent, council: table.closest('[data-council]')?.dataset.council ?? '',
    heads: [...table.tHead.rows[0].cells].map(one => one.textContent.trim()),
    rows: [...table.tBodies[0].rows].map(row => [...row.cells].map(one => one.textContent.trim()))}))"""


@pytest.fixture(scope="module")
def page_at(tmp_path_factory) -> Callable[[str], str]:
    """The address of a shipped scenario's page on this machine's disk, as from a memory stick."""
    folder = tmp_path_factory.mktemp("pages")

    def written(name: str, address: str = "") -> str:
        return publish(dm.load(SCENARIOS / f"{name}.yaml"), folder, address, TODAY)[0].as_uri()

    return written


def fragment(chosen: dict[str, str]) -> str:
    return f"#{urlencode(chosen)}"


@pytest.mark.parametrize("name", [*WALKED, SEVERAL_COUNCILS])
def test_every_figure_of_every_choice_is_the_projections_to_the_penny(name, page_at, visitor):
    """Each band, discount, option and year, opened by its address and read off the page as shown."""
    one = visitor()
    one.page.goto(page_at(name))
    wanted = choices(name)
    compared = 0
    for chosen, found in zip(wanted, one.page.evaluate(READ_ALL, [fragment(each) for each in wanted]), strict=True):
        due = shown(name, chosen)
        read = {key: value for key, value in found.items() if key in due or re.match(r"(a|since|against|bill)-", key)}
        read.pop("bill-own", None)
        assert read == due, chosen
        assert all(words in found["said"] for words in sentence(name, chosen)), chosen
        compared += len(due) + 3 + receipt_agrees(name, chosen, found["receipt"])
    assert compared > 2_000 and len(wanted) * 10 < compared


def receipt_agrees(name: str, chosen: dict[str, str], rows: list[list[str]]) -> int:
    """Each row is its share of the charge, no more than a penny and a half out, and together they are the charge; how many there are."""
    worked = projections(name)[chosen["option"]]
    council, year = chosen["council"], chosen["year"]
    due = charge(worked, council, chosen["band"], chosen["discount"], year)
    pence = [Decimal(amount.replace("−", "-").replace("£", "").replace(",", "")) for _, amount in rows]
    assert sum(pence) == due, chosen
    precept = worked.value(f"{council}.precept", year)
    shares = {label: float(due) * amount / precept for label, amount in parts(worked, council, year).items()}
    missing = {label for label, share in shares.items() if abs(share) >= 0.015} - {label for label, _ in rows}
    assert not missing, (chosen, missing)
    for (label, _), amount in zip(rows, pence, strict=True):
        assert abs(float(amount) - shares[label]) < 0.015 + 1e-6, (chosen, label)
    return len(rows)


@pytest.mark.parametrize("name", [*WALKED, SEVERAL_COUNCILS])
def test_every_figure_of_the_page_without_scripts_is_the_projections(name, page_at, visitor):
    one = visitor(PHONE, scripts=False)
    one.page.goto(page_at(name))
    assert (
        not one.page.locator("#chooser").is_visible()
        and one.page.get_by_text("The tables below hold every band, option and year, and the discounts of").is_visible()
    )
    worked = projections(name)
    case = next(iter(worked.values())).case
    options = list(worked)
    # Scripts are off for the page; what reads it here is the browser's own inspector.
    tables = one.page.evaluate(TABLES)
    compared, covered = 0, set()
    for table in tables:
        council, caption = table["council"] or councils_of(name)[0], table["caption"]
        when = next((year for year in case.years if in_words(year) in caption), "")
        if caption.startswith("Every band in"):
            for column, head in enumerate(table["heads"][1:], 1):
                option = options[int(head.removeprefix("Option ")) - 1]
                for band, row in zip(bands_of(case.nation), table["rows"], strict=True):
                    assert (row[0], row[column]) == (short(band), text(charge(worked[option], council, band, "none", when)))
                    compared += 1
        elif match := re.match(r"Option (\d+) in ", caption):
            option = options[int(match[1]) - 1]
            for band, row in zip(bands_of(case.nation), table["rows"], strict=True):
                full, single, double = (charge(worked[option], council, band, key, when) for key in ("none", "one", "nobody"))
                change = worked[option].value(f"{council}.band_changes.{band}", when)
                moved = text(exact(change), sign=True) if change == change else "not known"
                assert row == [short(band), text(full), text(month(full)), text(week(full)), moved, text(single),
                               text(week(single)), text(double), text(week(double))]  # fmt: skip
                compared += 8
        elif match := re.match(r"Option (\d+), “", caption):
            option = options[int(match[1]) - 1]
            assert table["heads"] == ["Band", *(in_words(year) for year in case.years)]
            for band, row in zip(bands_of(case.nation), table["rows"], strict=True):
                assert row == [short(band), *(text(charge(worked[option], council, band, "none", year)) for year in case.years)]
                compared += len(case.years)
            covered.add((council, option))
        elif caption.startswith("What a Band D home pays for"):
            for column, head in enumerate(table["heads"][1:], 1):
                option = options[int(head.removeprefix("Option ")) - 1]
                rows = [Decimal((row[column].replace("–", "0")).replace("−", "-").replace("£", "").replace(",", ""))
                        for row in table["rows"]]  # fmt: skip
                assert sum(rows[:-1]) == rows[-1] == charge(worked[option], council, "D", "none", when)
                compared += len(rows)
        elif caption.startswith("The whole council tax"):
            option = options[int(re.search(r"option (\d+)", caption)[1]) - 1]
            bill = next(each for each in worked[option].bills if each.title.endswith("bill by authority"))
            at = case.years.index(when)
            due = [[row.label, text(exact(row.values[at]))] for row in bill if row.kind == "balance"]
            moved = [text(exact(row.values[at]), sign=True) for row in bill if row.label == "change, £"]
            assert table["rows"] == [[*row, change] for row, change in zip(due, moved, strict=True)]
            compared += 2 * len(due)
        else:
            assert caption.startswith("Your home"), f"A table that nobody compares: {caption}"
    assert covered == {(council, option) for council in councils_of(name) for option in options}
    assert compared > 150


def test_the_page_asks_for_nothing_keeps_nothing_and_breaks_none_of_its_own_rules(page_at, visitor):
    one = visitor()
    messages: list[str] = []
    one.page.on("console", lambda message: messages.append(message.text))
    one.page.add_init_script(WATCHES)
    address = page_at("precept-consultation", "https://www.example.org/precept.html")
    one.page.goto(address)
    one.page.evaluate(READ_ALL, [fragment(each) for each in choices("precept-consultation")[::40]])
    one.page.get_by_label("Your council tax band").select_option("H")
    for summary in one.page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert [each.partition("#")[0] for each in one.requests] == [address]
    assert one.context.cookies() == [] and one.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert one.page.evaluate("window.refused") == [] and messages == []


def test_the_browser_refuses_any_script_style_or_request_that_is_not_the_pages_own(page_at, visitor):
    one = visitor()
    one.page.add_init_script(WATCHES)
    one.page.goto(page_at("kidderminster"))
    one.page.evaluate("""() => {
        const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script);
        const style = document.createElement('style'); style.textContent = 'body {opacity: 0}'; document.head.append(style);
        const picture = document.createElement('img'); picture.src = 'picture.png'; document.body.append(picture);
    }""")
    one.page.wait_for_function("window.refused.length >= 3")
    assert one.page.evaluate("[window.ran ?? false, getComputedStyle(document.body).opacity]") == [False, "1"]
    assert sorted(one.page.evaluate("window.refused")) == ["img-src", "script-src-elem", "style-src-elem"]


@pytest.mark.parametrize("name", WALKED)
@pytest.mark.parametrize("size", [DESKTOP, PHONE, ENLARGED, NARROWEST])
def test_the_page_is_accessible_and_nothing_is_cut_off_at_any_width(name, size, page_at, visitor):
    one = visitor(size)
    one.page.goto(page_at(name))
    assert one.overflow() == []
    one.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert one.overflow() == []
    assert size not in (DESKTOP, PHONE) or one.accessibility() == []
    low = one.page.evaluate("""() => [...document.querySelectorAll('select, button, summary, label.radio')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)""")
    assert low == [], "Something to press is less than 44 pixels high"


@pytest.mark.parametrize("name", [*WALKED, SEVERAL_COUNCILS])
def test_a_page_whose_script_was_taken_out_is_accessible_too(name, visitor, tmp_path):
    """As some content systems do; axe itself needs scripts, so the browser runs them and the page has none."""
    whole = residents_page(dm.load(SCENARIOS / f"{name}.yaml"), TODAY)
    (tmp_path / "page.html").write_text(re.sub(r"<script.*?</script>", "", whole, flags=re.S), encoding="utf-8")
    one = visitor(PHONE)
    one.page.goto((tmp_path / "page.html").as_uri())
    assert one.page.get_by_text("The tables below hold every band, option and year, and the discounts of").is_visible()
    assert one.accessibility() == [] and one.overflow() == []


@pytest.mark.parametrize("name", WALKED)
@pytest.mark.parametrize("last", [False, True])
def test_the_page_prints_on_two_sides_of_a4(name, last, page_at, visitor, tmp_path):
    """Also with its QR code, and with the last choice of each kind."""
    one = visitor()
    one.page.goto(page_at(name, "https://www.example.org/precept.html") + (fragment(choices(name)[-1]) if last else ""))
    one.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Pages: +2$", told, re.M) and "(A4)" in told
    words = " ".join(subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True,
                                    check=True).stdout.split())  # fmt: skip
    figures = shown(name, choices(name)[-1]) if last else {}
    assert "This is not a bill." in words and "Every band in" in words and "https://www.example.org/precept.html" in words
    assert all(amount in words for amount in figures.values())


def test_a_resident_finds_her_own_figure_on_a_phone_by_keyboard_alone(page_at, visitor):
    """Band C, one adult: 25% off, said aloud, with a receipt that adds up; story S10."""
    name = "castle-donington"
    one = visitor(PHONE)
    one.page.goto(page_at(name))
    status = one.page.get_by_role("status")
    tab_to(one.page, "band")
    one.page.keyboard.type("Band C")
    tab_to(one.page, "discount")
    one.page.keyboard.press("ArrowDown")
    chosen = {"council": "town", "band": "C", "discount": "one", "option": "staffed_hub", "year": "2020-21"}
    due = shown(name, chosen)
    assert due["a-year"] == "£135.94", "£181.25 less a quarter"
    assert "Band C, with one adult (25% off)" in status.inner_text() and f"{due['a-year']} a year" in status.inner_text()
    found = one.page.evaluate(READ_ALL, [fragment(chosen)])[0]
    assert receipt_agrees(name, chosen, found["receipt"]) == 7
    tab_to(one.page, "option")
    one.page.keyboard.press("ArrowDown")
    tab_to(one.page, "year")
    one.page.keyboard.press("ArrowDown")
    chosen |= {"option": "volunteer_library", "year": "2021-22"}
    assert f"{shown(name, chosen)['a-year']} a year" in status.inner_text()
    assert one.page.evaluate("location.hash") == fragment(chosen)
    assert one.overflow() == []


def tab_to(page, name: str) -> None:
    """Press Tab until the control of that name has the focus, which can be seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"No number of Tabs leads to {name}")


def test_a_link_opens_the_same_view_and_a_wrong_one_opens_the_first(page_at, visitor):
    one, other = visitor(), visitor(PHONE)
    address = page_at("kidderminster")
    one.page.goto(address)
    one.page.get_by_label("No adult counts: 50% off").check()
    one.page.get_by_label("Your council tax band").select_option("G")
    one.page.get_by_label("Year, from April to March").select_option("2023-24")
    link = one.page.get_by_role("link", name="Link to this choice").evaluate("one => one.href")
    assert link == one.page.url
    other.page.goto(link)
    said = one.page.get_by_role("status").inner_text()
    assert other.page.get_by_role("status").inner_text() == said and "Band G" in said
    assert other.page.get_by_label("No adult counts: 50% off").is_checked()
    for wrong in ("#band=Z&year=1900&option=<b>", "#%", "#band=C&band=", "#__proto__=1"):
        other.page.goto("about:blank")
        other.page.goto(address + wrong)
        assert other.page.get_by_role("status").inner_text().startswith(("Band D, without", "Band C, without"))


def test_each_council_has_a_choice_and_only_its_own_tables_are_shown(page_at, visitor):
    one = visitor()
    one.page.goto(page_at(SEVERAL_COUNCILS))
    one.page.get_by_label("Your council", exact=True).select_option("bampton")
    assert "to Bampton Town Council" in one.page.get_by_role("status").inner_text()
    assert one.page.locator("section[data-council]:visible h2").all_inner_texts() == [
        "Bampton Town Council: every band, option and year"
    ]
    assert one.page.locator(".finding:visible").count() == 1


@pytest.mark.parametrize("option", ["merged", "do_nothing"])
def test_an_option_in_which_the_council_sets_no_precept_says_so(option, visitor, tmp_path):
    one = visitor()
    one.page.goto(publish(without_a_precept(tmp_path, option), tmp_path, today=TODAY)[0].as_uri())
    assert one.page.locator("#against").is_visible() is (option == "merged"), "nothing to be set against without a charge there"
    one.page.get_by_label("The parish is merged").check()
    assert "sets no charge of its own in this option" in one.page.get_by_role("status").inner_text()
    assert not one.page.locator("#known").is_visible() and one.accessibility() == []


HOSTILE = "</script><script>window.hurt = 1</script><img src=x onerror='window.hurt = 2'>\u2028\u2029\" ' & {{ 7*7 }}"


def test_hostile_words_of_a_scenario_are_shown_as_words(visitor, tmp_path):
    case = dm.load(PARISH)
    councils = {**case.councils, "parish": dataclasses.replace(case.councils["parish"], name=HOSTILE)}
    options = {key: dataclasses.replace(one, label=HOSTILE, note=HOSTILE) for key, one in case.options.items()}
    hostile = dataclasses.replace(case, title=HOSTILE, note=HOSTILE, owner=HOSTILE, councils=councils, options=options)
    one = visitor()
    one.page.add_init_script(WATCHES)
    one.page.goto(publish(hostile, tmp_path, "https://example.org/?a=1&b='", TODAY)[0].as_uri())
    one.page.get_by_label("Your council tax band").select_option("A")
    assert one.page.evaluate("[window.hurt ?? 0, window.refused, document.scripts.length, document.images.length]") == [
        0,
        [],
        2,
        0,
    ]
    words = " ".join(HOSTILE.split())
    for place in ("h1", "#said", "label.radio >> nth=-1", "footer"):
        assert words in " ".join(one.page.locator(place).text_content().split()), place
    assert len(one.requests) == 1 and one.overflow() == []
