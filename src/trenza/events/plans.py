"""Tracking plans: what an event of a name must look like, as JSON Schema, and what happens where it does not.

`accept` lets it pass, `flag` keeps the event with what is against it, `refuse` makes it a failed event. The schema
speaks of the `properties` of tracks, pages and screens (`Page Viewed`, `Screen Viewed`), and of the `traits` of
`Identify` and `Group`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from trenza.definitions import Document, Kind, Node, Reading
from trenza.kernel import JsonObject, JsonValue

PlanMode = Literal["accept", "flag", "refuse"]
_MODES: tuple[PlanMode, ...] = get_args(PlanMode)
_SHOWN = 5
_TRAITS = {"identify": "Identify", "group": "Group"}


class PlannedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says of one event name."""

    schema: dict[str, Any]
    mode: PlanMode


class TrackingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan for the events of some sources."""

    key: str
    events: dict[str, PlannedEvent]
    sources: tuple[str, ...] = ()
    """Names of the sources it speaks of; empty: all."""
    unplanned: PlanMode = "accept"
    """What happens to a track whose name the plan does not have."""


class PlanVerdict(msgspec.Struct, frozen=True, gc=False):
    """What all plans together say of one event."""

    violations: tuple[str, ...] = ()
    refused: bool = False


FINE = PlanVerdict()


class Plans:
    """Live plans, compiled once."""

    def __init__(self, plans: Iterable[TrackingPlan] = ()) -> None:
        self._plans = [(plan, {name: _validator(each.schema) for name, each in plan.events.items()}) for plan in plans]

    def __bool__(self) -> bool:
        return bool(self._plans)

    def check(self, source: str, message: JsonObject) -> PlanVerdict:
        """Hold a valid message of a source against every plan that speaks of it."""
        if not self._plans:
            return FINE
        name = _planned_name(message)
        violations: list[str] = []
        refused = False
        for plan, validators in self._plans:
            if plan.sources and source not in plan.sources:
                continue
            mode, found = _judge(plan, validators, name, message)
            if found and mode != "accept":
                violations += found
                refused = refused or mode == "refuse"
        return PlanVerdict(tuple(violations[:_SHOWN]), refused) if violations else FINE


def read_plan(document: Document, reading: Reading) -> TrackingPlan:
    """Read `kind: TrackingPlan`; every fault is noted."""
    fields = reading.mapping(document.node, ("kind", "key", "events"), ("title", "mode", "sources", "unplanned"))
    mode = _mode(reading, fields.get("mode"), "flag")
    sources = tuple(reading.text(each) for each in reading.items(fields["sources"])) if "sources" in fields else ()
    events = {name: _event(node, reading, mode) for name, node in reading.fields(fields["events"]).items()}
    unplanned = _mode(reading, fields.get("unplanned"), "accept")
    return TrackingPlan(key=document.key, events=events, sources=sources, unplanned=unplanned)


_MODE_SCHEMA = {"enum": list(_MODES)}
TRACKING_PLAN = Kind(
    name="TrackingPlan",
    read=read_plan,
    schema={
        "type": "object",
        "properties": {
            "kind": {"const": "TrackingPlan"},
            "key": {"type": "string"},
            "title": {"type": "string"},
            "mode": {**_MODE_SCHEMA, "description": "For events that say nothing else; `flag` where it is absent."},
            "sources": {"type": "array", "items": {"type": "string"}, "description": "Absent: all sources."},
            "unplanned": {**_MODE_SCHEMA, "description": "For tracks that the plan does not name."},
            "events": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"mode": _MODE_SCHEMA, "schema": {"type": ["object", "boolean"]}},
                    "required": ["schema"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["kind", "key", "events"],
        "additionalProperties": False,
    },
)


def _event(node: Node, reading: Reading, mode: PlanMode) -> PlannedEvent:
    fields = reading.mapping(node, ("schema",), ("mode",))
    schema = fields["schema"]
    plain = schema.plain()
    if not isinstance(plain, dict):
        reading.fields(schema)
        plain = {}
    _check_schema(schema, plain, reading)
    return PlannedEvent(schema=plain, mode=_mode(reading, fields.get("mode"), mode))


def _check_schema(node: Node, schema: JsonObject, reading: Reading) -> None:
    try:
        Draft202012Validator.check_schema(schema)
        list(_validator(schema).iter_errors({}))
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path)) or "its root"
        reading.fault(
            node, f"the JSON Schema is wrong at {place}: {error.message}", "see json-schema.org, draft 2020-12"
        )
    except (Unresolvable, RecursionError):
        reading.fault(node, "the JSON Schema refers to what is not in it", "write the schema out, or use `$defs`")


def _mode(reading: Reading, node: Node | None, default: PlanMode) -> PlanMode:
    if node is None:
        return default
    chosen = reading.choice(node, _MODES)
    return next(mode for mode in _MODES if mode == chosen)


def _validator(schema: JsonObject) -> Draft202012Validator:
    """A validator that never fetches what a schema refers to."""
    return Draft202012Validator(schema, registry=Registry())


def _planned_name(message: JsonObject) -> str:
    match message["type"]:
        case "track":
            return str(message["event"])
        case "page":
            return "Page Viewed"
        case "screen":
            return "Screen Viewed"
    return _TRAITS.get(message["type"], "")


def _judge(
    plan: TrackingPlan, validators: Mapping[str, Draft202012Validator], name: str, message: JsonObject
) -> tuple[PlanMode, Sequence[str]]:
    planned = plan.events.get(name)
    if planned is None:
        unknown = message["type"] == "track" and plan.unplanned != "accept"
        return plan.unplanned, [f"plan {plan.key}: the event is not planned"] if unknown else []
    checked: JsonValue = message.get("traits" if message["type"] in _TRAITS else "properties") or {}
    try:
        errors = sorted(validators[name].iter_errors(checked), key=lambda error: [str(part) for part in error.path])
    except RecursionError:
        return planned.mode, [f"plan {plan.key}: nested too deep for the plan"]
    return planned.mode, [_word(plan, error) for error in errors[:_SHOWN]]


def _word(plan: TrackingPlan, error: ValidationError) -> str:
    """What is against an event, without its values: they may be personal."""
    place = ".".join(map(str, error.absolute_path)) or "the properties"
    wanted: Any = error.validator_value
    had: Any = error.instance
    if error.validator == "required":
        missing = [name for name in wanted if name not in had]
        return f"plan {plan.key}: {place} breaks `required` (missing: {', '.join(missing[:_SHOWN])})"
    shown = f": {wanted}" if isinstance(wanted, str | int | float) else ""
    return f"plan {plan.key}: {place} breaks `{error.validator}{shown}`"
