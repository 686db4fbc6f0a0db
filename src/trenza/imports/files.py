"""From a file to its lines: JSON Lines, CSV and Parquet, plain or gzip, a piece at a time whatever their size.

A line that cannot be read is a line with a fault, and the next one is read as if nothing had been.
"""

import csv
import gzip
import hashlib
import io
import itertools
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from trenza.events import ITEM_LIMIT, read_body
from trenza.imports.mapping import TableMapping
from trenza.imports.model import Line
from trenza.imports.values import Unfit
from trenza.kernel import Invalid, JsonObject, JsonValue, derived_id, encode_json

Progress = Callable[[int], None]
"""Told how many bytes of the file have been read."""

_LONGEST_LINE: Final = 1 << 20
_LONGEST_CELL: Final = 1 << 20
_PIECE: Final = 1 << 20
_ROWS: Final = 5_000
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_BOM: Final = b"\xef\xbb\xbf"
_LEVELS_OF_A_BATCH: Final = 2
_SHALLOW: Final = 50
_strict = msgspec.json.Decoder()


def read_lines(path: Path, mapping: TableMapping | None, progress: Progress) -> Iterator[Line]:
    """Every line of a file, in order, empty ones left out.

    Args:
        path: the file; what it is is told by its first bytes and by whether there is a mapping.
        mapping: what a table's columns mean; None for JSON Lines of messages.
        progress: told where the reading is.

    Raises:
        Invalid: the file as a whole cannot be read, or lacks a column that the mapping names.
    """
    if _begins_with(path, _PARQUET):
        if mapping is None:
            raise Invalid(f"{path.name} is a table", "say with --map which columns become which fields")
        return _parquet(path, mapping, progress)
    if mapping is None and path.name.removesuffix(".gz").endswith((".csv", ".tsv")):
        raise Invalid(f"{path.name} is a table", "say with --map which columns become which fields")
    return _json_lines(path, progress) if mapping is None else _csv(path, mapping, progress)


def digest_of(path: Path) -> str:
    """A hash of what the file holds: the same whether it is plain or gzip."""
    digest = hashlib.sha256()
    with _opened(path, lambda _: None) as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _begins_with(path: Path, magic: bytes) -> bool:
    try:
        with path.open("rb") as raw:
            return raw.read(len(magic)) == magic
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}", "name a file that is there") from error


@contextmanager
def _opened(path: Path, progress: Progress) -> Iterator[BinaryIO]:
    """The unpacked bytes of a file; broken gzip is told as our own error."""
    zipped = _begins_with(path, _GZIP)
    with path.open("rb") as raw:
        watched = cast("BinaryIO", io.BufferedReader(_Watched(raw, progress), _PIECE))
        try:
            yield cast("BinaryIO", gzip.GzipFile(fileobj=watched)) if zipped else watched
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Invalid(f"{path.name} is broken gzip", "get the file again; what came before is in") from error


class _Watched(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, raw: BinaryIO, progress: Progress) -> None:
        self._raw = raw
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a memoryview is what io hands in
        piece = self._raw.read(len(buffer))
        buffer[: len(piece)] = piece
        self._progress(self._raw.tell())
        return len(piece)


def _json_lines(path: Path, progress: Progress) -> Iterator[Line]:
    digest = _Digest(path)
    with _opened(path, progress) as stream:
        for number in itertools.count(1):
            content = stream.readline(_LONGEST_LINE)
            if not content:
                return
            if not content.endswith(b"\n") and len(content) == _LONGEST_LINE:
                _skip_line(stream)
                yield Line(number, content[:ITEM_LIMIT], fault="the line is longer than 1 MB")
                continue
            content = content.removeprefix(_BOM).strip() if number == 1 else content.strip()
            if content:
                yield _message_line(number, content, digest)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def _message_line(number: int, content: bytes, digest: "_Digest") -> Line:
    try:
        message, as_it_is = _decode(content)
    except Invalid as error:
        return Line(number, content, fault=error.why.replace("the body", "the line"))
    if not isinstance(message, dict):
        return Line(number, content, message)
    if message.get("messageId") is None or message["messageId"] == "":
        message["messageId"] = digest.message_id(number)
        as_it_is = False
    if message.get("receivedAt") is not None and message.pop("sentAt", None) is not None:
        as_it_is = False  # its time was corrected when it was received first; once is enough
    return Line(number, content, message, as_it_is=as_it_is)


