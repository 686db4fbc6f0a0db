"""Which files are the lake. A file that is not listed here is not there: its writer was killed, or it was replaced."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import BigInteger, Column, Table, Text, delete, select

from trenza.storage.bulk import among, bulk_insert
from trenza.storage.database import Transaction, metadata

_files = Table(
    "lake_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
)
_COLUMNS = ("path", "day", "first_seq", "last_seq", "rows", "sha256")


class LakeFile(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file of the lake."""

    path: str
    """Below the lake's folder: `events/day=2026-03-02/<first seq>-<last seq>-<hash>.parquet`."""
    day: str
    """Day of arrival, UTC."""
    first_seq: int
    last_seq: int
    rows: int
    sha256: str


def list_files(tx: Transaction) -> list[LakeFile]:
    """Every file of the lake, in order of the events it holds."""
    query = select(*(_files.c[name] for name in _COLUMNS)).order_by(_files.c.first_seq, _files.c.path)
    return [LakeFile(**dict(zip(_COLUMNS, row, strict=True))) for row in tx.execute(query)]


def replace_files(tx: Transaction, gone: Collection[LakeFile], new: Sequence[LakeFile]) -> None:
    """Let files take the place of others, in one step for every reader."""
    if gone:
        tx.execute(delete(_files).where(among(_files.c.path, [file.path for file in gone])))
    bulk_insert(tx, _files, _COLUMNS, [[getattr(file, name) for name in _COLUMNS] for file in new])
