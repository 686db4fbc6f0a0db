"""The conditions that the language has in force, described for a page that offers them.

Which there are and what fields they have is read from the schema; only what a schema cannot say stands here: what a
text names, and the least that is worth inserting.
"""

from collections.abc import Mapping
from typing import Any

from trenza.definitions import FieldType, Form, Offers, Schemas, form_of
from trenza.kernel import JsonValue
from trenza.segments.schema import DURATION, INSTANT, LOCALISED, PREDICATE_SCHEMA

PREDICATE_REF: dict[str, Any] = {"$ref": "#/$defs/predicate"}
KNOWN: tuple[tuple[Mapping[str, Any], FieldType], ...] = (
    (DURATION, "duration"),
    (INSTANT, "instant"),
    (LOCALISED, "localised"),
    (PREDICATE_REF, "predicate"),
    ({"type": "array", "items": PREDICATE_REF}, "predicates"),
)
"""Schemas that are types of their own."""
_NAMES = {
    ("event", "name"): "event",
    ("event", "same"): "path",
    ("sequence", "same"): "path",
    ("sequence", "steps", "*"): "event",
    ("sequence", "steps", "*", "name"): "event",
    ("trait",): "trait",
    ("segment",): "Segment",
    ("consent", "purpose"): "purpose",
    ("consent", "channel"): "channel",
    ("reachable",): "channel",
    ("step",): "wait",
    ("event", "where"): "path",
    ("event", "first"): "path",
    ("event", "last"): "path",
    ("event", "sum"): "path",
    ("event", "avg"): "path",
    ("event", "min"): "path",
    ("event", "max"): "path",
}
_DEFAULTS: dict[tuple[str, ...], JsonValue] = {("event", "count"): {"gte": 1}}


def describe_predicates(offers: Offers | None = None, *, in_journey: bool = False) -> tuple[Form, ...]:
    """Every condition that may be inserted.

    Args:
        offers: names to begin with; a reference that has none begins empty.
        in_journey: also what only a run can be asked (`step`).
    """
    bodies = {key: body for each in PREDICATE_SCHEMA["oneOf"] for key, body in each["properties"].items()}
    schemas = Schemas(KNOWN, meaning)
    return tuple(
        form_of(key, schemas.field(key, body, (key,), required=True), {key: _least(key, offers or Offers())})
        for key, body in bodies.items()
        if key != "step" or in_journey
    )


def meaning(way: tuple[str, ...]) -> tuple[str, JsonValue]:
    """What a field of a condition names, and its default."""
    return _NAMES.get(way, ""), _DEFAULTS.get(way)


def _least(key: str, offers: Offers) -> JsonValue:
    first = offers.first
    skeletons: dict[str, JsonValue] = {
        "all": [],
        "any": [],
        "none": [],
        "event": {"name": first("event"), "within": "30d"},
        "sequence": {"steps": [first("event"), first("event")], "within": "7d"},
        "trait": {first("trait") or "email": {"exists": True}},
        "segment": first("Segment"),
        "consent": {"purpose": first("purpose"), "channel": first("channel"), "is": "granted"},
        "reachable": first("channel"),
        "bucket": {"salt": "half", "from": 0, "to": 5_000},
        "step": {first("wait"): "timeout"},
    }
    return skeletons[key]
