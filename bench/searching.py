"""How long one waits for a search of people: a million of them, straight into the tables, on SQLite and PostgreSQL.

    python bench/searching.py [--people 1000000] [--postgresql URL]

Names, cities and mail domains are as common as in a Spanish town: a tenth are called García, a third are at one domain.
The baseline is a look-up of one identifier on the same tables in the same run. PostgreSQL is measured where
`TRENZA_TEST_POSTGRES` or the option names one; the schema is thrown away again.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from harness import Figure, compared, databases, percentile
from sqlalchemy import text

from trenza.identity import find_person, identifier_number
from trenza.kernel import encode_json, short_hash
from trenza.profiles import find_people
from trenza.search import entries_of
from trenza.storage import Database, Transaction, metadata
from trenza.storage.migrations import upgrade

PEOPLE = 1_000_000
ASKED = 60
_CHUNK = 20_000
_BEGIN = 1_767_225_600_000
_BASELINE = "one identifier looked up on the same tables"
_FIRST = [
    "María",
    "Carmen",
    "Ana",
    "Isabel",
    "Laura",
    "Cristina",
    "Marta",
    "Lucía",
    "Elena",
    "Paula",
    "Antonio",
    "José",
    "Manuel",
    "Francisco",
    "David",
    "Juan",
    "Javier",
    "Daniel",
    "Carlos",
    "Jesús",
    "Alejandro",
    "Miguel",
    "Rafael",
    "Pedro",
    "Ángel",
    "Sergio",
    "Fernando",
    "Jorge",
    "Luis",
    "Alberto",
]
_LAST = [
    "García",
    "Rodríguez",
    "González",
    "Fernández",
    "López",
    "Martínez",
    "Sánchez",
    "Pérez",
    "Gómez",
    "Martín",
    "Jiménez",
    "Ruiz",
    "Hernández",
    "Díaz",
    "Moreno",
    "Muñoz",
    "Álvarez",
    "Romero",
    "Alonso",
    "Gutiérrez",
    "Navarro",
    "Torres",
    "Domínguez",
    "Vázquez",
    "Ramos",
    "Gil",
    "Ramírez",
    "Serrano",
    "Blanco",
    "Molina",
]
_CITIES = ("Madrid", "Barcelona", "Valencia", "Sevilla", "Zaragoza", "Málaga", "Dos Hermanas", "Jerez de la Frontera")
_DOMAINS = ("gmail.com", "gmail.com", "hotmail.com", "yahoo.es", "outlook.com", "example.org")
_PLANS = ("free", "free", "free", "silver", "gold")
_TABLES = {
    "identifier": (
        [
            "number",
            "type",
            "value",
            "person",
            "component",
            "flags",
            "degree",
            "accounts",
            "first_seen",
            "last_seen",
            "erased_at",
        ],
        "number",
    ),
    "trait": (["leaf", "name", "at", "message_id", "value"], "leaf, name"),
    "search_term": (["leaf", "field", "term", "rank"], "leaf, field, term"),
}


class Resident:
    """One of the people, the same on every run."""

    def __init__(self, number: int) -> None:
        draw = short_hash(f"resident {number}")
        self.number = number
        self.first = _FIRST[_skewed(draw, len(_FIRST))]
        self.last = f"{_LAST[_skewed(draw >> 8, len(_LAST))]} {_LAST[(draw >> 16) % len(_LAST)]}"
        self.city = _CITIES[(draw >> 24) % len(_CITIES)]
        self.plan = _PLANS[(draw >> 30) % len(_PLANS)]
        self.domain = _DOMAINS[(draw >> 34) % len(_DOMAINS)]
        self.seen = _BEGIN + draw % 10_000_000_000
        self.email = f"{_plain(self.first)}.{_plain(self.last.split()[0])}{number}@{self.domain}"
        self.phone = f"+346{number:08d}"

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """What they are known by; the first is who they are."""
        return [
            ("user_id", f"user-{self.number}"),
            ("email", self.email),
            ("phone", self.phone),
            ("anonymous_id", f"{short_hash(f'device {self.number}'):016x}"),
        ]

    @property
    def traits(self) -> dict[str, Any]:
        """What is known of them."""
        return {"firstName": self.first, "lastName": self.last, "city": self.city, "plan": self.plan}


def rows_of(resident: Resident) -> dict[str, list[Sequence[Any]]]:
    """What the hallway would have written of somebody, as far as searches read it."""
    named = [(identifier_number(*each), *each) for each in resident.identifiers]
    first = named[0][0]
    traits = resident.traits
    return {
        "identifier": [
            (leaf, type_, value, first, first, 0, 3, 1, resident.seen, resident.seen, -1)
            for leaf, type_, value in named
        ],
        "trait": [(first, name, resident.seen, "m", encode_json(value)) for name, value in traits.items()],
        "search_term": [
            entry
            for leaf, type_, value in named
            for entry in entries_of(leaf, (type_, value), traits if leaf == first else {})
        ],
    }


def fill(database: Database, people: int) -> None:
    """Everybody into the tables; sorted on the way, and with the indexes made at the end."""
    with database.write() as tx:
        indexes = [index for name in _TABLES for index in metadata.tables[name].indexes]
        for index in indexes:
            index.drop(tx)
        for name, (columns, _) in _TABLES.items():
            tx.execute(text(f"CREATE TEMPORARY TABLE raw_{name} AS SELECT {', '.join(columns)} FROM {name}"))  # noqa: S608 — names from our own tables
        residents = map(Resident, range(people))
        while chunk := list(islice(residents, _CHUNK)):
            gathered: dict[str, list[Sequence[Any]]] = {name: [] for name in _TABLES}
            for resident in chunk:
                for name, rows in rows_of(resident).items():
                    gathered[name] += rows
            for name, rows in gathered.items():
                _put(tx, f"raw_{name}", _TABLES[name][0], rows)
        for name, (columns, order) in _TABLES.items():
            listed = ", ".join(columns)
            tx.execute(text(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM raw_{name} ORDER BY {order}"))  # noqa: S608 — names from our own tables
            tx.execute(text(f"DROP TABLE raw_{name}"))
        for index in indexes:
            index.create(tx)
    with database.engine.connect() as connection:
        command = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(command)


def _put(tx: Transaction, table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608 — names from our own tables
        return
    cursor = tx.connection.cursor()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def queries() -> dict[str, Callable[[Resident], str]]:
    """What is asked, by kind."""
    return {
        "a whole e-mail": lambda one: one.email,
        "the beginning of an e-mail": lambda one: one.email[:-8],
        "a phone as it is said": lambda one: " ".join((one.phone[3:6], one.phone[6:9], one.phone[9:])),
        "type:value": lambda one: f"user_id:user-{one.number}",
        "a common surname": lambda one: one.last.split()[0],
        "the beginning of a name": lambda one: one.first[:2],
        "name and surname": lambda one: f"{one.first} {one.last}",
        "name and the beginning of a surname": lambda one: f"{one.first} {one.last[:3]}",
        "name and a mail domain": lambda one: f"{one.first} {one.domain}",
        "a trait": lambda one: f"city:{one.city}",
        "name and two traits": lambda one: f"{one.first} city:{one.city} plan:{one.plan}",
        "nobody": lambda one: f"nadie{one.number}",
    }


def ask(database: Database, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds that each answer took, on the clock and of our own processor."""
    waited, worked = [], []
    for asked in texts:
        began, busy = time.perf_counter(), time.process_time()
        with database.read() as tx:
            find_people(tx, asked, "ES")
        waited.append((time.perf_counter() - began) * 1_000)
        worked.append((time.process_time() - busy) * 1_000)
    return waited, worked


