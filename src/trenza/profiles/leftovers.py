"""What the events' stores still hold of an erased person: the proof goes through every message of each.

What somebody else said and an erased identifier stands in stays theirs, as it did at the erasure: it is told by the
stored event, which hangs on somebody else's leaf and was not said in the erased person's name.
"""

from collections.abc import Collection, Mapping

from trenza.events import (
    LogItem,
    StoredEvent,
    all_emissions,
    events_named,
    export_events,
    failed_until,
    list_failed,
    log_items,
)
from trenza.kernel import JsonObject, decode_json
from trenza.profiles.trace import Trace
from trenza.storage import Database, Transaction
from trenza.storage.lake import Lake, LakeRow
from trenza.storage.log import Log

_NAMED = (("userId", "user_id"), ("anonymousId", "anonymous_id"))
_THEIRS = "erased"


def count_events_left(tx: Transaction, trace: Trace) -> int:
    """Stored events, and what waits to be said."""

    def whose(leaves: Collection[int]) -> Mapping[int, str]:
        return {leaf: _THEIRS for leaf in leaves if trace.is_leaf(leaf)}

    lines = export_events(tx, whose, until=trace.until + 1)
    told = sum(1 for line in lines if line["person"] == _THEIRS or _is_said_by(trace, line))
    return told + sum(1 for _, _, message in all_emissions(tx) if _is_said_by(trace, message))


def count_failed_left(tx: Transaction, trace: Trace) -> int:
    """Failed events that name the person."""
    return sum(1 for each in failed_until(tx, trace.until) if trace.names([each.message, {"id": each.message_id}]))


def count_log_left(tx: Transaction, log: Log, trace: Trace) -> int:
    """Messages of the log, whether they were taken in or not."""
    suspects = [item for item in log_items(log) if item.at <= trace.until and trace.names(item.value)]
    if not suspects:
        return 0
    anothers = _said_by_others(tx, {item.message_id for item in suspects}, trace)
    failed = {each.seq for each in list_failed(tx) if each.received_at > trace.until}
    return sum(1 for item in suspects if item.message_id not in anothers and not _failed_since(item, failed, trace))


def count_lake_left(database: Database, lake: Lake, trace: Trace) -> int:
    """Rows of the lake's files."""
    hanging = 0
    suspects: list[str] = []
    for row in lake.rows():
        if row.timestamp > trace.until:
            continue
        if trace.is_leaf(row.leaf):
            hanging += 1
        elif trace.names(_read(row)):
            suspects.append(row.message_id)
    if not suspects:
        return hanging
    with database.read() as tx:
        anothers = _said_by_others(tx, set(suspects), trace)
    return hanging + sum(1 for message_id in suspects if message_id not in anothers)


def _said_by_others(tx: Transaction, message_ids: Collection[str], trace: Trace) -> set[str]:
    return {id_ for id_, event in events_named(tx, message_ids).items() if not _is_theirs(trace, event)}


def _is_theirs(trace: Trace, event: StoredEvent) -> bool:
    return trace.is_leaf(event.leaf) or _is_said_by(trace, event.message())


def _is_said_by(trace: Trace, message: JsonObject) -> bool:
    """The message gives the erased person as who says it."""
    for name, type_ in _NAMED:
        if (value := message.get(name)) is not None:
            return trace.is_identifier(type_, str(value).strip())
    return False


def _failed_since(item: LogItem, failed: Collection[int], trace: Trace) -> bool:
    """It came after the erasure and could not be read: nobody knows when it happened, and it is kept to be mended."""
    return item.received_at > trace.until and item.seq in failed


def _read(row: LakeRow) -> list[object]:
    return [decode_json(text) if text[:1] in {"{", "["} else text for text in row.texts]
