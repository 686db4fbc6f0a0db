from hashlib import sha256

import pytest

from tests.identity.support import SECRET, event, resolve
from tests.support.undoing import cut, erase_person, tie
from trenza.identity import (
    BlockedValues,
    Known,
    Resolver,
    between,
    derived_hashes,
    explain,
    find_person,
    known_of,
    leaf_named,
    normalise,
    read_names,
    recognise,
)
from trenza.kernel import Conflict
from trenza.settings import DEFAULT_BLOCKED_VALUES
from trenza.storage import Database

_AT = 1_772_442_000_000
_EMAIL = f"email_sha256:{sha256(b'ana@example.com').hexdigest()}"
_PHONE = f"phone_sha256:{sha256(b'+34600111222').hexdigest()}"


def _person(database: Database, name: str) -> int | None:
    with database.read() as tx:
        type_, _, value = name.partition(":")
        return find_person(tx, type_, value, "ES")


def _known(database: Database, name: str) -> list[Known]:
    person = _person(database, name)
    assert person is not None
    with database.read() as tx:
        return known_of(tx, [person])[person]


@pytest.mark.parametrize("batch", [1, 10])
@pytest.mark.parametrize("is_plain_first", [True, False])
def test_a_hash_and_what_it_is_a_hash_of_are_one_person_whichever_came_first(
    database: Database, *, is_plain_first: bool, batch: int
) -> None:
    said = [
        event(_AT, "user_id:ana", "email:Ana@Example.com", "phone:600 111 222"),
        event(_AT, "anonymous_id:partner", _EMAIL.upper().replace("EMAIL_SHA256", "email_sha256"), seq=1),
        event(_AT, "anonymous_id:network", _PHONE, seq=2),
    ]
    resolve(database, said if is_plain_first else said[::-1], batch)

    names = ("user_id:ana", "anonymous_id:partner", "anonymous_id:network", _EMAIL, _PHONE)
    assert 1 == len({_person(database, name) for name in names})
    assert {_EMAIL, _PHONE} < {f"{each.type}:{each.value}" for each in _known(database, "user_id:ana")}


def test_a_person_of_whom_only_the_hash_is_known_is_found_by_the_plain_one_and_the_other_way_round(
    database: Database,
) -> None:
    resolve(database, [event(_AT, "user_id:ana", _EMAIL), event(_AT, "user_id:bob", "phone:600 111 222", seq=1)])

    assert _person(database, "user_id:ana") == _person(database, "email:ANA@example.com")
    assert _person(database, "user_id:bob") == _person(database, _PHONE)
    with database.read() as tx:
        found = recognise(tx, read_names(["email:ana@example.com", _PHONE, _EMAIL]), "ES")
    assert (2, ["known"] * 3) == (len(found.people), [each.state for each in found.shown])
    assert {_EMAIL, "user_id:ana"} == {f"{each.type}:{each.value}" for each in _known(database, "user_id:ana")}


def test_the_evidence_of_both_is_weighed_together(database: Database) -> None:
    """One message of Ana's own address, and three that Bob's partner said under its hash: it is Bob's."""
    said = [event(_AT, "user_id:ana", "email:ana@example.com")]
    said += [event(_AT + n, "user_id:bob", _EMAIL, seq=n) for n in range(1, 4)]
    resolve(database, said[::-1])

    assert _person(database, "user_id:bob") == _person(database, "email:ana@example.com") == _person(database, _EMAIL)


def test_a_hash_shared_by_too_many_stays_shared_under_its_plain_name(database: Database) -> None:
    resolve(database, [event(_AT + n, f"user_id:u{n}", _EMAIL, seq=n) for n in range(5)])
    resolve(database, [event(_AT + 9, "email:ana@example.com", "user_id:ana", seq=9)])

    assert _person(database, "email:ana@example.com") == _person(database, _EMAIL) != _person(database, "user_id:ana")
    assert [False, False] == [each.joins for each in _known(database, _EMAIL)]


def test_a_shared_hash_takes_all_that_it_was_seen_with_along(database: Database) -> None:
    """Also what is not loaded with it, as it hangs together with nobody."""
    resolve(database, [event(_AT + n, f"user_id:u{n}", _EMAIL, seq=n) for n in range(5)])
    resolve(database, [event(_AT + 9, "email:ana@example.com", seq=9)], resolver=Resolver(SECRET))

    with database.read() as tx:
        for n in range(5):
            [link] = explain(tx, leaf_named(_EMAIL), leaf_named(f"user_id:u{n}")).links
            assert {f"user_id:u{n}", "email:ana@example.com"} == {link.a, link.b}


