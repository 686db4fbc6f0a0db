"""A role answers its own addresses and names the role that answers the others."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from tests.api.conftest import Door

from trenza.api import build_app
from trenza.api.live import Streams
from trenza.api.roles import SERVED, Role, roles_of, serves
from trenza.api.server import build_litestar
from trenza.api.tally import Tally
from trenza.app import Instance
from trenza.events import add_source
from trenza.web import pages

COLLECTING = (
    *(f"/v1/{route}" for route in ("track", "identify", "page", "screen", "group", "alias", "batch", "m", "decide")),
    *(f"/v1/{letter}" for letter in "tipsgab"),
    "/v1/pixel/track",
    "/v1/projects/shop-key/settings",
    "/beacon/v1/batch",
    "/sourceConfig",
    "/sdk/analytics.js",
)
COLLECTORS = {"/health", "/ready", "/metrics", "/webhooks/x", "/u/x", "/r/x", "/p/x", *COLLECTING}
WEBS = {"/", "/sign-in", "/api/me", "/api/people", "/api/openapi.json", "/static/x", "/u/x", "/health", "/metrics"}


@pytest.fixture
def routes(instance: Instance) -> list[tuple[str, str]]:
    """Every address of the whole instance, with a method it takes."""
    litestar = build_litestar(instance, pages(instance), Tally(), Streams(), "all")
    found = [route for route in litestar.routes if isinstance(route, HTTPRoute)]
    registered = [(re.sub(r"\{[^}]*\}", "x", route.path), min(route.methods)) for route in found]
    return [*registered, *((path, "GET") for path in COLLECTING)]


@pytest.fixture(params=["collector", "web", "all"])
def role(request: pytest.FixtureRequest) -> Role:
    role: Role = request.param
    return role


@pytest.fixture
def door(instance: Instance, role: Role) -> Iterator[Door]:
    add_source(instance.database, "shop", "web", key="shop-key")
    with TestClient(build_app(instance, pages(instance), role), raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


def test_every_route_is_answered_by_its_role_or_names_it(door: Door, role: Role, routes: list[tuple[str, str]]) -> None:
    assert 60 < len(routes)
    for path, method in routes:
        answer = door.request(method, path)
        if serves(role, path):
            assert b"not_served_here" not in answer.content, path
        else:
            problem = answer.json()
            assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"]), path
            assert ("not_served_here", 404) == (problem["code"], problem["status"])
            assert all(f"`{other}`" in problem["detail"] for other in (role, *roles_of(path)))
            assert "nosniff" == answer.headers["x-content-type-options"]


def test_a_collector_registers_nothing_that_it_does_not_answer(
    instance: Instance, routes: list[tuple[str, str]]
) -> None:
    collector = build_litestar(instance, pages(instance), Tally(), Streams(), "collector")
    registered = {route.path.partition("{")[0].rstrip("/") for route in collector.routes}

    assert {"/health", "/ready", "/metrics", "/webhooks", "/u", "/r", "/p"} == registered
    assert {path for path, _ in routes if serves("collector", path)} == COLLECTORS


def test_the_pages_and_the_api_are_the_webs(routes: list[tuple[str, str]]) -> None:
    served = {path for path, _ in routes if serves("web", path)}

    assert {path for path in WEBS if path != "/static/x"} <= served
    assert not served & set(COLLECTING)
    assert {"/webhooks/x"} == {path for path, _ in routes} - served - set(COLLECTING)


def test_a_name_that_only_begins_like_another_is_another() -> None:
    assert ("web",) == roles_of("/users") == roles_of("/v1x") == roles_of("/profile") == roles_of("")
    assert ("collector",) == roles_of("/v1") == roles_of("/v1/")
    assert all(roles for _, roles in SERVED)


def test_both_collect_where_they_should(door: Door, role: Role) -> None:
    answer = door.post("/v1/track", json={"event": "x", "userId": "ana"}, auth=("shop-key", ""))

    assert (404 if role == "web" else 200) == answer.status_code
    assert (404 if role == "collector" else 401) == door.get("/api/me").status_code
    assert 200 == door.get("/health").status_code == door.get("/metrics").status_code == door.get("/ready").status_code
