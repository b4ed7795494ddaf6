"""Explore a case: any amount as a control, any line as a chart or a table, how each figure was worked out, and options side by side."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from devomodel import charts
from devomodel.dashboards import case_explorer_views as views
from devomodel.dashboards import shown
from devomodel.dashboards.case_explorer_amounts import Amounts
from devomodel.dashboards.controls import Menu
from devomodel.dashboards.live import Live
from devomodel.dashboards.page import Page, column, folded, html, row, section
from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

    from devomodel.case import Case
    from devomodel.charts import Chart
    from devomodel.compare import Comparison
    from devomodel.model import Projection

USUAL = "castle-donington"
MOST_CONTROLS = 40
MOST_COMPARED = 8


def case_explorer(case: Case | None = None, query: str = "") -> VBox:
    """Any amount of a case as a control, any line as a chart, and how each figure was worked out."""
    page = Page("case-explorer", "Explore a case", query=query)
    return Explorer(page, page.open(case, usual=USUAL)).root


class Explorer:
    """The page at work: its menus follow the option, and its views follow what is moved."""

    def __init__(self, page: Page, case: Case):
        self.page, self.case = page, case
        page.heading.value += f"<p class=lead>{escape(case.title)}</p>"
        self.lives: dict[str, Live] = {}
        self.compared: dict[str, Comparison] = {}
        self.option = page.menu("option", "Option", [(one.label, name) for name, one in case.options.items()], case.preferred)
        live = self._live()
        usual = views.usual_line(live.base)
        self.line = page.menu(
            "line", "Line", views.lines_of(live.base), usual, "Each council’s own lines come first, workings last."
        )
        self.looks = page.choice("look", "Show it as", [("A chart", "chart"), ("A table", "table")], "chart")
        self.year = page.menu("year", "Year of the figure explained", [(shown.year_words(one), one) for one in case.years],
                              case.years[min(1, len(case.years) - 1)])  # fmt: skip
        self.explained = page.switch("why", "Show how this figure was worked out")
        self.side_by_side = page.switch("compare", "Set the options side by side")
        parties = [(one.name, key) for key, one in case.councils.items()]
        first = usual.partition(".")[0]
        self.party = page.menu("party", "Party", parties, first if first in case.councils else parties[0][1])
        self.add = Menu("Add a control for…", [("", "")], "")
        self.box = column(classes=("dm-amounts",))
        self.warned, self.main, self.working, self.options, self.accounts = html(), html(), html(), html(), html()
        self.comes_to, self.given, self.checked = html(), html(), html()
        self.amounts = Amounts(page, case)
        self.chart: Chart | None = None
        page.on_fit(self._fit)
        page.fit({**page.choices, **{path: "" for path in page.asked if "." in path}})
        page.on_change(self.show)
        page.when_settled(self.later)
        called = page.case_key or "case"
        page.download("Scenario file", f"{called}-moved.yaml", lambda: self._live().scenario_text(self.amounts.moved))
        page.download("Every line (CSV)", f"{called}-lines.csv", lambda: views.every_line(self.projection))
        page.download("Chart (SVG)", lambda: f"{called}-{str(self.line.value).replace('.', '-')}.svg", self._svg)
        controls = column(self.option, self.add, page.button("Add this control", self._add), self.box, classes=("dm-controls",))
        self.root = page.finish(
            row(controls,
                column(self.warned, section("A line by year", self.line, self.looks, self.main),
                       section("Why this figure", self.year, self.explained, self.working),
                       section("Option against option", self.side_by_side, self.options),
                       section("Statements", self.party, self.accounts),
                       section("What each arrangement comes to", self.comes_to)), classes=("dm-split",)),
            section("What it rests on", folded("Every figure that was given", self.given),
                    folded("Sources", html(views.sources(case)))),
            section("Checks", self.checked))  # fmt: skip

    # The controls

    def _live(self) -> Live:
        name = str(self.option.value)
        if name not in self.lives:
            self.lives[name] = Live(self.case, name)
        return self.lives[name]

    def _fit(self, wanted: Mapping[str, str]) -> None:
        live = self._live()
        another = live is not self.amounts.live
        before = [path for path in self.page.controls if "." in path]
        made = self.amounts.fit(live, [path for path in wanted if "." in path][:MOST_CONTROLS])
        self.page.keep(*made)
        if another:
            line = str(self.line.value)
            self.line.options = views.lines_of(live.base)
            self.line.start = views.usual_line(live.base)
            self.line.value = line if line in live.base.sheet else self.line.start
        if another or made != before:
            left = views.offered(live.movable, made, views.own_name(live.base))
            self.add.options = left or [("Every amount has a control", "")]
            self.box.children = tuple(self._with_button(path) for path in made)

    def _with_button(self, path: str) -> VBox:
        control: Widget = self.page.controls[path]
        label = self.page.controls[path].description
        return column(control, self.page.button(f"Take away: {label}", lambda: self._take(path)), classes=("dm-moved",))

    def _add(self) -> None:
        path = str(self.add.value or "")
        if not path:
            raise DevomodelError("Every amount of this option has a control already.")
        if len(self.box.children) >= MOST_CONTROLS:
            raise DevomodelError(f"There are {MOST_CONTROLS} controls already. Take one away first.")
        self.page.fit({**self.page.choices, path: ""})
        self.page.refit()

    def _take(self, path: str) -> None:
        self.page.fit({key: text for key, text in self.page.choices.items() if key != path})
        self.page.refit()

    # The figures

    projection: Projection

    def show(self) -> None:
        """The line, and its sentence."""
        live, line = self._live(), str(self.line.value)
        self.projection = live.quick(self.amounts.moved)
        moved = self.projection is not live.base
        try:
            self.chart = charts.by_year(live.base, self.projection, line) if moved else charts.by_year(live.base, line=line)
            told, picture = self.chart.title, shown.chart(self.chart)
        except DevomodelError as error:
            self.chart = None
            told = str(error)
            picture = f"<p>{escape(told)}</p>"
        self.main.value = picture if self.looks.value == "chart" else views.line_table(live.base, self.projection, line)
        still = views.moves_most(live.base, self.projection, line) if moved else ""
        self.page.say(f"{told.rstrip('.')}. {still}".strip())

    def _svg(self) -> str:
        if self.chart is None:
            raise DevomodelError("This line has no figure that a chart can show.")
        return self.chart.svg()

    def later(self) -> None:
        """What takes longer, or is only looked at when nothing moves."""
        live, moved = self._live(), self.amounts.moved
        self.warned.value = shown.warnings(self.projection)
        self.working.value = (
            views.why(live.whole(moved), str(self.line.value), str(self.year.value)) if self.explained.value else ""
        )
        self.options.value = self._options() if self.side_by_side.value else ""
        party = str(self.party.value)
        found = self.projection.statements(party)
        self.accounts.value = (
            "".join(shown.statement(one, self.case.councils[party].name) for one in found)
            or "<p>Nothing in this option goes through the books of this party.</p>"
        )
        self.comes_to.value = (
            "".join(shown.statement(one) for one in self.projection.arrangements)
            or "<p>No arrangement of this option has a result beside the accounts.</p>"
        )
        self.given.value = views.assumptions(live.whole(moved) if moved else live.base)
        self.checked.value = shown.checks(self.projection.checks)

    def _options(self) -> str:
        """Every option, and what was moved as one more, compared with what happens without a decision."""
        from devomodel.case import load_text
        from devomodel.compare import compare

        moved = self.amounts.moved
        key = f"{self.option.value} {moved}" if moved else ""
        if key not in self.compared:
            if len(self.compared) >= MOST_COMPARED:
                self.compared.clear()
            case = load_text(self._live().scenario_text(moved), self.case.file) if moved else self.case
            self.compared[key] = compare(case)
        found = self.compared[key]
        if len(found.projections) < 2:
            return "<p>This case has one option alone.</p>"
        try:
            chart = shown.chart(charts.options(dict(zip(found.names, found.projections, strict=True)), str(self.line.value)))
        except DevomodelError as error:
            chart = f"<p>{escape(str(error))}</p>"
        return chart + views.comparison(found)
