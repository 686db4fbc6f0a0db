"""A small instance with something on every page, said by somebody hostile: a shop, its people, a segment, messages."""

from pathlib import Path
from typing import Any

from tests.web.story import tell

from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.events import BATCH, latest
from trenza.job_kinds import ask_for
from trenza.journeys import list_decisions, runs_page
from trenza.kernel import JsonObject, encode_json
from trenza.storage.log import Entry
from trenza.worker import process_until_idle

TAKEN = "window.taken=true"
"""What every payload tries to do."""
PAYLOADS = {
    "script": f"<script>{TAKEN}</script>",
    "image": f'<img src=x onerror="{TAKEN}">',
    "svg": f"</script></title></textarea><svg/onload={TAKEN}>",
    "attribute": f"\"' onmouseover={TAKEN} autofocus onfocus={TAKEN} x='",
    "link": f'"><a href="javascript:{TAKEN}">x</a>',
    "template": "{{ 7*7 }} ${7*7} {% raw %} #{7*7} %(name)s {0.__class__}",
    "marks": "\u202etxt.exe \u2067\u200f ﷽ Z̸̛a̶l̵g̷o̴ \u0007",
    "long": "W" * 4_000,
    "null": "a\0b",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "proto": "__proto__",
}
SEGMENT = """
kind: Segment
key: buyers
title: {es: Compradores, en: Buyers}
where: {event: {name: Order Shipped, within: 30d}}
"""


def furnish(instance: Instance, folder: Path) -> dict[str, Any]:
    """Fill the instance; gives what stands in addresses, by its name in them."""
    folder.mkdir(exist_ok=True)
    person = tell(instance, folder, name=PAYLOADS["svg"])
    apply_documents(instance.database, read_documents(SEGMENT, "more.yaml")[0], KINDS, instance.clock.now())
    for number, text in enumerate(PAYLOADS.values()):
        _say(instance, number, text)
    process_until_idle(instance)
    job = ask_for(instance, "export", {"of": "people"}, "cli").id
    process_until_idle(instance)
    with instance.database.read() as tx:
        return _ids(tx) | {"person": person, "key": "order", "job": job, "source": 1, "name": "email"}


def _say(instance: Instance, number: int, text: str) -> None:
    """Somebody with a payload for a name and in everything that a client may write."""
    who = f"h{number}"
    traits: JsonObject = {
        "first_name": text,
        "city": text,
        "email": f"{who}@example.com",
        "phone": f"+3460011{number:04}",
    }
    context: JsonObject = {"page": {"title": text, "path": text}, "campaign": {"name": text}}
    properties: JsonObject = {"n": who, "name": text, text[:200]: text, "products": [{"name": text}]}
    messages: list[JsonObject] = [
        {"type": "identify", "userId": who, "traits": traits},
        {
            "type": "track",
            "userId": who,
            "event": text[:400],
            "properties": properties,
            "context": context,
        },
        {"type": "track", "userId": who, "event": "Order Shipped", "properties": properties},
        {"type": text, "userId": text},
    ]
    batch: JsonObject = {"batch": [{**each, "messageId": f"{who}.{at}"} for at, each in enumerate(messages)]}
    instance.log.append([Entry("shop", BATCH, encode_json(batch))], instance.clock.now())


def _ids(tx: Any) -> dict[str, Any]:
    decision = next(each for each in list_decisions(tx, limit=200) if each.journey == "promo")
    run = next(each for each in runs_page(tx, limit=200) if each.journey == "order")
    message = next(each for each in list_decisions(tx, limit=200) if each.message and each.channel == "email")
    event = next(each for each in latest(tx, 500) if "svg" in each.name)
    return {
        "seq": event.seq,
        "decision": decision.id,
        "run": run.id,
        "version": run.version,
        "message": message.message,
        "ready": "cart_rescue",
        "kind": "Template",
    }
