"""Other limits, and everybody worked out anew: the same graph as one that never had others."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identity.naive import Naive
from tests.identity.support import SECRET, event, resolve
from tests.identity.test_order import _clusters, _empty, _events, _Said, _said
from tests.support.undoing import cut
from trenza.identity import IdentifierType, IdentifierTypes, Resolver, identifiers_page, link_text
from trenza.identity.graph import link_number
from trenza.identity.store import all_nodes
from trenza.storage import Database

_Row = tuple[object, ...]
_limits = st.fixed_dictionaries({"people": st.integers(1, 4), "neighbours": st.integers(2, 8)})


def _types(data: st.DataObject) -> IdentifierTypes:
    """The built-in types of the tests with limits of any kind."""
    wanted = {
        "email": ("contact", 30, "email"),
        "loyalty_card": ("card", 20, "text"),
        "device_id": ("device", 50, "text"),
        "google": ("account", 11, "text"),
        "anonymous_id": ("device", 60, "text"),
    }
    return IdentifierTypes(
        IdentifierType(
            name=name,
            kind=kind,  # type: ignore[arg-type]  # one of the five
            priority=priority,
            normaliser=normaliser,  # type: ignore[arg-type]  # the same
            per_person=data.draw(st.integers(0, 2)),
            **data.draw(_limits),
        )
        for name, (kind, priority, normaliser) in wanted.items()
    )


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = Database("sqlite://")
    database.create_tables()
    yield database
    database.close()


def _rows(database: Database) -> set[_Row]:
    """Everything of every identifier but the id of what it hangs together with."""
    with database.read() as tx:
        return {(*row[:4], *row[5:]) for row in all_nodes(tx)}


def _parts(database: Database) -> set[frozenset[object]]:
    parts: dict[object, set[object]] = {}
    with database.read() as tx:
        for row in all_nodes(tx):
            parts.setdefault(row[4], set()).add(row[0])
    return {frozenset(part) for part in parts.values()}


def _work_out_page(database: Database, types: IdentifierTypes, after: int, size: int) -> int:
    """Work the next page out anew; returns its last identifier, 0 where there is none."""
    resolver = Resolver(SECRET, types)
    with database.write() as tx:
        page = [leaf for leaf, _, _ in identifiers_page(tx, after, size)]
        resolver.load_page(tx, page)
        told = {known.leaf: person for person in resolver.persons() for known in resolver.known(person)}
        for move in resolver.work_out_anew(page, 1_000):
            assert [move.before] * len(move.leaves) == [told[leaf] for leaf in move.leaves]
            told.update(dict.fromkeys(move.leaves, move.after))
        assert told == {known.leaf: person for person in resolver.persons() for known in resolver.known(person)}
        resolver.store(tx)
    return page[-1] if page else 0


@settings(max_examples=150, deadline=None)
@given(before=st.lists(_said, min_size=1, max_size=25), after=st.lists(_said, max_size=8), data=st.data())
def test_other_limits_leave_what_they_would_have_made_from_the_beginning(
    memory: Database, before: list[_Said], after: list[_Said], data: st.DataObject
) -> None:
    """The stream goes on by the new limits while the pages go by; links were cut before."""
    old, new = _types(data), _types(data)
    events = _events([*before, *after])
    first, later = events[: len(before)], events[len(before) :]
    _empty(memory)
    resolve(memory, first, data.draw(st.integers(1, 9)), Resolver(SECRET, old))
    pairs = sorted(tuple(sorted(pair)) for pair in Naive(first, types=old).count)
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3)) if pairs else []
    for a, b in chosen:
        with memory.write() as tx:
            cut(tx, link_text(link_number(a, b)), 100, old)

    live = Resolver(SECRET, new)
    last = -1
    while True:
        batch = [later.pop(0) for _ in range(data.draw(st.integers(0, min(2, len(later)))))]
        resolve(memory, batch, resolver=live)
        last = _work_out_page(memory, new, last, data.draw(st.integers(1, 7)))
        if not last:
            break
    resolve(memory, later, resolver=live)

    assert Naive(events, map(frozenset, chosen), new).clusters() == _clusters(memory)
    changed, parts = _rows(memory), _parts(memory)
    _empty(memory)
    resolve(memory, first, resolver=Resolver(SECRET, new))
    for a, b in chosen:
        with memory.write() as tx:
            cut(tx, link_text(link_number(a, b)), 100, new)
    resolve(memory, events[len(before) :], resolver=Resolver(SECRET, new))
    assert (_rows(memory), _parts(memory)) == (changed, parts)


def test_what_is_as_it_should_be_is_not_written(memory: Database) -> None:
    _empty(memory)
    types = IdentifierTypes()
    resolve(memory, [event(1, "user_id:u1", "email:a@x.es"), event(2, "user_id:u2", "email:b@x.es")])
    resolver = Resolver(SECRET, types)
    with memory.write() as tx:
        page = [leaf for leaf, _, _ in identifiers_page(tx, -1, 100)]
        resolver.load_page(tx, page)
        assert () == resolver.work_out_anew(page, 5)
        assert not resolver.is_changed


def test_types_of_other_limits_have_another_stamp_and_equal_ones_the_same() -> None:
    other = IdentifierType(name="email", kind="contact", priority=30, people=9, per_person=1, normaliser="email")

    assert IdentifierTypes().stamp == IdentifierTypes().stamp
    assert IdentifierTypes().stamp != IdentifierTypes([other]).stamp
