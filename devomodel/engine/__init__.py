"""The sheet of lines: units, operations, formulas, sheet, projection, working. It knows nothing of councils."""

from devomodel.engine.expressions import Expression, Line, SheetError, in_words, quantity
from devomodel.engine.formulas import (
    agrees,
    allocate,
    both,
    either,
    larger_of,
    opposite,
    pence_below,
    per_month,
    per_period,
    per_week,
    smaller_of,
    to_pence,
    to_pounds,
    total,
    when,
    whole_part,
)
from devomodel.engine.projection import Figures, Worker, worked_out
from devomodel.engine.sheet import Sheet
from devomodel.engine.units import Unit, UnitError, unit
from devomodel.engine.working import Step, working
from devomodel.engine.worksheet import Worksheet

__all__ = [
    "Expression",
    "Figures",
    "Line",
    "Sheet",
    "SheetError",
    "Step",
    "Unit",
    "UnitError",
    "Worker",
    "Worksheet",
    "agrees",
    "allocate",
    "both",
    "either",
    "in_words",
    "larger_of",
    "opposite",
    "pence_below",
    "per_month",
    "per_period",
    "per_week",
    "quantity",
    "smaller_of",
    "to_pence",
    "to_pounds",
    "total",
    "unit",
    "when",
    "whole_part",
    "worked_out",
    "working",
]
