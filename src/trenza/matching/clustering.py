"""From weighted pairs to who is one: a pure function of the pairs, whatever their order.

A threshold alone chains: A is like B, B like C, and strangers end up as one. So inside what hangs together the two
groups with the best **average** weight become one, as long as that average is as good as the threshold; a pair that was
not found counts as weighing `MISSING`. Where two lists are linked, each record has at most **one best** partner.

Without labels the choice is by what is asked: one list, average linkage; two lists, one-best. Thresholds are there for
whoever asks for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from trenza.identity import Leaf
from trenza.matching.model import Clustering, Pair

MISSING = -5.0
"""What a pair weighs that nothing brought together: 1 : 32 against."""
CEILING = 20.0
"""A pair weighs no more in an average: a million to one is sure enough, and no name is to outvote many strangers."""
_Entry = tuple[float, Leaf, Leaf]


def choose(pairs: Sequence[Pair], clustering: Clustering, least: float) -> list[Pair]:
    """The pairs that stand after clustering, in order.

    Args:
        pairs: all that were found; those below the threshold say what speaks against a group.
        clustering: how; see above.
        least: the threshold.
    """
    strong = sorted(pair for pair in pairs if pair.weight >= least)
    if clustering == "threshold":
        return strong
    if clustering == "best":
        return one_best(strong)
    group = {leaf: place for place, members in enumerate(average_linkage(pairs, least)) for leaf in members}
    return [pair for pair in strong if pair.one in group and group[pair.one] == group.get(pair.other)]


def one_best(pairs: Iterable[Pair]) -> list[Pair]:
    """At most one partner for each record, the heaviest pairs first; in order."""
    taken: set[Leaf] = set()
    found = []
    for pair in sorted(pairs, key=lambda pair: (-pair.weight, pair.one, pair.other)):
        if taken.isdisjoint((pair.one, pair.other)):
            taken |= {pair.one, pair.other}
            found.append(pair)
    return sorted(found)


def average_linkage(pairs: Iterable[Pair], least: float) -> list[tuple[Leaf, ...]]:
    """Groups of two or more records, each in order and in the order of their first."""
    sums: dict[Leaf, dict[Leaf, tuple[float, int]]] = defaultdict(dict)
    for pair in pairs:
        weight = min(pair.weight, CEILING)
        sums[pair.one][pair.other] = sums[pair.other][pair.one] = (weight, 1)
    members: dict[Leaf, list[Leaf]] = {leaf: [leaf] for leaf in sums}
    heap = [_entry(one, other, sums, members) for one in sums for other in sums[one] if one < other]
    heapify(heap)
    while heap:
        entry = heappop(heap)
        _, one, other = entry
        if -entry[0] < least:
            break
        if other not in sums.get(one, {}) or entry != _entry(one, other, sums, members):
            continue
        _unite(one, other, sums, members)
        for third in sums[one]:
            heappush(heap, _entry(min(one, third), max(one, third), sums, members))
    return sorted(tuple(sorted(each)) for each in members.values() if len(each) > 1)


def _entry(
    one: Leaf, other: Leaf, sums: Mapping[Leaf, Mapping[Leaf, tuple[float, int]]], members: Mapping[Leaf, list[Leaf]]
) -> _Entry:
    total, found = sums[one][other]
    all_pairs = len(members[one]) * len(members[other])
    return -(total + (all_pairs - found) * MISSING) / all_pairs, one, other


def _unite(
    one: Leaf, other: Leaf, sums: dict[Leaf, dict[Leaf, tuple[float, int]]], members: dict[Leaf, list[Leaf]]
) -> None:
    """Put a group into another; what each weighed with third ones adds up."""
    members[one] += members.pop(other)
    del sums[one][other]
    gone = sums.pop(other)
    del gone[one]
    for third, (total, found) in gone.items():
        before, many = sums[one].get(third, (0.0, 0))
        del sums[third][other]
        sums[one][third] = sums[third][one] = (before + total, many + found)


def bridges(pairs: Iterable[Pair]) -> set[tuple[Leaf, Leaf]]:
    """Pairs by which alone two groups hang together, of two records or more each: a wrong one costs most."""
    beside: dict[Leaf, list[Leaf]] = defaultdict(list)
    for pair in pairs:
        beside[pair.one].append(pair.other)
        beside[pair.other].append(pair.one)
    found: set[tuple[Leaf, Leaf]] = set()
    seen: dict[Leaf, int] = {}
    for root in sorted(beside):
        if root not in seen:
            found |= _bridges_from(root, beside, seen)
    return found


def _bridges_from(root: Leaf, beside: Mapping[Leaf, list[Leaf]], seen: dict[Leaf, int]) -> set[tuple[Leaf, Leaf]]:
    """Tarjan's walk: an edge is a bridge where nothing behind it leads back before it."""
    low: dict[Leaf, int] = {}
    size: dict[Leaf, int] = {}
    came: dict[Leaf, Leaf | None] = {root: None}
    order: list[Leaf] = []
    stack = [(root, iter(beside[root]))]
    seen[root] = low[root] = len(seen)
    while stack:
        leaf, rest = stack[-1]
        for other in rest:
            if other not in seen:
                came[other] = leaf
                seen[other] = low[other] = len(seen)
                stack.append((other, iter(beside[other])))
                break
            if other != came[leaf]:
                low[leaf] = min(low[leaf], seen[other])
        else:
            stack.pop()
            order.append(leaf)
            above = came[leaf]
            size[leaf] = 1 + sum(size[each] for each in beside[leaf] if came.get(each) == leaf and each in size)
            if above is not None:
                low[above] = min(low[above], low[leaf])
    cut = [(leaf, came[leaf]) for leaf in order]
    return {
        (min(leaf, above), max(leaf, above))
        for leaf, above in cut
        if above is not None and low[leaf] > seen[above] and 1 < size[leaf] < len(order) - 1
    }
