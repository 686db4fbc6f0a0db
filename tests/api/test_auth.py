"""Nobody sees what is not theirs."""

from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from tests.api.conftest import NOW, Door

from trenza.access import ROLES, Right, Role, read_audit
from trenza.api.auth import right_for
from trenza.app import Instance

Headers = Callable[..., dict[str, str]]


def routes(door: Door) -> Iterator[tuple[str, str]]:
    """Every method and path of the OpenAPI, with something in place of its parameters."""
    for path, methods in door.get("/api/openapi.json").json()["paths"].items():
        if not path.startswith("/api/"):
            continue
        filled = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
        for method in methods:
            if method in {"get", "post", "put", "patch", "delete"}:
                yield method.upper(), f"{filled}?rounds=1"  # one look at what is live, or the stream stays open


def test_every_route_asks_who_is_there_and_whether_they_may(door: Door, bearer: Headers) -> None:
    keys = {right: bearer(right) for right in get_args(Right)}
    seen = 0
    for method, path in routes(door):
        assert 401 == door.request(method, path).status_code, (method, path)
        if path.startswith("/api/me") or (path.startswith("/api/jobs") and "/uploads" not in path):
            continue  # whoever has come in; the kind of the job: tests/jobs/test_door.py
        answers = {right: door.request(method, path, headers=key).status_code for right, key in keys.items()}
        assert 1 == sum(status != 403 for status in answers.values()), (method, path, answers)
        seen += 1
    assert seen >= 8


def test_roles_may_what_the_table_says(door: Door, session: Callable[[Role], dict[str, str]]) -> None:
    for role in ROLES:
        cookie = session(role)
        me = door.get("/api/me", headers=cookie).json()
        assert (role, sorted(ROLES[role])) == (me["role"], me["rights"])
        assert (200 if role == "admin" else 403) == door.get("/api/users", headers=cookie).status_code


@pytest.mark.parametrize(
    "authorization", ["Bearer ", "Bearer x", "Bearer trz_x", "Basic eA==", "\xff", "Bearer trz_\xff"]
)
def test_a_made_up_key_opens_nothing(door: Door, authorization: str) -> None:
    answer = door.get("/api/users", headers=[(b"authorization", authorization.encode("latin-1"))])

    assert (401, "unauthorised", "Bearer") == (
        answer.status_code,
        answer.json()["code"],
        answer.headers["www-authenticate"],
    )


@pytest.mark.parametrize("cookie", ["trenza_session=", "trenza_session=x", 'trenza_session="', "=;;", "\xff=\xff"])
def test_a_made_up_cookie_opens_nothing(door: Door, cookie: str) -> None:
    assert 401 == door.get("/api/users", headers=[(b"cookie", cookie.encode("latin-1"))]).status_code


def test_a_write_by_cookie_needs_the_word_of_our_own_page(
    door: Door, session: Callable[[Role], dict[str, str]]
) -> None:
    cookie = session("admin")
    key = {"name": "shop", "scopes": ["read"]}

    assert 403 == door.post("/api/keys", json=key, headers=cookie).status_code
    assert 403 == door.post("/api/keys", json=key, headers={**cookie, "x-csrf-token": "x"}).status_code
    token = door.get("/api/me", headers=cookie).json()["csrf"]
    assert 201 == door.post("/api/keys", json=key, headers={**cookie, "x-csrf-token": token}).status_code


def test_a_write_is_done_once_for_an_idempotency_key(door: Door, bearer: Headers) -> None:
    headers = {**bearer("admin"), "idempotency-key": "k1"}
    key = {"email": "eva@example.com", "role": "agent"}
    door.post("/api/users", json=key, headers=bearer("admin"))

    first = door.post("/api/users/remove", json={"email": "eva@example.com"}, headers=headers)
    again = door.post("/api/users/remove", json={"email": "eva@example.com"}, headers=headers)
    other = door.post("/api/users/remove", json={"email": "ana@example.com"}, headers=headers)
    new_key = door.post(
        "/api/users/remove", json={"email": "eva@example.com"}, headers={**headers, "idempotency-key": "k2"}
    )

    assert [204, 204, 400, 404] == [answer.status_code for answer in (first, again, other, new_key)]
    assert "true" == again.headers["idempotent-replayed"]


def test_a_secret_is_not_kept_for_a_second_look(door: Door, bearer: Headers) -> None:
    headers = {**bearer("admin"), "idempotency-key": "k1"}
    asked = {"name": "shop", "scopes": ["read"]}

    assert 201 == door.post("/api/keys", json=asked, headers=headers).status_code
    assert 409 == door.post("/api/keys", json=asked, headers=headers).status_code


def test_a_failed_write_may_be_tried_again(door: Door, bearer: Headers) -> None:
    headers = {**bearer("admin"), "idempotency-key": "k1"}
    gone = {"email": "eva@example.com"}
    assert 404 == door.post("/api/users/remove", json=gone, headers=headers).status_code
    door.post("/api/users", json={**gone, "role": "agent"}, headers=bearer("admin"))

    assert 204 == door.post("/api/users/remove", json=gone, headers=headers).status_code


def test_what_was_done_is_written_down_without_addresses(door: Door, bearer: Headers, instance: Instance) -> None:
    door.post("/api/users", json={"email": "eva@example.com", "role": "agent"}, headers=bearer("admin"))

    entries = read_audit(instance.database, None, 10)

    assert {"POST /api/users", "user added", "key added"} == {entry.action for entry in entries}
    assert {NOW} == {entry.at for entry in entries}
    assert "example.com" not in repr(entries)


def test_the_audit_is_paged_by_cursor(door: Door, bearer: Headers) -> None:
    headers = bearer("admin")
    for _ in range(4):
        bearer("read")

    pages, cursor = [], None
    while True:
        asked = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = door.get("/api/audit", params=asked, headers=headers).json()
        pages.append(page["items"])
        if (cursor := page["next"]) is None:
            break

    assert [2, 2, 1] == [len(page) for page in pages]
    assert 5 == len({entry["id"] for page in pages for entry in page})
    assert 400 == door.get("/api/audit", params={"cursor": "bWFkZSB1cA"}, headers=headers).status_code


@pytest.mark.parametrize(
    ("path", "method", "opt", "right"),
    [
        ("/api/people/x", "GET", {}, "people"),
        ("/api/people/x", "DELETE", {}, "erase"),
        ("/api/segments", "GET", {}, "read"),
        ("/api/segments", "PUT", {}, "write"),
        ("/api/whatever", "POST", {"right": "work"}, "work"),
        ("/health", "GET", {"public": True}, None),
    ],
)
def test_a_route_asks_for_a_right_by_path_and_method(
    path: str, method: str, opt: dict[str, object], right: str | None
) -> None:
    assert right == right_for(path, method, opt)
