from tests.events.support import LEAF, House, track
from trenza.events import Emission, count_events, emit, erase_events, relay
from trenza.storage import Database
from trenza.storage.log import Entry, SqlLog

EMAIL = "ana@example.com"


def test_an_erased_person_is_nowhere(house: House) -> None:
    secret = {"email": EMAIL}
    house.arrive(track("m1", traits=secret), {"type": "identify", "userId": "u2", "messageId": "m2", "traits": secret})
    house.arrive(track("m1", traits=secret), context={"traits": secret})
    house.arrive({**track("m3", traits=secret)}, route="track")
    house.arrive(track("bad", event=None, context={"traits": {"phone": "600 11 12 22"}}), track("fine", event=None))
    house.admit()
    with house.database.write() as tx:
        emit(
            tx,
            [Emission(message_id="r", message=track("r", properties={"address": "ANA@example.com"}), channel="email")],
        )

    with house.database.write() as tx:
        erased = erase_events(tx, house.log, [LEAF], [EMAIL, "+34600111222"])

    assert (4, 1, 5) == (erased.events, erased.failed, erased.log_items)
    assert not any(EMAIL.encode() in record.body.lower() for record in house.log.read(0, 100))
    assert not any(b"600 11" in record.body for record in house.log.read(0, 100))
    assert ["fine"] == [each.message_id for each in house.failed()]
    assert 0 == relay(house.database, house.log, house.clock)
    with house.database.read() as tx:
        assert 0 == count_events(tx)


def test_a_replay_of_the_log_passes_over_what_was_erased(embedded_house: House) -> None:
    house = embedded_house
    house.arrive(track("m1"), track("m2"), None, track("m3", event=None))
    events = house.admit()
    with house.database.write() as tx:
        erase_events(tx, house.log, [LEAF])

    house.offset = 0
    assert [] == house.admit()
    assert 2 == len(house.failed())  # the `null` that a client sent is still one
    assert 2 == len(events)


def test_erasing_twice_is_erasing_once(embedded_house: House) -> None:
    house = embedded_house
    house.arrive(track("m1"), track("m2"))
    house.admit()
    for _ in range(2):
        with house.database.write() as tx:
            erase_events(tx, house.log, [LEAF])
        before = house.log.read(0, 1)
    assert before == house.log.read(0, 1)


def test_nobody_can_send_a_hole(embedded_house: House) -> None:
    embedded_house.arrive(None, erased=[0])

    embedded_house.admit()
    assert ["the item is not an object"] == [each.reason for each in embedded_house.failed()]


def test_the_log_puts_another_body_in_the_place_of_one(database: Database, tmp_path: object) -> None:
    own = Database(f"sqlite:///{tmp_path}/log.db") if database.is_sqlite else database
    log = SqlLog(own)
    log.append([Entry("web", "track", b"old"), Entry("web", "track", b"other")], 5)

    log.replace(1, b"new")

    assert [b"new", b"other"] == [record.body for record in log.read(0, 9)]
