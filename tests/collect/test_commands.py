"""`trenza source` and `trenza events`, as a person at a terminal has them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.events.support import NOW, track
from trenza.app import open_instance
from trenza.cli import make_root
from trenza.kernel import encode_json
from trenza.settings import load_settings
from trenza.storage.log import Entry


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(make_root(), [*words, "--data", str(data)])


def arrive(data: Path, *entries: Entry) -> None:
    instance = open_instance(load_settings({"data": data}))
    instance.log.append(entries, NOW)
    while instance.hallway.step():
        pass
    instance.close()


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_source_is_added_and_listed(data: Path) -> None:
    added = run(data, "source", "add", "web", "--channel", "web", "--key", "k1", "--strict", "--json")
    assert (0, "k1", True) == (added.exit_code, json.loads(added.stdout)["key"], json.loads(added.stdout)["strict"])
    assert 20 < len(run(data, "source", "add", "app", "--channel", "app").stdout.strip())

    listed = run(data, "source", "list", "--json")
    assert ["trenza", "web", "app"] == [source["name"] for source in json.loads(listed.stdout)]
    assert "web\tweb\tk1\tstrict\tanswers visitors" in run(data, "source", "list").stdout.splitlines()


def test_a_source_is_changed_by_its_name(data: Path) -> None:
    run(data, "source", "add", "till", "--channel", "store", "--key", "k1", "--answers", "nobody")

    assert (
        "till\tstore\tk1\tanswers anybody" == run(data, "source", "set", "till", "--answers", "anybody").stdout.strip()
    )
    assert "anybody" == json.loads(run(data, "source", "set", "till", "--json").stdout)["answers"]
    limited = run(data, "source", "set", "till", "--rate", "5", "--json").stdout
    assert {"rate": 5, "burst": 50} == json.loads(limited)["limit"]
    assert "till\tstore\tk1\tanswers anybody\t5/s, 50 at once" in run(data, "source", "list").stdout.splitlines()
    assert 1 == run(data, "source", "set", "till", "--rate", "-1").exit_code
    assert 1 == run(data, "source", "set", "other", "--answers", "nobody").exit_code
    assert 2 == run(data, "source", "set", "till", "--answers", "everybody").exit_code


def test_a_source_that_cannot_be_says_why(data: Path) -> None:
    run(data, "source", "add", "web", "--channel", "web", "--key", "k1")

    again = run(data, "source", "add", "web", "--channel", "web")
    assert (1, "") == (again.exit_code, again.stdout)
    assert 1 == run(data, "source", "add", "x", "--channel", "Not A Slug").exit_code
    assert 1 == run(data, "source", "add", "x", "--channel", "web", "--identifier", "nonsense").exit_code
    assert 2 == run(data, "source", "add").exit_code


def test_events_are_exported_with_their_person(data: Path) -> None:
    run(data, "source", "add", "web", "--channel", "web", "--key", "k1")
    items = [track("m1"), track("m2", userId="u2", timestamp="2026-03-01T10:00:00Z")]
    arrive(data, Entry("web", "batch", encode_json({"batch": items})))

    first, second = lines(run(data, "events", "export"))
    assert ("m1", "web", "web", "2026-03-02T10:00:00.000Z") == (
        first["messageId"], first["source"], first["sourceChannel"], first["receivedAt"],
    )  # fmt: skip
    assert first["person"].startswith("per_")
    assert first["person"] != second["person"]
    for name in ("user_id:u2", second["person"]):
        assert [second] == lines(run(data, "events", "export", "--person", name))
    assert [second] == lines(run(data, "events", "export", "--until", "2026-03-02"))
    assert [first] == lines(run(data, "events", "export", "--since", "2026-03-02"))
    assert 1 == run(data, "events", "export", "--since", "yesterday").exit_code
    assert 1 == run(data, "events", "export", "--person", "user_id:nobody").exit_code


def test_failed_events_are_shown_and_replayed(data: Path) -> None:
    arrive(data, Entry("", "batch", encode_json({"batch": [track("m1"), track("m2", event=None)], "writeKey": "k1"})))

    first, second = lines(run(data, "events", "failed", "--json"))
    assert {"id", "messageId", "source", "reason", "receivedAt", "message"} == set(first)
    assert ("m1", "", "unknown write key", "2026-03-02T10:00:00.000Z", track("m1")) == (
        first["messageId"], first["source"], first["reason"], first["receivedAt"], first["message"],
    )  # fmt: skip
    assert 1 == run(data, "events", "failed", "--replay").exit_code
    run(data, "source", "add", "web", "--channel", "web", "--key", "k1")
    assert 1 == run(data, "events", "failed", "--replay").exit_code
    assert [second["id"]] == [each["id"] for each in lines(run(data, "events", "failed", "--json"))]
    arrive(data, Entry("web", "track", encode_json(track("m3"))))
    assert ["m1", "m3"] == [each["messageId"] for each in lines(run(data, "events", "export"))]
    assert "2026-03-02T10:00:00.000Z" == lines(run(data, "events", "export"))[0]["receivedAt"]
