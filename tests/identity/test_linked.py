"""What ties identifiers together, what a cut would do, and who was seen last."""

import pytest

from tests.identity.support import event, resolve
from tests.support.undoing import cut
from trenza.identity import (
    find_person,
    foresee_cut,
    foresee_restore,
    leaf_named,
    names_of,
    persons_of,
    recent_people,
    ties_of,
)
from trenza.kernel import Conflict
from trenza.storage import Database

_DAY = 1_767_225_600_000
_EVENTS = [
    event(_DAY, "anonymous_id:a"),
    event(_DAY + 1, "anonymous_id:a", "user_id:u1"),
    event(_DAY + 2, "user_id:u1", "email:ana@example.com"),
]


def _leaf(name: str) -> int:
    return leaf_named(name)


def _link(database: Database, *ends: str) -> str:
    with database.read() as tx:
        ties = ties_of(tx, [_leaf(each) for each in ends], 50)
    return next(each.link for each in ties.links if {each.a, each.b} == set(ends))


def test_ties_are_the_links_of_identifiers_with_both_their_ends(database: Database) -> None:
    resolve(database, _EVENTS)

    with database.read() as tx:
        ties = ties_of(tx, [_leaf("user_id:u1")], 50)

    assert {("user_id:u1", "anonymous_id:a"), ("user_id:u1", "email:ana@example.com")} == {
        (each.a, each.b) for each in ties.links
    }
    assert {"anonymous_id:a", "user_id:u1", "email:ana@example.com"} == set(ties.ends)
    assert {""} == {each.standing for each in ties.ends.values()}


def test_an_identifier_that_too_many_share_is_said_to_be_shared(database: Database) -> None:
    resolve(database, [event(_DAY + n, "email:info@example.com", f"user_id:u{n}") for n in range(5)])

    with database.read() as tx:
        ties = ties_of(tx, [_leaf("user_id:u1")], 50)

    assert "shared" == ties.ends["email:info@example.com"].standing


def test_a_cut_is_foreseen_as_it_comes_and_changes_nothing(database: Database) -> None:
    resolve(database, _EVENTS)
    link = _link(database, "user_id:u1", "email:ana@example.com")

    with database.read() as tx:
        foreseen = foresee_cut(tx, link)
        names = names_of(tx, [leaf for move in foreseen for leaf in move.leaves])
        together = persons_of(tx, [_leaf("user_id:u1"), _leaf("email:ana@example.com")])
    with database.write() as tx:
        moved = cut(tx, link, _DAY + 9)

    assert ["email:ana@example.com"] == list(names.values())
    assert 1 == len(set(together.values()))
    assert moved == foreseen
    with database.read() as tx, pytest.raises(Conflict):
        foresee_cut(tx, link)
    with database.read() as tx:
        assert [("email:ana@example.com",)] == [
            tuple(names_of(tx, move.leaves).values()) for move in foresee_restore(tx, link)
        ]


def test_people_stand_in_the_order_in_which_they_were_seen_last_each_once(database: Database) -> None:
    resolve(database, [*_EVENTS, event(_DAY + 1, "anonymous_id:b"), event(_DAY + 5, "anonymous_id:c")])

    with database.read() as tx:
        found = recent_people(tx, None, 10)
        people = [find_person(tx, "anonymous_id", each) for each in "cab"]
        second = recent_people(tx, (found[0].last_seen, found[0].number), 1)

    assert people == [each.person for each in found]
    assert [_DAY + 5, _DAY + 2, _DAY + 1] == [each.last_seen for each in found]
    assert [people[1]] == [each.person for each in second]


def test_who_is_seen_at_one_instant_is_paged_without_loss(database: Database) -> None:
    resolve(database, [event(_DAY, f"anonymous_id:visitor-{n}") for n in range(7)])

    seen, before = [], None
    with database.read() as tx:
        while page := recent_people(tx, before, 3):
            seen += [each.person for each in page]
            before = page[-1].last_seen, page[-1].number

    assert 7 == len(seen) == len(set(seen))


def test_where_nobody_is_nothing_is_answered(database: Database) -> None:
    with database.read() as tx:
        ties = ties_of(tx, [], 50)
        assert ([], {}, [], {}) == (ties.links, ties.ends, recent_people(tx, None, 5), names_of(tx, [1]))


def test_people_of_many_identifiers_are_paged_each_once_at_their_last_instant(database: Database) -> None:
    resolve(database, [event(_DAY, f"user_id:u{n}", f"email:u{n}@example.com") for n in range(5)])
    resolve(database, [event(_DAY + 1, "user_id:u2", "anonymous_id:b"), event(_DAY + 1, "anonymous_id:c")])

    for size in (1, 2, 3, 50):
        seen, before = [], None
        with database.read() as tx:
            while page := recent_people(tx, before, size):
                seen += page
                before = page[-1].last_seen, page[-1].number
        assert [_DAY + 1] * 2 + [_DAY] * 4 == [each.last_seen for each in seen]
        assert 6 == len({each.person for each in seen})


def test_of_many_links_the_strongest_are_shown_each_once(database: Database) -> None:
    resolve(database, [event(_DAY + n, "user_id:u", f"anonymous_id:a{n % 4}") for n in range(6)])

    with database.read() as tx:
        some = ties_of(tx, [_leaf("user_id:u"), _leaf("anonymous_id:a0")], 3)
        every = ties_of(tx, [_leaf("user_id:u"), _leaf("anonymous_id:a0")], 50)

    assert [2, 2, 1, 1] == [each.count for each in every.links]
    assert every.links[:3] == some.links
