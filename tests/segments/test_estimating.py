"""The live count is the count that the segment has once it is in force."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.identity import IdentifierTypes
from trenza.kernel import Faulty, Invalid, ManualClock, encode_json
from trenza.segments import Budget, Estimate, Terms, count_text, members, wilson
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

NOON = 1_772_452_800_000
PEOPLE = 90
TEXTS = {
    "buyers": "event: {name: Order Completed, within: 24h}",
    "not_yet": "none: [{event: {name: Order Completed}}]",
    "gold": "all: [{trait: {plan: {is: gold}}}, {segment: rich}]",
    "written_to": "any: [{reachable: email}, {bucket: {salt: x, from: 0, to: 3000}}]",
    "everybody": "all: []",
}


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Instance:
    ensure_source(database, "web", "web")
    instance = Instance(Settings(data=tmp_path), ManualClock(NOON), database, MemoryLog(), b"secret")
    for number in range(PEOPLE):
        traits = {
            "plan": "gold" if number % 3 else "free",
            **({"email": f"u{number}@example.com"} if number % 5 else {}),
        }
        tell(instance, {"type": "identify", "userId": f"u{number}", "traits": traits}, number)
        if number % 2:
            track = {
                "type": "track",
                "userId": f"u{number}",
                "event": "Order Completed",
                "properties": {"total": number},
            }
            tell(instance, track, number)
        if number % 7 == 0:  # two halves become one person
            tell(instance, {"type": "track", "anonymousId": f"a{number}", "event": "Seen"}, number)
            tell(instance, {"type": "identify", "anonymousId": f"a{number}", "userId": f"u{number}"}, number)
    save(instance, "rich", "event: {name: Order Completed, sum: {properties.total: {gte: 40}}}")
    process_until_idle(instance)
    return instance


def tell(instance: Instance, message: Mapping[str, object], number: int) -> None:
    body = encode_json({**message, "messageId": f"{message['type']}-{number}-{message.get('anonymousId', '')}"})
    entry = Entry(source="web", route=str(message["type"]), body=body, received_at=NOON - 1_000)
    instance.log.append([entry], NOON - 1_000)


def text(key: str, where: str) -> str:
    return f"kind: Segment\nkey: {key}\nwhere:\n  {where}\n"


def save(instance: Instance, key: str, where: str) -> None:
    documents, faults = read_documents(text(key, where), "page")
    assert [] == faults
    apply_documents(instance.database, documents, KINDS, NOON)
    while instance.fill_segments():
        pass


def count(instance: Instance, where: str, budget: Budget | None = None, key: str = "new") -> Estimate:
    terms = Terms(now=NOON, zone="UTC", country="ES", secret=b"secret", types=IdentifierTypes())
    with instance.database.read() as tx:
        return count_text(tx, text(key, where), terms, budget)


def test_the_way_of_a_finished_filling_is_forgotten(instance: Instance) -> None:
    process_until_idle(instance)
    for total in (10, 20):
        save(instance, "rich", f"event: {{name: Order Completed, sum: {{properties.total: {{gte: {total}}}}}}}")

    with instance.database.read() as tx:
        kept = tx.execute(sql("SELECT consumer FROM position WHERE consumer LIKE 'fill:%'")).scalars().all()
    assert ["fill:search:1"] == kept


def test_the_count_before_a_save_is_the_count_after_it(instance: Instance) -> None:
    for key, where in TEXTS.items():
        before = count(instance, where)
        assert (True, PEOPLE, PEOPLE, ()) == (before.exact, before.among, before.asked, before.pending)
        save(instance, key, where)
        with instance.database.read() as tx:
            inside = members(tx, key)
        assert len(inside) == before.people == before.low == before.high
        after = count(instance, where)
        assert (len(inside), 0, PEOPLE) == (after.people, after.asked, after.among)
        assert min(5, len(inside)) == len(after.examples) == len(before.examples)
        assert {each.person for each in before.examples} == {each.person for each in after.examples}


def test_an_example_says_why_and_until_when(instance: Instance) -> None:
    found = count(instance, TEXTS["buyers"]).examples[0]
    assert found.because[0].startswith("track-")
    assert NOON - 1_000 + 24 * 3_600_000 + 1 == found.until


def test_a_sample_says_that_it_is_one_and_its_intervals_hold_the_truth_but_for_one_in_twenty(
    instance: Instance,
) -> None:
    small, missed = Budget(exact=10, sample=40), 0
    for where in TEXTS.values():
        exact, sampled = count(instance, where), count(instance, where, small)
        assert (False, 40, PEOPLE) == (sampled.exact, sampled.asked, sampled.among)
        missed += not sampled.low <= exact.people <= sampled.high
        assert sampled == count(instance, where, small)
    assert missed <= 1
    assert PEOPLE == count(instance, TEXTS["everybody"], small).people


def test_a_sample_of_everybody_is_everybody(instance: Instance) -> None:
    everybody = count(instance, TEXTS["gold"], Budget(exact=0, sample=1_000))
    assert (PEOPLE, count(instance, TEXTS["gold"]).people) == (everybody.asked, everybody.people)
    assert everybody.low <= everybody.people <= everybody.high


def test_counting_changes_nothing(instance: Instance) -> None:
    with instance.database.read() as tx:
        before = members(tx, "rich")
    count(instance, TEXTS["buyers"], key="rich")
    with instance.database.read() as tx:
        assert before == members(tx, "rich")


def test_a_segment_that_is_not_filled_yet_is_named(instance: Instance) -> None:
    documents, _ = read_documents(text("fresh", TEXTS["buyers"]), "page")
    apply_documents(instance.database, documents, KINDS, NOON)
    assert ("fresh",) == count(instance, "segment: fresh").pending


def test_faults_and_circles_are_answered_as_faults(instance: Instance) -> None:
    save(instance, "inner", "segment: rich")
    for where in ("segment: nobody", "event: {}", "segment: new"):
        with pytest.raises(Faulty):
            count(instance, where)
    with pytest.raises(Faulty, match="refers to itself"):
        count(instance, "segment: inner", key="rich")
    with pytest.raises(Invalid), instance.database.read() as tx:
        count_text(tx, "kind: Cap\nkey: c\n", Terms(now=0, zone="UTC", country="", secret=b"", types=IdentifierTypes()))


def test_the_interval_is_wilsons() -> None:
    assert (0.404, 0.596) == tuple(round(each, 3) for each in wilson(50, 100))
    assert (0.0, 0.037) == tuple(round(each, 3) for each in wilson(0, 100))
    assert (0.0, 1.0) == wilson(0, 0)
