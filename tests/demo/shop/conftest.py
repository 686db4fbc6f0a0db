"""A small demo: sources, and three products of the real catalogue."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from tests.support.demo import shelve

from trenza.api import Front, build_app
from trenza.app import Instance, open_instance
from trenza.demo.shop import shop
from trenza.settings import Settings
from trenza.web import Pages, pages


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("demo")
    instance = open_instance(Settings(data=folder, demo=True))
    shelve(folder)
    yield instance
    instance.close()


@pytest.fixture(scope="module")
def serving(demo: Instance) -> Iterator[TestClient[Front]]:
    made = pages(demo)
    app = build_app(demo, Pages((*made.handlers, *shop(demo)), made.answer_error))
    with TestClient(app, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def visitor(serving: TestClient[Front]) -> TestClient[Front]:
    """A browser that has no cookie yet."""
    serving.cookies.clear()
    return serving
