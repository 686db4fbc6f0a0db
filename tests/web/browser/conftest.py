"""The pages in a real browser: one Chromium and one running instance for each worker of the tests.

A test asks for `open_page`, which gives a page of a reader (role, language, width). When the test ends, every page must
have been quiet: no error on the console, nothing refused by the content security policy, nothing asked of another host.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from tests.support.browser import CHROMIUM, MISSING, chromium, new_context, open_session, watch
from tests.support.serving import served

from trenza.access import Role
from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.settings import Settings
from trenza.web import pages

VENDOR = Path(pages.__code__.co_filename).parent / "static" / "vendor"
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in (each for each in items if here in each.path.parents):
        item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason=MISSING))
        item.add_marker(pytest.mark.skipif(not (VENDOR / "ui.js").exists(), reason="the bundles were not built"))


@pytest.fixture(scope="session")
def chrome() -> Iterator[Chromium]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance on a real server; `settings.public_url` is where."""
    folder = tmp_path_factory.mktemp("browser")
    instance = open_instance(Settings(data=folder))
    app = build_app(instance, pages(instance))
    with served(app) as address:
        instance.settings = Settings(data=folder, public_url=address)
        yield instance
        app.end_streams()
    instance.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def session_of(running: Instance) -> Callable[[Role], str]:
    """The cookie of a session of each role, made once."""
    made: dict[Role, str] = {}

    def find(role: Role) -> str:
        if role not in made:
            made[role] = open_session(running, role)
        return made[role]

    return find


@pytest.fixture
def open_page(chrome: Chromium, running: Instance, session_of: Callable[[Role], str]) -> Iterator[OpenPage]:
    """`open_page("/live", role="analyst", language="en", width=360)`; without a role nobody is signed in."""
    address = running.settings.base_url
    contexts, said = [], []

    def open_(path: str, role: Role | None = "admin", language: str = "es", width: int = 1280, **more: bool) -> Page:
        cookie = session_of(role) if role else ""
        context = new_context(chrome, address, cookie, language=language, width=width, **more)
        contexts.append(context)
        page = context.new_page()
        said.append((path, watch(page, address)))
        page.goto(path, wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [] == [(path, complaints) for path, complaints in said if complaints]
