"""What an erasure means for the others: segments and runs follow identifiers that change hands by it."""

from pathlib import Path

from tests.people.conftest import NOW, settle

from trenza.app import Instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import BATCH
from trenza.identity import identifier_number
from trenza.journeys import runs_page
from trenza.kernel import JsonObject, encode_json
from trenza.people import People
from trenza.segments import members
from trenza.storage.log import Entry

_SEEN = "kind: Segment\nkey: seen\ntitle: Seen\nwhere: {event: {name: Product Viewed}}\n"
_JOURNEY = """\
kind: Journey
key: looked
title: Looked
enter: {event: Lamp Seen}
policy: {purpose: marketing}
steps:
  - wait: 3d
  - send: {name: hello, any_of: [email], template: hello}
"""
_TEMPLATE = "kind: Template\nkey: hello\ntitle: Hello\nchannels: {email: {subject: Hello, body: Hello}}\n"
_SHARED: list[JsonObject] = [
    {"type": "track", "anonymousId": "tablet", "event": "Lamp Seen", "messageId": "s1"},
    {"type": "track", "anonymousId": "tablet", "event": "Product Viewed", "messageId": "s2"},
    {"type": "track", "anonymousId": "tablet", "userId": "eva", "event": "Signed In", "messageId": "s3"},
    {"type": "track", "anonymousId": "tablet", "userId": "bob", "event": "Signed In", "messageId": "s4"},
]


def _live(instance: Instance, folder: Path) -> None:
    folder.mkdir()
    for name, text in (("segment", _SEEN), ("journey", _JOURNEY), ("template", _TEMPLATE)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    apply(instance.database, folder, KINDS, NOW)
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": _SHARED}))], NOW + 1)
    settle(instance)


def test_segments_and_runs_follow_what_an_erasure_gives_to_somebody_else(instance: Instance, tmp_path: Path) -> None:
    _live(instance, tmp_path / "definitions")
    bob, tablet = instance.find_person("user_id", "bob"), identifier_number("anonymous_id", "tablet")
    assert instance.find_person("anonymous_id", "tablet") == tablet  # neither Eva's nor Bob's
    with instance.database.read() as tx:
        assert tablet in members(tx, "seen")
        assert bob not in members(tx, "seen")

    people = People(instance)
    receipt = people.erase(people.named("user_id:eva"), "asked")

    assert {"identifiers": 1, "moved": 1} == receipt["stores"]["identity"]
    assert bob == instance.find_person("anonymous_id", "tablet")
    with instance.database.read() as tx:
        assert bob in members(tx, "seen")
        assert tablet not in members(tx, "seen")
        assert {(bob, tablet)} == {(run.person, run.leaf) for run in runs_page(tx)}
    assert people.verify(receipt).holds
