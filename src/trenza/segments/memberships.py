"""Who is inside: the working set of one micro-batch.

An event asks again only the segments that look at what it touched; a flip asks those that refer to the one that
flipped, in the same instant; and what a window's end will change is a due instant on the row. Nothing else is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from trenza.kernel import Instant
from trenza.profiles import Facts, Touched
from trenza.segments.documents import in_order
from trenza.segments.model import Ids, Scope, Segment, SegmentChange
from trenza.segments.store import Membership, load_memberships, save_changes, save_memberships
from trenza.storage import Transaction

_NOBODY = Facts(person=0)


class Memberships:
    """The memberships of the people of a batch.

    Args:
        segments: the live ones, by key.
        zone: the instance's, for people whose own is unknown.
    """

    def __init__(self, segments: Mapping[str, Segment], zone: str) -> None:
        self._zone = zone
        self._index = _Index(segments, zone)
        self._rows: dict[int, dict[str, Membership]] = {}
        self._changed: dict[tuple[int, str], Membership] = {}
        self._log: list[tuple[SegmentChange, int]] = []

    def load(self, tx: Transaction, facts: Mapping[int, Facts]) -> None:
        """Read the rows of people that are not here yet, and fill `facts.segments`."""
        wanted = [person for person in facts if person not in self._rows]
        found = load_memberships(tx, wanted) if wanted else {}
        for person in wanted:
            self._rows[person] = found.get(person, {})
        for person, each in facts.items():
            each.segments.clear()
            each.segments.update(self._inside(person))

    def next_due(self, person: int) -> Instant | None:
        """The first instant at which a membership of the person may flip with no event."""
        rows = self._rows.get(person)
        first: Instant | None = None
        for row in rows.values() if rows else ():
            at = row.flip_at
            if at is not None and (first is None or at < first):
                first = at
        return first

    def qualify(self, facts: Facts, touched: Touched | None, now: Instant) -> list[SegmentChange]:
        """Who enters and leaves because of an event; without `touched` every segment is asked."""
        index = self._index
        ranks: Sequence[int] = index.everything if touched is None else index.touched_by(touched)
        if index.open:
            rows = self._rows.get(facts.person) or {}
            strange = [rank for rank, key in index.open if key not in rows]
            ranks = sorted({*ranks, *strange}) if strange else ranks
        return self._ask(facts, ranks, now)

    def on_due(self, facts: Facts, now: Instant) -> list[SegmentChange]:
        """Who enters and leaves because time has passed: everything of the person that was due by `now`."""
        rows = self._rows.get(facts.person, {})
        ranks = {
            self._index.rank[key]
            for key, row in rows.items()
            if row.flip_at is not None and row.flip_at <= now and key in self._index.rank
        }
        for key, row in rows.items():
            if row.flip_at is not None and row.flip_at <= now and key not in self._index.rank:
                row.flip_at = None  # a segment that is no more
                self._changed[facts.person, key] = row
        return self._ask(facts, sorted(ranks), now)

    def on_moves(self, moves: Sequence[tuple[Facts, Facts]], now: Instant) -> list[SegmentChange]:
        """Leaves have gone from people to others, all in one event: everybody concerned is asked anew.

        Whoever was inside as the one and is inside as the other has not entered: nothing is announced then, nor that
        a person without any leaf left. The change log has it all.
        """
        concerned = {facts.person: facts for _, facts in moves} | {facts.person: facts for facts, _ in moves}
        were = {person: dict(self._inside(person)) for person in concerned}
        carried: dict[int, dict[str, Instant]] = defaultdict(dict)
        for before, after in moves:
            carried[after.person] |= were[before.person]
            carried[before.person] |= were[after.person]
        changes = []
        for person, facts in concerned.items():
            facts.segments = dict(were[person])
            if facts.leaves:
                changes += self._ask(facts, self._index.everything, now, carried[person])
            else:
                self._leave_all(facts, now)
        return changes

    def refill(self, facts: Iterable[Facts], segments: Collection[str], now: Instant) -> int:
        """Ask segments that are new or have changed, of people who are there already; nothing is announced.

        Returns:
            How many memberships changed.
        """
        ranks = sorted({self._index.rank[key] for key in segments if key in self._index.rank})
        return sum(len(self._ask(each, ranks, now)) for each in facts)

    def store(self, tx: Transaction) -> None:
        """Write what changed. The set is empty then: the next batch loads its own people."""
        save_memberships(tx, self._changed)
        save_changes(tx, self._log)
        self._rows, self._changed, self._log = {}, {}, []

    def _inside(self, person: int) -> Iterable[tuple[str, Instant]]:
        for key, row in self._rows.get(person, {}).items():
            if row.inside_since is not None and key in self._index.rank:
                yield key, row.inside_since

    def _ask(
        self, facts: Facts, ranks: Sequence[int], now: Instant, silent: Mapping[str, Instant] | None = None
    ) -> list[SegmentChange]:
        """Ask segments in their order, those that refer to a flipped one included."""
        changes: list[SegmentChange] = []
        if not ranks:
            return changes
        scope = Scope(now, self._zone)
        rows = self._rows.get(facts.person)
        if rows is None:
            rows = self._rows[facts.person] = {}
        index = self._index
        waiting, place = ranks, 0
        while place < len(waiting):
            segment = index.ordered[waiting[place]]
            place += 1
            change = self._ask_one(facts, segment, scope, rows)
            if change is None:
                continue
            if not (silent and change.entered and segment.key in silent):
                changes.append(change)
            dependents = index.dependents.get(segment.key)
            if dependents:
                waiting, place = sorted({*waiting[place:], *dependents}), 0
        return changes

    def _ask_one(
        self, facts: Facts, segment: Segment, scope: Scope, rows: dict[str, Membership]
    ) -> SegmentChange | None:
        truth = segment.where.run(facts, scope)
        key = segment.key
        row = rows.get(key)
        if row is None:
            if not truth.holds and truth.until is None and key not in self._index.open_keys:
                return None
            row = rows[key] = Membership()
            self._changed[facts.person, key] = row
        if row.flip_at != truth.until:
            row.flip_at = truth.until
            self._changed[facts.person, key] = row
        if truth.holds == (row.inside_since is not None):
            return None
        return self._turn(facts, key, row, scope.now, truth.because)

    def _turn(self, facts: Facts, key: str, row: Membership, now: Instant, because: Ids) -> SegmentChange:
        """Let the person in or out."""
        entered = row.inside_since is None
        row.inside_since = now if entered else None
        row.turns += 1
        row.because = because
        if entered:
            facts.segments[key] = now
        else:
            facts.segments.pop(key, None)
        change = SegmentChange(facts.person, key, entered, now, because)
        self._changed[facts.person, key] = row
        self._log.append((change, row.turns))
        return change

    def _leave_all(self, facts: Facts, now: Instant) -> None:
        for key, row in self._rows.get(facts.person, {}).items():
            if row.inside_since is not None:
                self._turn(facts, key, row, now, ())
            if row.flip_at is not None:
                row.flip_at = None
                self._changed[facts.person, key] = row


class _Index:
    """Which segments look at what. A rank is a place in an order in which each stands behind those it refers to."""

    def __init__(self, segments: Mapping[str, Segment], zone: str) -> None:
        self.ordered = [segments[key] for key in in_order(segments)]
        self.rank = {segment.key: place for place, segment in enumerate(self.ordered)}
        self.dependents: dict[str, set[int]] = defaultdict(set)
        self._events: dict[str, set[int]] = defaultdict(set)
        self._traits: dict[str, set[int]] = defaultdict(set)
        self._consents: set[int] = set()
        self._identifiers: set[int] = set()
        for place, segment in enumerate(self.ordered):
            self._add(place, segment)
        self._by_name = {name: tuple(sorted(ranks)) for name, ranks in self._events.items()}
        self.everything = range(len(self.ordered))
        self.open = self._find_open(zone)
        self.open_keys = frozenset(key for _, key in self.open)

    def touched_by(self, touched: Touched) -> tuple[int, ...]:
        """The ranks that look at what an event touched, in their order."""
        if not (touched.traits or touched.consents or touched.identifiers):
            return self._by_name.get(touched.name, ())  # the usual event
        found = set(self._events.get(touched.name, ()))
        for name in touched.traits:
            found |= self._traits.get(name, set())
        if touched.consents:
            found |= self._consents
        if touched.identifiers:
            found |= self._identifiers
        return tuple(sorted(found))

    def _add(self, place: int, segment: Segment) -> None:
        wanted = segment.where.needs
        for name in wanted.events:
            self._events[name].add(place)
        for name in wanted.traits:
            self._traits[name].add(place)
        for key in wanted.segments:
            self.dependents[key].add(place)
        if wanted.consents or wanted.reachable:
            self._consents.add(place)
        if wanted.identifiers or wanted.reachable:
            self._identifiers.add(place)

    def _find_open(self, zone: str) -> list[tuple[int, str]]:
        """Those that may hold of somebody of whom nothing is known: asked on a person's first event, whatever it is."""
        inside: dict[str, Instant] = {}
        found = []
        for place, segment in enumerate(self.ordered):
            scope = Scope(0, zone, segments=inside)
            if segment.where.run(_NOBODY, scope).holds:
                inside[segment.key] = 0
                found.append((place, segment.key))
        return found
