"""One message as its client sent it: read again from the log, where a body lies as it came."""

from collections.abc import Mapping

import msgspec

from trenza.events.identifiers import Pair, raw_identifiers
from trenza.events.model import EVENTS_PER_ENTRY
from trenza.events.redaction import read_entry
from trenza.events.wire import BATCH
from trenza.kernel import JsonObject, JsonValue
from trenza.storage.log import Log


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sent."""

    route: str
    """`track`, `batch`, …"""
    item: JsonValue
    """The message; one of a batch without what stood around it."""
    shared: JsonObject
    """What the batch said for all its messages."""
    others: int
    """How many more messages came with it."""


def sent_as(log: Log, seq: int) -> Sent | None:
    """What lies in the log at an event's number; None where it is there no more."""
    offset, index = divmod(seq, EVENTS_PER_ENTRY)
    record = next(iter(log.read(offset - 1, 1)), None)
    if record is None or record.offset != offset:
        return None
    try:
        root, erased = read_entry(record.body)
    except ValueError:
        return None
    if index in erased:
        return None
    if record.route != BATCH:
        return Sent(route=record.route, item=root, shared={}, others=0)
    items = root.get("batch") if isinstance(root, dict) else None
    if not isinstance(items, list) or index >= len(items):
        return None
    shared = {name: value for name, value in root.items() if name not in {"batch", "writeKey"}}
    return Sent(route=record.route, item=items[index], shared=shared, others=len(items) - 1)


def identifiers_of(message: JsonObject, extra: Mapping[str, str]) -> tuple[Pair, ...]:
    """The `(type, value)` pairs of an admitted message as they stand in it; `extra` are its source's own fields."""
    return raw_identifiers(message, extra)
