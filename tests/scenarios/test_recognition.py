"""Somebody is recognised at the till, at the telephone and by a receipt, through the real door, on both databases."""

import contextlib
import http.client
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.trust.instance import Serving

from trenza.access import add_key
from trenza.events import add_source
from trenza.kernel import JsonObject

_TILL, _SHOP = "till-key", "shop-key"


class Shop:
    """A running instance with a web shop and a till."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    def said(self, key: str, *messages: JsonObject) -> None:
        assert self._ask("/v1/batch", {"batch": list(messages)}, _basic(key))["success"]

    def at_the_till(self, **external: str) -> dict[str, Any]:
        """What the till is answered when it rings up somebody who shows these."""
        ids = [{"type": type_, "id": value} for type_, value in external.items()]
        message = {"type": "track", "event": "Customer Came", "context": {"externalIds": ids}}
        return self._ask("/v1/decide", message, _basic(_TILL))

    def resolve(self, *names: str) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {self._token}"}
        return self._ask("/api/identity/resolve", {"identifiers": names}, bearer)

    def _ask(self, path: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            connection.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
            answer = connection.getresponse()
            content: dict[str, Any] = json.loads(answer.read())
        assert 200 == answer.status, content
        return content


def _basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    settings = {"data": str(tmp_path / "data"), "database": database_url, "country": "ES"}
    serving = Serving(settings, tmp_path / "serve.log")
    with serving.opened() as instance:
        add_source(instance.database, "shop", "web", key=_SHOP)
        add_source(instance.database, "till", "store", key=_TILL, answers="anybody")
        _, token = add_key(instance.vault, "desk", ["people"], "test", instance.clock.now())
    serving.start()
    yield Shop(serving.port, token)
    serving.kill()


def _until_known(shop: Shop, name: str) -> str:
    last = time.monotonic() + 30
    while (person := shop.resolve(name)["person"]) is None:
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.05)
    return str(person)


def test_a_customer_is_recognised_offline_by_card_phone_and_receipt(shop: Shop) -> None:
    traits = {"email": "Ana@Example.com", "phone": "600 11 12 22"}
    shop.said(_SHOP, {"type": "identify", "userId": "ana", "anonymousId": "web-1", "traits": traits})
    shop.said(
        _SHOP,
        {
            "type": "track",
            "userId": "ana",
            "event": "Card Linked",
            "context": {"externalIds": [_id("loyalty_card", "4711")]},
        },
    )
    bought = [_id("loyalty_card", "4711"), _id("receipt", "R-9")]
    shop.said(_TILL, {"type": "track", "event": "Order Completed", "context": {"externalIds": bought}})
    ana = _until_known(shop, "receipt:R-9")

    for shown in (
        {"loyalty_card": "4711"},
        {"phone": "0034 600-111-222"},
        {"receipt": "R-9"},
        {"email": "ana@example.com"},
    ):
        answer = shop.at_the_till(**shown)
        assert (ana, [ana], True) == (answer["person"], answer["contact"]["people"], answer["contact"]["agree"]), shown
    stranger = shop.at_the_till(phone="600 99 99 99", receipt="R-0")
    assert (None, {"phone:+34600999999": "unknown", "receipt:R-0": "unknown"}) == (
        stranger["person"],
        stranger["contact"]["identifiers"],
    )
    asked = shop.resolve("phone:600 111 222", "loyalty_card:4711", "user_id:ana", "anonymous_id:web-1")
    assert (ana, True, {"known"}) == (asked["person"], asked["agree"], {each["state"] for each in asked["identifiers"]})


def _id(type_: str, value: str) -> JsonObject:
    return {"type": type_, "id": value}
