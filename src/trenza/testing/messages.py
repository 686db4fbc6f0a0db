"""What a test's people, words and receipts say on the wire."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from trenza.definitions import ConsentGiven, Item, KnownPerson, Receipt, Suppressed, Told
from trenza.identity import Known, Leaf, Person
from trenza.journeys import Decision
from trenza.kernel import JsonObject

_RECEIPTS: Final = {
    "delivered": "Message Delivered",
    "failed": "Message Failed",
    "bounced": "Message Bounced",
    "opened": "Message Opened",
    "clicked": "Message Clicked",
    "replied": "Message Replied",
    "crash_after_accept": "Message Unknown",
}


def known_messages(person: KnownPerson, number: int) -> Iterator[JsonObject]:
    """The messages that make somebody known: who it is, tokens, consents."""
    ids = _ids(person.user_id, person.anonymous_id)
    yield {"type": "identify", **ids, "traits": person.traits, "messageId": f"known-{number}"}
    tokens = [("push_token", each) for each in person.push] + [("web_push", each) for each in person.web_push]
    for place, (type_, token) in enumerate(tokens):
        external = [{"type": type_, "id": token}]
        message_id = f"known-{number}-token-{place}"
        yield {"type": "identify", **ids, "messageId": message_id, "context": {"externalIds": external}}
    for purpose, channels in person.consent.items():
        for channel in channels:
            message_id = f"known-{number}-consent-{purpose}-{channel}"
            yield _consent(ids, purpose, channel, "granted") | {"messageId": message_id}


def word_message(item: Item) -> JsonObject | None:
    """What an event, a word on consent or a suppression says; None for a receipt."""
    what = item.what
    if isinstance(what, Told):
        return what.message
    if isinstance(what, ConsentGiven):
        return _consent(_ids(what.user_id, what.anonymous_id), what.purpose, what.channel, what.status)
    if isinstance(what, Suppressed):
        properties = {"channel": what.channel, "address": what.address, "reason": what.reason}
        return {
            "type": "track",
            "event": "Address Suppressed",
            "properties": properties,
            "context": {"externalIds": [{"type": _address_type(what.channel), "id": what.address}]},
        }
    return None


def receipt_message(
    item: Item,
    decisions: Sequence[Decision],
    owners: Mapping[Leaf, Person],
    identifiers: Mapping[Leaf, Known],
    find: Callable[[str], Person | None],
) -> JsonObject | None:
    """What a receipt says about the latest send of its step; None where there is none."""
    receipt = item.what
    if not isinstance(receipt, Receipt):
        return None
    sends = [each for each in decisions if _is_meant(receipt, each, owners, find)]
    if not sends:
        return None
    send = max(sends, key=lambda each: (each.at, each.attempt))
    properties = {
        "message": send.message,
        "decision": send.id,
        "run": send.run,
        "journey": send.journey,
        "step": send.step,
        "channel": send.channel,
    }
    name = _RECEIPTS[receipt.result]
    addressed = identifiers[send.leaf]
    return {
        "type": "track",
        "event": name,
        "properties": properties,
        "messageId": f"{send.message}:{receipt.result}:{item.line}",
        "context": {"externalIds": [{"type": addressed.type, "id": addressed.value}]},
    }


def _is_meant(
    receipt: Receipt, decision: Decision, owners: Mapping[Leaf, Person], find: Callable[[str], Person | None]
) -> bool:
    if decision.verdict != "sent" or decision.step != receipt.step:
        return False
    if receipt.journey and receipt.journey != decision.journey:
        return False
    if receipt.channel and receipt.channel != decision.channel:
        return False
    return not receipt.person or find(receipt.person) == owners.get(decision.leaf)


def _consent(ids: JsonObject, purpose: str, channel: str, status: str) -> JsonObject:
    properties = {"purpose": purpose, "channel": channel, "status": status}
    return {"type": "track", "event": "Consent Changed", **ids, "properties": properties}


def _ids(user_id: str, anonymous_id: str) -> JsonObject:
    given = {"userId": user_id, "anonymousId": anonymous_id}
    return {name: value for name, value in given.items() if value}


def _address_type(channel: str) -> str:
    return {"email": "email", "push": "push_token", "web_push": "web_push"}.get(channel, "phone")
