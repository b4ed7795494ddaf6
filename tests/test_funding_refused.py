"""What does not go together in a scheme or among its funders: each slip is refused with its line and what to do."""

from __future__ import annotations

import re

import pytest

import devomodel as dm
from devomodel.problems import InputError, Problem

RIGHT = """\
case: A pavilion
nation: england
first_year: 2026-27
years: 4
councils:
  town: {name: Town council, kind: town}
  fund: {name: Heritage fund, kind: funder}
mechanisms:
  volunteers: {use: volunteer_time, council: town, days: 10, day_rate: 50, status: assumed}
  works:
    use: capital_scheme
    council: town
    de_minimis: 5000
    parts:
      kit:
        cost: {value: 20000, once: 2026-27}
        work: equipment
        life_years: 2
        renewed: true
        renewal_inflation: 2%
        sinking_fund: {earning_rate: 1%}
    running_costs: {ranger: 30000}
  match:
    use: match_funding
    council: town
    account: capital
    cost: {line: works.capital_cost}
    in_kind: {line: volunteers.cost}
    funders:
      fund:
        funder: fund
        award: 10000
        money: lottery
        pays_for: capital
        status: secured
        drawdown: by_profile
        profile: {2026-27: 50%, 2027-28: 30%, 2028-29: 20%}
      own:
        funder: town
        award: 20000
        money: own
        pays_for: either
        status: secured
    revenue_commitment:
      years: 5
      start: 2026-27
      spending: {line: works.running.ranger}
"""

CAPITAL_ONLY = "the fund that pays for capital only is put on the ranger's wages"
REFUSED = {
    CAPITAL_ONLY: (
        ("    account: capital\n    cost: {line: works.capital_cost}",
         "    account: revenue\n    cost: {line: works.running.ranger}"),
        "pays_for: capital",
        "Fund pays for capital only, and this scheme is revenue: capital money must not pay for running costs. Take it out",
    ),
    "a capital scheme takes a running cost": (
        ("cost: {line: works.capital_cost}", "cost: {line: works.running.ranger}"),
        "cost: {line: works.running.ranger}",
        "the line 'works.running.ranger' is revenue, and this scheme is capital: capital money (borrowing, receipts, ",
    ),
    "a capital scheme takes a cost that failed the tests, and is told which": (
        ("        work: equipment\n", "        work: repair\n"),
        "cost: {line: works.parts.kit.cost}",
        "is revenue (repair keeps an asset as it is and does not make or better one), and this scheme is capital",
    ),
    "volunteers' time is put among costs in cash": (
        ("cost: {line: works.capital_cost}", "cost: {line: volunteers.cost}"),
        "cost: {line: volunteers.cost}",
        "is borne in kind, and this scheme is capital: nobody pays for it in cash. Put it under in_kind",
    ),
    "cash is put in kind": (
        ("in_kind: {line: volunteers.cost}", "in_kind: {line: works.running.ranger}"),
        "in_kind: {line: works.running.ranger}",
        "is paid in cash. Take the cost of a volunteer_time",
    ),
    "a sum in kind does not say what is given": (
        ("in_kind: {line: volunteers.cost}", "in_kind: 500"),
        "in_kind: 500",
        "a sum alone does not say what is given",
    ),
    "a profile does not come to the whole": (
        ("2028-29: 20%}", "2028-29: 10%}"),
        "profile:",
        "the shares come to 90% and must come to 100%",
    ),
    "a profile begins before the case": (
        ("{2026-27: 50%, 2027-28: 30%, 2028-29: 20%}", "{2025-26: 50%, 2026-27: 30%, 2027-28: 20%}"),
        "profile:",
        "2025-26 comes before the first year of the case, 2026-27",
    ),
    "a profile is given and not used": (
        ("        drawdown: by_profile\n", ""),
        "profile:",
        "a profile goes with drawdown: by_profile",
    ),
    "a profile is used and not given": (
        ("        profile: {2026-27: 50%, 2027-28: 30%, 2028-29: 20%}\n", ""),
        "fund:",
        "it is paid by profile, and none is given. Add profile",
    ),
    "an award that grows": (
        ("award: 10000", "award: {value: 10000, grows: 2%}"),
        "award: {value: 10000, grows: 2%}",
        "an award is one sum for all the years",
    ),
    "another party's money is called the council's own": (
        ("money: lottery", "money: own"),
        "money: own",
        "'own' is the council's own money, and 'fund' is another party",
    ),
    "the council waits for its own money": (
        ("        money: own\n", "        money: own\n        drawdown: in_arrears\n"),
        "drawdown: in_arrears",
        "the council's own money is there as it is spent",
    ),
    "a clawback for ever": (
        ("        drawdown: by_profile\n", "        drawdown: by_profile\n        clawback_years: 1000000\n"),
        "clawback_years: 1000000",
        "nothing is asked back after 1,000,000 years. Give at most 60",
    ),
    "a promise for ever": (("      years: 5\n", "      years: 900\n"), "years: 900", "a promise cannot run for 900 years"),
    "a promise kept with capital": (
        ("spending: {line: works.running.ranger}", "spending: {line: works.capital_cost}"),
        "spending: {line: works.capital_cost}",
        "is not a running cost",
    ),
    "a repair is called capital": (
        ("        work: equipment\n", "        work: repair\n        treat_as: capital\n"),
        "treat_as: capital",
        "it cannot be capital: repair keeps an asset as it is and does not make or better one. Capital money (borrowing",
    ),
    "a sum below the de minimis is called capital": (
        ("cost: {value: 20000, once: 2026-27}", "treat_as: capital\n        cost: {value: 4999, once: 2026-27}"),
        "treat_as: capital",
        "£4,999 is below the council's de minimis of £5,000",
    ),
    "a part is bought anew every year by accident": (
        ("cost: {value: 20000, once: 2026-27}", "cost: 20000"),
        "cost: 20000",
        "Say in which year it is spent, with once: 2026-27",
    ),
    "a renewal without a price": (("        renewal_inflation: 2%\n", ""), "renewed: true", "Add renewal_inflation: 2.5%"),
    "a fund for nothing": (("        renewed: true\n", ""), "renewal_inflation: 2%",
                           "this is for a renewal, and the part is not renewed"),
    "a life of no years": (("life_years: 2", "life_years: 0"), "life_years: 0",
                           "what is renewed lasts 1 to 150 years, and not 0"),
    "a life of a million years": (("life_years: 2", "life_years: 1000000"), "life_years: 1000000", "and not 1,000,000"),
    "a de minimis by year": (("de_minimis: 5000", "de_minimis: {value: 5000, grows: 2%}"), "de_minimis:",
                             "a de minimis is one sum"),
    "betterment of what is bought": (
        ("        work: equipment\n", "        work: equipment\n        improves: true\n"),
        "improves: true",
        "this is asked of an enhancement, and the work is equipment",
    ),
    "time counted twice": (("day_rate: 50", "day_rate: 50, hours: 5, hour_rate: 12"), "volunteers:",
                           "counted in days and in hours"),
    "time not counted": (("days: 10, day_rate: 50, ", ""), "volunteers:",
                         "nothing says how much time is given. Give days with day_rate"),
    "hours without a rate": (("days: 10, day_rate: 50", "hours: 10"), "volunteers:", "'hour_rate' is missing beside it"),
}  # fmt: skip


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(InputError) as refused:
        dm.project(dm.load_text(text, "pavilion.yaml"))
    return list(refused.value.problems)


