"""The tests on the precept tester: reserves against the advice, and the rise against referendum rules that do not bind parishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

from devomodel import parameters
from devomodel.dashboards import shown
from devomodel.dashboards.live import Live
from devomodel.dashboards.precept_tester_views import homes, sum_of
from devomodel.mechanisms.dated import Held
from devomodel.mechanisms.reserves_policy import BREAKDOWN, MONTHS, ReservesPolicy
from devomodel.model import Projection
from devomodel.parameters.figures import Dated, Parameter
from devomodel.problems import DevomodelError, InputError, listed

PARISHES, PROPOSAL, DISTRICT = "referendum.parish", "referendum.parish_2016_proposal", "referendum.shire_district"
TEST, PROPOSED, AS_DISTRICT = "reserves_tested", "stress_of_2016", "stress_as_district"
LOCAL = ("parish", "town", "community", "community group", "city")


class Limits:
    """The tests of one case: mechanisms that are put beside it, so that the engine works them. Their sheets are built once."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str, str], tuple[Live, Live]] = {}

    def projection(self, live: Live, amounts: Mapping[str, float], council: str, kind: str) -> Projection:
        """The case with one test beside it. Raises InputError or DevomodelError where the rule cannot be applied."""
        key = (id(live), council, kind)
        if key not in self.kept:
            block = {"use": "reserves_policy" if kind == TEST else "referendum_limit", "council": council}
            if kind != TEST:
                block["kind"] = "parish_2016_stress" if kind == PROPOSED else "shire_district"
            held = {
                **live.case.held,
                DISTRICT: live.case.held.get(DISTRICT) or Held("hold", "assumption", "no later rule is known"),
            }
            tested = Live(replace(live.case, held=held), live.option, (*live.edits, ("add", kind, block)))
            while len(self.kept) > 12:
                del self.kept[next(iter(self.kept))]
            self.kept[key] = (live, tested)  # the first is held so that its id stays its own
        return self.kept[key][1].quick(amounts)


def verified(of: Dated) -> str:
    """Whether a dated figure was seen on the page it names."""
    return "seen on the page named" if of.verified else "not verified: nobody saw the figure on the page named"


UNKNOWN = ("<p><strong>This test cannot be done yet.</strong> What the council has in its general reserve is not known: type what is in hand "
           "under ‘Reserves and contingency’, and the test is done for every year.</p>")  # fmt: skip


def reserves_test(limits: Limits, live: Live, amounts: Mapping[str, float], council: str, year: str, known: bool = True) -> str:
    """Months of spending in the general reserve, its floor and ceiling, and whether the annual return asks for a breakdown.

    The first year of the case in which the reserve is overdrawn or below the floor is named first.

    known  whether what is in hand is known
    """
    if not known:
        return UNKNOWN + _sources((MONTHS, BREAKDOWN))
    own = next((one.name for one in live.base.case.variant(live.option).mechanisms
                if isinstance(one, ReservesPolicy) and one.council == council), "")  # fmt: skip
    p = live.quick(amounts) if own else limits.projection(live, amounts, council, TEST)
    name = own or TEST

    def value(line: str) -> float:
        return p.value(line, year)

    reserve, months = value(f"{council}.reserves.general.closing"), value(f"{name}.months_in_hand")
    every, above = value(f"{council}.reserves.closing"), value(f"{name}.breakdown_above")
    spends = value(f"{name}.net_revenue_expenditure") > 0
    month = f"31 March {int(year[:4]) + 1}"
    rows = [
        ("General reserve", sum_of(reserve)),
        ("Net revenue expenditure of the year", sum_of(value(f"{name}.net_revenue_expenditure"))),
        ("Months of it in the general reserve", homes(months) if spends else "no spending to cover"),
        ("Floor", sum_of(value(f"{name}.floor"))),
        ("Above the floor (− short of it)", sum_of(value(f"{name}.above_floor"), signed=True)),
        ("Ceiling", sum_of(value(f"{name}.ceiling"))),
        ("Room up to the ceiling (− over it)", sum_of(value(f"{name}.below_ceiling"), signed=True)),
        ("All reserves", sum_of(every)),
        ("Above which the annual return asks for a breakdown", sum_of(above)),
    ]
    short = value(f"{name}.above_floor") < -0.005
    over = value(f"{name}.below_ceiling") < -0.005
    whose = "the council’s own policy" if own else "the advice"
    if reserve < -0.005:
        told = f"<strong>The general reserve is overdrawn</strong> at {month}: this plan cannot be set."
    elif short:
        told = f"The general reserve is <strong>below the floor</strong> of {whose} at {month}."
    elif over:
        told = f"The general reserve is <strong>above the ceiling</strong> of {whose} at {month}; say what it is for."
    else:
        told = f"The general reserve is within {whose} at {month}."
    breakdown = ("All reserves together are <strong>more than twice the precept</strong>: the annual return asks for a breakdown."
                 if every > above else "All reserves together need no breakdown in the annual return.")  # fmt: skip
    times = parameters.find(BREAKDOWN).newest
    assert times is not None
    if times.value != 2:
        breakdown = breakdown.replace("twice the precept", f"{times.value} times the precept")
    first, table = _every_year(p, council, name, whose)
    return (first + f'<p class="{"dm-bad" if reserve < -0.005 or short else ""}">{told}</p><p>{breakdown}</p>'
            + shown.table(f"Reserves at {month}", ("What", "Figure"), rows) + table + _sources((MONTHS, BREAKDOWN)))  # fmt: skip


