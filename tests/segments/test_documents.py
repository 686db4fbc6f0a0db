from tests.segments.support import at
from trenza.definitions import Kind, check_documents, read_documents
from trenza.segments import SEGMENT, SEGMENT_TEST, SegmentTest, in_order

KINDS: list[Kind] = [SEGMENT, SEGMENT_TEST]
TEST = """
kind: SegmentTest
key: warm_cart_runs_out
uses: [warm]
zone: Europe/Madrid
people:
  - {userId: u1, traits: {email: ana@example.com}, push: [token-1], consent: {marketing: [email, push]}}
timeline:
  - {at: 2026-03-02T10:00:00Z, event: {type: identify, userId: u1, traits: {address: {country: ES}}}}
  - {at: 2026-03-02T10:00:00Z, consent: {userId: u1, purpose: marketing, channel: email, is: denied}}
  - {at: 2026-03-02T10:00:01Z, suppress: {channel: email, address: ana@example.com, reason: bounced}}
expect:
  - {at: 2026-03-02T10:00:00Z, segment: warm, members: [u1, "email:b@example.com"]}
  - {at: 2026-03-03T10:00:00.001Z, segment: warm, members: []}
---
kind: Segment
key: warm
where: {event: {name: Cart Updated, within: 24h}}
"""


def faults_of(text: str) -> list[tuple[int, int, str]]:
    documents, faults = read_documents(text, "a.yaml")
    _, more = check_documents(documents, KINDS)
    return [(each.line, each.column, each.why) for each in [*faults, *more]]


def test_a_segment_test_is_read_whole() -> None:
    documents, _ = read_documents(TEST, "a.yaml")
    objects, faults = check_documents(documents, KINDS)

    assert [] == faults
    test = objects["SegmentTest"]["warm_cart_runs_out"]
    assert isinstance(test, SegmentTest)
    assert ("warm",) == test.uses
    assert "Europe/Madrid" == test.zone
    assert {"marketing": ("email", "push")} == test.people[0].consent
    assert [at("2026-03-02T10:00:00Z")] * 2 + [at("2026-03-02T10:00:01Z")] == [item.at for item in test.timeline]
    assert ("user_id:u1", "email:b@example.com") == test.expect[0].members
    assert () == test.expect[1].members


def test_circles_of_segments_are_faults_at_the_reference() -> None:
    text = """
kind: Segment
key: a
where: {all: [{segment: b}]}
---
kind: Segment
key: b
where: {none: [{any: [{segment: c}]}]}
---
kind: Segment
key: c
where: {segment: a}
---
kind: Segment
key: own
where: {segment: own}
---
kind: Segment
key: fine
where: {segment: a}
"""

    assert [
        (4, 25, "the segment refers to itself: a → b → c → a"),
        (8, 33, "the segment refers to itself: b → c → a → b"),
        (12, 18, "the segment refers to itself: c → a → b → c"),
        (16, 18, "the segment refers to itself: own → own"),
    ] == faults_of(text)


def test_an_unknown_segment_is_a_fault_wherever_it_is_named() -> None:
    faults = faults_of(
        "kind: Segment\nkey: a\nwhere: {segment: nobody}\n---\n" + TEST.replace("[warm]", "[wram]").lstrip()
    )

    assert [
        (3, 18, "there is no Segment with the key `nobody`"),
        (7, 8, "there is no Segment with the key `wram`"),
    ] == faults


def test_a_test_that_cannot_be_is_said() -> None:
    text = """
kind: SegmentTest
key: t
zone: Mars/Base
people: [{traits: {a: 1}}]
timeline:
  - {at: 2026-03-02T10:00:01Z, event: {type: track, userId: u1}}
  - {at: 2026-03-02T10:00:00Z, event: {type: trakc, userId: u1}, suppress: {channel: email, address: a}}
  - {at: tomorrow}
  - {at: 2026-03-02T10:00:01Z, receipt: {step: first, result: delivered}}
expect: [{at: 2026-03-02T10:00:00Z, segment: nobody, members: [u1, user_id:u1]}]
"""

    assert [
        (4, 7, "`Mars/Base` is no zone"),
        (5, 10, "a person without an id"),
        (7, 39, "a track has no `event`"),
        (8, 5, "an item says what happens, once"),
        (8, 5, "it happens before the item above"),
        (8, 46, "`trakc` is not one of the choices"),
        (9, 5, "an item says what happens, once"),
        (9, 10, "an instant is wanted here, not a text (`tomorrow`)"),
        (10, 5, "an item says what happens, once"),
        (10, 32, "unknown field `receipt`"),
        (11, 46, "there is no Segment with the key `nobody`"),
        (11, 68, "`user_id:u1` stands twice in one list"),
    ] == faults_of(text)


def test_segments_stand_behind_those_they_refer_to() -> None:
    text = "".join(f"---\nkind: Segment\nkey: s{number}\nwhere: {{segment: s{number + 1}}}\n" for number in range(300))
    documents, _ = read_documents(f"{text}---\nkind: Segment\nkey: s300\nwhere: {{all: []}}\n", "a.yaml")
    objects, faults = check_documents(documents, KINDS)

    assert [] == faults
    assert [f"s{number}" for number in range(300, -1, -1)] == in_order(objects["Segment"])
