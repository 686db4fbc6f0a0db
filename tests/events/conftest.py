from collections.abc import Iterator

import pytest

from tests.events.support import House
from trenza.storage import Database


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def embedded_house(tmp_path: object) -> Iterator[House]:
    """On SQLite alone: for what no database can change."""
    database = Database(f"sqlite:///{tmp_path}/state.db")
    database.create_tables()
    yield House(database)
    database.close()
