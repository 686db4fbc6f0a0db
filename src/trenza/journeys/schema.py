"""JSON Schema of the documents of this room, for editors and forms; the readers are the law."""

from typing import Any

from trenza.journeys.model import DAYS, LEVELS
from trenza.segments import DURATION, INSTANT, KEY, LOCALISED, NAME, PREDICATE_SCHEMA

Schema = dict[str, Any]
_TIME: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_SIGNED: Schema = {"type": "string", "pattern": r"^-?(\d{1,15}(ms|s|m|h|d)|\d{1,6} calendar_day)$"}
_DAYS: Schema = {"type": "array", "items": {"enum": list(DAYS)}, "minItems": 1}
_SLUG: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"}
_STEPS: Schema = {"type": "array", "items": {"$ref": "#/$defs/step"}}
_WEIGHT: Schema = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
_PREDICATE: Schema = {"$ref": "#/$defs/predicate"}


def closed(properties: Schema, *required: str) -> Schema:
    """An object with these fields and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_WINDOW = closed({"from": _TIME, "to": _TIME, "days": _DAYS}, "from", "to")
_UNTIL: Schema = {
    "anyOf": [
        INSTANT,
        closed({"event": NAME, "same": NAME}, "event"),
        closed({"segment": KEY}, "segment"),
        closed({"trait": NAME, "offset": _SIGNED}, "trait"),
        closed({"local": {"anyOf": [_TIME, _WINDOW]}, "days": _DAYS}, "local"),
    ]
}
_WAIT: Schema = {"anyOf": [DURATION, closed({"until": _UNTIL, "for": DURATION, "timeout": DURATION, "name": NAME})]}
_SEND = closed(
    {
        "name": NAME,
        "channel": _SLUG,
        "any_of": {"type": "array", "items": _SLUG, "minItems": 1},
        "prefer": {"const": "person"},
        "template": {"anyOf": [KEY, {"type": "object", "additionalProperties": KEY}]},
        "fallback_after": DURATION,
        "fallback_unless": {"enum": list(LEVELS[1:])},
    },
    "template",
)
_ARM = closed({"if": _PREDICATE, "then": _STEPS}, "if", "then")
_BRANCH = closed({"name": NAME, "when": {"type": "array", "items": _ARM}, "else": _STEPS}, "when")
_EXPERIMENT = closed(
    {"name": NAME, "arms": {"type": "object", "additionalProperties": _WEIGHT}, "metric": {"const": "goal"}},
    "name",
    "arms",
)
_SPLIT_ARM = closed({"weight": _WEIGHT, "then": _STEPS}, "weight", "then")
_SPLIT = closed({"name": NAME, "arms": {"type": "object", "additionalProperties": _SPLIT_ARM}}, "name", "arms")
_CONSENT = closed(
    {"purpose": _SLUG, "channel": {"type": "string"}, "is": {"enum": ["granted", "denied"]}}, "purpose", "channel", "is"
)
_SET = closed({"name": NAME, "trait": {"type": "object"}, "consent": _CONSENT})
_TASK = closed({"name": NAME, "queue": _SLUG, "title": LOCALISED, "due": DURATION}, "queue", "title")
_STEP: Schema = {
    "anyOf": [
        closed({"wait": _WAIT}, "wait"),
        closed({"branch": _BRANCH}, "branch"),
        closed({"experiment": _EXPERIMENT}, "experiment"),
        closed({"split": _SPLIT}, "split"),
        closed({"send": _SEND}, "send"),
        closed({"set": _SET}, "set"),
        closed({"task": _TASK}, "task"),
        closed({"goto": NAME}, "goto"),
        closed({"end": {}}, "end"),
        {"const": "end"},
    ]
}
_ENTER = closed(
    {
        "event": NAME,
        "segment": KEY,
        "on": {"enum": ["entered", "left"]},
        "api": {"const": True},
        "instance": NAME,
        "if": _PREDICATE,
        "reenter": closed({"after": DURATION}, "after"),
    }
)
_POLICY = closed(
    {
        "purpose": _SLUG,
        "priority": {"type": "number"},
        "value": {"type": "number"},
        "caps": {"type": "array", "items": KEY},
        "quiet_hours": KEY,
        "expires": DURATION,
        "on_update": {"enum": ["pin", "move"]},
    },
    "purpose",
)
_EXIT = closed({"event": NAME, "same": NAME}, "event")
JOURNEY_SCHEMA: Schema = {
    **closed(
        {
            "kind": {"const": "Journey"},
            "key": KEY,
            "title": LOCALISED,
            "enter": _ENTER,
            "goal": closed({"event": NAME, "same": NAME, "within": DURATION, "value": NAME}, "event"),
            "exit": {"type": "array", "items": _EXIT},
            "holdout": closed({"percent": {"type": "number", "minimum": 0, "maximum": 100}}, "percent"),
            "policy": _POLICY,
            "steps": {**_STEPS, "minItems": 1},
        },
        "kind",
        "key",
        "enter",
        "policy",
        "steps",
    ),
    "$defs": {**PREDICATE_SCHEMA.get("$defs", {}), "predicate": {**PREDICATE_SCHEMA}, "step": _STEP},
}
CAP_SCHEMA = closed(
    {
        "kind": {"const": "Cap"},
        "key": KEY,
        "title": LOCALISED,
        "count": {"type": "integer", "minimum": 0, "maximum": 10_000},
        "within": DURATION,
        "channels": {"type": "array", "items": _SLUG, "minItems": 1},
    },
    "kind",
    "key",
    "count",
    "within",
)
QUIET_HOURS_SCHEMA = closed(
    {
        "kind": {"const": "QuietHours"},
        "key": KEY,
        "title": LOCALISED,
        "from": _TIME,
        "to": _TIME,
        "days": _DAYS,
        "zone": {"type": "string"},
    },
    "kind",
    "key",
    "from",
    "to",
)
_EXPECTED: Schema = {"type": "object", "properties": {"at": INSTANT, "person": NAME}, "required": ["at"]}
JOURNEY_TEST_SCHEMA = closed(
    {
        "kind": {"const": "JourneyTest"},
        "key": KEY,
        "title": LOCALISED,
        "uses": {"type": "array", "items": KEY},
        "zone": {"type": "string"},
        "assign": {"type": "object", "additionalProperties": {"type": "object"}},
        "people": {"type": "array", "items": {"type": "object"}},
        "timeline": {"type": "array", "items": {"type": "object"}},
        "until": INSTANT,
        "expect": {"type": "array", "items": _EXPECTED},
        "exactly": {"type": "boolean"},
    },
    "kind",
    "key",
    "timeline",
    "expect",
)
