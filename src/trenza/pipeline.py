"""The hallway: what becomes of an event, on one page.

    log ─▶ │ admit ─▶ resolve ─▶ project ─▶ qualify ─▶ decide │ ─▶ outbox, emissions
           └──────── one transaction per micro-batch ─────────┘

A micro-batch is loaded with a few set-based queries, gone through event by event in memory, and written with a few
set-based statements together with the log's offset. So a crash repeats nothing, and a batch of a thousand gives exactly
what a thousand batches of one give: before an event, whatever was due for its person strictly before its arrival is
done; at the same instant the event comes first.

Time is logical: an event's arrival, or the instant at which something was due. The wall clock only says how far
`advance` may go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, takewhile
from typing import Protocol

import msgspec

from trenza.channels import put
from trenza.events import Admission, Event, emit, keep_out, redact_late, store_events, tally_events
from trenza.identity import Erasure, Known, Leaf, Move, Person, Resolution, Resolver, known_of
from trenza.journeys import Effects, Runs, due_runs
from trenza.kernel import Instant
from trenza.profiles import Facts, Profiles
from trenza.segments import Memberships, SegmentChange, due_memberships
from trenza.storage import Database, Position, Transaction, lock_position, move_position
from trenza.storage.log import Log, Record

CONSUMER = "hallway"
NOBODY: Leaf = 0
"""Leaf of an event none of whose identifiers identifies anybody: it is kept, and belongs to no person."""
_RECORDS = 2_000
_OCTETS = 4_000_000
_PEOPLE = 1_000


class Rooms(msgspec.Struct, frozen=True):
    """Fresh working sets, one of each room, for one micro-batch."""

    resolver: Resolver
    profiles: Profiles
    memberships: Memberships
    runs: Runs


class Equipment(Protocol):
    """What the composition root hands in: working sets made from what is live at the moment."""

    def admission(self, tx: Transaction) -> Admission:
        """The way in: sources, limits and tracking plans as they are now."""
        ...

    def rooms(self, tx: Transaction) -> Rooms:
        """Working sets that know the definitions as they are now."""
        ...

    def forget(self) -> None:
        """Drop every working set: the micro-batch broke off."""
        ...


class Hallway:
    """Takes the log through the rooms.

    Args:
        database: the state.
        log: the truth.
        equipment: gives the working sets.
    """

    def __init__(self, database: Database, log: Log, equipment: Equipment) -> None:
        self._database = database
        self._log = log
        self._equipment = equipment
        self._reached = 0
        self._has_late = True
        """Late events of erased people may still lie in the log: always so at the start, after a crash."""

    def step(self) -> int:
        """Take the next micro-batch; returns how many records of the log it held, 0 at the log's end."""
        self._clean_log()
        if not self._log.read(self._reached, 1):
            return 0
        with self._batch() as tx:
            position = lock_position(tx, CONSUMER)
            records = _fitting(self._log.read(position.offset, _RECORDS))
            self._reached = records[-1].offset if records else position.offset
            if not records:
                return 0
            events = self._equipment.admission(tx).admit(tx, records, position.instant)
            passage = Passage(self._equipment.rooms(tx))
            passage.load_for_events(tx, events)
            for event in events:
                passage.take(event)
            passage.store(tx)
            arrived = max((event.arrived_at for event in events), default=0)
            move_position(tx, CONSUMER, Position(records[-1].offset, max(position.instant, arrived)))
        self._has_late = passage.has_late
        self._clean_log()
        return len(records)

    def advance(self, now: Instant) -> int:
        """Do what is due strictly before `now`, page by page; returns for how many people.

        The log comes first: nothing is done while it holds more.
        """
        people = 0
        while page := self._advance_page(now):
            people += page
        return people

    def cut(self, link: str, now: Instant) -> tuple[Move, ...]:
        """Take a piece of evidence out of the graph; segments and runs follow at once. Returns who changed hands.

        Raises:
            Invalid: the text is no link's id.
            NotFound: no such link.
            Conflict: it is cut already.
        """
        return self._change_link(link, now, live=False)

    def restore(self, link: str, now: Instant) -> tuple[Move, ...]:
        """Let a cut piece of evidence count again; raises as `cut` does."""
        return self._change_link(link, now, live=True)

    def tie(self, a: Leaf, b: Leaf, cause: str, now: Instant) -> tuple[str, tuple[Move, ...]]:
        """Let the people of two identifiers be one, as a match was accepted; segments and runs follow at once.

        Args:
            a: an identifier of the one.
            b: an identifier of the other.
            cause: id of the match.
            now: the instant.

        Returns:
            The link that it made, and who changed hands.

        Raises:
            NotFound: one of the two is not there any more.
            Conflict: a match ties them already, or somebody has cut it.
        """
        with self._batch() as tx:
            position = lock_position(tx, CONSUMER)
            at = max(position.instant, now)
            passage = Passage(self._equipment.rooms(tx))
            tied = passage.tie(tx, a, b, cause, at)
            passage.store(tx)
            move_position(tx, CONSUMER, Position(position.offset, at))
        return tied

    def _change_link(self, link: str, now: Instant, *, live: bool) -> tuple[Move, ...]:
        with self._batch() as tx:
            position = lock_position(tx, CONSUMER)
            at = max(position.instant, now)
            passage = Passage(self._equipment.rooms(tx))
            moves = passage.change_link(tx, link, at, live=live)
            passage.store(tx)
            move_position(tx, CONSUMER, Position(position.offset, at))
        return moves

    def erase(self, tx: Transaction, person: Person, now: Instant) -> Erasure:
        """Take a person out of the graph; segments and runs of others follow where evidence went with the person.

        Args:
            tx: the erasure's transaction, in which the person's own rows are gone from the other rooms.
            person: who it is.
            now: the instant of the erasure.
        """
        position = lock_position(tx, CONSUMER)
        at = max(position.instant, now)
        passage = Passage(self._equipment.rooms(tx))
        erasure = passage.erase(tx, person, now, at)
        passage.store(tx)
        move_position(tx, CONSUMER, Position(position.offset, at))
        return erasure

    def _clean_log(self) -> None:
        """Take late words of erased people out of the log, where a batch has met any."""
        if self._has_late:
            redact_late(self._database, self._log)
            self._has_late = False

    @contextmanager
    def _batch(self) -> Iterator[Transaction]:
        """One micro-batch's transaction; where it breaks off, memory forgets it as the database does."""
        try:
            with self._database.write() as tx:
                yield tx
        except BaseException:
            self._equipment.forget()
            self._reached = 0
            raise

    def _advance_page(self, now: Instant) -> int:
        with self._database.read() as tx:
            if not _due_people(tx, now):
                return 0
        with self._batch() as tx:
            position = lock_position(tx, CONSUMER)
            people = _due_people(tx, now)
            if not people or self._log.read(position.offset, 1):
                return 0
            passage = Passage(self._equipment.rooms(tx))
            passage.load_people(tx, people)
            for person in people:
                passage.run_due(person, now)
            passage.store(tx)
            move_position(tx, CONSUMER, Position(position.offset, max(position.instant, passage.instant)))
        return len(people)


