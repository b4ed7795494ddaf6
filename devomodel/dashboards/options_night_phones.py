"""The address of the residents' page for the phones of a hall, and its code large enough to be read off a projector."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING

from devomodel.dashboards.page import folded, html
from devomodel.reports.qr import qr_svg

if TYPE_CHECKING:
    from ipywidgets import VBox


def residents_address(case_key: str) -> str:
    """Where phones read the residents' page of a case; nothing outside a hall, and for a case that is not published."""
    base = os.environ.get("DEVOMODEL_RESIDENTS", "").replace("{port}", os.environ.get("VOILA_APP_PORT", ""))
    published = os.environ.get("DEVOMODEL_PUBLISHED", "").split(",")
    return f"{base.rstrip('/')}/{case_key}" if base and case_key and case_key in published else ""


def phones(case_key: str) -> tuple[VBox, ...]:
    """The code, folded until the presenter shows it; nothing where there is no page that a phone could open."""
    address = residents_address(case_key)
    if not address:
        return ()
    told = f'<p>For phones in this hall: <a href="{escape(address)}">{escape(address)}</a></p>'
    return (folded("Show the code for phones", html(f"{told}{qr_svg(address)}", classes=("dm-on-phones",))),)
