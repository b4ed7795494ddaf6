"""What every answer of the server has in common: who may ask, what a browser may do with the answer, and plain words when it fails."""

from __future__ import annotations

import secrets
from typing import Any

from jinja2 import Environment, PackageLoader
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from devomodel.dashboards.server.room import Room

COOKIE = "devomodel-visitor"

PAGES = Environment(
    loader=PackageLoader("devomodel.dashboards.server", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
"""The server's own pages; every word that comes from a file or a person is escaped."""

PLAIN = {
    400: ("That request was not understood", "Go back and try once more."),
    403: (
        "You may not open this",
        "Ask the person who runs the dashboard for its full address: it ends with a word after 'token='.",
    ),
    404: ("There is nothing here", "The address may be mistyped, or the case is no longer on this computer."),
    405: ("That request was not understood", "Go back and try once more."),
    413: (
        "The file is too big",
        "A scenario file may be 1 MB at most. Check that it is the text file and not a picture or a workbook.",
    ),
}
"""What a visitor is told in place of a number."""


class Doors(JupyterHandler):
    """The checks that come before any answer."""

    @property
    def room(self) -> Room:
        return self.settings["devomodel_room"]

    @property
    def told(self) -> Any:
        """How the server was started."""
        return self.settings["devomodel_settings"]

    @property
    def content_security_policy(self) -> str:
        """Own files only: no script or style in a page, nothing framed, nothing sent elsewhere.

        Marks of a chart carry their style with them, which is all that is allowed beyond it.
        """
        socket = f"ws://{self.request.host} wss://{self.request.host}"
        return ("default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
                f"connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")  # fmt: skip

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def check_host(self) -> bool:
        """Only by its own names: a page from elsewhere cannot reach the dashboard under a name of its own."""
        host = self.request.host.rsplit(":", 1)[0] if not self.request.host.endswith("]") else self.request.host
        return host.strip("[]").lower() in self.settings["devomodel_hosts"]

    @property
    def is_presenter(self) -> bool:
        """Whether the request comes from this very computer."""
        here = ("127.0.0.1", "::1", self.told.host)
        return self.request.remote_ip in here and "X-Forwarded-For" not in self.request.headers

    @property
    def visitor(self) -> str:
        """The secret of this visitor's cookie, which is made when there is none; it says nothing of the person."""
        name = f"{COOKIE}-{self.settings['devomodel_port']}"  # cookies are shared between the ports of a computer
        kept = self.get_signed_cookie(name, max_age_days=1)
        if kept:
            return kept.decode()
        made = secrets.token_urlsafe(16)
        self.set_signed_cookie(name, made, expires_days=None, httponly=True, samesite="Lax")
        return made

    def show(self, page: str, status: int = 200, **words: Any) -> None:
        """Answer with one of the server's own pages."""
        from devomodel import __version__

        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        common = {"base": self.base_url, "style": self.settings["devomodel_assets"]["page.css"], "version": __version__,
                  "pages": self.settings["devomodel_pages"], "presenter": self.is_presenter}  # fmt: skip
        self.finish(PAGES.get_template(page).render(**common, **words))

    def write_error(self, status_code: int, **details: Any) -> None:
        """A failure in plain words: never a trace of the program."""
        title, way_on = PLAIN.get(
            status_code, ("Something went wrong", "It is not your doing. Try once more; nothing you saved is lost.")
        )
        said = getattr(details.get("exc_info", (None, None))[1], "devomodel_words", "")
        self.show("message.html", status_code, title=title, paragraphs=[said or way_on], problems=[])


class Nothing(Doors):
    """Whatever address there is nothing at."""

    def check_xsrf_cookie(self) -> None:
        """There is nothing to protect."""

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        raise web.HTTPError(404)
