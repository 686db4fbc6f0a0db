"""The wire: from the bytes of a request to its items, without judging them.

A body is one message (routes named after a type) or a batch. Limits are counted in bytes of JSON after gunzip, and
unpacking stops at the limit. The same functions run at the door and at admission, so both see the same items.
"""

import binascii
import zlib
from base64 import b64decode
from collections.abc import Mapping

import msgspec

from trenza.events.model import MESSAGE_TYPES
from trenza.kernel import Invalid, JsonObject, JsonValue, TooLarge, decode_json

KILOBYTE = 1024
ITEM_LIMIT = 32 * KILOBYTE
BODY_LIMIT = 500 * KILOBYTE
BATCH_LIMIT = 2_500
DEPTH_LIMIT = 100
"""Levels of an item."""
BODY_DEPTH_LIMIT = 400
"""Levels of a body: what is behind it could not be decoded wherever the stack is deeper."""
TOO_LARGE = f"the message is larger than {ITEM_LIMIT // KILOBYTE} KB"
TOO_DEEP = f"the message is nested deeper than {DEPTH_LIMIT} levels"
BATCH = "batch"
ROUTES = (*MESSAGE_TYPES, BATCH)

_FEW_LISTS = 40
_GZIP = b"\x1f\x8b"
_ANY_WRAPPER = 47  # zlib: gzip or zlib, told apart by the first octets
_MERGED = ("context", "integrations")


class _Items(msgspec.Struct):
    """A batch with its items left as they stand, to be measured."""

    batch: list[msgspec.Raw] = []


_items_decoder = msgspec.json.Decoder(_Items)


def unpack(body: bytes, limit: int = BODY_LIMIT) -> bytes:
    """Gunzip a body that is gzip (told by its first octets, whatever the headers say).

    Raises:
        TooLarge: more than `limit` bytes; what is behind the limit is never unpacked.
        Invalid: broken gzip.
    """
    if not body.startswith(_GZIP):
        return _within(body, limit)
    unpacked = b""
    while body:
        inflater = zlib.decompressobj(_ANY_WRAPPER)
        try:
            unpacked += inflater.decompress(body, limit + 1 - len(unpacked))
        except zlib.error as error:
            raise Invalid("the body is broken gzip", "send it again, or without Content-Encoding") from error
        _within(unpacked, limit)
        if not inflater.eof:
            raise Invalid("the body's gzip ends too early", "send it again, or without Content-Encoding")
        body = inflater.unused_data
    return unpacked


def read_body(body: bytes, depth: int = DEPTH_LIMIT) -> JsonValue:
    """Decode a body.

    Raises:
        Invalid: it is no JSON, or is nested deeper than `depth` (0: `check_depth` will look).
    """
    try:
        root = decode_json(body)
    except ValueError as error:
        if isinstance(error.__cause__, RecursionError):
            raise _too_deep(depth or DEPTH_LIMIT) from error
        raise Invalid("the body is not valid JSON", "send one JSON object, in UTF-8") from error
    if depth and body.count(b"{") + body.count(b"[") > depth and is_deep(root, depth):
        raise _too_deep(depth)
    return root


def split(root: JsonValue, route: str) -> list[JsonValue]:
    """The items of a body, in order: root `context` and `integrations` merged in, typed by the route.

    A batch's `sentAt` counts for the items that have none. The items of `root` are changed in place.

    Raises:
        Invalid: a batch without a list `batch`, or with root fields of the wrong type.
        TooLarge: more than `BATCH_LIMIT` items.
    """
    if route != BATCH:
        if isinstance(root, dict):
            root["type"] = route
        return [root]
    if not isinstance(root, dict) or not isinstance(root.get("batch"), list):
        raise Invalid("a batch needs `batch`, a list of messages", 'send {"batch": [{"type": "track", …}, …]}')
    items: list[JsonValue] = root["batch"]
    if len(items) > BATCH_LIMIT:
        raise TooLarge(f"the batch has {len(items)} messages, more than {BATCH_LIMIT}", "send smaller batches")
    _share(root, items)
    return items


class Extent(msgspec.Struct, frozen=True):
    """How large and how deep the items of a body may be."""

    sizes: list[int]
    """Bytes of each item as sent."""
    depths: list[int]
    """Levels that each item has at most: no JSON is nested deeper than it opens objects and lists."""
    around: int
    """Levels that the rest of the body has at most."""


