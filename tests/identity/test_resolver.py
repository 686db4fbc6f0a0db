from collections import Counter

import pytest

from tests.identity.support import SECRET, event, resolve
from trenza.events import Event
from trenza.identity import Resolver, find_person, history, identifier_number, known_of, persons_of
from trenza.identity.store import all_nodes
from trenza.storage import Database


def _person(database: Database, name: str) -> int | None:
    type_, value = name.split(":", 1)
    with database.read() as tx:
        return find_person(tx, type_, value)


def _leaf(name: str) -> int:
    return identifier_number(*name.split(":", 1))


def test_two_devices_and_a_log_in_are_one_person(database: Database) -> None:
    found = resolve(
        database,
        [
            event(1, "anonymous_id:phone"),
            event(2, "anonymous_id:laptop"),
            event(3, "anonymous_id:laptop", "user_id:u1"),
            event(4, "anonymous_id:phone", "user_id:u1"),
        ],
    )

    assert [_leaf("anonymous_id:phone")] * 3 == [
        _person(database, name) for name in ("anonymous_id:phone", "anonymous_id:laptop", "user_id:u1")
    ]
    assert found[3] is not None
    [move] = found[3].moves
    assert (_leaf("anonymous_id:laptop"), _leaf("anonymous_id:phone")) == (move.before, move.after)
    assert {_leaf("anonymous_id:laptop"), _leaf("user_id:u1")} == set(move.leaves)


def test_an_event_hangs_on_its_strongest_identifier(database: Database) -> None:
    [found] = resolve(database, [event(1, "anonymous_id:a", "email:ANA@example.com", "user_id:u1")])

    assert found is not None
    assert _leaf("user_id:u1") == found.leaf


def test_a_late_event_gives_a_person_the_number_it_would_have_had(database: Database) -> None:
    resolve(database, [event(5, "anonymous_id:a", "user_id:u1"), event(3, "user_id:u1")], batch=1)

    assert _leaf("user_id:u1") == _person(database, "anonymous_id:a")


def test_a_kiosk_is_shared_and_joins_nobody(database: Database) -> None:
    visits = [event(at, "device_id:kiosk", f"user_id:u{at}", seq=at) for at in range(1, 400)]
    found = resolve(database, visits, batch=37)

    with database.read() as tx:
        people = {row[3] for row in all_nodes(tx)}
    assert 400 == len(people)
    assert _leaf("device_id:kiosk") == _person(database, "device_id:kiosk")
    assert {_leaf(f"user_id:u{at}") for at in range(1, 400)} == {each.leaf for each in found if each}


def test_a_kiosk_without_accounts_is_shared_past_its_neighbours(database: Database) -> None:
    visits = [event(at, "device_id:kiosk", f"anonymous_id:a{at}", seq=at) for at in range(1, 600)]
    resolve(database, visits, batch=100)

    with database.read() as tx:
        assert 600 == len({row[3] for row in all_nodes(tx)})


def test_a_tablet_of_two_is_ambiguous_until_one_dominates(database: Database) -> None:
    ana, bob = ("anonymous_id:tablet", "user_id:ana"), ("anonymous_id:tablet", "user_id:bob")
    resolve(database, [event(1, *ana), event(2, *bob, seq=1)])
    alone = _person(database, "anonymous_id:tablet")
    resolve(database, [event(3, *ana, seq=2), event(4, *ana, seq=3)])

    assert _leaf("anonymous_id:tablet") == alone
    assert _person(database, "user_id:ana") == _person(database, "anonymous_id:tablet")
    assert _person(database, "user_id:bob") == _leaf("user_id:bob")


def test_what_identifies_nobody_resolves_to_nobody(database: Database) -> None:
    found = resolve(
        database,
        [
            event(1, "user_id:null"),
            event(2, "email:no address", "phone:12"),
            event(3, "user_id:undefined", "anonymous_id:a"),
        ],
    )

    assert [None, None, _leaf("anonymous_id:a")] == [each and each.leaf for each in found]


def test_two_types_never_meet_by_equal_value(database: Database) -> None:
    resolve(database, [event(1, "user_id:42"), event(2, "loyalty_card:42")])

    assert _person(database, "user_id:42") != _person(database, "loyalty_card:42")


def test_an_alias_ties_two_accounts(database: Database) -> None:
    resolve(
        database,
        [
            event(1, "user_id:old"),
            event(2, "user_id:new"),
            event(3, "user_id:new", "user_id:old", "anonymous_id:old", type_="alias"),
        ],
    )

    assert _leaf("user_id:old") == _person(database, "user_id:new") == _person(database, "anonymous_id:old")


def test_known_identifiers_stand_in_order_of_first_sight_then_strength(database: Database) -> None:
    resolve(database, [event(2, "anonymous_id:a", "user_id:u1"), event(1, "email:a@example.com", "user_id:u1", seq=1)])
    person = _person(database, "user_id:u1")
    assert person is not None
    with database.read() as tx:
        known = known_of(tx, [person, 5])

    assert {person} == set(known)
    assert ["user_id:u1", "email:a@example.com", "anonymous_id:a"] == [f"{k.type}:{k.value}" for k in known[person]]
    assert [(1, 2), (1, 1), (2, 2)] == [(each.first_seen, each.last_seen) for each in known[person]]


def test_leaves_lead_to_people(database: Database) -> None:
    resolve(database, [event(1, "anonymous_id:a"), event(2, "anonymous_id:a", "user_id:u1")])
    with database.read() as tx:
        assert {_leaf("user_id:u1"): _leaf("anonymous_id:a")} == persons_of(tx, [_leaf("user_id:u1"), 7])


