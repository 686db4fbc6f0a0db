"""The outbox's table.

`outbox` holds every message there ever was, one row each: the row is also its log. `due_at` is the instant at which
somebody has to look at it: a pending message's turn, a claimed one's end of lease, nothing once it is settled. So the
outbox is asked with one index, and what a dead worker held comes up by itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)

from trenza.channels.model import Outcome, Queued
from trenza.channels.port import Outgoing
from trenza.identity import identifier_number
from trenza.kernel import Instant, JsonObject, decode_json, encode_json
from trenza.storage import Transaction, among, bulk_insert, metadata

_waits = text("due_at IS NOT NULL")
outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("journey", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("leaf", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("identifier_type", Text, nullable=False),
    Column("identifier_value", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("wanted_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("language", Text, nullable=False),
    Column("context", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("claim", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_outbox_due", "channel", "due_at", sqlite_where=_waits, postgresql_where=_waits),
    Index("ix_outbox_leaf", "leaf"),
    Index("ix_outbox_run", "run"),
    Index("ix_outbox_wanted_at", "wanted_at", "id"),
    Index("ix_outbox_channel_wanted_at", "channel", "wanted_at", "id"),
    Index("ix_outbox_journey_wanted_at", "journey", "wanted_at", "id"),
    Index("ix_outbox_state_wanted_at", "state", "wanted_at", "id"),
)
_COLUMNS = [
    "id",
    "decision",
    "run",
    "journey",
    "step",
    "person",
    "leaf",
    "channel",
    "address",
    "identifier_type",
    "identifier_value",
    "purpose",
    "template",
    "wanted_at",
    "expires_at",
    "language",
    "context",
    "state",
    "due_at",
    "attempts",
    "losses",
    "claim",
    "provider_id",
    "progress",
    "reason",
    "changed_at",
]
_FORGOTTEN = encode_json({})


def insert_messages(tx: Transaction, messages: Iterable[Outgoing]) -> None:
    """Put messages into the outbox; those that are there already stay as they are."""
    bulk_insert(tx, outbox, _COLUMNS, [_row(message) for message in messages])


def channels_due(tx: Transaction, now: Instant) -> list[str]:
    """Channels with something due. One seek of the index for each channel there is, not one for each message."""
    found: list[str] = []
    last = ""
    while True:
        query = select(func.min(outbox.c.channel)).where(outbox.c.channel > last, outbox.c.due_at.is_not(None))
        channel = tx.scalar(query)
        if channel is None:
            return found
        due = select(outbox.c.id).where(outbox.c.channel == channel, outbox.c.due_at <= now).limit(1)
        if tx.scalar(due) is not None:
            found.append(channel)
        last = channel


def next_due(tx: Transaction) -> Instant | None:
    """When the next message is due, be it long past; None: nothing waits."""
    due: Instant | None = tx.scalar(select(func.min(outbox.c.due_at)))
    return due


def lock_due(tx: Transaction, channel: str, now: Instant, limit: int) -> list[Queued]:
    """Messages of a channel that are due, first due first, locked; those that others hold are passed by."""
    query = (
        select(outbox)
        .where(outbox.c.channel == channel, outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [queued_of(row) for row in tx.execute(query)]


def mark_claimed(tx: Transaction, ids: Collection[str], claim: str, lease_until: Instant, now: Instant) -> None:
    """Give messages to the one who holds the claim."""
    tx.execute(
        update(outbox)
        .where(among(outbox.c.id, ids))
        .values(state="claimed", claim=claim, due_at=lease_until, attempts=outbox.c.attempts + 1, changed_at=now)
    )


def held_by(tx: Transaction, ids: Collection[str], claim: str) -> dict[str, int]:
    """Which of the messages still are the claim's and how far they have come, locked until the transaction ends."""
    query = select(outbox.c.id, outbox.c.progress).where(among(outbox.c.id, ids), outbox.c.claim == claim)
    return {row.id: row.progress for row in tx.execute(query.order_by(outbox.c.id).with_for_update())}


def save_outcomes(tx: Transaction, outcomes: Sequence[Outcome], now: Instant) -> None:
    """Write what became of messages. What is settled forgets its context; a provider's id is never lost again."""
    if not outcomes:
        return
    wanted = bindparam("new_state", type_=Text())
    given = bindparam("new_provider_id", type_=Text())
    settled = bindparam("settled", type_=Integer()) == 1
    progress = bindparam("new_progress", type_=Integer())
    statement = (
        update(outbox)
        .where(outbox.c.id == bindparam("message"))
        .values(
            state=wanted,
            due_at=bindparam("new_due_at", type_=BigInteger()),
            losses=bindparam("new_losses", type_=Integer()),
            attempts=outbox.c.attempts - bindparam("uncounted", type_=Integer()),
            provider_id=case((given != "", given), else_=outbox.c.provider_id),
            progress=case((outbox.c.progress > progress, outbox.c.progress), else_=progress),
            reason=bindparam("new_reason", type_=Text()),
            context=case((settled, bindparam("forgotten", type_=LargeBinary())), else_=outbox.c.context),
            changed_at=bindparam("now", type_=BigInteger()),
        )
    )
    tx.execute(statement, [_changes(outcome, now) for outcome in outcomes])


def load_messages(tx: Transaction, ids: Collection[str]) -> dict[str, Queued]:
    """Messages by id, locked until the transaction ends."""
    query = select(outbox).where(among(outbox.c.id, ids)).order_by(outbox.c.id).with_for_update()
    return {row.id: queued_of(row) for row in tx.execute(query)}


