"""The precept tester: a precept driven in pounds, by its rise or by the Band D charge, and what each does to every band.

The three ways drive one another. What was moved last is held, and the engine works the others.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import date
from html import escape

from ipywidgets import VBox

from devomodel import charts
from devomodel.case import Case
from devomodel.dashboards import precept_tester_limits as limits
from devomodel.dashboards import precept_tester_views as views
from devomodel.dashboards import shown
from devomodel.dashboards.controls import Amount
from devomodel.dashboards.page import Control, Page, column, folded, html, row, section
from devomodel.dashboards.precept_tester_controls import Headings, fit, tidy_step, tidy_top
from devomodel.dashboards.precept_tester_parish import notice
from devomodel.dashboards.precept_tester_plan import (
    AS_CASE,
    BAND_D,
    BUDGET,
    NEEDS,
    PLAN,
    PRECEPT,
    RISE,
    SAME_CHARGE,
    SAME_RISE,
    Answer,
    Asked,
    Engine,
)
from devomodel.dashboards.shelf import BLANK
from devomodel.dashboards.steering import in_full

WAYS = (PRECEPT, RISE, BAND_D)
USUAL = "precept-consultation"
RESERVE_UNKNOWN = (
    "<p>The reserve is not known, so no chart of it is drawn: type what is in hand under ‘Reserves and contingency’.</p>"
)
LEAD = ("Type a precept, a percentage or a Band D charge. Each works out the other two, and every band follows.")  # fmt: skip


def precept_tester(case: Case | None = None, query: str = "") -> VBox:
    """A precept in pounds, by its rise or by the Band D charge, and what each does to every band."""
    page = TesterPage("precept-tester", "Test a precept", LEAD, query=query)
    case = page.open(case, usual=USUAL)
    return PreceptPage(page, case, Engine(case)).root


class TesterPage(Page):
    """The page as others are, but that ‘What is held’ is no change of its own where the figure that is held stands in the list."""

    def what_changed(self) -> list[tuple[str, str, str]]:
        """Each control that a person moved: what it was, what it is."""
        way, found = self.controls.get("way"), super().what_changed()
        held = self.controls.get(str(way.value)) if way is not None else None
        if way is None or held is None or held.as_text() == self.start_text(held):
            return found
        return [one for one in found if one[0] != way.description]


class PreceptPage:
    """The page: its controls, and what it shows of the answer."""

    def __init__(self, page: Page, case: Case, engine: Engine):
        self.page, self.case, self.engine = page, case, engine
        self.limits = limits.Limits()
        self.answer: Answer | None = None
        self.setup: tuple[str, str, str] | None = None
        self._make_controls()
        names = ("notice", "numbers", "issued", "chart", "bands", "walk", "other", "ahead", "balance", "reserves", "referendum", "checks",
                 "foot", "warnings")  # fmt: skip
        self.view = {name: html(classes=(f"dm-pt-{name}",)) for name in names}
        self.left = column(classes=("dm-controls",))
        page.on_change(self.show)
        page.when_settled(self.later)
        page.download("Band table (CSV)", self._file_name, self._csv)
        page.download("Scenario file", lambda: f"{self._stem()}.yaml", self._scenario)
        view = self.view
        self.view["notice"].value = self._made_up() + notice(case, date.today(), bool(page.case_key))
        self.root = page.finish(
            view["notice"],
            view["warnings"],
            row(
                self.left,
                column(view["issued"], view["numbers"], self.which, view["chart"], view["bands"]),
                classes=("dm-split",),
            ),
            section("Why the charge moves", view["walk"], view["other"]),
            section("Years ahead", view["ahead"], view["balance"]),
            section("Are the reserves enough?", view["reserves"]),
            section("Would it need a referendum?", view["referendum"]),
            section("Checks", view["checks"], view["foot"]),
        )

    def _made_up(self) -> str:
        """Where a visitor stands whose address named no case, and the ways to figures that are real."""
        if not (self.case.illustrative and os.environ.get("DEVOMODEL_SERVED")):
            return ""
        ways = ('Type your own over them, or <a href="/#council">find your council</a>.' if self.page.case_key == BLANK
                else '<a href="/#council">Find your council</a> or '
                f'<a href="precept-tester?case={BLANK}">start with your own figures</a>.')  # fmt: skip
        return f'<div class="dm-caution"><p><strong>These are made-up figures.</strong> {ways}</p></div>'

    def _show_whose(self) -> None:
        """Whose precept it is and which case, below the heading of the page."""
        name, title = self.case.councils[self.chosen[1]].name, in_full(self.case.title)
        told = f"<strong>{escape(name)}</strong>" if name != title else ""
        told += f"{': ' if told else ''}{escape(title.removeprefix(f'{name}: '))}"
        self.page.heading.value = f"<h1>{escape(self.page.title)}</h1><p class=lead>{told}</p><p>{LEAD}</p>"

    # Controls

    def _make_controls(self) -> None:
        page, case, engine = self.page, self.case, self.engine
        self.options = {
            name: one.label or name.replace("_", " ") for name, one in case.options.items()
            if any(self._sets(name, council) for council in engine.councils)
        }  # fmt: skip
        first = case.preferred if case.preferred in self.options else next(iter(self.options))
        choices: list[Control] = []
        self.option = self.council = None
        if len(self.options) > 1:
            self.option = page.menu(
                "option", "Option of the case", [(label, name) for name, label in self.options.items()], first
            )
            choices.append(self.option)
        if len(engine.councils) > 1:
            named = [(name, key) for key, name in engine.councils.items()]
            self.council = page.menu("council", "Council", named, next(iter(engine.councils)))
            choices.append(self.council)
        self.year = page.menu("year", "Year that is tested", [(shown.year_words(one), one) for one in case.years], case.years[0])
        choices.append(self.year)
        ways = [
            ("What the budget needs", BUDGET),
            ("The precept in £", PRECEPT),
            ("The percentage", RISE),
            ("The Band D charge", BAND_D),
        ]
        self.usual_way = BUDGET if engine.always_from_budget else PLAN
        if self.usual_way == PLAN:
            ways.insert(0, ("What the case plans", PLAN))
        given = [one for one in WAYS if one in page.asked]
        self.way = page.menu(
            "way", "What is held", ways, self.usual_way, "Move one of the three below: it is held, and the others follow."
        )
        if len(given) == 1 and self.way.value == self.usual_way:
            self.way.value = given[0]
        now, before = self._case_has()
        self.precept = self._amount(PRECEPT, "Precept", now["precept"], before["precept"], "£", 0.0)
        rise = now["precept_change_rate"] if math.isfinite(now["precept_change_rate"]) else 0.0
        self.rise = page.amount(
            RISE, "Change in the precept on the year before", rise, -0.1, 0.2, 0.005, "share", least=-1, most=1e6
        )
        self.band_d = self._amount(BAND_D, "Band D charge", now["band_d"], before["band_d"], "£/year", 0.0)
        self.base = self._amount("tax_base", "Tax base", now["tax_base"], before["tax_base"], "homes", 0.01)
        self.three: dict[str, Amount] = {PRECEPT: self.precept, RISE: self.rise, BAND_D: self.band_d}
        self.later_way = page.choice(
            "later", "In later years", [("The precept is what the budget needs", NEEDS), ("The precept moves by the same percentage each year",
             SAME_RISE), ("The Band D charge stays the same", SAME_CHARGE)], NEEDS, "After the year that is tested.",
        ) if engine.always_from_budget else page.choice(
            "later", "In later years", [("As the case has it", AS_CASE), ("The precept is what the budget needs", NEEDS),
             ("The precept moves by the same percentage each year", SAME_RISE), ("The Band D charge stays the same", SAME_CHARGE)],
            AS_CASE, "After the year that is tested.",
        )  # fmt: skip
        self.choices = choices
        self.headings = Headings(page, engine, list(self.options))
        self.which = page.choice("chart", "Chart", [("Why Band D moves", "walk"), ("What each band pays", "bands")], "walk")

    def _sets(self, option: str, council: str) -> bool:
        return self.engine.sets(option, council)

    def _case_has(self) -> tuple[dict[str, float], dict[str, float]]:
        """What the case has in the year and the year before."""
        option, council, year = self.chosen
        self.engine.precept(option, council)  # refuses an option in which the council sets none
        base = self.engine.live(option).base
        lines = ("precept", "precept_change_rate", "band_d", "tax_base")
        return {one: base.value(f"{council}.{one}", year) for one in lines}, self.engine.before(base, council, year)

    def _amount(self, key: str, label: str, now: float, before: float, unit: str, low: float) -> Amount:
        top = tidy_top(max(now, before if math.isfinite(before) else 0.0))
        return self.page.amount(key, label, now, low, top, tidy_step(top), unit, least=low, most=1e9)

    @property
    def chosen(self) -> tuple[str, str, str]:
        """The option, the council and the year."""
        option = str(self.option.value) if self.option else next(iter(self.options))
        council = str(self.council.value) if self.council else next(iter(self.engine.councils))
        return option, council, str(self.year.value)

    def _hold_what_moved(self) -> None:
        """What is held after a move: the one of the three that moved; a new year or council begins as the case plans it."""
        by_hand = self.page.by_hand
        if by_hand in WAYS:
            self.page.set({"way": by_hand})
        elif by_hand in ("year", "council"):
            self.page.set({"way": self.usual_way})
            self.base.start = self.base.value

    def _begin(self) -> None:
        """What the controls start from in this option, council and year, and which of them are shown."""
        option, council, year = self.chosen
        now, before = self._case_has()
        if self.base.value == self.base.start:
            self.page.set({"tax_base": now["tax_base"]})
        self.base.start = now["tax_base"]
        self.headings.begin(option)
        if self.setup == self.chosen:
            return
        self.setup = self.chosen
        for control, line, low in ((self.precept, "precept", 0.0), (self.band_d, "band_d", 0.0), (self.base, "tax_base", 0.01)):
            fit(control, max(now[line], before[line] if math.isfinite(before[line]) else 0.0), low)
        self.rise.disabled = not before["precept"] > 0
        self.rise.hint = "" if before["precept"] > 0 else "There is no precept in the year before to count from."
        blocks = self.headings.blocks(option, council, year == self.case.years[0])
        self.left.children = [*self.choices, self.way, self.precept, self.rise, self.band_d, self.base,
                              *([self.later_way] if year != self.case.years[-1] else []),
                              *(folded(heading, *controls) for heading, controls in blocks if controls)]  # fmt: skip

    # What is shown

    def _asked_for(self) -> Asked:
        option, council, year = self.chosen
        way = str(self.way.value)
        figure = float(self.three[way].value) if way in self.three else 0.0
        moved = None if self.base.value == self.base.start else float(self.base.value)
        return Asked(option, council, year, way, figure, moved, self.headings.moved(option), str(self.later_way.value))

    def show(self) -> None:
        """Work what is held, drive the other controls, and show the figures and one chart."""
        self._hold_what_moved()
        try:
            self._begin()
            self.answer = self.engine.work(self._asked_for())
        except Exception:
            self.answer = None  # nothing may stand beside controls that it does not belong to
            for name, one in self.view.items():
                one.value = self.view["notice"].value if name == "notice" else ""
            self.page.says.value = ""
            raise
        _, council, year = self.chosen
        p = self.answer.projection
        before = self.engine.before(p, council, year)
        self._drive(before)
        self._show_whose()
        self.page.say(views.sentence(p, council, year, before))
        self.view["warnings"].value = shown.warnings(p)
        self.view["numbers"].value = views.five_numbers(p, council, year)
        self.view["issued"].value = self._issued()
        self.view["chart"].value = shown.chart(views.main_chart(p, council, year, str(self.which.value)))
        self.view["bands"].value = views.band_table(p, council, year)

    def _drive(self, before: Mapping[str, float]) -> None:
        """Set what is not held to what the engine gives: it has not been moved. What is held starts from the case’s own figure."""
        assert self.answer is not None
        _, council, year = self.chosen
        p, opened = self.answer.projection, self.engine.live(self.chosen[0]).base
        lines = {PRECEPT: "precept", RISE: "precept_change_rate", BAND_D: "band_d"}
        for way, line in lines.items():
            control = self.three[way]
            worked = p.value(f"{council}.{line}", year)
            if way != self.way.value:
                self.page.set({way: worked if math.isfinite(worked) else 0.0})
                control.start = control.value
            else:
                started = opened.value(f"{council}.{line}", year)
                control.start = started if math.isfinite(started) else 0.0
        self.base.hint = (
            f"In Band D homes. The year before: {views.homes(before['tax_base'])}. The case has {views.homes(self.base.start)}."
        )
        self.precept.hint = f"The year before: {views.sum_of(before['precept'])}."
        self.band_d.hint = f"The year before: {shown.charge(before['band_d'])}."

    def _issued(self) -> str:
        """What is issued, where the precept cannot be just what is held; and how later years go on."""
        assert self.answer is not None
        p, way = self.answer.projection, str(self.way.value)
        _, council, year = self.chosen
        told = []
        issued, charge = p.value(f"{council}.precept", year), p.value(f"{council}.band_d", year)
        held = self.three[way].value if way in (PRECEPT, BAND_D) else None
        if held is not None and abs(held - (issued if way == PRECEPT else charge)) > 1e-6:
            told.append(f"The precept is issued to the {self.engine.precept(self.chosen[0], council).precept_to}: "
                        f"{views.sum_of(issued)}, which is {shown.charge(charge)} at Band D.")  # fmt: skip
        if self.answer.later:
            told.append(f"In later years {self.answer.later}. Another way can be chosen under ‘In later years’.")
        difference = views.difference(p, council, year, self.answer.needs)
        return ((f'<div class="dm-inset"><p>{escape(difference)}</p></div>' if difference else "")
                + "".join(f'<p class="hint">{one}</p>' for one in told))  # fmt: skip

    def later(self) -> None:
        """What is slower to make: the tables below, the other charts, the tests and the run id."""
        if self.answer is None:
            return
        option, council, year = self.chosen
        answer, view = self.answer, self.view
        p = answer.projection
        known = math.isfinite(p.value(f"{council}.band_d_change", year))
        known_reserve = self.headings.known(option, council)
        if known:
            view["walk"].value = views.walk_table(p, council, year) + views.agreement(p, council, year)
        else:
            view[
                "walk"
            ].value = (
                "<p>The year before is not in the case, so there is nothing to compare with. Give year_before in its file.</p>"
            )
        other = "bands" if self.which.value == "walk" and known else "walk"
        view["other"].value = shown.chart(views.main_chart(p, council, year, other)) if known else ""
        shown_side_by_side = {"As planned": answer.plan, "As tested": p} if answer.plan is not p else {"As planned": p}
        chart = charts.options(shown_side_by_side, f"{council}.band_d")
        view["ahead"].value = views.years_ahead(p, council, known_reserve) + shown.chart(chart)
        view["balance"].value = shown.chart(charts.reserves(p, council)) if known_reserve else RESERVE_UNKNOWN
        view["reserves"].value = limits.reserves_test(self.limits, answer.live, answer.amounts, council, year, known_reserve)
        view["referendum"].value = limits.referendum_test(self.limits, answer.live, answer.amounts, council)
        view["checks"].value = shown.checks(p.checks)
        view["foot"].value = views.footer(p, answer.run_id, self.options[option] if len(self.options) > 1 else "")

    # Files

    def _stem(self) -> str:
        _, council, year = self.chosen
        name = "".join(mark if mark.isalnum() else "-" for mark in self.case.councils[council].name.lower())
        return f"{'-'.join(part for part in name.split('-') if part) or 'council'}-{year}"

    def _file_name(self) -> str:
        return f"{self._stem()}-bands.csv"

    def _worked(self) -> Answer:
        return self.answer or self.engine.work(self._asked_for())

    def _csv(self) -> str:
        _, council, year = self.chosen
        return views.band_csv(self._worked().projection, council, year)

    def _scenario(self) -> str:
        answer = self._worked()
        return answer.live.scenario_text(answer.amounts, "As tested on the precept tester")
