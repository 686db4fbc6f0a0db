"""Receipts: what became of a message, told as an event like any other.

The messageId is derived from the message and the word, so a receipt told twice is one event.
"""

from trenza.channels.model import Queued, Receipt
from trenza.events import Emission
from trenza.kernel import Instant, JsonObject, derived_id, format_instant

_BEARING_ADDRESS = frozenset({"Message Bounced", "Message Complained"})
"""Receipts that suppress an address have to name it."""


def receipt_emission(message: Queued, receipt: Receipt, at: Instant) -> Emission:
    """The event of a receipt: a track of the person's identifier that the message went to."""
    properties = {**message_properties(message), "attempt": message.attempts, **receipt.properties}
    if receipt.name in _BEARING_ADDRESS:
        properties["address"] = message.address
    return track(derived_id("receipt", message.id, receipt.name, receipt.key), receipt.name, message, properties, at)


def message_properties(message: Queued) -> JsonObject:
    """What every event about a message says of it."""
    return {
        "message": message.id,
        "decision": message.decision,
        "run": message.run,
        "journey": message.journey,
        "step": message.step,
        "channel": message.channel,
        "purpose": message.purpose,
    }


def track(message_id: str, name: str, message: Queued, properties: JsonObject, at: Instant) -> Emission:
    """A track event of the person whom a message went to."""
    type_, value = message.identifier
    body: JsonObject = {
        "type": "track",
        "messageId": message_id,
        "event": name,
        "timestamp": format_instant(at),
        "properties": properties,
        "context": {"externalIds": [{"type": type_, "id": value}]},
    }
    return Emission(message_id=message_id, message=body, channel=message.channel)
