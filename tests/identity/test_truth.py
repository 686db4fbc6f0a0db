"""How right: a simulated town, in which it is known who is who. Other seeds are as good as these."""

from collections import defaultdict

import pytest

from tests.identity.support import SECRET, resolve
from tests.support.town import Pair, Town, oracle, score
from tests.support.undoing import cut, restore
from trenza.identity import Resolver, identifier_number, link_text
from trenza.identity.store import all_nodes, select_links_of
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


def state(database: Database) -> tuple[list[tuple[object, ...]], set[frozenset[int]]]:
    """Every identifier with all that is kept of it, and which hang together, under whatever number."""
    with database.read() as tx:
        rows = [row._asdict() for row in all_nodes(tx)]  # type: ignore[attr-defined]  # rows have names
    components: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        components[row.pop("component")].add(row["number"])
    return sorted(tuple(row.values()) for row in rows), set(map(frozenset, components.values()))


def named(found: dict[int, int], town: Town) -> dict[Pair, int]:
    return {pair: found[number] for pair in town.owner if (number := identifier_number(*pair)) in found}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_people_are_found_about_as_well_as_the_evidence_allows(memory: Database, seed: int) -> None:
    town = Town(PEOPLE, seed)
    events = town.events(PEOPLE * EVENTS_OF_ONE)
    resolve(memory, events)
    found = named(people(memory), town)
    ours, best = score(found, town.owner), score(oracle(events, town), town.owner)

    assert best["f1"] * 0.99 <= ours["f1"], (ours, best)
    assert 0.99 <= ours["precision"]
    assert 16 >= max(sizes(found))


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
        numbers = {link.number for link in select_links_of(tx, list(people(memory)))}
    links = sorted(numbers, key=lambda number: short_hash(f"cut:{number}"))[:200]
    for number in links:
        with memory.write() as tx:
            cut(tx, link_text(number), 1)
    assert before != state(memory)
    for number in sorted(links, key=lambda number: short_hash(f"restore:{number}")):
        with memory.write() as tx:
            restore(tx, link_text(number), 2)

    assert before == state(memory)
