"""How right: a simulated town, in which it is known who is who. Other seeds are as good as these."""

from collections import defaultdict

import pytest

from tests.identity.support import SECRET, resolve
from tests.support.town import Pair, Town, oracle, score
from trenza.identity import Resolver, cut, identifier_number, link_text, restore
from trenza.identity.store import all_links, all_nodes
from trenza.kernel import short_hash
from trenza.storage import Database

PEOPLE = 1_500
EVENTS_OF_ONE = 13


@pytest.fixture
def memory() -> Database:
    database = Database("sqlite://")
    database.create_tables()
    return database


def people(database: Database) -> dict[int, int]:
    with database.read() as tx:
        return {row[0]: row[3] for row in all_nodes(tx)}


def state(database: Database) -> list[tuple[object, ...]]:
    with database.read() as tx:
        return sorted(tuple(row) for row in all_nodes(tx))


def named(found: dict[int, int], town: Town) -> dict[Pair, int]:
    return {pair: found[number] for pair in town.owner if (number := identifier_number(*pair)) in found}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_people_are_found_about_as_well_as_the_evidence_allows(memory: Database, seed: int) -> None:
    town = Town(PEOPLE, seed)
    events = town.events(PEOPLE * EVENTS_OF_ONE)
    resolve(memory, events)
    ours, best = score(named(people(memory), town), town.owner), score(oracle(events, town), town.owner)

    assert best["f1"] * 0.995 <= ours["f1"], (ours, best)
    assert 0.994 <= ours["precision"]
    assert 12 >= max(sizes(named(people(memory), town)))


def sizes(found: dict[Pair, int]) -> list[int]:
    members: dict[int, int] = defaultdict(int)
    for person in found.values():
        members[person] += 1
    return list(members.values())


def test_a_shuffled_town_is_the_same_town(memory: Database) -> None:
    town = Town(400, seed=5)
    events = town.events(400 * EVENTS_OF_ONE)
    resolve(memory, events)
    expected = people(memory)
    for number in range(2):
        other = Database("sqlite://")
        other.create_tables()
        shuffled = sorted(events, key=lambda event: short_hash(f"{number}:{event.seq}"))
        resolve(other, shuffled, batch=700, resolver=Resolver(SECRET, remembered=1_000))

        assert expected == people(other)
        other.close()


def test_two_hundred_cuts_and_restores_give_back_the_identical_state(memory: Database) -> None:
    town = Town(400, seed=6)
    resolve(memory, town.events(400 * EVENTS_OF_ONE))
    before = state(memory)
    with memory.read() as tx:
        links = sorted((link.number for link in all_links(tx)), key=lambda number: short_hash(f"cut:{number}"))[:200]
    for number in links:
        with memory.write() as tx:
            cut(tx, link_text(number), 1)
    assert before != state(memory)
    for number in sorted(links, key=lambda number: short_hash(f"restore:{number}")):
        with memory.write() as tx:
            restore(tx, link_text(number), 2)

    assert before == state(memory)
