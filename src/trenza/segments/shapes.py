"""The shapes that nearly all event conditions have, each the short way: at least so many, or none at all.

They give the very truths that `counting` gives in general, reasons included.
"""

from collections.abc import Callable
from typing import Protocol

from trenza.events import Occurrence
from trenza.kernel import Instant
from trenza.profiles import Facts
from trenza.segments.conditions import EventCondition
from trenza.segments.model import FALSE, MOST_REASONS, TRUE, Scope, Truth
from trenza.segments.sameness import Key


class Count(Protocol):
    """The truth of an event condition, counting only events with the given value at the path of `same`."""

    def __call__(self, facts: Facts, scope: Scope, key: Key = None, /) -> Truth:
        """The truth at `scope.now`."""
        ...


Accept = Callable[[Occurrence, Key], bool]


def compile_shape(condition: EventCondition, accept: Accept | None) -> Count | None:
    """The short way of a condition; None where it has another shape."""
    window, name = condition.window, condition.name
    if condition.aggregates or condition.first or condition.last or len(condition.count) != 1:
        return None
    number, operation = condition.count[0].value, condition.count[0].operation
    calendar = window.within is not None and window.within.calendar_days
    if window.since is not None or window.until is not None or calendar or type(number) is not int:
        return None
    span = window.within.milliseconds if window.within is not None else None
    if operation == "gte" and number > 0:
        return _at_least(name, number, span) if accept is None else _at_least_accepted(name, number, span, accept)
    return _none_lately(name, span, accept) if operation == "is" and number == 0 and span is not None else None


def _at_least(name: str, least: int, span: int | None) -> Count:
    """Where every event of the name counts, the one that makes up the number has its place from the end."""
    reasons = min(least, MOST_REASONS)

    def run(facts: Facts, scope: Scope, _: Key = None) -> Truth:
        events = facts.events.get(name)
        if events is None or len(events) < least:
            return FALSE
        at = events[-least].timestamp
        if span is not None and at < scope.now - span:
            return FALSE
        until = None if span is None else at + span + 1
        because = (events[-1].message_id,) if least == 1 else _ids(events, reasons)
        return Truth(True, until, because)  # noqa: FBT003 — see Truth

    return run


def _ids(events: list[Occurrence], count: int) -> tuple[str, ...]:
    return tuple([each.message_id for each in events[: -count - 1 : -1]])


def _at_least_accepted(name: str, least: int, span: int | None, accept: Accept) -> Count:
    def run(facts: Facts, scope: Scope, key: Key = None) -> Truth:
        events = facts.events.get(name)
        if events is None or len(events) < least:
            return FALSE
        start = _start(events, scope.now, span)
        found: list[str] = []
        for occurrence in reversed(events):
            at = occurrence.timestamp
            if at < start:
                break
            if accept(occurrence, key):
                found.append(occurrence.message_id)
                if len(found) == least:
                    until = None if span is None else at + span + 1
                    return Truth(True, until, tuple(found[:MOST_REASONS]))  # noqa: FBT003 — see Truth
        return FALSE

    return run


def _none_lately(name: str, span: int, accept: Accept | None) -> Count:
    """Not one within the last while: false until the newest leaves the window, the two newest being the reason."""

    def run(facts: Facts, scope: Scope, key: Key = None) -> Truth:
        start = scope.now - span
        newest: Occurrence | None = None
        for occurrence in reversed(facts.events.get(name, ())):
            if occurrence.timestamp < start:
                break
            if accept is None or accept(occurrence, key):
                if newest is not None:
                    because = (newest.message_id, occurrence.message_id)
                    return Truth(False, newest.timestamp + span + 1, because)  # noqa: FBT003 — see Truth
                newest = occurrence
        if newest is None:
            return TRUE
        return Truth(False, newest.timestamp + span + 1, (newest.message_id,))  # noqa: FBT003 — the same

    return run


def _start(events: list[Occurrence], now: Instant, span: int | None) -> Instant:
    """The first instant that counts."""
    return events[0].timestamp if span is None else now - span
