"""The residents' page as written: what it holds, what it refuses, and the command that writes it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

import devomodel as dm
from devomodel.problems import DevomodelError
from devomodel.reports.qr import BORDER, qr_svg
from devomodel.reports.residents import LARGEST, publish, residents_page
from devomodel.reports.residents_figures import Part, Residents, pounds_text, split
from tests.cli.commands import PARISH, ROOT, run
from tests.residents_pages import SCENARIOS, projections, with_a_precept

ADDRESS = "https://www.example.org/council-tax/precept.html"
TODAY = date(2026, 11, 25)
BILL_ONLY = SCENARIOS / "kidderminster-bill-2024-25.yaml"


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_of(name: str) -> str:
    return residents_page(dm.load(SCENARIOS / f"{name}.yaml"), TODAY)


def packed(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.S)[1])


def test_scenarios_with_a_precept_are_most_of_those_that_ship():
    assert len(with_a_precept()) >= 13 and BILL_ONLY.stem not in with_a_precept()


@pytest.mark.parametrize("name", with_a_precept())
def test_the_page_of_every_shipped_scenario_is_small_enough_for_a_phone(name):
    assert len(page_of(name).encode()) <= LARGEST == 150_000


@pytest.mark.parametrize("name", with_a_precept())
def test_the_page_may_run_its_own_script_and_style_and_nothing_else(name):
    page = page_of(name)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    style, script = re.search(r"<style>(.*?)</style>", page, re.S)[1], re.search(r"<script>(.*?)</script>", page, re.S)[1]
    assert policy == (f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; base-uri 'none'; "
                      "form-action 'none'")  # fmt: skip
    assert "style=" not in page.replace(style, "").replace(script, "")
    assert not re.search(r"<(?:link|img|iframe|base|object|embed)\b|\bsrc=|\bon[a-z]+=\"|@import|url\(", page)


@pytest.mark.parametrize("name", with_a_precept())
def test_the_receipt_of_every_choice_adds_up_to_its_charge(name):
    for council in Residents(dm.load(SCENARIOS / f"{name}.yaml")).councils:
        for views in council.views.values():
            assert all(sum(view.parts) == view.year for view in views.values())


def test_the_same_case_gives_the_same_page_and_the_run_that_run_prints():
    page = page_of("castle-donington")
    assert page == page_of("castle-donington")
    assert f'<span id="run">{projections("castle-donington")["staffed_hub"].run_id}</span>' in page
    assert "made on 25 November 2026" in page


def test_figures_that_are_made_up_are_said_to_be_and_others_are_not():
    assert "Made-up figures." in page_of("precept-consultation")
    assert "Made-up figures." not in page_of("kidderminster")


def test_every_given_figure_is_listed_with_its_basis_and_its_source():
    page = page_of("kidderminster")
    for worked in projections("kidderminster").values():
        for figure in worked.assumptions.itertuples():
            assert figure.label.removesuffix(", before growth").replace("'", "&#39;") in page
            assert not figure.source or figure.source.replace("'", "&#39;") in page
    assert "Assumptions (" in page and "Published (" in page


def test_a_discount_that_nobody_has_verified_is_not_offered_in_wales():
    case = dm.load(PARISH)
    welsh = dataclasses.replace(case, nation="wales")
    page = residents_page(welsh, TODAY)
    assert [one["key"] for one in packed(page)["discounts"]] == ["none"]
    assert "Discounts cannot be shown" in page and "25%" not in page
    assert [one["key"] for one in packed(page)["bands"]][-1] == "I"


def test_an_option_that_fails_a_check_is_said_to_on_the_page():
    page = residents_page(dm.load(PARISH), TODAY)
    assert page.count("This option does not pass every check of the model.") == 2, "once in the list and once for the chooser"
    assert "general reserve is not overdrawn” does not hold in 2026 to 2027, 2027 to 2028 and 2028 to 2029." in page


def without_a_precept(folder, option: str) -> dm.Case:
    """The parish's case, with an option in which it sets no precept."""
    text = PARISH.read_text(encoding="utf-8") + "  merged:\n    label: The parish is merged\n    drop: [precept]\n"
    if option != "merged":
        text = text.replace("    label: The parish is merged\n", f"    label: The parish is merged\n    {option}: true\n")
        text = text.replace("    preferred: true\n    set", "    set") if option == "preferred" else text
    (folder / "merged.yaml").write_text(text, encoding="utf-8")
    return dm.load(folder / "merged.yaml")


