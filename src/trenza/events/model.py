"""The words of the room: source, event, failed event.

An event is one message of a client, admitted: validated, dated, numbered. It is immutable and keeps the identifiers it
came with; which person it belongs to is asked of `identity`.
"""

from typing import Literal

import msgspec

from trenza.events.limits import Limit
from trenza.kernel import Instant, JsonObject, JsonValue, decode_json

MessageType = Literal["identify", "track", "page", "screen", "group", "alias"]
MESSAGE_TYPES: tuple[MessageType, ...] = ("identify", "track", "page", "screen", "group", "alias")
EVENTS_PER_ENTRY = 4096
"""More than a batch may hold; a sequence number is `offset × EVENTS_PER_ENTRY + index`."""


INTERNAL = "trenza"
"""Name of the built-in source: what the house itself says. It has no key."""


_USUAL_BURST = 10
Answers = Literal["nobody", "visitors", "anybody"]
"""About whom the door tells who holds a source's write key: about nobody; about visitors, who are known by what their
own browser or app carries and by nothing else; about anybody whose identifier is named."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A place that events come from, with its write key."""

    id: int
    name: str
    channel: str
    key: str
    strict: bool = False
    country: str = ""
    """Country of its phone numbers; empty: the instance's."""
    no_consent_object: Literal["", "granted", "denied"] = ""
    identifiers: dict[str, str] = {}
    """More fields that identify: path in the message → identifier type."""
    answers: Answers = "visitors"
    """About whom `/v1/decide` answers its write key; an API key may ask about anybody."""
    rate: int = 0
    """Events a second that it may send in the long run; 0: as many as it wants."""
    burst: int = 0
    """Events that it may send at once after a rest; 0: ten seconds' worth."""

    @property
    def limit(self) -> Limit | None:
        """How fast it may send; None: as fast as it wants."""
        return Limit(self.rate, self.burst or _USUAL_BURST * self.rate) if self.rate else None


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message, admitted.

    `message` is what the client sent with the batch's root context merged in; every other field is derived from it.
    """

    seq: int
    """Position in the history of the instance: grows with arrival, the same on every replay of the log."""
    source: int
    source_name: str
    channel: str
    message_id: str
    type: MessageType
    name: str
    """Name that predicates ask for: a track's `event`, `Page Viewed`, `Screen Viewed`, else empty."""
    timestamp: Instant
    """Event time: corrected for the client's clock, never later than `arrived_at`."""
    original_timestamp: Instant | None
    sent_at: Instant | None
    received_at: Instant
    arrived_at: Instant
    """When the engine learned of it: `received_at`, or the engine's own instant where that was already later."""
    identifiers: tuple[tuple[str, str], ...]
    """`(type, value)` pairs as they stand in the message; `identity` normalises them and blocks some."""
    country: str
    """Country to read its phone numbers with; empty: the instance's."""
    message: JsonObject
    body: bytes = b""
    """`message` as JSON, encoded once; empty where nobody did."""
    bot: bool = False
    """Browser traffic under a robot's user agent: kept, and marked."""
    violations: tuple[str, ...] = ()
    """What its tracking plan says against it, where the plan flags."""
    no_consent_object: Literal["granted", "denied"] = "granted"
    """What it means where it bears no consent object; see `is_withheld`."""

    def get(self, path: str) -> JsonValue:
        """The value at a dotted path of the message; None where there is none. A list on the way gives a list."""
        return dig(self.message, path)


class FailedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What did not pass a check, kept as it came, to be seen and tried again."""

    id: str
    message_id: str | None
    source: str
    reason: str
    received_at: Instant
    message: JsonValue
    key: str = ""
    """The write key it came with, where no source had it."""
    seq: int = 0
    """Where it stands in the log, as an event's `seq`."""


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event as it is kept."""

    seq: int
    source: int
    message_id: str
    type: MessageType
    name: str
    leaf: int
    timestamp: Instant
    original_timestamp: Instant | None
    sent_at: Instant | None
    received_at: Instant
    arrived_at: Instant
    bot: bool
    violations: tuple[str, ...]
    body: bytes

    def message(self) -> JsonObject:
        """The whole message."""
        found: JsonObject = decode_json(self.body)
        return found


class Emission(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the house itself says as an event; see `emit`."""

    message_id: str
    """Derived from its cause, so that the same cause says it once."""
    message: JsonObject
    """A Segment message; `type` and identifiers included."""
    channel: str
    """The channel that the event counts for."""


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How much an erasure took away."""

    events: int
    failed: int
    log_items: int


class Occurrence(msgspec.Struct, gc=False):
    """One event of a person's history, as predicates see it. Ordered by event time, ties by messageId."""

    timestamp: Instant
    message_id: str
    name: str
    arrived_at: Instant
    body: bytes
    """The message as JSON, decoded only when a predicate looks inside."""
    decoded: JsonObject | None = None

    def __lt__(self, other: "Occurrence") -> bool:
        return (self.timestamp, self.message_id) < (other.timestamp, other.message_id)

    def message(self) -> JsonObject:
        """The whole message, decoded once; not to be changed."""
        if self.decoded is None:
            self.decoded = decode_json(self.body)
        return self.decoded

    def get(self, path: str) -> JsonValue:
        """The value at a dotted path (`properties.total`)."""
        return dig(self.message(), path)


def dig(value: JsonValue, path: str) -> JsonValue:
    """Follow a dotted path through objects; a list on the way is followed in each element (missing ones left out)."""
    for position, name in enumerate(parts := path.split(".")):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list):
            rest = ".".join(parts[position:])
            found = [dig(element, rest) for element in value]
            return [each for each in found if each is not None] or None
        else:
            return None
    return value
