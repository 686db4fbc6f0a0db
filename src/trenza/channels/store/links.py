"""The table of tracked links: a token names a row, and only a row knows where it leads."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Column, Index, Table, Text, delete, select

from trenza.channels.model import Link
from trenza.storage import Transaction, among, bulk_insert, metadata

_link = Table(
    "link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("message", Text, nullable=False),
    Column("target", Text, nullable=False),
    Index("ix_link_message", "message"),
)


def insert_links(tx: Transaction, links: Sequence[Link]) -> None:
    """Keep links; those that are there stay."""
    bulk_insert(tx, _link, ("id", "message", "target"), [msgspec.structs.astuple(link) for link in links])


def find_link(tx: Transaction, id_: str) -> Link | None:
    """A link by its id."""
    row = tx.execute(select(_link).where(_link.c.id == id_)).one_or_none()
    return None if row is None else Link(row.id, row.message, row.target)


def erase_links(tx: Transaction, messages: Collection[str]) -> None:
    """Forget the links of messages."""
    tx.execute(delete(_link).where(among(_link.c.message, messages)))
