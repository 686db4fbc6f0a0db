"""The outbox as pages: what went out, what came of it, what was withheld, and hostile words shown harmlessly."""

import re
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as
from tests.web.story import HOSTILE, tell

from trenza.access import Role
from trenza.app import Instance
from trenza.channels import SandboxMessage, list_outbox
from trenza.channels.store.outbox import outbox
from trenza.journeys import list_decisions
from trenza.web.shown import linked, mail_frame
from trenza.worker import process_until_idle


def message_on(instance: Instance, channel: str, step: str = "") -> str:
    with instance.database.read() as tx:
        entries = list_outbox(tx, channel=channel)
    return next(entry.message.id for entry in entries if step in ("", entry.message.step))


def test_nothing_sent_yet_leads_on_to_the_journeys(signed_in: Browser) -> None:
    page = signed_in.get("/messages?language=en").text

    assert "No message yet" in page
    assert 'class="button main" href="/journeys"' in page


def test_the_last_wanted_messages_stand_with_person_channel_step_and_how_far_they_came(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path, name="Ana")
    page = signed_in.get("/messages?language=en").text

    assert 3 == page.count(f'<a href="/people/{person}">Ana</a>')
    assert 3 == page.count('data-tone="good">Delivered<')
    assert ["again", "mail", "text"] == sorted(re.findall(r'small step">(\w+)<', page))


def test_the_list_is_narrowed_by_state_channel_and_journey(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    tell(instance, tmp_path)

    assert 1 == signed_in.get("/messages?channel=sms").text.count('<td class="act">')
    assert 1 == signed_in.get("/messages?journey=promo&state=sent").text.count('<td class="act">')
    assert "No message is like this" in signed_in.get("/messages?state=failed&language=en").text
    assert "Nothing fits" not in signed_in.get("/messages?channel=made-up&language=en").text


def test_what_was_withheld_stands_with_its_reason_in_plain_words(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    tell(instance, tmp_path)
    page = signed_in.get("/messages?state=held&language=es").text

    assert "El mensaje no salió: falta el consentimiento." in page
    assert "El mensaje no salió: no hay dirección." in page
    assert "con consentimiento para SMS" in page


def test_a_message_shows_its_words_its_parts_its_receipts_and_its_reason(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path)
    page = signed_in.get(f"/messages/{message_on(instance, 'sms')}?language=en").text

    assert "https://shop.example/o" in page
    assert "1 part" in page
    assert "UCS-2" in page
    assert "🚚" in page.split("because of")[1][:40]
    assert page.index("Handed over") < page.index("Delivered")
    assert "The message went out by SMS." in page
    assert f'href="/people/{person}"' in page
    assert f'href="/phones/{person}?message=' in page


def test_a_mail_stands_in_a_frame_that_runs_and_loads_nothing(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    tell(instance, tmp_path)
    id_ = message_on(instance, "email", "again")
    page = signed_in.get(f"/messages/{id_}").text
    framed = signed_in.get(f"/messages/{id_}/mail")
    policy = framed.headers["content-security-policy"]

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "default-src 'none'; img-src data: ; style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'; sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert "/p/" not in framed.text
    assert "/r/" in framed.text
    assert "frame-src 'self'" in signed_in.get("/messages").headers["content-security-policy"]


def test_an_open_is_told_as_doubtful_and_a_click_as_sure(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path)
    id_ = message_on(instance, "email", "again")
    mail = signed_in.get(f"/phones/{person}/mail/{id_}").text
    pixel, link = (re.search(rf"/{way}/[^\"]+", mail) for way in "pr")
    assert pixel is not None
    assert link is not None

    signed_in.get(pixel.group())
    process_until_idle(instance)
    assert 'data-tone="warn">Opened, perhaps by a machine<' in signed_in.get("/messages?language=en").text
    assert 302 == signed_in.get(link.group()).status_code
    process_until_idle(instance)

    page = signed_in.get(f"/messages/{id_}?language=en").text
    assert page.index("Opened, perhaps by a machine") < page.index("Clicked")
    assert "https://shop.example/o" in page.split("Clicked")[1]


def test_hostile_words_are_shown_as_text(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    tell(instance, tmp_path)
    for path in ("/messages", "/messages?state=held", f"/messages/{message_on(instance, 'email', 'mail')}"):
        page = signed_in.get(path).text
        assert HOSTILE not in page, path
        assert escape(HOSTILE) in page, path


def test_a_made_up_cursor_or_message_is_refused(signed_in: Browser) -> None:
    assert 400 == signed_in.get("/messages?cursor=made-up").status_code
    assert 404 == signed_in.get("/messages/nobody").status_code
    assert 404 == signed_in.get("/messages/nobody/mail").status_code


@pytest.mark.parametrize("role", ["admin", "marketer", "analyst", "agent"])
def test_whoever_may_see_people_may_see_messages(browser: Browser, instance: Instance, role: Role) -> None:
    assert 303 == browser.get("/messages").status_code

    assert 200 == sign_in_as(browser, instance, role).get("/messages").status_code


def test_addresses_become_links_and_nothing_else_becomes_markup() -> None:
    said = linked('<b>see https://shop.example/a?x=1&y="2". "javascript:alert(1)" http://evil.example/<i>')

    assert "<b>" not in said
    assert 'href="https://shop.example/a?x=1&amp;y=" target="_blank" rel="noopener noreferrer nofollow">' in said
    assert 2 == said.count("<a href=")


def test_a_mail_without_paragraphs_is_set_as_text_with_its_addresses_as_links() -> None:
    html = 'Hola,\n\nBaja: https://t.example/u/1\n<img src="https://t.example/p/1" alt="" width="1" height="1">'
    framed = str(mail_frame(plain(html), "https://t.example").content)

    assert '<div class="as-text">Hola,' in framed
    assert '<a href="https://t.example/u/1" rel="noopener noreferrer">' in framed
    assert '<img src="https://t.example/p/1"' in framed


def plain(html: str) -> SandboxMessage:
    return SandboxMessage(
        id="m", message="m", channel="email", address="a@example.com", at=0, title="", text="", html=html, fields={}
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "El mensaje no llegó por SMS: el proveedor lo rechazó"),
        ("en", "The message did not arrive by SMS: the provider refused it"),
    ],
)
def test_a_message_that_the_provider_refused_is_nowhere_said_to_have_gone_out(
    signed_in: Browser, instance: Instance, tmp_path: Path, language: str, said: str
) -> None:
    person = tell(instance, tmp_path)
    id_ = message_on(instance, "sms")
    with instance.database.write() as tx:
        tx.execute(update(outbox).where(outbox.c.id == id_).values(state="refused", reason="no such number"))
        [decision] = [each for each in list_decisions(tx, limit=99) if each.message == id_]

    pages = (
        f"/messages/{id_}",
        f"/decisions/{decision.id}",
        f"/journeys/{decision.journey}/runs/{decision.run}",
        f"/people/{person}/story?only=decisions",
        f"/people/{person}/messages",
        f"/phones/{person}?message={id_}",
    )
    signed_in.cookies["trenza_language"] = language
    assert [] == [path for path in pages if said not in signed_in.get(path).text]
