"""One event: as its client sent it beside what is kept of it, whose it is, and what it set off."""

import json
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import PathParameter

from trenza.app import Instance
from trenza.channels import Entry
from trenza.events import (
    Sent,
    Source,
    StoredEvent,
    channel_of,
    correction,
    find_event,
    identifiers_of,
    list_sources,
    sent_as,
)
from trenza.identity import BlockedValues, leaves_of, normalise, persons_of
from trenza.journeys import Aftermath, aftermath
from trenza.kernel import JsonObject, JsonValue, NotFound
from trenza.people import name_leaves
from trenza.segments import SegmentChange, changes
from trenza.storage import Transaction
from trenza.web.live.words import fault_words
from trenza.web.render import Here, View, Viewing
from trenza.web.why import entries_of, titles, why
from trenza.web.words import name_channel, name_event

TIME_WORDS = {
    "arrival": "The client gave no time of its own, so the instant of arrival counts.",
    "as written": "The client's own time counts: its clock agrees with ours.",
    "unchecked": "The client's own time counts; it did not say when it sent the event, so nothing checks it.",
    "ahead": "The client's clock ran {moved} seconds ahead; that is taken off its time.",
    "behind": "The client's clock ran {moved} seconds behind; that is added to its time.",
    "not sane": "The client's own time counts: when it says it sent the event is more than 30 days off.",
    "future": "The client's time lay in the future, so the instant of arrival counts.",
}
"""Why an event has the time it has."""
_LONGEST = 60_000
"""Characters of a message that are shown."""
Seq = Annotated[int, PathParameter(ge=0, le=(1 << 63) - 1)]


class ShownIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier of a message."""

    type: str
    written: str
    value: str
    """As it is compared; empty where it identifies nobody."""
    is_blocked: bool


class SetOff(msgspec.Struct, frozen=True, kw_only=True):
    """What an event set off."""

    because: list[SegmentChange]
    """Changes of segments that name it as their reason."""
    beside: list[SegmentChange]
    """Others of the same person in the same instant."""
    journeys: Aftermath
    messages: dict[str, Entry]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing followed."""
        found = self.journeys
        return not (self.because or self.beside or found.entered or found.closed or found.decisions or found.goals)


_QUIET = SetOff(because=[], beside=[], journeys=Aftermath(entered=[], closed=[], decisions=[], goals=[]), messages={})


class EventPageController(Controller):
    """`/live/events/…`."""

    include_in_schema = False

    @get("/live/events/{seq:int}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, seq: Seq) -> Response[str]:
        """The event as a page, or as the part of one that asks for it."""
        with instance.database.read() as tx:
            event = find_event(tx, seq)
            if event is None:
                raise NotFound("there is no such event", "see /live")
            source = next((each for each in list_sources(tx) if each.id == event.source), None)
            person = persons_of(tx, [event.leaf]).get(event.leaf) if event.leaf else None
            named = name_leaves(tx, [event.leaf])
            set_off = _set_off(tx, event, person) if person is not None else _QUIET
        names = titles(view)
        values = {
            **_told(view, instance, event, source),
            "who": named.get(event.leaf),
            "set_off": set_off,
            "titles": names,
            "why": {
                each.id: why(view, each, names, set_off.messages.get(each.message)).headline
                for each in set_off.journeys.decisions
            },
        }
        if view.asks_for("opened-body"):
            return view.fragment("live/event.html", "event", {**values, "partial": True})
        return view.page("live/event.html", values)


def _told(view: View, instance: Instance, event: StoredEvent, source: Source | None) -> dict[str, Any]:
    """What the page says of the event itself."""
    message = event.message()
    name, moved = correction(event.original_timestamp, event.sent_at, event.received_at)
    sent = sent_as(instance.log, event.seq)
    return {
        "event": event,
        "title": name_event(view, event.name or event.type),
        "source": source,
        "channel": name_channel(view, channel_of(event, source)),
        "time_why": view.say(TIME_WORDS[("ahead" if moved < 0 else "behind") if name == "clock" else name]),
        "moved": abs(moved) / 1000,
        "identifiers": _identifiers(instance, message, source),
        "violations": [word for each in event.violations for word in fault_words(view, each)],
        "sent": sent,
        "sent_json": "" if sent is None else pretty(_without_key(sent)),
        "shared_json": pretty(sent.shared) if sent is not None and sent.shared else "",
        "kept_json": pretty(message),
    }


def pretty(value: JsonValue) -> str:
    """JSON to be read by people, cut where it is very long."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"


def _without_key(sent: Sent) -> JsonValue:
    item = sent.item
    return {name: value for name, value in item.items() if name != "writeKey"} if isinstance(item, dict) else item


def _identifiers(instance: Instance, message: JsonObject, source: Source | None) -> list[ShownIdentifier]:
    blocked, types = BlockedValues(instance.settings.blocked_values), instance.types
    country = (source.country if source is not None else "") or instance.settings.country
    return [
        ShownIdentifier(
            type=type_, written=value, value=normalise(type_, value, country, types) or "", is_blocked=value in blocked
        )
        for type_, value in identifiers_of(message, source.identifiers if source is not None else {})
    ]


def _set_off(tx: Transaction, event: StoredEvent, person: int) -> SetOff:
    leaves = leaves_of(tx, person)
    persons = {person, event.leaf}  # who it was of may have been merged since
    found = changes(tx, persons=persons, since=event.arrived_at)
    because = [each for each in found if event.message_id in each.because]
    beside = [each for each in found if each.at == event.arrived_at and each not in because]
    journeys = aftermath(tx, persons, leaves, event.message_id, event.arrived_at)
    messages = entries_of(tx, journeys.decisions)
    return SetOff(because=because, beside=beside, journeys=journeys, messages=messages)
