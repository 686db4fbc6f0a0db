"""The phones of the sandbox: whose, what came, what did not and why, and what is new since one looked."""

import re
from html import escape
from pathlib import Path

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of
from tests.web.story import HOSTILE, tell

from trenza.access import Role
from trenza.app import Instance


def news_of(page: str) -> str:
    found = re.search(r'hx-get="(/phones/per_\w+/news\?mark=[^"]+)"', page)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def test_without_a_message_the_page_says_how_one_comes(signed_in: Browser) -> None:
    assert "No phone has rung yet" in signed_in.get("/phones?language=en").text


def test_the_phone_that_rang_last_is_shown_with_what_came_newest_on_top(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path, name="Ana")
    page = signed_in.get("/phones?language=en").text

    assert f'href="/phones/{person}" aria-current="true"' in page
    assert 3 == page.count('<a class="notice"')
    assert "Para Ana" in page
    assert "Why did this come?" in page


def test_each_app_shows_its_messages_in_its_own_look(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    person = tell(instance, tmp_path)

    assert '<ol class="inbox">' in signed_in.get(f"/phones/{person}?app=email").text
    chat = signed_in.get(f"/phones/{person}?app=sms").text
    assert '<a href="https://shop.example/o" target="_blank" rel="noopener noreferrer nofollow">' in chat
    assert "Nothing here yet" in signed_in.get(f"/phones/{person}?app=voice&language=en").text
    assert 'class="lock-clock"' in signed_in.get(f"/phones/{person}?app=made-up").text


def test_a_mail_is_opened_in_a_frame_whose_pixel_and_way_out_are_real(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path)
    inbox = signed_in.get(f"/phones/{person}?app=email").text
    ids = set(re.findall(r'data-arrival="(\w+)"', inbox))
    pages = [signed_in.get(f"/phones/{person}?message={id_}&language=en").text for id_ in ids]

    assert 2 == len(ids)
    assert 1 == sum("Unsubscribe</a>" in page and "/u/" in page for page in pages)
    for id_ in ids:
        policy = signed_in.get(f"/phones/{person}/mail/{id_}").headers["content-security-policy"]
        assert f"img-src data: {instance.settings.base_url}/p/;" in policy
        assert "sandbox allow-popups" in policy


def test_what_did_not_come_stands_below_with_its_reason(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    person = tell(instance, tmp_path)
    page = signed_in.get(f"/phones/{person}?language=en").text

    assert "The message did not go out: consent is missing." in page
    assert "with consent for SMS" in page


def test_news_are_nothing_until_something_comes(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    person = tell(instance, tmp_path)
    way = news_of(signed_in.get(f"/phones/{person}").text)
    assert (204, "") == ((answer := signed_in.get(way)).status_code, answer.text)

    instance.clock.advance(5_000)  # type: ignore[attr-defined]  # a manual clock
    tell(instance, tmp_path, n="2")
    answer = signed_in.get(way)

    assert 200 == answer.status_code
    assert 3 == answer.text.count('<li class="fresh">')
    assert {"banner", "dock", "screen", "reasons"} == set(re.findall(r'id="(\w+)"[^>]*hx-swap-oob', answer.text))
    assert "<html" not in answer.text
    assert 204 == signed_in.get(news_of(answer.text)).status_code


def test_somebody_is_found_by_an_identifier_that_never_stands_in_an_address(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path)
    token = token_of(signed_in.get("/phones").text)
    for who in ("ana@example.com", "+34 600 111 222", "ana", "user_id:ana", person):
        found = signed_in.post("/phones", data={"csrf": token, "who": who})
        assert (303, f"/phones/{person}") == (found.status_code, found.headers["location"]), who

    missed = signed_in.post("/phones?language=en", data={"csrf": token, "who": "nobody@example.com"})
    assert 422 == missed.status_code
    assert 'value="nobody@example.com"' in missed.text
    assert "Nobody has this identifier." in missed.text


def test_hostile_words_are_shown_as_text(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    person = tell(instance, tmp_path)
    ids = re.findall(r'data-arrival="(\w+)"', signed_in.get(f"/phones/{person}").text)
    for path in ("/phones", f"/phones/{person}?app=email", *(f"/phones/{person}?message={id_}" for id_ in ids)):
        page = signed_in.get(path).text
        assert HOSTILE not in page, path
        assert "document.title" not in page, path
        assert escape(HOSTILE) in page, path


def test_a_message_of_somebody_else_is_not_on_the_phone(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    person = tell(instance, tmp_path)

    assert 404 == signed_in.get(f"/phones/{person}/mail/made-up").status_code
    assert 404 == signed_in.get("/phones/per_0000000000000").status_code


@pytest.mark.parametrize("role", ["admin", "marketer", "analyst", "agent"])
def test_whoever_may_see_people_may_see_phones(browser: Browser, instance: Instance, role: Role) -> None:
    assert 303 == browser.get("/phones").status_code

    assert 200 == sign_in_as(browser, instance, role).get("/phones").status_code
