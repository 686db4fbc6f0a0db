from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text, select

from trenza.storage import Database, among, bulk_insert, bulk_upsert

_things = Table(
    "thing",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("name", Text),
    Column("octets", LargeBinary),
    Column("good", Boolean),
)


@pytest.fixture
def things(database: Database) -> Iterator[Database]:
    _things.create(database.engine)
    yield database
    _things.drop(database.engine)


def test_an_insert_leaves_what_is_there(things: Database) -> None:
    with things.write() as tx:
        bulk_insert(tx, _things, ["id", "name", "octets", "good"], [(1, "a", b"x", True), (2, "b", b"y", False)])
        bulk_insert(tx, _things, ["id", "name"], [(1, "other"), (3, "c")])

    with things.read() as tx:
        rows = tx.execute(select(_things).order_by(_things.c.id)).all()
    assert [(1, "a", b"x", True), (2, "b", b"y", False), (3, "c", None, None)] == list(rows)


def test_an_upsert_gives_new_values(things: Database) -> None:
    with things.write() as tx:
        bulk_insert(tx, _things, ["id", "name", "good"], [(1, "a", True)])
        bulk_upsert(tx, _things, ["id", "name"], [(1, "z"), (2, "b")])

    with things.read() as tx:
        rows = tx.execute(select(_things.c.id, _things.c.name, _things.c.good).order_by(_things.c.id)).all()
    assert [(1, "z", True), (2, "b", None)] == list(rows)


def test_among_takes_any_number_of_values_and_forgets_the_last_ones(things: Database) -> None:
    with things.write() as tx:
        bulk_insert(tx, _things, ["id", "name"], [(number, str(number)) for number in range(100_000)])

    with things.read() as tx:
        for wanted in ([], [5], [7, 8, -1], list(range(90_000))):
            found = tx.scalars(select(_things.c.id).where(among(_things.c.id, wanted)).order_by(_things.c.id)).all()
            assert [number for number in wanted if number >= 0] == list(found)
            named = tx.scalars(select(_things.c.id).where(among(_things.c.name, [str(each) for each in wanted]))).all()
            assert len(found) == len(named)
