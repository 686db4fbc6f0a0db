"""A lane is a channel's own way out: its adapter, its threads, its breaker. A slow provider blocks no other lane."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from trenza.channels.breaker import Breaker
from trenza.channels.port import Accepted, Adapter, Answer, Delivery, Refused, Unknown
from trenza.kernel import Clock, Instant


class Lane:
    """One channel's way out."""

    def __init__(self, channel: str, adapter: Adapter) -> None:
        self.channel = channel
        self.adapter = adapter
        self.breaker = Breaker()
        self.pool = ThreadPoolExecutor(max(1, adapter.concurrency), thread_name_prefix=f"deliver-{channel}")

    def attempt(self, delivery: Delivery, begin_before: Instant, clock: Clock) -> Answer | None:
        """Hand one message over; None where it was not begun, because the lease runs out or the provider is down."""
        if clock.now() > begin_before or self.breaker.is_open(clock.now()):
            return None
        try:
            answer = self.adapter.deliver(delivery)
        except Exception as error:  # noqa: BLE001 — an adapter that breaks may have sent already
            answer = Unknown(f"the adapter broke: {type(error).__name__}")
        self._learn(answer, clock.now())
        return answer

    def close(self) -> None:
        """Let what is under way end."""
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _learn(self, answer: Answer, now: Instant) -> None:
        if isinstance(answer, Unknown):
            self.breaker.trouble(now)
        elif isinstance(answer, Refused) and answer.whole_lane:
            self.breaker.trouble(now, answer.retry_after)
        elif isinstance(answer, Accepted | Refused):
            self.breaker.well()


class Lanes:
    """The lanes of all channels, made as they are needed.

    Args:
        adapters: by channel.
        other: for every channel that has no adapter of its own.
    """

    def __init__(self, adapters: Mapping[str, Adapter], other: Adapter) -> None:
        self._adapters = adapters
        self._other = other
        self._lanes: dict[str, Lane] = {}
        self._lock = Lock()

    def lane(self, channel: str) -> Lane:
        """The lane of a channel."""
        with self._lock:
            if channel not in self._lanes:
                self._lanes[channel] = Lane(channel, self._adapters.get(channel, self._other))
            return self._lanes[channel]

    def close(self) -> None:
        """Let what is under way end."""
        for lane in self._lanes.values():
            lane.close()
