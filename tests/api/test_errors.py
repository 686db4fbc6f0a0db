"""One shape for every error."""

from collections.abc import Callable

import pytest
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient
from litestar.types import ControllerRouterHandler
from tests.api.conftest import Door

from trenza.access import TooMany
from trenza.api import build_app
from trenza.api.errors import answer_error
from trenza.app import Instance
from trenza.kernel import Conflict, Fault, Faulty, Forbidden, Invalid, NotFound, TooLarge, Unauthorised, Unavailable

FAULT = Fault(file="a.yaml", line=3, column=5, why="`segmnt` is unknown", mend="write `segment`")
ERRORS: dict[str, tuple[int, Exception]] = {
    "invalid": (400, Invalid("no", "yes")),
    "faulty": (422, Faulty([FAULT])),
    "unauthorised": (401, Unauthorised("no")),
    "forbidden": (403, Forbidden("no")),
    "not_found": (404, NotFound("no")),
    "conflict": (409, Conflict("no")),
    "too_large": (413, TooLarge("no")),
    "too_many": (429, TooMany("no", 7)),
    "unavailable": (503, Unavailable("no")),
    "internal": (500, RuntimeError("ana@example.com")),
}
FIELDS = {"type", "title", "status", "detail", "instance", "code"}


@get("/api/test/{code:str}", opt={"public": True}, sync_to_thread=False)
def fail(code: FromPath[str]) -> None:
    raise ERRORS[code][1]


@post("/api/test", opt={"public": True}, sync_to_thread=False)
def read(data: JSONBody[dict[str, int]], limit: FromQuery[int] = 5) -> dict[str, int]:
    return {**data, "limit": limit}


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_of_the_house_has_the_one_shape(instance: Instance, code: str) -> None:
    with TestClient(build_app(instance, Extra([fail])), raise_server_exceptions=False) as door:
        answer = door.get(f"/api/test/{code}")

    problem = answer.json()
    assert (ERRORS[code][0], "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert FIELDS | ({"faults"} if code == "faulty" else set()) == set(problem)
    assert (ERRORS[code][0], code, f"urn:trenza:error:{code}") == (problem["status"], problem["code"], problem["type"])
    assert "ana@example.com" not in answer.text
    if code == "faulty":
        assert [{"file": "a.yaml", "line": 3, "column": 5}] == [
            {name: fault[name] for name in ("file", "line", "column")} for fault in problem["faults"]
        ]
    if code == "too_many":
        assert "7" == answer.headers["retry-after"]


class Extra:
    """Handlers of a test, beside the instance's own."""

    def __init__(self, handlers: list[ControllerRouterHandler]) -> None:
        self.handlers = handlers
        self.answer_error = answer_error


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
REQUESTS: dict[str, tuple[int, str, Callable[[Door], object]]] = {
    "unknown path": (404, "not_found", lambda door: door.get("/api/nothing")),
    "wrong method": (405, "method_not_allowed", lambda door: door.put("/api/test")),
    "no JSON": (400, "invalid", lambda door: door.post("/api/test", content=b"{")),
    "wrong type": (400, "invalid", lambda door: door.post("/api/test", json={"a": "b"})),
    "deep JSON": (400, "invalid", lambda door: door.post("/api/test", content=DEEP)),
    "broken text": (400, "invalid", lambda door: door.post("/api/test", content=b'{"\xff": 1}')),
    "huge number": (400, "invalid", lambda door: door.post("/api/test", content=b'{"a": 1' + b"0" * 5000 + b"}")),
    "wrong parameter": (400, "invalid", lambda door: door.post("/api/test?limit=x", json={})),
    "large body": (413, "too_large", lambda door: door.post("/api/test", content=b" " * 1_100_000)),
    "large stream": (413, "too_large", lambda door: door.post("/api/test", content=iter([b" " * 600_000] * 2))),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_bad_request_has_the_one_shape(instance: Instance, name: str) -> None:
    status, code, ask = REQUESTS[name]
    with TestClient(build_app(instance, Extra([read])), raise_server_exceptions=False) as door:
        answer = ask(door)

    assert hasattr(answer, "json")
    assert "application/problem+json" == answer.headers["content-type"]  # type: ignore[attr-defined]  # the client's own class
    assert (FIELDS, status, code) == (set(answer.json()), answer.json()["status"], answer.json()["code"])


def test_every_answer_carries_the_security_headers(door: Door) -> None:
    for path in ("/health", "/api/openapi.json", "/api/users", "/nothing"):
        headers = door.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert ("nosniff", "same-origin") == (headers["x-content-type-options"], headers["referrer-policy"])
        assert "no-store" == headers["cache-control"]


def test_health_and_readiness_are_open(door: Door) -> None:
    assert "ok" == door.get("/health").json()["status"]
    assert {"status": "ready", "database": "ok", "log": "ok"} == door.get("/ready").json()
