"""What an event says of a person: traits, words on consent, addresses not to be written to.

Pure, and a function of the event alone, so that facts are the same in whatever order events arrive. What is not
well-formed says nothing here; the event itself keeps it.
"""

from collections.abc import Iterable, Iterator
from typing import TypeGuard

import msgspec

from trenza.events import Event
from trenza.identity import normalise
from trenza.kernel import JsonObject, JsonValue, encode_json
from trenza.profiles.facts import ConsentStatus
from trenza.profiles.reach import EVERY, PULLED, identifier_types

_LONGEST_NAME = 200
"""Characters of a trait's name, a purpose, a channel: they are keys of an index."""
_NO_TRAITS: JsonObject = {}
_DEFAULT_PURPOSE = "marketing"
_REASON = 500
_NO_ADDRESSES = frozenset({"user_id", "anonymous_id", "device_id", "loyalty_card", "receipt"})
"""Identifiers that no channel writes to."""


class ConsentGiven(msgspec.Struct, frozen=True, gc=False):
    """A word on consent, with what proves it."""

    purpose: str
    channel: str
    status: ConsentStatus
    evidence: bytes


class Suppressed(msgspec.Struct, frozen=True, gc=False):
    """An address that must not be written to on a channel; None where the event's whole identifier is meant."""

    channel: str
    address: str | None
    reason: str


class Said(msgspec.Struct, frozen=True, gc=False):
    """Everything one event says of a person."""

    traits: JsonObject = _NO_TRAITS
    consents: tuple[ConsentGiven, ...] = ()
    suppressions: tuple[Suppressed, ...] = ()


NOTHING = Said()


def what_it_says(event: Event, country: str = "") -> Said:
    """Read an event. `country` is for phone numbers, where the event's source has none."""
    if event.type == "identify":
        traits = traits_of(event.message)
        return Said(traits) if traits else NOTHING
    if event.type == "track" and event.name in _TRACKS:
        properties = event.message.get("properties")
        return _read_track(event, properties if isinstance(properties, dict) else {}, country)
    return NOTHING


def traits_of(message: JsonObject) -> JsonObject:
    """The traits of an identify; where it has none of its own, those of its context. A null takes a trait away."""
    own = message.get("traits")
    if not own:
        context = message.get("context")
        own = context.get("traits") if isinstance(context, dict) else None
    if not isinstance(own, dict):
        return _NO_TRAITS
    if all(map(_is_key, own)):
        return own
    return {name: value for name, value in own.items() if _is_key(name)}


def arriving_addresses(events: Iterable[Event], country: str = "") -> set[str]:
    """The addresses that events bring among their identifiers, as they are compared."""
    raw = {
        (type_, value, event.country)
        for event in events
        for type_, value in event.identifiers
        if type_ not in _NO_ADDRESSES
    }
    found = (normalise(type_, value, own or country) for type_, value, own in raw)
    return {address for address in found if address}


def _is_key(name: JsonValue) -> TypeGuard[str]:
    return isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and "\0" not in name


def _read_track(event: Event, properties: JsonObject, country: str) -> Said:
    match event.name:
        case "Consent Changed":
            return Said(consents=tuple(_consents(event, properties, properties.get("status"))))
        case "Message Unsubscribed":
            return Said(consents=tuple(_consents(event, {"purpose": _DEFAULT_PURPOSE, **properties}, "denied")))
        case "Message Bounced" if properties.get("permanent") is not True:
            return NOTHING
        case _:
            return Said(suppressions=tuple(_suppressions(event, properties, country)))


_TRACKS = {
    "Consent Changed": "",
    "Message Unsubscribed": "",
    "Message Bounced": "bounced",
    "Message Complained": "complained",
    "Address Suppressed": "suppressed",
}
"""Events that say something here; for those that suppress, the reason where they give none."""


def _consents(event: Event, properties: JsonObject, status: JsonValue) -> Iterator[ConsentGiven]:
    purpose, channel = properties.get("purpose"), properties.get("channel", EVERY)
    if status in ("granted", "denied") and _is_key(purpose) and _is_key(channel):
        yield ConsentGiven(purpose, channel, status, _evidence(event, properties))


def _evidence(event: Event, properties: JsonObject) -> bytes:
    """What proves a word on consent: where, how and from where it came. The event it names has the rest."""
    context = event.message.get("context")
    found = context if isinstance(context, dict) else {}
    return encode_json(
        {
            "event": event.name or event.type,
            "source": event.source_name,
            "sourceChannel": event.channel,
            "properties": properties,
            **{name: found[name] for name in ("page", "ip", "userAgent") if name in found},
        },
    )


def _suppressions(event: Event, properties: JsonObject, country: str) -> Iterator[Suppressed]:
    channel = properties.get("channel", "email")
    if not _is_key(channel):
        return
    reason = properties.get("reason")
    given = reason.replace("\0", "")[:_REASON] if isinstance(reason, str) else ""
    yield Suppressed(channel, _address(event, properties, channel, country), given or _TRACKS[event.name])


def _address(event: Event, properties: JsonObject, channel: str, country: str) -> str | None:
    """The address named, else that of the event's own identifiers which the channel writes to."""
    if channel in PULLED:
        return None
    types = identifier_types(channel)
    given = properties.get("address")
    named = [(types[-1], given)] if isinstance(given, str) and given.strip() else []
    own = [(type_, value) for type_ in types for held, value in event.identifiers if held == type_]
    for type_, value in named or own:
        return normalise(type_, value, event.country or country) or value.replace("\0", "").strip() or None
    return None
