"""The quality sheet says what a walk over the whole graph would say, and where it is a sample it is near."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identity.naive import Naive
from tests.identity.support import SECRET, event, resolve
from tests.support.town import Town
from tests.support.undoing import cut, erase_person, restore
from trenza.events import Event
from trenza.identity import IdentifierTypes, Resolver, leaf_named, link_text, persons_of
from trenza.identity.graph import link_number
from trenza.identity.quality import (
    Standings,
    TypeStanding,
    changes,
    last_merges,
    lonely_page,
    look,
    quality,
    quality_as_json,
    stand,
)
from trenza.identity.store import all_nodes, delete_nodes, delete_tombstones
from trenza.storage import Database

_NOON = 1_767_268_800_000
_DAY = 86_400_000
_TYPES = IdentifierTypes()
_ids = st.sampled_from(
    [f"{type_}:{value}" for type_ in ("user_id", "loyalty_card", "device_id", "anonymous_id") for value in "abcd"]
)
_said = st.lists(st.lists(_ids, min_size=1, max_size=3, unique=True), min_size=1, max_size=25)


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = Database("sqlite://")
    database.create_tables()
    yield database
    database.close()


def _standings(naive: Naive) -> Standings:
    counts = Counter(naive.type.values())
    shared, ambiguous = (Counter(naive.type[leaf] for leaf in leaves) for leaves in (naive.shared, naive.ambiguous))
    ordered = sorted(counts, key=lambda type_: (_TYPES.get(type_).priority, type_))
    return Standings(
        people=len(set(naive.person.values())),
        types=tuple(
            TypeStanding(type=each, identifiers=counts[each], shared=shared[each], ambiguous=ambiguous[each])
            for each in ordered
        ),
    )


def _held(naive: Naive) -> dict[int, list[int]]:
    held = defaultdict(list)
    for leaf, person in naive.person.items():
        if leaf not in naive.shared | naive.ambiguous:
            held[person].append(leaf)
    return held


def _spreads(naive: Naive) -> dict[str, tuple[int, int]]:
    counts = [Counter(naive.type[leaf] for leaf in leaves) for leaves in _held(naive).values()]
    types = {type_ for each in counts for type_ in each}
    return {type_: (sum(type_ in each for each in counts), max(each[type_] for each in counts)) for type_ in types}


def _bridges(naive: Naive) -> set[tuple[str, int, tuple[int, ...]]]:
    found = set()
    for person, leaves in _held(naive).items():
        graph = nx.Graph(naive.graph.subgraph(leaves))
        for one, other in list(graph.edges):
            graph.remove_edge(one, other)
            sides = list(nx.connected_components(graph))
            graph.add_edge(one, other)
            if len(sides) > 1 and all(_is_side(naive, side) for side in sides):
                found.add((link_text(link_number(one, other)), person, tuple(sorted(map(len, sides)))))
    return found


def _is_side(naive: Naive, leaves: set[int]) -> bool:
    return len(leaves) > 1 and any(_TYPES.get(naive.type[leaf]).kind in {"account", "contact"} for leaf in leaves)


def _top(sizes: Iterable[int]) -> list[int]:
    return sorted((size for size in sizes if size > 1), reverse=True)[:10]


def _check(database: Database, events: Iterable[Event]) -> None:
    naive = Naive(events)
    with database.read() as tx:
        standings = stand(tx)
        found = look(tx, standings)
    assert _standings(naive) == standings
    assert _spreads(naive) == {type_: (each.people, each.most) for type_, each in found.spreads.items()}
    assert _top(map(len, _held(naive).values())) == [each.identifiers for each in found.largest_people]
    assert _top(map(len, nx.connected_components(naive.graph))) == [
        each.identifiers for each in found.largest_components
    ]
    bridges = _bridges(naive)
    told = [(each.evidence.link, each.person, each.sides) for each in found.bridges]
    assert found.is_whole
    assert min(len(bridges), 20) == len(told)
    assert set(told) <= bridges


@settings(max_examples=120, deadline=None)
@given(said=_said)
def test_the_sheet_is_what_a_walk_over_the_graph_says(memory: Database, said: list[list[str]]) -> None:
    events = [event(seq + 1, *ids, seq=seq) for seq, ids in enumerate(said)]
    with memory.write() as tx:
        delete_nodes(tx, [row[0] for row in all_nodes(tx)])
        delete_tombstones(tx)
    resolve(memory, events, 7, Resolver(SECRET))

    _check(memory, events)


def test_it_is_so_on_both_databases_after_a_life_of_a_town(database: Database) -> None:
    events = Town(120, seed=3).events(1_500)
    resolve(database, events)

    _check(database, events)


def test_an_empty_instance_has_an_empty_sheet(database: Database) -> None:
    with database.read() as tx:
        found = quality(tx, _NOON, "Europe/Madrid")

    assert Standings(people=0, types=()) == found.standings
    assert (True, 0, {}, (), (), ()) == (
        found.look.is_whole,
        found.look.looked_at,
        found.look.spreads,
        found.look.largest_people,
        found.look.largest_components,
        found.look.bridges,
    )
    assert 28 == len(found.changes)
    assert () == found.merges


def test_a_sample_is_near_and_says_so_and_the_largest_are_found_around_the_busiest(database: Database) -> None:
    events = Town(3_000, seed=5).events(20_000)
    giant = [event(_NOON + n, "user_id:giant", f"device_id:g{n}", seq=100_000 + n) for n in range(60)]
    resolve(database, [*events, *giant])
    with database.read() as tx:
        standings = stand(tx)
        whole, sample = look(tx, standings, sample=100_000), look(tx, standings, sample=2_000)

    assert (True, False) == (whole.is_whole, sample.is_whole)
    assert sample.looked_at < whole.looked_at / 2
    assert 61 == whole.largest_people[0].identifiers == sample.largest_people[0].identifiers
    for type_ in ("user_id", "email", "phone", "anonymous_id"):
        assert whole.spreads[type_].people == pytest.approx(sample.spreads[type_].people, rel=0.1), type_
        assert sample.spreads[type_].most <= whole.spreads[type_].most


def test_a_bridge_is_told_with_its_link_and_is_none_once_it_is_cut(database: Database) -> None:
    lives = [
        event(1, "user_id:ana", "device_id:a", seq=1),
        event(2, "email:luis@example.com", "device_id:b", seq=2),
        event(3, "device_id:a", "device_id:b", seq=3),
    ]
    resolve(database, lives)
    with database.read() as tx:
        [bridge] = look(tx, stand(tx)).bridges
        ends = persons_of(tx, [leaf_named("user_id:ana"), leaf_named("email:luis@example.com")])
    assert {"device_id:a", "device_id:b"} == {bridge.evidence.a, bridge.evidence.b}
    assert ((2, 2), {bridge.person}) == (bridge.sides, set(ends.values()))

    with database.write() as tx:
        cut(tx, bridge.evidence.link, 9)
    with database.read() as tx:
        assert () == look(tx, stand(tx)).bridges


def test_the_log_is_counted_by_local_days(database: Database) -> None:
    resolve(
        database,
        [
            event(_NOON - _DAY, "anonymous_id:a"),
            event(_NOON, "user_id:u"),
            event(_NOON + 1, "anonymous_id:a", "user_id:u"),
        ],
    )
    link = link_text(link_number(leaf_named("anonymous_id:a"), leaf_named("user_id:u")))
    midnight = _NOON + 11 * _DAY // 24
    with database.write() as tx:
        cut(tx, link, midnight - 1)
        restore(tx, link, midnight)
    with database.read() as tx:
        days = {each.day: each for each in changes(tx, _NOON + 2 * _DAY, "Europe/Madrid")}

    first = date(2026, 1, 1)
    told = {day: (each.merges, each.splits, each.cuts, each.restores) for day, each in days.items()}
    assert [first + timedelta(days=number) for number in range(-25, 3)] == list(told)
    assert {first: (1, 1, 1, 0), first + timedelta(days=1): (1, 0, 0, 1)} == {
        day: each for day, each in told.items() if any(each)
    }


def test_the_last_merges_are_told_under_who_they_are_now_and_not_once_they_are_erased(database: Database) -> None:
    resolve(
        database,
        [event(1, "anonymous_id:a"), event(2, "user_id:u"), event(3, "anonymous_id:a", "user_id:u", seq=7)],
    )
    with database.read() as tx:
        [merge] = last_merges(tx)
        person = persons_of(tx, [leaf_named("user_id:u")])[leaf_named("user_id:u")]
    assert (3, person, 1, "m7-3-anonymous_id:a-user_id:u") == (merge.at, merge.person, merge.identifiers, merge.cause)

    with database.write() as tx:
        erase_person(tx, person, SECRET, 9)
    with database.read() as tx:
        assert () == last_merges(tx)


def test_what_is_shared_says_how_many_it_was_seen_with_and_how_many_it_may(database: Database) -> None:
    tills = [event(n + 1, "email:info@example.com", f"user_id:u{n}", seq=n) for n in range(5)]
    receipts = [event(n + 50, "receipt:r", f"anonymous_id:a{n}", seq=n + 50) for n in range(21)]
    resolve(database, [*tills, *receipts])
    with database.read() as tx:
        found = {each.type: each for each in lonely_page(tx, "shared", None, 9)}
        people = persons_of(tx, [leaf_named(f"user_id:u{n}") for n in range(5)])

    assert ("accounts", 5, 3, 5) == tuple(
        getattr(found["email"], each) for each in ("why", "seen", "limit", "neighbours")
    )
    assert ("neighbours", 21, 20) == tuple(getattr(found["receipt"], each) for each in ("why", "seen", "limit"))
    assert 3 == len(found["email"].around)
    assert {each.person for each in found["email"].around} < set(people.values())


def test_what_is_ambiguous_says_between_whom(database: Database) -> None:
    seen = [event(n + 1, "device_id:tablet", f"user_id:{who}", seq=n) for n, who in enumerate(["ana", "ana", "luis"])]
    resolve(database, seen)
    with database.read() as tx:
        [tablet] = lonely_page(tx, "ambiguous", None, 9)
        people = persons_of(tx, [leaf_named("user_id:ana"), leaf_named("user_id:luis")])

    assert ("ambiguous", 2) == (tablet.why, tablet.seen)
    assert [(people[leaf_named("user_id:ana")], 2), (people[leaf_named("user_id:luis")], 1)] == [
        (each.person, each.messages) for each in tablet.around
    ]


def test_lists_are_paged_each_once_those_seen_with_most_first(database: Database) -> None:
    resolve(
        database,
        [
            event(1_000 * box + n + 1, f"email:box{box}@example.com", f"user_id:u{box}-{n}", seq=1_000 * box + n)
            for box in range(7)
            for n in range(4 + box // 2)
        ],
    )
    seen, before = [], None
    with database.read() as tx:
        while page := lonely_page(tx, "shared", before, 2):
            seen += page
            before = page[-1].neighbours, page[-1].leaf

    assert 7 == len({each.leaf for each in seen}) == len(seen)
    assert sorted((each.neighbours for each in seen), reverse=True) == [each.neighbours for each in seen]


def test_a_kiosk_is_told_without_reading_its_thousands(database: Database) -> None:
    resolve(database, [event(n + 1, "device_id:kiosk", f"user_id:u{n}", seq=n) for n in range(400)])
    with database.read() as tx:
        [kiosk] = lonely_page(tx, "shared", None, 9)

    assert (400, ()) == (kiosk.neighbours, kiosk.around)


def test_the_printed_sheet_names_nobody(database: Database) -> None:
    resolve(database, Town(60, seed=2).events(800))
    with database.read() as tx:
        told = str(quality_as_json(quality(tx, _NOON, "Europe/Madrid")))

    assert "example.com" not in told
    assert "+34" not in told
    assert "'largestPeople'" in told
