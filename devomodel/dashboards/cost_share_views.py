"""What the cost share page shows: who pays what, the rules side by side, both budgets, and heads of terms."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from devomodel.cliffs import find_cliffs
from devomodel.compare import KEY_LINES, KEY_LINES_OF_OTHERS, Moved, budget_change
from devomodel.dashboards import shown
from devomodel.dashboards.cost_share_rules import AS_IT_IS, Shared, Terms, rule_in_words
from devomodel.dashboards.steering import in_full
from devomodel.mechanisms.cost_share import CostShare
from devomodel.mechanisms.match_funding import share_paid
from devomodel.mechanisms.precept import band_d_charge
from devomodel.mechanisms.share_fairness import AGREED, RuleRow
from devomodel.model import Projection
from devomodel.problems import listed
from devomodel.statements import account, flows, has_precept

NOT_STATED = "Not stated"
PARTLY = ("precept", "council tax")
"""Kinds of payment that pass between councils without being a part of a shared cost."""

MARK = "more than alone"


def part(projection: Projection, name: str, party: str, year: str) -> str:
    """A party's part of a shared cost in one year, in words."""
    return shown.said(projection.value(f"{name}.{party}.part", year), "£", pence=True)


def at_band_d(projection: Projection, name: str, party: str, year: str) -> str:
    """A part as a charge on a Band D home of the party's area; nothing where the case has no tax base of it."""
    base = f"{party}.tax_base"
    if base not in projection.sheet:
        return ""
    return (
        f"{shown.charge(band_d_charge(projection.value(f'{name}.{party}.part', year), projection.value(base, year)))} at Band D"
    )


def boxes(projection: Projection, shared: Shared, year: str) -> str:
    """The cost shared, and each party's part of it."""
    cost = projection.value(f"{shared.name}.shared_cost", year)
    made = [("Cost that is shared", shown.said(cost, "£", pence=True), shown.year_words(year))]
    for key, who in shared.names.items():
        value = projection.value(f"{shared.name}.{key}.part", year)
        of_it = [f"{shown.said(share_paid(value, cost), 'share')} of it"] if cost else []
        band_d = at_band_d(projection, shared.name, key, year)
        made.append((who, part(projection, shared.name, key, year), ", ".join([*of_it, *([band_d] if band_d else [])])))
    return shown.figures(made)


def who_pays(projection: Projection, shared: Shared) -> str:
    """Each party's part in every year, and what it pays the manager."""
    years, name = projection.years, shared.name
    rows = [[who, *(part(projection, name, key, year) for year in years)] for key, who in shared.names.items()]
    kinds = [""] * len(rows) + ["total"]
    rows.append(["Cost that is shared", *(shown.said(one, "£", pence=True) for one in projection.by_year(f"{name}.shared_cost"))])
    homes = [[f"{who}, at Band D", *(at_band_d(projection, name, key, year).removesuffix(" at Band D") for year in years)]
             for key, who in shared.names.items() if f"{key}.tax_base" in projection.sheet]  # fmt: skip
    if homes:
        rows += [["What each part is to a Band D home"], *homes]
        kinds += ["heading", *([""] * len(homes))]
    return shown.table(
        f"{shared.label}: who bears what of it", ["", *(shown.year_words(one) for one in years)], rows, kinds=kinds
    )


def between(projection: Projection) -> str:
    """What passes between the parties of the case in each year; nothing where nothing does."""
    parties = projection.sheet.parties
    rows = []
    for line in flows(projection.sheet):
        payer, payee = line.tags.get("payer", ""), line.tags.get("payee", "")
        if payer in parties and payee in parties and payer != payee and line.tags["kind"] not in PARTLY:
            values = projection.by_year(line.name)
            if any(values):
                rows.append(
                    [
                        line.label,
                        parties[payer],
                        parties[payee],
                        *(shown.said(one, "£", pence=True) for one in values),
                    ]
                )
    if not rows:
        return "<p>Nothing is paid from one to the other in this option.</p>"
    columns = ["", "From", "To", *(shown.year_words(one) for one in projection.years)]
    return shown.table("What passes between them", columns, rows, text=(1, 2))


