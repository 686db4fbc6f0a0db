"""`/api/people` as other systems ask it."""

from collections.abc import Callable, Iterator

import pytest
from litestar.testing import TestClient
from tests.people.conftest import NOW, settle

from trenza.access import Vault, add_key
from trenza.api import Front, build_app
from trenza.app import Instance

Door = TestClient[Front]
Headers = dict[str, str]


@pytest.fixture
def door(instance: Instance) -> Iterator[Door]:
    with TestClient(build_app(instance), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bearer(instance: Instance) -> Callable[..., Headers]:
    def make(*scopes: str) -> Headers:
        key = add_key(Vault(instance.database, instance.secret), "test", list(scopes), "cli", NOW)
        return {"authorization": f"Bearer {key[1]}"}

    return make


def test_a_person_is_answered_by_any_identifier(door: Door, bearer: Callable[..., Headers]) -> None:
    sheet = door.get("/api/people/email:ana@example.com", headers=bearer("people")).json()
    assert sheet["traits"]["plan"] == "gold"
    assert sheet == door.get(f"/api/people/{sheet['person']}", headers=bearer("people")).json()


def test_an_id_is_found_without_an_identifier_in_the_address(door: Door, bearer: Callable[..., Headers]) -> None:
    asked = {"type": "email", "value": "ana@example.com"}
    found = door.post("/api/people/find", json=asked, headers=bearer("people"))
    assert found.status_code == 200
    assert door.get(f"/api/people/{found.json()['person']}/traits", headers=bearer("people")).json()["items"]


@pytest.mark.parametrize(
    ("path", "count"), [("traits", 3), ("identifiers", 4), ("events", 4), ("consents", 1), ("segments", 0)]
)
def test_each_part_is_a_list(door: Door, bearer: Callable[..., Headers], path: str, count: int) -> None:
    answer = door.get(f"/api/people/user_id:ana/{path}", headers=bearer("people"))
    assert (200, count) == (answer.status_code, len(answer.json()["items"]))


def test_the_timeline_and_the_list_are_paged_by_cursor(door: Door, bearer: Callable[..., Headers]) -> None:
    headers = bearer("people")
    for path, key, count in (("/api/people/user_id:ana/events", "messageId", 4), ("/api/people", "person", 2)):
        seen, cursor = [], ""
        while True:
            page = door.get(path, params={"limit": 1, **({"cursor": cursor} if cursor else {})}, headers=headers).json()
            seen += [item[key] for item in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert count == len(seen) == len(set(seen))


def test_a_consent_written_down_counts_once_the_worker_took_it(
    instance: Instance, door: Door, bearer: Callable[..., Headers]
) -> None:
    word = {"purpose": "marketing", "channel": "sms", "status": "granted"}
    said = door.post("/api/people/user_id:ana/consents", json=word, headers=bearer("write"))
    assert said.status_code == 202
    settle(instance)
    consents = door.get("/api/people/user_id:ana/consents", headers=bearer("people")).json()["items"]
    assert said.json()["messageId"] in {each["messageId"] for each in consents}


@pytest.mark.parametrize("wrong", [{}, {"purpose": "", "status": "granted"}, {"purpose": "x", "status": "maybe"}, []])
def test_a_wrong_word_on_consent_is_refused(door: Door, bearer: Callable[..., Headers], wrong: object) -> None:
    assert door.post("/api/people/user_id:ana/consents", json=wrong, headers=bearer("write")).status_code == 400


def test_an_erasure_answers_the_receipt_and_the_receipt_is_proved(door: Door, bearer: Callable[..., Headers]) -> None:
    headers = bearer("erase", "people")
    assert len(door.get("/api/people/user_id:ana/export", headers=headers).json()["events"]) == 4
    receipt = door.delete("/api/people/user_id:ana", params={"reason": "asked"}, headers=headers).json()
    assert receipt["kind"] == "trenza.erasure"
    assert door.get("/api/people/user_id:ana", headers=headers).status_code == 404
    proof = door.post("/api/people/receipts", json=receipt, headers=headers).json()
    assert (True, True) == (proof["holds"], proof["signed"])
    changed = door.post("/api/people/receipts", json={**receipt, "reason": "x"}, headers=headers).json()
    assert not changed["holds"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/people/user_id:ana/export", "people"),
        ("DELETE", "/api/people/user_id:ana?reason=x", "people"),
        ("POST", "/api/people/user_id:ana/consents", "people"),
        ("GET", "/api/people/user_id:ana", "read"),
    ],
)
def test_who_may_not_is_refused(door: Door, bearer: Callable[..., Headers], method: str, path: str, scope: str) -> None:
    body = {"purpose": "marketing", "status": "granted"} if method == "POST" else None
    assert door.request(method, path, json=body, headers=bearer(scope)).status_code == 403


@pytest.mark.parametrize("name", ["ana", "user_id:nobody", "%00:x", "a:%00", "per_x", "email:", "x" * 3000])
def test_a_strange_name_is_a_plain_refusal(door: Door, bearer: Callable[..., Headers], name: str) -> None:
    assert door.get(f"/api/people/{name}", headers=bearer("people")).status_code in {400, 404}
