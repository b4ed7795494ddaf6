"""What the funding page shows: the stack of funders, who pays for what by year, cash and time, capital and revenue, and cliffs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from devomodel import charts
from devomodel.charts.cliff import weight
from devomodel.charts.words import number, percent
from devomodel.cliffs import Cliff, find_cliffs, when_does_it_stop
from devomodel.dashboards import shown
from devomodel.dashboards.found import failing
from devomodel.dashboards.steering import in_full
from devomodel.funding import capital_or_revenue, funding_statements
from devomodel.mechanisms.base import label_of
from devomodel.mechanisms.funder_terms import called
from devomodel.mechanisms.grant import NOT_AGREED, Grant
from devomodel.mechanisms.match_funding import MatchFunding
from devomodel.model import Projection
from devomodel.problems import DevomodelError

PAYS_FOR = {"capital": "Capital only", "revenue": "Running costs only", "either": "Either"}
HALF_A_PENNY = 0.005
NO_BUDGET = "No yearly budget rests on it"


def schemes(projection: Projection) -> list[MatchFunding]:
    """The schemes of the option that is worked, with their changes."""
    return [one for one in projection.case.variant(projection.option).mechanisms if isinstance(one, MatchFunding)]


def grants(projection: Projection) -> list[Grant]:
    """The grants of the option that is worked."""
    return [one for one in projection.case.variant(projection.option).mechanisms if isinstance(one, Grant)]


def at_the_end(projection: Projection, line: str) -> float:
    """A figure at the end of the case; no number where there is no such line."""
    return projection.value(line, projection.years[-1]) if line in projection.sheet else float("nan")


def money(value: float) -> str:
    """A sum with its pence where it has any."""
    return shown.said(value, "£", pence=True)


def boxes(projection: Projection) -> str:
    """What each scheme costs, what it lacks, and how sure the rest is; what each grant comes to."""
    made = []
    for one in schemes(projection):
        name, several = one.name, len(schemes(projection)) > 1
        of = f"{label_of(name)}: " if several else ""
        made.append((f"{of}Whole cost", money(at_the_end(projection, f"{name}.whole_cost_to_date")), "in cash and in kind"))
        gap = at_the_end(projection, f"{name}.gap")
        made.append((f"{of}Gap", money(gap), "no funder" if gap > HALF_A_PENNY else "every pound has a funder"))
        made.append((f"{of}Not yet secured", money(at_the_end(projection, f"{name}.not_secured")), "applied for or assumed"))
        if f"{name}.match_ratio_to_date" in projection.sheet:
            ratio = at_the_end(projection, f"{name}.match_ratio_to_date")
            made.append((f"{of}Match for each £1 of grant", money(ratio), "of running cost promised, in all"))
    for grant in grants(projection):
        paid = projection.by_year(f"{grant.name}.paid")
        first = next((year for year, value in zip(projection.years, paid, strict=True) if abs(value) > HALF_A_PENNY), "")
        below = f"first paid in {shown.year_words(first)}" if first else "never paid"
        made.append(
            (grant.label or label_of(grant.name), money(max(paid)) if first else money(0.0), f"at most in a year; {below}")
        )
    return shown.figures(made)


def stack(projection: Projection, scheme: MatchFunding) -> str:
    """The funders of a scheme in their order, with what each asks and gives."""
    name, parties = scheme.name, projection.sheet.parties
    rows, kinds = [], []
    for place, (key, funder) in enumerate(scheme.funders.items(), start=1):
        prefix = f"{name}.{key}"
        rate = at_the_end(projection, f"{prefix}.intervention_rate")
        cash = at_the_end(projection, f"{prefix}.match_in_cash")
        asked = at_the_end(projection, f"{prefix}.match_required")
        rows.append([
            f"{place}. {called(key, funder)}", parties[funder.funder], PAYS_FOR[funder.pays_for], funder.status.capitalize(),
            money(projection.value(f"{prefix}.award", projection.years[-1])), percent(rate) if rate == rate else "All that is left",
            money(at_the_end(projection, f"{prefix}.earned_to_date")), percent(at_the_end(projection, f"{prefix}.share_of_cost")),
            money(asked) + (f", {percent(cash)} of it cash" if cash == cash else "") if asked == asked else "None",
            money(at_the_end(projection, f"{prefix}.match_found")) if asked == asked else shown.NONE,
        ])  # fmt: skip
        kinds.append("")
    gap, whole = at_the_end(projection, f"{name}.gap"), at_the_end(projection, f"{name}.whole_cost_to_date")
    rows.append(["Gap, not funded", "Nobody", "", "", "", "", money(gap), "", "", ""])
    rows.append(["Whole cost", "", "", "", "", "", money(whole), "", "", ""])
    columns = ("Funder, in order", "Who pays", "Its money may pay for", "How sure", "Most it pays", "Of the eligible cost", "Pays in all",
               "Share of the cost", "Match it asks for", "Match found")  # fmt: skip
    caption = f"{label_of(name)}: who pays, in the order they are asked ({'capital' if scheme.account == 'capital' else 'running costs'})"
    return shown.table(caption, columns, rows, text=(1, 2, 3), kinds=[*kinds, "", "total"])


def by_year(projection: Projection, scheme: MatchFunding) -> str:
    """What each funder owes for the spending of each year, what nobody pays, and the match in each year and in total."""
    name, years = scheme.name, projection.years
    last = projection.years[-1]

    def row(label: str, line: str, said: Callable[[float], str] = money, in_all: str = "") -> list[str]:
        whole = said(projection.value(in_all, last)) if in_all else ""
        return [label, *(said(one) for one in projection.by_year(line)), whole]

    rows = [
        row(called(key, one), f"{name}.{key}.earned", in_all=f"{name}.{key}.earned_to_date")
        for key, one in scheme.funders.items()
    ]
    rows.append(row("Gap at 31 March, not funded", f"{name}.gap", in_all=f"{name}.gap"))
    rows.append(row("Cost of the year, in cash and in kind", f"{name}.whole_cost", in_all=f"{name}.whole_cost_to_date"))
    kinds = [*([""] * len(scheme.funders)), "", "total"]
    rows.append(["Share of the whole cost so far"])
    rows += [
        row(called(key, one), f"{name}.{key}.share_of_cost", percent, f"{name}.{key}.share_of_cost")
        for key, one in scheme.funders.items()
    ]
    kinds += ["heading", *([""] * len(scheme.funders))]
    if f"{name}.match_ratio" in projection.sheet:
        rows += [["Running cost promised against the grant"],
                 row("Running cost that keeps the promise", f"{name}.revenue_match", in_all=f"{name}.revenue_match_to_date"),
                 row("Due from other parties", f"{name}.granted", in_all=f"{name}.granted_to_date"),
                 row("£ of running cost for each £1 of grant", f"{name}.match_ratio", ratio, f"{name}.match_ratio_to_date"),
                 row("Goes on after the promise, and no funder asks for it", f"{name}.after_promise")]  # fmt: skip
        kinds += ["heading", "", "", "total", ""]
    caption = f"{label_of(name)}: who pays for each year’s spending"
    return shown.table(caption, ["", *(shown.year_words(one) for one in years), "In all"], rows, kinds=kinds)


def ratio(value: float) -> str:
    """A ratio with two decimals; a dash where there is no grant in the year."""
    return f"{number(value, 2)} to 1" if value else shown.NONE


def grants_by_year(projection: Projection) -> str:
    """Each grant in each year, from whom to whom, and who pays when it ends; nothing where there is none."""
    found, parties = grants(projection), projection.sheet.parties
    if not found:
        return ""
    rows = [[f"{one.label or label_of(one.name)} ({parties[one.payer]} to {parties[one.payee]}, {one.account}, {one.status})",
             *(money(value) for value in projection.by_year(f"{one.name}.paid")),
             _who_then(projection, one)] for one in found]  # fmt: skip
    columns = ["", *(shown.year_words(one) for one in projection.years), "Who pays then"]
    return shown.table("Grants and other promises, by year", columns, rows, text=(len(columns) - 1,))


def _who_then(projection: Projection, one: Grant) -> str:
    """Who pays when a grant ends, in the words of the table of what ends."""
    if one.then != NOT_AGREED:
        return projection.sheet.parties[one.then]
    ending = [cliff for cliff in find_cliffs(projection) if any(line.startswith(f"{one.name}.") for line in cliff.lines)]
    return NO_BUDGET if ending and all(_no_budget(cliff) for cliff in ending) else "Not agreed"


def in_kind(projection: Projection) -> str:
    """What is paid in cash and what is borne in kind, apart."""
    rows = []
    for one in schemes(projection):
        name = one.name
        rows.append([f"{label_of(name)}: paid in cash", *(money(value) for value in projection.by_year(f"{name}.cost"))])
        if f"{name}.in_kind" in projection.sheet:
            rows.append([f"{label_of(name)}: borne in kind", *(money(value) for value in projection.by_year(f"{name}.in_kind"))])
    if not any("in kind" in row[0] for row in rows):
        return "<p>Nothing is borne in kind in this option: every pound of cost is paid in cash. Volunteers’ time would stand here, apart.</p>"
    return shown.table("In cash and in kind", ["", *(shown.year_words(one) for one in projection.years)], rows)


def accounts(projection: Projection, parties: Sequence[str]) -> str:
    """What is capital and why, and who pays for each account."""
    made = ""
    for party in parties:
        tested = capital_or_revenue(projection.figures, party)
        own = projection.sheet.parties[party]
        made += "".join(shown.statement(one, own) for one in funding_statements(projection.figures, party)
                        if tested is None or one.title != tested.title)  # fmt: skip
        made += shown.statement(tested, own) if tested else ""
    return made or "<p>No cost of this option is put to the tests of capital.</p>"


def cliffs(projection: Projection, relevant: Sequence[str]) -> str:
    """Money that ends: when, what goes on, who pays then, and what that does at Band D. Then the costs that end."""
    found = sorted(find_cliffs(projection), key=weight, reverse=True)
    made = shown.table("Money that ends", ("What ends", "Last year", "Paid in it", "Goes on without it", "Who pays then", "At Band D"),
                       [cliff_row(one) for one in found], text=(1, 4, 5)) if found else "<p>Nothing that a party receives ends.</p>"  # fmt: skip
    if found and weight(found[0])[0]:
        made += shown.chart(charts.cliff(projection))
    elif found:
        made += "<p>All of it is paid once for capital, so no yearly budget rests on it.</p>"
    if found:
        made += "<ul>" + "".join(f"<li>{escape(in_full(one.sentence))}</li>" for one in found) + "</ul>"
    freed = [one for one in when_does_it_stop(projection) if one.lines[0].partition(".")[0] in relevant and not one.once]
    if freed:
        made += "<h3>Costs that end</h3><ul>" + "".join(f"<li>{escape(in_full(one.sentence))}</li>" for one in freed) + "</ul>"
    return made


def _no_budget(one: Cliff) -> bool:
    """Whether it is capital money that no yearly budget rests on, so that nobody need pick it up."""
    return one.account == "capital" and one.spending_left is None and not one.effects and not one.agreed


def cliff_row(one: Cliff) -> list[str]:
    """A row of the table of cliffs."""
    moved = ", ".join(f"{effect.name} {shown.charge(effect.band_d, signed=True)} in {shown.year_words(one.effect_year)}"
                      for effect in one.effects if abs(effect.band_d) >= HALF_A_PENNY)  # fmt: skip
    who = NO_BUDGET if _no_budget(one) else one.picked_up_by[:1].upper() + one.picked_up_by[1:]
    goes_on = shown.NONE if one.spending_left is None else money(one.spending_left)
    return [
        one.label,
        shown.year_words(one.last_year) if one.last_year else "Not agreed",
        money(one.in_last_year),
        goes_on,
        who,
        moved or "None",
    ]


def pulled_out(rows: Sequence[tuple[str, Projection]], now: Projection) -> str:
    """What is left unfunded, and which checks then fail, if one funder alone pays nothing."""
    named = schemes(now)
    columns = ("If this one pays nothing", *(f"Gap: {label_of(one.name)}" for one in named), "Checks that then fail")
    made = [
        [label, *(money(at_the_end(worked, f"{one.name}.gap")) for one in named), str(len(failing(worked)))]
        for label, worked in rows
    ]
    return shown.table("What if one pulls out?", columns, made)


def conditions(projection: Projection) -> str:
    """The conditions and checks that do not hold, at once: what must hold, and from when it does not."""
    wrong = [one for one in projection.checks[1:] if not one.passed]
    if not wrong:
        return '<p class="dm-good">Every condition and check holds.</p>'
    rows = "".join(f"<li>{escape(one.label)}: not so{_years(one.years)}.</li>" for one in wrong)
    return f'<div class="dm-caution"><p class="dm-bad">Not met:</p><ul>{rows}</ul></div>'


def _years(years: Sequence[str]) -> str:
    if not years:
        return ""
    more = len(years) - 1
    return f" in {shown.year_words(years[0])}" + (f" and {more} more year{'s' if more > 1 else ''}" if more else "")


def chart(projection: Projection, council: str, account: str) -> charts.Chart | None:
    """Who pays for an account; none where nothing is spent on it."""
    try:
        return charts.funding(projection, council, account)
    except DevomodelError:
        return None


def rows_by_year(projection: Projection) -> list[tuple[str, str, str, str, str, float]]:
    """What each funder pays for the spending of each year, what nobody pays, and what each grant pays: for a spreadsheet."""
    found = []
    for place, year in enumerate(projection.years):
        for one in schemes(projection):
            named = label_of(one.name)
            found += [(year, named, called(key, funder), funder.pays_for, funder.status, projection.by_year(f"{one.name}.{key}.earned")[place])
                      for key, funder in one.funders.items()]  # fmt: skip
            found.append(
                (year, named, "Gap at 31 March, not funded", one.account, "", projection.by_year(f"{one.name}.gap")[place])
            )
        found += [(year, grant.label or label_of(grant.name), projection.sheet.parties[grant.payer], grant.account, grant.status,
                   projection.by_year(f"{grant.name}.paid")[place]) for grant in grants(projection)]  # fmt: skip
    return found
