"""Names that were considered or used, and lost. `tests/test_house.py` keeps them from coming back.

A name goes here, with the reason, when a better word of the field has taken its place.
"""

RETIRED_NAMES = {
    "npf.irr": "numpy-financial 1.0.0 picks a wrong root: docs/decisions/0001-dependencies.md",
    "numpy_financial.irr": "numpy-financial 1.0.0 picks a wrong root: docs/decisions/0001-dependencies.md",
    "numpy_financial import irr": "numpy-financial 1.0.0 picks a wrong root: docs/decisions/0001-dependencies.md",
}
