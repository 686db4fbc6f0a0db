"""Facts are the same in whatever order events arrive, and a split gives back what a merge put together."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.profiles.support import ANA, BROWSER, MAIL, an_event, identify, of, one_each, track

from trenza.events import Event, store_events
from trenza.identity import Known, Move, Person
from trenza.profiles import Facts, Needs, Profiles, address_of
from trenza.storage import Database

SECRET = b"s" * 32
LEAVES = (ANA, BROWSER, MAIL)
NEEDS = Needs(events=frozenset({"Cart Updated"}))
Arriving = tuple[int, int, int, str]


def taken(database: Database, batch: Sequence[tuple[Event, Known]], needs: Needs = NEEDS) -> Profiles:
    """Take one micro-batch in and store it; everybody is one person each."""
    profiles = Profiles(needs, secret=SECRET)
    with database.write() as tx:
        profiles.load(tx, one_each(*LEAVES), [event for event, _ in batch])
        for event, who in batch:
            profiles.project(event, of(who), lambda person: [each for each in LEAVES if each.leaf == person])
        store_events(tx, [(event, who.leaf) for event, who in batch])
        profiles.store(tx)
    return profiles


def loaded(database: Database, known: dict[Person, list[Known]], needs: Needs = NEEDS) -> Profiles:
    profiles = Profiles(needs, secret=SECRET)
    with database.read() as tx:
        profiles.load(tx, known)
    return profiles


def test_the_last_by_event_time_stands_whenever_it_arrives(database: Database) -> None:
    taken(database, [(identify(1, {"plan": "gold"}, at=20), ANA), (identify(2, {"plan": "tin"}, at=10), ANA)])
    assert loaded(database, {1: [ANA]}).facts(1).trait("plan") == "gold"


def test_a_null_takes_the_trait_away_and_an_empty_text_does_not(database: Database) -> None:
    taken(database, [(identify(1, {"plan": "gold", "note": "x"}), ANA), (identify(2, {"plan": None, "note": ""}), ANA)])
    facts = loaded(database, {1: [ANA]}).facts(1)
    assert (None, "") == (facts.trait("plan"), facts.trait("note"))


def test_only_the_last_version_is_loaded_of_traits_that_nobody_asks_the_past_of(database: Database) -> None:
    taken(database, [(identify(number, {"plan": number, "tier": number}), ANA) for number in range(1, 9)])
    facts = loaded(database, {1: [ANA]}, Needs(held=frozenset({"tier"}))).facts(1)
    assert [8] == [version.value for version in facts.traits["plan"]]
    assert list(range(1, 9)) == [version.value for version in facts.traits["tier"]]


def test_a_later_batch_knows_a_late_event_from_a_new_one(database: Database) -> None:
    for number, at in ((1, 20), (2, 10), (3, 30), (4, 25)):
        taken(database, [(identify(number, {"plan": number}, at=at), ANA)], Needs(held=frozenset()))
        expected = {1: 1, 2: 1, 3: 3, 4: 3}[number]
        assert loaded(database, {1: [ANA]}, Needs(held=frozenset())).facts(1).trait("plan") == expected


def test_consent_is_the_last_word_over_all_halves(database: Database) -> None:
    granted = track(1, "Consent Changed", at=10, purpose="marketing", channel="*", status="granted")
    denied = track(2, "Message Unsubscribed", at=20, purpose="marketing", channel="email")
    taken(database, [(denied, MAIL), (granted, ANA)])
    facts = loaded(database, {1: [ANA, MAIL]}).facts(1)
    assert ("denied", "granted") == (facts.consent("marketing", "email"), facts.consent("marketing", "sms"))
    assert facts.consent("service", "email") == "unknown"


def test_an_event_says_what_it_touched() -> None:
    profiles = Profiles()
    touched = profiles.project(identify(1, {"plan": 1}), of(ANA))
    assert ("", frozenset({"plan"}), False) == (touched.name, touched.traits, touched.consents)
    consent = track(2, "Consent Changed", purpose="marketing", status="granted")
    assert profiles.project(consent, of(ANA)).consents
    complaint = track(3, "Message Complained", address="ana@example.com")
    assert profiles.project(complaint, of(ANA)).identifiers


def test_a_new_identifier_is_seen_at_once() -> None:
    profiles, held = Profiles(), [ANA]
    event = an_event(1, {"type": "track", "event": "x"}, identifiers=[("user_id", "ana")])
    assert profiles.project(event, of(ANA, 1), lambda _: held).identifiers
    assert not profiles.project(event, of(ANA, 1), lambda _: held).identifiers
    held = [ANA, MAIL]
    both = an_event(2, {"type": "track", "event": "x"}, identifiers=[("user_id", "ana"), ("email", MAIL.value)])
    assert profiles.project(both, of(ANA, 1), lambda _: held).identifiers
    assert MAIL.value == address_of(profiles.facts(1), "email")


def test_a_suppressed_address_stays_so_whoever_brings_it(database: Database) -> None:
    taken(database, [(track(1, "Address Suppressed", channel="email", address=MAIL.value), ANA)])
    assert address_of(loaded(database, {9: [MAIL]}).facts(9), "email") is None


def test_a_suppressed_address_is_known_when_a_new_person_brings_it(database: Database) -> None:
    taken(database, [(track(1, "Address Suppressed", channel="email", address=MAIL.value), ANA)])
    bringing = an_event(2, {"type": "track", "event": "x"}, identifiers=[("email", "ANA@example.com")])
    profiles = Profiles(secret=SECRET)
    with database.read() as tx:
        profiles.load(tx, {}, [bringing])
    profiles.project(bringing, of(MAIL), lambda _: [MAIL])
    assert address_of(profiles.facts(MAIL.leaf), "email") is None


def test_a_complaint_without_an_address_closes_all_of_the_channel(database: Database) -> None:
    taken(database, [(track(1, "Message Complained", channel="email"), ANA)])
    assert address_of(loaded(database, {1: [ANA, MAIL]}).facts(1), "email") is None


def test_an_address_too_long_for_an_index_still_suppresses(database: Database) -> None:
    token = Known("push_token", "t" * 2_000, 7, 0, 0)
    taken(database, [(track(1, "Address Suppressed", channel="push", address=token.value), ANA)])
    assert address_of(loaded(database, {1: [token]}).facts(1), "push") is None


def events_of(arriving: Sequence[Arriving]) -> list[tuple[Event, Known]]:
    """Every kind of event that leaves a fact, on any of three leaves, at any of a few instants."""
    made: list[tuple[Event, Known]] = []
    for number, (kind, leaf, at, word) in enumerate(arriving):
        event = (
            identify(number, {"plan": word, "tier": None}, at=at),
            track(number, "Cart Updated", at=at, total=at),
            track(number, "Consent Changed", at=at, purpose="marketing", channel=word, status="granted"),
            track(number, "Message Unsubscribed", at=at, purpose="marketing", channel=word),
            track(number, "Address Suppressed", at=at, channel="email", address=MAIL.value),
        )[kind]
        made.append((event, LEAVES[leaf]))
    return made


arrivals = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(1, 4), st.sampled_from(["*", "email", "sms"])),
    max_size=12,
)


def seen(facts: Facts) -> tuple[object, ...]:
    """All of a person's facts, without the instants of arrival, which another order changes."""
    last = {purpose: facts.consent(*purpose) for purpose in facts.consents}
    events = {name: [(each.timestamp, each.message_id) for each in held] for name, held in facts.events.items()}
    return (facts.leaves, facts.traits, last, facts.suppressed, events)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(arriving=arrivals, chance=st.randoms(use_true_random=False), size=st.integers(1, 5))
