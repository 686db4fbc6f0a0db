"""A data folder from before the tallies is counted once, when it is migrated, to the same figures."""

from typing import Any

from sqlalchemy import text
from tests.events.support import House, track
from tests.identity.support import resolve
from tests.journeys.test_store import play

from trenza.events import CONVERSION, emit, relay, tally_events
from trenza.events.model import Emission
from trenza.kernel import format_instant
from trenza.storage import Database
from trenza.storage.migrations import upgrade

_TALLIES = ("event_tally", "event_name", "order_tally", "decision_tally", "person_tally", "identifier_tally")


def _figures(database: Database) -> dict[str, list[Any]]:
    with database.read() as tx:
        return {name: sorted(map(tuple, tx.execute(text(f"SELECT * FROM {name}")))) for name in _TALLIES}  # noqa: S608


def test_what_was_there_before_is_counted_to_the_same_figures(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database)
    house = House(database)
    robot = {"userAgent": "Googlebot/2.1", "library": {"name": "analytics.js"}}
    house.arrive(
        track("m1", event=CONVERSION, properties={"revenue": 19.99, "currency": "EUR"}),
        track("m2", event="Order Refunded", properties={"total": 5, "currency": "EUR"}),
        track("m3", event="Seen by ana@example.com"),
        track("m4", event="Seen", timestamp=format_instant(-5)),
        {**track("m5", event=CONVERSION, properties={"total": 5}), "context": robot},
        {"type": "identify", "userId": "u2"},
    )
    with database.write() as tx:
        emit(tx, [Emission(message_id="e1", message=track("e1", event="Message Sent"), channel="email")])
    relay(database, house.log, house.clock)
    events = house.admit()
    with database.write() as tx:
        tally_events(tx, events)
    resolve(database, events)
    play(database, 2)
    expected = _figures(database)

    with database.write() as tx:
        for name in _TALLIES:
            tx.execute(text(f"DROP TABLE {name}"))
        tx.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    upgrade(database, "0003")

    assert all(expected.values())
    assert expected == _figures(database)
    database.close()


def test_lines_of_the_identity_log_from_before_are_counted_by_the_quarter_of_an_hour(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, "0009")
    line = "INSERT INTO identity_log (id, op, at, winner, loser, leaves, cause) VALUES (:id, :op, :at, 1, 2, 1, 'm')"
    with database.write() as tx:
        for number, (op, at) in enumerate((("merge", 899_999), ("merge", 900_000), ("merge", 1_799_999), ("cut", 5))):
            tx.execute(text(line), {"id": str(number), "op": op, "at": at})
    upgrade(database)

    with database.read() as tx:
        found = tx.execute(text("SELECT quarter, op, lines FROM identity_tally ORDER BY quarter, op")).all()
    assert [(0, "cut", 1), (0, "merge", 1), (900_000, "merge", 2)] == list(map(tuple, found))
    database.close()
