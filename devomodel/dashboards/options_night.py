"""Options night: a hall compares the options of a case, makes choices of its own, and raises its hands; the results are printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from devomodel.case import Case
from devomodel.charts import words
from devomodel.dashboards import options_night_sheet as sheets
from devomodel.dashboards import options_night_views as views
from devomodel.dashboards.controls import Words
from devomodel.dashboards.options_night_moves import SAME, Balance, Heading, Mix, balance, counts, cut_short, reserve_checks
from devomodel.dashboards.page import Page, column, folded, html, row, section
from devomodel.dashboards.shown import charge, warnings, year_words
from devomodel.engine import to_pence
from devomodel.mechanisms.bands import band_label

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

    from devomodel.dashboards.controls import Choice, Menu, Switch
    from devomodel.reports.residents_figures import CouncilFigures

BALANCED, DEFICIT = "as-balanced", "as-deficit"
NEEDS, HELD = "needs", "held"
OF_THE_RESULT = ("recorded", "band", "preferred", "meeting", "use")
"""Controls that may move without the recorded result being another one; counts of hands are such too."""

USE = "The council reads these results before it decides, and publishes what it decided and why."
ORDER = ("Say what is open tonight, what is not, and why.", "Show the options and the rejected ones; read the reasons aloud.",
         "Say which starting position you chose: it changes what people prefer.", "Let the hall make its choices, until they balance.",
         "Count hands. Write down no names.", "Record the result, print the sheet, and say when the council decides.")  # fmt: skip


class Evening:
    """One page: its controls, and what each move shows."""

    def __init__(self, page: Page, case: Case):
        from devomodel.reports.residents_figures import Residents

        self.page, self.case = page, case
        self.told = Residents(case)
        self.mixes: dict[tuple[str, str], Mix] = {}
        self.levels: dict[str, Choice] = {}
        self.opens: dict[str, Switch] = {}
        self.boxes: dict[str, tuple[VBox, Widget]] = {}
        self.arranged: tuple[object, ...] = ()
        self.make_controls()
        self.make_views()

    # Controls

    def make_controls(self) -> None:
        page, told, case = self.page, self.told, self.case
        self.council: Menu | None = None
        if len(told.councils) > 1:
            self.council = page.menu("council", "Council", [(one.name, one.key) for one in told.councils], told.councils[0].key)
        self.year = page.menu("year", "Year", [(year_words(one), one) for one in case.years], told.shown_year)
        usual, why = self.usual_band()
        self.band = page.menu("band", "Your band", [(band_label(one), one) for one in told.bands], usual, why)
        first = self.mix_of(case.do_nothing, told.councils[0].key)
        starts = [("Do nothing" if one == case.do_nothing else f"The draft budget: {self.named(one)}", one) for one in views.in_order(told)
                  if all(one in council.views for council in told.councils)]  # fmt: skip
        starts += [("Balanced: do nothing, and a charge that pays for it", BALANCED),
                   ("In deficit: do nothing, and last year’s charge", DEFICIT)]  # fmt: skip
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
            options, hint = mix.choices(one), cut_short(one.note[:1].upper() + one.note[1:])[0]
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

    # What a move shows

    def make_views(self) -> None:
        self.context, self.options_view, self.mix_view = html(), html(), html()
        self.rejected_view = html(views.rejected_cards(self.told))
        self.balance_view, self.fixed_view, self.hands_view = html(classes=("dm-on-panel",)), html(), html()
        self.sheet_view = html(classes=("dm-print", "dm-on-sheet"))
        self.new_box, self.spend_box, self.earn_box, self.open_box = column(), column(), column(), column()
        self.kinds = [html(f"<h3>{kind}</h3>") for kind in ("Could be put in", "Spending", "Income")]

    def headings(self) -> tuple[list[Heading], list[tuple[Heading, str]]]:
        """What is open to the hall, and what is not with the reason."""
        open_ = [one for one in self.mix.headings if self.opens[one.path].value]
        fixed = [
            (one, one.reason or "The presenter keeps it as it is tonight.")
            for one in self.mix.headings
            if not self.opens[one.path].value
        ]
        return open_, [one for one in fixed if not one[0].new or one[0].path in self.mix.in_start]

    def show(self) -> None:
        page, by_hand = self.page, self.page.by_hand
        if by_hand in ("start", "year", "council"):
            mode, target = self.begins_with(str(self.start.value), self.mix, self.year.value)
            page.set({"charge": mode, "target": target})
        if by_hand in ("start", "council"):
            page.set(dict.fromkeys(self.levels, SAME))
        if by_hand.startswith("open-") and not self.opens[by_hand.removeprefix("open-")].value:
            page.set({by_hand.removeprefix("open-"): SAME})
        self.open_, self.fixed = self.headings()
        self.found = self.balance()
        locked = bool(self.found.missing) and not self.unlock.value
        kept = by_hand in ("", *OF_THE_RESULT) or by_hand.startswith("hands-")
        if self.recorded.value and (locked or not kept):
            page.set({"recorded": False})
        self.recorded.disabled = locked
        self.recorded.hint = (
            " ".join(self.found.missing) if locked else "It is printed on the results sheet. A new move takes it back."
        )
        self.arrange()
        band, year = self.band.value, self.year.value
        if not by_hand or by_hand in ("council", "year", "band", "preferred"):
            self.context.value = self.about()
            self.options_view.value = views.option_cards(self.told, self.who, year, band, self.preferred.value)
        self.mix_view.value = views.mix_card(self.mix, self.found, year, band)
        self.own = views.Figure(self.found.shown, self.mix.nothing, self.who.key, year, band)
        self.balance_view.value = views.balance_panel(self.found, self.who.key, year, self.own, band)
        self.hands_view.value = self.hands_words()
        page.say(self.sentence())

    @cached_property
    def _watermark(self) -> str:
        return warnings(self.told.projections[self.case.do_nothing])

    def about(self) -> str:
        return f'<p class="dm-on-case"><strong>{escape(self.case.title)}</strong>. {escape(self.who.name)}</p>{self._watermark}'

    @property
    def moved(self) -> dict[str, str]:
        """Heading → level, for the open headings that the hall moved."""
        return {
            one.path: self.mix.level(one, self.levels[one.path].value)
            for one in self.open_
            if self.levels[one.path].value != SAME
        }

    @property
    def amounts(self) -> dict[str, float]:
        return self.mix.amounts(self.moved, self.share)

    def balance(self) -> Balance:
        """The hall's budget, and what stands against recording it."""
        found = balance(self.mix, self.amounts, self.year.value, self.target.value, self.charge.value == HELD)
        missing = views.balance_words(found, self.allowed.value, reserve_checks(self.mix, found.shown))
        return Balance(**{**found.__dict__, "missing": missing})

    def arrange(self) -> None:
        """Put the controls of the open headings on the page, when other ones are open than before."""
        wanted = (self.mix.option, self.who.key, *(one.path for one in self.open_))
        if wanted == self.arranged:
            return
        self.arranged = wanted
        new, spending, income = ([one for one in self.open_ if kind == ("new" if one.new else "income" if one.side == "income" else "spending")]
                                 for kind in ("new", "spending", "income"))  # fmt: skip
        boxes = (self.new_box, self.spend_box, self.earn_box)
        for heading, box, ones in zip(self.kinds, boxes, (new, spending, income), strict=True):
            box.children = (heading, *(self.boxes[one.path][0] for one in ones)) if ones else ()
        self.open_box.children = tuple(self.opens[one.path] for one in self.mix.headings)

    def sentence(self) -> str:
        year, who = year_words(self.year.value), self.who
        if not self.moved and self.start.value == self.case.do_nothing and self.charge.value == self.charge.start:
            charges = [charge(self.told.projections[one].value(f"{who.key}.band_d", self.year.value))
                       for one in views.in_order(self.told) if one in who.views]  # fmt: skip
            others = f" and {' or '.join(charges[1:])} with the other options" if charges[1:] else ""
            return f"In {year} a Band D home would pay {who.name} {charges[0]} if nothing is decided{others}."
        told = views.in_words(self.own.more, self.own.week)
        state = (
            "It balances"
            if self.found.balanced
            else f"It is {views.standing(self.found)}"
            if counts(self.found.short)
            else "Not yet"
        )
        return (f"The hall’s choices: Band D at {charge(self.own.band_d)} in {year}, and a {band_label(self.band.value)} home pays {told} with "
                f"nothing done. {state}{'.' if self.found.balanced or counts(self.found.short) else ': ' + self.found.missing[0]}")  # fmt: skip

    def hands_words(self) -> str:
        total = sum(one.whole for one in self.hands.values())
        return f'<p class="dm-on-total">{total:,} hand{"" if total == 1 else "s"} counted. Counts only: no names are asked or kept.</p>'

    def later(self) -> None:
        """What each choice does, what is fixed, and the results sheet."""
        year = self.year.value
        effects = self.mix.effect(year, self.share)
        for one in self.open_:
            self.boxes[one.path][1].value = views.heading_figures(one, effects[one.path], year)
        self.fixed_view.value = views.fixed_items(self.mix, self.fixed, year, effects)
        self.sheet_view.value = sheets.sheet(self.night())

    # The results

    def night(self) -> sheets.Night:
        """All that the results sheet says, as things stand."""
        live = self.mix.held if self.found.held else self.mix.needs
        target = self.mix.target(self.target.value, self.year.value) if self.found.held else {}
        return sheets.Night(
            self.told, self.who, self.mix, self.found, live.whole({**self.amounts, **target}), self.year.value, self.band.value,
            self.begins(), self.rule_words(), self.status(), self.choices(), [(key, one.whole) for key, one in self.hands.items()],
            self.open_, self.fixed, self.meeting.value, self.use.value)  # fmt: skip

    def begins(self) -> str:
        """The starting position, with what it came to before the hall moved anything."""
        mode, target = self.begins_with(str(self.start.value), self.mix, self.year.value)
        at = balance(self.mix, self.mix.amounts({}, self.share), self.year.value, target, mode == HELD)
        state = "in balance" if not counts(abs(at.short)) else views.standing(at)
        label = next(name for name, key in self.start.options if key == self.start.value)
        return f"{label}. Band D {charge(target)} in {year_words(self.year.value)}, {state}."

    def rule_words(self) -> str:
        target = charge(self.target.value)
        if self.found.held:
            return (f"The charge is held at the target of {target} and reserves take the difference; at most "
                    f"{words.money(self.allowed.value)} was allowed.")  # fmt: skip
        return f"The charge pays for the choices; the target is {target} at Band D."

    def status(self) -> str:
        if not self.recorded.value:
            return "Not recorded: these are choices as they stood when this was printed."
        if self.found.balanced:
            return "Recorded as the hall’s result. It balances."
        return f"Recorded as the hall’s result, though it does not balance: the presenter unlocked it. {' '.join(self.found.missing)}"

    def choices(self) -> list[sheets.Choice]:
        effects, made = self.mix.effect(self.year.value, self.share), []
        for one in self.open_:
            if one.path in self.moved:
                names = {level: label for label, level in one.levels}
                before, after = self.mix.usual(one), self.moved[one.path]
                of = effects[one.path]
                made.append(sheets.Choice(one.label, names[before], names[after], of[before][0], of[after][0], of[after][1]))
        return made

    def aim(self) -> None:
        """Set the target to what the choices need: the penny above, where a charge to the penny would fall short."""
        needed = self.found.needed
        at = balance(self.mix, self.amounts, self.year.value, needed, True)
        self.target.set(float(to_pence(needed + 0.01)) if self.found.held and counts(at.short) else needed)

    def parts(self) -> Sequence[Widget]:
        """The page from top to bottom."""
        page = self.page
        aim = page.button("Set the target to what the choices need", self.aim)
        chosen = [one for one in (self.council, self.year, self.band) if one is not None]
        mine = section(
            "Make your own choices",
            row(self.start, self.charge, column(self.target, aim), classes=("dm-on-start",)),
            row(column(self.new_box, self.spend_box, self.earn_box), self.balance_view, classes=("dm-on-mix",)),
            html("<h3>Cannot move tonight, and why</h3>"), self.fixed_view, html("<h3>Record it</h3>"), self.recorded)  # fmt: skip
        steps = html("<ol>" + "".join(f"<li>{escape(one)}</li>" for one in ORDER) + "</ol>")
        return (
            row(self.context, *chosen, classes=("dm-on-top",)), html('<h2 class="unseen">The options side by side</h2>'),
            column(self.options_view, self.mix_view, self.rejected_view, classes=("dm-on-cards",)), mine,
            section("Show of hands", column(*self.hands.values(), classes=("dm-on-hands",)), self.hands_view),
            folded("For the presenter", steps, self.note, self.preferred, self.step, self.allowed, self.unlock, self.meeting, self.use,
                   html("<h3>What is open to the hall</h3>"), self.open_box),
            self.sheet_view)  # fmt: skip


def options_night(case: Case | None = None, query: str = "") -> VBox:
    """The options of a case side by side in a hall, the hall's own choices, a show of hands, and a results sheet to print."""
    page = Page("options-night", "Options night", query=query, meeting=True)
    evening = Evening(page, page.open(case, usual="precept-consultation"))
    page.on_change(evening.show)
    page.when_settled(evening.later)
    page.download("Results sheet, as a web page", "options-night-results.html", lambda: sheets.stand_alone(evening.night()))
    page.download("Results, for a spreadsheet (CSV)", "options-night-results.csv", lambda: sheets.as_rows(evening.night()))
    return page.finish(*evening.parts())
