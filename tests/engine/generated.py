"""Sheets made up at random for the property tests: small formulas, look-backs both ways, histories, tangled balances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from devomodel.engine import (
    Expression,
    Line,
    Sheet,
    SheetError,
    agrees,
    allocate,
    both,
    either,
    larger_of,
    opposite,
    pence_below,
    smaller_of,
    to_pence,
    to_pounds,
    total,
    when,
    whole_part,
)

UNIT = {"money": "£", "rate": "share", "truth": "yes or no"}
MOST_HISTORY = 4

sums = st.integers(-100_000, 100_000).map(lambda pence: pence / 100)
rates = st.integers(-150, 150).map(lambda hundredths: hundredths / 100)
PLAIN = {"money": sums, "rate": rates}


@dataclass
class _Maker:
    """One sheet in the making: the kinds of all its lines are settled first, so that a formula may look ahead."""

    draw: Any
    sheet: Sheet
    kinds: dict[str, str]
    made: dict[str, list[Line]] = field(default_factory=lambda: {"money": [], "rate": [], "truth": []})
    histories: dict[str, list[Any]] = field(default_factory=dict)

    def formula(self, kind: str, depth: int) -> Any:
        ways = ["line", "line", "back"] if self.made[kind] else ["back"]
        if depth > 0:
            ways += {"money": ["sum", "sum", "times", "over", "pick", "when", "round", "split", "one"],
                     "rate": ["sum", "times", "ratio", "when", "one"],
                     "truth": ["compare", "compare", "agrees", "logic"]}[kind]  # fmt: skip
        way = self.draw(st.sampled_from(ways))
        return getattr(self, f"_{way}")(kind, depth - 1)

    def _line(self, kind: str, _: int) -> Line:
        return self.draw(st.sampled_from(self.made[kind]))

    def _back(self, kind: str, _: int) -> Expression:
        return self.looking_back(self.draw(st.sampled_from([name for name, its in self.kinds.items() if its == kind])))

    def looking_back(self, name: str) -> Expression:
        kind = self.kinds[name]
        steps = self.draw(st.sampled_from([1, 1, 1, 2, 3, MOST_HISTORY]))
        if name not in self.histories:
            self.histories[name] = [self._opening(kind) for _ in range(MOST_HISTORY)]
        return self.sheet.years_ago(name, steps, self.histories[name][:steps], unit_of=UNIT[kind])

    def _opening(self, kind: str) -> Any:
        way = self.draw(st.sampled_from(["given", "given", "line", "worked", "none"]))
        if way == "none" or kind == "truth":
            return None if way == "none" or not self.made["truth"] else self._line(kind, 0)
        if way == "given" or not self.made[kind]:
            return self.draw(PLAIN[kind])
        line = self._line(kind, 0)
        return line if way == "line" else line * self.draw(rates)

    def _sum(self, kind: str, depth: int) -> Any:
        left, right = self.formula(kind, depth), self.formula(kind, depth)
        way = self.draw(st.sampled_from(["add", "subtract", "total", "sum"]))
        if way == "sum":
            return sum([left, right, self.formula(kind, 0)])
        return {"add": left + right, "subtract": left - right, "total": total(left, right, left)}[way]

    def _times(self, kind: str, depth: int) -> Any:
        factor = self.draw(rates) if self.draw(st.booleans()) else self.formula("rate", depth)
        return self.formula(kind, depth) * factor

    def _over(self, kind: str, depth: int) -> Any:
        return self.formula(kind, depth) / self.draw(st.sampled_from([3, 7, 12, 52]))

    def _ratio(self, _: str, depth: int) -> Any:
        return self.formula("money", depth) / self.formula("money", depth)

    def _pick(self, kind: str, depth: int) -> Any:
        pick = self.draw(st.sampled_from([smaller_of, larger_of]))
        return pick(self.formula(kind, depth), self.formula(kind, depth), self._line(kind, 0) * self.draw(rates))

    def _when(self, kind: str, depth: int) -> Any:
        return when(self.formula("truth", depth), self.formula(kind, depth), self.formula(kind, depth))

    def _round(self, kind: str, depth: int) -> Any:
        return self.draw(st.sampled_from([to_pence, to_pounds, pence_below, whole_part]))(self.formula(kind, depth))

    def _split(self, kind: str, depth: int) -> Any:
        weights = [abs(self.formula("rate", 0)), 1, self.draw(st.integers(1, 9))]
        return self.draw(st.sampled_from(allocate(self.formula(kind, min(depth, 0)), weights)))

    def _one(self, kind: str, depth: int) -> Any:
        of = self.formula(kind, depth)
        return abs(of) if self.draw(st.booleans()) else -of

    def _compare(self, _: str, depth: int) -> Any:
        kind = self.draw(st.sampled_from(["money", "rate"]))
        left, right = self.formula(kind, depth), self.formula(kind, depth)
        sign = self.draw(st.sampled_from(["__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"]))
        return getattr(left, sign)(right)

    def _agrees(self, _: str, depth: int) -> Any:
        return agrees(self.formula("money", depth), self.formula("money", depth), within=50.0)

    def _logic(self, _: str, depth: int) -> Any:
        first = self.formula("truth", depth)
        way = self.draw(st.sampled_from([both, either, opposite]))
        return way(first) if way is opposite else way(first, self.formula("truth", depth))


@st.composite
def sheets(draw: Any) -> Sheet | None:
    """A sealed sheet of two to five inputs and up to nine lines; None when an opening came out depending on itself."""
    count = draw(st.integers(1, 5))
    inputs = ["money", "rate", *draw(st.lists(st.sampled_from(["money", "rate"]), max_size=3))]
    worked = draw(st.lists(st.sampled_from(["money", "money", "rate", "truth"]), min_size=1, max_size=9))
    kinds = {f"x{place}": kind for place, kind in enumerate([*inputs, *worked])}
    sheet = Sheet("2026-27", count)
    # An answer to look back at or to choose by is there from the start.
    kinds["not_negative"] = "truth"
    maker = _Maker(draw, sheet, kinds)
    for name, kind in list(kinds.items())[: len(inputs)]:
        each_year = draw(st.booleans())
        values = draw(st.lists(PLAIN[kind], min_size=count, max_size=count)) if each_year else draw(PLAIN[kind])
        maker.made[kind].append(sheet.input(name, values, UNIT[kind], name))
    maker.made["truth"].append(sheet.line("not_negative", maker.made["money"][0] >= 0, "yes or no", "X0 is not negative"))
    names = list(kinds)[len(inputs) : -1]
    ring = [name for name in names if kinds[name] == "money"] if draw(st.booleans()) else []
    for name in names:
        kind = kinds[name]
        formula = maker.formula(kind, draw(st.sampled_from([1, 2, 3, 3])))
        if name in ring:  # each looks back at the next and the last at the first, so that all are worked together
            formula = formula + maker.looking_back(ring[(ring.index(name) + 1) % len(ring)]) * 0.5
        maker.made[kind].append(sheet.line(name, formula, UNIT[kind], name))
    try:
        return sheet.seal()
    except SheetError as error:
        assert "opening figure" in str(error), error
        return None
