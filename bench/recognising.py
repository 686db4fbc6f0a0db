"""How long it takes to recognise somebody at a contact, among a million people.

    python bench/recognising.py [--people N]

A million people with a card and a phone each, put into SQLite directly. Recognised is as at a till: normal form, leaf,
whose it is, each in a transaction of its own. The baseline is a plain SELECT of the same rows by primary key with
Python's own driver, by turns with the subject.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness import Figure, compared, percentile

from trenza.identity import identifier_number, normalise, recognise
from trenza.storage import Database

PEOPLE = 1_000_000
ASKED = 5_000
ROUNDS = 3
BASELINE = "p99 of a plain SELECT by primary key for each identifier"
_BEGIN = 1_767_225_600_000
_STRIDE = 618_033
"""Asks people all over the graph."""
_COLUMNS = 11


def measure(people: int = PEOPLE, rounds: int = ROUNDS) -> list[Figure]:
    """Recognition by a card, by a phone as people write it, and by three things together."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        database = Database(f"sqlite:///{path}")
        database.create_tables()
        _fill(path, people)
        plain = sqlite3.connect(path)
        found = [
            _compare(f"recognised by {words}", database, plain, shown, people, rounds)
            for words, shown in (
                ("a card", _card),
                ("a phone in local form", _phone),
                ("card, phone and an unknown receipt", _all),
            )
        ]
        plain.close()
        database.close()
    return found


Shown = list[tuple[str, str]]


def _card(person: int) -> Shown:
    return [("loyalty_card", f" C-{person} ")]


def _phone(person: int) -> Shown:
    digits = f"6{person:08d}"
    return [("phone", f"{digits[:3]} {digits[3:5]} {digits[5:7]} {digits[7:]}")]


def _all(person: int) -> Shown:
    return [*_card(person), *_phone(person), ("receipt", f"R-{person}")]


def _rows(people: int) -> Iterator[tuple[object, ...]]:
    for person in range(people):
        card = identifier_number("loyalty_card", f"C-{person}")
        phone = f"+346{person:08d}"
        for number, type_, value in (
            (card, "loyalty_card", f"C-{person}"),
            (identifier_number("phone", phone), "phone", phone),
        ):
            yield number, type_, value, card, card, 0, 1, 0, _BEGIN + person, _BEGIN + person, -1


def _fill(path: Path, people: int) -> None:
    """In the order of the key, so that the tree is written once."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    later = [(name, sql) for name, sql in indexes if " identifier " in sql]
    for name, _ in later:
        connection.execute(f"DROP INDEX {name}")
    marks = ", ".join("?" * _COLUMNS)
    connection.executemany(f"INSERT INTO identifier VALUES ({marks})", sorted(_rows(people)))  # noqa: S608 — our own marks
    for _, sql in later:
        connection.execute(sql)
    connection.commit()
    connection.close()


def _compare(
    name: str, database: Database, plain: sqlite3.Connection, shown: Callable[[int], Shown], people: int, rounds: int
) -> Figure:
    """On one core; on the clock, which also shows whoever else is on the machine, beside it."""
    ours, against = [], []
    for number in range(rounds):
        asked = [(place * _STRIDE + number * ASKED) % people for place in range(ASKED)]
        against.append(_slowest(partial(_select, plain), [_leaves(shown(each)) for each in asked]))
        ours.append(_slowest(partial(_recognise, database), [shown(each) for each in asked]))
    clock = {"p99_on_the_clock_ms": _part(ours, 1), "baseline_on_the_clock_ms": _part(against, 1)}
    return compared(
        f"{name}, {people:,} people, p99 on one core", _part(ours, 0), "ms", BASELINE, _part(against, 0),
        wanted="< 1 ms", details=clock,
    )  # fmt: skip


def _part(spans: list[tuple[float, float]], place: int) -> list[float]:
    return [each[place] for each in spans]


def _leaves(shown: Shown) -> list[int]:
    normal = ((type_, normalise(type_, value, "ES")) for type_, value in shown)
    return [identifier_number(type_, value) for type_, value in normal if value]


def _slowest(ask: Callable[[Any], object], asked: Sequence[Any]) -> tuple[float, float]:
    """The p99 in milliseconds, on one core and on the clock."""
    core, clock = [], []
    for each in asked:
        begun, busy = time.perf_counter(), time.thread_time()
        ask(each)
        core.append((time.thread_time() - busy) * 1_000)
        clock.append((time.perf_counter() - begun) * 1_000)
    return percentile(core, 0.99), percentile(clock, 0.99)


def _recognise(database: Database, shown: Shown) -> None:
    with database.read() as tx:
        found = recognise(tx, shown, "ES")
    if found.person is None:
        raise RuntimeError("nobody was recognised")


def _select(plain: sqlite3.Connection, leaves: list[int]) -> None:
    for leaf in leaves:
        plain.execute("SELECT person, flags FROM identifier WHERE number = ?", (leaf,)).fetchone()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long it takes to recognise somebody.")
    parser.add_argument("--people", type=int, default=PEOPLE)
    for each in measure(parser.parse_args().people):
        print(f"{each.name}: {each.value:.3f} {each.unit}; {each.baseline}: {each.baseline_value:.3f}")


if __name__ == "__main__":
    main()
