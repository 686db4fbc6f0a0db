from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.support import LEAF, NOW, House, track
from tests.events.test_validate import HOSTILE
from trenza.events import EVENTS_PER_ENTRY, Admission, Event, events_named, load_history, store_events
from trenza.kernel import encode_json
from trenza.storage import Database
from trenza.storage.log import Entry, Record


def test_an_event_keeps_what_was_sent_and_what_was_learned(house: House) -> None:
    message = track(
        timestamp="2026-03-02T09:00:00+01:00",
        sentAt="2026-03-02T11:00:00Z",
        context={"externalIds": [{"type": "card", "id": 4}]},
    )
    house.arrive(track("m0"))
    house.arrive(message, source="web")

    _, event = house.admit()

    assert (2 * EVENTS_PER_ENTRY, "web", "web", "ES") == (event.seq, event.source_name, event.channel, event.country)
    assert NOW - 2 * 3_600_000 == event.original_timestamp
    assert NOW + 3_600_000 == event.sent_at
    assert (NOW - 3 * 3_600_000, NOW, NOW) == (event.timestamp, event.received_at, event.arrived_at)
    assert (("user_id", "u1"), ("card", "4")) == event.identifiers
    with house.database.read() as tx:
        (stored,) = events_named(tx, ["m1"]).values()
    assert message == stored.message()
    assert (event.seq, event.source, LEAF, "E", event.timestamp, event.original_timestamp, event.sent_at, NOW, NOW) == (
        stored.seq,
        stored.source,
        stored.leaf,
        stored.name,
        stored.timestamp,
        stored.original_timestamp,
        stored.sent_at,
        stored.received_at,
        stored.arrived_at,
    )


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"type": "page", "name": "Home", "userId": "u"}, "Page Viewed"),
        ({"type": "screen", "userId": "u"}, "Screen Viewed"),
        ({"type": "identify", "userId": "u"}, ""),
        ({"type": "track", "event": "Store Visited", "userId": "u"}, "Store Visited"),
    ],
)
def test_events_bear_the_name_that_predicates_ask_for(embedded_house: House, item: dict[str, Any], name: str) -> None:
    embedded_house.arrive(item)

    assert [name] == [event.name for event in embedded_house.admit()]


def test_the_first_content_stays(house: House) -> None:
    house.arrive(track("m1", properties={"n": 1}), track("m1", properties={"n": 2}), track("m2"))
    house.arrive(track("m1", properties={"n": 3}))
    assert ["m1", "m2"] == [event.message_id for event in house.admit()]
    house.arrive(track("m2"), track("M1"), track("m1 "), track("m3"))
    assert ["M1", "m1 ", "m3"] == [event.message_id for event in house.admit()]

    with house.database.read() as tx:
        assert [{"n": 1}] == [event.message()["properties"] for event in events_named(tx, ["m1"]).values()]


def test_message_ids_are_known_per_source(house: House) -> None:
    house.arrive(track("m1"), source="web")
    house.arrive(track("m1"), source="till")

    assert ["web", "till"] == [event.source_name for event in house.admit()]


def test_a_missing_message_id_is_derived_from_its_place(embedded_house: House) -> None:
    embedded_house.arrive(track(None), track(""), track(None, messageId=None))
    with embedded_house.database.write() as tx:
        again = Admission(embedded_house.sources).admit(tx, embedded_house.log.read(0, 10), 0)

    first = embedded_house.admit()

    assert [event.message_id for event in again] == [event.message_id for event in first]
    assert 3 == len({event.message_id for event in first})
    assert [event.message_id for event in first] == [event.message["messageId"] for event in first]


def test_nothing_arrives_before_the_engine_nor_before_what_stands_before_it(embedded_house: House) -> None:
    bodies = [Entry("web", "track", encode_json(track(f"m{at}")), NOW + at) for at in (5, 3, 9)]
    embedded_house.log.append(bodies, NOW)

    assert [NOW + 5, NOW + 5, NOW + 9] == [event.arrived_at for event in embedded_house.admit(floor=NOW + 4)]


