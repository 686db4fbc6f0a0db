"""What the hallway and the doors need of a log."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from trenza.kernel import Instant


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One body on its way into the log."""

    source: str
    """Name of the source; empty where the key was unknown."""
    route: str
    """`batch`, or the message type that the route names (`track`, `identify`, …)."""
    body: bytes
    """The JSON body, unpacked."""
    received_at: Instant = 0
    """When it arrived; 0 lets the log say so as it appends. Imports and tests give their own."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One body in the log. Offsets grow, with gaps; `received_at` never falls behind by more than a commit."""

    offset: int
    source: str
    route: str
    body: bytes
    received_at: Instant


class Log(Protocol):
    """An append-only sequence of bodies."""

    def append(self, entries: Sequence[Entry], now: Instant) -> int:
        """Put entries on disk, all or none; returns the offset of the last."""
        ...

    def read(self, after: int, limit: int) -> list[Record]:
        """Records behind an offset, in order. What it once returned never gets a predecessor later."""
        ...

    def end(self) -> int:
        """Offset of the last record, 0 where there is none."""
        ...

    def replace(self, offset: int, body: bytes) -> None:
        """Put another body in the place of a record's; only erasure does. After `purge` the old one is nowhere."""
        ...

    def purge(self) -> None:
        """Leave nothing of replaced bodies on disk."""
        ...
