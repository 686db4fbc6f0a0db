"""The story of the demo: two browsers are one person, a message comes by the clock, and after buying the next does not.

Everything is real: the shop's pages with Segment's client in two browsers, the demo's definitions, the worker, the
clock's control. Only the control group is left out, so that the message comes for whoever is drawn.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.support.browser import WIDTHS, axe, new_context, open_session, too_wide, watch
from tests.support.demo import shelve
from tests.support.serving import served

from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.channels import list_sandbox
from trenza.definitions import apply
from trenza.demo import DEFINITIONS
from trenza.demo.shop import shop
from trenza.equipment import KINDS
from trenza.events import latest
from trenza.kernel import ShiftedClock
from trenza.settings import Settings
from trenza.web import Pages, pages
from trenza.worker import process_until_idle

EMAIL = "ana.story@example.com"
_DAY = 86_400_000
_ZONE = ZoneInfo("Europe/Madrid")  # where the browsers of the tests are


class Story:
    """A small demo on a real server, and the browsers of the story."""

    def __init__(self, chrome: Chromium, instance: Instance) -> None:
        self.instance = instance
        self._chrome = chrome
        self._opened: list[tuple[Page, list[str]]] = []

    def open(self, path: str, width: int = 1280, cookie: str = "", language: str = "en") -> Page:
        """A browser of its own."""
        address = self.instance.settings.base_url
        page = new_context(self._chrome, address, cookie, language=language, width=width).new_page()
        self._opened.append((page, watch(page, address)))
        page.goto(path)
        return page

    def work(self, *browsers: Page) -> None:
        """Wait until these browsers' events were taken, then let the worker do what there is to do."""
        for page in browsers:
            expect(page.locator("#sent .state.waiting")).to_have_count(0)
            expect(page.locator("#sent .state.sent").first).to_be_attached()
        process_until_idle(self.instance)

    def person_of(self, page: Page, face: str) -> str:
        """Who a browser belongs to, by its anonymous id alone."""
        read = "JSON.parse(localStorage['shop.app.anonymous'])" if face == "app" else "analytics.user().anonymousId()"
        person = self.instance.find_person("anonymous_id", page.evaluate(read))
        assert person is not None
        return str(person)

    def close(self) -> None:
        """Every page must have been quiet."""
        for page, _ in self._opened:
            page.context.close()
        assert [] == [complaint for _, complaints in self._opened for complaint in complaints]


@pytest.fixture
def story(chrome: Chromium, tmp_path: Path) -> Iterator[Story]:
    settings = Settings(data=tmp_path / "data", demo=True, timezone="America/New_York", country="US")
    instance = open_instance(settings)
    shelve(settings.data)
    apply(instance.database, _without_control_group(tmp_path / "definitions"), KINDS, instance.clock.now())
    _set_to_morning(instance)
    made = pages(instance)
    app = build_app(instance, Pages((*made.handlers, *shop(instance)), made.answer_error))
    with served(app) as address:
        instance.settings = structs.replace(settings, public_url=address)
        told = Story(chrome, instance)
        yield told
        told.close()
        app.end_streams()
    instance.close()


def _without_control_group(folder: Path) -> Path:
    folder.mkdir()
    for path in DEFINITIONS.glob("*.yaml"):
        if path.name != "tests.yaml":
            text = path.read_text(encoding="utf-8")
            (folder / path.name).write_text(text.replace("holdout: {percent: 10}", "holdout: {percent: 0}"))
    return folder


def _set_to_morning(instance: Instance) -> None:
    """Ten o'clock, so that no night holds a message back."""
    clock = instance.clock
    assert isinstance(clock, ShiftedClock)
    now = datetime.fromtimestamp(clock.now() / 1000, UTC).astimezone(_ZONE)
    morning = datetime.combine(now.date() + timedelta(days=1), time(10), _ZONE)
    clock.advance(round((morning - now).total_seconds() * 1000))


def _sign_in(page: Page, root: str, *consents: str) -> None:
    page.goto(f"{root}/account")
    page.get_by_label("E-mail", exact=True).fill(EMAIL)
    page.get_by_label("First name").fill("Ana")
    for consent in consents:
        page.locator("#enter").get_by_label(consent).check()
    page.locator("#enter button").click()
    expect(page.locator("#hello")).to_have_text("Hello, Ana")


