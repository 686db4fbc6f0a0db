"""The sandbox's table."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, LargeBinary, Row, Table, Text, delete, or_, select

from trenza.channels.model import SandboxMessage
from trenza.kernel import Instant, decode_json, encode_json
from trenza.storage import Transaction, among, bulk_insert, comes_before, metadata

sandbox = Table(
    "sandbox_message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("message", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("fields", LargeBinary, nullable=False),
    Index("ix_sandbox_message_at", "at", "id"),
    Index("ix_sandbox_message_address", "address"),
)
_COLUMNS = ("id", "message", "channel", "address", "at", "title", "text", "html", "fields")


def insert_sandbox(tx: Transaction, shown: Sequence[SandboxMessage]) -> None:
    """Write them down; the same id once."""
    bulk_insert(tx, sandbox, _COLUMNS, [_row(each) for each in shown])


def list_sandbox(
    tx: Transaction,
    *,
    addresses: Collection[str] | None = None,
    before: tuple[Instant, str] | None = None,
    limit: int = 50,
) -> list[SandboxMessage]:
    """What came, latest first.

    Args:
        tx: a transaction.
        addresses: only of these; None: of everybody.
        before: `(at, id)` of the last one of the page before.
        limit: how many.
    """
    query = select(sandbox).order_by(sandbox.c.at.desc(), sandbox.c.id.desc()).limit(limit)
    if addresses is not None:
        query = query.where(among(sandbox.c.address, addresses))
    if before is not None:
        query = query.where(comes_before(sandbox.c.at, sandbox.c.id, before))
    return [shown_of(row) for row in tx.execute(query)]


def erase_sandbox(tx: Transaction, messages: Collection[str], addresses: Collection[str]) -> int:
    """Forget what was shown of these messages and at these addresses."""
    gone = or_(among(sandbox.c.id, messages), among(sandbox.c.address, addresses))
    return tx.execute(delete(sandbox).where(gone)).rowcount


def _row(shown: SandboxMessage) -> tuple[Any, ...]:
    texts = {name: getattr(shown, name).replace("\x00", "") for name in ("address", "title", "text", "html")}
    row = {**msgspec.structs.asdict(shown), **texts, "fields": encode_json(shown.fields)}
    return tuple(row[name] for name in _COLUMNS)


def shown_of(row: Row[Any]) -> SandboxMessage:
    """A row as the room knows it."""
    return SandboxMessage(**{**row._mapping, "fields": decode_json(row.fields)})  # noqa: SLF001 — SQLAlchemy's public name
