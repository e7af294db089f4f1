"""The JSON Schema of a scenario file, made of the same description as its reader."""

from __future__ import annotations

from typing import Any

from ambos.crossing.scenario.format import LAW_PARAMETERS, TOP, ScenarioKey, sections
from ambos.crossing.scenario.values import CLOCK, CLOCK_SECONDS, NAME
from ambos.text import Language

#: A clock time on a quarter-hour.
_QUARTER = r"^(([01]?[0-9]|2[0-3]):(00|15|30|45)|24:00)$"
Schema = dict[str, Any]


def schema(language: Language = "en") -> Schema:
    """The JSON Schema (draft 2020-12) of a scenario file, read as TOML with dates as text.

    It says all that can be made of one value or table. What one part asks of another (that a line exists, that a
    list fits the length of the day, that shifts do not overlap) only the reader knows.

    Parameters
    ----------
    language : {"en", "es"}
        Of the descriptions.
    """
    tables = {name: _table(name, language) for name in sections()}
    tables["law"]["allOf"] = [
        {"if": {"properties": {"law": {"const": law}}, "required": ["law"]}, "then": _law(parameters)}
        for law, parameters in LAW_PARAMETERS.items()
    ]
    tables["stream"]["allOf"] = [
        {"oneOf": [{"required": [k]} for k in ("rates", "times", "times_file")]},
        {"oneOf": [{"required": [k]} for k in ("line", "options")]},
    ]
    tables["change"]["oneOf"] = [{"required": [kind]} for kind in ("line", "station", "stream")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": {"en": "A scenario of the crossing twin", "es": "Un escenario del gemelo de cruces"}[language],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "scenario": {"$ref": "#/$defs/scenario"},
            **{name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in TOP},
        },
        "if": {"properties": {"scenario": {"required": ["port"]}}, "required": ["scenario"]},
        "then": {"properties": {"scenario": {"required": ["day"]}}},
        "else": {
            "required": ["line", "stream", "booth"],
            "properties": {
                **{name: {"minItems": 1} for name in ("line", "stream", "booth")},
                "change": {"maxItems": 0},
            },
        },
        "$defs": tables,
    }


def _law(parameters: tuple[str, ...]) -> Schema:
    others = {p for names in LAW_PARAMETERS.values() for p in names} - set(parameters)
    return {"required": list(parameters), "properties": dict.fromkeys(sorted(others), False)}


def _table(name: str, language: Language) -> Schema:
    keys = sections()[name]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: {"description": key.about[language], **_value(key)} for key in keys},
        "required": [key.name for key in keys if key.must],
    }


def _number(key: ScenarioKey) -> Schema:
    made: Schema = {"type": "integer" if key.whole or key.kind == "integer" else "number"}
    for word, bound in (("minimum", key.low), ("maximum", key.high), ("exclusiveMinimum", key.above)):
        if bound is not None:
            made[word] = bound
    return made


def _value(key: ScenarioKey) -> Schema:
    name: Schema = {"type": "string", "pattern": NAME}
    clock: Schema = {"type": "string", "pattern": _QUARTER if key.quarter else CLOCK}
    both: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["en", "es"],
        "properties": {"en": {"type": "string", "pattern": r"\S"}, "es": {"type": "string", "pattern": r"\S"}},
    }
    numbers: Schema = {"type": "array", "items": _number(key), "minItems": 1}
    forms: dict[str, Schema] = {
        "text": {"anyOf": [{"type": "string", "pattern": r"\S"}, both]},
        "name": name,
        "names": {"anyOf": [name, {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}]},
        "number": _number(key),
        "integer": _number(key),
        "clock": clock,
        "steps": {"anyOf": [_number(key), {**numbers, "maxItems": 96}]},
        "numbers": numbers,
        "clocks": {"type": "array", "items": {"type": "string", "pattern": CLOCK_SECONDS}},
        "choice": {"enum": list(key.choices)},
        "date": {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "table": {"$ref": f"#/$defs/{key.of}"},
        "tables": {"type": "array", "items": {"$ref": f"#/$defs/{key.of}"}},
    }
    return forms[key.kind]
