"""One file for each rule that moves money; none imports another. The file's name is what a scenario says under `use`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devomodel.mechanisms.base import Mechanism

SHARED = (
    "asset_dowry",
    "asset_terms",
    "bands",
    "base",
    "capital_tests",
    "cluster_holdings",
    "cluster_terms",
    "dated",
    "funder_promise",
    "funder_terms",
    "grant_terms",
    "loan_checks",
    "loan_cost",
    "loan_schedule",
    "loan_terms",
    "loans",
    "precept_walk",
    "restricted_money",
    "share_fairness",
    "share_rules",
    "staff_pay",
    "taken",
)
"""Modules here that are not mechanisms: what several share, or a part of one too long for its file."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """What `use` may say."""
    return tuple(sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name not in SHARED))


@cache
def find(name: str) -> type[Mechanism]:
    """The mechanism that a file holds: its one subclass of Mechanism. Raises KeyError for a name that is not one."""
    from devomodel.mechanisms.base import Mechanism

    if name not in names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name}")
    return next(one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Mechanism)
                and one.__module__ == module.__name__)  # fmt: skip