def measure(body: bytes, items: list[JsonValue], route: str) -> Extent | None:
    """The extent of a body's items; None where none can be too large or too deep.

    Raises:
        Invalid: it is nested too deep to be measured.
    """
    objects, lists = body.count(b"{"), body.count(b"[")
    if len(body) <= ITEM_LIMIT and objects + lists <= DEPTH_LIMIT:
        return None
    raws = [body] if route != BATCH else _slices(body, items)
    own = [raw.count(b"{") for raw in raws]
    if lists <= _FEW_LISTS:
        depths = [each + lists for each in own]
        return Extent(list(map(len, raws)), depths, objects - sum(own) + lists)
    depths = [each + raw.count(b"[") for each, raw in zip(own, raws, strict=True)]
    return Extent(list(map(len, raws)), depths, objects + lists - sum(depths))


def check_depth(root: JsonValue, extent: Extent | None) -> None:
    """Refuse a body that is nested so deep that it could not be decoded where the stack is deeper.

    Raises:
        Invalid: it is nested deeper than `BODY_DEPTH_LIMIT`.
    """
    if extent is None or max(extent.depths, default=0) + extent.around <= BODY_DEPTH_LIMIT:
        return
    if is_deep(root, BODY_DEPTH_LIMIT):
        raise _too_deep(BODY_DEPTH_LIMIT)


def byte_faults(items: list[JsonValue], extent: Extent | None) -> dict[int, str]:
    """By index, what is wrong with items that are too large or too deep."""
    found: dict[int, str] = {}
    if extent is None:
        return found
    doubtful = DEPTH_LIMIT - extent.around  # what is around them may be merged into them
    if max(extent.sizes, default=0) <= ITEM_LIMIT and max(extent.depths, default=0) <= doubtful:
        return found
    for index, (size, depth) in enumerate(zip(extent.sizes, extent.depths, strict=True)):
        if size > ITEM_LIMIT:
            found[index] = TOO_LARGE
        elif depth > doubtful and is_deep(items[index]):
            found[index] = TOO_DEEP
    return found


def is_deep(value: JsonValue, limit: int = DEPTH_LIMIT) -> bool:
    """A value is nested deeper than `limit` levels. It looks at one level after the other, so it never is itself."""
    level = [value] if type(value) in {dict, list} else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    return bool(level)


def header_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The write key that a request names outside its body; empty where it names none.

    In order: Basic `key:` or `key`, `X-Write-Key`, `?writeKey=`. Header names are lower case.
    """
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic" and (key := _basic_user(credentials.strip())):
        return key
    return headers.get("x-write-key", "").strip() or query.get("writeKey", "").strip()


def body_keys(root: JsonValue, items: list[JsonValue]) -> list[str]:
    """The write key that the body names for each item: its root's `writeKey`, else the item's own, else empty."""
    key = root.get("writeKey") if isinstance(root, dict) else None
    if isinstance(key, str) and key:
        return [key] * len(items)
    return [_own_key(item) for item in items]


def _slices(body: bytes, items: list[JsonValue]) -> list[bytes]:
    """Each item of a batch as sent."""
    try:
        found = [bytes(raw) for raw in _items_decoder.decode(body).batch]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        found = []
    if len(found) == len(items):
        return found
    try:
        return [msgspec.json.encode(item) for item in items]  # NaN inside: measured as it is read
    except RecursionError as error:
        raise _too_deep(BODY_DEPTH_LIMIT) from error


def _too_deep(limit: int) -> Invalid:
    return Invalid(f"the JSON is nested deeper than {limit} levels", "flatten it")


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise TooLarge(f"the body has more than {limit // KILOBYTE} KB of JSON", "send smaller batches")
    return body


def _share(root: JsonObject, items: list[JsonValue]) -> None:
    for name in _MERGED:
        shared = root.get(name)
        if shared is None:
            continue
        if not isinstance(shared, dict):
            raise Invalid(f"the batch's `{name}` is no object", f"send `{name}` as an object, or leave it out")
        for item in items:
            if isinstance(item, dict):
                _merge(item, name, shared)
    if (sent_at := root.get("sentAt")) is not None:
        for item in items:
            if isinstance(item, dict) and item.get("sentAt") is None:
                item["sentAt"] = sent_at


def _merge(item: JsonObject, name: str, shared: JsonObject) -> None:
    own = item.get(name)
    if own is None:
        item[name] = shared
    elif isinstance(own, dict):
        item[name] = {**shared, **own}


def _basic_user(credentials: str) -> str:
    try:
        decoded = b64decode(credentials + "=" * (-len(credentials) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[0].strip()


def _own_key(item: JsonValue) -> str:
    key = item.get("writeKey") if isinstance(item, dict) else None
    return key if isinstance(key, str) else ""
