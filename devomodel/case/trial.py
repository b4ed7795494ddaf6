"""Tries the amounts of a scenario in the years of its case, so that all that do not last that long are told together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devomodel.amounts import Amount
from devomodel.engine import SheetError
from devomodel.mechanisms.base import CaseSheet


class Trial:
    """A sheet that is thrown away, to put each amount on."""

    def __init__(self, first_year: str, count: int, nation: str, indices: Mapping[str, Any], held: Mapping[str, Any]):
        self.sheet = CaseSheet(first_year, count, nation=nation, indices=indices, held=held)
        self.tried = 0

    def __call__(self, amount: Amount) -> str:
        """What is wrong with an amount in some year of the case; nothing when it is well, or takes another line's figures."""
        if amount.line or self._grows_by_a_wrong_index(amount):
            return ""
        self.tried += 1
        try:
            self.sheet.given(f"trial.amount_{self.tried}", amount, amount.where)
        except SheetError as error:
            return str(error).removeprefix(f"{amount.where}: ")
        return ""

    def _grows_by_a_wrong_index(self, amount: Amount) -> bool:
        """Whether its index could not be read, which has been told."""
        series = amount.grows.series if amount.grows is not None else ""
        return series in self.sheet.indices and not self.sheet.indices[series][0]
