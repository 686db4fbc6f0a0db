from tests.events.support import NOW, House, track
from trenza.events import Plans, TrackingPlan, add_source, events_named, failed_page, replay_failed
from trenza.events.plans import PlannedEvent
from trenza.events.store import insert_failed
from trenza.kernel import encode_json
from trenza.storage.log import Entry


def replay(house: House) -> tuple[int, int]:
    result = replay_failed(house.database, house.log, house.clock, house.plans)
    return result.accepted, result.remaining


def test_a_replay_stores_what_is_mended_with_the_instants_it_had(house: House) -> None:
    said = {"timestamp": "2026-03-02T09:30:00Z", "sentAt": "2026-03-02T10:00:00Z"}
    house.log.append(
        [
            Entry(
                "",
                "batch",
                encode_json({"batch": [track("m1", **said), track(None), {"type": "odd"}], "writeKey": "later"}),
            )
        ],
        NOW,
    )
    house.admit()
    assert (0, 3) == replay(house)
    house.clock.advance(86_400_000)
    add_source(house.database, "late", "web", "later")

    assert (2, 1) == replay(house)
    assert ["`type` is none of identify, track, page, screen, group, alias"] == [each.reason for each in house.failed()]
    events = house.admit()
    assert 2 == len(events)
    with house.database.read() as tx:
        (stored,) = events_named(tx, ["m1"]).values()
    assert (NOW, NOW - 1_800_000, NOW - 1_800_000) == (stored.received_at, stored.original_timestamp, stored.timestamp)
    assert (0, 1) == replay(house)
    assert [] == house.admit()


def test_a_replay_that_was_cut_off_stores_nothing_twice(house: House) -> None:
    house.log.append([Entry("", "track", encode_json({**track(None), "writeKey": "later"}))], NOW)
    house.admit()
    add_source(house.database, "late", "web", "later")
    kept = house.failed()
    replay(house)
    with house.database.write() as tx:  # as if the state had not been written
        insert_failed(tx, kept)
    replay(house)

    assert 1 == len(house.admit())
    assert [] == house.failed()


def test_failed_events_are_paged(house: House) -> None:
    house.arrive(*(track(f"m{number}", event=None) for number in range(5)))
    house.admit()

    with house.database.read() as tx:
        first, cursor = failed_page(tx, 3)
        second, end = failed_page(tx, 3, cursor)
        assert [] == failed_page(tx, 3, "9.x")[0] or failed_page(tx, 3, "nonsense")[0] == first
    assert ["m0", "m1", "m2", "m3", "m4"] == [each.message_id for each in first + second]
    assert "" == end


def test_a_plan_that_was_loosened_lets_events_in(house: House) -> None:
    strict = PlannedEvent(schema={"required": ["total"]}, mode="refuse")
    house.plan(TrackingPlan(key="shop", events={"E": strict}))
    house.arrive(track("m1"))
    assert [] == house.admit()
    assert ["plan shop: the properties breaks `required` (missing: total)"] == [each.reason for each in house.failed()]

    house.plans = Plans()
    assert (1, 0) == replay(house)
    assert ["m1"] == [event.message_id for event in house.admit()]
