"""Blocks made up at random: areas and what their bases bear, a council newly made, and what it takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.generated_cases import BASIS, pounds


@st.composite
def capacities(draw: Any, years: int) -> dict[str, Any]:
    """Two or three areas, one of which may take the town's own base."""
    areas: dict[str, Any] = {}
    for at in range(draw(st.integers(2, 3))):
        area = {"tax_base": {"value": draw(st.integers(100, 2_000_000)) / 100, **BASIS},
                "population": {"value": draw(st.integers(1, 90_000)), **BASIS}}  # fmt: skip
        if draw(st.booleans()):
            area["support"] = {"value": draw(st.integers(0, 500_000)) / 100, **BASIS}
        if draw(st.booleans()):
            area["daytime_population"] = {"value": draw(st.integers(1, 300_000)), **BASIS}
        areas[f"area_{at}"] = area
    if draw(st.booleans()):
        areas["area_0"]["tax_base"] = {"line": "town.tax_base"}
    return {"use": "tax_base_capacity", "sum_per_head": {"value": draw(pounds(50)), **BASIS}, "areas": areas}


STRATEGIES: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {"tax_base_capacity": capacities}
