"""Admission: bodies of the log become events, each once, or failed events with a reason.

Everything here is a function of the log and of what is live (sources, plans): a replay admits the same events with the
same numbers, and a batch of a thousand records gives what a thousand batches of one give.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from trenza.events import store
from trenza.events.bots import is_bot
from trenza.events.consents import Absent, absent_means
from trenza.events.identifiers import text_id
from trenza.events.model import EVENTS_PER_ENTRY, Event, FailedEvent, Source
from trenza.events.plain import has_nul, judge_plain
from trenza.events.plans import Plans, PlanVerdict
from trenza.events.redaction import read_entry
from trenza.events.sources import INTERNAL_SOURCE, Sources
from trenza.events.times import correct_time
from trenza.events.validate import Judged, judge, read_instant, sane_message_id
from trenza.events.wire import TOO_DEEP, body_keys, byte_faults, is_deep, measure, split
from trenza.kernel import Instant, Invalid, JsonObject, JsonValue, TooLarge, derived_id, encode_json
from trenza.storage import Transaction
from trenza.storage.log import Record

UNKNOWN_KEY = "unknown write key"
ERASED = "its person was erased"
_IDS = ("userId", "anonymousId", "previousId", "groupId", "messageId")
_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed"}
_NOBODY = Source(id=-1, name="", channel="", key="")


class _Item(msgspec.Struct, gc=False):
    """An item of a body, with what is known before it is judged."""

    seq: int
    value: JsonValue
    fault: str | None
    """What is wrong with its bytes."""
    key: str


class Admission:
    """The way into the house.

    Args:
        sources: the live view of the sources.
        plans: the live tracking plans.
        no_consent_object: what an event without one means, where its source does not say.
    """

    def __init__(self, sources: Sources, plans: Plans | None = None, no_consent_object: Absent = "granted") -> None:
        self._sources = sources
        self._plans = plans or Plans()
        self._no_consent_object = no_consent_object

    def admit(self, tx: Transaction, records: Sequence[Record], floor: Instant) -> list[Event]:
        """The new events of some records, in order of `seq`; failed events and repeats are written down.

        Args:
            tx: the micro-batch's transaction.
            records: what the log holds next.
            floor: the engine's own instant; no event arrives before it, nor before one that stands before it.
        """
        events: list[Event] = []
        failed: list[FailedEvent] = []
        for record in records:
            floor = max(floor, record.received_at)
            source = self._source_of(tx, record)
            absent = absent_means(source, self._no_consent_object)
            plain = not (source.identifiers or has_nul(record.body))
            for item in _items(record, failed):
                judged = self._judge(source, item, plain=plain)
                if isinstance(judged, str):
                    failed.append(_failed(record, source, item, judged))
                else:
                    events.append(_event(record, source, item, judged, floor, absent))
        admitted, repeats = _tell_apart(events, store.known_messages(tx, {_key(event) for event in events}))
        store.insert_repeats(tx, repeats)
        store.insert_failed(tx, failed)
        return admitted

    def _source_of(self, tx: Transaction, record: Record) -> Source:
        if not record.source:
            return _NOBODY
        source = self._sources.by_name(record.source)
        if source is None:
            self._sources.refresh(tx)
            source = self._sources.by_name(record.source)
        return source or _NOBODY

    def _judge(self, source: Source, item: _Item, *, plain: bool) -> tuple[Judged, PlanVerdict] | str:
        if source is _NOBODY:
            return UNKNOWN_KEY
        judged = item.fault or (plain and judge_plain(item.value)) or judge(item.value, source.identifiers)
        if isinstance(judged, str):
            return judged
        verdict = self._plans.check(source.name, item.value)
        return "; ".join(verdict.violations) if verdict.refused else (judged, verdict)


def refusal(item: JsonValue, source: Source, plans: Plans, size: int = 0) -> str | None:
    """Why a source's item would become a failed event; None where it would be admitted. The doors ask this."""
    if is_deep(item):
        return TOO_DEEP
    judged = judge(item, source.identifiers, size)
    if isinstance(judged, str):
        return judged
    verdict = plans.check(source.name, item)
    return "; ".join(verdict.violations) if verdict.refused else None


