"""How fast the pages are and how many visitors a machine holds, beside the same page in stock Voila and in Panel, in one run.

    python -m tests.benchmark_pages                 first slider, slider to chart, bytes, memory
    python -m tests.benchmark_pages --crowd         20 at once, and 50 in a minute who each move a slider ten times

Panel is not a dependency. Put it where only this looks for it, once: pip install --target build/panel panel
Read the ratios: another machine has other milliseconds.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.serving import ROOT, Served, Stranger, serve

CASE = ROOT / "scenarios" / "castle-donington.yaml"
PANEL = ROOT / "build" / "panel"
VISITS, PRESSES = 4, 20
SLIDER = "input[type=range], [role=slider]"

WATCH = """
const seen = {slider: 0, chart: 0, pressed: 0, changed: 0};
window.seen = seen;
const roots = [];
const look = setInterval(() => {
  const one = [document, ...roots].map(root => root.querySelector('input[type=range], [role=slider]')).find(Boolean);
  if (one && one.getBoundingClientRect().width > 0) { seen.slider = performance.now(); clearInterval(look); }
}, 5);
const inChart = node => node.nodeType === 1 && (node.closest('svg') || node.querySelector('svg'));
const watch = root => new MutationObserver(list => {
  if (!seen.pressed || seen.changed) return;
  for (const one of list) for (const node of [...one.addedNodes, one.target])
    if (inChart(node)) { requestAnimationFrame(() => { seen.changed = seen.changed || performance.now(); }); return; }
}).observe(root, {subtree: true, childList: true, characterData: true});
watch(document);
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (how) {
  const root = attach.call(this, {...how, mode: 'open'});
  roots.push(root);
  watch(root);
  return root;
};
addEventListener('keydown', event => { seen.pressed = event.timeStamp; seen.changed = 0; }, true);
"""

STOCK_PAGE = """
import devomodel as dm
from devomodel import dashboards
dashboards.precept_tester(dm.load({case!r}))
"""

STOCK_WAY = """
import ipywidgets as w, devomodel as dm, matplotlib.pyplot as plt
from devomodel.dashboards.live import Live
live = Live(dm.load({case!r}))
s = w.FloatSlider(value=337886, min=300000, max=400000, step=100, description='Precept')
out = w.Output()
def show(_=None):
    p = live.quick({{'services.spending.present_services_less_their_income': s.value}})
    with out:
        out.clear_output(wait=True)
        fig, ax = plt.subplots(figsize=(7, 4)); ax.plot(p.years, p.by_year('town.band_d')); plt.show()
s.observe(show, 'value'); show(); w.VBox([s, out])
"""

PANEL_PAGE = """
import panel as pn, devomodel as dm
from devomodel import charts
from devomodel.dashboards import shown
from devomodel.dashboards.live import Live
pn.extension()
def page():
    live = Live(dm.load({case!r}))
    s = pn.widgets.FloatSlider(name='Spending', value=337886, start=300000, end=400000, step=100)
    chart, table = pn.pane.HTML(), pn.pane.HTML()
    def show(_=None):
        p = live.quick({{'services.spending.present_services_less_their_income': s.value}})
        chart.object = charts.precept_walk(p, 'town', '2020-21').as_figure()
        bands = p.statements('town')[-1]
        table.object = shown.statement(bands)
    s.param.watch(show, 'value'); show()
    return pn.Column(s, chart, table)
