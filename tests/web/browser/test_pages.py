"""Every page in both languages and three widths, on a house with something on each, said by somebody hostile."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from tests.support.browser import WIDTHS, axe, new_context, open_session, too_wide, watch
from tests.support.serving import served
from tests.web.browser.conftest import OpenPage
from tests.web.browser.house import PAYLOADS, furnish
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
    "/identity/look": "a part of the page",
    "/identity/changes": "a part of the page",
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


@pytest.fixture
def open_house(chrome: Chromium, house: House) -> Iterator[OpenPage]:
    """`open_house("/people")`: a page of the house for an admin; nothing may have been complained of at the end."""
    address, cookie, _ = house
    context = new_context(chrome, address, cookie, language="en")
    said: list[list[str]] = []

    def open_(path: str) -> Page:
        page = context.new_page()
        said.append(watch(page, address))
        page.goto(path, wait_until="load")
        return page

    yield open_
    context.close()
    assert [] == [complaint for each in said for complaint in each]


def mail_of(payload: str) -> str:
    """The address of whoever has that payload for a name."""
    return f"h{list(PAYLOADS).index(payload)}@example.com"


def shown(text: str) -> str:
    """The beginning of a text as a browser lays it out: space and NUL do not count."""
    return "".join(text.replace("\0", "").split())[:40]


def harm(page: Page) -> list[str]:
    """What a payload did to a page."""
    found = ["it ran"] if page.evaluate("window.taken === true") else []
    found += ["a link that runs"] if page.locator("a[href^='javascript:' i]").count() else []
    found += (
        ["an element of its own"]
        if page.locator("main :is(script:not([type='application/json']), img[src='x'])").count()
        else []
    )
    return found + ([f"{wide} too wide"] if (wide := too_wide(page)) else [])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_everybody_can_read_every_page_and_nothing_hostile_runs(chrome: Chromium, house: House, language: str) -> None:
    assert 30 < len(house[2])
    assert "" == "\n".join(read_all(chrome, house, language, lambda page: read(page, language)))


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS)
def test_whoever_is_hostile_is_found_and_shown_as_text(open_house: OpenPage, payload: str) -> None:
    page = open_house("/people")
    page.get_by_role("searchbox").fill(mail_of(payload))
    page.locator("#found mark").first.wait_for()
    assert [mail_of(payload)] == page.locator("#found mark").all_inner_texts()

    page.locator("#found a[href^='/people/per_']").click()
    page.wait_for_url("**/people/per_*")
    assert shown(PAYLOADS[payload]) in shown(page.locator("h1").inner_text())
    for tab in ("story", "messages", "identity", "facts"):
        page.goto(f"{page.url.partition('?')[0]}?tab={tab}")
        page.wait_for_load_state("networkidle")
        assert [] == harm(page), tab


@pytest.mark.slow
@pytest.mark.parametrize("payload", ["script", "image", "svg", "attribute"])
def test_a_hostile_name_can_be_searched_for_and_stands_on_live_and_messages(open_house: OpenPage, payload: str) -> None:
    page = open_house("/people")
    page.get_by_role("searchbox").fill(PAYLOADS[payload])
    page.locator("#found", has_text=PAYLOADS[payload]).wait_for()
    assert [] == harm(page)

    for path, place in (("/live", "#events-rows"), ("/messages", "main")):
        page.goto(path)
        page.locator(place, has_text=PAYLOADS[payload]).wait_for()
        assert [] == harm(page), path


@pytest.mark.parametrize("path", DARK)
def test_a_page_can_be_read_in_the_dark(open_page: OpenPage, path: str) -> None:
    assert [] == axe(open_page(path, role=DARK[path], dark=True))
