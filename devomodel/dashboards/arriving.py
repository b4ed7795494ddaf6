"""How a page reaches its visitor: whole, in the page itself, and before anything that can wait; then each change in one message.

As it comes, every widget is announced in a message of its own, nobody hears them, and the browser then asks for all of them again.
Here nothing is announced while a page is made: what the browser needs of each widget stands in the page that it loads. What is slower
to make waits until the browser has shown that and says that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

STATES = "application/vnd.devomodel.states+json"
VIEW = "application/vnd.jupyter.widget-view+json"

SHOWN = ("_dom_classes", "children", "value", "description", "disabled", "hint", "error", "typed", "said", "unit", "before", "after", "min",
         "max", "step", "index", "_options_labels")  # fmt: skip
"""The parts of a widget's state that the page's script reads."""

_waiting: list[Callable[[], None]] | None = None
_listening = False
_bundle: list[dict[str, Any]] = []


class Sent:
    """A page with the states of its widgets, as a cell of a notebook gives it out."""

    def __init__(self, page: Any, widgets: list[Any]):
        self.page, self.widgets = page, widgets

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.page.model_id}
        return {VIEW: view, STATES: {one.model_id: [one._model_name, shown_of(one)] for one in self.widgets}}


def shown_of(widget: Any) -> dict[str, Any]:
    """What the page's script reads of a widget, without what is empty."""
    state = widget.get_state([key for key in SHOWN if key in widget.keys])
    return {key: value for key, value in state.items() if value not in ("", None, [], ())}


def sent_whole(make: Callable[[], Any]) -> Sent:
    """A page made without a word to anyone, with what the browser needs of it.

    make  gives the page's widget
    """
    from ipywidgets import Layout, Style, Widget

    global _waiting
    made: list[Any] = []
    _waiting = []
    Widget.on_widget_constructed(made.append)
    try:
        with _silence():
            page = make()
    finally:
        Widget.on_widget_constructed(None)
    return Sent(page, [one for one in made if one.comm is not None and not isinstance(one, (Layout, Style))])


def when_here(action: Callable[[], None]) -> bool:
    """Do something once the browser has the page and is there. False where nobody is waited for, and nothing is kept."""
    if _waiting is None:
        return False
    if action not in _waiting:
        _waiting.append(action)
    return True


def here() -> None:
    """The browser is there: do what waited for it."""
    global _waiting, _listening
    actions, _waiting, _listening = _waiting or [], None, True
    for action in actions:
        action()


@contextmanager
def together() -> Iterator[None]:
    """What changes meanwhile is told to the browser in one message, and so drawn in one go; each by itself where no browser of ours listens."""
    from ipywidgets import Widget

    control = Widget._control_comm
    if not _listening or control is None or _bundle:
        yield
        return
    from ipykernel.comm.comm import BaseComm

    publish = BaseComm.publish_msg
    states: dict[str, dict[str, Any]] = {}

    def gathered(self: Any, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any) -> None:
        if msg_type == "comm_msg" and isinstance(data, dict) and data.get("method") == "update" and not buffers:
            states.setdefault(self.comm_id, {}).update(data["state"])
        else:
            publish(self, msg_type, data, metadata, buffers, **keys)

    _bundle.append(states)
    BaseComm.publish_msg = gathered  # type: ignore[method-assign]
    try:
        yield
    finally:
        BaseComm.publish_msg = publish  # type: ignore[method-assign]
        _bundle.clear()
        if states:
            control.send({"method": "changed", "states": states})


@contextmanager
def _silence() -> Iterator[None]:
    """Widgets are made as ever, and no message is sent of them."""
    from ipykernel.comm.comm import BaseComm
    from ipykernel.kernelbase import Kernel

    publish = BaseComm.publish_msg

    def unsent(self: Any, *_: Any, **__: Any) -> None:
        self.kernel = Kernel.instance()  # by which a widget knows that its later messages have somewhere to go

    BaseComm.publish_msg = unsent  # type: ignore[method-assign]
    try:
        yield
    finally:
        BaseComm.publish_msg = publish  # type: ignore[method-assign]
