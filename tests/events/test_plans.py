from typing import Any

import pytest

from tests.events.support import House, track
from trenza.definitions import Reading, read_documents
from trenza.events import Plans, TrackingPlan, events_named, read_plan

TEXT = """
kind: TrackingPlan
key: shop
mode: flag
sources: [web]
unplanned: flag
events:
  Order Completed:
    mode: refuse
    schema:
      required: [total]
      properties:
        total: {type: number}
  Seen:
    schema: {properties: {page: {type: string}}}
  Page Viewed:
    mode: accept
    schema: {required: [url]}
  Identify:
    mode: refuse
    schema: {properties: {age: {type: integer}}}
"""


def read(text: str) -> tuple[TrackingPlan, Reading]:
    documents, faults = read_documents(text, "plan.yaml")
    assert [] == faults
    reading = Reading()
    return read_plan(documents[0], reading), reading


@pytest.mark.parametrize(
    ("source", "message", "refused", "violations"),
    [
        ("web", {"event": "Order Completed", "properties": {"total": 5}}, False, 0),
        ("web", {"event": "Order Completed", "properties": {"total": "5"}}, True, 1),
        ("web", {"event": "Order Completed"}, True, 1),
        ("app", {"event": "Order Completed"}, False, 0),
        ("web", {"event": "Seen", "properties": {"page": 5}}, False, 1),
        ("web", {"event": "Unknown"}, False, 1),
        ("web", {"type": "page"}, False, 0),
        ("web", {"type": "identify", "traits": {"age": "old"}}, True, 1),
        ("web", {"type": "identify"}, False, 0),
        ("web", {"type": "alias"}, False, 0),
    ],
)
def test_a_plan_accepts_flags_or_refuses(
    source: str, message: dict[str, Any], *, refused: bool, violations: int
) -> None:
    plan, reading = read(TEXT)
    assert [] == reading.faults

    verdict = Plans([plan]).check(source, {"type": "track", **message})

    assert (refused, violations) == (verdict.refused, len(verdict.violations))


def test_a_flagged_event_is_kept_with_what_is_against_it(house: House) -> None:
    house.plan(read(TEXT)[0])
    house.arrive(track("m1", event="Seen", properties={"page": 5}), track("m2", event="Order Completed"))

    assert ["m1"] == [event.message_id for event in house.admit()]
    with house.database.read() as tx:
        assert [("plan shop: page breaks `type: string`",)] == [
            each.violations for each in events_named(tx, ["m1"]).values()
        ]
    assert ["plan shop: the properties breaks `required` (missing: total)"] == [each.reason for each in house.failed()]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kind: TrackingPlan\nkey: p\n", "`events` is missing"),
        ("kind: TrackingPlan\nkey: p\nevents: {E: {schema: {type: nonsense}}}", "the JSON Schema is wrong at type"),
        ("kind: TrackingPlan\nkey: p\nevents: {E: {schema: 5}}", "a mapping is wanted here"),
        (
            "kind: TrackingPlan\nkey: p\nevents: {E: {schema: {$ref: 'http://elsewhere.example/s'}}}",
            "refers to what is not",
        ),
        ("kind: TrackingPlan\nkey: p\nmode: drop\nevents: {}", "`drop` is not one of the choices"),
        ("kind: TrackingPlan\nkey: p\nodd: 1\nevents: {E: {}}", "unknown field `odd`"),
    ],
)
def test_every_fault_of_a_plan_is_named(text: str, why: str) -> None:
    _, reading = read(text)

    assert any(why in fault.why for fault in reading.faults)
    assert all(fault.line and fault.mend for fault in reading.faults)
