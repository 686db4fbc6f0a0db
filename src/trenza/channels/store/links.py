"""The table of tracked links: a token names a row, and only a row knows where it leads."""

from collections.abc import Collection, Iterator, Sequence

import msgspec
from sqlalchemy import Column, Index, Table, Text, delete, or_, select

from trenza.channels.model import Link
from trenza.channels.store.outbox import outbox
from trenza.kernel import Instant
from trenza.storage import Transaction, among, bulk_insert, metadata

_PAGE = 5_000
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


def list_links(tx: Transaction, until: Instant | None = None) -> Iterator[Link]:
    """Every link; only those of messages wanted by an instant, and of messages that nobody knows."""
    query = select(_link)
    if until is not None:
        query = query.join(outbox, outbox.c.id == _link.c.message, isouter=True)
        query = query.where(or_(outbox.c.id.is_(None), outbox.c.wanted_at <= until))
    for row in tx.execute(query, execution_options={"yield_per": _PAGE}):
        yield Link(row.id, row.message, row.target)


def erase_links(tx: Transaction, messages: Collection[str], links: Collection[str] = ()) -> None:
    """Forget the links of messages, and some more."""
    tx.execute(delete(_link).where(among(_link.c.message, messages)))
    tx.execute(delete(_link).where(among(_link.c.id, links)))
