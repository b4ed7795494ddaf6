"""House rules that hold for every file, whoever writes it. Each message says what to do."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from devomodel import mechanisms, parameters
from devomodel.amounts import Amount
from devomodel.engine import worked_out
from devomodel.fields import specs
from devomodel.mechanisms.base import CaseSheet
from devomodel.parameters import read_parameter
from tests.house_names import RETIRED_NAMES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "devomodel"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = [Requirement(text) for text in PYPROJECT["project"]["dependencies"]]
TESTS = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["test"]]
DEPENDENCY_PAGE = ROOT / "docs" / "decisions" / "0001-dependencies.md"

SLOW_TO_IMPORT = (
    "IPython", "ipywidgets", "jupyter_server", "matplotlib", "pandas", "pydantic", "rapidfuzz", "rich", "ruamel",
    "scipy", "typer", "voila",
)  # fmt: skip


def repository_files() -> list[Path]:
    """Every file that is in the repository or about to be: what git tracks, and what it would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name and (ROOT / name).is_file()]


def texts(*exempt: str) -> dict[str, str]:
    """The repository's text files by their path, without `exempt` and the pictures."""
    found = {}
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if b"\0" not in content and path.suffix not in {".svg", ".gz"} and name not in exempt:
            found[name] = content.decode("utf-8")
    return found


def mechanism_files() -> list[Path]:
    """The files that each hold one mechanism."""
    return [PACKAGE / "mechanisms" / f"{name}.py" for name in mechanisms.names()]


def pins(name: str) -> dict[str, tuple[str, int]]:
    """A lock file's packages: name to (version, number of hashes)."""
    found: dict[str, tuple[str, int]] = {}
    current = ""
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            current = canonicalize_name(match[1])
            found[current] = (match[2], 0)
        elif "--hash=sha256:" in line:
            version, hashes = found[current]
            found[current] = (version, hashes + 1)
    return found


# Dependencies


def test_conda_users_get_the_floors_of_pyproject():
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = {}
    for entry in environment["dependencies"]:
        if isinstance(entry, str):
            name, _, floor = entry.partition(" ")
            conda[canonicalize_name(name)] = floor.replace(" ", "")
    python = PYPROJECT["project"]["requires-python"]
    expected = {canonicalize_name(need.name): str(need.specifier) for need in CORE} | {"python": python}
    assert {name: floor for name, floor in conda.items() if name not in {"pip", "setuptools"}} == expected


def test_lock_files_pin_every_dependency_at_or_above_its_floor():
    for name, needs in (("lock.txt", CORE), ("test-lock.txt", CORE + TESTS)):
        pinned = pins(name)
        for need in needs:
            version, _ = pinned[canonicalize_name(need.name)]
            assert version in need.specifier, f"{name} pins {need.name} {version}, not {need.specifier}: make lock"


def test_tests_run_with_the_versions_that_users_get():
    core, tests = pins("lock.txt"), pins("test-lock.txt")
    assert core and core.items() <= tests.items(), "The two lock files differ: make lock"


def test_every_pin_has_a_hash():
    for name in ("lock.txt", "test-lock.txt"):
        assert [package for package, (_, hashes) in pins(name).items() if not hashes] == []


def test_every_dependency_is_weighed_in_the_decision_page_at_the_version_pinned():
    page = DEPENDENCY_PAGE.read_text(encoding="utf-8")
    pinned = pins("test-lock.txt")
    rows = [f"| {need.name} | {pinned[canonicalize_name(need.name)][0]} |" for need in CORE + TESTS]
    assert [row for row in rows if row not in page] == []


def test_nothing_installed_with_devomodel_is_under_the_gpl():
    gpl = re.compile(r"\bA?GPL|GNU (Affero )?General")
    assert {name: licence for name, licence in licences(CORE).items() if gpl.search(licence)} == {}


def licences(needs: list[Requirement]) -> dict[str, str]:
    """The licence that each needed package states for itself, those they bring included."""
    found: dict[str, str] = {}
    waiting = [need.name for need in needs]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # meant for another system
        said = package.metadata
        classifiers = [text for text in said.get_all("Classifier") or [] if text.startswith("License")]
        found[name] = said.get("License-Expression") or "; ".join(classifiers) or (said.get("License") or "")[:80]
        assert found[name], f"{name} does not state its licence: look it up, and say so in {DEPENDENCY_PAGE.name}"
        for text in package.requires or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                waiting.append(need.name)
    return found


def test_importing_devomodel_loads_nothing_slow():
    asked = "import devomodel, json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    answer = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(answer.stdout))
    assert "devomodel" in loaded
    assert loaded.isdisjoint(SLOW_TO_IMPORT), "Import these inside the functions that use them"


# Packaging


