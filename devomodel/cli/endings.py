"""What ends inside a case, and who picks it up: the cliffs, and the costs that fall away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devomodel.cli.page import Page
    from devomodel.model import Projection


def print_endings(page: Page, projection: Projection) -> None:
    """A sentence for each payment that ends and each cost that stops; nothing where there is none.

    Capital sums paid once are left out: no yearly budget rests on them.
    """
    from devomodel.cliffs import find_cliffs, when_does_it_stop

    cliffs = [one for one in find_cliffs(projection) if not (one.once and one.account == "capital")]
    if cliffs:
        page.part("What ends, and who picks it up")
        for cliff in cliffs:
            page.item(cliff.sentence)
    reliefs = [
        one for one in when_does_it_stop(projection) if not any(line in cliff.lines for cliff in cliffs for line in one.lines)
    ]
    if reliefs:
        page.part("What stops, and what that frees")
        for relief in reliefs:
            page.item(relief.sentence)
