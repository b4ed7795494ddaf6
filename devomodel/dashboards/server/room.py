"""Who is in the room: which kernel belongs to which visitor, who has left, who hangs, and whether there is room for another."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import psutil

MEMORY_KEPT_FREE = 400 * 2**20
"""Bytes of memory below which nobody else is let in: four kernels and something for the machine."""

MOST_MEMORY_OF_ONE = 900 * 2**20
"""Bytes one kernel may hold before it is stopped; an ordinary one holds about 100 million."""

ARRIVING = 90.0
"""Seconds in which a page must have opened its channel, from its kernel being given."""

MOST_OF_ONE = 4
"""Places that one address on the network may take."""

AWAY = 20.0
"""Seconds a kernel waits for a page that lost its channel: a reload or a wireless that drops comes back sooner."""

HANGING = 30.0
"""Seconds a kernel may work at one thing before it is taken to hang."""


@dataclass(eq=False)
class Arrival:
    """A visitor whose page is being made, and who has no kernel yet."""

    visitor: str
    address: str = ""


arrival_of_request: ContextVar[Arrival | None] = ContextVar("arrival_of_request", default=None)
"""The arrival whose request is being answered."""


@dataclass
class Seat:
    """One visitor's kernel.

    visitor   whose it is: the secret of that visitor's cookie
    address   where the visitor comes from; none for the person at this computer
    sockets   the channels that are open to it
    since     when it was given
    left      when its last channel closed; none while one is open
    touched   when the visitor last did something
    pending   messages that the kernel has not finished with
    waiting   since when it works at one of them; none while there are none
    """

    visitor: str
    address: str = ""
    since: float = field(default_factory=time.monotonic)
    sockets: set[Any] = field(default_factory=set)
    left: float | None = None
    touched: float = field(default_factory=time.monotonic)
    pending: int = 0
    waiting: float | None = None


class Room:
    """The seats that are taken, and the limits.

    most   visitors at once
    idle   seconds after which a page that nobody touches is closed
    """

    def __init__(self, most: int, idle: float):
        self.most, self.idle = most, idle
        self.seats: dict[str, Seat] = {}
        self.arriving: set[Arrival] = set()
        self.gone: dict[str, str] = {}

    @property
    def taken(self) -> int:
        """Seats in use, those being made ready included."""
        return len(self.seats) + len(self.arriving)

    def full(self, address: str = "") -> str:
        """Why there is no room for another; nothing when there is.

        address  where the visitor comes from; none for the person at this computer, who may take every place
        """
        own = [one.address for one in self.seats.values()] + [one.address for one in self.arriving]
        if address and own.count(address) >= MOST_OF_ONE:
            return f"You have {MOST_OF_ONE} pages open already. Close one of them first."
        if self.taken >= self.most:
            return f"All {self.most} places are taken." if self.most > 1 else "The only place is taken."
        if psutil.virtual_memory().available < MEMORY_KEPT_FREE:
            return "This computer has no memory left for another page."
        return ""

    def arrive(self, visitor: str, address: str = "") -> Arrival:
        """Keep a place for a visitor whose page is being made."""
        arrival = Arrival(visitor, address)
        self.arriving.add(arrival)
        arrival_of_request.set(arrival)
        return arrival

    def claim(self, kernel: str, arrival: Arrival | None) -> None:
        """Give a kernel to whoever arrived: the place kept becomes that kernel's."""
        self.seats[kernel] = Seat(arrival.visitor, arrival.address) if arrival else Seat("")
        if arrival is not None:
            self.arriving.discard(arrival)

    def may_use(self, kernel: str, visitor: str) -> bool:
        """Whether a kernel is this visitor's own."""
        seat = self.seats.get(kernel)
        return seat is not None and bool(visitor) and seat.visitor == visitor

    def opened(self, kernel: str, socket: Any) -> None:
        """A page opened its channel."""
        seat = self.seats[kernel]
        if not seat.sockets:
            seat.pending, seat.waiting = 0, None
        seat.sockets.add(socket)
        seat.left = None
        seat.touched = time.monotonic()

    def closed(self, kernel: str, socket: Any) -> None:
        """A page's channel closed, for whatever reason."""
        seat = self.seats.get(kernel)
        if seat is not None:
            seat.sockets.discard(socket)
            if not seat.sockets:
                seat.left = time.monotonic()

    def channels(self, kernel: str) -> int:
        """How many channels are open to a kernel."""
        return len(self.seats[kernel].sockets) if kernel in self.seats else 0

    def speaks_for(self, kernel: str, socket: Any) -> bool:
        """Whether a channel is the one by which a kernel's answers are counted: each of its channels hears them all."""
        return kernel in self.seats and next(iter(self.seats[kernel].sockets), None) is socket

    def pending(self, kernel: str) -> int:
        """How many messages a kernel has not finished with."""
        return self.seats[kernel].pending if kernel in self.seats else 0

    def asked(self, kernel: str) -> None:
        """A visitor did something, and the kernel has a message to work at."""
        seat = self.seats.get(kernel)
        if seat is not None:
            seat.touched = time.monotonic()
            seat.pending += 1
            seat.waiting = seat.waiting or seat.touched

    def answered(self, kernel: str) -> None:
        """A kernel has finished with a message."""
        seat = self.seats.get(kernel)
        if seat is not None:
            seat.pending = max(seat.pending - 1, 0)
            seat.waiting = time.monotonic() if seat.pending else None

    def overdue(self, now: float | None = None) -> dict[str, str]:
        """The kernels to stop, and why: "left", "hung" or "idle"."""
        now = time.monotonic() if now is None else now
        found = {}
        for kernel, seat in self.seats.items():
            if (seat.left is not None and now - seat.left > AWAY) or (
                not seat.sockets and seat.left is None and now - seat.since > ARRIVING
            ):
                found[kernel] = "left"
            elif seat.waiting is not None and now - seat.waiting > HANGING:
                found[kernel] = "hung"
            elif seat.sockets and now - seat.touched > self.idle:
                found[kernel] = "idle"
        return found

    def release(self, kernel: str, why: str) -> Seat | None:
        """Take a seat back; its page, should it ask, is told why."""
        seat = self.seats.pop(kernel, None)
        if seat is not None:
            self.gone[kernel] = why
            while len(self.gone) > 1_000:
                del self.gone[next(iter(self.gone))]
        return seat
