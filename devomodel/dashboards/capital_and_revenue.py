"""Buy, borrow and run: a scheme, the loan for it and what it costs to run, and what a year of repayments is for a home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from devomodel import charts
from devomodel.charts.loans import loans_of
from devomodel.dashboards import capital_and_revenue_views as views
from devomodel.dashboards import shown
from devomodel.dashboards.case_explorer_amounts import Amounts
from devomodel.dashboards.live import Live
from devomodel.dashboards.page import Page, column, folded, html, row, section
from devomodel.mechanisms.borrowing import Borrowing
from devomodel.mechanisms.capital_scheme import LONGEST_LIFE, CapitalScheme
from devomodel.mechanisms.loan_terms import LONGEST_TERM, loan_label
from devomodel.problems import DevomodelError

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

    from devomodel.case import Case
    from devomodel.case.case import Edit
    from devomodel.charts import Chart
    from devomodel.dashboards.controls import Control
    from devomodel.model import Projection

USUAL = "castle-donington-hub"
ASK = "Whole years. The rate does not follow the term: ask the lender for that of the day."
MOST_KEPT = 40
"""Sheets of a changed structure that are kept; one takes about 1 MB."""


def capital_and_revenue(case: Case | None = None, query: str = "") -> VBox:
    """What a scheme costs to build, to borrow for, to renew and to run. Raises DevomodelError for a case with no scheme and no loan."""
    page = Page("capital-and-revenue", "Buy, borrow and run",
                "What a scheme costs to build, to borrow for, to renew and to run, and what a year of its loan is for each home.",
                query=query)  # fmt: skip
    return Scheme(page, page.open(case, usual=USUAL)).root


class Scheme:
    """The page at work: its controls follow the option, and its views follow its controls."""

    def __init__(self, page: Page, case: Case):
        self.page, self.case = page, case
        fitting = {name: one for name, one in case.options.items()
                   if any(isinstance(mechanism, CapitalScheme | Borrowing) for mechanism in case.variants[name].mechanisms)}  # fmt: skip
        if not fitting:
            raise DevomodelError(f"{case.title} has no capital scheme and no loan in any option, so there is nothing to show here.\n"
                                 "Open Castle Donington hub or Cowfold pavilion from the first page, or add a mechanism with "
                                 "use: capital_scheme or use: borrowing to the scenario.")  # fmt: skip
        preferred = case.preferred if case.preferred in fitting else next(iter(fitting))
        self.option = page.menu("option", "Option", [(one.label, name) for name, one in fitting.items()], preferred)
        self.lives: dict[tuple[str, tuple[Edit, ...]], Live] = {}
        self.amounts = Amounts(page, case, self._structure)
        asked = page.asked.pop("loan", "")
        self.loan = page.menu("loan", "Loan shown", [("The first", "")], "")
        self.year = page.menu("year", "Year shown", [("The first full year of repayments", ""),
                                                     *((shown.year_words(one), one) for one in case.years)], "")  # fmt: skip
        self.controls = column(classes=("dm-controls",))
        self.warned, self.funded, self.boxes, self.main, self.bands = html(), html(), html(), html(), html()
        self.balance, self.shapes, self.limits, self.checked = html(), html(), html(), html()
        self.costs, self.parts, self.renewals, self.provided = html(), html(), html(), html()
        self.chart: Chart | None = None
        page.on_fit(self._fit)
        page.fit({**page.choices, "loan": asked})
        if asked and self.loan.value != asked:
            page.refused.append("The loan in the address is not in this option.")
        page.on_change(self.show)
        page.when_settled(self.later)
        called = page.case_key or "scheme"
        page.download("Scenario file", f"{called}-moved.yaml", self._scenario)
        page.download("Costs by year (CSV)", f"{called}-costs.csv", self._csv)
        page.download("Cost chart (SVG)", f"{called}-costs.svg", lambda: self._chart().svg())
        page.download("Loan chart (SVG)", f"{called}-loan.svg", lambda: charts.loan_balance(self.projection, self._loan).svg())
        self.root = page.finish(
            row(self.controls,
                column(self.warned, self.funded, self.boxes, self.main,
                       section("The loan", self.balance, self.shapes, self.provided),
                       section("What the loans cost each home", self.bands)), classes=("dm-split",)),
            section("The scheme", self.parts, self.renewals),
            section("Every year", self.costs),
            section("Borrowing approval", self.limits),
            section("Checks", self.checked))  # fmt: skip

    # The controls of an option

    def _fit(self, wanted: Mapping[str, str]) -> None:
        live = self._live(())
        if live is self.amounts.live:
            return
        loans = loans_of(live.base)
        self.loan.options = [(loan_label(one.partition(".")[2]), one) for one in loans] or [("No loan in this option", "")]
        self.loan.start = self.loan.options[0][1]
        asked = wanted.get("loan", "")
        self.loan.value = asked if asked in loans else self.loan.start
        of_loans, of_parts, running = self._paths(live)
        made = self.amounts.fit(live, [*of_loans, *of_parts, *running])
        widgets = self.page.controls

        def those(paths: list[str]) -> list[Widget]:
            return [widgets[path] for path in paths if path in made]

        groups: list[Widget] = [self.option] if len(self.option.options) > 1 else []
        if those(of_loans):
            groups.append(section("Loan", *those(of_loans), html(self._follows(live))))
        if those(of_parts):
            groups.append(section("Scheme", *those(of_parts)))
        if those(running):
            groups.append(folded("Running costs and income", *those(running)))
        views_of = [*([self.loan] if len(loans) > 1 else []), *([self.year] if loans else [])]
        if views_of:
            groups.append(section("What is shown", *views_of))
        self.controls.children = tuple(groups)

    def _paths(self, live: Live) -> tuple[list[str], list[str], list[str]]:
        """The paths of the controls: of loans, of parts, of running costs; in the order they are met."""
        there = [one.path for one in live.movable]
        of_loans, of_parts, running = [], [], []
        for prefix, (_, terms) in loans_of(live.base).items():
            name, key = prefix.split(".")
            start = f"{name}.loans.{key}"
            sources = [f"{start}.principal"]
            if terms.principal.line:  # what the council itself puts in, where the loan follows it
                mechanism, _, rest = terms.principal.line.partition(".")
                sources = [path for path in there if path.startswith(f"{mechanism}.funders.{rest.partition('.')[0]}.")]
            rest_of = [path for path in there if path.startswith(f"{start}.") and path not in (*sources, f"{start}.rate")]
            shaped = [f"{start}.shape"] if f"{prefix}.drawn" in live.base.sheet else []  # a loan drawn before the case is a fact
            of_loans += [*shaped, *sources, f"{start}.rate", *([f"{start}.term_years"] if shaped else []), *rest_of]
        for scheme in views.schemes_of(live.base):
            for key, part in scheme.parts.items():
                start = f"{scheme.name}.parts.{key}"
                of_parts += [path for path in there if path.startswith(f"{start}.")]
                of_parts += [f"{start}.life_years"] if part.renewed else []
            of_parts += [path for path in there if path.startswith((f"{scheme.name}.de_minimis", f"{scheme.name}.backlog."))]
            running += [
                path for path in there if path.startswith((f"{scheme.name}.running_costs.", f"{scheme.name}.running_income."))
            ]
        return of_loans, of_parts, running

    def _follows(self, live: Live) -> str:
        """What is said where a loan's sum follows another line, so that nobody looks for a control of it."""
        from html import escape

        lines = [live.base.sheet[terms.principal.line].label for _, terms in loans_of(live.base).values()
                 if terms.principal.line in live.base.sheet]  # fmt: skip
        return f'<p class="hint">The sum borrowed follows “{escape(", ".join(lines))}”.</p>' if lines else ""

    def _structure(self, live: Live, path: str) -> Control | None:
        """A control for what builds the sheet anew: how a loan is repaid, over how many years, and how long a part lasts."""
        loans = {f"{prefix.split('.')[0]}.loans.{prefix.split('.')[1]}": one for prefix, (_, one) in loans_of(live.base).items()}
        start, _, what = path.rpartition(".")
        if start in loans and what == "shape":
            return self.page.choice(path, f"{loan_label(start.rpartition('.')[2])}: how it is repaid",
                                    [(words, key) for key, words in views.SHAPES.items()], loans[start].shape)  # fmt: skip
        if start in loans and what == "term_years":
            years = loans[start].term_years
            return self.page.amount(path, f"{loan_label(start.rpartition('.')[2])}: repaid over", years, 1, max(50, years), 1, "years",
                                    ASK, 1, LONGEST_TERM)  # fmt: skip
        if what == "life_years":
            for scheme in views.schemes_of(live.base):
                for key, part in scheme.parts.items():
                    if start == f"{scheme.name}.parts.{key}":
                        words = f"{scheme.name.capitalize()}: {key}".replace("_", " ")
                        return self.page.amount(path, f"{words}: lasts", part.life_years, 1, max(60, part.life_years), 1, "years",
                                                "Whole years until it is bought again.", 1, LONGEST_LIFE)  # fmt: skip
        return None

    # The figures

    def _live(self, edits: tuple[Edit, ...]) -> Live:
        key = (str(self.option.value), edits)
        if key not in self.lives:
            if len(self.lives) >= MOST_KEPT:
                self.lives = {one: live for one, live in self.lives.items() if not one[1]}
            bare = self.lives.get((key[0], ())) or Live(self.case, key[0])
            self.lives[key[0], ()] = bare
            self.lives[key] = bare.with_edits(*edits) if edits else bare
        return self.lives[key]

    def _edits(self, shape: str = "") -> tuple[Edit, ...]:
        """What the controls change of the structure; with a shape, as if the loan shown were repaid in that way."""
        found: list[Edit] = []
        of_loan = "{}.loans.{}".format(*self._loan.split(".")) if self._loan else ""
        for path, control in self.page.controls.items():
            what = path.rpartition(".")[2]
            if what == "shape":
                wanted = shape if shape and path == f"{of_loan}.shape" else str(control.value)
                found += _reshaped(self._live(()), path, wanted) if wanted != control.start else []
            elif what in ("term_years", "life_years") and control.value != control.start:
                if control.value != int(control.value):
                    raise DevomodelError(f"{control.description} {control.in_words(control.value)}: give whole years.")
                found.append(("set", path, int(control.value)))
        return tuple(found)

    @property
    def _loan(self) -> str:
        return str(self.loan.value)

    @property
    def council(self) -> str:
        """Who borrows, or whose scheme it is."""
        loans = loans_of(self.projection)
        return loans[self._loan][0].council if self._loan else views.schemes_of(self.projection)[0].council

    @property
    def _year(self) -> str:
        if self.year.value:
            return str(self.year.value)
        return views.full_year(self.projection, self._loan) if self._loan else self.projection.years[-1]

    projection: Projection

    def show(self) -> None:
        """The main figures and the chart of costs."""
        moved = self.amounts.moved
        live = self._live(self._edits())
        self.projection = live.quick(moved)
        given = self._live(()).base
        self.boxes.value = views.boxes(
            self.projection, given, self.council, self._loan, self._year, bool(moved) or live.edits != ()
        )
        self.funded.value, gap = views.paid_for(self.projection), views.not_funded(self.projection)
        self.chart = None
        chart = self._chart()
        self.main.value = shown.chart(chart)
        told = (views.sentence(self.projection, self.council, self._loan, self._year) if self._loan
                else f"This option borrows nothing. {chart.title}.")  # fmt: skip
        self.page.say(f"{told} {gap}".strip())

    def _chart(self) -> Chart:
        self.chart = self.chart or charts.scheme_costs(self.projection, self.council)
        return self.chart

    def later(self) -> None:
        """The loan over its life, the tables, and the checks."""
        projection, council, year, loan = self.projection, self.council, self._year, self._loan
        self.warned.value = shown.warnings(projection)
        self.balance.value = shown.chart(charts.loan_balance(projection, loan)) if loan else "<p>This option borrows nothing.</p>"
        self.shapes.value = self._three_shapes() if loan else ""
        self.provided.value = f"<p>{shown.escape(views.provision(projection, council))}</p>"
        self.bands.value = views.by_band(projection, council, year) if loan else "<p>This option borrows nothing.</p>"
        self.parts.value = views.parts(projection) or "<p>This option has no capital scheme, only a loan.</p>"
        self.renewals.value = self._renewals()
        self.costs.value = views.costs_by_year(projection, council)
        self.limits.value = (
            views.approval(projection, council) if loan else "<p>Nothing is borrowed, so no approval is needed.</p>"
        )
        self.checked.value = shown.checks(projection.checks)

    def _three_shapes(self) -> str:
        moved, chosen = self.amounts.moved, loans_of(self.projection)[self._loan][1].shape
        runs = {
            shape: self.projection if shape == chosen else self._live(self._edits(shape)).quick(moved) for shape in views.SHAPES
        }
        table = views.shapes_side_by_side(runs, self.council, self._loan, self._year, chosen)
        return (f"{table}<p>The rate is the same in all three. A lender’s rate differs by the term and by the way of repaying, so ask "
                "for the rate of the day for each.</p>")  # fmt: skip

    def _renewals(self) -> str:
        found = []
        for scheme in views.schemes_of(self.projection):
            line = f"{scheme.name}.renewal_cost"
            if any(self.projection.by_year(line)):
                found.append(shown.chart(charts.by_year(self.projection, line=line)))
            elif any(part.renewed for part in scheme.parts.values()):
                found.append("<p>Nothing is renewed in the years of the case.</p>")
            else:
                found.append("<p>No part is said to be bought again when its life ends.</p>")
        return "".join(found)

    # What is given away

    def _scenario(self) -> str:
        return self._live(self._edits()).scenario_text(self.amounts.moved)

    def _csv(self) -> str:
        rows = [
            [label, line, unit, *(shown.to_penny(one) if unit.startswith("£") else one for one in self.projection.by_year(line))]
            for label, line, unit in views.cost_rows(self.projection, self.council)
        ]
        return shown.csv_text(("What", "Line", "Unit", *self.projection.years), rows)


def _reshaped(live: Live, path: str, shape: str) -> list[Edit]:
    """The edits that repay a loan in another way: a sinking fund belongs to a maturity loan alone."""
    start = path.rpartition(".")[0]
    terms = next(one for prefix, (_, one) in loans_of(live.base).items() if ".loans.".join(prefix.split(".")) == start)
    drop: list[Edit] = [("drop", f"{start}.sinking_fund", None)] if terms.sinking_fund is not None and shape != "maturity" else []
    return [*drop, ("set", path, shape)]
