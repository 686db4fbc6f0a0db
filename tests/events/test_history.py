from tests.events.support import LEAF, House, track
from trenza.events import EVENTS_PER_ENTRY, export_events, sent_as, timeline
from trenza.events.redaction import redact
from trenza.kernel import parse_instant


def test_the_export_keeps_the_clients_fields_and_adds_what_is_known(house: House) -> None:
    message = track(
        "m1",
        userId=42,
        odd={"x": [1]},
        timestamp="2026-03-02T09:00:00.123456+01:00",
        context={"userAgent": "Googlebot", "page": {}},
    )
    house.arrive(message, sentAt="2026-03-02T08:30:00Z")
    house.admit()

    with house.database.read() as tx:
        (line,) = export_events(tx, lambda leaves: dict.fromkeys(leaves, "per_x"))

    assert {
        **message,
        "userId": "42",
        "source": "web",
        "sourceChannel": "web",
        "person": "per_x",
        "originalTimestamp": "2026-03-02T09:00:00.123456+01:00",
        "sentAt": "2026-03-02T08:30:00Z",
        "receivedAt": "2026-03-02T10:00:00.000Z",
        "timestamp": "2026-03-02T09:30:00.123Z",
        "bot": True,
    } == line


def test_the_export_is_bounded_by_event_time_and_person(house: House) -> None:
    house.arrive(*(track(f"m{hour}", timestamp=f"2026-03-02T0{hour}:00:00Z") for hour in range(9)))
    house.admit()

    def exported(**bounds: object) -> list[str]:
        with house.database.read() as tx:
            return [line["messageId"] for line in export_events(tx, lambda _: {}, **bounds)]  # type: ignore[arg-type]  # any of the bounds

    assert ["m3", "m4"] == exported(since=parse_instant("2026-03-02T03:00Z"), until=parse_instant("2026-03-02T05:00Z"))
    assert [] == exported(leaves=[LEAF + 1])
    assert 9 == len(exported(leaves=[LEAF]))


def test_a_timeline_is_paged_from_the_latest(house: House) -> None:
    house.arrive(*(track(f"m{number}", timestamp=f"2026-03-02T0{number // 2}:00:00Z") for number in range(7)))
    house.admit()
    seen: list[str] = []
    cursor = ""
    while True:
        with house.database.read() as tx:
            page = timeline(tx, [LEAF], 3, cursor)
        seen += [event.message_id for event in page.events]
        if not (cursor := page.next):
            break

    assert [f"m{number}" for number in reversed(range(7))] == seen
    with house.database.read() as tx:
        assert 3 == len(timeline(tx, [LEAF], 3, "nonsense").events)
        assert [] == timeline(tx, [], 3).events


def test_what_the_client_sent_is_read_from_the_log_as_it_came(house: House) -> None:
    house.arrive(track("m1", userId=7), track("m2"), context={"locale": "es"}, sentAt="2026-03-02T09:59:00Z")
    house.arrive(track("m3"), route="track")
    house.log.replace(1, redact(house.log.read(0, 1)[0].body, "batch", [1]))
    batch, single = EVENTS_PER_ENTRY, 2 * EVENTS_PER_ENTRY

    first = sent_as(house.log, batch)

    assert first is not None
    assert (track("m1", userId=7), 1) == (first.item, first.others)
    assert {"context": {"locale": "es"}, "sentAt": "2026-03-02T09:59:00Z"} == first.shared
    assert sent_as(house.log, batch + 1) is None  # erased
    assert sent_as(house.log, batch + 2) is None
    second = sent_as(house.log, single)
    assert second is not None
    assert (track("m3"), 0, {}) == (second.item, second.others, second.shared)
    assert sent_as(house.log, 9 * EVENTS_PER_ENTRY) is None
