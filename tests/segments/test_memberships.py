from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.segments.support import at, facts
from trenza.definitions import Reading, read_documents
from trenza.events import Occurrence
from trenza.identity import Known
from trenza.kernel import encode_json
from trenza.profiles import Facts, Subject, Touched, TraitVersion
from trenza.segments import (
    Memberships,
    Segment,
    SegmentChange,
    changes,
    count_members,
    due_memberships,
    filled,
    forget,
    mark_filled,
    members,
    members_at,
    next_due,
    read_segment,
    retire,
    segments_eraser,
)
from trenza.segments.store import load_memberships, people_until
from trenza.storage import Database

T = at("2026-03-02T10:00:00Z")
HOUR = 3_600_000
SEGMENTS = """
kind: Segment
key: active
where: {event: {name: Viewed, within: 24h}}
---
kind: Segment
key: asleep
where: {none: [{segment: active}]}
---
kind: Segment
key: keen
where: {all: [{segment: active}, {trait: {tier: {is: gold}}}]}
---
kind: Segment
key: keen_and_new
where: {all: [{segment: keen}, {event: {name: Bought, count: {is: 0}}}]}
---
kind: Segment
key: bought
where: {event: {name: Bought}}
"""


def segments(text: str = SEGMENTS) -> dict[str, Segment]:
    documents, faults = read_documents(text, "s.yaml")
    reading = Reading({"Segment": {each.key for each in documents}})
    found = {each.key: read_segment(each, reading) for each in documents}
    assert [] == [*faults, *reading.faults]
    return found


def tell(working: Memberships, person: Facts, instant: int, name: str, message: str = "m") -> list[SegmentChange]:
    person.add_event(Occurrence(instant, f"{message}{instant}", name, instant, encode_json({"event": name})))
    return working.qualify(person, Touched(name), instant)


def said(changed: list[SegmentChange]) -> list[tuple[str, bool]]:
    return [(each.segment, each.entered) for each in changed]


def test_an_event_moves_a_person_through_segments_of_segments_at_once() -> None:
    working = Memberships(segments(), "UTC")
    person = Facts(person=7)

    first = tell(working, person, T, "Other")
    assert [("asleep", True)] == said(first)
    assert [("active", True), ("asleep", False)] == said(tell(working, person, T + 1, "Viewed"))
    person.add_trait("tier", TraitVersion(T + 2, "t", "gold"))
    entered = working.qualify(person, Touched("", frozenset({"tier"})), T + 2)
    assert [("keen", True), ("keen_and_new", True)] == said(entered)
    assert {"active": T + 1, "keen": T + 2, "keen_and_new": T + 2} == person.segments
    assert [("bought", True), ("keen_and_new", False)] == sorted(said(tell(working, person, T + 3, "Bought")))


def test_a_window_runs_out_with_no_event() -> None:
    working = Memberships(segments(), "UTC")
    person = Facts(person=7)
    tell(working, person, T, "Viewed")

    assert T + 24 * HOUR + 1 == working.next_due(7)
    changed = working.on_due(person, T + 24 * HOUR + 1)
    assert [("active", False), ("asleep", True)] == said(changed)
    assert {T + 24 * HOUR + 1} == {each.at for each in changed}
    assert working.next_due(7) is None


def test_a_later_event_puts_the_flip_off() -> None:
    working = Memberships(segments(), "UTC")
    person = Facts(person=7)
    tell(working, person, T, "Viewed")
    tell(working, person, T + HOUR, "Viewed")

    assert T + 25 * HOUR + 1 == working.next_due(7)


def test_what_holds_of_strangers_holds_from_the_first_event_on() -> None:
    working = Memberships(segments(), "UTC")
    person = Facts(person=7)

    assert [("asleep", True)] == said(working.qualify(person, Touched("Anything"), T))
    assert [] == working.qualify(person, Touched("Anything"), T + 1)


