"""Files of the lake: written to a temporary name, synced, then renamed. A file is never changed, only replaced."""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trenza.kernel import Instant, format_instant
from trenza.storage.lake.columns import column_of
from trenza.storage.lake.manifest import LakeFile
from trenza.storage.lake.model import LakeEvent, LakeRow

_INSTANT = pa.timestamp("ms", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("channel", pa.string(), nullable=False),
        pa.field("message_id", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("leaf", pa.int64(), nullable=False),
        pa.field("timestamp", _INSTANT, nullable=False),
        pa.field("original_timestamp", _INSTANT),
        pa.field("sent_at", _INSTANT),
        pa.field("received_at", _INSTANT, nullable=False),
        pa.field("arrived_at", _INSTANT, nullable=False),
        pa.field("properties", pa.string()),
        pa.field("context", pa.string()),
        pa.field("traits", pa.string()),
    ],
)
_PLAIN = len(LakeEvent._fields) - 1
_NAME_DIGITS = 12


class _Body(msgspec.Struct):
    """The parts of a message that get columns, as the JSON they are."""

    properties: msgspec.Raw = msgspec.Raw(b"null")
    context: msgspec.Raw = msgspec.Raw(b"null")
    traits: msgspec.Raw = msgspec.Raw(b"null")


_body = msgspec.json.Decoder(_Body)


def write_events(folder: Path, events: Sequence[LakeEvent]) -> list[LakeFile]:
    """Write events, which are in order of seq, into one file for each day of arrival."""
    by_day = groupby(sorted(events, key=_day), key=_day)
    return [_write(folder, day, _table(list(group))) for day, group in by_day]


def merge_files(folder: Path, day: str, files: Sequence[LakeFile]) -> LakeFile:
    """Write one file with the rows of many, in order of seq."""
    tables = [_read(folder, file) for file in files]
    return _write(folder, day, pa.concat_tables(tables).sort_by("seq"))


def without_leaves(folder: Path, file: LakeFile, leaves: Collection[int]) -> list[LakeFile] | None:
    """Write a file without the events of some leaves; no file where nothing is left, None where it has none of them."""
    sought = column_of(list(leaves), pa.int64())
    if not pc.any(pc.is_in(_read(folder, file, ["leaf"])["leaf"], value_set=sought)).as_py():
        return None
    table = _read(folder, file)
    kept = table.filter(pc.invert(pc.is_in(table["leaf"], value_set=sought)))
    return [_write(folder, file.day, kept)] if kept.num_rows else []


def leaves_of(folder: Path, file: LakeFile, until: Instant | None = None) -> Iterator[int]:
    """The leaves of a file's events at or before an instant, each once."""
    table = _read(folder, file, ["leaf", "timestamp"])
    if until is not None:
        table = table.filter(pc.less_equal(table["timestamp"].cast(pa.int64()), until))
    yield from pc.unique(table["leaf"]).to_pylist()


def rows_of(path: Path) -> Iterator[LakeRow]:
    """The rows of a file, be it of another make: a column that is missing is empty, every text column is read."""
    for batch in pq.ParquetFile(path).iter_batches():
        texts = [name for name, kind in zip(batch.schema.names, batch.schema.types, strict=True) if _is_text(kind)]
        for row in batch.to_pylist():
            at = row.get("timestamp")
            yield LakeRow(
                leaf=row.get("leaf") or 0,
                timestamp=0 if at is None else round(at.timestamp() * 1000),
                message_id=row.get("message_id") or "",
                texts=tuple(row[name] for name in texts if row[name]),
            )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _read(folder: Path, file: LakeFile, columns: list[str] | None = None) -> pa.Table:
    return pq.ParquetFile(folder / file.path).read(columns)


def _write(folder: Path, day: str, table: pa.Table) -> LakeFile:
    place = folder / "events" / f"day={day}"
    place.mkdir(parents=True, exist_ok=True)
    first, last = table["seq"][0].as_py(), table["seq"][-1].as_py()
    temporary = place / f".{first}-{last}.{os.getpid()}.part"
    pq.write_table(table, temporary, compression="zstd")
    digest = _sync(temporary)
    path = place / f"{first}-{last}-{digest[:_NAME_DIGITS]}.parquet"
    temporary.rename(path)
    for each in (place, place.parent, folder):
        _sync_folder(each)
    return LakeFile(
        path=str(path.relative_to(folder)),
        day=day,
        first_seq=first,
        last_seq=last,
        rows=table.num_rows,
        sha256=digest,
    )


def _table(events: Sequence[LakeEvent]) -> pa.Table:
    columns: list[Sequence[object]] = list(zip(*events, strict=True))
    bodies = [_body.decode(event.body) for event in events]
    parts = [[_text(getattr(body, name)) for body in bodies] for name in ("properties", "context", "traits")]
    arrays = [column_of(values, field.type) for values, field in zip([*columns[:_PLAIN], *parts], SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _text(raw: msgspec.Raw) -> str | None:
    text = bytes(raw).decode()
    return None if text == "null" else text


def _day(event: LakeEvent) -> str:
    return format_instant(event.arrived_at)[:10]


def _sync(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
