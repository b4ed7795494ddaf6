"""Many visitors: who gets a place, who is told that the room is full, and that every place is free again, however a page is closed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from devomodel.dashboards.server.room import ARRIVING, AWAY, HANGING, MOST_OF_ONE, Room
from tests.serving import Served, Stranger, serve

PAGE = "/precept-tester?case=castle-donington"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts dashboards that end with the test."""
    running: list[Served] = []

    def start(*arguments: str) -> Served:
        running.append(serve(tmp_path / "work", *arguments))
        return running[-1]

    yield start
    for one in running:
        one.stop()


# The rules, without a server


def test_a_page_that_lost_its_channel_keeps_its_place_for_a_while() -> None:
    room = Room(most=5, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    room.opened("kernel", "socket")
    room.closed("kernel", "socket")
    left = room.seats["kernel"].left
    assert left is not None
    assert room.overdue(left + AWAY - 1) == {} and room.overdue(left + AWAY + 1) == {"kernel": "left"}
    room.opened("kernel", "another socket")
    assert room.overdue(left + AWAY + 1) == {}


def test_a_page_that_never_opened_its_channel_is_taken_back() -> None:
    room = Room(most=5, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    since = room.seats["kernel"].since
    assert room.overdue(since + ARRIVING - 1) == {} and room.overdue(since + ARRIVING + 1) == {"kernel": "left"}


def test_a_page_that_nobody_touches_is_closed_and_one_that_is_touched_is_not() -> None:
    room = Room(most=5, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    room.opened("kernel", "socket")
    touched = room.seats["kernel"].touched
    assert room.overdue(touched + 599) == {} and room.overdue(touched + 601) == {"kernel": "idle"}
    room.asked("kernel")
    room.answered("kernel")
    assert room.overdue(touched + 601) == {"kernel": "idle"} or room.seats["kernel"].touched > touched


def test_a_kernel_hangs_when_one_of_its_messages_is_not_finished_in_time() -> None:
    room = Room(most=5, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    room.opened("kernel", "socket")
    room.asked("kernel")
    room.asked("kernel")
    room.answered("kernel")
    waiting = room.seats["kernel"].waiting
    assert waiting is not None and room.overdue(waiting + HANGING - 1) == {}
    assert room.overdue(waiting + HANGING + 1) == {"kernel": "hung"}
    room.answered("kernel")
    assert room.seats["kernel"].waiting is None and room.overdue(waiting + HANGING + 1) == {}


def test_the_room_is_full_when_its_places_are_taken_or_are_being_made_ready() -> None:
    room = Room(most=2, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    assert room.full() == ""
    arrival = room.arrive("another visitor")
    assert room.taken == 2 and room.full() == "All 2 places are taken."
    room.claim("another", arrival)
    assert room.taken == 2, "A page that is being made and its kernel are one place"
    assert room.full() and room.release("another", "left") is not None and room.full() == ""
    assert room.gone == {"another": "left"}


def test_a_kernel_belongs_to_the_visitor_it_was_given_to() -> None:
    room = Room(most=2, idle=600)
    room.claim("kernel", room.arrive("visitor"))
    assert room.may_use("kernel", "visitor")
    assert not room.may_use("kernel", "another") and not room.may_use("kernel", "") and not room.may_use("none", "visitor")


def test_one_address_on_the_network_cannot_take_every_place() -> None:
    room = Room(most=12, idle=600)
    for place in range(MOST_OF_ONE):
        room.claim(f"kernel {place}", room.arrive("visitor", "192.168.0.7"))
    assert (
        room.full("192.168.0.7").startswith("You have 4 pages open already")
        and room.full("192.168.0.8") == ""
        and room.full() == ""
    )


# The same with a server


def test_whoever_finds_the_room_full_is_told_so_and_gets_the_first_free_place(started: Callable[..., Served]) -> None:
    hall = started("--visitors", "2", "--ready", "0")
    first, second, third = (Stranger(hall.address) for _ in range(3))
    kernels = [one.page(PAGE) for one in (first, second)]
    told = third.ask(PAGE)
    assert told.status == 503 and "The room is full" in told.text and "All 2 places are taken." in told.text
    assert told.headers["Retry-After"] == "30" and "Traceback" not in told.text
    assert third.ask("/").status == 200, "The first page and what it links to take no place"
    assert first.ask(f"/leave/{kernels[0]}", "POST").status == 204
    assert third.page(PAGE) not in kernels


def test_a_hall_offers_the_residents_page_with_its_picture_code_when_it_is_full(started: Callable[..., Served]) -> None:
    hall = started(
        "scenarios/castle-donington.yaml", "--visitors", "1", "--ready", "0", "--hall", "--token", "a token of the hall"
    )
    one, another = Stranger(hall.address), Stranger(hall.address)
    for visitor in (one, another):
        assert visitor.ask("/?token=a%20token%20of%20the%20hall").status in (200, 302)
    one.page(PAGE)
    told = another.ask(PAGE)
    assert told.status == 503 and "/residents/castle-donington" in told.text and "<svg" in told.text and 'role="img"' in told.text
    phone = Stranger(hall.address)
    page = phone.ask("/residents/castle-donington")
    assert page.status == 200 and "Castle Donington" in page.text and phone.cookie == "", "No token, no cookie"
    assert phone.ask("/residents/kidderminster").status == 404, "Only what was named at the start is published"
    assert phone.ask(PAGE).status in (302, 403), "Anything else needs the token"


def test_twenty_people_who_come_at_once_all_get_a_page_of_their_own(started: Callable[..., Served]) -> None:
    hall = started("--ready", "1")

    def come(_: int) -> str:
        one = Stranger(hall.address)
        kernel = one.page(PAGE)
        talk = one.channel(kernel)
        states = talk.states()
        assert any(one["model_name"] == "FloatSliderModel" for one in states.values()), states
        talk.socket.close()
        assert one.ask(f"/leave/{kernel}", "POST").status == 204
        return kernel

    with ThreadPoolExecutor(20) as crowd:
        kernels = list(crowd.map(come, range(20)))
    assert len(set(kernels)) == 20
    assert hall.wait_for_kernels(1) == 1, "Only the page kept ready is left"


def test_a_place_is_free_again_when_a_page_disappears_without_a_word(started: Callable[..., Served]) -> None:
    hall = started("--ready", "0")
    one = Stranger(hall.address)
    talk = one.channel(one.page(PAGE))
    talk.states()
    assert len(hall.kernels) == 1
    talk.socket.socket.close()  # the laptop's lid
    assert hall.wait_for_kernels(0, AWAY + 25) == 0


@pytest.mark.parametrize(("with_signal", "why"), [(signal.SIGKILL, "died"), (signal.SIGSTOP, "hung")])
def test_a_kernel_that_dies_or_hangs_is_ended_and_its_page_is_told(
    started: Callable[..., Served], with_signal: int, why: str
) -> None:
    hall = started("--ready", "0")
    one = Stranger(hall.address)
    kernel = one.page(PAGE)
    talk = one.channel(kernel)
    name = next(name for name, state in talk.states().items() if state["model_name"] == "FloatSliderModel")
    [process] = hall.kernels
    os.kill(process.pid, with_signal)
    talk.send("comm_msg", {"comm_id": name, "data": {"method": "custom", "content": {"event": "step", "steps": 1}}})
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            talk.socket.recv(HANGING + 20)
    assert closed.value.rcvd is not None and (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, why)
    assert f'"why": "{why}"' in one.ask(f"/alive/{kernel}").text and hall.wait_for_kernels(0) == 0
    assert one.page(PAGE) != kernel, "Another page opens"


def test_ending_the_dashboard_ends_every_page_and_leaves_nothing_behind(started: Callable[..., Served]) -> None:
    hall = started("--ready", "1")
    one = Stranger(hall.address)
    one.channel(one.page(PAGE)).states()
    pages = hall.kernels
    assert len(pages) >= 1
    assert hall.stop() == 0
    time.sleep(0.5)
    assert [page for page in pages if page.is_running() and page.status() != "zombie"] == []
    assert "The dashboard has ended." in "".join(hall.told) and "Traceback" not in "".join(hall.told)
