"""What a visitor takes away from a page: its address, a link with its QR code, files, and work saved on this computer."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ipywidgets import Button, VBox, Widget

from devomodel.dashboards.controls import Control, Words
from devomodel.dashboards.log import LOG
from devomodel.dashboards.parts import box, hidden, html
from devomodel.dashboards.shelf import Shelf
from devomodel.problems import DevomodelError

Maker = Callable[[], str | bytes]

LONGEST_DOWNLOAD = 6_000_000
KINDS = {".csv": "text/csv", ".svg": "image/svg+xml", ".yaml": "text/yaml", ".html": "text/html", ".json": "application/json"}


class Keeping:
    """The part of a page that keeps and shares. `devomodel.dashboards.page.Page` is the whole."""

    slug: str
    title: str
    case_key: str
    asked: dict[str, str]
    controls: dict[str, Control]
    kept: set[str]
    button: Callable[..., Button]
    what_changed: Callable[[], list[tuple[str, str, str]]]
    start_text: Callable[[Any], str]

    source_text = ""
    """The text of the case as the page opened it, which saved work opens again with."""

    def make_keeping(self) -> None:
        """The views of this part, empty."""
        self.address_view = hidden("dm-address")
        self.changes_view = html(classes=("dm-changes",))
        self.link_view = html(classes=("dm-link",))
        self.saved_view = html(classes=("dm-saved",))
        self.downloads: list[Widget] = []

    def download(self, label: str, name: Callable[[], str] | str, maker: Maker) -> None:
        """A file that is made when it is asked for: its kind is the ending of its name, and text is UTF-8."""
        ready = html(classes=("dm-ready",))

        def give() -> None:
            content = maker()
            content = content.encode("utf-8") if isinstance(content, str) else content
            called = name() if callable(name) else name
            if len(content) > LONGEST_DOWNLOAD:
                raise DevomodelError(
                    f"{called} would be larger than 6 MB. Use the command line for it: devomodel run --format csv"
                )
            kind = KINDS.get(os.path.splitext(called)[1], "application/octet-stream")
            data = base64.b64encode(content).decode()
            ready.value = ""
            ready.value = (f'<a class="dm-file" download="{escape(called)}" href="data:{kind};charset=utf-8;base64,{data}">'
                           f"{escape(called)}</a> is ready.")  # fmt: skip

        self.downloads.append(box(self.button(label, give), ready, classes=("dm-download",)))

    @property
    def query(self) -> str:
        """The choices that are not where they started, as the address holds them, the case first."""
        moved = {
            key: control.as_text()
            for key, control in self.controls.items()
            if key in self.kept or control.as_text() != self.start_text(control)
        }
        return urlencode({**({"case": self.case_key} if self.case_key else {}), **moved, **self.asked})

    def show_address(self) -> None:
        query = self.query
        if self.address_view.value != escape(query):
            self.address_view.value = escape(query)
            self.link_view.value = self.saved_view.value = ""
        rows = "".join(f"<li>{escape(label)}: {escape(before)} became <strong>{escape(after)}</strong></li>"
                       for label, before, after in self.what_changed())  # fmt: skip
        self.changes_view.value = (
            f"<h3>What you changed</h3><ul>{rows}</ul>" if rows else "<h3>What you changed</h3><p>Nothing yet.</p>"
        )

    def _show_link(self) -> None:
        """The address in full, with its QR code for the phones of others."""
        from devomodel.reports.qr import qr_svg

        public = os.environ.get("DEVOMODEL_PUBLIC", "")
        address = f"{public or '/'}{self.slug}?{self.query}"
        if not public:
            self.link_view.value = ('<p>The address of this page holds your choices: copy it from the address bar, or keep it as a bookmark. '
                                    "It opens on this computer only. To let others open it: devomodel dashboard --share</p>")  # fmt: skip
            return
        self.link_view.value = f'<p><a href="{escape(address)}">{escape(address)}</a></p>{qr_svg(address)}'

    def _save(self) -> None:
        """Keep the work in the folder on this computer."""
        title = self.save_name.value.strip() or self.title
        moved = {key: value for key, value in parse_qsl(self.query) if key != "case"}
        work = Shelf.told().work
        name = work.save(title, self.slug, urlencode(moved), self.source_text)
        self.saved_view.value = (f'<p role="status">Saved as ‘{escape(title)}’ in {escape(work.folder.name)}. It is under '
                                 f"‘Recent work’ on the first page, and opens with these choices.</p>")  # fmt: skip
        LOG.info("Saved %s", name)

    def keep_and_share(self) -> VBox:
        """The foot of the page."""
        keep: list[Widget] = [html("<h2>Keep and share</h2>"), self.changes_view]
        if self.downloads:
            keep.append(box(html("<h3>Download</h3>"), *self.downloads, classes=("dm-downloads",)))
        if self.source_text and os.environ.get("HTTP_X_DEVOMODEL_ROLE") == "presenter":
            self.save_name = Words("Name for this work", self.title)
            keep.append(box(html("<h3>Save on this computer</h3>"), self.save_name, self.button("Save", self._save, "main"),
                            self.saved_view, classes=("dm-save",)))  # fmt: skip
        if os.environ.get("DEVOMODEL_SERVED"):
            keep.append(box(html("<h3>Link to these choices</h3>"), self.button("Show the link and its QR code", self._show_link),
                            self.link_view, classes=("dm-links",)))  # fmt: skip
        return box(*keep, classes=("dm-keep",))
