"""The residents' page: one file that shows what a decision would cost a home, with no server, no cookie and no request to anyone."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devomodel.case import Case
from devomodel.engine.years import in_words
from devomodel.mechanisms.bands import band_label
from devomodel.parameters.figures import in_words as day_in_words
from devomodel.problems import DevomodelError
from devomodel.reports.qr import qr_svg
from devomodel.reports.residents_figures import Residents
from devomodel.reports.residents_files import ready, stem_of, write_whole
from devomodel.reports.residents_tables import council_tables, figures_of
from devomodel.reports.residents_words import cautions, changes_of, cost_of, failing, finding, rests_on

FOLDER = Path(__file__).parent / "residents_page"
LARGEST = 150_000
"""Bytes: a page that a phone with a poor signal still gets in a few seconds."""

NOT_A_BILL = (
    "Your bill comes from the council that collects council tax, which takes any discount from the whole of it, so a penny may differ. "
    "Council tax support and premiums for empty or second homes are not in these figures."
)
EXEMPT = (
    "Some homes pay nothing, such as those where only full-time students live. If your home is exempt you pay £0 in every option. "
    "Council tax support may also lower what you pay."
)

NO_DISCOUNTS = "Discounts cannot be shown: their figures have not been verified for this nation and these years."


def residents_page(case: Case, today: date | None = None, *, address: str = "") -> str:
    """The page of a case as HTML, complete in itself.

    today    the day it is made on, for what is stale by then; none means today
    address  where the page will stand, to be printed with a QR code
    Raises DevomodelError where no council sets a precept, or where the page would be too large for a phone.
    """
    page = Residents(case, today)
    written = _rendered(page, today or date.today(), address)
    size = len(written.encode())
    if size > LARGEST:
        raise DevomodelError(_too_large(page, size, _years_that_fit(case, today, address)))
    return written


def publish(case: Case, folder: Path, address: str = "", today: date | None = None) -> list[Path]:
    """Write a case's page into a folder, and, where its address is known, that address as a QR code beside it.

    folder   made where it is not there; a page written there before is replaced
    address  where the council will put the page, with any choices after its #
    returns  the files written: the page, and the QR code
    Raises DevomodelError where the page cannot be made or written; then no file is left half written.
    """
    name = stem_of(case.file)
    page = residents_page(case, today, address=_address(address) if address else "")
    ready(folder)
    written = [write_whole(folder / f"{name}.html", page)]
    if address:
        written.append(write_whole(folder / f"{name}-qr.svg", f"{qr_svg(_address(address))}\n"))
    return written


def _address(address: str) -> str:
    """An address that a telephone opens. Raises DevomodelError for any other."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and text.isascii()
            and not re.search(r"[\s\x00-\x1f<>\"]", text)
        )
    except ValueError:
        good = False
    if not good:
        raise DevomodelError(f"--address {text[:80]}: this is not an address of the web. Write it whole, in plain letters and without "
                             "spaces, such as https://www.example.org/precept.html")  # fmt: skip
    return text


def _rendered(page: Residents, today: date, address: str) -> str:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters["sentence"] = _sentence
    template = environment.from_string(_file("page.html"))
    style, script = _tidy(_file("page.css")), _tidy(_file("page.js"))
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    # Written into the page as they are, since the browser hashes every letter of them.
    return template.render(policy=policy, style=Markup(style), script=Markup(script), figures=Markup(_json(figures_of(page))),
                           qr=Markup(qr_svg(address)) if address else "", address=address,
                           made_on=day_in_words(today), **_content(page))  # fmt: skip


def _content(page: Residents) -> dict[str, Any]:
    from devomodel import __version__

    case = page.case
    rests = rests_on(page)
    options = [_option(page, name, number) for number, name in enumerate(case.options, 1)]
    return {
        "case": case, "version": __version__, "run_id": page.projections[case.preferred].run_id, "exempt": EXEMPT,
        "not_a_bill": NOT_A_BILL, "bands": [(band, band_label(band)) for band in page.bands], "discounts": page.discounts,
        "no_discounts": NO_DISCOUNTS,
        "options": options, "nothing": next(one for one in options if one["name"] == case.do_nothing),
        "several": len(page.councils) > 1, "years": [(year, in_words(year)) for year in page.years],
        "shown_year": in_words(page.shown_year), "councils": [{**council_tables(page, one), "finding": finding(page, one)}
                                                              for one in page.councils],
        "periods": ["Band", "Year", "Month", "Week", "Change on the year before",
                    *(f"{head}, {period}" for head in ("One adult", "No adult counts")[: len(page.discounts) - 1]
                      for period in ("year", "week"))],
        "year_heads": ["Band", *(in_words(year) for year in page.years)], "rests": rests, "cautions": cautions(page),
        "rests_count": sum(len(figures) for _, _, figures in rests),
        # The same few sources are behind most figures, so that each stands there as its number in the list below.
        "numbered": {one.title: number for number, one in enumerate(case.sources.values(), 1)},
        "sources": [{"title": one.title, "date": one.date, "licence": one.licence, "url": one.url, "linked": _is_link(one.url)}
                    for one in case.sources.values()],
    }  # fmt: skip


def _option(page: Residents, name: str, number: int) -> dict[str, Any]:
    option = page.case.options[name]
    preferred = name == page.case.preferred and name != page.case.do_nothing
    councils = [{"key": one.key, "name": one.name, "cost": cost_of(page, name, one), "changes": changes_of(page, name, one.key)}
                for one in page.councils]  # fmt: skip
    return {"name": name, "number": number, "label": option.label, "note": option.note, "preferred": preferred,
            "failing": failing(page.projections[name]), "councils": councils}  # fmt: skip


def _years_that_fit(case: Case, today: date | None, address: str) -> int:
    """The most years with which the page is small enough, found by trying; nought where even one is too many."""
    fits, fails = 0, case.count
    while fails - fits > 1:
        middle = (fits + fails) // 2
        try:
            shorter = _rendered(Residents(dataclasses.replace(case, count=middle), today), today or date.today(), address)
        except DevomodelError:
            return 0
        if len(shorter.encode()) <= LARGEST:
            fits = middle
        else:
            fails = middle
    return fits


def _too_large(page: Residents, size: int, fit: int) -> str:
    case = page.case
    ways = [f"fewer years (--years {fit} fits)"] if fit else []
    if len(case.options) > 2:
        ways.append("fewer options")
    if len(page.councils) > 1:
        ways.append("a case for each council")
    return (f"{case.file}: the page would hold {size / 1000:,.0f} KB, and {LARGEST / 1000:,.0f} KB is the most for a phone. It shows "
            f"{len(page.councils)} × {len(case.options)} × {case.count} (councils × options × years) for {len(page.bands)} bands. "
            f"Shorten it: {', or '.join(ways) or 'shorter notes'}.")  # fmt: skip


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _is_link(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _json(content: Any) -> str:
    """Data that no text in it can end early: a page reads "</script>" wherever it stands."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    return written


def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _tidy(text: str) -> str:
    """Without what only a reader of the source needs: indents and whole lines of comment."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
