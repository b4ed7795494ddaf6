"""What the scenarios of limits, of harmonised charges, of growth in rates and of a divided parish show, written from their figures."""

from __future__ import annotations

from collections.abc import Callable

Figures = Callable[[str, str, str], float]


def findings(figures: Callable[[str], Figures]) -> dict[str, str]:
    """File name of a scenario → what it shows."""
    return {
        "north-yorkshire-harmonisation": harmonised(figures("north-yorkshire-harmonisation")),
    }


PUBLISHED_2023_24 = {
    "craven": 1_749.00,
    "hambleton": 1_715.13,
    "harrogate": 1_783.17,
    "richmondshire": 1_767.89,
    "ryedale": 1_756.81,
    "scarborough": 1_777.23,
    "selby": 1_747.00,
}
"""Band D charges of 2023-24 without special expenses, as the council gives them on its page about council tax."""


def harmonised(of: Figures) -> str:
    first, years = "2023-24", [f"{year}-{year - 1999}" for year in range(2023, 2031)]
    out = {
        area: abs(of("over_two_years", f"merged.areas.{area}.band_d", first) - said) for area, said in PUBLISHED_2023_24.items()
    }
    near = [one for one in out.values() if one < 0.095]
    rises = [of(option, "merged.areas.hambleton.change", first) for option in ("at_once", "over_two_years", "do_nothing")]
    later = {
        area: sum(of("over_two_years", f"merged.areas.{area}.band_d", year) - of("do_nothing", f"merged.areas.{area}.band_d", year)
                  for year in years)
        for area in ("hambleton", "harrogate")
    }  # fmt: skip
    forgone = (
        -of("to_the_lowest", "merged.against_own_path", "2024-25"),
        -of("to_the_lowest", "merged.against_own_path_to_date", "2030-31"),
    )
    room = of("over_two_years", "limit.headroom", first)
    return (
        f"Two years from the charges of 2022-23 give those published for 2023-24 to within {100 * max(near):.0f}p in {len(near)} of the 7 "
        f"areas, and to within £{max(out.values()):.2f} in all; what was printed leaves special expenses out. Hambleton's £89.49 comes on "
        f"top of the rise: its charge goes up by £{rises[0]:.2f} in the first year if all comes at once, £{rises[1]:.2f} over two years and "
        f"£{rises[2]:.2f} over eight. Over the eight years a Band D home there pays £{later['hambleton']:,.0f} more by the quick way than by the "
        f"slow one, and one in Harrogate £{-later['harrogate']:,.0f} less; the council's income is all but the same. The limit is on the average, "
        f"which has {100 * room:.0f}p of room. Going down to the lowest forgoes £{forgone[0] / 1e6:.1f}m in 2024-25 and "
        f"£{forgone[1] / 1e6:.0f}m by 2030-31, on tax bases that are assumed."
    )