def keep_out(tx: Transaction, events: Sequence[Event]) -> None:
    """Write down that events of erased people came late: each is counted, without what it said and what it was called.

    Their words still lie in the log; `redact_late` takes them out once this is committed.
    """
    store.insert_failed(
        tx,
        [
            FailedEvent(
                id=derived_id("failed", str(event.seq)),
                seq=event.seq,
                source=event.source_name,
                key="",
                message_id=None,
                reason=ERASED,
                received_at=event.received_at,
                message=None,
            )
            for event in events
        ],
    )


def failed_id(source: str, key: str, item: JsonValue, seq: int) -> str:
    """The id of a failed event: the same content under the same message id, sent again, is the same failed event."""
    if (message_id := sane_message_id(item)) is None:
        return derived_id("failed", str(seq))
    return derived_id("failed", source, key, message_id, encode_json(item).decode())


def _items(record: Record, failed: list[FailedEvent]) -> Iterator[_Item]:
    """The items of a record; a body that cannot be read is one failed event."""
    base = record.offset * EVENTS_PER_ENTRY
    try:
        root, erased = read_entry(record.body)
        values = [root] if erased and root is None else split(root, record.route)
        faults = byte_faults(values, measure(record.body, values, record.route))
        keys = None if record.source else body_keys(root, values)
    except (ValueError, RecursionError, Invalid, TooLarge) as error:
        reason = error.why if isinstance(error, Invalid | TooLarge) else "the body is not valid JSON"
        text = record.body.decode("utf-8", "replace")
        failed.append(_failed(record, None, _Item(base, text, None, ""), reason))
        return
    for index, value in enumerate(values):
        if value is None and index in erased:
            continue
        yield _Item(base + index, value, faults.get(index), keys[index] if keys else "")


def _event(
    record: Record,
    source: Source,
    item: _Item,
    found: tuple[Judged, PlanVerdict],
    arrived_at: Instant,
    absent: Absent,
) -> Event:
    judged, verdict = found
    message: JsonObject = item.value
    if not judged.has_text_ids:
        _write_ids_as_text(message)
    message_id = message.get("messageId")
    if not message_id:
        message_id = message["messageId"] = derived_id("message", str(item.seq))
    written = message.get("sentAt")
    sent = read_instant(written) if type(written) is str else None
    type_ = message["type"]
    return Event(
        seq=item.seq,
        source=source.id,
        source_name=source.name,
        channel=_channel(source, message),
        message_id=message_id,
        type=type_,
        name=message["event"] if type_ == "track" else _NAMES.get(type_, ""),
        timestamp=correct_time(judged.original, sent, record.received_at),
        original_timestamp=judged.original,
        sent_at=sent,
        received_at=record.received_at,
        arrived_at=arrived_at,
        identifiers=judged.identifiers,
        country=source.country,
        message=message,
        body=encode_json(message),
        bot=is_bot(message),
        violations=verdict.violations,
        no_consent_object=absent,
    )


def _failed(record: Record, source: Source | None, item: _Item, reason: str) -> FailedEvent:
    return FailedEvent(
        id=failed_id(record.source, item.key, item.value, item.seq),
        seq=item.seq,
        source=record.source,
        key=item.key if source is _NOBODY and "\0" not in item.key else "",
        message_id=sane_message_id(item.value),
        reason=reason,
        received_at=record.received_at,
        message=item.value,
    )


def _write_ids_as_text(message: JsonObject) -> None:
    for name in _IDS:
        value = message.get(name)
        if value is not None and type(value) is not str:
            message[name] = text_id(value)


def _channel(source: Source, message: Mapping[str, JsonValue]) -> str:
    """The source's channel; the house itself names one with each message."""
    if source.id != INTERNAL_SOURCE.id:
        return source.channel
    channel = message.get("channel")
    return channel if type(channel) is str else source.channel


def _key(event: Event) -> tuple[int, str]:
    return event.source, event.message_id


def _tell_apart(events: Sequence[Event], known: set[tuple[int, str]]) -> tuple[list[Event], list[tuple[int, int, str]]]:
    """New events, and repeats of known ones: the first content stays."""
    admitted: list[Event] = []
    repeats: list[tuple[int, int, str]] = []
    for event in events:
        key = _key(event)
        if key in known:
            repeats.append((event.seq, *key))
        else:
            known.add(key)
            admitted.append(event)
    return admitted, repeats
