"""What came in last, as pages and the live feed read it: equal instants, empty answers, nothing twice or lost."""

from tests.events.support import LEAF, NOW, House, track
from trenza.events import (
    INTERNAL,
    Arrivals,
    StoredEvent,
    Wish,
    arrivals,
    count_failed,
    count_reasons,
    failed_before,
    find_event,
    find_failed,
    heard_names,
    heard_of,
    latest,
    timeline,
)
from trenza.events.store import select_latest

SHOUT = "2026-03-02T09:00:00Z"


def ids(events: list[StoredEvent]) -> list[str]:
    return [event.message_id for event in events]


def fill(house: House) -> None:
    """Four of the web and one of the till, all of one instant; the house itself speaks on two channels."""
    house.arrive(*(track(f"m{n}", event=name, timestamp=SHOUT) for n, name in enumerate(["B", "a", "B", "Á"])))
    house.clock.set(NOW + 5)
    house.arrive(track("t1", event="a", timestamp=SHOUT), source="till")
    for number, channel in enumerate(["email", "sms"]):
        house.arrive(track(f"h{number}", event="Message Sent", channel=channel), source=INTERNAL)
    house.admit()


def test_an_empty_history_answers_with_nothing(house: House) -> None:
    with house.database.read() as tx:
        assert ([], [], {}, []) == (latest(tx), latest(tx, source=1), heard_of(tx), heard_names(tx))
        assert Arrivals(events=[], came=0) == arrivals(tx, -1, Wish())
        assert Arrivals(events=[], came=0) == arrivals(tx, -1, Wish(channel="web", name="a", leaves=[]))
        assert find_event(tx, 1) is None
        assert [] == timeline(tx, [LEAF]).events
        assert (0, {}, []) == (count_failed(tx), count_reasons(tx), failed_before(tx, 10))


def test_the_latest_are_those_that_arrived_last_whatever_their_own_instant(house: House) -> None:
    fill(house)
    with house.database.read() as tx:
        assert ["h1", "h0", "t1", "m3", "m2", "m1", "m0"] == ids(latest(tx))
        assert ["m3", "m2"] == ids(latest(tx, 2, source=1))
        assert [] == latest(tx, source=9)
        assert ["t1"] == ids(select_latest(tx, 2, 10, 3))
        assert [] == select_latest(tx, 1, 10, 3)
        last = latest(tx, 1)[0]
        assert last == find_event(tx, last.seq)
        assert find_event(tx, last.seq + 1) is None


def test_each_source_was_heard_when_its_last_event_came(house: House) -> None:
    fill(house)
    with house.database.read() as tx:
        assert {0: NOW + 5, 1: NOW, 2: NOW + 5} == heard_of(tx)
        assert ["B", "Message Sent", "a", "Á"] == heard_names(tx)


def test_what_arrived_can_be_of_a_channel_a_source_a_name_or_a_person(house: House) -> None:
    fill(house)

    def came(after: int = -1, limit: int = 50, **wish: object) -> tuple[list[str], int]:
        with house.database.read() as tx:
            found = arrivals(tx, after, Wish(**wish), limit)  # type: ignore[arg-type]  # any of its fields
        return ids(found.events), found.came

    assert (["h1", "h0"], 7) == came(limit=2)
    assert (["m3", "m2", "m1", "m0"], 4) == came(channel="web")
    assert (["h1"], 1) == came(channel="sms")
    assert ([], 0) == came(channel="push")
    assert (["t1"], 1) == came(source="till", name="a")
    assert (["t1", "m1"], 2) == came(name="a", leaves=[LEAF])
    assert ([], 0) == came(leaves=[LEAF + 1])
    assert ([], 0) == came(leaves=[])
    assert ([], 0) == came(source="nobody")


def test_a_reader_who_goes_on_from_each_position_gets_each_arrival_once(house: House) -> None:
    seen: list[str] = []
    after = -1
    for number in range(3):
        house.arrive(track(f"m{number}"), track(f"n{number}"))
        house.admit()
        with house.database.read() as tx:
            found = arrivals(tx, after, Wish())
            after = found.events[0].seq
            assert Arrivals(events=[], came=0) == arrivals(tx, after, Wish())
        seen += reversed(ids(found.events))

    assert ["m0", "n0", "m1", "n1", "m2", "n2"] == seen


def test_a_timeline_of_one_instant_is_paged_to_its_end_whatever_is_filtered(house: House) -> None:
    fill(house)

    def paged(limit: int, **only: list[object]) -> list[str]:
        seen, cursor = [], ""
        while True:
            with house.database.read() as tx:
                page = timeline(tx, [LEAF], limit, cursor, **only)  # type: ignore[arg-type]  # sources or names
            seen += ids(page.events)
            if not (cursor := page.next):
                return seen

    for limit in (1, 2, 3, 5, 50):
        assert ["t1", "m3", "m2", "m1", "m0"] == paged(limit, sources=[1, 2])
        assert ["t1", "m1"] == paged(limit, names=["a"])
        assert [] == paged(limit, names=[])


def test_failed_events_are_paged_the_last_first_and_their_reasons_counted(house: House) -> None:
    house.arrive({"type": "nonsense", "userId": "u"}, {"type": "track", "userId": "u"}, {"type": "nonsense"})
    house.arrive({"type": "track"})
    house.admit()

    seen, before = [], None
    with house.database.read() as tx:
        while page := failed_before(tx, 3, before):
            seen += page
            before = page[-1].seq, page[-1].id
        count, least, reasons = count_failed(tx), count_failed(tx, 2), count_reasons(tx)
        found = find_failed(tx, seen[0].id)
        nobody = find_failed(tx, "nobody")

    assert (len(seen), 2) == (count, least)
    assert house.failed() == sorted(seen, key=lambda each: (each.seq, each.id))
    assert seen == sorted(seen, key=lambda each: (each.seq, each.id), reverse=True)
    assert (seen[0], None) == (found, nobody)
    assert sorted(reasons.values(), reverse=True) == list(reasons.values())
    assert len(seen) == sum(reasons.values())
