"""What the tests of messages, phones and tasks share: a shop whose journey writes on every channel, and what came."""

from pathlib import Path

from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.events import add_source, list_sources
from trenza.identity import person_text
from trenza.kernel import encode_json
from trenza.people import People
from trenza.storage.log import Entry
from trenza.worker import process_until_idle

HOSTILE = "<script>alert(1)</script>"
DEFINITIONS = """
kind: Journey
key: order
title: {es: Pedido, en: Order}
enter: {event: Order Shipped, instance: properties.n}
holdout: {percent: 0}
policy: {purpose: service}
steps:
  - send: {name: mail, any_of: [email], template: order}
  - send: {name: text, any_of: [sms], template: order}
  - send: {name: pushed, any_of: [push], template: order}
  - task: {name: visit, queue: visits, title: {es: Visitar, en: Visit}, due: 1h}
---
kind: Journey
key: promo
title: {es: Promoción, en: Offer}
enter:
  event: Order Shipped
  instance: properties.n
  if: {all: [{event: {name: Order Shipped, within: 30d}}, {reachable: sms}]}
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - send: {name: offer, any_of: [sms], template: order}
  - send: {name: again, any_of: [email], template: order}
---
kind: Template
key: order
channels:
  email:
    subject: {es: "Para {{ person.first_name }}", en: "For {{ person.first_name }}"}
    body: '<p>{{ person.first_name }} <a href="https://shop.example/o">ver</a></p><script>document.title="taken"</script>'
  sms: {text: {es: "Va en camino 🚚 https://shop.example/o", en: "On its way 🚚 https://shop.example/o"}}
  push: {title: {es: En camino, en: On its way}, body: {es: Mañana, en: Tomorrow}}
"""


def tell(instance: Instance, folder: Path, n: str = "1", name: str = HOSTILE) -> str:  # noqa: ARG001 — as callers know it
    """One person with that first name orders; everything that follows is done. Returns the person's public id."""
    with instance.database.read() as tx:
        known = {source.name for source in list_sources(tx)}
    if "shop" not in known:
        add_source(instance.database, "shop", "web", key="shop-key")
    if instance.definitions().get("Journey", "order") is None:  # beside what other stories have put there
        documents, _ = read_documents(DEFINITIONS, "all.yaml")
        apply_documents(instance.database, documents, KINDS, instance.clock.now())
    traits = {"first_name": name, "email": "ana@example.com", "phone": "+34600111222"}
    agreed = {"purpose": "marketing", "channel": "email", "status": "granted"}
    messages = [
        {"type": "identify", "userId": "ana", "messageId": f"i{n}", "traits": traits},
        {"type": "track", "userId": "ana", "messageId": f"c{n}", "event": "Consent Changed", "properties": agreed},
        {"type": "track", "userId": "ana", "messageId": f"t{n}", "event": "Order Shipped", "properties": {"n": n}},
    ]
    at = instance.clock.now()
    entries = [Entry("shop", str(each["type"]), encode_json(each), received_at=at) for each in messages]
    instance.log.append(entries, at)
    process_until_idle(instance)
    return person_text(People(instance).named("user_id:ana"))
