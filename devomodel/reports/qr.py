"""An address as a QR code: a drawing that any page can hold, with its address for those who cannot scan it."""

from __future__ import annotations

from html import escape
from itertools import groupby

from devomodel.problems import DevomodelError

BORDER = 4
"""Light squares around the code, which readers need."""

LONGEST = 1_000
"""Longer addresses make squares too small to be read off a sheet of paper."""


def qr_matrix(text: str) -> list[list[bool]]:
    """The squares of the code without its border, row by row; true is dark. Raises DevomodelError for what no code can hold."""
    import segno

    if not text.strip() or len(text) > LONGEST:
        raise DevomodelError(f"A QR code holds an address of 1 to {LONGEST:,} characters, and this one has {len(text.strip()):,}. "
                             "Give a shorter address.")  # fmt: skip
    try:
        code = segno.make(text, error="m", micro=False)
    except (segno.DataOverflowError, ValueError):
        raise DevomodelError("The address cannot be made into a QR code. Give a shorter address in plain letters.") from None
    return [[bool(square) for square in row] for row in code.matrix]


def qr_svg(text: str) -> str:
    """The code as SVG, dark on light, named for screen readers by what it leads to.

    >>> qr_svg("https://example.org/").startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="QR code')
    True
    """
    rows = qr_matrix(text)
    size = len(rows) + 2 * BORDER
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for dark, group in groupby(row):
            length = len(list(group))
            if dark:
                runs.append(f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z")
            x += length
    return (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="QR code that leads to {escape(text)}" '
            f'viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
            f'<path fill="#000" d="{"".join(runs)}"/></svg>')  # fmt: skip