def ends(projection: Projection) -> str:
    """What of it ends inside the case, when, and who pays then; nothing where nothing does."""
    found = [one for one in find_cliffs(projection) if one.inside and one.account == "revenue"]
    return "".join(f"<p>{escape(in_full(one.sentence))}</p>" for one in found)


def rules_table(rows: Sequence[RuleRow], year: str, place: int, agreed: str) -> str:
    """Every rule with what each party would pay, marked where it would be better off alone."""
    parties = list(dict.fromkeys((row.party, row.party_name) for row in rows))
    by = {(row.rule, row.party): row for row in rows}
    labels = dict.fromkeys((row.rule, row.label) for row in rows)
    made, kinds = [], []
    for rule, label in labels:
        cells = []
        for party, _ in parties:
            row = by[rule, party]
            more = bool(row.more_than_alone and row.more_than_alone[place])
            cells.append(shown.said(row.pays[place], "£", pence=True) + (f", {MARK}" if more else ""))
        made.append([f"{label}: {agreed}" if rule == AGREED else label, *cells])
        kinds.append("")
    if rows and rows[0].alone:
        made.append(["Each alone", *(shown.said(by[rows[0].rule, party].alone[place], "£", pence=True) for party, _ in parties)])
        kinds.append("total")
    told = f"Rules side by side, {shown.year_words(year)}"
    table = shown.table(told, ["Rule", *(name for _, name in parties)], made, kinds=kinds)
    words = marked(rows, place)
    return table.replace(f", {MARK}</td>", f'<br><strong class="dm-bad">{MARK}</strong></td>') + "".join(
        f"<p>{escape(one)}</p>" for one in words
    )


def marked(rows: Sequence[RuleRow], place: int) -> list[str]:
    """A sentence for each rule under which a party would pay more than alone in a year."""
    return [f"{row.label}: {row.party_name} would pay {shown.said(row.pays[place], '£', pence=True)}, and "
            f"{shown.said(row.alone[place], '£', pence=True)} alone."
            for row in rows if row.more_than_alone and row.more_than_alone[place]]  # fmt: skip


def effects(before: Projection, after: Projection, party: str) -> str:
    """The figures that a party decides by, as they are, as they were without what is chosen, and the difference."""
    years, name = after.years, after.sheet.parties[party]
    rows, kinds = [], []
    keys = KEY_LINES if has_precept(after.sheet, party) else KEY_LINES_OF_OTHERS
    for key, words in keys:
        line = f"{party}.{key}"
        if line not in before.sheet or line not in after.sheet:
            continue
        unit = str(after.sheet[line].unit)
        moved = Moved(line, words, unit, tuple(before.by_year(line)), tuple(after.by_year(line)))
        rows += [[words[:1].upper() + words[1:]], ["With what is chosen here", *(_cell(one, unit) for one in moved.second)],
                 ["As the case gives it" if before.option == after.option else "Without a decision", *(_cell(one, unit) for one in moved.first)],
                 ["Difference", *(_cell(one, unit, signed=True) for one in moved.difference)]]  # fmt: skip
        kinds += ["heading", "", "", "total"]
    return shown.table(f"{name}: what it decides by", ["", *(shown.year_words(one) for one in years)], rows, kinds=kinds)


def _cell(value: float, unit: str, signed: bool = False) -> str:
    return shown.charge(value, signed) if unit != "£" and unit.startswith("£") else shown.said(value, unit, signed, pence=True)


def budget(before: Projection, after: Projection, party: str, against: str) -> str:
    """A party's budget: what moves in it, and what it is left with.

    against  what it is compared with, in words
    """
    name, change = after.sheet.parties[party], budget_change(before, after, party)
    if len(change.rows) == 1:
        return f"<p>Nothing moves in the budget of {escape(name)} against {escape(against)}.</p>{whole_account(after, party)}"
    return shown.statement(change, name) + effects(before, after, party)


