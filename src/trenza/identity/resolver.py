"""Resolving: which leaf an event hangs on, and who that is.

`load` fetches what a micro-batch touches with a handful of queries, `resolve` goes through the events one by one in
memory, `store` writes what changed. Whatever the order or the batches, the same evidence gives the same people.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from trenza.events import Event
from trenza.identity import store
from trenza.identity.anew import load_page, work_out_anew
from trenza.identity.erasing import forget, load_person, take_out
from trenza.identity.foresight import Foresight
from trenza.identity.graph import SHARED, Node, link_number, next_version
from trenza.identity.hashes import hash_leaf, hash_of
from trenza.identity.logbook import log_entries
from trenza.identity.model import Erasure, Known, Leaf, LogEntry, Move, Person, Resolution
from trenza.identity.reading import NOTHING, Pair, Part, Reader, Reading, paired
from trenza.identity.tombstones import find_erased
from trenza.identity.types import IdentifierTypes
from trenza.identity.undo import change_link, load_link, load_pair, tie
from trenza.identity.working import Working
from trenza.kernel import Instant, new_id, short_hash
from trenza.settings import DEFAULT_BLOCKED_VALUES
from trenza.storage import Position, Transaction

_DEFAULT_TYPES = IdentifierTypes()
ANEW = "reassign"
"""Cause in the identity log of what other limits or rules changed."""


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
        remembered: how many identifiers to keep in memory from batch to batch; nothing is believed that another
            process may have changed meanwhile.
    """

    def __init__(
        self,
        secret: bytes,
        types: IdentifierTypes | None = None,
        blocked: Iterable[str] = DEFAULT_BLOCKED_VALUES,
        country: str = "",
        remembered: int = 50_000,
    ) -> None:
        self._secret = secret
        self._types = types or _DEFAULT_TYPES
        self._reader = _reader(self._types, tuple(blocked), country)
        self._working = Working(self._types)
        self._remembered = remembered
        self._erased: dict[Leaf, Instant] = {}
        self._touched: Collection[Leaf] = ()
        self._log: list[LogEntry] = []
        self._leaving: list[Node] = []
        self._erased_at: Instant = 0
        self._mark = short_hash(new_id())
        self._revision = Position()
        self._known: Position | None = None
        self.is_cold = True
        """Whether others may have changed people, or what is kept of them, since the last `store`: whoever remembers
        anything of people has to forget it then. Right after `load`."""

    @property
    def types(self) -> IdentifierTypes:
        """The types that it goes by."""
        return self._types

    def load(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Load all that the events can touch, and keep others from changing it until the transaction ends."""
        self._begin(tx)
        working = self._working
        readings = [self._reader.read(event.identifiers, event.country) for event in events]
        parts = {part[0]: part for reading in readings for part in reading.parts}
        self._touched = parts
        working.begin(parts, self._remembered)
        working.load_groups(tx, parts)
        working.load_hashes(tx, parts.values())
        self._load_erased(tx, parts)
        if self._erased:
            readings = [
                self._without_erased(reading, event.timestamp) for reading, event in zip(readings, events, strict=True)
            ]
        readings = self._as_they_will_stand(readings)
        working.load_links(tx, {pair[2] for reading in readings for pair in reading.pairs})
        working.complete(tx, Foresight(working, readings).groups())

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
        ends, pairs = self._unveiled(reading, nodes) if reading.has_hashes else (nodes, reading.pairs)
        for one, other, number in pairs:
            if (link := links.get(number)) is not None:
                working.repeat(link, event)
            else:
                working.tie(number, ends[one], ends[other], event)
        working.settle()
        moves = working.moves()
        if moves or working.operations:
            self._log.extend(log_entries(working, moves, event.arrived_at, event.message_id))
        leaf = _strongest(nodes)
        for node in nodes:
            if node.person != leaf.person:  # somebody else's, or nobody's, was seen too
                working.groups[node.group].version = next_version()
        return Resolution(leaf.number, leaf.person, moves, reading.leaves, working.groups[leaf.group].version)

    def load_link(self, tx: Transaction, link: str) -> None:
        """Load a link and everybody whom cutting or restoring it may change.

        Raises:
            Invalid: the text is no link's id.
            NotFound: no such link.
        """
        self._begin(tx)
        self._working = Working(self._types)
        load_link(tx, self._working, link)
        self._touched = list(self._working.nodes)

    def cut(self, link: str, now: Instant) -> tuple[Move, ...]:
        """Take a loaded link out of the evidence; it stays out when the same evidence comes again.

        Raises:
            Conflict: it is cut already.
        """
        moves, entries = change_link(self._working, link, now, live=False)
        self._log.extend(entries)
        return moves

    def restore(self, link: str, now: Instant) -> tuple[Move, ...]:
        """Let a loaded link that was cut count again; the people join with the ids they had.

        Raises:
            Conflict: it is not cut.
        """
        moves, entries = change_link(self._working, link, now, live=True)
        self._log.extend(entries)
        return moves

    def load_page(self, tx: Transaction, leaves: Collection[Leaf]) -> None:
        """Load identifiers that are to be worked out anew, and everybody whom that may change."""
        self._begin(tx)
        self._working = Working(self._types)
        load_page(tx, self._working, leaves)
        self._touched = list(self._working.nodes)

    def work_out_anew(self, leaves: Collection[Leaf], now: Instant) -> tuple[Move, ...]:
        """Bring loaded identifiers to what they are by the types of now, whatever they were by others."""
        work_out_anew(self._working, leaves)
        moves = self._working.moves()
        self._log.extend(log_entries(self._working, moves, now, ANEW))
        return moves

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to store."""
        return self._working.is_changed

    def load_pair(self, tx: Transaction, a: Leaf, b: Leaf) -> None:
        """Load two identifiers and everybody whom a match between them may change.

        Raises:
            NotFound: one of the two is not there any more.
        """
        self._begin(tx)
        self._working = Working(self._types)
        load_pair(tx, self._working, a, b)
        self._touched = list(self._working.nodes)

    def tie(self, a: Leaf, b: Leaf, cause: str, now: Instant) -> tuple[str, tuple[Move, ...]]:
        """Let the people of two loaded identifiers be one, as a match was accepted; returns its link and who moved.

        Raises:
            Conflict: a match ties them already, or somebody has cut it.
        """
        link, moves, entries = tie(self._working, a, b, cause, now)
        self._log.extend(entries)
        return link, moves

    def load_person(self, tx: Transaction, person: Person) -> None:
        """Load a person who is to be erased, and everybody whom that may change."""
        self._begin(tx)
        self._working = Working(self._types)
        self._leaving = load_person(tx, self._working, person)
        self._touched = list(self._working.nodes)

    def erase(self, person: Person, now: Instant) -> Erasure:
        """Take a loaded person out of the graph; `store` forgets them, and remembers nobody from then on."""
        moves, entries = take_out(self._working, self._leaving, person, self._secret, now)
        self._log.extend(entries)
        self._erased_at = now
        return Erasure(tuple(known_of_nodes(self._leaving)), moves)

    def is_erased(self, event: Event) -> bool:
        """Whether an event that nobody could be found for names people who were erased after it happened."""
        return bool(self._reader.read(event.identifiers, event.country).parts)

    def known(self, person: Person) -> list[Known]:
        """The identifiers of a person as they are now; the first seen first, ties by priority, then value."""
        node = self._working.nodes.get(person)
        if node is None:
            return []
        return known_of_nodes(each for each in self._working.groups[node.group].members if each.person == person)

    def version(self, person: Person) -> int:
        """The version of what `known` says of a person, last sights apart; -1 where the person is not here."""
        node = self._working.nodes.get(person)
        return -1 if node is None else self._working.groups[node.group].version

    def persons(self) -> set[Person]:
        """Everybody whom the batch can touch."""
        nodes, groups = self._working.nodes, self._working.groups
        touched = {nodes[leaf].group for leaf in self._touched if leaf in nodes}
        return {node.person for group in touched for node in groups[group].members}

    def newcomers(self) -> Iterable[tuple[Leaf, str, str]]:
        """Leaf, type and value of identifiers that were seen for the first time, until they are stored."""
        return self._working.newcomers()

    def store(self, tx: Transaction) -> None:
        """Write what changed since `load`."""
        self._working.store(tx)
        store.append_log(tx, self._log)
        self._log = []
        self._known = Position(self._revision.offset + 1, self._mark)
        if self._leaving:
            forget(tx, self._leaving, self._secret, self._erased_at)
            self._leaving, self._known = [], None
        store.write_revision(tx, self._known or Position(self._revision.offset + 1))

    def _begin(self, tx: Transaction) -> None:
        """Remember only what nobody changed since our last `store`, and only if that was kept."""
        self._revision = store.lock(tx)
        self.is_cold = self._known is None or self._revision != self._known
        if self.is_cold:
            self._working = Working(self._types)
        self._known = None
        self._log = []

    def _unveiled(self, reading: Reading, nodes: list[Node]) -> tuple[list[Node], Iterable[Pair]]:
        """The same pairs between plain identifiers, where those of hashes are known; none twice."""
        ends = [self._working.nodes[node.plain] if node.plain else node for node in nodes]
        pairs: dict[int, Pair] = {}
        for one, other, _ in reading.pairs:
            a, b = ends[one].number, ends[other].number
            if a != b:
                pairs.setdefault(number := link_number(a, b), (one, other, number))
        return ends, pairs.values()

    def _as_they_will_stand(self, readings: list[Reading]) -> list[Reading]:
        """What is read, with each identifier where its evidence will stand in the graph as it is now."""
        working = self._working
        if not working.has_veiled and not any(reading.has_hashes for reading in readings):
            return readings
        fresh = {
            leaf: part[0]
            for reading in readings
            for part in reading.parts
            if (leaf := hash_leaf(part[1].name, part[2])) is not None and leaf not in working.nodes
        }
        return [self._stands(reading, fresh) for reading in readings]

    def _stands(self, reading: Reading, fresh: dict[Leaf, Leaf]) -> Reading:
        working = self._working
        at = [working.stand_in(leaf) for leaf in reading.leaves]
        at = [fresh.get(leaf, leaf) if leaf not in working.nodes else leaf for leaf in at]
        parts = tuple((leaf, *part[1:]) for leaf, part in zip(at, reading.parts, strict=True))
        pairs = (
            (one, other, link_number(at[one], at[other])) for one, other, _ in reading.pairs if at[one] != at[other]
        )
        return Reading(parts, tuple(pairs), reading.leaves, reading.has_hashes)

    def _load_erased(self, tx: Transaction, parts: dict[Leaf, Part]) -> None:
        nodes = self._working.nodes
        unknown = [(number, part[1].name, part[2]) for number, part in parts.items() if number not in nodes]
        veiled = [
            (number, found.type, found.value) for number, *pair in unknown if (found := hash_of(*pair)) is not None
        ]
        self._erased = find_erased(tx, self._secret, [*unknown, *veiled]) if unknown else {}
        known = (nodes[number] for number in parts if number in nodes)
        self._erased.update((node.number, node.erased_at) for node in known if node.erased_at >= 0)

    def _without_erased(self, reading: Reading, at: Instant) -> Reading:
        """What is left of a message's identifiers; nothing where the strongest was erased after it: it is theirs."""
        if reading.parts and at <= self._erased.get(reading.parts[0][0], -1):
            return NOTHING
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