@pytest.mark.parametrize("option", ["merged", "preferred", "do_nothing"])
def test_an_option_in_which_the_council_sets_no_precept_says_so_and_has_no_figures(tmp_path, option):
    page = residents_page(without_a_precept(tmp_path, option), TODAY)
    found = packed(page)
    assert found["councils"][0]["grid"][-1] == [-1, -1, -1] and min(found["councils"][0]["grid"][0]) >= 0
    assert page.count("Council sets no charge of its own in this option.") == 1
    if option == "do_nothing":
        at = found["columns"].index("against")
        assert {found["figures"][block["figures"][at]] for block in found["councils"][0]["blocks"]} == {None}


@pytest.mark.parametrize("name", ["southern-parishes", "castle-donington", "two-councils-one-bill"])
def test_what_is_packed_small_for_the_script_is_every_figure_of_the_model(name):
    page = Residents(dm.load(SCENARIOS / f"{name}.yaml"), TODAY)
    found = packed(page_of(name))
    for council, told in zip(page.councils, found["councils"], strict=True):
        for (option, views), years in zip(council.views.items(), told["grid"], strict=True):
            for year, at in zip(page.years, years, strict=True):
                block = told["blocks"][at]
                for discount, places in zip(page.discounts, found["order"], strict=True):
                    for band, place in zip(page.bands, places, strict=True):
                        figures = [unpacked(found["figures"][which], place) for which in block["figures"]]
                        view = views[discount.key, band, year]
                        first, receipt = figures[: len(found["columns"])], figures[len(found["columns"]) :]
                        assert first == [getattr(view, column) for column in found["columns"]], option
                        assert [part for part in receipt if part] == [part for part in view.parts if part], option


def unpacked(column: str | int | None, place: int) -> int | None:
    """A figure of a packed column, read as the page's script reads it."""
    if not isinstance(column, str):
        return column
    wide = int(column[0])
    text = column[1 + place * wide : 1 + (place + 1) * wide].strip()
    return int(text, 36) if text else None


def test_rejected_options_stand_with_their_reasons():
    page = page_of("precept-consultation")
    for one in dm.load(SCENARIOS / "precept-consultation.yaml").rejected:
        assert one.option in page and one.reason in page


def test_a_case_in_which_no_council_sets_a_precept_is_refused_with_what_to_do():
    with pytest.raises(DevomodelError, match=r"no council of the case sets a precept.*use: precept"):
        residents_page(dm.load(BILL_ONLY))


def test_a_page_too_large_for_a_phone_says_what_to_shorten():
    long = dataclasses.replace(dm.load(PARISH), count=60)
    with pytest.raises(DevomodelError, match=r"150 KB is the most.*fewer years \(--years (\d+) fits\)") as refused:
        residents_page(long)
    fits = int(re.search(r"--years (\d+)", str(refused.value))[1])
    assert residents_page(dataclasses.replace(long, count=fits))
    with pytest.raises(DevomodelError):
        residents_page(dataclasses.replace(long, count=fits + 1))


def test_a_change_by_the_week_is_the_fifty_second_of_the_change_by_the_year():
    council = Residents(dm.load(SCENARIOS / "precept-consultation.yaml")).councils[0]
    view = council.views["weekend_ranger"]["none", "D", "2027-28"]
    assert (view.year, view.against, view.against_week, view.change, view.change_week) == (10_500, 500, 10, 1_000, 19)


def test_a_change_of_three_and_a_half_pence_a_week_is_four_pence():
    """£1.82 is 52 times 3.5p; the two charges it lies between are £91.53 and £93.35, whose difference in binary is a hair less."""
    council = Residents(dm.load(SCENARIOS / "castle-donington.yaml")).councils[0]
    view = council.views["do_nothing"]["none", "A", "2020-21"]
    assert (view.year, view.change, view.change_week) == (9_335, 182, 4)


def test_the_page_opens_in_the_year_in_which_the_preferred_option_begins_to_matter():
    """The hall opens in 2027-28; the option that overspends differs in 2026-27 already, and nobody prefers it."""
    assert Residents(dm.load(PARISH)).shown_year == "2027-28"
    assert Residents(dm.load(SCENARIOS / "precept-consultation.yaml")).shown_year == "2027-28", "none is preferred there"


