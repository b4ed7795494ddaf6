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
from devomodel.dashboards.options_night_controls import HELD, Hall
from devomodel.dashboards.options_night_moves import SAME, Balance, Heading, balance, counts, reserve_checks
from devomodel.dashboards.options_night_phones import phones
from devomodel.dashboards.page import Page, column, folded, html, row, section
from devomodel.dashboards.shown import charge, warnings, year_words
from devomodel.engine import to_pence
from devomodel.mechanisms.bands import band_label

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget


OF_THE_RESULT = ("recorded", "band", "preferred", "meeting", "use")
"""Controls that may move without the recorded result being another one; counts of hands are such too."""

ORDER = ("Say what is open tonight, what is not, and why.", "Show the options and the rejected ones; read the reasons aloud.",
         "Say which starting position you chose: it changes what people prefer.", "Let the hall make its choices, until they balance.",
         "Count hands. Write down no names.", "Record the result, print the sheet, and say when the council decides.")  # fmt: skip


class Evening(Hall):
    """One page: what each move shows, and what is recorded."""

    def __init__(self, page: Page, case: Case):
        super().__init__(page, case)
        self.arranged: tuple[object, ...] = ()
        self.make_views()

    # What a move shows

    def make_views(self) -> None:
        self.context, self.options_view, self.mix_view = html(), html(), html()
        self.rejected_view = html(views.rejected_cards(self.told))
        self.balance_view, self.fixed_view, self.hands_view = html(classes=("dm-on-panel",)), html(), html()
        self.lock_view = html()
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
        self.balance_view.value = views.balance_panel(self.mix, self.found, year, self.own, band)
        self.lock_view.value = f"<p>{escape(views.lock_words(self.found, self.allowed.value, year))}</p>"
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
            others = f", and {' or '.join(charges[1:])} with the other options" if charges[1:] else ""
            before = self.mix.year_before(self.year.value)
            was = f" ({charge(before)} in the year before)" if before is not None else ""
            return f"In {year} a Band D home would pay {who.name} {charges[0]} with {views.base_of(self.told)}{was}{others}."
        state = (
            views.balanced_words(self.mix, self.found, self.year.value).removesuffix(".")
            if self.found.balanced
            else f"It is {views.standing(self.found)}"
            if counts(self.found.short)
            else "Not yet"
        )
        home = f"a {band_label(self.band.value)} home pays {self.own.told()}"
        return (f"The hall’s choices: Band D at {charge(self.own.band_d)} in {year}, and {home}. "
                f"{state}{'.' if self.found.balanced or counts(self.found.short) else ': ' + self.found.missing[0]}")  # fmt: skip

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
            return f"Recorded as the hall’s result. {views.balanced_words(self.mix, self.found, self.year.value)}"
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
            html("<h3>Cannot move tonight, and why</h3>"), self.fixed_view, html("<h3>Record it</h3>"),
            self.lock_view, self.recorded)  # fmt: skip
        steps = html("<ol>" + "".join(f"<li>{escape(one)}</li>" for one in ORDER) + "</ol>")
        return (
            row(self.context, *chosen, classes=("dm-on-top",)), *phones(page.case_key), html('<h2 class="unseen">The options side by side</h2>'),
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
