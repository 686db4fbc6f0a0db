"""Who a message is about, as far as the message itself says: for rows, not for recognising.

`identity` recognises with all its rules; a row only wants to call by a name.
"""

from trenza.identity import IdentifierTypes, normalise
from trenza.kernel import JsonObject, JsonValue

_MOST = 20


def identifiers_in(message: JsonObject, country: str, types: IdentifierTypes) -> list[tuple[str, str]]:
    """The identifiers that a message carries, normalised, the strongest first."""
    context = _object(message.get("context"))
    own = message.get("traits") if message.get("type") == "identify" else None
    traits = _object(own) or _object(context.get("traits"))
    device = _object(context.get("device"))
    found: list[tuple[str, JsonValue]] = [
        ("user_id", message.get("userId")),
        ("email", traits.get("email")),
        ("phone", traits.get("phone")),
        ("anonymous_id", message.get("anonymousId")),
        ("device_id", device.get("id")),
        ("push_token", device.get("token")),
    ]
    external = context.get("externalIds")
    listed = [_object(each) for each in external[:_MOST]] if isinstance(external, list) else []
    found += [(text_of(each.get("type")), each.get("id")) for each in listed]
    normal = [(type_, normalise(type_, text_of(value), country, types)) for type_, value in found]
    named = [(type_, value) for type_, value in normal if value]
    return sorted(named, key=lambda pair: types.get(pair[0]).priority)


def text_of(value: JsonValue) -> str:
    """A value as a short text; empty where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:200] if not isinstance(value, int) or abs(value) < 1 << 63 else ""


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
