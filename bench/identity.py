"""How fast events become people, and how right: a simulated town with a known truth.

    python bench/identity.py [--people 20000] [--json]

The town has households that share tablets and telephones, kiosks that everybody touches, an e-mail address that
everybody types who has none, mistyped addresses and cleared cookies. Figures: events per second over SQLite in batches
of 1,000, as the hallway does it, against naive connected components in memory in the same run (a union-find that
decides nothing and keeps nothing); pairwise F1 against the truth, of ours, of that baseline, and of an oracle that
knows which identifiers are shared. Rates are of one core; `_wall` is with the disk and whoever else is on the machine.
"""

import argparse
import json
import random  # noqa: TID251 — seeded: the town is the same on every run
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from trenza.events import Event
from trenza.identity import Resolver, identifier_number
from trenza.identity.store import all_nodes
from trenza.storage import Database

BATCH = 1_000
JUNK = ("email", "test@test.com")
Pair = tuple[str, str]
_START = 1_767_225_600_000
_STEP = 9_000


class Town:
    """Simulated people, their identifiers, and what they do.

    Args:
        people: how many.
        seed: of the draws.
    """

    def __init__(self, people: int, seed: int = 7) -> None:
        self._draw = random.Random(seed)  # noqa: S311 — makes data, not secrets
        self.owner: dict[Pair, int] = {}
        """Whose each identifier truly is; shared ones are nobody's."""
        self.shared: set[Pair] = {JUNK}
        self._kiosks = [("device_id", f"kiosk-{number}") for number in range(max(1, people // 1_000))]
        self.shared.update(self._kiosks)
        self._own: list[dict[str, list[Pair]]] = [self._person(number) for number in range(people)]
        self._make_households()

    def events(self, count: int) -> list[Event]:
        """What happens in the town, in order."""
        return [self._event(seq, self._draw.randrange(len(self._own))) for seq in range(count)]

    def _person(self, number: int) -> dict[str, list[Pair]]:
        own: dict[str, list[Pair]] = defaultdict(list)
        for type_, chance, value in (
            ("user_id", 0.75, f"u{number}"),
            ("email", 0.9, f"person{number}@example.com"),
            ("phone", 0.6, f"+346{number:08d}"),
            ("loyalty_card", 0.4, f"card-{number}"),
        ):
            if self._draw.random() < chance:
                own[type_].append((type_, value))
        for device in range(self._draw.choice((1, 1, 2, 2, 3))):
            own["anonymous_id"].append(("anonymous_id", f"a{number}-{device}"))
        self.owner.update({pair: number for pairs in own.values() for pair in pairs})
        return own

    def _make_households(self) -> None:
        number = 0
        while number < len(self._own):
            size = self._draw.choice((1, 2, 2, 3, 4))
            home = self._own[number : number + size]
            if len(home) > 1 and self._draw.random() < 0.35:
                self._share(home, "anonymous_id", ("anonymous_id", f"tablet-{number}"))
            if len(home) > 1 and self._draw.random() < 0.08:
                self._share(home, "phone", ("phone", f"+349{number:08d}"))
            number += size

    def _share(self, home: list[dict[str, list[Pair]]], type_: str, pair: Pair) -> None:
        self.shared.add(pair)
        for own in home:
            own[type_].append(pair)

    def _event(self, seq: int, person: int) -> Event:
        own, draw = self._own[person], self._draw.random()
        device = self._device(person)
        if draw < 0.5:
            return _event(seq, "track", [device])
        if draw < 0.75:
            return _event(seq, "track", [*own["user_id"], device])
        if draw < 0.85:
            return _event(seq, "identify", [*own["user_id"], device, *self._contact(person)])
        if draw < 0.9:
            return _event(seq, "track", [device, *own["email"]])
        if draw < 0.97:
            return _event(seq, "track", [*own["loyalty_card"], *own["phone"][:1]] or [device])
        return _event(seq, "track", [*own["user_id"], self._draw.choice(self._kiosks)])

    def _device(self, person: int) -> Pair:
        devices = self._own[person]["anonymous_id"]
        if self._draw.random() < 0.02:  # cookies cleared
            fresh = ("anonymous_id", f"a{person}-{len(devices)}-new")
            self.owner[fresh] = person
            devices[0] = fresh
        return self._draw.choice(devices)

    def _contact(self, person: int) -> list[Pair]:
        draw = self._draw.random()
        if draw < 0.02:
            return [JUNK]
        if draw < 0.03:  # mistyped: it is somebody else's
            return [("email", f"person{self._draw.randrange(len(self._own))}@example.com")]
        return [*self._own[person]["email"], *self._own[person]["phone"][-1:]]


def _event(seq: int, type_: str, pairs: list[Pair]) -> Event:
    at = _START + seq * _STEP
    return Event(
        seq=seq,
        source=1,
        source_name="web",
        channel="web",
        message_id=f"m{seq}",
        type=type_,  # type: ignore[arg-type]  # the town says track or identify
        name="",
        timestamp=at,
        original_timestamp=at,
        sent_at=at,
        received_at=at,
        arrived_at=at,
        identifiers=tuple(pairs),
        country="ES",
        message={},
    )


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
    return _event(seq, "track", [device, ("user_id", f"u{seq}"), ("anonymous_id", f"a{seq}")])


def _resolve_apart(events: list[Event]) -> tuple[Spent, int]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'state.db'}")
        database.create_tables()
        spent = resolve_all(database, events)
        largest = max(Counter(people_of(database, events).values()).values())
        database.close()
    return spent, largest


def components(events: Iterable[Event], without: set[Pair]) -> dict[Pair, Pair]:
    """Naive connected components; `without` leaves out what an oracle knows to be shared."""
    parent: dict[Pair, Pair] = {}

    def root(pair: Pair) -> Pair:
        while parent[pair] != pair:
            parent[pair] = parent[parent[pair]]
            pair = parent[pair]
        return pair

    for event in events:
        pairs = [pair for pair in event.identifiers if pair not in without] if without else event.identifiers
        for pair in pairs:
            parent.setdefault(pair, pair)
        for pair in pairs[1:]:
            parent[root(pair)] = root(pairs[0])
    return {pair: root(pair) for pair in parent}


def score(found: Mapping[Pair, Hashable], owner: Mapping[Pair, int]) -> dict[str, float]:
    """Pairwise precision, recall and F1 among identifiers that belong to one person."""
    own = [pair for pair in found if pair in owner]
    together = Counter((found[pair], owner[pair]) for pair in own)
    right = sum(_pairs(count) for count in together.values())
    said = sum(_pairs(count) for count in Counter(found[pair] for pair in own).values())
    true = sum(_pairs(count) for count in Counter(owner[pair] for pair in own).values())
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


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
    busy = time.process_time()
    naive = components(events, set())
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
        "oracle": score(components(events, town.shared), town.owner),
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
