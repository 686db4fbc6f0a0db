"""JSON Schema of segments and predicates, made of the same tables that the readers use."""

from typing import Any

from trenza.definitions import RESULTS, TYPES
from trenza.segments.comparisons import OF_NUMBERS, OF_TRAITS, OF_VALUES
from trenza.segments.reading import AGGREGATES, OUTCOMES, STATUSES

Schema = dict[str, Any]
DURATION: Schema = {"type": "string", "pattern": r"^(\d{1,15}(ms|s|m|h|d)|\d{1,6} calendar_day)$"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
KEY: Schema = {"type": "string", "pattern": r"^[^\W_][\w.-]{0,99}$"}
NAME: Schema = {"type": "string", "minLength": 1}
LOCALISED: Schema = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z]{2,3}$"},
            "additionalProperties": {"type": "string"},
        },
    ]
}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_NUMBER: Schema = {"type": "number"}
_VALUES: dict[str, Schema] = {
    "is": _SCALAR,
    "is_not": _SCALAR,
    "in": {"type": "array", "items": _SCALAR},
    "not_in": {"type": "array", "items": _SCALAR},
    "gt": _NUMBER,
    "gte": _NUMBER,
    "lt": _NUMBER,
    "lte": _NUMBER,
    "between": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    "contains": _SCALAR,
    "starts_with": {"type": "string"},
    "ends_with": {"type": "string"},
    "exists": {"type": "boolean"},
    "before": INSTANT,
    "after": INSTANT,
    "within_last": DURATION,
    "anniversary": {"type": "boolean"},
}


def _closed(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _operations(names: tuple[str, ...], **beside: Schema) -> Schema:
    properties = {**{name: _VALUES[name] for name in names}, **beside}
    return {"type": "object", "properties": properties, "minProperties": 1, "additionalProperties": False}


def _by_path(operations: Schema) -> Schema:
    return {"type": "object", "minProperties": 1, "additionalProperties": operations}


def _predicate() -> Schema:
    inner: Schema = {"$ref": "#/$defs/predicate"}
    listed: Schema = {"type": "array", "items": inner}
    tests = _by_path(_operations(OF_VALUES, fold={"type": "boolean"}))
    forms: dict[str, Schema] = {
        "all": listed,
        "any": listed,
        "none": listed,
        "event": _event(tests),
        "sequence": _sequence(tests),
        "trait": _by_path(_operations(OF_TRAITS, **{"fold": {"type": "boolean"}, "for": DURATION})),
        "segment": KEY,
        "consent": _closed(
            {"purpose": NAME, "channel": NAME, "is": {"enum": list(STATUSES)}}, ["purpose", "channel", "is"]
        ),
        "reachable": NAME,
        "bucket": _closed({"salt": NAME, "from": _bucket(), "to": _bucket()}, ["salt", "from", "to"]),
        "step": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {"enum": list(OUTCOMES)},
        },
    }
    return {"oneOf": [_closed({name: form}, [name]) for name, form in forms.items()]}


def _event(tests: Schema) -> Schema:
    numbers = _operations(OF_NUMBERS)
    properties: Schema = {
        "name": NAME,
        "within": DURATION,
        "since": INSTANT,
        "between": {"type": "array", "items": INSTANT, "minItems": 2, "maxItems": 2},
        "where": tests,
        "count": numbers,
        **{function: _by_path(numbers) for function in AGGREGATES},
        "first": tests,
        "last": tests,
        "same": NAME,
    }
    return _closed(properties, ["name"])


def _sequence(tests: Schema) -> Schema:
    step: Schema = {"anyOf": [NAME, _closed({"name": NAME, "where": tests}, ["name"])]}
    steps: Schema = {"type": "array", "items": step, "minItems": 1, "maxItems": 50}
    return _closed({"steps": steps, "within": DURATION, "span": DURATION, "same": NAME}, ["steps"])


def _bucket() -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": 10_000}


PREDICATE_SCHEMA: Schema = _predicate()
"""To be put under `$defs/predicate` of a document's schema and named by `{"$ref": "#/$defs/predicate"}`."""
SEGMENT_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Segment",
    **_closed(
        {"kind": {"const": "Segment"}, "key": KEY, "title": LOCALISED, "where": {"$ref": "#/$defs/predicate"}},
        ["kind", "key", "where"],
    ),
    "$defs": {"predicate": PREDICATE_SCHEMA},
}

_TEXTS: Schema = {"type": "array", "items": NAME}
_ID: Schema = {"type": ["string", "integer"]}
_IDS: Schema = {"userId": _ID, "anonymousId": _ID}
_SOMEBODY: Schema = {"anyOf": [{"required": ["userId"]}, {"required": ["anonymousId"]}]}
PEOPLE: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            **_IDS,
            "traits": {"type": "object"},
            "push": _TEXTS,
            "web_push": _TEXTS,
            "consent": {"type": "object", "additionalProperties": _TEXTS},
        },
        "additionalProperties": False,
        **_SOMEBODY,
    },
}
"""`people` of a test: known before the first item."""
_ITEMS: Schema = {
    "event": {"type": "object", "required": ["type"], "properties": {"type": {"enum": list(TYPES)}}},
    "receipt": _closed(
        {"step": NAME, "result": {"enum": list(RESULTS)}, "person": _ID, "journey": NAME, "channel": NAME},
        ["step", "result"],
    ),
    "consent": {
        **_closed(
            {**_IDS, "purpose": NAME, "channel": NAME, "is": {"enum": ["granted", "denied"]}},
            ["purpose", "channel", "is"],
        ),
        **_SOMEBODY,
    },
    "suppress": _closed({"channel": NAME, "address": NAME, "reason": {"type": "string"}}, ["channel", "address"]),
}


def _timeline(*forms: str) -> Schema:
    return {
        "type": "array",
        "items": {"oneOf": [_closed({"at": INSTANT, form: _ITEMS[form]}, ["at", form]) for form in forms]},
    }


TIMELINE: Schema = _timeline("event", "receipt", "consent", "suppress")
"""`timeline` of a journey's test."""
SEGMENT_TEST_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "SegmentTest",
    **_closed(
        {
            "kind": {"const": "SegmentTest"},
            "key": KEY,
            "uses": {"type": "array", "items": KEY},
            "zone": NAME,
            "people": PEOPLE,
            "timeline": _timeline("event", "consent", "suppress"),
            "expect": {
                "type": "array",
                "items": _closed(
                    {"at": INSTANT, "segment": KEY, "members": {"type": "array", "items": _ID}},
                    ["at", "segment", "members"],
                ),
            },
        },
        ["kind", "key", "timeline", "expect"],
    ),
}
