"""`kind: SegmentTest`: who is inside when, after what."""

import msgspec

from trenza.definitions import (
    Document,
    Item,
    Kind,
    KnownPerson,
    Node,
    Reading,
    read_people,
    read_person_name,
    read_timeline,
    read_uses,
    read_zone,
)
from trenza.kernel import Instant
from trenza.segments.schema import SEGMENT_TEST_SCHEMA


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """At an instant, after all that arrived by then, a segment has exactly these members."""

    at: Instant
    segment: str
    members: tuple[str, ...]
    """As `type:value`, resolved at that instant."""
    line: int = 0


class SegmentTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test of segments."""

    key: str
    zone: str
    uses: tuple[str, ...]
    """Only these segments, and what they refer to, are alive; empty: those that are expected."""
    people: tuple[KnownPerson, ...]
    timeline: tuple[Item, ...]
    expect: tuple[Expected, ...]


def read_segment_test(document: Document, reading: Reading) -> SegmentTest:
    """Read a test; faults are noted in `reading`."""
    fields = reading.mapping(document.node, ["kind", "key", "timeline", "expect"], ["uses", "zone", "people"])
    expect = (
        () if fields["expect"].missing else tuple([_read(each, reading) for each in reading.items(fields["expect"])])
    )
    uses = read_uses(fields.get("uses"), reading, ("Segment",))
    return SegmentTest(
        key=document.key,
        zone=read_zone(fields.get("zone"), reading),
        uses=uses or tuple(sorted({each.segment for each in expect})),
        people=read_people(fields.get("people"), reading),
        timeline=read_timeline(fields["timeline"], reading, receipts=False),
        expect=expect,
    )


def _read(node: Node, reading: Reading) -> Expected:
    fields = reading.mapping(node, ["at", "segment", "members"])
    listed = [] if fields["members"].missing else reading.items(fields["members"])
    names = [read_person_name(each, reading) for each in listed]
    for place, name in enumerate(names):
        if name in names[:place]:
            reading.fault(listed[place], f"`{name}` stands twice in one list", "name everybody once")
    return Expected(
        at=reading.instant(fields["at"]),
        segment=reading.reference(fields["segment"], "Segment"),
        members=tuple(names),
        line=node.line,
    )


def _references(document: Document) -> list[tuple[str, str]]:
    """The segments it uses, and those it expects something of."""
    node = document.node.value
    uses = node["uses"].plain() if "uses" in node else []
    expect = node["expect"].plain() if "expect" in node else []
    listed = [*(uses if isinstance(uses, list) else []), *(_segment_of(each) for each in expect or [])]
    return sorted({("Segment", key) for key in listed if isinstance(key, str)})


def _segment_of(expectation: object) -> object:
    return expectation.get("segment") if isinstance(expectation, dict) else None


SEGMENT_TEST = Kind(
    name="SegmentTest", read=read_segment_test, schema=SEGMENT_TEST_SCHEMA, references=_references, is_test=True
)
