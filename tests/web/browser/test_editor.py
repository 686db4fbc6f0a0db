"""The builder in a real browser: by clicking only, by the keyboard alone, and never a character lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.support.browser import axe
from tests.web.browser.conftest import OpenPage

from trenza.app import Instance
from trenza.definitions import apply_documents, find_live, read_documents
from trenza.equipment import KINDS

KEPT = """\
# mine
kind: Segment
key: browser_kept
title: {es: Tal cual,   en: As it is}
where:
  reachable: email   # kept
"""


def settled(page: Page) -> None:
    page.wait_for_function("document.querySelector('#count')?.getAttribute('aria-busy') === 'false'")


def yaml_of(page: Page) -> str:
    return page.locator("#yaml").input_value()


def written(instance: Instance, key: str) -> str:
    with instance.database.read() as tx:
        live = find_live(tx, "Segment", key)
    return live.written if live else ""


def test_a_segment_is_built_by_clicking_counted_seen_as_yaml_and_saved(open_page: OpenPage, running: Instance) -> None:
    page = open_page("/segments/new", language="en")
    page.locator("#at-title-en").fill("Clicked together")
    page.get_by_text("Add a condition").click()
    page.get_by_role("button", name=re.compile("^Did something")).click()
    expect(page.locator("[data-form=event]")).to_have_count(1)
    page.get_by_label("Event", exact=True).fill("Order Completed")
    page.get_by_label("Within the last", exact=True).fill("60")
    page.get_by_label("More: Did something").click()
    page.get_by_role("button", name="Turn into its opposite").click()
    expect(page.locator("[data-form=none] [data-form=event]")).to_have_count(1)
    expect(page.locator("#count")).to_contain_text("people")
    settled(page)
    assert [] == axe(page)

    page.get_by_role("tab", name="YAML").click()
    before = yaml_of(page)
    assert "name: Order Completed, within: 60d" in before
    assert "key: clicked_together" in before
    page.get_by_role("tab", name="Blocks").click()
    page.get_by_role("tab", name="YAML").click()
    assert before == yaml_of(page)
    assert [] == axe(page)
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/segments/clicked_together")
    assert before == written(running, "clicked_together")


def test_a_segment_is_built_with_the_keyboard_alone_and_undone(open_page: OpenPage, running: Instance) -> None:
    page = open_page("/segments/new", language="en")
    page.locator("#at-title-en").focus()
    page.keyboard.type("By keys")
    page.locator(".insert > summary").focus()
    page.keyboard.press("Enter")
    page.locator("[data-insert=reachable]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-form=reachable] input")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("sms")
    page.keyboard.press("Enter")
    expect(page.locator("[data-form=reachable] input[value=sms]")).to_be_focused()
    page.locator("[data-form=reachable] [data-act=remove]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-form=reachable]")).to_have_count(0)
    page.keyboard.press("Control+Z")
    expect(page.locator("[data-form=reachable]")).to_have_count(1)
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/segments/by_keys")
    assert "reachable: sms" in written(running, "by_keys")


def test_whoever_is_faster_than_the_answer_stays_where_they_are(open_page: OpenPage) -> None:
    page = open_page("/segments/new", language="en")
    held: list[Route] = []
    page.route("**/editor/apply", lambda route: held.append(route), times=1)  # noqa: PLW0108 — Playwright marks what it is given
    page.locator("#at-title-en").fill("In a hurry")
    with page.expect_request("**/editor/apply"):
        page.locator(".insert > summary").focus()
    page.keyboard.press("Enter")
    page.locator("[data-insert=reachable]").focus()
    before = page.locator("[data-insert=reachable]").element_handle()
    held.pop().continue_()
    page.wait_for_function("before => !before.isConnected", arg=before)

    expect(page.locator("[data-insert=reachable]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-form=reachable] input")).to_be_focused()


@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_saving_what_was_only_looked_at_changes_not_one_byte(
    open_page: OpenPage, running: Instance, breaks: str
) -> None:
    text = KEPT.replace("\n", breaks)
    documents, _ = read_documents(text, "")
    apply_documents(running.database, documents, KINDS, running.clock.now(), as_written=True)
    page = open_page("/segments/browser_kept/edit", language="es")
    page.get_by_role("tab", name="YAML").click()
    page.get_by_role("tab", name="Bloques").click()
    page.get_by_role("button", name="Guardar").click()

    page.wait_for_url("**/segments/browser_kept")
    assert text == written(running, "browser_kept")