def test_a_town_with_round_figures_can_be_checked_by_eye():
    """Netherwick: £1 at Band D for every £4,900 of its budget."""
    council = Residents(dm.load(SCENARIOS / "precept-consultation.yaml")).councils[0]
    labels = [part.label for part in council.parts["weekend_ranger"]]
    pence = dict(zip(labels, council.views["weekend_ranger"]["none", "D", "2027-28"].parts, strict=True))
    assert (pence["Staff"], pence["Weekend ranger"], pence["Put into reserves"]) == (5_102, 500, 82)


@given(
    st.lists(st.lists(st.integers(-500_000, 900_000), min_size=3, max_size=3), min_size=1, max_size=9),
    st.lists(st.integers(0, 400_000), min_size=3, max_size=3),
)
def test_any_budget_is_split_so_that_its_rows_add_up_to_the_penny(rows, charges):
    """Whatever a year adds or takes off; without a precept there is no charge, as on a sheet."""
    values = np.array(rows, dtype=float)
    pence = np.where(values.sum(axis=0) > 0, charges, 0)
    parts = [Part(str(at), "", row) for at, row in enumerate(values)]
    pieces = np.array(split(np.array([pence / 100]), parts))
    assert np.array_equal(np.rint(pieces * 100).sum(axis=0)[0], pence)


def test_sums_are_written_as_public_text_writes_them():
    assert [pounds_text(one) for one in (0, 5, 7_500, 7_550, 123_456_789, -100_001)] == [
        "£0", "£0.05", "£75", "£75.50", "£1,234,567.89", "−£1,000.01",
    ]  # fmt: skip


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"double\" 'single' & \u2028 \u2029 {{ 7*7 }}"


def test_hostile_words_of_a_scenario_stay_words():
    case = dm.load(PARISH)
    councils = {**case.councils, "parish": dataclasses.replace(case.councils["parish"], name=HOSTILE)}
    options = {key: dataclasses.replace(one, label=HOSTILE, note=HOSTILE) for key, one in case.options.items()}
    sources = {key: dataclasses.replace(one, title=HOSTILE, url="javascript:alert(3)") for key, one in case.sources.items()}
    hostile = dataclasses.replace(case, title=HOSTILE, note=HOSTILE, owner=HOSTILE, councils=councils, options=options,
                                  sources=sources)  # fmt: skip
    page = residents_page(hostile, TODAY, address=f"{ADDRESS}?a=1&b=2")
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page and 'href="javascript' not in page and "49" not in re.search(r"<title>(.*?)</title>", page)[1]
    found = packed(page)
    assert found["councils"][0]["name"] == HOSTILE and found["options"][0]["label"] == HOSTILE


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}#council=town&band=C&discount=one&option=staffed_hub&year=2020-21"])
def test_the_drawn_qr_code_is_the_code_of_the_address(address):
    drawn = qr_svg(address)
    size = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    squares = np.zeros((size, size), dtype=bool)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", re.search(r'fill="#000" d="([^"]*)"', drawn)[1]):
        squares[int(y), int(x) : int(x) + int(length)] = True
    code = segno.make(address, error="m", micro=False)
    assert np.array_equal(squares, np.array([list(row) for row in code.matrix_iter(border=BORDER)], dtype=bool))
    assert 'role="img"' in drawn and f'aria-label="QR code that leads to {address.replace("&", "&amp;")}"' in drawn


def test_a_qr_code_of_hostile_text_is_still_one_drawing():
    drawn = qr_svg('https://example.org/"><script>')
    assert drawn.count("<") == 4 and "<script" not in drawn


@pytest.mark.parametrize("text", ["", " ", "x" * 1_001])
def test_what_no_qr_code_should_hold_is_refused(text):
    with pytest.raises(DevomodelError, match="1 to 1,000 characters"):
        qr_svg(text)


