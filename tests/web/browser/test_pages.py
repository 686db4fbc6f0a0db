"""Every page in both languages and three widths, on a house with something on each, said by somebody hostile."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from tests.support.browser import WIDTHS, axe, new_context, open_session, too_wide, watch
from tests.support.serving import served
from tests.web.browser.conftest import OpenPage
from tests.web.browser.house import furnish
from tests.web.test_roles import page_routes

from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.settings import Settings
from trenza.web import pages

House = tuple[str, str, list[str]]
DARK = {
    "/sign-in": None,
    "/": "admin",
    "/live": "admin",
    "/people": "admin",
    "/messages": "admin",
    "/journeys": "admin",
}
NO_READING = {
    "/live/failed/{failed}": "sends on to the list",
    "/people/{person}/identity": "a part of the person's page",
    "/people/{person}/messages": "a part of the person's page",
    "/people/{person}/story": "a part of the person's page",
    "/people/{person}/links/{link}": "asks for a link of two identifiers, see test_people",
    "/people/work/{job}": "sends on to the job",
    "/people/work/{job}/receipt": "a file",
    "/journeys/proofs": "a part of the editor",
    "/journeys/{key}/yaml": "a part of the editor",
    "/messages/{message}/mail": "the mail itself, in a frame",
    "/phones/{person}/mail/{message}": "the mail itself, in a frame",
    "/phones/{person}/news": "a part of the phone",
    "/segments/{key}/versions/{version}": "the text of a version",
    "/settings": "sends on to the first tab",
    "/start/{token}": "a link that is used once, see test_sign_in",
}
"""Addresses that are no page by themselves, and why."""
SEGMENT_IDS = {"key": "buyers"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Where it answers, the cookie of an admin, and the addresses of all pages."""
    folder = tmp_path_factory.mktemp("house")
    instance = open_instance(Settings(data=folder / "data"))
    ids = furnish(instance, folder / "written")
    with served(app := build_app(instance, pages(instance))) as address:
        instance.settings = Settings(data=folder / "data", public_url=address)
        yield address, open_session(instance), list(addresses(instance, ids))
        app.end_streams()
    instance.close()
    shutil.rmtree(folder, ignore_errors=True)


def addresses(instance: Instance, ids: dict[str, object]) -> Iterator[str]:
    """Every page of which something is there; what the names in its address stand for is in `ids`."""
    for path, method, _ in page_routes(instance):
        if method == "GET" and path not in NO_READING:
            here = SEGMENT_IDS if path.startswith("/segments") else ids
            yield path.format_map(here)


def read_all(chrome: Chromium, house: House, language: str, look: Callable[[Page], list[str]]) -> list[str]:
    """What there is to say of each page, one after another in one window."""
    address, cookie, paths = house
    context = new_context(chrome, address, cookie, language=language)
    said = []
    for path in paths:
        page = context.new_page()
        complaints = watch(page, address)
        answer = page.goto(path, wait_until="load")
        status = [] if answer is not None and answer.ok else ["no page"]
        said += [f"{path}: {each}" for each in [*status, *look(page), *complaints]]
        page.close()
    context.close()
    return said


def read(page: Page, language: str) -> list[str]:
    """What hinders a reader on a page: at every width, and for whoever does not see it."""
    found = [] if language == page.get_attribute("html", "lang") else ["another language"]
    found += [] if page.locator("h1").count() == 1 else ["not one head"]
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{wide} too wide at {width}"] if (wide := too_wide(page)) else []
    found += axe(page)
    found += ["a payload ran"] if page.evaluate("window.taken === true") else []
    found += ["a link that runs"] if page.locator("a[href^='javascript:' i]").count() else []
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    return [*found, *axe(page)]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_everybody_can_read_every_page_and_nothing_hostile_runs(chrome: Chromium, house: House, language: str) -> None:
    assert 30 < len(house[2])
    assert "" == "\n".join(read_all(chrome, house, language, lambda page: read(page, language)))


@pytest.mark.parametrize("path", DARK)
def test_a_page_can_be_read_in_the_dark(open_page: OpenPage, path: str) -> None:
    assert [] == axe(open_page(path, role=DARK[path], dark=True))