def look_up(database: Database, residents: Sequence[Resident]) -> list[float]:
    """The baseline."""
    spans = []
    for one in residents:
        began = time.perf_counter()
        with database.read() as tx:
            find_person(tx, "email", one.email)
        spans.append((time.perf_counter() - began) * 1_000)
    return spans


def measure_on(database: Database, engine: str, people: int) -> list[Figure]:
    """Fill an empty database and ask."""
    upgrade(database)
    began = time.perf_counter()
    fill(database, people)
    filled = time.perf_counter() - began
    residents = [Resident(short_hash(f"asked {number}") % people) for number in range(ASKED)]
    ask(database, ["a", "b", residents[0].phone, residents[0].email])
    against = look_up(database, residents)
    size = _size(database)
    found = []
    for kind, words in queries().items():
        waited, worked = ask(database, [words(one) for one in residents])
        found.append(
            compared(
                f"search, {engine}, {people:,} people: {kind}, p99",
                [percentile(waited, 0.99)],
                "ms",
                _BASELINE,
                [percentile(against, 0.99)],
                wanted="< 100 ms",
                details={"p50": round(percentile(waited, 0.5), 2), "cpu": round(sum(worked) / len(worked), 2)},
            )
        )
    found[0].details.update(index_octets_a_person=round(size / people), seconds_to_fill=round(filled))
    return found


def _size(database: Database) -> int:
    """Octets of the words and their index."""
    if database.is_sqlite:
        query = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('search_term', 'ix_search_term_term')"
    else:
        query = "SELECT pg_total_relation_size('search_term')"
    with database.read() as tx:
        return int(tx.scalar(text(query)) or 0)


def measure(people: int = PEOPLE, postgresql: str = "") -> list[Figure]:
    """All figures."""
    with databases(postgresql or os.environ.get("TRENZA_TEST_POSTGRES", "")) as each:
        return [figure for engine, database in each for figure in measure_on(database, engine, people)]


def _skewed(draw: int, length: int) -> int:
    """Small numbers often: the commonest of thirty names has about a tenth."""
    return min(draw % length, (draw >> 40) % length)


def _plain(name: str) -> str:
    return name.translate(str.maketrans("áéíóúñÁÉÍÓÚ", "aeiounAEIOU")).lower()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--postgresql", default="")
    options = parser.parse_args()
    for each in measure(options.people, options.postgresql):
        print(f"{each.name}: {each.value:.1f} {each.unit}, {each.details}")
