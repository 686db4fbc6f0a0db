"""The law of the room: who is one person is a function of the set of evidence."""

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identity.naive import Naive
from tests.identity.support import SECRET, event, resolve
from tests.support.undoing import cut, erase_person, restore
from trenza.events import Event
from trenza.identity import IdentifierType, IdentifierTypes, Resolver, link_text
from trenza.identity.graph import link_number
from trenza.identity.store import all_nodes, delete_nodes, delete_tombstones
from trenza.storage import Database

_TYPES = IdentifierTypes(
    [IdentifierType(name="device_id", kind="device", priority=50, people=2, neighbours=4)],
)
_identifiers = st.sampled_from(
    [
        f"{type_}:{value}"
        for type_ in ("user_id", "google", "loyalty_card", "email", "email_sha256", "device_id", "anonymous_id")
        for value in "abcd"
    ],
)
_plain_identifiers = _identifiers.filter(lambda name: not name.startswith("email_sha256"))
_Said = tuple[int, tuple[str, ...], str]
_said = st.tuples(
    st.integers(0, 6),
    st.lists(_identifiers, min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(["track", "alias"]),
)


_plain_said = st.tuples(
    st.integers(0, 6),
    st.lists(_plain_identifiers, min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(["track", "alias"]),
)
"""Without hashes: where links are named by their ids, which change when a plain one takes its hash's place."""


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = Database("sqlite://")
    database.create_tables()
    yield database
    database.close()


def _clusters(database: Database) -> set[tuple[int, frozenset[int]]]:
    members = defaultdict(set)
    with database.read() as tx:
        for row in all_nodes(tx):
            members[row[3]].add(row[0])
    return {(person, frozenset(leaves)) for person, leaves in members.items()}


def _empty(database: Database) -> None:
    with database.write() as tx:
        delete_nodes(tx, [row[0] for row in all_nodes(tx)])
        delete_tombstones(tx)


def _events(said: list[_Said]) -> list[Event]:
    return [event(at, *map(_spelt, ids), seq=seq, type_=kind) for seq, (at, ids, kind) in enumerate(said)]


def _spelt(name: str) -> str:
    """The same letter is the same address, plain or as a hash."""
    type_, _, letter = name.partition(":")
    address = f"x@{letter}.es"
    match type_:
        case "email":
            return f"email:{address}"
        case "email_sha256":
            return f"email_sha256:{sha256(address.encode()).hexdigest().upper()}"
        case _:
            return name


@settings(max_examples=150, deadline=None)
@given(said=st.lists(_said, min_size=1, max_size=25), data=st.data())
def test_any_order_and_any_batches_give_the_same_people_with_the_same_ids(
    memory: Database, said: list[_Said], data: st.DataObject
) -> None:
    events = _events(said)
    expected = Naive(events, types=_TYPES).clusters()
    shuffled = data.draw(st.permutations(events))
    batch = data.draw(st.integers(1, len(events)))

    _empty(memory)
    remembered = data.draw(st.sampled_from([0, 2, 5, 100]))
    resolve(memory, shuffled, batch, Resolver(SECRET, _TYPES, remembered=remembered))

    assert expected == _clusters(memory)


@settings(max_examples=60, deadline=None)
@given(said=st.lists(_said, min_size=1, max_size=25), data=st.data())
def test_two_processes_by_turns_give_what_one_gives(memory: Database, said: list[_Said], data: st.DataObject) -> None:
    events = _events(said)
    _empty(memory)
    both = [Resolver(SECRET, _TYPES), Resolver(SECRET, _TYPES)]
    for each in events:
        resolve(memory, [each], resolver=both[data.draw(st.integers(0, 1))])

    assert Naive(events, types=_TYPES).clusters() == _clusters(memory)


@settings(max_examples=80, deadline=None)
@given(said=st.lists(_said, min_size=1, max_size=25), data=st.data())
def test_the_moves_tell_every_change_of_person(memory: Database, said: list[_Said], data: st.DataObject) -> None:
    events = _events(said)
    _empty(memory)
    resolver = Resolver(SECRET, _TYPES)
    batch = data.draw(st.integers(1, len(events)))
    told: dict[int, int] = {}
    for start in range(0, len(events), batch):
        part = events[start : start + batch]
        with memory.write() as tx:
            resolver.load(tx, part)
            for each in part:
                resolution = resolver.resolve(each)
                assert resolution is not None
                for move in resolution.moves:
                    assert [move.before] * len(move.leaves) == [told[leaf] for leaf in move.leaves]
                    told.update(dict.fromkeys(move.leaves, move.after))
                for person in resolver.persons():
                    for known in resolver.known(person):
                        assert person == told.setdefault(known.leaf, person)
            resolver.store(tx)

    with memory.read() as tx:
        assert told == {row[0]: row[3] for row in all_nodes(tx)}


@settings(max_examples=120, deadline=None)
@given(before=st.lists(_said, min_size=1, max_size=15), after=st.lists(_said, max_size=10), data=st.data())
def test_a_cut_stays_cut_and_a_restore_gives_everything_back(
    memory: Database, before: list[_Said], after: list[_Said], data: st.DataObject
) -> None:
    events = _events([*before, *after])
    _empty(memory)
    resolve(memory, events[: len(before)], 4, Resolver(SECRET, _TYPES))
    pairs = sorted(tuple(sorted(pair)) for pair in Naive(events[: len(before)], types=_TYPES).count)
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    for a, b in chosen:
        with memory.write() as tx:
            cut(tx, link_text(link_number(a, b)), 100, _TYPES)
    resolve(memory, events[len(before) :], 3, Resolver(SECRET, _TYPES))

    assert Naive(events, map(frozenset, chosen), _TYPES).clusters() == _clusters(memory)

    plain = Naive(events, types=_TYPES).plain  # the same evidence stands on the plain one where that came later
    for a, b in data.draw(st.permutations(chosen)):
        with memory.write() as tx:
            restore(tx, link_text(link_number(plain.get(a, a), plain.get(b, b))), 200, _TYPES)

    assert Naive(events, types=_TYPES).clusters() == _clusters(memory)


@settings(max_examples=80, deadline=None)
@given(said=st.lists(_said, min_size=1, max_size=20), data=st.data())
def test_erasure_leaves_the_others_as_if_the_erased_had_never_been(
    memory: Database, said: list[_Said], data: st.DataObject
) -> None:
    events = _events(said)
    _empty(memory)
    resolve(memory, events, 5, Resolver(SECRET, _TYPES))
    person, leaves = data.draw(st.sampled_from(sorted(_clusters(memory), key=lambda each: each[0])))
    with memory.write() as tx:
        erased = erase_person(tx, person, SECRET, 50, _TYPES)

    assert leaves == {known.leaf for known in erased.identifiers}
    assert Naive(events, types=_TYPES, gone=leaves).clusters() == _clusters(memory)
