"""The folder of shipped figures: listed without opening a file, and read one at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from devomodel.parameters.figures import Parameter
from devomodel.parameters.strict import read_parameter
from devomodel.problems import DevomodelError, suggestion

FOLDER = Path(__file__).parent / "values"


@cache
def names() -> tuple[str, ...]:
    """Every parameter shipped, in alphabetical order."""
    return tuple(sorted(path.name.removesuffix(".yaml") for path in FOLDER.glob("*.yaml")))


@cache
def find(name: str) -> Parameter:
    """One parameter by name. Only its own file is read.

    Raises DevomodelError for a name not shipped, with the nearest name, and InputError when the
    file cannot be used.
    """
    if name not in names():
        near = suggestion(name, names()) or "`devomodel parameters` lists them."
        raise DevomodelError(f"There is no parameter called '{name}'. {near}")
    return read_parameter(FOLDER / f"{name}.yaml")
