"""What a journey puts into a slot, from the event to the answer of `/v1/decide`, on both databases."""

from pathlib import Path

import pytest
from tests.api.conftest import NOW, Door

from trenza.app import Instance
from trenza.channels import put
from trenza.channels.model import Queued
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import add_source
from trenza.kernel import JsonObject, ManualClock, encode_json
from trenza.storage.log import Entry
from trenza.worker import process_until_idle

TILL = {"x-write-key": "till-key"}
HOUR = 3_600_000
_DEFINITIONS = """
kind: Journey
key: greet
enter: {event: Cart Updated, instance: properties.cart_id}
holdout: {percent: 0}
policy: {purpose: service, expires: 2h}
steps:
  - send: {name: banner, channel: in_app, template: banner}
  - send: {name: hello, channel: in_app, template: hello}
  - send: {name: mail, channel: email, template: mail}
---
kind: Template
key: banner
channels:
  in_app:
    title: {es: "Hola {{ person.name }}", en: "Hi {{ person.name }}"}
    body: {es: "{{ event.items }} cosas te esperan", en: "{{ event.items }} things wait"}
    url: https://shop.example/cart
    slot: cart_banner
---
kind: Template
key: hello
channels: {in_app: {body: "Cesta {{ event.cart_id }}"}}
---
kind: Template
key: mail
channels: {email: {subject: "Cesta", body: "<p>Cesta</p>"}}
"""


@pytest.fixture
def shop(instance: Instance, tmp_path: Path) -> Instance:
    add_source(instance.database, "till", "store", key="till-key", answers="anybody")
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "all.yaml").write_text(_DEFINITIONS, encoding="utf-8")
    apply(instance.database, tmp_path / "definitions", KINDS, NOW)
    return instance


def _hear(instance: Instance, *messages: JsonObject) -> None:
    """Events arrive and everything that follows from them is done."""
    at = instance.clock.now()
    entries = [Entry("till", "track", encode_json(message), received_at=at) for message in messages]
    instance.log.append(entries, at)
    process_until_idle(instance)


def _cart(user: str, number: int) -> JsonObject:
    return {
        "event": "Cart Updated",
        "userId": user,
        "messageId": f"{user}-{number}",
        "properties": {"cart_id": f"c{number}", "items": number},
    }


def _identify(user: str, **traits: str) -> JsonObject:
    return {"type": "identify", "userId": user, "messageId": f"i-{user}", "traits": traits}


def _name_them(instance: Instance) -> None:
    at = instance.clock.now()
    named = [_identify("ana", name="Ana", language="es"), _identify("bob", name="Bob", language="en")]
    instance.log.append([Entry("till", "identify", encode_json(each), received_at=at) for each in named], at)
    process_until_idle(instance)


def _content(door: Door, user: str) -> dict[str, JsonObject]:
    answer = door.post("/v1/decide", json={"event": "Page Seen", "userId": user}, headers=TILL)
    found: dict[str, JsonObject] = answer.json()["content"]
    return found


def _words(found: dict[str, JsonObject]) -> dict[str, tuple[str, str]]:
    return {slot: (content["title"], content["text"]) for slot, content in found.items()}


def test_each_slot_has_what_a_journey_says_to_that_person(door: Door, shop: Instance) -> None:
    _name_them(shop)
    _hear(shop, _cart("ana", 3), _cart("bob", 5))

    ana, bob = _content(door, "ana"), _content(door, "bob")
    assert {"cart_banner": ("Hola Ana", "3 cosas te esperan"), "default": ("", "Cesta c3")} == _words(ana)
    assert {"cart_banner": ("Hi Bob", "5 things wait"), "default": ("", "Cesta c5")} == _words(bob)
    assert {"url": "https://shop.example/cart", "slot": "cart_banner"} == ana["cart_banner"]["fields"]
    assert {} == _content(door, "eva")


def test_the_latest_message_has_the_slot_until_it_expires(door: Door, shop: Instance) -> None:
    assert isinstance(shop.clock, ManualClock)
    _name_them(shop)
    _hear(shop, _cart("ana", 3))
    shop.clock.advance(HOUR)
    _hear(shop, _cart("ana", 4))
    shown: list[str | None] = []
    for _ in range(2):
        shown.append(_words(_content(door, "ana")).get("cart_banner", (None, None))[1])
        shop.clock.advance(2 * HOUR)

    assert ["4 cosas te esperan", None] == shown


def test_messages_on_other_channels_crowd_no_slot_out(door: Door, shop: Instance) -> None:
    assert isinstance(shop.clock, ManualClock)
    _name_them(shop)
    _hear(shop, _cart("ana", 1))
    shown = _words(_content(door, "ana"))
    with shop.database.write() as tx:
        put(tx, [_mail(shop, number) for number in range(60)])
    shop.clock.advance(1)
    process_until_idle(shop)

    assert shown == _words(_content(door, "ana"))
    assert {"cart_banner", "default"} == set(shown)


def _mail(shop: Instance, number: int) -> Queued:
    person = shop.find_person("user_id", "ana")
    assert person is not None
    return Queued(
        id=f"mail-{number}",
        decision=f"d-{number}",
        run="none",
        journey="none",
        step="mail",
        person=person,
        channel="sms",
        address="+34600111222",
        identifier=("user_id", "ana"),
        purpose="service",
        template="gone",
        wanted_at=shop.clock.now() + 1,
        expires_at=None,
        language="es",
        context={},
    )
