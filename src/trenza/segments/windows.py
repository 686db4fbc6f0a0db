"""Windows of event time: closed at both ends, never bucketed; the first instant outside is the end + 1 ms.

A window of calendar days ends, for each event, at the same local time that many local days after it.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from trenza.definitions import Duration, add_duration, zone_of
from trenza.events import Occurrence
from trenza.kernel import Instant
from trenza.profiles import Facts
from trenza.segments.conditions import Window
from trenza.segments.model import Scope

_DAY = 86_400_000
Ending = Callable[[Instant], Instant] | None
"""Last instant at which an event of a given time is still inside; None where it never leaves."""
Inside = Callable[[Facts, Scope, Sequence[Occurrence]], tuple[Sequence[Occurrence], Ending]]


def person_zone(facts: Facts, scope: Scope) -> str:
    """The zone that the person's local days are counted in."""
    return zone_of(facts.trait("timezone"), scope.zone)


def compile_window(window: Window) -> Inside:
    """Who is inside at `scope.now`, in order of event time, and when each leaves."""
    if window.within is None:
        return lambda _, __, events: (_absolute(window, events), None)
    if window.within.calendar_days:
        return _calendar(window.within)
    span = window.within.milliseconds

    def ending(at: Instant) -> Instant:
        return at + span

    def exact(_: Facts, scope: Scope, events: Sequence[Occurrence]) -> tuple[Sequence[Occurrence], Ending]:
        if not events or events[0].timestamp >= scope.now - span:
            return events, ending
        return events[bisect_left(events, scope.now - span, key=_time) :], ending

    return exact


def _absolute(window: Window, events: Sequence[Occurrence]) -> Sequence[Occurrence]:
    if window.since is not None:
        events = events[bisect_left(events, window.since, key=_time) :]
    if window.until is not None:
        events = events[: bisect_left(events, window.until + 1, key=_time)]
    return events


def _calendar(within: Duration) -> Inside:
    longest = (within.calendar_days + 3) * _DAY
    shortest = (within.calendar_days - 2) * _DAY  # no zone has ever moved its clocks by two days

    def inside(facts: Facts, scope: Scope, events: Sequence[Occurrence]) -> tuple[Sequence[Occurrence], Ending]:
        zone = person_zone(facts, scope)
        near = events[bisect_left(events, scope.now - longest, key=_time) :]

        def ending(at: Instant) -> Instant:
            return add_duration(at, within, zone)

        surely = bisect_left(near, scope.now - shortest, key=_time)
        edge = [each for each in near[:surely] if ending(each.timestamp) >= scope.now]
        return [*edge, *near[surely:]], ending

    return inside


def _time(occurrence: Occurrence) -> Instant:
    return occurrence.timestamp