def test_publish_writes_the_page_and_the_code_and_says_so(tmp_path):
    ended = run("publish", SCENARIOS / "castle-donington.yaml", "-o", tmp_path / "public", "--address", ADDRESS)
    assert (ended.status, ended.out) == (0, "")
    assert sorted(one.name for one in (tmp_path / "public").iterdir()) == ["castle-donington-qr.svg", "castle-donington.html"]
    assert "castle-donington.html (" in ended.err and " KB)." in ended.err and f"leads to {ADDRESS}." in ended.err
    page = (tmp_path / "public" / "castle-donington.html").read_text(encoding="utf-8")
    assert (tmp_path / "public" / "castle-donington-qr.svg").read_text(encoding="utf-8").strip() == qr_svg(ADDRESS) in page


def test_publish_names_the_files_it_wrote(tmp_path):
    assert publish(dm.load(PARISH), tmp_path, today=TODAY) == [tmp_path / "parish.html"]
    assert (tmp_path / "parish.html").read_text(encoding="utf-8") == residents_page(dm.load(PARISH), TODAY)


def test_changes_and_years_reach_the_page(tmp_path):
    ended = run("publish", PARISH, "-o", tmp_path, "--set", "precept.contingency=£1,200", "--years", "2")
    found = packed((tmp_path / "parish.html").read_text(encoding="utf-8"))
    assert ended.status == 0 and "changes made by --set" in ended.err
    assert [one["key"] for one in found["years"]] == ["2026-27", "2027-28"] and "Contingency" in found["councils"][0]["rows"]


def test_publish_ends_with_1_when_the_preferred_option_fails_a_check_and_writes_the_page_all_the_same(tmp_path):
    other = run("publish", PARISH, "-o", tmp_path)
    assert other.status == 0 and "WARNING: the option 'overspend'" in other.err, "an option that is not preferred only warns"
    failing = tmp_path / "failing.yaml"
    failing.write_text(PARISH.read_text(encoding="utf-8").replace("    preferred: true\n", "").replace(
        "label: Spend the reserve twice", "label: Spend the reserve twice\n    preferred: true"), encoding="utf-8")  # fmt: skip
    ended = run("publish", failing, "-o", tmp_path)
    assert ended.status == 1 and "WARNING" in ended.err and (tmp_path / "failing.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([BILL_ONLY], "no council of the case sets a precept"),
        ([PARISH, "--years", "60"], "150 KB is the most for a phone"),
        ([PARISH, "--address", "precept.html"], "not an address of the web"),
        ([PARISH, "--address", "javascript:alert(1)"], "not an address of the web"),
        ([PARISH, "--address", "https://example.org/a b"], "not an address of the web"),
        ([PARISH, "--address", f"https://example.org/{'x' * 1_000}"], "Give a shorter address"),
        ([SCENARIOS / "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_what_cannot_be_published_ends_with_2_and_leaves_nothing(tmp_path, words, said):
    ended = run("publish", *words, "-o", tmp_path / "public")
    assert (ended.status, ended.out) == (2, "") and said in " ".join(ended.err.split()) and "Traceback" not in ended.err
    assert not (tmp_path / "public").exists()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "public").write_text("mine", encoding="utf-8")
    ended = run("publish", PARISH, "-o", tmp_path / "public")
    assert ended.status == 2 and "a file stands where a folder is needed" in ended.err
    assert (tmp_path / "public").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_the_page_is_said(tmp_path):
    (tmp_path / "parish.html").mkdir()
    ended = run("publish", PARISH, "-o", tmp_path)
    assert ended.status == 2 and "a folder of that name stands in its place" in ended.err
    assert [one.name for one in tmp_path.iterdir()] == ["parish.html"]


def test_a_folder_that_may_not_be_written_is_said(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    case = dm.load(PARISH)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DevomodelError, match=r"you may not write there\. Name a folder of your own"):
        publish(case, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_leaves_the_page_of_before_and_no_half_of_the_new(tmp_path):
    """The system lets this process write 20,000 bytes to a file and no more, as a full disk would."""
    (tmp_path / "parish.html").write_text("the page of before", encoding="utf-8")
    small = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); from devomodel.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", small, "publish", str(PARISH), "-o", str(tmp_path)], cwd=ROOT, check=False,
                           capture_output=True, text=True)  # fmt: skip
    assert ended.returncode == 2 and "cannot be written: a file may not be so large there" in ended.stderr, ended.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["parish.html"]
    assert (tmp_path / "parish.html").read_text(encoding="utf-8") == "the page of before"
