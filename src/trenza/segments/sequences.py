"""`sequence`: events in an order.

One pass through the groups of equal instants: for every number of steps done, the latest start that reaches it. Inside
a group the order is free, so its events are matched to the next steps by augmenting paths.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from trenza.definitions import Duration, add_duration
from trenza.events import Occurrence
from trenza.kernel import Instant
from trenza.profiles import Facts
from trenza.segments.conditions import SequenceCondition, Window
from trenza.segments.counting import compile_accept
from trenza.segments.model import FALSE, MOST_REASONS, Scope, Truth
from trenza.segments.paths import compile_checks
from trenza.segments.sameness import Key
from trenza.segments.shapes import Count
from trenza.segments.windows import compile_window, person_zone

Fits = Callable[[Occurrence, Key], bool]
Done = tuple[Instant, tuple[str, ...]]
"""Start of a sequence and the ids of its events."""


def compile_sequence(condition: SequenceCondition) -> Count:
    """Compile a `sequence` condition."""
    inside = compile_window(Window(within=condition.within))
    names = {step.name for step in condition.steps}
    fits = [
        _compile_step(step.name, compile_accept(compile_checks(step.where), condition.same)) for step in condition.steps
    ]

    def run(facts: Facts, scope: Scope, key: Key = None) -> Truth:
        if not names or not names <= facts.events.keys():
            return FALSE
        windows = [inside(facts, scope, facts.events[name]) for name in names]
        present = sorted((each for events, _ in windows for each in events), key=_order)
        ending = windows[0][1]
        best = _latest(present, fits, key, _span(condition.span, facts, scope))
        if best is None:
            return FALSE
        until = None
        if ending is not None:
            until = min(ending(each.timestamp) for each in present if each.timestamp >= best[0]) + 1
        return Truth(True, until, best[1][:MOST_REASONS])  # noqa: FBT003 — see Truth

    return run


def _compile_step(name: str, accept: Fits | None) -> Fits:
    if accept is None:
        return lambda occurrence, _: occurrence.name == name
    return lambda occurrence, key: occurrence.name == name and accept(occurrence, key)


def _span(span: Duration | None, facts: Facts, scope: Scope) -> Callable[[Instant], Instant] | None:
    """The last instant at which a sequence of a given start may end."""
    if span is None:
        return None
    zone = person_zone(facts, scope) if span.calendar_days else "UTC"
    return lambda start: add_duration(start, span, zone)


def _latest(
    events: Sequence[Occurrence], fits: Sequence[Fits], key: Key, latest_end: Callable[[Instant], Instant] | None
) -> Done | None:
    """The complete sequence with the latest start."""
    done: list[Done | None] = [None] * (len(fits) + 1)
    best: Done | None = None
    for at, group in groupby(events, key=lambda each: each.timestamp):
        together = list(group)
        done[0] = (at, ())
        for count in range(len(fits) - 1, -1, -1):
            begun = done[count]
            if begun is not None:
                for filled in _fill(together, fits[count:], key):
                    reached = count + len(filled)
                    other = done[reached]
                    if other is None or other[0] < begun[0]:
                        done[reached] = (begun[0], begun[1] + filled)
        complete = done[-1]
        if (
            complete
            and (latest_end is None or at <= latest_end(complete[0]))
            and (best is None or best[0] < complete[0])
        ):
            best = complete
    return best


def _fill(together: list[Occurrence], fits: Sequence[Fits], key: Key) -> list[tuple[str, ...]]:
    """For one step, two steps, … of those that come next: the ids of events of one instant that fill them."""
    if len(together) == 1:
        return [(together[0].message_id,)] if fits[0](together[0], key) else []
    filled: list[tuple[str, ...]] = []
    taken: dict[int, int] = {}
    for step in range(len(fits)):
        if not _augment(step, together, fits, key, taken, set()):
            break
        by_step = {each: place for place, each in taken.items()}
        filled.append(tuple(together[by_step[each]].message_id for each in range(step + 1)))
    return filled


def _augment(
    step: int, together: list[Occurrence], fits: Sequence[Fits], key: Key, taken: dict[int, int], seen: set[int]
) -> bool:
    for place, occurrence in enumerate(together):
        if place not in seen and fits[step](occurrence, key):
            seen.add(place)
            if place not in taken or _augment(taken[place], together, fits, key, taken, seen):
                taken[place] = step
                return True
    return False


def _order(occurrence: Occurrence) -> tuple[Instant, str]:
    return occurrence.timestamp, occurrence.message_id
