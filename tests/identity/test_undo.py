import pytest

from tests.identity.support import SECRET, event, resolve
from tests.support.undoing import cut, erase_person, restore
from trenza.identity import (
    Resolver,
    as_json,
    clusters,
    explain,
    find_person,
    history,
    leaf_named,
)
from trenza.kernel import Conflict, Invalid, JsonObject, NotFound
from trenza.storage import Database

_DAY = 1_767_225_600_000
_EVENTS = [
    event(_DAY, "anonymous_id:a"),
    event(_DAY + 1, "anonymous_id:a", "user_id:u1"),
    event(_DAY + 2, "user_id:u1", "email:ana@example.com"),
]


def _explained(database: Database, one: str, other: str) -> JsonObject:
    with database.read() as tx:
        return as_json(explain(tx, leaf_named(one), leaf_named(other)))


def _sets(database: Database) -> list[tuple[str, ...]]:
    with database.read() as tx:
        return sorted(cluster.identifiers for cluster in clusters(tx))


def test_every_identifier_stands_in_exactly_one_cluster(database: Database) -> None:
    resolve(database, [*_EVENTS, event(9, "anonymous_id:other")])

    assert [
        ("anonymous_id:a", "user_id:u1", "email:ana@example.com"),
        ("anonymous_id:other",),
    ] == _sets(database)


def test_an_explanation_is_the_path_of_links(database: Database) -> None:
    resolve(database, _EVENTS)

    found = _explained(database, "anonymous_id:a", "email:Ana@Example.com")

    assert found["together"] is True
    assert found["person"].startswith("per_")
    assert [
        ("user_id:u1", "anonymous_id:a", "together", 1, "2026-01-01T00:00:00.001Z", True),
        ("user_id:u1", "email:ana@example.com", "together", 1, "2026-01-01T00:00:00.002Z", True),
    ] == [(link["a"], link["b"], link["rule"], link["count"], link["first"], link["live"]) for link in found["links"]]
    assert [[_EVENTS[1].message_id], [_EVENTS[2].message_id]] == [link["messageIds"] for link in found["links"]]


def test_a_cut_parts_two_and_stays_when_the_evidence_comes_again(database: Database) -> None:
    resolve(database, _EVENTS)
    [link] = _explained(database, "anonymous_id:a", "user_id:u1")["links"]
    before = _sets(database)
    with database.write() as tx:
        moves = cut(tx, link["link"], _DAY + 10)
    resolve(database, [event(_DAY + 20, "anonymous_id:a", "user_id:u1", seq=9)])

    assert [2] == [len(move.leaves) for move in moves]
    assert [("anonymous_id:a",), ("user_id:u1", "email:ana@example.com")] == _sets(database)
    again = _explained(database, "anonymous_id:a", "user_id:u1")
    assert (False, None, False, 2) == (
        again["together"],
        again["person"],
        again["links"][0]["live"],
        again["links"][0]["count"],
    )

    with database.write() as tx:
        back = restore(tx, link["link"], _DAY + 30)
    assert before == _sets(database)
    assert [(move.after, move.before) for move in moves] == [(move.before, move.after) for move in back]
    with database.read() as tx:
        assert ["restore", "cut"] == [entry.op for entry in history(tx) if entry.op in {"cut", "restore"}]


def test_a_wrong_link_gets_a_clear_answer(database: Database) -> None:
    resolve(database, _EVENTS)
    [link] = _explained(database, "anonymous_id:a", "user_id:u1")["links"]
    with database.write() as tx:
        for text in ("", "x", "lnk_", "lnk_zzzzzzzzzzzzzzzzzz", "lnk_ñ"):
            with pytest.raises(Invalid):
                cut(tx, text, 1)
        with pytest.raises(NotFound):
            cut(tx, "lnk_0000000000001", 1)
        with pytest.raises(Conflict):
            restore(tx, link["link"], 1)


def test_who_was_never_seen_cannot_be_explained(database: Database) -> None:
    resolve(database, _EVENTS)
    with pytest.raises(NotFound):
        _explained(database, "anonymous_id:a", "user_id:nobody")
    with pytest.raises(Invalid):
        leaf_named("just a text")


