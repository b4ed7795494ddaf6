"""Starts the server: Voila's kernels and notebooks, with our own doors in place of Voila's, and the settings that keep it safe."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
import webbrowser
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import tornado.ioloop
import tornado.web
from nbconvert.exporters.templateexporter import TemplateExporter
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila
from voila.utils import ENV_VARIABLE

from devomodel.dashboards.pages import PAGES
from devomodel.dashboards.server import assets
from devomodel.dashboards.server.channels import Alive, Channel, Leave, Told
from devomodel.dashboards.server.doors import Nothing
from devomodel.dashboards.server.findings import Findings
from devomodel.dashboards.server.handlers import ROLE, ForgetHandler, HomeHandler, OpenHandler, PageHandler, ResidentsHandler
from devomodel.dashboards.server.kernels import ALLOWED, Keeper, Kernels
from devomodel.dashboards.server.login import LoginHandler, Visitors
from devomodel.dashboards.server.room import Room, arrival_of_request
from devomodel.dashboards.shelf import LONGEST_FILE, Shelf
from devomodel.problems import DevomodelError

HERE = "127.0.0.1"
KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
PREHEATED = 2
MOST_VISITORS, MOST_IN_A_HALL = 60, 12
PORTS = 20
SILENT = logging.CRITICAL
"""What Jupyter's servers say is not for a clerk: DEVOMODEL_DEBUG=1 shows it."""

IDLE = 60 * 60


@dataclass(frozen=True)
class Settings:
    """How to serve.

    files      scenario files to offer; none means those that ship
    work       the folder for saved work and opened files
    host       which addresses of this computer to listen on: its own only, unless told otherwise
    port       where; the next free one is taken when it is in use
    hall       whether this is a meeting: fewer places, and the residents' page offered when they are taken
    visitors   places; none means as many as suit
    preheated  kernels that wait, ready for the next visitor
    token      what others must bring; made up when there is none and others can reach the dashboard
    idle       seconds after which a page that nobody touches is closed
    browser    whether to open the first page here
    """

    files: tuple[Path, ...] = ()
    work: Path | None = None
    host: str = HERE
    port: int = 8866
    hall: bool = False
    visitors: int | None = None
    preheated: int = PREHEATED
    token: str = ""
    idle: float = IDLE
    browser: bool = True

    @property
    def is_shared(self) -> bool:
        """Whether others on the network can reach the dashboard."""
        return self.host not in (HERE, "localhost")

    @property
    def most(self) -> int:
        return self.visitors or (MOST_IN_A_HALL if self.hall else MOST_VISITORS)

    def public_address(self, request: Any) -> str:
        """The address of the first page for others: the network's when there is one, and else the one that was asked for."""
        host = request.host
        name, _, port = host.rpartition(":")
        if self.is_shared and name in (HERE, "localhost"):
            host = f"{network_address()}:{port}"
        return f"{request.protocol}://{host}/"


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled once, not once for each visitor."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Any) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Any) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()
_environment = TemplateExporter._create_environment


def _with_compiled(exporter: Any) -> Any:
    environment = _environment(exporter)
    environment.bytecode_cache = COMPILED
    return environment