pn.serve(page, port={port}, show=False, websocket_origin='*')
"""


@dataclass
class Measured:
    """One way of serving the page."""

    name: str
    slider: list[float] = field(default_factory=list)
    chart: list[float] = field(default_factory=list)
    sent: int = 0
    requests: int = 0
    memory: float = 0.0
    lost: int = 0

    def row(self, base: Measured | None) -> str:
        def of(values: list[float]) -> float:
            return statistics.median(values) if values else float("nan")

        ninth = sorted(self.chart)[int(len(self.chart) * 0.9) - 1] if self.chart else float("nan")
        ratio = ""
        if base and self.chart and base.chart:
            ratio = f"{of(self.slider) / of(base.slider):5.2f} {of(self.chart) / of(base.chart):5.2f}"
        spread = f"{min(self.slider, default=0):5.0f}-{max(self.slider, default=0):<5.0f}"
        return (f"{self.name:34} {of(self.slider):7.0f} {spread}{of(self.chart):7.0f} {ninth:6.0f} {self.sent / 1e6:7.2f} "
                f"{self.requests:5} {self.memory:6.0f} {self.lost:5}   {ratio}")  # fmt: skip


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], address: str, **environment: str) -> Iterator[psutil.Process]:
    """A server of another kind, until it is left."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
                               env={**os.environ, "PYTHONPATH": str(ROOT), **environment})  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address + "none", timeout=2)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def held(process: psutil.Process) -> float:
    """Megabytes that a server and its pages hold, what they share counted once."""
    whole = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            whole += one.memory_full_info().pss
        except psutil.Error:
            continue
    return whole / 2**20


