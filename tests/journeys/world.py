"""A small world for stories about runs: one or two people whose facts are set by hand, and a clock that is called."""

from itertools import count

from trenza.definitions import Reading, read_documents
from trenza.events import INTERNAL, Event, Occurrence
from trenza.identity import Known, identifier_number
from trenza.journeys import CAP, JOURNEY, QUIET_HOURS, Decision, Effects, Journey, Outgoing, Policies, Runs
from trenza.kernel import Instant, JsonObject, encode_json, format_instant, parse_instant
from trenza.profiles import ConsentWord, Facts, TraitVersion
from trenza.segments import SegmentChange

TEMPLATES = ("cart_1", "cart_2", "cart_2_discount", "hello", "missed")
SEGMENTS = ("warm_cart", "vip")


def instant(text: str) -> Instant:
    at = parse_instant(text)
    assert at is not None
    return at


def read_all(text: str) -> dict[str, dict[str, object]]:
    """Read journeys, caps and quiet hours; a fault fails the test."""
    documents, faults = read_documents(text, "test.yaml")
    known = {kind: {each.key for each in documents if each.kind == kind} for kind in ("Cap", "QuietHours", "Journey")}
    reading = Reading({**known, "Template": TEMPLATES, "Segment": SEGMENTS})
    kinds = {kind.name: kind for kind in (JOURNEY, CAP, QUIET_HOURS)}
    found: dict[str, dict[str, object]] = {name: {} for name in kinds}
    for document in documents:
        found[document.kind][document.key] = kinds[document.kind].read(document, reading)
    assert [] == [str(fault) for fault in [*faults, *reading.faults]]
    return found


class World:
    """Everybody in `facts`; `sent` is what went out, `records` what was decided."""

    def __init__(self, text: str, zone: str = "UTC", pins: dict[str, dict[str, object]] | None = None) -> None:
        found = read_all(text)
        self.journeys: dict[str, Journey] = found["Journey"]  # type: ignore[assignment]  # read by their kind
        policies = Policies(
            caps=found["Cap"],  # type: ignore[arg-type]  # the same
            quiet_hours=found["QuietHours"],  # type: ignore[arg-type]  # the same
            zone=zone,
            pins=pins if pins is not None else {key: {"holdout": False} for key in self.journeys},
        )
        self.runs = Runs(self.journeys, policies)
        self.facts: dict[str, Facts] = {}
        self.all = Effects()
        self._numbers = count(1)

    @property
    def records(self) -> list[Decision]:
        return self.all.decisions

    @property
    def sent(self) -> list[Outgoing]:
        return self.all.outgoing

    def person(self, name: str, *consents: str, at: str = "2026-01-01T00:00:00Z", **known: str) -> Facts:
        """Somebody with identifiers by type and consent for marketing on some channels."""
        facts = self.facts[name] = Facts(person=identifier_number("user_id", name))
        for type_, value in {"user_id": name, **known}.items():
            leaf = identifier_number(type_, value)
            facts.leaves.add(leaf)
            seen = instant(at)
            facts.identifiers.append(Known(type=type_, value=value, leaf=leaf, first_seen=seen, last_seen=seen))
        for channel in consents:
            facts.add_consent("marketing", channel, ConsentWord(instant(at), f"c-{channel}", "granted"))
        return facts

    def track(self, at: str, name: str, event: str, timestamp: str = "", **properties: object) -> None:
        """A track call arrives."""
        self.tell(instant(at), name, event, properties, instant(timestamp) if timestamp else None)

    def say(self, at: str, name: str, event: str, **properties: object) -> None:
        """The house itself says something."""
        self.tell(instant(at), name, event, properties, source=INTERNAL)

    def tell(
        self,
        now: Instant,
        name: str,
        event: str,
        properties: JsonObject,
        when: Instant | None = None,
        source: str = "web",
    ) -> None:
        facts = self.facts[name]
        self.advance(now)
        message_id = f"m{next(self._numbers)}"
        message = {"type": "track", "event": event, "messageId": message_id, "properties": properties}
        told = event_of(message, message_id, event, now, when if when is not None else now, source)
        facts.add_event(Occurrence(told.timestamp, message_id, event, now, encode_json(message)))
        self.runs.on_event(facts, told, now)
        self.drain()

    def give_trait(self, at: str, name: str, **traits: object) -> None:
        """An identify call arrives."""
        now, facts = instant(at), self.facts[name]
        self.advance(now)
        message_id = f"m{next(self._numbers)}"
        for trait, value in traits.items():
            facts.add_trait(trait, TraitVersion(now, message_id, value))
        message = {"type": "identify", "messageId": message_id, "traits": traits}
        event = event_of(message, message_id, "", now, now)
        self.runs.on_event(facts, event, now)
        self.drain()

    def say_consent(self, at: str, name: str, channel: str, status: str) -> None:
        """A word on consent for marketing arrives."""
        now, facts = instant(at), self.facts[name]
        self.advance(now)
        word = ConsentWord(now, f"m{next(self._numbers)}", "granted" if status == "granted" else "denied")
        facts.add_consent("marketing", channel, word)
        self.tell(now, name, "Consent Changed", {"purpose": "marketing", "channel": channel, "status": status})

    def change_segment(self, at: str, name: str, segment: str, *, entered: bool) -> None:
        """The person enters or leaves a segment."""
        now, facts = instant(at), self.facts[name]
        self.advance(now)
        if entered:
            facts.segments[segment] = now
        else:
            facts.segments.pop(segment, None)
        self.runs.on_change(facts, SegmentChange(facts.person, segment, entered, now), now)
        self.drain()

    def receipt(self, at: str, name: str, receipt: str, step: str, **more: object) -> None:
        """A receipt of the latest message of a step arrives."""
        message = [each for each in self.sent if each.step == step][-1]
        properties = {"message": message.id, "decision": message.decision, "run": message.run, "step": step, **more}
        self.tell(instant(at), name, receipt, properties)

    def until(self, at: str) -> None:
        """Everything due by then, that instant included."""
        self.advance(instant(at) + 1)

    def advance(self, before: Instant) -> None:
        while waiting := sorted(self._dues(before)):
            at, name = waiting[0]
            self.runs.on_due(self.facts[name], at)
            self.drain()

    def _dues(self, before: Instant) -> list[tuple[Instant, str]]:
        dues = [(self.runs.next_due(facts.person), name) for name, facts in self.facts.items()]
        return [(due, name) for due, name in dues if due is not None and due < before]

    def drain(self) -> None:
        while (effects := self.runs.effects()) is not None:
            self.all.add(effects)

    def told(self, *fields: str) -> list[tuple[object, ...]]:
        """The records in the order they were made: instant (UTC, seconds) and some fields."""
        return [(_short(each.at), *(getattr(each, field) for field in fields)) for each in self.records]


def event_of(
    message: JsonObject, message_id: str, name: str, now: Instant, timestamp: Instant, source: str = "web"
) -> Event:
    return Event(
        seq=now,
        source=1,
        source_name=source,
        channel="web",
        message_id=message_id,
        type=message["type"],
        name=name,
        timestamp=timestamp,
        original_timestamp=None,
        sent_at=None,
        received_at=now,
        arrived_at=now,
        identifiers=(),
        country="",
        message=message,
    )


def _short(at: Instant) -> str:

    text = format_instant(at)
    return text[:19] if text.endswith(".000Z") else text[:-1]