class Dashboards(Voila):
    """Voila with our template, our doors and our limits."""

    name = "voila"
    told: Settings
    shelf: Shelf

    def start(self) -> None:
        """Serve until told to stop."""
        TemplateExporter._create_environment = _with_compiled  # type: ignore[method-assign]
        sockets = self._take_port()
        self.connection_dir = tempfile.mkdtemp(prefix="devomodel_", dir=self.connection_dir_root)
        self.room = Room(self.told.most, self.told.idle)
        Kernels.room = self.room
        settings = self.init_settings()
        self._claim_from_the_pool()
        keeper = Keeper(self.kernel_manager, self.room, self.log)
        findings = Findings(self.shelf)
        settings |= {
            "compress_response": True, "allow_remote_access": True, "ws_ping_interval": 0,
            "login_url": f"{self.base_url}login", "xsrf_cookies": True, "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Strict"},
            "default_handler_class": Nothing, "devomodel_room": self.room, "devomodel_settings": self.told,
            "devomodel_shelf": self.shelf, "devomodel_keeper": keeper, "devomodel_clock": time.monotonic,
            "devomodel_assets": assets.addresses(self.base_url), "devomodel_pages": PAGES, "devomodel_findings": findings,
            "devomodel_hosts": names_of_this_computer(self.told), "devomodel_port": self.port,
            "log_function": self._asked,
        }  # fmt: skip
        self.app = tornado.web.Application(self.init_handlers(), **settings)
        server = HTTPServer(self.app, max_body_size=LONGEST_FILE + 100_000, max_header_size=32_000, idle_connection_timeout=60,
                            body_timeout=20)  # fmt: skip
        server.add_sockets(sockets)
        self.ioloop = tornado.ioloop.IOLoop.current()
        keeper.start()
        self.ioloop.add_callback(findings.begin)
        self.announce()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            findings.end()
            self.stop()

    def init_handlers(self) -> list[Any]:
        """Every address there is; whatever is not here is not answered."""
        page = {"notebook_path": os.path.relpath(self.notebook_path, self.root_dir), "template_paths": self.template_paths,
                "config": self.config, "voila_configuration": self.voila_configuration}  # fmt: skip
        return [
            (r"/", HomeHandler),
            (rf"/({'|'.join(one.slug for one in PAGES)})", PageHandler, page),
            (r"/open", OpenHandler),
            (r"/forget", ForgetHandler),
            (r"/residents/([\w.-]+)", ResidentsHandler),
            (r"/static/([\w.]+)", assets.Assets),
            (rf"/channel/{KERNEL}", Channel),
            (r"/alive/([\w-]+)", Alive),
            (r"/leave/([\w-]+)", Leave),
            (rf"/voila/query/{KERNEL}", Told),
            (r"/login", LoginHandler),
        ]

    def _asked(self, handler: Any) -> None:
        """What is asked for is nobody's business; a failure of ours is told, without the address, which may hold a token."""
        if handler.get_status() >= 500 and handler.get_status() not in (503, 507):
            print(
                f"A page could not be shown ({handler.get_status()}). DEVOMODEL_DEBUG=1 tells more.", file=sys.stderr, flush=True
            )

    def _claim_from_the_pool(self) -> None:
        """A kernel of the pool becomes the visitor's who is given it."""
        given = getattr(self.kernel_manager, "get_rendered_notebook", None)
        if given is None:
            return

        async def claimed(*arguments: Any, **named: Any) -> Any:
            task, rendered, kernel = await given(*arguments, **named)
            self.room.claim(kernel, arrival_of_request.get())
            return task, rendered, kernel

        self.kernel_manager.get_rendered_notebook = claimed

    def _take_port(self) -> list[socket.socket]:
        """Take the port asked for, or one of the next twenty, before any kernel is started: each must know where the server is."""
        for port in range(self.told.port, self.told.port + PORTS):
            try:
                taken = bind_sockets(port, self.told.host)
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, 10048):
                    raise DevomodelError(f"The dashboard cannot listen on {self.told.host}, port {port}: {error.strerror or error}. "
                                         "Leave --host out to use it on this computer only.") from None  # fmt: skip
                continue
            self.port = port
            os.environ[ENV_VARIABLE.VOILA_APP_PORT] = str(port)
            for name in ("DEVOMODEL_PUBLIC", "DEVOMODEL_RESIDENTS"):
                os.environ[name] = os.environ.get(name, "").replace("{port}", str(port))
            return taken
        raise DevomodelError(f"No port from {self.told.port} to {self.told.port + PORTS - 1} is free. Give another: --port 9000")

    def announce(self) -> None:
        """Say where the dashboard is, and open it."""
        here = f"http://{HERE if self.told.host == '0.0.0.0' else self.told.host}:{self.port}/"
        word = f"?token={self.told.token}" if self.told.token else ""
        say = partial(print, file=sys.stderr, flush=True)
        say(f"The dashboard is open on this computer: {here}{word}")
        if self.told.is_shared:
            say(f"Others on this network:                 http://{network_address()}:{self.port}/{word}")
            if self.told.hall:
                for key in self.shelf.published:
                    say(f"Residents’ page, for phones:            http://{network_address()}:{self.port}/residents/{key}")
        else:
            say("Nobody else can reach it. For others on the network: devomodel dashboard --share")
        say(f"Saved work is kept in {self.shelf.work.folder}. To end: press Ctrl and C together.")
        if self.told.browser:
            with contextlib.suppress(Exception):
                webbrowser.open(here + word)

    def stop(self) -> None:
        """End every kernel and leave nothing behind."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with contextlib.suppress(Exception):
            asyncio.get_event_loop().run_until_complete(asyncio.wait_for(self.kernel_manager.shutdown_all(now=True), 15))
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        print("The dashboard has ended. Everything saved is in", self.shelf.work.folder, file=sys.stderr, flush=True)


def serve(settings: Settings) -> None:
    """Serve the dashboards until stopped. Raises DevomodelError for a file, a folder or a port that cannot be used."""
    if ":" in settings.host:
        raise DevomodelError(f"--host {settings.host}: give an address like 192.168.0.5; those with colons are not served.")
    if settings.is_shared and not settings.token:
        settings = Settings(**{**settings.__dict__, "token": secrets.token_urlsafe(12)})
    if not os.environ.get("DEVOMODEL_DEBUG"):
        logging.lastResort = None  # the servers' own loggers have nobody else to tell; a clerk sees no trace of them
    shelf = Shelf.of(settings.files, settings.work)
    resources = files("devomodel.dashboards")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(resources / "jupyter"), os.environ.get("JUPYTER_PATH", "")]))
    os.environ["DEVOMODEL_SERVED"] = shelf.as_text()
    public = f"http://{network_address() if settings.host == '0.0.0.0' else settings.host}:{{port}}/"
    os.environ["DEVOMODEL_PUBLIC"] = public if settings.is_shared else ""
    os.environ["DEVOMODEL_RESIDENTS"] = f"{public}residents/" if settings.hall else ""
    os.environ["DEVOMODEL_PUBLISHED"] = ",".join(shelf.published)
    if settings.host != "0.0.0.0":
        os.environ[ENV_VARIABLE.VOILA_APP_IP] = settings.host
    app = Dashboards.instance(config=_config(settings))
    app.told, app.shelf = settings, shelf
    app.initialize([str(resources / "notebook" / "page.ipynb")])
    app.start()


def _config(settings: Settings) -> Config:
    from devomodel import __version__

    addresses = assets.addresses("/")
    words = {"style": addresses["page.css"], "script": addresses["page.js"], "version": __version__,
             "pages": [{"slug": one.slug, "short": one.short} for one in PAGES]}  # fmt: skip
    return Config({
        "Voila": {"open_browser": False, "log_level": logging.DEBUG if os.environ.get("DEVOMODEL_DEBUG") else SILENT,
                  "token": settings.token, "ip": settings.host, "identity_provider_class": Visitors,
                  "config_file_paths": [], "autoreload": False},
        "VoilaConfiguration": {
            "template": "devomodel", "theme": "light", "allow_theme_override": "NO", "allow_template_override": "NO",
            "show_tracebacks": False, "strip_sources": True, "file_allowlist": [], "preheat_kernel": settings.preheated > 0,
            "default_pool_size": settings.preheated, "http_header_envs": [ROLE], "resources": {"devomodel": words},
            "multi_kernel_manager_class": Kernels,
        },
        "VoilaKernelManager": {"fill_delay": 1.5},
        "Kernels": {"cull_idle_timeout": 0, "allowed_message_types": ALLOWED},
        # Over TCP, kernels started at the same moment sometimes pick the same port, and one of them dies. Windows has no other way.
        "KernelManager": {"transport": "tcp" if sys.platform == "win32" else "ipc", "autorestart": False},
        "Visitors": {"cookie_options": {"samesite": "Lax", "httponly": True}},
        "ZMQChannelsWebsocketConnection": {"iopub_msg_rate_limit": 3_000, "iopub_data_rate_limit": 30_000_000},
    })  # fmt: skip


def network_address() -> str:
    """This computer's address on the network it is on; its own when it is on none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("10.255.255.255", 1))
            return str(asked.getsockname()[0])
        except OSError:
            return HERE


def names_of_this_computer(settings: Settings) -> frozenset[str]:
    """The names under which the dashboard may be asked for."""
    names = {HERE, "localhost", "::1"}
    if settings.is_shared:
        host = socket.gethostname().lower()
        names |= {network_address(), host, f"{host}.local", settings.host.lower()}
        with contextlib.suppress(OSError):
            names |= {str(one[4][0]).lower() for one in socket.getaddrinfo(host, None)}
    return frozenset(names)
