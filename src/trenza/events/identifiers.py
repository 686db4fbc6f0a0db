"""Raw identifiers: the `(type, value)` pairs that a message carries, as they stand on the wire.

Nothing is normalised or judged here: `identity` does that, with the source's country and the list of blocked values.
"""

from collections.abc import Mapping

from trenza.events.model import dig
from trenza.kernel import JsonObject, JsonValue

Pair = tuple[str, str]


def text_id(value: JsonValue) -> str | None:
    """An id as text: numbers are read as JavaScript writes them. None where it is no id."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is int:
        return str(value)
    if kind is float:
        return str(int(value)) if value.is_integer() else str(value)
    return None


def raw_identifiers(message: JsonObject, extra: Mapping[str, str]) -> tuple[Pair, ...]:
    """Every identifier of a message, none twice, none empty: its ids, contacts, devices, external ids, extra fields.

    Args:
        message: a message whose ids are texts or numbers and whose objects are objects (see `validate`).
        extra: the source's own fields that identify: dotted path → identifier type.
    """
    pairs: list[Pair] = []
    _add(pairs, "user_id", message.get("userId"))
    _add(pairs, "anonymous_id", message.get("anonymousId"))
    context: JsonObject = message.get("context") or {}
    _add_contacts(pairs, message, context)
    if context:
        _add_context(pairs, context)
    if message["type"] == "alias":
        _add_previous(pairs, message)
    for path, type_ in extra.items():
        value = dig(message, path)
        for each in value if type(value) is list else (value,):
            _add(pairs, type_, each)
    return tuple(dict.fromkeys(pairs)) if len(pairs) > 1 else tuple(pairs)


def _add(pairs: list[Pair], type_: str, value: JsonValue) -> None:
    if value is None:
        return
    text = value if type(value) is str else text_id(value)
    if text and not text.isspace():
        pairs.append((type_, text))


def _add_contacts(pairs: list[Pair], message: JsonObject, context: JsonObject) -> None:
    traits = message.get("traits") if message["type"] == "identify" else None
    found: JsonValue = traits or context.get("traits")
    if type(found) is not dict:
        return
    if type(email := found.get("email")) is str:
        _add(pairs, "email", email)
    if type(phone := found.get("phone")) is str or type(phone) is int:
        _add(pairs, "phone", phone)


def _add_context(pairs: list[Pair], context: JsonObject) -> None:
    device = context.get("device")
    if type(device) is dict:
        _add(pairs, "device_id", device.get("id"))
        _add(pairs, "push_token", device.get("token"))
    for each in context.get("externalIds") or ():
        _add(pairs, each["type"], each["id"])


def _add_previous(pairs: list[Pair], message: JsonObject) -> None:
    """An alias's former id, which may have been of either kind; an alias to itself says nothing."""
    previous = text_id(message.get("previousId"))
    if previous is not None and previous != text_id(message.get("userId")):
        _add(pairs, "anonymous_id", previous)
        _add(pairs, "user_id", previous)
