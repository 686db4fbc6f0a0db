"""The log in a table of its own database (SQLite) or beside the state (PostgreSQL)."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    select,
    text,
    update,
)

from trenza.kernel import Instant
from trenza.storage.bulk import bulk_insert
from trenza.storage.database import Database
from trenza.storage.log.port import Entry, Record

log_metadata = MetaData()
_entries = Table(
    "log_entry",
    log_metadata,
    Column("offset", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("received_at", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
_COLUMNS = ("received_at", "source", "route", "body")
_APPENDERS = 0x7472656E7A61  # "trenza": the advisory lock that makes offsets appear in the order of commits


class SqlLog:
    """A `Log` over SQLAlchemy Core."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = "SELECT last_insert_rowid()" if database.is_sqlite else "SELECT lastval()"
        log_metadata.create_all(database.engine)

    def append(self, entries: Sequence[Entry], now: Instant) -> int:
        """Put entries on disk in one transaction."""
        rows = [(entry.received_at or now, entry.source, entry.route, entry.body) for entry in entries]
        with self._database.write() as tx:
            if not self._database.is_sqlite:
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPENDERS})
            bulk_insert(tx, _entries, _COLUMNS, rows)
            last: int = tx.exec_driver_sql(self._last).scalar_one()
        return last

    def read(self, after: int, limit: int) -> list[Record]:
        """Records behind an offset, in order."""
        query = (
            select(_entries.c.offset, _entries.c.source, _entries.c.route, _entries.c.body, _entries.c.received_at)
            .where(_entries.c.offset > after)
            .order_by(_entries.c.offset)
            .limit(limit)
        )
        with self._database.read() as tx:
            return [Record(*row) for row in tx.execute(query)]

    def end(self) -> int:
        """Offset of the last record."""
        with self._database.read() as tx:
            return tx.scalar(select(func.max(_entries.c.offset))) or 0

    def replace(self, offset: int, body: bytes) -> None:
        """Put another body in the place of a record's."""
        with self._database.write() as tx:
            tx.execute(update(_entries).where(_entries.c.offset == offset).values(body=body))

    def purge(self) -> None:
        """Empty the journal."""
        self._database.purge()
