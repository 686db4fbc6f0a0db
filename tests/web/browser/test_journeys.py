"""Journeys in a real browser: one built by clicking, one taken ready and tested, one edited by two; axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.support.browser import axe, too_wide
from tests.web.test_journeys import JOURNEY, TEMPLATE, save

from trenza.app import Instance
from trenza.definitions import find_live

OpenPage = Callable[..., Page]


def written(instance: Instance, key: str) -> str:
    with instance.database.read() as tx:
        live = find_live(tx, "Journey", key)
    assert live is not None
    return live.written


def test_a_journey_is_built_by_clicking_and_saved(open_page: OpenPage, running: Instance) -> None:
    save(running, TEMPLATE)
    page = open_page("/journeys/new", role="marketer", language="en")

    page.get_by_label("English").fill("Hello there")
    page.get_by_label("English").press("Enter")
    page.locator('[data-form="enter"] [list="known-event"]').fill("Signed Up")
    page.locator('[data-form="enter"] [list="known-event"]').press("Enter")
    expect(page.locator('[data-form="enter"] .block-said')).to_contain_text("signed up")
    page.get_by_text("Add a step", exact=True).click()
    page.locator('[data-insert="send"]:visible').click()
    page.locator('[data-form="send"] [list="known-channel"]').fill("email")
    page.locator('[data-form="send"] [list="known-channel"]').press("Enter")
    page.get_by_label("Add a step before").click()
    page.locator('[data-insert="wait"]:visible').click()
    expect(page.locator(".step-list > li")).to_have_count(2)
    expect(page.locator("#faults-title")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/journeys/hello_there")

    text = written(running, "hello_there")
    assert text.index("wait: 1h") < text.index("channel: email")
    assert "Signed Up" in text


def test_a_ready_journey_is_tested_on_the_page_before_it_is_saved(open_page: OpenPage, running: Instance) -> None:
    page = open_page("/journeys/begin/missed_call", role="marketer", language="en")

    page.get_by_role("button", name="Begin with this one").click()
    page.wait_for_url("**/journeys/new?from=missed_call")
    page.get_by_role("button", name="Run the tests").click()
    expect(page.locator("#tried")).to_contain_text("The test passes", timeout=20_000)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/journeys/missed_call")

    assert "holdout: {percent: 0}" in written(running, "missed_call")
    page.get_by_role("link", name="Tests").click()
    expect(page.locator("#test-a_failed_sms_becomes_a_mail")).to_be_visible()


def test_the_second_of_two_is_told_and_overwrites_nothing(open_page: OpenPage, running: Instance) -> None:
    save(running, TEMPLATE, JOURNEY)
    one = open_page("/journeys/rescue/edit", role="admin", language="en")
    other = open_page("/journeys/rescue/edit", role="marketer", language="en")
    for page, title in ((one, "Theirs"), (other, "Mine")):
        page.get_by_label("English").fill(title)
        page.get_by_label("English").press("Enter")
        expect(page.locator("[data-undo]")).to_be_enabled()
        page.get_by_role("button", name="Save").click()

        if title == "Theirs":
            page.wait_for_url("**/journeys/rescue")
    clash = other.locator(".clash")
    expect(clash).to_contain_text("Somebody else has saved it")
    expect(clash.locator("del")).to_contain_text("Theirs")
    expect(clash.locator("ins")).to_contain_text("Mine")

    assert "en: Theirs" in written(running, "rescue")
    other.get_by_role("button", name="Put mine in the place of theirs").click()
    other.wait_for_url("**/journeys/rescue")
    assert "en: Mine" in written(running, "rescue")
    assert "# a night" in written(running, "rescue")


@pytest.mark.parametrize(
    "path", ["", "/rescue", "/rescue/runs", "/rescue/tests", "/rescue/versions", "/rescue/edit", "/new"]
)
@pytest.mark.parametrize("width", [1280, 360])
def test_everybody_can_use_each_page_of_journeys(open_page: OpenPage, running: Instance, path: str, width: int) -> None:
    if find_missing(running):
        save(running, TEMPLATE, JOURNEY)
    page = open_page(f"/journeys{path}", language="es", width=width)

    assert [] == axe(page)
    assert not too_wide(page)
    assert re.search("Recorrido|recorrido", page.title() + page.content())


def find_missing(instance: Instance) -> bool:
    with instance.database.read() as tx:
        return find_live(tx, "Journey", "rescue") is None
