"""The cost share page: who pays which part of a running cost, by which rule, and what it does to every party's budget."""

from __future__ import annotations

from html import escape

from ipywidgets import VBox, Widget

from devomodel import charts
from devomodel.case import Case
from devomodel.dashboards import cost_share_views as views
from devomodel.dashboards import shown
from devomodel.dashboards.controls import Amount
from devomodel.dashboards.cost_share_rules import AS_IT_IS, CAP, FIXED, NO_CAP, RULE_KEYS, Shared, Terms, rule_in_words
from devomodel.dashboards.live import Movable
from devomodel.dashboards.page import Page, column, error_summary, folded, html, row, section
from devomodel.dashboards.steering import Lives, Steering, mechanisms_used, plainly, relied_on, span, use_of
from devomodel.engine import SheetError
from devomodel.mechanisms.share_fairness import MOST_PARTIES, rules_side_by_side
from devomodel.model import Projection
from devomodel.problems import DevomodelError, InputError

USUAL = "kidderminster-town-hall"
LEAD = "Who pays which part of a running cost, by which rule, and what that does to each council’s budget."
MOVED_HERE = ("cost_share", "budget", "payment", "grant")
"""Mechanisms whose amounts have a control on this page."""


def cost_share(case: Case | None = None, query: str = "") -> VBox:
    """Share a running cost between councils, and see who pays what in each year.

    Raises DevomodelError for a case that shares no cost.
    """
    page = Page("cost-share", "Share a cost", LEAD, query=query)
    case = page.open(case, usual=USUAL)
    shares = mechanisms_used(Lives(case, tuple(case.options)), ["cost_share"])
    if not any(shares.values()):
        raise DevomodelError("No option of this case shares a cost. Open scenarios/kidderminster-town-hall.yaml or "
                             "scenarios/two-councils-one-bill.yaml, or add a mechanism with use: cost_share to the case.")  # fmt: skip
    return Sharing(page, case).root


