"""The precept walk: how last year's Band D charge became this year's, in steps that sum to the penny."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devomodel.amounts import BY_RULE, Origin
from devomodel.engine import Line, agrees, to_pence, when
from devomodel.mechanisms.base import CaseSheet

STEPS: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...] = (
    ("spending", "spending", (("spending", 1),)),
    ("other_income", "other income", (("other_income", -1),)),
    ("contingency", "contingency", (("contingency", 1),)),
    ("reserves", "reserves used and added", (("reserves_added", 1), ("reserves_used", -1))),
    ("support_grant", "council tax support grant", (("support_grant", -1),)),
    ("difference_to_reserves", "difference between precept and budget", (("difference_to_reserves", 1),)),
)
"""The steps in order: key, words, and the parts of the precept each is made of with their signs. The tax base comes last."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What the precept is made of, this year and before the first year.

    lines      part → line; with their signs they sum to the precept exactly
    openings   part → figure or formula for the year before the first
    """

    lines: Mapping[str, Line]
    openings: Mapping[str, Any]
    precept: Line
    tax_base: Line
    precept_before: Line | None
    tax_base_before: Line | None


def write_walk(sheet: CaseSheet, key: str, who: str, parts: Parts, parts_known: bool) -> None:
    """Lines `<council>.walk.<step>`, in £ at Band D to the penny, and `<council>.precept_walk.<step>` in £ of precept.

    Each step is the charge after it less the charge before it, both rounded, so that the steps sum exactly to the
    change in the published charge. The budget steps are spread over last year's tax base; the last step is the move
    from last year's tax base to this year's. In a first year whose budget before is not known by its parts, one step,
    "budget", stands for them all. In a first year with no year before at all there is no walk.
    """
    known = sheet.input(f"{key}.walk.parts_known", [1.0 if parts_known else 0.0, *[1.0] * (sheet.count - 1)], "number",
                        f"{who}: 1 when the budget of the year before is known by its parts", kind="working",
                        origin=Origin(BY_RULE, note="says which steps the walk of the first year can show"))  # fmt: skip
    last_precept = sheet.last_year(parts.precept, first=parts.precept_before)
    last_base = sheet.last_year(parts.tax_base, first=parts.tax_base_before)
    moves: dict[str, Line] = {}
    for step, words, made_of in STEPS:
        move: Any = 0
        for part, sign in made_of:
            line = parts.lines[part]
            moved = line - sheet.last_year(line, first=parts.openings[part])
            move = (moved if sign > 0 else -moved) if isinstance(move, int) else move + moved if sign > 0 else move - moved
        moves[step] = sheet.line(f"{key}.precept_walk.{step}", known * move, "£", f"{who}: change in precept from {words}",
                                 kind="working")  # fmt: skip
    budget = (1 - known) * (parts.precept - last_precept)
    moves["budget"] = sheet.line(f"{key}.precept_walk.budget", budget, "£", f"{who}: change in precept, budget of the year "
                                 "before not known by its parts", kind="working")  # fmt: skip
    steps: list[Line] = []
    reached: Any = last_precept
    at = to_pence(last_precept / last_base)
    words_of = {step: words for step, words, _ in STEPS} | {"budget": "budget as a whole (last year’s parts are not known)"}
    for step, line in moves.items():
        reached = reached + line
        after = sheet.line(f"{key}.walk.after_{step}", to_pence(reached / last_base), "£/Band D home",
                           f"{who}: Band D charge after {words_of[step]}", kind="working")  # fmt: skip
        steps.append(
            sheet.line(f"{key}.walk.{step}", after - at, "£/Band D home", f"{who}: change in Band D from {words_of[step]}")
        )
        at = after
        reached = _written(sheet, key, step, reached, who)
    end = to_pence(parts.precept / parts.tax_base)
    steps.append(sheet.line(f"{key}.walk.tax_base", end - at, "£/Band D home", f"{who}: change in Band D from the tax base"))
    summed: Any = sheet.total(steps, "£/Band D home")
    whole: Any = sheet[f"{key}.band_d_change"]
    if parts.precept_before is None:
        told = sheet.input(f"{key}.year_before_known", [0.0, *[1.0] * (sheet.count - 1)], "number",
                           f"{who}: 1 when there is a year before to walk from", kind="working",
                           origin=Origin(BY_RULE, note="no year before the first is given"))  # fmt: skip
        summed, whole = when(told < 1, 0, summed), when(told < 1, 0, whole)
    sheet.check(f"{key}.walk.sums", agrees(summed, whole, within=1e-6),
                f"{who}: the steps of the walk sum to the change in the charge",
                "Spending, income, reserves, grant and tax base, to the penny", council=key)  # fmt: skip


def _written(sheet: CaseSheet, key: str, step: str, reached: Any, who: str) -> Line:
    """The precept reached after a step, as a line, so that no formula grows with the number of steps."""
    return sheet.line(f"{key}.precept_walk.after_{step}", reached, "£", f"{who}: precept after the step", kind="working")
