"""Live in a real browser: what comes while one looks, pausing, filtering, a lost connection, hostile words as text."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.support.browser import new_context, open_session
from tests.support.serving import served
from tests.web.browser.conftest import OpenPage

from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.events import add_source, find_source_by_key
from trenza.kernel import encode_json
from trenza.settings import Settings
from trenza.storage.log import Entry
from trenza.web import pages

HOSTILE = (
    "<script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "</script><svg/onload=document.title='taken'>",
    "\"><a href=javascript:document.title='taken'>x</a>",
    "{{ 7*7 }} ${7*7} {% raw %}",
    "' onmouseover=document.title='taken' x='",
    "\u202etxt.exe\u0007 ﷽ Z̸̛a̶l̵g̷o̴",
)

PAUSES_AT_ONCE = """
document.addEventListener("DOMContentLoaded", () => {
  const pause = document.getElementById("pause");
  new MutationObserver(() => pause.click()).observe(pause, { attributeFilter: ["disabled"] });
});
"""
"""Pauses as soon as the stream is open, before its first row."""


@pytest.fixture
def shop(running: Instance) -> Instance:
    with running.database.read() as tx:
        known = find_source_by_key(tx, "live-key")
    if known is None:
        add_source(running.database, "live shop", "web", key="live-key")
        add_source(running.database, "live till", "pos", key="live-till-key")
    return running


def send(shop: Instance, *names: str, source: str = "live shop") -> None:
    """Events of one person arrive."""
    messages = [{"type": "track", "event": name, "userId": f"ana {name}", "properties": {"x": name}} for name in names]
    shop.log.append([Entry(source, "batch", encode_json({"batch": messages}))], shop.clock.now())
    while shop.hallway.step():
        pass


def rows(page: Page) -> Page:
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    return page


def test_an_event_that_comes_while_one_looks_is_shown(open_page: OpenPage, shop: Instance) -> None:
    send(shop, "Came before")
    page = rows(open_page("/live", language="en"))
    expect(page.locator("#events-rows")).to_contain_text("Came before")

    send(shop, "Comes now")

    expect(page.locator("#events-rows .row").first).to_contain_text("Comes now")
    expect(page.locator("#people-rows .row").first).to_contain_text("ana Comes now")


def test_a_paused_page_counts_what_waits_and_shows_it_afterwards(open_page: OpenPage, shop: Instance) -> None:
    page = rows(open_page("/live", language="en"))
    page.click("#pause")

    send(shop, *(f"Held {number}" for number in range(7)))

    expect(page.locator("#held")).to_have_text("7 waiting")
    assert 0 == page.locator("#events-rows", has_text="Held").count()
    page.click("#pause")
    expect(page.locator("#events-rows .row").first).to_contain_text("Held 6")
    expect(page.locator("#held")).to_have_text("")


def test_whoever_pauses_at_once_sees_the_past_and_nothing_of_it_waits(open_page: OpenPage, shop: Instance) -> None:
    send(shop, *(f"Past {number}" for number in range(60)))
    page = open_page("/live", language="en")
    page.add_init_script(PAUSES_AT_ONCE)
    page.reload()

    expect(page.locator("#state")).to_have_attribute("data-state", "paused")
    expect(page.locator("#events-rows .row")).to_have_count(50)
    expect(page.locator("#held")).to_have_text("")
    send(shop, "News")
    expect(page.locator("#held")).to_have_text("1 waiting")
    assert 0 == page.locator("#events-rows", has_text="News").count()


def test_a_filter_stays_in_the_address_and_holds_for_what_comes(open_page: OpenPage, shop: Instance) -> None:
    send(shop, "On the web")
    page = open_page("/live", language="en")
    page.select_option("#source", "live till")
    page.wait_for_url("**/live?*source=live+till*")
    rows(page)

    send(shop, "On the web again")
    send(shop, "At the till", source="live till")

    expect(page.locator("#events-rows .row").first).to_contain_text("At the till")
    assert 0 == page.locator("#events-rows", has_text="On the web").count()


def test_what_is_hostile_is_shown_as_text(open_page: OpenPage, shop: Instance) -> None:
    send(shop, *HOSTILE)
    page = rows(open_page("/live", language="en"))

    for word in HOSTILE:
        expect(page.locator("#events-rows .row strong", has_text=word.strip()[:12]).first).to_be_visible()
    page.locator("#events-rows .row a[data-opens-here]").first.click()
    expect(page.locator("#opened")).to_be_visible()
    expect(page.locator("#opened-title")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#opened")).to_be_hidden()
    assert page.title().startswith("Live")


def test_a_lost_connection_is_said_and_recovers_when_the_server_is_back(chrome: Chromium, tmp_path: Path) -> None:
    instance = open_instance(Settings(data=tmp_path))
    add_source(instance.database, "live shop", "web", key="live-key")
    send(instance, "Before")
    app = build_app(instance, pages(instance))
    with served(app) as address:
        page = new_context(chrome, address, open_session(instance), language="en").new_page()
        page.goto("/live")
        expect(rows(page).locator("#events-rows")).to_contain_text("Before")
        app.end_streams()

    expect(page.locator("#state-text")).to_have_text("Connection lost")
    expect(page.locator("#failure")).to_be_visible()
    send(instance, "While it was away")
    again = build_app(instance, pages(instance))
    with served(again, int(address.rpartition(":")[2])):
        expect(page.locator("#state")).to_have_attribute("data-state", "live", timeout=20_000)
        expect(page.locator("#failure")).to_be_hidden()
        expect(page.locator("#events-rows .row").first).to_contain_text("While it was away")
        assert 1 == page.locator("#events-rows .row", has_text="Before").count()
        again.end_streams()
    page.context.close()
    instance.close()
