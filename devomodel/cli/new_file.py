"""The scenario file that `devomodel new` writes from the answers: commented, and honest about how firm each figure is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from devomodel.cli.answers import BANDS, basis, homes, rate, slug
from devomodel.cli.decision import thought_of
from devomodel.cli.questions import chosen
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.written import money, money_text, number, number_text, share_text

SOURCES = {"before": "year_before_figures", "tax_base": "tax_base_figure", "reserve": "reserve_figure"}
"""What was asked about that may have a source, and the key the source is given in the file."""


def scenario_text(typed: Mapping[str, str], file: str, rise_preferred: bool = True) -> str:
    """The file as text. What was typed is an assumption unless its source was given, and then it is what that is said to be.

    file            its name, for the comment at the top
    rise_preferred  whether the rise that is thought of is the preferred option, which `run` shows
    """
    first = typed["first_year"]
    before = year_label(first_calendar_year(first) - 1)
    title = f"{typed['name']}, budget and precept {first}"
    parts = [
        f"# Written by: devomodel new. Change any figure and run it again: devomodel run {file}",
        "# basis says how firm a figure is: law, published, agreement, quote, estimate or assumption.",
        f"case: {_text(title)}",
        f"nation: {typed.get('nation', 'england')}",
        f"first_year: {first}",
        f"years: {typed['years']}",
        f"owner: {_text(typed['owner'])}",
        "",
        "councils:",
        *_councils(typed),
        "",
        *_sources(typed),
        "mechanisms:",
        *_tax_base(typed),
        "",
        *_budget(typed),
        "",
        *_precept(typed, before),
        *_options(typed, first, rise_preferred),
    ]
    return "\n".join(parts) + "\n"


def _councils(typed: Mapping[str, str]) -> list[str]:
    parish = chosen(typed)
    kind = "community" if typed.get("nation") == "wales" else "town" if "town council" in typed["name"].lower() else "parish"
    code = f", code: {parish.code}" if parish and parish.code else ""
    body = "unitary" if typed.get("nation") == "wales" else "district"
    return [
        f"  town: {{name: {_text(typed['name'])}, kind: {kind}{code}}}",
        f"  district: {{name: {_text(typed['district'])}, kind: {body}}}",
    ]


def _sources(typed: Mapping[str, str]) -> list[str]:
    given = [
        f"  {key}: {{title: {_text(typed[f'{asked}_source'])}"
        + (f", date: {_text(typed[f'{asked}_date'])}" if typed[f"{asked}_date"] else "")
        + "}"
        for asked, key in SOURCES.items()
        if typed[f"{asked}_source"]
    ]
    return ["sources:", *given, ""] if given else []


def _tax_base(typed: Mapping[str, str]) -> list[str]:
    known = bool(typed["tax_base_source"]) or number(typed["tax_base"]) != number(typed["tax_base_before"])
    basis = _basis(
        typed,
        "tax_base",
        "as typed" if known else "the one of the year before, until the billing authority gives a new one",
    )
    lines = [
        "  tax_base:",
        "    use: tax_base",
        "    council: town",
        "    status: draft   # change to confirmed when the billing authority says so",
        f"    homes: {{value: {_plain(typed['tax_base'])}, grows: {_percent(typed['tax_base_growth'])}, {basis}}}",
    ]
    counts = homes(typed["homes"])
    if counts:
        lines.append("    homes_by_band:   # to say how many homes pay what; not used for the charge")
        lines += [
            f"      {band}: {{value: {count}, basis: assumption, note: as typed}}"
            for band, count in zip(BANDS, counts, strict=True)
        ]
    return lines


def _budget(typed: Mapping[str, str]) -> list[str]:
    grows = _percent(typed["growth"])
    lines = ["  budget:   # each heading becomes a line of the accounts", "    use: budget", "    council: town"]
    for side in ("spending", "income"):
        rows = [
            (typed[key], typed[f"{key}.sum"])
            for key in typed
            if key.startswith(f"{side}.") and not key.endswith(".sum") and typed[key]
        ]
        if rows:
            lines.append(f"    {side}:")
            for heading, sum_ in rows:
                note = _text(f"{heading}, as typed")
                lines.append(f"      {slug(heading)}: {{value: {_money(sum_)}, grows: {grows}, basis: assumption, note: {note}}}")
    return lines


def _precept(typed: Mapping[str, str], before: str) -> list[str]:
    first = typed["first_year"]
    used = money(typed["reserve_used"])
    opening = _basis(typed, "reserve", "forecast of the balance at 1 April")
    lines = [
        "  precept:   # follows the budget: spending less income less reserves used",
        "    use: precept",
        "    council: town",
        "    billing_authority: district",
        "    general_reserve:",
        f"      opening: {{value: {_money(typed['reserve'])}, {opening}}}",
    ]
    if used:
        lines.append(f"      used: {{value: {_money(typed['reserve_used'])}, once: {first}, basis: assumption, note: as typed}}")
    lines += [
        f"    year_before:   # {before}",
        f"      precept: {{value: {_money(typed['precept_before'])}, {_basis(typed, 'before', 'as typed')}}}",
        f"      tax_base: {{value: {_plain(typed['tax_base_before'])}, {_basis(typed, 'before', 'as typed')}}}",
    ]
    if typed["last_spending"]:
        for key, answer in (("spending", "last_spending"), ("other_income", "last_income"), ("reserves_used", "last_used")):
            note = _text(f"the council's budget of {before}, as typed")
            lines.append(f"      {key}: {{value: {_money(typed[answer])}, basis: assumption, note: {note}}}")
    return lines


def _options(typed: Mapping[str, str], first: str, preferred: bool) -> list[str]:
    """The rise that is thought of, as an option beside the budget; reserves take what it leaves or lacks."""
    taken = thought_of(typed)
    if taken is None:
        return []
    before, later = year_label(first_calendar_year(first) - 1), _percent(typed["growth"])
    if taken.way == "rise":
        said = share_text(taken.figure, 4)
        rates = ", ".join([f'"{said}"', *[later] * (int(typed["years"]) - 1)])
        where, amount = "precept", f"by_year: {{{before}: {_money(typed['precept_before'])}}}, grows: [{rates}]"
        label, note = f"Precept raised by {said} in {first}", f"{said} on the precept of {before}, the rise that is thought of"
    else:
        said = money_text(taken.figure)
        where = "precept" if taken.way == "precept" else "band_d_charge"
        amount = f"value: {_text(said)}, grows: {later}"
        words = "Precept" if taken.way == "precept" else "Band D charge"
        label, note = f"{words} of {said} in {first}", f"the {words[:1].lower()}{words[1:]} that is thought of for {first}"
    return [
        "",
        "# Without a decision the precept follows the budget. Each option below changes that; run shows the preferred one.",
        "options:",
        "  precept_thought_of:",
        f"    label: {_text(label)}",
        f"    preferred: {str(preferred).lower()}",
        "    note: It is fixed, and the general reserve takes what it leaves over or lacks.",
        "    set:",
        f"      precept.{where}: {{{amount}, basis: assumption, note: {_text(note)}}}",
    ]


def _basis(typed: Mapping[str, str], asked: str, note: str) -> str:
    if not typed[f"{asked}_source"]:
        return f"basis: assumption, note: {_text(note)}"
    return f"basis: {basis(typed[f'{asked}_basis'])}, source: {SOURCES[asked]}"


def _text(text: str) -> str:
    """Words in double quotes, whatever marks they hold."""
    return json.dumps(text, ensure_ascii=False)


def _money(typed: str) -> str:
    return _text(money_text(money(typed)))


def _plain(typed: str) -> str:
    return _text(number_text(number(typed), 6)) if number(typed) >= 1000 else number_text(number(typed), 6)


def _percent(typed: str) -> str:
    return f'"{share_text(rate(typed), 4)}"'