def whole_account(after: Projection, party: str) -> str:
    """Every line of a party's revenue account."""
    return shown.statement(account(after.figures, party, "revenue"), after.sheet.parties[party])


def in_budgets(projection: Projection) -> list[str]:
    """The parties that pay or receive revenue in the case."""
    return [key for key in projection.sheet.parties
            if flows(projection.sheet, payer=key, account="revenue") or flows(projection.sheet, payee=key, account="revenue")]  # fmt: skip


# Heads of terms


def heads_of_terms(
    shared: Shared, terms: Terms, projection: Projection, rule: str, year: str, review: str
) -> list[tuple[str, str]]:
    """The terms as a table to take to both councils: what is agreed on, and its words."""
    name, sheet, mechanism = shared.name, projection.sheet, shared.mechanism
    manager = sheet.parties[shared.manager]
    used = next(one for one in projection.case.variant(projection.option).mechanisms if one.name == name)
    assert isinstance(used, CostShare)
    shares = "; ".join(f"{who} {part(projection, name, key, year)}"
                       + (f" ({shown.said(projection.value(f'{name}.{key}.share', year), 'share')})" if f"{name}.{key}.share" in sheet else "")
                       for key, who in shared.names.items())  # fmt: skip
    caps = [f"{who} pays no more than {shown.said(projection.value(f'{name}.{key}.at_most', year), '£', pence=True)} in {shown.year_words(year)}"
            for key, who in shared.names.items() if f"{name}.{key}.at_most" in sheet]  # fmt: skip
    floors = [f"{who} pays at least {shown.said(projection.value(f'{name}.{key}.at_least', year), '£', pence=True)}"
              for key, who in shared.names.items() if f"{name}.{key}.at_least" in sheet]  # fmt: skip
    net, overheads = used.basis_of_cost, used.overheads_are
    charges = used.capital_charges_are
    inside: list[str] = ["gross running cost"]
    outside: list[str] = []
    for words, said, given in (("overheads of the manager", overheads, mechanism.overheads),
                               ("capital charges", charges, mechanism.capital_charges)):  # fmt: skip
        if given is not None:
            (inside if said == "included" else outside).append(words)
        else:
            outside.append(f"{words} (none given)")
    if mechanism.income is not None:
        (inside if net == "net" else outside).append(
            "income, taken off the cost" if net == "net" else "income, kept by the manager"
        )
    bearer = used.bearer
    return [
        ("What is shared", f"{shared.label}: {shown.said(projection.value(f'{name}.shared_cost', year), '£', pence=True)} in "
                           f"{shown.year_words(year)}, {net} of income"),
        ("Parties", listed(shared.names.values(), "and")),
        ("Who manages", f"{manager} pays the bills and collects the income"),
        ("Rule", rule_in_words(mechanism)[:1].upper() + rule_in_words(mechanism)[1:] if terms.rule == AS_IT_IS else rule),
        (f"Share of each, {shown.year_words(year)}", shares),
        ("Cap", "; ".join(caps) or "None"),
        ("Floor", "; ".join(floors) or "None"),
        ("What a cap or floor leaves", f"Borne by {sheet.parties[bearer]}" if bearer else "Does not arise"),
        ("In the cost", listed(inside, "and")),
        ("Not in the cost", listed(outside, "and") if outside else "Nothing named"),
        ("A surplus", "Shared in the same way" if mechanism.surplus == "shared" else f"Kept by {manager}"),
        ("Difference from the estimate", "Settled a year later" if mechanism.true_up else "Not settled: contributions are final"),
        ("When contributions are paid", {"even": "Evenly over the year"}.get(mechanism.phasing, mechanism.phasing.capitalize())),
        ("How sure", mechanism.status.capitalize()),
        ("Review date", review.strip() or NOT_STATED),
        ("Figures", f"{projection.case.title}; run {projection.run_id}"),
    ]  # fmt: skip
