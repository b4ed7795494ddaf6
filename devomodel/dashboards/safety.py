"""What a visitor's messages may do in a served page: what its controls offer, and nothing else.

A widget's bounds are no bounds: a visitor who speaks to the channel by hand can send any value, change the bounds first, or make
widgets of their own. So in a served page only a control's own value may be set, only in the shape it has, only as an event it knows,
and no widget can be made from outside. It is done here, in the visitor's own process, and again for every message.
"""

from __future__ import annotations

import logging
import math
from typing import Any

from devomodel.dashboards import arriving

LONGEST_TEXT = 5_000
EVENTS = {"Button": ("click",), "Amount": ("typed", "step"), "Count": ("typed", "step")}
"""The events a control may be told of, by the name of its class."""

VALUES: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "Amount": ("value", (int, float)), "Count": ("value", (int, float)), "Choice": ("index", int), "Menu": ("index", int),
    "Switch": ("value", bool), "Words": ("value", str),
}  # fmt: skip
"""The one part of each control that a page may set, and its kind."""


def allowed_state(widget: Any, state: Any) -> dict[str, Any]:
    """What is left of a state that a page sends for a widget: its value, when it is in the shape that the control has."""
    nothing: tuple[str, type | tuple[type, ...]] = ("", ())
    part, kinds = VALUES.get(type(widget).__name__, nothing)
    if not isinstance(state, dict) or part not in state:
        return {}
    value: Any = state[part]
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        return {}
    if isinstance(value, float) and not math.isfinite(value):
        return {}
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return {}
    if part == "index" and isinstance(value, int) and not 0 <= value < len(widget.options):
        return {}
    if part == "value" and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = float(min(max(value, widget.min), widget.max))  # bounded first: a whole number may be too long for a float
    if getattr(widget, "disabled", False):
        return {}
    return {part: value}


def allowed_event(widget: Any, content: Any) -> bool:
    """Whether an event is one that the control knows, with nothing in it that is too long or no figure or text."""
    if not isinstance(content, dict) or content.get("event") not in EVENTS.get(type(widget).__name__, ()):
        return False
    if getattr(widget, "disabled", False) or not set(content) <= {"event", "text", "steps"}:
        return False
    text, steps = content.get("text", ""), content.get("steps", 0)
    return isinstance(text, str) and len(text) <= 200 and type(steps) is int and -1_000 <= steps <= 1_000


def close_other_ways() -> None:
    """Put the rules in force in this process, for good."""
    from ipywidgets import Widget

    handle = Widget._handle_msg

    def guarded(self: Any, message: Any) -> Any:
        data = message["content"].get("data")
        if not isinstance(data, dict):
            return None
        method = data.get("method")
        if method == "update":
            state = allowed_state(self, data.get("state"))
            if not state:
                self.send_state()  # so that the page shows what holds
                return None
            data.clear()
            data.update({"method": "update", "state": state, "buffer_paths": []})
            with arriving.together():
                return handle(self, message)
        if method == "custom" and allowed_event(self, data.get("content")):
            with arriving.together():
                return handle(self, message)
        return None

    ask = Widget._handle_control_comm_msg

    def asked(message: Any) -> None:
        data = message["content"].get("data")
        if isinstance(data, dict) and data.get("method") == "request_states":
            ask(message)

    def opened(comm: Any, message: Any) -> None:
        Widget._control_comm = comm
        comm.on_msg(asked)
        arriving.here()

    Widget._handle_msg = guarded
    Widget._handle_control_comm_msg = staticmethod(asked)
    Widget.handle_control_comm_opened = staticmethod(opened)
    logging.getLogger("Comm").setLevel(logging.CRITICAL)
    Widget.handle_comm_opened = classmethod(lambda cls, comm, message: comm.close())
    import comm

    targets = comm.get_comm_manager().targets
    for name in [name for name in targets if name not in ("jupyter.widget", "jupyter.widget.control")]:
        del targets[name]
    targets["jupyter.widget"] = lambda opened, message: opened.close()
    targets["jupyter.widget.control"] = opened


def limit_memory(most: int) -> None:
    """Let this process hold no more than so many bytes, where the system can be told so."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass
