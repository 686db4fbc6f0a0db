"""Finding people against looking at everybody, on both databases."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.search.town import SECRET, said, tell
from tests.support.undoing import cut, restore
from trenza.events import Event
from trenza.identity import clusters, explain, identifier_number, known_around, known_of, person_text
from trenza.kernel import encode_json
from trenza.profiles import Facts, expected_entries, find_people, load_facts
from trenza.search import (
    Entry,
    Reading,
    Word,
    entries_of,
    entries_on,
    fold,
    identifier_terms,
    list_leaves,
    read_query,
    trait_terms,
)
from trenza.storage import Database, Transaction, bulk_insert, metadata

ANA = [("user_id", "U-77"), ("email", "ana.garcia@example.com"), ("phone", "600 111 222")]
TOWN = [
    said(1, ANA, {"first_name": "Ana", "last_name": "García López", "city": "Dos Hermanas", "plan": "gold"}),
    said(2, [("user_id", "u2"), ("dni", "123Z")], {"name": "María-José Peña", "city": "Sevilla"}),
    said(3, [("user_id", "u3")], {"name": "Pepe", "city": "Ana"}),
    said(4, [("user_id", "ana")], {"name": "Luis"}),
]


def names(tx: Transaction, text: str) -> list[str]:
    return [each.name for each in find_people(tx, text, "ES").people]


FOUND = [
    ("ana", ["Luis", "Ana García López", "Pepe"]),
    ("ANA gar", ["Ana García López"]),
    ("lopez ana hermanas", ["Ana García López"]),
    ("ana.garcia@example.com", ["Ana García López"]),
    ("ana.gar", ["Ana García López"]),
    ("garcia@exa", ["Ana García López"]),
    ("@example.com", ["Ana García López"]),
    ("600 11 12 22", ["Ana García López"]),
    ("600 11 12 23", []),
    ("600 111 222", ["Ana García López"]),
    ("600111", ["Ana García López"]),
    ("+34 600 111", ["Ana García López"]),
    ("+351 600 111", []),
    ("u-77", ["Ana García López"]),
    ("maria jose", ["María-José Peña"]),
    ("maria-jose", ["María-José Peña"]),
    ("123z", ["María-José Peña"]),
    ("dni:123Z", ["María-José Peña"]),
    ("dni:123z", []),
    ("city:dos hermanas", ["Ana García López"]),
    ("city: dos  hermanas", ["Ana García López"]),
    ("city:ana", ["Pepe"]),
    ("name:ana", []),
    ("city:sev", []),
    ("gar city:dos plan:gold", ["Ana García López"]),
    ("email:Ana.Garcia@Example.com plan:gold", ["Ana García López"]),
    ("email:ana.garcia@example.com plan:tin", []),
    ("a", []),
    ("", []),
    ("%", []),
    ("nobody", []),
]


def test_people_are_found_by_any_identifier_name_or_trait(database: Database) -> None:
    tell(database, TOWN)
    with database.read() as tx:
        assert FOUND == [(text, names(tx, text)) for text, _ in FOUND]


def test_an_id_names_the_person_also_after_a_merge(database: Database) -> None:
    tell(database, TOWN)
    with database.read() as tx:
        lost = person_text(identifier_number("email", "ana.garcia@example.com"))
        (found,) = find_people(tx, lost).people
    assert ("Ana García López", "person") == (found.name, found.matches[0].kind)


def test_what_matched_is_shown_with_its_place(database: Database) -> None:
    tell(database, TOWN)
    with database.read() as tx:
        (found,) = find_people(tx, "ana gar").people
    assert [
        ("trait", "first_name", "Ana", ((0, 3),)),
        ("trait", "last_name", "García López", ((0, 3),)),
        ("identifier", "email", "ana.garcia@example.com", ((0, 3), (4, 7))),
    ] == [(each.kind, each.name, each.text, each.places) for each in found.matches]


def test_pages_follow_each_other_the_last_seen_first(database: Database) -> None:
    tell(database, [said(number, [("user_id", f"u{number}")], {"name": "Ana"}) for number in range(1, 8)])
    seen, after = [], None
    while True:
        with database.read() as tx:
            page = find_people(tx, "ana", limit=3, after=after)
        seen += [each.last_seen for each in page.people]
        if (after := page.next) is None:
            break
    assert [7, 6, 5, 4, 3, 2, 1] == seen


def test_a_superseded_value_finds_nobody_on_whichever_leaf_it_was_said(database: Database) -> None:
    both = [("user_id", "u1"), ("anonymous_id", "a1")]
    tell(
        database,
        [
            said(1, [("user_id", "u1")], {"city": "Sevilla", "plan": "gold"}),
            said(2, both, {}),
            said(3, [("anonymous_id", "a1")], {"city": "Cádiz"}),
            said(4, [("user_id", "u1")], {"plan": None}),
            said(5, [("user_id", "u1")], {"city": "Murcia"}, at=0),
        ],
    )
    with database.read() as tx:
        assert [0, 1, 0, 0] == [len(names(tx, text)) for text in ("sevilla", "cadiz", "gold", "murcia")]


def test_a_cut_and_a_restore_need_no_other_words(database: Database) -> None:
    tell(
        database, [said(1, [("user_id", "u1")], {"name": "Ana"}), said(2, [("user_id", "u1"), ("email", "g@x.es")], {})]
    )
    with database.write() as tx:
        link = explain(tx, identifier_number("user_id", "u1"), identifier_number("email", "g@x.es")).links[0].link
        assert 1 == len(names(tx, "ana g@x"))
        cut(tx, link, 10)
        assert 0 == len(names(tx, "ana g@x"))
        restore(tx, link, 11)
        assert 1 == len(names(tx, "ana g@x"))


def test_many_are_cut_short_and_that_is_said(database: Database) -> None:
    tell(database, [said(number, [("user_id", f"u{number}")], {"name": f"Ana {number}"}) for number in range(400)])
    with database.read() as tx:
        many = find_people(tx, "ana", limit=1_000)
        assert (False, True) == (many.is_complete, 100 < len(many.people) < 400)
        one = find_people(tx, "ana 399")
        assert (True, ["Ana 399"]) == (one.is_complete, [each.name for each in one.people])


VALUES = ("Ana", "ana maría", "Mar", "García", "x", None, 7, ["mar", "ana"], {"a": "Ana"})
TEXTS = (
    "ana",
    "ma",
    "mar gar",
    "x",
    "7",
    "city:ana",
    "name:mar",
    "u1",
    "m1@x.es",
    "x.es",
    "ana u2",
    "city:7 ana",
    "a-1",
)
PEOPLE = st.sampled_from([("user_id", "u1"), ("user_id", "u2"), ("anonymous_id", "a-1"), ("email", "m1@x.es")])
EVENTS = st.lists(
    st.tuples(
        st.lists(PEOPLE, min_size=1, max_size=2, unique=True),
        st.dictionaries(st.sampled_from(["name", "city"]), st.sampled_from(VALUES), max_size=2),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=10,
)


def everybody(tx: Transaction, text: str) -> list[tuple[int, int]]:
    """The oracle: everybody's facts are looked at."""
    query = read_query(text, "ES")
    people = known_of(tx, [cluster.person for cluster in clusters(tx)])
    found = []
    for facts in load_facts(tx, people, secret=SECRET).values():
        ranks = [rank for reading in query.readings if (rank := answer(reading, facts)) is not None]
        if any(each.leaf in query.exact or fold(each.value) == query.text for each in facts.identifiers):
            ranks.append(0)
        if ranks:
            found.append((min(ranks), facts.person))
    return sorted(found)


def answer(reading: Reading, facts: Facts) -> int | None:
    """The worst of the best answers to each word."""
    ranks = [min(answers_to(word, facts), default=None) for word in reading]
    return None if None in ranks else max(rank for rank in ranks if rank is not None)


def answers_to(word: Word, facts: Facts) -> Iterator[int]:
    for each in facts.identifiers:
        if word.leaf == each.leaf:
            yield 0
        if word.leaf is None and not word.trait:
            yield from (2 for term in identifier_terms(each.type, each.value) if fits(term, word))
    for name in facts.traits:
        if word.leaf is None and word.trait in {"", name} and not word.in_phones:
            rank = 1 if name == "name" else 2
            yield from (rank for term in trait_terms(name, facts.trait(name)) if fits(term, word))


def fits(term: str, word: Word) -> bool:
    return term == word.text or (term.startswith(word.text) and not word.is_whole)


def entries(tx: Transaction) -> set[Entry]:
    return entries_on(tx, list_leaves(tx))


def ought_to_be(tx: Transaction, events: Iterable[Event]) -> set[Entry]:
    leaves = {identifier_number(*each) for event in events for each in event.identifiers}
    assert leaves == {known.leaf for held in known_around(tx, leaves).values() for known in held}
    return expected_entries(tx, leaves)


def values_of(drawn: tuple[list[tuple[str, str]], object, object]) -> set[str]:
    return {value for _, value in drawn[0]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=EVENTS, order=st.randoms(use_true_random=False), size=st.integers(1, 4))
def test_shuffled_repeated_and_split_events_give_the_words_and_people_of_a_look_at_everybody(
    drawn: list[tuple[list[tuple[str, str]], dict[str, object], int]], order: object, size: int
) -> None:
    events = [said(number, pairs, traits, at=at) for number, (pairs, traits, at) in enumerate(drawn)]
    shuffled = list(events)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    held = []
    for told, batch in ((events, 100), (shuffled, size)):
        database = Database("sqlite://")
        database.create_tables()
        tell(database, told, batch)
        with database.read() as tx:
            held.append(entries(tx))
            assert ought_to_be(tx, events) == held[-1]
            for text in TEXTS:
                found = find_people(tx, text, "ES", limit=100)
                assert found.is_complete
                assert everybody(tx, text) == sorted((each.place[0], each.person) for each in found.people)
        database.close()
    if not any({"u1", "a-1"} & held_by and {"u2", "m1@x.es"} & held_by for held_by in map(values_of, drawn)):
        assert held[0] == held[1]  # where accounts meet, the leaf of an event depends on when it came (ADR 0201)


def plan(tx: Transaction, statement: str, parameters: Any) -> str:
    word = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row[-1]) for row in tx.exec_driver_sql(word + statement, parameters))


def test_no_search_looks_at_everybody(database: Database) -> None:
    fill(database, 60_000)
    seen: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *given: seen.append((given[2], given[3])) if given[2] != "BEGIN" else None,
    )
    for text in ("ana", "ana gar", "person 59", "600 000 059", "city:sevilla", "user_id:u7", "ana person59@x.es"):
        seen.clear()
        with database.read() as tx:
            find_people(tx, text, "ES")
            asked = list(seen)
            plans = [plan(tx, *each) for each in asked]
        assert 1 <= len(asked) <= 3, text
        for each in plans:
            assert not re.search(r"SCAN (search_term|identifier|trait|beside)\b|Seq Scan", each), (text, each)


def fill(database: Database, people: int) -> None:
    """Somebody for each number, straight into the tables."""
    identifiers: list[Any] = []
    traits: list[Any] = []
    words: list[Any] = []
    for number in range(people):
        named = {"name": f"Ana García {number}", "city": ("Sevilla", "Cádiz")[number % 2]}
        account = identifier_number("user_id", f"u{number}")
        for type_, value in (("user_id", f"u{number}"), ("email", f"person{number}@x.es")):
            leaf = identifier_number(type_, value)
            identifiers.append((leaf, type_, value, account, account, 0, 1, 1, number, number, -1))
            words += entries_of(leaf, (type_, value), named if leaf == account else {})
        traits += [(account, name, number, "m", encode_json(value)) for name, value in named.items()]
    with database.write() as tx:
        for name, rows in (("identifier", identifiers), ("trait", traits), ("search_term", words)):
            table = metadata.tables[name]
            bulk_insert(tx, table, [column.name for column in table.columns], rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
