"""The limits of sources, held in this process: a bucket each, and no query.

Every process that collects counts for itself, so two collectors let twice as much in.
"""

from collections import Counter
from collections.abc import Sequence

from trenza.events import Bucket, Limit, Source, full, take, wait_for
from trenza.kernel import Clock, Instant, TrenzaError

_SECOND = 1_000


class TooFast(TrenzaError):
    """A source sends more than it may. Nothing of what was sent is kept."""

    status = 429
    code = "too_many_requests"
    title = "Too fast"

    def __init__(self, wait: int) -> None:
        super().__init__("the source sends faster than its limit", "send it again later")
        self.retry_after = max(-(-wait // _SECOND), 1)


class Limiter:
    """The buckets.

    Args:
        clock: tells how long a source has rested.
        refused: where refusals are counted, by source.
    """

    def __init__(self, clock: Clock, refused: Counter[str]) -> None:
        self._clock = clock
        self._refused = refused
        self._buckets: dict[int, Bucket] = {}

    def check(self, source: Source | None) -> None:
        """Refuse a source that may not send a single event now, before its body costs anything; takes nothing.

        Raises:
            TooFast: it has to wait.
        """
        if source is not None and source.limit is not None:
            self._refuse(source, source.limit, 1, self._clock.now())

    def take(self, shares: Sequence[tuple[Source | None, int]]) -> None:
        """Let events of these sources in, all or none of them.

        Raises:
            TooFast: one of the sources has to wait; nothing was taken from the others.
        """
        limited = [(source, source.limit, events) for source, events in shares if source and source.limit]
        if not limited:
            return
        now = self._clock.now()
        for source, limit, events in limited:
            self._refuse(source, limit, events, now)
        for source, limit, events in limited:
            self._buckets[source.id] = take(self._bucket(source, limit, now), limit, events, now)

    def _refuse(self, source: Source, limit: Limit, events: int, now: Instant) -> None:
        if wait := wait_for(self._bucket(source, limit, now), limit, events, now):
            self._refused[source.name] += 1
            raise TooFast(wait)

    def _bucket(self, source: Source, limit: Limit, now: Instant) -> Bucket:
        return self._buckets.get(source.id) or full(limit, now)