def _move(desk: Page, move: str) -> None:
    desk.locator(".demo-clock").get_by_role("button", name=move).click()
    expect(desk.locator(".toast")).to_contain_text("The clock was moved")


def test_two_browsers_are_one_person_and_a_message_comes_until_something_is_bought(story: Story) -> None:
    instance = story.instance
    web, app = story.open("/shop/products/3"), story.open("/shop/app/products/3", width=360)
    story.work(web, app)
    assert story.person_of(web, "web") != story.person_of(app, "app")

    web.locator("[data-product] [data-add='3']").click()
    web.goto("/shop")
    web.locator("[data-add='2']").click()
    expect(web.locator("[data-count]")).to_have_text("2")
    _sign_in(web, "/shop", "by e-mail")
    _sign_in(app, "/shop/app", "by e-mail", "by notifications")
    story.work(web, app)
    assert story.person_of(web, "web") == story.person_of(app, "app")

    desk = story.open("/demo/clock", cookie=open_session(instance, "marketer"))
    _move(desk, "Until the next step")
    story.work()
    desk.goto("/phones")
    expect(desk.locator("main")).to_contain_text("We kept your basket of $10.75")

    _move(desk, "Until the next step")  # the last word of the journey, which waits because it is night
    story.work()
    web.goto("/shop/checkout")
    web.get_by_role("button", name="Order now").click()
    expect(web.locator("#thanks")).to_be_visible()
    story.work(web)
    _move(desk, "+1 day")
    story.work()

    desk.goto("/phones")
    expect(desk.locator("main")).to_contain_text("the person had left the journey")
    with instance.database.read() as tx:
        assert ["push"] == [shown.channel for shown in list_sandbox(tx)]


def test_one_finds_oneself_from_either_browser(story: Story) -> None:
    cookie = open_session(story.instance, "agent")
    web, app = (story.open(root, cookie=cookie) for root in ("/shop", "/shop/app"))
    _sign_in(web, "/shop")
    _sign_in(app, "/shop/app")
    story.work(web, app)
    for page, root in ((web, "/shop"), (app, "/shop/app")):
        page.goto(f"{root}/account")
        expect(page.locator("#anonymous-id")).not_to_have_value("")
        page.get_by_role("button", name="See yourself in Trenza").click()
        expect(page.locator("h1")).to_contain_text("Ana")

    assert web.url == app.url
    assert re.search(r"/people/per_\w+$", web.url)


def test_events_bear_the_demo_s_time_however_far_it_is_ahead(story: Story) -> None:
    clock = story.instance.clock
    assert isinstance(clock, ShiftedClock)
    for ahead in (0, 40 * _DAY):  # beyond thirty days the server does not trust `sentAt`
        clock.advance(ahead)
        before = clock.now()
        page = story.open("/shop/products/1")
        story.work(page)
        with story.instance.database.read() as tx:
            (newest,) = latest(tx, 1)
        assert before - 1000 <= newest.timestamp <= clock.now()


def test_both_faces_live_in_one_browser_as_two_devices(story: Story) -> None:
    web = story.open("/shop")
    web.locator("[data-add='1']").click()
    expect(web.locator("#toast")).to_contain_text("Bananas")
    app = web.context.new_page()
    app.goto("/shop/app")
    app.locator("#sent .state.sent").first.wait_for(state="attached")
    story.work(web)

    expect(app.locator("[data-count]")).to_be_hidden()
    assert story.person_of(web, "web") != story.person_of(app, "app")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("root", ["/shop", "/shop/app"])
def test_every_page_of_the_shop_can_be_read_by_everybody(story: Story, root: str, language: str) -> None:
    page = story.open(root, language=language)
    page.locator("[data-add='1']").click()
    for path in ("", "/products/1", "/cart", "/checkout", "/account"):
        page.goto(f"{root}{path}")
        assert language == page.get_attribute("html", "lang")
        assert 1 == page.locator("h1").count()
        assert [] == axe(page), path
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert 0 == too_wide(page), (path, width)
    page.locator("#peek").click()
    expect(page.locator("#drawer")).to_be_visible()
    assert [] == axe(page)
