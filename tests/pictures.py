"""Draw the pictures of the documentation anew, from the scenarios that ship: python -m tests.pictures

Look at them afterwards; a test compares their words with the figures of today.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

import devomodel as dm
from devomodel.charts import Chart

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CASE = "scenarios/castle-donington.yaml"
CASE_WITH_HOMES = "scenarios/precept-consultation.yaml"
CASE_WITH_A_TAPER = "scenarios/kidderminster-town-hall.yaml"
CASE_WITH_A_LOAN = "scenarios/castle-donington-hub.yaml"
COMMAND = ("run", CASE, "--council", "town", "--statement", "precept")
COLUMNS = 104
PAPER, INK = (18, 18, 18), (240, 240, 240)
MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, Liberation Mono, monospace"


def charts() -> dict[str, Chart]:
    """Each chart of the documentation by the name of its picture."""
    case = dm.load(ROOT / CASE)
    hub = dm.project(case)
    homes = dm.project(dm.load(ROOT / CASE_WITH_HOMES))
    taper, bought = dm.load(ROOT / CASE_WITH_A_TAPER), dm.project(dm.load(ROOT / CASE_WITH_A_LOAN))
    town = next(key for key in homes.case.councils if f"{key}.homes.all" in homes.sheet)
    return {
        "bill-by-band": dm.charts.bill_by_band(hub, "town", "2020-21"),
        "precept-walk": dm.charts.precept_walk(hub, "town", "2020-21"),
        "by-year": dm.charts.by_year(dm.project(case, "do_nothing"), hub, "town.band_d"),
        "options": dm.charts.options([dm.project(case, option) for option in case.options], "town.precept"),
        "reserves": dm.charts.reserves(hub, "town", floor=100_000),
        "homes-by-band": dm.charts.homes_by_band(homes, town),
        "funding": dm.charts.funding(bought, "town"),
        "cliff": dm.charts.cliff(dm.project(taper)),
        "shares": dm.charts.shares(dm.project(taper, "do_nothing")),
        "loan-balance": dm.charts.loan_balance(bought),
    }


def terminal(arguments: tuple[str, ...] = COMMAND) -> str:
    """What a command prints, as an SVG that fetches nothing: words stay words, in whatever fixed-width letters there are."""
    from rich.console import Console
    from rich.terminal_theme import TerminalTheme
    from rich.text import Text

    told = {**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    printed = subprocess.run([sys.executable, "-m", "devomodel", *arguments], cwd=ROOT, env=told, capture_output=True, check=True)
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ devomodel {' '.join(arguments)}", style="bold"))
    console.print()
    console.print(Text.from_ansi(printed.stdout.decode("utf-8").rstrip()))
    title = f"devomodel {arguments[0]}"
    theme = TerminalTheme(PAPER, INK, [INK] * 8)  # in black and white: what is dim can still be read
    svg = console.export_svg(title=title, theme=theme, code_format=_page_of_words(), unique_id="terminal")
    described = f"A terminal in which the command devomodel {' '.join(arguments)} has printed its tables."
    return svg.replace(">", f' role="img" aria-label="{escape(described)}">\n<title>{escape(title)}</title>\n'
                       f"<desc>{escape(described)}</desc>", 1)  # fmt: skip


def _page_of_words() -> str:
    """Rich's page for a terminal, without the letters it would fetch."""
    from rich._export_format import CONSOLE_SVG_FORMAT

    page = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.S)
    page = re.sub(r"<!--.*?-->", "", page)
    return re.sub(r"font-family: [^;]+;", f"font-family: {MONOSPACE};", page)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, chart in charts().items():
        print(chart.save(PICTURES / f"{name}.svg").relative_to(ROOT))
    path = PICTURES / "run.svg"
    path.write_text("\n".join(line.rstrip() for line in terminal().splitlines() if line.strip()) + "\n", encoding="utf-8")
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