def find_message(tx: Transaction, message: str) -> Queued | None:
    """One message."""
    row = tx.execute(select(outbox).where(outbox.c.id == message)).one_or_none()
    return None if row is None else queued_of(row)


def messages_of(
    tx: Transaction, leaves: Collection[int], limit: int, channel: str | None = None
) -> list[tuple[Queued, Instant]]:
    """Messages to these identifiers, on one channel or all, latest change first, with the instant of that change."""
    query = (
        select(outbox)
        .where(among(outbox.c.leaf, leaves))
        .order_by(outbox.c.changed_at.desc(), outbox.c.id)
        .limit(limit)
    )
    if channel is not None:
        query = query.where(outbox.c.channel == channel)
    return [(queued_of(row), row.changed_at) for row in tx.execute(query)]


def count_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many messages stand in which state, by (channel, state)."""
    query = select(outbox.c.channel, outbox.c.state, func.count()).group_by(outbox.c.channel, outbox.c.state)
    return {(channel, state): count for channel, state, count in tx.execute(query)}


def waiting_of_runs(tx: Transaction, runs: Collection[str]) -> list[Queued]:
    """The messages of these runs that wait, locked."""
    query = select(outbox).where(among(outbox.c.run, runs), outbox.c.state == "pending").with_for_update()
    return [queued_of(row) for row in tx.execute(query)]


def erase_messages(tx: Transaction, leaves: Collection[int]) -> list[str]:
    """Take everything personal out of the messages to these identifiers; what waits never goes. Returns their ids."""
    ids = list(tx.scalars(select(outbox.c.id).where(among(outbox.c.leaf, leaves))))
    waiting = or_(outbox.c.state == "pending", outbox.c.state == "claimed")
    tx.execute(
        update(outbox)
        .where(among(outbox.c.id, ids))
        .values(
            address="",
            identifier_value="",
            leaf=0,
            person=0,
            context=_FORGOTTEN,
            claim="",
            state=case((waiting, "cancelled"), else_=outbox.c.state),
            reason=case((waiting, "erased"), else_=outbox.c.reason),
            due_at=None,
        )
    )
    return ids


def leaves_under(tx: Transaction, persons: Collection[int]) -> set[int]:
    """The identifiers of messages that were wanted under some people's numbers."""
    return set(tx.scalars(select(outbox.c.leaf).where(among(outbox.c.person, persons)).distinct()))


def hand_over(tx: Transaction, persons: Collection[int], whose: Mapping[int, int]) -> None:
    """Write messages under some people's numbers under those that their leaves belong to now (leaf → person)."""
    by_person: dict[int, list[int]] = {}
    for leaf, person in whose.items():
        by_person.setdefault(person, []).append(leaf)
    for person, leaves in by_person.items():
        here = among(outbox.c.person, persons), among(outbox.c.leaf, leaves)
        tx.execute(update(outbox).where(*here).values(person=person))


def list_numbers(tx: Transaction, until: Instant) -> set[int]:
    """The numbers of identifiers and people that messages wanted by then still name."""
    query = select(outbox.c.leaf, outbox.c.person).where(outbox.c.wanted_at <= until).distinct()
    return {number for row in tx.execute(query) for number in row} - {0}


def list_addresses(tx: Transaction, until: Instant) -> set[str]:
    """The addresses, and the identifiers' values, that messages wanted by then still bear."""
    query = select(outbox.c.address, outbox.c.identifier_value).where(outbox.c.wanted_at <= until).distinct()
    return {value for row in tx.execute(query) for value in row if value}


def _row(message: Outgoing) -> tuple[Any, ...]:
    type_, value = message.identifier
    return (
        message.id,
        message.decision,
        message.run,
        message.journey,
        message.step,
        message.person,
        identifier_number(type_, value),
        message.channel,
        message.address,
        type_,
        value,
        message.purpose,
        message.template,
        message.wanted_at,
        message.expires_at,
        message.language,
        encode_json(message.context),
        "pending",
        message.wanted_at,
        0,
        0,
        "",
        "",
        0,
        "",
        message.wanted_at,
    )


def queued_of(row: Row[Any]) -> Queued:
    """A row as the room knows it."""
    context: JsonObject = decode_json(row.context)
    return Queued(
        id=row.id,
        decision=row.decision,
        run=row.run,
        journey=row.journey,
        step=row.step,
        person=row.person,
        channel=row.channel,
        address=row.address,
        identifier=(row.identifier_type, row.identifier_value),
        purpose=row.purpose,
        template=row.template,
        wanted_at=row.wanted_at,
        expires_at=row.expires_at,
        language=row.language,
        context=context,
        state=row.state,
        attempts=row.attempts,
        losses=row.losses,
        claim=row.claim,
        progress=row.progress,
        provider_id=row.provider_id,
    )


def _changes(outcome: Outcome, now: Instant) -> dict[str, Any]:
    return {
        "message": outcome.id,
        "new_state": outcome.state,
        "new_due_at": outcome.due_at,
        "new_losses": outcome.losses,
        "uncounted": 0 if outcome.counted else 1,
        "new_provider_id": outcome.provider_id.replace("\x00", ""),
        "new_progress": outcome.progress,
        "new_reason": outcome.reason.replace("\x00", "")[:500],
        "settled": 0 if outcome.state in {"pending", "claimed"} else 1,
        "forgotten": _FORGOTTEN,
        "now": now,
    }
