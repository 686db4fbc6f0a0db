from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient

from trenza.access import saved_by
from trenza.app import Instance
from trenza.identity import person_text
from trenza.segments import Membership
from trenza.segments.store import save_memberships

Headers = dict[str, str]
TEXT = "kind: Segment\nkey: vip\nwhere: {event: {name: Order Completed}}  # bought\n"
OTHER = "kind: Segment\nkey: keen\nwhere: {segment: vip}\n"


@pytest.fixture
def writer(bearer: Callable[..., Headers]) -> Headers:
    return bearer("read", "write", "people")


def save(door: TestClient[Any], headers: Headers, key: str, text: str) -> Any:
    return door.put(f"/api/definitions/Segment/{key}", json={"text": text}, headers=headers)


def test_a_document_is_put_in_force_shown_listed_and_removed(door: TestClient[Any], writer: Headers) -> None:
    saved = save(door, writer, "vip", TEXT)
    assert 200 == saved.status_code
    assert ["vip"] == [each["key"] for each in saved.json()["added"]]
    assert 0 == len(save(door, writer, "vip", TEXT).json()["changed"])

    shown = door.get("/api/definitions/Segment/vip", headers=writer).json()
    assert TEXT == shown["text"]
    assert {"event": {"name": "Order Completed"}} == shown["content"]["where"]
    assert 1 == len(shown["versions"])
    listed = door.get("/api/definitions/", params={"kind": "Segment"}, headers=writer).json()
    assert [("vip", "segments/vip.yaml")] == [(each["key"], each["file"]) for each in listed["items"]]
    assert 200 == door.delete("/api/definitions/Segment/vip", headers=writer).status_code
    assert 404 == door.get("/api/definitions/Segment/vip", headers=writer).status_code


def test_lists_are_paged(door: TestClient[Any], writer: Headers) -> None:
    save(door, writer, "vip", TEXT)
    save(door, writer, "keen", OTHER)

    first = door.get("/api/definitions/", params={"limit": 1}, headers=writer).json()
    second = door.get("/api/definitions/", params={"limit": 1, "cursor": first["next"]}, headers=writer).json()

    assert ["keen", "vip"] == [page["items"][0]["key"] for page in (first, second)]
    assert second["next"] is None


def test_faults_are_answered_with_their_place(door: TestClient[Any], writer: Headers) -> None:
    answer = save(door, writer, "vip", TEXT.replace("name", "nmae"))

    assert 422 == answer.status_code
    fault = answer.json()["faults"][1]
    assert (3, 17, "did you mean `name`?") == (fault["line"], fault["column"], fault["mend"])
    checked = door.post("/api/definitions/check", json={"text": "kind: Segment\nkey: a\n"}, headers=writer).json()
    assert ["`where` is missing"] == [each["why"] for each in checked["faults"]]


def test_what_others_refer_to_stays(door: TestClient[Any], writer: Headers) -> None:
    save(door, writer, "vip", TEXT)
    save(door, writer, "keen", OTHER)

    assert 422 == door.delete("/api/definitions/Segment/vip", headers=writer).status_code


@pytest.mark.parametrize(
    ("kind", "key", "text"),
    [
        ("Segment", "other", TEXT),
        ("Journey", "vip", TEXT),
        ("Segment", "vip", TEXT + "---\n" + OTHER),
        ("Segment", "vip", ""),
    ],
)
def test_a_key_never_changes(door: TestClient[Any], writer: Headers, kind: str, key: str, text: str) -> None:
    assert 400 == door.put(f"/api/definitions/{kind}/{key}", json={"text": text}, headers=writer).status_code


@pytest.mark.parametrize("path", ["Segment/%F0%9F%98%80", "Nothing/x"])
def test_what_is_not_there_is_not_found(door: TestClient[Any], writer: Headers, path: str) -> None:
    assert 404 == door.get(f"/api/definitions/{path}", headers=writer).status_code


def test_schemas_are_served(door: TestClient[Any], writer: Headers) -> None:
    kinds = door.get("/api/schemas/", headers=writer).json()["kinds"]

    assert "Segment" in kinds
    assert all("properties" in door.get(f"/api/schemas/{kind}", headers=writer).json() for kind in kinds)
    assert 404 == door.get("/api/schemas/Nothing", headers=writer).status_code


def test_segments_show_who_is_inside_to_those_who_may_know(
    instance: Instance, door: TestClient[Any], writer: Headers, bearer: Callable[..., Headers]
) -> None:
    save(door, writer, "vip", TEXT)
    with instance.database.write() as tx:
        save_memberships(tx, {(person, "vip"): Membership(inside_since=5, turns=1) for person in (1, 2, 3)})

    (listed,) = door.get("/api/segments/", headers=writer).json()["items"]
    assert ("vip", 3) == (listed["key"], listed["people"])
    page = door.get("/api/segments/vip/members", params={"limit": 2}, headers=writer).json()
    assert [person_text(1), person_text(2)] == [each["person"] for each in page["items"]]
    rest = door.get("/api/segments/vip/members", params={"cursor": page["next"]}, headers=writer).json()
    assert [person_text(3)] == [each["person"] for each in rest["items"]]
    assert 404 == door.get("/api/segments/nope/members", headers=writer).status_code
    assert 400 == door.get("/api/segments/vip/members", params={"at": "soon"}, headers=writer).status_code
    assert 403 == door.get("/api/segments/vip/members", headers=bearer("read")).status_code
    assert 403 == save(door, bearer("read"), "vip", TEXT).status_code


def test_who_saved_a_definition_can_be_asked(door: TestClient[Any], instance: Instance, writer: Headers) -> None:
    now = instance.clock.now()
    assert saved_by(instance.database, "Segment", "vip", now) is None
    save(door, writer, "vip", TEXT)
    who = saved_by(instance.database, "Segment", "vip", now)
    assert who is not None
    assert who.startswith("key:key_")
    assert saved_by(instance.database, "Segment", "other", now) is None
    assert saved_by(instance.database, "Segment", "vip", now - 60_000) is None
