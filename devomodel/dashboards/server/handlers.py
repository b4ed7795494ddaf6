"""The pages a visitor can open: the first page, the dashboards, a search for a council, a file of one's own, the residents' page."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web
from voila.tornado.handler import TornadoVoilaHandler

from devomodel.dashboards.pages import PAGES, page_at
from devomodel.dashboards.server.doors import Doors
from devomodel.dashboards.shelf import LONGEST_FILE, Shelf, Shown
from devomodel.problems import DevomodelError

ROLE = "X-Devomodel-Role"
"""A header that the server puts on a request before a kernel hears of it; whatever a visitor sent under this name is lost."""


class PageHandler(TornadoVoilaHandler, Doors):
    """One of the dashboards: a kernel of the visitor's own, from the preheated pool when there is one left."""

    @web.authenticated
    async def get(self, slug: str) -> None:
        if page_at(slug) is None:
            raise web.HTTPError(404)
        if len(self.request.uri or "") > 8_000:
            raise web.HTTPError(400)
        if self.request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or self.request.headers.get(
            "Sec-Fetch-Dest", "document"
        ) not in ("document", "empty"):
            raise web.HTTPError(403)  # a picture or a frame of another page would take a place that nobody sees
        address = "" if self.is_presenter else str(self.request.remote_ip)
        why = self.room.full(address)
        if why:
            self._full(why)
            return
        self.request.headers[ROLE] = "presenter" if self.is_presenter else "visitor"
        arrival = self.room.arrive(self.visitor, address)
        try:
            async for part in self.get_generator(path=None):
                self.write(part)
                await self.flush()
        finally:
            self.room.arriving.discard(arrival)

    def _full(self, why: str) -> None:
        """The room is full: what to do, and the page for residents, which takes no place."""
        shown = self.settings["devomodel_shelf"].published
        address = f"{self.told.public_address(self.request)}residents/{shown[0]}" if shown else ""
        self.set_header("Retry-After", "30")
        self.show("full.html", 503, why=why, again=self.request.uri, residents=address, picture=_qr(address) if address else "",
                  hall=self.told.hall)  # fmt: skip


class HomeHandler(Doors):
    """The first page: three doors, the cases, a file of one's own, a council, recent work."""

    @web.authenticated
    async def get(self) -> None:
        shelf: Shelf = self.settings["devomodel_shelf"]
        wanted = self.get_query_argument("council", "")[:200]
        matches = await asyncio.to_thread(shelf.find_council, wanted) if wanted else []
        shown = await self.settings["devomodel_findings"]() if shelf.cases else []
        self.show("home.html", cases=[one for one in shown if isinstance(one, Shown)], wanted=wanted, matches=matches, doors=PAGES,
                  saved=shelf.work.saved() if self.is_presenter else [], xsrf=self.xsrf_form_html() if self.is_presenter else "",
                  phones=self._phones(), working=any(not one.pages and not one.problem for one in shown))  # fmt: skip

    def _phones(self) -> list[dict[str, Any]]:
        """In a hall: the residents' pages for everybody's phones, each with its code."""
        if not (self.told.hall and self.is_presenter):
            return []
        base = self.told.public_address(self.request)
        addresses = [f"{base}residents/{key}" for key in self.settings["devomodel_shelf"].published]
        return [{"address": one, "picture": _qr(one)} for one in addresses]


class OpenHandler(Doors):
    """A scenario file that the person at this computer opens: kept in the work folder, and read strictly by the page."""

    @web.authenticated
    async def post(self) -> None:
        if not self.is_presenter:
            raise web.HTTPError(403)
        sent = self.request.files.get("file", [])
        if not sent or not sent[0].body:
            empty = bool(sent) and bool(sent[0].filename)
            self.show("message.html", 400, title="The file is empty" if empty else "No file was chosen", problems=[],
                      paragraphs=["Choose a scenario file, which ends in .yaml, and press 'Open the file'."])  # fmt: skip
            return
        if len(sent[0].body) > LONGEST_FILE:
            raise web.HTTPError(413)
        try:
            key = self.settings["devomodel_shelf"].take_in(sent[0].filename, sent[0].body)
        except DevomodelError as error:
            self.show("message.html", 507, title="The file could not be kept", paragraphs=str(error).splitlines(), problems=[])
            return
        self.redirect(f"{self.base_url}case-explorer?{urlencode({'case': key})}", status=303)


class ForgetHandler(Doors):
    """Take a piece of saved work off the list; asked for by the person at this computer only."""

    @web.authenticated
    async def post(self) -> None:
        if not self.is_presenter:
            raise web.HTTPError(403)
        with contextlib.suppress(DevomodelError):
            self.settings["devomodel_shelf"].work.forget(self.get_body_argument("work", ""))
        self.redirect(f"{self.base_url}#recent", status=303)


class ResidentsHandler(Doors):
    """The residents' page of a case: one static file without a kernel, which is why it needs no place in the room."""

    @allow_unauthenticated
    async def get(self, key: str) -> None:
        shelf: Shelf = self.settings["devomodel_shelf"]
        allowed = key in shelf.published if self.told.hall else key in shelf.cases and self.current_user is not None
        if not (allowed or (self.is_presenter and key in shelf.cases)):
            raise web.HTTPError(404)
        try:
            page = await asyncio.to_thread(shelf.residents_page, key)
        except DevomodelError as error:
            self.show(
                "message.html",
                404,
                title="There is no residents’ page for this case",
                paragraphs=str(error).splitlines(),
                problems=[],
            )
            return
        self.clear_header("Content-Security-Policy")  # the page carries its own, which is stricter
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(page)


def _qr(text: str) -> Any:
    from markupsafe import Markup

    from devomodel.reports.qr import qr_svg

    return Markup(qr_svg(text))
