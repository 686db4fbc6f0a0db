"""The tables of what calls in: connectors with their secrets, and calls that are going on."""

from collections.abc import Collection

import msgspec
from sqlalchemy import BigInteger, Column, Index, Table, Text, delete, select

from trenza.channels.model import Call, Connector
from trenza.storage import Transaction, among, bulk_upsert, metadata

_connector = Table(
    "connector",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
_call = Table(
    "call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_call_phone", "phone"),
)


def save_connector(tx: Transaction, connector: Connector) -> None:
    """Write a connector, over one of the same name."""
    names = ("name", "kind", "secret", "created_at")
    bulk_upsert(tx, _connector, names, [msgspec.structs.astuple(connector)])


def find_connector(tx: Transaction, name: str) -> Connector | None:
    """A connector by name."""
    row = tx.execute(select(_connector).where(_connector.c.name == name)).one_or_none()
    return None if row is None else Connector(row.name, row.kind, row.secret, row.created_at)


def list_connectors(tx: Transaction) -> list[Connector]:
    """Every connector, by name."""
    rows = tx.execute(select(_connector).order_by(_connector.c.name))
    return [Connector(row.name, row.kind, row.secret, row.created_at) for row in rows]


def find_call(tx: Transaction, id_: str) -> Call | None:
    """A call by id, locked until the transaction ends."""
    row = tx.execute(select(_call).where(_call.c.id == id_).with_for_update()).one_or_none()
    return None if row is None else Call(row.id, row.state, row.phone, row.changed_at)


def save_call(tx: Transaction, call: Call) -> None:
    """Write how far a call has come."""
    bulk_upsert(tx, _call, ("id", "state", "phone", "changed_at"), [msgspec.structs.astuple(call)])


def list_phones(tx: Transaction, until: int) -> set[str]:
    """Who calls and is called, of calls that changed last by an instant."""
    return set(tx.scalars(select(_call.c.phone).where(_call.c.changed_at <= until).distinct()))


def erase_calls(tx: Transaction, phones: Collection[str]) -> None:
    """Forget the calls of these numbers."""
    tx.execute(delete(_call).where(among(_call.c.phone, phones)))
