"""devomodel: the money side of devolution business cases in UK local government.

>>> import devomodel as dm
>>> dm.per_period(57.75)["month"]
4.81
"""

from __future__ import annotations

import importlib
from typing import Any

from devomodel.problems import DevomodelError, InputError

__version__ = "0.1.0"

_LAZY = {
    "load": "devomodel.case",
    "load_text": "devomodel.case",
    "json_schema": "devomodel.case",
    "project": "devomodel.model",
    "Projection": "devomodel.model",
    "compare": "devomodel.compare",
    "per_period": "devomodel.engine",
    "charts": "devomodel.charts",
    "councils": "devomodel.councils",
    "parameters": "devomodel.parameters",
}

__all__ = ["DevomodelError", "InputError", "__version__", *_LAZY]


def __getattr__(name: str) -> Any:
    """The names above are fetched when they are first used, so that importing the package costs little."""
    if name not in _LAZY:
        raise AttributeError(f"devomodel has no '{name}'")
    module = importlib.import_module(_LAZY[name])
    found = module if _LAZY[name].endswith(f".{name}") and not hasattr(module, name) else getattr(module, name, module)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
