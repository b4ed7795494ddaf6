"""Voila's kernels with limits: who owns one, when one is stopped, and what is told to its page."""

from __future__ import annotations

from typing import Any

import psutil
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import PeriodicCallback

from devomodel.dashboards.server.room import MOST_MEMORY_OF_ONE, Room, arrival_of_request

SWEEP = 2_000
"""Milliseconds between looks at every kernel."""

ENDED = 4001
"""What a channel is closed with when its kernel is gone for good; the page then opens afresh with the same choices."""

ALLOWED = ["comm_open", "comm_msg"]
"""The only kinds of message a page may send. What they may hold is looked at in the kernel: devomodel.dashboards.safety."""


class Kernels(AsyncMappingKernelManager):
    """A kernel belongs to the visitor whose request started it, and to nobody else."""

    room: Room

    async def start_kernel(self, *arguments: Any, **named: Any) -> str:  # type: ignore[override]
        """Start one. Those of the preheated pool have no owner until a visitor is given one."""
        kernel: str = await super().start_kernel(*arguments, **named)
        if named.get("env", {}).get("VOILA_PREHEAT") != "True":
            self.room.claim(kernel, arrival_of_request.get())
        return kernel


class Keeper:
    """Looks at the kernels every few seconds, and stops those that are left, hang, hold too much or have died."""

    def __init__(self, kernels: Any, room: Room, log: Any):
        self.kernels, self.room, self.log = kernels, room, log
        self.timer = PeriodicCallback(self.sweep, SWEEP)
        self.sweeping = False

    def start(self) -> None:
        self.timer.start()

    async def sweep(self) -> None:
        """One look at every kernel."""
        if self.sweeping:
            return
        self.sweeping = True
        try:
            for seat in [*self.room.seats.values()]:
                for socket in [*seat.sockets]:
                    socket.beat()
            ending = self.room.overdue()
            for kernel in [*self.room.seats]:
                if kernel not in ending and (why := await self._wrong_with(kernel)):
                    ending[kernel] = why
            for kernel, why in ending.items():
                await self.stop(kernel, why)
            await self._tend_the_pool()
        except Exception:
            self.log.exception("A look at the kernels failed; the next one comes in a moment")
        finally:
            self.sweeping = False

    async def _tend_the_pool(self) -> None:
        """Replace kernels that died while they waited for a visitor."""
        for notebook, waiting in getattr(self.kernels, "_pools", {}).items():
            for task in [one for one in waiting if one.done()]:
                failed = task.cancelled() or task.exception() is not None
                kernel = "" if failed else task.result()["kernel_id"]
                if failed or kernel not in self.kernels or not await ensure_async(self.kernels.get_kernel(kernel).is_alive()):
                    if task in waiting:
                        waiting.remove(task)
                    if kernel:
                        await self.stop(kernel, "died")
                    self.kernels.fill_if_needed(delay=0, notebook_name=notebook)

    async def _wrong_with(self, kernel: str) -> str:
        if kernel not in self.kernels:
            return "died"
        manager = self.kernels.get_kernel(kernel)
        if not await ensure_async(manager.is_alive()):
            return "died"
        process = getattr(getattr(manager, "provisioner", None), "pid", None)
        try:
            return "memory" if process and psutil.Process(process).memory_info().rss > MOST_MEMORY_OF_ONE else ""
        except psutil.Error:
            return ""

    async def stop(self, kernel: str, why: str) -> None:
        """Stop a kernel and tell its page why; it can be stopped already."""
        seat = self.room.release(kernel, why)
        for socket in [*seat.sockets] if seat else []:
            socket.close(ENDED, why)
        if kernel in self.kernels:
            try:
                await ensure_async(self.kernels.shutdown_kernel(kernel, now=True))
            except Exception as error:  # It may be dying by itself.
                self.log.info("A kernel was gone already: %s", error)
