"""The key figures of every scenario as text, so that a figure that changes shows as a changed line.

    python -m tests.expected

writes `tests/expected/NAME.txt` for each file in `scenarios/`, and the findings in `docs/scenarios.md`, anew. Read the
difference before keeping it, and say in the change note which figures moved and why the new ones are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import devomodel as dm
from devomodel.mechanisms.base import is_flow, is_transfer
from devomodel.model import Projection
from tests.findings import PAGE, ROOT, rests_on, with_findings

SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
FOLDER = ROOT / "tests" / "expected"

COUNCIL_ROWS = (
    ("Precept, £", "precept"),
    ("Precept, change in %", "precept_change_rate"),
    ("Tax base, Band D homes", "tax_base"),
    ("Tax base, change in %", "tax_base_change_rate"),
    ("Band A, £ a year", "bands.A"),
    ("Band D, £ a year", "band_d"),
    ("Band H, £ a year", "bands.H"),
    ("Band D, change in %", "band_d_change_rate"),
    ("Reserves at 31 March, £", "reserves.closing"),
)
BILL_ROWS = tuple((f"Whole bill in Band {band}, £ a year", f"total.{band}") for band in "ABCDEFGH")


def key_figures(scenario: Path) -> str:
    """Every option of a scenario: whether its checks hold, each council's precept, charges and reserves, the whole bill, what each
    mechanism moves between the parties, and the lines that the scenario's finding rests on."""
    case = dm.load(scenario)
    lines = [case.title, "Key figures by option. To write them anew: python -m tests.expected"]
    for name, option in case.options.items():
        projection = dm.project(case, name)
        said = " (preferred)" if name == case.preferred != case.do_nothing else ""
        lines += ["", f"{name}{said}: {option.label}", projection.checks[0].detail, *_rows(projection, scenario.stem)]
    return "\n".join(lines) + "\n"


def _rows(projection: Projection, scenario: str) -> Iterator[str]:
    yield " " * 32 + "".join(f"{year:>16}" for year in projection.years)
    for council in projection.case.councils:
        if f"{council}.precept" in projection.sheet:
            yield projection.case.councils[council].name
            yield from _figures(projection, council, COUNCIL_ROWS)
    for line in projection.sheet:
        if line.name.endswith((".earned", ".gap")):
            yield from _figures(projection, line.name.rpartition(".")[0], ((f"{line.name}, £", line.name.rpartition(".")[2]),))
    for name in sorted({line.name.split(".")[0] for line in projection.sheet if line.name.endswith(".total.D")}):
        yield from _figures(projection, name, BILL_ROWS)
    moved = _moved(projection)
    yield from ["What is paid, £", *(_row(label, figures, 1) for label, figures in moved.items())] if moved else []
    read = rests_on().get(scenario, {}).get(projection.option, {})
    yield from ["The finding also rests on", *(_line(projection, name) for name in read)] if read else []


def _moved(projection: Projection) -> dict[str, list[float]]:
    """What each mechanism moves from whom to whom, in each account: from the lines themselves, not from any total of the model."""
    found: dict[str, list[float]] = {}
    for line in projection.sheet:
        if is_flow(line) and not is_transfer(line):
            name, tags = line.name.split(".")[0], line.tags
            account = {"revenue": "", "in_kind": ", in kind"}.get(tags["account"], f", {tags['account']}")
            label = f"{name}: {tags.get('payer') or 'outside'} to {tags.get('payee') or 'outside'}{account}"
            figures = projection.by_year(line.name)
            found[label] = [a + b for a, b in zip(found.get(label, [0.0] * len(figures)), figures, strict=True)]
    return found


def _line(projection: Projection, name: str) -> str:
    unit = str(projection.sheet[name].unit)
    return _row(f"{name}, {'%' if unit == 'share' else unit}", projection.by_year(name), 100 if unit == "share" else 1)


def _figures(projection: Projection, prefix: str, rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for label, line in rows:
        times = 100 if str(projection.sheet[f"{prefix}.{line}"].unit) == "share" else 1
        yield _row(label, projection.by_year(f"{prefix}.{line}"), times)


def _row(label: str, values: Iterable[float], times: float) -> str:
    figures = (f"{value * times:,.2f}" for value in values)
    columns = "".join(f"{'0.00' if figure == '-0.00' else figure:>16}" for figure in figures)
    return f"{label:32}{columns}" if len(label) <= 32 else f"{label}\n{'':32}{columns}"


def main() -> None:
    """Write every text anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for scenario in SCENARIOS:
        (FOLDER / f"{scenario.stem}.txt").write_text(key_figures(scenario), encoding="utf-8")
    PAGE.write_text(with_findings(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{len(SCENARIOS)} scenarios written to {FOLDER.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}. Read the difference.")


if __name__ == "__main__":
    main()
