"""The hallway as a whole: the same end whatever the batches, on both databases."""

from pathlib import Path

import pytest

from trenza.app import Instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.identity import explain, identifier_number
from trenza.kernel import ManualClock, encode_json
from trenza.segments import members
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


def test_segments_follow_a_cut_and_come_back_with_a_restore(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "seen.yaml").write_text(
        "kind: Segment\nkey: seen\ntitle: Seen\nwhere: {event: {name: Product Viewed}}\n", encoding="utf-8"
    )
    apply(instance.database, tmp_path / "definitions", KINDS, _NOON)
    _track(instance, _NOON, anonymousId="a1", event="Product Viewed", messageId="m1")
    _track(instance, _NOON + 1, anonymousId="a1", userId="u1", event="Signed In", messageId="m2")
    process_until_idle(instance)

    def inside() -> set[int]:
        with instance.database.read() as tx:
            return set(members(tx, "seen"))

    before = inside()
    assert {instance.find_person("user_id", "u1")} == before
    a1, u1 = identifier_number("anonymous_id", "a1"), identifier_number("user_id", "u1")
    with instance.database.read() as tx:
        (link,) = explain(tx, a1, u1).links
    instance.cut_link(link.link)

    assert {instance.find_person("anonymous_id", "a1")} == inside()
    assert instance.find_person("user_id", "u1") not in inside()
    instance.restore_link(link.link)

    assert before == inside()
    instance.close()
