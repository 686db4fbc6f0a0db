"""What is known of one person: the facts that every rule downstream is handed.

Facts hang on leaves (see `identity`), so a merge is a union and a split gives everything back. A rule never loads
anything: `profiles.service` fills a `Facts` for all people of a micro-batch at once, and the hallway keeps it current
as it goes through the events one by one.
"""

from bisect import insort
from typing import Literal

import msgspec

from trenza.events import Occurrence
from trenza.identity import Known
from trenza.kernel import Instant, JsonValue

ConsentStatus = Literal["granted", "denied"]


class TraitVersion(msgspec.Struct, frozen=True, gc=False, order=True):
    """A value that a trait was given. The last by event time stands, ties by messageId. None takes the trait away."""

    at: Instant
    message_id: str
    value: JsonValue = None


class ConsentWord(msgspec.Struct, frozen=True, gc=False, order=True):
    """A word on consent for one purpose and channel. The last by event time stands, ties by messageId."""

    at: Instant
    message_id: str
    status: ConsentStatus


class Facts(msgspec.Struct, kw_only=True, gc=True):
    """One person, as known now. Mutable: the hallway adds what arrives."""

    person: int
    leaves: set[int] = msgspec.field(default_factory=set)
    identifiers: list[Known] = msgspec.field(default_factory=list)
    traits: dict[str, list[TraitVersion]] = msgspec.field(default_factory=dict)
    """By name, versions in order; see `trait`."""
    consents: dict[tuple[str, str], list[ConsentWord]] = msgspec.field(default_factory=dict)
    """By (purpose, channel), words in order; channel `*` speaks for every channel."""
    suppressed: set[tuple[str, str]] = msgspec.field(default_factory=set)
    """(channel, address) pairs that must not be written to; address `*` is all of the person's on that channel."""
    events: dict[str, list[Occurrence]] = msgspec.field(default_factory=dict)
    """By name, in order of event time; only the names that live definitions ask for."""
    segments: dict[str, Instant] = msgspec.field(default_factory=dict)
    """Membership: segment key → inside since."""

    def trait(self, name: str) -> JsonValue:
        """The trait's present value; None where it is missing or was taken away."""
        versions = self.traits.get(name)
        return versions[-1].value if versions else None

    def consent(self, purpose: str, channel: str) -> ConsentStatus | Literal["unknown"]:
        """The last word on a purpose and channel, a word on all channels (`*`) included."""
        words = [
            words[-1] for words in (self.consents.get((purpose, channel)), self.consents.get((purpose, "*"))) if words
        ]
        return max(words).status if words else "unknown"

    def add_event(self, occurrence: Occurrence) -> None:
        """Put an occurrence in its place by event time."""
        put_in_order(self.events.setdefault(occurrence.name, []), occurrence)

    def add_trait(self, name: str, version: TraitVersion) -> None:
        """Put a trait's version in its place by event time."""
        versions = self.traits.setdefault(name, [])
        insort(versions, version, key=_order)

    def add_consent(self, purpose: str, channel: str, word: ConsentWord) -> None:
        """Put a word on consent in its place by event time."""
        insort(self.consents.setdefault((purpose, channel), []), word)

    def first_identifier(self) -> str:
        """`type:value` of the first-known identifier, for draws. Ties by the type's priority, then value."""
        first = min(self.identifiers, key=lambda known: (known.first_seen, known.priority, known.value))
        return f"{first.type}:{first.value}"


def put_in_order(held: list[Occurrence], occurrence: Occurrence) -> None:
    """Put an occurrence in its place by event time; that is nearly always behind all others."""
    if held and held[-1].timestamp >= occurrence.timestamp:
        insort(held, occurrence)
    else:
        held.append(occurrence)


def _order(version: TraitVersion) -> tuple[Instant, str]:
    return version.at, version.message_id
