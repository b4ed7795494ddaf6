"""What every operation is tried on: columns of operands, the hard ones first."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from devomodel.engine import Sheet
from devomodel.engine.expressions import node

MISSING = math.nan
MONEY, NUMBER, ANSWER = "£", "number", "yes or no"

HALF_PENNIES = (
    1.005, 2.675, 1.115, 0.285, 0.005, 0.015, 8.165, 33.335, 1234.565, 99999.995, 262143.485, 8589934.585, 0.5, 1.5, 2.5,
    4.35 * 1.1, 1.15 * 1.1, 57.75 / 10, 0.1 * 3 + 0.705, 410_000 / 8_200.4, 1.0049999999, 1.0050000001, 1e-9, 0.0,
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """An operation and its operands: a unit and a column of figures for each, all columns of one length."""

    operation: str
    units: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    parameters: tuple[float, ...] = ()

    def sheet(self) -> Sheet:
        """A sheet with a year for every row: the operands as inputs, then the operation on them."""
        sheet = Sheet("2026-27", len(self.rows))
        columns = zip(*self.rows, strict=True)
        operands = [sheet.input("abcdefgh"[place], column, of, f"Operand {place + 1}")
                    for place, (of, column) in enumerate(zip(self.units, columns, strict=True))]  # fmt: skip
        formula = node(self.operation, *operands, parameters=self.parameters)
        sheet.line("result", formula, formula.unit, "Result")
        return sheet.seal()


def _both_signs(values: list[float]) -> list[float]:
    return [*values, *(-value for value in values)]


def _sums(chance: random.Random, count: int) -> list[float]:
    """Money as cases hold it: whole pence, thousands, unrounded quotients and products of typed figures."""
    ways = (
        lambda: chance.randint(-10_000_000, 10_000_000) / 100,
        lambda: chance.randint(-500, 500) * 1_000.0,
        lambda: chance.randint(1, 90_000_000) / chance.randint(1_000, 90_000),
        lambda: chance.randint(-99_999, 99_999) / 100 * (1 + chance.randint(0, 100) / 1_000),
    )
    return [chance.choice(ways)() for _ in range(count)]


def _half_pennies(chance: random.Random, count: int) -> list[float]:
    """Figures at and beside a half-penny: typed, and as products and quotients of typed figures."""
    typed = [(chance.randint(0, 10_000_000) + 0.5) / 100 for _ in range(count)]
    products = [chance.randint(1, 99_999) / 100 * (chance.randint(0, 199) * 10 + 5) / 1_000 for _ in range(count)]
    ninths = [chance.randint(1, 999_999) / 100 * band / 9 for band in (6, 7, 8, 11, 13, 15, 18) for _ in range(count // 7)]
    beside = [math.nextafter(value, way) for value in typed[: count // 3] for way in (0, math.inf)]
    return _both_signs([*HALF_PENNIES, *typed, *products, *ninths, *beside])


def _pairs(chance: random.Random, count: int, *hard: tuple[float, float]) -> tuple[tuple[float, ...], ...]:
    return (*hard, *zip(_sums(chance, count), _sums(chance, count), strict=True))


def _each(values: list[float]) -> tuple[tuple[float, ...], ...]:
    return tuple((value,) for value in values)


def _comparisons(chance: random.Random) -> tuple[tuple[float, ...], ...]:
    """Unlike figures, and the very same figure twice. Figures a hair apart are the subject of a test of their own."""
    same = [(value, value) for value in _sums(chance, 20)]
    return _pairs(chance, 60, (0.0, 0.0), (1.0, 1.01), (1.01, 1.0), (-2.0, 2.0), *same)


def _splits(chance: random.Random) -> list[Trial]:
    found = []
    for parts in (1, 2, 3, 5, 7):
        rows: list[tuple[float, ...]] = [(100.0, *[1.0] * parts), (-100.0, *[1.0] * parts), (0.01, *[1.0] * parts),
                                         (0.0, *[2.0] * parts), (0.1, *[0.0] * parts), (MISSING, *[1.0] * parts),
                                         (0.05, *range(1, parts + 1)), (99.99, *[0.0] * (parts - 1), 3.0)]  # fmt: skip
        for _ in range(25):
            total = chance.choice([chance.randint(-9_999_999, 9_999_999) / 100, chance.randint(1, 400) / 100, 1.005, 2.675])
            weights = chance.choice([
                [float(chance.randint(0, 9)) for _ in range(parts)],
                [chance.randint(1, 900_000) / 100 for _ in range(parts)],
                [1 / 3] * parts,
                [chance.random() for _ in range(parts)],
            ])  # fmt: skip
            rows.append((total, *weights))
        found += [Trial("allocate", (MONEY, *[NUMBER] * parts), tuple(rows), (part,)) for part in range(parts)]
    return found


def trials() -> list[Trial]:
    """Every trial; the same ones each time."""
    chance = random.Random(2026)
    several = tuple(tuple(_sums(chance, 4)) for _ in range(40))
    holes = ((MISSING, 1.0), (1.0, MISSING), (MISSING, MISSING))
    answers = tuple((float(one), float(other)) for one in (0, 1) for other in (0, 1))
    limits = [105.0, 105.004, 105.006, 1.05, 1.0, 0.01, 0.0, -0.5, -3.0, 1.1 * 1.05, 52.36 * 1.05, 100 * 1.03, MISSING,
              *(chance.randint(100, 99_999) / 100 * (1 + chance.randint(10, 60) / 1_000) for _ in range(150)),
              *(chance.randint(100, 9_999) * 0.01 for _ in range(100))]  # fmt: skip
    wholes = [2.9999, 2.9999999999, 3.0, -0.5, -2.0, 0.0, 1e-10, 0.1 * 30, 1_000_000.9999999999, MISSING, *_sums(chance, 60),
              *(number / 12 * 12 for number in range(-20, 21))]  # fmt: skip
    powers = ((1.05, 10.0), (1.05, -25.0), (0.97, 0.5), (1.0, 400.0), (2.0, 0.0), (0.0, 3.0), (-2.0, 3.0), (0.0, -1.0), *holes,
              *((1 + chance.randint(-90, 200) / 1_000, float(chance.randint(-40, 40))) for _ in range(80)))  # fmt: skip
    found = [
        Trial("add", (MONEY, MONEY), _pairs(chance, 60, (0.1, 0.2), (0.0, 0.0), *holes)),
        Trial("add", (MONEY,) * 4, several),
        Trial("subtract", (MONEY, MONEY), _pairs(chance, 60, (0.3, 0.1), (5.0, 5.0), *holes)),
        Trial("multiply", (MONEY, NUMBER), _pairs(chance, 60, (1.1, 1.1), (0.0, -3.0), *holes)),
        Trial("divide", (MONEY, NUMBER), _pairs(chance, 60, (1.0, 3.0), (1.0, 0.0), (0.0, 0.0), (-1.0, 0.0), *holes)),
        Trial("negate", (MONEY,), _each([0.0, 1.5, -1.5, MISSING, *_sums(chance, 20)])),
        Trial("power", (NUMBER, NUMBER), powers),
        Trial("total", (MONEY,), _each(_sums(chance, 10))),
        Trial("total", (MONEY,) * 4, (*several, (MISSING, 1.0, 2.0, 3.0))),
        *(Trial(name, (MONEY,) * 3, ((1.0, 2.0, 3.0), (3.0, 2.0, 1.0), (-1.0, 0.0, -1.0), (MISSING, 1.0, 2.0),
                                     (1.0, MISSING, 2.0), (1.0, 2.0, MISSING), *(row[:3] for row in several)))
          for name in ("smaller_of", "larger_of")),
        Trial("smaller_of", (MONEY,), _each(_sums(chance, 3))),
        Trial("absolute", (MONEY,), _each([0.0, MISSING, *_sums(chance, 40)])),
        Trial("whole_part", (NUMBER,), _each(wholes)),
        Trial("when", (ANSWER, MONEY, MONEY), ((1.0, 5.0, 6.0), (0.0, 5.0, 6.0), (1.0, 5.0, MISSING), (0.0, MISSING, 6.0),
                                               (1.0, MISSING, 6.0), (0.0, 5.0, MISSING))),
        *(Trial(name, (MONEY, MONEY), _comparisons(chance))
          for name in ("less", "at_most", "more", "at_least", "same", "unlike")),
        Trial("agrees", (MONEY, MONEY), ((1.0, 1.004), (1.0, 1.006), (1.004, 1.0), (-1.0, 1.0), (7.0, 7.0)), (0.005,)),
        Trial("both", (ANSWER, ANSWER), answers), Trial("either", (ANSWER, ANSWER), answers),
        Trial("both", (ANSWER,) * 3, tuple((*row, 1.0) for row in answers)),
        Trial("either", (ANSWER,) * 3, tuple((0.0, *row) for row in answers)),
        Trial("opposite", (ANSWER,), ((0.0,), (1.0,))),
        Trial("to_pence", (MONEY,), _each([*_half_pennies(chance, 280), *_sums(chance, 60), MISSING])),
        Trial("to_pounds", (MONEY,), _each([*(value * 100 for value in _half_pennies(chance, 60)), *_sums(chance, 60), MISSING])),
        Trial("pence_below", (MONEY,), _each(limits)),
        *_splits(chance),
    ]  # fmt: skip
    return found
