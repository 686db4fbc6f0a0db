"""A log and a state with two sources, and the way from one to the other."""

from typing import Any

from trenza.events import (
    Admission,
    Event,
    FailedEvent,
    Plans,
    Sources,
    TrackingPlan,
    add_source,
    list_failed,
    store_events,
)
from trenza.kernel import Instant, ManualClock, encode_json
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog

NOW: Instant = 1_772_445_600_000
"""2026-03-02T10:00:00Z."""
LEAF = 7


def track(message_id: str | None = "m1", **fields: Any) -> dict[str, Any]:
    """A valid track."""
    named = {} if message_id is None else {"messageId": message_id}
    return {"type": "track", "event": "E", "userId": "u1", **named, **fields}


class House:
    """What stands before the hallway, without the hallway."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.log = MemoryLog()
        self.clock = ManualClock(NOW)
        self.sources = Sources(database)
        self.plans = Plans()
        self.offset = 0
        add_source(database, "web", "web", "web-key", country="ES")
        add_source(database, "till", "till", "till-key", identifiers={"properties.card": "loyalty_card"})

    def plan(self, *plans: TrackingPlan) -> None:
        """Make plans live."""
        self.plans = Plans(plans)

    def arrive(self, *items: Any, source: str = "web", route: str = "batch", **root: Any) -> None:
        """A body arrives: a batch of items, or the one item of another route."""
        body = encode_json({"batch": items, **root} if route == "batch" else items[0])
        self.log.append([Entry(source, route, body)], self.clock.now())

    def admit(self, limit: int = 10_000, floor: Instant = 0) -> list[Event]:
        """Admit and store what is new in the log."""
        with self.database.write() as tx:
            records = self.log.read(self.offset, limit)
            events = Admission(self.sources, self.plans).admit(tx, records, floor)
            store_events(tx, [(event, LEAF) for event in events])
        self.offset = records[-1].offset if records else self.offset
        return events

    def failed(self) -> list[FailedEvent]:
        """Every failed event."""
        with self.database.read() as tx:
            return list(list_failed(tx))
