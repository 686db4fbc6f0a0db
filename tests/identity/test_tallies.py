"""People and identifiers are counted as they come, join, part and go; never by looking at all of them."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identity.support import SECRET, event, resolve
from tests.support.undoing import cut, erase_person
from trenza.identity import Resolver, count_identifiers, count_people, link_text
from trenza.identity.graph import link_number
from trenza.identity.store import all_nodes, delete_nodes, delete_tombstones
from trenza.storage import QUARTER, Database, quarter_of

_ids = st.sampled_from([f"{type_}:{value}" for type_ in ("user_id", "device_id", "anonymous_id") for value in "abc"])
_said = st.lists(st.tuples(st.integers(0, 9), st.lists(_ids, min_size=1, max_size=3, unique=True)), min_size=1)


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = Database("sqlite://")
    database.create_tables()
    yield database
    database.close()


def _check(database: Database) -> None:
    with database.read() as tx:
        rows = list(all_nodes(tx))
        heads = {row[0]: row[8] for row in rows}
        people = Counter(quarter_of(heads[person]) for person in {row[3] for row in rows})
        assert people.total() == count_people(tx)
        for quarter in range(10):
            since = quarter * QUARTER
            assert sum(count for at, count in people.items() if at >= since) == count_people(tx, since)
        assert Counter(row[1] for row in rows) == count_identifiers(tx)


def _empty(database: Database) -> None:
    with database.write() as tx:
        delete_nodes(tx, [row[0] for row in all_nodes(tx)])
        delete_tombstones(tx)
    _check(database)


@settings(max_examples=80, deadline=None)
@given(said=_said, batch=st.integers(1, 9))
def test_the_count_is_that_of_the_people(memory: Database, said: list[tuple[int, list[str]]], batch: int) -> None:
    events = [event(at * QUARTER + 1, *ids, seq=seq) for seq, (at, ids) in enumerate(said)]
    _empty(memory)
    resolve(memory, events, batch, Resolver(SECRET))

    _check(memory)
    with memory.write() as tx:
        somebody = next(all_nodes(tx))[3]
        erase_person(tx, somebody, SECRET, 99 * QUARTER)
    _check(memory)


def test_a_cut_makes_two_people_of_one(database: Database) -> None:
    resolve(
        database, [event(1, "anonymous_id:a"), event(QUARTER, "user_id:u"), event(2, "anonymous_id:a", "user_id:u")]
    )
    with database.write() as tx:
        assert 1 == count_people(tx)
        ends = [row[0] for row in all_nodes(tx)]
        cut(tx, link_text(link_number(*sorted(ends))), 3 * QUARTER)

        assert 2 == count_people(tx)
        assert {"anonymous_id": 1, "user_id": 1} == count_identifiers(tx)
    _check(database)
