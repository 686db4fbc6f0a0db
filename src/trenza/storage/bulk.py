"""Sets in, sets out: the few statements that SQLite and PostgreSQL want written differently.

`among` matches a column against any number of values with one bound parameter; `bulk_insert` and `bulk_upsert` write
any number of rows with one statement (PostgreSQL: arrays unnested; SQLite: a prepared statement run in C).
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, LargeBinary, String, Table, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from trenza.kernel import encode_json
from trenza.storage.database import Transaction

Row = Sequence[Any]
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class _Among(ColumnElement[bool]):
    """`column IN (any number of values)` as one parameter."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 — SQLAlchemy's own protocol: what belongs to the cache key
        ("column", InternalTraversal.dp_clauseelement),
        ("as_json", InternalTraversal.dp_clauseelement),
        ("as_array", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> None:
        self.column = column
        listed = list(values)
        kind: TypeEngine[Any] = Text() if isinstance(column.type, String) else BigInteger()
        self.as_json = bindparam(None, encode_json(listed).decode(), type_=Text(), unique=True)
        self.as_array = bindparam(None, listed, type_=ARRAY(kind), unique=True)


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} IN (SELECT value FROM json_each({compiler.process(element.as_json, **options)}))"  # noqa: S608 — SQLAlchemy's own marks


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} = ANY({compiler.process(element.as_array, **options)})"


def among(column: Any, values: Collection[int] | Collection[str]) -> ColumnElement[bool]:
    """`column` is one of `values` (integers or texts), however many there are."""
    return _Among(column, values)


def bulk_insert(tx: Transaction, table: Table, columns: Sequence[str], rows: Collection[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    _bulk(tx, table, columns, rows, "ON CONFLICT DO NOTHING")


def bulk_upsert(tx: Transaction, table: Table, columns: Sequence[str], rows: Collection[Row]) -> None:
    """Insert rows; those whose primary key is there take the new values. No key may stand twice in `rows`."""
    bulk_merge(tx, table, columns, rows, "excluded.{name}")


def bulk_merge(tx: Transaction, table: Table, columns: Sequence[str], rows: Collection[Row], value: str) -> None:
    """Insert rows; those whose primary key is there take a value made of the old (`{table}.{name}`) and the new."""
    keys = [column.name for column in table.primary_key.columns]
    others = [name for name in columns if name not in keys]
    values = (f"{name} = {value.format(table=table.name, name=name)}" for name in others)
    action = f"DO UPDATE SET {', '.join(values)}" if others else "DO NOTHING"
    _bulk(tx, table, columns, rows, f"ON CONFLICT ({', '.join(keys)}) {action}")


def _bulk(tx: Transaction, table: Table, columns: Sequence[str], rows: Collection[Row], conflict: str) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    if tx.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        tx.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {conflict}", list(map(tuple, rows)))  # noqa: S608 — names from our own tables
        return
    arrays = ", ".join(f"%({name})s::{_array_type(table, name)}[]" for name in columns)
    statement = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608 — the same
    tx.exec_driver_sql(statement, dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))


def _array_type(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, LargeBinary):
        return "bytea"
    if isinstance(kind, Integer) and not isinstance(kind, BigInteger):
        return "integer"
    if isinstance(kind, Text):  # without the collation that a column may have
        return "text"
    return str(kind.compile(dialect=_POSTGRESQL))
