"""The last round: what no account claims gathers around each other and around people, the strongest evidence first.

At first each free identifier is a **cluster** of its own; so is each person that the rounds before have found. The two
clusters between which the evidence is strongest become one, and so on. In order: what heads (addresses, cards) say of
each other, what is said among those without an account, what ties them to people with one; then strength; then number.

Two clusters stay apart, for good, where

- together they would have more of a type than a person may have, or two accounts;
- all that ties them goes through one device, and both are lives without it (`lives`);
- one of them has a **rival**: a third cluster to which it could go as well, but not both, and the evidence does not
  dominate three to one. A lone device between rivals is ambiguous and joins nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

import msgspec

from trenza.identity.graph import DOMINANCE, Link, Node, Nodes, neighbours
from trenza.identity.lives import is_life
from trenza.identity.model import Leaf

_Entry = tuple[int, int, Leaf, Leaf, Leaf, Leaf]
"""Tier, strength (the strongest first), ranks and ids of the two clusters."""


class _Cluster(msgspec.Struct, gc=False, eq=False):
    """Identifiers that are one person as far as is known."""

    id: Leaf
    rank: Leaf
    """The least id of those that it was made of: decides where nothing else does."""
    identifiers: int = 0
    heads: int = 0
    is_person: bool = False
    """Whether there is an account in it."""
    limited: dict[str, int] = msgspec.field(default_factory=dict)
    """How many there are of each type of which a person may have only so many."""
    ties: "dict[Leaf, _Tie]" = msgspec.field(default_factory=dict)

    @property
    def is_lone_device(self) -> bool:
        return self.identifiers == 1 and not self.heads

    def is_life_without(self, home: Leaf) -> bool:
        """Whether it is a life without a device, whose cluster is named."""
        return is_life(self.identifiers - (home == self.id), self.heads, has_account=self.is_person)


class _Tie(msgspec.Struct, gc=False, eq=False):
    """All evidence between two clusters."""

    strength: int
    devices: frozenset[Leaf]
    """The devices through each of which all of it goes."""
    of_heads: bool
    """Whether some of it stands between two heads."""


class Gathering:
    """The round at work.

    Args:
        members: the component.
        free: those of it that no account has.
        anchors: whose the others are; None for the ambiguous, which take no part.
        nodes: by number, all that links lead to.
    """

    def __init__(
        self, members: Sequence[Node], free: Sequence[Node], anchors: Mapping[Leaf, Leaf | None], nodes: Nodes
    ) -> None:
        self._nodes = nodes
        self._limits = {node.type.counted_as: node.type.per_person for node in members}
        self._clusters: dict[Leaf, _Cluster] = {}
        self._home: dict[Leaf, Leaf] = {node.number: node.number for node in free}
        self._home.update((leaf, anchor) for leaf, anchor in anchors.items() if anchor is not None)
        for node in members:
            if node.number in self._home:
                self._put(node)
        for node in free:
            self._tie(node)
        self._joined: dict[Leaf, Leaf] = {}
        self._ambiguous: set[Leaf] = set()

    def anchors(self) -> dict[Leaf, Leaf | None]:
        """Whose each identifier is, of the free and of the others that are somebody's."""
        heap = [self._entry(*pair) for pair in self._pairs()]
        heapify(heap)
        while heap:
            entry = heappop(heap)
            one, other = self._clusters[entry[4]], self._clusters[entry[5]]
            tie = one.ties.get(other.id)
            if tie is not None and entry == self._entry(one, other):  # else it was told anew
                for again in self._meet(one, other, tie):
                    heappush(heap, again)
        return {leaf: None if leaf in self._ambiguous else self._root(home) for leaf, home in self._home.items()}

    # --- the clusters at first ------------------------------------------------------------------------------------

    def _put(self, node: Node) -> None:
        id_ = self._home[node.number]
        cluster = self._clusters.setdefault(id_, _Cluster(id_, id_))
        cluster.identifiers += 1
        cluster.heads += node.is_head
        cluster.is_person = cluster.is_person or node.is_account
        if node.type.per_person and not node.is_account:
            cluster.limited[node.type.counted_as] = cluster.limited.get(node.type.counted_as, 0) + 1

    def _tie(self, node: Node) -> None:
        for other, link in neighbours(node, self._nodes):
            home = self._home.get(other.number)
            if home is None or other.is_account or (home == other.number and other.number < node.number):
                continue  # ambiguous; claimed in vain; the other tells it
            tie = _tie_of(node, other, link)
            self._add_tie(self._clusters[node.number], self._clusters[home], tie)

    def _add_tie(self, one: _Cluster, other: _Cluster, tie: _Tie) -> None:
        if (known := one.ties.get(other.id)) is not None:
            tie = _Tie(known.strength + tie.strength, known.devices & tie.devices, known.of_heads or tie.of_heads)
        one.ties[other.id] = other.ties[one.id] = tie

    def _pairs(self) -> Iterable[tuple[_Cluster, _Cluster]]:
        for one in self._clusters.values():
            yield from ((one, self._clusters[id_]) for id_ in one.ties if one.id < id_)

    # --- two clusters meet ----------------------------------------------------------------------------------------

    def _entry(self, one: _Cluster, other: _Cluster) -> _Entry:
        if one.rank > other.rank:
            one, other = other, one
        tie = one.ties[other.id]
        return self._tier(one, other, tie), -tie.strength, one.rank, other.rank, one.id, other.id

    def _tier(self, one: _Cluster, other: _Cluster, tie: _Tie) -> int:
        return 2 if one.is_person or other.is_person else 0 if tie.of_heads else 1

    def _meet(self, one: _Cluster, other: _Cluster, tie: _Tie) -> list[_Entry]:
        """Join two clusters or part them; returns what has to be looked at again."""
        if self._exceed(one, other) or self._are_lives(one, other, tie):
            _part(one, other)
            return []
        for side, wanted in ((one, other), (other, one)):
            if rivals := self._rivals(side, wanted, tie):
                self._part_rivals(side, wanted, tie, rivals)
                return []
        return self._join(one, other)

    def _exceed(self, one: _Cluster, other: _Cluster) -> bool:
        if one.is_person and other.is_person:
            return True
        few, many = (one, other) if len(one.limited) <= len(other.limited) else (other, one)
        return any(
            type_ in many.limited and count + many.limited[type_] > self._limits[type_]
            for type_, count in few.limited.items()
        )

    def _are_lives(self, one: _Cluster, other: _Cluster, tie: _Tie) -> bool:
        """Whether both are lives without a device through which all goes that ties them."""
        homes = (self._root(self._home[device]) for device in tie.devices)
        return any(one.is_life_without(home) and other.is_life_without(home) for home in homes)

    def _rivals(self, side: _Cluster, wanted: _Cluster, tie: _Tie) -> list[_Cluster]:
        """Clusters to which one could go as well, but not both, and which the evidence does not leave far behind."""
        is_of_heads = not self._tier(side, wanted, tie)
        found = []
        for id_, rival in side.ties.items():
            if id_ == wanted.id or DOMINANCE * rival.strength <= tie.strength:
                continue
            other = self._clusters[id_]
            if is_of_heads and self._tier(side, other, rival):
                continue
            if self._exceed(other, wanted) and not self._exceed(other, side):
                found.append(other)
        return found

    def _part_rivals(self, side: _Cluster, wanted: _Cluster, tie: _Tie, rivals: list[_Cluster]) -> None:
        if any(side.ties[rival.id].strength >= DOMINANCE * tie.strength for rival in rivals):
            _part(side, wanted)  # another dominates; its turn comes
            return
        if side.is_lone_device:
            self._ambiguous.add(side.id)
            rivals = [self._clusters[id_] for id_ in side.ties]
        for each in (*rivals, wanted):
            _part(side, each)

    def _join(self, one: _Cluster, other: _Cluster) -> list[_Entry]:
        small, large = sorted((one, other), key=lambda each: (len(each.ties), each.id))
        _part(small, large)
        is_new = one.is_person != other.is_person or small.rank < large.rank
        large.is_person = one.is_person or other.is_person
        large.rank = min(one.rank, other.rank)
        self._joined[small.id] = large.id
        large.identifiers += small.identifiers
        large.heads += small.heads
        for type_, count in small.limited.items():
            large.limited[type_] = large.limited.get(type_, 0) + count
        thirds = [(self._clusters[id_], tie) for id_, tie in small.ties.items()]
        for third, tie in thirds:
            _part(small, third)
            self._add_tie(large, third, tie)
        again = [self._clusters[id_] for id_ in large.ties] if is_new else [third for third, _ in thirds]
        return [self._entry(large, third) for third in again]

    def _root(self, id_: Leaf) -> Leaf:
        while (into := self._joined.get(id_)) is not None:
            id_ = into
        return id_


def _tie_of(node: Node, other: Node, link: Link) -> _Tie:
    devices = frozenset(each.number for each in (node, other) if not each.is_head)
    return _Tie(link.strength, devices, node.is_head and other.is_head)


def _part(one: _Cluster, other: _Cluster) -> None:
    one.ties.pop(other.id, None)
    other.ties.pop(one.id, None)
