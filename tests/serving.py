"""A dashboard in a process of its own, for tests that walk it or attack it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Served:
    """A dashboard that runs in a process of its own, as a person would start it."""

    address: str
    process: subprocess.Popen[str]
    work: Path
    told: list[str]

    @property
    def kernels(self) -> list[psutil.Process]:
        """The processes of its pages, those of the preheated pool included."""
        try:
            return [
                one for one in psutil.Process(self.process.pid).children(recursive=True) if "ipykernel" in " ".join(one.cmdline())
            ]
        except psutil.Error:
            return []

    def wait_for_kernels(self, count: int, seconds: float = 40) -> int:
        """Wait until so many processes of pages are left, and give how many there are."""
        end = time.monotonic() + seconds
        while len(self.kernels) != count and time.monotonic() < end:
            time.sleep(0.2)
        return len(self.kernels)

    def stop(self, with_signal: int = signal.SIGINT) -> int:
        """End it as a person would, and give its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.process.wait(30)


def serve(work: Path, *arguments: str, port: int = 0, **environment: str) -> Served:
    """Start `devomodel dashboard` and wait until it says where it is; on a free port unless one is given."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "devomodel", "dashboard", "--no-browser", "--port", str(port), "--work", str(work), *arguments],
        cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    told: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        told.append(line)
        if "Saved work is kept" in line:
            break
    assert process.poll() is None and told, "".join(told)
    threading.Thread(target=lambda: told.extend(process.stderr or ()), daemon=True).start()
    return Served(re.search(r"http://\S+?/", "".join(told))[0].rstrip("/"), process, work, told)  # type: ignore[index]


@dataclass
class Answer:
    """What the server answered."""

    status: int
    text: str
    headers: dict[str, str]


class Stranger:
    """A visitor who speaks to the server by hand: its own cookies, any header, any message."""

    def __init__(self, address: str):
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _Stay())

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """One request; a redirect is not followed."""
        request = urllib.request.Request(self.address + path, data=body, method=method,
                                         headers={name.replace("_", "-"): value for name, value in headers.items()})  # fmt: skip
        try:
            with self.opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode("utf-8", "replace"), dict(error.headers))

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def page(self, path: str) -> str:
        """Open a page, and give the id of its kernel."""
        answer = self.ask(path)
        assert answer.status == 200, (answer.status, answer.text[:300])
        return json.loads(re.search(r'id="devomodel-page" type="application/json">(.*?)</script>', answer.text)[1])["kernel"]  # type: ignore[index]

    def channel(self, kernel: str, origin: str | None = None, cookie: str | None = None) -> Talk:
        """Open a channel to a kernel. Raises what websockets raises when it is refused."""
        where = f"{self.address.replace('http', 'ws', 1)}/channel/{kernel}?session_id={uuid4().hex}"
        opening = connect(where, origin=self.address if origin is None else origin or None, open_timeout=20, max_size=2**24,
                         additional_headers={"Cookie": self.cookie if cookie is None else cookie})  # fmt: skip
        return Talk(opening.__enter__())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Talk:
    """A channel to a kernel: messages of any kind out, and what comes back."""

    socket: ClientConnection
    session: str = field(default_factory=lambda: uuid4().hex)

    def send(self, kind: str, content: Any, channel: str = "shell", metadata: Any = None) -> str:
        """Send a message, and give its id."""
        time.sleep(0.01)  # the server drops what comes faster than any hand moves
        name = uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": self.session, "username": "", "version": "5.3", "date": ""}
        self.socket.send(json.dumps({"channel": channel, "header": header, "parent_header": {}, "metadata": metadata or {},
                                     "content": content, "buffers": []}))  # fmt: skip
        return name

    def hear(self, seconds: float = 2.0) -> Iterator[dict[str, Any]]:
        """Every message until nothing has come for so long."""
        while True:
            try:
                said = self.socket.recv(seconds)
            except TimeoutError:
                return
            if isinstance(said, str):
                yield json.loads(said)

    def states(self) -> dict[str, Any]:
        """Every widget of the page, as its own script asks for them."""
        control = uuid4().hex
        self.send(
            "comm_open", {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}, metadata={"version": "1.0.0"}
        )
        self.send("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        for message in self.hear(20):
            content = message["content"]
            if message["header"]["msg_type"] == "comm_msg" and content["comm_id"] == control:
                return content["data"]["states"]
        raise AssertionError("The page gave no states")

    def control(self, label: str) -> tuple[str, dict[str, Any]]:
        """One control by its label: its id and its state."""
        return next((name, one["state"]) for name, one in self.states().items() if one["state"].get("description") == label)
