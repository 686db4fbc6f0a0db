"""A real instance in which Ana and Bob have lived."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trenza.app import Instance, open_instance
from trenza.events import BATCH, ensure_source
from trenza.kernel import JsonObject, ManualClock, encode_json
from trenza.settings import Settings
from trenza.storage.log import Entry

NOW = 1_772_442_000_000
LIFE: list[JsonObject] = [
    {"type": "track", "anonymousId": "a1", "event": "Product Viewed", "messageId": "m1"},
    {
        "type": "identify",
        "anonymousId": "a1",
        "userId": "ana",
        "messageId": "m2",
        "traits": {"email": "Ana@Example.com"},
    },
    {"type": "identify", "userId": "ana", "messageId": "m3", "traits": {"plan": "gold", "phone": "600000001"}},
    {
        "type": "track",
        "userId": "ana",
        "event": "Consent Changed",
        "messageId": "m4",
        "properties": {"purpose": "marketing", "channel": "email", "status": "granted"},
    },
    {"type": "identify", "userId": "bob", "messageId": "m5", "traits": {"email": "bob@example.com"}},
]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    log = f"sqlite:///{tmp_path / 'log.db'}"
    return Settings(data=tmp_path / "data", database=database_url, log=log, lake=str(tmp_path / "lake"))


@pytest.fixture
def instance(settings: Settings) -> Iterator[Instance]:
    instance = open_instance(settings, ManualClock(NOW))
    ensure_source(instance.database, "shop", "web")
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": LIFE}))], NOW)
    settle(instance)
    yield instance
    instance.close()


def settle(instance: Instance) -> None:
    """Let the worker take everything in."""
    instance.relay()
    while instance.hallway.step():
        instance.relay()
    while instance.write_lake():
        pass
