"""What may travel between a page and its kernel: nothing but what controls need, in the one shape they need it.

A message from a page is read, and a new one is made of what is known of it; nothing else of it is passed on.
"""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 20_000
"""Letters a page may send at once: the longest text a control takes, many times over."""

CONTROL = "jupyter.widget.control"
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TOLD = ("comm_msg", "comm_open", "comm_close", "status")
"""The kinds of message a page is told. What a kernel prints, and what failed inside it, is not for a visitor."""

KIND = re.compile(r'"msg_type": "(\w{1,40})"')


def from_page(text: Any) -> str | None:
    """The message to pass on for what a page sent; none for anything that is not a control's.

    >>> from_page('{"channel": "shell", "header": {"msg_type": "execute_request"}, "content": {"code": "1"}}') is None
    True
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        text.encode("utf-8")
        read = json.loads(text)
        header, content = read["header"], read["content"]
        kind, comm = header["msg_type"], content["comm_id"]
        if read["channel"] != "shell" or not _names(header["msg_id"], header["session"], comm):
            return None
        made = _opened(comm, content) if kind == "comm_open" else _told(comm, content) if kind == "comm_msg" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if made is None:
        return None
    return json.dumps({
        "channel": "shell", "content": made, "metadata": {"version": "1.0.0"}, "parent_header": {}, "buffers": [],
        "header": {"msg_id": header["msg_id"], "msg_type": kind, "session": header["session"], "username": "", "version": "5.3", "date": ""},
    })  # fmt: skip


def for_page(text: Any) -> bool:
    """Whether a page may be told a message of its kernel. Messages with bytes are none of ours."""
    if not isinstance(text, str):
        return False
    kind = KIND.search(text, 0, 4_000)
    return kind is not None and kind[1] in TOLD


def _names(*given: Any) -> bool:
    return all(isinstance(one, str) and NAME.fullmatch(one) for one in given)


def _opened(comm: str, content: Any) -> dict[str, Any] | None:
    """A page asks for the states of its widgets, and can make none."""
    if content.get("target_name") != CONTROL:
        return None
    return {"comm_id": comm, "target_name": CONTROL, "data": {}}


def _told(comm: str, content: Any) -> dict[str, Any] | None:
    data = content["data"]
    method = data["method"]
    if method == "request_states":
        return {"comm_id": comm, "data": {"method": method}}
    if method == "update" and isinstance(data["state"], dict):
        return {"comm_id": comm, "data": {"method": method, "state": data["state"], "buffer_paths": []}}
    if method == "custom" and isinstance(data["content"], dict):
        return {"comm_id": comm, "data": {"method": method, "content": data["content"]}}
    return None
