"""The whole house as a customer and a shop meet it: real processes, HTTP, SMTP, an SMS provider, on both databases."""

import contextlib
import http.client
import json
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.twilio import TwilioServer, twilio_server
from tests.trust.instance import KEY, Mailbox, Serving, free_port

from trenza.kernel import JsonObject

_TRENZA = str(Path(sys.executable).parent / "trenza")
_DEFINITIONS = """
kind: Segment
key: warm_cart
title: {es: Carrito caliente, en: Warm cart}
where:
  all:
    - event: {name: Cart Updated, within: 24h, where: {properties.total: {gte: 50}}}
    - event: {name: Order Completed, within: 24h, same: properties.cart_id, count: {is: 0}}
---
kind: Journey
key: cart_rescue
enter: {event: Cart Updated, instance: properties.cart_id, if: {segment: warm_cart}}
exit: [{event: Order Completed, same: properties.cart_id}]
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - wait: 1s
  - send: {name: first, any_of: [push, email], template: cart}
  - wait: 4s
  - send: {name: second, any_of: [email], template: cart}
---
kind: Template
key: cart
channels:
  push: {title: "Cart", body: "It waits"}
  email: {subject: "Cart {{ event.properties.cart_id }}", body: "It waits. {{ unsubscribe_url }}"}
---
kind: Journey
key: missed_call
enter: {event: Call Missed, reenter: {after: 1s}}
holdout: {percent: 0}
policy: {purpose: service}
steps:
  - send: {name: sorry, any_of: [sms, email], template: sorry, fallback_after: 1h}
---
kind: Template
key: sorry
channels:
  sms: {text: "We missed your call"}
  email: {subject: "We missed your call", body: "We will call back."}
"""


class House:
    """A running instance and what it speaks to."""

    def __init__(self, serving: Serving, settings: dict[str, str], mailbox: Mailbox, twilio: TwilioServer) -> None:
        self._serving = serving
        self._settings = settings
        self.mailbox = mailbox
        self.twilio = twilio

    def send(self, *messages: JsonObject) -> None:
        """Send a batch as a client would."""
        headers = {"Authorization": f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._serving.port, timeout=10)) as connection:
            connection.request("POST", "/v1/batch", json.dumps({"batch": messages}), headers)
            answer = json.loads(connection.getresponse().read())
        assert {"success": True, "accepted": len(messages), "rejected": []} == answer

    def trenza(self, *words: str) -> list[Any]:
        """What a command prints under --json, line by line."""
        options = [word for name in ("data", "database") for word in (f"--{name}", self._settings[name])]
        done = subprocess.run([_TRENZA, *words, *options, "--json"], capture_output=True, check=True, text=True)  # noqa: S603 — ours
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    mailbox = Mailbox()
    with twilio_server() as twilio:
        settings = {
            "data": str(tmp_path / "data"),
            "database": database_url,
            "smtp": mailbox.url,
            "twilio": twilio.account,
        }
        port = free_port()
        serving = Serving({**settings, "public_url": f"http://127.0.0.1:{port}"}, tmp_path / "serve.log")
        serving.port = port
        found = House(serving, settings, mailbox, twilio)
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "all.yaml").write_text(_DEFINITIONS, encoding="utf-8")
        found.trenza("source", "add", "shop", "--channel", "web", "--key", KEY)
        found.trenza("apply", str(tmp_path / "definitions"))
        serving.start()
        yield found
        serving.kill()
    mailbox.close()


def _until(holds: Callable[[], bool], seconds: float = 30) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.1)


def test_a_cart_on_two_devices_is_one_person_one_message_and_its_proof(house: House) -> None:
    cart = {"cart_id": "7", "total": 60}
    house.send({"type": "track", "anonymousId": "a-web", "event": "Product Viewed"})
    house.send(
        {"type": "identify", "anonymousId": "a-web", "userId": "u1", "traits": {"email": "Ana@Example.com"}},
        {
            "type": "track",
            "userId": "u1",
            "event": "Consent Changed",
            "properties": {"purpose": "marketing", "channel": "email", "status": "granted"},
        },
        {"type": "track", "anonymousId": "a-web", "event": "Cart Updated", "properties": cart},
    )
    house.send({"type": "identify", "anonymousId": "a-app", "userId": "u1"})
    _until(lambda: house.mailbox.received["Cart 7"] == 1)
    house.send({"type": "track", "anonymousId": "a-app", "event": "Order Completed", "properties": cart})
    time.sleep(6)

    person = house.trenza("people", "show", "email:ana@example.com")[0]
    assert {"user_id:u1", "email:ana@example.com", "anonymous_id:a-web", "anonymous_id:a-app"} == set(
        person["identifiers"],
    )
    (decision,) = house.trenza("decisions", "--person", "user_id:u1")
    assert ("sent", "email", "first") == (decision["verdict"], decision["channel"], decision["step"])
    assert ["push"] == [each["channel"] for each in decision["refused"]]
    assert 1 == house.mailbox.received.total()
    explained = house.trenza("explain", decision["id"])[0]
    assert decision["id"] in json.dumps(explained)


def test_a_missed_call_is_answered_by_sms_and_by_mail_where_the_sms_fails(house: House) -> None:
    house.send({"type": "identify", "userId": "u2", "traits": {"email": "eva@example.com", "phone": "+34600111222"}})
    house.send({"type": "track", "event": "Call Missed", "context": {"traits": {"phone": "+34600111222"}}})
    _until(lambda: len(house.twilio.accepted) == 1)
    house.twilio.call_back(house.twilio.accepted[0], "undelivered", 30003)
    _until(lambda: house.mailbox.received["We missed your call"] == 1)

    sent = house.trenza("decisions", "--person", "user_id:u2")
    assert [("sent", "sms"), ("sent", "email")] == [
        (each["verdict"], each["channel"]) for each in sorted(sent, key=lambda each: each["at"])
    ]
