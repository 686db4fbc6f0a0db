"""Resolving: which leaf an event hangs on, and who that is.

`load` fetches what a micro-batch touches with a handful of queries, `resolve` goes through the events one by one in
memory, `store` writes what changed. Whatever the order or the batches, the same evidence gives the same people.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from trenza.events import Event
from trenza.identity import store
from trenza.identity.graph import SHARED, Node
from trenza.identity.model import Known, Leaf, LogEntry, Move, Operation, Person, Resolution
from trenza.identity.reading import Part, Reader, Reading, paired
from trenza.identity.tombstones import find_erased
from trenza.identity.types import IdentifierTypes
from trenza.identity.working import Working
from trenza.kernel import Instant, derived_id
from trenza.settings import DEFAULT_BLOCKED_VALUES
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()


@lru_cache(maxsize=8)
def _reader(types: IdentifierTypes, blocked: tuple[str, ...], country: str) -> Reader:
    """One reader for all resolvers of an instance, as it remembers what it read."""
    return Reader(types, blocked, country)


class Resolver:
    """The working set of identity for one micro-batch after another.

    Args:
        secret: the instance's; keys the hashes of what was erased.
        types: the instance's identifier types.
        blocked: values that identify nobody.
        country: two letters for phones without a country where the source names none.
    """

    def __init__(
        self,
        secret: bytes,
        types: IdentifierTypes | None = None,
        blocked: Iterable[str] = DEFAULT_BLOCKED_VALUES,
        country: str = "",
    ) -> None:
        self._secret = secret
        self._types = types or _DEFAULT_TYPES
        self._reader = _reader(self._types, tuple(blocked), country)
        self._working = Working(self._types)
        self._erased: dict[Leaf, Instant] = {}
        self._log: list[LogEntry] = []

    def load(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Load all that the events can touch, and keep others from changing it until the transaction ends."""
        store.lock(tx)
        working = self._working = Working(self._types)
        self._log = []
        readings = [self._reader.read(event.identifiers, event.country) for event in events]
        parts = {part[0]: part for reading in readings for part in reading.parts}
        working.load_groups(tx, parts)
        self._load_erased(tx, parts)
        if self._erased:
            readings = [
                self._without_erased(reading, event.timestamp) for reading, event in zip(readings, events, strict=True)
            ]
        working.load_links(tx, {pair[2] for reading in readings for pair in reading.pairs})
        working.complete(tx, _Foresight(working, readings).groups())

    def resolve(self, event: Event) -> Resolution | None:
        """Take an event's evidence in and say whose it is; None where nothing of it identifies anybody."""
        reading = self._reader.read(event.identifiers, event.country)
        if self._erased:
            reading = self._without_erased(reading, event.timestamp)
        working = self._working
        nodes = [self._seen(part, event.timestamp) for part in reading.parts]
        if not nodes:
            return None
        links = working.links
        for one, other, number in reading.pairs:
            if (link := links.get(number)) is not None:
                working.repeat(link, event)
            else:
                working.tie(number, nodes[one], nodes[other], event)
        working.settle()
        moves = working.moves()
        if moves or working.operations:
            self._write_down(moves, event.arrived_at, event.message_id)
        leaf = _strongest(nodes)
        return Resolution(leaf.number, leaf.person, moves)

    def known(self, person: Person) -> list[Known]:
        """The identifiers of a person as they are now; the first seen first, ties by priority, then value."""
        node = self._working.nodes.get(person)
        if node is None:
            return []
        return known_of_nodes(each for each in self._working.groups[node.group].members if each.person == person)

    def persons(self) -> set[Person]:
        """Everybody whom the batch can touch."""
        return {node.person for node in self._working.nodes.values()}

    def store(self, tx: Transaction) -> None:
        """Write what changed since `load`."""
        self._working.store(tx)
        store.append_log(tx, self._log)
        self._log = []

    def _load_erased(self, tx: Transaction, parts: dict[Leaf, Part]) -> None:
        nodes = self._working.nodes
        unknown = [(number, part[1].name, part[2]) for number, part in parts.items() if number not in nodes]
        self._erased = find_erased(tx, self._secret, unknown) if unknown else {}
        self._erased.update((node.number, node.erased_at) for node in nodes.values() if node.erased_at >= 0)

    def _without_erased(self, reading: Reading, at: Instant) -> Reading:
        left = [part for part in reading.parts if at > self._erased.get(part[0], -1)]
        return reading if len(left) == len(reading.parts) else paired(left)

    def _seen(self, part: Part, at: Instant) -> Node:
        working = self._working
        node = working.nodes.get(part[0])
        if node is None:
            node = working.add(*part, at)
            node.erased_at = self._erased.get(node.number, -1)
        elif at > node.last_seen:
            node.last_seen = at
            working.mark_seen(node)
        elif at < node.first_seen:
            working.advance(node, at)
        return node

    def _write_down(self, moves: tuple[Move, ...], at: Instant, cause: str) -> None:
        self._log.extend(log_entries(self._working, moves, at, cause))