def test_only_what_looks_at_the_touched_is_asked() -> None:
    asked: list[str] = []

    def watched(segment: Segment) -> Segment:
        run = segment.where.run

        def note(person: Facts, scope: Any) -> Any:
            asked.append(segment.key)
            return run(person, scope)

        where = type(segment.where)(source=segment.where.source, needs=segment.where.needs, run=note)
        return Segment(key=segment.key, title=segment.title, where=where, version=segment.version)

    working = Memberships({key: watched(each) for key, each in segments().items()}, "UTC")
    person = Facts(person=7)
    tell(working, person, T, "Other")
    asked.clear()

    tell(working, person, T, "Bought")

    assert ["bought", "keen_and_new"] == sorted(asked)


def test_rows_are_written_and_read_again(database: Database) -> None:
    working = Memberships(segments(), "UTC")
    people = {number: Facts(person=number) for number in (7, 8)}
    with database.write() as tx:
        working.load(tx, people)
        tell(working, people[7], T, "Viewed")
        tell(working, people[8], T, "Bought")
        working.store(tx)

    again = {number: Facts(person=number) for number in (7, 8)}
    with database.write() as tx:
        assert T + 24 * HOUR + 1 == next_due(tx)
        assert [(T + 24 * HOUR + 1, 7)] == due_memberships(tx, T + 24 * HOUR + 2, 10)
        assert [] == due_memberships(tx, T + 24 * HOUR + 1, 10)
        fresh = Memberships(segments(), "UTC")
        fresh.load(tx, again)
        assert people[7].segments == again[7].segments == {"active": T}
        assert {"asleep": T, "bought": T} == again[8].segments
        fresh.on_due(again[7], T + 24 * HOUR + 1)
        fresh.store(tx)

    with database.read() as tx:
        assert [7, 8] == members(tx, "asleep")
        assert [8] == members(tx, "asleep", after=7)
        assert [8] == members_at(tx, "asleep", T)
        assert [7] == members_at(tx, "active", T + 24 * HOUR)
        assert [] == members_at(tx, "active", T + 24 * HOUR + 1)
        assert {"asleep": 2, "bought": 1} == count_members(tx)
        assert (f"m{T}",) == changes(tx, segment="active")[-1].because
        assert next_due(tx) is None


def test_a_person_may_enter_and_leave_in_one_instant(database: Database) -> None:
    both = segments("kind: Segment\nkey: odd\nwhere: {event: {name: Tick, count: {in: [1, 3, 5]}}}\n")
    working = Memberships(both, "UTC")
    person = Facts(person=7)
    with database.write() as tx:
        working.load(tx, {7: person})
        for number in range(4):
            tell(working, person, T, "Tick", f"m{number}")
        working.store(tx)

    with database.read() as tx:
        assert 4 == len(changes(tx, persons=[7]))
        assert [] == members_at(tx, "odd", T)
        assert [] == members(tx, "odd")


def test_a_merge_is_no_entry_for_who_was_inside_as_either_half(database: Database) -> None:
    working = Memberships(segments(), "UTC")
    one, other = Facts(person=7, leaves={70}), Facts(person=8, leaves={80})
    with database.write() as tx:
        working.load(tx, {7: one, 8: other})
        tell(working, one, T, "Bought")
        tell(working, other, T, "Viewed")
        merged = Facts(person=7, leaves={70, 80}, events={**one.events, **other.events})
        gone = Facts(person=8)
        changed = working.on_moves([(gone, merged)], T + 5)
        working.store(tx)

    assert [("asleep", False)] == said(changed)
    assert {"active": T + 5, "bought": T} == merged.segments
    with database.read() as tx:
        assert [7] == members(tx, "active")
        assert [8] == members_at(tx, "active", T + 4)
        assert [7] == members_at(tx, "active", T + 5)
        assert [(T + 24 * HOUR + 1, 7)] == due_memberships(tx, T + 48 * HOUR, 10)


