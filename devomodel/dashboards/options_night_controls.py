"""What moves an options night: the controls of the hall and of the presenter, and where each starting position puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devomodel.case import Case
from devomodel.dashboards import options_night_views as views
from devomodel.dashboards.controls import Words
from devomodel.dashboards.options_night_moves import SAME, Mix, cut_short
from devomodel.dashboards.page import Page, column, html
from devomodel.dashboards.shown import year_words
from devomodel.engine import to_pence
from devomodel.mechanisms.bands import band_label

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

    from devomodel.dashboards.controls import Choice, Menu, Switch
    from devomodel.reports.residents_figures import CouncilFigures

BALANCED, DEFICIT = "as-balanced", "as-deficit"
NEEDS, HELD = "needs", "held"
USE = "The council reads these results before it decides, and publishes what it decided and why."


class Hall:
    """The controls of one page."""

    def __init__(self, page: Page, case: Case):
        from devomodel.reports.residents_figures import Residents

        self.page, self.case = page, case
        self.told = Residents(case)
        self.mixes: dict[tuple[str, str], Mix] = {}
        self.levels: dict[str, Choice] = {}
        self.opens: dict[str, Switch] = {}
        self.boxes: dict[str, tuple[VBox, Widget]] = {}
        self.make_controls()

    def make_controls(self) -> None:
        page, told, case = self.page, self.told, self.case
        self.council: Menu | None = None
        if len(told.councils) > 1:
            self.council = page.menu("council", "Council", [(one.name, one.key) for one in told.councils], told.councils[0].key)
        self.year = page.menu("year", "Year", [(year_words(one), one) for one in case.years], told.shown_year)
        usual, why = self.usual_band()
        self.band = page.menu("band", "Your band", [(band_label(one), one) for one in told.bands], usual, why)
        first = self.mix_of(case.do_nothing, told.councils[0].key)
        starts = [(self.named(one) if one == case.do_nothing else f"The draft budget: {self.named(one)}", one) for one in views.in_order(told)
                  if all(one in council.views for council in told.councils)]  # fmt: skip
        starts += [(f"Balanced: {views.base_of(told)}, and a charge that pays for it", BALANCED),
                   (f"In deficit: {views.base_of(told)}, and last year’s charge", DEFICIT)]  # fmt: skip
        self.start = page.menu("start", "Start from", starts, case.do_nothing, "Printed on the results sheet")
        mode, target = self.begins_with(case.do_nothing, first, told.shown_year)
        self.charge = page.choice(
            "charge", "The charge", [("pays for the choices", NEEDS), ("is held at the target", HELD)], mode
        )
        top = max(50.0, 50.0 * -(-2 * target // 50))
        self.target = page.amount("target", "Target for Band D, £ a year", target, 0.0, top, 1.0, "£",
                                  "In later years it stays as far from the start", 0.0, 10_000.0)  # fmt: skip
        self.hands = {one: page.count(f"hands-{one}", self.named(one)) for one in views.in_order(told)}
        self.hands["mix"] = page.count("hands-mix", "The hall’s own choices")
        self.hands["undecided"] = page.count("hands-undecided", "Undecided", hint="May be left at nought")
        self.meeting = page.words("meeting", "Date of the meeting", hint="Left empty, a line is printed to write on")
        self.use = page.words("use", "How views will be used", USE, "Printed at the foot of the results sheet")
        self.recorded = page.switch("recorded", "Record this as the hall’s result")
        self.preferred = page.switch("preferred", "Show which option the case prefers", hint="Left off, the order is neutral")
        self.allowed = page.amount("allowed", "Most that may come from reserves to balance the year", 0.0, 0.0, 50_000.0, 1_000.0, "£",
                                   "Nothing, unless the council has said so", 0.0, 100_000_000.0)  # fmt: skip
        self.unlock = page.switch("unlock", "Let a result be recorded that does not balance", hint="Printed on the results sheet")
        self.step = page.menu("step", "One step up or down is", [(f"{one}%", str(one)) for one in (5, 10, 20, 25)], "10")
        self.note = Words("Your own notes", "", "Not saved, not in the link, not printed. No names.")
        page.on_fit(lambda wanted: self.fit(wanted.get("start", ""), wanted.get("council", "")))
        self.fit(str(self.start.value), self.council.value if self.council else "")

    def named(self, option: str) -> str:
        """An option with its number."""
        return f"Option {views.number_of(self.told, option)}, {views.label_of(self.told, option)}"

    def usual_band(self) -> tuple[str, str]:
        """The band most homes are in, where that is known."""
        first = self.told.projections[self.case.do_nothing]
        key = self.told.councils[0].key
        homes = {
            one: first.value(f"{key}.homes.{one}", first.years[0])
            for one in self.told.bands
            if f"{key}.homes.{one}" in first.sheet
        }
        if not homes:
            return "D", "Homes by band are not in the case"
        most = max(homes, key=lambda one: homes[one])
        return most, f"The commonest is {band_label(most)}"

    def mix_of(self, start: str, council: str) -> Mix:
        """The budget that a start begins with, made once."""
        option = self.case.do_nothing if start in (BALANCED, DEFICIT) else start
        if (option, council) not in self.mixes:
            projections = self.told.projections
            self.mixes[option, council] = Mix(self.case, option, council, projections[option], projections[self.case.do_nothing])
        return self.mixes[option, council]

    @property
    def who(self) -> CouncilFigures:
        wanted = self.council.value if self.council else self.told.councils[0].key
        return next(one for one in self.told.councils if one.key == wanted)

    @property
    def mix(self) -> Mix:
        return self.mix_of(str(self.start.value), self.who.key)

    @property
    def share(self) -> float:
        return int(self.step.value) / 100

    def begins_with(self, start: str, mix: Mix, year: str) -> tuple[str, float]:
        """How the charge is set at a start, and the target."""
        own = mix.start.value(f"{mix.council}.band_d", year)
        if start == BALANCED:
            return NEEDS, float(
                to_pence(mix.needs.quick(mix.amounts({}, self.share_at_start)).value(f"{mix.council}.band_d", year))
            )
        if start == DEFICIT:
            before = mix.year_before(year)
            return HELD, own if before is None else before
        return (HELD if mix.fixes_charge else NEEDS), own

    share_at_start = 0.1
    """Nothing is a step away at a start, so that any share will do."""

    def fit(self, start: str, council: str) -> None:
        """Make the controls for the headings of a start, and say of each what it does from there."""
        mix = self.mix_of(start or self.case.do_nothing, council or self.told.councils[0].key)
        for one in mix.headings:
            options, hint = mix.choices(one), cut_short(views.capital(one.note))[0]
            if one.path not in self.levels:
                self.levels[one.path] = self.page.choice(one.path, one.label, options, SAME, hint)
                self.opens[one.path] = self.page.switch(f"open-{one.path}", f"Open to the hall: {one.label}", not one.reason)
                figures = html(classes=("dm-on-figures",))
                self.boxes[one.path] = column(self.levels[one.path], figures, classes=("dm-on-move",)), figures
            control = self.levels[one.path]
            if list(control.options) != options:
                held, self.page.quiet = control.value, self.page.quiet + 1
                control.options, control.value = options, held
                self.page.quiet -= 1
