"""A new mechanism is three files and no edit of a fourth: everything else picks it up by itself.

The mechanism is the one that CONTRIBUTING.md shows, taken from that page, so the recipe is tested with it.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.compare import compare
from tests import test_mechanism_pages, test_worked_examples
from tests.cli.commands import run

ROOT = Path(__file__).resolve().parent.parent
RECIPE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Add a mechanism\n")[2].partition("\n## ")[0]
PATHS = re.findall(r"^\*\*\d\. `([^`]+)`\*\*", RECIPE, re.M)
PYTHON, EXAMPLES = (re.findall(rf"```{language}\n(.*?)```", RECIPE, re.S) for language in ("python", "yaml"))
PAGE = """# Allotment rents

Rent of the plots that are let: plots × share let × rent of a plot. The council named as `council` receives it.

| Key | What it is |
|---|---|
| `plots` | plots on the site |
| `let_share` | share of them that is let |
| `rent` | £ a year for a plot |
"""
NAME = "allotment_rents"
SCENARIO = """
case: Allotments
nation: england
first_year: 2026-27
years: 2
sources: {register: "Allotment register, 1 April 2026"}
councils: {town: {name: Town council, kind: town}, tenants: {name: Tenants, kind: community group}}
mechanisms:
  homes: {use: tax_base, council: town, homes: {value: 1000, basis: assumption, note: round}}
  budget: {use: budget, council: town, spending: {clerk: {value: 10000, basis: assumption, note: round}}}
  allotments:
    use: allotment_rents
    council: town
    plots: {value: 40, basis: published, source: register}
    let_share: {value: 60%, basis: assumption, note: as last year}
    rent: {value: "£50", grows: 10%, basis: assumption, note: a rise each year}
  precept: {use: precept, council: town, general_reserve: {opening: {value: 0, basis: assumption, note: none}}}
options:
  dearer: {label: A dearer plot, set: {allotments.rent: {value: "£100", grows: 10%, basis: assumption, note: doubled}}}
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Path]]:
    """The three files of the recipe in folders of their own, which the package takes for its own while the test runs."""
    texts = dict(zip(PATHS, (*PYTHON, *EXAMPLES, PAGE), strict=True))
    written = {Path(path).parts[0]: tmp_path / path for path in texts}
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.setattr(mechanisms, "__path__", [*mechanisms.__path__, str(written["devomodel"].parent)])
    forget()
    yield written
    monkeypatch.undo()
    sys.modules.pop(f"{mechanisms.__name__}.{NAME}", None)
    vars(mechanisms).pop(NAME, None)
    forget()


def forget() -> None:
    mechanisms.names.cache_clear()
    mechanisms.find.cache_clear()
    importlib.invalidate_caches()


@pytest.fixture
def scenario(files: dict[str, Path], tmp_path: Path) -> Path:
    path = tmp_path / "allotments.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def refused(text: str) -> list[dm.problems.Problem]:
    with pytest.raises(dm.InputError) as caught:
        dm.project(dm.load_text(text, "allotments.yaml"))
    return list(caught.value.problems)


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_the_recipe_shows_three_files_and_the_package_holds_none_of_them():
    folders = ["devomodel/mechanisms", "tests/worked_examples", "docs/mechanisms"]
    assert [str(Path(path).parent) for path in PATHS] == folders and {Path(path).stem for path in PATHS} == {NAME}
    assert len(PYTHON) == 1 and len(EXAMPLES) == 1
    assert NAME not in mechanisms.names()
    assert [one.where for one in refused(SCENARIO)] == ["mechanisms › allotments › use"]


def test_the_list_of_mechanisms_has_it_with_its_sentence_and_all_it_takes(files: dict[str, Path]):
    listed = json.loads(run("mechanisms", "--format", "json").out)
    assert [one["name"] for one in listed] == list(mechanisms.names())
    assert {
        "name": NAME,
        "what": "Rent of allotments: the plots that are let, each at the year's rent.",
        "stage": "income",
    } in listed
    assert NAME in run("mechanisms").out.splitlines()
    keys = json.loads(run("mechanisms", NAME, "--format", "json").out)["keys"]
    assert {one["key"]: (one["unit"], one["required"]) for one in keys} == {
        "council": ("", True), "plots": ("number", True), "let_share": ("share", True), "rent": ("£", True),
    }  # fmt: skip
    assert "rent (required) Rent of a plot for the year, in £" in words_of(run("mechanisms", NAME).out)
    wrong = run("mechanisms", "allotment_rent")
    assert (wrong.status, wrong.out) == (2, "") and f"Did you mean '{NAME}'?" in wrong.err


