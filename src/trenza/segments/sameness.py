"""`same: path`: events that speak of one thing.

Inside an `all` the value is settled by the first event of that `all`, outermost first: for at least one of its values
everything below holds, each event with the same path counting only what has that value. Alone: per value. In a run
it is the entering event's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from trenza.events import Occurrence
from trenza.kernel import JsonValue
from trenza.profiles import Facts
from trenza.segments.conditions import (
    AllCondition,
    AnyCondition,
    Condition,
    EventCondition,
    NoneCondition,
    SequenceCondition,
)
from trenza.segments.model import Scope
from trenza.segments.values import leaves, message_of, scalar_key
from trenza.segments.windows import Inside

Key = object
"""A value as `scalar_key` makes it."""
NO_VALUE: Final = ("missing",)
"""The key of an entering event without the path: no event has it."""


def has_key(message: JsonValue, parts: tuple[str, ...], key: Key) -> bool:
    """Whether a message has the value at the path; in a list any element may be it."""
    return any(scalar_key(value) == key for value, _ in leaves(message, parts))


def values_on(events: Iterable[Occurrence], path: str) -> Iterator[JsonValue]:
    """The different values at a path, in the order of the events."""
    parts = tuple(path.split("."))
    found: set[Key] = set()
    for occurrence in events:
        for value, _ in leaves(message_of(occurrence), parts):
            key = scalar_key(value)
            if key is not None and key not in found:
                found.add(key)
                yield value


def keys_of(value: JsonValue) -> list[Key]:
    """The keys that a settled value allows: its own, or those of its elements."""
    values = value if isinstance(value, list) else [value]
    return [key for key in map(scalar_key, values) if key is not None] or [NO_VALUE]


def settled(scope: Scope, path: str, value: JsonValue) -> Scope:
    """The scope in which a path has its value."""
    return Scope(scope.now, scope.zone, scope.steps, {**scope.same, path: value}, scope.segments)


def paths_of(condition: Condition) -> list[str]:
    """The paths that `same` names anywhere below, in the order of the text."""
    return list(dict.fromkeys(each.same for each in told(condition) if each.same))


def told(condition: Condition) -> Iterator[EventCondition | SequenceCondition]:
    """The conditions below that look at events, in the order of the text."""
    if isinstance(condition, EventCondition | SequenceCondition):
        yield condition
    elif isinstance(condition, AllCondition | AnyCondition | NoneCondition):
        for item in condition.items:
            yield from told(item)


def first_event(condition: AllCondition) -> EventCondition | SequenceCondition | None:
    """The first event of an `all`: the first that stands right in it; else the first below that is no `none`."""
    direct = [each for each in condition.items if isinstance(each, EventCondition | SequenceCondition)]
    wanted = [each for item in condition.items if not isinstance(item, NoneCondition) for each in told(item)]
    return next(iter([*direct, *wanted, *told(condition)]), None)


def values_settled_by(name: str, inside: Inside, facts: Facts, scope: Scope, path: str) -> Iterator[JsonValue]:
    """The values that events of a name have at a path, the newest first."""
    events, _ = inside(facts, scope, facts.events.get(name, ()))
    return values_on(reversed(events), path)