class _Foresight:
    """Which groups of a batch may have to be worked out anew: those in which two accounts may meet or part.

    It goes through the batch as `resolve` will, but only counts; it may foresee too much, never too little.
    """

    def __init__(self, working: Working, readings: Iterable[Reading]) -> None:
        self._nodes = working.nodes
        self._links = working.links
        self._all = working.groups
        self._parent: dict[int, int] = {}
        self._weight: dict[int, int] = {}
        self._degree: dict[Leaf, int] = {}
        self._accounts: dict[Leaf, int] = {}
        self._crowded: list[int] = []
        self._foreseen: set[int] = set()
        for reading in readings:
            for one, other, number in reading.pairs:
                self._pair(reading.parts[one], reading.parts[other], number)

    def groups(self) -> list[Node]:
        """The members of those groups."""
        asked = {self._root(root) for root in self._parent if self._weight[self._root(root)] > 1}
        asked.update(self._root(each) for each in self._crowded)
        groups = [self._all[place] for place in self._parent if place in self._all and self._root(place) in asked]
        return [node for group in groups for node in group.members]

    def _pair(self, one: Part, other: Part, number: int) -> None:
        link = self._links.get(number)
        a, b = self._nodes.get(one[0]), self._nodes.get(other[0])
        if link is not None:
            if a is None or b is None or not link.live or a.person == b.person or (a.flags | b.flags) & SHARED:
                return
        elif number in self._foreseen:
            return
        else:
            self._foreseen.add(number)
            self._grow(one, other, a)
            self._grow(other, one, b)
        if not (a and a.flags & SHARED) and not (b and b.flags & SHARED):
            self._union(self._place(one, a), self._place(other, b))

    def _grow(self, one: Part, other: Part, node: Node | None) -> None:
        if node is not None and node.flags & SHARED:
            return
        leaf, type_, _ = one
        self._degree[leaf] = degree = self._degree.get(leaf, node.degree if node else 0) + 1
        accounts = self._accounts.get(leaf, node.accounts if node else 0) + (other[1].kind == "account")
        self._accounts[leaf] = accounts
        if degree > type_.neighbours or accounts > type_.people:
            self._crowded.append(self._place(one, node))

    def _place(self, part: Part, node: Node | None) -> int:
        place = node.group if node is not None else part[0]
        if place not in self._parent:
            self._parent[place] = place
            if node is not None:
                self._weight[place] = self._all[place].weight
            else:
                self._weight[place] = int(part[1].kind == "account")
        return place

    def _root(self, place: int) -> int:
        parent = self._parent
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def _union(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self._parent[other] = one
            self._weight[one] += self._weight[other]


def known_of_nodes(nodes: Iterable[Node]) -> list[Known]:
    """A person's nodes as facts hold them; the first seen first, ties by priority, then value."""
    found = [
        Known(
            node.type.name,
            node.value,
            node.number,
            node.first_seen,
            node.last_seen,
            not node.flags,
            node.type.priority,
        )
        for node in nodes
    ]
    if len(found) > 1:
        found.sort(key=_first_known)
    return found


def log_entries(working: Working, moves: Sequence[Move], at: Instant, cause: str) -> list[LogEntry]:
    """The lines that tell of moves and of identifiers that became shared."""
    entries = [
        LogEntry(
            derived_id(cause, str(at), str(move.before), str(move.after)),
            _operation(working, move),
            at,
            move.after,
            move.before,
            len(move.leaves),
            cause,
        )
        for move in moves
    ]
    for operation, leaf in working.operations:
        number = derived_id(cause, str(at), operation, str(leaf))
        entries.append(LogEntry(number, operation, at, working.nodes[leaf].person, leaf, 1, cause))
    working.operations.clear()
    return entries


def _operation(working: Working, move: Move) -> Operation:
    if working.nodes[move.before].person == move.before:
        return "split"
    return "rename" if move.after in move.leaves else "merge"


def _strongest(nodes: list[Node]) -> Node:
    """The leaf of an event: its strongest identifier that joins; else that is not shared; else the strongest."""
    first = nodes[0]
    if not first.flags:
        return first
    for node in nodes:
        if not node.flags:
            return node
    return next((node for node in nodes if not node.flags & SHARED), first)


def _first_known(known: Known) -> tuple[Instant, int, str]:
    return known.first_seen, known.priority, known.value