def test_strangers_have_no_evidence_between_them(database: Database) -> None:
    resolve(database, [event(1, "user_id:a"), event(1, "user_id:b")])

    assert {"together": False, "person": None, "links": []} == _explained(database, "user_id:a", "user_id:b")


def test_cutting_a_kiosks_links_makes_it_somebodys_again(database: Database) -> None:
    resolve(database, [event(at, "device_id:kiosk", f"user_id:u{at}", seq=at) for at in range(1, 6)])
    for at in range(2, 6):
        link = _explained(database, "device_id:kiosk", f"user_id:u{at}")["links"][0]["link"]
        with database.write() as tx:
            cut(tx, link, 100 + at)

    with database.read() as tx:
        assert find_person(tx, "user_id", "u1") == find_person(tx, "device_id", "kiosk")
        assert {"shared", "unshared"} <= {entry.op for entry in history(tx)}


def test_an_erased_person_does_not_come_back_by_a_replay(database: Database) -> None:
    resolve(database, _EVENTS)
    with database.write() as tx:
        person = find_person(tx, "user_id", "u1")
        assert person is not None
        erased = erase_person(tx, person, SECRET, _DAY + 100)
    assert {"a", "u1", "ana@example.com"} == {known.value for known in erased.identifiers}

    assert [None, None, None] == resolve(database, _EVENTS)
    assert [] == _sets(database)


def test_an_erased_person_may_come_anew(database: Database) -> None:
    resolve(database, _EVENTS)
    with database.write() as tx:
        person = find_person(tx, "user_id", "u1")
        assert person is not None
        erase_person(tx, person, SECRET, _DAY + 100)

    resolve(database, [event(_DAY + 101, "user_id:u1")])
    late = resolve(database, [event(_DAY + 50, "user_id:u1"), event(_DAY + 60, "user_id:u1", "email:b@example.com")])

    assert [("user_id:u1",)] == _sets(database)  # what was said under their name before the erasure stays theirs
    assert [True, True] == [each is None for each in late]


def test_a_late_event_of_somebody_else_that_names_what_was_erased_stays_theirs(database: Database) -> None:
    resolve(database, [event(_DAY, "anonymous_id:a")])
    with database.write() as tx:
        person = find_person(tx, "anonymous_id", "a")
        assert person is not None
        erase_person(tx, person, SECRET, _DAY + 100)

    resolve(database, [event(_DAY + 50, "anonymous_id:a", "user_id:bob")])

    assert [("user_id:bob",)] == _sets(database)


def test_the_identity_log_names_nobody_who_was_erased_and_keeps_the_others(database: Database) -> None:
    kiosk = [event(_DAY + at, "anonymous_id:kiosk", f"user_id:k{at}", seq=at) for at in range(1, 8)]
    alone = [event(_DAY, name) for name in ("user_id:u1", "user_id:u2", "anonymous_id:b")]
    resolve(database, [*alone, *_EVENTS, event(_DAY + 1, "anonymous_id:b", "user_id:u2"), *kiosk])
    with database.write() as tx:
        person = find_person(tx, "user_id", "u1")
        assert person is not None
        before = history(tx, [person])
        others = [entry for entry in history(tx) if entry not in before]
        erased = erase_person(tx, person, SECRET, _DAY + 100)
    leaves = {known.leaf for known in erased.identifiers}

    with database.read() as tx:
        told = history(tx)
    assert len(before) > 0 < len(others)
    [line] = [entry for entry in told if entry.op == "erase"]
    assert (3, "erase", line.winner) == (line.leaves, line.cause, line.loser)
    assert line.winner not in leaves
    assert not [entry for entry in told if leaves & {entry.winner, entry.loser}]
    assert others == [entry for entry in told if entry is not line]


def test_the_moves_of_a_cut_can_be_followed_through_the_working_set(database: Database) -> None:
    resolve(database, _EVENTS)
    [link] = _explained(database, "anonymous_id:a", "user_id:u1")["links"]
    resolver = Resolver(SECRET)
    with database.write() as tx:
        resolver.load_link(tx, link["link"])
        [before] = resolver.persons()
        [move] = resolver.cut(link["link"], _DAY + 10)
        resolver.store(tx)

    assert before == move.before
    assert {"u1", "ana@example.com"} == {known.value for known in resolver.known(move.after)}
    assert {"a"} == {known.value for known in resolver.known(move.before)}
