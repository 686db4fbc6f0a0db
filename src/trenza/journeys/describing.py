"""The steps and sections of a journey that the language has in force, described for a page that offers them."""

from collections.abc import Mapping

from trenza.definitions import Definitions, FieldType, Form, Offers, Schemas, form_of
from trenza.journeys.model import DEFAULT_HOLDOUT, SERVICE
from trenza.journeys.schema import JOURNEY_SCHEMA
from trenza.kernel import JsonValue
from trenza.segments import DURATION, INSTANT, LOCALISED

_STEPS = {"type": "array", "items": {"$ref": "#/$defs/step"}}
_PREDICATE = {"$ref": "#/$defs/predicate"}
_SIGNED = {"type": "string", "pattern": r"^-?(\d{1,15}(ms|s|m|h|d)|\d{1,6} calendar_day)$"}
_KNOWN: tuple[tuple[Mapping[str, object], FieldType], ...] = (
    (DURATION, "duration"),
    (_SIGNED, "duration"),
    (INSTANT, "instant"),
    (LOCALISED, "localised"),
    (_PREDICATE, "predicate"),
    ({"type": "array", "items": _PREDICATE}, "predicates"),
    (_STEPS, "steps"),
)
_NAMES = {
    ("wait", "until", "event"): "event",
    ("wait", "until", "same"): "path",
    ("wait", "until", "segment"): "Segment",
    ("wait", "until", "trait"): "trait",
    ("send", "channel"): "channel",
    ("send", "any_of", "*"): "channel",
    ("send", "template"): "Template",
    ("send", "template", "*"): "Template",
    ("set", "trait"): "trait",
    ("set", "consent", "purpose"): "purpose",
    ("set", "consent", "channel"): "channel",
    ("goto",): "step",
    ("enter", "event"): "event",
    ("enter", "segment"): "Segment",
    ("enter", "instance"): "path",
    ("goal", "event"): "event",
    ("goal", "same"): "path",
    ("goal", "value"): "path",
    ("exit", "*", "event"): "event",
    ("exit", "*", "same"): "path",
    ("policy", "purpose"): "purpose",
    ("policy", "caps", "*"): "Cap",
    ("policy", "quiet_hours"): "QuietHours",
}
_DEFAULTS: dict[tuple[str, ...], JsonValue] = {
    ("send", "fallback_unless"): "delivered",
    ("enter", "on"): "entered",
    ("holdout", "percent"): DEFAULT_HOLDOUT,
    ("policy", "priority"): 0,
    ("policy", "value"): 0,
    ("policy", "on_update"): "pin",
}
_SECTIONS = ("enter", "goal", "exit", "holdout", "policy")


def describe_steps(offers: Offers | None = None) -> tuple[Form, ...]:
    """Every step that may be inserted; a reference that has no name to begin with begins empty."""
    step = JOURNEY_SCHEMA["$defs"]["step"]["anyOf"]
    bodies = {key: body for each in step for key, body in each.get("properties", {}).items()}
    schemas = Schemas(_KNOWN, _meaning)
    return tuple(
        form_of(key, schemas.field(key, body, (key,), required=True), _least_step(key, offers or Offers()))
        for key, body in bodies.items()
    )


def describe_sections(offers: Offers | None = None) -> tuple[Form, ...]:
    """The parts of a journey beside its steps: how it is entered, its goal, exits, hold-out and policy."""
    schemas = Schemas(_KNOWN, _meaning)
    required = JOURNEY_SCHEMA["required"]
    return tuple(
        form_of(
            key,
            schemas.field(key, JOURNEY_SCHEMA["properties"][key], (key,), required=key in required),
            {key: _least_section(key, offers or Offers())},
        )
        for key in _SECTIONS
    )


def offers_of(definitions: Definitions, names: Mapping[str, tuple[str, ...]] | None = None) -> Offers:
    """The keys of the documents in force, with what else the page knows (`event`, `trait`, `wait`, …)."""
    kinds = ("Segment", "Template", "Cap", "QuietHours")
    purposes = {journey.policy.purpose for journey in definitions.of("Journey").values()}
    own = {kind: tuple(sorted(definitions.of(kind))) for kind in kinds}
    channels = {
        channel for template in definitions.of("Template").values() for channel in getattr(template, "channels", ())
    }
    return Offers(
        names={
            **own,
            "purpose": tuple(sorted(purposes | {SERVICE})),
            "channel": tuple(sorted(channels)),
            **(names or {}),
        }
    )


def _meaning(way: tuple[str, ...]) -> tuple[str, JsonValue]:
    return _NAMES.get(way, ""), _DEFAULTS.get(way)


def _least_step(key: str, offers: Offers) -> JsonValue:
    first = offers.first
    arm: JsonValue = {"weight": 50, "then": []}
    skeletons: dict[str, JsonValue] = {
        "wait": {"wait": "1h"},
        "branch": {"branch": {"when": [{"if": {"all": []}, "then": []}]}},
        "experiment": {"experiment": {"name": "test", "arms": {"a": 50, "b": 50}}},
        "split": {"split": {"name": "ways", "arms": {"a": arm, "b": arm}}},
        "send": {"send": {"channel": first("channel"), "template": first("Template")}},
        "set": {"set": {"trait": {first("trait") or "note": True}}},
        "task": {"task": {"queue": "callbacks", "title": "…"}},
        "goto": {"goto": first("step")},
        "end": {"end": {}},
    }
    return skeletons[key]


def _least_section(key: str, offers: Offers) -> JsonValue:
    first = offers.first
    skeletons: dict[str, JsonValue] = {
        "enter": {"event": first("event")},
        "goal": {"event": first("event"), "within": "7d"},
        "exit": [{"event": first("event")}],
        "holdout": {"percent": DEFAULT_HOLDOUT},
        "policy": {"purpose": first("purpose")},
    }
    return skeletons[key]
