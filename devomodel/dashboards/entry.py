"""What a served page runs: warm up while nobody waits, then show the page that was asked for."""

from __future__ import annotations

import gc
import importlib
import json
import os
from contextlib import suppress
from html import escape
from typing import Any

from devomodel.dashboards.pages import PAGES, Known, page_at
from devomodel.problems import DevomodelError, InputError

MOST_MEMORY = 1_500 * 2**20
"""Bytes of data a page's process may hold; an ordinary one holds a tenth of it."""


def warm() -> None:
    """Load what every page needs and draw one chart, so that the visitor does not wait for it; then close what a visitor has no use for."""
    import ipywidgets  # noqa: F401
    import websockets.sync.client  # noqa: F401

    from devomodel import charts
    from devomodel.dashboards import safety
    from devomodel.dashboards.page import LOG, log_to_terminal
    from devomodel.dashboards.shelf import SAMPLE, Shelf
    from devomodel.model import project

    log_to_terminal()
    if os.environ.get("DEVOMODEL_SERVED"):
        safety.close_other_ways()  # before anything that could fail
    for one in PAGES:
        try:
            importlib.import_module(f"devomodel.dashboards.{one.function}")
        except Exception:
            LOG.exception("The page %s cannot be loaded", one.slug)  # the others can; whoever asks for this one is told
    shelf = Shelf.told()
    with suppress(DevomodelError):
        key = SAMPLE if SAMPLE in shelf.cases else next(iter(shelf.cases), "blank")
        projection = project(shelf.case(key))
        for chart in charts.main_charts(projection).values():
            chart.as_figure()
            break
    gc.collect()
    gc.freeze()
    if os.environ.get("DEVOMODEL_SERVED"):
        safety.limit_memory(MOST_MEMORY)


def show() -> Any:
    """The page that was asked for, or plain words about why it cannot be shown."""
    wait_for_visitor()
    query = os.environ.get("QUERY_STRING", "")
    slug = os.environ.get("SCRIPT_NAME", "").strip("/")
    known = page_at(slug) or PAGES[0]
    return page(known, query)


def wait_for_visitor() -> None:
    """In a kernel of the preheated pool: wait until the server says which page was asked for.

    Voila has a function for it, which would load half of Jupyter's server into every visitor's process: 2.7 s and 44 MB.
    """
    if os.environ.get("VOILA_PREHEAT") != "True":
        return
    from websockets.sync.client import connect

    server = f"{os.environ.get('VOILA_APP_IP', '127.0.0.1')}:{os.environ['VOILA_APP_PORT']}"
    with connect(f"ws://{server}/voila/query/{os.environ['VOILA_KERNEL_ID']}", open_timeout=30, compression=None) as channel:
        os.environ.update(json.loads(channel.recv()))


def page(known: Known, query: str) -> Any:
    """One page with its choices. Whatever is wrong with the case of the address is told in full, with a way on."""
    from devomodel.dashboards.page import LOG

    try:
        return getattr(importlib.import_module(f"devomodel.dashboards.{known.function}"), known.function)(query=query)
    except InputError as error:
        return _told(known, "This scenario file cannot be used yet", [str(one) for one in error.problems],
                     "Put these right in the file, save it, and open it again. More may come to light once these are right.")  # fmt: skip
    except DevomodelError as error:
        return _told(known, "This page cannot be shown", str(error).splitlines(), "")
    except Exception:
        LOG.exception("The page %s could not be made", known.slug)
        return _told(known, "Something went wrong", ["It is not your doing. Your file and what you saved are unharmed."], "")


def _told(known: Known, title: str, lines: list[str], then: str) -> Any:
    from ipywidgets import VBox

    from devomodel.dashboards.page import error_summary, hidden, html

    way_on = f"<p>{escape(then)}</p>" if then else ""
    return VBox([hidden("dm-title", escape(title)), html(f"<h1>{escape(known.title)}</h1>"), html(error_summary(title, lines)),
                 html(f'{way_on}<p><a href="/">Choose another case</a></p>')], _dom_classes=("dm-page",))  # fmt: skip