def _every_year(p: Projection, council: str, name: str, whose: str) -> tuple[str, str]:
    """The first years in which the general reserve is overdrawn and below its floor, in words; and every year as a table."""
    reserve, above = p.by_year(f"{council}.reserves.general.closing"), p.by_year(f"{name}.above_floor")
    floor, room = p.by_year(f"{name}.floor"), p.by_year(f"{name}.below_ceiling")
    verdicts = ["overdrawn" if one < -0.005 else "below the floor" if over < -0.005 else "above the ceiling" if under < -0.005 else "within"
                for one, over, under in zip(reserve, above, room, strict=True)]  # fmt: skip
    told = []
    if "overdrawn" in verdicts:
        at = verdicts.index("overdrawn")
        told.append(f"The general reserve falls below nought in <strong>{shown.year_words(p.years[at])}</strong>: "
                    f"{sum_of(reserve[at])} at 31 March {int(p.years[at][:4]) + 1}. A budget cannot be set that way.")  # fmt: skip
    at = next((at for at, one in enumerate(verdicts) if one in ("below the floor", "overdrawn")), len(verdicts))
    if at < len(verdicts) and verdicts[at] == "below the floor":
        told.append(f"It is below the floor of {whose} from <strong>{shown.year_words(p.years[at])}</strong>: {sum_of(reserve[at])}, where the "
                    f"floor is {sum_of(floor[at])}." if told else
                    f"The first year in which the general reserve is below the floor of {whose} is <strong>{shown.year_words(p.years[at])}"
                    f"</strong>: {sum_of(reserve[at])}, where the floor is {sum_of(floor[at])}.")  # fmt: skip
    rows = [(shown.year_words(year), sum_of(one), sum_of(least), sum_of(over, signed=True), verdict)
            for year, one, least, over, verdict in zip(p.years, reserve, floor, above, verdicts, strict=True)]  # fmt: skip
    columns = ("Year", "General reserve at 31 March", "Floor", "Above the floor (− short of it)", "Verdict")
    table = shown.table("The general reserve in every year of the case", columns, rows, text=(4,))
    return (f'<p class="dm-bad">{" ".join(told)}</p>' if told else ""), table


def _sources(names: tuple[str, ...], years: tuple[str, ...] = ()) -> str:
    """The dated parameters behind a test: each with its figure, source and whether it was verified.

    years  those whose figures are told, where a parameter has one for each; none means the newest
    """
    items: dict[str, None] = {}
    for name in names:
        parameter = parameters.find(name)
        if parameter.kind == "examples":
            items[_source(parameter, parameter.values[0])] = None
            continue
        dated = (
            {year: one for year in years for one in [_of_year(parameter, year)] if one is not None} if parameter.yearly else {}
        )
        for one in dated.values() or [parameter.newest]:
            assert one is not None
            items[_source(parameter, one)] = None
    return f"<details><summary>Where these rules are from</summary><ul>{''.join(items)}</ul></details>"


def _of_year(parameter: Parameter, year: str) -> Dated | None:
    try:
        return parameter.in_year(year)
    except DevomodelError:
        return None


def _source(parameter: Parameter, dated: Dated) -> str:
    return (f"<li>{escape(parameter.title)} (<code>{escape(parameter.name)}</code>): {escape(_figure(dated.value))}, {escape(dated.period)}. "
            f"{escape(dated.source)}. <strong>{escape(verified(dated))}</strong>; last checked {escape(str(parameter.checked))}."
            f"{' ' + escape(parameter.note) if parameter.note else ''}</li>")  # fmt: skip


WORDS_OF: dict[str, Callable[[object], str]] = {
    "at_least": lambda one: f"at least {one} months",
    "at_most": lambda one: f"at most {one} months",
    "months_of": lambda one: f"of {one}",
    "share": lambda one: shown.rate(float(str(one)), signed=False),
    "pounds": lambda one: f"{shown.charge(float(str(one)))} at Band D",
    "band_d_above": lambda one: f"charges above {shown.charge(float(str(one)))}",
    "precept_at_least": lambda one: f"precepts of {sum_of(float(str(one)))} or more",
}


