"""The clock of a demo instance: who may move it, how far, and that no other instance has it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from tests.support.browser import open_session
from tests.web.conftest import Browser

from trenza.access import SESSION_COOKIE, Role
from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.kernel import ShiftedClock
from trenza.settings import Settings
from trenza.web import pages

HOUR = 3_600_000


@pytest.fixture
def demo(tmp_path: Path, database_url: str) -> Iterator[Instance]:
    instance = open_instance(Settings(data=tmp_path, database=database_url, demo=True))
    yield instance
    instance.close()


@pytest.fixture
def shown(demo: Instance) -> Iterator[Browser]:
    with TestClient(build_app(demo, pages(demo)), raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


def _enter(shown: Browser, demo: Instance, role: Role) -> str:
    """Sign in; returns the token of forms."""
    shown.cookies.set(SESSION_COOKIE, open_session(demo, role))
    return str(shown.get("/api/me").json()["csrf"])


def _move(shown: Browser, token: str, move: str) -> tuple[int, str]:
    answer = shown.post("/demo/clock", data={"csrf": token, "move": move, "back": "/live"})
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize(("role", "status"), [("admin", 303), ("marketer", 303), ("analyst", 403), ("agent", 403)])
def test_admins_and_marketers_move_the_clock(shown: Browser, demo: Instance, role: Role, status: int) -> None:
    clock = demo.clock
    assert isinstance(clock, ShiftedClock)

    assert status == _move(shown, _enter(shown, demo, role), "hour")[0]
    assert (HOUR if status == 303 else 0) == clock.ahead


def test_every_page_of_a_demo_has_the_control(shown: Browser, demo: Instance) -> None:
    token = _enter(shown, demo, "admin")

    assert 'action="/demo/clock"' in shown.get("/live?language=en").text
    assert "Real time" in shown.get("/live").text
    assert (303, "/live") == _move(shown, token, "day")
    assert "1 day ahead" in shown.get("/live").text
    assert "It only goes forward" in shown.get("/demo/clock").text


def test_a_move_needs_the_token_and_a_known_span(shown: Browser, demo: Instance) -> None:
    token = _enter(shown, demo, "admin")

    assert 403 == _move(shown, "", "hour")[0]
    assert 400 == _move(shown, token, "back")[0]
    assert (303, "/demo/clock") == (
        (
            answer := shown.post("/demo/clock", data={"csrf": token, "move": "hour", "back": "//evil.example"})
        ).status_code,
        answer.headers["location"],
    )


def test_where_nothing_is_due_nothing_moves(shown: Browser, demo: Instance) -> None:
    clock = demo.clock
    assert isinstance(clock, ShiftedClock)
    token = _enter(shown, demo, "admin")

    assert 303 == _move(shown, token, "due")[0]
    assert 0 == clock.ahead
    assert "Nothing is due" in shown.get("/live?language=en").text


def test_the_worker_s_process_moves_along(demo: Instance, tmp_path: Path) -> None:
    clock = demo.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(HOUR)
    script = (
        "import sys; from pathlib import Path; from trenza.app import open_instance;"
        "from trenza.settings import Settings;"
        "i = open_instance(Settings(data=Path(sys.argv[1]), database=sys.argv[2], demo=True));"
        "print(i.clock.ahead); i.close()"
    )
    words = [sys.executable, "-c", script, str(tmp_path), demo.settings.database]
    other = subprocess.run(words, check=True, capture_output=True, timeout=60)  # noqa: S603 — our own words

    assert HOUR == int(other.stdout)
