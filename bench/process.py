"""How many events a second go through the hallway, ten segments and five journeys live, against decode-and-insert.

    python bench/process.py [--profile FILE]

The bodies lie in the log; the hallway takes them to its end. The baseline is a loop in plain Python (`json`,
`sqlite3`) that decodes the same bodies and inserts each event into a table with a unique index on the message id, one
commit for each body. Both are on disk (synchronous=FULL).
"""

import argparse
import cProfile
import json
import pstats
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from harness import Figure, compared, timed
from messages import bodies

from trenza.app import Instance, open_instance
from trenza.definitions import apply
from trenza.demo import DEFINITIONS
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.settings import load_settings
from trenza.storage.log import Entry
from trenza.worker import calm_collector

EVENTS = 20_000
BATCH = 100
ROUNDS = 3
BASELINE = "the same events decoded and inserted into SQLite in plain Python, unique by message id, a commit a body"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Events a second of people seen for the first time, and of people already known."""
    strange: list[float] = []
    known: list[float] = []
    against: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            instance = prepare(Path(folder) / "data")
            strange.append(EVENTS / process(instance, list(bodies(EVENTS, BATCH, "first"))))
            again = list(bodies(EVENTS, BATCH, "again"))
            known.append(EVENTS / process(instance, again))
            against.append(EVENTS / timed(partial(insert_plainly, Path(folder) / "plain.db", again)))
            instance.close()
    return [
        compared("processed, people already known", known, "events/s", BASELINE, against, wanted="ratio ≥ 0.25"),
        compared("processed, people seen for the first time", strange, "events/s", BASELINE, against),
    ]


def prepare(data: Path) -> Instance:
    """An instance with the demo's definitions in force."""
    instance = open_instance(load_settings({"data": data}))
    ensure_source(instance.database, "bench", "web")
    apply(instance.database, DEFINITIONS, KINDS, instance.clock.now())
    return instance


def process(instance: Instance, sent: Iterable[bytes]) -> float:
    """Seconds that the hallway takes for bodies that lie in the log."""
    instance.log.append([Entry("bench", "batch", body) for body in sent], instance.clock.now())
    calm_collector()  # as the worker does once, when it starts
    return timed(lambda: drain(instance))


def drain(instance: Instance) -> None:
    """Take the log to its end."""
    while instance.hallway.step():
        pass


def insert_plainly(path: Path, sent: Iterable[bytes]) -> None:
    """The baseline."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, message_id TEXT NOT NULL, name TEXT, body BLOB)")
    database.execute("CREATE UNIQUE INDEX by_message_id ON event (message_id)")
    for body in sent:
        database.execute("BEGIN")
        for each in json.loads(body)["batch"]:
            row = (each["messageId"], each["event"], json.dumps(each))
            database.execute("INSERT INTO event (message_id, name, body) VALUES (?, ?, ?)", row)
        database.execute("COMMIT")
    database.close()


def profile(target: Path) -> None:
    """Write where the time of the hallway goes."""
    with tempfile.TemporaryDirectory() as folder, target.open("w", encoding="utf-8") as out:
        instance = prepare(Path(folder) / "data")
        process(instance, bodies(EVENTS, BATCH, "first"))
        instance.log.append(
            [Entry("bench", "batch", body) for body in bodies(EVENTS, BATCH, "again")], instance.clock.now()
        )
        profiler = cProfile.Profile()
        profiler.runcall(drain, instance)
        for order in ("tottime", "cumulative"):
            pstats.Stats(profiler, stream=out).sort_stats(order).print_stats(60)
        instance.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", type=Path)
    options = parser.parse_args()
    if options.profile:
        profile(options.profile)
        sys.exit()
    for each in measure():
        print(f"{each.name}: {each.value:,.0f} {each.unit}, ratio {each.ratio:.2f} of {each.baseline_value:,.0f}")
