"""The JSON Schema of a scenario, generated from the same fields that read it, so that an editor completes and checks."""

from __future__ import annotations

from typing import Any

from devomodel import mechanisms
from devomodel.amounts import BASES
from devomodel.case.case import Approved, CaseWords, Council, OptionWords, Rejected, Source
from devomodel.case.tables import AFTER_LAST, FORECASTS
from devomodel.case.uncertain import KEYS as UNCERTAIN_KEYS
from devomodel.case.uncertain import SHAPES
from devomodel.fields import Spec, specs

FIGURE = {"type": ["number", "string"]}
YEAR = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}
NAME = {"pattern": "^[A-Za-z][A-Za-z0-9_]*$"}


def json_schema() -> dict[str, Any]:
    """The schema as plain data, JSON Schema draft 2020-12."""
    rules = {name: _block(mechanisms.find(name), extra={"use": {"const": name}, "note": {"type": "string"}}, required=("use",))
             for name in mechanisms.names()}  # fmt: skip
    top = _block(CaseWords)
    any_blocks = {"type": "object", "propertyNames": NAME}
    top["properties"] |= {
        "approved": _block(Approved),
        "councils": any_blocks | {"additionalProperties": _block(Council), "minProperties": 1},
        "sources": {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, _block(Source)]}},
        "indices": any_blocks | {"additionalProperties": _index()},
        "parameters": {"type": "object", "additionalProperties": _held()},
        "mechanisms": any_blocks | {"additionalProperties": {"$ref": "#/$defs/mechanism"}, "minProperties": 1},
        "options": any_blocks | {"additionalProperties": _option()},
        "rejected": {"type": "array", "items": _block(Rejected)},
        "uncertain": {"type": "object", "additionalProperties": _uncertain()},
        "checks": any_blocks | {"additionalProperties": _check()},
    }
    top["required"] += ["councils", "mechanisms"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "devomodel scenario",
        **top,
        "$defs": {
            "amount": _amount(),
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


def _one(spec: Spec) -> dict[str, Any]:
    words = {"description": f"{spec.label}{f', in {spec.unit}' if spec.unit else ''}{f'. {spec.help}' if spec.help else ''}"}
    names = {"propertyNames": {"enum": list(spec.keys)} if spec.keys else NAME}
    if spec.kind == "amount":
        return {"$ref": "#/$defs/amount", **words}
    if spec.kind == "amounts":
        return {"type": "object", "additionalProperties": {"$ref": "#/$defs/amount"}, **names, **words}
    if spec.kind == "choice":
        return {"enum": list(spec.choices), **words}
    if spec.kind == "block":
        assert spec.of is not None
        return _block(spec.of) | words
    if spec.kind == "blocks":
        assert spec.of is not None
        return {"type": "object", "additionalProperties": _block(spec.of), "propertyNames": NAME, **words}
    if spec.kind == "table_by_year":
        rows = {"type": "object", "additionalProperties": FIGURE, **names}
        return {"type": "object", "propertyNames": YEAR, "additionalProperties": rows, **words}
    kinds: dict[str, dict[str, Any]] = {
        "party": {"type": "string"},
        "text": {"type": ["string", "number"]},
        "flag": {"type": "boolean"},
        "whole": {"type": "integer"},
        "year": {"anyOf": [YEAR, {"enum": list(spec.choices)}]} if spec.choices else YEAR,
        "parties": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "shares": {"type": "object", "minProperties": 1, "propertyNames": NAME,
                   "additionalProperties": {"anyOf": [{"const": "rest"}, {"$ref": "#/$defs/amount"}]}},
        "coalitions": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/amount"}},
        "schedule": {"anyOf": [{"type": "object", "propertyNames": YEAR, "additionalProperties": FIGURE, "minProperties": 1},
                               {"$ref": "#/$defs/amount"}]},
    }  # fmt: skip
    return kinds[spec.kind] | words


def _amount() -> dict[str, Any]:
    return {
        "description": "A figure, or a block that says how firm it is",
        "anyOf": [
            FIGURE,
            {
                "type": "object",
                "properties": {
                    "value": FIGURE,
                    "by_year": {
                        "type": "object",
                        "propertyNames": YEAR,
                        "additionalProperties": FIGURE,
                        "minProperties": 1,
                    },
                    "line": {"type": "string"},
                    "parameter": {"type": "string"},
                    "basis": {"enum": list(BASES)},
                    "source": {"type": "string"},
                    "note": {"type": ["string", "number"]},
                    "grows": {"$ref": "#/$defs/growth"},
                    "prices": YEAR,
                    "from": YEAR,
                    "until": YEAR,
                    "once": YEAR,
                },
                "oneOf": [{"required": [key]} for key in ("value", "by_year", "line", "parameter")],
                "additionalProperties": False,
            },
        ],
    }


def _growth() -> dict[str, Any]:
    return {
        "description": f"A rate (3%), a list of rates, or an index: {', '.join(FORECASTS)} or one of the case's own",
        "anyOf": [
            FIGURE,
            {"type": "array", "items": FIGURE},
            {"type": "object", "properties": {"index": {"type": "string"}, "plus": FIGURE}, "required": ["index"],
             "additionalProperties": False},
        ],
    }  # fmt: skip


def _index() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"rates": {"type": "object", "propertyNames": YEAR, "additionalProperties": FIGURE},
                       "basis": {"enum": list(BASES)}, "source": {"type": "string"}, "note": {"type": "string"}},
        "required": ["rates"],
        "additionalProperties": False,
    }  # fmt: skip


def _held() -> dict[str, Any]:
    after = {"anyOf": [{"enum": ["hold", "cpi", "rpi", "average_earnings"]}, {"type": "array", "items": {"type": "number"}}]}
    return {"type": "object", "properties": {"after_last": after, "basis": {"enum": list(BASES[1:])}, "note": {"type": "string"}},
            "required": ["after_last", "basis"], "additionalProperties": False}  # fmt: skip


def _option() -> dict[str, Any]:
    block = _block(OptionWords)
    block["properties"] |= {
        "set": {"type": "object"},
        "add": {"type": "object", "additionalProperties": {"$ref": "#/$defs/mechanism"}},
        "drop": {"type": "array", "items": {"type": "string"}},
    }
    return block


def _uncertain() -> dict[str, Any]:
    properties: dict[str, Any] = dict.fromkeys(UNCERTAIN_KEYS, FIGURE)
    properties |= {"shape": {"enum": list(SHAPES)}, "group": {"type": "string"}, "basis": {"enum": list(BASES)}}
    return {"type": "object", "properties": properties, "required": ["low", "high"], "additionalProperties": False}


def _check() -> dict[str, Any]:
    return {"type": "object", "properties": {"line": {"type": "string"}, "at_most": FIGURE, "at_least": FIGURE,
                                             "label": {"type": "string"}},
            "required": ["line"], "additionalProperties": False}  # fmt: skip
