"""What tests share: a database of each kind, empty, with every table."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from tests.support.postgres import find_or_start
from trenza.storage import Database


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once, not in each worker of xdist
        find_or_start(config)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """URL of an own, empty schema on PostgreSQL."""
    server = os.environ.get("TRENZA_TEST_POSTGRES", "")
    if not server:
        pytest.skip(os.environ.get("TRENZA_TEST_POSTGRES_MISSING", "no PostgreSQL here"))
    schema = f"t{uuid4().hex}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{server}?options=-csearch_path%3D{schema}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an own, empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with every table that is imported, once of each kind."""
    database = Database(database_url)
    database.create_tables()
    yield database
    database.close()
