"""Erasure: a person's events leave the state, the log and the failed events.

The log goes first and is the same afterwards however often it is done, so a crash in between is mended by doing it
again. What an event was kept of twice (a client's repeats stand in the log only) goes too.
"""

from collections.abc import Collection, Iterable

from trenza.events import store
from trenza.events.admission import ERASED
from trenza.events.mentions import names
from trenza.events.model import EVENTS_PER_ENTRY, Erased, FailedEvent
from trenza.events.redaction import redact
from trenza.storage import Database, Position, Transaction, lock_position, move_position, read_position
from trenza.storage.log import Log

_LATE = "late"
_PAGE = 1_000


def erase_events(tx: Transaction, log: Log, leaves: Collection[int], values: Collection[str] = ()) -> Erased:
    """Take away the events of some leaves, and what failed or still waits and names one of some identifiers.

    Args:
        tx: the erasure's transaction.
        log: the event log, redacted at once.
        leaves: the person's leaves.
        values: the values of the person's identifiers; a failed event that holds one of them anywhere is the person's.
    """
    seqs = store.delete_events(tx, leaves)
    failed = [each for page in store.scan_failed(tx) for each in page if names(each.message, values)]
    store.delete_failed(tx, [each.id for each in failed])
    waiting = [message_id for message_id, _, message in store.all_emissions(tx) if names(message, values)]
    store.delete_emissions(tx, waiting)
    items = _redact(log, [*seqs, *(each.seq for each in failed)])
    return Erased(events=len(seqs), failed=len(failed), log_items=items)


def redact_late(database: Database, log: Log) -> int:
    """Take the words of late events of erased people out of the log; returns how many events.

    That they came is committed first (`keep_out`), so none is lost from the count. How far the log is clean is kept as
    a position, so a crash in between is mended by doing it again.
    """
    late = 0
    while failed := _unseen(database):
        seqs = [each.seq for each in failed if each.reason == ERASED]
        if seqs:
            _redact(log, seqs)
            log.purge()
        with database.write() as tx:
            clean = lock_position(tx, _LATE)
            move_position(tx, _LATE, Position(max(clean.offset, failed[-1].seq)))
        late += len(seqs)
    return late


def _unseen(database: Database) -> list[FailedEvent]:
    """Failed events behind the place up to which the log is clean."""
    with database.read() as tx:
        after = read_position(tx, _LATE).offset
        return store.select_failed(tx, _PAGE, (after + 1, ""))


def _redact(log: Log, seqs: Iterable[int]) -> int:
    """Take items out of the log's bodies; returns how many."""
    by_offset: dict[int, set[int]] = {}
    for seq in seqs:
        offset, index = divmod(seq, EVENTS_PER_ENTRY)
        by_offset.setdefault(offset, set()).add(index)
    for offset, indices in by_offset.items():
        for record in log.read(offset - 1, 1):
            if record.offset == offset:
                log.replace(offset, redact(record.body, record.route, indices))
    return sum(map(len, by_offset.values()))
