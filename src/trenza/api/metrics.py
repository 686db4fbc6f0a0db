"""`/metrics`: what the instance is doing, in Prometheus' words.

Figures are read when asked for, from the state that all processes share, so that every role tells the same; the
process's own memory and time come from `prometheus_client`.
"""

import asyncio
from collections.abc import Iterable

from litestar import Response, get
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from trenza.api.given import Here
from trenza.app import Instance


class _Figures(Collector):
    """The shared state's figures at one instant."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield GaugeMetricFamily(
            "trenza_log_end", "Offset of the last body in the event log.", value=self._instance.log.end()
        )


@get("/metrics", opt={"public": True}, include_in_schema=False)
async def metrics(instance: Here) -> Response[bytes]:
    """Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(instance))
    ProcessCollector(registry=registry)
    text = await asyncio.to_thread(generate_latest, registry)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)
