"""The outbox and the sandbox as people look at them: a page at a time, the latest first."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from trenza.channels.model import Entry, SandboxMessage
from trenza.channels.store.outbox import outbox, queued_of
from trenza.channels.store.sandbox import sandbox, shown_of
from trenza.identity import Leaf
from trenza.kernel import Instant
from trenza.storage import Transaction, among, comes_before


def list_outbox(
    tx: Transaction,
    *,
    channel: str | None = None,
    states: Collection[str] | None = None,
    journey: str | None = None,
    before: tuple[Instant, str] | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Messages, the last wanted first.

    Args:
        tx: a transaction.
        channel: only of one channel.
        states: only in one of these.
        journey: only of one journey.
        before: `(wanted_at, id)` of the last one of the page before.
        limit: how many.
    """
    query = select(outbox).order_by(outbox.c.wanted_at.desc(), outbox.c.id.desc()).limit(limit)
    if channel is not None:
        query = query.where(outbox.c.channel == channel)
    if states is not None:
        query = query.where(outbox.c.state.in_(sorted(states)))
    if journey is not None:
        query = query.where(outbox.c.journey == journey)
    if before is not None:
        query = query.where(comes_before(outbox.c.wanted_at, outbox.c.id, before), outbox.c.wanted_at <= before[0])
    return [_entry(row) for row in tx.execute(query)]


def find_entries(tx: Transaction, ids: Collection[str]) -> dict[str, Entry]:
    """Messages by id, with what became of them."""
    return {row.id: _entry(row) for row in tx.execute(select(outbox).where(among(outbox.c.id, ids)))}


def find_shown(tx: Transaction, ids: Collection[str]) -> dict[str, SandboxMessage]:
    """What the sandbox was given, by id: that of the message, where it is one of ours."""
    return {row.id: shown_of(row) for row in tx.execute(select(sandbox).where(among(sandbox.c.id, ids)))}


def last_shown(tx: Transaction, limit: int) -> Mapping[Leaf, tuple[Instant, str]]:
    """Who was shown something among the latest of the sandbox: identifier → (when last, on which channel)."""
    latest = select(sandbox.c.message, sandbox.c.channel, sandbox.c.at)
    latest = latest.where(sandbox.c.message != "").order_by(sandbox.c.at.desc(), sandbox.c.id.desc())
    page = latest.limit(limit).subquery()
    query = select(outbox.c.leaf, page.c.at, page.c.channel).join(outbox, outbox.c.id == page.c.message)
    found: dict[Leaf, tuple[Instant, str]] = {}
    for leaf, at, channel in tx.execute(query.where(outbox.c.leaf != 0)):
        found[leaf] = max(found.get(leaf, (at, channel)), (at, channel))
    return found


def newest_shown(tx: Transaction, addresses: Collection[str]) -> tuple[Instant, int]:
    """When the last message came to these addresses, and how many there are: whether there is anything new."""
    query = select(func.coalesce(func.max(sandbox.c.at), 0), func.count()).where(among(sandbox.c.address, addresses))
    at, count = tx.execute(query).one()
    return at, count


def _entry(row: Row[Any]) -> Entry:
    return Entry(message=queued_of(row), leaf=row.leaf, changed_at=row.changed_at, due_at=row.due_at, reason=row.reason)