def test_an_accepted_match_of_a_hash_is_one_of_the_plain_identifier(database: Database) -> None:
    resolve(database, [event(_AT, _EMAIL), event(_AT, "loyalty_card:7", seq=1)])
    with database.write() as tx:
        link, _ = tie(tx, leaf_named(_EMAIL), leaf_named("loyalty_card:7"), _AT + 1)
    resolve(database, [event(_AT + 2, "email:ana@example.com", seq=2)])

    assert (
        _person(database, "loyalty_card:7") == _person(database, "email:ana@example.com") == _person(database, _EMAIL)
    )
    with database.write() as tx:
        [evidence] = explain(tx, leaf_named(_EMAIL), leaf_named("loyalty_card:7")).links
        assert ("match", True) == (evidence.rule, evidence.link != link)
        cut(tx, evidence.link, _AT + 3)
        with pytest.raises(Conflict, match="one identifier"):
            tie(tx, leaf_named(_EMAIL), leaf_named("email:ana@example.com"), _AT + 4)
    assert (
        _person(database, "loyalty_card:7") != _person(database, "email:ana@example.com") == _person(database, _EMAIL)
    )


def test_a_link_is_explained_and_cut_by_either_name(database: Database) -> None:
    resolve(database, [event(_AT, "user_id:ana", _EMAIL), event(_AT + 1, "email:ana@example.com", seq=1)])
    with database.write() as tx:
        [link] = explain(tx, leaf_named(_EMAIL), leaf_named("user_id:ana")).links
        assert ("user_id:ana", "email:ana@example.com") == (link.a, link.b)
        cut(tx, link.link, _AT + 2)
    resolve(database, [event(_AT + 3, "user_id:ana", _EMAIL, seq=3)])
    with database.read() as tx:
        apart = between(tx, leaf_named(_EMAIL), leaf_named("user_id:ana"))

    assert ("email:ana@example.com", ["cut"]) == (
        str(apart.a.type + ":" + apart.a.value),
        [each.keeps for each in apart.obstacles],
    )
    assert _person(database, _EMAIL) == _person(database, "email:ana@example.com") != _person(database, "user_id:ana")


def test_an_erased_person_is_not_brought_back_under_a_hash_nor_from_under_one(database: Database) -> None:
    resolve(database, [event(_AT, "email:ana@example.com"), event(_AT, "user_id:bob", _PHONE, seq=1)])
    for name in ("email:ana@example.com", "user_id:bob"):
        person = _person(database, name)
        assert person is not None
        with database.write() as tx:
            erase_person(tx, person, SECRET, _AT + 10)
    late = [event(_AT + 1, _EMAIL, seq=2), event(_AT + 2, "phone:600 111 222", seq=3)]

    assert [None, None] == resolve(database, late)
    assert [None] * 4 == [
        _person(database, each) for each in (_EMAIL, _PHONE, "email:ana@example.com", "phone:600111222")
    ]
    [again] = resolve(database, [event(_AT + 11, _EMAIL, "email:ana@example.com", seq=4)], resolver=Resolver(SECRET))
    assert again is not None


@pytest.mark.parametrize(
    "value", ["", "x", "a" * 63, "a" * 65, "g" * 64, sha256(b"").hexdigest(), "ana@example.com", "a" * 63 + "\u0430"]
)
def test_what_is_no_hash_identifies_nobody(value: str) -> None:
    assert None is normalise("email_sha256", value)
    assert None is normalise("phone_sha256", value)


def test_the_hash_of_a_blocked_value_identifies_nobody() -> None:
    blocked = BlockedValues(DEFAULT_BLOCKED_VALUES)

    assert sha256(b"null").hexdigest().upper() in blocked
    assert _EMAIL.partition(":")[2] not in blocked


def test_the_hashes_of_a_person_are_derived_where_they_are_not_there_themselves() -> None:
    email = Known("email", "ana@example.com", 1, 0, 0)
    phone = Known("phone", "+34600111222", 2, 0, 0)
    [there] = derived_hashes([email])

    assert _EMAIL == f"{there.type}:{there.value}"
    assert [_PHONE] == [f"{each.type}:{each.value}" for each in derived_hashes([email, phone, there])]