def test_every_data_file_of_the_package_goes_into_the_wheel():
    kinds = PYPROJECT["tool"]["setuptools"]["package-data"]["*"]
    data = [path for path in repository_files() if PACKAGE in path.parents and path.suffix != ".py"]
    left_out = [path.name for path in data if not any(fnmatch(path.name, kind) for kind in kinds)]
    assert left_out == [], "Add their kind to package-data in pyproject.toml"


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in repository_files() if PACKAGE in path.parents and path.suffix == ".py"}
    assert [folder.name for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_citation_and_change_log_name_the_version_of_the_package():
    version = PYPROJECT["project"]["version"]
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version
    assert f"\n## {version} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# What no file may hold


def test_no_file_names_a_place_on_one_machine():
    here = "|".join(re.escape(f"{folder}/") for folder in {ROOT.as_posix(), Path.home().as_posix()} if len(folder) > 1)
    place = re.compile(rf"(?<![\w.])({here})|(?<![\w.])/(home|Users)/\w|\b[A-Za-z]:\\Users\\")
    found = {name: match[0] for name, text in texts().items() if (match := place.search(text))}
    assert found == {}


def test_no_file_names_a_package_registry():
    hosts = ("pypi|org/simple", "files|pythonhosted|org", "registry|npmjs|org", "deb|debian|org", "conda|anaconda|org")
    registries = [host.replace("|", ".") for host in hosts]  # written so that this file does not name them itself
    setting = re.compile(r"(index-url|find-links|registry) *[=:] *\S*(https?|file)://|\"resolved\": *\"https?://")
    for name, text in texts().items():
        assert not any(registry in text for registry in registries) and not setting.search(text), name


def test_no_notebook_stores_output():
    for name, text in texts().items():
        if name.endswith(".ipynb"):
            for cell in json.loads(text)["cells"]:
                assert not cell.get("outputs") and cell.get("execution_count") is None, f"Clear the output of {name}"


@pytest.mark.parametrize("name", RETIRED_NAMES)
def test_retired_name_does_not_come_back(name):
    word = re.compile(rf"(?<![\w.]){re.escape(name)}\b")
    history = ("CHANGELOG.md", "tests/house_names.py", "docs/decisions/0001-dependencies.md")
    users = [file for file, text in texts(*history).items() if word.search(text)]
    assert users == [], f"{name}: {RETIRED_NAMES[name]}"


# Mechanisms


def test_every_mechanism_has_worked_examples_and_a_page():
    missing = []
    for path in mechanism_files():
        for beside in (f"tests/worked_examples/{path.stem}.yaml", f"docs/mechanisms/{path.stem}.md"):
            if not (ROOT / beside).is_file():
                missing.append(beside)
    assert missing == []


def test_every_page_of_a_mechanism_has_its_mechanism():
    known = {path.stem for path in mechanism_files()}
    pages = {path.stem for path in (ROOT / "docs" / "mechanisms").glob("*.md")} - {"README", "index"}
    assert pages - known == set()


def test_every_formula_says_what_it_does():
    silent = []
    for path in sorted((PACKAGE / "mechanisms").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            named = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                silent.append(f"{path.name}: {node.name}")
    assert silent == []


# The recipes of CONTRIBUTING.md


def recipe(language: str, beginning: str) -> str:
    """The code block of CONTRIBUTING.md in a language that begins so."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S)
    return next(block for block in blocks if block.startswith(beginning))


def test_the_recipe_for_a_parameter_is_a_parameter(tmp_path):
    path = tmp_path / "section137.sum_per_elector.yaml"
    path.write_text(recipe("yaml", "name: section137"), encoding="utf-8")
    written, shipped = read_parameter(path), parameters.find("section137.sum_per_elector")
    assert [written.in_year(year).value for year in ("2022-23", "2023-24")] == [8.82, 9.93]
    assert (written.title, written.unit, written.law) == (shipped.title, shipped.unit, shipped.law)


def test_the_recipe_for_a_mechanism_is_a_mechanism_and_does_its_own_examples(tmp_path, monkeypatch):
    (tmp_path / "allotment_rents.py").write_text(recipe("python", '"""Rent of allotments'), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("allotment_rents")
    assert doctest.testmod(module) == doctest.TestResults(failed=0, attempted=1)

    [example] = YAML(typ="safe").load(recipe("yaml", "- name: Four plots"))
    given = {"plots": 40.0, "let_share": 0.6, "rent": 50.0}
    assert example["use"] == module.__name__ and list(example["given"]) == list(given)
    sheet = CaseSheet("2026-27", 1, parties={"town": "Town council"})
    amounts = {name: Amount(spec.unit, value=given[name]) for name, spec in specs(module.AllotmentRents).items() if spec.unit}
    module.AllotmentRents(name="site", council="town", **amounts).write(sheet)
    assert worked_out(sheet).by_year("site.received") == [example["then"]["received"]]
