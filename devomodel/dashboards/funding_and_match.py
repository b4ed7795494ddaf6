"""The funding page: a stack of funders and their terms, what nobody pays, what a funder's money may not pay for, and where money ends."""

from __future__ import annotations

from ipywidgets import VBox, Widget

from devomodel.case import Case
from devomodel.dashboards import funding_and_match_views as views
from devomodel.dashboards import shown
from devomodel.dashboards.controls import Menu
from devomodel.dashboards.found import failing
from devomodel.dashboards.funding_and_match_terms import Payer, Terms
from devomodel.dashboards.live import Movable
from devomodel.dashboards.page import Page, column, error_summary, folded, html, row, section
from devomodel.dashboards.steering import Lives, Steering, mechanisms_used, plainly, relied_on, use_of
from devomodel.engine import SheetError
from devomodel.model import Projection
from devomodel.problems import DevomodelError, InputError

USUAL = "castle-donington-hub"
LEAD = "Which funder may pay for what, how it is matched, what nobody pays, and the year the money ends."
FUNDING = ("match_funding", "grant")
MOVED_HERE = (*FUNDING, "capital_scheme", "volunteer_time", "budget")
"""Mechanisms whose amounts have a control on this page, the last three where a scheme or a grant rests on them."""

ACCOUNTS = {"capital": "capital", "revenue": "running costs", "in_kind": "in kind"}


def funding_and_match(case: Case | None = None, query: str = "") -> VBox:
    """Stack funders and match, and see what is left, what is refused and when the money ends.

    Raises DevomodelError for a case without a scheme that others pay towards, and without a grant.
    """
    page = Page("funding-and-match", "Stack funders and match", LEAD, query=query)
    case = page.open(case, usual=USUAL)
    used = mechanisms_used(Lives(case, tuple(case.options)), FUNDING)
    options = [one for one in case.options if used[one]]
    if not options:
        raise DevomodelError("No option of this case has a funder or a grant. Open scenarios/castle-donington-hub.yaml or "
                             "scenarios/dunstable-ranger.yaml, or add a mechanism with use: match_funding or use: grant.")  # fmt: skip
    return Stacking(page, case, options).root


