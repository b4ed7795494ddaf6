"""Words are measured from a table: it says what the letters' own file says, letter by letter and pair by pair.

When matplotlib brings newer letters, python -m tests.test_charts_letters makes the table anew, and make format lays it out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import matplotlib
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags

from devomodel.charts import widths
from devomodel.charts.letters import LIGATURES, breadth, wrapped
from tests import pictures as documentation
from tests.chart_cases import gallery
from tests.chart_cases_more import gallery as more

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "devomodel" / "charts" / "widths.py"
FILES = {"REGULAR": "DejaVuSans.ttf", "BOLD": "DejaVuSans-Bold.ttf"}
LETTERS = "".join(map(chr, (*range(32, 127), *range(161, 173), *range(174, 256)))) + "ŴŵŶŷẀẁẂẃẄẅỲỳŒœŸ–—‘’“”•…€−→≤≥ﬀﬁﬂﬃﬄ"
"""What English and Welsh are written with, and the letters that stand for two or three drawn as one."""

both = pytest.mark.parametrize("weight", FILES)


def opened(weight: str) -> FT2Font:
    font = FT2Font(str(Path(matplotlib.get_data_path(), "fonts", "ttf", FILES[weight])))
    font.set_size(100, 72)
    return font


def measured(font: FT2Font, text: str) -> int:
    """How wide words are in their own file, in 6400ths of their height."""
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return int(font.get_width_height()[0])


def tables(weight: str) -> tuple[dict[int, str], dict[int, str]]:
    """Letters by their width, and pairs by how much wider they are than their letters one by one."""
    font, alone, apart = opened(weight), {}, {}
    for letter in LETTERS:
        alone[letter] = measured(font, letter)
    for pair in (one + other for one in LETTERS for other in LETTERS):
        more = measured(font, pair) - alone[pair[0]] - alone[pair[1]]
        if more and pair not in LIGATURES:
            apart[pair] = more
    return _gathered(alone), _gathered(apart)


def _gathered(found: dict[str, int]) -> dict[int, str]:
    return {size: "".join(one for one in found if found[one] == size) for size in sorted(set(found.values()))}


@both
def test_every_letter_and_every_pair_is_as_wide_as_in_its_own_file(weight):
    assert (getattr(widths, weight), getattr(widths, f"{weight}_PAIRS")) == tables(weight), (
        "Make the table anew: python -m tests.test_charts_letters"
    )


def lines_written() -> Iterable[str]:
    """What is written on every chart of the tests, and every line of the guides."""
    for chart in (*documentation.charts().values(), *gallery().values(), *more().values()):
        yield from (words.text for words in chart.page.words)
    for path in sorted((ROOT / "docs").glob("*.md")):
        yield from filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines()))


@both
def test_whole_lines_are_as_wide_as_in_the_letters_own_file(weight):
    font = opened(weight)
    lines = [line for line in lines_written() if set(line) <= set(LETTERS)]
    assert len(lines) > 1_000
    wrong = [line for line in lines if breadth(line, 6400.0, weight == "BOLD") != measured(font, line)]
    assert not wrong


def test_a_name_in_other_letters_is_measured_by_those_letters():
    assert breadth("東京", 10.0) > breadth("to", 10.0)


PLAIN = """
import sys
from tests.pictures import charts
for chart in charts().values():
    chart.as_figure(), chart.at(360).as_figure()
print([name for name in sys.modules if name.split(".")[0] in ("matplotlib", "pandas")])
"""


def test_charts_for_a_page_are_drawn_without_loading_matplotlib():
    run = subprocess.run([sys.executable, "-c", PLAIN], cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True,
                         check=True)  # fmt: skip
    assert run.stdout.strip() == "[]"


def test_a_band_is_never_parted_from_its_letter():
    lines = wrapped("What a home in Band D pays the council", breadth("a home in Band", 14.0), 14.0)
    assert not any(re.search(r"Band$", line) for line in lines) and "Band D" in " ".join(lines)


def main() -> None:
    told = [TABLE.read_text(encoding="utf-8").partition("REGULAR = ")[0].rstrip() + "\n"]
    for weight in FILES:
        for name, table in zip((weight, f"{weight}_PAIRS"), tables(weight), strict=True):
            rows = (f"    {size}: {_quoted(letters)},\n" for size, letters in table.items())
            told.append(f"{name} = {{\n{''.join(rows)}}}")
    TABLE.write_text("\n".join(told) + "\n", encoding="utf-8")


def _quoted(letters: str, most: int = 100) -> str:
    """Letters as Python has them, over as many lines as they need."""
    pieces = [_literal(letters[at : at + most]) for at in range(0, len(letters), most)]
    return pieces[0] if len(pieces) == 1 else "(\n" + "".join(f"        {piece}\n" for piece in pieces) + "    )"


def _literal(letters: str) -> str:
    return '"' + letters.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