def _figure(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(WORDS_OF.get(str(key), lambda one, key=key: f"{key} {one}")(one) for key, one in value.items())
    return f"{value} times the precept" if isinstance(value, (int, float)) else str(value)


def referendum_test(limits: Limits, live: Live, amounts: Mapping[str, float], council: str) -> str:
    """Whether any rule binds the council, and in which year this plan would go above two rules that bind others."""
    case = live.case
    if case.nation != "england":
        return "<p>Referendum principles are set for England. None is shown for this council.</p>"
    kind = case.councils[council].kind
    parts = [_no_principle(case.years, kind in LOCAL)]
    for which in (PROPOSED, AS_DISTRICT):
        try:
            parts.append(_stress(limits.projection(live, amounts, council, which), council, which))
        except (InputError, DevomodelError) as error:
            what = "The rule proposed in 2016" if which == PROPOSED else "The rule for shire districts"
            reasons = [one.what for one in error.problems] if isinstance(error, InputError) else [str(error)]
            parts.append(f"<p>{what} cannot be applied to this case: {escape(' '.join(reasons))}</p>")
    return "".join(parts)


def _no_principle(years: tuple[str, ...], local: bool) -> str:
    """What is on file for parishes in each year of the case."""
    if not local:
        return "<p>The rule for this kind of authority is a mechanism of its own (referendum_limit); what follows is a stress test.</p>"
    parameter = parameters.find(PARISHES)
    free: list[str] = []
    unknown: list[str] = []
    unseen: list[str] = []
    for year in years:
        try:
            dated = parameter.in_year(year)
        except DevomodelError:
            unknown.append(year)
            continue
        (free if dated.value == "none" else unknown).append(year)
        if not dated.verified:
            unseen.append(year)
    told = ""
    if free:
        told += (f"<strong>No referendum principle applies to parish and town councils</strong> in {_span(free)}: in law the precept can "
                 "rise by any amount. ")  # fmt: skip
    if unknown:
        told += f"For {_span(unknown)} nothing is on file, so none is claimed either way. "
    if unseen:
        told += f"Not verified: {_span(unseen)}. "
    return f"<p>{told}What follows is a stress test: rules that bind others, or were only proposed, put to this plan.</p>"


def _span(years: list[str]) -> str:
    """Years in words: one, or from the first to the last where they follow one another."""
    starts = [int(one[:4]) for one in years]
    if len(years) > 2 and starts == list(range(starts[0], starts[0] + len(starts))):
        return f"each of the {len(years)} years from {shown.year_words(years[0])}"
    return listed([shown.year_words(one) for one in years], "and")


def _stress(p: Projection, council: str, which: str) -> str:
    """One design by year: charge, the most without a vote, room left, and the year the plan breaks."""
    share, pounds = (
        p.by_year(f"{which}.{one}") if f"{which}.{one}" in p.sheet else [0.0] * len(p.years) for one in ("share", "pounds")
    )
    charge, last, limit, room = (p.by_year(f"{which}.{one}") for one in ("charge", "charge_last_year", "limit", "headroom"))
    caught = [bool(one) for one in p.by_year(f"{which}.applies")] if which == PROPOSED else [True] * len(p.years)
    flags = [_flag(which, year) for year in p.years]
    rows = []
    for at, year in enumerate(p.years):
        rule = " or ".join(one for one in ((shown.rate(share[at], signed=False) if share[at] else ""),
                                           (shown.charge(pounds[at]) if pounds[at] else "")) if one)  # fmt: skip
        verdict = "not caught" if not caught[at] else "a vote is needed" if room[at] < -0.005 else "within"
        rows.append((shown.year_words(year), shown.charge(last[at]), shown.charge(charge[at]), rule, shown.charge(limit[at]),
                     shown.charge(room[at], signed=True), verdict, flags[at]))  # fmt: skip
    breaks = next((year for at, year in enumerate(p.years) if caught[at] and room[at] < -0.005), "")
    if which == PROPOSED:
        title = "The rule proposed for larger parishes in 2016, never enacted"
        does = "would need a vote" if breaks else "would need no vote"
        told = (f"Under the proposal of 2016 this plan {does}"
                + (f": the first year it breaks is <strong>{shown.year_words(breaks)}</strong>." if breaks else "."))  # fmt: skip
        if not any(caught):
            told += (
                " It caught parishes above both its figures in the year before, and this council is not above both in any year."
            )
        sources = _sources((PROPOSAL, PARISHES), p.years)
    else:
        title = "The rule for shire districts, as if it bound this council"
        told = ("Under a district’s rule this plan "
                + (f"would need a vote: the first year it breaks is <strong>{shown.year_words(breaks)}</strong>." if breaks
                   else "stays within the rule in every year."))  # fmt: skip
        for flag, words in (("not verified", "The rule was inferred and is not verified for"),
                            ("held past its last year", "No rule is on file yet, so the newest one is held, for")):  # fmt: skip
            years = [year for year, one in zip(p.years, flags, strict=True) if one == flag]
            if years:
                told += f" {words} {_span(years)}."
        sources = _sources((DISTRICT,), p.years)
    columns = ("Year", "Band D before", "Band D", "Rule", "Most without a vote", "Room left", "Verdict", "Rule verified")
    return f"<h3>{title}</h3><p>{told}</p>{shown.table(title, columns, rows, text=(6, 7), unseen_caption=True)}{sources}"


def _flag(which: str, year: str) -> str:
    """How firm the rule of a year is."""
    if which == PROPOSED:
        return "verified" if parameters.find(PROPOSAL).labelled("consultation of 2016").verified else "not verified"
    try:
        return "verified" if parameters.find(DISTRICT).in_year(year).verified else "not verified"
    except DevomodelError:
        return "held past its last year"
