"""How long the engine takes beside the same case written by hand in numpy: `python -m tests.benchmarks`.

`python -m tests.benchmarks charts` does the same for charts, beside matplotlib's own SVG of them.

Not a test: times differ from machine to machine. What is asserted is that both give the same figures.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from devomodel.engine import Worker
from tests.benchmark_case import KEPT, YEARS, by_hand, drawn, given, hall_sheet

DRAWS = 10_000
HAND_BLOCK = 2_000
LIKE = 1e-9
DEMO = Path(__file__).parent.parent / "scenarios" / "kidderminster-town-hall.yaml"


def seconds(work: Callable[[], object], times: int) -> float:
    """The median time of one call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def side_by_side(ours: Callable[[], object], theirs: Callable[[], object], times: int) -> tuple[float, float]:
    """The median times of two ways, taken turn by turn so that a busy moment falls on both."""
    ours(), theirs()
    taken = [(seconds(ours, 1), seconds(theirs, 1)) for _ in range(times)]
    return statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken)


def by_hand_in_blocks(inputs: dict[str, np.ndarray], kept: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The hand-written case in blocks that stay in the processor's cache, as a careful person would run it."""
    whole = {name: np.empty((YEARS, DRAWS)) for name in kept}
    for start in range(0, DRAWS, HAND_BLOCK):
        block = {name: value[..., start : start + HAND_BLOCK] if np.ndim(value) == 2 else value
                 for name, value in inputs.items()}  # fmt: skip
        worked = by_hand(block)
        for name in kept:
            whole[name][:, start : start + HAND_BLOCK] = worked[name]
    return whole


def assert_same_figures(worker: Worker) -> None:
    """Every line, in a single run and in every draw, to a billionth of its size."""
    single, hand = worker.work(), by_hand(given())
    many, many_by_hand = worker.work(drawn(DRAWS)), by_hand(given() | drawn(DRAWS))
    names = [line.name for line in worker.sheet]
    assert set(hand) >= set(names)
    for name in names:
        theirs = np.broadcast_to(hand[name], (YEARS,))
        np.testing.assert_allclose(single[name][:, 0], theirs, rtol=LIKE, atol=LIKE, err_msg=name)
        theirs = (
            many_by_hand[name] if np.ndim(many_by_hand[name]) == 2 else np.broadcast_to(many_by_hand[name], (YEARS,))[:, None]
        )
        np.testing.assert_allclose(np.broadcast_to(many[name], (YEARS, DRAWS)), np.broadcast_to(theirs, (YEARS, DRAWS)),
                                   rtol=LIKE, atol=LIKE, err_msg=name)  # fmt: skip


def fresh(code: str) -> None:
    """Run `code` in a Python of its own."""
    subprocess.run([sys.executable, "-c", code], check=True)


FIRST_CHART = """
import time
import devomodel as dm
hall = dm.project(dm.load("scenarios/castle-donington.yaml"))
start = time.process_time()
chart = dm.charts.by_year(hall, line="town.band_d")
{draw}
print(time.process_time() - start)
"""
OURS = "chart.as_figure()"
THEIRS = "import io; chart.figure.savefig(io.StringIO(), format='svg')"


def least_cpu(work: Callable[[], object], times: int = 20) -> float:
    """The least seconds of the processor that a call takes, which other work on the machine hardly changes."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def first_chart(draw: str) -> float:
    """The least seconds of the processor that the first chart of a process takes, once its case is worked out."""
    command = [sys.executable, "-c", FIRST_CHART.format(draw=draw)]
    runs = [subprocess.run(command, cwd=DEMO.parent.parent, capture_output=True, text=True, check=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def charts() -> None:
    """Each chart of the documentation, for a page and by matplotlib's own SVG of the same marks, laid out anew each time."""
    from devomodel.charts.painted import house_style, painted
    from tests import pictures

    def row(what: str, theirs: float, ours: float) -> None:
        print(f"{what:44}{theirs * 1000:8.1f} ms{ours * 1000:8.1f} ms{theirs / ours:7.0f}")

    print(f"{'':44}{'matplotlib':>11}{'ours':>11}{'ratio':>7}")
    for name, chart in pictures.charts().items():
        with house_style():
            theirs = least_cpu(lambda chart=chart: painted(chart.draw(720)).savefig(io.StringIO(), format="svg"))
        row(name, theirs, least_cpu(lambda chart=chart: chart.at(720).as_figure()))
    row("first chart of a process", first_chart(THEIRS), first_chart(OURS))


def cold_run() -> float | None:
    """A whole `devomodel run` of the case of `make demo`, from a cold start; None where the package has no commands."""
    if find_spec("devomodel.__main__") is None or not DEMO.is_file():
        return None
    command = [sys.executable, "-m", "devomodel", "run", str(DEMO)]
    return seconds(lambda: subprocess.run(command, capture_output=True, check=True), 7)


def main() -> None:
    sheet = hall_sheet()
    worker = Worker(sheet)
    assert_same_figures(worker)
    print(f"{len(sheet.lines)} lines × {YEARS} years; figures equal to {LIKE:g}\n")
    print(f"{'':44}{'engine':>11}{'by hand':>11}{'ratio':>8}")

    def row(what: str, ours: float, theirs: float) -> None:
        print(f"{what:44}{ours * 1000:8.2f} ms{theirs * 1000:8.2f} ms{ours / theirs:8.2f}")

    inputs, draws = given(), drawn(DRAWS)
    everything = inputs | draws
    names = tuple(line.name for line in sheet)
    row("one run, all lines", *side_by_side(worker.work, lambda: by_hand(inputs), 300))
    row(f"{DRAWS:,} draws, {len(KEPT)} lines kept",
        *side_by_side(lambda: worker.work(draws, KEPT), lambda: by_hand_in_blocks(everything, KEPT), 15))  # fmt: skip
    row(f"{DRAWS:,} draws, {len(KEPT)} kept; by hand not in blocks",
        *side_by_side(lambda: worker.work(draws, KEPT), lambda: by_hand(everything), 9))  # fmt: skip
    computed = tuple(name for name in names if name not in everything)
    row(f"{DRAWS:,} draws, all {len(computed)} worked lines kept",
        *side_by_side(lambda: worker.work(draws, computed), lambda: by_hand_in_blocks(everything, computed), 7))  # fmt: skip

    print(f"\n{'building the sheet':44}{seconds(hall_sheet, 20) * 1000:8.2f} ms, once a case")
    print(f"{'compiling it, the first run included':44}{seconds(lambda: Worker(sheet).work(), 20) * 1000:8.2f} ms, once a case")
    ours, bare = side_by_side(lambda: fresh("import numpy, devomodel"), lambda: fresh("import numpy"), 7)
    print(f"{'import devomodel, beyond import numpy':44}{(ours - bare) * 1000:8.2f} ms (import numpy {bare * 1000:.0f} ms)")
    cold = cold_run()
    if cold is not None:
        print(f"{'devomodel run, from a cold start':44}{cold * 1000:8.0f} ms")


if __name__ == "__main__":
    charts() if sys.argv[1:] == ["charts"] else main()
