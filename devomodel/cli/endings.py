"""What ends inside a case, and who picks it up: the cliffs, and the costs that fall away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.cliffs import Ending
    from devomodel.model import Projection


NOMINAL = 1.0
"""£ a year: a peppercorn, whose end nobody feels."""


def print_endings(page: Page, projection: Projection) -> None:
    """A sentence for each payment that ends and each cost that stops; nothing where there is none.

    Capital sums and fees paid once are left out, and so is a nominal rent: no yearly budget rests on them.
    """
    from devomodel.cliffs import find_cliffs, when_does_it_stop

    cliffs = [one for one in find_cliffs(projection) if _is_told(one)]
    if cliffs:
        page.part("What ends, and who picks it up")
        for cliff in cliffs:
            page.item(cliff.sentence)
    shown = {line for cliff in cliffs for line in cliff.lines}
    reliefs = [one for one in when_does_it_stop(projection) if _is_told(one) and not shown.intersection(one.lines)]
    if reliefs:
        page.part("What stops, and what that frees")
        for relief in reliefs:
            page.item(relief.sentence)


def _is_told(one: Ending) -> bool:
    paid_once = one.once and (one.account == "capital" or one.kind == "fee")
    return not paid_once and max(map(abs, one.paid)) > NOMINAL
