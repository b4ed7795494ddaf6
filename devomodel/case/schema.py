"""The JSON Schema of a scenario, generated from the same fields that read it, so that an editor completes and checks.

It knows what a file may look like, and not what it means: whether a council is named, whether figures reach the last
year. All that the schema refuses, reading refuses too, with better words.
"""

from __future__ import annotations

from typing import Any

from devomodel import mechanisms, parameters
from devomodel.amounts import BASES, SOURCED_BASES
from devomodel.case.case import DO_NOTHING, MOST_YEARS, Approved, CaseWords, Council, OptionWords, Rejected, Source
from devomodel.case.tables import AFTER_LAST, FORECASTS
from devomodel.case.uncertain import SHAPES
from devomodel.engine.units import unit
from devomodel.fields import ADDRESS, LINE_NAME, LONGEST_NOTE, MARKUP, NAME, SOURCE_NAME, Spec, specs

FIGURES: dict[str, dict[str, Any]] = {
    "pounds": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[^%$€¥]*[0-9][^%$€¥]*$"}]},
    "share": {"anyOf": [{"type": "number", "minimum": -1, "maximum": 1},
                        {"type": "string", "pattern": r"^ *[-+−–]? *[0-9.]+( ?[,_/] ?[0-9.]+)*( ?%)? *$"}]},
    "count": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[^%£$€¥]*[0-9][^%£$€¥]*$"}]},
}  # fmt: skip
ANY_FIGURE = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "[0-9]"}]}
YEAR = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$"}
RUNS = ("grows", "prices", "from", "until", "once")
SOURCED = {
    "if": {
        "properties": {"basis": {"enum": list(SOURCED_BASES)}},
        "required": ["basis"],
        "not": {"required": ["parameter"]},
    },
    "then": {"required": ["source"]},
}
"""A figure that is published, agreed or quoted says where."""
A_NAME = {"pattern": f"^{NAME.pattern}$"}
A_SHORT_NAME = {"pattern": f"^{NAME.pattern}$".replace("A-Z", "")}


def json_schema() -> dict[str, Any]:
    """The schema as plain data, JSON Schema draft 2020-12."""
    rules = {name: _block(mechanisms.find(name), extra={"use": {"const": name}, "note": _text()}, required=("use",))
             for name in mechanisms.names()}  # fmt: skip
    top = _block(CaseWords)
    top["properties"] |= {
        "first_year": YEAR | {"description": top["properties"]["first_year"]["description"]},
        "years": {"description": top["properties"]["years"]["description"],
                  "anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_YEARS},
                            {"type": "string", "pattern": "^[0-9]{1,3}$"}]},
        "approved": _block(Approved),
        "councils": _named(_block(Council), A_SHORT_NAME) | {"minProperties": 1},
        "sources": _named({"anyOf": [_text(), _block(Source)]}, {"pattern": f"^{SOURCE_NAME.pattern}$"}),
        "indices": _named(_index()),
        "parameters": {"type": "object", "propertyNames": {"enum": list(parameters.names())}, "additionalProperties": _held()},
        "mechanisms": _named({"$ref": "#/$defs/mechanism"}, A_SHORT_NAME) | {"minProperties": 1},
        "options": _named(_option(), A_NAME | {"not": {"const": DO_NOTHING}}),
        "rejected": {"type": "array", "items": _block(Rejected)},
        "uncertain": {"type": "object", "additionalProperties": _uncertain()},
        "checks": _named(_check()),
    }  # fmt: skip
    top["required"] += ["councils", "mechanisms"]
    for key in ("sources", "indices", "parameters", "options", "rejected", "uncertain", "checks"):
        top["properties"][key] = {"anyOf": [top["properties"][key], {"type": "null"}]}  # a heading with nothing under it yet
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "devomodel scenario",
        **top,
        "$defs": {
            **{kind: _amount(figure) for kind, figure in FIGURES.items()},
            "growth": _growth(),
            "mechanism": {"type": "object", "required": ["use"], "properties": {"use": {"enum": list(rules)}},
                          "allOf": [{"if": {"properties": {"use": {"const": name}}, "required": ["use"]}, "then": rule}
                                    for name, rule in rules.items()]},
        },
    }  # fmt: skip


def _block(of: type, extra: dict[str, Any] | None = None, required: tuple[str, ...] = ()) -> dict[str, Any]:
    known = specs(of)
    return {
        "type": "object",
        "properties": {**(extra or {}), **{key: _one(spec) for key, spec in known.items()}},
        "required": [*required, *(key for key, spec in known.items() if spec.required)],
        "additionalProperties": False,
    }


def _named(of: dict[str, Any], names: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "propertyNames": names or A_NAME, "additionalProperties": of}


def _one(spec: Spec) -> dict[str, Any]:
    words = {"description": f"{spec.label}{f', in {spec.unit}' if spec.unit else ''}{f'. {spec.help}' if spec.help else ''}"}
    return _of_kind(spec) | words


