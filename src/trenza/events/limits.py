"""How fast a source may send: a bucket of tokens, one an event, filled at its rate up to its burst. A pure rule.

A batch that is larger than the burst goes in when the bucket is full and leaves it in debt, so that the rate holds in
the long run and no batch waits for ever. Counted in thousandths of an event, which makes a millisecond's share whole.
"""

import msgspec

from trenza.kernel import Instant

_THOUSANDTHS = 1000


class Limit(msgspec.Struct, frozen=True):
    """What a source may send."""

    rate: int
    """Events a second in the long run, 1 or more."""
    burst: int
    """Events at once after a rest, 1 or more."""


class Bucket(msgspec.Struct, frozen=True):
    """How much of a limit is left."""

    level: int
    """Thousandths of an event; below 0 it is in debt."""
    at: Instant
    """When that was so."""


def full(limit: Limit, now: Instant) -> Bucket:
    """The bucket of a source that has rested."""
    return Bucket(limit.burst * _THOUSANDTHS, now)


def wait_for(bucket: Bucket, limit: Limit, events: int, now: Instant) -> int:
    """Milliseconds until so many events may come at once; 0: now."""
    lacking = min(events, limit.burst) * _THOUSANDTHS - _level(bucket, limit, now)
    return max(-(-lacking // limit.rate), 0)


def take(bucket: Bucket, limit: Limit, events: int, now: Instant) -> Bucket:
    """The bucket after so many events."""
    return Bucket(_level(bucket, limit, now) - events * _THOUSANDTHS, now)


def _level(bucket: Bucket, limit: Limit, now: Instant) -> int:
    """A clock that was set back fills nothing, and takes nothing away."""
    return min(bucket.level + limit.rate * max(now - bucket.at, 0), limit.burst * _THOUSANDTHS)