class Stacking:
    """The page: its controls, and what it shows."""

    def __init__(self, page: Page, case: Case, options: list[str]):
        self.page, self.case, self.options = page, case, options
        self.lives = Lives(case, options)
        first = case.preferred if case.preferred in options else options[0]
        self.live = self.lives.plain[first]
        self.projection, self.amounts = self.live.base, dict[str, float]()
        self.refused: list[str] = []
        self._make_controls(first)
        names = (
            "warnings",
            "refused",
            "boxes",
            "chart",
            "conditions",
            "stack",
            "years",
            "out",
            "kind",
            "accounts",
            "cliffs",
            "checks",
        )
        self.view = {name: html() for name in names}
        page.on_change(self.show)
        page.when_settled(self.later)
        page.download("Who pays by year (CSV)", lambda: f"{self._stem}-funding.csv", self._csv)
        page.download("Scenario file", lambda: f"{self._stem}.yaml", lambda: self.live.scenario_text(self.amounts))
        view = self.view
        self.root = page.finish(
            view["warnings"], view["refused"],
            row(self.left, column(view["boxes"], view["conditions"], view["chart"]), classes=("dm-split",)),
            section("The stack, in its order", view["stack"]),
            section("Each year", view["years"]),
            section("If one pulls out", view["out"]),
            section("When the money ends", view["cliffs"]),
            section("Cash and time", view["kind"]),
            section("Capital and running costs", view["accounts"]),
            section("Checks", view["checks"]),
        )  # fmt: skip

    # Controls

    def _make_controls(self, first: str) -> None:
        page, case, lives = self.page, self.case, self.lives
        labels = [(case.options[one].label or one.replace("_", " "), one) for one in self.options]
        self.option = page.menu("option", "Option of the case", labels, first)
        self.terms = Terms(page, lives)
        taken = relied_on(lives, mechanisms_used(lives, FUNDING))
        uses = {(option, one.name): use_of(one) for option in self.options for one in case.variant(option).mechanisms}

        def wanted(option: str, one: Movable) -> bool:
            name = one.path.partition(".")[0]
            use = uses[option, name]
            return use in FUNDING or (use in MOVED_HERE and name in taken)

        self.steering = Steering(page, lives, wanted)
        self.pictures: dict[str, Menu] = {}
        made: dict[tuple[tuple[str, str], ...], Menu] = {}
        for option in self.options:
            choices = tuple(self._accounts(option))
            if choices not in made:
                key = "chart" if "chart" not in page.controls else f"{option}--chart"
                made[choices] = page.menu(key, "Chart of who pays for", list(choices), choices[0][1])
            self.pictures[option] = made[choices]
        self.left = column(classes=("dm-controls",))
        self.costs, self.growth = column(), column()
        self.folds = {"costs": folded("What it costs", self.costs), "growth": folded("Growth each year", self.growth)}
        self.of_payers: dict[str, tuple[VBox, VBox]] = {}
        self.heading = html("<h2>Who pays</h2><p class=hint>Switch one off to see what is left when it pulls out.</p>")

    def _accounts(self, option: str) -> list[tuple[str, str]]:
        """The accounts that others pay towards, as a menu has them: whose, and which."""
        parties = self.lives.plain[option].base.sheet.parties
        base = self.lives.plain[option].base
        found = [(one.council, one.account) for one in views.schemes(base)] + [
            (one.payee, one.account) for one in views.grants(base)
        ]
        return [(f"{parties[party]}: {ACCOUNTS[account]}", f"{party}.{account}") for party, account in dict.fromkeys(found)]

    def _fit_controls(self) -> None:
        """Show the controls of the option: who pays, on what terms, and what it costs."""
        option = self.option.value
        own = self.steering.controls[option]
        parts: list[Widget] = [self.option, self.pictures[option], self.heading]
        parts += [one.pays for one in self.terms.payers[option]]
        parts += list(self.terms.costs[option].values())
        held: set[str] = set()
        for one in self.terms.payers[option]:
            paths = [path for path in own if path.startswith(f"{one.path}.") or path in one.figures]
            held.update(paths)
            parts.append(self._fold(option, one, [own[path] for path in paths]))
        rest, growths = [control for path, control in own.items() if path not in held], self.steering.shown(option)[1]
        self.costs.children, self.growth.children = rest, growths
        parts += [self.folds[key] for key, inside in (("costs", rest), ("growth", growths)) if inside]
        self.left.children = parts

    def _fold(self, option: str, one: Payer, amounts: list[Widget]) -> VBox:
        key = f"{option} {one.path}"
        if key not in self.of_payers:
            inner = column(one.status, *one.others.values(), *amounts)
            self.of_payers[key] = folded(f"Terms: {one.label}", inner), inner
        return self.of_payers[key][0]

    # What is worked

    def _worked(self, gone: list[Payer]) -> Projection:
        """The option as it is chosen, and without some of those who pay."""
        option = self.option.value
        noughts, edits = self.terms.without(option, gone)
        live = self.lives.of(option, (*self.steering.edits(option), *self.terms.edits(option), *edits))
        amounts = {**self.steering.amounts(option), **noughts}
        self.live, self.amounts = live, amounts
        return live.quick(amounts)

    # What is shown

    def show(self) -> None:
        """The figures and the main chart."""
        self._fit_controls()
        view, option = self.view, self.option.value
        try:
            self.projection = self._worked(self.terms.out(option))
        except (InputError, SheetError) as error:
            self.refused = plainly(error, self.lives.plain[self.option.value].base.sheet)
            view["refused"].value = error_summary("This cannot be paid for in that way", self.refused)
            self.page.say("Refused: this cannot be paid for in that way. The figures below are those before it.")
            return
        self.refused, view["refused"].value = [], ""
        projection = self.projection
        view["boxes"].value = views.boxes(projection)
        party, _, account = str(self.pictures[option].value).rpartition(".")
        chart = views.chart(projection, party, account)
        view["chart"].value = (
            shown.chart(chart) if chart else "<p>Nothing is spent on this account, so there is nothing to pay for.</p>"
        )
        wrong = failing(projection)
        view["conditions"].value = views.conditions(projection)
        self.page.say(self._sentence(chart.title if chart else "", len(wrong)))

    def _sentence(self, finding: str, wrong: int) -> str:
        gone = [one.label for one in self.terms.out(self.option.value)]
        without = f"Without {' and '.join(gone)}: " if gone else ""
        conditions = "Every condition holds." if not wrong else f"{wrong} condition{'s are' if wrong > 1 else ' is'} not met."
        return f"{without}{finding or 'Nothing is spent on this account'}. {conditions}"

    def later(self) -> None:
        """Tables, what if one pulls out, cliffs, accounts and checks."""
        if self.refused:
            return
        view, projection, option = self.view, self.projection, self.option.value
        schemes = views.schemes(projection)
        view["warnings"].value = shown.warnings(projection)
        view["stack"].value = (
            "".join(views.stack(projection, one) for one in schemes) or "<p>There is no scheme with funders in this option.</p>"
        )
        view["years"].value = "".join(views.by_year(projection, one) for one in schemes) + views.grants_by_year(projection)
        view["kind"].value = views.in_kind(projection) if schemes else "<p>The grants of this option are in cash.</p>"
        parties = list(dict.fromkeys(str(key).rpartition(".")[0] for _, key in self.pictures[option].options))
        view["accounts"].value = views.accounts(projection, parties)
        relevant = relied_on(self.lives, mechanisms_used(self.lives, FUNDING))
        view["cliffs"].value = views.cliffs(projection, sorted(relevant))
        live, amounts = self.live, self.amounts
        out = self.terms.out(option)
        rows = [(one.label, self._worked([*out, one])) for one in self.terms.payers[option] if one not in out]
        self.live, self.amounts = live, amounts
        view["out"].value = views.pulled_out(rows, projection) if rows else "<p>Everybody has pulled out.</p>"
        view["checks"].value = shown.checks(projection.checks)

    # Files

    @property
    def _stem(self) -> str:
        return self.page.case_key or "funding"

    def _csv(self) -> str:
        return shown.csv_text(
            ("year", "scheme", "funder", "pays_for", "status", "pays_pounds"),
            [(*row[:-1], shown.to_penny(row[-1])) for row in views.rows_by_year(self.projection)],
        )