def _of_kind(spec: Spec) -> dict[str, Any]:
    names = {"enum": list(spec.keys)} if spec.keys else A_NAME
    kind = _kind_of(spec.unit) if spec.unit else "share"
    one: dict[str, Any] = {"$ref": f"#/$defs/{kind}"}
    if spec.above is not None:
        one = _amount({"anyOf": [{"type": "number", "exclusiveMinimum": spec.above}, FIGURES[kind]["anyOf"][1]]})
    if spec.of is not None:
        return _block(spec.of) if spec.kind == "block" else _named(_block(spec.of))
    kinds: dict[str, dict[str, Any]] = {
        "amount": one,
        "amounts": _named(one, names),
        "table_by_year": _named(_named(FIGURES[kind], names), YEAR),
        "choice": {"enum": list(spec.choices)},
        "party": {"type": "string"},
        "parties": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "shares": _named({"anyOf": [{"const": "rest"}, one]}) | {"minProperties": 1},
        "coalitions": {"type": "object", "minProperties": 1, "additionalProperties": one},
        "schedule": {"anyOf": [_named(FIGURES[kind], YEAR) | {"minProperties": 1}, one]},
        "year": {"anyOf": [YEAR, {"enum": list(spec.choices)}]} if spec.choices else YEAR,
        "text": _text(spec.longest),
        "address": {"type": "string", "pattern": f"^{ADDRESS.pattern}$"},
        "flag": {"type": "boolean"},
        "whole": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^ *[0-9][0-9,_ ]*(\.0+)? *$"}]},
    }  # fmt: skip
    return kinds[spec.kind]


def _kind_of(of: str) -> str:
    """Which of FIGURES a unit is written as."""
    return "pounds" if unit(of).is_money else "share" if of == "share" else "count"


def _text(longest: int = LONGEST_NOTE) -> dict[str, Any]:
    return {"anyOf": [{"type": "string", "maxLength": longest, "not": {"pattern": MARKUP.pattern}}, {"type": "number"}]}


def _amount(figure: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "A figure, or a block that says how firm it is",
        "anyOf": [
            *figure["anyOf"],
            {
                "type": "object",
                "properties": {
                    "value": figure,
                    "by_year": {"type": "object", "propertyNames": YEAR, "additionalProperties": figure, "minProperties": 1},
                    "line": {"type": "string", "pattern": f"^{LINE_NAME.pattern}$"},
                    "parameter": {"anyOf": [{"enum": list(parameters.names())}, {"type": "string", "pattern": "^[a-z0-9_.]+/"}]},
                    **_basis(),
                    "grows": {"$ref": "#/$defs/growth"},
                    "prices": YEAR,
                    "from": YEAR,
                    "until": YEAR,
                    "once": YEAR,
                },
                "oneOf": [{"required": [key]} for key in ("value", "by_year", "line", "parameter")],
                "dependentRequired": {"prices": ["grows"]},
                "allOf": [_never_together("line", key) for key in (*RUNS, "basis", "source")]
                + [_never_together("parameter", key) for key in RUNS]
                + [_never_together("once", "from"), _never_together("once", "until"), SOURCED],
                "additionalProperties": False,
            },
        ],
    }


def _never_together(one: str, other: str) -> dict[str, Any]:
    return {"not": {"required": [one, other]}}


def _basis() -> dict[str, Any]:
    return {"basis": {"enum": list(BASES)}, "source": {"type": "string"}, "note": _text()}


def _growth() -> dict[str, Any]:
    rate = FIGURES["share"]
    return {
        "description": f"A rate (3%), a list of rates, or an index: {', '.join(FORECASTS)} or one of the case's own",
        "anyOf": [
            *rate["anyOf"],
            A_NAME | {"type": "string"},
            {"type": "array", "items": rate, "minItems": 1},
            {"type": "object", "properties": {"index": {"type": "string"}, "plus": rate, "rate": rate,
                                              "rates": {"type": "array", "items": rate, "minItems": 1}, **_basis()},
             "oneOf": [{"required": [key]} for key in ("index", "rate", "rates")], "additionalProperties": False},
        ],
    }  # fmt: skip


def _index() -> dict[str, Any]:
    rates = {"type": "object", "propertyNames": YEAR, "additionalProperties": FIGURES["share"], "minProperties": 1}
    return {"type": "object", "properties": {"rates": rates, **_basis()}, "required": ["rates"], "additionalProperties": False}


def _held() -> dict[str, Any]:
    after = {"anyOf": [{"enum": list(AFTER_LAST)}, {"type": "array", "items": ANY_FIGURE, "minItems": 1}]}
    return {"type": "object", "properties": {"after_last": after, "basis": {"enum": list(BASES[1:])}, "note": _text()},
            "required": ["after_last", "basis"], "additionalProperties": False}  # fmt: skip


def _option() -> dict[str, Any]:
    block = _block(OptionWords)
    block["properties"] |= {
        "set": {"type": "object"},
        "add": _named({"$ref": "#/$defs/mechanism"}, A_SHORT_NAME),
        "drop": {"type": "array", "items": {"type": "string"}},
    }
    return block


def _uncertain() -> dict[str, Any]:
    properties: dict[str, Any] = dict.fromkeys(("low", "high", "likely"), ANY_FIGURE)
    properties |= {"shape": {"enum": list(SHAPES)}, "group": _text(), **_basis()}
    return {"type": "object", "properties": properties, "required": ["low", "high"], "additionalProperties": False}


def _check() -> dict[str, Any]:
    return {"type": "object", "properties": {"line": {"type": "string"}, "at_most": ANY_FIGURE, "at_least": ANY_FIGURE,
                                             "label": _text()},
            "required": ["line"], "anyOf": [{"required": ["at_most"]}, {"required": ["at_least"]}],
            "additionalProperties": False}  # fmt: skip
