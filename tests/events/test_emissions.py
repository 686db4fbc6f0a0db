import pytest

from tests.events.support import House
from trenza.events import Emission, emit, relay
from trenza.events.store import insert_emissions


def receipt(number: int) -> Emission:
    message = {"type": "track", "event": "Message Sent", "userId": "u1", "properties": {"number": number}}
    return Emission(message_id=f"r{number}", message=message, channel="email")


def test_what_is_emitted_becomes_an_event_once_in_order(house: House) -> None:
    with house.database.write() as tx:
        emit(tx, [receipt(number) for number in range(700)])
    with house.database.write() as tx:
        emit(tx, [receipt(5), receipt(700)])

    assert 701 == relay(house.database, house.log, house.clock)
    assert 0 == relay(house.database, house.log, house.clock)
    events = house.admit()
    assert [f"r{number}" for number in range(701)] == [event.message_id for event in events]
    assert {("trenza", "email", "Message Sent")} == {(each.source_name, each.channel, each.name) for each in events}


def test_a_relay_that_was_cut_off_doubles_nothing(house: House) -> None:
    with house.database.write() as tx:
        emit(tx, [receipt(1)])
    relay(house.database, house.log, house.clock)
    with house.database.write() as tx:
        insert_emissions(tx, [receipt(1)])  # as if the state had not been written
    relay(house.database, house.log, house.clock)

    assert 2 == house.log.end()
    assert ["r1"] == [event.message_id for event in house.admit()]


def _emit_and_fail(house: House) -> None:
    with house.database.write() as tx:
        emit(tx, [receipt(1)])
        _ = 1 / 0


def test_nothing_is_emitted_where_its_cause_is_undone(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        _emit_and_fail(house)

    assert 0 == relay(house.database, house.log, house.clock)
