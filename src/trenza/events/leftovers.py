"""What the log and the failed events still hold: read through when an erasure is to be proved."""

from collections.abc import Iterator

import msgspec

from trenza.events import store
from trenza.events.model import EVENTS_PER_ENTRY, FailedEvent
from trenza.events.redaction import read_entry
from trenza.events.times import correct_time
from trenza.events.validate import read_instant, sane_message_id
from trenza.events.wire import split
from trenza.kernel import Instant, Invalid, JsonValue, TooLarge, derived_id
from trenza.storage import Transaction
from trenza.storage.log import Log, Record

_PAGE = 1_000


class LogItem(msgspec.Struct, frozen=True, gc=False):
    """One message of the log, as it lies there."""

    seq: int
    message_id: str
    """Its own, or the one that admission gives it."""
    at: Instant
    """Event time as admission would have it; of what cannot be read, the time of arrival."""
    received_at: Instant
    value: JsonValue


def log_items(log: Log) -> Iterator[LogItem]:
    """Every message of the log, taken in or not; holes are passed over."""
    after = 0
    while records := log.read(after, _PAGE):
        for record in records:
            yield from _items(record)
        after = records[-1].offset


def failed_until(tx: Transaction, until: Instant) -> Iterator[FailedEvent]:
    """Failed events that arrived at or before an instant."""
    for page in store.scan_failed(tx):
        yield from (each for each in page if each.received_at <= until)


def _items(record: Record) -> Iterator[LogItem]:
    base = record.offset * EVENTS_PER_ENTRY
    try:
        root, erased = read_entry(record.body)
        values = [None] if root is None else split(root, record.route)
    except (ValueError, RecursionError, Invalid, TooLarge):
        values, erased = [record.body.decode("utf-8", "replace")], frozenset()
    for index, value in enumerate(values):
        if value is not None or index not in erased:
            message_id = sane_message_id(value) or derived_id("message", str(base + index))
            yield LogItem(base + index, message_id, _time(value, record.received_at), record.received_at, value)


def _time(value: JsonValue, received_at: Instant) -> Instant:
    if not isinstance(value, dict):
        return received_at
    written = [value.get(name) for name in ("timestamp", "originalTimestamp")]
    original = next((read_instant(each) for each in written if isinstance(each, str)), None)
    sent = read_instant(value["sentAt"]) if isinstance(value.get("sentAt"), str) else None
    return min(correct_time(original, sent, received_at), received_at)