def _decode(content: bytes) -> tuple[JsonValue, bool]:
    """The message of a line, and whether its very bytes may stand in a batch without spoiling their neighbours."""
    if content.count(b"{") + content.count(b"[") > _SHALLOW:  # perhaps too deep for a batch
        read_body(b"[" * _LEVELS_OF_A_BATCH + content + b"]" * _LEVELS_OF_A_BATCH)
    try:
        return _strict.decode(content), True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_body(content), False


def _csv(path: Path, mapping: TableMapping, progress: Progress) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_CELL)
    digest = _Digest(path)
    with _opened(path, progress) as stream:
        encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
        text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
        reader = csv.reader(text, delimiter=mapping.delimiter, quotechar=mapping.quote)
        names = next(reader, [])
        _check_columns(path, names, mapping)
        while (cells := _next_row(reader)) is not None:
            number = reader.line_num
            if isinstance(cells, str):
                yield Line(number, b"", fault=cells)
            elif len(cells) != len(names):
                content = _content(dict(enumerate(cells)))
                yield Line(number, content, fault=f"the row has {len(cells)} cells, the head {len(names)}")
            elif cells:
                yield _row_line(number, dict(zip(names, cells, strict=True)), mapping, digest)


def _next_row(reader: Iterator[list[str]]) -> list[str] | str | None:
    """The next row that is not empty, what is wrong with it, or None at the end."""
    try:
        return next((cells for cells in reader if cells), None)
    except csv.Error as error:
        return f"the row cannot be read: {error}"


def _parquet(path: Path, mapping: TableMapping, progress: Progress) -> Iterator[Line]:
    import pyarrow as pa  # noqa: PLC0415 — slow to import, and the jobs of a serving instance can import files too
    import pyarrow.parquet as pq  # noqa: PLC0415 — the same

    digest = _Digest(path)
    try:
        with pq.ParquetFile(path) as table:
            _check_columns(path, table.schema_arrow.names, mapping)
            rows, size, number = max(table.metadata.num_rows, 1), path.stat().st_size, 0
            for batch in table.iter_batches(_ROWS, columns=sorted(mapping.columns())):
                for row in batch.to_pylist():
                    number += 1
                    yield _row_line(number, row, mapping, digest)
                progress(size * number // rows)
    except (pa.ArrowException, OSError) as error:
        raise Invalid(f"{path.name} is a broken Parquet file", "get the file again; what came before is in") from error


def _check_columns(path: Path, names: list[str], mapping: TableMapping) -> None:
    missing = sorted(mapping.columns() - set(names))
    if missing:
        raise Invalid(
            f"{path.name} has no column {', '.join(f'`{name}`' for name in missing)}",
            f"it has: {', '.join(names[:50]) or 'none'}",
        )


def _row_line(number: int, row: JsonObject, mapping: TableMapping, digest: "_Digest") -> Line:
    content = _content(row)
    try:
        message = mapping.message(row)
        if message.get("messageId") is None:
            message["messageId"] = digest.message_id(number)
        encode_json(message)
    except Unfit as error:
        return Line(number, content, fault=str(error))
    except (ValueError, OverflowError):
        return Line(number, content, fault="the row is not valid text of the file's encoding")
    return Line(number, content, message)


def _content(row: JsonValue) -> bytes:
    try:
        return encode_json(row)
    except (ValueError, OverflowError, TypeError):
        return ascii(row).encode()


class _Digest:
    """Message ids for lines that bring none: the file's content and the line's number, so that a repeat is the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = ""

    def message_id(self, number: int) -> str:
        """The id of the message on a line."""
        self._digest = self._digest or digest_of(self._path)
        return f"import-{derived_id(self._digest, str(number))}"
