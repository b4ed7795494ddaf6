"""Pages for the projector and the laptop: each a function that returns a widget, for a notebook and for `devomodel dashboard` alike.

>>> from devomodel import dashboards
>>> "precept_tester" in dir(dashboards)
True
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from devomodel.dashboards.pages import PAGES

__all__ = [one.function for one in PAGES]


class _Pages(ModuleType):
    """A page's function and its module have one name: here it means the function, however the module came to be loaded."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, getattr(value, name, value) if name in __all__ and isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Pages


def __getattr__(name: str) -> Any:
    """A page is loaded when it is first used."""
    if name in __all__:
        return getattr(importlib.import_module(f"devomodel.dashboards.{name}"), name)
    raise AttributeError(f"devomodel.dashboards has no '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
