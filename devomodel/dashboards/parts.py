"""What a page is put together from: pieces of HTML, rows and columns, sections, disclosures, and the summary of what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ipywidgets import HTML, VBox, Widget


def html(content: str = "", classes: tuple[str, ...] = ()) -> HTML:
    """A piece of the page. Whatever comes from a file or a person must be escaped already."""
    return HTML(value=content, _dom_classes=classes)


def hidden(name: str, content: str = "") -> HTML:
    """Something the page's script reads and nobody sees."""
    made = HTML(value=content, _dom_classes=(name, "dm-hidden"))
    made.layout.display = "none"
    return made


def column(*children: Widget, classes: tuple[str, ...] = ()) -> VBox:
    """Parts below one another."""
    return VBox(children, _dom_classes=("dm-column", *classes))


def row(*children: Widget, classes: tuple[str, ...] = ()) -> VBox:
    """Parts beside one another where there is room, and below one another on a phone."""
    return VBox(children, _dom_classes=("dm-row", *classes))


def section(heading: str, *children: Widget, level: int = 2, classes: tuple[str, ...] = ()) -> VBox:
    """Parts under a heading of their own."""
    return VBox([html(f"<h{level}>{escape(heading)}</h{level}>"), *children], _dom_classes=("dm-section", *classes))


def folded(heading: str, *children: Widget) -> VBox:
    """Parts under a heading that opens them; closed at first. The page's script makes it a disclosure."""
    return VBox([html(escape(heading), classes=("dm-summary",)), *children], _dom_classes=("dm-folded",))


def error_summary(title: str, lines: Iterable[str]) -> str:
    """What went wrong, in the form that people who use public services know."""
    rows = "".join(f"<li>{escape(one)}</li>" for one in lines if one.strip())
    return f'<div class="dm-error-summary" role="alert"><h2>{escape(title)}</h2><ul>{rows}</ul></div>'
