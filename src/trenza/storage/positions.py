"""How far each consumer of the log has come, kept in the same transaction as what it made of it."""

from collections.abc import Collection

import msgspec
from sqlalchemy import BigInteger, Column, Table, Text, delete, select

from trenza.kernel import Instant
from trenza.storage.bulk import bulk_insert, bulk_upsert
from trenza.storage.database import Transaction, metadata

_positions = Table(
    "position",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("offset_", BigInteger, nullable=False),
    Column("instant", BigInteger, nullable=False),
)
_COLUMNS = ("consumer", "offset_", "instant")


class Position(msgspec.Struct, frozen=True):
    """Where a consumer stands."""

    offset: int = 0
    """Everything up to here is done."""
    instant: Instant = 0
    """The consumer's own time: nothing that is due before it is left."""


def lock_position(tx: Transaction, consumer: str) -> Position:
    """Where a consumer stands; until the transaction ends nobody else can move it."""
    query = select(_positions.c.offset_, _positions.c.instant).where(_positions.c.consumer == consumer)
    row = tx.execute(query.with_for_update()).first()
    if row is None:
        bulk_insert(tx, _positions, _COLUMNS, [(consumer, 0, 0)])
        row = tx.execute(query.with_for_update()).one()
    return Position(*row)


def read_position(tx: Transaction, consumer: str) -> Position:
    """Where a consumer stands, to look at only."""
    query = select(_positions.c.offset_, _positions.c.instant).where(_positions.c.consumer == consumer)
    row = tx.execute(query).first()
    return Position(*row) if row else Position()


def move_position(tx: Transaction, consumer: str, position: Position) -> None:
    """Say how far a consumer has come."""
    bulk_upsert(tx, _positions, _COLUMNS, [(consumer, position.offset, position.instant)])


def forget_positions(tx: Transaction, prefix: str, kept: Collection[str] = ()) -> None:
    """Take out consumers, by how their names begin, that will never go on."""
    names = _positions.c.consumer
    tx.execute(delete(_positions).where(names.startswith(prefix, autoescape=True), names.not_in(kept)))
