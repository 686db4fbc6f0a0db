"""How long probable matches take beside Splink alone, and one record against all in place.

    python bench/matching.py [--people 100000] [--postgresql URL]

A tenth of the people come twice, their surname mistyped. The baseline is Splink on DuckDB in the same run: the same
learning and the same predicting, its pairs left where they are. Ours also makes records of plain values, brings the
pairs over, groups them, draws the waterfalls and stores records, keys and candidates.
"""

import argparse
import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from harness import Figure, compared, databases, percentile, timed
from sqlalchemy import insert

from trenza.identity import identifier_number
from trenza.kernel import draw
from trenza.matching import Engine, Field, MatchModel, Record, could_be, look, propose, record_from, train
from trenza.storage import Database, Transaction, metadata
from trenza.storage.migrations import upgrade

PEOPLE = 100_000
ASKED = 300
_AT = 1_767_225_600_000
_ALONE = "Splink alone, on DuckDB: the same learning and predicting"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--postgresql", default=os.environ.get("TRENZA_TEST_POSTGRES", ""))
    options = parser.parse_args()
    for each in measure(options.people, options.postgresql):
        print(each)


def measure(people: int = PEOPLE, postgresql: str = "") -> list[Figure]:
    """Linking, and one record against all, on each database that is there."""
    told = list(_told(people))
    found: list[Figure] = []
    alone = timed(lambda: _splink_alone([record_from(leaf, each) for leaf, each in told]))
    with databases(postgresql) as opened:
        for name, database in opened:
            upgrade(database)
            begun = time.perf_counter()
            records = [record_from(leaf, each) for leaf, each in told]
            model = train(records, Engine())
            with database.write() as tx:
                _know(tx, records)
                propose(tx, model, records, look(model, records, Engine()), _AT)
            ours = time.perf_counter() - begun
            linked = f"{len(records):,} people learned from and linked, {name}"
            found += [
                compared(linked, [ours], "s", _ALONE, [alone], wanted="ratio ≤ 1.2"),
                _asked(name, database, model, records),
            ]
    return found


def _splink_alone(records: list[Record]) -> int:
    from trenza.matching import training  # noqa: PLC0415 — its parts, to leave the rest out

    model = train(records, Engine())
    engine = Engine()
    comparisons = [each for each in training.COMPARISONS if each.name in model.comparisons]
    linker = engine.linker(records, training.splink_settings(comparisons, model.blocking, engine, model))
    pairs: Any = linker.inference.predict(threshold_match_weight=-5.0)
    return len(pairs.as_record_list(1))


def _asked(name: str, database: Database, model: MatchModel, records: list[Record]) -> Figure:
    asked = [record.values for record in records[:: max(len(records) // ASKED, 1)]]
    with database.read() as tx:
        spans = [1_000 * timed(partial(could_be, tx, model, values)) for values in asked]
    spans = spans[len(spans) // 10 :]  # the first ones warm up
    return Figure(
        name=f"who one record could be among {len(records):,}, {name}",
        value=percentile(spans, 0.5),
        unit="ms",
        wanted="< 1 ms",
        details={"p99": percentile(spans, 0.99)},
    )


def _know(tx: Transaction, records: list[Record]) -> None:
    """Let identity know the people: one account each."""
    table = metadata.tables["identifier"]
    rows = [
        {
            "number": record.leaf,
            "type": "user_id",
            "value": str(record.leaf),
            "person": record.leaf,
            "component": record.leaf,
            "flags": 0,
            "degree": 0,
            "accounts": 0,
            "first_seen": _AT,
            "last_seen": _AT,
            "erased_at": -1,
        }
        for record in records
    ]
    tx.execute(insert(table), rows)


def _told(people: int) -> Iterator[tuple[int, dict[Field, str]]]:
    for number in range(people * 10 // 11):
        told = _values(str(number))
        yield identifier_number("user_id", f"u{number}"), told
        if number % 10 == 0:
            family = told["family"]
            yield identifier_number("user_id", f"again{number}"), {**told, "family": family[:2] + family[3:]}


def _values(seed: str) -> dict[Field, str]:
    def between(what: str, least: int, most: int) -> int:
        return least + draw(seed, what) * (most - least + 1) // 10_000

    return {
        "given": _word(between("given", 0, 199)),
        "family": f"{_word(between('family', 200, 1_199))} {_word(between('second', 200, 1_199))}",
        "born": f"{between('year', 1940, 2005)}-{between('month', 1, 12):02}-{between('day', 1, 28):02}",
        "street": f"Calle {_word(between('street', 2_000, 3_999))} {between('house', 1, 120)}",
        "postcode": f"28{between('postcode', 1, 60):03}",
        "city": _word(between("city", 5_000, 5_039)),
    }


def _word(number: int) -> str:
    """A pronounceable word of its own for each number."""
    syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi"]
    word = ""
    for _ in range(4):
        number, rest = divmod(number * 7 + 3, len(syllables))
        word += syllables[rest]
    return f"{word}{number:x}"


if __name__ == "__main__":
    main()