class Sharing:
    """The page: its controls, and what it shows."""

    def __init__(self, page: Page, case: Case):
        self.page, self.case = page, case
        self.lives = Lives(case, tuple(case.options))
        self.names = mechanisms_used(self.lives, ["cost_share"])
        self.shared = {
            (option, name): Shared(self.lives.plain[option], name) for option, own in self.names.items() for name in own
        }
        many = next((one for one in self.shared.values() if len(one.parties) > MOST_PARTIES), None)
        if many is not None:
            raise DevomodelError(f"{many.label} is shared by {len(many.parties)} parties, and this page sets rules side by side for at most "
                                 f"{MOST_PARTIES}. `devomodel run` shows what each of them pays.")  # fmt: skip
        self.refused: list[str] = []
        self.live = self.lives.plain[case.preferred]
        self.amounts: dict[str, float] = {}
        self.projection = self.live.base
        self._make_controls()
        names = ("warnings", "refused", "boxes", "chart", "rules", "who", "between", "budgets", "accounts", "terms", "checks")
        self.view = {name: html() for name in names}
        page.on_change(self.show)
        page.when_settled(self.later)
        page.download("Heads of terms (CSV)", lambda: f"{self._stem}-heads-of-terms.csv", self._terms_csv)
        page.download("Who pays what (CSV)", lambda: f"{self._stem}-who-pays.csv", self._who_csv)
        page.download("Rules side by side (CSV)", lambda: f"{self._stem}-rules.csv", self._rules_csv)
        page.download("Scenario file", lambda: f"{self._stem}.yaml", lambda: self.live.scenario_text(self.amounts))
        view = self.view
        self.of_rules, self.of_terms = column(), column()
        self.when_shared = {
            self.of_rules: section("The rules side by side", view["rules"]),
            self.of_terms: section("Heads of terms", self.review, view["terms"]),
        }
        self.root = page.finish(
            view["warnings"], view["refused"],
            row(self.left, column(view["boxes"], view["chart"]), classes=("dm-split",)),
            self.of_rules,
            section("Who pays what in each year", view["who"], view["between"]),
            section("What it does to each budget", view["budgets"], folded("Every line of each account", view["accounts"])),
            self.of_terms,
            section("Checks", view["checks"]),
        )  # fmt: skip

    # Controls

    def _make_controls(self) -> None:
        page, case = self.page, self.case
        first = case.preferred if self.names[case.preferred] else next(one for one, own in self.names.items() if own)
        labels = [(one.label or name.replace("_", " "), name) for name, one in case.options.items()]
        self.option = page.menu("option", "Option of the case", labels, first)
        every = {name: shared.label for (_, name), shared in self.shared.items()}
        self.which = page.menu("cost", "Cost that is shared", [(label, name) for name, label in every.items()], next(iter(every)))
        self.year = page.menu("year", "Year that is shown", [(shown.year_words(one), one) for one in case.years], case.years[0])
        self._make_terms()
        taken = relied_on(self.lives, mechanisms_used(self.lives, ["cost_share", "payment", "grant"]))
        uses = {(option, one.name): use_of(one) for option in self.lives.options for one in case.variant(option).mechanisms}

        def wanted(option: str, one: Movable) -> bool:
            name = one.path.partition(".")[0]
            use = uses[option, name]
            return use in MOVED_HERE and (use != "budget" or name in taken)

        self.steering = Steering(page, self.lives, wanted)
        self.review = page.words("review", "Review date", "", "When both councils look at the terms again, such as 1 April 2029.")
        self.left = column(classes=("dm-controls",))
        self.costs, self.alone, self.growth = (column() for _ in range(3))
        self.folds = {
            "costs": folded("Costs, income and grants", self.costs),
            "alone": folded("Cost alone, and figures of other rules", self.alone),
            "growth": folded("Growth each year", self.growth),
        }

    def _make_terms(self) -> None:
        page = self.page
        rules: dict[str, str] = {}
        for shared in self.shared.values():
            rules |= {key: words for key, words in shared.rules.items() if key not in rules}
        if len({shared.rules[AS_IT_IS] for shared in self.shared.values()}) > 1:
            rules[AS_IT_IS] = "As the option has it"
        self.rule = page.menu("rule", "Rule", [(words, key) for key, words in rules.items()], AS_IT_IS,
                              "Each rule shares the same cost. None of them is the answer.")  # fmt: skip
        self.fixed: dict[str, Amount] = {}
        if FIXED in rules:
            for shared in self.shared.values():
                for key in shared.parties[:-1]:
                    if key not in self.fixed:
                        share = 1 / len(shared.parties)
                        self.fixed[key] = page.amount(f"share.{key}", f"Fixed share of {shared.names[key]}", share, 0.0, 1.0, 0.01, "share",
                                                      f"Put in here. {shared.names[shared.parties[-1]]} takes the rest.")  # fmt: skip
        as_it_is = ("As the option has it", AS_IT_IS)
        self.net = page.choice(
            "basis", "Cost that is shared is", [as_it_is, ("Net of income", "net"), ("Gross of income", "gross")], AS_IT_IS
        )
        inside = [as_it_is, ("In the cost", "included"), ("Not in the cost", "not_included")]
        self.overheads = page.choice("overheads", "Overheads of the manager are", inside, AS_IT_IS)
        caps = [as_it_is, ("No cap", NO_CAP), ("A cap put in here", CAP)]
        self.cap = page.choice("cap", "Cap", caps, AS_IT_IS, "What the cap leaves falls on who manages.")
        can = {key: shared.names[key] for shared in self.shared.values() for key in shared.parties if key != shared.manager}
        self.cap_of = page.menu("cap_of", "Who has the cap", [(name, key) for key, name in can.items()], next(iter(can)))
        start = next(shared.live.base.value(f"{shared.name}.{key}.part", self.case.years[0])
                     for shared in self.shared.values() for key in shared.parties if key == next(iter(can)))  # fmt: skip
        low, high, step, most = span(max(start, 0.0), "£")
        self.cap_at = page.amount("cap_at", "Most it pays in a year", max(start, 0.0), low, high, step, "£",
                                  "Starts at what it pays in the first year by the case.", 0.0, most)  # fmt: skip

    @property
    def chosen(self) -> Shared | None:
        """The cost share looked at; none where the option shares no cost."""
        own = self.names[self.option.value]
        name = self.which.value if self.which.value in own else next(iter(own), "")
        return self.shared.get((self.option.value, name))

    @property
    def terms(self) -> Terms:
        """What the controls ask."""
        said = {
            key: "" if control.value == AS_IT_IS else control.value
            for key, control in (("net", self.net), ("overheads", self.overheads))
        }
        return Terms(self.rule.value, {key: one.start for key, one in self.fixed.items()}, said["net"], said["overheads"], self.cap.value,
                     self.cap_of.value, self.cap_at.start)  # fmt: skip

    def _fit_controls(self, shared: Shared | None) -> None:
        """Show the controls that mean something in this option and under this rule."""
        option, terms = self.option.value, self.terms
        parts: list[Widget] = [self.option]
        if len(self.names[option]) > 1:
            parts.append(self.which)
        parts.append(self.year)
        amounts, growths = self.steering.shown(option)
        places: dict[str, list[Widget]] = {key: [] for key in ("own", "others", "rest", "")}
        paths = {id(control): path for path, control in self.steering.controls[option].items()}
        for control in amounts:
            path = paths[id(control)]
            places["rest" if shared is None else self._place(shared, path)].append(control)
        if shared is not None:
            parts.append(self.rule)
            if terms.rule == FIXED:
                parts += [self.fixed[key] for key in shared.parties[:-1]]
            parts += places["own"]
            parts += [self.net] if shared.mechanism.income is not None else []
            parts += [self.overheads] if shared.mechanism.overheads is not None else []
            parts.append(self.cap)
            if terms.cap == CAP:
                parts += [*([self.cap_of] if len(self.cap_of.options) > 1 else []), self.cap_at]
        self.costs.children, self.alone.children, self.growth.children = places["rest"], places["others"], growths
        parts += [
            self.folds[key]
            for key, inside in (("costs", places["rest"]), ("alone", places["others"]), ("growth", growths))
            if inside
        ]
        self.left.children = parts

    def _place(self, shared: Shared, path: str) -> str:
        """Where the control of an amount stands: beside the rule that uses it, among the costs, or among the other rules."""
        step, _, after = path.removeprefix(f"{shared.name}.").partition(".")
        if not path.startswith(f"{shared.name}."):
            return "rest"
        if step == "limits":
            return "own" if self.cap.value == AS_IT_IS else ""
        if step in RULE_KEYS:
            return "own" if self.rule.value == AS_IT_IS else "others"
        if step == "side_by_side":
            return "own" if after.startswith(f"rules.{self.rule.value}.") else "others"
        return "rest"

    # What is worked

    def _work(self, shared: Shared | None) -> None:
        """The option with what was chosen, and the case without a decision with the same figures."""
        option = self.option.value
        amounts, edits = self.steering.amounts(option), self.steering.edits(option)
        if shared is not None:
            terms = self.terms
            edits = (*edits, *shared.edits(terms))
            amounts = shared.placed(amounts, terms)
            if terms.cap == CAP and self.cap_at.value != self.cap_at.start:
                amounts[f"{shared.name}.limits.{terms.cap_of}.at_most"] = self.cap_at.value
            if terms.rule == FIXED:
                amounts |= {f"{shared.name}.shares.{key}": one.value for key, one in self.fixed.items()
                            if key in shared.parties[:-1] and one.value != one.start}  # fmt: skip
        self.live = self.lives.of(option, edits)
        self.amounts = amounts
        self.projection = self.live.quick(amounts)

    @property
    def before(self) -> Projection:
        """What the option is compared with.

        What happens without a decision, with the same costs and growth as far as it has them, and the terms of the case: how a
        cost is shared is what is decided. Where that is the option looked at, the case as it is given.
        """
        nothing = self.case.do_nothing
        if self.option.value == nothing:
            return self.lives.plain[nothing].base
        terms = {f"{name}.{key}" for name in self.names[nothing] for key in (*RULE_KEYS, "limits")}
        same = {
            path: figure for path, figure in self.steering.amounts(nothing).items() if ".".join(path.split(".")[:2]) not in terms
        }
        return self.lives.of(nothing, self.steering.edits(nothing)).quick(same)

    @property
    def against(self) -> str:
        """What the option is compared with, in words."""
        return "the case as it is given" if self.option.value == self.case.do_nothing else "no decision, with the same costs"

    # What is shown

    def show(self) -> None:
        """The figures and the main chart."""
        shared, year = self.chosen, self.year.value
        self._fit_controls(shared)
        try:
            self._work(shared)
        except (InputError, SheetError) as error:
            self.refused = plainly(error, self.lives.plain[self.option.value].base.sheet)
            self.view["refused"].value = error_summary("This cannot be agreed as it stands", self.refused)
            self.page.say("This cannot be agreed as it stands. The figures below are those before it.")
            return
        self.refused, self.view["refused"].value = [], ""
        view, projection = self.view, self.projection
        for place, part in self.when_shared.items():
            place.children = (part,) if shared else ()
        if shared is None:
            view[
                "boxes"
            ].value = "<p>In this option no cost is shared: one party bears it. What passes between them is below.</p>"
            named = next((key for key in self.case.councils if f"{key}.band_d" in projection.sheet), "")
            chart = charts.by_year(projection, line=f"{named}.band_d") if named else None
            view["chart"].value = shown.chart(chart) if chart else ""
            self.page.say(f"No cost is shared in this option. {f'{chart.title}.' if chart else ''}".strip())
            return
        view["boxes"].value = views.boxes(projection, shared, year)
        view["chart"].value = shown.chart(charts.shares(projection, shared.name, year))
        self.page.say(self._sentence(shared))

    def _sentence(self, shared: Shared) -> str:
        projection, year = self.projection, self.year.value
        place = projection.years.index(year)
        parts = " and ".join(f"{who} bears {views.part(projection, shared.name, key, year)}" for key, who in shared.names.items())
        cost = shown.said(projection.value(f"{shared.name}.shared_cost", year), "£", pence=True)
        dearer = [one for one in rules_side_by_side(projection, shared.name)
                  if one.rule == "agreed" and one.more_than_alone and one.more_than_alone[place]]  # fmt: skip
        warned = "".join(
            f" {one.party_name} would pay {shown.said(one.alone[place], '£', pence=True)} alone, which is less." for one in dearer
        )
        return f"Of {cost} in {shown.year_words(year)}, {parts}.{warned}"

    def later(self) -> None:
        """Tables, both budgets, heads of terms and checks."""
        if self.refused:
            return
        shared, year, projection, view = self.chosen, self.year.value, self.projection, self.view
        view["warnings"].value = shown.warnings(projection)
        view["between"].value = views.between(projection) + views.ends(projection)
        view["who"].value = views.who_pays(projection, shared) if shared else ""
        if shared is not None:
            rows = rules_side_by_side(projection, shared.name)
            view["rules"].value = views.rules_table(rows, year, projection.years.index(year), self._rule_words(shared))
            terms = views.heads_of_terms(shared, self.terms, projection, self._rule_words(shared), year, self.review.value)
            view["terms"].value = shown.table(
                "Heads of terms, for both councils to agree", ["Matter", "Terms"], terms, text=(1,), unseen_caption=True
            )
        before, parties = self.before, views.in_budgets(projection)
        names = projection.sheet.parties
        view["budgets"].value = f"<p>Compared with {self.against}.</p>" + "".join(
            f"<h3>{escape(names[one])}</h3>{views.budget(before, projection, one, self.against)}" for one in parties
        )
        view["accounts"].value = "".join(views.whole_account(projection, one) for one in parties)
        view["checks"].value = shown.checks(projection.checks)

    def _rule_words(self, shared: Shared) -> str:
        return rule_in_words(shared.mechanism) if self.rule.value == AS_IT_IS else shared.rules[self.rule.value]

    # Files

    @property
    def _stem(self) -> str:
        return self.page.case_key or "cost-share"

    def _asked(self) -> Shared:
        shared = self.chosen
        if shared is None:
            raise DevomodelError("No cost is shared in this option. Choose another option first.")
        return shared

    def _terms_csv(self) -> str:
        shared = self._asked()
        whole = self.live.whole(self.amounts)
        return shown.csv_text(("matter", "terms"), views.heads_of_terms(shared, self.terms, whole, self._rule_words(shared), self.year.value,
                                                                       self.review.value))  # fmt: skip

    def _who_csv(self) -> str:
        shared, projection = self._asked(), self.projection
        rows = [(year, who, shown.to_penny(projection.value(f"{shared.name}.{key}.part", year)))
                for year in projection.years for key, who in shared.names.items()]  # fmt: skip
        return shown.csv_text(("year", "party", "part_pounds"), rows)

    def _rules_csv(self) -> str:
        shared, projection = self._asked(), self.projection
        rows = [(year, one.label, one.party_name, shown.to_penny(one.pays[place]),
                 shown.to_penny(one.alone[place]) if one.alone else None,
                 "yes" if one.more_than_alone and one.more_than_alone[place] else "no")
                for place, year in enumerate(projection.years) for one in rules_side_by_side(projection, shared.name)]  # fmt: skip
        return shown.csv_text(("year", "rule", "party", "pays_pounds", "alone_pounds", "more_than_alone"), rows)
