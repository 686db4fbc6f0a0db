"""One database, SQLite or PostgreSQL, from one SQLAlchemy Core text.

A write transaction takes SQLite's only write lock at its beginning (`BEGIN IMMEDIATE`), so that two processes wait for
each other and never fail half way; they come in turn (`turnstile`). Commits are on disk (`synchronous=FULL`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.pool import StaticPool

from trenza.storage.turnstile import Turnstile

Transaction = Connection
"""What a store's functions take: an open connection inside a transaction."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    },
)
_BUSY_SECONDS = 30
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "secure_delete=ON")
"""`secure_delete`: what was erased is overwritten, not only unlinked."""


class Database:
    """A database by its URL.

    Args:
        url: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://user@host/name`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._engine = _sqlite(url) if self.is_sqlite else _postgresql(url)

    @property
    def engine(self) -> Engine:
        """The engine, for migrations and for a store's own tools."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A snapshot to read from; nothing is kept."""
        with self._engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction: all or nothing, on disk when the block has ended."""
        with self._engine.connect() as connection:
            if self.is_sqlite:
                connection.info["write"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info.pop("write", None)

    def create_tables(self) -> None:
        """Create every table at once: databases in memory. Others are migrated, see `storage.migrations`."""
        metadata.create_all(self._engine)

    def purge(self) -> None:
        """Empty SQLite's journal into the file, so that what was deleted lies nowhere any more.

        A reader may hold it up; then the journal goes with the next checkpoint.
        """
        if self.is_sqlite:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    in_memory = path in {None, "", ":memory:"}
    if path and not in_memory:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,  # they hold what is anybody's, and an error's words may travel
        **({"poolclass": StaticPool} if in_memory else {"pool_size": 8, "max_overflow": 24}),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection, record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 — the driver's own
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        record.info["turnstile"] = nullcontext() if in_memory else Turnstile(f"{path}-turn")

    @event.listens_for(engine, "close")
    def _let_go(_connection, record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 — the driver's own
        if isinstance(turnstile := record.info.pop("turnstile", None), Turnstile):
            turnstile.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.info.get("write"):
            connection.exec_driver_sql("BEGIN")
            return
        with connection.info["turnstile"]:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    chosen = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(chosen, hide_parameters=True, pool_size=8, max_overflow=24, pool_pre_ping=True)
