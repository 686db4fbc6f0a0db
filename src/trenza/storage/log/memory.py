"""The log in memory: tests of definitions and rehearsals, where nothing has to outlive the process."""

from collections.abc import Sequence

from trenza.kernel import Instant
from trenza.storage.log.port import Entry, Record


class MemoryLog:
    """A `Log` in a list."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def append(self, entries: Sequence[Entry], now: Instant) -> int:
        """Append; offsets count from 1."""
        for entry in entries:
            offset = len(self._records) + 1
            self._records.append(Record(offset, entry.source, entry.route, entry.body, entry.received_at or now))
        return len(self._records)

    def read(self, after: int, limit: int) -> list[Record]:
        """Records behind an offset, in order."""
        return self._records[after : after + limit]

    def end(self) -> int:
        """Offset of the last record."""
        return len(self._records)

    def replace(self, offset: int, body: bytes) -> None:
        """Put another body in the place of one: erasure."""
        old = self._records[offset - 1]
        self._records[offset - 1] = Record(old.offset, old.source, old.route, body, old.received_at)

    def purge(self) -> None:
        """Nothing is on disk."""
