"""Message texts as pages: fields put back into the text, nothing else touched; a preview that can do nothing."""

import html
import json
import re

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of
from tests.web.test_journeys import HOSTILE, JOURNEY, save, tell

from trenza.access import Role, read_audit
from trenza.app import Instance
from trenza.definitions import find_live

TEXT = """\
# the first word
kind: Template
key: hello
title: {es: Hola,   en: Hello}   # both
channels:
  email:
    subject: {es: "Hola", en: "Hello {{ person.first_name }}"}
    body:
      es: |
        Hola.

        Adiós.
      en: "<p>Hello {{ person.first_name }}, cart {{ event.properties.cart }}</p>"
"""


def live_text(instance: Instance) -> str:
    with instance.database.read() as tx:
        live = find_live(tx, "Template", "hello")
    assert live is not None
    return live.written


def fields_of(page: str) -> dict[str, str]:
    """The form of a page as a browser would send it untouched."""
    inputs = re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page.split('id="editor"')[1])
    areas = re.findall(r'<textarea id="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    pairs = {**dict(inputs), **{name: value.replace("\n", "\r\n") for name, value in areas}}
    return {name: html.unescape(value) for name, value in pairs.items()} | {"csrf": token_of(page)}


def test_a_save_that_changes_nothing_keeps_every_character(signed_in: Browser, instance: Instance) -> None:
    save(instance, TEXT)
    sent = fields_of(signed_in.get("/templates/hello").text)

    assert 303 == signed_in.post("/templates/hello", data=sent).status_code
    assert TEXT == live_text(instance)


def test_a_field_is_put_back_into_the_text_and_nothing_else_is_touched(signed_in: Browser, instance: Instance) -> None:
    save(instance, TEXT)
    sent = fields_of(signed_in.get("/templates/hello").text)

    signed_in.post("/templates/hello", data=sent | {"channels/email/subject/es": "Buenas"})

    assert TEXT.replace('es: "Hola"', "es: Buenas") in {
        live_text(instance),
        live_text(instance).replace('"Buenas"', "Buenas"),
    }


def test_the_second_of_two_is_told_and_overwrites_nothing(signed_in: Browser, instance: Instance) -> None:
    save(instance, TEXT)
    sent = fields_of(signed_in.get("/templates/hello").text)
    save(instance, TEXT.replace("Adiós", "Hasta luego"))

    answer = signed_in.post("/templates/hello?language=en", data=sent | {"title/en": "Mine"})

    assert (409, True) == (answer.status_code, "Somebody else has saved it" in answer.text)
    assert "Hasta luego" in live_text(instance)


def test_a_text_in_fields_gets_a_channel_more_and_is_saved_under_its_key(
    signed_in: Browser, instance: Instance
) -> None:
    sent = fields_of(signed_in.get("/templates/new").text)
    more = signed_in.post("/templates/new", data=sent | {"add": "sms", "adds": "yes"}).text
    typed = {f"channels/email/{name}/{each}": "x" for name in ("subject", "body") for each in ("es", "en")}
    typed |= {"channels/sms/text/es": "Hola", "channels/sms/text/en": "Hello", "key": "hello", "title/en": "Hi"}

    answer = signed_in.post("/templates/new", data=fields_of(more) | typed)

    assert "/templates/hello" == answer.headers["location"]
    assert "sms:" in live_text(instance)


def test_faults_are_said_and_what_was_typed_stays(signed_in: Browser, instance: Instance) -> None:
    save(instance, TEXT)
    sent = fields_of(signed_in.get("/templates/hello").text)

    answer = signed_in.post("/templates/hello?language=en", data=sent | {"channels/email/subject/en": "{{ broken"})

    assert (422, True) == (answer.status_code, "Not saved yet." in answer.text)
    assert "{{ broken" in html.unescape(answer.text)
    assert TEXT == live_text(instance)


def test_it_is_shown_with_the_data_of_whoever_entered_last_in_a_frame_that_can_do_nothing(
    signed_in: Browser, instance: Instance
) -> None:
    save(instance, TEXT, JOURNEY)
    tell(instance, "ana", "Cart Updated", cart="cart-7")
    sent = {"csrf": token_of(signed_in.get("/templates/hello").text), "state": json.dumps(TEXT), "see": "email:en"}

    answer = signed_in.post("/templates/preview", data=sent)

    assert "cart-7" in answer.text
    assert HOSTILE not in answer.text
    assert html.escape(HOSTILE) in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("role", "read", "write"), [("marketer", 200, 200), ("analyst", 200, 403), ("agent", 403, 403)]
)
def test_texts_are_read_by_who_may_read_and_written_by_who_may_write(
    signed_in: Browser, instance: Instance, role: Role, read: int, write: int
) -> None:
    save(instance, TEXT)
    browser = sign_in_as(signed_in, instance, role)

    assert [read, read] == [browser.get(path).status_code for path in ("/templates", "/templates/hello")]
    assert write == browser.get("/templates/new").status_code


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(signed_in: Browser) -> None:
    page = signed_in.get("/templates/new?language=es").text
    fields = {
        "csrf": re.findall('name="csrf" value="([0-9a-f]+)"', page)[0],
        "state": html.unescape(re.findall('name="state" value="([^"]*)"', page)[0]),
        "base": "",
        "key": "broken",
        "channels/email/subject/es": "Hola {{ persona.nombre }}",
        "channels/email/body/es": "Texto",
    }

    answer = signed_in.post("/templates/new", data=fields)

    assert 422 == answer.status_code
    field = answer.text.partition('id="channels/email/subject/es"')[2].partition("</div>")[0]
    assert 'value="Hola {{ persona.nombre }}" ' in field.partition(">")[0]
    assert 'aria-describedby="channels/email/subject/es-faults"' in field
    assert "variable desconocida: `persona.nombre`" in field


def test_a_text_that_a_journey_sends_is_not_removed_and_it_is_said_which(
    signed_in: Browser, instance: Instance
) -> None:
    save(instance, TEXT, JOURNEY)
    page = signed_in.get("/templates/hello?language=en").text
    sent = {"csrf": token_of(page)}

    refused = signed_in.post("/templates/hello/remove?language=en", data=sent)

    assert "It cannot be removed while this journey sends it" in page
    assert (409, True) == (refused.status_code, "It cannot be removed: others name it." in refused.text)
    assert TEXT == live_text(instance)


def test_a_text_that_nobody_sends_is_removed_under_its_name_in_the_audit(
    signed_in: Browser, instance: Instance
) -> None:
    save(instance, TEXT)
    page = signed_in.get("/templates/hello").text

    answer = signed_in.post("/templates/hello/remove", data={"csrf": token_of(page)})

    assert "Ningún recorrido lo envía" in page
    assert (303, "/templates") == (answer.status_code, answer.headers["location"])
    assert 404 == signed_in.get("/templates/hello").status_code
    assert "Template/hello" in [each.object for each in read_audit(instance.database, None, 9)]
    assert "quitó un texto de mensaje" in signed_in.get("/audit").text


def test_who_may_not_write_removes_no_text(browser: Browser, instance: Instance) -> None:
    save(instance, TEXT)
    analyst = sign_in_as(browser, instance, "analyst")
    page = analyst.get("/templates/hello").text

    assert 'data-opens="remove"' not in page
    assert 403 == analyst.post("/templates/hello/remove", data={"csrf": token_of(page)}).status_code
