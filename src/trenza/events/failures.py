"""Failed events: seen, and tried again once what was wrong is mended (a source added, a plan loosened)."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from trenza.events import store
from trenza.events.admission import ERASED, UNKNOWN_KEY, refusal
from trenza.events.model import FailedEvent
from trenza.events.plans import Plans
from trenza.events.sources import Sources
from trenza.events.wire import BATCH, ITEM_LIMIT, TOO_LARGE
from trenza.kernel import Clock, JsonObject, encode_json
from trenza.storage import Database, Transaction
from trenza.storage.log import Entry, Log

_COUNTED = 10_000


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying failed events again."""

    accepted: int
    """Now in the log, where they become events like any other."""
    remaining: int
    """Failed again."""


def list_failed(tx: Transaction) -> Iterator[FailedEvent]:
    """Every failed event, in order of arrival."""
    for page in store.scan_failed(tx):
        yield from page


def failed_page(tx: Transaction, limit: int, after: str = "") -> tuple[list[FailedEvent], str]:
    """A page of failed events in order of arrival, and the cursor of the next; empty where there is none."""
    seq, _, id_ = after.partition(".")
    place = (int(seq), id_) if seq.isascii() and seq.isdigit() and len(seq) < 20 else (-1, "")  # noqa: PLR2004 — 63 bits
    found = store.select_failed(tx, limit, place)
    return found, f"{found[-1].seq}.{found[-1].id}" if len(found) == limit else ""


def failed_before(tx: Transaction, limit: int, before: tuple[int, str] | None = None) -> list[FailedEvent]:
    """Failed events, the last first; `before` is (seq, id) of the last one seen."""
    return store.select_last_failed(tx, limit, before)


def find_failed(tx: Transaction, id_: str) -> FailedEvent | None:
    """The failed event of an id."""
    return next(iter(store.find_failed(tx, [id_])), None)


def count_failed(tx: Transaction, most: int = _COUNTED) -> int:
    """How many failed events there are; `most` where there are as many or more."""
    return store.count_failed(tx, most)


def count_reasons(tx: Transaction) -> Mapping[str, int]:
    """Reason → how many of the last 10,000 failed events have it, the most frequent first."""
    return store.count_reasons(tx, _COUNTED)


def replay_failed(
    database: Database, log: Log, clock: Clock, plans: Plans, only: Collection[str] | None = None
) -> Replayed:
    """Try failed events again, with the sources and plans of now.

    Those that pass go to the log with the `receivedAt` they had, and are no failed events any more; the others keep
    why they fail now. Cut off half way, it can be run again: the log may then hold a message twice, which admission
    knows by its id.

    Args:
        database: that of the instance.
        log: where they are said again.
        clock: tells when.
        plans: those of now.
        only: ids of some of them; None: all.
    """
    sources = Sources(database)
    sources.refresh()
    accepted = remaining = 0
    with database.read() as tx:
        pages = list(store.scan_failed(tx)) if only is None else [store.find_failed(tx, only)]
    for page in pages:
        tried = [(each, _try(each, sources, plans)) for each in page]
        passed = [(each, entry) for each, entry in tried if isinstance(entry, Entry)]
        if passed:
            log.append([entry for _, entry in passed], clock.now())
        changed = {each.id: why for each, why in tried if isinstance(why, str) and why != each.reason}
        if passed or changed:
            with database.write() as tx:
                store.delete_failed(tx, [each.id for each, _ in passed])
                store.update_reasons(tx, changed)
        accepted += len(passed)
        remaining += len(page) - len(passed)
    return Replayed(accepted=accepted, remaining=remaining)


def _try(failed: FailedEvent, sources: Sources, plans: Plans) -> Entry | str:
    """The entry that says a failed event again; a text is why it would fail again."""
    if failed.reason == ERASED:
        return ERASED
    source = sources.by_name(failed.source) if failed.source else sources.by_key(failed.key)
    if source is None:
        return UNKNOWN_KEY
    size = len(encode_json(failed.message))
    why = TOO_LARGE if size > ITEM_LIMIT else refusal(failed.message, source, plans)
    return why or Entry(source.name, BATCH, _said_again(failed), failed.received_at)


def _said_again(failed: FailedEvent) -> bytes:
    message: JsonObject = failed.message
    return encode_json({"batch": [{**message, "messageId": message.get("messageId") or failed.id}]})
