"""Addresses that name nothing, or what no database can hold, are answered in plain words, on both databases."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from tests.web.conftest import Browser

from trenza.api.live import Streams
from trenza.api.server import build_litestar
from trenza.api.tally import Tally
from trenza.app import Instance
from trenza.web import pages

STRANGE = ("a%00b", "9" * 19)
GIVEN = ("channel", "source", "name", "person", "journey", "state", "step", "ending", "queue", "tab", "show", "q")
ENDLESS = {"/api/live"}


@pytest.fixture
def state_url(database_url: str) -> str:
    return database_url


def paths(instance: Instance) -> Iterator[str]:
    """Path template of everything that can be read."""
    application = build_litestar(instance, pages(instance), Tally(), Streams(), "all")
    for route in application.routes:
        if isinstance(route, HTTPRoute) and "GET" in route.methods and route.path_format not in ENDLESS:
            yield route.path_format


def test_a_nul_in_an_address_is_refused(signed_in: Browser) -> None:
    asked = ["/messages/a%00b", "/live/failed/%00", "/tasks?queue=%00", "/api/live?name=a%00"]

    assert [400] * 4 == [signed_in.get(path).status_code for path in asked]


def test_an_address_of_nothing_keeps_the_frame_for_whoever_is_signed_in(signed_in: Browser) -> None:
    html = {"accept": "text/html"}
    inside = signed_in.get("/nothing/here?language=en", headers=html)
    signed_in.cookies["trenza_session"] = "forged"
    outside = signed_in.get("/nothing/here?language=en", headers=html)

    assert (404, 404) == (inside.status_code, outside.status_code)
    assert (True, False) == ('id="rail"' in inside.text, 'id="rail"' in outside.text)
    assert "ana@example.com" in inside.text


@pytest.mark.slow
def test_no_page_breaks_at_what_cannot_be(signed_in: Browser, instance: Instance) -> None:
    filters = "&".join(f"{name}=a%00b" for name in GIVEN)
    every = list(paths(instance))
    asked = [f"{path}?{filters}" for path in every if "{" not in path]
    asked += [re.sub(r"\{[^}]*\}", strange, path) for path in every if "{" in path for strange in STRANGE]

    broken = [path for path in asked if signed_in.get(path).status_code >= 500]

    assert 80 < len(asked)
    assert [] == broken
