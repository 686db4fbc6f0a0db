"""The lake as an Ibis table: one expression, whatever engine runs it. Here the engine is DuckDB."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import pyarrow as pa

from trenza.storage.lake.manifest import LakeFile
from trenza.storage.lake.parquet import SCHEMA

_PEOPLE = pa.schema([("leaf", pa.int64()), ("person", pa.int64())])


def open_files(folder: Path, files: Sequence[LakeFile], people: pa.Table | None) -> ibis.Table:
    """The files' events, joined with who the leaves are now."""
    connection = ibis.duckdb.connect()
    if files:
        events = connection.read_parquet([str(folder / file.path) for file in files], hive_partitioning=False)
    else:
        events = _table(connection, "events", SCHEMA.empty_table())
    known = _table(connection, "people", _PEOPLE.empty_table() if people is None else people)
    return events.left_join(known, "leaf").drop("leaf_right")


def _table(connection: ibis.BaseBackend, name: str, rows: pa.Table) -> ibis.Table:
    """Rows of Arrow, seen by DuckDB where they are."""
    connection.con.register(name, rows)
    return connection.table(name)
