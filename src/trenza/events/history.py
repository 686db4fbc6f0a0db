"""Stored events, read: a person's timeline and the export."""

from collections.abc import Callable, Collection, Iterator, Mapping

import msgspec

from trenza.events import store
from trenza.events.model import INTERNAL, Source, StoredEvent
from trenza.events.sources import INTERNAL_SOURCE, list_sources
from trenza.kernel import Instant, JsonObject, decode_json, format_instant
from trenza.storage import Transaction
from trenza.storage.lake import LakeEvent

_AMONG = 5_000
_NAMES = 200
PersonOf = Callable[[Collection[int]], Mapping[int, str]]
"""The public ids of the people that leaves belong to now; `identity` knows."""


class TimelinePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some events, the latest first, and the cursor of the page before them in time; empty where there is none."""

    events: list[StoredEvent]
    next: str = ""


def lake_page(tx: Transaction, after: int, limit: int) -> list[LakeEvent]:
    """Stored events behind a position, as the lake wants them."""
    sources = {source.id: source for source in list_sources(tx)}
    return [_lake_event(event, sources.get(event.source)) for event in store.select_after(tx, after, limit)]


def timeline(
    tx: Transaction,
    leaves: Collection[int],
    limit: int = 100,
    before: str = "",
    *,
    sources: Collection[int] | None = None,
    names: Collection[str] | None = None,
) -> TimelinePage:
    """A page of a person's timeline.

    Args:
        tx: to read with.
        leaves: the person's leaves.
        limit: at most so many events.
        before: the cursor of an earlier page; empty or unreadable: the latest.
        sources: ids of sources; only what came from them.
        names: only events of these names.
    """
    events = store.select_timeline(tx, leaves, limit, _place(before), sources, names)
    more = len(events) == limit and limit > 0
    return TimelinePage(events=events, next=f"{events[-1].timestamp}.{events[-1].seq}" if more else "")


def events_named(tx: Transaction, message_ids: Collection[str]) -> dict[str, StoredEvent]:
    """Events by their message ids, in order of arrival; where two sources said the same id, the first to come."""
    found: dict[str, StoredEvent] = {}
    for event in store.find_events(tx, message_ids):
        found.setdefault(event.message_id, event)
    return found


def latest(tx: Transaction, limit: int = 50, source: int | None = None) -> list[StoredEvent]:
    """What came in last, the latest first.

    Args:
        tx: to read with.
        limit: at most so many events.
        source: id of the source; its events are looked for among the last 5,000 of all.
    """
    return store.select_latest(tx, source, limit, _AMONG)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which events somebody wants to see; None: all."""

    channel: str | None = None
    source: str | None = None
    """A source's name."""
    name: str | None = None
    """As predicates ask for it: `Order Completed`, `Page Viewed`."""
    leaves: Collection[int] | None = None
    """A person's."""


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived behind a position."""

    events: list[StoredEvent]
    """The latest of it, the latest first."""
    came: int
    """How many came in all, up to 5,000; what is not among `events` was passed over."""


def arrivals(tx: Transaction, after: int, wish: Wish, limit: int = 50) -> Arrivals:
    """The latest events behind a position in the history, and how many more came with them.

    Args:
        tx: to read with.
        after: `seq` of the last one known; -1: none.
        wish: which; they are looked for among the last 5,000 of all, those of a person among all of theirs.
        limit: at most so many events.
    """
    found = store.select_arrived(
        tx,
        after,
        _AMONG,
        sources=_sources_of(tx, wish),
        name=wish.name,
        leaves=wish.leaves,
        house=INTERNAL_SOURCE.id,
    )
    seqs = [seq for seq, said in found if said is None or wish.channel is None or _said_on(said) == wish.channel]
    return Arrivals(events=store.select_events(tx, seqs[:limit]), came=len(seqs))


def find_event(tx: Transaction, seq: int) -> StoredEvent | None:
    """The event of a number."""
    return next(iter(store.select_events(tx, [seq])), None)


def channel_of(event: StoredEvent, source: Source | None) -> str:
    """The channel that an event counts for: its source's; what the house itself says names one with each message."""
    return _channel(source, event.message() if source is not None and source.name == INTERNAL else {}) or ""


def heard_of(tx: Transaction) -> dict[int, Instant]:
    """By source's id, when it was last heard; sources with nothing among the last 5,000 events are left out."""
    return store.select_heard(tx, _AMONG)


def heard_names(tx: Transaction) -> list[str]:
    """Names of the last 5,000 events, in their order; the two hundred most frequent."""
    return sorted(store.select_frequent(tx, _AMONG, _NAMES))


def export_events(
    tx: Transaction,
    person_of: PersonOf,
    since: Instant | None = None,
    until: Instant | None = None,
    leaves: Collection[int] | None = None,
) -> Iterator[JsonObject]:
    """Events as they are printed, in order of arrival.

    Args:
        tx: to read with.
        person_of: tells whom leaves belong to now.
        since: least event time, itself included.
        until: greatest event time, itself left out.
        leaves: only what hangs on these.
    """
    sources = {source.id: source for source in list_sources(tx)}
    for page in store.scan_events(tx, since, until, leaves):
        people = person_of({event.leaf for event in page})
        for event in page:
            yield printed(event, sources.get(event.source), people.get(event.leaf))


def printed(event: StoredEvent, source: Source | None, person: str | None) -> JsonObject:
    """A stored event with its message's fields at the top level, its source, its person and its four instants.

    The client's own instants stay as the client wrote them.
    """
    message = event.message()
    written = message.get("timestamp")
    line: JsonObject = {
        **message,
        "source": source.name if source else None,
        "sourceChannel": _channel(source, message),
        "person": person,
        "originalTimestamp": written if written is not None else message.get("originalTimestamp"),
        "sentAt": message.get("sentAt"),
        "receivedAt": format_instant(event.received_at),
        "timestamp": format_instant(event.timestamp),
    }
    if event.bot:
        line["bot"] = True
    if event.violations:
        line["violations"] = list(event.violations)
    return line


def _channel(source: Source | None, message: JsonObject) -> str | None:
    if source is None:
        return None
    channel = message.get("channel") if source.name == INTERNAL else None
    return channel if isinstance(channel, str) else source.channel


def _sources_of(tx: Transaction, wish: Wish) -> list[int] | None:
    """Ids of the sources whose events may be wanted; the house speaks on every channel."""
    if wish.channel is None and wish.source is None:
        return None
    return [
        source.id
        for source in list_sources(tx)
        if wish.source in {None, source.name}
        and (wish.channel in {None, source.channel} or source.id == INTERNAL_SOURCE.id)
    ]


def _said_on(body: bytes) -> str:
    channel = decode_json(body).get("channel")
    return channel if isinstance(channel, str) else INTERNAL_SOURCE.channel


def _place(cursor: str) -> tuple[Instant, int] | None:
    at, _, seq = cursor.partition(".")
    try:
        place = int(at), int(seq)
    except ValueError:
        return None
    return place if all(abs(part) < 1 << 63 for part in place) else None


def _lake_event(event: StoredEvent, source: Source | None) -> LakeEvent:
    message = event.message() if source is None or source.name == INTERNAL else {}
    return LakeEvent(
        seq=event.seq,
        source=source.name if source else "",
        channel=_channel(source, message) or "",
        message_id=event.message_id,
        type=event.type,
        name=event.name,
        leaf=event.leaf,
        timestamp=event.timestamp,
        original_timestamp=event.original_timestamp,
        sent_at=event.sent_at,
        received_at=event.received_at,
        arrived_at=event.arrived_at,
        body=event.body,
    )
