"""The way into the outbox: in the transaction of whoever decided."""

from collections.abc import Sequence

from trenza.channels.port import Outgoing
from trenza.channels.store import insert_messages
from trenza.storage import Transaction


def put(tx: Transaction, outgoing: Sequence[Outgoing]) -> None:
    """Put messages into the outbox. One that is there already stays as it is, so a replay sends nothing twice."""
    insert_messages(tx, outgoing)
