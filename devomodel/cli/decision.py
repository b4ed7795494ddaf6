"""The last questions of `devomodel new`: what precept is thought of, asked in two steps and said back before it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devomodel.cli.answers import above_nought, count_of_homes, one_of, pounds, rate, sure
from devomodel.cli.question import Question
from devomodel.engine import to_pence
from devomodel.mechanisms.precept import band_d_charge, change, change_rate, precept_for_charge
from devomodel.plausible import is_unusual_precept
from devomodel.written import money_text, share_text

FOLLOWS = "budget"
WAYS = (FOLLOWS, "precept", "rise", "charge")


@dataclass(frozen=True)
class Decision:
    """A precept that is thought of.

    way      "precept", "rise" or "charge": how it was given
    figure   £ a year, a share of the precept of the year before, or £ at Band D
    precept  what that comes to, £ a year
    """

    way: str
    figure: float
    precept: float


def decision(typed: Mapping[str, str], first: str, before: str) -> Iterator[Question]:
    """How the precept is thought of, the figure, and the figure said back with what it means for the charge."""
    yield Question(
        "way",
        f"How do you think of the precept of {first}? budget: no decision yet, it follows the budget above; precept: a sum in £; "
        f"rise: a percentage on the precept of {before}; charge: a Band D charge in £.",
        ", ".join(WAYS), lambda text: one_of(text.lower(), list(WAYS)), FOLLOWS,
    )  # fmt: skip
    way = typed["way"].lower()
    if way == FOLLOWS:
        return
    asked = {
        "precept": (f"How much is the whole precept of {first}, in £ a year?", "£21,000"),
        "rise": (f"By what percentage does the precept rise on that of {before}? A fall takes a minus.", "5%"),
        "charge": (f"What is the Band D charge of {first}, in £ a year?", "£34.50"),
    }
    text, example = asked[way]
    yield Question("thought_of", text, example, lambda answer: figure_of(way, answer))
    said, unusual = told(typed)
    yield Question("thought_of_sure", f"{said} Is that right?", "yes, or no to give it again", sure,
                   None if unusual else "yes", again="thought_of")  # fmt: skip


def figure_of(way: str, text: str) -> float:
    """The figure as typed. A bare number is refused, since 44,000 may be a precept or a rise. Raises ValueError."""
    if way == "rise":
        if "%" not in text:
            raise ValueError(f"'{text}' has no % sign. Write a rise as a percentage, such as 5%; for a sum in £, type back and "
                             "choose precept or charge")  # fmt: skip
        return rate(text)
    if "£" not in text:
        raise ValueError(f"'{text}' has no £ sign. Write it like £21,000; for a percentage, type back and choose rise")
    return above_nought(pounds)(text)


def thought_of(typed: Mapping[str, str]) -> Decision | None:
    """The precept that is thought of, from the answers; None where it follows the budget."""
    way = typed["way"].lower()
    if way == FOLLOWS:
        return None
    figure, before = figure_of(way, typed["thought_of"]), pounds(typed["precept_before"])
    if way == "rise":
        return Decision(way, figure, to_pence(before * (1 + figure)))
    if way == "charge":
        return Decision(way, figure, precept_for_charge(figure, count_of_homes(typed["tax_base"])))
    return Decision(way, figure, figure)


def told(typed: Mapping[str, str]) -> tuple[str, bool]:
    """What a decision comes to, in a sentence, and whether it is unusual."""
    taken = thought_of(typed)
    assert taken is not None
    before = pounds(typed["precept_before"])
    charges = [band_d_charge(precept, count_of_homes(typed[base]))
               for precept, base in ((before, "tax_base_before"), (taken.precept, "tax_base"))]  # fmt: skip
    moved, more = change_rate(taken.precept, before), change(taken.precept, before)
    by = f"{money_text(abs(more))} or {moved_by(moved)} than {money_text(before)}" if more else "the same as the year before"
    unusual = is_unusual_precept(moved)
    at_band_d = f"{money_text(to_pence(charges[1]))} at Band D ({_signed(change_rate(charges[1], charges[0]))})"
    said = f"That is a precept of {money_text(taken.precept)}, {by}, and {at_band_d}."
    return said + (" That is an unusual change." if unusual else ""), unusual


def moved_by(share: float) -> str:
    """
    >>> moved_by(0.0667), moved_by(-0.1)
    ('6.67% more', '10% less')
    """
    return f"{share_text(abs(share))} {'more' if share >= 0 else 'less'}"


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else ''}{share_text(share)}"
