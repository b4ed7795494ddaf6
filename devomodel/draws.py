"""Draws of the amounts of a case that are not known exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from devomodel.build import input_of
from devomodel.case import Case, Variant
from devomodel.case.reader import Reader
from devomodel.engine import SheetError
from devomodel.mechanisms.base import CaseSheet
from devomodel.problems import DevomodelError, InputError


def drawn(case: Case, sheet: CaseSheet, draws: int, seed: int | None) -> dict[str, np.ndarray]:
    """Draws of every uncertain amount. One group shares one stream, and each stream depends only on its name and the seed."""
    if seed is None:
        raise DevomodelError("Draws need a seed, a whole number, so that the same run can be made again.")
    if not 1 <= draws <= 1_000_000:
        raise DevomodelError("The number of draws must be between 1 and 1,000,000.")
    reader = Reader(case.file, case.document.line if case.document else lambda _: None)
    found = {}
    for path, one in case.uncertain.items():
        try:
            line = input_of(sheet, path)
        except SheetError:
            if any(_gives(variant, one.path) for variant in case.variants.values()):
                continue  # an amount of another option
            raise
        bounds = one.bounds(str(line.unit), reader)
        given = np.atleast_1d(line.values)
        figures = set(given.tolist()) - {0.0} or {0.0}
        if len(figures) > 1:
            reader.problem(("uncertain", path), "only an amount with one value can be uncertain, and this one is given by year")
        if bounds is None or len(figures) > 1:
            continue
        low, high, likely = bounds
        [figure] = figures
        stream = hashlib.sha256(f"{seed}/{one.group or path}".encode()).digest()
        even = np.random.default_rng(np.frombuffer(stream, dtype=np.uint32)).random((1, draws))
        figures_drawn = _shaped(even, low, high, figure if likely is None else likely, one.shape)
        # Nought in the years the amount does not run in, whatever is drawn for the others.
        found[line.name] = figures_drawn if given.size == 1 else np.where((given != 0)[:, None], figures_drawn, 0.0)
    if reader.problems:
        raise InputError(reader.problems)
    return found


def _gives(variant: Variant, path: tuple[str, ...]) -> bool:
    """Whether an option gives an amount at a path under its mechanisms."""
    place: Any = {mechanism.name: mechanism for mechanism in variant.mechanisms}
    for step in path:
        place = place.get(step) if isinstance(place, Mapping) else getattr(place, step, None)
        if place is None:
            return False
    return True


def _shaped(even: np.ndarray, low: float, high: float, likely: float, shape: str) -> np.ndarray:
    """Even draws between 0 and 1 turned into a shape, by its inverse distribution."""
    if shape == "uniform" or high == low:
        return low + even * (high - low)
    peak = (min(max(likely, low), high) - low) / (high - low)
    rising = low + np.sqrt(even * peak) * (high - low)
    falling = high - np.sqrt((1 - even) * (1 - peak)) * (high - low)
    return np.where(even < peak, rising, falling)
