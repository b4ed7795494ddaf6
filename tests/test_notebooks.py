"""The notebooks: each opens with a question, only calls the package and runs from end to end. A teaching notebook ends with something
to try; each page of the dashboard has a notebook of two cells that shows it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from devomodel.dashboards.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PAGES_SHOWN = [FOLDER / f"{page.slug}.ipynb" for page in PAGES]
TEACHING = [path for path in NOTEBOOKS if path not in PAGES_SHOWN]
LONGEST = 180
"""Seconds for one cell; the first loads matplotlib and pandas."""

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_teaching_notebook = pytest.mark.parametrize("path", TEACHING, ids=lambda path: path.stem)
every_page = pytest.mark.parametrize("path", PAGES_SHOWN, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[str]:
    """The text of the cells of a kind."""
    written = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in written if cell["cell_type"] == kind]


def test_the_four_mechanisms_each_have_a_notebook():
    names = [path.stem for path in TEACHING]
    assert names == ["01_match_funding", "02_capital_and_revenue", "03_cost_sharing", "04_borrowing"]


def shown_by(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a notebook shows when it is run, once it is sure that nothing failed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}).execute()
    shown = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert not [output for output in shown if output["output_type"] == "error" or output.get("name") == "stderr"]
    return shown


@every_page
def test_a_page_of_the_dashboard_has_a_notebook_of_two_cells_that_shows_it(path, monkeypatch):
    first, second = cells(path, "code")
    [words] = cells(path, "markdown")
    assert re.match(r"# [^\n]+\?\n", words), "The title is a question"
    function = next(page.function for page in PAGES if page.slug == path.stem)
    assert "from devomodel import dashboards" in first and f"dashboards.{function}(dm.load(" in second
    assert [
        output for output in shown_by(path, monkeypatch) if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]


@every_teaching_notebook
def test_a_notebook_runs_from_end_to_end_and_shows_a_chart(path, monkeypatch):
    shown = shown_by(path, monkeypatch)
    charts = [output["data"] for output in shown if "image/svg+xml" in output.get("data", {})]
    assert len(charts) >= 2 and all('role="img"' in chart["image/svg+xml"] for chart in charts)


@every_teaching_notebook
def test_a_notebook_opens_with_a_question_and_ends_with_something_to_try(path):
    first, *_, last = cells(path, "markdown")
    assert re.match(r"# [^\n]+\?\n", first), "The title is a question"
    assert last.startswith("## Something to try\n") and last.count("\n1. ") == 1
    written = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [written[place]["cell_type"] for place in (0, -1)] == ["markdown", "markdown"]


@every_notebook
def test_a_notebook_only_calls_the_package_and_stores_no_output(path):
    made = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for text in cells(path, "code"):
        tree = ast.parse(text)
        assert not [node for node in ast.walk(tree) if isinstance(node, made)], f"A notebook defines nothing:\n{text}"
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
                assert all(str(name).split(".")[0] == "devomodel" for name in names)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None


@every_notebook
def test_every_scenario_a_notebook_names_is_one_that_ships(path):
    named = re.findall(r"\.\./(scenarios/[\w-]+\.yaml)", "\n".join([*cells(path, "code"), *cells(path, "markdown")]))
    assert named and [name for name in named if not (ROOT / name).is_file()] == []
