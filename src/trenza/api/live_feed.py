"""What the live page shows, read in small sets: the latest events of the log and the latest decisions."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from trenza.api.naming import identifiers_in, text_of
from trenza.app import Instance
from trenza.events import INTERNAL_SOURCE, Plans, Source, list_sources, read_body, refusal, split
from trenza.identity import Leaf, Person, identifier_number, person_text, persons_of
from trenza.journeys import Decision, explain, list_decisions
from trenza.kernel import Instant, JsonObject, TrenzaError
from trenza.pipeline import CONSUMER
from trenza.storage import Transaction, read_position
from trenza.storage.log import Record

MOST_EVENTS = 60
MOST_DECISIONS = 30
_RECORDS = 60
_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed", "identify": "Identify", "group": "Group", "alias": "Alias"}
_NUMBER = re.compile(r"-1|[0-9]{1,18}", re.ASCII)
_NO_PLANS = Plans()
_OUTCOMES: dict[str, Literal["sent", "held", "failed"]] = {"sent": "sent", "unknown": "failed"}
_Row = tuple[Record, Source, JsonObject, list[tuple[str, str]]]


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event, as a row."""

    name: str
    channel: str
    source: str
    at: Instant
    who: str
    person: str


class LiveDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, as a row."""

    id: str
    journey: str
    channel: str
    outcome: Literal["sent", "held", "failed"]
    why: str
    at: Instant


class Place(msgspec.Struct, frozen=True):
    """How far a reader has come: an offset of the log, and the instant of the last decision. -1: nowhere yet."""

    offset: int = -1
    decided_at: Instant = -1

    def __str__(self) -> str:
        return f"{self.offset}.{self.decided_at}"


class Batch(msgspec.Struct, frozen=True):
    """What is new, the oldest first, and the place behind it."""

    place: Place
    events: list[LiveEvent]
    decisions: list[LiveDecision]


def read_place(text: str) -> Place:
    """The place that an id of a message names; nowhere where it names none."""
    offset, dot, decided_at = text.partition(".")
    if dot and _NUMBER.fullmatch(offset) and _NUMBER.fullmatch(decided_at):
        return Place(int(offset), int(decided_at))
    return Place()


def read_on(instance: Instance, place: Place, language: str) -> Batch:
    """What has happened since a place, as far as it is among the latest.

    Args:
        instance: whose log and decisions are read.
        place: where the reader stands.
        language: of the reasons.
    """
    with instance.database.read() as tx:
        done = read_position(tx, CONSUMER)
        sources = {source.name: source for source in list_sources(tx)} if done.offset > place.offset else {}
        rows = _rows_behind(instance, place.offset, done.offset, sources)
        events = _with_people(tx, rows)
        latest = [each for each in list_decisions(tx, limit=MOST_DECISIONS) if each.at > place.decided_at]
    decided_at = max((each.at for each in latest), default=place.decided_at)
    decisions = [_decision_row(each, language) for each in reversed(latest)]
    return Batch(Place(max(done.offset, place.offset), decided_at), events, decisions)


def _rows_behind(instance: Instance, after: int, done: int, sources: Mapping[str, Source]) -> list[_Row]:
    if done <= after:
        return []
    records = instance.log.read(max(after, done - _RECORDS), _RECORDS)
    rows = [row for record in records if record.offset <= done for row in _rows(record, sources)]
    return rows[-MOST_EVENTS:]


def _rows(record: Record, sources: Mapping[str, Source]) -> Iterator[_Row]:
    source = sources.get(record.source)
    if source is None:
        return
    try:
        items = split(read_body(record.body), record.route)
    except TrenzaError:  # refused at admission too, and kept there as a failed event
        return
    for item in items[-MOST_EVENTS:]:
        if isinstance(item, dict) and refusal(item, source, _NO_PLANS) is None:
            yield record, source, item, identifiers_in(item, source.country)


def _with_people(tx: Transaction, rows: list[_Row]) -> list[LiveEvent]:
    """The rows with the people they belong to now, asked for in one query."""
    leaves = {identifier_number(*pair) for _, _, _, pairs in rows for pair in pairs}
    people = persons_of(tx, leaves) if leaves else {}
    return [_event_row(row, people) for row in rows]


def _event_row(row: _Row, people: Mapping[Leaf, Person]) -> LiveEvent:
    record, source, message, pairs = row
    of_pairs = (people.get(identifier_number(*pair)) for pair in pairs)
    person = next((each for each in of_pairs if each is not None), None)
    channel = text_of(message.get("channel")) if source.id == INTERNAL_SOURCE.id else source.channel
    type_ = text_of(message.get("type"))
    return LiveEvent(
        name=text_of(message.get("event")) or _NAMES.get(type_, type_),
        channel=channel or source.channel,
        source=source.name,
        at=record.received_at,
        who=pairs[0][1] if pairs else "",
        person=person_text(person) if person is not None else "",
    )


def _decision_row(decision: Decision, language: str) -> LiveDecision:
    return LiveDecision(
        id=decision.id,
        journey=decision.journey,
        channel=decision.channel,
        outcome=_OUTCOMES.get(decision.verdict, "held"),
        why=explain(decision, language).partition("\n")[0],
        at=decision.at,
    )
