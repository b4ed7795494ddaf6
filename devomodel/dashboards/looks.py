"""Widgets that look alike share one layout and one style: a page has half as many widgets to make and to send."""

from __future__ import annotations

from typing import Any

_kept: dict[Any, Any] = {}


def looks(kind: type, **style: Any) -> dict[str, Any]:
    """The layout and, where the kind has one, the style of every widget of a kind that looks the same.

    >>> from ipywidgets import HTML
    >>> HTML(**looks(HTML)).layout is HTML(**looks(HTML)).layout
    True
    """
    from ipywidgets import Layout

    found = {"layout": _one(Layout)}
    if hasattr(kind, "style"):
        found["style"] = _one(kind.style.klass, **style)
    return found


def unseen() -> Any:
    """The layout of what is there for the page's script alone."""
    from ipywidgets import Layout

    return _one(Layout, display="none")


def _one(kind: Any, **given: Any) -> Any:
    key = (kind, *sorted(given.items()))
    if key not in _kept or _kept[key].comm is None:  # a notebook can close every widget there is
        _kept[key] = kind(**given)
    return _kept[key]
