"""What the live page shows, read in small sets: the latest stored events and the latest decisions.

What is stored has happened, belongs to a person and stands there once, however often it was sent.
"""

import re
from typing import Literal

import msgspec

from trenza.api.naming import identifiers_in, text_of
from trenza.app import Instance
from trenza.channels import Entry, find_entries
from trenza.events import Source, StoredEvent, Wish, arrivals, channel_of, list_sources
from trenza.identity import BlockedValues, IdentifierTypes, leaves_of, person_text, persons_of, text_person
from trenza.journeys import Decision, Titles, explain, list_decisions, titles_of
from trenza.kernel import Instant
from trenza.people import Named, name_people
from trenza.storage import Transaction

MOST_EVENTS = 50
MOST_DECISIONS = 30
_NUMBER = re.compile(r"-1|[0-9]{1,18}", re.ASCII)
_OUTCOMES: dict[str, Literal["sent", "held", "failed"]] = {"sent": "sent", "unknown": "failed"}


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event, as a row."""

    seq: int
    """Its number, which opens it."""
    name: str
    channel: str
    source: str
    at: Instant
    who: str
    """What the person is called; where that is not known, what the message says of them."""
    person: str
    flagged: bool
    """Its tracking plan says something against it."""


class LiveDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, as a row."""

    id: str
    journey: str
    title: str
    """What the journey is called."""
    channel: str
    outcome: Literal["sent", "held", "failed"]
    why: str
    at: Instant
    person: str


class Place(msgspec.Struct, frozen=True):
    """How far a reader has come: the number of an event, and the instant of the last decision. -1: nowhere yet."""

    seq: int = -1
    decided_at: Instant = -1

    def __str__(self) -> str:
        return f"{self.seq}.{self.decided_at}"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader wants to see; empty: everything."""

    channel: str = ""
    source: str = ""
    name: str = ""
    person: str = ""
    """A person's id, `per_…`."""


class Batch(msgspec.Struct, frozen=True):
    """What is new, the oldest first, and the place behind it."""

    place: Place
    events: list[LiveEvent]
    decisions: list[LiveDecision]
    came: int = 0
    """How many events came since the place before, those that were passed over included; 0 at the beginning."""


def read_place(text: str) -> Place:
    """The place that an id of a message names; nowhere where it names none."""
    seq, dot, decided_at = text.partition(".")
    if dot and _NUMBER.fullmatch(seq) and _NUMBER.fullmatch(decided_at):
        return Place(int(seq), int(decided_at))
    return Place()


def read_on(instance: Instance, place: Place, language: str, wanted: Filter | None = None) -> Batch:
    """What has happened since a place, as far as it is among the latest.

    Args:
        instance: whose events and decisions are read.
        place: where the reader stands.
        language: of titles and reasons.
        wanted: what the reader wants to see. Events and sources do not choose decisions: these are of no one event.
    """
    wanted = wanted or Filter()
    with instance.database.read() as tx:
        leaves = _leaves_of(tx, wanted.person)
        found = arrivals(tx, place.seq, _wish(wanted, leaves), MOST_EVENTS)
        events = _event_rows(
            tx, list(reversed(found.events)), BlockedValues(instance.settings.blocked_values), instance.types_in(tx)
        )
        latest = _decisions_behind(tx, place.decided_at, leaves, wanted.channel)
        titles = titles_of(instance.in_force(tx).of("Journey"), language) if latest else {}
        entries = find_entries(tx, [each.message for each in latest if each.message]) if latest else {}
    seq = max((event.seq for event in found.events), default=place.seq)
    decided_at = max((each.at for each in latest), default=place.decided_at)
    rows = [_decision_row(each, language, titles, entries.get(each.message)) for each in reversed(latest)]
    return Batch(Place(seq, decided_at), events, rows, found.came if place.seq >= 0 else 0)


def _wish(wanted: Filter, leaves: set[int] | None) -> Wish:
    return Wish(channel=wanted.channel or None, source=wanted.source or None, name=wanted.name or None, leaves=leaves)


def _leaves_of(tx: Transaction, person: str) -> set[int] | None:
    """The leaves of the person that is asked for, who may have been merged into another; None: nobody is asked for."""
    if not person:
        return None
    number = text_person(person)
    if number is None or number >= 1 << 63:
        return set()
    now = persons_of(tx, [number]).get(number, number)
    return leaves_of(tx, now)


def _decisions_behind(tx: Transaction, at: Instant, leaves: set[int] | None, channel: str) -> list[Decision]:
    latest = list_decisions(tx, leaves, limit=MOST_DECISIONS)
    return [each for each in latest if each.at > at and channel in {"", each.channel}]


def _event_rows(
    tx: Transaction, events: list[StoredEvent], blocked: BlockedValues, types: IdentifierTypes
) -> list[LiveEvent]:
    """The events with the people they belong to now, asked for together."""
    sources = {source.id: source for source in list_sources(tx)} if events else {}
    people = persons_of(tx, {event.leaf for event in events if event.leaf}) if events else {}
    named = name_people(tx, set(people.values()))
    whose = {leaf: named[person] for leaf, person in people.items() if person in named}
    return [_event_row(event, sources.get(event.source), whose.get(event.leaf), blocked, types) for event in events]


def _event_row(
    event: StoredEvent, source: Source | None, whose: Named | None, blocked: BlockedValues, types: IdentifierTypes
) -> LiveEvent:
    message = event.message()
    pairs = identifiers_in(message, source.country if source is not None else "", types)
    said = next((value for _, value in pairs if value not in blocked), "")
    return LiveEvent(
        seq=event.seq,
        name=text_of(event.name) or event.type,
        channel=channel_of(event, source),
        source=source.name if source is not None else "",
        at=event.received_at,
        who=(whose.name if whose is not None else "") or said,
        person=whose.person if whose is not None else "",
        flagged=bool(event.violations),
    )


def _decision_row(decision: Decision, language: str, titles: Titles, entry: Entry | None) -> LiveDecision:
    came = (entry.message.state, entry.reason) if entry is not None else ("", "")
    is_refused = decision.verdict == "sent" and came[0] == "refused"
    return LiveDecision(
        id=decision.id,
        journey=decision.journey,
        title=titles.get(decision.journey, decision.journey),
        channel=decision.channel,
        outcome="failed" if is_refused else _OUTCOMES.get(decision.verdict, "held"),
        why=explain(decision, language, titles, *came).partition("\n")[0],
        at=decision.at,
        person=person_text(decision.person),
    )
