"""The channel between a page and its kernel, and how a page says that it is left."""

from __future__ import annotations

import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.websocket import WebSocketMixin
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from devomodel.dashboards.server.doors import Doors
from devomodel.dashboards.server.kernels import ENDED
from devomodel.dashboards.server.messages import for_page, from_page

MOST_MESSAGES = 120
"""Messages a page may send in a second; a slider that is dragged sends one for each answer, a few dozen."""


MOST_PENDING, MOST_CHANNELS, MOST_UNSENT = 50, 3, 20_000_000
"""Messages a kernel may have waiting, channels to one kernel, and bytes a page may leave unread."""

BEAT, SILENT = 15.0, 50.0
"""Seconds between askings whether a page is still there, and without an answer until it is taken to have gone."""


class Channel(VoilaKernelWebsocketHandler, Doors):
    """One page's channel: to its own kernel only, and for the two kinds of message that its controls need."""

    kernel_id: str
    heard = pinged = 0.0

    async def pre_get(self) -> None:
        """Refuse a kernel of somebody else's, or one that is gone, before anything is opened."""
        if not self.room.may_use(self.kernel_id, self.visitor) or self.kernel_id not in self.kernel_manager:
            raise web.HTTPError(404)
        if self.room.channels(self.kernel_id) >= MOST_CHANNELS:
            raise web.HTTPError(429)
        if not self.check_origin(self.request.headers.get("Origin", "")):
            raise web.HTTPError(403)
        self.second, self.count = 0, 0
        await super().pre_get()

    def check_origin(self, origin: str = "") -> bool:
        """A channel is opened by a page of ours: a browser always says which, so one that says nothing is refused too."""
        return urlsplit(self.request.headers.get("Origin", "")).netloc.lower() == self.request.host.lower()

    async def open(self, kernel_id: str) -> None:
        self.heard = self.pinged = time.monotonic()
        self.room.opened(kernel_id, self)
        await super().open(kernel_id)

    def beat(self) -> None:
        """Ask the page's browser whether it is still there; give up a channel that has not answered for long.

        A browser answers by itself. Jupyter's and tornado's own askings read one setting in different units, so both are off.
        """
        now = time.monotonic()
        if now - self.heard > SILENT:
            self.close()
        elif now - self.pinged > BEAT:
            self.pinged = now
            with contextlib.suppress(WebSocketClosedError):
                self.ping(b"")

    def on_pong(self, data: bytes) -> None:
        self.heard = time.monotonic()

    def on_message(self, message: Any) -> None:
        """Pass on what controls send, made anew, and drop everything else."""
        made = None if self._too_many() else from_page(message)
        if made is None or self.room.pending(self.kernel_id) > MOST_PENDING:
            return
        self.room.asked(self.kernel_id)
        super().on_message(made)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Tell the page what its kernel says of its widgets; a page that does not listen is given up."""
        if not for_page(message):
            return None
        if '"execution_state": "idle"' in message and self.room.speaks_for(self.kernel_id, self):
            self.room.answered(self.kernel_id)
        stream = getattr(self.ws_connection, "stream", None)
        unsent = getattr(stream, "_total_write_index", 0) - getattr(stream, "_total_write_done_index", 0)
        if unsent > MOST_UNSENT:
            self.close()
            return None
        return super().write_message(message, binary)

    def _too_many(self) -> bool:
        second = int(self.settings["devomodel_clock"]())
        self.count = self.count + 1 if second == self.second else 1
        self.second = second
        return self.count > MOST_MESSAGES

    def on_close(self) -> None:
        self.room.closed(self.kernel_id, self)
        if getattr(self, "connection", None) is not None:
            super().on_close()


class Alive(Doors):
    """Whether a page's kernel is there, asked by a page whose channel broke. It says nothing to anyone but its owner."""

    @allow_unauthenticated
    async def get(self, kernel: str) -> None:
        self.set_header("Cache-Control", "no-store")
        seat = self.room.may_use(kernel, self.visitor)
        self.finish({"alive": seat, "why": "" if seat else self.room.gone.get(kernel, "gone")})


class Leave(Doors):
    """A page says that it is closed, so that its place is free at once."""

    def check_xsrf_cookie(self) -> None:
        """A page that closes can set no header. It can only give up a kernel of its own, which its strict cookie proves."""

    async def post(self, kernel: str) -> None:
        if not self.room.may_use(kernel, self.visitor):
            raise web.HTTPError(404)
        await self.settings["devomodel_keeper"].stop(kernel, "left")
        self.set_status(204)


class Told(WebSocketMixin, RequestInfoSocketHandler, Doors):
    """Where a kernel that waits in the pool hears which page was asked for. It listens to this computer only, and to kernels
    that are waiting: a visitor can learn nothing here."""

    @allow_unauthenticated
    async def get(self, kernel_id: str) -> Any:
        if not self.is_presenter or self.request.headers.get("Origin"):
            raise web.HTTPError(404)
        return await ensure_async(WebSocketHandler.get(self, kernel_id))

    def set_default_headers(self) -> None:
        pass

    def on_close(self) -> None:
        for kernel in [key for key, waiter in self._waiters.items() if waiter is self]:
            del self._waiters[kernel]
            self._cache.pop(kernel, None)


__all__ = ["ENDED", "Alive", "Channel", "Leave", "Told"]
