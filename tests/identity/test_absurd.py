"""What no client should send, and what comes of it: an answer, never a wrong person, never more time than its share."""

from itertools import permutations
from time import process_time

import pytest

from tests.identity.support import SECRET, event, resolve
from trenza.identity import IdentifierType, IdentifierTypes, Resolver, clusters, leaf_named, person_text, persons_of
from trenza.storage import Database

_HUGE = "x" * 10_000
_CYRILLIC = "\u0430na@example.com"
"""Its first letter only looks like an a."""


@pytest.fixture
def memory() -> Database:
    database = Database("sqlite://")
    database.create_tables()
    return database


def sets(database: Database) -> list[tuple[str, ...]]:
    with database.read() as tx:
        return sorted(tuple(sorted(cluster.identifiers)) for cluster in clusters(tx))


@pytest.mark.parametrize(
    "name",
    [
        f"user_id:{_HUGE}",
        f"email:{_HUGE}@example.com",
        f"phone:{'6' * 10_000}",
        f"{'t' * 10_000}:v",
        "user_id:a\0b",
        "email:ana\x07@example.com",
        "phone:ana@example.com",
        "email:+34600111222",
        "whatsapp:ana@example.com",
    ],
)
def test_what_cannot_be_an_identifier_identifies_nobody_and_joins_nobody(memory: Database, name: str) -> None:
    [alone, beside, other] = resolve(
        memory, [event(1, name), event(2, name, "user_id:ana", seq=1), event(3, name, "user_id:luis", seq=2)]
    )

    assert alone is None
    assert beside is not None
    assert other is not None
    assert [("user_id:ana",), ("user_id:luis",)] == sets(memory)


def test_control_characters_stay_where_a_text_has_them_and_tell_two_apart(database: Database) -> None:
    resolve(database, [event(1, "user_id:a\x1b[2Jb"), event(2, "user_id:ab"), event(3, "user_id:\u202eab")])

    assert 3 == len(sets(database))


def test_letters_that_only_look_alike_are_two_people(database: Database) -> None:
    resolve(database, [event(1, "email:ana@example.com", "user_id:one"), event(2, f"email:{_CYRILLIC}", "user_id:two")])

    assert [("email:ana@example.com", "user_id:one"), (f"email:{_CYRILLIC}", "user_id:two")] == sets(database)


def test_an_equal_value_of_another_type_is_another_identifier(memory: Database) -> None:
    resolve(memory, [event(1, "user_id:ana@example.com"), event(2, "email:ana@example.com")])

    assert 2 == len(sets(memory))


def test_aliases_in_a_loop_are_one_person_whatever_came_first() -> None:
    pairs = (("u1", "u2"), ("u2", "u3"), ("u3", "u1"), ("u1", "u1"))
    loop = [
        event(at + 1, *dict.fromkeys((f"user_id:{one}", f"user_id:{other}")), seq=at, type_="alias")
        for at, (one, other) in enumerate(pairs)
    ]
    found = set()
    for order in permutations(loop):
        database = Database("sqlite://")
        database.create_tables()
        resolve(database, order, batch=2)
        with database.read() as tx:
            found.add(frozenset(persons_of(tx, [leaf_named(f"user_id:u{n}") for n in (1, 2, 3)]).values()))
        database.close()

    [people] = found
    assert 1 == len(people)
    assert person_text(next(iter(people))).startswith("per_")


@pytest.mark.parametrize("type_", ["anonymous_id", "loyalty_card"])
def test_ever_more_values_of_a_type_make_their_one_person_shared_and_cost_no_more_each(
    memory: Database, type_: str
) -> None:
    limit, batch = 150, 250
    account = IdentifierType(name="user_id", kind="account", priority=1, people=10, neighbours=limit)
    resolver = Resolver(SECRET, IdentifierTypes([account]))
    spent = []
    for start in range(0, 10 * batch, batch):
        events = [event(n + 1, "user_id:one", f"{type_}:v{n}", seq=n) for n in range(start, start + batch)]
        began = process_time()
        resolve(memory, events, resolver=resolver)
        spent.append(process_time() - began)

    assert 10 * batch + 1 == len(sets(memory))
    assert min(spent[-3:]) <= 3 * max(spent[0], min(spent))
