"""How fast events become people, and how right: a simulated town with a known truth.

    trenza bench identity

`tests/support/town.py` tells what makes the town hard. Events are resolved in batches of 1,000, as the hallway does it,
with everything stored; rates and spans are of one core. Baselines of the same run: naive connected components in memory
(a union-find that decides nothing and keeps nothing), and an oracle that knows of each piece of evidence whether it is
true. PostgreSQL is measured where `TRENZA_TEST_POSTGRES` names one; the schema is thrown away again.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import Figure, compared, databases, figure
from sqlalchemy import text
from tests.support.town import Pair, Town, components, oracle, said, score
from tests.support.undoing import cut, restore

from trenza.events import Event
from trenza.identity import Resolver, identifier_number, link_text
from trenza.identity.graph import link_number
from trenza.identity.store import all_nodes, delete_nodes
from trenza.storage import Database

PEOPLE = 20_000
BATCH = 1_000
_EVENTS_OF_ONE = 13
_DEVICES = 3_000
_NAIVE = "naive connected components in memory"
_ORACLE = "an oracle that knows of each piece of evidence whether it is true"
_TABLES = ("identifier", "evidence", "identity_log", "identifier_hash")


def measure(people: int = PEOPLE) -> list[Figure]:
    """All figures."""
    town = Town(people)
    events = town.events(people * _EVENTS_OF_ONE)
    found: list[Figure] = []
    with databases(os.environ.get("TRENZA_TEST_POSTGRES", "")) as each:
        for engine, database in each:
            database.create_tables()
            found += _rates(database, engine, events)
            if not found[2:]:
                found += _rightness(database, town, events)
            found += [_octets(database, engine), *_kiosk(database, engine), _parting(database, engine)]
    return found


def resolve_all(database: Database, events: list[Event]) -> float:
    """Resolve and store, batch by batch; seconds of one core."""
    resolver = Resolver(b"bench")

    def work() -> None:
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            with database.write() as tx:
                resolver.load(tx, part)
                for event in part:
                    resolver.resolve(event)
                resolver.store(tx)

    return _busy(work)


def _rates(database: Database, engine: str, events: list[Event]) -> list[Figure]:
    new, known = resolve_all(database, events), resolve_all(database, events[-len(events) // 4 :])
    naive = _busy(lambda: components([event.identifiers for event in events]))
    rates = {"people seen for the first time": len(events) / new, "people already known": len(events) / 4 / known}
    return [
        compared(f"resolved, {who}, {engine}", [rate], "events/s", _NAIVE, [len(events) / naive], wanted="≥ 8,000")
        for who, rate in rates.items()
    ]


def _rightness(database: Database, town: Town, events: list[Event]) -> list[Figure]:
    found = people_of(database, events)
    seen = [event.identifiers for event in events]
    ours, best = score(found, town.owner), score(oracle(events, town), town.owner)
    naive = components(seen)
    details = {"oracle": best, "naive": score(naive, town.owner)}
    details["without what is truly shared"] = score(components(seen, town.shared), town.owner)
    largest = [max(Counter(each.values()).values()) for each in (found, naive)]
    return [
        compared("pairwise F1", [ours["f1"]], "", _ORACLE, [best["f1"]], wanted="ratio ≥ 0.995", details=details),
        figure("pairwise precision", [ours["precision"]], "", wanted="≥ 0.999"),
        figure("pairwise recall", [ours["recall"]], ""),
        compared("largest person", [largest[0]], "identifiers", _NAIVE, [largest[1]]),
    ]


def people_of(database: Database, events: Iterable[Event]) -> dict[Pair, int]:
    """Whose each identifier was found to be."""
    with database.read() as tx:
        person = {row[0]: row[3] for row in all_nodes(tx)}
    return {pair: person[identifier_number(*pair)] for event in events for pair in event.identifiers}


def _octets(database: Database, engine: str) -> Figure:
    """Of an identifier with its value, its share of the evidence with message ids, the log, and all indexes."""
    with database.read() as tx:
        identifiers = sum(1 for _ in all_nodes(tx))
        if database.is_sqlite:
            query = "SELECT sum(pgsize) FROM dbstat JOIN sqlite_master USING (name) WHERE tbl_name = :name"
        else:
            query = "SELECT pg_total_relation_size(cast(:name AS text))"
        size = sum(int(tx.scalar(text(query), {"name": name}) or 0) for name in _TABLES)
    return figure(f"octets of an identifier, {engine}", [size / identifiers], "octets", wanted="≤ 100")


def _kiosk(database: Database, engine: str) -> list[Figure]:
    """One kiosk that everybody touches must neither join them nor cost more than devices of their own."""
    count = PEOPLE
    spans, largest = [], 0
    for shared in (True, False):
        _empty(database)
        visits = [_visit(seq, "kiosk" if shared else f"device-{seq}") for seq in range(count)]
        spans.append(resolve_all(database, visits) / count * 1e6)
        largest = largest or max(Counter(people_of(database, visits).values()).values())
    return [
        compared(
            f"an event at a kiosk of {count:,}, {engine}", spans[:1], "µs", "at a device of one's own", spans[1:],
            wanted="< 60 µs", details={"largest person": largest},
        )
    ]  # fmt: skip


def _visit(seq: int, device: str) -> Event:
    return said(seq, "track", [("device_id", device), ("user_id", f"u{seq}"), ("anonymous_id", f"a{seq}")])


def _parting(database: Database, engine: str) -> Figure:
    """Two accounts with many devices, one by an alias: the alias is cut and restored."""
    _empty(database)
    accounts = [("user_id", "u0"), ("user_id", "u1")]
    uses = [said(seq, "track", [accounts[seq % 2], ("anonymous_id", f"a{seq}")]) for seq in range(_DEVICES)]
    resolve_all(database, [*uses, said(_DEVICES, "alias", accounts)])
    link = link_text(link_number(*(identifier_number(*account) for account in accounts)))
    spans = []
    for change in (cut, restore) * 3:
        with database.write() as tx:
            spans.append(_busy(lambda change=change, tx=tx: change(tx, link, 1)) / (_DEVICES + 2) * 1e6)  # type: ignore[misc]
    return figure(
        f"cutting or restoring, for each identifier of the component, {engine}", spans, "µs", wanted="< 15 µs"
    )


def _empty(database: Database) -> None:
    with database.write() as tx:
        delete_nodes(tx, [row[0] for row in all_nodes(tx)])


def _busy(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    for each in measure():
        print(f"{each.name}: {each.value:,.4g} {each.unit}, ratio {each.ratio:.3f} {each.details}")
