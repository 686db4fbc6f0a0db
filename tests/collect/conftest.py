from collections.abc import Iterator

import pytest

from tests.support.collecting import CollectingInstance
from trenza.events import Source, add_source
from trenza.storage import Database


@pytest.fixture
def web(database: Database) -> Source:
    return add_source(database, "web", "web", "web-key")


@pytest.fixture
def strict(database: Database) -> Source:
    return add_source(database, "strict", "app", "strict-key", strict=True)


@pytest.fixture
def instance(database: Database) -> Iterator[CollectingInstance]:
    instance = CollectingInstance(database)
    yield instance
    instance.close()


@pytest.fixture
def embedded(tmp_path: object) -> Iterator[CollectingInstance]:
    """An instance on SQLite alone: for what no database can change."""
    database = Database(f"sqlite:///{tmp_path}/state.db")
    database.create_tables()
    add_source(database, "web", "web", "web-key")
    add_source(database, "strict", "app", "strict-key", strict=True)
    instance = CollectingInstance(database)
    yield instance
    instance.close()
    database.close()