def test_three_people_become_one_without_an_entry() -> None:
    working = Memberships(segments(), "UTC")
    people = [Facts(person=number, leaves={number}) for number in (7, 8, 9)]
    tell(working, people[1], T, "Bought")
    tell(working, people[2], T, "Viewed")
    merged = Facts(person=7, leaves={7, 8, 9}, events={**people[1].events, **people[2].events})

    changed = working.on_moves([(Facts(person=8), merged), (Facts(person=9), merged)], T + 5)

    assert [] == said(changed)
    assert {"active", "bought"} == set(merged.segments)


def test_a_split_asks_both_halves_anew() -> None:
    working = Memberships(segments(), "UTC")
    person = Facts(person=7, leaves={70, 80})
    tell(working, person, T, "Bought")
    tell(working, person, T, "Viewed")

    left = Facts(person=7, leaves={70}, events={"Bought": person.events["Bought"]})
    new = Facts(person=8, leaves={80}, events={"Viewed": person.events["Viewed"]})
    changed = working.on_moves([(left, new)], T + 5)

    assert {"active": T + 5} == new.segments
    assert {"bought": T, "asleep": T + 5} == left.segments
    assert [(7, "active", False), (7, "asleep", True)] == [
        (each.person, each.segment, each.entered) for each in changed
    ]


def test_a_new_segment_is_filled_with_the_people_there_are(database: Database) -> None:
    person = Facts(person=7)
    with database.write() as tx:
        before = Memberships({}, "UTC")
        before.load(tx, {7: person})
        tell(before, person, T, "Viewed")
        before.store(tx)
        working = Memberships(segments(), "UTC")
        working.load(tx, {7: person})
        assert 1 == working.refill([person], ["active"], T + HOUR)
        working.store(tx)
        mark_filled(tx, {"active": "v1"})

    with database.read() as tx:
        assert [7] == members(tx, "active")
        assert {"active": "v1"} == filled(tx)


def test_a_retired_segment_has_no_members_and_no_flips(database: Database) -> None:
    person = Facts(person=7)
    with database.write() as tx:
        working = Memberships(segments(), "UTC")
        working.load(tx, {7: person})
        tell(working, person, T, "Viewed")
        working.store(tx)
        mark_filled(tx, {"active": "v1"})
        retire(tx, ["active"], T + 5)

    with database.write() as tx:
        assert [] == members(tx, "active")
        assert [7] == members_at(tx, "active", T + 4)
        assert [] == members_at(tx, "active", T + 5)
        assert next_due(tx) is None
        assert {} == filled(tx)
        again = Memberships(segments(), "UTC")
        again.load(tx, {7: person})
        assert 1 == again.refill([person], ["active"], T + 9)
        again.store(tx)
        assert [7] == members(tx, "active")


def test_a_flip_of_a_segment_that_is_no_more_does_nothing(database: Database) -> None:
    person = Facts(person=7)
    with database.write() as tx:
        working = Memberships(segments(), "UTC")
        working.load(tx, {7: person})
        tell(working, person, T, "Viewed")
        working.store(tx)
        bare = Memberships({}, "UTC")
        bare.load(tx, {7: person})
        assert {} == person.segments
        assert [] == bare.on_due(person, T + 24 * HOUR + 1)
        bare.store(tx)
        assert next_due(tx) is None


def test_erasing_a_person_leaves_nothing(database: Database) -> None:
    person = Facts(person=7)
    with database.write() as tx:
        working = Memberships(segments(), "UTC")
        working.load(tx, {7: person})
        tell(working, person, T, "Viewed")
        working.store(tx)
        assert {"membership": 2, "segment_change": 1} == forget(tx, [7])
        assert {} == load_memberships(tx, [7])
        assert [] == changes(tx, persons=[7])


