"""The lake's one door: write the next page, compact, erase, open for reading.

What may go wrong, and why it does not:

- Killed while writing: the file is temporary until it is whole and on disk, and not part of the lake until its manifest
  row is committed, together with the position in the events. What is left over is cleaned by the next writer.
- Two writers: one holds the lock of the folder; on another machine the position tells that somebody was faster.
- A reader has the list of files while they are merged: merged files stay on disk for some minutes more.
- Erased between reading and writing: events are read under the same lock under which erasure rewrites the files.
"""

import fcntl
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from trenza.kernel import Instant
from trenza.storage.database import Database
from trenza.storage.lake.manifest import LakeFile, list_files, replace_files
from trenza.storage.lake.model import LakeEvent, LakeRow, ReadEvents
from trenza.storage.positions import Position, lock_position, move_position, read_position

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

_CONSUMER = "lake"
_PAGE = 20_000
_SMALL = 10_000
_MANY = 16
_LARGEST_MERGE = 60_000
"""Rows; what is merged is held in memory."""
_GRACE_SECONDS = 600
_PATIENCE = 30_000
"""Milliseconds that events may wait for others, so that a quiet day does not become thousands of files."""


class Lake:
    """The Parquet lake of one instance.

    Args:
        database: the state, which holds the manifest.
        folder: where the files are.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._must_clean = True

    def files(self) -> list[LakeFile]:
        """The files that are the lake now."""
        with self._database.read() as tx:
            return list_files(tx)

    def write_next(self, read: ReadEvents, limit: int = _PAGE, *, now: Instant | None = None) -> int:
        """Write the next events, one file for each day; returns how many, 0 where there is nothing to do.

        Args:
            read: gives stored events behind a seq.
            limit: how many at most.
            now: where given, events wait half a minute for others to share their file; else they are written at once.
        """
        with self._database.read() as tx:
            first = read(tx, read_position(tx, _CONSUMER).offset, 1)
        if not first or (now is not None and first[0].arrived_at > now - _PATIENCE):
            return 0
        with self._alone():
            with self._database.read() as tx:
                position = read_position(tx, _CONSUMER)
                events = read(tx, position.offset, limit)
            if not events:
                return 0
            written = self._write(events)
            with self._database.write() as tx:
                if lock_position(tx, _CONSUMER) != position:
                    self._must_clean = True
                    return 0
                replace_files(tx, (), written)
                move_position(tx, _CONSUMER, Position(events[-1].seq, events[-1].arrived_at))
        self.compact()
        return len(events)

    def compact(self) -> int:
        """Put together the small files of each day that has many; returns how many files went. Writing does it too."""
        days: dict[str, list[LakeFile]] = {}
        for file in self.files():
            if file.rows < _SMALL:
                days.setdefault(file.day, []).append(file)
        gone = 0
        for day, files in days.items():
            if len(files) >= _MANY:
                gone += self._compact(day, files)
        return gone

    def erase(self, leaves: Collection[int]) -> dict[str, int]:
        """Rewrite every file that holds events of these leaves; returns counts of files and rows.

        The events must be gone from the state already, else the next page would bring them back.
        """
        from trenza.storage.lake.parquet import without_leaves  # noqa: PLC0415 — PyArrow only when used

        count = {"files": 0, "rows": 0}
        with self._alone():
            for file in self.files():
                kept = without_leaves(self._folder, file, leaves)
                if kept is None:
                    continue
                self._replace([file], kept)
                count["files"] += 1
                count["rows"] += file.rows - sum(each.rows for each in kept)
            self._clean(0)
        return count

    def leaves(self, until: Instant | None = None) -> Iterator[int]:
        """Every leaf that some event (at or before an instant) hangs on; some of them more than once."""
        from trenza.storage.lake.parquet import leaves_of  # noqa: PLC0415 — PyArrow only when used

        for file in self.files():
            yield from leaves_of(self._folder, file, until)

    def rows(self) -> Iterator[LakeRow]:
        """Every row of every Parquet file in the folder, whether the file is part of the lake or was left over."""
        from trenza.storage.lake.parquet import rows_of  # noqa: PLC0415 — PyArrow only when used

        listed = {self._folder / file.path for file in self.files()}
        for path in sorted(listed | set(self._folder.rglob("*.parquet"))):
            yield from rows_of(path)

    def open(self, people: "pa.Table | None" = None) -> "ibis.Table":
        """The events as an Ibis table on DuckDB, each with the person it belongs to now.

        Args:
            people: Arrow table of `leaf` and `person` (int64): who the leaves are now. None leaves `person` null.
        """
        from trenza.storage.lake.reader import open_files  # noqa: PLC0415 — Ibis only when used

        return open_files(self._folder, self.files(), people)

    def _write(self, events: Sequence[LakeEvent]) -> list[LakeFile]:
        from trenza.storage.lake.parquet import write_events  # noqa: PLC0415 — PyArrow only when used

        if self._must_clean:
            self._clean(_GRACE_SECONDS)
        return write_events(self._folder, events)

    def _compact(self, day: str, files: list[LakeFile]) -> int:
        from trenza.storage.lake.parquet import merge_files  # noqa: PLC0415 — PyArrow only when used

        with self._alone():
            present = set(self.files())
            files = _fitting([file for file in files if file in present])
            self._replace(files, [merge_files(self._folder, day, files)] if files else [])
            self._clean(_GRACE_SECONDS)
        return len(files)

    def _replace(self, gone: list[LakeFile], new: list[LakeFile]) -> None:
        with self._database.write() as tx:
            replace_files(tx, gone, new)

    def _clean(self, grace: int) -> None:
        """Remove what is not part of the lake: half files at once, whole ones after so many seconds."""
        listed = {self._folder / file.path for file in self.files()}
        present = self._lock.stat().st_mtime
        for path in set(self._folder.glob("events/day=*/*")) - listed:
            if path.suffix != ".parquet" or path.stat().st_mtime <= present - grace:
                path.unlink(missing_ok=True)
        self._must_clean = False

    @property
    def _lock(self) -> Path:
        return self._folder / ".lock"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one on this machine to change the files; the lock goes with the process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._lock.touch()  # the machine's time for `_clean`
            yield


def _fitting(files: list[LakeFile]) -> list[LakeFile]:
    """As many of the files as may be merged at once."""
    sizes = accumulate(file.rows for file in files)
    return [file for file, size in zip(files, sizes, strict=True) if size <= _LARGEST_MERGE]
