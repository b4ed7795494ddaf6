"""Worked examples: statements in YAML, each worked by numpy and by spreadsheet programs, which must agree.

`tests/worked_examples/<mechanism>.yaml` holds the statements of a mechanism, `formulas.yaml` those of plain formulas.
What an example may say is in EXAMPLE_KEYS and FORMULA_KEYS. A source is named where the figures are published;
without one they are round numbers made up so that they can be checked by eye.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import devomodel as dm
from devomodel import mechanisms
from devomodel.engine import Expression, Sheet, Worksheet, worked_out
from devomodel.fields import specs
from devomodel.model import Projection
from devomodel.reading import read_yaml_text
from devomodel.written import money, number, share
from tests.spreadsheets import Cells, Worked, worked_by_formualizer, worked_by_libreoffice

FOLDER = Path(__file__).resolve().parent / "worked_examples"
FORMULAS = "formulas"

EXAMPLE_KEYS = {
    "name": "the statement, as a sentence",
    "source": "where the figures are published",
    "use": "the mechanism",
    "given": "what it is given; `council` is town unless it says otherwise",
    "with": "other mechanisms the case needs, by name, each with its `use`",
    "councils": "parties beside town, district and county",
    "nation": "england unless it says wales",
    "first_year": "2026-27 unless it says otherwise",
    "years": "1 unless it says otherwise",
    "then": "line → one figure for every year, or a list of one a year; null is no figure",
    "within": "a tolerance, or line → tolerance; half a penny for money and nothing for other units unless it says otherwise",
    "warns": "words that the warnings of the case must hold",
    "slip": "what a publication gets wrong, in words",
    "published": "line → the figure it prints, which must be further from ours than the tolerance",
}
FORMULA_KEYS = {key: EXAMPLE_KEYS[key] for key in ("name", "source", "within", "slip", "published")} | {
    "formula": "file and function, such as precept.band_d_charge or engine.per_period",
    "given": "its arguments",
    "units": "argument → unit, where it is not a plain number",
    "then": "the result, or part → figure where it has several parts",
}
COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
}
HALF_A_PENNY = 0.005 + 1e-9
EXACT = 1e-9
"""Relative: what two programs may differ by, and what a figure that is not money may."""


@dataclass(frozen=True)
class Example:
    """One statement as written, with the file it is in."""

    file: str
    written: Mapping[str, Any]

    def __str__(self) -> str:
        return self.written.get("name", "an example without a name")

    def refuse_unless(self, holds: bool, why: str) -> None:
        assert holds, f"{self.file}.yaml, '{self}': {why}"

    def check_keys(self) -> None:
        known = FORMULA_KEYS if "formula" in self.written else EXAMPLE_KEYS
        unknown = set(self.written) - set(known)
        self.refuse_unless(not unknown, f"unknown keys {sorted(unknown)}; the keys are {', '.join(known)}")
        missing = {"name", "given", "then", *({"formula"} & set(known)), *({"use"} & set(known))} - set(self.written)
        self.refuse_unless(not missing, f"missing keys {sorted(missing)}")
        self.refuse_unless(("slip" in self.written) == ("published" in self.written), "slip and published go together")
        self.refuse_unless(bool(self.written["then"]) or self.written["then"] == 0, "'then' says nothing")

    def scenario(self) -> str:
        """The case as a scenario file would have it. JSON is YAML."""
        one = self.written
        blocks = {one["use"]: {"use": one["use"], **one["given"]}, **one.get("with", {})}
        self.refuse_unless(len(blocks) == 1 + len(one.get("with", {})), "a mechanism under 'with' needs a name of its own")
        for block in blocks.values():
            self.refuse_unless(block.get("use") in mechanisms.names(), f"'{block.get('use')}' is not a mechanism")
            council = specs(mechanisms.find(block["use"])).get("council")
            if council is not None and council.required:
                block.setdefault("council", "town")
        return json.dumps({
            "case": one["name"], "nation": one.get("nation", "england"), "first_year": one.get("first_year", "2026-27"),
            "years": one.get("years", 1), "councils": COUNCILS | one.get("councils", {}), "mechanisms": blocks,
            "sources": {"the_source": one.get("source", "made up")},
        }, ensure_ascii=False)  # fmt: skip

    def line(self, projection: Projection, short: str) -> str:
        """The whole name of a line, from that or from its name within the council or the mechanism."""
        prefixes = (self.written["given"].get("council", "town"), self.written["use"])
        found = [name for name in (short, *(f"{prefix}.{short}" for prefix in prefixes)) if name in projection.sheet]
        self.refuse_unless(bool(found), f"there is no line '{short}'")
        self.refuse_unless(len(found) == 1, f"'{short}' could be {' or '.join(found)}: write it whole")
        return found[0]

    def figure(self, written: Any, of: str) -> float:
        """A figure as a person writes it, in a unit; no figure is NaN."""
        if written is None:
            return math.nan
        if isinstance(written, (bool, int, float)) or of == "yes or no":
            self.refuse_unless(isinstance(written, bool) == (of == "yes or no"), f"'{written}' is not a figure in '{of}'")
            return float(written)
        percent = of == "share" or (of == "number" and written.endswith("%"))
        return (share if percent else money if of.startswith("£") else number)(written)

    def tolerance(self, key: str, of: str, expected: float) -> float:
        within = self.written.get("within")
        if isinstance(within, Mapping):
            unknown = set(within) - set(self.written["then"])
            self.refuse_unless(not unknown, f"'within' names {sorted(unknown)}, which 'then' does not")
            within = within.get(key)
        if within is not None and of != "yes or no":
            return self.figure(within, of) + EXACT
        return HALF_A_PENNY if of.startswith("£") else EXACT * max(1.0, abs(expected))

    def compare(self, key: str, of: str, expected: Any, ours: float) -> str:
        """What is wrong with a figure, or nothing."""
        wanted = self.figure(expected, of)
        if math.isnan(wanted) or math.isnan(ours):
            return "" if math.isnan(wanted) and math.isnan(ours) else f"{key}: {ours}, not {expected}"
        return "" if abs(ours - wanted) <= self.tolerance(key, of, wanted) else f"{key}: {ours}, not {expected}"

    def refuse_published(self, key: str, of: str, ours: list[float]) -> None:
        """The figure that a publication got wrong must fail our check."""
        if key in self.written.get("published", {}):
            printed = self.figure(self.written["published"][key], of)
            near = [one for one in ours if abs(one - printed) <= self.tolerance(key, of, one)]
            self.refuse_unless(not near, f"the published {key} of {printed} is said to be a slip, and agrees with ours: {near}")


def examples_in(text: str, file: str) -> list[Example]:
    """The statements of a file: a list, strictly read."""
    found = read_yaml_text(f"examples:\n{text}", f"{file}.yaml").value["examples"]
    return [Example(file, one) for one in found]


def all_examples() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from examples_in(path.read_text(encoding="utf-8"), path.stem)


EXAMPLES = list(all_examples())
OF_MECHANISMS = [one for one in EXAMPLES if "formula" not in one.written]
OF_FORMULAS = [one for one in EXAMPLES if "formula" in one.written]


@cache
def projected(scenario: str) -> Projection:
    return dm.project(dm.load_text(scenario, "example"))


def assert_holds(example: Example) -> Projection:
    """Every figure of the statement, every check it does not say fails, and the slip."""
    example.check_keys()
    projection = projected(example.scenario())
    wrong, said_to_fail, without_figure = [], set(), False
    for short, expected in example.written["then"].items():
        name = example.line(projection, short)
        of, ours = str(projection.sheet[name].unit), projection.by_year(name)
        wanted = expected if isinstance(expected, list) else [expected] * len(ours)
        example.refuse_unless(len(wanted) == len(ours), f"'{short}' has {len(wanted)} figures for {len(ours)} years")
        wrong += [told for one, our in zip(wanted, ours, strict=True) if (told := example.compare(short, of, one, our))]
        example.refuse_published(short, of, ours)
        said_to_fail |= {name} if of == "yes or no" and False in wanted else set()
        without_figure |= None in wanted
    example.refuse_unless(not wrong, "; ".join(wrong))
    unknown = set(example.written.get("published", {})) - set(example.written["then"])
    example.refuse_unless(not unknown, f"'published' names {sorted(unknown)}, which 'then' does not")
    if "warns" in example.written:
        told = " ".join(projection.warnings)
        example.refuse_unless(example.written["warns"] in told, f"the warnings do not say so: {told or 'there are none'}")
    failing = {one.name for one in projection.checks if not one.passed} - {"master"} - said_to_fail
    example.refuse_unless(not failing - ({"every_figure_is_a_number"} if without_figure else set()), f"checks fail: {failing}")
    return projection


# Plain formulas


def formula_of(example: Example) -> Any:
    module, _, function = example.written["formula"].rpartition(".")
    example.refuse_unless(module == "engine" or module in (*mechanisms.names(), "bands"), f"there is no file '{module}'")
    found = importlib.import_module("devomodel.engine" if module == "engine" else f"devomodel.mechanisms.{module}")
    example.refuse_unless(hasattr(found, function), f"there is no formula '{function}' in '{module}'")
    return getattr(found, function)


def each_figure(given: Mapping[str, Any], change: Any) -> dict[str, Any]:
    """The arguments of a formula with every figure changed; words stay as they are."""

    def one(name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: one(name, inner) for key, inner in value.items()}
        return value if isinstance(value, str) else change(name, value)

    return {name: one(name, value) for name, value in given.items()}


def parts_of(result: Any) -> dict[str, Any]:
    """A result by its parts: "" for a single figure, a key of a dictionary, a place in a row."""
    if isinstance(result, Mapping):
        return {f"{key}{rest}": part for key, value in result.items() for rest, part in parts_of(value).items()}
    if isinstance(result, tuple):
        return {f".{place}{rest}": part for place, value in enumerate(result, 1) for rest, part in parts_of(value).items()}
    return {"": result}


def formula_sheet(example: Example) -> tuple[Sheet, dict[str, str]]:
    """The formula on a sheet of one year; for each part of its result the line and its unit."""
    sheet, units = Sheet("2026-27", 1), example.written.get("units", {})
    made: list[str] = []

    def line(name: str, value: float) -> Any:
        made.append(name)
        return sheet.input(f"given_{len(made)}", float(value), units.get(name, "number"), name)

    result = parts_of(formula_of(example)(**each_figure(example.written["given"], line)))
    named = {part: sheet.line(f"result_{place}", one, one.unit, part) for place, (part, one) in enumerate(result.items())
             if isinstance(one, Expression)}  # fmt: skip
    return sheet, {part: one.name for part, one in named.items()}


@pytest.mark.parametrize("example", OF_FORMULAS, ids=str)
def test_formula(example: Example):
    example.check_keys()
    formula, given = formula_of(example), example.written["given"]
    plain = parts_of(formula(**each_figure(given, lambda _, value: float(value))))
    arrays = parts_of(formula(**each_figure(given, lambda _, value: np.full(3, float(value)))))
    sheet, named = formula_sheet(example)
    worked, cells = worked_out(sheet), worked_by_formualizer(Worksheet(sheet).cells())
    then = example.written["then"] if isinstance(example.written["then"], Mapping) else {"": example.written["then"]}
    published = example.written.get("published", {})
    example.refuse_unless(set(published) <= set(then) if isinstance(published, Mapping) else True, "published names no part")
    for part, expected in then.items():
        example.refuse_unless(part in named, f"the result has no part '{part}'; it has {', '.join(named)}")
        of, ours = str(sheet[named[part]].unit), worked.by_year(named[part])[0]
        told = example.compare(part, of, expected, ours)
        example.refuse_unless(not told, told)
        assert math.isclose(float(plain[part]), ours, rel_tol=EXACT)
        assert np.allclose(arrays[part], ours, rtol=EXACT)
        if published and not isinstance(published, Mapping):
            printed = example.figure(published, of)
            example.refuse_unless(abs(ours - printed) > example.tolerance(part, of, ours), "the slip agrees with our figure")
        elif published:
            example.refuse_published(part, of, [ours])
    assert differences(worked, Worksheet(sheet), cells) == []


# Mechanisms


@pytest.mark.parametrize("example", OF_MECHANISMS, ids=str)
def test_example(example: Example):
    projection = assert_holds(example)
    layout = Worksheet(projection.sheet)
    assert differences(projection.figures, layout, worked_by_formualizer(layout.cells())) == []


def differences(figures: Any, layout: Worksheet, worked: Worked) -> list[str]:
    """Every cell of a sheet that comes out otherwise in a spreadsheet than in numpy."""
    found = []
    for line in layout.sheet:
        for at, ours in enumerate(figures.by_year(line.name)):
            theirs = worked[layout.address(line, at)]
            as_number = math.nan if theirs is None else float(theirs)
            alike = math.isnan(ours) and math.isnan(as_number)
            if not (alike or abs(as_number - ours) <= EXACT * max(1.0, abs(ours))):
                found.append(f"{line.name} in {layout.sheet.years[at]}: {ours} here, {theirs} there")
    return found


def test_libreoffice_works_every_example_to_the_same_figures():
    sheets: list[tuple[Any, Worksheet]] = []
    for example in OF_MECHANISMS:
        projection = projected(example.scenario())
        sheets.append((projection.figures, Worksheet(projection.sheet)))
    for example in OF_FORMULAS:
        sheet, _ = formula_sheet(example)
        sheets.append((worked_out(sheet), Worksheet(sheet)))
    batches: list[Cells] = [layout.cells() for _, layout in sheets]
    answers = worked_by_libreoffice(batches)
    told = [differences(figures, layout, worked) for (figures, layout), worked in zip(sheets, answers, strict=True)]
    names = [str(example) for example in OF_MECHANISMS + OF_FORMULAS]
    assert len(answers) == len(EXAMPLES) and {name: one for name, one in zip(names, told, strict=True) if one} == {}


# What the examples must cover, and what the runner must refuse


def test_every_mechanism_is_used_by_the_examples_of_its_file():
    for name in mechanisms.names():
        used = {one.written.get("use") for one in OF_MECHANISMS if one.file == name}
        assert used == {name}, f"tests/worked_examples/{name}.yaml holds statements about {name} alone, and at least one"
    assert {one.file for one in EXAMPLES} == {*mechanisms.names(), FORMULAS}


def test_everything_a_mechanism_takes_is_given_in_an_example():
    untried = []
    for name in mechanisms.names():
        blocks = [one.written["given"] for one in OF_MECHANISMS if one.written["use"] == name]
        for example in OF_MECHANISMS:
            blocks += [block for block in example.written.get("with", {}).values() if block.get("use") == name]
        for key, spec in specs(mechanisms.find(name)).items():
            given = [block[key] for block in blocks if key in block]
            inner = specs(spec.of) if spec.of else {}
            every = [one for value in given for one in (value.values() if spec.kind == "blocks" else [value])]
            untried += [f"{name}.{key}"] if not given and key != "council" else []
            untried += [f"{name}.{key}.{part}" for part in inner if not any(part in one for one in every)]
    assert untried == []


def test_every_example_has_its_own_name():
    names = [str(one) for one in EXAMPLES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


REFUSED = {
    "unknown keys": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: 1}, tolerance: 1}",
    "missing keys": "- {name: A, use: tax_base, given: {homes: 1}}",
    "there is no line 'tax_bass'": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_bass: 1}}",
    "tax_base: 1.0, not 2": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: 2}}",
    "2 figures for 1 years": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: [1, 1]}}",
    "slip and published go together": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: 1}, slip: a digit}",
    "agrees with ours": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: 1}, slip: s, published: {tax_base: 1}}",
    "which 'then' does not": "- {name: A, use: tax_base, given: {homes: 1}, then: {tax_base: 1}, within: {homes: 1}}",
    "is not a mechanism": "- {name: A, use: tax_bass, given: {homes: 1}, then: {tax_base: 1}}",
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_statement_that_cannot_be_relied_on_is_refused(why: str):
    [example] = examples_in(REFUSED[why], "made_up")
    with pytest.raises(AssertionError, match=why.replace(".", r"\.")):
        assert_holds(example)
