"""From files into the log, by the same way as live events: batches of messages under a source's name.

Every line is asked the same question as at the door. A valid one goes into the log; admission splits, dedupes and dates
it as if it had come over HTTP. The others are written beside the file, with line and reason. Message ids come from the
lines or are derived from the file, so an import may be broken off and repeated: what is in already changes nothing.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from trenza.events import BODY_LIMIT, Plans, Source, refusal
from trenza.imports.files import Progress, read_lines
from trenza.imports.mapping import TableMapping
from trenza.imports.model import FileReport, Line
from trenza.kernel import Clock, Invalid, encode_json
from trenza.storage.log import Entry, Log

MESSAGES_PER_ENTRY: Final = 2_000
_OCTETS_PER_ENTRY: Final = BODY_LIMIT - 12_000
_ENTRIES_PER_APPEND: Final = 8
_BEGIN, _END = b'{"batch":[', b"]}"


class Importer:
    """Puts the messages of files into the log.

    Args:
        log: where they go.
        clock: tells when they arrive.
        source: the source they come from.
        plans: the live tracking plans.
    """

    def __init__(self, log: Log, clock: Clock, source: Source, plans: Plans | None = None) -> None:
        self._log = log
        self._clock = clock
        self._source = source
        self._plans = plans or Plans()

    def import_file(
        self,
        path: Path,
        mapping: TableMapping | None = None,
        progress: Progress = lambda _: None,
    ) -> FileReport:
        """Import one file; what is wrong with single lines stands in `FILE.rejected.jsonl` afterwards.

        Args:
            path: JSON Lines of messages, or a table.
            mapping: what a table's columns mean.
            progress: told how many bytes of the file are read.

        Raises:
            Invalid: the file as a whole cannot be read; what came before the broken place is in.
        """
        refused = _Rejected(path.with_name(f"{path.name}.rejected.jsonl"))
        counts = {"read": 0, "accepted": 0}
        try:
            self.append(self._accepted(read_lines(path, mapping, progress), refused, counts))
        finally:
            refused.close()
        return FileReport(
            file=str(path),
            **counts,
            rejected=refused.count,
            rejected_file=str(refused.path) if refused.count else None,
        )

    def append(self, messages: Iterable[bytes], done: Progress = lambda _: None) -> int:
        """Put messages, each as JSON, into the log; returns how many.

        Args:
            messages: valid or not: admission judges them.
            done: told how many messages are on disk.
        """
        total = 0
        for entries, count in _gathered(_entries(messages, self._source.name)):
            self._log.append(entries, self._clock.now())
            total += count
            done(total)
        return total

    def _accepted(self, lines: Iterable[Line], refused: "_Rejected", counts: dict[str, int]) -> Iterator[bytes]:
        for line in lines:
            counts["read"] += 1
            body = line.content if line.as_it_is or line.fault else encode_json(line.message)
            if reason := line.fault or refusal(line.message, self._source, self._plans, len(body)):
                refused.add(line, reason)
            else:
                counts["accepted"] += 1
                yield body


def _entries(messages: Iterable[bytes], source: str) -> Iterator[tuple[Entry, int]]:
    """Bodies as a client's batches would be."""
    batch: list[bytes] = []
    octets = 0
    for message in messages:
        if batch and (len(batch) >= MESSAGES_PER_ENTRY or octets + len(message) > _OCTETS_PER_ENTRY):
            yield Entry(source, "batch", _BEGIN + b",".join(batch) + _END), len(batch)
            batch, octets = [], 0
        batch.append(message)
        octets += len(message) + 1
    if batch:
        yield Entry(source, "batch", _BEGIN + b",".join(batch) + _END), len(batch)


def _gathered(entries: Iterable[tuple[Entry, int]]) -> Iterator[tuple[list[Entry], int]]:
    """Entries by the handful: one commit for several."""
    gathered: list[Entry] = []
    count = 0
    for entry, messages in entries:
        gathered.append(entry)
        count += messages
        if len(gathered) >= _ENTRIES_PER_APPEND:
            yield gathered, count
            gathered, count = [], 0
    if gathered:
        yield gathered, count


class _Rejected:
    """The file of rejected lines: begun anew by every import, not there where nothing was rejected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: BinaryIO | None = None
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def add(self, line: Line, reason: str) -> None:
        """Keep a line with its reason."""
        if self._file is None:
            try:
                self._file = self.path.open("wb")
            except OSError as error:
                raise self._unwritable(error) from error
        self.count += 1
        content = line.content.decode(errors="replace")
        self._file.write(encode_json({"line": line.number, "reason": reason, "content": content}) + b"\n")

    def _unwritable(self, error: OSError) -> Invalid:
        return Invalid(
            f"{self.path.name} cannot be written: {error.strerror}",
            "rejected lines are kept beside the file: import it from a folder that can be written to",
        )

    def close(self) -> None:
        """Done."""
        if self._file is not None:
            self._file.close()
