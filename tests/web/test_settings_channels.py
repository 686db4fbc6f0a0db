"""Channels on their page, and a trial message: through the outbox, past the gate, to whoever has the address."""

import re

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import ROLES, Role, read_audit
from trenza.app import Instance
from trenza.channels import Entry, find_shown, list_outbox
from trenza.content import FORMS, TRIAL, render
from trenza.settings import Settings
from trenza.web.settings.channels import ADDRESS_WORDS
from trenza.worker import process_until_idle

HOSTILE = "<b>x</b>"


def tried(browser: Browser, channel: str, address: str) -> str:
    """Where the answer leads."""
    token = token_of(browser.get("/settings/channels").text)
    answer = browser.post(
        "/settings/channels?language=en", data={"csrf": token, "channel": channel, f"address-{channel}": address}
    )
    return answer.headers["location"] if answer.status_code == 303 else answer.text


def outbox(instance: Instance) -> list[Entry]:
    with instance.database.read() as tx:
        return list_outbox(tx)


def deliver(instance: Instance) -> None:
    process_until_idle(instance)
    instance.clock.advance(4_000)  # type: ignore[attr-defined]  # a manual clock
    process_until_idle(instance)


@pytest.mark.parametrize("channel", FORMS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_trial_message_speaks_on_every_channel(channel: str, language: str) -> None:
    assert {"es": "Este canal funciona", "en": "This channel works"}[language] in str(
        render(TRIAL, channel, language, {})
    ) or channel == "task"


def test_without_a_provider_every_channel_leads_to_the_sandbox(signed_in: Browser) -> None:
    page = signed_in.get("/settings/channels?language=en").text

    assert len(ADDRESS_WORDS) == page.count(">sandbox<")
    assert "goes to the sandbox" in page
    assert len(ADDRESS_WORDS) == page.count(">nothing yet<")


def test_a_provider_is_named_by_its_host_and_no_secret(signed_in: Browser, instance: Instance) -> None:
    told = {"smtp": "smtp://shop:very-secret@mail.example.com:587", "twilio": "https://AC1:token@sms.example.com"}
    instance.settings = Settings(data=instance.settings.data, **told)  # type: ignore[arg-type]  # two texts
    page = signed_in.get("/settings/channels").text

    assert "mail.example.com" in page
    assert "sms.example.com" in page
    for secret in ("very-secret", "AC1", "token@"):
        assert secret not in page


@pytest.mark.parametrize(("channel", "address"), [("email", "Ana@Example.com"), ("sms", "600 111 222")])
def test_a_trial_goes_through_the_outbox_and_is_shown_on_the_phone(
    signed_in: Browser, instance: Instance, channel: str, address: str
) -> None:
    for times in (1, 2):  # to a stranger, who becomes known; then to somebody known
        place = tried(signed_in, channel, address)
        id_ = place.removeprefix("/settings/channels?tried=")
        assert "every 1s" in signed_in.get(place).text
        assert "On its way" in (page := signed_in.get(f"{place}&language=en").text) or "Waiting" in page
        deliver(instance)

        entry = next(each for each in outbox(instance) if each.message.id == id_)
        assert ("sent", "service") == (entry.message.state, entry.message.purpose)
        with instance.database.read() as tx:
            shown = find_shown(tx, [id_])[id_]
        assert entry.message.address == shown.address
        page = signed_in.get(f"{place}&language=en").text
        assert "It went into the sandbox" in page
        assert f'href="/messages/{id_}"' in page
        assert address not in place
        assert "every 1s" not in page
        assert 200 == signed_in.get(f"/messages/{id_}").status_code
        assert times == len(outbox(instance))
        assert f"message:{id_}" in {each.object for each in read_audit(instance.database, None, 9)}
    part = signed_in.get(place, headers={"hx-request": "true", "hx-target": "trial"}).text
    assert "<html" not in part


@pytest.mark.parametrize(("channel", "address"), [("email", "nobody"), ("sms", "12"), ("sms", HOSTILE), ("push", " ")])
def test_what_is_no_address_is_said_beside_the_field_and_nothing_is_sent(
    signed_in: Browser, instance: Instance, channel: str, address: str
) -> None:
    page = tried(signed_in, channel, address)

    assert f'id="address-{channel}-fault"' in page
    assert HOSTILE not in page
    assert address == " " or re.search(f'name="address-{channel}"[^>]*value="{re.escape(address)}"', page) or HOSTILE
    assert [] == outbox(instance)


def test_a_channel_that_is_none_is_refused(signed_in: Browser, instance: Instance) -> None:
    token = token_of(signed_in.get("/settings/channels").text)
    answer = signed_in.post("/settings/channels", data={"csrf": token, "channel": "smoke", "address-smoke": "x"})

    assert (400, []) == (answer.status_code, outbox(instance))
    assert 200 == signed_in.get("/settings/channels?tried=nothing").status_code


@pytest.mark.parametrize("role", ROLES)
def test_only_admins_try_channels(browser: Browser, instance: Instance, role: Role) -> None:
    client = sign_in_as(browser, instance, role)

    assert (200 if role == "admin" else 403) == client.get("/settings/channels").status_code
