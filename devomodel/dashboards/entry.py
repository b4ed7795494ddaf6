"""What a served page runs: warm up while nobody waits, then show the page that was asked for."""

from __future__ import annotations

import gc
import importlib
import json
import os
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

from devomodel.dashboards.arriving import sent_whole
from devomodel.dashboards.pages import PAGES, Known, page_at
from devomodel.problems import DevomodelError, InputError

if TYPE_CHECKING:
    from devomodel.dashboards.shelf import Shelf

MOST_MEMORY = 1_500 * 2**20
"""Bytes of data a page's process may hold; an ordinary one holds a tenth of it."""

FEW = 3
"""Cases that are read before anybody asks for one; of more, only the usual one."""


def warm() -> None:
    """Load what every page needs and read the cases that are likely to be asked for, so that the visitor does not wait for it; then close
    what a visitor has no use for. Where a visitor waits already, load what that one page needs and nothing else.
    """
    import ipywidgets  # noqa: F401
    import websockets.sync.client  # noqa: F401

    from devomodel.dashboards import safety
    from devomodel.dashboards.page import LOG, log_to_terminal
    from devomodel.dashboards.shelf import Shelf

    log_to_terminal()
    if os.environ.get("DEVOMODEL_SERVED"):
        safety.close_other_ways()  # before anything that could fail
    wanted = _asked() if os.environ.get("VOILA_PREHEAT") != "True" else None
    for one in [wanted] if wanted else PAGES:
        try:
            importlib.import_module(f"devomodel.dashboards.{one.function}")
        except Exception:
            LOG.exception("The page %s cannot be loaded", one.slug)  # the others can; whoever asks for this one is told
    if not wanted:
        _rehearse(Shelf.told())
    gc.collect()
    gc.freeze()
    if os.environ.get("DEVOMODEL_SERVED"):
        safety.limit_memory(MOST_MEMORY)


def _rehearse(shelf: Shelf) -> None:
    """Read the cases that are likely to be asked for, and draw one chart."""
    from devomodel import charts
    from devomodel.dashboards.shelf import SAMPLE
    from devomodel.model import project

    likely = [*shelf.cases] if len(shelf.cases) <= FEW else [SAMPLE if SAMPLE in shelf.cases else next(iter(shelf.cases))]
    for key in likely or ["blank"]:
        with suppress(DevomodelError):
            for chart in charts.main_charts(project(shelf.case(key))).values():
                chart.as_figure()
                break


def show() -> Any:
    """The page that was asked for, or plain words about why it cannot be shown."""
    wait_for_visitor()
    query = os.environ.get("QUERY_STRING", "")
    known = _asked() or PAGES[0]
    if not os.environ.get("DEVOMODEL_SERVED"):
        return page(known, query)
    return sent_whole(lambda: page(known, query))


def _asked() -> Known | None:
    return page_at(os.environ.get("SCRIPT_NAME", "").strip("/"))


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
    from devomodel.dashboards.parts import box, error_summary, hidden, html

    way_on = f"<p>{escape(then)}</p>" if then else ""
    return box(hidden("dm-title", escape(title)), html(f"<h1>{escape(known.title)}</h1>"), html(error_summary(title, lines)),
               html(f'{way_on}<p><a href="/">Choose another case</a></p>'), classes=("dm-page",))  # fmt: skip
