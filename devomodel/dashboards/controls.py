"""The controls of a page: each a widget that also works in a notebook, with the figure in words, its bounds, and where it is from.

An amount can be moved, stepped and typed, so that nothing needs dragging. What is typed is read as a scenario file reads it: £20,000,
20000 and 20 000 are one figure, and 3% needs its sign.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from ipywidgets import Checkbox, Dropdown, FloatSlider, RadioButtons, Text
from traitlets import Unicode

from devomodel.dashboards.looks import looks
from devomodel.written import money, number, number_text, share, share_text

UNITS = {"£": ("£", ""), "share": ("", "%"), "years": ("", "years"), "homes": ("", "homes"), "number": ("", "")}
"""What stands before and after the box of an amount; any other unit is printed after it as it is."""


class Control(Protocol):
    """What a page asks of every control."""

    description: str
    value: Any
    start: Any

    def in_words(self, value: Any) -> str:
        """A value of this control, as a sentence has it."""

    def as_text(self) -> str:
        """Its value as the address holds it."""

    def from_text(self, text: str) -> None:
        """Take the value from an address. Raises ValueError when it is none of this control."""

    def set(self, value: Any) -> None:
        """Set the value from within."""

    def observe(self, handler: Any, names: str) -> None:
        """Call a handler when it moves."""

    def unobserve_all(self, name: str) -> None:
        """Call nobody any more."""


def nearest(value: float, step: float, start: float = 0.0) -> float:
    """The figure on the grid of steps that is nearest, without the dust of binary fractions.

    >>> nearest(0.1 + 0.2, 0.1), nearest(9_049.0, 100), nearest(0.07500000001, 0.0025)
    (0.3, 9000.0, 0.075)
    """
    steps = (Decimal(repr(value)) - Decimal(repr(start))) / Decimal(repr(step))
    return float(Decimal(repr(start)) + steps.quantize(Decimal(1), ROUND_HALF_UP) * Decimal(repr(step)))


def figure_text(value: float, unit: str) -> str:
    """A figure as its box shows it, without its unit.

    >>> figure_text(20_000, "£"), figure_text(14.83, "£"), figure_text(0.035, "share"), figure_text(606.88, "homes")
    ('20,000', '14.83', '3.5', '606.88')
    """
    if unit == "share":
        return share_text(value, 4).rstrip("%")
    pence = unit.startswith("£") and abs(value - round(value)) > 1e-9
    if pence and abs(value * 100 - round(value * 100)) < 1e-6:
        return f"{value:,.2f}".replace("-", "−")
    return number_text(value, 4)


class Amount(FloatSlider):
    """A figure with a slider, a box to type in, and a button to each side.

    unit     £, share, years, homes or another, as it is printed
    said     the figure in the box
    hint     a line below the label: what it is, or where the figure is from
    error    what is wrong with what was typed; nothing when it is well
    typed    what was typed and could not be used, so that it stays in the box
    least, most   what may be typed, where that is more than the slider spans; none means the slider's own ends
    """

    value: float
    min: float
    max: float
    unit = Unicode("£").tag(sync=True)
    before = Unicode("").tag(sync=True)
    after = Unicode("").tag(sync=True)
    said = Unicode("").tag(sync=True)
    hint = Unicode("").tag(sync=True)
    error = Unicode("").tag(sync=True)
    typed = Unicode("").tag(sync=True)

    def __init__(self, label: str, value: float, low: float, high: float, step: float, unit: str = "£", hint: str = "",
                 least: float | None = None, most: float | None = None, **more: Any):  # fmt: skip
        self.least = low if least is None else least
        self.most = high if most is None else most
        if not (math.isfinite(value) and self.least <= value <= self.most and low < high and step > 0):
            raise ValueError(f"{label}: {value} from {self.least} to {self.most} in steps of {step}")
        before, after = UNITS.get(unit, ("£", unit.removeprefix("£/")) if unit.startswith("£") else ("", unit))
        super().__init__(value=value, min=min(low, value), max=max(high, value), step=step, description=label, unit=unit, hint=hint,
                         before=before, after=f"a {after}" if unit.startswith("£/") else after, said=figure_text(value, unit),
                         continuous_update=True, readout=True,
                         readout_format=".2%" if unit == "share" else ",.2f",
                         **looks(FloatSlider, description_width="initial"), **more)  # fmt: skip
        self.start = value
        self.observe(self._told, "value")
        self.on_msg(self._event)

    def _told(self, change: Any) -> None:
        self.said = figure_text(self.value, self.unit)
        self.error = self.typed = ""

    def set(self, value: float) -> None:
        """Set the figure, whatever it is, within what may be typed; the slider grows to hold it."""
        value = min(max(float(value), self.least), self.most)
        with self.hold_trait_notifications():
            if value > self.max:
                self.max = value
            if value < self.min:
                self.min = value
            self.value = value

    def _event(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content.get("event") == "typed":
            self.type(str(content.get("text", "")))
        elif content.get("event") == "step":
            self.move(int(content.get("steps", 0)))

    def move(self, steps: int) -> None:
        """Go so many steps up, or down, to the next figures on the grid of the slider."""
        self.set(nearest(self.value + steps * self.step, self.step))

    def type(self, text: str) -> None:
        """Take what somebody typed. What cannot be used stays in the box, with the reason beside it."""
        try:
            value = self._read(text)
        except ValueError as problem:
            self.typed, self.error = text[:200], str(problem)
            return
        if not self.least <= value <= self.most:
            self.typed = text[:200]
            self.error = (f"{self.description} can be from {self.in_words(self.least)} to {self.in_words(self.most)}. "
                          f"You typed {text.strip()[:40]}.")  # fmt: skip
            return
        self.error = self.typed = ""
        before = self.value
        self.set(value)
        if self.value == before:
            self.send_state(["said", "value"])  # the box may hold another spelling of the same figure

    def _read(self, text: str) -> float:
        text = text.strip()
        if not text:
            raise ValueError(f"Type a figure for {self.description}, such as {self.in_words(self.start)}.")
        if self.unit == "share":
            return share(text if text.endswith("%") else f"{text}%", allow_negative=self.least < 0)
        if self.unit.startswith("£"):
            return money(text)
        return number(text.removesuffix(self.after).strip() if self.after else text)

    def in_words(self, value: float) -> str:
        """A figure with its unit, as a sentence has it."""
        text = figure_text(value, self.unit)
        if self.before:
            text = f"−{self.before}{text[1:]}" if text.startswith("−") else f"{self.before}{text}"
        return f"{text}%" if self.after == "%" else f"{text} {self.after}".strip()

    def as_text(self) -> str:
        """The figure as the address holds it."""
        return repr(self.value).removesuffix(".0")

    def from_text(self, text: str) -> None:
        """Take the figure from an address. Raises ValueError when it is none, or out of bounds."""
        value = float(text) if len(text) < 40 else math.nan
        if not (math.isfinite(value) and self.least <= value <= self.most):
            raise ValueError(f"{self.description} cannot be {text[:40]}")
        self.set(value)


class Count(Amount):
    """A whole number of people or things, with a box and buttons."""

    @property
    def whole(self) -> int:
        """The number, as a count."""
        return round(self.value)

    def _read(self, text: str) -> float:
        value = super()._read(text)
        if value != round(value):
            raise ValueError(f"{self.description} is a whole number, such as 12. You typed {text.strip()[:40]}.")
        return value

    def from_text(self, text: str) -> None:
        """Take the number from an address. Raises ValueError when it is none, not whole, or out of bounds."""
        if not text.isdecimal():
            raise ValueError(f"{self.description} cannot be {text[:40]}")
        super().from_text(text)


class Choice(RadioButtons):
    """One of a few things, each seen at once."""

    hint = Unicode("").tag(sync=True)

    def __init__(self, label: str, options: list[tuple[str, str]], value: str, hint: str = "", **more: Any):
        super().__init__(options=options, value=value, description=label, hint=hint, **looks(type(self)), **more)
        self.start = value

    def in_words(self, value: str) -> str:
        return next((label for label, key in self.options if key == value), str(value))

    def as_text(self) -> str:
        return str(self.value)

    def from_text(self, text: str) -> None:
        if text not in [key for _, key in self.options]:
            raise ValueError(f"{self.description} cannot be {text[:40]}")
        self.value = text

    set = from_text


class Menu(Dropdown):
    """One of many things."""

    hint = Unicode("").tag(sync=True)

    def __init__(self, label: str, options: list[tuple[str, str]], value: str, hint: str = "", **more: Any):
        super().__init__(options=options, value=value, description=label, hint=hint, **looks(type(self)), **more)
        self.start = value

    in_words, as_text, from_text, set = Choice.in_words, Choice.as_text, Choice.from_text, Choice.from_text


class Switch(Checkbox):
    """Yes or no."""

    hint = Unicode("").tag(sync=True)

    def __init__(self, label: str, value: bool = False, hint: str = "", **more: Any):
        super().__init__(value=value, description=label, hint=hint, indent=False, **looks(Checkbox), **more)
        self.start = value

    def in_words(self, value: bool) -> str:
        return "yes" if value else "no"

    def as_text(self) -> str:
        return "yes" if self.value else "no"

    def from_text(self, text: str) -> None:
        if text not in ("yes", "no"):
            raise ValueError(f"{self.description} is yes or no, not {text[:40]}")
        self.value = text == "yes"

    def set(self, value: bool) -> None:
        self.value = bool(value)


class Words(Text):
    """A line of words."""

    hint = Unicode("").tag(sync=True)
    longest = 200

    def __init__(self, label: str, value: str = "", hint: str = "", **more: Any):
        super().__init__(value=value, description=label, hint=hint, continuous_update=False, **looks(Text), **more)
        self.start = value

    def in_words(self, value: str) -> str:
        return value or "nothing"

    def as_text(self) -> str:
        return self.value

    def from_text(self, text: str) -> None:
        if len(text) > self.longest or not all(mark.isprintable() for mark in text):
            raise ValueError(f"{self.description} is too long, or holds marks that cannot be printed")
        self.value = text

    set = from_text
