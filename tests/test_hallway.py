"""The hallway as a whole: the same end whatever the batches, on both databases."""

from pathlib import Path

import pytest

from trenza.app import Instance
from trenza.events import ensure_source
from trenza.kernel import ManualClock, encode_json
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

_NOON = 1_772_452_800_000


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Instance:
    settings = Settings(data=tmp_path)
    ensure_source(database, "web", "web")
    return Instance(settings, ManualClock(_NOON), database, MemoryLog(), b"secret")


def _track(instance: Instance, at: int, **message: object) -> None:
    body = encode_json({"type": "track", **message})
    instance.log.append([Entry(source="web", route="track", body=body, received_at=at)], at)


def test_two_devices_and_a_log_in_are_one_person(instance: Instance) -> None:
    _track(instance, _NOON, anonymousId="a1", event="Product Viewed", messageId="m1")
    _track(instance, _NOON + 1, anonymousId="a2", event="Product Viewed", messageId="m2")
    _track(instance, _NOON + 2, anonymousId="a1", userId="u1", event="Signed In", messageId="m3")
    _track(instance, _NOON + 3, anonymousId="a2", userId="u1", event="Signed In", messageId="m4")

    process_until_idle(instance)

    people = {instance.find_person("anonymous_id", "a1"), instance.find_person("anonymous_id", "a2")}
    assert {instance.find_person("user_id", "u1")} == people
    instance.close()