class Passage:
    """One micro-batch on its way through the rooms, in memory."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._events: list[tuple[Event, Leaf]] = []
        self._kept_out: list[Event] = []
        self._effects = Effects()
        self.instant: Instant = 0
        """The latest instant at which something was due and done."""

    @property
    def has_late(self) -> bool:
        """Whether an event of an erased person came late."""
        return bool(self._kept_out)

    def load_for_events(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Load whatever these events may touch."""
        resolver = self._rooms.resolver
        resolver.load(tx, events)
        self._begin()
        versions = {person: resolver.version(person) for person in resolver.persons()}
        recall = self._rooms.profiles.recall
        new = {person: version for person, version in versions.items() if not recall(person, version)}
        self._rooms.profiles.load(tx, {person: resolver.known(person) for person in new}, events, new)
        self._load(tx, versions)

    def load_people(self, tx: Transaction, people: Sequence[Person]) -> None:
        """Load these people: something is due for them."""
        self._rooms.resolver.load(tx, ())
        self._begin()
        for person in people:
            self._rooms.profiles.recall(person, -1)
        known = known_of(tx, people, self._rooms.resolver.types)
        self._rooms.profiles.load(tx, known)
        self._load(tx, known)

    def change_link(self, tx: Transaction, link: str, now: Instant, *, live: bool) -> tuple[Move, ...]:
        """Cut or restore a link, with all that follows for the people around it."""
        resolver = self._rooms.resolver
        resolver.load_link(tx, link)
        self._load_around(tx, resolver.persons())
        moves = resolver.restore(link, now) if live else resolver.cut(link, now)
        self._hand_over(moves, now)
        return moves

    def work_out_anew(self, tx: Transaction, leaves: Sequence[Leaf], now: Instant) -> tuple[Move, ...]:
        """Bring identifiers to what they are by the types of now, with all that follows for whoever they were."""
        resolver = self._rooms.resolver
        resolver.load_page(tx, leaves)
        known = {person: resolver.known(person) for person in resolver.persons()}
        moves = resolver.work_out_anew(leaves, now)
        concerned = dict.fromkeys(person for move in moves for person in (move.before, move.after))
        self._load_known(tx, {person: known.get(person, []) for person in concerned})
        self._hand_over(moves, now)
        return moves

    def tie(self, tx: Transaction, a: Leaf, b: Leaf, cause: str, now: Instant) -> tuple[str, tuple[Move, ...]]:
        """Tie two identifiers by an accepted match, with all that follows for their people."""
        resolver = self._rooms.resolver
        resolver.load_pair(tx, a, b)
        self._load_around(tx, resolver.persons())
        link, moves = resolver.tie(a, b, cause, now)
        self._hand_over(moves, now)
        return link, moves

    def erase(self, tx: Transaction, person: Person, erased_at: Instant, now: Instant) -> Erasure:
        """Take a person out of the graph, with all that follows for the others; for the person nothing is done."""
        resolver = self._rooms.resolver
        resolver.load_person(tx, person)
        self._load_around(tx, resolver.persons() - {person})
        erasure = resolver.erase(person, erased_at)
        self._hand_over(erasure.moves, now)
        return erasure

    def _load_around(self, tx: Transaction, people: Iterable[Person]) -> None:
        """Load people whose identifiers may change hands, and who those may become by it."""
        known = {person: self._rooms.resolver.known(person) for person in people}
        dormant = {each.leaf for held in known.values() for each in held} - known.keys()
        self._load_known(tx, {**known, **{person: [] for person in dormant}})

    def _load_known(self, tx: Transaction, known: Mapping[Person, Sequence[Known]]) -> None:
        """Load people who have these identifiers, or none yet."""
        self._begin()
        self._rooms.profiles.load(tx, known)
        self._load(tx, known)

    def _hand_over(self, moves: Sequence[Move], now: Instant) -> None:
        """Do what is due for those who lose or win leaves, then let segments and runs follow the leaves."""
        for person in dict.fromkeys(person for move in moves for person in (move.before, move.after)):
            self.run_due(person, now)
        self._move(moves, now)

    def take(self, event: Event) -> None:
        """One event: who it is, what it says, whom it moves in or out, what follows."""
        resolution = self._rooms.resolver.resolve(event)
        if resolution is None:
            self._set_aside(event)
            return
        self._events.append((event, resolution.leaf))
        now = event.arrived_at
        if resolution.moves:
            for person in _people_of(resolution):
                self.run_due(person, now)
            self._move(resolution.moves, now)
        else:
            self.run_due(resolution.person, now)
        touched = self._rooms.profiles.project(event, resolution, self._rooms.resolver.known)
        facts = self._rooms.profiles.facts(resolution.person)
        changes = self._rooms.memberships.qualify(facts, touched, now)
        self._rooms.runs.on_event(facts, event, now)
        self._follow(facts, changes, now)

    def run_due(self, person: Person, before: Instant) -> None:
        """What is due for a person strictly before an instant, in order; a flip before a step of the same instant."""
        memberships, runs = self._rooms.memberships, self._rooms.runs
        while (due := _earliest(memberships.next_due(person), runs.next_due(person))) is not None and due < before:
            self.instant = max(self.instant, due)
            facts = self._rooms.profiles.facts(person)
            self._follow(facts, memberships.on_due(facts, due), due)
            if runs.next_due(person) == due:
                runs.on_due(facts, due)
                self._settle(facts, due)

    def store(self, tx: Transaction) -> None:
        """Write what has changed, room by room."""
        store_events(tx, self._events)
        tally_events(tx, (event for event, _ in self._events))
        keep_out(tx, self._kept_out)
        self._rooms.profiles.meet(self._rooms.resolver.newcomers())
        for room in (self._rooms.resolver, self._rooms.profiles, self._rooms.memberships, self._rooms.runs):
            room.store(tx)
        put(tx, self._effects.outgoing)
        emit(tx, self._effects.emissions)

    def _begin(self) -> None:
        """Whoever changes people, or what is kept of them, moves the graph's revision: by it others are noticed."""
        is_cold = self._rooms.resolver.is_cold
        self._rooms.profiles.begin(is_cold=is_cold)
        self._rooms.runs.begin(is_cold=is_cold)

    def _load(self, tx: Transaction, people: Iterable[Person]) -> None:
        """Read what follows from the facts of people."""
        facts = {person: self._rooms.profiles.facts(person) for person in people}
        self._rooms.memberships.load(tx, facts)
        self._rooms.runs.load(tx, facts)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is anybody else by what was done: there is nothing to store."""
        return not self._rooms.resolver.is_changed

    def _set_aside(self, event: Event) -> None:
        """An event without a person: kept as nobody's, or kept out where its person was erased after it."""
        if self._rooms.resolver.is_erased(event):
            self._kept_out.append(event)
        else:
            self._events.append((event, NOBODY))

    def _move(self, given: Sequence[Move], now: Instant) -> None:
        """Leaves that changed hands: facts are put together anew, then segments and runs follow."""
        self._rooms.profiles.move(given, self._rooms.resolver.known)
        rooms = self._rooms
        pairs = dict.fromkeys((move.before, move.after) for move in given)
        moves = [(rooms.profiles.facts(before), rooms.profiles.facts(after)) for before, after in pairs]
        changes = rooms.memberships.on_moves(moves, now)
        for left, joined in moves:
            rooms.runs.on_move(left, joined, now)
        for facts in {facts.person: facts for move in moves for facts in move}.values():
            self._follow(facts, [change for change in changes if change.person == facts.person], now)

    def _follow(self, facts: Facts, changes: Sequence[SegmentChange], now: Instant) -> None:
        """What follows from changed memberships, and from what the runs did before."""
        for change in changes:
            self._rooms.runs.on_change(facts, change, now)
        self._settle(facts, now)

    def _settle(self, facts: Facts, now: Instant) -> None:
        """Gather what the runs want; traits they set may move the person in or out of segments at once."""
        while (effects := self._rooms.runs.effects()) is not None:
            self._effects.add(effects)
            if not effects.touched:
                continue
            for change in self._rooms.memberships.qualify(facts, effects.touched, now):
                self._rooms.runs.on_change(facts, change, now)


def _people_of(resolution: Resolution) -> Iterable[Person]:
    """Everybody whom an event concerns: its person, and those who lose or win leaves by it."""
    people = [resolution.person]
    for move in resolution.moves:
        people += (move.before, move.after)
    return dict.fromkeys(people)


def _due_people(tx: Transaction, now: Instant) -> list[Person]:
    """The people for whom something is due, those first who have waited longest."""
    due = sorted([*due_memberships(tx, now, _PEOPLE), *due_runs(tx, now, _PEOPLE)])
    return list(dict.fromkeys(person for _, person in due))[:_PEOPLE]


def _earliest(first: Instant | None, second: Instant | None) -> Instant | None:
    """The smaller of two instants, either of which may be missing."""
    if first is None or second is None:
        return second if first is None else first
    return min(second, first)


def _fitting(records: list[Record]) -> list[Record]:
    """As many records as make a micro-batch of some megabytes; at least one."""
    sizes = accumulate(len(record.body) for record in records)
    fitting = sum(1 for _ in takewhile(lambda size: size <= _OCTETS, sizes))
    return records[: max(fitting, 1)]
