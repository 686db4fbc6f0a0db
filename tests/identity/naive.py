"""The oracle: the whole graph at once, from the definition, slowly. It shares no code with the incremental way:
evidence is counted with plain dictionaries, components come from networkx, and the rounds are written anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256

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
        events = list(events)
        self.plain = self._plains(events)
        for event in events:
            self._add(event)
        cut, gone = {frozenset(self.plain.get(end, end) for end in pair) for pair in cut}, set(gone)
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

    def _plains(self, events: list[Event]) -> dict[int, int]:
        """Hash → the plain identifier, of those of which both were seen."""
        seen = {
            (type_, normal)
            for event in events
            for type_, value in event.identifiers
            if (normal := normalise(type_, value, event.country)) is not None
        }
        return {
            identifier_number(f"{type_}_sha256", hashed): identifier_number(type_, value)
            for type_, value in seen
            if (f"{type_}_sha256", hashed := sha256(value.encode()).hexdigest()) in seen
        }

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
        standing = list(dict.fromkeys(self.plain.get(leaf, leaf) for leaf in ordered))
        for position, one in enumerate(standing):
            if position and self._is_account(ordered[0]):
                break
            for other in standing[position + 1 :]:
                self.count[frozenset((one, other))] += 1

    def _is_account(self, leaf: int) -> bool:
        return self.types.get(self.type[leaf]).kind == "account"

    def _is_shared(self, leaf: int, graph: "nx.Graph[int]") -> bool:
        kind = self.types.get(self.type[leaf])
        around = list(graph[leaf])
        return len(around) > kind.neighbours or sum(map(self._is_account, around)) > kind.people

    def _people(self) -> dict[int, int]:
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(set(self.type) - set(self.plain))
        for (one, other), count in ((tuple(pair), count) for pair, count in self.count.items()):
            graph.add_edge(one, other, count=count)
        shared = {leaf for leaf in graph if self._is_shared(leaf, graph)}
        person = {leaf: leaf for leaf in shared}
        graph.remove_nodes_from(shared)
        anchors = self._anchors(graph)
        self.graph, self.shared = graph, shared
        self.ambiguous = {leaf for leaf in graph if anchors[leaf] is None}
        person.update({leaf: leaf for leaf in graph if anchors[leaf] is None})
        groups = defaultdict(list)
        for leaf in graph:
            if anchors[leaf] is not None:
                groups[anchors[leaf]].append(leaf)
        for leaves in groups.values():
            person.update(dict.fromkeys(leaves, min(leaves, key=lambda leaf: (self.first[leaf], leaf))))
        person.update({hashed: person[plain] for hashed, plain in self.plain.items() if plain in person})
        return person

    def _anchors(self, graph: "nx.Graph[int]") -> dict[int, int | None]:
        anchors: dict[int, int | None] = {}
        for component in list(nx.connected_components(graph)):
            part = graph.subgraph(component)
            if self._is_crowded(component) or any(self._holds_lives(leaf, part) for leaf in component):
                anchors.update(self._rounds(part))
            else:
                anchors.update(dict.fromkeys(component, min(component)))
        return anchors

    def _is_head(self, leaf: int) -> bool:
        return self.types.get(self.type[leaf]).kind in {"account", "contact", "card"}

    def _counts(self, leaves: Iterable[int]) -> Counter[str]:
        return Counter("account" if self._is_account(leaf) else self._kin(leaf) for leaf in leaves)

    def _kin(self, leaf: int) -> str:
        """The type among which it counts."""
        return self.type[leaf].removesuffix("_sha256")

    def _is_too_much(self, counts: Counter[str]) -> bool:
        limits = {type_: 1 if type_ == "account" else self.types.get(type_).per_person for type_ in counts}
        return any(limits[type_] and count > limits[type_] for type_, count in counts.items())

    def _is_crowded(self, leaves: Iterable[int]) -> bool:
        return self._is_too_much(self._counts(leaves))

    def _is_life(self, leaves: set[int]) -> bool:
        return len(leaves if any(map(self._is_account, leaves)) else list(filter(self._is_head, leaves))) >= 2

    def _holds_lives(self, leaf: int, part: "nx.Graph[int]") -> bool:
        if self._is_head(leaf):
            return False
        rest = part.subgraph(set(part) - {leaf})
        return sum(map(self._is_life, nx.connected_components(rest))) > 1

    def _rounds(self, graph: "nx.Graph[int]") -> dict[int, int | None]:
        anchors: dict[int, int | None] = {}
        accounts = [leaf for leaf in graph if self._is_account(leaf)]
        for name in sorted({self.type[leaf] for leaf in accounts}, key=lambda name: self.types.get(name).priority):
            same = [leaf for leaf in accounts if self.type[leaf] == name]
            for bundle in nx.connected_components(graph.subgraph(same)):
                votes = self._votes(graph, bundle, anchors)
                for leaf in bundle:
                    anchors[leaf] = _dominant(votes) if votes else min(bundle)
        claims = {leaf: self._votes(graph, {leaf}, anchors) for leaf in graph if leaf not in anchors}
        sure = {leaf: chosen for leaf, votes in claims.items() if votes and (chosen := _dominant(votes)) is not None}
        for leaf in self._surplus(graph, claims, sure):
            del sure[leaf], claims[leaf]
        held = Counter((account, self._kin(leaf)) for leaf, account in sure.items())
        for leaf, votes in claims.items():
            if votes and leaf not in sure:
                limit = self.types.get(self.type[leaf]).per_person
                left = {each: n for each, n in votes.items() if not limit or held[each, self._kin(leaf)] < limit}
                anchors[leaf] = _dominant(left) if left else None
        anchors.update(sure)
        return anchors | self._gathered(graph, anchors)

    def _surplus(self, graph: "nx.Graph[int]", claims: dict[int, dict[int, int]], sure: dict[int, int]) -> set[int]:
        found = set()
        for account in set(sure.values()):
            for type_ in {self._kin(leaf) for leaf in sure if sure[leaf] == account}:
                limit = self.types.get(type_).per_person
                ranked = []
                for leaf in (leaf for leaf in sure if sure[leaf] == account and self._kin(leaf) == type_):
                    around = {each: graph[leaf][each]["count"] for each in graph[leaf] if not self._is_account(each)}
                    inside = sum(n for each, n in around.items() if sure.get(each) == account)
                    own = claims[leaf][account]
                    ranked.append((-own - inside, sum(around.values()) - inside - own, leaf))
                found |= {leaf for _, excess, leaf in sorted(ranked)[limit:] if excess > 0} if limit else set()
        return found

    def _gathered(self, graph: "nx.Graph[int]", anchors: dict[int, int | None]) -> dict[int, int | None]:
        free = {leaf for leaf in graph if leaf not in anchors}
        clusters = {leaf: {leaf} for leaf in free}
        for leaf, anchor in anchors.items():
            if anchor is not None:
                clusters.setdefault(anchor, set()).add(leaf)
        ties = {
            frozenset((one, other)): edge["count"]
            for one, other, edge in graph.edges(data=True)
            if all(self._is_account(end) is False for end in (one, other)) and free & {one, other}
        }
        lost: set[int] = set()
        while pairs := self._pairs(clusters, ties):
            one, other = min(pairs, key=lambda pair: (*self._order(clusters, ties, *pair), *sorted(pair)))
            self._meet(clusters, ties, min(one, other), max(one, other), lost)
        home = {leaf: rank for rank, members in clusters.items() for leaf in members}
        return {leaf: None if leaf in lost else rank for leaf, rank in home.items()}

    def _pairs(self, clusters: dict[int, set[int]], ties: dict[Pair, int]) -> set[tuple[int, int]]:
        home = {leaf: rank for rank, members in clusters.items() for leaf in members}
        found = set()
        for one, other in map(tuple, ties):
            if one in home and other in home and home[one] != home[other]:
                found.add((min(home[one], home[other]), max(home[one], home[other])))
        return found

    def _between(self, ties: dict[Pair, int], one: set[int], other: set[int]) -> dict[Pair, int]:
        return {pair: n for pair, n in ties.items() if pair & one and pair & other}

    def _order(self, clusters: dict[int, set[int]], ties: dict[Pair, int], one: int, other: int) -> tuple[int, int]:
        evidence = self._between(ties, clusters[one], clusters[other])
        is_person = any(map(self._is_account, clusters[one] | clusters[other]))
        tier = 2 if is_person else 0 if any(all(map(self._is_head, pair)) for pair in evidence) else 1
        return tier, -sum(evidence.values())

    def _is_excess(self, one: set[int], other: set[int]) -> bool:
        first, second = self._counts(one), self._counts(other)
        both = set(first) & set(second)
        if "account" in both:
            return True
        return self._is_too_much(Counter({type_: first[type_] + second[type_] for type_ in both - {"account"}}))

    def _meet(self, clusters: dict[int, set[int]], ties: dict[Pair, int], one: int, other: int, lost: set[int]) -> None:
        a, b = clusters[one], clusters[other]
        evidence = self._between(ties, a, b)
        through = set.intersection(*({leaf for leaf in pair if not self._is_head(leaf)} for pair in evidence))
        is_held = any(self._is_life(a - {leaf}) and self._is_life(b - {leaf}) for leaf in through)
        if self._is_excess(a, b) or is_held:
            return _drop(ties, evidence)
        tier, strength = self._order(clusters, ties, one, other)
        for side, wanted in ((one, other), (other, one)):
            beside = {rank for pair in self._pairs(clusters, ties) if side in pair for rank in pair} - {side, wanted}
            orders = {rank: self._order(clusters, ties, side, rank) for rank in beside}
            rivals = {
                rank
                for rank, (its_tier, its_strength) in orders.items()
                if 3 * its_strength < strength
                and not (tier == 0 and its_tier)
                and self._is_excess(clusters[rank], clusters[wanted])
                and not self._is_excess(clusters[rank], clusters[side])
            }
            if not rivals:
                continue
            if any(orders[rank][1] <= 3 * strength for rank in rivals):
                return _drop(ties, evidence)
            if len(clusters[side]) == 1 and not self._is_head(*clusters[side]):
                lost |= clusters[side]
                rivals = beside
            for rank in {*rivals, wanted}:
                _drop(ties, self._between(ties, clusters[side], clusters[rank]))
            return None
        clusters[min(one, other)] = a | b
        del clusters[max(one, other)]
        return None

    def _votes(self, graph: "nx.Graph[int]", leaves: set[int], anchors: dict[int, int | None]) -> dict[int, int]:
        votes: dict[int, int] = defaultdict(int)
        for leaf in leaves:
            for other, edge in graph[leaf].items():
                anchor = anchors.get(other)
                if other not in leaves and self._is_account(other) and anchor is not None:
                    votes[anchor] += edge["count"]
        return votes


def _drop(ties: dict[Pair, int], gone: Iterable[Pair]) -> None:
    for pair in list(gone):
        del ties[pair]


def _dominant(votes: dict[int, int]) -> int | None:
    ordered = sorted(votes.items(), key=lambda vote: -vote[1])
    if len(ordered) > 1 and ordered[0][1] < 3 * ordered[1][1]:
        return None
    return ordered[0][0]
