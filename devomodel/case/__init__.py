"""A case: one scenario file, read strictly, with its options.

Reading gathers every problem of the file and of each option, with line numbers, before anything is worked.
"""

from devomodel.case.case import Case, Option, Variant
from devomodel.case.load import load, load_text
from devomodel.case.schema import json_schema

__all__ = ["Case", "Option", "Variant", "json_schema", "load", "load_text"]
