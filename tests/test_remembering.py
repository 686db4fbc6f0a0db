"""What the hallway remembers from batch to batch never differs from what is stored, whoever else writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trenza.app import Instance, open_instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.identity import Person, clusters
from trenza.kernel import JsonObject, ManualClock, encode_json, short_hash
from trenza.people import People
from trenza.settings import Settings
from trenza.storage.log import Entry

_NOON = 1_772_452_800_000
_DAY = 86_400_000
_DEFINITIONS = """
kind: Segment
key: looker
title: {es: Mira, en: Looks}
where: {event: {name: Product Viewed, count: {gte: 3}}}
---
kind: Segment
key: lately
title: {es: Hace poco, en: Lately}
where: {event: {name: Product Viewed, within: 24h}}
---
kind: Segment
key: golden
title: {es: Oro, en: Gold}
where: {trait: {plan: {is: gold}}}
---
kind: Segment
key: by_mail
title: {es: Por correo, en: By mail}
where: {reachable: email}
---
kind: Journey
key: thanks
enter: {event: Order Completed, reenter: {after: 1s}}
holdout: {percent: 0}
policy: {purpose: service}
steps:
  - wait: 1h
  - send: {name: first, any_of: [email], template: thanks}
---
kind: Template
key: thanks
channels:
  email: {subject: "Thanks", body: "Thank you."}
"""


class House:
    """Some processes on one database and one log."""

    def __init__(self, settings: Settings, definitions: Path, processes: int = 2) -> None:
        self.settings = settings
        self.clock = ManualClock(_NOON)
        self.instances = [open_instance(settings, self.clock) for _ in range(processes)]
        ensure_source(self.instances[0].database, "shop", "web")
        apply(self.instances[0].database, definitions, KINDS, _NOON)

    def take(self, process: int, message: JsonObject) -> None:
        """One process takes a message in, and does what is due."""
        self.clock.set(self.clock.now() + 1_000)
        instance = self.instances[process]
        instance.log.append([Entry("shop", str(message["type"]), encode_json(message))], self.clock.now())
        while instance.hallway.step():
            pass

    def replace(self, process: int) -> None:
        """A process starts anew and remembers nothing."""
        self.instances[process].close()
        self.instances[process] = open_instance(self.settings, self.clock)

    def person(self, user: str) -> Person:
        found = self.instances[0].find_person("user_id", user)
        assert found is not None
        return found

    def sheet(self, user: str) -> JsonObject:
        return People(self.instances[0]).sheet(self.person(user))

    def close(self) -> None:
        for instance in self.instances:
            instance.close()


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    house = House(_settings(tmp_path, database_url), _definitions(tmp_path))
    yield house
    house.close()


def _settings(folder: Path, database_url: str) -> Settings:
    log = f"sqlite:///{folder / 'log.db'}"
    return Settings(data=folder / "data", database=database_url, log=log, lake=str(folder / "lake"), secret="s")


def _definitions(folder: Path) -> Path:
    path = folder / "definitions"
    path.mkdir(parents=True)
    (path / "all.yaml").write_text(_DEFINITIONS, encoding="utf-8")
    return path


def _viewed(user: str, number: int) -> JsonObject:
    return {"type": "track", "userId": user, "event": "Product Viewed", "messageId": f"{user}-{number}"}


def _segments(sheet: JsonObject) -> set[str]:
    return {each["key"] if isinstance(each, dict) else each for each in sheet["segments"]}


def test_a_process_knows_what_another_took_in_meanwhile(house: House) -> None:
    for number, process in enumerate((0, 1, 0)):
        house.take(process, _viewed("ana", number))
    assert {"looker", "lately"} == _segments(house.sheet("ana"))


def test_whoever_was_erased_by_another_process_is_forgotten(house: House) -> None:
    for number in range(2):
        house.take(0, _viewed("ana", number))
    People(house.instances[1]).erase(house.person("ana"), "asked")
    house.take(0, _viewed("ana", 2))
    assert {"lately"} == _segments(house.sheet("ana"))


def test_whoever_was_erased_is_forgotten_although_time_went_on_first(house: House) -> None:
    for number in range(2):
        house.take(0, _viewed("ana", number))
    house.take(0, _viewed("bob", 0))
    People(house.instances[1]).erase(house.person("ana"), "asked")
    house.clock.set(_NOON + 2 * _DAY)
    assert house.instances[0].hallway.advance(_NOON + 2 * _DAY) == 1
    house.take(0, _viewed("ana", 2))
    assert {"lately"} == _segments(house.sheet("ana"))
    assert 1 == len(house.sheet("ana")["identifiers"])


@pytest.mark.parametrize("seed", range(4))
def test_remembering_changes_nothing(tmp_path: Path, seed: int) -> None:
    messages = _life(_Dice(seed))
    ends = []
    for name, forgets in (("kept", False), ("anew", True)):
        folder = tmp_path / name
        house = House(_settings(folder, f"sqlite:///{folder / 'state.db'}"), _definitions(folder), 1)
        for message in messages:
            house.take(0, message)
            house.instances[0].hallway.advance(house.clock.now())
            if forgets:
                house.replace(0)
        ends.append(_end(house.instances[0]))
        house.close()
    assert ends[0] == ends[1]


def _end(instance: Instance) -> list[JsonObject]:
    """All that is kept of everybody, as it is exported."""
    people = People(instance)
    with instance.database.read() as tx:
        persons = sorted({cluster.person for cluster in clusters(tx)})
    found = [{**people.export(person), "sheet": people.sheet(person)} for person in persons]
    assert len(found) > 1
    return found


class _Dice:
    """Throws the same on every run."""

    def __init__(self, seed: int) -> None:
        self._seed, self._thrown = seed, 0

    def below(self, limit: int) -> int:
        self._thrown += 1
        return short_hash(f"{self._seed} {self._thrown}") % limit

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


def _life(dice: _Dice) -> list[JsonObject]:
    """What some people with few devices and addresses do: they meet, part, say yes and no."""
    found: list[JsonObject] = []
    for number in range(50):
        message: JsonObject = {"messageId": f"m{number}", "type": "track"}
        if dice.chance(60):
            message["userId"] = f"u{dice.below(4)}"
        if "userId" not in message or dice.chance(50):
            message["anonymousId"] = f"a{dice.below(4)}"
        mail = f"m{dice.below(4)}@example.com"
        match dice.below(7):
            case 0:
                message |= {"type": "identify", "traits": {"plan": ("gold", "tin")[dice.below(2)], "email": mail}}
            case 1:
                message |= {"type": "identify", "traits": {"address": {"street": mail}, "email": mail}}
            case 2:
                said = {"purpose": "marketing", "channel": "email", "status": ("granted", "denied")[dice.below(2)]}
                message |= {"event": "Consent Changed", "properties": said}
            case 3 if dice.chance(30):
                channel = ("email", "direct_mail", "*")[dice.below(3)]
                message |= {"event": "Address Suppressed", "properties": {"channel": channel, "address": mail}}
            case 4:
                message |= {"event": "Order Completed"}
            case _:
                message |= {"event": "Product Viewed"}
        found.append(message)
    return found
