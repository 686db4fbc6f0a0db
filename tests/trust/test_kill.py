"""`kill -9` at any moment of a load: what was acknowledged is there once, and no marketing message goes out twice.

`TRENZA_TRUST_KILLS` sets how often each instance is killed (3 in `make test`).
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.trust.instance import KEY, Client, Mailbox, Serving

from trenza.definitions import apply
from trenza.demo.dice import Dice
from trenza.equipment import KINDS
from trenza.events import add_source, export_events
from trenza.kernel import JsonObject
from trenza.worker import process_until_idle

KILLS = int(os.environ.get("TRENZA_TRUST_KILLS", "3"))
CLIENTS = 3
DEFINITIONS = """
kind: Journey
key: every_cart
enter: {event: Cart Updated, instance: properties.cart_id}
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - send: {name: first, channel: email, template: cart}
---
kind: Template
key: cart
channels:
  email: {subject: "Cart {{ event.properties.cart_id }}", body: "It waits. {{ unsubscribe_url }}"}
"""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()


@pytest.fixture
def serving(database_url: str, mailbox: Mailbox, tmp_path: Path) -> Serving:
    """An instance with a source and a journey that writes one mail for each cart."""
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "carts.yaml").write_text(DEFINITIONS, encoding="utf-8")
    settings = {"data": str(tmp_path), "database": database_url, "smtp": mailbox.url}
    serving = Serving(settings, tmp_path / "serve.log")
    with serving.opened() as instance:
        add_source(instance.database, "shop", "web", KEY)
        apply(instance.database, tmp_path / "definitions", KINDS, instance.clock.now())
    return serving


def batches(client: int) -> Iterator[list[JsonObject]]:
    """Without end: someone new gives consent and fills a cart."""
    for number in count():
        name = f"{client}-{number}"
        who = {"userId": f"user-{name}", "context": {"traits": {"email": f"person-{name}@example.com"}}}
        consent = {"purpose": "marketing", "channel": "email", "status": "granted"}
        yield [
            {"type": "track", "event": "Consent Changed", "messageId": f"consent-{name}", "properties": consent, **who},
            {
                "type": "track",
                "event": "Cart Updated",
                "messageId": f"cart-{name}",
                "properties": {"cart_id": name},
                **who,
            },
            {"type": "page", "name": "Cart", "messageId": f"page-{name}", **who},
        ]


@pytest.mark.slow
def test_kill_at_any_moment_loses_nothing_and_writes_to_nobody_twice(serving: Serving, mailbox: Mailbox) -> None:
    stopped = threading.Event()
    clients = [Client(serving.port, batches(number), stopped) for number in range(CLIENTS)]
    dice = Dice("trust", time.time_ns())
    serving.start()
    for client in clients:
        client.start()
    for _ in range(KILLS):
        time.sleep(0.2 + 1.3 * dice.fraction())
        serving.kill()
        serving.start()
    time.sleep(0.5)
    stopped.set()
    for client in clients:
        client.join(20)
    serving.kill()
    with serving.opened() as instance:
        process_until_idle(instance)
        with instance.database.read() as tx:
            stored = Counter(each["messageId"] for each in export_events(tx, lambda _: {}) if each["source"] == "shop")

    acknowledged = [message_id for client in clients for message_id in client.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) > 50
    assert [] == [message_id for message_id in acknowledged if stored[message_id] != 1]
    assert [] == [message_id for message_id, times in stored.items() if times != 1]

    carts = sum(1 for message_id in stored if message_id.startswith("cart-"))
    assert [] == [subject for subject, times in mailbox.received.items() if times != 1]
    assert 0.5 * carts < len(mailbox.received) <= carts
