"""Parameters as rows for a command or a page, and the caution printed beside a doubtful figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from devomodel.parameters.figures import NATIONS, Dated, Parameter, not_a_nation
from devomodel.parameters.shelf import find, names
from devomodel.problems import DevomodelError


def as_table(day: date | None = None, nation: str | None = None, today: date | None = None) -> list[dict[str, object]]:
    """One plain row for each parameter: name, title, unit, value, from, verified, checked, stale, source.

    day     show the value in force on this day; the newest when not given
    nation  leave out parameters that do not apply there
    today   the day on which staleness is judged; the present day when not given

    Where there is no value to show (an example, a figure not found, a day out of reach) the value is
    None and `from` says why. Raises DevomodelError for a nation that is not one of the four.
    """
    if nation is not None and nation not in NATIONS:
        raise DevomodelError(not_a_nation(nation))
    parameters = [find(name) for name in names()]
    return [_row(each, day, today or date.today()) for each in parameters if nation is None or nation in each.nations]


def caution(name: str, dated: Dated, today: date) -> str:
    """The sentence printed wherever an unverified or stale value is used; "" when it is neither.

    A value is stale only while it is the newest held: an earlier year's figure does not go out of date.
    """
    parameter = find(name)
    sentences = []
    if not dated.verified:
        sentences.append(f"not verified (source given: {dated.source})")
    if dated == parameter.newest and parameter.stale(today):
        sentences.append(f"may be out of date ({parameter.stale(today)})")
    if not sentences:
        return ""
    return f"{name}, {dated.period}: {' and '.join(sentences)}. Check the figure before relying on it."


def plain(value: object) -> object:
    """A value as plain dicts and lists, for writing to a file."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


def _row(parameter: Parameter, day: date | None, today: date) -> dict[str, object]:
    dated, reason = None, ""
    if parameter.kind == "examples":
        reason = "examples and records"
    elif day is None:
        dated, reason = parameter.newest, "not found"
    else:
        try:
            dated = parameter.on(day)
        except DevomodelError:
            reason = "no value on that day"
    return {
        "name": parameter.name,
        "title": parameter.title,
        "unit": parameter.unit,
        "value": plain(dated.value) if dated else None,
        "from": dated.period if dated else reason,
        "verified": dated.verified if dated else parameter.verified,
        "checked": parameter.checked.isoformat(),
        "stale": parameter.stale(today),
        "source": dated.source if dated else "",
    }
