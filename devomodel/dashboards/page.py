"""What every page of the dashboards has: controls that drive each other safely, choices kept in the address, undo and reset, a list of
what changed, one sentence of the result, downloads, saving, a link with its QR code, and plain words when something fails.

A page works in a notebook too, and can be tested without a browser: set a control, read a view.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from ipywidgets import Button, VBox, Widget

from devomodel.case import Case
from devomodel.dashboards.arriving import together, when_here
from devomodel.dashboards.controls import Amount, Choice, Control, Count, Menu, Switch, Words
from devomodel.dashboards.keeping import Keeping
from devomodel.dashboards.log import LOG, log_to_terminal
from devomodel.dashboards.looks import looks
from devomodel.dashboards.parts import box, column, error_summary, folded, hidden, html, row, section
from devomodel.dashboards.shelf import BLANK, Shelf
from devomodel.problems import DevomodelError, InputError

SETTLED = 0.12
"""Seconds without a change after which what is slower to make is made."""

__all__ = ["LOG", "Page", "column", "error_summary", "folded", "hidden", "html", "log_to_terminal", "row", "section"]

ONE_CHANGE = 1.0
"""Seconds within which moves of one control count as one change to undo."""

MOST_UNDONE = 100


class Page(Keeping):
    """One page.

    slug     its address
    title    its heading
    lead     a sentence below the heading; words from a case must be escaped by whoever gives them
    query    the choices the page opens with, as an address holds them
    meeting  whether it is read from the back of a hall
    """

    def __init__(self, slug: str, title: str, lead: str = "", query: str = "", meeting: bool = False):
        self.slug, self.title = slug, title
        self.asked = dict(parse_qsl(query[:8_000], max_num_fields=200))
        self.case_key = self.asked.pop("case", "")
        self.asked.pop("token", None)  # how a visitor came in is no choice of the page
        self.controls: dict[str, Control] = {}
        self.refused: list[str] = []
        self.past: list[dict[str, str]] = []
        self.future: list[dict[str, str]] = []
        self.changed: set[str] = set()
        self.shows: list[Callable[[], None]] = []
        self.laters: list[Callable[[], None]] = []
        self.fits: list[Callable[[Mapping[str, str]], None]] = []
        self.kept: set[str] = set()
        self.quiet = 0
        self.by_hand = ""
        self.waiting: Any = None
        self.moved_at = 0.0
        self.moved = ""
        self.ready = False
        self.now: dict[str, str] = {}
        self.title_view = hidden("dm-title", escape(title))
        self.says = html(classes=("dm-says",))
        self.errors = html(classes=("dm-errors",))
        self.notes = html(classes=("dm-notes",))
        self.undo_button = self.button("Undo", self.undo, disabled=True)
        self.redo_button = self.button("Redo", self.redo, disabled=True)
        self.reset_button = self.button("Back to the start", self.reset, disabled=True)
        self.heading = html(f"<h1>{escape(title)}</h1>{f'<p class=lead>{lead}</p>' if lead else ''}")
        self.root = box(classes=("dm-page", f"dm-{slug}", *(("dm-meeting",) if meeting else ())))
        self.make_keeping()

    def open(self, case: Case | None, usual: str) -> Case:
        """The case of the page: the one it was given, the one its address names, or the usual one.

        Raises InputError with every problem of its file, DevomodelError for a case that is not on the shelf.
        """
        if case is not None:
            self.case_key = ""
            self.source_text = getattr(case.document, "text", "")
            return case
        shelf = Shelf.told()
        if not self.case_key:
            fitting = [key for key in shelf.cases if self.slug in shelf.shown(key).pages] if usual not in shelf.cases else []
            self.case_key = next(iter(fitting), usual if usual in shelf.cases else BLANK)
        self.source_text, _ = shelf.text(self.case_key)
        return shelf.case(self.case_key)

    # What a page is made of

    def amount(self, key: str, label: str, value: float, low: float, high: float, step: float, unit: str = "£", hint: str = "",
               least: float | None = None, most: float | None = None) -> Amount:  # fmt: skip
        """A figure that can be moved, stepped and typed. `least` and `most` bound what may be typed, the slider where they are none."""
        return self._add(key, Amount(label, value, low, high, step, unit, hint, least, most))

    def count(self, key: str, label: str, value: int = 0, most: int = 10_000, hint: str = "") -> Count:
        """A whole number of people or things that somebody counts."""
        return self._add(key, Count(label, value, 0, min(most, 100), 1, "number", hint, 0, most))

    def choice(self, key: str, label: str, options: list[tuple[str, str]], value: str, hint: str = "") -> Choice:
        """One of a few: options are (label, key)."""
        return self._add(key, Choice(label, options, value, hint))

    def menu(self, key: str, label: str, options: list[tuple[str, str]], value: str, hint: str = "") -> Menu:
        """One of many: options are (label, key)."""
        return self._add(key, Menu(label, options, value, hint))

    def switch(self, key: str, label: str, value: bool = False, hint: str = "") -> Switch:
        """Yes or no."""
        return self._add(key, Switch(label, value, hint))

    def words(self, key: str, label: str, value: str = "", hint: str = "") -> Words:
        """A line of words."""
        return self._add(key, Words(label, value, hint))

    def button(self, label: str, action: Callable[[], None], kind: str = "quiet", **more: Any) -> Button:
        """A button: "main" for the one thing a page is for, "quiet" for the rest."""
        made = Button(description=label, _dom_classes=(f"dm-{kind}",), **looks(Button), **more)
        made.on_click(lambda _: self.guarded(action))
        return made

    def _add(self, key: str, control: Any) -> Any:
        assert (key not in self.controls and key.isidentifier()) or "." in key or "-" in key, key
        if key in self.asked:
            text = self.asked.pop(key)
            try:
                control.from_text(text)
            except ValueError:
                self.refused.append(f"{control.description} cannot be ‘{text[:40]}’, so it is {control.in_words(control.value)}.")
        self.controls[key] = control
        control.observe(lambda change: self._moved(key), "value")
        return control

    def forget(self, *keys: str) -> None:
        """Take controls away, for a page that makes others in their place."""
        for key in keys:
            control = self.controls.pop(key, None)
            self.kept.discard(key)
            if control is not None:
                control.unobserve_all("value")

    def keep(self, *keys: str) -> None:
        """Hold controls in the address also where they stand as they started, since that they are there is itself a choice."""
        self.kept.update(keys)

    def on_fit(self, fit: Callable[[Mapping[str, str]], None]) -> None:
        """Call `fit` whenever which controls there are may have to change: before `show`, and when the page goes to other choices.

        It is given the choices wanted, and makes the controls for them with `amount` and the like, or forgets some.
        """
        self.fits.append(fit)

    def fit(self, wanted: Mapping[str, str]) -> None:
        """Have the controls that these choices need."""
        self.quiet += 1
        try:
            for fit in self.fits:
                fit(wanted)
        finally:
            self.quiet -= 1

    def refit(self, key: str = "") -> None:
        """Take note that the page itself made or forgot controls: show what that changes, and let it be undone."""
        self.guarded(self._show)
        self._remember(key)

    # What happens when something is moved

    def on_change(self, show: Callable[[], None]) -> None:
        """Call `show` after every change, and once when the page is made; `self.changed` names the controls that moved.

        `self.by_hand` is the one that a person moved, and nothing when the page opens, undoes or goes back to the start: a control
        that brings others with it does so only when it is moved by hand.
        """
        self.shows.append(show)

    def when_settled(self, show: Callable[[], None]) -> None:
        """Call `show` when nothing has moved for a moment: for what is slower to make than a slider can wait for."""
        self.laters.append(show)

    def say(self, sentence: str) -> None:
        """One sentence of the result, read out by a screen reader when it settles. Plain text."""
        self.says.value = f"<p>{escape(sentence)}</p>"

    def set(self, values: Mapping[str, Any]) -> None:
        """Set controls from within, without going through `show` again: one amount drives another."""
        self.quiet += 1
        try:
            for key, value in values.items():
                self.controls[key].set(value)
        finally:
            self.quiet -= 1

    def _moved(self, key: str) -> None:
        if self.quiet or not self.ready:
            return
        self.changed.add(key)
        self.by_hand = key
        try:
            self.guarded(lambda: self.fit(self.choices))
            self.guarded(self._show)
        finally:
            self.by_hand = ""
        self._remember(key)

    def _show(self) -> None:
        try:
            for show in self.shows:
                show()
        finally:
            self.changed = set()
        self.errors.value = ""
        self._later()

    def _later(self) -> None:
        """Do the slower part once nothing moves; at once where there is no loop to wait on."""
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._settled()
            return
        if when_here(self._later):
            self.guarded(self.show_address)
        else:
            self.waiting = loop.call_later(SETTLED, self._settled)

    def _settled(self) -> None:
        self.waiting = None
        with together():
            for later in [self.show_address, *self.laters]:
                self.guarded(later)

    def guarded(self, action: Callable[[], None]) -> None:
        """Do something; what goes wrong is logged, and said on the page in plain words."""
        try:
            action()
        except InputError as error:
            self.errors.value = error_summary("This cannot be worked out as it stands", [str(one) for one in error.problems])
        except (DevomodelError, ValueError) as error:
            self.errors.value = error_summary("This cannot be worked out as it stands", str(error).splitlines())
        except Exception:
            LOG.exception("A control of %s failed", self.slug)
            self.errors.value = error_summary(
                "Something went wrong", ["It is not your doing, and nothing is lost: your choices are in the address of this page.",
                                         "Press ‘Undo’, or open the page again."])  # fmt: skip

    # Undo, reset, what changed

    @property
    def choices(self) -> dict[str, str]:
        """Every control as the address holds it."""
        return {key: control.as_text() for key, control in self.controls.items()}

    def _remember(self, key: str) -> None:
        now, time_now = self.choices, time.monotonic()
        if now == self.now:
            return
        if not (self.moved == key and time_now - self.moved_at < ONE_CHANGE and self.past):
            self.past = [*self.past, self.now][-MOST_UNDONE:]
        self.future = []
        self.moved, self.moved_at, self.now = key, time_now, now
        self._show_buttons()

    def _go_to(self, choices: Mapping[str, str]) -> None:
        self._put(choices)
        if self.fits:
            self.fit(choices)
            self._put(choices)
        self.now, self.moved = self.choices, ""
        self.guarded(self._show)
        self._show_buttons()

    def _put(self, choices: Mapping[str, str]) -> None:
        self.quiet += 1
        try:
            for key, text in choices.items():
                if key in self.controls and self.controls[key].as_text() != text:
                    with suppress(ValueError):  # a menu whose choices follow another control takes this one once that is put
                        self.controls[key].from_text(text)
                        self.changed.add(key)
        finally:
            self.quiet -= 1

    def undo(self) -> None:
        """Take the last change back."""
        if self.past:
            self.future.append(self.now)
            self._go_to(self.past.pop())

    def redo(self) -> None:
        """Make the change again that was taken back."""
        if self.future:
            self.past.append(self.now)
            self._go_to(self.future.pop())

    def reset(self) -> None:
        """Put every control where it was at the start; this can be undone too."""
        if self._starts != self.now:
            self.past, self.future = [*self.past, self.now], []
            if self.fits:
                self._put(self._starts)
                self.fit(self._starts)
            self._go_to(self._starts)

    @property
    def _starts(self) -> dict[str, str]:
        return {key: self.start_text(control) for key, control in self.controls.items()}

    @staticmethod
    def start_text(control: Control) -> str:
        if isinstance(control, Amount):
            return repr(float(control.start)).removesuffix(".0")
        return ("yes" if control.start else "no") if isinstance(control, Switch) else str(control.start)

    def _show_buttons(self) -> None:
        self.undo_button.disabled, self.redo_button.disabled = not self.past, not self.future
        self.reset_button.disabled = not self.what_changed()

    def what_changed(self) -> list[tuple[str, str, str]]:
        """Each control that is not where it started: its label, what it was, what it is."""
        return [(control.description, control.in_words(control.start), control.in_words(control.value))
                for control in self.controls.values() if control.as_text() != self.start_text(control)]  # fmt: skip

    # Putting it together

    def finish(self, *parts: Widget, main: Iterable[Widget] = ()) -> VBox:
        """Put the page together and show it for the first time.

        parts  in the order a reader meets them
        """
        self.now = self.choices
        if self.asked:
            self.refused += [f"‘{key[:40]}’ in the address is not a choice of this page." for key in self.asked]
            self.asked = {}
        if self.refused:
            rows = "".join(f"<li>{escape(one)}</li>" for one in self.refused)
            self.notes.value = f'<div class="dm-inset"><p>Some choices in the address could not be used:</p><ul>{rows}</ul></div>'
        tools = box(self.undo_button, self.redo_button, self.reset_button, classes=("dm-tools",))
        self.root.children = (self.address_view, self.title_view, self.heading, self.notes, self.errors, self.says, *parts, tools,
                              self.keep_and_share())  # fmt: skip
        self.ready = True
        self.changed = set(self.controls)
        self.guarded(self._show)
        self._show_buttons()
        return self.root
