from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from trenza.matching import Pair, average_linkage, bridges, choose, one_best

_WEIGHTS = st.dictionaries(
    st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-8, 24).map(float),
    max_size=20,
)


@st.composite
def _shuffled(draw: st.DrawFn) -> tuple[list[Pair], list[Pair]]:
    pairs = [Pair(one, other, weight) for (one, other), weight in draw(_WEIGHTS).items()]
    return pairs, draw(st.permutations(pairs))


@given(_shuffled())
def test_the_order_of_pairs_does_not_matter(given_: tuple[list[Pair], list[Pair]]) -> None:
    pairs, others = given_

    assert average_linkage(pairs, 0) == average_linkage(others, 0)
    assert bridges(pairs) == bridges(others)
    for how in ("average", "best", "threshold"):
        assert choose(pairs, how, 0) == choose(others, how, 0)


@given(_shuffled())
def test_bridges_are_those_of_the_graph_that_part_two_groups(given_: tuple[list[Pair], list[Pair]]) -> None:
    pairs, _ = given_
    graph: nx.Graph[Any] = nx.Graph([(pair.one, pair.other) for pair in pairs])
    expected: set[tuple[int, int]] = set()
    found: list[tuple[int, int]] = list(nx.bridges(graph))
    for one, other in found:
        left = graph.copy()
        left.remove_edge(one, other)
        if min(len(nx.node_connected_component(left, end)) for end in (one, other)) > 1:
            expected.add((min(one, other), max(one, other)))

    assert expected == bridges(pairs)


def test_one_weak_pair_does_not_chain_two_groups() -> None:
    groups = [Pair(1, 2, 15), Pair(1, 3, 15), Pair(2, 3, 15), Pair(4, 5, 15), Pair(4, 6, 15), Pair(5, 6, 15)]
    weak = Pair(3, 4, 2)

    assert [(1, 2, 3), (4, 5, 6)] == average_linkage([*groups, weak], 0)
    assert weak not in choose([*groups, weak], "average", 0)
    assert weak in choose([*groups, weak], "threshold", 0)
    assert {(3, 4)} == bridges([*groups, weak])


def test_each_has_one_best_at_most() -> None:
    assert [Pair(1, 11, 9), Pair(2, 12, 3)] == one_best(
        [Pair(1, 11, 9), Pair(1, 12, 5), Pair(2, 11, 8), Pair(2, 12, 3)]
    )
