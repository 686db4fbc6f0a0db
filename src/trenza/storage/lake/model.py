"""What is handed to the lake. It does not know the events room, whose rows these are."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from trenza.kernel import Instant
from trenza.storage.database import Transaction


class LakeEvent(NamedTuple):
    """One event on its way into the lake."""

    seq: int
    source: str
    channel: str
    message_id: str
    type: str
    name: str
    leaf: int
    timestamp: Instant
    original_timestamp: Instant | None
    sent_at: Instant | None
    received_at: Instant
    arrived_at: Instant
    body: bytes
    """The message as JSON."""


class LakeRow(NamedTuple):
    """One row of a file, as far as it can name somebody."""

    leaf: int
    timestamp: Instant
    message_id: str
    texts: tuple[str, ...]
    """Every text of the row, what is JSON as JSON."""


ReadEvents = Callable[[Transaction, int, int], Sequence[LakeEvent]]
"""`read(tx, after, limit)`: stored events with a greater seq, in order of seq."""
