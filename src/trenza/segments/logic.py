"""How truths add up, and how long the sum lasts.

A false `all` stays false as long as one of its false parts does, a true one until the first of its parts may change;
`any` is the mirror. So `until` is the tightest instant that the parts give, and nobody is woken for nothing.
"""

from collections.abc import Iterable

from trenza.kernel import Instant
from trenza.segments.model import FALSE, MOST_REASONS, TRUE, Truth


def all_of(truths: Iterable[Truth]) -> Truth:
    """Every one holds."""
    against: Truth | None = None
    soonest: Instant | None = None
    because: tuple[str, ...] = ()
    for truth in truths:
        if not truth.holds:
            if truth.until is None:
                return truth
            if against is None or (against.until or 0) < truth.until:
                against = truth
        elif against is None:
            soonest = earlier(soonest, truth.until)
            because += truth.because
    if against is not None:
        return against
    return TRUE if soonest is None and not because else Truth(True, soonest, _few(because))  # noqa: FBT003 — see Truth


def any_of(truths: Iterable[Truth]) -> Truth:
    """At least one holds."""
    best: Truth | None = None
    soonest: Instant | None = None
    because: tuple[str, ...] = ()
    for truth in truths:
        if truth.holds:
            if truth.until is None:
                return truth
            if best is None or (best.until or 0) < truth.until:
                best = truth
        elif best is None:
            soonest = earlier(soonest, truth.until)
            because += truth.because
    if best is not None:
        return best
    return FALSE if soonest is None and not because else Truth(False, soonest, _few(because))  # noqa: FBT003 — the same


def first_of(truths: Iterable[Truth]) -> Truth:
    """At least one of many holds: the first that does is enough, and lasts at least as long as it says."""
    against = []
    for truth in truths:
        if truth.holds:
            return truth
        against.append(truth)
    return any_of(against)


def opposite(truth: Truth) -> Truth:
    """It does not hold."""
    if truth is FALSE or truth is TRUE:
        return TRUE if truth is FALSE else FALSE
    return Truth(not truth.holds, truth.until, truth.because)


def earlier(one: Instant | None, other: Instant | None) -> Instant | None:
    """The earlier of two instants, None being never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _few(because: tuple[str, ...]) -> tuple[str, ...]:
    return because if len(because) <= 1 else tuple(dict.fromkeys(because))[:MOST_REASONS]