def test_the_log_tells_who_joined_and_why(database: Database) -> None:
    resolve(
        database,
        [event(1, "anonymous_id:a"), event(2, "user_id:u1"), event(3, "anonymous_id:a", "user_id:u1", seq=2)],
    )
    with database.read() as tx:
        [entry] = history(tx)

    assert ("merge", 3, _leaf("anonymous_id:a"), _leaf("user_id:u1"), 1) == (
        entry.op,
        entry.at,
        entry.winner,
        entry.loser,
        entry.leaves,
    )
    assert "m2-3-anonymous_id:a-user_id:u1" == entry.cause


def test_the_working_set_knows_everybody_an_event_may_touch(database: Database) -> None:
    resolve(database, [event(1, "anonymous_id:a", "user_id:u1"), event(1, "anonymous_id:b")])
    resolver = Resolver(SECRET)
    with database.write() as tx:
        resolver.load(tx, [event(5, "user_id:u1", "anonymous_id:b", seq=3)])
        assert {_person(database, "user_id:u1"), _leaf("anonymous_id:b")} == resolver.persons()


def test_many_identifiers_of_one_message_stay_bounded(database: Database) -> None:
    resolve(database, [event(1, *(f"thing:{number}" for number in range(5_000)))])

    with database.read() as tx:
        assert 20 == len(list(all_nodes(tx)))


def _break_off(database: Database, resolver: Resolver, events: list[Event]) -> None:
    with database.write() as tx:
        resolver.load(tx, events)
        for each in events:
            resolver.resolve(each)
        resolver.store(tx)
        raise RuntimeError("the disk is full")


def test_a_batch_that_broke_off_is_forgotten(database: Database) -> None:
    resolver = Resolver(SECRET)
    resolve(database, [event(1, "anonymous_id:a")], resolver=resolver)
    joined = [event(2, "anonymous_id:a", "user_id:u1", seq=1)]
    with pytest.raises(RuntimeError, match="disk"):
        _break_off(database, resolver, joined)

    resolve(database, [event(3, "anonymous_id:b", "user_id:u1", seq=2)], resolver=resolver)

    assert _leaf("anonymous_id:a") == _person(database, "anonymous_id:a")
    assert _person(database, "user_id:u1") == _person(database, "anonymous_id:b") != _leaf("anonymous_id:a")


def test_a_long_chain_between_two_accounts_is_neithers(database: Database) -> None:
    length = 2_000
    chain = [event(at, f"anonymous_id:{at}", f"anonymous_id:{at + 1}", seq=at) for at in range(1, length)]
    ends = [
        event(length + 1, "user_id:ana", "anonymous_id:1"),
        event(length + 2, "user_id:bob", f"anonymous_id:{length}"),
    ]
    resolve(database, [*chain, *ends])

    with database.read() as tx:
        sizes = sorted(Counter(row[3] for row in all_nodes(tx)).values())
    assert [2, 2, length - 2] == sizes


def test_what_was_forgotten_of_a_kiosk_hinders_nobody_who_touched_it(database: Database) -> None:
    resolver = Resolver(SECRET, remembered=12)
    resolve(database, [event(at, "device_id:kiosk", f"user_id:u{at}", seq=at) for at in range(1, 7)], resolver=resolver)
    for at in range(10, 30):
        resolve(
            database,
            [event(at, "user_id:u1"), event(at, f"anonymous_id:a{at}", f"email:a{at}@x.es")],
            resolver=resolver,
        )
    resolve(
        database,
        [
            event(40, "user_id:u1", "anonymous_id:tablet"),
            event(41, "user_id:other", "anonymous_id:tablet", seq=1),
        ],
        resolver=resolver,
    )

    assert _leaf("anonymous_id:tablet") == _person(database, "anonymous_id:tablet")


def test_a_familys_tablet_does_not_make_one_person_of_two(database: Database) -> None:
    resolve(
        database,
        [
            event(1, "user_id:ana", "anonymous_id:anas"),
            event(2, "user_id:ana", "anonymous_id:tablet"),
            event(3, "anonymous_id:bobs", "email:bob@example.com", "phone:+34600000001"),
            event(4, "anonymous_id:tablet", "email:bob@example.com"),
        ],
    )

    assert _person(database, "user_id:ana") == _person(database, "anonymous_id:tablet")
    assert _person(database, "email:bob@example.com") == _person(database, "phone:+34600000001")
    assert _person(database, "user_id:ana") != _person(database, "email:bob@example.com")


def test_who_left_an_address_on_two_devices_is_found_again_at_the_log_in(database: Database) -> None:
    resolve(
        database,
        [
            event(1, "anonymous_id:phone", "email:ana@example.com"),
            event(2, "anonymous_id:laptop", "email:ana@example.com"),
            event(3, "anonymous_id:laptop", "user_id:ana"),
            event(4, "anonymous_id:new", "user_id:ana"),
        ],
    )

    assert _person(database, "user_id:ana") == _person(database, "anonymous_id:phone")


def test_an_address_mistyped_into_somebody_elses_stays_theirs(database: Database) -> None:
    theirs = [event(at, "anonymous_id:theirs", "email:theirs@example.com", seq=at) for at in range(1, 4)]
    resolve(
        database,
        [
            *theirs,
            event(5, "user_id:ana", "email:ana@example.com", "anonymous_id:anas"),
            event(6, "user_id:ana", "email:theirs@example.com", "anonymous_id:anas", seq=1),
        ],
    )

    assert _person(database, "email:theirs@example.com") == _person(database, "anonymous_id:theirs")
    assert _person(database, "user_id:ana") != _person(database, "email:theirs@example.com")
