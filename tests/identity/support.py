"""What the tests of identity share: short ways to say an event."""

from collections.abc import Sequence

from trenza.events import Event
from trenza.identity import Resolution, Resolver
from trenza.kernel import Instant
from trenza.storage import Database

SECRET = b"a secret of the tests"


def event(at: Instant, *identifiers: str, seq: int = 0, type_: str = "track", arrived: Instant | None = None) -> Event:
    """An event at an instant with `type:value` identifiers."""
    return Event(
        seq=seq,
        source=1,
        source_name="web",
        channel="web",
        message_id=f"m{seq}-{at}-{'-'.join(identifiers)}",
        type=type_,  # type: ignore[arg-type]  # a test says which
        name="Seen",
        timestamp=at,
        original_timestamp=at,
        sent_at=None,
        received_at=at if arrived is None else arrived,
        arrived_at=at if arrived is None else arrived,
        identifiers=tuple((each.split(":", 1)[0], each.split(":", 1)[1]) for each in identifiers),
        country="ES",
        message={},
    )


def resolve(
    database: Database, events: Sequence[Event], batch: int = 1_000, resolver: Resolver | None = None
) -> list[Resolution | None]:
    """Run events through a resolver in batches, as the hallway does."""
    resolver = resolver or Resolver(SECRET)
    found: list[Resolution | None] = []
    for start in range(0, len(events), batch):
        part = events[start : start + batch]
        with database.write() as tx:
            resolver.load(tx, part)
            found.extend(resolver.resolve(each) for each in part)
            resolver.store(tx)
    return found
