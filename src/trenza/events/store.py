"""Tables of the room: source, event, repeat, failed_event, emission, and the tallies of events and orders.

The only file of the room that speaks SQL.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from trenza.events.model import Emission, Event, FailedEvent, Occurrence, Source, StoredEvent
from trenza.kernel import Instant, JsonObject, decode_json, encode_json
from trenza.storage import (
    Span,
    Transaction,
    among,
    bulk_add,
    bulk_insert,
    comes_before,
    comes_behind,
    metadata,
    sum_tally,
)

_sources = Table(
    "source",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("strict", Boolean, nullable=False),
    Column("country", Text, nullable=False),
    Column("no_consent_object", Text, nullable=False),
    Column("identifiers", LargeBinary, nullable=False),
    Column("answers", Text, nullable=False, server_default="visitors"),
    Column("rate", BigInteger, nullable=False, server_default="0"),
    Column("burst", BigInteger, nullable=False, server_default="0"),
)
_events = Table(
    "event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("source", BigInteger, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("leaf", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("original_timestamp", BigInteger),
    Column("sent_at", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    Column("arrived_at", BigInteger, nullable=False),
    Column("bot", Boolean, nullable=False),
    Column("violations", LargeBinary),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("source", "message_id"),
)
Index("ix_event_leaf_name_timestamp", _events.c.leaf, _events.c.name, _events.c.timestamp)
_repeats = Table(
    "event_repeat",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("source", BigInteger, nullable=False),
    Column("message_id", Text, nullable=False, index=True),
)
_failed = Table(
    "failed_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("message_id", Text),
    Column("reason", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
_emissions = Table(
    "emission",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
_event_tally = Table(
    "event_tally",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("events", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_event_name = Table(
    "event_name",
    metadata,
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    sqlite_with_rowid=False,
)
_order_tally = Table(
    "order_tally",
    metadata,
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("orders", BigInteger, nullable=False),
    Column("refunds", BigInteger, nullable=False),
    Column("revenue", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""`revenue`: whole thousandths, which a float adds exactly up to nine billions and never overflows."""
_EVENT_COLUMNS = [column.name for column in _events.columns]
_PAGE = 1_000


def insert_source(tx: Transaction, source: Source) -> None:
    """Add a source; its name and key are known to be free."""
    tx.execute(insert(_sources).values(_source_row(source)))


def update_source(tx: Transaction, source: Source) -> None:
    """Change the source of that id."""
    tx.execute(update(_sources).where(_sources.c.id == source.id).values(_source_row(source)))


def next_source_id(tx: Transaction) -> int:
    """An id that no source has yet; the internal source has 0."""
    return (tx.scalar(select(func.max(_sources.c.id))) or 0) + 1


def select_sources(tx: Transaction) -> list[Source]:
    """Every source but the internal one, in order of making."""
    return [_source(row) for row in tx.execute(select(_sources).order_by(_sources.c.id))]


def find_source_by_key(tx: Transaction, key: str) -> Source | None:
    """The source with a write key."""
    row = tx.execute(select(_sources).where(_sources.c.key == key)).one_or_none() if key else None
    return None if row is None else _source(row)


def _source_row(source: Source) -> dict[str, Any]:
    row = {field: getattr(source, field) for field in source.__struct_fields__}
    return {**row, "identifiers": encode_json(source.identifiers)}


def _source(row: Row[Any]) -> Source:
    return Source(**{**row._mapping, "identifiers": decode_json(row.identifiers)})  # noqa: SLF001 — SQLAlchemy's public name