def visit(browser: Browser, address: str, into: Measured, presses: int = 0) -> None:
    """Open the page once, as a new visitor; the last visit also moves its slider."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    counted = {"sent": 0, "requests": 0}

    def count(event: Any) -> None:
        counted["sent"] += event["encodedDataLength"]
        counted["requests"] += 1

    session.on("Network.loadingFinished", count)
    page.goto(address, wait_until="commit")
    page.locator(SLIDER).first.wait_for(timeout=90_000)
    into.slider.append(page.evaluate("seen.slider"))
    page.wait_for_timeout(1_500)
    into.sent, into.requests = counted["sent"], counted["requests"]
    if presses:
        into.chart += _move(page, presses)
    context.close()


def _move(page: Page, presses: int) -> list[float]:
    slider = page.locator(SLIDER).first
    slider.focus()
    found = []
    for place in range(presses):
        page.evaluate("seen.pressed = seen.changed = 0")
        page.keyboard.press("ArrowRight" if place // 5 % 2 == 0 else "ArrowLeft")
        for _ in range(200):
            page.wait_for_timeout(15)
            if page.evaluate("seen.changed"):
                found.append(page.evaluate("seen.changed - seen.pressed"))
                break
        page.wait_for_timeout(350)
    return found


def measure(browser: Browser, name: str, address: str, process: psutil.Process, pause: float, kept: int = 4) -> Measured:
    """A way of serving the page: visits one after another, and then some that stay."""
    into = Measured(name)
    print(f"{name} …", file=sys.stderr, flush=True)
    for place in range(VISITS):
        time.sleep(pause)
        try:
            visit(browser, address, into, PRESSES if place == VISITS - 1 else 0)
        except PlaywrightError:
            into.lost += 1
    time.sleep(8)
    before, contexts = held(process), []
    for _ in range(kept):
        context = browser.new_context()
        page = context.new_page()
        page.goto(address, wait_until="commit")
        try:
            page.locator(SLIDER).first.wait_for(timeout=60_000)
        except PlaywrightError:
            into.lost += 1
        contexts.append(context)
    time.sleep(6)
    into.memory = (held(process) - before) / kept
    for context in contexts:
        context.close()
    return into


def notebook(folder: Path, name: str, code: str) -> Path:
    """A notebook of one cell."""
    path = folder / f"{name}.ipynb"
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "one",
        "metadata": {},
        "outputs": [],
        "source": code.format(case=str(CASE)),
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path.write_text(
        json.dumps({"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )
    return path


def pages() -> None:
    """The page of ours, the same widgets in stock Voila, the stock way of drawing, and Panel."""
    found: list[Measured] = []
    folder = Path(tempfile.mkdtemp())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, ready, pause in (("ours, preheated", "2", 7.0), ("ours, cold", "0", 2.0)):
            served = serve(folder / "work", str(CASE), "--ready", ready)
            found.append(
                measure(
                    browser, name, f"{served.address}/precept-tester?case={CASE.stem}", psutil.Process(served.process.pid), pause
                )
            )
            served.stop()
        for name, code, more in (
            ("stock Voila, same widgets", STOCK_PAGE, []),
            ("stock Voila, same, preheated", STOCK_PAGE, ["--preheat_kernel=True", "--pool_size=2"]),
            ("stock Voila, pyplot in Output", STOCK_WAY, []),
        ):  # fmt: skip
            port = free_port()
            address = f"http://127.0.0.1:{port}/"
            path = notebook(folder, "stock", code)
            with running([sys.executable, "-m", "voila", str(path), "--no-browser", f"--port={port}", *more], address) as process:
                time.sleep(6)
                found.append(measure(browser, name, address, process, 7.0 if more else 2.0))
        if PANEL.is_dir():
            port = free_port()
            script = folder / "panel_page.py"
            script.write_text(PANEL_PAGE.format(case=str(CASE), port=port), encoding="utf-8")
            address = f"http://127.0.0.1:{port}/"
            with running([sys.executable, str(script)], address, PYTHONPATH=f"{ROOT}{os.pathsep}{PANEL}") as process:
                found.append(measure(browser, "Panel, slider, chart and table", address, process, 3.0))
        browser.close()
    base = next(one for one in found if one.name == "stock Voila, same widgets")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {VISITS} visits, {PRESSES} presses")
    headings = ("", "slider ms, range", "chart", "90th", "MB", "files", "MB each", "lost", "slider and chart ÷ stock")
    print("{:34} {:>19}  {:>5} {:>6} {:>7} {:>5} {:>6} {:>5}   {}".format(*headings))
    for one in found:
        print(one.row(None if one is base else base))


def crowd() -> None:
    """Many visitors: how long each waits, how long a move takes, and that none is lost."""
    for count, over, moves in ((20, 0.0, 0), (50, 60.0, 10)):
        served = serve(Path(tempfile.mkdtemp()), str(CASE), "--ready", "2", "--visitors", "60")
        time.sleep(8)
        waits, answers, lost = _arrive(served, count, over, moves)
        print(f"{count} visitors {f'in {over:.0f} s' if over else 'at once'}: {lost} lost; page {_spread(waits)} s"
              + (f"; a move {_spread(answers)} s" if answers else "")
              + f"; {held(psutil.Process(served.process.pid)):.0f} MB at the end")  # fmt: skip
        served.stop()


def _arrive(served: Served, count: int, over: float, moves: int) -> tuple[list[float], list[float], int]:
    waits: list[float] = []
    answers: list[float] = []

    def come(place: int) -> bool:
        time.sleep(over * place / count)
        began = time.perf_counter()
        try:
            one = Stranger(served.address)
            kernel = one.page(f"/precept-tester?case={CASE.stem}")
            talk = one.channel(kernel)
            name = next(name for name, state in talk.states().items() if state["model_name"] == "FloatSliderModel")
            waits.append(time.perf_counter() - began)
            for _ in range(moves):
                time.sleep(1.5)
                moved = time.perf_counter()
                message = talk.send(
                    "comm_msg", {"comm_id": name, "data": {"method": "custom", "content": {"event": "step", "steps": 1}}}
                )
                if not any(heard["header"]["msg_type"] == "status" and heard["content"]["execution_state"] == "idle"
                           and heard["parent_header"].get("msg_id") == message and not answers.append(time.perf_counter() - moved)
                           for heard in talk.hear(30)):  # fmt: skip
                    return False
            time.sleep(3)
            talk.socket.close()
            one.ask(f"/leave/{kernel}", "POST")
            return True
        except Exception as error:
            print(f"lost: {type(error).__name__} {str(error)[:100]}", file=sys.stderr)
            return False

    with ThreadPoolExecutor(count) as people:
        lost = list(people.map(come, range(count))).count(False)
    return waits, answers, lost


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f} median, {ordered[int(len(ordered) * 0.9) - 1]:.2f} at the 90th centile, {ordered[-1]:.2f} at most"


if __name__ == "__main__":
    crowd() if "--crowd" in sys.argv else pages()