def test_any_order_and_any_batches_give_the_same_facts(
    tmp_path_factory: pytest.TempPathFactory, arriving: list[Arriving], chance: object, size: int
) -> None:
    events = events_of(arriving)
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a `Random`, which is banned by name
    one, other = (Database(f"sqlite:///{tmp_path_factory.mktemp('order')}/state.db") for _ in range(2))
    for each in (one, other):
        each.create_tables()
    at_once = taken(one, events)
    for start in range(0, len(shuffled), size):
        taken(other, shuffled[start : start + size])
    everybody = {1: list(LEAVES)}
    assert seen(loaded(one, everybody).facts(1)) == seen(loaded(other, everybody).facts(1))
    at_once.move([Move((each.leaf,), each.leaf, 1) for each in LEAVES], lambda p: list(LEAVES) if p == 1 else [])
    assert seen(at_once.facts(1)) == seen(loaded(one, everybody).facts(1))
    one.close()
    other.close()


@settings(deadline=None)
@given(before=arrivals, after=arrivals)
def test_a_split_gives_back_what_a_merge_put_together(before: list[Arriving], after: list[Arriving]) -> None:
    alone, merged = Profiles(NEEDS), Profiles(NEEDS)
    apart: dict[Person, list[Known]] = {each.leaf: [each] for each in LEAVES}
    together: dict[Person, list[Known]] = {1: list(LEAVES)}
    for profiles in (alone, merged):
        profiles.move([Move((), each.leaf, each.leaf) for each in LEAVES], lambda person: apart[person])
    events = events_of([*before, *after])
    for event, who in events:
        alone.project(event, of(who))
    for event, who in events[: len(before)]:
        merged.project(event, of(who))
    joining = [Move((each.leaf,), each.leaf, 1) for each in LEAVES]
    merged.move(joining, lambda person: together.get(person, []))
    for event, who in events[len(before) :]:
        merged.project(event, of(who, 1))
    parting = [Move((each.leaf,), 1, each.leaf) for each in LEAVES]
    merged.move(parting, lambda person: apart.get(person, []))
    for each in LEAVES:
        assert seen(alone.facts(each.leaf)) == seen(merged.facts(each.leaf))
    assert (set(), {}, {}, set(), {}) == seen(merged.facts(1))


def test_a_person_keeps_one_facts_object_and_its_segments_through_a_merge() -> None:
    profiles = Profiles()
    facts = profiles.facts(1)
    facts.segments["vip"] = 5
    profiles.move([Move((MAIL.leaf,), MAIL.leaf, 1)], lambda _: [ANA, MAIL])
    assert facts is profiles.facts(1)
    assert {"vip": 5} == facts.segments
    assert {ANA.leaf, MAIL.leaf} == facts.leaves