def known_messages(tx: Transaction, pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of the (source, message id) pairs are stored."""
    if not pairs:
        return set()
    sources = {source for source, _ in pairs}
    query = select(_events.c.source, _events.c.message_id).where(
        among(_events.c.source, sources), among(_events.c.message_id, [message_id for _, message_id in pairs])
    )
    return {(row[0], row[1]) for row in tx.execute(query)}


def insert_repeats(tx: Transaction, repeats: Collection[tuple[int, int, str]]) -> None:
    """Remember where repeats stand in the log: (seq, source, message id)."""
    bulk_insert(tx, _repeats, ["seq", "source", "message_id"], repeats)


def store_events(tx: Transaction, events: Sequence[tuple[Event, int]]) -> None:
    """Keep admitted events with the leaf each hangs on (0: nobody)."""
    bulk_insert(tx, _events, _EVENT_COLUMNS, [_event_row(event, leaf) for event, leaf in events])


def _event_row(event: Event, leaf: int) -> tuple[Any, ...]:
    return (
        event.seq,
        event.source,
        event.message_id,
        event.type,
        event.name,
        leaf,
        event.timestamp,
        event.original_timestamp,
        event.sent_at,
        event.received_at,
        event.arrived_at,
        event.bot,
        encode_json(event.violations) if event.violations else None,
        event.body or encode_json(event.message),
    )


def load_history(tx: Transaction, leaves: Collection[int], names: Collection[str]) -> dict[int, list[Occurrence]]:
    """By leaf, its events of some names, in order of event time. Leaves without any are left out."""
    if not leaves or not names:
        return {}
    columns = ("leaf", "timestamp", "message_id", "name", "arrived_at", "body")
    query = select(*(_events.c[name] for name in columns)).where(
        among(_events.c.leaf, leaves), among(_events.c.name, names)
    )
    found: dict[int, list[Occurrence]] = {}
    for leaf, *rest in tx.execute(query).all():
        found.setdefault(leaf, []).append(Occurrence(*rest))
    for occurrences in found.values():
        occurrences.sort()
    return found


def select_orders(tx: Transaction, leaves: Collection[int], names: Collection[str]) -> list[tuple[str, bytes]]:
    """Name and body of the events of some names that no robot sent."""
    query = select(_events.c.name, _events.c.body).where(
        among(_events.c.leaf, leaves), among(_events.c.name, names), ~_events.c.bot
    )
    return [(row.name, row.body) for row in tx.execute(query)]


def select_timeline(
    tx: Transaction,
    leaves: Collection[int],
    limit: int,
    before: tuple[Instant, int] | None,
    sources: Collection[int] | None = None,
    names: Collection[str] | None = None,
) -> list[StoredEvent]:
    """The latest events of some leaves, the latest first; only those before (timestamp, seq), of sources, of names.

    The bodies are read of the page alone, not of all that is put in order.
    """
    columns = _events.c.seq, _events.c.timestamp
    query = select(*columns).where(among(_events.c.leaf, leaves))
    if before is not None:
        query = query.where(comes_before(_events.c.timestamp, _events.c.seq, before))
    if sources is not None:
        query = query.where(among(_events.c.source + 0, sources))  # never by the index of sources: that has them all
    if names is not None:
        query = query.where(among(_events.c.name, names))
    page = tx.execute(query.order_by(_events.c.timestamp.desc(), _events.c.seq.desc()).limit(limit)).all()
    rows = tx.execute(select(_events).where(among(_events.c.seq, [row.seq for row in page])))
    return sorted(map(_stored, rows), key=lambda event: (-event.timestamp, -event.seq))


def scan_events(
    tx: Transaction, since: Instant | None, until: Instant | None, leaves: Collection[int] | None
) -> Iterator[list[StoredEvent]]:
    """Every event with `since <= timestamp < until`, in order of arrival, page by page."""
    query = select(_events).order_by(_events.c.seq).limit(_PAGE)
    if since is not None:
        query = query.where(_events.c.timestamp >= since)
    if until is not None:
        query = query.where(_events.c.timestamp < until)
    if leaves is not None:
        query = query.where(among(_events.c.leaf, leaves))
    last = -1
    while rows := tx.execute(query.where(_events.c.seq > last)).all():
        yield [_stored(row) for row in rows]
        last = rows[-1].seq


def select_after(tx: Transaction, after: int, limit: int) -> list[StoredEvent]:
    """Events behind a position, in order of arrival."""
    query = select(_events).where(_events.c.seq > after).order_by(_events.c.seq).limit(limit)
    return [_stored(row) for row in tx.execute(query)]


def select_heard(tx: Transaction, among_last: int) -> dict[int, Instant]:
    """By source, when it was last heard, among the last events of all."""
    newest = select(_events.c.source, _events.c.received_at).order_by(_events.c.seq.desc()).limit(among_last).subquery()
    rows = tx.execute(select(newest.c.source, func.max(newest.c.received_at)).group_by(newest.c.source))
    return {row[0]: row[1] for row in rows}


def select_frequent(tx: Transaction, among_last: int, limit: int) -> list[str]:
    """Names of the last events of all, the most frequent first."""
    newest = select(_events.c.name).order_by(_events.c.seq.desc()).limit(among_last).subquery()
    query = select(newest.c.name).where(newest.c.name != "").group_by(newest.c.name)
    return list(tx.scalars(query.order_by(func.count().desc(), newest.c.name).limit(limit)))


def select_latest(tx: Transaction, source: int | None, limit: int, among_last: int) -> list[StoredEvent]:
    """The latest events to arrive, the latest first; those of a source are looked for among the last of all."""
    query = select(_events).order_by(_events.c.seq.desc())
    if source is not None:
        newest = query.limit(among_last).subquery()
        query = select(newest).where(newest.c.source == source).order_by(newest.c.seq.desc())
    return [_stored(row) for row in tx.execute(query.limit(limit))]


def select_arrived(
    tx: Transaction,
    after: int,
    among_last: int,
    *,
    sources: Collection[int] | None,
    name: str | None,
    leaves: Collection[int] | None,
    house: int,
) -> list[tuple[int, bytes | None]]:
    """Where events behind a position stand, the latest first; with what the house itself said as it said it.

    Those of some leaves are found by these; others are looked for among the last of all.
    """
    columns = (_events.c.seq, _events.c.source, _events.c.name, _events.c.leaf, _events.c.body)
    newest = select(*columns).where(_events.c.seq > after).order_by(_events.c.seq.desc()).limit(among_last)
    if leaves is not None:
        newest = newest.where(among(_events.c.leaf, leaves))
    found = newest.subquery()
    said = case((found.c.source == house, found.c.body), else_=None)
    query = select(found.c.seq, said).order_by(found.c.seq.desc())
    if sources is not None:
        query = query.where(found.c.source.in_(sorted(sources)))
    if name is not None:
        query = query.where(found.c.name == name)
    return [(row[0], row[1]) for row in tx.execute(query)]


def select_events(tx: Transaction, seqs: Collection[int]) -> list[StoredEvent]:
    """The events of some numbers, the latest first."""
    query = select(_events).where(among(_events.c.seq, seqs)).order_by(_events.c.seq.desc())
    return [_stored(row) for row in tx.execute(query)]


def find_events(tx: Transaction, message_ids: Collection[str]) -> list[StoredEvent]:
    """The events with some message ids, of any source; the sources are named, so that the index is of use."""
    sources = [0, *tx.scalars(select(_sources.c.id))]
    here = among(_events.c.source, sources), among(_events.c.message_id, message_ids)
    return [_stored(row) for row in tx.execute(select(_events).where(*here).order_by(_events.c.seq))]


def count_events(tx: Transaction) -> int:
    """How many events are stored."""
    return tx.scalar(select(func.count()).select_from(_events)) or 0


def _stored(row: Row[Any]) -> StoredEvent:
    values: dict[str, Any] = {**row._mapping}  # noqa: SLF001 — SQLAlchemy's public name
    return StoredEvent(**{**values, "violations": tuple(decode_json(row.violations)) if row.violations else ()})


def delete_events(tx: Transaction, leaves: Collection[int]) -> list[int]:
    """Take away the events of some leaves; returns where they and their repeats stand in the log."""
    mine = among(_events.c.leaf, leaves)
    seqs = list(tx.scalars(select(_events.c.seq).where(mine)))
    joined = and_(_repeats.c.source == _events.c.source, _repeats.c.message_id == _events.c.message_id)
    repeated = list(tx.scalars(select(_repeats.c.seq).select_from(_repeats.join(_events, joined)).where(mine)))
    tx.execute(delete(_repeats).where(among(_repeats.c.seq, repeated)))
    tx.execute(delete(_events).where(mine))
    return seqs + repeated


def insert_failed(tx: Transaction, failed: Iterable[FailedEvent]) -> None:
    """Keep failed events; one that is known already stays as it is."""
    rows = [
        (
            each.id,
            each.seq,
            each.source,
            each.key,
            each.message_id,
            each.reason,
            each.received_at,
            encode_json(each.message),
        )
        for each in failed
    ]
    bulk_insert(tx, _failed, ["id", "seq", "source", "key", "message_id", "reason", "received_at", "body"], rows)


def scan_failed(tx: Transaction) -> Iterator[list[FailedEvent]]:
    """Every failed event in order of arrival, page by page."""
    last = (-1, "")
    while page := select_failed(tx, _PAGE, last):
        yield page
        last = (page[-1].seq, page[-1].id)


def select_failed(tx: Transaction, limit: int, after: tuple[int, str]) -> list[FailedEvent]:
    """Failed events behind (seq, id), in order."""
    behind = comes_behind(_failed.c.seq, _failed.c.id, after)
    return _failures(tx, select(_failed).where(behind).order_by(_failed.c.seq, _failed.c.id).limit(limit))


def select_last_failed(tx: Transaction, limit: int, before: tuple[int, str] | None) -> list[FailedEvent]:
    """Failed events, the last first; only those before (seq, id)."""
    query = select(_failed).order_by(_failed.c.seq.desc(), _failed.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(comes_before(_failed.c.seq, _failed.c.id, before))
    return _failures(tx, query)


def find_failed(tx: Transaction, ids: Collection[str]) -> list[FailedEvent]:
    """Failed events by their ids, in order."""
    return _failures(tx, select(_failed).where(among(_failed.c.id, ids)).order_by(_failed.c.seq, _failed.c.id))


def count_failed(tx: Transaction, most: int) -> int:
    """How many failed events there are; counting stops at `most`."""
    return tx.scalar(select(func.count()).select_from(select(_failed.c.id).limit(most).subquery())) or 0


def count_reasons(tx: Transaction, among_last: int) -> dict[str, int]:
    """Reason → how many of the last failed events have it, the most frequent first."""
    last = select(_failed.c.reason).order_by(_failed.c.seq.desc()).limit(among_last).subquery()
    count = func.count()
    rows = tx.execute(select(last.c.reason, count).group_by(last.c.reason).order_by(count.desc(), last.c.reason))
    return {row[0]: row[1] for row in rows}


def update_reasons(tx: Transaction, reasons: Mapping[str, str]) -> None:
    """Write down why events fail now, by id; in sets, a statement for each reason."""
    ids_by_reason: dict[str, list[str]] = {}
    for id_, reason in reasons.items():
        ids_by_reason.setdefault(reason, []).append(id_)
    for reason, ids in ids_by_reason.items():
        tx.execute(update(_failed).where(among(_failed.c.id, ids)).values(reason=reason))


def _failures(tx: Transaction, query: Select[Any]) -> list[FailedEvent]:
    found = []
    for row in tx.execute(query):
        values: dict[str, Any] = {**row._mapping}  # noqa: SLF001 — SQLAlchemy's public name
        body = values.pop("body")
        found.append(FailedEvent(**values, message=decode_json(body)))
    return found


def delete_failed(tx: Transaction, ids: Collection[str]) -> None:
    """Take failed events away."""
    tx.execute(delete(_failed).where(among(_failed.c.id, ids)))


def insert_emissions(tx: Transaction, emissions: Sequence[Emission]) -> None:
    """Put emissions in the queue for the log; one that waits already stays."""
    if not emissions:
        return
    last = tx.scalar(select(func.max(_emissions.c.position))) or 0
    rows = [
        (each.message_id, last + number, each.channel, encode_json(each.message))
        for number, each in enumerate(emissions, 1)
    ]
    bulk_insert(tx, _emissions, ["message_id", "position", "channel", "body"], rows)


def select_emissions(tx: Transaction, limit: int) -> list[tuple[str, str, JsonObject]]:
    """The next emissions, in order: (message id, channel, message)."""
    columns = (_emissions.c.message_id, _emissions.c.channel, _emissions.c.body)
    query = select(*columns).order_by(_emissions.c.position, _emissions.c.message_id).limit(limit)
    return [(row[0], row[1], decode_json(row[2])) for row in tx.execute(query)]


def all_emissions(tx: Transaction) -> list[tuple[str, str, JsonObject]]:
    """Every emission that waits."""
    return select_emissions(tx, 1 << 31)


def delete_emissions(tx: Transaction, message_ids: Collection[str]) -> None:
    """Take emissions away: they are in the log, or were erased."""
    tx.execute(delete(_emissions).where(among(_emissions.c.message_id, message_ids)))


# Tallies


def known_names(tx: Transaction, days: Collection[Instant], names: Collection[str]) -> set[tuple[Instant, str]]:
    """Which of the names were told apart already, by day."""
    query = select(_event_name).where(among(_event_name.c.day, days), among(_event_name.c.name, names))
    return {(day, name) for day, name in tx.execute(query)}


def count_names(tx: Transaction, days: Collection[Instant]) -> dict[Instant, int]:
    """How many names are told apart, by day."""
    day = _event_name.c.day
    query = select(day, func.count()).where(among(day, days)).group_by(day)
    return {row[0]: row[1] for row in tx.execute(query)}


def select_names(tx: Transaction, since: Instant) -> list[str]:
    """Names that were told apart since a day, those of the most days first."""
    name = _event_name.c.name
    query = select(name).where(_event_name.c.day >= since).group_by(name).order_by(func.count().desc(), name)
    return list(tx.scalars(query))


def insert_names(tx: Transaction, names: Collection[tuple[Instant, str]]) -> None:
    """Tell more names apart."""
    bulk_insert(tx, _event_name, ["day", "name"], names)


def add_events(tx: Transaction, rows: Collection[tuple[str, str, Instant, str, int]]) -> None:
    """Add to the tally of events: (origin, channel, quarter, name, events)."""
    bulk_add(tx, _event_tally, ["origin", "channel", "quarter", "name", "events"], rows)


def add_orders(tx: Transaction, rows: Collection[tuple[Instant, str, str, int, int, float]]) -> None:
    """Add to the tally of orders: (quarter, channel, currency, orders, refunds, revenue in thousandths)."""
    bulk_add(tx, _order_tally, ["quarter", "channel", "currency", "orders", "refunds", "revenue"], rows)


def sum_events(
    tx: Transaction, origins: Collection[str], channels: Collection[str], spans: Sequence[Span], unit: int
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """(local beginning, origin, channel) → (events,)."""
    where = [_event_tally.c.origin.in_(origins), _event_tally.c.channel.in_(channels)]
    return sum_tally(tx, _event_tally, spans, unit, ["origin", "channel"], ["events"], where)


def sum_orders(tx: Transaction, spans: Sequence[Span], unit: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """(local beginning, channel, currency) → (orders, refunds, revenue in thousandths)."""
    return sum_tally(tx, _order_tally, spans, unit, ["channel", "currency"], ["orders", "refunds", "revenue"])


def select_last_heard(tx: Transaction, origin: str, channels: Sequence[str]) -> dict[str, Instant]:
    """By channel, the last quarter of an hour with an event; channels without any are left out."""
    mine = _event_tally.c
    asked = [
        select(func.max(mine.quarter)).where(mine.origin == origin, mine.channel == channel).scalar_subquery()
        for channel in channels
    ]
    row = tx.execute(select(*asked)).one() if asked else ()
    return {channel: at for channel, at in zip(channels, row, strict=True) if at is not None}
