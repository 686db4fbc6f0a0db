"""A person leaves every store, the receipt proves it, and nothing on it names anybody."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.profiles.support import track
from tests.support.undoing import erase_person as erase_from_graph

from trenza.events import Event, export_events, store_events
from trenza.identity import Resolver, find_person, identifier_number, known_of
from trenza.kernel import Invalid, JsonObject, NotFound, encode_json
from trenza.profiles import (
    Erasers,
    Outside,
    Profiles,
    Proof,
    Subject,
    address_of,
    erase_person,
    events_eraser,
    finish_erasures,
    identity_eraser,
    lake_eraser,
    load_facts,
    profiles_eraser,
    verify_receipt,
)
from trenza.storage import Database, Transaction
from trenza.storage.lake import Lake, LakeEvent
from trenza.storage.log import MemoryLog

SECRET = b"s" * 32
NOW = 2_000_000
MAIL = "ana@example.com"


def lived(database: Database, events: list[Event]) -> None:
    """Take events through identity and profiles, as the hallway does."""
    resolver, profiles = Resolver(SECRET), Profiles(secret=SECRET)
    with database.write() as tx:
        resolver.load(tx, events)
        profiles.load(tx, {person: resolver.known(person) for person in resolver.persons()}, events)
        kept = []
        for event in events:
            resolution = resolver.resolve(event)
            if resolution is None:
                continue
            profiles.move(resolution.moves, resolver.known)
            profiles.project(event, resolution, resolver.known)
            kept.append((event, resolution.leaf))
        store_events(tx, kept)
        resolver.store(tx)
        profiles.store(tx)


def identify(number: int, user: str, **traits: object) -> Event:
    event = track(number, "")
    message = {"type": "identify", "userId": user, "traits": traits}
    pairs = (("user_id", user), *((name, str(traits[name])) for name in ("email",) if name in traits))
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return Event(**{**fields, "type": "identify", "name": "", "identifiers": pairs, "message": message})


def of_user(event: Event, user: str) -> Event:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return Event(**{**fields, "identifiers": (("user_id", user),)})


ANA = [
    identify(1, "ana", email=MAIL, plan="gold"),
    of_user(track(2, "Consent Changed", purpose="marketing", channel="*", status="granted"), "ana"),
    of_user(track(3, "Address Suppressed", channel="email", address=MAIL), "ana"),
]
BOB = [identify(4, "bob", email="bob@example.com", plan="tin")]


def in_the_lake(_: Transaction, after: int, __: int) -> list[LakeEvent]:
    leaves = {"ana": leaf_of("ana"), "bob": leaf_of("bob")}
    rows = [(1, "ana"), (4, "bob")]
    return [
        LakeEvent(seq, "site", "web", f"m{seq}", "identify", "", leaves[who], seq, None, None, seq, seq, b"{}")
        for seq, who in rows
        if seq > after
    ]


def leaf_of(user: str) -> int:
    return identifier_number("user_id", user)


@pytest.fixture
def lake(database: Database, tmp_path: Path) -> Lake:
    return Lake(database, tmp_path / "lake")


@pytest.fixture
def erasers(database: Database, lake: Lake) -> Erasers:
    return Erasers(
        inside=[
            identity_eraser(lambda tx, person, now: erase_from_graph(tx, person, SECRET, now)),
            events_eraser(MemoryLog()),
            profiles_eraser(SECRET),
        ],
        outside=[lake_eraser(lake, database)],
    )


@pytest.fixture
def receipt(database: Database, lake: Lake, erasers: Erasers) -> JsonObject:
    """Ana and Bob lived, and Ana was erased."""
    lived(database, [*ANA, *BOB])
    lake.write_next(in_the_lake)
    with database.read() as tx:
        person = find_person(tx, "email", MAIL)
    assert person is not None
    return erase_person(database, person, "asked by post", NOW, SECRET, erasers)


def test_the_receipt_counts_what_left_each_store(receipt: JsonObject) -> None:
    assert {
        "identity": {"identifiers": 2, "moved": 0},
        "events": {"events": 3, "failed": 0, "log": 3},
        "profiles": {"trait": 2, "trait_version": 2, "consent": 1, "suppression_hashed": 1},
        "lake": {"files": 1, "rows": 1},
    } == receipt["stores"]
    assert "asked by post" == receipt["reason"]


def test_the_receipt_names_nobody(receipt: JsonObject) -> None:
    text = encode_json(receipt).decode()
    assert "ana" not in text
    assert str(leaf_of("ana")) not in text


def test_the_receipt_is_proved_true(database: Database, erasers: Erasers, receipt: JsonObject) -> None:
    proof = verify_receipt(database, receipt, SECRET, erasers)
    assert proof.holds
    assert {"identity": 0, "events": 0, "profiles": 0, "lake": 0} == proof.remains


def test_a_changed_receipt_or_one_of_another_instance_is_not(
    database: Database, erasers: Erasers, receipt: JsonObject
) -> None:
    assert not verify_receipt(database, {**receipt, "reason": "other"}, SECRET, erasers).holds
    assert Proof(signed=False, remains={}) == verify_receipt(database, receipt, b"other", erasers)


@pytest.mark.parametrize("wrong", [{}, {"kind": "trenza.erasure"}, [], None, "receipt"])
def test_what_is_no_receipt_is_said_to_be_none(database: Database, erasers: Erasers, wrong: JsonObject) -> None:
    with pytest.raises(Invalid):
        verify_receipt(database, wrong, SECRET, erasers)


def test_everybody_else_stays(database: Database, lake: Lake, receipt: JsonObject) -> None:
    assert receipt
    with database.read() as tx:
        bob = find_person(tx, "user_id", "bob")
        assert bob is not None
        facts = load_facts(tx, known_of(tx, [bob]))[bob]
        assert len(list(export_events(tx, lambda _: {}))) == 1
    assert facts.trait("plan") == "tin"
    assert {leaf_of("bob")} == set(lake.leaves())


def test_a_late_event_does_not_bring_the_person_back(database: Database, erasers: Erasers, receipt: JsonObject) -> None:
    lived(database, [identify(9, "ana", email=MAIL, plan="gold")])
    with database.read() as tx:
        assert find_person(tx, "email", MAIL) is None
    assert verify_receipt(database, receipt, SECRET, erasers).holds


def test_who_comes_anew_is_somebody_new_and_the_address_stays_suppressed(
    database: Database, erasers: Erasers, receipt: JsonObject
) -> None:
    event = identify(9, "ana", email=MAIL)
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    lived(database, [Event(**{**fields, "timestamp": NOW + 1})])
    with database.read() as tx:
        person = find_person(tx, "email", MAIL)
        assert person is not None
        facts = load_facts(tx, known_of(tx, [person]), secret=SECRET)[person]
    assert (None, None) == (facts.trait("plan"), address_of(facts, "email"))
    assert verify_receipt(database, receipt, SECRET, erasers).holds


def test_what_remains_is_told(database: Database, erasers: Erasers, receipt: JsonObject) -> None:
    with database.write() as tx:
        store_events(tx, [(ANA[0], leaf_of("ana"))])
    assert {"events": 1} == {
        name: left for name, left in verify_receipt(database, receipt, SECRET, erasers).remains.items() if left
    }


def test_whoever_is_gone_cannot_be_erased_again(database: Database, erasers: Erasers, receipt: JsonObject) -> None:
    assert receipt
    with pytest.raises(NotFound):
        erase_person(database, leaf_of("ana"), "again", NOW, SECRET, erasers)


def test_an_erasure_that_was_broken_off_is_finished(database: Database, lake: Lake, erasers: Erasers) -> None:
    lived(database, ANA)
    lake.write_next(in_the_lake)
    broken = Erasers(inside=erasers.inside, outside=[_failing()])
    with pytest.raises(ConnectionError):
        erase_person(database, leaf_of("ana"), "asked", NOW, SECRET, broken)
    assert leaf_of("ana") in set(lake.leaves())
    assert finish_erasures(database, SECRET, erasers) == 1
    assert leaf_of("ana") not in set(lake.leaves())
    assert finish_erasures(database, SECRET, erasers) == 0


def _failing() -> Outside:
    def fail(_: Subject) -> Mapping[str, int]:
        raise ConnectionError

    return Outside(store="lake", erase=fail, remains=lambda _: 0)
