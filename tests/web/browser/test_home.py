"""Home with figures, in a real browser: everybody can read it, and the days of its charts are changed in place."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.support.browser import WIDTHS, axe, new_context, open_session, too_wide, watch
from tests.support.serving import served

from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.kernel import encode_json, format_instant
from trenza.settings import Settings
from trenza.storage.log import Entry
from trenza.web import pages
from trenza.worker import process_until_idle

OpenHome = Callable[..., Page]
DAY = 24 * 3_600_000
RESCUE = """
kind: Template
key: thanks
title: Thanks
channels: {sms: {text: {es: Gracias, en: Thanks}}}
---
kind: Journey
key: rescue
title: Rescue
enter: {event: Cart Updated}
exit: [{event: Order Completed}]
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - send: {name: first, any_of: [sms], template: thanks}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where an instance with a month of orders answers, and the cookie of an admin."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "all.yaml").write_text(RESCUE, encoding="utf-8")
    instance = open_instance(Settings(data=folder / "data"))
    apply(instance.database, folder, KINDS, instance.clock.now())
    live_through(instance)
    with served(app := build_app(instance, pages(instance))) as address:
        instance.settings = Settings(data=folder / "data", public_url=address)
        yield address, open_session(instance)
        app.end_streams()
    instance.close()


def live_through(instance: Instance) -> None:
    """Orders on two channels in two currencies, a cart whose message does not go, and a till that fell silent."""
    now = instance.clock.now()
    for source in ("web", "till"):
        ensure_source(instance.database, source, source)
    orders = [(source, ago) for source in ("web", "till") for ago in range(2, 30, 3)]
    for at, (source, ago) in enumerate([*orders, ("web", 0)]):
        message = {
            "type": "track",
            "event": "Order Completed" if ago else "Cart Updated",
            "anonymousId": f"a{at}",
            "timestamp": format_instant(now - ago * DAY),
            "properties": {"revenue": at + 1, "currency": "EUR" if at % 2 else "USD"},
        }
        instance.log.append([Entry(source, "track", encode_json(message))], now)
    process_until_idle(instance)


@pytest.fixture
def open_home(chrome: Chromium, shop: tuple[str, str]) -> Iterator[OpenHome]:
    address, cookie = shop
    contexts, said = [], []

    def open_(language: str = "es", *, dark: bool = False) -> Page:
        context = new_context(chrome, address, cookie, language=language, dark=dark)
        contexts.append(context)
        page = context.new_page()
        said.append(watch(page, address))
        page.goto("/", wait_until="load")
        expect(page.locator(".chart[data-drawn]")).to_have_count(4)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [] == [complaint for each in said for complaint in each]


@pytest.mark.parametrize(("language", "dark"), [("es", False), ("en", False), ("es", True)])
def test_home_can_be_read_by_everybody(open_home: OpenHome, language: str, dark: bool) -> None:
    page = open_home(language, dark=dark)
    for summary in page.locator("main summary").all():
        summary.click()

    assert [] == axe(page)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert 0 == too_wide(page), width


def test_other_days_are_drawn_in_place_and_the_keyboard_stays(open_home: OpenHome) -> None:
    page = open_home("en")
    page.get_by_role("link", name="7 days").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    expect(page.locator("#sales .chart[data-drawn]")).to_have_count(3)
    expect(page.get_by_role("link", name="7 days")).to_be_focused()
    assert page.url.endswith("/?days=7")
    page.reload()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")


def test_a_chart_opens_the_table_that_it_was_drawn_from(open_home: OpenHome) -> None:
    page = open_home("en")
    chart = page.locator("#sales .chart").first
    expect(chart.get_by_role("table")).to_be_hidden()
    chart.locator("summary").click()

    expect(chart.get_by_role("table")).to_be_visible()
    assert 28 == chart.locator("tbody tr").count()
    assert 18 == sum(int(cell.text_content() or 0) for cell in chart.locator("td").all())
