"""The oracle: the whole graph at once, from the definition, slowly. It shares no code with the incremental way:
evidence is counted with plain dictionaries, components come from networkx, and the rounds are written anew.
"""

from collections import defaultdict
from collections.abc import Iterable

import networkx as nx

from trenza.events import Event
from trenza.identity import IdentifierTypes, identifier_number, normalise

Pair = frozenset[int]


class Naive:
    """All events in, people out."""

    def __init__(
        self,
        events: Iterable[Event],
        cut: Iterable[Pair] = (),
        types: IdentifierTypes | None = None,
        gone: Iterable[int] = (),
    ) -> None:
        self.types = types or IdentifierTypes()
        self.type: dict[int, str] = {}
        self.first: dict[int, int] = {}
        self.count: dict[Pair, int] = defaultdict(int)
        for event in events:
            self._add(event)
        cut, gone = set(cut), set(gone)
        for pair in [pair for pair in self.count if pair in cut or pair & gone]:
            del self.count[pair]
        for leaf in gone:
            self.type.pop(leaf, None)
        self.person = self._people()

    def clusters(self) -> set[tuple[int, frozenset[int]]]:
        members = defaultdict(set)
        for leaf, person in self.person.items():
            members[person].add(leaf)
        return {(person, frozenset(leaves)) for person, leaves in members.items()}

    def _add(self, event: Event) -> None:
        found = {}
        for type_, value in event.identifiers:
            normal = normalise(type_, value, event.country)
            if normal is not None:
                found[identifier_number(type_, normal)] = (self.types.get(type_).priority, normal, type_)
        ordered = sorted(found, key=lambda leaf: found[leaf])
        for leaf in ordered:
            self.type[leaf] = found[leaf][2]
            self.first[leaf] = min(self.first.get(leaf, event.timestamp), event.timestamp)
        for position, one in enumerate(ordered):
            if position and self._is_account(ordered[0]):
                break
            for other in ordered[position + 1 :]:
                self.count[frozenset((one, other))] += 1

    def _is_account(self, leaf: int) -> bool:
        return self.types.get(self.type[leaf]).kind == "account"

    def _is_shared(self, leaf: int, graph: "nx.Graph[int]") -> bool:
        kind = self.types.get(self.type[leaf])
        around = list(graph[leaf])
        return len(around) > kind.neighbours or sum(map(self._is_account, around)) > kind.people

    def _people(self) -> dict[int, int]:
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(self.type)
        for (one, other), count in ((tuple(pair), count) for pair, count in self.count.items()):
            graph.add_edge(one, other, count=count)
        shared = {leaf for leaf in graph if self._is_shared(leaf, graph)}
        person = {leaf: leaf for leaf in shared}
        graph.remove_nodes_from(shared)
        anchors = self._anchors(graph)
        person.update({leaf: leaf for leaf in graph if anchors[leaf] is None})
        groups = defaultdict(list)
        for leaf in graph:
            if anchors[leaf] is not None:
                groups[anchors[leaf]].append(leaf)
        for leaves in groups.values():
            person.update(dict.fromkeys(leaves, min(leaves, key=lambda leaf: (self.first[leaf], leaf))))
        return person

    def _anchors(self, graph: "nx.Graph[int]") -> dict[int, int | None]:
        anchors: dict[int, int | None] = {}
        accounts = [leaf for leaf in graph if self._is_account(leaf)]
        for name in sorted({self.type[leaf] for leaf in accounts}, key=lambda name: self.types.get(name).priority):
            same = [leaf for leaf in accounts if self.type[leaf] == name]
            for bundle in nx.connected_components(graph.subgraph(same)):
                votes = self._votes(graph, bundle, anchors)
                for leaf in bundle:
                    anchors[leaf] = _dominant(votes) if votes else min(bundle)
        settled = dict(anchors)
        for leaf in graph:
            if leaf not in settled and (votes := self._votes(graph, {leaf}, settled)):
                anchors[leaf] = _dominant(votes)
        while found := self._next_round(graph, anchors):
            anchors.update(found)
        left = graph.subgraph([leaf for leaf in graph if leaf not in anchors])
        for piece in nx.connected_components(left):
            anchors.update(dict.fromkeys(piece, min(piece)))
        return anchors

    def _votes(self, graph: "nx.Graph[int]", leaves: set[int], anchors: dict[int, int | None]) -> dict[int, int]:
        votes: dict[int, int] = defaultdict(int)
        for leaf in leaves:
            for other, edge in graph[leaf].items():
                anchor = anchors.get(other)
                if other not in leaves and self._is_account(other) and anchor is not None:
                    votes[anchor] += edge["count"]
        return votes

    def _next_round(self, graph: "nx.Graph[int]", anchors: dict[int, int | None]) -> dict[int, int]:
        found = {}
        for leaf in graph:
            if leaf in anchors:
                continue
            reached = [(-edge["count"], other) for other, edge in graph[leaf].items() if anchors.get(other) is not None]
            if reached:
                anchor = anchors[min(reached)[1]]
                assert anchor is not None
                found[leaf] = anchor
        return found


def _dominant(votes: dict[int, int]) -> int | None:
    ordered = sorted(votes.items(), key=lambda vote: -vote[1])
    if len(ordered) > 1 and ordered[0][1] < 3 * ordered[1][1]:
        return None
    return ordered[0][0]