def test_the_schema_takes_it_and_refuses_what_it_does_not_take(files: dict[str, Path]):
    schema = json.loads(run("schema").out)
    right = dm.reading.read_yaml_text(SCENARIO, "allotments.yaml").value
    check = jsonschema.Draft202012Validator(schema)
    assert [one.message for one in check.iter_errors(right)] == []
    for slip in ({"plotts": 40}, {"rent": None}):
        wrong = json.loads(json.dumps(right))
        wrong["mechanisms"]["allotments"] |= slip
        assert list(check.iter_errors(wrong))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("use: allotment_rents", "use: alotment_rents", "Did you mean 'allotment_rents'?"),
        ("plots:", "plotts:", "Did you mean 'plots'?"),
        ("council: town\n    plots", "council: twon\n    plots", "Did you mean 'town'?"),
        ("value: 60%", 'value: "£60"', "let_share"),
        ('value: "£50"', "value: 50%", "rent"),
        ("let_share:", "# let_share:", "'let_share' (share of the plots that are let) is missing"),
    ],
)
def test_reading_is_strict_about_it_and_says_where_and_what_was_meant(files: Any, right: str, wrong: str, said: str):
    assert right in SCENARIO
    problems = refused(SCENARIO.replace(right, wrong, 1))
    assert said in " ".join(map(str, problems))
    for one in problems:
        assert one.file == "allotments.yaml" and one.line and one.where.startswith("mechanisms › allotments")


def test_its_line_is_in_the_accounts_the_precept_and_the_assumptions_by_its_tags_alone(scenario: Path):
    projection = dm.project(dm.load(scenario), "do_nothing")
    assert projection.passed
    assert projection.by_year("allotments.received") == pytest.approx([1_200, 1_320])
    assert projection.by_year("town.precept") == pytest.approx([8_800, 8_680])
    accounts = next(table for table in projection.statements("town") if table.title.endswith("revenue account"))
    row = accounts["Allotment rents"]
    assert (row.line, row.kind) == ("allotments.received", "line") and row.values == pytest.approx([1_200, 1_320])
    assert "Allotment rents" in run("run", scenario, "--option", "do_nothing").out
    assert "Share of the plots that are let, 60.0%: as last year" in words_of(run("check", scenario).out)


def test_a_rent_that_a_party_pays_stands_in_the_books_of_both(files: dict[str, Path], scenario: Path):
    source = files["devomodel"]
    text = source.read_text(encoding="utf-8").replace(
        "payee=self.council,", 'payer="tenants", payee=self.council, status="assumed",'
    )
    source.write_text(text, encoding="utf-8")
    projection = dm.project(dm.load(scenario), "do_nothing")
    assert projection.by_year("tenants.revenue.net") == pytest.approx([-1_200, -1_320])
    funding = next(table for table in projection.statements("town") if table.title.endswith("who pays for running costs"))
    assert funding["Tenants (assumed)"].values == pytest.approx([1_200, 1_320])


def test_options_are_compared_and_a_figure_is_explained_down_to_its_source(scenario: Path):
    case = dm.load(scenario)
    [moved] = [one for one in compare(case).moved() if one.name == "allotments.received"]
    assert moved.difference == pytest.approx((1_200, 1_320))
    causes = words_of(run("compare", scenario).out)
    assert "A dearer plot" in causes and "Allotment" in causes
    steps = json.loads(
        run("explain", scenario, "allotments.received", "2027-28", "--option", "do_nothing", "--format", "json").out
    )
    given = {step["line"]: step["basis"] for step in steps["steps"] if step["kind"] == "given"}
    assert given["allotments.plots"] == "published" and given["allotments.let_share"] == "assumption"
    assert "Allotment register" in run("explain", scenario, "allotments.received", "2026-27", "--option", "do_nothing").out


def test_the_runner_of_worked_examples_takes_its_file_and_its_formula_needs_no_sheet(files: dict[str, Path]):
    [example] = test_worked_examples.examples_in(files["tests"].read_text(encoding="utf-8"), NAME)
    test_worked_examples.assert_holds(example)
    module: ModuleType = importlib.import_module(f"{mechanisms.__name__}.{NAME}")
    assert module.rent_received(plots=40, let_share=0.9, rent=50) == 1_800
    with pytest.raises(AssertionError, match="not 1300"):
        test_worked_examples.assert_holds(
            test_worked_examples.Example(NAME, {**example.written, "name": "A slip", "then": {"received": 1300}})
        )


def test_its_page_is_tested_against_what_it_takes(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(test_mechanism_pages, "PAGES", files["docs"].parent)
    test_mechanism_pages.test_a_page_names_everything_its_mechanism_takes(NAME)
    files["docs"].write_text(PAGE.replace("`rent`", "`price`"), encoding="utf-8")
    with pytest.raises(AssertionError):
        test_mechanism_pages.test_a_page_names_everything_its_mechanism_takes(NAME)
