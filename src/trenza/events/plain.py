"""Bodies whose every item is valid beyond doubt, told from their bytes in less time than it takes to decode them.

Nearly everything that arrives is such. The types below are narrower than the rules of `validate` and `wire`: what fits
them is valid (a test proves it), and what does not is decoded and judged item by item. What no rule asks for is skipped
over, so that an accepted body leaves nothing behind for the collector of garbage.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from trenza.events.identifiers import Pair, raw_identifiers
from trenza.events.model import MessageType
from trenza.events.validate import (
    EPOCH,
    ID_LIMIT,
    IDENTIFIER_LIMIT,
    MESSAGE_ID_LIMIT,
    MILLISECOND,
    USUAL_INSTANT,
    Judged,
    read_instant,
)
from trenza.events.wire import BATCH, BATCH_LIMIT, DEPTH_LIMIT
from trenza.kernel import Instant, JsonObject, JsonValue

_Id = Annotated[str, Meta(max_length=ID_LIMIT)] | None
_MessageId = Annotated[str, Meta(max_length=MESSAGE_ID_LIMIT - 1)] | None
_Identifier = Annotated[str, Meta(max_length=IDENTIFIER_LIMIT)] | None
_NUL = b"\\u0000"
_SAYS_MORE = ("alias", "identify")
"""Types whose other fields name people, too."""
_USUAL_SIZE = 4_000
"""Bytes of an item: far below its limit, and too few for a number that Python would not read."""
_USUAL_REST = 2 * DEPTH_LIMIT
"""Bytes around the items of a batch: too few to be nested too deep, at two bytes a level."""


class PlainBody(msgspec.Struct, frozen=True, gc=False):
    """What there is to know of a body whose every item is valid."""

    total: int
    key: str
    """The write key that it names for all its items; empty where it names none."""


class _Object(msgspec.Struct, gc=False):
    """Any object."""


class _Traits(msgspec.Struct, gc=False):
    email: _Identifier = None
    phone: _Identifier = None


class _Device(msgspec.Struct, gc=False):
    id: _Identifier = None
    token: _Identifier = None


class _Context(msgspec.Struct, gc=False):
    traits: _Traits | None = None
    device: _Device | None = None
    externalIds: UnsetType | None = UNSET  # noqa: N815 — the wire's name


class _Message(msgspec.Struct, gc=False, kw_only=True):
    """A message whose route says its type."""

    userId: _Id = None  # noqa: N815 — the wire's names
    anonymousId: _Id = None  # noqa: N815
    previousId: _Id = None  # noqa: N815
    groupId: _Id = None  # noqa: N815
    messageId: _MessageId = None  # noqa: N815
    event: _Id = None
    timestamp: datetime | None = None
    originalTimestamp: datetime | None = None  # noqa: N815
    properties: _Object | None = None
    traits: _Traits | None = None
    context: _Context | None = None


class _Single(_Message, kw_only=True):
    writeKey: str | None = None  # noqa: N815


class _Item(_Message, kw_only=True):
    type: MessageType


class _Batch(msgspec.Struct, gc=False):
    batch: Annotated[list[_Item], Meta(max_length=BATCH_LIMIT, min_length=1)]
    context: _Context | None = None
    integrations: _Object | None = None
    writeKey: str | None = None  # noqa: N815


class _Slices(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]


_single = msgspec.json.Decoder(_Single)
_batch = msgspec.json.Decoder(_Batch)
_slices = msgspec.json.Decoder(_Slices)


def read_plain(body: bytes, route: str) -> PlainBody | None:
    """Tell a body whose every item is valid beyond doubt, where its source has no fields of its own that identify.

    Args:
        body: its bytes, unpacked.
        route: `batch` or a message type.
    """
    if not _is_text(body):
        return None
    try:
        return _read_batch(body) if route == BATCH else _read_single(body, route)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def has_nul(body: bytes) -> bool:
    """Some text in a body may have a NUL."""
    return b"\\" in body and _NUL in body


def judge_plain(item: JsonValue) -> Judged | None:
    """What `judge` says of an item that is valid beyond doubt, in half the time; None where there is a doubt.

    Args:
        item: a decoded item without a NUL, merged with its batch's root, of a source without fields that identify.
    """
    try:
        read = msgspec.convert(item, _Item)
    except (msgspec.ValidationError, RecursionError):
        return None
    if not _is_whole(read, read.type):
        return None
    return Judged(_identifiers(read, item), _original(read, item), has_text_ids=True)


def _identifiers(read: _Item, item: JsonObject) -> tuple[Pair, ...]:
    context = read.context
    if read.type in _SAYS_MORE or (context and (context.traits or context.device)):
        return raw_identifiers(item, {})
    user, anonymous = read.userId, read.anonymousId
    by_user = (("user_id", user),) if user and not user.isspace() else ()
    return (*by_user, ("anonymous_id", anonymous)) if anonymous and not anonymous.isspace() else by_user


def _original(read: _Item, item: JsonObject) -> Instant | None:
    name, moment = "timestamp", read.timestamp
    if moment is None:
        name, moment = "originalTimestamp", read.originalTimestamp
    if moment is None:
        return None
    text: str = item[name]
    if len(text) == USUAL_INSTANT and text[-1] == "Z":
        return (moment - EPOCH) // MILLISECOND
    return read_instant(text)


def _is_text(body: bytes) -> bool:
    """It is UTF-8, and no text in it has a NUL; what is skipped over is not looked at again."""
    if has_nul(body):
        return False
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_single(body: bytes, route: str) -> PlainBody | None:
    if len(body) > _USUAL_SIZE or _opened(body) > DEPTH_LIMIT:
        return None
    message = _single.decode(body)
    return PlainBody(1, message.writeKey or "") if _is_whole(message, route) else None


def _read_batch(body: bytes) -> PlainBody | None:
    read = _batch.decode(body)
    if not all(_is_whole(item, item.type) for item in read.batch) or not _is_usual(body):
        return None
    return PlainBody(len(read.batch), read.writeKey or "")


def _is_usual(body: bytes) -> bool:
    """No item is large or deep, nor what is around them."""
    items = list(map(bytes, _slices.decode(body).batch))
    sizes = list(map(len, items))
    opened = [raw.count(b"{") + raw.count(b"[") for raw in items]  # no JSON is nested deeper than it opens
    if max(sizes) > _USUAL_SIZE or max(opened) > DEPTH_LIMIT:
        return False
    commas = len(items) - 1
    rest = len(body) - sum(sizes) - commas
    return rest <= _USUAL_REST or (rest <= _USUAL_SIZE and _opened(body) - sum(opened) <= DEPTH_LIMIT)


def _opened(raw: bytes) -> int:
    """Objects and lists that are opened: no JSON is nested deeper."""
    return raw.count(b"{") + raw.count(b"[")


def _is_whole(item: _Message, type_: str) -> bool:
    """It names whom it is of, and a track what happened."""
    if type_ == "track" and (not item.event or item.event.isspace()):
        return False
    user, anonymous = item.userId, item.anonymousId
    return bool((user and not user.isspace()) or (anonymous and not anonymous.isspace()))
