"""A stage: one instance in memory with given definitions, whose clock stands until it is moved.

What is due is done instant by instant, and what the house says at an instant (traits set, receipts) arrives at that
same instant. No message leaves: what would be handed to a provider is a record, and its receipts come from the test.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from trenza.definitions import Definitions, Item, KnownPerson
from trenza.equipment import Equipment, Pins
from trenza.events import INTERNAL, Sources, ensure_source, relay
from trenza.filling import fill_segments
from trenza.identity import Known, Person, find_person, known_of, persons_of, types_in
from trenza.journeys import ENTRY_EVENT, Decision, GoalReached, first_due, list_decisions, list_goals
from trenza.kernel import Instant, JsonObject, ManualClock, encode_json
from trenza.pipeline import Hallway
from trenza.segments import members, next_due
from trenza.settings import Settings
from trenza.storage import Database, Transaction
from trenza.storage.log import Entry, MemoryLog
from trenza.testing.messages import known_messages, receipt_message, word_message

_SOURCE = "test"
_SECRET = b"the stage has no secrets"
_MOST = 100_000
_WINDOW = 2_000
"""Milliseconds that a receipt waits for its send: a message that competes for a slot goes out that much later."""


class Stage:
    """Plays what happens to people.

    Args:
        definitions: those in force; tests among them are not looked at.
        zone: the instance's.
        pins: what the draws of journeys are to be.
    """

    def __init__(self, definitions: Definitions, zone: str = "UTC", pins: Pins | None = None) -> None:
        self._clock = ManualClock()
        self._database = Database("sqlite://")
        self._database.create_tables()
        self._log = MemoryLog()
        self._in_force = definitions
        self._types = types_in(definitions)
        ensure_source(self._database, _SOURCE, _SOURCE)
        settings = Settings(data=Path(), timezone=zone)
        sources = Sources(self._database)
        self._equipment = Equipment(settings, _SECRET, sources, lambda _: self._in_force, pins)
        self._hallway = Hallway(self._database, self._log, self._equipment)
        self._early: list[Item] = []

    @property
    def troubles(self) -> list[str]:
        """What could not happen: receipts of what was never sent."""
        return [f"line {item.line}: nothing was sent by that step by then" for item in self._early]

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def introduce(self, people: Sequence[KnownPerson], at: Instant) -> None:
        """People who are known before anything happens: no journey is in force yet, so none is entered by it."""
        whole = self._in_force
        journeyless = {kind: each for kind, each in whole.objects.items() if kind != "Journey"}
        self._in_force = msgspec.structs.replace(whole, revision=-1, objects=journeyless)
        for number, person in enumerate(people):
            for message in known_messages(person, number):
                self._arrive(message, at)
        self._drain(at)
        while fill_segments(self._database, self._equipment, at):
            pass
        self._in_force = whole

    def play(self, item: Item) -> None:
        """Let one thing happen; what is due strictly before it is done first."""
        self.advance(item.at)
        if not self._happen(item, item.at):
            self._early.append(item)

    def advance(self, before: Instant) -> None:
        """Do whatever is due strictly before an instant."""
        while (due := self._next_due()) is not None and due < before:
            self._clock.set(due)
            self._hallway.advance(due + 1)
            self._drain(due)
            self._early = [item for item in self._early if due > item.at + _WINDOW or not self._happen(item, due)]

    def person(self, name: str) -> Person | None:
        """Whom `type:value` means now."""
        with self._database.read() as tx:
            return self._find(tx, name)

    def names(self, people: Sequence[Person]) -> dict[Person, str]:
        """A name for each person, a user id where there is one."""
        with self._database.read() as tx:
            return {person: _name(known) for person, known in known_of(tx, people, self._types).items()}

    def members(self, segment: str) -> list[Person]:
        """Who is in a segment now."""
        with self._database.read() as tx:
            return members(tx, segment)

    def decisions(self) -> list[Decision]:
        """Every record."""
        with self._database.read() as tx:
            return list_decisions(tx, limit=_MOST)

    def goals(self) -> list[GoalReached]:
        """Every goal."""
        with self._database.read() as tx:
            return list_goals(tx, limit=_MOST)

    def _happen(self, item: Item, at: Instant) -> bool:
        """Whether it could happen: a receipt needs its send."""
        with self._database.read() as tx:
            message = word_message(item) or self._receipt_of(tx, item, at)
        if message is not None:
            self._arrive(message, at)
            self._drain(at)
        return message is not None

    def _arrive(self, message: Mapping[str, object], at: Instant) -> None:
        body = encode_json({"batch": [message]})
        source = INTERNAL if message.get("event") == ENTRY_EVENT else _SOURCE  # as the API asks for it
        self._log.append([Entry(source=source, route="batch", body=body, received_at=at)], at)

    def _drain(self, at: Instant) -> None:
        """Take the log to its end, and what the house itself says then too."""
        self._clock.set(at)
        while self._hallway.step() or relay(self._database, self._log, self._clock):
            pass

    def _next_due(self) -> Instant | None:
        with self._database.read() as tx:
            dues = (next_due(tx), first_due(tx))
        return min((due for due in dues if due is not None), default=None)

    def _receipt_of(self, tx: Transaction, item: Item, at: Instant) -> JsonObject | None:
        sends = [each for each in list_decisions(tx, limit=_MOST) if each.at <= at]
        owners = persons_of(tx, {each.leaf for each in sends})
        identifiers = {
            each.leaf: each for known in known_of(tx, set(owners.values()), self._types).values() for each in known
        }
        return receipt_message(item, sends, owners, identifiers, lambda name: self._find(tx, name))

    def _find(self, tx: Transaction, name: str) -> Person | None:
        type_, _, value = name.partition(":")
        return find_person(tx, type_, value, types=self._types)


def _name(known: Sequence[Known]) -> str:
    texts = [f"{each.type}:{each.value}" for each in known]
    return next((text for text in texts if text.startswith("user_id:")), texts[0] if texts else "")