def test_the_eraser_takes_merged_halves_along(database: Database) -> None:
    one, other = Facts(person=7), Facts(person=8)
    with database.write() as tx:
        working = Memberships(segments(), "UTC")
        working.load(tx, {7: one, 8: other})
        tell(working, one, T, "Viewed")
        tell(working, other, T, "Viewed")
        working.store(tx)
        subject = Subject(person=7, leaves=(7, 8), identifiers=(), at=T)
        assert {"memberships": 4, "changes": 2} == segments_eraser().erase(tx, subject)
        assert set() == people_until(tx, T + HOUR)


def test_a_new_zone_asks_again_what_goes_by_local_days() -> None:
    found = segments("kind: Segment\nkey: today\nwhere: {trait: {born: {anniversary: true}}}\n")
    working = Memberships(found, "UTC")
    person = facts(traits={"born": "1990-03-03"})
    now = at("2026-03-02T23:30:00Z")
    assert [] == working.qualify(person, Touched("", frozenset({"born"})), now)

    person.add_trait("timezone", TraitVersion(1, "z", "Europe/Madrid"))

    assert [("today", True)] == said(working.qualify(person, Touched("", frozenset({"timezone"})), now))


def test_an_address_or_an_identifier_asks_again_who_is_reachable() -> None:
    mail = "kind: Segment\nkey: mail\nwhere: {reachable: email}\n"
    text = f"{mail}---\nkind: Segment\nkey: half\nwhere: {{bucket: {{salt: s, from: 0, to: 10000}}}}\n"
    working = Memberships(segments(text), "UTC")
    person = Facts(person=7, identifiers=[Known("email", "a@example.com", 1, 0, 0)])

    assert [("half", True), ("mail", True)] == sorted(said(working.qualify(person, Touched("", identifiers=True), T)))
    person.suppressed.add(("email", "*"))
    assert [("mail", False)] == said(working.qualify(person, Touched("", consents=True), T))


steps = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["A", "B", "C"])), max_size=8)
LANGUAGE = """
kind: Segment
key: a
where: {event: {name: A, within: 5ms}}
---
kind: Segment
key: b
where: {all: [{none: [{segment: a}]}, {event: {name: B, within: 8ms, count: {gte: 2}}}]}
---
kind: Segment
key: c
where: {any: [{segment: b}, {sequence: {steps: [A, B], within: 9ms}}]}
---
kind: Segment
key: d
where: {event: {name: C, within: 4ms, count: {is: 1}}}
"""


@given(steps)
@settings(max_examples=150, deadline=None)
def test_following_due_instants_is_the_same_as_asking_all_the_time(told: list[tuple[int, str]]) -> None:
    found = segments(LANGUAGE)
    sparse, dense = Memberships(found, "UTC"), Memberships(found, "UTC")
    one, other = Facts(person=1), Facts(person=1)
    now = 0
    for number, (pause, name) in enumerate([*told, (30, "Z")]):
        for instant in range(now, now + pause):
            while (waiting := sparse.next_due(1)) is not None and waiting <= instant:
                sparse.on_due(one, waiting)
            dense.qualify(other, None, instant)
            if number:
                assert _inside(one.segments) == _inside(other.segments)
        now += pause
        while (waiting := sparse.next_due(1)) is not None and waiting < now:
            sparse.on_due(one, waiting)
        for person, working in ((one, sparse), (other, dense)):
            tell(working, person, now, name, f"m{number}-")
        dense.qualify(other, None, now)
        while (waiting := sparse.next_due(1)) is not None and waiting <= now:
            sparse.on_due(one, waiting)
        assert _inside(one.segments) == _inside(other.segments)


def _inside(membership: Mapping[str, int]) -> set[str]:
    return set(membership)


@pytest.mark.parametrize("order", [0, 1])
def test_a_segment_is_asked_behind_those_it_refers_to_whatever_the_order(order: int) -> None:
    parts = SEGMENTS.split("---\n")
    found = segments("---\n".join(parts[::-1] if order else parts))

    working = Memberships(found, "UTC")

    person = Facts(person=1)
    tell(working, person, T, "Viewed")
    assert {"active"} == set(person.segments)
