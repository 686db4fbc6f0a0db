"""A small instance for the collecting door: sources, plans and a log, and a request without a network."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from trenza.api.collect import Collector
from trenza.events import Admission, Event, Plans, Sources, TrackingPlan, store_events
from trenza.events.model import StoredEvent
from trenza.events.store import find_events
from trenza.kernel import Clock, Instant, ManualClock, decode_json, encode_json
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import GroupCommit, Log, MemoryLog

NOW: Instant = 1_772_445_600_000
"""2026-03-02T10:00:00Z."""


class CollectingInstance:
    """What the door needs, over a database and a log."""

    def __init__(self, database: Database, log: Log | None = None, clock: Clock | None = None, **settings: Any) -> None:
        self.settings = msgspec.structs.replace(Settings(), **settings)
        self.database = database
        self.clock = clock or ManualClock(NOW)
        self.log = log or MemoryLog()
        self.sources = Sources(database)
        self.plans = Plans()
        self.group = GroupCommit(self.log, self.clock)
        self.collector = Collector(self)
        self._offset = 0

    def plan(self, *plans: TrackingPlan) -> None:
        """Make plans live."""
        self.plans = Plans(plans)

    def admit(self, limit: int = 100_000) -> list[Event]:
        """Admit what the log holds anew, and keep it; every event hangs on leaf 7."""
        with self.database.write() as tx:
            records = self.log.read(self._offset, limit)
            events = Admission(self.sources, self.plans).admit(tx, records, 0)
            store_events(tx, [(event, 7) for event in events])
        self._offset = records[-1].offset if records else self._offset
        return events

    def stored(self, *message_ids: str) -> list[StoredEvent]:
        """Stored events by message id."""
        with self.database.read() as tx:
            return find_events(tx, message_ids)

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> "Response":
        """One POST; a body that is not bytes is sent as JSON."""
        return self.request("POST", path, body if isinstance(body, bytes) else encode_json(body), headers)

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> "Response":
        """One request, in chunks of 64 KB."""
        return asyncio.run(self._request(method, path, body, headers or {}))

    async def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> "Response":
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": plain,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        chunks = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.collector(scope, receive, send)
        given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Response(sent[0]["status"], given, sent[1]["body"])

    def close(self) -> None:
        """Stop the group commit."""
        self.group.close()


class Response(msgspec.Struct):
    """An answer of the door."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return decode_json(self.body)
