"""`/metrics`: what the instance is doing, in Prometheus' words.

Figures of the state and the log are shared, so every process tells the same; they are read when asked for, at most
every few seconds. Requests, memory and processor time are of the process that answers.
"""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Mapping

from litestar import Response, get
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from trenza.api.given import Registry
from trenza.api.tally import Tally
from trenza.app import Instance
from trenza.channels import count_by_state
from trenza.channels import next_due as next_message_due
from trenza.events import count_events
from trenza.kernel import Instant
from trenza.pipeline import CONSUMER
from trenza.segments import count_members
from trenza.storage import read_position

_FRESH = 5_000
_SECOND = 1_000


class Figures(Collector):
    """The shared figures of an instance, read anew when they are older than a few seconds."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._reading = threading.Lock()
        self._read_at: Instant | None = None
        self._found: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        """Prometheus asks."""
        with self._reading:
            now = self._instance.clock.now()
            if self._read_at is None or not 0 <= now - self._read_at < _FRESH:
                self._found = list(self._read(now))
                self._read_at = now
            return self._found

    def _read(self, now: Instant) -> Iterator[Metric]:
        with self._instance.database.read() as tx:
            done = read_position(tx, CONSUMER)
            stored = count_events(tx)
            states = count_by_state(tx)
            due = next_message_due(tx)
            members = count_members(tx)
        end = self._instance.log.end()
        lag = max(end - done.offset, 0)
        yield GaugeMetricFamily("trenza_events_stored", "Events admitted and kept.", value=stored)
        yield GaugeMetricFamily("trenza_log_end", "Offset of the last body in the log.", value=end)
        yield GaugeMetricFamily("trenza_log_processed", "Offset up to which the hallway has come.", value=done.offset)
        yield GaugeMetricFamily("trenza_log_lag", "Bodies of the log still to be taken.", value=lag)
        waited = max(now - due, 0) / _SECOND if due is not None else 0
        yield GaugeMetricFamily("trenza_outbox_late_seconds", "How long the most overdue message waits.", value=waited)
        outbox = GaugeMetricFamily("trenza_outbox_messages", "Messages by state.", labels=["channel", "state"])
        for (channel, state), count in sorted(states.items()):
            outbox.add_metric([channel, state], count)
        yield outbox
        inside = GaugeMetricFamily("trenza_segment_members", "People inside a segment.", labels=["segment"])
        for segment, count in sorted(members.items()):
            inside.add_metric([segment], count)
        yield inside


class Requests(Collector):
    """Answers of the collecting door in this process, by status."""

    def __init__(self, answered: Mapping[int, int]) -> None:
        self._answered = answered

    def collect(self) -> Iterable[Metric]:
        """Prometheus asks."""
        family = CounterMetricFamily("trenza_collect_requests", "Requests answered by /v1.", labels=["status"])
        for status, count in sorted(dict(self._answered).items()):
            family.add_metric([str(status)], count)
        return [family]


class Intakes(Collector):
    """What became of the events that were sent to this process, by source."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterable[Metric]:
        """Prometheus asks."""
        accepted = CounterMetricFamily("trenza_collect_accepted", "Events accepted.", labels=["source"])
        for source, count in sorted(self._tally.accepted.copy().items()):
            accepted.add_metric([source], count)
        rejected = CounterMetricFamily(
            "trenza_collect_rejected", "Items rejected: failed events.", labels=["source", "reason"]
        )
        for (source, reason), count in sorted(self._tally.rejected.copy().items()):
            rejected.add_metric([source, reason], count)
        limited = CounterMetricFamily(
            "trenza_collect_limited", "Requests refused because their source was past its limit.", labels=["source"]
        )
        for source, count in sorted(self._tally.limited.copy().items()):
            limited.add_metric([source], count)
        return [accepted, rejected, limited]


def make_registry(instance: Instance, tally: Tally) -> CollectorRegistry:
    """All figures of one process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(instance))
    registry.register(Requests(tally.answered))
    registry.register(Intakes(tally))
    ProcessCollector(registry=registry)
    return registry


@get("/metrics", opt={"public": True}, include_in_schema=False)
async def metrics(registry: Registry) -> Response[bytes]:
    """Prometheus' text format."""
    text = await asyncio.to_thread(generate_latest, registry)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)
