"""Where a person can be written to: the address of each channel.

Consent is not asked here, only whether there is a well-formed address that nobody else has and that must not be
left alone. Among several, the one last seen (by event time) is taken, ties by the least value.
"""

import msgspec

from trenza.identity import Known
from trenza.kernel import JsonValue
from trenza.profiles.facts import Facts

EVERY = "*"
"""As an address: all of a person's. As a channel: every channel."""
_TYPES: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "sms": ("phone",),
    "voice": ("phone",),
    "whatsapp": ("whatsapp", "phone"),
    "push": ("push_token",),
    "web_push": ("web_push",),
}
PULLED = frozenset({"in_app", "task"})
"""Channels that the person comes to: any identifier will do."""
_POST = "direct_mail"
_POST_LINES = (("street", "line1"), ("postalCode", "postal_code", "zip"), ("city",), ("state",), ("country",))


class Destination(msgspec.Struct, frozen=True, gc=False):
    """An address of a person on a channel."""

    address: str
    """What the channel writes to: an e-mail address, a phone in E.164, a token, `type:value`, a postal address."""
    type: str
    """With `value`, the identifier that receipts come back with."""
    value: str


def identifier_types(channel: str) -> tuple[str, ...]:
    """The identifier types that are addresses of a channel, best first; a channel not known here asks for its name."""
    return _TYPES.get(channel, (channel,))


def addresses(facts: Facts, channel: str) -> list[Destination]:
    """Every address of the person on the channel, best first, those that are suppressed included."""
    if channel == _POST:
        return _post(facts)
    usable = [known for known in facts.identifiers if known.joins]
    if channel in PULLED:
        return [Destination(f"{each.type}:{each.value}", each.type, each.value) for each in _last_seen_first(usable)]
    return [
        Destination(each.value, each.type, each.value)
        for type_ in identifier_types(channel)
        for each in _last_seen_first([known for known in usable if known.type == type_])
    ]


def destination_of(facts: Facts, channel: str) -> Destination | None:
    """Where a message on the channel goes; None where the person cannot be reached."""
    return next((each for each in addresses(facts, channel) if not is_suppressed(facts, channel, each.address)), None)


def address_of(facts: Facts, channel: str) -> str | None:
    """The address that a message on the channel goes to; None where the person cannot be reached."""
    destination = destination_of(facts, channel)
    return destination.address if destination else None


def reachable(facts: Facts, channel: str) -> bool:
    """Whether the person has a well-formed address on the channel that is not suppressed. Consent is not asked."""
    return destination_of(facts, channel) is not None


def is_suppressed(facts: Facts, channel: str, address: str) -> bool:
    """Whether an address of the person must not be written to on a channel."""
    held = facts.suppressed
    return bool(held) and any((on, to) in held for on in (channel, EVERY) for to in (address, EVERY))


def preferred_channel(facts: Facts, last_used: str | None = None) -> str | None:
    """The channel the person would rather have: the trait `preferred_channel`, else the one last used."""
    wish = facts.trait("preferred_channel")
    return wish if isinstance(wish, str) and wish else last_used or None


def _last_seen_first(found: list[Known]) -> list[Known]:
    return sorted(found, key=lambda known: (-known.last_seen, known.type, known.value)) if len(found) > 1 else found


def _post(facts: Facts) -> list[Destination]:
    if not (text := _post_text(facts.trait("address"))):
        return []
    holder = next(iter(_last_seen_first([known for known in facts.identifiers if known.joins])), None)
    return [Destination(text, holder.type, holder.value)] if holder else []


def _post_text(value: JsonValue) -> str:
    """A postal address on one line; empty where a letter would not arrive (a country alone is no address)."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        return ""
    lines = [next((line for name in names if (line := _line(value.get(name)))), "") for names in _POST_LINES]
    street, code, city, *_ = lines
    return ", ".join(line for line in lines if line) if street and (code or city) else ""


def _line(value: JsonValue) -> str:
    return value.strip() if isinstance(value, str) else str(value) if type(value) is int else ""
