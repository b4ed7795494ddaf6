"""The checks of a case: those that hold for any mix of mechanisms, and the results of all of them, the master check first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from devomodel.engine import Figures, agrees, quantity, total
from devomodel.mechanisms.base import CaseSheet
from devomodel.statements import ACCOUNT_TITLES, HALF_A_PENNY, flows, funds_its_capital, has_precept


@dataclass(frozen=True)
class CheckResult:
    """One check: what must hold, whether it does, and where it fails."""

    name: str
    label: str
    passed: bool
    detail: str
    years: tuple[str, ...] = ()
    council: str = ""


def write_accounts(sheet: CaseSheet) -> None:
    """The lines and checks that hold for any mix of mechanisms: what each party is left with, and that money is found.

    revenue  `<party>.revenue.net`, for a party that sets no precept: what the case costs or saves it
    capital  `<party>.capital.balance`, rolled forward; capital spending must be covered in every year
    in kind  what is borne in kind must be given in kind
    """
    for key, name in sheet.parties.items():
        sides = {of: (flows(sheet, payee=key, account=of), flows(sheet, payer=key, account=of)) for of in ACCOUNT_TITLES}
        into, out = sides["revenue"]
        if (into or out) and not has_precept(sheet, key):
            sheet.line(f"{key}.revenue.net", sheet.total(into) - sheet.total(out), "£",
                       f"{name}: revenue received less revenue paid", kind="working")  # fmt: skip
        into, out = sides["capital"]
        if into or out:
            net = sheet.line(f"{key}.capital.net", sheet.total(into) - sheet.total(out), "£",
                             f"{name}: capital received less capital paid", kind="working")  # fmt: skip
            balance = sheet.line(f"{key}.capital.balance", total(sheet.last_year(f"{key}.capital.balance", first=0.0, unit_of="£"), net),
                                 "£", f"{name}: capital money in hand at 31 March", kind="working")  # fmt: skip
            # A lender lends its own money: being repaid does not make it a body whose capital the case must fund.
            if funds_its_capital(sheet, key):
                owed = sheet.total(sheet.tagged(owed_to=key, of_account="capital"))
                sheet.check(f"{key}.capital.funded", balance + owed >= quantity(-HALF_A_PENNY, "£"),
                            f"{name}: capital spending is funded in every year",
                            "Capital received to date, and earned from funders, covers capital paid; a gap is shown as a gap",
                            council=key)  # fmt: skip
                if sheet.tagged(owed_to=key, of_account="capital"):
                    sheet.advise(f"{key}.capital.bridged", balance >= quantity(-HALF_A_PENNY, "£"),
                           f"{name}: no cash is needed until funders pay", "The council pays first and must have the cash",
                           council=key)  # fmt: skip
        into, out = sides["in_kind"]
        own = [line for line in out if line.tags.get("payee") is None]
        if own or into:
            sheet.check(f"{key}.in_kind.balanced", agrees(sheet.total(into), sheet.total(own), within=HALF_A_PENNY),
                        f"{name}: what is borne in kind is given in kind", "Time counts as cost and as match, never as cash",
                        council=key)  # fmt: skip


def check_results(figures: Figures, blanks_allowed: frozenset[str]) -> list[CheckResult]:
    """Every check of a worked case, with a master check first. Checks that only advise are left out: `advice_results`.

    blanks_allowed  lines that may have no figure in the first years, because no year before was given
    """
    results = [one for one, advises in _results(figures, blanks_allowed) if not advises]
    missing = [
        line.name
        for line in figures.sheet
        if line.name in figures.arrays
        and line.name not in blanks_allowed
        and not np.isfinite(figures[line.name].astype(float)).all()
    ]
    detail = "No figure: " + ", ".join(missing[:5]) if missing else "Nothing is divided by nought"
    results.append(CheckResult("every_figure_is_a_number", "Every line has a figure in every year", not missing, detail))
    failed = sum(not result.passed for result in results)
    words = f"{failed} of {len(results)} checks fail" if failed else f"All {len(results)} checks hold"
    return [CheckResult("master", "Master check: every check holds", not failed, words), *results]


def advice_results(figures: Figures, blanks_allowed: frozenset[str]) -> list[CheckResult]:
    """The checks that only advise and do not hold."""
    return [one for one, advises in _results(figures, blanks_allowed) if advises and not one.passed]


def _results(figures: Figures, blanks_allowed: frozenset[str]) -> Iterator[tuple[CheckResult, bool]]:
    """Each check with its result, and whether it only advises."""
    first = figures.sheet.years[0]
    for check in figures.sheet.checks:
        line = check.line
        held = [bool(row.all()) for row in figures[line.name].astype(bool)]
        # A check over figures that are rightly blank in the first year does not fail there.
        failed = tuple(year for year, holds in zip(figures.sheet.years, held, strict=True)
                       if not holds and not (year == first and line.name in blanks_allowed))  # fmt: skip
        council = str(line.tags.get("council", ""))
        yield CheckResult(line.name, line.label, not failed, check.detail, failed, council), bool(line.tags.get("advice"))
