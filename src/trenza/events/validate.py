"""Whether an item is a message, and if not, why: one specific reason.

The door and admission ask the same function, so that what the sender was told is what is kept.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from trenza.events.identifiers import Pair, raw_identifiers
from trenza.events.model import MESSAGE_TYPES
from trenza.events.wire import ITEM_LIMIT, TOO_LARGE
from trenza.kernel import Instant, JsonObject, JsonValue, parse_instant

MESSAGE_ID_LIMIT = 100
ID_LIMIT = 500
IDENTIFIER_LIMIT = 2_000
TYPE_LIMIT = 64

USUAL_INSTANT = len("2026-03-02T10:00:00.000Z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_IDS = ("userId", "anonymousId", "previousId", "groupId", "messageId")
_OBJECTS = ("properties", "traits", "context")
_TYPES = frozenset(MESSAGE_TYPES)


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What was learned of a valid message by judging it."""

    identifiers: tuple[Pair, ...]
    original: Instant | None
    has_text_ids: bool = False
    """Its ids are known to be texts already."""


def judge(item: JsonValue, extra: Mapping[str, str], size: int = 0) -> Judged | str:
    """Read an item; a text is the reason why it is no valid message.

    Args:
        item: a decoded item, merged with its batch's root.
        extra: the source's own fields that identify.
        size: its bytes as sent, where they may be too many.
    """
    if type(item) is not dict:
        return "the item is not an object"
    if size > ITEM_LIMIT:
        return TOO_LARGE
    fault = _type_fault(item) or _id_fault(item) or _object_fault(item) or _external_fault(item)
    if fault is not None:
        return fault
    original = _original(item)
    if isinstance(original, str):
        return original
    identifiers = raw_identifiers(item, extra)
    return _identifier_fault(identifiers) or Judged(identifiers, original)


@lru_cache(maxsize=4096)
def read_instant(text: str) -> Instant | None:
    """`parse_instant`, remembering (the messages of a batch share instants), and faster for what all clients write."""
    if len(text) == USUAL_INSTANT and text[10] == "T" and text[23] == "Z" and text[19] == "." and text[5] != "W":
        with suppress(ValueError):
            return (datetime.fromisoformat(text) - EPOCH) // MILLISECOND
    return parse_instant(text)


def sane_message_id(item: JsonValue) -> str | None:
    """The message id that an item names, where it can be repeated to its sender and kept as text."""
    value = item.get("messageId") if type(item) is dict else None
    if type(value) is int:
        value = str(value)
    return value if type(value) is str and 0 < len(value) < MESSAGE_ID_LIMIT and "\0" not in value else None


def _type_fault(item: JsonObject) -> str | None:
    type_ = item.get("type")
    if type(type_) is not str or type_ not in _TYPES:
        return f"`type` is none of {', '.join(MESSAGE_TYPES)}"
    if type_ != "track":
        return None
    name = item.get("event")
    if type(name) is not str or not name or name.isspace():
        return "a track needs `event`, a text that is not empty"
    return _text_fault("event", name, ID_LIMIT)


def _id_fault(item: JsonObject) -> str | None:
    for name in _IDS:
        value = item.get(name)
        if value is None:
            continue
        kind = type(value)
        if kind is str:
            if (fault := _text_fault(name, value, ID_LIMIT)) is not None:
                return fault
        elif kind is not int and kind is not float:
            return f"`{name}` is neither a text nor a number"
    message_id = item.get("messageId")
    if message_id is not None and len(str(message_id)) >= MESSAGE_ID_LIMIT:
        return f"`messageId` has {MESSAGE_ID_LIMIT} or more characters"
    return None


def _object_fault(item: JsonObject) -> str | None:
    for name in _OBJECTS:
        value = item.get(name)
        if value is not None and type(value) is not dict:
            return f"`{name}` is not an object"
    return None


def _original(item: JsonObject) -> Instant | str | None:
    name = "timestamp" if item.get("timestamp") is not None else "originalTimestamp"
    value = item.get(name)
    if value is None:
        return None
    found = read_instant(value) if type(value) is str else None
    return found if found is not None else f"`{name}` is not an ISO 8601 instant"


def _external_fault(item: JsonObject) -> str | None:
    context = item.get("context")
    found = context.get("externalIds") if context else None
    if found is None:
        return None
    if type(found) is not list:
        return "`context.externalIds` is not a list"
    for position, each in enumerate(found):
        if type(each) is not dict or type(each.get("type")) is not str or type(each.get("id")) not in (str, int, float):
            return f"`context.externalIds[{position}]` needs `type`, a text, and `id`, a text or a number"
        if not 0 < len(each["type"]) <= TYPE_LIMIT or ":" in each["type"] or "\0" in each["type"]:
            return f"`context.externalIds[{position}].type` is empty, too long or has a colon"
    return None


def _identifier_fault(identifiers: tuple[Pair, ...]) -> str | None:
    if not identifiers:
        return "no identifier: send `userId`, `anonymousId`, `context.externalIds`, an e-mail or a phone"
    for type_, value in identifiers:
        if len(value) > IDENTIFIER_LIMIT or "\0" in value:
            return _text_fault(type_, value, IDENTIFIER_LIMIT)
    return None


def _text_fault(name: str, value: str, limit: int) -> str | None:
    if len(value) > limit:
        return f"`{name}` is longer than {limit} characters"
    if "\0" in value:
        return f"`{name}` has a NUL character"
    return None
