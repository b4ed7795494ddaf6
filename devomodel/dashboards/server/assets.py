"""The style and the script of the pages: ours alone, kept in memory, compressed once, and never asked for twice."""

from __future__ import annotations

import gzip
import hashlib
from importlib.resources import files

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from devomodel.dashboards.server.doors import Doors

FOLDER = files("devomodel.dashboards") / "static"
SCRIPT_PARTS = ("channel.js", "amount.js", "views.js", "page.js")
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def _read(name: str) -> bytes:
    if name == "page.js":
        parts = "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in SCRIPT_PARTS)
        return f'"use strict";\n(() => {{\n{parts}\n}})();\n'.encode()
    return (FOLDER / name).read_bytes()


CONTENT = {name: _read(name) for name in ("page.css", "page.js", "home.js", "icon.svg")}
COMPRESSED = {name: gzip.compress(content, 9) for name, content in CONTENT.items()}
VERSION = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in CONTENT.items()}


def addresses(base: str) -> dict[str, str]:
    """Each file's address, which changes with its content."""
    return {name: f"{base}static/{name}?v={version}" for name, version in VERSION.items()}


class Assets(Doors):
    """Answers with one of the files."""

    @allow_unauthenticated
    async def get(self, name: str) -> None:
        if name not in CONTENT:
            raise web.HTTPError(404)
        self.set_header("Content-Type", f"{KINDS[name.rpartition('.')[2]]}; charset=utf-8")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(COMPRESSED[name])
        else:
            self.finish(CONTENT[name])
