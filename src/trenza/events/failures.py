"""Failed events: seen, and tried again once what was wrong is mended (a source added, a plan loosened)."""

from collections.abc import Iterator

import msgspec

from trenza.events import store
from trenza.events.admission import refusal
from trenza.events.model import FailedEvent, Source
from trenza.events.plans import Plans
from trenza.events.sources import Sources
from trenza.events.wire import BATCH, ITEM_LIMIT
from trenza.kernel import Clock, JsonObject, encode_json
from trenza.storage import Database, Transaction
from trenza.storage.log import Entry, Log


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


def replay_failed(database: Database, log: Log, clock: Clock, plans: Plans) -> Replayed:
    """Try every failed event again, with the sources and plans of now.

    Those that pass go to the log with the `receivedAt` they had, and are no failed events any more. Cut off half
    way, it can be run again: the log may then hold a message twice, which admission knows by its id.
    """
    sources = Sources(database)
    sources.refresh()
    accepted = remaining = 0
    with database.read() as tx:
        pages = list(store.scan_failed(tx))
    for page in pages:
        passed = [(each, entry) for each in page if (entry := _try(each, sources, plans)) is not None]
        if passed:
            log.append([entry for _, entry in passed], clock.now())
            with database.write() as tx:
                store.delete_failed(tx, [each.id for each, _ in passed])
        accepted += len(passed)
        remaining += len(page) - len(passed)
    return Replayed(accepted=accepted, remaining=remaining)


def _try(failed: FailedEvent, sources: Sources, plans: Plans) -> Entry | None:
    """The entry that says a failed event again; None where it would fail again."""
    source = sources.by_name(failed.source) if failed.source else sources.by_key(failed.key)
    if source is None:
        return None
    body = _said_again(failed, source, plans)
    return None if body is None else Entry(source.name, BATCH, body, failed.received_at)


def _said_again(failed: FailedEvent, source: Source, plans: Plans) -> bytes | None:
    size = len(encode_json(failed.message))
    if size > ITEM_LIMIT or refusal(failed.message, source, plans) is not None:
        return None
    message: JsonObject = failed.message
    return encode_json({"batch": [{**message, "messageId": message.get("messageId") or failed.id}]})
