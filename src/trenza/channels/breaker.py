"""A circuit breaker: a provider that is down is left alone for a while, so that its messages keep their attempts.

Three troubles of the whole lane in a row open it: 10 s, then twice as long each time up to 5 min. When the time is up
one message is let through; it closes the breaker or opens it again. What only its own message spoilt does not count.
"""

import threading

from trenza.kernel import Instant

_TROUBLES = 3
_FIRST_REST = 10_000
_LONGEST_REST = 300_000


class Breaker:
    """The state of one lane; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._troubles = 0
        self._rests = 0
        self._closed_from: Instant = 0

    def room(self, now: Instant, wanted: int) -> int:
        """How many deliveries may begin now: all, one to try, or none."""
        with self._lock:
            if now < self._closed_from:
                return 0
            return 1 if self._rests else wanted

    def well(self) -> None:
        """A delivery got through."""
        with self._lock:
            self._troubles = self._rests = 0

    def trouble(self, now: Instant, retry_after: int | None = None) -> None:
        """A delivery failed and not by its own fault; a provider that names a time gets it at once."""
        with self._lock:
            self._troubles += 1
            if self._troubles < _TROUBLES and not self._rests and retry_after is None:
                return
            rest = min(_LONGEST_REST, _FIRST_REST * 2**self._rests)
            self._rests += 1
            self._troubles = 0
            self._closed_from = now + max(rest, retry_after or 0)

    def is_open(self, now: Instant) -> bool:
        """Nothing may begin now."""
        return self.room(now, 1) == 0
