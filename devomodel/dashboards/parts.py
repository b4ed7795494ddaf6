"""What a page is put together from: pieces of HTML, rows and columns, sections, disclosures, and the summary of what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ipywidgets import HTML, VBox, Widget

from devomodel.dashboards.looks import looks, unseen


def html(content: str = "", classes: tuple[str, ...] = ()) -> HTML:
    """A piece of the page. Whatever comes from a file or a person must be escaped already."""
    return HTML(value=content, _dom_classes=classes, **looks(HTML))


def hidden(name: str, content: str = "") -> HTML:
    """Something the page's script reads and nobody sees."""
    return HTML(value=content, _dom_classes=(name, "dm-hidden"), **(looks(HTML) | {"layout": unseen()}))


def box(*children: Widget, classes: tuple[str, ...] = ()) -> VBox:
    """Parts in a box of their own."""
    return VBox(children, _dom_classes=classes, **looks(VBox))


def column(*children: Widget, classes: tuple[str, ...] = ()) -> VBox:
    """Parts below one another."""
    return box(*children, classes=("dm-column", *classes))


def row(*children: Widget, classes: tuple[str, ...] = ()) -> VBox:
    """Parts beside one another where there is room, and below one another on a phone."""
    return box(*children, classes=("dm-row", *classes))


def section(heading: str, *children: Widget, level: int = 2, classes: tuple[str, ...] = ()) -> VBox:
    """Parts under a heading of their own."""
    return box(html(f"<h{level}>{escape(heading)}</h{level}>"), *children, classes=("dm-section", *classes))


def folded(heading: str, *children: Widget) -> VBox:
    """Parts under a heading that opens them; closed at first. The page's script makes it a disclosure."""
    return box(html(escape(heading), classes=("dm-summary",)), *children, classes=("dm-folded",))


def error_summary(title: str, lines: Iterable[str]) -> str:
    """What went wrong, in the form that people who use public services know."""
    rows = "".join(f"<li>{escape(one)}</li>" for one in lines if one.strip())
    return f'<div class="dm-error-summary" role="alert"><h2>{escape(title)}</h2><ul>{rows}</ul></div>'
