"""`/api/jobs`, as a page asks it."""

import threading
from collections.abc import Callable

import pytest
from tests.jobs.conftest import Door, Headers, lived, seen, uploaded

from trenza.access import ROLES, read_audit
from trenza.app import Instance
from trenza.job_kinds import KINDS, ask_for, runner_of
from trenza.kernel import decode_json, encode_json

Bearer = Callable[..., Headers]


def test_a_file_is_sent_imported_and_its_rejected_lines_fetched(instance: Instance, door: Door, bearer: Bearer) -> None:
    headers = bearer("admin")
    body = encode_json(seen(1)) + b"\n" + b"x" * 2_000_000 + b"\n"
    received = door.post("/api/jobs/uploads", content=body, headers=headers)
    assert (201, len(body)) == (received.status_code, received.json()["bytes"])
    request = {"upload": received.json()["upload"], "name": "people.jsonl"}
    asked = door.post("/api/jobs", json={"kind": "import", "request": request}, headers=headers)
    assert (202, "queued") == (asked.status_code, asked.json()["state"])

    place = f"/api/jobs/{asked.json()['id']}"
    assert 404 == door.get(f"{place}/file", headers=headers).status_code
    runner_of(instance).run_next("import", threading.Event())
    shown = door.get(place, headers=headers).json()
    assert ("done", {"read": 2, "accepted": 1, "rejected": 1}, "rejected.jsonl") == (
        shown["state"],
        shown["result"],
        shown["file"],
    )
    answer = door.get(f"{place}/file", headers=headers)
    assert (200, 2) == (answer.status_code, decode_json(answer.content)["line"])
    assert 'attachment; filename="import-rejected.jsonl"' == answer.headers["content-disposition"]
    assert asked.json()["id"] in {entry.object for entry in read_audit(instance.database, None, 20)}


def test_each_kind_asks_for_its_own_right(instance: Instance, door: Door, bearer: Bearer) -> None:
    lived(instance, 1)
    keys = {right: bearer(right) for right in ("read", "people", "write", "erase", "admin")}
    jobs = {
        "erase": ask_for(instance, "export", {"of": "people"}, "cli"),
        "admin": ask_for(instance, "import", {"upload": uploaded(instance, seen(2)), "name": "a.jsonl"}, "cli"),
    }
    for right, key in keys.items():
        own = jobs.get(right)
        listed = door.get("/api/jobs", params={"limit": 200}, headers=key)
        assert (200 if own else 403) == listed.status_code
        if own:
            assert {own.kind} == {each["kind"] for each in listed.json()["items"]}
        for job in jobs.values():
            expected = 200 if job is own else 403
            assert expected == door.get(f"/api/jobs/{job.id}", headers=key).status_code
            assert expected == door.post(f"/api/jobs/{job.id}/cancel", headers=key).status_code
        for kind in KINDS.values():
            status = door.post("/api/jobs", json={"kind": kind.name, "request": {"x": 1}}, headers=key).status_code
            assert (400 if kind.right == right else 403) == status
        assert (201 if right == "admin" else 403) == door.post(
            "/api/jobs/uploads", content=b"{}", headers=key
        ).status_code
    assert 401 == door.get("/api/jobs").status_code == door.post("/api/jobs/uploads").status_code


def test_only_an_admin_has_jobs_today() -> None:
    assert ["admin"] == [role for role, rights in ROLES.items() if {kind.right for kind in KINDS.values()} & rights]


def test_jobs_are_paged_by_cursor_and_cancelled_once(instance: Instance, door: Door, bearer: Bearer) -> None:
    headers = bearer("erase")
    jobs = {ask_for(instance, "export", {"of": "people"}, "cli").id for _ in range(3)}
    first = door.get("/api/jobs", params={"limit": 2, "only": "open"}, headers=headers).json()
    rest = door.get("/api/jobs", params={"cursor": first["next"]}, headers=headers).json()
    assert jobs == {each["id"] for each in (*first["items"], *rest["items"])}
    assert rest["next"] is None

    job = rest["items"][0]["id"]
    for _ in range(2):
        cancelled = door.post(f"/api/jobs/{job}/cancel", headers=headers)
        assert (200, "cancelled") == (cancelled.status_code, cancelled.json()["state"])
    assert 2 == len(door.get("/api/jobs", params={"only": "open"}, headers=headers).json()["items"])
    runner_of(instance).run_next("export", threading.Event())
    done = door.get("/api/jobs", params={"only": "ended"}, headers=headers).json()["items"]
    assert {"done", "cancelled"} == {each["state"] for each in done}
    ended = next(each["id"] for each in done if each["state"] == "done")
    assert 409 == door.post(f"/api/jobs/{ended}/cancel", headers=headers).status_code


@pytest.mark.parametrize("job", ["x", "job_x", "..%2f..%2fsecret"])
def test_a_made_up_job_is_not_found(door: Door, bearer: Bearer, job: str) -> None:
    headers = bearer("admin")
    answers = [door.get(f"/api/jobs/{job}{rest}", headers=headers) for rest in ("", "/file")]

    assert [404, 404] == [answer.status_code for answer in answers]