def test_what_the_house_says_counts_for_the_channel_it_names(embedded_house: House) -> None:
    embedded_house.arrive(track("m1", channel="email"), source="trenza")
    embedded_house.arrive(track("m1", channel="server"), source="web")

    assert ["email", "web"] == [event.channel for event in embedded_house.admit()]


def test_what_cannot_be_read_is_one_failed_event(house: House) -> None:
    house.log.append([Entry("web", "batch", b"{nonsense"), Entry("web", "batch", b"\0broken")], NOW)
    house.log.append([Entry("gone", "track", encode_json(track("m1"))), Entry("web", "batch", b"[" * 100_000)], NOW)
    house.arrive(track("m2"))

    assert ["m2"] == [event.message_id for event in house.admit()]
    assert [
        ("web", "the body is not valid JSON"),
        ("web", "the body is not valid JSON"),
        ("gone", "unknown write key"),
        ("web", "the body is not valid JSON"),
    ] == [(each.source, each.reason) for each in house.failed()]


def test_the_same_failure_sent_again_is_one_failed_event(house: House) -> None:
    for _ in range(3):
        house.arrive(track("m1", event=None))
    house.arrive(track("m1", event=None, other=True), track(None, event=None), track(None, event=None))

    house.admit()

    assert 4 == len(house.failed())


def test_robots_are_marked_and_kept(house: House) -> None:
    context = {"library": {"name": "analytics.js"}, "userAgent": "Googlebot/2.1"}
    house.arrive(track("m1", context=context), track("m2"))

    house.admit()

    with house.database.read() as tx:
        assert [True, False] == [event.bot for event in events_named(tx, ["m1", "m2"]).values()]


def test_history_is_read_by_leaf_and_name_in_order_of_event_time(house: House) -> None:
    times = {"m1": "2026-03-02T09:00:00Z", "m2": "2026-03-02T08:00:00Z", "m3": "2026-03-02T08:00:00Z"}
    house.arrive(*(track(name, timestamp=at) for name, at in times.items()), track("m4", event="Other"))
    house.admit()

    with house.database.read() as tx:
        found = load_history(tx, [LEAF, 8], ["E"])
        assert {} == load_history(tx, [], ["E"]) == load_history(tx, [LEAF], [])
    assert {LEAF: ["m2", "m3", "m1"]} == {leaf: [each.message_id for each in rest] for leaf, rest in found.items()}


BODIES = st.lists(
    st.tuples(
        st.sampled_from(["web", "till", "", "gone"]),
        st.sampled_from(["batch", "track", "alias"]),
        st.dictionaries(st.sampled_from(["batch", "context", "sentAt", "userId", "event"]), HOSTILE)
        | st.fixed_dictionaries({"batch": st.lists(HOSTILE | st.just(track("m1")) | st.just(track("m2")), max_size=4)}),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(bodies=BODIES)
def test_a_batch_gives_what_single_records_give_and_loses_nothing(bodies: list[tuple[str, str, Any]]) -> None:
    records = [
        Record(offset, source, route, encode_json(body), NOW + offset)
        for offset, (source, route, body) in enumerate(bodies, 1)
    ]
    together, alone = _run([records]), _run([[record] for record in records])

    assert together == alone


def _run(batches: list[list[Record]]) -> tuple[list[Event], list[tuple[str, str]]]:
    database = Database("sqlite://")
    database.create_tables()
    house = House(database)
    events: list[Event] = []
    for records in batches:
        floor = events[-1].arrived_at if events else 0
        with database.write() as tx:
            admitted = Admission(house.sources).admit(tx, records, floor)
            store_events(tx, [(event, LEAF) for event in admitted])
        events += admitted
    failed = [(each.id, each.reason) for each in house.failed()]
    database.close()
    return events, failed
