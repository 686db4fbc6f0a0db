"""How fast events become people, and how right: a simulated town with a known truth.

    python bench/identity.py [--people 20000] [--json]

`tests/support/town.py` tells what makes it hard. Figures: events per second over SQLite in batches of 1,000, as the
hallway does it, against naive connected components in memory in the same run (a union-find that decides nothing and
keeps nothing); pairwise F1 against the truth, of ours, of that baseline, of the baseline without what is truly
shared, and of an oracle that knows of each piece of evidence whether it is true. Rates are of one core; `_wall` is
with the disk and whoever else is on the machine.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.town import Pair, Town, components, oracle, said, score

from trenza.events import Event
from trenza.identity import Resolver, identifier_number
from trenza.identity.store import all_nodes
from trenza.storage import Database

BATCH = 1_000


class Spent(NamedTuple):
    """Seconds that something took."""

    wall: float
    """With the disk, and with whoever else is on the machine."""
    core: float
    """Of one core."""


def resolve_all(database: Database, events: list[Event]) -> Spent:
    """Resolve and store, batch by batch."""
    resolver = Resolver(b"bench")
    started, busy = time.perf_counter(), time.process_time()
    for start in range(0, len(events), BATCH):
        part = events[start : start + BATCH]
        with database.write() as tx:
            resolver.load(tx, part)
            for event in part:
                resolver.resolve(event)
            resolver.store(tx)
    return Spent(time.perf_counter() - started, time.process_time() - busy)


def kiosk(people: int) -> dict[str, object]:
    """One kiosk that everybody touches must neither join them nor cost more than devices of their own."""
    shared = [_visit(seq, ("device_id", "kiosk")) for seq in range(people)]
    own = [_visit(seq, ("device_id", f"device-{seq}")) for seq in range(people)]
    spent, largest = _resolve_apart(shared)
    baseline, _ = _resolve_apart(own)
    return {
        "people": people,
        "largest_person": largest,
        "events_per_second": round(people / spent.core),
        "events_per_second_own_devices": round(people / baseline.core),
        "ratio": round(baseline.core / spent.core, 2),
    }


def _visit(seq: int, device: Pair) -> Event:
    return said(seq, "track", [device, ("user_id", f"u{seq}"), ("anonymous_id", f"a{seq}")])


def _resolve_apart(events: list[Event]) -> tuple[Spent, int]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'state.db'}")
        database.create_tables()
        spent = resolve_all(database, events)
        largest = max(Counter(people_of(database, events).values()).values())
        database.close()
    return spent, largest


def people_of(database: Database, events: Iterable[Event]) -> dict[Pair, int]:
    """Whose each identifier was found to be."""
    with database.read() as tx:
        person = {row[0]: row[3] for row in all_nodes(tx)}
    return {pair: person[identifier_number(*pair)] for event in events for pair in event.identifiers}


def measure(people: int, count: int, url: str) -> dict[str, object]:
    """All figures."""
    town = Town(people)
    events = town.events(count)
    database = Database(url)
    database.create_tables()
    spent = resolve_all(database, events)
    again = resolve_all(database, events[-count // 4 :])
    ours = people_of(database, events)
    database.close()
    seen = [event.identifiers for event in events]
    busy = time.process_time()
    naive = components(seen)
    baseline = time.process_time() - busy
    return {
        "events": len(events),
        "identifiers": len(ours),
        "events_per_second": round(len(events) / spent.core),
        "events_per_second_wall": round(len(events) / spent.wall),
        "events_per_second_known": round(count / 4 / again.core),
        "baseline": "naive connected components in memory",
        "baseline_events_per_second": round(len(events) / baseline),
        "ratio": round(baseline / spent.core, 4),
        "largest_person": max(Counter(ours.values()).values()),
        "largest_component": max(Counter(naive.values()).values()),
        "ours": score(ours, town.owner),
        "naive": score(naive, town.owner),
        "without_shared": score(components(seen, town.shared), town.owner),
        "oracle": score(oracle(events, town), town.owner),
        "kiosk": kiosk(people),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=0, help="13 for each person unless said")
    parser.add_argument("--database", default="", help="URL; a SQLite file in a temporary folder unless said")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'state.db'}"
        figures = measure(given.people, given.events or given.people * 13, url)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>28}  {value}")


if __name__ == "__main__":
    main()
