"""Accepted matches tie people whole, whatever speaks against it, and are a function of the evidence like all else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identity.naive import Naive
from tests.identity.support import SECRET, event, resolve
from tests.identity.test_order import _TYPES, _clusters, _empty, _events, _plain_said, _Said, memory
from tests.support.undoing import cut, restore, tie
from trenza.identity import Resolver, clusters, explain, history, known_of, leaf_named
from trenza.kernel import Conflict, NotFound
from trenza.storage import Database

__all__ = ["memory"]
_DAY = 1_767_225_600_000
_ONE = [
    event(_DAY, "email:ana@example.com", "phone:600000001"),
    event(_DAY + 1, "email:ana@example.com", "device_id:d"),
]
_OTHER = [event(_DAY + 2, "email:anna@example.com", "loyalty_card:7", seq=1)]


def _sets(database: Database) -> list[tuple[str, ...]]:
    with database.read() as tx:
        return sorted(cluster.identifiers for cluster in clusters(tx))


def test_people_are_tied_whole_although_they_have_more_than_one_person_may(database: Database) -> None:
    resolve(database, [*_ONE, *_OTHER])
    before = _sets(database)
    ends = leaf_named("phone:+34600000001"), leaf_named("loyalty_card:7")
    with database.write() as tx:
        link, moves = tie(tx, *ends, _DAY + 10)

    together = (
        "device_id:d",
        "email:ana@example.com",
        "email:anna@example.com",
        "loyalty_card:7",
        "phone:+34600000001",
    )
    assert [together] == [tuple(sorted(each)) for each in _sets(database)]
    assert [2] == [len(move.leaves) for move in moves]
    with database.read() as tx:
        [evidence] = explain(tx, *ends).links
        assert {"merge", "tie"} == {entry.op for entry in history(tx)}
    assert (link, "match", True) == (evidence.link, evidence.rule, evidence.live)

    with database.write() as tx:
        cut(tx, link, _DAY + 20)
    assert before == _sets(database)
    with database.write() as tx:
        restore(tx, link, _DAY + 30)
    assert [together] == [tuple(sorted(each)) for each in _sets(database)]


def test_a_match_does_not_make_an_identifier_shared(database: Database) -> None:
    resolve(database, [event(_DAY + n, f"user_id:u{n}", seq=n) for n in range(5)] + [event(_DAY + 9, "email:x@y.es")])
    with database.write() as tx:
        for n in range(5):
            tie(tx, leaf_named("email:x@y.es"), leaf_named(f"user_id:u{n}"), _DAY + 10 + n)

    assert 1 == len(_sets(database))


def test_a_message_may_say_what_a_match_says(database: Database) -> None:
    resolve(database, [event(_DAY, "user_id:a"), event(_DAY, "email:a@example.com", seq=1)])
    ends = leaf_named("user_id:a"), leaf_named("email:a@example.com")
    with database.write() as tx:
        link, _ = tie(tx, *ends, _DAY + 1)
    resolve(database, [event(_DAY + 2, "user_id:a", "email:a@example.com", seq=2)])
    with database.write() as tx:
        moves = cut(tx, link, _DAY + 3)

    assert () == moves
    assert 1 == len(_sets(database))


def test_two_are_tied_once_and_a_cut_match_is_not_made_again(database: Database) -> None:
    resolve(database, [*_ONE, *_OTHER])
    ends = leaf_named("email:ana@example.com"), leaf_named("loyalty_card:7")
    with database.write() as tx:
        link, _ = tie(tx, *ends, _DAY + 10)
        with pytest.raises(Conflict, match="already"):
            tie(tx, *ends[::-1], _DAY + 11)
        cut(tx, link, _DAY + 12)
        with pytest.raises(Conflict, match="restore"):
            tie(tx, *ends, _DAY + 13)
        with pytest.raises(NotFound):
            tie(tx, ends[0], leaf_named("email:nobody@example.com"), _DAY + 14)


@settings(max_examples=150, deadline=None)
@given(said=st.lists(_plain_said, min_size=2, max_size=25), data=st.data())
def test_matches_and_messages_in_any_order_give_the_same_people(
    memory: Database,
    said: list[_Said],
    data: st.DataObject,
) -> None:
    events = _events(said)
    naive = Naive(events, types=_TYPES)
    shuffled = data.draw(st.permutations(events))
    half = data.draw(st.integers(1, len(events)))
    _empty(memory)
    resolver = Resolver(SECRET, _TYPES)
    resolve(memory, shuffled[:half], 3, resolver)
    known = sorted(leaf for _, leaves in _clusters(memory) for leaf in leaves)
    ends = st.tuples(st.sampled_from(known), st.sampled_from(known)).filter(lambda pair: pair[0] < pair[1])
    ties = data.draw(st.lists(ends, max_size=3, unique=True)) if len(known) > 1 else []
    links = []
    for at, (one, other) in enumerate(ties):
        with memory.write() as tx:
            links.append(tie(tx, one, other, at, _TYPES)[0])
    resolve(memory, shuffled[half:], 3, resolver)

    assert _tied(naive, ties, memory) == _clusters(memory)

    for at, link in enumerate(links):
        with memory.write() as tx:
            cut(tx, link, 100 + at, _TYPES)
    assert naive.clusters() == _clusters(memory)
    for at, link in enumerate(links):
        with memory.write() as tx:
            restore(tx, link, 200 + at, _TYPES)
    assert _tied(naive, ties, memory) == _clusters(memory)


def _tied(naive: Naive, ties: list[tuple[int, int]], database: Database) -> set[tuple[int, frozenset[int]]]:
    """What the oracle finds, and on top of it people whom a tie between identifiers that join makes one."""
    with database.read() as tx:
        known = known_of(tx, set(naive.person) | {person for person, _ in _clusters(database)}, _TYPES)
    joins = {each.leaf for held in known.values() for each in held if each.joins}
    groups = [set(leaves) for _, leaves in naive.clusters()]
    for one, other in ties:
        if one in joins and other in joins:
            first, second = (next(group for group in groups if leaf in group) for leaf in (one, other))
            if first is not second:
                groups.remove(second)
                first |= second
    return {(min(group, key=lambda leaf: (naive.first[leaf], leaf)), frozenset(group)) for group in groups}
