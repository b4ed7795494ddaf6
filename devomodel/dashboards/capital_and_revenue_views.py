"""What the page of a scheme and its loan shows: boxes, tables and sentences, all from the lines of the projection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from devomodel import parameters
from devomodel.charts.loans import loan_life, loans_of
from devomodel.charts.words import inside, percent
from devomodel.dashboards import shown
from devomodel.dashboards.shown import charge, said, year_words
from devomodel.engine import per_week
from devomodel.mechanisms.bands import band_label, bands_of
from devomodel.mechanisms.capital_scheme import CapitalScheme
from devomodel.mechanisms.funder_terms import called
from devomodel.mechanisms.loan_cost import is_local
from devomodel.mechanisms.loan_terms import loan_label
from devomodel.mechanisms.match_funding import MatchFunding
from devomodel.problems import DevomodelError
from devomodel.statements import HALF_A_PENNY

if TYPE_CHECKING:
    from devomodel.model import Projection

SHAPES = {
    "annuity": "Level payments (annuity)",
    "equal_instalments": "Equal instalments of principal (EIP)",
    "maturity": "Interest only, all repaid at the end (maturity)",
}
LIMITS = {
    "borrowing.normal_annual_ceiling": "Most a parish usually borrows in a year",
    "borrowing.minimum_per_elector": "Smallest loan for each elector",
    "borrowing.approval_validity": "Time to draw an approved loan",
}


def full_year(projection: Projection, loan: str) -> str:
    """The first year of the case in which two instalments of a loan fall due; the last year where there is none.

    loan  the beginning of the names of its lines, such as `loans.hall`
    """
    both = zip(*(projection.by_year(f"{loan}.{half}.number") for half in ("h1", "h2")), projection.years, strict=True)
    return next((year for first, second, year in both if first > 0 and second > 0), projection.years[-1])


def at(projection: Projection, line: str, year: str) -> float:
    """A figure of a line; no number where the option has no such line."""
    return projection.value(line, year) if line in projection.sheet else float("nan")


def week(value: float) -> str:
    """What a yearly charge is by the week, in pence below a pound."""
    if value != value:
        return shown.NONE
    found = float(per_week(value))
    return f"{found * 100:.0f}p" if 0 <= found < 1 else charge(found)


def boxes(projection: Projection, given: Projection, council: str, loan: str, year: str, moved: bool) -> str:
    """The main figures of a year; below each what it is in the case as given, where something was moved."""
    pairs = []

    def box(label: str, line: str, written: str, as_given: str, below: str = "") -> None:
        if line in projection.sheet:
            told = f"as given {as_given}" if moved and as_given != written else ""
            pairs.append((label, written, "; ".join(one for one in (below, told) if one)))

    def two(line: str, unit: str) -> tuple[str, str]:
        now, then = at(projection, line, year), at(given, line, year)
        if unit == "charge":
            return charge(now), charge(then)
        return (said(now, unit), said(then, unit)) if unit == "£" else (_share(now), _share(then))

    cost, band_d = f"{council}.loan_cost", f"{council}.loan_cost_band_d"
    box(f"Loans cost in {year_words(year)}", cost, *two(cost, "£"), "to the revenue account")
    box("That is at Band D", band_d, *two(band_d, "charge"), f"{week(at(projection, band_d, year))} a week")
    share, income = f"{council}.loan_cost_share_of_precept", f"{council}.loan_cost_share_of_income"
    box("As a share of the precept", share, *two(share, "share"))
    box("As a share of all income", income, *two(income, "share"))
    if loan:
        life, before = loan_life(projection, loan), loan_life(given, loan)
        box("Interest over the loan’s life", cost, said(life.interest, "£"), said(before.interest, "£"))
    last = projection.years[-1]
    for scheme in schemes_of(projection):
        line = f"{scheme.name}.whole_life_cost_to_date"
        box(f"{_label(scheme.name)}: whole cost by 31 March {int(last[:4]) + 1}", line, said(at(projection, line, last), "£"),
            said(at(given, line, last), "£"), "building, renewing and running")  # fmt: skip
    return shown.figures(pairs)


def sentence(projection: Projection, council: str, loan: str, year: str) -> str:
    """The result in one sentence."""
    cost, band_d = at(projection, f"{council}.loan_cost", year), at(projection, f"{council}.loan_cost_band_d", year)
    if not loan:
        return "This option borrows nothing."
    life = loan_life(projection, loan)
    told = f"In {year_words(year)} loans cost {said(cost, '£')}"
    if band_d == band_d:
        share = _share(at(projection, f"{council}.loan_cost_share_of_precept", year))
        told += f": {charge(band_d)} for a Band D home, {week(band_d)} a week, and {share} of the precept"
    return f"{told}. Over its whole life the {inside(loan_label(loan.partition('.')[2]))} costs {said(life.interest, '£')} in interest."


def funded_by(projection: Projection) -> list[MatchFunding]:
    """Every scheme of funders of the option."""
    return [one for one in projection.case.variant(projection.option).mechanisms if isinstance(one, MatchFunding)]


def not_funded(projection: Projection) -> str:
    """What has no funder at the end of the case, in a sentence; nothing where every pound has one."""
    gaps = [projection.value(f"{one.name}.gap", projection.years[-1]) for one in funded_by(projection)]
    return " ".join(f"{said(gap, '£')} of the cost has no funder." for gap in gaps if gap >= HALF_A_PENNY)


def paid_for(projection: Projection) -> str:
    """Who pays for the scheme where a pound of it has no funder, or where the loan is smaller than what is allowed for it, and why."""
    last, made = projection.years[-1], ""
    borrowed = {terms.principal.line for _, terms in loans_of(projection).values()}
    for scheme in funded_by(projection):
        paid = {key: projection.value(f"{scheme.name}.{key}.earned_to_date", last) for key in scheme.funders}
        whole, gap = (projection.value(f"{scheme.name}.{what}", last) for what in ("whole_cost_to_date", "gap"))
        if gap >= HALF_A_PENNY:
            told = "; ".join(f"{called(key, one)} {said(paid[key], '£')}" for key, one in scheme.funders.items())
            cost = f"The cost is {said(whole, '£')}. Paid: {told}."
            made += f'<div class="dm-caution"><p class="dm-bad">{said(gap, "£")} has no funder.</p><p>{escape(cost)}</p></div>'
            continue
        for key, one in scheme.funders.items():
            award = projection.value(f"{scheme.name}.{key}.award", last)
            if f"{scheme.name}.{key}.earned" in borrowed and award - paid[key] >= HALF_A_PENNY:
                others = sum(figure for other, figure in paid.items() if other != key)
                told = (f"{called(key, one)}: {said(paid[key], '£')} is borrowed, and not the whole {said(award, '£')} allowed for, "
                        f"because the cost is {said(whole, '£')}, and the others pay {said(others, '£')}.")  # fmt: skip
                made += f"<p>{escape(told)}</p>"
    return made


def by_band(projection: Projection, council: str, year: str) -> str:
    """What the loans cost a home in each band, by year and week."""
    prefix = f"{council}.loan_cost_bands"
    rows = [[band_label(band), charge(value), charge(float(per_week(value)))] for band in bands_of(projection.sheet.nation)
            if f"{prefix}.{band}" in projection.sheet for value in [projection.value(f"{prefix}.{band}", year)]]  # fmt: skip
    if not rows:
        return "<p>No council that borrows sets a precept in this option, so there is no charge by band.</p>"
    return shown.table(f"What the loans cost each home in {year_words(year)}", ("Band", "A year", "A week"), rows)


def shapes_side_by_side(runs: Mapping[str, Projection], council: str, loan: str, year: str, chosen: str) -> str:
    """The three shapes of one loan beside each other."""
    rows, kinds = [], []
    for shape, run in runs.items():
        life = loan_life(run, loan)
        rows.append([f"{SHAPES[shape]}{', as shown' if shape == chosen else ''}", said(life.first_year, "£", pence=True),
                     said(life.last_year, "£", pence=True), said(life.interest, "£", pence=True),
                     charge(at(run, f"{council}.loan_cost_band_d", year)),
                     _share(at(run, f"{council}.loan_cost_share_of_precept", year))])  # fmt: skip
        kinds.append("total" if shape == chosen else "")
    return shown.table("The same sum, rate and term, repaid in three ways",
                       ("", "First year", "Last year", "Interest in all", f"Band D, {year_words(year)}", "Share of the precept"), rows,
                       kinds=kinds)  # fmt: skip


def cost_rows(projection: Projection, council: str) -> list[tuple[str, str, str]]:
    """The lines of the table of costs by year: what each is called, the line, its unit."""
    found = []
    for scheme in schemes_of(projection):
        own = _label(scheme.name)
        found += [(f"{own}: built or bought", f"{scheme.name}.capital_cost", "£"), (f"{own}: renewed", f"{scheme.name}.renewal_cost", "£"),
                  (f"{own}: renewals that no fund pays for", f"{scheme.name}.renewals_to_find", "£")]  # fmt: skip
        found += [
            (f"{own}: set aside, {key.replace('_', ' ')}", f"{scheme.name}.parts.{key}.fund.provision", "£")
            for key in scheme.parts
        ]
        found += [(f"{own}: running costs less income", f"{scheme.name}.running_cost", "£"),
                  (f"{own}: charged to revenue in all", f"{scheme.name}.revenue_cost", "£"),
                  (f"{own}: whole cost to date", f"{scheme.name}.whole_life_cost_to_date", "£")]  # fmt: skip
    for loan in loans_with_lines(projection):
        own = loan_label(loan.partition(".")[2])
        found += [(f"{own}: drawn", f"{loan}.drawn", "£"), (f"{own}: interest", f"{loan}.interest", "£"),
                  (f"{own}: repaid", f"{loan}.principal_repaid", "£"), (f"{own}: owed at 31 March", f"{loan}.balance", "£")]  # fmt: skip
    found += [(line.label.rpartition(": ")[2].capitalize(), line.name, "£")
              for line in projection.sheet.tagged(payer=council, provision=True)]  # fmt: skip
    found += [("Cost of loans to revenue", f"{council}.loan_cost", "£"), ("at Band D", f"{council}.loan_cost_band_d", "£/Band D home"),
              ("share of the precept", f"{council}.loan_cost_share_of_precept", "share"),
              ("share of all revenue income", f"{council}.loan_cost_share_of_income", "share"), ("Precept", f"{council}.precept", "£"),
              ("Band D charge", f"{council}.band_d", "£/Band D home")]  # fmt: skip
    return [one for one in found if one[1] in projection.sheet]


def costs_by_year(projection: Projection, council: str) -> str:
    """Every cost of the scheme and the loans by year."""
    rows = [[label, *(_written(value, unit) for value in projection.by_year(line))]
            for label, line, unit in cost_rows(projection, council)]  # fmt: skip
    return shown.table("Capital and revenue by year", ("", *map(year_words, projection.years)), rows)


def parts(projection: Projection) -> str:
    """What each scheme is made of, how each part is treated and why, and how long it lasts."""
    rows = []
    for scheme in schemes_of(projection):
        for key, part in scheme.parts.items():
            line = projection.sheet[f"{scheme.name}.parts.{key}.cost"]
            spent = [f"{said(value, '£', pence=True)} in {year_words(year)}" for year, value in
                     zip(projection.years, projection.by_year(line.name), strict=True) if abs(value) >= HALF_A_PENNY]  # fmt: skip
            renewed = f", then bought again every {part.life_years} years" if part.renewed else ""
            rows.append([line.label, ", ".join(spent) or "£0", str(line.tags["account"]).capitalize(), str(line.tags["why_account"]),
                         f"{part.life_years} years{renewed}"])  # fmt: skip
    return (
        shown.table("Parts of the scheme", ("Part", "Cost", "Account", "Why", "Lasts"), rows, text=(1, 2, 3, 4)) if rows else ""
    )


def provision(projection: Projection, council: str) -> str:
    """Whether minimum revenue provision is made, in a sentence."""
    who = projection.sheet.parties[council]
    if projection.sheet.tagged(payer=council, provision=True):
        return f"{who} makes minimum revenue provision, which stands in the table with its loans’ interest."
    if is_local(projection.sheet, council):
        return f"{who} is a local council: it charges its loans’ repayments to revenue, and makes no minimum revenue provision."
    return f"{who} makes no minimum revenue provision in this option."


def approval(projection: Projection, council: str) -> str:
    """The usual limits of a borrowing approval, each with its figure, this case, and whether its source was seen."""
    sheet, years = projection.sheet, projection.years
    if sheet.nation != "england" or not is_local(sheet, council):
        return (
            "<p>The limits of a borrowing approval are those of parish and town councils in England, and do not apply here.</p>"
        )
    loans = loans_with_lines(projection)
    drawn = [(year, loan, value) for loan in loans if f"{loan}.drawn" in sheet
             for year, value in zip(years, projection.by_year(f"{loan}.drawn"), strict=True) if value >= HALF_A_PENNY]  # fmt: skip
    told = ", ".join(
        f"{loan_label(loan.partition('.')[2])} {said(value, '£', pence=True)} in {year_words(year)}"
        for year, loan, value in drawn
    )
    worth = [f"{loan}.worth_an_approval" for loan in loans if f"{loan}.worth_an_approval" in sheet]
    cells = {
        "borrowing.normal_annual_ceiling": (told or "Nothing is drawn in these years",
                                            _holds(projection, [f"{council}.borrowing_within_normal_ceiling"])),
        "borrowing.minimum_per_elector": (told if worth else "The case does not say how many electors there are",
                                          _holds(projection, worth)),
        "borrowing.approval_validity": ("The case has no date of approval", "not tested"),
    }  # fmt: skip
    rows = []
    for name, label in LIMITS.items():
        figure, seen = _limit(name, drawn[0][0] if drawn else years[0])
        rows.append([label, figure, *cells[name], seen])
    for loan in loans:
        own = loan_label(loan.partition(".")[2])
        for line, words, unit in (
            ("approved", "sum approved", "£"),
            ("asset_life", "years that what it pays for lasts", "number"),
        ):
            check = f"{loan}.{'within_approval' if line == 'approved' else 'within_asset_life'}"
            if check in sheet:
                rows.append([f"{own}: {words}", said(projection.value(f"{loan}.{line}", years[-1]), unit), "as the case gives it",
                             _holds(projection, [check]), _basis(projection, f"{loan}.{line}")])  # fmt: skip
    return shown.table("What a borrowing approval asks", ("Test", "Figure", "This case", "Kept", "How sure the figure is"), rows,
                       text=(1, 2, 3, 4))  # fmt: skip


def _limit(name: str, year: str) -> tuple[str, str]:
    """A dated parameter as printed, and whether it was seen at its source."""
    try:
        found = parameters.find(name)
        dated = found.in_year(year)
    except DevomodelError as error:
        return shown.NONE, str(error).splitlines()[0]
    figure, of = float(str(dated.value)), found.unit
    written = f"{said(figure, '£')} an elector" if of == "£/elector" else said(figure, of) if of == "£" else f"{figure:g} {of}"
    return written, f"{'Verified' if dated.verified else 'Not verified'}, {dated.period}: {dated.source}"


def _basis(projection: Projection, line: str) -> str:
    origin = projection.sheet[line].origin
    return "; ".join(one for one in (origin.basis, origin.source, origin.note) if one) if origin is not None else ""


def _holds(projection: Projection, checks: Sequence[str]) -> str:
    if not checks or any(one not in projection.sheet for one in checks):
        return "not tested"
    failing = [year_words(year) for one in checks
               for year, value in zip(projection.years, projection.by_year(one), strict=True) if not value]  # fmt: skip
    return f"no, in {', '.join(dict.fromkeys(failing))}" if failing else "yes"


def _share(value: float) -> str:
    return percent(value) if value == value else shown.NONE


def _written(value: float, unit: str) -> str:
    return charge(value) if unit == "£/Band D home" else _share(value) if unit == "share" else said(value, unit)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def schemes_of(projection: Projection) -> list[CapitalScheme]:
    """Every capital scheme of the option."""
    return [one for one in projection.case.variant(projection.option).mechanisms if isinstance(one, CapitalScheme)]


def loans_with_lines(projection: Projection) -> list[str]:
    """Every loan of the option, by the beginning of its lines' names."""
    return list(loans_of(projection))
