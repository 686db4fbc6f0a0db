"""What of a batch has to be loaded with all its links, told before the first event is resolved."""

from collections.abc import Iterable

from trenza.identity.graph import SHARED, Node
from trenza.identity.model import Leaf
from trenza.identity.reading import Part, Reading
from trenza.identity.weights import BETWEEN
from trenza.identity.working import Working

_BETWEEN_TWO = 2


class Foresight:
    """Which groups of a batch may have to be worked out anew: those that something may come to speak against.

    It goes through the batch as `resolve` will, but only counts; it may foresee too much, never too little.
    """

    def __init__(self, working: Working, readings: Iterable[Reading]) -> None:
        self._nodes = working.nodes
        self._links = working.links
        self._all = working.groups
        self._is_tense = working.is_tense
        self._weights = working.weights
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
        is_light = self._weights.is_light
        asked = {root for root in map(self._root, self._parent) if not is_light(self._weight[root])}
        asked.update(self._root(each) for each in self._crowded)
        groups = [self._all[place] for place in self._parent if place in self._all and self._root(place) in asked]
        return [node for group in groups for node in group.members]

    def _pair(self, one: Part, other: Part, number: int) -> None:
        link = self._links.get(number)
        a, b = self._nodes.get(one[0]), self._nodes.get(other[0])
        if link is not None:
            if a is None or b is None or not link.live or (a.flags | b.flags) & SHARED:
                return
            if not self._is_tense(self._all[a.group]):
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
        if degree == _BETWEEN_TWO and not type_.is_head:
            self._weight[self._root(self._place(one, node))] += BETWEEN
        if degree > type_.neighbours or accounts > type_.people:
            self._crowded.append(self._place(one, node))

    def _place(self, part: Part, node: Node | None) -> int:
        place = node.group if node is not None else part[0]
        if place not in self._parent:
            self._parent[place] = place
            if node is not None:
                self._weight[place] = self._all[place].weight
            else:
                self._weight[place] = self._weights.of_type(part[1])
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
