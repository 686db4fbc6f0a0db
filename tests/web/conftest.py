"""A real instance with its pages, and a browser that follows no link by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from trenza.access import Vault, first_run_link, use_link
from trenza.api import Front, build_app
from trenza.app import Instance
from trenza.kernel import ManualClock
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import SqlLog
from trenza.web import pages

NOW = 1_772_442_000_000
PASSWORD = "a sentence is good"
Browser = TestClient[Front]


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    """URL of the instance's state; a file of tests that are of both databases gives `database_url` in its place."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def instance(tmp_path: Path, state_url: str) -> Iterator[Instance]:
    database = Database(state_url)
    database.create_tables()
    log = Database(f"sqlite:///{tmp_path / 'log.db'}")
    instance = Instance(Settings(data=tmp_path), ManualClock(NOW), database, SqlLog(log), b"secret of a test")
    yield instance
    instance.close()
    log.close()


@pytest.fixture
def vault(instance: Instance) -> Vault:
    return Vault(instance.database, instance.secret)


@pytest.fixture
def browser(instance: Instance) -> Iterator[Browser]:
    with TestClient(build_app(instance, pages(instance)), raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def start(vault: Vault) -> str:
    """Path of the first-run link."""
    link = first_run_link(vault, "", NOW)
    assert link is not None
    return link


@pytest.fixture
def signed_in(browser: Browser, vault: Vault, start: str) -> Browser:
    """The browser of an admin."""
    opened = use_link(vault, start.removeprefix("/start/"), "ana@example.com", PASSWORD, NOW)
    browser.cookies.set("trenza_session", opened.cookie)
    return browser
