"""From a wrong merge to its cure, in a real browser, in both languages: found, foreseen, cut, restored, cut again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.support.browser import WIDTHS, axe, too_wide
from tests.web.browser.conftest import OpenPage

from trenza.app import Instance
from trenza.events import BATCH, ensure_source
from trenza.identity import leaf_named, person_text, persons_of
from trenza.kernel import encode_json
from trenza.storage.log import Entry

HOSTILE = "<img src=x onerror=window.broken=1>"
BACK = re.compile(r"\?tab=identity$")
SAID = {
    "es": {
        "foresee": "Qué haría un corte",
        "cut": "Cortar el vínculo",
        "restore": "Restaurar el vínculo",
        "ask": "Decir si lo son y por qué",
        "one": "Son una sola persona",
        "two": "Son dos personas",
        "foresee_restore": "Qué haría restaurarlo",
    },
    "en": {
        "foresee": "What a cut would do",
        "cut": "Cut the link",
        "restore": "Restore the link",
        "ask": "Say whether and why",
        "one": "They are one person",
        "two": "They are two people",
        "foresee_restore": "What restoring it would do",
    },
}


def arrive(instance: Instance, *messages: dict[str, Any]) -> None:
    ensure_source(instance.database, "identity shop", "web")
    instance.log.append([Entry("identity shop", BATCH, encode_json({"batch": list(messages)}))], instance.clock.now())
    instance.relay()
    while instance.hallway.step():
        instance.relay()


def people_of(instance: Instance, names: list[str]) -> list[str]:
    with instance.database.read() as tx:
        found = persons_of(tx, [leaf_named(each) for each in names])
    return [person_text(found[leaf_named(each)]) for each in names]


def device(name: str) -> dict[str, Any]:
    return {"device": {"id": name}}


def two_people(instance: Instance, suffix: str) -> list[str]:
    """The strongest identifiers of two people who have nothing to do with each other."""
    ana, luis = f"ana-{suffix}", f"luis-{suffix}@example.com"
    arrive(
        instance,
        {
            "type": "identify",
            "messageId": f"{suffix}1",
            "userId": ana,
            "context": device(f"ana-phone-{suffix}"),
            "traits": {"first_name": HOSTILE},
        },
        {
            "type": "identify",
            "messageId": f"{suffix}2",
            "context": device(f"luis-phone-{suffix}"),
            "traits": {"first_name": "Luis", "email": luis},
        },
    )
    return [f"user_id:{ana}", f"email:{luis}"]


def join_wrongly(instance: Instance, suffix: str) -> None:
    """A message that bears the telephones of both."""
    other = {"externalIds": [{"type": "device_id", "id": f"luis-phone-{suffix}"}]}
    arrive(
        instance,
        {
            "type": "track",
            "event": "Seen",
            "messageId": f"{suffix}3",
            "context": {**device(f"ana-phone-{suffix}"), **other},
        },
    )


def check(page: Page) -> None:
    """Everybody can read it, at every width, and nothing hostile ran."""
    page.wait_for_load_state("networkidle")
    assert [] == axe(page), page.url
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for _ in range(50):  # a chart is drawn anew a moment after the window has changed
            if not too_wide(page):
                break
            page.wait_for_timeout(100)
        assert 0 == too_wide(page), (page.url, width)
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    assert page.evaluate("window.broken") is None


@pytest.mark.parametrize("language", ["es", "en"])
def test_two_people_who_were_wrongly_one_are_found_parted_joined_and_parted_again(
    open_page: OpenPage, running: Instance, language: str
) -> None:
    words = SAID[language]
    names = two_people(running, language)
    before = people_of(running, names)
    join_wrongly(running, language)
    assert 2 == len(set(before)) > len(set(people_of(running, names)))

    page = open_page("/identity", language=language)
    bridge = page.locator("#look li.row", has_text=f"luis-phone-{language}")
    bridge.wait_for()
    page.locator("#changes canvas, #changes svg.icon, #changes .chart").first.wait_for()
    check(page)

    bridge.get_by_role("link", name=words["foresee"]).click()
    page.wait_for_url("**/links/lnk_*")
    foreseen = page.locator("main").inner_text()
    assert f"luis-{language}@example.com" in foreseen or f"ana-{language}" in foreseen
    check(page)
    page.get_by_role("button", name=words["cut"]).click()
    page.wait_for_url(BACK)
    assert before == people_of(running, names)
    for person, name in zip(before, (HOSTILE, "Luis"), strict=True):
        page.goto(f"/people/{person}")
        assert name == page.inner_text("h1")

    page.goto("/identity")
    page.locator("#look h2").first.wait_for()
    assert 0 == bridge.count()
    ask(page, words, language)
    page.get_by_role("heading", name=words["two"]).wait_for()
    assert page.url.endswith("/identity/between")
    check(page)
    page.get_by_role("link", name=words["foresee_restore"]).click()
    page.get_by_role("button", name=words["restore"]).click()
    page.wait_for_url(BACK)
    assert 1 == len(set(people_of(running, names)))

    page.goto("/identity/between")
    ask(page, words, language)
    page.get_by_role("heading", name=words["one"]).wait_for()
    check(page)
    page.goto("/identity")
    bridge.get_by_role("link", name=words["foresee"]).click()
    page.get_by_role("button", name=words["cut"]).click()
    page.wait_for_url(BACK)
    assert before == people_of(running, names)


def ask(page: Page, words: dict[str, str], suffix: str) -> None:
    """Whether the two are one person."""
    page.locator("#a_type").select_option("user_id")
    page.locator("#a_value").fill(f"ana-{suffix}")
    page.locator("#b_type").select_option("email")
    page.locator("#b_value").fill(f"luis-{suffix}@example.com")
    page.get_by_role("button", name=words["ask"]).click()


def test_the_page_can_be_read_in_the_dark(open_page: OpenPage, running: Instance) -> None:
    two_people(running, "dark")
    join_wrongly(running, "dark")
    page = open_page("/identity", language="en", dark=True)
    page.locator("#look h2").first.wait_for()
    page.wait_for_load_state("networkidle")

    assert [] == axe(page)
