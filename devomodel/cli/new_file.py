"""The scenario file that `devomodel new` writes from the answers: commented, and honest about how firm each figure is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from devomodel.cli.questions import BANDS, chosen, homes, rate, rise, slug
from devomodel.engine.years import first_calendar_year, year_label
from devomodel.written import money, money_text, number, number_text, share_text

SOURCES = (("before_source", "year_before_figures"), ("tax_base_source", "tax_base_figure"), ("reserve_source", "reserve_figure"))
"""The answers that name a source, and the key each is given in the file."""


def scenario_text(typed: Mapping[str, str], file: str, rise_preferred: bool = True) -> str:
    """The file as text. What was typed is an assumption unless its source was given, and then it is published.

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
    given = [(key, typed[answer]) for answer, key in SOURCES if typed[answer]]
    if not given:
        return []
    return ["sources:", *(f'  {key}: {{title: {_text(title)}, date: "{date.today().isoformat()}"}}' for key, title in given), ""]


def _tax_base(typed: Mapping[str, str]) -> list[str]:
    known = bool(typed["tax_base_source"]) or number(typed["tax_base"]) != number(typed["tax_base_before"])
    basis = _basis(
        typed,
        "tax_base_source",
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
    opening = _basis(typed, "reserve_source", "forecast of the balance at 1 April")
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
        f"      precept: {{value: {_money(typed['precept_before'])}, {_basis(typed, 'before_source', 'as typed')}}}",
        f"      tax_base: {{value: {_plain(typed['tax_base_before'])}, {_basis(typed, 'before_source', 'as typed')}}}",
    ]
    return lines


def _options(typed: Mapping[str, str], first: str, preferred: bool) -> list[str]:
    """The rise that is thought of, as an option beside the budget; reserves take what it leaves or lacks."""
    wanted = rise(typed["rise"])
    if wanted is None:
        return []
    kind, by = wanted
    before, later = year_label(first_calendar_year(first) - 1), _percent(typed["growth"])
    if kind == "share":
        said = share_text(by, 4)
        rates = ", ".join([f'"{said}"', *[later] * (int(typed["years"]) - 1)])
        amount = f"by_year: {{{before}: {_money(typed['precept_before'])}}}, grows: [{rates}]"
    else:
        said = money_text(by)
        amount = f"value: {_text(money_text(money(typed['precept_before']) + by))}, grows: {later}"
    note = _text(f"{said} on the precept of {before}, the rise that is thought of")
    return [
        "",
        "# Without a decision the precept follows the budget. Each option below changes that; run shows the preferred one.",
        "options:",
        "  rise_thought_of:",
        f"    label: {_text(f'Precept raised by {said} in {first}')}",
        f"    preferred: {str(preferred).lower()}",
        "    note: The precept is fixed, and the general reserve takes what it leaves over or lacks.",
        "    set:",
        f"      precept.precept: {{{amount}, basis: assumption, note: {note}}}",
    ]


def _basis(typed: Mapping[str, str], answer: str, note: str) -> str:
    key = dict(SOURCES)[answer]
    return f"basis: published, source: {key}" if typed[answer] else f"basis: assumption, note: {_text(note)}"


def _text(text: str) -> str:
    """Words in double quotes, whatever marks they hold."""
    return json.dumps(text, ensure_ascii=False)


def _money(typed: str) -> str:
    return _text(money_text(money(typed)))


def _plain(typed: str) -> str:
    return _text(number_text(number(typed), 6)) if number(typed) >= 1000 else number_text(number(typed), 6)


def _percent(typed: str) -> str:
    return f'"{share_text(rate(typed), 4)}"'
