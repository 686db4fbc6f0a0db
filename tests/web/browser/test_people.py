"""People in a real browser: found while one types, seen whole by everybody, and nothing hostile is ever run."""

import pytest
from playwright.sync_api import expect
from tests.support.browser import WIDTHS, axe, too_wide
from tests.web.browser.conftest import OpenPage

from trenza.app import Instance
from trenza.events import BATCH, ensure_source
from trenza.identity import person_text
from trenza.kernel import encode_json
from trenza.people import People
from trenza.storage.log import Entry

HOSTILE = "<img src=x onerror=window.broken=1>"
LIFE = [
    {"type": "page", "anonymousId": "b1", "name": HOSTILE, "messageId": "b0"},
    {
        "type": "identify",
        "anonymousId": "b1",
        "userId": HOSTILE,
        "messageId": "b1",
        "traits": {"email": "hostile@example.com", "first_name": HOSTILE, "last_name": "Ruiz"},
    },
    {"type": "track", "userId": HOSTILE, "event": HOSTILE, "messageId": "b2", "properties": {"name": HOSTILE}},
]


@pytest.fixture(scope="module")
def person(running: Instance) -> str:
    ensure_source(running.database, "people shop", "web")
    running.log.append([Entry("people shop", BATCH, encode_json({"batch": LIFE}))], running.clock.now())
    running.relay()
    while running.hallway.step():
        running.relay()
    return person_text(People(running).named("email:hostile@example.com"))


@pytest.mark.parametrize("tab", ["story", "messages", "identity", "facts"])
def test_a_person_can_be_read_by_everybody_and_runs_nothing(open_page: OpenPage, person: str, tab: str) -> None:
    page = open_page(f"/people/{person}?tab={tab}", language="es")
    page.wait_for_load_state("networkidle")

    assert 0 == page.locator(".skeleton:visible").count()
    assert page.evaluate("window.broken") is None
    assert HOSTILE in page.inner_text("h1")
    assert [] == axe(page)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert 0 == too_wide(page), width


def test_a_person_can_be_read_in_the_dark(open_page: OpenPage, person: str) -> None:
    page = open_page(f"/people/{person}", language="en", dark=True)
    page.wait_for_load_state("networkidle")

    assert [] == axe(page)


def test_people_are_found_while_one_types_and_the_address_says_nothing(open_page: OpenPage, person: str) -> None:
    page = open_page("/people")

    page.get_by_role("searchbox").press_sequentially("hostile@")
    expect(page.locator("mark").first).to_contain_text("hostile@")
    page.wait_for_load_state("networkidle")  # nothing is still on its way that would take the link's place

    assert page.url.endswith("/people")
    page.get_by_role("link", name="Ruiz").click()
    page.wait_for_url(f"**/people/{person}")