def changed(old: str, new: str) -> str:
    assert RIGHT.count(old) == 1, old
    return RIGHT.replace(old, new)


def test_the_case_the_refusals_start_from_is_a_good_one():
    failing = {one.name for one in dm.project(dm.load_text(RIGHT, "pavilion.yaml")).checks if not one.passed}
    assert failing == set()


@pytest.mark.parametrize("slip", REFUSED)
def test_what_does_not_go_together_is_refused_with_its_line_and_what_to_do(slip):
    (old, new), at, words = REFUSED[slip]
    text = changed(old, new)
    if "which" in slip:
        text = text.replace("cost: {line: works.capital_cost}", "cost: {line: works.parts.kit.cost}")
    [problem] = problems_of(text)
    assert words in str(problem)
    line = text.splitlines()[problem.line - 1]
    assert line.strip().startswith(at), f"line {problem.line}, {line.strip()!r}"
    assert str(problem).startswith(f"pavilion.yaml, line {problem.line}, mechanisms")
    assert re.search(r"\b(Take|Give|Add|Say|Write|Keep|Put|Check|Begin)\b", str(problem))


def test_a_cost_that_the_council_pays_already_is_not_paid_again():
    text = changed("running_costs: {ranger: 30000}", "running_costs: {ranger: {line: now.spending.ranger}}")
    text = text.replace("  volunteers:", "  now: {use: budget, council: town, spending: {ranger: 30000}}\n  volunteers:")
    [problem] = problems_of(text)
    assert "'now.spending.ranger' is paid by the council already, and would be paid twice" in str(problem)


def test_every_wrong_funder_of_a_scheme_is_told_at_once():
    text = changed("money: lottery", "money: own").replace("award: 20000", "award: {value: 20000, grows: 1%}")
    told = " ".join(str(one) for one in problems_of(text))
    assert "'own' is the council's own money" in told and "funders › own › award: an award is one sum" in told
