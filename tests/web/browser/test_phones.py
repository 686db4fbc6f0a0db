"""A message comes to a phone while one looks at it; opening its mail is an open; nothing hostile runs."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.support.browser import WIDTHS, axe, too_wide
from tests.web.browser.conftest import OpenPage
from tests.web.story import tell

from trenza.app import Instance
from trenza.channels import list_outbox
from trenza.worker import process_until_idle

LOUD = "Ana <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def person(running: Instance, tmp_path_factory: pytest.TempPathFactory) -> str:
    return tell(running, tmp_path_factory.mktemp("phones"), n="first", name=LOUD)


def marketing_mail(instance: Instance) -> str:
    with instance.database.read() as tx:
        return next(each.message.id for each in list_outbox(tx, channel="email") if each.message.step == "again")


def test_a_message_comes_while_one_looks(open_page: OpenPage, running: Instance, person: str, tmp_path: Path) -> None:
    page = open_page(f"/phones/{person}", language="en")
    notices = page.locator("#screen .notice")
    before = notices.count()

    tell(running, tmp_path, n="second", name=LOUD)

    expect(notices).to_have_count(before + 3)
    expect(page.locator("#banner .notice")).to_have_count(1)


def test_opening_a_mail_on_the_phone_is_told_beside_it(open_page: OpenPage, running: Instance, person: str) -> None:
    page = open_page(f"/phones/{person}?app=email", language="en", width=360)
    page.locator(f'.inbox a[data-arrival="{marketing_mail(running)}"]').click()
    frame = page.frame_locator("iframe.opened-mail")
    expect(frame.get_by_text(LOUD)).to_be_visible()
    page.wait_for_timeout(300)
    process_until_idle(running)

    expect(page.locator("#reasons")).to_contain_text("Opened, perhaps by a machine")
    assert "taken" != page.title()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_serious_is_found_and_nothing_is_too_wide(
    open_page: OpenPage, running: Instance, person: str, language: str
) -> None:
    mail = marketing_mail(running)
    for path in (
        "/messages",
        "/messages?state=held",
        f"/messages/{mail}",
        f"/phones/{person}",
        f"/phones/{person}?app=sms",
        f"/phones/{person}?app=email",
        f"/phones/{person}?app=push",
        "/tasks",
    ):
        page = open_page(path, language=language, dark=language == "en")
        assert [] == axe(page), path
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert 0 == too_wide(page), (path, width)
        page.close()
