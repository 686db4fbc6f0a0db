"""An instance in which 160 people have said who they are, 40 of them twice and mistyped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.matching.support import townspeople
from tests.people.conftest import NOW, settle
from trenza.app import Instance, open_instance
from trenza.definitions import apply_documents, find_live, read_documents
from trenza.equipment import KINDS
from trenza.events import BATCH, ensure_source
from trenza.kernel import ManualClock, encode_json
from trenza.people import Matches
from trenza.settings import Settings
from trenza.storage.log import Entry


@pytest.fixture
def instance(tmp_path: Path, database_url: str) -> Iterator[Instance]:
    log = f"sqlite:///{tmp_path / 'log.db'}"
    settings = Settings(data=tmp_path / "data", database=database_url, log=log, lake=str(tmp_path / "lake"))
    instance = open_instance(settings, ManualClock(NOW))
    ensure_source(instance.database, "shop", "web")
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": townspeople(160, 40)}))], NOW)
    settle(instance)
    yield instance
    instance.close()


@pytest.fixture(scope="session")
def learned() -> list[str]:
    """The model's document, learned once."""
    return []


@pytest.fixture
def matches(instance: Instance, learned: list[str]) -> Matches:
    """The instance's matches, looked for by a learned model."""
    matches = Matches(instance)
    if learned:
        documents, _ = read_documents(learned[0], "")
        apply_documents(instance.database, documents, KINDS, NOW)
        matches.look()
        return matches
    matches.train()
    with instance.database.read() as tx:
        live = find_live(tx, "MatchModel", "people")
    assert live is not None
    learned.append(live.written)
    return matches
